"""A return as a CSV file: the template made for that very return, and reading it back (K01, K05, R-149). Pure.

Row 1 is the header; one row a measure. The return's reference stands in every row and each measure's name beside its
code, so that a file made for another return or provider, an old template, or rows that slipped when somebody sorted
one column, are refused in words. Empty cells leave what is there as it is. `=` or `-` at the start of free text is
what somebody typed; in a number cell it is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.domain.entries import NUMBERS, Entry, boxes, label_of, read_entry
from contracts.enums import FigureState
from contracts.models import Indicator
from engagement.domain.exports import Cell, restored
from engagement.domain.tabular import CellProblem, TableRefused, decode, split

LARGEST_FILE = 1024 * 1024
MOST_ROWS = 500

REFERENCE, CODE, NAME = "Return reference", "Indicator code", "Indicator"
FIELDS = {
    "denominator": "Denominator",
    "numerator": "Numerator",
    "value": "Value",
    "state": "Cannot give",
    "commentary": "Commentary",
}
FILLED = (REFERENCE, CODE, NAME, *FIELDS.values())
HEADER = (
    *FILLED,
    "Last quarter denominator",
    "Last quarter numerator",
    "Last quarter value",
    "What to enter",
)
STATE_WORDS = {FigureState.NOT_APPLICABLE: "not applicable", FigureState.NOT_AVAILABLE: "not available"}


@dataclass
class SheetLine:
    """One row of an uploaded file: what it says, what is wrong by field, and what it changes (`was`, by field)."""

    row: int
    indicator: Indicator
    typed: dict[str, str]
    entry: Entry
    problems: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether keeping the file would change this measure."""
        return bool(self.was)


@dataclass(frozen=True)
class Sheet:
    """An uploaded file as it was read. `left_out` are the measures that it does not mention: they stay as they are."""

    lines: list[SheetLine]
    left_out: list[Indicator]

    @property
    def problems(self) -> list[CellProblem]:
        """What is wrong, by row and column, in the order of the file."""
        return [
            CellProblem(message, line.row, FIELDS[name])
            for line in self.lines
            for name, message in sorted(line.problems.items(), key=lambda item: list(FIELDS).index(item[0]))
        ]

    @property
    def figures_read(self) -> int:
        """How many cells hold something that was read."""
        return sum(bool(text) for line in self.lines for text in line.typed.values())


def template_rows(
    *,
    reference: str,
    indicators: Sequence[Indicator],
    current: Mapping[int, Entry],
    last_quarter: Mapping[int, Entry],
    last_values: Mapping[int, Decimal | None],
) -> Iterator[list[Cell]]:
    """The rows under `HEADER`, filled with what is already given. Mappings are by indicator id.

    `last_quarter` holds the entries of the quarter before, `last_values` its percentages or values as rated.
    """
    for indicator in indicators:
        now, before = current.get(indicator.pk, Entry()), last_quarter.get(indicator.pk, Entry())
        yield [
            reference,
            indicator.code,
            indicator.name,
            *(plain(getattr(now, name)) for name in NUMBERS),
            STATE_WORDS.get(FigureState(now.state), ""),
            now.commentary,
            plain(before.denominator),
            plain(before.numerator),
            plain(last_values.get(indicator.pk, before.value)),
            _instruction(indicator),
        ]


def plain(number: Decimal | None) -> int | Decimal | None:
    """A number as a file shows it: without trailing noughts."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else number.normalize()


def _instruction(indicator: Indicator) -> str:
    labels = [f"{FIELDS[box]}: {label_of(indicator, box)}" for box in boxes(indicator)]
    return ". ".join(labels)


def read_sheet(
    content: bytes, *, reference: str, indicators: Sequence[Indicator], current: Mapping[int, Entry]
) -> Sheet:
    """Reads an uploaded file against a return. What is wrong in single cells stands in the sheet, for the preview.

    Raises `TableRefused` when the file as a whole cannot be read as this return: size, encoding, header, another
    return's reference, unknown, repeated or renamed measures.
    """
    if len(content) > LARGEST_FILE:
        raise TableRefused([CellProblem(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")])
    header, records = split(decode(content))
    _refuse_other_columns(header)
    known = {indicator.code: indicator for indicator in indicators}
    rows = [(number, _by_name(header, record, number)) for number, record in _at_most(records)]
    if not rows:
        raise TableRefused([CellProblem("The file has a header and no rows.")])
    _refuse_other_rows(rows, reference=reference, known=known)
    lines = [_line(number, row, known[row[CODE]], current) for number, row in rows]
    seen = {line.indicator.pk for line in lines}
    return Sheet(lines=lines, left_out=[indicator for indicator in indicators if indicator.pk not in seen])


def _at_most(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, record in records:
        if number > MOST_ROWS + 1:
            raise TableRefused([CellProblem(f"The file has more than {MOST_ROWS} rows.")])
        yield number, record


def _refuse_other_columns(header: Sequence[str]) -> None:
    missing = [name for name in FILLED if name not in header]
    if missing:
        words = ", ".join(f"“{name}”" for name in missing)
        raise TableRefused(
            [
                CellProblem(
                    f"This is not the template made for this return: it lacks {words}. "
                    "Download the template again and fill that in.",
                    1,
                )
            ]
        )


def _by_name(header: Sequence[str], record: Sequence[str], number: int) -> dict[str, str]:
    if len(record) > len(header):
        extra = [cell for cell in record[len(header) :] if cell.strip()]
        if extra:
            raise TableRefused([CellProblem(f"has {len(record)} cells where the header has {len(header)}.", number)])
    cells = [*record, *[""] * (len(header) - len(record))]
    return {name: restored(cell).strip() for name, cell in zip(header, cells, strict=False)}


def _refuse_other_rows(
    rows: Sequence[tuple[int, dict[str, str]]], *, reference: str, known: Mapping[str, Indicator]
) -> None:
    problems: list[CellProblem] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        code = row[CODE]
        if row[REFERENCE] != reference:
            named = f"“{row[REFERENCE][:40]}”" if row[REFERENCE] else "no return"
            message = f"names {named}. This page is for {reference}: download its template and fill that in."
            problems.append(CellProblem(message, number, REFERENCE))
        elif code not in known:
            problems.append(CellProblem(f"“{code[:40]}” is not a measure of this return.", number, CODE))
        elif code in seen:
            problems.append(CellProblem(f"{code} stands in row {seen[code]} already.", number, CODE))
        elif _folded(row[NAME]) != _folded(known[code].name):
            message = (
                f"says “{row[NAME][:60]}”, but {code} is “{known[code].name}”. Has a column been sorted on its own?"
            )
            problems.append(CellProblem(message, number, NAME))
        seen.setdefault(code, number)
    if problems:
        raise TableRefused(problems)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _line(number: int, row: Mapping[str, str], indicator: Indicator, current: Mapping[int, Entry]) -> SheetLine:
    now = current.get(indicator.pk, Entry())
    typed = {name: row[column] for name, column in FIELDS.items()}
    state, problem = _state(typed["state"])
    numbers_given = any(typed[name] for name in NUMBERS)
    merged = dict(typed)
    if not typed["state"] and not numbers_given:
        state = now.state
    if state == FigureState.REPORTED:
        merged |= {name: typed[name] or as_typed(getattr(now, name)) for name in boxes(indicator)}
    merged |= {"state": state, "commentary": typed["commentary"] or now.commentary}
    reading = read_entry(indicator, merged)
    problems = reading.problems | ({"state": problem} if problem else {})
    was = {} if problems else _was(now, reading.entry)
    return SheetLine(number, indicator, typed, reading.entry, problems, was)


def _state(words: str) -> tuple[str, str]:
    """The state that a cell names, and what is wrong with it."""
    if not words:
        return FigureState.REPORTED, ""
    for state, known in STATE_WORDS.items():
        if _folded(words) == known:
            return state, ""
    known_words = " or ".join(f"“{known}”" for known in STATE_WORDS.values())
    return FigureState.REPORTED, f"“{words[:40]}” is not one of the answers: leave this empty, or write {known_words}."


def as_typed(number: Decimal | None) -> str:
    """A number as a person would type it into a box; nothing for none."""
    shown = plain(number)
    return "" if shown is None else f"{shown:f}" if isinstance(shown, Decimal) else str(shown)


def _was(before: Entry, after: Entry) -> dict[str, str]:
    """What changes, by field, with the words that stood there before."""
    was = {
        name: as_typed(getattr(before, name)) or "empty"
        for name in NUMBERS
        if getattr(before, name) != getattr(after, name)
    }
    if before.state != after.state:
        was["state"] = STATE_WORDS.get(FigureState(before.state), "a figure")
    if before.commentary != after.commentary:
        was["commentary"] = before.commentary or "empty"
    return was
