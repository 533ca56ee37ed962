"""Making order say nothing: shuffling, dates in company, counts in steps of ten (docs/decisions/0004; P02, P08).

*Shuffled* responses are written anew in random order, in one transaction, so that neither the place of a row nor the
number of the transaction that wrote it tells who came first. *Settled* responses are in the counts and lists that staff
see; they join ten or more at a time. A day on which fewer than ten answered is not kept, and a correction of the words,
which parts those before from those after, parts only groups of ten or more (docs/decisions/0013).
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, F, Model, QuerySet

from consultations.domain import counting
from consultations.models import (
    AlikeMember,
    Answer,
    CodeBatch,
    Coding,
    Comment,
    Concern,
    Consultation,
    Draft,
    DraftFile,
    EntrySheet,
    EqualityMark,
    EqualityPart,
    Moderation,
    OutcomeRequest,
    QuestionnaireVersion,
    Quote,
    Reading,
    Redaction,
    Response,
    RunningCount,
    SampledText,
    SentFile,
)
from engagement.access import local_date

STEP = 10
TABLES = (
    Response,
    Answer,
    AlikeMember,
    Reading,
    Coding,
    SampledText,
    Concern,
    Redaction,
    Quote,
    Comment,
    Moderation,
    SentFile,
    Draft,
    DraftFile,
    EntrySheet,
    OutcomeRequest,
    CodeBatch,
    EqualityPart,
    EqualityMark,
)
# What hangs on responses, comments and drafts, each with its ways up: written anew together with them.
HANGING: tuple[tuple[type[Model], tuple[tuple[str, type[Model]], ...]], ...] = (
    (Answer, (("response", Response),)),
    (AlikeMember, (("response", Response),)),
    (Reading, (("answer", Answer),)),
    (Coding, (("reading", Reading),)),
    (SampledText, (("answer", Answer),)),
    (Concern, (("answer", Answer), ("comment", Comment))),
    (Redaction, (("answer", Answer),)),
    (Quote, (("redaction", Redaction),)),
    (Moderation, (("comment", Comment),)),
    (SentFile, (("answer", Answer),)),
    (DraftFile, (("draft", Draft),)),
)


@transaction.atomic
def settle(*, consultation: Consultation, at: datetime, for_good: bool = False) -> bool:
    """Brings the counts up to date when ten or more responses have come or gone since; says whether it did.

    `for_good` does so whatever their number: at closing, when no more can come.
    """
    hold_responses(consultation)
    responses = Response.objects.filter(consultation=consultation)
    known = RunningCount.objects.filter(consultation=consultation).first()
    counted = known.responses if known else 0
    waiting = responses.filter(settled=False).count()
    gone = counted - responses.settled().count()
    if waiting + gone < STEP and not (for_good and (waiting or gone or known is None)):
        return False
    responses.filter(settled=False).update(settled=True)
    counts = counting.count_settled(consultation, crossed=False)
    RunningCount.objects.update_or_create(
        consultation=consultation,
        defaults={"responses": sum(counts["channels"].values()), "counts": counts, "counted_at": at},
    )
    return True


@transaction.atomic
def settle_comments(*, consultation: Consultation, for_good: bool = False) -> int:
    """Lets the office read comments once ten or more have come since; says how many. `for_good`: all, at closing."""
    hold_responses(consultation)
    waiting = Comment.objects.filter(consultation=consultation, settled=False)
    if not for_good and waiting.count() < STEP:
        return 0
    return int(waiting.update(settled=True))


@transaction.atomic
def shuffle(*, consultation: Consultation, at: datetime) -> None:
    """Writes all responses of a consultation anew in random order, and forgets the dates of thin days.

    Responses to a version that fewer than ten answered join the next, which a correction made.

    The day that `at` falls on is not over and keeps its date, unless the consultation is closed. Whoever deletes a
    response holds the same lock (`hold_responses`), so that none comes back. Drafts and sheets of codes are written
    anew with them: else the transaction that began a draft would stand beside the one that used its code.
    """
    hold_responses(consultation)
    list(Draft.objects.select_for_update().filter(consultation=consultation).values_list("pk"))
    CodeBatch.objects.filter(consultation=consultation).update(size=F("size"))
    responses = Response.objects.filter(consultation=consultation)
    over = at >= consultation.ends_at
    _join_thin_versions(responses, growing=None if over else consultation.asked_version)
    for version in responses.values_list("version", flat=True).distinct():
        _forget_thin_days(responses.filter(version=version), before=None if over else local_date(at))
    own = f"consultation_id = {int(consultation.pk)}"
    lift: list[tuple[type[Model], str]] = [(Draft, own), (Response, own), (Comment, own)]
    lift += [(model, " OR ".join(_hangs_on(way, above) for way, above in ways)) for model, ways in HANGING]
    with connection.cursor() as cursor:
        for model, which in lift:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {_lifted(model)} AS SELECT {_columns(model)} FROM {_table(model)}"
                f" WHERE {which}"
            )
        for model, _ in reversed(lift):
            cursor.execute(f"DELETE FROM {_table(model)} WHERE key IN (SELECT key FROM {_lifted(model)})")
        for model, _ in lift:
            cursor.execute(
                f"INSERT INTO {_table(model)} ({_columns(model)}) SELECT {_columns(model)} FROM {_lifted(model)}"
                " ORDER BY random()"
            )
        for model, _ in reversed(lift):
            cursor.execute(f"DROP TABLE {_lifted(model)}")


def _table(model: type[Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _hangs_on(way: str, above: type[Model]) -> str:
    return f"{way}_id IN (SELECT key FROM {_lifted(above)})"


def _lifted(model: type[Model]) -> str:
    return f"lifted_{model._meta.model_name}"


def _columns(model: type[Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)


def hold_responses(consultation: Consultation) -> None:
    """Takes the lock under which responses of a consultation are deleted or written anew. New ones still come in."""
    Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)


def thin_days(counts: Mapping[date, int], *, hidden_before: int, step: int = STEP) -> set[date]:
    """The days whose date must go: those that fewer than ten share, and more until ten responses have no date.

    `hidden_before` responses have lost theirs already.
    """
    thin = {day for day, number in counts.items() if number < step}
    hidden = hidden_before + sum(counts[day] for day in thin)
    for day in sorted(counts, key=lambda day: counts[day]):
        if hidden == 0 or hidden >= step:
            break
        if day not in thin:
            thin.add(day)
            hidden += counts[day]
    return thin


def in_company(counts: Mapping[int, int], *, step: int = STEP) -> dict[int, int]:
    """Under which version those of each stand, by number: with the next ones until they are ten, the last with those
    before. So nobody is told apart by having answered just before or after a correction.
    """
    under: dict[int, int] = {}
    waiting: list[int] = []
    last = 0
    for number in sorted(counts):
        waiting.append(number)
        if sum(counts[one] for one in waiting) >= step:
            under.update(dict.fromkeys(waiting, number))
            waiting, last = [], number
    return under | {number: last or max(waiting) for number in waiting}


def _join_thin_versions(responses: QuerySet[Response], *, growing: QuestionnaireVersion | None) -> None:
    """Corrections part only groups of ten or more. The version that is `growing`, still asked, may have fewer."""
    rows = responses.values_list("version__number", "version").annotate(number=Count("pk"))
    keys, counts = {number: key for number, key, _ in rows}, {number: many for number, _, many in rows}
    if growing and counts:
        keys[growing.number] = growing.pk
        counts[growing.number] = max(counts.get(growing.number, 0), STEP)
    for number, under in in_company(counts).items():
        if number != under:
            responses.filter(version=keys[number]).update(version=keys[under])


def _forget_thin_days(responses: QuerySet[Response], *, before: date | None) -> None:
    counts = dict(responses.values_list("received_on").annotate(number=Count("pk")))
    hidden_before = counts.pop(None, 0)
    over = {day: number for day, number in counts.items() if before is None or day < before}
    if thin := thin_days(over, hidden_before=hidden_before):
        responses.filter(received_on__in=thin).update(received_on=None)


def freeze_tables() -> None:
    """Clears what deleted rows leave behind: PostgreSQL's dead rows, SQLite's log. Outside any transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in TABLES:
                cursor.execute(f"VACUUM (FREEZE, ANALYZE) {_table(model)}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
