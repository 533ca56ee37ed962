"""Results: protected, frozen, drawn, filed. Nothing here counts for itself."""

import csv
import io
import re

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import concluding, counting, publishing
from consultations.enums import Channel
from consultations.models import Answer, Response
from consultations.views import figures
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, QuestionFactory, QuestionnaireFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
SAID = {
    "finding": "Most want a call",
    "we_asked": "What?",
    "you_said": "Call us",
    "limits": "Few young people answered.",
    "method": "Two people read every answer.",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


def answered(consultation, spread):
    """Answers to `q1`: how many for each choice."""
    for choice, number in spread.items():
        for _ in range(number):
            ResponseFactory(consultation=consultation, settled=False, answers={"q1": [choice]})


def publish(consultation, actor):
    seen = concluding.fingerprint(consultation, concluding.FEEDBACK)
    consultation = concluding.write_feedback(consultation=consultation, seen=seen, words=SAID, actor=actor, at=NOW)
    return publishing.publish_results(consultation=consultation, actor=actor, at=NOW)


def file_of(client, consultation):
    reply = client.get(reverse("consultations:consultation-results-csv", args=[consultation.slug]))
    assert reply.status_code == 200
    text = b"".join(reply.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.requirement("R-060")
def test_results_show_what_may_be_shown_and_file_says_the_same(client, involvement):
    consultation = ConsultationFactory(closed=True)
    answered(consultation, {"PHONE": 24, "TEXT": 10, "LETTER": 6, "DONT_KNOW": 5})
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    rows = [row for row in file_of(client, consultation) if row["question_number"] == "1"]

    figure = page.context["figures"][0]
    assert figure["headline"] == "53% chose “A phone call”"
    assert [(row["label"], row["count"], row["percent"]) for row in figure["rows"]] == [
        ("A phone call", "24", "53%"),
        ("A text message", "10", "22%"),
        ("A letter", "6", "13%"),
        ("I do not know", "5", "11%"),
    ]
    assert [(row["answer"], row["count"], row["percent"], row["withheld"]) for row in rows] == [
        ("A phone call", "24", "53", "no"),
        ("A text message", "10", "22", "no"),
        ("A letter", "6", "13", "no"),
        ("I do not know", "5", "11", "no"),
    ]
    assert {row["answered"] for row in rows} == {"45"}


@pytest.mark.threat("P07")
def test_no_small_number_and_nothing_it_follows_from_leaves_by_page_or_file(client, involvement):
    consultation = ConsultationFactory(closed=True)
    answered(consultation, {"PHONE": 40, "TEXT": 17, "LETTER": 1, "DONT_KNOW": 0})
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    rows = {row["answer"]: row for row in file_of(client, consultation) if row["question_number"] == "1"}

    shown = {row["label"]: row["count"] for row in page.context["figures"][0]["rows"]}
    assert shown == {
        "A phone call": "40",
        "A text message": "not shown",
        "A letter": "not shown",
        "I do not know": "not shown",
    }
    assert {answer: row["count"] for answer, row in rows.items()} == {
        "A phone call": "40",
        "A text message": "",
        "A letter": "",
        "I do not know": "",
    }
    assert not re.search(r"\b17\b", page.content.decode())


@pytest.mark.threat("P07")
@pytest.mark.parametrize(("sensitive", "shown"), [(False, "7"), (True, "not shown")])
def test_sensitive_consultations_withhold_below_ten(client, involvement, sensitive, shown):
    consultation = ConsultationFactory(closed=True, sensitive=sensitive)
    answered(consultation, {"PHONE": 30, "TEXT": 12, "LETTER": 7, "DONT_KNOW": 6})
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert page.context["figures"][0]["rows"][2]["count"] == shown


@pytest.mark.threat("P07")
def test_too_few_answers_show_no_number_at_all(client, involvement):
    consultation = ConsultationFactory(closed=True)
    answered(consultation, {"PHONE": 3})
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    rows = file_of(client, consultation)

    assert page.context["channel_words"] == "Fewer than 5 answers"
    assert {figure["headline"] for figure in page.context["figures"]} == {figures.NO_NUMBERS}
    assert {row["count"] for row in rows} | {row["answered"] for row in rows} == {""}


def test_published_results_do_not_follow_later_changes(client, involvement):
    consultation = ConsultationFactory(closed=True)
    answered(consultation, {"PHONE": 24, "TEXT": 10, "LETTER": 6, "DONT_KNOW": 5})
    consultation = publish(consultation, involvement)
    address = reverse("consultations:consultation-results", args=[consultation.slug])
    before = client.get(address).context["results"], file_of(client, consultation)

    Answer.objects.all().delete()
    Response.objects.all().delete()

    assert (client.get(address).context["results"], file_of(client, consultation)) == before


@pytest.mark.threat("P04")
def test_what_people_wrote_is_never_published(client, involvement):
    consultation = ConsultationFactory(closed=True)
    for number in range(12):
        ResponseFactory(consultation=consultation, answers={"q4": [f"canary {number}"]})
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    overview = client.get(consultation.get_absolute_url())
    file = file_of(client, consultation)

    assert page.context["figures"][3]["headline"] == "12 people answered in their own words"
    assert "canary" not in page.content.decode() + overview.content.decode() + str(file)


@pytest.mark.parametrize("name", ["results", "results-csv"])
@pytest.mark.parametrize("trait", ["open", "closed", "withdrawn"])
@pytest.mark.parametrize("role", [None, Role.INVOLVEMENT])
def test_results_are_not_there_before_publication_for_anybody(client, name, trait, role):
    consultation = ConsultationFactory(**{trait: True})
    if role:
        client.force_login(UserFactory(role=role))

    reply = client.get(reverse(f"consultations:consultation-{name}", args=[consultation.slug]))

    assert reply.status_code == 404


def test_heading_of_results_is_the_finding(client, involvement):
    consultation = publish(ConsultationFactory(closed=True), involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert '<h1 class="govuk-heading-xl">Most want a call</h1>' in page.content.decode()
    assert "<title>Most want a call: results - Avonmere</title>" in page.content.decode()


@pytest.mark.threat("X01")
def test_words_of_questions_cannot_run_in_a_spreadsheet(client, involvement):
    questionnaire = QuestionnaireFactory(asked=[])
    question = QuestionFactory(questionnaire=questionnaire, key="q1", text="=HYPERLINK(1)", ways=True)
    question.choices.filter(key="PHONE").update(label="+44 call")
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    answered(consultation, {"PHONE": 20, "TEXT": 10, "LETTER": 8, "DONT_KNOW": 6})
    consultation = publish(consultation, involvement)

    rows = file_of(client, consultation)

    assert rows[1]["question"] == "'=HYPERLINK(1)"
    assert rows[1]["answer"] == "'+44 call"


@pytest.mark.parametrize("number", [1, 3])
def test_results_cost_the_same_however_many_questions(client, involvement, number, django_assert_num_queries):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory.create_batch(number, questionnaire=questionnaire, ways=True)
    consultation = publish(ConsultationFactory(closed=True, questionnaire=questionnaire), involvement)

    with django_assert_num_queries(2):
        page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert len(page.context["figures"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_file_costs_the_same_and_keeps_its_columns(client, involvement, number, django_assert_num_queries):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory.create_batch(number, questionnaire=questionnaire, ways=True)
    consultation = publish(ConsultationFactory(closed=True, questionnaire=questionnaire), involvement)

    with django_assert_num_queries(1):
        rows = file_of(client, consultation)

    assert list(rows[0]) == [
        "reference",
        "question_number",
        "question",
        "kind",
        "part",
        "answer",
        "count",
        "percent",
        "answered",
        "withheld",
        "as_at",
    ]


def scale(**counts):
    labels = {"STRONGLY_AGREE": 0, "AGREE": 0, "NEITHER": 0, "DISAGREE": 0, "STRONGLY_DISAGREE": 0, **counts}
    answered = sum(number or 0 for number in labels.values()) + 10
    rows = tuple(
        counting.Row(key, key.title(), number, None if number is None else figures.share(number, answered))
        for key, number in labels.items()
    )
    apart = (counting.Row("DONT_KNOW", "I do not know", 10, figures.share(10, answered)),)
    return counting.QuestionResult("q3", 3, "SCALE", "The draft covers what matters.", answered, rows, apart)


@pytest.mark.parametrize(
    ("counts", "headline"),
    [
        ({"STRONGLY_AGREE": 20, "AGREE": 30, "NEITHER": 10, "DISAGREE": 20, "STRONGLY_DISAGREE": 10}, "50% agree"),
        ({"STRONGLY_AGREE": 10, "AGREE": 10, "NEITHER": 10, "DISAGREE": 30, "STRONGLY_DISAGREE": 30}, "60% disagree"),
    ],
)
def test_scale_says_which_side_is_larger(counts, headline):
    figure = figures.figure_of(scale(**counts))

    assert figure["headline"].startswith(f"{headline} or strongly ")
    assert [round(share) for share in figure["scales"][0]["shares"]] == list(counts.values())
    assert figure["scales"][0]["note"] == "10 people said “I do not know”"


def test_scale_with_a_withheld_point_becomes_bars():
    figure = figures.figure_of(scale(STRONGLY_AGREE=50, AGREE=20, NEITHER=None, DISAGREE=None, STRONGLY_DISAGREE=None))

    assert figure["scales"] == []
    assert [bar["text"] for bar in figure["bars"]].count("not shown") == 3


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 8, 13), (1, 3, 33), (2, 3, 67), (0, 5, 0), (5, 5, 100)])
def test_shares_round_half_up_as_disclosure_control_does(part, whole, percent):
    assert figures.share(part, whole) == percent


def test_choice_shown_is_never_called_most_often_when_a_larger_one_may_be_hidden():
    rows = (
        counting.Row("A", "Evenings", None, None),
        counting.Row("B", "Mornings", 12, 30),
        counting.Row("C", "Weekends", 12, 30),
    )
    result = counting.QuestionResult("q2", 2, "SEVERAL", "When?", 40, rows, ())

    assert figures.headline(result) == "30% each chose “Mornings” and “Weekends”"


def test_ways_that_are_withheld_are_named_without_a_number():
    rows = (counting.Row(Channel.ONLINE, "Online", None, None), counting.Row(Channel.PAPER, "On paper", None, None))
    results = counting.Results(NOW, 5, 42, rows, ())

    assert figures.channel_words(results) == "42 answers: online and on paper"
