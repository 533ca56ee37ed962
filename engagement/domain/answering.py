"""The office's side of a question: answering, rewording, correcting, declining, merging, and deciding on confidence.

Nothing here reaches anybody but the asker; `releasing` gives answers to everyone. Any text that one person wrote is
released by another.
"""

from datetime import datetime

from django.db import transaction

from engagement.domain import log
from engagement.domain.asking import locked, tell_asker
from engagement.domain.refused import Refused
from engagement.enums import Confidence, QuestionState
from engagement.models import Answer, Clarification, User

S, C = QuestionState, Confidence


class AnswerRefused(Refused):
    """The answer, or the decision, cannot be taken like this; `field` names what is wrong, if one thing is."""


def seen_of(question: Clarification, answer: Answer | None) -> str:
    """What a person saw when they began to write: so that two cannot overwrite one another (security row C04)."""
    return f"{question.state}:{question.confidence}:{answer.version if answer else 0}:" + (
        answer.written_at.isoformat() if answer else ""
    )


def draft_of(question: Clarification) -> Answer | None:
    """The answer or correction that has not been released, if there is one. One query."""
    found: Answer | None = question.answers.filter(release=None).first()
    return found


def latest_released(question: Clarification) -> Answer | None:
    """What everybody reads now, if anything. One query."""
    found: Answer | None = question.answers.released().order_by("-version").first()
    return found


@transaction.atomic
def write_answer(
    *,
    question: Clarification,
    seen: str,
    wording: str,
    section: str,
    text: str,
    actor: User,
    at: datetime,
    reason: str = "",
) -> Answer:
    """Writes or changes the answer, or a correction of a released one, for a second person to release.

    `wording` is the question as everybody will read it, so that it does not tell who asked; the original stays as it
    was, for the office alone. `reason` says why a released answer is corrected. An answer in confidence goes to the
    asker at once, and to nobody else. Raises `AnswerRefused`.
    """
    question = locked(question)
    draft, released = draft_of(question), latest_released(question)
    if seen != seen_of(question, draft):
        raise AnswerRefused(
            "Somebody changed this while you were writing. Your words are below; compare before you save."
        )
    _refuse_unanswerable(question)
    if released and not reason.strip():
        raise AnswerRefused("Say why it is corrected. Everyone reads the reason.", "reason")
    if released and (wording, section, text) == (released.wording, released.section, released.text):
        raise AnswerRefused("Nothing is different from what was released.", "text")
    answer = draft or Answer(question=question, version=released.version + 1 if released else 1)
    answer.wording, answer.section, answer.text, answer.written_at = wording, section, text, at
    answer.reason = reason if released else ""
    answer.save()
    answer.writers.add(actor)
    alone = question.confidence == C.ACCEPTED
    if not released:
        question.state = S.IN_CONFIDENCE if alone else S.ANSWERED
        question.save(update_fields=["state"])
    what = "in confidence" if alone else "correction written" if released else "written"
    _note(question, "answer.written", f"Answer {what}", actor=actor, at=at)
    if alone:
        tell_asker(question, key=f"answer:{at.isoformat()}", at=at)
    return answer


def _refuse_unanswerable(question: Clarification) -> None:
    if question.confidence == C.ASKED:
        raise AnswerRefused("Decide first whether it is kept confidential.")
    if question.confidence == C.REFUSED:
        raise AnswerRefused("The asker has not decided yet whether it may be released.")
    if question.state not in {S.ASKED, S.ANSWERED, S.RELEASED, S.IN_CONFIDENCE}:
        raise AnswerRefused(
            f"This question is now “{question.get_state_display().lower()}”, so there is nothing to answer."
        )


@transaction.atomic
def drop_correction(*, question: Clarification, actor: User, at: datetime) -> None:
    """A correction that was not released goes away; what was released stays. Raises `AnswerRefused`."""
    question = locked(question)
    draft = draft_of(question)
    if question.state != S.RELEASED or draft is None:
        raise AnswerRefused("There is no correction to drop.")
    draft.delete()
    _note(question, "answer.correction_dropped", "Correction dropped", actor=actor, at=at)


@transaction.atomic
def decline_question(*, question: Clarification, reason: str, actor: User, at: datetime) -> Clarification:
    """The question is not answered; the asker reads why, and nobody else hears of it. Raises `AnswerRefused`."""
    question = locked(question)
    if question.state not in {S.ASKED, S.ANSWERED}:
        raise AnswerRefused("This question can no longer be declined.")
    if question.merged.exists():
        raise AnswerRefused(
            "Other questions have been put together with this one. Answer it, or take them apart first."
        )
    if not reason.strip():
        raise AnswerRefused("Say why. The asker reads it.", "reason")
    question.answers.filter(release=None).delete()
    _settle(question, S.DECLINED, actor=actor, at=at, declined_because=reason)
    _note(question, "question.declined", "Question declined", actor=actor, at=at)
    tell_asker(question, key="declined", at=at)
    return question


@transaction.atomic
def merge_question(*, question: Clarification, into: Clarification, actor: User, at: datetime) -> Clarification:
    """Puts a question together with an equal one of the same window: one answer serves both askers.

    The asker is shown the other's number once it is released, and until then nothing: that somebody else asked the same
    is not theirs to know. Raises `AnswerRefused`.
    """
    for one in sorted([question, into], key=lambda one: one.pk):
        locked(one)
    question, into = locked(question), locked(into)
    if question.pk == into.pk or question.window_id != into.window_id:
        raise AnswerRefused("Choose another question of the same window.", "into")
    open_confidence = {C.ASKED, C.ACCEPTED, C.REFUSED}
    if question.state not in {S.ASKED, S.ANSWERED} or question.confidence in open_confidence:
        raise AnswerRefused("This question cannot be put together with another as it stands.")
    if into.state not in {S.ASKED, S.ANSWERED, S.RELEASED} or into.confidence in open_confidence:
        raise AnswerRefused("That question cannot take another as it stands.", "into")
    if question.merged.exists():
        raise AnswerRefused("Other questions have been put together with this one. Merge into this one instead.")
    question.answers.filter(release=None).delete()
    _settle(question, S.MERGED, actor=actor, at=at, merged_into=into)
    _note(question, "question.merged", "Question put together with another", actor=actor, at=at)
    return question


@transaction.atomic
def take_apart(*, question: Clarification, actor: User, at: datetime) -> Clarification:
    """Undoes a merge while the other has not been released. Raises `AnswerRefused`."""
    question = locked(question)
    if question.state != S.MERGED or question.merged_into is None or question.merged_into.state == S.RELEASED:
        raise AnswerRefused("These questions can no longer be taken apart.")
    _settle(question, S.ASKED, actor=actor, at=at, merged_into=None)
    _note(question, "question.taken_apart", "Questions taken apart", actor=actor, at=at)
    return question


@transaction.atomic
def decide_confidence(
    *, question: Clarification, accept: bool, reason: str, actor: User, at: datetime
) -> Clarification:
    """Accepts a wish for confidence, so that it is never released, or refuses it, so that the asker decides.

    The asker reads the reason. Raises `AnswerRefused` without one, or when nothing is to be decided.
    """
    question = locked(question)
    if question.state != S.ASKED or question.confidence != C.ASKED:
        raise AnswerRefused("There is nothing to decide about this question now.")
    if not reason.strip():
        raise AnswerRefused("Say why. The asker reads it.", "reason")
    question.confidence = C.ACCEPTED if accept else C.REFUSED
    question.confidence_decided_because = reason
    question.settled_by, question.settled_at = actor, at
    question.save(update_fields=["confidence", "confidence_decided_because", "settled_by", "settled_at"])
    words = "Confidence accepted" if accept else "Confidence refused"
    _note(question, "question.confidence_decided", words, actor=actor, at=at)
    tell_asker(question, key="confidence", at=at)
    return question


def _settle(question: Clarification, state: QuestionState, *, actor: User, at: datetime, **changes: object) -> None:
    question.state, question.settled_by, question.settled_at = state, actor, at
    for name, value in changes.items():
        setattr(question, name, value)
    question.save(update_fields=["state", "settled_by", "settled_at", *changes])


def _note(question: Clarification, action: str, what: str, *, actor: User, at: datetime) -> None:
    log.record(
        action=action,
        subject=question,
        actor=actor,
        at=at,
        activity=question.window.activity,
        organisation=question.organisation,
        summary=f"{what}: a question on {question.window.activity.reference}.",
        data={"window": question.window.number},
    )
