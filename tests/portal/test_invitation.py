"""Inviting people to act for an organisation, and letting them go (R-147)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from engagement.enums import Role
from engagement.models import Membership, Organisation, User
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory
from tests.portal.test_accounts import choose_password, is_in, open_link, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def brightway():
    return OrganisationFactory(name="Brightway")


@pytest.fixture
def certifier(client, brightway):
    user = UserFactory(role=Role.CERTIFIER, organisation=brightway, name="Ada Obi")
    client.force_login(user)
    return user


def invite(client, **fields):
    form = {"name": "Kim Lee", "email": "kim@brightway.example", "role": "PREPARER", **fields}
    return client.post("/engagement/organisations/brightway/invite/", form)


@pytest.mark.requirement("R-147")
def test_newcomer_chooses_a_password_by_the_link_and_acts_for_the_organisation(client, certifier):
    answer = invite(client)

    assert answer.url == "/engagement/organisations/brightway/"
    assert mail.outbox[0].to == ["kim@brightway.example"]
    assert "Ada Obi invites you to act for Brightway" in mail.outbox[0].body
    newcomer = Client()
    choose_password(newcomer, mail.outbox[0])
    sign_in(newcomer, "kim@brightway.example", "a quite different horse")
    assert is_in(newcomer)
    assert Membership.objects.get(user__email="kim@brightway.example").role == Role.PREPARER


@pytest.mark.threat("T01", "T03")
def test_link_of_an_invitation_works_once_and_for_three_days(client, certifier, clock):
    invite(client)
    choose_password(Client(), mail.outbox[0])

    assert "no longer works" in open_link(Client(), mail.outbox[0]).content.decode()
    invite(client, email="late@brightway.example")
    clock.shift(timedelta(days=3, seconds=1))
    assert "no longer works" in open_link(Client(), mail.outbox[-1]).content.decode()


@pytest.mark.threat("T06")
def test_address_of_somebody_known_is_invited_with_the_same_words(client, certifier):
    UserFactory(email="known@elsewhere.example", name="Known Person")

    pages = [invite(client, email=email).url for email in ("known@elsewhere.example", "new@elsewhere.example")]

    assert pages == ["/engagement/organisations/brightway/"] * 2
    assert [message.subject for message in mail.outbox] == ["Your access to Avonmere commissioning"] * 2
    assert "/account/login/" in mail.outbox[0].body
    assert EmailAddress.objects.filter(email="known@elsewhere.example").count() == 1


@pytest.mark.parametrize("role", ["INVOLVEMENT", "ADMINISTRATOR", "", "nonsense"])
@pytest.mark.threat("A01")
def test_certifier_gives_no_role_of_the_office(client, certifier, role):
    answer = invite(client, role=role)

    assert answer.status_code == 200
    assert not User.objects.filter(email="kim@brightway.example").exists()
    assert 'value="kim@brightway.example"' in answer.content.decode()


@pytest.mark.threat("A07", "A08")
def test_certifier_reaches_nobody_of_another_organisation(client, certifier):
    theirs = MembershipFactory(organisation=OrganisationFactory(name="Harbourlight"))

    addresses = [
        "/engagement/organisations/harbourlight/",
        "/engagement/organisations/harbourlight/invite/",
        f"/engagement/organisations/harbourlight/people/{theirs.pk}/end/",
        f"/engagement/organisations/brightway/people/{theirs.pk}/end/",
    ]

    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert client.post(addresses[3]).status_code == 404
    theirs.refresh_from_db()
    assert theirs.ends_on is None


@pytest.mark.threat("A10")
def test_person_who_is_let_go_is_out_at_once(client, certifier, brightway):
    leaver = UserFactory(role=Role.PREPARER, organisation=brightway)
    browser = Client()
    sign_in(browser, leaver.email)

    today = timezone.localdate()
    day = {"ends_on_day": today.day, "ends_on_month": today.month, "ends_on_year": today.year}
    client.post(f"/engagement/organisations/brightway/people/{leaver.memberships.get().pk}/end/", day)

    assert not is_in(browser)
    assert leaver.name in client.get("/engagement/organisations/brightway/").content.decode()


def test_invitation_that_could_not_be_sent_can_be_sent_again(client, certifier, monkeypatch):
    def fail(self):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("engagement.domain.messages.EmailMultiAlternatives.send", fail)
        invite(client)
    assert mail.outbox == []
    membership = Membership.objects.get(user__email="kim@brightway.example")

    client.post(f"/engagement/organisations/brightway/people/{membership.pk}/invite-again/")

    assert mail.outbox[0].to == ["kim@brightway.example"]


@pytest.mark.threat("X04")
def test_name_adds_no_recipient(client, certifier):
    invite(client, name="Kim\r\nBcc: victim@people.example")

    assert [message.recipients() for message in mail.outbox] == [["kim@brightway.example"]] * len(mail.outbox)
    assert all(message.message()["Bcc"] is None for message in mail.outbox)


@pytest.mark.threat("T06")
def test_who_cannot_be_invited_is_not_told_apart(client, certifier):
    UserFactory(email="office@demo.example", role=Role.INVOLVEMENT)
    UserFactory(email="closed@demo.example", is_active=False)

    answers = [invite(client, email=email) for email in ("office@demo.example", "closed@demo.example")]

    words = [
        answer.content.decode().count("This address cannot be invited here. Ask the office.") for answer in answers
    ]
    assert words[0] == words[1] > 0
    assert mail.outbox == []


@pytest.mark.threat("T07")
def test_nobody_fills_letter_boxes_with_invitations(client, certifier, clock):
    for number in range(32):
        invite(client, email=f"kim{number}@brightway.example")
    refused = invite(client)

    assert len(mail.outbox) == 30
    assert "There have been too many invitations" in refused.content.decode()
    clock.shift(timedelta(hours=1, seconds=1))
    assert invite(client).status_code == 302


@pytest.mark.threat("T07")
def test_one_person_is_not_invited_again_and_again(client, certifier, brightway):
    invite(client)
    again = Membership.objects.get(user__email="kim@brightway.example").pk

    for _ in range(6):
        client.post(f"/engagement/organisations/brightway/people/{again}/invite-again/")

    assert len(mail.outbox) == 5


@pytest.mark.threat("X04")
def test_name_of_an_organisation_is_one_line(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))

    form = {"kind": "PARTNER", "sector": "PRIVATE", "is_vcse": "no", "size": "UNKNOWN"}
    client.post("/engagement/organisations/new/", {**form, "name": "Harbour\r\nBcc: x@evil.example"})

    assert Organisation.objects.get(kind="PARTNER").name == "Harbour Bcc: x@evil.example"
