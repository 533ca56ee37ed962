"""Which tier an agreement belongs to, why, and whether what is asked of its provider is in proportion. Pure.

Each of six questions answers low, middling or high: 0, 1 or 2 points, times the weight that the office's scheme gives
it. The points are of 100. Yearly value and length are read from the agreement; what is not known counts as middling,
and the sentence says so (R-078, R-079).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from contracts.enums import IndicatorKind, Level
from contracts.models import Agreement, Indicator, Tier, TierScheme

POINTS = {Level.LOW: 0, Level.MIDDLE: 1, Level.HIGH: 2}
DAYS_OF_YEAR = Decimal("365.25")
MONTHS_OF_YEAR = 12
HUNDRED = 100

# What a person is asked, by the name of its weight: the answers from low to high, each as its sentence begins.
QUESTIONS: dict[str, dict[Level, str]] = {
    "risk": {
        Level.LOW: "Little would go wrong for people or the office if delivery faltered",
        Level.MIDDLE: "Some harm or cost would follow if delivery faltered",
        Level.HIGH: "Serious harm or cost would follow if delivery faltered",
    },
    "users": {
        Level.LOW: "The people it serves are not especially vulnerable",
        Level.MIDDLE: "Some of the people it serves are vulnerable",
        Level.HIGH: "Most of the people it serves are vulnerable, or they are children",
    },
    "substitutes": {
        Level.LOW: "Others could take it over within weeks",
        Level.MIDDLE: "Others could take it over within a year",
        Level.HIGH: "Nobody else could take it over within a year",
    },
    "profile": {
        Level.LOW: "Few outside would notice",
        Level.MIDDLE: "Partners and local media would notice",
        Level.HIGH: "It is among the Commissioner's published priorities or often in the news",
    },
}


@dataclass(frozen=True)
class Proposal:
    """What the scheme proposes: `points` of 100, the tier, and a sentence for each thing that counted."""

    points: int
    tier: Tier
    why: list[str]


@dataclass(frozen=True)
class Proportion:
    """What is asked of a provider in a year, against what the agreement is worth in one.

    `items` are boxes to fill in a return, `a_year` all of them over the year; `pounds_each` is the yearly value for
    each, nothing where the value is not known. `within` is whether the office's norm is kept, nothing when not known.
    """

    items: int
    returns: int
    a_year: int
    pounds_each: Decimal | None
    norm: int
    within: bool | None

    @property
    def sentence(self) -> str:
        """The finding in plain words."""
        if not self.items:
            return "Nothing is measured yet, so nothing is asked for."
        boxes = f"{self.items} data item{'' if self.items == 1 else 's'}"
        often = {1: "once", 2: "twice"}.get(self.returns, f"{self.returns} times")
        asked = f"{boxes} {often} a year: {self.a_year} a year"
        if self.pounds_each is None:
            return f"{asked}. The value is not known, so it cannot be weighed against the office's norm."
        kept = "That is within" if self.within else "That is more than"
        return (
            f"{asked}, one for every £{self.pounds_each:,} of yearly value. {kept} the office's norm of one for every"
            f" £{self.norm:,}."
        )


def propose(agreement: Agreement, answers: Mapping[str, str], *, scheme: TierScheme, tiers: Sequence[Tier]) -> Proposal:
    """The tier of an agreement by a scheme. `answers` are levels by the names of `QUESTIONS`; `tiers` are not empty."""
    levels: list[tuple[str, Level, str]] = [("size", *_size(agreement, scheme))]
    levels += [(name, Level(answers[name]), QUESTIONS[name][Level(answers[name])]) for name in QUESTIONS]
    levels.insert(2, ("length", *_length(agreement, scheme)))
    weights = {name: getattr(scheme, name) for name, _, _ in levels}
    reached = sum(weights[name] * POINTS[level] for name, level, _ in levels)
    points = round(HUNDRED * reached / (POINTS[Level.HIGH] * sum(weights.values())))
    counted = sorted(levels, key=lambda one: weights[one[0]] * POINTS[one[1]], reverse=True)
    why = [f"{words}: {weights[name] * POINTS[level]} of {2 * weights[name]}." for name, level, words in counted]
    in_order = sorted(tiers, key=lambda tier: tier.points_from)
    tier = next((tier for tier in reversed(in_order) if tier.points_from <= points), in_order[0])
    return Proposal(points=points, tier=tier, why=why)


def yearly_value(agreement: Agreement) -> Decimal | None:
    """Pounds a year over the term, whole; the value itself for a term of less than a year. Nothing when not known."""
    days = _days(agreement)
    if agreement.value is None or days is None:
        return None
    years = max(Decimal(days) / DAYS_OF_YEAR, Decimal(1))
    return (agreement.value / years).quantize(Decimal(1), ROUND_HALF_UP)


def months_of(agreement: Agreement) -> int | None:
    """The term in whole months, to the nearest. Nothing when an end is not known."""
    days = _days(agreement)
    return None if days is None else round(Decimal(days) * MONTHS_OF_YEAR / DAYS_OF_YEAR)


def _days(agreement: Agreement) -> int | None:
    if agreement.starts is None or agreement.ends is None:
        return None
    return int((agreement.ends.latest - agreement.starts.earliest).days) + 1


def _size(agreement: Agreement, scheme: TierScheme) -> tuple[Level, str]:
    pounds = yearly_value(agreement)
    if pounds is None:
        return Level.MIDDLE, "The yearly value is not known, so it counts as middling"
    level = _level(pounds, middling=scheme.middling_from, high=scheme.large_from)
    return level, f"£{pounds:,} a year is {_against(level, scheme.middling_from, scheme.large_from, '£{:,}', 'small')}"


def _length(agreement: Agreement, scheme: TierScheme) -> tuple[Level, str]:
    months = months_of(agreement)
    if months is None:
        return Level.MIDDLE, "The length of the term is not known, so it counts as middling"
    level = _level(months, middling=scheme.medium_from, high=scheme.long_from)
    return level, f"{months} months are {_against(level, scheme.medium_from, scheme.long_from, '{} months', 'short')}"


def _level(number: Decimal | int, *, middling: int, high: int) -> Level:
    if number >= high:
        return Level.HIGH
    return Level.MIDDLE if number >= middling else Level.LOW


def _against(level: Level, middling: int, high: int, shape: str, low: str) -> str:
    much = "large" if low == "small" else "long"
    return {
        Level.HIGH: f"{much} ({shape.format(high)} or more)",
        Level.MIDDLE: f"middling ({shape.format(middling)} or more)",
        Level.LOW: f"{low} (under {shape.format(middling)})",
    }[level]


def proportion(agreement: Agreement, indicators: Sequence[Indicator], *, returns_a_year: int, norm: int) -> Proportion:
    """How much is asked for in a year (R-078, the Compact). A percentage is two data items, all else is one."""
    items = sum(2 if indicator.kind == IndicatorKind.PERCENTAGE else 1 for indicator in indicators)
    a_year, pounds = items * returns_a_year, yearly_value(agreement)
    each = (pounds / a_year).quantize(Decimal(1), ROUND_HALF_UP) if pounds is not None and a_year else None
    return Proportion(
        items=items,
        returns=returns_a_year,
        a_year=a_year,
        pounds_each=each,
        norm=norm,
        within=None if each is None else each >= norm,
    )
