"""The files that anybody may take away and use: what each holds, where it is, and when something in it was new last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.urls import reverse

from consultations.models import Consultation
from contracts.domain import ocds
from contracts.domain.public_record import public_payments
from contracts.domain.register import registered_agreements
from contracts.models import Publication
from engagement.domain.calendar import at_midnight
from engagement.domain.queries import latest_events


@dataclass(frozen=True)
class OpenFile:
    """One file, or one kind: `url` leads to it or to the page that offers them. `updated` is `None` if empty."""

    title: str
    holds: str
    form: str
    url: str
    updated: datetime | None


def open_files(*, on: date) -> list[OpenFile]:
    """Every kind of file of the open data. Eleven queries."""
    releases = [_releases(on=on)] if ocds.is_published() else []
    register = registered_agreements().aggregate(made=Max("created_at"))["made"]
    paid = public_payments(on=on).aggregate(made=Max("paid_on"))["made"]
    public = Publication.objects.public()
    ratings = public.aggregate(made=Max(Coalesce("revised_at", "published_at")))["made"]
    results = Consultation.objects.with_outcome().listed().aggregate(made=Max("results_published_at"))["made"]
    news = latest_events(limit=1).values_list("occurred_at", flat=True).first()
    return [
        *releases,
        OpenFile(
            "Register of agreements",
            "Contracts, grants and other agreements: with whom, for what, how much, how long, and out of which fund.",
            "CSV",
            reverse("contracts:register-csv"),
            register,
        ),
        OpenFile(
            "Payments",
            "Each payment of over £500 under an agreement of the register: to whom, when, and out of which fund.",
            "CSV",
            reverse("contracts:register-payments-csv"),
            at_midnight(paid) if paid else None,
        ),
        OpenFile(
            "Performance of every service",
            "Each published figure with its target and its rating, by agreement, measure and quarter.",
            "CSV",
            reverse("contracts:performance-list-csv"),
            ratings,
        ),
        OpenFile(
            "Results of consultations",
            "How many people gave each answer. A file beside the results of each consultation.",
            "CSV",
            reverse("consultations:consultation-list"),
            results,
        ),
        OpenFile(
            "What happens",
            "A feed of everything published, newest first. Each activity has one of its own, and a calendar.",
            "Atom",
            reverse("portal:feed"),
            news,
        ),
    ]


def _releases(*, on: date) -> OpenFile:
    return OpenFile(
        "Open Contracting releases",
        "Our own agreements in the Open Contracting Data Standard 1.1: from budget and award to changes, payments and"
        " published ratings.",
        "JSON",
        ocds.PATH,
        ocds.last_changed(on=on),
    )
