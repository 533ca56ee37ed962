"""`manage.py forget_expired`: throws away what has run out, as the worker does every night. Safe to run beside it."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.domain import forgetting


class Command(BaseCommand):
    help = "Throws away sessions, requests never confirmed, previews of files and cached counts that have run out."

    def handle(self, *args, **options):
        gone = forgetting.forget_expired(at=timezone.now())
        self.stdout.write(
            f"Thrown away: {gone.sessions} sessions, {gone.records_of_sessions} records of sessions, "
            f"{gone.confirmations} confirmations of addresses, {gone.requests_to_follow} requests to follow, "
            f"{gone.uploads} uploaded files and {gone.cache_rows} cached counts."
        )
