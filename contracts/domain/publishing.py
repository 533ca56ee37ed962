"""Publishing ratings: a frozen snapshot of one agreement's period, small numbers withheld, told to everyone engaged.

Whoever accepted a return does not publish it. What a snapshot withholds cannot be worked out from the rest of it: the
rating is shown only where every figure that could stand behind it would earn the same, and a year so far only where
none of its periods is withheld (security rows P07, P08).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from contracts import rules
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.domain.phrasing import band_rows, band_texts, target_text
from contracts.domain.ratings import Judgement, rate, year_to_date
from contracts.domain.returns import figures_with_targets
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Direction, FigureState, IndicatorKind, RatingWord, ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn, Publication
from engagement.domain import log
from engagement.domain.disclosure import protect_counts
from engagement.domain.outbox import announce
from engagement.domain.periods import Period
from engagement.enums import EventKind
from engagement.models import User

WITHHELD = "Too few to show"
NUMBER_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")

Line = dict[str, Any]


@transaction.atomic
def publish_ratings(*, kpi_return: KpiReturn, words: Collection[str], actor: User, at: datetime) -> Publication:
    """Publishes the ratings of an accepted return, once. `words` are the codes whose commentary is published with them.

    Raises `ReturnRefused` when it is not accepted, already published, of an activity that is not public, accepted by
    the same person, or the person does not publish ratings.
    """
    kpi_return = lock(kpi_return)
    agreement = kpi_return.agreement
    if kpi_return.state != ReturnState.ACCEPTED:
        raise ReturnRefused(f"Ratings are published once a return is accepted. {refusal(kpi_return)}")
    if Publication.objects.filter(kpi_return=kpi_return).exists():
        raise ReturnRefused("These ratings have already been published.")
    if agreement.activity.published_at is None:
        raise ReturnRefused(f"Publish the activity “{agreement.activity}” first: its ratings stand on its page.")
    if kpi_return.accepted_by == actor:
        raise ReturnRefused("You accepted this return, so somebody else publishes it.")
    policy = rules.publishable_returns(actor, at=at)
    refuse_strangers(kpi_return, policy, words="The Management Team publishes ratings.")
    snapshot = snapshot_of(kpi_return, words=words)
    publication = Publication.objects.create(
        agreement=agreement,
        kpi_return=kpi_return,
        quarter=kpi_return.quarter,
        snapshot=snapshot,
        published_by=actor,
        published_at=at,
    )
    announce(
        key=f"rating-published:{publication.pk}",
        kind=EventKind.RATING_PUBLISHED,
        activity=agreement.activity,
        title=f"{agreement.title}: how it did in {kpi_return.period.label}"[:200],
        summary=f"{snapshot['headline']}. {snapshot['lead']}".strip(),
        path=agreement.get_performance_url(),
        sensitive=agreement.sensitive,
        at=at,
        payload={"quarter": kpi_return.quarter, "tally": snapshot["tally"]},
    )
    log.record(
        action="ratings.published",
        subject=publication,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"The ratings of {kpi_return.reference} were published.",
        data={"tally": snapshot["tally"], "words": sorted(words)},
    )
    return publication


def snapshot_of(kpi_return: KpiReturn, *, words: Collection[str] = ()) -> dict[str, Any]:
    """A return as the public will read it, made of plain values. Five queries; needs `agreement` and its relations."""
    agreement = kpi_return.agreement
    threshold = threshold_of(agreement)
    earlier = _published_this_year(kpi_return)
    lines = []
    for figure in figures_with_targets(kpi_return):
        line = line_of(figure.indicator, figure, threshold=threshold, with_words=figure.indicator.code in words)
        lines.append({**line, "year": year_line(figure.indicator, [*earlier, line], kpi_return.period)})
    return {
        "reference": kpi_return.reference,
        "quarter": kpi_return.quarter,
        "label": kpi_return.period.label,
        "agreement": {
            "reference": agreement.reference,
            "title": agreement.title,
            "kind": agreement.get_kind_display(),
            "fund": agreement.get_fund_display(),
            "provider": str(agreement.provider or agreement.provider_note),
        },
        **finding_of(lines, noun=kpi_return.period.noun),
        "withheld": any(line["withheld"] for line in lines),
        "threshold": threshold,
        "lines": lines,
    }


def threshold_of(agreement: Agreement) -> int:
    """The smallest number of people that may be shown: the higher threshold for sensitive services."""
    name = "SENSITIVE_THRESHOLD" if agreement.sensitive else "SMALL_NUMBER_THRESHOLD"
    return int(getattr(settings, name))


def line_of(indicator: Indicator, figure: Figure, *, threshold: int, with_words: bool = False) -> Line:
    """One measure as it is published: its meaning, and its figure or the fact that it is withheld."""
    yardstick, reading, held = Yardstick.of(indicator), Reading.of(figure), indicator.measure_version
    meaning = {
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
        "target": _text(yardstick.target) if indicator.is_rated else None,
        "high": _text(yardstick.high) if indicator.is_rated else None,
        "distances": [_text(yardstick.approaching_by), _text(yardstick.improvement_by)] if indicator.is_rated else None,
        "target_text": target_text(yardstick),
        "near": _near(yardstick),
        "bands": [[str(word), text] for word, text in band_texts(yardstick)],
        "own_words": {str(word): label for word, label, _ in band_rows(yardstick) if label},
    }
    if indicator.counts_people and _too_small(yardstick, reading, threshold):
        return {**meaning, **_withheld(yardstick, reading, threshold)}
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


def _too_small(yardstick: Yardstick, reading: Reading, threshold: int) -> bool:
    if reading.state != FigureState.REPORTED or reading.of_nothing:
        return False
    counts = _counts(yardstick, reading)
    return counts is None or protect_counts(counts, threshold=threshold).withheld


def _counts(yardstick: Yardstick, reading: Reading) -> dict[str, int] | None:
    """The groups of people behind a figure, or `None` for a stated percentage whose groups nobody knows.

    The people of a unit cost are those it is divided by; of a ratio or a rate either number may be people.
    """
    if yardstick.kind == IndicatorKind.UNIT_COST:
        return {"all": int(reading.denominator)} if reading.denominator is not None else None
    if reading.numerator is not None and reading.denominator is not None:
        if yardstick.kind != IndicatorKind.PERCENTAGE:
            return {"one": int(reading.numerator), "other": int(reading.denominator)}
        return {"in": int(reading.numerator), "out": int(reading.denominator - reading.numerator)}
    return {"all": int(reading.value)} if reading.value is not None and reading.value == int(reading.value) else None


def _withheld(yardstick: Yardstick, reading: Reading, threshold: int) -> Line:
    """The figure kept back. Its rating stands only when every figure that it could be would earn the same."""
    possible = {rate(yardstick, hidden).word for hidden in _hidden_readings(yardstick, reading, threshold)}
    why = f"Withheld: it, or the rest of the group, is fewer than {threshold} people, who could be recognised."
    word, sentence = RatingWord.OTHER, why
    if len(possible) == 1 and (only := possible.pop()) and only != RatingWord.OTHER:
        word, sentence = only, f"{why} Whatever the figure, the rating is the same."
    return {
        "state": str(reading.state),
        "withheld": True,
        "value": None,
        "text": WITHHELD,
        "numerator": None,
        "denominator": None,
        "word": str(word) if yardstick.is_rated else "",
        "sentence": sentence,
        "commentary": "",
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
    if reading.denominator is None or reading.numerator is None:
        return [Reading(value=Decimal(percent)) for percent in range(101)]
    whole = reading.denominator
    parts: set[Decimal] = set()
    if reading.numerator < threshold:
        parts |= {Decimal(number) for number in small if number <= whole}
    if whole - reading.numerator < threshold:
        parts |= {whole - number for number in small if number <= whole}
    return [Reading(numerator=part, denominator=whole) for part in parts]


def _published_this_year(kpi_return: KpiReturn) -> list[Line]:
    """The lines of the year's periods that were published before this one, first to last."""
    snapshots = (
        Publication.objects.filter(
            agreement=kpi_return.agreement,
            kpi_return__year_starts_on=kpi_return.year_starts_on,
            kpi_return__ends_on__lte=kpi_return.starts_on,
        )
        .order_by("kpi_return__ends_on")
        .values_list("snapshot", flat=True)
    )
    return [line for snapshot in snapshots for line in snapshot["lines"]]


def year_line(indicator: Indicator, lines: Sequence[Line], period: Period) -> Line | None:
    """The year so far from published periods alone: none when a period is withheld or there is only one."""
    same = [line for line in lines if (line["code"], line["version"]) == (indicator.code, indicator.version)]
    if len(same) < 2 or any(line["withheld"] for line in same):
        return None
    yardstick = Yardstick.of(indicator)
    each = [_against(yardstick, line) for line in same]
    year = year_to_date(yardstick, [_reading(line) for line in same], yardsticks=each)
    judgement: Judgement = rate(year.yardstick, year.reading)
    if judgement.value is None:
        return None
    return {
        "financial_year": period.year_label,
        "quarters": year.quarters,
        "value": _text(judgement.value),
        "text": judgement.text,
        "word": str(judgement.word or ""),
        "sentence": judgement.sentence,
    }


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


def _reading(line: Line) -> Reading:
    """A published line read again. A percentage is read from its counts, where it has them."""
    numerator, denominator, value = (
        Decimal(line[name]) if line[name] is not None else None for name in ("numerator", "denominator", "value")
    )
    if denominator is not None:
        value = None
    return Reading(FigureState(line["state"]), numerator, denominator, value)


def finding_of(lines: Sequence[Line], *, noun: str) -> dict[str, Any]:
    """The headline sentence, the exceptions, and how often each word was given."""
    tally = {str(word): sum(line["word"] == word for line in lines) for word in RatingWord}
    rated = sum(tally.values())
    if not rated:
        return {"headline": f"No measure is rated this {noun}", "lead": "", "tally": tally}
    good, near = tally[RatingWord.GOOD], tally[RatingWord.APPROACHING]
    lead = [f"{_in_words(near)} more came close."] if near and good else []
    if near and not good:
        lead = [f"{_in_words(near)} came close."]
    worst = [
        line
        for word in (RatingWord.INADEQUATE, RatingWord.REQUIRES_IMPROVEMENT)
        for line in lines
        if line["word"] == word
    ]
    if worst:
        lead.append(f"“{worst[0]['name']}” needs the most work.")
    met = "its target" if rated == 1 else "their target"
    headline = f"{good} of {rated} measure{'' if rated == 1 else 's'} met {met}"
    return {"headline": headline, "lead": " ".join(lead), "tally": tally}


def _in_words(number: int) -> str:
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else f"{number}"


def _text(number: Decimal | None) -> str | None:
    """A number as a snapshot keeps it: plain digits, no exponent, with the decimals it has."""
    if number is None:
        return None
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
