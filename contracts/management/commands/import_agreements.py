"""Enters agreements from a file: a table, or public notices."""

from pathlib import Path

from contracts.domain.importing import import_agreements
from contracts.domain.notice_import import import_notices
from engagement.management.files import FileCommand

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
FORMATS = {"csv": import_agreements, "ocds": import_notices}


class Command(FileCommand):
    help = "Enter agreements from a CSV file or from Open Contracting notices: all of it, or nothing and the reasons."
    mappings = MAPPINGS

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--format", choices=FORMATS, default="csv", help="what the file is (default: csv)")

    def keep(self, *, content, mapping, at, progress, activity, options):
        keep = FORMATS[options["format"]]
        return keep(content=content, mapping=mapping, activity=activity, at=at, progress=progress)
