"""What may be said of the themes in what people wrote: one protected table for each question in people's own words.

Nothing here asks the database. A person whose text was read may stand under several themes or under none, so each theme
is protected as a choice among several (security rows P07, P08). There is one table for each question and no sum over
questions: a sum beside the tables would tell what one of them withholds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consultations.domain.frozen import FrozenQuestion
from consultations.domain.tables import QuestionResult
from consultations.models import Theme
from engagement.domain.disclosure import protect_choices

Exact = Mapping[str, Any]  # {"read": people, "under": {number of a theme: people}}, of one question
Quotes = Mapping[tuple[str, int], Sequence[str]]  # by question (key) and theme (number)


@dataclass(frozen=True)
class ThemeResult:
    """What may be said of one theme. `count` of people and whole `percent` of those read, `None` when withheld."""

    number: int
    name: str
    definition: str
    position: str
    under: int | None
    count: int | None
    percent: int | None
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class ThemedQuestion:
    """The themes in the answers to one question (its key). `read` of these texts; counted on a day, as ISO text."""

    question: str
    text: str
    read: int
    counted_on: str
    themes: tuple[ThemeResult, ...]

    @property
    def day(self) -> date:
        """The day of the count."""
        return date.fromisoformat(self.counted_on)


@dataclass(frozen=True)
class CodingMethod:
    """How texts were put under themes. `twice` texts, `share` per cent of those read, had a second, blind reading.

    Of the decisions made twice `percent` were alike; `kappa` is in words (see `domain.agreement`). Nobody is named.
    """

    coders: int
    read: int
    twice: int
    share: int
    percent: int | None
    kappa: str


def protected_tables(
    asked: Sequence[FrozenQuestion],
    *,
    results: Mapping[str, QuestionResult],
    themes: Collection[Theme],
    exact: Mapping[str, Exact],
    quotes: Quotes,
    threshold: int,
    counted_on: str,
) -> tuple[ThemedQuestion, ...]:
    """A table for each question of which the number of answers may be told, and enough texts were read.

    Quotes stand only beside a number that is shown: words beside a withheld one would give it a floor.
    """
    tables = []
    for question in asked:
        result, numbers = results.get(question.key), exact.get(question.key)
        serving = [theme for theme in themes if theme.question in {"", question.key}]
        if result is None or result.answered is None or numbers is None or numbers["read"] < threshold or not serving:
            continue
        counts = {theme.number: numbers["under"].get(str(theme.number), 0) for theme in serving}
        cells = protect_choices(counts, answered=numbers["read"], threshold=threshold).cells
        lines = tuple(
            ThemeResult(
                number=theme.number,
                name=theme.name,
                definition=theme.definition,
                position=str(theme.get_position_display()),
                under=theme.parent.number if theme.parent else None,
                count=cells[theme.number].count,
                percent=cells[theme.number].percent,
                quotes=() if cells[theme.number].withheld else tuple(quotes.get((question.key, theme.number), ())),
            )
            for theme in serving
        )
        tables.append(ThemedQuestion(question.key, question.text, numbers["read"], counted_on, lines))
    return tuple(tables)


def tells_of_few(before: Exact, now: Exact, *, threshold: int) -> bool:
    """Whether two editions of one table, laid side by side, would tell what a few people wrote.

    So would a number that moves by fewer than the threshold, and a theme that has gone: whoever was merged into another
    is counted there, and the new number would tell how many stood under both.
    """
    if before["under"].keys() - now["under"].keys():
        return True
    pairs = [(before["read"], now["read"])]
    pairs += [(before["under"].get(number, 0), people) for number, people in now["under"].items()]
    return any(0 < abs(new - old) < threshold for old, new in pairs if max(old, new) >= threshold)


def as_before(table: ThemedQuestion, *, quotes: Quotes) -> ThemedQuestion:
    """A table with the numbers and words that people have read, and the quotes that stand behind its themes now."""
    lines = (
        replace(line, quotes=() if line.count is None else tuple(quotes.get((table.question, line.number), ())))
        for line in table.themes
    )
    return replace(table, themes=tuple(lines))


def thaw_tables(kept: Sequence[Mapping[str, Any]]) -> tuple[ThemedQuestion, ...]:
    """The tables as an edition keeps them."""
    return tuple(
        ThemedQuestion(
            **{
                **table,
                "themes": tuple(ThemeResult(**{**line, "quotes": tuple(line["quotes"])}) for line in table["themes"]),
            }
        )
        for table in kept
    )


def quotes_in(tables: Sequence[ThemedQuestion]) -> set[str]:
    """Every quote in these tables."""
    return {quote for table in tables for line in table.themes for quote in line.quotes}


def without_withdrawn(table: ThemedQuestion, public: Collection[str]) -> ThemedQuestion:
    """An earlier table without quotes that are public no longer: what is taken back is taken back everywhere."""
    lines = (replace(line, quotes=tuple(one for one in line.quotes if one in public)) for line in table.themes)
    return replace(table, themes=tuple(lines))
