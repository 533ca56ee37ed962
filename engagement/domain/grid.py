"""What a spreadsheet says, sheet by sheet and cell by cell, whatever its format: the language between the process that
reads a stranger's file and the one that judges it. Standard library alone, so that the reading process starts quickly.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from engagement.domain.tabular import CellProblem, TableRefused

_XML_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DAY_NOUGHT = date(1899, 12, 30)  # from which spreadsheets count days, since March 1900
EXACT = 1e15  # from here on a spreadsheet no longer keeps every digit


class Kind(StrEnum):
    """What a cell holds. A formula is one whatever it shows."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes or no"
    ERROR = "error"
    FORMULA = "formula"


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty: its kind, and what stands in it as text (`412`, `2026-11-22`, `#DIV/0!`)."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Limits:
    """How much of a file is read at most. Sizes in bytes; `characters` are of all texts of all sheets together."""

    unpacked: int = 10 * 1024 * 1024
    part: int = 2 * 1024 * 1024
    ratio: int = 100
    entries: int = 200
    sheets: int = 20
    rows: int = 1_000
    columns: int = 60
    cells: int = 20_000
    cell: int = 20_000
    characters: int = 1_000_000


@dataclass
class Sheet:
    """One sheet. `cells` are by row and column, both from 1; a sheet of a CSV file has no name."""

    name: str = ""
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def row(self, number: int) -> dict[int, Cell]:
        """The cells of one row, by column."""
        return {column: cell for (row, column), cell in self.cells.items() if row == number}


class Tally:
    """Counts what a file has said so far, and stops at the limits: a small file can unfold into a very long one."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self._cells, self._characters = limits, 0, 0

    def keep(self, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
        """Puts a cell into its sheet. Raises `TableRefused` past the limits."""
        limits = self.limits
        place = cell_place(sheet.name, row, column)
        if row > limits.rows or column > limits.columns:
            raise TableRefused(
                [
                    CellProblem(
                        f"stands outside the {limits.rows:,} rows and {limits.columns} columns that are read. "
                        "Delete what is there.",
                        place=place,
                    )
                ]
            )
        if len(cell.text) > limits.cell:
            raise TableRefused([CellProblem(f"is longer than {limits.cell:,} characters.", place=place)])
        self._cells += 1
        self._characters += len(cell.text)
        if self._cells > limits.cells or self._characters > limits.characters:
            raise TableRefused([CellProblem(TOO_MUCH)])
        sheet.cells[row, column] = cell


TOO_MUCH = "The file is too large: it holds, or unfolds into, far more than is read here."
DAMAGED = "The file cannot be read: it is damaged, or not a spreadsheet. Open it, save it again, and send that."


def number_text(written: str) -> str:
    """The digits of a number as a person would type it; what is no finite number stays as it was written.

    Spreadsheets keep 612.55 as 612.54999999999995: the shortest digits that mean the same are the ones typed.
    """
    if not _XML_NUMBER.fullmatch(written):
        return written
    value = float(written)
    if abs(value) >= EXACT:
        return written
    if value == int(value):
        return str(int(value))
    text = repr(value)
    return f"{value:.17f}".rstrip("0") if "e" in text else text


def column_letters(number: int) -> str:
    """A column as a spreadsheet names it: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_place(sheet: str, row: int, column: int) -> str:
    """Where a cell is, in words: `Sheet “Figures”, cell D7`; of a CSV file, `Row 7, column D`."""
    if not sheet:
        return f"Row {row}, column {column_letters(column)}"
    return f"Sheet “{sheet[:31]}”, cell {column_letters(column)}{row}"


def as_json(sheets: list[Sheet]) -> str:
    """The sheets as text, to hand over or keep."""
    return json.dumps(
        [
            asdict(sheet) | {"cells": [[*place, cell.kind, cell.text] for place, cell in sheet.cells.items()]}
            for sheet in sheets
        ]
    )


def from_json(text: str) -> list[Sheet]:
    """The sheets that `as_json` wrote. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    return [_sheet(saved) for saved in json.loads(text)]


def _sheet(saved: Mapping[str, Any]) -> Sheet:
    cells = {(int(row), int(column)): Cell(Kind(kind), str(text)) for row, column, kind, text in saved["cells"]}
    return Sheet(
        name=str(saved["name"]),
        hidden=bool(saved["hidden"]),
        cells=cells,
        hidden_rows=list(saved["hidden_rows"]),
        hidden_columns=list(saved["hidden_columns"]),
        merged=list(saved["merged"]),
    )
