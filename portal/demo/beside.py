"""Beside the answers: questions about people themselves, and sheets of paper that two colleagues read."""

import random
from datetime import datetime

from consultations.domain import declaring, entering, equality, monitoring
from consultations.domain.entering import SheetAnswers
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.questionnaires import questions_of
from consultations.domain.tickets import Ticket
from consultations.enums import CHOICE_KINDS, Channel, Publication, QuestionKind, SpecialCondition
from consultations.models import Consultation, EntryBatch
from engagement.access import local_date
from portal.demo import Demonstration
from portal.demo.questions import ASKED

ABOUT = "waiting"  # the consultation that asks people about themselves
PURPOSE = "To see whom we have not heard from, and whether waiting is harder for some than for others."
# How likely each is said. So few say the third that it cannot be shown.
SAYS = {
    "SEX": (("FEMALE", 60), ("MALE", 35), ("PREFER_NOT", 5)),
    "DISABILITY": (("NO_CONDITION", 60), ("A_LITTLE", 36), ("A_LOT", 4)),
}
SILENT = 0.1  # of people leave these questions out

SHEETS_OF = "visits"
SHEETS = 4


def declare(consultation: Consultation, *, demo: Demonstration, at: datetime) -> None:
    """The office says before opening what it asks people about themselves, and what for."""
    declaring.declare_equality(
        consultation=consultation,
        chosen=list(SAYS),
        crossings=[(equality.about("SEX"), equality.about("DISABILITY"))],
        purpose=PURPOSE,
        condition=SpecialCondition.EQUALITY,
        seen=equality.fingerprint(None),
        actor=demo.people["involvement"],
        at=at,
    )


def say_who(consultation: Consultation, ticket: Ticket, chance: random.Random, *, at: datetime) -> None:
    """Most who have sent their answers say who they are, too."""
    if chance.random() < SILENT:
        return
    given = {
        key: chance.choices([value for value, _ in said], [weight for _, weight in said])[0]
        for key, said in SAYS.items()
    }
    mark = f"{chance.getrandbits(64):016x}"
    monitoring.give_equality(consultation=consultation, ticket=ticket, given=given, mark=mark, at=at)


def plan_sheets(demo: Demonstration) -> None:
    """Plans the typing of the sheets, and the second reading a day later."""
    demo.plan(demo.ago(9), type_sheets)
    demo.plan(demo.ago(8), check_sheets)


def type_sheets(demo: Demonstration, *, at: datetime) -> None:
    """An afternoon at the library left four sheets: one colleague types them in."""
    consultation = Consultation.objects.select_related("activity", "version").get(title=ASKED[SHEETS_OF].title)
    typist = demo.people["involvement"]
    batch = entering.begin_batch(
        consultation=consultation,
        channel=Channel.PAPER,
        place="Millgate Library, afternoon drop-in",
        held_on=local_date(at),
        sheets=SHEETS,
        actor=typist,
        at=at,
    )
    for number, said in enumerate(_sheets(consultation), start=1):
        entering.keep_sheet(batch=batch, number=number, said=said, actor=typist, at=at)
    entering.finish_typing(batch=batch, actor=typist, at=at)


def check_sheets(demo: Demonstration, *, at: datetime) -> None:
    """Another reads every one of them again, and both read the same."""
    batch = EntryBatch.objects.select_related("consultation__activity", "consultation__version").get()
    reader, sheets = demo.people["reader"], _sheets(batch.consultation)
    for sheet in list(entering.to_read(batch)):
        said = sheets[sheet.number - 1]
        entering.keep_second(batch=batch, number=sheet.number, said=said, actor=reader, at=at)
    entering.finish_check(batch=batch, actor=reader, at=at)


def _sheets(consultation: Consultation) -> list[SheetAnswers]:
    """What stands on each sheet: crosses, and no words."""
    chance, questions = random.Random(SHEETS_OF), questions_of(consultation.version)  # noqa: S311  invented answers
    return [
        SheetAnswers({one.key: _crosses(one, chance) for one in questions if one.kind in CHOICE_KINDS}, publish)
        for publish in [Publication.NONE.value] * SHEETS
    ]


def _crosses(question: FrozenQuestion, chance: random.Random) -> list[str]:
    keys = [choice.key for choice in question.choices]
    return sorted(set(chance.choices(keys, k=2 if question.kind == QuestionKind.SEVERAL else 1)))
