"""Who else is in an agreement, its lots, and what of it anybody may read."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import parties
from contracts.domain.parties import PartyRefused, keep_lot, keep_party, most_at_once, take_out_lot, take_out_party
from contracts.models import Agreement, AgreementParty, Lot
from engagement.enums import OrganisationKind, Role
from engagement.models import LogEntry
from tests.contracts.ocds import empty_places, read, schema_beside
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FIRST = date(2025, 4, 1)


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def harbour():
    return OrganisationFactory(name="Harbourlight")


@pytest.fixture
def council():
    return OrganisationFactory(name="Avonmere Council", kind=OrganisationKind.COUNCIL)


def enter(agreement, organisation, role="SUBCONTRACTOR", **facts):
    actor = agreement.activity.contract_manager
    given = {"starts_on": FIRST, **facts}
    return keep_party(agreement=agreement, organisation=organisation, role=role, actor=actor, at=NOW, **given)


def divide(agreement, number=1, **facts):
    actor = agreement.activity.contract_manager
    given = {"title": "Young people", **facts}
    return keep_lot(agreement=agreement, number=number, actor=actor, at=NOW, **given)


# Shares

DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1))
SPANS = st.lists(
    st.tuples(DAYS, st.none() | st.integers(1, 400), st.decimals(0, 100, places=2)).map(
        lambda span: (span[0], span[1] and span[0] + timedelta(days=span[1]), span[2])
    ),
    max_size=5,
)


@given(SPANS, DAYS)
def test_no_day_has_more_than_the_most(spans, day):
    held = [share for begins, ends, share in spans if begins <= day and (ends is None or day < ends)]

    assert sum(held, Decimal(0)) <= most_at_once(spans) <= sum((share for _, _, share in spans), Decimal(0))


@pytest.mark.requirement("R-005", "R-006")
def test_shares_make_at_most_the_whole_on_any_day_and_each_side_by_itself(agreement, harbour, council):
    other = OrganisationFactory()
    enter(agreement, harbour, share_percent=Decimal(60), ends_on=TODAY)

    with pytest.raises(PartyRefused, match=r"Together the shares are 110\.00%"):
        enter(agreement, other, share_percent=Decimal("50.00"))
    enter(agreement, other, share_percent=Decimal(50), starts_on=TODAY)
    enter(agreement, council, "CO_COMMISSIONER", share_percent=Decimal(90))
    with pytest.raises(PartyRefused, match="more than the agreement"):
        enter(agreement, OrganisationFactory(), share_pounds=agreement.value + 1)

    assert parties.rest_for_lead(parties.parties_of(agreement), on=TODAY) == 50
    assert [party.organisation for party in agreement.parties.current(on=TODAY).order_by("number")] == [other, council]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"share_percent": Decimal(5), "share_pounds": Decimal(5)}, "not in both"),
        ({"ends_on": FIRST}, "same as or after the first day"),
    ],
)
def test_what_contradicts_itself_is_refused(agreement, harbour, facts, why):
    with pytest.raises(PartyRefused, match=why):
        enter(agreement, harbour, **facts)


def test_nobody_is_in_it_twice(agreement, harbour):
    enter(agreement, harbour, ends_on=TODAY)

    with pytest.raises(PartyRefused, match="has this part already"):
        enter(agreement, harbour, starts_on=TODAY - timedelta(days=1))
    with pytest.raises(PartyRefused, match="first party already"):
        enter(agreement, agreement.provider)
    with pytest.raises(PartyRefused, match="first party already"):
        enter(agreement, OrganisationFactory(office=True), "CO_COMMISSIONER")
    with pytest.raises(PartyRefused, match="Only the Contract Manager"):
        keep_party(agreement=agreement, actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW)
    enter(agreement, harbour, starts_on=TODAY)

    assert [party.number for party in agreement.parties.order_by("number")] == [1, 2]


@pytest.mark.requirement("R-152")
def test_what_is_entered_changed_and_taken_out_is_in_the_log(agreement, harbour):
    party = enter(agreement, harbour)
    enter(agreement, harbour, "CONSORTIUM", number=party.number)

    for _ in range(2):
        actor = agreement.activity.contract_manager
        take_out_party(agreement=agreement, number=party.number, actor=actor, at=NOW)

    assert list(LogEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "party.entered",
        "party.changed",
        "party.taken_out",
    ]
    assert not AgreementParty.objects.exists()


# Lots


@pytest.mark.requirement("R-026")
def test_lot_is_delivered_by_somebody_in_the_agreement(agreement, harbour):
    with pytest.raises(PartyRefused, match="as a party of this agreement first"):
        divide(agreement, provider=harbour)
    party = enter(agreement, harbour)
    divide(agreement, provider=harbour, value=Decimal(1_900_000))

    with pytest.raises(PartyRefused, match="delivers lot 1"):
        take_out_party(agreement=agreement, number=party.number, actor=agreement.activity.contract_manager, at=NOW)
    with pytest.raises(PartyRefused, match="delivers lot 1"):
        enter(agreement, harbour, "CO_COMMISSIONER", number=party.number)
    with pytest.raises(PartyRefused, match="a lot 1 already"):
        divide(agreement)
    with pytest.raises(PartyRefused, match="Together the lots are worth"):
        divide(agreement, 2, value=Decimal("20000.01"))
    divide(agreement, 2, value=Decimal(20_000), seen=1)

    assert [(lot.number, lot.value) for lot in parties.lots_of(agreement)] == [(2, 20_000)]
    take_out_lot(agreement=agreement, number=2, actor=agreement.activity.contract_manager, at=NOW)
    assert not Lot.objects.exists()
    assert not LogEntry.objects.filter(summary__contains="Young").exists()


# Who reads what


@pytest.mark.threat("A02", "A07")
@pytest.mark.requirement("R-005")
@pytest.mark.parametrize("role", ["CONSORTIUM", "SUBCONTRACTOR", "CO_COMMISSIONER", "SUB_COMMISSIONER"])
def test_party_reads_nothing_by_being_one(client, agreement, harbour, kpi_return, role):
    enter(agreement, harbour, role)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=harbour))

    answers = [
        client.get(address).status_code
        for address in (
            agreement.get_absolute_url(),
            reverse("contracts:parties", args=[agreement.reference]),
            reverse("contracts:parties-csv", args=[agreement.reference]),
            reverse("contracts:lots-csv", args=[agreement.reference]),
            kpi_return.get_absolute_url(),
        )
    ]

    assert answers == [404] * 5


def test_manager_keeps_parties_and_lots_and_the_provider_reads_them(client, agreement, harbour, preparer):
    client.force_login(agreement.activity.contract_manager)
    page = reverse("contracts:parties", args=[agreement.reference])
    form = {"organisation": harbour.pk, "role": "SUBCONTRACTOR", "share_percent": "15.5"}
    wrong = client.post(f"{page}new/", {**form, "share_percent": "many"}).content.decode()
    days = {"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2025"}
    days |= {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2027"}
    client.post(f"{page}new/", {**form, **days})
    lot = reverse("contracts:lot-add", args=[agreement.reference])
    client.post(lot, {"number": "1", "title": "Young people", "value": "1000", "provider": harbour.pk})
    edited = client.get(f"{page}1/").content.decode()
    stuck = client.post(f"{page}1/take-out/", follow=True).content.decode()
    client.force_login(preparer)

    shown = client.get(page).content.decode()
    rows = client.get(reverse("contracts:parties-csv", args=[agreement.reference])).getvalue().decode().splitlines()
    lots = client.get(reverse("contracts:lots-csv", args=[agreement.reference])).getvalue().decode().splitlines()

    assert AgreementParty.objects.get().ends_on == date(2027, 4, 1)
    assert "Enter the first day" in wrong
    assert "many" in wrong
    assert 'value="31"' in edited
    assert "Harbourlight delivers lot 1" in stuck
    assert all(words in shown for words in ("15.50%", "The rest: 84.50%", "Lot 1: Young people"))
    assert "Enter a party" not in shown
    assert rows[1] == f"{agreement.reference},Harbourlight,Subcontractor,15.50,,2025-04-01,2027-03-31"
    assert lots[1] == f"{agreement.reference},1,Young people,1000.00,Harbourlight"


# What is public


def register_row(client):
    text = client.get("/register.csv").getvalue().decode("utf-8-sig")
    return next(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.requirement("R-006", "R-026")
def test_register_names_parties_and_lots_and_no_share(client, agreement, harbour, council):
    enter(agreement, harbour, share_percent=Decimal("15.25"))
    enter(agreement, council, "CO_COMMISSIONER", share_pounds=Decimal(123_456))
    enter(agreement, OrganisationFactory(name="Long gone"), ends_on=TODAY)
    divide(agreement, provider=harbour, value=Decimal(77_000))

    page = client.get("/register/").content.decode()
    row = register_row(client)

    assert "Harbourlight (subcontractor)" in page
    assert "Avonmere Council (co-commissioner)" in page
    assert "Lot 1: Young people" in page
    assert "Long gone" not in page
    assert row["parties"] == "Harbourlight (subcontractor); Avonmere Council (co-commissioner)"
    assert row["lots"] == "Lot 1: Young people, Harbourlight, £77,000"
    assert not any(share in page + str(row) for share in ("15.25", "123,456", "123456"))


@pytest.mark.parametrize("number", [1, 3])
def test_register_and_parties_cost_the_same_however_many(client, number, django_assert_num_queries):
    for _ in range(number):
        agreement = AgreementFactory()
        for place in range(number):
            organisation = OrganisationFactory()
            enter(agreement, organisation)
            divide(agreement, place + 1, provider=organisation)
    client.force_login(agreement.activity.contract_manager)
    client.get("/dashboard/")

    with django_assert_num_queries(7):
        client.get("/register/")
    with django_assert_num_queries(7):
        client.get(reverse("contracts:parties", args=[agreement.reference]))


@pytest.fixture
def everybody(agreement, harbour, council):
    enter(agreement, harbour, share_percent=Decimal("15.25"))
    enter(agreement, OrganisationFactory(name="Third"), "CONSORTIUM")
    enter(agreement, council, "CO_COMMISSIONER")
    enter(agreement, agreement.provider, "SUB_COMMISSIONER")
    divide(agreement, provider=harbour, value=Decimal(77_000))
    divide(agreement, 2, title="Adults")
    return agreement


@pytest.mark.requirement("R-006")
def test_release_has_each_party_once_with_its_roles_and_the_lots_as_items(client, everybody):
    [release] = read(client.get("/data/ocds/releases.json"))["releases"]

    roles = {party["name"]: party["roles"] for party in release["parties"]}
    [contract], [award] = release["contracts"], release["awards"]
    provider = everybody.provider.name
    assert roles == {
        release["buyer"]["name"]: ["buyer"],
        provider: ["supplier", "buyer"],
        "Harbourlight": ["subcontractor"],
        "Third": ["supplier"],
        "Avonmere Council": ["buyer"],
    }
    assert [supplier["name"] for supplier in award["suppliers"]] == [provider, "Third"]
    assert contract["items"] == [
        {
            "id": "1",
            "description": "Lot 1: Young people, Harbourlight",
            "quantity": 1,
            "unit": {"name": "lot", "value": {"amount": 77000, "currency": "GBP"}},
        },
        {"id": "2", "description": "Lot 2: Adults", "quantity": 1, "unit": {"name": "lot"}},
    ]
    assert "15.25" not in str(release)
    assert empty_places(release) == []


def test_standard_takes_parties_and_lots_and_knows_every_field(client, everybody, reference_data):
    Agreement.objects.filter(pk=everybody.pk).update(regime="FULL", indicators_unsuitable="One delivery.")
    schema = schema_beside(reference_data)

    package = read(client.get("/data/ocds/releases.json"))

    assert schema.errors(package) == []
    assert schema.additional_fields(package) == []


def test_what_procurement_law_says_is_in_the_release(client, agreement):
    Agreement.objects.filter(pk=agreement.pk).update(regime="FULL", indicators_unsuitable="One delivery.")

    [release] = read(client.get("/data/ocds/releases.json"))["releases"]

    [contract] = release["contracts"]
    assert release["tender"]["procurementMethodDetails"] == "Procurement Act 2023"
    assert (contract["aboveThreshold"], contract["noAgreedMetricsRationale"]) == (True, "One delivery.")
