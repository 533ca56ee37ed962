"""One agreement as an Open Contracting release (OCDS 1.1 with metrics and the UK extension). Pure; only public facts.

Whatever the public cannot read on the register, on the page of performance or on the activity's page is not in it. What
was measured comes from frozen publications, so that a number withheld there is withheld here. What is not known is left
out: no date is made more precise than it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings

from contracts.domain import ocds_life
from contracts.domain.duties import regime_of
from contracts.domain.measures import Line, decimal, number_of
from contracts.domain.ocds_words import (
    FUND_IDS,
    Json,
    first_moment,
    given,
    last_moment,
    moment_of,
    money,
    number,
    party_of,
    reference_to,
)
from contracts.enums import UNDER_THE_ACT, IndicatorKind, PartyRole, RatingWord, Regime
from contracts.models import Agreement, PartialDate, Publication
from engagement.domain.calendar import LONDON
from engagement.enums import Fund
from engagement.models import Event, FundingLine

# The five ratings of SI 2024/692, regulation 39(5), as the UK extension's `measureClassification` names them.
CLASSIFICATIONS = {
    RatingWord.GOOD: "met",
    RatingWord.APPROACHING: "slightlyBelow",
    RatingWord.REQUIRES_IMPROVEMENT: "below",
    RatingWord.INADEQUATE: "significantlyBelow",
    RatingWord.OTHER: "other",
}
SCHEME = "UK_KPI_RATING"
PERCENT = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
# The standard has no words for who works under a supplier or buys beside the buyer; `roleDetails` has ours.
PARTY_ROLES = {
    PartyRole.CONSORTIUM: "supplier",
    PartyRole.SUBCONTRACTOR: "subcontractor",
    PartyRole.CO_COMMISSIONER: "buyer",
    PartyRole.SUB_COMMISSIONER: "buyer",
}
# What a published page of the activity is, by the part of its address after the activity's own.
DOCUMENT_TYPES = {"intention": "procurementPlan", "specification": "technicalSpecifications"}


def release_of(agreement: Agreement, *, at: datetime) -> Json:
    """The release of one live agreement, with its publications, its activity's funding and announced documents, its
    parties and lots, and what of its changes, payments and failures is public, loaded.

    Its `id` ends in a digest of what it says, so that the same release never says two things; `date` is the latest
    moment at which a part of it became public.
    """
    documents, publications = list(agreement.activity.events.all()), list(agreement.publications.all())
    today = at.astimezone(LONDON).date()
    said = {
        "initiationType": "tender",
        "language": "en",
        "parties": _parties(agreement),
        "buyer": reference_to(_buyer(agreement)),
        "planning": _planning(agreement, documents),
        "tender": _tender(agreement, documents),
        "awards": [_award(agreement)],
        "contracts": [_contract(agreement, publications, documents, today=today)],
    }
    tags = [
        "planning",
        "tender",
        "award",
        "contract",
        *ocds_life.tags_of(agreement, measured=publications, today=today),
    ]
    ocid = f"{settings.OCID_PREFIX}-{agreement.reference}"
    return {
        "ocid": ocid,
        "id": f"{ocid}-{_digest([tags, said])}",
        "date": moment_of(_latest(agreement, publications, documents)),
        "tag": tags,
        **said,
    }


def _digest(said: object) -> str:
    written = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def _latest(agreement: Agreement, publications: Iterable[Publication], documents: Iterable[Event]) -> datetime:
    moments = [agreement.created_at, agreement.activity.published_at]
    moments += [publication.revised_at or publication.published_at for publication in publications]
    moments += [document.occurred_at for document in documents]
    moments += list(ocds_life.moments_of(agreement))
    return max(moment for moment in moments if moment is not None)


def _starting(known: PartialDate | None) -> str | None:
    """The first moment of a day; nothing where only the month or the year is known."""
    return first_moment(known.earliest) if known and known.earliest == known.latest else None


def _ending(known: PartialDate | None) -> str | None:
    return last_moment(known.latest) if known and known.earliest == known.latest else None


def _buyer(agreement: Agreement) -> Json:
    return party_of(agreement.awarding_organisation)


def _supplier(agreement: Agreement) -> Json | None:
    return party_of(agreement.provider) if agreement.provider else None


def _parties(agreement: Agreement) -> list[Json]:
    """Everybody in it, each organisation once with all of its roles. Shares are not public."""
    roles = [(_buyer(agreement), "buyer", "")]
    if supplier := _supplier(agreement):
        roles.append((supplier, "supplier", ""))
    roles += [
        (party_of(party.organisation), PARTY_ROLES[PartyRole(party.role)], party.get_role_display())
        for party in agreement.parties.all()
    ]
    found: dict[str, Json] = {}
    for organisation, role, details in roles:
        party = found.setdefault(organisation["id"], {**organisation, "roles": []})
        party["roles"] += [role] if role not in party["roles"] else []
        if details:
            party["roleDetails"] = ", ".join(words for words in (party.get("roleDetails"), details) if words)
    return list(found.values())


def _planning(agreement: Agreement, documents: Iterable[Event]) -> Json:
    lines = list(agreement.activity.funding_lines.all())
    own = [line for line in lines if line.fund == agreement.fund]
    budget = given(
        id=FUND_IDS[Fund(agreement.fund)],
        description="; ".join([agreement.get_fund_display(), *(line.stream for line in own)]),
        amount=money(sum((line.amount for line in own), Decimal(0))) if own else None,
        project=agreement.activity.title,
        projectID=agreement.activity.reference,
    )
    forecasts = [{"id": "budget", "title": "Budget by fund", "observations": [_funding(line) for line in lines]}]
    return given(
        rationale=agreement.activity.summary,
        budget=budget,
        documents=_documents(documents, kinds={"procurementPlan"}),
        forecasts=forecasts if lines else [],
    )


def _funding(line: FundingLine) -> Json:
    """Money of one fund alone: the two are never added together (R-022)."""
    return {
        "id": f"budget-{line.pk}",
        "period": {"startDate": first_moment(line.starts_on), "endDate": last_moment(line.last_day)},
        "value": money(line.amount),
        "dimensions": {"fund": FUND_IDS[Fund(line.fund)]},
        "notes": line.stream,
    }


def _tender(agreement: Agreement, documents: Iterable[Event]) -> Json:
    regime = regime_of(agreement)
    return given(
        id=f"{agreement.reference}-tender",
        title=agreement.title,
        description=agreement.activity.summary,
        status="complete",
        procurementMethodDetails=str(regime.label) if regime else "",
        documents=_documents(documents, kinds={"technicalSpecifications"}),
    )


def _suppliers(agreement: Agreement) -> list[Json]:
    """The lead provider and the members of its consortium: a subcontractor was awarded nothing by us."""
    members = [party.organisation for party in agreement.parties.all() if party.role == PartyRole.CONSORTIUM]
    awarded = {organisation.pk: organisation for organisation in (agreement.provider, *members) if organisation}
    return [reference_to(party_of(organisation)) for organisation in awarded.values()]


def _lots(agreement: Agreement) -> list[Json]:
    """The lots as items: the extensions that we follow have no place for lots."""
    return [
        {
            "id": str(lot.number),
            "description": f"{lot}, {lot.provider}" if lot.provider else str(lot),
            "quantity": 1,
            "unit": given(name="lot", value=money(lot.value) if lot.value is not None else None),
        }
        for lot in agreement.lots.all()
    ]


def _award(agreement: Agreement) -> Json:
    power = f"Legal power: {agreement.legal_power}" if agreement.legal_power else ""
    return given(
        id=f"{agreement.reference}-award",
        title=agreement.title,
        description=power,
        status="active",
        date=_starting(agreement.signed_on),
        value=money(agreement.value) if agreement.value is not None else None,
        suppliers=_suppliers(agreement),
        contractPeriod=_period(agreement),
    )


def _period(agreement: Agreement) -> Json:
    return given(startDate=_starting(agreement.starts), endDate=_ending(agreement.ends))


def _contract(
    agreement: Agreement, publications: list[Publication], documents: Iterable[Event], *, today: date
) -> Json:
    ended = ocds_life.ending_of(agreement, today=today)
    return given(
        id=agreement.reference,
        awardID=f"{agreement.reference}-award",
        title=agreement.title,
        description=f"{agreement.get_kind_display()}. {agreement.activity.summary}",
        status=_status(agreement, today=today),
        period=_period(agreement),
        value=money(agreement.value) if agreement.value is not None else None,
        items=_lots(agreement),
        dateSigned=_starting(agreement.signed_on),
        amendments=ocds_life.amendments_of(agreement),
        documents=ocds_life.contract_notices(agreement),
        aboveThreshold=_above_threshold(agreement),
        agreedMetrics=_agreed_metrics(publications),
        noAgreedMetricsRationale=agreement.indicators_unsuitable,
        terminationRationaleClassifications=ocds_life.rationale_of(ended),
        implementation=_implementation(agreement, publications, documents) | ocds_life.end_of(ended),
    )


def _above_threshold(agreement: Agreement) -> bool | None:
    """Whether it is a public contract; nothing where its law says nothing of it."""
    regime = regime_of(agreement)
    return True if regime in UNDER_THE_ACT else False if regime == Regime.BELOW_THRESHOLD else None


def _status(agreement: Agreement, *, today: date) -> str:
    if agreement.starts and agreement.starts.earliest > today:
        return "pending"
    return "terminated" if agreement.ends and agreement.ends.latest < today else "active"


def _metric_id(line: Line) -> str:
    return str(line["code"]) if line["version"] == 1 else f"{line['code']}-v{line['version']}"


def _metric(line: Line, observations: list[Json]) -> Json:
    return given(id=_metric_id(line), title=line["name"], description=line["how"], observations=observations)


def _latest_lines(publications: Iterable[Publication]) -> list[Line]:
    """Each published version of each measure as it was published last."""
    found = {_metric_id(line): line for publication in publications for line in publication.snapshot["lines"]}
    return list(found.values())


def _agreed_metrics(publications: Iterable[Publication]) -> list[Json]:
    return [_metric(line, [_target(line)] if line["target"] else []) for line in _latest_lines(publications)]


def _target(line: Line) -> Json:
    return {
        "id": f"{_metric_id(line)}-target",
        **_measured(line, decimal(line["target"])),
        "notes": f"Target: {line['target_text']}",
    }


def _measured(line: Line, value: Decimal | None) -> Json:
    """A number with its unit; money is a value, anything else a measure."""
    if line["kind"] == IndicatorKind.MONEY:
        return given(value=money(value) if value is not None else None)
    unit = PERCENT if line["kind"] == IndicatorKind.PERCENTAGE else given(name=line["unit"])
    return given(measure=number(value) if value is not None else None, unit=unit)


def _implementation(agreement: Agreement, publications: list[Publication], documents: Iterable[Event]) -> Json:
    observed: dict[str, list[Json]] = {}
    for publication in publications:
        for line in publication.snapshot["lines"]:
            observed.setdefault(_metric_id(line), []).append(_observation(line, publication, agreement))
    reports = _documents(documents, kinds={"physicalProgressReport"})
    if publications:
        reports.append(_performance_page(agreement, publications[-1]))
    return given(
        metrics=[_metric(line, observed[_metric_id(line)]) for line in _latest_lines(publications)],
        documents=reports,
        transactions=ocds_life.transactions_of(agreement, payer=_buyer(agreement)),
        milestones=ocds_life.milestones_of(agreement),
        performanceFailures=ocds_life.failures_of(agreement),
    )


def _observation(line: Line, publication: Publication, agreement: Agreement) -> Json:
    """One published period. What was withheld has its rating and the reason, and no number."""
    period = publication.kpi_return.period
    words = [
        line["sentence"],
        line.get("override", ""),
        f"The provider says: {line['commentary']}" if line["commentary"] else "",
    ]
    return given(
        id=f"{_metric_id(line)}-{period.code.replace(' ', '-')}",
        period={
            "startDate": first_moment(period.starts_on),
            "endDate": last_moment(period.last_day),
        },
        **_measured(line, number_of(line)),
        measureClassification=classification(line["word"]),
        dimensions={"fund": FUND_IDS[Fund(agreement.fund)]},
        notes=" ".join(word for word in words if word),
    )


def classification(word: str) -> Json | None:
    """A rating as the UK extension writes it; nothing for what is not rated."""
    if not word:
        return None
    rating = RatingWord(word)
    return {"scheme": SCHEME, "id": CLASSIFICATIONS[rating], "description": rating.label}


def _performance_page(agreement: Agreement, latest: Publication) -> Json:
    return {
        "id": f"{agreement.reference}-performance",
        "documentType": "physicalProgressReport",
        "title": f"{agreement.title}: how it does",
        "url": settings.BASE_URL + agreement.get_performance_url(),
        "dateModified": moment_of(latest.revised_at or latest.published_at),
        "format": "text/html",
        "language": "en",
    }


def _documents(events: Iterable[Event], *, kinds: set[str]) -> list[Json]:
    """Announced pages of the activity whose type is one of these; a review of the service is a report on progress."""
    found = []
    for event in events:
        part = event.path.removeprefix(event_base(event.path)).partition("/")[0]
        document_type = DOCUMENT_TYPES.get(part, "physicalProgressReport")
        if document_type in kinds:
            found.append(
                {
                    "id": f"document-{event.pk}",
                    "documentType": document_type,
                    "title": event.title,
                    "url": settings.BASE_URL + event.path,
                    "datePublished": moment_of(event.occurred_at),
                    "format": "text/html",
                    "language": "en",
                }
            )
    return found


def event_base(path: str) -> str:
    """The part of a path that is the activity's own address: `/activities/<slug>/`."""
    return "/".join(path.split("/")[:3]) + "/"
