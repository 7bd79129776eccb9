"""Rows in files: CSV, TSV, JSON, JSON lines and YAML (language.md §14)."""

from __future__ import annotations

import sys

from .errors import MochiError, shorten
from .jsontext import json_decode, json_text, to_json
from .number import parse_float
from .system import read_file, write_file
from .text import is_record, plain, record_entries, show_bool
from .yamltext import read_yaml, write_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any


def read_source(path: str) -> str:
    """The text of a file; `-` is standard input."""
    if path != "-":
        return read_file(path)
    try:
        return sys.stdin.read()
    except (OSError, UnicodeError) as error:
        raise MochiError(1, f"standard input: {error}") from None


def write_target(path: str, text: str) -> None:
    """Replaces the text of a file; `-` is standard output."""
    if path == "-":
        sys.stdout.write(text)
    else:
        write_file(path, text)


def cell_value(cell: str) -> object:
    """A cell as integer, float or text, by what it reads as."""
    digits = cell[1:] if cell[:1] in ("+", "-") else cell
    if digits.isascii() and digits.isdigit():
        return int(cell)
    if not digits or digits[0] not in "0123456789IN":
        return cell
    try:
        return parse_float(cell)
    except MochiError:
        return cell


def split_cells(text: str, delimiter: str) -> list[list[str]]:
    """The cells of a text, line by line; empty lines are left out."""
    import csv
    import io

    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise MochiError(1, f"a delimiter is one character, not {shorten(delimiter)}")
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [cells for cells in reader if cells]
    except csv.Error as error:
        raise MochiError(2, f"line {reader.line_num}: {error}") from None


def read_csv_rows(
    path: str, *, header: bool = True, delimiter: str = ","
) -> list[object]:
    """The rows of a CSV file as maps; without header the columns are `c0`, `c1`, …"""
    lines = split_cells(read_source(path).removeprefix("\ufeff"), delimiter)
    names = lines.pop(0) if header and lines else []
    longest = max(map(len, lines), default=0)
    names = [*names, *(f"c{at}" for at in range(len(names), longest))]
    return [dict(zip(names, map(cell_value, cells))) for cells in lines]


def read_tsv_rows(
    path: str, *, header: bool = True, delimiter: str = "\t"
) -> list[object]:
    """The rows of a file with tabs between cells."""
    return read_csv_rows(path, header=header, delimiter=delimiter)


def as_rows(value: object, what: str) -> list[object]:
    """What was read, which must be an array."""
    rows: Any = value
    if isinstance(value, list):
        return list(rows)
    raise MochiError(2, f"{what} holds no array")


def read_json_rows(path: str) -> list[object]:
    """The elements of a JSON array."""
    return as_rows(json_decode(read_source(path)), path)


def read_jsonl_rows(path: str) -> list[object]:
    """The values of a file that has one as JSON in each line; empty lines are left out."""
    rows: list[object] = []
    for number, line in enumerate(read_source(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(json_decode(line))
        except MochiError as error:
            raise MochiError(2, f"{path}, line {number}: {error.message}") from None
    return rows


def read_yaml_rows(path: str) -> list[object]:
    """The elements of a YAML sequence."""
    return as_rows(read_yaml(read_source(path)), path)


def text_option(options: Mapping[str, object], name: str, default: str) -> str:
    """An option that is a string."""
    value = options.get(name, default)
    if isinstance(value, str):
        return value
    raise MochiError(3, f"option {name}: expected string, got {shorten(value)}")


def flag_option(options: Mapping[str, object], name: str, default: bool) -> bool:
    """An option that is a bool."""
    value = options.get(name, default)
    if isinstance(value, bool):
        return value
    raise MochiError(3, f"option {name}: expected bool, got {shorten(value)}")


def read_rows(path: str, options: Mapping[str, object]) -> list[object]:
    """Rows in the format that options found at run time name."""
    form = text_option(options, "format", "csv")
    if form in ("csv", "tsv"):
        delimiter = text_option(options, "delimiter", "\t" if form == "tsv" else ",")
        header = flag_option(options, "header", True)
        return read_csv_rows(path, header=header, delimiter=delimiter)
    if form == "json":
        return read_json_rows(path)
    if form == "jsonl":
        return read_jsonl_rows(path)
    if form == "yaml":
        return read_yaml_rows(path)
    raise unknown_format(form)


def unknown_format(form: str) -> MochiError:
    """The error of a format that does not exist."""
    return MochiError(1, f'unknown format "{form}": csv, tsv, json, jsonl or yaml')


def row_entries(row: object) -> Mapping[str, object]:
    """A map or record as the entries of a row."""
    entries: Any = row
    if isinstance(row, dict):
        return {str(key): value for key, value in entries.items()}
    if is_record(row):
        fields = record_entries(row)
        fields.pop("__name", None)
        return fields
    raise MochiError(3, f"a row is a map or a record, not {shorten(row)}")


def cell_text(value: object) -> str:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return show_bool(value)
    if isinstance(value, float):
        return plain(value).removesuffix(".0")
    if isinstance(value, int):
        return str(value)
    return to_json(value)


def write_csv_rows(
    rows: Iterable[object], path: str, *, header: bool = False, delimiter: str = ","
) -> None:
    """Writes rows as CSV; the columns are the sorted keys of the first one."""
    import csv
    import io

    split_cells("", delimiter)
    table = [row_entries(row) for row in rows]
    names = sorted(table[0]) if table else []
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    if header and names:
        writer.writerow(names)
    for entries in table:
        writer.writerow([cell_text(entries.get(name)) for name in names])
    write_target(path, text.getvalue())


def write_tsv_rows(
    rows: Iterable[object], path: str, *, header: bool = False, delimiter: str = "\t"
) -> None:
    """Writes rows with tabs between cells."""
    write_csv_rows(rows, path, header=header, delimiter=delimiter)


def write_json_rows(rows: Sequence[object], path: str) -> None:
    """Writes rows as a JSON array."""
    write_target(path, json_text(list(rows), "", "  ") + "\n")


def write_jsonl_rows(rows: Iterable[object], path: str) -> None:
    """Writes one object per line."""
    write_target(path, "".join(f"{to_json(row)}\n" for row in rows))


def write_yaml_rows(rows: Iterable[object], path: str) -> None:
    """Writes rows as a YAML sequence."""
    write_target(path, write_yaml([plain_data(row) for row in rows]))


def plain_data(value: object) -> object:
    """A value as lists, maps and scalars, as JSON has them."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return json_decode(to_json(value))


def write_rows(
    rows: Sequence[object], path: str, options: Mapping[str, object]
) -> None:
    """Writes rows in the format that options found at run time name."""
    form = text_option(options, "format", "csv")
    if form in ("csv", "tsv"):
        delimiter = text_option(options, "delimiter", "\t" if form == "tsv" else ",")
        header = flag_option(options, "header", False)
        write_csv_rows(rows, path, header=header, delimiter=delimiter)
    elif form == "json":
        write_json_rows(rows, path)
    elif form == "jsonl":
        write_jsonl_rows(rows, path)
    elif form == "yaml":
        write_yaml_rows(rows, path)
    else:
        raise unknown_format(form)
