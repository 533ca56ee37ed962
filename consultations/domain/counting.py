"""Counting answers: the database adds up, disclosure control decides what may be shown (R-150; security rows P07, P08).

Every number that anybody sees comes through here: staff pages, the results page, its CSV. Staff see protected counts
too, and while answers come in these move only when ten or more have come or gone (see `settling`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count

from consultations.domain import questionnaires, versions
from consultations.domain.frozen import FrozenChoice, FrozenQuestion, thaw
from consultations.enums import FIGURE_KINDS, GRID_KINDS, JOIN, Channel, QuestionKind
from consultations.models import Answer, Consultation, QuestionnaireVersion, Response, RunningCount
from engagement.domain.disclosure import ProtectedCounts, protect_choices, protect_counts

# Whoever answers one of these may leave more than one row.
SEVERAL_ROWS = GRID_KINDS | {QuestionKind.SEVERAL}


@dataclass(frozen=True)
class Row:
    """One line of a table: `count` and whole `percent` (0 to 100), both `None` when withheld."""

    key: str
    label: str
    count: int | None
    percent: int | None


@dataclass(frozen=True)
class PartResult:
    """What may be said of one line of a grid. `mean` is the mean place of a ranked thing, to one decimal."""

    key: str
    label: str
    answered: int | None
    rows: tuple[Row, ...]
    apart: tuple[Row, ...]
    mean: str = ""

    @property
    def withheld(self) -> bool:
        """Whether any number of this line is withheld."""
        return self.answered is None or any(row.count is None for row in (*self.rows, *self.apart))


@dataclass(frozen=True)
class QuestionResult:
    """What may be said of one question. `percent` is of those who answered it, in rows and in what stands apart.

    `rows` keep the order of the question; a question in people's own words has none. `answered` is `None` when too few.
    Statements on a scale have `parts` and no rows. Of a ranking `rows` say what people put first, and `parts` are there
    only when no number of the whole table is too small to show.
    """

    key: str
    number: int
    kind: str
    text: str
    answered: int | None
    rows: tuple[Row, ...]
    apart: tuple[Row, ...]
    parts: tuple[PartResult, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether a note on withheld numbers must stand beside the table."""
        rows_withheld = any(row.count is None for row in (*self.rows, *self.apart))
        return self.answered is None or rows_withheld or any(part.withheld for part in self.parts)


@dataclass(frozen=True)
class Results:
    """The protected counts of a consultation at a moment. `responses` is `None` when there are too few to say."""

    as_at: datetime
    threshold: int
    responses: int | None
    channels: tuple[Row, ...]
    questions: tuple[QuestionResult, ...]

    @property
    def withheld(self) -> bool:
        """Whether any number is withheld."""
        rows_withheld = any(row.count is None for row in self.channels)
        return self.responses is None or rows_withheld or any(question.withheld for question in self.questions)


@dataclass(frozen=True)
class Arrivals:
    """How many answers have come, for those who run it. Days that fewer than ten share are not told apart."""

    total: int
    by_channel: dict[str, int]
    by_day: dict[date, int]
    on_thin_days: int
    not_yet_counted: int


def threshold_for(consultation: Consultation) -> int:
    """Counts below this are withheld: 10 where people may be at risk, 5 elsewhere, or more if the office says so."""
    return int(settings.SENSITIVE_THRESHOLD if consultation.sensitive else settings.SMALL_NUMBER_THRESHOLD)


def arrivals(consultation: Consultation) -> Arrivals:
    """Live totals. Two queries, however many answers."""
    by_channel = dict.fromkeys(Channel.values, 0)
    by_day: dict[date, int] = {}
    on_thin_days = waiting = 0
    rows = Response.objects.filter(consultation=consultation).values_list("channel", "received_on", "settled")
    for channel, day, settled, number in rows.annotate(number=Count("pk")):
        by_channel[channel] += number
        waiting += 0 if settled else number
        if day is None:
            on_thin_days += number
        else:
            by_day[day] = by_day.get(day, 0) + number
    return Arrivals(
        total=sum(by_channel.values()),
        by_channel={channel: number for channel, number in by_channel.items() if number},
        by_day=dict(sorted(by_day.items())),
        on_thin_days=on_thin_days,
        not_yet_counted=waiting,
    )


def count_settled(consultation: Consultation) -> dict[str, Any]:
    """Exact counts of settled responses, as JSON can hold them. Never shown like this.

    `channels`; `answered` by question; `choices` by question and choice; `earlier`, the questions of other versions
    that some of these responses answered.
    """
    settled = Response.objects.filter(consultation=consultation).settled()
    answers = Answer.objects.filter(response__consultation=consultation, response__settled=True)
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
    return {"channels": dict(channels), "answered": dict(answered), "choices": choices, "earlier": earlier}


def _content_of(version_keys: set[int]) -> list[Any]:
    """The questions of these versions as they are stored, the newest version first. No query for none."""
    if not version_keys:
        return []
    rows = QuestionnaireVersion.objects.filter(pk__in=version_keys).order_by("-number")
    return [version.content["questions"] for version in rows]


def joined_questions(consultation: Consultation, earlier: Sequence[Sequence[dict[str, Any]]]) -> list[FrozenQuestion]:
    """Every question that was asked, in its latest words, with what only earlier versions asked at the end."""
    current = questionnaires.questions_of(consultation.asked_version)
    asked = versions.joined(current, *([thaw(content) for content in questions] for questions in earlier))
    return [question for question in asked if question.asks]


def protect(consultation: Consultation, counts: Mapping[str, Any], *, at: datetime) -> Results:
    """What may be shown of exact counts. No query."""
    threshold = threshold_for(consultation)
    channels = protect_counts(counts["channels"], threshold=threshold)
    questions = joined_questions(consultation, counts.get("earlier", ()))
    return Results(
        as_at=at,
        threshold=threshold,
        responses=channels.total,
        channels=_rows(channels, {channel.value: channel.label for channel in Channel if channel in channels.cells}),
        questions=tuple(
            _question_result(number, question, counts, threshold) for number, question in enumerate(questions, start=1)
        ),
    )


def _question_result(
    number: int, question: FrozenQuestion, counts: Mapping[str, Any], threshold: int
) -> QuestionResult:
    answered = counts["answered"].get(question.key, 0)
    given = counts["choices"].get(question.key, {})
    rows, apart, parts = _tables(question, given, answered, threshold)
    return QuestionResult(
        key=question.key,
        number=number,
        kind=question.kind,
        text=question.text,
        answered=answered if answered >= threshold else None,
        rows=rows,
        apart=apart,
        parts=parts,
    )


Tables = tuple[tuple[Row, ...], tuple[Row, ...], tuple[PartResult, ...]]


def _tables(question: FrozenQuestion, given: Mapping[str, int], answered: int, threshold: int) -> Tables:
    if question.kind == QuestionKind.MATRIX:
        return (), (), tuple(_statement_result(question, line, given, threshold) for line in question.lines)
    if question.kind == QuestionKind.RANKING:
        return _ranking_tables(question, given, threshold)
    if question.kind in FIGURE_KINDS:
        exact = {band.key: given.get(band.key, 0) for band in question.bands}
        return _rows(protect_counts(exact, threshold=threshold), _labels(question.bands)), (), ()
    exact = {key: given.get(key, 0) for key in question.labels}
    if question.kind == QuestionKind.SEVERAL:
        protected = protect_choices(exact, answered=answered, threshold=threshold)
    else:
        protected = protect_counts(exact, threshold=threshold)
    return _rows(protected, _labels(question.options)), _rows(protected, _labels(question.apart)), ()


def _statement_result(
    question: FrozenQuestion, line: FrozenChoice, given: Mapping[str, int], threshold: int
) -> PartResult:
    """One statement of several is a question of its own: everyone gave it one answer at most."""
    exact = {key: given.get(f"{line.key}{JOIN}{key}", 0) for key in question.labels}
    protected = protect_counts(exact, threshold=threshold)
    return PartResult(
        key=line.key,
        label=line.label,
        answered=protected.total,
        rows=_rows(protected, _labels(question.options)),
        apart=_rows(protected, _labels(question.apart)),
    )


def _ranking_tables(question: FrozenQuestion, given: Mapping[str, int], threshold: int) -> Tables:
    """What people put first; and, when every number of it may be shown, the whole table of things and places.

    Hiding single cells of the whole table would not do: its rows and its columns both have sums that can be known.
    """
    places = [str(place) for place in range(1, question.places + 1)]
    table = {line: {place: given.get(f"{line.key}{JOIN}{place}", 0) for place in places} for line in question.lines}
    first = protect_counts({line.key: row["1"] for line, row in table.items()}, threshold=threshold)
    rows = _rows(first, _labels(question.lines))
    if any(number < threshold for row in table.values() for number in row.values()):
        return rows, (), ()
    return rows, (), tuple(_ranked_result(line, row, threshold) for line, row in table.items())


def _ranked_result(line: FrozenChoice, given: Mapping[str, int], threshold: int) -> PartResult:
    protected = protect_counts(given, threshold=threshold)
    mean = Decimal(sum(int(place) * number for place, number in given.items())) / sum(given.values())
    return PartResult(
        key=line.key,
        label=line.label,
        answered=protected.total,
        rows=_rows(protected, {place: f"Place {place}" for place in given}),
        apart=(),
        mean=str(mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)),
    )


def _labels(choices: Iterable[FrozenChoice]) -> dict[str, str]:
    return {choice.key: choice.label for choice in choices}


def _rows(protected: ProtectedCounts[str], labels: Mapping[str, str]) -> tuple[Row, ...]:
    cells = protected.cells
    return tuple(Row(key, label, cells[key].count, cells[key].percent) for key, label in labels.items())


def running_results(consultation: Consultation) -> Results | None:
    """Protected counts as staff see them before publication, or `None` until the first ten answers. One query."""
    count = RunningCount.objects.filter(consultation=consultation).first()
    return protect(consultation, count.counts, at=count.counted_at) if count else None


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
    )


def _thaw_tables(kept: dict[str, Any]) -> dict[str, Any]:
    return {**kept, "rows": _thaw_rows(kept["rows"]), "apart": _thaw_rows(kept["apart"])}


def _thaw_rows(rows: Sequence[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**row) for row in rows)
