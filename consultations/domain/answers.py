"""One answer to one question: put in order, judged in a sentence, taken apart into rows and put together again.

What an answer looks like is said in `domain.frozen`. Nothing here knows who answered or where it came from.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from consultations.domain.frozen import FrozenQuestion, band_of, figure_words
from consultations.enums import APART, CHOICE_KINDS, FIGURE_KINDS, GRID_KINDS, JOIN, OTHER, TEXT_KINDS, QuestionKind

LONGEST_OTHER = 200
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNTYPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
MOST_FILES = 3
FILE_NAME = re.compile(r"[0-9a-f]{16}\.(jpg|png|txt)", re.ASCII)
_NUMBER = re.compile(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d+)?", re.ASCII)


# Answers of these kinds stand whole where a choice stands, and say nothing in words.
NAMED_IN_CHOICE = GRID_KINDS | {QuestionKind.FILE}


# Putting in order


def cleaned(question: FrozenQuestion, values: Sequence[str]) -> list[str]:
    """An answer as it is kept: nothing twice, in the order of the page, texts trimmed, numbers without commas.

    What cannot be understood stays as it is, for `problem_with` to name.
    """
    said = [value for value in values if value.strip()]
    if question.kind in CHOICE_KINDS:
        return _cleaned_choices(question, said)
    if question.kind in GRID_KINDS:
        return _cleaned_lines(question, said)
    if question.kind in FIGURE_KINDS:
        return [_cleaned_figure(question, value) for value in said[:1]]
    if question.kind == QuestionKind.FILE:
        return list(dict.fromkeys(said))
    return [text for value in said if (text := tidy(value))][:1] if question.kind in TEXT_KINDS else []


def tidy(text: str) -> str:
    """A text with one kind of line end and nothing that no keyboard writes, trimmed."""
    return _UNTYPED.sub("", _LINE_ENDS.sub("\n", text)).strip()


def _cleaned_choices(question: FrozenQuestion, values: Sequence[str]) -> list[str]:
    places = {key: place for place, key in enumerate(question.labels)}
    once: dict[str, str] = {}
    for value in values:
        key, _, said = value.partition(JOIN)
        words = " ".join(tidy(said).split())
        once[key] = f"{key}{JOIN}{words}" if words else once.get(key, key)
    return sorted(once.values(), key=lambda value: places.get(value.partition(JOIN)[0], len(places)))


def _cleaned_lines(question: FrozenQuestion, values: Sequence[str]) -> list[str]:
    given = [value for value in dict.fromkeys(values) if not value.endswith(JOIN)]
    if question.kind == QuestionKind.RANKING:
        return sorted(given, key=lambda value: (value.partition(JOIN)[2].zfill(3), value))
    places = {line.key: place for place, line in enumerate(question.lines)}
    return sorted(given, key=lambda value: places.get(value.partition(JOIN)[0], len(places)))


def _cleaned_figure(question: FrozenQuestion, value: str) -> str:
    if question.kind == QuestionKind.DATE:
        return value.strip()
    number = read_number(question, value)
    if number is None or -number.as_tuple().exponent > question.decimals:  # type: ignore[operator]
        return value.strip()
    return f"{number + 0:.{question.decimals}f}"  # `+ 0` leaves no minus before a nought


def read_number(question: FrozenQuestion, typed: str) -> Decimal | None:
    """A number or amount as people type it: `1,204`, `£612.5`, `12 miles`. `None` when it is not one."""
    text = typed.strip().casefold().removesuffix(question.unit.casefold()).strip()
    text = text.replace("£", "", 1).strip() if question.kind == QuestionKind.MONEY else text
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", "")).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


# Judging


class Problem(NamedTuple):
    """Why an answer cannot be kept: a sentence for the person, and the line of a grid where it can be put right."""

    words: str
    line: str = ""


def problem_with(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    """What is wrong with a cleaned answer, if anything is."""
    if values:
        return _PROBLEMS[QuestionKind(question.kind)](question, values)
    if not question.required:
        return None
    return Problem(_MISSING.get(QuestionKind(question.kind), "Choose an answer"))


_MISSING = {
    QuestionKind.MATRIX: "Choose an answer for each statement",
    QuestionKind.RANKING: "Choose what comes first",
    QuestionKind.NUMBER: "Enter a number",
    QuestionKind.MONEY: "Enter an amount",
    QuestionKind.DATE: "Enter a date",
    QuestionKind.SHORT_TEXT: "Write your answer",
    QuestionKind.LONG_TEXT: "Write your answer",
}
_NOT_OFFERED = Problem("Choose one of the answers on this page")


def _choice_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    given = [value.partition(JOIN) for value in values]
    keys = {key for key, _, _ in given}
    if not keys <= question.labels.keys() or any(said and key != OTHER for key, _, said in given):
        return _NOT_OFFERED
    if any(len(said) > LONGEST_OTHER for _, _, said in given):
        return Problem(f"Say what the other answer is in {LONGEST_OTHER} characters or fewer", OTHER)
    if len(values) > 1 and question.kind != QuestionKind.SEVERAL:
        return Problem("Choose only one answer")
    if len(values) > 1 and keys & APART.keys():
        words = " or ".join(f"“{choice.label}”" for choice in question.apart)
        return Problem(f"Choose the answers that apply, or choose {words}. You cannot choose both.")
    return None


def _statement_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    given = [value.partition(JOIN) for value in values]
    keys = [key for key, _, _ in given]
    known = {line.key: line.label for line in question.lines}
    if not set(keys) <= known.keys() or any(answer not in question.labels for _, _, answer in given):
        return _NOT_OFFERED
    if twice := [key for key in keys if keys.count(key) > 1]:
        return Problem(f"Choose only one answer for “{known[twice[0]]}”", twice[0])
    if question.required and (left_out := [key for key in known if key not in keys]):
        return Problem(f"Choose an answer for “{known[left_out[0]]}”", left_out[0])
    return None


def _ranking_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    given = [value.partition(JOIN) for value in values]
    known = {line.key: line.label for line in question.lines}
    if not {key for key, _, _ in given} <= known.keys():
        return _NOT_OFFERED
    placed = [(int(place) if place.isascii() and place.isdigit() else 0, key) for key, _, place in given]
    if not all(1 <= place <= question.places for place, _ in placed):
        return Problem(f"Choose places from 1 to {question.places}")
    if len({key for _, key in placed}) < len(placed):
        return Problem("Give each choice only one place")
    return _tie(placed, known) or _gap(placed)


def _tie(placed: Sequence[tuple[int, str]], known: Mapping[str, str]) -> Problem | None:
    by_place: dict[int, str] = {}
    for place, key in placed:
        if place in by_place:
            both = f"“{known[by_place[place]]}” and “{known[key]}”"
            return Problem(f"{both} both have place {place}. Give each place only once.", key)
        by_place[place] = key
    return None


def _gap(placed: Sequence[tuple[int, str]]) -> Problem | None:
    last, key = max(placed)
    gap = next(place for place in range(1, last + 1) if place not in dict(placed) or place == last)
    if gap == last:
        return None
    return Problem(
        f"Nothing has place {gap}, but something has place {last}. Begin with 1 and leave no place out.", key
    )


def _number_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    money = question.kind == QuestionKind.MONEY
    number = read_number(question, values[0])
    if number is None:
        return Problem("Enter an amount in pounds, such as 1,250 or 12.50" if money else "Enter a number, such as 12")
    if f"{number:.{question.decimals}f}" != values[0]:
        if money:
            return Problem("Enter an amount with at most two figures for pence, such as 12.50")
        whole = not question.decimals
        return Problem("Enter a whole number" if whole else f"Use at most {question.decimals} decimal places")
    if question.minimum and number < Decimal(question.minimum):
        return Problem(f"Enter {figure_words(question, question.minimum)} or more")
    if question.maximum and number > Decimal(question.maximum):
        return Problem(f"Enter {figure_words(question, question.maximum)} or less")
    return None


def _date_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    given = read_date(values[0])
    if given is None:
        return Problem("Enter a real date, such as 22 11 2026")
    if question.minimum and given < date.fromisoformat(question.minimum):
        return Problem(f"Enter a date on or after {figure_words(question, question.minimum)}")
    if question.maximum and given > date.fromisoformat(question.maximum):
        return Problem(f"Enter a date on or before {figure_words(question, question.maximum)}")
    return None


def read_date(text: str) -> date | None:
    """A date written as 2026-11-22, or `None`."""
    try:
        given = date.fromisoformat(text)
    except ValueError:
        return None
    return given if given.isoformat() == text else None


def _text_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    length = len(values[0])
    if length <= question.max_length:
        return None
    return Problem(f"Your answer must be {question.max_length} characters or fewer. It has {length}")


def _file_problem(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    if not all(FILE_NAME.fullmatch(value) for value in values):
        return Problem("Choose the files again")
    return Problem(f"Send at most {MOST_FILES} files here") if len(values) > MOST_FILES else None


def _nothing_asked(question: FrozenQuestion, values: Sequence[str]) -> Problem | None:
    return Problem("There is nothing to answer here")


_PROBLEMS: Mapping[QuestionKind, Callable[[FrozenQuestion, Sequence[str]], Problem | None]] = {
    **dict.fromkeys(CHOICE_KINDS, _choice_problem),
    **dict.fromkeys(TEXT_KINDS, _text_problem),
    QuestionKind.MATRIX: _statement_problem,
    QuestionKind.RANKING: _ranking_problem,
    QuestionKind.NUMBER: _number_problem,
    QuestionKind.MONEY: _number_problem,
    QuestionKind.DATE: _date_problem,
    QuestionKind.FILE: _file_problem,
    QuestionKind.INFORMATION: _nothing_asked,
}


# Rows


def rows_of(question: FrozenQuestion, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The choice and the text of each row in which a checked answer is stored (see `models.Answer`)."""
    for value in values:
        if question.kind in CHOICE_KINDS:
            key, _, said = value.partition(JOIN)
            yield key, said
        elif question.kind in NAMED_IN_CHOICE:
            yield value, ""
        else:
            yield band_of(question, value) if question.kind in FIGURE_KINDS else "", value


def values_of(question: FrozenQuestion, rows: Iterable[tuple[str, str]]) -> list[str]:
    """The answer that stands in such rows, in the order of the page."""
    if question.kind in CHOICE_KINDS:
        return cleaned(question, [f"{choice}{JOIN}{text}" if text else choice for choice, text in rows])
    if question.kind in NAMED_IN_CHOICE:
        return cleaned(question, [choice for choice, _ in rows])
    return [text for _, text in rows]
