"""Another rating than the computed one: proposed with a reason, confirmed by a second person, until it is published.

The computed word stays beside the other on every page, in the published snapshot and in open data. A figure that is put
right is rated anew, and its override no longer holds. What was published is changed only by putting a figure right.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain import telling
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.enums import OverrideState, RatingWord, ReturnState
from contracts.models import Figure, KpiReturn, Override, Publication, Rating
from engagement.access import has_role, local_date
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.domain.queries import people_of_office
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

DECIDERS = (Role.MANAGEMENT, Role.COMMISSIONER)


class OverrideRefused(Refused):
    """The rating cannot be overridden like this; the message says why. `field` names the box that it is about."""


@transaction.atomic
def propose_override(*, figure: Figure, word: str, because: str, actor: User, at: datetime) -> Override:
    """The Contract Manager proposes another word for a rating, with the reason that the public will read.

    Raises `OverrideRefused` when the return is not accepted or is published, the figure is not rated, the word is the
    computed one, one stands already, or the person does not manage the activity.
    """
    kpi_return = lock(figure.kpi_return)
    try:
        refuse_strangers(
            kpi_return, rules.checked_returns(actor, at=at), words="The Contract Manager of the activity proposes this."
        )
    except ReturnRefused as refused:
        raise OverrideRefused(str(refused)) from None
    if kpi_return.state != ReturnState.ACCEPTED:
        raise OverrideRefused(f"A rating is overridden once its return is accepted. {refusal(kpi_return)}")
    if Publication.objects.filter(kpi_return=kpi_return).exists():
        raise OverrideRefused("These ratings are published. Only a figure that is put right changes them now.")
    computed = Rating.objects.filter(figure=figure).values_list("word", flat=True).first()
    if not computed:
        raise OverrideRefused("This figure is not rated, so there is no rating to override.")
    if word == computed:
        raise OverrideRefused(f"The computed rating is {RatingWord(computed).label} already.", field="word")
    if Override.objects.standing().filter(figure=figure).exists():
        raise OverrideRefused("Another rating is proposed or confirmed for this figure already.")
    override = Override.objects.create(
        figure=figure, computed=computed, word=word, because=because.strip(), proposed_at=at, proposed_by=actor
    )
    _count_change(kpi_return)
    announce(
        key=f"override-proposed:{override.pk}",
        kind=EventKind.DECISION_ASKED,
        activity=kpi_return.agreement.activity,
        audience=Audience.PEOPLE,
        people=list(people_of_office(*DECIDERS, on=local_date(at))),
        title=f"Decide on another rating: {kpi_return.agreement.title}"[:200],
        path=override.get_absolute_url(),
        sensitive=kpi_return.agreement.sensitive,
        at=at,
    )
    _record(override, kpi_return, "proposed", "is proposed to be overridden", actor=actor, at=at)
    return override


@transaction.atomic
def decide_override(*, override: Override, confirm: bool, words: str, actor: User, at: datetime) -> Override:
    """A second person confirms or declines. Confirmed, its word is the rating, and the provider is told.

    Raises `OverrideRefused` when it is decided or void, the person's own, or not theirs to decide; declined without
    words; published meanwhile.
    """
    kpi_return = lock(override.figure.kpi_return)
    override = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if override.state == OverrideState.VOID:
        raise OverrideRefused("The figure was put right meanwhile, so there is nothing left to decide.")
    if override.state != OverrideState.PROPOSED:
        raise OverrideRefused(f"{override.decided_by} has already decided this: {override.get_state_display()}.")
    if override.proposed_by_id == actor.pk:
        raise OverrideRefused("You proposed this, so somebody else decides it.")
    if not Override.objects.filter(rules.decidable_overrides(actor, at=at), pk=override.pk).exists():
        raise OverrideRefused("The Management Team or the Commissioner decides this.")
    if not confirm and not words.strip():
        raise OverrideRefused("Say why the computed rating stays.", field="words")
    commissioner = has_role(actor, Role.COMMISSIONER, on=local_date(at))
    override.state = OverrideState.CONFIRMED if confirm else OverrideState.DECLINED
    override.decided_at, override.decided_by, override.decision_words = at, actor, words.strip()
    override.decided_as = "the Commissioner" if commissioner else "the Management Team"
    override.save()
    _count_change(kpi_return)
    if confirm:
        _tell_provider(override, kpi_return, at=at)
    telling.override_decided(override, kpi_return.agreement, at=at)
    done = "was overridden" if confirm else "stays as computed"
    _record(override, kpi_return, "confirmed" if confirm else "declined", done, actor=actor, at=at)
    return override


def end_override(*, figure: Figure, kpi_return: KpiReturn, actor: User, at: datetime) -> Override | None:
    """Ends what stands for a figure that was put right, and tells who proposed it. Called where it is approved."""
    standing = Override.objects.standing().filter(figure=figure)
    override: Override | None = standing.select_related("proposed_by").first()
    if override is None:
        return None
    override.state, override.ended_at = OverrideState.VOID, at
    override.save(update_fields=["state", "ended_at"])
    announce(
        key=f"override-ended:{override.pk}",
        kind=EventKind.DECISION_ASKED,
        activity=kpi_return.agreement.activity,
        audience=Audience.PEOPLE,
        people=[override.proposed_by],
        title=f"Your override no longer holds: {kpi_return.agreement.title}"[:200],
        summary="The figure was put right and is rated anew.",
        path=override.get_absolute_url(),
        sensitive=kpi_return.agreement.sensitive,
        at=at,
    )
    _record(override, kpi_return, "ended", "is as computed again", actor=actor, at=at)
    return override


def refuse_undecided(kpi_return: KpiReturn) -> None:
    """Raises `ReturnRefused` while an override of the return waits for a decision: then its ratings are not settled."""
    waiting = Override.objects.filter(figure__kpi_return=kpi_return, state=OverrideState.PROPOSED)
    first = waiting.select_related("figure__indicator").first()
    if first:
        raise ReturnRefused(f"Another rating of “{first.figure.indicator.name}” waits for a decision. Decide it first.")


def overrides_of(kpi_return: KpiReturn) -> dict[int, Override]:
    """What stands for the figures of a return, by figure. One query."""
    found = Override.objects.standing().filter(figure__kpi_return=kpi_return)
    return {one.figure_id: one for one in found.select_related("proposed_by", "decided_by")}


def with_override(line: dict[str, Any], override: Override | None) -> dict[str, Any]:
    """A published line with the word that was confirmed, and the sentence that says so.

    A withheld line stays as it is: another word beside it would tell what the figure is.
    """
    if override is None or not override.holds or line["withheld"]:
        return line
    return {**line, "word": override.word, "computed": override.computed, "override": override.sentence}


def _count_change(kpi_return: KpiReturn) -> None:
    """Whoever looked through the return before it looks again before publishing."""
    kpi_return.version += 1
    kpi_return.save(update_fields=["version"])


def _tell_provider(override: Override, kpi_return: KpiReturn, *, at: datetime) -> None:
    announce(
        key=f"override-confirmed:{override.pk}",
        kind=EventKind.RETURN_ACCEPTED,
        activity=kpi_return.agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=kpi_return.agreement.provider,
        title=f"{kpi_return.agreement.title}: a rating for {kpi_return.period.label} was overridden"[:200],
        path=kpi_return.get_absolute_url(),
        sensitive=kpi_return.agreement.sensitive,
        at=at,
    )


def _record(override: Override, kpi_return: KpiReturn, action: str, what: str, *, actor: User, at: datetime) -> None:
    indicator = override.figure.indicator
    log.record(
        action=f"override.{action}",
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=kpi_return.agreement.activity,
        organisation=None,
        summary=f"{kpi_return.reference}: the rating of {indicator.name_and_code} {what}.",
        data={"override": override.pk, "code": indicator.code},
    )
