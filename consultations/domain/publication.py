"""Whether people let us publish what they wrote: asked before sending, in three ways, and kept with the answer.

The flag says nothing of who answered. Whoever says nothing is not published. Quotes are taken from
`Response.objects.publishable()` and from nowhere else.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Count

from consultations.domain.frozen import FrozenQuestion
from consultations.enums import NAMED_MODES, TEXT_KINDS, Publication
from consultations.models import Consultation, Response
from engagement.domain.disclosure import ProtectedCounts, protect_counts


def offered(consultation: Consultation) -> list[Publication]:
    """What a person can choose: with their name only where people say who they are."""
    named = consultation.identity_mode in NAMED_MODES
    return [one for one in Publication if named or one != Publication.WITH_NAME]


def is_asked(questions: Sequence[FrozenQuestion], answers: Mapping[str, Sequence[str]]) -> bool:
    """Whether there is anything to publish: some of the answers are in the person's own words."""
    return any(
        any(answers.get(question.key, ())) and (question.kind in TEXT_KINDS or question.other) for question in questions
    )


def chosen(consultation: Consultation, value: str) -> Publication:
    """What a person chose; anything that was not offered counts as no."""
    return next((one for one in offered(consultation) if one == value), Publication.NONE)


def counts_of(consultation: Consultation, *, threshold: int) -> ProtectedCounts[Publication]:
    """How many of the answers counted so far may be quoted, protected. They move in steps of ten. One query."""
    settled = Response.objects.settled().filter(consultation=consultation).order_by()
    found = dict(settled.values_list("publication").annotate(number=Count("pk")))
    return protect_counts({one: found.get(one, 0) for one in offered(consultation)}, threshold=threshold)
