"""The themes in what people wrote, counted by the database and protected: for the office, and as they become public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from consultations.domain import codeframes, counting, double, quoting
from consultations.domain.counting import Results
from consultations.domain.themed import CodingMethod, Exact, ThemedQuestion, as_before, protected_tables, tells_of_few
from consultations.enums import Round
from consultations.models import Coding, Consultation, Reading
from engagement.access import local_date


@dataclass(frozen=True)
class Publishable:
    """What may be published of the themes, with the exact numbers behind it by question, which nobody is shown."""

    tables: tuple[ThemedQuestion, ...]
    method: CodingMethod | None
    exact: dict[str, Exact]


@dataclass(frozen=True)
class ThemesRead:
    """The themes as those who decide and the evidence file see them."""

    tables: tuple[ThemedQuestion, ...]
    threshold: int


def count_themes(consultation: Consultation) -> dict[str, Exact]:
    """By question: of how many people a text was read, and stands under each theme in use. Exact. Three queries.

    Nobody has more than one text to a question, so these are people as well as texts.
    """
    readings = Reading.objects.filter(counts=True, answer__response__consultation=consultation).order_by()
    readings = readings.exclude(answer__response__alike__left_out=True)  # as the tables (`leaving_out`)
    read = dict(readings.values_list("answer__question").annotate(number=Count("pk")))
    if not read:
        return {}
    codings = Coding.objects.filter(reading__in=readings).order_by()
    placed = codings.values_list("reading__answer__question", "theme").annotate(number=Count("pk"))
    under = {(question, theme): number for question, theme, number in placed}
    themes = codeframes.themes_of(consultation)
    return {
        question: {
            "read": number,
            "under": {
                str(one.number): under.get((question, one.pk), 0) for one in themes if one.question in {"", question}
            },
        }
        for question, number in read.items()
    }


def tables_now(consultation: Consultation, results: Results | None, *, on: date) -> tuple[ThemedQuestion, ...]:
    """The themes as they stand, beside protected counts of the answers; nothing without these. Five queries at most."""
    return _tables(consultation, results, count_themes(consultation), on=on) if results else ()


def _tables(
    consultation: Consultation, results: Results, exact: Mapping[str, Exact], *, on: date
) -> tuple[ThemedQuestion, ...]:
    if not exact:
        return ()
    return protected_tables(
        codeframes.written_questions(consultation),
        results={one.key: one for one in results.questions},
        themes=codeframes.themes_of(consultation),
        exact=exact,
        quotes=quoting.quotes_of(consultation),
        threshold=counting.threshold_for(consultation),
        counted_on=on.isoformat(),
    )


def tables_read(consultation: Consultation, *, at: datetime) -> tuple[ThemedQuestion, ...]:
    """The themes for people of the office who read no raw text: as published, else as they stand.

    Once some are public nobody else is shown newer ones: side by side they would tell what a few people wrote.
    """
    published = counting.results_of(consultation)
    if published and published.themes:
        return published.themes
    return tables_now(consultation, published or counting.running_results(consultation), on=local_date(at))


def publishable(
    consultation: Consultation, shown: Results, *, earlier: Sequence[Mapping[str, Any]], at: datetime
) -> Publishable:
    """What may be published beside the counts `shown`. `earlier` are the exact counts of every edition, newest first.

    The table of a question stays as people have read it, quotes apart, where a new one would tell of few beside any
    earlier edition. Organisations answer by name and decide which words are published: they have no tables here.
    """
    if consultation.is_named:
        return Publishable((), None, {})
    exact, published = count_themes(consultation), counting.results_of(consultation)
    last = {one.question: one for one in published.themes} if published else {}
    tables, kept = list[ThemedQuestion](), dict[str, Exact]()
    for table in _tables(consultation, shown, exact, on=local_date(at)):
        question = table.question
        known = [counts["themes"][question] for counts in earlier if question in counts.get("themes", {})]
        kept[question] = exact[question]
        if any(tells_of_few(one, exact[question], threshold=shown.threshold) for one in known):
            kept[question] = known[0]
            if question in last:
                tables.append(as_before(last[question], quotes=quoting.quotes_of(consultation)))
        elif question in last and last[question].themes == table.themes and known[0] == exact[question]:
            tables.append(last[question])
        else:
            tables.append(table)
    return Publishable(tuple(tables), method_of(consultation, tables), kept)


def method_of(consultation: Consultation, tables: list[ThemedQuestion]) -> CodingMethod | None:
    """How the texts of these tables were read, or `None` without tables: by how many people, and how far two agree.

    Of these questions alone: how many texts were read of others would tell how many answered them.
    """
    if not tables:
        return None
    questions = [table.question for table in tables]
    readings = Reading.objects.filter(
        answer__response__consultation=consultation, answer__question__in=questions, round=Round.FIRST
    )
    compared = double.compare(consultation, questions=questions)
    read = sum(table.read for table in tables)
    return CodingMethod(
        coders=readings.aggregate(number=Count("coder", distinct=True))["number"],
        read=read,
        twice=compared.texts,
        share=(200 * compared.texts + read) // (2 * read),
        percent=compared.overall.percent,
        kappa=compared.overall.kappa_words,
    )


def themes_read(consultation: Consultation, *, at: datetime) -> ThemesRead | None:
    """The themes once the consultation is over, or `None` before and where there are none to show."""
    if not codeframes.is_over(consultation, at=at):
        return None
    tables = tables_read(consultation, at=at)
    if not tables:
        return None
    return ThemesRead(tables, counting.threshold_for(consultation))
