"""Asking about an activity: a provider here, or by e-mail, phone or at an event, with the office writing it down.

Nobody outside the office learns who asked. The asker may want a question kept confidential; the rule is release to all.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_time
from engagement.domain.outbox import announce
from engagement.domain.refused import Refused
from engagement.enums import Audience, Confidence, EventKind, QuestionSource, QuestionState
from engagement.models import Activity, Clarification, Organisation, QuestionWindow, User
from engagement.rules import asking_organisations

S = QuestionState


class QuestionRefused(Refused):
    """The question cannot be asked, changed or taken back like this; `field` names what is wrong, if one thing is."""


def may_ask_for(*, activity: Activity, actor: User, at: datetime) -> list[Organisation]:
    """The organisations for which a person may ask about an activity: their own ones that are engaged now. By name."""
    own = asking_organisations(actor, at=at)
    engaged = activity.parties.listening().filter(organisation__isnull=False).values("organisation")
    return list(own.filter(pk__in=engaged).order_by("name"))


@transaction.atomic
def write_question(
    *,
    window: QuestionWindow,
    organisation: Organisation,
    section: str,
    text: str,
    confidential_because: str,
    send: bool,
    actor: User,
    at: datetime,
    question: Clarification | None = None,
) -> Clarification:
    """Keeps a provider's question as a draft, or sends it to the office. `question` is the draft that it changes.

    `confidential_because` is the reason for a wish that it be kept confidential, or empty. Raises `QuestionRefused`
    when the window does not take questions at this moment, the organisation is not engaged, or it was sent already.
    """
    window = QuestionWindow.objects.select_for_update(of=("self",)).select_related("activity").get(pk=window.pk)
    if organisation not in may_ask_for(activity=window.activity, actor=actor, at=at):
        raise QuestionRefused(f"{organisation} is not engaged in this, so it cannot ask.", "organisation")
    if send and not text.strip():
        raise QuestionRefused("Write your question.", "text")
    if not window.takes_questions(at=at):
        raise QuestionRefused(closed_words(window, at=at))
    if question:
        question = Clarification.objects.select_for_update().get(pk=question.pk)
        if question.state != S.DRAFT:
            raise QuestionRefused("This question has been sent already, so it cannot be changed.")
    else:
        question = Clarification(window=window, source=QuestionSource.PORTAL, asked_by=actor)
    question.organisation, question.section, question.text = organisation, section, text
    question.confidence_asked_because = confidential_because
    question.confidence = Confidence.ASKED if confidential_because.strip() else Confidence.NOT_ASKED
    if send:
        question.state, question.asked_at, question.asked_by = S.ASKED, at, actor
    question.save()
    if send:
        _tell_office(question, actor=actor, at=at)
    return question


def closed_words(window: QuestionWindow, *, at: datetime) -> str:
    """Why no question is taken at this moment."""
    if at < window.opens_at:
        return f"Questions can be asked from {uk_time(window.opens_at)}."
    return f"Questions closed at {uk_time(window.closes_at)}. What was not sent by then cannot be taken."


def _tell_office(question: Clarification, *, actor: User, at: datetime) -> None:
    activity = question.window.activity
    log.record(
        action="question.asked",
        subject=question,
        actor=actor,
        at=at,
        activity=activity,
        organisation=question.organisation,
        summary=f"A question on {activity.reference} was asked.",
        data={"window": question.window.number, "confidence": question.confidence},
    )
    announce(
        key=f"question-asked:{question.reference}",
        kind=EventKind.QUESTION_ASKED,
        activity=activity,
        audience=Audience.OFFICE,
        title=f"{activity.reference}: a question waits for an answer",
        summary=f"Answers are promised by {uk_time(question.window.answers_by)}.",
        path=question.get_manage_url(),
        at=at,
    )


@transaction.atomic
def discard_draft(*, question: Clarification) -> None:
    """A provider's draft goes away for good: the office never had it. Raises `QuestionRefused` once it was sent."""
    question = Clarification.objects.select_for_update().get(pk=question.pk)
    if question.state != S.DRAFT:
        raise QuestionRefused("This question has been sent already. You can withdraw it.")
    question.delete()


@transaction.atomic
def withdraw_question(*, question: Clarification, actor: User, at: datetime) -> Clarification:
    """The asker takes a question back before it is released. Raises `QuestionRefused` when it is too late.

    Whether others asked the same makes no difference that the asker could see: theirs goes on without this one.
    """
    together = Clarification.objects.select_for_update().filter(Q(pk=question.pk) | Q(merged_into=question.pk))
    list(together.order_by("pk").values_list("pk"))  # in the order in which a release takes them
    question = locked(question)
    if not may_withdraw(question):
        raise QuestionRefused("This question can no longer be withdrawn.")
    _leave_to_others(question)
    question.answers.filter(release=None).delete()
    question.state, question.settled_by, question.settled_at = S.WITHDRAWN, actor, at
    question.merged_into = None
    question.save(update_fields=["state", "settled_by", "settled_at", "merged_into"])
    _note(question, "question.withdrawn", "was withdrawn by those who asked it", actor=actor, at=at)
    return question


def may_withdraw(question: Clarification) -> bool:
    """Whether a question has not been settled before the asker: also one that is answered together with another's."""
    together = question.merged_into
    return question.state in {S.ASKED, S.ANSWERED} or bool(together and together.state != S.RELEASED)


def _leave_to_others(question: Clarification) -> None:
    """The first of those put together with a question takes its place. What the office has written waits there to be
    put into its words: the wording of the one that goes is not for anybody else.
    """
    heir = question.merged.order_by("asked_at", "pk").first()
    if heir is None:
        return
    heir.state, heir.merged_into, heir.settled_by, heir.settled_at = S.ASKED, None, None, None
    heir.save(update_fields=["state", "merged_into", "settled_by", "settled_at"])
    question.merged.update(merged_into=heir)
    question.answers.filter(release=None).update(question=heir, wording=heir.text, section=heir.section)


@transaction.atomic
def let_be_released(*, question: Clarification, actor: User, at: datetime) -> Clarification:
    """The asker, whose wish for confidence was refused, lets the question be answered for everyone."""
    question = locked(question)
    if question.state != S.ASKED or question.confidence != Confidence.REFUSED:
        raise QuestionRefused("There is nothing to decide about this question now.")
    question.confidence = Confidence.LET_GO
    question.save(update_fields=["confidence"])
    _note(question, "question.let_go", "may be released, says the asker", actor=actor, at=at)
    _tell_let_go(question, at=at)
    return question


def _tell_let_go(question: Clarification, *, at: datetime) -> None:
    activity = question.window.activity
    announce(
        key=f"question-let-go:{question.reference}",
        kind=EventKind.QUESTION_ASKED,
        activity=activity,
        audience=Audience.OFFICE,
        title=f"{activity.reference}: a question may be answered for everyone now",
        path=question.get_manage_url(),
        at=at,
    )


@transaction.atomic
def enter_question(
    *,
    window: QuestionWindow,
    source: QuestionSource,
    organisation: Organisation | None,
    received_on: date | None,
    section: str,
    text: str,
    actor: User,
    at: datetime,
) -> Clarification:
    """The office writes down a question from elsewhere, or a clarification of its own, whenever it came.

    `organisation` is who asked, for the office alone. `received_on` is a UK date. Raises `QuestionRefused` when the day
    is still to come, or missing for what came from elsewhere.
    """
    own = source == QuestionSource.OFFICE
    if not own and received_on is None:
        raise QuestionRefused("Enter the day on which it came.", "received_on")
    if received_on and received_on > local_date(at):
        raise QuestionRefused("The day on which it came is still to come.", "received_on")
    question = Clarification.objects.create(
        window=window,
        source=source,
        organisation=None if own else organisation,
        asked_by=actor,
        section=section,
        text=text,
        state=S.ASKED,
        asked_at=at,
        received_on=None if own else received_on,
    )
    _note(question, "question.entered", f"was entered: {question.get_source_display().lower()}", actor=actor, at=at)
    return question


def locked(question: Clarification) -> Clarification:
    """The question as it is now, held until the transaction ends."""
    found = Clarification.objects.select_for_update(of=("self",)).select_related("window__activity", "organisation")
    return found.get(pk=question.pk)


def _note(question: Clarification, action: str, what: str, *, actor: User, at: datetime) -> None:
    activity = question.window.activity
    log.record(
        action=action,
        subject=question,
        actor=actor,
        at=at,
        activity=activity,
        organisation=question.organisation,
        summary=f"A question on {activity.reference} {what}.",
        data={"window": question.window.number},
    )


def tell_asker(question: Clarification, *, key: str, at: datetime) -> None:
    """The asker's people hear that there is news on a question of theirs; the words stand on the page alone."""
    if question.organisation is None:
        return
    activity = question.window.activity
    announce(
        key=f"question:{question.reference}:{key}",
        kind=EventKind.QUESTION_SETTLED,
        activity=activity,
        audience=Audience.ORGANISATION,
        organisation=question.organisation,
        title=f"{activity.reference}: news on a question that you asked",
        path=reverse("engagement:our-question", args=[question.reference]),
        at=at,
    )
