"""Taking a page back, as the Management Team meets it."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from engagement.enums import Role
from tests.factories.engagement import UserFactory
from tests.factories.portal import StandardPageFactory


@pytest.mark.requirement("R-152")
def test_page_is_taken_back_with_a_reason(visit, width):
    page = StandardPageFactory(live=True, title="How we decide")
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.MANAGEMENT))

    visitor.go(reverse("portal:take-back", args=[page.pk]))
    visitor.look("asked")
    visitor.page.get_by_role("button", name="Take it back").click()
    visitor.look("error")
    assert visitor.page.title().startswith("Error: ")
    visitor.page.get_by_label("Why is it taken back?").fill("It names somebody who did not agree.")
    visitor.page.get_by_role("button", name="Take it back").click()
    visitor.page.wait_for_url("**/cms/pages/**")

    assert Page.objects.get(pk=page.pk).live is False
