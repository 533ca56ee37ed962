"""Whatever is asked and answered: stored and read back, taken out as a file and entered again, it is the same."""

import csv
import io
import random
import zipfile

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.domain import answers, exporting, questionnaires, responding
from consultations.domain.columns import NOT_ASKED
from consultations.domain.importing import import_responses
from consultations.enums import Channel
from consultations.models import Response
from engagement.domain.exports import csv_lines
from engagement.domain.spreadsheets import xlsx_blocks
from engagement.domain.workbooks import as_csv
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories import questions as any_of
from tests.factories.consultations import ConsultationFactory, QuestionnaireFactory, ResponseFactory, RouteFactory
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import ANSWERS, questionnaire_of

pytestmark = pytest.mark.django_db
LONG = 'A "quoted" word,\nand a line.\n\n' * 100 + "=SUM(A1)"


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_answer_is_the_same_after_its_rows_were_shuffled(data):
    question = data.draw(any_of.questions("q1"))
    given_answer = data.draw(any_of.answers_to(question))

    kept = questionnaires.check_answers([question], {"q1": given_answer}).get("q1", [])
    rows = list(answers.rows_of(question, kept))
    random.shuffle(rows)

    assert kept == given_answer
    assert answers.values_of(question, rows) == kept
    assert [choice or text for choice, text in rows if not (choice or text)] == []
    assert len({choice for choice, _ in rows}) == len(rows)
    assert len(question.words_for(kept)) == len(kept)


@given(st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_answers_to_any_questionnaire_survive_storing_and_the_file(data):
    asked = data.draw(any_of.questionnaires())
    people = data.draw(
        st.lists(st.fixed_dictionaries({question.key: any_of.answers_to(question) for question in asked}), max_size=4)
    )
    people = [{key: values for key, values in person.items() if values} for person in people]
    people = [person for person in people if person]

    with transaction.atomic():
        first, second, third = (asking(asked) for _ in range(3))
        for person in people:
            ResponseFactory(consultation=first, answers=person)
        stored = everything_in(first)
        content = file_of(first)
        if people:
            entered(second, content)
            entered(third, as_csv(workbook_of(first)))
        again, from_workbook = everything_in(second), everything_in(third)
        transaction.set_rollback(True)

    assert stored == in_order(people) == again == from_workbook


def in_order(people):
    return sorted(sorted(person.items()) for person in people)


def everything_in(consultation):
    return in_order([responding.answers_of(one) for one in Response.objects.filter(consultation=consultation)])


def asking(asked):
    """A consultation that is open and asks these questions."""
    consultation = ConsultationFactory(open=True)
    version = consultation.version
    version.__class__.objects.filter(pk=version.pk).update(
        content={"questions": [questionnaires._plain(question) for question in asked]}
    )
    version.refresh_from_db()
    return consultation


def file_of(consultation):
    file = exporting.export_responses(consultation=consultation, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW)
    return "".join(csv_lines(header=file.header, rows=file.rows)).encode()


def workbook_of(consultation):
    file = exporting.export_responses(
        consultation=consultation, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW, as_workbook=True
    )
    return b"".join(xlsx_blocks(sheet="Answers", header=file.header, rows=file.rows))


def entered(consultation, content):
    return import_responses(
        name=consultation.reference,
        content=content,
        beside={},
        mapping={},
        activity=None,
        at=NOW,
        progress=lambda done, total: None,
    )


def table_of(content):
    return list(csv.DictReader(io.StringIO(content.decode().removeprefix("\ufeff"), newline="")))


def test_file_has_a_column_a_question_and_one_for_the_words_of_other():
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire_of())
    ResponseFactory(consultation=consultation, answers=ANSWERS, channel=Channel.PAPER)

    [row] = table_of(file_of(consultation))

    title = "A question of kind {}".format
    assert row == {
        "channel": "PAPER",
        "version": "1",
        "may_be_published": "NONE",
        "judged_a_duplicate": "",
        title("single"): "Other",
        title("single (other)"): "In a café",
        title("several"): "Weekdays; Evenings; Other",
        title("several (other)"): "On Sundays",
        title("scale"): "Agree",
        title("matrix: I knew whom to call"): "Agree",
        title("matrix: I was believed"): "I do not know",
        title("ranking: Speed"): "2",
        title("ranking: Privacy"): "1",
        title("ranking: Distance"): "",
        title("ranking: Cost"): "",
        title("place"): "Lower",
        title("number"): "12",
        title("money"): "612.50",
        title("date"): "2026-03-27",
        title("short"): "The 14 bus",
        title("long"): "It is far.\nAnd dark.",
        title("files"): "",
    }


def test_file_tells_what_was_not_asked_from_what_was_not_answered():
    questionnaire = QuestionnaireFactory()
    first = questionnaire.questions.get(key="q1")
    RouteFactory(question=first, goal="q3", choices=["LETTER"])
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    ResponseFactory(consultation=consultation, answers={"q1": ["LETTER"]})
    ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"]})

    rows = {row["How should we first get in touch?"]: row for row in table_of(file_of(consultation))}

    assert [rows[way]["Which of these have helped you?"] for way in ("A letter", "A phone call")] == [NOT_ASKED, ""]
    assert [rows[way]["What should change?"] for way in ("A letter", "A phone call")] == ["", ""]


def test_long_text_with_quotes_and_lines_and_a_formula_comes_back_unchanged():
    assert len(LONG) > 2985
    consultation, other, third = (ConsultationFactory(open=True) for _ in range(3))
    ResponseFactory(consultation=consultation, answers={"q4": [f"={LONG}"]})

    entered(other, file_of(consultation))
    entered(third, as_csv(workbook_of(consultation)))

    assert Response.objects.get(consultation=other).answers.get().text == f"={LONG}"
    assert Response.objects.get(consultation=third).answers.get().text == f"={LONG}"


def test_two_questions_with_the_same_words_have_columns_of_their_own():
    questionnaire = QuestionnaireFactory()
    questionnaire.questions.filter(key__in=["q1", "q2"]).update(text="Which?")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"], "q2": ["TEXT", "LETTER"]})

    [row] = table_of(file_of(consultation))

    assert (row["Which? [q1]"], row["Which? [q2]"]) == ("A phone call", "A text message; A letter")


def test_file_is_for_the_involvement_team_and_the_log_says_who_took_it(client):
    consultation = ConsultationFactory(open=True)
    ResponseFactory(consultation=consultation, answers={"q4": ["canary"]})
    ResponseFactory(consultation=consultation, answers={"q4": ["not yet settled"]}, settled=False)
    address = reverse("consultations:manage-responses-file", args=[consultation.reference])
    person = UserFactory(role=Role.INVOLVEMENT)
    client.force_login(person)

    reply = client.post(address)
    text = b"".join(reply.streaming_content).decode()

    entry = LogEntry.objects.get()
    assert ("canary" in text, "not yet settled" in text) == (True, False)
    assert (entry.action, entry.actor, entry.data) == ("responses.exported", person, {"responses": 1})
    assert "canary" not in entry.summary
    assert client.get(address).status_code == 405
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    assert client.post(address).status_code == 404
    with pytest.raises(exporting.ExportRefused):
        exporting.export_responses(consultation=consultation, actor=UserFactory(role=Role.AUDITOR), at=NOW)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_workbook_holds_the_same_answers_and_more_than_a_sheet_holds_are_refused(client, monkeypatch, kind):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(2, consultation=consultation, answers={"q4": ["=canary"]})
    address = reverse("consultations:manage-responses-file", args=[consultation.reference])
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    reply = client.post(address, {"as": kind})
    package = zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content)))
    monkeypatch.setattr("engagement.domain.spreadsheets.MOST_ROWS", 2)
    refused = client.post(address, {"as": kind}, follow=True)

    whole = b"".join(package.read(name) for name in package.namelist()).decode()
    assert reply["Content-Disposition"] == f'attachment; filename="answers-{consultation.reference.lower()}.{kind}"'
    assert whole.count(">=canary<") == 2
    assert "A spreadsheet holds 2, so it would lose some. Take the CSV file." in refused.content.decode()
    assert LogEntry.objects.filter(action="responses.exported").count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_file_costs_the_same_however_many_answers(number, django_assert_num_queries):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(number, consultation=consultation, answers={"q1": ["PHONE"], "q4": ["Yes."]})
    responses = Response.objects.filter(consultation=consultation)
    columns = exporting.export_columns(consultation)

    with django_assert_num_queries(3):
        rows = list(exporting.rows_of(columns, responses))

    assert len(rows) == number
