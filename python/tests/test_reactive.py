"""Event streams, agents, channels, value streams (language.md §16)."""

import unittest

from mochi_runtime.errors import MochiError
from mochi_runtime.reactive import (
    Agent,
    Channel,
    EventStream,
    ValueStream,
    close_agents,
)


class Streams(unittest.TestCase):
    def test_handlers_run_in_order(self) -> None:
        seen: list[str] = []
        stream: EventStream[int] = EventStream()
        stream.on(lambda event: seen.append(f"a{event}"))
        stream.on(lambda event: seen.append(f"b{event}"))
        stream.emit(1)
        self.assertEqual(seen, ["a1", "b1"])

    def test_a_handler_that_registers_another_is_not_heard_twice(self) -> None:
        seen: list[int] = []
        stream: EventStream[int] = EventStream()
        stream.on(lambda event: stream.on(seen.append))
        stream.emit(1)
        stream.emit(2)
        self.assertEqual(seen, [2])


class Closed(unittest.TestCase):
    def test_agents_are_closed_once_and_the_latest_first(self) -> None:
        closed: list[str] = []

        class Named(Agent):
            def __init__(self, name: str) -> None:
                self.name = name
                super().__init__()

            def _on_close(self) -> None:
                closed.append(self.name)

        Named("a")
        Named("b")
        with Named("c") as agent:
            pass
        with agent:
            pass
        close_agents()
        close_agents()
        self.assertEqual(closed, ["c", "b", "a"])


class Channels(unittest.TestCase):
    def test_a_channel_has_a_capacity(self) -> None:
        channel: Channel[int] = Channel(1)
        channel.send(1)
        with self.assertRaises(MochiError) as full:
            channel.send(2)
        self.assertEqual((full.exception.code, len(channel)), (6, 1))
        self.assertEqual(channel.receive(), 1)
        with self.assertRaises(MochiError) as empty:
            channel.receive()
        self.assertEqual(empty.exception.code, 4)

    def test_subscriptions_see_what_comes_after_them(self) -> None:
        stream: ValueStream[int] = ValueStream()
        stream.emit(0)
        every, last, none = stream.subscribe(), stream.subscribe(1), stream.subscribe(0)
        stream.emit(1)
        stream.emit(2)
        self.assertEqual([every.receive(), every.receive(), last.receive()], [1, 2, 2])
        for empty in (every, last, none):
            with self.assertRaises(MochiError):
                empty.receive()
