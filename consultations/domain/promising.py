"""The register of promises: each "we will" of an outcome, with a person who keeps it, a day and, in the end, evidence.

Until the outcome is public a promise is a draft, which can simply be put otherwise or taken out. From then everything
that is done about it is a line of its story, which the public reads (R-060).
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from consultations import rules
from consultations.domain.concluding import ADDRESS, closed
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import LATE, OPEN_PROMISES, PromiseAct, PromiseStatus
from consultations.models import Consultation, Promise, PromiseChange
from engagement.access import is_office, local_date, roles_of
from engagement.domain import log
from engagement.domain.calendar import LONDON, uk_date
from engagement.domain.outbox import announce
from engagement.enums import OFFICE_ROLES, Audience, EventKind, Role
from engagement.models import Activity, Membership, User

# What the public is told of, besides reading it in the register: everybody engaged hears of it once.
TOLD = {PromiseAct.KEPT: "Kept", PromiseAct.CHANGED: "Changed", PromiseAct.DROPPED: "Dropped"}


class PromiseRefused(ConsultationRefused):
    """Nothing like this can be promised, or done about a promise. `field` names the part that is wrong, if one is."""


def promises_of(consultation: Consultation) -> list[Promise]:
    """The promises made after a consultation, the one due first on top. One query."""
    return list(consultation.promises.order_by("due_on", "pk"))


def public_promises(*, on: date, standing: str = "", activity: Activity | None = None) -> QuerySet[Promise]:
    """Promises that the public may read, late ones first, then by due day. One query.

    `standing` is a `PromiseStatus`, `LATE`, or nothing for all; one that is late is not also among those promised.
    """
    found: Any = Promise.objects.public().select_related("consultation__activity")
    if activity:
        found = found.filter(consultation__activity=activity)
    if standing == LATE:
        found = found.late(on=on)
    elif standing in OPEN_PROMISES:
        found = found.filter(status=standing, due_on__gte=on)
    elif standing:
        found = found.filter(status=standing)
    ordered: QuerySet[Promise] = found.order_by("due_on", "pk")
    return ordered


def late_count(*, at: datetime) -> int:
    """How many public promises are late. One query."""
    return int(Promise.objects.public().late(on=local_date(at)).count())


def owners(*, on: date) -> QuerySet[User]:
    """Who can be given a promise to keep: people who work for the office on that day."""
    roles = Membership.objects.current(on=on).filter(role__in=OFFICE_ROLES)
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("name", "pk")


@transaction.atomic
def make_promise(
    *, consultation: Consultation, words: str, owner: User, due_on: date, actor: User, at: datetime
) -> Promise:
    """Promises something after a closed consultation, under the next reference of the year (`P-2026-004`).

    Raises `PromiseRefused` for no words, a day that has passed, or an owner who does not work for the office.
    """
    consultation = closed(consultation, actor=actor, at=at)
    _refuse_unfit(words=words, due_on=due_on, at=at)
    promise: Promise = Promise.objects.create(
        reference=_next_reference(at),
        consultation=consultation,
        words=words.strip(),
        owner=owner,
        owner_role=_role_of(owner, at=at),
        due_on=due_on,
        set_at=at,
        made_at=at,
        made_by=actor,
    )
    _record(promise, "made", actor=actor, at=at, summary=f"{promise.reference} was promised by {uk_date(due_on)}.")
    _tell_owner(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def change_promise(
    *, promise: Promise, words: str, due_on: date, reason: str, seen: int, actor: User, at: datetime
) -> Promise:
    """Promises something else, or for another day. What was promised first stays in the story, with the reason.

    Raises `PromiseRefused` without a reason or a change, for a day that has passed, and as `_open` does.
    """
    promise = _open(promise, seen=seen, actor=actor, at=at)
    _refuse_unfit(words=words, due_on=due_on, at=at)
    if (words.strip(), due_on) == (promise.words, promise.due_on):
        raise PromiseRefused("This is what is promised already.")
    before = {"words": promise.words, "due_on": promise.due_on}
    promise.words, promise.due_on, promise.set_at = words.strip(), due_on, at
    if is_public(promise):
        _refuse_silence(reason, "Say why. Everybody can read it.", "reason")
        promise.status, promise.reason = PromiseStatus.CHANGED, reason.strip()
    promise.save()
    return _done(promise, PromiseAct.CHANGED, note=reason, actor=actor, at=at, **before)


@transaction.atomic
def explain_lateness(*, promise: Promise, reason: str, seen: int, actor: User, at: datetime) -> Promise:
    """Says in public why a promise is not kept by its day. Raises `PromiseRefused` for one that is not late."""
    promise = _open(promise, seen=seen, actor=actor, at=at)
    if promise.standing(on=local_date(at)) != LATE:
        raise PromiseRefused("This is not late.")
    _refuse_silence(reason, "Say why it is late. Everybody can read it.", "reason")
    promise.reason = reason.strip()
    promise.save(update_fields=["reason"])
    return _done(promise, PromiseAct.EXPLAINED, note=reason, actor=actor, at=at)


@transaction.atomic
def hand_over(*, promise: Promise, owner: User, seen: int, actor: User, at: datetime) -> Promise:
    """Gives a promise to another person of the office to keep. The public reads the role, never the name."""
    promise = _open(promise, seen=seen, actor=actor, at=at)
    if owner == promise.owner:
        raise PromiseRefused("This person keeps it already.", "owner")
    promise.owner, promise.owner_role = owner, _role_of(owner, at=at)
    promise.save(update_fields=["owner", "owner_role"])
    promise = _done(promise, PromiseAct.HANDED_OVER, note=f"Kept by: {promise.owner_words}.", actor=actor, at=at)
    _tell_owner(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def keep_promise(
    *, promise: Promise, kept_on: date, evidence: str, evidence_url: str, seen: int, actor: User, at: datetime
) -> Promise:
    """Says that a promise is kept, since when, and how everybody can see it.

    Raises `PromiseRefused` without evidence, for a day before the promise or in the future, and a link to nowhere.
    """
    promise = _open(promise, seen=seen, actor=actor, at=at)
    _refuse_silence(evidence, "Say how we know that it is kept. Everybody can read it.", "evidence")
    if not local_date(promise.made_at) <= kept_on <= local_date(at):
        made = uk_date(local_date(promise.made_at))
        raise PromiseRefused(f"It was kept between the day it was made, {made}, and today.", "kept_on")
    if evidence_url and not ADDRESS.fullmatch(evidence_url):
        raise PromiseRefused("Begin the address with https://, or with / for a page of this site.", "evidence_url")
    promise.status, promise.kept_on = PromiseStatus.KEPT, kept_on
    promise.evidence, promise.evidence_url = evidence.strip(), evidence_url
    promise.save()
    return _done(promise, PromiseAct.KEPT, note=evidence, actor=actor, at=at)


@transaction.atomic
def drop_promise(*, promise: Promise, reason: str, seen: int, actor: User, at: datetime) -> Promise:
    """Says in public that a promise will not be kept, and why. Raises `PromiseRefused` without a reason."""
    promise = _open(promise, seen=seen, actor=actor, at=at)
    _refuse_silence(reason, "Say why. Everybody can read it.", "reason")
    promise.status, promise.reason = PromiseStatus.DROPPED, reason.strip()
    promise.save()
    return _done(promise, PromiseAct.DROPPED, note=reason, actor=actor, at=at)


def is_public(promise: Promise) -> bool:
    """Whether people have read it: from the moment the outcome that it belongs to was published."""
    return promise.consultation.outcome_published_at is not None


def _open(promise: Promise, *, seen: int, actor: User, at: datetime) -> Promise:
    """The row as it is now, locked. `seen` is how long the story was when the person opened the page (C04)."""
    found: Promise = (
        Promise.objects.select_for_update(of=("self",)).select_related("consultation__activity").get(pk=promise.pk)
    )
    if not Promise.objects.keepable_by(actor, at=at).filter(pk=found.pk).exists():
        raise PromiseRefused("Only the person who keeps this promise, or the Involvement Team, can do this.")
    if not found.is_open:
        raise PromiseRefused(f"This is {found.get_status_display().lower()}, so nothing more is done about it.")
    if found.changes.count() != seen:
        raise PromiseRefused("Somebody else has done something about this promise meanwhile. Look at its story first.")
    return found


def _refuse_unfit(*, words: str, due_on: date, at: datetime) -> None:
    if not words.strip():
        raise PromiseRefused("Say what you promise.", "words")
    if due_on < local_date(at):
        raise PromiseRefused("This day has passed.", "due_on")


def _refuse_silence(text: str, sentence: str, field: str) -> None:
    if not text.strip():
        raise PromiseRefused(sentence, field)


def _role_of(owner: User, *, at: datetime) -> Role:
    """The role by which the public knows who keeps a promise: the first that the person has."""
    if not is_office(owner, on=local_date(at)):
        raise PromiseRefused("Choose somebody who works for the office.", "owner")
    roles: Collection[Role] = roles_of(owner, on=local_date(at))
    return next(role for role in Role if role in roles and role in OFFICE_ROLES)


def _next_reference(at: datetime) -> str:
    """`P-year-number`. The unique constraint settles a race: the loser tries again by hand."""
    prefix = f"P-{at.astimezone(LONDON).year}-"
    numbers = Promise.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    last = max((int(reference.removeprefix(prefix)) for reference in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def _done(promise: Promise, act: PromiseAct, *, note: str, actor: User, at: datetime, **before: Any) -> Promise:
    last = promise.changes.aggregate(last=Max("number"))["last"] or 0
    change = PromiseChange.objects.create(
        promise=promise, number=last + 1, act=act, note=note.strip(), changed_at=at, changed_by=actor, **before
    )
    summary = f"{promise.reference}: {act.label.lower()}."
    _record(promise, act.value.lower(), actor=actor, at=at, summary=summary)
    if act in TOLD and is_public(promise):
        consultation = promise.consultation
        announce(
            key=f"promise:{promise.pk}:{change.number}",
            kind=EventKind.PROMISE_UPDATED,
            activity=consultation.activity,
            title=f"{TOLD[act]}: {promise.words}",
            summary=note.strip(),
            path=promise.get_absolute_url(),
            about=consultation.reference,
            at=at,
            sensitive=consultation.sensitive,
        )
    return promise


def _tell_owner(promise: Promise, *, actor: User, at: datetime) -> None:
    if promise.owner == actor:
        return
    announce(
        key=f"promise-given:{promise.pk}:{promise.changes.count()}",
        kind=EventKind.PROMISE_DUE,
        audience=Audience.PEOPLE,
        people=[promise.owner],
        activity=promise.consultation.activity,
        title=f"A promise to keep by {uk_date(promise.due_on)}: {promise.words}",
        summary=f"{actor} has given you {promise.reference} to keep.",
        path=promise.get_manage_url(),
        at=at,
    )


def _record(promise: Promise, word: str, *, actor: User, at: datetime, summary: str) -> None:
    log.record(
        action=f"promise.{word}",
        subject=promise,
        actor=actor,
        at=at,
        activity=promise.consultation.activity,
        summary=summary,
        data={"consultation": promise.consultation.reference},
    )


def acts_on(user: Any, *, at: datetime) -> QuerySet[Promise]:
    """Open promises on which a person acts because they own them, the one due first on top. One query."""
    if not user.is_authenticated or rules.keepable_promises(user, at=at) == rules.NOTHING:
        return Promise.objects.none()
    mine: QuerySet[Promise] = Promise.objects.open().filter(owner=user)
    return mine.select_related("consultation").order_by("due_on", "pk")


def counts_by_standing(*, on: date, activity: Activity | None = None) -> dict[str, int]:
    """How many public promises stand where, by code; "" for all. One query."""
    late = Q(status__in=OPEN_PROMISES, due_on__lt=on)
    found = Promise.objects.public()
    if activity:
        found = found.filter(consultation__activity=activity)
    each = {
        status.value: Count("pk", filter=Q(status=status) & ~late if status in OPEN_PROMISES else Q(status=status))
        for status in PromiseStatus
    }
    counts: dict[str, int] = found.aggregate(every=Count("pk"), **{LATE: Count("pk", filter=late)}, **each)
    return {"" if code == "every" else code: number for code, number in counts.items()}
