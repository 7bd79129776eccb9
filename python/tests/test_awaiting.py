"""Tasks, `await all`, and async code from synchronous code (language.md §18.10, bridge.md §8)."""

import asyncio
import os
import signal
import threading
import time
import unittest

from mochi_runtime.awaiting import (
    Tasks,
    all_of,
    all_parts,
    checked_awaitable,
    run_async,
    run_on_loop,
)
from mochi_runtime.border import as_int
from mochi_runtime.errors import MochiError


async def value(result: int, wait: float = 0.0) -> int:
    await asyncio.sleep(wait)
    return result


async def fails(text: str, wait: float = 0.0) -> int:
    await asyncio.sleep(wait)
    raise ValueError(text)


class Alls(unittest.IsolatedAsyncioTestCase):
    async def test_results_are_in_order(self) -> None:
        self.assertEqual(await all_of([value(1, 0.002), value(2)]), [1, 2])
        self.assertEqual(await all_parts(value(1), value(2)), (1, 2))
        self.assertEqual(await all_of([]), [])

    async def test_the_first_error_cancels_the_others(self) -> None:
        task = asyncio.ensure_future(value(1, 60.0))
        with self.assertRaisesRegex(ValueError, "first"):
            await all_of([task, fails("second", 0.01), fails("first")])
        self.assertTrue(task.cancelled())

    async def test_a_checked_result(self) -> None:
        self.assertEqual(await checked_awaitable(value(3), as_int, "f"), 3)

        async def text() -> str:
            return "x"

        with self.assertRaises(MochiError):
            await checked_awaitable(text(), as_int, "f")


class Held(unittest.IsolatedAsyncioTestCase):
    async def test_what_nobody_awaited_is_awaited_at_the_end(self) -> None:
        async with Tasks() as tasks:
            task = tasks.start(value(1, 0.002))
        self.assertEqual(task.result(), 1)

    async def test_an_error_that_nobody_asked_for_leaves_the_function(self) -> None:
        with self.assertRaisesRegex(ValueError, "lost"):
            async with Tasks() as tasks:
                other = tasks.start(value(1, 60.0))
                tasks.start(fails("lost"))
        self.assertTrue(other.cancelled())

    async def test_an_error_that_was_caught_does_not(self) -> None:
        async with Tasks() as tasks:
            task = tasks.start(fails("caught"))
            with self.assertRaises(ValueError):
                await task

    async def test_a_failure_counts_though_another_was_caught(self) -> None:
        async def catches(task: asyncio.Task[int]) -> int:
            try:
                return await task
            except ValueError:
                return 0

        with self.assertRaisesRegex(ValueError, "lost"):
            async with Tasks() as tasks:
                caught = tasks.start(fails("caught", 0.001))
                tasks.start(catches(caught))
                tasks.start(fails("lost", 0.01))
                other = tasks.start(value(1, 60.0))
        self.assertTrue(other.cancelled())

    async def test_a_function_that_fails_cancels_its_tasks(self) -> None:
        with self.assertRaises(KeyError):
            async with Tasks() as tasks:
                task = tasks.start(value(1, 60.0))
                never_begun = tasks.start(value(2, 60.0))
                raise KeyError
        self.assertTrue(task.cancelled() and never_begun.cancelled())

    async def test_cancelling_the_function_cancels_its_tasks(self) -> None:
        inner: list[asyncio.Task[int]] = []

        async def work() -> None:
            async with Tasks() as tasks:
                inner.append(tasks.start(value(1, 60.0)))

        outer = asyncio.ensure_future(work())
        await asyncio.sleep(0.001)
        outer.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await outer
        self.assertTrue(inner[0].cancelled())


class FromSynchronousCode(unittest.TestCase):
    def test_run_async(self) -> None:
        self.assertEqual(run_async(value(1)), 1)

        async def outer() -> int:
            return run_async(value(2)) + 1

        self.assertEqual(run_async(outer()), 3)

        async def outer_fails() -> int:
            return run_async(fails("through a thread"))

        with self.assertRaisesRegex(ValueError, "through a thread"):
            run_async(outer_fails())

    def test_an_interrupt_is_heard_at_once(self) -> None:
        ended: list[str] = []

        async def inner() -> int:
            interrupt = (os.getpid(), signal.SIGINT)
            threading.Timer(0.01, os.kill, interrupt).start()
            try:
                return await value(1, 60.0)
            finally:
                ended.append("inner")

        async def middle() -> int:
            try:
                return run_async(inner())
            finally:
                ended.append("middle")

        async def outer() -> int:
            try:
                return run_async(middle())
            finally:
                ended.append("outer")

        begin = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            run_async(outer())
        self.assertEqual(ended, ["inner", "middle", "outer"])
        self.assertLess(time.monotonic() - begin, 30)
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_a_handle_of_another_loop_is_named(self) -> None:
        event = asyncio.Event()

        async def wait() -> None:
            await asyncio.wait_for(event.wait(), 0.001)

        with self.assertRaises(TimeoutError):
            run_async(wait())
        with self.assertRaises(MochiError) as caught:
            run_async(event.wait(), "`event`, here.mochi:3")
        self.assertIn("`event`, declared at here.mochi:3,", caught.exception.message)
        self.assertIn("async-mode", caught.exception.message)

    def test_the_persistent_loop(self) -> None:
        lock = asyncio.Lock()

        async def hold(wait: float) -> int:
            async with lock:
                await asyncio.sleep(wait)
                return id(asyncio.get_running_loop())

        async def both() -> int:
            return (await all_of([hold(0.001), hold(0.0)]))[0]

        self.assertEqual(run_on_loop(both()), run_on_loop(both()))

        async def outer() -> int:
            return run_on_loop(value(1))

        with self.assertRaisesRegex(MochiError, "wait for itself"):
            run_on_loop(outer())
