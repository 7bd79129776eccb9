"""The subset of YAML that `load` and `save` know (language.md §14, §21 no. 8).

Block and flow sequences and mappings, plain and quoted scalars, literal and folded blocks, comments,
one document. No anchors, aliases, tags, directives or keys that are not scalars.
"""

from __future__ import annotations

import math

from .errors import MochiError
from .jsontext import JSON_ESCAPES
from .number import parse_float
from .text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

YAML_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
}

YAML_WORDS: dict[str, object] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


def read_yaml(text: str) -> object:
    """A YAML document as lists, maps and scalars; what is not in the subset is error 2."""
    reader = YamlReader(text)
    value = reader.block(-1)
    reader.skip_blank()
    if reader.at < len(reader.lines):
        raise reader.fault("unexpected text; is the indentation right?")
    return value


class YamlReader:
    """Reads a document line by line."""

    def __init__(self, text: str) -> None:
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self.at = 0
        self.depth = 0
        self.skip_blank()
        if self.at < len(self.lines) and self.lines[self.at].startswith("%"):
            raise self.fault("directives are not in the subset")
        if self.at < len(self.lines) and self.lines[self.at].rstrip() == "---":
            self.at += 1
        for number in range(self.at, len(self.lines)):
            line = self.lines[number].rstrip()
            if line == "...":
                del self.lines[number:]
                break
            if line == "---" or line.startswith("--- "):
                self.at = number
                raise self.fault("one document only")

    def fault(self, why: str) -> MochiError:
        """The error of the line at hand."""
        return MochiError(2, f"YAML line {self.at + 1}: {why}")

    def skip_blank(self) -> None:
        """Goes to the next line that is neither blank nor a comment."""
        while self.at < len(self.lines):
            line = self.lines[self.at].strip()
            if line and not line.startswith("#"):
                return
            self.at += 1

    def head(self) -> tuple[int, str] | None:
        """The indentation of the next line and its text; none at the end."""
        self.skip_blank()
        if self.at >= len(self.lines):
            return None
        line = self.lines[self.at]
        text = line.lstrip(" ")
        if text.startswith("\t"):
            raise self.fault("tabs cannot indent")
        return len(line) - len(text), text

    def block(self, parent: int) -> object:
        """What is indented deeper than `parent`; none if nothing is."""
        head = self.head()
        if head is None or head[0] <= parent:
            return None
        indent, text = head
        self.depth += 1
        if self.depth > 200:
            raise self.fault("nested too deep")
        value: object
        if is_item(text):
            value = self.sequence(indent)
        elif key_end(text) is not None:
            value = self.mapping(indent)
        else:
            value = self.scalar(text, parent)
        self.depth -= 1
        return value

    def sequence(self, indent: int) -> list[object]:
        """Items at this indentation."""
        items: list[object] = []
        while (
            (head := self.head()) is not None and head[0] == indent and is_item(head[1])
        ):
            rest = head[1][1:].lstrip(" ")
            if not rest or rest.startswith("#"):
                self.at += 1
                items.append(self.block(indent))
            elif is_item(rest) or key_end(rest) is not None:
                # What follows the dash is a block of its own, indented up to its first character.
                inner = indent + len(head[1]) - len(rest)
                self.lines[self.at] = " " * inner + rest
                items.append(self.block(indent))
            else:
                items.append(self.scalar(rest, indent))
        return items

    def mapping(self, indent: int) -> dict[str, object]:
        """Entries at this indentation."""
        entries: dict[str, object] = {}
        while (head := self.head()) is not None and head[0] == indent:
            text = head[1]
            end = key_end(text)
            if end is None or is_item(text):
                raise self.fault("expected `key: value`")
            key = self.key(text[:end].rstrip())
            if key in entries:
                raise self.fault(f'the key "{key}" stands twice')
            rest = text[end + 1 :].strip(" ")
            if rest and not rest.startswith("#"):
                entries[key] = self.scalar(rest, indent)
                continue
            self.at += 1
            below = self.head()
            if below is not None and below[0] == indent and is_item(below[1]):
                entries[key] = self.sequence(indent)
            else:
                entries[key] = self.block(indent)
        return entries

    def key(self, text: str) -> str:
        """A key, which is a string here as it is in JSON."""
        if text[:1] in ("'", '"'):
            value, rest = self.quoted(text)
            if rest.strip():
                raise self.fault("unexpected text behind a quoted key")
            return value
        if text[:1] in "&*!?[{":
            raise self.fault(f"`{text[:1]}` is not in the subset as a key")
        return text

    def scalar(self, text: str, parent: int) -> object:
        """What stands on the line at hand, and in lines after it that belong to it."""
        start = text[0]
        if start in "|>":
            return self.literal(text, parent)
        if start in "[{":
            return self.flow()
        if start in "'\"":
            return self.quoted_lines(text)
        if start in "&*!%@`":
            what = {"&": "an anchor", "*": "an alias", "!": "a tag"}.get(start)
            why = f"it begins {what}" if what else "put the text in quotes"
            raise self.fault(
                f"`{start}` is not in the subset at the start of a value: {why}"
            )
        if key_end(text) is not None:
            raise self.fault("a second `: ` on the line: put the value in quotes")
        parts = [uncommented(text)]
        self.at += 1
        while uncommented(text) == text.rstrip() and (head := self.head()) is not None:
            if head[0] <= parent:
                break
            if key_end(head[1]) is not None:
                raise self.fault("a value goes on here, so this cannot be `key: value`")
            text = head[1]
            parts.append(uncommented(text))
            self.at += 1
        return parts[0] and plain_scalar(" ".join(parts))

    def quoted_lines(self, text: str) -> str:
        """A quoted scalar; line breaks in it are blanks."""
        start = self.at
        while not is_closed(text):
            self.at += 1
            if self.at >= len(self.lines):
                self.at = start
                raise self.fault("a quoted string does not end")
            text = f"{text.rstrip()} {self.lines[self.at].strip()}"
        value, rest = self.quoted(text)
        if uncommented(f" {rest}").strip():
            raise self.fault("unexpected text behind a quoted string")
        self.at += 1
        return value

    def quoted(self, text: str) -> tuple[str, str]:
        """The quoted string at the beginning of a text, and what follows it."""
        mark = text[0]
        out: list[str] = []
        at = 1
        while at < len(text):
            char = text[at]
            if mark == "'" and text[at : at + 2] == "''":
                out.append("'")
                at += 2
            elif char == mark:
                return "".join(out), text[at + 1 :]
            elif char == "\\" and mark == '"':
                escape, at = self.escape(text, at + 1)
                out.append(escape)
            else:
                out.append(char)
                at += 1
        raise self.fault("a quoted string does not end")

    def escape(self, text: str, at: int) -> tuple[str, int]:
        """The character of an escape, and where the text goes on."""
        char = text[at : at + 1]
        if char in YAML_ESCAPES:
            return YAML_ESCAPES[char], at + 1
        size = {"x": 2, "u": 4, "U": 8}.get(char, 0)
        digits = text[at + 1 : at + 1 + size]
        try:
            return chr(int(digits, 16)), at + 1 + size
        except (ValueError, OverflowError):
            raise self.fault(f"unknown escape `\\{char}`") from None

    def literal(self, head: str, parent: int) -> str:
        """`|` keeps line breaks, `>` makes blanks of them; `-` drops the last, `+` keeps all."""
        marks = uncommented(head)[1:].strip()
        if marks not in ("", "-", "+"):
            raise self.fault(f"`{head.rstrip()}` is not in the subset")
        self.at += 1
        lines: list[str] = []
        indent = 0
        while self.at < len(self.lines):
            line = self.lines[self.at]
            width = len(line) - len(line.lstrip(" "))
            if line.strip() and width <= max(parent, indent - 1):
                break
            if line.strip() and not indent:
                indent = width
            lines.append(line[indent:] if line.strip() else "")
            self.at += 1
        kept = len(lines)
        while kept and not lines[kept - 1]:
            kept -= 1
        blank = len(lines) - kept
        body = lines[:kept]
        text = "\n".join(body) if head[0] == "|" else folded(body)
        if marks == "-" or not body:
            return text
        return text + "\n" * (1 + blank if marks == "+" else 1)

    def flow(self) -> object:
        """A value in brackets or braces, which may go over several lines."""
        line = self.lines[self.at]
        # The value starts at the first bracket behind the key or dash of the line.
        start = flow_start(line)
        text, number = line[start:], self.at
        flow = YamlFlow(self, text)
        while True:
            try:
                value = flow.value()
                break
            except IndexError:
                self.at += 1
                if self.at >= len(self.lines):
                    self.at = number
                    raise self.fault("a bracket is not closed") from None
                text += f"\n{uncommented(self.lines[self.at])}"
                flow = YamlFlow(self, text)
        if uncommented(f" {flow.text[flow.at :]}").strip():
            raise self.fault("unexpected text behind a bracket")
        self.at += 1
        return value


class YamlFlow:
    """Reads a flow value; a text that ends too early is an IndexError."""

    def __init__(self, reader: YamlReader, text: str) -> None:
        self.reader = reader
        self.text = text
        self.at = 0
        self.depth = 0

    def skip(self) -> str:
        """The next character that is no white space."""
        while self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at]

    def value(self) -> object:
        """Any flow value."""
        self.depth += 1
        if self.depth > 200:
            raise self.reader.fault("nested too deep")
        char = self.skip()
        value: object
        if char == "[":
            value = self.items()
        elif char == "{":
            value = self.entries()
        elif char in "'\"":
            value = self.quoted()
        else:
            value = plain_scalar(self.plain())
        self.depth -= 1
        return value

    def items(self) -> list[object]:
        """`[a, b]`."""
        self.at += 1
        items: list[object] = []
        while self.skip() != "]":
            items.append(self.value())
            self.comma("]")
        self.at += 1
        return items

    def entries(self) -> dict[str, object]:
        """`{a: b}`."""
        self.at += 1
        entries: dict[str, object] = {}
        while (char := self.skip()) != "}":
            key = self.quoted() if char in "'\"" else self.plain(":")
            if self.skip() != ":":
                raise self.reader.fault("expected `:` behind a key")
            self.at += 1
            entries[key] = None if self.skip() in ",}" else self.value()
            self.comma("}")
        self.at += 1
        return entries

    def comma(self, close: str) -> None:
        """Between two parts."""
        char = self.skip()
        if char == ",":
            self.at += 1
        elif char != close:
            raise self.reader.fault(f"expected `,` or `{close}`")

    def quoted(self) -> str:
        """A quoted string."""
        rest = self.text[self.at :]
        if not is_closed(rest):
            raise IndexError
        value, after = self.reader.quoted(rest)
        self.at += len(rest) - len(after)
        return value

    def plain(self, also: str = "") -> str:
        """A plain scalar, up to a comma or bracket."""
        start = self.at
        while self.text[self.at] not in f",[]{{}}\n{also}":
            self.at += 1
        found = self.text[start : self.at].strip()
        if found[:1] in ("&", "*", "!", "?") or (not found and also):
            raise self.reader.fault(f"`{found[:1]}` is not in the subset here")
        if not found:
            raise self.reader.fault("a value is missing")
        return found


def is_item(text: str) -> bool:
    """Whether a line is an item of a sequence."""
    return text == "-" or text.startswith("- ")


def key_end(text: str) -> int | None:
    """Where the colon behind a key stands; none if the line has none."""
    at = 0
    if text[:1] in ("'", '"'):
        at = closing_quote(text)
        if at < 0:
            return None
    elif text[:1] in ("[", "{", "|", ">"):
        return None
    while at < len(text):
        if text[at] == "#" and at > 0 and text[at - 1] == " ":
            return None
        if text[at] == ":" and text[at + 1 : at + 2] in ("", " ", "\t"):
            return at
        at += 1
    return None


def closing_quote(text: str) -> int:
    """Where the quote that closes the first one stands; -1 if none does."""
    at = 1
    while at < len(text):
        pair = text[at : at + 2]
        if pair == "''" if text[0] == "'" else pair[0] == "\\":
            at += 2
        elif text[at] == text[0]:
            return at
        else:
            at += 1
    return -1


def is_closed(text: str) -> bool:
    """Whether the quote at the beginning of a text is closed in it."""
    return closing_quote(text) >= 0


def flow_start(line: str) -> int:
    """Where the flow value of a line starts."""
    at = len(line) - len(line.lstrip(" "))
    while is_item(line[at:]):
        at += len(line[at:]) - len(line[at + 1 :].lstrip(" "))
    end = key_end(line[at:])
    if end is not None:
        at += end + 1
    return at + len(line[at:]) - len(line[at:].lstrip(" "))


def uncommented(text: str) -> str:
    """A text without the comment at its end."""
    at = text.find(" #")
    return (text if at < 0 else text[:at]).rstrip()


def folded(lines: list[str]) -> str:
    """Lines joined by blanks; empty lines are line breaks."""
    out = ""
    for line in lines:
        if not line:
            out += "\n"
        elif not out or out.endswith("\n"):
            out += line
        else:
            out += f" {line}"
    return out


def plain_scalar(text: str) -> object:
    """A plain scalar by what it reads as."""
    if text.lower() in YAML_WORDS and text in {*YAML_WORDS, text.lower()}:
        return YAML_WORDS[text.lower()]
    digits = text[1:] if text[:1] in ("+", "-") else text
    if digits.isascii() and digits.isdigit():
        return int(text)
    if digits[:2] in ("0x", "0o") and digits[2:].isalnum():
        try:
            return int(text, 0)
        except ValueError:
            return text
    if not digits[:1].isdigit():
        return text
    try:
        return parse_float(text)
    except MochiError:
        return text


def write_yaml(value: object) -> str:
    """Lists, maps and scalars as YAML, maps with sorted keys."""
    lines: list[str] = []
    write_yaml_value(value, "", "", lines)
    return "".join(f"{line}\n" for line in lines)


def write_yaml_value(value: object, lead: str, indent: str, lines: list[str]) -> None:
    """Writes a value behind `lead`, which stands on its first line."""
    parts: Any = value
    if isinstance(value, list) and value:
        inner = indent
        if lead and not lead.endswith("- "):
            lines.append(lead.rstrip())
            lead = inner
        for item in parts:
            write_yaml_value(item, f"{lead or inner}- ", f"{inner}  ", lines)
            lead = inner
    elif isinstance(value, dict) and value:
        if lead and not lead.endswith("- "):
            lines.append(lead.rstrip())
            lead = indent
        for key in sorted(parts):
            name = yaml_scalar(str(key))
            write_yaml_value(
                parts[key], f"{lead or indent}{name}: ", f"{indent}  ", lines
            )
            lead = indent
    else:
        lines.append(f"{lead}{yaml_scalar(parts)}")


def yaml_scalar(value: object) -> str:
    """A scalar or an empty container on one line."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        if value - value != 0:
            return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
        return plain(value)
    if isinstance(value, (list, dict)):
        return "[]" if isinstance(value, list) else "{}"
    text = str(value)
    if isinstance(value, int) or is_plain(text):
        return text
    return f'"{text.translate(JSON_ESCAPES)}"'


def is_plain(text: str) -> bool:
    """Whether a string reads back as itself without quotes."""
    if not text or text != text.strip() or not text.isprintable():
        return False
    if text[0] in "-?:,[]{}#&*!|>'\"%@`" or ": " in text or " #" in text:
        return False
    return not text.endswith(":") and isinstance(plain_scalar(text), str)
