"""Answering at the screen: on a desk and on a phone, by keyboard, with script and without."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Answer, Response
from tests.factories.consultations import ConsultationFactory

EVIDENCE = "The first contact is by phone, within two working days."


@pytest.fixture
def consultation():
    now = timezone.now()
    draft = ConsultationFactory()
    draft.questionnaire.questions.filter(key="q1").update(
        hint="Think about what would feel safe. Choose one.",
        evidence_title="What the draft says (section 4.2)",
        evidence=EVIDENCE,
        prefer_not=True,
    )
    return ConsultationFactory(
        open=True,
        questionnaire=draft.questionnaire,
        sensitive=True,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )


@pytest.mark.requirement("R-150")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_answer_save_resume_send_change_withdraw(visit, consultation, width, javascript):
    visitor = visit(width=width, javascript=javascript)
    other = visit(width=width, javascript=javascript)
    page = visitor.page

    def look(somebody, what):
        """Axe is a script, so it judges the page where scripts run."""
        if javascript:
            somebody.look(what)

    visitor.go(f"/consultations/{consultation.slug}/start/")
    look(visitor, "answer-start")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_label("A text message").check()
    page.get_by_text("What the draft says").click()
    look(visitor, "answer-question")
    assert page.get_by_text(EVIDENCE).is_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("A letter").check()
    page.get_by_label("I prefer not to say").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("There is a problem").wait_for()
    look(visitor, "answer-error")
    assert page.title().startswith("Error: Question 2 of 4")
    page.get_by_label("I prefer not to say").uncheck()
    page.get_by_role("button", name="Save and come back later").click()
    look(visitor, "answer-saved")
    link = page.locator(".portal-link-to-keep").inner_text()

    other.page.goto(link)
    assert "Question 3 of 4" in other.page.title()
    visitor_page = other.page
    visitor_page.get_by_role("button", name="Continue").click()
    visitor_page.get_by_role("textbox").fill("Somebody who listens.")
    look(other, "answer-words")
    visitor_page.get_by_role("button", name="Continue").click()
    look(other, "answer-check")
    visitor_page.get_by_role("button", name="Send my answers").click()
    look(other, "answer-receipt")
    code = visitor_page.locator(".portal-reference").inner_text()
    assert Answer.objects.count() == 3

    visitor.go(f"/consultations/{consultation.slug}/change/")
    page.get_by_label("Your reference").fill(code)
    look(visitor, "answer-change")
    page.get_by_role("button", name="See my answers").click()
    look(visitor, "answer-check-again")
    page.get_by_role("link", name="Change question 1").click()
    page.get_by_label("A phone call").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers").click()
    assert Answer.objects.get(question="q1").choice == "PHONE"

    visitor.go(f"/consultations/{consultation.slug}/withdraw/")
    look(visitor, "answer-withdraw")
    page.get_by_role("button", name="Delete my answers").click()
    look(visitor, "answer-withdrawn")
    assert not Response.objects.exists()
    for step in ("safety", "outcome"):
        visitor.go(f"/consultations/{consultation.slug}/{step}/")
        look(visitor, f"answer-{step}")


def test_answer_by_keyboard_alone(visit, consultation):
    visitor = visit(width=1280)
    keyboard = visitor.page.keyboard
    visitor.go(f"/consultations/{consultation.slug}/start/")
    visitor.page.get_by_role("button", name="Start", exact=True).press("Enter")
    visitor.page.locator("#id_1-answer_0").focus()

    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/answer/2/")
    visitor.go(f"/consultations/{consultation.slug}/answer/check/")

    assert visitor.page.get_by_text("A text message").is_visible()
