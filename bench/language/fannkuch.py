"""Fannkuch: the most flips that any permutation of n pancakes takes."""


def fannkuch(n):
    perm1 = list(range(n))
    count = [0] * n
    max_flips = 0
    checksum = 0
    r = n
    permutations = 0
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if perm1[0] != 0:
            perm = perm1[:]
            flips = 0
            k = perm[0]
            while k != 0:
                low, high = 0, k
                while low < high:
                    held = perm[low]
                    perm[low] = perm[high]
                    perm[high] = held
                    low += 1
                    high -= 1
                flips += 1
                k = perm[0]
            if flips > max_flips:
                max_flips = flips
            if permutations % 2 == 0:
                checksum += flips
            else:
                checksum -= flips
        while True:
            if r == n:
                return checksum, max_flips
            first = perm1[0]
            for i in range(r):
                perm1[i] = perm1[i + 1]
            perm1[r] = first
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        permutations += 1


def main():
    checksum, flips = fannkuch(9)
    print(checksum)
    print(f"Pfannkuchen(9) = {flips}")


main()
