"""The parts of a figure as the public reads them: protected, on the page and in its file."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import parts, publishing, returns
from contracts.domain.parted import published_tables
from contracts.models import Figure
from engagement.enums import Role
from tests.contracts.test_parts import BY_SOURCE, TOLD, referrals, text_of, told
from tests.factories.contracts import FigureFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(agreement):
    return referrals(agreement)


@pytest.fixture
def kpi_return(agreement, indicator):
    return KpiReturnFactory(agreement=agreement)


def of_people(numbers, *, total=None, tables=(BY_SOURCE,), threshold=5):
    indicator = referrals(tables=tables, build=True, counts_people=True, unit="people")
    whole = sum(number or 0 for number in numbers.values()) if total is None else total
    figure = Figure(indicator=indicator, value=Decimal(whole), parts=parts.as_kept(told(numbers, tables[0]["by"])))
    tables = published_tables(indicator, figure, threshold=threshold)
    return dict(tables[0]["rows"]) if tables else None


@pytest.mark.threat("P07", "P08")
def test_a_small_group_is_withheld_and_another_with_it():
    shown = of_people({"Police": 400, "Health": 120, "Self": 30, "Schools": 3, "Not known": 60})

    assert shown == {
        "Police": "400",
        "Health": "120",
        "Self": "Too few to show",
        "Schools": "Too few to show",
        "Not known": "60",
    }


@pytest.mark.threat("P07", "P08")
def test_a_small_group_that_is_not_available_is_not_told_by_the_rest():
    shown = of_people({"Police": 400, "Health": 120, "Self": 30, "Schools": None, "Not known": 60}, total=613)

    assert shown["Self"] == "Too few to show"
    assert shown["Schools"] == "Not available"


@pytest.mark.threat("P07", "P08")
@given(
    numbers=st.lists(st.integers(0, 60), min_size=5, max_size=5),
    gone=st.sets(st.integers(0, 4), max_size=2),
    rest=st.integers(0, 12),
)
def test_nobody_works_out_a_small_group_from_what_is_published(numbers, gone, rest):
    said = {
        group: None if place in gone else number
        for place, (group, number) in enumerate(zip(TOLD, numbers, strict=True))
    }
    total = sum(number or 0 for number in said.values()) + (rest if gone else 0)

    shown = of_people(said, total=total)

    unseen = [group for group, text in shown.items() if text == "Too few to show"]
    assert {group for group, number in said.items() if number is not None and number < 5} <= set(unseen)
    known = sum(said[group] for group, text in shown.items() if text not in {"Too few to show", "Not available"})
    hidden_together = total - known  # what the reader can work out: all that is withheld, with what is not available
    if unseen:
        assert len(unseen) > 1 or any(number is None for number in said.values())
        assert hidden_together > 5 or known == 0


def test_parts_of_people_that_contradict_the_total_are_not_published():
    assert of_people(TOLD, total=44113) is None


def test_parts_of_things_are_published_as_they_are():
    indicator = referrals(build=True, unit="calls")
    figure = Figure(indicator=indicator, value=Decimal(46958), parts=parts.as_kept(told(TOLD | {"Self": None})))

    [table] = published_tables(indicator, figure, threshold=5)

    assert dict(table["rows"])["Schools"] == "6"
    assert dict(table["rows"])["Self"] == "Not available"
    assert table["withheld"] is False


@pytest.mark.threat("P07")
def test_the_page_and_its_file_show_parts_only_as_they_are_protected(client, agreement, indicator, kpi_return):
    indicator.counts_people = True
    indicator.save()
    numbers = {"Police": 40077, "Health": 4874, "Self": 3, "Schools": 329, "Not known": 0}
    figure = FigureFactory(
        kpi_return=kpi_return,
        indicator=indicator,
        of_value=True,
        value=Decimal(45283),
        parts=parts.as_kept(told(numbers)),
    )
    type(kpi_return).objects.filter(pk=kpi_return.pk).update(
        state="ACCEPTED",
        submissions=1,
        submitted_at=NOW,
        accepted_at=NOW,
        accepted_by=agreement.activity.contract_manager,
    )
    returns.rate_figures(figure.kpi_return, at=NOW)
    publishing.publish_ratings(kpi_return=kpi_return, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    page = client.get(agreement.get_performance_url()).content.decode()
    file = text_of(client.get(reverse("contracts:performance-parts-csv", args=[agreement.slug])))

    rows = {row["group"]: (row["shown_as"], row["withheld"]) for row in csv.DictReader(io.StringIO(file))}
    assert rows["Police"] == ("40,077", "no")
    assert rows["Self"] == rows["Not known"] == ("Too few to show", "yes")
    assert "Small groups are withheld" in page
    assert "40,077" in page
    assert list(rows.values()).count(("Too few to show", "yes")) == 3
