"""Several people or workers at the same moment: one return, one submission, one version of a figure."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from contracts.domain.entries import Entry
from contracts.domain.figures import FiguresChanged, SavedEntry, save_figures
from contracts.domain.moves import ReturnRefused
from contracts.domain.returns import submit_return
from contracts.domain.schedule import open_quarter
from contracts.models import Figure, KpiReturn, Submission
from engagement.enums import Role
from engagement.models import Event
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 6


def at_once(act):
    """What became of `act(number)`, done by several threads that start together."""
    start = Barrier(TOGETHER)

    def one(number):
        start.wait()
        try:
            return act(number)
        except (ReturnRefused, FiguresChanged) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


@pytest.mark.threat("C01")
def test_one_submission_of_many_at_once():
    kpi_return = FigureFactory().kpi_return
    certifier = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)

    ends = at_once(lambda _: submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier, at=NOW))

    assert ends.count(ReturnRefused) == TOGETHER - 1
    assert (Submission.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.threat("C04")
def test_one_of_many_first_saves_wins_and_the_others_see_it():
    kpi_return = KpiReturnFactory()
    indicator = IndicatorFactory(agreement=kpi_return.agreement)
    preparer = UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider)

    def save(number):
        entry = Entry(numerator=Decimal(400 + number), denominator=Decimal(430))
        line = SavedEntry(indicator, entry, seen_version=0, completed=True)
        return save_figures(kpi_return=kpi_return, entries=[line], actor=preparer, at=NOW)

    ends = at_once(save)

    assert ends.count(FiguresChanged) == TOGETHER - 1
    assert (Figure.objects.get().version, KpiReturn.objects.get().version) == (1, 2)


def test_one_return_of_a_quarter_opened_many_times_at_once():
    IndicatorFactory.create_batch(2)

    ends = at_once(lambda _: open_quarter(at=datetime(2026, 10, 1, 5, 0, tzinfo=UTC)))

    assert sum(len(opened) for opened in ends) == 2
    assert (KpiReturn.objects.count(), Event.objects.count()) == (2, 2)
