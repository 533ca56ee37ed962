"""Sheets: typed by one, read again by another, counted once that is done, and found by nobody afterwards."""

import pytest
from django.db import connection

from consultations.domain import counting, entering, responding
from consultations.domain.entering import EntryRefused, SheetAnswers
from consultations.enums import BatchState, QuestionKind, RouteWhen
from consultations.models import Answer, EntryBatch, EntrySheet, Response
from engagement.domain import log
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    RouteFactory,
    WordingFactory,
)
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import ANSWERS, IN_WORDS, KINDS, question_of_kind

pytestmark = pytest.mark.django_db
PHONE, LETTER = SheetAnswers({"q1": ["PHONE"], "q4": ["Ring first."]}), SheetAnswers({"q1": ["LETTER"]})


@pytest.fixture
def typist():
    return UserFactory(role=Role.INVOLVEMENT, name="Ty Pist")


@pytest.fixture
def second():
    return UserFactory(role=Role.INVOLVEMENT, name="Sec Ond")


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True)


def begun(consultation, actor, **more):
    said = {"channel": "PAPER", "place": "Millgate Library", "held_on": NOW.date(), "sheets": 2, **more}
    return entering.begin_batch(consultation=consultation, **said, actor=actor, at=NOW)


def typed(batch, actor, *sheets):
    for number, said in enumerate(sheets, start=1):
        entering.keep_sheet(batch=batch, number=number, said=said, actor=actor, at=NOW)


def handed_on(batch, actor, *sheets, **more):
    typed(batch, actor, *sheets)
    return entering.finish_typing(batch=batch, actor=actor, at=NOW, **more)


def read(batch, actor, number, said):
    return entering.keep_second(batch=batch, number=number, said=said, actor=actor, at=NOW)


@pytest.mark.requirement("R-150")
def test_batch_counts_only_when_a_second_person_has_checked_it(consultation, typist, second):
    batch = handed_on(begun(consultation, typist), typist, PHONE, LETTER)
    assert Response.objects.count() == 0

    assert read(batch, second, 1, PHONE)
    with pytest.raises(EntryRefused, match="still to be read"):
        entering.finish_check(batch=batch, actor=second, at=NOW)
    assert read(batch, second, 2, LETTER)
    for _ in range(2):
        batch = entering.finish_check(batch=batch, actor=second, at=NOW)

    assert (batch.state, batch.entered, batch.checked_sheets, batch.differing_sheets) == (BatchState.CHECKED, 2, 2, 0)
    assert (batch.typed_by, batch.checked_by, batch.typed_on, batch.checked_on) == (
        typist,
        second,
        NOW.date(),
        NOW.date(),
    )
    assert sorted(Response.objects.values_list("channel", "answers__choice", "received_on")) == [
        ("PAPER", "", None),
        ("PAPER", "LETTER", None),
        ("PAPER", "PHONE", None),
    ]
    assert counting.count_settled(consultation)["channels"] == {"PAPER": 2}
    assert log.verify().sound


@pytest.mark.threat("P01")
def test_no_row_of_a_checked_batch_leads_to_a_response(consultation, typist, second):
    batch = handed_on(begun(consultation, typist), typist, PHONE, LETTER)
    keys = set(EntrySheet.objects.values_list("key", flat=True))
    read(batch, second, 1, PHONE)
    read(batch, second, 2, LETTER)
    entering.finish_check(batch=batch, actor=second, at=NOW)

    assert EntrySheet.objects.count() == 0
    assert keys & set(Response.objects.values_list("key", flat=True)) == set()
    kept = str(list(EntryBatch.objects.values())) + str(list(LogEntry.objects.values()))
    assert [trace for trace in ("Ring first", "LETTER", "PHONE") if trace in kept] == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin FROM consultations_entrybatch")
            batches = {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT xmin FROM consultations_response")
            assert batches & {row[0] for row in cursor.fetchall()} == set() or connection.in_atomic_block


def test_sheets_that_wait_are_sealed(consultation, typist):
    typed(begun(consultation, typist), typist, PHONE)

    assert b"Ring" not in bytes(EntrySheet.objects.get().first)


@pytest.mark.requirement("R-150")
def test_what_two_people_read_differently_is_listed_and_settled(consultation, typist, second):
    batch = handed_on(begun(consultation, typist), typist, PHONE, LETTER)
    other = SheetAnswers({"q1": ["LETTER"], "q4": ["Ring  first."]})

    assert not read(batch, second, 1, other)
    sheet = entering.to_settle(batch).get()
    questions = entering.questions_of(batch)
    found = entering.differences_in(questions, PHONE, other)
    assert [(one.key, one.first, one.second) for one in found] == [("q1", "A phone call", "A letter")]
    read(batch, second, 2, LETTER)
    with pytest.raises(EntryRefused, match="still to be read or settled"):
        entering.finish_check(batch=batch, actor=second, at=NOW)
    with pytest.raises(EntryRefused, match="Choose what stands on the sheet"):
        entering.settle_sheet(batch=batch, number=1, right={}, actor=second, at=NOW)
    entering.settle_sheet(batch=batch, number=sheet.number, right={"q1": "second"}, actor=second, at=NOW)
    batch.refresh_from_db()
    batch = entering.finish_check(batch=batch, actor=second, at=NOW)

    assert (batch.differing_sheets, batch.differences) == (1, {"q1": 1})
    assert sorted(Answer.objects.filter(question="q1").values_list("choice", flat=True)) == ["LETTER", "LETTER"]


def test_whoever_typed_cannot_check_and_one_person_checks(consultation, typist, second):
    batch = handed_on(begun(consultation, typist), typist, PHONE, LETTER)

    with pytest.raises(EntryRefused, match="Somebody else has to check it"):
        read(batch, typist, 1, PHONE)
    read(batch, second, 1, PHONE)
    batch.refresh_from_db()
    with pytest.raises(EntryRefused, match="Sec Ond is checking this batch"):
        read(batch, UserFactory(role=Role.INVOLVEMENT), 2, LETTER)
    with pytest.raises(EntryRefused, match="checked before"):
        read(batch, second, 1, PHONE)
    with pytest.raises(EntryRefused, match="Only the Involvement Team"):
        read(batch, UserFactory(role=Role.MANAGEMENT), 2, LETTER)


def test_typist_corrects_until_somebody_begins_to_check(consultation, typist, second):
    batch = handed_on(begun(consultation, typist), typist, PHONE, PHONE)
    batch = entering.take_back(batch=batch, actor=typist, at=NOW)
    entering.keep_sheet(batch=batch, number=2, said=LETTER, actor=typist, at=NOW)
    batch = entering.finish_typing(batch=batch, actor=typist, at=NOW)
    read(batch, second, 2, LETTER)
    batch.refresh_from_db()

    with pytest.raises(EntryRefused, match="has begun to check it"):
        entering.take_back(batch=batch, actor=typist, at=NOW)
    with pytest.raises(EntryRefused, match="not where you left it"):
        entering.keep_sheet(batch=batch, number=2, said=PHONE, actor=typist, at=NOW)


def test_large_batch_is_checked_by_a_sample_or_whole(consultation, typist, second):
    batch = handed_on(begun(consultation, typist, sheets=30), typist, *[PHONE] * 30)

    assert entering.to_read(batch).count() == 10
    entering.check_all(batch=batch, actor=second, at=NOW)
    assert entering.to_read(batch).count() == 30


def test_sheets_left_out_need_a_reason(consultation, typist):
    batch = begun(consultation, typist, sheets=3)
    with pytest.raises(EntryRefused, match="Type at least one sheet first"):
        entering.finish_typing(batch=batch, actor=typist, at=NOW)
    typed(batch, typist, PHONE)
    with pytest.raises(EntryRefused, match="Say why 2 of 3 sheets are left out"):
        entering.finish_typing(batch=batch, actor=typist, at=NOW)

    batch = entering.finish_typing(batch=batch, actor=typist, at=NOW, left_out_reason="Both were blank.")

    assert (batch.left_out, batch.left_out_reason) == (2, "Both were blank.")


@pytest.mark.requirement("R-059")
def test_every_kind_is_entered_as_it_would_be_online(typist, second):
    questionnaire = QuestionnaireFactory(asked=[])
    for place, name in enumerate(KINDS, start=1):
        question_of_kind(name, questionnaire=questionnaire, place=place, required=name not in {"facts", "date"})
    consultation = ConsultationFactory(questionnaire=questionnaire, closed=True)
    batch = handed_on(
        begun(consultation, typist),
        typist,
        SheetAnswers(ANSWERS, "WITHOUT_NAME"),
        SheetAnswers({"short": ["Only this"]}),
    )
    read(batch, second, 1, SheetAnswers(ANSWERS, "WITHOUT_NAME"))
    read(batch, second, 2, SheetAnswers({"short": ["Only this"]}))
    entering.finish_check(batch=batch, actor=second, at=NOW)

    full = Response.objects.get(publication="WITHOUT_NAME")
    given = responding.answers_of(full)
    questions = entering.questions_of(batch)
    assert {one.key: one.words_for(given[one.key]) for one in questions if one.key in given} == IN_WORDS
    assert responding.answers_of(Response.objects.get(publication="NONE")) == {"short": ["Only this"]}


def test_answers_beside_the_way_are_not_kept_and_said_so(typist):
    questionnaire = QuestionnaireFactory(asked=[])
    asked = QuestionFactory(questionnaire=questionnaire, sort_order=1, key="used", ways=True, text="Used it?")
    QuestionFactory(questionnaire=questionnaire, sort_order=2, key="why", kind=QuestionKind.LONG_TEXT, text="Why?")
    QuestionFactory(questionnaire=questionnaire, sort_order=3, key="more", kind=QuestionKind.LONG_TEXT, text="More?")
    RouteFactory(question=asked, when=RouteWhen.CHOSEN, choices=["LETTER"], goal="more")
    batch = begun(ConsultationFactory(questionnaire=questionnaire, closed=True), typist)

    passed = entering.keep_sheet(
        batch=batch,
        number=1,
        said=SheetAnswers({"used": ["LETTER"], "why": ["Because"], "more": ["Yes"]}),
        actor=typist,
        at=NOW,
    )

    assert passed == ["Why?"]
    assert entering.read_sheet(EntrySheet.objects.get().first).answers == {"used": ["LETTER"], "more": ["Yes"]}


def test_sheets_in_other_words_count_with_the_rest(typist, second):
    questionnaire = QuestionnaireFactory()
    WordingFactory(questionnaire=questionnaire, said="Easy")
    consultation = ConsultationFactory(questionnaire=questionnaire, closed=True)
    batch = begun(consultation, typist, wording="easy-read", sheets=1)

    assert entering.questions_of(batch)[0].text.startswith("Easy ")
    batch = handed_on(batch, typist, PHONE)
    read(batch, second, 1, PHONE)
    entering.finish_check(batch=batch, actor=second, at=NOW)

    assert counting.count_settled(consultation)["choices"]["q1"] == {"PHONE": 1}


def test_while_people_answer_a_small_batch_waits_for_company(typist, second):
    batch = handed_on(begun(ConsultationFactory(open=True), typist), typist, PHONE, LETTER)
    read(batch, second, 1, PHONE)
    read(batch, second, 2, LETTER)
    entering.finish_check(batch=batch, actor=second, at=NOW)

    assert (Response.objects.count(), Response.objects.settled().count()) == (2, 0)


def test_sheets_left_behind_by_a_dead_process_are_entered_by_the_worker(consultation, typist, second, monkeypatch):
    batch = handed_on(begun(consultation, typist), typist, PHONE, LETTER)
    read(batch, second, 1, PHONE)
    read(batch, second, 2, LETTER)
    with monkeypatch.context() as broken:
        broken.setattr(entering, "enter_checked", lambda at: 0)
        entering.finish_check(batch=batch, actor=second, at=NOW)
    assert (Response.objects.count(), EntrySheet.objects.count()) == (0, 2)

    assert entering.enter_checked(at=NOW) == 2
    assert entering.enter_checked(at=NOW) == 0
    assert (Response.objects.count(), EntrySheet.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"channel": "ONLINE"}, "Choose how these answers came in."),
        ({"held_on": NOW.date().replace(year=2027)}, "The day cannot be in the future."),
        ({"sheets": 501}, "A batch has 1 to 500 sheets."),
        ({"wording": "klingon"}, "These words were not offered."),
    ],
)
def test_what_cannot_be_a_batch_is_refused(consultation, typist, wrong, words):
    with pytest.raises(EntryRefused, match=words):
        begun(consultation, typist, **wrong)


def test_what_cannot_be_a_sheet_is_refused(consultation, typist):
    batch = begun(consultation, typist)
    for said, words in (
        (SheetAnswers({}), "Type at least one answer"),
        (SheetAnswers({"q1": ["PIGEON"]}), "Choose one of the answers"),
    ):
        with pytest.raises(EntryRefused, match=words):
            entering.keep_sheet(batch=batch, number=1, said=said, actor=typist, at=NOW)
    with pytest.raises(EntryRefused, match="The batch has 2 sheets"):
        entering.keep_sheet(batch=batch, number=3, said=PHONE, actor=typist, at=NOW)
    entering.throw_away(batch=batch, actor=typist, at=NOW)
    with pytest.raises(EntryRefused, match="was thrown away"):
        entering.keep_sheet(batch=batch, number=1, said=PHONE, actor=typist, at=NOW)
