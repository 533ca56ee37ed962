"""Putting a past figure right: asked for by the provider or the office, decided by a second person, old and new kept.

The parts of a figure stay as they were given; whether they still add up to it is asked again.

Before anybody confirms, the effect is computed and shown: on the figure's own rating, on the year so far of its period
and of each later one, and on the last twelve months. Figures change only when it is approved; published periods then
get a new edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain import telling
from contracts.domain.editions import revise_publications
from contracts.domain.entries import NUMBERS, Entry
from contracts.domain.figures import entry_of, impossible, owed_figure
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.domain.overriding import end_override
from contracts.domain.parts import as_kept, from_kept, owed_footing
from contracts.domain.ratings import Judgement, rate, year_to_date
from contracts.domain.returns import rating_of, yardstick_of
from contracts.domain.rolling import MONTHS, Held, held_of, last_twelve_months
from contracts.domain.yardsticks import Reading
from contracts.enums import RestatementState, ReturnState
from contracts.models import Figure, Indicator, KpiReturn, Rating, Restatement
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.domain.periods import Period, add_months
from engagement.enums import Audience, EventKind
from engagement.models import User

REPLACED = ("value", "word", "sentence", "computed_from", "computed_at")


@dataclass(frozen=True)
class Effect:
    """What a restatement does to one figure or one year so far: `label` says which."""

    label: str
    before: Judgement
    after: Judgement

    @property
    def changes_rating(self) -> bool:
        """Whether another word is earned."""
        return self.before.word != self.after.word


def effects_of(*, figure: Figure, entry: Entry) -> list[Effect]:
    """The figure itself; the year so far at its period and at each later one of its year; the last twelve months.

    Whatever the periods are: months, quarters, half-years, years, or dates set by hand. Of years and twelve months only
    those that become another figure, another word or another sentence. Five queries, however many periods.
    """
    period = figure.kpi_return.period
    new = Reading(entry.state, entry.numerator, entry.denominator, entry.value)  # type: ignore[arg-type]
    yardstick = yardstick_of(figure)
    own = Effect(period.label, rate(yardstick, Reading.of(figure)), rate(yardstick, new))
    before = _accepted(figure)
    after = [one._replace(reading=new) if one.period == period else one for one in before]
    changed = [effect for effect in _years(period, before, after) if effect.before != effect.after]
    twelve = _twelve_months(period, before, after, every=figure.indicator.asked_every)
    if twelve and twelve.before != twelve.after and not _is_said(twelve, changed):
        changed.append(twelve)
    return [own, *changed]


def _accepted(figure: Figure) -> list[Held]:
    """The accepted figures of its indicator, first to last, each with the target of its own period."""
    found = Figure.objects.filter(indicator=figure.indicator_id, kpi_return__state=ReturnState.ACCEPTED)
    rows = list(found.select_related("kpi_return").order_by("kpi_return__ends_on", "kpi_return__starts_on"))
    if not rows:
        return []
    day = max(one.kpi_return.starts_on for one in rows)
    indicator = Indicator.objects.as_of(day).get(pk=figure.indicator_id)
    return held_of(indicator, {one.kpi_return.period: Reading.of(one) for one in rows})


def _years(period: Period, before: list[Held], after: list[Held]) -> Iterator[Effect]:
    """The year so far at this period and at each later one, where it is made of more than one."""
    pairs = [
        (was, now) for was, now in zip(before, after, strict=True) if was.period.year_starts_on == period.year_starts_on
    ]
    for place, (last, _) in enumerate(pairs):
        if place and last.period.ends_on >= period.ends_on:
            label = f"{period.year_label} up to {last.period.label}"
            so_far = pairs[: place + 1]
            yield Effect(label, _year([was for was, _ in so_far]), _year([now for _, now in so_far]))


def _twelve_months(period: Period, before: list[Held], after: list[Held], *, every: int) -> Effect | None:
    """The twelve months up to the latest accepted period, in whatever year, where this one is among them."""
    if len(before) <= 1 or period.starts_on < add_months(before[-1].period.ends_on, -MONTHS):
        return None
    latest = before[-1].period
    was, now = (last_twelve_months(rows, latest, every=every) for rows in (before, after))
    return Effect(f"Last twelve months up to {latest.label}", was.judgement, now.judgement) if was and now else None


def _is_said(effect: Effect, others: list[Effect]) -> bool:
    """Whether the year so far says the very same."""
    return any((one.before, one.after) == (effect.before, effect.after) for one in others)


def restatements_of(kpi_return: KpiReturn) -> list[Restatement]:
    """What was asked to be put right in a return, newest first. One query."""
    found = Restatement.objects.filter(figure__kpi_return=kpi_return).for_table()
    return list(found.order_by("-asked_at", "-pk"))


def _year(held: list[Held]) -> Judgement:
    each = [one.yardstick for one in held]
    year = year_to_date(each[-1], [one.reading for one in held], yardsticks=each)
    return rate(year.yardstick, year.reading)


def kept(entry: Entry, judgement: Judgement) -> dict[str, Any]:
    """A figure and its rating as a restatement keeps them: numbers as text."""
    numbers = {name: _text(getattr(entry, name)) for name in NUMBERS}
    return {
        "state": str(entry.state),
        **numbers,
        "commentary": entry.commentary,
        "parts": as_kept(entry.parts),
        "parts_words": entry.parts_words,
        "text": judgement.text,
        "word": str(judgement.word or ""),
        "sentence": judgement.sentence,
    }


def entry_kept(said: dict[str, Any]) -> Entry:
    """What `kept` wrote, as an entry again."""
    numbers = {name: None if said[name] is None else Decimal(said[name]) for name in NUMBERS}
    return Entry(
        state=said["state"],
        numerator=numbers["numerator"],
        denominator=numbers["denominator"],
        value=numbers["value"],
        commentary=said["commentary"],
        parts=from_kept(said.get("parts", {})),
        parts_words=said.get("parts_words", ""),
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


@transaction.atomic
def ask_restatement(
    *,
    figure: Figure,
    entry: Entry,
    reason: str,
    words: str,
    public_note: str,
    seen_version: int,
    actor: User,
    at: datetime,
) -> Restatement:
    """Asks to put a figure of an accepted return right. Nothing changes until a second person approves.

    Its parts stay as they are, whatever `entry` says of them; `parts_words` say why they do not add up to the new
    figure, where they do not.

    Raises `ReturnRefused` when the return is not accepted or not theirs, the figure was changed since (`seen_version`),
    is asked about already, says the same, or is impossible.
    """
    kpi_return = lock(figure.kpi_return)
    if kpi_return.state != ReturnState.ACCEPTED:
        raise ReturnRefused(f"Only a figure of an accepted return is put right like this. {refusal(kpi_return)}")
    who = f"A certifier of {kpi_return.agreement.provider}, or the Contract Manager, asks to put a figure right."
    refuse_strangers(kpi_return, rules.restatable_returns(actor, at=at), words=who)
    figure = Figure.objects.select_related("indicator", "kpi_return").get(pk=figure.pk)
    entry = replace(entry, parts=from_kept(figure.parts))
    _refuse_wrong(figure, entry, seen_version=seen_version)
    if not words.strip() or not public_note.strip():
        raise ReturnRefused("Say why, and what the public should read about it.")
    effect = effects_of(figure=figure, entry=entry)[0]
    restatement = Restatement.objects.create(
        figure=figure,
        reason=reason,
        words=words.strip(),
        public_note=public_note.strip(),
        before=kept(entry_of(figure), effect.before),
        after=kept(entry, effect.after),
        seen_version=figure.version,
        asked_at=at,
        asked_by=actor,
    )
    announce(
        key=f"restatement-asked:{restatement.pk}",
        kind=EventKind.RETURN_SUBMITTED,
        activity=kpi_return.agreement.activity,
        audience=Audience.OFFICE,
        title=f"A figure for {kpi_return.period.label} is to be put right"[:200],
        summary=f"{kpi_return.agreement.title}: {figure.indicator.name_and_code}. Asked for by {actor}.",
        path=restatement.get_absolute_url(),
        at=at,
    )
    _record(restatement, "restatement.asked", "was asked to be put right", kpi_return, actor=actor, at=at)
    return restatement


def _refuse_wrong(figure: Figure, entry: Entry, *, seen_version: int) -> None:
    if figure.version != seen_version:
        raise ReturnRefused("This figure has been changed since you opened it. Look at it again first.")
    if figure.restatements.waiting().exists():
        raise ReturnRefused("Somebody has already asked to put this figure right, and nobody has decided yet.")
    problems = impossible(figure.indicator, entry) or owed_figure(figure.indicator, entry)
    problems |= owed_footing(figure.indicator, total=entry.value, parts=entry.parts, words=entry.parts_words)
    if problems:
        raise ReturnRefused(next(iter(problems.values())))
    if all(getattr(figure, name) == getattr(entry, name) for name in ("state", *NUMBERS)):
        raise ReturnRefused("This is the figure that is held already.")


def _waiting(restatement: Restatement, *, actor: User, at: datetime) -> tuple[Restatement, KpiReturn]:
    """The restatement and its return, locked, when this person decides it now."""
    kpi_return = lock(restatement.figure.kpi_return)
    held = Restatement.objects.select_for_update(of=("self",)).select_related("figure__indicator", "decided_by")
    restatement = held.get(pk=restatement.pk)
    if restatement.state != RestatementState.ASKED:
        raise ReturnRefused(f"{restatement.decided_by} has already decided this: {restatement.get_state_display()}.")
    if restatement.asked_by_id == actor.pk:
        raise ReturnRefused("You asked for this, so somebody else decides it.")
    if not Restatement.objects.filter(rules.decidable_restatements(actor, at=at), pk=restatement.pk).exists():
        raise ReturnRefused("The Management Team or another Contract Manager decides this.")
    return restatement, kpi_return


@transaction.atomic
def approve_restatement(*, restatement: Restatement, actor: User, at: datetime) -> Restatement:
    """The figure takes its new value and rating; published periods get a new edition, and everyone engaged is told.

    Raises `ReturnRefused` when it is decided, the person's own, not theirs to decide, or about a figure that has been
    changed meanwhile.
    """
    restatement, kpi_return = _waiting(restatement, actor=actor, at=at)
    figure = restatement.figure
    if figure.version != restatement.seen_version:
        raise ReturnRefused("The figure has been changed since this was asked for. Refuse it, and have it asked again.")
    entry = entry_kept(restatement.after)
    for name in ("state", "commentary", "parts_words", *NUMBERS):
        setattr(figure, name, getattr(entry, name))
    figure.version, figure.saved_at, figure.saved_by = figure.version + 1, at, restatement.asked_by
    figure.save()
    new = rating_of(figure, yardstick_of(figure), at=at)
    Rating.objects.filter(figure=figure).update(**{name: getattr(new, name) for name in REPLACED})
    end_override(figure=figure, kpi_return=kpi_return, actor=actor, at=at)
    _decide(restatement, RestatementState.APPROVED, "", actor=actor, at=at)
    figure.kpi_return = kpi_return
    revised = revise_publications(restatement=restatement, actor=actor, at=at)
    _tell(restatement, kpi_return, published=bool(revised), at=at)
    telling.restatement_decided(restatement, kpi_return.agreement, approved=True, at=at)
    _record(restatement, "restatement.approved", "was put right", kpi_return, actor=actor, at=at)
    return restatement


@transaction.atomic
def refuse_restatement(*, restatement: Restatement, words: str, actor: User, at: datetime) -> Restatement:
    """The figure stays. Raises `ReturnRefused` without a reason, and when it is not this person's to decide now."""
    restatement, kpi_return = _waiting(restatement, actor=actor, at=at)
    if not words.strip():
        raise ReturnRefused("Say why the figure stays as it is.")
    _decide(restatement, RestatementState.REFUSED, words.strip(), actor=actor, at=at)
    _record(restatement, "restatement.refused", "stays as it is", kpi_return, actor=actor, at=at)
    telling.restatement_decided(restatement, kpi_return.agreement, approved=False, at=at)
    return restatement


def _decide(restatement: Restatement, state: str, words: str, *, actor: User, at: datetime) -> None:
    restatement.state, restatement.decision_words = state, words
    restatement.decided_at, restatement.decided_by = at, actor
    restatement.save(update_fields=["state", "decision_words", "decided_at", "decided_by"])


def _tell(restatement: Restatement, kpi_return: KpiReturn, *, published: bool, at: datetime) -> None:
    """Everyone engaged where the public reads another figure now; otherwise the provider."""
    agreement, name = kpi_return.agreement, restatement.figure.indicator.name
    announce(
        key=f"restatement-approved:{restatement.pk}",
        kind=EventKind.RATING_PUBLISHED if published else EventKind.RETURN_ACCEPTED,
        activity=agreement.activity,
        audience=Audience.EVERYONE if published else Audience.ORGANISATION,
        organisation=None if published else agreement.provider,
        title=f"{agreement.title}: a figure for {kpi_return.period.label} was put right"[:200],
        summary=f"{name}. {restatement.public_note}",
        path=agreement.get_performance_url() if published else kpi_return.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _record(
    restatement: Restatement, action: str, what: str, kpi_return: KpiReturn, *, actor: User, at: datetime
) -> None:
    measure = restatement.figure.indicator.name_and_code
    log.record(
        action=action,
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=kpi_return.agreement.activity,
        organisation=kpi_return.agreement.provider,
        summary=f"{kpi_return.reference}: {measure} {what}.",
        data={"restatement": restatement.pk, "code": restatement.figure.indicator.code, "reason": restatement.reason},
    )
