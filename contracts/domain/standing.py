"""What is said to somebody who may do something to a return, and comes too early or too late to do it.

A back button, a second tab or a colleague who was quicker is no mistake of theirs: they read where the return stands.
"""

from datetime import datetime
from enum import StrEnum

from contracts.domain.schedule import due_words
from contracts.enums import ReturnState
from contracts.models import KpiReturn, Publication, Query
from engagement.domain.calendar import uk_time
from engagement.models import User


class Act(StrEnum):
    """What the office does to a return; the value is what cannot be done while it is not the time for it."""

    ACCEPT = "it cannot be accepted"
    QUERY = "nothing can be asked about its figures"
    CHECK = "its figures cannot be checked"
    EXTEND = "there is no more time to give"
    PUBLISH = "there are no ratings to publish yet"


def not_now(kpi_return: KpiReturn, *, act: Act, reader: User, at: datetime) -> str:
    """Why it is not the time for an act, in a sentence for the person who may do it.

    The return has its agreement, its activity and the people of its steps loaded; at most one query.
    """
    if kpi_return.state == ReturnState.ACCEPTED:
        return _publishing(kpi_return, reader) if act == Act.PUBLISH else _accepted(kpi_return, act, reader)
    if act == Act.ACCEPT and kpi_return.state == ReturnState.SUBMITTED and kpi_return.submitted_by == reader:
        return "You submitted this return, so somebody else accepts it."
    return f"{_standing(kpi_return, reader, at)}, so {act}."


def _accepted(kpi_return: KpiReturn, act: Act, reader: User) -> str:
    assert kpi_return.accepted_at is not None  # noqa: S101  the database refuses an accepted return without it
    said = f"{_name(kpi_return.accepted_by, reader)} accepted this return {uk_time(kpi_return.accepted_at)}"
    return f"{said}." if act == Act.ACCEPT else f"{said}, so {act}."


def _publishing(kpi_return: KpiReturn, reader: User) -> str:
    publication = Publication.objects.filter(kpi_return=kpi_return).select_related("published_by").first()
    if publication:
        who = _name(publication.published_by, reader)
        return f"{who} published these ratings {uk_time(publication.published_at)}."
    if kpi_return.accepted_by == reader:
        return "You accepted this return, so somebody else publishes its ratings."
    return f"The activity “{kpi_return.agreement.activity}” is not public yet. Its ratings are published on its page."


def _standing(kpi_return: KpiReturn, reader: User, at: datetime) -> str:
    """Where a return that is not accepted stands, without a full stop."""
    if kpi_return.state == ReturnState.DUE:
        due = "was due" if kpi_return.due_at <= at else "is due"
        return f"The provider has not sent this return yet (it {due} {due_words(kpi_return.due_at)})"
    if kpi_return.state == ReturnState.QUERIED:
        return _queried(kpi_return, reader)
    assert kpi_return.submitted_at is not None  # noqa: S101  the database refuses a submitted return without it
    return f"This return was sent {uk_time(kpi_return.submitted_at)}, and nobody has accepted it yet"


def _queried(kpi_return: KpiReturn, reader: User) -> str:
    asked = list(
        Query.objects.open().filter(figure__kpi_return=kpi_return).select_related("asked_by").order_by("-asked_at")
    )
    if not asked:
        return "The provider has answered what was asked, and has not sent the return again yet"
    latest = f"{_name(asked[0].asked_by, reader)} asked a question {uk_time(asked[0].asked_at)}"
    if len(asked) == 1:
        return f"{latest}; the provider has not answered yet"
    return f"{latest}; the provider has {len(asked)} questions still to answer"


def _name(person: User | None, reader: User) -> str:
    return "You" if person == reader else str(person or "The office")
