"""Text forms of values (language.md §11.1) and the text builtins."""

from __future__ import annotations

import builtins
import math
import sys

from .errors import Error, MochiError, is_own_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

QUOTE_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

RESERVED_FIELDS = frozenset(
    part
    for line in (
        "False None True _ and as assert async await break case class continue def del elif",
        "else except finally for from global if import in is lambda match nonlocal not or pass",
        "raise return try type while with yield",
        "bool bytes dict float int list object set str tuple",
    )
    for part in line.split()
)

RECORD_CLASSES: dict[type, bool] = {}


class Anonymous:
    """The base of classes made for anonymous records, which print as maps."""

    __slots__ = ()


class Variant:
    """The base of variants of sum types in programs that write JSON, where they carry a name."""

    __slots__ = ()


def show_bool(value: bool) -> str:
    """A bool as Mochi writes it."""
    return "true" if value else "false"


def short(value: float) -> str:
    """A float in short form: `2`, `0.5`, `1e+06`."""
    if -1e6 < value < 1e6:
        text = float.__repr__(value)
        return text.removesuffix(".0")
    if math.isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    text = float.__repr__(value)
    if "e" in text:
        return text
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    digits = (whole + fraction).rstrip("0")
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e+{len(whole) - 1:02}"


def plain(value: float) -> str:
    """A float without exponent and always with a fractional part."""
    text = float.__repr__(value)
    if "e" not in text and "n" not in text:
        return text
    if math.isnan(value):
        return "NaN.0"
    if value in (float("inf"), float("-inf")):
        return "+Inf.0" if value > 0 else "-Inf.0"
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    shift = int(exponent)
    if shift < 0:
        return f"{sign}0.{'0' * (-shift - 1)}{whole}{fraction}"
    return f"{sign}{whole}{fraction}{'0' * (shift - len(fraction))}.0"


def quote(text: str) -> str:
    """A string in double quotes, with what cannot be printed escaped."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    parts: list[str] = []
    for char in text:
        if char in QUOTE_ESCAPES:
            parts.append(QUOTE_ESCAPES[char])
        elif char.isprintable():
            parts.append(char)
        elif ord(char) > 0xFFFF:
            parts.append(f"\\U{ord(char):08x}")
        else:
            parts.append(f"\\u{ord(char):04x}")
    return f'"{"".join(parts)}"'


def show_bytes(value: bytes) -> str:
    """A byte string as Mochi writes it."""
    parts: list[str] = []
    for byte in value:
        char = chr(byte)
        if char in QUOTE_ESCAPES:
            parts.append(QUOTE_ESCAPES[char])
        elif 0x20 <= byte < 0x7F:
            parts.append(char)
        else:
            parts.append(f"\\x{byte:02x}")
    return f'b"{"".join(parts)}"'


def is_record(value: object) -> bool:
    """Whether a value is a record or variant of the program, not an object of a package."""
    cls = type(value)
    known = RECORD_CLASSES.get(cls)
    if known is None:
        module = sys.modules.get(cls.__module__)
        path = getattr(module, "__file__", None) or ""
        known = issubclass(cls, Anonymous) or (
            "__dataclass_fields__" in record_class(cls).__dict__ and is_own_file(path)
        )
        RECORD_CLASSES[cls] = known
    return known


def record_class(cls: type[object]) -> type[object]:
    """The class that has a record's fields: a block may derive one that only has methods."""
    base = cls.__base__
    own = cls.__dict__
    is_derived = "__dataclass_fields__" not in own and own.get("__slots__") == ()
    return base if is_derived and base is not None else cls


def field_label(name: str) -> str:
    """The Mochi name of a field whose Python name had to differ."""
    if name.endswith("_") and name.rstrip("_") in RESERVED_FIELDS:
        return name[:-1]
    if name.startswith("u__"):
        name = name[1:]
    head, *parts = name.split("_u")
    return head + "".join(map(unescaped, parts))


def unescaped(part: str) -> str:
    """What follows `_u` in a name: `1F363_` stands for the character that Python refuses."""
    digits, end, rest = part.partition("_")
    if end and len(digits) >= 4 and set(digits) <= set("0123456789ABCDEF"):
        return chr(int(digits, 16)) + rest
    return "_u" + part


# The fields of record classes: Mochi names with their attributes, sorted.
RECORD_FIELDS: dict[type[object], tuple[tuple[str, str], ...]] = {}


def record_fields(cls: type[object]) -> tuple[tuple[str, str], ...]:
    """The fields of a record class in the order in which they are observed."""
    fields = RECORD_FIELDS.get(cls)
    if fields is None:
        names: tuple[str, ...] = getattr(cls, "__match_args__", ())
        fields = tuple(sorted((field_label(name), name) for name in names))
        RECORD_FIELDS[cls] = fields
    return fields


def record_entries(value: object) -> dict[str, object]:
    """The fields of a record by Mochi name, with `__name` unless it is anonymous."""
    entries: dict[str, object] = {
        label: getattr(value, name) for label, name in record_fields(type(value))
    }
    if not isinstance(value, Anonymous):
        entries["__name"] = type(value).__name__
    return entries


class OMap(dict[object, object]):
    """A map that is observed in the order of insertion."""

    __slots__ = ()


def omap[K, V](entries: dict[K, V]) -> dict[K, V]:
    """A fresh map as an ordered one."""
    made: Any = OMap()
    made.update(entries)
    result: dict[K, V] = made
    return result


def sorted_entries(value: object) -> Iterable[tuple[object, object]]:
    """The entries of a map in the order in which they are observed: by their keys' str form."""
    given: Any = value
    if not isinstance(value, dict):
        return ()
    entries: dict[object, object] = given
    if isinstance(value, OMap):
        return entries.items()
    if holds_texts(given):
        return [(key, entries[key]) for key in sorted(given)]
    return sorted(entries.items(), key=lambda entry: to_str(entry[0]))


def holds_texts(keys: object) -> bool:
    """Whether all keys of a map are strings."""
    given: Any = keys
    return set(map(type, given)) <= {str}


# What builtins are called here, where that is another name.
BUILTIN_NAMES = {
    "any_abs": "abs",
    "any_len": "len",
    "any_to_float": "float",
    "any_to_int": "int",
    "print_all": "print",
    "read_line": "input",
    "to_str": "str",
}


def function_text(value: object) -> str:
    """`<fun f>`, or `<fun>` for a lambda."""
    name = getattr(value, "__name__", "<lambda>")
    if getattr(value, "__module__", None) == __name__:
        name = BUILTIN_NAMES.get(name, name)
    stem = name.rstrip("_")
    if stem != name and (stem in RESERVED_FIELDS or hasattr(builtins, stem)):
        name = name[:-1]
    return "<fun>" if name == "<lambda>" or name.startswith("_") else f"<fun {name}>"


def is_function(value: object) -> bool:
    """Whether a value is a Python function or method."""
    return type(value).__name__ in (
        "function",
        "method",
        "builtin_function_or_method",
        "method_descriptor",
    )


def enum_text(value: object) -> str | None:
    """`Color.RED` for a member of an enum."""
    cls = type(value)
    if hasattr(cls, "__members__"):
        name = getattr(value, "name", None)
        if isinstance(name, str):
            return f"{cls.__name__}.{name}"
    return None


def show(value: object) -> str:
    """A value in print form."""
    if isinstance(value, str) and enum_text(value) is None:
        return value
    if type(value) is float:
        return short(value)
    if isinstance(value, float):
        # A package's own kind of float, which nobody declared to be one.
        return str(value)
    text = show_inside(value, ())
    if text is None:
        return str(value)
    return text


def show_part(value: object, above: tuple[int, ...]) -> str:
    """A value in print form inside a container."""
    text = show_inside(value, above)
    return repr(value) if text is None else text


def show_inside(value: object, above: tuple[int, ...]) -> str | None:
    """The print form inside a container; none for objects of Python packages."""
    given: Any = value
    if value is None:
        return "nil"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if type(value) is str:
        return quote(value)
    if type(value) is float:
        return plain(value)
    enum = enum_text(value)
    if enum is not None:
        return enum
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return show_container(given, above)
    if isinstance(value, bytes):
        return show_bytes(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, float):
        return plain(float(value))
    if isinstance(value, (int, Error)):
        return str(value)
    if is_record(value):
        return show_container(
            record_entries(value), (*above, id(value)), id(value) in above
        )
    if is_function(value):
        return function_text(value)
    if type(value).__name__ == "Fraction":
        return str(value)
    return None


def show_container(
    value: object, above: tuple[int, ...], is_inside_itself: bool = False
) -> str:
    """A container in print form."""
    if is_inside_itself or id(value) in above:
        return "{...}" if isinstance(value, dict) else "[...]"
    inner = (*above, id(value))
    parts: Any = value
    if isinstance(value, dict):
        pairs = sorted_entries(parts)
        shown = ", ".join(
            [f"{quote(to_str(k))}: {show_part(v, inner)}" for k, v in pairs]
        )
        return f"{{{shown}}}"
    if isinstance(value, (set, frozenset)):
        shown = ", ".join([show_part(item, inner) for item in ascending(parts)])
        return f"set{{{shown}}}"
    items: list[object] | tuple[object, ...] = parts
    if type(value) is list and set(map(type, items)) <= {int}:
        return str(parts)
    shown = ", ".join([show_part(item, inner) for item in items])
    return f"({shown})" if isinstance(value, tuple) else f"[{shown}]"


def ascending(items: Iterable[object]) -> list[object]:
    """Elements in ascending order; of mixed kinds by their str form."""
    listed: list[object] = list(items)
    if set(map(type, listed)) <= {int} or set(map(type, listed)) <= {str}:
        plain_items: list[int] = [item for item in listed if isinstance(item, int)]
        if plain_items:
            plain_items.sort()
            return list(plain_items)
        texts = [item for item in listed if isinstance(item, str)]
        texts.sort()
        return list(texts)
    if all(
        isinstance(item, (int, float)) and not isinstance(item, bool) for item in listed
    ):
        return sorted(listed, key=number_key)
    return sorted(listed, key=order_key)


def number_key(value: object) -> float:
    """A number as itself, for sorting."""
    return value if isinstance(value, (int, float)) else 0


def order_key(value: object) -> tuple[object, ...]:
    """A key that sorts tuples part by part and everything else by its str form."""
    parts: Any = value
    if isinstance(value, tuple):
        return tuple(order_key(part) for part in parts)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (0, value, "")
    return (1, 0, to_str(value))


def to_str(value: object) -> str:
    """A value in str form."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    return str_inside(value, ())


def str_inside(value: object, above: tuple[int, ...]) -> str:
    """The str form at any depth."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if value is None:
        return "<nil>"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is float:
        return short(value)
    if isinstance(value, float):
        return str(value)
    enum = enum_text(value)
    if enum is not None:
        return enum
    is_part = is_record(value)
    parts: Any = value
    if isinstance(value, (list, tuple, set, frozenset, dict)) or is_part:
        if id(parts) in above:
            return "{...}" if is_part or isinstance(value, dict) else "[...]"
        inner = (*above, id(parts))
        if is_part or isinstance(value, dict):
            pairs = sorted_entries(record_entries(parts) if is_part else parts)
            body = " ".join([f"{to_str(k)}:{str_inside(v, inner)}" for k, v in pairs])
            return f"map[{body}]"
        if isinstance(value, (set, frozenset)):
            body = " ".join([str_inside(item, inner) for item in ascending(parts)])
            return f"set[{body}]"
        body = " ".join([str_inside(item, inner) for item in parts])
        return f"({body})" if isinstance(value, tuple) else f"[{body}]"
    if isinstance(value, bytes):
        return show_bytes(value)
    if is_function(value):
        return function_text(value)
    return str(value)


def print_stripped(*values: object) -> None:
    """`print` of three or more values: the line loses white space at both ends."""
    print(" ".join(map(show, values)).strip(WHITE_SPACE))


def print_all(*values: object) -> None:
    """`print` as a function value."""
    line = " ".join(map(show, values))
    print(line.strip(WHITE_SPACE) if len(values) > 2 else line)


def trim(text: str) -> str:
    """The text without Unicode white space at its ends."""
    return text.strip(WHITE_SPACE)


def pad_start(text: str, length: int, pad: str) -> str:
    """The text padded on the left to so many code points."""
    missing = length - len(text)
    if missing <= 0:
        return text
    pad = pad or " "
    return (pad * (missing // len(pad) + 1))[:missing] + text


def split(text: str, separator: str) -> list[str]:
    """The parts between separators; an empty separator splits into code points."""
    return text.split(separator) if separator else list(text)


def decode(data: bytes) -> str:
    """UTF-8 as text; bad bytes are error 2."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MochiError(2, f"invalid UTF-8 at byte {error.start}") from None
