"""Counting answers: the database adds up, disclosure control decides what may be shown (R-150; security rows P07, P08).

Every number that anybody sees comes through here: staff pages, the results page, its CSV. Staff see protected counts
too, and while answers come in these move only when ten or more have come or gone (see `settling`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from consultations.domain import crossings, leaving_out, questionnaires, versions
from consultations.domain.crossings import CrossResult
from consultations.domain.frozen import FrozenQuestion, thaw
from consultations.domain.leaving_out import AlikeResult
from consultations.domain.tables import PartResult, QuestionResult, Row, numbers_asked, question_result, rows_of
from consultations.domain.themed import CodingMethod, ThemedQuestion, thaw_tables
from consultations.domain.voices import CollectiveRow
from consultations.enums import GRID_KINDS, Channel, QuestionKind
from consultations.models import (
    AlikeGroup,
    AlikeJudgement,
    AlikeMember,
    Answer,
    Consultation,
    QuestionnaireVersion,
    Response,
    RunningCount,
)
from consultations.models.alike import Verdict
from engagement.domain.disclosure import protect_counts

# Whoever answers one of these may leave more than one row.
SEVERAL_ROWS = GRID_KINDS | {QuestionKind.SEVERAL, QuestionKind.FILE}


@dataclass(frozen=True)
class Results:
    """The protected counts of a consultation at a moment. `responses` is `None` when there are too few to say."""

    as_at: datetime
    threshold: int
    responses: int | None
    channels: tuple[Row, ...]
    questions: tuple[QuestionResult, ...]
    crossings: tuple[CrossResult, ...] = ()
    collective: tuple[CollectiveRow, ...] = ()
    themes: tuple[ThemedQuestion, ...] = ()
    coding: CodingMethod | None = None
    alike: AlikeResult | None = None

    @property
    def withheld(self) -> bool:
        """Whether any number is withheld."""
        rows_withheld = any(row.count is None for row in self.channels)
        return self.responses is None or rows_withheld or any(question.withheld for question in self.questions)


def threshold_for(consultation: Consultation) -> int:
    """Counts below this are withheld: 10 where people may be at risk, 5 elsewhere, or more if the office says so."""
    return int(settings.SENSITIVE_THRESHOLD if consultation.sensitive else settings.SMALL_NUMBER_THRESHOLD)


def count_settled(consultation: Consultation, *, crossed: bool = True) -> dict[str, Any]:
    """Exact counts of settled responses, as JSON can hold them. Never shown like this.

    `channels`; `answered` by question; `choices` by question and choice; `earlier`, the questions of other versions
    that some of these responses answered; `crossings`, the cells of each table that was chosen,
    a query each, if `crossed`.
    """
    return _count(consultation, Response.objects.filter(consultation=consultation).settled(), crossed=crossed)


def count_to_publish(consultation: Consultation, *, crossed: bool = True) -> dict[str, Any]:
    """The same without the answers that people judged to be copies; those as `left_out`, and what is said as `alike`.

    Where nothing was found alike, these are the counts of `count_settled`. One query more, and as many again when
    something is left out.
    """
    return leave_out(consultation, count_settled(consultation, crossed=crossed), crossed=crossed)


def leave_out(consultation: Consultation, counts: Mapping[str, Any], *, crossed: bool) -> dict[str, Any]:
    """Exact counts of all settled responses, less those that are left out."""
    alike = _found_alike(consultation)
    if not alike["found"]:
        return dict(counts)
    if not alike["left_out"]:
        return {**counts, "alike": alike}
    settled = Response.objects.filter(consultation=consultation).settled().filter(alike__left_out=True)
    less = _count(consultation, settled, crossed=crossed)
    names = ("channels", "answered", "choices")
    kept = {name: leaving_out.without(counts[name], less[name]) for name in names}
    tables = {
        number: {**table, "cells": leaving_out.without(table["cells"], less["crossings"][number]["cells"])}
        for number, table in counts["crossings"].items()
    }
    left_out = {name: less[name] for name in names}
    return {**counts, **kept, "crossings": tables, "left_out": left_out, "alike": alike}


def _found_alike(consultation: Consultation) -> dict[str, Any]:
    """How many answers are alike, and what people made of them. Two queries."""
    found = AlikeMember.objects.filter(group__consultation=consultation, response__settled=True)
    numbers = found.aggregate(
        found=Count("pk"),
        left_out=Count("pk", filter=Q(left_out=True)),
        campaign=Count("pk", filter=Q(group__verdict=Verdict.CAMPAIGN)),
        waiting=Count("pk", filter=Q(group__verdict="")),
    )
    last = AlikeJudgement.objects.filter(group=OuterRef("pk")).order_by("-number").values("grounds")[:1]
    judged = AlikeGroup.objects.filter(consultation=consultation, verdict=Verdict.KEEP_ONE)
    grounds = judged.annotate(last=Subquery(last)).order_by("last").values_list("last", flat=True).distinct()
    return {**numbers, "grounds": list(grounds) if numbers["left_out"] else []}


def _count(consultation: Consultation, settled: QuerySet[Response], *, crossed: bool) -> dict[str, Any]:
    answers = Answer.objects.filter(response__in=settled)
    channels, asked_in = Counter[str](), set[int]()
    for channel, version, number in settled.values_list("channel", "version").annotate(number=Count("pk")):
        channels[channel] += number
        asked_in.add(version)
    earlier = _content_of(asked_in - {consultation.asked_version.pk})
    choices: dict[str, dict[str, int]] = {}
    answered = Counter[str]()
    for question, choice, number in answers.values_list("question", "choice").annotate(number=Count("pk")):
        answered[question] += number
        if choice:
            choices.setdefault(question, {})[choice] = number
    asked = joined_questions(consultation, earlier)
    if several := [question.key for question in asked if question.kind in SEVERAL_ROWS]:
        people = answers.filter(question__in=several).values_list("question")
        for question, number in people.annotate(number=Count("response", distinct=True)):
            answered[question] = number
    for question in asked:
        if question.kind == QuestionKind.FILE:
            choices.pop(question.key, None)  # names
    tables = crossings.count_crossings(consultation, settled) if crossed else {}
    known = {"channels": dict(channels), "answered": dict(answered), "choices": choices}
    return {**known, "earlier": earlier, "crossings": tables}


def _content_of(version_keys: set[int]) -> list[Any]:
    """The questions of these versions as they are stored, the newest version first. No query for none."""
    if not version_keys:
        return []
    rows = QuestionnaireVersion.objects.filter(pk__in=version_keys).order_by("-number")
    return [version.content["questions"] for version in rows]


def joined_questions(consultation: Consultation, earlier: Sequence[Sequence[dict[str, Any]]]) -> list[FrozenQuestion]:
    """Every question that was asked, in its latest words, with what only earlier versions asked at the end."""
    current, *others = _versions(consultation, earlier)
    return [question for question in versions.joined(current, *others) if question.asks]


def _versions(consultation: Consultation, earlier: Sequence[Sequence[dict[str, Any]]]) -> list[list[FrozenQuestion]]:
    """The questions of each version that somebody answered, those that are asked now first. No query."""
    current = questionnaires.questions_of(consultation.asked_version)
    return [current, *([thaw(content) for content in questions] for questions in earlier)]


def protect(consultation: Consultation, counts: Mapping[str, Any], *, at: datetime) -> Results:
    """What may be shown of exact counts, all of it together. No query.

    How answers came in is told of all of them, those left out of the tables included: that was public before.
    Tables of one question by another are there once nobody can answer any more: until then a few answers could be told
    from what they move.
    """
    threshold = threshold_for(consultation)
    came = leaving_out.together(counts["channels"], counts.get("left_out", {}).get("channels", {}))
    channels = protect_counts(came, threshold=threshold)
    asked_in = _versions(consultation, counts.get("earlier", ()))
    questions = joined_questions(consultation, counts.get("earlier", ()))
    asked = numbers_asked(asked_in, questions, counts, threshold)
    of_left_out = leaving_out.asked_of_left_out(asked_in, questions, counts, threshold)
    over = at >= consultation.ends_at
    return Results(
        as_at=at,
        threshold=threshold,
        responses=channels.total,
        channels=rows_of(channels, {channel.value: channel.label for channel in Channel if channel in channels.cells}),
        questions=tuple(
            leaving_out.shown_with(
                question_result(number, question, counts, threshold, guarded=asked[question.key] is None),
                question,
                counts,
                of_left_out,
                threshold,
            )
            for number, question in enumerate(questions, start=1)
        ),
        crossings=crossings.protect_crossings(asked_in, questions, counts, asked, threshold) if over else (),
        alike=leaving_out.said_of(counts, threshold=threshold),
    )


def running_results(consultation: Consultation) -> Results | None:
    """Protected counts as staff see them before publication, or `None` until the first ten answers. One query."""
    count = RunningCount.objects.filter(consultation=consultation).first()
    return protect(consultation, count.counts, at=count.counted_at) if count else None


def judged_results(consultation: Consultation) -> Results | None:
    """As `running_results`, without what people judged to be copies: as it would be published. For those who judge.

    Others see the counts of everybody until publication: a number that moves with a judgement would tell of a few.
    """
    count = RunningCount.objects.filter(consultation=consultation).first()
    if count is None:
        return None
    return protect(consultation, leave_out(consultation, count.counts, crossed=False), at=count.counted_at)


def results_of(consultation: Consultation) -> Results | None:
    """The results as they were published, or `None`. No query: a later correction never changes what the public saw."""
    return thaw_results(consultation.results) if consultation.results else None


def snapshot(results: Results) -> dict[str, Any]:
    """Results as the consultation keeps them when they are published."""
    return {**asdict(results), "as_at": results.as_at.isoformat()}


def thaw_results(kept: dict[str, Any]) -> Results:
    """Results as `snapshot` kept them. No query."""
    questions = tuple(
        QuestionResult(
            **{
                **_thaw_tables(question),
                "parts": tuple(PartResult(**_thaw_tables(part)) for part in question.get("parts", ())),
                "with_all": _thaw_rows(question.get("with_all", ())),
            }
        )
        for question in kept["questions"]
    )
    return Results(
        as_at=datetime.fromisoformat(kept["as_at"]),
        threshold=kept["threshold"],
        responses=kept["responses"],
        channels=_thaw_rows(kept["channels"]),
        questions=questions,
        crossings=tuple(crossings.thawed(crossing) for crossing in kept.get("crossings", ())),
        collective=tuple(CollectiveRow(**row) for row in kept.get("collective", ())),
        themes=thaw_tables(kept.get("themes", ())),
        coding=CodingMethod(**kept["coding"]) if kept.get("coding") else None,
        alike=_thaw_alike(kept["alike"]) if kept.get("alike") else None,
    )


def _thaw_alike(kept: dict[str, Any]) -> AlikeResult:
    return AlikeResult(**{**kept, "grounds": tuple(kept["grounds"])})


def _thaw_tables(kept: dict[str, Any]) -> dict[str, Any]:
    return {**kept, "rows": _thaw_rows(kept["rows"]), "apart": _thaw_rows(kept["apart"])}


def _thaw_rows(rows: Sequence[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**row) for row in rows)
