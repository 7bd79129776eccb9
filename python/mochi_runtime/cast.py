"""Casts of `any` (language.md §4.5): checked, converting numbers among each other."""

from __future__ import annotations

from .border import unchecked
from .errors import MochiError, shorten
from .number import float_to_int
from .text import OMap, is_record, omap, record_entries
from .value import index_of, is_number, real_of, truth_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeGuard


def cast_error(value: object, name: str) -> MochiError:
    """The error of a cast that does not fit."""
    found = "none" if value is None else shorten(value)
    return MochiError(3, f"cannot cast {found} to {name}")


def cast_int(value: object) -> int:
    """An `any` as an int."""
    if type(value) is int:
        return value
    if isinstance(value, float):
        return float_to_int(value)
    if is_number(value):
        return int(unchecked(value))
    index = index_of(value)
    if index is not None:
        return index
    real = real_of(value)
    if real is not None:
        return float_to_int(real)
    raise cast_error(value, "int")


def cast_float(value: object) -> float:
    """An `any` as a float."""
    if type(value) is float:
        return value
    if is_number(value):
        return float(unchecked(value))
    real = real_of(value)
    if real is not None:
        return real
    raise cast_error(value, "float")


def cast_bool(value: object) -> bool:
    """An `any` as a bool."""
    if value is True or value is False:
        return value
    known = truth_of(value)
    if known is not None:
        return known
    raise cast_error(value, "bool")


def cast_str(value: object) -> str:
    """An `any` as a string."""
    if isinstance(value, str):
        return value
    raise cast_error(value, "string")


def cast_bytes(value: object) -> bytes:
    """An `any` as bytes."""
    if isinstance(value, bytes):
        return value
    raise cast_error(value, "bytes")


def cast_none(value: object) -> None:
    """An `any` as unit."""
    if value is not None:
        raise cast_error(value, "unit")


def cast_list[T](value: object, item: Callable[[object], T]) -> list[T]:
    """An `any` as a list; rebuilt only if an element had to convert."""
    items: Any = value
    if not isinstance(value, list):
        raise cast_error(value, "list")
    made = [item(part) for part in items]
    same: list[T] = items
    if all(old is new for old, new in zip(same, made, strict=True)):
        return same
    return made


def cast_set[T](value: object, item: Callable[[object], T]) -> set[T]:
    """An `any` as a set."""
    given: Any = value
    if not isinstance(value, (set, frozenset)):
        raise cast_error(value, "set")
    parts: list[T] = list(given)
    made = [item(part) for part in parts]
    unchanged = all(old is new for old, new in zip(parts, made, strict=True))
    same: set[T] = given
    return same if unchanged and isinstance(value, set) else set(made)


def cast_map[K, V](
    value: object, key: Callable[[object], K], item: Callable[[object], V]
) -> dict[K, V]:
    """An `any` as a map; rebuilt only if something had to convert."""
    given: Any = entries_of(value)
    if given is None:
        raise cast_error(value, "map")
    entries: dict[K, V] = given
    made = {key(name): item(part) for name, part in entries.items()}
    if len(made) < len(entries):
        # Keys that only Mochi tells apart: the kind of map that holds them is kept.
        made = entries.copy()
        made.clear()
        for name, part in entries.items():
            made[key(name)] = item(part)
    same = len(made) == len(entries) and all(
        old is new for old, new in zip(entries.values(), made.values(), strict=True)
    )
    return entries if same else made


def cast_omap[K, V](
    value: object, key: Callable[[object], K], item: Callable[[object], V]
) -> dict[K, V]:
    """An `any` as an ordered map."""
    made = cast_map(value, key, item)
    return made if made is value and isinstance(value, OMap) else omap(made)


def cast_option[T](value: object, item: Callable[[object], T]) -> T | None:
    """An `any` as an option."""
    return None if value is None else item(value)


def cast_parts(value: object, length: int) -> tuple[object, ...]:
    """An `any` as a tuple of that length; lists are taken too."""
    parts: Any = value
    if isinstance(value, (tuple, list)) and len(parts) == length:
        return tuple(parts)
    raise cast_error(parts, f"a tuple of {length}")


def cast_instance[T](value: object, cls: type[T]) -> T:
    """A value as an instance of one class."""
    if isinstance(value, cls):
        return value
    raise cast_error(value, cls.__name__)


def entries_of(value: object) -> dict[object, object] | None:
    """A dict, or what has keys and values for Python as one (the row of a database)."""
    given: Any = value
    if isinstance(value, dict):
        same: dict[object, object] = given
        return same
    if hasattr(type(value), "keys") and hasattr(type(value), "__getitem__"):
        names: list[object] = list(given.keys())
        return {key: given[key] for key in names}
    return None


def cast_entries(value: object, name: str) -> dict[str, object]:
    """The entries of a map from which a record is built."""
    given: Any = value
    kind = type(value)
    if kind is not dict:
        given = entries_of(value)
    if given is not None:
        entries: dict[str, object] = given
        return entries
    if is_record(value):
        return record_entries(value)
    raise cast_error(value, name)


def cast_field(entries: dict[str, object], field: str, name: str) -> Any:
    """One entry of a map from which a record is built."""
    try:
        return entries[field]
    except KeyError:
        error = MochiError(3, f"missing field {field} for {name}")
        error.lacks_field = True
        raise error from None


def cast_any(value: object) -> object:
    """An `any` as itself."""
    return value


def is_any_list(value: object) -> TypeGuard[list[object]]:
    """Whether a value is a list, of whatever."""
    return isinstance(value, list)


def is_any_map(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a value is a map from strings, to whatever."""
    keys: Any = value
    if not isinstance(value, dict):
        return False
    return set(map(type, keys)) <= {str} or all(isinstance(key, str) for key in keys)


def holds[T](value: object, cast: Callable[[object], T]) -> TypeGuard[T]:
    """Whether a value is of the type that a cast makes, with nothing to convert."""
    try:
        made = cast(value)
    except (MochiError, ArithmeticError, TypeError, ValueError):
        return False
    return is_unchanged(value, made)


def is_unchanged(old: object, new: object) -> bool:
    """Whether a cast left a value and all that it holds as they were."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    before: Any = old
    after: Any = new
    if isinstance(old, (list, tuple)):
        return all(map(is_unchanged, before, after))
    if isinstance(old, dict):
        keys = all(map(is_unchanged, before, after))
        return keys and all(map(is_unchanged, before.values(), after.values()))
    if isinstance(old, (set, frozenset)):
        return {(type(part), part) for part in before} == {
            (type(part), part) for part in after
        }
    same: bool = before == after
    return same
