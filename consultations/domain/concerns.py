"""Texts that suggest present danger: passed on at once to named people, acted on, closed (docs/decisions/0018).

Nobody can tell who wrote a text, and nothing here tries. A reader's flag is told at once. The machine looks in the
night, at settled texts only: a suggestion at the moment of sending would say that somebody has just written.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from consultations import rules
from consultations.domain import codeframes, danger, settling
from consultations.enums import TEXT_KINDS, ConcernOutcome, ConcernReason
from consultations.models import Answer, Comment, Concern, ConcernAct, Consultation, Safeguarding
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import Membership, User

CHUNK = 500
TITLE = "Something that was written needs you today"
SUMMARY = "Sign in and open the list of concerns. For safety this message says nothing of what was written, or where."
GONE = "Whoever wrote this has changed or withdrawn it. Go on with the next text."


class ConcernRefused(Refused):
    """A concern cannot be raised or kept like this. `field` names the part that is wrong, if one is."""


def readers(*, at: datetime) -> QuerySet[User]:
    """Everybody who reads what people wrote, today, by name: only they can be told of a text. One query."""
    team = Membership.objects.current(on=local_date(at)).filter(role=Role.INVOLVEMENT).values("user")
    return User.objects.filter(pk__in=team, is_active=True).order_by("name", "pk")


def named_people(consultation: Consultation, *, at: datetime) -> list[User]:
    """The people named for a consultation who may still read what people wrote. Two queries."""
    named = Safeguarding.objects.filter(consultation=consultation).select_related("first", "second").first()
    still = set(readers(at=at)) if named else set()
    return [person for person in (named.first, named.second) if person in still] if named else []


def whom_to_tell(consultation: Consultation, *, at: datetime) -> list[User]:
    """Who hears of a concern: those named, or everybody who reads the texts while nobody is."""
    return named_people(consultation, at=at) or list(readers(at=at))


@transaction.atomic
def name_people(*, consultation: Consultation, first: User, second: User, actor: User, at: datetime) -> Safeguarding:
    """Names who is told of concerns, at any time: people fall ill and leave. Raises `ConcernRefused`."""
    _refuse_strangers(actor=actor, at=at)
    able = set(readers(at=at))
    for field, person in (("first", first), ("second", second)):
        if person not in able:
            raise ConcernRefused("Choose somebody of the Involvement Team: only they may read the text.", field)
    if first == second:
        raise ConcernRefused("Choose two different people: one may be away.", "second")
    named, _ = Safeguarding.objects.update_or_create(
        consultation=consultation, defaults={"first": first, "second": second}
    )
    log.record(
        action="safeguarding.named",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"{first}, then {second} are told when an answer to {consultation.reference} suggests danger.",
    )
    return named


@transaction.atomic
def raise_concern(*, answer: Answer, reason: str, actor: User, at: datetime) -> Concern:
    """A reader passes a text on; the people named are told at once. One that was closed is open again.

    Raises `ConcernRefused`: no right, no reason, the text is gone, or somebody has passed it on already.
    """
    consultation = answer.response.consultation
    settling.hold_responses(consultation)
    there = Answer.objects.texts_readable_by(actor, at=at).filter(pk=answer.pk).exists()
    known = Concern.objects.filter(answer=answer).first() or Concern(consultation=consultation, answer=answer)
    return _pass_on(known, "An answer", there=there, reason=reason, actor=actor, at=at)


@transaction.atomic
def raise_concern_about_comment(*, comment: Comment, reason: str, actor: User, at: datetime) -> Concern:
    """The same for what somebody wrote about a section of a draft."""
    consultation = comment.consultation
    settling.hold_responses(consultation)
    there = Comment.objects.readable_by(actor, at=at).filter(pk=comment.pk).exists()
    known = Concern.objects.filter(comment=comment).first() or Concern(consultation=consultation, comment=comment)
    return _pass_on(known, "A comment", there=there, reason=reason, actor=actor, at=at)


def _pass_on(concern: Concern, what: str, *, there: bool, reason: str, actor: User, at: datetime) -> Concern:
    _refuse_strangers(actor=actor, at=at)
    if reason not in ConcernReason.values:
        raise ConcernRefused("Choose what it may mean.", "danger")
    if not there:
        raise ConcernRefused(GONE)
    if not concern._state.adding and not concern.outcome and not concern.suggested:
        raise ConcernRefused("Somebody has passed this text on already, and it is being looked at.")
    concern.reason, concern.suggested, concern.outcome = reason, False, ""
    concern.save()
    words = f"Passed on by a reader: {concern.get_reason_display().lower()}."
    ConcernAct.objects.create(concern=concern, words=words, done_on=local_date(at), done_by=actor)
    # The message has a moment, so nothing of it leads to the text: its key is drawn apart.
    _tell(concern.consultation, key=f"concern-raised:{secrets.token_hex(12)}", at=at)
    said = what + " to {} was passed on: somebody may be in danger."
    _record("raised", concern.consultation, actor=actor, at=at, summary=said)
    return concern


@transaction.atomic
def suggest_concerns(*, consultation: Consultation, at: datetime) -> int:
    """Puts settled texts with words of danger before the people named, once each; says how many. For the night.

    A suggestion has no day until a person acts on it. One message tells of all that a night brings.
    """
    settling.hold_responses(consultation)
    written = [question.key for question in codeframes.written_questions(consultation)]
    texts = Answer.objects.filter(
        response__consultation=consultation, response__settled=True, question__in=written, concern=None
    )
    comments = Comment.objects.settled().filter(consultation=consultation, concern=None)
    found = []
    for what, written_texts in (("answer", texts), ("comment", comments)):
        for one in written_texts.order_by("key").iterator(chunk_size=CHUNK):
            if signs := danger.found_in(one.text):
                about = {"consultation": consultation, what: one}
                found.append(Concern(**about, reason=signs[0].reason, suggested=True))
    Concern.objects.bulk_create(found)
    if found:
        _tell(consultation, key=f"concerns-suggested:{consultation.pk}:{local_date(at).isoformat()}", at=at)
    return len(found)


def seen_in(concern: Concern) -> str:
    """What a form remembers of the concern it was opened with, to notice that somebody has acted since (C04)."""
    return f"{concern.acts.count()}:{concern.outcome}"


@transaction.atomic
def keep_act(*, concern: Concern, words: str, outcome: str, seen: str, actor: User, at: datetime) -> Concern:
    """Writes down what was done today, and how it ended when it did. A closed concern is opened again by one more act.

    Raises `ConcernRefused`: no right, nothing said, or somebody acted meanwhile (`seen`).
    """
    settling.hold_responses(concern.consultation)
    _refuse_strangers(actor=actor, at=at)
    concern = Concern.objects.select_related("consultation__activity").get(pk=concern.pk)
    if seen != seen_in(concern):
        raise ConcernRefused("Somebody else has written down an act meanwhile. Read it, then save yours.")
    if not words.strip():
        raise ConcernRefused("Say what was done, and who was told.", "words")
    if outcome and outcome not in ConcernOutcome.values:
        raise ConcernRefused("Choose how it ended.", "outcome")
    ConcernAct.objects.create(
        concern=concern, words=words.strip(), outcome=outcome, done_on=local_date(at), done_by=actor
    )
    concern.outcome = outcome
    concern.save(update_fields=["outcome"])
    said = "A concern about an answer to {} was closed." if outcome else "Something was done about a concern on {}."
    _record("closed" if outcome else "acted_on", concern.consultation, actor=actor, at=at, summary=said)
    return concern


def asks_for_words(consultation: Consultation) -> bool:
    """Whether people write in their own words here: of a section, or in an answer. One query at most for a draft."""
    if consultation.specification_revision_id:
        return True
    if consultation.version:
        return bool(codeframes.written_questions(consultation))
    return bool(consultation.questionnaire.questions.filter(kind__in=TEXT_KINDS).exists())


def _tell(consultation: Consultation, *, key: str, at: datetime) -> None:
    announce(
        key=key,
        kind=EventKind.CONCERN_RAISED,
        audience=Audience.PEOPLE,
        people=whom_to_tell(consultation, at=at),
        title=TITLE,
        summary=SUMMARY,
        path=reverse("consultations:concern-list"),
        sensitive=True,
        at=at,
    )


def _refuse_strangers(*, actor: User, at: datetime) -> None:
    if not rules.reads_responses(actor, at=at):
        raise ConcernRefused("Only the Involvement Team can do this.")


def _record(word: str, consultation: Consultation, *, actor: User, at: datetime, summary: str) -> None:
    """Says in the log that it happened, and neither which text nor what it may mean."""
    log.record(
        action=f"concern.{word}",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=summary.format(consultation.reference),
    )
