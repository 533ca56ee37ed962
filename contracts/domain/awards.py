"""Recording how a provider was chosen, so that it can be answered for (R-008, R-071, R-072, R-138)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts.domain.managed import managed
from contracts.enums import COMPETED, DecidedAs, HowChosen
from contracts.models import Agreement, Award
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

WHOLE = 100  # percent
COMMISSIONER = "the Commissioner"


class AwardRefused(Refused):
    """The choice cannot be recorded like this; the message says why. `field` names the box, if one."""


def awards_of(agreement: Agreement) -> list[Award]:
    """Every record of the choice, the one that holds first. One query."""
    return list(Award.objects.filter(agreement=agreement).select_related("recorded_by").order_by("-number"))


@transaction.atomic
def record_award(
    *,
    agreement: Agreement,
    seen_number: int,
    how: str,
    value_words: str,
    decided_as: str,
    decided_on: date,
    actor: User,
    at: datetime,
    criteria: Iterable[Mapping[str, Any]] = (),
    bids_received: int | None = None,
    moderated: str = "",
    options_words: str = "",
    decided_by: str = "",
    authority: str = "",
    letters_sent_on: date | None = None,
    tender_reference: str = "",
) -> Award:
    """Records the choice; an earlier record stays. `seen_number` is that of the record seen, 0 for none.

    Raises `AwardRefused` when somebody else recorded meanwhile, and for what cannot be answered for: a competition
    without criteria whose weights make 100 percent, a choice without competition that names no other way that was
    looked at, an officer's decision without the post and the authority, and days that contradict one another.
    """
    agreement = managed(
        agreement,
        actor=actor,
        at=at,
        refused=AwardRefused,
        words="Only the Contract Manager of the activity records how its provider was chosen.",
    )
    held = Award.objects.filter(agreement=agreement).count()
    if held != seen_number:
        raise AwardRefused("Somebody has recorded it meanwhile. What you typed is still here: compare, then keep it.")
    rows = _rows_of(criteria) if how in COMPETED else []
    _refuse_unanswerable(
        how, rows, options_words=options_words, decided_as=decided_as, decided_by=decided_by, authority=authority
    )
    _refuse_days(decided_on, letters_sent_on, today=local_date(at))
    award = Award.objects.create(
        agreement=agreement,
        number=held + 1,
        how=how,
        bids_received=bids_received if how in COMPETED else None,
        criteria=rows,
        moderated=moderated.strip(),
        value_words=value_words.strip(),
        options_words=options_words.strip(),
        decided_as=decided_as,
        decided_by=decided_by.strip() if decided_as == DecidedAs.OFFICER else COMMISSIONER,
        authority=authority.strip(),
        decided_on=decided_on,
        letters_sent_on=letters_sent_on,
        tender_reference=tender_reference.strip(),
        recorded_by=actor,
        recorded_at=at,
    )
    _record(award, actor=actor, at=at)
    return award


def _record(award: Award, *, actor: User, at: datetime) -> None:
    agreement, decided_on = award.agreement, award.decided_on.isoformat()
    log.record(
        action="agreement.award",
        subject=agreement,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"{agreement.reference}: how its provider was chosen was recorded ({award.get_how_display()}).",
        data={"how": award.how, "decided_as": award.decided_as, "decided_on": decided_on, "number": award.number},
    )


def _rows_of(criteria: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": str(row["name"]).strip(), "weight": int(row["weight"]), "score": row["score"]} for row in criteria]


def _refuse_unanswerable(
    how: str, rows: list[dict[str, Any]], *, options_words: str, decided_as: str, decided_by: str, authority: str
) -> None:
    if how in COMPETED:
        _refuse_weights(rows)
    elif not options_words.strip():
        raise AwardRefused(
            "Say which other ways were looked at, and why this one: nobody else could offer.", field="options_words"
        )
    if decided_as == DecidedAs.OFFICER and not decided_by.strip():
        raise AwardRefused("Say which post decided.", field="decided_by")
    if decided_as == DecidedAs.OFFICER and not authority.strip():
        raise AwardRefused("Name the delegation by which the officer decided.", field="authority")


def _refuse_weights(rows: list[dict[str, Any]]) -> None:
    if not rows:
        raise AwardRefused("Give the criteria by which the offers were compared.")
    names = [row["name"].casefold() for row in rows]
    if len(set(names)) < len(names):
        raise AwardRefused("Two criteria have the same name.")
    total = sum(row["weight"] for row in rows)
    if total != WHOLE:
        raise AwardRefused(f"The weights of the criteria make {total}%. They must make 100%.")


def _refuse_days(decided_on: date, letters_sent_on: date | None, *, today: date) -> None:
    if decided_on > today:
        raise AwardRefused("It cannot have been decided on a day that is still to come.", field="decided_on")
    if letters_sent_on and letters_sent_on < decided_on:
        raise AwardRefused("The letters went out before it was decided: check both days.", field="letters_sent_on")
    if letters_sent_on and letters_sent_on > today:
        raise AwardRefused("The letters cannot have gone out on a day that is still to come.", field="letters_sent_on")


def how_in_words(award: Award) -> str:
    """The choice in one sentence, for lists: `Open competition with 4 offers, decided by the Commissioner`."""
    offers = ""
    if award.bids_received is not None and HowChosen(award.how) in COMPETED:
        offers = f" with {award.bids_received} offer{'' if award.bids_received == 1 else 's'}"
    return f"{award.get_how_display()}{offers}, decided by {award.decided_by}"
