"""Two acts, each with its own day: what people said, then what was decided. Every edition stays as it was read."""

from datetime import timedelta

import pytest

from consultations.domain import concluding, counting, editions, publishing, queries
from consultations.domain.concluding import FEEDBACK, OUTCOME, OutcomeRefused
from consultations.domain.publishing import publish_outcome, publish_results
from consultations.enums import State
from consultations.models import Consultation, Response
from engagement.enums import EventKind, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=20)


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


def heard(**more):
    """Closed, with 35 answers and the words of both halves."""
    consultation = ConsultationFactory(closed=True, said=True, decided=True, **more)
    for choice, number in (("PHONE", 12), ("TEXT", 9), ("LETTER", 8), ("DONT_KNOW", 6)):
        answered(consultation, choice, number)
    return consultation


def answered(consultation, choice, number):
    for _ in range(number):
        ResponseFactory(consultation=consultation, settled=False, answers={"q1": [choice]})


def correct(consultation, actor, half=FEEDBACK, note="The total of letters was wrong.", **words):
    return publishing.correct_words(
        consultation=consultation,
        half=half,
        seen=concluding.fingerprint(consultation, half),
        words=words,
        note=note,
        actor=actor,
        at=LATER,
    )


@pytest.mark.requirement("R-060", "R-086", "R-150")
def test_results_are_public_first_and_the_outcome_by_an_act_of_its_own(involvement):
    consultation = heard()
    EngagedPartyFactory(activity=consultation.activity, email="follower@people.example")

    told = publish_results(consultation=consultation, actor=involvement, at=NOW)
    between = (told.state(at=NOW), queries.latest_outcome(LATER), editions.public_now(told).outcome)
    decided = publish_outcome(consultation=consultation, actor=involvement, at=LATER)

    kept = Consultation.objects.get()
    assert between == (State.RESULTS_PUBLISHED, None, {})
    assert kept.state(at=LATER) == State.OUTCOME_PUBLISHED
    assert (kept.results_published_at, kept.outcome_published_at) == (NOW, LATER)
    assert queries.latest_outcome(LATER) == decided
    assert list(Event.objects.order_by("pk").values_list("kind", "title")) == [
        (EventKind.RESULTS_PUBLISHED, f"What people said: {consultation.title}"),
        (EventKind.OUTCOME_PUBLISHED, f"What we decided: {consultation.title}"),
    ]
    assert Delivery.objects.filter(address="follower@people.example").count() == 2


@pytest.mark.requirement("R-060")
def test_editions_keep_words_and_counts_as_they_were_read(involvement):
    consultation = report(heard(), outcome=True)
    consultation = correct(consultation, involvement, you_said="Call us, or write")

    first, second, third = (editions.edition_of(one) for one in consultation.revisions.order_by("number"))

    assert [(one.number, one.kind, one.note) for one in (first, second, third)] == [
        (1, "RESULTS", ""),
        (2, "OUTCOME", ""),
        (3, "CHANGED", "The total of letters was wrong."),
    ]
    assert (first.outcome, second.outcome["decided_on"]) == ({}, NOW.date())
    assert [one.feedback["you_said"] for one in (first, second, third)] == ["Call us", "Call us", "Call us, or write"]
    assert {row.key: row.count for row in first.results.questions[0].rows} == {"PHONE": 12, "TEXT": 9, "LETTER": 8}
    assert first.results == third.results
    assert editions.public_now(consultation).feedback == third.feedback


def test_answers_that_come_later_change_nothing_that_is_public(involvement):
    consultation = report(heard())
    answered(consultation, "PHONE", 20)

    assert counting.results_of(Consultation.objects.get()).responses == 35


def test_each_act_is_done_once_in_its_order_and_with_its_words(involvement):
    consultation = heard(limits="  ", next_words="")

    with pytest.raises(OutcomeRefused, match="Write these first: what the answers cannot tell"):
        publish_results(consultation=consultation, actor=involvement, at=NOW)
    with pytest.raises(OutcomeRefused, match="Publish the results first"):
        publish_outcome(consultation=consultation, actor=involvement, at=NOW)
    Consultation.objects.update(limits="Few young people answered.")
    publish_results(consultation=consultation, actor=involvement, at=NOW)
    with pytest.raises(OutcomeRefused, match="The results are published already"):
        publish_results(consultation=consultation, actor=involvement, at=LATER)
    with pytest.raises(OutcomeRefused, match="Write these first: what comes next"):
        publish_outcome(consultation=consultation, actor=involvement, at=LATER)
    Consultation.objects.update(next_words="We begin in spring.")
    publish_outcome(consultation=consultation, actor=involvement, at=LATER)
    with pytest.raises(OutcomeRefused, match="The outcome is published already"):
        publish_outcome(consultation=consultation, actor=involvement, at=LATER)

    assert consultation.revisions.count() == 2
    assert Event.objects.count() == 2


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.INVOLVEMENT])
def test_nobody_else_publishes_or_corrects(role):
    consultation, actor = heard(), UserFactory(role=role)
    acts = [
        lambda: publish_results(consultation=consultation, actor=actor, at=NOW),
        lambda: publish_outcome(consultation=consultation, actor=actor, at=NOW),
        lambda: correct(consultation, actor, you_said="Otherwise"),
        lambda: publishing.correct_numbers(consultation=consultation, note="Why not", actor=actor, at=NOW),
    ]

    for act in acts:
        with pytest.raises(OutcomeRefused, match="Only the Involvement Team"):
            act()


@pytest.mark.parametrize(("trait", "at"), [("open", NOW), ("withdrawn", LATER), ("closed", NOW - timedelta(days=6))])
def test_nothing_is_published_before_closing_or_after_withdrawal(involvement, trait, at):
    consultation = ConsultationFactory(**{trait: True}, said=True, decided=True)

    with pytest.raises(OutcomeRefused, match="once this has closed"):
        publish_results(consultation=consultation, actor=involvement, at=at)


@pytest.mark.parametrize(
    ("words", "refusal", "field"),
    [
        ({"decided_on": None}, "Enter the day", "decided_on"),
        ({"decided_by": ""}, "Say who decided", "decided_by"),
        ({"decided_on": NOW.date() - timedelta(days=6)}, "a decision comes after that", "decided_on"),
        ({"decided_on": NOW.date() + timedelta(days=1)}, "this date is in the future", "decided_on"),
        ({"decision_url": "javascript:alert(1)"}, "Begin the address with", "decision_url"),
        ({"decision_url": "//elsewhere.example"}, "Begin the address with", "decision_url"),
        ({"decision_move": 9}, "has not made that move", "decision_move"),
    ],
)
def test_decision_that_cannot_stand_is_refused_where_it_is_wrong(involvement, words, refusal, field):
    consultation = ConsultationFactory(closed=True, decided=True)
    seen = concluding.fingerprint(consultation, OUTCOME)

    with pytest.raises(OutcomeRefused, match=refusal) as refused:
        concluding.write_outcome(consultation=consultation, seen=seen, words=words, actor=involvement, at=NOW)

    assert refused.value.field == field


@pytest.mark.parametrize("asked_by", [{"LETTER": 0}, {"LETTER": "many"}, {"PIGEON": 3}])
def test_numbers_asked_are_whole_and_of_known_ways(involvement, asked_by):
    consultation = ConsultationFactory(closed=True)
    seen = concluding.fingerprint(consultation, FEEDBACK)

    with pytest.raises(OutcomeRefused, match="in whole numbers"):
        concluding.write_feedback(
            consultation=consultation, seen=seen, words={"asked_by": asked_by}, actor=involvement, at=NOW
        )


def test_correction_says_why_changes_something_and_leaves_nothing_out(involvement):
    consultation = report(heard())

    for words, note, refusal in (
        ({"you_said": "Otherwise"}, " ", "Say what is corrected"),
        ({"you_said": consultation.you_said}, "A reason", "the words that are public already"),
        ({"you_said": ""}, "A reason", "Write these first: what people said"),
    ):
        with pytest.raises(OutcomeRefused, match=refusal):
            correct(consultation, involvement, note=note, **words)
    with pytest.raises(OutcomeRefused, match="Nothing is published yet"):
        correct(consultation, involvement, half=OUTCOME, we_did="Otherwise")
    with pytest.raises(ValueError, match="we_did"):
        correct(consultation, involvement, we_did="Otherwise")

    assert consultation.revisions.count() == 1


@pytest.mark.threat("C04")
def test_correction_of_what_somebody_else_corrected_is_refused(involvement):
    consultation = report(heard())
    seen = concluding.fingerprint(consultation, FEEDBACK)
    correct(consultation, involvement, you_said="Call us, or write")

    with pytest.raises(OutcomeRefused, match="Somebody else changed this"):
        publishing.correct_words(
            consultation=consultation,
            half=FEEDBACK,
            seen=seen,
            words={"you_said": "Mine"},
            note="Mine",
            actor=involvement,
            at=LATER,
        )


@pytest.mark.threat("P07")
def test_recount_is_published_only_when_it_tells_nothing_of_a_few(involvement):
    consultation = report(heard())

    def recount():
        return publishing.correct_numbers(
            consultation=consultation, note="A bag of late letters.", actor=involvement, at=LATER
        )

    with pytest.raises(OutcomeRefused, match="every number is as published"):
        recount()
    answered(consultation, "LETTER", 4)
    with pytest.raises(OutcomeRefused, match="Too few answers have changed"):
        recount()
    answered(consultation, "LETTER", 1)
    recounted = recount()

    assert counting.results_of(recounted).responses == 40
    assert [one.kind for one in editions.editions_listed(consultation)] == ["CORRECTED", "RESULTS"]
    assert Event.objects.filter(kind=EventKind.RESULTS_UPDATED, summary="A bag of late letters.").count() == 1


@pytest.mark.threat("P07")
def test_recount_that_swaps_one_answer_for_another_is_refused(involvement):
    consultation = report(heard())
    one = Response.objects.filter(answers__choice="PHONE").first()
    one.answers.update(choice="TEXT")

    with pytest.raises(OutcomeRefused, match="Too few answers have changed"):
        publishing.correct_numbers(consultation=consultation, note="One was typed wrong.", actor=involvement, at=LATER)


def test_outcome_names_the_stage_move_that_carries_it_out(involvement):
    lead = UserFactory(role=Role.LEAD_COMMISSIONER)
    consultation = heard(activity__lead_commissioner=lead)
    change = consultation.activity.stage_changes.order_by("-sequence").first()
    if change is None:
        change = consultation.activity.stage_changes.create(
            sequence=1, to_stage=consultation.activity.stage, moved_at=NOW, moved_by=lead
        )
    seen = concluding.fingerprint(consultation, OUTCOME)
    words = {"decision_move": change.sequence}

    written = concluding.write_outcome(consultation=consultation, seen=seen, words=words, actor=involvement, at=NOW)

    assert editions.move_of(written) == change
    assert LogEntry.objects.filter(action="consultation.outcome_written").count() == 1
