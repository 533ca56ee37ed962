"""An office with very many agreements: one is made by the factories and published as usual, the rest are copies."""

from copy import copy, deepcopy
from dataclasses import dataclass

from django.utils import timezone

from contracts.domain.publishing import snapshot_of
from contracts.domain.returns import rate_figures
from contracts.enums import ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn, Publication, Rating
from engagement.domain.calendar import Quarter
from engagement.enums import Role
from engagement.models import User
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import ActivityFactory, OrganisationFactory, UserFactory

MEASURES, QUARTERS = 8, 12
LAST = Quarter(2026, 1)
OF_A_PROVIDER, OF_AN_ACTIVITY = 3, 100
AT_A_TIME = 250  # agreements copied together


@dataclass
class Office:
    """Where to find what was built."""

    agreement: Agreement
    certifier: User
    manager: User
    management: User


def build(agreements, *, ready):
    """So many agreements of eight measures and twelve quarters, three of each provider, a hundred of each activity.

    All quarters but the last are published; the last is accepted in `ready` agreements, here and there, else submitted.
    """
    pattern = Pattern()

    def is_ready(number):  # the pattern itself is, and as many of the others as are wanted, evenly among them
        before, after = ((place * (ready - 1)) // (agreements - 1) for place in (number - 1, number))
        return after > before

    activities = ActivityFactory.create_batch(-(-agreements // OF_AN_ACTIVITY) - 1, published=True, at_do=True)
    providers = OrganisationFactory.create_batch(-(-agreements // OF_A_PROVIDER) - 1)
    activities.insert(0, pattern.agreement.activity)
    providers.insert(0, pattern.agreement.provider)
    for start in range(1, agreements, AT_A_TIME):
        pattern.copy_to(
            [
                (activities[number // OF_AN_ACTIVITY], providers[number // OF_A_PROVIDER], number, is_ready(number))
                for number in range(start, min(start + AT_A_TIME, agreements))
            ]
        )
    return Office(
        agreement=pattern.agreement,
        certifier=UserFactory(role=Role.CERTIFIER, organisation=pattern.agreement.provider),
        manager=pattern.agreement.activity.contract_manager,
        management=UserFactory(role=Role.MANAGEMENT),
    )


class Pattern:
    """One agreement with everything, and copies of it by bulk insert."""

    def __init__(self):
        self.agreement = AgreementFactory(activity__published=True, activity__at_do=True)
        self.indicators = IndicatorFactory.create_batch(MEASURES, agreement=self.agreement)
        quarter, self.returns = LAST, []
        for _ in range(QUARTERS):
            self.returns.append(KpiReturnFactory(agreement=self.agreement, accepted=True, quarter=quarter.code))
            quarter = quarter.previous()
        self.figures, self.ratings, self.publications = [], [], []
        for kpi_return in reversed(self.returns):
            for indicator in self.indicators:
                self.figures.append(FigureFactory(kpi_return=kpi_return, indicator=indicator))
            rate_figures(kpi_return, at=timezone.now())
            if kpi_return is not self.returns[0]:
                self.publications.append(publish(kpi_return))
        self.ratings = list(Rating.objects.filter(figure__in=self.figures))

    def copy_to(self, places):
        """Copies for each place: an activity, a provider, a number, and whether its last return is accepted."""
        agreements = Agreement.objects.bulk_create(
            copied(
                self.agreement,
                activity=activity,
                provider=provider,
                reference=f"A-copy-{number}",
                slug=f"copy-{number}",
                title=f"{self.agreement.title} in place {number}",
            )
            for activity, provider, number, _ in places
        )
        accepted = {agreement.pk: place[3] for agreement, place in zip(agreements, places, strict=True)}
        indicators = spread(Indicator, self.indicators, agreements, lambda one, agreement: {"agreement": agreement})
        returns = spread(KpiReturn, self.returns, agreements, lambda one, agreement: self.of(one, agreement, accepted))
        each = {agreement.pk: agreement for agreement in agreements}
        figures = Figure.objects.bulk_create(
            (
                copied(one, kpi_return=returns[one.kpi_return_id, pk], indicator=indicators[one.indicator_id, pk])
                for pk in each
                for one in self.figures
            ),
            batch_size=2000,
        )
        figure_of = dict(zip(((one.pk, pk) for pk in each for one in self.figures), figures, strict=True))
        Rating.objects.bulk_create(
            (copied(one, figure=figure_of[one.figure_id, pk]) for pk in each for one in self.ratings), batch_size=2000
        )
        Publication.objects.bulk_create(
            (
                copied(
                    one,
                    agreement=agreement,
                    kpi_return=returns[one.kpi_return_id, pk],
                    snapshot=snapshot_for(one.snapshot, agreement),
                )
                for pk, agreement in each.items()
                for one in self.publications
            ),
            batch_size=500,
        )

    def of(self, kpi_return, agreement, accepted):
        """What is different in the copy of a return."""
        changes = {"agreement": agreement, "reference": f"{kpi_return.reference}-{agreement.pk}"}
        if kpi_return is self.returns[0] and not accepted[agreement.pk]:
            changes |= {"state": ReturnState.SUBMITTED, "accepted_at": None, "accepted_by": None}
        return changes


def publish(kpi_return):
    """The ratings of a return as the product publishes them, without telling anybody."""
    return Publication.objects.create(
        agreement=kpi_return.agreement,
        kpi_return=kpi_return,
        quarter=kpi_return.quarter,
        snapshot=snapshot_of(kpi_return),
        published_at=timezone.now(),
    )


def spread(model, rows, agreements, changes):
    """Copies of rows for each agreement, by the pair of the row's key and the agreement's."""
    pairs = [(one, agreement) for agreement in agreements for one in rows]
    made = model.objects.bulk_create((copied(one, **changes(one, agreement)) for one, agreement in pairs), 2000)
    return {(one.pk, agreement.pk): new for (one, agreement), new in zip(pairs, made, strict=True)}


def copied(row, **changes):
    """A copy that is not in the database yet."""
    one = copy(row)
    one._state = copy(row._state)
    one._state.adding, one.pk = True, None
    for name, value in changes.items():
        setattr(one, name, value)
    return one


def snapshot_for(snapshot, agreement):
    """The same finding of another agreement."""
    theirs = deepcopy(snapshot)
    theirs["agreement"] |= {
        "reference": agreement.reference,
        "title": agreement.title,
        "provider": str(agreement.provider),
    }
    return theirs
