"""What nobody does anything about and somebody should hear of, each morning, each thing once (R-086, R-151).

Exit plans to look at, plans that wait for the other side's word, insurances and policies that run out, and questions
about a return that were not answered in time. The key of a message carries the day or the version that it is about, so
that what begins again is told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse

from contracts.domain.documents import SOON
from contracts.domain.exits import review_due_on
from contracts.domain.urgency import answer_due_on, answer_is_late, with_question
from contracts.enums import PlanKind, Side
from contracts.models import ActionPlan, Agreement, AgreementDocument, DocumentVersion, KpiReturn, PlanStamp
from engagement.access import local_date
from engagement.domain.calendar import LONDON, add_working_days, uk_date
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind
from engagement.models import Event, Organisation

AHEAD = timedelta(days=14)  # before an exit plan is to be looked at
WORD_DAYS = 10  # working days in which the other side gives its word


@dataclass(frozen=True)
class Notice:
    """Something to tell: to the provider, or to the Contract Manager and `also` to organisations."""

    key: str
    kind: EventKind
    agreement: Agreement
    title: str
    path: str
    summary: str = ""
    to_provider: bool = False
    also: list[Organisation] = field(default_factory=list)


def tell_due(*, at: datetime) -> int:
    """Tells what has come due, each thing once; returns how many. Five queries besides what is told."""
    day = local_date(at)
    notices = [*_exit_plans(day), *_plans_waiting(day), *_documents(day), *_answers(at)]
    told = set(Event.objects.filter(key__in=[notice.key for notice in notices]).values_list("key", flat=True))
    return sum(_tell(notice, at=at) for notice in notices if notice.key not in told)


def _tell(notice: Notice, *, at: datetime) -> bool:
    """Whether there was somebody to tell."""
    agreement, manager = notice.agreement, notice.agreement.activity.contract_manager
    to: dict[str, Any] = {"audience": Audience.ORGANISATION, "organisation": agreement.provider}
    if not notice.to_provider:
        people = [manager] if manager else []
        to = {"audience": Audience.PEOPLE, "people": people, "organisations": notice.also}
        if not people and not notice.also:
            return False
    announce(
        key=notice.key,
        kind=notice.kind,
        activity=agreement.activity,
        title=notice.title[:200],
        summary=notice.summary,
        path=notice.path,
        sensitive=agreement.sensitive,
        at=at,
        **to,
    )
    return True


PEOPLE = ("agreement__activity__contract_manager", "agreement__provider")


def _exit_plans(day: date) -> Iterator[Notice]:
    plans: QuerySet[Any] = ActionPlan.objects.open().filter(kind=PlanKind.EXIT).select_related(*PEOPLE)
    for plan in _of_running(plans.annotate(looked_at=Max("reviews__held_on")).order_by("pk"), day):
        due_on = review_due_on(plan, plan.looked_at)
        if due_on <= day + AHEAD:
            yield Notice(
                key=f"exit-plan-review:{plan.pk}:{due_on}",
                kind=EventKind.PLAN_WAITS,
                agreement=plan.agreement,
                title=f"Look at the exit plan by {uk_date(due_on)}: {plan.agreement.title}",
                summary="It is looked at each year, so that it would work on the day it is needed.",
                path=plan.get_absolute_url(),
            )


def _plans_waiting(day: date) -> Iterator[Notice]:
    """Plans to which one side alone has agreed, as they stand now, for longer than the other side should take."""
    before = datetime.combine(add_working_days(day, -WORD_DAYS), time.min, tzinfo=LONDON)
    both = PlanStamp.objects.filter(plan=OuterRef("plan"), version=OuterRef("version")).exclude(side=OuterRef("side"))
    stamps = PlanStamp.objects.filter(~Exists(both), version=F("plan__version"), plan__closed_at=None, at__lt=before)
    people = tuple(f"plan__{name}" for name in PEOPLE)
    for stamp in stamps.filter(plan__agreement__signed_on__isnull=False).select_related(*people).order_by("pk"):
        plan, agreement = stamp.plan, stamp.plan.agreement
        if not _runs(agreement, day):
            continue
        yield Notice(
            key=f"plan-waits:{stamp.pk}",
            kind=EventKind.PLAN_WAITS,
            agreement=agreement,
            title=f"{plan.get_kind_display()} for {agreement.title}: it waits for your word",
            summary=f"The other side agreed on {uk_date(local_date(stamp.at))}. Agree, or say what should change.",
            path=plan.get_absolute_url(),
            to_provider=stamp.side == Side.OFFICE,
        )


def _documents(day: date) -> Iterator[Notice]:
    """Insurances and policies that run out within a month, and again when they have; their last version counts."""
    latest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    dated = AgreementDocument.objects.annotate(
        expires_on=Subquery(latest.values("expires_on")[:1]), version=Subquery(latest.values("pk")[:1])
    )
    found = dated.filter(expires_on__lt=day + SOON).select_related(*PEOPLE).order_by("pk")
    for document in _of_running(found, day):
        agreement, over = document.agreement, document.expires_on < day
        runs = "has run out" if over else "runs out"
        yield Notice(
            key=f"document-{'ran' if over else 'runs'}-out:{document.version}",
            kind=EventKind.DOCUMENT_EXPIRING,
            agreement=agreement,
            title=f"{document.get_kind_display()} {runs}: {agreement.title}",
            summary=f"{'It held' if over else 'It holds'} until {uk_date(document.expires_on)}. A newer one is needed.",
            path=reverse("contracts:documents", args=[agreement.reference]),
            also=[agreement.provider] if document.shared else [],
        )


def _answers(at: datetime) -> Iterator[Notice]:
    """Returns of which a question is not answered in time, once a submission."""
    late = with_question(KpiReturn.objects.for_table()).filter(answer_is_late(at), agreement__provider__isnull=False)
    for kpi_return in late.select_related("agreement__activity__contract_manager").order_by("pk"):
        asked_on = local_date(kpi_return.asked_at)
        yield Notice(
            key=f"answer-late:{kpi_return.pk}:{kpi_return.submissions}",
            kind=EventKind.RETURN_QUERIED,
            agreement=kpi_return.agreement,
            title=f"Our question about your return for {kpi_return.period.label} waits for an answer",
            summary=f"{kpi_return.agreement.title}. Asked on {uk_date(asked_on)}; an answer was due on "
            f"{uk_date(answer_due_on(kpi_return.asked_at))}.",
            path=kpi_return.get_absolute_url(),
            to_provider=True,
        )


def _of_running(rows: Iterable[Any], day: date) -> Iterator[Any]:
    """Rows of signed agreements that have not ended and have a provider."""
    return (row for row in rows if row.agreement.is_live and _runs(row.agreement, day))


def _runs(agreement: Agreement, day: date) -> bool:
    return agreement.provider_id is not None and (agreement.ends is None or agreement.ends.latest >= day)
