"""Counts move in company, order says nothing, thin days are forgotten."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import arriving, counting, outcomes, responding, sealing, settling, timekeeping
from consultations.models import Answer, OutcomeRequest, Response, RunningCount
from engagement.models import EngagedParty, Event
from tests.factories.consultations import CLOSES, ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True)


def respond(consultation, number, *, answers=None, **fields):
    for _ in range(number):
        ResponseFactory(consultation=consultation, answers=answers or {"q1": ["PHONE"]}, settled=False, **fields)


def rows():
    """All responses and answers, whatever their order."""
    return sorted(Response.objects.values_list()), sorted(Answer.objects.values_list())


def physical_order():
    column = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM consultations_response ORDER BY {column}")  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


@pytest.mark.threat("P08")
def test_nine_answers_do_not_move_the_counts_and_the_tenth_moves_them_all(consultation):
    respond(consultation, 9)
    moved_by_nine = settling.settle(consultation=consultation, at=NOW)
    before = counting.running_results(consultation)

    respond(consultation, 1)
    moved_by_ten = settling.settle(consultation=consultation, at=NOW)

    assert (moved_by_nine, before, moved_by_ten) == (False, None, True)
    assert counting.running_results(consultation).responses == 10


@pytest.mark.threat("P08")
def test_one_withdrawal_does_not_move_the_counts(consultation):
    respond(consultation, 12)
    settling.settle(consultation=consultation, at=NOW)
    code = "AB3CD4EF5GH6"
    Response.objects.filter(pk=Response.objects.first().pk).update(receipt_hash=sealing.keyed_hash("receipt", code))

    responding.withdraw(consultation=consultation, code=code, at=NOW)
    moved = settling.settle(consultation=consultation, at=NOW)

    assert (moved, counting.running_results(consultation).responses) == (False, 12)


def test_settling_for_good_counts_whatever_has_come(consultation):
    respond(consultation, 6)

    settling.settle(consultation=consultation, at=CLOSES, for_good=True)

    assert RunningCount.objects.get().responses == 6


@pytest.mark.threat("P02")
def test_shuffle_keeps_every_answer_and_not_the_order(consultation):
    respond(consultation, 40, answers={"q1": ["PHONE"], "q4": ["Be quicker."]})
    Response.objects.filter(pk=Response.objects.first().pk).update(receipt_hash="a" * 64)
    before = rows()

    orders = []
    for _ in range(2):
        settling.shuffle(consultation=consultation, at=NOW)
        orders.append(physical_order())

    assert rows() == before
    if connection.vendor == "postgresql":
        assert orders[0] != orders[1]
    else:
        assert orders == [sorted(orders[0])] * 2  # the random key is the row number: there is no other order


@pytest.mark.threat("P02")
def test_shuffle_leaves_nothing_of_the_order_in_system_columns(consultation):
    """PostgreSQL numbers the transaction that wrote a row; SQLite numbers rows, unless the key is the row's number."""
    respond(consultation, 5)

    settling.shuffle(consultation=consultation, at=NOW)

    says_nothing = (
        "SELECT count(DISTINCT xmin::text) = 1 FROM consultations_response"
        if connection.vendor == "postgresql"
        else "SELECT count(*) = 5 FROM consultations_response WHERE rowid = key"
    )
    with connection.cursor() as cursor:
        cursor.execute(says_nothing)
        assert bool(cursor.fetchone()[0]) is True


def test_shuffle_forgets_the_date_of_a_thin_day_once_it_is_over(consultation):
    yesterday, before = NOW.date() - timedelta(days=1), NOW.date() - timedelta(days=2)
    respond(consultation, 15, received_on=before)
    respond(consultation, 3, received_on=yesterday)
    respond(consultation, 2, received_on=NOW.date())

    settling.shuffle(consultation=consultation, at=NOW)

    kept = Response.objects.order_by().values_list("received_on").annotate(number=Count("pk"))
    assert dict(kept) == {NOW.date(): 2, None: 18}


@pytest.mark.threat("P08")
def test_ways_and_days_are_told_of_settled_answers_and_never_of_few(consultation):
    yesterday = NOW.date() - timedelta(days=1)
    respond(consultation, 24, received_on=yesterday)
    respond(consultation, 12, received_on=NOW.date(), channel="PAPER")
    settling.settle(consultation=consultation, at=NOW)
    respond(consultation, 9, received_on=NOW.date(), channel="PHONE")

    before = arriving.arrivals(consultation)
    respond(consultation, 1, received_on=NOW.date(), channel="PHONE")
    settling.settle(consultation=consultation, at=NOW)
    respond(consultation, 4, received_on=NOW.date() + timedelta(days=1), channel="EVENT")
    Response.objects.update(settled=True)
    after = arriving.arrivals(consultation)

    assert (before.total, before.not_yet_counted) == (45, 9)
    assert before.by_channel == {"ONLINE": 24, "PAPER": 12}
    assert before.by_day == {yesterday: 24, NOW.date(): 12}
    assert (after.total, after.not_yet_counted) == (50, 0)
    assert after.by_channel == {"EVENT": None, "ONLINE": 24, "PAPER": 12, "PHONE": None}
    assert after.by_day == {yesterday: 24, NOW.date(): None, NOW.date() + timedelta(days=1): None}


@given(
    counts=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(1, 40), max_size=20),
    hidden_before=st.integers(0, 30),
)
def test_thin_days_never_leave_one_to_nine_answers_alone(counts, hidden_before):
    thin = settling.thin_days(counts, hidden_before=hidden_before)

    left = {day: number for day, number in counts.items() if day not in thin}
    hidden = hidden_before + sum(counts[day] for day in thin)
    assert all(number >= 10 for number in left.values())
    assert hidden == 0 or hidden >= 10 or not left


@pytest.mark.requirement("R-086")
def test_keep_time_announces_an_opening_and_a_closing_once():
    consultation = ConsultationFactory(opening_soon=True)
    over = CLOSES + timekeeping.IN_FLIGHT
    moments = [NOW, consultation.opens_at, consultation.opens_at, CLOSES, over, over]

    done = [timekeeping.keep_time(at=moment) for moment in moments]

    assert done == [0, 1, 0, 0, 1, 0]
    assert list(Event.objects.order_by("occurred_at").values_list("kind", "occurred_at")) == [
        ("CONSULTATION_OPENED", consultation.opens_at),
        ("CONSULTATION_CLOSED", CLOSES),
    ]


def test_keep_time_settles_what_has_come_when_it_closes(consultation):
    respond(consultation, 7)
    timekeeping.keep_time(at=CLOSES)
    respond(consultation, 1)  # sent in the last second, stored a moment later

    timekeeping.keep_time(at=CLOSES + timekeeping.IN_FLIGHT)

    assert not Response.objects.filter(settled=False).exists()
    assert RunningCount.objects.get().responses == 8


def test_outcome_requests_wait_for_ten_or_for_closing(consultation, mailoutbox):
    for number in range(9):
        outcomes.ask_for_outcome(consultation=consultation, email=f"reader{number}@people.example", at=NOW)
    early = outcomes.fold_requests(consultation=consultation, at=NOW)

    timekeeping.keep_time(at=CLOSES + timekeeping.IN_FLIGHT)

    assert (early, OutcomeRequest.objects.count()) == (0, 0)
    assert EngagedParty.objects.filter(activity=consultation.activity, confirmed_at=None).count() == 9
    assert sorted(message.to[0] for message in mailoutbox) == [f"reader{n}@people.example" for n in range(9)]


def test_outcome_request_that_cannot_be_mailed_is_tried_every_night_and_then_forgotten(consultation, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    outcomes.ask_for_outcome(consultation=consultation, email="nobody@people.example", at=NOW)
    waiting = []

    for day in (0, 13, 14):
        timekeeping.every_night(at=CLOSES + timedelta(days=day))
        waiting.append(OutcomeRequest.objects.count())

    assert waiting == [1, 1, 0]


def test_outcome_request_twice_is_one(consultation):
    outcomes.ask_for_outcome(consultation=consultation, email="reader@people.example", at=NOW)
    outcomes.ask_for_outcome(consultation=consultation, email="Reader@people.example", at=NOW)

    assert OutcomeRequest.objects.count() == 1


@pytest.mark.parametrize("responses", [1, 3])
def test_counting_costs_the_same_however_many(consultation, responses, django_assert_num_queries):
    respond(consultation, responses, answers={"q1": ["PHONE"], "q2": ["TEXT", "LETTER"], "q4": ["Yes."]})
    Response.objects.update(settled=True)

    with django_assert_num_queries(4):
        counts = counting.count_settled(consultation)

    assert counts == {
        "channels": {"ONLINE": responses},
        "answered": {"q1": responses, "q2": responses, "q4": responses},
        "choices": {"q1": {"PHONE": responses}, "q2": {"LETTER": responses, "TEXT": responses}},
        "earlier": [],
        "crossings": {},
    }


@pytest.mark.threat("P07")
@pytest.mark.parametrize(("sensitive", "shown"), [(False, 7), (True, None)])
def test_results_withhold_small_numbers(sensitive, shown):
    consultation = ConsultationFactory(open=True, sensitive=sensitive)
    respond(consultation, 30, answers={"q1": ["PHONE"]})
    respond(consultation, 20, answers={"q1": ["LETTER"]})
    respond(consultation, 7, answers={"q1": ["TEXT"]})
    respond(consultation, 12, answers={"q1": ["DONT_KNOW"]})
    Response.objects.update(settled=True)

    results = counting.protect(consultation, counting.count_settled(consultation), at=NOW)

    question = results.questions[0]
    assert (question.answered, [row.label for row in question.apart]) == (69, ["I do not know"])
    assert {row.key: row.count for row in question.rows}["TEXT"] == shown
    assert {row.key: row.percent for row in question.rows}["PHONE"] == 43


def test_snapshot_reads_back_as_it_was_frozen(consultation):
    respond(consultation, 12, answers={"q1": ["PHONE"], "q3": ["AGREE"], "q4": ["Yes."]})
    Response.objects.update(settled=True)
    results = counting.protect(consultation, counting.count_settled(consultation), at=NOW)

    consultation.results = counting.snapshot(results)
    consultation.results_published_at = CLOSES
    consultation.save()
    consultation.refresh_from_db()

    assert counting.results_of(consultation) == results
