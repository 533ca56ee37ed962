"""What was signed stays as it was, and results are held against it as well as against what holds now (R-090)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import terms
from contracts.domain.agreements import add_indicator, sign_agreement
from contracts.domain.publishing import publish_ratings
from contracts.domain.returns import rate_figures
from contracts.domain.targets import set_target
from contracts.models import SignedTerms
from contracts.models.target import Target
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def signed():
    """Signed on the day with a target of 90% and a count; then 80% is agreed from the next period on."""
    agreement = AgreementFactory(draft=True, activity__published=True)
    IndicatorFactory(agreement=agreement, code="V1")
    IndicatorFactory(agreement=agreement, code="V2", count=True)
    manager = agreement.activity.contract_manager
    return sign_agreement(agreement=agreement, signed_on=NOW.date(), actor=manager, at=NOW)


def published(agreement, **figures):
    """A published return with a percentage for V1, out of a thousand."""
    kpi_return = KpiReturnFactory(agreement=agreement, accepted=True)
    for code, percent in figures.items():
        FigureFactory(
            kpi_return=kpi_return,
            indicator=agreement.indicators.get(code=code),
            numerator=Decimal(percent * 10),
            denominator=Decimal(1000),
        )
    rate_figures(kpi_return, at=NOW)
    publish_ratings(kpi_return=kpi_return, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)


def lower(agreement, *, to):
    """A lower target, in force since before the returns of these tests."""
    Target.objects.create(
        indicator=agreement.indicators.get(code="V1"),
        from_date=date(2020, 4, 1),
        target=Decimal(to),
        approaching_by=Decimal(5),
        improvement_by=Decimal(15),
        set_at=NOW,
    )


@pytest.mark.requirement("R-090")
def test_terms_are_kept_when_it_is_signed_and_stay_whatever_changes(signed):
    manager = signed.activity.contract_manager
    set_target(
        indicator=signed.indicators.get(code="V1"),
        from_date=date(2027, 4, 1),
        target=Decimal(70),
        actor=manager,
        at=NOW,
    )
    add_indicator(
        agreement=signed,
        code="V3",
        name="Cost",
        kind="MONEY",
        aggregation="NONE",
        is_rated=False,
        actor=manager,
        at=NOW,
    )
    type(signed).objects.filter(pk=signed.pk).update(value=Decimal(999))
    signed.refresh_from_db()

    later = NOW + timedelta(days=365)
    beside = terms.beside_now(signed, at=later)

    assert [(fact.name, fact.changed) for fact in beside.facts] == [
        ("Provider", False),
        ("Value over the whole term", True),
        ("Starts", False),
        ("Last day", False),
    ]
    assert [(one.code, one.signed, one.now, one.change) for one in beside.measures] == [
        ("V1", "90% or more", "70% or more", "Target set anew"),
        ("V2", "10 or fewer", "10 or fewer", ""),
        ("V3", "Not agreed at the start", "Not rated", "Added since"),
    ]
    assert beside.finding.startswith("3 things have changed since it was signed.")


@pytest.mark.requirement("R-090")
def test_result_is_good_by_the_new_target_and_not_by_the_one_that_was_signed(client, signed):
    lower(signed, to=80)
    published(signed, V1=84)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=signed.provider))

    page = client.get(reverse("contracts:signed-terms", args=[signed.reference])).content.decode()

    [measure] = [one for one in terms.beside_now(signed, at=NOW).measures if one.code == "V1"]
    assert (str(measure.word_now), str(measure.word_signed)) == ("GOOD", "REQUIRES_IMPROVEMENT")
    assert "By the target that was signed: Requires improvement" in page
    assert "0 of 1 latest results meet the target" in page


def test_withheld_result_is_judged_by_neither(signed):
    signed.indicators.filter(code="V1").update(counts_people=True)
    kpi_return = KpiReturnFactory(agreement=signed, accepted=True)
    FigureFactory(
        kpi_return=kpi_return,
        indicator=signed.indicators.get(code="V1"),
        numerator=Decimal(2),
        denominator=Decimal(40),
    )
    rate_figures(kpi_return, at=NOW)
    publish_ratings(kpi_return=kpi_return, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    [measure] = [one for one in terms.beside_now(signed, at=NOW).measures if one.code == "V1"]

    assert (measure.result, measure.word_signed) == ("Too few to show", None)


def test_import_keeps_no_terms_and_the_page_says_so(client):
    agreement = AgreementFactory(draft=True)
    sign_agreement(agreement=agreement, signed_on=NOW.date(), actor=None, at=NOW)
    client.force_login(agreement.activity.contract_manager)

    page = client.get(reverse("contracts:signed-terms", args=[agreement.reference])).content.decode()

    assert not SignedTerms.objects.exists()
    assert "was not kept when this was signed" in page


@pytest.mark.parametrize("measures", [1, 3])
def test_page_costs_the_same_however_many_measures(signed, measures, django_assert_num_queries):
    for number in range(measures):
        IndicatorFactory(agreement=signed, code=f"X{number}")

    with django_assert_num_queries(4):
        terms.beside_now(signed, at=NOW)
