"""What a figure is held against, and what was reported: plain values, without database or clock.

Percentages are 0 to 100, money is pounds. A band is a distance on the target's bad side, with the statutory word that
figures up to there earn and, where an agreement has one, a word of its own (R-077).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contracts.enums import TWO_NUMBERS, Aggregation, Direction, FigureState, IndicatorKind, RatingWord, ToleranceUnit

if TYPE_CHECKING:
    from contracts.models import Figure, Indicator
    from contracts.models.target import Aim

LADDER = (RatingWord.GOOD, RatingWord.APPROACHING, RatingWord.REQUIRES_IMPROVEMENT, RatingWord.INADEQUATE)


@dataclass(frozen=True)
class Reading:
    """What was reported: the two numbers of what is divided (or a `value` as its source states it), else a `value`."""

    state: FigureState = FigureState.REPORTED
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None

    @classmethod
    def of(cls, figure: Figure) -> Reading:
        """The reading of a kept figure."""
        return cls(FigureState(figure.state), figure.numerator, figure.denominator, figure.value)

    @property
    def of_nothing(self) -> bool:
        """Something divided by nought: not applicable, and never nought. A `value` stated beside it says nothing."""
        return self.state == FigureState.REPORTED and self.denominator == 0


@dataclass(frozen=True)
class Band:
    """Figures up to `distance` beyond the target earn `word`. `None`: however far. Below nought: better by that."""

    distance: Decimal | None
    word: RatingWord
    label: str = ""


class BandsRefused(ValueError):
    """A list of bands does not make sense; the message says why."""


def bands_of(listed: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Bands from their stored form. Raises `BandsRefused` unless each is further off than the last and no better."""
    bands = tuple(
        Band(
            None if one["distance"] is None else Decimal(one["distance"]), RatingWord(one["word"]), one.get("label", "")
        )
        for one in listed
    )
    if not bands:
        return ()
    if any(band.word not in LADDER for band in bands):
        raise BandsRefused("“Other” is for what cannot be rated. Choose one of the four other words for each band.")
    if any(band.distance is None for band in bands[:-1]) or bands[-1].distance is not None:
        raise BandsRefused("The last band, and only the last, is for everything further off.")
    distances = [band.distance for band in bands[:-1] if band.distance is not None]
    if any(two <= one for one, two in pairwise(distances)):
        raise BandsRefused("Each band must reach further from the target than the one before.")
    ranks = [LADDER.index(band.word) for band in bands]
    if ranks != sorted(ranks):
        raise BandsRefused("A band further from the target cannot have a better rating than one nearer to it.")
    if not any(band.word == RatingWord.GOOD and (band.distance is None or band.distance >= 0) for band in bands):
        raise BandsRefused("A figure that meets the target must be Good.")
    return bands


def two_distances(bands: Sequence[Band]) -> tuple[Decimal, Decimal]:
    """How far Approaching and Requires improvement reach in a list of bands: what charts and files show of it."""

    def reach(word: RatingWord) -> Decimal:
        limit = LADDER.index(word)
        reached = [band.distance for band in bands if band.distance is not None and LADDER.index(band.word) <= limit]
        return max([Decimal(0), *reached])

    return reach(RatingWord.APPROACHING), reach(RatingWord.REQUIRES_IMPROVEMENT)


@dataclass(frozen=True)
class Yardstick:
    """What a figure is held against: how it is made, which way is better, the target and its bands.

    `high` is the upper edge of what is best between two values. `own_bands` replace the ordinary two distances.
    `in_baseline`: figures are gathered and not yet rated. `tolerance` is the movement since the last figure that needs
    words.
    """

    kind: IndicatorKind
    direction: Direction
    decimals: int
    aggregation: Aggregation
    is_rated: bool
    target: Decimal | None = None
    approaching_by: Decimal | None = None
    improvement_by: Decimal | None = None
    minimum_n: int = 0
    unit: str = ""
    denominator_words: str = ""
    high: Decimal | None = None
    own_bands: tuple[Band, ...] = ()
    per: int = 1
    in_baseline: bool = False
    tolerance: Decimal | None = None
    tolerance_in: ToleranceUnit = ToleranceUnit.PERCENT

    @classmethod
    def of(cls, indicator: Indicator, *, aim: Aim | None = None) -> Yardstick:
        """The yardstick of one version of an indicator, with the target in force on the day it was loaded for.

        `Indicator.objects.as_of(day)` and `asked_in(quarter)` load that; otherwise it is the one it started with. Or
        with the `aim` that is given.
        """
        aim = aim or next(iter(getattr(indicator, "targets_in_force", ())), indicator)
        return cls(
            kind=IndicatorKind(indicator.kind),
            direction=Direction(indicator.direction),
            decimals=indicator.decimals,
            aggregation=Aggregation(indicator.aggregation),
            is_rated=indicator.is_rated,
            target=aim.target,
            approaching_by=aim.approaching_by,
            improvement_by=aim.improvement_by,
            minimum_n=indicator.minimum_n,
            unit=indicator.unit,
            denominator_words=indicator.denominator_words,
            high=aim.high,
            own_bands=bands_of(aim.bands),
            per=indicator.per,
            in_baseline=bool(getattr(indicator, "in_baseline", False)),
            tolerance=indicator.tolerance,
            tolerance_in=ToleranceUnit(indicator.tolerance_in),
        )

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands, nearest first; none for what is not rated."""
        if not self.is_rated or self.target is None:
            return ()
        if self.own_bands:
            return self.own_bands
        if self.approaching_by is None or self.improvement_by is None:
            return ()
        edges = (Decimal(0), self.approaching_by, self.improvement_by, None)
        return tuple(Band(edge, word) for edge, word in zip(edges, LADDER, strict=True))

    @property
    def edges(self) -> tuple[Decimal, Decimal]:
        """The lower and the upper edge of what is best: the same for one target."""
        target = self.target if self.target is not None else Decimal(0)
        return target, target if self.high is None else self.high

    @property
    def divides(self) -> bool:
        """Whether it is made of two numbers."""
        return self.kind in TWO_NUMBERS

    def exact(self, reading: Reading) -> Decimal | None:
        """A figure before rounding, as stated or worked out; `None` when there is none, or nothing to divide by."""
        if reading.state != FigureState.REPORTED or reading.of_nothing:
            return None
        return reading.value if reading.value is not None else self.worked_out(reading)

    def worked_out(self, reading: Reading) -> Decimal | None:
        """What the two numbers come to, whatever is stated beside them."""
        if not self.divides or reading.numerator is None or not reading.denominator:
            return None
        times = {IndicatorKind.PERCENTAGE: 100, IndicatorKind.RATE: self.per}.get(self.kind, 1)
        return reading.numerator * times / reading.denominator

    def shortfall(self, value: Decimal) -> Decimal:
        """How far a value is on the bad side of its target; below nought for how much better it is."""
        low, high = self.edges
        if self.direction == Direction.RANGE:
            return max(low - value, value - high)
        return low - value if self.direction == Direction.UP else value - low

    def over(self, quarters: int) -> Yardstick:
        """The yardstick of so many quarters together: added-up figures are held against as many targets."""
        return self.together([self] * quarters)

    def together(self, each: Sequence[Yardstick]) -> Yardstick:
        """The yardstick of periods added up, with the sum of their own targets (R-013: phased targets)."""
        if not self.bands or self.aggregation != Aggregation.SUM or not each:
            return self

        def total(name: str) -> Decimal:
            return sum((getattr(one, name) or Decimal(0) for one in each), Decimal(0))

        times = len(each)
        own = tuple(
            replace(band, distance=None if band.distance is None else band.distance * times) for band in self.own_bands
        )
        return replace(
            self,
            target=total("target"),
            high=None if self.high is None else total("high"),
            approaching_by=total("approaching_by"),
            improvement_by=total("improvement_by"),
            own_bands=own,
        )
