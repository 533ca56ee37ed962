"""Every kind of question on a phone: by keyboard alone, without script, and each of its errors held to axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.domain import responding
from consultations.models import Response, SentFile
from tests.browser.conftest import PHONE
from tests.browser.test_without_mouse_or_script import press, tab_to
from tests.factories.consultations import ConsultationFactory
from tests.factories.kinds import ANSWERS, KINDS, questionnaire_of
from tests.factories.sent import jpeg


@pytest.fixture
def consultation():
    now = timezone.now()
    return ConsultationFactory(
        open=True,
        questionnaire=questionnaire_of(),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )


PHOTO = {"name": "home.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
NOTE = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"It is dark there."}
LETTER = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}


def on_step(visitor, step):
    visitor.page.wait_for_url(f"**/answer/{step}/")


def start(visitor, consultation):
    visitor.go(f"/consultations/{consultation.slug}/start/")
    visitor.page.get_by_role("button", name="Start", exact=True).press("Enter")
    on_step(visitor, 1)


def fill_in(page):
    """Answers the question of each kind by pointing at it, as `ANSWERS` says; the page is on the first one."""

    def go_on():
        page.get_by_role("button", name="Continue").click()

    page.get_by_label("Other", exact=True).check()
    page.get_by_label("Please say what").fill("In a café")
    go_on()
    for words in ("Weekdays", "Evenings", "Other"):
        page.get_by_label(words, exact=True).check()
    page.get_by_label("Please say what").fill("On Sundays")
    go_on()
    page.get_by_label("Agree", exact=True).check()
    go_on()
    page.get_by_role("group", name="I knew whom to call").get_by_label("Agree", exact=True).check()
    page.get_by_role("group", name="I was believed").get_by_label("I do not know").check()
    go_on()
    page.get_by_label("Privacy").select_option("1st")
    page.get_by_label("Speed").select_option("2nd")
    go_on()
    page.get_by_role("combobox").select_option("Lower")
    go_on()
    page.get_by_role("textbox").fill("12")
    go_on()
    page.get_by_role("textbox").fill("£612.50")
    go_on()
    for part, typed in (("Day", "27"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(part).fill(typed)
    go_on()
    page.get_by_role("textbox").fill("The 14 bus")
    go_on()
    page.get_by_role("textbox").fill("It is far.\nAnd dark.")
    go_on()
    page.locator("input[type=file]").set_input_files([PHOTO, NOTE])
    go_on()
    go_on()


@pytest.mark.requirement("R-150")
@pytest.mark.timeout(600)
def test_every_kind_is_answered_on_a_phone_without_script(visit, consultation):
    visitor = visit(width=PHONE, javascript=False)
    start(visitor, consultation)

    fill_in(visitor.page)
    visitor.page.get_by_text("12 miles").wait_for()
    assert "File 1: picture (JPEG)" in visitor.page.content()
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.page.get_by_label("File 1: picture (JPEG)").check()
    for _ in range(2):
        visitor.page.get_by_role("button", name="Continue").click()
    visitor.page.get_by_role("button", name="Send my answers").click()

    given = responding.answers_of(Response.objects.get())
    assert [name[-4:] for name in given.pop("files")] == [".txt"]
    assert given == ANSWERS
    assert bytes(SentFile.objects.get().content) == b"It is dark there."


@pytest.mark.timeout(600)
def test_every_kind_and_its_error_passes_axe(visit, consultation, width):
    visitor = visit(width=width)
    page = visitor.page
    start(visitor, consultation)
    wrong = {
        "single": lambda: page.get_by_label("Please say what").fill("At home"),
        "several": lambda: [page.get_by_label(words).check() for words in ("Weekdays", "I prefer not to say")],
        "ranking": lambda: [page.get_by_label(words).select_option("1st") for words in ("Speed", "Cost")],
        "number": lambda: page.get_by_role("textbox").fill("far"),
        "money": lambda: page.get_by_role("textbox").fill("lots"),
        "date": lambda: page.get_by_label("Day").fill("31"),
        "short": lambda: page.get_by_role("textbox").fill("x" * 201),
        "files": lambda: page.locator("input[type=file]").set_input_files([PHOTO, LETTER]),
    }
    for step, name in enumerate(KINDS, start=1):
        visitor.go(f"/consultations/{consultation.slug}/answer/{step}/")
        visitor.look(name)
        if name in wrong:
            wrong[name]()
            page.get_by_role("button", name="Continue").click()
            page.get_by_role("alert").wait_for()
            visitor.look(f"{name}-error")
    visitor.go(f"/consultations/{consultation.slug}/answer/1/")
    fill_in(page)
    page.wait_for_url("**/answer/check/")
    visitor.look("check")


@pytest.mark.requirement("R-150")
@pytest.mark.timeout(600)
def test_every_kind_is_answered_by_keyboard_alone(visit, consultation):
    visitor = visit(width=PHONE)
    page = visitor.page
    start(visitor, consultation)

    tab_to(visitor, "By phone")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(visitor, "Please say what")
    page.keyboard.type("In a café")
    press(visitor, "Continue")
    on_step(visitor, 2)
    for words in ("Weekdays", "Evenings", "Other"):
        press(visitor, words, "Space")
    tab_to(visitor, "Please say what")
    page.keyboard.type("On Sundays")
    press(visitor, "Continue")
    on_step(visitor, 3)
    tab_to(visitor, "Strongly agree")
    page.keyboard.press("ArrowDown")
    press(visitor, "Continue")
    on_step(visitor, 4)
    tab_to(visitor, "Strongly agree")
    page.keyboard.press("ArrowDown")
    tab_to(visitor, "Strongly agree")
    page.keyboard.press("ArrowUp")
    press(visitor, "Continue")
    on_step(visitor, 5)
    tab_to(visitor, "Speed")
    page.keyboard.type("2")
    tab_to(visitor, "Privacy")
    page.keyboard.type("1")
    press(visitor, "Continue")
    on_step(visitor, 6)
    tab_to(visitor, "A question of kind place")
    page.keyboard.type("Low")
    press(visitor, "Continue")
    on_step(visitor, 7)
    for step, typed in ((7, "12"), (8, "612.50")):
        tab_to(visitor, "A question of kind")
        page.keyboard.type(typed)
        press(visitor, "Continue")
        on_step(visitor, step + 1)
    for part, typed in (("Day", "27"), ("Month", "3"), ("Year", "2026")):
        tab_to(visitor, part)
        page.keyboard.type(typed)
    press(visitor, "Continue")
    on_step(visitor, 10)
    for step, typed in ((10, "The 14 bus"), (11, "It is far.\nAnd dark.")):
        tab_to(visitor, "A question of kind")
        page.keyboard.type(typed)
        press(visitor, "Continue")
        on_step(visitor, step + 1)
    tab_to(visitor, "A question of kind files")
    press(visitor, "Continue")
    on_step(visitor, 13)
    press(visitor, "Continue")
    page.wait_for_url("**/answer/check/")
    press(visitor, "Send my answers")
    page.wait_for_url("**/answer/receipt/")

    assert responding.answers_of(Response.objects.get()) == ANSWERS
