"""The office's queue by urgency, and both clocks: ours for a return, the provider's for an answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.domain import queries
from contracts.domain.urgency import ANSWER_DAYS, answer_due_on, late_before
from contracts.enums import ReturnState
from engagement.access import local_date
from engagement.enums import Role
from tests.factories.contracts import FigureFactory, KpiReturnFactory, QueryFactory
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/agreements/returns/"


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """The clock stands still."""


@pytest.fixture
def activity():
    return ActivityFactory(published=True, at_do=True)


def queried(activity, *, days):
    """A return of which something was asked so many days ago."""
    figure = FigureFactory(kpi_return__queried=True, kpi_return__agreement__activity=activity)
    QueryFactory(figure=figure, asked_at=NOW - timedelta(days=days))
    return figure.kpi_return


@pytest.mark.requirement("R-077")
def test_queue_is_in_the_order_in_which_returns_need_somebody(client, activity):
    made = {"agreement__activity": activity}
    in_time = queried(activity, days=2)
    fresh = KpiReturnFactory(submitted=True, submitted_at=NOW - timedelta(days=1), **made)
    old = KpiReturnFactory(submitted=True, submitted_at=NOW - timedelta(days=9), **made)
    changed = KpiReturnFactory(submitted=True, with_changes=True, **made)
    unanswered = queried(activity, days=20)
    overdue = KpiReturnFactory(overdue=True, **made)
    client.force_login(activity.contract_manager)

    items = client.get(QUEUE).context["items"]

    wanted = [overdue, unanswered, changed, old, fresh, in_time]
    assert [item["url"] for item in items] == [one.get_office_url() for one in wanted]
    assert [item["status"] for item in items] == [
        "OVERDUE",
        "ANSWER_LATE",
        "SUBMITTED_WITH_CHANGES",
        "SUBMITTED",
        "SUBMITTED",
        "QUERIED",
    ]
    assert [item["urgent"] for item in items] == [True, True, False, False, False, False]


@pytest.mark.requirement("R-077")
def test_queue_says_how_long_an_answer_is_awaited(client, activity):
    queried(activity, days=2)
    client.force_login(activity.contract_manager)

    [item] = client.get(QUEUE).context["items"]

    assert item["when"] == ("Answer due Monday 21 September 2026, 2 working days with the provider")


def test_an_answer_is_late_from_the_day_after_it_was_due(client, activity):
    asked_at = late_before(NOW)

    assert answer_due_on(asked_at) == local_date(NOW)
    assert answer_due_on(asked_at - timedelta(minutes=1)) < local_date(NOW)
    assert ANSWER_DAYS == 5


def test_a_question_that_is_answered_waits_no_more(client, activity):
    figure = FigureFactory(kpi_return__queried=True, kpi_return__agreement__activity=activity)
    QueryFactory(figure=figure, answered=True, asked_at=NOW - timedelta(days=20))
    client.force_login(activity.contract_manager)

    [item] = client.get(QUEUE).context["items"]

    assert (item["status"], item["urgent"]) == ("QUERIED", False)


@pytest.mark.requirement("R-077")
def test_a_late_answer_stands_on_the_dashboard_of_its_contract_manager(activity):
    late, _ = queried(activity, days=20), queried(activity, days=2)

    [todo] = queries.todo_for(activity.contract_manager, NOW)

    assert (todo.group, todo.url, todo.urgent) == ("Answers overdue", late.get_office_url(), True)


@pytest.mark.requirement("R-148")
def test_provider_reads_how_long_we_have_had_a_return(client):
    kpi_return = KpiReturnFactory(submitted=True)
    client.force_login(UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider))

    one = " ".join(client.get(kpi_return.get_absolute_url()).content.decode().split())
    every = " ".join(client.get("/returns/").content.decode().split())

    assert "it has been with us for 3 working days" in one  # from Sunday to Wednesday
    assert "3 working days with us" in every


def test_provider_reads_by_when_to_answer(client, activity):
    kpi_return = queried(activity, days=2)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider))

    page = client.get(reverse("contracts:return-detail", args=[kpi_return.reference])).content.decode()

    assert "Please answer by" in page
    assert "Monday 21 September 2026" in page
    assert kpi_return.state == ReturnState.QUERIED


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_with_questions_costs_the_same(client, activity, rows, django_assert_num_queries):
    for days in range(rows):
        queried(activity, days=days + 1)
    client.force_login(activity.contract_manager)

    with django_assert_num_queries(7):
        reply = client.get(QUEUE)

    assert len(reply.context["items"]) == rows


@pytest.mark.requirement("R-149")
def test_provider_reads_on_the_dashboard_by_when_the_answer_is_due():
    query = QueryFactory(figure__kpi_return__queried=True, asked_at=NOW)
    agreement = query.figure.kpi_return.agreement
    certifier = UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)

    [todo] = [one for one in queries.todo_for(certifier, NOW) if one.title.startswith("Answer a question")]

    assert "The answer is due Wednesday 23 September 2026." in todo.detail
