"""Whoever has left hears nothing more: a message that waits is looked at once more before it is sent."""

from datetime import timedelta

import pytest
from django.core import mail

from engagement.domain import outbox
from engagement.domain.outbox import announce
from engagement.enums import Audience, DeliveryStatus, EventKind, Role
from engagement.models import Delivery
from tests.factories.engagement import NOW, ActivityFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.threat("A10")]
TODAY = NOW.date()


def tell(**fields):
    kind = EventKind.PAYMENT_APPROVED
    announce(key="k", kind=kind, title="Clawback", path="/x/", at=NOW, activity=ActivityFactory(), **fields)


def sent():
    outbox.flush(clock=lambda: NOW + timedelta(minutes=1))
    return [message.to for message in mail.outbox]


@pytest.mark.parametrize("how", ["ended", "switched off"])
def test_who_left_the_organisation_before_it_was_sent_hears_nothing(how):
    brightway = OrganisationFactory()
    leaver = MembershipFactory(organisation=brightway, role=Role.CERTIFIER)
    stays = MembershipFactory(organisation=brightway, role=Role.CERTIFIER)
    MembershipFactory(user=leaver.user, organisation=OrganisationFactory(), role=Role.CERTIFIER)
    tell(audience=Audience.ORGANISATION, organisation=brightway)
    if how == "ended":
        leaver.ends_on = TODAY
        leaver.save()
    else:
        leaver.user.is_active = False
        leaver.user.save()

    assert sent() == [[stays.user.email]]
    left = Delivery.objects.get(user=leaver.user)
    assert (left.status, left.note) == (DeliveryStatus.LEFT, "They no longer act for those to whom this was written")


def test_who_left_the_office_is_asked_for_no_decision():
    manager = UserFactory(role=Role.MANAGEMENT)
    tell(audience=Audience.PEOPLE, people=[manager])
    manager.memberships.update(ends_on=TODAY)

    assert sent() == []


def test_who_is_still_there_hears_of_it():
    manager = UserFactory(role=Role.MANAGEMENT)
    tell(audience=Audience.PEOPLE, people=[manager])

    assert sent() == [[manager.email]]
