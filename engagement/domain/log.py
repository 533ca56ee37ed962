"""Writing and checking the audit log (R-152; security rows G01, G02).

The domain writes an entry for each of its own acts, in the same transaction. An anonymous submission leaves none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from engagement.models import Activity, LogEntry, LogHead, Organisation, User

GENESIS = "0" * 64


@dataclass(frozen=True)
class Verdict:
    """Whether the log holds together; if not, the sequence number of the first bad entry and why, in words."""

    entries: int
    bad_sequence: int | None = None
    reason: str = ""

    @property
    def sound(self) -> bool:
        """Whether every entry is as it was written."""
        return self.bad_sequence is None


@transaction.atomic
def record(
    *,
    action: str,
    subject: Model,
    actor: User | None,
    at: datetime,
    summary: str,
    activity: Activity | None = None,
    organisation: Organisation | None = None,
    data: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Appends an entry: who (`actor`, `None` for the machine) did what (`action`) to which thing (`subject`), when.

    `summary` is a plain sentence; `data` holds names of fields, codes and numbers. Neither holds response text or a
    respondent's contact details. The head row's lock gives entries their order.
    """
    LogHead.objects.get_or_create(pk=1)
    head = LogHead.objects.select_for_update().get(pk=1)
    entry = LogEntry(
        sequence=head.last_sequence + 1,
        at=at,
        actor=actor,
        action=action,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        summary=summary[:300],
        activity=activity,
        organisation=organisation,
        data=json.loads(json.dumps(data or {})),  # as the database will give it back
        previous_hash=head.last_hash,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    head.last_sequence, head.last_hash = entry.sequence, entry.hash
    head.save(update_fields=["last_sequence", "last_hash"])
    return entry


def seal(entry: LogEntry) -> str:
    """The keyed hash of an entry's words and the hash before it. The key is the office's, and not in the database."""
    words = json.dumps(
        [
            entry.sequence,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor_id,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.summary,
            entry.activity_id,
            entry.organisation_id,
            entry.data,
            entry.previous_hash,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return salted_hmac("engagement.log", words, algorithm="sha256").hexdigest()


def verify(witnesses: Mapping[int, str] | None = None) -> Verdict:
    """Reads the whole log and names the first entry that was changed, removed, inserted or moved.

    `witnesses` are hashes by sequence number that were kept outside the database: whoever can write to the database can
    cut off the end of the log and turn the head back, but cannot make an earlier witness agree (G02).
    """
    witnesses = witnesses or {}
    expected, previous = 1, GENESIS
    for entry in LogEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            return Verdict(expected - 1, expected, f"Entry {expected} is missing.")
        if entry.previous_hash != previous or not constant_time_compare(entry.hash, seal(entry)):
            return Verdict(expected - 1, expected, f"Entry {expected} is not as it was written.")
        if witnesses.get(expected, entry.hash) != entry.hash:
            return Verdict(expected - 1, expected, f"Entry {expected} is not the one that was witnessed.")
        expected, previous = expected + 1, entry.hash
    head = LogHead.objects.filter(pk=1).first() or LogHead()
    if (head.last_sequence, head.last_hash) != (expected - 1, previous) or max(witnesses, default=0) >= expected:
        return Verdict(expected - 1, expected, "Entries at the end are missing.")
    return Verdict(expected - 1)


def head() -> tuple[int, str]:
    """The sequence number and hash of the last entry, to be kept outside the database as a witness."""
    last = LogHead.objects.filter(pk=1).first() or LogHead()
    return last.last_sequence, last.last_hash
