"""A provider's first return: from the invitation in the mail to the receipt, on a phone, by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.models import Figure, Submission
from engagement.enums import Role
from engagement.models import Organisation
from tests.browser.test_without_mouse_or_script import press, tab_to
from tests.contracts.sheets import typed_into
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import OrganisationFactory, UserFactory

PASSWORD = "a-quite-different-horse"
KIM = "kim@brightway.example"


@pytest.fixture
def kpi_return():
    brightway = OrganisationFactory(name="Brightway", slug="brightway")
    agreement = AgreementFactory(title="Victim support and navigation", provider=brightway)
    IndicatorFactory(agreement=agreement, code="V2", order=1, name="First contact")
    IndicatorFactory(agreement=agreement, code="V4", order=2, count=True)
    return KpiReturnFactory(agreement=agreement, due_at=timezone.now() + timedelta(days=8))


def invited(visit):
    """Somebody of Brightway gives a colleague access; gives the address in the e-mail that the colleague gets."""
    colleague = visit()
    colleague.sign_in(UserFactory(role=Role.CERTIFIER, organisation=Organisation.objects.get(slug="brightway")))
    colleague.go("/engagement/organisations/brightway/invite/")
    page = colleague.page
    page.get_by_label("Full name").fill("Kim Lee")
    page.get_by_label("E-mail address").fill(KIM)
    page.get_by_label("Certifier").check()
    page.get_by_role("button", name="Invite them").click()
    page.get_by_text("Invited, and has not said yes").wait_for()
    colleague.look("invited")
    letters = sorted((colleague.site.folder / "mail").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    found = re.search(r"/account/password/reset/key/\S+", letters[-1].read_text().replace("=\n", ""))
    return found[0]


def write(visitor, words, text):
    """Goes to the box with this label by Tab and types."""
    tab_to(visitor, words)
    visitor.page.keyboard.type(text)


def begin(visit):
    """A newcomer on a phone follows the link, chooses a password, signs in and says yes: by keyboard alone."""
    visitor = visit(width=375)
    visitor.go(invited(visit))
    visitor.look("password")
    write(visitor, "New password", PASSWORD)
    write(visitor, "New password again", PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/account/(login|password/reset/key/done)/"))
    visitor.look("password-chosen")
    visitor.go("/account/login/")
    write(visitor, "E-mail address", KIM)
    write(visitor, "Password", PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/dashboard/")
    press(visitor, "Will you act for Brightway?")
    visitor.page.wait_for_url("**/our-invitations/*/")
    visitor.look("invitation")
    press(visitor, "Yes, I act for it")
    visitor.page.wait_for_url("**/dashboard/")
    visitor.look("dashboard")
    return visitor


@pytest.mark.requirement("R-147", "R-149", "R-150")
def test_first_return_from_the_invitation_to_the_receipt(visit, kpi_return):
    visitor = begin(visit)
    page = visitor.page

    press(visitor, "Return for")
    page.wait_for_url(f"**{kpi_return.get_absolute_url()}")
    visitor.look("tasks")
    press(visitor, "First contact")
    page.wait_for_url("**/measures/V2/")
    write(visitor, "Referrals due to be contacted", "430")
    write(visitor, "Contacted in time", "436")
    press(visitor, "Yes", "Space")
    press(visitor, "Save and continue")
    page.get_by_text("There is a problem").wait_for()
    visitor.look("wrong")
    press(visitor, "Contacted in time must be 430 or fewer")  # leads to the box
    page.keyboard.press("Control+a")
    page.keyboard.type("391")
    press(visitor, "Save and continue")
    page.wait_for_url("**/measures/V4/")
    write(visitor, "Waiting over 6 weeks", "8")
    press(visitor, "Yes", "Space")
    press(visitor, "Save and continue")
    page.get_by_role("link", name="Check answers and declare").wait_for()
    press(visitor, "Check answers and declare")
    visitor.page.wait_for_url("**/check/")
    visitor.look("check")
    press(visitor, "I confirm", "Space")
    press(visitor, "Send the return")
    page.get_by_text("Thank you. We have your return").wait_for()
    visitor.look("receipt")

    assert Submission.objects.get(kpi_return=kpi_return).declared_by.email == KIM
    assert Figure.objects.get(indicator__code="V2").numerator == 391
    assert Figure.objects.get(indicator__code="V4").value == 8


@pytest.mark.requirement("R-147", "R-149")
def test_first_return_by_workbook(visit, kpi_return, tmp_path):
    visitor = begin(visit)
    page = visitor.page
    template, filled = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"

    press(visitor, "Return for")
    page.wait_for_url(f"**{kpi_return.get_absolute_url()}")
    press(visitor, "Upload a file")
    page.get_by_role("link", name="Download the workbook").wait_for()
    with page.expect_download() as download:
        press(visitor, "Download the workbook")
    download.value.save_as(template)
    filled.write_bytes(typed_into(template.read_bytes(), {"D2": 430, "D3": 391, "D4": 8}))
    page.locator("input[type=file]").set_input_files(filled)  # the system's own window, which no page can press
    press(visitor, "Upload and check")
    page.get_by_role("button", name="Keep these figures").wait_for()
    visitor.look("preview")
    press(visitor, "Keep these figures")
    page.get_by_role("link", name="Check answers and declare").wait_for()
    visitor.look("kept")
    press(visitor, "Check answers and declare")
    visitor.page.wait_for_url("**/check/")
    press(visitor, "I confirm", "Space")
    press(visitor, "Send the return")
    page.get_by_text("Thank you. We have your return").wait_for()

    assert Submission.objects.get(kpi_return=kpi_return).declared_by.email == KIM
    assert Figure.objects.get(indicator__code="V2").numerator == 391
    assert Figure.objects.get(indicator__code="V4").value == 8
