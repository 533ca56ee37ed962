"""The office's own clock: how long it has had a return, and how long it usually takes to answer one (R-148).

Counted in working days of England and Wales, from the day a return is sent: 0 when it is answered the same day. An
answer is a question about it or its acceptance. What came from a file was never sent, and does not count.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median

from django.db.models import QuerySet

from contracts.enums import ReturnState
from contracts.models import KpiReturn, Query, Submission
from engagement.access import local_date
from engagement.domain.calendar import working_days_left

YEAR = timedelta(days=365)
FEWEST = 3  # answers from which a median says something


def days_with_us(kpi_return: KpiReturn, *, at: datetime) -> int | None:
    """How many working days the office has had a return that waits for its answer; `None` when none does."""
    if kpi_return.state != ReturnState.SUBMITTED or kpi_return.submitted_at is None:
        return None
    return working_days_left(on=local_date(kpi_return.submitted_at), until=local_date(at))


def words_with_us(kpi_return: KpiReturn, *, at: datetime) -> str:
    """The same in words; empty when none waits."""
    days = days_with_us(kpi_return, at=at)
    return "" if days is None else days_words(days)


def days_words(days: int) -> str:
    """Working days in words: `less than a working day`, `1 working day`, `3 working days`."""
    return f"{days} working day{'' if days == 1 else 's'}" if days else "less than a working day"


def usual_days(*, at: datetime) -> int | None:
    """The median of working days to an answer, of what was sent within a year and answered. Two queries.

    `None` while there are too few of them.
    """
    sent = Submission.objects.filter(declared_at__gt=at - YEAR, declared_by__isnull=False)
    rows = sent.values_list("kpi_return", "declared_at", "kpi_return__accepted_at")
    asked = defaultdict(list)
    questions = Query.objects.filter(asked_at__gt=at - YEAR)
    for kpi_return, moment in questions.values_list("figure__kpi_return", "asked_at"):
        asked[kpi_return].append(moment)
    days = []
    for kpi_return, declared_at, accepted_at in rows:
        moments = [moment for moment in (*asked[kpi_return], accepted_at) if moment and moment >= declared_at]
        if moments:
            days.append(working_days_left(on=local_date(declared_at), until=local_date(min(moments))))
    return round(median(days)) if len(days) >= FEWEST else None


def usual_words(days: int | None) -> str:
    """How long an answer usually takes, in a sentence for providers; empty while nobody can say."""
    if days is None:
        return ""
    within = "on the day they come" if days == 0 else f"within {days} working day{'' if days == 1 else 's'}"
    return f"Half of the returns of the last twelve months we answered {within}."


def unsettled_before(kpi_return: KpiReturn) -> QuerySet[KpiReturn]:
    """Earlier returns of the same agreement that are not accepted, first to last: their figures may still change."""
    earlier: QuerySet[KpiReturn] = KpiReturn.objects.filter(
        agreement=kpi_return.agreement_id, ends_on__lte=kpi_return.starts_on
    )
    return earlier.exclude(state=ReturnState.ACCEPTED).order_by("ends_on")
