"""Preparing a consultation: its words, its dates, what it asks and what that is about (R-016, R-059).

Whatever is in draft can be changed; what is public stays as people saw it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from consultations import rules
from consultations.domain.substance import groups_of, void_changed
from consultations.enums import AT_RISK, AskedGroup
from consultations.models import Asked, CodeBatch, Consultation, Questionnaire
from engagement.domain import log
from engagement.domain.calendar import LONDON, is_ambiguous_or_missing, uk_date
from engagement.domain.refused import Refused
from engagement.models import Activity, User

SUMMARY_WORDS = 100
RESERVED = frozenset({"", "promises", "overdue"})  # addresses beside those of single consultations
ELIGIBILITY_LINES = 5  # that people say yes or no to before they start

# What can be changed of a draft, by the page on which it is written; the names are arguments of `create_consultation`.
WORDS = frozenset(
    {
        "questionnaire",
        "title",
        "summary",
        "purpose",
        "audience",
        "identity_mode",
        "eligibility",
        "listed",
        "groups",
        "statutory_kind",
        "can_change",
        "settled",
        "next_steps",
        "contact",
        "other_ways",
        "length_reason",
        "grace",
        "minutes",
        "opens_at",
        "closes_at",
        "specification",
    }
)
SAFETY = frozenset({"sensitive", "sensitive_reason", "support_contacts", "privacy_special"})
STATEMENTS = frozenset({"formative_statement", "information_statement", "consideration_statement"})
CHANGEABLE = WORDS | SAFETY | STATEMENTS
PUBLIC_ALREADY = "This is public now, so its words, dates and questions stay as people saw them."


class ConsultationRefused(Refused):
    """The consultation cannot be made, opened or moved like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class PinnedSpecification:
    """One published version of a specification: what the questions are about, for good."""

    page_id: int
    revision_id: int
    title: str
    path: str
    version: str


@transaction.atomic
def create_consultation(
    *,
    activity: Activity,
    questionnaire: Questionnaire,
    title: str,
    summary: str,
    audience: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: User,
    at: datetime,
    specification: PinnedSpecification | None = None,
    groups: Collection[str] = (),
    sensitive: bool | None = None,
    **more: Any,
) -> Consultation:
    """Begins a consultation in draft, with the next reference of the year (`C-2026-021`).

    Further arguments are texts and choices named in `CHANGEABLE`. Left open, `sensitive` follows from the groups. The
    address of a sensitive one is its reference, so that no browser's history names its topic. Raises
    `ConsultationRefused` for words or dates that cannot stand.
    """
    _refuse_unknown(more)
    reference = _next_reference(at)
    sensitive = bool(AT_RISK & set(groups)) if sensitive is None else sensitive
    consultation = Consultation(
        reference=reference,
        slug=reference.lower() if sensitive else _free_slug(title, reference),
        activity=activity,
        questionnaire=questionnaire,
        title=title,
        summary=summary,
        audience=audience,
        opens_at=opens_at,
        closes_at=closes_at,
        sensitive=sensitive,
        **more,
    )
    _pin(consultation, specification)
    refuse_unfit(consultation, groups)
    consultation.save()
    _declare(consultation, groups)
    consultation.written_by.add(actor)
    record(consultation, "created", actor=actor, at=at, summary=f"{reference} was drafted: {title}")
    return consultation


def _refuse_unknown(changes: Mapping[str, Any]) -> None:
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"A consultation has no {', '.join(sorted(unknown))} to change.")


def _declare(consultation: Consultation, groups: Collection[str]) -> None:
    """Makes these the groups that are asked, and no others."""
    consultation.asked.exclude(group__in=groups).delete()
    known = set(consultation.asked.values_list("group", flat=True))
    Asked.objects.bulk_create(
        Asked(consultation=consultation, group=group) for group in AskedGroup if group in set(groups) - known
    )


def _next_reference(at: datetime) -> str:
    """`C-year-number`. The unique constraint settles a race: the loser tries again by hand."""
    prefix = f"C-{at.astimezone(LONDON).year}-"
    numbers = Consultation.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    last = max((int(reference.removeprefix(prefix)) for reference in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def _free_slug(title: str, reference: str) -> str:
    slug = slugify(title)[:70]
    taken = slug in RESERVED or Consultation.objects.filter(slug=slug).exists()
    return f"{slug}-{reference.lower()}".strip("-") if taken else slug


def _pin(consultation: Consultation, specification: PinnedSpecification | None) -> None:
    pinned = specification
    consultation.specification_page_id = pinned.page_id if pinned else None
    consultation.specification_revision_id = pinned.revision_id if pinned else None
    consultation.specification_title = pinned.title if pinned else ""
    consultation.specification_path = pinned.path if pinned else ""
    consultation.specification_version = pinned.version if pinned else ""


def refuse_unfit(consultation: Consultation, groups: Collection[str]) -> None:
    """Raises `ConsultationRefused` for words or dates that no consultation for these groups may have."""
    if "consultation" in consultation.title.casefold():
        raise ConsultationRefused(
            "Leave out the word “consultation”: say what you ask, such as “Have your say on…”", "title"
        )
    words = len(consultation.summary.split())
    if words > SUMMARY_WORDS:
        raise ConsultationRefused(f"Use at most {SUMMARY_WORDS} words. There are {words}.", "summary")
    if len(statements_of(consultation)) > ELIGIBILITY_LINES:
        raise ConsultationRefused(f"Say who can answer in at most {ELIGIBILITY_LINES} lines.", "eligibility")
    refuse_unclear_time(consultation.opens_at, field="opens_at")
    refuse_unclear_time(consultation.closes_at, field="closes_at")
    if consultation.closes_at <= consultation.opens_at:
        raise ConsultationRefused("It must close after it opens.", "closes_at")
    if AT_RISK & set(groups) and not consultation.sensitive and not consultation.sensitive_reason.strip():
        raise ConsultationRefused(
            "This is for people who may be at risk. Say why they do not need the exit button and the quiet messages.",
            "sensitive_reason",
        )


def statements_of(consultation: Consultation) -> list[str]:
    """What somebody must be able to say yes to before they answer, in the order in which it was written."""
    return [line.strip() for line in consultation.eligibility.splitlines() if line.strip()]


def refuse_unclear_time(moment: datetime, *, field: str) -> None:
    """Raises `ConsultationRefused` for a UK time that happens twice or never when clocks change (security row C08)."""
    local = moment.astimezone(LONDON)
    if is_ambiguous_or_missing(local.replace(tzinfo=None)):
        raise ConsultationRefused(
            f"The clocks change on {uk_date(local.date())}, and {local:%H:%M} happens twice or not at all that day."
            " Choose another time.",
            field,
        )


def fingerprint(consultation: Consultation, part: frozenset[str] = CHANGEABLE) -> str:
    """What a form remembers of a part of the draft it was opened with, to notice that somebody has changed it (C04)."""
    kept: dict[str, Any] = {
        field.name: getattr(consultation, field.attname)
        for field in consultation._meta.concrete_fields
        if field.name in part
    }
    if "specification" in part:
        kept["specification"] = consultation.specification_revision_id
    if "groups" in part:
        kept["groups"] = sorted(groups_of(consultation))
    return hashlib.sha256(repr(sorted(kept.items())).encode()).hexdigest()[:32]


@transaction.atomic
def change_consultation(
    *,
    consultation: Consultation,
    changes: Mapping[str, Any],
    actor: User,
    at: datetime,
    seen: str = "",
    part: frozenset[str] = CHANGEABLE,
) -> Consultation:
    """Changes a draft; keys are arguments of `create_consultation`. Raises `ConsultationRefused`: always once public.

    `seen` is the `fingerprint` of the part that the person saw when they began: refused when somebody changed it
    meanwhile. Adding a group that may be at risk makes it sensitive. A signature given for other words is void.
    """
    consultation = locked_draft(consultation)
    if seen and seen != fingerprint(consultation, part):
        raise ConsultationRefused(
            "Somebody else changed this draft while you were writing. Your words are still here: look at theirs, then"
            " save again to put yours in their place."
        )
    _refuse_unknown(changes)
    _keep_promise(consultation, changes)
    groups = groups_of(consultation)
    if AT_RISK & set(changes.get("groups", ())) - groups and not consultation.sensitive_reason.strip():
        changes = {"sensitive": True, **changes}
    for name, value in changes.items():
        if name == "specification":
            _pin(consultation, value)
        elif name != "groups":
            setattr(consultation, name, value)
    if consultation.sensitive:
        consultation.slug = consultation.reference.lower()
    refuse_unfit(consultation, changes.get("groups", groups))
    consultation.save()
    if "groups" in changes:
        _declare(consultation, changes["groups"])
    wrote(
        consultation,
        "changed",
        actor=actor,
        at=at,
        summary=f"The draft of {consultation.reference} was changed.",
        data={"fields": sorted(changes)},
    )
    return consultation


def locked_draft(consultation: Consultation) -> Consultation:
    """The row of a draft as it is now, held until the transaction ends. Raises `ConsultationRefused` once public."""
    consultation = locked(consultation)
    if consultation.published_at:
        raise ConsultationRefused(PUBLIC_ALREADY)
    return consultation


def runnable(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    """The row as it is now, held. Raises `ConsultationRefused` for anybody but the Involvement Team."""
    if not rules.runs_consultations(actor, at=at):
        raise ConsultationRefused("Only the Involvement Team can do this.")
    return locked(consultation)


def wrote(
    consultation: Consultation,
    word: str,
    *,
    actor: User,
    at: datetime,
    summary: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Somebody wrote part of a draft: they cannot sign it off, and a signature for other words is void."""
    consultation.written_by.add(actor)
    record(consultation, word, actor=actor, at=at, summary=summary, data=data)
    if void_changed(consultation, at=at):
        record(
            consultation,
            "sign_off_voided",
            actor=actor,
            at=at,
            summary=f"The sign-off of {consultation.reference} is void: the draft was changed after it.",
        )


def _keep_promise(consultation: Consultation, changes: Mapping[str, Any]) -> None:
    """Who holds a code was promised that only people with one answer."""
    mode = changes.get("identity_mode", consultation.identity_mode)
    if mode != consultation.identity_mode and CodeBatch.objects.filter(consultation=consultation).exists():
        raise ConsultationRefused("Codes were set aside for this, so it stays for people with a code.", "identity_mode")


def locked(consultation: Consultation) -> Consultation:
    """The row as it is now, held until the transaction ends."""
    found: Consultation = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("activity", "questionnaire", "version")
        .get(pk=consultation.pk)
    )
    return found


def record(
    consultation: Consultation,
    word: str,
    *,
    actor: User,
    at: datetime,
    summary: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Writes one act about a consultation into the log."""
    log.record(
        action=f"consultation.{word.replace(' ', '_')}",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=summary,
        data=data,
    )
