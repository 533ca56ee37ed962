"""Reading drafts without the editor, and announcing what is live: the acts around pages that Wagtail does not know."""

import pytest
from django.urls import reverse

from engagement.enums import Role
from engagement.models import User
from portal.domain import rights
from tests.factories.engagement import NOW, UserFactory
from tests.factories.portal import ActivityPageFactory, SpecificationPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub():
    """The draft hub of an activity, with its lead's rights given."""
    page = ActivityPageFactory(why="<p>CANARY</p>", activity__title="Quiet canaries")
    rights.give_lead_rights(page=page, at=NOW)
    return page


@pytest.fixture
def signed_in(client):
    """Signs somebody in as a role and returns them as the next request will know them."""

    def sign_in(role=None, user=None):
        user = user or UserFactory(role=role)
        client.force_login(user)
        return User.objects.get(pk=user.pk)

    return sign_in


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.INVOLVEMENT, 200),
        (Role.MANAGEMENT, 200),
        (Role.COMMISSIONER, 200),
        (Role.AUDITOR, 200),
        (Role.LEAD_COMMISSIONER, 404),
        (Role.CONTRACT_MANAGER, 404),
        (Role.SPECIALIST, 404),
        (Role.PREPARER, 404),
        (Role.CERTIFIER, 404),
        (None, 404),
    ],
)
def test_draft_is_read_by_those_who_may(client, signed_in, hub, role, status):
    spec = SpecificationPageFactory(parent=hub)
    signed_in(role)

    replies = [client.get(reverse("portal:draft-detail", args=[page.pk])) for page in (hub, spec)]

    assert [reply.status_code for reply in replies] == [status, status]
    assert ["CANARY" in replies[0].content.decode(), "This is not published" in replies[1].content.decode()] == [
        status == 200
    ] * 2


def test_administrators_read_drafts_but_not_what_a_draft_activity_is(client, signed_in, hub):
    live = ActivityPageFactory(live=True)
    live.save_revision()
    signed_in(Role.ADMINISTRATOR)

    pages = [hub, SpecificationPageFactory(parent=hub), live]
    replies = [client.get(reverse("portal:draft-detail", args=[page.pk])) for page in pages]

    assert [reply.status_code for reply in replies] == [404, 200, 200]


@pytest.mark.parametrize("who", ["lead_commissioner", "contract_manager"])
def test_own_drafts_are_read_by_those_in_charge(client, signed_in, hub, who):
    signed_in(user=getattr(hub.activity, who))

    words = client.get(reverse("portal:draft-list")).content.decode()

    assert hub.title in words
    assert client.get(reverse("portal:draft-detail", args=[hub.pk])).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_list_of_drafts_costs_the_same_however_long(client, signed_in, django_assert_num_queries, many):
    ActivityPageFactory.create_batch(many)
    signed_in(Role.COMMISSIONER)

    with django_assert_num_queries(5):
        reply = client.get(reverse("portal:draft-list"))

    assert len(reply.context["drafts"]) == many


# Announcing


def test_announcing_by_those_who_write_and_nobody_else(client, signed_in):
    page = SpecificationPageFactory(live=True)
    address = reverse("portal:announce", args=[page.pk])
    refused = []
    for role in (None, Role.MANAGEMENT, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, Role.PREPARER):
        signed_in(role)
        refused.append((client.get(address).status_code, client.post(address, {"summary": "x"}).status_code))

    signed_in(user=page.activity.lead_commissioner)
    reply = client.post(address, {"summary": "Tell us what you think."}, follow=True)

    assert refused == [(404, 404)] * 5
    assert page.activity.events.get().summary == "Tell us what you think."
    assert "This version was announced" in reply.content.decode()


def test_announcing_without_words_keeps_the_form(client, signed_in):
    page = SpecificationPageFactory(live=True)
    signed_in(user=page.activity.lead_commissioner)

    reply = client.post(reverse("portal:announce", args=[page.pk]), {"summary": ""})

    assert "Say in a sentence what people will find" in reply.content.decode()
    assert not page.activity.events.exists()
