"""Running the tests of a file, each after the statements of the program (language.md §13)."""

from __future__ import annotations

import os
import sys
import time

from .running import report, report_at, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


# The name of the test that is being run, and once more for each before it of the same name.
CHOSEN: list[str] = []


def is_chosen(name: str, before: int = 0) -> bool:
    """Whether a test that stands inside of a statement is being run.

    So many tests before it that stand there have the same name.
    """
    return CHOSEN == [name] * (before + 1)


def run_tests(
    package: str | None,
    module: str,
    main: str,
    tests: list[tuple[str, str]],
    deep: bool = False,
) -> None:
    """Runs those tests whose names contain the first argument.

    The second argument names a file for who started the process: a line of JSON is added to it
    when a test begins, one with the outcome when it ends, and after all tests a line that says so.
    The program's name is shown before them, unless there is a third argument. The fourth is how
    many of the tests are left out because they ran already, the fifth how many seconds each may
    take. The tests see none of these.
    """
    wanted, outcomes, shown, done, limit = [*sys.argv[1:], "", "", "", "", ""][:5]
    del sys.argv[1:]
    numbered: list[tuple[str, str, int]] = []
    seen: dict[tuple[str, str], int] = {}
    for test in tests:
        numbered.append((*test, seen.get(test, 0)))
        seen[test] = seen.get(test, 0) + 1
    chosen = [test for test in numbered if wanted in test[0]][int(done or "0") :]

    def work() -> None:
        if chosen and not shown:
            print(sys.argv[0], flush=True)
            note(outcomes, {"shown": True})
        for name, function, before in chosen:
            note(outcomes, {"begun": name})
            try:
                test = (f"{package}.{module}", main, name, function, before)
                if limit:
                    outcome = run_within(float(limit), outcomes, *test)
                else:
                    outcome = run_test(*test)
            except KeyboardInterrupt:
                note(outcomes, {"interrupted": name})
                raise
            note(outcomes, outcome)
        note(outcomes, {"ended": True})

    run(work, deep)


def run_within(
    seconds: float,
    outcomes: str,
    program: str,
    main: str,
    name: str,
    function: str,
    before: int,
) -> dict[str, Any]:
    """Runs a test; the process ends with the outcome if it takes longer than it may.

    Native code of a package may let no other thread run. Then the process ends a second later,
    after a line that begins with "Timeout" and is no JSON.
    """
    import _thread
    import faulthandler
    import threading

    output = sys.stdout
    begin = time.perf_counter()
    thread = _thread.get_ident()
    is_decided = threading.Lock()

    def give_up() -> None:
        is_decided.acquire()
        steps: list[tuple[FrameType, int, int]] = []
        frame = sys._current_frames().get(thread)
        while frame is not None and frame.f_code is not run_test.__code__:
            steps.append((frame, frame.f_lineno, frame.f_lasti))
            frame = frame.f_back
        steps = in_order(steps)
        failure = report_at(steps, f"the test takes longer than {seconds:g}s", [])
        spent = time.perf_counter() - begin
        sys.stdout = output
        outcome = failed_test(name, spent, failure)
        note(outcomes, {**outcome, "given_up": True})
        os._exit(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    with open(outcomes or os.devnull, "a", encoding="utf-8") as file:
        faulthandler.dump_traceback_later(seconds + 1, exit=True, file=file)
        try:
            outcome = run_test(program, main, name, function, before)
            is_decided.acquire()
        finally:
            faulthandler.cancel_dump_traceback_later()
    timer.cancel()
    return outcome


def in_order(
    steps: list[tuple[FrameType, int, int]],
) -> list[tuple[FrameType, int, int]]:
    """The steps of a stack, innermost first, as steps outermost first.

    Where an event loop waits, those of the task that it runs take the place of its waiting: the
    frames of a coroutine that waits are on no stack.
    """
    ordered = steps[::-1]
    if not steps or steps[0][0].f_globals.get("__name__") != "selectors":
        return ordered
    found: list[tuple[FrameType, int, int]] = []
    for frame, _, _ in steps:
        if frame.f_code.co_name == "run_until_complete":
            task: Any = frame.f_locals.get("future")
            inner: Any = task.get_coro() if hasattr(task, "get_coro") else None
            while (waiting := getattr(inner, "cr_frame", None)) is not None:
                found.append((waiting, waiting.f_lineno, waiting.f_lasti))
                inner = inner.cr_await
            break
    return [*ordered[:-1], *found] if found else ordered


def failed_test(name: str, seconds: float, failure: str) -> dict[str, Any]:
    """The outcome of a test that failed, shown as well."""
    print(f"   test {name} … fail")
    for line in failure.splitlines():
        print(f"      {line}")
    sys.stdout.flush()
    return {"name": name, "seconds": seconds, "failure": failure}


def note(path: str, outcome: dict[str, Any]) -> None:
    """Adds a line of JSON to a file, if there is one."""
    if path:
        import json

        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(outcome) + "\n")


def run_test(
    program: str, main: str, name: str, function: str, before: int = 0
) -> dict[str, Any]:
    """Runs a test with a program of its own; the output of the program's statements is dropped.

    The outcome has the test's name, its duration and, if it failed, why. A test without a function
    runs among the statements; so many before it have the same name.
    """
    CHOSEN[:] = [] if function else [name] * (before + 1)
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
    except KeyboardInterrupt as stop:
        print(f"   test {name} … interrupted")
        # An event loop is interrupted by cancelling what it runs, which knows the place.
        cancelled = type(stop.__context__).__name__ == "CancelledError"
        placed: Any = stop.__context__ if cancelled else stop
        for line in report(placed, "this was running").splitlines():
            print(f"      {line}")
        sys.stdout.flush()
        raise
    except SystemExit as stop:
        seconds = time.perf_counter() - begin
        said = f"the program ends here, with status {stop.code or 0}"
        return failed_test(name, seconds, report(stop, said))
    except BaseException as error:
        seconds = time.perf_counter() - begin
        return failed_test(name, seconds, report(error))
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
