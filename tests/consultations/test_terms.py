"""Words that come up in what people wrote: counted by text, suggested, never kept when few hold them."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import coding, terms
from consultations.domain.coding import Progress, Which
from consultations.domain.terms import TermsRefused
from consultations.models import TermList, Theme
from consultations.tasks import count_terms
from engagement.enums import Role
from tests.factories.analysis import ReadingFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    return ConsultationFactory(closed=True)


@pytest.fixture
def reader():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, reader):
    client.force_login(reader)
    with time_machine.travel(NOW, tick=False):
        yield client


def written(consultation, number, text):
    for _ in range(number):
        write(consultation, text)


def ask(consultation, actor, question="q4"):
    return terms.ask_for_terms(consultation=consultation, question=question, actor=actor, at=NOW)


@pytest.mark.parametrize(
    ("text", "words", "phrases"),
    [
        ("The taxi rank. Taxi!", {"taxi", "rank"}, {"taxi rank"}),
        ("Kate’s bus\nstop", {"kate", "bus", "stop"}, {"kate bus"}),
        ("It was not the bus, and I don’t know why", {"bus"}, set()),
        ("07700 900123", set(), set()),
    ],
)
def test_terms_are_words_and_two_side_by_side_without_stop_words(text, words, phrases):
    assert terms.terms_in(text) == (words, phrases)


@pytest.mark.requirement("R-150")
def test_each_text_counts_once_and_the_most_frequent_stand_first(closed, reader):
    written(closed, 6, "Taxi rank, taxi rank.")
    written(closed, 5, "The bus stop.")
    written(closed, 5, "A rank.")

    kept = ask(closed, reader)

    assert (kept.texts, kept.wanted) == (16, False)
    assert kept.terms == [("rank", 11), ("taxi", 6), ("taxi rank", 6), ("bus", 5), ("bus stop", 5), ("stop", 5)]


@pytest.mark.threat("P07")
@pytest.mark.parametrize(("sensitive", "number", "kept"), [(False, 4, 0), (False, 5, 1), (True, 9, 0), (True, 10, 1)])
def test_word_in_few_texts_is_kept_nowhere(reader, sensitive, number, kept):
    consultation = ConsultationFactory(closed=True, sensitive=sensitive)
    written(consultation, number, "Dave.")

    ask(consultation, reader)

    assert len(TermList.objects.get().terms) == kept


@pytest.mark.threat("P02")
def test_list_keeps_neither_a_day_nor_who_asked():
    assert {field.name for field in TermList._meta.get_fields()} == {
        "id", "consultation", "question", "texts", "terms", "wanted"
    }  # fmt: skip


@pytest.mark.threat("P02")
def test_unsettled_texts_are_not_counted(reader):
    consultation = ConsultationFactory(open=True)
    written(consultation, 6, "The bus.")
    for _ in range(6):
        write(consultation, "The train.", settled=False)

    assert ask(consultation, reader).terms == [("bus", 6)]


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.INVOLVEMENT])
def test_nobody_else_counts_or_sees_terms(client, closed, role):
    person = UserFactory(role=role)
    client.force_login(person)
    written(closed, 6, "The bus.")

    with pytest.raises(TermsRefused, match="Only the Involvement Team"):
        ask(closed, person)
    with time_machine.travel(NOW, tick=False):
        assert client.get(reverse("consultations:manage-terms", args=[closed.reference])).status_code == 404


def test_many_texts_are_counted_by_the_worker_and_twice_is_as_once(closed, reader, monkeypatch):
    monkeypatch.setattr(terms, "AT_ONCE", 5)
    written(closed, 6, "The bus.")

    asked = ask(closed, reader)
    count_terms()
    count_terms()

    kept = TermList.objects.get()
    assert (asked.wanted, asked.terms) == (True, [])
    assert (kept.wanted, kept.texts, kept.terms) == (False, 6, [["bus", 6]])


def test_press_counts_and_each_term_leads_to_its_texts_and_to_a_theme(office, closed):
    written(closed, 5, "The bus stop.")
    written(closed, 2, "The stop of the bus.")
    here = reverse("consultations:manage-terms", args=[closed.reference])
    before = office.get(here).content.decode()

    page = office.post(here, follow=True)
    rows = {row["term"]: row for row in page.context["rows"]}
    texts = office.get(rows["bus stop"]["texts_url"])
    theme = office.get(rows["bus stop"]["theme_url"])
    address = urlsplit(rows["bus stop"]["theme_url"])
    office.post(address.path, {"name": theme.context["form"]["name"].value(), "definition": "", "position": ""})

    assert "Nobody has counted these texts yet" in before
    assert (rows["bus stop"]["texts"], rows["bus"]["texts"], rows["bus"]["percent"]) == (5, 7, 100)
    assert texts.context["found"] == 5
    assert parse_qs(address.query)["name"] == ["Bus stop"]
    assert Theme.objects.get().name == "Bus stop"


def test_without_texts_the_press_says_so(office, closed):
    reply = office.post(reverse("consultations:manage-terms", args=[closed.reference]))

    assert reply.context["form"].errors == {
        "__all__": ["There is nothing to count yet: texts appear when ten or more people have answered."]
    }


@pytest.mark.parametrize("number", [5, 15])
def test_page_costs_the_same_however_many_terms(office, closed, number, django_assert_num_queries):
    written(closed, 5, "".join(f"word{chr(97 + place)}{chr(97 + place)}. " for place in range(number)))
    here = reverse("consultations:manage-terms", args=[closed.reference])
    office.post(here)

    with django_assert_num_queries(6):
        assert len(office.get(here).context["rows"]) == number


def test_words_between_quotation_marks_are_one_phrase(closed, reader):
    write(closed, "The bus stop is dark.")
    write(closed, "They stop the bus.")

    def found(words):
        return coding.texts(consultation=closed, reader=reader, at=NOW, which=Which(words=words)).count()

    assert [found(words) for words in ("bus stop", '"bus stop"', "“bus stop” dark", '"')] == [2, 1, 1, 0]


@pytest.mark.requirement("R-150")
def test_progress_says_what_is_read_coded_and_left(office, closed, reader):
    ReadingFactory(answer=write(closed, "One."), themes=[ThemeFactory(consultation=closed)])
    ReadingFactory(answer=write(closed, "Two."), nothing=True)
    write(closed, "Three.")

    progress = coding.progress_of(consultation=closed, reader=reader, at=NOW)["q4"]
    page = office.get(reverse("consultations:manage-coding", args=[closed.reference])).content.decode()

    assert (progress, progress.coded, progress.left) == (Progress(2, 3, 1), 1, 1)
    assert "2 of 3" in page
    assert "?question=q4&amp;state=uncoded" in page
