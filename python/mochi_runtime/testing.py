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
    """Runs those tests whose names contain the first argument.

    The second argument names a file for who started the process: each outcome is added to it as
    a line of JSON when the test ends, and after all tests a line that says so. The program's name
    is shown before them, unless there is a third argument. The tests see none of these.
    """
    wanted, outcomes, shown = [*sys.argv[1:], "", "", ""][:3]
    del sys.argv[1:]
    chosen = [test for test in tests if wanted in test[0]]

    def work() -> None:
        if chosen and not shown:
            print(sys.argv[0], flush=True)
            note(outcomes, {"shown": True})
        for name, function in chosen:
            outcome = run_test(f"{package}.{module}", main, name, function)
            note(outcomes, outcome)
        note(outcomes, {"ended": True})

    run(work, deep)


def note(path: str, outcome: dict[str, Any]) -> None:
    """Adds a line of JSON to a file, if there is one."""
    if path:
        import json

        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(outcome) + "\n")


def run_test(program: str, main: str, name: str, function: str) -> dict[str, Any]:
    """Runs a test with a program of its own; the output of the program's statements is dropped.

    The outcome has the test's name, its duration and, if it failed, why. A test without a function runs among the statements.
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

                    # A program with one event loop for all has brought what runs it.
                    complete: Any = globals().get("run_on_loop", asyncio.run)
                    begin = complete(with_test(work, test, output)) or begin
            finally:
                sys.stdout = output
        if work is None and test is not None:
            begin = time.perf_counter()
            test()
        seconds = time.perf_counter() - begin
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        seconds = time.perf_counter() - begin
        failure = report(error)
        print(f"   test {name} … fail")
        for line in failure.splitlines():
            print(f"      {line}")
        sys.stdout.flush()
        return {"name": name, "seconds": seconds, "failure": failure}
    print(f"   test {name} … ok ({duration(seconds)})", flush=True)
    return {"name": name, "seconds": seconds, "failure": None}


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
