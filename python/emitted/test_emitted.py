"""The Python that programs become, as the literate cases have it, through ruff and mypy.

It stands apart from the tests of the helpers since it needs these tools, which `.ci/test.sh` installs.
Formatting must be ruff's own. Of its default rules only those are left out that are about what the
program itself says.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from .left_out import RUFF

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def blocks() -> list[tuple[str, str]]:
    """The emitted modules with the places of their cases."""
    found: list[tuple[str, str]] = []
    for path in sorted(
        [
            *ROOT.glob("tests/literate/**/*.md"),
            ROOT / "docs/tour.md",
            ROOT / "docs/queries.md",
        ]
    ):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(
            r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
        ):
            line = text.count("\n", 0, match.start()) + 1
            found.append((f"{path.stem}_{line}", match[1]))
    return found


class Emitted(unittest.TestCase):
    """All blocks at once: ruff is fast, starting it is not."""

    def test_ruff(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            # Helpers and sidecars stand beside a program, which makes them its own modules.
            beside = {"_mochi", "_mochi_wrap"}
            for _, text in blocks():
                beside.update(re.findall(r"\b\w+_externs\b", text))
            for module in beside:
                pathlib.Path(folder, f"{module}.py").touch()
            count = 0
            for name, text in blocks():
                if text.strip():
                    count += 1
                    pathlib.Path(folder, f"{name}.py").write_text(
                        text, encoding="utf-8"
                    )
            self.assertGreater(count, 20)
            ruff = [sys.executable, "-m", "ruff"]
            check = ["check", "--isolated", "--no-cache", "--output-format", "concise"]
            left_out = ["--extend-ignore", ",".join(RUFF)]
            for arguments in (
                ["format", "--isolated", "--no-cache", "--diff", "--quiet"],
                [*check, "--quiet", *left_out],
            ):
                done = subprocess.run(
                    [*ruff, *arguments, "."],
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                said = done.stdout + done.stderr
                self.assertEqual((done.returncode, said), (0, ""), arguments[0])

    def test_mypy(self) -> None:
        own = {"_mochi", "dataclasses", "typing", "collections", "enum", "fractions"}
        own |= {"itertools", "operator", "functools", "heapq", "__future__"}
        runtime = ROOT / "python/mochi_runtime"
        assembly = ROOT.joinpath("crates/mochi-python/src/runtime.rs").read_text(
            "utf-8"
        )
        helpers = re.findall(r'include_str!\(".*/mochi_runtime/(\w+)\.py"\),', assembly)
        self.assertGreater(len(helpers), 10)
        stars = [f"from mochi_runtime.{name} import *\n" for name in helpers]
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "_mochi.py").write_text(
                "".join(stars), encoding="utf-8"
            )
            count = 0
            for name, text in blocks():
                imports = re.findall(
                    r"^\s*(?:from|import) (\.*\w*)", text, re.MULTILINE
                )
                if text.strip() and own.issuperset(imports):
                    count += 1
                    pathlib.Path(folder, f"{name}.py").write_text(
                        text, encoding="utf-8"
                    )
            self.assertGreater(count, 20)
            options = [
                "--strict",
                "--no-error-summary",
                "--cache-dir",
                f"{folder}/cache",
            ]
            done = subprocess.run(
                [sys.executable, "-m", "mypy", *options, *sorted(os.listdir(folder))],
                cwd=folder,
                env={**os.environ, "MYPYPATH": str(runtime.parent)},
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.stdout + done.stderr, "")


if __name__ == "__main__":
    unittest.main()
