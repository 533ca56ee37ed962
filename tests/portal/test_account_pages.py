"""Signing in as people meet it: our own words, and a way on from every page."""

import re

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail

from engagement.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db):
    person = User(email="jo@brightway.example", name="Jo Okonkwo")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


@pytest.fixture
def signed_in(client, person):
    """A person who has just shown twice that it is them, as changing how an account is protected asks."""
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def page_of(reply):
    return BeautifulSoup(reply.content, "html.parser")


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/login/", "Sign in"),
        ("/account/login/code/", "Sign in with a code"),
        ("/account/password/reset/", "Choose a new password"),
        ("/account/password/reset/done/", "Look at your e-mail"),
        ("/account/password/reset/key/1-none/", "This link no longer works"),
        ("/account/signup/", "Accounts are made by invitation"),
        ("/account/inactive/", "This account is closed"),
    ],
)
def test_page_before_signing_in_is_ours(client, db, address, heading):
    page = page_of(client.get(address))

    assert [h1.text for h1 in page.select("main h1")] == [heading]
    assert page.select("[style], script:not([src])") == []
    assert all(form.has_attr("novalidate") for form in page.select("main form"))


def test_sign_in_page_says_who_needs_an_account(client, db):
    page = page_of(client.get("/account/login/"))

    first = page.select_one("main h1 + p")
    assert first.text.startswith("You do not need an account to give your views")
    assert first.a["href"] == "/consultations/"
    assert [strong.text for strong in page.select(".portal-rail strong")] == [
        "If you use a service, or live here:",
        "If you work for a provider or a partner:",
        "If you work for the Commissioner’s office:",
    ]


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/email/", "Your e-mail address"),
        ("/account/password/change/", "Change your password"),
        ("/account/2fa/", "Two-step sign-in"),
        ("/account/2fa/totp/activate/", "Set up an authenticator app"),
        ("/account/sessions/", "Where you are signed in"),
        ("/account/logout/", "Sign out"),
    ],
)
def test_page_of_a_persons_account_is_ours(signed_in, address, heading):
    page = page_of(signed_in.get(address))

    assert [h1.text for h1 in page.select("main h1")] == [heading]
    assert page.select("[style], script:not([src]), img[src^=data]") == []


def test_empty_sign_in_says_what_is_missing(client, db):
    page = page_of(client.post("/account/login/", {"login": "", "password": ""}))

    assert page.title.text.startswith("Error: Sign in")
    assert [(link.text, link["href"]) for link in page.select(".govuk-error-summary a")] == [
        ("Enter e-mail address", "#id_login"),
        ("Enter password", "#id_password"),
    ]


def test_changing_protection_asks_again_who_it_is(client, person):
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})

    page = page_of(client.get("/account/2fa/totp/activate/", follow=True))

    assert page.h1.text == "Confirm it is you"


def test_key_of_the_app_is_shown_as_picture_and_text(signed_in):
    page = page_of(signed_in.get("/account/2fa/totp/activate/"))

    assert page.select_one(".portal-qr svg path") is not None
    assert re.fullmatch(r"[A-Z2-7]{16,}", page.select_one("code").text)


def test_code_arrives_in_our_words_and_lets_the_person_in(client, person):
    client.post("/account/login/code/", {"email": person.email})
    message = mail.outbox[-1]
    code = message.body.split("\n\n")[1]

    reply = client.post("/account/login/code/confirm/", {"code": code})

    assert message.subject == "Your sign-in code"
    assert message.body.rstrip().endswith("hello@avonmere.example, 01632 960 120")
    assert reply.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_stranger_is_told_nothing_on_the_page_and_the_truth_by_mail(client, db):
    client.post("/account/login/code/", {"email": "nobody@brightway.example"})
    page = page_of(client.get("/account/login/code/confirm/"))

    assert page.h1.text == "Enter the code we sent you"
    assert [message.subject for message in mail.outbox] == ["No account with this address"]
    assert "signup" not in mail.outbox[0].body
