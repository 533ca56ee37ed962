"""Reading drafts outside Wagtail's admin: for those of the office who may read and do not write (interfaces.md)."""

from datetime import datetime

from django.db.models import Q, QuerySet
from wagtail.models import Page

from engagement.models import Activity, User
from engagement.rules import led_activities
from portal import rules
from portal.models import ActivityPage, HomePage


def draft_pages(user: User, *, at: datetime) -> QuerySet[Page]:
    """Pages with words that are not live yet that this person may read: everybody's, or of their own activities.

    A hub says what its activity is, so only those find it who may read the activity: administrators do not read drafts
    of activities.
    """
    drafts = Page.objects.descendant_of(HomePage.objects.get(), inclusive=True).filter(
        Q(live=False) | Q(has_unpublished_changes=True)
    )
    activities = rules.reads_drafts_of(user, at=at)
    if activities is None:
        unread = ActivityPage.objects.exclude(activity__in=Activity.objects.visible_to(user, at=at))
        return drafts.exclude(pk__in=unread.values("pk"))
    hubs = ActivityPage.objects.filter(activity__in=Activity.objects.filter(activities))
    below = Q(pk__in=[])
    for path in hubs.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return drafts.filter(below)


def pageless_activities(user: User, *, at: datetime) -> QuerySet[Activity]:
    """Activities whose page this person may begin."""
    own = Activity.objects.exclude(pk__in=ActivityPage.objects.values("activity"))
    if rules.writes_all_pages(user, at=at):
        return own
    return own.filter(led_activities(user, at=at))
