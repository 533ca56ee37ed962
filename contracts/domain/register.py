"""The public register of agreements: the facts that transparency rules ask for, as far as we hold them.

Each fund has rules of its own (`RULE_SETS`): the Elected Local Policing Bodies (Specified Information) Order 2011, and
for fire the contracts register of the Local Government Transparency Code. Both stand in one list and are never added
together (R-022).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from contracts.domain.duties import regime_of
from contracts.models import Agreement, AgreementParty, Lot, Publication
from engagement.domain.exports import Cell
from engagement.enums import Fund, Sector, Size
from engagement.models import Organisation

CSV_HEADER = (
    "reference",
    "title",
    "kind",
    "purpose",
    "provider",
    "provider_as_published",
    "provider_sector",
    "provider_vcse",
    "provider_size",
    "provider_charity_number",
    "provider_company_number",
    "awarded_by",
    "parties",
    "lots",
    "fund",
    "value_pounds",
    "signed",
    "starts",
    "ends",
    "legal_power",
    "procured_under",
    "activity_reference",
    "activity",
    "source",
    "note",
    "published_under",
)


@dataclass(frozen=True)
class RuleSet:
    """Which rules of publication the agreements of a fund fall under, and what they ask for, within a sentence."""

    name: str
    asks: str


RULE_SETS = {
    Fund.POLICING: RuleSet(
        "Elected Local Policing Bodies (Specified Information) Order 2011",
        "each contract over £10,000 with a copy of it, a list of the others, and each grant with its conditions, its"
        " purpose and why it reduces crime",
    ),
    Fund.FIRE: RuleSet(
        "Local Government Transparency Code 2015, followed for fire and rescue",
        "each contract over £5,000 with its title, description, supplier, sum, dates, how it was awarded, and whether"
        " the supplier is small or voluntary",
    ),
}


def registered_agreements() -> QuerySet[Agreement]:
    """All that the register holds, by title, with what a row shows. `has_ratings` says that some are published."""
    public = Publication.objects.public().filter(agreement=OuterRef("pk"))
    agreements: QuerySet[Agreement] = Agreement.objects.registered().for_table()
    return agreements.annotate(has_ratings=Exists(public)).order_by("title", "reference")


def naming_everybody(agreements: QuerySet[Agreement], *, on: date) -> QuerySet[Agreement]:
    """With the parties who have not left by a day, and the lots, loaded. Two queries more."""
    staying = AgreementParty.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on)).order_by("starts_on", "number")
    return agreements.prefetch_related(
        Prefetch("parties", queryset=staying.select_related("organisation")),
        Prefetch("lots", queryset=Lot.objects.select_related("provider").order_by("number")),
    )


def lot_words(lot: Lot) -> str:
    """A lot as a file names it: number and title, who delivers it, and its value in pounds."""
    worth = f"£{lot.value:,.0f}" if lot.value is not None else ""
    return ", ".join(words for words in (str(lot), lot.provider.name if lot.provider else "", worth) if words)


def totals_by_fund(agreements: QuerySet[Agreement]) -> list[dict[str, Any]]:
    """For each fund that occurs: how many agreements, how many of them with a known value, and its sum in pounds."""
    sums = (
        agreements.order_by("fund")
        .values("fund")
        .annotate(agreements=Count("pk"), valued=Count("value"), pounds=Coalesce(Sum("value"), Decimal(0)))
    )
    return [{**row, "name": Fund(row["fund"]).label, "unvalued": row["agreements"] - row["valued"]} for row in sums]


def procured_under(agreement: Agreement) -> str:
    """The law by which the provider was chosen, as far as it is known. Of facts from a source nothing is said."""
    regime = None if agreement.is_recorded else regime_of(agreement)
    return str(regime.label) if regime else ""


def csv_row(agreement: Agreement) -> list[Cell]:
    """One agreement of `naming_everybody` under `CSV_HEADER`. Dates are as precise as they are known: 2024, 2024-05."""
    provider, awarding = agreement.provider, agreement.awarding_organisation
    return [
        agreement.reference,
        agreement.title,
        agreement.get_kind_display(),
        agreement.activity.summary,
        provider.name if provider else "",
        agreement.provider_note,
        *_described(provider),
        provider.charity_number if provider else "",
        provider.company_number if provider else "",
        awarding.name if awarding else "",
        "; ".join(str(party) for party in agreement.parties.all()),
        "; ".join(lot_words(lot) for lot in agreement.lots.all()),
        agreement.get_fund_display(),
        agreement.value,
        *(known.text if known else "" for known in (agreement.signed_on, agreement.starts, agreement.ends)),
        agreement.legal_power,
        procured_under(agreement),
        agreement.activity.reference,
        agreement.activity.title,
        agreement.source_url,
        agreement.note if agreement.is_recorded else "",  # of our own agreements the note is the office's
        RULE_SETS[Fund(agreement.fund)].name,
    ]


def _described(provider: Organisation | None) -> list[Cell]:
    """Sector, whether it is a VCSE, and size; what nobody has recorded is empty (R-006)."""
    if provider is None:
        return ["", "", ""]
    return [
        provider.get_sector_display() if provider.sector != Sector.UNKNOWN else "",
        {True: "yes", False: "no", None: ""}[provider.is_vcse],
        provider.get_size_display() if provider.size != Size.UNKNOWN else "",
    ]
