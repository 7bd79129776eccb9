"""Running tests, each with a program of its own (language.md §13)."""

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
import tempfile
import threading
import unittest

from mochi_runtime.testing import duration, in_order, note, run_test

MODULE = """
from . import state

print("dropped")


def main() -> None:
    state.count += 1


def test_counts() -> None:
    assert state.count == 1


def test_fails() -> None:
    raise ValueError("no")
"""


class Tests(unittest.TestCase):
    """The modules of the program are loaded anew for each test."""

    def test_a_coroutine_that_waits_has_a_place(self) -> None:
        thread = threading.get_ident()
        names: list[str] = []

        def look() -> None:
            steps = []
            frame = sys._current_frames().get(thread)
            while frame is not None:
                steps.append((frame, frame.f_lineno, frame.f_lasti))
                frame = frame.f_back
            names.extend(step[0].f_code.co_name for step in in_order(steps))

        async def inner() -> None:
            await asyncio.sleep(0.4)

        async def outer() -> None:
            await inner()

        timer = threading.Timer(0.1, look)
        timer.start()
        asyncio.run(outer())
        timer.join()
        self.assertEqual(names[-3:], ["outer", "inner", "sleep"])
        self.assertNotIn("select", names)

    def test_run_test(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/app")
            for name, text in (
                ("__init__", ""),
                ("state", "count = 0\n"),
                ("main", MODULE),
            ):
                with open(f"{folder}/app/{name}.py", "w", encoding="utf-8") as file:
                    file.write(text)
            sys.path.insert(0, folder)
            try:
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    results = [
                        run_test("app.main", "main", name, f"test_{name}")
                        for name in ("counts", "counts", "fails")
                    ]
                for result in results:
                    note(f"{folder}/outcomes", result)
                with open(f"{folder}/outcomes", encoding="utf-8") as file:
                    self.assertEqual([json.loads(line) for line in file], results)
            finally:
                sys.path.remove(folder)
        passed = [result["failure"] is None for result in results]
        self.assertEqual(passed, [True, True, False])
        self.assertIn("ValueError: no", results[2]["failure"])
        self.assertGreater(results[0]["seconds"], 0)
        lines = said.getvalue().splitlines()
        self.assertRegex(lines[0], r"^   test counts … ok \(\d+µs\)$")
        self.assertEqual(lines[2], "   test fails … fail")
        self.assertIn("ValueError: no", said.getvalue())
        self.assertNotIn("dropped", said.getvalue())

    def test_an_interruption_of_async_code_has_a_place(self) -> None:
        module = (
            "import asyncio\n"
            "async def main() -> None:\n    pass\n"
            "async def test_waits() -> None:\n    await asyncio.sleep(5)\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/waiting")
            for name, text in (("__init__", ""), ("main", module)):
                path = f"{folder}/waiting/{name}.py"
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            sys.path.insert(0, folder)
            timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
            said = io.StringIO()
            try:
                with (
                    contextlib.redirect_stdout(said),
                    self.assertRaises(KeyboardInterrupt),
                ):
                    timer.start()
                    run_test("waiting.main", "main", "waits", "test_waits")
            finally:
                timer.cancel()
                sys.path.remove(folder)
        self.assertIn("   test waits … interrupted", said.getvalue())
        self.assertIn("line 5, in test_waits", said.getvalue())

    def test_duration(self) -> None:
        self.assertEqual(duration(0.0000123), "12µs")
        self.assertEqual(duration(0.0123), "12.3ms")
        self.assertEqual(duration(1.234), "1.23s")


if __name__ == "__main__":
    unittest.main()
