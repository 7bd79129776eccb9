"""Running the tests of a file, each after the statements of the program (language.md §13)."""

from __future__ import annotations

import os
import sys
import time

from .running import report, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


CHOSEN: list[str] = []


def is_chosen(name: str) -> bool:
    """Whether the test of that name, which stands inside of a statement, is being run."""
    return name in CHOSEN


def run_tests(
    package: str | None,
    module: str,
    main: str,
    tests: list[tuple[str, str]],
    deep: bool = False,
) -> None:
    """Runs those tests whose names contain the first argument, and says how many failed.

    The number stands behind a NUL character in the last line, for who started the process.
    """
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""

    def work() -> None:
        failed = 0
        for name, function in tests:
            if wanted in name and not run_test(
                f"{package}.{module}", main, name, function
            ):
                failed += 1
        print(f"\0{failed}")

    run(work, deep)


def run_test(program: str, main: str, name: str, function: str) -> bool:
    """Runs a test with a program of its own; the output of the program's statements is dropped.

    A test without a function runs among the statements.
    """
    CHOSEN[:] = [] if function else [name]
    unload(program.partition(".")[0])
    output = sys.stdout
    begin = time.perf_counter()
    try:
        with open(os.devnull, "w", encoding="utf-8", errors="surrogatepass") as nowhere:
            sys.stdout = nowhere
            try:
                started: Any = __import__(program, fromlist=[main])
                test: Any = getattr(started, function) if function else None
                work = getattr(started, main)()
                if work is not None:
                    import asyncio

                    begin = asyncio.run(with_test(work, test, output)) or begin
            finally:
                sys.stdout = output
        if work is None and test is not None:
            begin = time.perf_counter()
            test()
        seconds = time.perf_counter() - begin
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        print(f"   test {name} … fail")
        for line in report(error).splitlines():
            print(f"      {line}")
        return False
    print(f"   test {name} … ok ({duration(seconds)})")
    return True


def unload(package: str) -> None:
    """Forgets the modules of a program, so that its statements run anew."""
    kept = (f"{package}._mochi", f"{package}._mochi_wrap")
    for loaded in list(sys.modules):
        is_part = loaded == package or loaded.startswith(f"{package}.")
        if is_part and loaded not in kept:
            del sys.modules[loaded]


async def with_test(work: Any, test: Any, output: Any) -> float:
    """Awaits the statements of a program, then its test if it has one; says when that began."""
    await work
    sys.stdout = output
    if test is None:
        return 0.0
    begin = time.perf_counter()
    await test()
    return begin


def duration(seconds: float) -> str:
    """A duration with three digits at most and its unit."""
    if seconds < 0.001:
        return f"{seconds * 1_000_000:.0f}µs"
    if seconds < 1:
        return f"{seconds * 1000:.1f}ms"
    return f"{seconds:.2f}s"
