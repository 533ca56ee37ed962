"""Tables of one question by another, or by the way the answers came in: which may stand together, and what they show.

Each is protected by `engagement.domain.crossing`, which holds for tables that form no ring. A question that only some
are asked is tied to the questions that decide it, as if a table of the two were published: who answered it was led to
it. So those ties count among the tables when a ring is looked for (docs/decisions).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from consultations.domain.bases import forks_before, same_people
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.leaving_out import BY_CHANNEL_TOO
from consultations.domain.routes import Graph, graph_of
from consultations.domain.tables import Row, Shown, labels_of, protected_table
from consultations.enums import CHOICE_KINDS, FIGURE_KINDS, Channel, QuestionKind
from consultations.models import Answer, Consultation, Response
from engagement.domain.crossing import ProtectedTable, RingRefused, protect_sets, protect_table, refuse_ring
from engagement.domain.disclosure import WITHHELD, protect_counts
from engagement.domain.refused import Refused

BY_CHANNEL = "=channel"  # no key of a question holds the sign
CHANNEL_WORDS = "How the answers came in"
IN_ROWS = CHOICE_KINDS | FIGURE_KINDS
IN_COLUMNS = IN_ROWS - {QuestionKind.SEVERAL}
MOST = 8
TOO_TELLING = "The totals beside this table would tell too much of a small number in it, so none of it is shown."

Pair = tuple[str, str]


@dataclass(frozen=True)
class CrossLine:
    """One row of a table: how many gave this answer, and of those how many stand in each column."""

    key: str
    label: str
    count: int | None
    cells: tuple[Row, ...]


@dataclass(frozen=True)
class CrossResult:
    """A table of one question by another as it may be shown. Percentages are of the row. `why` there are no lines."""

    number: int
    row: str
    row_text: str
    column: str
    column_text: str
    several: bool
    lines: tuple[CrossLine, ...]
    why: str = ""

    @property
    def withheld(self) -> bool:
        """Whether a note on withheld numbers must stand beside the table."""
        return bool(self.why) or any(cell.count is None for line in self.lines for cell in line.cells)


class CrossingUnfit(Refused):
    """A table cannot be published, or not beside the others; the message says why, `field` which part is wrong."""


def pairs_of(consultation: Consultation) -> list[Pair]:
    """The tables that were chosen, in the order in which they were. One query."""
    return [(crossing.row, crossing.column) for crossing in consultation.crossings.order_by("pk")]


# Which tables may stand together: from the questions and their routes alone


def refuse_unfit(versions: Sequence[Sequence[FrozenQuestion]], pairs: Sequence[Pair]) -> None:
    """Raises `CrossingUnfit` when the last of these tables cannot stand beside the others."""
    kinds = {question.key: question for questions in versions for question in questions}
    row, column = kinds.get(pairs[-1][0]), kinds.get(pairs[-1][1])
    if row is None or row.kind not in IN_ROWS:
        raise CrossingUnfit("Choose a question that is answered by choosing, or with a number or a date.", "row")
    if pairs[-1][1] != BY_CHANNEL and (column is None or column.kind not in IN_COLUMNS):
        raise CrossingUnfit("Only a question to which people give one answer can stand in the columns.", "column")
    if row is column:
        raise CrossingUnfit("Choose another question for the columns.", "column")
    if len(pairs) > MOST:
        raise CrossingUnfit(f"At most {MOST} tables are published with the results. Remove one first.")
    asked = [_Asked(questions) for questions in versions]
    among_same = [pair for pair in pairs if all(one.of_the_same(pair) for one in asked)]
    ties = {tie for one in asked for tie in one.ties}
    try:
        refuse_ring(among_same)
        heads = _heads([*among_same, *ties])
        others = [pair for pair in pairs if pair not in among_same]
        refuse_ring([(heads.get(one, one), heads.get(other, other)) for one, other in others])
    except RingRefused as refusal:
        raise CrossingUnfit(_ring_words(ties, kinds, pairs[-1])) from refusal


class _Asked:
    """Of one version: which questions are asked of the same people, and which decide who is asked others."""

    def __init__(self, questions: Sequence[FrozenQuestion]) -> None:
        self.graph: Graph = graph_of(questions)
        keys = [question.key for question in questions]
        self.ties = {(keys[fork], key) for place, key in enumerate(keys) for fork in forks_before(self.graph, place)}

    def of_the_same(self, pair: Pair) -> bool:
        """Whether everybody who is asked the one is asked the other."""
        places = [self.graph.end if key == BY_CHANNEL else self.graph.places.get(key) for key in pair]
        if None in places:
            return places == [None, None]
        first, second = sorted(place for place in places if place is not None)
        return same_people(self.graph, first, second)


def _ring_words(ties: Iterable[Pair], kinds: Mapping[str, FrozenQuestion], pair: Pair) -> str:
    if pair in ties or pair[::-1] in ties:
        return (
            "The answer to one of these questions decides whether people are asked the other, so a table of the two"
            " could reveal what is withheld. Choose another question."
        )
    return (
        "Together with the tables above and the way through the questions, this one would form a ring: what each of"
        " them withholds could be worked out from the others. Choose another, or remove one of those above first."
    )


def _heads(pairs: Iterable[Pair]) -> dict[Hashable, Hashable]:
    """For everything in these pairs one thing that stands for all it is joined to."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        groups |= dict.fromkeys(joined, joined)
    return {key: min(joined) for key, joined in groups.items()}


def fit_pairs(versions: Sequence[Sequence[FrozenQuestion]], pairs: Sequence[Pair]) -> list[tuple[Pair, str]]:
    """Each table and why it cannot stand beside those before it, or nothing: questions may have changed since."""
    fit: list[Pair] = []
    judged: list[tuple[Pair, str]] = []
    for pair in pairs:
        try:
            refuse_unfit(versions, [*fit, pair])
        except CrossingUnfit as refusal:
            judged.append((pair, str(refusal)))
        else:
            judged.append((pair, ""))
            fit.append(pair)
    return judged


# Counting and protecting


def count_crossings(consultation: Consultation, responses: QuerySet[Response]) -> dict[str, Any]:
    """The exact cells of each chosen table over these responses, by its number, as JSON can hold them. A query a table.

    Cells stand by row and column, so that a later count can be laid beside this one, number by number.
    """
    found: dict[str, Any] = {}
    for number, (row, column) in enumerate(pairs_of(consultation), start=1):
        cells: dict[str, dict[str, int]] = {}
        for first, second, people in _cells(responses, row, column):
            cells.setdefault(first, {})[second] = people
        found[str(number)] = {"row": row, "column": column, "cells": cells}
    return found


def _cells(responses: QuerySet[Response], row: str, column: str) -> Iterable[tuple[str, str, int]]:
    answers = Answer.objects.filter(response__in=responses, question=row)
    other = "response__channel"
    if column != BY_CHANNEL:
        answers, other = answers.filter(response__answers__question=column), "response__answers__choice"
    return answers.order_by().values_list("choice", other).annotate(number=Count("pk"))


def protect_crossings(
    versions: Sequence[Sequence[FrozenQuestion]],
    joined: Sequence[FrozenQuestion],
    counts: Mapping[str, Any],
    asked: Mapping[str, int | None],
    threshold: int,
) -> tuple[CrossResult, ...]:
    """What may be shown of the tables that were chosen. `asked` as `tables.numbers_asked` gives it."""
    known = {question.key: question for question in joined}
    found = [one for _, one in sorted(counts.get("crossings", {}).items(), key=lambda item: int(item[0]))]
    judged = fit_pairs(versions, [(one["row"], one["column"]) for one in found])
    results = []
    for number, (one, (pair, unfit)) in enumerate(zip(found, judged, strict=True), start=1):
        row, column = known.get(pair[0]), known.get(pair[1])
        if row is None or (column is None and pair[1] != BY_CHANNEL):
            continue
        people = _people(versions, pair, counts, asked)
        lines: tuple[CrossLine, ...] = ()
        why = unfit or (BY_CHANNEL_TOO if counts.get("left_out") and pair[1] == BY_CHANNEL else "")
        if not why and people is not None:
            cells = {(first, second): n for first, line in one["cells"].items() for second, n in line.items()}
            lines = _lines(row, column, cells, counts, people, threshold)
        results.append(
            CrossResult(
                number=number,
                row=row.key,
                row_text=row.text,
                column=pair[1],
                column_text=column.text if column else CHANNEL_WORDS,
                several=row.kind == QuestionKind.SEVERAL,
                lines=lines,
                why="" if lines else why or TOO_TELLING,
            )
        )
    return tuple(results)


def _people(
    versions: Sequence[Sequence[FrozenQuestion]], pair: Pair, counts: Mapping[str, Any], asked: Mapping[str, int | None]
) -> int | None:
    """How many people a table can be of, as far as the public knows; `None` when nobody may be told."""
    responses: int = sum(counts["channels"].values())
    if any(asked.get(key, responses) is None for key in pair):
        return None
    if pair[1] == BY_CHANNEL or not all(_Asked(questions).of_the_same(pair) for questions in versions):
        return responses
    everybody = all(_Asked(questions).of_the_same((pair[0], BY_CHANNEL)) for questions in versions)
    if everybody or len(versions) == 1:
        return asked[pair[0]]
    return None


def _lines(
    row: FrozenQuestion,
    column: FrozenQuestion | None,
    cells: Mapping[tuple[str, str], int],
    counts: Mapping[str, Any],
    people: int,
    threshold: int,
) -> tuple[CrossLine, ...]:
    rows = protected_table(row, counts, threshold)
    columns = (
        protected_table(column, counts, threshold)
        if column
        else protect_counts(counts["channels"], threshold=threshold)
    )
    across = _labels(column) if column else {one.value: one.label for one in Channel if one in columns.cells}
    down = _labels(row)
    if row.kind == QuestionKind.SEVERAL:
        apart = [choice.key for choice in row.apart]
        answered = counts["answered"].get(row.key, 0)
        table = protect_sets(cells, rows=rows, columns=columns, people=people, answered=answered, apart=apart)
        down = labels_of(row.options)
    else:
        table = protect_table(cells, rows=rows, columns=columns, people=people)
    return tuple(_line(key, label, rows, across, table) for key, label in down.items()) if table.cells else ()


def _line(key: str, label: str, rows: Shown, across: Mapping[str, str], table: ProtectedTable[str, str]) -> CrossLine:
    cells = [(place, words, table.cells.get((key, place), WITHHELD)) for place, words in across.items()]
    return CrossLine(
        key=key,
        label=label,
        count=rows.cells[key].count,
        cells=tuple(Row(place, words, cell.count, cell.percent) for place, words, cell in cells),
    )


def _labels(question: FrozenQuestion) -> dict[str, str]:
    return labels_of(question.bands) if question.kind in FIGURE_KINDS else question.labels


def thawed(kept: Mapping[str, Any]) -> CrossResult:
    """A table as it was kept with the published results."""
    lines = [{**line, "cells": tuple(Row(**cell) for cell in line["cells"])} for line in kept["lines"]]
    return CrossResult(**{**kept, "lines": tuple(CrossLine(**line) for line in lines)})
