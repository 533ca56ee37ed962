"""What others say of the same measure, beside a line of a return: named where it may be, together or not at all."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from contracts.domain.publishing import publish_ratings
from contracts.domain.returns import rate_figures
from contracts.enums import Aggregation, IndicatorKind
from engagement.enums import Role
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory, MeasureVersionFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """The clock stands still."""


@pytest.fixture
def version():
    return MeasureVersionFactory()


@pytest.fixture
def mine(version):
    return figure_of(version, 80, state="submitted")


@pytest.fixture
def manager(client, mine):
    user = mine.kpi_return.agreement.activity.contract_manager
    client.force_login(user)
    return user


def figure_of(version, part, *, whole=100, state="accepted", **facts):
    """So many of a hundred feel safer, told by another agreement."""
    return FigureFactory(
        indicator__measure_version=version,
        indicator__name="Feeling safer at the end",
        **{f"kpi_return__{state}": True},
        numerator=Decimal(part),
        denominator=Decimal(whole),
        **facts,
    )


def compared(client, figure):
    """What stands in the column, in plain words."""
    page = BeautifulSoup(client.get(figure.kpi_return.get_office_url()).content, "html.parser")
    return " ".join(page.select_one("td[data-label=Compared]").get_text(" ").split())


@pytest.mark.requirement("R-077")
def test_five_others_are_told_together_and_none_by_name(client, manager, mine, version):
    others = [figure_of(version, part) for part in (60, 70, 75, 90, 95)]

    words = compared(client, mine)

    assert "5 others: 75.0% in the middle, half of them between 70.0% and 90.0%." in words
    assert "60.0%" not in words
    assert "95.0%" not in words
    assert not any(other.kpi_return.agreement.title in words for other in others)


@pytest.mark.threat("A07", "P07")
def test_four_others_are_not_told_at_all(client, manager, mine, version):
    for part in (60, 70, 75, 90):
        figure_of(version, part)

    words = compared(client, mine)

    assert words.endswith("Others count the same: too few to be told without giving one away.")
    assert not any(f"{part}.0%" in words for part in (60, 70, 75, 90))


@pytest.mark.threat("A07", "P07")
def test_five_agreements_of_one_provider_are_one_other(client, manager, mine, version):
    provider = OrganisationFactory()
    for part in (60, 70, 75, 90, 95):
        figure_of(version, part, kpi_return__agreement__provider=provider)

    assert "in the middle" not in compared(client, mine)


@pytest.mark.threat("A07", "P07")
def test_what_i_may_open_makes_the_others_no_more_than_they_are(client, manager, mine, version):
    own = figure_of(version, 60, kpi_return__agreement__activity=mine.kpi_return.agreement.activity)
    for part in (70, 75, 90, 95):
        figure_of(version, part)

    words = compared(client, mine)

    assert f"{own.kpi_return.agreement.title} : 60.0%" in words
    assert "More count the same: too few to be told without giving one away." in words
    assert "in the middle" not in words


@pytest.mark.requirement("R-077")
def test_management_reads_every_name(client, mine, version):
    others = [figure_of(version, part) for part in (60, 70, 75)]
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    words = compared(client, mine)

    assert "3 others: 70.0% in the middle, half of them between 65.0% and 72.5%." in words
    assert all(other.kpi_return.agreement.title in words for other in others)


@pytest.mark.requirement("R-077")
def test_what_is_published_is_named(client, manager, mine, version):
    other = figure_of(version, 70)
    rate_figures(other.kpi_return, at=NOW)
    publish_ratings(kpi_return=other.kpi_return, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    reply = client.get(mine.kpi_return.get_office_url())

    assert f'href="{other.kpi_return.agreement.get_performance_url()}"' in reply.content.decode()
    assert f"{other.kpi_return.agreement.title} : 70.0%" in compared(client, mine)


@pytest.mark.threat("P07")
def test_figures_of_few_people_count_for_nothing(client, manager, mine, version):
    for part in (60, 70, 75, 90):
        figure_of(version, part)
    figure_of(version, 3, whole=4, indicator__counts_people=True)

    assert "in the middle" not in compared(client, mine)


def test_only_accepted_figures_of_the_same_version_and_time_count(client, manager, mine, version):
    figure_of(version, 60, state="submitted")
    figure_of(version, 70, kpi_return__quarter="2025-26 Q4")
    figure_of(version, 75, indicator__asked_every=12)
    figure_of(MeasureVersionFactory(measure=version.measure, number=2, note="Told anew."), 90)

    words = compared(client, mine)

    assert "other" not in words.lower()
    assert "count the same" not in words


def test_words_and_yes_or_no_have_no_middle(client, version, mine):
    others = [figure_of(version, 60) for _ in range(3)]
    for figure in (mine, *others):
        figure.indicator.kind, figure.indicator.aggregation = IndicatorKind.YES_NO, Aggregation.LATEST
        figure.indicator.save()
        figure.numerator, figure.denominator, figure.value = None, None, Decimal(1)
        figure.save()
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    words = compared(client, mine)

    assert "in the middle" not in words
    assert words.count(" : Yes") == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_peers_cost_the_same_however_many(client, rows, django_assert_num_queries):
    versions = MeasureVersionFactory.create_batch(rows)
    kpi_return = KpiReturnFactory(submitted=True)
    for version in versions:
        FigureFactory(
            kpi_return=kpi_return,
            indicator=IndicatorFactory(agreement=kpi_return.agreement, measure_version=version),
        )
        for part in range(rows):
            figure_of(version, 60 + part)
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    with django_assert_num_queries(17):
        reply = client.get(kpi_return.get_office_url())

    assert [len(line.peers.named) for line in reply.context["lines"]] == [rows] * rows
