"""For machines: is it alive, and if it is not well, which part. No secrets, no session, no cache."""

import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from engagement.domain.queries import delivery_health

TIMEOUT = 2  # seconds for a broker to answer


@login_not_required
@never_cache
@require_safe
def live(request):
    """This process answers."""
    return JsonResponse({"status": "alive"})


@login_not_required
@never_cache
@require_safe
def ready(request):
    """Each part by name, and the age of the oldest unsent message in seconds. 503 names the parts that fail."""
    parts = {part: works() for part, works in PARTS.items()}
    failing = [part for part, works in parts.items() if not works]
    answer = {"status": "failing" if failing else "ready", "failing": failing, "parts": list(parts)}
    if parts["database"]:
        answer["oldest_unsent_seconds"] = oldest_unsent()
    return JsonResponse(answer, status=503 if failing else 200)


def database_works():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def cache_works():
    try:
        cache.set("health", "well", 10)
        return cache.get("health") == "well"
    except (DatabaseError, RedisError, OSError):
        return False


def broker_works():
    """Redis answers; or the folders through which the processes speak can be written."""
    if settings.REDIS_URL:
        try:
            with Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as broker:
                return bool(broker.ping())
        except (RedisError, OSError):
            return False
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in", settings.VAR_DIR)
    return Path(folder).is_dir() and os.access(folder, os.W_OK)


def oldest_unsent():
    """For how many seconds the oldest message has waited to be sent; 0 when none waits."""
    since = delivery_health()["oldest_waiting"]
    return max(0, round((timezone.now() - since).total_seconds())) if since else 0


PARTS = {"database": database_works, "cache": cache_works, "broker": broker_works}
