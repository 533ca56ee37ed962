"""What the database itself refuses, and dates as precisely as they are known."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from contracts.models import Agreement, PartialDate
from tests.factories.contracts import (
    AgreementFactory,
    FigureFactory,
    IndicatorFactory,
    KpiReturnFactory,
    QueryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words", "earliest", "latest"),
    [
        ("2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", "February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-05-12", "Sunday 12 May 2024", date(2024, 5, 12), date(2024, 5, 12)),
    ],
)
def test_partial_date_says_what_is_known(text, words, earliest, latest):
    known = PartialDate(text)

    assert (str(known), known.earliest, known.latest) == (words, earliest, latest)


@pytest.mark.parametrize("text", ["24", "2024-5", "2024-13", "2024-02-30", "May 2024", "2024-05-12-01", "٢٠٢٤", "0000"])
def test_partial_date_refuses_what_is_none(text):
    with pytest.raises(ValueError, match="is not a"):
        PartialDate(text)


def test_agreement_keeps_dates_as_given():
    agreement = AgreementFactory(starts="2022", ends=None)

    kept = Agreement.objects.get(pk=agreement.pk)

    assert (kept.starts, kept.ends) == (PartialDate("2022"), None)


@pytest.mark.parametrize(
    ("starts", "ends", "runs"),
    [
        ("2026-09-16", "2026-09-16", True),
        ("2026-09-17", None, False),
        ("2026", "2026", True),
        ("2024-04", "2026-09", True),
        ("2024-04", "2026-08", False),
        ("2024", "2025", False),
        (None, None, True),
    ],
)
def test_agreement_runs_to_the_end_of_its_last_day_month_or_year(starts, ends, runs):
    AgreementFactory(starts=starts, ends=ends)

    assert Agreement.objects.running(on=date(2026, 9, 16)).exists() is runs


@pytest.mark.threat("K01")
@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "-1", "99999999999"])
@pytest.mark.parametrize("column", ["numerator", "denominator", "value"])
def test_figure_no_number_is_not_kept_even_past_the_domain(column, text):
    figure = FigureFactory(completed=False, numerator=None, denominator=None)

    with pytest.raises((IntegrityError, DataError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE contracts_figure SET {column} = %s WHERE id = %s", [text, figure.pk])  # noqa: S608


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (FigureFactory, {"numerator": None}),
        (FigureFactory, {"state": "NOT_AVAILABLE"}),
        (FigureFactory, {"state": "LOST"}),
        (KpiReturnFactory, {"state": "SUBMITTED"}),
        (KpiReturnFactory, {"state": "LOST"}),
        (IndicatorFactory, {"target": None}),
        (IndicatorFactory, {"approaching_by": Decimal(20)}),
        (IndicatorFactory, {"aggregation": "SUM"}),
        (IndicatorFactory, {"asked_from": date(2026, 7, 1), "asked_until": date(2026, 7, 1)}),
        (AgreementFactory, {"fund": "BOTH"}),
        (AgreementFactory, {"provider": None}),
        (QueryFactory, {"answer": "Without a date"}),
    ],
)
def test_database_refuses(make, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


def test_database_refuses_acceptance_by_who_submitted():
    kpi_return = KpiReturnFactory(accepted=True)

    kpi_return.accepted_by = kpi_return.submitted_by

    with pytest.raises(IntegrityError), transaction.atomic():
        kpi_return.save()


def test_database_refuses_a_second_return_a_quarter():
    first = KpiReturnFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        KpiReturnFactory(agreement=first.agreement)


def test_indicator_one_version_is_current():
    first = IndicatorFactory(code="V2")

    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorFactory(agreement=first.agreement, code="V2", version=2)
