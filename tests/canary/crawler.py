"""A reader who reads everything: from a few addresses on, along every link of this site, page, file and feed alike."""

import html
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

HOSTS = {"", "testserver", "localhost", "localhost:80"}
QUERIES_OF_ONE_PATH = 8
CMS_QUERIES_OF_ONE_PATH = 1
WORD = "canary"  # what is typed into every search box

REFERENCE = re.compile(r"""\b(?:href|src|action|hx-get|data-url)\s*=\s*["']([^"'<>]*)["']""")
QUOTED_PATH = re.compile(r"""["'](/[^"'<>\s\\]*)["']""")
PLAIN_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
SEARCH_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
SEARCH_BOX = re.compile(r"""<input\b[^>]*type=["'](?:search|text)["'][^>]*>""")


@dataclass
class Crawl:
    """What one person read: status by address, and where each token was first met.

    `patience` is how many addresses of one route of Wagtail's admin are followed: the history of one more page, against
    one more version, tells little that is new.
    """

    client: object
    register: object
    signed_in: bool
    patience: int = 4
    read: dict = field(default_factory=dict)
    found: dict = field(default_factory=dict)
    kept_by_caches: list = field(default_factory=list)
    tried: Counter = field(default_factory=Counter)
    linked: set = field(default_factory=set)

    def go(self, addresses):
        """Reads these addresses and all that they lead to."""
        waiting = deque(addresses)
        while waiting:
            address = waiting.popleft()
            if self.is_new(address):
                waiting.extend(filter(self.is_worthwhile, self.open(address)))
        return self

    def is_new(self, address):
        """Whether to read it: not yet read, and not one more order or page of a list seen often enough."""
        path, _, query = address.partition("?")
        if address in self.read or path.startswith(settings.STATIC_URL):
            return False
        most = CMS_QUERIES_OF_ONE_PATH if path.startswith("/cms/") else QUERIES_OF_ONE_PATH
        if query and self.tried[path] >= most:
            return False
        self.tried[path] += bool(query)
        return True

    def is_worthwhile(self, address):
        """Whether a link is followed: of Wagtail's admin, a few addresses of each route."""
        if not address.startswith("/cms/"):
            return True
        try:
            route = resolve(address.partition("?")[0]).view_name
        except Resolver404:
            return False
        if address not in self.linked:
            self.linked.add(address)
            self.tried[route] += 1
        return self.tried[route] <= self.patience

    def open(self, address):
        """Reads one address; returns those that it leads to."""
        reply = self.client.get(address)
        content = content_of(reply)
        headers = "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
        self.read[address] = reply.status_code
        assert reply.status_code < 500, f"{address} answered {reply.status_code}"
        if self.signed_in and not is_private(reply):
            self.kept_by_caches.append(address)
        return self.note(address, f"{headers}\n{html.unescape(content.decode(errors='replace'))}")

    def open_letter(self, mail):
        """Reads an e-mail; returns the addresses that it leads to."""
        return self.note(f"e-mail “{mail.subject}”", words_of(mail))

    def note(self, place, text):
        """Writes down which tokens a text holds; returns the addresses that it leads to."""
        for token in self.register.found_in(text):
            self.found.setdefault(token, place)
        return links(place, text)

    def opened(self):
        """Addresses that answered with a page or a file."""
        return [address for address, status in self.read.items() if status == 200]


def content_of(reply):
    """The whole of an answer; a file is closed after it."""
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def words_of(mail):
    """Everything that an e-mail says, in all its parts, but for whom it is addressed to."""
    parts = [mail.subject, mail.body, *(part.content for part in mail.alternatives)]
    return html.unescape("\n".join([*parts, *(f"{name}: {value}" for name, value in mail.extra_headers.items())]))


def is_private(reply):
    """Whether no cache may keep it for somebody else (security row W15)."""
    caching = {part.strip() for part in reply.headers.get("Cache-Control", "").split(",")}
    return {"private", "no-store"} <= caching and "Cookie" in reply.headers.get("Vary", "")


def links(address, text):
    """The addresses of this site that a text leads to, each once, in its order."""
    found = [*REFERENCE.findall(text), *QUOTED_PATH.findall(text), *PLAIN_ADDRESS.findall(text), *searches(text)]
    found += re.findall(r"^Location: (\S+)$", text, re.M)
    return list(dict.fromkeys(here for one in found if (here := on_this_site(urljoin(address, one)))))


def searches(text):
    """The addresses that filling in the site's search forms leads to."""
    for attributes, inside in SEARCH_FORM.findall(text):
        if 'method="post"' in attributes.lower():
            continue
        action = (re.findall(r"""action=["']([^"']*)""", attributes) or [""])[0]
        for box in SEARCH_BOX.findall(inside):
            for name in re.findall(r"""\bname=["']([^"']+)""", box):
                yield f"{action}?{name}={WORD}"


def on_this_site(address):
    """Path and query, or nothing for an address elsewhere or of no page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"} or parts.netloc not in HOSTS or not parts.path.startswith("/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
