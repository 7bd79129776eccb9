"""Operations on `any`, checked when executed (language.md §4.4)."""

from __future__ import annotations

from .cast import cast_float, cast_int
from .errors import MochiError, shorten
from .number import (
    fdiv,
    fpow,
    frem,
    idiv,
    ipow,
    irem,
    parse_float,
    parse_int,
    rational_pow,
    rational_round,
    round_half,
)
from .text import ascending, is_record, record_entries, sorted_entries, to_str
from .value import (
    is_foreign,
    is_number,
    list_except,
    list_intersect,
    list_union,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction
    from typing import Any


NUMBERS: frozenset[type] = frozenset((int, float))
ORDERED: tuple[type, ...] = (str, bytes, list, tuple, bool)
FOREIGN: dict[str, str] = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "%": "mod",
    "**": "pow",
    "//": "floordiv",
    "@": "matmul",
    "<<": "lshift",
    ">>": "rshift",
    "&": "and_",
    "^": "xor",
    "|": "or_",
}


def bad_operand(operator: str, a: object, b: object) -> MochiError:
    """The error of an operator on values that it does not take."""
    return MochiError(
        3, f"operator `{operator}` cannot be used on {shorten(a)} and {shorten(b)}"
    )


def any_arithmetic(operator: str, a: object, b: object) -> object:
    """An arithmetic operator; none propagates."""
    x: Any = a
    y: Any = b
    # What is most common comes first.
    if type(a) in NUMBERS and type(b) in NUMBERS:
        if operator == "+":
            return x + y
        if operator == "-":
            return x - y
        if operator == "*":
            return x * y
    if a is None or b is None:
        return None
    if operator == "+":
        if isinstance(a, str) or isinstance(b, str):
            return to_str(a) + to_str(b)
        if isinstance(a, list) and isinstance(b, list):
            return [*x, *y]
        if isinstance(a, bytes) and isinstance(b, bytes):
            return a + b
    if not is_number(x) or not is_number(y):
        if is_foreign(x) or is_foreign(y):
            return foreign_arithmetic(operator, x, y)
        raise bad_operand(operator, x, y)
    if operator == "+":
        return x + y
    if operator == "-":
        return x - y
    if operator == "*":
        return x * y
    is_float = isinstance(a, float) or isinstance(b, float)
    is_whole = isinstance(a, int) and isinstance(b, int)
    if operator == "/":
        return fdiv(x, y) if is_float else idiv(x, y) if is_whole else x / y
    if operator == "%":
        return (
            frem(x, y) if is_float else irem(x, y) if is_whole else x - y * int(x / y)
        )
    if operator == "**":
        return (
            fpow(x, y) if is_float else ipow(x, y) if is_whole else rational_pow(x, y)
        )
    if is_whole:
        return whole_operator(operator, x, y)
    raise bad_operand(operator, x, y)


def any_lists(operator: str, a: object, b: object) -> object:
    """`union`, `union all`, `except` and `intersect`, of two lists or two sets."""
    x: Any = a
    y: Any = b
    if isinstance(a, list) and isinstance(b, list):
        if operator == "union all":
            return [*x, *y]
        if operator == "union":
            return list_union(x, y)
        return list_except(x, y) if operator == "except" else list_intersect(x, y)
    if isinstance(a, (set, frozenset)) and isinstance(b, (set, frozenset)):
        if operator == "except":
            return x - y
        return x & y if operator == "intersect" else x | y
    raise bad_operand(operator, x, y)


def whole_operator(operator: str, a: int, b: int) -> int:
    """Python's operators on integers."""
    if operator == "//":
        return a // b
    if operator == "<<":
        return a << b
    if operator == ">>":
        return a >> b
    if operator == "&":
        return a & b
    if operator == "^":
        return a ^ b
    return a | b


def foreign_arithmetic(sign: str, a: object, b: object) -> object:
    """An arithmetic operator as the objects of Python packages define it."""
    import operator

    apply: Callable[[object, object], object] = getattr(operator, FOREIGN[sign])
    try:
        return apply(a, b)
    except TypeError:
        raise bad_operand(sign, a, b) from None


def any_number(value: object, builtin: str) -> float | Fraction:
    """What a builtin on numbers takes; anything else is error 3."""
    if not is_number(value):
        raise MochiError(3, f"{builtin} cannot be used on {shorten(value)}")
    given: Any = value
    number: float | Fraction = given
    return number


def any_round(value: object) -> float | Fraction:
    """The nearest integral number of the same kind, halves away from zero."""
    number = any_number(value, "round")
    if isinstance(number, int):
        return number
    return round_half(number) if isinstance(number, float) else rational_round(number)


def any_negative(value: object) -> object:
    """Unary minus; none stays none."""
    if value is None:
        return None
    if not is_number(value) and not (
        is_foreign(value) and hasattr(type(value), "__neg__")
    ):
        raise MochiError(3, f"operator `-` cannot be used on {shorten(value)}")
    number: Any = value
    return -number


def any_abs(value: object) -> object:
    """The magnitude."""
    if not is_number(value) and not (
        is_foreign(value) and hasattr(type(value), "__abs__")
    ):
        raise MochiError(3, f"abs cannot be used on {shorten(value)}")
    number: Any = value
    return abs(number)


def any_compare(operator: str, a: object, b: object) -> bool:
    """An order comparison; with none it is false."""
    x: Any = a
    y: Any = b
    kind = type(a)
    # What is most common comes first.
    if kind is str and type(b) is str or kind in NUMBERS and type(b) in NUMBERS:
        if operator == "<":
            less: bool = x < y
            return less
        if operator == "<=":
            less = x <= y
            return less
        less = x > y if operator == ">" else x >= y
        return less
    if a is None or b is None:
        return False
    fits = is_number(a) and is_number(b) or is_foreign(a) or is_foreign(b)
    if not fits and not any(
        isinstance(a, kind) and isinstance(b, kind) for kind in ORDERED
    ):
        raise bad_operand(operator, x, y)
    try:
        if operator == "<":
            return bool(x < y)
        if operator == "<=":
            return bool(x <= y)
        if operator == ">":
            return bool(x > y)
        return bool(x >= y)
    except (TypeError, ValueError):
        # A comparison of arrays has no truth of its own.
        raise bad_operand(operator, x, y) from None


def truth(value: object) -> bool:
    """A condition of type `any`: it must be a bool."""
    if value is True or value is False:
        return value
    known = truth_of(value)
    if known is not None:
        return known
    raise MochiError(3, f"condition must be a bool, got {shorten(value)}")


def any_index(value: object, index: object) -> object:
    """`e[i]`; a missing key gives none."""
    source: Any = value
    if isinstance(value, dict):
        try:
            entry: object = source.get(index)
        except TypeError:
            raise MochiError(3, f"{shorten(index)} cannot be a key") from None
        return entry
    if value is None:
        return None
    if isinstance(value, (list, tuple, str, bytes)):
        if isinstance(index, bool) or not isinstance(index, int):
            raise MochiError(3, f"index must be an integer, got {shorten(index)}")
        part: object = source[index]
        return part
    if is_record(value):
        return record_entries(value).get(to_str(index))
    if is_foreign(value) and hasattr(type(value), "__getitem__"):
        chosen: object = source[index]
        return chosen
    raise MochiError(3, f"cannot index {shorten(value)}")


def any_store(value: object, index: object, item: object) -> None:
    """`e[i] = item`."""
    target: Any = value
    if isinstance(value, dict):
        try:
            target[index] = item
        except TypeError:
            raise MochiError(3, f"{shorten(index)} cannot be a key") from None
    elif isinstance(value, list):
        if isinstance(index, bool) or not isinstance(index, int):
            raise MochiError(3, f"index must be an integer, got {shorten(index)}")
        target[index] = item
    elif is_foreign(value) and hasattr(type(value), "__setitem__"):
        target[index] = item
    else:
        raise MochiError(3, f"cannot assign to an element of {shorten(value)}")


def any_slice(value: object, start: object, stop: object, step: object) -> object:
    """`e[a:b:c]`."""
    source: Any = value
    if isinstance(value, (list, tuple, str, bytes)) or (
        is_foreign(value) and hasattr(type(value), "__getitem__")
    ):
        bounds: Any = (start, stop, step)
        part: object = source[slice(*bounds)]
        return part
    raise MochiError(3, f"cannot slice {shorten(value)}")


def any_field(value: object, name: str) -> object:
    """`e.name`: a map entry or a record field."""
    if value is None:
        return None
    source: Any = value
    if isinstance(value, dict):
        entry: object = source.get(name)
        return entry
    if is_record(value):
        entries = record_entries(value)
        if name in entries and name != "__name":
            return entries[name]
        raise MochiError(3, f"unknown field `{name}` on {type(value).__name__}")
    raise MochiError(3, f"cannot read `{name}` of {shorten(value)}: cast it first")


def iterate(value: object) -> Iterator[object]:
    """The elements that a loop over an `any` sees; none has none."""
    if value is None:
        return iter(())
    source: Any = value
    if isinstance(value, dict):
        return (key for key, _ in sorted_entries(source))
    if isinstance(value, (set, frozenset)):
        return iter(ascending(source))
    if isinstance(value, (list, tuple, str, bytes)):
        return iter(source)
    if hasattr(type(value), "__next__") or (
        is_foreign(value) and hasattr(type(value), "__iter__")
    ):
        return iter(source)
    raise MochiError(3, f"cannot iterate over {shorten(value)}")


def any_len(value: object) -> int:
    """The number of elements; 0 of none."""
    if value is None:
        return 0
    length: Callable[[object], int] | None = getattr(type(value), "__len__", None)
    if length is None:
        raise MochiError(3, f"cannot take length of {shorten(value)}")
    return length(value)


def any_join(items: object, separator: object) -> str:
    """`join` of an `any`."""
    if not isinstance(separator, str):
        raise MochiError(3, f"join expects a string, got {shorten(separator)}")
    return separator.join(to_str(item) for item in iterate(items))


def any_to_int(value: object) -> int:
    """`int(x)` of an `any`: text is read, everything else is cast."""
    return parse_int(value) if isinstance(value, str) else cast_int(value)


def any_to_float(value: object) -> float:
    """`float(x)` of an `any`: text is read, everything else is cast."""
    return parse_float(value) if isinstance(value, str) else cast_float(value)
