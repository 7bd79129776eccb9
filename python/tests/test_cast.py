"""Whether a value is of a type, as patterns ask."""

import unittest
from fractions import Fraction

from mochi_runtime.cast import (
    cast_bool,
    cast_float,
    cast_int,
    cast_list,
    cast_map,
    cast_option,
    cast_set,
    cast_str,
    holds,
)
from mochi_runtime.number import rational


def ints(value: object) -> list[int]:
    """A list of ints."""
    return cast_list(value, cast_int)


class Holding(unittest.TestCase):
    def test_an_int_is_no_other_number(self) -> None:
        for value in (1, 10**30, -5):
            self.assertTrue(holds(value, cast_int))
            self.assertFalse(holds(value, cast_float))
            self.assertFalse(holds(value, cast_bool))
            self.assertFalse(holds(value, rational))

    def test_what_would_convert_does_not_hold(self) -> None:
        self.assertFalse(holds(1.0, cast_int))
        self.assertFalse(holds(True, cast_int))
        self.assertFalse(holds(float("nan"), cast_int))
        self.assertFalse(holds(10**400, cast_float))
        self.assertTrue(holds(float("nan"), cast_float))
        self.assertTrue(holds(Fraction(1, 3), rational))
        self.assertTrue(holds(None, lambda value: cast_option(value, cast_int)))

    def test_containers_hold_what_their_elements_do(self) -> None:
        self.assertTrue(holds([], ints))
        self.assertFalse(holds((1, 2), ints))
        self.assertTrue(holds([[1], []], lambda value: cast_list(value, ints)))
        self.assertFalse(holds([[1.0]], lambda value: cast_list(value, ints)))

    def test_maps_and_sets_too(self) -> None:
        def counts(value: object) -> dict[str, int]:
            return cast_map(value, cast_str, cast_int)

        self.assertTrue(holds({"a": 1}, counts))
        self.assertFalse(holds({1: 1}, counts))
        self.assertFalse(holds({"a": 1.0}, counts))
        self.assertTrue(holds({1.5}, lambda value: cast_set(value, cast_float)))
        self.assertFalse(holds({1}, lambda value: cast_set(value, cast_float)))


if __name__ == "__main__":
    unittest.main()
