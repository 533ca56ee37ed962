"""Words put right in questions that people are answering: said in public, and never more than words."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import correcting, counting, drafting, exporting, questionnaires, responding, settling
from consultations.domain.preparing import ConsultationRefused
from consultations.domain.sameness import keeps_meaning
from consultations.domain.versions import more_than_words, same_structure
from consultations.models import Choice, Correction, Question, QuestionnaireVersion, Response, Route, Wording
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    CLOSES,
    ChoiceFactory,
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    WordingFactory,
)
from tests.factories.engagement import NOW, UserFactory
from tests.factories.questions import questionnaires as any_questionnaire

pytestmark = pytest.mark.django_db
NOTE = "A word was spelt wrongly."


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def consultation():
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, key="q1", text="How shuold we get in touch?", ways=True, hint="One.")
    QuestionFactory(questionnaire=questionnaire, key="q4", kind="LONG_TEXT", text="What should change?")
    return ConsultationFactory(open=True, questionnaire=questionnaire)


def put_right(consultation, key="q1", **words):
    Question.objects.filter(questionnaire=consultation.questionnaire, key=key).update(**words)


def publish(consultation, actor, *, at=NOW, note=NOTE, same=True, seen=None):
    seen = correcting.proposed(consultation).seen if seen is None else seen
    return correcting.publish_correction(consultation=consultation, note=note, same=same, seen=seen, actor=actor, at=at)


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def office_page(consultation, name):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference])


def words_of(reply):
    return " ".join(reply.content.decode().split())


# What is a correction


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("How shuold we get in touch?", "How should we get in touch?"),
        ("By  phone", "By phone."),
        ("by phone", "By the phone"),
        ("every one", "everyone"),
        ("Wich of these", "Which of these"),
        ("At the centre", "In the centre"),
        ("Don't mind", "Don’t mind"),
    ],
)
def test_slip_keeps_the_meaning(before, after):
    assert keeps_meaning(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A phone call", "A letter"),
        ("Agree", "Disagree"),
        ("Able", "Unable"),
        ("Likely", "Unlikely"),
        ("Do it now", "Do it not"),
        ("Within 10 days", "Within 20 days"),
        ("£5", "5"),
        ("With support", "Without support"),
        ("You can call", "You can't call"),
        ("Police and fire", "Police or fire"),
        ("Yes", "No"),
        ("Yes", ""),
        ("", "Yes"),
        ("What should change?", "What should change in the service?"),
    ],
)
def test_other_words_say_something_else(before, after):
    assert not keeps_meaning(before, after)


@given(st.text(max_size=60), st.text(max_size=60))
def test_sameness_looks_the_same_from_both_sides_of_a_number(one, other):
    assert keeps_meaning(one, one)
    assert not keeps_meaning(f"{one} 7 {other}", f"{one} 8 {other}")


@given(any_questionnaire())
def test_nothing_differs_beyond_words_exactly_when_the_structure_is_the_same(asked):
    reworded = [replace(question, text=f"{question.text} indeed", hint="Other") for question in asked]
    shorter, stricter = asked[:-1], [*asked[:-1], replace(asked[-1], required=not asked[-1].required)]

    assert (same_structure(asked, reworded), more_than_words(asked, reworded)) == (True, [])
    for other in (shorter, stricter):
        assert not same_structure(asked, other)
        assert more_than_words(asked, other)


# Publishing it


@pytest.mark.requirement("R-059", "R-150")
def test_correction_makes_a_version_and_keeps_the_one_that_people_answered(consultation, involvement):
    first = consultation.version
    ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"]})
    put_right(consultation, text="How should we get in touch?", hint="Choose one.")

    made = publish(consultation, involvement)

    consultation.refresh_from_db()
    assert (first.number, consultation.version.number) == (1, 2)
    assert (made.replaces, made.version, made.note, made.made_by) == (first, consultation.version, NOTE, involvement)
    assert Response.objects.get().version == first
    assert [(one.about, one.before, one.after) for one in correcting.corrections_of(consultation)[0].changes] == [
        ("the question", "How shuold we get in touch?", "How should we get in touch?"),
        ("the hint", "One.", "Choose one."),
    ]
    assert LogEntry.objects.filter(action="consultation.corrected").get().actor == involvement


def add_choice(questionnaire):
    ChoiceFactory(question=questionnaire.questions.get(key="q1"), key="new", label="By post", sort_order=9)


@pytest.mark.requirement("R-150")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (add_choice, "the answer “By post” is new"),
        (lambda q: Choice.objects.filter(question__questionnaire=q, key="TEXT").delete(), "message” is gone"),
        (lambda q: Choice.objects.filter(question__questionnaire=q, key="TEXT").update(label="A visit"), "“A visit”"),
        (lambda q: Choice.objects.filter(question__questionnaire=q, key="TEXT").update(sort_order=0), "another order"),
        (lambda q: q.questions.filter(key="q4").update(required=True), "it must be answered now"),
        (lambda q: q.questions.filter(key="q4").update(kind="SHORT_TEXT"), "answered in another way"),
        (lambda q: q.questions.filter(key="q4").delete(), "is no longer asked"),
        (lambda q: q.questions.filter(key="q4").update(sort_order=0), "stand in another order"),
        (lambda q: QuestionFactory(questionnaire=q, ways=True, text="And now?"), "“And now?” is new"),
        (lambda q: q.questions.filter(key="q1").update(other=True), "“Other” is offered"),
        (lambda q: Route.objects.create(question=q.questions.get(key="q1"), choices=["TEXT"], goal="END"), "lead to"),
        (lambda q: WordingFactory(questionnaire=q, said="Easy"), "in other wordings than before"),
        (lambda q: q.questions.filter(key="q1").update(text="Why?"), "which may say something else"),
    ],
)
def test_more_than_words_is_refused_in_words(consultation, involvement, change, words):
    change(consultation.questionnaire)

    with pytest.raises(ConsultationRefused, match="another version") as refusal:
        publish(consultation, involvement)

    assert words in str(refusal.value)
    assert (Correction.objects.count(), QuestionnaireVersion.objects.count()) == (0, 1)


def test_what_is_refused_becomes_version_2_of_a_later_consultation(consultation, involvement):
    add_choice(consultation.questionnaire)

    later = ConsultationFactory(open=True, questionnaire=consultation.questionnaire)

    consultation.refresh_from_db()
    assert (consultation.version.number, later.version.number) == (1, 2)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"note": " "}, "Say what you corrected"), ({"same": False}, "answered differently"), ({"seen": "old"}, "again")],
)
def test_correction_needs_a_note_a_word_and_a_look(consultation, involvement, more, words):
    put_right(consultation, text="How should we get in touch?")

    with pytest.raises(ConsultationRefused, match=words):
        publish(consultation, involvement, **more)

    assert not Correction.objects.exists()


def test_nothing_to_correct_is_refused_and_so_is_the_second_press(consultation, involvement):
    with pytest.raises(ConsultationRefused, match="nothing to correct"):
        publish(consultation, involvement)
    put_right(consultation, text="How should we get in touch?")
    seen = correcting.proposed(consultation).seen
    publish(consultation, involvement, seen=seen)

    with pytest.raises(ConsultationRefused, match="has changed since"):
        publish(consultation, involvement, seen=seen)

    assert Correction.objects.count() == 1


@pytest.mark.parametrize("state", ["closed", "withdrawn", "draft"])
def test_only_what_is_public_and_not_over_is_corrected(involvement, state):
    one = ConsultationFactory(**({} if state == "draft" else {state: True}))
    put_right(one, text="How should we frist get in touch?")

    with pytest.raises(ConsultationRefused, match="not public, or it has closed"):
        correcting.publish_correction(consultation=one, note=NOTE, same=True, seen="", actor=involvement, at=NOW)


def test_only_the_involvement_team_corrects(consultation):
    put_right(consultation, text="How should we get in touch?")

    with pytest.raises(ConsultationRefused, match="Only the Involvement Team"):
        publish(consultation, UserFactory(role=Role.MANAGEMENT))


def test_wording_is_corrected_and_one_written_for_earlier_words_is_named(involvement):
    questionnaire = QuestionnaireFactory()
    wording = WordingFactory(questionnaire=questionnaire, said="Easy")
    one = ConsultationFactory(open=True, questionnaire=questionnaire)
    put_right(one, key="q4", hint="Name nobody.")
    said = Wording.objects.get(pk=wording.pk).questions.get(question__key="q4")
    said.words = {**said.words, "hint": "Do not write names."}
    said.save()

    proposal = correcting.proposed(one)

    assert [(change.wording_name, change.after) for change in proposal.changes] == [
        ("", "Name nobody."),
        ("Easy Read", "Do not write names."),
    ]
    assert (proposal.problems, proposal.stale) == ([], ["Easy Read"])


# What people see


@pytest.mark.requirement("R-059", "R-150")
def test_page_and_question_say_that_they_were_corrected(client, consultation, involvement):
    ticket = drafting.start(consultation=consultation, at=NOW)
    put_right(consultation, text="How should we get in touch?")
    publish(consultation, involvement)
    client.cookies["answers"] = str(ticket)

    with time_machine.travel(NOW, tick=False):
        overview = words_of(client.get(consultation.get_absolute_url()))
        question = words_of(client.get(page(consultation, "answer", "1")))
        other = words_of(client.get(page(consultation, "answer", "2")))

    for shown in (overview, question):
        assert "How shuold we get in touch?</del>" in shown
        assert "How should we get in touch?</ins>" in shown
        assert NOTE in shown
    assert "Corrected at midday on Wednesday 16 September 2026" in overview
    assert "We corrected this question" in question
    assert "We corrected this question" not in other


@pytest.mark.parametrize("corrections", [1, 3])
def test_pages_cost_the_same_however_many_corrections(
    client, consultation, involvement, django_assert_num_queries, corrections
):
    for number in range(corrections):
        put_right(consultation, hint=f"Hint {number}.")
        consultation.refresh_from_db()
        publish(consultation, involvement, at=NOW + timedelta(minutes=number))

    with django_assert_num_queries(1):
        assert len(correcting.corrections_of(consultation)) == corrections
    with time_machine.travel(NOW, tick=False), django_assert_num_queries(12):
        reply = client.get(consultation.get_absolute_url())
    assert words_of(reply).count(NOTE) == corrections


@pytest.mark.threat("C04")
def test_answers_checked_in_earlier_words_are_not_sent_unseen(client, consultation, involvement):
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    drafting.keep_step(opened=opened, question="q1", values=["PHONE"], at=NOW)
    client.cookies["answers"] = str(ticket)
    put_right(consultation, text="How should we get in touch?")
    publish(consultation, involvement)

    with time_machine.travel(NOW, tick=False):
        refused = client.post(page(consultation, "check"), {"version": "1"})
        sent = client.post(page(consultation, "check"), {"version": "2"})

    assert (refused.status_code, sent.status_code) == (409, 302)
    assert "We corrected some words" in words_of(refused)
    assert 'name="version" value="2"' in words_of(refused)
    assert Response.objects.get().version.number == 2


def test_answers_sent_before_can_be_changed_after_a_correction(consultation, involvement):
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    drafting.keep_step(opened=opened, question="q1", values=["PHONE"], at=NOW)
    receipt = responding.submit(consultation=consultation, ticket=ticket, at=NOW)
    put_right(consultation, text="How should we get in touch?")
    publish(consultation, involvement)
    consultation.refresh_from_db()

    again = responding.begin_change(consultation=consultation, code=receipt.code, at=NOW)
    responding.submit(consultation=consultation, ticket=again, at=NOW)

    assert Response.objects.get().version == consultation.version


# The office


@pytest.mark.requirement("R-150")
def test_office_sees_the_words_before_and_after_and_publishes_them(client, consultation, involvement):
    put_right(consultation, text="How should we get in touch?")
    client.force_login(involvement)

    with time_machine.travel(NOW, tick=False):
        shown = client.get(office_page(consultation, "correct"))
        seen = shown.context["form"].initial["seen"]
        silent = client.post(office_page(consultation, "correct"), {"seen": seen})
        done = client.post(
            office_page(consultation, "correct"), {"seen": seen, "note": NOTE, "same": "on"}, follow=True
        )

    assert "How shuold we get in touch?</del>" in words_of(shown)
    assert "Everybody can read it." in words_of(silent)
    assert "The correction is public" in words_of(done)
    assert NOTE in words_of(done)


def test_office_is_told_why_it_is_more_than_a_correction_and_loses_nothing_typed(client, consultation, involvement):
    put_right(consultation, text="How should we get in touch?")
    client.force_login(involvement)
    seen = correcting.proposed(consultation).seen
    add_choice(consultation.questionnaire)

    with time_machine.travel(NOW, tick=False):
        shown = client.get(office_page(consultation, "correct"))
        refused = client.post(office_page(consultation, "correct"), {"seen": seen, "note": NOTE, "same": "on"})

    assert "the answer “By post” is new" in words_of(shown)
    assert "has changed since you opened this page" in words_of(refused)
    assert not Correction.objects.exists()


def test_correcting_a_closed_one_leads_back_with_the_reason(client, involvement):
    closed = ConsultationFactory(closed=True)
    client.force_login(involvement)

    with time_machine.travel(NOW, tick=False):
        reply = client.get(office_page(closed, "correct"), follow=True)

    assert "its words cannot be corrected" in words_of(reply)


# Files, counts and company


def respond(consultation, number, **fields):
    for _ in range(number):
        ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"]}, **fields)


def by_version(consultation):
    numbers = Response.objects.filter(consultation=consultation).values_list("version__number", flat=True)
    return {number: list(numbers).count(number) for number in set(numbers)}


def corrected(consultation, involvement, hint):
    put_right(consultation, hint=hint)
    publish(consultation, involvement)
    consultation.refresh_from_db()


def test_answers_to_both_versions_are_counted_together(consultation, involvement):
    respond(consultation, 10)
    corrected(consultation, involvement, "Choose one.")
    respond(consultation, 10)
    settling.settle(consultation=consultation, at=NOW, for_good=True)

    results = counting.running_results(consultation)

    assert [(question.key, question.answered) for question in results.questions] == [("q1", 20), ("q4", None)]


def test_file_names_the_version_and_the_codebook_has_the_words_of_each(client, consultation, involvement):
    respond(consultation, 10)
    corrected(consultation, involvement, "Choose one.")
    respond(consultation, 11)
    client.force_login(involvement)

    file = exporting.export_responses(consultation=consultation, actor=involvement, at=NOW)
    with time_machine.travel(NOW, tick=False):
        reply = client.get(reverse("consultations:manage-codebook-csv", args=[consultation.reference]))
    lines = list(csv.reader(io.StringIO(reply.getvalue().decode("utf-8-sig"))))

    assert sorted(row[1] for row in file.rows) == [1] * 10 + [2] * 11
    assert [line for line in lines if line[:2] in (["QUESTION", "q1"], ["CORRECTION", "version 2"])] == [
        ["QUESTION", "q1", "q1", "How shuold we get in touch?", "One.", "", "", "1", "1"],
        ["QUESTION", "q1", "q1", "How shuold we get in touch?", "Choose one.", "", "", "2", ""],
        ["CORRECTION", "version 2", "q1", "Choose one.", "the hint, before: One.", "", "", "2", ""],
    ]


@pytest.mark.threat("P02")
def test_a_correction_parts_only_groups_of_ten(consultation, involvement):
    respond(consultation, 3)
    corrected(consultation, involvement, "Choose one.")
    respond(consultation, 12)
    corrected(consultation, involvement, "Choose one way.")
    respond(consultation, 4)

    file = exporting.export_responses(consultation=consultation, actor=involvement, at=NOW)
    shown = {row[1] for row in file.rows}
    settling.shuffle(consultation=consultation, at=NOW)
    while_open = by_version(consultation)
    settling.shuffle(consultation=consultation, at=CLOSES)

    assert shown == {2}
    assert while_open == {2: 15, 3: 4}
    assert by_version(consultation) == {2: 19}


@pytest.mark.threat("P02")
def test_a_day_on_which_a_correction_parts_few_is_forgotten(consultation, involvement):
    respond(consultation, 12)
    respond(consultation, 2, received_on=NOW.date() - timedelta(days=1))
    corrected(consultation, involvement, "Choose one.")
    respond(consultation, 3)
    respond(consultation, 11, received_on=NOW.date() + timedelta(days=1))

    settling.shuffle(consultation=consultation, at=CLOSES)

    known = Response.objects.filter(consultation=consultation).values_list("version__number", "received_on")
    counts = {one: list(known).count(one) for one in set(known)}
    assert all(number >= 10 for number in counts.values())
    assert sum(counts.values()) == 28


@given(st.dictionaries(st.integers(1, 9), st.integers(1, 40), max_size=6))
def test_company_is_ten_or_everybody(counts):
    under = settling.in_company(counts)

    groups = {}
    for number, stands in under.items():
        groups[stands] = groups.get(stands, 0) + counts[number]
    assert under.keys() == counts.keys()
    assert all(size >= settling.STEP for size in groups.values()) or len(groups) == 1


def test_questions_of_both_versions_have_the_same_structure(consultation, involvement):
    first = consultation.version
    corrected(consultation, involvement, "Choose one.")

    assert same_structure(questionnaires.questions_of(first), questionnaires.questions_of(consultation.version))
