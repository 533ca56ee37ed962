"""Entering agreements and saying what they measure."""

from decimal import Decimal

import pytest

from contracts.domain.agreements import (
    AgreementRefused,
    add_indicator,
    change_agreement,
    change_indicator,
    enter_agreement,
    sign_agreement,
)
from contracts.models import Agreement
from engagement.domain.periods import Period
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def enter(activity, **more):
    facts = {"title": "Navigation", "provider": OrganisationFactory(), "kind": "SLA", "fund": "FIRE", **more}
    return enter_agreement(activity=activity, actor=activity.contract_manager, at=NOW, **facts)


@pytest.mark.requirement("R-005", "R-007", "R-026")
@pytest.mark.parametrize("kind", ["CONTRACT", "GRANT", "SLA", "IN_HOUSE", "DEVOLVED_BUDGET"])
def test_agreement_of_every_kind_carries_measures(kind):
    agreement = enter(ActivityFactory(), kind=kind)

    add_indicator(
        agreement=agreement,
        code="F1",
        name="Visits",
        kind="COUNT",
        aggregation="SUM",
        is_rated=False,
        actor=None,
        at=NOW,
    )

    assert (agreement.get_kind_display() != "", agreement.indicators.count()) == (True, 1)


def test_references_and_slugs_count_on():
    activity = ActivityFactory()

    made = [enter(activity) for _ in range(2)]

    assert [(one.reference, one.slug) for one in made] == [("A-2026-001", "navigation"), ("A-2026-002", "navigation-2")]
    assert LogEntry.objects.filter(action="agreement.entered").count() == 2


def test_agreement_of_another_s_activity_is_refused():
    stranger = UserFactory(role=Role.CONTRACT_MANAGER)

    with pytest.raises(AgreementRefused, match="Only the Contract Manager of an activity"):
        enter_agreement(
            title="Mine", activity=ActivityFactory(), provider=None, kind="SLA", fund="FIRE", actor=stranger, at=NOW
        )


def test_agreement_cannot_end_before_it_starts():
    with pytest.raises(AgreementRefused, match=r"cannot end .2025. before it starts .April 2026."):
        enter(ActivityFactory(), starts="2026-04", ends="2025")


def test_a_year_alone_may_end_what_a_day_of_it_begins():
    assert str(enter(ActivityFactory(), starts="2026-04-01", ends="2026").ends) == "2026"


@pytest.mark.parametrize(
    ("agreement", "signed_on", "message"),
    [
        ({}, "2026-01-01", "already recorded as signed .Friday 14 March 2025."),
        ({"draft": True}, "2026-09-17", "today or earlier"),
        ({"draft": True}, "", "today or earlier"),
        ({"draft": True, "provider": None, "provider_note": "single provider"}, "2026-01-01", "needs a provider"),
    ],
)
def test_signing_is_refused_in_words(agreement, signed_on, message):
    agreement = AgreementFactory(**agreement)

    with pytest.raises(AgreementRefused, match=message):
        sign_agreement(agreement=agreement, signed_on=signed_on, actor=agreement.activity.contract_manager, at=NOW)


def test_signed_agreement_is_not_changed():
    agreement = AgreementFactory()

    with pytest.raises(AgreementRefused, match="is signed"):
        change_agreement(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, value=Decimal(1))


def test_change_that_changes_nothing_leaves_no_trace():
    agreement = AgreementFactory(draft=True)

    change_agreement(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, title=agreement.title)

    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.MANAGEMENT, Role.LEAD_COMMISSIONER])
def test_measures_are_the_own_contract_manager_s(role):
    indicator, stranger = IndicatorFactory(), UserFactory(role=role)

    with pytest.raises(AgreementRefused, match="Only the Contract Manager of the activity"):
        change_indicator(indicator=indicator, actor=stranger, at=NOW, target=Decimal(80))


def test_measure_of_the_same_code_is_refused():
    indicator = IndicatorFactory(code="V2")

    with pytest.raises(AgreementRefused, match="already has a measure V2"):
        add_indicator(agreement=indicator.agreement, code="V2", name="Again", actor=None, at=NOW)


def change(indicator, **fields):
    actor = indicator.agreement.activity.contract_manager
    return change_indicator(indicator=indicator, actor=actor, at=NOW, **fields)


def test_measure_without_figures_changes_in_place():
    changed = change(IndicatorFactory(), target=Decimal(80))

    assert (changed.version, changed.target) == (1, 80)


def test_measure_with_figures_keeps_its_meaning():
    """The meaning is frozen once data exist: the change is a new version, from the first quarter without a return."""
    figure = FigureFactory(kpi_return__quarter="2026-27 Q1", indicator__code="V2")
    agreement = figure.indicator.agreement
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q2")

    changed = change(figure.indicator, how="Count it another way.")

    asked = {
        quarter: [one.version for one in agreement.indicators.asked_in(Period.from_code(quarter))]
        for quarter in ("2026-27 Q1", "2026-27 Q2", "2026-27 Q3")
    }
    assert (changed.version, asked) == (2, {"2026-27 Q1": [1], "2026-27 Q2": [1], "2026-27 Q3": [2]})


def test_measure_s_wording_changes_in_place_whatever_it_has():
    figure = FigureFactory()

    changed = change(figure.indicator, why="People told us that waiting is the worst.", group="First contact")

    assert (changed.version, changed.group) == (1, "First contact")


def test_measure_s_old_version_is_not_changed():
    figure = FigureFactory()
    change(figure.indicator, how="Another way.")

    with pytest.raises(AgreementRefused, match="a newer version"):
        change(figure.indicator, how="A third way.")


def test_register_holds_what_is_signed_or_recorded_and_public():
    AgreementFactory(draft=True)
    AgreementFactory(activity__published=False)
    shown = [AgreementFactory(), AgreementFactory(recorded=True)]

    assert list(Agreement.objects.registered().order_by("pk")) == shown
