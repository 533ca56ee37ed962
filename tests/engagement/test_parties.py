"""Following is asked for twice, leaving once; a link that is only opened changes nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.db import IntegrityError
from django.test import Client

from engagement.domain import messages, parties
from engagement.domain.parties import FollowRefused
from engagement.enums import Role
from engagement.models import Activity, EngagedParty, LogEntry
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    EngagedPartyFactory,
    EventFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
FORM = {"email": "jo@people.example"}
SALT = parties.FOLLOW_SALT


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(published=True, title="Help after domestic abuse", slug="help")


def link_in(message):
    (line,) = [line for line in message.body.splitlines() if line.startswith("http://testserver/follow/")]
    return line.removeprefix("http://testserver")


def state():
    return list(EngagedParty.objects.values_list("email", "asked_at", "confirmed_at", "left_at"))


@pytest.mark.requirement("R-151")
def test_person_follows_by_asking_and_confirming_from_the_mailbox(client, activity):
    asked = client.post("/follow/help/", FORM)

    assert (asked.status_code, asked.url) == (302, "/follow/help/sent/")
    assert not EngagedParty.objects.listening().exists()
    confirmed = client.post(link_in(mail.outbox[0]))
    assert confirmed.status_code == 200
    assert EngagedParty.objects.listening().get().email == "jo@people.example"
    assert LogEntry.objects.get().summary == f"A follower of {activity.reference} confirmed."


@pytest.mark.threat("T02")
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_links_changes_nothing(client, activity, method, django_assert_num_queries):
    client.post("/follow/help/", FORM)
    confirm = link_in(mail.outbox[0])
    leave = messages.leave_path(EngagedParty.objects.get())
    before = state()

    for address in [confirm, leave]:
        with django_assert_num_queries(1):
            answers = [getattr(client, method)(address)]
        answers += [getattr(client, method)(address) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 5

    assert state() == before
    assert client.post(confirm).status_code == 200
    assert EngagedParty.objects.listening().count() == 1


@pytest.mark.requirement("R-151")
@pytest.mark.threat("T15")
def test_mail_program_leaves_by_itself_without_a_session_or_a_token_of_ours(activity):
    party = EngagedPartyFactory(activity=activity)
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(messages.leave_path(party), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    party.refresh_from_db()
    assert party.left_at == NOW


@pytest.mark.threat("T15")
@pytest.mark.parametrize("address", ["/follow/help/", "confirm"])
def test_everything_else_here_is_checked_for_forgery(activity, address):
    token = signing.dumps(EngagedPartyFactory(activity=activity, asked=True).pk, salt=parties.FOLLOW_SALT)
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(f"/follow/confirm/{token}/" if address == "confirm" else address, FORM)

    assert answer.status_code == 403
    assert not EngagedParty.objects.listening().exists()


def test_leaving_twice_is_leaving_once_and_confirming_again_follows_again(activity):
    party = EngagedPartyFactory(activity=activity)
    parties.leave(party=party, at=NOW)
    parties.leave(party=party, at=NOW + timedelta(hours=1))
    assert LogEntry.objects.filter(action="party.left").count() == 1

    parties.confirm_follow(party=party, at=NOW + timedelta(hours=2))

    party.refresh_from_db()
    assert (party.left_at, party.confirmed_at) == (None, NOW + timedelta(hours=2))


def test_confirming_twice_changes_nothing(activity):
    party = EngagedPartyFactory(activity=activity, asked=True)
    parties.confirm_follow(party=party, at=NOW)

    again = parties.confirm_follow(party=party, at=NOW + timedelta(hours=1))

    assert again.confirmed_at == NOW


@pytest.mark.threat("T03")
@pytest.mark.parametrize(("age", "status"), [(timedelta(days=7), 200), (timedelta(days=7, seconds=1), 410)])
def test_link_to_confirm_works_for_seven_days(client, activity, age, status):
    client.post("/follow/help/", FORM)

    with time_machine.travel(NOW + age, tick=False):
        answer = client.post(link_in(mail.outbox[0]))

    assert answer.status_code == status
    assert EngagedParty.objects.listening().exists() == (status == 200)


@pytest.mark.threat("T01", "T03")
def test_links_cannot_be_made_up_altered_or_used_for_another_purpose(client, activity):
    party = EngagedPartyFactory(activity=activity, asked=True)
    confirm = signing.dumps(party.pk, salt=parties.FOLLOW_SALT)
    leave = messages.leave_path(party).split("/")[-2]
    other = EngagedPartyFactory(activity=activity, asked=True)
    altered = signing.dumps(other.pk, salt=parties.FOLLOW_SALT).split(":")[0] + confirm[confirm.index(":") :]

    forged = [f"/follow/confirm/{leave}/", f"/follow/leave/{confirm}/", f"/follow/confirm/{altered}/"]
    forged += [f"/follow/confirm/{confirm[:-1]}/", "/follow/leave/1/", f"/follow/leave/{confirm.split(':')[0]}/"]

    assert [client.post(address).status_code for address in forged] == [410] * len(forged)
    assert not EngagedParty.objects.listening().exists()


def test_link_of_an_address_we_no_longer_hold_says_so(client, activity):
    party = EngagedPartyFactory(activity=activity)
    address = messages.leave_path(party)
    party.delete()

    answer = client.get(address)

    assert answer.status_code == 410
    assert "we no longer hold this address" in answer.content.decode()


@pytest.mark.threat("T05")
@pytest.mark.parametrize(
    "header",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_X_HOST": "evil.example"},
    ],
)
def test_links_in_mails_use_the_one_configured_address(client, activity, header):
    client.post("/follow/help/", FORM, **header)

    assert "evil.example" not in mail.outbox[0].message().as_string()
    assert "http://testserver/follow/confirm/" in mail.outbox[0].body


@pytest.mark.threat("T05")
@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example"])
def test_request_for_an_unknown_host_is_refused(client, activity, host):
    answer = client.post("/follow/help/", FORM, HTTP_HOST=host)

    assert answer.status_code == 400
    assert mail.outbox == []


@pytest.mark.threat("T04")
def test_pages_behind_a_link_tell_no_other_site_their_address(client, activity):
    party = EngagedPartyFactory(activity=activity)
    confirm = signing.dumps(party.pk, salt=parties.FOLLOW_SALT)

    for address in [messages.leave_path(party), f"/follow/confirm/{confirm}/", "/follow/leave/nonsense/"]:
        answer = client.get(address)
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.threat("T15")
def test_form_behind_a_link_passes_the_check_that_browsers_meet(activity):
    strict = Client(enforce_csrf_checks=True)
    confirm = "/follow/confirm/" + signing.dumps(EngagedPartyFactory(activity=activity, asked=True).pk, salt=SALT) + "/"
    strict.get(confirm)
    token = {"csrfmiddlewaretoken": strict.cookies["csrf"].value}

    refused = strict.post(confirm, token, headers={"origin": "null"})
    taken = strict.post(confirm, token, headers={"origin": "http://testserver"})

    assert (refused.status_code, taken.status_code) == (403, 200)


@pytest.mark.threat("T06")
@pytest.mark.parametrize("known", ["nobody", "asked", "confirmed", "left"])
def test_asking_says_the_same_whoever_the_address_belongs_to(client, activity, known):
    if known != "nobody":
        EngagedPartyFactory(activity=activity, email=FORM["email"], **({} if known == "confirmed" else {known: True}))

    answer = client.post("/follow/help/", FORM, follow=True)

    assert (answer.redirect_chain, answer.status_code) == ([("/follow/help/sent/", 302)], 200)
    assert len(mail.outbox) == 1
    assert FORM["email"] not in answer.content.decode()


def test_stranger_cannot_be_flooded(client, activity):
    for _ in range(5):
        assert client.post("/follow/help/", FORM).status_code == 302
    assert len(mail.outbox) == 1

    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        client.post("/follow/help/", {"email": "JO@people.example"})

    assert len(mail.outbox) == 2
    assert EngagedParty.objects.count() == 1


def test_request_can_be_made_again_when_the_mail_could_not_be_sent(client, activity, monkeypatch):
    def fail(self):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("engagement.domain.messages.EmailMultiAlternatives.send", fail)
        answer = client.post("/follow/help/", FORM)

    assert "We could not send the e-mail just now." in answer.content.decode()
    assert 'value="jo@people.example"' in answer.content.decode()
    assert client.post("/follow/help/", FORM).status_code == 302


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Enter your e-mail address"),
        ("jo@people", "Enter an e-mail address in the correct format, like name@example.com"),
        ("jo@people.example\r\nBcc: x@y.example", "Enter an e-mail address in the correct format"),
    ],
)
@pytest.mark.threat("X04")
def test_bad_address_is_refused_in_words_and_nothing_is_sent(client, activity, email, words):
    answer = client.post("/follow/help/", {"email": email})

    assert words in answer.content.decode()
    assert (mail.outbox, EngagedParty.objects.count()) == ([], 0)


@pytest.mark.threat("P13")
def test_quiet_follower_reads_the_subject_in_no_mail_and_on_no_page(client, activity):
    client.post("/follow/help/", {**FORM, "quiet": "on"})
    confirm = link_in(mail.outbox[0])

    written = mail.outbox[0].message().as_string() + client.get(confirm).content.decode()
    written += client.post(confirm).content.decode()
    written += client.post(messages.leave_path(EngagedParty.objects.get())).content.decode()

    assert "abuse" not in written.lower()


def test_quiet_once_asked_for_is_kept_when_somebody_asks_again(activity):
    parties.request_follow(activity=activity, email=FORM["email"], topic_free=True, at=NOW)
    parties.request_follow(activity=activity, email=FORM["email"], topic_free=False, at=NOW + timedelta(hours=1))

    assert EngagedParty.objects.get().topic_free


def test_draft_cannot_be_followed(client):
    draft = ActivityFactory()

    assert client.get(f"/follow/{draft.slug}/").status_code == 404
    assert client.post(f"/follow/{draft.slug}/", FORM).status_code == 404


def test_neutral_address_leads_to_public_news_alone(client, activity):
    public, private = EventFactory(activity=activity), EventFactory(activity=activity, for_office=True)

    assert client.get(f"/updates/{public.pk}/").url == public.path
    assert client.get(f"/updates/{private.pk}/").status_code == 404


def test_organisation_that_left_is_engaged_again(activity):
    party = EngagedPartyFactory(activity=activity, represented=True, left=True)

    parties.engage_organisation(
        activity=activity, organisation=party.organisation, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW
    )

    assert EngagedParty.objects.listening().get().organisation == party.organisation
    assert LogEntry.objects.count() == 1


def test_engaging_twice_is_engaging_once(activity):
    provider, actor = OrganisationFactory(), UserFactory(role=Role.INVOLVEMENT)

    for _ in range(2):
        parties.engage_organisation(activity=activity, organisation=provider, actor=actor, at=NOW)

    assert (EngagedParty.objects.count(), LogEntry.objects.count()) == (1, 1)


def test_party_is_an_address_or_an_organisation_and_not_both():
    with pytest.raises(IntegrityError):
        EngagedPartyFactory(organisation=OrganisationFactory())


def test_damaged_token_is_refused_in_words():
    with pytest.raises(FollowRefused, match="Copy the whole address"):
        parties.party_to_confirm("damaged")
    assert Activity.objects.count() == 0
