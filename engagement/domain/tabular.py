"""Reading tables that strangers made: CSV in, typed rows or a list of plain errors by row and column out.

Nothing here touches the database. A mapping (a small TOML file that ships with the product, or the product's own column
names) says which of the file's columns become which of ours, gives constants for what the file lacks, and lists what
is dropped on purpose. Every cell is hostile input: formulas in number columns, HTML saved as CSV and cells of megabytes
are refused in words; `=` or `-` at the start of free text is what somebody typed, and is kept.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_CELL = 20_000
MAX_ERRORS = 50
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,6})?", re.ASCII)
FORMULA_STARTS = ("=", "+", "@")
FORMAT_WORDS = {"%d": "day", "%m": "month", "%Y": "year", "%H": "hour", "%M": "minute", "%b": "month name"}

csv.field_size_limit(131_072)


@dataclass(frozen=True)
class CellProblem:
    """Something wrong in a file: where (row 1 is the header, as a spreadsheet counts; `None` for the file) and what.

    In a workbook `place` names sheet and cell instead.
    """

    message: str
    row: int | None = None
    column: str | None = None
    place: str = ""

    def __str__(self) -> str:
        where = [f"row {self.row}"] if self.row else []
        where += [f"column “{self.column}”"] if self.column else []
        place = self.place or ", ".join(where)
        return f"{place[0].upper()}{place[1:]}: {self.message}" if place else self.message


class TableRefused(Exception):
    """The file cannot be taken as it is. `problems` says what is wrong, by row and column where there is one."""

    def __init__(self, problems: list[CellProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


Parser = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """One of our fields: how its text becomes a value, and whether it must be there. A parser raises `ValueError`."""

    parse: Parser
    required: bool = True


@dataclass(frozen=True)
class ColumnMapping:
    """How a file's columns become our fields. `strict`: every column it names must be in the file."""

    columns: Mapping[str, str]
    strict: bool = False
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Table:
    """What was read: typed rows with their row numbers, and the names of columns that nobody asked for."""

    rows: list[tuple[int, dict[str, Any]]]
    dropped: list[str]


def read_table(content: bytes, *, mapping: ColumnMapping, columns: Mapping[str, Column]) -> Table:
    """Reads a whole CSV file through a mapping. Raises `TableRefused` with up to fifty problems; never half a table."""
    text = decode(content, encoding=mapping.encoding)
    header, records = split(text)
    _refuse_missing_columns(header, mapping, columns)
    position = {name: index for index, name in enumerate(header)}
    rows: list[tuple[int, dict[str, Any]]] = []
    problems: list[CellProblem] = []
    for number, record in records:
        if len(record) != len(header):
            problems.append(CellProblem(f"has {len(record)} cells where the header has {len(header)}.", number))
        else:
            rows.append((number, _typed(number, record, position, mapping, columns, problems)))
        if len(problems) >= MAX_ERRORS:
            break
    if not rows and not problems:
        problems.append(CellProblem("The file has a header and no rows."))
    if problems:
        raise TableRefused(problems)
    return Table(rows=rows, dropped=[name for name in header if name not in set(mapping.columns.values())])


def decode(content: bytes, *, encoding: str = "utf-8") -> str:
    """The text of a file, its byte-order mark removed. Refuses what is empty, too large, HTML or a workbook."""
    if not content.strip():
        raise TableRefused([CellProblem("The file is empty.")])
    if len(content) > MAX_BYTES:
        raise TableRefused([CellProblem(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")])
    if content.startswith(b"PK\x03\x04"):
        raise TableRefused([CellProblem("This is a workbook or a zip file. Save the sheet as CSV and try again.")])
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise TableRefused(
            [CellProblem(f"cannot be read as {encoding.upper()}. Save the file as CSV in UTF-8 and try again.", row)]
        ) from error
    if not text.strip():
        raise TableRefused([CellProblem("The file is empty.")])
    if "\x00" in text:
        raise TableRefused([CellProblem("This is not a text file.")])
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise TableRefused([CellProblem("This is a web page, not a CSV file. Download the data itself.")])
    return text


def split(text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and the other rows with their numbers; rows without a word in them are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = _numbered(reader)
    first = next(records, None)
    header = [name.strip() for name in first[1]] if first else []
    if len(set(header)) != len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        raise TableRefused([CellProblem("stands in the header twice.", 1, name) for name in twice])
    return header, records


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableRefused([CellProblem(_csv_words(error), number)]) from error
        if number > MAX_ROWS:
            raise TableRefused([CellProblem(f"The file has more than {MAX_ROWS:,} rows.")])
        if any(cell.strip() for cell in record):
            yield number, record


def _csv_words(error: csv.Error) -> str:
    if "field larger" in str(error):
        return "has a cell longer than 131,072 characters."
    return "is not complete CSV: a quotation mark is open or out of place."


def _refuse_missing_columns(header: list[str], mapping: ColumnMapping, columns: Mapping[str, Column]) -> None:
    problems = []
    for name, column in columns.items():
        theirs = mapping.columns.get(name)
        needed = (column.required and name not in mapping.constants) or (mapping.strict and theirs is not None)
        if needed and (theirs is None or theirs not in header):
            has = ", ".join(f"“{title[:40]}”" for title in header[:12])
            problems.append(CellProblem(f"is missing. The file has {has}.", 1, theirs or name))
    if problems:
        raise TableRefused(problems)


def _typed(
    number: int,
    record: list[str],
    position: Mapping[str, int],
    mapping: ColumnMapping,
    columns: Mapping[str, Column],
    problems: list[CellProblem],
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, column in columns.items():
        theirs = mapping.columns.get(name)
        if theirs is None or theirs not in position:
            row[name] = mapping.constants.get(name)
            continue
        cell = record[position[theirs]].strip()
        words = mapping.values.get(name)
        try:
            row[name] = _value(cell, column, words)
        except ValueError as error:
            problems.append(CellProblem(str(error), number, theirs))
    return row


def _value(cell: str, column: Column, words: Mapping[str, str] | None) -> Any:
    if len(cell) > MAX_CELL:
        raise ValueError(f"is longer than {MAX_CELL:,} characters.")
    if words is not None:
        if cell not in words:
            raise ValueError(f"“{cell[:60]}” is not one of the words that the mapping knows.")
        cell = words[cell]
    if not cell:
        if column.required:
            raise ValueError("is empty.")
        return None
    return column.parse(cell)


# Parsers: text to value, or `ValueError` with words that stand after “Row 3, column “Value”: ”.


def text(*, longest: int) -> Parser:
    """Free text of at most so many characters, as it was typed. Control characters other than line ends are refused."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"is longer than {longest:,} characters.")
        if any(ord(character) < 32 and character not in "\n\r\t" for character in cell):
            raise ValueError("has a control character in it.")
        return cell

    return parse


def number(cell: str) -> Decimal:
    """A plain decimal number. NaN, infinities, powers, hexadecimal, underscores and formulas are refused."""
    if cell.startswith(FORMULA_STARTS):
        raise ValueError(f"“{cell[:40]}” is a formula. Put the number itself.")
    if cell.lower().lstrip("-") in {"nan", "inf", "infinity"}:
        raise ValueError(f"“{cell}” is not a number that can be counted.")
    if GROUPED.fullmatch(cell):
        cell = cell.replace(",", "")
    if not NUMBER.fullmatch(cell):
        raise ValueError(f"“{cell[:40]}” is not a number. Use figures only, such as 412 or 90.5.")
    return Decimal(cell)


def whole_number(cell: str) -> int:
    """A whole number; `2985.0` counts as one."""
    value = number(cell)
    if value != value.to_integral_value():
        raise ValueError(f"“{cell[:40]}” is not a whole number.")
    return int(value)


def pounds(cell: str) -> Decimal:
    """Money in pounds, with at most two decimals, a pound sign allowed."""
    value = number(cell.removeprefix("£"))
    if value != round(value, 2):
        raise ValueError(f"“{cell[:40]}” has more than two decimals of a pound.")
    return round(value, 2)


def day(*, pattern: str) -> Parser:
    """A date in one declared pattern, such as `%d/%m/%Y`. No guessing between day and month."""
    words = "".join(FORMAT_WORDS.get(part, part) for part in re.split(r"(%[a-zA-Z])", pattern))

    def parse(cell: str) -> date:
        try:
            return datetime.strptime(cell, pattern).date()  # noqa: DTZ007  a calendar date has no time zone
        except ValueError as error:
            raise ValueError(f"“{cell[:40]}” is not a date written as {words}.") from error

    return parse


def one_of(words: Mapping[str, str]) -> Parser:
    """One of our own codes; `words` maps each code to how it is said."""

    def parse(cell: str) -> str:
        if cell not in words:
            raise ValueError(f"“{cell[:40]}” is not one of {', '.join(words)}.")
        return cell

    return parse
