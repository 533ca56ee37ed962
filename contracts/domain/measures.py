"""One measure as the public reads it: its finding, its periods, its trend. From published snapshots alone.

A snapshot is protected already (`contracts.domain.publishing`): what it withholds has no number here either, in no
sentence, drawing or table. Nothing here reads a live figure. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.domain.phrasing import counted
from contracts.domain.published_lines import read_again, yardstick_from
from contracts.domain.rolling import Held, Together, last_twelve_months
from contracts.enums import POUNDS, TWO_NUMBERS, Direction, IndicatorKind, RatingWord
from contracts.models import Publication
from engagement.domain.periods import Period, add_months

MOST_SHOWN = 12
BETTER = {
    Direction.UP: "",
    Direction.DOWN: " Less is better.",
    Direction.RANGE: " Best between two values.",
}
WORST_FIRST = (
    RatingWord.INADEQUATE,
    RatingWord.REQUIRES_IMPROVEMENT,
    RatingWord.APPROACHING,
    RatingWord.GOOD,
    RatingWord.OTHER,
    "",
)

Line = dict[str, Any]


@dataclass(frozen=True)
class PeriodRow:
    """One period of a measure as published. `line` is empty for a period without a publication."""

    period: Period
    line: Line
    published_at: datetime | None
    new_definition: bool = False

    @property
    def value(self) -> Decimal | None:
        """The published number, or nothing when withheld or not given."""
        return number_of(self.line)

    @property
    def text(self) -> str:
        """What is shown for the period."""
        return str(self.line.get("text") or "Not given") if self.line else "Not published"

    @property
    def numerator_text(self) -> str:
        """The part, with thousands marked."""
        return self._count("numerator")

    @property
    def denominator_text(self) -> str:
        """The whole, with thousands marked."""
        return self._count("denominator")

    def _count(self, name: str) -> str:
        text = None if self.line.get("withheld") else self.line.get(name)
        return "" if text is None else f"{Decimal(text):,f}"


@dataclass(frozen=True)
class Measure:
    """A measure of the latest quarter with its history, newest first."""

    line: Line
    headline: str
    rows: list[PeriodRow]

    @property
    def anchor(self) -> str:
        """The id of its section on the page."""
        return anchor_of(self.line)

    @property
    def by(self) -> str:
        """By what its figures go: `by quarter`, or `by month` and so on."""
        return f"by {self.rows[0].period.noun}"

    @property
    def is_percentage(self) -> bool:
        """Whether its table shows two counts beside the share."""
        return bool(self.line["kind"] == IndicatorKind.PERCENTAGE)

    @property
    def is_divided(self) -> bool:
        """Whether its table shows the two numbers behind it."""
        return self.line["kind"] in TWO_NUMBERS

    @property
    def numerator_label(self) -> str:
        """The heading of the column of parts."""
        return _capital(self.line["numerator_words"]) or "Part"

    @property
    def denominator_label(self) -> str:
        """The heading of the column of wholes."""
        return _capital(self.line["denominator_words"]) or "Whole"

    @property
    def subtitle(self) -> str:
        """What is drawn, and where the scale starts when that is not at nought."""
        low = scale_start(self)
        starts = f" The scale starts at {low}%." if low and self.is_drawn else ""
        return f"{_what_is_shown(self.line, self.by)}{starts}"

    @property
    def key(self) -> list[tuple[str, str]]:
        """Each rating with the figures that earn it, for the key above the drawing."""
        near = RatingWord.APPROACHING
        words = [
            (word, f"{RatingWord(word).label}, {text}{' (hatched)' if word == near else ''}")
            for word, text in self.line["bands"]
        ]
        if any(row.line.get("word") == RatingWord.OTHER and row.value is not None for row in self.rows):
            words.append((RatingWord.OTHER.value, "Other, too few to rate"))
        return words

    @property
    def is_drawn(self) -> bool:
        """A line needs two points."""
        return sum(row.value is not None for row in self.rows) > 1

    @property
    def twelve_months(self) -> Together | None:
        """The last twelve months as one figure, of published periods; nothing while one of them is withheld."""
        return last_twelve_months(held_in(self.rows), self.rows[0].period, every=self.line.get("every") or 0)

    @property
    def year(self) -> Line:
        """The year so far as it was published; nothing while there is only one period of it."""
        year = self.line.get("year") or {}
        return year if year.get("quarters", 0) > 1 else {}

    @property
    def trend(self) -> dict[str, Any]:
        """What the trend chart takes, oldest first."""
        return trend_of(self)


def anchor_of(line: Line) -> str:
    """The id of a measure's section on its page."""
    return f"measure-{''.join(c if c.isalnum() and c.isascii() else '-' for c in line['code'].lower())}"


def held_in(rows: Sequence[PeriodRow]) -> list[Held]:
    """The published periods of the newest definition (rows newest first) as they are put together.

    None at all where one of the last twelve months is withheld, and for figures published without how they add up.
    """
    line, first = rows[0].line, add_months(rows[0].period.ends_on, -12)
    same = [row for row in rows if row.line and row.line["version"] == line.get("version")]
    same = [row for row in same if row.period.starts_on >= first]
    if not line.get("aggregation") or any(row.line["withheld"] for row in same):
        return []
    return [Held(row.period, yardstick_from(line), read_again(row.line)) for row in reversed(same)]


def worst_first(lines: Iterable[Line]) -> list[Line]:
    """Measures with the most worrying rating first; what is not rated last. Equal ones stay in the agreed order."""
    return sorted(lines, key=lambda line: WORST_FIRST.index(line["word"]))


def measures_of(publications: Sequence[Publication]) -> list[Measure]:
    """The measures of the latest of an agreement's publications (given oldest first), worst first, with histories."""
    if not publications:
        return []
    return [_measure(line, publications) for line in worst_first(publications[-1].snapshot["lines"])]


def _measure(line: Line, publications: Sequence[Publication]) -> Measure:
    rows: list[PeriodRow] = []
    for period, publication in _in_order(publications):
        found = _line_of(publication, line["code"]) if publication else {}
        if not rows and not found:
            continue
        before = next((row.line for row in reversed(rows) if row.line), None)
        changed = bool(found and before and found["version"] != before["version"])
        rows.append(PeriodRow(period, found, publication.published_at if publication else None, changed))
    rows.reverse()
    return Measure(line=line, headline=finding(line, rows), rows=rows)


def _in_order(publications: Sequence[Publication]) -> list[tuple[Period, Publication | None]]:
    """The latest periods of an agreement, oldest first, those without a publication between the others."""
    by_end = {publication.kpi_return.ends_on: publication for publication in publications}
    latest = by_end.pop(max(by_end))
    found: list[tuple[Period, Publication | None]] = [(latest.kpi_return.period, latest)]
    while len(found) < MOST_SHOWN and by_end:
        after = found[-1][0]
        publication = by_end.pop(after.starts_on, None)
        between = after.previous()
        if publication is None and (nearest := max(by_end)) > between.starts_on:
            publication = by_end.pop(nearest)
        found.append((publication.kpi_return.period if publication else between, publication))
    return list(reversed(found))


def _line_of(publication: Publication, code: str) -> Line:
    return next((line for line in publication.snapshot["lines"] if line["code"] == code), {})


def number_of(line: Line) -> Decimal | None:
    """The published value of a line; nothing when it is withheld or was not given."""
    value = line.get("value")
    return None if value is None or line.get("withheld") else Decimal(value)


def finding(line: Line, rows: Sequence[PeriodRow]) -> str:
    """The sentence above a measure's figures: where it went, and what that means for its target. Rows newest first."""
    name, label, value = line["name"], rows[0].period.label, number_of(line)
    if line["withheld"]:
        return f"{name}: too few people to show in {label}"
    if value is None:
        return f"{name} was not given for {label}"
    earlier = _before(rows)
    before = earlier[0].value if earlier else None
    moved = "was" if before is None else _moved(before, value)
    return f"{name} {moved} {line['text']}{_against_target(line, [row.line['word'] for row in earlier])}"


def _moved(before: Decimal, now: Decimal) -> str:
    if now == before:
        return "stayed at"
    return "rose to" if now > before else "fell to"


def _before(rows: Sequence[PeriodRow]) -> list[PeriodRow]:
    """The published periods before the newest that were counted by the same definition."""
    same = next((index for index, row in enumerate(rows) if row.new_definition), len(rows) - 1)
    return [row for row in rows[1 : same + 1] if row.line]


def _against_target(line: Line, words_before: Sequence[str]) -> str:
    """What the rating says about the target, as the end of a sentence."""
    word = line["word"]
    if word == RatingWord.GOOD:
        first = len(words_before) > 1 and RatingWord.GOOD not in words_before
        return ", and met its target" + (" for the first time" if first else "")
    return {
        RatingWord.APPROACHING: ", close to its target",
        RatingWord.REQUIRES_IMPROVEMENT: ", short of its target",
        RatingWord.INADEQUATE: ", far from its target",
    }.get(word, "")


def trend_of(measure: Measure) -> dict[str, Any]:
    """A measure as the trend chart takes it: plain mappings, oldest first."""
    line, rows = measure.line, list(reversed(measure.rows))
    given = [row for row in rows if row.value is not None]
    description = (
        f"From {given[0].text} in {given[0].period.label} to {given[-1].text} in {given[-1].period.label}. "
        "The table below has every figure."
    )
    return {
        "title": f"{line['name']}, {measure.by}",
        "description": description,
        "points": [_point(row, before=rows[index - 1] if index else None) for index, row in enumerate(rows)],
        "target": decimal(line["target"]),
        "target_to": decimal(line.get("high")),
        "target_text": f"Target: {line['target_text']}" if line["target_text"] else "",
        "near": decimal(line["near"]),
        "direction": Direction(line["direction"]).value,
        "unit": "%" if measure.is_percentage else "",
        "low": scale_start(measure),
        "break_before": next((index for index, row in enumerate(rows) if row.new_definition), None),
        "break_text": "New definition",
    }


def scale_start(measure: Measure) -> int | None:
    """Where the scale of a percentage begins, in whole tens, so that its movement can be seen. Nothing for counts."""
    edges = [decimal(measure.line["target"]), decimal(measure.line["near"]), *(row.value for row in measure.rows)]
    known = [edge for edge in edges if edge is not None]
    if not measure.is_percentage or not known:
        return None
    least, most = min(known), max(known)
    return max(int((least - (most - least) / 5) // 10 * 10), 0)


def _what_is_shown(line: Line, by: str) -> str:
    better = BETTER[Direction(line["direction"])] if line["is_rated"] else ""
    if line["kind"] == IndicatorKind.PERCENTAGE and line["numerator_words"] and line["denominator_words"]:
        part = counted(line["unit"], line["numerator_words"])
        whole = counted(line["unit"], line["denominator_words"])
        return f"{_capital(part)} as a share of {whole}, {by}.{better}"
    if line["kind"] == IndicatorKind.UNIT_COST:
        whole = counted(line["unit"], line["denominator_words"]) or "one"
        return f"Pounds for each of {whole}, {by}.{better}"
    if line["kind"] in TWO_NUMBERS and line["numerator_words"] and line["denominator_words"]:
        every = f"every {line.get('per', 1):,} of " if line["kind"] == IndicatorKind.RATE else ""
        return f"{_capital(line['numerator_words'])} for {every}{line['denominator_words']}, {by}.{better}"
    if line["kind"] in POUNDS:
        return f"Pounds, {by}.{better}"
    unit = line["unit"] or ("per cent" if line["kind"] == IndicatorKind.PERCENTAGE else "")
    return f"{_capital(unit) or 'Number'}, {by}.{better}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _point(row: PeriodRow, *, before: PeriodRow | None) -> dict[str, Any]:
    starts = row.period.starts_on
    return {
        "wide": row.period.short_label,
        "slim": f"{starts:%b}",
        "year": f"{starts.year}" if before is None or before.period.starts_on.year != starts.year else "",
        "value": row.value,
        "text": row.text,
        "rating": row.line.get("word") or None,
    }


def decimal(text: str | None) -> Decimal | None:
    """A number of a snapshot, which keeps them as text."""
    return None if text is None else Decimal(text)
