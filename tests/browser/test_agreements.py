"""The office's pages of agreements and returns, at both widths, with axe on every page and on their error states."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.domain import rounds
from contracts.domain.returns import rate_figures, submit_return
from contracts.models import KpiReturn
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import ActivityFactory, OrganisationFactory, PriorityFactory, UserFactory

REFERRALS = {"code": "V1", "context": True, "order": 1}
CONTACT = {"code": "V2", "order": 2}
WAITING = {"code": "V4", "count": True, "order": 3, "counts_people": True}
COPING = {
    "code": "V5",
    "order": 4,
    "name": "Feeling safer or better able to cope",
    "group": "The difference it makes",
    "unit": "people",
    "denominator_words": "leaving as planned",
    "numerator_words": "feeling safer",
    "target": Decimal(75),
    "decimals": 0,
    "counts_people": True,
}


@pytest.fixture
def manager():
    return UserFactory(role=Role.CONTRACT_MANAGER, name="Tomasz Bell")


@pytest.fixture
def agreement(manager):
    activity = ActivityFactory(
        published=True,
        at_do=True,
        contract_manager=manager,
        title="Support after domestic abuse and sexual violence",
    )
    return AgreementFactory(
        activity=activity,
        title="Victim support and navigation",
        provider=OrganisationFactory(name="Brightway"),
        legal_power="Section 143, Anti-social Behaviour, Crime and Policing Act 2014",
    )


@pytest.fixture
def certifier(agreement):
    return UserFactory(role=Role.CERTIFIER, organisation=agreement.provider, name="Jo Okonkwo")


def quarter(agreement, code, counts, waiting, **state):
    """A return of a quarter with figures for all four measures."""
    kpi_return = KpiReturnFactory(agreement=agreement, quarter=code, **state)
    known = {indicator.code: indicator for indicator in agreement.indicators.all()}
    for kind in (REFERRALS, CONTACT, WAITING, COPING):
        if kind["code"] not in known:
            known[kind["code"]] = IndicatorFactory(agreement=agreement, **kind)
    part, whole = counts
    words = "Two new advocates started in May, and calls are now made until 8pm."
    FigureFactory(kpi_return=kpi_return, indicator=known["V1"], of_value=True, value=Decimal(whole + 18))
    FigureFactory(kpi_return=kpi_return, indicator=known["V2"], numerator=part, denominator=whole, commentary=words)
    FigureFactory(kpi_return=kpi_return, indicator=known["V4"], of_value=True, value=Decimal(waiting), commentary=words)
    FigureFactory(kpi_return=kpi_return, indicator=known["V5"], numerator=Decimal(66), denominator=Decimal(93))
    return kpi_return


def submit(kpi_return, certifier, *, at):
    kpi_return.figures.filter(commentary="").update(commentary="As planned.")
    submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=at)
    return KpiReturn.objects.select_related("agreement").get(pk=kpi_return.pk)


def test_manager_checks_queries_and_accepts(visit, width, agreement, manager, certifier):
    now = timezone.now()
    quarter(agreement, "2025-26 Q4", (361, 420), 3, accepted=True)
    kpi_return = submit(quarter(agreement, "2026-27 Q1", (391, 430), 12), certifier, at=now - timedelta(days=3))
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2", due_at=now - timedelta(days=2))
    visitor = visit(width=width)
    visitor.sign_in(manager)

    visitor.go("/agreements/returns/")
    visitor.look("queue")
    visitor.page.get_by_label("Agreement or provider").fill("nothing like it")
    visitor.page.get_by_role("button", name="Apply").click()
    visitor.look("queue-empty")
    visitor.page.get_by_role("link", name="Clear filters").first.click()
    visitor.page.get_by_role("link", name="Brightway: April to June 2026").click()
    visitor.look("review")
    visitor.page.get_by_role("button", name="Accept Referrals received").click()
    visitor.page.get_by_role("link", name="Query First contact within 2 working days").click()
    visitor.look("query")
    visitor.page.get_by_role("button", name="Send the question").click()
    visitor.look("query-refused")
    visitor.page.get_by_role("textbox").fill("This rose by nearly five points. What made the difference?")
    visitor.page.get_by_role("button", name="Send the question").click()
    visitor.look("queried")

    kpi_return.refresh_from_db()
    assert kpi_return.state == "QUERIED"


def test_manager_accepts_and_management_publishes(visit, width, agreement, manager, certifier):
    kpi_return = submit(quarter(agreement, "2026-27 Q1", (391, 430), 3), certifier, at=timezone.now())
    visitor = visit(width=width)
    visitor.sign_in(manager)
    visitor.go(kpi_return.get_office_url())
    visitor.page.get_by_role("link", name="Accept the whole return").click()
    visitor.look("accept")
    visitor.page.get_by_role("button", name="Accept the return").click()
    visitor.look("accepted")

    publisher = visit(width=width)
    publisher.sign_in(UserFactory(role=Role.MANAGEMENT, name="Amara Diallo"))
    publisher.go(kpi_return.get_office_url())
    publisher.page.get_by_role("link", name="Look at it and publish").click()
    publisher.look("publish")
    publisher.page.get_by_label("First contact within 2 working days").check()
    publisher.page.get_by_role("button", name="Publish and tell everyone engaged").click()
    publisher.look("published")
    publisher.go(agreement.get_absolute_url())
    publisher.look("agreement")

    assert agreement.publications.get().snapshot["tally"]["GOOD"] == 2


def test_management_publishes_a_whole_period_and_sees_how_far_it_is(visit, width, agreement):
    other = AgreementFactory(activity=agreement.activity, title="Court navigation for people who give evidence")
    for kpi_return in (
        quarter(agreement, "2026-27 Q1", (391, 430), 3, accepted=True),
        quarter(other, "2026-27 Q1", (300, 430), 30, accepted=True),
    ):
        rate_figures(kpi_return, at=timezone.now())
    quarter(AgreementFactory(), "2026-27 Q1", (391, 430), 3, submitted=True)
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.MANAGEMENT, name="Amara Diallo"))
    page = visitor.page

    visitor.go("/agreements/publish/")
    visitor.look("periods")
    page.get_by_role("link", name="April to June 2026").click()
    visitor.look("ready")
    page.get_by_role("button", name="Publish all 2 returns").click()
    page.get_by_role("heading", name="0 of 2 done").wait_for()
    visitor.look("ordered")
    rounds.carry_out_waiting(clock=timezone.now)
    page.get_by_role("link", name="See how far it is now").click()
    page.get_by_role("heading", name="2 of 2 published").wait_for()
    visitor.look("done")
    visitor.go("/agreements/publish/")
    visitor.look("nothing-left")

    assert agreement.publications.exists()
    assert other.publications.exists()


def test_manager_enters_an_agreement_adds_a_measure_and_signs(visit, width, manager):
    ActivityFactory(
        published=True, at_do=True, contract_manager=manager, title="Navigation", priorities=[PriorityFactory()]
    )
    OrganisationFactory(name="Harbourlight")
    visitor = visit(width=width)
    page = visitor.page
    visitor.sign_in(manager)

    visitor.go("/agreements/")
    visitor.look("agreements-empty")
    page.get_by_role("link", name="Enter an agreement").click()
    page.get_by_role("button", name="Enter it").click()
    visitor.look("agreement-refused")
    page.get_by_label("Title").fill("Navigation for families")
    page.get_by_label("Activity").select_option(label="Navigation")
    page.get_by_label("Provider").select_option(label="Harbourlight")
    page.get_by_label("Grant").check()
    page.get_by_label("Policing fund").check()
    first_day = page.get_by_role("group", name="First day")
    first_day.get_by_label("Month").fill("4")
    first_day.get_by_label("Year").fill("2026")
    page.get_by_role("button", name="Enter it").click()
    visitor.look("agreement-draft")
    page.get_by_role("link", name="Add a measure").click()
    page.get_by_role("button", name="Add it").click()
    visitor.look("measure-refused")
    page.get_by_label("Code").fill("Y1")
    page.get_by_label("Name").fill("Families referred")
    page.get_by_label("A count", exact=True).check()
    page.get_by_label("More is better").check()
    page.get_by_label("Periods are added up").check()
    page.get_by_label("No, it shows demand or background").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Record it as signed").click()
    visitor.look("sign")
    for part, number in (("Day", "14"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(number)
    page.get_by_role("button", name="Record it as signed").click()
    visitor.look("signed")
    page.get_by_role("link", name="Change Families referred").click()
    visitor.look("measure-change")

    visitor.go("/agreements/")
    visitor.look("agreements")
