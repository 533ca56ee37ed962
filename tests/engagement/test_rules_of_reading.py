"""Small rules of what people of the office read of each other's work, each on its own."""

import pytest
from django.urls import reverse

from engagement.domain.queries import told_about
from engagement.enums import Role
from engagement.models import Event
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
OFFICE = [role for role in Role if role not in {Role.PREPARER, Role.CERTIFIER}]


@pytest.mark.threat("A07")
@pytest.mark.parametrize("role", OFFICE)
def test_private_event_is_read_by_those_who_read_all_returns(role):
    person = UserFactory(role=role)
    public, private = EventFactory(), EventFactory(for_organisation=True)

    read = set(Event.objects.readable_by(person, at=NOW))

    assert read == ({public, private} if role in {Role.MANAGEMENT, Role.AUDITOR} else {public})


@pytest.mark.threat("A07")
@pytest.mark.parametrize(
    ("field", "role"), [("lead_commissioner", Role.LEAD_COMMISSIONER), ("contract_manager", Role.CONTRACT_MANAGER)]
)
def test_private_event_of_an_own_activity_is_read_and_anothers_is_not(field, role):
    person = UserFactory(role=role)
    own = EventFactory(for_office=True, activity=ActivityFactory(published=True, **{field: person}))
    other = EventFactory(for_office=True)

    assert list(Event.objects.readable_by(person, at=NOW)) == [own]
    assert [list(told_about(event.activity, reader=person, at=NOW)) for event in (own, other)] == [[own], []]


@pytest.mark.threat("A07")
def test_private_event_is_called_by_its_kind_before_those_who_settle_messages():
    names = [
        event.outline
        for event in (
            EventFactory(title="Open news"),
            EventFactory(title="Return of Brightway", for_organisation=True),
            EventFactory(title="Return of Brightway", for_office=True),
        )
    ]

    assert names == ["Open news", "Stage moved", "Stage moved"]


@pytest.mark.threat("P13")
@pytest.mark.parametrize(("role", "shown"), [(Role.INVOLVEMENT, True), (Role.ADMINISTRATOR, False)])
def test_address_of_a_follower_is_read_by_the_involvement_team_alone(client, role, shown):
    DeliveryFactory(in_doubt=True, party=EngagedPartyFactory(email="reader@people.example"))
    client.force_login(UserFactory(role=role))

    words = client.get(reverse("engagement:delivery-list")).content.decode()

    assert ("reader@people.example" in words) is shown
