"""What the people of one organisation write together, by name, before one of them signs it (see `certifying`).

There is one draft for each organisation, and every answer in it says who changed it last. Two who write at once lose
nothing: each sends the number of the answer that they saw, and the second is shown both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from consultations import rules
from consultations.domain import answers, drafting, questionnaires
from consultations.domain.frozen import FrozenQuestion
from consultations.models import Consultation, OrganisationAnswer, OrganisationDraft, OrganisationEntry
from engagement.domain.refused import Refused
from engagement.models import Organisation, User

FORGOTTEN_AFTER_CLOSING = timedelta(days=14)


class WritingRefused(Refused):
    """This answer cannot be kept, signed or taken back like this; the message says why. `field` is what is wrong."""


class EntryChanged(Exception):
    """Somebody else has kept this answer since the person read it. `theirs` is what is kept now."""

    def __init__(self, theirs: OrganisationEntry) -> None:
        super().__init__(f"{theirs.saved_by} changed this answer while you had it open. Look at both.")
        self.theirs = theirs


@dataclass(frozen=True)
class SharedDraft:
    """The draft of an organisation and what it says. `row` is `None` before anything was kept."""

    row: OrganisationDraft | None
    entries: Mapping[str, OrganisationEntry] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How often something was kept: what somebody who signs has seen."""
        return self.row.number if self.row else 0

    @property
    def answers(self) -> dict[str, list[str]]:
        """The answers by question, an empty list where one was passed."""
        return {key: list(entry.values) for key, entry in self.entries.items()}


def find(*, consultation: Consultation, organisation: Organisation) -> SharedDraft:
    """The draft as it stands. Two queries, however many questions."""
    row = OrganisationDraft.objects.filter(consultation=consultation, organisation=organisation).first()
    if row is None:
        return SharedDraft(None)
    entries = OrganisationEntry.objects.filter(draft=row).select_related("saved_by")
    return SharedDraft(row, {entry.question: entry for entry in entries})


@transaction.atomic
def keep_entry(
    *,
    consultation: Consultation,
    organisation: Organisation,
    question: FrozenQuestion,
    values: Sequence[str],
    seen: int,
    actor: User,
    at: datetime,
) -> OrganisationEntry:
    """Keeps the answer to one question. `seen` is the number of the answer on the page, 0 when there was none.

    What is there already in the same words stays as it is, with whoever wrote it. Raises `EntryChanged`,
    `WritingRefused` for somebody who does not act for the organisation and an answer that was not offered, and
    `NotTakingAnswers`.
    """
    refuse_unless_member(organisation, actor=actor, at=at)
    row = _held(consultation, organisation, actor=actor, at=at)
    kept = answers.cleaned(question, values)
    problem = answers.problem_with(question, kept) if kept else None
    if problem or question.key not in {one.key for one in questionnaires.questions_of(consultation.asked_version)}:
        raise WritingRefused(problem.words if problem else "This is not asked here.")
    entry = OrganisationEntry.objects.filter(draft=row, question=question.key).select_related("saved_by").first()
    if entry and entry.values == kept:
        return entry
    if entry and entry.number != seen:
        raise EntryChanged(entry)
    if entry is None:
        entry = OrganisationEntry(draft=row, question=question.key, number=0)
    entry.values, entry.saved_at, entry.saved_by = kept, at, actor
    entry.number += 1
    entry.save()
    row.number += 1
    row.save(update_fields=["number"])
    return entry


def refuse_unless_member(organisation: Organisation, *, actor: User, at: datetime, signs: bool = False) -> None:
    """Raises `WritingRefused` unless a person writes for an organisation now, or, with `signs`, signs for it."""
    own = (rules.signing_organisations if signs else rules.answering_organisations)(actor, at=at)
    if not own.filter(pk=organisation.pk).exists():
        who = "A certifier" if signs else "Somebody"
        raise WritingRefused(f"{who} of {organisation} has to do this.")


def refuse_unless_named(consultation: Consultation) -> None:
    """Raises `WritingRefused` where people were promised that no name is kept."""
    if not consultation.is_named:
        raise WritingRefused("This is answered without a name.")


def _held(consultation: Consultation, organisation: Organisation, *, actor: User, at: datetime) -> OrganisationDraft:
    """The draft under its lock, begun now when there is none. A draft says by being there that it began in time."""
    refuse_unless_named(consultation)
    held = OrganisationDraft.objects.select_for_update()
    known = held.filter(consultation=consultation, organisation=organisation).first()
    if known:
        drafting.refuse_unless_sendable(consultation, at=at)
        return known
    drafting.refuse_unless_open(consultation, at=at)
    begun = {"begun_at": at, "begun_by": actor}
    OrganisationDraft.objects.get_or_create(consultation=consultation, organisation=organisation, defaults=begun)
    return held.get(consultation=consultation, organisation=organisation)


def forget_unsigned(*, at: datetime) -> int:
    """Throws away what nobody signed, two weeks after its consultation ended; returns how many drafts."""
    ended = at - FORGOTTEN_AFTER_CLOSING
    over = Q(consultation__closes_at__lte=ended) | Q(consultation__withdrawn_at__lte=ended)
    signed = OrganisationAnswer.objects.standing().filter(
        consultation=OuterRef("consultation"), organisation=OuterRef("organisation")
    )
    unsigned = OrganisationDraft.objects.filter(over, ~Exists(signed), consultation__suspended_at=None)
    number = unsigned.count()
    unsigned.delete()
    return number
