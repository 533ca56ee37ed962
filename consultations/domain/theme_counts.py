"""How many texts stand under each theme, as those who decide and the evidence file may see it: protected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from consultations.domain import codeframes, counting
from consultations.enums import Round
from consultations.models import Consultation, Reading, Theme
from engagement.domain.disclosure import protect_choices


@dataclass(frozen=True)
class ThemeCount:
    """One theme, and how many texts stand under it: `None` when that is too few to say."""

    theme: Theme
    texts: int | None


@dataclass(frozen=True)
class ThemesRead:
    """The themes of a consultation. `texts` is how many texts stand under any, `None` when too few to say."""

    texts: int | None
    threshold: int
    themes: tuple[ThemeCount, ...]
    read_twice: bool


def themes_read(consultation: Consultation, *, at: datetime) -> ThemesRead | None:
    """The themes once the consultation is over, or `None` before and where nothing was coded. Three queries.

    A text can stand under several themes, so each is protected as a choice among several (security rows P07, P08).
    """
    if not codeframes.is_over(consultation, at=at):
        return None
    themes: list[Any] = codeframes.themes_of(consultation)
    counted = Reading.objects.filter(answer__response__consultation=consultation)
    rounds = dict(counted.filter(nothing=False).values_list("round").annotate(number=Count("pk")))
    coded = counted.filter(counts=True, nothing=False).count()
    if not themes or not coded:
        return None
    threshold = counting.threshold_for(consultation)
    exact = {theme.number: theme.texts for theme in themes}
    protected = protect_choices(exact, answered=coded, threshold=threshold)
    return ThemesRead(
        texts=coded if coded >= threshold else None,
        threshold=threshold,
        themes=tuple(ThemeCount(theme, protected.cells[theme.number].count) for theme in themes),
        read_twice=bool(rounds.get(Round.SECOND)),
    )
