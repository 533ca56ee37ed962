"""The year so far and the last twelve months of a measure, and how many of their periods have a figure (R-088).

Periods are put together as the indicator says (`contracts.domain.ratings.year_to_date`). A period without a figure is
never filled in: beside each result stands of how many periods it is made. All but `put_together` is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from contracts.domain.published_lines import periods_so_far
from contracts.domain.ratings import Judgement, rate, year_to_date
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Aggregation, FigureState, ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn
from contracts.models.target import Aim
from engagement.domain.periods import Period, add_months

MONTHS = 12


class Held(NamedTuple):
    """What was reported for one period, and what it is held against."""

    period: Period
    yardstick: Yardstick
    reading: Reading


@dataclass(frozen=True)
class Together:
    """Several periods as one figure. `given` of them have a figure, of `asked` (`None` where nobody can say)."""

    judgement: Judgement
    given: int
    asked: int | None
    noun: str
    latest: bool = False

    @property
    def text(self) -> str:
        """The figure in words."""
        return self.judgement.text

    @property
    def made_of(self) -> str:
        """Of how many periods: `3 of 4 quarters`; `the latest of 2 of 4 quarters` where the latest stands for all."""
        whole = self.given if self.asked is None else self.asked
        share = f"{self.given}" if self.asked is None else f"{self.given} of {self.asked}"
        return f"{'the latest of ' if self.latest else ''}{share} {self.noun}{'' if whole == 1 else 's'}"


def held_of(indicator: Indicator, readings: Mapping[Period, Reading]) -> list[Held]:
    """Readings of one version of an indicator, each with the target of its own period, first to last.

    `Indicator.objects.as_of(day)` loaded the targets up to a day that no period begins after.
    """
    return [
        Held(period, Yardstick.of(indicator, aim=aim_on(indicator, period.starts_on)), readings[period])
        for period in sorted(readings)
    ]


def aim_on(indicator: Indicator, day: date) -> Aim:
    """The target in force on a day, of those that are loaded; before the first of them the indicator's own."""
    loaded: list[Any] = getattr(indicator, "targets_in_force", [])
    return next((target for target in loaded if target.from_date <= day), indicator)


def year_so_far(held: Sequence[Held], period: Period, *, every: int = 0) -> Together | None:
    """The year of a period up to its end; `every` so many months a figure is asked for (0: in each period)."""
    within = [one for one in held if _in_year(one.period, period)]
    return _together(within, asked=periods_so_far(period, every), noun=_noun(period, every))


def last_twelve_months(held: Sequence[Held], period: Period, *, every: int = 0) -> Together | None:
    """The twelve months up to the end of a period, whatever year they are in; nothing for what is asked for yearly."""
    first = add_months(period.ends_on, -MONTHS)
    within = [one for one in held if first <= one.period.starts_on and one.period.ends_on <= period.ends_on]
    length = every or period.months
    if length and length >= MONTHS:
        return None
    return _together(within, asked=MONTHS // length if length else None, noun=_noun(period, every))


def _in_year(one: Period, period: Period) -> bool:
    return one.year_starts_on == period.year_starts_on and one.ends_on <= period.ends_on


def _noun(period: Period, every: int) -> str:
    return {3: "quarter", 6: "half-year", 12: "year"}.get(every, period.noun)


def _together(held: Sequence[Held], *, asked: int | None, noun: str) -> Together | None:
    given = [one for one in held if _has_figure(one)]
    if not given:
        return None
    each = [one.yardstick for one in given]
    year = year_to_date(each[-1], [one.reading for one in given], yardsticks=each)
    judgement = rate(year.yardstick, year.reading)
    if judgement.value is None:
        return None
    latest = each[-1].aggregation == Aggregation.LATEST
    return Together(judgement, len(given) if latest else year.quarters, asked, noun, latest)


def _has_figure(one: Held) -> bool:
    if one.reading.state != FigureState.REPORTED or one.reading.of_nothing:
        return False
    if one.yardstick.aggregation == Aggregation.RATIO:
        return one.reading.numerator is not None and one.reading.denominator is not None
    return one.yardstick.exact(one.reading) is not None


def put_together(
    agreement: Agreement, indicators: Sequence[Indicator], *, beside: QuerySet[KpiReturn]
) -> dict[int, tuple[Together | None, Together | None]]:
    """The year so far and the last twelve months of each indicator, from its accepted figures in these returns.

    Both end with the latest accepted period of the agreement. One query; the indicators have their targets loaded.
    """
    figures = Figure.objects.filter(
        kpi_return__in=beside, kpi_return__agreement=agreement, kpi_return__state=ReturnState.ACCEPTED
    )
    readings: dict[int, dict[Period, Reading]] = {}
    for figure in figures.select_related("kpi_return"):
        readings.setdefault(figure.indicator_id, {})[figure.kpi_return.period] = Reading.of(figure)
    latest = max((period for found in readings.values() for period in found), key=lambda one: one.ends_on, default=None)
    if latest is None:
        return {}
    found = {}
    for one in indicators:
        held = held_of(one, readings.get(one.pk, {}))
        year = year_so_far(held, latest, every=one.asked_every)
        found[one.pk] = (year, last_twelve_months(held, latest, every=one.asked_every))
    return found
