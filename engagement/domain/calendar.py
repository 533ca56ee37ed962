"""The office's calendar: financial years and quarters, working days of England and Wales, and dates in words.

Quarters run with the financial year, 1 April to 31 March: the fourth quarter of 2026-27 is January to March 2027.
Periods are half-open: `ends_on` is the first day that no longer belongs.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
CLOSING_HOUR = 17


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a financial year: `year` is the calendar year in which that year begins, `number` is 1 to 4."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"A financial year has four quarters, not {self.number}.")

    @classmethod
    def containing(cls, day: date) -> "Quarter":
        """The quarter a date belongs to."""
        months = (day.month - 4) % 12
        return cls(day.year if day.month >= 4 else day.year - 1, months // 3 + 1)

    @classmethod
    def from_code(cls, code: str) -> "Quarter":
        """The quarter written as `2026-27 Q2`. Raises `ValueError` for anything else."""
        years, _, number = code.partition(" Q")
        start, _, end = years.partition("-")
        if not (len(start) == 4 and start.isdecimal() and number in {"1", "2", "3", "4"}):
            raise ValueError(f"“{code}” is not a quarter such as 2026-27 Q2.")
        if end != f"{(int(start) + 1) % 100:02d}":
            raise ValueError(f"“{code}” is not a quarter: a financial year that begins in {start} ends in the next.")
        return cls(int(start), int(number))

    @property
    def starts_on(self) -> date:
        """The first day of the quarter."""
        month = (1, 4, 7, 10)[self.number % 4]
        return date(self.year + (1 if self.number == 4 else 0), month, 1)

    @property
    def ends_on(self) -> date:
        """The first day after the quarter."""
        return self.next().starts_on

    @property
    def financial_year(self) -> str:
        """For example `2026-27`."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def code(self) -> str:
        """For example `2026-27 Q2`: sorts and is unique."""
        return f"{self.financial_year} Q{self.number}"

    @property
    def label(self) -> str:
        """For example `July to September 2026`."""
        last = self.ends_on - timedelta(days=1)
        return f"{self.starts_on:%B} to {last:%B} {last.year}"

    @property
    def short_label(self) -> str:
        """For example `Jul–Sep`, for chart axes."""
        last = self.ends_on - timedelta(days=1)
        return f"{self.starts_on:%b}–{last:%b}"

    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def back(self, quarters: int) -> "Quarter":
        """The quarter so many quarters before this one."""
        index = self.year * 4 + self.number - 1 - quarters
        return Quarter(index // 4, index % 4 + 1)


@cache
def _holidays() -> BankHolidays:
    """The published list that ships with the package: looking one up never leaves the machine."""
    return BankHolidays(use_cached_holidays=True)


def is_working_day(day: date) -> bool:
    """Whether a date is a working day in England and Wales."""
    return bool(_holidays().is_work_day(day, division=BankHolidays.ENGLAND_AND_WALES))


@cache
def holidays_known_until() -> date:
    """The last day of the last year whose bank holidays are published. What is counted beyond it may still move."""
    days = [holiday["date"] for holiday in _holidays().get_holidays(division=BankHolidays.ENGLAND_AND_WALES)]
    return date(max(days).year, 12, 31)


def is_provisional(day: date) -> bool:
    """Whether a date counted in working days may still move, since bank holidays up to it are not all published."""
    return day > holidays_known_until()


def add_working_days(day: date, days: int) -> date:
    """The date so many working days after (or, negative, before) a date."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        day += step
        if is_working_day(day):
            left -= 1
    return day


def working_days_left(*, on: date, until: date) -> int:
    """Working days from a date to another: 1 from one working day to the next, 0 on the day itself, negative after."""
    first, last = sorted([on, until])
    days = sum(is_working_day(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))
    return days if until >= on else -days


def at_5pm(day: date) -> datetime:
    """5pm UK time on a date, as an aware moment: when consultations close and returns fall due."""
    return datetime.combine(day, time(CLOSING_HOUR), tzinfo=LONDON)


def at_midnight(day: date) -> datetime:
    """The first moment of a UK date."""
    return datetime.combine(day, time(0), tzinfo=LONDON)


def uk_date(day: date) -> str:
    """A date in words with its weekday: `Friday 4 December 2026`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def uk_time(moment: datetime) -> str:
    """A moment in words, in UK time: `5pm on Friday 4 December 2026`, `9:30am on …`, `midday on …`."""
    local = moment.astimezone(LONDON)
    return f"{clock_words(local)} on {uk_date(local.date())}"


def when_in_words(when: date) -> str:
    """A day with its weekday, or a moment with its UK time too: whichever it is."""
    return uk_time(when) if isinstance(when, datetime) else uk_date(when)


def clock_words(local: datetime | time) -> str:
    """A time of day in words: `5pm`, `9:30am`, `midday`, `midnight`."""
    if (local.hour, local.minute) == (12, 0):
        return "midday"
    if (local.hour, local.minute) == (0, 0):
        return "midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def is_ambiguous_or_missing(naive: datetime) -> bool:
    """Whether a wall-clock time happens twice or never in the UK, as an hour does on two Sundays a year."""
    first, second = naive.replace(tzinfo=LONDON, fold=0), naive.replace(tzinfo=LONDON, fold=1)
    return first.utcoffset() != second.utcoffset()
