"""Two people read the same texts: a sample is drawn by lot, read blind a second time, compared, and agreed on.

Only once the consultation has closed: a sample has a day, and who is in it would tell who had answered by then.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from consultations import rules
from consultations.domain import codeframes, coding, settling
from consultations.domain.agreement import Agreement, by_theme, exactly_alike, overall
from consultations.domain.coding import CodingRefused
from consultations.enums import Round
from consultations.models import Answer, CodingSample, Consultation, Reading, SampledText, Theme
from engagement.access import local_date
from engagement.domain import log
from engagement.models import User


@dataclass(frozen=True)
class Compared:
    """How two people agree on the texts that both have read. `texts` of which `same` under exactly the same themes."""

    sampled: int
    texts: int
    same: int
    overall: Agreement
    themes: list[tuple[Theme, Agreement]]


@dataclass(frozen=True)
class Disagreement:
    """A text that two people put under different themes, and nobody has settled yet."""

    answer: Answer
    first: Reading
    second: Reading


@transaction.atomic
def draw_sample(*, consultation: Consultation, percent: int, actor: User, at: datetime) -> CodingSample:
    """Draws that share of the coded texts (1 to 100, at least one text) by lot, of those not drawn before.

    Raises `CodingRefused` before closing, or when nothing is left to draw.
    """
    settling.hold_responses(consultation)
    _refuse_strangers(actor=actor, at=at)
    if not codeframes.is_over(consultation, at=at):
        raise CodingRefused("A sample is drawn once this has closed and nobody can answer any more.")
    if not 1 <= percent <= 100:
        raise CodingRefused("Enter a whole number from 1 to 100.", "percent")
    first = Reading.objects.filter(answer=OuterRef("pk"), round=Round.FIRST)
    texts = coding.texts(consultation=consultation, reader=actor, at=at)
    ready = list(texts.filter(Exists(first), sampled=None).values_list("pk", flat=True))
    if not ready:
        raise CodingRefused("Nothing is left to draw: code some texts first.")
    drawn = secrets.SystemRandom().sample(ready, max(1, len(ready) * percent // 100))
    sample = CodingSample.objects.create(
        consultation=consultation, size=len(drawn), drawn_from=len(ready), drawn_on=local_date(at), drawn_by=actor
    )
    SampledText.objects.bulk_create(SampledText(sample=sample, answer_id=key) for key in drawn)
    log.record(
        action="coding.sample_drawn",
        subject=sample,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"{len(drawn)} of {len(ready)} texts of {consultation.reference} were drawn for a second reading.",
    )
    return sample


def waiting_for(*, consultation: Consultation, coder: User, at: datetime) -> QuerySet[Answer]:
    """Sampled texts that wait for a second reading by this person: never those that they read first themselves."""
    readings = Reading.objects.filter(answer=OuterRef("pk"))
    texts = coding.texts(consultation=consultation, reader=coder, at=at).filter(sampled__isnull=False)
    return texts.exclude(Exists(readings.filter(round=Round.SECOND))).exclude(
        Exists(readings.filter(round=Round.FIRST, coder=coder))
    )


@transaction.atomic
def keep_second(*, answer: Answer, themes: Collection[Theme], nothing: bool, actor: User, at: datetime) -> Reading:
    """Keeps a second reading, made without seeing the first. It is made once. Raises `CodingRefused`."""
    consultation = answer.response.consultation
    settling.hold_responses(consultation)
    _refuse_strangers(actor=actor, at=at)
    if not waiting_for(consultation=consultation, coder=actor, at=at).filter(pk=answer.pk).exists():
        raise CodingRefused("This text does not wait for your second reading.")
    return coding.write_reading(
        answer=answer, turn=Round.SECOND, themes=themes, nothing=nothing, counts=False, actor=actor, at=at
    )


@transaction.atomic
def agree_on(*, answer: Answer, themes: Collection[Theme], nothing: bool, actor: User, at: datetime) -> Reading:
    """Settles a disagreement: this reading counts from now on. Raises `CodingRefused`."""
    consultation = answer.response.consultation
    settling.hold_responses(consultation)
    _refuse_strangers(actor=actor, at=at)
    if not Reading.objects.filter(answer=answer, round=Round.SECOND).exists():
        raise CodingRefused("Two people must have read this text first.")
    Reading.objects.filter(answer=answer, counts=True).update(counts=False)
    return coding.write_reading(
        answer=answer, turn=Round.AGREED, themes=themes, nothing=nothing, counts=True, actor=actor, at=at
    )


def compare(consultation: Consultation, *, questions: Collection[str] | None = None) -> Compared:
    """How two people agree on the sample so far, over all themes in use; on the texts of some questions, by key.

    Five queries, however many texts.
    """
    pairs = _pairs(consultation)
    sampled = SampledText.objects.filter(sample__consultation=consultation)
    if questions is not None:
        pairs = [pair for pair in pairs if pair[0].answer.question in questions]
        sampled = sampled.filter(answer__question__in=questions)
    themes = codeframes.themes_of(consultation)
    first, second = ([_under(pair[turn]) for pair in pairs] for turn in (0, 1))
    keys = [theme.pk for theme in themes]
    each = by_theme(first, second, keys)
    return Compared(
        sampled=sampled.count(),
        texts=len(pairs),
        same=exactly_alike(first, second),
        overall=overall(first, second, keys),
        themes=[(theme, each[theme.pk]) for theme in themes],
    )


def disagreements(consultation: Consultation) -> list[Disagreement]:
    """Texts that two people put under different themes and that nobody has settled, in the order of their keys."""
    settled = set(
        Reading.objects.filter(answer__response__consultation=consultation, round=Round.AGREED).values_list(
            "answer", flat=True
        )
    )
    return [
        Disagreement(first.answer, first, second)
        for first, second in _pairs(consultation)
        if _under(first) != _under(second) and first.answer_id not in settled
    ]


def _pairs(consultation: Consultation) -> list[tuple[Reading, Reading]]:
    readings = (
        Reading.objects.filter(
            answer__response__consultation=consultation,
            answer__sampled__isnull=False,
            round__in=[Round.FIRST, Round.SECOND],
        )
        .select_related("answer", "coder")
        .prefetch_related("codings__theme")
        .order_by("answer")
    )
    by_text: dict[int, dict[str, Reading]] = {}
    for reading in readings:
        by_text.setdefault(reading.answer_id, {})[reading.round] = reading
    return [(both[Round.FIRST], both[Round.SECOND]) for both in by_text.values() if len(both) == 2]


def _under(reading: Reading) -> set[int]:
    return {one.theme_id for one in reading.codings.all()}


def _refuse_strangers(*, actor: User, at: datetime) -> None:
    if not rules.reads_responses(actor, at=at):
        raise CodingRefused("Only the Involvement Team can do this.")
