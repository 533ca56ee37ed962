"""Risks, meetings, and the one list of what needs attention."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import attention, consequences, meetings, plans, progress, risks
from contracts.domain.meetings import MeetingRefused
from contracts.domain.overriding import decide_override, propose_override
from contracts.domain.risks import RiskRefused
from contracts.models import Action, Agreement, Figure, Rating, Risk, RiskChange, Rung
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
QUARTERS = ("2025-26 Q3", "2025-26 Q4", "2026-27 Q1")


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(client, agreement):
    client.force_login(agreement.activity.contract_manager)
    return agreement.activity.contract_manager


def enter(agreement, **more):
    actor = agreement.activity.contract_manager
    facts = {
        "kind": "RISK", "title": "Advocates leave", "words": "", "mitigation": "", "likelihood": 3, "impact": 4,
        "owner": actor, "review_on": TODAY + timedelta(days=30), "fund": "POLICING", **more,
    }  # fmt: skip
    return risks.enter_risk(agreement=agreement, actor=actor, at=NOW, **facts)


def rated(indicator, values, words):
    for quarter, value, word in zip(QUARTERS, values, words, strict=True):
        kpi_return = KpiReturnFactory(agreement=indicator.agreement, quarter=quarter, accepted=True)
        figure = FigureFactory(kpi_return=kpi_return, indicator=indicator)
        Rating.objects.create(figure=figure, value=Decimal(value), word=word, sentence="So.", computed_at=NOW)


# Risks


@pytest.mark.requirement("R-088")
def test_risk_keeps_what_it_was_and_the_log_keeps_its_words_to_itself(agreement):
    risk = enter(agreement)
    actor = risk.owner

    risks.change_risk(risk=risk, seen_version=1, reason="One has left.", likelihood=4, actor=actor, at=NOW)

    change = RiskChange.objects.get()
    assert (change.changes, change.reason) == ({"likelihood": [3, 4]}, "One has left.")
    assert Risk.objects.get().score == 16
    assert not LogEntry.objects.filter(summary__contains="Advocates").exists()
    with pytest.raises(RiskRefused, match="changed since"):
        risks.change_risk(risk=risk, seen_version=1, reason="", likelihood=5, actor=actor, at=NOW)


def test_issue_has_happened_and_another_s_log_is_not_written(agreement):
    assert enter(agreement, kind="ISSUE", likelihood=1).score == 20
    with pytest.raises(RiskRefused, match="Only the Contract Manager"):
        risks.enter_risk(agreement=agreement, actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW)


def test_manager_enters_and_changes_a_risk_on_its_pages(client, agreement, manager):
    address = reverse("contracts:risk-enter", args=[agreement.reference])
    form = {"kind": "RISK", "title": "Lease ends", "likelihood": 2, "impact": 5, "owner": manager.pk, "fund": "FIRE"}
    wrong = client.post(address, form).content.decode()
    day = {"review_on_day": "1", "review_on_month": "12", "review_on_year": "2026"}
    client.post(address, {**form, **day})
    page = Risk.objects.select_related("agreement").get().get_absolute_url()

    client.post(page, {**form, **day, "impact": 4, "state": "CLOSED", "reason": "A new lease.", "seen_version": 1})

    shown = client.get(page).content.decode()
    assert "Enter the day on which it is looked at again" in wrong
    assert "A new lease." in shown
    assert Risk.objects.get().state == "CLOSED"


# Meetings


@pytest.mark.requirement("R-088", "R-097")
def test_meeting_is_recorded_with_what_is_to_be_done(client, agreement, manager, preparer):
    form = {"kind": "REVIEW", "minutes": "We spoke.", "decisions": "Weekly calls", "shared": "on"}
    form |= {"held_on_day": "14", "held_on_month": "9", "held_on_year": "2026"}
    address = reverse("contracts:meeting-record", args=[agreement.reference])
    wrong = client.post(address, form).content.decode()
    page = client.post(address, {**form, "provider_names": "Priya Nair"}).url
    action = {"kind": "ACTION", "words": "Ring each week", "side": "PROVIDER"}
    day = {"due_on_day": "1", "due_on_month": "12", "due_on_year": "2026"}

    client.post(f"{page}actions/new/", {**action, **day})

    client.force_login(preparer)
    shown = client.get(page).content.decode()
    assert "Say who came." in wrong
    assert all(words in shown for words in ("Priya Nair", "Weekly calls", "Ring each week"))
    assert [one.words for one in progress.open_actions(preparer, at=NOW)] == ["Ring each week"]


@pytest.mark.threat("A02", "A07")
def test_provider_reads_no_risk_and_no_meeting_that_is_not_shared(client, agreement, preparer):
    actor = agreement.activity.contract_manager
    risk = enter(agreement)
    meeting = meetings.record_meeting(
        agreement=agreement,
        kind="VISIT",
        held_on=TODAY,
        minutes="Private.",
        attendances={agreement.provider: "Priya"},
        actor=actor,
        at=NOW,
    )
    plans.add_action(meeting=meeting, words="Ours", side="OFFICE", due_on=TODAY, actor=actor, at=NOW)
    client.force_login(preparer)

    answers = [client.get(one.get_absolute_url()).status_code for one in (risk, meeting, Action.objects.get())]

    assert answers == [404, 404, 404]
    assert "Risks and issues" not in client.get(agreement.get_absolute_url()).content.decode()


def test_meeting_of_tomorrow_is_refused(agreement):
    with pytest.raises(MeetingRefused, match="today or earlier"):
        meetings.record_meeting(
            agreement=agreement,
            held_on=TODAY + timedelta(days=1),
            attendances={},
            actor=agreement.activity.contract_manager,
            at=NOW,
        )


# What needs attention


@pytest.mark.requirement("R-077", "R-088")
@pytest.mark.parametrize(
    ("direction", "values", "falls"),
    [
        ("UP", (90, 85, 80), True),
        ("UP", (90, 85, 85), False),
        ("UP", (80, 90, 85), False),
        ("DOWN", (8, 9, 10), True),
        ("DOWN", (10, 9, 8), False),
    ],
)
def test_measure_that_was_worse_twice_running_is_named(agreement, direction, values, falls):
    rated(IndicatorFactory(agreement=agreement, direction=direction), values, ["GOOD"] * 3)

    found = attention.matters_for(agreement.activity.contract_manager, at=NOW)

    assert [matter.kind for matter in found if matter.kind != "No exit plan"] == (
        ["Worse twice running"] if falls else []
    )


@pytest.mark.requirement("R-080")
@pytest.mark.threat("A07")
@pytest.mark.parametrize(("role", "reads"), [(Role.SPECIALIST, []), (Role.COMMISSIONER, ["Inadequate"])])
def test_ratings_that_are_not_public_are_not_for_specialists(agreement, role, reads):
    rated(IndicatorFactory(agreement=agreement), (60, 88, 60), ["GOOD", "GOOD", "INADEQUATE"])

    found = attention.matters_for(UserFactory(role=role), at=NOW)

    assert [matter.kind for matter in found if matter.kind != "No exit plan"] == reads


@pytest.mark.requirement("R-088")
@pytest.mark.parametrize(("word", "reads"), [("GOOD", []), ("REQUIRES_IMPROVEMENT", ["Requires improvement"])])
def test_rating_that_two_people_gave_another_word_is_listed_by_that_word(agreement, word, reads):
    rated(IndicatorFactory(agreement=agreement), (60, 88, 60), ["GOOD", "GOOD", "INADEQUATE"])
    manager = agreement.activity.contract_manager
    figure = Figure.objects.get(rating__word="INADEQUATE")
    override = propose_override(figure=figure, word=word, because="The line was down.", actor=manager, at=NOW)
    by = UserFactory(role=Role.COMMISSIONER)
    decide_override(override=override, confirm=True, words="", actor=by, at=NOW)

    found = attention.matters_for(manager, at=NOW)

    assert [matter.kind for matter in found if matter.kind != "No exit plan"] == reads
    assert all("because: The line was down." in matter.detail for matter in found if matter.kind in reads)


def everything(agreement):
    """One agreement with something of each kind."""
    actor = agreement.activity.contract_manager
    rated(IndicatorFactory(agreement=agreement), (90, 80, 60), ["GOOD", "REQUIRES_IMPROVEMENT", "INADEQUATE"])
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2", overdue=True)
    enter(agreement, review_on=TODAY - timedelta(days=1))
    plan = plans.open_plan(agreement=agreement, kind="MOBILISATION", aim="Ready.", actor=actor, at=NOW)
    plans.add_action(
        plan=plan,
        kind="MILESTONE",
        words="Open",
        side="PROVIDER",
        due_on=TODAY - timedelta(days=1),
        actor=actor,
        at=NOW,
    )
    consequences.attach_ladder(agreement=agreement, clause="14", actor=actor, at=NOW)
    consequences.propose(
        agreement=agreement,
        rung=Rung.objects.get(name="Termination"),
        known_on=TODAY,
        reason="Closed.",
        evidence="Rota.",
        out_of_order="Danger.",
        actor=actor,
        at=NOW,
    )


@pytest.mark.requirement("R-077", "R-084", "R-088")
def test_everything_that_is_not_well_stands_in_one_list_and_one_file(client, manager, agreement):
    Agreement.objects.filter(pk=agreement.pk).update(value=Decimal(6_000_000), regime="FULL")
    agreement.refresh_from_db()
    everything(agreement)

    kinds = {matter.kind for matter in attention.matters_for(manager, at=NOW)}
    page = client.get(reverse("contracts:attention")).content.decode()
    lines = client.get(reverse("contracts:attention-csv")).getvalue().decode().splitlines()

    assert kinds == {
        "Return overdue", "Inadequate", "Worse twice running", "Milestone late", "Risk to review", "Decision waits",
        "Statutory notice", "Too few indicators",
        "No exit plan",
    }  # fmt: skip
    assert "9 things need attention" in page
    assert len(lines) == 10


@pytest.mark.parametrize("agreements", [1, 3])
def test_list_costs_the_same_however_many_agreements(agreements, django_assert_num_queries):
    for _ in range(agreements):
        everything(AgreementFactory())
    management = UserFactory(role=Role.MANAGEMENT)

    with django_assert_num_queries(18):
        found = attention.matters_for(management, at=NOW)

    assert len(attention.portfolio_of(found)) == agreements
