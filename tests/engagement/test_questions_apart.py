"""Attacks: one provider tries to learn of another's questions, and of answers before everyone."""

import re

import pytest
import time_machine
from django.core import mail

from engagement.domain import answering, outbox
from engagement.domain.parties import engage_organisation
from engagement.models import Answer, Clarification, Delivery, Event
from tests.factories.clarifications import QuestionWindowFactory, answer, ask, engage, organisation_of, release
from tests.factories.engagement import NOW, ActivityFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.threat("A08")]
OURS, SECRET = "canary-of-brightway", "canary-answer"
PAGES = (
    "/our-questions/",
    "/our-questions/help/",
    "/our-questions/help/answers.csv",
    "/activities/help/questions/",
    "/activities/help/questions.csv",
    "/activities/help/",
    "/activities/help/feed.atom",
    "/feeds/all.atom",
    "/dashboard/",
    "/engagement/log/",
    "/engagement/messages/",
    "/engagement/questions/",
)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def window():
    return QuestionWindowFactory(activity=ActivityFactory(published=True, slug="help"), number=1, public=True)


@pytest.fixture
def asker(window):
    return engage(window.activity, "Brightway")


@pytest.fixture
def rival(window):
    return engage(window.activity, "Harbourlight")


def everything(client):
    """What every page and file says that somebody can think of."""
    said = []
    for address in PAGES:
        reply = client.get(address)
        if reply.status_code == 200:
            said.append((reply.getvalue() if reply.streaming else reply.content).decode())
    return "\n".join(said)


def test_rival_sees_no_question_before_release_and_no_asker_after(client, window, asker, rival):
    question = ask(window, asker, f"What of {OURS}?", section="Clause 9")
    answer(question, f"It is {SECRET}.", wording="What of it?")
    client.force_login(rival)

    before = everything(client)
    release(window)
    after = everything(client)

    assert not any(word in before for word in (OURS, SECRET, "Brightway", "Clause 9"))
    assert SECRET in after
    assert not any(word in after for word in (OURS, "Brightway", str(question.reference)))


@pytest.mark.parametrize("act", ["", "edit/", "discard/", "withdraw/", "let-go/"])
def test_rival_who_learned_a_reference_opens_and_changes_nothing(client, window, asker, rival, act):
    question = ask(window, asker, because="Our prices.", send=act not in {"edit/", "discard/"})
    before = Clarification.objects.values().get()
    client.force_login(rival)
    address = f"/our-questions/question/{question.reference}/{act}"

    assert client.get(address).status_code in {404, 405}
    assert client.post(address, {"organisation": organisation_of(rival).pk, "text": "Ours now"}).status_code in {
        404,
        405,
    }
    assert Clarification.objects.values().get() == before


def test_asking_in_anothers_name_is_refused(client, window, asker, rival):
    client.force_login(rival)

    reply = client.post(
        "/our-questions/help/ask/",
        {"organisation": organisation_of(asker).pk, "text": "In your name", "confidential": "no", "send": "yes"},
    )

    assert "organisation" in reply.context["form"].errors
    assert not Clarification.objects.exists()


def test_references_are_no_count_of_what_others_ask(client, window, asker, rival):
    ask(window, rival, "Mine, first")
    client.force_login(rival)
    alone = client.get("/our-questions/help/").content.decode().replace(csrf(client), "")
    for number in range(5):
        ask(window, asker, f"Another {number}")

    with_others = client.get("/our-questions/help/").content.decode().replace(csrf(client), "")

    assert alone == with_others


def csrf(client):
    return client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "no-token"


@pytest.mark.parametrize("whose", ["first", "same"])
def test_a_merge_does_not_tell_that_somebody_else_asked_the_same(client, window, asker, rival, whose):
    first, same = ask(window, asker, "Rooms?"), ask(window, rival, "Which rooms?")
    person, mine = (asker, first) if whose == "first" else (rival, same)
    client.force_login(person)
    address = f"/our-questions/question/{mine.reference}/"
    before = shown(client, address)

    answering.merge_question(question=same, into=first, actor=window.activity.lead_commissioner, at=NOW)

    assert shown(client, address) == before
    assert "With the office" in before
    assert "Withdraw this question" in before


def shown(client, address):
    """A page without what is drawn anew for each."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(address).content.decode())


@pytest.mark.parametrize("answered", [False, True])
def test_who_asked_first_withdraws_like_anybody_and_the_others_question_goes_on(client, window, asker, rival, answered):
    first, same, third = (
        ask(window, asker, f"{OURS}?"),
        ask(window, rival, "Which rooms?"),
        ask(window, rival, "Rooms?"),
    )
    lead = window.activity.lead_commissioner
    for one in (same, third):
        answering.merge_question(question=one, into=first, actor=lead, at=NOW)
    if answered:
        answer(first, "Two rooms.")
    client.force_login(asker)

    said = client.post(f"/our-questions/question/{first.reference}/withdraw/", follow=True).content.decode()

    for one in (first, same, third):
        one.refresh_from_db()
    assert "Your question is withdrawn." in said
    assert [(one.state, one.merged_into) for one in (first, same, third)] == [
        ("WITHDRAWN", None),
        ("ASKED", None),
        ("MERGED", same),
    ]
    assert [(one.question, one.wording) for one in Answer.objects.all()] == [(same, "Which rooms?")] * answered
    answer(same, "Two rooms.")
    release(window)
    client.force_login(rival)
    assert OURS not in everything(client)


def test_who_asked_the_same_withdraws_like_anybody_until_it_is_released(client, window, asker, rival):
    first, same, late = ask(window, asker, "Rooms?"), ask(window, rival, "Which rooms?"), ask(window, rival, "Room?")
    for one in (same, late):
        answering.merge_question(question=one, into=first, actor=window.activity.lead_commissioner, at=NOW)
    client.force_login(rival)

    client.post(f"/our-questions/question/{same.reference}/withdraw/")
    answer(first, "Two.")
    release(window)
    too_late = client.post(f"/our-questions/question/{late.reference}/withdraw/", follow=True).content.decode()

    states = Clarification.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["RELEASED", "WITHDRAWN", "MERGED"]
    assert "can no longer be withdrawn" in too_late


def test_mails_to_a_rival_name_nobody_and_hold_no_words(window, asker, rival):
    question = ask(window, asker, f"What of {OURS}?", because="Secret.")
    lead = window.activity.lead_commissioner
    answering.decide_confidence(question=question, accept=True, reason=SECRET, actor=lead, at=NOW)
    answer(question, SECRET)
    answer(ask(window, asker, "Rooms?"), SECRET)
    release(window)
    mail.outbox.clear()
    outbox.flush(clock=lambda: NOW)

    said = [f"{one.subject} {one.body} {one.alternatives}" for one in mail.outbox if one.to == [rival.email]]

    assert len(said) == 1
    assert not any(word in said[0] for word in (OURS, SECRET, "Brightway", asker.email, asker.name))


def test_former_colleague_reads_no_more(client, window, asker):
    question = ask(window, asker)
    former = UserFactory(role="PREPARER", organisation=organisation_of(asker), until_on=NOW.date())
    client.force_login(former)

    assert client.get("/our-questions/help/").status_code == 404
    assert client.get(f"/our-questions/question/{question.reference}/").status_code == 404


def test_who_acts_for_two_asks_for_the_one_they_act_for(client, window, asker):
    other = engage(window.activity, "Harbourlight")
    MembershipFactory(user=asker, organisation=organisation_of(other))
    client.force_login(asker)

    asked_for = []
    for slug in ("brightway", "harbourlight"):
        client.post("/acting/", {"act_for": slug})
        page = client.get("/our-questions/help/ask/")
        asked_for += [one.name for one in page.context["form"].fields["organisation"].queryset]

    assert asked_for == ["Brightway", "Harbourlight"]


def test_organisation_that_is_not_engaged_finds_no_page(client, window, asker):
    window.is_public = False
    window.save()
    outsider = UserFactory(role="CERTIFIER", organisation=OrganisationFactory(name="Outsider"))
    answer(ask(window, asker), SECRET)
    release(window)
    client.force_login(outsider)

    assert client.get("/our-questions/help/").status_code == 404
    assert SECRET not in everything(client)
    assert not Delivery.objects.filter(address=outsider.email).exists()


def test_answers_for_the_engaged_alone_stand_on_no_public_page(client, window, asker, rival):
    window.is_public = False
    window.save()
    answer(ask(window, asker), SECRET)
    release(window)

    assert SECRET not in everything(client)
    assert not Event.objects.public().filter(kind="ANSWERS_RELEASED").exists()
    assert client.get("/activities/help/questions/").status_code == 404


def test_way_to_ask_is_offered_to_those_who_find_a_page_there(client, window, asker):
    link = "/our-questions/help/"

    def offered(person=None):
        client.logout()
        if person:
            client.force_login(person)
        return link in client.get("/activities/help/questions/").content.decode()

    assert offered()  # to the sign-in page first
    assert offered(asker)
    assert not offered(window.activity.lead_commissioner)
    assert not offered(UserFactory(role="CERTIFIER", organisation=OrganisationFactory(name="Elsewhere")))


def test_late_joiner_is_told_of_no_earlier_asker(client, window, asker):
    answer(ask(window, asker, f"What of {OURS}?"), SECRET, wording="What of it?")
    release(window)
    late = UserFactory(role="CERTIFIER", organisation=OrganisationFactory(name="Latecomer"))

    engage_organisation(activity=window.activity, organisation=organisation_of(late), actor=None, at=NOW)
    client.force_login(late)

    said = everything(client)
    assert SECRET in said
    assert not any(word in said for word in (OURS, "Brightway"))
