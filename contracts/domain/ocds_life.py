"""What became of an agreement, as an Open Contracting release tells it: changes, payments, failures, notices. Pure.

Made of the rows of `contracts.domain.public_record` alone, loaded by the caller. A release has no number for the state
before a change, since each agreement has one release that says all of it: `amendsReleaseID` is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from contracts.domain.ocds_words import Json, first_moment, given, last_moment, moment_of, money, party_of, reference_to
from contracts.domain.public_record import Notice, notices_of, what_changed
from contracts.enums import ActionState, EndingKind, ModificationGround
from contracts.models import Agreement, Consequence, Ending, Payment, Variation
from engagement.domain.calendar import at_midnight

GROUNDS = "UK_MODIFICATION_GROUND"
# The document types of the standard and of its UK extension for the notices of the Procurement Act 2023.
NOTICE_TYPES = {"UK9": "implementationNotice", "UK10": "contractNotice", "UK11": "contractTerminationNotice"}
FAILURE = "Notice of a breach or of a failure to improve, under section 71(5) of the Procurement Act 2023."


def variations_of(agreement: Agreement) -> list[Variation]:
    """The loaded changes in force."""
    return list(agreement.variations.all())


def amendments_of(agreement: Agreement) -> list[Json]:
    """Each change in force: when, by which ground of the Act, what the public may read of it, and its terms."""
    return [_amendment(one) for one in variations_of(agreement)]


def _amendment(one: Variation) -> Json:
    ground = ModificationGround(one.ground) if one.ground else None
    named = [{"scheme": GROUNDS, "id": ground.value, "description": ground.label}] if ground else []
    return given(
        id=str(one.number),
        date=moment_of(one.answered_at) if one.answered_at else None,
        rationale=str(ground.label) if ground else None,
        rationaleClassifications=named,
        description=" ".join(words for words in (one.public_words, what_changed(one)) if words),
        period={"endDate": last_moment(one.new_ends)} if one.new_ends else {},
        value=money(one.new_value) if one.value_change and one.new_value is not None else None,
    )


def transactions_of(agreement: Agreement, *, payer: Json) -> list[Json]:
    """Each single payment that is public, in pounds of the agreement's one fund; what came back is negative."""
    payee = reference_to(party_of(agreement.provider)) if agreement.provider else None
    return [_transaction(one, payer=reference_to(payer), payee=payee) for one in agreement.payments.all()]


def _transaction(one: Payment, *, payer: Json, payee: Json | None) -> Json:
    return given(
        id=str(one.number),
        date=first_moment(one.paid_on) if one.paid_on else None,
        value=money(one.paid_amount) if one.paid_amount is not None else None,
        payer=payer,
        payee=payee,
    )


def milestones_of(agreement: Agreement) -> list[Json]:
    """The public milestones of getting ready. What is not done yet is scheduled, whatever its day."""
    return [
        given(
            id=str(one.pk),
            title=one.public_words,
            type="delivery",
            dueDate=last_moment(one.due_on),
            dateMet=first_moment(one.done_on) if one.done_on else None,
            status="met" if one.state == ActionState.DONE else "scheduled",
        )
        for one in agreement.actions.all()
    ]


def failures_of(agreement: Agreement) -> list[Json]:
    """Each failure of which a notice is published, with the notice: what it says is said there."""
    suppliers = [reference_to(party_of(agreement.provider))] if agreement.provider else []
    return [_failure(one, suppliers) for one in agreement.consequences.all()]


def _failure(one: Consequence, suppliers: list[Json]) -> Json:
    notices = [notice_of(notice) for notice in notices_of([], [one])]
    return given(id=str(one.number), description=FAILURE, suppliers=suppliers, documents=notices)


def notice_of(notice: Notice) -> Json:
    """A notice of the Act as a document."""
    return {
        "id": notice.key,
        "documentType": NOTICE_TYPES[notice.code],
        "noticeType": notice.code,
        "title": notice.title,
        "url": notice.url,
        "datePublished": first_moment(notice.on),
        "format": "text/html",
        "language": "en",
    }


def contract_notices(agreement: Agreement) -> list[Json]:
    """The notices about the contract itself; those of failures stand with the failures."""
    ended = list(agreement.endings.all())
    return [notice_of(notice) for notice in notices_of(variations_of(agreement), [], ended)]


def ending_of(agreement: Agreement, *, today: date) -> Ending | None:
    """The loaded end that is in force, once its day is over."""
    return next((one for one in agreement.endings.all() if one.ends_on < today), None)


def rationale_of(ending: Ending | None) -> list[Json]:
    """Why it ended. The central platform calls a contract that ran its course `contractCompleted`; it publishes no list
    of the other codes, so those are ours."""
    if ending is None:
        return []
    kind = EndingKind(ending.kind)
    if kind in {EndingKind.EXPIRED, EndingKind.COMPLETED}:
        return [{"id": "contractCompleted", "description": kind.label}]
    return [{"scheme": "X_ENDING", "id": kind.value, "description": kind.label}]


def end_of(ending: Ending | None) -> Json:
    """The last day of its implementation, and what the public may read of why."""
    if ending is None:
        return {}
    return given(endDate=last_moment(ending.ends_on), endDateDetails=ending.public_words)


def moments_of(agreement: Agreement) -> Iterator[datetime]:
    """When each of it became public."""
    for variation in variations_of(agreement):
        if variation.answered_at:
            yield variation.answered_at
    for ending in agreement.endings.all():
        yield ending.decided_at or ending.proposed_at
    days = [payment.paid_on for payment in agreement.payments.all()]
    days += [ending.noticed_on for ending in agreement.endings.all()]
    days += [failure.noticed_on for failure in agreement.consequences.all()]
    for day in filter(None, days):
        yield at_midnight(day)


def tags_of(agreement: Agreement, *, measured: Iterable[object], today: date) -> list[str]:
    """What kinds of news the release holds beyond the contract itself."""
    lived = [*measured, *agreement.actions.all(), *agreement.payments.all(), *agreement.consequences.all()]
    tags = ["contractAmendment"] if variations_of(agreement) else []
    tags += ["implementation"] if lived else []
    return [*tags, *(["contractTermination"] if ending_of(agreement, today=today) else [])]
