"""Builtins that reach outside the program: files, time, input (language.md §12)."""

from __future__ import annotations

import os
import sys

from .errors import MochiError, flush_output, shorten
from .jsontext import print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

SEED: list[int] = []


def read_line() -> str:
    """One line of standard input without its end; empty at the end of input."""
    if sys.stdin.isatty():
        flush_output()
    return sys.stdin.readline().removesuffix("\n").removesuffix("\r")


def now() -> int:
    """Nanoseconds since 1970, or the next number of the sequence that MOCHI_NOW_SEED starts."""
    if not SEED:
        seed = os.environ.get("MOCHI_NOW_SEED", "")
        if not seed.lstrip("-").isdigit():
            import time

            return time.time_ns()
        SEED.append(int(seed))
    SEED[0] = (SEED[0] * 1664525 + 1013904223) % 2147483647
    return SEED[0]


def mem() -> int:
    """Bytes of memory in use, approximately."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0


def sha256(data: object) -> list[int]:
    """The SHA-256 digest of text, bytes or a list of bytes, as 32 numbers."""
    import hashlib

    given: Any = data
    raw = b""
    if isinstance(data, str):
        raw = data.encode()
    elif isinstance(data, bytes):
        raw = data
    elif isinstance(data, list):
        try:
            raw = bytes(given)
        except (TypeError, ValueError):
            raise MochiError(3, f"not a list of bytes: {shorten(given)}") from None
    else:
        raise MochiError(3, f"sha256 takes no {shorten(data)}")
    return list(hashlib.sha256(raw).digest())


def file_error(error: OSError | ValueError) -> MochiError:
    """Error 1 for a file that cannot be read or written."""
    return MochiError(1, str(error))


def read_file(path: str) -> str:
    """The text of a file in UTF-8."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise file_error(error) from None


def write_file(path: str, text: str) -> None:
    """Replaces the text of a file."""
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        raise file_error(error) from None


def append_file(path: str, text: str) -> None:
    """Adds text at the end of a file."""
    try:
        with open(path, "a", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        raise file_error(error) from None


def read_lines(path: str) -> list[str]:
    """The lines of a file without their ends."""
    text = read_file(path).replace("\r\n", "\n")
    if not text:
        return []
    return text.removesuffix("\n").split("\n")


def load_csv(path: str) -> list[list[str]]:
    """The cells of a CSV file, all as text."""
    import csv
    import io

    return list(csv.reader(io.StringIO(read_file(path), newline="")))


def save_csv(path: str, rows: list[list[str]]) -> None:
    """Writes cells as a CSV file."""
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_file(path, text.getvalue())


def bench(name: str, body: Callable[[], None]) -> None:
    """Runs a benchmark block once and prints its figures."""
    import time

    before = mem()
    start = time.perf_counter_ns()
    body()
    print_bench(name, time.perf_counter_ns() - start, before)


async def bench_async(name: str, body: Callable[[], Awaitable[None]]) -> None:
    """Runs an asynchronous benchmark once and prints what it took."""
    import time

    before = mem()
    start = time.perf_counter_ns()
    await body()
    print_bench(name, time.perf_counter_ns() - start, before)


def print_bench(name: str, took: int, before: int) -> None:
    """Prints what a benchmark took: nanoseconds, and the memory beyond what was in use before."""
    grown = max(0, mem() - before)
    print_json({"duration_us": took // 1000, "memory_bytes": grown, "name": name})
