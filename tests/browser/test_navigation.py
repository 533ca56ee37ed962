"""The navigation of those who work here: one line on a desk, two on a phone, and every entry within reach."""

import pytest

from engagement.enums import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories.engagement import UserFactory

LINES = """entries => new Set(entries.map(entry => Math.round(entry.getBoundingClientRect().top))).size"""
ENTRIES = ".govuk-service-navigation__list > li"


@pytest.mark.parametrize("role", [Role.INVOLVEMENT, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, Role.MANAGEMENT])
def test_navigation_takes_one_line_on_a_desk(visit, role):
    visitor = visit(width=DESK)
    visitor.sign_in(UserFactory(role=role))

    visitor.go("/dashboard/")

    assert visitor.page.eval_on_selector_all(ENTRIES, LINES) == 1


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_group_opens_by_keyboard_and_leads_on(visit, width, scripted):
    visitor = visit(width=width, javascript=scripted)
    visitor.sign_in(UserFactory(role=Role.MANAGEMENT))
    visitor.go("/dashboard/")

    visitor.page.locator("summary", has_text="Agreements").press("Enter")
    if scripted:
        visitor.look("open")
    visitor.page.get_by_role("link", name="Returns to check").press("Enter")

    visitor.page.wait_for_url("**/agreements/returns/")


def test_open_group_closes_with_escape(visit):
    visitor = visit(width=PHONE)
    visitor.sign_in(UserFactory(role=Role.MANAGEMENT))
    visitor.go("/dashboard/")
    visitor.page.wait_for_selector("body.govuk-frontend-supported")  # the script has run
    group = visitor.page.locator("summary", has_text="Agreements")

    group.press("Enter")
    visitor.page.get_by_role("link", name="Returns to check").wait_for(state="visible")
    visitor.page.keyboard.press("Escape")

    visitor.page.get_by_role("link", name="Returns to check").wait_for(state="hidden")
    assert visitor.page.evaluate("document.activeElement.innerText").startswith("Agreements")
