"""Before and after opening: a preview by link on any screen, and words put right in public."""

from datetime import timedelta

from django.utils import timezone

from consultations.domain import drafting
from consultations.models import Draft, Question, Response
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, QuestionnaireFactory, WordingFactory
from tests.factories.engagement import UserFactory


def test_preview_is_shared_and_gone_through_outside(visit, width):
    now = timezone.now()
    questionnaire = QuestionnaireFactory()
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    draft = ConsultationFactory(
        questionnaire=questionnaire, opens_at=now + timedelta(days=5), closes_at=now + timedelta(days=40)
    )
    office, outsider = visit(width=width), visit(width=width)
    office.sign_in(UserFactory(role=Role.INVOLVEMENT))
    office.go(f"/engagement/consultations/{draft.reference}/")
    office.page.get_by_role("link", name="share a preview").click()
    office.look("share")
    office.page.get_by_role("button", name="Make a link").click()
    link = office.page.locator(".portal-secret").inner_text()
    office.look("shared")

    outsider.page.goto(outsider.site.url + link[link.index("/preview/link/") :])
    outsider.look("start")
    page = outsider.page
    page.get_by_label("Easy Read").check()
    page.get_by_role("button", name="Start", exact=True).click()
    outsider.look("question")
    page.get_by_label("Easy: A phone call").check()
    for _ in range(3):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox").fill("Be quicker.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Be quicker.").wait_for()
    outsider.look("check")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Nothing was kept").wait_for()
    outsider.look("end")

    assert (Draft.objects.count(), Response.objects.count()) == (0, 0)


def test_words_are_put_right_and_everybody_reads_it(visit, width):
    now = timezone.now()
    questionnaire = QuestionnaireFactory()
    Question.objects.filter(questionnaire=questionnaire, key="q4").update(text="What should chagne?")
    opened = ConsultationFactory(
        open=True,
        questionnaire=questionnaire,
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=30),
    )
    Question.objects.filter(questionnaire=opened.questionnaire, key="q4").update(
        hint="Do not write anybody’s name.", text="What should change?"
    )
    office, reader = visit(width=width), visit(width=width)
    office.sign_in(UserFactory(role=Role.INVOLVEMENT))
    office.go(f"/engagement/consultations/{opened.reference}/correct/")
    office.page.get_by_label("What you corrected, and why").fill("The hint was not clear.")
    office.look("correct")
    office.page.get_by_role("button", name="Publish the correction").click()
    office.look("confirm")
    office.page.get_by_label("Nobody who has answered would have answered differently").check()
    office.page.get_by_role("button", name="Publish the correction").click()
    office.page.get_by_text("The correction is public").wait_for()
    office.look("corrected")

    reader.go(opened.get_absolute_url())
    reader.look("page")
    ticket = drafting.start(consultation=opened, at=timezone.now())
    reader.page.context.add_cookies([{"name": "answers", "value": str(ticket), "url": reader.site.url}])
    reader.go(f"{opened.get_absolute_url()}answer/4/")
    reader.page.get_by_text("What it said before").click()
    reader.look("question")


def test_question_is_taken_from_the_bank(visit, width):
    bank = QuestionnaireFactory(reusable=True)
    WordingFactory(questionnaire=bank, said="Easy:")
    mine = QuestionnaireFactory()
    office = visit(width=width)
    office.sign_in(UserFactory(role=Role.INVOLVEMENT))
    office.go("/engagement/questionnaires/bank/?q=phone")
    office.look("bank")
    office.go(f"/engagement/questionnaires/{mine.pk}/")
    office.page.get_by_role("link", name="Add questions from the bank").click()
    office.page.get_by_label("What should change?").check()
    office.look("take")
    office.page.get_by_role("button", name="Add them").click()
    office.page.get_by_text("1 question added at the end.").wait_for()
    office.look("taken")

    assert mine.questions.count() == 5
