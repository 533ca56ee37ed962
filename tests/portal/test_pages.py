"""What the public reads: the home page, the hub, the lists, the feeds. Each at a fixed cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind, Role, Stage
from engagement.models import Activity
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    EventFactory,
    FundingLineFactory,
    PriorityFactory,
    UserFactory,
)
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    IntentionPageFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
    published,
)

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20


def open_now(**fields):
    now = timezone.now()
    return ConsultationFactory(
        open=True, opens_at=now - timedelta(days=40), closes_at=now + timedelta(days=4), **fields
    )


def read(client, address):
    """The page as its second reader gets it: what Wagtail keeps in the cache is there."""
    client.get(address)
    reply = client.get(address)
    assert reply.status_code == 200
    return reply


def cost(client, address, django_assert_max_num_queries):
    client.get(address)
    with django_assert_max_num_queries(MOST_QUERIES) as counted:
        client.get(address)
    return len(counted.captured_queries)


# Home


def test_home_shows_what_is_open_with_its_date(client):
    consultation = open_now(title="Safe and well visits: who first?", audience="Everyone in Avonmere")

    words = read(client, "/").content.decode()

    assert consultation.title in words
    assert "4 days left" in words
    assert "Everyone in Avonmere" in words


def test_home_with_nothing_open_names_the_next(client):
    now = timezone.now()
    ConsultationFactory(
        opening_soon=True, title="Lanterns", opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=40)
    )

    words = read(client, "/").content.decode()

    assert "Nothing is open today. Next:" in words
    assert "Lanterns" in words


def test_home_tells_what_came_of_an_outcome(client):
    ConsultationFactory(
        closed=True,
        we_asked="How soon?",
        you_said="Two days.",
        we_did="We count it.",
        results_published_at=NOW,
        outcome_published_at=NOW,
        results={},
    )

    words = read(client, "/").content.decode()

    assert [part in words for part in ("How soon?", "Two days.", "We count it.")] == [True] * 3


def test_home_lists_public_events_only(client):
    EventFactory(title="A public step")
    EventFactory(title="CANARY of the office", for_office=True)
    EventFactory(title="CANARY of a provider", for_organisation=True)
    EventFactory(title="CANARY of a draft", activity=ActivityFactory())

    words = read(client, "/").content.decode()

    assert ("A public step" in words, "CANARY" in words) == (True, False)


@pytest.mark.parametrize("many", [1, 3])
def test_home_costs_the_same_however_much_is_open(client, django_assert_max_num_queries, many):
    for _ in range(many):
        open_now()
        EventFactory()
        AgreementFactory()

    assert cost(client, "/", django_assert_max_num_queries) == 13


# Hub


@pytest.mark.requirement("R-003", "R-004")
def test_hub_shows_stage_priorities_documents_and_story(client):
    hub = ActivityPageFactory(live=True, activity__at_plan=True, now="testing the draft", expected_do="from April 2027")
    SpecificationPageFactory(parent=hub, live=True)
    IntentionPageFactory(parent=hub, live=True)
    ReviewPageFactory(parent=hub, live=True)
    EventFactory(activity=hub.activity, title=f"{hub.title}: now at Plan")
    priority = hub.activity.priorities.get()

    words = read(client, hub.address).content.decode()

    for expected in (
        "testing the draft",
        "Expected from April 2027",
        priority.title,
        "Draft specification",
        "Version 1",
        "Commissioning intention",
        "Improve. Waits fell",
        "Now at Plan",
    ):
        assert expected in words, expected


@pytest.mark.requirement("R-022")
def test_hub_keeps_the_two_funds_apart(client):
    hub = ActivityPageFactory(live=True)
    FundingLineFactory(activity=hub.activity, amount=300_000)
    FundingLineFactory(activity=hub.activity, amount=10_000)
    FundingLineFactory(activity=hub.activity, amount=45_000, fire=True)

    words = read(client, hub.address).content.decode()

    assert "£310,000, policing fund<br>£45,000, fire and rescue fund" in words
    assert "355,000" not in words


@pytest.mark.requirement("R-054")
def test_hub_lists_evidence_and_says_what_is_withheld(client):
    item = {"kind": "EQUALITY_IMPACT", "name": "Equality impact", "version": "2", "withheld": "it names people"}
    hub = ActivityPageFactory(live=True, evidence=[{"type": "item", "value": item}])

    words = read(client, hub.address).content.decode()

    assert "Withheld: it names people" in words


def test_hub_calls_for_views_while_a_consultation_is_open(client):
    hub = ActivityPageFactory(live=True)
    consultation = open_now(activity=hub.activity)

    during = read(client, hub.address).content.decode()
    type(consultation).objects.update(closes_at=timezone.now())
    after = read(client, hub.address).content.decode()

    call = "Read it and give your views"
    assert (call in during, call in after, consultation.title in after) == (True, False, True)


def test_hub_hides_private_events_and_drafts(client):
    hub = ActivityPageFactory(live=True)
    EventFactory(activity=hub.activity, title="CANARY", for_office=True)
    IntentionPageFactory(parent=hub, title="CANARY", lead="CANARY")
    ConsultationFactory(activity=hub.activity, title="CANARY")

    assert "CANARY" not in read(client, hub.address).content.decode()


def test_hub_of_a_second_cycle_says_so(client):
    hub = ActivityPageFactory(live=True, activity__at_plan=True)
    hub.activity.stage_changes.create(
        sequence=9, from_stage=Stage.REVIEW, to_stage=Stage.PLAN, moved_at=NOW, moved_by=hub.activity.lead_commissioner
    )

    assert "Another cycle, began Wednesday 16 September 2026" in read(client, hub.address).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_hub_costs_the_same_however_much_it_shows(client, django_assert_max_num_queries, many):
    hub = ActivityPageFactory(live=True, activity__priorities=PriorityFactory.create_batch(many))
    SpecificationPageFactory(parent=hub, live=True)
    IntentionPageFactory(parent=hub, live=True)
    for number in range(1, many + 1):
        ReviewPageFactory(parent=hub, live=True, number=number)
        EventFactory(activity=hub.activity)
        open_now(activity=hub.activity)
        AgreementFactory(activity=hub.activity)
        FundingLineFactory(activity=hub.activity)

    assert cost(client, hub.address, django_assert_max_num_queries) == 17


@pytest.mark.parametrize("kind", [IntentionPageFactory, SpecificationPageFactory, ReviewPageFactory])
def test_document_costs_no_more_than_a_page_may(client, django_assert_max_num_queries, kind):
    page = kind(live=True)

    assert cost(client, page.address, django_assert_max_num_queries) <= MOST_QUERIES


# Documents


@pytest.mark.requirement("R-003")
def test_intention_leads_forward_to_its_activity_and_back_to_its_priorities(client):
    page = IntentionPageFactory(live=True)
    priority = page.activity.priorities.get()

    words = read(client, page.address).content.decode()

    assert f'href="{page.activity.get_absolute_url()}"' in words
    assert priority.title in words


@pytest.mark.requirement("R-066")
def test_specification_marks_each_clause_fixed_or_open(client):
    page = SpecificationPageFactory(live=True)
    clauses = [clause for section in page.versions.get().content for clause in section["clauses"]]

    words = read(client, page.address).content.decode()

    assert [f'id="{clause["id"]}"' in words for clause in clauses] == [True] * len(clauses)
    in_text = words[words.index("portal-contents") : words.index("How to read this")]
    marks = [in_text.count("</svg>Fixed"), in_text.count("</svg>Open to ideas")]
    assert marks == [1, len(clauses) - 1]


def test_older_version_leads_to_the_newest(client):
    page = SpecificationPageFactory(live=True)
    page.lead = "What the service must do, in new words."
    published(page)

    words = read(client, f"{page.address}v1/").content.decode()

    assert "This is not the newest version." in words
    assert client.get(f"{page.address}v3/").status_code == 404
    assert client.get(f"{page.address}v0/").status_code == 404


# Lists


@pytest.mark.parametrize("address", ["/activities/", "/intentions/", "/specifications/", "/reviews/"])
def test_list_says_what_would_be_there(client, address):
    assert "portal-empty" in read(client, address).content.decode()


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("address", "factory"),
    [
        ("/intentions/", IntentionPageFactory),
        ("/specifications/", SpecificationPageFactory),
        ("/reviews/", ReviewPageFactory),
    ],
)
def test_list_of_documents_costs_the_same_however_long(client, django_assert_num_queries, address, factory, many):
    factory.create_batch(many, live=True)

    with django_assert_num_queries(3):
        reply = client.get(address)

    assert reply.content.decode().count("portal-docs__item") == many


@pytest.mark.parametrize("many", [1, 3])
def test_list_of_activities_costs_the_same_however_long(client, django_assert_max_num_queries, many):
    ActivityPageFactory.create_batch(many, live=True)

    assert cost(client, "/activities/", django_assert_max_num_queries) == 8


def test_list_of_activities_leaves_out_drafts_and_what_was_taken_back(client):
    kept = ActivityPageFactory(live=True)
    taken_back = ActivityPageFactory(live=True)
    taken_back.unpublish()
    draft = ActivityPageFactory()

    words = read(client, "/activities/").content.decode()

    assert [page.title in words for page in (kept, taken_back, draft)] == [True, False, False]
    assert client.get(taken_back.activity.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Lamps", "Visits"]),
        ("q=lamp", ["Lamps"]),
        ("stage=DO", ["Visits"]),
        ("stage=NOWHERE", ["Lamps", "Visits"]),
        ("priority=99999", ["Lamps", "Visits"]),
        ("q=nothing", []),
        ("page=999", ["Lamps", "Visits"]),
    ],
)
def test_list_of_activities_filters(client, query, expected):
    ActivityFactory(published=True, title="Lamps")
    ActivityFactory(published=True, title="Visits", at_do=True)

    words = read(client, f"/activities/?{query}").content.decode()

    assert [title for title in ("Lamps", "Visits") if title in words] == expected


def test_list_filters_by_priority(client):
    wanted, other = ActivityFactory(published=True), ActivityFactory(published=True)

    words = read(client, f"/activities/?priority={wanted.priorities.get().pk}").content.decode()

    assert (wanted.title in words, f">{other.title}<" in words) == (True, False)


# Feeds


def test_feed_tells_the_public_story_with_the_configured_address(client, settings):
    activity = ActivityFactory(published=True)
    EventFactory(activity=activity, title="Now at Plan", path=activity.get_absolute_url())
    announce(
        key="private",
        kind=EventKind.RETURN_DUE,
        activity=activity,
        title="CANARY",
        path="/x/",
        at=NOW,
        audience=Audience.OFFICE,
    )

    reply = client.get(f"/activities/{activity.slug}/feed.atom", headers={"host": "localhost"})

    words = reply.content.decode()
    assert reply["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert (f"{settings.BASE_URL}{activity.get_absolute_url()}" in words, "CANARY" in words) == (True, False)


def test_feed_of_a_draft_is_not_there(client):
    assert client.get(f"/activities/{ActivityFactory().slug}/feed.atom").status_code == 404


def test_feed_of_everything_lists_all_activities(client):
    EventFactory.create_batch(3)

    assert client.get("/feeds/activities.atom").content.decode().count("<entry>") == 3
    assert Activity.objects.count() == 3


def test_hub_in_full_costs_no_more_than_a_page_may_to_somebody_signed_in(client, django_assert_max_num_queries):
    document = {"kind": "EVIDENCE", "name": "Needs", "version": "1", "document": DocumentFactory().pk}
    hub = ActivityPageFactory(live=True, evidence=[{"type": "item", "value": document}])
    SpecificationPageFactory(parent=hub, live=True)
    open_now(activity=hub.activity)
    AgreementFactory(activity=hub.activity)
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    assert cost(client, hub.address, django_assert_max_num_queries) <= MOST_QUERIES
