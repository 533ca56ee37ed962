"""How far two people who read the same texts agree: pure functions over what each of them said.

Cohen's kappa (1960) is the share on which two coders agree, beyond what they would share by chance: 1 is full
agreement, 0 no more than chance. It cannot be told when both always said the same one thing: chance would do that.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True)
class Agreement:
    """Of `decisions` made twice, the share alike (0 to 1) and kappa (-1 to 1), `None` where they cannot be told."""

    decisions: int
    alike: Fraction | None
    kappa: Fraction | None

    @property
    def percent(self) -> int | None:
        """The share alike as a whole percentage, half rounded up."""
        return None if self.alike is None else int(100 * self.alike + Fraction(1, 2))

    @property
    def kappa_words(self) -> str:
        """Kappa with two decimals, or that it cannot be told."""
        return "cannot be told" if self.kappa is None else f"{float(round(self.kappa, 2)):.2f}"


def agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """Compares what two people said of the same things, in the same order. Raises `ValueError` for unlike lengths."""
    if len(first) != len(second):
        raise ValueError("Two people who said of unlike many things cannot be compared.")
    number = len(first)
    if not number:
        return Agreement(0, None, None)
    alike = Fraction(sum(one == other for one, other in zip(first, second, strict=True)), number)
    ones, others = Counter(first), Counter(second)
    chance = Fraction(sum(ones[label] * others[label] for label in ones), number * number)
    return Agreement(number, alike, None if chance == 1 else (alike - chance) / (1 - chance))


def by_theme(
    first: Sequence[Collection[Label]], second: Sequence[Collection[Label]], themes: Collection[Label]
) -> dict[Label, Agreement]:
    """For each theme: whether both put the same texts under it. `first` and `second` hold the themes of each text."""
    return {theme: agreement([theme in one for one in first], [theme in one for one in second]) for theme in themes}


def overall(
    first: Sequence[Collection[Label]], second: Sequence[Collection[Label]], themes: Collection[Label]
) -> Agreement:
    """All decisions together: each text with each theme, under it or not."""
    return agreement(
        [theme in one for one in first for theme in themes], [theme in one for one in second for theme in themes]
    )


def exactly_alike(first: Sequence[Collection[Label]], second: Sequence[Collection[Label]]) -> int:
    """How many texts both put under exactly the same themes."""
    return sum(set(one) == set(other) for one, other in zip(first, second, strict=True))
