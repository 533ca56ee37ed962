"""`make bench`, third part: what pages cost when an office has very many agreements, as ratios within this run.

Prints a table; ends with status 1 when a bound is missed: each page with the same number of queries as, and within 1.5
times the processor time of, the same page in an office whose lists are just one page long; a round of publications in
the worker with no more memory at its end than after its first tenth (within 20 MB).
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from django.conf import settings  # noqa: E402  Django comes first
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402

from contracts.models import Figure  # noqa: E402
from tests import databases, processes  # noqa: E402
from tests.benchmarks import office  # noqa: E402
from tests.benchmarks.bench import APPLICATION  # noqa: E402
from tests.benchmarks.measure import Request, Target, Visitor, measure  # noqa: E402
from tests.benchmarks.world import session_of  # noqa: E402

FULL_PAGE = 60  # agreements: the longest lists, of 50, are full and go on, and so does the queue of those to check
WITHIN = 1.5
MOST_GROWTH = 20  # megabytes
PUBLISHED_TOGETHER = 0.44  # of all agreements: 2,200 of 5,000. The rest of the quarter waits to be checked.


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=500)
    agreements = parser.parse_args().agreements
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        targets = [one for size in (FULL_PAGE, agreements) for one in pages_of(stack, scratch, size)]
        measure(targets)
        held = compare(targets[: len(targets) // 2], targets[len(targets) // 2 :])
        held &= publish_together(round(agreements * PUBLISHED_TOGETHER))
    return 0 if held else 1


def pages_of(stack, scratch, agreements):
    """The pages of an office with so many agreements, each of eight measures over twelve quarters."""
    copy = databases.use_copy(f"caseload{agreements}")
    stack.callback(copy.drop)
    began = time.monotonic()
    built = office.build(agreements, ready=round(agreements * PUBLISHED_TOGETHER))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a live database does by itself within a minute of so many new rows
    print(
        f"{agreements:,} agreements, {Figure.objects.count():,} figures in {time.monotonic() - began:.0f} s", flush=True
    )
    site = stack.enter_context(processes.serving(scratch / f"office{agreements}", application=APPLICATION))
    for name, path, person in [
        ("provider dashboard", reverse("portal:dashboard"), built.certifier),
        ("provider's returns", reverse("contracts:return-list"), built.certifier),
        ("manager dashboard", reverse("portal:dashboard"), built.manager),
        ("manager's queue", reverse("contracts:office-return-list"), built.manager),
        ("management's queue", reverse("contracts:office-return-list"), built.management),
        ("agreement", built.agreement.get_absolute_url(), built.manager),
        ("performance list", reverse("contracts:performance-list"), None),
        ("performance page", built.agreement.get_performance_url(), None),
        ("ratings to publish", reverse("contracts:round-list"), built.management),
    ]:
        cookies = session_of(person) if person else {}
        yield Target(name, agreements, Visitor(site.port), lambda _, path=path, cookies=cookies: Request(path, cookies))


def compare(small, large):
    """Prints each page beside itself in the small office; whether all bounds held."""
    print(f"{'':<8}{'page':<22}{'agreements':>11}{'CPU ms':>9}{'ratio':>8}{'queries':>9}")
    held = True
    for before, after in zip(small, large, strict=True):
        ratio = after.milliseconds / before.milliseconds
        good = ratio <= WITHIN and before.queries == after.queries
        held &= good
        queries = f"{after.queries}" if before.queries == after.queries else f"{before.queries} to {after.queries}"
        missed = "" if good else "MISSED"
        print(f"{missed:<8}{after.name:<22}{after.rows:>11,}{after.milliseconds:>9.1f}{ratio:>8.2f}{queries:>9}")
    return held


def publish_together(wanted):
    """One round of every return that is ready, in a process of its own as the worker is: its pace and its memory."""
    connection.close()
    variables = {**os.environ, "BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"])}
    command = [sys.executable, "-m", "tests.benchmarks.caseload_worker"]
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    number, seconds, tenth, end = (float(part) for part in done.stdout.split())
    growth = end - tenth
    held = growth <= MOST_GROWTH and number == wanted
    missed = "" if held else "MISSED"
    print(
        f"{missed:<8}{int(number):,} returns published in {seconds:.0f} s, {number / seconds:,.0f} a second;"
        f" {end:.0f} MB at the end, {growth:.0f} MB more than after the first tenth"
    )
    return held


if __name__ == "__main__":
    sys.exit(main())
