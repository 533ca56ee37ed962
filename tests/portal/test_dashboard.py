"""The page everybody lands on: something to do, or an honest word that there is nothing."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from engagement.domain.queries import Todo
from engagement.enums import OFFICE_ROLES, DeliveryStatus, Role, Stage
from portal.domain.dashboard import dashboard_of, grouped, pages_to_approve
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, DeliveryFactory, OrganisationFactory, UserFactory
from tests.factories.portal import ActivityPageFactory, StandardPageFactory

pytestmark = pytest.mark.django_db


def seen_by(client, user):
    client.force_login(user)
    reply = client.get("/dashboard/")
    assert reply.status_code == 200
    return reply


def test_dashboard_asks_to_sign_in_first(client):
    reply = client.get("/dashboard/")

    assert (reply.status_code, reply["Location"].partition("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_lands_on_a_page_with_something_to_do_or_a_next_step(client, role):
    words = seen_by(client, UserFactory(role=role)).content.decode()

    assert "portal-empty" in words
    assert "Nothing needs you today" in words


@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_office_sees_the_portfolio_by_stage(client, role):
    ActivityFactory(published=True, at_do=True, title="Safe and well visits")

    board = seen_by(client, UserFactory(role=role)).context["board"]

    assert [(column.stage, column.count) for column in board.portfolio if column.count] == [(Stage.DO, 1)]


@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_every_activity_and_draft_list_that_the_dashboard_links_opens(client, role):
    ActivityPageFactory(activity=ActivityFactory(published=True, at_do=True))

    words = BeautifulSoup(seen_by(client, UserFactory(role=role)).content, "html.parser").main

    links = [link["href"] for link in words.select(".portal-portfolio a, a[href='/drafts/']")]
    assert links != []
    assert [href for href in links if client.get(href).status_code != 200] == []


@pytest.mark.parametrize("role", [None, Role.PREPARER, Role.CERTIFIER])
def test_others_see_no_portfolio(client, role):
    ActivityFactory(published=True)

    reply = seen_by(client, UserFactory(role=role))

    assert (reply.context["board"].portfolio, "Where everything stands" in reply.content.decode()) == ([], False)


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.INVOLVEMENT, 1), (Role.MANAGEMENT, 1), (Role.LEAD_COMMISSIONER, 0), (Role.SPECIALIST, 0)],
)
def test_portfolio_names_drafts_only_to_those_who_read_them(role, expected):
    ActivityFactory(title="In secret")

    board = dashboard_of(user=UserFactory(role=role), at=NOW)

    assert sum(column.count for column in board.portfolio) == expected


def test_portfolio_names_a_persons_own_activities_first():
    lead = UserFactory(role=Role.LEAD_COMMISSIONER)
    ActivityFactory.create_batch(6, published=True)
    own = ActivityFactory(published=True, lead_commissioner=lead, reference="CI-2020-001")

    column = dashboard_of(user=lead, at=NOW).portfolio[0]

    assert (column.count, len(column.activities), column.activities[0]) == (7, 5, own)


def test_respondent_sees_what_is_open(client):
    now = timezone.now()
    ConsultationFactory(
        open=True, title="Lanterns in the park", opens_at=now - timedelta(days=40), closes_at=now + timedelta(days=4)
    )

    words = seen_by(client, UserFactory()).content.decode()

    assert "One consultation is open for your views" in words
    assert "Lanterns in the park" in words


def test_provider_sees_what_is_due_and_nothing_of_another(client):
    mine, theirs = OrganisationFactory(), OrganisationFactory()
    KpiReturnFactory(agreement__provider=mine, agreement__title="Mine")
    KpiReturnFactory(agreement__provider=theirs, agreement__title="CANARY")

    words = seen_by(client, UserFactory(role=Role.PREPARER, organisation=mine)).content.decode()

    assert ("One thing needs you" in words, "Mine" in words, "CANARY" in words) == (True, True, False)


@pytest.mark.threat("A15")
def test_management_is_asked_to_approve_what_others_wrote():
    author, manager = UserFactory(role=Role.INVOLVEMENT, name="Priya Shah"), UserFactory(role=Role.MANAGEMENT)
    page = StandardPageFactory(title="How to complain", author=author)
    page.get_workflow().start(page, author)
    own = StandardPageFactory(title="My own words", author=manager)
    own.get_workflow().start(own, manager)

    todos = pages_to_approve(manager, at=NOW)

    assert [(todo.title, todo.detail) for todo in todos] == [("How to complain", "Standard page, sent by Priya Shah")]


def test_lead_is_asked_to_write_the_page_of_an_activity():
    lead = UserFactory(role=Role.LEAD_COMMISSIONER)
    ActivityFactory(lead_commissioner=lead, title="Restorative justice")
    ActivityPageFactory(activity__lead_commissioner=lead)
    ActivityFactory()

    board = dashboard_of(user=lead, at=NOW)

    assert [(group.name, [todo.title for todo in group.todos]) for group in board.groups] == [
        ("Pages to write", ["Restorative justice"])
    ]


@pytest.mark.parametrize("role", [Role.INVOLVEMENT, Role.ADMINISTRATOR])
def test_messages_in_doubt_wait_for_a_person(role):
    DeliveryFactory(status=DeliveryStatus.IN_DOUBT)

    board = dashboard_of(user=UserFactory(role=role), at=NOW)

    assert [todo.title for group in board.groups for todo in group.todos] == ["1 message in doubt"]


def test_what_is_most_pressing_comes_first():
    later = Todo("Later", "", "/a/", due_at=NOW + timedelta(days=2), group="Returns")
    soon = Todo("Soon", "", "/b/", due_at=NOW + timedelta(days=1), group="Consultations")
    undated = Todo("Some day", "", "/c/", group="Returns")
    overdue = Todo("Overdue", "", "/d/", due_at=NOW + timedelta(days=3), urgent=True, group="Returns")
    danger = Todo("Danger", "", "/e/", urgent=True, above_all=True, group="Concerns")

    groups = grouped([undated, later, soon, overdue, danger])

    assert [(group.name, [todo.title for todo in group.todos]) for group in groups] == [
        ("Concerns", ["Danger"]),
        ("Returns", ["Overdue", "Later", "Some day"]),
        ("Consultations", ["Soon"]),
    ]


@pytest.mark.parametrize(
    "role",
    [
        Role.INVOLVEMENT,
        Role.LEAD_COMMISSIONER,
        Role.CONTRACT_MANAGER,
        Role.MANAGEMENT,
        Role.COMMISSIONER,
        Role.AUDITOR,
        Role.PREPARER,
        None,
    ],
)
def test_dashboard_costs_the_same_however_much_waits(client, django_assert_max_num_queries, role):
    provider = OrganisationFactory()
    user = UserFactory(role=role, organisation=provider if role == Role.PREPARER else None)
    client.force_login(user)
    costs = []

    for more in (1, 2):
        for _ in range(more):
            something_waits(user, provider)
        with django_assert_max_num_queries(24) as counted:
            client.get("/dashboard/")
        costs.append(len(counted.captured_queries))

    assert costs[0] == costs[1]


def something_waits(user, provider):
    """One of each thing that can wait for somebody."""
    now = timezone.now()
    author = UserFactory(role=Role.INVOLVEMENT)
    ConsultationFactory(open=True, opens_at=now - timedelta(days=40), closes_at=now + timedelta(days=4))
    KpiReturnFactory(agreement__provider=provider, agreement__activity__contract_manager=user)
    ActivityFactory(lead_commissioner=user)
    page = StandardPageFactory(author=author)
    page.get_workflow().start(page, author)
    DeliveryFactory(status=DeliveryStatus.IN_DOUBT)
