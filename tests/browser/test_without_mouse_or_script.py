"""Answering with Tab, Space and Enter alone; answering and reporting where no script runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Answer
from contracts.models import Submission
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import UserFactory

FOCUSED = """() => {
    const here = document.activeElement, style = getComputedStyle(here), label = here.labels?.[0];
    const box = label ? getComputedStyle(label, "::before") : style;
    return {
        words: (label || here).innerText?.trim() || here.value || "",
        shown: [style, box].some(one => one.outlineStyle !== "none" || one.boxShadow !== "none"),
    };
}"""


@pytest.fixture
def consultation():
    now = timezone.now()
    return ConsultationFactory(open=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30))


def tab_to(visitor, words):
    """Presses Tab until the thing with these words has the focus, which must be seen on every stop."""
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(FOCUSED)
        assert focused["shown"], f"nothing shows that “{focused['words']}” has the focus on {visitor.page.url}"
        if words in focused["words"]:
            return
    raise AssertionError(f"“{words}” is not to be reached by Tab on {visitor.page.url}")


def press(visitor, words, key="Enter"):
    tab_to(visitor, words)
    visitor.page.keyboard.press(key)


@pytest.mark.requirement("R-150")
def test_answer_by_tab_space_and_enter(visit, consultation):
    visitor = visit()
    keyboard = visitor.page.keyboard

    visitor.go("/consultations/")
    keyboard.press("Tab")
    assert visitor.page.evaluate(FOCUSED)["words"] == "Skip to main content"
    keyboard.press("Enter")
    press(visitor, consultation.title)
    visitor.page.wait_for_url(f"**{consultation.get_absolute_url()}")
    press(visitor, "Start now")
    visitor.page.wait_for_url("**/answer/1/")
    press(visitor, "A phone call", "Space")
    press(visitor, "Continue")
    visitor.page.wait_for_url("**/answer/2/")
    press(visitor, "A letter", "Space")
    press(visitor, "I prefer not to say", "Space")
    press(visitor, "Continue")
    visitor.page.get_by_text("There is a problem").wait_for()
    press(visitor, "You cannot choose both")
    press(visitor, "I prefer not to say", "Space")
    press(visitor, "Continue")
    visitor.page.wait_for_url("**/answer/3/")
    press(visitor, "Strongly agree", "ArrowDown")
    press(visitor, "Continue")
    visitor.page.wait_for_url("**/answer/4/")
    tab_to(visitor, "")
    while visitor.page.evaluate("document.activeElement.tagName") != "TEXTAREA":
        keyboard.press("Tab")
    keyboard.type("Somebody who listens.")
    press(visitor, "Continue")
    visitor.page.wait_for_url("**/answer/check/")
    press(visitor, "Send my answers")
    visitor.page.get_by_text("Thank you. We have your answers").wait_for()

    kept = sorted(Answer.objects.values_list("question", "choice", "text"))
    assert kept == [
        ("q1", "PHONE", ""),
        ("q2", "LETTER", ""),
        ("q3", "AGREE", ""),
        ("q4", "", "Somebody who listens."),
    ]


def test_provider_reports_where_no_script_runs(visit, width):
    agreement = AgreementFactory()
    IndicatorFactory(agreement=agreement, code="V2", order=1, name="First contact")
    IndicatorFactory(agreement=agreement, code="V4", order=2, count=True)
    kpi_return = KpiReturnFactory(agreement=agreement, due_at=timezone.now() + timedelta(days=8))
    visitor = visit(width=width, javascript=False)
    visitor.sign_in(UserFactory(role=Role.CERTIFIER, organisation=agreement.provider))
    page = visitor.page

    visitor.go("/dashboard/")
    page.locator("main").get_by_role("link", name="Return for").click()
    page.get_by_role("link", name="First contact").click()
    page.get_by_label("Referrals due to be contacted").fill("430")
    page.get_by_label("Contacted in time").fill("436")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("There is a problem").wait_for()
    assert page.title().startswith("Error: ")
    page.get_by_label("Contacted in time").fill("391")
    page.get_by_role("button", name="Save and continue").click()
    page.locator("details summary").click()
    page.get_by_label("It is not available").check()
    page.get_by_label("What is behind this figure?").fill("Our system is being replaced.")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Check answers and declare").click()
    page.get_by_label("I confirm").check()
    page.get_by_role("button", name="Send the return").click()

    assert "Thank you. We have your return" in page.content()
    assert Submission.objects.filter(kpi_return=kpi_return).count() == 1
