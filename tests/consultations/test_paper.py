"""One's own answers to print, and the questions on paper with the way through them in words."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consultations.domain import drafting, paper, questionnaires, responding, tickets
from consultations.domain.routes import END
from consultations.enums import QuestionKind, RouteWhen
from consultations.models import Draft, Response
from consultations.views.journey import COOKIE
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    RouteFactory,
    WordingFactory,
)
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def address(consultation, page):
    return reverse(f"consultations:consultation-{page}", args=[consultation.slug])


def words(reply):
    return reply.content.decode()


def sent(consultation, answers):
    """The ticket of answers that were sent."""
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    for question, values in answers.items():
        opened = drafting.keep_step(opened=opened, question=question, values=values, at=NOW)
    responding.submit(consultation=consultation, ticket=ticket, at=NOW)
    return ticket


# One's own answers


def test_the_browser_that_sent_them_shows_the_answers_to_print(client):
    consultation = ConsultationFactory(open=True)
    ticket = sent(consultation, {"q1": ["PHONE"], "q4": ["Be quicker."]})
    client.cookies[COOKIE] = str(ticket)

    page = words(client.get(address(consultation, "receipt-copy")))

    assert address(consultation, "receipt-copy") in words(client.get(address(consultation, "receipt")))
    for said in ("A phone call", "Be quicker.", "The draft covers what matters.", tickets.shown(ticket.code)):
        assert said in page
    assert Draft.objects.count() == 0


def test_another_browser_needs_the_reference_and_it_stands_in_no_address(client):
    consultation = ConsultationFactory(open=True)
    ticket = sent(consultation, {"q4": ["Be quicker."]})
    assert client.get(address(consultation, "receipt-copy")).url == address(consultation, "start")

    reply = client.post(address(consultation, "copy"), {"code": tickets.shown(ticket.code)})

    assert "Be quicker." in words(reply)
    assert reply["Cache-Control"] == "no-store"
    assert COOKIE not in client.cookies
    assert Draft.objects.count() == 0
    assert Response.objects.count() == 1


def test_an_unknown_reference_shows_nothing_and_guesses_are_limited(client):
    consultation = ConsultationFactory(open=True)
    ticket = sent(consultation, {"q4": ["Be quicker."]})

    assert "We have no answers under this reference." in words(
        client.post(address(consultation, "copy"), {"code": tickets.new_code()})
    )
    for _ in range(10):
        client.post(address(consultation, "copy"), {"code": tickets.new_code()})
    assert "Be quicker." not in words(client.post(address(consultation, "copy"), {"code": ticket.code}))


def test_the_code_for_coming_back_is_no_reference(client):
    consultation = ConsultationFactory(open=True)
    ticket = sent(consultation, {"q4": ["Be quicker."]})

    assert "Be quicker." not in words(client.post(address(consultation, "copy"), {"code": ticket.back}))


def test_answers_are_read_in_each_wording_that_was_offered(client):
    questionnaire = QuestionnaireFactory()
    WordingFactory(questionnaire=questionnaire, said="Easy")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    ticket = sent(consultation, {"q1": ["PHONE"]})
    client.cookies[COOKIE] = str(ticket)

    easy = words(client.get(address(consultation, "receipt-copy") + "?wording=easy-read"))
    by_code = words(Client().post(address(consultation, "copy"), {"code": ticket.code, "wording": "easy-read"}))
    standard = words(client.get(address(consultation, "receipt-copy") + "?wording=none"))

    assert "Easy A phone call" in easy
    assert "Easy A phone call" in by_code
    assert "Easy A phone call" not in standard


# The questions


def routed():
    """Whoever chooses a letter goes to the end; no answer leads to the third; the second leads on, whatever it is."""
    questionnaire = QuestionnaireFactory(asked=[])
    first = QuestionFactory(questionnaire=questionnaire, sort_order=1, key="q1", text="How?", ways=True)
    second = QuestionFactory(
        questionnaire=questionnaire, sort_order=2, key="q2", kind=QuestionKind.SHORT_TEXT, text="When?"
    )
    QuestionFactory(questionnaire=questionnaire, sort_order=3, key="q3", kind=QuestionKind.LONG_TEXT, text="Where?")
    QuestionFactory(questionnaire=questionnaire, sort_order=4, key="q4", kind=QuestionKind.LONG_TEXT, text="Why?")
    RouteFactory(question=first, choices=["LETTER", "TEXT"], goal=END)
    RouteFactory(question=first, when=RouteWhen.UNANSWERED, goal="q3")
    RouteFactory(question=second, when=RouteWhen.OTHERWISE, goal="q4")
    return questionnaire


def test_every_route_is_said_in_words_with_the_number_of_the_question():
    questions = questionnaires.as_asked(routed())

    said = {one.number: one.directions for one in paper.on_paper(questions)}

    assert said == {
        1: (
            "If you tick “A letter” or “A text message”: go to the end: you have finished.",
            "If you give no answer: go to question 3.",
            "Any other answer: go on with what comes next.",
        ),
        2: ("Whatever you answer: go to question 4.",),
        3: (),
        4: (),
    }


@pytest.mark.parametrize("state", ["opening_soon", "open", "closed"])
def test_the_blank_questions_print_with_every_question_in_each_state(client, state):
    consultation = ConsultationFactory(questionnaire=routed(), **{state: True})

    page = words(client.get(address(consultation, "paper")))

    for text in ("How?", "When?", "Where?", "Why?", "A text message", "go to question 3"):
        assert text in page
    assert ("This takes no answers any more." in page) == (state == "closed")


def test_the_blank_questions_are_there_in_other_words_and_say_when_answers_are_named(client):
    questionnaire = QuestionnaireFactory()
    WordingFactory(questionnaire=questionnaire, said="Easy")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    named = ConsultationFactory(open=True, named=True)

    page = words(client.get(address(consultation, "paper") + "?wording=easy-read"))

    assert "Easy How should we first get in touch?" in page
    assert "We cannot tell who gave which answer" in page
    assert "their answers are named" in words(client.get(address(named, "paper")))


@pytest.mark.parametrize("questions", [1, 3])
def test_paper_costs_the_same_however_many_questions(client, questions, django_assert_num_queries):
    questionnaire = QuestionnaireFactory(asked=[])
    for number in range(questions):
        QuestionFactory(questionnaire=questionnaire, sort_order=number, ways=True)
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    client.get(address(consultation, "paper"))

    with django_assert_num_queries(2):
        page = words(client.get(address(consultation, "paper")))

    assert page.count("portal-paper__question") == questions
