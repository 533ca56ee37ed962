"""`make bench`, second part: what a consultation costs when very many people answer, as ratios within this run.

Each size has a database of its own. Prints a table; ends with status 1 when a bound is missed: the results page within
2 times the one of a hundred answers; the first counting within 1.5 times the plain statements that it must run; the
file of answers within 2 times a bare cursor and the csv module, in less than 200 MB; keeping an answer within 2 times a
stock Wagtail page (95th percentile under the same load).
"""

import argparse
import contextlib
import csv
import itertools
import operator
import os
import re
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from django.db import connection, transaction  # noqa: E402  Django comes first
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from consultations.domain import counting, drafting  # noqa: E402
from consultations.models import Consultation  # noqa: E402
from engagement.enums import Role  # noqa: E402
from tests import databases, processes  # noqa: E402
from tests.benchmarks import flood, pages, stock  # noqa: E402
from tests.benchmarks.bench import APPLICATION, FOLDER  # noqa: E402
from tests.benchmarks.measure import Request, Target, Visitor, measure  # noqa: E402
from tests.benchmarks.world import session_of  # noqa: E402
from tests.factories.consultations import ConsultationFactory  # noqa: E402
from tests.factories.engagement import UserFactory  # noqa: E402

SMALL = 100
CALLERS, CALLS, ROUNDS = 8, 40, 3
MOST_MEGABYTES = 200


@dataclass
class Bound:
    """One thing measured against another in the same run. `most` is the greatest ratio that is good."""

    what: str
    responses: int
    ratio: float
    most: float
    figures: str

    @property
    def held(self):
        return self.ratio <= self.most


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, nargs="+", default=[10_000])
    bounds = []
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small = Site(stack, scratch, SMALL)
        for responses in parser.parse_args().responses:
            site = Site(stack, scratch, responses)
            bounds += [site.counting(), *site.exporting(scratch), site.reading(beside=small), site.answering(scratch)]
    print(f"{'':<8}{'what':<26}{'responses':>11}{'ratio':>8}{'bound':>7}")
    for bound in bounds:
        kept = "" if bound.held else "MISSED"
        print(f"{kept:<8}{bound.what:<26}{bound.responses:>11,}{bound.ratio:>8.2f}{bound.most:>7}  {bound.figures}")
    return 0 if all(bound.held for bound in bounds) else 1


class Site:
    """The product over a database in which so many people have answered."""

    def __init__(self, stack, scratch, responses):
        copy = databases.use_copy(f"volume{responses}")
        stack.callback(copy.drop)
        began = time.monotonic()
        self.stack, self.responses, self.consultation = stack, responses, flood.pour(responses)
        print(f"{responses:,} responses of {flood.QUESTIONS} answers in {time.monotonic() - began:.0f} s", flush=True)
        self.publish()
        self.person = UserFactory(role=Role.INVOLVEMENT)
        self.served = stack.enter_context(processes.serving(scratch / f"site{responses}", application=APPLICATION))

    def publish(self):
        """Results as the public reads them, from the counts of everybody."""
        results = counting.protect(self.consultation, counting.count_settled(self.consultation), at=timezone.now())
        kept = {"results": counting.snapshot(results), "results_published_at": timezone.now()}
        Consultation.objects.filter(pk=self.consultation.pk).update(**kept)

    def counting(self):
        """The first counting beside the statements that it sends, each sent once more by a bare cursor."""
        statements = []

        def note(execute, sql, params, many, context):
            statements.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            began = time.monotonic()
            counts = counting.count_settled(self.consultation)
            ours = time.monotonic() - began
        began = time.monotonic()
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()
        plain = time.monotonic() - began
        assert counts["answered"]["q1"] == self.responses
        figures = f"{ours:.2f} s beside {plain:.2f} s in {len(statements)} statements"
        return Bound("first counting", self.responses, ours / plain, 1.5, figures)

    def exporting(self, scratch):
        """The file through the web server beside the same rows by a bare cursor; and the server's memory."""
        visitor = Visitor(self.served.port)
        visitor.cookies |= session_of(self.person)
        page = reverse("consultations:manage-responses", args=[self.consultation.reference])
        answer = visitor.send(Request(page))
        form = dict(pages.HIDDEN.findall(answer.body.decode()))
        before = peak_memory(answer.process)
        began = time.monotonic()
        address = reverse("consultations:manage-responses-file", args=[self.consultation.reference])
        lines = download(visitor, address, form, scratch / "answers.csv")
        ours = time.monotonic() - began
        bare = bare_export(self.consultation, scratch / "bare.csv")
        assert lines == self.responses + 1, f"{lines} lines"
        after = peak_memory(answer.process)
        figures = f"{ours:.1f} s beside {bare:.1f} s, {self.responses / ours:,.0f} rows a second"
        yield Bound("file of answers", self.responses, ours / bare, 2, figures)
        figures = f"{after} MB in all, {after - before} MB more than before"
        yield Bound("memory of the server", self.responses, after / MOST_MEGABYTES, 1, figures)

    def reading(self, *, beside):
        """The results page here beside the one of a hundred answers."""
        targets = [
            Target("results", site.responses, Visitor(site.served.port), lambda visitor, site=site: site.results_page())
            for site in (beside, self)
        ]
        measure(targets)
        small, large = (target.milliseconds for target in targets)
        figures = f"{large:.1f} ms beside {small:.1f} ms of processor time, {targets[1].queries} queries"
        return Bound("results page", self.responses, large / small, 2, figures)

    def results_page(self):
        return Request(reverse("consultations:consultation-results", args=[self.consultation.slug]))

    def answering(self, scratch):
        """Keeping an answer, many at once, beside a stock Wagtail page under the same load, in turns."""
        now = timezone.now()
        dates = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=9)}
        asked = ConsultationFactory(
            launched=True, activity=self.consultation.activity, questionnaire=flood.twenty_questions(), **dates
        )
        step = reverse("consultations:consultation-answer", args=[asked.slug, "1"])
        callers = []
        for _ in range(CALLERS):
            visitor = Visitor(self.served.port)
            ticket = drafting.start(consultation=asked, at=now)
            visitor.cookies["answers"] = str(ticket)
            callers.append((visitor, Request(step, form=pages.fields(visitor, step), expected=302)))
        port = processes.free_port()
        variables = {**stock.make(FOLDER), "PORT": str(port)}
        waits = {"ours": [], "stock": []}
        with processes.listening(scratch / f"stock{self.responses}", variables, application=APPLICATION):
            others = [(Visitor(port), Request("/")) for _ in range(CALLERS)]
            for _ in range(ROUNDS):
                waits["ours"] += at_once(callers)
                waits["stock"] += at_once(others)
        ours, theirs = (sorted(taken)[int(len(taken) * 0.95)] * 1000 for taken in waits.values())
        figures = f"{ours:.0f} ms beside {theirs:.0f} ms, {CALLERS} at once"
        return Bound("keeping an answer, p95", self.responses, ours / theirs, 2, figures)


def at_once(callers):
    """Seconds that each request took, all callers sending theirs again and again at the same time."""
    taken = []

    def call(visitor, request):
        visitor.connection.close()  # it may have hung up meanwhile; this one connects again
        for _ in range(CALLS):
            began = time.monotonic()
            answer = visitor.send(request)
            taken.append(time.monotonic() - began)
            assert answer.status == request.expected, answer.status

    threads = [threading.Thread(target=call, args=caller) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == CALLS * len(callers), "a caller was refused"
    return taken


def download(visitor, address, form, path):
    """Streams the file to disk as a browser would; gives its number of lines."""

    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    headers = {
        "Cookie": cookies,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://localhost:{visitor.port}",
    }
    visitor.connection.close()
    visitor.connection.timeout = 3600
    visitor.connection.request("POST", address, urlencode(form), headers)
    reply = visitor.connection.getresponse()
    assert reply.status == 200, reply.status
    lines = 0
    with path.open("wb") as file:
        while part := reply.read(1 << 16):
            lines += part.count(b"\n")  # a part may end between the two characters of a line's end
            file.write(part)
    return lines


def bare_export(consultation, path):
    """Seconds that the same rows take with nothing but a cursor and the csv module."""
    began = time.monotonic()
    labels = {f"c{place}": f"Choice {place}" for place in range(1, flood.CHOICES + 1)}
    places = {f"q{number}": number + 2 for number in range(1, flood.QUESTIONS + 1)}
    sql = (
        "SELECT response.key, response.channel, response.publication, answer.question, answer.choice, answer.text"
        " FROM consultations_response response JOIN consultations_answer answer ON answer.response_id = response.key"
        " WHERE response.consultation_id = %s AND response.settled ORDER BY response.key"
    )
    with path.open("w", newline="") as file, transaction.atomic(), bare_cursor() as cursor:
        writer = csv.writer(file)
        cursor.execute(sql if connection.vendor == "postgresql" else sql.replace("%s", "?"), [consultation.pk])
        for _, rows in itertools.groupby(cursor, key=operator.itemgetter(0)):
            line = [None] * (flood.QUESTIONS + 3)
            for _, channel, publication, question, choice, text in rows:
                line[:3] = channel, 1, publication
                line[places[question]] = text or labels[choice]
            writer.writerow(line)
    return time.monotonic() - began


@contextlib.contextmanager
def bare_cursor():
    """The driver's own cursor; on PostgreSQL one that the server keeps."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.connection.cursor(name="bare") as cursor:
            cursor.itersize = 2000
            yield cursor
    else:
        yield connection.connection.cursor()


def peak_memory(process):
    """The most memory that a process has held so far, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


if __name__ == "__main__":
    sys.exit(main())
