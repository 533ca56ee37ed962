"""Petitions, campaigns and answers of groups: beside the answers, frozen with the results, never in a sum."""

import re
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from consultations.domain import collective, counting
from consultations.domain.files import FileRefused
from consultations.domain.publishing import publish_results
from consultations.models import CollectiveResponse, Response
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
PETITION = {
    "kind": "PETITION",
    "title": "Keep the evening line open",
    "from_whom": "Friends of Millgate",
    "people": 1204,
    "channel": "EVENT",
    "received_on": NOW.date(),
    "summary": "They ask that somebody answers until 10pm.",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def consultation():
    closed = ConsultationFactory(closed=True, said=True)
    ResponseFactory.create_batch(12, consultation=closed, answers={"q1": ["PHONE"]})
    return closed


def words(reply):
    return re.sub(r"\s+", " ", BeautifulSoup(reply.content, "html.parser").get_text(" "))


@pytest.mark.requirement("R-150")
def test_petition_stands_beside_the_answers_and_is_frozen_with_them(client, consultation, team):
    one = collective.record(consultation=consultation, **PETITION, actor=team, at=NOW)

    results = publish_results(consultation=consultation, actor=team, at=NOW)
    CollectiveResponse.objects.filter(pk=one.pk).update(people=5)
    page = words(client.get(reverse("consultations:consultation-results", args=[consultation.slug])))

    assert counting.results_of(results).responses == 12
    assert "12 answers: 12 online" in page
    assert "Petition, 1204 signatures. From Friends of Millgate, at an event, Wednesday 16 September 2026" in page
    assert Response.objects.count() == 12
    assert LogEntry.objects.filter(action="collective.recorded").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "RUMOUR"}, "kind"),
        ({"channel": "PIGEON"}, "channel"),
        ({"people": 0}, "people"),
        ({"received_on": NOW.date() + timedelta(days=1)}, "received_on"),
    ],
)
def test_what_cannot_be_is_refused(consultation, team, wrong, field):
    with pytest.raises(collective.CollectiveRefused) as refusal:
        collective.record(consultation=consultation, **{**PETITION, **wrong}, actor=team, at=NOW)

    assert refusal.value.field == field
    assert CollectiveResponse.objects.count() == 0


def test_only_the_team_records_and_nobody_after_publication(consultation, team):
    with pytest.raises(collective.CollectiveRefused, match="Only the Involvement Team"):
        collective.record(consultation=consultation, **PETITION, actor=UserFactory(role=Role.MANAGEMENT), at=NOW)
    consultation = publish_results(consultation=consultation, actor=team, at=NOW)
    with pytest.raises(FileRefused, match="The results are published"):
        collective.record(consultation=consultation, **PETITION, actor=team, at=NOW)


@pytest.mark.threat("C01")
def test_recorded_on_the_page_twice_stands_once_and_can_be_taken_away(client, consultation, team):
    client.force_login(team)
    address = reverse("consultations:channel-collective-add", args=[consultation.reference])
    day = {"received_on_day": "16", "received_on_month": "9", "received_on_year": "2026"}
    data = {**{name: value for name, value in PETITION.items() if name != "received_on"}, **day}

    first, second = client.post(address, data), client.post(address, data)

    assert first.status_code == 302
    assert "This is recorded already, under the same title." in words(second)
    assert "They ask that somebody answers until 10pm." in second.content.decode()
    overview = reverse("consultations:channel-list", args=[consultation.reference])
    assert "1204 signatures" in words(client.get(overview))
    one = CollectiveResponse.objects.get()
    client.post(reverse("consultations:channel-collective-remove", args=[consultation.reference, one.pk]))
    assert "1204 signatures" not in words(client.get(overview))
