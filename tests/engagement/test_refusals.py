"""Who asks for what is not theirs is noted: once, boundedly, never of those who read or answer (A02)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from engagement.domain.refusals import MOST_IN_AN_HOUR, note_refusal
from engagement.enums import ACCESS_REFUSED, Role
from engagement.models import LogEntry
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, UserFactory
from tests.factories.portal import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.threat("A02")]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def noted():
    return LogEntry.objects.filter(action=ACCESS_REFUSED)


def signed_in(role):
    client, user = Client(), UserFactory(role=role)
    client.force_login(user)
    return client, user


def test_provider_who_tries_anothers_return_is_noted_once():
    client, user = signed_in(Role.CERTIFIER)
    returns = KpiReturnFactory.create_batch(3)

    statuses = {client.get(reverse("contracts:return-detail", args=[one.reference])).status_code for one in returns}

    entry = noted().get()
    assert statuses == {404}
    assert (entry.actor, entry.at) == (user, NOW)
    assert entry.summary == f"Asked for what is not theirs: contracts:return-detail ({returns[0].reference})."


def test_another_hour_and_another_door_are_noted_again():
    person = UserFactory(role=Role.LEAD_COMMISSIONER)
    tries = [("a", NOW), ("a", NOW + timedelta(minutes=59)), ("a", NOW + timedelta(hours=1)), ("b", NOW)]

    entries = [note_refusal(person=person, route=route, arguments=[], at=at) for route, at in tries]

    assert [entry is not None for entry in entries] == [True, False, True, True]


def test_many_doors_make_no_flood():
    person, other = UserFactory(role=Role.PREPARER), UserFactory(role=Role.PREPARER)

    for number in range(3 * MOST_IN_AN_HOUR):
        note_refusal(person=person, route=f"door {number}", arguments=["x" * 1000] * 9, at=NOW)
    note_refusal(person=other, route="door", arguments=[], at=NOW)

    assert (noted().filter(actor=person).count(), noted().filter(actor=other).count()) == (MOST_IN_AN_HOUR, 1)


def test_nobody_is_noted_who_reads_answers_or_is_a_service_user():
    draft, document = ConsultationFactory(), DocumentFactory()
    asked = [
        reverse("consultations:manage-list"),
        reverse("consultations:consultation-start", args=[draft.slug]),
        document.url,
    ]

    for client in (Client(), signed_in(None)[0]):
        for address in asked:
            client.get(address)

    assert not noted().exists()


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/activities/none/", "/follow/none/", "/consultations/none/answer/1/", "/cms/no-such/"]
)
def test_public_address_that_is_not_there_is_no_refusal(address):
    client, _ = signed_in(Role.INVOLVEMENT)

    assert client.get(address).status_code == 404
    assert not noted().exists()


def test_file_of_a_draft_and_a_page_of_the_cms_are_doors_too():
    provider, _ = signed_in(Role.CERTIFIER)
    writer, _ = signed_in(Role.INVOLVEMENT)
    document = DocumentFactory()

    provider.get(document.url)
    provider.get("/cms/")
    writer.get(reverse("wagtailsites:index"))
    writer.post(reverse("wagtailsites:add"), {"hostname": "evil.example"})
    writer.get(reverse("wagtailadmin_home"))

    assert sorted(entry.data["route"] for entry in noted()) == [
        "wagtailadmin_home",
        "wagtaildocs_serve",
        "wagtailsites:add",
        "wagtailsites:index",
    ]


def test_form_that_another_site_sends_in_a_persons_name_is_not_theirs():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(role=Role.CERTIFIER))

    reply = strict.post(reverse("engagement:activity-move", args=[ActivityFactory(published=True).slug]))

    assert reply.status_code == 403
    assert not noted().exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PREPARER, Role.CERTIFIER}])
def test_refusals_are_read_by_auditors_and_administrators_alone(role):
    client, user = signed_in(role)
    note_refusal(person=user, route="engagement:log-list", arguments=["own"], at=NOW)

    words = [client.get(reverse(name)) for name in ("engagement:log-list", "engagement:log-csv")]

    told = ["not theirs" in reply.getvalue().decode() for reply in words]
    assert told == [role in {Role.AUDITOR, Role.ADMINISTRATOR}] * 2
