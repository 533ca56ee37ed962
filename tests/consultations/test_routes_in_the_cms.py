"""Routes are written beside their question in the CMS, from what is there to pick, and judged on saving."""

import pytest
from django.urls import reverse

from consultations.domain import lifecycle, questionnaires, readiness
from consultations.domain.preparing import ConsultationRefused
from consultations.domain.routes import END
from consultations.enums import QuestionKind, RouteWhen
from consultations.models import Route
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, QuestionFactory, QuestionnaireFactory, RouteFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
UNSAVED = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}


@pytest.fixture
def questionnaire():
    whole = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=whole, sort_order=1, key="way", text="How did we get in touch?", ways=True)
    QuestionFactory(questionnaire=whole, sort_order=2, key="voice", kind=QuestionKind.LONG_TEXT, text="Who called?")
    QuestionFactory(questionnaire=whole, sort_order=3, key="else", kind=QuestionKind.LONG_TEXT, text="Anything else?")
    return whole


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def rows(prefix, saved, words):
    """The inline forms of saved rows, as the CMS posts them. `words(row)` are the fields of one."""
    saved = list(saved)
    given = {f"{prefix}-{name}": value for name, value in UNSAVED.items()}
    given |= {f"{prefix}-TOTAL_FORMS": len(saved), f"{prefix}-INITIAL_FORMS": sum(bool(row.pk) for row in saved)}
    for place, row in enumerate(saved):
        one = f"{prefix}-{place}"
        given |= {f"{one}-id": row.pk or "", f"{one}-ORDER": place + 1, f"{one}-DELETE": ""}
        given |= {f"{one}-{name}": value for name, value in words(row).items() if value is not False}
    return given


def posted(questionnaire, **routes):
    """The whole page of a saved questionnaire with these routes by the key of their question; others stay."""
    questions = list(questionnaire.questions.order_by("sort_order"))
    fields = ("text", "kind", "hint", "evidence_title", "evidence", "dont_know", "prefer_not", "required", "max_length")
    fields += ("decimals", "other", "section", "unit", "bands")
    given = rows("questions", questions, lambda row: {name: getattr(row, name) for name in fields})
    for place, question in enumerate(questions):
        prefix = f"questions-{place}"
        ways = [*question.routes.order_by("sort_order"), *(Route(**way) for way in routes.get(question.key, ()))]
        given |= rows(f"{prefix}-choices", question.choices.all(), lambda row: {"label": row.label, "hint": row.hint})
        given |= rows(f"{prefix}-statements", question.statements.all(), lambda row: {"label": row.label})
        given |= rows(
            f"{prefix}-routes", ways, lambda row: {"when": row.when, "choices": row.choices, "goal": row.goal}
        )
    return {"title": questionnaire.title, **rows("wordings", [], dict), **given}


def save(office, questionnaire, **routes):
    return office.post(reverse("questionnaires:edit", args=[questionnaire.pk]), posted(questionnaire, **routes))


def errors(reply, place):
    return reply.context["form"].formsets["questions"].forms[place].non_field_errors()


@pytest.mark.requirement("R-059")
def test_route_is_kept_and_leads_there(office, questionnaire):
    reply = save(office, questionnaire, way=[{"when": RouteWhen.CHOSEN, "choices": ["TEXT", "LETTER"], "goal": "else"}])

    assert reply.status_code == 302
    [first, *_] = questionnaires.as_asked(questionnaire)
    assert [(way.when, way.choices, way.goal) for way in first.routes] == [("CHOSEN", ("TEXT", "LETTER"), "else")]


def test_page_offers_the_answers_and_the_later_questions(office, questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="way"), choices=["TEXT"], goal="else")

    page = office.get(reverse("questionnaires:edit", args=[questionnaire.pk]))

    [route] = page.context["form"].formsets["questions"].forms[0].formsets["routes"].forms
    assert [words for _, words in route.fields["choices"].choices] == [
        "A phone call",
        "A text message",
        "A letter",
        "I do not know",
    ]
    assert route.fields["goal"].choices == [
        ("", "Choose a question"),
        ("voice", "2. Who called?"),
        ("else", "3. Anything else?"),
        (END, "The end: nothing more is asked"),
    ]


def test_fault_is_said_beside_its_question_and_nothing_is_lost(office, questionnaire):
    reply = save(office, questionnaire, way=[{"when": RouteWhen.OTHERWISE, "goal": END}])

    sentence = "Question 2, “Who called?”: nobody would ever be asked this. Every answer before it leads past it."
    assert [errors(reply, place) for place in range(3)] == [
        [],
        [sentence],
        [sentence.replace("2", "3").replace("Who called?", "Anything else?")],
    ]
    assert (sentence in reply.content.decode(), Route.objects.exists()) == (True, False)
    [kept] = reply.context["form"].formsets["questions"].forms[0].formsets["routes"].forms
    assert kept["goal"].value() == END


def test_route_to_a_question_that_is_deleted_on_the_same_page_is_named(office, questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="way"), choices=["TEXT"], goal="else")
    given = posted(questionnaire) | {"questions-2-DELETE": "1"}

    reply = office.post(reverse("questionnaires:edit", args=[questionnaire.pk]), given)

    assert errors(reply, 0) == [
        "Question 1, “How did we get in touch?”: when the answer is “A text message”, it leads to a question that is "
        "no longer there. Choose another."
    ]
    assert questionnaire.questions.count() == 3


def test_what_is_gone_is_still_shown_to_be_changed(office, questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="way"), choices=["FAX"], goal="gone")

    page = office.get(reverse("questionnaires:edit", args=[questionnaire.pk]))

    [route] = page.context["form"].formsets["questions"].forms[0].formsets["routes"].forms
    assert (route.fields["choices"].choices[-1], route.fields["goal"].choices[-1]) == (
        ("FAX", "No longer there"),
        ("gone", "No longer there"),
    )


@pytest.mark.requirement("R-059")
def test_checklist_names_what_is_wrong_with_the_way_and_the_consultation_does_not_open(questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="way"), when=RouteWhen.OTHERWISE, goal="else")
    draft = ConsultationFactory(questionnaire=questionnaire)
    sentence = "Question 2, “Who called?”: nobody would ever be asked this. Every answer before it leads past it."

    way = next(
        check
        for check in readiness.checks_before_opening(consultation=draft, at=NOW)
        if check.name == "The way through the questions is sound"
    )

    assert (way.met, way.must, way.detail) == (False, True, sentence)
    with pytest.raises(ConsultationRefused, match="nobody would ever be asked this"):
        lifecycle.open_consultation(consultation=draft, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW)


@pytest.mark.parametrize("questions", [1, 3])
def test_page_costs_little_more_for_more_routes(office, questions, django_assert_max_num_queries):
    whole = QuestionnaireFactory(asked=[])
    QuestionFactory.create_batch(questions + 1, questionnaire=whole, ways=True)
    address = reverse("questionnaires:edit", args=[whole.pk])
    office.get(address)

    with django_assert_max_num_queries(16 + 3 * (questions + 1)):
        office.get(address)
