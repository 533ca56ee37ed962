"""Opens the returns of a quarter, for the schedule and by hand."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.domain.schedule import QuarterNotOver, open_quarter
from engagement.domain.calendar import Quarter


class Command(BaseCommand):
    help = "Opens one return for each signed agreement and ended quarter, and tells the provider. Safe to run twice."

    def add_arguments(self, parser):
        parser.add_argument("--quarter", help="such as “2026-27 Q2”; the last quarter that has ended when left out")

    def handle(self, *args, **options):
        try:
            quarter = Quarter.from_code(options["quarter"]) if options["quarter"] else None
            opened = open_quarter(at=timezone.now(), quarter=quarter)
        except (ValueError, QuarterNotOver) as refusal:
            raise CommandError(str(refusal)) from None
        for kpi_return in opened:
            self.stdout.write(f"{kpi_return.reference}: {kpi_return.agreement}")
        self.stdout.write(f"Opened {len(opened)} return{'' if len(opened) == 1 else 's'}.")
