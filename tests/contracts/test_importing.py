"""Files become agreements and past quarters: all or nothing, in words, and twice is once."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.domain.ratings import rate, stated_apart, year_to_date
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.models import Agreement, Figure, KpiReturn, Rating
from engagement.domain import log
from engagement.enums import Role
from engagement.models import Activity, LogEntry, Organisation
from tests.factories.engagement import ActivityFactory, UserFactory

DATA = Path(__file__).parents[1] / "data"
AWARDS = (DATA / "awards.csv").read_text(encoding="utf-8")
QUARTERS = (DATA / "quarters.csv").read_text(encoding="utf-8")


@pytest.fixture
def lead(db):
    return UserFactory(role=Role.LEAD_COMMISSIONER)


@pytest.fixture
def run(tmp_path):
    """Runs an import command on a text (or bytes) and returns what it said."""

    def run(command, content, *arguments, **options):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        call_command(command, str(path), *arguments, stdout=out, **options)
        return out.getvalue()

    return run


def held():
    return [model.objects.count() for model in (Activity, Agreement, Organisation, KpiReturn, Figure, Rating, LogEntry)]


def test_awards_are_entered_as_the_source_has_them(lead, run):
    said = run("import_agreements", AWARDS, mapping="pcc_awards")

    rows = Agreement.objects.order_by("pk").values_list(
        "title", "kind", "provider__name", "provider_note", "value", "starts", "ends", "awarding_organisation__name"
    )
    assert [tuple(str(cell) for cell in row) for row in rows] == [
        (
            *("=Lanterns 2025/26", "GRANT", "Brightway", "", "66500.00"),
            *("Tuesday 1 April 2025", "Tuesday 31 March 2026", "Eastmoor"),
        ),
        ("Small sums", "GRANT", "None", "The source says: 6 of 12 bids", "928.76", "2021", "None", "Eastmoor"),
        ("Youth work", "CONTRACT", "None", "The source names nobody.", "2600000.00", "October 2025",
         "Thursday 6 October 2033", "Westfold"),
    ]  # fmt: skip
    assert Agreement.objects.get(title="=Lanterns 2025/26").note == "-replaces an earlier one"
    assert Activity.objects.get().published_at is None
    assert "3 agreements entered" in said
    assert log.verify().sound


def test_same_file_twice_changes_nothing(lead, run):
    run("import_agreements", AWARDS, mapping="pcc_awards")
    run("import_returns", QUARTERS, mapping="lgbf_quarterly")
    before = held()

    said = run("import_agreements", AWARDS, mapping="pcc_awards") + run(
        "import_returns", QUARTERS, mapping="lgbf_quarterly"
    )

    assert held() == before
    assert "3 agreements held already" in said
    assert "7 figures held already" in said


def test_dry_run_keeps_nothing_and_says_so(lead, run):
    before = held()

    said = run("import_agreements", AWARDS, mapping="pcc_awards", dry_run=True)

    assert held() == before
    assert "3 agreements entered" in said
    assert "This was a dry run: nothing was kept." in said


@pytest.mark.requirement("R-149")
def test_past_quarters_keep_gaps_and_nothings_as_they_are(lead, run):
    said = run("import_returns", QUARTERS, mapping="lgbf_quarterly")

    figures = {
        (figure.kpi_return.agreement.provider.name, figure.indicator.code, figure.kpi_return.quarter): figure
        for figure in Figure.objects.select_related("kpi_return__agreement__provider", "indicator", "rating")
    }
    assert sorted(figures) == [
        ("Eastmoor", "CORP 09", "2018-19 Q1"),
        ("Eastmoor", "CORP 09", "2018-19 Q2"),
        ("Eastmoor", "CORP 10", "2018-19 Q1"),
        ("Eastmoor", "CORP 10", "2018-19 Q2"),
        ("Westfold", "CORP 09", "2018-19 Q1"),
        ("Westfold", "CORP 10", "2018-19 Q1"),
        ("Westfold", "CORP 10", "2018-19 Q2"),
    ]
    of_nothing = figures["Eastmoor", "CORP 10", "2018-19 Q2"]
    assert (of_nothing.denominator, of_nothing.value, of_nothing.rating.word) == (0, None, "")
    beyond_whole = figures["Westfold", "CORP 09", "2018-19 Q1"]
    assert (beyond_whole.numerator, beyond_whole.denominator, beyond_whole.value) == (295, 290, 100)
    assert beyond_whole.rating.word == "GOOD"
    assert figures["Eastmoor", "CORP 09", "2018-19 Q1"].value == 90
    assert "1 gaps" in said
    assert "1 not applicable" in said
    assert "Changes" in said.split("Not kept, by choice: ")[1]


def test_past_quarter_with_another_figure_is_refused(lead, run):
    run("import_returns", QUARTERS, mapping="lgbf_quarterly")
    before = held()

    with pytest.raises(CommandError, match="Row 2: CORP 09 for April to June 2018 is held with another figure"):
        run("import_returns", QUARTERS.replace("9.0,10.0", "8.0,10.0"), mapping="lgbf_quarterly")

    assert held() == before


def test_own_format_is_read_without_a_mapping(lead, run):
    activity = ActivityFactory()
    run("import_agreements", "title,kind,fund\nLanterns,GRANT,FIRE\n", activity=activity.reference)

    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.fund, agreement.activity) == ("Lanterns", "FIRE", activity)


AGREEMENTS = ("import_agreements", "pcc_awards")
RETURNS = ("import_returns", "lgbf_quarterly")
AWARD = "Eastmoor,grant,Lanterns,Brightway,66500,2025-04-01,2026-03-31,,https://eastmoor.example/1\n"
HEADER = AWARDS.split("\n", maxsplit=1)[0] + "\n"
QUARTER = "CORP 09,Eastmoor,2018-19;Q1,0.9,9.0,10.0,null\n"
QUARTER_HEADER = QUARTERS.split("\n", maxsplit=1)[0] + "\n"


@pytest.mark.threat("K01", "K07", "U02")
@pytest.mark.parametrize(
    ("command", "content", "words"),
    [
        (AGREEMENTS, HEADER.replace("title,", "") + AWARD, "Row 1, column “title”: is missing."),
        (AGREEMENTS, HEADER + AWARD.replace("grant,", "loan,"), "“loan” is not one of the words"),
        (AGREEMENTS, HEADER + AWARD * 2, "Row 3: says the same as row 2. Remove one of them."),
        (AGREEMENTS, HEADER + AWARD.replace("66500", "NaN"), "“NaN” is not a number"),
        (AGREEMENTS, (HEADER + AWARD.replace("Lanterns", "Fenêtre")).encode("cp1252"), "UTF-8"),
        (AGREEMENTS, HEADER + AWARD.replace("Lanterns", "x" * 5_000_000), "131,072 characters"),
        (AGREEMENTS, HEADER + AWARD.replace("66500", "=1+1"), "“=1+1” is a formula."),
        (AGREEMENTS, "", "The file is empty."),
        (AGREEMENTS, "<!doctype html><p>No such page</p>", "This is a web page, not a CSV file."),
        (AGREEMENTS, HEADER + AWARD.replace("2025-04-01", "2025-23-09"), "not a date in the calendar"),
        (RETURNS, QUARTER_HEADER.replace("Denominator", "Of") + QUARTER, "column “Denominator”"),
        (RETURNS, QUARTER_HEADER + QUARTER.replace("9.0,", "many,"), "“many” is not a number."),
        (RETURNS, QUARTER_HEADER + QUARTER * 2, "says the same quarter of the same indicator"),
        (RETURNS, QUARTER_HEADER + QUARTER.replace("9.0,", "NaN,"), "“NaN” is not a number"),
        (RETURNS, QUARTER_HEADER + QUARTER.replace("9.0,", "=9,"), "“=9” is a formula."),
        (RETURNS, QUARTER_HEADER + QUARTER.replace(";Q1", ";Q5"), "is not a quarter as this file"),
        (RETURNS, QUARTER_HEADER + QUARTER.replace("9.0,", "-9.0,"), "a figure is below 0."),
        (RETURNS, QUARTER_HEADER + QUARTER.replace("CORP 09", "CORP 99"), "nothing is held under"),
        (RETURNS, "", "The file is empty."),
    ],
)
def test_damaged_file_is_refused_in_words_and_nothing_is_kept(lead, run, command, content, words):
    before = held()

    with pytest.raises(CommandError) as refusal:
        run(command[0], content, mapping=command[1])

    assert words in str(refusal.value)
    assert "nothing was kept" in str(refusal.value)
    assert held() == before


def test_import_into_an_office_without_a_lead_commissioner_is_refused(db, run):
    with pytest.raises(CommandError, match="There is no Lead Commissioner to own the activity"):
        run("import_agreements", AWARDS, mapping="pcc_awards")


def test_mapping_nobody_has_is_refused_with_those_there_are(lead, run):
    with pytest.raises(CommandError, match="The product has lgbf_quarterly, notices, pcc_awards; or name a file"):
        run("import_agreements", AWARDS, mapping="nowhere")


@pytest.mark.requirement("R-149")
def test_real_files_are_taken_whole(lead, run, reference_data):
    awards = (reference_data / "pcc-facts" / "pcc_awards.csv").read_bytes()
    figures = (reference_data / "quarterly-kpis" / "indicator_data_real_quarterly.csv").read_bytes()

    said = run("import_agreements", awards, mapping="pcc_awards") + run(
        "import_returns", figures, mapping="lgbf_quarterly"
    )

    assert Agreement.objects.filter(activity__title__startswith="Awards").count() == 46
    assert Figure.objects.count() == 1_339
    assert "5 gaps" in said
    assert "80 stated figures that differ from their counts by 2 points or more" in said
    kept = Figure.objects.select_related("indicator")
    apart = [one for one in kept if stated_apart(Yardstick.of(one.indicator), Reading.of(one)) is not None]
    assert len(apart) == 80
    assert all(rate(Yardstick.of(one.indicator), Reading.of(one)).value == one.value for one in apart), "as stated"
    assert Figure.objects.filter(denominator=0).count() == 1
    assert Figure.objects.filter(denominator=0, rating__word="").count() == 1
    assert list(Agreement.objects.filter(starts="2021", ends=None).values_list("starts", flat=True).distinct()) == [
        Agreement.objects.filter(starts="2021").first().starts
    ]


@pytest.mark.requirement("R-149")
def test_year_of_a_real_percentage_is_the_ratio_of_sums(lead, run, reference_data):
    figures = (reference_data / "quarterly-kpis" / "indicator_data_real_quarterly.csv").read_bytes()
    run("import_returns", figures, mapping="lgbf_quarterly")

    apart = {}
    for agreement in Agreement.objects.filter(title__startswith="Scottish Welfare Fund decisions"):
        for indicator in agreement.indicators.all():
            kept = indicator.figures.filter(kpi_return__quarter__startswith="2019-20").order_by("kpi_return__quarter")
            readings = [Reading.of(figure) for figure in kept]
            yardstick = Yardstick.of(indicator)
            year = year_to_date(yardstick, readings)
            mean = sum(yardstick.worked_out(reading) for reading in readings) / len(readings)
            apart[agreement.provider.name, indicator.code] = (rate(yardstick, year.reading).value, round(mean, 1))
            assert yardstick.exact(year.reading) == Decimal(100) * sum(r.numerator for r in readings) / sum(
                r.denominator for r in readings
            )

    widest = max(apart, key=lambda key: abs(apart[key][0] - apart[key][1]))
    assert abs(apart[widest][0] - apart[widest][1]) > 2, widest
