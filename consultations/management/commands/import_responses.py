"""Enters answers from a CSV file."""

from pathlib import Path

from consultations.domain.importing import import_responses
from engagement.management.files import FileCommand


class Command(FileCommand):
    help = "Enter answers from a CSV file: all of it, or nothing and the reasons."
    mappings = Path(__file__).resolve().parents[2] / "mappings"

    def add_arguments(self, parser):
        parser.add_argument("consultation", help="reference or address of the consultation, such as C-2026-021")
        super().add_arguments(parser)

    def keep(self, *, content, mapping, at, progress, activity, options):
        wanted = mapping.get("questions", {}).get("file", "")
        path = options["file"].with_name(wanted) if wanted else None
        return import_responses(
            name=options["consultation"],
            content=content,
            beside={wanted: path.read_bytes()} if path and path.is_file() else {},
            mapping=mapping,
            activity=activity,
            at=at,
            progress=progress,
        )
