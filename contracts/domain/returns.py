"""The life of a return: declared and submitted by the provider, queried line by line or accepted by the office (R-149).

Whoever submitted it does not accept it, and each step is refused when it is not the person's, or not the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from contracts import rules
from contracts.domain import evidence, narrating
from contracts.domain.figures import unfinished
from contracts.domain.moves import ReturnRefused, lock, move, refusal, refuse_stale, refuse_strangers, touch
from contracts.domain.ratings import Judgement, rate
from contracts.domain.urgency import answer_due_on
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import ReturnState
from contracts.models import Figure, Indicator, KpiReturn, Query, Rating, Submission
from engagement.domain import log
from engagement.domain.calendar import uk_date, uk_time
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

DECLARATION = "These figures are complete and true to the best of my knowledge, and I am allowed to declare them."


class ReturnIncomplete(ReturnRefused):
    """The return is not ready to be submitted. `lines` names each measure that is not, with what is still to do."""

    def __init__(self, lines: list[tuple[Indicator, str]]) -> None:
        count = len(lines)
        super().__init__(f"{count} measure{'' if count == 1 else 's'} still need{'s' if count == 1 else ''} you first.")
        self.lines = lines


@transaction.atomic
def submit_return(*, kpi_return: KpiReturn, seen_version: int, actor: User, at: datetime) -> Submission:
    """A certifier declares the figures they saw; they are frozen as a numbered submission. Late is allowed, and marked.

    Raises `ReturnRefused` when it is not theirs to submit or somebody changed a figure since (`seen_version`), and
    `ReturnIncomplete` when a measure is unfinished or a question unanswered.
    """
    kpi_return = lock(kpi_return)
    if not kpi_return.is_writable:
        raise ReturnRefused(refusal(kpi_return))
    refuse_strangers(
        kpi_return,
        rules.submittable_returns(actor, at=at),
        words=f"A certifier of {kpi_return.agreement.provider} submits this return.",
    )
    if kpi_return.version != seen_version:
        raise ReturnRefused("Something has been changed since you opened this page. Check it again first.")
    _refuse_unfinished(kpi_return)
    lines = freeze(kpi_return.figures.select_related("indicator").order_by("indicator__order", "indicator__code"))
    beside = {
        "narrative": narrating.frozen(narrating.narrative_of(kpi_return)),
        "files": evidence.frozen(kpi_return.files.listed()),
    }
    before = kpi_return.submission_history.order_by("-number").first()
    changes = changed_codes(before.lines, lines) + changed_beside(before.beside, beside) if before else []
    submission = Submission.objects.create(
        kpi_return=kpi_return,
        number=kpi_return.submissions + 1,
        lines=lines,
        beside=beside,
        changes=changes,
        declaration=DECLARATION,
        declared_as=f"{Role.CERTIFIER.label}, {kpi_return.agreement.provider}"[:80],
        declared_by=actor,
        declared_at=at,
        is_late=before is None and at >= kpi_return.due_at,
    )
    touch(
        move(kpi_return, to_state=ReturnState.SUBMITTED),
        submissions=submission.number,
        with_changes=bool(changes),
        first_submitted_at=kpi_return.first_submitted_at or at,
        submitted_at=at,
        submitted_by=actor,
    )
    _tell_office(kpi_return, submission, actor=actor, at=at)
    return submission


def _refuse_unfinished(kpi_return: KpiReturn) -> None:
    lines = unfinished(kpi_return)
    unanswered = Query.objects.open().filter(figure__kpi_return=kpi_return).select_related("figure__indicator")
    known = {indicator.pk for indicator, _ in lines}
    lines += [
        (query.figure.indicator, "Answer the question about this measure.")
        for query in unanswered.order_by("figure__indicator__order")
        if query.figure.indicator_id not in known
    ]
    if lines:
        raise ReturnIncomplete(lines)


def _tell_office(kpi_return: KpiReturn, submission: Submission, *, actor: User, at: datetime) -> None:
    again = "again, with changes" if submission.changes else "again"
    words = again if submission.number > 1 else "late" if submission.is_late else "on time"
    agreement = kpi_return.agreement
    announce(
        key=f"return-submitted:{kpi_return.pk}:{submission.number}",
        kind=EventKind.RETURN_SUBMITTED,
        activity=agreement.activity,
        audience=Audience.OFFICE,
        title=f"{agreement.provider}: return for {kpi_return.period.label} submitted {words}"[:200],
        summary=f"{agreement.title}. Declared by {actor}.",
        path=kpi_return.get_office_url(),
        at=at,
    )
    _record(
        kpi_return,
        "return.submitted",
        f"{kpi_return.reference} was submitted {words}.",
        actor=actor,
        at=at,
        data={"submission": submission.number, "changes": submission.changes, "late": submission.is_late},
    )


def freeze(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Figures as a submission keeps them: numbers as text, beside the words of the indicator of that day."""
    return [
        {
            "code": figure.indicator.code,
            "version": figure.indicator.version,
            "name": figure.indicator.name,
            "state": figure.state,
            **{name: _number(getattr(figure, name)) for name in ("numerator", "denominator", "value")},
            "commentary": figure.commentary,
            **({"parts": figure.parts, "parts_words": figure.parts_words} if figure.parts else {}),
        }
        for figure in figures
    ]


def _number(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def changed_codes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    """The codes of the lines that differ between two submissions, in the order of the later one."""
    earlier = {line["code"]: line for line in before}
    return [line["code"] for line in after if earlier.get(line["code"]) != line]


def changed_beside(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The words for what differs beside the figures; a submission of before anything stood there had nothing."""
    empty = {"narrative": narrating.frozen(None), "files": []}
    words = {"narrative": "the narrative", "files": "the files of evidence"}
    return [said for name, said in words.items() if before.get(name, empty[name]) != after[name]]


@transaction.atomic
def query_line(*, figure: Figure, question: str, seen_submission: int, actor: User, at: datetime) -> Query:
    """The Contract Manager asks about one figure; the provider is told once a submission, and may change figures.

    Raises `ReturnRefused` without a question, while an earlier one about this figure is open, when the return is
    neither submitted nor queried, or when it is not the person's.
    """
    kpi_return = lock(figure.kpi_return)
    _refuse_checker(kpi_return, rules.queryable_returns(actor, at=at), seen_submission=seen_submission)
    if not question.strip():
        raise ReturnRefused("Write what you want to know about this figure.")
    if figure.queries.open().exists():
        raise ReturnRefused("You have already asked about this figure, and the provider has not answered yet.")
    query = Query.objects.create(figure=figure, question=question.strip(), asked_by=actor, asked_at=at)
    Figure.objects.filter(pk=figure.pk).update(checked_at=None, checked_by=None)
    if kpi_return.state == ReturnState.SUBMITTED:
        touch(move(kpi_return, to_state=ReturnState.QUERIED))
        announce(
            key=f"return-queried:{kpi_return.pk}:{kpi_return.submissions}",
            kind=EventKind.RETURN_QUERIED,
            activity=kpi_return.agreement.activity,
            audience=Audience.ORGANISATION,
            organisation=kpi_return.agreement.provider,
            title=f"A question about your return for {kpi_return.period.label}",
            summary=f"{kpi_return.agreement.title}. Read what is asked, answer it by {uk_date(answer_due_on(at))}, "
            "and submit the return again.",
            path=kpi_return.get_absolute_url(),
            at=at,
        )
    summary = f"{kpi_return.reference}: a question about {figure.indicator.name_and_code}."
    _record(kpi_return, "return.queried", summary, actor=actor, at=at, data={"code": figure.indicator.code})
    return query


@transaction.atomic
def answer_query(*, query: Query, answer: str, actor: User, at: datetime) -> Query:
    """A certifier answers a question. Raises `ReturnRefused` when it is empty, already answered, or not theirs."""
    kpi_return = lock(query.figure.kpi_return)
    if kpi_return.state != ReturnState.QUERIED:
        raise ReturnRefused(refusal(kpi_return))
    refuse_strangers(
        kpi_return,
        rules.submittable_returns(actor, at=at),
        words=f"A certifier of {kpi_return.agreement.provider} answers questions about this return.",
    )
    if not answer.strip():
        raise ReturnRefused("Write your answer to the question.")
    answered = Query.objects.open().filter(pk=query.pk)
    if not answered.update(answer=answer.strip(), answered_by=actor, answered_at=at):
        raise ReturnRefused("Somebody has already answered this question.")
    code = query.figure.indicator.code
    summary = f"{kpi_return.reference}: the question about {query.figure.indicator.name_and_code} was answered."
    _record(kpi_return, "return.answered", summary, actor=actor, at=at, data={"code": code})
    query.refresh_from_db()
    return query


@transaction.atomic
def accept_line(*, figure: Figure, seen_version: int, actor: User, at: datetime) -> Figure:
    """The Contract Manager marks one figure as checked, so that a later look needs only the others.

    Raises `ReturnRefused` when the provider has changed it since (`seen_version`), and while a question is open.
    """
    kpi_return = lock(figure.kpi_return)
    _refuse_checker(kpi_return, rules.queryable_returns(actor, at=at), seen_submission=kpi_return.submissions)
    figure.refresh_from_db()
    if figure.version != seen_version:
        raise ReturnRefused("The provider has changed this figure since you opened it. Look at it again first.")
    if figure.queries.open().exists():
        raise ReturnRefused("This figure has an open question. Wait for the answer first.")
    Figure.objects.filter(pk=figure.pk).update(checked_at=at, checked_by=actor)
    summary = f"{kpi_return.reference}: {figure.indicator.name_and_code} was checked."
    _record(kpi_return, "return.checked", summary, actor=actor, at=at, data={"code": figure.indicator.code})
    figure.refresh_from_db()
    return figure


@transaction.atomic
def accept_return(*, kpi_return: KpiReturn, seen_submission: int, actor: User, at: datetime) -> KpiReturn:
    """The Contract Manager accepts the whole return; each figure gets its rating and reason; the provider is told.

    Raises `ReturnRefused` when it is not submitted, was submitted again since (`seen_submission`), was submitted by the
    same person, or is not of an activity they manage.
    """
    kpi_return = lock(kpi_return)
    if kpi_return.state != ReturnState.SUBMITTED:
        raise ReturnRefused(refusal(kpi_return))
    if kpi_return.submitted_by == actor:
        raise ReturnRefused("You submitted this return, so somebody else accepts it.")
    _refuse_checker(kpi_return, rules.acceptable_returns(actor, at=at), seen_submission=seen_submission)
    touch(move(kpi_return, to_state=ReturnState.ACCEPTED), accepted_at=at, accepted_by=actor)
    rate_figures(kpi_return, at=at)
    announce(
        key=f"return-accepted:{kpi_return.pk}",
        kind=EventKind.RETURN_ACCEPTED,
        activity=kpi_return.agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=kpi_return.agreement.provider,
        title=f"Your return for {kpi_return.period.label} was accepted",
        summary=f"{kpi_return.agreement.title}. You can see the ratings with your return.",
        path=kpi_return.get_absolute_url(),
        at=at,
    )
    summary = f"{kpi_return.reference} was accepted {uk_time(at)}."
    _record(kpi_return, "return.accepted", summary, actor=actor, at=at, data={"submission": kpi_return.submissions})
    return kpi_return


def _refuse_checker(kpi_return: KpiReturn, policy: Any, *, seen_submission: int) -> None:
    if kpi_return.state not in {ReturnState.SUBMITTED, ReturnState.QUERIED}:
        raise ReturnRefused(refusal(kpi_return))
    refuse_stale(kpi_return, seen_submission=seen_submission)
    manager = kpi_return.agreement.activity.contract_manager
    who = f"{manager} checks" if manager else "The Contract Manager of the activity checks"
    refuse_strangers(kpi_return, policy, words=f"{who} this return.")


def rate_figures(kpi_return: KpiReturn, *, at: datetime) -> list[Rating]:
    """Rates each figure of an accepted return; the ratings stay until a restatement replaces them."""
    ratings = [rating_of(figure, Yardstick.of(figure.indicator), at=at) for figure in figures_with_targets(kpi_return)]
    return Rating.objects.bulk_create(ratings)


def figures_with_targets(kpi_return: KpiReturn) -> QuerySet[Figure]:
    """The figures of a return in its order, each indicator with the target in force in that period. Three queries."""
    indicators = Indicator.objects.as_of(kpi_return.period.starts_on).select_related("measure_version")
    figures: QuerySet[Figure] = kpi_return.figures.prefetch_related(Prefetch("indicator", queryset=indicators))
    return figures.order_by("indicator__order", "indicator__code")


def yardstick_of(figure: Figure) -> Yardstick:
    """What one figure is held against: its indicator with the target in force in its period. Two queries."""
    day = figure.kpi_return.period.starts_on
    return Yardstick.of(Indicator.objects.as_of(day).get(pk=figure.indicator_id))


def rating_of(figure: Figure, yardstick: Yardstick, *, at: datetime) -> Rating:
    """The rating of a figure with what it was computed from, not yet saved."""
    judgement: Judgement = rate(yardstick, Reading.of(figure))
    indicator = figure.indicator
    names = ("target", "high", "approaching_by", "improvement_by")
    return Rating(
        figure=figure,
        value=judgement.value,
        word=judgement.word or "",
        sentence=judgement.sentence,
        computed_from={
            **{name: _number(getattr(yardstick, name)) for name in names},
            "bands": [[_number(band.distance), str(band.word), band.label] for band in yardstick.own_bands],
            **{name: _number(getattr(figure, name)) for name in ("numerator", "denominator", "value")},
            "minimum_n": indicator.minimum_n,
            "decimals": indicator.decimals,
            "per": indicator.per,
            "in_baseline": yardstick.in_baseline,
        },
        computed_at=at,
    )


def _record(
    kpi_return: KpiReturn, action: str, summary: str, *, actor: User, at: datetime, data: dict[str, Any]
) -> None:
    log.record(
        action=action,
        subject=kpi_return,
        actor=actor,
        at=at,
        summary=summary,
        activity=kpi_return.agreement.activity,
        organisation=kpi_return.agreement.provider,
        data=data,
    )
