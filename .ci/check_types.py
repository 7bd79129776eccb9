"""Runs ruff, mypy --strict and pyright's strict mode on what mochi emits, packages in place.

The programs of `examples/`, of the literate cases and of the pages of documentation are
built as packages; the wrappers are those of a project on several packages. Needs the mochi
binary, a Python with pip, and a network. Installs below `target/ci`. What is left out, and
why, stands in `python/emitted/left_out.py`.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

import literate_programs

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

from emitted import left_out

WORK = ROOT / "target" / "ci" / "types"
VENV = ROOT / "target" / "ci" / "types-venv"
PYTHON = VENV / "bin" / "python"
MOCHI = Path(os.environ.get("MOCHI_BINARY", ROOT / "target" / "debug" / "mochi"))
CHECKERS = ["mypy==2.4.1", "basedpyright==1.40.2", "ruff==0.17.6"]

# Comments that keep a checker from speaking.
SILENCED = re.compile(r"#\s*(type:\s*ignore|pyright:|mypy:|noqa)")
# Helpers and checks of results: there `Any` is what comes over the border.
BORDER = {"_mochi.py", "_mochi_wrap.py"}

# The entries of the list of what is left out that were needed.
needed: set[left_out.Complaint] = set()
# Files in which pyright cannot know every type.
doubtful: set[str] = set()

MANIFEST = """\
[package]
name = "wrapped"
version = "0.1.0"

[python-dependencies]
attrs = "==24.2.0"
httpx = "==0.28.1"
numpy = "==2.1.3"
pandas = "==2.2.3"
pandas-stubs = "==2.2.3.241126"
python-dateutil = "==2.9.0.post0"
pyyaml = "==6.0.2"
"""


def run(
    command: Iterable[str | Path], folder: Path, paths: Iterable[Path] = ()
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "MOCHI_CACHE_DIR": str(WORK / "cache"),
        "MYPYPATH": os.pathsep.join(str(path) for path in paths),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def must(command: Iterable[str | Path], folder: Path) -> str:
    command = list(command)
    done = run(command, folder)
    if done.returncode != 0:
        words = " ".join(str(part) for part in command)
        sys.exit(f"error: {words} in {folder}\n{done.stdout}{done.stderr}")
    return done.stdout


def pins(lock: Path) -> list[str]:
    """The distributions of a lock, stubs included, as pip takes them."""
    packages = tomllib.loads(lock.read_text()).get("python-package", [])
    found = []
    for package in packages:
        markers = package.get("markers", [])
        elsewhere = any("emscripten" in one or "win32" in one for one in markers)
        if "version" in package and not elsewhere:
            found.append(f"{package['name']}=={package['version']}")
    return found


def install(requirements: list[str], *options: str) -> None:
    if requirements:
        pip = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        must([*pip, *options, *requirements], ROOT)


def is_untyped(lock: Path) -> bool:
    """Whether some imported distribution declares no types, on any tier."""
    packages = tomllib.loads(lock.read_text()).get("python-package", [])
    return any(
        package.get("types", {}).get("source") == "untyped" for package in packages
    )


def is_left_out(rule: str, message: str) -> bool:
    for complaint in left_out.COMPLAINTS:
        if rule == complaint.rule and complaint.message.search(message):
            needed.add(complaint)
            return True
    return False


def mypy(
    folder: Path, files: list[Path], untyped: bool, paths: Iterable[Path] = ()
) -> str:
    options = ["--strict", "--no-error-summary", "--hide-error-context"]
    options += ["--namespace-packages", "--explicit-package-bases"]
    options += ["--follow-imports=silent", f"--cache-dir={WORK / 'mypy'}"]
    if untyped:
        # Of such a module mypy knows nothing but that it is there.
        options += ["--disable-error-code=import-untyped"]
    done = run([PYTHON, "-m", "mypy", *options, *files], folder, paths)
    said = ""
    for line in (done.stdout + done.stderr).splitlines(keepends=True):
        if not is_left_out("mypy", line):
            said += line
        elif left_out.FOLLOWED.search(line):
            doubtful.add(str(folder / line.partition(":")[0]))
    return said


def pyright(
    folder: Path,
    targets: list[str],
    unknown: re.Pattern[str],
    paths: Iterable[Path] = (),
) -> str:
    """What pyright says of some folders; nothing of what it need not know there."""
    settings = {
        "include": targets,
        # What stands beside a program is not what mochi emits.
        "ignore": ["**/*_externs.py"],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.12",
        "extraPaths": [str(path) for path in paths],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [str(VENV / "bin" / "basedpyright"), "--outputjson"]
    done = run([*command, "--pythonpath", str(PYTHON)], folder)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return done.stdout + done.stderr
    if not answer["summary"]["filesAnalyzed"]:
        return f"pyright found no file in {', '.join(targets)}\n"
    found = answer["generalDiagnostics"]
    said = ""
    doubts: list[tuple[str, str]] = []
    for one in found:
        rule, message, file = one.get("rule", ""), one["message"], one["file"]
        line = one["range"]["start"]["line"]
        text = f"{file}:{line + 1}: {message} [{rule}]\n"
        if left_out.UNKNOWN.fullmatch(rule):
            code = Path(file).read_text(encoding="utf-8").splitlines()[line]
            if not unknown.fullmatch(rule) and not left_out.UNKNOWN_BESIDE.search(code):
                doubts.append((file, text))
        elif not is_left_out(rule, message):
            said += text
        elif left_out.FOLLOWED.search(rule):
            doubtful.add(file)
    return said + "".join(text for file, text in doubts if file not in doubtful)


def ruff(folder: Path, target: str) -> str:
    options = ["--isolated", "--no-cache", "--quiet"]
    options += ["--extend-exclude", "*_externs.py"]
    rules = ["--output-format", "concise", "--extend-ignore", ",".join(left_out.RUFF)]
    # Deeper than lines are wide, the formatter breaks what has no room anywhere.
    layout = ["--diff", "--extend-exclude", "diagnostics_deep_*"]
    command = [str(PYTHON), "-m", "ruff"]
    done = [
        run([*command, "format", *options, *layout, target], folder),
        run([*command, "check", *options, *rules, target], folder),
    ]
    return "".join(one.stdout + one.stderr for one in done)


def evasions(folder: Path, target: str) -> str:
    """Comments against checkers, `cast`, and `Any` but for what a package's class holds."""
    said = ""
    for path in sorted((folder / target).rglob("*.py")):
        if path.name.endswith("_externs.py"):
            continue
        text = path.read_text(encoding="utf-8")
        if SILENCED.search(text):
            said += f"{path}: a checker is silenced\n"
        if path.name not in BORDER:
            faults = untyped_names(ast.parse(text))
            said += "".join(f"{path}:{fault}\n" for fault in faults)
    return said


def untyped_names(node: ast.AST, inside: bool = False) -> list[str]:
    """Uses of `Any` and `cast`; inside of what a class of a package holds, `Any` is its own."""
    if isinstance(node, ast.Name) and node.id == "Any" and not inside:
        return [f"{node.lineno}: Any"]
    if isinstance(node, ast.ImportFrom) and any(
        name.name == "cast" for name in node.names
    ):
        return [f"{node.lineno}: cast"]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        inside = True
    return [
        found
        for part in ast.iter_child_nodes(node)
        for found in untyped_names(part, inside)
    ]


def report(name: str, said: str) -> bool:
    print(f"{'ok  ' if not said else 'FAIL'} {name}", flush=True)
    lines = said.splitlines()
    if lines:
        print("\n".join(lines[:100]))
        print(f"… {len(lines) - 100} more lines\n" if len(lines) > 100 else "")
    return not said


def example(source: Path) -> bool:
    folder = WORK / source.stem
    folder.mkdir()
    shutil.copy(source, folder)
    shutil.copytree(source.parent / "data", folder / "data")
    must([MOCHI, "-q", "lock", source.name], folder)
    must([MOCHI, "-q", "build", source.name, "--out", "out"], folder)
    lock = folder / f"{source.name}.lock"
    install(pins(lock), "--no-deps")
    files = sorted((folder / "out").rglob("*.py"))
    untyped = is_untyped(lock)
    said = ruff(folder, "out") + evasions(folder, "out")
    said += mypy(folder, files, untyped)
    said += pyright(folder, ["out"], left_out.UNKNOWN if untyped else left_out.PARTIAL)
    return report(source.name, said)


def project() -> bool:
    folder = WORK / "wrapped"
    (folder / "src").mkdir(parents=True)
    (folder / "mochi.toml").write_text(MANIFEST)
    (folder / "src" / "main.mochi").write_text("print(1)\n")
    must([MOCHI, "-q", "pkg", "sync"], folder)
    install(pins(folder / "mochi.lock"), "--no-deps")
    wrappers = folder / "python_wrap"
    said = ruff(folder, "python_wrap") + evasions(folder, "python_wrap")
    # Where both stand side by side, checkers read the stubs alone.
    for files in (sorted(wrappers.rglob("*.pyi")), sorted(wrappers.rglob("*.py"))):
        said += mypy(folder, files, False)
    # All that the packages declare is named here, whatever they leave open.
    said += pyright(folder, ["python_wrap"], left_out.UNKNOWN)
    return report("python_wrap", said)


def helpers() -> list[str]:
    """The modules of which the one of an output is made."""
    assembly = ROOT / "crates" / "mochi-python" / "src" / "runtime.rs"
    pattern = r'include_str!\(".*/mochi_runtime/(\w+)\.py"\),'
    return re.findall(pattern, assembly.read_text(encoding="utf-8"))


def runtime() -> bool:
    """The helpers, where they stand; mypy has read them in another step."""
    folder = WORK / "helpers"
    shutil.copytree(ROOT / "python" / "mochi_runtime", folder / "mochi_runtime")
    return report("helpers", pyright(folder, ["mochi_runtime"], left_out.KNOWN))


def literate() -> bool:
    """All programs of the literate cases in two runs of each checker."""
    folder = WORK / "literate"
    out = folder / "out"
    out.mkdir(parents=True)

    def mochi(arguments: list[str], beside: Path) -> str:
        done = run([MOCHI, *arguments], beside)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    count, said = literate_programs.build_all(out, mochi)
    said += ruff(folder, "out") + evasions(folder, "out")
    # The helpers are the same for all, and read once.
    stars = "".join(f"from mochi_runtime.{name} import *\n" for name in helpers())
    for path in out.rglob("_mochi.py"):
        path.write_text(stars)
    paths = [ROOT / "python", *literate_programs.FIXTURES.glob("*/src")]
    beside = {path.relative_to(out).parts[0] for path in out.rglob("*_externs.py")}
    for untyped in (False, True):
        # What stands beside a program need not have annotations.
        names = [path.name for path in sorted(out.iterdir())]
        names = [name for name in names if (name in beside) == untyped]
        files = [path for name in names for path in (out / name).rglob("*.py")]
        emitted = [path for path in files if not path.name.endswith("_externs.py")]
        said += mypy(out, sorted(emitted), untyped, paths)
        unknown = left_out.UNKNOWN if untyped else left_out.KNOWN
        said += pyright(folder, [f"out/{name}" for name in names], unknown, paths)
    return report(f"literate: {count} programs", said)


def stale() -> bool:
    """Whether every entry of the list of what is left out was needed."""
    said = "".join(
        f"nothing needs {one.rule}: {one.reason}\n"
        for one in left_out.COMPLAINTS
        if one not in needed
    )
    command = [str(PYTHON), "-m", "ruff", "check", "--isolated", "--no-cache"]
    select = ["--output-format", "concise", "--select", ",".join(left_out.RUFF)]
    found = run([*command, *select, WORK], WORK).stdout
    said += "".join(
        f"nothing needs {rule}: {reason}\n"
        for rule, reason in left_out.RUFF.items()
        if f": {rule} " not in found
    )
    return report("what is left out", said)


def main() -> int:
    if WORK.exists():
        for entry in WORK.iterdir():
            if entry.name not in ("cache", "mypy"):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    WORK.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    install(CHECKERS)
    wanted = sys.argv[1:]
    sources = sorted((ROOT / "examples").glob("*.mochi"))
    fine = [example(one) for one in sources if not wanted or one.stem in wanted]
    for name, step in {
        "python_wrap": project,
        "helpers": runtime,
        "literate": literate,
    }.items():
        if not wanted or name in wanted:
            fine.append(step())
    if not wanted:
        fine.append(stale())
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
