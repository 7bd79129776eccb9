"""Asynchronous code: tasks that a function holds, calls from synchronous code (language.md §18.10)."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from typing import Self, overload

from .errors import MochiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        Awaitable,
        Callable,
        Coroutine,
        Generator,
        Iterable,
        Sequence,
    )
    from types import TracebackType
    from typing import Any


async def awaited[T](work: Awaitable[T]) -> T:
    """Anything that can be awaited, as a coroutine."""
    return await work


def as_coroutine[T](work: Awaitable[T]) -> Coroutine[Any, Any, T]:
    """Anything that can be awaited, for a task: a coroutine as it is, so that ending the task
    before it begins ends the coroutine."""
    return work if asyncio.iscoroutine(work) else awaited(work)


async def checked_awaitable[T](
    work: Awaitable[object], check: Callable[[object, str], T], symbol: str
) -> T:
    """What awaiting gives, through the check of the border."""
    return check(await work, symbol)


class Task[T](asyncio.Task[T]):
    """A started call; it knows whether somebody asked what became of it."""

    seen = False

    def __await__(self) -> Generator[Any, None, T]:
        self.seen = True
        return super().__await__()

    def result(self) -> T:
        self.seen = True
        return super().result()

    def exception(self) -> BaseException | None:
        self.seen = True
        return super().exception()

    def failure(self) -> BaseException | None:
        """The error of a call that has ended, without asking for it."""
        return None if self.cancelled() else super().exception()


class Tasks:
    """The tasks that a function has started: none outlives it.

    Those that nobody awaited are awaited when the function ends. If the function or one of these
    fails, the others are cancelled, and the first error leaves the function.
    """

    def __init__(self) -> None:
        self.all: list[Task[Any]] = []
        self.running = 0
        self.news: asyncio.Future[None] | None = None

    def start[T](self, work: Awaitable[T]) -> Task[T]:
        """Starts a call."""
        task: Task[T] = Task(as_coroutine(work), loop=asyncio.get_running_loop())
        self.all.append(task)
        self.running += 1
        task.add_done_callback(self.note)
        return task

    def note(self, task: Task[Any]) -> None:
        """Wakes the end of the function if a task failed, or none is left."""
        self.running -= 1
        failed = task.failure() is not None
        if self.news and not self.news.done() and (failed or self.running == 0):
            self.news.set_result(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                while self.running and self.failure() is None:
                    self.news = asyncio.get_running_loop().create_future()
                    await self.news
        finally:
            failed = self.failure()
            await end_tasks(self.all)
            for task in self.all:
                if not task.cancelled():
                    task.exception()
        if error is None and failed is not None:
            raise failed

    def failure(self) -> BaseException | None:
        """The error of a task that nobody asked for."""
        for task in self.all:
            if task.done() and not task.seen:
                error = task.failure()
                if error is not None:
                    return error
        return None


async def all_of[T](works: Iterable[Awaitable[T]]) -> list[T]:
    """What all of them give, in order.

    If one fails, the others are cancelled and awaited, and its error is raised.
    """
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(as_coroutine(work)) for work in works]
    errors: list[BaseException] = []

    def note(task: asyncio.Task[T]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            errors.append(error)

    for task in tasks:
        task.add_done_callback(note)
    try:
        if tasks:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await end_tasks(tasks)
    if errors:
        raise errors[0]
    return [task.result() for task in tasks]


async def end_tasks(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancels the tasks that have not ended, in order, and waits for them."""
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)


@overload
async def all_parts[A, B](a: Awaitable[A], b: Awaitable[B], /) -> tuple[A, B]: ...


@overload
async def all_parts[A, B, C](
    a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], /
) -> tuple[A, B, C]: ...


@overload
async def all_parts[A, B, C, D](
    a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], d: Awaitable[D], /
) -> tuple[A, B, C, D]: ...


@overload
async def all_parts[A, B, C, D, E](
    a: Awaitable[A],
    b: Awaitable[B],
    c: Awaitable[C],
    d: Awaitable[D],
    e: Awaitable[E],
    /,
) -> tuple[A, B, C, D, E]: ...


async def all_parts(*works: Awaitable[Any]) -> tuple[Any, ...]:
    """What all of them give, as a tuple; errors as with `all_of`."""
    return tuple(await all_of(works))


def run_async[T](work: Awaitable[T], handle: str = "") -> T:
    """Runs something async to its end from synchronous code, under an event loop of its own."""
    if not is_looping():
        return run_loop(work, handle)
    # The loop of this thread waits until the call has ended.
    return in_thread(work, handle)


def is_looping() -> bool:
    """Whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_loop[T](work: Awaitable[T], handle: str) -> T:
    """Runs something async under a new event loop."""
    try:
        return asyncio.run(as_coroutine(work))
    except RuntimeError as error:
        raise loop_error(error, handle) from error


def loop_error(error: RuntimeError, handle: str) -> Exception:
    """The error to raise for one that asyncio raised, clear about event loops that differ."""
    text = str(error)
    phrases = ("Event loop is closed", "different loop", "different event loop")
    if any(phrase in text for phrase in phrases):
        name, _, place = handle.partition(", ")
        what = f"{name}, declared at {place}," if place else "a handle"
        return MochiError(
            7,
            f"{what} belongs to another event loop: each async call from synchronous "
            "code has a loop of its own. Make the caller `async`, or set "
            '`async-mode = "persistent"` in mochi.toml',
        )
    if "must be called from async context" in text or "got bad yield" in text:
        return MochiError(
            7,
            f"this package does not run under asyncio: use its own `run` ({text})",
        )
    return error


# What stops the calls that wait for each other on threads of their own.
STOPS: contextvars.ContextVar[list[Callable[[], None]]] = contextvars.ContextVar(
    "STOPS"
)


def in_thread[T](work: Awaitable[T], handle: str) -> T:
    """Runs something async under a loop on a thread of its own and waits for it.

    An interrupt cancels it, and what it waits for in the same way.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []
    stopped: list[bool] = []
    stops = STOPS.get([])
    context = contextvars.copy_context()
    context.run(STOPS.set, stops)

    async def whole() -> T:
        task = asyncio.current_task()
        if task is not None:
            begun.append((asyncio.get_running_loop(), task))
            if stopped:
                task.cancel()
        return await work

    def stop() -> None:
        stopped.append(True)
        for loop, task in begun:
            try:
                loop.call_soon_threadsafe(task.cancel)
            except RuntimeError:
                # It ended just now.
                pass

    def body() -> None:
        try:
            results.append(context.run(run_loop, whole(), handle))
        except BaseException as error:
            errors.append(error)
        finally:
            done.release()

    # After an interrupt Python 3.12 takes a thread that it has joined for one that has ended.
    done = threading.Lock()
    done.acquire()
    stops.append(stop)
    threading.Thread(target=body).start()
    try:
        wait_for(done, stops)
    finally:
        stops.remove(stop)
    if errors:
        raise errors[0]
    return results[0]


def wait_for(done: threading.Lock, stops: list[Callable[[], None]]) -> None:
    """Waits for a lock. An interrupt is raised here, after what is waited for was stopped: asyncio
    would only note it for the task that waits."""
    import signal

    before: Any = signal.SIG_IGN
    if threading.current_thread() is threading.main_thread():
        before = signal.getsignal(signal.SIGINT)
    owner = getattr(getattr(before, "func", None), "__self__", None)
    is_noted = isinstance(owner, asyncio.Runner)
    if is_noted:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        try:
            done.acquire()
        except KeyboardInterrupt:
            for stop in stops:
                stop()
            # A second one does not wait any more.
            done.acquire()
            raise
    finally:
        if is_noted:
            signal.signal(signal.SIGINT, before)


LOOPS: list[asyncio.AbstractEventLoop] = []


def the_loop() -> asyncio.AbstractEventLoop:
    """The one event loop of the program, on a thread of its own."""
    if not LOOPS:
        LOOPS.append(asyncio.new_event_loop())
        threading.Thread(target=LOOPS[0].run_forever, daemon=True).start()
        sys.stderr.write(
            'note: one event loop serves all async calls (async-mode = "persistent")\n'
        )
    return LOOPS[0]


def run_on_loop[T](work: Awaitable[T], handle: str = "") -> T:
    """Runs something async to its end from synchronous code, on the event loop of the program."""
    loop = the_loop()
    if is_looping() and asyncio.get_running_loop() is loop:
        close: Any = getattr(work, "close", None)
        if close is not None:
            close()
        raise MochiError(
            7,
            "synchronous code on the persistent event loop calls async code: the loop "
            "would wait for itself. Make the caller `async`",
        )
    future = asyncio.run_coroutine_threadsafe(as_coroutine(work), loop)
    try:
        return future.result()
    except RuntimeError as error:
        raise loop_error(error, handle) from error
    except BaseException:
        future.cancel()
        raise
