"""Publishing the ratings of a whole period at once: a person reads what is ready and orders it, the worker publishes.

Each return is published by itself, as `contracts.domain.publishing` does it and with all that it refuses. One that is
refused keeps the reason and holds up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from contracts import rules
from contracts.domain.moves import ReturnRefused
from contracts.domain.publishing import publish_ratings, with_version
from contracts.enums import OverrideState, RatingWord, ReturnState, RoundState
from contracts.models import KpiReturn, Override, PublicationRound, RoundReturn
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

PUBLISH_TASK = "contracts.publish_rounds"
AT_A_TIME = 200  # rows read or written together, so that memory does not grow with the round
CHANGED = "It was changed after you had decided. Read it again, then publish it."
BROKEN = "It could not be published. Try again; if it fails again, tell whoever runs the site."

logger = logging.getLogger(__name__)


class RoundRefused(Refused):
    """Why a round was not ordered, in a sentence for the person who asked."""


@dataclass(frozen=True)
class Ready:
    """A period of which returns are accepted and not published: how many this person publishes, and what is left out.

    `somebody_else` were accepted by the same person, `not_public` are of activities that are not public, `not_accepted`
    are due, submitted or queried, and of `undecided` an override waits for a decision.
    """

    quarter: str
    label: str
    ready: int
    somebody_else: int
    not_public: int
    not_accepted: int
    undecided: int
    published: int

    @property
    def left_out(self) -> list[str]:
        """What is not published with the rest, each in words."""
        counts = {
            "not accepted yet": self.not_accepted,
            "whose rating somebody proposes to override": self.undecided,
            "that you accepted": self.somebody_else,
            "of activities that are not public": self.not_public,
        }
        return [f"{number} {words}" for words, number in counts.items() if number]


def unpublished() -> QuerySet[KpiReturn]:
    """Accepted returns whose ratings nobody has published."""
    return KpiReturn.objects.filter(state=ReturnState.ACCEPTED, publication=None)


def periods_for(user: User, *, at: datetime) -> list[Ready]:
    """The periods of which something is to be published, latest first. Two queries."""
    codes = unpublished().order_by().values("quarter")
    mine = rules.publishable_returns(user, at=at) & ~_in_a_round() & ~_undecided()
    accepted = Q(state=ReturnState.ACCEPTED, publication=None)
    rows = (
        KpiReturn.objects.filter(quarter__in=codes)
        .order_by()
        .values("quarter")
        .annotate(
            newest=Max("pk"),
            last_day=Max("ends_on"),
            ready=Count("pk", filter=mine),
            somebody_else=Count("pk", filter=accepted & Q(accepted_by=user)),
            not_public=Count("pk", filter=accepted & Q(agreement__activity__published_at=None)),
            not_accepted=Count("pk", filter=~Q(state=ReturnState.ACCEPTED)),
            undecided=Count("pk", filter=accepted & _undecided()),
            published=Count("publication"),
        )
        .order_by("-last_day", "quarter")
    )
    found = list(rows)
    labels = {one.pk: one.period.label for one in KpiReturn.objects.filter(pk__in=[row["newest"] for row in found])}
    return [
        Ready(
            quarter=row["quarter"],
            label=labels[row["newest"]],
            ready=row["ready"],
            somebody_else=row["somebody_else"],
            not_public=row["not_public"],
            not_accepted=row["not_accepted"],
            undecided=row["undecided"],
            published=row["published"],
        )
        for row in found
    ]


def ready_for(user: User, *, quarter: str, at: datetime) -> QuerySet[KpiReturn]:
    """The returns of a period that this person may publish now, with how many measures earned each word.

    A confirmed override counts as its own word, as it will be published.
    """
    overridden = Q(figures__in=Override.objects.filter(state=OverrideState.CONFIRMED).values("figure"))
    words = {
        word.lower(): Count("figures", filter=Q(figures__rating__word=word) & ~overridden, distinct=True)
        + Count(
            "figures",
            filter=Q(figures__overrides__word=word, figures__overrides__state=OverrideState.CONFIRMED),
            distinct=True,
        )
        for word in RatingWord
    }
    rows: QuerySet[KpiReturn] = KpiReturn.objects.for_table()
    return rows.filter(_ready(user, quarter=quarter, at=at)).annotate(**words).order_by("agreement__title", "pk")


def fingerprint(user: User, *, quarter: str, at: datetime) -> tuple[int, str]:
    """How many returns of a period are ready, and a mark that changes with any of them."""
    digest, number = sha256(), 0
    for pk, seen in _seen(_ready(user, quarter=quarter, at=at)).values_list("pk", "seen").iterator(AT_A_TIME):
        digest.update(f"{pk}:{seen};".encode())
        number += 1
    return number, digest.hexdigest()[:32]


@transaction.atomic
def order_round(*, quarter: str, seen: str, actor: User, at: datetime) -> PublicationRound:
    """Orders the ratings of every return of a period that is ready for this person; the worker publishes them.

    `seen` is the mark of what was on the page (`fingerprint`). Raises `RoundRefused` when nothing is ready, or what is
    ready is no longer what the person read.
    """
    if not rules.publishes_ratings(actor, at=at):
        raise RoundRefused("The Management Team publishes ratings.")
    number, mark = fingerprint(actor, quarter=quarter, at=at)
    if not number:
        raise RoundRefused("Nothing of this period is ready to be published.")
    if mark != seen:
        raise RoundRefused("What is ready has changed since you opened this page. Look through it again, then publish.")
    rows = _seen(_ready(actor, quarter=quarter, at=at))
    first = rows[0]
    kept = PublicationRound.objects.create(quarter=quarter, label=first.period.label, ordered_by=actor, ordered_at=at)
    made = (RoundReturn(round=kept, kpi_return=row, seen_version=row.seen) for row in rows.iterator(AT_A_TIME))
    RoundReturn.objects.bulk_create(made, batch_size=AT_A_TIME)
    log.record(
        action="ratings.ordered",
        subject=kept,
        actor=actor,
        at=at,
        summary=f"The ratings of {number} return{'' if number == 1 else 's'} for {kept.label} are to be published.",
        data={"returns": number, "period": quarter},
    )
    transaction.on_commit(_wake_worker, robust=True)
    return kept


def progress_of(kept: PublicationRound) -> dict[str, int]:
    """How many returns of a round are in which state, by the state's code, and `total`."""
    counts = dict.fromkeys(RoundState.values, 0)
    counts |= dict(kept.items.order_by().values_list("state").annotate(Count("pk")))
    return {**counts, "total": sum(counts.values())}


def carry_out_waiting(*, clock: Callable[[], datetime]) -> int:
    """Publishes what was ordered, return by return; gives how many. For the worker: safe to run twice at once.

    A return and its place in the round change in one transaction, so that a worker which dies leaves the rest waiting.
    """
    done = 0
    for kept in PublicationRound.objects.waiting().select_related("ordered_by").order_by("pk"):
        while waiting := list(_waiting(kept)[:AT_A_TIME]):
            settled = [_carry_out_one(pk, actor=kept.ordered_by, at=clock()) for pk in waiting]
            done += settled.count(True)
            if settled.count(None) == len(settled):
                break  # another worker holds them all
        PublicationRound.objects.filter(pk=kept.pk).exclude(items__state=RoundState.WAITING).update(finished_at=clock())
    return done


def _waiting(kept: PublicationRound) -> QuerySet[RoundReturn, int]:
    return kept.items.filter(state=RoundState.WAITING).order_by("pk").values_list("pk", flat=True)


def _carry_out_one(pk: int, *, actor: User, at: datetime) -> bool | None:
    """Whether a return was published; `None` when somebody else is at it."""
    try:
        with transaction.atomic():
            waiting = RoundReturn.objects.filter(pk=pk, state=RoundState.WAITING).select_related("kpi_return")
            item = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            if item is None:
                return None
            now = _seen(Q(pk=item.kpi_return_id)).values_list("seen", flat=True).get()
            if now != item.seen_version:
                raise ReturnRefused(CHANGED)
            publish_ratings(kpi_return=item.kpi_return, words=[], actor=actor, at=at)
            RoundReturn.objects.filter(pk=pk).update(state=RoundState.PUBLISHED)
    except ReturnRefused as refusal:
        why = str(refusal)
    except Exception:  # whatever went wrong, the next is published, and a person reads that this one was not
        logger.exception("ratings could not be published")
        why = BROKEN
    else:
        return True
    RoundReturn.objects.filter(pk=pk, state=RoundState.WAITING).update(state=RoundState.REFUSED, refusal=why[:300])
    return False


def _in_a_round() -> Q:
    return Q(pk__in=RoundReturn.objects.filter(state=RoundState.WAITING).values("kpi_return"))


def _undecided() -> Q:
    """An override of the return waits for a decision: its ratings are not settled."""
    return Q(pk__in=Override.objects.filter(state=OverrideState.PROPOSED).values("figure__kpi_return"))


def _ready(user: User, *, quarter: str, at: datetime) -> Q:
    return Q(rules.publishable_returns(user, at=at), ~_in_a_round(), ~_undecided(), quarter=quarter)


def _seen(policy: Q) -> Any:
    """The returns of a policy, each with `seen`, which grows with any change of it or of one of its figures."""
    return with_version(KpiReturn.objects.filter(policy).order_by("pk"))


def _wake_worker() -> None:
    """Only shortens the wait: the table is the queue, which the worker looks through every minute."""
    current_app.send_task(PUBLISH_TASK)
