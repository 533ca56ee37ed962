"""A closed group: codes that the office and a provider hand out, and people who use some of them."""

from datetime import datetime

from consultations.domain import admitting, drafting, inviting, tickets
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
