"""The Open Contracting release package: what is in it, what never is, and that the standard's own schema takes it."""

import copy
from datetime import date
from decimal import Decimal

import pytest

from contracts.domain import ocds
from contracts.domain.publishing import publish_ratings
from contracts.models import PartialDate
from engagement.enums import EventKind, Fund, Role
from tests.contracts.ocds import empty_places, read, schema_beside
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, EventFactory, OrganisationFactory, UserFactory

ADDRESS = "/data/ocds/releases.json"


@pytest.fixture
def schema(reference_data):
    return schema_beside(reference_data)


def published(agreement, **figure):
    """A rated percentage of this agreement, published."""
    kpi_return = KpiReturnFactory(agreement=agreement, accepted=True)
    indicator = figure.pop("indicator", None) or IndicatorFactory(agreement=agreement, code="V1")
    FigureFactory(kpi_return=kpi_return, indicator=indicator, **figure)
    management = UserFactory(role=Role.MANAGEMENT)
    return publish_ratings(kpi_return=kpi_return, words=["V1"], actor=management, at=NOW)


@pytest.fixture
def agreement(db):
    provider = OrganisationFactory(name="Brightway", charity_number="1234567")
    made = AgreementFactory(title="Victim support", provider=provider, legal_power="section 143")
    made.activity.funding_lines.create(
        fund=Fund.POLICING,
        stream="Victims grant",
        amount=Decimal("1920000.50"),
        starts_on=date(2025, 4, 1),
        ends_on=date(2028, 4, 1),
    )
    return made


@pytest.mark.django_db
@pytest.mark.requirement("R-022")
def test_a_release_tells_an_agreement_from_planning_to_ratings(client, agreement):
    EventFactory(
        activity=agreement.activity,
        kind=EventKind.DOCUMENT_PUBLISHED,
        title="Specification, version 1",
        path=f"{agreement.activity.get_absolute_url()}specification/v1/",
    )
    published(agreement)

    package = read(client.get(ADDRESS))

    [release] = package["releases"]
    [contract], [award] = release["contracts"], release["awards"]
    [metric] = contract["implementation"]["metrics"]
    [observation] = metric["observations"]
    assert (package["version"], package["uri"]) == ("1.1", "http://testserver/data/ocds/releases.json")
    assert release["ocid"] == f"ocds-invented-{agreement.reference}"
    assert release["tag"] == ["planning", "tender", "award", "contract", "implementation"]
    assert [(party["name"], party["roles"]) for party in release["parties"]][1:] == [("Brightway", ["supplier"])]
    assert release["parties"][1]["identifier"]["scheme"] == "GB-CHC"
    assert release["planning"]["budget"]["id"] == "policing"
    assert release["planning"]["budget"]["amount"] == {"amount": 1920000.5, "currency": "GBP"}
    [funding] = release["planning"]["forecasts"][0]["observations"]
    assert funding["dimensions"] == {"fund": "policing"}
    assert [document["documentType"] for document in release["tender"]["documents"]] == ["technicalSpecifications"]
    assert award["date"] == "2025-03-14T00:00:00+00:00"
    assert contract["period"] == {"startDate": "2025-04-01T00:00:00+01:00", "endDate": "2028-03-31T23:59:59+01:00"}
    assert contract["agreedMetrics"][0]["observations"][0]["measure"] == 90
    assert (observation["measure"], observation["unit"]["id"]) == (90.9, "P1")
    assert observation["measureClassification"] == {"scheme": "UK_KPI_RATING", "id": "met", "description": "Good"}
    assert empty_places(package) == []


@pytest.mark.django_db
@pytest.mark.threat("P07")
def test_a_withheld_number_is_in_no_release(client, agreement):
    few = IndicatorFactory(agreement=agreement, code="V1", people=True)
    published(agreement, indicator=few, numerator=Decimal(387), denominator=Decimal(389))

    reply = client.get(ADDRESS)

    text = b"".join(reply.streaming_content).decode()
    assert "387" not in text
    assert "measureClassification" in text


@pytest.mark.django_db
def test_figures_are_those_that_were_published(client, agreement):
    publication = published(agreement)
    publication.kpi_return.figures.update(numerator=Decimal(1))

    [release] = read(client.get(ADDRESS))["releases"]

    assert release["contracts"][0]["implementation"]["metrics"][0]["observations"][0]["measure"] == 90.9


@pytest.mark.django_db
def test_only_our_own_live_agreements_of_published_activities_have_releases(client, agreement):
    AgreementFactory(draft=True)
    AgreementFactory(recorded=True)
    AgreementFactory(activity=ActivityFactory())

    package = read(client.get(ADDRESS))

    assert [release["contracts"][0]["id"] for release in package["releases"]] == [agreement.reference]


@pytest.mark.django_db
def test_no_date_is_made_more_precise_than_it_is(client):
    AgreementFactory(signed_on=PartialDate("2025"), starts=PartialDate("2025-04"), ends=None, value=None)

    [release] = read(client.get(ADDRESS))["releases"]

    assert "date" not in release["awards"][0]
    assert {"period", "dateSigned", "value"} & set(release["contracts"][0]) == set()


@pytest.mark.django_db
def test_the_same_facts_have_the_same_release_id_and_others_another(client, agreement):
    [first] = read(client.get(ADDRESS))["releases"]
    [again] = read(client.get(ADDRESS))["releases"]
    agreement.value = Decimal(5)
    agreement.save(update_fields=["value"])

    [other] = read(client.get(ADDRESS))["releases"]

    assert first == again
    assert first["ocid"] == other["ocid"]
    assert first["id"] != other["id"]


@pytest.mark.django_db
def test_without_a_prefix_or_an_agreement_there_is_no_package(client, settings):
    empty = client.get(ADDRESS).status_code
    AgreementFactory()
    settings.OCID_PREFIX = ""

    assert [empty, client.get(ADDRESS).status_code] == [404, 404]


@pytest.mark.django_db
@pytest.mark.parametrize("agreements", [1, 3])
def test_the_package_costs_the_same_however_many_agreements(client, agreements, django_assert_num_queries):
    for made in AgreementFactory.create_batch(agreements):
        published(made)

    with django_assert_num_queries(18):
        package = read(client.get(ADDRESS))

    assert len(package["releases"]) == agreements


@pytest.mark.django_db
def test_the_standard_takes_the_package_and_knows_every_field(client, agreement, schema):
    published(agreement)
    other = AgreementFactory(
        fund=Fund.FIRE, value=None, provider=None, provider_note="x", source_url="https://a.example"
    )
    published(other, indicator=IndicatorFactory(agreement=other, code="M1", money=True), of_value=True)

    package = read(client.get(ADDRESS))

    assert schema.errors(package) == []
    assert schema.additional_fields(package) == []
    assert set(ocds.EXTENSIONS) == set(package["extensions"])


def spoil(package, mistake):
    """The package with one thing wrong in its first contract."""
    package = copy.deepcopy(package)
    contract = package["releases"][0]["contracts"][0]
    observation = contract["implementation"]["metrics"][0]["observations"][0]
    mistake(contract, observation)
    return package


@pytest.mark.django_db
@pytest.mark.parametrize(
    "mistake",
    [
        lambda contract, observation: observation.pop("id"),
        lambda contract, observation: observation.update(measure=""),
        lambda contract, observation: contract.update(status="live"),
        lambda contract, observation: contract.update(dateSigned="2025-03-14"),
    ],
    ids=["observation without id", "empty measure", "unknown status", "date without time"],
)
def test_the_check_would_find_a_mistake(client, agreement, schema, mistake):
    published(agreement)

    package = spoil(read(client.get(ADDRESS)), mistake)

    assert len(schema.errors(package)) == 1


@pytest.mark.django_db
def test_the_check_would_find_a_field_that_nobody_knows(client, agreement, schema):
    published(agreement)

    package = spoil(read(client.get(ADDRESS)), lambda contract, observation: observation.update(meassure=1))

    assert schema.errors(package) == []
    assert schema.additional_fields(package) == ["releases/contracts/implementation/metrics/observations/meassure"]
