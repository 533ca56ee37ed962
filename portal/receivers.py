"""Signals from Wagtail, one domain call each."""

from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published

from portal.domain import publishing


@receiver(page_published)
def page_went_live(sender, instance, revision, **kwargs):
    at = getattr(revision, "dated_at", None) or timezone.now()
    publishing.follow_publication(page=instance, revision=revision, at=at)
