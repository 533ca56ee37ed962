"""The list of open data: every file that it names is there, and what holds nothing says so."""

import pytest

from contracts.domain.publishing import publish_ratings
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


def test_every_file_of_the_list_can_be_opened_and_has_a_day(client):
    agreement = AgreementFactory()
    kpi_return = KpiReturnFactory(agreement=agreement, accepted=True)
    FigureFactory(kpi_return=kpi_return, indicator=IndicatorFactory(agreement=agreement))
    publish_ratings(kpi_return=kpi_return, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    files = client.get("/data/").context["files"]

    assert [client.get(file.url).status_code for file in files] == [200] * 6
    assert [file.title for file in files if not file.updated] == ["Payments", "Results of consultations"]


def test_an_empty_office_offers_no_empty_package(client):
    page = client.get("/data/")

    assert "Open Contracting" not in page.content.decode()
    assert "Nothing in it yet" in page.content.decode()


@pytest.mark.parametrize("agreements", [1, 3])
def test_the_list_costs_the_same_however_much_there_is(client, agreements, django_assert_num_queries):
    AgreementFactory.create_batch(agreements)

    with django_assert_num_queries(12):
        client.get("/data/")
