"""Commenting on a section of a draft on a phone where no script runs, and the office that reads and publishes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Comment, CommentTheme
from engagement.enums import Role
from tests.factories.comments import on_draft, settled
from tests.factories.engagement import UserFactory


def on_open_draft(**traits):
    now = timezone.now()
    return on_draft(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30), **traits)


def judge(visitor, other, what):
    """Axe needs scripts to run, so somebody else who has them looks at the same page."""
    other.page.context.add_cookies(visitor.page.context.cookies())
    other.go(visitor.page.url.removeprefix(visitor.site.url))
    other.look(what)


@pytest.mark.requirement("R-059", "R-150")
@pytest.mark.timeout(600)
def test_comment_on_a_phone_without_script_read_and_published(visit):
    consultation = on_open_draft(sensitive=True)
    visitor, judging = visit(width=375, javascript=False), visit(width=375)
    visitor.go(consultation.get_absolute_url())
    visitor.page.get_by_role("link", name="Comment on its sections").click()
    judge(visitor, judging, "draft")
    visitor.page.get_by_role("link", name="Comment on 3.1 First contact").click()
    judge(visitor, judging, "form")
    visitor.page.get_by_role("button", name="Send the comment").click()
    visitor.page.get_by_text("There is a problem").wait_for()
    judging.page.get_by_role("button", name="Send the comment").click()
    judging.look("error")
    visitor.page.get_by_role("textbox").fill("My husband Martin Hale read the letter. Ring first.")
    visitor.page.get_by_label("You may publish my words, without my name").check()
    visitor.page.get_by_role("button", name="Send the comment").click()
    visitor.page.get_by_text("Thank you. We have your comment").wait_for()
    judge(visitor, judging, "sent")
    assert visitor.page.locator(".portal-reference").inner_text()

    comment = settled(consultation).get()
    office, colleague, reader = visit(width=375, javascript=False), visit(width=375), UserFactory(role=Role.INVOLVEMENT)
    office.sign_in(reader)
    office.go(f"/engagement/consultations/{consultation.reference}/comments/")
    judge(office, colleague, "queue")
    office.page.get_by_role("link", name="Read the next comment").click()
    office.page.get_by_label("Publish it, less").check()
    office.page.get_by_label("Or a new theme").fill("Never a letter")
    office.page.get_by_role("button", name="See what others would read").click()
    office.page.get_by_text("My husband [a name] read the letter.").wait_for()
    judge(office, colleague, "moderate")
    office.page.get_by_role("button", name="Keep, and on to the next").click()
    office.page.get_by_text("0 of 1 comments to be read").wait_for()
    assert (comment.moderation.theme, Comment.objects.public().count()) == (CommentTheme.objects.get(), 1)

    visitor.page.get_by_role("link", name="Comment on another section").click()
    visitor.page.get_by_role("link", name="1 comment published on 3.1").click()
    visitor.page.get_by_text("My husband [a name] read the letter. Ring first.").wait_for()
    judge(visitor, judging, "published")
    visitor.go(f"{consultation.get_absolute_url()}document/withdraw/")
    judge(visitor, judging, "withdraw")
    visitor.page.get_by_role("button", name="Delete my comment").click()
    visitor.page.get_by_text("Your comment is withdrawn").wait_for()
    assert not Comment.objects.exists()


@pytest.mark.timeout(600)
def test_comment_by_tab_and_enter_alone(visit):
    consultation = on_open_draft()
    visitor = visit()
    visitor.go(f"{consultation.get_absolute_url()}document/3.1/comment/")
    visitor.page.get_by_role("textbox").focus()
    visitor.page.keyboard.type("Ring within two days.")
    for _ in range(2):
        visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("Thank you. We have your comment").wait_for()

    assert Comment.objects.get().text == "Ring within two days."
