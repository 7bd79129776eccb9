"""What checks at the border accept, convert and refuse (bridge.md §6)."""

import sys
import unittest
from collections import OrderedDict
from types import ModuleType, SimpleNamespace

from mochi_runtime.border import (
    as_bool,
    as_float,
    as_int,
    as_int64,
    as_str,
    checked_dict,
    checked_iterator,
    checked_list,
    checked_mapping,
    checked_sequence,
    checked_set,
    checked_tuple,
    class_if_there,
    first_fitting,
)
from mochi_runtime.errors import MochiError


class Index:
    """Something like numpy's integers."""

    def __index__(self) -> int:
        return 7

    def __float__(self) -> float:
        return 7.0


class Whole(int):
    """A subclass of a declared class."""


class Scalars(unittest.TestCase):
    """Numbers, bools and strings."""

    def test_int(self) -> None:
        self.assertEqual(as_int(5, "f"), 5)
        self.assertIs(type(as_int(Whole(5), "f")), Whole)
        self.assertEqual(as_int(Index(), "f"), 7)
        for value in (True, 1.0, "1", None):
            with self.assertRaises(MochiError) as caught:
                as_int(value, "pkg.f")
            self.assertEqual(caught.exception.code, 3)
            self.assertIn("pkg.f: expected int, got ", caught.exception.message)

    def test_int64(self) -> None:
        highest = 2**63 - 1
        for value in (0, highest, -highest - 1):
            self.assertEqual(as_int64(value, "f"), value)
        self.assertEqual(as_int64(Index(), "f"), 7)
        for value in (highest + 1, -highest - 2):
            with self.assertRaises(MochiError) as caught:
                as_int64(value, "pkg.f")
            self.assertEqual(caught.exception.code, 6)
            self.assertEqual(
                caught.exception.message, f"pkg.f: {value} does not fit 64 bits"
            )
        with self.assertRaises(MochiError) as caught:
            as_int64(True, "f")
        self.assertEqual(caught.exception.code, 3)
        # A number that is too large is not taken for something else.
        with self.assertRaises(MochiError) as caught:
            first_fitting(highest + 1, (as_int64, as_float), "int | float", "f")
        self.assertEqual(caught.exception.code, 6)

    def test_float(self) -> None:
        self.assertIs(type(as_float(3, "f")), float)
        self.assertEqual(as_float(Index(), "f"), 7.0)
        for value in (True, "1.0", None):
            with self.assertRaises(MochiError):
                as_float(value, "f")

    def test_bool_and_str(self) -> None:
        self.assertIs(as_bool(False, "f"), False)
        self.assertEqual(as_str("x", "f"), "x")
        for value in (1, None, "true"):
            with self.assertRaises(MochiError):
                as_bool(value, "f")
        with self.assertRaises(MochiError):
            as_str(b"x", "f")

    def test_message_names_value_type_and_symbol(self) -> None:
        with self.assertRaises(MochiError) as caught:
            as_int("x" * 1000, "pkg.f")
        self.assertLess(len(caught.exception.message), 140)
        self.assertIn("(string)", caught.exception.message)
        with self.assertRaises(MochiError) as caught:
            as_int(None, "pkg.f")
        self.assertEqual(caught.exception.message, "pkg.f: expected int, got none")


class Containers(unittest.TestCase):
    """The same object unless an element converts."""

    def test_list(self) -> None:
        plain = [1, 2]
        self.assertIs(checked_list(plain, as_int, "[int]", "f"), plain)
        mixed: list[object] = [1.5, 2]
        converted = checked_list(mixed, as_float, "[float]", "f")
        self.assertEqual(converted, [1.5, 2.0])
        self.assertIsNot(converted, mixed)
        self.assertIs(type(converted[1]), float)
        for value in ((1, 2), None, [1, "x"]):
            with self.assertRaises(MochiError):
                checked_list(value, as_int, "[int]", "f")

    def test_sequence(self) -> None:
        self.assertEqual(checked_sequence((1, 2), as_int, "[int]", "f"), [1, 2])
        self.assertEqual(
            checked_sequence({"a": 1}.keys(), as_str, "[string]", "f"), ["a"]
        )
        with self.assertRaises(MochiError):
            checked_sequence("ab", as_str, "[string]", "f")

    def test_dict_and_mapping(self) -> None:
        plain = {"a": 1}
        self.assertIs(checked_dict(plain, as_str, as_int, "{string: int}", "f"), plain)
        ordered = OrderedDict(a=1)
        self.assertIs(checked_mapping(ordered, as_str, as_int, "", "f"), ordered)
        self.assertEqual(checked_dict({"a": 1}, as_str, as_float, "", "f"), {"a": 1.0})
        wrong: list[object] = [{1: 1}, {"a": "x"}, [], None]
        for value in wrong:
            with self.assertRaises(MochiError):
                checked_dict(value, as_str, as_int, "", "f")

    def test_set_and_tuple(self) -> None:
        self.assertEqual(checked_set(frozenset({1}), as_int, "set<int>", "f"), {1})
        self.assertEqual(checked_tuple((1, "a"), 2, "(int, string)", "f"), (1, "a"))
        self.assertEqual(checked_tuple([1, "a"], 2, "(int, string)", "f"), (1, "a"))
        for value in ((1,), [1], "ab", None):
            with self.assertRaises(MochiError):
                checked_tuple(value, 2, "(int, string)", "f")

    def test_iterators_check_when_pulled(self) -> None:
        pulled = checked_iterator(iter([1, "x"]), as_int, "iterator<int>", "f")
        self.assertEqual(next(pulled), 1)
        with self.assertRaises(MochiError):
            next(pulled)
        with self.assertRaises(MochiError):
            checked_iterator(5, as_int, "iterator<int>", "f")

    def test_classes_that_may_not_be_there(self) -> None:
        native = ModuleType("native_code")
        setattr(native, "inner", SimpleNamespace(Key=Index))
        sys.modules["native_code"] = native
        self.addCleanup(sys.modules.pop, "native_code")
        self.assertIs(class_if_there("native_code.inner", "Key"), Index)
        self.assertIsNone(class_if_there("native_code.inner", "Other"))
        self.assertIsNone(class_if_there("native_code", "Pixel"))
        self.assertIsNone(class_if_there("no_such_code.inner", "Key"))

    def test_classes_that_make_what_they_combine(self) -> None:
        made = ModuleType("shop_code")
        source = """
class Dates: pass
class Times: pass
class Both(Dates, Times):
    def __new__(cls, kind):
        return object.__new__(Dates if kind else Times)
class Plain(Dates, Times): pass
class Named(str, Dates):
    def __new__(cls):
        return str.__new__(cls)
"""
        exec(source, made.__dict__)
        sys.modules["shop_code"] = made
        self.addCleanup(sys.modules.pop, "shop_code")
        both = made.__dict__["Both"]
        self.assertIsInstance(both(True), class_if_there("shop_code", "Both") or ())
        self.assertNotIsInstance(object(), class_if_there("shop_code", "Both") or ())
        for name in ("Dates", "Plain", "Named"):
            self.assertIs(class_if_there("shop_code", name), made.__dict__[name])

    def test_union(self) -> None:
        self.assertEqual(first_fitting("x", (as_int, as_str), "int | string", "f"), "x")
        with self.assertRaises(MochiError) as caught:
            first_fitting(1.5, (as_int, as_str), "int | string", "f")
        self.assertIn("expected int | string", caught.exception.message)


if __name__ == "__main__":
    unittest.main()
