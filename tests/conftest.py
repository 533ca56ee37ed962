"""What every test stands on: a migrated database, no network but this machine, a plain account of what was skipped."""

import contextlib
import os
import signal
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import HealthCheck, settings

from tests import coverage, databases

# How quickly a busy machine draws examples says nothing of what is tested. Time limits are pytest's. The same commit is
# judged by the same examples; `make explore` draws others.
settings.register_profile("portal", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", parent=settings.get_profile("portal"), derandomize=False)
settings.load_profile(os.environ.get("EXAMPLES", "portal"))


def pytest_addoption(parser):
    parser.addoption(
        "--coverage-table",
        metavar="FILE",
        help="write which test proves which requirement to FILE",
    )


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Replaces pytest-django's own: a copy of a template database instead of a migration for each worker."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "master")
    with django_db_blocker.unblock(), _without_haste():
        copy = databases.use_copy(worker)
    request.config.stash[database_copy] = copy
    yield
    with django_db_blocker.unblock():
        copy.drop()


@contextlib.contextmanager
def _without_haste():
    """Stops the clock of the first test meanwhile: on a slow machine migrating from nothing takes minutes."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


database_copy = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A test with real transactions ends in a flush, which takes what migrations wrote too: make the database whole."""
    result = yield
    marker = item.get_closest_marker("django_db")
    committed = marker is not None and marker.kwargs.get("transaction")
    if committed or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        _refresh_database(item)
    return result


def _refresh_database(item):
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415  only where it is needed

    copy = item.config.stash.get(database_copy, None)
    if copy is not None:
        with item.config.stash[blocking_manager_key].unblock():
            copy.refresh()


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Limits count in memory; another test's tries are not this one's."""
    from consultations.domain import attempts  # noqa: PLC0415  only once the settings are known
    from engagement.views import following  # noqa: PLC0415

    for limit in [*vars(attempts).values(), *vars(following).values()]:
        if isinstance(limit, attempts.Attempts):
            limit._forget(at=None)


@pytest.fixture(scope="session", autouse=True)
def _folders_of_this_run(django_test_environment, tmp_path_factory):
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing one
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")), CACHES=_own_caches()):
        yield


@pytest.fixture(autouse=True)
def _cache_of_this_test(settings):
    """The cache table rolls back with the database. Redis does not, so each test has its own keys there."""
    if django_settings.REDIS_URL:
        settings.CACHES = _own_caches()


def _own_caches():
    """What an earlier run left in Redis is not read: a picture kept there may be of a file that is gone."""
    return {"default": {**django_settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture(scope="session")
def reference_data():
    """The folder of real input files that `REFERENCE_DATA` names; invented ones with the same traps run always."""
    folder = os.environ.get("REFERENCE_DATA")
    if not folder:
        pytest.skip("REFERENCE_DATA is not set, so the real input files are not at hand")
    path = Path(folder).resolve()
    assert path.is_dir(), f"REFERENCE_DATA names {path}, which is not a folder"
    return path


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that no core is idle at the end while another reads the whole site."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish(session):
    target = session.config.getoption("coverage_table")
    if target:
        coverage.write_table(session.items, Path(target))


def pytest_terminal_summary(terminalreporter):
    _say_what_was_read(terminalreporter)
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    terminalreporter.section("skipped")
    if not reasons:
        terminalreporter.line("No test was skipped.")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} skipped: {reason}")


def _say_what_was_read(terminalreporter):
    """How many addresses each crawl of the canary tests read: one that reads nothing finds nothing either."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [value for report in reports for name, value in report.user_properties if name == "addresses read"]
    if lines:
        terminalreporter.section("addresses read")
    for line in sorted(lines):
        terminalreporter.line(line)


def _reason(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
