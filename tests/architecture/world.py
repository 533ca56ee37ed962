"""One small office with a person for every role and an object in every state that the matrix speaks of."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from consultations.domain.certifying import sign_off
from consultations.domain.collective import record as record_collective
from consultations.domain.cowriting import keep_entry
from consultations.domain.entering import begin_batch
from consultations.domain.files import receive
from consultations.domain.promising import make_promise
from consultations.domain.publishing import publish_outcome, publish_results
from consultations.domain.questionnaires import questions_of
from consultations.domain.settling import settle
from consultations.models import ElectionPeriod, EvidenceFile, SignOff, Way
from contracts.domain import funding, payments, variations
from contracts.domain.consequences import attach_ladder, propose
from contracts.domain.documents import add_document
from contracts.domain.entries import Entry
from contracts.domain.evidence import add_file
from contracts.domain.exits import open_exit_plan
from contracts.domain.overriding import propose_override
from contracts.domain.parties import keep_lot, keep_party
from contracts.domain.plans import add_action, open_plan
from contracts.domain.progress import update_action
from contracts.domain.publishing import publish_ratings
from contracts.domain.restating import ask_restatement
from contracts.domain.returns import rate_figures
from contracts.models import Ending, GrantStream, PublicationRound, ReminderRule, RoundReturn, Rung, SetPeriod, Upload
from engagement.enums import Role
from tests.factories.analysis import ConcernFactory, RedactionFactory, ThemeFactory, alike_group, read_text
from tests.factories.analysis import write as write_text
from tests.factories.clarifications import (
    ClarificationFactory,
    ConflictFactory,
    QuestionWindowFactory,
    answer,
    release,
)
from tests.factories.comments import draft_on_page, settled, signed_comment
from tests.factories.comments import moderated as moderate_comment
from tests.factories.comments import send as send_comment
from tests.factories.consultations import (
    CodeBatchFactory,
    ConsultationFactory,
    QuestionnaireFactory,
    ResponseFactory,
    WordingFactory,
    send_file,
)
from tests.factories.contracts import (
    AgreementFactory,
    FigureFactory,
    IndicatorFactory,
    KpiReturnFactory,
    MeasureVersionFactory,
    MeetingFactory,
    QueryFactory,
    RiskFactory,
)
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    CheckFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    MembershipFactory,
    OrganisationFactory,
    SentDocumentFactory,
    UserFactory,
)
from tests.factories.equality import counted, planned
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    IntentionPageFactory,
    PictureFactory,
    SpecificationPageFactory,
)

# Who tries every door. A "stranger" is a certifier of another provider; the "other" two run other activities.
PEOPLE = {
    "public": None,
    "respondent": None,
    "preparer": Role.PREPARER,
    "certifier": Role.CERTIFIER,
    "stranger": Role.CERTIFIER,
    "involvement": Role.INVOLVEMENT,
    "lead": Role.LEAD_COMMISSIONER,
    "other_lead": Role.LEAD_COMMISSIONER,
    "manager": Role.CONTRACT_MANAGER,
    "other_manager": Role.CONTRACT_MANAGER,
    "management": Role.MANAGEMENT,
    "commissioner": Role.COMMISSIONER,
    "specialist": Role.SPECIALIST,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}


@dataclass
class World:
    people: dict[str, Any]
    things: SimpleNamespace = field(default_factory=SimpleNamespace)

    def argument(self, path):
        """What a row's argument stands for: `activity.slug`, or itself in quotation marks."""
        if path.startswith("'"):
            return path.strip("'")
        value = self.things
        for name in path.split("."):
            value = getattr(value, name)
        return value


def build():
    brightway = OrganisationFactory(name="Brightway", slug="brightway")
    people = {name: person(name, role, brightway) for name, role in PEOPLE.items()}
    world = World(people=people)
    things = world.things
    things.brightway, things.office = brightway, OrganisationFactory(office=True)
    own = {"lead_commissioner": people["lead"], "contract_manager": people["manager"]}
    things.activity = ActivityFactory(published=True, slug="own", stage="REVIEW", **own)
    things.draft_activity = ActivityFactory(slug="own-draft", **own)
    EngagedPartyFactory(activity=things.activity, represented=True, organisation=brightway)
    things.membership = MembershipFactory(organisation=brightway)
    things.invitation = MembershipFactory(organisation=brightway, accepted=False)
    things.check, things.sent_document = (
        CheckFactory(organisation=brightway),
        SentDocumentFactory(organisation=brightway),
    )
    things.event = EventFactory(activity=things.activity)
    things.private_event = EventFactory(activity=things.activity, for_office=True)
    things.delivery = DeliveryFactory(event=things.event, in_doubt=True)
    ask(
        things,
        involvement=people["involvement"],
        management=people["management"],
        manager=people["manager"],
    )
    bring(things, involvement=people["involvement"])
    enquire(things, preparer=people["preparer"])
    invite(things)
    measure(things, management=people["management"], preparer=people["preparer"])
    write(things)
    comment(things, own=own, certifier=people["certifier"])
    return world


def person(name, role, brightway):
    if name == "public":
        return None
    organisation = brightway if name in {"preparer", "certifier"} else None
    return UserFactory(email=f"{name}@demo.example", name=name, role=role, organisation=organisation)


def ask(things, *, involvement, management, manager):
    """Consultations on the published activity in each state."""
    things.questionnaire = QuestionnaireFactory()
    things.wording = WordingFactory(questionnaire=things.questionnaire)
    for state in ("draft", "opening_soon", "open", "closed", "withdrawn"):
        traits = {} if state == "draft" else {state: True}
        setattr(things, f"{state}_consultation", ConsultationFactory(activity=things.activity, **traits))
    things.asked_consultation = ConsultationFactory(activity=things.activity)
    SignOff.objects.create(
        consultation=things.asked_consultation, asked_at=NOW, asked_by=involvement, asked_of=management
    )
    things.way = Way.objects.create(
        consultation=things.draft_consultation, channel="PHONE", words="Call us", contact="01632 960 144"
    )
    things.election = ElectionPeriod.objects.create(
        name="Local elections", starts_on=date(2027, 3, 23), polling_on=date(2027, 5, 6)
    )
    things.told_consultation = ConsultationFactory(activity=things.activity, closed=True, said=True)
    things.answered_consultation = ConsultationFactory(activity=things.activity, closed=True, said=True, decided=True)
    for consultation in (things.open_consultation, things.told_consultation):
        counted(planned(consultation))
    for consultation in (things.open_consultation, things.closed_consultation, things.told_consultation):
        ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]}, settled=False)
        settle(consultation=consultation, at=NOW)
    things.text = write_text(things.closed_consultation, "Letters come late.")
    things.concern = ConcernFactory(answer=things.text)
    RedactionFactory(answer=things.text)
    things.alike_group = alike_group(things.closed_consultation)
    things.theme = ThemeFactory(consultation=things.closed_consultation)
    things.sampled_text = read_text(things.closed_consultation)
    things.twice_read_text = read_text(things.closed_consultation, twice=True)
    for consultation in (things.told_consultation, things.answered_consultation):
        publish_results(consultation=consultation, actor=involvement, at=NOW)
    things.public_promise, things.draft_promise = (
        make_promise(consultation=consultation, words="call", owner=owner, due_on=NOW.date(), actor=involvement, at=NOW)
        for consultation, owner in ((things.answered_consultation, manager), (things.told_consultation, management))
    )
    things.evidence = EvidenceFile.objects.create(
        consultation=things.told_consultation,
        asked_at=NOW,
        asked_by=involvement,
        state="READY",
        made_at=NOW,
        content=b"PK",
        size=2,
    )
    publish_outcome(consultation=things.answered_consultation, actor=involvement, at=NOW)


def enquire(things, *, preparer):
    """Brightway asks on two activities, one of which is for the engaged alone: in each state that a route speaks of."""
    things.question_window = QuestionWindowFactory(activity=things.activity, public=True)
    shared = {"window": things.question_window, "organisation": things.brightway, "asked_by": preparer}
    things.question = ClarificationFactory(**shared)
    things.unsent_question = ClarificationFactory(draft=True, **shared)
    things.refused_question = ClarificationFactory(confidential=True, **{**shared, "confidence": "REFUSED"})
    things.entered_question = ClarificationFactory(window=things.question_window, source="EMAIL", organisation=None)
    things.conflict = ConflictFactory(activity=things.activity)
    answer(ClarificationFactory(**shared))
    release(things.question_window)
    people = {"lead_commissioner": things.activity.lead_commissioner}
    things.quiet_activity = ActivityFactory(published=True, slug="quiet", **people)
    EngagedPartyFactory(activity=things.quiet_activity, represented=True, organisation=things.brightway)
    QuestionWindowFactory(activity=things.quiet_activity)


def bring(things, *, involvement):
    """Files of answers that wait to be matched, one's own and a colleague's; a batch of sheets; a petition."""
    colleague = UserFactory(role=Role.INVOLVEMENT)
    things.answer_file, things.colleagues_file = (
        receive(
            consultation=things.closed_consultation,
            content=b"What should change?,Came by\nRing first,Web\n",
            file_name="answers.csv",
            actor=actor,
            at=NOW,
        )
        for actor in (involvement, colleague)
    )
    things.sent_file = send_file(things.closed_consultation)
    shared = {"consultation": things.closed_consultation, "actor": involvement, "at": NOW}
    things.entry_batch = begin_batch(channel="PAPER", place="Library", held_on=NOW.date(), sheets=2, **shared)
    things.petition = record_collective(
        kind="PETITION",
        title="Keep the line open",
        from_whom="Friends",
        people=1204,
        channel="EVENT",
        received_on=NOW.date(),
        summary="They ask for evenings.",
        **shared,
    )


def invite(things):
    """A closed group with codes that Brightway hands out: a sheet of its own to make, and one of the office's.

    And a consultation of organisations, which Brightway has answered by name.
    """
    things.group = ConsultationFactory(activity=things.activity, open=True, invited=True)
    shared = {"consultation": things.group, "organisation": things.brightway}
    things.named = ConsultationFactory(activity=things.activity, open=True, named=True)
    things.own_batch = CodeBatchFactory(office_makes=False, **shared)
    things.office_batch = CodeBatchFactory(**shared)
    answer_by_name(things.named, brightway=things.brightway)


def answer_by_name(consultation, *, brightway):
    """Brightway's own people write and sign."""
    preparer, certifier = (brightway.memberships.get(user__name=name).user for name in ("preparer", "certifier"))
    shared = {"consultation": consultation, "organisation": brightway, "at": NOW}
    [question, *_] = questions_of(consultation.version)
    keep_entry(question=question, values=["PHONE"], seen=0, actor=preparer, **shared)
    sign_off(seen=1, interests=["NONE"], interest_words="", publish="WITH_NAME", actor=certifier, **shared)


def measure(things, *, management, preparer):
    """A live agreement of Brightway with a return in each state, and one that is not signed yet."""
    shared = {"activity": things.activity, "provider": things.brightway}
    things.agreement = AgreementFactory(**shared)
    things.draft_agreement = AgreementFactory(draft=True, **shared)
    things.indicator = IndicatorFactory(agreement=things.agreement, code="V1")
    things.draft_indicator = IndicatorFactory(agreement=things.draft_agreement, code="V1")
    for number, state in enumerate(["due", "submitted", "queried", "accepted", "published"]):
        traits = {} if state == "due" else {"accepted" if state == "published" else state: True}
        kpi_return = KpiReturnFactory(
            agreement=things.agreement, quarter=f"202{5 - number}-2{6 - number} Q1", reference=f"KPI-{state}", **traits
        )
        figure = FigureFactory(kpi_return=kpi_return, indicator=things.indicator)
        setattr(things, f"{state}_return", kpi_return)
        setattr(things, f"{state}_figure", figure)
    things.round = PublicationRound.objects.create(
        quarter=things.accepted_return.quarter, label="A quarter", ordered_by=management, ordered_at=NOW
    )
    RoundReturn.objects.create(round=things.round, kpi_return=things.published_return, seen_version=1, state="REFUSED")
    things.library_draft = MeasureVersionFactory(draft=True)
    things.query = QueryFactory(figure=things.queried_figure)
    things.restatement = ask_restatement(
        figure=things.accepted_figure,
        entry=Entry(numerator=Decimal(400), denominator=Decimal(430)),
        reason="COUNTED_WRONG",
        words="Nine stood on another sheet.",
        public_note="One team had been left out.",
        seen_version=1,
        actor=things.activity.contract_manager,
        at=NOW,
    )
    rate_figures(things.accepted_return, at=NOW)
    things.override = propose_override(
        figure=things.accepted_figure,
        word="OTHER",
        because="The line was down for a month.",
        actor=things.activity.contract_manager,
        at=NOW,
    )
    things.year_end_return = KpiReturnFactory(agreement=things.agreement, quarter="2025-26 Q4", submitted=True)
    look_after(things, manager=things.activity.contract_manager, preparer=preparer)
    fund(things, manager=things.activity.contract_manager, management=management)
    things.reminder = ReminderRule.objects.create(days=-7, sent_to="PROVIDER")
    things.set_period = set_period_of(things.agreement, by=management)
    things.upload = Upload.objects.create(
        kpi_return=things.due_return,
        uploaded_by=preparer,
        file_name="figures.csv",
        content=b"",
        uploaded_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    things.evidence_file = add_file(
        kpi_return=things.due_return,
        caption="A case study",
        file_name="case.pdf",
        content=b"%PDF-1.7",
        actor=preparer,
        at=NOW,
    )
    publish_ratings(kpi_return=things.published_return, words=[], actor=management, at=NOW)


def fund(things, *, manager, management):
    """Funding lines of the live agreement, payments out of one of them, and one that is to come back."""
    things.stream = GrantStream.objects.get(name="Core policing budget")
    years = funding.years_of(things.agreement, on=NOW.date())
    things.funding_line, things.spare_line = (
        funding.keep_line(
            agreement=things.agreement,
            stream=things.stream,
            year_starts_on=year,
            amount=Decimal(640_000),
            actor=manager,
            at=NOW,
        )
        for year in years[:2]
    )
    shared = {"agreement": things.agreement, "allocation": things.funding_line, "amount": Decimal(100), "at": NOW}
    made, things.payment, things.spare_payment = (
        payments.plan_payment(due_on=NOW.date(), actor=manager, **shared) for _ in range(3)
    )
    day = {"paid_on": NOW.date(), "reference": "BACS 1"}
    made = payments.propose_payment(payment=made, amount=Decimal(100), actor=manager, at=NOW, **day)
    payments.decide_payment(payment=made, approve=True, words="", actor=management, at=NOW)
    facts = {"what": "Evenings.", "why": "Waits.", "value_change": Decimal(100)}
    things.variation = variations.propose(agreement=things.agreement, actor=manager, at=NOW, **facts)
    variations.decide(variation=things.variation, approve=True, words="Yes.", actor=management, at=NOW)
    things.ending = Ending.objects.create(
        agreement=things.agreement, number=1, kind="OFFICE", ends_on=NOW.date(), why="Cuts.", proposed_by=manager,
        proposed_at=NOW,
    )  # fmt: skip
    things.clawback = payments.take_back(kind="CLAWBACK", reason="Unspent.", actor=manager, **shared, **day)


def look_after(things, *, manager, preparer):
    """An improvement plan with something to do for each side; the provider has brought a file."""
    things.plan = open_plan(
        agreement=things.agreement, kind="IMPROVEMENT", aim="90%", because="Two quarters.", actor=manager, at=NOW
    )
    things.office_action, things.provider_action = (
        add_action(plan=things.plan, words=side, side=side, due_on=NOW.date(), actor=manager, at=NOW)
        for side in ("OFFICE", "PROVIDER")
    )
    things.evidence_of_action = update_action(
        action=things.provider_action,
        state="ON_TRACK",
        file_name="rota.txt",
        content=b"Rota",
        actor=preparer,
        at=NOW,
    )
    attach_ladder(agreement=things.agreement, clause="Clause 14", actor=manager, at=NOW)
    things.notice, things.proposed_step = (
        propose(
            agreement=things.agreement,
            rung=Rung.objects.get(name=name),
            known_on=NOW.date(),
            reason="Closed.",
            evidence="Rota.",
            out_of_order="Danger.",
            actor=manager,
            at=NOW,
        )
        for name in ("Notice", "Termination")
    )
    shared = {"agreement": things.agreement, "actor": manager, "at": NOW}
    things.exit_plan = open_exit_plan(**shared)
    things.paper, things.private_paper = (
        add_document(
            kind="OTHER",
            title="Paper",
            file_name="paper.txt",
            content=b"Paper",
            shared=is_shared,
            withheld_because="" if is_shared else "Ours.",
            **shared,
        )
        for is_shared in (True, False)
    )
    things.party = keep_party(organisation=OrganisationFactory(), role="SUBCONTRACTOR", starts_on=NOW.date(), **shared)
    things.lot = keep_lot(number=1, title="Young people", **shared)
    things.risk = RiskFactory(agreement=things.agreement, owner=manager)
    things.shared_meeting, things.private_meeting = (
        MeetingFactory(agreement=things.agreement, recorded_by=manager, shared=shared) for shared in (True, False)
    )


def set_period_of(agreement, *, by):
    days = {"starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=60)}
    return SetPeriod.objects.create(agreement=agreement, why="A review.", set_by=by, set_at=NOW, **days)


def write(things):
    """The hub and the intention are live, the specification is a draft; a document and a picture stand nowhere."""
    hub = ActivityPageFactory(activity=things.activity, live=True)
    things.hub, things.page = hub, IntentionPageFactory(parent=hub, live=True)
    things.draft_page = SpecificationPageFactory(parent=hub)
    things.document, things.picture = DocumentFactory(), PictureFactory()
    things.document.get_file_size()  # Wagtail measures a file when it is first shown, and indexes it anew on PostgreSQL
    things.rendition_name = things.picture.get_rendition("width-100").file.name.rpartition("/")[2]
    things.document_name = things.document.filename


def comment(things, *, own, certifier):
    """Consultations on a draft that is live, of people without a name and of organisations, each with a comment."""
    hub = ActivityPageFactory(activity=ActivityFactory(published=True, slug="on-draft", **own), live=True)
    specification = SpecificationPageFactory(parent=hub, live=True)
    things.on_draft = draft_on_page(specification)
    things.on_draft_named = draft_on_page(specification, named=True)
    send_comment(things.on_draft)
    things.comment = settled(things.on_draft).get()
    things.comment_theme = moderate_comment(things.comment, new_theme="Ring sooner").theme
    things.signed_comment = signed_comment(things.on_draft_named, certifier, organisation=things.brightway)
