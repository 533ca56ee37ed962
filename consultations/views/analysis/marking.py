"""Two texts laid side by side: which words both have, and which only one of them has. Pure functions."""

import re
from difflib import SequenceMatcher

SAME, OLD, NEW = "same", "old", "new"
MOST = 1500  # words: beyond that marking takes longer than reading
_PIECES = re.compile(r"\s*\S+\s*")


def marked(kept, text):
    """`text` in pieces of (kind, words): `same` in both, `new` only here, `old` only in `kept`."""
    before, after = _PIECES.findall(kept), _PIECES.findall(text)
    if len(before) + len(after) > 2 * MOST:
        return [(SAME, text)]
    pieces = []
    words = [[piece.strip() for piece in side] for side in (before, after)]
    for what, a, b, c, d in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append((SAME, "".join(after[c:d])))
            continue
        if b > a:
            pieces.append((OLD, "".join(before[a:b]).strip()))
        if d > c:
            pieces.append((NEW, "".join(after[c:d])))
    return pieces
