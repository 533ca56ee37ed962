"""What anybody reads: the list, and one address for the whole life of a consultation."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import counting
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/consultations/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def words_of(reply):
    return " ".join(reply.content.decode().split())


def concluded(**more):
    """A consultation with published results."""
    consultation = ConsultationFactory(closed=True, **more)
    results = counting.protect(consultation, counting.count_settled(consultation), at=NOW)
    consultation.results, consultation.results_published_at = counting.snapshot(results), NOW
    consultation.save()
    return consultation


@pytest.mark.requirement("R-150")
def test_list_tells_open_forthcoming_closed_and_concluded_apart(client):
    ConsultationFactory(title="A draft")
    ConsultationFactory(opening_soon=True, title="Coming up")
    ConsultationFactory(open=True, title="Running now")
    ConsultationFactory(closed=True, title="Being read")
    ConsultationFactory(withdrawn=True, title="Taken back")
    concluded(title="All done")
    ConsultationFactory(open=True, suspended_at=NOW, title="Paused")
    ConsultationFactory(closed=True, suspended_at=NOW, title="Paused for long")

    replies = {tab: client.get(LIST, {"show": tab}) for tab in ("open", "soon", "paused", "closed", "outcomes")}

    assert {tab: [card["title"] for card in reply.context["cards"]] for tab, reply in replies.items()} == {
        "open": ["Running now"],
        "soon": ["Coming up"],
        "paused": ["Paused for long", "Paused"],
        "closed": ["Taken back", "Being read"],
        "outcomes": ["All done"],
    }
    assert [tab["count"] for tab in replies["open"].context["tabs"]] == [1, 1, 2, 2, 1]


def test_list_names_no_paused_ones_when_there_are_none(client):
    assert [tab["name"] for tab in client.get(LIST).context["tabs"]] == ["Open", "Opening soon", "Closed", "Outcomes"]


def test_list_finds_what_is_for_a_group_and_keeps_the_choice_from_tab_to_tab(client):
    ConsultationFactory(open=True, title="For victims", groups=["VICTIMS", "PUBLIC"])
    ConsultationFactory(open=True, title="For providers", groups=["PROVIDERS"])

    reply = client.get(LIST, {"for": "VICTIMS", "q": "for"})
    nobody = client.get(LIST, {"for": "STAFF"})

    assert [card["title"] for card in reply.context["cards"]] == ["For victims"]
    assert "?show=closed&amp;q=for&amp;for=VICTIMS" in words_of(reply)
    assert "Nothing here asks this group." in words_of(nobody)


def test_list_leaves_out_what_hangs_on_an_unpublished_activity(client):
    ConsultationFactory(open=True, activity=ActivityFactory(published_at=None))

    reply = client.get(LIST)

    assert reply.context["cards"] == []


def test_list_finds_every_word_in_any_case(client):
    ConsultationFactory(open=True, title="Evening appointments", summary="Would they help you?")
    ConsultationFactory(open=True, title="Evening buses")

    reply = client.get(LIST, {"q": "HELP evening"})

    assert [card["title"] for card in reply.context["cards"]] == ["Evening appointments"]


@pytest.mark.parametrize(
    "query", [{"q": "\x00%_'\"<script>"}, {"page": "999"}, {"page": "x"}, {"show": "nothing"}, {"for": "x"}]
)
def test_list_answers_whatever_it_is_asked(client, query):
    ConsultationFactory(open=True)

    reply = client.get(LIST, query)

    assert reply.status_code == 200
    assert "<script>" not in reply.content.decode().split("</head>")[1]


def test_list_with_nothing_open_names_what_opens_next(client):
    ConsultationFactory(opening_soon=True, title="Coming up")

    reply = client.get(LIST)

    assert "Nothing is open today. Next: <a" in words_of(reply)
    assert reply.context["next_open"].title == "Coming up"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("tab", ["open", "outcomes"])
def test_list_costs_the_same_however_long(client, number, tab, django_assert_num_queries):
    for _ in range(number):
        ConsultationFactory(open=True)
        concluded()

    with django_assert_num_queries(7):
        reply = client.get(LIST, {"show": tab})

    assert len(reply.context["cards"]) == number


@pytest.mark.parametrize(
    ("trait", "tag", "start", "words"),
    [
        ("opening_soon", "OPENING_SOON", False, "Opens midday on Monday 28 September 2026."),
        ("open", "OPEN", True, "Closes 5pm on Friday 16 October 2026."),
        ("closing_soon", "CLOSING_SOON", True, "Closes midday on Friday 18 September 2026."),
        ("closed", "CLOSED", False, "We are reading every answer."),
        ("withdrawn", "WITHDRAWN", False, "The service has changed."),
    ],
)
def test_overview_says_where_it_stands_and_offers_only_what_works(client, trait, tag, start, words):
    consultation = ConsultationFactory(**{trait: True})

    reply = client.get(consultation.get_absolute_url())

    assert reply.context["state"] == tag
    assert words in words_of(reply)
    assert ("Start now" in words_of(reply)) == start


def test_start_is_a_post_and_for_people_at_risk_first_a_page_about_leaving(client):
    plain = client.get(ConsultationFactory(open=True).get_absolute_url())
    sensitive = client.get(ConsultationFactory(open=True, sensitive=True, slug="c-2026-900").get_absolute_url())

    assert 'method="post" action="/consultations/' in words_of(plain)
    assert 'href="/consultations/c-2026-900/start/"' in words_of(sensitive)
    assert "Exit this page" in words_of(sensitive)
    assert "Exit this page" not in words_of(plain)


@pytest.mark.threat("P13")
def test_tab_of_a_sensitive_consultation_names_no_topic(client):
    consultation = ConsultationFactory(open=True, sensitive=True, title="Support after assault")

    reply = client.get(consultation.get_absolute_url())

    assert "<title>Have your say - Avonmere</title>" in words_of(reply)


@pytest.mark.threat("A01")
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 404),
        (Role.PREPARER, 404),
        (Role.CERTIFIER, 404),
        (Role.SPECIALIST, 404),
        (Role.ADMINISTRATOR, 404),
        (Role.COMMISSIONER, 404),
        (Role.LEAD_COMMISSIONER, 404),
        (Role.CONTRACT_MANAGER, 404),
        (Role.INVOLVEMENT, 200),
        (Role.MANAGEMENT, 200),
        (Role.AUDITOR, 200),
    ],
)
def test_draft_is_there_only_for_those_who_watch_it(client, role, status):
    draft = ConsultationFactory()
    if role:
        client.force_login(UserFactory(role=role))

    reply = client.get(draft.get_absolute_url())

    assert reply.status_code == status


@pytest.mark.parametrize("who", ["lead_commissioner", "contract_manager"])
def test_draft_is_there_for_those_whose_activity_it_is_and_says_it_is_a_preview(client, who):
    draft = ConsultationFactory()
    client.force_login(getattr(draft.activity, who))

    reply = client.get(draft.get_absolute_url())

    assert "Nobody outside the office sees this. It takes no answers." in words_of(reply)
    assert f'action="{draft.get_absolute_url()}start/"' not in words_of(reply)


def test_totals_are_shown_while_open_once_there_are_enough_to_say(client):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(4, consultation=consultation)
    few = client.get(consultation.get_absolute_url())
    ResponseFactory(consultation=consultation)
    enough = client.get(consultation.get_absolute_url())

    assert (few.context["answered"], enough.context["answered"]) == ("", "5 people")


def test_closed_says_by_which_way_answers_came_and_hides_few(client):
    consultation = ConsultationFactory(closed=True)
    ResponseFactory.create_batch(30, consultation=consultation)
    ResponseFactory.create_batch(20, consultation=consultation, channel="PHONE")
    ResponseFactory.create_batch(12, consultation=consultation, channel="EVENT")
    ResponseFactory.create_batch(2, consultation=consultation, channel="PAPER")

    reply = client.get(consultation.get_absolute_url())

    assert reply.context["answered"] == "64 answers: 30 online, 20 by phone, the others on paper or at an event"


def test_closed_longer_than_twelve_weeks_says_it_is_late(client):
    consultation = ConsultationFactory(
        closed=True, opens_at=NOW - timedelta(weeks=20), closes_at=NOW - timedelta(weeks=12, days=1)
    )

    reply = client.get(consultation.get_absolute_url())

    assert "This is late" in words_of(reply)


def test_moved_closing_keeps_the_time_first_announced(client):
    consultation = ConsultationFactory(
        open=True, first_closes_at=NOW + timedelta(days=2), dates_reason="The letters went out late."
    )

    reply = client.get(consultation.get_absolute_url())

    assert "We first said it would close midday on Friday 18 September 2026. The letters went out late." in words_of(
        reply
    )


@pytest.mark.parametrize("number", [1, 3])
def test_overview_costs_the_same_however_many_answer(client, number, django_assert_num_queries):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(number, consultation=consultation)

    with django_assert_num_queries(12):
        client.get(consultation.get_absolute_url())


def test_overview_of_outcome_keeps_what_people_read_before(client):
    words = {"we_asked": "What must it do?", "you_said": "Call us.", "we_did": "We call.", "can_change": "the hours"}
    consultation = report(ConsultationFactory(closed=True, said=True, decided=True, **words), outcome=True)

    words = words_of(client.get(consultation.get_absolute_url()))

    for said in (
        "What must it do?",
        "Call us.",
        "We call.",
        "the hours",
        "The Commissioner",
        "Wednesday 16 September 2026",
    ):
        assert said in words


@pytest.mark.threat("T05")
def test_calendar_leads_to_the_one_configured_address(client, settings):
    settings.BASE_URL = "https://portal.example"
    consultation = ConsultationFactory(open=True)

    words = client.get(
        reverse("consultations:consultation-dates", args=[consultation.slug]), headers={"host": "localhost"}
    ).content.decode()

    assert f"URL:https://portal.example{consultation.get_absolute_url()}" in words
    assert "localhost" not in words


def test_closing_date_goes_into_a_calendar_without_a_topic_when_sensitive(client):
    plain = ConsultationFactory(open=True, title="Have we got it right?")
    sensitive = ConsultationFactory(open=True, sensitive=True, title="Support after assault")

    files = [
        client.get(reverse("consultations:consultation-dates", args=[one.slug])).content.decode()
        for one in (plain, sensitive)
    ]

    assert "DTSTART:20261016T160000Z" in files[0]
    assert "SUMMARY:Closing date: Have we got it right?" in files[0]
    assert "assault" not in files[1]


@pytest.mark.parametrize("trait", [{}, {"withdrawn": True}])
def test_calendar_has_no_date_of_what_nobody_can_answer(client, trait):
    consultation = ConsultationFactory(**trait)

    reply = client.get(reverse("consultations:consultation-dates", args=[consultation.slug]))

    assert reply.status_code == 404
