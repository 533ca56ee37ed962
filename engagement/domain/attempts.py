"""Limits on guessing and flooding that leave nothing behind (docs/decisions/0004; security rows P03, T07).

Counts live in this process's memory under a keyed hash. The key is thrown away every hour, and all counts with it:
nothing survives a restart, and nobody can find out later which addresses were here.

Several processes do not know of each other's counts, so each allows its share of a limit, rounded up
(docs/configuration.md). Limits on signing in are counted in the cache, which all processes share.
"""

import hashlib
import hmac
import secrets
from collections import Counter
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from django.conf import settings

HOUR = timedelta(hours=1)


class TooManyAttempts(Exception):
    """Somebody has tried too often in this hour; the message says when to try again."""


class Attempts:
    """So many attempts an hour from one source, and so many from all together. Each process allows its share."""

    def __init__(self, *, limit: int, limit_for_all: int) -> None:
        self._limit, self._limit_for_all = limit, limit_for_all
        self._lock = Lock()
        self._forget(at=None)

    def count(self, source: str, *, at: datetime) -> None:
        """Counts one attempt. Raises `TooManyAttempts`."""
        with self._lock:
            name = self._unspent(source, at=at)
            self._seen[name] += 1

    def refuse_if_spent(self, source: str, *, at: datetime) -> None:
        """Counts nothing. Raises `TooManyAttempts` when no attempt is left: for where only failures are counted."""
        with self._lock:
            self._unspent(source, at=at)

    def _unspent(self, source: str, *, at: datetime) -> bytes:
        """The source's name. What is refused does not count, or one source could use up what is for all."""
        if self._since is None or at - self._since >= HOUR or at < self._since:
            self._forget(at=at)
        name = hmac.digest(self._key, source.encode(), hashlib.sha256)
        if self._seen[name] >= _share_of(self._limit) or self._seen.total() >= _share_of(self._limit_for_all):
            raise TooManyAttempts("There have been too many tries. Wait an hour, then try again.")
        return name

    def _forget(self, *, at: datetime | None) -> None:
        self._since = at
        self._key = secrets.token_bytes(32)
        self._seen: Counter[bytes] = Counter()


def _share_of(limit: int) -> int:
    """What one process allows, so that all web processes together allow the limit, or a little more by rounding."""
    return ceil(limit / int(settings.WEB_PROCESSES))
