"""Equality answers: taken apart from the response, pooled, counted ten people at a time, and nothing else kept."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from consultations import models
from consultations.domain import drafting, equality, monitoring, profile, responding, sealing, timekeeping
from consultations.domain.counting import Row
from engagement.domain.crossing import RingRefused, refuse_ring
from tests.factories.consultations import CLOSES, ConsultationFactory, QuestionFactory, QuestionnaireFactory, report
from tests.factories.engagement import NOW
from tests.factories.equality import asked, planned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return planned(ConsultationFactory(open=True))


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def sent(consultation, way="PHONE"):
    """A ticket whose answers are sent."""
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    drafting.keep_step(opened=opened, question="q1", values=[way], at=NOW)
    responding.submit(consultation=consultation, ticket=ticket, at=NOW)
    return ticket


def give(consultation, given, *, way="PHONE", mark=None):
    ticket = sent(consultation, way)
    mark = mark or f"mark of {ticket.token}"
    return monitoring.give_equality(consultation=consultation, ticket=ticket, given=given, mark=mark, at=NOW)


def pool(consultation):
    rows = models.EqualityPart.objects.filter(consultation=consultation)
    return sorted(tuple(sealing.unseal(row.sealed, secret="", purpose=monitoring.PURPOSE)) for row in rows)


def counts(consultation):
    found = models.EqualityCount.objects.filter(consultation=consultation).first()
    return found.counts if found else None


def test_one_persons_answers_fall_apart_into_one_part_for_each_declared_table(consultation):
    give(consultation, {"AGE": "FROM_75", "SEX": "MALE", "RELIGION": ""}, way="LETTER")

    assert pool(consultation) == [
        ("", ""),
        ("about.AGE", "FROM_75"),
        ("about.AGE=about.SEX", "FROM_75=MALE"),
        ("about.AGE=answer.q1", "FROM_75=LETTER"),
        ("about.SEX", "MALE"),
        ("answer.q1", "LETTER"),
    ]


@pytest.mark.threat("P02")
def test_nine_people_wait_and_the_tenth_takes_all_to_the_counts(consultation):
    for _ in range(9):
        give(consultation, {"AGE": "FROM_75"})
    before = monitoring.fold_due(at=NOW), counts(consultation)
    give(consultation, {"SEX": "FEMALE"}, way="TEXT")
    timekeeping.keep_time(at=timezone.now())

    assert before == (0, None)
    assert counts(consultation) == {
        "": {"": 10},
        "about.AGE": {"FROM_75": 9},
        "about.AGE=answer.q1": {"FROM_75=PHONE": 9},
        "about.SEX": {"FEMALE": 1},
        "answer.q1": {"PHONE": 9, "TEXT": 1},
    }
    assert not models.EqualityPart.objects.exists()
    assert monitoring.fold_due(at=NOW) == 0


def test_closing_counts_the_rest_once_and_marks_are_thrown_away_every_night(consultation):
    give(consultation, {"AGE": "FROM_75"})
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        timekeeping.keep_time(at=timezone.now())
        timekeeping.keep_time(at=timezone.now())
        timekeeping.every_night(at=timezone.now())

    assert counts(consultation)[""] == {"": 1}
    assert not models.EqualityPart.objects.exists()
    assert not models.EqualityMark.objects.exists()


def test_same_mark_counts_once_and_blank_counts_nothing(consultation):
    ticket = sent(consultation)
    told = {"consultation": consultation, "ticket": ticket, "at": NOW}

    added = [
        monitoring.give_equality(given={"AGE": "FROM_16"}, mark="one", **told),
        monitoring.give_equality(given={"AGE": "FROM_75"}, mark="one", **told),
        monitoring.give_equality(given={"AGE": ""}, mark="two", **told),
    ]

    assert added == [True, False, False]
    assert [part for part in pool(consultation) if part[0] == "about.AGE"] == [("about.AGE", "FROM_16")]


@pytest.mark.parametrize("wrong", [{"AGE": "OLD"}, {"HEIGHT": "TALL"}, {"CARING": "NO"}, {"AGE": "FROM_16=MALE"}])
def test_what_was_not_offered_is_refused_and_nothing_is_kept(consultation, wrong):
    with pytest.raises(monitoring.EqualityRefused, match="Choose one of the answers"):
        give(consultation, wrong)

    assert pool(consultation) == []


def test_without_sent_answers_without_questions_and_after_closing_it_is_refused(consultation):
    begun = drafting.start(consultation=consultation, at=NOW)
    ticket, plain = sent(consultation), ConsultationFactory(open=True)
    given = {"given": {"AGE": "FROM_16"}, "mark": "one"}

    with pytest.raises(monitoring.EqualityRefused):
        monitoring.give_equality(consultation=consultation, ticket=begun, at=NOW, **given)
    with pytest.raises(monitoring.EqualityRefused):
        monitoring.give_equality(consultation=plain, ticket=sent(plain), at=NOW, **given)
    with pytest.raises(drafting.NotTakingAnswers):
        monitoring.give_equality(consultation=consultation, ticket=ticket, at=CLOSES, **given)


@pytest.mark.threat("P02")
def test_pool_is_written_anew_with_each_press(consultation):
    give(consultation, {"AGE": "FROM_16"})
    before = {(row.key, bytes(row.sealed)) for row in models.EqualityPart.objects.all()}
    give(consultation, {"AGE": "FROM_75"})
    after = {(row.key, bytes(row.sealed)) for row in models.EqualityPart.objects.all()}

    assert {key for key, _ in before} & {key for key, _ in after} == set()
    assert {sealed for _, sealed in before} & {sealed for _, sealed in after} == set()
    assert {len(sealed) for _, sealed in after} == {sealing.PADDED_TO + 28}


def test_counts_stay_when_the_answers_are_withdrawn_or_changed(consultation):
    for _ in range(10):
        give(consultation, {"AGE": "FROM_75"})
    monitoring.fold_due(at=NOW)
    kept = counts(consultation)
    ticket = sent(consultation)
    responding.withdraw(consultation=consultation, code=ticket.code, at=NOW)

    assert monitoring.fold_due(at=NOW) == 0
    assert counts(consultation) == kept


# What may be shown


def shown(consultation, exact):
    return profile.protect(asked(consultation), exact, at=NOW)


def spread(rows, columns):
    """Exact counts of two characteristics and their table from a list of rows."""
    table = {f"{row}={column}": n for row, line in rows.items() for column, n in zip(columns, line, strict=True)}
    return {
        "": {"": sum(map(sum, rows.values()))},
        "about.AGE": {row: sum(line) for row, line in rows.items()},
        "about.SEX": {column: sum(line[place] for line in rows.values()) for place, column in enumerate(columns)},
        "about.AGE=about.SEX": table,
    }


SEXES = ["FEMALE", "MALE", "PREFER_NOT"]


def test_large_counts_are_shown_with_percentages_and_the_declared_table(consultation):
    ages = list(asked(consultation).labels_of("about.AGE"))
    exact = spread({age: [20, 20, 10] for age in ages} | {"FROM_75": [60, 25, 15]}, SEXES)

    found = shown(consultation, exact)
    table = {
        line.label: [(cell.label, cell.count, cell.percent) for cell in line.cells] for line in found.crossings[1].lines
    }

    assert (found.threshold, found.people, found.groups[0].answered) == (10, 500, 500)
    assert found.groups[0].rows[1] == Row("FROM_16", "16 to 24", 50, 10)
    assert found.groups[0].rows[7] == Row("FROM_75", "75 or over", 100, 20)
    assert len(table) == 9
    assert table["16 to 24"] == [("Female", 20, 40), ("Male", 20, 40), ("Prefer not to say", 10, 20)]
    assert table["75 or over"] == [("Female", 60, 60), ("Male", 25, 25), ("Prefer not to say", 15, 15)]


@pytest.mark.threat("P07", "P08")
def test_nothing_below_ten_is_shown_even_where_the_office_shows_five(consultation, settings):
    settings.SMALL_NUMBER_THRESHOLD = settings.SENSITIVE_THRESHOLD = 5

    ages = list(asked(consultation).labels_of("about.AGE"))
    found = shown(consultation, spread({age: [20, 20, 10] for age in ages} | {"FROM_16": [7, 30, 30]}, SEXES))
    cells = {line.label: [cell.count for cell in line.cells] for line in found.crossings[1].lines}

    assert found.threshold == 10
    assert cells["16 to 24"][0] is None
    assert sum(row.count(None) for row in cells.values()) >= 4
    assert shown(consultation, spread({"FROM_16": [4, 5, 0]}, SEXES)).people is None


class EveryProfile(TestCase):
    """Whatever people say: no number below ten anywhere, no table says more than its own sums allow."""

    def setUp(self):
        self.asked = asked(planned(ConsultationFactory(open=True)))

    @given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=9, max_size=9))
    @settings(max_examples=60)
    def test_no_small_number_in_any_table(self, lines):
        ages = list(self.asked.labels_of("about.AGE"))
        rows = dict(zip(ages, lines, strict=True))
        found = profile.protect(self.asked, spread(rows, ["FEMALE", "MALE", "PREFER_NOT"]), at=NOW)

        numbers = [row.count for group in found.groups for row in group.rows]
        numbers += [cell.count for table in found.crossings for line in table.lines for cell in line.cells]

        assert [number for number in numbers if number is not None and number < 10] == []


# What the tables of the database may hold

ALLOWED = {
    models.EqualityPart: {
        "key": "random, drawn anew with each press",
        "consultation_id": "of which consultation",
        "sealed": "one cell of one table; padded; all written anew together",
    },
    models.EqualityMark: {
        "key": "random",
        "consultation_id": "of which consultation",
        "mark": "hash of a number that one browser drew for this alone; thrown away every night",
    },
    models.EqualityCount: {
        "consultation_id": "of which consultation",
        "counts": "of all people, by table and cell, sorted",
        "counted_at": "when at least ten were added",
    },
}


@pytest.mark.threat("P01", "P02")
@pytest.mark.parametrize("model", ALLOWED, ids=lambda model: model.__name__)
def test_table_has_the_columns_that_may_be_and_no_other(model):
    with connection.cursor() as cursor:
        columns = {one.name for one in connection.introspection.get_table_description(cursor, model._meta.db_table)}

    assert columns == set(ALLOWED[model])
    assert {field.related_model for field in model._meta.concrete_fields if field.is_relation} == {models.Consultation}


@pytest.mark.threat("P01", "P02")
def test_no_value_of_a_response_or_draft_stands_in_an_equality_table(consultation):
    ticket = sent(consultation)
    held = {str(value) for row in models.Response.objects.values() for value in row.values()} | {ticket.token}
    give(consultation, {"AGE": "FROM_75"}, mark="a random number")

    mine = {
        str(value)
        for model in (models.EqualityPart, models.EqualityMark)
        for row in model.objects.values()
        for name, value in row.items()
        if name != "consultation_id"
    }

    assert len(mine) == 10  # four parts of a key and a seal each, a mark and its key
    assert [value for value in mine if any(len(one) > 3 and one in value for one in held)] == []


# Frozen and signed


def test_opening_freezes_the_words_and_results_freeze_the_counts(consultation):
    plan = equality.plan_of(consultation)
    questionnaire = consultation.questionnaire
    questionnaire.questions.filter(key="q1").update(text="Another question?")
    for _ in range(20):
        give(consultation, {"AGE": "FROM_75"})
    with time_machine.travel(CLOSES + timedelta(minutes=5), tick=False):
        timekeeping.keep_time(at=timezone.now())
        report(consultation, at=CLOSES + timedelta(minutes=5))
    models.EqualityCount.objects.update(counts={})
    plan.refresh_from_db()

    assert equality.asked_by(plan).answers["q1"][0] == "How should we first get in touch?"
    assert profile.profile_of(plan).people == 20


def test_declared_tables_never_form_a_ring():
    with pytest.raises(RingRefused):
        refuse_ring([("about.AGE", "about.SEX"), ("about.SEX", "answer.q1"), ("about.AGE", "answer.q1")])


def test_questions_that_can_be_crossed_have_one_answer():
    questionnaire = QuestionnaireFactory()
    QuestionFactory(questionnaire=questionnaire, sort_order=9, key="q9", ways=True)

    found = equality.crossable(ConsultationFactory(questionnaire=questionnaire))

    assert [question.key for question in found] == ["q1", "q3", "q9"]


# The page


def answered(consultation):
    """A browser that has sent answers."""
    client = Client()
    client.post(page(consultation, "start"))
    client.post(page(consultation, "answer", "1"), {"1-answer": ["PHONE"]})
    client.post(page(consultation, "check"))
    return client


def words_of(reply):
    return " ".join(reply.content.decode().split())


@pytest.mark.requirement("R-150")
def test_page_comes_after_the_receipt_and_says_what_stays(consultation):
    client = answered(consultation)

    receipt = client.get(page(consultation, "receipt"))
    reply = client.get(page(consultation, "equality"))
    done = client.post(page(consultation, "equality"), {"AGE": "FROM_75", "RELIGION": "PREFER_NOT"}, follow=True)

    assert page(consultation, "equality") in words_of(receipt)
    assert "What you tell us here stays counted, also when you change or withdraw your answers later" in words_of(reply)
    assert "leave out any you like, or all of them" in words_of(reply)
    assert "How should we first get in touch?" in words_of(reply)
    assert "We have counted what you told us" in words_of(done)
    assert ("about.RELIGION", "PREFER_NOT") in pool(consultation)


def test_twice_back_and_reloading_count_once_and_the_next_person_here_is_asked_anew(consultation):
    client = answered(consultation)
    address = page(consultation, "equality")
    client.get(address)
    client.post(address, {"AGE": "FROM_75"})
    again = client.post(address, {"AGE": "FROM_16"}, follow=True)
    client.get(address)
    client.post(address, {"AGE": "FROM_16"})
    first = [part for part in pool(consultation) if part[0] == "about.AGE"]
    client.post(page(consultation, "start"), {"again": ""})
    client.post(page(consultation, "answer", "1"), {"1-answer": ["TEXT"]})
    client.post(page(consultation, "check"))
    form = client.get(address)
    client.post(address, {"AGE": "FROM_25"})

    assert "We have counted" in words_of(again)
    assert first == [("about.AGE", "FROM_75")]
    assert "<form" in words_of(form)
    assert [part for part in pool(consultation) if part[0] == "about.AGE"] == [
        ("about.AGE", "FROM_25"),
        ("about.AGE", "FROM_75"),
    ]


def test_lost_reply_sent_again_counts_once(consultation):
    client = answered(consultation)
    address = page(consultation, "equality")
    client.get(address)
    held = client.cookies["about"].value
    client.post(address, {"AGE": "FROM_75"})
    client.cookies["about"] = held  # the reply, with the news that it is done, never arrived
    client.post(address, {"AGE": "FROM_75"})

    assert [part for part in pool(consultation) if part[0] == "about.AGE"] == [("about.AGE", "FROM_75")]


def test_blank_page_counts_nothing_and_wrong_choice_keeps_the_rest(consultation):
    client = answered(consultation)
    address = page(consultation, "equality")
    client.get(address)

    blank = client.post(address, {})
    wrong = client.post(address, {"AGE": "FROM_75", "SEX": "ROBOT"})

    assert blank["Location"] == page(consultation, "receipt")
    assert list(wrong.context["form"].errors) == ["SEX"]
    assert 'value="FROM_75" ' in words_of(wrong)
    assert "checked" in words_of(wrong)
    assert pool(consultation) == []


def test_page_without_sent_answers_or_questions_leads_on_and_refuses_a_browser_that_never_opened_it(consultation):
    plain = ConsultationFactory(open=True)
    client, unopened = answered(plain), answered(consultation)

    stranger = Client().get(page(consultation, "equality"))
    reply = unopened.post(page(consultation, "equality"), {"AGE": "FROM_75"})
    second = unopened.post(page(consultation, "equality"), {"AGE": "FROM_75"})

    assert stranger["Location"] == page(consultation, "start")
    assert client.get(page(plain, "equality"))["Location"] == page(plain, "receipt")
    assert "send them again" in words_of(reply)
    assert second["Location"] == f"{page(consultation, 'equality')}?done"


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_however_many_wait(consultation, number, django_assert_num_queries):
    client = answered(consultation)
    client.get(page(consultation, "equality"))
    for _ in range(number):
        give(consultation, {"AGE": "FROM_75"})

    with django_assert_num_queries(5):
        client.get(page(consultation, "equality"))
    with django_assert_num_queries(15):
        client.post(page(consultation, "equality"), {"AGE": "FROM_75"})
