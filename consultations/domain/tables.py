"""The tables of single questions, protected: what may be said of each from the exact counts of its answers.

Nothing here asks the database. Every number goes through `engagement.domain.disclosure`; what the number of people who
were asked would tell is judged in `domain.bases`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from consultations.domain.bases import numbers_led
from consultations.domain.frozen import FrozenChoice, FrozenQuestion
from consultations.enums import CHOICE_KINDS, FIGURE_KINDS, JOIN, QuestionKind
from engagement.domain.disclosure import ProtectedCounts, protect_choices, protect_counts

Counts = Mapping[str, Any]  # as `counting.count_settled` gives them
Shown = ProtectedCounts[str]


@dataclass(frozen=True)
class Row:
    """One line of a table: `count` and whole `percent` (0 to 100), both `None` when withheld."""

    key: str
    label: str
    count: int | None
    percent: int | None


@dataclass(frozen=True)
class PartResult:
    """What may be said of one line of a grid. `mean` is the mean place of a ranked thing, to one decimal."""

    key: str
    label: str
    answered: int | None
    rows: tuple[Row, ...]
    apart: tuple[Row, ...]
    mean: str = ""

    @property
    def withheld(self) -> bool:
        """Whether any number of this line is withheld."""
        return self.answered is None or any(row.count is None for row in (*self.rows, *self.apart))


@dataclass(frozen=True)
class QuestionResult:
    """What may be said of one question. `percent` is of those who answered it, in rows and in what stands apart.

    `rows` keep the order of the question; a question in people's own words has none. `answered` is `None` when too few.
    Statements on a scale have `parts` and no rows. Of a ranking `rows` say what people put first, and `parts` are there
    only when no number of the whole table is too small to show. `guarded` is a table of which nothing is said, because
    it would tell how many gave an answer that is withheld (see `domain.bases`). `with_all` are the rows with the
    answers that were left out, only where these may be shown too (`domain.leaving_out`).
    """

    key: str
    number: int
    kind: str
    text: str
    answered: int | None
    rows: tuple[Row, ...]
    apart: tuple[Row, ...]
    parts: tuple[PartResult, ...] = ()
    guarded: bool = False
    with_all: tuple[Row, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether a note on withheld numbers must stand beside the table."""
        rows_withheld = any(row.count is None for row in (*self.rows, *self.apart))
        return self.answered is None or rows_withheld or any(part.withheld for part in self.parts)


def protected_table(question: FrozenQuestion, counts: Counts, threshold: int) -> Shown:
    """The one table in which everybody who answered a question stands, protected; empty for words and grids."""
    answered = counts["answered"].get(question.key, 0)
    given = counts["choices"].get(question.key, {})
    if question.kind == QuestionKind.SEVERAL:
        exact = {key: given.get(key, 0) for key in question.labels}
        apart = [choice.key for choice in question.apart]
        return protect_choices(exact, answered=answered, threshold=threshold, apart=apart)
    if question.kind in CHOICE_KINDS:
        return protect_counts({key: given.get(key, 0) for key in question.labels}, threshold=threshold)
    if question.kind in FIGURE_KINDS:
        return protect_counts({band.key: given.get(band.key, 0) for band in question.bands}, threshold=threshold)
    return ProtectedCounts({}, answered if answered >= threshold else None, threshold)


def numbers_asked(
    versions: Sequence[Sequence[FrozenQuestion]], joined: Sequence[FrozenQuestion], counts: Counts, threshold: int
) -> dict[str, int | None]:
    """How many were asked each question of any version, when that may be told; else `None`.

    Of several versions nobody is told how many answered which. What is known of each is then known of all, as no more
    than the number of all answers.
    """
    responses = sum(counts["channels"].values())
    by_key = {question.key: question for question in joined}

    def show(question: FrozenQuestion) -> Shown:
        return protected_table(by_key[question.key], counts, threshold)

    led = [numbers_led(questions, show, responses=responses) for questions in versions]
    if len(led) == 1:
        return led[0]
    keys = {key for one in led for key in one}
    return {key: responses if all(one.get(key, 0) is not None for one in led) else None for key in keys}


def question_result(
    number: int, question: FrozenQuestion, counts: Counts, threshold: int, *, guarded: bool
) -> QuestionResult:
    """What may be said of one question; nothing when its table is `guarded`."""
    if guarded:
        counts = {**counts, "answered": {}, "choices": {}}
    answered = counts["answered"].get(question.key, 0)
    rows, apart, parts = _tables(question, counts, threshold)
    return QuestionResult(
        key=question.key,
        number=number,
        kind=question.kind,
        text=question.text,
        answered=answered if answered >= threshold else None,
        rows=rows,
        apart=apart,
        parts=parts,
        guarded=guarded,
    )


Tables = tuple[tuple[Row, ...], tuple[Row, ...], tuple[PartResult, ...]]


def _tables(question: FrozenQuestion, counts: Counts, threshold: int) -> Tables:
    given = counts["choices"].get(question.key, {})
    if question.kind == QuestionKind.MATRIX:
        return (), (), tuple(_statement_result(question, line, given, threshold) for line in question.lines)
    if question.kind == QuestionKind.RANKING:
        return _ranking_tables(question, given, threshold)
    shown = protected_table(question, counts, threshold)
    if question.kind in FIGURE_KINDS:
        return rows_of(shown, labels_of(question.bands)), (), ()
    if question.kind in CHOICE_KINDS:
        return rows_of(shown, labels_of(question.options)), rows_of(shown, labels_of(question.apart)), ()
    return (), (), ()


def _statement_result(
    question: FrozenQuestion, line: FrozenChoice, given: Mapping[str, int], threshold: int
) -> PartResult:
    """One statement of several is a question of its own: everyone gave it one answer at most."""
    exact = {key: given.get(f"{line.key}{JOIN}{key}", 0) for key in question.labels}
    protected = protect_counts(exact, threshold=threshold)
    return PartResult(
        key=line.key,
        label=line.label,
        answered=protected.total,
        rows=rows_of(protected, labels_of(question.options)),
        apart=rows_of(protected, labels_of(question.apart)),
    )


def _ranking_tables(question: FrozenQuestion, given: Mapping[str, int], threshold: int) -> Tables:
    """What people put first; and, when every number of it may be shown, the whole table of things and places.

    Hiding single cells of the whole table would not do: its rows and its columns both have sums that can be known.
    """
    places = [str(place) for place in range(1, question.places + 1)]
    table = {line: {place: given.get(f"{line.key}{JOIN}{place}", 0) for place in places} for line in question.lines}
    first = protect_counts({line.key: row["1"] for line, row in table.items()}, threshold=threshold)
    rows = rows_of(first, labels_of(question.lines))
    if any(number < threshold for row in table.values() for number in row.values()):
        return rows, (), ()
    return rows, (), tuple(_ranked_result(line, row, threshold) for line, row in table.items())


def _ranked_result(line: FrozenChoice, given: Mapping[str, int], threshold: int) -> PartResult:
    protected = protect_counts(given, threshold=threshold)
    mean = Decimal(sum(int(place) * number for place, number in given.items())) / sum(given.values())
    return PartResult(
        key=line.key,
        label=line.label,
        answered=protected.total,
        rows=rows_of(protected, {place: f"Place {place}" for place in given}),
        apart=(),
        mean=str(mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)),
    )


def labels_of(choices: Iterable[FrozenChoice]) -> dict[str, str]:
    """The words of choices by their keys."""
    return {choice.key: choice.label for choice in choices}


def rows_of(protected: ProtectedCounts[str], labels: Mapping[str, str]) -> tuple[Row, ...]:
    """The rows of a protected table that have these labels, in their order."""
    cells = protected.cells
    return tuple(Row(key, label, cells[key].count, cells[key].percent) for key, label in labels.items())
