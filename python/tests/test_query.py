"""What queries need when they run (language.md §10): keys, groups, counts, orders."""

import itertools
import math
import random
import unittest
from fractions import Fraction

from mochi_runtime.container import count, sort_key
from mochi_runtime.text import show, to_str
from mochi_runtime.value import (
    Group,
    distinct,
    equal,
    hash_key,
    list_except,
    list_intersect,
    list_union,
)


class Unhashable:
    """An object of a package that is compared but has no hash."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unhashable) and self.value == other.value


VALUES: list[object] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    -0.0,
    0.5,
    Fraction(1, 2),
    Fraction(1),
    10**30,
    "",
    "1",
    b"1",
    [],
    [1],
    [1.0],
    [True],
    (1,),
    (1, "a"),
    {"a": 1},
    {"a": 1.0},
    {"a": True},
    {1, 2},
    {2, 1},
    [[None]],
    Unhashable(1),
    Unhashable(1),
    Unhashable(2),
    Group(1, [1]),
    Group(1, [1.0]),
    Group(True, [1]),
]


class Keys(unittest.TestCase):
    """A key stands for a value exactly as `==` tells values apart."""

    def test_keys_are_equal_where_values_are(self) -> None:
        for a, b in itertools.product(VALUES, VALUES):
            with self.subTest(a=to_str(a), b=to_str(b)):
                self.assertEqual(hash_key(a) == hash_key(b), equal(a, b))
                if equal(a, b):
                    self.assertEqual(hash(hash_key(a)), hash(hash_key(b)))

    def test_nan_is_no_key_twice(self) -> None:
        self.assertNotEqual(hash_key(math.nan), hash_key(math.nan))
        self.assertEqual(len(distinct([math.nan, math.nan, [math.nan]])), 3)


class Lists(unittest.TestCase):
    """The operations on lists beside their definitions, one pair at a time."""

    def test_operations_follow_the_definition(self) -> None:
        dice = random.Random(7)
        for _ in range(200):
            a = dice.choices(VALUES, k=dice.randrange(6))
            b = dice.choices(VALUES, k=dice.randrange(6))

            def holds(items: list[object], item: object) -> bool:
                return any(equal(item, other) for other in items)

            def first(items: list[object]) -> list[object]:
                out: list[object] = []
                for item in items:
                    if not holds(out, item):
                        out.append(item)
                return out

            def same(x: list[object], y: list[object]) -> bool:
                return [id(item) for item in x] == [id(item) for item in y]

            self.assertTrue(same(distinct(a), first(a)))
            self.assertTrue(same(list_union(a, b), first(a + b)))
            self.assertTrue(same(list_except(a, b), [x for x in a if not holds(b, x)]))
            self.assertTrue(
                same(list_intersect(a, b), first([x for x in b if holds(a, x)]))
            )


class Groups(unittest.TestCase):
    """Groups print as maps, and have a length and items."""

    def test_groups_print_as_maps(self) -> None:
        group = Group("k", [1, None])
        self.assertEqual(
            show(group),
            '{"__group__": true, "count": 2, "items": [1, nil], "key": "k"}',
        )
        self.assertEqual(
            to_str(group), "map[__group__:true count:2 items:[1 <nil>] key:k]"
        )
        self.assertEqual((len(group), list(group)), (2, [1, None]))


class Orders(unittest.TestCase):
    """Sorting what has no type; counting what is there."""

    def test_any_sorts_with_none_last(self) -> None:
        mixed = ["b", None, 2, 1.5, "a", None]
        self.assertEqual(sorted(mixed, key=sort_key), [1.5, 2, "a", "b", None, None])
        self.assertEqual(sorted([[2], [1, 5], [1]], key=sort_key), [[1], [1, 5], [2]])

    def test_count_skips_none(self) -> None:
        self.assertEqual((count([1, None, 0]), count([]), count(None)), (2, 0, 0))


if __name__ == "__main__":
    unittest.main()
