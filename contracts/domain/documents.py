"""Documents of an agreement: kept with every version, read by the office, and by the provider where they are shared.

What the office does not share has a reason. An insurance or a policy says until when it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from contracts.domain import telling
from contracts.domain.managed import managed
from contracts.domain.matters import Matter
from contracts.enums import EXPIRING, DocumentKind
from contracts.models import Agreement, AgreementDocument, DocumentVersion
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.received import fields_of_file
from engagement.domain.refused import Refused
from engagement.models import User

SOON = timedelta(days=30)


class DocumentRefused(Refused):
    """The document cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Kept:
    """A document with its versions, the latest first, without their content."""

    document: AgreementDocument
    versions: list[DocumentVersion]

    @property
    def latest(self) -> DocumentVersion:
        """The version that holds."""
        return self.versions[0]

    def standing(self, *, on: date) -> str:
        """`OVER` once its last day is past, `SOON` within 30 days of it, else empty. Pure."""
        last = self.latest.expires_on
        if last is None or last >= on + SOON:
            return ""
        return "OVER" if last < on else "SOON"


def kept_for(agreement: Agreement, user: User, *, at: datetime) -> list[Kept]:
    """The documents of an agreement that a person may open, by kind and title. Two queries."""
    found: QuerySet[AgreementDocument] = AgreementDocument.objects.visible_to(user, at=at)
    documents = list(found.filter(agreement=agreement).order_by("kind", "title", "number"))
    rows: dict[int, list[DocumentVersion]] = {document.pk: [] for document in documents}
    versions: QuerySet[DocumentVersion] = DocumentVersion.objects.filter(document__in=documents)
    for version in versions.defer("content").select_related("added_by").order_by("-number"):
        rows[version.document_id].append(version)
    return [Kept(document, rows[document.pk]) for document in documents]


def _held(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(
        agreement,
        actor=actor,
        at=at,
        refused=DocumentRefused,
        words="Only the Contract Manager of the activity keeps its documents.",
    )


@transaction.atomic
def add_document(
    *,
    agreement: Agreement,
    kind: DocumentKind | str,
    title: str,
    file_name: str,
    content: bytes,
    actor: User,
    at: datetime,
    shared: bool = False,
    withheld_because: str = "",
    expires_on: date | None = None,
) -> AgreementDocument:
    """Keeps a new document with its first version. Raises `DocumentRefused` when it is not theirs to keep.

    Also when it is withheld without a reason, is an insurance or policy without its last day, or the file is not taken.
    """
    agreement = _held(agreement, actor=actor, at=at)
    document = AgreementDocument(
        agreement=agreement,
        number=AgreementDocument.objects.filter(agreement=agreement).count() + 1,
        kind=kind,
        title=title,
        **_sharing(shared=shared, withheld_because=withheld_because),
    )
    document.save()
    _add_version(document, file_name, content, expires_on=expires_on, actor=actor, at=at)
    return document


@transaction.atomic
def add_version(
    *,
    document: AgreementDocument,
    seen: int,
    file_name: str,
    content: bytes,
    actor: User,
    at: datetime,
    expires_on: date | None = None,
) -> DocumentVersion:
    """Keeps a newer version; those before stay. `seen` is the number of the latest that the person saw.

    Raises `DocumentRefused`, also when somebody brought another version meanwhile.
    """
    document.agreement = _held(document.agreement, actor=actor, at=at)
    if DocumentVersion.objects.filter(document=document).count() != seen:
        raise DocumentRefused("Somebody else has brought a newer version meanwhile. Look at that first.")
    return _add_version(document, file_name, content, expires_on=expires_on, actor=actor, at=at)


@transaction.atomic
def share_document(
    *, document: AgreementDocument, shared: bool, withheld_because: str, actor: User, at: datetime
) -> AgreementDocument:
    """Shares a document with the provider, or withholds it with the reason. Raises `DocumentRefused`."""
    document.agreement = _held(document.agreement, actor=actor, at=at)
    given = _sharing(shared=shared, withheld_because=withheld_because)
    if any(getattr(document, name) != value for name, value in given.items()):
        for name, value in given.items():
            setattr(document, name, value)
        document.save(update_fields=list(given))
        words = "is shared with the provider" if shared else "is withheld from the provider"
        _record(document, "document.shared" if shared else "document.withheld", words, actor=actor, at=at, data={})
        if shared:
            telling.document_shared(document, version=1, at=at)
    return document


def _sharing(*, shared: bool, withheld_because: str) -> dict[str, Any]:
    if not shared and not withheld_because.strip():
        raise DocumentRefused("Say why the provider does not read it.", field="withheld_because")
    return {"shared": shared, "withheld_because": "" if shared else withheld_because.strip()}


def _add_version(
    document: AgreementDocument, name: str, content: bytes, *, expires_on: date | None, actor: User, at: datetime
) -> DocumentVersion:
    file = fields_of_file(name, content, refused=DocumentRefused)
    if document.kind in EXPIRING and expires_on is None:
        raise DocumentRefused("Enter the last day on which it holds.", field="expires_on")
    version = DocumentVersion.objects.create(
        document=document,
        number=DocumentVersion.objects.filter(document=document).count() + 1,
        **file,
        expires_on=expires_on,
        added_by=actor,
        added_at=at,
    )
    data = {"version": version.number, "sha256": version.sha256, "bytes": version.size}
    _record(document, "document.added", f"version {version.number} is kept", actor=actor, at=at, data=data)
    if document.shared:
        telling.document_shared(document, version=version.number, at=at)
    return version


def expiring(agreements: Mapping[int, Agreement], running: Iterable[Agreement], *, on: date) -> list[Matter]:
    """Insurances and policies whose latest version has run out, or does within 30 days. One query."""
    latest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    documents: QuerySet[AgreementDocument] = AgreementDocument.objects.filter(agreement__in=list(running))
    dated = documents.annotate(expires_on=Subquery(latest.values("expires_on")[:1])).filter(expires_on__lt=on + SOON)
    found = []
    for document in dated.values("agreement", "kind", "title", "expires_on"):
        agreement, last = agreements[document["agreement"]], document["expires_on"]
        detail = f"{document['title']}: {'held' if last < on else 'holds'} until {uk_date(last)}"
        url = reverse("contracts:documents", args=[agreement.reference])
        kind = f"{DocumentKind(document['kind']).label} {'has run out' if last < on else 'runs out'}"
        found.append(Matter(agreement, kind, detail, last, url, urgent=last < on, ahead=last >= on))
    return found


def _record(
    document: AgreementDocument, action: str, words: str, *, actor: User, at: datetime, data: dict[str, Any]
) -> None:
    agreement = document.agreement
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: document {document.number} ({document.get_kind_display().lower()}), {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"document": document.number, "on": local_date(at).isoformat(), **data},
    )
