"""What an agreement is made of, in a few rows that lead on, for whoever may open it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from contracts import rules
from contracts.domain.awards import awards_of, how_in_words
from contracts.domain.duties import indicator_duty, regime_of
from contracts.domain.going import Row
from contracts.domain.governance import arrangements_of
from contracts.domain.parties import lots_of, parties_of
from contracts.domain.procurement import amounts_kept
from contracts.models import Agreement, AgreementDocument
from engagement.access import local_date
from engagement.models import User


def made_of(agreement: Agreement, user: User, *, at: datetime) -> list[Row]:
    """The law it was procured by with its duty, who else is in it, how it is steered, its papers, what was signed.

    The office also reads how its provider was chosen. Of facts from a source there is only who.

    A constant number of queries.
    """
    who = _who(agreement)
    return (
        [who]
        if agreement.is_recorded
        else [
            _law(agreement, at=at),
            *([_chosen(agreement)] if rules.reads_office_lists(user, at=at) else []),
            who,
            _steered(agreement),
            _papers(agreement, user, at=at),
            *([_signed(agreement)] if agreement.is_live else []),
        ]
    )


def _chosen(agreement: Agreement) -> Row:
    found = awards_of(agreement)
    words = how_in_words(found[0]) if found else "Not recorded"
    return Row("How the provider was chosen", f"{words}.", reverse("contracts:award", args=[agreement.reference]))


def _signed(agreement: Agreement) -> Row:
    words = f"Signed {agreement.signed_on}. What holds now, and the results, beside what was agreed then."
    return Row("What was signed", words, reverse("contracts:signed-terms", args=[agreement.reference]))


def _papers(agreement: Agreement, user: User, *, at: datetime) -> Row:
    number = AgreementDocument.objects.visible_to(user, at=at).filter(agreement=agreement).count()
    words = {0: "None that you can open", 1: "1 document"}.get(number, f"{number} documents")
    return Row("Documents", f"{words}.", reverse("contracts:documents", args=[agreement.reference]))


def _steered(agreement: Agreement) -> Row:
    found = arrangements_of(agreement)
    words = "Nobody has said yet how"
    if found:
        often = "once a year" if found[0].meetings_a_year == 1 else f"{found[0].meetings_a_year} times a year"
        words = f"{found[0].body}, {often}, chaired by {found[0].chair}"
    return Row("How it is steered", f"{words}.", reverse("contracts:governance", args=[agreement.reference]))


def _who(agreement: Agreement) -> Row:
    parties, lots = parties_of(agreement), lots_of(agreement)
    words = ", ".join(str(party) for party in parties) or "Nobody besides the provider and its commissioner"
    if lots:
        words += f". {len(lots)} lot{'s' if len(lots) > 1 else ''}"
    return Row("Parties and lots", f"{words}.", reverse("contracts:parties", args=[agreement.reference]))


def _law(agreement: Agreement, *, at: datetime) -> Row:
    regime = regime_of(agreement)
    duty = indicator_duty(agreement, amounts=amounts_kept(), on=local_date(at))
    words = ["Not recorded" if regime is None else str(regime.label)]
    if duty.is_settled:
        words += ["Indicators have to be published" if duty.applies else "No duty to publish indicators", duty.because]
    address = reverse("contracts:procurement", args=[agreement.reference])
    return Row("How it was procured", f"{'. '.join(words).rstrip('.')}.", address)
