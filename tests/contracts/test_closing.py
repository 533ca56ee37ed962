"""The end of an agreement: who ends it, what follows, and the notice that the law asks for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import attention, closing, consequences, duties, payments, schedule, variations
from contracts.domain.closing import EndingRefused
from contracts.domain.duties import notice_due_on
from contracts.domain.payments import PaymentRefused
from contracts.domain.variations import VariationRefused
from contracts.enums import Regime
from contracts.models import Agreement, KpiReturn, Rung
from engagement.enums import Audience, EventKind, Role
from engagement.models import Event, LogEntry
from tests.contracts.test_public_record import line_of, page_of, release
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SOON = date(2026, 11, 15)
LAST = date(2026, 9, 4)
NOTICE = "https://www.find-tender.service.gov.uk/Notice/000002-2026"


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def end(agreement, **more):
    """The Contract Manager proposes, or records, the end."""
    facts = {"kind": "MUTUAL", "ends_on": SOON, "why": "SECRET WHY", "public_words": "Another service takes over."}
    agreement = Agreement.objects.select_related("activity").get(pk=agreement.pk)
    return closing.propose(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, **{**facts, **more})


def ended(agreement, management, **more):
    """An end in force."""
    made = end(agreement, **more)
    return closing.decide(ending=made, approve=True, words="SECRET DECISION", actor=management, at=NOW)


def again(agreement):
    return Agreement.objects.get(pk=agreement.pk)


def noticed(ending, **more):
    facts = {"noticed_on": TODAY, "notice_number": "2026/S 000-000002", "notice_url": NOTICE, **more}
    manager = ending.agreement.activity.contract_manager
    return closing.record_notice(ending=ending, actor=manager, at=NOW, **facts)


def matters(user):
    return {(one.kind, one.since, one.urgent) for one in attention.matters_for(user, at=NOW)}


# Who ends it


@pytest.mark.requirement("R-089")
@pytest.mark.threat("A07")
def test_end_is_proposed_by_one_and_decided_by_another(agreement, management):
    made = end(agreement)
    manager = agreement.activity.contract_manager
    before = again(agreement)
    MembershipFactory(user=manager, organisation=OrganisationFactory(office=True), role=Role.MANAGEMENT)
    for stranger, words in ((manager, "You proposed this"), (UserFactory(role=Role.SPECIALIST), "The Management Team")):
        with pytest.raises(EndingRefused, match=words):
            closing.decide(ending=made, approve=True, words="", actor=stranger, at=NOW)
    closing.decide(ending=made, approve=True, words="", actor=management, at=NOW)
    with pytest.raises(EndingRefused, match="Nobody waits"):
        closing.decide(ending=made, approve=True, words="", actor=management, at=NOW)

    now = again(agreement)
    assert (before.ended_on, before.ends.text) == (None, "2028-03-31")
    assert (now.ended_on, now.ends.text) == (SOON, "2026-11-15")
    assert made.was_ends.text == "2028-03-31"


def test_end_that_is_decided_against_changes_nothing_and_can_be_proposed_again(agreement, management):
    made = end(agreement)
    closing.decide(ending=made, approve=False, words="Not yet.", actor=management, at=NOW)

    second = end(agreement)

    assert (again(agreement).ended_on, second.number) == (None, 2)


def test_only_the_contract_manager_ends_it_and_once(agreement, management):
    other = UserFactory(role=Role.CONTRACT_MANAGER)
    facts = {"kind": "OFFICE", "ends_on": SOON, "why": "x", "actor": other, "at": NOW}

    with pytest.raises(EndingRefused, match="Only the Contract Manager"):
        closing.propose(agreement=agreement, **facts)
    end(agreement)
    with pytest.raises(EndingRefused, match="proposed or recorded already"):
        end(agreement)


def test_term_that_has_run_out_is_recorded_at_once():
    over = AgreementFactory(ends="2026-09-04")
    running = AgreementFactory()

    made = end(over, kind="EXPIRED", ends_on=LAST)
    with pytest.raises(EndingRefused, match="Its term runs out") as refused:
        end(running, kind="EXPIRED", ends_on=LAST)

    assert (made.state, made.decided_by, refused.value.field) == ("IN_FORCE", None, "ends_on")


@pytest.mark.requirement("R-084")
def test_last_step_of_the_ladder_ends_it_without_a_second_decision(agreement, management):
    manager = agreement.activity.contract_manager
    shared = {"actor": manager, "at": NOW}
    consequences.attach_ladder(agreement=agreement, clause="14", **shared)
    steps = [
        consequences.propose(
            agreement=agreement, rung=Rung.objects.get(name=name), known_on=TODAY, reason="r", evidence="e",
            out_of_order="Danger.", **shared,
        )
        for name in ("Notice", "Termination")
    ]  # fmt: skip
    with pytest.raises(EndingRefused, match="Choose a step in force"):
        end(agreement, kind="CONSEQUENCE", consequence=steps[1])
    consequences.decide(consequence=steps[1], invoke=True, words="", actor=management, at=NOW)
    with pytest.raises(EndingRefused, match="the last of its ladder"):
        end(agreement, kind="CONSEQUENCE", consequence=steps[0])

    assert end(agreement, kind="CONSEQUENCE", consequence=steps[1]).state == "IN_FORCE"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"ends_on": date(2028, 4, 1)}, "propose a variation"),
        ({"ends_on": date(2025, 3, 31)}, "It begins"),
    ],
)
def test_day_outside_the_term_is_refused_beside_its_box(agreement, facts, words):
    with pytest.raises(EndingRefused, match=words) as refused:
        end(agreement, **facts)
    assert refused.value.field == "ends_on"


def test_what_is_not_signed_or_is_being_varied_is_not_ended(agreement):
    manager = agreement.activity.contract_manager
    variations.propose(agreement=agreement, what="x", why="y", value_change=Decimal(1), actor=manager, at=NOW)

    with pytest.raises(EndingRefused, match="A variation is open"):
        end(agreement)
    with pytest.raises(EndingRefused, match="not signed"):
        end(AgreementFactory(draft=True))


# What follows


@pytest.mark.requirement("R-149")
def test_last_return_is_for_the_broken_period_and_none_comes_after(agreement, contact, management):
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2")
    ended(agreement, management)

    opened = schedule.open_quarter(at=NOW + timedelta(days=200))

    assert [one.quarter for one in opened] == ["2026-10-01 to 2026-11-15"]
    assert schedule.calendar_of(again(agreement)).coming(SOON + timedelta(days=1), number=3) == []


def test_return_that_nobody_has_begun_is_taken_back_and_one_that_is_begun_keeps_the_day_away(agreement, management):
    empty = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1")
    ended(agreement, management, ends_on=date(2026, 3, 31))
    other = AgreementFactory()
    begun = KpiReturnFactory(agreement=other, quarter="2026-27 Q1")
    FigureFactory(kpi_return=begun, indicator=IndicatorFactory(agreement=other))

    with pytest.raises(EndingRefused, match="has begun to report for April to June 2026") as refused:
        end(other, ends_on=date(2026, 3, 31))

    assert refused.value.field == "ends_on"
    assert list(KpiReturn.objects.all()) == [begun]
    assert LogEntry.objects.filter(action="return.taken_back", summary__contains=empty.reference).exists()


@pytest.mark.requirement("R-022")
def test_payment_after_the_end_needs_something_that_was_done(agreement, management):
    manager, line = agreement.activity.contract_manager, line_of(agreement)
    shared = {"agreement": agreement, "allocation": line, "amount": Decimal(900), "actor": manager, "at": NOW}
    planned = payments.plan_payment(due_on=TODAY, **shared)
    ended(agreement, management, ends_on=TODAY - timedelta(days=1))
    last = schedule.calendar_of(again(agreement)).containing(TODAY - timedelta(days=1))

    with pytest.raises(PaymentRefused, match="The last day of the agreement is Tuesday 15 September 2026") as refused:
        payments.plan_payment(due_on=TODAY, **shared)
    day = {"paid_on": TODAY, "reference": "x", "actor": manager, "at": NOW}
    with pytest.raises(PaymentRefused, match="only what was done until then"):
        payments.propose_payment(payment=planned, amount=Decimal(900), **day)
    settled = payments.plan_payment(due_on=TODAY, after=last, **shared)

    assert refused.value.field == "due_on"
    assert settled.after_period == "2026-07-01 to 2026-09-15"


def test_what_is_ended_is_not_varied(agreement, management):
    ended(agreement, management)
    manager = agreement.activity.contract_manager

    with pytest.raises(VariationRefused, match="being ended"):
        variations.propose(agreement=agreement, what="x", why="y", value_change=Decimal(1), actor=manager, at=NOW)


def test_provider_and_everyone_are_told_once_it_is_in_force_and_no_private_word(agreement, management):
    made = end(agreement)
    before = Event.objects.filter(kind=EventKind.AGREEMENT_ENDED).count()
    closing.decide(ending=made, approve=True, words="SECRET DECISION", actor=management, at=NOW)

    told = Event.objects.filter(kind=EventKind.AGREEMENT_ENDED)
    assert before == 0
    assert {one.audience for one in told} == {Audience.ORGANISATION, Audience.EVERYONE}
    assert "SECRET" not in "".join(f"{one.title}{one.summary}" for one in Event.objects.all())
    assert "SECRET" not in "".join(f"{one.summary}{one.data}" for one in LogEntry.objects.all())


# The law


@pytest.mark.requirement("R-026")
@pytest.mark.parametrize(
    ("regime", "applies"),
    [
        (Regime.FULL, True),
        (Regime.LIGHT_TOUCH, True),
        (Regime.CONCESSION, True),
        (Regime.BELOW_THRESHOLD, False),
        (Regime.EARLIER, False),
        (Regime.PROVIDER_SELECTION, False),
        (Regime.NONE, False),
        ("", False),
    ],
)
def test_notice_of_the_end_is_due_for_every_public_contract(regime, applies):
    duty = duties.termination_duty(AgreementFactory.build(regime=regime, signed_on=None, activity=None, provider=None))

    assert (duty.applies, duty.is_settled) == (applies, regime != "")


def test_duty_is_told_with_its_reason_where_the_law_of_an_agreement_stands(client, agreement, certifier):
    client.force_login(certifier)

    page = client.get(reverse("contracts:procurement", args=[agreement.reference])).content.decode()

    assert "That it has ended has to be published within 30 days" in page
    assert "Section 80 exempts light touch contracts only where the person served chose the provider." in page


def test_thirty_days_begin_with_the_last_day():
    assert notice_due_on(date(2026, 9, 1)) == date(2026, 9, 30)


@pytest.mark.requirement("R-084", "R-089")
def test_notice_needs_attention_until_it_is_recorded_and_then_is_public(client, agreement, management):
    manager = agreement.activity.contract_manager
    made = ended(agreement, management, ends_on=LAST)
    waiting = matters(manager)
    with pytest.raises(EndingRefused, match="not before the agreement ended"):
        noticed(made, noticed_on=LAST - timedelta(days=1))
    noticed(made)

    contract = release(client)["contracts"][0]
    assert ("Contract termination notice", date(2026, 10, 3), False) in waiting
    assert "Contract termination notice" not in {kind for kind, _, _ in matters(manager)}
    assert "Contract termination notice 2026/S 000-000002 (UK11)" in page_of(client, agreement)
    assert "Another service takes over." in page_of(client, agreement)
    assert [document["noticeType"] for document in contract["documents"]] == ["UK11"]


def test_term_that_ran_out_unrecorded_needs_attention_where_the_law_asks_for_a_notice():
    one = AgreementFactory(ends="2026-08-10", regime=Regime.FULL)
    activity = one.activity
    AgreementFactory(ends="2026-08-10", regime=Regime.EARLIER, activity=activity)

    found = [matter for matter in matters(activity.contract_manager) if matter[0] == "End to record"]

    assert found == [("End to record", date(2026, 9, 8), True)]


def test_assessment_review_and_exit_plan_are_asked_for_at_the_end(agreement, contact, management):
    Agreement.objects.update(regime=Regime.FULL, value=Decimal(6_000_000))
    sent = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1", accepted=True)
    FigureFactory(kpi_return=sent, indicator=contact)
    ended(agreement, management, ends_on=date(2026, 6, 30))

    kinds = {kind for kind, _, _ in matters(agreement.activity.contract_manager)}

    assert {"Last assessment", "Last review"} <= kinds


def test_last_review_is_recorded_of_the_year_of_the_end(client, agreement, management):
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1", accepted=True)
    ended(agreement, management, ends_on=date(2026, 6, 30))
    client.force_login(agreement.activity.contract_manager)
    address = reverse("contracts:annual-review", args=[agreement.reference, "2026-27"])

    assert client.get(address).status_code == 200
    assert client.get(address.replace("2026-27", "2025-26")).status_code == 404
