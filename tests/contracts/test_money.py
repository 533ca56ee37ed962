"""Money by fund, activity and agreement: what each may read, what it comes to, and what runs out soon."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from contracts.domain import money
from engagement.enums import Fund, Role
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, ActivityFactory, FundingLineFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
PAGE, FILE = "/agreements/money/", "/agreements/money.csv"


@pytest.fixture(autouse=True)
def _wednesday_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def finance(client):
    """A specialist, signed in."""
    user = UserFactory(role=Role.SPECIALIST)
    client.force_login(user)
    return user


def give(activity, pounds, *, fund=Fund.POLICING, last_day=date(2029, 3, 31), stream="Victims grant"):
    ends_on = last_day + timedelta(days=1)
    starts_on = min(date(2026, 4, 1), last_day)
    return FundingLineFactory(
        activity=activity, fund=fund, stream=stream, amount=pounds, starts_on=starts_on, ends_on=ends_on
    )


def main_of(reply):
    return BeautifulSoup(reply.content, "html.parser").main


def rows_of(table):
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in table.select("tbody tr")]


@pytest.mark.requirement("R-022")
def test_funds_stand_apart_and_are_never_added(finance):
    activity = ActivityFactory(published=True)
    give(activity, 1000)
    give(activity, 250, fund=Fund.FIRE)
    AgreementFactory(activity=activity, value=Decimal(600), ends="2029-03-31")
    AgreementFactory(activity=activity, value=None, ends=None)
    AgreementFactory(activity=activity, value=Decimal(70), fund=Fund.FIRE, starts="2027")

    policing, fire = money.totals(finance, at=NOW)

    assert (policing.given, policing.agreed, policing.agreements, policing.unvalued) == (1000, 600, 2, 1)
    assert (fire.given, fire.agreed, fire.agreements, fire.unvalued) == (250, 70, 1, 0)


def test_what_is_over_or_in_draft_is_in_no_total(finance):
    activity = ActivityFactory(published=True)
    give(activity, 1000, last_day=TODAY - timedelta(days=1))
    AgreementFactory(activity=activity, value=Decimal(600), starts="2024-04-01", ends="2026-09-15")
    AgreementFactory(activity=activity, value=Decimal(70), draft=True)

    assert {(total.given, total.agreed, total.agreements) for total in money.totals(finance, at=NOW)} == {(0, 0, 0)}


@pytest.mark.parametrize(
    ("ends", "runs_out"),
    [
        ("2026-09-15", False),  # yesterday
        ("2026-09-16", True),  # today
        ("2027-03-16", True),  # six months from today
        ("2027-03-17", False),
        ("2027-02", True),  # a month is read as all of it
        ("2027-03", False),
        ("2026", True),
        ("2027", False),
        (None, False),
    ],
)
def test_six_months_are_counted_by_the_calendar(finance, ends, runs_out):
    AgreementFactory(activity__published=True, starts="2024", ends=ends)

    assert len(money.running_out(finance, at=NOW)) == runs_out


@pytest.mark.parametrize(
    ("day", "later"), [(date(2026, 8, 31), date(2027, 2, 28)), (date(2026, 12, 1), date(2027, 6, 1))]
)
def test_six_months_later_is_a_day_of_that_month(day, later):
    assert money.months_after(day, 6) == later


def test_dashboard_of_finance_speaks_of_money(client, finance):
    activity = ActivityFactory(published=True, title="Safe and well visits")
    give(activity, 640000, fund=Fund.FIRE, last_day=date(2026, 12, 31), stream="Home safety grant")
    AgreementFactory(activity=activity, title="Evening advice line", value=Decimal(30000), ends="2027-01-31")

    page = main_of(client.get("/dashboard/"))

    funds, soon = page.select("section[aria-labelledby=money] table")
    assert rows_of(funds) == [
        ["Policing fund", "£0", "£30,000", "1"],
        ["Fire and rescue fund", "£640,000", "£0", "0"],
    ]
    assert [row[0].split(" Funding")[0].split(" Contract")[0] for row in rows_of(soon)] == [
        "Home safety grant",
        "Evening advice line",
    ]
    assert rows_of(soon)[0][1:] == ["Fire and rescue fund", "£640,000", "Thursday 31 December 2026, in 106 days"]
    assert "Two things run out within six months" in page.text
    assert [link["href"] for link in page.select("section[aria-labelledby=money] .portal-links a")] == [PAGE, FILE]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SPECIALIST}))
def test_dashboard_of_others_is_about_their_own_work(client, role):
    client.force_login(UserFactory(role=role))

    assert main_of(client.get("/dashboard/")).select("section[aria-labelledby=money]") == []


def test_page_and_file_say_the_same(client, finance):
    activity = ActivityFactory(published=True, title="Safe and well visits")
    line = give(activity, Decimal("1250.50"), stream="=Grant")
    draft = AgreementFactory(activity=activity, title="Evening advice line", value=Decimal(30000), draft=True)

    page = main_of(client.get(PAGE))
    rows = list(csv.DictReader(io.StringIO(client.get(FILE).getvalue().decode("utf-8-sig"))))

    found = rows_of(page.select("section[aria-labelledby=activities] table")[0])
    assert found[0] == [f"Safe and well visits {activity.reference}"]
    assert found[1] == [
        "=Grant Funding",
        "Policing fund",
        "£1,250.50",
        "Wednesday 1 April 2026 to Saturday 31 March 2029",
    ]
    assert found[2][0].endswith("Draft")
    assert [(row["row"], row["pounds"], row["state"], row["starts"]) for row in rows] == [
        ("Funding", "1250.50", "", "2026-04-01"),
        ("Agreement", "30000.00", "Draft", draft.starts.text if draft.starts else ""),
    ]
    assert rows[0]["last_day"] == line.last_day.isoformat()
    assert rows[0]["title_or_stream"] == "'=Grant"


@pytest.mark.threat("A02", "A08")
def test_each_reads_what_they_may_open_and_no_more(client):
    activity, other = ActivityFactory(published=True), ActivityFactory()
    give(activity, 1000, stream="Open to all")
    give(other, 2000, stream="Of a draft")
    agreed = AgreementFactory(activity=activity, title="Agreed")
    AgreementFactory(activity=other, title="Of another", draft=True)
    people = {
        "specialist": UserFactory(role=Role.SPECIALIST),
        "management": UserFactory(role=Role.MANAGEMENT),
        "manager": activity.contract_manager,
    }

    read = {}
    for name, person in people.items():
        client.force_login(person)
        table = main_of(client.get(PAGE)).text
        file = client.get(FILE).getvalue().decode()
        words = ["Open to all", "Of a draft", agreed.title, "Of another"]
        assert [word in table for word in words] == [word in file for word in words]
        read[name] = {word for word in words if word in file}

    assert read == {
        "specialist": {"Open to all", "Agreed", "Of another"},  # a draft agreement, and nothing else of its activity
        "management": {"Open to all", "Of a draft", "Agreed", "Of another"},
        "manager": {"Open to all", "Agreed"},
    }


@pytest.mark.threat("A02")
@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER, Role.INVOLVEMENT, Role.ADMINISTRATOR])
def test_money_is_not_there_for_others(client, role):
    client.force_login(UserFactory(role=role))

    assert [client.get(path).status_code for path in (PAGE, FILE)] == [404, 404]


def test_nothing_to_read_is_said(client, finance):
    page = main_of(client.get(PAGE))

    assert "No activity that you may read has funding or an agreement yet." in page.text
    assert page.h1.text == "Nothing runs out within six months"


@pytest.mark.parametrize("number", [1, 3])
def test_money_costs_the_same_however_much(client, finance, number, django_assert_num_queries):
    for _ in range(number):
        activity = ActivityFactory(published=True)
        give(activity, 1000, last_day=date(2026, 12, 31))
        AgreementFactory(activity=activity, ends="2026-12-31")

    with django_assert_num_queries(11):
        reply = client.get(PAGE)

    assert (len(reply.context["rows"]), len(reply.context["running_out"])) == (number, 2 * number)
