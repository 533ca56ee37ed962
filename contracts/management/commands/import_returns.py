"""Enters past quarterly figures from a CSV file."""

from contracts.domain.history import import_returns
from contracts.management.commands.import_agreements import MAPPINGS
from engagement.management.files import FileCommand


class Command(FileCommand):
    help = "Enter past quarterly figures from a CSV file: all of it, or nothing and the reasons."
    mappings = MAPPINGS

    def keep(self, *, content, mapping, at, progress, activity, options):
        return import_returns(content=content, mapping=mapping, activity=activity, at=at, progress=progress)
