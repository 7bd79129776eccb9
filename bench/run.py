#!/usr/bin/env python3
"""Measures mochi beside its peers and prints both.

`python3 bench/run.py [types|check|run|calls|data|language|lines]` prints all of its tables, or some.

Needs cargo, a network, and any Python from 3.9 to start with; everything else (a release build,
CPython 3.12 or newer if it is not found, uv, the peers) is set up below `target/bench`. Only the
standard library is used. Each figure is the least of several runs, in milliseconds unless it says
otherwise: the least is what the machine can do, the rest is what else it did.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "bench"
PROGRAMS = ROOT / "bench" / "programs"
LANGUAGE = ROOT / "bench" / "language"
PEERS = ["griffecli==2.4.1", "ty==0.0.107"]
UV = "uv==0.13.9"
MOCHI = ROOT / "target" / "release" / "mochi"
READER = ROOT / "target" / "release" / "mochi-bench"


def call(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end and stops the benchmark if it fails."""
    done = subprocess.run([str(w) for w in words], text=True, capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done


def environment(cache: Path) -> dict[str, str]:
    """The variables of every measured process: one cache of downloads for us and the peers."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "MOCHI_", "PYTHON"))}
    kept.pop("VIRTUAL_ENV", None)
    return kept | {
        "UV_CACHE_DIR": str(WORK / "uv-cache"),
        "MOCHI_CACHE_DIR": str(cache),
        "NO_COLOR": "1",
    }


def least(runs: int, *words: object, before: object = None, cache: Path | None = None) -> float:
    """The least wall time of a command over some runs, in milliseconds."""
    env = environment(cache or WORK / "cache")
    best = float("inf")
    for _ in range(runs):
        if callable(before):
            before()
        start = time.perf_counter()
        call(*words, cwd=PROGRAMS, env=env)
        best = min(best, (time.perf_counter() - start) * 1000)
    return best


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Prints a table with its columns aligned."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        first, *rest = row
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(rest, widths[1:]))]
        print("  " + "  ".join(cells).rstrip())


def python() -> str:
    """A CPython of at least 3.12; shims that lead nowhere are passed over."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(str(path) for path in pyenv.glob("3.1[2-9]*/bin/python"))
    for candidate in [sys.executable, "python3.13", "python3.12", *found]:
        probe = "import sys; print(sys.executable); sys.exit(sys.version_info < (3, 12))"
        try:
            done = subprocess.run([candidate, "-c", probe], text=True, capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            return done.stdout.strip()
    sys.exit("no Python 3.12 or newer was found")


def set_up() -> tuple[Path, Path]:
    """Builds mochi and the two environments: that of the programs, and that of the peers."""
    print("building ...", file=sys.stderr)
    call(
        "cargo", "build", "--release", "--locked", "-p", "mochi-cli", "-p", "mochi-bench", cwd=ROOT
    )
    base = python()
    WORK.mkdir(parents=True, exist_ok=True)
    peers, programs = WORK / "peers", WORK / "programs"
    print("installing ...", file=sys.stderr)
    if not (peers / "bin" / "uv").exists():
        call(base, "-m", "venv", peers)
        call(peers / "bin" / "python", "-m", "pip", "install", "--quiet", UV, *PEERS)
    env = environment(WORK / "cache")
    uv = peers / "bin" / "uv"
    if not (programs / "bin" / "python").exists():
        call(uv, "venv", "--python", base, programs, env=env)
    requirements = PROGRAMS / "requirements.txt"
    interpreter = ["--python", programs / "bin" / "python"]
    call(
        uv, "pip", "install", *interpreter, "-r", requirements, ROOT / "bench" / "measured", env=env
    )
    return peers, programs


def types(peers: Path, programs: Path) -> None:
    """Reads all public types of some packages, each in a process of its own."""
    site = next((programs / "lib").glob("python3*")) / "site-packages"
    rows = []
    for name in ["httpx", "pydantic", "numpy"]:
        ours = least(5, READER, "types", site, name)
        counted = call(READER, "types", site, name).stdout.strip()
        parse = least(5, READER, "parse", site, name)
        griffe = least(2, peers / "bin" / "griffecli", "dump", name, "-s", site, "-o", os.devnull)
        rows.append([name, f"{ours:.0f}", f"{parse:.0f}", f"{griffe:.0f}", counted])
    head = ["package", "mochi", "parse only", "griffe dump", "mochi evaluated"]
    table("Reading all public types, nothing cached (ms)", head, rows)


def check(peers: Path, programs: Path) -> None:
    """Checks a program on four packages, and the same in Python."""
    cold = WORK / "cold"
    ty = [peers / "bin" / "ty", "check", "--python", programs, "four.py"]
    uv = peers / "bin" / "uv"
    fresh = WORK / "fresh"

    def forget() -> None:
        shutil.rmtree(cold, ignore_errors=True)
        shutil.rmtree(fresh, ignore_errors=True)

    first = least(2, MOCHI, "check", "four.mochi", before=forget, cache=cold)
    warm = least(15, MOCHI, "check", "four.mochi", cache=cold)
    steps = (
        f"'{uv}' venv -q --python '{programs}/bin/python' '{fresh}' && "
        f"'{uv}' pip install -q --python '{fresh}/bin/python' -r requirements.txt && "
        f"'{ty[0]}' check --python '{fresh}' four.py"
    )
    ty_first = least(2, "sh", "-c", steps, before=forget)
    ty_warm = least(10, *ty)
    rows = [
        ["first: choose versions, install, check", f"{first:.0f}", f"{ty_first:.0f}"],
        ["again", f"{warm:.0f}", f"{ty_warm:.0f}"],
    ]
    table("Checking a program on four packages (ms)", ["", "mochi check", "uv + ty check"], rows)


def run(_peers: Path, programs: Path) -> None:
    """Runs small programs again, and the same in Python."""
    rows = []
    for name, title in [
        ("hello", "hello"),
        ("record", "a record and a generic"),
        ("request", "httpx, nothing sent"),
    ]:
        call(MOCHI, "run", f"{name}.mochi", cwd=PROGRAMS, env=environment(WORK / "cache"))
        ours = least(20, MOCHI, "run", f"{name}.mochi")
        theirs = least(20, programs / "bin" / "python", f"{name}.py")
        rows.append([title, f"{ours:.1f}", f"{theirs:.1f}", f"{ours - theirs:+.1f}"])
    table("Running a program again (ms)", ["", "mochi run", "python", "added"], rows)


def figures(name: str, programs: Path) -> tuple[dict[str, float], dict[str, float]]:
    """What a program measures of itself, in Mochi and in Python: nanoseconds a call, the least.

    The two take turns, so that what else the machine does meets both.
    """
    commands = [
        [MOCHI, "run", "--python", programs / "bin" / "python", f"{name}.mochi"],
        [programs / "bin" / "python", f"{name}.py"],
    ]
    best: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for _ in range(3):
        for least_of, command in zip(best, commands):
            out = call(*command, cwd=PROGRAMS, env=environment(WORK / "cache")).stdout
            for line in out.splitlines():
                what, _, value = line.partition("\t")
                least_of[what] = min(least_of.get(what, float("inf")), float(value))
    return best


def calls(_peers: Path, programs: Path) -> None:
    """Calls into Python from Mochi, and the same from Python."""
    ours, theirs = figures("calls", programs)
    rows = []
    for name, direct in theirs.items():
        unit, scale = ("ms", 1e6) if "10^6" in name else ("ns", 1.0)
        added = (ours[name] - direct) / scale
        rows.append(
            [name, f"{ours[name] / scale:.1f}", f"{direct / scale:.1f}", f"{added:+.1f} {unit}"]
        )
    table("One call, its result checked", ["", "mochi", "python", "added"], rows)


def data(_peers: Path, programs: Path) -> None:
    """Calls of numpy and pandas; their mean counts those that take longer than 500 ns."""
    ours, theirs = figures("data", programs)
    rows = []
    product, count = 1.0, 0
    for name, direct in theirs.items():
        ratio = ours[name] / direct
        if direct > 500:
            product, count = product * ratio, count + 1
        rows.append([name, f"{ours[name]:.0f}", f"{direct:.0f}", f"{ratio:.2f}"])
    mean = product ** (1 / count)
    rows.append([f"geometric mean of the {count} longer than 500 ns", "", "", f"{mean:.2f}"])
    title = "Calls of numpy and pandas, their results checked (ns)"
    table(title, ["", "mochi", "python", "ratio"], rows)


def language(_peers: Path, programs: Path) -> None:
    """Runs whole programs, and the same as one writes them in Python; both must print the same.

    The two take turns, so that what else the machine does meets both.
    """
    env = environment(WORK / "cache")
    rows = []
    product = 1.0
    names = sorted(path.stem for path in LANGUAGE.glob("*.mochi"))
    for name in names:
        commands = [
            [MOCHI, "run", "--python", programs / "bin" / "python", f"{name}.mochi"],
            [programs / "bin" / "python", f"{name}.py"],
        ]
        outputs = [call(*command, cwd=LANGUAGE, env=env).stdout for command in commands]
        if outputs[0] != outputs[1]:
            sys.exit(f"{name}: the outputs differ\n{outputs[0]}\n{outputs[1]}")
        best = [float("inf"), float("inf")]
        for _ in range(5):
            for which, command in enumerate(commands):
                start = time.perf_counter()
                call(*command, cwd=LANGUAGE, env=env)
                best[which] = min(best[which], (time.perf_counter() - start) * 1000)
        ratio = best[0] / best[1]
        product *= ratio
        rows.append([name, f"{best[0]:.0f}", f"{best[1]:.0f}", f"{ratio:.2f}"])
    mean = product ** (1 / len(names))
    rows.append(["geometric mean", "", "", f"{mean:.2f}"])
    table("Programs beside hand-written Python (ms)", ["", "mochi", "python", "ratio"], rows)


UNIT = """\
type Item{i} {{ id: int, name: string, price: float }}
fun make{i}(n: int): list<Item{i}> {{
  var items: list<Item{i}> = []
  for k in 0..n {{
    items = append(items, Item{i} {{ id: k % 7, name: "n" + str(k), price: float(k) * 1.5 }})
  }}
  return items
}}
fun total{i}(items: list<Item{i}>, limit: int): float {{
  var whole = 0.0
  var seen = 0
  for item in items {{
    if item.id > limit && item.price > 2.0 {{
      whole = whole + item.price / 2.0
      seen = seen + 1
    }} else if item.id == 0 {{
      seen = seen - 1
    }}
  }}
  let kept = from item in items where item.id < limit sort by -item.price take 3 select item.name
  let groups = from item in items group by item.id into g select (g.key, count(g))
  print(len(kept), len(groups), seen)
  return whole
}}
print(total{i}(make{i}({i} + 3), 3))
"""


def joined(head: str, each: str, count: int, tail: str = "") -> str:
    """A program with a part that is there many times, numbered."""
    return head + "".join(each.format(i=i, next=i + 1) for i in range(count)) + tail


# Programs that are large in one way: the time must grow as they do.
SHAPES = {
    "statements of one function": lambda n: joined(
        "fun f(a: int): int {\n  var x = a\n",
        "  let v{i} = x + {i}\n  x = v{i} % 7\n",
        n,
        "  return x\n}\n",
    ),
    "functions, callers first": lambda n: joined(
        "",
        "fun f{i}(a: [int]): [int] {{ return f{next}(append(a, {i})) }}\n",
        n,
        f"fun f{n}(a: [int]): [int] {{ print(a)  return a }}\n",
    ),
    "types, each in the next": lambda n: joined(
        "type T0 { a: int }\n", "type T{next} {{ a: T{i} }}\n", n
    ),
    "variables of one name": lambda n: joined("fun f() {\n", "let x = {i}\nprint(x)\n", n, "}\n"),
    "arms of a match": lambda n: joined(
        "fun f(a: string): int {\nreturn match a {\n", '"k{i}" => {i}\n', n, "_ => 0\n}\n}\n"
    ),
    "handlers of a stream": lambda n: joined(
        "stream S { v: int }\n", "on S as s {{ print(s.v + {i}) }}\n", n
    ),
    "unknown names": lambda n: joined("", "print(unknown{i})\n", n),
    "comments at the head": lambda n: joined("", "// comment {i}\n", n, "print(1)\n"),
}


def lines(_peers: Path, _programs: Path) -> None:
    """Checks and lowers programs of many lines, each time as if for the first time."""
    folder, cold = WORK / "lines", WORK / "cold-lines"
    folder.mkdir(exist_ok=True)
    rows = []
    for count in [1000, 10000]:
        text = ""
        units = itertools.count()
        while text.count("\n") < count:
            text += UNIT.format(i=next(units))
        file = folder / f"lines{count}.mochi"
        file.write_text(text)

        def forget() -> None:
            shutil.rmtree(cold, ignore_errors=True)

        ours = least(5, MOCHI, "check", "--emit", file, before=forget, cache=cold)
        rows.append([f"{text.count(chr(10))} lines", f"{ours:.0f}"])
    table("Checking and lowering (ms)", ["", "mochi check --emit"], rows)
    rows = []
    for title, make in SHAPES.items():
        cells = []
        for count in [500, 2000, 8000]:
            file = folder / "shape.mochi"
            file.write_text(make(count))
            best = float("inf")
            for _ in range(3):
                start = time.perf_counter()
                # Some have faults on purpose.
                command = [MOCHI, "check", "--emit", file]
                subprocess.run(command, capture_output=True, check=False, env=environment(cold))
                best = min(best, (time.perf_counter() - start) * 1000)
            cells.append(f"{best:.0f}")
        rows.append([title, *cells])
    table("Programs that are large in one way (ms)", ["", "500", "2000", "8000"], rows)


def main() -> None:
    """Runs the chosen groups, or all."""
    groups = {
        "types": types,
        "check": check,
        "run": run,
        "calls": calls,
        "data": data,
        "language": language,
        "lines": lines,
    }
    chosen = sys.argv[1:] or list(groups)
    for name in chosen:
        if name not in groups:
            sys.exit(f"unknown group {name}; choose from {', '.join(groups)}")
    peers, programs = set_up()
    for name in chosen:
        groups[name](peers, programs)


if __name__ == "__main__":
    main()
