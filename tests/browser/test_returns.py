"""A provider reports a quarter in a real browser, with and without a file; the public reads what was published."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from contracts.domain.publishing import publish_ratings
from contracts.models import Figure, Submission
from engagement.domain.calendar import Quarter
from engagement.enums import Role
from tests.contracts.sheets import typed_into
from tests.factories.contracts import (
    AgreementFactory,
    FigureFactory,
    IndicatorFactory,
    KpiReturnFactory,
    QueryFactory,
)
from tests.factories.engagement import OrganisationFactory, UserFactory

QUARTER = Quarter(2026, 1)
CONTACT = "First contact within 2 working days"
HISTORY = (
    (391, 430, 430, 48, 12),
    (372, 423, 423, 52, 11),
    (365, 415, 415, 55, 14),
    (361, 420, 420, 61, 9),
    (329, 406, 406, 58, 16),
    (338, 412, 412, 50, 21),
    (312, 395, 395, 47, 27),
    (284, 389, 389, 44, 30),
)


def arranged():
    """A service with measures of every kind and eight accepted quarters before the one that is due."""
    brightway = OrganisationFactory(name="Brightway", slug="brightway", charity_number="1099999")
    agreement = AgreementFactory(title="Victim support and navigation", provider=brightway, legal_power="Section 143")
    make = partial(IndicatorFactory, agreement=agreement)
    measures = [
        make(code="V1", order=1, context=True),
        make(code="V2", order=2, name=CONTACT),
        make(code="V4", order=3, count=True),
        make(
            code="V9",
            order=4,
            group="The difference it makes",
            name="Still with the justice process at 6 months",
            numerator_words="still engaged",
            denominator_words="who reported",
            unit="people",
            target=Decimal(60),
            decimals=0,
            people=True,
        ),
        make(code="V11", order=5, group="Quality and delivery", money=True),
    ]
    return agreement, measures


def fill(kpi_return, measures, row, **words):
    contact, due, referrals, justice, waiting = row
    context, first, wait, still, money = measures
    FigureFactory(kpi_return=kpi_return, indicator=context, of_value=True, value=Decimal(referrals))
    FigureFactory(kpi_return=kpi_return, indicator=first, numerator=contact, denominator=due, **words)
    FigureFactory(kpi_return=kpi_return, indicator=wait, of_value=True, value=Decimal(waiting))
    FigureFactory(kpi_return=kpi_return, indicator=still, numerator=justice, denominator=100)
    FigureFactory(kpi_return=kpi_return, indicator=money, of_value=True, value=Decimal("612.50"))


def with_history(agreement, measures, *, publish=True):
    publisher = UserFactory(role=Role.MANAGEMENT)
    for back, row in reversed(list(enumerate(HISTORY))):
        kpi_return = KpiReturnFactory(agreement=agreement, quarter=QUARTER.back(back).code, accepted=True)
        figures = (*row[:3], 2, row[4]) if back == 3 else row
        fill(kpi_return, measures, figures, commentary="Two new advocates started, and calls are made until 8pm.")
        if publish:
            publish_ratings(kpi_return=kpi_return, words=["V2"], actor=publisher, at=timezone.now())


def test_provider_reports_a_quarter_page_by_page(visit, width):
    agreement, measures = arranged()
    with_history(agreement, measures, publish=False)
    kpi_return = KpiReturnFactory(
        agreement=agreement, quarter=QUARTER.next().code, due_at=timezone.now() + timedelta(days=8)
    )
    overdue = KpiReturnFactory(quarter=QUARTER.code, due_at=timezone.now() - timedelta(days=2))
    overdue.agreement.provider, overdue.agreement.title = agreement.provider, "Court navigation"
    overdue.agreement.save()
    queried = KpiReturnFactory(agreement=agreement, quarter=QUARTER.back(8).code, queried=True)
    fill(queried, measures, HISTORY[7])
    QueryFactory(figure=queried.figures.get(indicator=measures[1]))
    certifier = UserFactory(role=Role.CERTIFIER, organisation=agreement.provider, name="Jo Okonkwo")
    UserFactory(role=Role.PREPARER, organisation=agreement.provider, name="Priya Nair")
    visitor = visit(width=width)
    visitor.sign_in(certifier)
    page = visitor.page

    visitor.go("/returns/")
    visitor.look("list")
    page.get_by_role("link", name=f"Return for {QUARTER.next().label}").click()
    visitor.look("tasks")
    page.get_by_role("link", name=CONTACT).click()
    visitor.look("measure")
    page.get_by_label("Referrals due to be contacted").fill("412")
    page.get_by_label("Contacted in time").fill("436")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    visitor.look("measure-error")
    assert page.title().startswith("Error: ")
    page.get_by_label("Contacted in time").fill("330")
    page.get_by_label("What is behind this figure?").fill("The evening rota was short of two people.")
    page.get_by_role("button", name="Save and continue").click()
    assert "330 of 412 is 80.1%, Requires improvement against the target of 90% or more." in page.content()
    visitor.look("next-measure")
    page.get_by_label("Waiting over 6 weeks").fill("12")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    visitor.look("commentary-owed")
    page.get_by_label("What is behind this figure?").fill("A worker left in July.")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("We cannot give this figure").click()
    page.get_by_label("It is not available").check()
    page.get_by_label("What is behind this figure?").fill("Six months have not passed yet.")
    page.get_by_label("Yes").check()
    visitor.look("cannot-give")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Amount").fill("598.20")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Referrals received").fill("448")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    visitor.look("all-done")
    page.get_by_role("link", name="Check answers and declare").click()
    visitor.look("check")
    page.get_by_role("button", name="Send the return").click()
    visitor.look("check-error")
    page.get_by_label("I confirm").check()
    page.get_by_role("button", name="Send the return").click()
    visitor.look("receipt")

    assert Submission.objects.filter(kpi_return=kpi_return).count() == 1
    visitor.go(kpi_return.get_absolute_url())
    visitor.look("sent")
    visitor.go(queried.get_absolute_url())
    visitor.look("queried")
    page.locator("main").get_by_role("link", name=CONTACT).first.click()
    visitor.look("answer")
    page.get_by_role("button", name="Keep the answer").click()
    visitor.look("answer-error")
    visitor.go(agreement.returns.get(quarter=QUARTER.code).get_absolute_url())
    visitor.look("accepted")


def enter(page):
    """Presses Enter on what has the focus, and waits for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_provider_uploads_a_workbook_by_keyboard_and_two_colleagues_meet(visit, width, tmp_path):
    agreement, measures = arranged()
    kpi_return = KpiReturnFactory(agreement=agreement, due_at=timezone.now() + timedelta(days=8))
    fill(kpi_return, measures, HISTORY[1])
    preparer = UserFactory(role=Role.PREPARER, organisation=agreement.provider, name="Priya Nair")
    visitor = visit(width=width)
    visitor.sign_in(preparer)
    page = visitor.page

    visitor.go(kpi_return.get_absolute_url())
    page.get_by_role("link", name="Upload a file").focus()
    enter(page)
    visitor.look("upload")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the workbook").click()
    template, wrong, right = (tmp_path / f"{name}.xlsx" for name in ("template", "wrong", "right"))
    download.value.save_as(template)
    wrong.write_bytes(typed_into(template.read_bytes(), {"D2": 430, "D3": 412, "D4": 436, "D5": "eleven"}))
    right.write_bytes(typed_into(template.read_bytes(), {"D2": 430, "D3": 430, "D4": 391}))
    page.get_by_role("button", name="Upload and check").focus()
    enter(page)
    visitor.look("upload-empty")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Upload and check").focus()
    enter(page)
    visitor.look("preview-errors")
    page.get_by_role("button", name="Keep what is right").focus()
    enter(page)
    visitor.look("preview-untouched")
    page.get_by_label("Keep the 1 that can be kept").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep what is right").focus()
    enter(page)
    visitor.look("kept-in-part")
    page.get_by_role("link", name="Upload a corrected file").focus()
    enter(page)
    colleague = UserFactory(role=Role.PREPARER, organisation=agreement.provider, name="Sam Reyes")
    Figure.objects.filter(kpi_return=kpi_return, indicator=measures[1]).update(
        numerator=399, version=5, saved_by=colleague
    )
    page.locator("input[type=file]").set_input_files(right)
    page.get_by_role("button", name="Upload and check").click()
    visitor.look("preview")
    page.get_by_label("Keep mine for").check()
    page.get_by_role("button", name="Keep these figures").click()
    visitor.look("kept")

    assert Figure.objects.get(kpi_return=kpi_return, indicator=measures[1]).numerator == 391
    assert Figure.objects.get(kpi_return=kpi_return, indicator=measures[0]).value == 430
    visitor.go(f"{kpi_return.get_absolute_url()}measures/V2/")
    Figure.objects.filter(kpi_return=kpi_return, indicator=measures[1]).update(
        numerator=400, version=9, saved_by=colleague, commentary="We counted again."
    )
    page.get_by_label("Contacted in time").fill("395")
    page.get_by_role("button", name="Save and continue").click()
    visitor.look("both-versions")
    page.get_by_role("button", name="Save my version").click()
    assert Figure.objects.get(kpi_return=kpi_return, indicator=measures[1]).numerator == 395


def test_public_reads_performance_and_the_register(visit, width):
    agreement, measures = arranged()
    visitor = visit(width=width)
    visitor.go("/performance/")
    visitor.look("none-yet")
    with_history(agreement, measures)
    AgreementFactory(recorded=True, title="Grant of a neighbouring office", value=None)

    visitor.go("/performance/")
    visitor.look("list")
    visitor.page.get_by_role("link", name=agreement.title).click()
    visitor.look("service")
    assert visitor.page.locator("svg.portal-chart").count() == len(measures)
    visitor.go("/register/")
    visitor.look("register")
    visitor.go("/register/?words=nothing-like-it")
    visitor.look("register-none")
