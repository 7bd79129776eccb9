"""Failures of `expect` show what was compared (language.md §13)."""

import unittest
from dataclasses import dataclass

from mochi_runtime import text
from mochi_runtime.errors import MochiError
from mochi_runtime.expecting import expect_showing, failed_expectation
from mochi_runtime.running import report


@dataclass
class Point:
    """A record."""

    x: int
    label: str


class Odd:
    """What cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError("not today")


def sides(left: object, right: object) -> list[str]:
    """The notes of a failed comparison."""
    error = failed_expectation("a.mochi:1: x == y", {"left": left, "right": right})
    return list(error.__notes__)


class Tests(unittest.TestCase):
    """The notes of the error, in print form."""

    def setUp(self) -> None:
        text.RECORD_CLASSES[Point] = True

    def test_short_values_stand_side_by_side(self) -> None:
        self.assertEqual(sides(1.0, None), ["left:  1.0", "right: nil"])
        self.assertEqual(sides("a\n", ["b"]), ['left:  "a\\n"', 'right: ["b"]'])

    def test_labels_are_aligned(self) -> None:
        error = failed_expectation("a.mochi:1: f(x, yy)", {"x": 1, "yy": {"k": True}})
        self.assertEqual(
            error.message, "expect condition failed at a.mochi:1: f(x, yy)"
        )
        self.assertEqual(error.__notes__, ["x:  1", 'yy: {"k": true}'])

    def test_the_part_that_failed(self) -> None:
        error = failed_expectation("a.mochi:1: a && b", {}, "b")
        self.assertEqual(error.__notes__, ["failed part: b"])

    def test_the_first_difference_of_long_values(self) -> None:
        long = list(range(30))
        for left, right, found in (
            (long, [*long[:-1], 0], ["[29]:", "left:  29", "right: 0"]),
            (long, long[:-1], ["[29]:", "left:  29", "right: nothing"]),
            (long[:-1], long, ["[29]:", "left:  nothing", "right: 29"]),
            (
                {"k": long, "l": 1},
                {"k": long},
                ['["l"]:', "left:  1", "right: nothing"],
            ),
            (
                {"k": long},
                {"k": long, "l": 1},
                ['["l"]:', "left:  nothing", "right: 1"],
            ),
            (
                [Point(1, "a" * 20), Point(2, "b")],
                [Point(1, "a" * 20), Point(2, "c")],
                ["[1].label:", 'left:  "b"', 'right: "c"'],
            ),
            (set(long), {*long, 99}, ["an element:", "left:  nothing", "right: 99"]),
            ([True, *long], [1, *long], ["[0]:", "left:  true", "right: 1"]),
        ):
            notes = sides(left, right)[2:]
            self.assertEqual(notes[0], f"first difference at {found[0]}")
            self.assertEqual([note.strip() for note in notes[1:]], found[1:])

    def test_the_first_difference_of_texts(self) -> None:
        lines = "first line\nsecond line\nthird line with more words"
        self.assertEqual(
            sides(lines, lines.replace("third", "fourth"))[2:],
            [
                "first difference at line 3, column 1:",
                '  left:  "third line with more words"',
                '  right: "fourth line with more words"',
            ],
        )
        self.assertEqual(
            sides([lines], [f"{lines}\n"])[2:],
            [
                "first difference at [0], line 4:",
                "  left:  nothing",
                '  right: ""',
            ],
        )
        self.assertEqual(
            sides("x" * 200, "x" * 150 + "y" * 50)[2:],
            [
                "first difference at character 150:",
                f'  left:  …"{"x" * 70}"',
                f'  right: …"{"x" * 20}{"y" * 50}"',
            ],
        )

    def test_long_values_are_shortened(self) -> None:
        self.assertEqual(
            sides("x" * 1000, 1)[0],
            f'left:  "{"x" * 339} … 602 more characters … {"x" * 59}"',
        )

    def test_what_cannot_be_shown_hides_no_failure(self) -> None:
        self.assertEqual(
            sides(Odd(), 1),
            [
                "left:  <Odd: cannot be shown, ValueError: ValueError('not today')>",
                "right: 1",
            ],
        )
        inside: list[object] = []
        for _ in range(100_000):
            inside = [inside]
        self.assertEqual(
            sides(inside, 1)[0], "left:  <list: nested too deeply to be shown>"
        )
        looped: list[object] = [1]
        looped.append(looped)
        self.assertEqual(sides(looped, [2])[0], "left:  [1, [...]]")

    def test_it_raises_only_if_the_condition_is_false(self) -> None:
        expect_showing(True, "a.mochi:1: x", {"x": 1})
        with self.assertRaises(MochiError) as caught:
            expect_showing(False, "a.mochi:1: x", {"x": 1})
        self.assertEqual(
            report(caught.exception),
            "error 9 (ASSERT): expect condition failed at a.mochi:1: x\n  x: 1\n",
        )


if __name__ == "__main__":
    unittest.main()
