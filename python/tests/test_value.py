"""Equality, containers, `any`, casts and errors (language.md §4.4, §4.5, §5.1, §9, §13)."""

import math
import unittest
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from mochi_runtime.boxed import (
    any_abs,
    any_arithmetic,
    any_compare,
    any_field,
    any_index,
    any_negative,
    any_store,
    iterate,
    truth,
)
from mochi_runtime.cast import cast_float, cast_int, cast_list, cast_map, cast_str
from mochi_runtime.container import (
    avg,
    greatest,
    least,
    map_field,
    map_items,
    map_keys,
    total,
)
from mochi_runtime.errors import MochiError, caught, expect
from mochi_runtime.expecting import first_difference
from mochi_runtime.text import RECORD_CLASSES
from mochi_runtime.value import (
    contains,
    deeply_equal,
    distinct,
    equal,
    list_except,
    list_intersect,
    list_union,
)


class Equality(unittest.TestCase):
    """`true` is not `1`, NaN is not itself, at any depth."""

    def test_equal(self) -> None:
        self.assertTrue(equal(1, 1.0))
        self.assertTrue(equal([1, {"a": (2,)}], [1.0, {"a": (2,)}]))
        self.assertFalse(equal(True, 1))
        self.assertFalse(equal([True], [1]))
        self.assertFalse(equal("1", 1))
        self.assertFalse(equal([math.nan], [math.nan]))
        nan = math.nan
        self.assertFalse(equal([nan], [nan]))
        self.assertTrue(equal(None, None))

    def test_members(self) -> None:
        self.assertFalse(contains([1], True))
        self.assertTrue(contains("abc", "b"))
        self.assertEqual(distinct([1, 2, 1, 1.0]), [1, 2])
        self.assertEqual(list_union([1, 2], [2, 3]), [1, 2, 3])
        self.assertEqual(list_except([1, 1, 2], [2]), [1, 1])
        self.assertEqual(list_intersect([1, 2, 3], [3, 1, 3]), [3, 1])


@dataclass(slots=True)
class Shared:
    """What a block declares."""

    x: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and self.x == other.x


class ValuesOfBlocks(unittest.TestCase):
    """Each execution of a block derives a class of its own; their values are of one type."""

    def test_executions_make_equal_values(self) -> None:
        class First(Shared):
            __slots__ = ()

        class Second(Shared):
            __slots__ = ()

        a, b, c = First(1), Second(1), Second(2)
        for value in (a, b, c):
            # Whether a class is the program's is known by its file.
            RECORD_CLASSES[type(value)] = True
        self.assertTrue(equal(a, b))
        self.assertFalse(equal(a, c))
        self.assertEqual(distinct([a, b, c]), [a, c])
        self.assertEqual(list_intersect([a], [b]), [b])
        deep: list[object] = [First(1), Second(1), Second(2)]
        for _ in range(100_000):
            deep = [[inner] for inner in deep]
        self.assertTrue(deeply_equal(First(deep[0]), Second(deep[1])))
        self.assertFalse(deeply_equal(First(deep[0]), Second(deep[2])))
        self.assertEqual(
            first_difference(First("a" * 50), Second("a" * 49 + "b"))[0][:22],
            "first difference at .x",
        )


class Containers(unittest.TestCase):
    """Mochi's order, aggregates."""

    def test_order(self) -> None:
        self.assertEqual(map_keys({1: "a", 10: "b", 9: "c"}), [1, 10, 9])
        self.assertEqual(map_items({2: "x", 10: "y"}), [(10, "y"), (2, "x")])
        with self.assertRaises(MochiError) as error:
            map_field({"a": 1}, "b")
        self.assertEqual(
            (error.exception.code, error.exception.message), (4, 'missing key "b"')
        )

    def test_aggregates_skip_none(self) -> None:
        self.assertEqual(total([1, None, 2]), 3)
        self.assertEqual(total([]), 0)
        self.assertEqual(avg([1, None, 2]), 1.5)
        self.assertEqual(avg([]), 0.0)
        self.assertEqual((least(["b", "a"]), greatest(["b", "a"])), ("a", "b"))
        with self.assertRaises(MochiError):
            least([])


class Boxed(unittest.TestCase):
    """Operations on `any`."""

    def test_operators(self) -> None:
        self.assertEqual(any_arithmetic("/", -7, 2), -3)
        self.assertEqual(any_arithmetic("+", "a", 1), "a1")
        self.assertIsNone(any_arithmetic("+", None, 1))
        self.assertFalse(any_compare("<", None, 1))
        for a, b in ((True, 1), ("a", 1), ([1], 1)):
            with self.assertRaises(MochiError) as error:
                any_arithmetic("-", a, b)
            self.assertEqual(error.exception.code, 3)
            with self.assertRaises(MochiError):
                any_compare("<", a, b)
        with self.assertRaises(MochiError):
            truth(1)

    def test_access(self) -> None:
        self.assertIsNone(any_index({"a": 1}, "b"))
        self.assertEqual(any_index([1, 2], -1), 2)
        self.assertEqual(any_field({"a": 1}, "a"), 1)
        self.assertEqual(list(iterate(None)), [])
        self.assertEqual(list(iterate({"b": 1, "a": 2})), ["a", "b"])
        with self.assertRaises(MochiError):
            any_field(object(), "a")
        with self.assertRaises(IndexError):
            any_index([], 0)
        with self.assertRaises(MochiError) as error:
            any_index({"a": 1}, [1])
        self.assertEqual(error.exception.code, 3)

    def test_storing(self) -> None:
        entries: dict[object, object] = {"a": 1}
        any_store(entries, "a", 2)
        elements: list[object] = [1, 2]
        any_store(elements, -1, 3)
        places = deque([7])
        any_store(places, 0, 8)
        self.assertEqual((entries, elements, places), ({"a": 2}, [1, 3], deque([8])))
        for value, index in (
            (None, 0),
            ("ab", 0),
            ((1,), 0),
            ([1], "a"),
            ([1], True),
            ({}, [1]),
        ):
            with self.assertRaises(MochiError) as error:
                any_store(value, index, 1)
            self.assertEqual(error.exception.code, 3)
        with self.assertRaises(IndexError):
            any_store([], 0, 1)

    def test_objects_of_packages(self) -> None:
        half, third = Decimal("0.5"), Decimal(3)
        self.assertEqual(any_arithmetic("+", half, 1), Decimal("1.5"))
        self.assertEqual(any_arithmetic("-", 1, half), Decimal("0.5"))
        self.assertEqual(any_arithmetic("//", third, 2), Decimal(1))
        self.assertIs(any_arithmetic("+", None, half), None)
        self.assertEqual(any_negative(half), Decimal("-0.5"))
        self.assertEqual(any_abs(-third), third)
        self.assertTrue(any_compare("<", half, 1))
        self.assertEqual(any_index(deque([7, 8]), 1), 8)
        self.assertEqual(list(iterate(deque([7, 8]))), [7, 8])
        refused: list[Callable[[], object]] = [
            lambda: any_arithmetic("&", half, 1),
            lambda: any_compare("<", half, "a"),
            lambda: any_negative(deque([1])),
            lambda: any_index(half, 0),
            lambda: iterate(half),
            lambda: truth(half),
        ]
        for call in refused:
            with self.assertRaises(MochiError):
                call()


class Casts(unittest.TestCase):
    """§4.5."""

    def test_casts(self) -> None:
        self.assertEqual(cast_int(2.9), 2)
        self.assertIs(type(cast_float(2)), float)
        same: list[object] = [1, 2]
        self.assertIs(cast_list(same, cast_int), same)
        self.assertEqual(cast_list([1, 2.5], cast_int), [1, 2])
        self.assertEqual(cast_map({"a": 1}, cast_str, cast_float), {"a": 1.0})
        for value in (True, "1", None):
            with self.assertRaises(MochiError):
                cast_int(value)

        class Index:
            def __index__(self) -> int:
                return 21

        class Real:
            def __float__(self) -> float:
                return 2.5

        self.assertEqual(cast_int(Index()), 21)
        self.assertEqual((cast_int(Real()), cast_float(Real())), (2, 2.5))
        with self.assertRaises(MochiError) as error:
            cast_int(math.inf)
        self.assertEqual(error.exception.code, 6)


class Errors(unittest.TestCase):
    """§13."""

    def test_codes(self) -> None:
        cases: list[tuple[Exception, int]] = [
            (ZeroDivisionError("x"), 5),
            (KeyError("k"), 4),
            (IndexError("i"), 4),
            (OverflowError("o"), 6),
            (AssertionError("a"), 9),
            (ValueError("v"), 7),
            (MochiError(2, "m"), 2),
        ]
        for error, code in cases:
            self.assertEqual(caught(error).code, code)
        value = caught(ValueError("bad"))
        self.assertEqual((value.message, value.type_), ("bad", "ValueError"))
        self.assertEqual(caught(MochiError(5, "x")).type_, "DIVZERO")
        self.assertEqual(caught(MochiError(77, "x")).type_, "PANIC")

    def test_expect(self) -> None:
        expect(True, "a.mochi:1: x")
        with self.assertRaises(MochiError) as error:
            expect(False, "a.mochi:1: x == y: z")
        self.assertEqual(
            error.exception.message, "expect condition failed at a.mochi:1: x == y: z"
        )


if __name__ == "__main__":
    unittest.main()
