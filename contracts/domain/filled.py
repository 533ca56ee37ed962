"""A filled-in template of a return, judged row by row and cell by cell (K01, K05, K07, C04). Pure.

What comes in was read in another process (`engagement.domain.apart`) and is what its cells hold, whatever the format.
Empty cells leave what is there as it is; a formula is never taken for an empty cell, nor for what it last showed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from contracts.domain.entries import NUMBERS, Entry, boxes, read_entry
from contracts.domain.origin import Row, rows_of
from contracts.domain.parts import WORDS, PartBox, part_boxes, part_in
from contracts.domain.spreadsheet import (
    COMMENTARY,
    FIGURE,
    STATE,
    STATE_WORDS,
    Ask,
    Given,
    as_typed,
    asks,
    fingerprint,
    written,
)
from contracts.enums import FigureState
from contracts.models import Indicator
from engagement.domain import grid
from engagement.domain.grid import Kind
from engagement.domain.tabular import GROUPED, NUMBER, CellProblem

BESIDE = (STATE, COMMENTARY)  # the columns beside the figure
NOT_AVAILABLE = STATE_WORDS[FigureState.NOT_AVAILABLE]


class Verdict(StrEnum):
    """What becomes of a measure in a file."""

    ACCEPTED = "Will be kept"
    WARNED = "Will be kept, but look again"
    REFUSED = "Cannot be kept"
    CONFLICT = "A colleague changed this"
    SAME = "Stays as it is"


@dataclass
class Line:
    """One measure of a file: its first row, what was typed, what is wrong and where, and what it changes, by field.

    `now` is what is kept, in `version` of the figure; `was` the words that would be replaced. `behind`: the figure was
    changed since the file was downloaded; `touched`: somebody wrote in its cells.
    """

    row: int
    indicator: Indicator
    typed: dict[str, str]
    entry: Entry
    now: Entry = field(default_factory=Entry)
    version: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    behind: bool = False
    touched: bool = True

    @property
    def changes(self) -> bool:
        """Whether keeping the line would change the measure."""
        return bool(self.was)

    @property
    def verdict(self) -> Verdict:
        """What becomes of it when the file is kept."""
        if self.problems:
            return Verdict.REFUSED
        if not self.changes:
            return Verdict.SAME
        if self.behind:
            return Verdict.CONFLICT
        return Verdict.WARNED if self.warnings else Verdict.ACCEPTED


@dataclass(frozen=True)
class Filled:
    """A file as it was read. `left_out` are the measures that it does not mention: they stay as they are."""

    lines: list[Line]
    left_out: list[Indicator]

    @property
    def problems(self) -> list[CellProblem]:
        """What is wrong, by cell, in the order of the file."""
        return [
            CellProblem(message, place=line.places.get(name, ""))
            for line in self.lines
            for name, message in line.problems.items()
        ]

    def of(self, *verdicts: Verdict) -> list[Line]:
        """The lines with one of these verdicts."""
        return [line for line in self.lines if line.verdict in verdicts]


def read_filled(
    sheets: Sequence[grid.Sheet], *, reference: str, indicators: Sequence[Indicator], current: Mapping[int, Given]
) -> Filled:
    """Judges a file against a return. What is wrong in single cells stands in the lines, for the preview.

    Raises `TableRefused` when the file as a whole is not the template of this return as it is now, with the reason.
    """
    found = rows_of(sheets, reference=reference, indicators=indicators)
    lines = [
        _line(rows, indicator, current.get(indicator.pk, Given()))
        for indicator in indicators
        if (rows := [row for row in found if row.seal.code == indicator.code])
    ]
    lines.sort(key=lambda line: line.row)
    seen = {line.indicator.pk for line in lines}
    return Filled(lines=lines, left_out=[indicator for indicator in indicators if indicator.pk not in seen])


def _line(rows: Sequence[Row], indicator: Indicator, given: Given) -> Line:
    typed: dict[str, str] = {}
    problems: dict[str, str] = {}
    places: dict[str, str] = {}
    asked = {ask.box: ask for ask in asks([indicator])}
    for row in rows:
        ask = asked[row.seal.box]
        _take(ask.box, FIGURE, row, typed, problems, places)
        for column in BESIDE:
            if name := ask.fields.get(column):
                _take(name, column, row, typed, problems, places)
            elif row.cell(column):
                name = _meant(ask, column)
                problems[name] = _elsewhere(ask)
                places[name] = row.place(column)
    for box in asked:
        if box not in typed:
            problems[box] = f"A row of {indicator.code} is missing from the file. Download the template again."
            places[box] = rows[0].place(FIGURE)
    return _read(rows[0], indicator, given, typed, problems, places)


def _meant(ask: Ask, column: str) -> str:
    """The field that somebody meant who wrote beside a number that has none there."""
    if ask.part:
        return WORDS
    return "state" if column == STATE else "commentary"


def _elsewhere(ask: Ask) -> str:
    where = "its parts" if ask.part else ask.indicator.code
    return f"Write this in the first row of {where}, and leave this cell empty."


def _take(
    name: str, column: str, row: Row, typed: dict[str, str], problems: dict[str, str], places: dict[str, str]
) -> None:
    """One open cell: its text, or why what it holds is none."""
    cell = row.cell(column)
    typed[name] = cell.text.strip() if cell else ""
    places[name] = row.place(column)
    if cell and (wrong := _wrong_kind(cell, is_number=column == FIGURE, from_text=row.from_text)):
        problems[name] = wrong


def _wrong_kind(cell: grid.Cell, *, is_number: bool, from_text: bool) -> str:
    """Why a cell is not what belongs there. A file of texts alone (CSV) cannot tell numbers from texts."""
    never = {
        Kind.FORMULA: f"This is a formula. {'Put the number itself.' if is_number else 'Type the words.'}",
        Kind.ERROR: f"This shows an error, {cell.text[:20]}. Put the number itself, or leave it empty.",
    }
    not_a_number = {
        Kind.DATE: f"This is a date ({cell.text[:20]}), not a number. Type the number again, or clear the cell first.",
        Kind.YES_NO: "This is true or false, not a number.",
    }
    wrong = never | (not_a_number if is_number else {})
    if cell.kind in wrong or not is_number:
        return wrong.get(cell.kind, "")
    plain = cell.text.strip()
    if cell.kind == Kind.TEXT and not from_text and (NUMBER.fullmatch(plain) or GROUPED.fullmatch(plain)):
        return f"“{plain[:40]}” is stored as text, not as a number. Type it again, without an apostrophe or spaces."
    return ""


def _read(
    row: Row,
    indicator: Indicator,
    given: Given,
    typed: dict[str, str],
    problems: dict[str, str],
    places: dict[str, str],
) -> Line:
    now = given.entry
    state, unknown = _state(typed.get("state", ""))
    if unknown:
        problems.setdefault("state", unknown)
    for part in part_boxes(indicator):
        if wrong := _unknown_mark(typed.get(part.state, "")):
            problems.setdefault(part.state, wrong)
    usable = {name: "" if name in problems else text for name, text in typed.items()}
    reading = read_entry(indicator, _merged(indicator, usable, state, now))
    problems = {**reading.problems, **problems}
    line = Line(row.number, indicator, typed, reading.entry, now, given.version, problems, places)
    line.behind = row.seal.version != given.version
    line.touched = fingerprint(indicator, _as_kept(line)) != row.seal.content
    if not problems and (line.touched or not line.behind):
        line.was = _was(indicator, now, reading.entry)
    return line


def _merged(indicator: Indicator, typed: Mapping[str, str], state: str, now: Entry) -> dict[str, str]:
    """What was typed, with what is kept wherever a cell is empty."""
    if not typed.get("state") and not any(typed.get(name) for name in NUMBERS):
        state = now.state
    merged = {name: typed.get(name, "") for name in NUMBERS}
    if state == FigureState.REPORTED:
        merged |= {name: merged[name] or as_typed(getattr(now, name)) for name in boxes(indicator)}
        merged |= _merged_parts(part_boxes(indicator), typed, now)
    else:
        merged |= {name: text for part in part_boxes(indicator) for name, text in _of_part(part, typed).items()}
    words = {name: typed.get(name) or kept for name, kept in (("commentary", now.commentary), (WORDS, now.parts_words))}
    return merged | words | {"state": state}


def _of_part(part: PartBox, typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed.get(name, "") for name in (part.name, part.state)}


def _merged_parts(parts: Sequence[PartBox], typed: Mapping[str, str], now: Entry) -> dict[str, str]:
    """The parts that were typed, with what is kept of those whose cells are both empty."""
    merged: dict[str, str] = {}
    for part in parts:
        said = _of_part(part, typed)
        given, number = part_in(now.parts, part)
        if given and not any(said.values()):
            said = {part.name: as_typed(number), part.state: "" if number is not None else NOT_AVAILABLE}
        merged |= said
    return merged


def _as_kept(line: Line) -> dict[str, str]:
    """The cells as the template would write them, for telling whether anybody wrote there."""
    if line.problems:
        return line.typed
    texts, words = written(line.indicator, line.entry), ("commentary", WORDS)
    return {name: texts[name] if text and name not in words else text for name, text in line.typed.items()}


def _state(words: str) -> tuple[str, str]:
    """The state that a cell names, and what is wrong with it."""
    if not words:
        return FigureState.REPORTED, ""
    for state, known in STATE_WORDS.items():
        if " ".join(words.split()).casefold() == known:
            return state, ""
    known_words = " or ".join(f"“{known}”" for known in STATE_WORDS.values())
    return FigureState.REPORTED, f"“{words[:40]}” is not one of the answers: leave this empty, or write {known_words}."


def _unknown_mark(words: str) -> str:
    """What is wrong with the mark of a part that is not available."""
    if not words or " ".join(words.split()).casefold() == NOT_AVAILABLE:
        return ""
    return f"“{words[:40]}” is not one of the answers: leave this empty, or write “{NOT_AVAILABLE}”."


def _was(indicator: Indicator, before: Entry, after: Entry) -> dict[str, str]:
    """What changes, by field, with the words that stood there before."""
    old, new = written(indicator, before), written(indicator, after)
    empty = {"state": "a figure"}
    return {name: text or empty.get(name, "empty") for name, text in old.items() if text != new[name]}


def with_warnings(filled: Filled, warnings: Mapping[str, list[str]]) -> Filled:
    """The same file with what is worth a second look, by the measure's code."""
    lines = [replace(line, warnings=warnings.get(line.indicator.code, [])) for line in filled.lines]
    return replace(filled, lines=lines)
