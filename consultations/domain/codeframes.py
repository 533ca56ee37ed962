"""The themes of a consultation: added, put into better words, merged, dropped; and its versions.

Once a consultation has closed, other words for a theme that is in use, or a merger, make a new version of the
codeframe: what was coded before keeps the words it was coded under. Until then the codeframe is a draft. Its versions
would have days, and a reading's version would tell which answers had come by which day.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Lower

from consultations import rules
from consultations.domain import questionnaires, settling
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import TEXT_KINDS, Position
from consultations.models import Codeframe, CodeframeVersion, Coding, Consultation, PastWording, Theme
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User


class ThemeRefused(Refused):
    """The themes cannot be changed like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Words:
    """What is said of a theme: its name, what falls under it, and where it stands."""

    name: str
    definition: str = ""
    position: str = ""


def written_questions(consultation: Consultation) -> list[FrozenQuestion]:
    """The questions that people answered in their own words, in the order asked. No query."""
    asked = questionnaires.questions_of(consultation.asked_version)
    return [question for question in asked if question.kind in TEXT_KINDS]


def is_over(consultation: Consultation, *, at: datetime) -> bool:
    """Whether no more answers can come, so that a day says nothing about one of them."""
    return bool(at >= consultation.ends_at)


def themes_of(consultation: Consultation) -> list[Theme]:
    """The themes in use, each followed by those under it, with how many texts count under each. One query."""
    found = (
        Theme.objects.in_use()
        .filter(codeframe__consultation=consultation)
        .select_related("parent")
        .annotate(texts=Count("codings", filter=Q(codings__reading__counts=True)))
        .order_by(Lower("name"), "number")
    )
    above = [theme for theme in found if theme.parent is None]
    return [theme for one in above for theme in (one, *(child for child in found if child.parent_id == one.pk))]


@transaction.atomic
def add_theme(
    *,
    consultation: Consultation,
    words: Words,
    actor: User,
    at: datetime,
    question: str = "",
    parent: Theme | None = None,
    suggested: bool = False,
) -> Theme:
    """Adds a theme for the texts of one question (its key), or of all. The version stays: nothing changed its meaning.

    Raises `ThemeRefused` without the right, when the name is taken, or when the place is impossible.
    """
    frame = _frame(consultation, actor=actor, at=at)
    if question and question not in {one.key for one in written_questions(consultation)}:
        raise ThemeRefused("Nobody was asked that question in their own words.", "question")
    _refuse_place(parent, frame=frame, question=question)
    _refuse_words(words, frame=frame, question=question)
    last = frame.themes.aggregate(last=Max("number"))["last"] or 0
    theme = Theme.objects.create(
        codeframe=frame,
        number=last + 1,
        question=question,
        name=words.name,
        definition=words.definition,
        position=words.position,
        parent=parent,
        suggested=suggested,
        since=frame.version,
    )
    _record("added", theme, actor=actor, at=at, summary=f"Theme T{theme.number} was added to {consultation.reference}.")
    return theme


@transaction.atomic
def change_theme(*, theme: Theme, words: Words, parent: Theme | None, actor: User, at: datetime) -> Theme:
    """Puts a theme into other words, or under another; accepts a suggestion. Raises `ThemeRefused`.

    Other words for a theme that texts are coded under make a new version, once the consultation has closed.
    """
    frame = _frame(theme.codeframe.consultation, actor=actor, at=at)
    theme = _unmerged(theme)
    _refuse_place(parent, frame=frame, question=theme.question, child=theme)
    _refuse_words(words, frame=frame, question=theme.question, besides=theme)
    changed = [name for name in ("name", "definition", "position") if getattr(theme, name) != getattr(words, name)]
    if changed and theme.codings.exists() and is_over(frame.consultation, at=at):
        _keep_wording(theme, until=frame.version)
        theme.since = _next_version(frame, f"Other words for “{theme.name}”.", actor=actor, at=at)
    theme.name, theme.definition, theme.position = words.name, words.definition, words.position
    theme.parent, theme.suggested = parent, False
    theme.save()
    _record(
        "changed",
        theme,
        actor=actor,
        at=at,
        summary=f"Theme T{theme.number} of {frame.consultation.reference} was changed.",
        fields=changed,
        version=frame.version,
    )
    return theme


@transaction.atomic
def merge_theme(*, theme: Theme, into: Theme, actor: User, at: datetime) -> int:
    """Moves everything coded under a theme to another one, in every reading; returns how many codings moved.

    The merged theme stays in the codebook and in no list. Raises `ThemeRefused`.
    """
    frame = _frame(theme.codeframe.consultation, actor=actor, at=at)
    theme, into = _unmerged(theme), _unmerged(into)
    if into.codeframe_id != frame.pk or into.suggested or into == theme:
        raise ThemeRefused("Choose another theme of this consultation.", "into")
    if into.question and into.question != theme.question:
        raise ThemeRefused("That theme is for the answers to another question.", "into")
    moving = Coding.objects.filter(theme=theme)
    moved = moving.count()
    both = Coding.objects.filter(theme=into, reading__in=moving.values("reading")).values("reading")
    moving.filter(reading__in=list(both.values_list("reading", flat=True))).delete()
    moving.update(theme=into)
    version = frame.version
    if moved and is_over(frame.consultation, at=at):
        change = f"“{theme.name}” was merged into “{into.name}”."
        version = _next_version(frame, change, moved=moved, actor=actor, at=at)
    if into.parent_id == theme.pk:
        into.parent = None
        into.save(update_fields=["parent"])
    theme.children.update(parent=into.parent or into)
    theme.parent, theme.merged_into, theme.ended, theme.suggested = None, into, version, False
    theme.save()
    _record(
        "merged",
        theme,
        actor=actor,
        at=at,
        summary=f"Theme T{theme.number} of {frame.consultation.reference} was merged into T{into.number}.",
        into=into.number,
        moved=moved,
        version=version,
    )
    return moved


@transaction.atomic
def drop_theme(*, theme: Theme, actor: User, at: datetime) -> None:
    """Throws away a theme that nothing is coded under, or a suggestion. Raises `ThemeRefused`."""
    frame = _frame(theme.codeframe.consultation, actor=actor, at=at)
    theme = _unmerged(theme)
    if theme.codings.exists() or theme.merged.exists():
        raise ThemeRefused("Answers are coded under this theme. Merge it into another one instead.")
    if theme.children.exists():
        raise ThemeRefused("There are themes under this one. Put them elsewhere first.")
    _record(
        "dropped",
        theme,
        actor=actor,
        at=at,
        summary=f"Theme T{theme.number} of {frame.consultation.reference} was dropped: nothing was coded under it.",
    )
    theme.delete()


def _frame(consultation: Consultation, *, actor: User, at: datetime) -> Codeframe:
    """The codeframe of a consultation, made when there is none, under the lock that guards its answers."""
    if not rules.reads_responses(actor, at=at):
        raise ThemeRefused("Only the Involvement Team can do this.")
    if not consultation.published_at:
        raise ThemeRefused("Themes come from answers, and this has not opened yet.")
    settling.hold_responses(consultation)
    frame, _ = Codeframe.objects.select_related("consultation__activity", "consultation__version").get_or_create(
        consultation=consultation
    )
    return frame


def _unmerged(theme: Theme) -> Theme:
    fresh: Theme | None = Theme.objects.select_for_update(of=("self",)).filter(pk=theme.pk).first()
    if fresh is None:
        raise ThemeRefused("Somebody else has dropped this theme meanwhile.")
    if fresh.merged_into_id:
        raise ThemeRefused("Somebody else has merged this theme into another one meanwhile.")
    return fresh


def _refuse_words(words: Words, *, frame: Codeframe, question: str, besides: Theme | None = None) -> None:
    if not words.name.strip():
        raise ThemeRefused("Name the theme.", "name")
    if words.position not in {"", *Position.values}:
        raise ThemeRefused("Choose one of the positions offered.", "position")
    others = frame.themes.filter(merged_into=None)
    others = others.exclude(pk=besides.pk) if besides else others
    # A theme for every question and one for a single question would stand side by side under one name.
    beside = others if not question else others.filter(question__in=["", question])
    if beside.filter(name__iexact=words.name.strip()).exists():
        raise ThemeRefused("There is a theme of this name already.", "name")


def _refuse_place(parent: Theme | None, *, frame: Codeframe, question: str, child: Theme | None = None) -> None:
    if parent is None:
        return
    if parent.codeframe_id != frame.pk or parent.suggested or parent.merged_into_id or parent == child:
        raise ThemeRefused("Choose a theme of this consultation.", "parent")
    if parent.parent_id:
        raise ThemeRefused("That theme stands under another one already. Themes have one level below them.", "parent")
    if child is not None and child.children.exists():
        raise ThemeRefused("There are themes under this one, so it cannot stand under another.", "parent")
    if parent.question and parent.question != question:
        raise ThemeRefused("That theme is for the answers to another question.", "parent")


def _keep_wording(theme: Theme, *, until: int) -> None:
    PastWording.objects.create(
        theme=theme,
        since=theme.since,
        until=until,
        name=theme.name,
        definition=theme.definition,
        position=theme.position,
    )


def _next_version(frame: Codeframe, change: str, *, actor: User, at: datetime, moved: int = 0) -> int:
    frame.version += 1
    frame.save(update_fields=["version"])
    CodeframeVersion.objects.create(
        codeframe=frame, number=frame.version, change=change[:300], moved=moved, made_on=local_date(at), made_by=actor
    )
    return frame.version


def _record(word: str, theme: Theme, *, actor: User, at: datetime, summary: str, **data: object) -> None:
    """Writes down what was done. Names and definitions may repeat what somebody wrote, so numbers stand for them."""
    log.record(
        action=f"theme.{word}",
        subject=theme,
        actor=actor,
        at=at,
        activity=theme.codeframe.consultation.activity,
        summary=summary,
        data=data,
    )
