"""Things put into the lists and facts that components draw, and numbers into words. Loaded with `{% load pages %}`."""

from datetime import date

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import capfirst

from portal.enums import SpecificationStatus
from portal.models import ReviewPage, SpecificationPage
from portal.templatetags.wording import uk_date, uk_time

register = template.Library()


def route(name, *args):
    """The address of a route, or nothing when this site has none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def days_left(moment, now):
    """ "4 days left", "1 day left", "Closes today"."""
    days = (timezone.localtime(moment).date() - timezone.localtime(now).date()).days
    return "Closes today" if days <= 0 else f"{days} day{'' if days == 1 else 's'} left"


def size_in_words(size):
    """Bytes as "240 KB" or "1.2 MB"."""
    return f"{max(1, round(size / 1000))} KB" if size < 10**6 else f"{size / 10**6:.1f} MB"


# Lists


@register.filter
def as_updates(events):
    """Public events as a ruled list."""
    return [
        {"name": event.title, "url": event.path, "meta": uk_time(event.occurred_at), "note": event.summary}
        for event in events
    ]


@register.filter
def activities_listed(activities):
    """Activities as a ruled list, with stage and reference."""
    return [
        {
            "name": activity.title,
            "url": activity.get_absolute_url(),
            "meta": activity.get_stage_display(),
            "note": f"{activity.reference}. {activity.summary}",
        }
        for activity in activities
    ]


@register.filter
def agreements_listed(hub):
    """Agreements of an activity: their kind, provider and fund. The register holds the rest."""
    return [
        {
            "name": agreement.title,
            "url": agreement.get_register_url(),
            "meta": agreement.get_kind_display(),
            "note": ", ".join(
                filter(None, [agreement.reference, str(agreement.provider or ""), agreement.get_fund_display().lower()])
            ),
        }
        for agreement in hub.agreements
    ]


@register.filter
def performance_listed(hub):
    """Published ratings of an activity's agreements: the headline of the latest quarter."""
    return [
        {
            "name": publication.snapshot["headline"],
            "url": publication.agreement.get_performance_url(),
            "meta": publication.snapshot["label"],
            "note": publication.agreement.title,
        }
        for publication in hub.performance
    ]


@register.filter
def reviews_listed(hub):
    """Review outcomes of an activity, newest first."""
    base = hub.activity.get_absolute_url()
    return [
        {
            "name": review.title,
            "url": f"{base}review/{review.number}/",
            "meta": uk_date(review.reviewed_on),
            "note": f"{review.get_outcome_display()}. {review.lead}",
        }
        for review in hub.documents.reviews
    ]


@register.filter
def documents_in_list(pages):
    """Documents of any activity, in their own list."""
    items = []
    for page in pages:
        base = page.activity.get_absolute_url()
        item = {"name": page.activity.title, "meta": uk_time(page.last_published_at), "note": page.lead}
        if isinstance(page, SpecificationPage):
            words = SpecificationStatus(page.latest_status).label.lower()
            item |= {"url": f"{base}specification/", "note": f"Version {page.latest_number}, {words}. {page.lead}"}
            item["meta"] = uk_time(page.latest_at)
        elif isinstance(page, ReviewPage):
            item |= {"url": f"{base}review/{page.number}/", "note": f"{page.get_outcome_display()}. {page.lead}"}
        else:
            item["url"] = f"{base}intention/"
        items.append(item)
    return items


@register.filter
def results_listed(results):
    """What a search found."""
    return [{"name": one.title, "url": one.url, "meta": "", "note": f"{one.kind}. {one.text}"} for one in results]


@register.filter
def drafts_listed(pages):
    """Drafts to read."""
    return [
        {
            "name": page.draft_title or page.title,
            "url": route("portal:draft-detail", page.pk),
            "meta": uk_time(page.latest_revision_created_at),
            "note": f"{capfirst(page.content_type.name)}. " + ("Live, with changes" if page.live else "Not published"),
        }
        for page in pages
    ]


# Facts


@register.filter
def intention_facts(page, activity):
    """Value, start, stage and area of what is meant."""
    return [
        {"term": "Value", "value": page.value},
        {"term": "Expected start", "value": page.starts},
        {"term": "Stage now", "value": activity.get_stage_display(), "url": activity.get_absolute_url()},
        {"term": "Area", "value": activity.area},
        {"term": "Published", "value": uk_time(page.first_published_at)},
        {"term": "Questions", "value": settings.OFFICE_EMAIL, "url": f"mailto:{settings.OFFICE_EMAIL}"},
    ]


@register.filter
def review_facts(page):
    """When, what was concluded, and of what."""
    return [
        {"term": "Reviewed", "value": uk_date(page.reviewed_on)},
        {"term": "Conclusion", "value": page.get_outcome_display()},
        {"term": "Activity", "value": page.activity.title, "url": page.activity.get_absolute_url()},
        {"term": "Published", "value": uk_time(page.first_published_at)},
    ]


@register.filter
def numbers_listed(board):
    """The figures under the portfolio."""
    numbers = board.numbers
    rows = [
        {"key": "Consultations open", "value": str(numbers["consultations"]["open"])},
        {"key": "Consultations that close this week", "value": str(numbers["consultations"]["closing_this_week"])},
        {"key": "Services running now", "value": str(numbers["running"])},
    ]
    if any(numbers["tally"].values()):
        rows.append({"key": "Measures", "value": tally_sentence(numbers["tally"])})
    return rows


@register.filter
def tally_sentence(tally):
    """ "19 of 31 measures met their target"."""
    total = sum(tally.values())
    return f"{tally.get('GOOD', 0)} of {total} measure{'' if total == 1 else 's'} met their target"


@register.filter
def place_to_work(activity):
    """Where the office works on an activity."""
    return route("engagement:activity-manage", activity.slug) or activity.get_absolute_url()


# Words


@register.filter
def state_now(consultation):
    return consultation.state(at=timezone.now())


@register.filter
def days_left_now(consultation):
    return days_left(consultation.closes_at, timezone.now())


@register.filter
def from_iso(text):
    """The day that a frozen version keeps as ISO text."""
    return date.fromisoformat(text)


@register.filter
def file_size(size):
    return size_in_words(size or 0)


@register.filter
def number_word(number):
    """Small numbers as words at the head of a sentence."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[number] if number < len(words) else str(number)
