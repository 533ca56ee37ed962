"""Enters the measures that come with the product into the library, for a new office and after an upgrade."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from contracts.domain.library import load_shipped


class Command(BaseCommand):
    help = "Enters the measures that come with the product where the library has no such code yet. Safe to run twice."

    def handle(self, *args, verbosity, **options):
        entered = load_shipped(at=timezone.now())
        if verbosity:
            self.stdout.write(f"{len(entered)} measure{'' if len(entered) == 1 else 's'} entered.")
