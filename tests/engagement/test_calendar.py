"""Quarters, working days and dates in words, across years and both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.domain.calendar import (
    Quarter,
    add_working_days,
    at_5pm,
    is_ambiguous_or_missing,
    is_working_day,
    uk_date,
    uk_time,
)

LONDON = ZoneInfo("Europe/London")
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "code", "label"),
    [
        (date(2026, 3, 31), "2025-26 Q4", "January to March 2026"),
        (date(2026, 4, 1), "2026-27 Q1", "April to June 2026"),
        (date(2026, 9, 30), "2026-27 Q2", "July to September 2026"),
        (date(2026, 12, 31), "2026-27 Q3", "October to December 2026"),
        (date(2027, 1, 1), "2026-27 Q4", "January to March 2027"),
        (date(1999, 12, 31), "1999-00 Q3", "October to December 1999"),
    ],
)
def test_day_belongs_to_the_quarter_of_its_financial_year(day, code, label):
    quarter = Quarter.containing(day)

    assert (quarter.code, quarter.label) == (code, label)
    assert Quarter.from_code(code) == quarter


@given(days)
def test_quarters_are_half_open_and_follow_one_another_without_a_gap(day):
    quarter = Quarter.containing(day)

    assert quarter.starts_on <= day < quarter.ends_on
    assert quarter.next().starts_on == quarter.ends_on
    assert quarter.next().previous() == quarter
    assert Quarter.containing(quarter.ends_on - timedelta(days=1)) == quarter


@given(days, st.integers(0, 40))
def test_going_back_is_so_many_steps_back(day, count):
    quarter = expected = Quarter.containing(day)
    for _ in range(count):
        expected = expected.previous()

    assert quarter.back(count) == expected


@given(days, days)
def test_quarters_sort_as_their_days_do(one, other):
    first, second = sorted([one, other])

    assert Quarter.containing(first) <= Quarter.containing(second)


@pytest.mark.parametrize(
    "code", ["2026-27 Q5", "2026-28 Q1", "26-27 Q1", "2026-27Q1", "2026 Q1", "", "２０２６-27 Q1 "]
)
def test_anything_else_is_no_quarter(code):
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.from_code(code)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_year_has_four_quarters(number):
    with pytest.raises(ValueError, match="four quarters"):
        Quarter(2026, number)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 12, 25),
        date(2026, 12, 28),  # Boxing Day falls on a Saturday
        date(2026, 9, 19),  # a Saturday
    ],
)
def test_bank_holidays_and_weekends_of_england_and_wales_are_no_working_days(day):
    assert not is_working_day(day)


def test_scottish_holiday_is_a_working_day_here():
    assert is_working_day(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
        (date(2026, 9, 30), 20, date(2026, 10, 28)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 4, 7), -1, date(2026, 4, 2)),
        (date(2026, 9, 19), 0, date(2026, 9, 19)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(day, count, then):
    assert add_working_days(day, count) == then


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 12, 4, 17, 0, tzinfo=UTC), "5pm on Friday 4 December 2026"),
        (datetime(2026, 7, 1, 16, 0, tzinfo=UTC), "5pm on Wednesday 1 July 2026"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "midnight on Thursday 2 July 2026"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "midday on Wednesday 1 July 2026"),
        (datetime(2026, 1, 1, 9, 30, tzinfo=UTC), "9:30am on Thursday 1 January 2026"),
        (datetime(2026, 1, 1, 0, 5, tzinfo=UTC), "12:05am on Thursday 1 January 2026"),
    ],
)
def test_moment_is_said_in_uk_time_with_its_weekday(moment, words):
    assert uk_time(moment) == words


def test_date_is_said_with_its_weekday():
    assert uk_date(date(2027, 2, 28)) == "Sunday 28 February 2027"


@given(days)
def test_5pm_is_5pm_in_london_on_every_day_of_the_year(day):
    moment = at_5pm(day)

    assert moment.astimezone(LONDON).replace(tzinfo=None) == datetime(day.year, day.month, day.day, 17)  # noqa: DTZ001
    assert uk_time(moment) == f"5pm on {uk_date(day)}"
    assert moment.astimezone(UTC).hour in {16, 17}


def test_5pm_is_an_hour_earlier_by_the_world_clock_in_summer():
    assert at_5pm(date(2026, 10, 24)).astimezone(UTC).hour == 16
    assert at_5pm(date(2026, 10, 25)).astimezone(UTC).hour == 17


@pytest.mark.threat("C08")
@pytest.mark.parametrize("half_hour", range(48))
@pytest.mark.parametrize(
    ("day", "doubtful"),
    [
        ((2026, 10, 25), {2, 3}),  # 1:00 and 1:30 happen twice
        ((2027, 3, 28), {2, 3}),  # 1:00 and 1:30 never happen
        ((2026, 6, 1), set()),
    ],
)
def test_times_that_happen_twice_or_never_are_known(day, doubtful, half_hour):
    moment = datetime(*day, half_hour // 2, 30 * (half_hour % 2))  # noqa: DTZ001  what a person types has no zone

    assert is_ambiguous_or_missing(moment) == (half_hour in doubtful)
