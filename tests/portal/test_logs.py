"""Logs hold route names: no path, no query, no address, no words that somebody typed."""

import json
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path

from portal.logs import formatter

TOKEN = "kT7-token-in-the-path"
ANSWER = "my-canary-answer"
ADDRESS = "203.0.113.77"


@login_not_required
def broken(request, token):
    raise ValueError(f"invalid literal: {request.POST['answer']} {token}")


urlpatterns = [path("resume/<str:token>/", broken, name="consultations-resume")]


@pytest.fixture
def written(caplog):
    """Every record of any logger, as the handlers write it."""
    dress = formatter()
    caplog.set_level(logging.DEBUG)
    return lambda: [dress.format(record) for record in caplog.records]


@pytest.mark.django_db
@pytest.mark.threat("P04")
def test_request_is_logged_by_its_route(client, written):
    client.get(f"/search/?q={ANSWER}", headers={"user-agent": "CanaryBrowser"}, REMOTE_ADDR=ADDRESS)

    (line,) = [json.loads(line) for line in written() if '"portal.request"' in line]
    assert {name: line[name] for name in ("event", "method", "route", "status", "level")} == {
        "event": "request",
        "method": "GET",
        "route": "portal:search",
        "status": 200,
        "level": "info",
    }
    assert isinstance(line["milliseconds"], int)


@pytest.mark.django_db
@pytest.mark.threat("P03", "P04")
def test_failure_is_logged_by_its_type_and_places_without_its_words(written, settings):
    settings.ROOT_URLCONF = __name__

    response = Client(raise_request_exception=False).post(
        f"/resume/{TOKEN}/?q={ANSWER}", {"answer": ANSWER}, REMOTE_ADDR=ADDRESS
    )

    lines = written()
    assert response.status_code == 500
    (error,) = [json.loads(line) for line in lines if '"event": "error"' in line]
    assert (error["type"], error["route"]) == ("builtins.ValueError", "consultations-resume")
    assert error["places"][-1].startswith("test_logs.py:")
    handled = [line for line in lines if "django.request" not in line]
    assert not [line for line in handled for canary in (TOKEN, ANSWER, ADDRESS, "CanaryBrowser") if canary in line]


@pytest.mark.django_db
def test_page_that_is_not_there_is_no_failure(client, written):
    client.get("/activities/none/feed.atom")

    lines = [json.loads(line) for line in written() if '"portal.request"' in line]
    assert [(line["event"], line["level"], line["status"]) for line in lines] == [("request", "info", 404)]


@pytest.mark.django_db
@pytest.mark.threat("P04")
def test_refused_forgery_leaves_no_path(written):
    Client(enforce_csrf_checks=True).post(f"/follow/confirm/{TOKEN}/", {"answer": ANSWER})

    routes = [json.loads(line)["route"] for line in written() if '"portal.request"' in line]
    assert routes == ["engagement:follow-confirm"]


@pytest.mark.django_db
@pytest.mark.threat("P04", "T04")
def test_refusals_and_failures_write_no_path_to_the_terminal(capsys, settings):
    anybody = Client(enforce_csrf_checks=True, raise_request_exception=False)

    lost = anybody.get(f"/follow/confirm/{TOKEN}/")
    nowhere = anybody.get(f"/nowhere/{TOKEN}/")
    forged = anybody.post(f"/follow/confirm/{TOKEN}/", {"answer": ANSWER})
    settings.ROOT_URLCONF = __name__
    broken = Client(raise_request_exception=False).post(f"/resume/{TOKEN}/", {"answer": ANSWER})

    assert [response.status_code for response in (lost, nowhere, forged, broken)] == [410, 404, 403, 500]
    written = "".join(capsys.readouterr())
    assert not [canary for canary in (TOKEN, ANSWER) if canary in written]


@pytest.mark.threat("P04")
def test_djangos_own_lines_with_paths_go_nowhere(settings):
    for name in ["django.request", "django.security.csrf"]:
        assert settings.LOGGING["loggers"][name] == {"handlers": ["nowhere"], "propagate": False}
        assert logging.NullHandler in [type(handler) for handler in logging.getLogger(name).handlers]
