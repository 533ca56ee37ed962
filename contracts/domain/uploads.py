"""An uploaded file between its preview and the decision to keep it (R-149; A08, C04).

The server keeps the file, bound to one person and one return, and reads it again when it is to be kept: what the
browser sends back is the decision alone. Whoever lost the right to write the return meanwhile keeps nothing.
"""

from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction

from contracts.domain.entries import Entry
from contracts.domain.figures import SavedEntry, entry_of, owed, save_figures
from contracts.domain.spreadsheet import LARGEST_FILE, Sheet, read_sheet
from contracts.enums import ReturnState
from contracts.models import Figure, Indicator, KpiReturn, Upload
from engagement.domain.tabular import CellProblem, TableRefused
from engagement.models import User

WAITS_FOR = timedelta(hours=2)


class UploadRefused(Exception):
    """The uploaded file cannot be kept now; the message says why."""


@transaction.atomic
def receive(*, kpi_return: KpiReturn, content: bytes, file_name: str, actor: User, at: datetime) -> Upload:
    """Stores a file for its preview, in place of this person's earlier one. Expired files of everybody go.

    Raises `TableRefused` when the file cannot be read as this return at all; nothing is stored then.
    """
    if len(content) > LARGEST_FILE:
        raise TableRefused([CellProblem(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")])
    read_sheet(content, reference=kpi_return.reference, indicators=asked(kpi_return), current=given(kpi_return))
    forget_expired(at=at)
    upload, _ = Upload.objects.update_or_create(
        kpi_return=kpi_return,
        uploaded_by=actor,
        defaults={
            "file_name": _plain_name(file_name),
            "content": content,
            "uploaded_at": at,
            "expires_at": at + WAITS_FOR,
        },
    )
    return upload


def forget_expired(*, at: datetime) -> int:
    """Throws away files whose preview nobody finished in time; returns how many."""
    forgotten, _ = Upload.objects.filter(expires_at__lte=at).delete()
    return forgotten


def _plain_name(name: str) -> str:
    """The last part of a file's name, printable and short, for showing; it never becomes a path."""
    kept = "".join(character for character in PurePath(name.replace("\\", "/")).name if character.isprintable())
    return kept[:100] or "file.csv"


def preview(upload: Upload) -> Sheet:
    """The stored file, read against the return as it stands now. Raises `TableRefused`. Two queries."""
    kpi_return = upload.kpi_return
    return read_sheet(
        bytes(upload.content),
        reference=kpi_return.reference,
        indicators=asked(kpi_return),
        current=given(kpi_return),
    )


@transaction.atomic
def keep(*, upload: Upload, seen_version: int, actor: User, at: datetime) -> KpiReturn:
    """Keeps the figures of a stored file, all or none, and forgets the file.

    A line is marked as completed when nothing is owed for it. Raises `UploadRefused` when cells are wrong or the return
    was changed since its preview (`seen_version` of the return), and what `save_figures` raises.
    """
    kpi_return = upload.kpi_return
    if upload.uploaded_by_id != actor.pk or upload.expires_at <= at:
        raise UploadRefused("This file is no longer waiting. Upload it again.")
    if kpi_return.version != seen_version:
        raise UploadRefused("A colleague changed this return while you were looking. Check the figures below again.")
    sheet = preview(upload)
    if sheet.problems:
        raise UploadRefused("Some cells need attention. Nothing has been kept.")
    kept = {figure.indicator_id: figure for figure in kpi_return.figures.all()}
    entries = [
        SavedEntry(
            indicator=line.indicator,
            entry=line.entry,
            seen_version=kept[line.indicator.pk].version if line.indicator.pk in kept else 0,
            completed=not owed(line.indicator, line.entry),
        )
        for line in sheet.lines
        if line.changes
    ]
    saved = save_figures(kpi_return=kpi_return, entries=entries, actor=actor, at=at)
    upload.delete()
    return saved


def asked(kpi_return: KpiReturn) -> list[Indicator]:
    """The measures that a return asks for, in its order."""
    return list(kpi_return.agreement.indicators.asked_in(kpi_return.quarter))


def given(kpi_return: KpiReturn) -> dict[int, Entry]:
    """What is kept already, by indicator id."""
    figures: list[Figure] = list(kpi_return.figures.all())
    return {figure.indicator_id: entry_of(figure) for figure in figures}


def last_quarter(kpi_return: KpiReturn) -> dict[int, Entry]:
    """What was sent for the quarter before, by indicator id."""
    figures = Figure.objects.filter(
        kpi_return__agreement=kpi_return.agreement_id, kpi_return__quarter=kpi_return.period.previous().code
    ).exclude(kpi_return__state=ReturnState.DUE)
    return {figure.indicator_id: entry_of(figure) for figure in figures}
