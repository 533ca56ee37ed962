"""Reads across agreements, returns and ratings, each at a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Cast

from contracts import rules
from contracts.domain import holidays
from contracts.domain.figures import entry_of, owed
from contracts.domain.measures import WORST_FIRST
from contracts.domain.overriding import overrides_of
from contracts.domain.parts import Footing, Table, footings_of, from_kept, shown
from contracts.domain.phrasing import change_text, target_text
from contracts.domain.ratings import Judgement, rate, stated_apart
from contracts.domain.rolling import Together, held_of, last_twelve_months, year_so_far
from contracts.domain.schedule import due_words
from contracts.domain.urgency import answer_due_on, answer_is_late, since_words, with_question
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import RatingWord, ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn, Override, Publication, Query, Restatement
from engagement.access import local_date
from engagement.domain.calendar import Quarter, uk_date, uk_time
from engagement.domain.periods import Period, add_months
from engagement.domain.queries import Todo
from engagement.models import Activity, LogEntry, Organisation, User

if TYPE_CHECKING:
    from contracts.domain.peers import Peers

MONTHS_BACK = 12
HISTORY = 20


@dataclass(frozen=True)
class Line:
    """One measure of a return and what people compare it with. `before` maps periods to earlier judgements."""

    indicator: Indicator
    yardstick: Yardstick
    figure: Figure | None
    judgement: Judgement | None
    queries: list[Query] = field(default_factory=list)
    before: dict[Period, Judgement] = field(default_factory=dict)
    last: Judgement | None = None
    year_ago: Judgement | None = None
    year: Together | None = None
    twelve_months: Together | None = None
    override: Override | None = None
    peers: Peers | None = None

    @property
    def target_text(self) -> str:
        """The target in words; empty when the measure is not rated."""
        return target_text(self.yardstick)

    @property
    def change(self) -> str:
        """How it moved since the last time, in words."""
        now = self.judgement.value if self.judgement else None
        return change_text(self.yardstick, now, self.last.value if self.last else None)

    @property
    def open_query(self) -> Query | None:
        """The question that waits for an answer."""
        return next((query for query in self.queries if query.answered_at is None), None)

    @property
    def questions(self) -> list[tuple[Indicator, Query]]:
        """What was asked about it, each with the measure."""
        return [(self.indicator, query) for query in self.queries]

    @property
    def owed(self) -> dict[str, str]:
        """What keeps it from being completed, by box. Nothing is owed before it is begun."""
        before = self.last.value if self.last else None
        return owed(self.indicator, entry_of(self.figure), before=before) if self.figure else {}

    @property
    def to_do(self) -> str:
        """The first thing that keeps it from being completed, in words."""
        return next(iter(self.owed.values()), "")

    @property
    def apart(self) -> str:
        """By how much a percentage as stated differs from its own counts, in words, when that is two points or more."""
        apart = stated_apart(self.yardstick, Reading.of(self.figure)) if self.figure else None
        return "" if apart is None else f"{apart:.1f} points"

    @property
    def parts(self) -> list[tuple[Table, list[tuple[str, str]]]]:
        """Its tables with each group's number in words; none where none is given."""
        return shown(self.indicator, from_kept(self.figure.parts)) if self.figure else []

    @property
    def footings(self) -> list[Footing]:
        """What the parts of each table add up to, beside the figure."""
        if self.figure is None:
            return []
        return footings_of(self.indicator, total=self.figure.value, parts=from_kept(self.figure.parts))

    @property
    def status(self) -> str:
        """The code of its task: `NOT_STARTED`, `IN_PROGRESS`, `PROBLEM` or `COMPLETED`."""
        if self.open_query:
            return "PROBLEM"
        if self.figure is None:
            return "NOT_STARTED"
        if self.owed:
            return "PROBLEM" if self.figure.completed else "IN_PROGRESS"
        return "COMPLETED" if self.figure.completed else "IN_PROGRESS"


def lines_of(kpi_return: KpiReturn, *, beside: QuerySet[KpiReturn] | None = None) -> list[Line]:
    """The measures of a return in order, each with its figure, questions, last period and the one a year ago.

    The last period is the one before; of what is asked for less often, the last that asked for it.

    Comparisons are with the same version of the measure, in returns that were submitted; with `beside`, only in those:
    whoever reads this return may not read the one of the quarter before. Four queries.
    """
    indicators = list(kpi_return.agreement.indicators.asked_in(kpi_return.period))
    queries = Query.objects.select_related("asked_by", "answered_by").order_by("asked_at")
    figures = kpi_return.figures.select_related("saved_by", "checked_by").prefetch_related(
        Prefetch("queries", queryset=queries)
    )
    kept = {figure.indicator_id: figure for figure in figures}
    overrides = overrides_of(kpi_return) if kpi_return.state == ReturnState.ACCEPTED else {}
    before = _earlier_figures(kpi_return, beside)
    lines = []
    for indicator in indicators:
        yardstick, figure = Yardstick.of(indicator), kept.get(indicator.pk)
        readings = before.get(indicator.pk, {})
        earlier = {period: rate(yardstick, reading) for period, reading in readings.items()}
        now = {kpi_return.period: Reading.of(figure)} if figure else {}
        held, every = held_of(indicator, {**readings, **now}), indicator.asked_every
        lines.append(
            Line(
                indicator=indicator,
                yardstick=yardstick,
                figure=figure,
                judgement=rate(yardstick, Reading.of(figure)) if figure else None,
                queries=list(figure.queries.all()) if figure else [],
                before=earlier,
                last=_ending(earlier, last_end(indicator, kpi_return.period)),
                year_ago=_ending(earlier, add_months(kpi_return.ends_on, -MONTHS_BACK)),
                year=year_so_far(held, kpi_return.period, every=every),
                twelve_months=last_twelve_months(held, kpi_return.period, every=every),
                override=overrides.get(figure.pk) if figure else None,
            )
        )
    return lines


def last_end(indicator: Indicator, period: Period) -> date:
    """When the period ended that a measure was asked for the last time before this one."""
    return add_months(period.ends_on, -indicator.asked_every) if indicator.asked_every else period.starts_on


def _ending(earlier: dict[Period, Judgement], day: date) -> Judgement | None:
    return next((judgement for period, judgement in earlier.items() if period.ends_on == day), None)


def _earlier_figures(kpi_return: KpiReturn, beside: QuerySet[KpiReturn] | None) -> dict[int, dict[Period, Reading]]:
    """The readings of the year before, by indicator and period, the same period a year ago among them."""
    figures = (
        Figure.objects.filter(
            kpi_return__agreement=kpi_return.agreement_id,
            kpi_return__ends_on__lte=kpi_return.starts_on,
            kpi_return__ends_on__gte=add_months(kpi_return.ends_on, -MONTHS_BACK),
        )
        .exclude(kpi_return__state=ReturnState.DUE)
        .select_related("kpi_return")
        .order_by("kpi_return__ends_on")
    )
    if beside is not None:
        figures = figures.filter(kpi_return__in=beside)
    found: dict[int, dict[Period, Reading]] = {}
    for figure in figures:
        found.setdefault(figure.indicator_id, {})[figure.kpi_return.period] = Reading.of(figure)
    return found


def returns_for(user: User, *, at: datetime) -> QuerySet[KpiReturn]:
    """The returns a person may open, the newest period first, within it by due date.

    Each with `open_queries` and `completed`, the numbers of unanswered questions and of completed measures.
    """
    visible: QuerySet[KpiReturn] = KpiReturn.objects.visible_to(user, at=at).for_table()
    asked = Q(figures__queries__isnull=False, figures__queries__answered_at=None)
    return visible.annotate(
        open_queries=Count("figures__queries", filter=asked, distinct=True),
        completed=Count("figures", filter=Q(figures__completed=True), distinct=True),
    ).order_by("-ends_on", "due_at", "pk")


def history_of(agreement: Agreement, user: User, *, at: datetime) -> list[LogEntry]:
    """The latest log entries about an agreement and its returns that this person may read, newest first."""
    as_text = Cast("pk", CharField())
    returns = agreement.returns.annotate(text=as_text).values("text")
    published = agreement.publications.annotate(text=as_text).values("text")
    about = (
        Q(subject_type="contracts.Agreement", subject_id=str(agreement.pk))
        | Q(subject_type="contracts.KpiReturn", subject_id__in=returns)
        | Q(subject_type="contracts.Publication", subject_id__in=published)
    )
    entries: QuerySet[LogEntry] = LogEntry.objects.visible_to(user, at=at)
    return list(entries.filter(about).select_related("actor").order_by("-sequence")[:HISTORY])


def publications_of(agreement: Agreement) -> QuerySet[Publication]:
    """What was published of an agreement, oldest period first, for trends. Each with its return."""
    public: QuerySet[Publication] = Publication.objects.public()
    return public.filter(agreement=agreement).select_related("kpi_return").order_by("kpi_return__ends_on", "pk")


def published_performance() -> QuerySet[Publication]:
    """The latest publication of each agreement of a published activity, newest first."""
    public: QuerySet[Publication] = Publication.objects.public()
    return (
        public.filter(_is_latest(Publication.objects.all()))
        .select_related("agreement__activity", "agreement__provider", "kpi_return")
        .order_by("-published_at", "-pk")
    )


def _is_latest(among: QuerySet[Publication]) -> Q:
    """No other of its agreement ends later: asked like this, the database compares all of them at once."""
    later = Q(kpi_return__ends_on__gt=OuterRef("kpi_return__ends_on"))
    same_day = Q(kpi_return__ends_on=OuterRef("kpi_return__ends_on"), pk__gt=OuterRef("pk"))
    return Q(~Exists(among.filter(later | same_day, agreement=OuterRef("agreement"))))


def published_worst_first() -> QuerySet[Publication]:
    """The same, the most worrying services first: by how many measures are worst, then next worst, then by title."""
    by_word = [F(str(word).lower()).desc(nulls_last=True) for word in WORST_FIRST[:3]]
    return published_performance().order_by(*by_word, "agreement__title", "pk")


def performance_of(activity: Activity) -> QuerySet[Publication]:
    """The latest publication of each agreement of one activity."""
    return published_performance().filter(agreement__activity=activity)


def agreements_of(activity: Activity) -> QuerySet[Agreement]:
    """The agreements of an activity that the public register holds."""
    registered: QuerySet[Agreement] = Agreement.objects.registered().for_table()
    return registered.filter(activity=activity).order_by("title", "pk")


def agreements_with(organisation: Organisation, user: User, *, at: datetime) -> QuerySet[Agreement]:
    """The agreements of which an organisation is provider, as far as this person may open them, the newest first."""
    visible: QuerySet[Agreement] = Agreement.objects.visible_to(user, at=at).for_table()
    return visible.filter(provider=organisation).order_by("-created_at", "-pk")


def latest_quarter() -> Quarter | None:
    """The financial quarter that the latest published figures for one are of, for what stands over all services.

    A month or a contract's own quarter within a later one does not make that the latest: few have reported for it.
    """
    ends = Publication.objects.public().order_by().values_list("kpi_return__ends_on", flat=True).distinct()
    last_days = [day - timedelta(days=1) for day in ends]
    whole = [day for day in last_days if Quarter.containing(day).ends_on == day + timedelta(days=1)]
    return Quarter.containing(max(whole or last_days)) if last_days else None


def tally_in(quarter: Quarter) -> tuple[int, dict[str, int]]:
    """How many services have published figures of a financial quarter, and how often each word was given, best first.

    Of a service that reports by the month its latest in that quarter counts. One query, whose sums are the database's.
    """
    of_quarter = Q(kpi_return__ends_on__gt=quarter.starts_on, kpi_return__ends_on__lte=quarter.ends_on)
    public: QuerySet[Publication] = Publication.objects.public()
    sums = {str(word): Sum(str(word).lower()) for word in RatingWord}
    latest = _is_latest(Publication.objects.filter(of_quarter))
    found = public.filter(of_quarter, latest).aggregate(services=Count("pk"), **sums)
    return found["services"], {str(word): found[word] or 0 for word in RatingWord}


def rating_tally(quarter: Quarter | None) -> dict[str, int]:
    """How often each word was given in a quarter, best word first; all nought without one."""
    return tally_in(quarter)[1] if quarter else {str(word): 0 for word in RatingWord}


def running_services_count(at: datetime) -> int:
    """How many agreements of published activities are running today."""
    running: QuerySet[Agreement] = Agreement.objects.running(on=local_date(at))
    return running.filter(activity__published_at__isnull=False).count()


def todo_for(user: User, at: datetime) -> list[Todo]:
    """What waits for a person here, most urgent first: returns to fill, answer, check or chase; ratings to publish."""
    answerable = set(KpiReturn.objects.submittable_by(user, at=at).values_list("pk", flat=True))
    todos = [
        _provider_todo(kpi_return, at, answers=kpi_return.pk in answerable)
        for kpi_return in _with_people(with_question(KpiReturn.objects.writable_by(user, at=at)))
    ]
    if rules.makes_agreements(user, at=at):
        theirs = KpiReturn.objects.filter(agreement__activity__contract_manager=user)
        waiting = Q(state=ReturnState.SUBMITTED) | Q(state=ReturnState.DUE, due_at__lte=at) | answer_is_late(at)
        asked = with_question(theirs).filter(waiting)
        todos += [_manager_todo(kpi_return, at) for kpi_return in _with_people(asked)]
    if rules.publishes_ratings(user, at=at):
        ready = _with_people(KpiReturn.objects.publishable_by(user, at=at))
        todos += [_publisher_todo(kpi_return) for kpi_return in ready]
    todos += [_restatement_todo(one) for one in Restatement.objects.decidable_by(user, at=at).for_table()]
    todos += [_override_todo(one) for one in Override.objects.decidable_by(user, at=at).for_table()]
    todos += holidays.todo_for(user, at=at)
    return sorted(todos, key=lambda todo: (not todo.urgent, todo.due_at is None, todo.due_at or at))


def _with_people(returns: QuerySet[KpiReturn]) -> QuerySet[KpiReturn]:
    people = ("agreement__activity", "agreement__provider", "accepted_by")
    return returns.select_related(*people).order_by("due_at", "pk")


def _provider_todo(kpi_return: KpiReturn, at: datetime, *, answers: bool) -> Todo:
    queried = kpi_return.state == ReturnState.QUERIED
    overdue = not queried and kpi_return.due_at <= at
    what = "Return" if not queried else f"{'Answer a' if answers else 'A'} question about your return"
    asked = "The office has asked about a figure."
    if queried and (asked_at := getattr(kpi_return, "asked_at", None)):
        asked += f" The answer is due {uk_date(answer_due_on(asked_at))}."
    if not answers:
        asked += " A certifier answers it; you can correct the figures."
    return Todo(
        title=f"{what} for {kpi_return.period.label}",
        detail=f"{kpi_return.agreement.title}. {asked}" if queried else kpi_return.agreement.title,
        url=kpi_return.get_absolute_url(),
        due_at=None if queried else kpi_return.due_at,
        urgent=overdue or (queried and answers),
        group="Your returns",
    )


def _manager_todo(kpi_return: KpiReturn, at: datetime) -> Todo:
    title = f"{kpi_return.agreement.provider}: {kpi_return.period.label}"
    if kpi_return.state == ReturnState.DUE:
        detail = f"{kpi_return.agreement.title}. Not received: it was due {due_words(kpi_return.due_at)}."
        group = "Returns overdue"
    elif kpi_return.state == ReturnState.QUERIED:
        detail, group = f"{kpi_return.agreement.title}. {since_words(kpi_return, at=at)}.", "Answers overdue"
    else:
        assert kpi_return.submitted_at is not None  # noqa: S101  the database refuses a submitted return without it
        again = "Submitted with changes" if kpi_return.with_changes else "Submitted"
        detail = f"{kpi_return.agreement.title}. {again} {uk_time(kpi_return.submitted_at)}."
        group = "Returns to check"
    return Todo(
        title=title,
        detail=detail,
        url=kpi_return.get_office_url(),
        due_at=kpi_return.due_at if kpi_return.state == ReturnState.DUE else kpi_return.submitted_at,
        urgent=kpi_return.state != ReturnState.SUBMITTED,
        group=group,
    )


def _publisher_todo(kpi_return: KpiReturn) -> Todo:
    return Todo(
        title=f"{kpi_return.agreement.title}: {kpi_return.period.label}",
        detail=f"{kpi_return.agreement.provider}. Accepted by {kpi_return.accepted_by or 'the office'}.",
        url=kpi_return.get_publish_url(),
        due_at=kpi_return.accepted_at,
        group="Ratings to publish",
    )


def _override_todo(override: Override) -> Todo:
    kpi_return, measure = override.figure.kpi_return, override.figure.indicator.name
    return Todo(
        title=f"{measure}: from {override.get_computed_display()} to {override.get_word_display()}",
        detail=f"{kpi_return.agreement.title}, {kpi_return.period.label}. Proposed by {override.proposed_by}.",
        url=override.get_absolute_url(),
        due_at=override.proposed_at,
        group="Ratings to decide on",
    )


def _restatement_todo(restatement: Restatement) -> Todo:
    kpi_return, measure = restatement.figure.kpi_return, restatement.figure.indicator.name
    return Todo(
        title=f"{measure}: from {restatement.before['text']} to {restatement.after['text']}",
        detail=f"{kpi_return.agreement.title}, {kpi_return.period.label}. Asked for by {restatement.asked_by}.",
        url=restatement.get_absolute_url(),
        due_at=restatement.asked_at,
        group="Figures to put right",
    )
