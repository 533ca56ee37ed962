"""The Open Contracting release package of the office: its own live agreements, one release each (docs/decisions/0032).

Sent while it is made: releases are read and written one after the other, with the same number of queries for one
agreement as for two hundred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max, Prefetch, QuerySet

from contracts.domain.ocds_release import release_of
from contracts.domain.ocds_words import Json
from contracts.domain.public_record import (
    public_endings,
    public_failures,
    public_milestones,
    public_payments,
    public_variations,
)
from contracts.models import Agreement, AgreementParty, Lot, Publication
from engagement.access import local_date
from engagement.domain.calendar import LONDON, at_midnight
from engagement.enums import EventKind
from engagement.models import Event, FundingLine

PATH = "/data/ocds/releases.json"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
VERSION = "1.1"
EXTENSIONS = [
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/1.1/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_performance_failures_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_contract_completion_extension/master/extension.json",
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
]
CHUNK = 200


def open_agreements() -> QuerySet[Agreement]:
    """The office's own live agreements of published activities. Facts recorded of other bodies are theirs."""
    agreements: QuerySet[Agreement] = Agreement.objects.live().filter(activity__published_at__isnull=False)
    return agreements


def agreements_for_release(*, on: date) -> QuerySet[Agreement]:
    """The same by reference, with all that a release says. Twelve queries for each two hundred."""
    documents = Event.objects.public().filter(kind=EventKind.DOCUMENT_PUBLISHED).order_by("occurred_at", "pk")
    parties = AgreementParty.objects.select_related("organisation")
    return (
        open_agreements()
        .select_related("activity", "provider", "awarding_organisation")
        .prefetch_related(
            Prefetch(
                "publications",
                queryset=Publication.objects.select_related("kpi_return").order_by("kpi_return__ends_on"),
            ),
            Prefetch("variations", queryset=public_variations()),
            Prefetch("payments", queryset=public_payments(on=on)),
            Prefetch("actions", queryset=public_milestones()),
            Prefetch("endings", queryset=public_endings()),
            Prefetch("consequences", queryset=public_failures()),
            Prefetch("parties", queryset=parties.order_by("starts_on", "number")),
            Prefetch("lots", queryset=Lot.objects.select_related("provider").order_by("number")),
            Prefetch("activity__funding_lines", queryset=FundingLine.objects.order_by("starts_on", "pk")),
            Prefetch("activity__events", queryset=documents),
        )
        .order_by("reference")
    )


def last_changed(*, on: date) -> datetime | None:
    """When a part of the package became public last; `None` while there is nothing to publish. Six queries."""
    own = open_agreements()
    moments = own.aggregate(
        Max("created_at"),
        Max("activity__published_at"),
        Max("publications__published_at"),
        Max("publications__revised_at"),
    )
    of_life = {"agreement__in": own}
    moments |= public_variations().filter(**of_life).aggregate(in_force=Max("answered_at"))
    moments |= public_endings().filter(**of_life).aggregate(decided=Max("decided_at"), recorded=Max("proposed_at"))
    days = {
        **public_endings().filter(**of_life).aggregate(ended=Max("noticed_on")),
        **public_payments(on=on).filter(**of_life).aggregate(paid=Max("paid_on")),
        **public_failures().filter(**of_life).aggregate(noticed=Max("noticed_on")),
    }
    found = [moment for moment in moments.values() if moment is not None]
    found += [at_midnight(day) for day in days.values() if day is not None]
    return max(found, default=None)


def is_published() -> bool:
    """Whether the package is there: the office has its prefix, and something to publish (a package is never empty)."""
    return bool(settings.OCID_PREFIX) and open_agreements().exists()


def head(*, changed: datetime) -> Json:
    """What the package says of itself, before its releases."""
    return {
        "uri": settings.BASE_URL + PATH,
        "version": VERSION,
        "extensions": EXTENSIONS,
        "publishedDate": changed.astimezone(LONDON).replace(microsecond=0).isoformat(),
        "publisher": {"name": settings.OFFICE_NAME, "uri": settings.BASE_URL + "/"},
        "license": LICENCE,
        "publicationPolicy": settings.BASE_URL + "/data/",
    }


def package_lines(*, at: datetime) -> Iterator[str]:
    """The package as JSON, a release a line. The caller has asked `is_published`."""
    written = json.dumps(head(changed=last_changed(on=local_date(at)) or at), ensure_ascii=False)
    yield f'{written[:-1]}, "releases": [\n'
    before = ""
    for agreement in agreements_for_release(on=local_date(at)).iterator(chunk_size=CHUNK):
        yield before + json.dumps(release_of(agreement, at=at), ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"
