"""May we publish what you wrote? Asked once, kept with the answer, a no unless somebody says yes."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import publication, responding, tickets
from consultations.enums import IdentityMode, Publication
from consultations.models import Response
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True)


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def answer(client, consultation, words="Be quicker."):
    client.post(page(consultation, "start"))
    client.post(page(consultation, "answer", "1"), {"1-answer": "PHONE"})
    if words:
        client.post(page(consultation, "answer", "4"), {"4-answer": words})


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, Publication.NONE),
        ({"publish": "WITHOUT_NAME"}, Publication.WITHOUT_NAME),
        ({"publish": "NONE"}, Publication.NONE),
        ({"publish": "WITH_NAME"}, Publication.NONE),  # nobody has a name here
        ({"publish": "<script>"}, Publication.NONE),
    ],
)
def test_choice_is_kept_with_the_answer_and_anything_else_is_a_no(client, consultation, chosen, kept):
    answer(client, consultation)

    client.post(page(consultation, "check"), chosen)

    assert Response.objects.get().publication == kept


def test_question_is_put_to_those_who_wrote_something_and_offers_no_name_to_the_nameless(client, consultation):
    answer(client, consultation, words="")
    without_words = client.get(page(consultation, "check")).content.decode()
    client.post(page(consultation, "answer", "4"), {"4-answer": "Be quicker."})
    with_words = client.get(page(consultation, "check")).content.decode()

    assert ("May we publish" in without_words, "May we publish" in with_words) == (False, True)
    assert ('value="WITHOUT_NAME"' in with_words, 'value="WITH_NAME"' in with_words) == (True, False)


def test_what_was_chosen_before_is_chosen_again_when_answers_are_changed(client, consultation):
    answer(client, consultation)
    client.post(page(consultation, "check"), {"publish": "WITHOUT_NAME"})
    code = tickets.read_ticket(client.cookies["answers"].value).code

    check = client.post(page(consultation, "change"), {"code": code}, follow=True)
    client.post(page(consultation, "check"), {"publish": "NONE"})

    assert check.context["form"]["publish"].value() == "WITHOUT_NAME"
    assert Response.objects.get().publication == Publication.NONE


@pytest.mark.threat("P02")
def test_only_settled_answers_of_those_who_let_us_can_be_quoted(consultation):
    ResponseFactory(consultation=consultation, publication="WITHOUT_NAME", settled=False)
    quotable = ResponseFactory(consultation=consultation, publication="WITHOUT_NAME")
    ResponseFactory(consultation=consultation, publication="NONE")

    assert list(Response.objects.publishable()) == [quotable]


@pytest.mark.threat("P08")
def test_office_sees_how_many_may_be_quoted_protected(client, consultation):
    ResponseFactory.create_batch(14, consultation=consultation, publication="WITHOUT_NAME")
    ResponseFactory.create_batch(3, consultation=consultation)
    ResponseFactory(consultation=consultation, publication="WITHOUT_NAME", settled=False)
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    counts = publication.counts_of(consultation, threshold=5)
    shown = client.get(reverse("consultations:manage-responses", args=[consultation.reference])).content.decode()

    assert {key: cell.count for key, cell in counts.cells.items()} == {"WITHOUT_NAME": None, "NONE": None}
    assert "You may publish my words, without my name: fewer than" in " ".join(shown.split())


def test_importing_and_staff_entry_say_no_unless_somebody_says_yes():
    assert Response().publication == Publication.NONE
    assert publication.offered(ConsultationFactory(identity_mode=IdentityMode.OPEN_ANONYMOUS)) == [
        Publication.WITHOUT_NAME,
        Publication.NONE,
    ]


def test_draft_begun_before_the_question_existed_can_still_be_sent(consultation):
    assert publication.chosen(consultation, "") == Publication.NONE
    with pytest.raises(responding.CodeUnknown):
        responding.begin_change(consultation=consultation, code="AB3CD4EF5GH6", at=NOW)
