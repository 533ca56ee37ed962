"""The web server's own log: it tells that something went wrong, not to whom and not with which words."""

import runpy

import pytest
from gunicorn.config import Config

from tests.processes import ROOT

ADDRESS = "203.0.113.77"
TOKEN = "kT7-token-in-the-path"


@pytest.fixture
def log(tmp_path):
    """The logger of the web server, and what it has written."""
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    config = Config()
    config.set("logger_class", settings["logger_class"])
    config.set("errorlog", str(tmp_path / "web.log"))
    config.set("loglevel", settings["loglevel"])
    logger = config.logger_class(config)
    yield logger, (tmp_path / "web.log").read_text
    for handler in logger.error_log.handlers:
        handler.close()


@pytest.mark.threat("P03", "P04")
def test_malformed_request_is_logged_without_address_and_words(log):
    logger, written = log

    words = f"Invalid request from ip={ADDRESS}: Invalid HTTP request line: 'GET /resume/{TOKEN}'"
    logger.warning(words)

    assert "A malformed request was refused." in written()
    assert not [word for word in (ADDRESS, TOKEN) if word in written()]


@pytest.mark.threat("P04")
def test_answer_that_breaks_off_is_logged_by_its_type_and_places(log):
    logger, written = log

    try:
        raise ValueError(f"what somebody typed at {TOKEN}")
    except ValueError:
        logger.exception("Error handling request %s %s", "GET", f"/resume/{TOKEN}/")

    assert "An answer broke off: ValueError at test_web_log.py:" in written()
    assert TOKEN not in written()


def test_other_warnings_and_failures_are_logged_as_they_are(log):
    logger, written = log

    logger.warning("No keepalived connections can be handled.")
    try:
        raise ImportError("no module of that name")
    except ImportError:
        logger.exception("Exception in worker process")

    assert "No keepalived connections can be handled." in written()
    assert "no module of that name" in written()
