"""Providers ask, the office answers, and everybody reads the same."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.domain import answering, asking
from engagement.domain.answering import AnswerRefused
from engagement.domain.asking import QuestionRefused
from engagement.domain.calendar import at_5pm, working_days_left
from engagement.enums import Confidence, QuestionState, Role
from engagement.models import Clarification, Event, LogEntry, QuestionWindow
from tests.factories.clarifications import (
    ClarificationFactory,
    QuestionWindowFactory,
    answer,
    ask,
    engage,
    organisation_of,
    release,
)
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-086")]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def window():
    return QuestionWindowFactory(activity=ActivityFactory(published=True, slug="help", title="Help at home"), number=1)


@pytest.fixture
def brightway(window):
    return engage(window.activity, "Brightway")


def words_of(reply):
    return " ".join(BeautifulSoup(reply.content, "html.parser").find("main").get_text(" ").split())


def given(user, **fields):
    return {"organisation": organisation_of(user).pk, "section": "", "text": "", "confidential": "no", **fields}


# Asking


def test_provider_keeps_a_draft_sends_it_and_follows_it(client, window, brightway):
    client.force_login(brightway)
    address = "/our-questions/help/ask/"

    client.post(address, given(brightway, text="How many", keep="yes"))
    draft = Clarification.objects.get()
    assert (draft.state, draft.text) == (QuestionState.DRAFT, "How many")
    assert not LogEntry.objects.filter(action="question.asked").exists()
    client.post(
        f"/our-questions/question/{draft.reference}/edit/",
        given(brightway, text="How many evenings?", section="Clause 2", send="yes"),
    )

    draft.refresh_from_db()
    assert (draft.state, draft.asked_at, draft.section) == (QuestionState.ASKED, NOW, "Clause 2")
    assert "How many evenings?" in words_of(client.get("/our-questions/help/"))
    told = Event.objects.get(kind="QUESTION_ASKED")
    assert sorted(told.deliveries.values_list("address", flat=True)) == sorted(
        [window.activity.lead_commissioner.email, window.activity.contract_manager.email]
    )
    assert "Brightway" not in told.title + told.summary


@pytest.mark.threat("C07")
@pytest.mark.parametrize(("offset", "taken"), [(-1, True), (0, False), (1, False)])
def test_question_counts_when_it_is_sent_before_the_closing_moment(window, brightway, offset, taken):
    at = window.closes_at + timedelta(milliseconds=offset)

    if taken:
        assert ask(window, brightway, at=at).state == QuestionState.ASKED
    else:
        with pytest.raises(QuestionRefused, match="Questions closed at"):
            ask(window, brightway, at=at)


def test_what_is_refused_is_not_lost(client, window, brightway):
    client.force_login(brightway)
    QuestionWindow.objects.update(closes_at=NOW)

    reply = client.post("/our-questions/help/ask/", given(brightway, text="How many evenings?", send="yes"))

    assert reply.context["form"].errors["__all__"] == [
        "Questions closed at midday on Wednesday 16 September 2026. What was not sent by then cannot be taken."
    ]
    assert "How many evenings?" in reply.content.decode()
    assert not Clarification.objects.exists()


def test_empty_question_and_missing_reason_are_told_beside_the_field(client, window, brightway):
    client.force_login(brightway)

    empty = client.post("/our-questions/help/ask/", given(brightway, send="yes"))
    unreasoned = client.post("/our-questions/help/ask/", given(brightway, text="Why?", confidential="yes", send="yes"))

    assert empty.context["form"].errors == {"text": ["Write your question."]}
    assert unreasoned.context["form"].errors == {"reason": ["Say why it is confidential"]}


def test_office_enters_what_came_by_phone(client, window, brightway):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    client.post(
        "/activities/help/manage/questions/1/enter/",
        {
            "source": "PHONE",
            "organisation": organisation_of(brightway).pk,
            "received_on_day": "15",
            "received_on_month": "9",
            "received_on_year": "2026",
            "section": "",
            "text": "Is there a ramp?",
        },
    )

    question = Clarification.objects.get()
    assert (question.source, question.state, question.organisation) == (
        "PHONE",
        QuestionState.ASKED,
        organisation_of(brightway),
    )


# Answering


def test_answer_is_reworded_and_the_original_stays_with_the_office(client, window, brightway):
    question = ask(window, brightway, "May we at Brightway use Mill Lane?")
    client.force_login(window.activity.lead_commissioner)
    page = client.get(f"/engagement/questions/{question.reference}/answer/")

    client.post(
        f"/engagement/questions/{question.reference}/answer/",
        {
            "section": "",
            "wording": "May own rooms be used?",
            "text": "Yes.",
            "seen": page.context["form"].initial["seen"],
        },
    )
    release(window)

    client.force_login(brightway)
    theirs = words_of(client.get("/our-questions/help/"))
    assert "Q1 May own rooms be used? Yes." in theirs
    question.refresh_from_db()
    assert question.text == "May we at Brightway use Mill Lane?"


@pytest.mark.threat("C04")
def test_second_writer_does_not_overwrite_the_first_unseen(client, window, brightway):
    question = ask(window, brightway)
    seen = answering.seen_of(question, None)
    answer(question, "Yes, says the lead.")
    client.force_login(window.activity.contract_manager)

    reply = client.post(
        f"/engagement/questions/{question.reference}/answer/",
        {"section": "", "wording": "So?", "text": "No, says the manager.", "seen": seen},
    )

    assert "Somebody changed this while you were writing" in reply.content.decode()
    assert "No, says the manager." in reply.content.decode()
    assert question.answers.get().text == "Yes, says the lead."


def test_declined_question_tells_its_asker_why_and_nobody_else(client, window, brightway):
    other = engage(window.activity, "Harbourlight")
    question = ask(window, brightway, "What do others charge?")

    answering.decline_question(
        question=question, reason="It is not ours to tell.", actor=window.activity.lead_commissioner, at=NOW
    )

    event = Event.objects.get(kind="QUESTION_SETTLED")
    assert list(event.deliveries.values_list("address", flat=True)) == [brightway.email]
    assert "not ours" not in event.title + event.summary
    client.force_login(brightway)
    assert "It is not ours to tell." in words_of(client.get(f"/our-questions/question/{question.reference}/"))
    client.force_login(other)
    assert "charge" not in words_of(client.get("/our-questions/help/"))


def test_merged_question_shows_nothing_until_the_other_is_released(client, window, brightway):
    other = engage(window.activity, "Harbourlight")
    first, same = ask(window, brightway, "How many evenings?"), ask(window, other, "How many nights?")
    lead = window.activity.lead_commissioner
    answering.merge_question(question=same, into=first, actor=lead, at=NOW)
    client.force_login(other)
    address = f"/our-questions/question/{same.reference}/"
    assert "With the office" in words_of(client.get(address))

    answer(first, "Five.")
    release(window)

    assert "Answered under Q1" in words_of(client.get(address))
    with pytest.raises(AnswerRefused, match="can no longer be taken apart"):
        answering.take_apart(question=same, actor=lead, at=NOW)


# Confidence


def test_accepted_confidence_answers_the_asker_alone(client, window, brightway):
    other = engage(window.activity, "Harbourlight")
    question = ask(window, brightway, "May we charge 31 pounds?", because="It is our price.")
    lead = window.activity.lead_commissioner
    with pytest.raises(AnswerRefused, match="Decide first"):
        answer(question)
    answering.decide_confidence(question=question, accept=True, reason="It is a price.", actor=lead, at=NOW)

    answer(question, "You may.")
    answer(ask(window, other, "Which rooms?"), "Ours.")
    done = release(window)

    assert list(done.answers.values_list("text", flat=True)) == ["Ours."]
    client.force_login(brightway)
    assert "You may." in words_of(client.get(f"/our-questions/question/{question.reference}/"))
    client.force_login(other)
    assert "You may." not in words_of(client.get("/our-questions/help/"))
    assert LogEntry.objects.filter(action="question.confidence_decided").count() == 1


def test_refused_confidence_leaves_the_choice_to_the_asker(client, window, brightway):
    question = ask(window, brightway, because="We would rather not.")
    lead = window.activity.lead_commissioner
    answering.decide_confidence(question=question, accept=False, reason="Nothing is secret in it.", actor=lead, at=NOW)
    with pytest.raises(AnswerRefused, match="has not decided yet"):
        answer(question)
    client.force_login(brightway)
    address = f"/our-questions/question/{question.reference}/"
    assert "Nothing is secret in it." in words_of(client.get(address))

    client.post(f"{address}let-go/")

    question.refresh_from_db()
    assert question.confidence == Confidence.LET_GO
    answer(question)
    release(window)
    assert Clarification.objects.get(pk=question.pk).number == 1


def test_withdrawn_question_takes_its_unreleased_answer_with_it(window, brightway):
    question = ask(window, brightway)
    answer(question)

    asking.withdraw_question(question=question, actor=brightway, at=NOW)

    question.refresh_from_db()
    assert question.state == QuestionState.WITHDRAWN
    assert not question.answers.exists()


# The office's queue and its cost


def test_queue_is_by_urgency_with_working_days_left(client, window, brightway):
    ask(window, brightway, "Later?")
    sooner = QuestionWindowFactory(activity=window.activity, answers_by=NOW + 10 * DAY, number=2)
    sooner.opens_at, sooner.closes_at, sooner.answers_by = NOW - 9 * DAY, NOW - 5 * DAY, at_5pm((NOW - DAY).date())
    sooner.save()
    ClarificationFactory(window=sooner, text="Sooner?", organisation=organisation_of(brightway), asked_by=brightway)
    client.force_login(window.activity.lead_commissioner)

    page = client.get("/engagement/questions/")

    assert [(row.question.text, row.days_left, row.is_late) for row in page.context["due"]] == [
        ("Sooner?", -1, True),
        ("Later?", 10, False),
    ]


@pytest.mark.parametrize(("until", "left"), [(-1, -1), (0, 0), (1, 1), (3, 2), (5, 3)])
def test_working_days_left_pass_over_the_weekend(until, left):
    assert working_days_left(on=NOW.date(), until=NOW.date() + until * DAY) == left


@pytest.mark.parametrize(
    ("address", "reader"),
    [
        ("/our-questions/", "provider"),
        ("/our-questions/help/", "provider"),
        ("/activities/help/questions/", "public"),
        ("/engagement/questions/", "lead"),
        ("/activities/help/manage/questions/", "lead"),
        ("/activities/help/manage/questions/log/", "lead"),
        ("/activities/help/manage/questions/1/release/", "lead"),
    ],
)
def test_pages_cost_the_same_with_one_question_and_with_three(client, window, brightway, address, reader):
    window.is_public = True
    window.save()

    def look():
        who = {"provider": brightway, "lead": window.activity.lead_commissioner, "public": None}[reader]
        if who:
            client.force_login(who)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def more(number):
        someone = engage(window.activity, f"Provider {number}")
        answer(ask(window, someone))
        release(window)
        question = ask(window, someone)
        ask(window, brightway)
        answer(question)

    more(1)
    with_one = look()
    more(2)
    more(3)

    assert look() == with_one


# Files


def test_pack_as_a_file_holds_what_was_superseded_and_no_formula(client, window, brightway):
    question = ask(window, brightway, "=1+1?")
    answer(question, "Five.")
    release(window)
    answer(question, "Six.", reason="We miscounted.")
    release(window)
    client.force_login(brightway)

    rows = list(
        csv.DictReader(
            io.StringIO(client.get("/our-questions/help/answers.csv").getvalue().decode("utf-8-sig"), newline="")
        )
    )

    assert [(row["number"], row["version"], row["answer"], row["holds_now"]) for row in rows] == [
        ("Q1", "2", "Six.", "yes"),
        ("Q1", "1", "Five.", "no"),
    ]
    assert {row["question"] for row in rows} == {"'=1+1?"}


def test_log_as_a_file_says_who_was_told_when(client, window, brightway):
    answer(ask(window, brightway))
    release(window)
    client.force_login(UserFactory(role=Role.AUDITOR))

    [row] = csv.DictReader(
        io.StringIO(client.get("/activities/help/manage/questions/log.csv").getvalue().decode("utf-8-sig"), newline="")
    )

    assert (row["organisation"], row["questions"], row["messages_waiting"]) == ("Brightway", "Q1.1", "1")
    assert row["released_at"] == row["recorded_at"] == "2026-09-16T12:00:00+01:00"


def test_dashboard_asks_a_second_person_to_release_and_not_the_writer(client, window, brightway):
    answer(ask(window, brightway, "How many evenings?"))

    shown = {}
    for person in (window.activity.lead_commissioner, window.activity.contract_manager):
        client.force_login(person)
        shown[person] = "Release it: a question on Help at home" in client.get("/dashboard/").content.decode()

    assert list(shown.values()) == [False, True]
