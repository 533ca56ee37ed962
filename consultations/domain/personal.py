"""What tells of a person in the files of others: by the heading of a column, and by what stands in it.

Guesses, for people to look at; what most cells of a column give away is never entered as an answer.
"""

import re
from collections.abc import Iterable, Sequence

SAMPLES = 200

# Forms of others put such columns beside the answers: by the words of the heading, and why they are dropped.
PERSONAL_HEADINGS = (
    (re.compile(r"\be-?mail\b", re.IGNORECASE), "an e-mail address"),
    (re.compile(r"\b(first|last|full|sur|your|user|contact) ?name\b|^name\d?$", re.IGNORECASE), "a name"),
    (re.compile(r"\b(post ?code|pcode|zip)\b", re.IGNORECASE), "a postcode"),
    (re.compile(r"\b([xy] ?cord|[xy] ?coord\w*|easting|northing|latitude|longitude|lat|lng|grid)\b", re.IGNORECASE),
     "coordinates"),
    (re.compile(r"\b(ip|ip address|browser|user agent|device)\b", re.IGNORECASE), "a trace of somebody's computer"),
    (re.compile(r"\b(phone|telephone|mobile)( number)?\b", re.IGNORECASE), "a telephone number"),
    (re.compile(r"\b(address|street)\b", re.IGNORECASE), "an address"),
    (re.compile(r"\b(start(ed)?|end(ed)?|completion|completed|submi\w+|modified|created|timestamp|date|time)\b",
                re.IGNORECASE), "an exact date or time"),
    (re.compile(r"^(#|id|record ?id|response ?id|respondent ?id|user ?id|user ?no|unique ?id|xid|participant)$",
                re.IGNORECASE), "a number that stands for one person"),
)  # fmt: skip
# And by what stands in the cells. These are never answers, whatever the heading says.
PERSONAL_CELLS = (
    (re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE), "an e-mail address"),
    (re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}", re.IGNORECASE), "a postcode"),
    (re.compile(r"\d{1,3}(\.\d{1,3}){3}"), "a trace of somebody's computer"),
    (re.compile(r"(\+44|0)[\d ]{9,13}"), "a telephone number"),
)
# A moment is no answer either, unless a date was asked for: then its time of day is dropped.
MOMENTS = ((re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ T]+\d{1,2}:\d{2}.*"), "an exact date or time"),)


def in_heading(heading: str) -> str:
    """What a heading says that its column tells of a person; else nothing. Long headings are questions."""
    words = heading.replace("_", " ").strip()
    return next((what for pattern, what in PERSONAL_HEADINGS if pattern.search(words)), "") if len(words) < 40 else ""


def in_cells(cells: Sequence[str]) -> str:
    """What most cells tell of a person, whatever their heading; else nothing."""
    return _mostly(PERSONAL_CELLS, cells)


def when_in(cells: Sequence[str]) -> str:
    """That most cells say a moment; else nothing."""
    return _mostly(MOMENTS, cells)


def _mostly(patterns: Iterable[tuple[re.Pattern[str], str]], cells: Sequence[str]) -> str:
    some = cells[:SAMPLES]
    for pattern, what in patterns:
        if some and sum(bool(pattern.fullmatch(cell)) for cell in some) * 2 > len(some):
            return what
    return ""
