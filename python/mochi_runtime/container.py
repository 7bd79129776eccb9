"""Lists, maps and sets: Mochi's order, aggregates, missing keys (language.md §9, §12)."""

from __future__ import annotations

from .errors import MochiError, shorten
from .text import ascending, holds_texts, order_key, to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any


def first[T](items: Sequence[T]) -> T | None:
    """The first element, or none."""
    return items[0] if items else None


def map_keys[K, V](value: dict[K, V]) -> list[K]:
    """The keys in ascending order of their str form."""
    given: Any = value
    # Strings are their own.
    keys: list[K] = sorted(given) if holds_texts(given) else sorted(given, key=to_str)
    return keys


def map_values[K, V](value: dict[K, V]) -> list[V]:
    """The values in the order of their keys."""
    return [value[key] for key in map_keys(value)]


def map_items[K, V](value: dict[K, V]) -> list[tuple[K, V]]:
    """The entries in the order of their keys."""
    return [(key, value[key]) for key in map_keys(value)]


def set_items[T](value: set[T]) -> list[T]:
    """The elements in ascending order."""
    items: Any = ascending(value)
    result: list[T] = items
    return result


def map_field[V](value: Mapping[str, V], name: str) -> V:
    """`m.name`; a missing key is error 4."""
    if name in value:
        return value[name]
    raise MochiError(4, f'missing key "{name}"')


def reduce[A, B](items: Iterable[A], step: Callable[[B, A], B], start: B) -> B:
    """Folds from the left."""
    result = start
    for item in items:
        result = step(result, item)
    return result


def numbers(items: Iterable[object]) -> list[Any]:
    """The numbers among the elements; none is skipped, anything else is error 3."""
    out: list[Any] = []
    for item in items:
        if type(item) is int or type(item) is float:
            out.append(item)
            continue
        if item is None:
            continue
        kind = type(item)
        if issubclass(kind, (bool, str, list, tuple, bytes)) or not hasattr(
            kind, "__add__"
        ):
            raise MochiError(3, f"{shorten(item)} is not a number")
        out.append(item)
    return out


def present[T](items: Iterable[T | None]) -> list[T]:
    """The elements that are not none."""
    return [item for item in items if item is not None]


def count(items: Iterable[object] | None) -> int:
    """The number of elements that are not none."""
    return sum(item is not None for item in items or ())


def sort_key(value: object) -> tuple[object, ...]:
    """The key by which a query sorts values of any kind: none comes last, and what no order is
    defined between goes by its str form."""
    kind = type(value)
    # What is most common comes first.
    if kind is str:
        return (2, value, ())
    if kind is int or kind is float:
        return (0, value)
    parts: Any = value
    if value is None:
        return (3, 0)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (0, value)
    if isinstance(value, (list, tuple)):
        return (2, "", tuple(map(sort_key, parts)))
    return (2, to_str(value), ())


def total(items: Iterable[object]) -> Any:
    """The sum of the numbers; none is skipped."""
    result: Any = 0
    for item in numbers(items):
        result = result + item
    return result


def avg(items: Iterable[object]) -> float:
    """The mean as a float; 0.0 of nothing."""
    found = numbers(items)
    if not found:
        return 0.0
    result: Any = 0
    for item in found:
        result = result + item
    return float(result / len(found))


def least[T](items: Iterable[T | None]) -> T:
    """The smallest element; none is skipped; of nothing error 4."""
    found = [item for item in items if item is not None]
    if not found:
        raise MochiError(4, "min of an empty list")
    result: T = extreme(min, found)
    return result


def greatest[T](items: Iterable[T | None]) -> T:
    """The largest element; none is skipped; of nothing error 4."""
    found = [item for item in items if item is not None]
    if not found:
        raise MochiError(4, "max of an empty list")
    result: T = extreme(max, found)
    return result


def extreme(pick: Any, found: list[Any]) -> Any:
    """The extreme by `<`, where the elements have one; mixed kinds by their str form."""
    try:
        return pick(found)
    except TypeError:
        return pick(found, key=order_key)
