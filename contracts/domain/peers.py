"""What others say who count the same: beside each line of a return, where it gives no single one away (R-077).

Others are agreements that take the same version of a measure from the library, for the same time, once their figure is
accepted. Whose figure this reader may open, or everybody may since it is published, is named. All others are told
together or not at all: how many, the one in the middle, and between what half of them lie. See ADR 37.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from django.conf import settings

from contracts.domain.already_public import threshold_of
from contracts.domain.phrasing import as_text, rounded
from contracts.domain.protecting import is_small, numbers_given
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Aggregation, FigureState, IndicatorKind, ReturnState
from contracts.models import Figure, KpiReturn, Publication
from engagement.models import User

if TYPE_CHECKING:
    from contracts.domain.queries import Line

FEWEST_NAMED = 3  # named figures from which a middle says something
QUARTERS = 4
NOT_ORDERED = frozenset({IndicatorKind.YES_NO, IndicatorKind.NARRATIVE})


@dataclass(frozen=True)
class Named:
    """Another agreement's figure that this reader may open."""

    title: str
    provider: str
    text: str
    url: str
    value: Decimal


@dataclass(frozen=True)
class Spread:
    """Figures told together: how many, the middle one, and between what half of them lie. Never the ends."""

    number: int
    middle: str
    low: str
    high: str
    by_size: bool = False

    @property
    def sentence(self) -> str:
        """For example: `6 others: 78.0% in the middle, half of them between 71.0% and 84.2%.`"""
        words = f"{self.number} others: {self.middle} in the middle, half of them between {self.low} and {self.high}."
        return f"{words} Larger services count more." if self.by_size else words


@dataclass(frozen=True)
class Peers:
    """What stands beside one line: `kept_back` says that there are others, too few to be told together."""

    named: list[Named] = field(default_factory=list)
    spread: Spread | None = None
    kept_back: bool = False


def with_peers(kpi_return: KpiReturn, lines: Sequence[Line], *, reader: User, at: datetime) -> list[Line]:
    """The lines of a return, each with what others say of the same. Three queries, none without a library measure."""
    versions = {line.indicator.measure_version_id for line in lines} - {None}
    if not versions:
        return list(lines)
    found = defaultdict(list)
    for figure in _figures_beside(kpi_return, versions):
        found[figure.indicator.measure_version_id, figure.indicator.asked_every].append(figure)
    figures = [figure for row in found.values() for figure in row]
    returns = {figure.kpi_return_id for figure in figures}
    own = set(KpiReturn.objects.of_office(reader, at=at).filter(pk__in=returns).values_list("pk", flat=True))
    public = _published_lines(returns - own)
    return [
        replace(
            line,
            peers=peers_of(
                line.yardstick,
                found[line.indicator.measure_version_id, line.indicator.asked_every],
                own=own,
                public=public,
            ),
        )
        if line.indicator.measure_version_id
        else line
        for line in lines
    ]


def _figures_beside(kpi_return: KpiReturn, versions: Iterable[int | None]) -> Iterable[Figure]:
    """Accepted figures of other agreements, by the same versions of measures and for the same time. One query."""
    others = Figure.objects.filter(
        indicator__measure_version__in=versions,
        kpi_return__state=ReturnState.ACCEPTED,
        kpi_return__starts_on=kpi_return.starts_on,
        kpi_return__ends_on=kpi_return.ends_on,
        state=FigureState.REPORTED,
    ).exclude(kpi_return__agreement=kpi_return.agreement_id)
    return others.select_related("indicator", "kpi_return__agreement__provider").order_by("pk")


def _published_lines(returns: Iterable[int]) -> dict[tuple[int, str], Mapping[str, Any]]:
    """What the public reads of these returns, by return and code, nothing of what is withheld. One query."""
    found = Publication.objects.public().filter(kpi_return__in=returns).values_list("kpi_return", "snapshot")
    return {
        (pk, line["code"]): line
        for pk, snapshot in found
        for line in snapshot["lines"]
        if not line["withheld"] and line["value"] is not None
    }


def peers_of(
    yardstick: Yardstick,
    figures: Iterable[Figure],
    *,
    own: set[int],
    public: Mapping[tuple[int, str], Mapping[str, Any]],
) -> Peers:
    """Figures of the same measure and time, as one reader may know them. Pure.

    `own` are the returns that this reader may open, `public` the published lines of others. Figures of so few people
    that they are withheld from the public count for nothing.
    """
    named, hidden, organisations = [], [], set()
    for figure in figures:
        agreement, line = figure.kpi_return.agreement, public.get((figure.kpi_return_id, figure.indicator.code))
        exact = yardstick.exact(Reading.of(figure))
        if figure.kpi_return_id not in own and line:
            exact = Decimal(line["value"])
        if exact is None:
            continue
        value = rounded(yardstick, exact)
        if figure.kpi_return_id in own or line:
            url = agreement.get_performance_url() if line else figure.kpi_return.get_office_url()
            who = str(agreement.provider or agreement.provider_note)
            named.append(Named(agreement.title, who, as_text(yardstick, value), url, value))
        elif not _is_few(figure):
            hidden.append(value)
            organisations.add(agreement.provider_id or f"agreement {agreement.pk}")
    told = yardstick.kind not in NOT_ORDERED
    apart = told and len(organisations) >= int(settings.SMALL_NUMBER_THRESHOLD)
    spread = _spread(yardstick, hidden) if apart else None
    if told and not hidden and len(named) >= FEWEST_NAMED:
        spread = _spread(yardstick, [one.value for one in named])
    named.sort(key=lambda one: (one.value, one.title), reverse=True)
    return Peers(named, spread, kept_back=bool(hidden) and not apart)


def _is_few(figure: Figure) -> bool:
    """Whether a figure tells of so few people that it could not be published."""
    numbers = numbers_given(figure.indicator.kind, Reading.of(figure))
    return figure.indicator.counts_people and is_small(numbers, threshold_of(figure.kpi_return.agreement))


def _spread(yardstick: Yardstick, values: Sequence[Decimal]) -> Spread:
    low, middle, high = (
        as_text(yardstick, rounded(yardstick, cut)) for cut in quantiles(values, n=QUARTERS, method="inclusive")
    )
    by_size = yardstick.aggregation == Aggregation.SUM
    return Spread(len(values), middle, low, high, by_size=by_size)
