"""What an agreement's money is made of: lines by stream and year, shares, dates, and what is said of them."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import attention, funding
from contracts.domain.agreements import AgreementRefused, change_agreement
from contracts.domain.funding import FundingRefused, keep_limits, keep_line, keep_shares, keep_stream, parts_of
from contracts.models import Agreement, Allocation, GrantStream
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FIRST, SECOND, THIRD = date(2025, 4, 1), date(2026, 4, 1), date(2027, 4, 1)


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def victims():
    return GrantStream.objects.get(name="Ministry of Justice victims fund")


@pytest.fixture
def core():
    return GrantStream.objects.get(name="Core policing budget")


@pytest.fixture
def fire():
    return GrantStream.objects.get(name="Core fire and rescue budget")


def put(agreement, stream, pounds, year=FIRST, **more):
    facts = {"agreement": agreement, "stream": stream, "year_starts_on": year, "amount": Decimal(pounds)}
    return keep_line(actor=agreement.activity.contract_manager, at=NOW, **facts, **more)


def again(agreement):
    return Agreement.objects.get(pk=agreement.pk)


# Lines


@pytest.mark.requirement("R-022", "R-026")
def test_lines_are_summed_by_year_and_compared_with_the_value(agreement, core, victims):
    put(agreement, core, "400000.50")
    put(agreement, victims, "200000")
    put(agreement, core, "600000", SECOND)

    parts = parts_of(agreement)

    assert [(year.label, [line.stream.name for line in year.lines], year.total) for year in parts.years] == [
        ("2025-26", ["Core policing budget", "Ministry of Justice victims fund"], Decimal("600000.50")),
        ("2026-27", ["Core policing budget"], Decimal(600000)),
    ]
    assert (parts.total, parts.difference, parts.agrees) == (Decimal("1200000.50"), Decimal("719999.50"), False)


@pytest.mark.requirement("R-022")
def test_funds_are_never_mixed(agreement, manager, fire, core):
    with pytest.raises(FundingRefused, match="never mixed") as refused:
        put(agreement, fire, 100)
    assert refused.value.field == "stream"

    draft = AgreementFactory(draft=True, activity=agreement.activity)
    put(draft, core, 100)
    with pytest.raises(AgreementRefused, match="never mixed"):
        change_agreement(agreement=draft, fund="FIRE", actor=manager, at=NOW)
    assert again(draft).fund == "POLICING"


@pytest.mark.parametrize(
    ("change", "words", "field"),
    [
        ({"year_starts_on": date(2024, 4, 1)}, "a financial year of the agreement's term", "year_starts_on"),
        ({"year_starts_on": date(2028, 4, 1)}, "a financial year of the agreement's term", "year_starts_on"),
        ({"amount": Decimal(0)}, "more than nothing", "amount"),
        ({}, "a line of this stream for this year already", "stream"),
    ],
)
def test_what_cannot_be_a_line_is_refused_beside_its_box(agreement, manager, core, change, words, field):
    put(agreement, core, 100)
    facts = {"stream": core, "year_starts_on": FIRST, "amount": Decimal(1), **change}

    with pytest.raises(FundingRefused, match=words) as refused:
        keep_line(agreement=agreement, actor=manager, at=NOW, **facts)

    assert refused.value.field == field
    assert Allocation.objects.count() == 1


def test_line_is_changed_and_removed_and_the_log_names_neither_stream_nor_amount(agreement, manager, core, victims):
    line = put(agreement, core, 987654)
    put(agreement, victims, 987655, SECOND, line=line)
    changed = list(Allocation.objects.values_list("stream__name", "year_starts_on", "amount"))
    funding.drop_line(line=Allocation.objects.get(), actor=manager, at=NOW)

    assert changed == [(victims.name, SECOND, Decimal(987655))]
    assert not Allocation.objects.exists()
    told = "".join(f"{entry.summary}{entry.data}" for entry in LogEntry.objects.all())
    assert "98765" not in told
    assert "Justice" not in told
    assert LogEntry.objects.filter(action="funding.dropped").count() == 1


def test_only_the_contract_manager_writes(agreement, core):
    other = UserFactory(role=Role.CONTRACT_MANAGER)

    with pytest.raises(FundingRefused, match="Only the Contract Manager"):
        keep_line(agreement=agreement, stream=core, year_starts_on=FIRST, amount=Decimal(1), actor=other, at=NOW)


def test_term_without_dates_offers_five_years_from_now():
    agreement = AgreementFactory(starts=None, ends=None)

    years = funding.years_of(agreement, on=TODAY)

    assert [funding.year_of(day) for day in years] == ["2026-27", "2027-28", "2028-29", "2029-30", "2030-31"]


# The share of public money


@pytest.mark.requirement("R-083")
def test_share_of_public_money_is_drawn_beside_its_table(client, agreement, manager):
    keep_shares(agreement=agreement, shares={FIRST: Decimal(80), THIRD: Decimal("40.5")}, actor=manager, at=NOW)
    client.force_login(manager)

    page = client.get(reverse("contracts:agreement-money", args=[agreement.reference])).content.decode()

    chart = page[page.index('class="portal-chart"') : page.index("</svg>", page.index('class="portal-chart"'))]
    assert ('width="80.0%"' in chart, 'width="40.5%"' in chart) == (True, True)
    assert page.count("40.5%") >= 3  # written in the drawing and in the table


@pytest.mark.requirement("R-083")
def test_share_of_public_money_falls_and_never_rises(agreement, manager):
    keep_shares(
        agreement=agreement, shares={FIRST: Decimal(80), SECOND: None, THIRD: Decimal("40.5")}, actor=manager, at=NOW
    )

    assert [(year.label, year.public_share) for year in parts_of(agreement).years] == [
        ("2025-26", Decimal(80)),
        ("2027-28", Decimal("40.5")),
    ]
    for rising, field in (
        ({FIRST: Decimal(50), THIRD: Decimal("50.01")}, "year_2027"),
        ({FIRST: Decimal(101)}, "year_2025"),
    ):
        with pytest.raises(FundingRefused) as refused:
            keep_shares(agreement=agreement, shares=rising, actor=manager, at=NOW)
        assert refused.value.field == field
    assert agreement.public_shares.count() == 2


# Dates


def limits(agreement, manager, **dates):
    given = {"funding_confirmed_to": None, "extends_to": None, "notice_by": None, **dates}
    return keep_limits(agreement=again(agreement), actor=manager, at=NOW, **given)


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"extends_to": date(2028, 3, 30)}, "extends_to"),
        ({"notice_by": date(2028, 4, 1)}, "notice_by"),
        ({"funding_confirmed_to": date(2025, 3, 31)}, "funding_confirmed_to"),
    ],
)
def test_dates_outside_the_term_are_refused(agreement, manager, dates, field):
    with pytest.raises(FundingRefused) as refused:
        limits(agreement, manager, **dates)

    assert refused.value.field == field


def test_how_far_it_may_be_extended_is_entered_once(agreement, manager):
    limits(agreement, manager, extends_to=date(2029, 3, 31))

    with pytest.raises(FundingRefused, match="Saturday 31 March 2029"):
        limits(agreement, manager, extends_to=date(2030, 3, 31))

    kept = limits(agreement, manager, extends_to=date(2029, 3, 31), notice_by=date(2027, 9, 30))
    assert (kept.extends_to, kept.notice_by) == (date(2029, 3, 31), date(2027, 9, 30))


ENDINGS = {"Funding not confirmed", "Notice date", "Agreement ends"}


def matters(agreement):
    found = attention.matters_for(agreement.activity.contract_manager, at=NOW)
    return [one for one in found if one.kind in ENDINGS]


def endings(agreement):
    return [(one.kind, one.when, one.urgent) for one in matters(agreement)]


@pytest.mark.requirement("R-022")
def test_funding_that_is_sure_to_before_the_end_needs_attention_when_it_is_near(agreement, manager, settings):
    settings.AGREEMENT_WARNING_DAYS = 180
    near, far = TODAY + timedelta(days=180), TODAY + timedelta(days=181)

    limits(agreement, manager, funding_confirmed_to=far)
    assert endings(agreement) == []
    limits(agreement, manager, funding_confirmed_to=near)
    ((kind, _, urgent),) = endings(agreement)
    assert (kind, urgent) == ("Funding not confirmed", False)
    limits(agreement, manager, funding_confirmed_to=TODAY - timedelta(days=1))
    ((kind, when, urgent),) = endings(agreement)
    assert (kind, when.partition(" ")[0], urgent) == ("Funding not confirmed", "Since", True)
    limits(agreement, manager, funding_confirmed_to=date(2028, 3, 31))
    assert endings(agreement) == [], "sure to the end"


@pytest.mark.requirement("R-076")
def test_end_and_notice_need_attention_until_the_agreement_is_over(settings):
    settings.AGREEMENT_WARNING_DAYS = 90
    soon = TODAY + timedelta(days=60)
    agreement = AgreementFactory(
        ends=soon.isoformat(), notice_by=TODAY + timedelta(days=10), extends_to=date(2029, 3, 31)
    )

    found = matters(agreement)

    assert [(one.kind, one.urgent, one.ahead) for one in found] == [
        ("Notice date", True, True),
        ("Agreement ends", False, True),
    ]
    assert "It may be extended to Saturday 31 March 2029" in found[1].detail
    Agreement.objects.update(ends=(TODAY - timedelta(days=1)).isoformat())
    assert matters(agreement) == []


# Streams


def test_office_keeps_its_streams_and_one_with_lines_stays_in_its_fund(agreement, core, victims):
    management = UserFactory(role=Role.MANAGEMENT)
    put(agreement, core, 100)

    added = keep_stream(name="Hotspot fund", fund="POLICING", is_open=True, actor=management, at=NOW)
    closed = keep_stream(stream=core, name="Core", fund="POLICING", is_open=False, actor=management, at=NOW)
    with pytest.raises(FundingRefused, match="stays in its fund"):
        keep_stream(stream=core, name="Core", fund="FIRE", is_open=False, actor=management, at=NOW)
    with pytest.raises(FundingRefused, match="of this name already"):
        keep_stream(name="hotspot FUND", fund="POLICING", is_open=True, actor=management, at=NOW)
    with pytest.raises(FundingRefused, match="closed"):
        put(agreement, closed, 5, SECOND)
    with pytest.raises(FundingRefused, match="The Management Team"):
        keep_stream(name="Mine", fund="FIRE", is_open=True, actor=agreement.activity.contract_manager, at=NOW)

    assert added.is_open
    assert put(agreement, closed, 200, line=Allocation.objects.get()).amount == 200, "a line keeps its stream"


@pytest.mark.requirement("R-022")
def test_streams_are_summed_by_fund_and_year_over_signed_agreements(core, victims, fire):
    specialist = UserFactory(role=Role.SPECIALIST)
    for pounds in (100, 250):
        put(AgreementFactory(), core, pounds)
    put(AgreementFactory(draft=True), core, 9999)
    put(AgreementFactory(fund="FIRE"), fire, 40)

    totals = funding.stream_totals(specialist, at=NOW)

    assert [(one.fund, one.stream, one.year, one.total, one.agreements) for one in totals] == [
        ("Policing fund", core.name, "2025-26", Decimal(350), 2),
        ("Fire and rescue fund", fire.name, "2025-26", Decimal(40), 1),
    ]


# Pages


def test_manager_enters_changes_and_removes_a_line_on_the_pages(client, agreement, manager, core):
    client.force_login(manager)
    money = reverse("contracts:agreement-money", args=[agreement.reference])
    add = reverse("contracts:funding-add", args=[agreement.reference])

    empty = client.get(money).content.decode()
    refused = client.post(add, {"stream": core.pk, "year_starts_on": "2025-04-01", "amount": "many"})
    client.post(add, {"stream": core.pk, "year_starts_on": "2025-04-01", "amount": "1920000"})
    line = Allocation.objects.get()
    whole = client.get(money).content.decode()
    edit = reverse("contracts:funding-edit", args=[agreement.reference, line.pk])
    client.post(edit, {"stream": core.pk, "year_starts_on": "2025-04-01", "amount": "1920001"})
    more = client.get(money).content.decode()
    client.post(reverse("contracts:funding-drop", args=[agreement.reference, line.pk]))

    assert "No funding line says where the £1,920,000 come from." in empty
    assert "Enter pounds in figures" in refused.content.decode()
    assert 'value="many"' in refused.content.decode(), "what was typed stays"
    assert "The funding lines come to the whole value, £1,920,000." in whole
    assert "£1 more than the value" in more
    assert not Allocation.objects.exists()


def test_difference_is_said_before_signing(client, agreement, manager, core):
    draft = AgreementFactory(draft=True, activity=agreement.activity, value=Decimal(1000))
    put(draft, core, 900)
    client.force_login(manager)

    page = client.get(reverse("contracts:agreement-sign", args=[draft.reference])).content.decode()

    assert "£100 of the £1,000 have no line yet." in page


def test_shares_and_dates_are_set_on_their_pages(client, agreement, manager):
    client.force_login(manager)
    share = reverse("contracts:public-share", args=[agreement.reference])
    dates = reverse("contracts:agreement-limits", args=[agreement.reference])

    rising = client.post(share, {"year_2025": "60", "year_2026": "70", "year_2027": ""})
    client.post(share, {"year_2025": "80", "year_2026": "60", "year_2027": ""})
    client.post(
        dates,
        {"funding_confirmed_to_day": "31", "funding_confirmed_to_month": "3", "funding_confirmed_to_year": "2027"},
    )

    assert "The share falls by year: it is 60% in 2025-26." in rising.content.decode()
    assert [one.percent for one in agreement.public_shares.order_by("year_starts_on")] == [80, 60]
    assert (
        "80% of the cost is public money"
        in client.get(reverse("contracts:agreement-money", args=[agreement.reference])).content.decode()
    )
    assert again(agreement).funding_confirmed_to == date(2027, 3, 31)


def test_management_adds_and_closes_a_stream_on_the_page(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    client.post(reverse("contracts:stream-add"), {"name": "Hotspot fund", "fund": "POLICING", "is_open": "on"})
    stream = GrantStream.objects.get(name="Hotspot fund")
    client.post(reverse("contracts:stream-edit", args=[stream.pk]), {"name": "Hotspots", "fund": "POLICING"})
    page = client.get(reverse("contracts:stream-list")).content.decode()

    assert (GrantStream.objects.get(pk=stream.pk).name, GrantStream.objects.get(pk=stream.pk).is_open) == (
        "Hotspots",
        False,
    )
    assert "Hotspots" in page


def test_lines_leave_as_a_file(client, agreement, core):
    put(agreement, core, "1000.50")
    client.force_login(UserFactory(role=Role.SPECIALIST))

    rows = list(csv.DictReader(io.StringIO(client.get("/agreements/funding.csv").getvalue().decode("utf-8-sig"))))

    assert [(row["agreement_reference"], row["fund"], row["financial_year"], row["pounds"]) for row in rows] == [
        (agreement.reference, "Policing fund", "2025-26", "1000.50")
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_however_long(number, client, agreement, core, victims, django_assert_num_queries):
    specialist = UserFactory(role=Role.SPECIALIST)
    years = (FIRST, SECOND, THIRD)[:number]
    for year in years:
        put(agreement, core, 100, year)
    client.force_login(specialist)

    with django_assert_num_queries(4):
        parts = parts_of(agreement)
        shown = [str(line.stream) for year in parts.years for line in year.lines]
    with django_assert_num_queries(3):
        list(funding.csv_rows(specialist, at=NOW))
    with django_assert_num_queries(1):
        totals = funding.stream_totals(specialist, at=NOW)

    assert (len(shown), len(totals)) == (number, number)
