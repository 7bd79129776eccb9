"""The Mandelbrot set: how many points stay bounded, and a checksum of the steps."""


def main():
    size = 400
    limit = 50
    inside = 0
    steps = 0
    for row in range(size):
        ci = 2.0 * row / size - 1.0
        for column in range(size):
            cr = 2.0 * column / size - 1.5
            zr = zi = 0.0
            n = 0
            while n < limit:
                rr = zr * zr
                ii = zi * zi
                if rr + ii > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = rr - ii + cr
                n += 1
            if n == limit:
                inside += 1
            steps += n
    print(inside, steps)


main()
