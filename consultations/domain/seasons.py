"""Times of the year when people are away: a consultation over them is warned about, and a person decides."""

from collections.abc import Iterator
from datetime import date, timedelta

from engagement.domain.calendar import is_working_day

SATURDAY = 5


def warnings_between(first: date, last: date) -> list[str]:
    """What to think of when people are asked from the first day up to and including the last, as sentences."""
    warnings = [
        f"{_days(shared)} fall in {name}."
        for name, start, end in _seasons(first, last)
        if (shared := (min(last, end) - max(first, start)).days + 1) > 0
    ]
    if lost := holidays_between(first, last):
        weekdays = "weekday is a bank holiday" if len(lost) == 1 else "weekdays are bank holidays"
        warnings.append(f"{len(lost)} {weekdays}.")
    return warnings


def _days(number: int) -> str:
    return "1 of its days" if number == 1 else f"{number} of its days"


def _seasons(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """The seasons of the years touched: name, first and last day."""
    for year in range(first.year - 1, last.year + 1):
        easter = easter_sunday(year)
        yield "the Easter weekend", easter - timedelta(days=2), easter + timedelta(days=1)
        yield "August, when many people are away", date(year, 8, 1), date(year, 8, 31)
        yield "the Christmas holidays", date(year, 12, 20), date(year + 1, 1, 3)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the anonymous computus of 1876."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holidays_between(first: date, last: date) -> list[date]:
    """Bank holidays on weekdays from the first date up to and including the last."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < SATURDAY and not is_working_day(day)]
