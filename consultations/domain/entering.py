"""Typing in what came on paper, by phone, by letter or at an event (R-150; docs/decisions/0016).

A batch is typed by one person and then read a second time by another, blind to the first, as a whole or by a sample
drawn by lot. Where both read differently, the second person looks at the sheet and settles it. When all that was to
be read is settled the batch counts: its sheets become responses that remember nothing of it.
"""

import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from consultations import rules
from consultations.domain import importing, publication, questionnaires, sealing, settling
from consultations.domain.files import refuse_unless_enterable
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.questionnaires import AnswersRefused
from consultations.domain.wordings import STANDARD
from consultations.enums import BatchState, Channel, Publication
from consultations.models import Consultation, EntryBatch, EntrySheet
from consultations.models.entry import MOST_SHEETS
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

PURPOSE = "entry-sheet"
LEAST_SAMPLE = 10
SAMPLE_SHARE = 10  # one sheet in ten

Answers = dict[str, list[str]]


class EntryRefused(Refused):
    """The batch or sheet cannot be kept like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class SheetAnswers:
    """What a sheet says, and whether its writer lets us publish their words."""

    answers: Answers
    publish: str = Publication.NONE


@dataclass(frozen=True)
class Difference:
    """One question that two people read differently on one sheet: its key, and both readings in words."""

    key: str
    text: str
    first: str
    second: str


# The batch


@transaction.atomic
def begin_batch(
    *,
    consultation: Consultation,
    channel: str,
    place: str,
    held_on: date,
    sheets: int,
    actor: User,
    at: datetime,
    wording: str = STANDARD,
) -> EntryBatch:
    """Begins a batch: how, where and when these answers were given, and on how many sheets.

    Raises `EntryRefused`, and `FileRefused` when the consultation takes no answers in any more.
    """
    _refuse_others(actor=actor, at=at)
    settling.hold_responses(consultation)
    refuse_unless_enterable(consultation)
    if channel not in Channel.values or channel == Channel.ONLINE:
        raise EntryRefused("Choose how these answers came in.", "channel")
    if held_on > local_date(at):
        raise EntryRefused("The day cannot be in the future.", "held_on")
    if not 1 <= sheets <= MOST_SHEETS:
        raise EntryRefused(f"A batch has 1 to {MOST_SHEETS} sheets. Make several of more.", "sheets")
    offered = {one.code for one in questionnaires.wordings_of(consultation.asked_version)}
    if wording and wording not in offered:
        raise EntryRefused("These words were not offered.", "wording")
    last = EntryBatch.objects.filter(consultation=consultation).aggregate(last=Max("number"))["last"] or 0
    batch = EntryBatch.objects.create(
        consultation=consultation,
        number=last + 1,
        channel=channel,
        wording=wording,
        place=place,
        held_on=held_on,
        sheets=sheets,
        typed_by=actor,
    )
    _record(batch, "begun", f"begun: {sheets} sheets, {Channel(channel).label.lower()}", actor=actor, at=at)
    return batch


def _refuse_others(*, actor: User, at: datetime) -> None:
    if not rules.enters_answers(actor, at=at):
        raise EntryRefused("Only the Involvement Team enters answers.")


def _record(batch: EntryBatch, word: str, said: str, *, actor: User, at: datetime) -> None:
    """Says an act on a batch in the log: never a sheet, never an answer."""
    log.record(
        action=f"entry.{word}",
        subject=batch,
        actor=actor,
        at=at,
        activity=batch.consultation.activity,
        summary=f"{batch.consultation.reference}, batch {batch.number}: {said}.",
    )


def _held(batch: EntryBatch, state: BatchState, *, actor: User, at: datetime) -> EntryBatch:
    """The batch under its lock, if it still stands there."""
    _refuse_others(actor=actor, at=at)
    found = EntryBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if found is None:
        raise EntryRefused("This batch was thrown away.")
    if found.state != state:
        raise EntryRefused(f"This batch is not where you left it: {found.get_state_display().lower()}.")
    found.consultation = batch.consultation
    return found


def _own(batch: EntryBatch, *, actor: User) -> None:
    if batch.typed_by_id != actor.pk:
        raise EntryRefused(f"{batch.typed_by} types this batch in. Begin one of your own for other sheets.")


def may_check(batch: EntryBatch, *, actor: Any) -> bool:
    """Whether this person may read the batch a second time: somebody who did not type it, and nobody else has begun."""
    return batch.typed_by_id != actor.pk and batch.checked_by_id in {None, actor.pk}


def _other(batch: EntryBatch, *, actor: User) -> None:
    if batch.typed_by_id == actor.pk:
        raise EntryRefused("You typed this batch in. Somebody else has to check it.")
    if not may_check(batch, actor=actor):
        raise EntryRefused(f"{batch.checked_by} is checking this batch.")


@transaction.atomic
def throw_away(*, batch: EntryBatch, actor: User, at: datetime) -> None:
    """Deletes a batch that is still being typed, with its sheets."""
    batch = _held(batch, BatchState.TYPING, actor=actor, at=at)
    _own(batch, actor=actor)
    _record(batch, "thrown_away", "thrown away before it was checked", actor=actor, at=at)
    batch.delete()


# Sheets


def questions_of(batch: EntryBatch) -> list[FrozenQuestion]:
    """The questions of a batch in the words of its sheets, none of them required: a sheet says what it says."""
    asked = questionnaires.questions_of(batch.consultation.asked_version, wording=batch.wording)
    return [replace(question, required=False) for question in asked]


def read_sheet(sealed: bytes | memoryview) -> SheetAnswers:
    """What was typed of a sheet."""
    return SheetAnswers(**sealing.unseal(sealed, secret="", purpose=PURPOSE))


def _sealed(said: SheetAnswers) -> bytes:
    return sealing.seal({"answers": said.answers, "publish": said.publish}, secret="", purpose=PURPOSE)


def _checked(batch: EntryBatch, said: SheetAnswers) -> tuple[SheetAnswers, list[str]]:
    """What is kept of a sheet, and the questions whose answers are not: the way through the others leads past them."""
    questions = questions_of(batch)
    try:
        kept = questionnaires.check_answers(questions, said.answers)
    except AnswersRefused as refusal:
        raise EntryRefused(str(refusal), next(iter(refusal.problems))) from refusal
    if not kept:
        raise EntryRefused("Type at least one answer. Leave a blank sheet out: you say so at the end.")
    passed = [one.text for one in questions if one.key not in kept and any(said.answers.get(one.key, ()))]
    return SheetAnswers(kept, publication.chosen(batch.consultation, said.publish)), passed


@transaction.atomic
def keep_sheet(*, batch: EntryBatch, number: int, said: SheetAnswers, actor: User, at: datetime) -> list[str]:
    """Keeps what a sheet says, in place of what was typed of it before; returns the questions whose answers are not.

    Raises `EntryRefused` for a number beyond the batch, answers that cannot be, and whoever does not type the batch.
    """
    batch = _held(batch, BatchState.TYPING, actor=actor, at=at)
    _own(batch, actor=actor)
    if not 1 <= number <= batch.sheets:
        raise EntryRefused(f"The batch has {batch.sheets} sheets.")
    kept, passed = _checked(batch, said)
    EntrySheet.objects.update_or_create(batch=batch, number=number, defaults={"first": _sealed(kept)})
    return passed


@transaction.atomic
def leave_out_sheet(*, batch: EntryBatch, number: int, actor: User, at: datetime) -> None:
    """Takes back what was typed of a sheet."""
    batch = _held(batch, BatchState.TYPING, actor=actor, at=at)
    _own(batch, actor=actor)
    batch.entry_sheets.filter(number=number).delete()


@transaction.atomic
def finish_typing(*, batch: EntryBatch, actor: User, at: datetime, left_out_reason: str = "") -> EntryBatch:
    """Hands the batch to a second person, and draws the sheets that must be read again: one in ten, at least ten.

    Raises `EntryRefused` when nothing was typed, and when sheets are left out without a reason.
    """
    batch = _held(batch, BatchState.TYPING, actor=actor, at=at)
    _own(batch, actor=actor)
    typed = list(batch.entry_sheets.values_list("pk", flat=True))
    if not typed:
        raise EntryRefused("Type at least one sheet first.")
    batch.left_out = batch.sheets - len(typed)
    batch.left_out_reason = left_out_reason.strip() if batch.left_out else ""
    if batch.left_out and not batch.left_out_reason:
        raise EntryRefused(f"Say why {batch.left_out} of {batch.sheets} sheets are left out.", "left_out_reason")
    batch.state, batch.typed_on = BatchState.TO_CHECK, local_date(at)
    batch.save()
    batch.entry_sheets.filter(pk__in=_drawn(typed)).update(drawn=True)
    _record(batch, "typed", f"{len(typed)} sheets typed in, to be checked", actor=actor, at=at)
    return batch


def _drawn(sheets: Sequence[int]) -> list[int]:
    """A sample by lot."""
    size = max(LEAST_SAMPLE, math.ceil(len(sheets) / SAMPLE_SHARE))
    return sorted(sheets, key=lambda _: secrets.token_bytes(8))[:size]


@transaction.atomic
def take_back(*, batch: EntryBatch, actor: User, at: datetime) -> EntryBatch:
    """Gives the batch back to whoever typed it, to correct it, while nobody has begun to check."""
    batch = _held(batch, BatchState.TO_CHECK, actor=actor, at=at)
    _own(batch, actor=actor)
    if batch.checked_by_id:
        raise EntryRefused(f"{batch.checked_by} has begun to check it, and puts right what differs.")
    batch.state, batch.typed_on, batch.left_out, batch.left_out_reason = BatchState.TYPING, None, 0, ""
    batch.save()
    batch.entry_sheets.update(drawn=False)
    return batch


# The second reading


@transaction.atomic
def check_all(*, batch: EntryBatch, actor: User, at: datetime) -> None:
    """Has every sheet read a second time, not only the sample."""
    batch = _held(batch, BatchState.TO_CHECK, actor=actor, at=at)
    _other(batch, actor=actor)
    batch.entry_sheets.update(drawn=True)


@transaction.atomic
def keep_second(*, batch: EntryBatch, number: int, said: SheetAnswers, actor: User, at: datetime) -> bool:
    """Keeps the second reading of a sheet; returns whether both are alike. The first is not shown before.

    Raises `EntryRefused` for whoever typed the batch, and once a sheet was read twice.
    """
    batch = _held(batch, BatchState.TO_CHECK, actor=actor, at=at)
    _other(batch, actor=actor)
    sheet = batch.entry_sheets.select_for_update().filter(number=number, drawn=True).first()
    if sheet is None:
        raise EntryRefused("This sheet is not among those to be checked.")
    if sheet.second is not None:
        raise EntryRefused("This sheet was checked before.")
    kept, _ = _checked(batch, said)
    sheet.second = _sealed(kept)
    sheet.differs = bool(differences_in(questions_of(batch), read_sheet(sheet.first), kept))
    sheet.settled = not sheet.differs
    sheet.save()
    if batch.checked_by_id is None:
        batch.checked_by = actor
        batch.save(update_fields=["checked_by"])
    return sheet.settled


def differences_in(questions: Sequence[FrozenQuestion], first: SheetAnswers, second: SheetAnswers) -> list[Difference]:
    """Where two readings of a sheet differ, in the order of the questions. Blanks to spare are no difference."""
    found = []
    for question in questions:
        one, other = first.answers.get(question.key, []), second.answers.get(question.key, [])
        if [_bare(value) for value in one] != [_bare(value) for value in other]:
            words = ("\n".join(question.words_for(values)) for values in (one, other))
            found.append(Difference(question.key, question.text, *words))
    if first.publish != second.publish:
        labels = (Publication(one.publish).label for one in (first, second))
        found.append(Difference("publish", "May we publish these words?", *labels))
    return found


def _bare(value: str) -> str:
    return " ".join(value.split())


@transaction.atomic
def settle_sheet(*, batch: EntryBatch, number: int, right: Mapping[str, str], actor: User, at: datetime) -> None:
    """Keeps the right reading of each difference (`right`: "first" or "second" by its key), as on the sheet."""
    batch = _held(batch, BatchState.TO_CHECK, actor=actor, at=at)
    _other(batch, actor=actor)
    sheet = batch.entry_sheets.select_for_update().filter(number=number, differs=True).first()
    if sheet is None or sheet.second is None:
        raise EntryRefused("There is nothing to settle on this sheet.")
    first, second = read_sheet(sheet.first), read_sheet(sheet.second)
    differing = [one.key for one in differences_in(questions_of(batch), first, second)]
    if missing := [key for key in differing if right.get(key) not in {"first", "second"}]:
        raise EntryRefused("Choose what stands on the sheet.", missing[0])
    answers = dict(first.answers)
    for key in differing:
        if key != "publish" and right[key] == "second":
            answers[key] = second.answers.get(key, [])
    publish = second.publish if right.get("publish") == "second" else first.publish
    kept, _ = _checked(batch, SheetAnswers(answers, publish))
    if not sheet.settled:
        batch.differences = {**batch.differences}
        for key in differing:
            batch.differences[key] = batch.differences.get(key, 0) + 1
        batch.save(update_fields=["differences"])
    sheet.first, sheet.second, sheet.settled = _sealed(kept), None, True
    sheet.save()


def to_read(batch: EntryBatch) -> QuerySet[EntrySheet]:
    """Sheets that must be read a second time and were not."""
    return batch.entry_sheets.filter(drawn=True, second=None, settled=False).order_by("number")


def to_settle(batch: EntryBatch) -> QuerySet[EntrySheet]:
    """Sheets that two people read differently."""
    return batch.entry_sheets.filter(differs=True, settled=False).order_by("number")


def finish_check(*, batch: EntryBatch, actor: User, at: datetime) -> EntryBatch:
    """Closes the batch: its sheets become responses and are forgotten. Safe to press twice.

    The batch is closed in one transaction and the responses are written in another, so that not even the database's
    own columns say of a response which batch it came in. Raises `EntryRefused` while there is something to read.
    """
    with transaction.atomic():
        if EntryBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKED).exists():
            return EntryBatch.objects.get(pk=batch.pk)
        batch = _held(batch, BatchState.TO_CHECK, actor=actor, at=at)
        _other(batch, actor=actor)
        if to_read(batch).exists() or to_settle(batch).exists():
            raise EntryRefused("Some sheets are still to be read or settled.")
        refuse_unless_enterable(batch.consultation)
        batch.state, batch.checked_by, batch.checked_on = BatchState.CHECKED, actor, local_date(at)
        batch.checked_sheets = batch.entry_sheets.filter(drawn=True).count()
        batch.differing_sheets = batch.entry_sheets.filter(differs=True).count()
        batch.entered = batch.entry_sheets.count()
        batch.save()
        _record(batch, "checked", f"{batch.entered} answers checked and counted", actor=actor, at=at)
    enter_checked(at=at)
    return batch


def enter_checked(*, at: datetime) -> int:
    """Turns the sheets of checked batches into responses; returns how many. Also what a dead process left."""
    waiting = EntryBatch.objects.filter(state=BatchState.CHECKED, entry_sheets__isnull=False).distinct()
    return sum(_enter(batch, at=at) for batch in waiting.select_related("consultation__version"))


def _enter(batch: EntryBatch, *, at: datetime) -> int:
    with transaction.atomic():
        settling.hold_responses(batch.consultation)
        sheets = list(batch.entry_sheets.select_for_update())
        importing.enter(batch.consultation, _responses(batch, sheets))
        EntrySheet.objects.filter(pk__in=[sheet.pk for sheet in sheets]).delete()
    over = at >= batch.consultation.ends_at
    settling.settle(consultation=batch.consultation, at=at, for_good=over)
    return len(sheets)


def _responses(batch: EntryBatch, sheets: Iterable[EntrySheet]) -> list[tuple[str, Answers, str]]:
    read = [read_sheet(sheet.first) for sheet in sheets]
    return [(batch.channel, said.answers, said.publish) for said in read]
