"""Which answers are so alike that it wants an explanation: by their words and choices alone. Pure functions.

Three things are compared, the strongest first. *Words*: texts of one question that are the same but for capitals,
spaces, stops and accents, or share most of their runs of three words. *Whole answers*: every choice and every text the
same. *Choices alone*: many, in an order that hardly anybody else would make; weak, for attitudes go together.

Short texts are no evidence: many people write "More police, please". Nothing here knows an order or a time.

Near texts are found exactly and without comparing each with each: two texts that share enough must have one of their
rarest runs in common ("prefix filtering"; Chaudhuri, Ganti and Kaushik 2006), so only those are laid side by side.
"""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil

from consultations.models.alike import Strength

LEAST = 40  # letters from which a text of its own is evidence: eight words or so
LONG = 80  # letters from which nobody writes the same by chance
NEAR, VERY_NEAR = 0.6, 0.85  # share of runs of words in common, of all that either has
SOME, MANY_CHOICES = 20, 6  # letters that are enough beside so many equal choices
PATTERN = 8  # choices without words that are looked at
UNEXPECTED = 0.01  # others who would choose the same if each choice were made for itself
RUN = 3  # words
MOST_UNDER_ONE_RUN = 200  # texts that are remembered under a run of words; a campaign has found itself long before
BUCKETS = 1 << 20

SAME, CLOSE, WHOLE, CHOICES = 1, 2, 4, 8
_APOSTROPHES = re.compile("['’‘`]")
_WORDS = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text without capitals, stops and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _WORDS.findall(_APOSTROPHES.sub("", bare))


def likeness(one: str, other: str) -> float:
    """How much of their runs of words two texts share, 0 to 1: 1 for those that differ in nothing that counts."""
    first, second = words_of(one), words_of(other)
    if "".join(first) == "".join(second):
        return 1.0
    return _shared(set(_runs("", first)), set(_runs("", second)))


def _shared(one: set[int], other: set[int]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


def _runs(question: str, words: Sequence[str]) -> list[int]:
    """Every run of three words as a number, sorted, each once. Of a shorter text the whole."""
    number = max(1, len(words) - RUN + 1)
    runs = {" ".join([question, *words[place : place + RUN]]) for place in range(number)}
    return sorted(int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big") for run in runs)


@dataclass(frozen=True)
class Given:
    """One response as it is compared: its choices as (question, choice), its texts as (question, words)."""

    key: int
    choices: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Evidence:
    """What speaks for a group: how many of it share which likeness, with others of it.

    `least` is the per cent of words shared by the two least alike that were laid side by side, 0 when none were near
    only. `questions` are those (keys) whose texts are alike.
    """

    same: int
    near: int
    whole: int
    choices: int
    least: int
    questions: list[str]


@dataclass(frozen=True)
class Found:
    """Responses (keys) that are alike, and what speaks for it."""

    members: frozenset[int]
    strength: Strength
    evidence: Evidence


@dataclass
class _Text:
    """One wording of a question, however many sent it: whose it was first, and its runs."""

    owner: int
    question: str
    letters: int
    runs: "array[int]"


@dataclass
class Comparison:
    """Takes responses one by one, then says which are alike. Keeps numbers, and no word of what was written."""

    _keys: list[int] = field(default_factory=list)
    _above: list[int] = field(default_factory=list)  # for each response one that it is alike to, or itself
    _how: dict[int, int] = field(default_factory=dict)
    _strong: set[int] = field(default_factory=set)
    _near: list[tuple[int, int]] = field(default_factory=list)
    _questions: list[tuple[int, str]] = field(default_factory=list)
    _first_with: dict[bytes, int] = field(default_factory=dict)
    _texts: list[_Text] = field(default_factory=list)
    _often: "array[int]" = field(default_factory=lambda: array("L", bytes(BUCKETS * array("L").itemsize)))
    _patterns: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _asking: list[str] = field(default_factory=list)  # the question of each choice, by its number
    _chosen: Counter[int] = field(default_factory=Counter)
    _answered: Counter[str] = field(default_factory=Counter)

    def take(self, given: Given) -> None:
        """One response more, in any order: the outcome is the same."""
        place = len(self._keys)
        self._keys.append(given.key)
        self._above.append(place)
        letters = 0
        for question, text in given.texts:
            words = words_of(text)
            joined = "".join(words)
            letters += len(joined)
            if len(joined) >= LEAST:
                self._take_text(place, question, words, joined)
        self._take_whole(place, given, letters)
        self._take_choices(place, given.choices)

    def _take_text(self, place: int, question: str, words: list[str], joined: str) -> None:
        digest = _digest("text", question, joined)
        if (first := self._first_with.get(digest)) is not None:
            self._join(first, place, SAME, strong=len(joined) >= LONG)
            self._questions.append((place, question))
            return
        self._first_with[digest] = place
        runs = array("Q", _runs(question, words))
        for run in runs:
            self._often[run % BUCKETS] += 1
        self._texts.append(_Text(place, question, len(joined), runs))

    def _take_whole(self, place: int, given: Given, letters: int) -> None:
        if letters < LEAST and not (letters >= SOME and len(given.choices) >= MANY_CHOICES):
            return
        said = sorted((question, "".join(words_of(text))) for question, text in given.texts)
        digest = _digest("whole", sorted(given.choices), said)
        first = self._first_with.setdefault(digest, place)
        if first != place:
            self._join(first, place, WHOLE, strong=letters >= LEAST)

    def _take_choices(self, place: int, choices: Sequence[tuple[str, str]]) -> None:
        for choice in choices:
            if choice not in self._numbers:
                self._numbers[choice] = len(self._asking)
                self._asking.append(choice[0])
        made = sorted(self._numbers[choice] for choice in choices)
        self._chosen.update(made)
        self._answered.update({question for question, _ in choices})
        if len(made) >= PATTERN and len({choice.rpartition("=")[2] for _, choice in choices}) > 1:
            self._patterns.setdefault(tuple(made), []).append(place)

    def _join(self, one: int, other: int, how: int, *, strong: bool) -> None:
        if one == other:  # the same words twice in one answer
            return
        for place in (one, other):
            self._how[place] = self._how.get(place, 0) | how
        if strong:
            self._strong.add(other)
        top, under = self._top(one), self._top(other)
        self._above[max(top, under)] = min(top, under)

    def _top(self, place: int) -> int:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place

    def compare_texts(self, *, say: Callable[[int, int], object] = lambda done, of: None) -> None:
        """Lays texts side by side that may be near. `say` hears now and then how many of how many were."""
        under: dict[int, list[int]] = {}
        order = sorted(range(len(self._texts)), key=lambda one: (len(self._texts[one].runs), self._texts[one].runs))
        for done, number in enumerate(order):
            if done % 1000 == 0:
                say(done, len(order))
            self._lay_beside(number, under)

    def _lay_beside(self, number: int, under: dict[int, list[int]]) -> None:
        """Compares one text with shorter ones that share one of its rarest runs, then files it under those."""
        text = self._texts[number]
        rarest = sorted(text.runs, key=lambda run: (self._often[run % BUCKETS], run))
        rarest = [run for run in rarest[: _prefix(len(text.runs))] if self._often[run % BUCKETS] > 1]
        mine, seen = set(text.runs), set[int]()
        for run in rarest:
            others = under.setdefault(run, [])
            for other in others:
                if other not in seen:
                    seen.add(other)
                    self._compare(text, mine, self._texts[other])
            if len(others) < MOST_UNDER_ONE_RUN:
                others.append(number)

    def _compare(self, text: _Text, mine: set[int], other: _Text) -> None:
        if len(other.runs) < NEAR * len(text.runs) or self._top(text.owner) == self._top(other.owner):
            return
        shared = _shared(mine, set(other.runs))
        if shared >= NEAR:
            strong = shared >= VERY_NEAR and min(text.letters, other.letters) >= LONG
            self._join(other.owner, text.owner, CLOSE, strong=strong)
            self._near.append((text.owner, int(shared * 100)))
            self._questions.append((text.owner, text.question))

    def found(self) -> list[Found]:
        """The groups. Choices alone are looked at last, among those whom nothing else joins."""
        for made, places in self._patterns.items():
            alone = [place for place in places if place not in self._how]
            if len(alone) > 1 and self._expected(made) < UNEXPECTED:
                for place in alone[1:]:
                    self._join(alone[0], place, CHOICES, strong=False)
        groups: dict[int, list[int]] = {}
        for place in self._how:
            groups.setdefault(self._top(place), []).append(place)
        return self._described(groups)

    def _expected(self, made: Sequence[int]) -> float:
        """How many others would have made these choices, had everybody made each of them for itself."""
        expected = float(len(self._keys))
        for number in made:
            expected *= self._chosen[number] / self._answered[self._asking[number]]
        return expected

    def _described(self, groups: dict[int, list[int]]) -> list[Found]:
        least, questions, strong = dict[int, int](), dict[int, set[str]](), {self._top(one) for one in self._strong}
        for place, percent in self._near:
            top = self._top(place)
            least[top] = min(percent, least.get(top, 100))
        for place, question in self._questions:
            questions.setdefault(self._top(place), set()).add(question)
        return [
            Found(
                frozenset(self._keys[place] for place in places),
                self._strength(top in strong, places),
                Evidence(
                    same=self._number(places, SAME),
                    near=self._number(places, CLOSE),
                    whole=self._number(places, WHOLE),
                    choices=self._number(places, CHOICES),
                    least=least.get(top, 0),
                    questions=sorted(questions.get(top, ())),
                ),
            )
            for top, places in groups.items()
        ]

    def _number(self, places: Iterable[int], how: int) -> int:
        return sum(bool(self._how[place] & how) for place in places)

    def _strength(self, strong: bool, places: Iterable[int]) -> Strength:
        if strong:
            return Strength.STRONG
        return Strength.WEAK if all(self._how[place] == CHOICES for place in places) else Strength.FAIR


def _prefix(number: int) -> int:
    """Of so many runs, how many of the rarest two near texts must have one of in common."""
    return number - ceil(NEAR * number) + 1
