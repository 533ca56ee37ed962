"""The pages on which the office runs an activity, settles messages, and reads the log."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.domain import log
from engagement.enums import DeliveryStatus, Role, Stage
from engagement.models import Activity, Delivery, EngagedParty, Organisation, StageChange
from tests.factories.engagement import (
    LONG_AGO,
    NOW,
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    FundingLineFactory,
    MembershipFactory,
    OrganisationFactory,
    PriorityFactory,
    StageChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 9, 15, 23, 0, tzinfo=UTC)  # in London


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(published=True, slug="help", title="Help after domestic abuse")


@pytest.fixture
def lead(client, activity):
    client.force_login(activity.lead_commissioner)
    return activity.lead_commissioner


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# Managing an activity


@pytest.mark.requirement("R-004")
def test_lead_moves_the_stage_and_sees_who_was_told(client, activity, lead):
    EngagedPartyFactory(activity=activity)
    page = client.get("/activities/help/manage/")
    assert page.context["move_form"].initial == {"seen_stage": "ANALYSE"}

    moved = client.post(
        "/activities/help/manage/move/", {"seen_stage": "ANALYSE", "to_stage": "PLAN", "reason": "The need is clear."}
    )

    assert moved.url == "/activities/help/manage/"
    page = client.get(moved.url)
    assert [(event.told, event.waiting, event.troubled) for event in page.context["told"]] == [(0, 1, 0)]
    assert "The need is clear." in page.content.decode()


def test_move_that_somebody_else_made_first_shows_it_and_keeps_what_was_typed(client, activity, lead):
    Activity.objects.filter(pk=activity.pk).update(stage=Stage.PLAN)
    StageChangeFactory(activity=activity, moved_by=UserFactory(name="Sam Okafor"))

    answer = client.post(
        "/activities/help/manage/move/", {"seen_stage": "ANALYSE", "to_stage": "PLAN", "reason": "My long reason"}
    )

    words = answer.content.decode()
    assert answer.status_code == 409
    assert "Sam Okafor has already moved this activity to Plan." in words
    assert "My long reason" in words
    assert 'name="seen_stage" value="PLAN"' in words
    assert StageChange.objects.filter(activity=activity).count() == 2


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Choose the stage to move to"),
        ({"to_stage": "NONSENSE"}, "Choose one of these stages"),
        ({"to_stage": "DO"}, "This move is not yours to make from here."),
        ({"to_stage": "DECOMMISSIONING"}, "This move is not yours to make from here."),
    ],
)
def test_move_that_is_not_possible_is_refused_beside_the_field(client, activity, lead, posted, words):
    answer = client.post("/activities/help/manage/move/", {"seen_stage": "ANALYSE", **posted})

    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert Activity.objects.get().stage == Stage.ANALYSE


def test_manager_who_gives_no_reason_for_decommissioning_is_asked_for_it(client, activity):
    client.force_login(activity.contract_manager)

    answer = client.post("/activities/help/manage/move/", {"seen_stage": "ANALYSE", "to_stage": "DECOMMISSIONING"})

    assert list(answer.context["form"].errors) == ["reason"]


@pytest.mark.threat("A01", "A02")
def test_others_of_the_office_read_but_do_not_move(client, activity):
    for role in [Role.INVOLVEMENT, Role.MANAGEMENT, Role.COMMISSIONER, Role.AUDITOR]:
        client.force_login(UserFactory(role=role))
        assert client.get("/activities/help/manage/").context["move_form"] is None
        move = client.post("/activities/help/manage/move/", {"seen_stage": "ANALYSE", "to_stage": "PLAN"})
        assert move.status_code == 404

    assert Activity.objects.get().stage == Stage.ANALYSE


@pytest.mark.requirement("R-002", "R-022")
def test_lead_begins_funds_changes_and_publishes(client, lead):
    priority = PriorityFactory()
    form = {"title": "Drug treatment", "summary": "For people in custody.", "priorities": [priority.pk]}

    begun = client.post("/engagement/activities/new/", form)
    activity = Activity.objects.get(title="Drug treatment")
    assert (begun.url, activity.lead_commissioner) == ("/activities/drug-treatment/manage/", lead)

    period = {"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026"}
    period |= {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2027"}
    client.post(begun.url + "money/", {"fund": "POLICING", "stream": "Grant", "amount": "1250.50", **period})
    line = activity.funding_lines.get()
    assert (str(line.amount), str(line.starts_on), str(line.ends_on)) == ("1250.50", "2026-04-01", "2027-04-01")

    seen = client.get(begun.url + "edit/").context["form"]["seen"].value()
    client.post(begun.url + "edit/", {**form, "title": "Drug and alcohol treatment", "seen": seen})
    activity.refresh_from_db()
    assert (activity.title, activity.slug) == ("Drug and alcohol treatment", "drug-treatment")

    assert client.get(begun.url + "publish/").status_code == 200
    client.post(begun.url + "publish/")
    activity.refresh_from_db()
    assert activity.published_at == NOW


def test_change_over_somebody_elses_is_refused_and_nothing_typed_is_lost(client, activity, lead):
    form = {"title": "Mine", "summary": "My words", "priorities": [activity.priorities.get().pk], "seen": "stale"}

    answer = client.post("/activities/help/manage/edit/", form)

    assert "Somebody else has changed this activity" in answer.content.decode()
    assert "My words" in answer.content.decode()
    assert Activity.objects.get().title == "Help after domestic abuse"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "a lot", "Enter the amount in pounds, in figures"),
        ("amount", "-1", "The amount cannot be negative"),
        ("amount", "NaN", "Enter the amount in pounds, in figures"),
        ("fund", "", "Choose the fund this money is from"),
        ("starts_on_day", "32", "The first day must be a real date"),
        ("starts_on_month", "", "The first day must include a month"),
        ("last_day_year", "2025", "The last day must be the same as or after the first day"),
    ],
)
@pytest.mark.threat("K01")
def test_money_that_makes_no_sense_is_refused_beside_its_field(client, activity, lead, field, value, words):
    form = {"fund": "FIRE", "stream": "Grant", "amount": "5"}
    form |= {"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026"}
    form |= {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2027"}

    answer = client.post("/activities/help/manage/money/", {**form, field: value})

    assert words in answer.content.decode()
    assert not activity.funding_lines.exists()


@pytest.mark.requirement("R-151")
def test_involvement_engages_an_organisation_once(client, activity):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    provider = OrganisationFactory(name="Brightway")

    client.post("/activities/help/manage/engage/", {"organisation": provider.pk})
    again = client.post("/activities/help/manage/engage/", {"organisation": provider.pk})

    assert EngagedParty.objects.get().organisation == provider
    assert "Choose an organisation from the list" in again.content.decode()


@pytest.mark.threat("A12", "P13")
def test_addresses_of_followers_are_on_no_page_of_the_activity(client, activity):
    party = EngagedPartyFactory(activity=activity)
    for role in Role:
        client.force_login(UserFactory(role=role))
        assert party.email not in client.get("/activities/help/manage/").content.decode()
    client.force_login(activity.lead_commissioner)
    assert party.email not in client.get("/activities/help/manage/").content.decode()


def grow(activity):
    EngagedPartyFactory(activity=activity)
    EngagedPartyFactory(activity=activity, represented=True)
    EventFactory(activity=activity)
    FundingLineFactory(activity=activity)
    activity.priorities.add(PriorityFactory())
    StageChangeFactory(
        activity=activity,
        sequence=activity.stage_changes.count() + 1,
        from_stage="PLAN" if activity.stage_changes.count() % 2 == 0 else "ANALYSE",
        to_stage="ANALYSE" if activity.stage_changes.count() % 2 == 0 else "PLAN",
        moved_by=UserFactory(),
    )
    ActivityFactory(lead_commissioner=activity.lead_commissioner)
    DeliveryFactory(event=EventFactory(activity=activity), in_doubt=True)
    log.record(action="a", subject=activity, actor=UserFactory(), at=NOW, activity=activity, summary="Something")
    MembershipFactory(organisation=Organisation.objects.get(slug="brightway"))


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/activities/help/manage/", None),
        ("/engagement/activities/", None),
        ("/engagement/log/", None),
        ("/engagement/messages/", Role.INVOLVEMENT),
        ("/engagement/organisations/", Role.ADMINISTRATOR),
        ("/engagement/organisations/brightway/", Role.ADMINISTRATOR),
    ],
)
def test_page_costs_the_same_at_one_row_and_at_three_and_no_more_than_twenty_queries(client, activity, address, role):
    OrganisationFactory(name="Brightway")
    client.force_login(UserFactory(role=role) if role else activity.lead_commissioner)
    grow(activity)
    one = queries_of(client, address)
    grow(activity)
    grow(activity)

    three = queries_of(client, address)

    assert one == three
    assert three <= 20


# Messages in trouble


@pytest.mark.requirement("R-086")
def test_person_sends_again_or_leaves_what_is_in_doubt(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    first, second = DeliveryFactory(in_doubt=True), DeliveryFactory(refused=True)
    DeliveryFactory(sent=True)

    page = client.get("/engagement/messages/")
    client.post(f"/engagement/messages/{first.pk}/send-again/")
    client.post(f"/engagement/messages/{second.pk}/leave/")

    assert set(page.context["page"]) == {first, second}
    assert Delivery.objects.get(pk=first.pk).status == DeliveryStatus.QUEUED
    assert Delivery.objects.get(pk=second.pk).status == DeliveryStatus.LEFT


def test_second_decision_about_a_message_is_refused_in_words(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    delivery = DeliveryFactory(in_doubt=True)
    client.post(f"/engagement/messages/{delivery.pk}/send-again/")

    answer = client.post(f"/engagement/messages/{delivery.pk}/leave/", follow=True)

    assert "there is nothing to decide" in answer.content.decode()


@pytest.mark.threat("A12")
def test_administrator_settles_messages_without_reading_addresses(client):
    delivery = DeliveryFactory(in_doubt=True)
    pages = []
    for role in (Role.INVOLVEMENT, Role.ADMINISTRATOR):
        client.force_login(UserFactory(role=role))
        pages.append(client.get("/engagement/messages/").content.decode())

    assert [delivery.address in page for page in pages] == [True, False]


# The log


def write(activity, summary, actor=None, at=NOW):
    return log.record(
        action="activity.changed", subject=activity, actor=actor, at=at, activity=activity, summary=summary
    )


@pytest.mark.requirement("R-152")
def test_each_reads_the_log_of_what_is_theirs(client, activity):
    involvement = UserFactory(role=Role.INVOLVEMENT)
    write(activity, "of the activity", actor=involvement)
    write(ActivityFactory(), "of another")
    everything, own = ["of another", "of the activity"], ["of the activity"]
    readers = {
        activity.lead_commissioner: own,
        activity.contract_manager: own,
        involvement: own,
        UserFactory(role=Role.INVOLVEMENT): [],
        UserFactory(role=Role.MANAGEMENT): everything,
        UserFactory(role=Role.AUDITOR): everything,
        UserFactory(role=Role.ADMINISTRATOR): everything,
    }

    for reader, expected in readers.items():
        client.force_login(reader)
        page = client.get("/engagement/log/")
        assert [entry.summary for entry in page.context["page"]] == expected
        rows = list(csv.DictReader(io.StringIO(client.get("/engagement/log.csv").getvalue().decode("utf-8-sig"))))
        assert [row["Summary"] for row in rows] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=SECOND", ["the second"]),
        ("text=okafor", ["the second"]),
        ("since_day=16&since_month=9&since_year=2026", ["the second"]),
        ("until_day=15&until_month=9&until_year=2026", ["the first"]),
        (
            "since_day=15&since_month=9&since_year=2026&until_day=15&until_month=9&until_year=2026",
            ["the first"],
        ),
        ("reference=nonsense", []),
        ("since_day=nonsense", ["the second", "the first"]),
        ("", ["the second", "the first"]),
    ],
)
def test_log_is_narrowed_by_words_activity_and_uk_day(client, activity, query, expected):
    client.force_login(UserFactory(role=Role.AUDITOR))
    write(activity, "the first", at=MIDNIGHT - timedelta(seconds=1))
    write(
        activity,
        "the second",
        UserFactory(name="Sam Okafor"),
        MIDNIGHT,
    )

    page = client.get(f"/engagement/log/?{query}")

    assert [entry.summary for entry in page.context["page"]] == expected


def test_log_is_shown_in_pages_and_keeps_its_filter(client, activity):
    client.force_login(UserFactory(role=Role.AUDITOR))
    for number in range(51):
        write(activity, f"entry {number}")

    page = client.get("/engagement/log/?text=entry&page=2")

    assert [entry.summary for entry in page.context["page"]] == ["entry 0"]
    assert "text=entry&amp;page=1" in page.content.decode()


@pytest.mark.threat("X01")
def test_log_leaves_as_csv_without_formulas(client, activity):
    client.force_login(UserFactory(role=Role.AUDITOR))
    write(activity, "=HYPERLINK(1)")

    text = client.get("/engagement/log.csv").getvalue().decode()

    assert "'=HYPERLINK(1)" in text


# Organisations


def test_administrator_enters_an_organisation_and_not_twice(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    form = {"name": "Harbour Light", "kind": "PROVIDER", "sector": "VOLUNTARY", "is_vcse": "yes", "size": "SMALL"}

    client.post("/engagement/organisations/new/", form)
    again = client.post("/engagement/organisations/new/", {**form, "name": "Harbour  light"})

    assert Organisation.objects.get(slug="harbour-light").kind == "PROVIDER"
    assert "very like it" in again.content.decode()
    assert client.post("/engagement/organisations/new/", {"name": "Two", "kind": "OFFICE"}).status_code == 200


def test_people_are_shown_by_today_later_and_before(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    provider = OrganisationFactory(name="Brightway")
    now = MembershipFactory(organisation=provider)
    later = MembershipFactory(organisation=provider, starts_on=NOW.date() + timedelta(days=1))
    before = MembershipFactory(organisation=provider, ends_on=LONG_AGO + timedelta(days=1))

    page = client.get("/engagement/organisations/brightway/")

    found = [list(page.context[name]) for name in ("current", "coming", "past")]
    assert found == [[now], [later], [before]]
