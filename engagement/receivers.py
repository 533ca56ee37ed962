"""Signals of signing in and out, one domain call each."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone

from engagement.domain import accounts


@receiver(pre_save, sender=UserSession)
def session_is_recorded(sender, instance, **kwargs):
    accounts.leave_no_trace(session=instance, on=timezone.localdate())


@receiver(user_logged_out)
def session_is_over(sender, request, **kwargs):
    accounts.forget_session(session_key=request.session.session_key or "")
