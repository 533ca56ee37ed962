"""Twelve agreements over twelve quarters, lived through by the domain alone: every state that a return can be in.

Each agreement has its fate in the last quarter; before, all were sent and accepted. Restated ones are to stand here too
once an accepted figure can be restated.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from contracts.domain.entries import Entry
from contracts.domain.figures import SavedEntry, save_figures
from contracts.domain.returns import accept_return, answer_query, query_line, submit_return
from contracts.domain.schedule import open_quarter
from contracts.models import KpiReturn, Query, Submission
from engagement.domain.calendar import LONDON, Quarter, add_working_days, at_5pm
from engagement.domain.periods import Period
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, IndicatorFactory
from tests.factories.engagement import ActivityFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
LAST = Quarter(2026, 2)
NOW = datetime(2026, 11, 18, 12, tzinfo=LONDON)  # all of the last quarter are overdue unless they came
FATES = ["due", "due", "late", "queried", "queried", "resubmitted", *["accepted"] * 6]


class World:
    """The two sides, and the twelve agreements in the order of their fates."""

    def __init__(self):
        provider, long_ago = OrganisationFactory(), date(2023, 4, 1)
        self.certifier = UserFactory(role=Role.CERTIFIER, organisation=provider, from_on=long_ago)
        self.manager = UserFactory(role=Role.CONTRACT_MANAGER, from_on=long_ago)
        activity = ActivityFactory(published=True, at_do=True, contract_manager=self.manager)
        self.agreements = [
            AgreementFactory(provider=provider, activity=activity, starts="2023-04-01", signed_on="2023-03-01")
            for _ in FATES
        ]
        for agreement in self.agreements:
            IndicatorFactory(agreement=agreement, code="V1")

    def live_through(self):
        for back in reversed(range(12)):
            quarter = LAST.back(back)
            open_quarter(at=at_5pm(quarter.ends_on), period=Period.of_quarter(quarter))
            for agreement, fate in zip(self.agreements, FATES, strict=True):
                kpi_return = agreement.returns.get(quarter=quarter.code)
                getattr(self, fate if quarter == LAST else "accepted")(kpi_return)

    def send(self, kpi_return, *, day, numerator=91):
        kpi_return.refresh_from_db()
        (indicator,) = kpi_return.agreement.indicators.all()
        figure = kpi_return.figures.first()
        entry = Entry(numerator=Decimal(numerator), denominator=Decimal(100))
        saved = SavedEntry(indicator, entry, seen_version=figure.version if figure else 0, completed=True)
        at = at_5pm(add_working_days(kpi_return.ends_on, day))
        save_figures(kpi_return=kpi_return, entries=[saved], actor=self.certifier, at=at)
        kpi_return.refresh_from_db()
        submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=self.certifier, at=at)
        kpi_return.refresh_from_db()

    def due(self, kpi_return):
        pass

    def late(self, kpi_return):
        self.send(kpi_return, day=24)

    def queried(self, kpi_return):
        self.send(kpi_return, day=9)
        query_line(
            figure=kpi_return.figures.get(), question="Is that right?", seen_submission=1, actor=self.manager,
            at=kpi_return.submitted_at + timedelta(days=1),
        )  # fmt: skip

    def resubmitted(self, kpi_return):
        self.queried(kpi_return)
        query = Query.objects.get(figure__kpi_return=kpi_return)
        at = kpi_return.submitted_at + timedelta(days=2)
        answer_query(query=query, answer="No: one was counted twice.", actor=self.certifier, at=at)
        self.send(kpi_return, day=14, numerator=90)

    def accepted(self, kpi_return):
        self.send(kpi_return, day=9)
        at = kpi_return.submitted_at + timedelta(days=3)
        accept_return(kpi_return=kpi_return, seen_submission=1, actor=self.manager, at=at)


@pytest.mark.requirement("R-149", "R-152")
def test_twelve_agreements_live_through_twelve_quarters():
    World().live_through()

    returns = list(KpiReturn.objects.select_related("agreement").order_by("ends_on", "pk"))
    assert len(returns) == 144
    assert len({kpi_return.quarter for kpi_return in returns}) == 12
    assert Counter(kpi_return.status(at=NOW) for kpi_return in returns[-12:]) == {
        "OVERDUE": 2, "SUBMITTED": 1, "QUERIED": 2, "SUBMITTED_WITH_CHANGES": 1, "ACCEPTED": 6,
    }  # fmt: skip
    assert {kpi_return.status(at=NOW) for kpi_return in returns[:-12]} == {"ACCEPTED"}
    assert [kpi_return.was_late for kpi_return in returns].count(True) == 1
    assert Submission.objects.count() == 144 - 2 + 1
    assert Submission.objects.get(number=2).changes == ["V1"]
