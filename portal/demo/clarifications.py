"""A window for providers' questions on the service that is being planned, and one provider that joins late."""

from datetime import datetime, time

from engagement.domain.answering import draft_of, seen_of, write_answer
from engagement.domain.asking import enter_question, write_question
from engagement.domain.calendar import LONDON, at_5pm
from engagement.domain.conflicts import record_conflict
from engagement.domain.parties import engage_organisation
from engagement.domain.releasing import release_answers, waiting_for_release
from engagement.domain.windows import open_window
from engagement.enums import QuestionSource
from engagement.models import Clarification, QuestionWindow
from portal.demo import Demonstration

ACTIVITY = "abuse"
OPENED, ASKED, RELEASED, JOINED, ANSWERED, WAITING = 13, 11, 9, 3, 2, 1  # days ago

OFFICES = "Do we at Brightway have to give up our rooms in Mill Lane, or may a bidder use its own?"
ROOMS = "May a bidder use its own rooms?"
WAITS = "Is the helpline to be answered at night from the first day, or may it begin in the second quarter?"
PRICES = "Our price for interpreters is fixed until 2029 with one agency. May it be passed on as it is?"
UNSENT = "How many of the people who"


def plan_clarifications(demo: Demonstration) -> None:
    """Questions released, answered, waiting and unsent; an interest declared; Harbourlight joins after a release."""
    demo.plan(demo.ago(OPENED, hour=9), _open)
    demo.plan(demo.ago(OPENED, hour=14), _declare)
    demo.plan(demo.ago(ASKED, hour=11), _ask, "certifier", OFFICES, "Clause 4, where people meet us")
    demo.plan(demo.ago(ASKED, hour=15), _enter)
    demo.plan(demo.ago(RELEASED, hour=12), _answer, OFFICES, ROOMS, "Yes. Rooms have to be step-free and near a bus.")
    demo.plan(demo.ago(RELEASED, hour=15), _release)
    demo.plan(demo.ago(JOINED, hour=9), _join)
    demo.plan(demo.ago(ANSWERED, hour=10), _ask, "other_certifier", "Does the office own the case records?", "Clause 7")
    demo.plan(
        demo.ago(ANSWERED, hour=15),
        _answer,
        "Does the office own the case records?",
        "Who owns the case records?",
        "The provider holds them. They go to the next provider when the agreement ends, with people’s consent.",
    )
    demo.plan(demo.ago(WAITING, hour=16), _ask, "other", WAITS, "Clause 2, hours")
    demo.plan(demo.ago(WAITING, hour=16), _ask, "certifier", PRICES, "", "It shows what we pay.")
    demo.plan(demo.ago(WAITING, hour=17), _ask, "preparer", UNSENT, "", "", False)


def _window(demo: Demonstration) -> QuestionWindow:
    return QuestionWindow.objects.select_related("activity").get(activity=demo.activities[ACTIVITY])


def _open(demo: Demonstration, *, at: datetime) -> None:
    open_window(
        activity=demo.activities[ACTIVITY],
        about="Draft specification",
        opens_at=datetime.combine(at.astimezone(LONDON).date(), time(9), tzinfo=LONDON),
        closes_at=at_5pm(demo.ahead(7)),
        answers_by=at_5pm(demo.ahead(12)),
        is_public=True,
        actor=demo.people["lead"],
        at=at,
    )


def _declare(demo: Demonstration, *, at: datetime) -> None:
    record_conflict(
        activity=demo.activities[ACTIVITY],
        declared_by="Farah Quill",
        organisation=demo.organisations["harbourlight"],
        declared_on=at.astimezone(LONDON).date(),
        interest="Was a trustee of Harbourlight until last year.",
        mitigation="Takes no part in answering questions or in scoring, and sees no bid before the decision.",
        actor=demo.people["lead"],
        at=at,
    )


def _ask(
    demo: Demonstration, person: str, text: str, section: str, because: str = "", send: bool = True, *, at: datetime
) -> None:
    asker = demo.people[person]
    write_question(
        window=_window(demo),
        organisation=asker.memberships.get().organisation,
        section=section,
        text=text,
        confidential_because=because,
        send=send,
        actor=asker,
        at=at,
    )


def _enter(demo: Demonstration, *, at: datetime) -> None:
    """Somebody rang, and the lead wrote it down and answered it."""
    text = "Is there money for translation, or is it part of the price?"
    enter_question(
        window=_window(demo),
        source=QuestionSource.PHONE,
        organisation=None,
        received_on=at.astimezone(LONDON).date(),
        section="Clause 5, languages",
        text=text,
        actor=demo.people["lead"],
        at=at,
    )
    _answer(demo, text, text, "It is part of the price. The needs assessment says how often it is wanted.", at=at)


def _answer(demo: Demonstration, asked: str, wording: str, text: str, *, at: datetime) -> None:
    question = Clarification.objects.get(window=_window(demo), text=asked)
    write_answer(
        question=question,
        seen=seen_of(question, draft_of(question)),
        wording=wording,
        section=question.section,
        text=text,
        actor=demo.people["lead"],
        at=at,
    )


def _release(demo: Demonstration, *, at: datetime) -> None:
    window = _window(demo)
    seen = waiting_for_release(window, at=at).seen
    release_answers(window=window, seen=seen, actor=demo.people["contracts"], at=at)


def _join(demo: Demonstration, *, at: datetime) -> None:
    engage_organisation(
        activity=demo.activities[ACTIVITY],
        organisation=demo.organisations["harbourlight"],
        actor=demo.people["lead"],
        at=at,
    )
