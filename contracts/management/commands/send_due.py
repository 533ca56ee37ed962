"""Sends the reminders of returns whose day has come, and tells what else waits, for the schedule and by hand."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from contracts.domain.noticing import tell_due
from contracts.domain.reminders import send_due


class Command(BaseCommand):
    help = (
        "Sends the reminders of returns whose day has come by the office's rules, and tells of plans, papers and "
        "answers that wait. Each once. Safe to run twice."
    )

    def handle(self, *args, **options):
        now = timezone.now()
        sent = send_due(at=now) + tell_due(at=now)
        self.stdout.write(f"Sent {sent} reminder{'' if sent == 1 else 's'}.")
