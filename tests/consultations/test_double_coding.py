"""Two people read the same texts: how far they agree, and what counts where they do not."""

from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import agreement, codeframes, coding, double
from consultations.domain.coding import CodingRefused
from consultations.enums import Round
from consultations.models import Reading, SampledText
from engagement.enums import Role
from tests.factories.analysis import ThemeFactory, write
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

LABELS = st.sampled_from("abc")
PAIRS = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("table", "alike", "kappa"),
    [
        # Fifty proposals, two readers: the textbook case of kappa 0.4.
        ({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}, Fraction(7, 10), Fraction(2, 5)),
        # The same share alike, and unlike kappas: what chance would do differs.
        ({("y", "y"): 45, ("y", "n"): 15, ("n", "y"): 25, ("n", "n"): 15}, Fraction(3, 5), Fraction(3, 23)),
        ({("y", "y"): 25, ("y", "n"): 35, ("n", "y"): 5, ("n", "n"): 35}, Fraction(3, 5), Fraction(7, 27)),
        ({("y", "y"): 4, ("n", "n"): 6}, Fraction(1), Fraction(1)),
        ({("y", "n"): 5, ("n", "y"): 5}, Fraction(0), Fraction(-1)),
        ({("n", "n"): 9}, Fraction(1), None),
        ({}, None, None),
    ],
)
def test_agreement_of_worked_examples(table, alike, kappa):
    first = [one for (one, _), number in table.items() for _ in range(number)]
    second = [other for (_, other), number in table.items() for _ in range(number)]

    found = agreement.agreement(first, second)

    assert (found.alike, found.kappa) == (alike, kappa)


@given(PAIRS)
def test_kappa_does_not_depend_on_who_was_first_nor_exceeds_what_is_alike(pairs):
    first, second = zip(*pairs, strict=True)

    one, other = agreement.agreement(first, second), agreement.agreement(second, first)

    assert one == other
    assert one.kappa is None or -1 <= one.kappa <= one.alike <= 1
    assert (one.kappa == 1) == (first == second and len(set(first)) > 1)


@given(st.lists(st.tuples(st.sets(LABELS), st.sets(LABELS)), min_size=1, max_size=30))
def test_all_decisions_together_are_those_of_each_theme(pairs):
    first, second = zip(*pairs, strict=True)

    each = agreement.by_theme(first, second, "abc")
    every = agreement.overall(first, second, "abc")

    assert every.decisions == sum(one.decisions for one in each.values())
    assert every.alike == sum(one.alike for one in each.values()) / 3


def test_people_who_said_of_unlike_many_things_are_not_compared():
    with pytest.raises(ValueError, match="unlike many"):
        agreement.agreement("ab", "a")


@pytest.fixture
def closed(db):
    return ConsultationFactory(closed=True)


@pytest.fixture
def first_coder(db):
    return UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")


@pytest.fixture
def second_coder(db):
    return UserFactory(role=Role.INVOLVEMENT, name="Sam Lee")


@pytest.fixture
def coded(closed, first_coder):
    """Ten texts under one theme, and the theme."""
    theme = ThemeFactory(consultation=closed, name="Waiting")
    texts = [write(closed, f"Text {number}") for number in range(10)]
    for text in texts:
        coding.keep_reading(answer=text, themes=[theme], nothing=False, seen="", actor=first_coder, at=NOW)
    return texts, theme


def draw(consultation, actor, percent=100, at=NOW):
    return double.draw_sample(consultation=consultation, percent=percent, actor=actor, at=at)


def second(answer, actor, *themes):
    return double.keep_second(answer=answer, themes=themes, nothing=not themes, actor=actor, at=NOW)


@pytest.mark.parametrize(("percent", "size"), [(1, 1), (25, 2), (100, 10)])
def test_sample_is_drawn_by_lot_of_what_is_coded(closed, coded, first_coder, percent, size):
    write(closed, "Nobody has read this.")

    sample = draw(closed, first_coder, percent)

    assert (sample.size, sample.drawn_from, sample.drawn_on) == (size, 10, NOW.date())
    assert SampledText.objects.filter(answer__in=coded[0]).count() == size
    assert {one.pk for one in SampledText.objects.all()}.isdisjoint(range(1000))


@pytest.mark.threat("P02")
def test_no_sample_is_drawn_while_people_can_still_answer(first_coder):
    with pytest.raises(CodingRefused, match="once this has closed"):
        draw(ConsultationFactory(open=True), first_coder)


def test_nothing_is_drawn_twice(closed, coded, first_coder):
    draw(closed, first_coder)

    with pytest.raises(CodingRefused, match="Nothing is left to draw"):
        draw(closed, first_coder)


def test_second_reading_is_another_persons_and_is_made_once(closed, coded, first_coder, second_coder):
    texts, theme = coded
    draw(closed, first_coder)

    second(texts[0], second_coder, theme)

    for text, coder in ((texts[0], second_coder), (texts[1], first_coder)):
        with pytest.raises(CodingRefused, match="does not wait for your second reading"):
            second(text, coder, theme)
    assert double.waiting_for(consultation=closed, coder=second_coder, at=NOW).count() == 9
    assert not double.waiting_for(consultation=closed, coder=first_coder, at=NOW).exists()


def test_first_reading_of_the_sample_stays_as_it_was(closed, coded, first_coder):
    texts, _ = coded
    draw(closed, first_coder)
    seen = coding.seen_in(coding.reading_of(texts[0]))

    with pytest.raises(CodingRefused, match="Two people read this text"):
        coding.keep_reading(answer=texts[0], themes=[], nothing=True, seen=seen, actor=first_coder, at=NOW)


def test_what_is_agreed_counts_with_who_agreed_it_and_the_comparison_stays(closed, coded, first_coder, second_coder):
    texts, theme = coded
    other = ThemeFactory(consultation=closed, name="Kindness")
    draw(closed, first_coder)
    for text in texts[:4]:
        second(text, second_coder, theme)
    second(texts[4], second_coder, other)
    before = double.compare(closed)

    found = double.disagreements(closed)
    double.agree_on(
        answer=texts[4], themes=[theme, other], nothing=False, actor=second_coder, at=NOW + timedelta(days=1)
    )

    after = double.compare(closed)
    counting = Reading.objects.get(answer=texts[4], counts=True)
    assert (before.sampled, before.texts, before.same, before.overall.percent) == (10, 5, 4, 80)
    assert [one.answer for one in found] == [texts[4]]
    assert (counting.round, counting.coder, counting.read_on) == (
        Round.AGREED,
        second_coder,
        (NOW + timedelta(days=1)).date(),
    )
    assert {one.name: one.texts for one in codeframes.themes_of(closed)} == {"Kindness": 1, "Waiting": 10}
    assert double.disagreements(closed) == []
    assert after.overall == before.overall


def page(name, consultation, *more):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *more])


@pytest.fixture
def office(client, second_coder):
    client.force_login(second_coder)
    with time_machine.travel(NOW, tick=False):
        yield client


def test_second_reader_never_meets_the_first_ones_codes_until_both_have_read(office, closed, coded, first_coder):
    texts, _ = coded
    office.post(page("double", closed), {"percent": "100"})

    start = office.get(page("double", closed))
    blind = office.get(start.context["next_url"])
    peeping = office.get(page("code", closed, texts[0].pk))

    assert start.context["waiting"] == 10
    assert blind.context["form"]["themes"].value() == []
    assert "Noor Blake" not in blind.content.decode()
    assert peeping.status_code == 404


def test_sample_is_read_compared_and_settled_on_its_pages(office, closed, coded, first_coder):
    _, theme = coded
    office.post(page("double", closed), {"percent": "20"})
    here = office.get(page("double", closed)).context["next_url"]
    reply = office.post(here, {"themes": [theme.number]})
    last = office.post(reply.url, {"nothing": "on"})
    shown = office.get(page("double", closed))
    odd = shown.context["disagreements"][0].answer

    asked = office.get(page("settle", closed, odd.pk)).content.decode()
    office.post(page("settle", closed, odd.pk), {"themes": [theme.number]})

    assert last.url == page("double", closed)
    assert "Two people agree on 50% of decisions" in shown.content.decode()
    assert "First reading, Noor Blake" in asked
    assert "Second reading, Sam Lee" in asked
    assert office.get(page("double", closed)).context["disagreements"] == []


def test_impossible_share_is_refused_beside_the_field(office, closed, coded):
    reply = office.post(page("double", closed), {"percent": "101"})

    assert reply.context["form"].errors == {"percent": ["Enter a whole number from 1 to 100"]}


@pytest.mark.parametrize("number", [1, 3])
def test_double_coding_costs_the_same_however_many(
    office, closed, coded, first_coder, second_coder, number, django_assert_max_num_queries
):
    texts, _ = coded
    draw(closed, first_coder)
    for text in texts[:number]:
        second(text, second_coder)

    with django_assert_max_num_queries(22):
        reply = office.get(page("double", closed))

    assert len(reply.context["disagreements"]) == number
