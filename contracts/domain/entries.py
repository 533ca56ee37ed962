"""What a provider typed for one measure, on a page or in a row of a file, read in one way (K01, R-149). Pure.

A box holds text that a stranger typed: NaN, infinities, powers, hexadecimal, underscores and formulas are refused in
words that stand beside the box. An empty box is not nought.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.domain.parts import WORDS, Parts, part_boxes
from contracts.domain.phrasing import counted
from contracts.enums import POUNDS, TWO_NUMBERS, FigureState, IndicatorKind
from contracts.models import Indicator
from engagement.domain import tabular
from engagement.domain.exports import BYTE_ORDER_MARK

BOUND = Decimal(10) ** 10
LONGEST_COMMENTARY = 2000
NUMBERS = ("denominator", "numerator", "value")


@dataclass(frozen=True)
class Entry:
    """One measure as the provider gives it: one number in `value`, or the two numbers of what is divided, or words.

    `parts` are those given so far, by table and group; `parts_words` say why they do not add up.
    """

    state: str = FigureState.REPORTED
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    commentary: str = ""
    parts: Parts = field(default_factory=dict)
    parts_words: str = ""

    @property
    def is_given(self) -> bool:
        """Whether there is a whole figure, or a reason why there is none."""
        if self.state != FigureState.REPORTED:
            return bool(self.commentary)
        return self.value is not None or (self.numerator is not None and self.denominator is not None)


@dataclass
class Reading:
    """An entry as far as it could be read, and what is wrong, in words, by the name of the box."""

    entry: Entry
    problems: dict[str, str] = field(default_factory=dict)


def boxes(indicator: Indicator) -> tuple[str, ...]:
    """The numbers that a measure asks for, in the order in which people count: the whole before its part.

    None for what is told in words.
    """
    if indicator.kind == IndicatorKind.NARRATIVE:
        return ()
    return ("denominator", "numerator") if indicator.kind in TWO_NUMBERS else ("value",)


def label_of(indicator: Indicator, box: str) -> str:
    """The words above a box: what is counted, for this measure."""
    if box == "value":
        return indicator.name if indicator.kind != IndicatorKind.MONEY else "Amount"
    words = indicator.denominator_words if box == "denominator" else indicator.numerator_words
    if box == "denominator":
        words = counted(indicator.unit, words)
    elif not words and indicator.kind == IndicatorKind.UNIT_COST:
        words = "Pounds spent"
    return words[:1].upper() + words[1:] or box.capitalize()


def read_entry(indicator: Indicator, typed: Mapping[str, str]) -> Reading:
    """Reads the texts of `denominator`, `numerator`, `value`, `state` and `commentary` for a measure, and of its parts.

    Numbers that the measure does not ask for are refused, not dropped. `state` is a `FigureState` or empty; where a
    figure cannot be given the commentary is the reason, and numbers beside it are refused. A part is a number, or
    whatever its mark holds for not available.
    """
    problems: dict[str, str] = {}
    numbers: dict[str, Decimal | None] = {}
    for box in NUMBERS:
        text = typed.get(box, "").strip()
        try:
            numbers[box] = _number(indicator, box, text) if text else None
        except ValueError as error:
            problems[box], numbers[box] = str(error), None
    commentary, state = typed.get("commentary", "").strip(), typed.get("state", "") or FigureState.REPORTED
    _refuse_words(commentary, "commentary", problems)
    parts_words = typed.get(WORDS, "").strip()
    _refuse_words(parts_words, WORDS, problems)
    parts = _read_parts(indicator, typed, problems, reported=state == FigureState.REPORTED)
    if state != FigureState.REPORTED:
        for box in NUMBERS:
            if typed.get(box, "").strip():
                problems[box] = "Give either a figure, or a reason why you cannot give one."
            numbers[box] = None
        if not commentary:
            problems["commentary"] = "Tell us why you cannot give this figure."
    elif indicator.kind == IndicatorKind.PERCENTAGE and _part_exceeds_whole(numbers):
        problems.setdefault("numerator", _too_many(indicator, numbers))
        numbers["numerator"] = None
    entry = Entry(state=state, commentary=commentary, parts=parts, parts_words=parts_words, **numbers)
    return Reading(entry, problems)


def _read_parts(
    indicator: Indicator, typed: Mapping[str, str], problems: dict[str, str], *, reported: bool
) -> dict[str, dict[str, Decimal | None]]:
    """The parts that were typed, by table and group; beside a reason why there is no figure they are refused."""
    parts: dict[str, dict[str, Decimal | None]] = {}
    for box in part_boxes(indicator):
        text, mark = typed.get(box.name, "").strip(), typed.get(box.state, "").strip()
        if not text and not mark:
            continue
        if not reported:
            problems[box.name] = "Give either a figure with its parts, or a reason why you cannot give one."
        elif text and mark:
            problems[box.name] = f"{box.label}: give either a number, or “Not available”."
        else:
            try:
                number = _within(box.label, _parser(indicator, "value"), text) if text else None
            except ValueError as error:
                problems[box.name] = str(error)
            else:
                parts.setdefault(box.table.by, {})[box.group] = number
    return parts


def _number(indicator: Indicator, box: str, text: str) -> Decimal:
    if box not in boxes(indicator):
        raise ValueError(_not_asked(indicator))
    return _within(label_of(indicator, box), _parser(indicator, box), text)


def _within(label: str, parse: Callable[[str], Decimal], text: str) -> Decimal:
    value = parse(text.replace("\u00a0", "").replace(BYTE_ORDER_MARK, ""))
    if value < 0:
        raise ValueError(f"{label} must be 0 or more.")
    if value >= BOUND:
        raise ValueError(f"{label} must be less than {BOUND:,}.")
    return abs(value)  # minus nought is nought


def _not_asked(indicator: Indicator) -> str:
    if indicator.kind == IndicatorKind.NARRATIVE:
        return "This measure is told in words. Leave this empty."
    if indicator.kind in TWO_NUMBERS:
        return "This measure is worked out from two counts. Leave this empty."
    return "This measure is one number, not two counts. Leave this empty."


def _parser(indicator: Indicator, box: str) -> Callable[[str], Decimal]:
    if indicator.kind == IndicatorKind.YES_NO:
        return _yes_or_no
    if indicator.kind in POUNDS and box != "denominator":
        return tabular.pounds
    if (places := places_of(indicator, box)) == 0:
        return lambda text: Decimal(tabular.whole_number(text))
    return lambda text: _with_decimals(text, places)


def places_of(indicator: Indicator, box: str) -> int:
    """How many decimal places a box takes: whole counts for shares and rates, halves of posts or hours elsewhere."""
    if indicator.kind in {IndicatorKind.RATIO, IndicatorKind.UNIT_COST}:
        return 2
    return 0 if indicator.kind in TWO_NUMBERS else indicator.decimals


def _yes_or_no(text: str) -> Decimal:
    said = {"yes": 1, "y": 1, "1": 1, "no": 0, "n": 0, "0": 0}.get(text.strip().casefold())
    if said is None:
        raise ValueError("Answer yes or no.")
    return Decimal(said)


def _with_decimals(text: str, places: int) -> Decimal:
    value = tabular.number(text)
    if value != round(value, places):
        raise ValueError(f"“{text[:40]}” has more than {places} decimal place{'' if places == 1 else 's'}.")
    return value


def _refuse_words(words: str, box: str, problems: dict[str, str]) -> None:
    if len(words) > LONGEST_COMMENTARY:
        problems[box] = f"This must be {LONGEST_COMMENTARY:,} characters or fewer. You have {len(words):,}."
    elif any(ord(character) < 32 and character not in "\n\r\t" for character in words):
        problems[box] = "There is a character in this text that cannot be shown. Type the text again."


def _part_exceeds_whole(numbers: Mapping[str, Decimal | None]) -> bool:
    part, whole = numbers["numerator"], numbers["denominator"]
    return part is not None and whole is not None and part > whole


def _too_many(indicator: Indicator, numbers: Mapping[str, Decimal | None]) -> str:
    whole = label_of(indicator, "denominator")
    return (
        f"{label_of(indicator, 'numerator')} must be {numbers['denominator']:,} or fewer, "
        f"the number of {whole[:1].lower()}{whole[1:]}."
    )
