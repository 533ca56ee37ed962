"""Files that people sent, for those who read what people write. No machine reads them: a person opens each.

They stand in the order of their keys, which are random; the archive gives every file the same moment.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from consultations import rules
from consultations.domain.attaching import key_of
from consultations.domain.exporting import ExportRefused
from consultations.models import Consultation, SentFile
from engagement.domain import log
from engagement.models import User

CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png", "txt": "text/plain; charset=utf-8"}
NO_MOMENT = (1980, 1, 1, 0, 0, 0)
AT_A_TIME = 4  # files in memory while an archive is written


class FileUnknown(Exception):
    """There is no file of this name among those that this person may read."""


@dataclass(frozen=True)
class OpenedFile:
    """One file as it leaves."""

    name: str
    content_type: str
    content: bytes


def sent_to(consultation: Consultation, *, reader: User, at: datetime) -> QuerySet[SentFile]:
    """The files of settled answers to a consultation, in no order, without their content."""
    found = SentFile.objects.readable_by(reader, at=at).filter(answer__response__consultation=consultation)
    ordered: QuerySet[SentFile] = found.order_by("key")
    return ordered


@transaction.atomic
def open_file(*, consultation: Consultation, name: str, actor: User, at: datetime) -> OpenedFile:
    """One file, and the log says who opened it. Raises `FileUnknown`."""
    try:
        found = sent_to(consultation, reader=actor, at=at).filter(answer__choice=name, pk=key_of(name)).first()
    except ValueError:
        found = None
    if found is None:
        raise FileUnknown("This file is no longer here: its sender may have changed or withdrawn the answer.")
    _note(consultation, "sent_file.opened", f"{actor} opened a file that was sent to", 1, actor=actor, at=at)
    return OpenedFile(name, CONTENT_TYPES[name[-3:]], bytes(found.content))


@transaction.atomic
def take_all(*, consultation: Consultation, actor: User, at: datetime) -> Iterator[bytes]:
    """Every file in one ZIP archive, written while it is read, and the log says who took it. Raises `ExportRefused`."""
    if not rules.reads_responses(actor, at=at):
        raise ExportRefused("Only the Involvement Team opens what people send.")
    found = sent_to(consultation, reader=actor, at=at)
    number = found.count()
    _note(consultation, "sent_files.exported", f"{actor} took the files sent to", number, actor=actor, at=at)
    return _archive(found.defer(None).only("content", "answer__choice"))


def _note(consultation: Consultation, action: str, what: str, number: int, *, actor: User, at: datetime) -> None:
    log.record(
        action=action,
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"{what} {consultation.reference}.",
        data={"files": number},
    )


def _archive(files: QuerySet[SentFile]) -> Iterator[bytes]:
    into = _Stream()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:  # pictures do not get smaller
        for file in files.iterator(chunk_size=AT_A_TIME):
            archive.writestr(zipfile.ZipInfo(file.answer.choice, NO_MOMENT), bytes(file.content))
            yield into.taken()
    yield into.taken()


class _Stream:
    """The file that `zipfile` writes to: hands on what it was given, and cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
