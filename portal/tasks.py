"""The worker's doors to the site's own work. Each calls one domain function and is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from portal.domain import forgetting, publishing


@shared_task(name="portal.publish_scheduled", ignore_result=True)
def publish_scheduled(**kwargs):
    """Every minute: what was approved for a time goes live, what has an end is taken back."""
    publishing.carry_out_schedule(at=timezone.now())


@shared_task(name="portal.forget_expired", ignore_result=True)
def forget_expired(**kwargs):
    """Every night: sessions, requests and cached counts that have run out are thrown away."""
    forgetting.forget_expired(at=timezone.now())
