"""Equality, defaults and shared variables (language.md §5.1, §6, §18.5)."""

from __future__ import annotations

from .errors import MochiError, shorten
from .text import Anonymous, is_record, record_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()


MISSING = Missing()


class Cell[T]:
    """A variable that a closure made in a loop shares with the round that made it."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value


def is_number(value: object) -> bool:
    """Whether a value is a number; a bool is none."""
    return not isinstance(value, bool) and (
        isinstance(value, (int, float)) or type(value).__name__ == "Fraction"
    )


def is_foreign(value: object) -> bool:
    """Whether a value is an object of a Python package, with operators of its own."""
    return type(value).__module__ != "builtins" and not is_record(value)


def index_of(value: object) -> int | None:
    """The integer that a value is for Python: an int, or what has `__index__`; no bool."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    index = getattr(type(value), "__index__", None)
    if index is None or type(value).__name__ in ("bool_", "bool"):
        return None
    result = index(value)
    return result if type(result) is int else None


def real_of(value: object) -> float | None:
    """The float that a value is for Python: a float, or what has `__float__`; no bool."""
    if isinstance(value, float):
        return value
    if isinstance(value, (bool, str, bytes)):
        return None
    convert = getattr(type(value), "__float__", None)
    if convert is None:
        return None
    result = convert(value)
    return result if type(result) is float else None


def truth_of(value: object) -> bool | None:
    """The bool that a value is: a bool, or a package's own (numpy's), by its name."""
    if value is True or value is False:
        return value
    cls = type(value)
    if cls.__name__ in ("bool", "bool_"):
        return bool(value)
    return None


def equal(a: object, b: object) -> bool:
    """Structural equality that keeps `true` apart from `1` and NaN apart from itself."""
    # What is most common comes first.
    if type(a) is str and type(b) is str or type(a) is int and type(b) is int:
        return a == b
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    left: Any = a
    right: Any = b
    if isinstance(a, (list, tuple)):
        kind = list if isinstance(a, list) else tuple
        if not isinstance(b, kind) or len(left) != len(right):
            return False
        return all(equal(x, y) for x, y in zip(left, right, strict=True))
    if isinstance(a, dict):
        if not isinstance(b, dict) or len(left) != len(right):
            return False
        return all(
            key in right and equal(item, right[key]) for key, item in left.items()
        )
    if is_record(a):
        if record_class(type(a)) is not record_class(type(b)):
            return False
        names: tuple[str, ...] = getattr(type(a), "__match_args__", ())
        return all(equal(getattr(a, name), getattr(b, name)) for name in names)
    return bool(a == b)


def same_record(a: object, b: object) -> bool:
    """`==` of records of a type that a block declares, whichever execution made them."""
    if record_class(type(a)) is not record_class(type(b)):
        return False
    names: tuple[str, ...] = getattr(type(a), "__match_args__", ())
    return all(getattr(a, name) == getattr(b, name) for name in names)


def deeply_equal(a: object, b: object) -> bool:
    """`==` of values that may be nested more deeply than Python compares."""
    try:
        return bool(a == b)
    except RecursionError:
        return equal_by_parts(a, b)


def equal_by_parts(a: object, b: object) -> bool:
    """Equality without recursion; a pair that is met again inside of itself decides nothing."""
    pairs: list[tuple[object, object]] = [(a, b)]
    seen: set[tuple[int, int]] = set()
    while pairs:
        here, there = pairs.pop()
        if (id(here), id(there)) in seen:
            continue
        left: Any = here
        right: Any = there
        kind, other = type(here), type(there)
        if is_record(here) and record_class(kind) is record_class(other):
            names: tuple[str, ...] = getattr(kind, "__match_args__", ())
            parts = [(getattr(left, name), getattr(right, name)) for name in names]
        elif issubclass(kind, (list, tuple)) and kind is other:
            if len(left) != len(right):
                return False
            parts = list(zip(left, right, strict=True))
        elif issubclass(kind, dict) and issubclass(other, dict):
            if left.keys() != right.keys():
                return False
            parts = [(item, right[key]) for key, item in left.items()]
        elif left == right:
            continue
        else:
            return False
        seen.add((id(here), id(there)))
        pairs.extend(reversed(parts))
    return True


def contains(container: object, item: object) -> bool:
    """`in`, with Mochi's equality for the elements of lists."""
    parts: Any = container
    if isinstance(container, (list, tuple)):
        return any(equal(item, part) for part in parts)
    if isinstance(container, str):
        return isinstance(item, str) and item in container
    if isinstance(container, (dict, set, frozenset)):
        try:
            return item in container
        except TypeError:
            # What has no hash is nobody's key.
            return False
    if isinstance(container, bytes):
        return isinstance(item, (int, bytes)) and item in container
    if container is None:
        return False
    method = getattr(type(container), "__contains__", None)
    if method is None:
        found, wanted = shorten(container), shorten(item)
        raise MochiError(3, f"operator `in` cannot be used on {wanted} and {found}")
    return bool(method(container, item))


def is_element(item: object, container: object) -> bool:
    """`in` where both sides call functions, the item first."""
    return contains(container, item)


class Same:
    """What dictionaries tell apart by Mochi's equality, for values that have no hash."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and equal(self.value, other.value)


def hash_key(value: object) -> object:
    """What stands for a value in a dictionary: equal exactly where `==` holds of the values."""
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is bool:
        return (bool, value)
    if kind is float:
        return value if value == value else object()
    parts: Any = value
    if kind is tuple or kind is list:
        return (kind, *map(hash_key, parts))
    if isinstance(value, dict):
        return (dict, frozenset((key, hash_key(item)) for key, item in parts.items()))
    if is_record(value):
        names: tuple[str, ...] = getattr(kind, "__match_args__", ())
        fields = [hash_key(getattr(value, name)) for name in names]
        return (record_class(kind), *fields)
    if isinstance(value, (set, frozenset)):
        return (set, frozenset(parts))
    try:
        hash(value)
    except TypeError:
        return Same(value)
    return value


def distinct[T](items: Iterable[T]) -> list[T]:
    """The first occurrences, by Mochi's equality."""
    out: list[T] = []
    seen: set[object] = set()
    for item in items:
        key = hash_key(item)
        if key not in seen:
            seen.add(key)
            out.append(item)
    return out


class Group[K, T](Anonymous):
    """A group of a query: its key, and its items in the order of the rows."""

    __slots__ = ("items", "key")
    __match_args__ = ("__group__", "count", "items", "key")
    __group__ = True

    def __init__(self, key: K, items: list[T]) -> None:
        self.key = key
        self.items = items

    @property
    def count(self) -> int:
        """The number of items."""
        return len(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __eq__(self, other: object) -> bool:
        group: Any = other
        if not isinstance(other, Group):
            return False
        return equal(self.key, group.key) and equal(self.items, group.items)


def list_union[T](a: Iterable[T], b: Iterable[T]) -> list[T]:
    """a then b, without repeats."""
    return distinct([*a, *b])


def list_except[T](a: Iterable[T], b: Iterable[object]) -> list[T]:
    """a without what is in b; order and repeats of a stay."""
    out = set(map(hash_key, b))
    return [item for item in a if hash_key(item) not in out]


def list_intersect[T](a: Iterable[object], b: Iterable[T]) -> list[T]:
    """What is in both, in the order of b, without repeats."""
    known = set(map(hash_key, a))
    return distinct([item for item in b if hash_key(item) in known])
