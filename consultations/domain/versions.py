"""Two versions of one questionnaire beside each other: what they share by key, and how results stand over both."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from consultations.domain.frozen import FrozenChoice, FrozenQuestion


def same_structure(one: Sequence[FrozenQuestion], other: Sequence[FrozenQuestion]) -> bool:
    """Whether two versions ask the same in other words: every answer to one is an answer to the other."""
    return [_bones(question) for question in one] == [_bones(question) for question in other]


def _bones(question: FrozenQuestion) -> FrozenQuestion:
    """A question without its words. Of a band the words are its bounds, and its key holds those."""
    return replace(
        question,
        text="",
        hint="",
        evidence_title="",
        evidence="",
        section="",
        choices=_keys(question.choices),
        statements=_keys(question.statements),
        bands=_keys(question.bands),
    )


def _keys(choices: Iterable[FrozenChoice]) -> tuple[FrozenChoice, ...]:
    return tuple(FrozenChoice(choice.key, "") for choice in choices)


def changed_kind(before: Sequence[FrozenQuestion], after: Sequence[FrozenQuestion]) -> list[FrozenQuestion]:
    """Questions that are answered in another way under the same key: their answers could not be counted together."""
    kinds = {question.key: question.kind for question in before}
    return [question for question in after if kinds.get(question.key, question.kind) != question.kind]


def joined(current: Sequence[FrozenQuestion], *earlier: Sequence[FrozenQuestion]) -> list[FrozenQuestion]:
    """The questions of all versions, for results: the current words and order, then what only earlier ones asked."""
    questions = {question.key: question for question in current}
    for version in earlier:
        for question in version:
            known = questions.get(question.key)
            questions[question.key] = question if known is None else _both(known, question)
    return list(questions.values())


def _both(question: FrozenQuestion, earlier: FrozenQuestion) -> FrozenQuestion:
    return replace(
        question,
        choices=_with_earlier(question.choices, earlier.choices),
        statements=_with_earlier(question.statements, earlier.statements),
        bands=_with_earlier(question.bands, earlier.bands),
        other=question.other or earlier.other,
        dont_know=question.dont_know or earlier.dont_know,
        prefer_not=question.prefer_not or earlier.prefer_not,
        places=max(question.places, earlier.places),
    )


def _with_earlier(choices: tuple[FrozenChoice, ...], earlier: tuple[FrozenChoice, ...]) -> tuple[FrozenChoice, ...]:
    known = {choice.key for choice in choices}
    return (*choices, *(choice for choice in earlier if choice.key not in known))
