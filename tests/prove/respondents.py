"""Five hundred people who answer over simulated days, through the product's own doors, and what each of them knows."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from consultations import tasks
from consultations.domain import (
    admitting,
    attempts,
    characteristics,
    drafting,
    inviting,
    letters,
    monitoring,
    outcomes,
    responding,
    tickets,
)
from consultations.models import Answer
from engagement.enums import Role
from tests.factories.consultations import CONTACT_WAYS, CodeBatchFactory, ConsultationFactory
from tests.factories.engagement import UserFactory
from tests.factories.equality import planned

FIRST_DAY = datetime(2026, 9, 7, tzinfo=UTC)
OPEN_DAYS = 8
BUSY, QUIET = 40, 1  # how likely a day is to be the one; the quiet days fall between busy ones
LIKELY = [BUSY, BUSY, QUIET, BUSY, BUSY, QUIET, BUSY]
WORKING_HOURS = (11, 13, 15, 17, 19)  # when the worker looks, besides the nights; really every few minutes
EVENING = 20
SHEET = 50  # codes; each sheet is handed out to people whose names are known
CHOSEN = ["AGE", "ETHNICITY", "RELIGION"]
CROSSINGS = [["about.AGE", "answer.q1"], ["about.AGE", "about.ETHNICITY"]]
WORDS = ("clear", "kind", "slow", "phone", "letter", "night", "evening", "worker", "wait", "text", "safe", "trust")


@dataclass
class Respondent:
    """Somebody who answers. `said` is when they tell everybody that they have just sent their answers."""

    number: int
    choices: random.Random = field(repr=False)
    starts_at: datetime
    said: datetime
    text: str
    way: str
    changes: bool
    withdraws: bool
    wants_outcome: bool
    has_link_mailed: bool
    through_the_site: bool
    about: dict = field(default_factory=dict)

    @property
    def profile(self):
        """What this person says of themselves, or nothing."""
        return tuple(self.about.get(key) for key in CHOSEN) if self.about else None

    @property
    def address(self):
        return f"person{self.number}@people.example"

    def answers(self):
        ways = list(CONTACT_WAYS)
        return {
            "q1": [self.way],
            "q2": self.choices.sample(ways, 2),
            "q3": [self.choices.choice(["AGREE", "DISAGREE"])],
            "q4": [self.text],
        }


def people(number, *, seed):
    """So many respondents: some pause overnight, change, withdraw, have their link mailed, want to hear the outcome."""
    chance = random.Random(seed)
    return [_somebody(index, chance) for index in range(number)]


def _somebody(number, chance):
    day = FIRST_DAY + timedelta(days=chance.choices(range(len(LIKELY)), LIKELY)[0])
    started = day + timedelta(hours=9, seconds=chance.randrange(9 * 3600))
    pauses = chance.random() < 0.15 and day.day - FIRST_DAY.day < len(LIKELY) - 1
    words = " ".join(chance.choices(WORDS, k=chance.randint(4, 90)))
    return Respondent(
        number=number,
        choices=random.Random(chance.random()),
        starts_at=started,
        said=started + timedelta(seconds=chance.randrange(120, 1800)) + (timedelta(days=1) if pauses else timedelta()),
        text=f"{words} {number}",
        way=chance.choice(list(CONTACT_WAYS)),
        changes=chance.random() < 0.08,
        withdraws=chance.random() < 0.04,
        wants_outcome=chance.random() < 0.2,
        has_link_mailed=chance.random() < 0.15,
        through_the_site=chance.random() < 0.1,
        about=_about(chance) if chance.random() < 0.8 else {},
    )


def _about(chance):
    """Whatever somebody of a very mixed town may say: the more kinds there are, the more one would give away."""
    return {one.key: chance.choice(list(one.labels)) for one in characteristics.chosen(CHOSEN)}


class Town:
    """The respondents, their consultation, and time passing: nights, five-minute ticks, closing."""

    def __init__(self, number, *, seed, careless=False, watch=None):
        """`watch` is called every evening before the night's work, and every morning after it."""
        self.people = people(number, seed=seed)
        self.watch = watch
        closes = datetime.combine(FIRST_DAY.date() + timedelta(days=OPEN_DAYS), time(16), tzinfo=UTC)
        self.consultation = planned(
            ConsultationFactory(open=True, invited=True, opens_at=FIRST_DAY, closes_at=closes),
            chosen=CHOSEN,
            crossings=CROSSINGS,
        )
        self.tickets, self.codes, self.said, self.started, self.told = {}, {}, {}, {}, {}
        self.sheets = self._hand_out()
        self.careless = careless

    def _hand_out(self):
        """A code for each person, from sheets of which somebody keeps a list with names."""
        maker, sheets = UserFactory(role=Role.INVOLVEMENT), {}
        self.invited = {}
        for start in range(0, len(self.people), SHEET):
            batch = CodeBatchFactory(consultation=self.consultation, size=SHEET, office_makes=True)
            codes = inviting.make_codes(batch=batch, actor=maker, at=FIRST_DAY)
            here = self.people[start : start + SHEET]
            sheets[batch.pk] = [person.number for person in here]
            self.invited |= {person.number: code for person, code in zip(here, codes, strict=False)}
        return sheets

    def live(self):
        """Everything happens at its moment. A careless town neither shuffles nor settles."""
        happenings = sorted(self._happenings(), key=lambda happening: happening[:2])
        for moment, _, act in happenings:
            with time_machine.travel(moment, tick=False):
                act(moment)
        with time_machine.travel(self.consultation.closes_at + timedelta(minutes=5), tick=False):
            if not self.careless:
                tasks.keep_time()

    def _happenings(self):
        order = iter(range(10**6))
        for person in self.people:
            yield person.starts_at, next(order), lambda at, person=person: self._start(person, at)
            yield person.said, next(order), lambda at, person=person: self._send(person, at)
            later = person.said + timedelta(minutes=2)
            if person.about:
                soon = person.said + timedelta(seconds=20 + person.number % 90)
                yield soon, next(order), lambda at, person=person: self._tell(person, at)
            if person.wants_outcome:
                yield later, next(order), lambda at, person=person: self._ask(person, at)
            if person.changes and later.date() < self.consultation.closes_at.date():
                again = later + timedelta(hours=1)
                yield again, next(order), lambda at, person=person: self._change(person, at)
            elif person.withdraws:
                yield later + timedelta(minutes=1), next(order), lambda at, person=person: self._withdraw(person, at)
        for day in range(OPEN_DAYS):
            today = FIRST_DAY + timedelta(days=day)
            for hour in WORKING_HOURS if day < OPEN_DAYS - 1 else ():
                yield today + timedelta(hours=hour), next(order), self._work
            if self.watch:
                yield today + timedelta(hours=EVENING), next(order), lambda at: self.watch("evening", at)
                yield today + timedelta(hours=26), next(order), lambda at: self.watch("morning", at)
            night = today + timedelta(hours=25, minutes=30)
            yield night, next(order), lambda at: None if self.careless else tasks.shuffle_responses()

    def _work(self, at):
        if not self.careless:
            tasks.keep_time()

    def _start(self, person, at):
        self.started[person.number] = at
        if person.through_the_site:
            person.browser = Client()
            code = tickets.shown(self.invited[person.number])
            person.browser.post(reverse("consultations:invitation-enter"), {"code": code})
            person.browser.post(self._page("start"))
            return
        invitation = tickets.Invitation(self.invited[person.number], tickets.new_ticket())
        ticket = admitting.begin(consultation=self.consultation, invitation=invitation, at=at)
        self.tickets[person.number] = ticket
        self._keep(ticket, {"q1": person.answers()["q1"]}, at)
        if person.has_link_mailed:
            letters.send_resume_link(consultation=self.consultation, ticket=ticket, address=person.address, at=at)

    def _keep(self, ticket, answers, at):
        for question, values in answers.items():
            opened = drafting.find(consultation=self.consultation, ticket=ticket)
            drafting.keep_step(opened=opened, question=question, values=values, at=at)

    def _send(self, person, at):
        self.said[person.number] = at
        if person.through_the_site:
            for number, values in enumerate(person.answers().values(), start=1):
                person.browser.post(self._page("answer", str(number)), {f"{number}-answer": values})
            person.browser.post(self._page("check"))
            self.codes[person.number] = tickets.read_ticket(person.browser.cookies["answers"].value).code
            return
        ticket = self.tickets[person.number]
        self._keep(ticket, person.answers(), at)
        self.codes[person.number] = responding.submit(consultation=self.consultation, ticket=ticket, at=at).code

    def _tell(self, person, at):
        """The equality questions; what somebody did not say is left blank."""
        self.told[person.number] = at
        if person.through_the_site:
            person.browser.get(self._page("equality"))
            person.browser.post(self._page("equality"), person.about)
            return
        monitoring.give_equality(
            consultation=self.consultation,
            ticket=tickets.Ticket(self.tickets[person.number].token, self.codes[person.number]),
            given=person.about,
            mark=tickets.new_ticket().token,
            at=at,
        )

    def _ask(self, person, at):
        outcomes.ask_for_outcome(consultation=self.consultation, email=person.address, at=at)

    def _change(self, person, at):
        self.said[person.number] = at
        person.text += " again"
        code = self.codes[person.number]
        ticket = responding.begin_change(consultation=self.consultation, code=code, at=at)
        self._keep(ticket, {"q4": [person.text]}, at)
        responding.submit(consultation=self.consultation, ticket=ticket, at=at)

    def _withdraw(self, person, at):
        del self.said[person.number]
        responding.withdraw(consultation=self.consultation, code=self.codes[person.number], at=at)

    def _page(self, name, *args):
        return reverse(f"consultations:consultation-{name}", args=[self.consultation.slug, *args])

    def truth(self):
        """Which response is whose, by what only this test knows: the words each person wrote. Response key → person."""
        whose = {person.text: person.number for person in self.people}
        return {key: whose[text] for key, text in Answer.objects.exclude(text="").values_list("response", "text")}

    @staticmethod
    def mails():
        """Every message that went out, as a mail server's archive would hold it: recipient and text."""
        return [(message.to[0], message.body) for message in mail.outbox]


def without_limits(monkeypatch):
    """Limits are per hour and process, and this town is one process: they are tested elsewhere."""
    for name in ("STARTS", "LETTERS", "ADDRESSES", "CODES"):
        monkeypatch.setattr(attempts, name, attempts.Attempts(limit=10**9, limit_for_all=10**9))
