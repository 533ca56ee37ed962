"""Answers that came in other ways: a file matched and entered, a sheet read by two people, a petition; axe on each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.domain import files
from consultations.models import AnswerFile, CollectiveResponse, EntryBatch, Response
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import UserFactory

ROWS = (
    "Number,E-mail,How should we get in touch?,What should change?,Came by\n"
    "1,jo@post.example,A phone call,Ring first,Paper\n"
    "2,al@post.example,By pigeon,,Paper\n"
)


@pytest.fixture
def consultation():
    now = timezone.now()
    return ConsultationFactory(open=True, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=30))


def team(visit, width, consultation, name):
    """A colleague of the Involvement Team, at the page of other channels."""
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT, name=name))
    visitor.go(f"/engagement/consultations/{consultation.reference}/channels/")
    return visitor


def press(visitor, name):
    visitor.page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.requirement("R-149")
@pytest.mark.timeout(600)
def test_file_of_answers_is_matched_and_entered(visit, width, consultation):
    visitor = team(visit, width, consultation, "Ada Team")
    page = visitor.page
    visitor.look("channels")
    page.get_by_role("link", name="Enter answers from a file").click()
    visitor.look("upload")
    press(visitor, "Upload")
    page.get_by_role("alert").wait_for()
    visitor.look("upload-error")
    sent = {"name": "answers.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    page.locator("input[type=file]").set_input_files(sent)
    press(visitor, "Upload")
    page.get_by_role("heading", name="What does each column answer?").wait_for()
    visitor.look("match")
    page.get_by_label("Came by").select_option("How the answer came in")
    press(visitor, "Go on")
    page.get_by_label("“By pigeon”").wait_for()
    visitor.look("words")
    page.get_by_label("“By pigeon”").select_option("No answer: leave it out")
    press(visitor, "Check the rows")
    page.get_by_role("link", name="See how far it is").wait_for()
    visitor.look("to-check")
    files.work(at=timezone.now())
    page.reload()
    page.get_by_role("button", name="Enter these answers").wait_for()
    visitor.look("checked")
    press(visitor, "Enter these answers")
    files.work(at=timezone.now())
    visitor.go(f"/engagement/consultations/{consultation.reference}/channels/files/{AnswerFile.objects.get().pk}/")
    visitor.look("entered")

    assert list(Response.objects.values_list("channel", flat=True)) == ["PAPER"]
    assert AnswerFile.objects.get().content is None


@pytest.mark.requirement("R-149")
@pytest.mark.timeout(600)
def test_sheet_is_typed_by_one_and_checked_by_another(visit, width, consultation):
    typist = team(visit, width, consultation, "Ada Team")
    page = typist.page
    page.get_by_role("link", name="Type sheets in").click()
    press(typist, "Begin with sheet 1")
    page.get_by_role("alert").wait_for()
    typist.look("begin-error")
    page.get_by_label("On paper").check()
    page.get_by_label("Where were they given?").fill("Millgate Library")
    day = timezone.localdate() - timedelta(days=2)
    for part, said in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(part, exact=True).fill(str(said))
    page.get_by_label("How many sheets?").fill("1")
    press(typist, "Begin with sheet 1")
    page.get_by_role("heading", name="Sheet 1 of 1").wait_for()
    typist.look("sheet")
    page.get_by_role("radio", name="A phone call").check()
    press(typist, "Keep")
    page.get_by_role("button", name="Every sheet is typed: hand it on").wait_for()
    typist.look("typed")
    press(typist, "Every sheet is typed: hand it on")
    typist.look("handed-on")

    second = team(visit, width, consultation, "Bea Team")
    second.page.get_by_role("link", name="1: Millgate Library").click()
    second.look("to-check")
    second.page.get_by_role("link", name="Read sheet 1").click()
    second.look("reading")
    second.page.get_by_role("radio", name="A letter").check()
    press(second, "Keep")
    second.page.get_by_role("button", name="Keep what stands on the sheet").wait_for()
    second.look("settle")
    second.page.get_by_role("radio", name="A phone call").check()
    press(second, "Keep what stands on the sheet")
    press(second, "Enter 1 answer")
    second.look("entered")

    assert (EntryBatch.objects.get().state, Response.objects.get().answers.get().choice) == ("CHECKED", "PHONE")


@pytest.mark.requirement("R-149")
@pytest.mark.timeout(600)
def test_petition_is_recorded_beside_the_answers(visit, width, consultation):
    visitor = team(visit, width, consultation, "Ada Team")
    page = visitor.page
    page.get_by_role("link", name="Record a petition").click()
    press(visitor, "Record it")
    page.get_by_role("alert").wait_for()
    visitor.look("error")
    page.get_by_label("Petition", exact=True).check()
    page.get_by_label("Its title").fill("Keep the line open")
    page.get_by_label("Who handed it in?").fill("Friends of the line")
    page.get_by_label("How many signatures").fill("1204")
    page.get_by_label("How did it come in?").select_option("At an event")
    day = timezone.localdate() - timedelta(days=2)
    for part, said in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(part, exact=True).fill(str(said))
    page.get_by_label("What does it ask").fill("They ask for evenings.")
    press(visitor, "Record it")
    page.get_by_text("Keep the line open").first.wait_for()
    visitor.look("recorded")

    assert (CollectiveResponse.objects.get().people, Response.objects.count()) == (1204, 0)
