"""Journey (c): an activity moves stage, and everyone engaged hears once."""

import re

import pytest
from django.core import mail

from engagement.enums import Stage
from engagement.models import Activity, Delivery
from tests.factories.engagement import ActivityFactory, EngagedPartyFactory
from tests.journeys.people import ASKED_AGAIN, Person, let_the_worker_run, received


@pytest.mark.requirement("R-086", "R-151")
def test_everyone_engaged_hears_once_of_a_new_stage(office, clock):
    activity = ActivityFactory(
        published=True, at_plan=True, lead_commissioner=office.lead.user, contract_manager=office.contracts.user
    )
    EngagedPartyFactory(activity=activity, email="winter@people.example")
    EngagedPartyFactory(activity=activity, email="osei@people.example", topic_free=True)
    EngagedPartyFactory(activity=activity, email="asked@people.example", asked=True)
    clock(2026, 6, 1, 10)
    office.involvement.fill(f"{activity.get_manage_url()}engage/", organisation=office.provider.pk)
    told = {"winter@people.example", "osei@people.example", office.preparer.user.email, office.certifier.user.email}

    target, _, stale = office.lead.open(activity.get_manage_url()).fields("Move it to")
    moved = office.lead.fill(
        activity.get_manage_url(), "Move it to", to_stage=Stage.DO, reason="The agreement is signed."
    )
    mails = let_the_worker_run()
    again = office.lead.send(target, {**stale, "to_stage": Stage.ANALYSE, "reason": "Typed with care"}, ASKED_AGAIN)

    assert "Everyone engaged is told" in moved
    assert (len(mails), {message.to[0] for message in mails}) == (len(told), told)
    assert let_the_worker_run() == []
    assert "Amara Lindqvist has already moved this activity to Do" in again
    assert "Typed with care" in again.soup.find("textarea").get_text()
    assert Activity.objects.get().stage == Stage.DO
    assert Delivery.objects.count() == len(told)
    plain, quiet = (next(m for m in mails if m.to == [f"{who}@people.example"]) for who in ("winter", "osei"))
    assert ("The agreement is signed." in plain.body, activity.title in plain.subject) == (True, True)
    assert [word for word in (activity.title, activity.reference, "Do") if word in quiet.subject + quiet.body] == []
    leave_in_one_click(office, activity, plain)


def leave_in_one_click(office, activity, message):
    """As a mail program does it (RFC 8058): one POST without a cookie. That address hears of no further move."""
    address = re.fullmatch(r"<http://testserver(\S+)>", message.extra_headers["List-Unsubscribe"])[1]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    opened = Person().open(address)
    assert opened.heading == "Stop these e-mails?"
    assert activity.parties.listening().filter(email="winter@people.example").exists()
    left = Person().send(address, {"List-Unsubscribe": "One-Click"})
    assert left.heading == "You will get no more of these e-mails"

    office.contracts.fill(activity.get_manage_url(), "Move it to", to_stage=Stage.REVIEW, reason="")
    mails = let_the_worker_run()
    assert received("winter@people.example", mails) == []
    assert len(received("osei@people.example", mails)) == 1
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox)
