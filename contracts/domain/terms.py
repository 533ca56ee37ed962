"""What was agreed at the start beside what holds now, and results held against both (R-070, R-090).

An agreement drifts: targets are set anew, measures come and go, the end moves. Whether it did what it was for is asked
of the terms it was signed with. Only published results are compared, so both sides and the public may read the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.domain import queries
from contracts.domain.protecting import Line
from contracts.domain.published_lines import meaning_of, yardstick_from
from contracts.domain.ratings import rate
from contracts.domain.yardsticks import LADDER, Reading, Yardstick, bands_of
from contracts.enums import MeasureType, RatingWord
from contracts.models import Agreement, Indicator, Publication, SignedTerms
from engagement.access import local_date

MADE = ("kind", "direction", "unit", "per")


def keep_terms(agreement: Agreement, *, at: datetime) -> SignedTerms:
    """Keeps the terms of an agreement as it is being signed, once."""
    return SignedTerms.objects.create(agreement=agreement, terms=terms_of(agreement, at=at), kept_at=at)


def terms_of(agreement: Agreement, *, at: datetime) -> dict[str, Any]:
    """The terms of this moment as plain values: dates and amounts as text, each measure with its target and bands."""
    measures = agreement.indicators.current().as_of(local_date(at)).select_related("measure_version")
    return {
        "provider": str(agreement.provider or agreement.provider_note),
        "value": _plain(agreement.value),
        "starts": str(agreement.starts or ""),
        "ends": str(agreement.ends or ""),
        "measures": [_measure(indicator) for indicator in measures],
    }


def _measure(indicator: Indicator) -> Line:
    bands = [
        {"distance": _plain(band.distance), "word": str(band.word), "label": band.label}
        for band in Yardstick.of(indicator).own_bands
    ]
    return {**meaning_of(indicator), "own_bands": bands}


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


@dataclass(frozen=True)
class Fact:
    """One term, as it was signed and as it is now, both in words."""

    name: str
    signed: str
    now: str

    @property
    def changed(self) -> bool:
        """Whether it is another now."""
        return self.signed != self.now


@dataclass(frozen=True)
class Measure:
    """One measure: its target then and now, and the latest published result by both. Words are `None` without one."""

    code: str
    name: str
    type: str
    signed: str
    now: str
    change: str = ""
    result: str = ""
    period: str = ""
    word_now: RatingWord | None = None
    word_signed: RatingWord | None = None

    @property
    def judged_otherwise(self) -> bool:
        """Whether the target of the start gives the result another rating than it was published with."""
        return self.word_signed is not None and self.word_signed != self.word_now


@dataclass(frozen=True)
class BesideNow:
    """An agreement as it was signed, beside what it is now."""

    kept_at: datetime
    facts: Sequence[Fact]
    measures: Sequence[Measure]

    @property
    def finding(self) -> str:
        """The sentence that leads the page."""
        judged = [one for one in self.measures if one.word_signed]
        moved = sum(one.changed for one in self.facts) + sum(bool(one.change) for one in self.measures)
        drift = {0: "Nothing has changed since it was signed.", 1: "One thing has changed since it was signed."}
        words = drift.get(moved, f"{moved} things have changed since it was signed.")
        if not judged:
            return f"{words} No result is published yet that could be held against it."
        good = sum(one.word_signed == RatingWord.GOOD for one in judged)
        return f"{words} By what was signed, {good} of {len(judged)} latest results meet{'s' * (good == 1)} the target."


def beside_now(agreement: Agreement, *, at: datetime) -> BesideNow | None:
    """What was signed beside what holds now; `None` where no terms were kept (signed before, or not at all).

    Four queries. Results are the latest that were published of each measure, protected as the public reads them.
    """
    kept = SignedTerms.objects.filter(agreement=agreement).first()
    if kept is None:
        return None
    now = terms_of(agreement, at=at)
    return BesideNow(
        kept.kept_at,
        [
            Fact(name, _told(name, kept.terms[key]), _told(name, now[key]))
            for key, name in (
                ("provider", "Provider"),
                ("value", "Value over the whole term"),
                ("starts", "Starts"),
                ("ends", "Last day"),
            )
        ],
        list(_measures(kept.terms["measures"], now["measures"], _latest_lines(agreement))),
    )


def _told(name: str, value: str | None) -> str:
    if name.startswith("Value") and value is not None:
        return f"£{Decimal(value):,.2f}".removesuffix(".00")
    return value or "Not known"


def _latest_lines(agreement: Agreement) -> dict[str, tuple[Line, str]]:
    """The latest published line of each measure with its period. One query."""
    found: dict[str, tuple[Line, str]] = {}
    publications: Sequence[Publication] = list(queries.publications_of(agreement))
    for publication in publications:
        for line in publication.snapshot["lines"]:
            found[line["code"]] = line, publication.snapshot["label"]
    return found


def _measures(
    signed: Sequence[Line],
    now: Sequence[Line],
    lines: Mapping[str, tuple[Line, str]],
) -> list[Measure]:
    today = {one["code"]: one for one in now}
    then = {one["code"]: one for one in signed}
    return [_compared(one, today.get(one["code"]), lines.get(one["code"])) for one in signed] + [
        _compared(None, one, lines.get(one["code"])) for one in now if one["code"] not in then
    ]


def _compared(then: Line | None, now: Line | None, held: tuple[Line, str] | None) -> Measure:
    """One measure then and now. Pure. At least one of the two is there."""
    either = now or then or {}
    line, period = held or ({}, "")
    return Measure(
        code=either["code"],
        name=either["name"],
        type=str(MeasureType(either["measure_type"]).label) if either["measure_type"] else "",
        signed=_target(then) if then else "Not agreed at the start",
        now=_target(now) if now else "No longer measured",
        change=_change(then, now),
        result=line.get("text", ""),
        period=period,
        word_now=RatingWord(line["word"]) if line.get("word") else None,
        word_signed=_by_the_start(then, now, line),
    )


def _target(measure: Line) -> str:
    return measure["target_text"] or "Not rated"


def _change(then: Line | None, now: Line | None) -> str:
    if then is None:
        return "Added since"
    if now is None:
        return "Dropped since"
    if _made(then) != _made(now):
        return "Counted otherwise since"
    if (then["bands"], then["target_text"]) != (now["bands"], now["target_text"]):
        return "Target set anew"
    return ""


def _made(measure: Line) -> list[Any]:
    return [measure[name] for name in MADE]


def _by_the_start(then: Line | None, now: Line | None, line: Line) -> RatingWord | None:
    """The rating of a published result by the target of the start; none where it was withheld or counted otherwise."""
    if not then or not then["is_rated"] or not line or line["withheld"] or line["value"] is None or not line["word"]:
        return None
    if now is not None and _made(then) != _made(now):
        return None
    if line["word"] not in LADDER:
        return RatingWord(line["word"])
    near, far = (_number(text) for text in then["distances"])
    yardstick = replace(
        yardstick_from(then),
        is_rated=True,
        target=_number(then["target"]),
        high=_number(then["high"]),
        approaching_by=near,
        improvement_by=far,
        own_bands=bands_of(then["own_bands"]),
    )
    return rate(yardstick, Reading(value=Decimal(line["value"]))).word


def _number(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)
