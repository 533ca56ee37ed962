"""The published versions of a specification that people can be asked about (R-059).

The versions live upstairs, with the pages. This package knows the model only by its name in the settings
(`SPECIFICATION_VERSION_MODEL`), as Django knows the user model, and pins what it needs: page, revision, words, address.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q

from consultations.domain.preparing import PinnedSpecification
from consultations.models import Consultation
from engagement.models import Activity


def published_versions(*, activities: Iterable[Activity], pinned: int | None = None) -> list[Any]:
    """Versions of live specifications of these activities, by activity, newest first. One query.

    The version whose revision is `pinned` already is among them even when its page is no longer live.
    Each has `page_id`, `revision_id`, `number`, `title`, `get_absolute_url()` and `page.activity`.
    """
    model = apps.get_model(settings.SPECIFICATION_VERSION_MODEL)
    known = Q(page__live=True) | Q(revision=pinned) if pinned else Q(page__live=True)
    versions = model._default_manager.filter(known, page__activity__in=activities)
    return list(versions.select_related("page__activity").order_by("page__activity__title", "-number"))


def pin(version: Any) -> PinnedSpecification:
    """What a consultation keeps of a version for good."""
    return PinnedSpecification(
        page_id=version.page_id,
        revision_id=version.revision_id,
        title=version.title,
        path=version.get_absolute_url(),
        version=str(version.number),
    )


def pinned_version(consultation: Consultation) -> Any:
    """The frozen version that a consultation pins, with `content`, or `None` where it pins none. One query."""
    if consultation.specification_revision_id is None:
        return None
    versions = _versions().filter(page=consultation.specification_page_id)
    pinned = versions.filter(revision=consultation.specification_revision_id)
    return pinned.select_related("page__activity").first()


def version_after(consultation: Consultation, *, number: int) -> Any:
    """The newest public version of the same specification, if it is newer than `number`, or `None`. One query."""
    later = _versions().filter(page=consultation.specification_page_id, page__live=True, number__gt=number)
    return later.select_related("page__activity").order_by("-number").first()


def _versions() -> Any:
    return apps.get_model(settings.SPECIFICATION_VERSION_MODEL)._default_manager
