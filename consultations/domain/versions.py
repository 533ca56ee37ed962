"""Two versions of one questionnaire beside each other: what they share by key, and how results stand over both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from consultations.domain.frozen import FrozenChoice, FrozenQuestion

# What cannot change about a question while people answer it, beyond what has a sentence of its own.
SETTINGS: Final = {
    "kind": "it is answered in another way",
    "other": "“Other” is offered, or no longer offered",
    "dont_know": "“I do not know” is offered, or no longer offered",
    "prefer_not": "“I prefer not to say” is offered, or no longer offered",
    "places": "another number of things is ranked",
    "minimum": "the smallest answer is another",
    "maximum": "the largest answer is another",
    "decimals": "the answer has other decimal places",
    "unit": "the answer has another unit",
    "bands": "the answer is counted in other bands",
    "max_length": "the longest answer is another",
    "routes": "its answers lead to other questions",
}


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
        files_reason="",
        choices=_keys(question.choices),
        statements=_keys(question.statements),
        bands=_keys(question.bands),
        wordings={},
    )


def _keys(choices: Iterable[FrozenChoice]) -> tuple[FrozenChoice, ...]:
    return tuple(FrozenChoice(choice.key, "") for choice in choices)


def more_than_words(before: Sequence[FrozenQuestion], after: Sequence[FrozenQuestion]) -> list[str]:
    """What differs beyond the words, in sentences for an author; nothing exactly when `same_structure`."""
    old, new = ({question.key: question for question in questions} for questions in (before, after))
    sentences = [f"“{question.text}” is no longer asked." for key, question in old.items() if key not in new]
    sentences += [f"“{question.text}” is new." for key, question in new.items() if key not in old]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        sentences.append("The questions stand in another order.")
    for key, question in new.items():
        if key in old:
            sentences += [f"“{question.text}”: {words}." for words in _differences(_bones(old[key]), _bones(question))]
            sentences += _offered("answer", question.text, old[key].choices, question.choices)
            sentences += _offered("statement", question.text, old[key].statements, question.statements)
    return sentences


def _differences(old: FrozenQuestion, new: FrozenQuestion) -> Iterator[str]:
    yield from (words for name, words in SETTINGS.items() if getattr(old, name) != getattr(new, name))
    if old.required != new.required:
        yield "it must be answered now" if new.required else "it need not be answered any more"


def _offered(what: str, text: str, before: tuple[FrozenChoice, ...], after: tuple[FrozenChoice, ...]) -> Iterator[str]:
    old, new = ({choice.key: choice.label for choice in choices} for choices in (before, after))
    yield from (f"“{text}”: the {what} “{label}” is gone." for key, label in old.items() if key not in new)
    yield from (f"“{text}”: the {what} “{label}” is new." for key, label in new.items() if key not in old)
    if old.keys() == new.keys() and list(old) != list(new):
        yield f"“{text}”: its {what}s stand in another order."


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
