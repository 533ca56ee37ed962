"""The bands in which numbers, amounts and dates are counted: decided before anybody answers, never from answers.

A single figure can tell who gave it, and so can the smallest, the largest or the middle of all: only counts are shown.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from consultations.domain.frozen import FrozenChoice

MOST_BANDS = 12
EQUAL_BANDS = 5
MOST_MONTHS = 36
MOST_YEARS = 100
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,2})?", re.ASCII)


class BandsUnfit(Exception):
    """The bands cannot be used; the message says why, in a sentence for their author."""


def read_starts(typed: str) -> list[Decimal]:
    """Where bands begin, as an author typed it: `0, 10, 50` or `£0 £1,000 £5,000`. Raises `BandsUnfit`."""
    words = [word.strip("£,") for word in re.split(r"[;\s]+", typed) if word.strip("£,")]
    words = [part for word in words for part in ([word] if _GROUPED.fullmatch(word) else word.split(","))]
    numbers = [word.replace(",", "").removeprefix("£") for word in words]
    if wrong := [word for word, number in zip(words, numbers, strict=True) if not _NUMBER.fullmatch(number)]:
        raise BandsUnfit(f"“{wrong[0][:20]}” is not a number. Write where each band begins, such as 0, 10, 50.")
    starts = [Decimal(number) for number in numbers]
    if starts != sorted(set(starts)):
        raise BandsUnfit("Write where bands begin from the smallest to the largest, each once.")
    if len(starts) > MOST_BANDS:
        raise BandsUnfit(f"Use at most {MOST_BANDS} bands: smaller groups could not be shown.")
    return starts


def number_bands(
    *, starts: Sequence[Decimal], smallest: Decimal, largest: Decimal | None, decimals: int, prefix: str, unit: str
) -> tuple[FrozenChoice, ...]:
    """Bands from the smallest number that may be given up to the largest, or open above. Raises `BandsUnfit`.

    Without starts five bands of one width are made, which needs a largest number.
    """
    step = Decimal(1).scaleb(-decimals)
    if not starts:
        if largest is None:
            raise BandsUnfit("Say where the bands begin, such as 0, 10, 50, or give the largest number allowed.")
        starts = _equal_starts(smallest, largest, step)
    outside = [start for start in starts if start < smallest or (largest is not None and start > largest)]
    if outside:
        raise BandsUnfit(f"No answer can reach the band that begins at {_plain(outside[0])}.")
    if starts[0] > smallest:
        starts = [smallest, *starts]
    ends = [*starts[1:], None]
    return tuple(
        FrozenChoice(
            f"{_plain(start)}:{'' if end is None else _plain(end)}",
            _label(start, largest if end is None else end - step, decimals=decimals, prefix=prefix, unit=unit),
        )
        for start, end in zip(starts, ends, strict=True)
    )


def _equal_starts(smallest: Decimal, largest: Decimal, step: Decimal) -> list[Decimal]:
    step = max(step, Decimal(1)) if largest - smallest >= EQUAL_BANDS else step
    width = ((largest - smallest + step) / EQUAL_BANDS / step).to_integral_value(ROUND_CEILING) * step
    starts = [smallest + width * place for place in range(EQUAL_BANDS)]
    return [start for start in starts if start <= largest]


def _label(start: Decimal, end: Decimal | None, *, decimals: int, prefix: str, unit: str) -> str:
    said = f"{prefix}{start:,.{decimals}f}"
    if end is None:
        said += " or more"
    elif end > start:
        said += f" to {prefix}{end:,.{decimals}f}"
    return f"{said} {unit}".strip()


def _plain(number: Decimal) -> str:
    """A number without a tail of noughts: 10, 0.5."""
    return f"{number.normalize():f}"


def date_bands(*, earliest: date, latest: date) -> tuple[FrozenChoice, ...]:
    """The months from the earliest to the latest date that may be given, or its years when they are many."""
    months = [
        date(earliest.year + months // 12, months % 12 + 1, 1)
        for months in range(earliest.month - 1, (latest.year - earliest.year) * 12 + latest.month)
    ]
    if len(months) <= MOST_MONTHS:
        return tuple(FrozenChoice(f"{month:%Y-%m}", f"{month:%B} {month.year}") for month in months)
    if latest.year - earliest.year >= MOST_YEARS:
        raise BandsUnfit(f"The earliest and the latest date are more than {MOST_YEARS} years apart.")
    return tuple(FrozenChoice(f"{year:04}", str(year)) for year in range(earliest.year, latest.year + 1))
