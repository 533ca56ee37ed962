"""Enters agreements from a CSV file."""

from pathlib import Path

from contracts.domain.importing import import_agreements
from engagement.management.files import FileCommand

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


class Command(FileCommand):
    help = "Enter agreements from a CSV file: all of it, or nothing and the reasons."
    mappings = MAPPINGS

    def keep(self, *, content, mapping, at, progress, activity, options):
        return import_agreements(content=content, mapping=mapping, activity=activity, at=at, progress=progress)
