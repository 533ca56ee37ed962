"""What happened to a return, as the office and the provider read it: measures by name, questions with their answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from contracts.domain.chronicle import questions_of, story_of, submissions_of
from contracts.domain.entries import Entry
from contracts.domain.figures import SavedEntry, save_figures
from contracts.domain.returns import accept_return, answer_query, query_line, submit_return
from contracts.enums import FigureState
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory, QueryFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

V2, V4 = "First contact within 2 working days (V2)", "Waiting over 6 weeks (V4)"


@pytest.fixture(autouse=True)
def _wednesday_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def certifier(kpi_return):
    return UserFactory(role=Role.CERTIFIER, name="Jo Okonkwo", organisation=kpi_return.agreement.provider)


@pytest.fixture
def kpi_return():
    """Due, with two measures filled in."""
    kpi_return = KpiReturnFactory(agreement__activity__published=True)
    FigureFactory(kpi_return=kpi_return, indicator__code="V2")
    IndicatorFactory(agreement=kpi_return.agreement, code="V4", name="Waiting over 6 weeks", count=True)
    measure = kpi_return.agreement.indicators.get(code="V4")
    FigureFactory(kpi_return=kpi_return, indicator=measure, of_value=True)
    return kpi_return


@pytest.fixture
def answered(kpi_return, certifier):
    """Submitted, asked about V4, answered, one figure changed, submitted again."""
    manager = kpi_return.agreement.activity.contract_manager
    submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier, at=NOW - timedelta(days=4))
    figure = kpi_return.figures.get(indicator__code="V4")
    asked = NOW - timedelta(days=3)
    query = query_line(figure=figure, question="Is 8 right?", seen_submission=1, actor=manager, at=asked)
    answer_query(query=query, answer="No: 7.", actor=certifier, at=NOW - timedelta(days=2))
    figure.refresh_from_db()
    entry = Entry(state=FigureState.REPORTED, value=Decimal(7), commentary="Counted again.")
    saved = SavedEntry(indicator=figure.indicator, entry=entry, seen_version=figure.version, completed=True)
    save_figures(kpi_return=kpi_return, entries=[saved], actor=certifier, at=NOW - timedelta(days=2))
    kpi_return.refresh_from_db()
    submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=NOW - timedelta(days=1))
    kpi_return.refresh_from_db()
    return kpi_return


def timeline(reply):
    page = BeautifulSoup(reply.content, "html.parser")
    return [(item.h3.text, item.select_one(".portal-timeline__text")) for item in page.select(".portal-timeline__item")]


def titles(reply):
    return [title for title, _ in timeline(reply)]


def test_office_and_provider_read_the_same_story_in_words(client, answered, certifier):
    manager = answered.agreement.activity.contract_manager
    story = [
        f"Submitted again, with changes to {V4}",
        f"Jo Okonkwo answered about {V4}",
        f"{manager} asked about {V4}",
        "Submitted",
    ]

    client.force_login(manager)
    by_office = titles(client.get(answered.get_office_url()))
    client.force_login(certifier)
    by_provider = titles(client.get(answered.get_absolute_url()))
    receipt = client.get(reverse("contracts:return-receipt", args=[answered.reference]))

    assert by_office == by_provider == titles(receipt) == story
    assert f"This is submission 2, with changes to {V4}" in receipt.content.decode()
    assert [text.text for _, text in timeline(receipt)][1:3] == ["“No: 7.”", "“Is 8 right?”"]


def test_answered_question_stays_while_others_are_open_and_after_acceptance(client, answered, certifier):
    manager = answered.agreement.activity.contract_manager
    figure = answered.figures.get(indicator__code="V2")
    query = query_line(figure=figure, question="And this?", seen_submission=2, actor=manager, at=NOW)
    client.force_login(certifier)
    during = titles(client.get(answered.get_absolute_url()))
    answer_query(query=query, answer="Yes.", actor=certifier, at=NOW)
    answered.refresh_from_db()
    submit_return(kpi_return=answered, seen_version=answered.version, actor=certifier, at=NOW + timedelta(hours=1))
    accept_return(kpi_return=answered, seen_submission=3, actor=manager, at=NOW + timedelta(hours=2))
    after = titles(client.get(answered.get_absolute_url()))

    assert during[0] == f"{manager} asked about {V2}"
    assert f"Jo Okonkwo answered about {V4}" in during
    assert after[:2] == [f"Accepted by {manager}", "Submitted again, without changes"]
    assert {f"Jo Okonkwo answered about {V4}", f"Jo Okonkwo answered about {V2}"} <= set(after)


def test_log_names_the_measure(answered):
    summaries = set(
        LogEntry.objects.filter(action__in=["return.queried", "return.answered"]).values_list("summary", flat=True)
    )

    assert summaries == {
        f"{answered.reference}: a question about {V4}.",
        f"{answered.reference}: the question about {V4} was answered.",
    }


@pytest.mark.parametrize("number", [1, 3])
def test_story_costs_the_same_however_long(number, django_assert_num_queries):
    kpi_return = KpiReturnFactory(queried=True)
    for place in range(number):
        figure = FigureFactory(kpi_return=kpi_return, indicator__code=f"V{place}")
        QueryFactory(figure=figure, answered=True)
    kpi_return.refresh_from_db()

    with django_assert_num_queries(2):
        found = {"submissions": submissions_of(kpi_return), "questions": questions_of(kpi_return)}
        story = story_of(kpi_return, **found)

    assert len(story) == 1 + 2 * number
