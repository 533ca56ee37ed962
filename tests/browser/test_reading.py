"""Reading what people wrote, safely: a person in danger, what may be shown of a text, and to whom."""

import pytest
from django.urls import reverse

from consultations.models import Concern, Reading
from engagement.enums import Role
from tests.factories.analysis import ThemeFactory, write
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import UserFactory

GRAVE = "He said he would kill me if I went back. He works at the garage on Mill Lane."


@pytest.fixture
def consultation():
    closed = ConsultationFactory(closed=True, title="What helped you?")
    ThemeFactory(consultation=closed, name="Fear", definition="That somebody is afraid, of whom or of what.")
    write(closed, GRAVE)
    return closed


def address(name, consultation):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference])


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_text_is_passed_on_acted_upon_and_closed(visit, consultation, width, javascript):
    visitor = visit(width=width, javascript=javascript)
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT, name="Noor Blake"))
    page = visitor.page

    def look(what):
        if javascript:
            visitor.look(what)

    visitor.go(address("coding", consultation))
    page.get_by_role("link", name="Read the next text").click()
    page.get_by_label("Fear").check()
    page.get_by_text("This person may be in danger").click()
    look("danger")
    page.get_by_label("Somebody may be hurt soon").check()
    page.get_by_role("button", name="Tell the people named, now").click()
    page.get_by_text("The people named for this were told at once.").wait_for()
    look("passed-on")
    assert page.get_by_label("Fear").is_checked()
    visitor.go(reverse("consultations:concern-list"))
    look("concerns")
    page.get_by_role("link", name="Somebody may be hurt soon").click()
    look("concern")
    page.get_by_label("What was done, and who was told?").fill("Told the police about the garage on Mill Lane.")
    page.get_by_label("Passed on to the police or social care").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("heading", name="No concern waits").wait_for()
    look("closed")

    assert (Concern.objects.get().outcome, Reading.objects.count()) == ("PASSED_ON", 0)


def test_danger_has_a_key(visit, consultation):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.go(address("coding", consultation))
    page.get_by_role("link", name="Read the next text").press("Enter")
    page.get_by_text("Keys are on").wait_for()

    keyboard.press("d")
    page.get_by_label("A child may be at risk").wait_for()
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("Enter")
    page.get_by_text("The people named for this were told at once.").wait_for()

    assert Concern.objects.get().reason == "CHILD"


def test_two_people_are_named(visit, consultation, width):
    ada, bo = (UserFactory(role=Role.INVOLVEMENT, name=name) for name in ("Ada Reed", "Bo Lane"))
    visitor = visit(width=width)
    visitor.sign_in(ada)
    page = visitor.page

    visitor.go(address("safeguarding", consultation))
    page.get_by_role("button", name="Name these two").click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("Who is told first?").select_option("Ada Reed")
    page.get_by_label("Who else?").select_option("Bo Lane")
    visitor.look("safeguarding")
    page.get_by_role("button", name="Name these two").click()
    page.get_by_text("Ada Reed and Bo Lane are told from now on.").wait_for()

    assert (consultation.safeguarding.first, consultation.safeguarding.second) == (ada, bo)
