"""A specification as its reader sees it: sections and numbered clauses, frozen when published (R-059 to R-066)."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import ReferenceIndex, Revision
from wagtail.rich_text import expand_db_html

from engagement.domain import log
from portal.enums import Openness
from portal.models import PortalDocument, SpecificationPage, SpecificationVersion, VersionDocument

SECTION_TITLES = {
    "outcomes": "Outcomes",
    "indicators": "Indicators",
    "outputs": "Outputs",
    "milestones": "Milestones",
}


def sections_of(page: SpecificationPage) -> list[dict[str, Any]]:
    """The sections of a specification as plain data, ready to be frozen.

    Each has `id`, `kind`, `number`, `title`, `introduction` (HTML) and `clauses`; each clause `id` (of its block,
    stable), `number` (such as "2.3"), `heading`, `html`, `openness`, `target` (indicators), `on` (milestones, ISO).
    """
    return [_section(block, number) for number, block in enumerate(page.content, start=1)]


def _section(block: Any, number: int) -> dict[str, Any]:
    kind = block.block_type
    return {
        "id": str(block.id),
        "kind": kind,
        "number": number,
        "title": SECTION_TITLES.get(kind) or block.value["title"],
        "introduction": _html(block.value.get("introduction")),
        "clauses": [
            _clause(child, f"{number}.{place}")
            for place, child in enumerate(block.value["clauses"].bound_blocks, start=1)
        ],
    }


def _clause(child: Any, number: str) -> dict[str, Any]:
    value = child.value
    on = value.get("on")
    return {
        "id": str(child.id),
        "number": number,
        "heading": value.get("heading") or "",
        "html": _html(value.get("text")),
        "openness": Openness(value["openness"]).value,
        "target": value.get("target") or "",
        "on": on.isoformat() if on else "",
    }


def _html(text: Any) -> str:
    return expand_db_html(text.source) if text and text.source else ""


@transaction.atomic
def freeze_version(*, page: SpecificationPage, revision: Revision, at: datetime) -> SpecificationVersion:
    """Keeps what was just published as the next version; publishing the same words again makes no new version.

    The revision and the files it links to are held (PROTECT), so that a consultation can rely on them for ever.
    """
    frozen = {"title": page.title, "lead": page.lead, "status": page.status, "content": sections_of(page)}
    SpecificationPage.objects.select_for_update().get(pk=page.pk)
    last = page.versions.order_by("-number").first()
    if last and all(getattr(last, name) == value for name, value in frozen.items()):
        return last
    version = SpecificationVersion.objects.create(
        page=page, number=last.number + 1 if last else 1, revision=revision, published_at=at, **frozen
    )
    VersionDocument.objects.bulk_create(
        VersionDocument(version=version, document=document) for document in _documents_in(page)
    )
    log.record(
        action="specification.published",
        subject=version,
        actor=None,
        at=at,
        activity=page.activity,
        summary=f"{page.activity.reference}: version {version.number} of the specification was published.",
        data={"number": version.number, "revision": revision.pk},
    )
    return version


def _documents_in(page: SpecificationPage) -> list[PortalDocument]:
    references = ReferenceIndex.get_references_for_object(page).filter(
        to_content_type=ContentType.objects.get_for_model(PortalDocument)
    )
    return list(PortalDocument.objects.filter(pk__in={int(reference.to_object_id) for reference in references}))
