"""Writing the figures of a return, by several colleagues, without losing what anybody typed (R-149; C04, K01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain.entries import Entry, boxes, label_of
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.domain.parts import as_kept, from_kept, impossible_parts, owed_parts
from contracts.domain.phrasing import change_text, rounded, target_text
from contracts.domain.ratings import moved_beyond, rate
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import TWO_NUMBERS, FigureState, IndicatorKind, ReturnState
from contracts.models import Figure, Indicator, KpiReturn
from contracts.models.returns import LARGEST
from engagement.domain import log
from engagement.models import User

NUMBERS = ("numerator", "denominator", "value")
Problems = dict[str, str]


@dataclass(frozen=True)
class SavedEntry:
    """One line to keep: what was typed, over which version of the figure (0: none), and whether it is done."""

    indicator: Indicator
    entry: Entry
    seen_version: int = 0
    completed: bool = False


@dataclass(frozen=True)
class Conflict:
    """A figure that somebody else changed meanwhile: theirs as it is kept, mine as it was typed."""

    indicator: Indicator
    theirs: Figure
    mine: Entry


class FiguresRefused(Exception):
    """Figures cannot be kept as typed. `problems` maps an indicator's code to the message of each box."""

    def __init__(self, problems: Mapping[str, Problems]) -> None:
        super().__init__("Some figures need attention before they can be kept.")
        self.problems = dict(problems)


class FiguresChanged(Exception):
    """A colleague saved the same figures first; nothing of this save was kept. `conflicts` shows both."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        who = conflicts[0].theirs.saved_by or "Someone"
        super().__init__(f"{who} has changed this since you opened it. Compare the two and save what is right.")
        self.conflicts = list(conflicts)


def owed(indicator: Indicator, entry: Entry, *, before: Decimal | None = None) -> Problems:
    """What keeps a line from being completed, by box: a number, a reason, a commentary on a figure off target, a part.

    `before` is the figure of the last period as it was rounded: a movement beyond the agreed tolerance needs words too.
    """
    owing = owed_figure(indicator, entry, before=before)
    if entry.state == FigureState.REPORTED:
        owing |= owed_parts(indicator, total=entry.value, parts=entry.parts, words=entry.parts_words)
    return owing


def owed_figure(indicator: Indicator, entry: Entry, *, before: Decimal | None = None) -> Problems:
    """The same without its parts: for a figure that is put right, whose parts stay as they are."""
    if entry.state != FigureState.REPORTED:
        return {} if entry.commentary.strip() else {"commentary": "Tell us why you cannot give this figure."}
    missing = {
        box: f"Enter a number for “{label_of(indicator, box)}”. If there were none, enter 0."
        for box in (boxes(indicator) if entry.value is None else ())
        if getattr(entry, box) is None
    }
    if missing:
        return missing
    if entry.commentary.strip():
        return {}
    if indicator.kind == IndicatorKind.NARRATIVE:
        return {"commentary": "Tell us in words. This measure has no number."}
    return _owed_words(Yardstick.of(indicator), entry, before)


def _owed_words(yardstick: Yardstick, entry: Entry, before: Decimal | None) -> Problems:
    """A figure off its target, or one that moved far, needs a sentence."""
    judgement = rate(yardstick, Reading(FigureState.REPORTED, entry.numerator, entry.denominator, entry.value))
    if judgement.off_target:
        return {"commentary": f"Say why this is off its target of {target_text(yardstick)}. A sentence is enough."}
    if moved_beyond(yardstick, judgement.value, before):
        moved = change_text(yardstick, judgement.value, before)
        return {"commentary": f"Say why this is {moved} since the last figure. A sentence is enough."}
    return {}


def impossible(indicator: Indicator, entry: Entry) -> Problems:
    """What no return may hold, done or not: the last line of defence behind forms and files."""
    problems = {
        box: "This must be a number from 0 up to ten thousand million."
        for box in NUMBERS
        if (number := getattr(entry, box)) is not None and not (number.is_finite() and 0 <= number < LARGEST)
    }
    if problems:
        return problems
    problems |= _unlike_its_kind(indicator, entry) | impossible_parts(indicator, entry.parts, largest=LARGEST)
    if entry.state == FigureState.MISSING:
        problems["state"] = "Give a figure, or say why you cannot give one."
    elif entry.state != FigureState.REPORTED and (
        entry.parts or any(getattr(entry, box) is not None for box in NUMBERS)
    ):
        problems["state"] = "Give either a figure, or a reason why you cannot give one."
    return problems


def _unlike_its_kind(indicator: Indicator, entry: Entry) -> Problems:
    """What a measure of this kind cannot say."""
    problems, kind = {}, indicator.kind
    part, whole = entry.numerator, entry.denominator
    if kind == IndicatorKind.PERCENTAGE:
        if part is not None and whole is not None and part > whole:
            more = f"{part.normalize():,f} is more than {whole.normalize():,f}"
            problems["numerator"] = f"{more}, the number it is part of."
        if entry.value is not None and entry.value > 100:
            problems["value"] = "A percentage is 100 at most."
    elif kind not in TWO_NUMBERS and (part, whole) != (None, None):
        problems["numerator"] = "This measure is one number, not two counts."
    if kind == IndicatorKind.NARRATIVE and entry.value is not None:
        problems["value"] = "This measure is told in words. It has no number."
    if kind == IndicatorKind.YES_NO and entry.value not in {None, 0, 1}:
        problems["value"] = "Answer yes or no."
    return problems


@transaction.atomic
def save_figures(*, kpi_return: KpiReturn, entries: Sequence[SavedEntry], actor: User, at: datetime) -> KpiReturn:
    """Keeps lines of a return that is due or queried: all of them or none.

    Raises `ReturnRefused` when the return is not this person's to write now, `FiguresRefused` for impossible figures
    and for completed lines that still owe something, `FiguresChanged` when a colleague changed the same figure
    meanwhile. Saving what is kept already changes nothing.
    """
    kpi_return = lock(kpi_return)
    if not kpi_return.is_writable:
        raise ReturnRefused(refusal(kpi_return))
    refuse_strangers(
        kpi_return,
        rules.writable_returns(actor, at=at),
        words=f"Only people of {kpi_return.agreement.provider} write this return.",
    )
    _refuse_wrong(kpi_return, entries)
    kept = {figure.indicator_id: figure for figure in kpi_return.figures.select_related("saved_by")}
    changed = [line for line in entries if _differs(kept.get(line.indicator.pk), line)]
    conflicts = [
        Conflict(line.indicator, kept[line.indicator.pk], line.entry)
        for line in changed
        if line.indicator.pk in kept and kept[line.indicator.pk].version != line.seen_version
    ]
    if conflicts:
        raise FiguresChanged(conflicts)
    if not changed:
        return kpi_return
    for line in changed:
        _keep(kpi_return, kept.get(line.indicator.pk), line, actor=actor, at=at)
    kpi_return.version += 1
    kpi_return.save(update_fields=["version"])
    log.record(
        action="return.saved",
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=kpi_return.agreement.activity,
        organisation=kpi_return.agreement.provider,
        summary=f"{kpi_return.reference}: {len(changed)} figure{'' if len(changed) == 1 else 's'} saved.",
        data={"codes": [line.indicator.code for line in changed]},
    )
    return kpi_return


def _refuse_wrong(kpi_return: KpiReturn, entries: Sequence[SavedEntry]) -> None:
    asked = {indicator.pk: indicator for indicator in kpi_return.agreement.indicators.asked_in(kpi_return.period)}
    problems = {}
    before = values_before(kpi_return, list(asked.values()))
    for line in entries:
        if line.indicator.pk not in asked:
            raise ReturnRefused(f"“{line.indicator.name}” is not a measure of this return.")
        found = impossible(line.indicator, line.entry)
        if line.completed and not found:
            found = owed(asked[line.indicator.pk], line.entry, before=before.get(line.indicator.pk))
        if found:
            problems[line.indicator.code] = found
    if problems:
        raise FiguresRefused(problems)


def _differs(figure: Figure | None, line: SavedEntry) -> bool:
    if figure is None:
        return True
    return any(getattr(figure, name) != value for name, value in _content(line).items())


def _content(line: SavedEntry) -> dict[str, Any]:
    entry = line.entry
    return {
        "state": entry.state,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "value": entry.value,
        "commentary": entry.commentary,
        "parts": as_kept(entry.parts),
        "parts_words": entry.parts_words,
        "completed": line.completed,
    }


def _keep(kpi_return: KpiReturn, figure: Figure | None, line: SavedEntry, *, actor: User, at: datetime) -> None:
    figure = figure or Figure(kpi_return=kpi_return, indicator=line.indicator, version=0)
    for name, value in _content(line).items():
        setattr(figure, name, value)
    figure.version += 1
    figure.saved_at, figure.saved_by = at, actor
    figure.checked_at, figure.checked_by = None, None
    figure.save()


def unfinished(kpi_return: KpiReturn) -> list[tuple[Indicator, str]]:
    """The measures of a return that are not completed, each with what is still to do. Two queries."""
    kept = {figure.indicator_id: figure for figure in kpi_return.figures.all()}
    lines, asked = [], list(kpi_return.agreement.indicators.asked_in(kpi_return.period))
    before = values_before(kpi_return, asked)
    for indicator in asked:
        figure = kept.get(indicator.pk)
        if figure is None:
            lines.append((indicator, "Not yet started."))
        elif owing := owed(indicator, entry_of(figure), before=before.get(indicator.pk)):
            lines.append((indicator, next(iter(owing.values()))))
        elif not figure.completed:
            lines.append((indicator, "Not yet marked as completed."))
    return lines


def values_before(kpi_return: KpiReturn, indicators: Sequence[Indicator]) -> dict[int, Decimal]:
    """The rounded figures of the period just before, of indicators whose movement needs words. One query at most."""
    watched = {indicator.pk: indicator for indicator in indicators if indicator.tolerance is not None}
    if not watched:
        return {}
    figures = Figure.objects.filter(
        kpi_return__agreement=kpi_return.agreement_id,
        kpi_return__ends_on=kpi_return.starts_on,
        indicator__in=watched,
    ).exclude(kpi_return__state=ReturnState.DUE)
    values = {}
    for figure in figures:
        yardstick = Yardstick.of(watched[figure.indicator_id])
        exact = yardstick.exact(Reading.of(figure))
        if exact is not None:
            values[figure.indicator_id] = rounded(yardstick, exact)
    return values


def entry_of(figure: Figure) -> Entry:
    """A kept figure as its entry."""
    return Entry(
        state=figure.state,
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=figure.value,
        commentary=figure.commentary,
        parts=from_kept(figure.parts),
        parts_words=figure.parts_words,
    )
