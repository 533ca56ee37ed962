"""Files of an answer: kept sealed with the draft, sent under new names, opened again for a change (ADR 23).

A name is random and is made anew at every step, so that no table of drafts tells which file became whose answer. What
its owner called a file, and when it was made, is not kept at all.
"""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from consultations.domain import drafting, sealing
from consultations.domain.answers import MOST_FILES
from consultations.domain.drafting import OpenDraft
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.stripping import Stripped
from consultations.enums import QuestionKind
from consultations.models import Answer, Draft, DraftFile, Response, SentFile
from consultations.models.keys import new_key

PURPOSE = "draft file"

Contents = dict[str, bytes]  # by name


class TooManyFiles(Exception):
    """More files than a question takes; the message says how many."""


def new_name(ending: str) -> str:
    """A random name that says the kind of file and nothing else."""
    return f"{new_key():016x}.{ending}"


def key_of(name: str) -> int:
    """The key of the row that a name stands for."""
    return int(name[:16], 16)


@transaction.atomic
def keep_files(
    *, opened: OpenDraft, question: str, added: Sequence[Stripped], removed: Collection[str], at: datetime
) -> OpenDraft:
    """Adds files to the answer to one question and takes others out, whatever another device has kept meanwhile.

    Raises `TooManyFiles`, and `NotTakingAnswers` or `DraftGone` like any step.
    """
    row = drafting.hold(opened)
    drafting.refuse_unless_sendable(opened.row.consultation, at=at)
    contents = {new_name(one.ending): one.content for one in added}
    _seal_all(row, contents, secret=opened.ticket.token)

    def change(kept: list[str]) -> list[str]:
        names = [name for name in kept if name not in removed] + list(contents)
        if len(names) > MOST_FILES:
            raise TooManyFiles(f"You can send {MOST_FILES} files here at most.")
        return names

    changed = drafting.keep_changed(opened=opened, question=question, change=change, at=at)
    own = set(opened.answers.get(question, ()))
    DraftFile.objects.filter(draft=row, key__in=[key_of(name) for name in removed if name in own]).delete()
    return changed


def _seal_all(row: Draft, contents: Mapping[str, bytes], *, secret: str) -> None:
    DraftFile.objects.bulk_create(
        DraftFile(
            key=key_of(name),
            draft=row,
            sealed=sealing.seal(base64.b64encode(content).decode(), secret=secret, purpose=PURPOSE),
        )
        for name, content in contents.items()
    )


def to_send(
    opened: OpenDraft, questions: Iterable[FrozenQuestion], kept: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], Contents]:
    """Checked answers with the files under new names, and what is in each. What the draft does not hold is left out."""
    sealed = {row.key: row.sealed for row in DraftFile.objects.filter(draft=opened.row)}
    contents: Contents = {}
    answers = {key: list(values) for key, values in kept.items()}
    for question in _asking_for_files(questions, answers):
        names = [name for name in answers.pop(question.key) if key_of(name) in sealed]
        fresh = {new_name(name[-3:]): key_of(name) for name in names}
        if fresh:
            answers[question.key] = list(fresh)
        for name, key in fresh.items():
            said = sealing.unseal(sealed[key], secret=opened.ticket.token, purpose=PURPOSE)
            contents[name] = base64.b64decode(said)
    return answers, contents


def store(rows: Iterable[Answer], contents: Mapping[str, bytes]) -> None:
    """Puts files beside the answers that name them."""
    SentFile.objects.bulk_create(
        SentFile(key=key_of(row.choice), answer=row, content=contents[row.choice])
        for row in rows
        if row.choice in contents
    )


def to_change(
    response: Response, questions: Iterable[FrozenQuestion], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], Contents]:
    """The answers of a response with its files under new names, and what is in each, for a draft that changes it."""
    contents: Contents = {}
    answers = {key: list(values) for key, values in given.items()}
    asking = list(_asking_for_files(questions, answers))
    if not asking:
        return answers, contents
    sent = dict(SentFile.objects.filter(answer__response=response).values_list("key", "content"))
    for question in asking:
        names = [name for name in answers[question.key] if key_of(name) in sent]
        fresh = {new_name(name[-3:]): bytes(sent[key_of(name)]) for name in names}
        answers[question.key] = list(fresh)
        contents |= fresh
    return answers, contents


def seal_for(opened: OpenDraft, contents: Mapping[str, bytes]) -> None:
    """Seals files for a draft that names them already."""
    _seal_all(opened.row, contents, secret=opened.ticket.token)


def _asking_for_files(
    questions: Iterable[FrozenQuestion], answers: Mapping[str, Sequence[str]]
) -> Iterable[FrozenQuestion]:
    return [one for one in questions if one.kind == QuestionKind.FILE and answers.get(one.key)]
