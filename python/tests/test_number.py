"""Arithmetic: truncation, IEEE results, parsing, rounding (language.md §5.1, §12)."""

import math
import unittest
from fractions import Fraction

from mochi_runtime.boxed import any_number, any_round
from mochi_runtime.errors import MochiError, caught
from mochi_runtime.number import (
    ceil,
    fdiv,
    float_to_int,
    floor,
    fpow,
    frem,
    idiv,
    ipow,
    irem,
    parse_float,
    parse_int,
    parse_int_base,
    rational_pow,
    rational_rem,
    rational_round,
    round_half,
    round_to,
    sqrt,
)

INF = float("inf")


class Division(unittest.TestCase):
    """Truncation toward zero, and IEEE for floats."""

    def test_integers(self) -> None:
        for a in range(-20, 21):
            for b in range(-6, 7):
                if b == 0:
                    continue
                quotient = int(Fraction(a, b))
                self.assertEqual(idiv(a, b), quotient)
                self.assertEqual(irem(a, b), a - b * quotient)
        self.assertEqual(idiv(-7, 2), -3)
        self.assertEqual(irem(7, -2), 1)
        big = 10**40
        self.assertEqual(idiv(-big - 1, 10), -(10**39))
        with self.assertRaises(ZeroDivisionError):
            idiv(1, 0)

    def test_floats(self) -> None:
        self.assertEqual(fdiv(1.0, 0.0), INF)
        self.assertEqual(fdiv(1.0, -0.0), -INF)
        self.assertEqual(fdiv(-1.0, 0.0), -INF)
        self.assertTrue(math.isnan(fdiv(0.0, 0.0)))
        self.assertEqual(frem(-7.5, 2.0), -1.5)
        self.assertTrue(math.isnan(frem(1.0, 0.0)))
        self.assertTrue(math.isnan(frem(INF, 2.0)))
        self.assertEqual(frem(1.0, INF), 1.0)

    def test_fractions(self) -> None:
        self.assertEqual(rational_rem(Fraction(-7, 2), Fraction(1)), Fraction(-1, 2))


class Powers(unittest.TestCase):
    """Exact for integers, infinite on overflow for floats."""

    def test_powers(self) -> None:
        self.assertEqual(ipow(2, 100), 2**100)
        with self.assertRaises(MochiError) as caught:
            ipow(2, -1)
        self.assertEqual(caught.exception.code, 6)
        self.assertEqual(fpow(10.0, 400.0), INF)
        self.assertEqual(fpow(-10.0, 401.0), -INF)
        self.assertEqual(fpow(0.0, -1.0), INF)
        self.assertTrue(math.isnan(fpow(-1.0, 0.5)))
        self.assertTrue(math.isnan(sqrt(-1.0)))


class Parsing(unittest.TestCase):
    """Python accepts more than Mochi does."""

    def test_int(self) -> None:
        self.assertEqual(parse_int("-12"), -12)
        self.assertEqual(parse_int("+7"), 7)
        for text in ("", "-", " 1", "1_0", "1.0", "٣", "--1", "0x1"):
            with self.assertRaises(MochiError) as caught:
                parse_int(text)
            self.assertEqual(caught.exception.message, f'cannot cast "{text}" to int')
        self.assertEqual(parse_int_base("-ff", 16), -255)
        for text, base in (("0x1", 16), ("2", 2), ("1", 37), ("1_0", 10)):
            with self.assertRaises(MochiError):
                parse_int_base(text, base)

    def test_float(self) -> None:
        cases = {
            "1.5": 1.5,
            "-2e3": -2000.0,
            "7": 7.0,
            "+1.0e-7": 1e-7,
            "Inf": INF,
            "-Inf": -INF,
        }
        for text, value in cases.items():
            self.assertEqual(parse_float(text), value)
        self.assertTrue(math.isnan(parse_float("NaN")))
        for text in (
            "",
            "1.",
            ".5",
            "1_0",
            "inf",
            "nan",
            " 1",
            "1e",
            "infinity",
            "0x1",
        ):
            with self.assertRaises(MochiError):
                parse_float(text)


class Rounding(unittest.TestCase):
    """Halves away from zero; what is not finite is error 6."""

    def test_rounding(self) -> None:
        self.assertEqual(
            [round_half(x) for x in (2.5, -2.5, 0.4, -0.5)], [3.0, -3.0, 0.0, -1.0]
        )
        self.assertEqual(round_half(0.49999999999999994), 0.0)
        self.assertEqual(round_to(2.675, 1), 2.7)
        self.assertEqual(round_to(1250.0, -2), 1300.0)
        self.assertEqual(round_to(INF, 2), INF)
        self.assertEqual((ceil(2.1), floor(-2.1)), (3, -3))
        self.assertEqual(float_to_int(-2.9), -2)
        for value in (INF, -INF, math.nan):
            for convert in (ceil, floor, float_to_int):
                with self.assertRaises(MochiError) as caught:
                    convert(value)
                self.assertEqual(caught.exception.code, 6)


class Fractions(unittest.TestCase):
    def test_halves_go_away_from_zero(self) -> None:
        for number, whole in [(5, 3), (-5, -3), (4, 2), (0, 0), (-1, -1)]:
            self.assertEqual(rational_round(Fraction(number, 2)), whole)

    def test_powers_are_exact_or_refused(self) -> None:
        self.assertEqual(rational_pow(Fraction(5, 2), -2), Fraction(4, 25))
        self.assertEqual(rational_pow(2, Fraction(4, 2)), 4)
        with self.assertRaises(MochiError) as refused:
            rational_pow(2, Fraction(1, 2))
        self.assertEqual(refused.exception.code, 6)

    def test_their_operators_divide_by_zero_as_integers_do(self) -> None:
        zero = Fraction(0)
        for divide in (
            lambda: Fraction(1, 2) / zero,
            lambda: 1 / zero,
            lambda: Fraction(1, 2) % 0,
            lambda: zero**-1,
        ):
            try:
                divide()
            except ZeroDivisionError as error:
                self.assertEqual(caught(error).code, 5)

    def test_numbers_inside_any(self) -> None:
        for value, rounded in [(7, 7), (2.5, 3.0), (Fraction(7, 2), 4)]:
            self.assertEqual(any_round(value), rounded)
            self.assertEqual(type(any_round(value)), type(value))
        for value in (True, "x", None, [1]):
            with self.assertRaises(MochiError) as refused:
                any_number(value, "ceil")
            self.assertEqual(refused.exception.code, 3)


if __name__ == "__main__":
    unittest.main()
