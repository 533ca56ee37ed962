"""Signing in: guessing, enumeration, the second factor, sessions, forgery."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from engagement.enums import Role
from engagement.models import Membership, User
from tests.factories.engagement import NOW, PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_in(client):
    return "_auth_user_id" in client.session


def with_second_factor(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_now(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def open_link(client, message):
    (link,) = [line for line in message.body.splitlines() if "/account/password/reset/key/" in line]
    return client.get(link.removeprefix("http://testserver"), follow=True)


def choose_password(client, message):
    page = open_link(client, message)
    new = {"password1": "a quite different horse", "password2": "a quite different horse"}
    return client.post(page.redirect_chain[-1][0], new)


# Guessing (T07)


@pytest.mark.threat("T07")
def test_account_takes_five_wrong_guesses_in_five_minutes_from_anywhere(clock):
    user = UserFactory()
    for number in range(5):
        sign_in(Client(), user.email, "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    late = Client()

    refused = sign_in(late, user.email, REMOTE_ADDR="203.0.113.99")

    assert not is_in(late)
    assert "Too many failed login attempts" in refused.content.decode()
    clock.shift(timedelta(minutes=5, seconds=1))
    sign_in(late, user.email, REMOTE_ADDR="203.0.113.99")
    assert is_in(late)


@pytest.mark.threat("T07")
def test_address_takes_ten_wrong_guesses_over_all_accounts():
    accounts = [UserFactory() for _ in range(11)]
    for user in accounts[:10]:
        sign_in(Client(), user.email, "wrong")
    client = Client()

    sign_in(client, accounts[10].email)

    assert not is_in(client)


@pytest.mark.threat("T07")
@pytest.mark.parametrize("own", ["password", "second factor", "password reset"])
def test_success_of_ones_own_does_not_wipe_the_count_of_the_address(own):
    own_user, victims = UserFactory(), [UserFactory() for _ in range(11)]
    secret = with_second_factor(own_user) if own == "second factor" else None
    for user in victims[:9]:
        sign_in(Client(), user.email, "wrong")
    client = Client()

    if own == "password reset":
        client.post("/account/password/reset/", {"email": own_user.email})
        choose_password(client, mail.outbox[-1])
    else:
        sign_in(client, own_user.email)
    if secret:
        client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    sign_in(Client(), victims[9].email, "wrong")
    last = Client()
    sign_in(last, victims[10].email)

    assert not is_in(last)


@pytest.mark.threat("T07")
@pytest.mark.parametrize("spelling", ["JOSE@demo.example", "JoSe@Demo.Example", "joſe@demo.example"])
def test_other_spellings_of_an_address_share_its_count(spelling):
    user = UserFactory(email="jose@demo.example")
    for number in range(5):
        sign_in(Client(), spelling, "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    client = Client()

    sign_in(client, user.email, REMOTE_ADDR="203.0.113.99")

    assert not is_in(client)


@pytest.mark.threat("T07")
@pytest.mark.parametrize("spelling", ["josé@demo.example", "jose\u0301@demo.example", "ｊｏｓｅ@demo.example"])
def test_address_with_other_letters_is_no_address_so_nothing_is_guessed(spelling):
    UserFactory(email="jose@demo.example")
    client = Client()

    answer = sign_in(client, spelling)

    assert not is_in(client)
    assert list(answer.context["form"].errors) == ["login"]


@pytest.mark.threat("T07")
def test_other_names_of_this_host_share_the_count():
    user = UserFactory()
    for number in range(5):
        sign_in(Client(), user.email, "wrong", REMOTE_ADDR=f"203.0.113.{number}", headers={"host": "localhost"})
    client = Client()

    sign_in(client, user.email, REMOTE_ADDR="203.0.113.99")

    assert not is_in(client)


@pytest.mark.threat("T07")
def test_header_that_anybody_can_send_does_not_change_the_counted_address():
    users = [UserFactory() for _ in range(11)]
    for number, user in enumerate(users[:10]):
        sign_in(Client(), user.email, "wrong", headers={"x-forwarded-for": f"203.0.113.{number}"})
    client = Client()

    sign_in(client, users[10].email, headers={"x-forwarded-for": "203.0.113.99"})

    assert not is_in(client)


# Enumeration (T06)


def words_of(response):
    """The page without what changes each time."""
    return re.sub(r'value="[\w-]{64}"', "", response.content.decode())


@pytest.mark.threat("T06")
@pytest.mark.parametrize("account", ["known", "unknown", "without a password", "switched off"])
@pytest.mark.parametrize("address", [LOGIN, "/account/login/code/", "/account/password/reset/", "/account/signup/"])
def test_pages_say_the_same_whether_an_account_is_there(address, account):
    email = "somebody@demo.example"
    if account != "unknown":
        UserFactory(email=email, password=None if account == "without a password" else PASSWORD)
    if account == "switched off":
        User.objects.update(is_active=False)
    form = {"login": email, "email": email, "password": "wrong", "password1": PASSWORD, "password2": PASSWORD}

    seen = Client().post(address, form, follow=True)
    User.objects.all().delete() if not Membership.objects.exists() else None
    nobody = Client().post(address, {**form, "login": "x" + email, "email": "x" + email}, follow=True)

    assert (seen.status_code, seen.redirect_chain) == (nobody.status_code, nobody.redirect_chain)
    assert words_of(seen).replace(email, "") == words_of(nobody).replace("x" + email, "")


# The second factor (T10)


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED = True


@pytest.mark.threat("T10")
@pytest.mark.parametrize("role", Role)
def test_everyone_who_acts_for_an_organisation_sets_up_a_second_factor_first(required, client, role):
    user = UserFactory(role=role)
    sign_in(client, user.email)

    for address in ["/dashboard/", "/cms/", "/engagement/log/", "/account/password/change/", "/account/email/"]:
        assert client.get(address).url == "/account/2fa/totp/activate/", address
    assert client.get("/account/2fa/totp/activate/").status_code == 200
    assert client.get("/privacy/").status_code == 200


@pytest.mark.threat("T10")
def test_once_set_up_the_work_opens(required, client):
    user = UserFactory(role=Role.INVOLVEMENT)
    sign_in(client, user.email)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]{16,})</code>", page)[1].replace(" ", "")

    answer = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})

    assert answer.url == "/account/2fa/recovery-codes/"
    assert client.get("/account/2fa/recovery-codes/").status_code == 200
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.threat("T10")
def test_service_user_needs_none(required, client):
    sign_in(client, UserFactory().email)

    assert client.get("/account/email/").status_code == 200


@pytest.mark.threat("T10")
def test_without_the_code_nobody_is_in_whatever_address_they_type(required, client):
    user = UserFactory(role=Role.CERTIFIER)
    with_second_factor(user)

    assert sign_in(client, user.email).url == "/account/2fa/authenticate/"

    for address in ["/dashboard/", "/account/2fa/totp/activate/", "/account/2fa/", "/cms/"]:
        assert client.get(address).url.startswith(LOGIN), address
    assert not is_in(client)


@pytest.mark.threat("T10")
@pytest.mark.parametrize("way", ["password reset", "e-mailed code"])
def test_other_ways_in_ask_for_the_second_factor_too(required, client, way):
    user = UserFactory(role=Role.CERTIFIER)
    with_second_factor(user)

    if way == "password reset":
        client.post("/account/password/reset/", {"email": user.email})
        choose_password(client, mail.outbox[-1])
        sign_in(client, user.email, "a quite different horse")
    else:
        client.post("/account/login/code/", {"email": user.email})
        client.post("/account/login/code/confirm/", {"code": mail.outbox[-1].body.split("\n\n")[1]})

    assert not is_in(client)
    assert client.get("/dashboard/").url.startswith(LOGIN)


@pytest.mark.threat("T10")
def test_code_works_once(client):
    user = UserFactory(role=Role.CERTIFIER)
    code, second = code_now(with_second_factor(user)), Client()
    for browser in (client, second):
        sign_in(browser, user.email)
        browser.post("/account/2fa/authenticate/", {"code": code})

    assert (is_in(client), is_in(second)) == (True, False)


@pytest.mark.threat("T10")
def test_code_that_set_up_the_app_signs_nobody_in(required, client):
    user = UserFactory(role=Role.CERTIFIER)
    sign_in(client, user.email)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    code = code_now(re.search(r"<code[^>]*>([A-Z2-7 ]{16,})</code>", page)[1].replace(" ", ""))
    client.post("/account/2fa/totp/activate/", {"code": code})
    onlooker = Client()
    sign_in(onlooker, user.email)

    onlooker.post("/account/2fa/authenticate/", {"code": code})

    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert not is_in(onlooker)


@pytest.mark.threat("T10")
def test_recovery_code_works_once():
    user = UserFactory(role=Role.CERTIFIER)
    with_second_factor(user)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, user.email)
        browser.post("/account/2fa/authenticate/", {"code": codes[0]})

    assert [is_in(browser) for browser in browsers] == [True, False]


@pytest.mark.threat("T10")
def test_codes_cannot_be_guessed_more_than_five_times():
    user = UserFactory(role=Role.CERTIFIER)
    secret = with_second_factor(user)
    right = code_now(secret)
    wrong = "000000" if right != "000000" else "111111"
    for number in range(5):
        guesser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        sign_in(guesser, user.email)
        guesser.post("/account/2fa/authenticate/", {"code": wrong})
    client = Client(REMOTE_ADDR="203.0.113.99")
    sign_in(client, user.email)

    client.post("/account/2fa/authenticate/", {"code": right})

    assert not is_in(client)


# Sessions (T12)


@pytest.mark.threat("T12")
def test_key_of_the_session_changes_when_somebody_signs_in(client):
    user = UserFactory()
    client.session["visited"] = True
    client.session.save()
    before = client.session.session_key
    client.cookies["session"] = before

    sign_in(client, user.email)

    assert is_in(client)
    assert client.session.session_key != before


@pytest.mark.threat("T12", "A10")
@pytest.mark.parametrize("event", ["signs out", "changes the password", "resets the password", "is switched off"])
def test_old_cookie_opens_nothing_after(event):
    user = UserFactory(role=Role.INVOLVEMENT)
    thief, owner = Client(), Client()
    for browser in (thief, owner):
        sign_in(browser, user.email)
    if event == "signs out":
        thief.cookies = owner.cookies.copy()
        owner.post("/account/logout/")
    if event == "changes the password":
        new = {"password1": "a quite different horse", "password2": "a quite different horse"}
        owner.post("/account/password/change/", {"oldpassword": PASSWORD, **new})
    if event == "resets the password":
        owner.post("/account/password/reset/", {"email": user.email})
        choose_password(Client(), mail.outbox[-1])
    if event == "is switched off":
        User.objects.filter(pk=user.pk).update(is_active=False)

    assert thief.get("/dashboard/").url.startswith(LOGIN)


@pytest.mark.threat("T12")
def test_person_sees_their_sessions_and_ends_the_others(client):
    user = UserFactory()
    other = Client()
    for browser in (client, other):
        sign_in(browser, user.email)

    client.post("/account/sessions/")

    assert (is_in(client), is_in(other)) == (True, False)


@pytest.mark.threat("P03")
def test_session_of_a_service_user_keeps_neither_address_nor_browser():
    service_user, officer = UserFactory(), UserFactory(role=Role.INVOLVEMENT)
    for user in (service_user, officer):
        sign_in(Client(), user.email, REMOTE_ADDR="203.0.113.7", headers={"user-agent": "CanaryBrowser"})

    kept = {session.user: (session.ip, session.user_agent) for session in UserSession.objects.all()}

    assert kept == {service_user: ("0.0.0.0", ""), officer: ("203.0.113.7", "CanaryBrowser")}  # noqa: S104


# One way in, one way out


@pytest.mark.threat("T12", "T15")
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_way_out_of_the_cms_signs_nobody_out(client, method):
    sign_in(client, UserFactory(role=Role.INVOLVEMENT).email)

    reply = getattr(client, method)("/cms/logout/")

    assert (reply.status_code, reply.url) == (302, "/account/logout/")
    assert client.cookies["session"].value
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.threat("T12", "T15")
def test_button_of_the_cms_signs_out_like_our_own(client):
    sign_in(client, UserFactory(role=Role.INVOLVEMENT).email)
    thief = Client()
    thief.cookies = client.cookies.copy()

    reply = client.post("/cms/logout/")

    assert (reply.status_code, reply.url) == (302, "/")
    assert thief.get("/dashboard/").url.startswith(LOGIN)
    assert not UserSession.objects.exists()


@pytest.mark.threat("T15")
def test_nobody_is_signed_out_of_the_cms_by_another_site():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(role=Role.INVOLVEMENT))

    assert strict.post("/cms/logout/").status_code == 403
    assert strict.get("/dashboard/").status_code == 200


def test_cms_is_entered_through_the_one_sign_in():
    assert Client().get("/cms/").url == "/account/login/?next=/cms/"


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [None, Role.PREPARER, Role.CERTIFIER, Role.COMMISSIONER, Role.AUDITOR])
def test_cms_is_not_there_for_people_without_business_in_it(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get("/cms/").status_code == 404
    assert client.get("/cms/pages/").status_code == 404


def test_signing_up_is_by_invitation(client):
    client.post("/account/signup/", {"email": "new@demo.example", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.exists()


@pytest.mark.threat("T05")
@pytest.mark.parametrize("headers", [{"host": "localhost"}, {"x-forwarded-host": "evil.example"}])
def test_reset_mail_links_to_the_configured_address(headers):
    user = UserFactory()

    Client().post("/account/password/reset/", {"email": user.email}, headers=headers)

    (link,) = re.findall(r"https?://\S+", mail.outbox[0].body)
    assert link.startswith("http://testserver/account/password/reset/key/")
    assert "evil.example" not in mail.outbox[0].message().as_string()


@pytest.mark.threat("T05")
@pytest.mark.parametrize("address", [LOGIN, "/account/login/code/", "/account/password/reset/"])
def test_unknown_host_gets_no_mail_sent(address):
    user = UserFactory()

    answer = Client().post(address, {"email": user.email, "login": user.email}, headers={"host": "evil.example"})

    assert (answer.status_code, mail.outbox) == (400, [])


@pytest.mark.threat("T15")
@pytest.mark.parametrize("address", [LOGIN, "/account/logout/", "/account/password/reset/", "/account/login/code/"])
def test_account_forms_are_checked_for_forgery(address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())

    assert strict.post(address, {}).status_code == 403


@pytest.mark.threat("T16")
def test_cookies_of_a_live_office_belong_to_this_host_alone(settings):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get(LOGIN, secure=True)

    sign_in(client, UserFactory().email, secure=True)

    for name in ("__Host-session", "__Host-csrf"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert cookie["samesite"] == "Lax"
