"""Counts of every kind of question: exact in the tables, protected on the page, in the file and for the office."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import counting
from consultations.enums import AGREEMENT
from consultations.models import Answer
from consultations.views import figures
from engagement.enums import Role
from tests.consultations.test_results import publish
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import questionnaire_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def results(name, spread):
    """Results of one question: `spread` has pairs of an answer and how many gave it."""
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire_of(name))
    for values, number in spread:
        ResponseFactory.create_batch(number, consultation=consultation, answers={name: values})
    counts = counting.count_settled(consultation)
    return consultation, counting.protect(consultation, counts, at=NOW).questions[0]


def counted(rows):
    return {row.label: row.count for row in rows if row.count is not None}


def test_other_is_counted_as_a_choice_and_its_words_nowhere():
    _, question = results(
        "single", [(["c1"], 9), (["OTHER=At home"], 4), (["OTHER"], 3), (["c2"], 8), (["DONT_KNOW"], 6)]
    )

    assert counted(question.rows) == {"By phone": 9, "By letter": 8, "Other": 7}
    assert counted(question.apart) == {"I do not know": 6}
    assert "At home" not in str(question)


def test_several_with_other_counts_people_once():
    _, question = results("several", [(["c1", "c2", "OTHER=Sundays"], 10), (["c1"], 10)])

    assert question.answered == 20
    assert counted(question.rows) == {"Evenings": 10, "Other": 10}


def test_each_statement_is_a_table_of_its_own():
    spread = [([f"s1={key}", "s2=AGREE"], 6) for key in AGREEMENT] + [(["s1=DONT_KNOW"], 7)]
    _, question = results("matrix", spread)
    first, second = question.parts

    assert question.answered == 37
    assert (first.answered, counted(first.rows), counted(first.apart)) == (
        37,
        dict.fromkeys(AGREEMENT.values(), 6),
        {"I do not know": 7},
    )
    assert (second.answered, second.withheld, counted(second.rows)) == (30, True, {})
    assert figures.figure_of(question)["headline"] == "37 people answered, statement by statement"
    assert [scale["shares"] is None for scale in figures.figure_of(question)["scales"]] == [False, True]


def test_statement_that_most_agree_with_is_the_heading():
    spread = [([f"s1={key}", f"s2={key}"], 6) for key in AGREEMENT] + [(["s1=AGREE", "s2=DISAGREE"], 20)]
    spread += [(["s1=DONT_KNOW", "s2=DONT_KNOW"], 10)]
    _, question = results("matrix", spread)

    assert figures.headline(question) == "53% agree or strongly agree: “I knew whom to call”"


def test_ranking_shows_the_whole_table_and_mean_places_when_no_number_is_small():
    orders = [("c1", "c2", "c3"), ("c2", "c3", "c4"), ("c3", "c4", "c1"), ("c4", "c1", "c2")]
    spread = [([f"{key}={place}" for place, key in enumerate(order, start=1)], 6) for order in orders]
    _, question = results("ranking", [*spread, (["c1=1", "c2=2", "c3=3"], 10)])

    assert counted(question.rows) == {"Speed": 16, "Privacy": 6, "Distance": 6, "Cost": 6}
    assert [(part.label, part.mean, counted(part.rows)) for part in question.parts] == [
        ("Speed", "1.6", {"Place 1": 16, "Place 2": 6, "Place 3": 6}),
        ("Privacy", "2.0", {"Place 1": 6, "Place 2": 16, "Place 3": 6}),
        ("Distance", "2.4", {"Place 1": 6, "Place 2": 6, "Place 3": 16}),
        ("Cost", "2.0", {"Place 1": 6, "Place 2": 6, "Place 3": 6}),
    ]
    assert figures.headline(question) == "47% put “Speed” first"
    assert figures.figure_of(question)["tables"][1][0] == "Speed: 28 people answered, mean place 1.6"


@pytest.mark.threat("P07")
def test_ranking_with_one_small_number_shows_first_places_only():
    orders = [("c1", "c2", "c3"), ("c2", "c3", "c4"), ("c3", "c4", "c1"), ("c4", "c1", "c2")]
    spread = [([f"{key}={place}" for place, key in enumerate(order, start=1)], 6) for order in orders]
    _, question = results("ranking", [*spread[:3], (spread[3][0], 5), (["c4=1"], 6)])

    assert question.parts != ()
    _, question = results("ranking", [*spread[:3], (spread[3][0], 4), (["c4=1"], 6)])
    assert (question.parts, counted(question.rows)) == ((), {"Speed": 6, "Privacy": 6, "Distance": 6, "Cost": 10})


@pytest.mark.threat("P07")
@pytest.mark.parametrize(
    ("name", "spread", "shown"),
    [
        (
            "number",
            [(["0"], 6), (["4"], 3), (["5"], 20), (["299"], 8)],
            {"0 to 4 miles": 9, "5 to 19 miles": 20, "20 to 300 miles": 8},
        ),
        (
            "money",
            [(["0"], 9), (["£12.50"], 15), (["98765.43"], 7)],
            {"£0.00 to £9.99": 9, "£10.00 to £999.99": 15, "£1,000.00 or more": 7},
        ),
    ],
)
def test_figures_are_counted_in_bands_and_no_single_one_is_shown(name, spread, shown):
    consultation, question = results(name, spread)

    assert counted(question.rows) == shown
    assert "98765" not in str(question) + str(counting.count_settled(consultation))
    assert [bar["label"] for bar in figures.figure_of(question)["bars"]] == list(shown)


def test_dates_are_counted_by_month():
    spread = [(["2026-02-02"], 8), (["2026-03-01"], 10), (["2026-03-31"], 10), (["2026-05-05"], 30)]
    _, question = results("date", spread)

    assert [row.label for row in question.rows][:3] == ["January 2026", "February 2026", "March 2026"]
    assert counted(question.rows) == {"March 2026": 20, "May 2026": 30}
    assert figures.headline(question) == "52% said “May 2026”"


@pytest.mark.parametrize("name", ["short", "long"])
def test_words_are_counted_as_answers_and_never_shown(name):
    _, question = results(name, [(["canary"], 12)])

    assert (question.answered, question.rows) == (12, ())
    assert figures.headline(question) == "12 people answered in their own words"


def test_published_page_and_files_have_every_kind(client):
    involvement = UserFactory(role=Role.INVOLVEMENT)
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire_of())
    orders = [("c1", "c2", "c3"), ("c2", "c3", "c4"), ("c3", "c4", "c1"), ("c4", "c1", "c2")]
    for number, order in enumerate(orders * 6):
        ResponseFactory(
            consultation=consultation,
            answers={
                "single": [("c1", "c2", "OTHER=canary", "DONT_KNOW")[number % 4]],
                "matrix": [f"s1={list(AGREEMENT)[number % 4]}", "s2=AGREE"],
                "ranking": [f"{key}={place}" for place, key in enumerate(order, start=1)],
                "number": [str(number % 4 * 9)],
                "short": ["canary"],
            },
        )
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    public = file_of(client, "consultation-results-csv", consultation.slug)
    client.force_login(involvement)
    running = client.get(reverse("consultations:manage-results", args=[consultation.reference]))
    office = file_of(client, "manage-csv", consultation.reference)

    assert [figure["number"] for figure in page.context["figures"]] == list(range(1, 13))
    assert [figure["anchor"] for figure in page.context["figures"]][10] == "question-11"
    assert page.context["figures"] == running.context["figures"]
    assert public == office
    assert {row["part"] for row in public if row["kind"] == "RANKING"} == {"", "Speed", "Privacy", "Distance", "Cost"}
    assert {row["part"] for row in public if row["kind"] == "MATRIX"} == {"I knew whom to call", "I was believed"}
    assert "canary" not in page.content.decode() + running.content.decode() + str(public)
    assert Answer.objects.filter(text="canary").exists()
    assert counting.snapshot(counting.results_of(consultation)) == consultation.results


def file_of(client, name, key):
    reply = client.get(reverse(f"consultations:{name}", args=[key]))
    text = b"".join(reply.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_results_published_before_there_were_parts_still_open(client):
    consultation = publish(ConsultationFactory(closed=True), UserFactory(role=Role.INVOLVEMENT))
    for question in consultation.results["questions"]:
        del question["parts"]
    consultation.save(update_fields=["results"])

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert page.status_code == 200
    assert counting.results_of(consultation).questions[0].parts == ()
