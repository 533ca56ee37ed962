"""A question from a provider to everyone engaged: asked, answered, released by a second person, read by a rival."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engagement.models import Clarification, Release
from tests.factories.clarifications import QuestionWindowFactory, engage
from tests.factories.engagement import ActivityFactory


@pytest.mark.timeout(600)
@pytest.mark.requirement("R-086")
def test_one_answer_reaches_everyone(visit, width):
    now = timezone.now()
    window = QuestionWindowFactory(
        activity=ActivityFactory(published=True, slug="help", title="Help at home"),
        number=1,
        public=True,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        answers_by=now + timedelta(days=14),
    )
    asker, rival = engage(window.activity, "Brightway"), engage(window.activity, "Harbourlight")
    ours, office, second, theirs = (visit(width=width) for _ in range(4))

    ours.sign_in(asker)
    ours.go("/our-questions/")
    ours.look("list")
    ours.page.get_by_role("link", name="Help at home").click()
    ours.look("nothing-yet")
    ours.page.get_by_role("link", name="Ask a question").click()
    ours.page.get_by_role("button", name="Send to the office").click()
    ours.page.get_by_text("There is a problem").wait_for()
    ours.look("ask-error")
    ours.page.get_by_role("textbox", name="Your question").fill("May we at Brightway use our own rooms?")
    ours.page.get_by_role("button", name="Send to the office").click()
    ours.page.get_by_text("Your question is with the office.").wait_for()
    ours.look("asked")

    office.sign_in(window.activity.lead_commissioner)
    office.go("/engagement/questions/")
    office.look("queue")
    office.page.get_by_role("link", name="May we at Brightway").click()
    office.look("question")
    office.page.get_by_role("link", name="Answer it").click()
    office.page.get_by_role("textbox", name="The question, as everyone").fill("May own rooms be used?")
    office.page.get_by_role("textbox", name="The answer").fill("Yes, if they are step-free.")
    office.look("answer")
    office.page.get_by_role("button", name="Keep the answer").click()
    office.page.get_by_text("Somebody else releases it").wait_for()
    office.go("/activities/help/manage/questions/1/release/")
    office.look("release-own")
    assert office.page.get_by_role("button", name="Release to everyone now").count() == 0

    second.sign_in(window.activity.contract_manager)
    second.go("/activities/help/manage/questions/")
    second.look("manage")
    second.page.get_by_role("link", name="Read and release").click()
    second.look("release")
    second.page.get_by_role("button", name="Release to everyone now").click()
    second.page.get_by_text("Recorded at").wait_for()
    second.look("log")
    assert Release.objects.get().answers.get().text == "Yes, if they are step-free."
    for page in ("record", "conflicts", "conflicts/new", "open", "1/extend", "1/enter"):
        second.go(f"/activities/help/manage/questions/{page}/")
        second.look(page.replace("/", "-"))

    theirs.go("/activities/help/questions/")
    theirs.look("public")
    theirs.sign_in(rival)
    theirs.go("/our-questions/help/")
    theirs.page.get_by_text("May own rooms be used?").wait_for()
    assert theirs.page.get_by_text("Brightway").count() == 0
    theirs.look("pack")
    ours.go(f"/our-questions/question/{Clarification.objects.get().reference}/")
    ours.page.get_by_text("Released as Q1").wait_for()
    assert ours.page.get_by_role("link", name="Read Q1 and its answer").count() == 1
    ours.look("own")
