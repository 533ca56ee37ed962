"""What people wrote that waits for somebody: comments to read, texts for a second pair of eyes, answers to judge.

On the dashboard, and before results are published. Never whose words they are, or when they came.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from consultations import rules
from consultations.domain import codeframes
from consultations.enums import Round
from consultations.models import AlikeGroup, Comment, Consultation, Reading, Redaction, SampledText
from engagement.domain.queries import Todo


@dataclass(frozen=True)
class Work:
    """One kind of work in words, and the page where it is done."""

    title: str
    thing: str
    words: str
    page: str


COMMENTS = Work(
    "Read comments on the draft",
    "comment",
    "to read. None is public before you have decided.",
    "consultations:manage-comments",
)
REDACTIONS = Work(
    "Look at what a colleague redacted",
    "text",
    "to approve or send back",
    "consultations:manage-redactions",
)
SECOND = Work(
    "Read texts a second time",
    "text",
    "that a colleague has coded, to read without seeing how",
    "consultations:manage-double",
)
ALIKE = Work(
    "Judge answers that are alike",
    "group",
    "to judge before the results are published",
    "consultations:manage-alike",
)


def todos(user: Any, *, at: datetime, group: str) -> list[Todo]:
    """One line for each consultation and each kind of work that waits for this person. Five queries at most."""
    team = rules.reads_responses(user, at=at)
    return [*(_of_team(user, at, group) if team else []), *_themes(user, at, group)]


def gaps(consultation: Consultation, *, reader: Any, at: datetime) -> list[tuple[str, str]]:
    """What is still to be read or judged before results are published: sentences, with where that is done.

    Nobody is kept from publishing: what is left is counted as it came. Two queries.
    """
    found = []
    groups = AlikeGroup.objects.to_judge().readable_by(reader, at=at).filter(consultation=consultation).count()
    if groups:
        words = f"{_number(groups, 'group')} of answers that are alike {_are(groups)} not judged yet. All are counted."
        found.append((words, reverse("consultations:manage-alike", args=[consultation.reference])))
    comments = _unread(reader, at).filter(consultation=consultation).count()
    if comments:
        words = f"{_number(comments, 'comment')} on the draft {_are(comments)} not read yet."
        found.append((words, reverse("consultations:manage-comments", args=[consultation.reference])))
    return found


def _unread(user: Any, at: datetime) -> QuerySet[Comment]:
    found: QuerySet[Comment] = Comment.objects.readable_by(user, at=at).filter(moderation=None)
    return found


def _of_team(user: Any, at: datetime, group: str) -> list[Todo]:
    """What waits for the Involvement Team; texts for a second person only where this person was not the first."""
    texts = "answer__response__consultation"
    alike = AlikeGroup.objects.to_judge().readable_by(user, at=at).filter(consultation__results_published_at=None)
    first = Reading.objects.filter(answer=OuterRef("answer"), round=Round.FIRST, coder=user)
    second = Reading.objects.filter(answer=OuterRef("answer"), round=Round.SECOND)
    sampled = SampledText.objects.filter(~Exists(first), ~Exists(second), answer__response__settled=True)
    redacted = Redaction.objects.waiting().filter(answer__response__settled=True).exclude(written_by=user)
    kinds = (
        (_unread(user, at), "consultation", COMMENTS),
        (redacted, texts, REDACTIONS),
        (sampled.filter(sample__consultation__results_published_at=None), texts, SECOND),
        (alike, "consultation", ALIKE),
    )
    return [
        Todo(
            title=f"{work.title}: {title}",
            detail=f"{reference}: {_number(number, work.thing)} {work.words}",
            url=reverse(work.page, args=[reference]),
            group=group,
        )
        for waiting, where, work in kinds
        for reference, title, number in _each(waiting, where)
    ]


def _each(waiting: QuerySet[Any], where: str) -> QuerySet[Any]:
    """How many wait in each consultation that was not withdrawn: its reference and title, the first to close first."""
    named = waiting.filter(**{f"{where}__withdrawn_at": None}).order_by(f"{where}__closes_at", where)
    counted: QuerySet[Any] = named.values_list(f"{where}__reference", f"{where}__title").annotate(number=Count("pk"))
    return counted


def _themes(user: Any, at: datetime, group: str) -> list[Todo]:
    """Themes in comments on a draft that nobody can comment on any more, for the Lead Commissioner who answers."""
    own = rules.disposed_consultations(user, at=at)
    if own == rules.NOTHING:
        return []
    over = Consultation.objects.published().filter(own, comment_themes__disposition="", closes_at__lte=at)
    asked = over.filter(withdrawn_at=None).annotate(themes=Count("comment_themes")).order_by("closes_at", "pk")
    return [
        Todo(
            title=f"Say what becomes of the comments: {one.title}",
            detail=f"{one.reference}: {_number(one.themes, 'theme')} without an answer",
            url=reverse("consultations:manage-dispositions", args=[one.reference]),
            group=group,
        )
        for one in asked
        if codeframes.is_over(one, at=at)
    ]


def _number(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
