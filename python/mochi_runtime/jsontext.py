"""JSON (language.md §11.2)."""

from __future__ import annotations

import functools
import re

from .errors import MochiError
from .text import (
    Variant,
    ascending,
    enum_text,
    is_record,
    record_fields,
    sorted_entries,
    to_str,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

JSON_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in range(32)},
    ord('"'): '\\"',
    ord("\\"): "\\\\",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}

ESCAPED = re.compile(r'[\x00-\x1f"\\<>&\u2028\u2029]')


def json_string(text: str) -> str:
    """A string as JSON."""
    if ESCAPED.search(text):
        text = text.translate(JSON_ESCAPES)
    return f'"{text}"'


def json_float(value: float) -> str:
    """The shortest digits; integral without fraction, scientific only where very small or large."""
    text = float.__repr__(value)
    if "e" not in text and "n" not in text:
        return text.removesuffix(".0")
    if value - value != 0:
        raise MochiError(3, "a float that is not finite has no JSON form")
    mantissa, _, exponent = text.partition("e")
    size = abs(value)
    if size != 0 and (size < 1e-6 or size >= 1e21):
        number = int(exponent)
        return f"{mantissa}e{'+' if number > 0 else '-'}{abs(number)}"
    if exponent:
        sign = "-" if value < 0 else ""
        whole, _, fraction = mantissa.lstrip("-").partition(".")
        shift = int(exponent)
        if shift < 0:
            return f"{sign}0.{'0' * (-shift - 1)}{whole}{fraction}"
        return f"{sign}{whole}{fraction}{'0' * (shift - len(fraction))}"
    return text.removesuffix(".0")


def json_text(value: object, indent: str, step: str) -> str:
    """A value as JSON; without indentation if `step` is empty."""
    cls = type(value)
    if cls is str:
        return json_string(str(value))
    if cls is int:
        return str(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int) and enum_text(value) is None:
        return str(int(value))
    if isinstance(value, float):
        return json_float(value)
    if isinstance(value, str):
        return json_string(value)
    parts: Any = value
    if isinstance(value, dict):
        return json_object(sorted_entries(parts), indent, step)
    if isinstance(value, (list, tuple)):
        return json_array(parts, indent, step)
    if isinstance(value, (set, frozenset)):
        return json_array(ascending(parts), indent, step)
    if is_record(value):
        return json_record(value, indent, step)
    if type(value).__name__ == "Error":
        return str(value)
    raise MochiError(3, f"{type(value).__qualname__} has no JSON form")


def json_record(value: object, indent: str, step: str) -> str:
    """A record as an object of its fields; variants carry their name."""
    entries: list[tuple[object, object]] = [
        (label, getattr(value, name)) for label, name in record_fields(type(value))
    ]
    if isinstance(value, Variant):
        entries.append(("__name", type(value).__name__))
        entries.sort(key=lambda entry: str(entry[0]))
    return json_object(entries, indent, step)


def json_object(
    entries: Iterable[tuple[object, object]], indent: str, step: str
) -> str:
    """Entries as an object."""
    inner = indent + step
    colon = ": " if step else ":"
    parts = [
        json_string(to_str(key)) + colon + json_text(item, inner, step)
        for key, item in entries
    ]
    return json_group("{", parts, "}", indent, step)


def json_array(items: Iterable[object], indent: str, step: str) -> str:
    """Elements as an array."""
    inner = indent + step
    return json_group(
        "[", [json_text(item, inner, step) for item in items], "]", indent, step
    )


def json_group(start: str, parts: list[str], end: str, indent: str, step: str) -> str:
    """Parts between brackets."""
    if not parts:
        return start + end
    if not step:
        return start + ",".join(parts) + end
    inner = indent + step
    return f"{start}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{end}"


def to_json(value: object) -> str:
    """A value as one line of JSON."""
    return json_text(value, "", "")


def print_json[T](value: T) -> T:
    """Prints a value as indented JSON and gives it back."""
    print(json_text(value, "", "  "))
    return value


@functools.cache
def json_decoder() -> Any:
    """What decodes JSON, without the numbers that Python adds to it."""
    import json

    def refuse(name: str) -> object:
        raise ValueError(f"{name} is not JSON")

    return json.JSONDecoder(parse_constant=refuse)


def json_decode(text: str) -> Any:
    """JSON as an `any`; malformed text is error 2."""
    try:
        return json_decoder().decode(text)
    except (ValueError, RecursionError) as error:
        raise MochiError(2, f"malformed JSON: {error}") from None
