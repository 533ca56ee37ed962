"""Files of respondents from the page on which they are chosen to the office's list, and everywhere they must not be."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from consultations.domain import (
    attaching,
    attempts,
    drafting,
    exporting,
    readiness,
    responding,
    sent_files,
    settling,
    tickets,
)
from consultations.domain.fitness import QuestionUnfit, as_frozen
from consultations.models import Draft, DraftFile, Response, SentFile
from engagement.enums import Role
from engagement.models import LogEntry
from tests.consultations.test_kinds_answered import Respondent, asking
from tests.factories.consultations import ConsultationFactory, RouteFactory, send_file
from tests.factories.engagement import NOW, UserFactory
from tests.factories.kinds import questionnaire_of
from tests.factories.sent import SECRET, jpeg, png

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def upload(content, name="jane-canary-home.jpg"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def person(client):
    return Respondent(client, asking("files", "long"))


def dump():
    """Every value of every table, as bytes."""
    with connection.cursor() as cursor:
        values = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            values += [bytes(v) if isinstance(v, memoryview) else str(v).encode() for row in cursor for v in row]
    return b"\n".join(values)


def sent(person):
    person.client.post(person.address("check"))
    return Response.objects.get()


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P01")
def test_file_is_sealed_with_the_draft_and_sent_under_another_name(person):
    reply = person.answer(1, {"answer": [upload(jpeg()), upload(b"It is dark there.", "jane-canary.txt")]})
    [drafted] = DraftFile.objects.filter(pk=attaching.key_of(person.kept()["files"][1]))
    names, check = person.kept()["files"], person.client.get(person.address("check"))
    before = dump()

    response = sent(person)

    [kept] = response.answers.filter(question="files", choice__endswith="jpg")
    text = SentFile.objects.get(answer__choice__endswith="txt")
    assert reply.status_code == 302
    assert "File 1: picture (JPEG)" in check.content.decode()
    assert b"dark there" not in before + bytes(drafted.sealed)
    assert bytes(text.content) == b"It is dark there."
    assert kept.choice not in names
    assert kept.choice == f"{kept.file.pk:016x}.jpg"
    for clue in (b"jane-canary", SECRET, *(name.encode() for name in names)):
        assert clue not in before + dump()
    assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_bad_file_says_so_and_the_others_and_all_other_answers_stay(person):
    person.answer(2, {"answer": "It is far."})

    reply = person.answer(1, {"answer": [upload(png()), upload(b"%PDF-1.7", "letter.pdf")]})

    page = reply.content.decode()
    assert reply.status_code == 200
    assert "“letter.pdf” is neither a picture (JPEG or PNG) nor plain text." in page
    assert "File 1: picture (PNG)" in page
    assert (len(person.kept()["files"]), person.kept()["long"]) == (1, ["It is far."])
    assert person.answer(1, {}).status_code == 302
    assert len(person.kept()["files"]) == 1


def test_files_are_taken_out_again_and_no_more_than_three_are_taken(person):
    person.answer(1, {"answer": [upload(b"One"), upload(b"Two")]})
    first, second = person.kept()["files"]

    many = person.answer(1, {"answer": [upload(b"Three"), upload(b"Four")]})
    full = person.answer(1, {"answer": [upload(b"Three")]})
    too_full = person.answer(1, {"answer": [upload(b"Four")]})
    person.answer(1, {"remove": [first, "0000000000000001.txt"]})

    assert "Choose 1 file at most: 3 can be sent here" in many.content.decode()
    assert "You have added 3 files already." in too_full.content.decode()
    assert (full.status_code, len(person.kept()["files"]), person.kept()["files"][0]) == (302, 2, second)
    assert {f"{key:016x}.txt" for key in DraftFile.objects.values_list("pk", flat=True)} == set(person.kept()["files"])


def test_request_that_is_too_large_says_so(person, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

    reply = person.answer(1, {"answer": [upload(b"x" * 1_100_000)]})

    assert "These files are larger than 1 MB together" in reply.content.decode()


@pytest.mark.threat("P01")
def test_changed_answer_has_its_files_under_new_names_and_a_withdrawn_one_has_none(person):
    person.answer(1, {"answer": [upload(b"It is dark."), upload(jpeg())]})
    response = sent(person)
    code = tickets.read_ticket(person.client.cookies["answers"].value).code
    before = responding.answers_of(response)["files"]

    ticket = responding.begin_change(consultation=person.consultation, code=code, at=NOW)
    opened = drafting.find(consultation=person.consultation, ticket=ticket)
    drafted = opened.answers["files"]
    picture = [name for name in drafted if name.endswith("jpg")]
    attaching.keep_files(opened=opened, question="files", added=[], removed=picture, at=NOW)
    responding.submit(consultation=person.consultation, ticket=ticket, at=NOW)

    [name] = responding.answers_of(Response.objects.get())["files"]
    assert len({*before, *drafted, name}) == 5
    assert [bytes(one.content) for one in SentFile.objects.all()] == [b"It is dark."]
    assert DraftFile.objects.count() == 0
    responding.withdraw(consultation=person.consultation, code=code, at=NOW)
    assert SentFile.objects.count() == 0


def test_file_on_a_way_left_again_is_not_sent(client):
    questionnaire = questionnaire_of("single", "files", "long")
    RouteFactory(question=questionnaire.questions.get(key="single"), when="CHOSEN", choices=["c2"], goal="long")
    person = Respondent(client, ConsultationFactory(open=True, questionnaire=questionnaire))
    person.answer(1, {"answer": "c1"})
    person.answer(2, {"answer": [upload(b"It is dark.")]})
    person.answer(1, {"answer": "c2"})

    sent(person)

    assert (SentFile.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_files_go_with_the_draft_that_nobody_came_back_to_or_that_was_thrown_away(person, client):
    person.answer(1, {"answer": [upload(b"One"), upload(b"Two")]})

    forgotten = drafting.forget_drafts(at=NOW + timedelta(days=61))
    after = DraftFile.objects.count()
    other = Respondent(client, person.consultation)
    other.answer(1, {"answer": [upload(b"One")]})
    client.post(other.address("discard"))

    assert (forgotten, after, DraftFile.objects.count()) == (1, 0, 0)


@pytest.mark.threat("P02")
def test_night_writes_files_anew_with_what_they_hang_on(person):
    consultation = person.consultation
    for number in range(12):
        send_file(consultation, content=f"Text {number}".encode())
    person.answer(1, {"answer": [upload(b"Not sent")]})
    before = dict(SentFile.objects.values_list("answer__choice", "content"))
    drafted = DraftFile.objects.get()

    settling.shuffle(consultation=consultation, at=NOW)

    assert {name: bytes(said) for name, said in SentFile.objects.values_list("answer__choice", "content")} == {
        name: bytes(said) for name, said in before.items()
    }
    assert bytes(DraftFile.objects.get(pk=drafted.pk).sealed) == bytes(drafted.sealed)
    person.client.post(person.address("check"))
    assert SentFile.objects.count() == 13
    with connection.cursor() as cursor:
        order = "ctid" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"SELECT key FROM consultations_sentfile ORDER BY {order}")  # noqa: S608
        stored = [key for (key,) in cursor]
    assert stored != list(SentFile.objects.order_by("content").values_list("pk", flat=True))


@pytest.mark.requirement("R-152")
@pytest.mark.threat("A08")
def test_office_opens_files_of_settled_answers_and_the_log_says_who(client):
    consultation = ConsultationFactory(closed=True)
    file = send_file(consultation, content=b"<script>alert(1)</script>")
    waiting = send_file(consultation, content=b"Not yet", settled=False)
    team = UserFactory(role=Role.INVOLVEMENT)
    client.force_login(team)
    page = client.get(reverse("consultations:manage-sent-files", args=[consultation.reference]))
    address, other = (
        reverse("consultations:manage-sent-file", args=[consultation.reference, one.answer.choice])
        for one in (file, waiting)
    )

    reply = client.post(address)

    text = page.content.decode()
    assert (file.answer.choice in text, waiting.answer.choice in text) == (True, False)
    assert reply.content == b"<script>alert(1)</script>"
    assert reply["Content-Disposition"] == f'attachment; filename="{file.answer.choice}"'
    assert (reply["X-Content-Type-Options"], reply["Content-Type"]) == ("nosniff", "text/plain; charset=utf-8")
    assert "sandbox" in reply["Content-Security-Policy"]
    assert "no-store" in reply["Cache-Control"]
    entry = LogEntry.objects.get(action="sent_file.opened")
    assert (entry.actor, entry.data) == (team, {"files": 1})
    assert client.post(other).status_code == 302
    assert client.post(address.replace(file.answer.choice, "none.exe")).status_code == 302
    assert client.get(address).status_code == 405
    for role in (Role.MANAGEMENT, Role.LEAD_COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR):
        client.force_login(UserFactory(role=role))
        assert client.post(address).status_code == 404


def test_archive_has_every_file_and_no_moment(client):
    consultation = ConsultationFactory(closed=True)
    files = [send_file(consultation, content=f"Text {number}".encode()) for number in range(9)]
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    reply = client.post(reverse("consultations:manage-sent-files-zip", args=[consultation.reference]))

    archive = zipfile.ZipFile(BytesIO(b"".join(reply.streaming_content)))
    assert reply.streaming
    assert {one.filename: archive.read(one) for one in archive.infolist()} == {
        file.answer.choice: bytes(file.content) for file in files
    }
    assert {one.date_time for one in archive.infolist()} == {sent_files.NO_MOMENT}
    assert LogEntry.objects.get(action="sent_files.exported").data == {"files": 9}
    with pytest.raises(exporting.ExportRefused):
        sent_files.take_all(consultation=consultation, actor=UserFactory(role=Role.AUDITOR), at=NOW)


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_files_costs_the_same_however_many(number, client, django_assert_num_queries):
    consultation = ConsultationFactory(closed=True)
    for _ in range(number):
        send_file(consultation)
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    with django_assert_num_queries(6):
        client.get(reverse("consultations:manage-sent-files", args=[consultation.reference]))


def test_file_of_answers_names_them(person):
    person.answer(1, {"answer": [upload(b"One"), upload(jpeg())]})
    response = sent(person)
    Response.objects.update(settled=True)

    columns = exporting.export_columns(person.consultation)
    [row] = exporting.rows_of(columns, Response.objects.all())

    assert row[3] == "; ".join(responding.answers_of(response)["files"])


@pytest.mark.requirement("R-059")
def test_files_are_asked_for_with_a_reason_and_never_of_organisations():
    said = {"kind": "FILE", "key": "f", "text": "Show us", "hint": "", "evidence": "", "evidence_title": ""}
    said |= {"required": True, "dont_know": False, "prefer_not": False, "max_length": 4000, "files_reason": " "}
    with pytest.raises(QuestionUnfit, match="Say why files are needed") as refusal:
        as_frozen(said, choices=())
    asked = as_frozen({**said, "files_reason": "Where it is dark."}, choices=())
    checks = [
        {check.name: check for check in readiness.checks_before_opening(consultation=one, at=NOW)}
        for one in (
            ConsultationFactory(questionnaire=questionnaire_of("files"), named=named) for named in (False, True)
        )
    ]

    assert (refusal.value.field, asked.required) == ("files_reason", False)
    assert "People show where it is dark." in checks[0]["Files are asked for with a reason"].detail
    refused = "Only people who give no name are asked for files"
    assert (refused in checks[0], checks[1][refused].met, checks[1][refused].must) == (False, False, True)


def test_people_are_told_before_they_start_and_beside_the_question(client, person):
    start = client.get(person.address("start"))
    other = Respondent(type(client)(), person.consultation)
    fresh = type(client)().get(person.address("start")).content.decode()
    page = other.client.get(other.address("answer", "1")).content.decode()

    assert start.status_code == 200
    assert "What can be seen stays: a picture can show who you are." in fresh
    assert "<strong>What can be seen or read stays.</strong>" in page
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.threat("U02", "P03")
def test_files_from_one_place_are_counted_and_too_many_are_not_opened(person, monkeypatch):
    monkeypatch.setattr(attempts, "FILES", attempts.Attempts(limit=2 * settings.WEB_PROCESSES, limit_for_all=100))
    three = [upload(b"One.", "1.txt"), upload(b"Two.", "2.txt"), upload(b"Three.", "3.txt")]

    refused = person.answer(1, {"answer": three})

    assert "There have been too many tries. Wait an hour, then try again." in refused.content.decode()
    assert not DraftFile.objects.exists()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        person.answer(1, {"answer": [upload(b"One.", "1.txt")]})
    assert DraftFile.objects.count() == 1
