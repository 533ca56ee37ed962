"""Questionnaires are written in the CMS, questions with their choices inline, by those who write questionnaires."""

import pytest
from django.urls import reverse

from consultations.domain import authoring, questionnaires
from consultations.models import Choice, Questionnaire
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import ConsultationFactory, QuestionnaireFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
WRITERS = {Role.INVOLVEMENT, Role.LEAD_COMMISSIONER}


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, involvement):
    client.force_login(involvement)
    return client


def question(number, *choices, **more):
    """The inline forms of one question, as the CMS posts them."""
    prefix = f"questions-{number}"
    given = {
        f"{prefix}-id": "",
        f"{prefix}-ORDER": str(number + 1),
        f"{prefix}-DELETE": "",
        f"{prefix}-text": f"Question {number + 1}?",
        f"{prefix}-kind": "SINGLE",
        f"{prefix}-hint": "",
        f"{prefix}-evidence_title": "",
        f"{prefix}-evidence": "",
        f"{prefix}-dont_know": "on",
        f"{prefix}-max_length": "4000",
        f"{prefix}-decimals": "0",
        f"{prefix}-statements-TOTAL_FORMS": "0",
        f"{prefix}-statements-INITIAL_FORMS": "0",
        f"{prefix}-choices-TOTAL_FORMS": str(len(choices)),
        f"{prefix}-choices-INITIAL_FORMS": "0",
        f"{prefix}-choices-MIN_NUM_FORMS": "0",
        f"{prefix}-choices-MAX_NUM_FORMS": "1000",
        f"{prefix}-routes-TOTAL_FORMS": "0",
        f"{prefix}-routes-INITIAL_FORMS": "0",
    }
    for place, label in enumerate(choices):
        inner = f"{prefix}-choices-{place}"
        given |= {
            f"{inner}-id": "",
            f"{inner}-ORDER": str(place + 1),
            f"{inner}-DELETE": "",
            f"{inner}-label": label,
            f"{inner}-hint": "",
        }
    return {**given, **{f"{prefix}-{name}": value for name, value in more.items()}}


def questionnaire(*questions, title="About the draft"):
    given = {
        "title": title,
        "questions-TOTAL_FORMS": str(len(questions)),
        "questions-INITIAL_FORMS": "0",
        "questions-MIN_NUM_FORMS": "0",
        "questions-MAX_NUM_FORMS": "1000",
        "wordings-TOTAL_FORMS": "0",
        "wordings-INITIAL_FORMS": "0",
    }
    for one in questions:
        given |= one
    return given


def test_questions_and_choices_are_written_on_one_page_in_their_order(office):
    given = questionnaire(
        question(0, "Yes", "No", hint="Think of the last time."),
        question(1, kind="SCALE"),
        question(2, kind="LONG_TEXT", dont_know=""),
    )

    reply = office.post(reverse("questionnaires:add"), given)

    written = Questionnaire.objects.get()
    assert reply.status_code == 302
    asked = questionnaires.as_asked(written)
    assert [(one.kind, list(one.labels.values())[:2]) for one in asked] == [
        ("SINGLE", ["Yes", "No"]),
        ("SCALE", ["Strongly agree", "Agree"]),
        ("LONG_TEXT", []),
    ]
    assert LogEntry.objects.get().action == "questionnaire.begun"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question(0, "Yes"), "Add at least two choices."),
        (question(0), "Add at least two choices."),
        (question(0, "Yes", "yes"), "Two choices have the same words. Change one of them."),
        (question(0, "One", "Two", "Three", kind="SCALE"), "A scale has five points."),
        (question(0, "Yes", "No", kind="LONG_TEXT"), "People answer this in their own words"),
    ],
)
def test_question_that_nobody_could_answer_is_refused_beside_it(office, asked, words):
    reply = office.post(reverse("questionnaires:add"), questionnaire(asked))

    form = reply.context["form"].formsets["questions"].forms[0]
    assert form.errors["kind"][0].startswith(words)
    assert words in reply.content.decode()
    assert not Questionnaire.objects.exists()


def test_change_counts_for_what_opens_later_only(office):
    kept = QuestionnaireFactory()
    opened = ConsultationFactory(open=True, questionnaire=kept)
    before = opened.version.content

    kept.questions.filter(key="q1").update(text="How shall we call you?")
    later = ConsultationFactory(open=True, questionnaire=kept)

    opened.version.refresh_from_db()
    assert opened.version.content == before
    assert later.version.number == 2


@pytest.mark.threat("A01", "W11")
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_those_who_write_questionnaires_reach_them(client, role):
    kept = QuestionnaireFactory()
    client.force_login(UserFactory(role=role))
    addresses = [
        reverse("questionnaires:index"),
        reverse("questionnaires:add"),
        reverse("questionnaires:edit", args=[kept.pk]),
        reverse("questionnaires:delete", args=[kept.pk]),
        reverse("consultations:questionnaire-preview", args=[kept.pk]),
        reverse("consultations:questionnaire-copy", args=[kept.pk]),
    ]

    answers = [client.get(where).status_code for where in addresses]

    if role in WRITERS:
        assert answers == [200] * 6
    else:
        assert 200 not in answers
        assert answers[-2:] == [404, 404]


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(office, number, django_assert_num_queries):
    QuestionnaireFactory.create_batch(number)
    office.get(reverse("questionnaires:index"))

    with django_assert_num_queries(12):
        reply = office.get(reverse("questionnaires:index"))

    assert reply.content.decode().count("Questions about the service") >= number


def test_preview_shows_the_questions_as_they_will_be_read(office):
    kept = QuestionnaireFactory()

    reply = office.get(reverse("consultations:questionnaire-preview", args=[kept.pk]))

    assert reply.context["questions"][0].text == "How should we first get in touch?"
    assert "A phone call" in reply.content.decode()


def test_preview_says_why_it_cannot_be_asked(office):
    kept = QuestionnaireFactory(asked=[])

    reply = office.get(reverse("consultations:questionnaire-preview", args=[kept.pk]))

    assert reply.context["problem"] == "Add at least one question."


def test_edit_page_leads_to_the_preview(office):
    kept = QuestionnaireFactory()

    reply = office.get(reverse("questionnaires:edit", args=[kept.pk]))

    assert reverse("consultations:questionnaire-preview", args=[kept.pk]) in reply.content.decode()


def test_questionnaire_that_was_asked_stays(office):
    kept = QuestionnaireFactory()
    ConsultationFactory(questionnaire=kept, reference="C-2026-950", title="Have we got it right?")

    reply = office.post(reverse("questionnaires:delete", args=[kept.pk]), follow=True)

    assert Questionnaire.objects.filter(pk=kept.pk).exists()
    assert "C-2026-950 asks this questionnaire, so it stays." in reply.content.decode()


def test_questionnaire_never_asked_can_be_thrown_away(office):
    kept = QuestionnaireFactory()

    office.post(reverse("questionnaires:delete", args=[kept.pk]))

    assert not Questionnaire.objects.exists()
    assert LogEntry.objects.get().action == "questionnaire.deleted"


def test_copy_asks_the_same_with_keys_that_compare(involvement):
    kept = QuestionnaireFactory()

    copy = authoring.copy_questionnaire(questionnaire=kept, title="Next quarter", actor=involvement, at=NOW)

    assert questionnaires.as_asked(copy) == questionnaires.as_asked(kept)
    assert Choice.objects.filter(question__questionnaire=copy).count() == 6


def test_copy_needs_a_title_of_its_own(involvement):
    kept = QuestionnaireFactory(title="This quarter")

    with pytest.raises(questionnaires.QuestionnaireRefused, match="already a questionnaire called"):
        authoring.copy_questionnaire(questionnaire=kept, title="THIS QUARTER", actor=involvement, at=NOW)


def test_copy_page_names_a_title_that_is_taken_and_copies_under_another(office):
    kept = QuestionnaireFactory(title="This quarter")
    address = reverse("consultations:questionnaire-copy", args=[kept.pk])

    refused = office.post(address, {"title": "this quarter"})
    office.post(address, {"title": "Next quarter"})

    assert refused.context["form"].errors["title"][0].startswith("There is already a questionnaire called")
    assert list(Questionnaire.objects.order_by("pk").values_list("title", flat=True)) == [
        "This quarter",
        "Next quarter",
    ]
