"""The golden thread: from a priority of the plan to the review, and back, by links that are on the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.domain import publishing, returns
from engagement.enums import Stage
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import ActivityFactory
from tests.factories.portal import (
    ActivityPageFactory,
    IntentionPageFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
)


@pytest.fixture
def activity(office, clock):
    """One activity that has been all the way round."""
    clock(2026, 9, 16, 12)
    now = timezone.now()
    activity = ActivityFactory(
        title="Victim support and navigation",
        stage=Stage.REVIEW,
        published=True,
        priorities=[office.priority],
        contract_manager=office.contracts.user,
    )
    hub = ActivityPageFactory(activity=activity, live=True)
    IntentionPageFactory(parent=hub, live=True)
    version = SpecificationPageFactory(parent=hub, live=True).versions.get()
    ReviewPageFactory(parent=hub, live=True)
    ConsultationFactory(
        activity=activity,
        open=True,
        title="Have we got the draft right?",
        closes_at=now + timedelta(days=20),
        specification_page=version.page,
        specification_revision=version.revision,
        specification_title=version.title,
        specification_path=version.get_absolute_url(),
        specification_version=str(version.number),
    )
    agreement = AgreementFactory(activity=activity, title="Support for victims", provider=office.provider)
    kpi_return = KpiReturnFactory(agreement=agreement, submitted=True)
    FigureFactory(kpi_return=kpi_return, indicator=IndicatorFactory(agreement=agreement))
    actor = office.contracts.user
    kpi_return = returns.accept_return(kpi_return=kpi_return, seen_submission=1, actor=actor, at=now)
    publishing.publish_ratings(kpi_return=kpi_return, words=set(), actor=office.management.user, at=now)
    return activity


@pytest.mark.requirement("R-002")
def test_every_hop_from_priority_to_review_is_a_link(office, activity):
    """Each line: on this page, the link to the next. Every page answers 200 and leads back to its activity."""
    public, base = office.public, activity.get_absolute_url()
    of_priority = public.open(public.open(base).link(f"{office.priority.number}. Supporting victims"))
    hub = public.open(of_priority.link("Victim support and navigation"))
    intention = public.open(hub.link("Commissioning intention"))
    specification = public.open(intention.link("Draft specification", "nav"))
    consultation = public.open(specification.link("Consultation", "nav"))
    pinned = public.open(consultation.link("Specification, version 1"))
    agreement = public.open(hub.link("Support for victims"))
    performance = public.open(hub.link("1 of 1 measure met its target"))
    review = public.open(hub.link("Review 1"))

    assert hub.path == base
    assert [page.path for page in (intention, specification, pinned, review)] == [
        f"{base}intention/",
        f"{base}specification/",
        f"{base}specification/v1/",
        f"{base}review/1/",
    ]
    assert agreement.path == activity.agreements.get().get_register_url()
    assert "Support for victims" in agreement
    for page in (intention, specification, consultation, agreement, performance, review):
        assert base in [*page.links("body").values()], f"{page.path} does not lead back to its activity"


def test_agreement_and_performance_lead_to_one_another(office, activity):
    agreement = activity.agreements.get()
    performance = office.public.open(agreement.get_performance_url())

    register = office.public.open(performance.link(f"Contract {agreement.reference}"))

    assert agreement.get_performance_url() in register.links().values()
