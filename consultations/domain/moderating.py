"""Reading what people said of sections, and publishing it or not (R-059; docs/decisions/0019).

Nothing is public before a person of the office has published it. Names and places are taken out as out of answers; what
is held back has a reason from a list, and the public reads how many for each. The log says that, never which text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from consultations import rules
from consultations.domain import blackening, codeframes, redacting, settling
from consultations.domain.preparing import record
from consultations.enums import PUBLISHABLE
from consultations.models import Comment, CommentTheme, Consultation, Moderation
from consultations.models.comment import Moderated, WhyHeldBack
from engagement.access import local_date
from engagement.domain.exports import Cell
from engagement.domain.refused import Refused
from engagement.models import User

GONE = "Whoever wrote this has changed or withdrawn it. Go on with the next comment."
TO_READ = "to-read"
LONGEST_WORDS, LONGEST_THEME = 300, 120


class ModerationRefused(Refused):
    """This comment cannot be decided like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Which:
    """Which comments: on a section (its id), in a state (`TO_READ` or a `Moderated`), under a theme (its key)."""

    part: str = ""
    state: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Decision:
    """What somebody decides about a comment. `lines` (words, reason) are taken out of what is published."""

    decision: str
    lines: Sequence[tuple[str, str]] = ()
    reason: str = ""
    words: str = ""
    theme: str = ""
    new_theme: str = ""


@dataclass(frozen=True)
class Standing:
    """How many comments wait for what, of those that may be read."""

    comments: int
    to_read: int
    published: int
    held_back: int
    private: int


@dataclass(frozen=True)
class Tally:
    """What the public reads of the comments on one section: how many are published, how many not, by reason."""

    published: int = 0
    held_back: tuple[tuple[str, int], ...] = ()

    @property
    def not_published(self) -> int:
        """How many were held back, for whatever reason."""
        return sum(number for _, number in self.held_back)


def comments(
    *, consultation: Consultation, reader: User, at: datetime, which: Which | None = None
) -> QuerySet[Comment]:
    """The comments that this person may read, narrowed, in the order of their random keys."""
    which = which or Which()
    found: QuerySet[Comment] = Comment.objects.readable_by(reader, at=at).filter(consultation=consultation)
    if which.part:
        found = found.filter(part=which.part)
    if which.state == TO_READ:
        found = found.filter(moderation=None)
    elif which.state in Moderated.values:
        found = found.filter(moderation__decision=which.state)
    if which.theme.isdecimal():
        found = found.filter(moderation__theme=int(which.theme))
    return found.order_by("key")


def standing_of(*, consultation: Consultation, reader: User, at: datetime) -> Standing:
    """How far reading has come. One query, however many comments."""
    every = comments(consultation=consultation, reader=reader, at=at).order_by()
    numbers = every.aggregate(
        comments=Count("pk"),
        to_read=Count("pk", filter=Q(moderation=None)),
        published=Count("pk", filter=Q(moderation__decision=Moderated.PUBLISHED)),
        held_back=Count("pk", filter=Q(moderation__decision=Moderated.HELD_BACK)),
        private=Count("pk", filter=Q(moderation__decision=Moderated.PRIVATE)),
    )
    return Standing(**numbers)


def moderation_of(comment: Comment) -> Moderation | None:
    """What was decided about a comment, as it is now, or `None`. One query."""
    found: Moderation | None = Moderation.objects.filter(comment=comment).select_related("decided_by", "theme").first()
    return found


def offered(comment: Comment) -> list[Moderated]:
    """What can be decided: of those who let us publish, to publish or say why not; of the others, that it was read."""
    if comment.publication in PUBLISHABLE:
        return [Moderated.PUBLISHED, Moderated.HELD_BACK]
    return [Moderated.PRIVATE]


def seen_in(moderation: Moderation | None) -> str:
    """What a form remembers of the decision it was opened with, to notice that somebody has changed it (C04)."""
    if moderation is None:
        return ""
    known = (moderation.decision, moderation.parts, moderation.reason, moderation.words, moderation.theme_id)
    return f"{known}:{moderation.decided_by_id}"


@transaction.atomic
def decide(*, comment: Comment, decision: Decision, seen: str, actor: User, at: datetime) -> Moderation:
    """Publishes a comment less what is taken out, or not, with a reason; puts it under a theme of its section.

    Raises `ModerationRefused`: no right, the comment is gone, somebody decided meanwhile, what its writer did not
    allow, no reason, nothing left to show; and `RedactionRefused` beside words that are not in it.
    """
    consultation = comment.consultation
    settling.hold_responses(consultation)
    if not rules.reads_responses(actor, at=at):
        raise ModerationRefused("Only the Involvement Team can do this.")
    if not comments(consultation=consultation, reader=actor, at=at).filter(pk=comment.pk).exists():
        raise ModerationRefused(GONE)
    if seen != seen_in(moderation_of(comment)):
        raise ModerationRefused("Somebody else has decided about this comment meanwhile. Look at it again.")
    if decision.decision not in offered(comment):
        raise ModerationRefused("Choose what becomes of this comment.", "decision")
    shown = _shown(comment, decision)
    kept, _ = Moderation.objects.update_or_create(
        comment=comment,
        defaults={
            "decision": decision.decision,
            **shown,
            "theme": _theme(comment, decision),
            "decided_by": actor,
            "decided_on": _day(consultation, at=at),
        },
    )
    _record(kept, consultation, actor=actor, at=at)
    return kept


def _shown(comment: Comment, decision: Decision) -> dict[str, object]:
    """What the public reads of it, or why it does not."""
    if decision.decision == Moderated.PUBLISHED:
        parts = redacting.parts_of(comment, decision.lines)
        if blackening.says_nothing(comment.text, parts):
            raise ModerationRefused("Nothing would be left. Say why it is not published.", "decision")
        return {
            "text": blackening.redacted(comment.text, parts),
            "parts": [[part.start, part.end, str(part.reason)] for part in parts],
            "reason": "",
            "words": "",
        }
    hidden: dict[str, object] = {"text": "", "parts": [], "reason": "", "words": ""}
    if decision.decision == Moderated.PRIVATE:
        return hidden
    if decision.reason not in WhyHeldBack.values:
        raise ModerationRefused("Choose why it is not published.", "reason")
    if not decision.words.strip():
        raise ModerationRefused("Say in a sentence why it is not published.", "words")
    return {**hidden, "reason": decision.reason, "words": decision.words.strip()[:LONGEST_WORDS]}


def _theme(comment: Comment, decision: Decision) -> CommentTheme | None:
    """The theme that was chosen, or a new one of this section, or none."""
    mine = {"consultation": comment.consultation, "part": comment.part}
    if name := " ".join(decision.new_theme.split()):
        if len(name) > LONGEST_THEME:
            raise ModerationRefused(f"Use at most {LONGEST_THEME} characters for a theme.", "new_theme")
        standing = {"number": comment.number, "heading": comment.heading}
        return CommentTheme.objects.get_or_create(**mine, name=name, defaults=standing)[0]
    if not decision.theme:
        return None
    chosen = themes_on(comment).filter(pk=int(decision.theme)) if decision.theme.isdecimal() else None
    theme: CommentTheme | None = chosen.first() if chosen is not None else None
    if theme is None:
        raise ModerationRefused("This theme is not of this section. Choose again.", "theme")
    return theme


def themes_on(comment: Comment) -> QuerySet[CommentTheme]:
    """The themes of the section that a comment is on, by name."""
    found: QuerySet[CommentTheme] = CommentTheme.objects.filter(consultation=comment.consultation, part=comment.part)
    return found.order_by("name", "pk")


def published_on(consultation: Consultation, part: str) -> QuerySet[Comment]:
    """The public comments on one section, in an order that says nothing."""
    found: QuerySet[Comment] = Comment.objects.public().filter(consultation=consultation, part=part)
    return found.select_related("moderation__theme", "signature__organisation").order_by("key")


def tallies(consultation: Consultation) -> dict[str, Tally]:
    """What the public reads of how many comments there are, by section. Two queries, however many."""
    every = Comment.objects.filter(consultation=consultation).order_by()
    published = dict(every.public().values_list("part").annotate(number=Count("pk")))
    reasons: dict[str, list[tuple[str, int]]] = {}
    held = every.held_back().values_list("part", "moderation__reason").annotate(number=Count("pk"))
    for part, reason, number in held:
        reasons.setdefault(part, []).append((WhyHeldBack(reason).label, number))
    return {
        part: Tally(published.get(part, 0), tuple(sorted(reasons.get(part, [])))) for part in {*published, *reasons}
    }


def together(tallied: dict[str, Tally]) -> Tally:
    """The tallies of all sections as one."""
    reasons: Counter[str] = Counter()
    for one in tallied.values():
        reasons.update(dict(one.held_back))
    return Tally(sum(one.published for one in tallied.values()), tuple(sorted(reasons.items())))


HEADER = ["version", "section", "heading", "comment", "decision", "published_as", "reason", "why", "theme", "by"]


@transaction.atomic
def export_comments(*, consultation: Consultation, actor: User, at: datetime) -> Iterator[list[Cell]]:
    """Every comment that may be read, as rows under `HEADER`, read as they are written. The log says who took them.

    Raises `ModerationRefused` for anybody but those who read what people write.
    """
    if not rules.reads_responses(actor, at=at):
        raise ModerationRefused("Only the Involvement Team reads what people write.")
    found = comments(consultation=consultation, reader=actor, at=at)
    record(
        consultation,
        "comments exported",
        actor=actor,
        at=at,
        summary=f"The comments on the draft in {consultation.reference} were downloaded.",
        data={"comments": found.count()},
    )
    return _rows(found.select_related("moderation__theme", "signature__organisation"))


def _rows(found: QuerySet[Comment]) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=1000):
        about: list[Cell] = [one.version, one.number, one.heading, one.text]
        made: Moderation | None = getattr(one, "moderation", None)
        signature = getattr(one, "signature", None)
        decided: list[Cell] = ["", "", "", "", ""]
        if made:
            theme = made.theme.name if made.theme else ""
            reason = made.get_reason_display() if made.reason else ""
            decided = [made.get_decision_display(), made.text, reason, made.words, theme]
        yield [*about, *decided, signature.organisation.name if signature else ""]


def _day(consultation: Consultation, *, at: datetime) -> date | None:
    """Today, once no more comments can come; before, a day would tell which had come by then (ADR 8)."""
    return local_date(at) if codeframes.is_over(consultation, at=at) else None


def _record(kept: Moderation, consultation: Consultation, *, actor: User, at: datetime) -> None:
    said = {
        Moderated.PUBLISHED: "A comment on the draft in {} was published.",
        Moderated.HELD_BACK: "A comment on the draft in {} was not published: {}.",
        Moderated.PRIVATE: "A comment on the draft in {}, which is for the office only, was read.",
    }[Moderated(kept.decision)]
    record(
        consultation,
        f"comment {kept.decision}".lower(),
        actor=actor,
        at=at,
        summary=said.format(consultation.reference, kept.get_reason_display().lower()),
        data={"reason": kept.reason} if kept.reason else None,
    )
