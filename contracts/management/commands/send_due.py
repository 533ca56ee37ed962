"""Reminds providers of returns, for the schedule and by hand."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from contracts.domain.schedule import send_due


class Command(BaseCommand):
    help = "Reminds providers once of each return due soon and once of each overdue. Safe to run twice."

    def handle(self, *args, **options):
        waiting = send_due(at=timezone.now())
        self.stdout.write(f"{waiting} return{' is' if waiting == 1 else 's are'} due soon or overdue.")
