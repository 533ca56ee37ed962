"""What follows when a provider fails to deliver: in order, by four eyes, with an appeal and a clock."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.domain import consequences
from contracts.domain.consequences import ConsequenceRefused
from contracts.models import Consequence, Rung
from engagement.enums import Audience, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    manager = agreement.activity.contract_manager
    consequences.attach_ladder(agreement=agreement, clause="Clause 14", actor=manager, at=NOW)
    return manager


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


@pytest.fixture
def commissioner():
    return UserFactory(role=Role.COMMISSIONER)


def take(agreement, actor, name="Notice", **more):
    facts = {"known_on": TODAY - timedelta(days=5), "reason": "Clinics were closed.", "evidence": "The rota.", **more}
    return consequences.propose(agreement=agreement, rung=Rung.objects.get(name=name), actor=actor, at=NOW, **facts)


def skip(agreement, actor, name="Withholding", **more):
    return take(agreement, actor, name, out_of_order="People were in danger.", **more)


@pytest.mark.requirement("R-084")
def test_notice_is_in_force_at_once_logged_and_told_to_the_provider_alone(agreement, manager, certifier, preparer):
    notice = take(agreement, manager)

    assert (notice.state, notice.decided_by, notice.appeal_by) == ("IN_FORCE", manager, TODAY + timedelta(days=14))
    assert LogEntry.objects.order_by("-sequence")[0].action == "consequence.invoked"
    event = Event.objects.get()
    assert (event.audience, event.title) == (Audience.ORGANISATION, f"{agreement.title}: Notice")
    assert set(Delivery.objects.values_list("user", flat=True)) == {certifier.pk, preparer.pk}


@pytest.mark.requirement("R-084")
def test_ladder_is_part_of_the_agreement_before_it_is_used(agreement):
    manager = agreement.activity.contract_manager

    with pytest.raises(ConsequenceRefused, match="Make the ladder part"):
        take(agreement, manager)
    consequences.attach_ladder(agreement=agreement, clause="Clause 14", actor=manager, at=NOW)
    with pytest.raises(ConsequenceRefused, match="already"):
        consequences.attach_ladder(agreement=agreement, clause="Clause 15", actor=manager, at=NOW)


@pytest.mark.requirement("R-084")
def test_steps_are_taken_in_order_unless_a_reason_says_why_not(agreement, manager):
    with pytest.raises(ConsequenceRefused, match="passed over: Notice, Improvement plan"):
        take(agreement, manager, "Enhanced monitoring")
    for name in ("Notice", "Improvement plan"):
        take(agreement, manager, name)

    assert take(agreement, manager, "Enhanced monitoring").out_of_order == ""
    assert skip(agreement, manager, "Termination").out_of_order == "People were in danger."


@pytest.mark.requirement("R-084")
@pytest.mark.threat("A12")
@pytest.mark.parametrize("name", ["Withholding", "Partial termination", "Termination"])
def test_what_takes_money_or_ends_something_is_decided_by_another(agreement, manager, management, name):
    step = skip(agreement, manager, name)

    assert (step.state, Event.objects.get().audience) == ("PROPOSED", Audience.PEOPLE)
    with pytest.raises(ConsequenceRefused, match="somebody else decides"):
        consequences.decide(consequence=step, invoke=True, words="Yes.", actor=manager, at=NOW)
    with pytest.raises(ConsequenceRefused, match="Management Team or the Commissioner"):
        consequences.decide(
            consequence=step, invoke=True, words="Yes.", actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW
        )
    decided = consequences.decide(consequence=step, invoke=True, words="Yes.", actor=management, at=NOW)

    assert (decided.state, decided.decided_by, decided.appeal_by) == (
        "IN_FORCE",
        management,
        TODAY + timedelta(days=28),
    )


@pytest.mark.threat("A12")
def test_database_keeps_four_eyes_too(agreement, manager):
    step = skip(agreement, manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        Consequence.objects.filter(pk=step.pk).update(state="IN_FORCE", decided_by=manager, decided_at=NOW)


def test_step_decided_against_is_never_told(agreement, manager, management):
    step = skip(agreement, manager)

    consequences.decide(consequence=step, invoke=False, words="Too early.", actor=management, at=NOW)

    assert not Event.objects.filter(audience=Audience.ORGANISATION).exists()


@pytest.mark.requirement("R-084")
@pytest.mark.parametrize(
    ("outcome", "state"), [("UPHELD", "LIFTED"), ("PARTLY", "IN_FORCE"), ("DISMISSED", "IN_FORCE")]
)
def test_appeal_is_made_once_in_time_and_decided_by_who_had_no_part(
    agreement, manager, management, commissioner, certifier, preparer, outcome, state
):
    step = consequences.decide(
        consequence=skip(agreement, manager), invoke=True, words="Yes.", actor=management, at=NOW
    )
    late = NOW + timedelta(days=29)

    for actor, at in ((preparer, NOW), (certifier, late)):
        with pytest.raises(ConsequenceRefused, match="while there is still time"):
            consequences.appeal(consequence=step, words="Unfair.", actor=actor, at=at)
    consequences.appeal(consequence=step, words="The snow closed them.", actor=certifier, at=NOW)
    with pytest.raises(ConsequenceRefused, match="made already"):
        consequences.appeal(consequence=step, words="Again.", actor=certifier, at=NOW)
    with pytest.raises(ConsequenceRefused, match="An appeal waits"):
        consequences.lift(consequence=step, words="Better.", actor=manager, at=NOW)
    with pytest.raises(ConsequenceRefused, match="had a part"):
        consequences.decide_appeal(consequence=step, outcome=outcome, words="So.", actor=management, at=NOW)
    done = consequences.decide_appeal(consequence=step, outcome=outcome, words="So.", actor=commissioner, at=NOW)

    assert (done.appeal_outcome, done.state) == (outcome, state)


@pytest.mark.requirement("R-084")
@pytest.mark.parametrize(("days", "late"), [(29, False), (30, True)])
def test_clock_of_the_statutory_notice_runs_thirty_days_where_the_duty_applies(manager, agreement, days, late):
    step = take(agreement, manager, known_on=TODAY - timedelta(days=days))

    clock = consequences.clock_of(step, duty=True, on=TODAY)

    assert (clock.due_on, clock.is_late) == (step.known_on + timedelta(days=29), late)
    assert consequences.clock_of(step, duty=False, on=TODAY) is None


def test_notice_published_in_time_stops_the_clock(manager, agreement):
    step = take(agreement, manager)
    with pytest.raises(ConsequenceRefused, match="not before the office knew"):
        consequences.record_notice(
            consequence=step, noticed_on=TODAY - timedelta(days=6), notice_url="", actor=manager, at=NOW
        )

    consequences.record_notice(
        consequence=step, noticed_on=TODAY, notice_url="https://notices.example/9", actor=manager, at=NOW
    )

    step.refresh_from_db()
    assert not consequences.clock_of(step, duty=True, on=TODAY + timedelta(days=90)).is_late


# The pages


def test_two_of_the_office_and_the_provider_act_on_their_pages(
    client, agreement, manager, management, certifier, commissioner
):
    client.force_login(manager)
    address = reverse("contracts:consequence-propose", args=[agreement.reference])
    form = {
        "rung": Rung.objects.get(name="Withholding").pk,
        "reason": "Closed.",
        "evidence": "Rota.",
        "amount": "12000",
    }
    form |= {"known_on_day": "10", "known_on_month": "9", "known_on_year": "2026"}
    wrong = client.post(address, form).content.decode()
    step = client.post(address, {**form, "out_of_order": "Danger."}).url
    client.force_login(certifier)
    unknown = client.get(step).status_code
    client.force_login(management)
    client.post(f"{step}decide/", {"invoke": "yes", "words": "It cannot wait."})
    client.force_login(certifier)
    known = client.get(step).content.decode()
    client.post(f"{step}appeal/", {"words": "The snow."})
    client.force_login(commissioner)
    client.post(f"{step}appeal/decide/", {"outcome": "DISMISSED", "words": "It did not snow."})

    client.force_login(certifier)
    page = client.get(step).content.decode()
    assert "Say why these steps are passed over: Notice, Improvement plan, Enhanced monitoring." in wrong
    assert (unknown, "You can appeal" in known, "£12,000" in known) == (404, True, True)
    assert "It did not snow." in page
    assert Consequence.objects.get().amount == Decimal(12_000)


@pytest.mark.parametrize("steps", [1, 3])
def test_list_costs_the_same_however_long(client, agreement, manager, steps, django_assert_num_queries):
    for _ in range(steps):
        take(agreement, manager)
    client.force_login(manager)
    client.get("/dashboard/")

    with django_assert_num_queries(8):
        client.get(reverse("contracts:consequence-list", args=[agreement.reference]))
