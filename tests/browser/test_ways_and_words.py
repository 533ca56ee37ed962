"""A questionnaire with routes and several wordings: answered on a phone, with script and without, judged by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.enums import Language, QuestionKind, RouteWhen, WordingKind
from consultations.models import Answer
from engagement.enums import Role
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    RouteFactory,
    WordingFactory,
)
from tests.factories.engagement import UserFactory

PHONE = 375


@pytest.fixture
def questionnaire():
    whole = QuestionnaireFactory(asked=[])
    first = QuestionFactory(
        questionnaire=whole, sort_order=1, key="way", text="How did we first get in touch?", ways=True
    )
    second = QuestionFactory(
        questionnaire=whole, sort_order=2, key="call", text="How did the call feel?", kind=QuestionKind.SCALE
    )
    QuestionFactory(
        questionnaire=whole, sort_order=3, key="words", text="What did the message say?", kind=QuestionKind.LONG_TEXT
    )
    QuestionFactory(
        questionnaire=whole,
        sort_order=4,
        key="else",
        text="What should change?",
        hint="Do not name anyone.",
        evidence="The first contact is by phone, within two working days.",
        evidence_title="What the draft says",
        kind=QuestionKind.LONG_TEXT,
    )
    RouteFactory(question=first, choices=["TEXT"], goal="words")
    RouteFactory(question=first, choices=["LETTER"], goal="else")
    RouteFactory(question=second, when=RouteWhen.OTHERWISE, goal="else")
    return whole


@pytest.fixture
def consultation(questionnaire):
    WordingFactory(questionnaire=questionnaire, said="In short:")
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.YOUNG, said="So:")
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.LANGUAGE, language=Language.POLISH, said="Po polsku:")
    now = timezone.now()
    return ConsultationFactory(
        open=True,
        questionnaire=questionnaire,
        sensitive=True,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )


@pytest.mark.requirement("R-059", "R-150")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_way_and_words_change_and_nothing_is_lost(visit, consultation, javascript):
    visitor = visit(width=PHONE, javascript=javascript)
    page = visitor.page

    def look(what):
        """Axe is a script, so it judges the page where scripts run."""
        if javascript:
            visitor.look(what)

    visitor.go(f"/consultations/{consultation.slug}/start/")
    page.get_by_label("Easy Read").check()
    look("start-wordings")
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("h1", has_text="In short: How did we").wait_for()
    page.get_by_text("Question 1 of about 3", exact=True).wait_for()
    look("easy-read")
    page.get_by_label("In short: A text message").check()
    page.get_by_role("button", name="Polski").click()
    assert page.get_by_label("Po polsku: A text message").is_checked()
    look("polish")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Question 2 of 3", exact=True).wait_for()
    page.get_by_role("textbox").fill("That someone would call.")
    page.get_by_role("button", name="In standard words").click()
    page.locator("h1", has_text="What did the message say?").wait_for()
    assert page.get_by_role("textbox").input_value() == "That someone would call."
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("What the draft says").click()
    page.get_by_role("textbox").fill("Ask first.")
    page.get_by_role("button", name="Easy Read").click()
    look("easy-read-words")
    page.get_by_role("button", name="Continue").click()
    look("check")

    page.get_by_role("link", name="Change question 1").click()
    page.get_by_label("In short: A phone call").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Question 2 of 3", exact=True).wait_for()
    page.get_by_label("In short: Agree", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("so these answers will not be sent:").wait_for()
    page.get_by_text("That someone would call.").wait_for()
    look("check-not-sent")
    page.get_by_role("button", name="For young people").click()
    page.get_by_text("So: What should change?").wait_for()
    page.get_by_role("button", name="Send my answers").click()
    look("receipt")

    assert sorted(Answer.objects.values_list("question", "choice", "text")) == [
        ("call", "AGREE", ""),
        ("else", "", "Ask first."),
        ("way", "PHONE", ""),
    ]


def test_enter_goes_on_and_does_not_switch_words(visit, consultation):
    visitor = visit(width=PHONE, javascript=False)
    visitor.go(f"/consultations/{consultation.slug}/start/")
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    visitor.page.get_by_label("A letter").check()

    visitor.page.get_by_label("A letter").press("Enter")

    visitor.page.get_by_text("What should change?").wait_for()


def test_involvement_offers_a_wording_and_writes_it(visit, questionnaire):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    visitor.go(f"/cms/questionnaires/edit/{questionnaire.pk}/")
    page.get_by_role("button", name="Add Wording").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("updated.").wait_for()
    visitor.go(f"/engagement/questionnaires/{questionnaire.pk}/")
    page.get_by_role("link", name="Easy Read").click()
    visitor.look("wording")
    page.get_by_label("The question").first.fill("How did we talk to you first?")
    page.get_by_role("button", name="Save").click()
    visitor.look("wording-kept")

    assert questionnaire.wordings.get().questions.get(question__key="way").words == {
        "text": "How did we talk to you first?"
    }
