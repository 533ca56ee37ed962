"""Filters that put dates and money into the words the site uses. `{% load portal %}` brings them too.

Every date that a person reads goes through here: a day with its weekday, a moment with its UK time as well.
"""

from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html

from contracts.domain import schedule
from engagement.domain import calendar

register = template.Library()


@register.filter(expects_localtime=False)
def uk_time(moment):
    """An aware moment in words: "5pm on Friday 4 December 2026". Nothing for no moment."""
    return calendar.uk_time(moment) if moment else ""


@register.filter(expects_localtime=False)
def due_words(moment):
    """When something is due in working days: as `uk_time`, and whether bank holidays may still move it."""
    return schedule.due_words(moment) if moment else ""


@register.filter(expects_localtime=False)
def uk_date(day):
    """A date, or the UK date of an aware moment, in words: "Friday 4 December 2026". Nothing for no date."""
    if not day:
        return ""
    return calendar.uk_date(timezone.localtime(day, calendar.LONDON).date() if is_moment(day) else day)


@register.filter(expects_localtime=False)
def dated(when):
    """A day or an aware moment as a `time` element: in words for people, in ISO for machines. Nothing for neither."""
    if not when:
        return ""
    machine = when.astimezone(calendar.LONDON).isoformat(timespec="minutes") if is_moment(when) else when.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, calendar.when_in_words(when))


def is_moment(when):
    """Whether this has a time of day."""
    return hasattr(when, "hour")


@register.filter
def pounds(amount):
    """Decimal pounds as "£1,234,500"; pence only when there are any."""
    if amount is None:
        return ""
    amount = Decimal(amount)
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}".removesuffix(".00")


@register.filter
def signed_percent(share):
    """A difference in percent with its sign, a minus as `pounds` writes it: "+4.0%", "−51.9%"."""
    return "" if share is None else f"{share:+}%".replace("-", "−")


@register.filter(expects_localtime=False)
def in_days(day, today=None):
    """How far a date or moment is from today (Europe/London), in words: "in 3 days", "today", "2 days ago"."""
    if not day:
        return ""
    date = timezone.localtime(day, calendar.LONDON).date() if is_moment(day) else day
    days = (date - (today or timezone.localdate(timezone=calendar.LONDON))).days
    if days in {0, 1, -1}:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"
