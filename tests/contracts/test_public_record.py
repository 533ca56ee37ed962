"""What became of an agreement, in public: its page of the register, the file, and the Open Contracting release."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import consequences, funding, ocds, payments, plans, variations
from contracts.models import ActionPlan, Allocation, Consequence, GrantStream, Rung, Variation
from engagement.enums import Role
from tests.contracts.ocds import empty_places, read, schema_beside
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
NOTICE = "https://www.find-tender.service.gov.uk/Notice/000001-2026"


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def vary(agreement, management, certifier, **more):
    """A change that both sides agreed to."""
    facts = {"what": "SECRET WHAT", "why": "SECRET WHY", "value_change": Decimal(96_000), **more}
    proposed = variations.propose(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, **facts)
    variations.decide(variation=proposed, approve=True, words="SECRET DECISION", actor=management, at=NOW)
    variations.answer(variation=proposed, agree=True, words="SECRET ANSWER", actor=certifier, at=NOW)
    return Variation.objects.get(pk=proposed.pk)


def line_of(agreement):
    """Its one funding line."""
    return Allocation.objects.filter(agreement=agreement).first() or funding.keep_line(
        agreement=agreement,
        stream=GrantStream.objects.get(name="Core policing budget"),
        year_starts_on=date(2026, 4, 1),
        amount=Decimal(100_000),
        actor=agreement.activity.contract_manager,
        at=NOW,
    )


def pay(agreement, management, pounds, *, on=TODAY, approve=True):
    """A payment, or money taken back where `pounds` is negative."""
    manager, line = agreement.activity.contract_manager, line_of(agreement)
    day = {"paid_on": on, "reference": "SECRET REFERENCE", "actor": manager, "at": NOW}
    if pounds < 0:
        back = {"agreement": agreement, "allocation": line, "kind": "CLAWBACK", "reason": "SECRET REASON"}
        asked = payments.take_back(amount=-Decimal(pounds), **back, **day)
    else:
        planned = payments.plan_payment(
            agreement=agreement, allocation=line, due_on=on, amount=Decimal(pounds), actor=manager, at=NOW
        )
        asked = payments.propose_payment(payment=planned, amount=Decimal(pounds), **day)
    if approve:
        payments.decide_payment(payment=asked, approve=True, words="SECRET WORDS", actor=management, at=NOW)
    return asked


def fail(agreement, *, noticed=True):
    """A notice under the ladder, published under section 71 or not."""
    manager = agreement.activity.contract_manager
    consequences.attach_ladder(agreement=agreement, clause="SECRET CLAUSE", actor=manager, at=NOW)
    step = consequences.propose(
        agreement=agreement,
        rung=Rung.objects.get(name="Notice"),
        known_on=TODAY - timedelta(days=9),
        reason="SECRET FAILURE",
        evidence="SECRET EVIDENCE",
        actor=manager,
        at=NOW,
    )
    if noticed:
        consequences.record_notice(consequence=step, noticed_on=TODAY, notice_url=NOTICE, actor=manager, at=NOW)
    return step


def page_of(client, agreement):
    return client.get(reverse("contracts:register-detail", args=[agreement.reference])).content.decode()


def release(client):
    [found] = read(client.get(ocds.PATH))["releases"]
    return found


def paid_file(client):
    text = b"".join(client.get(reverse("contracts:register-payments-csv")).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.requirement("R-022", "R-026")
def test_change_in_force_is_public_with_its_public_words_and_terms(client, agreement, management, certifier):
    vary(agreement, management, certifier, public_words="A third evening.", new_ends=date(2029, 3, 31))

    page = page_of(client, agreement)
    contract = release(client)["contracts"][0]

    words = (
        "A third evening. The value changes from £1,920,000 to £2,016,000."
        " The last day changes from Friday 31 March 2028 to Saturday 31 March 2029."
    )
    assert "A third evening." in page
    assert "from £1,920,000 to £2,016,000" in page
    assert contract["amendments"] == [
        {
            "id": "1",
            "date": "2026-09-16T12:00:00+01:00",
            "description": words,
            "period": {"endDate": "2029-03-31T23:59:59+01:00"},
            "value": {"amount": 2016000, "currency": "GBP"},
        }
    ]
    assert "contractAmendment" in release(client)["tag"]


@pytest.mark.requirement("R-022")
def test_payments_of_over_500_are_public_once_they_are_paid(client, agreement, management):
    for pounds, facts in ((500, {}), (501, {}), (-600, {}), (900, {"on": TODAY + timedelta(days=1)})):
        if pounds == -600:
            pay(agreement, management, 40_000)
        pay(agreement, management, pounds, **facts)
    pay(agreement, management, 7_777, approve=False)

    page = page_of(client, agreement)
    rows = paid_file(client)
    transactions = release(client)["contracts"][0]["implementation"]["transactions"]

    assert [one["value"]["amount"] for one in transactions] == [501, 40_000, -600]
    assert [row["pounds"] for row in rows] == ["501.00", "40000.00", "-600.00"]
    assert transactions[0]["payer"]["id"] == "office"
    assert transactions[0]["payee"]["name"] == str(agreement.provider)
    assert [amount in page for amount in ("£501", "£40,000", "−£600", "£900", "£7,777")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.requirement("R-084")
def test_failure_is_public_with_its_notice_and_only_while_it_is_in_force(client, agreement):
    step = fail(agreement)
    told = release(client)["contracts"][0]["implementation"]["performanceFailures"]
    page = page_of(client, agreement)
    lifted = {"words": "Better.", "actor": agreement.activity.contract_manager, "at": NOW}
    consequences.lift(consequence=Consequence.objects.get(pk=step.pk), **lifted)

    [failure] = told
    [document] = failure["documents"]
    assert (document["noticeType"], document["url"]) == ("UK9", NOTICE)
    assert failure["suppliers"] == [{"id": f"portal-{agreement.provider.slug}", "name": agreement.provider.name}]
    assert "Contract performance notice (UK9)" in page
    assert "implementation" not in release(client)["contracts"][0]


def milestone(agreement, certifier, **more):
    """A milestone of a mobilisation plan, to which the provider has agreed."""
    shared = {"actor": agreement.activity.contract_manager, "at": NOW}
    plan = plans.open_plan(agreement=agreement, kind=more.pop("plan", "MOBILISATION"), aim="Ready.", **shared)
    facts = {"words": "SECRET WORDS", "side": "PROVIDER", "kind": "MILESTONE", "due_on": TODAY, **more}
    made = plans.add_action(plan=plan, **facts, **shared)
    for actor in (shared["actor"], certifier):
        version = ActionPlan.objects.get(pk=plan.pk).version
        plans.agree(plan=plan, seen_version=version, actor=actor, at=NOW)
    return made


@pytest.mark.requirement("R-073")
def test_milestone_of_getting_ready_is_public_in_words_for_the_public_alone(client, agreement, certifier):
    milestone(agreement, certifier, public_words="The doors are open")
    other = AgreementFactory(provider=agreement.provider)
    milestone(other, certifier)
    milestone(other, certifier, plan="EXIT", public_words="Not of this plan")

    found = [one for one in read(client.get(ocds.PATH))["releases"] if "implementation" in one["contracts"][0]]

    [contract] = found[0]["contracts"]
    [told] = contract["implementation"]["milestones"]
    assert (len(found), told["title"], told["status"], told["dueDate"]) == (
        1, "The doors are open", "scheduled", "2026-09-16T23:59:59+01:00",
    )  # fmt: skip
    assert "The doors are open" in page_of(client, agreement)
    assert "SECRET" not in page_of(client, agreement) + str(found)


@pytest.mark.threat("A12")
def test_nothing_that_the_sides_wrote_for_each_other_is_public(client, agreement, management, certifier):
    vary(agreement, management, certifier)
    pay(agreement, management, 40_000)
    pay(agreement, management, -600)
    fail(agreement)

    told = page_of(client, agreement) + str(release(client)) + str(paid_file(client))

    assert "SECRET" not in told


def test_failure_without_a_notice_and_open_changes_are_not_public(client, agreement):
    fail(agreement, noticed=False)
    manager = agreement.activity.contract_manager
    variations.propose(agreement=agreement, what="x", why="y", value_change=Decimal(1), actor=manager, at=NOW)

    found = release(client)["contracts"][0]

    assert {"amendments", "implementation"} & set(found) == set()
    assert "It holds as it was signed" in page_of(client, agreement)


def test_page_of_what_is_not_on_the_register_is_not_there(client):
    hidden = [AgreementFactory(draft=True), AgreementFactory(activity=ActivityFactory())]

    for one in hidden:
        address = reverse("contracts:register-detail", args=[one.reference])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_page_file_and_release_cost_the_same_however_many(
    client, agreement, management, certifier, number, django_assert_num_queries
):
    for place in range(number):
        pay(agreement, management, 1_000 + place)
        vary(agreement, management, certifier, value_change=Decimal(1 + place))

    with django_assert_num_queries(15):
        page_of(client, agreement)
    with django_assert_num_queries(1):
        assert len(paid_file(client)) == number
    with django_assert_num_queries(18):
        assert len(release(client)["contracts"][0]["amendments"]) == number


def test_the_standard_takes_changes_payments_and_failures(client, agreement, management, certifier, reference_data):
    schema = schema_beside(reference_data)
    FigureFactory(indicator=IndicatorFactory(agreement=agreement))
    vary(agreement, management, certifier, ground="ADDITIONAL", new_ends=date(2029, 3, 31), public_words="More.")
    Variation.objects.update(notice_on=TODAY, notice_url=NOTICE)
    pay(agreement, management, 40_000)
    fail(agreement)
    milestone(agreement, certifier, public_words="Open")
    ActionPlan.objects.get().actions.update(state="DONE", done_on=TODAY)

    package = read(client.get(ocds.PATH))

    assert (schema.errors(package), schema.additional_fields(package), empty_places(package)) == ([], [], [])
    assert package["releases"][0]["contracts"][0]["documents"][0]["noticeType"] == "UK10"
