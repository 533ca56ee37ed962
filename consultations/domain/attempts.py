"""How often one source may guess a code, ask for a letter, comment, send a file or begin in an hour (ADR 4)."""

from engagement.domain.attempts import Attempts, TooManyAttempts

__all__ = [
    "ADDRESSES",
    "CODES",
    "COMMENTS",
    "FILES",
    "INVITATIONS",
    "LETTERS",
    "RETURNS",
    "STARTS",
    "Attempts",
    "TooManyAttempts",
]

# A code has 45 bits: 300 guesses an hour would take longer than any office lasts.
CODES = Attempts(limit=10, limit_for_all=300)
# Only failures count here, too: a library shares one address.
RETURNS = Attempts(limit=10, limit_for_all=300)
LETTERS = Attempts(limit=5, limit_for_all=1000)
ADDRESSES = Attempts(limit=6, limit_for_all=2000)
STARTS = Attempts(limit=60, limit_for_all=20_000)
# Only failures count: a whole waiting room shares one address. With 10,000 codes out, a hit would take decades.
INVITATIONS = Attempts(limit=10, limit_for_all=3000)
COMMENTS = Attempts(limit=60, limit_for_all=20_000)
# Drawing a picture anew takes a second of a processor, and what is kept of it some megabytes.
FILES = Attempts(limit=60, limit_for_all=1200)
