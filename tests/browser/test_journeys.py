"""Two journeys by everybody who takes part, from end to end, at both widths: each page and each refusal is looked at.

What one person meets on the way in more detail is in the other files of this folder.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Consultation
from contracts.models import KpiReturn, PartialDate
from engagement.enums import Role
from tests.factories.consultations import QuestionnaireFactory, ResponseFactory, signed_off
from tests.factories.contracts import AgreementFactory, IndicatorFactory
from tests.factories.engagement import PASSWORD, ActivityFactory, OrganisationFactory, UserFactory
from tests.factories.portal import ActivityPageFactory, SpecificationPageFactory

CONTACT = "First contact within 2 working days"
WAITING = "Waiting over 6 weeks"


@pytest.fixture
def arrive(visit, width):
    """Somebody at a browser of their own: `arrive()` the public, `arrive(user)` signed in."""

    def make(user=None):
        visitor = visit(width=width)
        if user:
            visitor.sign_in(user)
        return visitor

    return make


def press(visitor, words):
    visitor.page.get_by_role("button", name=words).first.click()


def follow(visitor, words):
    visitor.page.locator("main").get_by_role("link", name=words).first.click()


def fill(visitor, **boxes):
    """Fills boxes by their names: text, or a choice of a list."""
    for name, value in boxes.items():
        box = visitor.page.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


@pytest.mark.timeout(300)
@pytest.mark.requirement("R-059", "R-060", "R-150")
def test_draft_is_tested_with_the_people_it_is_for(arrive):
    lead = UserFactory(role=Role.LEAD_COMMISSIONER, name="Amara Lindqvist")
    activity = ActivityFactory(published=True, at_plan=True, lead_commissioner=lead, title="Support after abuse")
    page = SpecificationPageFactory(parent=ActivityPageFactory(activity=activity, live=True), author=lead)
    page.get_workflow().start(page, lead)
    QuestionnaireFactory(title="The draft")
    public, office = arrive(), arrive(UserFactory(role=Role.INVOLVEMENT, name="Farah Quill"))

    management_signs_in_and_approves(arrive(), UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo"))
    public.go(f"{activity.get_absolute_url()}specification/v1/")
    public.look("specification")
    consultation = office_asks(office, activity)
    somebody_answers(public, consultation)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"], "q3": ["AGREE"]})
    office_closes_and_publishes(office, consultation)

    public.go("/")
    public.look("home")
    public.go(consultation.get_absolute_url())
    public.look("outcome")
    follow(public, "All the results, question by question")
    public.look("results")
    assert "Most people want a phone call" in public.page.title()
    public.go(activity.get_absolute_url())
    public.look("hub")


def management_signs_in_and_approves(visitor, manager):
    """From the dashboard's address, through the sign-in page and a wrong password, to the editor's Approve."""
    visitor.page.goto(f"{visitor.site.url}/dashboard/")
    visitor.look("sign-in")
    visitor.page.get_by_label("E-mail address").fill(manager.email)
    visitor.page.get_by_label("Password", exact=True).fill("not the password")
    press(visitor, "Sign in")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("sign-in-refused")
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(visitor, "Sign in")
    visitor.page.get_by_role("heading", name="One thing needs you").wait_for()
    visitor.look("dashboard")
    follow(visitor, "Specification")
    visitor.page.locator(".footer__container [data-w-dropdown-target=toggle]").click()
    visitor.page.locator("[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])").click()
    visitor.page.get_by_text("Approved: “Specification”.").wait_for()


def office_asks(visitor, activity):
    """Drafts, is refused, drafts again, checks and opens."""
    visitor.go("/engagement/consultations/")
    follow(visitor, "New consultation")
    fill(visitor, title="Have we got the draft right?")
    press(visitor, "Save the draft")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("create-refused")
    opens, closes = timezone.localdate(), timezone.localdate() + timedelta(days=40)
    fill(
        visitor,
        activity=str(activity.pk),
        summary="We have drafted what the new service must do. Tell us what we have missed.",
        audience="People who have used a service like it",
        questionnaire="1",
        specification="1",
        opens_on_day=str(opens.day), opens_on_month=str(opens.month), opens_on_year=str(opens.year),
        length_reason="Six weeks reach people whom providers see once a month.",
        closes_on_day=str(closes.day), closes_on_month=str(closes.month), closes_on_year=str(closes.year),
        opens_time="06:00",
    )  # fmt: skip
    visitor.page.get_by_label("People who use, or might use, a service").check()
    press(visitor, "Save the draft")
    visitor.page.get_by_text("The draft is kept.").wait_for()
    visitor.look("drafted")
    follow(visitor, "Why this is fair")
    fill(
        visitor,
        formative_statement="Nothing is decided.",
        information_statement="The whole draft, and what it costs.",
        consideration_statement="We read every answer before the decision.",
    )
    press(visitor, "Save the draft")
    Consultation.objects.update(opens_at=timezone.now() - timedelta(minutes=5))  # a test may run before 6am
    signed_off(Consultation.objects.get(), at=timezone.now())
    visitor.page.reload()
    follow(visitor, "Open it")
    visitor.look("ready")
    press(visitor, "Open this consultation")
    visitor.page.get_by_text("Everybody engaged has been told.").wait_for()
    visitor.look("opened")
    return Consultation.objects.get()


def somebody_answers(visitor, consultation):
    visitor.go("/consultations/")
    follow(visitor, consultation.title)
    visitor.look("overview")
    press(visitor, "Start now")
    visitor.page.get_by_label("A phone call").check()
    for _ in range(4):
        press(visitor, "Continue")
    visitor.look("check")
    press(visitor, "Send my answers")
    visitor.page.get_by_text("Thank you. We have your answers").wait_for()
    visitor.look("receipt")


def office_closes_and_publishes(visitor, consultation):
    visitor.go(f"/engagement/consultations/{consultation.reference}/")
    follow(visitor, "Close early")
    press(visitor, "Close it now")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("close-refused")
    fill(visitor, reason="Everybody we hoped for has answered.")
    press(visitor, "Close it now")
    visitor.page.get_by_text("This has closed.").wait_for()
    visitor.look("closed")
    follow(visitor, "Write what people said")
    fill(visitor, finding="x" * 161, we_asked="What is missing.", you_said="Phone first.")
    fill(visitor, limits="Few young people answered.", method="Two people read every answer.")
    press(visitor, "Save what people said")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("feedback-refused")
    fill(visitor, finding="Most people want a phone call")
    press(visitor, "Save what people said")
    visitor.page.get_by_text("Your words are kept.").wait_for()
    follow(visitor, "Publish the results")
    press(visitor, "Publish the results")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("publish-refused")
    visitor.page.get_by_label("I have read every answer").check()
    press(visitor, "Publish the results")
    visitor.page.get_by_text("The results are public.").wait_for()
    visitor.look("published")


@pytest.mark.timeout(300)
@pytest.mark.requirement("R-149", "R-151")
def test_quarter_is_reported_questioned_accepted_and_published(arrive):
    manager, today = UserFactory(role=Role.CONTRACT_MANAGER, name="Tomasz Bell"), timezone.localdate()
    agreement = AgreementFactory(
        activity=ActivityFactory(published=True, at_do=True, contract_manager=manager),
        title="Victim support",
        provider=OrganisationFactory(name="Brightway"),
        signed_on=PartialDate(str(today.year - 1)),
        starts=PartialDate(str(today.year - 1)),
        ends=PartialDate(str(today.year + 2)),
    )
    IndicatorFactory(agreement=agreement, code="V2", order=1, name=CONTACT)
    IndicatorFactory(agreement=agreement, code="V4", order=2, count=True)
    people = {
        role: arrive(UserFactory(role=role, organisation=agreement.provider))
        for role in (Role.PREPARER, Role.CERTIFIER)
    }
    office, certifier = arrive(manager), people[Role.CERTIFIER]

    opened = office.site.manage("open_quarter")
    assert "Opened 1 return." in opened.stdout, opened.stderr
    kpi_return = KpiReturn.objects.select_related("agreement").get()
    preparer_fills(people[Role.PREPARER], kpi_return)
    certifier_declares(certifier, kpi_return)
    manager_asks(office)
    certifier_answers(certifier)
    manager_accepts(office, kpi_return)
    management_publishes(arrive(UserFactory(role=Role.MANAGEMENT)))

    public = arrive()
    public.go("/performance/")
    follow(public, "Victim support")
    public.look("performance")
    assert public.page.locator("h1").inner_text().startswith("1 of 2 measures met their target")
    stranger = arrive(UserFactory(role=Role.CERTIFIER))
    stranger.go("/returns/")
    stranger.look("nothing-of-theirs")
    assert stranger.page.goto(stranger.site.url + kpi_return.get_absolute_url()).status == 404
    stranger.look("not-found")


def preparer_fills(visitor, kpi_return):
    visitor.go("/dashboard/")
    visitor.look("dashboard-preparer")
    follow(visitor, "Return for")
    follow(visitor, CONTACT)
    fill(visitor, denominator="430", numerator="436")
    visitor.page.get_by_label("Yes").check()
    press(visitor, "Save and continue")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("slip")
    fill(visitor, numerator="391")
    press(visitor, "Save and continue")
    visitor.page.get_by_text("391 of 430 is 90.9%").wait_for()
    fill(visitor, value="13", commentary="Two advocates left in May.")
    visitor.page.get_by_label("Yes").check()
    press(visitor, "Save and continue")
    follow(visitor, "Check answers and declare")
    visitor.look("check-preparer")
    assert visitor.page.get_by_role("button", name="Send the return").count() == 0


def certifier_declares(visitor, kpi_return):
    visitor.go(f"{kpi_return.get_absolute_url()}check/")
    press(visitor, "Send the return")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("undeclared")
    visitor.page.get_by_label("I confirm").check()
    press(visitor, "Send the return")
    visitor.page.get_by_text("Thank you. We have your return").wait_for()
    visitor.look("receipt")


def manager_asks(visitor):
    visitor.go("/dashboard/")
    visitor.look("dashboard-manager")
    follow(visitor, "Brightway")
    visitor.look("review")
    follow(visitor, f"Query {WAITING}")
    press(visitor, "Send the question")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("question-refused")
    fill(visitor, question="Is that the evening list, or something new?")
    press(visitor, "Send the question")
    visitor.page.get_by_text("is with the provider").wait_for()
    visitor.look("asked")


def certifier_answers(visitor):
    visitor.go("/dashboard/")
    visitor.look("dashboard-certifier")
    follow(visitor, "Answer a question")
    follow(visitor, WAITING)
    press(visitor, "Keep the answer")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.look("answer-refused")
    fill(visitor, answer="One was counted twice: it is 12.")
    follow(visitor, "Change the figure")
    fill(visitor, value="12")
    press(visitor, "Save and continue")
    visitor.page.get_by_text("Saved.").wait_for()
    visitor.look("figure-changed")
    follow(visitor, WAITING)
    fill(visitor, answer="One was counted twice: it is 12.")
    press(visitor, "Keep the answer")
    visitor.page.get_by_text("Your answer is kept.").wait_for()
    follow(visitor, "Check answers and declare")
    visitor.page.get_by_label("I confirm").check()
    press(visitor, "Send the return")
    visitor.page.get_by_text("Thank you. We have your return").wait_for()


def manager_accepts(visitor, kpi_return):
    visitor.go(kpi_return.get_office_url())
    visitor.page.get_by_text("Submitted again, with changes to Waiting over 6 weeks (V4)").wait_for()
    visitor.look("with-changes")
    follow(visitor, "Accept the whole return")
    visitor.look("accept")
    press(visitor, "Accept the return")
    visitor.page.get_by_text("Accepted. The provider has been told").wait_for()
    visitor.look("accepted")


def management_publishes(visitor):
    visitor.go("/dashboard/")
    visitor.look("dashboard-management")
    follow(visitor, "Victim support")
    visitor.look("publish")
    press(visitor, "Publish and tell everyone engaged")
    visitor.page.get_by_text("Published. Everyone engaged").wait_for()
    visitor.look("published")
