"""Hand-over between colleagues: the work passes, the colleague is told, nobody is left alone by accident."""

from datetime import timedelta

import pytest
import time_machine

from contracts.domain.plans import add_action, open_plan
from engagement.access import has_role
from engagement.enums import Role
from engagement.models import Delivery, LogEntry, Membership
from portal.domain import handing_over
from portal.domain.handing_over import HandOverRefused
from tests.factories.contracts import AgreementFactory, RiskFactory
from tests.factories.engagement import NOW, ActivityFactory, OrganisationFactory, UserFactory
from tests.factories.portal import ActivityPageFactory

pytestmark = pytest.mark.django_db
TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agreement():
    return AgreementFactory(provider=OrganisationFactory(name="Brightway"))


@pytest.fixture
def leaver(agreement):
    return UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)


@pytest.fixture
def certifier(agreement):
    return UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)


def an_action(agreement, owner, side="PROVIDER"):
    manager = agreement.activity.contract_manager
    plan = open_plan(agreement=agreement, kind="IMPROVEMENT", aim="A", because="B", actor=manager, at=NOW)
    return add_action(plan=plan, words="Ring back", side=side, due_on=TODAY, owner=owner, actor=manager, at=NOW)


def address(person):
    membership = person.memberships.select_related("organisation").get()
    return f"{membership.organisation.get_absolute_url()}people/{membership.pk}/end/"


def on(day):
    return {"ends_on_day": day.day, "ends_on_month": day.month, "ends_on_year": day.year}


def seen_by(person):
    return handing_over.work_of(person.memberships.get(), on=TODAY).seen


@pytest.mark.requirement("R-147")
def test_certifier_lets_a_colleague_go_later_and_the_work_passes_now(client, agreement, leaver, certifier):
    action = an_action(agreement, leaver)
    client.force_login(certifier)

    page = client.get(address(leaver)).content.decode()
    client.post(address(leaver), {**on(TODAY + 7 * DAY), "to": certifier.pk, "seen": seen_by(leaver)})

    assert ("Ring back" in page, f'value="action-{action.pk}"' in page) == (True, True)
    action.refresh_from_db()
    assert (action.owner, action.version) == (certifier, 2)
    assert Delivery.objects.filter(address=certifier.email, event__kind="WORK_HANDED_OVER").count() == 1
    assert leaver.memberships.get().ends_on == TODAY + 7 * DAY
    assert [has_role(leaver, Role.CERTIFIER, on=TODAY + days * DAY) for days in (6, 7)] == [True, False]
    assert LogEntry.objects.get(action="action.handed-over").data["to"] == certifier.pk


def test_work_without_a_colleague_is_refused_and_nothing_typed_is_lost(client, agreement, leaver, certifier):
    an_action(agreement, leaver)
    client.force_login(certifier)

    page = client.post(address(leaver), {**on(TODAY + 7 * DAY), "to": "", "seen": seen_by(leaver)}).content.decode()

    assert ("Choose who takes the work." in page, 'value="23"' in page) == (True, True)
    assert leaver.memberships.get().ends_on is None


def test_other_work_than_was_seen_does_not_pass(client, agreement, leaver, certifier):
    client.force_login(certifier)
    seen = seen_by(leaver)
    an_action(agreement, leaver)

    page = client.post(address(leaver), {**on(TODAY), "to": certifier.pk, "seen": seen}).content.decode()

    assert "Other work waits for them by now" in page
    assert leaver.memberships.get().ends_on is None


@pytest.mark.threat("A08")
@pytest.mark.parametrize("whom", ["stranger", "leaving", "left"])
def test_work_passes_to_a_colleague_who_stays(agreement, leaver, certifier, whom):
    an_action(agreement, leaver)
    own = {"role": Role.PREPARER, "organisation": agreement.provider}
    to = {
        "stranger": lambda: UserFactory(role=Role.PREPARER),
        "leaving": lambda: UserFactory(**own, until_on=TODAY + DAY),
        "left": lambda: UserFactory(**own, until_on=TODAY),
    }[whom]()

    with pytest.raises(HandOverRefused, match="cannot take this work"):
        hand_over(leaver, to=to, actor=certifier)


def hand_over(person, **given):
    usual = {"ends_on": TODAY, "to": None, "reason": "", "confirmed": False, "seen": seen_by(person)}
    return handing_over.hand_over(membership=person.memberships.get(), at=NOW, **{**usual, **given})


@pytest.mark.requirement("R-147")
def test_last_certifier_does_not_leave_agreements_alone(client, agreement, leaver):
    admin = UserFactory(role=Role.ADMINISTRATOR)

    client.force_login(leaver)
    by_themselves = client.post(address(leaver), on(TODAY)).content.decode()
    client.force_login(admin)
    without = client.post(address(leaver), on(TODAY)).content.decode()
    assert leaver.memberships.get().ends_on is None
    client.post(address(leaver), {**on(TODAY), "confirmed": "on"})

    assert "Brightway would have 1 agreement and no certifier" in by_themselves
    assert "Invite another certifier first" in by_themselves
    assert "Confirm that you want this" in without
    assert leaver.memberships.get().ends_on == TODAY


def test_certifier_who_leaves_before_the_other_does_is_no_certifier_then(agreement, leaver):
    UserFactory(role=Role.CERTIFIER, organisation=agreement.provider, until_on=TODAY + 3 * DAY)

    alone = [handing_over.agreements_left_alone(leaver.memberships.get(), on=TODAY + days * DAY) for days in (2, 3)]

    assert alone == [0, 1]


def test_work_by_name_stays_while_another_role_there_remains(agreement, leaver):
    an_action(agreement, leaver)
    other = Membership.objects.create(user=leaver, organisation=agreement.provider, role=Role.PREPARER, starts_on=TODAY)

    assert handing_over.work_of(other, on=TODAY).passes == 0


@pytest.mark.requirement("R-080")
def test_activities_pass_together_with_a_reason_and_are_logged(client):
    manager, successor = UserFactory(role=Role.CONTRACT_MANAGER), UserFactory(role=Role.CONTRACT_MANAGER)
    activities = [ActivityFactory(published=True, contract_manager=manager) for _ in range(2)]
    closed = ActivityFactory(closed=True, contract_manager=manager)
    agreement = AgreementFactory(activity=activities[0])
    risk, action = RiskFactory(agreement=agreement), an_action(agreement, manager, side="OFFICE")
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    form = {"ends_on_day": "", "ends_on_month": "", "ends_on_year": "", "to": successor.pk, "seen": seen_by(manager)}

    page = client.get(address(manager)).content.decode()
    without = client.post(address(manager), {**form, "reason": ""}).content.decode()
    client.post(address(manager), {**form, "reason": "She leads the new unit."})

    assert [activity.title in page for activity in (*activities, closed)] == [True, True, False]
    assert "Say why the activities pass" in without
    for row in (*activities, closed, risk, action):
        row.refresh_from_db()
    assert [one.contract_manager for one in activities] == [successor, successor]
    assert (risk.owner, action.owner, closed.contract_manager) == (successor, successor, manager)
    entries = LogEntry.objects.filter(action="activity.reassigned")
    assert {entry.activity_id for entry in entries} == {one.pk for one in activities}
    assert "She leads the new unit." in entries[0].summary
    assert manager.memberships.get().ends_on is None
    assert Delivery.objects.filter(address=successor.email).count() == 1


@pytest.mark.requirement("R-080")
def test_pages_of_an_activity_follow_its_lead(client):
    lead, successor = UserFactory(role=Role.LEAD_COMMISSIONER), UserFactory(role=Role.LEAD_COMMISSIONER)
    page = ActivityPageFactory(activity=ActivityFactory(lead_commissioner=lead))

    hand_over(lead, to=successor, reason="She left.", actor=UserFactory(role=Role.ADMINISTRATOR))

    groups = [person.groups.filter(name__startswith=page.activity.reference).exists() for person in (lead, successor)]
    assert groups == [False, True]


def test_only_who_has_the_role_takes_activities(client):
    manager = UserFactory(role=Role.CONTRACT_MANAGER)
    ActivityFactory(contract_manager=manager)
    auditor = UserFactory(role=Role.AUDITOR)

    with pytest.raises(HandOverRefused, match="cannot take this work"):
        hand_over(manager, to=auditor, reason="R", actor=UserFactory(role=Role.ADMINISTRATOR))


def test_who_must_go_goes_and_the_work_passes_afterwards(client):
    manager = UserFactory(role=Role.CONTRACT_MANAGER)
    activity = ActivityFactory(contract_manager=manager)
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))

    page = client.get(address(manager)).content.decode()
    client.post(address(manager), {**on(TODAY), "reason": "", "seen": seen_by(manager)})
    successor = UserFactory(role=Role.CONTRACT_MANAGER)
    later = client.get(address(manager)).content.decode()
    client.post(address(manager), {"to": successor.pk, "reason": "She left.", "seen": seen_by(manager)})

    assert "There is no colleague who can take it" in page
    assert manager.memberships.get().ends_on == TODAY
    assert "Hand over what still waits" in later
    activity.refresh_from_db()
    assert activity.contract_manager == successor
    assert "Confirm" not in client.get(address(manager)).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_page_costs_the_same_however_much_passes(client, many, django_assert_num_queries):
    manager = UserFactory(role=Role.CONTRACT_MANAGER)
    for _ in range(many):
        agreement = AgreementFactory(activity=ActivityFactory(contract_manager=manager))
        RiskFactory(agreement=agreement)
        an_action(agreement, manager, side="OFFICE")
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))

    with django_assert_num_queries(12):
        client.get(address(manager))
