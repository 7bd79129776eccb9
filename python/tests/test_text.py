"""The tables of language.md §11 and the text builtins."""

import unittest
from fractions import Fraction

from mochi_runtime.errors import MochiError
from mochi_runtime.jsontext import json_decode, json_float, to_json
from mochi_runtime.text import (
    decode,
    field_label,
    omap,
    pad_start,
    plain,
    quote,
    short,
    show,
    split,
    to_str,
    trim,
)

INF = float("inf")


class Measure(float):
    """A kind of float that writes itself in another way, as numpy's do."""

    def __repr__(self) -> str:
        return f"Measure({float(self)})"


class FloatForms(unittest.TestCase):
    """§11.1: short and plain forms."""

    def test_short(self) -> None:
        cases = {
            2.0: "2",
            100000.0: "100000",
            1000000.0: "1e+06",
            0.0001: "0.0001",
            0.00001234: "1.234e-05",
            12345678.9: "1.23456789e+07",
            1e21: "1e+21",
            1e-7: "1e-07",
            123456.75: "123456.75",
            -1500000.0: "-1.5e+06",
            1e300: "1e+300",
            INF: "+Inf",
            -INF: "-Inf",
        }
        for value, text in cases.items():
            self.assertEqual(short(value), text)
        self.assertEqual(short(-0.0), "-0")
        self.assertEqual((short(Measure(2.5)), plain(Measure(2.5))), ("2.5", "2.5"))
        # Of unknown type it is an object of a package like others.
        self.assertEqual(show(Measure(2.0)), "Measure(2.0)")
        self.assertEqual(to_str(Measure(2.0)), "Measure(2.0)")
        self.assertEqual(show([Measure(2.0)]), "[2.0]")
        self.assertEqual(short(float("nan")), "NaN")

    def test_plain(self) -> None:
        cases = {
            2.0: "2.0",
            1000000.0: "1000000.0",
            0.00001234: "0.00001234",
            12345678.9: "12345678.9",
            1e21: "1000000000000000000000.0",
            -2.5e-7: "-0.00000025",
            1.5e17: "150000000000000000.0",
            INF: "+Inf.0",
            -INF: "-Inf.0",
        }
        for value, text in cases.items():
            self.assertEqual(plain(value), text)
        self.assertEqual(plain(-0.0), "-0.0")
        self.assertEqual(plain(float("nan")), "NaN.0")

    def test_plain_reads_back(self) -> None:
        for exponent in range(-30, 30):
            for digits in ("1", "1.5", "9.875"):
                value = float(f"{digits}e{exponent}")
                self.assertEqual(float(plain(value)), value)
                self.assertEqual(float(short(value)), value)


class PrintForms(unittest.TestCase):
    """§11.1: print and str forms."""

    def test_outermost(self) -> None:
        cases: list[tuple[object, str]] = [
            (5, "5"),
            (True, "true"),
            ("a b", "a b"),
            (None, "nil"),
            (Fraction(1, 3), "1/3"),
            (Fraction(4, 2), "2"),
            (b'a"\xff', 'b"a\\"\\xff"'),
            ([1, 2.0, "x"], '[1, 2.0, "x"]'),
            ((1, "a"), '(1, "a")'),
            ({3, 1, 2}, "set{1, 2, 3}"),
            ({"l": 2, "k": 1}, '{"k": 1, "l": 2}'),
            ({1: "x", 10: "y", 9: "z"}, '{"1": "x", "10": "y", "9": "z"}'),
            ([None, False], "[nil, false]"),
            ([], "[]"),
            ({}, "{}"),
            (set[int](), "set{}"),
        ]
        for value, text in cases:
            self.assertEqual(show(value), text)

    def test_str_form(self) -> None:
        cases: list[tuple[object, str]] = [
            (None, "<nil>"),
            ([1, 2], "[1 2]"),
            ((1, "a"), "(1 a)"),
            ({1, 2}, "set[1 2]"),
            ({"k": 1.5, "l": None}, "map[k:1.5 l:<nil>]"),
            ([], "[]"),
            ({}, "map[]"),
            (set[int](), "set[]"),
        ]
        for value, text in cases:
            self.assertEqual(to_str(value), text)

    def test_labels(self) -> None:
        self.assertEqual(field_label("class_"), "class")
        self.assertEqual(field_label("class__"), "class_")
        self.assertEqual(field_label("u__x"), "__x")
        self.assertEqual(field_label("a_u1F363_b"), "a🍣b")
        self.assertEqual(field_label("my_under"), "my_under")

    def test_ordered(self) -> None:
        self.assertEqual(show(omap({"z": 1, "a": 2})), '{"z": 1, "a": 2}')

    def test_inside_itself(self) -> None:
        items: list[object] = [1]
        items.append(items)
        self.assertEqual(show(items), "[1, [...]]")
        self.assertEqual(to_str(items), "[1 [...]]")

    def test_quote(self) -> None:
        self.assertEqual(quote('a"\\\n\t\r'), '"a\\"\\\\\\n\\t\\r"')
        self.assertEqual(quote("é\u2028\U000e0001"), '"é\\u2028\\U000e0001"')


class Json(unittest.TestCase):
    """§11.2."""

    def test_text(self) -> None:
        self.assertEqual(
            to_json({"b": [1, None], "a": (True, 2.0)}), '{"a":[true,2],"b":[1,null]}'
        )
        self.assertEqual(
            to_json("<&>\u2028é\x01"), '"\\u003c\\u0026\\u003e\\u2028é\\u0001"'
        )

    def test_floats(self) -> None:
        cases = {
            1.0: "1",
            0.5: "0.5",
            1e-7: "1e-7",
            1e21: "1e+21",
            1e20: "100000000000000000000",
        }
        cases |= {1e-6: "0.000001", 2.5e-8: "2.5e-8"}
        for value, text in cases.items():
            self.assertEqual(json_float(value), text)
        with self.assertRaises(MochiError):
            json_float(INF)

    def test_decode(self) -> None:
        self.assertEqual(json_decode('{"a": [1, 2.5, null]}'), {"a": [1, 2.5, None]})
        for text in ("", "{", "[1,]", "NaN"):
            with self.assertRaises(MochiError) as caught:
                json_decode(text)
            self.assertEqual(caught.exception.code, 2)


class Builtins(unittest.TestCase):
    """§12."""

    def test_white_space_is_unicode_s(self) -> None:
        self.assertEqual(trim("\u3000 a\x1c \x85"), "a\x1c")

    def test_split_and_pad(self) -> None:
        self.assertEqual(split("a,b", ","), ["a", "b"])
        self.assertEqual(split("añ", ""), ["a", "ñ"])
        self.assertEqual(pad_start("7", 3, "0"), "007")
        self.assertEqual(pad_start("7", 4, "ab"), "aba7")
        self.assertEqual(pad_start("7", 3, ""), "  7")
        self.assertEqual(pad_start("long", 2, "0"), "long")

    def test_decode(self) -> None:
        self.assertEqual(decode(b"\xc3\xa9"), "é")
        with self.assertRaises(MochiError) as caught:
            decode(b"\xff")
        self.assertEqual(caught.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
