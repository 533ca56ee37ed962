"""Every kind of question: what can be asked, what is an answer, and what is said about one that is none."""

from datetime import date
from decimal import Decimal

import pytest

from consultations.domain import answers, bands, questionnaires
from consultations.domain.frozen import FrozenChoice, FrozenQuestion, band_of, thaw
from tests.factories.consultations import ChoiceFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.engagement import NOW
from tests.factories.kinds import ANSWERS, IN_WORDS, KINDS, question_of_kind, questionnaire_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return {question.key: question for question in questionnaires.as_asked(questionnaire_of())}


def problem(question, *values):
    found = answers.problem_with(question, answers.cleaned(question, values))
    return found.words if found else ""


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_of_every_kind_is_kept_as_it_is_and_read_in_words(asked, name):
    question = asked[name]

    kept = questionnaires.check_answers([question], ANSWERS)

    assert kept == {name: ANSWERS[name]}
    assert question.words_for(kept[name]) == IN_WORDS[name]
    assert answers.values_of(question, answers.rows_of(question, kept[name])) == kept[name]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("single", ["c1"], ["c1"]),
        ("single", ["OTHER"], ["OTHER"]),
        ("single", ["OTHER=  in   two\r\nlines "], ["OTHER=in two lines"]),
        ("several", ["OTHER=x", "c2", "c2", "c1"], ["c1", "c2", "OTHER=x"]),
        ("several", ["OTHER", "OTHER=x"], ["OTHER=x"]),
        ("matrix", ["s2=AGREE", "s1=AGREE"], ["s1=AGREE", "s2=AGREE"]),
        ("matrix", ["s2=AGREE"], ["s2=AGREE"]),
        ("ranking", ["c4=3", "c2=1", "c3=2"], ["c2=1", "c3=2", "c4=3"]),
        ("number", ["  1 "], ["1"]),
        ("number", ["12 Miles"], ["12"]),
        ("number", ["12.0"], ["12"]),
        ("number", ["007"], ["7"]),
        ("money", ["£1,250"], ["1250.00"]),
        ("money", ["12.5"], ["12.50"]),
        ("money", ["£ 0.99"], ["0.99"]),
        ("short", ["  a bus "], ["a bus"]),
        ("long", ["one\r\ntwo\u2028three\x00 "], ["one\ntwo\nthree"]),
        ("long", ["\x00\x1f"], []),
        ("long", ["   "], None),
        ("several", [], None),
    ],
)
def test_answers_are_put_in_order(asked, name, typed, kept):
    assert questionnaires.check_answers([asked[name]], {name: typed}) == ({name: kept} if kept else {})


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("single", ["c9"], "Choose one of the answers on this page"),
        ("single", ["c1=said"], "Choose one of the answers on this page"),
        ("single", ["c1", "c2"], "Choose only one answer"),
        ("single", ["OTHER=" + "x" * 201], "Say what the other answer is in 200 characters or fewer"),
        ("several", ["c1", "PREFER_NOT"], "Choose the answers that apply, or choose “I do not know” or"),
        ("scale", ["OTHER"], "Choose one of the answers on this page"),
        ("matrix", ["s9=AGREE"], "Choose one of the answers on this page"),
        ("matrix", ["s1=PERHAPS"], "Choose one of the answers on this page"),
        ("matrix", ["s1=AGREE", "s1=DISAGREE"], "Choose only one answer for “I knew whom to call”"),
        ("ranking", ["c1=1", "c2=1"], "“Speed” and “Privacy” both have place 1. Give each place only once."),
        ("ranking", ["c1=1", "c2=3"], "Nothing has place 2, but something has place 3."),
        ("ranking", ["c1=2"], "Nothing has place 1, but something has place 2."),
        ("ranking", ["c1=4"], "Choose places from 1 to 3"),
        ("ranking", ["c1=first"], "Choose places from 1 to 3"),
        ("ranking", ["c1=1", "c1=2"], "Give each choice only one place"),
        ("number", ["a dozen"], "Enter a number, such as 12"),
        ("number", ["1,2"], "Enter a number, such as 12"),
        ("number", ["１２"], "Enter a number, such as 12"),
        ("number", ["1.5"], "Enter a whole number"),
        ("number", ["-1"], "Enter 0 miles or more"),
        ("number", ["301"], "Enter 300 miles or less"),
        ("money", ["ten pounds"], "Enter an amount in pounds, such as 1,250 or 12.50"),
        ("money", ["1.234"], "Enter an amount with at most two figures for pence, such as 12.50"),
        ("money", ["-1"], "Enter £0 or more"),
        ("date", ["2026-02-30"], "Enter a real date, such as 22 11 2026"),
        ("date", ["20260301"], "Enter a real date, such as 22 11 2026"),
        ("date", ["2025-12-31"], "Enter a date on or after 1 January 2026"),
        ("date", ["2026-10-01"], "Enter a date on or before 30 September 2026"),
        ("short", ["x" * 201], "Your answer must be 200 characters or fewer. It has 201"),
        ("long", ["x" * 4001], "Your answer must be 4000 characters or fewer. It has 4001"),
        ("facts", ["seen"], ""),
    ],
)
def test_what_is_no_answer_is_refused_in_words(asked, name, typed, words):
    found = problem(asked[name], *typed)

    assert found.startswith(words) if words else found == ""


@pytest.mark.parametrize("name", ANSWERS)
def test_question_that_must_be_answered_says_so(name):
    [question] = questionnaires.as_asked(questionnaire_of(name, required=True))

    with pytest.raises(questionnaires.AnswersRefused) as refusal:
        questionnaires.check_answers([question], {})

    assert refusal.value.problems == {name: f"Answer “A question of kind {name}”"}
    assert problem(question).startswith(("Choose", "Enter", "Write"))


def test_every_statement_must_be_answered_where_the_question_must():
    [question] = questionnaires.as_asked(questionnaire_of("matrix", required=True))

    assert problem(question, "s1=AGREE") == "Choose an answer for “I was believed”"


UNFIT = [
    ("single", {"choices": 1}, "Add at least two choices."),
    ("scale", {"choices": 3}, "A scale has five points."),
    ("matrix", {"choices": 1}, "Name from two to 7 choices as the scale"),
    ("ranking", {"choices": 11}, "Few people can put more than 10 choices in order."),
    ("ranking", {"choices": 2, "places": 3}, "There are only 2 choices to rank."),
    ("place", {"choices": 0}, "Add at least two choices."),
    (
        "number",
        {"bands": "", "maximum": None},
        "Say where the bands begin, such as 0, 10, 50, or give the largest number",
    ),
    ("number", {"bands": "0, ten"}, "“ten” is not a number."),
    ("number", {"bands": "10, 0"}, "Write where bands begin from the smallest to the largest, each once."),
    ("number", {"bands": "0, 5", "minimum": Decimal(3)}, "No answer can reach the band that begins at 0."),
    ("number", {"bands": "0, 5", "maximum": Decimal(0)}, "The largest number must be above the smallest."),
    ("number", {"choices": 2}, "People type the answer to this: delete the choices"),
    ("date", {"latest": None}, "Give the earliest and the latest date"),
    ("date", {"latest": date(2025, 1, 1)}, "The latest date is before the earliest."),
    ("date", {"earliest": date(1900, 1, 1)}, "The earliest and the latest date are more than 100 years apart."),
    ("long", {"choices": 2}, "People answer this in their own words: delete the choices"),
    ("facts", {"evidence": " "}, "Write the information that people read here."),
    ("facts", {"choices": 2}, "Nothing is asked here: delete the choices"),
]


@pytest.mark.parametrize(("name", "more", "words"), UNFIT)
def test_question_that_nobody_could_answer_is_named_with_the_reason(name, more, words):
    questionnaire = questionnaire_of("single")
    kind, said, _, _ = KINDS[name]
    more = dict(more)
    choices = more.pop("choices", 0 if name in {"number", "date", "long", "facts", "matrix"} else 4)
    question = QuestionFactory(
        questionnaire=questionnaire, sort_order=2, kind=kind, text="Which?", **{**said, "section": "", **more}
    )
    for number in range(choices):
        ChoiceFactory(question=question, label=f"Choice {number}")

    with pytest.raises(questionnaires.QuestionnaireRefused) as refusal:
        questionnaires.as_asked(questionnaire)

    assert str(refusal.value).startswith(f"Question 2, “Which?”: {words}")


def test_statements_are_needed_for_a_grid_and_have_words_of_their_own():
    questionnaire = questionnaire_of("matrix")
    questionnaire.questions.get().statements.update(label="The same")

    with pytest.raises(questionnaires.QuestionnaireRefused, match="Two statements have the same words"):
        questionnaires.as_asked(questionnaire)
    questionnaire.questions.get().statements.all()[0].delete()
    with pytest.raises(questionnaires.QuestionnaireRefused, match="Add at least two statements"):
        questionnaires.as_asked(questionnaire)


def test_nothing_but_information_is_no_questionnaire():
    with pytest.raises(questionnaires.QuestionnaireRefused, match="Add at least one question"):
        questionnaires.as_asked(questionnaire_of("facts"))


def test_section_goes_on_until_the_next_begins(asked):
    assert [(question.key, question.section) for question in asked.values()][4:8] == [
        ("ranking", "About you"),
        ("place", "About you"),
        ("number", "Getting there"),
        ("money", "Getting there"),
    ]


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ({"starts": "0, 10, 50"}, ["0 to 9 miles", "10 to 49 miles", "50 or more miles"]),
        ({"starts": "0 1 2"}, ["0 miles", "1 miles", "2 or more miles"]),
        ({"starts": "5,10", "largest": 20}, ["0 to 4 miles", "5 to 9 miles", "10 to 20 miles"]),
        ({"starts": "1,000; 2,000", "smallest": 1000}, ["1,000 to 1,999 miles", "2,000 or more miles"]),
        (
            {"starts": "", "largest": 9},
            ["0 to 1 miles", "2 to 3 miles", "4 to 5 miles", "6 to 7 miles", "8 to 9 miles"],
        ),
        ({"starts": "", "largest": 2}, ["0 miles", "1 miles", "2 miles"]),
        ({"starts": "0, 1", "decimals": 1}, ["0.0 to 0.9 miles", "1.0 or more miles"]),
    ],
)
def test_bands_are_what_the_author_wrote_or_five_of_one_width(said, labels):
    made = bands.number_bands(
        starts=bands.read_starts(said["starts"]),
        smallest=Decimal(said.get("smallest", 0)),
        largest=Decimal(said["largest"]) if "largest" in said else None,
        decimals=said.get("decimals", 0),
        prefix="",
        unit="miles",
    )

    assert [band.label for band in made] == labels


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("number", "0", "0 to 4 miles"),
        ("number", "4", "0 to 4 miles"),
        ("number", "5", "5 to 19 miles"),
        ("number", "300", "20 to 300 miles"),
        ("money", "9.99", "£0.00 to £9.99"),
        ("money", "10.00", "£10.00 to £999.99"),
        ("money", "1000.00", "£1,000.00 or more"),
        ("date", "2026-03-31", "March 2026"),
    ],
)
def test_figure_is_counted_in_its_band(asked, name, value, label):
    labels = {band.key: band.label for band in asked[name].bands}

    assert labels[band_of(asked[name], value)] == label


def test_dates_far_apart_are_counted_by_year():
    made = bands.date_bands(earliest=date(2020, 5, 1), latest=date(2026, 9, 30))

    assert [band.label for band in made] == ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]


def test_version_frozen_before_there_were_more_kinds_still_thaws():
    before = {
        "key": "q1",
        "kind": "SINGLE",
        "text": "How?",
        "hint": "",
        "evidence_title": "",
        "evidence": "",
        "required": False,
        "dont_know": True,
        "prefer_not": False,
        "max_length": 4000,
        "choices": [{"key": "a", "label": "A", "hint": ""}, {"key": "b", "label": "B", "hint": ""}],
    }

    question = thaw({**before, "said by a later release": 1})

    assert question == FrozenQuestion(
        "q1", "SINGLE", "How?", dont_know=True, choices=(FrozenChoice("a", "A"), FrozenChoice("b", "B"))
    )


def test_freezing_again_without_a_change_gives_the_same_version():
    questionnaire = questionnaire_of()

    first = questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    assert questionnaires.freeze(questionnaire=questionnaire, at=NOW) == first
    assert questionnaires.questions_of(first) == questionnaires.as_asked(questionnaire)


def test_choice_with_a_key_of_ours_is_refused():
    questionnaire = QuestionnaireFactory(asked=[])
    question = question_of_kind("single", questionnaire=questionnaire)
    question.choices.filter(key="c1").update(key="OTHER")

    with pytest.raises(questionnaires.QuestionnaireRefused, match="A choice has a key that is kept for “Other”"):
        questionnaires.as_asked(questionnaire)
