"""Event streams, agents, channels and value streams (language.md §16)."""

from __future__ import annotations

from collections import deque

from .errors import MochiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self


class EventStream[E]:
    """The handlers of a stream of events, in the order in which they were registered."""

    def __init__(self) -> None:
        self.handlers: list[Callable[[E], None]] = []
        # The same for those who go over them while others may be registered.
        self.ready: tuple[Callable[[E], None], ...] = ()

    def on(self, handler: Callable[[E], None]) -> None:
        """Registers a handler."""
        self.handlers.append(handler)

    def emit(self, event: E) -> None:
        """Runs the handlers; an error of one reaches who emits."""
        if len(self.ready) != len(self.handlers):
            self.ready = tuple(self.handlers)
        for handler in self.ready:
            handler(event)


class Agent:
    """What all agents share: they are closed once, at the latest at the end of the program."""

    def __init__(self) -> None:
        OPEN_AGENTS[id(self)] = self._on_close

    def __repr__(self) -> str:
        return f"<agent {type(self).__name__}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if OPEN_AGENTS.pop(id(self), None) is not None:
            self._on_close()

    def _on_close(self) -> None:
        """What an agent does at its end."""


# What closes them, by their identity and in the order in which they were made.
OPEN_AGENTS: dict[int, Callable[[], None]] = {}


def close_agents() -> None:
    """Closes the agents that are still open, the latest first."""
    while OPEN_AGENTS:
        _, close = OPEN_AGENTS.popitem()
        close()


class Channel[T]:
    """Values in the order in which they were sent; no capacity means no limit."""

    def __init__(self, capacity: int = 0) -> None:
        self.capacity = capacity
        self.values: deque[T] = deque()

    def __len__(self) -> int:
        return len(self.values)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "<chan>"

    def send(self, value: T) -> None:
        """Adds a value; a full channel is error 6."""
        if 0 < self.capacity <= len(self.values):
            raise MochiError(6, f"channel is full ({self.capacity})")
        self.values.append(value)

    def receive(self) -> T:
        """Takes the oldest value; an empty channel is error 4."""
        if not self.values:
            raise MochiError(4, "channel is empty")
        return self.values.popleft()


class Subscription[T]:
    """The values of a stream that were not read yet; beyond a limit the oldest are dropped."""

    def __init__(self, limit: int | None) -> None:
        self.values: deque[T] = deque(maxlen=None if limit is None else max(limit, 0))

    def __repr__(self) -> str:
        return "<sub>"

    def receive(self) -> T:
        """Takes the next value; error 4 if there is none."""
        if not self.values:
            raise MochiError(4, "no value to read")
        return self.values.popleft()


class ValueStream[T]:
    """Hands each value that is emitted to those who have subscribed before.

    How many values it will see is a hint that it has no use for.
    """

    def __init__(self, size: int = 0) -> None:
        self.subscriptions: list[Subscription[T]] = []

    def __repr__(self) -> str:
        return "<stream>"

    def subscribe(self, limit: int | None = None) -> Subscription[T]:
        """A new subscription."""
        made: Subscription[T] = Subscription(limit)
        self.subscriptions.append(made)
        return made

    def emit(self, value: T) -> None:
        """Hands a value to all subscriptions."""
        for subscription in self.subscriptions:
            subscription.values.append(value)
