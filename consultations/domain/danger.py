"""Words that may speak of present danger: a first look by the machine, which finds some and promises nothing.

Few phrases, each of which a person would stop at. What is found is a suggestion: somebody reads the text and decides.
Nothing found means nothing: most people in danger use other words.
"""

import re
from dataclasses import dataclass

from consultations.enums import ConcernReason

HIM = r"(?:he|she|they|my \w+|his \w+|her \w+)"
CHILDREN = r"(?:child|children|kid|kids|son|sons|daughter|daughters|baby|boy|girl|little (?:brother|sister))"
HURTS = r"(?:hits?|hitting|beats?|beating|hurts?|hurting|kicks?|punches|punched|slaps?|burns?|touches|abuses|abusing)"

PHRASES: dict[ConcernReason, tuple[str, ...]] = {
    ConcernReason.SELF_HARM: (
        r"(?:kill|killing|hurt|hurting|harm|harming|cut|cutting) myself",
        r"(?:end|ending|take|taking) my (?:own )?life",
        r"(?:want|wanted|going|ready) to die",
        r"(?:do not|don't|didn't) want to (?:live|be alive|be here any ?more)",
        r"(?:suicidal|suicide)",
        r"better off dead",
        r"no reason to live",
    ),
    ConcernReason.CHILD: (
        rf"{HURTS} (?:my|our|the|his|her|their|a) (?:\w+ )?{CHILDREN}",
        rf"(?:my|our|the) {CHILDREN} (?:is|are) (?:not safe|unsafe|in danger|being hurt|scared of {HIM})",
        rf"(?:scared|frightened|afraid|fear) for (?:my|our|the) {CHILDREN}",
        r"(?:nobody|no one) (?:knows|believes) what (?:he|she|they) does? to me",
    ),
    ConcernReason.ADULT: (
        rf"(?:carer|care worker|nurse|care home|staff) {HURTS} (?:me|him|her|them|my \w+)",
        r"(?:carer|care worker) (?:takes|steals|stole) (?:my|his|her) (?:money|pension|card)",
    ),
    ConcernReason.DANGER: (
        r"(?:going to|will|would|threatened to|threatens to|wants to|tried to|trying to)"
        r" (?:kill|stab|strangle|burn)(?: me| us| her| him| them| myself)",
        r"(?:fear|scared|frightened|afraid) for (?:my|our|her|his) (?:life|lives|safety)",
        r"(?:not|never|don't feel|do not feel|doesn't feel) safe (?:at|in my own|in our own) home",
        r"(?:i am|i'm|we are|we're) (?:in danger|not safe|unsafe)",
        rf"{HIM} (?:still |always |often )?(?:hits|beats|kicks|punches|chokes|rapes|strangles) (?:me|us|her|him|them)",
        r"(?:strangled|choked|raped) (?:me|her|him|us) (?:again|last night|last week|yesterday|this week)",
        r"(?:has|got|keeps) a (?:knife|gun|weapon|machete)",
        r"(?:locks|locked) (?:me|us) in",
        r"(?:won't|will not|doesn't|does not) let (?:me|us|her) (?:leave|out|go out)",
        r"(?:knows|found out) where (?:i|we) live",
    ),
}
_LOOK_FOR = {
    reason: re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE) for reason, phrases in PHRASES.items()
}
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})


@dataclass(frozen=True)
class Found:
    """Words of a text that made the machine stop, and what they may mean."""

    reason: ConcernReason
    words: str


def found_in(text: str) -> list[Found]:
    """The phrases of a text that may speak of danger, the gravest meaning first; none is no sign of safety."""
    plain = " ".join(text.translate(_APOSTROPHES).split())
    return [
        Found(reason, match.group())
        for reason in (ConcernReason.DANGER, ConcernReason.CHILD, ConcernReason.SELF_HARM, ConcernReason.ADULT)
        for match in _LOOK_FOR[reason].finditer(plain)
    ]
