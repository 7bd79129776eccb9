"""Matrices as lists of rows, multiplied."""


def make(n, seed):
    return [[float((i * n + j * seed) % 97) for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    m = len(b[0])
    out = []
    for i in range(n):
        row = []
        left = a[i]
        for j in range(m):
            total = 0.0
            for k in range(len(b)):
                total += left[k] * b[k][j]
            row.append(total)
        out.append(row)
    return out


def main():
    n = 220
    c = multiply(make(n, 7), make(n, 11))
    trace = 0.0
    for i in range(n):
        trace += c[i][i]
    print(int(trace), int(c[3][5]))


main()
