"""Equality answers: apart from the response, in a pool that nobody can order, counted ten people at a time (ADR 14).

One person's answers fall apart into parts as they come in: one for each declared table, each sealed by itself. Every
press writes the whole pool anew with new keys and new seals, in random order, so neither place, key, transaction nor
length says which parts came together, or when. Ten people leave the pool at once, as counts.

A part that crosses a characteristic with an answer takes that answer from the response that the browser's receipt
opens, at that moment, and holds no key to it. Pressing twice is known by a random number that the browser drew for
this; its hash is thrown away every night and is joined to nothing.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from consultations.domain import drafting, equality, responding, sealing
from consultations.domain.equality import Asked, about, answer, table_of
from consultations.domain.tickets import Ticket
from consultations.enums import JOIN
from consultations.models import Answer, Consultation, EqualityCount, EqualityMark, EqualityPart, EqualityPlan

PURPOSE = "equality"
STEP = 10
EVERYBODY = ""  # the table that counts people

Part = tuple[str, str]  # table, cell


class EqualityRefused(Exception):
    """These answers cannot be taken; the message says why."""


def give_equality(
    *, consultation: Consultation, ticket: Ticket, given: Mapping[str, str], mark: str, at: datetime
) -> bool:
    """Adds somebody's equality answers to the pool; says whether it did. The same `mark` again adds nothing.

    `given` maps keys of characteristics to keys of options; what was left blank is not in it or empty. Raises
    `EqualityRefused` for what was not offered, and without answers sent from this browser; `NotTakingAnswers`.
    """
    drafting.refuse_unless_sendable(consultation, at=at)
    plan = equality.plan_of(consultation)
    if plan is None or not responding.find_receipt(consultation=consultation, ticket=ticket):
        raise EqualityRefused("Send your answers first: these questions come after them.")
    asked = equality.asked_by(plan)
    said = _said(asked, given)
    if not said:
        return False
    return _add(consultation, _parts(asked, said | _answers(consultation, ticket, asked)), mark)


def _said(asked: Asked, given: Mapping[str, str]) -> dict[str, str]:
    """What was said, by side. Blank is not said."""
    said = {about(key): value for key, value in given.items() if value}
    offered = {about(one.key): one.labels for one in asked.characteristics}
    if any(value not in offered.get(side, {}) for side, value in said.items()):
        raise EqualityRefused("Choose one of the answers on the page, or none.")
    return said


def _answers(consultation: Consultation, ticket: Ticket, asked: Asked) -> dict[str, str]:
    """What this browser's response says to the questions that are crossed, by side. Reads only."""
    if not asked.answers:
        return {}
    rows = Answer.objects.filter(
        response__consultation=consultation,
        response__receipt_hash=sealing.keyed_hash(responding.RECEIPT, ticket.code),
        question__in=asked.answers,
    )
    return {answer(question): choice for question, choice in rows.values_list("question", "choice")}


def _parts(asked: Asked, said: Mapping[str, str]) -> list[Part]:
    """One part for each table that these answers count in, and one for the person."""
    pairs = [(first, second) for first, second in asked.crossings if first in said and second in said]
    return [
        (EVERYBODY, ""),
        *said.items(),
        *((table_of(pair), JOIN.join(said[side] for side in pair)) for pair in pairs),
    ]


@transaction.atomic
def _add(consultation: Consultation, parts: Iterable[Part], mark: str) -> bool:
    """Writes the pool anew with more in it, unless this mark was seen. A transaction that nothing else shares."""
    _hold_pool(consultation)
    hashed = sealing.keyed_hash(PURPOSE, mark)
    if EqualityMark.objects.filter(mark=hashed).exists():
        return False
    EqualityMark.objects.create(consultation=consultation, mark=hashed)
    waiting = [*_waiting(consultation), *parts]
    EqualityPart.objects.filter(consultation=consultation).delete()
    EqualityPart.objects.bulk_create(
        EqualityPart(consultation=consultation, sealed=sealing.seal(part, secret="", purpose=PURPOSE))
        for part in secrets.SystemRandom().sample(waiting, len(waiting))
    )
    return True


def _hold_pool(consultation: Consultation) -> None:
    EqualityPlan.objects.select_for_update().get(pk=consultation.pk)


def _waiting(consultation: Consultation) -> list[Part]:
    """What waits, read under the pool's lock."""
    rows = EqualityPart.objects.filter(consultation=consultation)
    parts = [sealing.unseal(row.sealed, secret="", purpose=PURPOSE) for row in rows]
    return [(table, cell) for table, cell in parts]


def fold_due(*, at: datetime) -> int:
    """Empties every pool in which ten people wait, or whose consultation has ended; says how many."""
    pools = EqualityPart.objects.values("consultation")
    return sum(
        fold_equality(consultation=one, at=at, for_good=one.withdrawn_at is not None or at >= one.ends_at)
        for one in Consultation.objects.filter(pk__in=pools)
    )


@transaction.atomic
def fold_equality(*, consultation: Consultation, at: datetime, for_good: bool = False) -> bool:
    """Adds what waits to the counts when ten people or more wait, and deletes it; says whether it did.

    `for_good` does so whatever their number, when no more can come.
    """
    if not EqualityPart.objects.filter(consultation=consultation).exists():
        return False
    _hold_pool(consultation)
    waiting = Counter(_waiting(consultation))
    if waiting[EVERYBODY, ""] < (1 if for_good else STEP):
        return False
    kept = EqualityCount.objects.filter(consultation=consultation).first()
    counts = dict(kept.counts) if kept else {}
    for (table, cell), number in waiting.items():
        counts[table] = {**counts.get(table, {}), cell: counts.get(table, {}).get(cell, 0) + number}
    in_order = {table: dict(sorted(cells.items())) for table, cells in sorted(counts.items())}
    EqualityCount.objects.update_or_create(consultation=consultation, defaults={"counts": in_order, "counted_at": at})
    EqualityPart.objects.filter(consultation=consultation).delete()
    return True


def forget_marks() -> None:
    """Throws away which browsers have sent. A browser that has its answer does not need it any more."""
    EqualityMark.objects.all().delete()
