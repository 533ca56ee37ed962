"""The pages that are measured: a name, and how to ask for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from tests.benchmarks.measure import Request

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
RADIO = re.compile(
    r'name="([^"]+)"[^>]*type="radio"[^>]*value="([^"]+)"|type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"'
)


@dataclass(frozen=True)
class Page:
    """`request` prepares a visitor (cookies, a draft) and gives back what is then sent again and again."""

    name: str
    request: Callable


def reading(name, *arguments):
    """Open a page that anybody may read. Arguments are paths into the world: "agreement.slug"."""

    def request(visitor, world):
        return Request(reverse(name, args=[look_up(world, path) for path in arguments]))

    return request


def look_up(world, path):
    found = world
    for part in path.split("."):
        found = getattr(found, part)
    return found


def as_provider(name):
    return lambda visitor, world: Request(reverse(name), cookies=world.session)


def answering(visitor, world):
    """Begin an answer, then keep the same answer to the first question again and again."""
    slug = world.consultation.slug
    start = reverse("consultations:consultation-start", args=[slug])
    step = reverse("consultations:consultation-answer", args=[slug, "1"])
    begun = visitor.send(Request(start, form=fields(visitor, start)))
    assert begun.status == 302, f"the journey did not begin: {begun.status}"
    return Request(step, form=fields(visitor, step), expected=302)


def fields(visitor, path):
    """What a browser would send from the form on a page with the first radio button chosen."""
    page = visitor.send(Request(path)).body.decode()
    chosen = [[part for part in match.groups() if part] for match in RADIO.finditer(page)][:1]
    return {**dict(HIDDEN.findall(page)), **dict(chosen)}


PAGES = [
    Page("home", lambda visitor, world: Request("/")),
    Page("activity hub", lambda visitor, world: Request(world.activity.get_absolute_url())),
    Page("consultation overview", reading("consultations:consultation-detail", "consultation.slug")),
    Page("form step POST", answering),
    Page("performance page", reading("contracts:performance-detail", "agreement.slug")),
    Page("provider dashboard", as_provider("portal:dashboard")),
    Page("provider's returns", as_provider("contracts:return-list")),
    Page("consultation list", reading("consultations:consultation-list")),
    Page("performance list", reading("contracts:performance-list")),
    Page("register", reading("contracts:register")),
]
