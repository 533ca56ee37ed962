"""What the Procurement Act 2023 says of a change of an agreement: whether it is permitted, and which notice follows.

Sections 74, 75 and 77 and Schedule 8; the amounts are rows with their sources (`contracts.models.duty`). Where the Act
can be read in two ways the more careful one is taken, and each finding gives its reason in words: it is no legal
advice, and somebody decides. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from contracts.domain.duties import OUTSIDE
from contracts.enums import ModificationGround, Regime

TEN, FIFTY, HUNDRED = Decimal(10), Decimal(50), Decimal(100)
CAPPED = frozenset({ModificationGround.UNFORESEEN, ModificationGround.KNOWN_RISK, ModificationGround.ADDITIONAL})


@dataclass(frozen=True)
class Change:
    """A change and what it changes. Money is pounds; `value`, `ends` are as they were signed, before any change.
    `regime` is the law it was procured by; nothing where nobody has recorded it.

    `earlier` and `earlier_days` are the changes in force before this one. `furthest` is the last day to which the
    agreement says that it may be extended.
    """

    regime: Regime | None
    value: Decimal | None
    starts: date | None
    ends: date | None
    furthest: date | None
    value_change: Decimal = Decimal(0)
    days_change: int = 0
    earlier: Decimal = Decimal(0)
    earlier_days: int = 0
    changes_scope: bool = False
    ground: str = ""

    @property
    def together(self) -> Decimal:
        """This change of the value and all before it."""
        return self.earlier + self.value_change

    @property
    def days_together(self) -> int:
        """This change of the end and all before it."""
        return self.earlier_days + self.days_change

    @property
    def term(self) -> int | None:
        """The longest term that was provided for when it was signed, in days."""
        last = max((day for day in (self.ends, self.furthest) if day), default=None)
        return (last - self.starts).days + 1 if last and self.starts else None


@dataclass(frozen=True)
class Limits:
    """The amounts of the law on a day, in pounds with VAT; nothing where none is set.

    `threshold` is that for goods and services of an authority that is not central government, reviewed every second
    January; over `copy_over` a changed contract is published whole.
    """

    threshold: Decimal | None
    copy_over: Decimal | None


@dataclass(frozen=True)
class Finding:
    """Whether a change is permitted, whether a contract change notice (UK10) is published first, and why."""

    permitted: bool
    notice: bool
    reasons: tuple[str, ...]
    percent: Decimal | None = None
    percent_together: Decimal | None = None


@dataclass
class _Reading:
    reasons: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        self.reasons.append(words)


def percent_of(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """A part as a percentage of a whole, to two decimals; nothing where the whole is nothing or not known. Pure."""
    return None if not whole else (Decimal(part) * HUNDRED / Decimal(whole)).quantize(Decimal("0.01"))


def is_over(part: Decimal | int, whole: Decimal | int | None, limit: Decimal) -> bool:
    """Whether a part, up or down, is more than so many per cent of a whole; also where no whole is known. Pure."""
    return not whole or abs(Decimal(part)) * HUNDRED > limit * Decimal(whole)


def finding_of(change: Change, *, limits: Limits) -> Finding:
    """What the Act says of a change on the day of these amounts. Pure."""
    percent, together = percent_of(change.value_change, change.value), percent_of(change.together, change.value)
    exempt = _exemption(change, limits)
    if exempt:
        return Finding(True, notice=False, reasons=(exempt,), percent=percent, percent_together=together)
    reading = _Reading()
    if change.regime is None:
        reading.say("How it was procured is not recorded, so it is read as a public contract under the Act.")
    if change.regime == Regime.BELOW_THRESHOLD:
        reaches = "With this change it reaches the threshold" if limits.threshold else "No threshold is set"
        reading.say(f"{reaches}, so it is treated as a public contract (section 74).")
    permitted = _is_permitted(change, reading, limits)
    notice = _needs_notice(change, reading)
    whole = None if change.value is None else change.value + change.together
    if notice and whole is not None and limits.copy_over is not None and whole > limits.copy_over:
        reading.say(
            f"It is over £{limits.copy_over:,.0f} with this change: the changed contract is published within 90 days"
            " (section 77)."
        )
    return Finding(permitted, notice=notice, reasons=tuple(reading.reasons), percent=percent, percent_together=together)


def _exemption(change: Change, limits: Limits) -> str:
    """Why the rules of the Act on changes do not hold, in words; nothing where they do."""
    if change.regime == Regime.LIGHT_TOUCH:
        return "It is a light touch contract: sections 74 and 75(6) let it be changed without a notice."
    if change.regime == Regime.EARLIER:
        return (
            "It was procured by earlier law, so regulation 72 of the Public Contracts Regulations 2015 says whether it "
            "may be changed, and no contract change notice (UK10) is published."
        )
    if change.regime in {Regime.PROVIDER_SELECTION, Regime.NONE}:
        return f"{OUTSIDE[change.regime]} No contract change notice is published."
    limit = limits.threshold
    grown = None if change.value is None else change.value + change.together
    if change.regime == Regime.BELOW_THRESHOLD and limit is not None and (grown is None or grown < limit):
        return f"It stays below the threshold of £{limit:,.0f}, VAT included, so sections 74 and 75 do not hold for it."
    return ""


def _is_permitted(change: Change, reading: _Reading, limits: Limits) -> bool:
    if change.ground and _holds(change, reading):
        return True
    beyond = percent_of(_days_beyond(change), change.term)
    if change.changes_scope:
        reading.say("It changes the scope or the balance materially, so it is substantial (section 74(3)).")
    elif beyond is None:
        reading.say("The term is not known in days, so nobody can say here whether the change is substantial.")
    elif not is_over(_days_beyond(change), change.term, TEN):
        reading.say(
            "It is not substantial: the term changes by no more than 10% of its maximum, the scope not materially."
        )
        return True
    else:
        reading.say(
            f"It is substantial: the term changes by {abs(beyond)}% of its maximum, more than 10% (section 74(3))."
        )
    under = limits.threshold is not None and abs(change.together) < limits.threshold
    small = under and not is_over(change.together, change.value, TEN)
    if small and not change.changes_scope and change.value_change:
        reading.say(
            "It is a below-threshold modification: all changes of the value come to no more than 10% (section 74(4))."
        )
        return True
    reading.say("It needs one of the grounds of Schedule 8, or a new procurement.")
    return False


def _days_beyond(change: Change) -> int:
    """How many days the term grows beyond the longest that was provided for, or shrinks (negative)."""
    days = change.days_together
    if change.ends and change.furthest and days > 0:
        return max(days - max((change.furthest - change.ends).days, 0), 0)
    return days


def _holds(change: Change, reading: _Reading) -> bool:
    name = ModificationGround(change.ground).label
    alone = percent_of(change.value_change, change.value)
    grows = change.value_change > 0 or alone is None
    if change.ground in CAPPED and grows and is_over(change.value_change, change.value, FIFTY):
        told = "is not known" if alone is None else f"is {alone}%"
        reading.say(f"“{name}” holds up to an increase of 50% of the value; this {told} (Schedule 8).")
        return False
    reading.say(f"Permitted by Schedule 8: {name.lower()}.")
    return True


def _needs_notice(change: Change, reading: _Reading) -> bool:
    """Section 75: before every change, but for a small one. With earlier changes counted in, as 75(4) and (5) have it.

    A change of both value and term is small only where both are.
    """
    if change.ground == ModificationGround.RESTRUCTURING:
        reading.say("A contract change notice (UK10) is published before a transfer, however small (section 75(2)).")
        return True
    value, term = percent_of(change.together, change.value), percent_of(change.days_together, change.term)
    large = []
    if change.value_change and is_over(change.together, change.value, TEN):
        large.append("the value by " + ("a share that is not known" if value is None else f"{abs(value)}%"))
    if change.days_change and is_over(change.days_together, change.term, TEN):
        large.append("the term by " + ("a share that is not known" if term is None else f"{abs(term)}%"))
    if large:
        words = " and ".join(large)
        reading.say(f"A contract change notice (UK10) is published first: with earlier changes it changes {words}.")
        return True
    if not change.value_change and not change.days_change:
        reading.say(
            "A contract change notice (UK10) is published first: it changes neither value nor term (section 75)."
        )
        return True
    reading.say(
        "No contract change notice is needed: with earlier changes it changes no more than 10% (section 75(2))."
    )
    return False
