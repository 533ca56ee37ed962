"""What a theme of comments on a section is called: put into better words until the public reads it (R-060)."""

from datetime import datetime

from django.db import transaction

from consultations import rules
from consultations.domain import disposing
from consultations.domain.moderating import LONGEST_THEME
from consultations.domain.preparing import record
from consultations.models import CommentTheme
from engagement.domain.refused import Refused
from engagement.models import User


class ThemeNotRenamed(Refused):
    """A theme cannot be called this. `field` names the part that is wrong, if one is."""


def is_read(theme: CommentTheme, *, at: datetime) -> bool:
    """Whether the public reads the theme by its name already."""
    return bool(theme.disposition) and disposing.is_public(theme.consultation, at=at)


@transaction.atomic
def rename_theme(*, theme: CommentTheme, name: str, seen: str, actor: User, at: datetime) -> CommentTheme:
    """Calls a theme otherwise; the comments under it stay under it. `seen` is the name that the person saw.

    Raises `ThemeNotRenamed`: no right, named otherwise meanwhile, public by its name, no name, too long, or taken on
    the same section.
    """
    theme = (
        CommentTheme.objects.select_for_update(of=("self",)).select_related("consultation__activity").get(pk=theme.pk)
    )
    if not rules.reads_responses(actor, at=at):
        raise ThemeNotRenamed("Only the Involvement Team can do this.")
    if seen != theme.name:
        raise ThemeNotRenamed(f"Somebody has called it “{theme.name}” meanwhile. Look at that, then save yours.")
    if is_read(theme, at=at):
        raise ThemeNotRenamed("The public reads this theme by its name, so the name stays.")
    name = name.strip()
    if not name:
        raise ThemeNotRenamed("Say what these comments come to, in a few words.", "name")
    if len(name) > LONGEST_THEME:
        raise ThemeNotRenamed(f"Use at most {LONGEST_THEME} characters (there are {len(name)}).", "name")
    others = CommentTheme.objects.filter(consultation=theme.consultation, part=theme.part).exclude(pk=theme.pk)
    if others.filter(name__iexact=name).exists():
        raise ThemeNotRenamed(
            "Another theme of this section has that name. To join the two, put each comment under that one.", "name"
        )
    if name == theme.name:
        return theme
    theme.name = name
    theme.save(update_fields=["name"])
    record(
        theme.consultation,
        "comment theme renamed",
        actor=actor,
        at=at,
        summary=f"A theme of comments on section {theme.number} in {theme.consultation.reference} was renamed.",
        data={"theme": theme.pk},
    )
    return theme
