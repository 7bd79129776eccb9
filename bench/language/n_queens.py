"""The queens of a chess board: all ways to put them, row by row."""


def solve(row, n, columns, rising, falling):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        up = row + column
        down = row - column + n
        if columns[column] or rising[up] or falling[down]:
            continue
        columns[column] = rising[up] = falling[down] = True
        found += solve(row + 1, n, columns, rising, falling)
        columns[column] = rising[up] = falling[down] = False
    return found


def main():
    n = 12
    print(solve(0, n, [False] * n, [False] * (2 * n), [False] * (2 * n)))


main()
