"""What the commands that take a file share: read it, do all of it or nothing, say how far, say what happened."""

import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from engagement.domain.tabular import TableRefused
from engagement.models import Activity


class Refused(CommandError):
    """The command ends with exit status 1 and this sentence on standard error."""


class FileCommand(BaseCommand):
    """A command that keeps what a file says. Subclasses say how in `keep`; `--dry-run` does everything but keep it.

    `keep` is given the file's bytes, the mapping as a dictionary (empty for the product's own format), the moment, the
    activity named by `--activity` or `None`, and a function to report progress (rows done, rows in all). It returns a
    report with `counts`, `dropped` and `notes`.
    """

    mappings: Path

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", default="", help="a TOML file, or the name of one that ships with the product")
        parser.add_argument("--dry-run", action="store_true", help="check everything and keep nothing")
        parser.add_argument("--activity", default="", help="the reference of the activity, such as CI-2026-014")

    def keep(self, *, content, mapping, at, progress, activity, options):
        """Subclasses: one domain call."""
        raise NotImplementedError

    def handle(self, *, file, mapping, dry_run, activity, **options):
        content, rules = self._bytes(file), self._mapping(mapping)
        self._last_tenth = -1
        try:
            with transaction.atomic():
                report = self.keep(
                    content=content,
                    mapping=rules,
                    at=timezone.now(),
                    progress=self._progress,
                    activity=self._activity(activity),
                    options={**options, "file": file, "mapping": mapping},
                )
                if dry_run:
                    transaction.set_rollback(True)
        except TableRefused as refusal:
            raise Refused(f"{file.name} was not taken, and nothing was kept.\n{refusal}") from refusal
        self._say(report, dry_run=dry_run)
        if not dry_run and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # without statistics the planner's first lists take seconds

    def _bytes(self, file):
        try:
            return file.read_bytes()
        except OSError as error:
            raise Refused(f"{file} cannot be read: {error.strerror}.") from error

    def _mapping(self, name):
        if not name:
            return {}
        shipped = self.mappings / f"{name}.toml"
        path = shipped if shipped.is_file() else Path(name)
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            known = ", ".join(sorted(mapping.stem for mapping in self.mappings.glob("*.toml")))
            raise Refused(f"There is no mapping “{name}”. The product has {known}; or name a file.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused(f"The mapping {path.name} is not TOML: {error}") from error

    def _activity(self, reference):
        if not reference:
            return None
        activity = Activity.objects.filter(reference=reference).first()
        if activity is None:
            raise Refused(f"There is no activity {reference}.")
        return activity

    def _progress(self, done, total):
        tenth = done * 10 // total
        if tenth != self._last_tenth:
            self._last_tenth = tenth
            self.stdout.write(f"{done:,} of {total:,}")
            self.stdout.flush()

    def _say(self, report, *, dry_run):
        for words, count in report.counts.items():
            self.stdout.write(f"{count:,} {words}")
        for note in report.notes:
            self.stdout.write(note)
        if report.dropped:
            self.stdout.write(f"Not kept, by choice: {', '.join(report.dropped)}")
        self.stdout.write("This was a dry run: nothing was kept." if dry_run else "Done.")
