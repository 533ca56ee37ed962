"""What people decide about answers that are alike: keep all, keep one, or say that they are of a campaign; and why.

A machine only finds. What a person decides stands on the group with the reason; a second person may decide otherwise.
Leaving out never deletes: the counts are made without, and it is said how many were (docs/decisions/0021).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from consultations import rules
from consultations.domain import settling
from consultations.domain.alike import fullest
from consultations.enums import Channel, CollectiveKind
from consultations.models import AlikeGroup, AlikeJudgement, AlikeMember, CollectiveResponse, Consultation
from consultations.models.alike import VERDICTS, Grounds, Verdict
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

STRONGEST_FIRST = ("strength", "-size", "key")
GONE = "These answers are no longer found alike, or their group has changed. Go on with the next one."
NOT_TWICE = "You judged these answers yourself. A colleague may judge otherwise."


class JudgementRefused(Refused):
    """It cannot be judged like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Judged:
    """How many groups were found, and how many of them somebody has judged."""

    groups: int
    judged: int


def progress_of(consultation: Consultation) -> Judged:
    """How far judging has come. One query."""
    found = AlikeGroup.objects.filter(consultation=consultation)
    counted = found.aggregate(groups=Count("pk"), judged=Count("pk", filter=~Q(verdict="") & Q(grown=0)))
    return Judged(counted["groups"], counted["judged"])


def groups_of(*, consultation: Consultation, reader: User, at: datetime) -> QuerySet[AlikeGroup]:
    """The groups that this person may read, the strongest and largest first, in an order that says nothing else."""
    readable: QuerySet[AlikeGroup] = AlikeGroup.objects.readable_by(reader, at=at).filter(consultation=consultation)
    return readable.order_by(*STRONGEST_FIRST)


def next_to_judge(*, consultation: Consultation, reader: User, at: datetime, after: int = 0) -> AlikeGroup | None:
    """The strongest group that waits, other than the one (its key) just looked at."""
    waiting = AlikeGroup.objects.to_judge().readable_by(reader, at=at).filter(consultation=consultation)
    other: AlikeGroup | None = waiting.exclude(pk=after).order_by(*STRONGEST_FIRST).first()
    return other


def channels_of(group: AlikeGroup) -> dict[str, int]:
    """How many of a group came in which way. One query."""
    rows = AlikeMember.objects.filter(group=group).values_list("response__channel").annotate(number=Count("pk"))
    found = Counter(dict(rows))
    return {channel.value: found[channel.value] for channel in Channel if found[channel.value]}


def campaigns_of(consultation: Consultation) -> QuerySet[CollectiveResponse]:
    """The campaigns that were recorded beside the answers, by title."""
    return CollectiveResponse.objects.filter(consultation=consultation, kind=CollectiveKind.CAMPAIGN).order_by("title")


def judgements_of(group: AlikeGroup) -> list[AlikeJudgement]:
    """Everything that was decided about a group, the last first. One query."""
    return list(group.judgements.select_related("judged_by", "campaign").order_by("-number"))


def seen_in(group: AlikeGroup) -> str:
    """What a form remembers of the group it was opened with: a judgement or an answer more is noticed (C04)."""
    keys = sorted(group.members.values_list("response", flat=True))
    return hashlib.sha256(f"{group.judgements.count()}:{keys}".encode()).hexdigest()[:20]


def may_judge(*, group: AlikeGroup, actor: User) -> bool:
    """Whether this person may judge it now: never what they judged themselves, unless more was found since."""
    last = group.judgements.order_by("-number").first()
    return last is None or bool(group.grown) or last.judged_by_id != actor.pk


@transaction.atomic
def judge(
    *,
    group: AlikeGroup,
    grounds: str,
    words: str,
    seen: str,
    actor: User,
    at: datetime,
    campaign: CollectiveResponse | None = None,
) -> AlikeJudgement:
    """Keeps what a person decided about a group: `grounds`, and in their own `words` what makes them think so.

    To keep one is to keep the fullest: nobody chooses between opinions. `campaign` is the record of it beside the
    answers. `seen` is `seen_in` the group that the person had before them. Raises `JudgementRefused`.
    """
    settling.hold_responses(group.consultation)
    _refuse_strangers(actor=actor, at=at)
    known = AlikeGroup.objects.select_related("consultation__activity").filter(pk=group.pk).first()
    if known is None:
        raise JudgementRefused(GONE)
    if not may_judge(group=known, actor=actor):
        raise JudgementRefused(NOT_TWICE)
    if seen != seen_in(known):
        raise JudgementRefused("Somebody has judged this meanwhile, or more were found. Look at it, then save yours.")
    if grounds not in Grounds.values:
        raise JudgementRefused("Choose what is done.", "grounds")
    if not words.strip():
        raise JudgementRefused("Say what makes you think so.", "words")
    verdict = VERDICTS[Grounds(grounds)]
    campaign = _campaign(known, verdict, campaign)
    left_out = _leave_out(known, verdict)
    judgement = AlikeJudgement.objects.create(
        group=known,
        number=known.judgements.count() + 1,
        grounds=grounds,
        words=words.strip(),
        campaign=campaign,
        size=known.members.count(),
        left_out=left_out,
        judged_on=local_date(at),
        judged_by=actor,
    )
    known.verdict, known.grown = verdict, 0
    known.save(update_fields=["verdict", "grown"])
    log.record(
        action="alike.judged",
        subject=known,
        actor=actor,
        at=at,
        activity=known.consultation.activity,
        summary=f"{judgement.size} answers to {known.consultation.reference} that are alike were judged:"
        f" {Verdict(verdict).label.lower()}.",
        data={"grounds": grounds, "answers": judgement.size, "left_out": left_out, "number": judgement.number},
    )
    return judgement


def _campaign(group: AlikeGroup, verdict: Verdict, campaign: CollectiveResponse | None) -> CollectiveResponse | None:
    if verdict != Verdict.CAMPAIGN:
        return None
    if campaign is None or not campaigns_of(group.consultation).filter(pk=campaign.pk).exists():
        raise JudgementRefused("Choose the campaign. If it is not there yet, record it first.", "campaign")
    return campaign


def _leave_out(group: AlikeGroup, verdict: Verdict) -> int:
    """Leaves all but the fullest out of the counts, or takes everybody back in; says how many are left out."""
    members = AlikeMember.objects.filter(group=group)
    if verdict != Verdict.KEEP_ONE:
        members.update(left_out=False)
        return 0
    kept = fullest(group)
    members.filter(pk=kept.pk).update(left_out=False)
    return int(members.exclude(pk=kept.pk).update(left_out=True))


def _refuse_strangers(*, actor: User, at: datetime) -> None:
    if not rules.reads_responses(actor, at=at):
        raise JudgementRefused("Only the Involvement Team can do this.")
