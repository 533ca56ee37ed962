"""How closely an agreement is looked after: what is proposed and why, what is decided, what is in proportion."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import monitoring, tiers
from contracts.domain.monitoring import MonitoringRefused, change_scheme, decide_plan, record_review
from contracts.models import MonitoringPlan, PartialDate, Tier, TierScheme
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

LOW = dict.fromkeys(tiers.QUESTIONS, "LOW")
MIDDLE = dict.fromkeys(tiers.QUESTIONS, "MIDDLE")
HIGH = dict.fromkeys(tiers.QUESTIONS, "HIGH")


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(client, agreement):
    client.force_login(agreement.activity.contract_manager)
    return agreement.activity.contract_manager


def decide(agreement, answers=HIGH, **more):
    wanted = {"seen_number": 0, "actor": agreement.activity.contract_manager, "at": NOW, **more}
    return decide_plan(agreement=agreement, answers=answers, **wanted)


# What is proposed


@pytest.mark.requirement("R-078", "R-079")
@pytest.mark.parametrize(
    ("value", "ends", "answers", "tier", "points"),
    [
        (1_920_000, "2028-03-31", HIGH, "Gold", 100),
        (1_920_000, "2028-03-31", LOW, "Silver", 33),
        (30_000, "2025-09-30", LOW, "Bronze", 0),
        (30_000, "2028-03-31", MIDDLE, "Silver", 42),
        (30_000, "2025-09-30", HIGH, "Gold", 67),
    ],
)
def test_tier_follows_size_risk_length_and_people(agreement, value, ends, answers, tier, points):
    agreement.value, agreement.ends = Decimal(value), PartialDate(ends)

    proposal = monitoring.proposal_for(agreement, answers, at=NOW)

    assert (proposal.tier.name, proposal.points) == (tier, points)


@pytest.mark.requirement("R-078", "R-079")
def test_proposal_says_why_what_counted_most_first(agreement):
    why = monitoring.proposal_for(agreement, {**LOW, "users": "HIGH"}, at=NOW).why

    assert why[:3] == [
        "£639,854 a year is large (£250,000 or more): 6 of 6.",
        "Most of the people it serves are vulnerable, or they are children: 4 of 4.",
        "36 months are long (36 months or more): 2 of 2.",
    ]
    assert len(why) == 6


def test_what_is_not_known_counts_as_middling_and_says_so(agreement):
    agreement.value, agreement.ends = None, None

    proposal = monitoring.proposal_for(agreement, LOW, at=NOW)

    assert proposal.points == 17
    assert "The yearly value is not known, so it counts as middling: 3 of 6." in proposal.why


# What is decided


@pytest.mark.requirement("R-078")
def test_tier_proposed_becomes_the_monitoring_plan(agreement):
    plan = decide(agreement)

    kept = (plan.tier.name, plan.returns_a_year, plan.meetings_a_year, plan.visits_a_year, plan.open_book, plan.reason)
    assert kept == ("Gold", 4, 4, 2, True, "")
    assert LogEntry.objects.get().action == "monitoring.decided"


@pytest.mark.requirement("R-078")
@pytest.mark.parametrize("changed", ["tier", "rhythm"])
def test_deciding_otherwise_needs_a_reason_and_is_logged(agreement, changed):
    other = {"tier": {"tier": Tier.objects.get(name="Bronze")}, "rhythm": {"rhythm": {"visits_a_year": 6}}}[changed]

    with pytest.raises(MonitoringRefused, match="Say why it differs"):
        decide(agreement, reason="  ", **other)
    plan = decide(agreement, reason="They were rated Good for six years.", **other)

    assert plan.reason == "They were rated Good for six years."
    entry = LogEntry.objects.get()
    assert (entry.action, entry.data["proposed"]) == ("monitoring.overridden", "Gold")


def test_decision_that_somebody_overtook_is_refused(agreement):
    decide(agreement)

    with pytest.raises(MonitoringRefused, match="Somebody else has decided"):
        decide(agreement)
    assert decide(agreement, seen_number=1).number == 2


@pytest.mark.requirement("R-080")
def test_another_s_agreement_is_not_decided(agreement):
    with pytest.raises(MonitoringRefused, match="Only the Contract Manager"):
        decide(agreement, actor=UserFactory(role=Role.CONTRACT_MANAGER))


def scheme_of(actor, **more):
    now = TierScheme.objects.get()
    numbers = {
        name: getattr(now, name)
        for name in (
            *monitoring_weights(), "large_from", "middling_from", "long_from", "medium_from", "pounds_per_item",
        )
    }  # fmt: skip
    rows = [
        {"name": name, "points_from": points, "returns_a_year": 4, "meetings_a_year": 1, "visits_a_year": 0}
        for name, points in (("Closely", 50), ("Lightly", 0))
    ]
    wanted = {"starts_on": NOW.date(), "reason": "Our own words", "tiers": rows, **numbers, **more}
    return change_scheme(actor=actor, at=NOW, **wanted)


def monitoring_weights():
    return ("size", "risk", "length", "users", "substitutes", "profile")


@pytest.mark.requirement("R-078")
def test_office_changes_its_scheme_and_words_and_earlier_decisions_stay(agreement):
    before = decide(agreement)

    scheme_of(UserFactory(role=Role.MANAGEMENT), size=10, risk=0)

    assert monitoring.proposal_for(agreement, LOW, at=NOW).tier.name == "Closely"
    assert MonitoringPlan.objects.get(pk=before.pk).tier.name == "Gold"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"starts_on": (NOW - timedelta(days=1)).date()}, "today or later"),
        ({"tiers": []}, "The lowest tier begins at 0 points"),
    ],
)
def test_scheme_that_cannot_hold_is_refused(more, words):
    with pytest.raises(MonitoringRefused, match=words):
        scheme_of(UserFactory(role=Role.MANAGEMENT), **more)
    with pytest.raises(MonitoringRefused, match="Management Team"):
        scheme_of(UserFactory(role=Role.CONTRACT_MANAGER))


# What is in proportion


@pytest.mark.requirement("R-078")
def test_what_is_asked_is_weighed_against_the_yearly_value():
    small = AgreementFactory(value=Decimal(30_000))
    IndicatorFactory.create_batch(4, agreement=small)
    IndicatorFactory(agreement=small, count=True)

    found = monitoring.care_of(small, at=NOW).proportion

    assert (found.items, found.a_year, found.within) == (9, 36, False)
    assert found.sentence == (
        "9 data items 4 times a year: 36 a year, one for every £278 of yearly value. That is more than the office's"
        " norm of one for every £500."
    )


def test_nothing_asked_and_nothing_known_are_said_in_words():
    unknown = AgreementFactory(value=None)
    empty = monitoring.care_of(unknown, at=NOW).proportion.sentence
    IndicatorFactory(agreement=unknown)

    assert empty == "Nothing is measured yet, so nothing is asked for."
    assert "cannot be weighed" in monitoring.care_of(unknown, at=NOW).proportion.sentence


# The year's end


@pytest.mark.requirement("R-146")
def test_return_of_the_fourth_quarter_makes_the_annual_review_due(agreement):
    manager = agreement.activity.contract_manager
    kpi_return = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4")
    before = monitoring.review_todos(manager, at=NOW)
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q3", accepted=True)
    type(kpi_return).objects.filter(pk=kpi_return.pk).update(state="SUBMITTED", submitted_at=NOW, submissions=1)

    [todo] = monitoring.review_todos(manager, at=NOW)

    assert before == []
    assert todo.title == f"Annual review of {agreement.title}"
    record_review(
        agreement=agreement,
        year="2025-26",
        held_on=NOW.date(),
        outcome="CONTINUE",
        words="It does what was meant.",
        actor=manager,
        at=NOW,
    )
    assert monitoring.review_todos(manager, at=NOW) == []


def test_year_is_reviewed_once_and_not_in_the_future(agreement):
    facts = {"agreement": agreement, "year": "2025-26", "outcome": "IMPROVE", "words": "Late.", "at": NOW}
    facts["actor"] = agreement.activity.contract_manager

    with pytest.raises(MonitoringRefused, match="today or earlier"):
        record_review(held_on=NOW.date() + timedelta(days=1), **facts)
    record_review(held_on=NOW.date(), **facts)
    with pytest.raises(MonitoringRefused, match="already been recorded"):
        record_review(held_on=NOW.date(), **facts)


# The pages


@pytest.mark.requirement("R-078")
def test_manager_answers_sees_why_and_decides(client, agreement, manager):
    address = reverse("contracts:monitoring-decide", args=[agreement.reference])
    asked = client.get(address).content.decode()
    address += "?" + "&".join(f"{name}=HIGH" for name in HIGH)
    shown = client.get(address).content.decode()
    form = {"tier": Tier.objects.get(name="Silver").pk, "seen_number": 0, "returns_a_year": 4}

    refused = client.post(address, {**form, "meetings_a_year": 2, "visits_a_year": 1}).content.decode()
    reply = client.post(address, {**form, "meetings_a_year": 2, "visits_a_year": 1, "reason": "Well known to us."})

    page = client.get(reply.url).content.decode()
    assert "Four questions" in asked
    assert "Gold is proposed" in shown
    assert "Say why it differs from what is proposed." in refused
    assert "Looked after as Silver" in page
    assert "Well known to us." in page


def test_annual_review_is_recorded_on_its_page(client, agreement, manager):
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", accepted=True)
    address = reverse("contracts:annual-review", args=[agreement.reference, "2025-26"])
    form = {"held_on_day": "1", "held_on_month": "9", "held_on_year": "2026", "outcome": "IMPROVE", "words": "Slow."}

    reply = client.post(address, form)

    assert "2025-26: Improve" in client.get(reply.url).content.decode()
    assert client.get(address).url == reply.url


def test_management_changes_the_scheme_on_its_page(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    address = reverse("contracts:tier-scheme-change")
    form = client.get(address).context
    typed = {box.html_name: box.value() for box in form["form"] if box.value() is not None}
    typed |= {box.html_name: box.value() for tier in form["tiers"] for box in tier if box.value()}
    typed |= {"tiers-TOTAL_FORMS": 3, "tiers-INITIAL_FORMS": 3, "reason": "More weight on people", "users": 9}
    typed |= {f"tiers-{row}-visits_a_year": 1 for row in range(3)} | {"tiers-2-points_from": 0}

    wrong = client.post(address, typed).content.decode()
    day = {"starts_on_day": "16", "starts_on_month": "9", "starts_on_year": "2026"}
    reply = client.post(address, {**typed, **day})

    assert "Enter the day from which it holds" in wrong
    page = client.get(reply.url).content.decode()
    assert "More weight on people" in page
    assert TierScheme.objects.count() == 2


@pytest.mark.parametrize("measures", [1, 3])
def test_page_costs_the_same_however_much_is_measured(client, agreement, manager, measures, django_assert_num_queries):
    decide(agreement)
    IndicatorFactory.create_batch(measures, agreement=agreement)
    client.get("/dashboard/")

    with django_assert_num_queries(12):
        client.get(reverse("contracts:monitoring", args=[agreement.reference]))
