"""Answering a questionnaire with routes, through HTTP: the way taken, changed, and what is left behind of it."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consultations.domain import authoring, questionnaires
from consultations.enums import QuestionKind, RouteWhen
from consultations.models import Answer, Response
from engagement.enums import Role
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    RouteFactory,
)
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
LONG_TEXT = QuestionKind.LONG_TEXT


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def questionnaire():
    """By phone: 2 and 3, then 6. By text: 4 and 5, then 6. By letter, or without an answer: straight to 6.

    Question 3 must be answered.
    """
    whole = QuestionnaireFactory(asked=[])
    first = QuestionFactory(questionnaire=whole, sort_order=1, key="way", text="How did we get in touch?", ways=True)
    QuestionFactory(questionnaire=whole, sort_order=2, key="voice", kind=LONG_TEXT, text="Who called?")
    third = QuestionFactory(questionnaire=whole, sort_order=3, key="kind", text="How?", required=True, ways=True)
    QuestionFactory(questionnaire=whole, sort_order=4, key="words", kind=LONG_TEXT, text="What did it say?")
    QuestionFactory(questionnaire=whole, sort_order=5, key="again", text="Would you like one again?", ways=True)
    QuestionFactory(questionnaire=whole, sort_order=6, key="else", kind=LONG_TEXT, text="Anything else?")
    RouteFactory(question=first, choices=["TEXT"], goal="words")
    RouteFactory(question=first, choices=["LETTER"], goal="else")
    RouteFactory(question=first, when=RouteWhen.UNANSWERED, goal="else")
    RouteFactory(question=third, when=RouteWhen.OTHERWISE, goal="else")
    return whole


@pytest.fixture
def consultation(questionnaire):
    return ConsultationFactory(open=True, questionnaire=questionnaire)


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def begin(client, consultation):
    client.post(page(consultation, "start"))


def answer(client, consultation, number, values, query="", **more):
    """Answers the question of a page; returns the last part of the address that it leads to."""
    reply = client.post(page(consultation, "answer", str(number)) + query, {f"{number}-answer": values, **more})
    return reply["Location"].removeprefix(f"/consultations/{consultation.slug}/answer/")


def title(client, consultation, number):
    reply = client.get(page(consultation, "answer", str(number)))
    return re.search(r"<title>(Question [\w ]+)", reply.content.decode())[1].strip()


def stored():
    return sorted(Answer.objects.values_list("question", "choice", "text"))


@pytest.mark.requirement("R-059")
@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({1: ["PHONE"], 2: ["Sam"], 3: ["PHONE"], 6: []}, ["2/", "3/", "6/", "check/"]),
        ({1: ["TEXT"], 4: ["Hello"], 5: [], 6: []}, ["4/", "5/", "6/", "check/"]),
        ({1: ["LETTER"], 6: ["No"]}, ["6/", "check/"]),
        ({1: [], 6: ["No"]}, ["6/", "check/"]),
    ],
    ids=["phone", "text", "letter", "no answer"],
)
def test_each_answer_leads_on_its_own_way(client, consultation, given, way):
    begin(client, consultation)

    assert [answer(client, consultation, number, values) for number, values in given.items()] == way


def test_title_counts_the_questions_of_this_way_and_says_about_while_it_can_change(client, consultation):
    begin(client, consultation)
    before = title(client, consultation, 1)
    answer(client, consultation, 1, ["TEXT"])

    assert (before, title(client, consultation, 5)) == ("Question 1 of about 4", "Question 3 of 4")


def test_start_page_says_how_many_questions_there_may_be(client, consultation):
    assert (
        "There are 2 to 4 questions, depending on your answers."
        in client.get(page(consultation, "start")).content.decode()
    )


def test_back_leads_along_the_way_taken(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["LETTER"])

    reply = client.get(page(consultation, "answer", "6"))

    assert f'href="{page(consultation, "answer", "1")}"' in reply.content.decode()


def test_question_that_is_not_on_the_way_leads_to_where_one_left_off(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["TEXT"])

    reply = client.get(page(consultation, "answer", "2"))

    assert reply["Location"] == page(consultation, "answer", "4")


def test_check_page_shows_only_what_was_asked(client, consultation):
    begin(client, consultation)
    for number, values in {1: ["TEXT"], 4: ["Hello"], 5: [], 6: []}.items():
        answer(client, consultation, number, values)

    reply = client.get(page(consultation, "check")).content.decode()

    asked = [text for text in ("Who called?", "What did it say?", "Anything else?") if text in reply]
    assert (asked, "will not be sent" in reply) == (["What did it say?", "Anything else?"], False)


@pytest.mark.requirement("R-059")
def test_changed_route_asks_what_is_new_and_says_what_will_not_be_sent(client, consultation):
    begin(client, consultation)
    for number, values in {1: ["TEXT"], 4: ["Hello"], 5: ["PHONE"], 6: ["Bye"]}.items():
        answer(client, consultation, number, values)

    way = [
        answer(client, consultation, 1, ["PHONE"], "?check=again"),
        answer(client, consultation, 2, ["Sam"], "?check=new"),
        answer(client, consultation, 3, ["LETTER"], "?check=new"),
    ]
    reply = client.get(page(consultation, "check")).content.decode()
    client.post(page(consultation, "check"))

    assert way == ["2/?check=new", "3/?check=new", "check/"]
    assert "You changed your answer to “How did we get in touch?”, so these answers will not be sent:" in reply
    assert ("What did it say?" in reply, "Hello" in reply) == (True, True)
    assert stored() == [("else", "", "Bye"), ("kind", "LETTER", ""), ("voice", "", "Sam"), ("way", "PHONE", "")]


def test_way_taken_again_finds_its_answers(client, consultation):
    begin(client, consultation)
    for number, values in {1: ["TEXT"], 4: ["Hello"], 5: ["PHONE"], 6: []}.items():
        answer(client, consultation, number, values)

    away = answer(client, consultation, 1, ["LETTER"], "?check")
    back = answer(client, consultation, 1, ["TEXT"], "?check")

    assert (away, back) == ("check/", "check/")
    assert "will not be sent" not in client.get(page(consultation, "check")).content.decode()


def test_required_question_counts_on_the_way_only(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["LETTER"])
    sent = client.post(page(consultation, "check"))
    other = Client()
    begin(other, consultation)
    answer(other, consultation, 1, ["PHONE"])
    refused = other.post(page(consultation, "check"))

    assert (sent.status_code, refused.status_code) == (302, 422)
    assert "Answer “How?”" in refused.content.decode()
    assert Response.objects.count() == 1


def test_resume_link_leads_to_the_next_question_of_the_way(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["TEXT"])
    token = client.cookies["answers"].value.partition(".")[0]

    assert Client().get(page(consultation, "resume", token))["Location"] == page(consultation, "answer", "4")


def test_sent_answers_opened_again_have_nothing_left_to_ask(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["LETTER"])
    client.post(page(consultation, "check"))
    code = re.search(
        r"portal-reference\">([A-Z0-9-]{15})<", client.get(page(consultation, "receipt")).content.decode()
    )[1]
    other = Client()
    other.post(page(consultation, "change"), {"code": code})

    assert other.post(page(consultation, "start"))["Location"] == page(consultation, "check")
    assert answer(other, consultation, 1, ["TEXT"], "?check") == "4/?check=new"


def test_other_device_on_a_page_no_longer_on_the_way_goes_on_along_it(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])
    other = Client()
    other.get(page(consultation, "resume", client.cookies["answers"].value.partition(".")[0]))
    answer(client, consultation, 1, ["TEXT"])

    assert answer(other, consultation, 2, ["Sam"]) == "4/"


def test_not_asked_is_told_from_not_answered(consultation):
    response = ResponseFactory(consultation=consultation, answers={"way": ["TEXT"], "else": ["Bye"]})

    asked = questionnaires.asked_of(response.version, {"way": ["TEXT"], "else": ["Bye"]})

    assert asked == {"way", "words", "again", "else"}


def test_consultation_with_an_unsound_way_is_not_frozen(questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="again"), choices=["TEXT"], goal="way")

    with pytest.raises(questionnaires.QuestionnaireRefused) as refusal:
        questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    assert str(refusal.value) == (
        "Question 5, “Would you like one again?”: when the answer is “A text message”, it leads back to question 1, "
        "“How did we get in touch?”. A route can only lead to a later question."
    )


def test_copy_leads_on_the_same_ways(questionnaire):
    actor = UserFactory(role=Role.INVOLVEMENT)

    copy = authoring.copy_questionnaire(questionnaire=questionnaire, title="Next year", actor=actor, at=NOW)

    assert questionnaires.as_asked(copy) == questionnaires.as_asked(questionnaire)


def test_version_frozen_before_there_were_routes_still_thaws(consultation):
    content = consultation.version.content
    for question in content["questions"]:
        del question["routes"]

    assert [question.routes for question in questionnaires.questions_of(consultation.version)] == [()] * 6
