"""What publishing a page entails, and what announcing it adds. Publishing is silent; announcing is an explicit act."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from wagtail.models import Page, ReferenceIndex, Revision

from engagement.domain import log
from engagement.domain.activities import ActivityRefused, publish_activity
from engagement.domain.outbox import announce
from engagement.enums import EventKind
from engagement.models import Event, User
from portal.domain.rights import give_lead_rights, keep_lead_rights
from portal.domain.specifications import freeze_version
from portal.domain.visibility import public_pages
from portal.models import ActivityPage, IntentionPage, PortalImage, PublishRefused, ReviewPage, SpecificationPage

logger = logging.getLogger(__name__)

PICTURE_SIZES = ("width-720|format-webp", "width-1440|format-webp")


class AnnouncementRefused(Exception):
    """The document cannot be announced now; the message says why."""


@transaction.atomic
def publish_page(*, page: Page, author: User, approver: User, at: datetime) -> Page:
    """Publishes a page by two people, as the screens do: one wrote it, another of the Management Team approves (A15).

    Raises `PublishRefused` when something is missing or both are the same person, and Wagtail's own permission error
    when the approver has no such right. `at` dates the publication. Returns the page as it now
    is; one with a `go_live_at` to come waits for it.
    """
    revision = page.specific.save_revision(user=author)
    revision.dated_at = at  # Wagtail's signal carries the revision: what follows is dated by it
    revision.publish(user=approver)
    page = type(page.specific).objects.get(pk=page.pk)
    if not page.live:
        return page
    page.first_published_at = min(page.first_published_at, at)
    page.last_published_at = at
    page.save(update_fields=["first_published_at", "last_published_at"])
    return page


@transaction.atomic
def follow_publication(*, page: Page, revision: Revision, at: datetime) -> None:
    """What going live entails: pictures are made, an activity opens to the public, a specification gets its version."""
    ReferenceIndex.create_or_update_for_object(page)
    make_pictures(page=page)
    if isinstance(page, ActivityPage):
        give_lead_rights(page=page, at=at)
        publish_activity(activity=page.activity, actor=None, at=at)
    if isinstance(page, SpecificationPage):
        freeze_version(page=page, revision=revision, at=at)


def carry_out_schedule(*, at: datetime) -> None:
    """Publishes what was approved for a time that has come, takes back what has ended, keeps the leads' rights in step.

    Safe to repeat. What can no longer be published stays a draft and is written to the log of the program; it holds
    nothing else up.
    """
    for page in Page.objects.live().filter(expire_at__lte=at).specific():
        _end(page, at=at)
    for revision in Revision.page_revisions.filter(approved_go_live_at__lte=at):
        try:
            revision.publish(log_action="wagtail.publish.scheduled")
        except (PublishRefused, ActivityRefused) as refusal:
            logger.warning("Page revision %s could not go live as scheduled: %s", revision.pk, refusal)
    keep_lead_rights(at=at)


@transaction.atomic
def _end(page: Page, *, at: datetime) -> None:
    """Takes back a page whose time, which was approved with it, is over."""
    page.unpublish(set_expired=True)
    log.record(
        action="page.expired",
        subject=page,
        actor=None,
        at=at,
        activity=getattr(page, "activity", None),
        summary=f"“{page.title[:200]}” is public no longer: its time was over.",
    )


def make_pictures(*, page: Page) -> int:
    """Makes the sizes of every picture on a page, so that its first reader does not wait; returns how many pictures."""
    pictures = PortalImage.objects.filter(pk__in=_referenced(page, PortalImage))
    for picture in pictures:
        picture.get_renditions(*PICTURE_SIZES)
    return len(pictures)


def _referenced(page: Page, model: type[Model]) -> set[int]:
    references = ReferenceIndex.get_references_for_object(page).filter(
        to_content_type__app_label=model._meta.app_label, to_content_type__model=model._meta.model_name
    )
    return {int(key) for key in references.values_list("to_object_id", flat=True)}


def announcement_key(page: Page) -> str:
    """One announcement for what is live now; a later version may be announced again."""
    return f"document:{page.live_revision_id}"


def announced(page: Page) -> Event | None:
    """The announcement of what is live now, when there was one."""
    return Event.objects.filter(key=announcement_key(page)).first()


@transaction.atomic
def announce_document(*, page: Page, summary: str, actor: User, at: datetime) -> Event:
    """Tells everybody engaged with the activity that an intention, specification or review outcome is there to read.

    Each version once: `AnnouncementRefused` when it has been announced, when the public cannot read it, or when it
    belongs to no activity. A specification's announcement leads to its version, which does not change.
    """
    page = page.specific
    if not isinstance(page, IntentionPage | SpecificationPage | ReviewPage):
        raise AnnouncementRefused("Only an intention, a specification or a review outcome is announced.")
    if not public_pages(at=at).filter(pk=page.pk).exists():
        raise AnnouncementRefused("Publish this page first: people who follow the link must be able to read it.")
    if announced(page):
        raise AnnouncementRefused("This version has been announced already. Everybody engaged was told once.")
    title, path = _title_and_path(page)
    event = announce(
        key=announcement_key(page),
        kind=EventKind.DOCUMENT_PUBLISHED,
        activity=page.activity,
        title=title,
        summary=summary,
        path=path,
        at=at,
        payload={"page": page.pk},
    )
    log.record(
        action="document.announced",
        subject=page,
        actor=actor,
        at=at,
        activity=page.activity,
        summary=f"{page.activity.reference}: “{page.title}” was announced.",
    )
    return event


def _title_and_path(page: Page) -> tuple[str, str]:
    base = page.activity.get_absolute_url()
    if isinstance(page, SpecificationPage):
        version = page.versions.order_by("-number").first()
        return (
            f"{page.activity.title}: specification, version {version.number}",
            f"{base}specification/v{version.number}/",
        )
    if isinstance(page, ReviewPage):
        return f"{page.activity.title}: outcome of review {page.number}", f"{base}review/{page.number}/"
    return f"{page.activity.title}: commissioning intention", f"{base}intention/"
