"""Arithmetic where Python's differs from Mochi's (language.md §5.1, §12)."""

from __future__ import annotations

import math
from fractions import Fraction

from .errors import MochiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

INFINITY = float("inf")


def idiv(a: int, b: int) -> int:
    """Division that truncates toward zero."""
    quotient = a // b
    if quotient < 0 and quotient * b != a:
        return quotient + 1
    return quotient


def irem(a: int, b: int) -> int:
    """The remainder of truncating division: it has the sign of the dividend."""
    remainder = a % b
    if remainder and (a < 0) != (b < 0):
        return remainder - b
    return remainder


def fdiv(a: float, b: float) -> float:
    """Division by the rules of IEEE 754."""
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0 or math.isnan(a):
            return math.nan
        return math.copysign(INFINITY, a) * math.copysign(1.0, b)


def frem(a: float, b: float) -> float:
    """C's `fmod`: the sign of the dividend, NaN for a zero divisor."""
    if b == 0 or a in (INFINITY, -INFINITY):
        return math.nan
    return math.fmod(a, b)


def ipow(base: int, exponent: int) -> int:
    """An exact power; a negative exponent is error 6."""
    if exponent < 0:
        raise MochiError(6, "negative exponent")
    result: int = base**exponent
    return result


def fpow(base: float, exponent: float) -> float:
    """A power of floats; it overflows to infinity."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_odd = exponent == math.floor(exponent) and exponent % 2 == 1
        return -INFINITY if base < 0 and is_odd else INFINITY
    except ValueError:
        if base == 0:
            is_odd = exponent == math.floor(exponent) and exponent % 2 == 1
            return math.copysign(INFINITY, base) if is_odd else INFINITY
        return math.nan


def rational(value: object) -> Fraction:
    """A number as an exact fraction."""
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        try:
            return Fraction(value)
        except (OverflowError, ValueError):
            raise MochiError(6, "number is not finite") from None
    raise MochiError(3, "not a number")


def rational_rem(a: Fraction, b: Fraction | int) -> Fraction:
    """The remainder of truncating division of fractions."""
    return a - b * int(a / b)


def rational_pow(base: Fraction | int, exponent: Fraction | int) -> Fraction:
    """An exact power with an integral exponent, of any sign; other exponents are error 6."""
    if exponent.denominator != 1:
        raise MochiError(6, "the power is not a fraction")
    # A program without fractions does without the module: one of the two is a fraction here.
    exact: Any = base if isinstance(exponent, int) else base + (exponent - exponent)
    result: Fraction = exact**exponent.numerator
    return result


def rational_round(value: Fraction) -> Fraction:
    """The nearest integral fraction, halves away from zero."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return Fraction(size if value > 0 else -size)


def float_to_int(value: float) -> int:
    """A float truncated toward zero; NaN and infinities are error 6."""
    if value - value != 0:
        raise MochiError(6, "float is not finite")
    return int(value)


def parse_int(text: str) -> int:
    """Decimal digits with an optional sign; anything else is error 2."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if digits.isascii() and digits.isdigit():
        return int(text)
    raise MochiError(2, f'cannot cast "{text}" to int')


def parse_int_base(text: str, base: int) -> int:
    """Digits of a base from 2 to 36 with an optional sign; anything else is error 2."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    is_word = 2 <= base <= 36 and digits.isascii() and digits.isalnum()
    if is_word and all(int(digit, 36) < base for digit in digits):
        return int(text, base)
    raise MochiError(2, f'cannot parse "{text}" in base {base}')


def parse_float(text: str) -> float:
    """A float as Mochi writes it, with optional sign, or `Inf`, or `NaN`; else error 2."""
    sign, body = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if body == "Inf":
        return -INFINITY if sign == "-" else INFINITY
    if body == "NaN":
        return math.nan
    mantissa, mark, exponent = body.replace("E", "e").partition("e")
    whole, point, fraction = mantissa.partition(".")
    exponent_digits = exponent[1:] if exponent[:1] in ("+", "-") else exponent
    parts = (
        [whole] + ([fraction] if point else []) + ([exponent_digits] if mark else [])
    )
    if all(part.isascii() and part.isdigit() for part in parts):
        return float(text)
    raise MochiError(2, f'cannot cast "{text}" to float')


def ceil(value: float | Fraction) -> int:
    """The next integer toward +∞; NaN and infinities are error 6."""
    if value - value != 0:
        raise MochiError(6, "float is not finite")
    return math.ceil(value)


def floor(value: float | Fraction) -> int:
    """The next integer toward −∞; NaN and infinities are error 6."""
    if value - value != 0:
        raise MochiError(6, "float is not finite")
    return math.floor(value)


def round_half(value: float) -> float:
    """The nearest integral float, halves away from zero."""
    if value - value != 0 or abs(value) >= 4503599627370496.0:
        return value
    size = abs(value)
    whole = math.floor(size)
    return math.copysign(whole + 1 if size - whole >= 0.5 else whole, value)


def round_to(value: float, digits: int) -> float:
    """Rounded to so many decimals, halves away from zero; negative numbers of them too."""
    if value - value != 0 or digits > 308:
        return value
    if digits < -308:
        return math.copysign(0.0, value)
    scale = 10.0 ** abs(digits)
    scaled = value * scale if digits >= 0 else value / scale
    if scaled - scaled != 0:
        return value
    rounded = round_half(scaled)
    return rounded / scale if digits >= 0 else rounded * scale


def sqrt(value: float) -> float:
    """The square root; NaN of a negative number."""
    if value < 0:
        return math.nan
    return math.sqrt(value)


def int_range(start: int, stop: int, step: int) -> list[int]:
    """`range` with a step that may be zero, which is error 3."""
    if step == 0:
        raise MochiError(3, "range step must not be zero")
    return list(range(start, stop, step))


def slice_step(step: int) -> int:
    """A step of a slice; zero is error 3."""
    if step == 0:
        raise MochiError(3, "slice step must not be zero")
    return step


def float_sum(values: Iterable[float]) -> float:
    """The sum from left to right, without Python's compensation of rounding."""
    result = 0.0
    for value in values:
        result += value
    return result
