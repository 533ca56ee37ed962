"""An activity begins, changes, is published and moves, each through one door that leaves a trace."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from engagement.domain.activities import (
    ActivityRefused,
    StageMoveRefused,
    add_funding,
    allowed_moves,
    begin_activity,
    change_activity,
    fingerprint,
    move_stage,
    publish_activity,
)
from engagement.enums import CYCLE, DeliveryStatus, Fund, Role, Stage
from engagement.models import Activity, Delivery, Event, LogEntry, StageChange
from engagement.rules import moves_open_to
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, PriorityFactory, UserFactory


def begin(**fields):
    lead = fields.pop("lead", None) or UserFactory(role=Role.LEAD_COMMISSIONER)
    defaults = {
        "title": "Help after domestic abuse",
        "summary": "From April 2027.",
        "priorities": [PriorityFactory()],
        "at": NOW,
    }
    return begin_activity(lead_commissioner=lead, actor=lead, **{**defaults, **fields})


@pytest.mark.django_db
@pytest.mark.requirement("R-002", "R-004")
def test_activity_begins_in_draft_with_reference_address_and_history():
    activity = begin()

    assert (activity.reference, activity.slug, activity.stage, activity.published_at) == (
        "CI-2026-001",
        "help-after-domestic-abuse",
        Stage.ANALYSE,
        None,
    )
    assert list(activity.stage_changes.values_list("sequence", "from_stage", "to_stage")) == [(1, "", "ANALYSE")]
    assert LogEntry.objects.get().action == "activity.begun"


@pytest.mark.django_db
def test_same_title_twice_gets_two_addresses():
    assert [begin().slug, begin().slug] == ["help-after-domestic-abuse", "help-after-domestic-abuse-2"]


@pytest.mark.django_db
def test_numbers_go_on_after_the_thousandth_and_begin_again_with_the_office_year():
    ActivityFactory(reference="CI-2026-999")
    ActivityFactory(reference="CI-2026-1000")

    assert begin().reference == "CI-2026-1001"
    assert begin(at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC)).reference == "CI-2026-1002"
    assert begin(at=datetime(2027, 1, 1, 0, 0, tzinfo=UTC)).reference == "CI-2027-001"


@pytest.mark.django_db
@pytest.mark.requirement("R-002")
def test_activity_without_a_plan_priority_is_refused():
    with pytest.raises(ActivityRefused, match="at least one plan priority"):
        begin(priorities=[])

    assert not Activity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_people_who_begin_at_once_get_different_numbers():
    lead, priority, barrier, made = UserFactory(role=Role.LEAD_COMMISSIONER), PriorityFactory(), Barrier(4), []

    def one():
        barrier.wait()
        try:
            made.append(begin(lead=lead, priorities=[priority]).reference)
        finally:
            connection.close()

    run_together(one, 4)

    assert sorted(made) == ["CI-2026-001", "CI-2026-002", "CI-2026-003", "CI-2026-004"]


@pytest.mark.django_db
def test_change_is_logged_by_the_names_of_its_fields_alone():
    activity = ActivityFactory()

    change_activity(
        activity=activity,
        title="A better title",
        summary=activity.summary,
        area="Northam",
        priorities=activity.priorities.all(),
        contract_manager=activity.contract_manager,
        seen=fingerprint(activity),
        actor=activity.lead_commissioner,
        at=NOW,
    )

    activity.refresh_from_db()
    assert (activity.title, activity.area) == ("A better title", "Northam")
    assert LogEntry.objects.get().data == {"fields": ["title", "area"]}


@pytest.mark.django_db
@pytest.mark.threat("C04")
def test_second_of_two_changes_to_one_activity_is_refused():
    activity = ActivityFactory()
    seen = fingerprint(activity)
    common = {
        "activity": activity,
        "area": activity.area,
        "summary": activity.summary,
        "priorities": activity.priorities.all(),
        "contract_manager": None,
        "actor": activity.lead_commissioner,
        "at": NOW,
    }
    change_activity(title="First", seen=seen, **common)

    with pytest.raises(ActivityRefused, match="Somebody else has changed"):
        change_activity(title="Second", seen=seen, **common)

    assert Activity.objects.get().title == "First"


@pytest.mark.django_db
@pytest.mark.requirement("R-022")
def test_money_of_the_two_funds_is_summed_apart():
    activity = ActivityFactory()
    for fund, amount in [(Fund.POLICING, "100.10"), (Fund.POLICING, "200.20"), (Fund.FIRE, "7.05")]:
        add_funding(
            activity=activity,
            fund=fund,
            stream="A grant",
            amount=amount,
            starts_on=NOW.date(),
            ends_on=NOW.date() + timedelta(days=365),
            actor=activity.lead_commissioner,
            at=NOW,
        )

    with_funds = Activity.objects.with_funds().get()

    assert (with_funds.policing_amount, with_funds.fire_amount) == (Decimal("300.30"), Decimal("7.05"))


@pytest.mark.django_db
def test_publishing_twice_changes_nothing():
    activity = ActivityFactory()
    first = publish_activity(activity=activity, actor=activity.lead_commissioner, at=NOW)

    second = publish_activity(activity=activity, actor=activity.lead_commissioner, at=NOW + timedelta(hours=1))

    assert second.published_at == first.published_at == NOW
    assert LogEntry.objects.filter(action="activity.published").count() == 1


@pytest.mark.django_db
@pytest.mark.requirement("R-004", "R-086")
def test_move_writes_stage_history_log_and_one_message_to_each_listener():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory.create_batch(2, activity=activity)
    EngagedPartyFactory(activity=activity, left=True)
    EngagedPartyFactory(activity=activity, asked=True)

    change = move_stage(
        activity=activity, seen_stage="ANALYSE", to_stage=Stage.PLAN, actor=activity.lead_commissioner, at=NOW
    )

    activity.refresh_from_db()
    assert (activity.stage, change.sequence, change.from_stage) == (Stage.PLAN, 2, Stage.ANALYSE)
    assert Event.objects.get().key == f"stage-change:{change.pk}"
    assert list(Delivery.objects.values_list("status", flat=True)) == [DeliveryStatus.QUEUED] * 2
    assert LogEntry.objects.get(action="activity.moved").data == {"from": "ANALYSE", "to": "PLAN"}


@pytest.mark.django_db
def test_move_of_a_draft_tells_nobody():
    activity = ActivityFactory()

    move_stage(activity=activity, seen_stage="ANALYSE", to_stage=Stage.PLAN, actor=activity.lead_commissioner, at=NOW)

    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.requirement("R-004")
@pytest.mark.threat("A15")
@pytest.mark.parametrize("stage", Stage)
def test_only_the_moves_of_the_cycle_are_possible(stage):
    allowed = {
        Stage.ANALYSE: {Stage.PLAN, Stage.DECOMMISSIONING},
        Stage.PLAN: {Stage.ANALYSE, Stage.DO, Stage.DECOMMISSIONING},
        Stage.DO: {Stage.REVIEW, Stage.DECOMMISSIONING},
        Stage.REVIEW: {Stage.ANALYSE, Stage.PLAN, Stage.DO, Stage.DECOMMISSIONING},
        Stage.DECOMMISSIONING: {Stage.CLOSED, Stage.REVIEW},
        Stage.CLOSED: set(),
    }

    moved = set()
    for target in Stage:
        activity = ActivityFactory(stage=stage)
        try:
            move_stage(
                activity=activity,
                seen_stage=stage,
                to_stage=target,
                reason="Need has fallen.",
                actor=activity.contract_manager,
                at=NOW,
            )
        except StageMoveRefused:
            assert Activity.objects.get(pk=activity.pk).stage == stage
        else:
            moved.add(target)

    assert moved == allowed[stage]
    assert allowed_moves(ActivityFactory(stage=stage)) == allowed[stage]


@pytest.mark.django_db
def test_move_from_a_stage_that_is_no_longer_true_is_refused_and_says_who_moved_it():
    activity = ActivityFactory(at_plan=True, lead_commissioner__name="Sam Okafor")

    with pytest.raises(StageMoveRefused, match="Sam Okafor has already moved this activity to Plan"):
        move_stage(
            activity=activity, seen_stage="ANALYSE", to_stage=Stage.PLAN, actor=activity.lead_commissioner, at=NOW
        )


@pytest.mark.django_db
@pytest.mark.requirement("R-103")
@pytest.mark.parametrize("reason", ["", "   "])
def test_decommissioning_without_a_reason_is_refused(reason):
    activity = ActivityFactory(at_do=True)

    with pytest.raises(StageMoveRefused, match="Say why"):
        move_stage(
            activity=activity,
            seen_stage="DO",
            to_stage=Stage.DECOMMISSIONING,
            reason=reason,
            actor=activity.contract_manager,
            at=NOW,
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("R-004")
def test_of_many_who_move_at_once_one_does():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)
    barrier, results = Barrier(6), []

    def one():
        barrier.wait()
        try:
            move_stage(
                activity=activity,
                seen_stage="ANALYSE",
                to_stage=Stage.PLAN,
                actor=activity.lead_commissioner,
                at=NOW,
            )
            results.append("moved")
        except StageMoveRefused:
            results.append("refused")
        finally:
            connection.close()

    run_together(one, 6)

    assert sorted(results) == ["moved"] + ["refused"] * 5
    assert StageChange.objects.filter(activity=activity).count() == 2
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.requirement("R-120", "R-121")
@pytest.mark.parametrize(
    ("stage", "lead", "manager"),
    [
        (Stage.ANALYSE, {Stage.PLAN}, {Stage.DECOMMISSIONING}),
        (Stage.PLAN, {Stage.ANALYSE, Stage.DO}, {Stage.DECOMMISSIONING}),
        (Stage.DO, set(), {Stage.REVIEW, Stage.DECOMMISSIONING}),
        (Stage.REVIEW, {Stage.ANALYSE, Stage.PLAN, Stage.DO}, {*CYCLE[:3], Stage.DECOMMISSIONING}),
        (Stage.DECOMMISSIONING, set(), {*CYCLE, Stage.CLOSED}),
        (Stage.CLOSED, set(), set()),
    ],
)
def test_each_moves_their_own_activity_in_their_own_stages(stage, lead, manager):
    activity = ActivityFactory(stage=stage)
    others = [UserFactory(role=role) for role in Role]

    assert set(moves_open_to(activity.lead_commissioner, activity, at=NOW)) == lead
    assert set(moves_open_to(activity.contract_manager, activity, at=NOW)) == manager
    assert [moves_open_to(user, activity, at=NOW) for user in others] == [[]] * len(others)


@pytest.mark.django_db
@pytest.mark.threat("A10")
def test_lead_whose_membership_has_ended_moves_nothing():
    lead = UserFactory(role=Role.LEAD_COMMISSIONER, until_on=NOW.date())
    activity = ActivityFactory(lead_commissioner=lead)

    assert moves_open_to(lead, activity, at=NOW) == []
    assert list(Activity.objects.movable_by(lead, at=NOW)) == []
    assert list(Activity.objects.movable_by(lead, at=NOW - timedelta(days=1))) == [activity]


def run_together(target, count):
    threads = [Thread(target=target) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
