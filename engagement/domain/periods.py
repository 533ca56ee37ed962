"""What a return covers: a period with its own dates, and the rhythms in which an agreement is asked for returns.

Half-open, in dates of the UK: `ends_on` is the first day that no longer belongs. Pure, without database or clock.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from engagement.domain.calendar import Quarter, uk_date

DAY = timedelta(days=1)
SHORTEST = 28  # days: what is left over by a change of rhythm and shorter than this joins the period after it
LETTERS = {3: "Q", 6: "H"}
NOUNS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
CODE = re.compile(r"(\d{4})-(\d{2})(?: (?:([QH])(\d)|M(\d\d)))?", re.ASCII)
BETWEEN = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)", re.ASCII)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or, negative, earlier); the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_from(first: date, day: date) -> int | None:
    """Whole months from a date to another; `None` where they are not whole. The ends of months count as one another."""
    whole = first.day == day.day or min(first.day, day.day) >= SHORTEST
    return (day.year - first.year) * 12 + day.month - first.month if whole else None


def financial_year_of(day: date) -> date:
    """The 1 April on which the financial year of a date begins."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


@dataclass(frozen=True, order=True)
class Period:
    """What one return covers. `year_starts_on` is the first day of the year that its figures are added up in."""

    starts_on: date
    ends_on: date
    year_starts_on: date = field(compare=False)

    def __post_init__(self) -> None:
        if self.ends_on <= self.starts_on:
            raise ValueError("A period ends after it starts.")

    @classmethod
    def of_quarter(cls, quarter: Quarter) -> "Period":
        """A quarter of the financial year as a period."""
        return cls(quarter.starts_on, quarter.ends_on, date(quarter.year, 4, 1))

    @classmethod
    def from_code(cls, code: str) -> "Period":
        """The period written as `2026-27 Q2`, `H1`, `M05` or the year alone, or as `2026-06-15 to 2026-09-14`.

        Raises `ValueError` for anything else.
        """
        if match := BETWEEN.fullmatch(code):
            first, last = (date.fromisoformat(day) for day in match.groups())
            return cls(first, last + DAY, financial_year_of(first))
        match = CODE.fullmatch(code)
        if match is None or int(match[2]) != (int(match[1]) + 1) % 100:
            raise ValueError(f"“{code[:40]}” is not a period such as 2026-27 Q2.")
        length = {"Q": 3, "H": 6, None: 1 if match[5] else 12}[match[3]]
        number = int(match[4] or match[5] or 1)
        if not 1 <= number <= 12 // length:
            raise ValueError(f"“{code}” is not a period: a financial year has {12 // length} of those.")
        year = date(int(match[1]), 4, 1)
        return cls(add_months(year, (number - 1) * length), add_months(year, number * length), year)

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.ends_on - DAY

    @property
    def months_done(self) -> int | None:
        """How many months of its year are over at its end; `None` where they are not whole."""
        return months_from(self.year_starts_on, self.ends_on)

    @property
    def months(self) -> int | None:
        """How many months long it is; `None` where they are not whole."""
        begun = months_from(self.year_starts_on, self.starts_on)
        return None if begun is None or self.months_done is None else self.months_done - begun

    @property
    def noun(self) -> str:
        """What to call one of its kind: `quarter`, `month`, `half-year`, `year`, or `period`."""
        return NOUNS.get(self.months or 0, "period")

    @property
    def is_of_financial_year(self) -> bool:
        """Whether its year is the financial year."""
        return (self.year_starts_on.month, self.year_starts_on.day) == (4, 1)

    @property
    def year_label(self) -> str:
        """The year it belongs to: `2026-27`, or `Year from Monday 15 June 2026`."""
        first = self.year_starts_on
        if self.is_of_financial_year:
            return f"{first.year}-{(first.year + 1) % 100:02d}"
        return f"Year from {uk_date(first)}"

    @property
    def number(self) -> int | None:
        """Which of its year it is, counted from 1; `None` for a period that does not divide its year."""
        length, done = self.months, self.months_done
        return done // length if length in NOUNS and done and length and done % length == 0 else None

    @property
    def code(self) -> str:
        """For example `2026-27 Q2`, or its first and last day: unique within an agreement. Dates sort, codes do not."""
        if not self.is_of_financial_year or self.number is None or self.months is None:
            return f"{self.starts_on} to {self.last_day}"
        if self.months == 12:
            return self.year_label
        place = f"M{self.number:02d}" if self.months == 1 else f"{LETTERS[self.months]}{self.number}"
        return f"{self.year_label} {place}"

    @property
    def label(self) -> str:
        """For example `July to September 2026`, `July 2026`, `Monday 15 June to Monday 14 September 2026`."""
        first, last = self.starts_on, self.last_day
        whole = first.day == 1 and self.ends_on.day == 1
        if whole and (first.year, first.month) == (last.year, last.month):
            return f"{first:%B %Y}"
        begins, ends = (f"{day:%B}" if whole else f"{day:%A} {day.day} {day:%B}" for day in (first, last))
        year = "" if first.year == last.year else f" {first.year}"
        return f"{begins}{year} to {ends} {last.year}"

    @property
    def within(self) -> str:
        """In a sentence: `in July to September 2026`, but `from Monday 15 June to Monday 14 September 2026`."""
        whole = self.starts_on.day == 1 and self.ends_on.day == 1
        return f"in {self.label}" if whole else f"from {self.label}"

    @property
    def short_label(self) -> str:
        """For example `Jul–Sep` or `Jul`, for chart axes."""
        first, last = self.starts_on, self.last_day
        return f"{first:%b}" if self.months == 1 and first.day == 1 else f"{first:%b}–{last:%b}"

    def previous(self) -> "Period":
        """As long a period as this one, just before it."""
        length = self.months
        if length is None:
            return Period(self.starts_on - (self.ends_on - self.starts_on), self.starts_on, self.year_starts_on)
        begun = months_from(self.year_starts_on, self.starts_on) or 0
        starts_on = add_months(self.year_starts_on, begun - length)
        year = self.year_starts_on if begun >= length else add_months(self.year_starts_on, -12)
        return Period(starts_on, self.starts_on, year)


@dataclass(frozen=True)
class Rhythm:
    """So many months a period, counted from a date; 0: only when dates are set. In force from `applies_from` on."""

    months: int
    counted_from: date
    applies_from: date = date.min

    def whole(self, day: date) -> Period:
        """The period that a date belongs to, as if the rhythm had always been in force."""
        first = self.counted_from
        passed = (day.year - first.year) * 12 + day.month - first.month
        if add_months(first, passed) > day:
            passed -= 1
        begun = passed // self.months * self.months
        return Period(
            add_months(first, begun), add_months(first, begun + self.months), add_months(first, begun // 12 * 12)
        )

    def containing(self, day: date) -> Period:
        """The period that a date belongs to. The first after a change begins with it, and is never a few days only."""
        period, first = self.whole(day), self.applies_from
        starts_on, ends_on = max(period.starts_on, first), period.ends_on
        if first == date.min:
            return period
        if period.starts_on < first and (ends_on - first).days < SHORTEST:
            ends_on = self.whole(ends_on).ends_on
        elif starts_on > first and (starts_on - first).days < SHORTEST:
            starts_on = first
        return Period(starts_on, ends_on, period.year_starts_on)


FINANCIAL_QUARTERS = Rhythm(3, date(2000, 4, 1))


@dataclass(frozen=True)
class Calendar:
    """When one agreement reports: its rhythms, each in force until the next, and periods whose dates were set by hand.

    `rhythms` are in the order in which they came into force, the first of them from ever. `until` is the first day of
    which nothing is asked any more: the period that it falls into is broken off the day before.
    """

    rhythms: Sequence[Rhythm] = (FINANCIAL_QUARTERS,)
    by_hand: Sequence[Period] = ()
    until: date = date.max

    def containing(self, day: date) -> Period | None:
        """The period of its rhythm that a date belongs to; `None` while only dates set by hand are asked for, and after
        its end."""
        if day >= self.until:
            return None
        place = max(index for index, rhythm in enumerate(self.rhythms) if rhythm.applies_from <= day)
        rhythm = self.rhythms[place]
        if not rhythm.months:
            return None
        period = rhythm.containing(day)
        until = self.rhythms[place + 1].applies_from if place + 1 < len(self.rhythms) else period.ends_on
        return Period(period.starts_on, min(period.ends_on, until, self.until), period.year_starts_on)

    def ended(self, *, after: date, by: date) -> list[Period]:
        """The periods that ended after a date and up to another, first to last."""
        found = [period for period in self.by_hand if after < period.ends_on <= by]
        for period in self.running(after):
            if period.ends_on > by:
                break
            found.append(period)
        return sorted(set(found), key=lambda period: (period.ends_on, period))

    def running(self, day: date, *, most: int = 400) -> Iterator[Period]:
        """The period that a date belongs to and those after it, of its rhythms, first to last; `most` at the most."""
        for _ in range(most):
            period = self.containing(day)
            if period:
                yield period
                day = period.ends_on
                continue
            later = [rhythm.applies_from for rhythm in self.rhythms if rhythm.applies_from > day]
            if not later:
                return
            day = min(later)

    def coming(self, day: date, *, number: int) -> list[Period]:
        """The periods that are not over on a date, in the order in which they end: so many at most."""
        found = [period for period in self.by_hand if period.ends_on > day]
        found += list(self.running(day, most=number))
        return sorted(found, key=lambda period: period.ends_on)[:number]

    def last_ended(self, *, by: date) -> Period | None:
        """The period that ended last, up to and including a date."""
        return next(reversed(self.ended(after=by - timedelta(days=400), by=by)), None)
