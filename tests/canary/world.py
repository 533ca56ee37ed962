"""The world of the crawl: two sides of one office, alike in everything, where each private value is a token.

A side is an activity with its Lead Commissioner and Contract Manager, its provider, and all that hangs on both. Names,
references and addresses hold no token: an answer that only repeats what was asked for tells nothing.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.core import mail

from consultations.domain import concluding, evidence, outcomes, promising
from consultations.domain.certifying import sign_off
from consultations.domain.collective import record as record_collective
from consultations.domain.cowriting import keep_entry
from consultations.domain.entering import begin_batch
from consultations.domain.files import receive
from consultations.domain.questionnaires import questions_of
from consultations.enums import Channel
from consultations.models import ElectionPeriod, EvidenceFile, RunningCount, Way
from consultations.views.evidence import parts_of
from engagement.domain import log, outbox, parties
from engagement.enums import Confidence, EventKind, PartyKind, Role
from engagement.models import User
from portal.domain.rights import give_lead_rights, keep_lead_rights
from tests.canary import diligence, pages, reporting
from tests.canary.register import OURS, THEIRS, Register
from tests.factories.analysis import ConcernFactory, RedactionFactory, ThemeFactory, alike_group
from tests.factories.clarifications import ClarificationFactory, ConflictFactory, QuestionWindowFactory
from tests.factories.clarifications import answer as write_answer
from tests.factories.comments import draft_on_page, moderated, settled, signed_comment
from tests.factories.comments import send as send_comment
from tests.factories.consultations import (
    CodeBatchFactory,
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    send_file,
)
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    FundingLineFactory,
    OrganisationFactory,
    UserFactory,
)

ENOUGH = 12  # answers: more than the ten that settle together, and enough to be counted


@dataclass
class World:
    """`sides` by provider's name; `mails` sent while it was made; `writing` a respondent has not sent yet."""

    register: Register = field(default_factory=Register)
    people: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, SimpleNamespace] = field(default_factory=dict)
    common: SimpleNamespace = field(default_factory=SimpleNamespace)
    mails: list[Any] = field(default_factory=list)
    writing: str = ""

    def mails_to(self, name):
        """What was sent to a person's address."""
        address = self.people[name].email if name in self.people else None
        return [message for message in self.mails if message.to == [address]]

    def person(self, name):
        """The person as the next request will know them: roles are kept on the object."""
        return User.objects.get(pk=self.people[name].pk) if name in self.people else None


def build():
    """Everything, and the mails that it caused."""
    world = World()
    world.people = office()
    world.people["respondent"] = UserFactory(email="respondent@demo.example", name="Robin Ash")
    for name in (OURS, THEIRS):
        world.sides[name] = side(world, name)
    ours, theirs = world.sides[OURS], world.sides[THEIRS]
    world.people |= {"preparer": ours.preparer, "certifier": ours.certifier, "stranger": theirs.certifier}
    world.people |= {"lead": ours.lead, "manager": ours.manager, "their preparer": theirs.preparer}
    world.common.page = pages.stray(world)
    world.election = ElectionPeriod.objects.create(
        name="Local elections", starts_on=date(2027, 3, 23), polling_on=date(2027, 5, 6)
    )
    keep_lead_rights(at=NOW)
    act = world.register.words("what was done", row="log, own act", owner="involvement")
    team = world.people["involvement"]
    log.record(action="test.done", subject=world.common.page, actor=team, at=NOW, summary=act)
    world.writing = world.register.words("answer being written", row="answer, being written", owner="respondent")
    before = len(mail.outbox)
    outbox.flush(clock=lambda: NOW)
    world.mails = mail.outbox[before:]
    return world


def office():
    """One person for each role that runs no activity of its own."""
    roles = {
        "involvement": Role.INVOLVEMENT,
        "management": Role.MANAGEMENT,
        "commissioner": Role.COMMISSIONER,
        "specialist": Role.SPECIALIST,
        "auditor": Role.AUDITOR,
        "admin": Role.ADMINISTRATOR,
    }
    return {
        name: UserFactory(email=f"{name}@demo.example", name=name.title(), role=role) for name, role in roles.items()
    }


def side(world, name):
    """An activity, its people and provider, and everything private about them."""
    slug = name.lower()
    provider = OrganisationFactory(name=name, slug=slug)
    one = SimpleNamespace(name=name, provider=provider)
    for who, role, organisation in (
        ("preparer", Role.PREPARER, provider),
        ("certifier", Role.CERTIFIER, provider),
        ("lead", Role.LEAD_COMMISSIONER, None),
        ("manager", Role.CONTRACT_MANAGER, None),
    ):
        address = f"{who}@{slug}.demo.example"
        setattr(one, who, UserFactory(email=address, name=f"{who} {name}", role=role, organisation=organisation))
    secret = world.register.words("a colleague's address", row="address of a provider's colleague", owner=name)
    one.colleague = UserFactory(email=f"{secret}@{slug}.example", role=Role.PREPARER, organisation=provider)
    activities(world, one)
    one.pages = pages.write(world, one)
    consult(world, one)
    one.agreements, one.returns = reporting.report(world, one)
    actor, owner = (one.preparer, "preparer") if name == OURS else (one.certifier, "stranger")
    one.upload = reporting.upload(world, one, actor=actor, owner=owner)
    bring(world, one, world.people["involvement"])
    engage(world, one)
    diligence.check(world, one)
    enquire(world, one)
    return one


def activities(world, one):
    """One that is public and in Do, one in draft with its money."""
    keep, own = world.register, {"row": "activity, draft", "owner": one.name}
    people = {"lead_commissioner": one.lead, "contract_manager": one.manager}
    slug = one.name.lower()
    one.activity = ActivityFactory(published=True, at_do=True, slug=slug, title=f"Support by {one.name}", **people)
    one.draft_activity = ActivityFactory(
        slug=f"{slug}-next",
        title=f"{keep.words('title of a draft activity and its page', row=pages.DRAFT, owner=one.name)} next",
        summary=f"We mean {keep.words('summary of a draft activity', **own)}.",
        area=keep.words("area of a draft activity", **own),
        **people,
    )
    FundingLineFactory(
        activity=one.draft_activity,
        stream=keep.words("money of a draft activity", **own),
        amount=keep.count("amount for a draft activity", **own),
    )


def consult(world, one):
    """A draft, one open, one closed whose outcome is being written, one with published results."""
    keep, slug = world.register, one.name[:8].lower()  # a reference has twenty characters
    drafted = {"row": "consultation, draft", "owner": one.name}
    one.questionnaire = QuestionnaireFactory(title=f"Questions for {one.name}", asked=[])
    asked = keep.words("question not asked yet", row="questionnaire", owner=one.name)
    QuestionFactory(questionnaire=one.questionnaire, text=f"What of {asked}?", ways=True)
    one.draft_consultation = ConsultationFactory(
        reference=f"{slug}-draft",
        activity=one.activity,
        questionnaire=one.questionnaire,
        title=f"Title {keep.words('title of a draft consultation', **drafted)}",
        summary=f"We ask {keep.words('summary of a draft consultation', **drafted)}.",
        audience=keep.words("audience of a draft consultation", **drafted),
        can_change=keep.words("what a draft consultation can change", **drafted),
        next_steps=keep.words("next steps of a draft consultation", **drafted),
    )
    one.way = Way.objects.create(
        consultation=one.draft_consultation,
        channel=Channel.PHONE,
        words=f"Ask for {keep.words('way to answer a draft consultation', **drafted)}.",
        contact="01632 960 000",
    )
    one.open_consultation = ConsultationFactory(reference=f"{slug}-open", activity=one.activity, open=True)
    one.closed_consultation = ConsultationFactory(reference=f"{slug}-closed", activity=one.activity, closed=True)
    for consultation in (one.open_consultation, one.closed_consultation):
        answer(world, one, consultation)
    act = keep.words("what was done about a concern", row="response text", owner=one.name)
    shown = keep.words("a text as two people let it be read", row="response text, redacted", owner=one.name)
    RedactionFactory(answer=one.text, text=f"They {shown}, said [a name].", approved=True)
    twice = keep.words("a text that was sent twice", row="response text", owner=one.name)
    one.alike_group = alike_group(one.closed_consultation, words=f"They came late and {twice} was all they said to us.")
    one.concern = ConcernFactory(answer=one.text, acts=[f"Rang {act}."])
    ThemeFactory(
        consultation=one.closed_consultation,
        name=f"Theme {keep.words('name of a theme', row='response text, redacted', owner=one.name)}",
        definition=keep.words("definition of a theme", row="response text", owner=one.name),
    )
    wish = keep.words("address of who wants to hear", row="wish to hear the outcome", owner=one.name)
    outcomes.ask_for_outcome(consultation=one.open_consultation, email=f"{wish}@people.example", at=NOW)
    conclude(world, one)
    group(world, one)
    answer_by_name(world, one)
    comment(world, one)


def comment(world, one):
    """Comments on the live specification: one published, one held back, one unread; one by name, unread."""
    keep, slug, own = world.register, one.name[:8].lower(), {"row": "response text", "owner": one.name}
    one.on_draft = draft_on_page(one.pages.specification, reference=f"{slug}-spec")
    one.on_draft_named = draft_on_page(one.pages.specification, reference=f"{slug}-specn", named=True)
    shown = keep.words("a comment as it is published", row="comment, published", owner=one.name)
    taken = keep.words("a word taken out of a comment", **own)
    published = send_comment(one.on_draft, f"They {shown} to {taken}.")
    held = send_comment(one.on_draft, f"They {keep.words('a comment held back', **own)}.")
    unread = send_comment(one.on_draft, f"They {keep.words('a comment that nobody has read', **own)}.")
    settled(one.on_draft)
    for row in (published, held, unread):
        row.refresh_from_db()
    team = world.people["involvement"]
    theme = keep.words("theme of a comment, not answered", row="response text, redacted", owner=one.name)
    made = moderated(published, lines=[(taken, "NAME")], new_theme=f"Theme {theme}", actor=team)
    one.comment_theme = made.theme
    moderated(held, "HELD_BACK", reason="PERSONAL", words=keep.words("why a comment is held back", **own), actor=team)
    signed = keep.words("comment by name", row="answer by name, signed", owner=one.name)
    by_name = signed_comment(one.on_draft_named, one.certifier, organisation=one.provider, text=f"We {signed}.")
    one.comments = [published, held, unread, by_name]


def answer_by_name(world, one):
    """The provider has signed one answer by name, and writes another."""
    one.named = ConsultationFactory(
        reference=f"{one.name[:8].lower()}-named", activity=one.activity, open=True, named=True
    )
    question = questions_of(one.named.version)[3]
    words = {
        state: world.register.words(f"answer by name, {state}", row=f"answer by name, {state}", owner=one.name)
        for state in ("signed", "not signed")
    }
    shared = {"consultation": one.named, "organisation": one.provider, "at": NOW}
    keep_entry(question=question, values=[f"We {words['signed']}."], seen=0, actor=one.preparer, **shared)
    sign_off(seen=1, interests=["NONE"], interest_words="", publish="WITH_NAME", actor=one.certifier, **shared)
    keep_entry(question=question, values=[f"We {words['not signed']}."], seen=1, actor=one.preparer, **shared)


def group(world, one):
    """A closed group that no list names, and codes that the provider hands out."""
    label = world.register.words("what a batch of codes is called", row="codes to hand out", owner=one.name)
    reference = f"{one.name[:8].lower()}-group"
    one.group = ConsultationFactory(
        reference=reference, activity=one.activity, open=True, invited=True, listed=False, sensitive=True
    )
    one.code_batch = CodeBatchFactory(
        consultation=one.group, organisation=one.provider, office_makes=False, label=f"Group {label}"
    )


def bring(world, one, team):
    """A file of answers that waits to be matched, the sheets of an evening, and a petition."""
    shared = {"consultation": one.closed_consultation, "actor": team, "at": NOW}
    text = world.register.words("what a file of answers says", row="response text", owner=one.name)
    one.answer_file = receive(
        content=f"What should change?,Came by\nRing {text} first,Web\n".encode(), file_name="answers.csv", **shared
    )
    begin_batch(channel="PAPER", place="Library", held_on=NOW.date(), sheets=2, **shared)
    words = world.register.words("what a file sent in says", row="file of a respondent", owner=one.name, shown=())
    one.sent_file = send_file(one.closed_consultation, content=f"I {words}.".encode())
    one.petition = record_collective(
        kind="PETITION",
        title="Keep the line open",
        from_whom="Friends of the line",
        people=1204,
        channel="EVENT",
        received_on=NOW.date(),
        summary="They ask for evenings.",
        **shared,
    )


def answer(world, one, consultation):
    """Twelve answers with a text each, and running counts that are tokens themselves."""
    name = consultation.reference.rpartition("-")[2]
    for number in range(ENOUGH):
        what = f"answer {number} to the {name} consultation"
        text = world.register.words(what, row="response text", owner=one.name)
        response = ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"], "q4": [f"They {text}."]})
    one.text = response.answers.get(question="q4")
    counts = {
        part: int(world.register.count(f"{part} of the {name} one", row="counts, unpublished", owner=one.name))
        for part in ("online", "phone")
    }
    RunningCount.objects.create(
        consultation=consultation,
        responses=ENOUGH,
        counted_at=NOW - timedelta(hours=1),
        counts={
            "channels": {"ONLINE": counts["online"]},
            "answered": {"q1": counts["phone"] + 3 * ENOUGH},
            "choices": {"q1": {"PHONE": counts["phone"], **dict.fromkeys(["TEXT", "LETTER", "DONT_KNOW"], ENOUGH)}},
        },
    )


def conclude(world, one):
    """The outcome and the decision are written, and nobody has published them."""
    keep, own = world.register, {"row": "outcome, unpublished", "owner": one.name, "shown": {"involvement"}}
    team, consultation = world.people["involvement"], one.closed_consultation
    written = ("finding", "we_asked", "asked_also", "you_said", "limits", "method")
    concluding.write_feedback(
        consultation=consultation,
        seen=concluding.fingerprint(consultation, concluding.FEEDBACK),
        words={part: f"So {keep.words(f'{part} of the feedback', **own)}." for part in written},
        actor=team,
        at=NOW,
    )
    decided = ("we_did", "unchanged", "decision", "next_words")
    concluding.write_outcome(
        consultation=consultation,
        seen=concluding.fingerprint(consultation, concluding.OUTCOME),
        words={
            **{part: f"So {keep.words(f'{part} of the outcome', **own)}." for part in decided},
            "decided_by": keep.words("who decided", **own),
            "decided_on": (NOW - timedelta(days=1)).date(),
        },
        actor=team,
        at=NOW,
    )
    one.evidence = EvidenceFile.objects.create(
        consultation=consultation,
        asked_at=NOW,
        asked_by=team,
        state="READY",
        made_at=NOW,
        content=evidence.pack((part.name, part.make()) for part in parts_of(consultation, NOW)),
    )
    one.promise = promising.make_promise(
        consultation=consultation,
        words=f"We will {keep.words('promise', **own)}",
        owner=team,
        due_on=(NOW + timedelta(days=40)).date(),
        actor=team,
        at=NOW,
    )


def engage(world, one):
    """A follower, messages whose end nobody knows, and an entry of the log."""
    keep, name = world.register, one.name
    parties.engage_organisation(activity=one.activity, organisation=one.provider, actor=one.manager, at=NOW)
    quiet = keep.words("address of a follower", row="party's address", owner=name, shown=())
    one.follower = EngagedPartyFactory(activity=one.activity, email=f"{quiet}@people.example")
    in_doubt = keep.words("address of a message in doubt", row="party's address", owner=name, shown={"involvement"})
    party = EngagedPartyFactory(activity=one.activity, email=f"{in_doubt}@people.example", kind=PartyKind.FOLLOWER)
    one.event = EventFactory(activity=one.activity)
    one.delivery = DeliveryFactory(event=one.event, party=party, in_doubt=True)
    private = keep.words("title of a message to the office", row="return, open", owner=name, shown=())
    one.private_event = EventFactory(
        activity=one.activity, for_office=True, kind=EventKind.RETURN_SUBMITTED, title=f"{private} sent a return"
    )
    DeliveryFactory(event=one.private_event, party=None, user=one.manager, address=one.manager.email, in_doubt=True)
    act = keep.words("what happened", row="log, activity", owner=name)
    log.record(action="test.done", subject=one.activity, actor=None, at=NOW, summary=act, activity=one.activity)
    give_lead_rights(page=one.pages.hub, at=NOW)


def enquire(world, one):
    """The provider has asked two questions and writes a third; one is answered for everyone, and not released."""
    keep, name = world.register, one.name
    asker = one.preparer if name == OURS else one.certifier
    window = QuestionWindowFactory(activity=one.activity, number=1)
    shared = {"window": window, "organisation": one.provider, "asked_by": asker}
    asked = {"row": "question of a provider", "owner": name}
    one.question = ClarificationFactory(
        text=f"Do you mean {keep.words('question', **asked)}?",
        confidence=Confidence.ASKED,
        confidence_asked_because=f"It shows {keep.words('why it is confidential', **asked)}.",
        **shared,
    )
    one.answered = ClarificationFactory(text=f"What of {keep.words('question that is answered', **asked)}?", **shared)
    unsent = keep.words("question being written", row="question, being written", owner=name)
    ClarificationFactory(draft=True, text=f"And {unsent}?", **shared)
    unreleased = keep.words("answer that waits", row="answer, not released", owner=name)
    write_answer(one.answered, f"It is {unreleased}.", wording="A reworded question?", actor=one.lead)
    conflict = {"row": "conflict of interest", "owner": name}
    one.conflict = ConflictFactory(
        activity=one.activity,
        interest=f"A share in {keep.words('interest', **conflict)}.",
        mitigation=f"They {keep.words('what is done about an interest', **conflict)}.",
    )
