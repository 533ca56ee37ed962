"""Answers as a table, and back: our own file format (docs/file-formats.md), written and read by the same columns.

Each question has a column in the order it is asked; a grid one for each of its lines; "Other" a column for the words
beside the one for the choice. Of files there are the names: the files leave elsewhere. An empty cell was asked and not
answered; `NOT_ASKED` says that the way led elsewhere.
Files of others may have a column for each of several choices, ticked or not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from consultations.domain.answers import values_of
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.routes import path_of
from consultations.enums import CHOICE_KINDS, JOIN, OTHER, TEXT_KINDS, QuestionKind
from engagement.domain.exports import Cell, ready, restored

NOT_ASKED = "[not asked]"
BETWEEN = ";"
MOST_REMEMBERED = 2000  # a grid of many lines can be answered in more ways than there are people
CHANNEL, VERSION, PUBLICATION, DUPLICATE = "channel", "version", "may_be_published", "judged_a_duplicate"

# Dates as people and their programs write them, the day first (or the year: then nothing is in doubt).
DAY_FIRST = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y")
_CLOCK = re.compile(r"[ T]+\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[ap]m)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
# What stands in a column for one of several choices when it was not ticked.
UNTICKED = frozenset({"", "0", "no", "n", "false", "unticked", "unchecked", "not selected", "-"})


@dataclass(frozen=True)
class AnswerColumn:
    """A column of answers. `part` is a line of a grid, or `OTHER` for words beside a choice.

    In a file of others it may also be one of several choices, with a mark where it was ticked.
    """

    title: str
    question: FrozenQuestion
    part: str = ""

    @property
    def name(self) -> str:
        """What tells this column from every other."""
        return f"{self.question.key} {self.part}".strip()


def columns_of(questions: Sequence[FrozenQuestion]) -> list[AnswerColumn]:
    """The columns of these questions, each with a title that no other has."""
    columns = [column for question in questions if question.asks for column in _columns(question)]
    taken = Counter([CHANNEL, VERSION, PUBLICATION, DUPLICATE, *(column.title for column in columns)])
    return [
        column
        if taken[column.title] == 1
        else AnswerColumn(f"{column.title} [{column.name}]", column.question, column.part)
        for column in columns
    ]


def _columns(question: FrozenQuestion) -> Iterator[AnswerColumn]:
    title = _plain(question.text)
    if question.lines:
        for line in question.lines:
            yield AnswerColumn(f"{title}: {_plain(line.label)}", question, line.key)
        return
    yield AnswerColumn(title, question)
    if question.other:
        yield AnswerColumn(f"{title} (other)", question, OTHER)


def _plain(words: str) -> str:
    return " ".join(words.split())


# Out


class RowsOfAVersion:
    """Writes responses to one version of the questions as rows under `columns`, which may be of several versions.

    Rows are many and choices few, so what was chosen is put in words once. Nobody's own words are kept.
    """

    def __init__(self, questions: Sequence[FrozenQuestion], columns: Sequence[AnswerColumn]) -> None:
        self._questions = {question.key: question for question in questions}
        self._forks = [question.key for question in questions if question.routes]
        self._columns = [(key, list(of)) for key, of in groupby(columns, key=lambda column: column.question.key)]
        self._asked: dict[tuple[Stored, ...], frozenset[str]] = {}
        self._chosen: dict[str, dict[Stored, list[Cell]]] = {key: {} for key, _ in self._columns}

    def cells(self, given: Mapping[str, Sequence[tuple[str, str]]]) -> list[Cell]:
        """One response as a row. `given` has the choice and text of each stored row, by question."""
        asked = self._asked_with(given)
        row: list[Cell] = []
        for key, columns in self._columns:
            if key not in asked:
                row += [_NOT_ASKED] * len(columns)
            elif key in given:
                row += self._said(key, columns, given[key])
            else:
                row += [None] * len(columns)
        return row

    def _asked_with(self, given: Mapping[str, Sequence[tuple[str, str]]]) -> frozenset[str]:
        """The questions on the way of these answers; only those that routes start from decide it."""
        way = tuple([tuple(sorted(choice for choice, _ in given.get(key, ()))) for key in self._forks])
        if way not in self._asked:
            answers = {key: values_of(self._questions[key], given[key]) for key in self._forks if key in given}
            asked = path_of(list(self._questions.values()), answers)
            self._asked[way] = frozenset(question.key for question in asked)
        return self._asked[way]

    def _said(self, key: str, columns: Sequence[AnswerColumn], rows: Sequence[tuple[str, str]]) -> list[Cell]:
        chosen = tuple([choice for choice, text in rows if not text])
        if len(chosen) < len(rows):  # somebody's own words are among them
            return self._in_words(key, columns, rows)
        known = self._chosen[key]
        if chosen in known:
            return known[chosen]
        cells = [ready(cell) for cell in self._in_words(key, columns, rows)]
        if len(known) < MOST_REMEMBERED:
            known[chosen] = cells
        return cells

    def _in_words(self, key: str, columns: Sequence[AnswerColumn], rows: Sequence[tuple[str, str]]) -> list[Cell]:
        values = values_of(self._questions[key], rows)
        return [_shielded(_cell(column, values)) for column in columns]


Stored = tuple[str, ...]
_NOT_ASKED = ready(NOT_ASKED)


def _cell(column: AnswerColumn, values: Sequence[str]) -> Cell:
    question = column.question
    if question.kind in TEXT_KINDS:
        return values[0] if values else None
    if question.kind == QuestionKind.FILE:
        return f"{BETWEEN} ".join(values) or None
    split = [value.partition(JOIN) for value in values]
    if question.lines:
        return next((_line_cell(question, answer) for line, _, answer in split if line == column.part), None)
    if column.part == OTHER:
        return next((said for key, _, said in split if key == OTHER and said), None)
    if question.kind in CHOICE_KINDS:
        return f"{BETWEEN} ".join(_plain(question.labels[key]) for key, _, _ in split) or None
    return _single_cell(question, values[0]) if values else None


def _line_cell(question: FrozenQuestion, answer: str) -> Cell:
    return int(answer) if question.kind == QuestionKind.RANKING else _plain(question.labels[answer])


def _single_cell(question: FrozenQuestion, value: str) -> Cell:
    if question.kind == QuestionKind.DATE:
        return date.fromisoformat(value)
    if question.kind in {QuestionKind.NUMBER, QuestionKind.MONEY}:
        return Decimal(value)
    return value


def _shielded(cell: Cell) -> Cell:
    """What somebody said, told from our own words for what was not asked."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("'") == NOT_ASKED else cell


# In


def values_in(column: AnswerColumn, cell: str) -> list[str]:
    """What a cell of such a column adds to the answer. Raises `ValueError` for a choice that was not offered."""
    if not cell or cell == NOT_ASKED or column.question.kind == QuestionKind.FILE:  # names; the files are elsewhere
        return []
    cell, question = _bared(cell), column.question
    if column.part:
        return _part_values(column, cell)
    if question.kind in CHOICE_KINDS:
        return _choices_in(question, cell.split(BETWEEN) if question.kind == QuestionKind.SEVERAL else [cell])
    return [day_in(cell)] if question.kind == QuestionKind.DATE else [cell]


def _part_values(column: AnswerColumn, cell: str) -> list[str]:
    """What a cell says of a line of a grid, beside “Other”, or of one choice that was ticked or not."""
    if column.part == OTHER:
        return [f"{OTHER}{JOIN}{cell}"]
    if column.question.kind == QuestionKind.RANKING:
        return [f"{column.part}{JOIN}{cell}"]
    if column.question.kind == QuestionKind.MATRIX:
        return [f"{column.part}{JOIN}{key}" for key in _choices_in(column.question, [cell])]
    return [] if cell.strip().casefold() in UNTICKED else [column.part]


def day_in(cell: str) -> str:
    """The day of a date written day first, as `2026-11-22`; a time of day beside it is dropped. No other guess.

    Raises `ValueError`.
    """
    written = _CLOCK.sub("", cell.strip())
    for pattern in DAY_FIRST:
        try:
            return datetime.strptime(written, pattern).date().isoformat()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    raise ValueError(f"“{cell[:40]}” is not a date written day first, such as 22/11/2026.")


def _bared(cell: str) -> str:
    text = restored(cell)
    return text[1:] if text.startswith("'") and text.lstrip("'") == NOT_ASKED else text


def _choices_in(question: FrozenQuestion, said: Sequence[str]) -> list[str]:
    """The keys of the choices with these words, whatever their case."""
    keys = {_plain(label).casefold(): key for key, label in question.labels.items()}
    named = [_plain(words) for words in said if words.strip()]
    if unknown := [words for words in named if words.casefold() not in keys]:
        raise ValueError(f"“{unknown[0][:60]}” is not one of the answers that were offered.")
    return [keys[words.casefold()] for words in named]
