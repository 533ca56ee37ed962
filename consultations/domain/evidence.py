"""Evidence files: how a consultation was held, packed by the worker for a court, an inspector or the next office.

What goes in is put into words at the edge (`consultations.views.evidence`); here it is asked for, claimed, packed and
kept. No answer of any single person, no name or address of anybody who was told, is ever part of it.
"""

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.db import transaction

from consultations.domain.preparing import ConsultationRefused, locked, record
from consultations.enums import EvidenceState
from consultations.models import Consultation, EvidenceFile
from consultations.models.evidence import UNFINISHED
from engagement.models import User

MAKE_TASK = "consultations.make_evidence"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP knows: the same facts give the same bytes
SUMS = "SHA256SUMS.txt"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One file of the evidence: its name in the ZIP, and what makes its content."""

    name: str
    make: Callable[[], bytes]


@transaction.atomic
def ask_for(*, consultation: Consultation, actor: User, at: datetime) -> EvidenceFile:
    """Asks the worker for an evidence file. While one is being made, that one is returned: there is no second.

    Raises `ConsultationRefused` for a draft, and for somebody who does not watch the consultation.
    """
    consultation = locked(consultation)
    if not Consultation.objects.watchable_by(actor, at=at).filter(pk=consultation.pk).exists():
        raise ConsultationRefused("Only those who watch this consultation can ask for its evidence.")
    if consultation.published_at is None:
        raise ConsultationRefused("This is still a draft: nothing has happened that could be evidence.")
    unfinished: EvidenceFile | None = consultation.evidence_files.filter(state__in=UNFINISHED).first()
    if unfinished:
        return unfinished
    asked: EvidenceFile = EvidenceFile.objects.create(consultation=consultation, asked_at=at, asked_by=actor)
    record(
        consultation,
        "evidence_asked",
        actor=actor,
        at=at,
        summary=f"An evidence file of {consultation.reference} was asked for.",
    )
    transaction.on_commit(_wake_worker, robust=True)
    return asked


def _wake_worker() -> None:
    """Only shortens the wait: the row is the queue, and a sweep makes what waits."""
    current_app.send_task(MAKE_TASK)


def make_waiting(*, parts_of: Callable[[Consultation, datetime], list[Part]], clock: Callable[[], datetime]) -> int:
    """Makes every file that waits, or was left half made; returns how many were tried. Safe to run twice at once."""
    made = 0
    while claimed := _claim(at=clock()):
        _make(claimed, parts_of=parts_of, clock=clock)
        made += 1
    return made


def _claim(*, at: datetime) -> EvidenceFile | None:
    with transaction.atomic():
        waiting = EvidenceFile.objects.to_make(at=at).order_by("asked_at", "pk")
        file: EvidenceFile | None = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if file:
            file.state, file.claimed_at, file.parts_made = EvidenceState.MAKING, at, 0
            file.save(update_fields=["state", "claimed_at", "parts_made"])
    return file


def _make(
    file: EvidenceFile, *, parts_of: Callable[[Consultation, datetime], list[Part]], clock: Callable[[], datetime]
) -> None:
    """Packs one file outside any transaction, counting as it goes, so that whoever waits sees how far it is."""
    mine = EvidenceFile.objects.filter(pk=file.pk, state=EvidenceState.MAKING, claimed_at=file.claimed_at)
    consultation = Consultation.objects.select_related("activity", "version", "questionnaire").get(
        pk=file.consultation_id
    )
    try:
        parts = parts_of(consultation, clock())
        mine.update(parts_in_all=len(parts))
        made = []
        for number, part in enumerate(parts, start=1):
            made.append((part.name, part.make()))
            mine.update(parts_made=number)
        content = pack(made)
    except Exception:  # whatever went wrong, the next file is made, and a person sees that this one was not
        logger.exception("evidence could not be made")
        mine.update(state=EvidenceState.FAILED)
        return
    mine.update(
        state=EvidenceState.READY,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=clock(),
    )


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of these files in the order of their names, with the SHA-256 of each. Same files, same bytes."""
    files = sorted(parts)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*files, (SUMS, sums.encode())]:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
