"""Words that may speak of danger: what the machine stops at, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import danger
from consultations.enums import ConcernReason


def meanings(text):
    return {found.reason for found in danger.found_in(text)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("He said he would kill me if I left.", ConcernReason.DANGER),
        ("I am in fear for my life every night", ConcernReason.DANGER),
        ("I don’t feel safe at home.", ConcernReason.DANGER),
        ("My husband still hits me.", ConcernReason.DANGER),
        ("He has a knife in\nthe car", ConcernReason.DANGER),
        ("He won't let me leave the house", ConcernReason.DANGER),
        ("He hits our son.", ConcernReason.CHILD),
        ("I am scared for my children", ConcernReason.CHILD),
        ("Our daughters are not safe there", ConcernReason.CHILD),
        ("Some days I want to die", ConcernReason.SELF_HARM),
        ("I have thought of killing myself", ConcernReason.SELF_HARM),
        ("Her carer hits her", ConcernReason.ADULT),
        ("The carer stole my pension", ConcernReason.ADULT),
    ],
)
def test_words_that_a_person_would_stop_at_are_found(text, reason):
    assert reason in meanings(text)
    assert reason in meanings(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Letters come late, and nobody rings.",
        "The website is dying for a redesign; it kills my patience.",
        "Make the town safe at night.",
        "She was kind and let me talk.",
        "A beatbox class for the children hit the right note.",
        "Skilful staff",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert danger.found_in(text) == []


def test_words_are_told_as_they_were_found_gravest_first():
    found = danger.found_in("I want to die.  He’s going to  kill me.")

    assert [(one.reason, one.words) for one in found] == [
        (ConcernReason.DANGER, "going to kill me"),
        (ConcernReason.SELF_HARM, "want to die"),
    ]


@given(st.text(max_size=300), st.text(alphabet=" \n\t.,!", min_size=1, max_size=5))
def test_what_stands_around_a_phrase_hides_nothing(around, gap):
    assert ConcernReason.SELF_HARM in meanings(f"{around}{gap}I want to die{gap}{around}")


@given(st.text(max_size=500))
def test_any_text_can_be_looked_at(text):
    plain = " ".join(text.split())

    assert all(found.words for found in danger.found_in(text))
    assert meanings(plain) == meanings(text)
