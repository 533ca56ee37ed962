"""Sends the reminders of returns whose day has come, for the schedule and by hand."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from contracts.domain.reminders import send_due


class Command(BaseCommand):
    help = "Sends the reminders of returns whose day has come, each once, by the office's rules. Safe to run twice."

    def handle(self, *args, **options):
        sent = send_due(at=timezone.now())
        self.stdout.write(f"Sent {sent} reminder{'' if sent == 1 else 's'}.")
