"""What pages show of the other packages' data: `{% load pages %}`.

A page model knows no domain, so its template asks here. Each tag is one domain call and the putting into words.
"""

from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from consultations.domain import disposing
from consultations.domain.documents import asked_on
from engagement.enums import EventKind, Fund, Stage
from portal.domain import frontpage, listings
from portal.domain.hub import hub_activities, hub_of, thread_of
from portal.domain.specifications import sections_of
from portal.enums import EvidenceKind, SpecificationStatus
from portal.forms.filters import ListFilter
from portal.templatetags import listed, marks
from portal.templatetags.listed import days_left, size_in_words
from portal.templatetags.wording import pounds, uk_date, uk_time

register = template.Library()
register.filters.update(listed.register.filters)
register.simple_tag(listed.route)

VOICES = {
    EventKind.CONSULTATION_OPENED,
    EventKind.CONSULTATION_CLOSED,
    EventKind.RESULTS_PUBLISHED,
    EventKind.RESULTS_UPDATED,
    EventKind.OUTCOME_PUBLISHED,
}
FUNDS = {"policing_amount": Fund.POLICING, "fire_amount": Fund.FIRE}
PER_PAGE = 20


def consultation_card(consultation, now):
    """A consultation as the card of the home page."""
    return {
        "days": days_left(consultation.closes_at, now),
        "when": f"Closes {uk_time(consultation.closes_at)}",
        "title": consultation.title,
        "url": consultation.get_absolute_url(),
        "ask": consultation.summary,
        "tag": consultation.state(at=now),
        "audience": consultation.audience,
        "minutes": f"About {consultation.minutes} minutes",
        "action": "Give your views",
        "action_url": consultation.get_absolute_url(),
        "action_about": f"on {consultation.title}",
    }


@register.simple_tag
def front():
    """The home page's parts, as `frontpage.Front`."""
    return frontpage.front_at(at=timezone.now())


@register.filter
def as_cards(consultations):
    now = timezone.now()
    return [consultation_card(consultation, now) for consultation in consultations]


@register.simple_tag
def activity_hub(activity, page=None):
    """The hub of an activity, as `hub.Hub`."""
    return hub_of(activity=activity, page=page, at=timezone.now())


@register.simple_tag
def activity_in_full(activity):
    """An activity with its people, priorities and money."""
    return hub_activities().get(pk=activity.pk)


@register.simple_tag
def activity_thread(activity, current):
    """The stations of an activity's thread, for `{% thread %}`. `current` is "Intention", "Consultation" and so on."""
    return thread_of(activity=activity, current=current, at=timezone.now())


@register.filter
def tracker(hub):
    """The stage tracker's steps, with the words that the office wrote about now and later."""
    page = hub.page
    expected = {
        Stage.PLAN: page.expected_plan if page else "",
        Stage.DO: page.expected_do if page else "",
        Stage.REVIEW: page.expected_review if page else "",
    }
    steps = []
    for step in hub.steps:
        words = ""
        if step.state == "now" and page:
            words = page.now
        elif step.state == "next" and expected.get(step.stage):
            words = f"Expected {expected[step.stage]}"
        elif step.state == "ended" and hub.activity.stage == Stage.DECOMMISSIONING:
            words = "De-commissioning began here"
        steps.append({"name": step.stage.label, "state": step.state, "since": step.since, "text": words})
    return steps


@register.filter
def documents_listed(hub):
    """The documents of an activity as a ruled list: specification, intention, then the evidence (R-054)."""
    base = hub.activity.get_absolute_url()
    items = []
    if version := hub.documents.specification:
        draft = version.status == SpecificationStatus.DRAFT
        items.append(
            {
                "name": "Draft specification" if draft else "Specification",
                "url": f"{base}specification/",
                "meta": f"Version {version.number}, {uk_time(version.published_at)}",
                "note": version.lead,
            }
        )
    if intention := hub.documents.intention:
        items.append(
            {
                "name": "Commissioning intention",
                "url": f"{base}intention/",
                "meta": uk_time(intention.last_published_at),
                "note": intention.lead,
            }
        )
    if hub.activity.answers_questions:
        items.append(
            {
                "name": "Questions from providers, and answers",
                "url": f"{base}questions/",
                "meta": "",
                "note": "Every provider engaged gets each answer at the same moment.",
            }
        )
    evidence = hub.page.evidence if hub.page else []
    return items + [evidence_item(block.value) for block in evidence]


def evidence_item(value):
    """An item of evidence: a file, an address, or the reason why it is withheld."""
    document = value["document"]
    about = [EvidenceKind(value["kind"]).label if EvidenceKind(value["kind"]).label != value["name"] else ""]
    if document:
        about.append(f"{document.file_extension.upper()}, {size_in_words(document.get_file_size() or 0)}")
    elif not value["link"]:
        about.append(f"Withheld: {value['withheld']}")
    dated = [f"Version {value['version']}" if value["version"] else "", uk_date(value["dated"])]
    return {
        "name": value["name"],
        "url": document.url if document else value["link"],
        "meta": ", ".join(filter(None, dated)),
        "note": ". ".join(filter(None, about)),
    }


@register.filter
def consultations_listed(hub):
    """The consultations of an activity as a ruled list."""
    now = timezone.now()
    items = []
    for one in hub.consultations:
        closed = now >= one.closes_at
        when = f"Closed {uk_time(one.closes_at)}" if closed else f"Closes {uk_time(one.closes_at)}"
        if now < one.opens_at:
            when = f"Opens {uk_time(one.opens_at)}"
        items.append({"name": one.title, "url": one.get_absolute_url(), "meta": when, "note": one.state(at=now).label})
    return items


@register.filter
def promises_listed(hub):
    """The promises made after the consultations of an activity, as a ruled list."""
    today = timezone.localdate()
    return [
        {
            "name": f"We will {promise.words}",
            "url": promise.get_absolute_url(),
            "meta": f"Kept on {uk_date(promise.kept_on)}" if promise.kept_on else f"By {uk_date(promise.due_on)}",
            "note": marks.TAGS[promise.standing(on=today)].words,
        }
        for promise in hub.promises
    ]


@register.filter
def story(hub):
    """The timeline: what is expected on top, then what happened, newest first."""
    ahead = [
        {"when": block.value["when"], "title": block.value["what"], "future": True}
        for block in reversed(hub.page.ahead if hub.page else [])
    ]
    past = [
        {
            "date": event.occurred_at,
            "title": capfirst(event.title.removeprefix(f"{hub.activity.title}: ")),
            "kind": "voice" if event.kind in VOICES else "step",
            "text": event.summary,
            "url": event.path if event.path != hub.activity.get_absolute_url() else "",
        }
        for event in hub.story
    ]
    return [*ahead, *past]


@register.filter
def key_facts(hub):
    """Money with its fund, area, term, who provides it, who is in charge, whom to ask (R-022, R-116)."""
    activity = hub.activity
    money = [
        f"{pounds(getattr(activity, name))}, {fund.label.lower()}"
        for name, fund in FUNDS.items()
        if getattr(activity, name)
    ]
    providers = sorted({one.provider.name for one in hub.agreements if one.provider})
    people = [("Lead Commissioner", activity.lead_commissioner), ("Contract Manager", activity.contract_manager)]
    return [
        {"term": "Money", "value": lines(money)},
        {"term": "Area", "value": activity.area},
        {"term": "Runs", "value": hub.page.runs if hub.page else ""},
        {"term": "Who provides it now", "value": lines(providers)},
        {"term": "Who is in charge", "value": lines([f"{person}, {role}" for role, person in people if person])},
        {"term": "Questions", "value": settings.OFFICE_EMAIL, "url": f"mailto:{settings.OFFICE_EMAIL}"},
    ]


def lines(values):
    """Values one under the other."""
    return format_html_join(mark_safe("<br>"), "{}", ((value,) for value in values))


@register.simple_tag
def priorities_served(activity):
    """Plans with the priorities an activity serves, as (plan, priorities)."""
    plans = {}
    for priority in activity.priorities.all():
        plans.setdefault(priority.plan, []).append(priority)
    return [(plan, sorted(found, key=lambda one: one.number)) for plan, found in plans.items()]


@register.simple_tag
def specification_sections(page, version, request, said):
    """The sections to show: of the version asked for, or of the words being written when a draft is previewed.

    Each section and clause of a version has `said`: its part of what `comments_beside` gave.
    """
    if getattr(request, "is_preview", False):
        return sections_of(page)
    return [
        {
            **section,
            "said": said["here"].get(str(section["number"])),
            "clauses": [{**clause, "said": said["here"].get(clause["number"])} for clause in section["clauses"]],
        }
        for section in version.content
    ]


@register.simple_tag
def comments_beside(version):
    """What became of what people said in earlier versions: of the sections `here`, by number, and of those `gone`."""
    found = disposing.beside(version, at=timezone.now()) if version else {}
    return {"here": found, "gone": found.get("", [])}


@register.simple_tag
def comments_taken(version):
    """The open consultation in which people comment on this version, or `None`. One query."""
    return asked_on(version, at=timezone.now()) if version else None


@register.simple_tag
def versions_of(page):
    """All published versions of a specification, newest first."""
    return list(page.versions.order_by("-number").only("number", "published_at", "page", "status", "title"))


@register.simple_tag(takes_context=True)
def activity_list(context):
    """The filter and one page of the list of all activities."""
    form = ListFilter(context["request"].GET)
    found = listings.activities(at=timezone.now(), **form.chosen())
    page = Paginator(found, PER_PAGE).get_page(context["request"].GET.get("page"))
    return {"filter": form, "page_obj": page}
