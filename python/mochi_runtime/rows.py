"""Rows in files: CSV, TSV, JSON, JSON lines and YAML (language.md §14)."""

from __future__ import annotations

import contextlib
import re
import sys

from .errors import MochiError, shorten
from .jsontext import json_decode, json_text, to_json
from .number import parse_float
from .system import read_file, write_file
from .text import is_record, plain, record_fields, show_bool
from .yamltext import read_yaml, write_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any


def read_source(path: str) -> str:
    """The text of a file, without a mark of its encoding; `-` is standard input."""
    if path != "-":
        return read_file(path).removeprefix("\ufeff")
    try:
        return sys.stdin.read().removeprefix("\ufeff")
    except (OSError, UnicodeError) as error:
        raise MochiError(1, f"standard input: {error}") from None


def write_target(path: str, text: str) -> None:
    """Replaces the text of a file; `-` is standard output."""
    if path == "-":
        sys.stdout.write(text)
    else:
        write_file(path, text)


class Rows:
    """The rows of a file while they are read, and how to say where the reading stands."""

    def __init__(
        self, path: str, rows: Iterator[object], place: Callable[[], str]
    ) -> None:
        self.path = path
        self.rows = rows
        self.place = place

    def __iter__(self) -> Iterator[object]:
        return self.rows

    def misfit(
        self, row: object, item: Callable[[object], object], error: MochiError
    ) -> MochiError:
        """The error of a row that does not fit, with file, row and field."""
        where = f"{source_name(self.path)}, {self.place()}"
        if error.lacks_field:
            error.add_note(f"in {where}")
            return error
        entries: Any = row
        if isinstance(row, dict):
            watched = Watched(entries)
            with contextlib.suppress(MochiError):
                item(watched)
            where += f", field {watched.last}"
        return MochiError(error.code, f"{error.message} ({where})")


class Watched(dict[str, object]):
    """A row that knows which of its entries was read last."""

    last = ""

    def __getitem__(self, key: str) -> object:
        self.last = key
        return super().__getitem__(key)


def cast_rows[T](rows: Rows, item: Callable[[object], T]) -> list[T]:
    """The rows of a file as elements of one type, each cast as it is read."""
    made: list[T] = []
    for row in rows:
        try:
            made.append(item(row))
        except MochiError as error:
            raise rows.misfit(row, item, error) from None
    return made


def source_name(path: str) -> str:
    """What messages call a file."""
    return "standard input" if path == "-" else path


NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

NOT_FINITE = ("Inf", "+Inf", "-Inf", "NaN", "+NaN", "-NaN")


def cell_value(cell: str) -> object:
    """A cell as integer, float or text, by what it reads as."""
    found = NUMBER.fullmatch(cell)
    if found is None:
        return parse_float(cell) if cell in NOT_FINITE else cell
    return float(cell) if found[1] or found[2] else int(cell)


def cell_reader(text: str, delimiter: str) -> Any:
    """What reads cells line by line."""
    import csv
    import io

    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise MochiError(1, f"a delimiter is one character, not {shorten(delimiter)}")
    csv.field_size_limit(sys.maxsize)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def read_csv_rows(
    path: str,
    *,
    header: bool = True,
    delimiter: str = ",",
    empty: tuple[str, ...] = (),
) -> Rows:
    """The rows of a CSV file as maps; without header the columns are `c0`, `c1`, …

    In the columns of `empty` a cell without text is none.
    """
    reader = cell_reader(read_source(path), delimiter)
    rows = csv_rows(path, reader, header)
    if empty:
        rows = with_none(rows, empty)
    return Rows(path, rows, lambda: f"line {reader.line_num}")


def with_none(
    rows: Iterator[dict[str, object]], names: tuple[str, ...]
) -> Iterator[dict[str, object]]:
    """Rows with none for empty cells of some columns."""
    for row in rows:
        for name in names:
            if row.get(name) == "":
                row[name] = None
        yield row


def csv_rows(path: str, reader: Any, header: bool) -> Iterator[dict[str, object]]:
    """Lines of cells as maps; empty lines are left out."""
    import csv

    names: list[str] = []
    try:
        if header:
            names.extend(next((cells for cells in reader if cells), names))
        for cells in reader:
            while len(cells) > len(names):
                names.append(f"c{len(names)}")
            if cells:
                # Most cells are digits alone, or begin with a letter.
                yield {
                    name: int(cell)
                    if cell.isdigit() and cell.isascii()
                    else cell
                    if cell[:1] > "9" and cell[0] not in "IN"
                    else cell_value(cell)
                    for name, cell in zip(names, cells)
                }
    except csv.Error as error:
        where = f"{source_name(path)}, line {reader.line_num}"
        raise MochiError(2, f"{where}: {error}") from None


def read_tsv_rows(
    path: str,
    *,
    header: bool = True,
    delimiter: str = "\t",
    empty: tuple[str, ...] = (),
) -> Rows:
    """The rows of a file with tabs between cells."""
    return read_csv_rows(path, header=header, delimiter=delimiter, empty=empty)


def elements(path: str, value: object) -> Rows:
    """The elements of what was read, which must be an array."""
    items: Any = value
    if not isinstance(value, list):
        raise MochiError(2, f"{source_name(path)} holds no array")
    place = Place("element")
    return Rows(path, place.counted(items), place.text)


class Place:
    """Where reading stands, by a number."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.number = 0

    def counted[T](self, items: Iterable[T]) -> Iterator[T]:
        """The items, each numbered as it is taken."""
        for self.number, item in enumerate(items, 1):
            yield item

    def text(self) -> str:
        """The place in words."""
        return f"{self.what} {self.number}"


def read_json_rows(path: str) -> Rows:
    """The elements of a JSON array."""
    return elements(path, json_value(source_name(path), read_source(path)))


def json_value(where: str, text: str) -> object:
    """JSON; what is malformed is reported with its place."""
    try:
        return json_decode(text)
    except MochiError as error:
        raise MochiError(2, f"{where}: {error.message}") from None


def read_jsonl_rows(path: str) -> Rows:
    """The values of a file that has one as JSON in each line; empty lines are left out."""
    place = Place("line")
    lines = place.counted(read_source(path).split("\n"))
    values = (
        json_value(f"{source_name(path)}, {place.text()}", line)
        for line in lines
        if line.strip()
    )
    return Rows(path, values, place.text)


def read_yaml_rows(path: str) -> Rows:
    """The elements of a YAML sequence."""
    text = read_source(path)
    try:
        value = read_yaml(text)
    except MochiError as error:
        raise MochiError(error.code, f"{source_name(path)}: {error.message}") from None
    return elements(path, value)


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


def read_rows(
    path: str, options: Mapping[str, object], *, empty: tuple[str, ...] = ()
) -> Rows:
    """Rows in the format that options found at run time name."""
    form = text_option(options, "format", "csv")
    if form in ("csv", "tsv"):
        delimiter = text_option(options, "delimiter", "\t" if form == "tsv" else ",")
        header = flag_option(options, "header", True)
        return read_csv_rows(path, header=header, delimiter=delimiter, empty=empty)
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
        fields = record_fields(type(row))
        return {label: getattr(row, name) for label, name in fields}
    raise MochiError(3, f"a row is a map or a record, not {shorten(row)}")


def cell_text(value: object) -> str:
    """A value as a cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return plain(value).removesuffix(".0")
    if value is None:
        return ""
    if isinstance(value, bool):
        return show_bool(value)
    if isinstance(value, int):
        return str(value)
    return to_json(value)


def write_csv_rows(
    rows: Iterable[object], path: str, *, header: bool = False, delimiter: str = ","
) -> None:
    """Writes rows as CSV; the columns are the sorted keys of the first one."""
    import csv
    import io

    cell_reader("", delimiter)
    table = [row_entries(row) for row in rows]
    names = sorted(table[0]) if table else []
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    if header and names:
        writer.writerow(names)
    writer.writerows(
        [
            value if type(value) is str else cell_text(value)
            for value in map(entries.get, names)
        ]
        for entries in table
    )
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
