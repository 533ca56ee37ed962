"""Every page that links lead to, in the demonstration, for the public and for every role: held to axe and to its width.

One page of each kind (route) is looked at; a few more of the kind are opened for the links that they have in another
state. The CMS is Wagtail's own.
"""

from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from engagement.models import User

NOT_PAGES = (".csv", ".ics", ".atom", ".json", ".png", ".svg", ".css", ".js")
ELSEWHERE = ("/cms/", "/account/logout/", "/documents/", "/pictures/", "/static/", "/media/")
PEOPLE = (
    "involvement@demo.example",
    "commissioner.lead@demo.example",
    "contracts@demo.example",
    "management@demo.example",
    "certifier@brightway.demo.example",
    "admin@demo.example",
    "auditor@demo.example",
)
OPENED_OF_EACH = 5
LEAST = 75  # kinds of page; fewer means that links have gone


def kind_of(path):
    """What a page is, whichever thing it is about: its route and, for pages of the CMS, its place in the address."""
    match = resolve(path)
    if match.view_name == "wagtail_serve":
        parts = [part for part in path.split("/") if part]
        return ("wagtail_serve", len(parts), *parts[:1], *parts[2:3])
    return (match.view_name,)


def addresses_on(visitor):
    """The addresses of this site that the page links to, without what is not a page."""
    found = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    for address in found:
        parts = urlsplit(address)
        if not address.startswith(visitor.site.url) or parts.path.endswith(NOT_PAGES):
            continue
        if not parts.path.startswith(ELSEWHERE):
            yield parts.path


def is_file(visitor, path):
    """Opens the path; true where the browser was given a file to keep instead of a page."""
    try:
        visitor.go(path)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return True
    return False


def walk(visitor, start, known):
    """Follows links from a page, breadth first; `known` counts the pages of each kind that anybody has opened."""
    waiting, queued = deque([start]), {start}
    while waiting:
        path = waiting.popleft()
        try:
            kind = kind_of(path)
        except Resolver404:
            raise AssertionError(f"{visitor.page.url} links to {path}, which leads nowhere") from None
        known[kind] += 1
        if known[kind] > OPENED_OF_EACH:
            continue
        if is_file(visitor, path):
            continue
        if known[kind] == 1:
            visitor.look("-".join(str(part).rpartition(":")[2] for part in kind))
        for address in addresses_on(visitor):
            if address not in queued:
                queued.add(address)
                waiting.append(address)


@pytest.mark.timeout(2400)
def test_every_kind_of_page_is_in_order(visit, width):
    call_command("demo")
    known = Counter()
    walk(visit(width=width), "/", known)

    for email in PEOPLE:
        visitor = visit(width=width)
        visitor.sign_in(User.objects.get(email=email))
        del known["portal:dashboard",]
        walk(visitor, "/dashboard/", known)

    assert len(known) >= LEAST, sorted(known)
