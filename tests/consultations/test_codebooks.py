"""The files of the analysis: the codebook, and responses with their choices and themes, without anybody's words."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import codeframes, coding
from consultations.domain.codeframes import Words
from consultations.enums import Channel
from consultations.models import Question, Route
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def coder():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, coder):
    client.force_login(coder)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.fixture
def closed():
    return ConsultationFactory(closed=True)


def rows_of(client, name, consultation):
    reply = client.get(reverse(f"consultations:manage-{name}-csv", args=[consultation.reference]))
    return list(csv.reader(io.StringIO(reply.getvalue().decode("utf-8-sig"))))


def add(consultation, coder, name, **more):
    return codeframes.add_theme(consultation=consultation, words=Words(name=name, **more), actor=coder, at=NOW)


def code(response, coder, *themes):
    answer = response.answers.get(question="q4")
    coding.keep_reading(answer=answer, themes=themes, nothing=not themes, seen="", actor=coder, at=NOW)


def test_responses_have_choices_and_themes_and_nobodys_words(office, closed, coder):
    theme = add(closed, coder, FORMULA)
    add(closed, coder, "Kindness")
    answers = {"q1": ["PHONE"], "q2": ["TEXT", "LETTER"], "q4": ["Ring Mrs Ash of Elm Row."]}
    one = ResponseFactory(consultation=closed, channel=Channel.PAPER, answers=answers)
    nothing = ResponseFactory(consultation=closed, answers={"q1": ["DONT_KNOW"], "q4": ["No."]})
    ResponseFactory(consultation=closed, answers={"q3": ["AGREE"]})
    ResponseFactory(consultation=closed, settled=False, answers={"q3": ["AGREE"]})
    code(one, coder, theme)
    code(nothing, coder)

    header, *rows = rows_of(office, "coded", closed)

    assert header == [
        "came_in",
        "How should we first get in touch?",
        "Which of these have helped you?",
        "The draft covers what matters.",
        "What should change?",
        f"T1 {FORMULA}",
        "T2 Kindness",
    ]
    assert sorted(rows) == [
        ["On paper", "A phone call", "A text message; A letter", "", "written", "yes", "no"],
        ["Online", "", "", "Agree", "", "", ""],
        ["Online", "I do not know", "", "", "written", "no", "no"],
    ]


def test_what_was_not_asked_is_told_from_what_was_not_answered(office):
    draft = ConsultationFactory()
    Route.objects.create(
        question=Question.objects.get(questionnaire=draft.questionnaire, key="q1"), choices=["LETTER"], goal="q4"
    )
    closed = ConsultationFactory(closed=True, questionnaire=draft.questionnaire)
    ResponseFactory(consultation=closed, answers={"q1": ["LETTER"]})

    _, row = rows_of(office, "coded", closed)

    assert row[1:] == ["A letter", "not asked", "not asked", ""]


def test_codebook_has_every_version_of_a_theme(office, closed, coder):
    theme, other = add(closed, coder, "Waiting"), add(closed, coder, "Delay")
    response = ResponseFactory(consultation=closed, answers={"q4": ["Late."]})
    code(response, coder, theme)
    codeframes.change_theme(
        theme=theme, words=Words("Waiting", "Over two days", "OPPOSES"), parent=None, actor=coder, at=NOW
    )
    codeframes.merge_theme(theme=theme, into=other, actor=coder, at=NOW)

    _, *rows = rows_of(office, "codebook", closed)

    assert ["CHOICE", "PHONE", "q1", "A phone call", "", "", "", "1", ""] in rows
    assert [row for row in rows if "THEME" in row[0]] == [
        ["THEME", "T1", "", "Waiting", "", "", "T2", "1", "1"],
        ["MERGED THEME", "T1", "", "Waiting", "Over two days", "OPPOSES", "T2", "2", "2"],
        ["THEME", "T2", "", "Delay", "", "", "", "1", ""],
    ]


@pytest.mark.threat("A01")
@pytest.mark.parametrize("name", ["codebook", "coded"])
def test_files_are_for_those_who_read_what_people_wrote(client, closed, name):
    client.force_login(closed.activity.lead_commissioner)

    reply = client.get(reverse(f"consultations:manage-{name}-csv", args=[closed.reference]))

    assert reply.status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_file_costs_the_same_however_many(office, closed, coder, number, django_assert_max_num_queries):
    theme = add(closed, coder, "Waiting")
    for _ in range(number):
        code(ResponseFactory(consultation=closed, answers={"q4": ["Late."]}), coder, theme)

    with django_assert_max_num_queries(11):
        rows = rows_of(office, "coded", closed)

    assert len(rows) == number + 1
