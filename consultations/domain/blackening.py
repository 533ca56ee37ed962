"""What is taken out of a text before others read it: found by words, suggested by patterns, replaced by a reason.

Pure functions. Nobody can put words of their own into somebody's mouth: what is shown is the text, less the parts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consultations.enums import TakenOut

LONGEST = 200  # characters of a part that is named by its words


@dataclass(frozen=True, order=True)
class Part:
    """A stretch of a text, from `start` up to but not including `end`, and why it is taken out."""

    start: int
    end: int
    reason: str

    def of(self, text: str) -> str:
        """The words that it takes out."""
        return text[self.start : self.end]


_NAME = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}"
_WHOM = (
    r"(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Tt]he) (?:ex-?|late |former |old |own )?"
    r"(?:husband|wife|partner|boyfriend|girlfriend|ex|father|mother|dad|mum|stepfather|stepmother|brother|sister|son|daughter|uncle|aunt|cousin|grandfather|grandmother"
    r"|neighbour|landlord|boss|manager|worker|case ?worker|social worker|support worker|doctor|teacher|officer|friend)"
)
_PATTERNS: tuple[tuple[TakenOut, re.Pattern[str]], ...] = (
    (TakenOut.CONTACT, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (TakenOut.CONTACT, re.compile(r"(?<!\d)(?:\+44|0)(?:[ ()-]?\d){9,10}(?!\d)")),
    (TakenOut.CONTACT, re.compile(r"(?:https?://|www\.)\S+")),
    (TakenOut.PLACE, re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b")),
    (
        TakenOut.PLACE,
        re.compile(
            r"\b(?:\d+[A-Za-z]? )?(?:[A-Z][\w’'-]+ ){1,3}"
            r"(?:Street|Road|Lane|Avenue|Close|Drive|Court|Crescent|Terrace|Way|Place)\b"
        ),
    ),
    (TakenOut.NAME, re.compile(rf"{_WHOM},? (?P<part>{_NAME})")),
    (TakenOut.NAME, re.compile(rf"\b(?:called|named) (?P<part>{_NAME})")),
    (
        TakenOut.NAME,
        re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|PC|Sgt|DC|Sergeant|Constable|Inspector)\.? (?P<part>{_NAME})"),
    ),
    (TakenOut.NAME, re.compile(rf"\b(?:My name is|I am called) (?P<part>{_NAME})")),
)


def suggested(text: str) -> list[Part]:
    """Parts that may tell who somebody is: contacts, postcodes, streets, names after “my husband”. A person decides."""
    found = [
        Part(*(match.span("part") if "part" in pattern.groupindex else match.span()), reason)
        for reason, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]
    return apart(found)


def find(text: str, words: str, reason: str) -> list[Part]:
    """Every place where these words stand, in any case, as whole words; none when they stand nowhere."""
    wanted = [re.escape(word) for word in words.split()]
    if not wanted:
        return []
    phrase = r"\s+".join(wanted)
    pattern = re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
    return [Part(*match.span(), reason) for match in pattern.finditer(text)]


def apart(parts: Iterable[Part]) -> list[Part]:
    """The same stretches in order, those that overlap made one, with the reason of the first."""
    joined: list[Part] = []
    for part in sorted(parts):
        if joined and part.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Part(last.start, max(last.end, part.end), last.reason)
        else:
            joined.append(part)
    return joined


def redacted(text: str, parts: Sequence[Part]) -> str:
    """The text with each part replaced by its reason in square brackets, such as “[a name]”.

    Raises `ValueError` for a part that is not in the text.
    """
    shown, here = [], 0
    for part in apart(parts):
        if not 0 <= part.start < part.end <= len(text):
            raise ValueError("A part lies outside the text.")
        shown += [text[here : part.start], f"[{TakenOut(part.reason).label.lower()}]"]
        here = part.end
    return "".join([*shown, text[here:]])


def says_nothing(text: str, parts: Sequence[Part]) -> bool:
    """Whether no word is left once the parts are taken out."""
    kept, here = [], 0
    for part in apart(parts):
        kept.append(text[here : part.start])
        here = part.end
    return not re.search(r"\w", "".join([*kept, text[here:]]))
