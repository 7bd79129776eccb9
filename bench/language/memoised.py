"""Memoised recursion over maps: edit distances, partitions, chains."""


def distance(a, b, i, j, memo):
    if i == 0:
        return j
    if j == 0:
        return i
    key = i * 1000 + j
    if key in memo:
        return memo[key]
    best = min(distance(a, b, i - 1, j, memo), distance(a, b, i, j - 1, memo)) + 1
    step = distance(a, b, i - 1, j - 1, memo)
    if a[i - 1] != b[j - 1]:
        step += 1
    if step < best:
        best = step
    memo[key] = best
    return best


def ways(n, largest, memo):
    if n == 0:
        return 1
    if n < 0 or largest == 0:
        return 0
    key = (n, largest)
    known = memo.get(key)
    if known is not None:
        return known
    result = ways(n - largest, largest, memo) + ways(n, largest - 1, memo)
    memo[key] = result
    return result


def chain(n, memo):
    if n == 1:
        return 1
    known = memo.get(n)
    if known is not None:
        return known
    length = 1 + (chain(n // 2, memo) if n % 2 == 0 else chain(3 * n + 1, memo))
    memo[n] = length
    return length


def main():
    a = "the quick brown fox jumps over the lazy dog and runs away from it " * 3
    b = "a quick brown dog jumped over some lazy foxes and ran away from them " * 3
    print(distance(a, b, len(a), len(b), {}))
    print(ways(600, 600, {}))
    memo = {}
    best = 0
    for n in range(1, 150000):
        best = max(best, chain(n, memo))
    print(best, len(memo))


main()
