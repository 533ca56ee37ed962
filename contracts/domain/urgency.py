"""Which return needs the office first, and since when it waits for whom (R-077, R-148).

First what is overdue: returns that were not sent, then questions that were not answered in time. Then what was sent
and waits for the office, with changes before the first time; then what waits for the provider in time. Within each,
whatever has waited longest comes first.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateTimeField, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from contracts.domain.answering import days_words, words_with_us
from contracts.domain.schedule import due_words
from contracts.enums import ReturnState
from contracts.models import Query
from engagement.access import local_date
from engagement.domain.calendar import LONDON, add_working_days, uk_date, uk_time, working_days_left

if TYPE_CHECKING:
    from contracts.models import KpiReturn

ANSWER_DAYS = 5  # working days in which the office asks for an answer


def answer_due_on(asked_at: datetime) -> date:
    """The day by which an answer to a question is asked for."""
    return add_working_days(local_date(asked_at), ANSWER_DAYS)


def late_before(at: datetime) -> datetime:
    """Questions asked before this moment are answered late."""
    return datetime.combine(add_working_days(local_date(at), -ANSWER_DAYS), time.min, tzinfo=LONDON)


def with_question(returns: QuerySet[Any]) -> QuerySet[Any]:
    """Returns with `asked_at`, the moment of the oldest question that waits for an answer. No query more."""
    oldest = Query.objects.open().filter(figure__kpi_return=OuterRef("pk")).order_by().values("figure__kpi_return")
    found: QuerySet[Any] = returns.annotate(asked_at=Subquery(oldest.annotate(first=Min("asked_at")).values("first")))
    return found


def by_urgency(returns: QuerySet[Any], *, at: datetime) -> QuerySet[Any]:
    """Returns in the order in which they need somebody, each with `asked_at`; accepted ones last, the newest first."""
    rank = Case(
        When(state=ReturnState.DUE, due_at__lte=at, then=Value(0)),
        When(answer_is_late(at), then=Value(1)),
        When(state=ReturnState.SUBMITTED, with_changes=True, then=Value(2)),
        When(state=ReturnState.SUBMITTED, then=Value(3)),
        When(state=ReturnState.QUERIED, then=Value(4)),
        When(state=ReturnState.DUE, then=Value(5)),
        default=Value(6),
        output_field=IntegerField(),
    )
    since = Case(
        When(state=ReturnState.DUE, then=F("due_at")),
        When(asked_at__isnull=False, then=F("asked_at")),
        When(state__in=[ReturnState.SUBMITTED, ReturnState.QUERIED], then=F("submitted_at")),
        output_field=DateTimeField(),
    )
    return with_question(returns).order_by(rank, since.asc(nulls_last=True), "-ends_on", "pk")


def answer_is_late(at: datetime) -> Q:
    """Returns of `with_question` whose oldest question was not answered in time."""
    return Q(state=ReturnState.QUERIED, asked_at__lt=late_before(at))


def waits_too_long(kpi_return: KpiReturn, *, at: datetime) -> bool:
    """The same of a return that is loaded by `with_question`. Pure."""
    asked_at = getattr(kpi_return, "asked_at", None)
    return kpi_return.state == ReturnState.QUERIED and asked_at is not None and asked_at < late_before(at)


def since_words(kpi_return: KpiReturn, *, at: datetime) -> str:
    """Since when it stands where it stands, and for how long with whom. Needs `with_question`. Pure."""
    asked_at = getattr(kpi_return, "asked_at", None)
    if kpi_return.state == ReturnState.QUERIED and asked_at is not None:
        due_on, today = answer_due_on(asked_at), local_date(at)
        so_far = days_words(working_days_left(on=local_date(asked_at), until=today))
        return f"Answer {'was due' if due_on < today else 'due'} {uk_date(due_on)}, {so_far} with the provider"
    moment = kpi_return.accepted_at or kpi_return.submitted_at
    when = f"Due {due_words(kpi_return.due_at)}" if moment is None else f"Since {uk_time(moment)}"
    with_us = words_with_us(kpi_return, at=at)
    return f"{when}, {with_us} with us" if with_us else when
