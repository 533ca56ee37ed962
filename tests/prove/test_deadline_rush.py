"""The last minute: respondents press "send" until the closing second and past it, and each is dealt with rightly.

Everyone has a browser of their own, goes through the real pages and reads what they say. Whoever was answered before
the closing moment has a receipt; whoever sent after it is refused in words, with the answers still there; whoever was
on the way at the moment itself is one or the other, and never both or neither.
"""

import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.domain import drafting, timekeeping
from consultations.models import Answer, Draft, Response, RunningCount
from tests.factories.consultations import ConsultationFactory
from tests.prove.respondents import without_limits
from tests.prove.test_submitting import Browser, page

RUSH, AFTERWARDS = 60, 6  # seconds before closing in which people send, and after it in which some still try
LOOKING = 1.5  # seconds for which somebody looks at the check page once more before sending
AT_ONCE = 200
RECEIPT = re.compile(r"portal-reference\">([A-Z0-9-]{15})<")


@dataclass
class Sending:
    """What one respondent saw: when the answer left and when the reply was there, by the clock of the servers too."""

    text: str
    sent: object = None
    replied: object = None
    status: int = 0
    receipt: str = ""
    page: str = ""


@pytest.mark.threat("C07")
def test_deadline_rush_gives_a_receipt_or_a_clear_refusal_to_everybody(site, amount, monkeypatch):
    without_limits(monkeypatch)
    number, seconds = amount(60, 1000), amount(20, RUSH)
    chance = random.Random(2028)
    prepared = timezone.now()
    consultation = ConsultationFactory(
        open=True, opens_at=prepared - timedelta(days=1), closes_at=prepared + timedelta(days=1)
    )
    browsers = [_with_answers(site, consultation, f"Answer {place} of the rush") for place in range(number)]
    closes = timezone.now() + timedelta(seconds=seconds + 2)
    type(consultation).objects.filter(pk=consultation.pk).update(closes_at=closes)
    consultation.refresh_from_db()

    late = number // 20
    moments = sorted(
        chance.uniform(0, AFTERWARDS) if place < late else chance.uniform(-seconds, 0) for place in range(number)
    )
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = []
        for moment, (browser, text, token) in zip(moments, browsers, strict=True):
            _wait_until(closes + timedelta(seconds=min(moment, 0) - LOOKING))
            jobs.append(pool.submit(_send, browser, text, token, consultation, closes + timedelta(seconds=moment)))
        seen = [job.result() for job in jobs]

    timekeeping.keep_time(at=closes + timekeeping.IN_FLIGHT)
    stored = Counter(Answer.objects.filter(question="q4").values_list("text", flat=True))
    found = Counter(_judged(sending, closes, stored) for sending in seen)
    waits = sorted((sending.replied - sending.sent).total_seconds() for sending in seen)
    print(
        f"\n  {number} people in the last {seconds} seconds: {found['receipt']} receipts, {found['refused']} refused"
        f" after closing, {found['under way']} under way at the closing second; half waited {waits[number // 2]:.2f} s,"
        f" the longest {waits[-1]:.2f} s"
    )
    assert not found["wrong"], [sending for sending in seen if _judged(sending, closes, stored) == "wrong"][:3]
    assert found["receipt"] >= number * 0.5  # it is a rush before closing, however slow the machine
    assert found["refused"] >= late - 1
    receipts = [sending.receipt for sending in seen if sending.receipt]
    assert len(set(receipts)) == len(receipts) == Response.objects.count() == RunningCount.objects.get().responses
    assert Draft.objects.count() == number - len(receipts)


def _judged(sending, closes, stored):
    """What became of one of them: in the reply, on the page after it, and in the database."""
    kept = stored[sending.text]
    received = sending.status == 302 and sending.receipt and kept == 1
    refused = (
        sending.status == 409
        and not sending.receipt
        and kept == 0
        and "This has closed, so we can no longer take answers." in sending.page
        and sending.text in sending.page
    )
    if sending.replied < closes:
        return "receipt" if received else "wrong"
    if sending.sent >= closes:
        return "refused" if refused else "wrong"
    return "under way" if received or refused else "wrong"


def _with_answers(site, consultation, text):
    """A browser with a draft that says this, on the check page: the text and the token of its form beside it."""
    ticket = drafting.start(consultation=consultation, at=timezone.now())
    for question, values in {"q1": ["PHONE"], "q3": ["AGREE"], "q4": [text]}.items():
        opened = drafting.find(consultation=consultation, ticket=ticket)
        drafting.keep_step(opened=opened, question=question, values=values, at=timezone.now())
    browser = Browser(site, {"answers": str(ticket)})
    return browser, text, browser.token(page(consultation, "check"))


def _send(browser, text, token, consultation, moment):
    """Looks at the check page again, presses at the moment in the form that was open before, looks at what comes."""
    sending = Sending(text)
    check = page(consultation, "check")
    browser.ask("GET", check)
    _wait_until(moment)
    sending.sent = timezone.now()
    reply, sending.page = browser.ask("POST", check, {"csrfmiddlewaretoken": token})
    sending.replied = timezone.now()
    sending.status = reply.status
    if shown := RECEIPT.search(browser.ask("GET", page(consultation, "receipt"))[1]):
        sending.receipt = shown[1]
    return sending


def _wait_until(moment):
    threading.Event().wait(max(0.0, (moment - timezone.now()).total_seconds()))
    while timezone.now() < moment:
        time.sleep(0.001)
