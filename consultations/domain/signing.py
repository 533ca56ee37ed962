"""A second person signs off before anything opens (the interfaces table; security row A15).

Whoever asks attests that no decision has been made. The signature holds for exactly what was signed: see `substance`.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from consultations.domain import readiness
from consultations.domain.preparing import ConsultationRefused, locked_draft, record
from consultations.domain.substance import digest_of, signed
from consultations.enums import SignOffOutcome
from consultations.models import Consultation, SignOff
from engagement.access import local_date
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind, Role
from engagement.models import Membership, User


def signers_for(consultation: Consultation, *, asker: User, at: datetime) -> QuerySet[User]:
    """Who may sign this draft: the Management Team, and the activity's lead; nobody who wrote part of it, or asks."""
    holding: QuerySet[Membership] = Membership.objects.current(on=local_date(at))
    management = holding.filter(role=Role.MANAGEMENT).values("user")
    leads = holding.filter(role=Role.LEAD_COMMISSIONER, user=consultation.activity.lead_commissioner_id).values("user")
    people: QuerySet[User] = User.objects.filter(Q(pk__in=management) | Q(pk__in=leads), is_active=True)
    return people.exclude(pk__in=consultation.written_by.values("pk")).exclude(pk=asker.pk).order_by("name", "pk")


def waiting(consultation: Consultation) -> SignOff | None:
    """The request that nobody has answered yet, if there is one. One query."""
    asked: SignOff | None = consultation.sign_offs.filter(outcome="").select_related("asked_by", "asked_of").first()
    return asked


@transaction.atomic
def ask_for_sign_off(*, consultation: Consultation, asked_of: User, note: str, actor: User, at: datetime) -> SignOff:
    """Asks a second person to sign a draft; the one who asks attests that no decision has been made.

    They are told by e-mail and on their dashboard. Raises `ConsultationRefused` while something that must be there is
    missing, while somebody else is asked, once it is signed, and for a person who may not sign it.
    """
    consultation = locked_draft(consultation)
    _refuse_incomplete(consultation, at=at)
    if asked := waiting(consultation):
        raise ConsultationRefused(f"{asked.asked_of} has been asked already. Take that back to ask somebody else.")
    if given := signed(consultation):
        raise ConsultationRefused(f"{given.decided_by} has signed this off. It can be opened.")
    if not signers_for(consultation, asker=actor, at=at).filter(pk=asked_of.pk).exists():
        raise ConsultationRefused("Ask somebody who may sign this off and has not written part of it.", "asked_of")
    pending = SignOff.objects.create(
        consultation=consultation, asked_at=at, asked_by=actor, asked_of=asked_of, note=note
    )
    record(
        consultation,
        "sign_off_asked",
        actor=actor,
        at=at,
        summary=f"{asked_of} was asked to sign off {consultation.reference}; {actor} attests that nothing is decided.",
    )
    announce(
        key=f"sign-off-asked:{pending.pk}",
        kind=EventKind.SIGN_OFF_ASKED,
        audience=Audience.PEOPLE,
        people=[asked_of],
        activity=consultation.activity,
        title=f"Please read and sign off: {consultation.title}",
        summary=f"{actor} asks you to sign off {consultation.reference} before it opens. {note}".strip(),
        path=reverse("consultations:manage-sign", args=[consultation.reference]),
        at=at,
    )
    return pending


@transaction.atomic
def sign_off(*, consultation: Consultation, seen: str, actor: User, at: datetime) -> Consultation:
    """Signs a draft: from now it can be opened, as long as nothing in it changes.

    `seen` is the `digest_of` what the person read. Raises `ConsultationRefused` when it says something else by now,
    when it is incomplete, and for somebody who wrote part of it or asked for the signature.
    """
    consultation, pending = _asked(consultation, actor=actor, at=at)
    _refuse_incomplete(consultation, at=at)
    digest = digest_of(consultation)
    if seen != digest:
        raise ConsultationRefused("The draft has changed since you opened this page. Read it again, then sign.")
    _decide(pending, SignOffOutcome.SIGNED_OFF, actor=actor, at=at, digest=digest)
    record(
        consultation,
        "signed_off",
        actor=actor,
        at=at,
        summary=f"{consultation.reference} was signed off by {actor}.",
        data={"digest": digest},
    )
    _tell_asker(pending, f"Signed off: {consultation.title}", f"{actor} has signed it off. You can open it.", at=at)
    return consultation


@transaction.atomic
def send_back(*, consultation: Consultation, reason: str, actor: User, at: datetime) -> Consultation:
    """Gives a draft back to those who wrote it. Raises `ConsultationRefused` without saying what has to change."""
    consultation, pending = _asked(consultation, actor=actor, at=at)
    if not reason.strip():
        raise ConsultationRefused("Say what has to change before you can sign.", "reason")
    _decide(pending, SignOffOutcome.SENT_BACK, actor=actor, at=at, reason=reason)
    record(consultation, "sent_back", actor=actor, at=at, summary=f"{consultation.reference} was sent back by {actor}.")
    _tell_asker(pending, f"Sent back: {consultation.title}", f"{actor} asks for changes first: {reason}", at=at)
    return consultation


@transaction.atomic
def take_back(*, consultation: Consultation, actor: User, at: datetime) -> Consultation:
    """Withdraws a request to sign, to ask somebody else. Raises `ConsultationRefused` when nobody waits."""
    consultation = locked_draft(consultation)
    pending = waiting(consultation)
    if pending is None:
        raise ConsultationRefused("Nobody is asked to sign this any more.")
    _decide(pending, SignOffOutcome.TAKEN_BACK, actor=actor, at=at)
    record(
        consultation,
        "sign_off_taken_back",
        actor=actor,
        at=at,
        summary=f"The request to sign off {consultation.reference} was taken back.",
    )
    return consultation


def _asked(consultation: Consultation, *, actor: User, at: datetime) -> tuple[Consultation, SignOff]:
    consultation = locked_draft(consultation)
    pending = waiting(consultation)
    if pending is None:
        raise ConsultationRefused("Nothing waits for a signature here: somebody has decided, or taken it back.")
    if not signers_for(consultation, asker=pending.asked_by, at=at).filter(pk=actor.pk).exists():
        raise ConsultationRefused("Whoever wrote part of this, or asked for the signature, cannot sign it.")
    return consultation, pending


def _refuse_incomplete(consultation: Consultation, *, at: datetime) -> None:
    checks = readiness.checks_before_opening(consultation=consultation, at=at)
    if missing := readiness.unmet(checks):
        raise ConsultationRefused(f"{missing[0].name}: {missing[0].detail}")


def _decide(pending: SignOff, outcome: SignOffOutcome, *, actor: User, at: datetime, **more: Any) -> None:
    pending.outcome, pending.decided_by, pending.decided_at = outcome, actor, at
    for name, value in more.items():
        setattr(pending, name, value)
    pending.save(update_fields=["outcome", "decided_by", "decided_at", *more])


def _tell_asker(pending: SignOff, title: str, summary: str, *, at: datetime) -> None:
    consultation = pending.consultation
    announce(
        key=f"sign-off-decided:{pending.pk}",
        kind=EventKind.SIGN_OFF_DECIDED,
        audience=Audience.PEOPLE,
        people=[pending.asked_by],
        activity=consultation.activity,
        title=title,
        summary=summary,
        path=reverse("consultations:manage-detail", args=[consultation.reference]),
        at=at,
    )
