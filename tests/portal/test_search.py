"""The search finds what is live and public, and only that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engagement.enums import Role
from portal.domain import searching
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import ActivityFactory, UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    IntentionPageFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
    StandardPageFactory,
    specification_content,
)

pytestmark = pytest.mark.django_db

TEXT = [{"type": "text", "value": "<p>Heatherfold is where we meet.</p>"}]


def titles(client, words):
    return [one.title for one in client.get("/search/", {"q": words}).context["results"]]


@pytest.mark.threat("W04")
def test_every_kind_of_public_page_is_found_by_its_words(client):
    hub = ActivityPageFactory(live=True, why="<p>Heatherfold has no service.</p>")
    IntentionPageFactory(parent=hub, live=True, body=TEXT)
    SpecificationPageFactory(parent=hub, live=True, content=specification_content("Serve Heatherfold."))
    ReviewPageFactory(parent=hub, live=True, body=TEXT)
    StandardPageFactory(live=True, title="Where we meet", body=TEXT)

    found = titles(client, "heatherfold")

    assert sorted(found) == sorted([hub.title, "Commissioning intention", "Specification", "Review 1", "Where we meet"])


@pytest.mark.threat("W04")
@pytest.mark.parametrize("state", ["draft", "unpublished", "expired", "scheduled", "below a draft", "unapproved"])
def test_what_is_not_public_is_not_found(client, state):
    page = StandardPageFactory(body=TEXT, live=state in {"unpublished", "expired", "below a draft"})
    if state == "unpublished":
        page.unpublish()
    if state == "expired":
        type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    if state == "scheduled":
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision(user=UserFactory(role=Role.INVOLVEMENT)).publish(user=UserFactory(role=Role.MANAGEMENT))
    if state == "below a draft":
        page.move(StandardPageFactory(), pos="last-child")
    if state == "unapproved":
        live = StandardPageFactory(live=True)
        live.body = TEXT
        live.save_revision(user=UserFactory(role=Role.INVOLVEMENT))

    assert titles(client, "heatherfold") == []


def test_words_are_stemmed_and_accents_ignored(client):
    StandardPageFactory(live=True, title="Visiting the café")

    assert [titles(client, "visits"), titles(client, "cafe")] == [["Visiting the café"]] * 2


@pytest.mark.parametrize("words", ['"', "'", " ", "AND", "NEAR(", "a*", "title:x", "(", "-", "%", "^", "NOT x", "“”"])
def test_signs_that_search_engines_obey_do_no_harm(client, words):
    assert client.get("/search/", {"q": words}).status_code == 200


def test_empty_search_says_what_to_do(client):
    assert "Type a word or two" in client.get("/search/").content.decode()


def test_consultations_and_activities_without_a_page_are_found(client):
    asked = ConsultationFactory(open=True, title="Lanterns in the park", activity__title="Lamps")
    ActivityFactory(published=True, title="Lanterns for all")
    ActivityFactory(title="Lanterns in secret")
    ConsultationFactory(title="Lanterns in draft")

    assert titles(client, "lanterns") == [asked.title, "Lanterns for all"]


@pytest.mark.parametrize("pages", [1, 3])
def test_search_costs_the_same_however_much_it_finds(client, django_assert_num_queries, pages):
    StandardPageFactory.create_batch(pages, live=True, body=TEXT)
    client.get("/search/", {"q": "heatherfold"})

    with django_assert_num_queries(5):
        reply = client.get("/search/", {"q": "heatherfold"})

    assert len(reply.context["results"]) == pages


def test_result_of_another_page_number_is_the_nearest_there_is(client):
    StandardPageFactory(live=True, body=TEXT)

    reply = client.get("/search/", {"q": "heatherfold", "page": "900"})

    assert reply.context["page_obj"].number == 1


def test_query_is_cut_before_it_costs_anything():
    assert len(searching.clean_query("word " * 1000)) <= searching.LONGEST_QUERY
