"""The factories make what they say: everybody's tests stand on them."""

from datetime import date
from decimal import Decimal

import pytest

from engagement.access import roles_of
from engagement.enums import Role, Stage
from engagement.models import Activity, Organisation
from tests.factories.engagement import (
    PASSWORD,
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_user_with_a_role_has_that_role_alone_and_can_sign_in(role):
    user = UserFactory(role=role)

    assert roles_of(user, on=date(2026, 9, 16)) == {role}
    assert user.check_password(PASSWORD)


def test_office_people_share_one_office_and_providers_stand_alone():
    for role in [Role.INVOLVEMENT, Role.AUDITOR, Role.PREPARER, Role.CERTIFIER]:
        UserFactory(role=role)

    assert list(Organisation.objects.order_by("kind").values_list("kind", flat=True)) == [
        "OFFICE",
        "PROVIDER",
        "PROVIDER",
    ]


def test_two_people_can_act_for_one_provider():
    brightway = OrganisationFactory(name="Brightway")

    people = [UserFactory(role=role, organisation=brightway) for role in (Role.PREPARER, Role.CERTIFIER)]

    assert {person.memberships.get().organisation for person in people} == {brightway}


def test_activity_with_traits_is_published_funded_and_has_come_the_whole_way():
    activity = ActivityFactory(published=True, funded=True, at_review=True)

    again = Activity.objects.published().with_funds().get()

    assert (again.stage, again.policing_amount, again.fire_amount) == (Stage.REVIEW, Decimal(310000), Decimal(45000))
    assert [c.to_stage for c in activity.stage_changes.order_by("sequence")] == ["ANALYSE", "PLAN", "DO", "REVIEW"]
    assert activity.priorities.count() == 1


def test_delivery_goes_to_a_party_of_the_events_own_activity():
    delivery = DeliveryFactory(in_doubt=True)

    assert delivery.party.activity == delivery.event.activity
    assert delivery.address == delivery.party.email


def test_represented_party_has_an_organisation_and_no_address():
    party = EngagedPartyFactory(represented=True)

    assert (party.email, party.organisation.kind) == ("", "PROVIDER")
