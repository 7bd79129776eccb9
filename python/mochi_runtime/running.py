"""Running a program: output, recursion, error reports, exit status (language.md §13, §19.6)."""

from __future__ import annotations

import io
import os
import sys

from .errors import (
    ERROR_NAMES,
    MochiError,
    code_of,
    flush_output,
    is_own_file,
    message_of,
    qualified_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any


def run(main: Callable[[], None], deep: bool = False) -> None:
    """Runs `main` and ends the process with its exit status.

    Programs with recursion ask for a thread with a large stack.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")
    stdout: object = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(line_buffering=False)
    sys.set_int_max_str_digits(0)
    status = run_deep(main) if deep else run_guarded(main)
    try:
        flush_output()
    except BrokenPipeError:
        status = close_broken_pipe()
    if status != 0:
        sys.exit(status)


def run_deep(main: Callable[[], None]) -> Any:
    """Runs `main` in a thread whose stack is large enough for deep recursion."""
    import _thread

    sys.setrecursionlimit(1_000_000)
    _thread.stack_size(512 * 1024 * 1024)
    done = _thread.allocate_lock()
    done.acquire()
    result: list[Any] = []

    def work() -> None:
        try:
            result.append(run_guarded(main))
        except SystemExit as stop:
            result.append(stop.code)
        finally:
            done.release()

    _thread.start_new_thread(work, ())
    try:
        done.acquire()
    except KeyboardInterrupt:
        flush_output()
        os._exit(130)
    return result[0] if result and result[0] is not None else 0


def run_guarded(main: Callable[[], None]) -> int:
    """Runs `main`, reports what nobody caught, and gives the exit status."""
    try:
        main()
    except KeyboardInterrupt:
        return 130
    except SystemExit:
        raise
    except BaseException as error:
        if isinstance(error, BrokenPipeError) and is_output_closed():
            return close_broken_pipe()
        try:
            flush_output()
        except BrokenPipeError:
            return close_broken_pipe()
        sys.stderr.write(report(error))
        return 1
    return 0


def is_output_closed() -> bool:
    """Whether nobody reads the standard output any more."""
    import select

    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(1, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def close_broken_pipe() -> int:
    """Leaves quietly when nobody reads the output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1


def report(error: BaseException, said: str = "") -> str:
    """The error report: the innermost Mochi place, the error, its notes, the call frames.

    What is said instead of the error, where it is no error.
    """
    code = code_of(error)
    name = ERROR_NAMES.get(code, "PANIC")
    notes = [str(remark) for remark in getattr(error, "__notes__", ())]
    has_class = code == 7 and not isinstance(error, MochiError) and not said
    steps: list[tuple[FrameType, int, int]] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        steps.append((trace.tb_frame, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    headline = said or f"error {code} ({name}): {message_of(error)}"
    text = report_at(steps, headline, notes)
    if has_class:
        text += f"  {qualified_name(type(error))}: {error}\n"
    return text


def report_at(
    steps: list[tuple[FrameType, int, int]], headline: str, notes: list[str]
) -> str:
    """A report of something that happened in frames, outermost first.

    Each comes with its line and the byte of its instruction.
    """
    maps: dict[str, Any] = {}
    # Recursion comes to the same places again and again.
    entries: dict[tuple[CodeType, int, int], tuple[str, int, int, str | None] | None]
    entries = {}
    frames: list[str] = []
    place = ""
    within = None
    for frame, number, instruction in steps:
        path = frame.f_code.co_filename
        step = (frame.f_code, number, instruction)
        if step not in entries:
            columns = columns_of(frame.f_code, instruction)
            entries[step] = mapped(path, number, columns, maps)
        entry = entries[step]
        if entry is not None:
            file, line, column, name = entry
            if frame.f_code.co_name == "<genexpr>" and within == (file, name):
                # A generator runs inside of what goes over it.
                frames.pop()
            within = (file, name)
            frames.append(f"  at {file}:{line}:{column} in {name or 'the program'}")
            place = f"{file}:{line}:{column}: "
        elif not is_own_file(path) and not is_machinery(frame):
            function = frame.f_code.co_name
            within = None
            frames.append(f'  at File "{path}", line {number}, in {function}')
    if len(frames) > 40:
        left_out = f"  … {len(frames) - 30} more frames …"
        frames = [*frames[:10], left_out, *frames[-20:]]
    lines = [f"{place}{headline}"]
    for remark in notes:
        lines += [f"  {line}" for line in remark.split("\n")]
    return "\n".join([*lines, *frames]) + "\n"


def is_machinery(frame: FrameType) -> bool:
    """Whether a frame belongs to what runs asynchronous code."""
    module = str(frame.f_globals.get("__name__"))
    return module.partition(".")[0] in ("asyncio", "concurrent", "threading")


def columns_of(code: CodeType, instruction: int) -> tuple[int, int] | None:
    """The bytes of its line at which the code of an instruction begins and ends.

    The end is -1 on another line; none where Python does not know.
    """
    places = list(code.co_positions())
    index = instruction // 2
    if not 0 <= index < len(places):
        return None
    line, end_line, start, end = places[index]
    if start is None or end is None:
        return None
    return start, end if line == end_line else -1


def mapped(
    path: str, line: int, columns: tuple[int, int] | None, maps: dict[str, Any]
) -> tuple[str, int, int, str | None] | None:
    """The file, line, column and function of a part of a Python line; none for helpers and packages."""
    if path not in maps:
        try:
            with open(f"{path}.map", encoding="utf-8") as file:
                import json

                maps[path] = json.load(file)
        except (OSError, ValueError):
            maps[path] = None
    found = maps[path]
    if found is None or line > len(found["lines"]):
        return None
    entry = found["lines"][line - 1]
    if entry is None:
        return None
    file = found["files"][entry[5]] if len(entry) > 5 else found["file"]
    place = (entry[0], entry[1])
    inner = -1
    begin, close = (-1, -1) if columns is None else columns
    for number, start, end, *rest in found["parts"] if columns is not None else ():
        # Of parts that begin together the innermost comes first.
        reaches = end == -1 or -1 < close <= end
        if number == line and inner < start <= begin and reaches:
            inner = start
            place = (rest[0], rest[1])
    return file, place[0], place[1], entry[4]
