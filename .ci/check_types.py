"""Runs mypy and pyright on what mochi emits, with its packages and their stubs in place.

The programs of `examples/` are built as packages; the wrappers are those of a project on several
packages. Needs the mochi binary, a Python with pip, and a network. Installs below `target/ci`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "ci" / "types"
VENV = ROOT / "target" / "ci" / "types-venv"
PYTHON = VENV / "bin" / "python"
MOCHI = Path(os.environ.get("MOCHI_BINARY", ROOT / "target" / "debug" / "mochi"))
CHECKERS = ["mypy==2.4.1", "basedpyright==1.40.2"]

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


def run(command: Iterable[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MOCHI_CACHE_DIR": str(WORK / "cache"), "NO_COLOR": "1"}
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
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        must([*pip, *options, *requirements], ROOT)


def is_untyped(lock: Path) -> bool:
    """Whether some imported distribution declares no types, on any tier."""
    packages = tomllib.loads(lock.read_text()).get("python-package", [])
    return any(package.get("types", {}).get("source") == "untyped" for package in packages)


def mypy(folder: Path, files: list[Path], untyped: bool) -> str:
    options = ["--strict", "--no-error-summary", "--hide-error-context"]
    if untyped:
        # Of such a module mypy knows nothing but that it is there.
        options += ["--disable-error-code=import-untyped"]
    cache = f"--cache-dir={WORK / 'mypy'}"
    return run([PYTHON, "-m", "mypy", *options, cache, *files], folder).stdout


def pyright(folder: Path, target: str) -> str:
    settings = {
        "include": [target],
        "typeCheckingMode": "standard",
        "pythonVersion": "3.12",
        "reportMissingTypeStubs": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [VENV / "bin" / "basedpyright", "--pythonpath", PYTHON, "--level", "error"]
    done = run(command, folder)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def check(
    name: str, folder: Path, target: str, groups: list[list[Path]], untyped: bool = False
) -> bool:
    said = "".join(mypy(folder, files, untyped) for files in groups)
    said += pyright(folder, target)
    print(f"{'ok  ' if not said else 'FAIL'} {name}", flush=True)
    if said:
        print(said)
    return not said


def example(source: Path) -> bool:
    folder = WORK / source.stem
    folder.mkdir()
    shutil.copy(source, folder)
    for extra in (source.parent / "data",):
        if extra.exists():
            shutil.copytree(extra, folder / extra.name)
    must([MOCHI, "-q", "lock", source.name], folder)
    must([MOCHI, "-q", "build", source.name, "--out", "out"], folder)
    lock = folder / f"{source.name}.lock"
    install(pins(lock), "--no-deps")
    files = sorted((folder / "out").rglob("*.py"))
    return check(source.name, folder, "out", [files], is_untyped(lock))


def project() -> bool:
    folder = WORK / "wrapped"
    (folder / "src").mkdir(parents=True)
    (folder / "mochi.toml").write_text(MANIFEST)
    (folder / "src" / "main.mochi").write_text("print(1)\n")
    must([MOCHI, "-q", "pkg", "sync"], folder)
    install(pins(folder / "mochi.lock"), "--no-deps")
    wrappers = folder / "python_wrap"
    # Where both stand side by side, checkers read the stubs alone.
    groups = [sorted(wrappers.rglob("*.pyi")), sorted(wrappers.rglob("*.py"))]
    return check("python_wrap", folder, "python_wrap", groups)


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
    if not wanted or "python_wrap" in wanted:
        fine.append(project())
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
