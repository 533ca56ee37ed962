"""The pages on which sheets are typed and read again: fast, by two people, with nothing lost."""

import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from consultations.models import EntryBatch, Response
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
DAY = {"held_on_day": "15", "held_on_month": "9", "held_on_year": "2026"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True)


@pytest.fixture
def typist(client):
    person = UserFactory(role=Role.INVOLVEMENT)
    client.force_login(person)
    return person


def page(name, consultation, *args):
    return reverse(f"consultations:channel-{name}", args=[consultation.reference, *args])


def words(reply):
    return re.sub(r"\s+", " ", BeautifulSoup(reply.content, "html.parser").get_text(" "))


def begin(client, consultation, **more):
    data = {"channel": "PAPER", "place": "Millgate Library", "sheets": "2", **DAY, **more}
    return client.post(page("batch-begin", consultation), data)


@pytest.mark.requirement("R-150")
def test_two_people_take_a_batch_from_the_stack_to_the_counts(client, consultation, typist):
    first = begin(client, consultation)["Location"]
    assert first == page("sheet", consultation, 1, 1)
    assert "Sheet 1 of 2" in words(client.get(first))
    second = client.post(first, {"q1-answer": "PHONE", "q4-answer": "Ring first.", "next": "1"})["Location"]
    assert second == page("sheet", consultation, 1, 2)
    done = client.post(second, {"q1-answer": "LETTER", "q2-answer": ["TEXT"], "next": "1"})["Location"]
    assert done == page("batch", consultation, 1)
    assert "Ring first." in client.get(first).content.decode()
    client.post(done, {})
    assert "Somebody else has to check it" in words(client.get(done))

    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    blind = client.get(page("sheet-check", consultation, 1, 1))
    assert "Ring first." not in blind.content.decode()
    again = client.post(page("sheet-check", consultation, 1, 1), {"q1-answer": "TEXT", "q4-answer": "Ring first."})
    assert again["Location"] == page("sheet-settle", consultation, 1, 1)
    settle = words(client.get(again["Location"]))
    assert "A phone call Typed first" in settle
    assert "A text message Read second" in settle
    client.post(again["Location"], {"q1": "first"})
    client.post(page("sheet-check", consultation, 1, 2), {"q1-answer": "LETTER", "q2-answer": ["TEXT"]})
    for _ in range(2):
        client.post(page("batch-finish", consultation, 1))

    report = words(client.get(done))
    assert "2 answers entered." in report
    assert "2 sheets read twice, 1 differently." in report
    assert Response.objects.count() == 2


def test_wrong_answers_are_said_beside_the_question_and_nothing_typed_is_lost(client, consultation, typist):
    address = begin(client, consultation)["Location"]

    reply = client.post(address, {"q1-answer": "PIGEON", "q4-answer": "Keep me."})

    assert reply.status_code == 422
    assert 'href="#id_q1-answer_0"' in reply.content.decode() or "#id_q1-answer" in reply.content.decode()
    assert "Keep me." in reply.content.decode()
    assert "Type at least one answer" in words(client.post(address, {}))


def test_batch_without_its_facts_is_refused_in_words(client, consultation, typist):
    reply = words(client.post(page("batch-begin", consultation), {}))

    for sentence in (
        "Choose how these answers came in",
        "Enter where they were given",
        "Enter the day on which they were given",
        "Enter how many sheets there are",
    ):
        assert sentence in reply


def test_colleague_cannot_type_and_typist_cannot_check(client, consultation, typist):
    address = begin(client, consultation)["Location"]
    client.post(address, {"q1-answer": "PHONE"})
    client.post(page("batch", consultation, 1), {"left_out_reason": "Blank."})
    assert client.get(page("sheet-check", consultation, 1, 1)).status_code == 302
    assert client.get(page("sheet", consultation, 1, 9)).status_code == 404

    client.post(page("batch-take-back", consultation, 1))
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    assert client.get(address).status_code == 302
    client.post(page("batch-discard", consultation, 1))
    assert EntryBatch.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_overview_costs_the_same_however_many_batches(client, consultation, typist, number, django_assert_num_queries):
    for _ in range(number):
        begin(client, consultation)

    client.get(page("list", consultation))
    with django_assert_num_queries(8):
        reply = client.get(page("list", consultation))

    assert reply.content.decode().count("Being typed in") == number
