"""Ending an agreement: proposed, decided by another, and what follows from it (R-089).

That a known term has run out is a fact, and a step of the ladder that two people decided on is decided: either is
recorded by the Contract Manager. Any other end is decided by the Management Team or the Commissioner, and never by
whoever proposed it.
With it the last day of the agreement is fixed: the calendar breaks its last period off there, later returns are taken
back where nobody has written in them, and payments after it need something that was done until then.

Procurement Act 2023, section 80: before the end of 30 days that begin with the day on which a public contract is
terminated, a contract termination notice is published; expiry and discharge are terminations too.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, ProtectedError, QuerySet

from contracts import rules
from contracts.domain.duties import termination_duty
from contracts.domain.managed import managed
from contracts.domain.telling import tell_person, tell_provider
from contracts.enums import SETTLED_ENDINGS, ConsequenceState, EndingKind, EndingState, ReturnState
from contracts.models import Agreement, Consequence, Ending, KpiReturn, PartialDate, Rung, Variation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.domain.queries import people_of_office
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

DECIDERS = (Role.MANAGEMENT, Role.COMMISSIONER)


class EndingRefused(Refused):
    """The agreement cannot be ended like this; the message says why. `field` names the box, if one."""


def ending_of(agreement: Agreement) -> Ending | None:
    """The end that is proposed or in force, else the one that was decided against last. One query."""
    found: QuerySet[Ending] = Ending.objects.for_table()
    return found.filter(agreement=agreement).order_by("-number").first()


def steps_that_end(agreement: Agreement) -> QuerySet[Consequence]:
    """Steps in force that end an agreement: the last of its ladder, decided by two people, and no appeal waits."""
    found: QuerySet[Consequence] = Consequence.objects.filter(
        agreement=agreement, state=ConsequenceState.IN_FORCE, needs_decision=True
    ).exclude(appealed_at__isnull=False, appeal_outcome="")
    last = Rung.objects.filter(ladder__in=found.values("rung__ladder")).values("ladder").annotate(last=Max("order"))
    return found.filter(rung__order__in=last.values("last")).select_related("rung").order_by("number")


@transaction.atomic
def propose(
    *,
    agreement: Agreement,
    kind: str,
    ends_on: date,
    why: str,
    actor: User,
    at: datetime,
    public_words: str = "",
    consequence: Consequence | None = None,
) -> Ending:
    """Proposes how and when an agreement ends, or records what needs no decision. `ends_on` is its last day.

    Raises `EndingRefused` before it is signed, while a variation is open or an end stands, for a day outside the term,
    and where the provider has begun to report for days after it.
    """
    agreement = managed(agreement, actor=actor, at=at, refused=EndingRefused)
    _refuse_standing(agreement)
    _refuse_day(agreement, kind, ends_on, at=at)
    _refuse_reported(agreement, ends_on)
    step = consequence if kind == EndingKind.CONSEQUENCE else None
    if kind == EndingKind.CONSEQUENCE and (step is None or not steps_that_end(agreement).filter(pk=step.pk).exists()):
        raise EndingRefused(
            "Choose a step in force that two people decided on, the last of its ladder, against which no appeal waits.",
            field="consequence",
        )
    ending = Ending.objects.create(
        agreement=agreement,
        number=Ending.objects.filter(agreement=agreement).count() + 1,
        kind=kind,
        ends_on=ends_on,
        was_ends=agreement.ends,
        why=why,
        public_words=public_words.strip(),
        consequence=step,
        proposed_by=actor,
        proposed_at=at,
    )
    if kind in SETTLED_ENDINGS:
        _put_in_force(ending, actor=actor, at=at)
        return ending
    _record(ending, "agreement.end_proposed", f"its end on {uk_date(ends_on)} is proposed", actor=actor, at=at)
    _ask_deciders(ending, at=at)
    return ending


def _refuse_standing(agreement: Agreement) -> None:
    if not agreement.is_live:
        raise EndingRefused("It is not signed, so there is nothing to end.")
    if Ending.objects.standing().filter(agreement=agreement).exists():
        raise EndingRefused("Its end is proposed or recorded already.")
    if Variation.objects.open().filter(agreement=agreement).exists():
        raise EndingRefused("A variation is open. It is settled first.")


def _refuse_day(agreement: Agreement, kind: str, ends_on: date, *, at: datetime) -> None:
    if agreement.starts and ends_on < agreement.starts.earliest:
        raise EndingRefused(f"It begins {agreement.starts}. Enter a later day.", field="ends_on")
    if agreement.ends and ends_on > agreement.ends.latest:
        raise EndingRefused(
            f"Its term runs to {agreement.ends}. To let it run longer, propose a variation.", field="ends_on"
        )
    if kind != EndingKind.EXPIRED:
        return
    if agreement.ends is None:
        raise EndingRefused("It has no known end, so its term has not run out. Say what ends it.", field="kind")
    if not agreement.ends.earliest <= ends_on <= agreement.ends.latest:
        raise EndingRefused(f"Its term runs out {agreement.ends}. Enter that day, or say what ended it.", "ends_on")
    if ends_on > local_date(at):
        raise EndingRefused("Its term has not run out yet.", field="ends_on")


def _refuse_reported(agreement: Agreement, ends_on: date) -> None:
    """Refuses where a return for days after the end is begun: what a provider has typed is never lost."""
    later = KpiReturn.objects.filter(agreement=agreement, starts_on__gt=ends_on).order_by("starts_on")
    for one in later:
        if one.state != ReturnState.DUE or one.figures.exists() or one.uploads.exists() or _is_told(one):
            raise EndingRefused(
                f"The provider has begun to report for {one.period.label}, which is after that day. Enter a later one.",
                field="ends_on",
            )


def _is_told(one: KpiReturn) -> bool:
    return hasattr(one, "narrative") or hasattr(one, "feedback") or one.files.exists()


@transaction.atomic
def decide(*, ending: Ending, approve: bool, words: str, actor: User, at: datetime) -> Ending:
    """Decides on an end, by somebody other than who proposed it. Raises `EndingRefused`."""
    ending = _held(ending)
    if ending.state != EndingState.PROPOSED:
        raise EndingRefused(f"Nobody waits for a decision: {ending.get_state_display().lower()}.")
    if ending.proposed_by == actor:
        raise EndingRefused("You proposed this, so somebody else decides.")
    if not rules.decides(actor, at=at):
        raise EndingRefused("The Management Team or the Commissioner decides this.")
    if approve:
        _refuse_reported(ending.agreement, ending.ends_on)
    ending.decided_by, ending.decided_at, ending.decision_words = actor, at, words.strip()
    if approve:
        _put_in_force(ending, actor=actor, at=at)
        return ending
    ending.state = EndingState.DECLINED
    ending.save()
    _record(ending, "agreement.end_declined", "its end was decided against", actor=actor, at=at)
    tell_person(
        ending.agreement,
        ending.proposed_by,
        key=f"agreement-end:{ending.pk}:declined",
        kind=EventKind.DECISION_TAKEN,
        title=f"Decided against the end of {ending.agreement.title}",
        path=ending.get_absolute_url(),
        at=at,
    )
    return ending


def _put_in_force(ending: Ending, *, actor: User, at: datetime) -> None:
    """Fixes the last day, takes back the returns that nobody has written in, and tells the provider and the public."""
    agreement = ending.agreement
    ending.state = EndingState.IN_FORCE
    ending.save()
    agreement.ends, agreement.ended_on = PartialDate.of(ending.ends_on), ending.ends_on
    agreement.save(update_fields=["ends", "ended_on"])
    _take_back_returns(ending, actor=actor, at=at)
    words = f"ends on {uk_date(ending.ends_on)}: {ending.get_kind_display().lower()}"
    _record(ending, "agreement.ended", words, actor=actor, at=at)
    _announce(ending, at=at)


def _take_back_returns(ending: Ending, *, actor: User, at: datetime) -> None:
    later = KpiReturn.objects.filter(agreement=ending.agreement, starts_on__gt=ending.ends_on)
    for one in later.order_by("starts_on"):
        log.record(
            action="return.taken_back",
            subject=ending.agreement,
            actor=actor,
            at=at,
            summary=f"{one.reference} is no longer asked for: it is for days after the end.",
            activity=ending.agreement.activity,
            organisation=ending.agreement.provider,
        )
    try:
        later.delete()
    except ProtectedError:
        raise EndingRefused(
            "A return for days after that one is begun, or has more time. Enter a later day.", field="ends_on"
        ) from None


@transaction.atomic
def record_notice(
    *, ending: Ending, noticed_on: date, notice_number: str, notice_url: str, actor: User, at: datetime
) -> Ending:
    """Keeps when, under which number and where the contract termination notice (UK11) was published.

    Raises `EndingRefused` for anybody but the Contract Manager, before the end is in force, and for a day before the
    last one or in the future.
    """
    ending = _held(ending)
    managed(ending.agreement, actor=actor, at=at, refused=EndingRefused)
    if ending.state != EndingState.IN_FORCE:
        raise EndingRefused("The notice follows once the end is in force.")
    if not ending.ends_on <= noticed_on <= local_date(at):
        raise EndingRefused(
            "Enter the day it was published: not before the agreement ended, and not in the future.", field="noticed_on"
        )
    ending.noticed_on, ending.notice_number, ending.notice_url = noticed_on, notice_number.strip(), notice_url
    ending.save(update_fields=["noticed_on", "notice_number", "notice_url"])
    _record(ending, "agreement.end_noticed", "has its contract termination notice", actor=actor, at=at)
    return ending


def waits_for_notice(ending: Ending) -> bool:
    """Whether the law asks for a notice of this end, and none is recorded. Pure."""
    in_force = ending.state == EndingState.IN_FORCE and ending.noticed_on is None
    return in_force and termination_duty(ending.agreement).applies


def _held(ending: Ending) -> Ending:
    """The end as it is in the database, held with its agreement."""
    Agreement.objects.select_for_update().get(pk=ending.agreement_id)
    Ending.objects.select_for_update().get(pk=ending.pk)
    held: Ending = Ending.objects.for_table().get(pk=ending.pk)
    return held


def _announce(ending: Ending, *, at: datetime) -> None:
    """The provider reads why; everyone engaged reads what is public, once the activity is."""
    agreement, day = ending.agreement, uk_date(ending.ends_on)
    tell_provider(
        agreement,
        key=f"agreement-end:{ending.pk}:provider",
        kind=EventKind.AGREEMENT_ENDED,
        title=f"{agreement.title} ends on {day}",
        path=ending.get_absolute_url(),
        at=at,
    )
    if agreement.activity.published_at:
        announce(
            key=f"agreement-end:{ending.pk}",
            kind=EventKind.AGREEMENT_ENDED,
            activity=agreement.activity,
            audience=Audience.EVERYONE,
            title=f"{agreement.title} ends on {day}"[:200],
            summary=ending.public_words,
            path=agreement.get_register_url(),
            sensitive=agreement.sensitive,
            at=at,
        )


def _ask_deciders(ending: Ending, *, at: datetime) -> None:
    agreement = ending.agreement
    announce(
        key=f"agreement-end:{ending.pk}:proposed",
        kind=EventKind.DECISION_ASKED,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        people=people_of_office(*DECIDERS, on=local_date(at)),
        title=f"Decide on the end of {agreement.title}"[:200],
        path=ending.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _record(ending: Ending, action: str, words: str, *, actor: User, at: datetime) -> None:
    agreement = ending.agreement
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"ending": ending.number, "kind": ending.kind},
    )
