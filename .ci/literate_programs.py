"""The programs of the literate cases and of the pages of documentation that are run, as packages.

A case is what `crates/mochi-test/src/literate` takes it for: the blocks below one heading, the first
program among them being the entry. Cases that expect an error are none.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
PAGES = ["docs/externs.md", "docs/queries.md", "docs/tour.md"]

# A heading, or a block behind its fence.
PART = re.compile(
    r"^#+ [^\n]*$|^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)`*[ \t]*$",
    re.DOTALL | re.MULTILINE,
)


@dataclass
class Case:
    """The files of a program, the entry first, and the folders that stand beside it."""

    name: str
    files: list[tuple[str, str]] = field(default_factory=list)
    fixtures: list[str] = field(default_factory=list)
    is_refused: bool = False


def sections(path: Path) -> Iterator[Case]:
    text = path.read_text(encoding="utf-8")
    case = Case("")
    for part in PART.finditer(text):
        if part["fence"] is None:
            yield case
            line = text.count("\n", 0, part.start()) + 1
            case = Case(f"{path.parent.name}_{path.stem}_{line}")
            continue
        kind, _, name = part["info"].strip().partition(" ")
        if kind == "mochi":
            case.files.append((name or "main.mochi", part["text"]))
        elif kind == "file":
            case.files.append((name, part["text"]))
        elif kind == "fixture":
            case.fixtures += part["text"].split()
        elif kind == "diagnostics":
            case.is_refused |= "error[" in part["text"]
    yield case


def cases() -> list[Case]:
    """All cases whose programs are accepted."""
    paths = sorted((ROOT / "tests" / "literate").rglob("*.md"))
    paths += [ROOT / page for page in PAGES]
    found = [case for path in paths for case in sections(path)]
    return [case for case in found if case.files and not case.is_refused]


def build(case: Case, out: Path, run: Callable[[list[str], Path], str]) -> str:
    """Builds the package of a case into its own folder below `out`; what went wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in case.files:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for fixture in case.fixtures:
            shutil.copytree(FIXTURES / fixture, folder / fixture)
        fault = run(["-q", "build", case.files[0][0], "--out", "out"], folder)
        if fault:
            return f"{case.name} is not built: {fault}\n"
        shutil.copytree(folder / "out", out / case.name)
        return ""


def build_all(out: Path, run: Callable[[list[str], Path], str]) -> tuple[int, str]:
    """Builds every case: how many there are, and what went wrong.

    The first one alone, since it fetches the tools.
    """
    found = cases()
    found.sort(key=lambda case: not case.fixtures)
    first, *others = found
    faults = [build(first, out, run)]
    with ThreadPoolExecutor() as pool:
        faults += pool.map(lambda case: build(case, out, run), others)
    return len(found), "".join(faults)
