"""Taking a page back from the public, and what cannot be taken away at all (security row A15).

What is public was written by one person and approved by another. It ends in the same way: who wrote it does not take it
back, whoever does gives a reason, and the log keeps both. Its address and its words stay: nothing that was public once
is moved, copied as an alias or deleted, and no file behind it is replaced.
"""

from datetime import datetime

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from engagement.domain import log
from engagement.models import User
from portal import rules
from portal.domain.visibility import file_is_public
from portal.models import ActivityIndexPage, HomePage, PortalDocument, PortalImage, VersionDocument


class TakingBackRefused(Exception):
    """This person cannot take this page back; the message says why."""


def refuse_taking_back(*, page: Page, actor: User, at: datetime) -> None:
    """Raises `TakingBackRefused` when the page stays public as far as this person is concerned."""
    if not rules.approves(actor, at=at):
        raise TakingBackRefused("The Management Team takes pages back.")
    if not page.live:
        raise TakingBackRefused("This page is not public.")
    if isinstance(page.specific, HomePage | ActivityIndexPage):
        raise TakingBackRefused("Other pages stand below this one and would vanish with it, so it stays.")
    if page.revisions.filter(user=actor).exists():
        raise TakingBackRefused("You wrote part of this page, so somebody else has to take it back.")


@transaction.atomic
def take_back(*, page: Page, reason: str, actor: User, at: datetime) -> Page:
    """Makes a public page a draft again, and what stands below it unreachable. Only an approval puts it back.

    Raises `TakingBackRefused`. The log keeps the `reason`, which those read who read the log of the activity.
    """
    page = Page.objects.select_for_update().get(pk=page.pk).specific
    refuse_taking_back(page=page, actor=actor, at=at)
    UnpublishPageAction(page, user=actor).execute(skip_permission_checks=True)
    activity = getattr(page, "activity", None)
    log.record(
        action="page.taken_back",
        subject=page,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"“{page.title[:80]}” was taken back: {reason}",
        data={"page": page.pk},
    )
    return page


def why_in_place(page: Page) -> str:
    """Why a page can be neither moved nor deleted, in words; nothing when it can."""
    public_once = page.get_descendants(inclusive=True).filter(first_published_at__isnull=False)
    if first := public_once.first():
        return (
            f"“{first.get_admin_display_title()}” has been public, so it is kept where people found it. "
            "The Management Team can take it back, so that nobody new finds it."
        )
    return ""


def why_file_stays(file: PortalDocument | PortalImage, *, at: datetime) -> str:
    """Why a file can be neither replaced nor deleted, in words; nothing when it can."""
    kept = isinstance(file, PortalDocument) and VersionDocument.objects.filter(document=file).exists()
    if kept or file_is_public(file, at=at):
        return (
            f"“{file.title}” stands on a public page as it was approved. Upload the new file beside it, put that on "
            "the page, and have the page approved again."
        )
    return ""
