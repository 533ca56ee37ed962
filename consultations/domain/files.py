"""A file of answers on screen: received, matched, checked and entered; then only its report is left (R-150).

The file is seen by whoever uploaded it. Checking and entering are the worker's, through the same function as the
command's; both can be pressed twice. What nobody entered in time is thrown away (`forget_files`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from celery import current_app
from django.db import transaction

from consultations import rules
from consultations.domain import importing, matching, questionnaires
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.matching import SOURCE, FileColumn, Match, UnknownWord
from consultations.enums import Channel, FileState
from consultations.models import AnswerFile, Consultation, SavedMatch
from engagement.domain.apart import table_apart
from engagement.domain.tabular import CellProblem, TableRefused
from engagement.models import User

WORK_TASK = "consultations.work_on_files"
WAITS_FOR = timedelta(days=2)
IN_PROGRESS = {FileState.TO_CHECK: FileState.CHECKING, FileState.TO_ENTER: FileState.ENTERING}


class FileRefused(Exception):
    """The file cannot be taken further; the message says why, `problems` which columns, by heading."""

    def __init__(self, message: str, problems: Mapping[str, str] | None = None, field: str = "") -> None:
        super().__init__(message)
        self.problems = dict(problems or {})
        self.field = field


def refuse_unless_enterable(consultation: Consultation) -> None:
    """Raises `FileRefused` for a draft, one that was withdrawn, and one whose results are published."""
    if consultation.published_at is None or consultation.version is None:
        raise FileRefused("This is still a draft: nobody can have answered yet.")
    if consultation.is_named:
        raise FileRefused("Organisations answer this by name, so no answers without one are entered.")
    if consultation.withdrawn_at:
        raise FileRefused("This was withdrawn, so no answers are entered any more.")
    if consultation.results_published_at:
        raise FileRefused("The results are published, so no answers are entered any more.")


def receive(
    *,
    consultation: Consultation,
    content: bytes,
    file_name: str,
    actor: User,
    at: datetime,
    saved: SavedMatch | None = None,
) -> AnswerFile:
    """Takes a CSV file or workbook and guesses which column answers what, or matches it as `saved` before.

    Raises `TableRefused` for what cannot be read and `FileRefused` when no answers can be entered; nothing is stored
    then.
    """
    _refuse_others(actor=actor, at=at)
    refuse_unless_enterable(consultation)
    content = table_apart(content)
    header, rows = matching.table_of(content)
    if importing.was_entered(consultation, content):
        raise TableRefused([CellProblem("This very file was entered before.")])
    columns = matching.columns_in(header, rows)
    questions = questions_of(consultation)
    match = matching.reused(saved.match, columns, questions) if saved else matching.guess(columns, questions)
    return AnswerFile.objects.create(
        consultation=consultation,
        uploaded_by=actor,
        uploaded_at=at,
        expires_at=at + WAITS_FOR,
        file_name=_plain_name(file_name),
        content=content,
        match=match.as_kept(),
        total=len(rows),
    )


def _refuse_others(*, actor: User, at: datetime) -> None:
    if not rules.enters_answers(actor, at=at):
        raise FileRefused("Only the Involvement Team enters answers.")


def _plain_name(name: str) -> str:
    """The last part of a file's name, printable and short, for showing while the file waits; never a path."""
    kept = "".join(character for character in PurePath(name.replace("\\", "/")).name if character.isprintable())
    return kept[:100] or "file.csv"


def questions_of(consultation: Consultation) -> list[FrozenQuestion]:
    """The questions that columns can be matched to. No query."""
    return [question for question in questionnaires.questions_of(consultation.asked_version) if question.asks]


def content_of(file: AnswerFile) -> bytes:
    """The file as CSV; nothing once it was entered. No query."""
    return bytes(file.content or b"")


def columns_of(file: AnswerFile) -> list[FileColumn]:
    """The columns of a file that waits. No query."""
    return matching.columns_in(*matching.table_of(content_of(file)))


def match_of(file: AnswerFile) -> Match:
    """What was chosen so far."""
    return Match(**file.match)


def keep_targets(
    *, file: AnswerFile, targets: Mapping[str, str], channel: str, actor: User, at: datetime
) -> AnswerFile:
    """Keeps which column answers what. `channel` is that of every row, where no column says it.

    Raises `FileRefused` with `problems` by heading ("" for the whole) when the choice cannot be read.
    """
    match = match_of(file)
    columns = columns_of(file)
    known = {column.heading for column in columns}
    match.targets = {heading: name for heading, name in targets.items() if heading in known}
    match.channel = "" if SOURCE in match.targets.values() else channel
    if problems := matching.problems_with(match, columns, questions_of(file.consultation)):
        raise FileRefused("Nothing is kept yet.", problems)
    return _rematched(file, match, actor=actor, at=at)


def unknown_words(file: AnswerFile) -> list[UnknownWord]:
    """Words in the matched columns that none of our choices has. Raises `TableRefused` for a column full of them."""
    header, rows = matching.table_of(content_of(file))
    return matching.unknown_words(match_of(file), header, rows, questions_of(file.consultation))


def keep_words(*, file: AnswerFile, words: Mapping[str, Mapping[str, str]], actor: User, at: datetime) -> AnswerFile:
    """Keeps what unknown words mean: by heading and word, the words of a choice, `AS_OTHER`, or nothing."""
    match = match_of(file)
    match.words = {heading: dict(said) for heading, said in words.items()}
    return _rematched(file, match, actor=actor, at=at)


def _rematched(file: AnswerFile, match: Match, *, actor: User, at: datetime) -> AnswerFile:
    """Keeps a match; whatever was checked before was checked under another."""
    open_to_change = [FileState.MATCHING, FileState.CHECKED]
    _move(file, open_to_change, FileState.MATCHING, actor=actor, at=at, match=match.as_kept(), report={})
    return file


def ask_check(*, file: AnswerFile, actor: User, at: datetime) -> AnswerFile:
    """Has the worker check every row. Safe to press twice."""
    _move(file, [FileState.MATCHING, FileState.TO_CHECK], FileState.TO_CHECK, actor=actor, at=at, done=0)
    return file


@transaction.atomic
def ask_entry(*, file: AnswerFile, actor: User, at: datetime, save_as: str = "") -> AnswerFile:
    """Has the worker enter what was checked, all of it or nothing. Safe to press twice.

    `save_as` keeps the match under a name for the next file of this kind. Raises `FileRefused` while rows are wrong.
    """
    if file.state == FileState.CHECKED and file.report.get("problems"):
        raise FileRefused("Some rows need attention first. Nothing has been entered.")
    refuse_unless_enterable(file.consultation)
    if file.state in {FileState.TO_ENTER, FileState.ENTERING, FileState.ENTERED}:
        return file
    _move(file, [FileState.CHECKED], FileState.TO_ENTER, actor=actor, at=at, done=0)
    if save_as:
        kept = {"match": file.match, "saved_at": at, "saved_by": actor}
        SavedMatch.objects.update_or_create(name=save_as, defaults=kept)
    return file


def _move(
    file: AnswerFile, states: list[FileState], to: FileState, *, actor: User, at: datetime, **changes: Any
) -> None:
    """Moves a file that stands where this person saw it, and wakes the worker. Raises `FileRefused`."""
    _refuse_others(actor=actor, at=at)
    mine = AnswerFile.objects.filter(pk=file.pk, uploaded_by=actor, state__in=states, expires_at__gt=at)
    if not mine.update(state=to, **changes):
        raise FileRefused("This file is not where you left it: look at where it stands now.")
    file.refresh_from_db()
    if to in IN_PROGRESS:
        transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    """Only shortens the wait: the table is the queue, which the worker looks through every minute."""
    current_app.send_task(WORK_TASK)


@transaction.atomic
def throw_away(*, file: AnswerFile, actor: User, at: datetime) -> None:
    """Deletes a file that was not entered, at the wish of whoever uploaded it."""
    _refuse_others(actor=actor, at=at)
    AnswerFile.objects.filter(pk=file.pk, uploaded_by=actor).exclude(state=FileState.ENTERED).delete()


def forget_files(*, at: datetime) -> int:
    """Deletes files that nobody entered in time; returns how many. Every night."""
    late = AnswerFile.objects.filter(expires_at__lte=at).exclude(state=FileState.ENTERED)
    return late.delete()[0]


# The worker's


def work(*, at: datetime) -> int:
    """Checks and enters what was asked for; returns how many files. Outside any transaction; safe to run twice."""
    worked = 0
    while file := _claim_next(at=at):
        _work_on(file, at=at)
        worked += 1
    return worked


def _claim_next(*, at: datetime) -> AnswerFile | None:
    for file in AnswerFile.objects.to_work_on(at=at).order_by("uploaded_at", "pk"):
        begun = IN_PROGRESS.get(FileState(file.state), FileState(file.state))
        still = AnswerFile.objects.filter(pk=file.pk, state=file.state, claimed_at=file.claimed_at)
        if still.update(state=begun, claimed_at=at):
            return AnswerFile.objects.select_related(
                "consultation__version", "consultation__activity", "uploaded_by"
            ).get(pk=file.pk)
    return None


def _work_on(file: AnswerFile, *, at: datetime) -> None:
    mapping = matching.mapping_of(match_of(file), questions_of(file.consultation))

    def progress(done: int, total: int) -> None:
        AnswerFile.objects.filter(pk=file.pk).update(done=done, total=total)

    try:
        _refuse_others(actor=file.uploaded_by, at=at)
        refuse_unless_enterable(file.consultation)
        if file.state == FileState.CHECKING:
            found = importing.check_file(
                consultation=file.consultation, content=content_of(file), mapping=mapping, progress=progress
            )
            _settle(file, FileState.CHECKED, report=_report(file, found))
        else:
            importing.import_responses(
                name=file.consultation.reference,
                content=content_of(file),
                beside={},
                mapping=mapping,
                activity=None,
                actor=file.uploaded_by,
                at=at,
                progress=progress,
            )
            gone: dict[str, Any] = {"content": None, "file_name": "", "match": {}, "entered_at": at}
            _settle(file, FileState.ENTERED, report=file.report, **gone)
    except (TableRefused, FileRefused) as refusal:
        problems = [str(one) for one in refusal.problems] if isinstance(refusal, TableRefused) else [str(refusal)]
        _settle(file, FileState.CHECKED, report={**file.report, "problems": problems})


def _settle(file: AnswerFile, state: FileState, **changes: Any) -> None:
    AnswerFile.objects.filter(pk=file.pk, state=file.state).update(state=state, claimed_at=None, **changes)


def _report(file: AnswerFile, found: importing.CheckedFile) -> dict[str, Any]:
    why = {column.heading: column.personal or column.moment or column.suspect for column in columns_of(file)}
    return {
        "rows": len(found.responses),
        "empty_rows": found.empty_rows,
        "channels": {channel: found.channels[channel] for channel in Channel.values if channel in found.channels},
        "sources": dict(found.sources.most_common()),
        "answered": dict(found.answered),
        "dropped": [[heading, why.get(heading, "")] for heading in found.dropped],
        "problems": [],
    }
