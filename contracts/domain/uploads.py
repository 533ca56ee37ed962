"""An uploaded file between its preview and the decision to keep it (R-149; A08, C04).

The file is read once, in a process of its own; what stood in its cells is kept here, bound to one person and one
return, and judged again when it is to be kept: what the browser sends back is the decision alone. Whoever lost the
right to write the return meanwhile keeps nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction

from contracts.domain.entries import Entry
from contracts.domain.figures import SavedEntry, entry_of, owed, save_figures, values_before
from contracts.domain.filled import Filled, Line, Verdict, read_filled, with_warnings
from contracts.domain.plausible import warnings_of
from contracts.domain.spreadsheet import LARGEST_FILE, Given
from contracts.enums import ReturnState
from contracts.models import Figure, Indicator, KpiReturn, Upload
from engagement.domain import grid
from engagement.domain.apart import read_apart
from engagement.domain.tabular import CellProblem, TableRefused
from engagement.models import User

WAITS_FOR = timedelta(hours=2)


class UploadRefused(Exception):
    """The uploaded file cannot be kept now; the message says why."""


def receive(*, kpi_return: KpiReturn, content: bytes, file_name: str, actor: User, at: datetime) -> Upload:
    """Reads a file and stores what its cells hold for the preview, in place of this person's earlier one.

    Expired files of everybody go. Raises `TableRefused` when it cannot be read as this return at all; nothing is
    stored then.
    """
    if len(content) > LARGEST_FILE:
        raise TableRefused([CellProblem(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")])
    sheets = read_apart(content)
    read_filled(sheets, reference=kpi_return.reference, indicators=asked(kpi_return), current=given(kpi_return))
    forget_expired(at=at)
    upload, _ = Upload.objects.update_or_create(
        kpi_return=kpi_return,
        uploaded_by=actor,
        defaults={
            "file_name": _plain_name(file_name),
            "content": grid.as_json(sheets).encode(),
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
    return kept[:100] or "file"


def preview(upload: Upload) -> Filled:
    """The stored file, judged against the return as it stands now. Raises `TableRefused`. Three queries."""
    kpi_return = upload.kpi_return
    try:
        sheets = grid.from_json(bytes(upload.content).decode())
    except (ValueError, TypeError, KeyError) as error:
        raise TableRefused([CellProblem("This file is no longer waiting. Upload it again.")]) from error
    filled = read_filled(
        sheets, reference=kpi_return.reference, indicators=asked(kpi_return), current=given(kpi_return)
    )
    last = last_quarter(kpi_return)
    return with_warnings(
        filled,
        {
            line.indicator.code: warnings_of(line.indicator, line.entry, last.get(line.indicator.pk))
            for line in filled.lines
            if line.changes
        },
    )


@transaction.atomic
def keep(
    *,
    upload: Upload,
    seen_version: int,
    actor: User,
    at: datetime,
    partly: bool = False,
    over: Collection[str] = (),
) -> list[Line]:
    """Keeps the figures of a stored file and forgets it; returns the lines that were kept.

    With `partly` what is right is kept although some lines are wrong, and the file waits on to show them. A measure
    that a colleague changed since the file was downloaded is kept only when its code is in `over`. A line is marked as
    completed when nothing is owed for it. Raises `UploadRefused` when cells are wrong and nobody said `partly`, or the
    return was changed since its preview (`seen_version` of the return), and what `save_figures` raises.
    """
    kpi_return = upload.kpi_return
    if upload.uploaded_by_id != actor.pk or upload.expires_at <= at:
        raise UploadRefused("This file is no longer waiting. Upload it again.")
    if kpi_return.version != seen_version:
        raise UploadRefused("A colleague changed this return while you were looking. Check the figures below again.")
    filled = preview(upload)
    if filled.problems and not partly:
        raise UploadRefused("Some cells need attention. Nothing has been kept.")
    lines = filled.of(Verdict.ACCEPTED, Verdict.WARNED)
    lines += [line for line in filled.of(Verdict.CONFLICT) if line.indicator.code in over]
    before = values_before(kpi_return, [line.indicator for line in lines])
    entries = [
        SavedEntry(
            indicator=line.indicator,
            entry=line.entry,
            seen_version=line.version,
            completed=not owed(line.indicator, line.entry, before=before.get(line.indicator.pk)),
        )
        for line in lines
    ]
    save_figures(kpi_return=kpi_return, entries=entries, actor=actor, at=at)
    if not filled.problems:
        upload.delete()
    return lines


def asked(kpi_return: KpiReturn) -> list[Indicator]:
    """The measures that a return asks for, in its order."""
    return list(kpi_return.agreement.indicators.asked_in(kpi_return.period))


def given(kpi_return: KpiReturn) -> dict[int, Given]:
    """What is kept already, by indicator id."""
    figures: list[Figure] = list(kpi_return.figures.all())
    return {figure.indicator_id: Given(entry_of(figure), figure.version) for figure in figures}


def writers(kpi_return: KpiReturn) -> dict[int, Figure]:
    """Who saved which figure last, by indicator id."""
    return {figure.indicator_id: figure for figure in kpi_return.figures.select_related("saved_by")}


def last_quarter(kpi_return: KpiReturn) -> dict[int, Entry]:
    """What was sent for the period before, by indicator id."""
    figures = Figure.objects.filter(
        kpi_return__agreement=kpi_return.agreement_id, kpi_return__ends_on=kpi_return.starts_on
    ).exclude(kpi_return__state=ReturnState.DUE)
    return {figure.indicator_id: entry_of(figure) for figure in figures}
