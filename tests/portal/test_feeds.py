"""The feed of what came of consultations: results, outcomes and corrections, each once, as it became public."""

import pytest
import time_machine
from defusedxml import ElementTree
from django.conf import settings
from django.urls import reverse

from consultations.domain import concluding, publishing
from consultations.domain.concluding import FEEDBACK
from engagement.enums import Audience, Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, ActivityFactory, EventFactory, UserFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    with time_machine.travel(NOW, tick=False):
        reply = client.get(reverse("portal:outcomes-feed"))
    tree = ElementTree.fromstring(reply.content)
    return [(one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}summary")) for one in tree.iter(f"{ATOM}entry")]


@pytest.mark.requirement("R-060")
def test_results_outcomes_and_corrections_stand_in_the_feed_newest_first(client):
    consultation = ConsultationFactory(closed=True, said=True, decided=True, title="Late trains")
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]})
    EventFactory(activity=consultation.activity, title="Something else")
    consultation = report(consultation, outcome=True)
    publishing.correct_words(
        consultation=consultation,
        half=FEEDBACK,
        seen=concluding.fingerprint(consultation, FEEDBACK),
        words={"you_said": "Call us, or write."},
        note="We had left out those who wrote.",
        actor=UserFactory(role=Role.INVOLVEMENT),
        at=NOW,
    )

    found = entries(client)

    assert [title for title, _ in found] == [
        "Corrected: Late trains", "What we decided: Late trains", "What people said: Late trains"
    ]  # fmt: skip
    assert found[0][1] == "We had left out those who wrote."


@pytest.mark.threat("A01")
def test_what_is_for_the_office_or_of_a_draft_is_in_no_feed(client):
    consultation = ConsultationFactory(closed=True)
    for kind, audience in (("RESULTS_PUBLISHED", Audience.OFFICE), ("OUTCOME_PUBLISHED", Audience.OFFICE)):
        EventFactory(activity=consultation.activity, kind=kind, audience=audience)
    EventFactory(activity__published_at=None, kind="RESULTS_PUBLISHED")

    assert entries(client) == []


def test_feed_links_to_the_one_address_and_the_list_leads_to_it(client):
    report(ConsultationFactory(closed=True, said=True))

    feed = client.get(reverse("portal:outcomes-feed"), headers={"host": "localhost"})
    page = client.get(reverse("consultations:consultation-list")).content.decode()

    assert feed["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert f"{settings.BASE_URL}/consultations/" in feed.content.decode()
    assert page.count(f'href="{reverse("portal:outcomes-feed")}"') == 2


@pytest.mark.parametrize("number", [1, 3])
def test_feed_costs_the_same_however_long(client, number, django_assert_num_queries):
    EventFactory.create_batch(number, kind="RESULTS_PUBLISHED")

    with django_assert_num_queries(1):
        assert len(entries(client)) == number


@pytest.mark.threat("X01")
def test_words_pasted_with_what_xml_cannot_hold_break_no_feed(client):
    hard = "Have\x0byour\x0csay\x1f\ufffe <b>&"
    activity = ActivityFactory(published=True, title=hard, summary=hard)
    EventFactory(activity=activity, kind="RESULTS_PUBLISHED", title=hard, summary=hard)

    with time_machine.travel(NOW, tick=False):
        every = client.get(reverse("portal:feed"))
        one = client.get(reverse("portal:activity-feed", args=[activity.slug]))

    assert entries(client) == [("Have your say   <b>&", "Have your say   <b>&")]
    assert [ElementTree.fromstring(reply.content).tag for reply in (every, one)] == [f"{ATOM}feed"] * 2
