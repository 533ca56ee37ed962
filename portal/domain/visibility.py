"""The one policy of what the public may read: pages, and through them documents and pictures (W01 to W04).

A page is public when it is live, not past its end, and so is every page above it. A file is public when a public page
shows it, or a published version of a specification on a public page links to it.
"""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.permissions import permission_policy as images
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.query import PageQuerySet

from portal import rules
from portal.domain.drafts import draft_pages
from portal.models import PortalDocument, PortalImage, VersionDocument


def public_pages(*, at: datetime) -> PageQuerySet:
    """Pages that anybody may read now, of any kind."""
    return Page.objects.filter(public_q(at=at))


def public_q(*, at: datetime) -> Q:
    """The condition of `public_pages`, for querysets of one kind of page."""
    below = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    closed = Page.objects.filter(Q(live=False) | Q(expire_at__lte=at), depth__gt=1).annotate(below=below)
    restricted = PageViewRestriction.objects.annotate(below=below)
    return (
        Q(live=True)
        & (Q(expire_at=None) | Q(expire_at__gt=at))
        & ~Exists(closed.filter(below__startswith=F("path")))
        & ~Exists(restricted.filter(below__startswith=F("page__path")))
    )


def is_public(page: Page, *, at: datetime) -> bool:
    """Whether anybody may read this page now."""
    return bool(public_pages(at=at).filter(pk=page.pk).exists())


def file_is_public(file: PortalDocument | PortalImage, *, at: datetime) -> bool:
    """Whether anybody may fetch this document or picture now."""
    pages = public_pages(at=at)
    if pages.filter(pk__in=_pages_showing(file)).exists():
        return True
    if not isinstance(file, PortalDocument):
        return False
    kept = VersionDocument.objects.filter(document=file, version__page__in=pages.values("pk"))
    return bool(kept.exists())


def may_open_file(user: Any, file: PortalDocument | PortalImage, *, at: datetime) -> bool:
    """Whether this person may fetch this file: public, theirs to use in the CMS, or shown in a draft they may read."""
    return file_is_public(file, at=at) or works_with(user, file, at=at) or shown_in_draft(user, file, at=at)


def works_with(user: Any, file: PortalDocument | PortalImage, *, at: datetime) -> bool:
    """Whether a person may choose or change this file in the CMS, by the rights of its collection."""
    if not rules.opens_cms(user, at=at):
        return False
    policy = documents if isinstance(file, PortalDocument) else images
    return bool(policy.user_has_any_permission_for_instance(user, {"choose", "change"}, file))


def shown_in_draft(user: Any, file: PortalDocument | PortalImage, *, at: datetime) -> bool:
    """Whether a draft that this person may read shows this file."""
    return bool(
        rules.reads_drafts(user, at=at) and draft_pages(user, at=at).filter(pk__in=_pages_showing(file)).exists()
    )


def _pages_showing(file: PortalDocument | PortalImage) -> set[int]:
    references = ReferenceIndex.get_references_to(file).filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page"
    )
    return {int(key) for key in references.values_list("object_id", flat=True)}
