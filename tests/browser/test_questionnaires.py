"""A questionnaire is written in the CMS as a person does it: questions and choices added, saved, previewed."""

from consultations.domain import questionnaires
from consultations.models import Questionnaire
from engagement.enums import Role
from tests.factories.consultations import QuestionnaireFactory
from tests.factories.engagement import UserFactory


def test_involvement_writes_a_questionnaire_in_the_cms(visit):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    visitor.go("/cms/questionnaires/new/")
    page.locator("#id_title").fill("About the draft")
    page.get_by_role("button", name="Add Question").click()
    page.locator("#id_questions-0-text").fill("How should we first get in touch?")
    for number, label in enumerate(("A phone call", "A letter")):
        page.get_by_role("button", name="Add Choice").click()
        page.locator(f"#id_questions-0-choices-{number}-label").fill(label)
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_text("created.").wait_for()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Preview").first.click()
    visitor.look("preview")
    page.get_by_role("link", name="Copy it").click()
    page.get_by_role("button", name="Copy it").click()
    visitor.look("copy-refused")

    [asked] = questionnaires.as_asked(Questionnaire.objects.get())
    assert list(asked.labels.values()) == ["A phone call", "A letter", "I do not know"]


def test_involvement_writes_a_route_and_is_told_what_is_wrong_with_it(visit):
    questionnaire = QuestionnaireFactory()
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    visitor.go(f"/cms/questionnaires/edit/{questionnaire.pk}/")
    page.get_by_role("button", name="Add Route").first.click()
    route = page.locator("#inline_child_questions-0-routes-0")
    route.get_by_label("When").select_option("Any other answer, or whatever the answer is")
    route.get_by_label("Then go to").select_option("3. The draft covers what matters.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("nobody would ever be asked this").first.wait_for()
    route.get_by_label("When").select_option("The answer is one of these")
    route.get_by_label("A letter").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("updated.").wait_for()

    [way] = questionnaires.as_asked(questionnaire)[0].routes
    assert (way.choices, way.goal) == (("LETTER",), "q3")


def test_only_the_panels_that_a_kind_needs_are_there(visit):
    visitor = visit()
    visitor.sign_in(UserFactory(role=Role.INVOLVEMENT))
    page = visitor.page

    visitor.go("/cms/questionnaires/new/")
    page.get_by_role("button", name="Add Question").click()
    boxes = {name: page.locator(f"#id_questions-0-{name}") for name in ("bands", "earliest", "max_length", "dont_know")}
    seen = {}
    for kind in ("SINGLE", "NUMBER", "DATE", "LONG_TEXT"):
        page.locator("#id_questions-0-kind").select_option(kind)
        seen[kind] = [name for name, box in boxes.items() if box.is_visible()]

    assert seen == {"SINGLE": ["dont_know"], "NUMBER": ["bands"], "DATE": ["earliest"], "LONG_TEXT": ["max_length"]}
