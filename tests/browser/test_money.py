"""The money of finance, on the dashboard and in full, at both widths."""

from datetime import timedelta

from django.utils import timezone

from engagement.enums import Role
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import ActivityFactory, FundingLineFactory, UserFactory


def test_finance_finds_what_runs_out(visit, width):
    today = timezone.localdate()
    activity = ActivityFactory(published=True, title="Safe and well visits")
    FundingLineFactory(
        activity=activity,
        starts_on=today - timedelta(days=200),
        ends_on=today + timedelta(days=60),
        stream="Victims grant",
    )
    AgreementFactory(activity=activity, title="Evening advice line")
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.SPECIALIST))

    visitor.go("/dashboard/")
    visitor.look("dashboard")
    assert visitor.page.get_by_role("heading", name="One thing runs out within six months").is_visible()
    visitor.page.get_by_role("link", name="Every activity and agreement").click()
    visitor.page.wait_for_url("**/agreements/money/")
    visitor.look("money")

    assert visitor.page.get_by_role("heading", level=1).inner_text() == "1 thing runs out within six months"
