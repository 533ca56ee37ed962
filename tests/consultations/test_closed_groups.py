"""Codes for closed groups without HTTP: set aside, made once, used once, voided, counted in company, forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from consultations.domain import admitting, drafting, inviting, preparing, responding, settling, tickets
from consultations.domain.tickets import Invitation
from consultations.enums import IdentityMode
from consultations.models import CodeBatch, Consultation, Draft, Response
from engagement.enums import OrganisationKind, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.consultations import CLOSES, CodeBatchFactory, ConsultationFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def group():
    return ConsultationFactory(open=True, invited=True)


def codes_of(batch, *, at=NOW):
    return inviting.make_codes(batch=batch, actor=UserFactory(role=Role.INVOLVEMENT), at=at)


def invited(code):
    return Invitation(code, tickets.new_ticket())


def begin(consultation, code, *, at=NOW):
    return admitting.begin(consultation=consultation, invitation=invited(code), at=at)


def test_offering_codes_to_a_provider_tells_its_people_and_names_no_topic(group, involvement):
    provider = OrganisationFactory()
    certifier = UserFactory(role=Role.CERTIFIER, organisation=provider)

    batch = inviting.offer_codes(
        consultation=group,
        label="Tuesday group",
        size=30,
        organisation=provider,
        office_makes=False,
        actor=involvement,
        at=NOW,
    )

    event = Event.objects.get()
    assert (event.audience, event.organisation, event.path) == ("ORGANISATION", provider, f"/invitations/{batch.pk}/")
    assert group.title not in event.title + event.summary
    assert list(Delivery.objects.values_list("address", flat=True)) == [certifier.email]
    assert LogEntry.objects.get().action == "consultation.codes_offered"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"size": 9}, "Make 10 to 1,000 codes at a time"),
        ({"size": 1001}, "Make 10 to 1,000 codes at a time"),
        ({"office_makes": False}, "Choose the organisation that makes the sheet"),
        ({"at": CLOSES}, "This has closed"),
        ({"actor": None}, "Only the Involvement Team"),
    ],
)
def test_codes_that_nobody_can_use_are_refused(group, involvement, given, words):
    given = {"size": 20, "actor": involvement, "at": NOW, **given}
    given["actor"] = given["actor"] or UserFactory(role=Role.LEAD_COMMISSIONER)

    with pytest.raises(inviting.CodesRefused, match=words):
        inviting.offer_codes(consultation=group, label="Tuesday", **given)


def test_open_consultation_has_no_codes(involvement):
    with pytest.raises(inviting.CodesRefused, match="open to anyone"):
        inviting.offer_codes(
            consultation=ConsultationFactory(open=True), label="All", size=20, actor=involvement, at=NOW
        )


@pytest.mark.threat("T01")
def test_codes_are_shown_once_and_nothing_stored_is_a_code(group):
    batch = CodeBatchFactory(consultation=group, size=40)

    codes = codes_of(batch)

    batch.refresh_from_db()
    hashes = batch.unused.split("\n")
    assert len(set(codes)) == len(hashes) == 40
    assert (hashes, batch.used) == (sorted(hashes), "")
    with pytest.raises(inviting.CodesRefused, match="were shown already"):
        codes_of(batch)
    everything = repr(list(CodeBatch.objects.values_list())) + repr(list(LogEntry.objects.values_list()))
    assert [code for code in codes if code in everything or tickets.shown(code) in everything] == []


@pytest.mark.threat("A07")
def test_sheet_of_a_provider_is_made_by_its_certifier_and_nobody_else(group, involvement):
    provider = OrganisationFactory(kind=OrganisationKind.PROVIDER)
    batch = CodeBatchFactory(consultation=group, organisation=provider, office_makes=False)
    others = [
        involvement,
        UserFactory(role=Role.PREPARER, organisation=provider),
        UserFactory(role=Role.CERTIFIER, organisation=OrganisationFactory()),
    ]

    for other in others:
        with pytest.raises(inviting.CodesRefused, match="Somebody else makes this sheet"):
            inviting.make_codes(batch=batch, actor=other, at=NOW)
    codes = inviting.make_codes(batch=batch, actor=UserFactory(role=Role.CERTIFIER, organisation=provider), at=NOW)

    assert len(codes) == 50


@pytest.mark.threat("P16", "T03")
def test_code_opens_one_answer_and_its_hash_moves(group):
    batch = CodeBatchFactory(consultation=group)
    code = codes_of(batch)[0]

    opened = admitting.consultation_for(code=code, at=NOW)
    ticket = begin(group, code)

    batch.refresh_from_db()
    assert opened == group
    assert drafting.find(consultation=group, ticket=ticket).answers == {}
    assert (len(batch.unused.split()), len(batch.used.split()), batch.used_number) == (49, 1, 1)
    assert set(batch.unused.split()).isdisjoint(batch.used.split())
    for attempt in (lambda: begin(group, code), lambda: admitting.consultation_for(code=code, at=NOW)):
        with pytest.raises(admitting.CodeRefused, match="has been used already"):
            attempt()
    assert Draft.objects.count() == 1


@pytest.mark.threat("C01")
def test_same_invitation_twice_finds_the_same_answer(group):
    batch = CodeBatchFactory(consultation=group)
    invitation = invited(codes_of(batch)[0])

    began = {admitting.begin(consultation=group, invitation=invitation, at=NOW) for _ in range(3)}

    batch.refresh_from_db()
    assert began == {invitation.ticket}
    assert (Draft.objects.count(), batch.used_number) == (1, 1)


@pytest.mark.threat("T02")
def test_looking_at_what_a_code_opens_uses_nothing_up(group):
    batch = CodeBatchFactory(consultation=group)
    code = codes_of(batch)[0]
    before = CodeBatch.objects.values().get()

    for _ in range(5):
        admitting.consultation_for(code=code, at=NOW)

    assert CodeBatch.objects.values().get() == before


def test_code_says_what_is_wrong_with_it(group, involvement):
    batch = CodeBatchFactory(consultation=group)
    code, used = codes_of(batch)[:2]
    begin(group, used)
    inviting.void_codes(batch=batch, reason="The sheet was left on a bus", actor=involvement, at=NOW)
    said = {}

    for name, typed, at in [
        ("unknown", tickets.new_code(), NOW),
        ("used", used, NOW),
        ("void", code, NOW),
        ("early", code, group.opens_at - timedelta(minutes=1)),
        ("late", code, CLOSES),
    ]:
        with pytest.raises(admitting.CodeRefused) as refusal:
            admitting.consultation_for(code=typed, at=at)
        said[name] = (str(refusal.value).split(":")[0].split(".")[0], refusal.value.guess)

    assert said == {
        "unknown": ("We do not know this code", True),
        "used": ("This code has been used already", False),
        "void": ("This code no longer works", False),
        "early": ("You can answer from 9am on Monday 7 September 2026", False),
        "late": ("This has closed, so we can no longer take answers", False),
    }


def test_voiding_stops_unused_codes_and_nothing_that_was_begun(group, involvement):
    batch = CodeBatchFactory(consultation=group)
    code, other = codes_of(batch)[:2]
    ticket = begin(group, code)

    inviting.void_codes(batch=batch, reason="The sheet was lost", actor=involvement, at=NOW)

    with pytest.raises(admitting.CodeRefused, match="no longer works"):
        begin(group, other)
    assert drafting.find(consultation=group, ticket=ticket)
    assert Draft.objects.count() == 1
    with pytest.raises(inviting.CodesRefused, match="void already"):
        inviting.void_codes(batch=batch, reason="Again", actor=involvement, at=NOW)


def test_code_of_another_group_starts_nothing_here(group):
    code = codes_of(CodeBatchFactory())[0]

    with pytest.raises(admitting.CodeRefused, match="do not know this code"):
        begin(group, code)

    assert not Draft.objects.exists()


@pytest.mark.threat("P16")
def test_closed_group_takes_no_answer_without_a_code(group):
    with pytest.raises(drafting.CodeNeeded):
        drafting.start(consultation=group, at=NOW)


def test_code_survives_a_machine_that_stops_in_between(group, monkeypatch):
    """The draft is written first: a stop before the code is used up leaves the code, and a draft that nobody holds."""
    code = codes_of(CodeBatchFactory(consultation=group))[0]
    with monkeypatch.context() as broken:
        broken.setattr(admitting, "use_code", stop)
        with pytest.raises(KeyboardInterrupt):
            begin(group, code)

    begin(group, code)

    assert drafting.forget_drafts(at=NOW + timedelta(days=3)) == 2


def test_pressing_start_again_after_such_a_stop_uses_the_code_up(group, monkeypatch):
    code = codes_of(CodeBatchFactory(consultation=group))[0]
    invitation = invited(code)
    with monkeypatch.context() as broken:
        broken.setattr(admitting, "use_code", stop)
        with pytest.raises(KeyboardInterrupt):
            admitting.begin(consultation=group, invitation=invitation, at=NOW)

    again = [admitting.begin(consultation=group, invitation=invitation, at=NOW) for _ in range(2)]

    assert again == [invitation.ticket] * 2
    assert Draft.objects.count() == 1
    with pytest.raises(admitting.CodeRefused, match="used already"):
        begin(group, code)


@pytest.mark.threat("P16", "P02")
def test_no_transaction_joins_a_code_to_its_draft_after_the_night(group):
    """Whoever knows who used the last code of a sheet would else find the draft of the transaction before."""
    batches = [CodeBatchFactory(consultation=group, size=10) for _ in range(2)]
    for batch in batches:
        for code in codes_of(batch)[:3]:
            begin(group, code)
    kept = sorted(Draft.objects.values_list())

    settling.shuffle(consultation=group, at=NOW)

    assert sorted(Draft.objects.values_list()) == kept
    assert [batch.used_number for batch in CodeBatch.objects.all()] == [3, 3]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT xmin::text FROM consultations_draft UNION SELECT xmin::text FROM consultations_codebatch"
            )
            assert len(cursor.fetchall()) == 1


def stop(**kwargs):
    raise KeyboardInterrupt


@pytest.mark.threat("P01", "P02")
def test_change_of_an_answer_needs_its_reference_and_no_code(group):
    code = codes_of(CodeBatchFactory(consultation=group))[0]
    ticket = begin(group, code)
    opened = drafting.find(consultation=group, ticket=ticket)
    drafting.keep_step(opened=opened, question="q1", values=["PHONE"], at=NOW)
    receipt = responding.submit(consultation=group, ticket=ticket, at=NOW)

    changed = responding.begin_change(consultation=group, code=receipt.code, at=NOW)
    responding.submit(consultation=group, ticket=changed, at=NOW)

    assert Response.objects.count() == 1
    assert CodeBatch.objects.get().used_number == 1


@pytest.mark.threat("P08")
@pytest.mark.parametrize(
    ("size", "used", "while_open", "afterwards"),
    [
        (50, 0, (None, None), (None, None)),
        (50, 9, (None, None), (None, None)),
        (50, 10, (None, 10), (10, None)),
        (50, 19, (None, 10), (19, None)),
        (50, 40, (None, 40), (40, None)),
        (50, 41, (None, 40), (None, 40)),
        (50, 50, (None, 40), (None, 40)),
        (19, 19, (None, None), (None, None)),
        (20, 20, (None, 10), (None, 10)),
    ],
)
def test_use_moves_in_tens_and_never_says_that_all_or_none_were_used(group, size, used, while_open, afterwards):
    batch = CodeBatchFactory(consultation=group, size=size, made_at=NOW, used_number=used)

    shown = [inviting.use_of(batch, at=at) for at in (NOW, CLOSES)]

    assert [(use.exact, use.least) for use in shown] == [while_open, afterwards]


def test_sets_are_emptied_two_weeks_after_closing_and_the_number_stays(group):
    batch = CodeBatchFactory(consultation=group)
    begin(group, codes_of(batch)[0])

    forgotten = [inviting.forget_codes(at=CLOSES + timedelta(days=day)) for day in (13, 14, 15)]

    batch.refresh_from_db()
    assert forgotten == [0, 1, 0]
    assert (batch.unused, batch.used, batch.used_number) == ("", "", 1)


@pytest.mark.threat("P06")
def test_mode_of_a_public_consultation_cannot_change_whoever_asks(group, involvement):
    with pytest.raises(preparing.ConsultationRefused, match="This is public now"):
        preparing.change_consultation(
            consultation=group, changes={"identity_mode": IdentityMode.OPEN_ANONYMOUS}, actor=involvement, at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=group.pk).update(identity_mode=IdentityMode.OPEN_ANONYMOUS)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_consultation SET identity_mode = 'OPEN_ANONYMOUS'")

    group.refresh_from_db()
    assert group.identity_mode == IdentityMode.INVITED_ANONYMOUS


def test_mode_of_a_draft_can_change_until_codes_are_set_aside(involvement):
    draft = ConsultationFactory()
    preparing.change_consultation(
        consultation=draft, changes={"identity_mode": IdentityMode.INVITED_ANONYMOUS}, actor=involvement, at=NOW
    )
    draft.refresh_from_db()
    CodeBatchFactory(consultation=draft)

    with pytest.raises(preparing.ConsultationRefused, match="Codes were set aside"):
        preparing.change_consultation(
            consultation=draft, changes={"identity_mode": IdentityMode.OPEN_ANONYMOUS}, actor=involvement, at=NOW
        )


@pytest.mark.parametrize("lines", [5, 6])
def test_at_most_five_statements_before_the_start(involvement, lines):
    draft = ConsultationFactory()
    changes = {"eligibility": "\n\n".join(f"I am person {number}" for number in range(lines))}

    if lines > 5:
        with pytest.raises(preparing.ConsultationRefused, match="at most 5 lines"):
            preparing.change_consultation(consultation=draft, changes=changes, actor=involvement, at=NOW)
    else:
        changed = preparing.change_consultation(consultation=draft, changes=changes, actor=involvement, at=NOW)
        assert len(preparing.statements_of(changed)) == 5


@pytest.mark.threat("T03")
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_type_one_code_at_once_one_begins():
    group = ConsultationFactory(open=True, invited=True)
    code = codes_of(CodeBatchFactory(consultation=group))[0]

    def attempt(_):
        try:
            begin(group, code)
        except admitting.CodeRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as threads:
        began = list(threads.map(attempt, range(20)))

    assert (began.count(True), Draft.objects.count(), CodeBatch.objects.get().used_number) == (1, 1, 1)


@pytest.mark.threat("P02")
@pytest.mark.django_db(transaction=True)
def test_code_and_draft_are_not_written_by_one_transaction():
    group = ConsultationFactory(open=True, invited=True)
    code = codes_of(CodeBatchFactory(consultation=group))[0]

    with CaptureQueriesContext(connection) as seen:
        begin(group, code)

    words = [query["sql"] for query in seen.captured_queries]
    wrote = [place for place, sql in enumerate(words) if sql.startswith(("INSERT", "UPDATE"))]
    assert ["draft" in words[place] for place in wrote] == [True, False]
    assert "COMMIT" in words[wrote[0] : wrote[1]]
