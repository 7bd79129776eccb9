"""Measuring the benchmarks of a file, each after the statements of the program (language.md §13)."""

from __future__ import annotations

import os
import sys
import time

from .running import report, run
from .testing import CHOSEN, unload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def run_benches(
    package: str | None,
    module: str,
    main: str,
    benches: list[tuple[str, str]],
    deep: bool = False,
) -> None:
    """Measures those benchmarks whose names contain the first argument.

    Each gives one line of JSON. The second argument is how many seconds of warm-up and the third
    how many seconds of rounds there are about; the fourth is the number of rounds, if it is fixed.
    """
    words = [*sys.argv[1:], "", "", "", ""]
    wanted, seconds = words[0], [float(word or "0") for word in words[1:3]]
    rounds = int(words[3] or "0")

    def work() -> None:
        for name, function in benches:
            if wanted in name:
                Measuring(name, seconds[0], seconds[1], rounds).program(
                    f"{package}.{module}", main, function
                )

    run(work, deep)


class Measuring:
    """One benchmark: warmed up, run in rounds, and once more to see what memory it takes."""

    current: Measuring | None = None

    def __init__(self, name: str, warm_up: float, budget: float, rounds: int) -> None:
        self.name = name
        self.warm_up = warm_up
        self.budget = budget
        self.rounds = rounds
        self.output: Any = sys.stdout

    def program(self, program: str, main: str, function: str) -> None:
        """Runs the statements of a program and measures its block; all their output is dropped.

        A block without a function stands inside of a statement and is measured there.
        """
        CHOSEN[:] = [] if function else [self.name]
        Measuring.current = self
        unload(program.partition(".")[0])
        try:
            with open(
                os.devnull, "w", encoding="utf-8", errors="surrogatepass"
            ) as nowhere:
                sys.stdout = nowhere
                try:
                    started: Any = __import__(program, fromlist=[main])
                    block: Any = getattr(started, function) if function else None
                    work = getattr(started, main)()
                    if work is not None:
                        import asyncio

                        complete: Any = globals().get("run_on_loop", asyncio.run)
                        complete(self.awaited(work, block))
                    elif block is not None:
                        self.block(block)
                finally:
                    sys.stdout = self.output
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.say({"name": self.name, "error": report(error)})

    def block(self, block: Callable[[], object]) -> None:
        """Measures a block."""
        for runs in self.steps():
            for _ in runs:
                block()

    async def awaited(self, work: Any, block: Any) -> None:
        """Awaits the statements of a program, then measures its block, if it has one."""
        await work
        if block is not None:
            await self.awaited_block(block)

    async def awaited_block(self, block: Callable[[], Any]) -> None:
        """Measures a block that awaits."""
        for runs in self.steps():
            for _ in runs:
                await block()

    def steps(self) -> Iterator[Iterator[int]]:
        """How often to run the block next, step by step; the time of each is taken.

        Nothing is made between the clock's start and the block, nor while memory is traced.
        """
        clock = time.perf_counter_ns
        begin = clock()
        called = 0
        while called < 1 or clock() - begin < self.warm_up * 1e9:
            yield iter(range(1))
            called += 1
        batch, rounds = self.plan((clock() - begin) / called)
        took: list[float] = []
        for _ in range(rounds):
            runs = iter(range(batch))
            begin = clock()
            yield runs
            took.append((clock() - begin) / batch)
        import tracemalloc

        runs = iter(range(1))
        tracemalloc.start()
        yield runs
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.figures(took, batch, peak)

    def plan(self, once: float) -> tuple[int, int]:
        """How often a round runs a block that takes so many nanoseconds, and how many rounds.

        A round is long enough for the clock. About 100 rounds fill the time; slow blocks get fewer,
        but five at least.
        """
        once = max(once, 1.0)
        if self.rounds > 0:
            return max(1, round(50_000 / once)), self.rounds
        batch = max(1, round(max(50_000.0, self.budget * 1e7) / once))
        return batch, min(100, max(5, int(self.budget * 1e9 / (once * batch))))

    def figures(self, took: list[float], batch: int, peak: int) -> None:
        """Says what came out, times in microseconds."""
        took.sort()
        mean = sum(took) / len(took)
        middle = len(took) // 2
        median = (took[middle] + took[-1 - middle]) / 2
        spread = (sum((one - mean) ** 2 for one in took) / max(1, len(took) - 1)) ** 0.5
        self.say(
            {
                "duration_us": micro(mean),
                "memory_bytes": peak,
                "name": self.name,
                "min_us": micro(took[0]),
                "median_us": micro(median),
                "max_us": micro(took[-1]),
                "stddev_us": micro(spread),
                "rounds": len(took),
                "runs_per_round": batch,
            }
        )

    def say(self, line: dict[str, object]) -> None:
        """Writes a line for who started the process."""
        import json

        self.output.write(json.dumps(line, ensure_ascii=False) + "\n")


def micro(nanoseconds: float) -> float:
    """Microseconds with three digits behind the point."""
    return round(nanoseconds / 1000, 3)


def measure(name: str, block: Callable[[], object]) -> None:
    """Measures a block inside of a statement, if it is the one that is asked for."""
    if name in CHOSEN and Measuring.current is not None:
        Measuring.current.block(block)


async def measure_async(name: str, block: Callable[[], Any]) -> None:
    """The same for a block that awaits."""
    if name in CHOSEN and Measuring.current is not None:
        await Measuring.current.awaited_block(block)
