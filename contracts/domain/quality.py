"""How good the data of a provider's returns are, apart from how well the service does (R-088).

Four shares, each of so many and none mixed with another or with a rating: sent in time, given, raising no question, and
standing as they were accepted. For the office and the provider itself; not public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from contracts.domain.figures import entry_of
from contracts.domain.plausible import is_unlikely
from contracts.enums import FigureState, RestatementState, ReturnState
from contracts.models import Agreement, Figure, KpiReturn, Restatement
from engagement.access import local_date
from engagement.domain.periods import add_months

MONTHS = 12
ANSWERED = frozenset({FigureState.REPORTED, FigureState.NOT_APPLICABLE})


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    name: str
    good: int
    whole: int
    noun: str

    @property
    def text(self) -> str:
        """For example `3 of 4 returns`."""
        return f"{self.good} of {self.whole} {self.noun}{'' if self.whole == 1 else 's'}"


@dataclass(frozen=True)
class Checked:
    """One sent figure: whether it was answered, has a number, raises a question, was accepted, was put right."""

    answered: bool
    has_number: bool
    unlikely: bool
    accepted: bool
    put_right: bool


def shares_of(in_time: Sequence[bool], figures: Sequence[Checked]) -> list[Share]:
    """The four shares; one of nothing is left out. Pure."""
    numbers = [one for one in figures if one.has_number]
    accepted = [one for one in figures if one.accepted]
    shares = [
        Share("Sent in time", sum(in_time), len(in_time), "return"),
        Share(
            "Complete: answered with a figure, or as not applicable", _many(figures, "answered"), len(figures), "figure"
        ),
        Share(
            "Plausible: raising no question by themselves",
            len(numbers) - _many(numbers, "unlikely"),
            len(numbers),
            "figure",
        ),
        Share("Standing as they were accepted", len(accepted) - _many(accepted, "put_right"), len(accepted), "figure"),
    ]
    return [share for share in shares if share.whole]


def _many(figures: Iterable[Checked], name: str) -> int:
    return sum(bool(getattr(one, name)) for one in figures)


def quality_of(agreement: Agreement, *, beside: QuerySet[KpiReturn], at: datetime) -> list[Share]:
    """The shares over the returns of an agreement that ended in the last twelve months, of those in `beside`.

    A return counts as late once it is overdue. A movement is unlikely where it is far and nobody says why. Two queries.
    """
    since = add_months(local_date(at), -MONTHS)
    returns = list(beside.filter(agreement=agreement, ends_on__gt=since))
    due = [one for one in returns if one.first_submitted_at or one.due_at <= at]
    put_right = Restatement.objects.filter(figure=OuterRef("pk"), state=RestatementState.APPROVED)
    kept = (
        Figure.objects.filter(kpi_return__in=beside.filter(agreement=agreement), kpi_return__submissions__gt=0)
        .filter(kpi_return__ends_on__gt=add_months(since, -MONTHS))
        .select_related("indicator", "kpi_return")
        .annotate(put_right=Exists(put_right))
    )
    by_end = {(figure.indicator_id, figure.kpi_return.ends_on): figure for figure in kept}
    recent = {one.pk for one in returns}
    checked = [
        _checked(figure, by_end.get((figure.indicator_id, figure.kpi_return.starts_on)))
        for figure in by_end.values()
        if figure.kpi_return_id in recent
    ]
    return shares_of([bool(one.first_submitted_at) and not one.was_late for one in due], checked)


def _checked(figure: Figure, before: Figure | None) -> Checked:
    entry, last = entry_of(figure), entry_of(before) if before else None
    return Checked(
        answered=figure.state in ANSWERED,
        has_number=figure.state == FigureState.REPORTED,
        unlikely=is_unlikely(figure.indicator, entry, last),
        accepted=figure.kpi_return.state == ReturnState.ACCEPTED,
        put_right=bool(getattr(figure, "put_right", False)),
    )
