"""Every date that a person reads carries its weekday, and its UK time where there is one, written in one way."""

import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from tests.architecture import world as worlds
from tests.architecture.matrix_questions import ROWS
from tests.architecture.source import ROOT
from tests.architecture.test_matrix import CMS, address_of
from tests.factories.engagement import NOW

OUR_WAYS = ("|uk_time", "|due_words", "|uk_date", "|dated", "|in_days")
OTHER_WAYS = re.compile(
    r"\|\s*(date|time|timesince|timeuntil|naturalday|naturaltime|localtime|from_iso\s*\}\})\b"
    r"|\{%\s*(now\s+\"(?!Y\"\s*%)|localtime|timezone)"
    r"|\.(isoformat|ctime|strftime)\b"
)
PRINTED = re.compile(r"\{\{\s*([^}]+?)\s*\}\}")
DATED_NAME = re.compile(r"\.(\w+_(?:at|on|date)|at|on)$")
MOMENT_AS_DAY = re.compile(r"\w+_at\s*\|\s*uk_date\b")
LOOKERS = ("public", "certifier", "involvement", "lead", "manager", "management", "specialist", "auditor", "admin")

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORDED = re.compile(rf"(\w*)\W*\b(\d{{1,2}} (?:{MONTHS}) \d{{4}})")
FOREIGN = re.compile(r"\b(?:[A-Z][a-z]{2,3}\.? \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})\b")


def templates():
    return sorted(path for kind in ("*.html", "*.txt") for path in (ROOT / "templates").rglob(kind))


def faults_of(text):
    """What in a template writes a date another way than ours."""
    faults = [found.group() for pattern in (OTHER_WAYS, MOMENT_AS_DAY) for found in pattern.finditer(text)]
    for printed in PRINTED.findall(text):
        name, bar, _ = printed.partition("|")
        if DATED_NAME.search(name.strip()) and not (bar and any(way in printed for way in OUR_WAYS)):
            faults.append(printed)
    return faults


def test_templates_write_dates_in_one_way():
    found = {str(path.relative_to(ROOT)): faults_of(path.read_text()) for path in templates()}

    assert len(found) > 100
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "text",
    [
        '{{ page.day|date:"j F Y" }}',
        "{{ entry.moment|timesince }}",
        '{% now "j F Y" %}',
        '<time datetime="{{ entry.day.isoformat }}">',
        "{{ version.published_at }}",
        "{{ line.starts_on|default:'-' }}",
        "{{ version.published_at|uk_date }}",
    ],
)
def test_another_way_is_noticed(text):
    assert faults_of(text) != []


def dates_without_weekday(text):
    worded = [day for before, day in WORDED.findall(text) if before not in WEEKDAYS]
    return worded + FOREIGN.findall(text)


def pages_of(world):
    """The text of every page of the matrix, as each of those read it who may: (address and reader, text)."""
    for name in LOOKERS:
        browser = Client()
        if world.people[name]:
            browser.force_login(world.people[name])
        for row in ROWS:
            if name in row.get and not row.route.startswith(CMS):
                address = address_of(row, world)
                reply = browser.get(address)
                if reply.streaming:
                    reply.getvalue()  # closes the file
                elif reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/html"):
                    yield f"{address}, {name}", BeautifulSoup(reply.content, "html.parser").get_text(" ")


@pytest.mark.django_db
@pytest.mark.timeout(900)
@pytest.mark.timeout(600)
def test_no_page_shows_a_date_without_its_weekday():
    with time_machine.travel(NOW, tick=False):
        pages = dict(pages_of(worlds.build()))

    found = [f"{place}: {wrong}" for place, text in pages.items() if (wrong := dates_without_weekday(text))]

    assert len(pages) > 100
    assert not found, "\n".join(found)
