"""Opens the returns of periods that have ended, for the schedule and by hand."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.domain.schedule import PeriodNotOver, open_quarter
from engagement.domain.periods import Period


class Command(BaseCommand):
    help = "Opens one return for each signed agreement and ended period, and tells the provider. Safe to run twice."

    def add_arguments(self, parser):
        words = "such as “2026-27 Q2” or “2026-27 M05”; every period that has ended when left out"
        parser.add_argument("--quarter", "--period", dest="quarter", help=words)

    def handle(self, *args, **options):
        try:
            period = Period.from_code(options["quarter"]) if options["quarter"] else None
            opened = open_quarter(at=timezone.now(), period=period)
        except (ValueError, PeriodNotOver) as refusal:
            raise CommandError(str(refusal)) from None
        for kpi_return in opened:
            self.stdout.write(f"{kpi_return.reference}: {kpi_return.agreement}")
        self.stdout.write(f"Opened {len(opened)} return{'' if len(opened) == 1 else 's'}.")
