"""Answering through HTTP: the whole way, and every way round it."""

import re
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.urls import reverse

from consultations.domain import tickets
from consultations.models import Answer, Draft, OutcomeRequest, Response
from tests.factories.consultations import CLOSES, ConsultationFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True)


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def begin(client, consultation):
    return client.post(page(consultation, "start"))


def answer(client, consultation, number, values, **more):
    return client.post(page(consultation, "answer", str(number)), {f"{number}-answer": values, **more})


def send(client, consultation):
    """Starts, answers two questions and sends; returns the code as it is shown."""
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])
    answer(client, consultation, 4, ["Be quicker."])
    client.post(page(consultation, "check"))
    return shown_code(client.get(page(consultation, "receipt")))


def shown_code(reply):
    return re.search(r"portal-reference\">([A-Z0-9-]{15})<", reply.content.decode())[1]


def stored():
    return sorted(Answer.objects.values_list("question", "choice", "text"))


@pytest.mark.requirement("R-059", "R-150")
def test_journey_from_start_to_receipt(client, consultation):
    before = client.get(page(consultation, "start"))
    started = begin(client, consultation)
    first = client.get(started["Location"])
    second = answer(client, consultation, 1, ["PHONE"])
    third = answer(client, consultation, 2, ["TEXT", "LETTER"])
    fourth = answer(client, consultation, 3, [])
    checked = answer(client, consultation, 4, ["Be quicker.\r\nPlease."])
    check = client.get(checked["Location"])
    sent = client.post(page(consultation, "check"))
    receipt = client.get(sent["Location"])

    assert "Before you start" in before.content.decode()
    assert "Question 1 of 4" in first.content.decode()
    assert [reply["Location"] for reply in (second, third, fourth, checked)] == [
        page(consultation, "answer", "2"),
        page(consultation, "answer", "3"),
        page(consultation, "answer", "4"),
        page(consultation, "check"),
    ]
    text = check.content.decode()
    assert ("A phone call" in text, "Be quicker.<br>Please." in text, text.count("Not provided")) == (True, True, 1)
    assert sent["Location"] == page(consultation, "receipt")
    assert "Thank you. We have your answers" in receipt.content.decode()
    assert stored() == [
        ("q1", "PHONE", ""),
        ("q2", "LETTER", ""),
        ("q2", "TEXT", ""),
        ("q4", "", "Be quicker.\nPlease."),
    ]


@pytest.mark.threat("C01")
def test_sending_twice_shows_the_same_receipt(client, consultation):
    code = send(client, consultation)

    again = client.post(page(consultation, "check"), follow=True)

    assert (again.redirect_chain[-1][0], shown_code(again)) == (page(consultation, "receipt"), code)
    assert Response.objects.count() == 1


def test_back_shows_the_answer_given_and_lets_it_be_changed(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])

    back = client.get(page(consultation, "answer", "1"))
    answer(client, consultation, 1, ["TEXT"])
    again = client.get(page(consultation, "answer", "1"))

    assert re.findall(r'value="(\w+)"[^>]*checked', back.content.decode()) == ["PHONE"]
    assert re.findall(r'value="(\w+)"[^>]*checked', again.content.decode()) == ["TEXT"]


def test_change_from_the_check_page_returns_there(client, consultation):
    begin(client, consultation)

    changed = client.post(page(consultation, "answer", "1") + "?check", {"1-answer": "TEXT"})

    assert changed["Location"] == page(consultation, "check")


@pytest.mark.parametrize(
    ("number", "values", "message"),
    [
        (1, ["PIGEON"], "Choose one of the answers on this page"),
        (2, ["TEXT", "PREFER_NOT"], "You cannot choose both"),
        (4, ["x" * 4001], "Your answer must be 4000 characters or fewer. It has 4001"),
    ],
)
def test_wrong_input_is_said_and_nothing_typed_is_lost(client, consultation, number, values, message):
    begin(client, consultation)

    reply = answer(client, consultation, number, values)

    text = reply.content.decode()
    assert (reply.status_code, message in text) == (200, True)
    assert "<title>Error: Question" in text
    if number == 4:
        assert values[0] in text


def test_save_shows_a_link_that_goes_on_in_another_browser(client, consultation):
    begin(client, consultation)
    saved = answer(client, consultation, 1, ["PHONE"], save="1")
    link = re.search(r"http://testserver(/[^<\s]+/resume/[^<\s]+/)", client.get(saved["Location"]).content.decode())[1]
    other = Client()

    resumed = other.get(link)
    answer(other, consultation, 4, ["From another phone"])
    other.post(page(consultation, "check"))

    assert (saved["Location"], resumed["Location"]) == (page(consultation, "saved"), page(consultation, "answer", "2"))
    assert stored() == [("q1", "PHONE", ""), ("q4", "", "From another phone")]


@pytest.mark.threat("T02", "T04")
def test_resume_link_writes_nothing_and_leads_to_a_clean_address(client, consultation, django_assert_num_queries):
    begin(client, consultation)
    token = client.cookies["answers"].value.partition(".")[0]
    before = Draft.objects.values().get()
    other = Client()

    replies = [other.get(page(consultation, "resume", token)) for _ in range(5)]

    assert Draft.objects.values().get() == before
    assert {reply["Referrer-Policy"] for reply in replies} == {"no-referrer"}
    assert [reply["Location"] for reply in replies if token in reply["Location"]] == []


@pytest.mark.threat("T03")
def test_resume_link_is_gone_once_the_answers_are_sent(client, consultation):
    begin(client, consultation)
    token = client.cookies["answers"].value.partition(".")[0]
    answer(client, consultation, 1, ["PHONE"])
    client.post(page(consultation, "check"))

    reply = Client().get(page(consultation, "resume", token))

    assert (reply.status_code, "answers" in reply.cookies) == (410, False)
    assert "This link no longer works" in reply.content.decode()


@pytest.mark.threat("T01")
def test_cookie_is_for_this_consultation_only_and_out_of_reach_of_scripts(client, consultation):
    cookie = begin(client, consultation).cookies["answers"]

    assert [len(part) for part in cookie.value.split(".")] == [22, 12, 32]
    assert {name: cookie[name] for name in ("path", "httponly", "samesite", "max-age", "expires")} == {
        "path": f"/consultations/{consultation.slug}/",
        "httponly": True,
        "samesite": "Lax",
        "max-age": "",
        "expires": "",
    }


def test_two_devices_that_post_different_steps_keep_both(client, consultation):
    begin(client, consultation)
    token = client.cookies["answers"].value.partition(".")[0]
    other = Client()
    other.get(page(consultation, "resume", token))

    answer(client, consultation, 1, ["PHONE"])
    answer(other, consultation, 4, ["From the laptop"])
    client.post(page(consultation, "check"))

    assert stored() == [("q1", "PHONE", ""), ("q4", "", "From the laptop")]


@pytest.mark.threat("C07")
def test_late_send_is_refused_in_words_and_the_answers_are_still_there(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 4, ["Be quicker."])

    with time_machine.travel(CLOSES, tick=False):
        late = client.post(page(consultation, "check"))
        step = answer(client, consultation, 4, ["Too late"])
        reading = client.get(page(consultation, "check"))

    assert (late.status_code, "This has closed, so we can no longer take answers." in late.content.decode()) == (
        409,
        True,
    )
    assert "Be quicker." in late.content.decode()
    assert ("Too late" in step.content.decode(), "you can copy it" in step.content.decode()) == (True, True)
    assert "Be quicker." in reading.content.decode()
    assert not Response.objects.exists()


@pytest.mark.threat("C07")
def test_send_in_the_last_millisecond_counts(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])

    with time_machine.travel(CLOSES - timedelta(milliseconds=1), tick=False):
        client.post(page(consultation, "check"))

    assert Response.objects.count() == 1


@pytest.mark.parametrize("state", ["opening_soon", "closed", "withdrawn"])
def test_start_leads_to_the_overview_when_it_takes_no_answers(client, state):
    consultation = ConsultationFactory(**{state: True})

    replies = [client.get(page(consultation, "start")), begin(client, consultation)]

    assert [reply["Location"] for reply in replies] == [consultation.get_absolute_url()] * 2
    assert not Draft.objects.exists()


def test_journey_of_a_draft_consultation_is_nowhere(client):
    consultation = ConsultationFactory()

    assert begin(client, consultation).status_code == 404


def test_change_by_reference_in_another_browser(client, consultation):
    code = send(client, consultation)
    other = Client()

    opened = other.post(page(consultation, "change"), {"code": code.lower().replace("-", " ")})
    text = other.get(opened["Location"]).content.decode()
    answer(other, consultation, 4, ["Be kinder."])
    other.post(page(consultation, "check"))

    assert ("Be quicker." in text, "They stay as they are until you send these" in text) == (True, True)
    assert stored() == [("q1", "PHONE", ""), ("q4", "", "Be kinder.")]
    assert shown_code(other.get(page(consultation, "receipt"))) == code


def test_withdraw_by_reference_deletes_the_answers(client, consultation):
    code = send(client, consultation)

    reply = Client().post(page(consultation, "withdraw"), {"code": code}, follow=True)

    assert "Your answers are withdrawn" in reply.content.decode()
    assert (Response.objects.count(), Answer.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter your reference"),
        ("AB3", "A reference has 12 letters and numbers"),
        ("IO0-CD4-EF5-GH6", "two letters and then a number from 2 to 9"),
        ("AA2-AA2-AA2-AA9", "There is a mistake in this reference"),
    ],
)
def test_mistyped_reference_is_explained(client, consultation, typed, message):
    reply = client.post(page(consultation, "change"), {"code": typed})

    assert message in reply.content.decode()


@pytest.mark.threat("T07")
def test_guesses_are_limited(client, consultation):
    guess = {"code": tickets.new_code()}

    words = ["too many tries" in client.post(page(consultation, "change"), guess).content.decode() for _ in range(12)]

    assert words == [False] * 10 + [True] * 2


def test_resume_link_by_mail_names_no_topic(client, consultation):
    begin(client, consultation)

    reply = client.post(page(consultation, "saved"), {"email": "reader@people.example"}, follow=True)

    message = mail.outbox[0]
    token = client.cookies["answers"].value.partition(".")[0]
    assert "We have sent the link" in reply.content.decode()
    assert (message.to, message.subject) == (["reader@people.example"], "Your link from the Commissioner's office")
    assert page(consultation, "resume", token) in message.body
    assert [word for word in (consultation.title, consultation.activity.title) if word in message.body] == []


def test_receipt_by_mail_has_the_reference_only_when_asked(client, consultation):
    code = send(client, consultation)

    client.post(page(consultation, "receipt-mail"), {"email": "a@people.example"})
    client.post(page(consultation, "receipt-mail"), {"email": "a@people.example", "with_code": "on"})

    assert [code in message.body for message in mail.outbox] == [False, True]


@pytest.mark.threat("T07", "P13")
def test_many_people_together_fill_nobodys_letter_box_and_are_not_told_so(consultation):
    answers = []
    for number in range(8):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        begin(browser, consultation)
        address = "reader@people.example" if number % 2 else "Reader@People.example"
        answers.append(browser.post(page(consultation, "saved"), {"email": address}))

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, page(consultation, "saved") + "?sent")}
    assert len(mail.outbox) == 6


@pytest.mark.threat("T07")
def test_letters_and_wishes_to_hear_the_outcome_share_the_limit_of_an_address(client, consultation):
    send(client, consultation)
    for number in range(6):
        reader = {"email": "reader@people.example"}
        other = Client(REMOTE_ADDR=f"192.0.2.{number}")
        other.cookies = client.cookies.copy()
        other.post(page(consultation, "receipt-mail"), reader)

    seventh = client.post(page(consultation, "outcome"), {"email": "reader@people.example"}, follow=True)

    assert len(mail.outbox) == 6
    assert "We will write to you" in seventh.content.decode()
    assert not OutcomeRequest.objects.exists()


def test_mail_that_cannot_be_sent_is_said(client, consultation, monkeypatch):
    begin(client, consultation)

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)

    reply = client.post(page(consultation, "saved"), {"email": "reader@people.example"})

    assert "We could not send the e-mail just now" in reply.content.decode()
    assert "reader@people.example" in reply.content.decode()


def test_outcome_request_waits_sealed_and_apart(client, consultation):
    send(client, consultation)

    reply = client.post(page(consultation, "outcome"), {"email": "reader@people.example"}, follow=True)

    assert "We will write to you" in reply.content.decode()
    assert b"reader" not in bytes(OutcomeRequest.objects.get().sealed)
    assert mail.outbox == []


def test_receipt_says_what_happens_next_before_what_this_browser_keeps(client, consultation):
    send(client, consultation)

    receipt = BeautifulSoup(client.get(page(consultation, "receipt")).content, "html.parser")

    headings = [heading.text for heading in receipt.select("main h2")]
    assert headings == ["What happens next", "What you can do now", "If other people use this device"]
    form = receipt.find("form", action=page(consultation, "finish"))
    assert form.button.text == "Remove my reference from this browser"
    assert "We keep your answers." in form.text


def test_finish_makes_the_browser_forget(client, consultation):
    send(client, consultation)

    client.post(page(consultation, "finish"))
    reply = client.get(page(consultation, "receipt"))

    assert reply["Location"] == page(consultation, "start")


def test_discard_deletes_the_draft_everywhere(client, consultation):
    begin(client, consultation)

    client.post(page(consultation, "discard"))

    assert not Draft.objects.exists()
    assert client.get(page(consultation, "check"))["Location"] == page(consultation, "start") + "?lost"


def test_second_start_goes_on_where_the_first_left_off(client, consultation):
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])

    again = begin(client, consultation)

    assert again["Location"] == page(consultation, "answer", "2")
    assert Draft.objects.count() == 1


@pytest.mark.requirement("R-150")
def test_sensitive_journey_has_an_exit_on_every_page_and_no_topic_in_the_tab(client):
    consultation = ConsultationFactory(open=True, sensitive=True, title="Leaving an abusive home")
    pages = [client.get(page(consultation, "start"))]
    begin(client, consultation)
    pages += [client.get(page(consultation, "answer", "1"))]
    answer(client, consultation, 1, ["PHONE"])
    pages += [client.get(page(consultation, name)) for name in ("check", "saved", "safety", "change", "withdraw")]
    client.post(page(consultation, "check"))
    pages += [client.get(page(consultation, name)) for name in ("receipt", "outcome", "receipt-mail")]

    for reply in pages:
        text = reply.content.decode()
        assert (reply.status_code, "Exit this page" in text) == (200, True), reply.request["PATH_INFO"]
        assert "abusive" not in re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]


def test_every_page_of_the_journey_forbids_keeping_it(client, consultation):
    begin(client, consultation)
    names = ["start", "check", "saved", "change", "withdraw", "outcome", "safety"]

    replies = [client.get(page(consultation, name)) for name in names]

    assert {reply["Cache-Control"] for reply in [*replies, client.get(page(consultation, "answer", "1"))]} == {
        "no-store"
    }


def test_required_question_is_asked_for_before_sending(client):
    consultation = ConsultationFactory()
    consultation.questionnaire.questions.filter(key="q3").update(required=True)
    consultation = ConsultationFactory(open=True, questionnaire=consultation.questionnaire)
    begin(client, consultation)
    answer(client, consultation, 1, ["PHONE"])

    skipped = answer(client, consultation, 3, [])
    reply = client.post(page(consultation, "check"))

    assert "Choose an answer" in skipped.content.decode()
    assert (reply.status_code, "Answer “The draft covers what matters.”" in reply.content.decode()) == (422, True)


def test_unknown_step_is_nowhere(client, consultation):
    begin(client, consultation)

    replies = [client.get(page(consultation, "answer", "99")), answer(client, consultation, 99, ["x"])]

    assert [reply.status_code for reply in replies] == [404, 404]


@pytest.mark.parametrize("questions", [1, 3])
def test_pages_cost_the_same_however_many_questions(client, questions, django_assert_max_num_queries):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory.create_batch(questions, questionnaire=questionnaire, ways=True)
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    begin(client, consultation)

    with django_assert_max_num_queries(4):
        client.get(page(consultation, "answer", "1"))
    with django_assert_max_num_queries(5):
        answer(client, consultation, 1, ["PHONE"])
    with django_assert_max_num_queries(4):
        client.get(page(consultation, "check"))
