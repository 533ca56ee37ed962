"""Signing what an organisation answers by name, and taking it back: a certifier's acts, each in the log (R-147).

What is signed is a copy, word for word. The draft can be written on, and changes nothing until it is signed again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from consultations.domain import drafting, publication, questionnaires, tickets
from consultations.domain.cowriting import WritingRefused, refuse_unless_member, refuse_unless_named
from consultations.domain.preparing import record
from consultations.enums import Interest
from consultations.models import Consultation, OrganisationAnswer, OrganisationDraft, OrganisationEntry
from engagement.models import Organisation, User

DECLARATION = (
    "I may answer for this organisation, these are its views, and I have declared every interest that it has in what"
    " is decided."
)
LONGEST_REASON = 500


@transaction.atomic
def sign_off(
    *,
    consultation: Consultation,
    organisation: Organisation,
    seen: int,
    interests: Sequence[str],
    interest_words: str,
    publish: str,
    actor: User,
    at: datetime,
) -> OrganisationAnswer:
    """Signs the answers that the certifier saw, and sends them. `seen` is the number of the draft on the page.

    The same signature again gives the same answer; another one replaces it. Raises `WritingRefused` for anybody but a
    certifier of the organisation, without interests, and when an answer has changed since; `AnswersRefused` when one
    that is required is missing or nothing was answered; `NotTakingAnswers`.
    """
    refuse_unless_named(consultation)
    refuse_unless_member(organisation, actor=actor, at=at, signs=True)
    drafting.refuse_unless_sendable(consultation, at=at)
    declared = declared_interests(interests)
    draft = _held(consultation, organisation)
    signed = OrganisationAnswer.objects.filter(consultation=consultation, organisation=organisation)
    last: OrganisationAnswer | None = signed.current().first()
    said = {
        "interests": declared,
        "interest_words": interest_words.strip(),
        "publication": publication.chosen(consultation, publish),
    }
    if last and _is_same(last, draft, said):
        return last
    if draft.number != seen:
        raise WritingRefused("Somebody has changed an answer since you opened this page. Read it again, then sign.")
    version = consultation.asked_version
    kept = _answers_to_sign(consultation, draft)
    signed.update(replaced=True)
    answer: OrganisationAnswer = OrganisationAnswer.objects.create(
        consultation=consultation,
        organisation=organisation,
        version=version,
        number=last.number + 1 if last else 1,
        reference=tickets.shown(tickets.new_code()),
        draft_number=draft.number,
        answers=kept,
        declaration=DECLARATION,
        signed_at=at,
        signed_by=actor,
        **said,
    )
    record(
        consultation,
        "organisation answered",
        actor=actor,
        at=at,
        summary=f"{organisation} signed its answer to {consultation.reference}.",
        data={"organisation": organisation.slug, "number": answer.number},
    )
    return answer


def declared_interests(interests: Sequence[str]) -> list[str]:
    """Interests in the order of the page. Raises `WritingRefused` for none, and for “none” beside another."""
    declared = [one.value for one in Interest if one in interests]
    if not declared:
        raise WritingRefused("Choose the interests that your organisation has, or “None of these”.", "interests")
    if Interest.NONE in declared and len(declared) > 1:
        raise WritingRefused(
            "Choose the interests that apply, or “None of these”. You cannot choose both.", "interests"
        )
    return declared


def _is_same(last: OrganisationAnswer, draft: OrganisationDraft, said: Mapping[str, object]) -> bool:
    standing = last.withdrawn_at is None and last.draft_number == draft.number
    return standing and all(getattr(last, name) == value for name, value in said.items())


def _answers_to_sign(consultation: Consultation, draft: OrganisationDraft) -> dict[str, list[str]]:
    questions = questionnaires.questions_of(consultation.asked_version)
    written = dict(OrganisationEntry.objects.filter(draft=draft).values_list("question", "values"))
    kept = questionnaires.check_answers(questions, written)
    if not kept:
        first = next(question.key for question in questions if question.asks)
        raise questionnaires.AnswersRefused({first: "Answer at least one question before you sign."})
    return kept


def _held(consultation: Consultation, organisation: Organisation) -> OrganisationDraft:
    held = OrganisationDraft.objects.select_for_update()
    draft = held.filter(consultation=consultation, organisation=organisation).first()
    if draft is None:
        raise WritingRefused("There is nothing to sign yet: answer at least one question.")
    return draft


@transaction.atomic
def take_back(
    *, consultation: Consultation, organisation: Organisation, reason: str, actor: User, at: datetime
) -> OrganisationAnswer:
    """Takes back what an organisation has signed: the answers are deleted, the reason stays. The draft stays its own.

    Raises `WritingRefused` for anybody but a certifier of the organisation, without a reason, and when nothing stands;
    `NotTakingAnswers` after closing. A pause keeps nobody from it.
    """
    refuse_unless_member(organisation, actor=actor, at=at, signs=True)
    if not consultation.suspended_at:
        drafting.refuse_unless_open(consultation, at=at)
    if not reason.strip():
        raise WritingRefused("Say why you take it back.", "reason")
    signed = OrganisationAnswer.objects.filter(consultation=consultation, organisation=organisation)
    standing: OrganisationAnswer | None = signed.standing().select_for_update().first()
    if standing is None:
        raise WritingRefused("There is nothing to take back: no answer of yours stands here.")
    signed.update(answers={}, interests=[], interest_words="")
    standing.answers, standing.interests, standing.interest_words = {}, [], ""
    standing.withdrawn_at, standing.withdrawn_by = at, actor
    standing.withdrawn_reason = reason.strip()[:LONGEST_REASON]
    standing.save()
    record(
        consultation,
        "organisation withdrew",
        actor=actor,
        at=at,
        summary=f"{organisation} took back its answer to {consultation.reference}.",
        data={"organisation": organisation.slug, "number": standing.number},
    )
    return standing
