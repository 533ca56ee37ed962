"""What the respondent's browser holds, and the codes that people write down, read out and type.

A ticket is two secrets that never meet in what we store. The *token* opens the draft; it is in the resume link, and so
perhaps in somebody's mail. The *code* is reserved for the receipt; it is in the browser's cookie only, until the answer
is sent. So a link in a mailbox never leads to what was sent, and the same POST again finds the same receipt.

The token is made from a third secret, the *code for coming back*: short enough to write down and type. Nothing of it is
stored that the token's hash does not say already; the sealed draft holds it, to show it again.

An invitation to a closed group has a code of the same shape, drawn apart from both.

What a browser holds is marked under the office's key. A code that somebody puts into a cookie opens nothing: guesses
go through the forms, where they are counted (security row T01).
"""

import secrets
import zlib
from dataclasses import dataclass
from typing import Final

from django.utils.crypto import constant_time_compare

from consultations.domain import sealing

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXY"  # no I, O, Q, Z: they are taken for 1, 0 and 2
DIGITS: Final = "23456789"
CODE_LENGTH: Final = 12
GROUP: Final = 3
TOKEN_LENGTH: Final = 22
COMING_BACK: Final = "coming back"
TICKET: Final = "ticket"
INVITATION: Final = "held invitation"
COMMENT: Final = "held comment"
MARK_LENGTH: Final = 32  # hexadecimal digits: 128 bits


# What people read or type for a character that a code can have, by what stands at its place.
LIKE_A_LETTER: Final = str.maketrans({"0": "D", "O": "D", "Q": "D", "1": "L", "I": "L", "5": "S", "6": "G", "8": "B"})
LIKE_A_DIGIT: Final = str.maketrans({"S": "5", "G": "6", "B": "8", "Z": "2"})


class CodeMistyped(Exception):
    """What was typed cannot be a code; the message says what codes look like."""


@dataclass(frozen=True)
class Ticket:
    """The secrets of one answer. `str(ticket)` is the cookie's value. `back` is there until the draft holds it."""

    token: str
    code: str
    back: str = ""

    def __str__(self) -> str:
        return marked(TICKET, ".".join(filter(None, [self.token, self.code, self.back])))


def marked(purpose: str, said: str) -> str:
    """What a browser is given to hold, with the office's mark behind it."""
    return f"{said}.{sealing.keyed_hash(purpose, said)[:MARK_LENGTH]}"


def unmarked(purpose: str, held: str) -> str:
    """What the office gave a browser to hold for this purpose, or nothing where it did not."""
    said, _, mark = held.rpartition(".")
    return said if constant_time_compare(mark, sealing.keyed_hash(purpose, said)[:MARK_LENGTH]) else ""


def new_ticket(*, code: str = "") -> Ticket:
    """A ticket with a fresh token and its code for coming back, and a fresh code unless the answer already has one."""
    back = new_code()
    return Ticket(token_of(back), code or new_code(), back)


def token_of(back: str) -> str:
    """The token of the draft that a code for coming back opens. Slow: see `sealing.stretched`."""
    return sealing.stretched(COMING_BACK, back)


@dataclass(frozen=True)
class Invitation:
    """What a browser holds between typing a code and starting: the code, and the ticket that it will begin with.

    The ticket is drawn before the start, so that the same start again finds the same draft. `str()` is the cookie.
    """

    code: str
    ticket: Ticket

    def __str__(self) -> str:
        return marked(INVITATION, f"{self.code}.{self.ticket}")


def read_invitation(value: str) -> Invitation | None:
    """The invitation that a cookie holds, or `None` for anything else."""
    code, _, rest = unmarked(INVITATION, value).partition(".")
    ticket = read_ticket(rest)
    return Invitation(code, ticket) if ticket and len(code) == CODE_LENGTH else None


def read_ticket(value: str) -> Ticket | None:
    """The ticket that a cookie holds, or `None` for anything else."""
    token, _, codes = unmarked(TICKET, value).partition(".")
    code, dot, back = codes.partition(".")
    lengths = [len(token), len(code), len(back)]
    if lengths != [TOKEN_LENGTH, CODE_LENGTH, CODE_LENGTH if dot else 0]:
        return None
    return Ticket(token, code, back)


def new_code() -> str:
    """A code: 12 characters, every third a digit so that no words form, the last of them a check digit."""
    body = "".join(secrets.choice(DIGITS if _has_digit(place) else LETTERS) for place in range(1, CODE_LENGTH))
    return body + _check_digit(body)


def read_code(typed: str, *, name: str = "reference") -> str:
    """The code that a person typed, in any case and grouping, with what looks alike put right.

    `name` is what the page calls it. Raises `CodeMistyped`.
    """
    typed = "".join(character for character in typed.upper() if character.isalnum())
    if len(typed) != CODE_LENGTH:
        raise CodeMistyped(f"A {name} has 12 letters and numbers, such as AB3-CD4-EF5-GH6.")
    code = "".join(
        character.translate(LIKE_A_DIGIT if _has_digit(place) else LIKE_A_LETTER)
        for place, character in enumerate(typed, start=1)
    )
    if any(character not in (DIGITS if _has_digit(place) else LETTERS) for place, character in enumerate(code, 1)):
        raise CodeMistyped(
            f"A {name} has two letters and then a number from 2 to 9, four times, such as AB3-CD4-EF5-GH6."
            " Look at it again."
        )
    if code[-1] != _check_digit(code[:-1]):
        raise CodeMistyped(f"There is a mistake in this {name}. Look at it again, letter by letter.")
    return code


def shown(code: str) -> str:
    """A code as it is printed and read out: AB3-CD4-EF5-GH6."""
    return "-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def _has_digit(place: int) -> bool:
    """Whether the character at this place, counted from 1, is a digit."""
    return place % GROUP == 0


def _check_digit(body: str) -> str:
    return DIGITS[zlib.crc32(body.encode()) % len(DIGITS)]
