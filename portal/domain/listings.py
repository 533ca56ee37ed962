"""The site's lists: activities, intentions, specifications and review outcomes, filtered, newest first."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from engagement.models import Activity
from portal.domain.visibility import public_q
from portal.models import ActivityPage, IntentionPage, ReviewPage, SpecificationPage, SpecificationVersion


def activities(*, at: datetime, q: str = "", stage: str = "", priority: Any = None) -> QuerySet[Activity]:
    """Published activities, newest first. One whose page the office has taken back is left out."""
    taken_back = ActivityPage.objects.filter(first_published_at__isnull=False).exclude(public_q(at=at))
    found = Activity.objects.published().exclude(pk__in=taken_back.values("activity"))
    if stage:
        found = found.filter(stage=stage)
    if priority:
        found = found.filter(priorities=priority)
    return _with_words(found, q, "title", "summary", "reference", "area").order_by("-published_at", "-pk")


def intentions(*, at: datetime, q: str = "", stage: str = "", priority: Any = None) -> QuerySet[IntentionPage]:
    """Intentions the public may read, newest first."""
    return _documents(IntentionPage, at=at, q=q, stage=stage, priority=priority)


def specifications(*, at: datetime, q: str = "", stage: str = "", priority: Any = None) -> QuerySet[SpecificationPage]:
    """Specifications the public may read, newest first, with number, status and date of the newest version."""
    latest = SpecificationVersion.objects.filter(page=OuterRef("pk")).order_by("-number")
    found = _documents(SpecificationPage, at=at, q=q, stage=stage, priority=priority)
    return found.annotate(
        latest_number=Subquery(latest.values("number")[:1]),
        latest_status=Subquery(latest.values("status")[:1]),
        latest_at=Subquery(latest.values("published_at")[:1]),
    )


def reviews(*, at: datetime, q: str = "", stage: str = "", priority: Any = None) -> QuerySet[ReviewPage]:
    """Review outcomes the public may read, newest first (R-101)."""
    return _documents(ReviewPage, at=at, q=q, stage=stage, priority=priority)


def _documents(kind: Any, *, at: datetime, q: str, stage: str, priority: Any) -> QuerySet[Any]:
    found = kind.objects.filter(public_q(at=at)).select_related("activity")
    if stage:
        found = found.filter(activity__stage=stage)
    if priority:
        found = found.filter(activity__priorities=priority)
    return _with_words(found, q, "title", "lead", "activity__title", "activity__reference").order_by(
        "-last_published_at", "-pk"
    )


def _with_words(found: QuerySet[Any], q: str, *fields: str) -> QuerySet[Any]:
    """Every word must stand in one of the fields."""
    for word in q.split()[:10]:
        condition = Q()
        for field in fields:
            condition |= Q(**{f"{field}__icontains": word})
        found = found.filter(condition)
    return found
