"""Looking for answers that are alike, in the worker, once nobody can answer any more; and keeping what was found.

Nothing is blocked and nothing deleted: what is found waits for a person (`judging`). Only what was answered is looked
at. Looking again keeps what people have judged; a response that is gone is in no group (docs/decisions/0021).
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Count

from consultations import rules
from consultations.domain import codeframes, questionnaires, settling
from consultations.domain.likeness import Comparison, Found, Given
from consultations.enums import OTHER, TEXT_KINDS, QuestionKind
from consultations.models import (
    AlikeGroup,
    AlikeMember,
    AlikeSearch,
    Answer,
    Consultation,
    QuestionnaireVersion,
    Response,
)
from consultations.models.alike import SearchState
from engagement.domain import log
from engagement.models import User

LOOK_TASK = "consultations.look_for_alike"
CHUNK = 2000  # responses

logger = logging.getLogger(__name__)


class SearchRefused(Exception):
    """It cannot be looked for answers that are alike now, or not by this person; the message says why."""


def await_search(consultation: Consultation) -> None:
    """Notes that the worker has to look: at closing. Nothing for organisations, who answer once and by name."""
    if not consultation.is_named:
        AlikeSearch.objects.update_or_create(consultation=consultation, defaults={"state": SearchState.WAITING})


@transaction.atomic
def ask_to_look(*, consultation: Consultation, actor: User, at: datetime) -> AlikeSearch:
    """Asks the worker to look again, say because answers on paper came late. While it looks, there is no second time.

    Raises `SearchRefused` before closing: what is found would tell which answers had come by then.
    """
    settling.hold_responses(consultation)
    if not rules.reads_responses(actor, at=at):
        raise SearchRefused("Only the Involvement Team can do this.")
    if not codeframes.is_over(consultation, at=at):
        raise SearchRefused("We look once this has closed and nobody can answer any more.")
    if consultation.is_named:
        raise SearchRefused("Organisations answer this by name, once each.")
    search: AlikeSearch | None = AlikeSearch.objects.filter(consultation=consultation).first()
    if search and search.in_work:
        return search
    search, _ = AlikeSearch.objects.update_or_create(
        consultation=consultation, defaults={"state": SearchState.WAITING, "done": 0, "total": 0}
    )
    log.record(
        action="alike.asked",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"Answers to {consultation.reference} that are alike were looked for again.",
    )
    transaction.on_commit(_wake_worker, robust=True)
    return search


def _wake_worker() -> None:
    """Only shortens the wait: the row is the queue, and a sweep does what waits."""
    current_app.send_task(LOOK_TASK)


def look_waiting(*, clock: Callable[[], datetime]) -> int:
    """Looks wherever somebody waits for it; returns how often. Safe to run twice at once."""
    looked = 0
    while search := _claim(at=clock()):
        _look(search, clock=clock)
        looked += 1
    return looked


def _claim(*, at: datetime) -> AlikeSearch | None:
    with transaction.atomic():
        waiting = AlikeSearch.objects.to_do(at=at).order_by("consultation")
        search: AlikeSearch | None = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if search:
            search.state, search.claimed_at, search.done, search.total = SearchState.LOOKING, at, 0, 0
            search.save(update_fields=["state", "claimed_at", "done", "total"])
    return search


def _look(search: AlikeSearch, *, clock: Callable[[], datetime]) -> None:
    """Reads and compares outside any transaction, saying how far it is; then keeps what was found in one."""
    mine = AlikeSearch.objects.filter(pk=search.pk, state=SearchState.LOOKING, claimed_at=search.claimed_at)
    consultation = Consultation.objects.select_related("activity", "version").get(pk=search.consultation_id)
    try:
        found = compare(consultation, say=lambda done, total: mine.update(done=done, total=total))
        with transaction.atomic():
            keep(consultation=consultation, found=found, at=clock())
            mine.update(state=SearchState.DONE, finished_at=clock())
    except Exception:  # whatever went wrong, others are looked at, and a person sees that this was not
        logger.exception("answers could not be compared")
        mine.update(state=SearchState.FAILED)


def compare(consultation: Consultation, *, say: Callable[[int, int], object] = lambda done, total: None) -> list[Found]:
    """The groups among the settled responses of a consultation. A query for every two thousand of them, and two.

    Half of what `say` counts is reading, the other half comparing.
    """
    number = Response.objects.filter(consultation=consultation).settled().count()
    comparison = Comparison()
    for read, given in enumerate(_given(consultation), start=1):
        comparison.take(given)
        if read % CHUNK == 0:
            say(read, 2 * number)
    comparison.compare_texts(say=lambda done, of: say(number + number * done // max(of, 1), 2 * number))
    return comparison.found()


def _given(consultation: Consultation) -> Iterator[Given]:
    """The settled responses in the order of their random keys, a chunk at a time."""
    settled = Response.objects.filter(consultation=consultation).settled().order_by("key")
    asked = QuestionnaireVersion.objects.filter(pk__in=settled.order_by().values("version"))
    questions = [question for version in asked for question in questionnaires.questions_of(version)]
    written = {question.key for question in questions if question.kind in TEXT_KINDS}
    files = {question.key for question in questions if question.kind == QuestionKind.FILE}  # each has a random name
    last = 0
    while keys := list(settled.filter(key__gt=last).values_list("key", flat=True)[:CHUNK]):
        last = keys[-1]
        said: dict[int, list[tuple[str, str, str]]] = {key: [] for key in keys}
        for key, *parts in Answer.objects.filter(
            response__consultation=consultation, response__key__gte=keys[0], response__key__lte=last
        ).values_list("response", "question", "choice", "text"):
            if key in said and parts[0] not in files:
                said[key].append((parts[0], parts[1], parts[2]))
        for key in keys:
            yield _as_given(key, said[key], written)


def _as_given(key: int, said: list[tuple[str, str, str]], written: set[str]) -> Given:
    own = [one for one in said if one[0] in written or one[1] == OTHER]
    return Given(
        key,
        choices=tuple(
            (question, text if text and choice != OTHER else choice) for question, choice, text in said if choice
        ),
        texts=tuple((question, text) for question, _, text in own if text),
    )


# What was found beside what people have judged


@dataclass
class _Standing:
    """A group as it is kept, and the responses in it."""

    group: AlikeGroup
    members: set[int]


@transaction.atomic
def keep(*, consultation: Consultation, found: list[Found], at: datetime) -> None:
    """Makes the groups say what was found now. The same finding leaves everything as it is.

    A judged group keeps its answers and its judgement. What is found besides joins it, kept in the counts, and waits
    for a person. Two judged groups are never made one. What nobody judged, and is alike no more, is forgotten.
    """
    settling.hold_responses(consultation)
    there = set(Response.objects.filter(consultation=consultation).settled().values_list("key", flat=True))
    standing = _standing(consultation)
    home = {key: one for one in standing for key in one.members}
    kept = set[int]()
    for one in sorted(found, key=lambda one: min(one.members)):
        members = one.members & there
        groups = {home[key].group.pk: home[key] for key in sorted(members) if key in home}
        judged = [known for known in groups.values() if known.group.verdict]
        members -= {key for known in judged for key in known.members}
        place = max(judged or groups.values(), key=lambda known: len(known.members & one.members), default=None)
        if place is None or place.group.pk in kept:
            place = _Standing(AlikeGroup(consultation=consultation), set())
        if place.group.verdict or len(members) > 1:
            kept.add(_put(place, members, one))
    for known in standing:
        if known.group.pk not in kept:
            _leave(known)


def _standing(consultation: Consultation) -> list[_Standing]:
    groups = {group.pk: _Standing(group, set()) for group in AlikeGroup.objects.filter(consultation=consultation)}
    members = AlikeMember.objects.filter(group__consultation=consultation)
    for group, response in members.values_list("group", "response"):
        groups[group].members.add(response)
    return list(groups.values())


def _put(place: _Standing, members: set[int] | frozenset[int], one: Found) -> int:
    """Puts what was found into a group, new or known, and gives its key. A judged one only grows."""
    group = place.group
    new = set(members) - place.members
    if group.verdict:
        group.grown += len(new)
        members = place.members | new
    group.size, group.strength, group.evidence = len(members), one.strength, asdict(one.evidence)
    group.save(force_insert=group._state.adding)
    moved = sorted(new | (place.members - members))  # also out of another group that nobody judged
    for start in range(0, len(moved), CHUNK):
        AlikeMember.objects.filter(response__in=moved[start : start + CHUNK]).delete()
    rows = (AlikeMember(group=group, response_id=key) for key in sorted(new))
    AlikeMember.objects.bulk_create(rows, batch_size=CHUNK)
    _keep_one_at_least(group)
    return int(group.pk)


def _leave(known: _Standing) -> None:
    """A group that was not found again: one that was judged stays while two of it are left."""
    if known.group.verdict and len(known.members) > 1:
        known.group.size = len(known.members)
        known.group.save(update_fields=["size"])
        _keep_one_at_least(known.group)
    else:
        known.group.delete()


def _keep_one_at_least(group: AlikeGroup) -> None:
    """The one that was kept may be gone: then the fullest of the others is."""
    members = AlikeMember.objects.filter(group=group)
    if group.verdict and not members.filter(left_out=False).exists():
        members.filter(pk=fullest(group).pk).update(left_out=False)


def fullest(group: AlikeGroup) -> AlikeMember:
    """The answer that says most, of which none is lost when the others are left out. Of equals, lot decided."""
    members = AlikeMember.objects.filter(group=group).annotate(said=Count("response__answers"))
    return members.order_by("-said", "response")[0]
