"""The worker’s doors to the schedule of returns and to what is published together. Safe to run twice."""

from celery import shared_task
from django.utils import timezone

from contracts.domain import noticing, reminders, rounds, schedule


@shared_task(name="contracts.open_quarter", ignore_result=True)
def open_quarter(**kwargs):
    """Opens the returns of every period that has ended, where they are not open yet."""
    schedule.open_quarter(at=timezone.now())


@shared_task(name="contracts.send_due", ignore_result=True)
def send_due(**kwargs):
    """Sends the reminders of returns whose day has come, and tells what else waits for somebody."""
    now = timezone.now()
    reminders.send_due(at=now)
    noticing.tell_due(at=now)


@shared_task(name="contracts.publish_rounds", ignore_result=True)
def publish_rounds(**kwargs):
    """Publishes the ratings that somebody ordered for a whole period. Woken when ordered, and every minute."""
    rounds.carry_out_waiting(clock=timezone.now)
