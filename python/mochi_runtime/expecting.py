"""Failures of `expect` with the values that were compared (language.md §13)."""

from __future__ import annotations

from .errors import MochiError, shorten
from .text import (
    ascending,
    is_record,
    quote,
    record_class,
    record_entries,
    show_part,
    sorted_entries,
)
from .value import equal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# The most characters of a value, and the most lines of a text of several, that a failure shows.
SHOWN_LENGTH = 400
SHOWN_LINES = 20

# What is longer than this is not compared by eye: the first difference is pointed out.
PLAIN_LENGTH = 40

NOTHING = "nothing"


def expect_showing(condition: bool, source: str, values: dict[str, object]) -> None:
    """Raises error 9 with values to show unless the condition holds.

    Type checkers conclude nothing from it, as they would from a test of an enum's member.
    """
    if not condition:
        raise failed_expectation(source, values)


def failed_expectation(
    source: str, values: dict[str, object] | None = None, part: str = ""
) -> MochiError:
    """The error of an `expect` that does not hold.

    Its notes say which part of the condition failed, if it has several, and what the values were.
    The sides of a comparison are called `left` and `right`.
    """
    error = MochiError(9, f"expect condition failed at {source}")
    if part:
        error.add_note(f"failed part: {part}")
    if values:
        notes = labelled({label: value_text(value) for label, value in values.items()})
        if list(values) == ["left", "right"]:
            notes += first_difference(values["left"], values["right"])
        for line in notes:
            error.add_note(line)
    return error


def labelled(texts: dict[str, str]) -> list[str]:
    """Lines of labels and texts; the texts stand below each other."""
    width = max(map(len, texts)) + 1
    lines: list[str] = []
    for label, text in texts.items():
        if "\n" in text:
            lines.append(f"{label}:")
            lines += [f"  {line}" for line in text.split("\n")]
        else:
            lines.append(f"{f'{label}:':{width}} {text}")
    return lines


def value_text(value: object) -> str:
    """A value in print form, as inside of a container, and shortened."""
    try:
        text = show_part(value, ())
    except RecursionError:
        return f"<{type(value).__qualname__}: nested too deeply to be shown>"
    except Exception as error:
        name = type(error).__qualname__
        return (
            f"<{type(value).__qualname__}: cannot be shown, {name}: {shorten(error)}>"
        )
    lines = text.split("\n")
    if len(lines) > SHOWN_LINES:
        left_out = f"… {len(lines) - SHOWN_LINES} more lines …"
        lines = [*lines[: SHOWN_LINES - 5], left_out, *lines[-5:]]
        return "\n".join(lines)
    if len(lines) == 1 and len(text) > SHOWN_LENGTH:
        left_out = f" … {len(text) - SHOWN_LENGTH} more characters … "
        return f"{text[: SHOWN_LENGTH - 60]}{left_out}{text[-60:]}"
    return text


def first_difference(left: object, right: object) -> list[str]:
    """Where two values differ first, if that is not seen at a glance."""
    try:
        if max(len(value_text(left)), len(value_text(right))) <= PLAIN_LENGTH:
            return []
        path, a, b = difference(left, right, 0)
    except Exception:
        # What is only about the look of a failure must not hide it.
        return []
    if not path:
        return []
    return [
        f"first difference at {path.removeprefix(', ')}:",
        *[f"  {line}" for line in labelled({"left": a, "right": b})],
    ]


def difference(left: object, right: object, depth: int) -> tuple[str, str, str]:
    """The way to the first difference of two values, and what stands there; no way if there is
    none to go.
    """
    whole = ("", value_text(left), value_text(right))
    if depth > 100:
        return whole
    a: Any = left
    b: Any = right
    same_kind = record_class(type(left)) is record_class(type(right))
    if isinstance(left, str) and isinstance(right, str):
        return text_difference(left, right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        pairs = [(f"[{i}]", x, y) for i, (x, y) in enumerate(zip(a, b, strict=False))]
        if len(a) > len(b):
            rest = (f"[{len(b)}]", value_text(a[len(b)]), NOTHING)
        else:
            rest = (
                (f"[{len(a)}]", NOTHING, value_text(b[len(a)]))
                if len(a) < len(b)
                else whole
            )
        return part_difference(pairs, rest, depth)
    if isinstance(left, dict) and isinstance(right, dict):
        both = [
            (f"[{value_text(key)}]", item, b[key])
            for key, item in sorted_entries(a)
            if key in b
        ]
        only_left = [(key, item) for key, item in sorted_entries(a) if key not in b]
        only_right = [(key, item) for key, item in sorted_entries(b) if key not in a]
        rest = whole
        for key, item in only_left[:1]:
            rest = (f"[{value_text(key)}]", value_text(item), NOTHING)
        for key, item in only_right[: 1 - len(only_left[:1])]:
            rest = (f"[{value_text(key)}]", NOTHING, value_text(item))
        return part_difference(both, rest, depth)
    if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
        for item in ascending(a - b):
            return "an element", value_text(item), NOTHING
        for item in ascending(b - a):
            return "an element", NOTHING, value_text(item)
    if is_record(a) and same_kind:
        others = record_entries(b)
        fields = [
            (f".{name}", item, others[name]) for name, item in record_entries(a).items()
        ]
        return part_difference(fields, whole, depth)
    return whole


def part_difference(
    parts: list[tuple[str, object, object]], rest: tuple[str, str, str], depth: int
) -> tuple[str, str, str]:
    """The first difference of two values by their parts, or what the parts leave."""
    for name, left, right in parts:
        if not equal(left, right):
            path, a, b = difference(left, right, depth + 1)
            return f"{name}{path}", a, b
    return rest


def text_difference(left: str, right: str) -> tuple[str, str, str]:
    """The first difference of two texts: the line and column, or the character's index."""
    if left == right:
        return "", quote(left), quote(right)
    if "\n" in left or "\n" in right:
        ours, theirs = left.split("\n"), right.split("\n")
        same = common(ours, theirs)
        a = ours[same] if same < len(ours) else None
        b = theirs[same] if same < len(theirs) else None
        has_both = a is not None and b is not None
        column = f", column {common(a or '', b or '') + 1}" if has_both else ""
        return f", line {same + 1}{column}", excerpt(a, b), excerpt(b, a)
    if max(len(left), len(right)) <= PLAIN_LENGTH:
        return "", quote(left), quote(right)
    index = common(left, right)
    return f", character {index}", excerpt(left, right), excerpt(right, left)


def common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many elements are the same at the beginning."""
    length = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        length += 1
    return length


def excerpt(text: str | None, other: str | None) -> str:
    """The part of a text in which it begins to differ from another one."""
    if text is None:
        return NOTHING
    index = common(text, other or "")
    start = max(index - 20, 0) if len(text) > 2 * PLAIN_LENGTH else 0
    end = start + 2 * PLAIN_LENGTH
    before = "…" if start > 0 else ""
    after = "…" if end < len(text) else ""
    return f"{before}{quote(text[start:end])}{after}"
