"""Reads across agreements and returns: right, and at a constant number of queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.domain import queries
from contracts.domain.publishing import publish_ratings
from contracts.enums import RatingWord
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory, QueryFactory
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_lines_compare_with_last_quarter_and_a_year_ago():
    figure = FigureFactory()
    agreement, indicator = figure.kpi_return.agreement, figure.indicator
    for quarter, numerator in (("2025-26 Q4", 361), ("2025-26 Q1", 284), ("2024-25 Q4", 1)):
        earlier = KpiReturnFactory(accepted=True, agreement=agreement, quarter=quarter)
        FigureFactory(kpi_return=earlier, indicator=indicator, numerator=Decimal(numerator), denominator=Decimal(420))

    (line,) = queries.lines_of(figure.kpi_return)

    assert (line.judgement.text, line.last.text, line.year_ago.text, line.change) == (
        "90.9%",
        "86.0%",
        "67.6%",
        "up 4.9 points",
    )
    assert [period.code for period in sorted(line.before)] == ["2025-26 Q1", "2025-26 Q4"]
    assert line.judgement.word == RatingWord.GOOD


def test_lines_do_not_compare_with_what_was_never_submitted_or_meant_something_else():
    figure = FigureFactory()
    agreement = figure.kpi_return.agreement
    due = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4")
    FigureFactory(kpi_return=due, indicator=figure.indicator)
    older = IndicatorFactory(agreement=agreement, code=figure.indicator.code, version=9, asked_until=date(2026, 4, 1))
    FigureFactory(
        kpi_return=KpiReturnFactory(accepted=True, agreement=agreement, quarter="2025-26 Q3"), indicator=older
    )

    (line,) = queries.lines_of(figure.kpi_return)

    assert (line.last, line.before, line.change) == (None, {}, "")


@pytest.mark.parametrize(
    ("figure", "status"),
    [
        ({}, "COMPLETED"),
        ({"completed": False}, "IN_PROGRESS"),
        ({"numerator": Decimal(1)}, "PROBLEM"),
        ({"numerator": None, "completed": False}, "IN_PROGRESS"),
    ],
)
def test_line_says_how_far_it_is(figure, status):
    (line,) = queries.lines_of(FigureFactory(**figure).kpi_return)

    assert line.status == status


def test_line_with_a_question_is_a_problem():
    query = QueryFactory()

    (line,) = queries.lines_of(query.figure.kpi_return)

    assert (line.status, line.open_query, line.queries) == ("PROBLEM", query, [query])


def test_line_not_begun_owes_nothing():
    kpi_return = KpiReturnFactory()
    IndicatorFactory(agreement=kpi_return.agreement)

    (line,) = queries.lines_of(kpi_return)

    assert (line.status, line.owed, line.judgement) == ("NOT_STARTED", {}, None)


@pytest.mark.parametrize("measures", [1, 3])
def test_lines_cost_the_same_however_many(measures, django_assert_num_queries):
    kpi_return = KpiReturnFactory(queried=True)
    for _ in range(measures):
        QueryFactory(figure__kpi_return=kpi_return)

    with django_assert_num_queries(5):
        assert len(queries.lines_of(kpi_return)) == measures


def published(**agreement):
    figure = FigureFactory(
        kpi_return__accepted=True, **{f"kpi_return__agreement__{k}": v for k, v in agreement.items()}
    )
    publisher = UserFactory(role=Role.MANAGEMENT)
    return publish_ratings(kpi_return=figure.kpi_return, words=(), actor=publisher, at=NOW)


def test_published_performance_is_the_latest_of_each_agreement():
    publication = published()
    earlier = KpiReturnFactory(accepted=True, agreement=publication.agreement, quarter="2025-26 Q4")
    publish_ratings(kpi_return=earlier, words=(), actor=publication.published_by, at=NOW + timedelta(days=1))
    other = published()

    assert set(queries.published_performance()) == {publication, other}
    assert list(queries.performance_of(other.agreement.activity)) == [other]
    assert [one.quarter for one in queries.publications_of(publication.agreement)] == ["2025-26 Q4", "2026-27 Q1"]


def test_agreements_of_an_activity_are_those_of_the_register():
    agreement = AgreementFactory()
    AgreementFactory(draft=True, activity=agreement.activity)

    assert list(queries.agreements_of(agreement.activity)) == [agreement]


def test_running_services_are_counted_by_their_term():
    AgreementFactory()
    AgreementFactory(ends="2026-09-15")
    AgreementFactory(activity__published=False)

    assert queries.running_services_count(NOW) == 1


def test_todo_of_a_provider_is_its_own_returns_overdue_first():
    due = KpiReturnFactory()
    agreement = due.agreement
    KpiReturnFactory(overdue=True, agreement=agreement, quarter="2025-26 Q4")
    KpiReturnFactory(queried=True, agreement=agreement, quarter="2025-26 Q3")
    KpiReturnFactory(submitted=True, agreement=agreement, quarter="2025-26 Q2")
    KpiReturnFactory()
    certifier = UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)
    preparer = UserFactory(role=Role.PREPARER, organisation=agreement.provider)

    todos = {person: queries.todo_for(person, NOW) for person in (certifier, preparer)}

    assert [(todo.title, todo.urgent) for todo in todos[certifier]] == [
        ("Return for January to March 2026", True),
        ("Answer a question about your return for October to December 2025", True),
        ("Return for April to June 2026", False),
    ]
    assert "The office has asked about a figure." in todos[certifier][1].detail
    assert {(todo.title, todo.urgent) for todo in todos[preparer]} == {
        ("Return for January to March 2026", True),
        ("A question about your return for October to December 2025", False),
        ("Return for April to June 2026", False),
    }


def test_todo_of_the_office_is_by_role():
    activity = ActivityFactory(published=True)
    submitted = KpiReturnFactory(submitted=True, agreement__activity=activity)
    overdue = KpiReturnFactory(overdue=True, agreement__activity=activity)
    accepted = KpiReturnFactory(accepted=True, agreement__activity=activity)
    KpiReturnFactory(agreement__activity=activity)
    KpiReturnFactory(submitted=True)

    manager = queries.todo_for(activity.contract_manager, NOW)
    management = queries.todo_for(UserFactory(role=Role.MANAGEMENT), NOW)
    lead = queries.todo_for(activity.lead_commissioner, NOW)

    assert [(todo.group, todo.url) for todo in manager] == [
        ("Returns overdue", overdue.get_office_url()),
        ("Returns to check", submitted.get_office_url()),
    ]
    assert [(todo.group, todo.url) for todo in management] == [("Ratings to publish", accepted.get_publish_url())]
    assert lead == []


@pytest.mark.parametrize("returns", [1, 3])
def test_todo_costs_the_same_however_long(returns, django_assert_num_queries):
    activity = ActivityFactory(published=True)
    for _ in range(returns):
        KpiReturnFactory(submitted=True, agreement__activity=activity)
    manager = activity.contract_manager
    queries.todo_for(manager, NOW)

    with django_assert_num_queries(2):
        assert len(queries.todo_for(manager, NOW)) == returns


@pytest.mark.parametrize("agreements", [1, 3])
def test_published_performance_costs_the_same_however_long(agreements, django_assert_num_queries):
    for _ in range(agreements):
        published()

    with django_assert_num_queries(1):
        assert len([one.agreement.provider.name for one in queries.published_performance()]) == agreements
