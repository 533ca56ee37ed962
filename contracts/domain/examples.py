"""A worked example for each way of making a figure, worked out by the engine itself, for whoever chooses one."""

from decimal import Decimal

from contracts.domain.ratings import rate, year_to_date
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import AGGREGATIONS, TWO_NUMBERS, Direction, IndicatorKind

NUMBERS: dict[IndicatorKind, tuple[tuple[str | tuple[str, str], ...], str]] = {
    IndicatorKind.COUNT: (("389", "395"), "{0} referrals, then {1}"),
    IndicatorKind.MONEY: (("12400", "11900"), "{0} spent, then {1}"),
    IndicatorKind.DAYS: (("9", "12"), "{0} from referral to first meeting, then {1}"),
    IndicatorKind.SCORE: (("3.4", "3.8"), "an average score of {0}, then {1}"),
    IndicatorKind.YES_NO: (("1", "0"), "a plan reviewed in time: {0}, then {1}"),
    IndicatorKind.PERCENTAGE: ((("8", "10"), ("30", "60")), "{0} of {1} people felt safer, then {2} of {3}"),
    IndicatorKind.RATIO: ((("93", "3.5"), ("96", "4")), "{0} open cases for {1} posts, then {2} for {3}"),
    IndicatorKind.RATE: ((("9", "9800"), ("7", "9900")), "{0} fires in {1} homes, then {2} in {3}"),
    IndicatorKind.UNIT_COST: ((("17200", "40"), ("18400", "48")), "£{0} for {1} people, then £{2} for {3}"),
}
PLACES = {IndicatorKind.PERCENTAGE: 1, IndicatorKind.RATIO: 1, IndicatorKind.RATE: 1, IndicatorKind.SCORE: 1}


def example_of(kind: IndicatorKind) -> str:
    """Two quarters of invented figures in a sentence: what each comes to, and what they make together."""
    if kind not in NUMBERS:
        return "For example: what changed for people this time. It has no number and is not rated."
    numbers, words = NUMBERS[kind]
    yardstick = Yardstick(kind, Direction.UP, PLACES.get(kind, 0), AGGREGATIONS[kind][0], is_rated=False, per=10_000)
    readings = [_reading(given) for given in numbers]
    texts = [rate(yardstick, reading).text for reading in readings]
    if kind not in TWO_NUMBERS:
        return f"For example {words.format(*texts)}.{_year(yardstick, readings)}"
    said = words.format(*(f"{Decimal(number):,f}" for pair in numbers for number in pair))
    return f"For example {said}: {texts[0]}, then {texts[1]}.{_year(yardstick, readings)}"


def _reading(given: str | tuple[str, str]) -> Reading:
    if isinstance(given, str):
        return Reading(value=Decimal(given))
    return Reading(numerator=Decimal(given[0]), denominator=Decimal(given[1]))


def _year(yardstick: Yardstick, readings: list[Reading]) -> str:
    year = year_to_date(yardstick, readings)
    if year.quarters < len(readings):
        return ""
    return f" Together {rate(year.yardstick, year.reading).text}."
