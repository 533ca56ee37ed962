"""`make bench`: what our pages cost beside a bare Django view and a stock Wagtail page, same server, same run.

Prints a table; ends with status 1 when a page takes more than 20 queries or more queries at 100 rows than at 3.
`--rows` takes other sizes, `--page` only pages whose name contains a word.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from tests import databases, processes  # noqa: E402  Django comes first
from tests.benchmarks import pages, stock, world  # noqa: E402
from tests.benchmarks.measure import Request, Target, Visitor, measure  # noqa: E402

APPLICATION = "tests.benchmarks.application"
FOLDER = processes.ROOT / "var" / "bench"
MOST_QUERIES = 20


def main():
    options = arguments()
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        targets = [*baselines(stack, scratch)]
        for rows in options.rows:
            targets += ours(stack, scratch, rows, options.page)
        measure(targets)
    print_table(targets)
    faults = list(find_faults(targets))
    print("\n".join(faults) or "Every page costs the same number of queries at any size, and none more than 20.")
    return 1 if faults else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[3, 100])
    parser.add_argument("--page", default="", metavar="WORD")
    return parser.parse_args()


def baselines(stack, scratch):
    bare = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare"}
    for name, variables in [("bare Django view", bare), ("stock Wagtail page", stock.make(FOLDER))]:
        port = processes.free_port()
        folder = scratch / name.split()[0]
        stack.enter_context(processes.listening(folder, {**variables, "PORT": str(port)}, application=APPLICATION))
        yield Target(name, None, Visitor(port), lambda visitor: Request("/"))


def ours(stack, scratch, rows, wanted):
    """Our pages over a database of their own with this many rows of everything that is listed."""
    copy = databases.use_copy(f"bench{rows}")
    stack.callback(copy.drop)
    built = world.build(rows)
    site = stack.enter_context(processes.serving(scratch / f"rows{rows}", application=APPLICATION))
    for page in pages.PAGES:
        if wanted in page.name:
            yield Target(page.name, rows, Visitor(site.port), lambda visitor, page=page: page.request(visitor, built))


def print_table(targets):
    bare, stock_page = targets[0].milliseconds, targets[1].milliseconds
    print(f"{'page':<24}{'rows':>6}{'CPU ms':>10}{'x bare':>9}{'x stock':>9}{'queries':>9}{'bytes':>10}")
    for target in targets:
        cost = target.milliseconds
        print(
            f"{target.name:<24}{target.rows if target.rows is not None else '-':>6}{cost:>10.2f}{cost / bare:>9.1f}"
            f"{cost / stock_page:>9.2f}{target.queries:>9}{target.size:>10,}"
        )


def find_faults(targets):
    first = {}
    for target in targets:
        least = first.setdefault(target.name, target)
        if target.queries > MOST_QUERIES:
            yield f"{target.name} takes {target.queries} queries at {target.rows} rows."
        if target.queries != least.queries:
            sizes = f"{least.queries} queries at {least.rows} rows, {target.queries} at {target.rows}"
            yield f"{target.name} costs more the longer it gets: {sizes}."


if __name__ == "__main__":
    sys.exit(main())
