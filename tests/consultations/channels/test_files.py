"""Files of answers on screen: matched, checked and entered by the worker, as the command would; then forgotten."""

import io
from datetime import date, timedelta

import pytest
from openpyxl import Workbook

from consultations.domain import counting, exporting, files, matching
from consultations.enums import FileState, QuestionKind
from consultations.models import Answer, AnswerFile, Response, ResponseBatch, SavedMatch
from engagement.domain.exports import csv_lines
from engagement.domain.tabular import TableRefused
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    ChoiceFactory,
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
)
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import ANSWERS, KINDS, question_of_kind

pytestmark = pytest.mark.django_db

# As a forms tool writes it: what tells of people beside the answers, day-first dates, semicolons, somebody's own words.
FORMS = (
    "Id,Start time,Email,Name,How should we get in touch?,Which helped you?,When was it?,What should change?,Came by\n"
    "1,04/09/2026 10:11,jo@post.example,Jo Moor,By phone,Weekdays;Evenings;,04/09/2026,=Ring first,Web\n"
    "2,04/09/2026 11:30,al@post.example,Al Fell,by letter,Sundays;,30/09/2026 09:15,,Hard copy\n"
    "3,05/09/2026 09:00,vi@post.example,Vi Beck,Pigeon,,,,Web\n"
    "4,05/09/2026 09:01,ed@post.example,Ed Rush,,,,,Web\n"
)


YEAR = {"earliest": date(2026, 1, 1), "latest": date(2026, 12, 31)}


@pytest.fixture
def team():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def asked():
    questionnaire = QuestionnaireFactory(asked=[])
    touch = QuestionFactory(questionnaire=questionnaire, sort_order=1, key="touch", text="How should we get in touch?")
    helped = QuestionFactory(
        questionnaire=questionnaire, sort_order=2, key="helped", kind="SEVERAL", text="Which helped you?", other=True
    )
    QuestionFactory(questionnaire=questionnaire, sort_order=3, key="day", kind="DATE", text="When was it?", **YEAR)
    QuestionFactory(
        questionnaire=questionnaire, sort_order=4, key="change", kind="LONG_TEXT", text="What should change?"
    )
    for question, labels in ((touch, ("By phone", "By letter")), (helped, ("Weekdays", "Evenings"))):
        for place, label in enumerate(labels, start=1):
            ChoiceFactory(question=question, sort_order=place, key=f"c{place}", label=label)
    return ConsultationFactory(questionnaire=questionnaire, closed=True)


def received(consultation, content, actor, **more):
    content = content.encode() if isinstance(content, str) else content
    return files.receive(
        consultation=consultation, content=content, file_name="export.csv", actor=actor, at=NOW, **more
    )


def explained(file, actor, **meanings):
    """Every unknown word means what is said here, or what was guessed."""
    words = {}
    questions = files.questions_of(file.consultation)
    for one in files.unknown_words(file):
        words.setdefault(one.heading, {})[one.word] = meanings.get(one.word, matching.guess_word(one, questions))
    files.keep_words(file=file, words=words, actor=actor, at=NOW)


def checked(file, actor):
    files.ask_check(file=file, actor=actor, at=NOW)
    files.work(at=NOW)
    file.refresh_from_db()
    return file.report


def entered(file, actor, **more):
    files.ask_entry(file=file, actor=actor, at=NOW, **more)
    files.work(at=NOW)
    file.refresh_from_db()


def given():
    return sorted(
        (one.channel, sorted((row.question, row.choice, row.text) for row in one.answers.all()))
        for one in Response.objects.all()
    )


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P01")
def test_forms_export_is_matched_checked_entered_and_forgotten(asked, team):
    file = received(asked, FORMS, team)

    assert file.match["targets"] == {
        "Id": "", "Start time": "", "Email": "", "Name": "", "Came by": "",
        "How should we get in touch?": "touch", "Which helped you?": "helped", "When was it?": "day",
        "What should change?": "change",
    }  # fmt: skip
    targets = {**file.match["targets"], "Came by": matching.SOURCE}
    files.keep_targets(file=file, targets=targets, channel="", actor=team, at=NOW)
    assert {(one.word, one.rows) for one in files.unknown_words(file)} == {
        ("Web", 3), ("Hard copy", 1), ("Sundays", 1), ("Pigeon", 1),
    }  # fmt: skip
    explained(file, team, Sundays=matching.AS_OTHER, Pigeon="")
    report = checked(file, team)

    assert report == {
        "rows": 2,
        "empty_rows": 2,
        "channels": {"ONLINE": 1, "PAPER": 1},
        "sources": {"Web": 1, "Hard copy": 1},
        "answered": {"touch": 2, "helped": 2, "day": 2, "change": 1},
        "dropped": [
            ["Id", "a number that stands for one person"],
            ["Start time", "an exact date or time"],
            ["Email", "an e-mail address"],
            ["Name", "a name"],
        ],
        "problems": [],
    }
    assert (file.state, Response.objects.count()) == (FileState.CHECKED, 0)

    entered(file, team)

    assert given() == [
        (
            "ONLINE",
            [
                ("change", "", "=Ring first"),
                ("day", "2026-09", "2026-09-04"),
                ("helped", "c1", ""),
                ("helped", "c2", ""),
                ("touch", "c1", ""),
            ],
        ),
        ("PAPER", [("day", "2026-09", "2026-09-30"), ("helped", "OTHER", "Sundays"), ("touch", "c2", "")]),
    ]
    assert (file.state, file.content, file.file_name, file.match) == (FileState.ENTERED, None, "", {})
    kept = " ".join(str(value) for row in AnswerFile.objects.values() for value in row.values())
    kept += " ".join(str(value) for row in LogEntry.objects.values() for value in row.values())
    assert [trace for trace in ("jo@post.example", "Jo Moor", "10:11", "export.csv") if trace in kept] == []
    assert counting.count_settled(asked)["channels"] == {"ONLINE": 1, "PAPER": 1}


def test_what_the_cells_tell_of_people_is_never_matched_whatever_the_heading(asked, team):
    file = received(asked, "What should change?,How should we get in touch?\njo@post.example,By phone\n", team)
    targets = {"What should change?": "change", "How should we get in touch?": "touch"}

    with pytest.raises(files.FileRefused) as refusal:
        files.keep_targets(file=file, targets=targets, channel="PAPER", actor=team, at=NOW)

    assert file.match["targets"]["What should change?"] == ""
    assert refusal.value.problems == {
        "What should change?": "Most cells of this column hold an e-mail address, so it is never entered."
    }


def test_ticked_columns_and_numbered_headings_are_guessed(asked, team):
    file = received(
        asked,
        "1. How should we get in touch?,Which helped you? - Weekdays,Which helped you? - Evenings,Postcode\n"
        "By phone,Weekdays,,AV1 2AB\nBy letter,,Yes,AV1 2AC\n",
        team,
    )

    assert file.match["targets"] == {
        "1. How should we get in touch?": "touch",
        "Which helped you? - Weekdays": "helped c1",
        "Which helped you? - Evenings": "helped c2",
        "Postcode": "",
    }
    assert checked(file, team)["channels"] == {"ONLINE": 2}
    entered(file, team)
    assert [rows for _, rows in given()] == [
        [("helped", "c1", ""), ("touch", "c1", "")],
        [("helped", "c2", ""), ("touch", "c2", "")],
    ]


@pytest.mark.threat("C01")
def test_every_press_can_be_made_twice_and_the_same_file_is_entered_once(asked, team):
    file = received(asked, FORMS.replace("Pigeon", "By phone").replace("Sundays;", ""), team)
    again = received(asked, FORMS.replace("Pigeon", "By phone").replace("Sundays;", ""), team)
    for one in (file, again):
        files.ask_check(file=one, actor=team, at=NOW)
        files.ask_check(file=one, actor=team, at=NOW)
    files.work(at=NOW)
    for one in (file, again):
        one.refresh_from_db()
        files.ask_entry(file=one, actor=team, at=NOW)
        files.ask_entry(file=one, actor=team, at=NOW)
    files.work(at=NOW)
    files.work(at=NOW)

    assert (Response.objects.count(), ResponseBatch.objects.count()) == (3, 1)
    with pytest.raises(TableRefused, match="This very file was entered before"):
        received(asked, FORMS.replace("Pigeon", "By phone").replace("Sundays;", ""), team)


def test_wrong_rows_are_named_and_nothing_is_entered(asked, team):
    file = received(asked, FORMS.replace("30/09/2026 09:15", "09/30/2026"), team)
    explained(file, team, Sundays="", Pigeon="")

    problems = checked(file, team)["problems"]

    assert problems == [
        "Row 3, column “When was it?”: “09/30/2026” is not a date written day first, such as 22/11/2026."
    ]
    with pytest.raises(files.FileRefused, match="Some rows need attention"):
        files.ask_entry(file=file, actor=team, at=NOW)
    assert Response.objects.count() == 0


def test_match_is_saved_and_used_again(asked, team):
    file = received(asked, FORMS, team)
    targets = {**file.match["targets"], "Came by": matching.SOURCE, "When was it?": ""}
    files.keep_targets(file=file, targets=targets, channel="", actor=team, at=NOW)
    explained(file, team, Sundays=matching.AS_OTHER, Pigeon="By phone")
    checked(file, team)
    entered(file, team, save_as="Forms, young people")

    later = received(asked, FORMS.replace("=Ring first", "Ring"), team, saved=SavedMatch.objects.get())

    assert later.match["targets"] == targets
    assert later.match["words"]["How should we get in touch?"] == {"Pigeon": "By phone"}
    assert checked(later, team)["channels"] == {"ONLINE": 2, "PAPER": 1}


def test_files_that_nobody_entered_are_thrown_away_and_reports_stay(asked, team):
    late = received(asked, FORMS, team)
    done = received(asked, "How should we get in touch?\nBy phone\n", team)
    checked(done, team)
    entered(done, team)

    assert files.forget_files(at=NOW + timedelta(days=2)) == 1
    assert list(AnswerFile.objects.values_list("pk", flat=True)) == [done.pk]
    assert late.pk != done.pk


def test_who_lost_the_right_meanwhile_enters_nothing(asked, team):
    file = received(asked, "How should we get in touch?\nBy phone\n", team)
    checked(file, team)
    files.ask_entry(file=file, actor=team, at=NOW)
    team.memberships.all().delete()

    files.work(at=NOW)

    file.refresh_from_db()
    assert file.report["problems"] == ["Only the Involvement Team enters answers."]
    assert Response.objects.count() == 0


def test_while_people_answer_a_small_file_waits_for_company(team):
    consultation = ConsultationFactory(open=True)
    file = received(consultation, "How should we first get in touch?\nA phone call\n", team)
    checked(file, team)
    entered(file, team)

    assert (Response.objects.count(), Response.objects.settled().count()) == (1, 0)


@pytest.mark.requirement("R-149")
def test_every_kind_and_a_long_text_survive_export_and_import_unchanged(team):
    questionnaire = QuestionnaireFactory(asked=[])
    for place, name in enumerate(KINDS, start=1):
        question_of_kind(name, questionnaire=questionnaire, place=place)
    here, there = (ConsultationFactory(questionnaire=questionnaire, closed=True) for _ in range(2))
    long = "=1+1; \"quoted\", 'single'\n-dash\n@home\n\n“curly” "
    long = (long * 100)[:2984].rstrip() + "x"
    long += "y" * (2985 - len(long))
    for words in (long, "'=quoted", "[not asked]", "-", "It is far.\nAnd dark."):
        ResponseFactory(consultation=here, answers={**ANSWERS, "long": [words]}, channel="PAPER")
    out = exporting.export_responses(consultation=here, actor=team, at=NOW)
    content = "".join(csv_lines(header=out.header, rows=out.rows))

    file = received(there, content, team)
    assert checked(file, team)["problems"] == []
    entered(file, team)

    def rows(consultation):
        return sorted(
            Answer.objects.filter(response__consultation=consultation).values_list(
                "response__channel", "question", "choice", "text"
            )
        )

    assert len(long) == 2985
    assert rows(there) == rows(here)
    assert (there.responses.count(), Answer.objects.filter(response__consultation=there, text=long).count()) == (5, 1)


def workbook(*rows, sheets=1):
    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbook_is_read_like_a_file(asked, team):
    content = workbook(
        ["How should we get in touch?", "When was it?", "What should change?"],
        ["By phone", NOW.replace(tzinfo=None), "12 calls"],
        [None, None, 7.0],
    )

    file = received(asked, content, team)
    assert checked(file, team)["rows"] == 2
    entered(file, team)

    assert {rows[-1] for _, rows in given()} >= {("change", "", "7")}
    assert Answer.objects.get(question="day").text == NOW.date().isoformat()


@pytest.mark.threat("K01", "U02")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"How should we get in touch?\n", "The file has a header and no rows."),
        (b"A,A\n1,2\n", "Row 1, column “A”: stands in the header twice."),
        (b"A,\n1,2\n", "Row 1: Column 2 has no heading."),
        (b"A,B\n1\n", "Row 2: has 1 cells where the header has 2."),
        ("Café\nOui\n".encode("cp1252"), "Row 1: cannot be read as UTF-8."),
        ("Café\nOui\n".encode("utf-16"), "Row 1: cannot be read as UTF-8."),
        (b"<html><body>Sign in</body></html>", "This is a web page, not a CSV file."),
        (b"%PDF-1.7\x00\xe2\xe3", "cannot be read as UTF-8."),
        (b"PK\x03\x04 not a workbook", "This is not a workbook that can be read."),
        (b"\xd0\xcf\x11\xe0old", "This is a workbook of an old kind (XLS)."),
        (workbook(["A", "B"], ["=1+1", "x"]), "Row 2, column “A”: is a formula. Paste its value instead."),
        (workbook(["A", "B"], ["x", "y"], sheets=2), "More than one sheet holds something: “Sheet”, “Sheet1”."),
        (workbook(), "The file is empty."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words_and_not_stored(asked, team, content, words):
    with pytest.raises(TableRefused) as refusal:
        received(asked, content, team)

    assert words in str(refusal.value)
    assert AnswerFile.objects.count() == 0


def test_draft_withdrawn_and_published_consultations_take_no_file(team):
    for traits, words in (({}, "draft"), ({"withdrawn": True}, "withdrawn")):
        with pytest.raises(files.FileRefused, match=words):
            received(ConsultationFactory(**traits), FORMS, team)
    with pytest.raises(files.FileRefused, match="Only the Involvement Team"):
        received(ConsultationFactory(closed=True), FORMS, UserFactory(role=Role.MANAGEMENT))


SOURCES = {
    "General 1": "ONLINE", "General 2": "ONLINE", "General 3": "ONLINE", "General 4": "ONLINE",
    "Staff Survey": "ONLINE", "Older1": "PAPER", "Making it Clear for OP": "PAPER", "Schools 15 Nov": "EVENT",
    "Council Contact Centre": "PHONE", "Online Consultation (Email)": "EMAIL",
}  # fmt: skip


@pytest.mark.requirement("R-150")
def test_real_survey_through_the_screen_has_the_counts_of_its_file(team, reference_data):
    content = (reference_data / "channel-survey" / "survey_data.csv").read_bytes()
    _, rows = matching.table_of(content)
    places = {row[2] for row in rows if row[2]}
    questionnaire = QuestionnaireFactory(asked=[])
    question = QuestionFactory(questionnaire=questionnaire, key="place", kind=QuestionKind.PLACE, text="Allocated NN")
    for number, label in enumerate(sorted({place.casefold(): place for place in places}.values())):
        ChoiceFactory(question=question, sort_order=number, key=f"c{number}", label=label)
    consultation = ConsultationFactory(questionnaire=questionnaire, closed=True)

    file = received(consultation, content, team)
    assert (file.match["targets"]["Data Source"], file.match["targets"]["Allocated  NN"]) == (matching.SOURCE, "place")
    explained(file, team, **SOURCES)
    report = checked(file, team)
    entered(file, team)

    channels = {"ONLINE": 2250, "PAPER": 157, "PHONE": 343, "EMAIL": 4, "EVENT": 201}
    assert (report["problems"], report["rows"], report["channels"]) == ([], 2955, channels)
    assert counting.count_settled(consultation)["channels"] == channels
    assert dict(report["dropped"]) | {"Last  Modified": "an exact date or time", "Pcode": "a postcode"} == dict(
        report["dropped"]
    )


@pytest.mark.requirement("R-150")
def test_real_votes_through_the_screen_have_the_counts_of_their_file(team, reference_data):
    content = (reference_data / "youth-policing" / "participants-votes.csv").read_bytes()
    header, rows = matching.table_of(content)
    votes = {
        (heading, vote): sum(row[place] == vote for row in rows)
        for place, heading in enumerate(header)
        if heading.isdigit()
        for vote in ("1", "-1", "0")
    }
    questionnaire = QuestionnaireFactory(asked=[])
    headings = [heading for heading in header if heading.isdigit()]
    for order, heading in enumerate(headings):
        question = QuestionFactory(
            questionnaire=questionnaire,
            sort_order=order,
            key=f"s{heading}",
            text=f"Statement {heading}",
            dont_know=False,
        )
        for place, (key, label) in enumerate((("1", "Agree"), ("-1", "Disagree"), ("0", "Pass"))):
            ChoiceFactory(question=question, sort_order=place, key=f"v{key}", label=label)
    consultation = ConsultationFactory(questionnaire=questionnaire, closed=True)

    file = received(consultation, content, team)
    targets = {heading: f"s{heading}" for heading in headings}
    files.keep_targets(file=file, targets=targets, channel="EVENT", actor=team, at=NOW)
    explained(file, team, **{"1": "Agree", "-1": "Disagree", "0": "Pass"})
    report = checked(file, team)
    entered(file, team)

    assert (report["problems"], report["channels"]) == ([], {"EVENT": 26})
    choices = counting.count_settled(consultation)["choices"]
    assert {
        (question[1:], choice[1:]): number for question, given in choices.items() for choice, number in given.items()
    } == {place: number for place, number in votes.items() if number}
