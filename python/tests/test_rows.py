"""Rows in files and the subset of YAML (language.md §14)."""

import contextlib
import dataclasses
import io
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from mochi_runtime import rows
from mochi_runtime.cast import cast_entries, cast_field, cast_int
from mochi_runtime.errors import MochiError
from mochi_runtime.text import RECORD_CLASSES
from mochi_runtime.yamltext import read_yaml, write_yaml


@dataclasses.dataclass(slots=True)
class Point:
    """A record of the program, though it stands in another folder than the helpers."""

    x: int
    y: float | None


RECORD_CLASSES[Point] = True


class Files(unittest.TestCase):
    """Reading and writing in a folder that goes away."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "rows")

    def write(self, text: str) -> str:
        pathlib.Path(self.path).write_text(text, encoding="utf-8", newline="")
        return self.path

    def read(self) -> str:
        return pathlib.Path(self.path).read_bytes().decode()

    def fails(self, code: int, part: str, text: str, form: str = "csv") -> None:
        with self.assertRaises(MochiError) as caught:
            list(rows.read_rows(self.write(text), {"format": form}))
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        self.assertIn(part, caught.exception.message)

    def test_cells(self) -> None:
        cells = [
            "1",
            "-2",
            "+3",
            "007",
            "1.5",
            "2e3",
            "-0.5",
            "",
            " 1",
            "1_0",
            "x",
            "1.",
            "٣",
        ]
        wanted: list[object] = [
            1,
            -2,
            3,
            7,
            1.5,
            2000.0,
            -0.5,
            "",
            " 1",
            "1_0",
            "x",
            "1.",
            "٣",
        ]
        self.assertEqual([rows.cell_value(cell) for cell in cells], wanted)

    def test_csv(self) -> None:
        path = self.write('\ufeffname,age\r\n"A, ""B""",3\r\n\r\n"two\nlines",4.5\r\n')
        wanted = [{"name": 'A, "B"', "age": 3}, {"name": "two\nlines", "age": 4.5}]
        self.assertEqual(list(rows.read_csv_rows(path)), wanted)

    def test_csv_without_header(self) -> None:
        path = self.write("a;1\nb\nc;2;3\n")
        wanted = [{"c0": "a", "c1": 1}, {"c0": "b"}, {"c0": "c", "c1": 2, "c2": 3}]
        self.assertEqual(
            list(rows.read_csv_rows(path, header=False, delimiter=";")), wanted
        )

    def test_csv_with_cells_beyond_the_header(self) -> None:
        wanted = [{"a": 1, "c1": 2}]
        self.assertEqual(list(rows.read_csv_rows(self.write("a\n1,2\n"))), wanted)
        self.assertEqual(list(rows.read_csv_rows(self.write(""))), [])

    def test_rows_that_do_not_fit(self) -> None:
        def cast(row: object) -> int:
            return cast_int(cast_field(cast_entries(row, "P"), "age", "P"))

        for form, text, where in (
            ("csv", 'name,age\n"a\nb",1\n\nc,old\n', "line 5, field age"),
            ("tsv", "name\tage\nc\told\n", "line 2, field age"),
            ("json", '[{"age": 1}, {"age": "old"}]', "element 2, field age"),
            ("jsonl", '{"age": 1}\n\n{"age": "old"}', "line 3, field age"),
            ("yaml", "- age: 1\n- age: old\n", "element 2, field age"),
            ("json", '[{"age": 1}, 5]', "element 2"),
        ):
            with self.subTest(form=form), self.assertRaises(MochiError) as caught:
                rows.cast_rows(rows.read_rows(self.write(text), {"format": form}), cast)
            self.assertEqual(caught.exception.code, 3)
            self.assertIn(f" ({self.path}, {where})", caught.exception.message)
        with self.assertRaises(MochiError) as caught:
            rows.cast_rows(rows.read_rows(self.write("{}"), {"format": "jsonl"}), cast)
        self.assertEqual(caught.exception.message, "missing field age for P")
        self.assertEqual(caught.exception.__notes__, [f"in {self.path}, line 1"])

    def test_empty_cells(self) -> None:
        path = self.write("a,b\n,x\n1,\n")
        wanted: list[object] = [{"a": None, "b": "x"}, {"a": 1, "b": ""}]
        self.assertEqual(list(rows.read_rows(path, {}, empty=("a", "c"))), wanted)

    def test_malformed(self) -> None:
        self.fails(2, "line 2", 'a\n"b\n')
        self.fails(2, "holds no array", '{"a": 1}', "json")
        self.fails(2, "malformed JSON", "[1,", "json")
        self.fails(2, "line 2", '{"a":1}\n{"a":', "jsonl")
        self.fails(2, "holds no array", "a: 1", "yaml")
        self.fails(1, 'unknown format "xml"', "", "xml")
        with self.assertRaises(MochiError) as caught:
            list(rows.read_csv_rows(f"{self.path}.missing"))
        self.assertEqual(caught.exception.code, 1)
        with self.assertRaises(MochiError):
            list(rows.read_csv_rows(self.write("a"), delimiter="ab"))
        with self.assertRaises(MochiError):
            list(rows.read_rows(self.write("a"), {"header": "yes"}))

    def test_save_csv(self) -> None:
        data = [
            {"b": True, "a": "x,y", "c": [1, "z"]},
            {"a": None, "b": 2.0},
            {"b": 1e21},
        ]
        rows.write_csv_rows(data, self.path)
        self.assertEqual(
            self.read(),
            '"x,y",true,"[1,""z""]"\n,2,\n,1000000000000000000000,\n',
        )
        rows.write_tsv_rows([Point(1, 2.5), Point(2, None)], self.path, header=True)
        self.assertEqual(self.read(), "x\ty\n1\t2.5\n2\t\n")
        rows.write_csv_rows([], self.path, header=True)
        self.assertEqual(self.read(), "")

    def test_save_others(self) -> None:
        data = [{"b": 2.0, "a": [1]}, Point(1, None)]
        rows.write_jsonl_rows(data, self.path)
        self.assertEqual(self.read(), '{"a":[1],"b":2}\n{"x":1,"y":null}\n')
        self.assertEqual(list(rows.read_jsonl_rows(self.path))[1], {"x": 1, "y": None})
        for form in ("json", "yaml", "tsv", "csv"):
            rows.write_rows(
                [{"a": 1, "b": "x"}], self.path, {"format": form, "header": True}
            )
            self.assertEqual(
                list(rows.read_rows(self.path, {"format": form})), [{"a": 1, "b": "x"}]
            )
        with self.assertRaises(MochiError):
            rows.write_csv_rows([1], self.path)

    def test_standard_streams(self) -> None:
        with mock.patch("sys.stdin", io.StringIO("a\n1\n")):
            self.assertEqual(list(rows.read_csv_rows("-")), [{"a": 1}])
        with contextlib.redirect_stdout(io.StringIO()) as out:
            rows.write_csv_rows([{"a": 1}], "-", header=True)
        self.assertEqual(out.getvalue(), "a\n1\n")


class Yaml(unittest.TestCase):
    """What the subset has, and what it refuses."""

    def test_blocks(self) -> None:
        text = (
            "# people\n---\n- name: Ada   # first\n  tags: [a, 'b c', \"d\\n\"]\n"
            "  home:\n    city: x\n    zip: '007'\n- - 1\n  - 2.5\n-\n- {a: [1,\n   {b: ~}], c: true}\n"
            "- |\n  one\n    two\n\n  three\n- >-\n  fold\n  ed\n\n  end\n- http://a/b#c\n"
        )
        self.assertEqual(
            read_yaml(text),
            [
                {
                    "name": "Ada",
                    "tags": ["a", "b c", "d\n"],
                    "home": {"city": "x", "zip": "007"},
                },
                [1, 2.5],
                None,
                {"a": [1, {"b": None}], "c": True},
                "one\n  two\n\nthree\n",
                "fold ed\nend",
                "http://a/b#c",
            ],
        )

    def test_scalars(self) -> None:
        text = "- 1\n- -2\n- 0x1f\n- 1e3\n- .inf\n- yes\n- null\n- ''\n- 'it''s'\n- 1_0\n- 2026-01-01"
        wanted = [
            1,
            -2,
            31,
            1000.0,
            float("inf"),
            "yes",
            None,
            "",
            "it's",
            "1_0",
            "2026-01-01",
        ]
        self.assertEqual(read_yaml(text), wanted)

    def test_refused(self) -> None:
        for text, part in [
            ("a: &x 1", "line 1: `&`"),
            ("a: *x", "`*`"),
            ("a: !t 1", "`!`"),
            ("- a: b: c", "quotes"),
            ("- a: &x 1", "an anchor"),
            ("%YAML 1.2\n--- \n", "directives"),
            ("- 1\n---\n- 2", "one document"),
            ("a: 1\na: 2", "stands twice"),
            ("- [1, 2", "not closed"),
            ('- "x', "does not end"),
            ('- "\\q"', "unknown escape"),
            ("a: 1\n\tb: 2", "tabs"),
            ("a: x\n  b: 2", "goes on"),
            ("a: 1\n b: 2\nc", "goes on"),
            ("a:\n   b: 1\n  c: 2", "indentation"),
            ("? a\n: b", "line 2"),
            ("[" * 300, "deep"),
        ]:
            with self.assertRaises(MochiError, msg=text) as caught:
                read_yaml(text)
            self.assertEqual(caught.exception.code, 2)
            self.assertIn(part, caught.exception.message, text)

    def test_round_trip(self) -> None:
        value = [
            {"a": 1, "b": [1, [2, 3], {"c": "x: y"}], "d": {}, "e": {"f": []}},
            [],
            [
                "- x",
                "true",
                "1",
                "a\nb",
                "",
                " x",
                "#",
                "é",
                "x:",
                "null",
                "it's",
                '"q"',
                "~",
            ],
            {"key: odd": None, "1": -0.5, "t": 2.0, "n": float("inf")},
        ]
        self.assertEqual(read_yaml(write_yaml(value)), value)
        self.assertEqual(
            write_yaml([{"name": "Ada", "tags": ["x"]}]),
            "- name: Ada\n  tags:\n    - x\n",
        )


if __name__ == "__main__":
    unittest.main()
