"""Four eyes that are not got round: what the second person approves is what they read, and nobody decides alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db.models import F

from contracts.domain import closing, consequences, funding, ladders, paying, procurement, variations
from contracts.domain.closing import EndingRefused
from contracts.domain.funding import FundingRefused
from contracts.domain.library import LibraryRefused, approve_version, write_version
from contracts.domain.payments import PaymentRefused, decide_payment, propose_payment
from contracts.domain.procurement import ProcurementRefused
from contracts.domain.returns import rate_figures
from contracts.models import Figure, Payment, Publication
from engagement.enums import Role
from tests.contracts.test_closing import end
from tests.contracts.test_library import content
from tests.contracts.test_payments import back, line_of, pay, plan, propose
from tests.factories.contracts import AgreementFactory, FigureFactory, KpiReturnFactory
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock(at_noon):
    """Pages are asked for at `NOW`, unless a test moves on."""
    return at_noon


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


@pytest.fixture
def line(agreement):
    return line_of(agreement)


def fields_of(page):
    """What the browser sends back of the form on a page, but what the person chooses."""
    boxes = BeautifulSoup(page.content, "html.parser").main.select("input[type=hidden][name]")
    return {box["name"]: box.get("value", "") for box in boxes}


@pytest.mark.threat("A15", "C04")
def test_amount_that_was_changed_after_it_was_read_is_not_approved(client, line, management):
    payment = propose(plan(line), 100)
    address = f"{payment.get_absolute_url()}decide/"
    client.force_login(management)
    read = fields_of(client.get(address))
    decide_payment(payment=payment, approve=False, words="No.", actor=UserFactory(role=Role.MANAGEMENT), at=NOW)
    again = Payment.objects.get(pk=payment.pk)
    clear = NOW + timedelta(minutes=5)
    again = propose_at(again, 9_000, at=clear)

    refused = client.post(address, {**read, "approve": "yes", "words": "Fine."})
    kept = Payment.objects.get(pk=payment.pk)
    page = refused.content.decode()
    made = client.post(address, {**fields_of(refused), "approve": "yes", "words": "Fine."})

    assert (kept.state, kept.paid_amount) == ("PROPOSED", 9_000)
    assert "proposed anew since you opened this page" in page
    assert "£9,000" in page
    assert "Fine." in page
    assert (made.status_code, Payment.objects.get(pk=payment.pk).state) == (302, "APPROVED")


def propose_at(payment, pounds, *, at):
    actor = payment.agreement.activity.contract_manager
    facts = {"amount": Decimal(pounds), "paid_on": TODAY, "reference": "BACS 115"}
    return propose_payment(payment=payment, actor=actor, at=at, **facts)


@pytest.mark.threat("A15")
def test_page_opened_before_anything_was_proposed_approves_nothing(client, line, management):
    payment = plan(line)
    address = f"{payment.get_absolute_url()}decide/"
    client.force_login(management)
    read = fields_of(client.get(address))
    propose(payment, 9_000)

    client.post(address, {**read, "approve": "yes", "words": ""})

    assert Payment.objects.get(pk=payment.pk).state == "PROPOSED"


@pytest.mark.threat("A15")
def test_what_only_waits_to_be_paid_is_not_taken_back(line, management):
    propose(plan(line), 8_000)
    with pytest.raises(PaymentRefused, match="more than was paid"):
        back(line, 1)
    pay(line, management, 500)
    back(line, 300)
    with pytest.raises(PaymentRefused, match="more than was paid"):
        back(line, 201)

    assert back(line, 200).state == "PROPOSED"


@pytest.mark.threat("A07")
def test_sums_tell_the_provider_nothing_of_a_clawback_that_is_not_approved(
    client, agreement, line, management, certifier
):
    pay(line, management, 60_000)
    client.force_login(certifier)
    address = f"/agreements/{agreement.reference}/payments/"
    before = client.get(address).content
    proposed = back(line, 12_345)

    assert client.get(address).content == before
    assert paying.standing_of(agreement, on=TODAY).planned == 60_000
    decide_payment(payment=proposed, approve=True, words="", actor=management, at=NOW)
    assert paying.standing_of(agreement, on=TODAY).planned == 47_655


@pytest.mark.threat("A15")
def test_nobody_alone_says_that_a_term_without_a_known_end_has_run_out():
    agreement = AgreementFactory(ends=None)

    with pytest.raises(EndingRefused, match="no known end") as refused:
        end(agreement, kind="EXPIRED", ends_on=TODAY)

    assert refused.value.field == "kind"
    assert end(agreement, kind="OFFICE", ends_on=TODAY).state == "PROPOSED"


@pytest.mark.threat("A15")
def test_step_that_one_person_took_ends_nothing_without_a_second(agreement, management):
    words = {"words": "What it means.", "appeal_days": 0, "notice_days": 0, "withholds": False}
    steps = [{"name": "A letter", "needs_decision": False, **words}]
    ladders.write_ladder(starts_on=TODAY, reason="Short.", rungs=steps, actor=management, at=NOW)
    step = last_step(agreement)

    assert step.state == "IN_FORCE", "the Contract Manager took it alone"
    with pytest.raises(EndingRefused, match="two people"):
        end(agreement, kind="CONSEQUENCE", consequence=step)


@pytest.mark.threat("A15")
def test_step_against_which_an_appeal_waits_ends_nothing_yet(agreement, management, certifier):
    step = last_step(agreement)
    consequences.decide(consequence=step, invoke=True, words="", actor=management, at=NOW)
    consequences.appeal(consequence=step, words="Not so.", actor=certifier, at=NOW)

    with pytest.raises(EndingRefused, match="appeal"):
        end(agreement, kind="CONSEQUENCE", consequence=step)
    consequences.decide_appeal(
        consequence=step, outcome="DISMISSED", words="It stands.", actor=UserFactory(role=Role.COMMISSIONER), at=NOW
    )

    assert end(agreement, kind="CONSEQUENCE", consequence=step).state == "IN_FORCE"
    assert not closing.steps_that_end(AgreementFactory()).exists()


def last_step(agreement):
    """The last step of the ladder of today, taken or proposed by the Contract Manager."""
    shared = {"actor": agreement.activity.contract_manager, "at": NOW}
    consequences.attach_ladder(agreement=agreement, clause="14", **shared)
    _, rungs = consequences.ladder_of(agreement)
    return consequences.propose(
        agreement=agreement, rung=rungs[-1], known_on=TODAY, reason="r", evidence="e", out_of_order="Danger.", **shared
    )


@pytest.mark.threat("A07")
def test_note_of_the_office_is_not_the_providers_to_read(client, agreement, certifier, management):
    type(agreement).objects.filter(pk=agreement.pk).update(note="Our view of the bidder")
    client.force_login(certifier)
    theirs = client.get(agreement.get_absolute_url()).content.decode()
    client.force_login(management)

    assert "Our view of the bidder" not in theirs
    assert "Our view of the bidder" in client.get(agreement.get_absolute_url()).content.decode()


def test_review_is_of_a_whole_year(client, agreement, contact):
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4")
    client.force_login(agreement.activity.contract_manager)
    address = f"/agreements/{agreement.reference}/annual-review/"

    found = [client.get(f"{address}{year}/").status_code for year in ("2025-26", "2", "2025-26 Q4", "2025-26 ")]

    assert found == [200, 404, 404, 404]


@pytest.mark.threat("A15", "C04")
def test_what_changed_after_it_was_read_is_not_published(client, management, certifier):
    figure = FigureFactory(kpi_return__accepted=True, commentary="Plain words.")
    rate_figures(figure.kpi_return, at=NOW)
    kpi_return = figure.kpi_return
    client.force_login(management)
    address = kpi_return.get_publish_url()
    read = fields_of(client.get(address))
    Figure.objects.filter(pk=figure.pk).update(commentary="NAMES SOMEBODY", version=F("version") + 1)

    refused = client.post(address, {**read, "words": [figure.indicator.code]})
    published = Publication.objects.exists()
    again = client.post(address, fields_of(refused))

    page = refused.content.decode()
    assert not published
    assert "Something has changed since you opened this page" in page
    assert "NAMES SOMEBODY" in page
    assert (again.status_code, Publication.objects.count()) == (302, 1)


@pytest.mark.threat("A15")
def test_who_wrote_a_draft_does_not_approve_it_after_a_colleague_saved_it_again(client):
    both = UserFactory(role=Role.CONTRACT_MANAGER)
    MembershipFactory(user=both, organisation=OrganisationFactory(office=True), role=Role.MANAGEMENT)
    said = content()
    version = write_version(collection="Youth", code="Y20", actor=both, at=NOW, **said)
    later = NOW + timedelta(hours=1)
    write_version(measure=version.measure, actor=UserFactory(role=Role.CONTRACT_MANAGER), at=later, **said)
    client.force_login(both)

    with pytest.raises(LibraryRefused, match="somebody else"):
        approve_version(version=version, seen_at=later, actor=both, at=later)
    assert client.get(f"/measures/{version.measure.pk}/approve/").status_code == 302
    approve_version(version=version, seen_at=later, actor=UserFactory(role=Role.MANAGEMENT), at=later)


@pytest.mark.threat("A15")
def test_what_a_variation_was_approved_by_is_not_changed_under_it(agreement, management):
    shared = {"actor": agreement.activity.contract_manager, "at": NOW}
    procurement.record_procurement(agreement=agreement, regime="FULL", **shared)
    one = variations.propose(agreement=agreement, what="More hours", why="Need", value_change=Decimal(1), **shared)
    one = variations.decide(variation=one, approve=True, words="", actor=management, at=NOW)
    before = variations.finding_for(one)
    dates = {"funding_confirmed_to": None, "notice_by": None}

    with pytest.raises(ProcurementRefused, match="A variation is open"):
        procurement.record_procurement(agreement=agreement, regime="BELOW_THRESHOLD", **shared)
    with pytest.raises(FundingRefused, match="A variation is open"):
        funding.keep_limits(agreement=agreement, extends_to=agreement.ends.latest + timedelta(90), **dates, **shared)
    procurement.record_procurement(agreement=agreement, regime="FULL", **shared)

    assert variations.finding_for(one) == before
