"""Results with and without what people judged to be copies: which numbers are told, and what nobody can work out."""

import csv
import io

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.domain import codebooks, counting, exporting, judging, leaving_out, settling
from consultations.domain.tables import QuestionResult, Row
from consultations.enums import Channel
from consultations.models import AlikeMember, Crossing, Response
from consultations.models.alike import Grounds
from engagement.enums import Role
from tests.consultations import parted
from tests.consultations.parted import PartedPoll, known_too_well
from tests.factories.analysis import alike_group
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, UserFactory

TEXT = "Please keep the night bus running after midnight, because nurses and cleaners have no other way home."
SOME = 40


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize("seed", range(SOME))
def test_nothing_hidden_is_known_from_tables_with_and_without(seed):
    assert known_too_well(PartedPoll(seed)) == []


def test_these_consultations_show_some_tables_with_everybody_and_hide_most():
    polls = [PartedPoll(seed) for seed in range(SOME)]

    shown = sum(parted.with_tables(poll) for poll in polls)
    asked = sum(len(poll.questions) for poll in polls)
    assert 5 < shown < asked / 2


def careless(result, question, counts, asked, threshold):
    """Shows everybody wherever the table of everybody could be shown by itself."""
    left_out = counts.get("left_out")
    if not left_out or question.kind not in leaving_out.IN_ONE_TABLE or result.guarded or result.withheld:
        return result
    names = ("answered", "choices")
    every = leaving_out.together({one: counts[one] for one in names}, {one: left_out[one] for one in names})
    joined = leaving_out.question_result(0, question, every, threshold, guarded=False)
    return leaving_out.replace(result, with_all=(*joined.rows, *joined.apart)) if not joined.withheld else result


def test_solver_sees_through_tables_that_were_protected_one_by_one(monkeypatch):
    monkeypatch.setattr(leaving_out, "shown_with", careless)

    assert any(known_too_well(PartedPoll(seed)) for seed in range(10))


COUNTS = st.lists(st.integers(0, 12), min_size=2, max_size=4)


def table_of(counts):
    total = sum(counts)
    rows = tuple(Row(f"c{place}", f"Answer {place}", number, None) for place, number in enumerate(counts))
    return QuestionResult("q1", 1, "SINGLE", "Which?", total, rows, ())


@given(COUNTS, COUNTS)
@settings(max_examples=300)
def test_no_answers_left_out_move_a_share_further_than_is_said(counts, others):
    added = [*others, *[0] * len(counts)][: len(counts)]
    number, total = sum(added), sum(counts)
    sway = leaving_out.sway(table_of(counts), number, taking=False)
    if not number or not total:
        assert sway is None
        return

    after = [one + more for one, more in zip(counts, added, strict=True)]
    moves = [abs(new / (total + number) - old / total) for new, old in zip(after, counts, strict=True)]

    assert max(moves) * 100 <= sway.points + 1e-9
    if sway.first:
        best = int(sway.first.rpartition(" ")[2])
        assert all(after[best] > other for place, other in enumerate(after) if place != best)


@given(COUNTS, st.data())
@settings(max_examples=300)
def test_no_answers_of_a_campaign_move_a_share_further_than_is_said(counts, data):
    gone = [data.draw(st.integers(0, number)) for number in counts]
    number, total = sum(gone), sum(counts)
    sway = leaving_out.sway(table_of(counts), number, taking=True)
    if not number or total == number:
        return

    after = [one - less for one, less in zip(counts, gone, strict=True)]
    moves = [abs(new / (total - number) - old / total) for new, old in zip(after, counts, strict=True)]

    assert max(moves) * 100 <= sway.points + 1e-9
    if sway.first:
        best = int(sway.first.rpartition(" ")[2])
        assert all(after[best] > other for place, other in enumerate(after) if place != best)


# In the database


@pytest.fixture
def reader(db):
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def closed(reader):
    """Thirty by phone, twelve by letter; two of those by phone, one of them on paper, in the same words."""
    consultation = ConsultationFactory(closed=True, said=True)
    ResponseFactory.create_batch(28, consultation=consultation, answers={"q1": ["PHONE"]})
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["LETTER"]})
    group = alike_group(consultation, TEXT, number=2)
    for one in Response.objects.filter(alike__group=group):
        one.answers.create(question="q1", choice="PHONE")
    Response.objects.filter(alike__group=group, pk=min(group.members.values_list("response", flat=True))).update(
        channel=Channel.PAPER
    )
    judged(group, reader)
    settling.settle(consultation=consultation, at=NOW, for_good=True)
    return consultation


def judged(group, actor, grounds=Grounds.TWO_WAYS):
    seen = judging.seen_in(group)
    return judging.judge(group=group, grounds=grounds, words="To the letter.", seen=seen, actor=actor, at=NOW)


def answers_of(results, key="q1"):
    return {row.key: row.count for row in next(one for one in results.questions if one.key == key).rows}


@pytest.mark.requirement("R-150")
def test_published_tables_are_made_without_and_say_so(client, closed):
    report(closed)
    closed.refresh_from_db()

    results = counting.results_of(closed)
    soup = BeautifulSoup(
        client.get(reverse("consultations:consultation-results", args=[closed.slug])).content, "html.parser"
    )

    assert (results.responses, results.alike.found, results.alike.left_out) == (42, 2, 1)
    assert answers_of(results)["PHONE"] == 29
    words = soup.find("section", attrs={"aria-labelledby": "alike"}).get_text()
    assert "1 is left out of the tables, since they came in two ways" in words
    assert "Of 42 answers, 41 are counted." in words
    figure = soup.find(id="question-1").get_text()
    assert (
        "Had the 1 answer left out been counted, no share here would differ by more than 2 percentage points" in figure
    )
    assert "“A phone call” would still be what most people said" in figure
    assert "With the answers that were left out" not in figure


def test_file_of_results_says_how_many_are_left_out(client, closed):
    report(closed)

    reply = client.get(reverse("consultations:consultation-results-csv", args=[closed.slug]))

    rows = csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode().removeprefix("\ufeff"), newline=""))
    alike = {row["answer"]: row["count"] for row in rows if row["kind"] == "ALIKE"}
    assert alike["Found alike"] == "2"
    assert alike["Left out of the tables"] == "1"


@pytest.mark.threat("P08")
def test_way_of_what_is_left_out_is_not_told_by_any_table(closed):
    Crossing.objects.create(consultation=closed, row="q1", column="=channel")

    results = counting.protect(closed, counting.count_to_publish(closed), at=NOW)

    assert [row.key for row in results.channels] == ["ONLINE", "PAPER"]
    assert results.responses == 42
    assert (results.crossings[0].lines, results.crossings[0].why) == ((), leaving_out.BY_CHANNEL_TOO)


def test_stored_counts_hold_everybody_and_those_who_judge_see_what_will_be_published(closed):
    everybody, judged_ones = counting.running_results(closed), counting.judged_results(closed)

    assert answers_of(everybody)["PHONE"] == 30
    assert answers_of(judged_ones)["PHONE"] == 29
    assert everybody.alike is None


@pytest.mark.threat("P08")
@pytest.mark.parametrize(("role", "people"), [(Role.INVOLVEMENT, "41 people answered"), (Role.MANAGEMENT, "42 people")])
def test_only_those_who_judge_see_counts_move_with_a_judgement(client, closed, role, people):
    client.force_login(UserFactory(role=role))
    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("consultations:manage-results", args=[closed.reference])).content.decode()

    figure = BeautifulSoup(page, "html.parser").find(id="question-1")
    assert people in figure.find(class_="portal-figure__sub").text


def test_counts_without_are_those_of_the_others_counted_afresh(closed):
    without = counting.count_to_publish(closed)
    Response.objects.filter(alike__left_out=True).delete()

    afresh = counting.count_settled(closed)

    assert {name: without[name] for name in afresh} == afresh


def test_where_nobody_is_left_out_counts_are_as_ever(closed):
    AlikeMember.objects.all().delete()

    assert counting.count_to_publish(closed) == counting.count_settled(closed)


def test_file_of_answers_says_what_was_judged_and_the_codebook_what_that_means(closed, reader):
    file = exporting.export_responses(consultation=closed, actor=reader, at=NOW)

    rows = list(file.rows)
    assert file.header[-1] == "judged_a_duplicate"
    assert sorted(str(row[-1]) for row in rows) == ["None"] * 40 + ["excluded", "kept"]
    assert [line[1] for line in codebooks.codebook_rows(closed) if line[0] == "COLUMN"] == ["judged_a_duplicate"]
