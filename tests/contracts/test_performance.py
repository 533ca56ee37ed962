"""What the public reads of performance: only what was published, worst first, and nothing that was withheld."""

import csv
import io
import re
from decimal import Decimal

import pytest

from contracts.domain.measures import finding, measures_of, worst_first
from contracts.domain.publishing import publish_ratings
from contracts.models import Figure
from engagement.domain.calendar import Quarter
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

LATEST = Quarter(2026, 1)


def read_csv(reply):
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def published(agreement, figures, *, quarter=LATEST, words=()):
    """Publishes a quarter of an agreement: `figures` maps indicators to the fields of their figures."""
    kpi_return = KpiReturnFactory(agreement=agreement, quarter=quarter.code, accepted=True)
    for indicator, fields in figures.items():
        FigureFactory(kpi_return=kpi_return, indicator=indicator, **fields)
    actor = UserFactory(role=Role.MANAGEMENT)
    return publish_ratings(kpi_return=kpi_return, words=words, actor=actor, at=NOW)


def part(numerator, denominator, **more):
    return {"numerator": Decimal(numerator), "denominator": Decimal(denominator), **more}


def number(value, **more):
    return {"numerator": None, "denominator": None, "value": Decimal(value), **more}


@pytest.mark.django_db
@pytest.mark.requirement("R-009", "R-077")
def test_page_leads_with_the_finding_and_shows_the_worst_measure_first(client):
    agreement = AgreementFactory()
    contact = IndicatorFactory(agreement=agreement, code="V1", name="First contact")
    waiting = IndicatorFactory(agreement=agreement, code="V2", name="Waiting over 6 weeks", count=True)
    published(agreement, {contact: part(391, 430), waiting: number(26)})

    reply = client.get(agreement.get_performance_url())
    page = reply.content.decode()

    assert "1 of 2 measures met their target in April to June 2026</h1>" in page
    assert [measure.line["name"] for measure in reply.context["measures"]] == ["Waiting over 6 weeks", "First contact"]
    assert "First contact was 90.9%, and met its target" in page
    assert "Waiting over 6 weeks was 26, far from its target" in page


@pytest.mark.django_db
def test_trend_shows_gaps_as_gaps_and_the_table_every_quarter(client):
    agreement = AgreementFactory()
    contact = IndicatorFactory(agreement=agreement, code="V1", name="First contact")
    published(agreement, {contact: part(80, 100)}, quarter=LATEST.back(3))
    published(agreement, {contact: {"unavailable": True}}, quarter=LATEST.back(1))
    published(agreement, {contact: part(391, 430)})

    reply = client.get(agreement.get_performance_url())
    [measure] = reply.context["measures"]

    assert [row.text for row in measure.rows] == ["90.9%", "Not given", "Not published", "80.0%"]
    assert [point["value"] for point in measure.trend["points"]] == [Decimal("80"), None, None, Decimal("90.9")]
    page = reply.content.decode()
    assert page.count("portal-chart__series") == 0, "no line crosses a gap"
    assert page.count("Not published") == 1
    assert "First contact was 90.9%, and met its target" in page


@pytest.mark.django_db
def test_one_quarter_alone_draws_no_chart(client):
    agreement = AgreementFactory()
    published(agreement, {IndicatorFactory(agreement=agreement): part(391, 430)})

    page = client.get(agreement.get_performance_url()).content.decode()

    assert "portal-chart" not in page
    assert "90.9%" in page


@pytest.mark.django_db
def test_new_definition_is_marked_and_never_compared_with_the_old(client):
    agreement = AgreementFactory()
    old = IndicatorFactory(agreement=agreement, code="V1", asked_until=LATEST.starts_on)
    new = IndicatorFactory(agreement=agreement, code="V1", version=2, asked_from=LATEST.starts_on)
    published(agreement, {old: part(95, 100)}, quarter=LATEST.previous())
    published(agreement, {new: part(80, 100)})

    reply = client.get(agreement.get_performance_url())
    [measure] = reply.context["measures"]

    assert measure.headline == "First contact within 2 working days was 80.0%, short of its target"
    assert measure.trend["break_before"] == 1
    assert "New definition from here on" in reply.content.decode()


@pytest.mark.django_db
@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07")
def test_withheld_numbers_are_in_no_table_no_drawing_and_no_file(client):
    agreement = AgreementFactory()
    safer = IndicatorFactory(agreement=agreement, code="V5", people=True, minimum_n=0)
    published(agreement, {safer: part(60, 100)}, quarter=LATEST.back(2))
    published(agreement, {safer: part(70, 100)}, quarter=LATEST.back(1))
    published(agreement, {safer: part(3, 4817)}, words=["V5"])

    page = client.get(agreement.get_performance_url()).content.decode()
    everyone = client.get("/performance/").content.decode()
    rows = read_csv(client.get(f"/performance/{agreement.slug}.csv"))
    whole = read_csv(client.get("/performance.csv"))

    assert "4,817" not in page
    assert "4817" not in page + everyone
    assert "too few people to show in April to June 2026" in page
    assert "Too few to show" in page
    assert [(row["value"], row["numerator"], row["denominator"], row["withheld"]) for row in rows] == [
        ("", "", "", "yes"),
        ("70", "70", "100", "no"),
        ("60", "60", "100", "no"),
    ]
    assert "4817" not in str(whole)
    points = re.findall(r"portal-chart__point ", page)
    assert len(points) <= 2 + 4, "two drawn quarters and the marks of the key"


@pytest.mark.django_db
def test_later_change_of_a_figure_changes_nothing_that_was_published(client):
    agreement = AgreementFactory()
    published(agreement, {IndicatorFactory(agreement=agreement): part(391, 430)})
    Figure.objects.update(numerator=Decimal(100))

    page = client.get(agreement.get_performance_url()).content.decode()

    assert "90.9%" in page
    assert "23.3%" not in page


@pytest.mark.django_db
def test_provider_s_words_stand_only_where_they_were_released(client):
    agreement = AgreementFactory()
    one = IndicatorFactory(agreement=agreement, code="V1")
    two = IndicatorFactory(agreement=agreement, code="V2")
    figures = {one: part(391, 430, commentary="Two advocates started"), two: part(391, 430, commentary="Secret words")}
    published(agreement, figures, words=["V1"])

    page = client.get(agreement.get_performance_url()).content.decode()

    assert "Two advocates started" in page
    assert "Secret words" not in page


@pytest.mark.django_db
@pytest.mark.threat("A07")
def test_nothing_is_found_before_publication_or_while_the_activity_is_in_draft(client):
    unpublished = KpiReturnFactory(accepted=True).agreement
    agreement = AgreementFactory()
    published(agreement, {IndicatorFactory(agreement=agreement): part(391, 430)})
    agreement.activity.published_at = None
    agreement.activity.save()

    answers = [
        client.get(address).status_code
        for slug in (unpublished.slug, agreement.slug, "no-such-service")
        for address in (f"/performance/{slug}/", f"/performance/{slug}.csv")
    ]

    assert answers == [404] * 6
    assert "No ratings are published yet" in client.get("/performance/").content.decode()
    assert read_csv(client.get("/performance.csv")) == []


@pytest.mark.django_db
def test_list_puts_the_most_worrying_service_first_and_counts_the_latest_quarter(client):
    good, bad, old = (AgreementFactory(title=title) for title in ("A good service", "Z bad service", "An old one"))
    published(good, {IndicatorFactory(agreement=good): part(95, 100)})
    published(bad, {IndicatorFactory(agreement=bad): part(40, 100)})
    published(old, {IndicatorFactory(agreement=old): part(95, 100)}, quarter=LATEST.back(4))

    reply = client.get("/performance/")

    assert [service.title for service in reply.context["services"]] == [
        "Z bad service",
        "A good service",
        "An old one",
    ]
    assert "1 of 2 measures met their target in April to June 2026</h1>" in reply.content.decode()


@pytest.mark.django_db
@pytest.mark.threat("X01", "X03")
def test_file_neutralises_formulas_and_keeps_numbers(client):
    agreement = AgreementFactory()
    indicator = IndicatorFactory(agreement=agreement)
    published(agreement, {indicator: part(391, 430, commentary='=CMD("x")\n-2 staff')}, words=[indicator.code])

    [row] = read_csv(client.get(f"/performance/{agreement.slug}.csv"))

    assert row["provider_words"] == "'=CMD(\"x\")\n'-2 staff"
    assert (row["numerator"], row["denominator"], row["value"], row["rating"]) == ("391", "430", "90.9", "Good")


@pytest.mark.django_db
@pytest.mark.parametrize("services", [1, 3])
def test_list_costs_the_same_however_long(client, services, django_assert_num_queries):
    for agreement in AgreementFactory.create_batch(services):
        published(agreement, {IndicatorFactory(agreement=agreement): part(391, 430)})

    with django_assert_num_queries(4):
        reply = client.get("/performance/")

    assert len(reply.context["services"]) == services


@pytest.mark.django_db
@pytest.mark.parametrize("quarters", [1, 3])
def test_page_costs_the_same_however_many_quarters_and_measures(client, quarters, django_assert_num_queries):
    agreement = AgreementFactory()
    indicators = IndicatorFactory.create_batch(quarters, agreement=agreement)
    for back in range(quarters):
        published(agreement, {indicator: part(391, 430) for indicator in indicators}, quarter=LATEST.back(back))

    with django_assert_num_queries(10):
        reply = client.get(agreement.get_performance_url())

    assert len(reply.context["measures"]) == quarters


def line_with(text, word, *, value="", withheld=False, name="First contact"):
    return {"name": name, "text": text, "word": word, "value": value or None, "withheld": withheld, "version": 1}


class Row:
    def __init__(self, line, quarter=LATEST, new_definition=False):
        self.line, self.period, self.new_definition = line, quarter, new_definition
        self.value = Decimal(line["value"]) if line["value"] and not line["withheld"] else None


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (
            ("90.9%", "GOOD", "90.9"),
            [("80.0%", "REQUIRES_IMPROVEMENT", "80")] * 2,
            "rose to 90.9%, and met its target for the first time",
        ),
        (
            ("90.9%", "GOOD", "90.9"),
            [("80.0%", "REQUIRES_IMPROVEMENT", "80"), ("95.0%", "GOOD", "95")],
            "rose to 90.9%, and met its target",
        ),
        (("86.0%", "APPROACHING", "86"), [("90.0%", "GOOD", "90")], "fell to 86.0%, close to its target"),
        (("86.0%", "APPROACHING", "86"), [("86.0%", "APPROACHING", "86")], "stayed at 86.0%, close to its target"),
        (("430", "", "430"), [], "was 430"),
    ],
)
def test_finding_says_where_a_measure_went_and_what_it_means(now, before, sentence):
    rows = [Row(line_with(text, word, value=value)) for text, word, value in [now, *before]]

    assert finding(rows[0].line, rows) == f"First contact {sentence}"


def test_finding_gives_no_direction_of_what_is_withheld():
    hidden = line_with("Too few to show", "OTHER", withheld=True)
    rows = [Row(hidden), Row(line_with("80.0%", "REQUIRES_IMPROVEMENT", value="80"))]

    assert finding(hidden, rows) == "First contact: too few people to show in April to June 2026"


def test_worst_first_keeps_the_agreed_order_among_equals():
    words = ["GOOD", "", "INADEQUATE", "OTHER", "GOOD", "APPROACHING", "REQUIRES_IMPROVEMENT"]
    lines = [{"word": word, "place": place} for place, word in enumerate(words)]

    assert [line["place"] for line in worst_first(lines)] == [2, 6, 5, 0, 4, 3, 1]
    assert measures_of([]) == []
