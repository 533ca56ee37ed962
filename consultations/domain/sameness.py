"""Whether a few words were only put right, or say something else now: the line between a correction and a new version.

A machine cannot read. It lets through what looks like a slip of the pen and nothing more; whoever corrects also says
that nobody would have answered differently.
"""

import re
from difflib import SequenceMatcher
from itertools import zip_longest

# Small words that come and go in a sentence without turning it. "And", "or" and every "not" do turn it.
SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "by",
        "from",
        "that",
        "which",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "your",
        "our",
        "you",
    ]
)
NEGATIONS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nor",
        "neither",
        "nobody",
        "nothing",
        "nowhere",
        "without",
        "cannot",
        "only",
        "unless",
        "except",
    ]
)
NEGATING = ("un", "in", "im", "ir", "il", "dis", "mis", "non", "anti")
SLIPS, SLIPS_IN_SHORT, SHORT = 2, 1, 4  # letters that may be wrong in a word, and in one of at most four letters


def keeps_meaning(before: str, after: str) -> bool:
    """Whether only letters, spaces, stops, capitals or small words differ, and no number and no "not" is touched."""
    old, new = _words(before), _words(after)
    if "".join(old) == "".join(new):
        return True
    if [word for word in old if _turns(word)] != [word for word in new if _turns(word)]:
        return False
    return all(
        _small(old[a:b], new[c:d]) or _misspelt(old[a:b], new[c:d])
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if what != "equal"
    )


def _words(said: str) -> list[str]:
    plain = said.casefold().replace("’", "'")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?|£", plain)


def _turns(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't") or any(letter.isdigit() for letter in word) or word == "£"


def _small(old: list[str], new: list[str]) -> bool:
    return all(word in SMALL for word in (*old, *new))


def _misspelt(old: list[str], new: list[str]) -> bool:
    if "".join(old) == "".join(new):
        return True
    return all(_slip(*pair) for pair in zip_longest(old, new, fillvalue=""))


def _slip(one: str, other: str) -> bool:
    """Whether one word is the other with a letter or two wrong. A word that may be a whole other one is no slip."""
    short, long = sorted((one, other), key=len)
    if one == other or (long in SMALL and not short):
        return True
    if not short or any(long == f"{prefix}{short}" for prefix in NEGATING):
        return False
    allowed = SLIPS if len(short) > SHORT else SLIPS_IN_SHORT
    return len(long) - len(short) <= allowed and _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or changed places with their neighbour (optimal alignment)."""
    rows = [list(range(len(other) + 1))]
    for a, letter in enumerate(one, start=1):
        row = [a]
        for b, counterpart in enumerate(other, start=1):
            cost = min(rows[a - 1][b] + 1, row[b - 1] + 1, rows[a - 1][b - 1] + (letter != counterpart))
            if a > 1 and b > 1 and letter == other[b - 2] and one[a - 2] == counterpart:
                cost = min(cost, rows[a - 2][b - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
