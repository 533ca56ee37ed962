"""The words that stand for a theme: approved, let be published, and coded under it still.

A quote is shown only beside a number that is shown: words beside a withheld number would give it a floor (`themed`).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from consultations import rules
from consultations.domain import settling
from consultations.models import Consultation, Quote, Reading, Redaction, Theme
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

MOST = 6  # quotes behind one theme


class QuoteRefused(Refused):
    """These words cannot stand for the theme; the message says why."""


def quotes_of(consultation: Consultation) -> dict[tuple[str, int], list[str]]:
    """Every quote that may stand now, by question (key) and theme (number), in no telling order. One query."""
    words: dict[tuple[str, int], list[str]] = {}
    shown = Redaction.objects.publishable().filter(answer__response__consultation=consultation)
    quotes = Quote.objects.filter(redaction__in=shown).filter(_still_under("redaction__answer"))
    for question, theme, text in quotes.order_by("key").values_list(
        "redaction__answer__question", "theme__number", "redaction__text"
    ):
        words.setdefault((question, theme), []).append(text)
    return words


def _still_under(answer: str, theme: Theme | None = None) -> Exists:
    """That the reading which counts puts the text under the theme (of a quote, its own): codings change."""
    reading = Reading.objects.filter(answer=OuterRef(answer), counts=True)
    return Exists(reading.filter(codings__theme=theme) if theme else reading.filter(codings__theme=OuterRef("theme")))


def quotable_under(theme: Theme) -> QuerySet[Redaction]:
    """Redacted texts that could stand for a theme: approved, let be published, and coded under it. In no order."""
    consultation = theme.codeframe.consultation
    able: QuerySet[Redaction] = Redaction.objects.publishable().filter(answer__response__consultation=consultation)
    return able.filter(_still_under("answer", theme))


def chosen_for(theme: Theme) -> list[int]:
    """The keys of the redactions that stand for a theme, in their order. One query."""
    return sorted(Quote.objects.filter(theme=theme).values_list("redaction", flat=True))


def seen_in(theme: Theme) -> str:
    """What a form remembers of the choice it was opened with (C04)."""
    return ",".join(map(str, chosen_for(theme)))


@transaction.atomic
def choose_quotes(*, theme: Theme, keys: Collection[int], seen: str, actor: User, at: datetime) -> int:
    """Makes these redacted texts, by key, the ones that stand for a theme, and no others; returns how many.

    Raises `QuoteRefused`: no right, too many, one that may not be quoted (any more), or somebody chose meanwhile.
    """
    consultation = theme.codeframe.consultation
    settling.hold_responses(consultation)
    if not rules.reads_responses(actor, at=at):
        raise QuoteRefused("Only the Involvement Team can do this.")
    if seen != seen_in(theme):
        raise QuoteRefused("Somebody else has chosen quotes meanwhile. Look at theirs, then save yours.")
    if len(set(keys)) > MOST:
        raise QuoteRefused(f"Choose at most {MOST}: people read a few.", "quotes")
    able = list(quotable_under(theme).filter(pk__in=keys))
    if len(able) < len(set(keys)):
        raise QuoteRefused("One of these may not be quoted any more. Choose again.", "quotes")
    Quote.objects.filter(theme=theme).exclude(redaction__in=able).delete()
    kept = set(chosen_for(theme))
    Quote.objects.bulk_create(Quote(theme=theme, redaction=one) for one in able if one.pk not in kept)
    log.record(
        action="theme.quoted",
        subject=theme,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"{len(able)} quotes were chosen for theme T{theme.number} of {consultation.reference}.",
    )
    return len(able)
