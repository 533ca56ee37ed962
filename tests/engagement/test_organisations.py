"""People act for organisations in roles, from a date until a date, and not a moment longer."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from engagement.access import has_role, is_office, organisations_of, roles_of
from engagement.domain import organisations
from engagement.domain.organisations import MembershipRefused, end_membership, give_membership
from engagement.enums import OFFICE_ROLES, OrganisationKind, Role
from engagement.forms.organisations import InvitationForm
from engagement.models import LogEntry, Organisation, User
from tests.factories.engagement import (
    NOW,
    PASSWORD,
    ActivityFactory,
    EngagedPartyFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 16)
DAY = timedelta(days=1)


def give(**fields):
    return give_membership(**{"starts_on": TODAY, "actor": UserFactory(role=Role.ADMINISTRATOR), "at": NOW, **fields})


@pytest.mark.requirement("R-147")
def test_membership_counts_from_its_first_day_up_to_but_not_including_its_last():
    user = UserFactory(role=Role.PREPARER, from_on=TODAY, until_on=TODAY + DAY)

    assert [bool(roles_of(user, on=TODAY + days * DAY)) for days in (-1, 0, 1)] == [False, True, False]


def test_disabled_person_has_no_role_and_no_organisation():
    user = UserFactory(role=Role.CERTIFIER, is_active=False)

    assert (roles_of(user, on=TODAY), list(organisations_of(user, on=TODAY))) == (frozenset(), [])


def test_organisations_of_a_person_can_be_asked_for_by_role():
    user = UserFactory(role=Role.PREPARER)
    certified = MembershipFactory(user=user, role=Role.CERTIFIER).organisation

    assert organisations_of(user, on=TODAY).count() == 2
    assert list(organisations_of(user, on=TODAY, roles=[Role.CERTIFIER])) == [certified]


@pytest.mark.parametrize("role", Role)
def test_office_roles_are_of_the_office_alone(role):
    assert is_office(UserFactory(role=role), on=TODAY) == (role in OFFICE_ROLES)


@pytest.mark.parametrize("role", Role)
def test_role_that_does_not_belong_to_the_organisation_is_refused(role):
    elsewhere = OrganisationFactory() if role in OFFICE_ROLES else OrganisationFactory(office=True)

    with pytest.raises(MembershipRefused, match="has no"):
        give(user=UserFactory(), organisation=elsewhere, role=role)


def test_second_membership_in_the_same_role_is_refused():
    held = MembershipFactory()

    with pytest.raises(MembershipRefused, match="already"):
        give(user=held.user, organisation=held.organisation, role=held.role)


def test_membership_is_logged_with_its_role():
    user = UserFactory()

    give(user=user, organisation=OrganisationFactory(name="Harbourlight"), role=Role.CERTIFIER)

    entry = LogEntry.objects.get(action="membership.given")
    assert (entry.data, entry.organisation.name) == ({"role": "CERTIFIER"}, "Harbourlight")


def test_future_role_opens_no_group_before_its_day():
    Group.objects.get_or_create(name=Role.INVOLVEMENT)
    user = UserFactory()

    give(user=user, organisation=OrganisationFactory(office=True), role=Role.INVOLVEMENT, starts_on=TODAY + DAY)

    assert not user.groups.exists()
    organisations.end_lapsed_memberships(on=TODAY + DAY)
    assert list(user.groups.values_list("name", flat=True)) == ["INVOLVEMENT"]


def test_role_that_ends_next_week_keeps_its_group_until_then():
    Group.objects.get_or_create(name=Role.INVOLVEMENT)
    user = UserFactory(role=Role.INVOLVEMENT)
    week = TODAY + 7 * DAY

    end_membership(membership=user.memberships.get(), ends_on=week, actor=user, at=NOW)

    assert user.groups.count() == 1
    organisations.end_lapsed_memberships(on=week)
    assert user.groups.count() == 0


@pytest.mark.threat("A10", "T12")
def test_session_ends_with_the_membership(client):
    user = UserFactory(role=Role.CERTIFIER)
    with time_machine.travel(NOW, tick=False):
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(user.pk)

        end_membership(membership=user.memberships.get(), ends_on=TODAY, actor=UserFactory(), at=NOW)

        assert "_auth_user_id" not in client.session
    assert not has_role(User.objects.get(pk=user.pk), *Role, on=TODAY)


@pytest.mark.parametrize("days", [-1, -900])
def test_membership_cannot_end_in_the_past(days):
    membership = MembershipFactory()

    with pytest.raises(MembershipRefused, match="today or later"):
        end_membership(membership=membership, ends_on=TODAY + days * DAY, actor=UserFactory(), at=NOW)


def test_membership_ends_once():
    membership = MembershipFactory()
    end_membership(membership=membership, ends_on=TODAY, actor=UserFactory(), at=NOW)

    with pytest.raises(MembershipRefused, match="already stopped"):
        end_membership(membership=membership, ends_on=TODAY, actor=UserFactory(), at=NOW)


def test_there_is_one_office():
    OrganisationFactory(office=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(name="Another office", kind=OrganisationKind.OFFICE)


def test_nobody_is_above_the_policies():
    user = UserFactory()
    user.is_superuser = True

    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()


def test_addresses_that_differ_in_case_are_one_person():
    UserFactory(email="Jo@Demo.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="jo@demo.EXAMPLE")


@pytest.mark.requirement("R-147")
def test_people_are_managed_by_their_certifier_the_contract_manager_of_the_provider_and_administrators():
    office, brightway, harbourlight = OrganisationFactory(office=True), OrganisationFactory(), OrganisationFactory()
    party = EngagedPartyFactory(represented=True, organisation=brightway)
    EngagedPartyFactory(represented=True, organisation=office, activity=party.activity)
    people = {role: UserFactory(role=role, organisation=brightway if role == Role.CERTIFIER else None) for role in Role}
    people["preparer of brightway"] = UserFactory(role=Role.PREPARER, organisation=brightway)
    people["its contract manager"] = party.activity.contract_manager

    managed = {
        name: set(Organisation.objects.with_people_managed_by(person, at=NOW)) for name, person in people.items()
    }

    assert {name: found for name, found in managed.items() if found} == {
        Role.CERTIFIER: {brightway},
        Role.ADMINISTRATOR: set(Organisation.objects.all()),
        "its contract manager": {brightway},
    }
    assert harbourlight not in managed["its contract manager"]


def test_contract_manager_lets_go_of_a_provider_that_left():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(represented=True, activity=activity, left=True)

    assert not Organisation.objects.with_people_managed_by(activity.contract_manager, at=NOW).exists()


@pytest.mark.threat("A01", "A15")
def test_nobody_is_invited_to_act_for_the_office_and_for_a_provider():
    office, brightway = OrganisationFactory(office=True), OrganisationFactory()
    specialist = UserFactory(role=Role.SPECIALIST, organisation=office)
    preparer = UserFactory(role=Role.PREPARER, organisation=brightway)
    left = UserFactory(role=Role.SPECIALIST, organisation=office, until_on=TODAY)

    for user, organisation, role in [(specialist, brightway, Role.PREPARER), (preparer, office, Role.SPECIALIST)]:
        with pytest.raises(MembershipRefused, match="cannot be invited here"):
            ask(user.email, organisation, role)
    ask(left.email, brightway, Role.PREPARER)
    ask(preparer.email, OrganisationFactory(), Role.PREPARER)

    assert [user.memberships.count() for user in (specialist, preparer, left)] == [1, 2, 2]


def ask(email, organisation, role):
    return organisations.invite(
        organisation=organisation,
        name="Kim Lee",
        email=email,
        role=role,
        actor=UserFactory(role=Role.ADMINISTRATOR),
        at=NOW,
    )


@pytest.mark.threat("X04")
def test_name_in_an_invitation_is_one_line():
    data = {
        "name": "Kim\r\n\r\nYour account ends: https://evil.example",
        "email": "kim@people.example",
        "role": "PREPARER",
    }

    form = InvitationForm(data, roles={Role.PREPARER})

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Kim Your account ends: https://evil.example"
