"""A day typed in three boxes: understood, or refused in words that name what is missing."""

from datetime import date

import pytest
from django import forms

from engagement.forms.dates import DayField


class Begin(forms.Form):
    begins = DayField(label="Begins", name="The first day", error_messages={"required": "Enter the first day"})


def typed(day, month, year):
    return Begin({"begins_day": day, "begins_month": month, "begins_year": year})


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (("4", "12", "2026"), date(2026, 12, 4)),
        ((" 04 ", "December", "2026"), date(2026, 12, 4)),
        (("29", "feb", "2028"), date(2028, 2, 29)),
    ],
)
def test_day_is_understood_as_people_type_it(parts, day):
    form = typed(*parts)

    assert form.is_valid()
    assert form.cleaned_data["begins"] == day


@pytest.mark.parametrize(
    ("parts", "words", "wrong"),
    [
        (("", "", ""), "Enter the first day", ("day", "month", "year")),
        (("", "12", "2026"), "The first day must include a day", ("day",)),
        (("4", "", ""), "The first day must include a month and year", ("month", "year")),
        (("4", "12", "26"), "The first day must have a year of 4 numbers, such as 2027", ("year",)),
        (("4", "12", "1066"), "The first day must be in a year from 1900 to 2199", ("year",)),
        (("31", "2", "2026"), "The first day must be a real date", ("day", "month", "year")),
        (("4", "13", "2026"), "The first day must be a real date", ("month",)),
        (("٤", "12", "2026"), "The first day must be a real date", ("day",)),
        (("-4", "12", "2026"), "The first day must be a real date", ("day",)),
    ],
)
def test_day_is_refused_in_words_and_knows_its_wrong_boxes(parts, words, wrong):
    form = typed(*parts)

    (error,) = form.errors.as_data()["begins"]

    assert error.messages == [words]
    assert (error.params or {}).get("parts", ("day", "month", "year")) == wrong


def test_day_that_is_known_already_stands_in_its_boxes():
    form = Begin(initial={"begins": date(2026, 4, 1)})

    assert form["begins"].field.widget.decompress(form["begins"].value()) == ["1", "4", "2026"]
    assert not Begin(
        {"begins_day": "1", "begins_month": "4", "begins_year": "2026"}, initial=form.initial
    ).has_changed()


@pytest.mark.parametrize("sent", [{}, {"begins": "2026-04-01"}])
def test_request_without_the_boxes_is_an_empty_day(sent):
    assert Begin(sent).errors == {"begins": ["Enter the first day"]}
