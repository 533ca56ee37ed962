"""Taking out of a text what could tell who wrote it, before others read it: one person redacts, another approves.

The original stays where it was, for those who may read it. Its redacted version goes with it when the answer is changed
or withdrawn. Nothing but an approved version is shown to a Lead Commissioner, quoted or published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from consultations import rules
from consultations.domain import blackening, codeframes, coding, settling
from consultations.domain.blackening import Part
from consultations.domain.coding import Which
from consultations.enums import PUBLISHABLE, TakenOut
from consultations.models import Answer, Consultation, Quote, Redaction
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

GONE = "Whoever wrote this has changed or withdrawn it. Go on with the next text."


class RedactionRefused(Refused):
    """This text cannot be redacted like this. `field` names the part that is wrong: `words_2` is the third line."""


@dataclass(frozen=True)
class Standing:
    """How many texts wait for what. `texts` is all that may be read."""

    texts: int
    to_redact: int
    to_approve: int
    sent_back: int
    approved: int
    withheld: int


def standing_of(*, consultation: Consultation, reader: User, at: datetime) -> Standing:
    """How far redaction has come. One query, however many texts."""
    every = coding.texts(consultation=consultation, reader=reader, at=at).order_by()
    done, sent_back = Q(redaction__approved_by__isnull=False), ~Q(redaction__sent_back="")
    waits = Q(redaction__isnull=False, redaction__approved_by=None, redaction__sent_back="")
    numbers = every.aggregate(
        texts=Count("pk"),
        to_redact=Count("pk", filter=Q(redaction=None)),
        to_approve=Count("pk", filter=waits),
        sent_back=Count("pk", filter=Q(redaction__isnull=False) & sent_back),
        approved=Count("pk", filter=done & Q(redaction__withheld=False)),
        withheld=Count("pk", filter=done & Q(redaction__withheld=True)),
    )
    return Standing(**numbers)


def unredacted(
    *, consultation: Consultation, reader: User, at: datetime, which: Which, quotable: bool = False
) -> QuerySet[Answer]:
    """Texts that nobody has redacted, narrowed; with `quotable`, of people who let us publish their words."""
    found = coding.texts(consultation=consultation, reader=reader, at=at, which=which).filter(redaction=None)
    return found.filter(response__publication__in=PUBLISHABLE) if quotable else found


class Written(Protocol):
    """Anything that somebody wrote: an answer, or a comment on a section."""

    text: str


class TakenApart(Protocol):
    """What was taken out of a text, as [first character, character after the last, reason]."""

    parts: list[list[Any]]


def lines_of(answer: Written, redaction: TakenApart | None) -> list[tuple[str, str, bool]]:
    """What a form proposes to take out: (words, reason, whether the machine suggests it), each words once."""
    parts = [Part(*part) for part in redaction.parts] if redaction else blackening.suggested(answer.text)
    once = {" ".join(part.of(answer.text).split()).casefold(): part for part in reversed(parts)}
    found = sorted(once.values())
    return [(" ".join(part.of(answer.text).split()), str(part.reason), redaction is None) for part in found]


def parts_of(answer: Written, lines: Sequence[tuple[str, str]]) -> list[Part]:
    """Where the words of each line (words, reason) stand in the text. Raises `RedactionRefused` beside a line."""
    parts: list[Part] = []
    for number, (words, reason) in enumerate(lines):
        if not words.strip():
            continue
        if reason not in TakenOut.values:
            raise RedactionRefused("Say why this is taken out.", f"reason_{number}")
        found = blackening.find(answer.text, words, reason)
        if not found:
            raise RedactionRefused("These words do not stand in the text like this.", f"words_{number}")
        parts += found
    return blackening.apart(parts)


def seen_in(redaction: Redaction | None) -> str:
    """What a form remembers of the redaction it was opened with, to notice that somebody has changed it (C04)."""
    if redaction is None:
        return ""
    known = (redaction.parts, redaction.withheld, redaction.written_by_id, redaction.approved_by_id)
    return f"{known}:{redaction.sent_back}"


@transaction.atomic
def keep_redaction(
    *,
    answer: Answer,
    lines: Sequence[tuple[str, str]],
    withheld: bool,
    seen: str,
    actor: User,
    at: datetime,
) -> Redaction:
    """Keeps the text less the parts of `lines` (words, reason), or that nothing of it can be shown.

    What was approved before is so no more. Raises `RedactionRefused`: no right, the text is gone, words that are not
    in it, nothing left of it, or somebody else redacted it meanwhile.
    """
    consultation = answer.response.consultation
    settling.hold_responses(consultation)
    _refuse_strangers(actor=actor, at=at)
    if not coding.texts(consultation=consultation, reader=actor, at=at).filter(pk=answer.pk).exists():
        raise RedactionRefused(GONE)
    if seen != seen_in(redaction_of(answer)):
        raise RedactionRefused("Somebody else has redacted this text meanwhile. Look at theirs, then save yours.")
    parts = [] if withheld else parts_of(answer, lines)
    if not withheld and blackening.says_nothing(answer.text, parts):
        raise RedactionRefused("Nothing would be left. Say that nothing of it can be shown.", "withheld")
    redaction, _ = Redaction.objects.update_or_create(
        answer=answer,
        defaults={
            "text": "" if withheld else blackening.redacted(answer.text, parts),
            "parts": [[part.start, part.end, str(part.reason)] for part in parts],
            "withheld": withheld,
            "written_by": actor,
            "written_on": _day(consultation, at=at),
            "approved_by": None,
            "approved_on": None,
            "sent_back": "",
        },
    )
    Quote.objects.filter(redaction=redaction).delete()
    _record("redacted", consultation, actor=actor, at=at, summary="An answer to {} was redacted.")
    return redaction


@transaction.atomic
def approve(*, redaction: Redaction, seen: str, actor: User, at: datetime) -> Redaction:
    """A second person has compared both texts: this may be shown. Raises `RedactionRefused`."""
    redaction = _to_decide(redaction, seen=seen, actor=actor, at=at)
    consultation = redaction.answer.response.consultation
    redaction.approved_by, redaction.approved_on = actor, _day(consultation, at=at)
    redaction.save(update_fields=["approved_by", "approved_on"])
    _record("approved", consultation, actor=actor, at=at, summary="A redacted answer to {} was approved.")
    return redaction


@transaction.atomic
def send_back(*, redaction: Redaction, reason: str, seen: str, actor: User, at: datetime) -> Redaction:
    """A second person found something that must be taken out, or that need not be. Raises `RedactionRefused`."""
    redaction = _to_decide(redaction, seen=seen, actor=actor, at=at)
    if not reason.strip():
        raise RedactionRefused("Say what has to change.", "reason")
    redaction.sent_back = reason.strip()
    redaction.save(update_fields=["sent_back"])
    consultation = redaction.answer.response.consultation
    _record("sent_back", consultation, actor=actor, at=at, summary="A redacted answer to {} was sent back.")
    return redaction


def redaction_of(answer: Answer) -> Redaction | None:
    """The redaction of a text as it is now, or `None`. One query."""
    found: Redaction | None = (
        Redaction.objects.filter(answer=answer).select_related("written_by", "approved_by").first()
    )
    return found


def _to_decide(redaction: Redaction, *, seen: str, actor: User, at: datetime) -> Redaction:
    """The redaction as it is now, under the lock that guards the answers, if this person may decide about it."""
    settling.hold_responses(redaction.answer.response.consultation)
    _refuse_strangers(actor=actor, at=at)
    fresh: Redaction | None = (
        Redaction.objects.filter(pk=redaction.pk)
        .select_related("answer__response__consultation__activity", "written_by")
        .first()
    )
    if fresh is None:
        raise RedactionRefused(GONE)
    if fresh.state != "TO_APPROVE" or seen != seen_in(fresh):
        raise RedactionRefused("Somebody has decided about this, or redacted it anew. Look at it again.")
    if fresh.written_by_id == actor.pk:
        raise RedactionRefused("A second person approves what you redacted: two see more than one.")
    return fresh


def _day(consultation: Consultation, *, at: datetime) -> date | None:
    """Today, once no more answers can come; before, a day would tell which texts had come by then (ADR 8)."""
    return local_date(at) if codeframes.is_over(consultation, at=at) else None


def _refuse_strangers(*, actor: User, at: datetime) -> None:
    if not rules.reads_responses(actor, at=at):
        raise RedactionRefused("Only the Involvement Team can do this.")


def _record(word: str, consultation: Consultation, *, actor: User, at: datetime, summary: str) -> None:
    """Says in the log that it happened, and not which text."""
    log.record(
        action=f"response.{word}",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=summary.format(consultation.reference),
    )
