"""A record and a generic function."""

from dataclasses import dataclass


@dataclass(slots=True)
class Point:
    x: int
    y: int


def swap[A, B](pair: tuple[A, B]) -> tuple[B, A]:
    return (pair[1], pair[0])


total = 0
for i in range(1000):
    p = Point(x=i, y=i + 1)
    a, b = swap((p.x, p.y))
    total += a * b
print(total)
