"""Every kind of question through the pages that people answer on, without script."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import drafting, responding, tickets
from consultations.models import Answer, Response
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW
from tests.factories.kinds import ANSWERS, IN_WORDS, KINDS, questionnaire_of

pytestmark = pytest.mark.django_db

# What a browser sends for the answers of `ANSWERS`, without the number of the step in front.
TYPED = {
    "single": {"answer": "OTHER", "other": "In a café"},
    "several": {"answer": ["c1", "c2", "OTHER"], "other": "On Sundays"},
    "scale": {"answer": "AGREE"},
    "matrix": {"line_s1": "AGREE", "line_s2": "DONT_KNOW"},
    "ranking": {"line_c1": "2", "line_c2": "1", "line_c3": "", "line_c4": ""},
    "place": {"answer": "c12"},
    "number": {"answer": "12"},
    "money": {"answer": "612.50"},
    "date": {"answer_day": "27", "answer_month": "3", "answer_year": "2026"},
    "short": {"answer": "The 14 bus"},
    "long": {"answer": "It is far.\r\nAnd dark."},
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def asking(*names, **more):
    return ConsultationFactory(open=True, questionnaire=questionnaire_of(*names, **more))


class Respondent:
    """Somebody at a browser, in the middle of answering."""

    def __init__(self, client, consultation):
        self.client, self.consultation = client, consultation
        client.post(self.address("start"))

    def address(self, name, *args):
        return reverse(f"consultations:consultation-{name}", args=[self.consultation.slug, *args])

    def answer(self, step, typed):
        data = {f"{step}-{name}": value for name, value in typed.items()}
        return self.client.post(self.address("answer", str(step)), data)

    def kept(self):
        ticket = tickets.read_ticket(self.client.cookies["answers"].value)
        return drafting.find(consultation=self.consultation, ticket=ticket).answers


@pytest.mark.requirement("R-150")
def test_every_kind_is_answered_checked_sent_and_changed(client):
    person = Respondent(client, asking())
    for step, name in enumerate(KINDS, start=1):
        assert person.answer(step, TYPED.get(name, {})).status_code == 302, name
    assert person.kept() == {**ANSWERS, "files": [], "facts": []}

    check = client.get(person.address("check"))
    sections = check.context["sections"]
    client.post(person.address("check"))
    [response] = Response.objects.all()

    assert [(title, [row["value"] for row in rows]) for title, rows in sections] == [
        ("About you", ["\n".join(IN_WORDS[name]) for name in list(ANSWERS)[:6]]),
        ("Getting there", ["\n".join(IN_WORDS[name]) for name in list(ANSWERS)[6:]] + [""]),
    ]
    assert responding.answers_of(response) == ANSWERS
    assert sorted(Answer.objects.filter(question="single").values_list("choice", "text")) == [("OTHER", "In a café")]
    assert list(Answer.objects.filter(question="number").values_list("choice", "text")) == [("5:20", "12")]


@pytest.mark.parametrize("name", TYPED)
def test_answer_that_is_kept_stands_in_its_boxes_again(client, name):
    person = Respondent(client, asking(name))
    person.answer(1, TYPED[name])

    page = client.get(person.address("answer", "1"))

    form = page.context["form"]
    assert form.errors == {}
    assert form.values() == ANSWERS[name]
    assert person.answer(1, {key.removeprefix("1-"): form.data.getlist(key) for key in form.data}).status_code == 302
    assert person.kept() == {name: ANSWERS[name]}


@pytest.mark.parametrize(
    ("name", "typed", "field", "words"),
    [
        ("single", {"answer": "c1", "other": "At home"}, "other", "You wrote another answer here. Choose “Other” too"),
        ("several", {"answer": ["c1", "DONT_KNOW"]}, "answer", "Choose the answers that apply, or choose"),
        ("matrix", {"line_s1": "x"}, "line_s1", "Choose one of the answers on this page"),
        ("ranking", {"line_c1": "1", "line_c2": "1"}, "line_c2", "“Speed” and “Privacy” both have place 1."),
        ("ranking", {"line_c3": "3", "line_c2": "1"}, "line_c3", "Nothing has place 2, but something has place 3."),
        ("number", {"answer": "far"}, "answer", "Enter a number, such as 12"),
        ("money", {"answer": "£1.999"}, "answer", "Enter an amount with at most two figures for pence"),
        ("date", {"answer_day": "27", "answer_month": "", "answer_year": "2026"}, "answer", "The date must include a "),
        (
            "date",
            {"answer_day": "31", "answer_month": "2", "answer_year": "2026"},
            "answer",
            "The date must be a real date",
        ),
        (
            "date",
            {"answer_day": "x", "answer_month": "2", "answer_year": "2026"},
            "answer",
            "The date must be a real date",
        ),
        ("short", {"answer": "x" * 201}, "answer", "Your answer must be 200 characters or fewer. It has 201"),
    ],
)
def test_what_is_wrong_is_said_beside_the_box_and_nothing_typed_is_lost(client, name, typed, field, words):
    person = Respondent(client, asking(name))

    reply = person.answer(1, typed)

    assert reply.status_code == 200
    assert {at: [found[0][: len(words)]] for at, found in reply.context["form"].errors.items()} == {field: [words]}
    page = reply.content.decode()
    assert words.split("“")[0] in page.split('class="govuk-error-summary"', 1)[1]
    assert [said for said in typed.values() if isinstance(said, str) and said and said not in page] == []
    assert person.kept() == {}


def test_every_question_but_a_required_one_can_be_passed(client):
    person = Respondent(client, asking())

    replies = [person.answer(step, {}).status_code for step in range(1, len(KINDS) + 1)]

    assert replies == [302] * len(KINDS)
    assert person.kept() == {name: [] for name in KINDS}


@pytest.mark.parametrize("name", TYPED)
def test_required_question_names_what_to_do(client, name):
    person = Respondent(client, asking(name, required=True))

    reply = person.answer(1, {})

    [first, *_] = reply.context["form"].errors.values()
    assert first[0].startswith(("Choose", "Enter", "Write"))
    assert "(optional)" not in reply.content.decode().replace("Please say what (optional)", "")


def test_information_is_shown_and_not_counted_as_a_question(client):
    person = Respondent(client, asking("facts", "long"))

    start = client.get(person.address("start"))
    shown = client.get(person.address("answer", "1")).content.decode()
    question = client.get(person.address("answer", "2")).content.decode()
    check = client.get(person.address("check"))

    assert "You have already started" in start.content.decode()
    assert '<h1 class="govuk-heading-l">A question of kind facts</h1>' in shown
    assert "Buses run until 11pm." in shown
    assert "Question 1 of 1" in question
    assert [row["key"] for _, rows in check.context["sections"] for row in rows] == ["A question of kind long"]
    refused = client.post(person.address("check"))
    assert refused.context["problems"] == [
        ("Answer at least one question before you send.", person.address("answer", "2") + "?check")
    ]


def test_title_of_the_section_stands_above_its_questions(client):
    person = Respondent(client, asking("number", "money"))

    for step in ("1", "2"):
        assert (
            '<p class="govuk-caption-l">Getting there</p>'
            in client.get(person.address("answer", step)).content.decode()
        )


def test_short_list_of_places_is_radios_and_a_long_one_a_list_to_pick_from(client):
    questionnaire = questionnaire_of("place", other=True)
    long = Respondent(client, ConsultationFactory(open=True, questionnaire=questionnaire))
    listed = client.get(long.address("answer", "1")).content.decode()
    questionnaire.questions.get().choices.exclude(key__in=["c1", "c2"]).delete()
    short = Respondent(client, ConsultationFactory(open=True, questionnaire=questionnaire))
    radios = client.get(short.address("answer", "1")).content.decode()

    assert (listed.count("<select"), listed.count('type="radio"')) == (1, 0)
    assert (radios.count("<select"), radios.count('type="radio"')) == (0, 4)
    assert [page.count('id="id_1-other"') for page in (listed, radios)] == [1, 1]
