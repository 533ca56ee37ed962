"""The lines of a snapshot: one measure in one period as the public reads it, from plain values. Pure.

What a line withholds is not in it: its rating is shown only where every figure that could stand behind it would earn
the same, and a year so far only where none of its periods is withheld (security rows P07, P08).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from contracts.domain.parted import published_tables
from contracts.domain.phrasing import band_rows, band_texts, target_text
from contracts.domain.protecting import Line, Reason, is_small, numbers_given
from contracts.domain.ratings import Judgement, rate, year_to_date
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind, RatingWord
from contracts.models import Figure, Indicator
from engagement.domain.periods import Period

WITHHELD = "Too few to show"


def line_of(
    indicator: Indicator, figure: Figure, *, threshold: int, with_words: bool = False, reason: Reason | None = None
) -> Line:
    """One measure as it is published: its meaning, and its figure or the fact that it is withheld, and why.

    Without a `reason` it is withheld only for numbers of its own that are too small.
    """
    yardstick, reading, meaning = Yardstick.of(indicator), Reading.of(figure), meaning_of(indicator)
    if reason is None and indicator.counts_people and is_small(numbers_given(indicator.kind, reading), threshold):
        reason = Reason.FEW
    if reason:
        return {**meaning, **_withheld(yardstick, reading, threshold, reason)}
    judgement = rate(yardstick, reading)
    return {
        **meaning,
        "state": _state(reading),
        "withheld": False,
        "value": _text(judgement.value),
        "text": judgement.text,
        "numerator": _text(figure.numerator),
        "denominator": _text(figure.denominator),
        "word": str(judgement.word or ""),
        "sentence": judgement.sentence,
        "commentary": figure.commentary if with_words else "",
        "tables": published_tables(indicator, figure, threshold=threshold),
    }


def meaning_of(indicator: Indicator) -> Line:
    """What a measure means and is held against, as it is published beside each figure."""
    yardstick, held = Yardstick.of(indicator), indicator.measure_version
    return {
        "code": indicator.code,
        "version": indicator.version,
        "name": indicator.name,
        "group": indicator.group,
        "why": indicator.why,
        "how": indicator.how,
        "kind": indicator.kind,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "decimals": indicator.decimals,
        "numerator_words": indicator.numerator_words,
        "denominator_words": indicator.denominator_words,
        "is_rated": indicator.is_rated,
        "measure": held and {"id": held.measure_id, "number": held.number},
        "per": indicator.per,
        "lag": indicator.lag,
        "measure_type": indicator.measure_type,
        "weight": indicator.weight,
        "source": indicator.source,
        "people": indicator.counts_people,
        "every": indicator.asked_every,
        "aggregation": indicator.aggregation,
        "target": _text(yardstick.target) if indicator.is_rated else None,
        "high": _text(yardstick.high) if indicator.is_rated else None,
        "distances": [_text(yardstick.approaching_by), _text(yardstick.improvement_by)] if indicator.is_rated else None,
        "target_text": target_text(yardstick),
        "near": _near(yardstick),
        "bands": [[str(word), text] for word, text in band_texts(yardstick)],
        "own_words": {str(word): label for word, label, _ in band_rows(yardstick) if label},
    }


def _state(reading: Reading) -> str:
    return str(FigureState.NOT_APPLICABLE if reading.of_nothing else reading.state)


def _near(yardstick: Yardstick) -> str | None:
    """The far edge of "approaching target", for the chart."""
    if not yardstick.bands or yardstick.approaching_by is None:
        return None
    low, high = yardstick.edges
    return _text(
        high + yardstick.approaching_by if yardstick.direction != Direction.UP else low - yardstick.approaching_by
    )


def _withheld(yardstick: Yardstick, reading: Reading, threshold: int, reason: Reason) -> Line:
    """The figure kept back. Its rating stands only when every figure that it could be would earn the same."""
    word, sentence = RatingWord.OTHER, reason.sentence(threshold)
    if reason == Reason.FEW:
        possible = {rate(yardstick, hidden).word for hidden in _hidden_readings(yardstick, reading, threshold)}
        if len(possible) == 1 and (only := possible.pop()) and only != RatingWord.OTHER:
            word, sentence = only, f"{sentence} Whatever the figure, the rating is the same."
    return {
        "state": str(reading.state),
        "withheld": True,
        "few": reason == Reason.FEW,
        "value": None,
        "text": WITHHELD,
        "numerator": None,
        "denominator": None,
        "word": str(word) if yardstick.is_rated else "",
        "sentence": sentence,
        "commentary": "",
        "tables": [],
    }


def _hidden_readings(yardstick: Yardstick, reading: Reading, threshold: int) -> Iterable[Reading]:
    """All the readings that the reader must take as possible, the true one among them."""
    small = range(threshold)
    if yardstick.divides and yardstick.kind != IndicatorKind.PERCENTAGE:
        # Either number may be hidden, so the figure may be anything: as good as can be, and as bad.
        low, high = yardstick.edges
        return [Reading(value=value) for value in (low, high, Decimal(0), high * 1000 + 1000)]
    if yardstick.kind != IndicatorKind.PERCENTAGE:
        return [Reading(value=Decimal(number)) for number in small]
    if reading.denominator is None or reading.numerator is None or reading.denominator < threshold:
        return [Reading(value=Decimal(percent)) for percent in range(101)]
    whole = reading.denominator
    parts: set[Decimal] = set()
    if reading.numerator < threshold:
        parts |= {Decimal(number) for number in small if number <= whole}
    if whole - reading.numerator < threshold:
        parts |= {whole - number for number in small if number <= whole}
    return [Reading(numerator=part, denominator=whole) for part in parts]


def year_line(indicator: Indicator, lines: Sequence[Line], period: Period) -> Line | None:
    """The year so far from published periods alone: none when a period is withheld or there is only one."""
    same = [line for line in lines if (line["code"], line["version"]) == (indicator.code, indicator.version)]
    if len(same) < 2 or any(line["withheld"] for line in same):
        return None
    yardstick = Yardstick.of(indicator)
    each = [_against(yardstick, line) for line in same]
    year = year_to_date(yardstick, [read_again(line) for line in same], yardsticks=each)
    judgement: Judgement = rate(year.yardstick, year.reading)
    if judgement.value is None:
        return None
    return {
        "financial_year": period.year_label,
        "quarters": year.quarters,
        "of": periods_so_far(period, indicator.asked_every),
        "value": _text(judgement.value),
        "text": judgement.text,
        "word": str(judgement.word or ""),
        "sentence": judgement.sentence,
    }


def periods_so_far(period: Period, every: int) -> int | None:
    """How many periods of its year are over with this one; `None` where they are not whole."""
    length, done = every or period.months, period.months_done
    return done // length if length and done else None


def _against(yardstick: Yardstick, line: Line) -> Yardstick:
    """The yardstick with the target that a published line was held against; snapshots of old say only the target."""
    if not yardstick.bands or line.get("target") is None or line.get("distances") is None:
        return yardstick
    near, far = (Decimal(text) for text in line["distances"])
    high = line.get("high")
    return replace(
        yardstick,
        target=Decimal(line["target"]),
        high=None if high is None else Decimal(high),
        approaching_by=near,
        improvement_by=far,
    )


def yardstick_from(line: Line) -> Yardstick:
    """How the figure of a published line is made, without what it is held against: nothing is rated by it."""
    return Yardstick(
        kind=IndicatorKind(line["kind"]),
        direction=Direction(line["direction"]),
        decimals=line["decimals"],
        aggregation=Aggregation(line["aggregation"]),
        is_rated=False,
        unit=line["unit"],
        denominator_words=line["denominator_words"],
        per=line.get("per", 1),
    )


def read_again(line: Line) -> Reading:
    """A published line read again. A percentage is read from its counts, where it has them."""
    numerator, denominator, value = (
        Decimal(line[name]) if line[name] is not None else None for name in ("numerator", "denominator", "value")
    )
    if denominator is not None:
        value = None
    return Reading(FigureState(line["state"]), numerator, denominator, value)


def _text(number: Decimal | None) -> str | None:
    """A number as a snapshot keeps it: plain digits, no exponent, with the decimals it has."""
    if number is None:
        return None
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
