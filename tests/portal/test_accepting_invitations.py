"""Whoever is invited says yes first: an address alone makes nobody act for anybody, nor tells whose it is."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.utils import timezone

from engagement.access import roles_of
from engagement.domain.organisations import (
    MembershipRefused,
    accept_invitation,
    drop_invitation,
    end_membership,
    invite,
)
from engagement.enums import Role
from engagement.models import LogEntry, Membership, User
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/engagement/organisations/brightway/"


@pytest.fixture(autouse=True)
def _wednesday_noon():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def brightway():
    return OrganisationFactory(name="Brightway")


@pytest.fixture
def certifier(client, brightway):
    user = UserFactory(role=Role.CERTIFIER, organisation=brightway, name="Ada Obi")
    client.force_login(user)
    return user


@pytest.fixture
def stranger():
    """A service user with an account, who has signed in before."""
    return UserFactory(email="robin@home.example", name="SECRET NAME", last_login=NOW)


def ask(client, email, role="CERTIFIER"):
    return client.post(f"{PAGE}invite/", {"name": "Somebody", "email": email, "role": role})


def people(client):
    main = BeautifulSoup(client.get(PAGE).content, "html.parser").main
    return main.get_text(" ")


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.threat("T06", "A07")
def test_inviting_an_address_tells_nothing_of_whose_it_is(client, certifier, stranger):
    ask(client, stranger.email)
    ask(client, "nobody.yet@home.example")
    page = people(client)
    rows = BeautifulSoup(client.get(PAGE).content, "html.parser").select("table:last-of-type tbody tr")
    told = [row.get_text(" ", strip=True).replace(row.th.get_text(strip=True), "…") for row in rows[-2:]]

    assert "SECRET NAME" not in page
    assert told[0] == told[1]
    assert stranger.email in page
    again = ask(client, stranger.email)
    assert "SECRET NAME" not in again.content.decode()


@pytest.mark.threat("A07", "T12")
def test_nobody_acts_for_anybody_before_they_say_yes(client, certifier, stranger):
    browser = browser_of(stranger)
    ask(client, stranger.email)
    membership = Membership.objects.get(user=stranger)

    assert roles_of(stranger, on=NOW.date()) == frozenset()
    assert browser.get("/returns/").status_code == 404
    assert client.get(f"{PAGE}people/{membership.pk}/end/").status_code == 404, (
        "nor does the inviter end their sessions"
    )
    assert "Will you act for Brightway?" in browser.get("/dashboard/").content.decode()


@pytest.mark.requirement("R-147")
def test_person_says_yes_and_acts_at_once(client, certifier, stranger):
    browser = browser_of(stranger)
    ask(client, stranger.email)
    address = Membership.objects.get(user=stranger).get_invitation_url()
    read = browser.get(address)
    answered = browser.post(address, {"accept": "yes"})

    assert f"/account/login/?next={address}" in mail.outbox[0].body
    assert "Will you act for Brightway?" in read.content.decode()
    assert answered.url == "/dashboard/"
    assert browser.get("/returns/").status_code == 200
    assert "SECRET NAME" in people(client)
    assert browser.post(address, {"accept": "yes"}).status_code == 404


def test_person_says_no_and_nothing_is_left_but_the_log(client, certifier, stranger):
    ask(client, stranger.email)
    address = Membership.objects.get(user=stranger).get_invitation_url()

    browser_of(stranger).post(address, {"decline": "yes"})

    assert not Membership.objects.filter(user=stranger).exists()
    people(client)  # reads away what was said of the mail
    assert stranger.email not in people(client)
    assert LogEntry.objects.filter(action="membership.declined").count() == 1


@pytest.mark.threat("A08")
def test_only_whoever_is_invited_answers(client, certifier, stranger):
    ask(client, stranger.email)
    membership = Membership.objects.get(user=stranger)

    assert client.post(membership.get_invitation_url(), {"accept": "yes"}).status_code == 404
    with pytest.raises(MembershipRefused, match="Only the person"):
        accept_invitation(membership=membership, actor=certifier, at=NOW)
    assert not Membership.objects.get(user=stranger).accepted


def test_invitation_is_taken_back_until_it_is_accepted(client, certifier, stranger):
    ask(client, stranger.email)
    membership = Membership.objects.get(user=stranger)
    other = MembershipFactory(organisation=OrganisationFactory(name="Harbourlight"), accepted=False)

    assert client.post(f"{PAGE}people/{other.pk}/take-back/").status_code == 404
    client.post(f"{PAGE}people/{membership.pk}/take-back/")

    assert not Membership.objects.filter(pk=membership.pk).exists()
    kept = MembershipFactory(user=stranger)
    with pytest.raises(MembershipRefused, match="answered already"):
        drop_invitation(membership=kept, actor=certifier, at=NOW)


@pytest.mark.threat("A15")
def test_who_has_come_to_work_for_the_office_meanwhile_does_not_stand_on_both_sides(brightway, certifier, stranger):
    membership = invite(
        organisation=brightway, name="x", email=stranger.email, role=Role.CERTIFIER, actor=certifier, at=NOW
    )
    MembershipFactory(user=stranger, organisation=OrganisationFactory(office=True), role=Role.CONTRACT_MANAGER)

    with pytest.raises(MembershipRefused, match="for the office and for those whom it pays"):
        accept_invitation(membership=membership, actor=User.objects.get(pk=stranger.pk), at=NOW)


def test_who_was_let_go_today_is_asked_back_today(client, certifier, brightway):
    today = timezone.localdate()
    kim = MembershipFactory(organisation=brightway, role=Role.PREPARER, starts_on=today)
    end_membership(membership=kim, ends_on=today, actor=certifier, at=timezone.now())

    answer = ask(client, kim.user.email, role="PREPARER")

    assert answer.status_code == 302
    assert kim.user.email in people(client)
