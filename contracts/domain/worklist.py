"""A provider's returns as its people meet them: what waits, in which order and words, and the tasks of one return."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from contracts.domain.answering import days_with_us
from contracts.domain.queries import Line
from contracts.domain.spreadsheet import plain
from contracts.enums import WRITABLE_STATES, OverrideState, RatingWord, ReturnState
from contracts.models import Feedback, Figure, Indicator, KpiReturn, Narrative, Override, Rating
from engagement.access import local_date
from engagement.domain.exports import Cell
from engagement.domain.periods import NOUNS, Period
from engagement.enums import PROVIDER_ROLES
from engagement.models import Membership, Organisation, User


@dataclass(frozen=True)
class Waiting:
    """A return that can be written, on the list: the code of its tag, what to do, and how far it is."""

    kpi_return: KpiReturn
    status: str
    questions: int
    completed: int
    asked: int

    @property
    def urgent(self) -> bool:
        """Overdue, or waiting for an answer."""
        return self.status in {"OVERDUE", "QUERIED"}

    @property
    def detail(self) -> str:
        """What there is to do."""
        if self.questions:
            return _count(self.questions, "question", "to answer")
        if self.kpi_return.state == ReturnState.QUERIED:
            return "Questions answered. Check the figures and send the return again."
        return f"{self.completed} of {_count(self.asked, 'section', 'completed')}"


@dataclass(frozen=True)
class Accepted:
    """An accepted return with how often each rating was given."""

    kpi_return: KpiReturn
    tally: list[tuple[str, int]]


@dataclass(frozen=True)
class Task:
    """One line of a return's task list."""

    title: str
    url: str | None
    hint: str
    status: str


def _count(number: int, thing: str, rest: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'} {rest}"


def waiting(returns: QuerySet[Any], *, at: datetime) -> list[Waiting]:
    """What can be written now: overdue first, then queried, then due, each by due date. Two queries.

    `returns` are those of `contracts.domain.queries.returns_for`, with its counts.
    """
    writable = list(returns.filter(state__in=WRITABLE_STATES).order_by("due_at", "pk"))
    agreements = {kpi_return.agreement_id for kpi_return in writable}
    indicators = list(Indicator.objects.filter(agreement__in=agreements))
    rows = [
        Waiting(
            kpi_return=kpi_return,
            status=kpi_return.status(at=at),
            questions=kpi_return.open_queries,
            completed=kpi_return.completed,
            asked=sum(
                indicator.agreement_id == kpi_return.agreement_id and indicator.is_asked_in(kpi_return.period)
                for indicator in indicators
            ),
        )
        for kpi_return in writable
    ]
    order = {"OVERDUE": 0, "QUERIED": 1}
    return sorted(rows, key=lambda row: order.get(row.status, 2))


def heading(rows: Sequence[Waiting]) -> str:
    """What waits, in one sentence: `1 return is overdue, 2 are due, 1 question to answer`."""
    counts = Counter(row.status for row in rows)
    questions = sum(row.questions for row in rows)
    again = counts["QUERIED"] - sum(bool(row.questions) for row in rows if row.status == "QUERIED")
    parts: list[str] = []
    for number, words in ((counts["OVERDUE"], "overdue"), (counts["DUE"], "due"), (again, "to send again")):
        if number:
            noun = "" if parts else f" return{'' if number == 1 else 's'}"
            parts.append(f"{number}{noun} {'is' if number == 1 else 'are'} {words}")
    if questions:
        parts.append(_count(questions, "question", "to answer"))
    return ", ".join(parts) or "Nothing is due from you today"


OFFICE_HEADER = (
    "return", "agreement_reference", "agreement", "provider", "period", "period_starts", "period_ends", "state", "due",
    "due_is_provisional", "submitted", "late", "working_days_with_us", "accepted",
)  # fmt: skip


def office_row(kpi_return: KpiReturn, *, at: datetime) -> list[Cell]:
    """A return as the office's file has it, under `OFFICE_HEADER`. Dates are UK dates."""
    agreement = kpi_return.agreement
    return [
        kpi_return.reference,
        agreement.reference,
        agreement.title,
        str(agreement.provider),
        kpi_return.period.label,
        kpi_return.starts_on,
        kpi_return.period.last_day,
        kpi_return.status(at=at),
        local_date(kpi_return.due_at),
        "yes" if kpi_return.is_provisional else "no",
        local_date(kpi_return.submitted_at) if kpi_return.submitted_at else None,
        "yes" if kpi_return.was_late else "no",
        days_with_us(kpi_return, at=at),
        local_date(kpi_return.accepted_at) if kpi_return.accepted_at else None,
    ]


def with_ratings(returns: Iterable[KpiReturn]) -> list[Accepted]:
    """Accepted returns, each with its ratings counted as they stand, best word first. One query."""
    returns = list(returns)
    counts: dict[int, Counter[str]] = {kpi_return.pk: Counter() for kpi_return in returns}
    confirmed = Override.objects.filter(figure=OuterRef("figure"), state=OverrideState.CONFIRMED).values("word")
    ratings = Rating.objects.filter(figure__kpi_return__in=counts).exclude(word="")
    stands = ratings.annotate(stands=Coalesce(Subquery(confirmed[:1]), F("word")))
    for pk, word in stands.values_list("figure__kpi_return", "stands"):
        counts[pk][word] += 1
    return [
        Accepted(
            kpi_return, [(str(word), counts[kpi_return.pk][word]) for word in RatingWord if counts[kpi_return.pk][word]]
        )
        for kpi_return in returns
    ]


def people_of(organisations: Collection[Organisation], *, on: date) -> list[Membership]:
    """Who reports for these organisations on a day, by name, certifiers and preparers. One query."""
    current = Membership.objects.current(on=on).filter(
        organisation__in=organisations, role__in=PROVIDER_ROLES, user__is_active=True
    )
    return list(current.select_related("user", "organisation").order_by("user__name", "user__email", "role"))


def hint_of(line: Line, *, last: str) -> str:
    """The last figure and the target of a measure, for the task list. `last` is what the last period is called."""
    parts = [
        f"{last} {line.last.text}" if line.last else "",
        f"target {line.target_text}" if line.target_text else "",
    ]
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def tasks(kpi_return: KpiReturn, lines: Sequence[Line]) -> list[Task]:
    """The measures of one group as tasks."""
    return [
        Task(
            title=line.indicator.name,
            url=reverse("contracts:return-figure", args=[kpi_return.reference, line.indicator.code]),
            hint=hint_of(line, last=last_words(line.indicator, kpi_return.period)),
            status=line.status,
        )
        for line in lines
    ]


def tasks_beside(
    kpi_return: KpiReturn, *, narrative: Narrative | None, files: int, feedback: Feedback | None
) -> list[Task]:
    """What goes with the figures, none of which anybody has to give."""
    told = f"{files} file{'' if files == 1 else 's'}" if files else "Optional. A case study or a picture."
    return [
        Task(
            title="What the figures do not tell",
            url=reverse("contracts:return-narrative", args=[kpi_return.reference]),
            hint="Optional. What went well, what did not, what is coming.",
            status="COMPLETED" if narrative else "NOT_STARTED",
        ),
        Task(
            title="Files of evidence",
            url=reverse("contracts:return-evidence", args=[kpi_return.reference]),
            hint=told,
            status="COMPLETED" if files else "NOT_STARTED",
        ),
        Task(
            title="How did we do?",
            url=reverse("contracts:return-feedback", args=[kpi_return.reference]),
            hint="Optional, and kept apart from the return.",
            status="COMPLETED" if feedback else "NOT_STARTED",
        ),
    ]


def check_task(kpi_return: KpiReturn, lines: Sequence[Line], certifiers: Sequence[User]) -> Task:
    """The last task: locked until every measure is completed, and naming who may declare."""
    ready = all(line.status == "COMPLETED" for line in lines)
    names = " or ".join(str(person) for person in certifiers) or "nobody yet, so ask the office"
    return Task(
        title="Check answers and declare",
        url=reverse("contracts:return-check", args=[kpi_return.reference]) if ready else None,
        hint=f"A certifier sends it: {names}" if ready else f"Needs every section completed, and a certifier: {names}",
        status="NOT_STARTED" if ready else "CANNOT_START",
    )


def next_unfinished(lines: Sequence[Line], *, after: Indicator) -> Indicator | None:
    """The next measure that is not completed, going round to the first ones; nothing when all are."""
    codes = [line.indicator.code for line in lines]
    here = codes.index(after.code)
    rotated = [*lines[here + 1 :], *lines[:here]]
    return next((line.indicator for line in rotated if line.status != "COMPLETED"), None)


def last_words(indicator: Indicator, period: Period) -> str:
    """What to call the last time that a measure was asked for: `last quarter`, `last month`, `last year`."""
    return f"last {NOUNS.get(indicator.asked_every, period.noun)}"


def counts_before(kpi_return: KpiReturn, indicator: Indicator) -> dict[date, str]:
    """The two counts of a percentage in earlier periods, in words (`391 of 430`), by the end of each. One query."""
    figures = Figure.objects.filter(
        kpi_return__agreement=kpi_return.agreement_id,
        kpi_return__ends_on__lte=kpi_return.starts_on,
        indicator=indicator,
        numerator__isnull=False,
        denominator__isnull=False,
    ).exclude(kpi_return__state=ReturnState.DUE)
    return {
        ends_on: f"{plain(numerator):,} of {plain(denominator):,}"
        for ends_on, numerator, denominator in figures.values_list("kpi_return__ends_on", "numerator", "denominator")
    }
