"""The particulars of an organisation: changed by whoever keeps them, with what stood there before (R-006, R-147).

Charity numbers are those of the Charity Commission for England and Wales (six or seven digits, with a suffix for a
linked charity), of OSCR (SC) and of the Charity Commission for Northern Ireland (NIC). Company numbers are those of
Companies House: eight characters.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from engagement.domain import log
from engagement.domain.exports import Cell
from engagement.domain.refused import Refused
from engagement.enums import OrganisationKind, Sector, Size
from engagement.models import Organisation, User

CSV_HEADER = ("name", "kind", "sector", "vcse", "size", "charity_number", "company_number")
NAMES = {
    "name": "name",
    "kind": "what it is to us",
    "sector": "sector",
    "is_vcse": "whether it is a VCSE",
    "size": "size",
    "charity_number": "charity number",
    "company_number": "company number",
}
CHARITY = re.compile(r"\d{6,7}(-\d{1,3})?|SC\d{6}|NIC\d{6}")
COMPANY = re.compile(r"\d{8}|[A-Z]{2}\d{5}[A-Z0-9]|R\d{7}")


class ParticularsRefused(Refused):
    """The organisation cannot be described like this; the message says why. `field` names the box, if one."""


def charity_number_of(typed: str) -> str:
    """A charity number as it is kept, or "" for none. Raises `ParticularsRefused` for what cannot be one. Pure."""
    number = "".join(typed.split()).upper()
    if number and not CHARITY.fullmatch(number):
        words = "Enter a charity number of 6 or 7 digits, such as 1190041 or 1190041-2"
        raise ParticularsRefused(words, field="charity_number")
    return number


def company_number_of(typed: str) -> str:
    """A company number as it is kept, or "" for none. Raises `ParticularsRefused` for what cannot be one. Pure."""
    number = "".join(typed.split()).upper()
    if number and not COMPANY.fullmatch(number):
        words = "Enter a company number of 8 characters, such as 01234567 or OC123456"
        raise ParticularsRefused(words, field="company_number")
    return number


def slug_of(name: str) -> str:
    """What an organisation of this name is called in addresses, from the day it is entered. Pure."""
    return slugify(name)[:80]


def refuse_name(name: str, *, but: Organisation | None = None) -> None:
    """Raises `ParticularsRefused` for a name that another organisation goes by, or one very like it."""
    others = Organisation.objects.exclude(pk=but.pk) if but else Organisation.objects.all()
    if not slugify(name) or any(slug_of(other) == slug_of(name) for other in others.values_list("name", flat=True)):
        words = "There is an organisation with this name, or one very like it, already"
        raise ParticularsRefused(words, field="name")
    if but is None and others.filter(slug=slug_of(name)).exists():
        raise ParticularsRefused("An organisation went by a name very like this before. Use another", field="name")


@transaction.atomic
def change_particulars(
    *,
    organisation: Organisation,
    name: str,
    kind: OrganisationKind | str,
    sector: Sector | str,
    is_vcse: bool | None,
    size: Size | str,
    charity_number: str,
    company_number: str,
    actor: User,
    at: datetime,
) -> Organisation:
    """Changes what the office knows of an organisation; the log holds each particular before and after.

    Its address stays. Raises `ParticularsRefused` for anybody who does not keep it, for a name that another goes by, a
    number that cannot be one, no sector, and for making the office into something else or something else into it.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not Organisation.objects.kept_by(actor, at=at).filter(pk=organisation.pk).exists():
        raise ParticularsRefused("Only an administrator or the Contract Manager of its activity changes this.")
    if (kind == OrganisationKind.OFFICE) != (organisation.kind == OrganisationKind.OFFICE):
        raise ParticularsRefused("There is one office, and it stays what it is.", field="kind")
    if sector not in set(Sector) - {Sector.UNKNOWN}:
        raise ParticularsRefused("Choose its sector", field="sector")
    refuse_name(name, but=organisation)
    given: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "sector": sector,
        "is_vcse": is_vcse,
        "size": size,
        "charity_number": charity_number_of(charity_number),
        "company_number": company_number_of(company_number),
    }
    changed = {field: new for field, new in given.items() if getattr(organisation, field) != new}
    if not changed:
        return organisation
    before = {field: getattr(organisation, field) for field in changed}
    for field, new in changed.items():
        setattr(organisation, field, new)
    organisation.save(update_fields=list(changed))
    log.record(
        action="organisation.changed",
        subject=organisation,
        actor=actor,
        at=at,
        organisation=organisation,
        summary=f"The particulars of {organisation} were changed: {', '.join(NAMES[field] for field in changed)}.",
        data={"before": before, "after": changed},
    )
    return organisation


def vcse_words(organisation: Organisation) -> str:
    """Whether it is a voluntary, community or social enterprise: "Yes", "No" or "Not recorded". Pure."""
    return {True: "Yes", False: "No", None: "Not recorded"}[organisation.is_vcse]


def facts_of(organisation: Organisation) -> list[dict[str, str]]:
    """The particulars as a list of facts. Pure."""
    return [
        {"key": "What it is to us", "value": organisation.get_kind_display()},
        {"key": "Sector", "value": organisation.get_sector_display()},
        {"key": "VCSE", "value": vcse_words(organisation)},
        {"key": "Size", "value": organisation.get_size_display()},
        {"key": "Charity number", "value": organisation.charity_number or "None recorded"},
        {"key": "Company number", "value": organisation.company_number or "None recorded"},
    ]


def csv_row(organisation: Organisation) -> list[Cell]:
    """One organisation under `CSV_HEADER`."""
    return [
        organisation.name,
        organisation.get_kind_display(),
        organisation.get_sector_display(),
        vcse_words(organisation),
        organisation.get_size_display(),
        organisation.charity_number,
        organisation.company_number,
    ]
