"""Whether a file is the template of this very return, as it is asked today; if not, why not, in words (K05). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.domain.spreadsheet import (
    ASKED,
    CODE,
    COMMENTARY,
    FIGURE,
    NAME,
    SEAL,
    STATE,
    Ask,
    Seal,
    asks,
    checksum,
    unsealed,
)
from contracts.domain.workbook import FIGURES
from contracts.models import Indicator
from engagement.domain.grid import Cell, Sheet, cell_place, column_letters
from engagement.domain.tabular import CellProblem, TableRefused

NEEDED = (CODE, NAME, ASKED, FIGURE, STATE, COMMENTARY, SEAL)
AGAIN = "Download the template again and fill that in."
MOST_SAID = 20


@dataclass(frozen=True)
class Row:
    """One row of the table: where it stands, what its cells hold by column, and its seal."""

    number: int
    sheet: str
    columns: Mapping[str, int]
    cells: Mapping[str, Cell]
    seal: Seal

    @property
    def from_text(self) -> bool:
        """Whether the file tells no numbers from texts."""
        return not self.sheet

    def cell(self, column: str) -> Cell | None:
        """What stands in a column, if anything but blanks does."""
        found = self.cells.get(column)
        return found if found and found.text.strip() else None

    def place(self, column: str) -> str:
        """Where a cell of this row is, in words."""
        return cell_place(self.sheet, self.number, self.columns[column])


def refuse(*problems: CellProblem) -> TableRefused:
    """A refusal of the whole file, with as many reasons as people read."""
    return TableRefused(list(problems[:MOST_SAID]))


def rows_of(sheets: Sequence[Sheet], *, reference: str, indicators: Sequence[Indicator]) -> list[Row]:
    """The rows of the table, each sealed for this return. Raises `TableRefused` with what is wrong, by cell."""
    sheet = _table(sheets)
    columns = _columns(sheet)
    _refuse_hidden(sheet, columns)
    rows = _sealed(sheet, columns, reference)
    if not rows:
        raise refuse(CellProblem(f"The file has a header and no rows. {AGAIN}"))
    if any(row.seal.words != checksum(indicators) for row in rows):
        raise refuse(
            CellProblem(f"The questions have changed since this file was downloaded. {AGAIN}"),
            *_changed(rows, indicators),
        )
    _refuse_edited(rows, indicators)
    return rows


def _table(sheets: Sequence[Sheet]) -> Sheet:
    for sheet in sheets:
        if sheet.hidden:
            raise refuse(CellProblem(f"“{sheet.name}” is hidden. Show it, or delete it, and upload the file again."))
    named = [sheet for sheet in sheets if sheet.name.casefold() == FIGURES.casefold()]
    if not named and len(sheets) == 1:
        named = list(sheets)
    if not named:
        raise refuse(CellProblem(f"The file has no sheet called “{FIGURES}”. {AGAIN}"))
    if not named[0].cells:
        raise refuse(CellProblem("The file is empty."))
    return named[0]


def _columns(sheet: Sheet) -> dict[str, int]:
    header = {column: cell.text.strip() for column, cell in sheet.row(1).items()}
    twice = {name for name in NEEDED if list(header.values()).count(name) > 1}
    missing = [name for name in NEEDED if name not in header.values()]
    if missing or twice:
        words = ", ".join(f"“{name}”" for name in (*missing, *sorted(twice)))
        what = "lacks" if missing else "has twice"
        raise refuse(
            CellProblem(
                f"This is not the template made for this return: its first row {what} {words}. {AGAIN}",
                place=cell_place(sheet.name, 1, 1),
            )
        )
    return {name: column for column, name in header.items()}


def _refuse_hidden(sheet: Sheet, columns: Mapping[str, int]) -> None:
    last = max(row for row, _ in sheet.cells)
    rows = [str(row) for row in sheet.hidden_rows if row <= last]
    hidden = [column_letters(columns[name]) for name in NEEDED if columns[name] in sheet.hidden_columns]
    problems = []
    if rows:
        words = f"Rows are hidden: {', '.join(rows[:10])}. Show them, so that you see all that you send."
        problems.append(CellProblem(words, place=f"Sheet “{sheet.name}”"))
    if hidden:
        words = f"Columns are hidden: {', '.join(hidden)}. Show them, so that you see all that you send."
        problems.append(CellProblem(words, place=f"Sheet “{sheet.name}”"))
    if sheet.merged:
        words = f"Cells are merged: {', '.join(sheet.merged[:5])}. Take them apart, or start from a new download."
        problems.append(CellProblem(words, place=f"Sheet “{sheet.name}”"))
    if problems:
        raise refuse(*problems)


def _sealed(sheet: Sheet, columns: Mapping[str, int], reference: str) -> list[Row]:
    names = {columns[name]: name for name in NEEDED}
    by_row: dict[int, dict[str, Cell]] = {}
    for (number, column), cell in sorted(sheet.cells.items()):
        if number > 1 and column in names and cell.text.strip():
            by_row.setdefault(number, {})[names[column]] = cell
    rows, problems = [], []
    for number, cells in by_row.items():
        seal = unsealed(cells[SEAL].text) if SEAL in cells else None
        place = cell_place(sheet.name, number, columns[SEAL])
        if seal is None:
            words = "is not as we wrote it: the row was added, or its last cell was changed."
            problems.append(CellProblem(f"{words} {AGAIN}", place=place))
        elif seal.reference != reference:
            words = f"This row was made for the return {seal.reference}. This page is for {reference}. {AGAIN}"
            raise refuse(CellProblem(words, place=place))
        else:
            rows.append(Row(number, sheet.name, columns, cells, seal))
    if problems:
        raise refuse(*problems)
    return rows


def _changed(rows: Sequence[Row], indicators: Sequence[Indicator]) -> list[CellProblem]:
    """What is asked otherwise than in the file, measure by measure."""
    asked = {(ask.indicator.code, ask.box): ask for ask in asks(indicators)}
    found = {(row.seal.code, row.seal.box): row for row in rows}
    problems = []
    for key, row in found.items():
        if key not in asked:
            problems.append(CellProblem(f"{key[0]} is no longer asked.", place=row.place(CODE)))
        else:
            problems += _edits(row, asked[key])
    new = sorted({code for code, box in asked if (code, box) not in found})
    if new:
        problems.append(CellProblem(f"The file has no rows for {', '.join(new)}."))
    return problems


def _edits(row: Row, ask: Ask) -> list[CellProblem]:
    expected = {CODE: ask.indicator.code, NAME: ask.indicator.name, ASKED: ask.label}
    problems = []
    for column, words in expected.items():
        cell = row.cell(column)
        said = cell.text if cell else ""
        if " ".join(said.split()).casefold() != " ".join(words.split()).casefold():
            problems.append(CellProblem(f"says “{said[:60]}”, and should say “{words}”.", place=row.place(column)))
    return problems


def _refuse_edited(rows: Sequence[Row], indicators: Sequence[Indicator]) -> None:
    """Labels that are not ours any more, rows that slipped when one column was sorted, and rows that stand twice."""
    asked = {(ask.indicator.code, ask.box): ask for ask in asks(indicators)}
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for row in rows:
        key = (row.seal.code, row.seal.box)
        if key in seen:
            problems.append(CellProblem(f"This row stands in row {seen[key]} already.", place=row.place(CODE)))
        seen.setdefault(key, row.number)
        problems += _edits(row, asked[key])
    if problems:
        words = f"Words were changed that say what each row is. {AGAIN}"
        raise refuse(CellProblem(words), *problems)
