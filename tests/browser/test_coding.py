"""Coding at the screen: by keys, and as an ordinary form where no script runs."""

import pytest
from django.urls import reverse

from consultations.models import Answer, Reading, Theme
from engagement.enums import Role
from tests.factories.analysis import ReadingFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import UserFactory

TEXTS = (
    "I waited three weeks for a letter, and then it said to ring a number that nobody answered.\nPlease ring people.",
    "They were kind.",
    "Nothing to add.",
)


@pytest.fixture
def consultation():
    closed = ConsultationFactory(closed=True, title="How long is too long to wait?")
    ThemeFactory(consultation=closed, name="Waiting", definition="Any delay before or after the first contact.")
    ThemeFactory(consultation=closed, name="Kindness", definition="How staff treat people.")
    for text in TEXTS:
        write(closed, text)
    return closed


def address(name, consultation):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference])


def coded():
    return sorted(
        (reading.answer.text, reading.nothing, sorted(one.theme.name for one in reading.codings.all()))
        for reading in Reading.objects.all()
    )


def test_texts_are_coded_by_keys_alone(visit, consultation):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page, keyboard = visitor.page, visitor.page.keyboard

    visitor.go(address("coding", consultation))
    page.get_by_role("link", name="Read the next text").press("Enter")
    for number in range(len(TEXTS)):
        page.get_by_text(f"{number} of 3 read").wait_for()
        page.get_by_text("Keys are on").wait_for()
        text = page.locator(".portal-said").inner_text()
        keyboard.press("2" if "waited" in text else "1" if "kind" in text else "0")
        keyboard.press("n")
    page.get_by_text("That was the last of these texts.").wait_for()

    assert coded() == [
        (TEXTS[0], False, ["Waiting"]),
        (TEXTS[2], True, []),
        (TEXTS[1], False, ["Kindness"]),
    ]


def test_keys_rest_while_somebody_types_and_once_they_are_switched_off(visit, consultation):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.go(address("coding", consultation))
    page.get_by_role("link", name="Read the next text").click()

    page.get_by_text("Keys are on").wait_for()
    page.get_by_text("Add a theme").click()
    page.get_by_label("Name of a new theme").press_sequentially("1 name, 2 so")
    typed = page.get_by_label("Name of a new theme").input_value()
    page.get_by_role("button", name="Keys are on").click()
    keyboard.press("1")
    off = page.get_by_label("Kindness").is_checked()
    page.get_by_role("button", name="Keys are off").click()
    keyboard.press("1")

    assert (typed, off, page.get_by_label("Kindness").is_checked()) == ("1 name, 2 so", False, True)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_reading_coding_and_a_theme_in_place(visit, consultation, width, javascript):
    visitor = visit(width=width, javascript=javascript)
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    def look(what):
        if javascript:
            visitor.look(what)

    visitor.go(address("themes", consultation))
    look("codeframe")
    page.get_by_role("link", name="Read and code").click()
    look("coding")
    page.get_by_label("Words in the text").fill("waited")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Read these").click()
    page.get_by_role("button", name="Save and next").click()
    page.get_by_text("There is a problem").wait_for()
    look("refused")
    assert page.title().startswith("Error: ")
    page.get_by_label("Waiting").check()
    page.get_by_text("Add a theme").click()
    page.get_by_label("Name of a new theme").fill("Wants a call")
    page.get_by_role("button", name="Add this theme").click()
    page.get_by_text("is added and ticked").wait_for()
    look("added")
    assert page.get_by_label("Waiting").is_checked()
    assert page.get_by_label("Wants a call").is_checked()
    page.get_by_role("button", name="Save and next").click()
    page.get_by_text("That was the last of these texts.").wait_for()
    visitor.go(address("themes", consultation))
    page.get_by_role("link", name="Change Wants a call").click()
    look("theme")
    page.get_by_label("What falls under it").fill("Asks to be rung up.")
    page.get_by_role("button", name="Save the theme").click()
    page.get_by_text("This is version 2").wait_for()
    look("version")

    assert coded() == [(TEXTS[0], False, ["Waiting", "Wants a call"])]
    assert Theme.objects.get(name="Wants a call").since == 2


def test_sample_is_read_a_second_time_and_settled(visit, consultation, width):
    theme = Theme.objects.get(name="Waiting")
    for text in Answer.objects.all():
        ReadingFactory(answer=text, themes=[theme])
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    visitor.go(address("double", consultation))
    page.get_by_label("How much should a second person read?").fill("100")
    page.get_by_role("button", name="Draw by lot").click()
    page.get_by_role("link", name="Read 3 texts a second time").click()
    visitor.look("second")
    for _ in TEXTS:
        page.get_by_label("Nothing to code").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Save and next").click()
    page.get_by_role("heading", name="3 to settle").wait_for()
    visitor.look("double")
    page.locator(".portal-stack a").first.click()
    visitor.look("settle")
    page.get_by_label("Waiting").check()
    page.get_by_role("button", name="This counts").click()
    page.get_by_role("heading", name="2 to settle").wait_for()

    assert Reading.objects.filter(round="AGREED", counts=True).count() == 1
