"""Petitions, campaigns and answers of groups: recorded as what they are, shown beside the answers, never added to them.

Nobody can tell how many of those who signed have answered too, so no number of these is ever part of a sum (R-150).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from consultations import rules
from consultations.domain.files import refuse_unless_enterable
from consultations.domain.voices import CollectiveRow
from consultations.enums import Channel, CollectiveKind
from consultations.models import AlikeJudgement, CollectiveResponse, Consultation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

UNITS = {
    CollectiveKind.PETITION: ("signature", "signatures"),
    CollectiveKind.CAMPAIGN: ("message in the same words", "messages in the same words"),
    CollectiveKind.GROUP: ("person spoken for", "people spoken for"),
}


class CollectiveRefused(Refused):
    """This cannot be recorded or taken away like this. `field` names the part that is wrong, if one is."""


def record(
    *,
    consultation: Consultation,
    kind: str,
    title: str,
    from_whom: str,
    people: int,
    channel: str,
    received_on: date,
    summary: str,
    actor: User,
    at: datetime,
) -> CollectiveResponse:
    """Records a voice of many: what it asks, who handed it in, and for how many it speaks.

    Raises `CollectiveRefused`, also for the same kind and title twice, and `FileRefused` once nothing is taken in.
    """
    _refuse_others(actor=actor, at=at)
    refuse_unless_enterable(consultation)
    if kind not in CollectiveKind.values:
        raise CollectiveRefused("Choose what this is.", "kind")
    if channel not in Channel.values:
        raise CollectiveRefused("Choose how it came in.", "channel")
    if people < 1:
        raise CollectiveRefused("It speaks for at least one person.", "people")
    if received_on > local_date(at):
        raise CollectiveRefused("The day cannot be in the future.", "received_on")
    try:
        with transaction.atomic():
            one = CollectiveResponse.objects.create(
                consultation=consultation,
                kind=kind,
                title=title,
                from_whom=from_whom,
                people=people,
                channel=channel,
                received_on=received_on,
                summary=summary,
                recorded_on=local_date(at),
                recorded_by=actor,
            )
            _log(one, "recorded", actor=actor, at=at)
    except IntegrityError as error:
        raise CollectiveRefused("This is recorded already, under the same title.", "title") from error
    return one


@transaction.atomic
def take_away(*, one: CollectiveResponse, actor: User, at: datetime) -> None:
    """Deletes what was recorded by mistake, until the results are published; the log keeps that it was there."""
    _refuse_others(actor=actor, at=at)
    refuse_unless_enterable(one.consultation)
    if AlikeJudgement.objects.filter(campaign=one).exists():
        raise CollectiveRefused("Answers were judged to be in the words of this campaign, so it stays.")
    _log(one, "taken_away", actor=actor, at=at)
    one.delete()


def _refuse_others(*, actor: User, at: datetime) -> None:
    if not rules.enters_answers(actor, at=at):
        raise CollectiveRefused("Only the Involvement Team records what came in.")


def _log(one: CollectiveResponse, word: str, *, actor: User, at: datetime) -> None:
    log.record(
        action=f"collective.{word}",
        subject=one,
        actor=actor,
        at=at,
        activity=one.consultation.activity,
        summary=f"{one.consultation.reference}: {one.title} ({one.people:,}) was {word.replace('_', ' ')}.",
        data={"kind": one.kind, "people": one.people},
    )


def rows_of(found: Iterable[CollectiveResponse]) -> tuple[CollectiveRow, ...]:
    """What is shown of them, and frozen with the results."""
    return tuple(
        CollectiveRow(
            kind=CollectiveKind(one.kind).label,
            title=one.title,
            from_whom=one.from_whom,
            people=one.people,
            unit=UNITS[CollectiveKind(one.kind)][one.people != 1],
            channel=Channel(one.channel).label,
            received_on=one.received_on.isoformat(),
            summary=one.summary,
        )
        for one in found
    )


def beside(consultation: Consultation) -> tuple[CollectiveRow, ...]:
    """Every voice of many on a consultation, the latest first. One query."""
    return rows_of(CollectiveResponse.objects.filter(consultation=consultation).order_by("-received_on", "-pk"))
