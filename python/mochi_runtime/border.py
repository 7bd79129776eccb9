"""Checks of values that come out of Python packages (bridge.md §6, "What a check accepts").

Every check takes the value and the name of what declared it, and gives the value back, converted
where the type table asks for that. A value that does not fit is error 3.
"""

from __future__ import annotations

import sys

from .errors import MochiError, qualified_name, shorten
from .value import index_of, real_of, truth_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from typing import Any, TypeGuard

WORDS = {"str": "string", "NoneType": "none", "list": "list", "dict": "map"}


def wrong_value(value: object, declared: str, symbol: str) -> MochiError:
    """The error of a value that is not what was declared."""
    cls = type(value)
    kind = WORDS.get(cls.__qualname__) if cls.__module__ == "builtins" else None
    found = f"{shorten(value)} ({kind or qualified_name(cls)})"
    if value is None:
        found = "none"
    if symbol == "as":
        return MochiError(3, f"cannot cast {found} to {declared}")
    return MochiError(3, f"{symbol}: expected {declared}, got {found}")


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list, and none of a subclass."""
    return type(value) is list


def is_set(value: object) -> TypeGuard[set[Any]]:
    """Whether a value is a set, and none of a subclass."""
    return type(value) is set


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether a value is a dict, and none of a subclass."""
    return type(value) is dict


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether a value is a tuple, and none of a subclass."""
    return type(value) is tuple


def has_members(value: object, names: tuple[str, ...]) -> bool:
    """Whether a value has these attributes: what a structural type asks for."""
    return all(hasattr(value, name) for name in names)


def as_any(value: object, symbol: str) -> object:
    """Accepts everything."""
    return value


def as_none(value: object, symbol: str) -> None:
    """Accepts none only."""
    if value is not None:
        raise wrong_value(value, "unit", symbol)


def as_int(value: object, symbol: str) -> int:
    """Accepts integers; what has `__index__` is converted, bools are refused."""
    if type(value) is int:
        return value
    return convert_int(value, symbol)


def convert_int(value: object, symbol: str) -> int:
    """Subclasses of int pass; numpy's integers and their like are converted."""
    result = index_of(value)
    if result is None:
        raise wrong_value(value, "int", symbol)
    return result


def as_int64(value: object, symbol: str) -> int:
    """Accepts integers of 64 bits and their sign."""
    number = value if type(value) is int else convert_int(value, symbol)
    if -0x8000_0000_0000_0000 <= number < 0x8000_0000_0000_0000:
        return number
    raise MochiError(6, f"{symbol}: {shorten(number)} does not fit 64 bits")


def as_float(value: object, symbol: str) -> float:
    """Accepts floats; integers and what has `__float__` are converted."""
    if type(value) is float:
        return value
    return convert_float(value, symbol)


def convert_float(value: object, symbol: str) -> float:
    """Subclasses of float pass; other numbers are converted."""
    result = real_of(value)
    if result is None:
        raise wrong_value(value, "float", symbol)
    return result


def as_bool(value: object, symbol: str) -> bool:
    """Accepts bools, and numpy's."""
    if value is True or value is False:
        return value
    result = truth_of(value)
    if result is None:
        raise wrong_value(value, "bool", symbol)
    return result


def as_str(value: object, symbol: str) -> str:
    """Accepts strings."""
    if type(value) is str or isinstance(value, str):
        return value
    raise wrong_value(value, "string", symbol)


def as_bytes(value: object, symbol: str) -> bytes:
    """Accepts byte strings."""
    if isinstance(value, bytes):
        return value
    raise wrong_value(value, "bytes", symbol)


def as_constant[T](value: T, kind: type[object], symbol: str) -> T:
    """A constant of which checkers know the value; here it may have another, of the same class."""
    if isinstance(value, kind):
        return value
    raise wrong_value(value, WORDS.get(kind.__name__, kind.__name__), symbol)


def as_callable(value: object, symbol: str) -> Callable[..., Any]:
    """Accepts what can be called."""
    if callable(value):
        return value
    raise wrong_value(value, "a function", symbol)


def as_type(value: object, symbol: str) -> type[object]:
    """Accepts classes."""
    if isinstance(value, type):
        return value
    raise wrong_value(value, "a class", symbol)


def unchecked(value: object) -> Any:
    """The value under whatever type the place declares."""
    return value


def class_if_there(module: str, path: str) -> type | tuple[type, ...] | None:
    """What instances of a class that stubs declare are instances of, if the package has it."""
    found: object = sys.modules.get(module)
    names = path.split(".")
    while found is None and "." in module:
        # Compiled code may hold its submodules as plain attributes.
        module, _, name = module.rpartition(".")
        names.insert(0, name)
        found = sys.modules.get(module)
    for name in names:
        found = getattr(found, name, None)
    return kinds_made(found) if isinstance(found, type) else None


def kinds_made(cls: type) -> type | tuple[type, ...]:
    """The class; with its bases where it combines several of its package and chooses by `__new__`.

    Such a class is declared as what its users get, but what they get is one of its bases.
    """
    bases: tuple[type, ...] = cls.__bases__
    package = cls.__module__.partition(".")[0]
    own = all(base.__module__.partition(".")[0] == package for base in bases)
    if len(bases) > 1 and own and isinstance(cls.__dict__.get("__new__"), staticmethod):
        return (cls, *bases)
    return cls


def checked_items[T](
    values: list[object], item: Callable[[object, str], T], symbol: str
) -> list[T] | None:
    """The elements checked one by one; none if all of them stayed the same objects."""
    checked = [item(value, symbol) for value in values]
    for old, new in zip(values, checked, strict=True):
        if old is not new:
            return checked
    return None


def checked_list[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> list[T]:
    """A list with checked elements: itself, or a copy if an element had to convert."""
    given: Any = value
    if not isinstance(value, list):
        raise wrong_value(value, declared, symbol)
    converted = checked_items(given, item, symbol)
    same: list[T] = given
    return same if converted is None else converted


def checked_sequence[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> list[T]:
    """A read-only collection as a list with checked elements."""
    given: Any = value
    if isinstance(value, list):
        return checked_list(given, item, declared, symbol)
    if isinstance(value, (str, bytes, dict)) or value is None:
        raise wrong_value(given, declared, symbol)
    return [item(part, symbol) for part in parts_of(given, declared, symbol)]


def checked_tuple_items[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> list[T]:
    """A tuple of any length as a list with checked elements."""
    parts: Any = value
    if not isinstance(value, tuple):
        raise wrong_value(value, declared, symbol)
    return [item(part, symbol) for part in parts]


def parts_of(value: object, declared: str, symbol: str) -> Iterator[object]:
    """An iterator over a value that should be iterable."""
    walks = getattr(type(value), "__iter__", None)
    if walks is None and not hasattr(type(value), "__getitem__"):
        raise wrong_value(value, declared, symbol)
    source: Any = value
    return iter(source)


def checked_set[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> set[T]:
    """A set with checked elements; other kinds of set become one."""
    given: Any = value
    if isinstance(value, (set, frozenset)) or hasattr(type(value), "isdisjoint"):
        parts = list(parts_of(given, declared, symbol))
        converted = checked_items(parts, item, symbol)
        if converted is not None:
            return set(converted)
        same: Any = given if isinstance(value, set) else set(parts)
        result: set[T] = same
        return result
    raise wrong_value(value, declared, symbol)


def checked_dict[K, V](
    value: object,
    key: Callable[[object, str], K],
    item: Callable[[object, str], V],
    declared: str,
    symbol: str,
) -> dict[K, V]:
    """A dict with checked keys and values: itself, or a copy if something had to convert."""
    given: Any = value
    if not isinstance(value, dict):
        raise wrong_value(value, declared, symbol)
    old_keys: list[object] = list(given)
    old_items: list[object] = list(given.values())
    keys = checked_items(old_keys, key, symbol)
    items = checked_items(old_items, item, symbol)
    if keys is None and items is None:
        same: dict[K, V] = given
        return same
    new_keys: Any = old_keys if keys is None else keys
    new_items: Any = old_items if items is None else items
    return dict(zip(new_keys, new_items, strict=True))


def checked_mapping[K, V](
    value: object,
    key: Callable[[object, str], K],
    item: Callable[[object, str], V],
    declared: str,
    symbol: str,
) -> dict[K, V]:
    """A read-only mapping as a dict with checked keys and values."""
    source: Any = value
    if isinstance(value, dict):
        return checked_dict(source, key, item, declared, symbol)
    if not hasattr(type(value), "keys"):
        raise wrong_value(value, declared, symbol)
    names: list[object] = list(source.keys())
    return {key(name, symbol): item(source[name], symbol) for name in names}


def checked_tuple(
    value: object, length: int, declared: str, symbol: str
) -> tuple[object, ...]:
    """A tuple of that length, also made of a list; its parts are yet to be checked."""
    parts: Any = value
    if isinstance(value, (tuple, list)) and len(parts) == length:
        same: tuple[object, ...] = parts if isinstance(value, tuple) else tuple(parts)
        return same
    raise wrong_value(parts, declared, symbol)


def checked_iterator[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> Iterator[T]:
    """An iterator whose elements are checked when they are pulled."""
    if value is None:
        raise wrong_value(value, declared, symbol)
    return (item(part, symbol) for part in parts_of(value, declared, symbol))


def checked_async_iterator[T](
    value: object, item: Callable[[object, str], T], declared: str, symbol: str
) -> AsyncIterator[T]:
    """An asynchronous iterator whose elements are checked when they are pulled."""
    if not hasattr(type(value), "__aiter__"):
        raise wrong_value(value, declared, symbol)
    source: Any = value
    return (item(part, symbol) async for part in source)


def first_fitting(
    value: object,
    checks: tuple[Callable[[object, str], object], ...],
    declared: str,
    symbol: str,
) -> Any:
    """The value through the first check that accepts it."""
    for check in checks:
        try:
            return check(value, symbol)
        except MochiError as error:
            if error.code == 6:
                raise
    raise wrong_value(value, declared, symbol)
