"""People at browsers of their own. They read pages, follow links that are there and fill in forms as served."""

from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from consultations.tasks import keep_time
from engagement.tasks import flush_outbox

PAGE = {200}
ASKED_AGAIN = {200, 409, 422}


@dataclass
class Reply:
    """A page as it arrived, after redirects."""

    path: str
    status: int
    soup: BeautifulSoup

    @property
    def text(self):
        """What can be read, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self):
        return " ".join(self.soup.h1.get_text(" ").split())

    def __contains__(self, words):
        return words in self.text

    def links(self, within="main"):
        """The addresses on this site that a part of the page leads to, by the words of their links."""
        found = {}
        for link in self.soup.select(f"{within} a[href]"):
            found.setdefault(" ".join(link.get_text(" ").split()), link["href"])
        return found

    def link(self, words, within="main"):
        """The address behind the link with these words; there must be one."""
        found = self.links(within)
        assert words in found, f"{self.path} has no link “{words}”, only {sorted(found)}"
        return found[words]

    def fields(self, button=""):
        """Address, names and values of the form with this button, as a browser would send it untouched."""
        forms = [form for form in self.soup.select("form[method=post]") if button in form.get_text(" ")]
        forms = [form for form in forms if not form.find_parent("header")] or forms
        assert forms, f"{self.path} has no form with “{button}”"
        form = forms[0]
        names, values = set(), {}
        for box in form.select("input[name], textarea[name], select[name], button[name]"):
            names.add(box["name"])
            for value in values_of(box):
                values.setdefault(box["name"], []).append(value)
        return form.get("action") or self.path, names, values


def values_of(box):
    """What an untouched box sends."""
    if box.name == "textarea":
        return [box.get_text().removeprefix("\n")]
    if box.name == "select":
        chosen = box.select_one("option[selected]") or box.option
        return [chosen.get("value", chosen.get_text())] if chosen else []
    if box.name == "button" or box.get("type") in {"submit", "file"}:
        return []
    if box.get("type") in {"radio", "checkbox"}:
        return [box.get("value", "on")] if box.has_attr("checked") else []
    return [box.get("value", "")]


class Person(Client):
    """Somebody with a browser: the public, or `Person(user)` signed in. Forgery checks are on, as in production."""

    def __init__(self, user=None, *, source="192.0.2.1"):
        super().__init__(enforce_csrf_checks=True, REMOTE_ADDR=source)
        self.user = user

    def open(self, path, expect=PAGE):
        """Reads a page. Anything but 200 fails."""
        self._be_signed_in()
        return self._arrived(self.get(path, follow=True), expect)

    def fill(self, path, button="", expect=PAGE, **values):
        """Opens a page, changes these boxes of its form and sends it; gives the page that follows.

        Boxes that the form does not have cannot be filled. With `expect=ASKED_AGAIN` the form may be refused.
        """
        target, names, filled = self.open(path).fields(button)
        assert set(values) <= names, f"{path} has no {sorted(set(values) - names)}, only {sorted(names)}"
        return self.send(target, {**filled, **values}, expect=expect)

    def send(self, target, values, expect=PAGE):
        """Sends a form as it was filled in some time ago; gives the page that follows."""
        return self._arrived(self.post(target, values, follow=True), expect)

    def status(self, path):
        """What a page answers, without following it anywhere."""
        self._be_signed_in()
        return self.get(path).status_code

    def _arrived(self, reply, expect):
        path = reply.redirect_chain[-1][0] if reply.redirect_chain else reply.request["PATH_INFO"]
        assert reply.status_code in expect, f"{path} answered {reply.status_code}"
        return Reply(path, reply.status_code, BeautifulSoup(reply.content, "html.parser"))

    def _be_signed_in(self):
        """Sessions end while months pass in a journey: signs in again where that has happened."""
        if self.user and "_auth_user_id" not in self.session:
            self.force_login(self.user)


def let_the_worker_run():
    """What the worker does every minute, by its own tasks; gives the mails it sent."""
    before = len(mail.outbox)
    keep_time.delay()
    flush_outbox.delay()
    return mail.outbox[before:]


def received(address, mails=None):
    """The subjects of what came to an address."""
    return [message.subject for message in (mail.outbox if mails is None else mails) if message.to == [address]]


def day(name, text):
    """A date such as "1 4 2026" as its three boxes send it."""
    return {f"{name}_{part}": typed for part, typed in zip(("day", "month", "year"), text.split(), strict=True)}
