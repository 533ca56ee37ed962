"""Targets with their own dates: a new one is no new definition, and what was reported keeps its own."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.domain.agreements import change_indicator
from contracts.domain.entries import Entry, boxes, read_entry
from contracts.domain.figures import FiguresRefused, SavedEntry, save_figures
from contracts.domain.publishing import snapshot_of
from contracts.domain.queries import lines_of
from contracts.domain.returns import rate_figures
from contracts.domain.targets import TargetRefused, set_target
from contracts.enums import Aggregation, Direction, IndicatorKind, ToleranceUnit
from contracts.models import Rating
from contracts.models.target import Target
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


@pytest.fixture
def manager():
    return UserFactory(role=Role.CONTRACT_MANAGER)


@pytest.fixture
def agreement(manager):
    return AgreementFactory(activity__contract_manager=manager)


@pytest.mark.requirement("R-013", "R-077", "R-082")
def test_new_target_is_in_force_from_its_day_and_makes_no_new_version(agreement, manager):
    indicator = IndicatorFactory(agreement=agreement)
    first = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1", accepted=True)
    FigureFactory(kpi_return=first, indicator=indicator, numerator=88, denominator=100)
    rate_figures(first, at=NOW)

    changed = change_indicator(indicator=indicator, target=Decimal(85), actor=manager, at=NOW)
    second = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2", accepted=True)
    FigureFactory(kpi_return=second, indicator=indicator, numerator=88, denominator=100)
    rate_figures(second, at=NOW)

    assert (changed.pk, changed.version, Target.objects.get().from_date) == (indicator.pk, 1, JULY)
    assert list(Rating.objects.order_by("figure__kpi_return__quarter").values_list("word", flat=True)) == [
        "APPROACHING",
        "GOOD",
    ]
    assert [lines_of(one)[0].target_text for one in (first, second)] == ["90% or more", "85% or more"]
    assert [snapshot_of(one)["lines"][0]["target"] for one in (first, second)] == ["90", "85"]


@pytest.mark.requirement("R-013", "R-082")
def test_phased_targets_are_held_against_each_quarter_and_their_sum(agreement, manager):
    visits = IndicatorFactory(
        agreement=agreement, code="F1", count=True, direction=Direction.UP, aggregation=Aggregation.SUM,
        target=1000, approaching_by=50, improvement_by=150,
    )  # fmt: skip
    set_target(indicator=visits, from_date=JULY, target=Decimal(1500), actor=manager, at=NOW)
    set_target(indicator=visits, from_date=OCTOBER, target=Decimal(2000), actor=manager, at=NOW)
    set_target(indicator=visits, from_date=OCTOBER, target=Decimal(1800), note="Agreed.", actor=manager, at=NOW)

    targets = [
        lines_of(KpiReturnFactory(agreement=agreement, quarter=f"2026-27 Q{n}"))[0].yardstick.target
        for n in (1, 2, 3, 4)
    ]

    assert targets == [1000, 1500, 1800, 1800]


def test_target_is_not_moved_for_a_return_that_was_asked_for(agreement, manager):
    indicator = IndicatorFactory(agreement=agreement)
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2")

    with pytest.raises(TargetRefused, match="has been asked for already"):
        set_target(indicator=indicator, from_date=JULY, target=Decimal(80), actor=manager, at=NOW)
    with pytest.raises(TargetRefused, match="Only the Contract Manager"):
        set_target(
            indicator=indicator, from_date=OCTOBER, target=Decimal(80), actor=UserFactory(role=Role.AUDITOR), at=NOW
        )


@pytest.mark.parametrize(
    ("aim", "words"),
    [
        ({"approaching_by": Decimal(9), "improvement_by": Decimal(5)}, "second at least as far"),
        ({"bands": [{"label": "", "distance": "5", "word": "GOOD"}]}, "last band"),
    ],
)
def test_target_that_makes_no_sense_is_refused(agreement, manager, aim, words):
    with pytest.raises(TargetRefused, match=words):
        set_target(
            indicator=IndicatorFactory(agreement=agreement), from_date=OCTOBER, target=Decimal(80),
            actor=manager, at=NOW, **aim,
        )  # fmt: skip


def test_new_definition_takes_the_target_in_force_and_those_to_come(agreement, manager):
    indicator = IndicatorFactory(agreement=agreement)
    FigureFactory(kpi_return=KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1"), indicator=indicator)
    set_target(indicator=indicator, from_date=JULY, target=Decimal(92), actor=manager, at=NOW)
    set_target(indicator=indicator, from_date=OCTOBER, target=Decimal(95), actor=manager, at=NOW)

    newer = change_indicator(indicator=indicator, how="Another way.", actor=manager, at=NOW)

    assert (newer.version, newer.target) == (2, 92)
    assert list(newer.targets.values_list("from_date", "target")) == [(OCTOBER, 95)]


@pytest.mark.requirement("R-077")
def test_first_year_makes_the_baseline_and_is_not_rated(agreement):
    indicator = IndicatorFactory(agreement=agreement, rated_from=OCTOBER)

    judged = []
    for number in (2, 3):
        kpi_return = KpiReturnFactory(agreement=agreement, quarter=f"2026-27 Q{number}", accepted=True)
        FigureFactory(kpi_return=kpi_return, indicator=indicator, numerator=50, denominator=100)
        judged.append(rate_figures(kpi_return, at=NOW)[0])

    assert [(one.word, one.value) for one in judged] == [("", 50), ("INADEQUATE", 50)]


def test_great_movement_owes_a_sentence(agreement):
    indicator = IndicatorFactory(
        agreement=agreement, tolerance=Decimal(3), tolerance_in=ToleranceUnit.POINTS, target=Decimal(50)
    )
    before = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1", accepted=True)
    FigureFactory(kpi_return=before, indicator=indicator, numerator=80, denominator=100)
    kpi_return = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2")
    preparer = UserFactory(role=Role.PREPARER, organisation=agreement.provider)

    def save(part, words=""):
        entry = Entry(numerator=Decimal(part), denominator=Decimal(100), commentary=words)
        version = getattr(kpi_return.figures.first(), "version", 0)
        lines = [SavedEntry(indicator, entry, seen_version=version, completed=True)]
        save_figures(kpi_return=kpi_return, entries=lines, actor=preparer, at=NOW)

    save(83)
    with pytest.raises(FiguresRefused) as refused:
        save(84)
    save(84, words="More people were asked.")

    assert refused.value.problems == {
        indicator.code: {"commentary": "Say why this is up 4 points since the last figure. A sentence is enough."}
    }


@pytest.mark.requirement("R-012", "R-149")
@pytest.mark.parametrize(
    ("kind", "asked", "typed", "given", "problem"),
    [
        ("RATIO", ("denominator", "numerator"), ("3.5", "93", ""), ("3.5", "93", None), ""),
        ("UNIT_COST", ("denominator", "numerator"), ("40", "17,200.50", ""), ("40", "17200.50", None), ""),
        ("RATE", ("denominator", "numerator"), ("9.5", "9", ""), (None, "9", None), "denominator"),
        ("DAYS", ("value",), ("", "", "12"), (None, None, "12"), ""),
        ("YES_NO", ("value",), ("", "", "Yes"), (None, None, "1"), ""),
        ("YES_NO", ("value",), ("", "", "perhaps"), (None, None, None), "value"),
        ("NARRATIVE", (), ("", "", "7"), (None, None, None), "value"),
    ],
)
def test_each_kind_asks_for_its_own_boxes(kind, asked, typed, given, problem):
    ways = {"RATIO": "RATIO", "UNIT_COST": "RATIO", "RATE": "RATIO"}
    indicator = IndicatorFactory.build(
        agreement=None, kind=IndicatorKind(kind), aggregation=ways.get(kind, "NONE"), decimals=0, is_rated=False
    )

    reading = read_entry(indicator, dict(zip(("denominator", "numerator", "value"), typed, strict=True)))

    entry = reading.entry
    numbers = [None if number is None else Decimal(number) for number in given]
    assert boxes(indicator) == asked
    assert [entry.denominator, entry.numerator, entry.value] == numbers
    assert set(reading.problems) == ({problem} if problem else set())


def test_pages_set_a_target_and_show_every_one(client, agreement, manager):
    IndicatorFactory(agreement=agreement, code="V2")
    client.force_login(manager)
    address = f"/agreements/{agreement.reference}/measures/V2/targets/"

    shown = client.get(address)
    day = shown.context["form"].fields["from_date"].choices[1][0]
    refused = client.post(address, {"from_date": day, "target": ""}).content.decode()
    client.post(address, {"from_date": day, "target": "92.5", "note": "Agreed in May"})

    page = client.get(address).content.decode()
    assert "Enter the target" in refused
    assert "92.5% or more" in page
    assert "Agreed in May" in page
    assert "87.5% to 92.4%" in page


def test_form_takes_bands_of_its_own_and_what_is_best_between_two_values(client, agreement, manager):
    client.force_login(manager)
    typed = {
        "code": "V10", "name": "Open cases", "kind": "RATIO", "numerator_words": "Open cases",
        "denominator_words": "Posts filled", "decimals": "1", "direction": "RANGE", "aggregation": "RATIO",
        "is_rated": "yes", "target": "20", "high": "30", "minimum_n": "0",
        "bands": "Fine, 0, Good\nWatch, 5, Approaching target\nAct, beyond, Inadequate",
    }  # fmt: skip
    address = f"/agreements/{agreement.reference}/measures/new/"

    refused = client.post(address, typed | {"bands": "Fine, none, Good", "high": "10"}).content.decode()
    client.post(address, typed)

    indicator = agreement.indicators.get(code="V10")
    assert "is not a number. Write a number, or “beyond”." in refused
    assert "The upper value must be at least the lower one" in refused
    assert (indicator.high, indicator.approaching_by, indicator.improvement_by, len(indicator.bands)) == (30, 5, 5, 3)
    shown = client.get(f"/agreements/{agreement.reference}/measures/V10/").content.decode()
    assert "Watch, 5, Approaching target" in shown
