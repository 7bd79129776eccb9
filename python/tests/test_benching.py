"""Measuring benchmarks, each with a program of its own (language.md §13)."""

import io
import json
import os
import sys
import tempfile
import unittest
from typing import Any

from mochi_runtime.benching import Measuring, measure

MODULE = """
import asyncio
from mochi_runtime.benching import measure
from . import state

print("dropped")


def main() -> None:
    state.count += 1
    measure("inner", bench_keeps)


def bench_keeps() -> None:
    print("dropped too")
    assert state.count == 1
    kept = [0] * 100_000


async def start() -> None:
    await asyncio.sleep(0)


async def bench_waits() -> None:
    await asyncio.sleep(0)


def bench_fails() -> None:
    raise ValueError("no")
"""


class Benches(unittest.TestCase):
    """The modules of the program are loaded anew for each benchmark."""

    def measured(self, name: str, main: str, function: str) -> dict[str, Any]:
        """What is said about a benchmark."""
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/app")
            for file, text in (
                ("__init__", ""),
                ("state", "count = 0\n"),
                ("main", MODULE),
            ):
                with open(f"{folder}/app/{file}.py", "w", encoding="utf-8") as out:
                    out.write(text)
            sys.path.insert(0, folder)
            try:
                measuring = Measuring(name, 0.0, 0.01, 0)
                measuring.output = io.StringIO()
                measuring.program("app.main", main, function)
                said: str = measuring.output.getvalue()
            finally:
                sys.path.remove(folder)
        [line] = said.splitlines()
        result: dict[str, Any] = json.loads(line)
        return result

    def test_blocks(self) -> None:
        for name, main, function in (
            ("keeps", "main", "bench_keeps"),
            ("keeps", "main", "bench_keeps"),
            ("inner", "main", ""),
            ("waits", "start", "bench_waits"),
        ):
            line = self.measured(name, main, function)
            self.assertEqual(line["name"], name)
            self.assertGreaterEqual(line["rounds"], 5)
            self.assertGreater(line["duration_us"], 0)
            self.assertLessEqual(line["min_us"], line["median_us"])
            self.assertLessEqual(line["median_us"], line["max_us"])
        line = self.measured("keeps", "main", "bench_keeps")
        self.assertGreater(line["memory_bytes"], 100_000)

    def test_failure(self) -> None:
        line = self.measured("fails", "main", "bench_fails")
        self.assertEqual(line["name"], "fails")
        self.assertIn("ValueError: no", str(line["error"]))

    def test_others_are_not_measured(self) -> None:
        Measuring.current = None
        measure("inner", lambda: self.fail("it was run"))

    def test_plan(self) -> None:
        measuring = Measuring("x", 0.2, 1.0, 0)
        self.assertEqual(measuring.plan(1_000.0), (10_000, 100))
        self.assertEqual(measuring.plan(100_000_000.0), (1, 10))
        self.assertEqual(measuring.plan(9e9), (1, 5))
        self.assertEqual(Measuring("x", 0.0, 1.0, 3).plan(1_000.0), (50, 3))
