"""The rating engine: pure, without database or clock. A figure, its target and bands in; a word and its reason out.

A figure is rounded half up to the decimals in which it is published, and then rated, so that the public can check every
rating from what it sees. The words are those of the Procurement Regulations 2024 (SI 2024/692), regulation 39(5); how
far from the target each begins is agreed for each indicator (R-077). Percentages are 0 to 100, money is pounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.domain.phrasing import as_text, counted, distance, rounded, target_text, word_of
from contracts.domain.yardsticks import Band, Reading, Yardstick
from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind, RatingWord, ToleranceUnit

NOT_GIVEN = "Not given"
NOT_APPLICABLE = "Not applicable"
IN_WORDS = "In words"
BACKGROUND = "Not rated: it shows demand or background, not performance."
GATHERING = "Not rated yet: its first figures are the baseline for later ones."
OFF_TARGET = frozenset({RatingWord.APPROACHING, RatingWord.REQUIRES_IMPROVEMENT, RatingWord.INADEQUATE})
APART = Decimal(2)


@dataclass(frozen=True)
class Judgement:
    """A rounded figure, its words, and the rating with the sentence that explains it. `word` is `None` if not rated.

    `label` is the agreement's own word for the band, where it has one.
    """

    value: Decimal | None
    text: str
    word: RatingWord | None
    sentence: str
    label: str = ""

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


def rate(yardstick: Yardstick, reading: Reading) -> Judgement:
    """Rounds a figure, rates it, and says why."""
    if reading.of_nothing or reading.state == FigureState.NOT_APPLICABLE:
        return Judgement(None, NOT_APPLICABLE, None, _why_not_applicable(yardstick, reading))
    if yardstick.kind == IndicatorKind.NARRATIVE and reading.state == FigureState.REPORTED:
        return Judgement(None, IN_WORDS, None, "Told in words, so it is not rated.")
    exact = yardstick.exact(reading)
    if exact is None:
        return Judgement(None, NOT_GIVEN, None, "No figure was given for this period, so it is not rated.")
    value = rounded(yardstick, exact)
    text = as_text(yardstick, value)
    if not yardstick.bands or yardstick.in_baseline:
        return Judgement(value, text, None, GATHERING if yardstick.bands else BACKGROUND)
    if _too_few(yardstick, reading):
        whole = counted(yardstick.unit, yardstick.denominator_words) or "in the group measured"
        sentence = f"Too few to rate: fewer than {yardstick.minimum_n} {whole}."
        return Judgement(value, text, RatingWord.OTHER, sentence)
    band = word_of(yardstick, value)
    return Judgement(value, text, band.word, f"{text} {_reason(yardstick, value, band)}", band.label)


def _why_not_applicable(yardstick: Yardstick, reading: Reading) -> str:
    if not reading.of_nothing:
        return "Not applicable this time, so it is not rated."
    whole = counted(yardstick.unit, yardstick.denominator_words)
    return f"Not applicable: there were no {whole}." if whole else "Not applicable: there was nothing to measure."


def _too_few(yardstick: Yardstick, reading: Reading) -> bool:
    return reading.denominator is not None and reading.denominator < yardstick.minimum_n


def _reason(yardstick: Yardstick, value: Decimal, band: Band) -> str:
    """The part of the sentence after the figure, with the agreement's own word for the band."""
    own = f" (“{band.label}”)" if band.label else ""
    if yardstick.kind == IndicatorKind.YES_NO:
        met = yardstick.shortfall(value) <= 0
        return f"{'meets' if met else 'falls short of'} the target of {target_text(yardstick)}{own}."
    target = f"the target of {target_text(yardstick)}"
    off = yardstick.shortfall(value)
    if off <= 0:
        where = {Direction.UP: "at or above", Direction.DOWN: "at or below", Direction.RANGE: "within"}
        return f"is {where[yardstick.direction]} {target}{own}."
    side = "short of" if value < yardstick.edges[0] else "over"
    place = yardstick.bands.index(band)
    nearer = yardstick.bands[place - 1].distance if place else None
    beyond = f"more than {distance(yardstick, nearer)}" if nearer else ""
    within = "" if band.distance is None else f"no more than {distance(yardstick, band.distance)}"
    return f"is {side} {target}, by {' but '.join(filter(None, [beyond, within]))}{own}."


def stated_apart(yardstick: Yardstick, reading: Reading) -> Decimal | None:
    """By how much a stated percentage differs from its own counts, when that is two points or more; else `None`.

    The figure stays as it was stated; the office is told.
    """
    worked = yardstick.worked_out(reading)
    if yardstick.kind != IndicatorKind.PERCENTAGE or reading.value is None or worked is None:
        return None
    apart = abs(reading.value - worked)
    return apart if apart >= APART else None


def moved_beyond(yardstick: Yardstick, now: Decimal | None, before: Decimal | None) -> bool:
    """Whether a figure moved further since the last one than the tolerance that was agreed, up or down (R-149)."""
    if yardstick.tolerance is None or now is None or before is None:
        return False
    moved = abs(now - before)
    if yardstick.tolerance_in == ToleranceUnit.PERCENT:
        return moved * 100 > yardstick.tolerance * abs(before)
    return moved > yardstick.tolerance


def year_to_date(
    yardstick: Yardstick, readings: Sequence[Reading], *, yardsticks: Sequence[Yardstick] | None = None
) -> YearToDate:
    """Periods of one financial year, first to last, put together as the indicator says; any four make a rolling year.

    What is divided is the ratio of the sums, never the mean of quarters. Quarters without a figure are left out, and
    the target of added-up figures is the sum of the targets of the quarters that are in (`yardsticks`, one a reading;
    the same for all when left out). What makes no year (medians, words) gives no figure.
    """
    each = yardsticks or [yardstick] * len(readings)
    given = [
        (one, reading)
        for one, reading in zip(each, readings, strict=True)
        if reading.state == FigureState.REPORTED
        and not reading.of_nothing
        and (yardstick.aggregation == Aggregation.RATIO or yardstick.exact(reading) is not None)
    ]
    if yardstick.aggregation == Aggregation.RATIO:
        counted_in = [(r.numerator, r.denominator) for _, r in given if None not in {r.numerator, r.denominator}]
        return _ratio_of_sums(yardstick, counted_in)
    if not given or yardstick.aggregation == Aggregation.NONE:
        return YearToDate(yardstick, Reading(FigureState.MISSING), 0)
    if yardstick.aggregation == Aggregation.LATEST:
        return YearToDate(given[-1][0], given[-1][1], 1)
    total = sum((reading.value or Decimal(0) for _, reading in given), Decimal(0))
    if yardstick.aggregation == Aggregation.AVERAGE:
        return YearToDate(given[-1][0], Reading(value=total / len(given)), len(given))
    return YearToDate(yardstick.together([one for one, _ in given]), Reading(value=total), len(given))


def _ratio_of_sums(yardstick: Yardstick, pairs: Sequence[tuple[Decimal | None, Decimal | None]]) -> YearToDate:
    if not pairs:
        return YearToDate(yardstick, Reading(FigureState.MISSING), 0)
    numerator, denominator = (sum((n or Decimal(0) for n in column), Decimal(0)) for column in zip(*pairs, strict=True))
    return YearToDate(yardstick, Reading(numerator=numerator, denominator=denominator), len(pairs))


class UnlikeMeasures(ValueError):
    """Figures that are not made alike are not put together."""


def all_together(yardsticks: Sequence[Yardstick], readings: Sequence[Reading]) -> Reading:
    """One measure over several services: counts added up, what is divided as the ratio of sums.

    Raises `UnlikeMeasures` for unlike units or kinds, and for what does not add up (medians, scores, snapshots as yes).
    """
    first = yardsticks[0]
    made = (first.kind, first.unit, first.per, first.decimals)
    if any((one.kind, one.unit, one.per, one.decimals) != made for one in yardsticks):
        raise UnlikeMeasures("These figures count different things, so they are not added up.")
    if first.divides:
        pairs = [(r.numerator, r.denominator) for r in readings if r.state == FigureState.REPORTED]
        return _ratio_of_sums(first, [pair for pair in pairs if None not in pair]).reading
    if first.kind not in {IndicatorKind.COUNT, IndicatorKind.MONEY}:
        raise UnlikeMeasures("Figures of this kind do not add up.")
    values = [r.value for r in readings if r.state == FigureState.REPORTED and r.value is not None]
    return Reading(value=sum(values, Decimal(0))) if values else Reading(FigureState.MISSING)
