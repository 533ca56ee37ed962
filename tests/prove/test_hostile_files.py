"""Hostile and damaged files through the served site: each is refused or read, and no web process suffers."""

import http.client
import random
import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contracts.models import Figure
from engagement.enums import Role
from tests.contracts.hostile import HARMLESS, all_of, damaged
from tests.contracts.test_workbook import there_and_back
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import UserFactory

WITHIN = 10.0  # seconds for a verdict
GROWTH = 300 * 1024  # KiB by which a web process may grow
REASON = re.compile(r'class="govuk-error-message">(.*?)</p>', re.DOTALL)
BOUNDARY = "----what-a-browser-writes"


class Uploader:
    """A preparer at a browser without script, signed in, with the upload page of one return before them."""

    def __init__(self, site, kpi_return, person):
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.port, self.page = site.port, reverse("contracts:return-upload", args=[kpi_return.reference])
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", self.page)[1])[1]

    def ask(self, method, path, body=b"", **headers):
        reply, content = self.fetch(method, path, body, **headers)
        return reply, content.decode(errors="replace")

    def fetch(self, method, path, body=b"", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Host": f"localhost:{self.port}", "Cookie": cookies, **headers})
        reply = connection.getresponse()
        content = reply.read()
        for header in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return reply, content

    def workbook(self):
        """The workbook of the return."""
        return self.fetch("GET", self.page.replace("upload/", "template.xlsx"))[1]

    def send(self, content):
        """What became of a file: `refused` with the reasons, or `read`, with the preview."""
        body = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="return.xlsx"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode() + content
        body += f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        reply, text = self.ask("POST", self.page, body, **kind)
        if reply.status == 302:
            preview, shown = self.ask("GET", reply.headers["Location"])
            return ("read", shown) if preview.status == 200 else (f"preview {preview.status}", shown)
        if reply.status == 200 and REASON.search(text):
            return "refused", text
        return f"answered {reply.status}", text


def memory_of(site):
    """Resident memory of each web process, in KiB, by its number; the readers they start are not among them."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        except OSError:
            continue
        group = int(fields["PPid"]) == site.process.pid or int(folder.name) == site.process.pid
        if group and b"gunicorn" in words:
            found[int(folder.name)] = int(fields["VmRSS"].split()[0])
    return found


@pytest.fixture
def uploader(site):
    agreement = AgreementFactory()
    IndicatorFactory(agreement=agreement, code="V1", name="First contact")
    IndicatorFactory(agreement=agreement, code="V2", count=True)
    IndicatorFactory(agreement=agreement, code="V11", money=True)
    kpi_return = KpiReturnFactory(agreement=agreement, due_at=timezone.now() + timedelta(days=8))
    return Uploader(site, kpi_return, UserFactory(role=Role.PREPARER, organisation=agreement.provider))


@pytest.mark.threat("U01", "U02", "U04", "K01", "K07")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_hostile_or_damaged_file_harms_a_web_process(site, uploader, amount):
    good, chance = uploader.workbook(), random.Random(2028)
    made = [(name, build) for name, build in all_of(good).items()]
    made += [(f"damaged {number}", lambda: damaged(good, chance)) for number in range(amount(300, 5000))]
    assert uploader.send(good)[0] == "read"
    before, verdicts, slowest, reasons = memory_of(site), Counter(), 0.0, set()
    for name, build in made:
        content = build()
        began = time.monotonic()
        verdict, shown = uploader.send(content)
        took = time.monotonic() - began
        slowest = max(slowest, took)
        verdicts[verdict] += 1
        assert verdict in {"read", "refused"}, (name, verdict, shown[:500])
        assert took < WITHIN, (name, took)
        keeps_something = "would change" in shown and ": 0 would change" not in shown
        assert not keeps_something or name.startswith("damaged") or name in HARMLESS, name
        reasons |= set(REASON.findall(shown))
    after = memory_of(site)
    growth = max(after[pid] - before[pid] for pid in before)
    print(
        f"\n  {len(made)} files: {verdicts['refused']} refused, {verdicts['read']} read, {len(reasons)} reasons;"
        f" the slowest took {slowest:.1f} s; the web processes grew by {growth // 1024} MB at most"
    )
    assert set(after) == set(before), "a web process ended"
    assert growth < GROWTH
    assert not Figure.objects.exists()


@pytest.mark.requirement("R-149")
def test_five_hundred_returns_go_there_and_back(amount):
    number = amount(100, 500)
    for seed in range(1000, 1000 + number):
        there_and_back(random.Random(seed))
    print(f"\n  {number} random returns: template, filled, uploaded, downloaded again, the same")
