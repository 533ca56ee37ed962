"""Figures, targets and bands in words, as they are published: `90.9%`, `10 or fewer`, `20 to 30`. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from contracts.domain.yardsticks import Band, Yardstick
from contracts.enums import POUNDS, Direction, IndicatorKind, RatingWord

MEANINGS = {
    RatingWord.GOOD: "The target is met or exceeded.",
    RatingWord.APPROACHING: "Close to the target.",
    RatingWord.REQUIRES_IMPROVEMENT: "Below what was agreed.",
    RatingWord.INADEQUATE: "Far below what was agreed.",
    RatingWord.OTHER: "None of the other words fits, for example because too few people were counted to tell.",
}


def rounded(yardstick: Yardstick, value: Decimal) -> Decimal:
    """A figure as published: half up to the indicator's decimals."""
    return value.quantize(Decimal(1).scaleb(-yardstick.decimals), rounding=ROUND_HALF_UP)


def counted(unit: str, words: str) -> str:
    """What a count counts, within a sentence: `referrals due to be contacted`.

    Words that begin small go with the unit; words that begin with a capital say it all by themselves.
    """
    if words[:1].isupper() and not words[:2].isupper():
        return words[:1].lower() + words[1:]
    return f"{unit} {words}".strip()


def as_text(yardstick: Yardstick, value: Decimal) -> str:
    """A rounded figure in words: `90.9%`, `1,204`, `£612.50`, `12 days`, `Yes`, `3.1 per 10,000`."""
    return _with_unit(yardstick, f"{abs(value):,.{yardstick.decimals}f}", value)


def plain(yardstick: Yardstick, number: Decimal) -> str:
    """A target or edge as agreed: no decimals that it does not have, but pence in twos."""
    size = abs(number)
    whole = size == size.to_integral_value()
    if yardstick.kind in POUNDS:
        return _with_unit(yardstick, f"{size:,.0f}" if whole else f"{size:,.2f}", number)
    return _with_unit(yardstick, f"{size:,.0f}" if whole else f"{size:,f}".rstrip("0"), number)


def _with_unit(yardstick: Yardstick, number: str, value: Decimal) -> str:
    sign = "−" if value < 0 else ""
    if yardstick.kind == IndicatorKind.YES_NO:
        return "Yes" if value else "No"
    if yardstick.kind in POUNDS:
        return f"{sign}£{number}"
    after = {
        IndicatorKind.PERCENTAGE: "%",
        IndicatorKind.DAYS: " day" if value == 1 else " days",
        IndicatorKind.RATE: f" per {yardstick.per:,}",
    }
    return f"{sign}{number}{after.get(yardstick.kind, '')}"


def distance(yardstick: Yardstick, number: Decimal) -> str:
    """How far apart two figures are: `5 points`, `3`, `£50`."""
    if yardstick.kind == IndicatorKind.PERCENTAGE:
        return f"{plain(yardstick, number).rstrip('%')} point{'' if number == 1 else 's'}"
    if yardstick.kind in {IndicatorKind.YES_NO, IndicatorKind.RATE}:
        return f"{number.normalize():,f}"
    return plain(yardstick, number)


def target_text(yardstick: Yardstick) -> str:
    """The target in words: `90% or more`, `10 or fewer`, `20 to 30`. Empty for what is not rated."""
    if not yardstick.bands:
        return ""
    low, high = yardstick.edges
    if yardstick.direction == Direction.RANGE:
        return plain(yardstick, low) if low == high else _run(yardstick, low, high)
    return _at_best(yardstick, low)


def _at_best(yardstick: Yardstick, edge: Decimal) -> str:
    text = plain(yardstick, edge)
    if yardstick.kind == IndicatorKind.YES_NO:
        return text
    if yardstick.direction == Direction.UP:
        return f"{text} or more"
    if edge == 0:
        return text
    return f"{text} or {'fewer' if yardstick.kind in {IndicatorKind.COUNT, IndicatorKind.DAYS} else 'less'}"


def _run(yardstick: Yardstick, start: Decimal, end: Decimal) -> str:
    if yardstick.kind == IndicatorKind.DAYS:
        return f"{plain(yardstick, start).removesuffix(' days').removesuffix(' day')} to {plain(yardstick, end)}"
    return f"{plain(yardstick, start)} to {plain(yardstick, end)}"


def band_texts(yardstick: Yardstick) -> list[tuple[RatingWord, str]]:
    """Each word with the published figures that earn it, best first: `85% to 89.9%`. Empty bands are left out."""
    return [(word, text) for word, _, text in band_rows(yardstick)]


def band_rows(yardstick: Yardstick) -> list[tuple[RatingWord, str, str]]:
    """Each band with its word, the agreement's own word for it, and the figures that earn it."""
    if yardstick.kind == IndicatorKind.YES_NO and yardstick.bands:
        return [(word_of(yardstick, value).word, "", plain(yardstick, value)) for value in _yes_and_no(yardstick)]
    rows, reached = [], None
    for band in yardstick.bands:
        text = _band_text(yardstick, band, reached)
        if text:
            rows.append((band.word, band.label, text))
            reached = band.distance
    return rows


def _yes_and_no(yardstick: Yardstick) -> tuple[Decimal, Decimal]:
    yes, no = Decimal(1), Decimal(0)
    return (yes, no) if yardstick.direction == Direction.UP else (no, yes)


def word_of(yardstick: Yardstick, value: Decimal) -> Band:
    """The band in which a rounded value stands. Needs a yardstick with bands."""
    shortfall = yardstick.shortfall(value)
    return next(band for band in yardstick.bands if band.distance is None or shortfall <= band.distance)


def _band_text(yardstick: Yardstick, band: Band, reached: Decimal | None) -> str:
    """The figures of one band, beginning one published step beyond the distance that the bands before it reach."""
    low, high = yardstick.edges
    step = Decimal(1).scaleb(-yardstick.decimals)
    if yardstick.direction == Direction.RANGE:
        below, above = (_side(yardstick, edge, sign, band, reached, step) for edge, sign in ((low, -1), (high, 1)))
        if reached is None:
            return target_text(yardstick) if not band.distance else ""
        return " or ".join(text for text in (above, below) if text)
    sign = -1 if yardstick.direction == Direction.UP else 1
    if reached is None and band.distance is not None:
        return _at_best(yardstick, low + sign * band.distance)
    return _side(yardstick, low, sign, band, reached or Decimal(0), step)


def _side(yardstick: Yardstick, edge: Decimal, sign: int, band: Band, reached: Decimal | None, step: Decimal) -> str:
    """The figures of a band on one side of the target. Figures below nought are only there where targets are."""
    reached = reached or Decimal(0)
    least = None if yardstick.edges[0] <= 0 and yardstick.direction == Direction.RANGE else Decimal(0)
    if band.distance is None:
        last = edge + sign * reached
        if sign > 0:
            return f"more than {plain(yardstick, last)}"
        return f"below {plain(yardstick, last)}" if least is None or last > least else ""
    if band.distance < reached + step:
        return ""
    start, end = sorted([edge + sign * (reached + step), edge + sign * band.distance])
    if least is not None:
        if end < least:
            return ""
        start = max(start, least)
    return _run(yardstick, start, end)


def change_text(yardstick: Yardstick, now: Decimal | None, before: Decimal | None) -> str:
    """How a rounded figure moved: `up 4.9 points`, `down 3`, `no change`. Empty when one of the two is missing."""
    if now is None or before is None:
        return ""
    if now == before:
        return "no change"
    if yardstick.kind == IndicatorKind.YES_NO:
        return f"was {plain(yardstick, before)}"
    return f"{'up' if now > before else 'down'} {distance(yardstick, abs(now - before))}"
