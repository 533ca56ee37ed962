"""The site's search: live public pages, published activities and consultations, and nothing else (security row W04)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from wagtail.models import Page

from consultations.domain import queries as consultations
from engagement.models import Activity
from portal.domain.visibility import public_pages
from portal.models import ActivityPage

LONGEST_QUERY = 100
MOST_FOUND = 200


@dataclass(frozen=True)
class Found:
    """One result. `kind` is a word for the reader: "Consultation", "Commissioning intention"."""

    title: str
    url: str
    kind: str
    text: str


def clean_query(text: str) -> str:
    """The words of a search, without the signs that an engine takes for orders (SQLite raises on a lone quote)."""
    return " ".join(re.findall(r"[^\W_]+", text[:LONGEST_QUERY]))


def search(*, text: str, at: datetime) -> list[Page | Activity | Found]:
    """What the public may read that holds all the words, consultations first; at most `MOST_FOUND` pages.

    Pages come bare: `describe` loads what is shown of them.
    """
    words = clean_query(text)
    if not words:
        return []
    asked = [
        Found(one.title, one.get_absolute_url(), "Consultation", one.summary) for one in consultations.search(words, at)
    ]
    pages = Page.objects.filter(pk__in=public_pages(at=at).values("pk")).search(words, operator="and")
    return [*asked, *pages[:MOST_FOUND], *_pageless(words)]


def _pageless(words: str) -> list[Found]:
    """Published activities that have no page, and so no entry in the page index."""
    condition = Q()
    for word in words.split():
        condition &= Q(title__icontains=word) | Q(summary__icontains=word) | Q(reference__icontains=word)
    activities = Activity.objects.published().filter(condition).exclude(pk__in=ActivityPage.objects.values("activity"))
    return [Found(one.title, one.get_absolute_url(), "Activity", one.summary) for one in activities[:MOST_FOUND]]


def describe(results: list[Page | Found]) -> list[Found]:
    """Results ready to show, in the same order: one query for each kind of page among them."""
    wanted = [result.pk for result in results if isinstance(result, Page)]
    pages = {page.pk: page for page in Page.objects.filter(pk__in=wanted).specific()}
    return [_found(pages[result.pk]) if isinstance(result, Page) else result for result in results]


def _found(page: Page) -> Found:
    activity = getattr(page, "activity", None)
    kind = str(page._meta.verbose_name).capitalize()
    title = page.title
    if isinstance(page, ActivityPage):
        return Found(title, page.activity.get_absolute_url(), kind, page.activity.summary)
    if activity:
        kind = f"{kind}: {activity.title}"
    return Found(title, page.address, kind, page.search_description or getattr(page, "lead", ""))
