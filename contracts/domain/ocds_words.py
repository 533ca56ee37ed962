"""How anything is written in an Open Contracting release: moments, money, organisations. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings

from engagement.domain.calendar import LONDON, at_midnight
from engagement.enums import Fund
from engagement.models import Organisation

Json = dict[str, Any]
FUND_IDS = {Fund.POLICING: "policing", Fund.FIRE: "fire"}


def party_of(organisation: Organisation | None) -> Json:
    """An organisation's name and identifier: charity or company number where known; this office for `None`."""
    if organisation is None:
        return {"id": "office", "name": settings.OFFICE_NAME}
    if organisation.charity_number:
        scheme, number = "GB-CHC", organisation.charity_number
    elif organisation.company_number:
        scheme, number = "GB-COH", organisation.company_number
    else:
        return {"id": f"portal-{organisation.slug}", "name": organisation.name}
    identifier = {"scheme": scheme, "id": number, "legalName": organisation.name}
    return {"id": f"{scheme}-{number}", "name": organisation.name, "identifier": identifier}


def moment_of(moment: datetime) -> str:
    return moment.astimezone(LONDON).replace(microsecond=0).isoformat()


def first_moment(day: date) -> str:
    return moment_of(at_midnight(day))


def last_moment(day: date) -> str:
    return moment_of(datetime.combine(day, time(23, 59, 59), tzinfo=LONDON))


def money(pounds: Decimal) -> Json:
    return {"amount": number(pounds), "currency": "GBP"}


def number(exact: Decimal) -> int | float:
    """A number as JSON writes it: whole where it is whole."""
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def given(**fields: Any) -> Json:
    """Only the fields that say something: OCDS knows no empty text and no empty list."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def reference_to(party: Json) -> Json:
    return {"id": party["id"], "name": party["name"]}
