"""Pages of last resort: a way on for everybody, back to work for those who are signed in, and nothing looked up."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import path

from portal.views.errors import server_error
from tests.factories.engagement import UserFactory


def refuse(request):
    raise PermissionDenied


def lose(request):
    raise Http404


def fail(request):
    raise ValueError("a fault of ours")


urlpatterns = [path("refused/", refuse), path("lost/", lose), path("failed/", fail)]
handler500 = "portal.views.errors.server_error"

ERRORS = [("/refused/", 403), ("/lost/", 404), ("/failed/", 500)]


def ways_on(reply):
    links = BeautifulSoup(reply.content, "html.parser").select("main .portal-links a")
    return [(link.text, link["href"]) for link in links]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), ERRORS)
def test_somebody_who_is_signed_in_is_led_back_to_work(settings, address, status):
    settings.ROOT_URLCONF = __name__
    browser = Client(raise_request_exception=False)
    browser.force_login(UserFactory())

    reply = browser.get(address)

    assert reply.status_code == status
    assert ways_on(reply) == [("Your work", "/dashboard/"), ("Search the site", "/search/"), ("Home page", "/")]


def test_visitor_is_led_to_search_and_home(client, db):
    assert ways_on(client.get("/no-such-page/")) == [("Search the site", "/search/"), ("Home page", "/")]


def test_page_of_a_failure_asks_no_database():
    request = RequestFactory().get("/failed/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "whatever"  # nobody asks whose it is

    reply = server_error(request)

    assert reply.status_code == 500
    assert ways_on(reply)[0] == ("Your work", "/dashboard/")
