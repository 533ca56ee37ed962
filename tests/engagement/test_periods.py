"""Periods of every length: their dates, codes and words, and the rhythms that make them without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.domain.periods import Calendar, Period, Rhythm, add_months

JUNE = date(2026, 6, 15)
MONTHS = Rhythm(1, date(2000, 4, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("code", "starts_on", "last_day", "label", "noun"),
    [
        ("2026-27 Q2", date(2026, 7, 1), date(2026, 9, 30), "July to September 2026", "quarter"),
        ("2026-27 Q4", date(2027, 1, 1), date(2027, 3, 31), "January to March 2027", "quarter"),
        ("2026-27 H2", date(2026, 10, 1), date(2027, 3, 31), "October 2026 to March 2027", "half-year"),
        ("2026-27 M11", date(2027, 2, 1), date(2027, 2, 28), "February 2027", "month"),
        ("2026-27", date(2026, 4, 1), date(2027, 3, 31), "April 2026 to March 2027", "year"),
        ("2026-06-15 to 2026-09-14", JUNE, date(2026, 9, 14), "Monday 15 June to Monday 14 September 2026", "period"),
    ],
)
def test_period_is_read_from_its_code_and_says_what_it_is(code, starts_on, last_day, label, noun):
    period = Period.from_code(code)

    assert (period.starts_on, period.last_day, period.label, period.noun) == (starts_on, last_day, label, noun)
    assert period.within == (f"from {label}" if "day" in label else f"in {label}")
    assert period.code == code


@pytest.mark.parametrize("code", ["2026-28 Q1", "2026-27 Q5", "2026-27 H3", "2026-27 M13", "soon", "٢٠٢٦-27"])
def test_what_is_no_period_is_refused(code):
    with pytest.raises(ValueError, match="is not a period"):
        Period.from_code(code)


def test_contract_s_own_quarter_is_called_one_and_belongs_to_its_year():
    calendar = Calendar((Rhythm(3, JUNE),))

    period = calendar.containing(date(2027, 3, 20))

    assert (period.starts_on, period.ends_on, period.noun) == (date(2027, 3, 15), JUNE.replace(year=2027), "quarter")
    assert (period.year_label, period.months_done) == ("Year from Monday 15 June 2026", 12)
    assert period.code == "2027-03-15 to 2027-06-14"


@pytest.mark.parametrize("before", ["2026-27 Q1", "2026-27 H1", "2026-27 M01", "2026-27"])
def test_period_before_is_as_long_and_ends_where_this_begins(before):
    period = Period.from_code(before)

    assert period.previous().ends_on == period.starts_on
    assert (period.previous().noun, period.previous().year_label) == (period.noun, "2025-26")


@given(
    months=st.sampled_from([1, 3, 6, 12]),
    first=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    day=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
)
def test_periods_follow_each_other_without_gap_whatever_day_they_are_counted_from(months, first, day):
    """31 January and 29 February too: each date belongs to one period, and that ends where the next begins."""
    rhythm = Rhythm(months, first)

    period = rhythm.whole(day)

    assert period.starts_on <= day < period.ends_on
    assert rhythm.whole(period.ends_on).starts_on == period.ends_on
    assert rhythm.whole(period.ends_on - timedelta(days=1)) == period
    assert period.year_starts_on <= period.starts_on
    assert period.months == months


def test_ends_of_months_do_not_drift():
    ends = [
        period.starts_on for period in Calendar((Rhythm(3, date(2027, 1, 31)),)).coming(date(2027, 1, 31), number=5)
    ]

    assert ends == [date(2027, 1, 31), date(2027, 4, 30), date(2027, 7, 31), date(2027, 10, 31), date(2028, 1, 31)]
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)


def test_change_of_rhythm_begins_after_the_period_that_runs():
    calendar = Calendar((Rhythm(3, date(2000, 4, 1)), MONTHS))

    codes = [period.code for period in calendar.coming(date(2026, 8, 20), number=3)]

    assert codes == ["2026-27 Q2", "2026-27 M07", "2026-27 M08"]


@pytest.mark.parametrize(
    ("changed", "first"),
    [(date(2026, 9, 15), "2026-09-15 to 2026-12-31"), (date(2026, 8, 15), "2026-08-15 to 2026-09-30")],
)
def test_days_left_over_by_a_change_make_a_period_or_join_the_next(changed, first):
    """Never a return for a fortnight: what is shorter than four weeks joins the period after it."""
    calendar = Calendar((Rhythm(3, JUNE), Rhythm(3, date(2000, 4, 1), changed)))

    assert calendar.containing(changed).code == first
    assert calendar.containing(calendar.containing(changed).last_day) == calendar.containing(changed)


def test_dates_set_by_hand_stand_beside_a_rhythm_and_alone():
    by_hand = Period(date(2026, 4, 1), date(2026, 9, 16), date(2026, 4, 1))
    alone = Calendar((Rhythm(0, date(2026, 4, 1)),), (by_hand,))
    beside = Calendar(by_hand=(by_hand,))

    assert alone.coming(date(2026, 8, 1), number=4) == [by_hand]
    assert [period.code for period in beside.ended(after=date(2026, 7, 1), by=date(2026, 10, 1))] == [
        "2026-04-01 to 2026-09-15",
        "2026-27 Q2",
    ]
