"""Payments: planned, proposed by one and approved by another, hindered, taken back, and how the money stands."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import attention, consequences, funding, paying, plans
from contracts.domain.funding import FundingRefused
from contracts.domain.payments import (
    PaymentRefused,
    cancel_payment,
    decide_payment,
    hindrances,
    plan_payment,
    propose_payment,
    record_invoice,
    take_back,
)
from contracts.domain.progress import update_action
from contracts.models import Agreement, GrantStream, KpiReturn, Payment, Rung
from engagement.domain.periods import Period
from engagement.enums import Fund, Role
from engagement.models import Event, LogEntry
from portal.templatetags.wording import signed_percent
from tests.factories.contracts import AgreementFactory, KpiReturnFactory
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def line_of(agreement, pounds=100_000, year=date(2026, 4, 1)):
    fund = "Core policing budget" if agreement.fund == Fund.POLICING else "Core fire and rescue budget"
    return funding.keep_line(
        agreement=agreement,
        stream=GrantStream.objects.get(name=fund),
        year_starts_on=year,
        amount=Decimal(pounds),
        actor=agreement.activity.contract_manager,
        at=NOW,
    )


@pytest.fixture
def line(agreement):
    return line_of(agreement)


def plan(line, pounds=10_000, days=0, **more):
    facts = {"amount": Decimal(pounds), "due_on": TODAY + timedelta(days=days), **more}
    actor = line.agreement.activity.contract_manager
    return plan_payment(agreement=line.agreement, allocation=line, actor=actor, at=NOW, **facts)


def propose(payment, pounds=10_000, days=0):
    actor = payment.agreement.activity.contract_manager
    facts = {"amount": Decimal(pounds), "paid_on": TODAY + timedelta(days=days), "reference": "BACS 114"}
    return propose_payment(payment=payment, actor=actor, at=NOW, **facts)


def pay(line, management, pounds=10_000, days=0, due=0):
    made = propose(plan(line, pounds, due), pounds, days)
    return decide_payment(payment=made, approve=True, words="", actor=management, at=NOW)


def shown(payment):
    return Payment.objects.for_table().get(pk=payment.pk)


# Four eyes


@pytest.mark.requirement("R-022")
@pytest.mark.threat("A07")
def test_payment_is_proposed_by_one_and_approved_by_another(line, manager, management):
    proposed = propose(plan(line), 9_500, days=3)
    MembershipFactory(user=manager, organisation=OrganisationFactory(office=True), role=Role.MANAGEMENT)

    with pytest.raises(PaymentRefused, match="You proposed this"):
        decide_payment(payment=proposed, approve=True, words="", actor=manager, at=NOW)
    with pytest.raises(PaymentRefused, match="The Management Team or the Commissioner"):
        decide_payment(payment=proposed, approve=True, words="", actor=UserFactory(role=Role.SPECIALIST), at=NOW)
    made = decide_payment(payment=proposed, approve=True, words="", actor=management, at=NOW)

    assert (made.state, made.paid_amount, made.paid_on) == ("APPROVED", Decimal(9_500), TODAY + timedelta(days=3))
    assert not made.is_paid(on=TODAY)
    assert made.is_paid(on=TODAY + timedelta(days=3))
    with pytest.raises(PaymentRefused, match="Nobody waits"):
        decide_payment(payment=made, approve=True, words="", actor=management, at=NOW)


def test_payment_that_is_not_approved_is_planned_again_and_the_proposer_is_told_why(line, manager, management):
    proposed = propose(plan(line))

    with pytest.raises(PaymentRefused, match="Say why") as refused:
        decide_payment(payment=proposed, approve=False, words=" ", actor=management, at=NOW)
    back = decide_payment(payment=proposed, approve=False, words="No invoice.", actor=management, at=NOW)

    assert refused.value.field == "words"
    assert (back.state, back.decision_words) == ("PLANNED", "No invoice.")
    told = Event.objects.order_by("-pk").first()
    assert (told.title, list(told.deliveries.values_list("user", flat=True))) == (
        f"A payment was not approved: {line.agreement.title}",
        [manager.pk],
    )


def test_provider_hears_of_an_approved_payment_and_the_log_holds_no_amount(line, management, certifier):
    pay(line, management, 98_765)

    told = Event.objects.get(kind="PAYMENT_APPROVED")
    assert certifier.pk in told.deliveries.values_list("user", flat=True)
    assert "98" not in told.title
    assert not [entry for entry in LogEntry.objects.all() if "98765" in f"{entry.summary}{entry.data}".replace(",", "")]


# What hinders a payment


def test_nothing_is_paid_before_the_agreement_is_signed(management):
    draft = AgreementFactory(draft=True)
    payment = plan(line_of(draft))

    with pytest.raises(PaymentRefused, match="not signed"):
        propose(payment)


@pytest.mark.requirement("R-076")
def test_nothing_is_paid_before_the_return_it_waits_for_is_accepted(agreement, line, contact, management):
    payment = plan(line, after=Period.from_code("2026-27 Q1"))
    waiting = KpiReturnFactory(agreement=agreement, submitted=True)

    with pytest.raises(PaymentRefused, match="The return for April to June 2026 is not accepted yet"):
        propose(payment)
    KpiReturn.objects.filter(pk=waiting.pk).update(
        state="ACCEPTED", accepted_at=NOW, accepted_by=agreement.activity.contract_manager
    )

    assert propose(payment).state == "PROPOSED"


def test_nothing_is_paid_before_the_milestone_it_waits_for_is_done(agreement, line, manager, preparer):
    mobilisation = plans.open_plan(agreement=agreement, kind="MOBILISATION", aim="Ready.", actor=manager, at=NOW)
    facts = {"words": "Two are in post", "side": "PROVIDER", "kind": "MILESTONE", "due_on": TODAY}
    milestone = plans.add_action(plan=mobilisation, actor=manager, at=NOW, **facts)
    payment = plan(line, milestone=milestone)

    with pytest.raises(PaymentRefused, match="milestone"):
        propose(payment)
    update_action(action=milestone, state="DONE", words="Both began.", actor=preparer, at=NOW)

    assert propose(payment).state == "PROPOSED"


def test_nothing_is_paid_while_money_is_withheld_and_what_was_proposed_waits(agreement, line, manager, management):
    proposed, payment = propose(plan(line)), plan(line)
    consequences.attach_ladder(agreement=agreement, clause="14", actor=manager, at=NOW)
    step = consequences.propose(
        agreement=agreement,
        rung=Rung.objects.get(name="Withholding"),
        known_on=TODAY,
        reason="Closed.",
        evidence="The rota.",
        out_of_order="Danger.",
        actor=manager,
        at=NOW,
    )
    assert hindrances(shown(payment)) == [], "a proposal withholds nothing yet"
    consequences.decide(consequence=step, invoke=True, words="Yes.", actor=management, at=NOW)

    for act in (
        lambda: propose(payment),
        lambda: decide_payment(payment=proposed, approve=True, words="", actor=management, at=NOW),
    ):
        with pytest.raises(PaymentRefused, match="withholds money"):
            act()
    consequences.lift(consequence=step, words="Open again.", actor=manager, at=NOW)

    assert propose(payment).state == "PROPOSED"


def test_funding_line_is_never_overspent(line, management):
    pay(line, management, 60_000)
    propose(plan(line), 30_000)

    with pytest.raises(PaymentRefused, match="holds £10,000") as refused:
        propose(plan(line), 10_001)

    assert refused.value.field == "amount"
    assert propose(Payment.objects.get(number=3), 10_000).state == "PROPOSED"


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"amount": Decimal(0)}, "amount"), ({"due_on": date(2025, 3, 31)}, "due_on")],
)
def test_what_cannot_be_planned_is_refused_beside_its_box(line, facts, field):
    with pytest.raises(PaymentRefused) as refused:
        plan(line, **facts)
    assert refused.value.field == field


def test_line_of_another_agreement_pays_nothing_here(agreement, line, manager):
    other = line_of(AgreementFactory(activity=agreement.activity))

    with pytest.raises(PaymentRefused, match="this agreement"):
        plan_payment(agreement=agreement, allocation=other, due_on=TODAY, amount=Decimal(1), actor=manager, at=NOW)


def test_planned_payment_is_changed_and_cancelled_and_a_made_one_is_not(line, manager, management):
    payment = plan(line)
    changed = plan(line, 7, payment=payment)
    cancelled = cancel_payment(payment=changed, actor=manager, at=NOW)
    made = pay(line, management)

    assert (changed.amount, cancelled.state) == (7, "CANCELLED")
    for act in (lambda: plan(line, 5, payment=made), lambda: cancel_payment(payment=made, actor=manager, at=NOW)):
        with pytest.raises(PaymentRefused, match="no longer only planned"):
            act()


def test_line_that_pays_stays_and_keeps_its_stream(agreement, line, manager, management):
    pay(line, management, 60_000)
    facts = {"agreement": agreement, "line": line, "actor": manager, "at": NOW}

    with pytest.raises(FundingRefused, match="so it stays"):
        funding.drop_line(line=line, actor=manager, at=NOW)
    with pytest.raises(FundingRefused, match="£60,000"):
        funding.keep_line(stream=line.stream, year_starts_on=line.year_starts_on, amount=Decimal(59_999), **facts)
    with pytest.raises(FundingRefused, match="keeps its stream and year"):
        funding.keep_line(stream=line.stream, year_starts_on=date(2025, 4, 1), amount=Decimal(99_000), **facts)


# Taken back


def back(line, pounds, **more):
    facts = {"kind": "CLAWBACK", "amount": Decimal(pounds), "paid_on": TODAY, "reference": "L 7", "reason": "Unspent."}
    actor = line.agreement.activity.contract_manager
    return take_back(agreement=line.agreement, allocation=line, actor=actor, at=NOW, **{**facts, **more})


def test_what_is_taken_back_is_negative_with_a_reason_and_a_second_pair_of_eyes(agreement, line, management):
    pay(line, management, 60_000)

    for pounds, more, field in (
        (60_001, {}, "amount"),
        (5, {"reason": " "}, "reason"),
        (5, {"kind": "PAYMENT"}, "kind"),
    ):
        with pytest.raises(PaymentRefused) as refused:
            back(line, pounds, **more)
        assert refused.value.field == field
    proposed = back(line, 20_000)
    waiting = paying.standing_of(agreement, on=TODAY).paid
    decide_payment(payment=proposed, approve=True, words="", actor=management, at=NOW)

    assert (proposed.amount, waiting) == (-20_000, 60_000)
    assert paying.standing_of(agreement, on=TODAY).paid == 40_000
    assert propose(plan(line), 60_000).state == "PROPOSED", "the line holds again what came back"


def test_what_is_not_approved_to_come_back_is_cancelled(line, management):
    pay(line, management)

    refused = decide_payment(payment=back(line, 5), approve=False, words="Agreed use.", actor=management, at=NOW)

    assert refused.state == "CANCELLED"


# How the money stands


@pytest.mark.requirement("R-022")
def test_standing_is_summed_by_the_database(agreement, line, management):
    pay(line, management, 9_000, due=-10)
    pay(line, management, 5_000, days=5)
    plan(line, 11_000, days=-1)
    cancel_payment(payment=plan(line, 99), actor=agreement.activity.contract_manager, at=NOW)
    plan(line, 1_000, days=30)

    standing = paying.standing_of(agreement, on=TODAY)

    assert (standing.committed, standing.planned, standing.due, standing.paid) == (1_920_000, 26_000, 25_000, 9_000)
    assert (standing.remaining, standing.variance, standing.variance_percent) == (1_911_000, -16_000, Decimal("-64.0"))


@pytest.mark.requirement("R-022")
def test_funds_stand_apart(agreement, line, management):
    fire = AgreementFactory(fund=Fund.FIRE, value=Decimal(500))
    AgreementFactory(value=None)
    pay(line, management, 9_000)
    pay(line_of(fire, 500), management, 100)

    policing, other = paying.fund_standings(UserFactory(role=Role.SPECIALIST), at=NOW)

    assert (policing.fund, policing.standing.committed, policing.standing.paid) == (Fund.POLICING, 1_920_000, 9_000)
    assert (policing.agreements, policing.unvalued) == (2, 1)
    assert (other.fund, other.standing.committed, other.standing.remaining) == (Fund.FIRE, 500, 400)


# The 30 days


@given(due=st.dates(date(2025, 4, 1), date(2030, 1, 1)), came=st.none() | st.dates(date(2025, 4, 1), date(2030, 1, 1)))
def test_thirty_days_begin_with_the_later_of_invoice_and_due_day(due, came):
    contract = paying.deadline_of(is_contract=True, due_on=due, invoice_on=came)
    grant = paying.deadline_of(is_contract=False, due_on=due, invoice_on=came)

    assert contract.pay_by == (max(due, came) + timedelta(days=29) if came else None)
    assert grant.pay_by == max(due, came or due) + timedelta(days=29)
    assert "section 68 of the Procurement Act 2023" in contract.why
    assert "Procurement Act" not in grant.why


def kinds(agreement):
    found = attention.matters_for(agreement.activity.contract_manager, at=NOW)
    return [one.kind for one in found if one.kind.startswith("Payment")]


def test_late_payment_needs_attention_once_its_invoice_is_thirty_days_old(agreement, line, manager, management):
    payment = plan(line, days=-40)
    assert kinds(agreement) == [], "no invoice has come"
    record_invoice(payment=payment, invoice_on=TODAY - timedelta(days=29), actor=manager, at=NOW)
    assert kinds(agreement) == [], "today is the thirtieth day"
    record_invoice(payment=payment, invoice_on=TODAY - timedelta(days=30), actor=manager, at=NOW)
    assert kinds(agreement) == ["Payment late"]
    proposed = propose(payment)
    assert kinds(agreement) == ["Payment late"]
    decide_payment(payment=proposed, approve=True, words="", actor=management, at=NOW)
    assert kinds(agreement) == []


def test_payment_that_waits_for_the_provider_is_not_late(agreement, line, contact):
    period = KpiReturnFactory(agreement=agreement).period
    Agreement.objects.update(kind="GRANT")
    plan(line, days=-60, after=period)

    assert kinds(agreement) == []


# Pages


def rows_of(reply):
    table = BeautifulSoup(reply.content, "html.parser").main.table
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in table.select("tbody tr")]


def test_payment_goes_from_plan_to_provider_on_the_pages(client, agreement, line, manager, management, certifier):
    address = f"/agreements/{agreement.reference}/payments/"
    client.force_login(manager)
    form = {"allocation": line.pk, "amount": "12000", "due_on_day": "16", "due_on_month": "9", "due_on_year": "2026"}
    wrong = client.post(f"{address}new/", {**form, "amount": "lots"})
    client.post(f"{address}new/", {**form, "after_period": ""})
    offered = client.get(f"{address}1/").content.decode()
    day = {"paid_on_day": "16", "paid_on_month": "9", "paid_on_year": "2026"}
    client.post(f"{address}1/propose/", {"amount": "11500", "reference": "BACS 114", **day})
    client.force_login(management)
    asked = client.get(f"{address}1/").content.decode()
    seen = Payment.objects.get().proposed_at.isoformat()
    client.post(f"{address}1/decide/", {"approve": "yes", "words": "", "seen": seen})
    client.force_login(certifier)
    read = client.get(address)
    one = client.get(f"{address}1/").content.decode()

    assert "Enter pounds in figures" in wrong.content.decode()
    assert "Propose it for approval" in offered
    assert "Your decision is asked for" in asked
    assert rows_of(read) == [["Payment 1 2026-27", "Wednesday 16 September 2026", "£12,000", "£11,500", "Paid"]]
    assert "BACS 114" in one
    assert "Core policing budget" not in read.content.decode() + one, "which grant pays is the office's"


def test_provider_reads_no_proposal_to_take_back_and_no_words_of_the_office(
    client, agreement, line, management, certifier
):
    pay(line, management)
    proposed = back(line, 5, reason="Underused.")
    client.force_login(certifier)
    before = client.get(proposed.get_absolute_url()).status_code
    decide_payment(payment=proposed, approve=True, words="Letter sent.", actor=management, at=NOW)
    after = client.get(proposed.get_absolute_url()).content.decode()

    assert before == 404
    assert "Underused." in after
    assert "Letter sent." not in after


def test_agreement_page_leads_both_sides_to_the_payments(client, agreement, line, manager, certifier):
    address = reverse("contracts:payment-list", args=[agreement.reference])
    client.force_login(certifier)
    before = address in client.get(agreement.get_absolute_url()).content.decode()
    plan(line)

    assert not before, "nothing is planned"
    assert address in client.get(agreement.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_and_files_cost_the_same_however_long(
    number, client, agreement, line, management, django_assert_num_queries
):
    for _ in range(number):
        pay(line, management, 100)
        pay(line_of(AgreementFactory()), management, 100)
    client.force_login(UserFactory(role=Role.SPECIALIST))
    address = reverse("contracts:payment-list", args=[agreement.reference])
    client.get(address)

    with django_assert_num_queries(7):
        listed = rows_of(client.get(address))
    with django_assert_num_queries(8):
        stood = client.get(reverse("contracts:standings"))
    with django_assert_num_queries(4):
        rows = list(csv.DictReader(io.StringIO(client.get("/agreements/payments.csv").getvalue().decode("utf-8-sig"))))

    assert (len(listed), len(stood.context["rows"]), len(rows)) == (number, number + 1, 2 * number)
    assert {row["paid_pounds"] for row in rows} == {"100.00"}


@pytest.mark.parametrize(("share", "words"), [(Decimal("-51.9"), "−51.9%"), (Decimal("4.0"), "+4.0%"), (None, "")])
def test_a_difference_in_percent_has_the_sign_that_money_has(share, words):
    assert signed_percent(share) == words
