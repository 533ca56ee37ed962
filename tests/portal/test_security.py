"""Headers on every answer, caches that keep nothing personal, and checks that refuse to be loosened."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client
from django.urls import path, reverse
from django.utils.http import urlencode
from wagtail.models import Page

from engagement.enums import Role
from tests.factories.engagement import UserFactory

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "manifest-src": "'self'",
}


@login_not_required
def broken(request):
    raise RuntimeError("my secret answer")


urlpatterns = [path("broken/", broken)]


def policy_of(response):
    parts = (directive.strip().partition(" ") for directive in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def assert_dressed(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/privacy/", 200),
        ("/nowhere/", 404),
        ("/dashboard/", 302),
        ("/account/login/", 200),
        ("/health/live", 200),
        ("/robots.txt", 200),
        ("/follow/leave/nonsense/", 410),
    ],
)
def test_every_answer_carries_the_headers_and_the_strict_policy(client, address, status):
    response = client.get(address)

    assert response.status_code == status
    assert_dressed(response)
    assert policy_of(response) == STRICT


@pytest.mark.django_db
@pytest.mark.threat("T16")
def test_refused_forgery_bad_host_and_failure_carry_the_headers(settings):
    forged = Client(enforce_csrf_checks=True).post("/account/login/", {})
    stranger = Client().get("/privacy/", headers={"host": "evil.example"})
    settings.ROOT_URLCONF = __name__
    failed = Client(raise_request_exception=False).get("/broken/")

    assert [response.status_code for response in (forged, stranger, failed)] == [403, 400, 500]
    for response in (forged, stranger, failed):
        assert_dressed(response)
        assert policy_of(response) == STRICT


@pytest.mark.django_db
@pytest.mark.threat("T16")
def test_static_files_carry_the_headers(settings, tmp_path):
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "portal.css").write_text("p{}")
    settings.STATIC_ROOT = str(tmp_path)
    settings.WHITENOISE_AUTOREFRESH = True

    response = Client().get("/static/portal/portal.css")

    assert response.getvalue() == b"p{}"
    assert_dressed(response)
    response.close()


@pytest.mark.django_db
@pytest.mark.threat("T16")
def test_only_the_cms_may_use_inline_scripts(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    inside, outside = client.get("/cms/"), client.get("/dashboard/")

    assert inside.status_code == 200
    assert policy_of(inside)["script-src"] == "'self' 'unsafe-inline'"
    assert policy_of(inside)["default-src"] == "'none'"
    assert "unsafe-inline" not in outside["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.threat("T16")
def test_live_office_speaks_only_https_and_says_so(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000

    plain, safe = Client().get("/privacy/"), Client().get("/privacy/", secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/privacy/")
    assert_dressed(plain)
    assert safe["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.django_db
@pytest.mark.threat("W15")
def test_what_one_person_sees_is_kept_by_no_cache(client):
    anonymous = client.get("/privacy/")
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    for address in ["/privacy/", "/dashboard/", "/engagement/log.csv", "/cms/", "/nowhere/"]:
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store", address
        assert "Cookie" in response["Vary"], address
    assert "no-store" not in anonymous.get("Cache-Control", "")


@pytest.mark.django_db
def test_page_for_nobody_in_particular_asks_for_no_session(client, django_assert_num_queries):
    client.get("/privacy/")

    with django_assert_num_queries(0):
        response = client.get("/privacy/")

    assert response.status_code == 200


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07")
@pytest.mark.parametrize(("name", "value"), [("SMALL_NUMBER_THRESHOLD", 4), ("SENSITIVE_THRESHOLD", 9)])
def test_thresholds_below_their_floor_stop_the_portal(settings, name, value):
    setattr(settings, name, value)

    assert [message.id for message in run_checks(tags=["security"])] == ["portal.E001"]


@pytest.mark.threat("T05")
@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("https://portal.example/path", "portal.E002"),
        ("portal.example", "portal.E002"),
        ("ftp://testserver", "portal.E002"),
        ("https://evil.example", "portal.E003"),
    ],
)
def test_address_for_links_must_be_an_origin_of_this_site(settings, address, error):
    settings.BASE_URL = address

    assert [message.id for message in run_checks(tags=["security"])] == [error]


@pytest.mark.threat("T10")
def test_deploy_check_warns_of_what_only_the_demonstration_loosens(settings):
    loosened = {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}
    settings.MFA_REQUIRED, settings.BASE_URL, settings.DEMO_ALLOWED = True, "https://testserver", False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    locked = {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}

    assert {"portal.W001", "portal.W002", "portal.W003", "portal.W004"} <= loosened
    assert not {message for message in locked if message.startswith("portal.")}


@pytest.mark.django_db
@pytest.mark.threat("T15")
@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [("/cms/pages/1/", "/cms/pages/1/"), ("https://evil.example/", "/cms/pages/"), ("//evil.example", "/cms/pages/")],
)
def test_refused_bulk_action_leads_to_no_other_site(client, wanted, goes_to):
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    page = Page.objects.get(depth=2)

    reply = client.post(f"{address}?{urlencode({'id': page.pk, 'next': wanted})}")

    assert (reply.status_code, reply.url) == (302, goes_to)


@pytest.mark.threat("P03", "T07")
def test_names_in_the_cache_do_not_tell_the_network_addresses_in_them(settings):
    names = [cache.make_key(f"allauth:rl:login_failed:ip:203.0.113.{number}") for number in (77, 78, 77)]
    settings.SECRET_KEY = "another-key-" + "0" * 40
    elsewhere = cache.make_key("allauth:rl:login_failed:ip:203.0.113.77")

    assert all(re.fullmatch("[0-9a-f]{64}", name) for name in (*names, elsewhere))
    assert names[0] == names[2]
    assert len({*names, elsewhere}) == 3


@pytest.mark.django_db
@pytest.mark.threat("P16", "T16")
def test_no_cookie_outlives_the_browser_of_somebody_who_only_reads(client):
    cookies = client.get("/account/login/").cookies

    assert {name: (cookie["max-age"], cookie["expires"], cookie["httponly"]) for name, cookie in cookies.items()} == {
        "csrf": ("", "", True)
    }


@pytest.mark.threat("P07", "P08")
def test_privacy_notice_says_what_no_rule_can_take_away(client):
    words = " ".join(client.get("/privacy/").content.decode().split())

    assert "who knows how everybody else answered can work out the last answer" in words
    assert "the way you write can tell people who know you that a text is yours" in words
    assert "the database’s own recovery files keep the order in which answers came" in words


@pytest.mark.django_db
@pytest.mark.threat("X04")
def test_character_that_no_text_may_hold_is_no_failure_of_ours(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    replies = [
        client.get(reverse(name), {"activity": "a\x00b", "q": "a\x00b", "text": "a\x00b"})
        for name in ("consultations:manage-create", "consultations:consultation-list", "engagement:log-list")
    ]

    assert [reply.status_code for reply in replies] == [200, 200, 200]
