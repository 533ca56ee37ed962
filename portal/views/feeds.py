"""Atom feeds and calendars, made of the same events as the mails."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from engagement.domain.queries import latest_events, timeline_of
from engagement.enums import EventKind
from portal.domain.listings import activities

ENTRIES = 50
OUTCOME_KINDS = (EventKind.RESULTS_PUBLISHED, EventKind.OUTCOME_PUBLISHED, EventKind.RESULTS_UPDATED)
# What XML cannot hold, such as the line ends that word processors paste: one in a title would break the whole feed.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text):
    """The words as XML can hold them."""
    return UNWRITABLE.sub(" ", text)


class EventFeed(Feed):
    """Public events, newest first. Links carry the one configured address, whatever host was asked."""

    feed_type = Atom1Feed
    language = "en-GB"

    def link(self, obj=None):
        return settings.BASE_URL + "/"

    def author_name(self, obj=None):
        return settings.OFFICE_NAME

    def item_title(self, item):
        return writable(item.title)

    def item_description(self, item):
        return writable(item.summary)

    def item_link(self, item):
        return settings.BASE_URL + item.path

    def item_guid(self, item):
        return f"{settings.BASE_URL}/events/{item.pk}"

    def item_pubdate(self, item):
        return item.occurred_at

    item_updateddate = item_pubdate


class AllActivitiesFeed(EventFeed):
    """Everything that happens in the open."""

    title = f"{settings.OFFICE_PLACE}: commissioning in the open"
    subtitle = "What is planned, asked, decided and published."

    def items(self):
        return latest_events(limit=ENTRIES)


class OutcomesFeed(EventFeed):
    """What people said and what was decided, as each became public, and every correction with its reason."""

    title = f"{settings.OFFICE_PLACE}: what came of consultations"
    subtitle = "What people said, what we decided, and what we corrected since."

    def link(self, obj=None):
        return settings.BASE_URL + reverse("consultations:consultation-list")

    def items(self):
        return latest_events(limit=ENTRIES, kinds=OUTCOME_KINDS)


class ActivityFeed(EventFeed):
    """The story of one activity."""

    def get_object(self, request, slug):
        return get_object_or_404(activities(at=timezone.now()), slug=slug)

    def title(self, obj):
        return writable(obj.title)

    def subtitle(self, obj):
        return writable(obj.summary)

    def link(self, obj=None):
        return settings.BASE_URL + obj.get_absolute_url()

    def items(self, obj):
        return timeline_of(obj)[:ENTRIES]


@login_not_required
@require_safe
def all_activities(request):
    return AllActivitiesFeed()(request)


@login_not_required
@require_safe
def outcomes(request):
    return OutcomesFeed()(request)


@login_not_required
@require_safe
def one_activity(request, slug):
    return ActivityFeed()(request, slug=slug)
