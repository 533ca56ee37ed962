"""Who answered, in counts: each equality question by itself, and the tables that were declared before opening.

Every number goes through disclosure control with a threshold of ten at least. All tables are of the same people, those
who answered an equality question; they share their sums and form no ring, so that none gives away what another
withholds (ADR 9, ADR 14).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from consultations.domain import equality
from consultations.domain.counting import Row
from consultations.domain.equality import Asked, Crossing, Side, about, table_of
from consultations.domain.monitoring import EVERYBODY
from consultations.enums import JOIN
from consultations.models import Consultation, EqualityCount, EqualityPlan
from engagement.domain.crossing import protect_table
from engagement.domain.disclosure import ProtectedCounts, protect_counts

LEAST_THRESHOLD = 10


@dataclass(frozen=True)
class OneWay:
    """What may be said of one equality question. `answered` is `None` when too few."""

    key: str
    title: str
    question: str
    answered: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Line:
    """One row of a crossing: a group, and how its people are spread over the columns. Percentages are of the row."""

    label: str
    cells: tuple[Row, ...]


@dataclass(frozen=True)
class Crossed:
    """A declared table. Without `lines` it cannot be shown: its sums alone would say too much."""

    title: str
    across: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Profile:
    """The protected counts of those who answered equality questions, `people` of them (`None` when too few)."""

    as_at: datetime
    threshold: int
    people: int | None
    groups: tuple[OneWay, ...]
    crossings: tuple[Crossed, ...]


def threshold() -> int:
    """Counts below this are withheld: ten, or more when the office says so."""
    return max(LEAST_THRESHOLD, int(settings.SENSITIVE_THRESHOLD), int(settings.SMALL_NUMBER_THRESHOLD))


def running_profile(consultation: Consultation) -> Profile | None:
    """Protected counts as they stand, or `None` until the first ten people were counted. Two queries."""
    plan = equality.plan_of(consultation)
    counted = EqualityCount.objects.filter(consultation=consultation).first()
    return protect(equality.asked_by(plan), counted.counts, at=counted.counted_at) if plan and counted else None


def publish(*, consultation: Consultation, at: datetime) -> None:
    """Freezes who answered beside the results. Called when these are published, once everything is counted."""
    plan = equality.plan_of(consultation)
    if plan is None:
        return
    counted = EqualityCount.objects.filter(consultation=consultation).first()
    shown = protect(equality.asked_by(plan), counted.counts if counted else {}, at=at)
    plan.results = {**asdict(shown), "as_at": at.isoformat()}
    plan.save(update_fields=["results"])


def profile_of(plan: EqualityPlan | None) -> Profile | None:
    """Who answered as it was published, or `None`. No query."""
    return thaw_profile(plan.results) if plan is not None and plan.results is not None else None


def thaw_profile(kept: Mapping[str, Any]) -> Profile:
    """Who answered as an edition keeps it. No query."""
    return Profile(
        as_at=datetime.fromisoformat(kept["as_at"]),
        threshold=kept["threshold"],
        people=kept["people"],
        groups=tuple(OneWay(**{**one, "rows": _thaw(one["rows"])}) for one in kept["groups"]),
        crossings=tuple(
            Crossed(
                title=one["title"],
                across=one["across"],
                columns=tuple(one["columns"]),
                lines=tuple(Line(line["label"], _thaw(line["cells"])) for line in one["lines"]),
            )
            for one in kept["crossings"]
        ),
    )


def _thaw(rows: list[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**row) for row in rows)


def protect(asked: Asked, counts: Mapping[str, Mapping[str, int]], *, at: datetime) -> Profile:
    """What may be shown of exact counts. No query."""
    people = counts.get(EVERYBODY, {}).get("", 0)
    least = threshold()
    sides = {about(one.key) for one in asked.characteristics} | {side for pair in asked.crossings for side in pair}
    shown = {side: _one_way(asked, side, counts, least) for side in sides}
    return Profile(
        as_at=at,
        threshold=least,
        people=people if people >= least else None,
        groups=tuple(
            OneWay(
                key=one.key,
                title=one.title,
                question=one.question,
                answered=shown[about(one.key)].total,
                rows=_rows(shown[about(one.key)], one.labels),
            )
            for one in asked.characteristics
        ),
        crossings=tuple(_crossed(asked, pair, counts, shown, people) for pair in asked.crossings),
    )


def _one_way(asked: Asked, side: Side, counts: Mapping[str, Mapping[str, int]], least: int) -> ProtectedCounts[str]:
    given = counts.get(side, {})
    return protect_counts({key: given.get(key, 0) for key in asked.labels_of(side)}, threshold=least)


def _rows(protected: ProtectedCounts[str], labels: Mapping[str, str]) -> tuple[Row, ...]:
    cells = protected.cells
    return tuple(Row(key, label, cells[key].count, cells[key].percent) for key, label in labels.items())


def _crossed(
    asked: Asked,
    pair: Crossing,
    counts: Mapping[str, Mapping[str, int]],
    shown: Mapping[Side, ProtectedCounts[str]],
    people: int,
) -> Crossed:
    """One declared table. A row or column withheld in its own counts has no cells here."""
    first, second = pair
    exact = {_place(name): number for name, number in counts.get(table_of(pair), {}).items()}
    table = protect_table(exact, rows=shown[first], columns=shown[second], people=people)
    rows = [key for key in asked.labels_of(first) if any(row == key for row, _ in table.cells)]
    columns = [key for key in asked.labels_of(second) if any(column == key for _, column in table.cells)]
    across = asked.labels_of(second)
    return Crossed(
        title=asked.title_of(first),
        across=asked.title_of(second),
        columns=tuple(across[key] for key in columns),
        lines=tuple(
            Line(
                asked.labels_of(first)[row],
                tuple(
                    Row(column, across[column], table.cells[row, column].count, table.cells[row, column].percent)
                    for column in columns
                ),
            )
            for row in rows
        ),
    )


def _place(name: str) -> tuple[str, str]:
    first, _, second = name.partition(JOIN)
    return first, second
