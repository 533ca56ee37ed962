"""The pages of a file of answers: from choosing it to the report, for the Involvement Team alone."""

import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.domain import files
from consultations.models import AnswerFile, Response
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
ROWS = "First contact,What should change?,E-mail\nA phone call,=Ring first,jo@post.example\nPigeon,,al@post.example\n"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True)


@pytest.fixture
def team(client):
    person = UserFactory(role=Role.INVOLVEMENT)
    client.force_login(person)
    return person


def page(name, consultation, *args):
    return reverse(f"consultations:channel-{name}", args=[consultation.reference, *args])


def words(reply):
    return re.sub(r"\s+", " ", BeautifulSoup(reply.content, "html.parser").get_text(" "))


def send(client, consultation, content=ROWS, name="export of Jo Moor.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(page("files", consultation), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.requirement("R-150")
def test_file_goes_from_the_consultation_to_the_report(client, consultation, team):
    office = client.get(reverse("consultations:manage-detail", args=[consultation.reference]))
    assert page("list", consultation) in office.content.decode()
    assert page("files", consultation) in client.get(page("list", consultation)).content.decode()

    match = client.get(send(client, consultation)["Location"])
    file = AnswerFile.objects.get()
    assert "E-mail: an e-mail address" in words(match)
    assert "jo@post.example" not in words(match)

    led = client.post(
        page("file-match", consultation, file.pk), {"channel": "LETTER", "column_0": "q1", "column_1": "q4"}
    )
    assert led["Location"] == page("file-words", consultation, file.pk)
    asked = client.post(led["Location"], {"word_0": "=NOTHING"})
    assert asked["Location"] == page("file", consultation, file.pk)
    assert "0 of 2 rows checked" in words(client.get(asked["Location"]))
    files.work(at=NOW)
    preview = words(client.get(asked["Location"]))
    assert "1 response can be entered" in preview
    assert "By letter 1" in preview
    assert "1 row answers no question, and is left out" in preview
    assert "E-mail: an e-mail address" in preview
    assert Response.objects.count() == 0

    for _ in range(2):
        client.post(asked["Location"], {"save_as": "Forms"})
    files.work(at=NOW)
    report = words(client.get(asked["Location"]))
    assert "1 response entered" in report
    assert "The file is deleted, and no answer remembers it." in report
    assert "Jo Moor" not in words(client.get(page("files", consultation)))
    assert [one.channel for one in Response.objects.all()] == ["LETTER"]
    assert "Forms" in words(client.get(page("files", consultation)))


def test_wrong_choice_is_shown_beside_its_column_and_nothing_chosen_is_lost(client, consultation, team):
    send(client, consultation)
    file = AnswerFile.objects.get()

    reply = client.post(page("file-match", consultation, file.pk), {"channel": "", "column_0": "q4", "column_1": "q4"})

    assert "More than one column is matched to “What should change?”. Choose one of them." in words(reply)
    assert "Say how the answers came in" in words(reply)
    assert reply.content.decode().count('value="q4" selected') == 2


def test_wrong_file_is_refused_on_the_page(client, consultation, team):
    assert "The file has a header and no rows." in words(send(client, consultation, "A,B\n"))
    assert "This is a web page" in words(send(client, consultation, "<html>Sign in"))
    assert "Choose a file" in words(client.post(page("files", consultation), {}))
    assert AnswerFile.objects.count() == 0


def test_colleague_sees_reports_and_no_file_that_waits(client, consultation, team):
    send(client, consultation)
    file = AnswerFile.objects.get()
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    for name in ("file", "file-match", "file-words", "file-discard"):
        assert client.get(page(name, consultation, file.pk)).status_code == 404
    assert "export" not in words(client.get(page("files", consultation)))


def test_file_is_thrown_away_and_its_address_says_so(client, consultation, team):
    send(client, consultation)
    file = AnswerFile.objects.get()

    client.get(page("file-discard", consultation, file.pk))
    assert AnswerFile.objects.count() == 1
    client.post(page("file-discard", consultation, file.pk))

    assert AnswerFile.objects.count() == 0
    gone = client.get(page("file", consultation, file.pk), follow=True)
    assert "That file is no longer here" in words(gone)


def test_template_has_a_heading_for_each_question(client, consultation, team):
    lines = b"".join(client.get(page("file-template", consultation)).streaming_content).decode("utf-8-sig").splitlines()

    assert lines == [
        "channel,How should we first get in touch?,Which of these have helped you?,"
        "The draft covers what matters.,What should change?"
    ]


def test_published_results_take_no_file_and_draft_leads_back(client, team):
    for traits in ({}, {"withdrawn": True}):
        reply = client.get(page("files", ConsultationFactory(**traits)))
        assert reply.status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_files_costs_the_same_however_long(client, consultation, team, number, django_assert_num_queries):
    for place in range(number):
        send(client, consultation, ROWS + f"A letter,{place},x@post.example\n")

    client.get(page("files", consultation))
    with django_assert_num_queries(6):
        reply = client.get(page("files", consultation))

    assert reply.content.decode().count("To be matched") == number
