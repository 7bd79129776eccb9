"""Primes below a limit by sieving, then digit sums and greatest common divisors of them."""


def sieve(limit):
    is_prime = [True] * (limit + 1)
    is_prime[0] = is_prime[1] = False
    i = 2
    while i * i <= limit:
        if is_prime[i]:
            for j in range(i * i, limit + 1, i):
                is_prime[j] = False
        i += 1
    return [n for n in range(limit + 1) if is_prime[n]]


def digit_sum(n):
    total = 0
    while n > 0:
        total += n % 10
        n //= 10
    return total


def gcd(a, b):
    while b != 0:
        a, b = b, a % b
    return a


def main():
    primes = sieve(2000000)
    print(len(primes))
    print(sum(digit_sum(p) for p in primes))
    total = 0
    for p in primes:
        total += gcd(p * 6, 360360)
    print(total)


main()
