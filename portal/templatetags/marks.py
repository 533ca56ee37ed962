"""The marks and tags of the design: one drawing and one set of words for each state that a thing can be in.

Every meaning carried by colour is also carried by a word and a shape (WCAG 2.2, 1.4.1). Drawings fill a 16 by 16 box.
"""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import mark_safe

DISC = "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Z"
RING = DISC + "m0 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z"

MARKS = {
    "disc-tick": DISC + "m3.7 4.4L6.9 9.3 4.6 7 3.2 8.4l3.7 3.7 6.2-6.3z",
    "half-disc": DISC + "m0 2v12A6 6 0 0 0 8 2Z",
    "triangle-down": "M0 2h16L8 16z",
    "square-cross": "M0 0h16v16H0zm4.4 3L3 4.4 6.6 8 3 11.6 4.4 13 8 9.4l3.6 3.6 1.4-1.4L9.4 8 13 4.4 11.6 3 8 6.6z",
    "ring": RING,
    "ring-dash": RING + "M4.5 7h7v2h-7z",
    "clock": RING + "M7 4h2v3.6l2.6 2.6-1.4 1.4L7 8.4z",
    "bubble": "M1 1h14v10H8.5L4 15.5V11H1z",
    "book": "M0 2.5C3 1.6 5.4 1.9 7 3.2V14C5.4 12.9 3 12.6 0 13.4zM16 2.5C13 1.6 10.6 1.9 9 3.2V14c1.6-1.1 4-1.4 7-.6z",
    "tick": "M2 8.4 3.5 7l3 3 6-6.4L14 5l-7.5 8z",
    "dots": "M2.5 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm5.5 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z",
    "problem": "M8 0 16 15H0zM7 5.5v5h2v-5zM7 11.5v2h2v-2z",
    "lock": "M4 7V5a4 4 0 0 1 8 0v2h2v9H2V7zm2 0h4V5a2 2 0 0 0-4 0z",
}


@dataclass(frozen=True)
class Tag:
    """How one state looks. An empty tone means words without a box: what is finished whispers."""

    words: str
    mark: str
    tone: str = ""


TAGS = {
    # ratings of a measure
    "GOOD": Tag("Good", "disc-tick", "good"),
    "APPROACHING": Tag("Approaching target", "half-disc", "near"),
    "REQUIRES_IMPROVEMENT": Tag("Requires improvement", "triangle-down", "below"),
    "INADEQUATE": Tag("Inadequate", "square-cross", "poor"),
    "OTHER": Tag("Other", "ring-dash", "other"),
    # consultations
    "OPENING_SOON": Tag("Opening soon", "clock", "soon"),
    "OPEN": Tag("Open", "bubble", "voice"),
    "CLOSING_SOON": Tag("Closing soon", "clock", "soon"),
    "SUSPENDED": Tag("Paused", "ring-dash", "quiet"),
    "CLOSED": Tag("Closed, results awaited", "book", "quiet"),
    "RESULTS_PUBLISHED": Tag("Results published, outcome awaited", "book", "quiet"),
    "OUTCOME_PUBLISHED": Tag("Outcome published", "tick", "settled"),
    "WITHDRAWN": Tag("Withdrawn", "ring-dash", "quiet"),
    # tasks of a list
    "NOT_STARTED": Tag("Not yet started", "ring", "quiet"),
    "IN_PROGRESS": Tag("In progress", "dots", "plain"),
    "SKIPPED": Tag("Passed without an answer", "ring-dash", "quiet"),
    "PROBLEM": Tag("There is a problem", "problem", "problem"),
    "COMPLETED": Tag("Completed", "tick"),
    "CANNOT_START": Tag("Cannot start yet", "lock"),
    # returns
    "DUE": Tag("Due", "clock", "plain"),
    "OVERDUE": Tag("Overdue", "problem", "problem"),
    "ANSWER_LATE": Tag("Answer overdue", "problem", "problem"),
    "SUBMITTED": Tag("Submitted", "tick", "settled"),
    "SUBMITTED_WITH_CHANGES": Tag("Submitted with changes", "tick", "settled"),
    "QUERIED": Tag("Queried", "bubble", "soon"),
    "ACCEPTED": Tag("Accepted", "tick"),
    # figures to put right ("APPROVED" and "REFUSED" are below)
    "ASKED": Tag("To decide", "dots", "soon"),
    # promises made after a consultation
    "PROMISED": Tag("Promised", "ring", "quiet"),
    "KEPT": Tag("Kept", "tick"),
    "LATE": Tag("Late", "problem", "problem"),
    "CHANGED": Tag("Changed", "dots", "plain"),
    "DROPPED": Tag("Dropped", "ring-dash", "quiet"),
    # actions of plans and meetings ("LATE" and "DROPPED" are above), and how a plan stands
    "NOT_BEGUN": Tag("Not begun", "ring", "quiet"),
    "ON_TRACK": Tag("On track", "dots", "plain"),
    "AT_RISK": Tag("At risk", "half-disc", "near"),
    "DONE": Tag("Done", "tick"),
    "GREEN": Tag("Green: on course", "disc-tick", "good"),
    "AMBER": Tag("Amber: needs attention", "half-disc", "near"),
    "RED": Tag("Red: late or in danger", "square-cross", "poor"),
    "ENDED": Tag("Ended", "tick"),
    # checks of organisations
    "CHECK_MISSING": Tag("Not recorded", "ring-dash", "quiet"),
    "CHECK_UNSATISFACTORY": Tag("Not satisfactory", "square-cross", "poor"),
    "CHECK_EXPIRED": Tag("Has run out", "problem", "problem"),
    "CHECK_SOON": Tag("Runs out soon", "half-disc", "near"),
    "CHECK_CONDITIONS": Tag("With conditions", "dots", "plain"),
    "CHECK_IN_ORDER": Tag("In order", "tick"),
    "CHECK_SENT": Tag("Waits for the office", "dots", "soon"),
    "CHECK_RETURNED": Tag("Returned", "bubble", "soon"),
    # consequences
    "PROPOSED": Tag("Waits for a decision", "dots", "soon"),
    "IN_FORCE": Tag("In force", "problem", "problem"),
    "APPEALED": Tag("In force, appealed", "bubble", "soon"),
    "DECLINED": Tag("Decided against", "ring-dash", "quiet"),
    "LIFTED": Tag("Lifted", "tick"),
    # another rating than the computed one ("PROPOSED" and "DECLINED" are above)
    "CONFIRMED": Tag("Confirmed", "tick"),
    "VOID": Tag("No longer holds", "ring-dash", "quiet"),
    # payments ("PROPOSED", "OVERDUE" and "APPROVED" stand elsewhere)
    "PLANNED": Tag("Planned", "ring", "quiet"),
    "PAID": Tag("Paid", "tick"),
    "CANCELLED": Tag("Cancelled", "ring-dash", "quiet"),
    # documents and their clauses
    "DRAFT": Tag("Draft", "dots", "quiet"),
    "READY": Tag("Ready", "ring", "plain"),
    "FIXED": Tag("Fixed", "lock", "quiet"),
    "OPEN_TO_IDEAS": Tag("Open to ideas", "bubble", "soon"),
    # what the machine proposes and nobody has accepted
    "SUGGESTION": Tag("Suggestion", "ring", "quiet"),
    # texts on their way to be shown
    "TO_APPROVE": Tag("To be approved", "dots", "soon"),
    "SENT_BACK": Tag("Sent back", "problem", "plain"),
    "APPROVED": Tag("Approved", "tick"),
    "WITHHELD": Tag("Nothing shown", "lock", "quiet"),
    # comments on a draft document, and what becomes of what people said ("ACCEPTED" is above)
    "TO_READ": Tag("To be read", "dots", "soon"),
    "PUBLISHED": Tag("Published", "tick"),
    "HELD_BACK": Tag("Not published", "lock", "quiet"),
    "PRIVATE": Tag("For the office only", "lock", "quiet"),
    "PARTLY_ACCEPTED": Tag("Partly accepted", "half-disc", "near"),
    "NOT_ACCEPTED": Tag("Not accepted", "ring-dash", "quiet"),
    # deliveries of a message
    "QUEUED": Tag("Waiting to be sent", "clock", "quiet"),
    "CLAIMED": Tag("Being sent", "dots", "plain"),
    "SENT": Tag("Sent", "tick"),
    "REFUSED": Tag("Refused", "problem", "problem"),
    "IN_DOUBT": Tag("In doubt", "problem", "problem"),
    "LEFT": Tag("Left unsent", "ring-dash", "quiet"),
}

RATINGS = ("GOOD", "APPROACHING", "REQUIRES_IMPROVEMENT", "INADEQUATE", "OTHER")
TONES = {code: TAGS[code].tone for code in RATINGS}


def draw_mark(name):
    """The mark as inline SVG, so that it prints, obeys forced colours and needs no `data:` address."""
    return format_html(
        '<svg class="portal-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        mark_safe(MARKS[name]),  # noqa: S308  our own drawings
    )


def draw_tag(code, words=""):
    """The tag for a state, as HTML. `code` is a key of TAGS; other `words` may stand in for its own.

    An unknown code raises KeyError: a state without a word and a mark is a mistake in the program, not in the data.
    """
    tag = TAGS[str(code)]
    mark, words = draw_mark(tag.mark), words or tag.words
    if not tag.tone:
        return format_html('<span class="portal-state">{}{}</span>', mark, words)
    return format_html('<strong class="govuk-tag portal-tag portal-tag--{}">{}{}</strong>', tag.tone, mark, words)
