"""Which test proves which requirement: `make docs` writes the table from the marks on the tests."""

from collections import defaultdict

HEADING = """# What is proven, and where

Made by `make docs` from the marks `requirement` and `threat` on the tests: do not edit. A requirement or threat without
a row here has no test that proves it yet.
"""


def write_table(items, path):
    """One row for each requirement and each threat, with the tests that prove it."""
    parts = [HEADING]
    for kind in ["requirement", "threat"]:
        tests = marked(items, kind)
        parts.append(f"## By {kind}\n\n{len(tests)} have a test.\n\n| {kind} | proven by |\n|---|---|\n{rows(tests)}")
    path.write_text("\n".join(parts))


def marked(items, kind):
    """The tests by the numbers they are marked with: {"R-059": {"tests/…::test_…"}}."""
    tests = defaultdict(set)
    for item in items:
        for mark in item.iter_markers(kind):
            for number in mark.args:
                tests[number].add(item.nodeid.split("[")[0])
    return tests


def rows(tests):
    listed = {number: "<br>".join(f"`{test}`" for test in sorted(tests[number])) for number in sorted(tests)}
    return "".join(f"| {number} | {names} |\n" for number, names in listed.items())
