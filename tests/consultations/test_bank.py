"""The question bank: what is in it, what is taken from it, and that a copy is a copy."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import authoring, bank
from consultations.domain.questionnaires import QuestionnaireRefused, as_asked
from consultations.models import Question, Questionnaire, QuestionWording
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    QuestionFactory,
    QuestionnaireFactory,
    RouteFactory,
    WordingFactory,
)
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import questionnaire_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, involvement):
    client.force_login(involvement)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.fixture
def kept():
    """A bank of four questions, one of each kind."""
    return QuestionnaireFactory(reusable=True, title="Good questions")


@pytest.fixture
def mine():
    questionnaire = QuestionnaireFactory(asked=[], title="Next quarter")
    QuestionFactory(questionnaire=questionnaire, key="q1", text="Already here?", ways=True)
    return questionnaire


def take(questionnaire, actor, *questions, seen=None):
    return bank.take_questions(
        questionnaire=questionnaire,
        chosen=[question.pk for question in questions],
        seen=bank.fingerprint(questionnaire) if seen is None else seen,
        actor=actor,
        at=NOW,
    )


def words_of(reply):
    return " ".join(reply.content.decode().split())


def address(questionnaire):
    return reverse("consultations:questionnaire-take", args=[questionnaire.pk])


def test_bank_holds_what_was_put_there_and_nothing_else(kept):
    lone = QuestionFactory(reusable=True, text="A lone one?", ways=True)
    QuestionFactory(text="Not kept?", ways=True)

    found = list(bank.bank_questions())

    assert found == sorted([*kept.questions.all(), lone], key=lambda question: question.text)
    assert list(bank.bank_questions("phone lone")) == [lone]
    assert list(bank.bank_questions("no such words")) == []


@pytest.mark.requirement("R-150")
def test_question_is_taken_whole_to_the_end_and_stays_a_copy(kept, mine, involvement):
    WordingFactory(questionnaire=kept, said="Easy")
    WordingFactory(questionnaire=kept, kind="YOUNG", said="Hey")
    easy = WordingFactory(questionnaire=mine)
    first, second = kept.questions.get(key="q1"), kept.questions.get(key="q2")
    RouteFactory(question=first, choices=["LETTER"])

    taken = take(mine, involvement, first, second)
    Question.objects.filter(pk=first.pk).update(text="Changed in the bank?")

    asked = as_asked(mine)
    assert [question.text for question in asked] == [
        "Already here?",
        "How should we first get in touch?",
        "Which of these have helped you?",
    ]
    assert list(asked[1].labels) == ["PHONE", "TEXT", "LETTER", "DONT_KNOW"]
    assert (asked[1].routes, asked[1].wordings.keys()) == ((), {"easy-read"})
    assert asked[1].wordings["easy-read"]["text"] == "Easy How should we first get in touch?"
    assert [question.taken_from for question in taken] == [first, second]
    assert [question.reusable for question in taken] == [False, False]
    assert (asked[1].key != "q1", asked[2].key) == (True, "q2")
    assert QuestionWording.objects.filter(wording=easy).count() == 2
    assert LogEntry.objects.get(action="questionnaire.changed").actor == involvement


def test_every_kind_of_question_can_be_taken(mine, involvement):
    kinds = questionnaire_of()
    Questionnaire.objects.filter(pk=kinds.pk).update(reusable=True)

    take(mine, involvement, *kinds.questions.all())

    before = {question.key: question for question in as_asked(kinds)}
    after = {question.key: question for question in as_asked(mine)}
    for key, question in before.items():
        assert (after[key].kind, after[key].choices, after[key].statements, after[key].bands) == (
            question.kind,
            question.choices,
            question.statements,
            question.bands,
        )


def test_second_press_adds_nothing_twice(kept, mine, involvement):
    question, seen = kept.questions.get(key="q4"), bank.fingerprint(mine)
    take(mine, involvement, question, seen=seen)

    with pytest.raises(QuestionnaireRefused, match="has changed since"):
        take(mine, involvement, question, seen=seen)

    assert mine.questions.count() == 2


def test_what_is_not_in_the_bank_is_not_taken(mine, involvement):
    private = QuestionFactory(ways=True)

    with pytest.raises(QuestionnaireRefused, match="no longer in the question bank"):
        take(mine, involvement, private)
    with pytest.raises(QuestionnaireRefused, match="at least one"):
        take(mine, involvement)


def test_copy_of_a_questionnaire_is_not_in_the_bank_too(kept, involvement):
    copy = authoring.copy_questionnaire(questionnaire=kept, title="For May", actor=involvement, at=NOW)

    assert (copy.reusable, bank.bank_questions().count()) == (False, 4)
    assert [one.taken_from.key for one in copy.questions.order_by("sort_order")] == ["q1", "q2", "q3", "q4"]
    assert [one.times_taken for one in bank.bank_questions()] == [1, 1, 1, 1]


# Pages


def test_office_looks_for_a_question_and_adds_it(office, kept, mine):
    question = kept.questions.get(key="q4")

    shown = words_of(office.get(address(mine), {"q": "change"}))
    silent = office.post(address(mine), {"seen": bank.fingerprint(mine)})
    added = office.post(address(mine), {"seen": bank.fingerprint(mine), "chosen": [question.pk]}, follow=True)

    assert "What should change?" in shown
    assert "How should we first get in touch?" not in shown
    assert "Choose at least one question" in words_of(silent)
    assert "1 question added at the end." in words_of(added)
    assert [one.text for one in as_asked(mine)] == ["Already here?", "What should change?"]


def test_somebody_elses_change_is_said_and_the_choice_is_kept(office, kept, mine):
    question, seen = kept.questions.get(key="q4"), bank.fingerprint(mine)
    QuestionFactory(questionnaire=mine, ways=True)

    refused = words_of(office.post(address(mine), {"seen": seen, "chosen": [question.pk]}))

    assert "The questionnaire has changed since you opened this page." in refused
    assert f'value="{question.pk}" checked' in refused
    assert bank.fingerprint(mine) in refused


def test_own_questions_are_not_offered(office, kept):
    assert "The bank has no other questions." in words_of(office.get(address(kept)))


@pytest.mark.parametrize("questions", [1, 3])
def test_bank_costs_the_same_however_long(office, mine, questions, django_assert_num_queries):
    kept = QuestionnaireFactory(asked=[], reusable=True)
    QuestionFactory.create_batch(questions, questionnaire=kept, ways=True)
    WordingFactory(questionnaire=kept, said="Easy")

    with django_assert_num_queries(9):
        listed = words_of(office.get(reverse("consultations:question-bank")))
    with django_assert_num_queries(10):
        offered = words_of(office.get(address(mine)))

    assert listed.count("In other words too: Easy Read.") == questions
    assert offered.count("In other words too: Easy Read.") == questions


@pytest.mark.requirement("R-150")
def test_question_is_put_in_the_bank_in_the_cms(office, kept):
    page = words_of(office.get(reverse("questionnaires:edit", args=[kept.pk])))

    assert "In the question bank" in page
    assert "All its questions are in the question bank" in page
