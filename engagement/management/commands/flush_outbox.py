"""`manage.py flush_outbox`: sends the messages that wait, as the worker does every minute. Safe to run beside it."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from engagement.domain import outbox, queries


class Command(BaseCommand):
    help = "Sends the messages that are due, puts in doubt what a dead worker left half-done, and says what is left."

    def handle(self, *args, **options):
        parked = outbox.park_lost_claims(at=timezone.now())
        sent = outbox.flush(clock=timezone.now)
        left = queries.delivery_health()
        self.stdout.write(
            f"{sent} sent. {parked} newly in doubt. Left: {left['waiting']} waiting, {left['in_doubt']} in doubt, "
            f"{left['refused']} refused."
        )
