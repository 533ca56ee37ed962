"""What the measured pages show: one activity with so many of everything that a page can list."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from consultations.models import Consultation
from contracts.domain.publishing import snapshot_of
from contracts.models import Agreement, Publication
from engagement.domain.calendar import Quarter
from engagement.enums import Role
from engagement.models import Activity
from tests.factories.consultations import ConsultationFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import (
    ActivityFactory,
    EventFactory,
    FundingLineFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.factories.portal import (
    ActivityPageFactory,
    IntentionPageFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
)

LAST_QUARTER = Quarter(2026, 1)
QUARTERS = 4


@dataclass
class World:
    """Where to find what was built."""

    activity: Activity
    consultation: Consultation
    agreement: Agreement
    session: dict


def build(rows):
    """An activity with `rows` funding lines, events, reviews, consultations and agreements; a consultation with `rows`
    questions, an agreement with `rows` published measures, and a provider with `rows` returns to fill.
    """
    activity = ActivityFactory(published=True, at_do=True)
    FundingLineFactory.create_batch(rows, activity=activity)
    EventFactory.create_batch(rows, activity=activity)
    document_it(activity, rows)
    provider = OrganisationFactory()
    agreements = AgreementFactory.create_batch(rows, activity=activity, provider=provider)
    for agreement in agreements:
        KpiReturnFactory(agreement=agreement, quarter=LAST_QUARTER.next().code)
        publish_quarters(agreement, measures=rows if agreement is agreements[0] else 1)
    return World(
        activity=activity,
        consultation=ask(activity, rows),
        agreement=agreements[0],
        session=session_of(UserFactory(role=Role.CERTIFIER, organisation=provider)),
    )


def session_of(person):
    """The cookie of somebody who has signed in."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def document_it(activity, rows):
    hub = ActivityPageFactory(activity=activity, live=True)
    IntentionPageFactory(parent=hub, live=True)
    SpecificationPageFactory(parent=hub, live=True)
    for number in range(1, rows + 1):
        ReviewPageFactory(parent=hub, number=number, live=True)


def ask(activity, rows):
    """`rows` open consultations on the activity, the last with `rows` questions."""
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=5), "closes_at": now + timedelta(days=30)}
    ConsultationFactory.create_batch(rows - 1, activity=activity, launched=True, **times)
    questionnaire = QuestionnaireFactory(asked=[])
    for number in range(1, rows + 1):
        QuestionFactory(questionnaire=questionnaire, sort_order=number, key=f"q{number}", ways=True)
    return ConsultationFactory(activity=activity, launched=True, questionnaire=questionnaire, **times)


def publish_quarters(agreement, *, measures):
    """The last quarters of an agreement with this many percentages, accepted and published."""
    indicators = IndicatorFactory.create_batch(measures, agreement=agreement)
    quarter = LAST_QUARTER
    for _ in range(QUARTERS):
        accepted = KpiReturnFactory(agreement=agreement, accepted=True, quarter=quarter.code)
        for indicator in indicators:
            FigureFactory(kpi_return=accepted, indicator=indicator)
        Publication.objects.create(
            agreement=agreement,
            kpi_return=accepted,
            quarter=quarter.code,
            snapshot=snapshot_of(accepted),
            published_at=timezone.now(),
        )
        quarter = quarter.previous()
