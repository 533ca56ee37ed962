"""A closed group with its codes, and organisations that answer by name."""

from datetime import datetime, timedelta

from consultations.domain import admitting, certifying, cowriting, drafting, inviting, tickets
from consultations.domain.questionnaires import questions_of
from consultations.domain.tickets import Invitation, Ticket
from consultations.models import Consultation
from portal.demo import Demonstration


def hand_out(demo: Demonstration, title: str, *, at: datetime) -> None:
    """The office prints one sheet of codes for Brightway, whose certifier prints another that the office never saw."""
    consultation = Consultation.objects.select_related("activity").get(title=title)
    team, provider = demo.people["involvement"], demo.organisations["brightway"]
    sheets = (("Drop-in on Tuesdays", 40, True, team), ("Evening group", 30, False, demo.people["certifier"]))
    for label, size, office_makes, maker in sheets:
        batch = inviting.offer_codes(
            consultation=consultation,
            label=label,
            size=size,
            organisation=provider,
            office_makes=office_makes,
            actor=team,
            at=at,
        )
        codes = inviting.make_codes(batch=batch, actor=maker, at=at)
        demo.codes[title] = [*demo.codes.get(title, []), *codes[: size * 3 // 4]]


def ticket_for(demo: Demonstration, consultation: Consultation, *, at: datetime) -> Ticket:
    """Somebody begins to answer: with a code from a slip of paper, where one is needed."""
    if not consultation.needs_code:
        return drafting.start(consultation=consultation, at=at)
    invitation = Invitation(demo.codes[consultation.title].pop(), tickets.new_ticket())
    return admitting.begin(consultation=consultation, invitation=invitation, at=at)


# Of each question in its order: what Harbourlight has signed, and what Brightway has so far, and who wrote it.
SIGNED = (
    ["Six months from the decision, with people from both teams in one office for the last two."],
    ["The records of open cases, with the consent of the people they are about", "Staff who want to come along"],
    ["DISAGREE"],
    ["Say early which buildings stay. People look for a door they know."],
)
WRITTEN = (
    ("preparer", ["Nine months. The lines have to be joined before the doors are."]),
    ("certifier", ["The records of open cases, with the consent of the people they are about"]),
)


def answer_together(demo: Demonstration, title: str, *, at: datetime) -> None:
    """Harbourlight has signed its answer; at Brightway two colleagues are half-way through theirs."""
    consultation = Consultation.objects.select_related("activity", "version").get(title=title)
    questions = questions_of(consultation.version)
    people, ours, theirs = demo.people, demo.organisations["brightway"], demo.organisations["harbourlight"]
    for place, values in enumerate(SIGNED):
        _write(consultation, theirs, questions[place], values, actor=people["other"], at=at)
    certifying.sign_off(
        consultation=consultation,
        organisation=theirs,
        seen=len(SIGNED),
        interests=["MAY_BID"],
        interest_words="",
        publish="WITH_NAME",
        actor=people["other_certifier"],
        at=at + timedelta(hours=1),
    )
    for place, (who, values) in enumerate(WRITTEN):
        later = at + timedelta(hours=2, minutes=9 * place)
        _write(consultation, ours, questions[place], values, actor=people[who], at=later)


def _write(consultation: Consultation, organisation, question, values: list[str], *, actor, at: datetime) -> None:
    """Choices are said in their words."""
    keys = {choice.label: choice.key for choice in question.choices}
    cowriting.keep_entry(
        consultation=consultation,
        organisation=organisation,
        question=question,
        values=[keys.get(value, value) for value in values],
        seen=0,
        actor=actor,
        at=at,
    )
