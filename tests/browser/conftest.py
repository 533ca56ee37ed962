"""A real server, Debian's Chromium, and axe. Every page a test opens is watched for errors until the test ends."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from tests import processes

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = 1280, 375
PATIENCE = 45_000  # milliseconds: on a busy machine a page comes late, which is no fault of the page
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(480))  # unless a test says itself how long it takes
            item.add_marker(pytest.mark.django_db(transaction=True))


failed = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium():
    """One browser for the run. Chromium is the system's own: nothing is downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is not installed. On Debian: apt-get install chromium"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread, beside the ORM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """The product served by gunicorn over the database in which the test arranges its things."""
    with django_db_blocker.unblock(), processes.serving(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def width(request):
    """Ask for this fixture to run a test at both widths, in CSS pixels."""
    return request.param


@dataclass
class Visitor:
    """A person at a browser. Moves with Playwright's own `page`; `look` judges what is on the screen now."""

    page: Page
    site: processes.Site
    name: str
    width: int
    troubles: list = field(default_factory=list)
    looked: int = 0

    def go(self, path):
        """Open a path of the site; any answer but 200 fails."""
        reply = self.page.goto(self.site.url + path)
        assert reply.status == 200, f"{path} answered {reply.status}"
        return reply

    def look(self, what=""):
        """Hold the page as it stands to WCAG 2.2 AA with axe, to its width, and keep a picture under var/browser/."""
        picture = self.keep_picture(what)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{self.page.url} is {overflow} pixels wider than the screen ({picture})"
        results = Axe().run(self.page, options=AXE_OPTIONS)
        grave = [
            violation for violation in results.response["violations"] if violation["impact"] in {"serious", "critical"}
        ]
        assert not grave, f"{self.page.url} ({picture})\n{results.generate_report()}"

    def keep_picture(self, what=""):
        """The page as it stands under var/browser/; a test that fails leaves one of each visitor's last page."""
        self.looked += 1
        folder = processes.ROOT / "var" / "browser"
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{self.name}-{self.looked:02d}{'-' + what if what else ''}-{self.width}.png"
        self.page.screenshot(path=picture, full_page=True, timeout=PATIENCE)
        return picture

    def sign_in(self, person):
        """Be signed in as a person, without the sign-in page: journeys about signing in go through it themselves."""
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site.url}])


@pytest.fixture
def visit(request, chromium, site):
    """Make visitors: `visit()`, `visit(width=375)`, `visit(javascript=False)`. Each has its own cookies.

    At the end of the test nobody may have met an error in the console, an answer of 500 or an address outside the site.
    """
    visitors = []

    def make(*, width=DESK, javascript=True, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        name = re.sub(r"[^\w]+", "-", request.node.name).strip("-")
        visitor = Visitor(context.new_page(), site, name, width)
        watch(context, visitor)
        visitors.append((context, visitor))
        return visitor

    yield make
    for context, visitor in visitors:
        if request.node.stash.get(failed, False):
            visitor.keep_picture("failed")
        context.close()
    assert [trouble for _, visitor in visitors for trouble in visitor.troubles] == []


def watch(context, visitor):
    def note(trouble):
        visitor.troubles.append(f"{visitor.page.url}: {trouble}")

    context.on(
        "console", lambda message: note(message.text) if message.type == "error" and not refusal(message) else None
    )
    context.on("weberror", lambda error: note(error.error))
    context.on("response", lambda reply: note(f"{reply.status} {reply.url}") if reply.status >= 500 else None)
    context.on("request", lambda sent: note(f"left for {sent.url}") if is_outside(sent.url, visitor.site) else None)


def refusal(message):
    """Chromium calls each answer of 4xx an error in the console; a test that meets one on purpose says so itself."""
    return message.text.startswith("Failed to load resource") and " 4" in message.text


def is_outside(url, site):
    return not url.startswith((site.url, "data:", "blob:", "about:"))
