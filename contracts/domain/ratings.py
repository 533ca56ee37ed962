"""The rating engine: pure, without database or clock. A figure, its target and bands in; a word and its reason out.

A figure is rounded half up to the decimals in which it is published, and then rated, so that the public can check every
rating from what it sees. The words are those of the Procurement Regulations 2024 (SI 2024/692), regulation 39(5); how
far from the target each begins is agreed for each indicator (R-077). Percentages are 0 to 100, money is pounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind, RatingWord

if TYPE_CHECKING:
    from contracts.models import Figure, Indicator

NOT_GIVEN = "Not given"
NOT_APPLICABLE = "Not applicable"
OFF_TARGET = frozenset({RatingWord.APPROACHING, RatingWord.REQUIRES_IMPROVEMENT, RatingWord.INADEQUATE})


@dataclass(frozen=True)
class Reading:
    """What was reported: for a percentage the two counts (or a `value` as its source states it), else the `value`."""

    state: FigureState = FigureState.REPORTED
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None

    @classmethod
    def of(cls, figure: Figure) -> Reading:
        """The reading of a kept figure."""
        return cls(FigureState(figure.state), figure.numerator, figure.denominator, figure.value)

    @property
    def exact(self) -> Decimal | None:
        """The figure before rounding; `None` when there is none, or the percentage of nothing."""
        if self.state != FigureState.REPORTED:
            return None
        if self.value is not None:
            return self.value
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator * 100 / self.denominator

    @property
    def of_nothing(self) -> bool:
        """A percentage of nought: not applicable, and never 0%."""
        return self.state == FigureState.REPORTED and self.value is None and self.denominator == 0


@dataclass(frozen=True)
class Yardstick:
    """What a figure is held against. `approaching_by` and `improvement_by` are distances on the target's bad side."""

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

    @classmethod
    def of(cls, indicator: Indicator) -> Yardstick:
        """The yardstick of one version of an indicator."""
        return cls(
            kind=IndicatorKind(indicator.kind),
            direction=Direction(indicator.direction),
            decimals=indicator.decimals,
            aggregation=Aggregation(indicator.aggregation),
            is_rated=indicator.is_rated,
            target=indicator.target,
            approaching_by=indicator.approaching_by,
            improvement_by=indicator.improvement_by,
            minimum_n=indicator.minimum_n,
            unit=indicator.unit,
            denominator_words=indicator.denominator_words,
        )

    @property
    def bands(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Target and the two distances, or `None` for what is not rated."""
        if not self.is_rated or self.target is None or self.approaching_by is None or self.improvement_by is None:
            return None
        return self.target, self.approaching_by, self.improvement_by

    def over(self, quarters: int) -> Yardstick:
        """The yardstick of so many quarters together: added-up figures are held against as many targets."""
        if self.bands is None or self.aggregation != Aggregation.SUM:
            return self
        target, near, far = (edge * quarters for edge in self.bands)
        return replace(self, target=target, approaching_by=near, improvement_by=far)


@dataclass(frozen=True)
class Judgement:
    """A rounded figure, its words, and the rating with the sentence that explains it. `word` is `None` if not rated."""

    value: Decimal | None
    text: str
    word: RatingWord | None
    sentence: str

    @property
    def off_target(self) -> bool:
        """Whether the provider owes an explanation."""
        return self.word in OFF_TARGET


@dataclass(frozen=True)
class YearToDate:
    """The financial year so far: what it was measured against, its reading, and over how many quarters."""

    yardstick: Yardstick
    reading: Reading
    quarters: int


def rounded(yardstick: Yardstick, value: Decimal) -> Decimal:
    """A figure as published: half up to the indicator's decimals."""
    return value.quantize(Decimal(1).scaleb(-yardstick.decimals), rounding=ROUND_HALF_UP)


def rate(yardstick: Yardstick, reading: Reading) -> Judgement:
    """Rounds a figure, rates it, and says why."""
    if reading.of_nothing or reading.state == FigureState.NOT_APPLICABLE:
        return Judgement(None, NOT_APPLICABLE, None, _why_not_applicable(yardstick, reading))
    exact = reading.exact
    if exact is None:
        return Judgement(None, NOT_GIVEN, None, "No figure was given for this quarter, so it is not rated.")
    value = rounded(yardstick, exact)
    text = as_text(yardstick, value)
    if yardstick.bands is None:
        return Judgement(value, text, None, "Not rated: it shows demand or background, not performance.")
    if _too_few(yardstick, reading):
        whole = counted(yardstick.unit, yardstick.denominator_words) or "in the group measured"
        sentence = f"Too few to rate: fewer than {yardstick.minimum_n} {whole}."
        return Judgement(value, text, RatingWord.OTHER, sentence)
    word = _word(yardstick.bands, yardstick.direction, value)
    return Judgement(value, text, word, f"{text} {_reason(yardstick, word)}")


def _why_not_applicable(yardstick: Yardstick, reading: Reading) -> str:
    if not reading.of_nothing:
        return "Not applicable this quarter, so it is not rated."
    whole = counted(yardstick.unit, yardstick.denominator_words)
    return f"Not applicable: there were no {whole}." if whole else "Not applicable: there was nothing to measure."


def counted(unit: str, words: str) -> str:
    """What a count counts, within a sentence: `referrals due to be contacted`.

    Words that begin small go with the unit; words that begin with a capital say it all by themselves.
    """
    if words[:1].isupper() and not words[:2].isupper():
        return words[:1].lower() + words[1:]
    return f"{unit} {words}".strip()


def _too_few(yardstick: Yardstick, reading: Reading) -> bool:
    return reading.denominator is not None and reading.denominator < yardstick.minimum_n


def _word(bands: tuple[Decimal, Decimal, Decimal], direction: Direction, value: Decimal) -> RatingWord:
    target, near, far = bands
    shortfall = target - value if direction == Direction.UP else value - target
    if shortfall <= 0:
        return RatingWord.GOOD
    if shortfall <= near:
        return RatingWord.APPROACHING
    return RatingWord.REQUIRES_IMPROVEMENT if shortfall <= far else RatingWord.INADEQUATE


def _reason(yardstick: Yardstick, word: RatingWord) -> str:
    """The part of the sentence after the figure."""
    assert yardstick.approaching_by is not None  # noqa: S101  rated yardsticks have bands; this tells the type checker
    assert yardstick.improvement_by is not None  # noqa: S101
    target = f"the target of {target_text(yardstick)}"
    near, far = _distance(yardstick, yardstick.approaching_by), _distance(yardstick, yardstick.improvement_by)
    side = "short of" if yardstick.direction == Direction.UP else "over"
    if word == RatingWord.GOOD:
        return f"is at or {'above' if yardstick.direction == Direction.UP else 'below'} {target}."
    if word == RatingWord.APPROACHING:
        return f"is {side} {target}, by no more than {near}."
    if word == RatingWord.REQUIRES_IMPROVEMENT:
        return f"is {side} {target}, by more than {near} but no more than {far}."
    return f"is {side} {target}, by more than {far}."


def year_to_date(yardstick: Yardstick, readings: Sequence[Reading]) -> YearToDate:
    """Quarters of one financial year, first to last, put together as the indicator says.

    A percentage is the ratio of the sums, never the mean of quarters. Quarters without a figure are left out, and the
    target of added-up figures counts only the quarters that are in.
    """
    given = [reading for reading in readings if reading.state == FigureState.REPORTED]
    if yardstick.aggregation == Aggregation.LATEST:
        latest = given[-1] if given else Reading(FigureState.MISSING)
        return YearToDate(yardstick, latest, 1 if given else 0)
    if yardstick.aggregation == Aggregation.RATIO:
        counted = [(r.numerator, r.denominator) for r in given if r.numerator is not None and r.denominator is not None]
        if not counted:
            return YearToDate(yardstick, Reading(FigureState.MISSING), 0)
        numerator, denominator = (sum(column, Decimal(0)) for column in zip(*counted, strict=True))
        return YearToDate(yardstick, Reading(numerator=numerator, denominator=denominator), len(counted))
    values = [reading.value for reading in given if reading.value is not None]
    if not values:
        return YearToDate(yardstick, Reading(FigureState.MISSING), 0)
    return YearToDate(yardstick.over(len(values)), Reading(value=sum(values, Decimal(0))), len(values))


def as_text(yardstick: Yardstick, value: Decimal) -> str:
    """A rounded figure in words: `90.9%`, `1,204`, `£612.50`."""
    number = f"{value:,.{yardstick.decimals}f}"
    return {IndicatorKind.PERCENTAGE: f"{number}%", IndicatorKind.MONEY: f"£{number}"}.get(yardstick.kind, number)


def target_text(yardstick: Yardstick) -> str:
    """The target in words: `90% or more`, `10 or fewer`, `£650 or less`. Empty for what is not rated."""
    if yardstick.bands is None:
        return ""
    return _at_best(yardstick, yardstick.bands[0])


def _at_best(yardstick: Yardstick, edge: Decimal) -> str:
    if yardstick.direction == Direction.UP:
        return f"{_plain(yardstick, edge)} or more"
    if edge == 0:
        return _plain(yardstick, edge)
    return f"{_plain(yardstick, edge)} or {'fewer' if yardstick.kind == IndicatorKind.COUNT else 'less'}"


def band_texts(yardstick: Yardstick) -> list[tuple[RatingWord, str]]:
    """Each word with the published figures that earn it, best first: `85% to 89.9%`. Empty bands are left out."""
    if yardstick.bands is None:
        return []
    target, near, far = yardstick.bands
    step = Decimal(1).scaleb(-yardstick.decimals)
    sign = -1 if yardstick.direction == Direction.UP else 1
    texts = [(RatingWord.GOOD, _at_best(yardstick, target))]
    edges = [(RatingWord.APPROACHING, Decimal(0), near), (RatingWord.REQUIRES_IMPROVEMENT, near, far)]
    for word, start, end in edges:
        ends = sorted([target + sign * (start + step), target + sign * end])
        if end >= start + step and ends[1] >= 0:
            texts.append((word, f"{_plain(yardstick, max(ends[0], Decimal(0)))} to {_plain(yardstick, ends[1])}"))
    worst = _plain(yardstick, target + sign * far)
    if yardstick.direction == Direction.DOWN:
        texts.append((RatingWord.INADEQUATE, f"more than {worst}"))
    elif target - far > 0:
        texts.append((RatingWord.INADEQUATE, f"below {worst}"))
    return texts


def change_text(yardstick: Yardstick, now: Decimal | None, before: Decimal | None) -> str:
    """How a rounded figure moved: `up 4.9 points`, `down 3`, `no change`. Empty when one of the two is missing."""
    if now is None or before is None:
        return ""
    if now == before:
        return "no change"
    return f"{'up' if now > before else 'down'} {_distance(yardstick, abs(now - before))}"


def _plain(yardstick: Yardstick, number: Decimal) -> str:
    """A target or edge as agreed: no decimals that it does not have, but pence in twos."""
    whole = number == number.to_integral_value()
    if yardstick.kind == IndicatorKind.MONEY:
        return f"£{number:,.0f}" if whole else f"£{number:,.2f}"
    text = f"{number:,.0f}" if whole else f"{number:,f}".rstrip("0")
    return f"{text}%" if yardstick.kind == IndicatorKind.PERCENTAGE else text


def _distance(yardstick: Yardstick, number: Decimal) -> str:
    text = _plain(yardstick, number)
    if yardstick.kind != IndicatorKind.PERCENTAGE:
        return text
    return f"{text.rstrip('%')} point{'' if number == 1 else 's'}"
