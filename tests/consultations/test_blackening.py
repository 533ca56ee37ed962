"""What is taken out of a text: found by words, suggested by patterns, and nothing put in its place but a reason."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import blackening
from consultations.domain.blackening import Part
from consultations.enums import TakenOut


def taken(text):
    return [(part.of(text), part.reason) for part in blackening.suggested(text)]


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("Ring me on 07700 900123 please", "07700 900123", TakenOut.CONTACT),
        ("or +44 7700 900123.", "+44 7700 900123", TakenOut.CONTACT),
        ("Write to ann.lee@people.example", "ann.lee@people.example", TakenOut.CONTACT),
        ("I live in AV1 2AB", "AV1 2AB", TakenOut.PLACE),
        ("at 12 Mill Lane", "12 Mill Lane", TakenOut.PLACE),
        ("my husband Dave drinks", "Dave", TakenOut.NAME),
        ("My ex-partner, Dave Ash, knows", "Dave Ash", TakenOut.NAME),
        ("a boy called Kit", "Kit", TakenOut.NAME),
        ("Sergeant Moor was kind", "Moor", TakenOut.NAME),
    ],
)
def test_contacts_places_and_names_are_suggested(text, words, reason):
    assert taken(text) == [(words, reason)]


def test_ordinary_words_are_not_suggested():
    assert taken("My husband rang in 2019 and nobody came. The street is dark.") == []


def test_words_are_taken_out_wherever_they_stand_in_any_case_and_whole():
    text = "Dave hit me. DAVE\u00a0is my boss; dave. Davenport is a town."

    parts = blackening.find(text, " dave ", TakenOut.NAME)

    assert (
        blackening.redacted(text, parts) == "[a name] hit me. [a name]\u00a0is my boss; [a name]. Davenport is a town."
    )


def test_words_over_two_lines_are_found():
    assert blackening.find("Mill\n  Lane", "mill lane", "PLACE") == [Part(0, 11, "PLACE")]


def test_part_outside_the_text_is_refused():
    with pytest.raises(ValueError, match="outside"):
        blackening.redacted("Late.", [Part(2, 9, "NAME")])


@st.composite
def texts_with_parts(draw):
    text = draw(st.text(min_size=1, max_size=60))
    places = st.integers(0, len(text) - 1)
    pairs = draw(st.lists(st.tuples(places, places, st.sampled_from(TakenOut.values)), max_size=6))
    return text, [Part(min(first, last), max(first, last) + 1, reason) for first, last, reason in pairs]


@given(texts_with_parts())
def test_what_is_shown_is_the_text_less_its_parts_and_nothing_of_anybody_else(drawn):
    text, parts = drawn
    gone = {place for part in parts for place in range(part.start, part.end)}
    kept = "".join(letter for place, letter in enumerate(text) if place not in gone)

    shown = blackening.redacted(text, parts)

    labels = [f"[{TakenOut(part.reason).label.lower()}]" for part in blackening.apart(parts)]
    for label in labels:
        assert label in shown
    assert len(shown) == len(kept) + sum(map(len, labels))
    assert blackening.says_nothing(text, parts) is (re.search(r"\w", kept) is None)


@given(st.text(max_size=200))
def test_suggestions_lie_in_the_text_and_apart(text):
    parts = blackening.suggested(text)

    assert all(0 <= part.start < part.end <= len(text) for part in parts)
    assert all(one.end <= other.start for one, other in pairwise(parts))
