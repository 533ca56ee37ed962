"""What becomes of what people said about sections of a draft, and where those stand in the next version (R-060).

A comment stays on what it was made on. The office says where its section stands in a newer version, or that it is gone.
Each theme is accepted, in part, or not, with why. Public once nobody can comment any more and a newer version, or the
outcome, is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Prefetch, Q, QuerySet

from consultations import rules
from consultations.domain import codeframes, counting, documents, specifications
from consultations.domain.documents import Part
from consultations.domain.preparing import record
from consultations.models import Comment, CommentTheme, Consultation, MovedPart, PastDisposition
from consultations.models.comment import Disposition
from engagement.domain.disclosure import protect_counts
from engagement.domain.refused import Refused
from engagement.models import User

REMOVED = "REMOVED"
LONGEST = 1000


class DispositionRefused(Refused):
    """This cannot be decided like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Said:
    """A theme with what becomes of it, and what was said of that `before`. `comments` is `None` where withheld."""

    theme: CommentTheme
    comments: int | None
    before: list[PastDisposition]


@dataclass(frozen=True)
class Move:
    """A section that was commented on, where the office says it stands now, and else what the machine proposes."""

    part: Part
    decided: MovedPart | None
    proposed: Part | None
    because: str = ""


# What is said of themes


def themes_of(consultation: Consultation) -> QuerySet[CommentTheme]:
    """The themes of a consultation by section, each with how many `comments` stand under it. One query."""
    found: QuerySet[CommentTheme] = CommentTheme.objects.filter(consultation=consultation)
    counted = Count("moderations", filter=Q(moderations__comment__settled=True))
    return found.select_related("disposed_by").annotate(comments=counted).order_by("number", "name", "pk")


def seen_in(theme: CommentTheme) -> str:
    """What a form remembers of the disposition it was opened with (C04)."""
    return f"{theme.disposition}:{theme.why}"


@transaction.atomic
def dispose(*, theme: CommentTheme, disposition: str, why: str, seen: str, actor: User, at: datetime) -> CommentTheme:
    """Says what becomes of a theme, and why; the words are public. Saying it again replaces it, and is logged.

    What the public has read by then stays readable beside the new words, with its days: nothing changes silently.
    Raises `DispositionRefused`: not the Lead Commissioner of the activity, people can still comment, no disposition,
    no reason, or somebody has said it meanwhile.
    """
    theme = (
        CommentTheme.objects.select_for_update(of=("self",)).select_related("consultation__activity").get(pk=theme.pk)
    )
    consultation = theme.consultation
    mine = Consultation.objects.filter(rules.disposed_consultations(actor, at=at), pk=consultation.pk)
    if not mine.exists():
        raise DispositionRefused("Only the Lead Commissioner of this activity says what becomes of it.")
    if not codeframes.is_over(consultation, at=at):
        raise DispositionRefused("People can still comment. Say it once this has closed.")
    if seen != seen_in(theme):
        raise DispositionRefused("Somebody has said something else meanwhile. Read it, then save yours.")
    if disposition not in Disposition.values:
        raise DispositionRefused("Choose what becomes of it.", "disposition")
    if not why.strip():
        raise DispositionRefused("Say why. People read it.", "why")
    if len(why.strip()) > LONGEST:
        raise DispositionRefused(f"Use at most {LONGEST:,} characters (there are {len(why.strip()):,}).", "why")
    if seen == f"{disposition}:{why.strip()}":
        return theme
    _keep_what_was_public(theme, at=at)
    theme.disposition, theme.why = disposition, why.strip()
    theme.disposed_by, theme.disposed_at = actor, at
    theme.save(update_fields=["disposition", "why", "disposed_by", "disposed_at"])
    record(
        consultation,
        "comments answered",
        actor=actor,
        at=at,
        summary=f"What people said of section {theme.number} in {consultation.reference}: "
        f"{theme.get_disposition_display().lower()}.",
        data={"theme": theme.pk, "disposition": disposition},
    )
    return theme


def _keep_what_was_public(theme: CommentTheme, *, at: datetime) -> None:
    if theme.disposed_at and is_public(theme.consultation, at=at):
        PastDisposition.objects.create(
            theme=theme, disposition=theme.disposition, why=theme.why, said_at=theme.disposed_at, until=at
        )


# Where sections stand now


def moves_of(consultation: Consultation, *, newer: Any) -> list[Move]:
    """Every section that was commented on, with where it stands in `newer`, a version. Three queries.

    Proposed is the section of the same block, else of the same heading, else of the very same words.
    """
    before = documents.document_of(consultation)
    if before is None:
        return []
    now = documents.read(newer)
    decided = {row.part: row for row in MovedPart.objects.filter(consultation=consultation, version=newer.number)}
    spoken = set(Comment.objects.settled().filter(consultation=consultation).values_list("part", flat=True))
    return [
        Move(part, decided.get(part.id), *proposal(part, list(now.parts())))
        for part in before.parts()
        if part.id in spoken
    ]


def proposal(part: Part, there: Sequence[Part]) -> tuple[Part | None, str]:
    """The section of a newer version that seems to be this one, and why it seems so; or nothing."""
    same = [one for one in there if bool(one.clauses) == bool(part.clauses)]
    tests = (
        ("the same place in the text, perhaps moved", lambda one: one.id == part.id),
        ("the same heading", lambda one: bool(part.heading) and one.heading.casefold() == part.heading.casefold()),
        ("the same words", lambda one: one.digest == part.digest),
    )
    for why, is_it in tests:
        found = [one for one in same if is_it(one)]
        if len(found) == 1:
            return found[0], why
    return None, ""


@transaction.atomic
def keep_moves(*, consultation: Consultation, version: int, moves: Mapping[str, str], actor: User, at: datetime) -> int:
    """Keeps where sections (by id) stand in a newer version: a number, `REMOVED`, or nothing where it is not decided.

    Says how many are decided. Raises `DispositionRefused` for strangers, a version that is not the newest any more,
    and a number that it does not have (`field` is the id of the section).
    """
    if not Consultation.objects.heard_by(actor, at=at).filter(pk=consultation.pk).exists():
        raise DispositionRefused("Only the Involvement Team and the Lead Commissioner of this activity can do this.")
    newer = specifications.version_after(consultation, number=int(consultation.specification_version or 0))
    if newer is None or newer.number != version:
        raise DispositionRefused("A newer version was published meanwhile. Look at its sections, then save.")
    now = documents.read(newer)
    rows = MovedPart.objects.select_for_update().filter(consultation=consultation, version=version)
    before = {row.part: row.now_number or REMOVED for row in rows}
    changed = 0
    for move in moves_of(consultation, newer=newer):
        where = moves.get(move.part.id, "")
        if before.get(move.part.id, "") == where:
            continue
        rows.filter(part=move.part.id).delete()
        changed += 1
        if where:
            _place(consultation, move.part, where, now, version=version, actor=actor, at=at)
    if changed:
        record(
            consultation,
            "sections placed",
            actor=actor,
            at=at,
            summary=f"Where sections of {consultation.reference} stand in version {version} was said.",
            data={"version": version, "changed": changed},
        )
    return int(rows.count())


def _place(
    consultation: Consultation,
    part: Part,
    where: str,
    now: documents.Document,
    *,
    version: int,
    actor: User,
    at: datetime,
) -> None:
    there = None if where == REMOVED else now.numbered(where)
    if there is None and where != REMOVED:
        raise DispositionRefused("Choose a section of the newer version.", part.id)
    MovedPart.objects.create(
        consultation=consultation,
        part=part.id,
        number=part.number,
        version=version,
        now_part=there.id if there else "",
        now_number=there.number if there else "",
        now_heading=there.heading if there else "",
        decided_by=actor,
        decided_at=at,
    )


def moved(consultation: Consultation) -> dict[str, MovedPart]:
    """Where each section stands in the newest version for which the office has said so, by its id. One query."""
    rows = MovedPart.objects.filter(consultation=consultation).order_by("version")
    return {row.part: row for row in rows}


# What the public reads


def public_themes(consultation: Consultation, *, at: datetime) -> list[Said]:
    """What becomes of what people said, section by section, or nothing before it is public. Three queries at most."""
    if not is_public(consultation, at=at):
        return []
    before = Prefetch("past_dispositions", PastDisposition.objects.order_by("-until", "-pk"))
    every = list(themes_of(consultation).prefetch_related(before))
    comments = Comment.objects.settled().filter(consultation=consultation).count()
    return _protected(every, comments=comments, threshold=counting.threshold_for(consultation))


def is_public(consultation: Consultation, *, at: datetime) -> bool:
    """Whether dispositions are public: nobody can comment any more, and the outcome or a newer version is public."""
    if not consultation.specification_version or consultation.withdrawn_at or not consultation.published_at:
        return False
    if not codeframes.is_over(consultation, at=at):
        return False
    number = int(consultation.specification_version)
    return bool(consultation.outcome_published_at) or bool(specifications.version_after(consultation, number=number))


def _protected(themes: Iterable[Any], *, comments: int, threshold: int) -> list[Said]:
    """Each theme with a disposition, its number protected. Every comment is under one theme, or under none."""
    counts: dict[int, int] = {theme.pk: theme.comments for theme in themes}
    rest = comments - sum(counts.values())
    cells = protect_counts({**counts, 0: rest} if rest else counts, threshold=threshold).cells
    said = [theme for theme in themes if theme.disposition]
    return [Said(theme, cells[theme.pk].count, list(theme.past_dispositions.all())) for theme in said]


def beside(version: Any, *, at: datetime) -> dict[str, list[Said]]:
    """What was said of earlier versions, by the number of the section of this one at which it stands now.

    Under the empty number: what was said of sections that are gone. A few queries a consultation, of which a document
    has few.
    """
    found: dict[str, list[Said]] = {}
    for consultation in _asked_before(version):
        places = {
            row.part: row.now_number
            for row in MovedPart.objects.filter(consultation=consultation, version=version.number)
        }
        if not places:
            continue
        for said in public_themes(consultation, at=at):
            if said.theme.part in places:
                found.setdefault(places[said.theme.part], []).append(said)
    return found


def _asked_before(version: Any) -> Iterator[Consultation]:
    pinned = Consultation.objects.published().filter(specification_page=version.page_id, withdrawn_at=None)
    here = pinned.filter(moved_parts__version=version.number).distinct()
    yield from here.annotate(last=Max("moved_parts__decided_at")).order_by("closes_at", "pk")
