"""Reads for the pages and dashboards above: what is open, what is coming, what came of it, what waits for whom."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from consultations import rules
from consultations.domain import attesting, promising, unheard
from consultations.enums import SignOffOutcome
from consultations.models import (
    CodeBatch,
    Concern,
    Consultation,
    OrganisationAnswer,
    OrganisationDraft,
    Promise,
    SignOff,
)
from engagement.access import local_date
from engagement.domain.calendar import at_5pm, uk_date, uk_time
from engagement.domain.queries import Todo
from engagement.models import Activity

WEEK = timedelta(days=7)
GROUP = "Consultations"
PROMISES = "Promises"


def open_consultations(at: datetime) -> QuerySet[Consultation]:
    """What is listed and people can answer now, the soonest to close first, each with its activity. One query."""
    return _with_activity(Consultation.objects.open(at=at).listed()).order_by("closes_at", "pk")


def forthcoming(at: datetime) -> QuerySet[Consultation]:
    """What has been announced and opens later, the soonest first. One query."""
    return _with_activity(Consultation.objects.forthcoming(at=at).listed()).order_by("opens_at", "pk")


def consultations_of(activity: Activity, at: datetime) -> QuerySet[Consultation]:
    """The public consultations of an activity, the newest first; ask each for its `state(at=at)`. One query."""
    public: QuerySet[Consultation] = Consultation.objects.published().listed().filter(activity=activity)
    return public.order_by("-opens_at", "-pk")


def latest_outcome(at: datetime) -> Consultation | None:
    """The consultation whose outcome was published last, or `None`. One query."""
    told = Consultation.objects.with_outcome().filter(outcome_published_at__lte=at)
    return _with_activity(told).order_by("-outcome_published_at", "-pk").first()


def counts(at: datetime) -> dict[str, int]:
    """How many are `open`, and how many of those are `closing_this_week` (within seven days). Two queries."""
    open_now = Consultation.objects.open(at=at).listed()
    return {"open": open_now.count(), "closing_this_week": open_now.filter(closes_at__lte=at + WEEK).count()}


def promises_of(activity: Activity, at: datetime) -> list[Promise]:
    """The public promises of an activity, the one due first on top. One query."""
    return list(promising.public_promises(on=local_date(at), activity=activity))


def late_promises_count(at: datetime) -> int:
    """How many promises are late, for the home page. One query."""
    return promising.late_count(at=at)


def search(text: str, at: datetime) -> QuerySet[Consultation]:
    """Public consultations with every word of `text` in their title, summary, audience or reference, newest first."""
    found = Consultation.objects.published().listed().filter(published_at__lte=at)
    for word in text.split()[:10]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(audience__icontains=word)
            | Q(reference__icontains=word)
        )
    return _with_activity(found if text.split() else found.none()).order_by("-opens_at", "-pk")


def todo_for(user: Any, at: datetime) -> list[Todo]:
    """What waits for a person who prepares, signs or runs consultations: drafts, signatures, closings, results owed.

    Also the promises that they keep, what they read before they decide, and what people wrote that nobody has read
    yet. Twelve queries at most. Providers: codes to hand out and answers to finish, two queries each.
    """
    if rules.hands_out_codes(user, at=at):
        return [*_sheets_to_make(user, at), *_answers_to_finish(user, at)]
    signs = Q(sign_offs__outcome="", sign_offs__asked_of=user.pk)
    to_sign = Consultation.objects.signable_by(user, at=at).filter(signs).order_by("opens_at", "pk")
    writable = Consultation.objects.writable_by(user, at=at).order_by("opens_at", "pk")
    runs = rules.runs_consultations(user, at=at)
    todos = _concerns(Concern.objects.readable_by(user, at=at).waiting().count()) if runs else []
    drafts = [_draft(draft, runs, at) for draft in writable.prefetch_related(_decided_last())]
    todos += [_to_sign(one, at) for one in to_sign] + [todo for todo in drafts if todo]
    todos += [_promised(promise, at) for promise in promising.acts_on(user, at=at)]
    if rules.attested_consultations(user, at=at) != rules.NOTHING:
        todos += [_to_read(one) for one in attesting.to_read(user, at=at)]
    todos += unheard.todos(user, at=at, group=GROUP)
    if not runs:
        return todos
    public = Consultation.objects.published().filter(withdrawn_at=None, outcome_published_at=None)
    due = public.filter(Q(closes_at__lte=at + WEEK) | Q(suspended_at__isnull=False))
    return todos + [_running(one, at) for one in due.order_by("closes_at", "pk")]


def _concerns(waiting: int) -> list[Todo]:
    """Texts in which somebody may be in danger, however many: one line, and nothing of what they say."""
    if not waiting:
        return []
    return [
        Todo(
            title="Somebody may be in danger",
            detail=f"{waiting} concern{'' if waiting == 1 else 's'} to look at now",
            url=reverse("consultations:concern-list"),
            urgent=True,
            above_all=True,
            group=GROUP,
        )
    ]


def _decided_last() -> Any:
    by_date = SignOff.objects.exclude(outcome=SignOffOutcome.TAKEN_BACK).select_related("asked_of", "decided_by")
    return Prefetch("sign_offs", queryset=by_date.order_by("-asked_at", "-pk"))


def _to_sign(consultation: Consultation, at: datetime) -> Todo:
    return Todo(
        title=f"Read and sign off: {consultation.title}",
        detail=f"{consultation.reference}, to open {uk_time(consultation.opens_at)}",
        url=reverse("consultations:manage-sign", args=[consultation.reference]),
        due_at=consultation.opens_at,
        urgent=consultation.opens_at <= at,
        group=GROUP,
    )


def _draft(draft: Consultation, runs: bool, at: datetime) -> Todo | None:
    """What a draft waits for: its writers, or the Involvement Team once it is signed. Nothing while others read it."""
    last = next(iter(draft.sign_offs.all()), None)
    title, detail = "Finish and ask for sign-off", f"to open {uk_time(draft.opens_at)}"
    if last and not last.outcome:
        return None
    if last and last.outcome == SignOffOutcome.SENT_BACK:
        title, detail = "Change and ask again", f"sent back by {last.decided_by}"
    elif last and last.voided_at is None:
        if not runs:
            return None
        title, detail = "Open", f"signed off by {last.decided_by}, to open {uk_time(draft.opens_at)}"
    return Todo(
        title=f"{title}: {draft.title}",
        detail=f"{draft.reference}, {detail}",
        url=reverse("consultations:manage-detail", args=[draft.reference]),
        due_at=draft.opens_at,
        urgent=draft.opens_at <= at,
        group=GROUP,
    )


def _sheets_to_make(user: Any, at: datetime) -> list[Todo]:
    """Codes that wait for a certifier to print and hand them out."""
    waiting = CodeBatch.objects.makeable_by(user, at=at).filter(
        made_at=None, voided_at=None, consultation__closes_at__gt=at, consultation__withdrawn_at=None
    )
    return [
        Todo(
            title=f"Print codes to hand out: {batch.label}",
            detail=f"{batch.size} codes, which work until {uk_time(batch.consultation.closes_at)}",
            url=reverse("consultations:handout-detail", args=[batch.pk]),
            group=GROUP,
        )
        for batch in waiting.select_related("consultation").order_by("offered_at", "pk")
    ]


def _answers_to_finish(user: Any, at: datetime) -> list[Todo]:
    """What this person's organisations have begun to answer by name, and nobody has signed as it stands."""
    signed = OrganisationAnswer.objects.standing().filter(
        consultation=OuterRef("consultation"),
        organisation=OuterRef("organisation"),
        draft_number=OuterRef("number"),
    )
    begun = OrganisationDraft.objects.filter(
        ~Exists(signed),
        organisation__in=rules.answering_organisations(user, at=at),
        consultation__in=Consultation.objects.open(at=at),
    )
    return [
        Todo(
            title=f"Finish our answer: {draft.consultation.title}",
            detail=f"For {draft.organisation}, by {uk_time(draft.consultation.closes_at)}. A certifier signs it.",
            url=reverse("consultations:our-detail", args=[draft.consultation.slug, draft.organisation.slug]),
            due_at=draft.consultation.closes_at,
            group=GROUP,
        )
        for draft in begun.select_related("consultation", "organisation").order_by("consultation__closes_at", "pk")
    ]


def _to_read(consultation: Consultation) -> Todo:
    return Todo(
        title=f"Read what people said: {consultation.title}",
        detail=f"{consultation.reference}: the results are public, and nothing is decided yet",
        url=reverse("consultations:manage-attest", args=[consultation.reference]),
        group=GROUP,
    )


def _promised(promise: Promise, at: datetime) -> Todo:
    return Todo(
        title=f"Keep your promise: {promise.words}",
        detail=f"{promise.reference}, by {uk_date(promise.due_on)}",
        url=promise.get_manage_url(),
        due_at=at_5pm(promise.due_on),
        urgent=promise.due_on < local_date(at),
        group=PROMISES,
    )


def _running(consultation: Consultation, at: datetime) -> Todo:
    url = reverse("consultations:manage-detail", args=[consultation.reference])
    if consultation.suspended_at:
        detail = f"{consultation.reference} has taken no answers since {uk_date(local_date(consultation.suspended_at))}"
        return Todo(title=f"Resume or withdraw: {consultation.title}", detail=detail, url=url, group=GROUP)
    if consultation.closes_at > at:
        return Todo(
            title=f"Closing soon: {consultation.title}",
            detail=f"{consultation.reference} closes {uk_time(consultation.closes_at)}",
            url=url,
            due_at=consultation.closes_at,
            group=GROUP,
        )
    due, told = consultation.response_due_on, consultation.results_published_at
    return Todo(
        title=f"{'Publish the outcome' if told else 'Publish what people said'}: {consultation.title}",
        detail=f"{consultation.reference} has closed. The outcome is due by {uk_date(due)}.",
        url=url,
        due_at=consultation.closes_at + timedelta(weeks=12),
        urgent=at >= consultation.closes_at + timedelta(weeks=12),
        group=GROUP,
    )


def _with_activity(found: QuerySet[Consultation]) -> QuerySet[Consultation]:
    return found.select_related("activity")
