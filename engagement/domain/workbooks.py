"""Reading a workbook that strangers made: the one sheet that holds something, as the CSV that everything else reads.

Nothing is run and nothing outside the file is asked for. A formula is refused: what it shows is not what was typed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from engagement.domain.exports import neutralised, restored
from engagement.domain.tabular import MAX_BYTES, MAX_ERRORS, MAX_ROWS, CellProblem, TableRefused

ZIP_START = b"PK\x03\x04"
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 200
MAX_RATIO, RATIO_COUNTS_FROM = 100, 10 * 1024 * 1024  # bytes unpacked for one packed, of parts of this size
MAX_SHEETS = 20
MAX_COLUMNS = 500
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes words that look like its own code
NOT_READABLE = "This is not a workbook that can be read. Save the sheet as CSV UTF-8, or as XLSX, and try again."
OLD_WORKBOOK = "This is a workbook of an old kind (XLS). Save it as XLSX or as CSV UTF-8 and try again."


def as_csv(content: bytes) -> bytes:
    """A CSV file as it is; of a workbook (XLSX) its one sheet with words in it, as CSV in UTF-8.

    Days become `2026-11-22`, whole numbers lose their point. Raises `TableRefused`: for formulas by cell, for a
    workbook with several sheets that hold something, and for what cannot be read.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableRefused([CellProblem(OLD_WORKBOOK)])
    if not content.startswith(ZIP_START):
        return content
    _refuse_too_large(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged or hostile file makes the reader raise
        raise TableRefused([CellProblem(NOT_READABLE)]) from error
    try:
        return _written(_filled_sheet(book))
    finally:
        book.close()


def _refuse_too_large(content: bytes) -> None:
    """Reads the zip's directory only (U01). One that lies ends in an error when its parts are read."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise TableRefused([CellProblem(NOT_READABLE)]) from error
    large = [one for one in parts if one.file_size > RATIO_COUNTS_FROM]
    unpacked = sum(one.file_size for one in parts)
    if len(content) > MAX_BYTES or unpacked > MAX_UNPACKED:
        raise TableRefused([CellProblem(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")])
    if len(parts) > MAX_PARTS or any(one.file_size > MAX_RATIO * one.compress_size for one in large):
        raise TableRefused([CellProblem(NOT_READABLE)])


def _filled_sheet(book: Any) -> list[list[str]]:
    if len(book.worksheets) > MAX_SHEETS:
        raise TableRefused([CellProblem(f"The file has more than {MAX_SHEETS} sheets. Keep the one with the answers.")])
    looked_at = count(1)
    try:
        filled = [(sheet.title, rows) for sheet in book.worksheets if (rows := list(_rows(sheet, looked_at)))]
    except TableRefused:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes the reader raise
        raise TableRefused([CellProblem(NOT_READABLE)]) from error
    if not filled:
        raise TableRefused([CellProblem("The file is empty.")])
    if len(filled) > 1:
        names = ", ".join(f"“{title[:40]}”" for title, _ in filled[:6])
        raise TableRefused(
            [CellProblem(f"More than one sheet holds something: {names}. Keep the one with the answers.")]
        )
    return filled[0][1]


def _rows(sheet: Any, looked_at: Iterator[int]) -> Iterator[list[str]]:
    """The rows of a sheet down to the last with a word in it, as texts. `looked_at` counts those of all sheets."""
    problems: list[CellProblem] = []
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if next(looked_at) > MAX_ROWS:
            raise TableRefused([CellProblem(f"The file has more than {MAX_ROWS:,} rows.")])
        last = max((place for place, cell in enumerate(row, start=1) if cell is not EMPTY_CELL), default=0)
        cells = row[:last]  # the reader fills every row up to `MAX_COLUMNS`
        problems += [
            CellProblem("is a formula. Paste its value instead.", number, cell.column_letter)
            for cell in cells
            if getattr(cell, "data_type", "") == "f"
        ]
        if len(problems) >= MAX_ERRORS:
            break
        texts = [_text(cell.value) for cell in cells]
        if not any(text.strip() for text in texts):
            empty += 1
            continue
        yield from ([] for _ in range(empty))  # so that rows keep the numbers that the spreadsheet shows
        empty = 0
        yield texts
    if problems:
        raise TableRefused(problems[:MAX_ERRORS])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _ESCAPED.sub("_", value) if isinstance(value, str) else str(value)


def _as_typed(text: str) -> str:
    """Words as somebody typed them, so that whoever takes the CSV's apostrophes away again has these very words."""
    return neutralised(text) if restored(text) != text else text


def _written(rows: list[list[str]]) -> bytes:
    """As CSV, each row as wide as the header."""
    header = rows[0]
    while header and not header[-1].strip():
        header = header[:-1]
    width = len(header)
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row[width:]):
            raise TableRefused([CellProblem("has more cells than the header.", number)])
    out = io.StringIO(newline="")
    typed = ([_as_typed(cell) for cell in row] for row in rows[1:])
    csv.writer(out).writerows([header, *((row + [""] * width)[:width] for row in typed)])
    return out.getvalue().encode()
