"""What is private in the world of the crawl: each value a token of its own, and who of all people may read it.

`TABLE` repeats "Who may do what, in which state" for reading. Where a cell can be read in two ways, the narrower one
stands here: the Commissioner reads counts of results and no words. Questionnaires, of which the table does not speak,
are for those who write them, and for those who read the draft consultation that asks them.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

ALL, OWN = "all", "own"
OURS, THEIRS = "Brightway", "Harbourlight"

# Who crawls. "stranger" is a certifier of the other provider; lead and manager run Brightway's activities alone.
PEOPLE = (
    "public",
    "respondent",
    "preparer",
    "certifier",
    "stranger",
    "involvement",
    "lead",
    "manager",
    "management",
    "commissioner",
    "specialist",
    "auditor",
    "admin",
)
OWNS = {
    "respondent": {"respondent"},
    "preparer": {OURS, "preparer"},
    "certifier": {OURS},
    "stranger": {THEIRS, "stranger"},
    "involvement": {"involvement"},
    "lead": {OURS},
    "manager": {OURS},
}

_DRAFTS = {
    "involvement": ALL,
    "lead": OWN,
    "manager": OWN,
    "management": ALL,
    "commissioner": ALL,
    "auditor": ALL,
}
_PROVIDED = {"preparer": OWN, "certifier": OWN, "stranger": OWN}
_DRAFTS_OF_QUESTIONS = {"involvement": ALL, "lead": OWN, "manager": OWN, "management": ALL, "auditor": ALL}
_OPEN_RETURN = {**_PROVIDED, "lead": OWN, "manager": OWN, "management": ALL, "auditor": ALL}
_CHECKERS = dict.fromkeys(("lead", "manager", "management", "commissioner", "specialist", "auditor", "admin"), ALL)
_PUBLIC = dict.fromkeys(PEOPLE, ALL)

TABLE = {
    "activity, draft": _DRAFTS,
    "page or file, draft": {**_DRAFTS, "admin": ALL},
    "page or file, live": _PUBLIC,
    "consultation, draft": {"involvement": ALL, "lead": OWN, "manager": OWN, "management": ALL, "auditor": ALL},
    "questionnaire": {"involvement": ALL, "lead": ALL, "manager": OWN, "management": ALL, "auditor": ALL},
    "answer, being written": {"respondent": OWN},
    "answer by name, not signed": {"preparer": OWN, "certifier": OWN, "stranger": OWN},
    "answer by name, signed": {"preparer": OWN, "certifier": OWN, "stranger": OWN, "involvement": ALL},
    "response text": {"involvement": ALL},
    "response text, redacted": {"involvement": ALL, "lead": OWN},
    "file of a respondent": {"involvement": ALL},
    "counts, unpublished": _DRAFTS,
    "outcome, unpublished": {"involvement": ALL, "lead": OWN, "manager": OWN, "management": ALL, "auditor": ALL},
    "results, published": _PUBLIC,
    "comment, published": _PUBLIC,
    "wish to hear the outcome": {},
    "codes to hand out": {**_PROVIDED, "involvement": ALL},
    "agreement, draft": {
        "lead": OWN,
        "manager": OWN,
        "management": ALL,
        "commissioner": ALL,
        "specialist": ALL,
        "auditor": ALL,
    },
    "agreement, live": {**_OPEN_RETURN, "commissioner": ALL, "specialist": ALL},
    "agreement, on the register": _PUBLIC,
    "care of an agreement": {
        "lead": OWN,
        "manager": OWN,
        "management": ALL,
        "commissioner": ALL,
        "specialist": ALL,
        "auditor": ALL,
    },
    "check of an organisation": _CHECKERS,
    "document of an organisation": {**_CHECKERS, **_PROVIDED},
    "plan of an agreement": {**_OPEN_RETURN, "commissioner": ALL, "specialist": ALL},
    "return, open": _OPEN_RETURN,
    "return, accepted": {**_OPEN_RETURN, "commissioner": ALL, "specialist": ALL},
    "rating, unpublished": {**_OPEN_RETURN, "commissioner": ALL},
    "rating, published": _PUBLIC,
    "feedback, not sent": _PROVIDED,
    "feedback, sent": {**_PROVIDED, "manager": OWN, "management": ALL},
    "decision on a rating": {"lead": OWN, "manager": OWN, "management": ALL, "commissioner": ALL, "auditor": ALL},
    "file in preview": {"preparer": OWN, "stranger": OWN},
    "question of a provider": {**_PROVIDED, **_DRAFTS_OF_QUESTIONS},
    "question, being written": _PROVIDED,
    "conflict of interest": _DRAFTS_OF_QUESTIONS,
    "answer, not released": _DRAFTS_OF_QUESTIONS,
    "party's address": {"involvement": ALL, "lead": OWN, "manager": OWN},
    "log, activity": {"lead": OWN, "manager": OWN, "management": ALL, "auditor": ALL, "admin": ALL},
    "log, own act": {"involvement": OWN, "management": ALL, "auditor": ALL, "admin": ALL},
    "address of a provider's colleague": {"certifier": OWN, "stranger": OWN, "manager": OWN, "admin": ALL},
}


@dataclass(frozen=True)
class Secret:
    """One planted value and whose it is. `shown` is for whom of those who may read it there is a page that shows it."""

    token: str
    what: str
    row: str
    owner: str
    shown: frozenset = frozenset(PEOPLE)

    def may_be_read_by(self, person):
        """Whether the table lets this person read it."""
        right = TABLE[self.row].get(person)
        return right == ALL or (right == OWN and self.owner in OWNS.get(person, set()))

    def __str__(self):
        return f"{self.token} ({self.what}; {self.row}, {self.owner or 'nobody'}'s)"


class Register:
    """Makes tokens and remembers them. The same name always gives the same token."""

    def __init__(self):
        self.secrets = {}

    def words(self, what, *, row, owner="", shown=PEOPLE):
        """A token for text."""
        return self._keep(f"canary-{_digits(what, owner):08x}", what, row, owner, shown)

    def count(self, what, *, row, owner="", shown=PEOPLE, between=(10, 99)):
        """A token for a number: eight digits, `between` so many million, which stand nowhere else."""
        low, high = (limit * 10**6 for limit in between)
        return Decimal(self._keep(str(low + _digits(what, owner) % (high - low)), what, row, owner, shown))

    def percent(self, what, *, row, owner="", shown=PEOPLE):
        """A token for a percentage, between 60 and 90 with four decimals."""
        number = _digits(what, owner)
        return Decimal(self._keep(f"{60 + number % 30}.{100 + number // 30 % 900}7", what, row, owner, shown))

    def _keep(self, token, what, row, owner, shown):
        assert row in TABLE, row
        assert token not in self.secrets, f"{what} has the token of {self.secrets[token].what}"
        self.secrets[token] = Secret(token, what, row, owner, frozenset(shown))
        return token

    def found_in(self, text):
        """The planted tokens that a text holds, however its numbers are written."""
        plain = _SEPARATOR.sub("", text)
        return {token for token in _TOKEN.findall(plain) if token in self.secrets}

    def for_eyes_of(self, person):
        """Tokens that this person may read."""
        return {token for token, secret in self.secrets.items() if secret.may_be_read_by(person)}

    def shown_to(self, person):
        """Tokens that this person must find somewhere."""
        return {token for token in self.for_eyes_of(person) if person in self.secrets[token].shown}

    def named(self, tokens):
        """The secrets behind tokens, in a lasting order."""
        return [self.secrets[token] for token in sorted(tokens)]


_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_TOKEN = re.compile(r"canary-[0-9a-f]{8}|(?<!\d)\d{8}(?!\d)|(?<!\d)\d\d\.\d{4}(?!\d)")


def _digits(what, owner):
    return int(sha256(f"{owner}: {what}".encode()).hexdigest()[:8], 16)
