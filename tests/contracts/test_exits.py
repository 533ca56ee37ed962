"""The exit plan from the day of signing, and how an agreement is steered."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.domain import attention, exits, governance, plans
from contracts.domain.agreements import sign_agreement
from contracts.domain.exits import open_exit_plan, review_exit_plan
from contracts.domain.governance import GovernanceRefused, arrange
from contracts.domain.plans import PlanRefused
from contracts.models import ActionPlan, GovernanceArrangement, PartialDate, PlanReview
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def plan(agreement, manager):
    return open_exit_plan(agreement=agreement, actor=manager, at=NOW)


def kinds_of(manager, at=NOW):
    found = attention.matters_for(manager, at=at)
    return [(matter.kind, matter.since) for matter in found if "xit plan" in matter.kind]


@pytest.mark.requirement("R-073", "R-075")
def test_signing_opens_an_exit_plan_for_both_sides_to_agree():
    agreement = AgreementFactory(draft=True)

    sign_agreement(agreement=agreement, signed_on=TODAY, actor=agreement.activity.contract_manager, at=NOW)

    plan = ActionPlan.objects.get()
    assert (plan.kind, plan.version, plan.aim) == ("EXIT", 1, exits.AIM)
    assert list(plan.actions.order_by("due_on").values_list("words", "due_on", "side")) == [
        ("A list of staff who may transfer to who follows (TUPE)", date(2027, 12, 2), "PROVIDER"),
        ("A list of assets, leases and licences, and whose they become", date(2028, 1, 1), "PROVIDER"),
        ("Everybody who uses the service is handed over, as they wish", date(2028, 1, 31), "PROVIDER"),
        ("Data and case files are handed back or deleted, with proof", date(2028, 3, 1), "PROVIDER"),
    ]


def test_import_signs_without_an_exit_plan():
    agreement = AgreementFactory(draft=True)

    sign_agreement(agreement=agreement, signed_on=TODAY, actor=None, at=NOW)

    assert not ActionPlan.objects.exists()


@pytest.mark.parametrize(
    ("ends", "due"),
    [(None, TODAY.replace(year=2027)), ("2026-10", TODAY + timedelta(days=30)), ("2028", date(2028, 12, 1))],
)
def test_obligation_is_due_before_the_end_and_never_at_once(ends, due):
    agreement = AgreementFactory.build(activity=None, provider=None, ends=PartialDate.of(ends))

    assert exits.due_on(agreement, 30, today=TODAY) == due


def test_there_is_one_open_exit_plan_and_the_database_says_so_too(agreement, manager, plan):
    with pytest.raises(PlanRefused, match="an exit plan already"):
        open_exit_plan(agreement=agreement, actor=manager, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionPlan.objects.create(agreement=agreement, number=9, kind="EXIT", aim="x", opened_by=manager, opened_at=NOW)


@pytest.mark.requirement("R-075", "R-077")
def test_agreement_without_an_exit_plan_is_named_after_three_months(agreement, manager):
    agreement.signed_on, agreement.regime = PartialDate.of(TODAY - timedelta(days=80)), "LIGHT_TOUCH"
    agreement.save()
    early = kinds_of(manager)
    agreement.signed_on = PartialDate.of(date(2026, 6, 16))
    agreement.save()

    late = kinds_of(manager)
    open_exit_plan(agreement=agreement, actor=manager, at=NOW)

    assert (early, late, kinds_of(manager)) == ([], [("No exit plan", date(2026, 9, 16))], [])


@pytest.mark.requirement("R-075", "R-077")
def test_exit_plan_is_to_be_looked_at_each_year(agreement, manager, plan):
    next_year = NOW.replace(year=2027)
    before = kinds_of(manager, at=next_year - timedelta(days=1))
    due = kinds_of(manager, at=next_year)

    review_exit_plan(plan=plan, held_on=next_year.date(), words="It fits.", actor=manager, at=next_year)

    assert before == []
    assert due == [("Exit plan to review", TODAY.replace(year=2027))]
    assert kinds_of(manager, at=next_year) == []
    assert not LogEntry.objects.filter(summary__contains="It fits").exists()


def test_look_that_nobody_can_have_had_is_refused(agreement, manager, plan):
    facts = {"words": "x", "at": NOW}
    improvement = plans.open_plan(agreement=agreement, kind="IMPROVEMENT", aim="x", because="y", actor=manager, at=NOW)

    for held_on in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(PlanRefused, match="today or earlier, and since it was opened"):
            review_exit_plan(plan=plan, held_on=held_on, actor=manager, **facts)
    with pytest.raises(PlanRefused, match="while it is open"):
        review_exit_plan(plan=improvement, held_on=TODAY, actor=manager, **facts)
    with pytest.raises(PlanRefused, match="Only the Contract Manager"):
        review_exit_plan(plan=plan, held_on=TODAY, actor=UserFactory(role=Role.CONTRACT_MANAGER), **facts)


def test_manager_opens_and_reviews_it_on_its_pages_and_the_provider_reads_it(client, agreement, manager, preparer):
    client.force_login(manager)
    agreement_page = client.get(agreement.get_absolute_url()).content.decode()
    form = client.get(reverse("contracts:plan-open", args=[agreement.reference, "exit"])).content.decode()
    page = client.post(
        reverse("contracts:plan-open", args=[agreement.reference, "exit"]), {"aim": "Nobody is left."}
    ).url
    wrong = client.post(f"{page}review/", {"words": "It fits."}).content.decode()
    day = {"held_on_day": "16", "held_on_month": "9", "held_on_year": "2026"}
    client.post(f"{page}review/", {"words": "It fits.", **day})
    client.force_login(preparer)

    shown = client.get(page).content.decode()

    assert "Open an exit plan" in agreement_page
    assert "nobody who uses the service is left alone" in form
    assert "Enter the day it was looked at" in wrong
    assert all(words in shown for words in ("Nobody is left.", "It fits.", "(TUPE)", "Thursday 16 September 2027"))
    assert "Say that it was looked at" not in shown
    assert PlanReview.objects.count() == 1


# Steering


def steer(agreement, seen=0, **facts):
    given = {"body": "Contract board", "chair": "The head", "meetings_a_year": 4, "escalation": "To both directors."}
    actor = agreement.activity.contract_manager
    return arrange(agreement=agreement, seen_number=seen, **{"actor": actor, "at": NOW, **given, **facts})


@pytest.mark.requirement("R-025", "R-073", "R-152")
def test_arrangement_is_kept_beside_the_one_before_it(agreement):
    steer(agreement)
    steer(agreement, 1, body="New board")

    assert [one.body for one in governance.arrangements_of(agreement)] == ["New board", "Contract board"]
    with pytest.raises(GovernanceRefused, match="since you opened this page"):
        steer(agreement, 1)
    with pytest.raises(GovernanceRefused, match="Only the Contract Manager"):
        steer(agreement, 2, actor=UserFactory(role=Role.CONTRACT_MANAGER))
    assert not LogEntry.objects.filter(summary__contains="board").exists()


@pytest.mark.threat("A02", "A07")
def test_both_sides_read_who_steers_it_and_nobody_else(client, agreement, manager, preparer):
    client.force_login(manager)
    page = reverse("contracts:governance", args=[agreement.reference])
    empty = client.get(page).content.decode()
    form = {"body": "Contract board", "chair": "The head", "meetings_a_year": "four", "seen_number": "0"}
    wrong = client.post(f"{page}arrange/", form).content.decode()
    client.post(f"{page}arrange/", {**form, "meetings_a_year": "4", "escalation": "To both directors."})
    client.force_login(preparer)
    own = client.get(page).content.decode()
    on_agreement = client.get(agreement.get_absolute_url()).content.decode()
    client.force_login(UserFactory(role=Role.CERTIFIER))

    assert "Nobody has said yet" in empty
    assert "enter a whole number from 1 to 52" in wrong
    assert "four" in wrong
    assert GovernanceArrangement.objects.get().meetings_a_year == 4
    assert "To both directors." in own
    assert "Contract board, 4 times a year, chaired by The head." in on_agreement
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_pages_and_attention_cost_the_same_however_many(client, number, django_assert_num_queries):
    for _ in range(number):
        agreement = AgreementFactory()
        for place in range(number):
            steer(agreement, place)
        plan = open_exit_plan(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW)
        for _ in range(number):
            actor = agreement.activity.contract_manager
            review_exit_plan(plan=plan, held_on=TODAY, words="x", actor=actor, at=NOW)
    client.force_login(agreement.activity.contract_manager)
    client.get("/dashboard/")

    with django_assert_num_queries(6):
        client.get(reverse("contracts:governance", args=[agreement.reference]))
    with django_assert_num_queries(11):
        client.get(plan.get_absolute_url())
