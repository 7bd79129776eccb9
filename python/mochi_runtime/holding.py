"""What an interactive session holds until its end (bridge.md §13)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


HELD: list[Callable[[], Coroutine[None, None, None] | None]] = []


def hold[T](manager: AbstractContextManager[T]) -> T:
    """Enters a context that is left when the session ends."""

    def leave() -> None:
        manager.__exit__(None, None, None)

    value = manager.__enter__()
    HELD.append(leave)
    return value


async def hold_async[T](manager: AbstractAsyncContextManager[T]) -> T:
    """Enters an asynchronous context that is left when the session ends."""

    async def leave() -> None:
        await manager.__aexit__(None, None, None)

    value = await manager.__aenter__()
    HELD.append(leave)
    return value
