"""What happened to a return, step by step: sent, asked about, answered, accepted. Measures go by name, code after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import get_text_list

from contracts.domain.schedule import due_words
from contracts.enums import ReturnState
from contracts.models import Extension, Indicator, KpiReturn, Query, Submission


@dataclass(frozen=True)
class Happening:
    """One step, as a timeline shows it. `kind` is the shape of its node."""

    date: datetime
    title: str
    text: str = ""
    kind: str = "step"


def submissions_of(kpi_return: KpiReturn) -> list[Submission]:
    """What was declared of a return, the latest first."""
    return list(kpi_return.submission_history.select_related("declared_by").order_by("-number"))


def questions_of(kpi_return: KpiReturn) -> list[tuple[Indicator, Query]]:
    """What was asked about a return, each with its measure, for a page that does not load its lines."""
    asked = Query.objects.filter(figure__kpi_return=kpi_return)
    return [
        (query.figure.indicator, query)
        for query in asked.select_related("figure__indicator", "asked_by", "answered_by")
    ]


def extensions_of(kpi_return: KpiReturn) -> list[Extension]:
    """What time was given for a return, with who gave it."""
    return list(kpi_return.extensions.select_related("granted_by"))


def story_of(
    kpi_return: KpiReturn,
    *,
    submissions: Iterable[Submission],
    questions: Iterable[tuple[Indicator, Query]],
    extensions: Iterable[Extension] = (),
) -> list[Happening]:
    """The steps of a return, newest first. A question stays with its answer, whatever came after. No query.

    The return has `accepted_by` loaded, and so have submissions and questions their people.
    """
    steps = [_sent(submission) for submission in submissions]
    steps += [
        Happening(given.granted_at, f"{given.granted_by} gave more time, until {due_words(given.due_at)}", given.reason)
        for given in extensions
    ]
    for indicator, query in questions:
        about = indicator.name_and_code
        steps.append(Happening(query.asked_at, f"{query.asked_by} asked about {about}", f"“{query.question}”"))
        if query.answered_at:
            who = query.answered_by or "The provider"
            steps.append(Happening(query.answered_at, f"{who} answered about {about}", f"“{query.answer}”"))
    if kpi_return.state == ReturnState.ACCEPTED and kpi_return.accepted_at:
        by = f" by {kpi_return.accepted_by}" if kpi_return.accepted_by else ""
        steps.append(Happening(kpi_return.accepted_at, f"Accepted{by}", kind="decision"))
    return sorted(steps, key=lambda step: step.date, reverse=True)


def _sent(submission: Submission) -> Happening:
    if submission.number == 1:
        title = "Submitted late" if submission.is_late else "Submitted"
    elif submission.changes:
        title = f"Submitted again, with changes to {get_text_list(submission.changed_measures, 'and')}"
    else:
        title = "Submitted again, without changes"
    who = f"{submission.declared_by} ({submission.declared_as}) declared: " if submission.declared_by else ""
    return Happening(submission.declared_at, title, f"{who}“{submission.declaration}”")
