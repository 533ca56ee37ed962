"""Codes for closed groups, as the office and providers see them: offered, made once, voided, counted in company.

A sheet of codes is shown once, to whoever makes it. When the provider makes it, the office never sees the codes. What
is kept of a code is its keyed hash in one of two sorted sets (docs/decisions/0004); how many of a batch were used is
shown in steps of ten, and never so that everybody who holds a code of it could be told to have used theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from consultations import rules
from consultations.domain import sealing, tickets
from consultations.domain.preparing import record
from consultations.models import CodeBatch, Consultation
from consultations.models.invitation import LEAST, MOST
from engagement.domain.calendar import uk_time
from engagement.domain.disclosure import protect_choices
from engagement.domain.outbox import announce
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind
from engagement.models import Organisation, User

PURPOSE = "invitation"
STEP = 10
FORGOTTEN_AFTER_CLOSING = timedelta(days=14)


class CodesRefused(Refused):
    """Codes cannot be offered, made or voided like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Use:
    """How many codes of a batch were used, as it may be said: exactly, or at least so many, or neither."""

    exact: int | None = None
    least: int | None = None


@transaction.atomic
def offer_codes(
    *,
    consultation: Consultation,
    label: str,
    size: int,
    actor: User,
    at: datetime,
    organisation: Organisation | None = None,
    office_makes: bool = True,
) -> CodeBatch:
    """Sets a batch of codes up; the codes themselves come with its sheet (`make_codes`).

    `organisation` hands them out, or the office when there is none. Unless `office_makes` the sheet, the organisation's
    certifiers do, and are told. Raises `CodesRefused` for a consultation that takes no codes or has ended, and for too
    few or too many.
    """
    consultation = _running(consultation, actor=actor, at=at)
    if not LEAST <= size <= MOST:
        raise CodesRefused(f"Make {LEAST} to {MOST:,} codes at a time.", "size")
    if organisation is None and not office_makes:
        raise CodesRefused("Choose the organisation that makes the sheet.", "organisation")
    batch = CodeBatch.objects.create(
        consultation=consultation,
        organisation=organisation,
        label=label,
        size=size,
        office_makes=office_makes,
        offered_at=at,
        offered_by=actor,
    )
    holder = organisation.name if organisation else "the office"
    record(
        consultation,
        "codes offered",
        actor=actor,
        at=at,
        summary=f"{size} codes of {consultation.reference} were set aside for {holder}.",
        data={"batch": batch.pk, "size": size, "office_makes": office_makes},
    )
    if organisation and not office_makes:
        announce(
            key=f"codes-offered:{batch.pk}",
            kind=EventKind.CODES_OFFERED,
            title=f"Codes to hand out: {consultation.reference}",
            summary=f"{size} codes wait for you to print and hand out. A certifier makes the sheet, once. They work"
            f" until {uk_time(consultation.closes_at)}.",
            path=reverse("consultations:handout-detail", args=[batch.pk]),
            audience=Audience.ORGANISATION,
            organisation=organisation,
            at=at,
        )
    return batch


@transaction.atomic
def make_codes(*, batch: CodeBatch, actor: User, at: datetime) -> list[str]:
    """The codes of a batch, in no order, the one time that they are there to be shown; hashes are kept.

    Raises `CodesRefused` the second time, for a batch that is void or has ended, and to whoever is not its maker.
    """
    batch = _locked(batch)
    maker = CodeBatch.objects.makeable_by(actor, at=at).filter(pk=batch.pk).exists()
    if not (rules.runs_consultations(actor, at=at) if batch.office_makes else maker):
        raise CodesRefused("Somebody else makes this sheet.")
    _refuse_ended(batch.consultation, at=at)
    if batch.voided_at:
        raise CodesRefused("This batch is void. Make another.")
    if batch.made_at:
        raise CodesRefused(
            "The codes of this batch were shown already, and are kept nowhere. Void it and make another."
        )
    codes = _draw(batch.size)
    batch.made_at, batch.unused = at, as_set(sealing.keyed_hash(PURPOSE, code) for code in codes)
    batch.save(update_fields=["made_at", "unused"])
    record(
        batch.consultation,
        "codes made",
        actor=actor,
        at=at,
        summary=f"The sheet of {batch.size} codes of {batch.consultation.reference} was made.",
        data={"batch": batch.pk, "size": batch.size},
    )
    return codes


def _draw(number: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < number:
        codes.add(tickets.new_code())
    return list(codes)


@transaction.atomic
def void_codes(*, batch: CodeBatch, reason: str, actor: User, at: datetime) -> CodeBatch:
    """Makes the unused codes of a batch worthless, for a sheet that was lost. What was begun with others goes on.

    Raises `CodesRefused` without a reason, and the second time.
    """
    batch = _locked(batch)
    if not rules.runs_consultations(actor, at=at):
        raise CodesRefused("Only the Involvement Team can do this.")
    if batch.voided_at:
        raise CodesRefused("This batch is void already.")
    if not reason.strip():
        raise CodesRefused("Say why.", "reason")
    batch.voided_at, batch.voided_reason = at, reason
    batch.save(update_fields=["voided_at", "voided_reason"])
    record(
        batch.consultation,
        "codes voided",
        actor=actor,
        at=at,
        summary=f"A batch of {batch.size} codes of {batch.consultation.reference} was voided: {reason}",
        data={"batch": batch.pk, "size": batch.size},
    )
    return batch


def use_of(batch: CodeBatch, *, at: datetime) -> Use:
    """How many of a batch were used, for those who may know. No query.

    In steps of ten while codes can still be used, since whoever hands them out sees people come and go. Afterwards the
    number itself, unless fewer than ten used theirs, or fewer than ten did not.
    """
    over = batch.consultation.closes_at <= at or batch.consultation.withdrawn_at is not None
    protected = protect_choices({"used": batch.used_number}, answered=batch.size, threshold=STEP)
    if over and not protected.withheld:
        return Use(exact=batch.used_number)
    least = min(batch.used_number, batch.size - STEP) // STEP * STEP
    return Use(least=least or None)


def forget_codes(*, at: datetime) -> int:
    """Empties the sets of batches whose consultation ended two weeks ago; returns how many. Numbers stay."""
    ended = at - FORGOTTEN_AFTER_CLOSING
    over = Q(consultation__closes_at__lte=ended) | Q(consultation__withdrawn_at__lte=ended)
    kept = CodeBatch.objects.filter(over).exclude(unused="", used="")
    return CodeBatch.objects.filter(pk__in=kept.values("pk")).update(unused="", used="")


def as_set(hashes: Iterable[str]) -> str:
    """Hashes as a batch keeps them: sorted, so that they stand in no order of use."""
    return "\n".join(sorted(hashes))


def _locked(batch: CodeBatch) -> CodeBatch:
    found: CodeBatch = (
        CodeBatch.objects.select_for_update(of=("self",))
        .select_related("consultation__activity", "organisation")
        .get(pk=batch.pk)
    )
    return found


def _running(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    if not rules.runs_consultations(actor, at=at):
        raise CodesRefused("Only the Involvement Team can do this.")
    if not consultation.needs_code:
        raise CodesRefused("This is open to anyone, so it has no codes.")
    _refuse_ended(consultation, at=at)
    return consultation


def _refuse_ended(consultation: Consultation, *, at: datetime) -> None:
    if consultation.withdrawn_at or consultation.closes_at <= at:
        raise CodesRefused("This has closed, so codes for it are worth nothing.")
