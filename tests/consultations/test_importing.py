"""Answers from files: entered once, whole or not at all, and stripped of what could say who answered."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from consultations.domain import counting
from consultations.models import Answer, Consultation, Response, ResponseBatch
from engagement.domain import log
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import ConsultationFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.engagement import UserFactory

SURVEY = """Record Id,Data Source,Allocated  NN,Pcode,Xcord,Ycord,Last  Modified,Generic Geography/Street name?
1,Staff Survey,Leafside,ZZ6 5RW,326549,676276,04/09/2013,
2,Staff Survey,leafside,ZZ6 5RX,326550,676277,30/09/2013,generic
3,General 2,Millgate,ZZ1 1LS,322515,672026,11/12/2013,
4,Older1,Millgate,ZZ1 1LT,322516,672027,11/12/2013,
"""
VOTES = """participant,xid,group-id,1,4,5
1,,1,-1,1,
2,,1,1,0,1
"""
STATEMENTS = """timestamp,comment-id,moderated,comment-body
1,4,1,Listen to us first
2,1,1,"Be there, and stay"
3,3,-1,Rejected
4,5,1,=More evenings
"""


@pytest.fixture
def lead(db):
    return UserFactory(role=Role.LEAD_COMMISSIONER)


@pytest.fixture
def run(tmp_path):
    """Runs the import on a text and returns what it said. Other texts are put beside it as files."""

    def run(consultation, content, *, beside=None, **options):
        (tmp_path / "file.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        for name, text in (beside or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("import_responses", consultation, str(tmp_path / "file.csv"), stdout=out, **options)
        return out.getvalue()

    return run


def held():
    return [model.objects.count() for model in (Consultation, Response, Answer, ResponseBatch, LogEntry)]


def every_cell():
    """All that is kept, as one text, less keys and hashes: among thousands drawn by chance any six digits are found."""
    tables = (Consultation, Response, Answer, ResponseBatch, LogEntry)
    return " ".join(
        str(value) for model in tables for row in model.objects.values(*_said(model)) for value in row.values()
    )


def _said(model):
    return [
        field.name
        for field in model._meta.fields
        if not (field.is_relation or field.primary_key or "hash" in field.name or field.name == "digest")
    ]


@pytest.mark.threat("P01")
def test_survey_keeps_one_answer_and_the_channel_and_nothing_of_where_or_when(lead, run):
    said = run("survey-2013", SURVEY, mapping="channel_survey")

    consultation = Consultation.objects.get(reference="SURVEY-2013")
    channels = sorted(Response.objects.values_list("channel", flat=True))
    assert channels == ["ONLINE", "ONLINE", "ONLINE", "PAPER"]
    assert counting.count_settled(consultation)["channels"] == {"ONLINE": 3, "PAPER": 1}
    assert set(Response.objects.values_list("received_on", "receipt_hash")) == {(None, None)}
    kept = every_cell()
    assert [
        trace for trace in ("ZZ6 5RW", "ZZ1", "326549", "672026", "2013-09-04", "04/09/2013") if trace in kept
    ] == []
    assert "4 responses entered" in said
    assert "2 from Staff Survey" in said
    assert "Not kept, by choice: Record Id, Pcode, Xcord, Ycord, Generic Geography/Street name?, Last  Modified" in said
    assert log.verify().sound


def test_same_file_twice_changes_nothing(lead, run):
    run("survey-2013", SURVEY, mapping="channel_survey")
    before = held()

    said = run("survey-2013", SURVEY, mapping="channel_survey")

    assert held() == before
    assert "This file was entered before, so nothing has changed." in said


def test_dry_run_keeps_nothing(lead, run):
    before = held()

    said = run("survey-2013", SURVEY, mapping="channel_survey", dry_run=True)

    assert held() == before
    assert "4 responses entered" in said


def test_votes_become_answers_to_the_statements_that_were_voted_on(lead, run):
    run("youth", VOTES, beside={"comments.csv": STATEMENTS}, mapping="youth_policing")

    consultation = Consultation.objects.get(slug="youth")
    asked = [(question["key"], question["text"]) for question in consultation.version.content["questions"]]
    assert asked == [("s1", "Be there, and stay"), ("s4", "Listen to us first"), ("s5", "=More evenings")]
    assert sorted(Answer.objects.values_list("question", "choice")) == [
        ("s1", "c0"),
        ("s1", "c1"),
        ("s4", "c0"),
        ("s4", "c2"),
        ("s5", "c0"),
    ]


def test_votes_without_their_statements_are_refused(lead, run):
    with pytest.raises(CommandError, match=r"The mapping needs the file comments\.csv in the same folder"):
        run("youth", VOTES, mapping="youth_policing")


def test_own_format_enters_answers_of_a_consultation_held_here(lead, run):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, key="how", text="How?", ways=True)
    QuestionFactory(questionnaire=questionnaire, key="why", text="Why?", kind="LONG_TEXT")
    consultation = ConsultationFactory(questionnaire=questionnaire, closed=True)
    label = consultation.version.content["questions"][0]["choices"][0]

    run(consultation.reference, f"channel,How?,Why?\nPAPER,{label['label']},-because =it is\nPHONE,,No reason\n")

    assert sorted(Response.objects.values_list("channel", "answers__choice", "answers__text")) == [
        ("PAPER", "", "-because =it is"),
        ("PAPER", label["key"], ""),
        ("PHONE", "", "No reason"),
    ]


HEADER, ROW, *_ = SURVEY.splitlines(keepends=True)


@pytest.mark.threat("K01", "U02")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER.replace("Data Source", "Source") + ROW, "Row 1, column “Data Source”: is missing."),
        (
            HEADER + ROW.replace("Staff Survey", "Pigeon post"),
            "Row 2, column “Data Source”: “Pigeon post” is not one of",
        ),
        (HEADER + ROW.replace("04/09/2013", "09/30/2013"), "“09/30/2013” is not a date written as day/month/year."),
        (HEADER + ROW.replace("04/09/2013", "=TODAY()"), "“=TODAY()” is not a date written as day/month/year."),
        (HEADER + ROW.replace("04/09/2013", "NaN"), "“NaN” is not a date"),
        ((HEADER + ROW.replace("Leafside", "Fenêtre")).encode("cp1252"), "Row 2: cannot be read as UTF-8."),
        (HEADER + ROW.replace("Leafside", "x" * 5_000_000), "Row 2: has a cell longer than 131,072 characters."),
        (SURVEY + ROW.replace("Leafside", ""), "Row 6: answers no question."),
        (HEADER + ROW, "Question 1, “Which neighbourhood do you live in?”: Add at least two choices."),
        (HEADER + ROW.replace("1,Staff", "1,2,Staff"), "Row 2: has 9 cells where the header has 8."),
        ("", "The file is empty."),
        ("<html><body>Sign in</body></html>", "This is a web page, not a CSV file."),
    ],
)
def test_damaged_file_is_refused_in_words_and_nothing_is_kept(lead, run, content, words):
    before = held()

    with pytest.raises(CommandError) as refusal:
        run("survey-2013", content, mapping="channel_survey")

    assert words in str(refusal.value)
    assert held() == before


@pytest.mark.requirement("R-150")
def test_real_survey_keeps_the_count_of_each_of_its_channels(lead, run, reference_data):
    survey = (reference_data / "channel-survey" / "survey_data.csv").read_bytes()

    said = run("survey-2013", survey, mapping="channel_survey")

    assert Response.objects.count() == 2_955
    assert Answer.objects.count() == 2_955
    assert LogEntry.objects.get(action="responses.imported").data["sources"] == {
        "General 2": 1048,
        "General 1": 653,
        "Staff Survey": 468,
        "Council Contact Centre": 343,
        "Schools 15 Nov": 201,
        "Making it Clear for OP": 141,
        "General 3": 77,
        "Older1": 16,
        "General 4": 4,
        "Online Consultation (Email)": 4,
    }
    kept = every_cell()
    assert [
        trace for trace in ("EH6 5RW", "EH11", "326549", "676276", "2013-09-04", "04/09/2013") if trace in kept
    ] == []
    assert "2,955 responses entered" in said
