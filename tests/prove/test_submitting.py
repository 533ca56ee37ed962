"""Many at once through real servers: one draft sent fifty times is one response, two devices lose nothing."""

import http.client
import re
import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Answer, Draft, Response
from tests.factories.consultations import ConsultationFactory

AT_ONCE = 50


@pytest.fixture
def consultation():
    """A consultation that is open by the clock of the servers."""
    now = timezone.now()
    return ConsultationFactory(open=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30))


class Browser:
    """A browser without script: it keeps cookies and gives back the token that a form holds."""

    def __init__(self, site, cookies=None):
        self.site, self.cookies = site, dict(cookies or {})

    def ask(self, method, path, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {
            "Host": f"localhost:{self.site.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, urlencode(fields or {}, doseq=True), headers)
        reply = connection.getresponse()
        text = reply.read().decode()
        for header in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return reply, text

    def token(self, path):
        """The token of the form at this address."""
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", path)[1])[1]

    def post(self, path, **fields):
        return self.ask("POST", path, {"csrfmiddlewaretoken": self.token(path), **fields})


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def begun(site, consultation):
    browser = Browser(site)
    browser.post(page(consultation, "start"))
    return browser


def together(*acts):
    """Runs all at the same moment, each in a thread of its own; what they return, or the error they end with."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            results[place] = act()
        except Exception as error:  # noqa: BLE001  whatever a thread ends with is a finding
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.threat("C01")
def test_fifty_submits_at_once_make_one_response_with_one_receipt(site, consultation, amount):
    rounds = amount(3, 200)

    for number in range(1, rounds + 1):
        browser = begun(site, consultation)
        browser.post(page(consultation, "answer", "4"), **{"4-answer": f"Round {number}"})
        check, receipt = page(consultation, "check"), page(consultation, "receipt")
        token = browser.token(check)

        def send(cookies=browser.cookies, token=token, check=check, receipt=receipt):
            sender = Browser(site, cookies)
            reply, _ = sender.ask("POST", check, {"csrfmiddlewaretoken": token})
            shown = re.search(r"portal-reference\">([A-Z0-9-]{15})<", sender.ask("GET", receipt)[1])
            return reply.status, reply.headers["Location"], shown and shown[1]

        replies = together(*[send] * AT_ONCE)

        assert len(set(replies)) == 1, replies
        assert replies[0][:2] == (302, receipt)
        assert re.fullmatch(r"([A-HJ-NPR-Y]{2}[2-9]-?){4}", replies[0][2])
        assert Response.objects.count() == number
    assert Answer.objects.count() == rounds
    assert not Draft.objects.exists()
    print(f"\n  {rounds} drafts sent {AT_ONCE} times at once: {rounds} responses, {rounds} receipts")


@pytest.mark.threat("C04")
def test_two_devices_at_once_keep_both_answers(site, consultation, amount):
    rounds = amount(10, 200)
    lost = 0

    for _ in range(rounds):
        phone = begun(site, consultation)
        laptop = Browser(site)
        laptop.ask("GET", page(consultation, "resume", phone.cookies["answers"].partition(".")[0]))
        first, fourth = page(consultation, "answer", "1"), page(consultation, "answer", "4")
        by_phone, by_laptop = phone.token(first), laptop.token(fourth)
        together(
            lambda phone=phone, token=by_phone, path=first: phone.ask(
                "POST", path, {"csrfmiddlewaretoken": token, "1-answer": "PHONE"}
            ),
            lambda laptop=laptop, token=by_laptop, path=fourth: laptop.ask(
                "POST", path, {"csrfmiddlewaretoken": token, "4-answer": "From the laptop"}
            ),
        )
        _, text = phone.ask("GET", page(consultation, "check"))
        lost += ("A phone call" not in text) + ("From the laptop" not in text)

    print(f"\n  {rounds} drafts written from two devices at once: {lost} answers lost")
    assert lost == 0
