"""The worker's doors. Each task fetches, calls one domain function, and is safe to run twice."""

from io import StringIO

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from engagement.domain import organisations, outbox


@shared_task(name=outbox.FLUSH_TASK, ignore_result=True)
def flush_outbox(**kwargs):
    """Sends what waits; first puts aside what a dead worker left half-done. Runs when told, and every minute anyway."""
    outbox.park_lost_claims(at=timezone.now())
    outbox.flush(clock=timezone.now)


@shared_task(name="engagement.end_memberships", ignore_result=True)
def end_memberships(**kwargs):
    """Takes people whose membership ended out of the groups that open the CMS."""
    organisations.end_lapsed_memberships(on=timezone.localdate())


@shared_task(name="engagement.verify_audit", ignore_result=True)
def verify_audit(**kwargs):
    """Reads the audit log through each night and keeps a witness of its end; a log that was touched fails the task."""
    call_command("verify_audit", stdout=StringIO())
