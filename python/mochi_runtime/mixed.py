"""Maps and sets whose keys may be bools beside numbers (language.md §5.2, §19.8).

Python takes `True` and `1` for one key, Mochi does not. Where the type of the keys leaves room for
both, programs make these; what else they hold, and what Python code sees of them, is as in a `dict`
and a `set`.
"""

from __future__ import annotations

from .text import OMap
from .value import hash_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Held:
    """A key that Python may take for another one."""

    __slots__ = ("key", "tag")

    def __init__(self, key: object) -> None:
        self.key = key
        self.tag = hash_key(key)

    def __hash__(self) -> int:
        return hash(self.tag)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.tag == other.tag


def held(key: object) -> object:
    """What is stored for a key."""
    kind = type(key)
    return Held(key) if kind is bool or kind is tuple else key


def released(key: object) -> object:
    """The key that is stored so."""
    return key.key if isinstance(key, Held) else key


class MixedMap(dict[object, object]):
    """A map that keeps bools apart from numbers."""

    __slots__ = ()

    def __init__(self, entries: Iterable[tuple[object, object]] = ()) -> None:
        super().__init__((held(key), value) for key, value in entries)

    def __getitem__(self, key: object) -> object:
        return super().__getitem__(held(key))

    def __setitem__(self, key: object, value: object) -> None:
        super().__setitem__(held(key), value)

    def __delitem__(self, key: object) -> None:
        super().__delitem__(held(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(held(key))

    def __iter__(self) -> Iterator[object]:
        return map(released, super().__iter__())

    def __repr__(self) -> str:
        return repr([*self.items()])

    def get(self, key: object, default: Any = None, /) -> Any:
        """The value of a key, or the default."""
        return super().get(held(key), default)

    def setdefault(self, key: object, default: Any = None, /) -> Any:
        """The value of a key, which is the default where there was none."""
        return super().setdefault(held(key), default)

    def pop(self, key: object, *default: Any) -> Any:
        """Takes an entry out."""
        return super().pop(held(key), *default)

    def keys(self) -> Any:
        """The keys as they were given."""
        return [*self]

    def items(self) -> Any:
        """The entries, with the keys as they were given."""
        return [*zip(self, self.values(), strict=True)]

    def copy(self) -> Any:
        """A new map with the same entries."""
        return type(self)(self.items())


class MixedOMap(MixedMap, OMap):
    """The same, observed in the order of insertion."""

    __slots__ = ()


class MixedSet(set[object]):
    """A set that keeps bools apart from numbers."""

    __slots__ = ()

    def __init__(self, items: Iterable[object] = ()) -> None:
        super().__init__(map(held, items))

    def __contains__(self, item: object) -> bool:
        return super().__contains__(held(item))

    def __iter__(self) -> Iterator[object]:
        return map(released, super().__iter__())

    def __repr__(self) -> str:
        return repr([*self])

    def __or__(self, other: Iterable[object]) -> Any:
        return type(self)([*self, *other])

    def __and__(self, other: Iterable[object]) -> Any:
        kept = type(self)(other)
        return type(self)(item for item in self if item in kept)

    def __sub__(self, other: Iterable[object]) -> Any:
        gone = type(self)(other)
        return type(self)(item for item in self if item not in gone)

    def __ror__(self, other: Iterable[object]) -> Any:
        return type(self)([*other, *self])

    def __rand__(self, other: Iterable[object]) -> Any:
        return type(self)(item for item in other if item in self)

    def __rsub__(self, other: Iterable[object]) -> Any:
        return type(self)(item for item in other if item not in self)

    def add(self, item: object) -> None:
        """Puts an item in."""
        super().add(held(item))

    def copy(self) -> Any:
        """A new set of the same items."""
        return type(self)(self)


def mixed_map[K, V](*entries: tuple[K, V]) -> dict[K, V]:
    """A map of these entries."""
    made: Any = MixedMap(entries)
    result: dict[K, V] = made
    return result


def mixed_omap[K, V](*entries: tuple[K, V]) -> dict[K, V]:
    """An ordered map of these entries."""
    made: Any = MixedOMap(entries)
    result: dict[K, V] = made
    return result


def mixed_set[T](*items: T) -> set[T]:
    """A set of these items."""
    made: Any = MixedSet(items)
    result: set[T] = made
    return result
