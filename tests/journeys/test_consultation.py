"""Journey (a): a draft specification is tested with the people it is for."""

import csv
import re

import pytest
from django.core import mail
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text, streamfield

from consultations.models import Consultation, Response
from engagement.models import Activity, Event
from tests.journeys import writing
from tests.journeys.people import Person, let_the_worker_run, received

FOLLOWER = "k.winter@people.example"
TITLE = "Support after domestic abuse"


@pytest.mark.requirement("R-002", "R-003", "R-059", "R-060", "R-086", "R-150", "R-151")
def test_draft_is_tested_with_the_people_it_is_for(office, clock):
    activity = begin_activity(office)
    follow(activity)
    intention_is_published_and_announced(office, activity)
    version = specification_is_published(office, activity)
    consultation = consultation_is_opened(office, activity, version, clock)
    code = person_answers_in_two_browsers(consultation)
    person_changes_an_answer(consultation, code)
    others_answer_and_one_withdraws(consultation)
    specification_moves_on(office, activity, consultation)
    consultation_closes_by_itself(office, consultation, clock)
    results_are_published(office, consultation, clock)
    outcome_is_published(office, consultation, clock)

    assert received(FOLLOWER)[1:] == [
        f"{TITLE}: commissioning intention",
        f"{TITLE}: specification, version 1",
        "Have we got the draft right?",
        "Now closed: Have we got the draft right?",
        "What people said: Have we got the draft right?",
        "What we decided: Have we got the draft right?",
    ]


def shown_code(receipt):
    return receipt.soup.select_one(".portal-reference").get_text(strip=True)


def begin_activity(office):
    """The Lead Commissioner begins it and writes its page; Management approves; that opens it to the public."""
    begun = office.lead.fill(
        "/engagement/activities/new/",
        title=TITLE,
        summary="Advice and safety planning for anybody in Avonmere.",
        area="All of Avonmere",
        priorities=[office.priority.pk],
        contract_manager=office.contracts.user.pk,
    )
    activity = Activity.objects.get()
    assert begun.path == activity.get_manage_url()
    assert office.public.status(activity.get_absolute_url()) == 404

    office.lead.open("/drafts/")
    office.lead.fill("/drafts/", "page")
    hub = Page.objects.get(slug=activity.slug).specific
    why = rich_text("<p>Four in ten people were passed between services before they got help.</p>")
    empty = {"evidence": streamfield([]), "ahead": streamfield([])}
    words = dict.fromkeys(("now", "expected_plan", "expected_do", "expected_review", "runs"), "")
    writing.send_for_approval(office.lead, hub, activity=activity.pk, why=why, **words, **empty)
    assert office.public.status(activity.get_absolute_url()) == 404
    assert TITLE in office.management.open("/dashboard/")

    writing.approve(office.management, hub)
    let_the_worker_run()
    activity.refresh_from_db()
    shown = office.public.open(activity.get_absolute_url())
    assert (shown.heading, "Four in ten people" in shown) == (TITLE, True)
    assert Event.objects.count() == 0
    return activity


def follow(activity):
    """Somebody follows by double opt-in: the link alone changes nothing, the button does."""
    follower = Person()
    hub = follower.open(activity.get_absolute_url())
    asked = follower.fill(hub.link("Follow by e-mail"), email=FOLLOWER)
    assert "Check your e-mail" in asked
    [message] = [message for message in mail.outbox if message.to == [FOLLOWER]]
    link = re.search(r"http://testserver(/follow/confirm/\S+)", message.body)[1]
    follower.open(link)
    assert not activity.parties.listening().exists()
    assert follower.fill(link, "Yes, tell me").heading == "You will hear from us"
    assert activity.parties.listening().count() == 1


def intention_is_published_and_announced(office, activity):
    hub = Page.objects.get(slug=activity.slug)
    body = streamfield([("text", rich_text("<p>We mean to bring two services together.</p>"))])
    words = {"title": "Commissioning intention", "slug": "intention", "lead": "One way in, and shorter waits."}
    fields = {**words, "value": "£1.2 million a year", "starts": "July 2027", "body": body}
    page = writing.begin(office.lead, "intentionpage", under=hub, **fields)
    writing.send_for_approval(office.lead, page, **fields)
    writing.approve(office.management, page)
    assert received(FOLLOWER, let_the_worker_run()) == []

    announced = office.lead.fill(f"/drafts/{page.pk}/announce/", summary="What we mean to fund, and why.")
    assert "Everybody engaged with the activity was told once." in announced
    assert received(FOLLOWER, let_the_worker_run()) == [f"{TITLE}: commissioning intention"]
    assert "One way in, and shorter waits." in office.public.open(f"{activity.get_absolute_url()}intention/")


def specification_is_published(office, activity):
    """Written by the lead, approved by Management, live without a word to anybody, then announced by the lead."""
    hub = Page.objects.get(slug=activity.slug)
    page = writing.begin(office.lead, "specificationpage", under=hub, **writing.specification())
    address = f"{activity.get_absolute_url()}specification/"
    writing.send_for_approval(office.lead, page, **writing.specification())
    assert office.public.status(address) == 404

    writing.approve(office.management, page)
    assert received(FOLLOWER, let_the_worker_run()) == []
    shown = office.public.open(address)
    assert ("Version 1" in shown, "Within two working days." in shown) == (True, True)

    office.lead.fill(f"/drafts/{page.pk}/announce/", summary="The draft of what the new service must do.")
    assert received(FOLLOWER, let_the_worker_run()) == [f"{TITLE}: specification, version 1"]
    [version] = page.versions.all()
    return version


def consultation_is_opened(office, activity, version, clock):
    """The Involvement Team writes the questions in the CMS, drafts, checks and opens; 9am announces it by itself."""
    fields = writing.questionnaire(
        "The draft",
        ("SINGLE", "How should we first get in touch?", ["A phone call", "A text message", "A letter"]),
        ("SCALE", "The draft covers what matters.", []),
        ("LONG_TEXT", "What is missing?", []),
    )
    writing.send_to_cms(office.involvement, "/cms/questionnaires/new/", fields)
    page = office.involvement.open(f"/engagement/consultations/create/?activity={activity.slug}")
    questionnaire = page.soup.find("option", string="The draft")["value"]
    drafted = office.involvement.fill(
        page.path,
        activity=activity.pk,
        title="Have we got the draft right?",
        summary="We have drafted what the new service must do. Tell us what we have missed.",
        audience="People who have used a service like this",
        questionnaire=questionnaire,
        specification=version.pk,
        opens_on_day=8, opens_on_month=6, opens_on_year=2026,
        closes_on_day=17, closes_on_month=7, closes_on_year=2026,
        next_steps="The Commissioner decides in September.",
        groups=["SERVICE_USERS"],
        length_reason="Six weeks reach people whom providers see once a month.",
    )  # fmt: skip
    consultation = Consultation.objects.get()
    assert office.public.status(consultation.get_absolute_url()) == 404

    drafted = it_is_signed_off(office, drafted, consultation)
    opened = office.involvement.fill(drafted.link("Open it"))
    assert "takes answers from 9am on Monday 8 June 2026" in opened
    assert received(FOLLOWER, let_the_worker_run()) == []
    consultation.refresh_from_db()
    before = office.public.open(consultation.get_absolute_url())
    assert "Opens 9am on Monday 8 June 2026" in before

    clock(2026, 6, 8, 9, 1)
    assert received(FOLLOWER, let_the_worker_run()) == ["Have we got the draft right?"]
    shown = office.public.open(consultation.get_absolute_url())
    assert version.get_absolute_url() in shown.links().values()
    assert "Closes 5pm on Friday 17 July 2026" in shown
    return consultation


def it_is_signed_off(office, drafted, consultation):
    """Why it is fair is written down; a second person reads it, sends it back, and signs it when it is mended."""
    drafted = office.involvement.fill(
        drafted.link("Why this is fair"),
        formative_statement="The draft is open for comment; nothing is decided.",
        information_statement="The whole draft and what it costs.",
        consideration_statement="We read every answer before the Commissioner decides.",
    )
    management, asking = office.management.user, {"attested": "on"}
    asked = office.involvement.fill(
        drafted.link("Sign-off by a second person"), "Ask them", asked_of=management.pk, **asking
    )
    assert "has been asked" in asked
    assert received(management.email, let_the_worker_run()) == [f"Please read and sign off: {consultation.title}"]
    sign = office.management.open("/dashboard/").link(f"Read and sign off: {consultation.title}")
    office.management.fill(sign, "Decide", decision="back", reason="Say what it costs.")
    assert received(office.involvement.user.email, let_the_worker_run()) == [f"Sent back: {consultation.title}"]

    mended = office.involvement.fill(
        office.involvement.open(drafted.path).link("What you ask, and when"), settled="It costs £1.3 million a year."
    )
    office.involvement.fill(mended.link("Sign-off by a second person"), "Ask them", asked_of=management.pk, **asking)
    signed = office.management.fill(sign, "Decide", decision="sign")
    assert "Signed off. It can be opened now." in signed
    return office.involvement.open(drafted.path)


def person_answers_in_two_browsers(consultation):
    """Starts on a phone, saves, goes on at a laptop, checks, sends twice: one receipt."""
    phone, laptop = Person(source="192.0.2.10"), Person(source="192.0.2.11")
    base = consultation.get_absolute_url()
    first = phone.fill(base, "Start")
    assert first.path == f"{base}answer/1/"
    names = first.fields("Save")[1]
    choice = first.soup.find("label", string=re.compile("A phone call"))["for"]
    value = first.soup.find(id=choice)["value"]
    assert "1-answer" in names
    saved = phone.fill(first.path, "Save", **{"1-answer": value, "save": "1"})
    link = re.search(r"http://testserver(\S+/resume/\S+/)", saved.text)[1]

    second = laptop.open(link)
    assert second.path == f"{base}answer/2/"
    third = laptop.fill(second.path, "Save", **{"2-answer": "AGREE"})
    check = laptop.fill(third.path, "Save", **{"3-answer": "Somebody to talk to in the evening."})
    assert check.path == f"{base}answer/check/"
    assert all(words in check for words in ("A phone call", "Agree", "Somebody to talk to in the evening."))
    assert Response.objects.count() == 0

    target, _, form = check.fields("Send my answers")
    receipts = [laptop.send(target, form), laptop.send(target, form)]
    codes = {shown_code(receipt) for receipt in receipts}
    assert (len(codes), Response.objects.count()) == (1, 1)
    return codes.pop()


def person_changes_an_answer(consultation, code):
    """With the reference alone, from a third browser. What was sent counts until the change is sent."""
    library, base = Person(source="192.0.2.12"), consultation.get_absolute_url()
    check = library.fill(f"{base}change/", code=code)
    assert "Agree" in check
    library.fill(f"{base}answer/2/?check", "Save", **{"2-answer": "DISAGREE"})
    receipt = library.fill(check.path, "Send")
    assert shown_code(receipt) == code
    assert Response.objects.count() == 1
    library.fill(receipt.path, "Remove my reference")


def others_answer_and_one_withdraws(consultation):
    """Seventeen more; one takes everything back."""
    base = consultation.get_absolute_url()
    codes = []
    for number in range(17):
        person = Person(source=f"192.0.2.{100 + number}")
        first = person.fill(base, "Start")
        labels = first.soup.select("label")
        wanted = ("A phone call", "A text message", "A letter")[0 if number < 9 else 1 if number < 15 else 2]
        box = next(label["for"] for label in labels if label.get_text(strip=True) == wanted)
        person.fill(first.path, "Save", **{"1-answer": first.soup.find(id=box)["value"]})
        receipt = person.fill(f"{base}answer/check/", "Send")
        codes.append(shown_code(receipt))
    gone = Person().fill(f"{base}withdraw/", code=codes[0])
    assert "Your answers are withdrawn" in gone
    assert Response.objects.count() == 17


def specification_moves_on(office, activity, consultation):
    """A second version appears; the consultation goes on showing the one that people were asked about."""
    page = Page.objects.get(slug="specification")
    later = writing.specification(indicators="By the next day.")
    writing.send_for_approval(office.lead, page, **later)
    writing.approve(office.management, page)
    assert received(FOLLOWER, let_the_worker_run()) == []

    latest = office.public.open(f"{activity.get_absolute_url()}specification/")
    pinned = office.public.open(f"{activity.get_absolute_url()}specification/v1/")
    asked = office.public.open(consultation.get_absolute_url())
    assert ("By the next day." in latest, "By the next day." in pinned) == (True, False)
    assert f"{activity.get_absolute_url()}specification/v1/" in asked.links().values()


def consultation_closes_by_itself(office, consultation, clock):
    late, base = Person(source="192.0.2.13"), consultation.get_absolute_url()
    late.fill(base, "Start")
    target, _, form = late.open(f"{base}answer/3/").fields("Continue")
    clock(2026, 7, 17, 17, 0)
    refused = late.send(target, {**form, "3-answer": "One minute too late"})
    assert ("This has closed" in refused, "One minute too late" in refused) == (True, True)

    closed = office.public.open(base)
    assert "Closed, results awaited" in closed
    assert closed.soup.select("main button") == []
    clock(2026, 7, 17, 17, 2)
    assert received(FOLLOWER, let_the_worker_run()) == ["Now closed: Have we got the draft right?"]
    assert received(FOLLOWER, let_the_worker_run()) == []


def results_are_published(office, consultation, clock):
    """What people said, with small numbers withheld, and what the office does about it; told once."""
    clock(2026, 8, 3, 10)
    base = f"/engagement/consultations/{consultation.reference}/"
    office.involvement.fill(
        f"{base}feedback/",
        finding="Most people want the first contact to be a phone call",
        we_asked="What the new service must do.",
        you_said="Phone first, and quickly.",
        limits="Few young people answered.",
        method="Two people read every answer.",
    )
    assert office.public.status(f"{consultation.get_absolute_url()}results/") == 404
    published = office.involvement.fill(f"{base}publish/", sure="on")
    assert "The results are public" in published

    results = office.public.open(f"{consultation.get_absolute_url()}results/")
    outcome = office.public.open(consultation.get_absolute_url())
    sheet = office.public.get(results.link("Download these figures")).getvalue().decode("utf-8-sig")
    first = [row for row in csv.DictReader(sheet.splitlines()) if row["question_number"] == "1"]
    assert results.heading == "Most people want the first contact to be a phone call"
    assert "We are deciding. We will say what we decided, and what we will do, by" in outcome
    assert "Somebody to talk to in the evening." not in results
    assert [(row["answer"], row["count"], row["withheld"]) for row in first] == [
        ("A phone call", "9", "no"),
        ("A text message", "", "yes"),  # six, and with them two letters could be worked out
        ("A letter", "", "yes"),
        ("I do not know", "", "yes"),
    ]
    assert "A phone call 53% (9)" in results
    assert received(FOLLOWER, let_the_worker_run()) == ["What people said: Have we got the draft right?"]
    assert received(FOLLOWER, let_the_worker_run()) == []
    assert Event.objects.filter(key__startswith="consultation").count() == 3


def outcome_is_published(office, consultation, clock):
    """What was decided, later and apart, with a date of its own; told once, and the first edition stays."""
    clock(2026, 9, 1, 10)
    base = f"/engagement/consultations/{consultation.reference}/"
    office.involvement.fill(
        f"{base}outcome/",
        we_did="The specification now says the next day.",
        unchanged="There will still be one service.",
        decision="The specification is agreed.",
        decided_by="The Commissioner",
        decided_on_day="28",
        decided_on_month="8",
        decided_on_year="2026",
        next_words="We look for a provider in the autumn.",
    )
    assert "The specification is agreed." not in office.public.open(consultation.get_absolute_url())
    assert "The outcome is public" in office.involvement.fill(f"{base}outcome/publish/", sure="on")

    outcome = office.public.open(consultation.get_absolute_url())
    first = office.public.open(outcome.link("Edition 1"))
    assert "The specification now says the next day." in outcome
    assert "Decided on Friday 28 August 2026" in outcome
    assert "The specification is agreed." not in first
    assert received(FOLLOWER, let_the_worker_run()) == ["What we decided: Have we got the draft right?"]
    assert received(FOLLOWER, let_the_worker_run()) == []
