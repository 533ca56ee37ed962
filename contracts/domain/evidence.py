"""Files of evidence with a return: pictures and PDFs, of case studies for example. Never published (R-077, R-149).

What a file is, its first bytes say as well as its name. Nobody opens one here: it is kept and given back as it came.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from contracts import rules
from contracts.domain.moves import lock, refuse_strangers, refuse_unwritable
from contracts.domain.narrating import note_change
from contracts.models import EvidenceFile, KpiReturn
from engagement.models import User

LARGEST = 5 * 1024 * 1024  # bytes of one file
MOST = 5  # files of one return
LONGEST_NAME = 100
KINDS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
}


class EvidenceRefused(Exception):
    """The file cannot be added or removed; the message says why, `field` names the box."""

    def __init__(self, message: str, *, field: str = "file") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_file(
    *, kpi_return: KpiReturn, caption: str, file_name: str, content: bytes, actor: User, at: datetime
) -> EvidenceFile:
    """Adds a file to a return that is due or queried.

    Raises `ReturnRefused` when the return is not this person's to write now, `EvidenceRefused` for a file that is
    empty, above 5 MB, no PDF, PNG or JPEG by name and first bytes, without words for what it shows, or the sixth.
    """
    kpi_return = _writable(kpi_return, actor=actor, at=at)
    name = plain_name(file_name)
    if not caption.strip():
        raise EvidenceRefused("Say what the file shows.", field="caption")
    if not content or len(content) > LARGEST:
        raise EvidenceRefused(f"Choose a file that is not empty and at most {LARGEST // 1024 // 1024} MB.")
    first, _ = KINDS.get(PurePath(name).suffix.lower(), (b"", ""))
    if not first:
        raise EvidenceRefused("Choose a PDF or a picture: a file that ends in .pdf, .png, .jpg or .jpeg.")
    if not content.startswith(first):
        raise EvidenceRefused("The file is not what its name says. Save it as a PDF, PNG or JPEG, and choose it again.")
    if kpi_return.files.count() >= MOST:
        raise EvidenceRefused(f"A return takes {MOST} files. Remove one first.")
    file: EvidenceFile = EvidenceFile.objects.create(
        kpi_return=kpi_return,
        caption=caption.strip(),
        file_name=name,
        content=content,
        size=len(content),
        added_at=at,
        added_by=actor,
    )
    note_change(kpi_return, "return.file-added", "a file was added", actor=actor, at=at, data={"file": file.pk})
    return file


@transaction.atomic
def remove_file(*, file: EvidenceFile, actor: User, at: datetime) -> None:
    """Takes away a file that was not sent yet. Raises `ReturnRefused` and `EvidenceRefused`: what was sent stays."""
    kpi_return = _writable(file.kpi_return, actor=actor, at=at)
    if was_sent(file, kpi_return):
        raise EvidenceRefused("This file was sent with the return, so it stays.")
    number = file.pk
    file.delete()
    note_change(kpi_return, "return.file-removed", "a file was removed", actor=actor, at=at, data={"file": number})


def _writable(kpi_return: KpiReturn, *, actor: User, at: datetime) -> KpiReturn:
    kpi_return = lock(kpi_return)
    refuse_unwritable(kpi_return)
    refuse_strangers(
        kpi_return,
        rules.writable_returns(actor, at=at),
        words=f"Only people of {kpi_return.agreement.provider} write this return.",
    )
    return kpi_return


def was_sent(file: EvidenceFile, kpi_return: KpiReturn) -> bool:
    """Whether a file went with a submission."""
    return kpi_return.submitted_at is not None and file.added_at <= kpi_return.submitted_at


def plain_name(name: str) -> str:
    """The last part of a file's name, printable and short, with its ending; it never becomes a path."""
    kept = "".join(character for character in PurePath(name.replace("\\", "/")).name if character.isprintable())
    return kept[-LONGEST_NAME:]


def kind_of(file: EvidenceFile) -> str:
    """The media type to give it back as."""
    return KINDS[PurePath(file.file_name).suffix.lower()][1]


def frozen(files: Iterable[EvidenceFile]) -> list[dict[str, str | int]]:
    """Files as a submission names them."""
    return [{"file": file.pk, "name": file.file_name, "caption": file.caption, "size": file.size} for file in files]
