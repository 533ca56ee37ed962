"""Throwing away what has run out and nobody asks for again: sessions, requests never confirmed, rows of the cache.

None of it is an act of somebody, so the log says nothing of it. One-time codes wait in a session and go with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.app_settings import EMAIL_CONFIRMATION_EXPIRE_DAYS
from allauth.account.models import EmailConfirmation
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, transaction

from contracts.domain import uploads
from engagement.domain import parties


@dataclass(frozen=True)
class Forgotten:
    """How many rows of each kind were thrown away."""

    sessions: int
    records_of_sessions: int
    confirmations: int
    requests_to_follow: int
    uploads: int
    cache_rows: int


@transaction.atomic
def forget_expired(*, at: datetime) -> Forgotten:
    """Throws away what ran out before `at`. Safe to repeat; what is still of use stays.

    The record of a session (where somebody is signed in, with address and browser) goes with its session.
    """
    sessions, _ = Session.objects.filter(expire_date__lte=at).delete()
    ended = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    too_old = at - timedelta(days=EMAIL_CONFIRMATION_EXPIRE_DAYS)
    return Forgotten(
        sessions=sessions,
        records_of_sessions=ended.delete()[0],
        confirmations=EmailConfirmation.objects.filter(sent__lte=too_old).delete()[0],
        requests_to_follow=parties.forget_unconfirmed(at=at),
        uploads=uploads.forget_expired(at=at),
        cache_rows=_forget_cache_rows(at=at),
    )


def _forget_cache_rows(*, at: datetime) -> int:
    """Rows of the cache table that have run out: Django waits until somebody asks for them. Redis has no such table."""
    backend = caches["default"]
    if not isinstance(backend, DatabaseCache):
        return 0
    table, expires = (
        connection.ops.quote_name(settings.CACHES["default"]["LOCATION"]),
        connection.ops.quote_name("expires"),
    )
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [moment])
        return int(cursor.rowcount)
