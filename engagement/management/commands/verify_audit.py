"""`manage.py verify_audit`: reads the whole audit log and says whether every entry is as it was written."""

from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.management.base import BaseCommand, CommandError

from engagement.domain import log

SALT = "engagement.witness"


class Command(BaseCommand):
    help = (
        "Checks the chain of the audit log against itself and against the witnesses kept in var/audit/witnesses, then "
        "adds today's witness there. Keep copies of that file on another machine: it shows a log whose end was cut off."
    )

    def handle(self, *args, **options):
        file = Path(settings.VAR_DIR) / "audit" / "witnesses"
        verdict = log.verify(read_witnesses(file))
        if not verdict.sound:
            raise CommandError(f"The audit log does not hold together. {verdict.reason}")
        keep_witness(file, *log.head())
        self.stdout.write(f"The audit log holds {verdict.entries} entries, each as it was written.")


def read_witnesses(file):
    """Hashes by sequence number, from signed lines; a line that was not written by this office's key is refused."""
    witnesses = {}
    for line in file.read_text().splitlines() if file.exists() else []:
        try:
            sequence, _, digest = signing.Signer(salt=SALT).unsign(line).partition(":")
        except signing.BadSignature as error:
            raise CommandError(f"A witness in {file.name} was changed: {line[:20]}…") from error
        witnesses[int(sequence)] = digest
    return witnesses


def keep_witness(file, sequence, digest):
    """Adds the last entry's hash, signed, when there is an entry that has no witness yet."""
    if sequence and sequence not in read_witnesses(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as lines:
            lines.write(signing.Signer(salt=SALT).sign(f"{sequence}:{digest}") + "\n")
