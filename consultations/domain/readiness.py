"""What is still missing before a consultation opens: the office's rules and the four Gunning principles as a checklist.

Formative stage, sufficient reasons, adequate time, conscientious consideration (R v Brent ex parte Gunning, 1985;
confirmed in Moseley v Haringey, 2014). What must be there stops the sign-off and the opening; what should be there is
said, and a person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum, TextChoices

from consultations.domain import (
    concerns,
    elections,
    equality,
    questionnaires,
    rewording,
    seasons,
    soundness,
    statutory,
    wordings,
)
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.substance import groups_of
from consultations.enums import AskedGroup, QuestionKind
from consultations.models import Consultation, Questionnaire
from engagement.access import local_date
from engagement.domain.calendar import uk_date, uk_time

SHORT = timedelta(days=28)
LONG_QUESTIONNAIRE = 20


class Principle(TextChoices):
    """What a court asks of a consultation, and what we ask besides."""

    FORMATIVE = "FORMATIVE", "Nothing is decided yet"
    INFORMATION = "INFORMATION", "People know enough to answer"
    TIME = "TIME", "People have time to answer"
    CONSIDERATION = "CONSIDERATION", "What people say will be considered"
    SAFETY = "SAFETY", "People are safe when they answer"


@dataclass(frozen=True)
class Check:
    """One line of the checklist. `must` lines stop the opening while they are not `met`; `field` is what to mend."""

    principle: Principle
    name: str
    met: bool
    must: bool
    detail: str
    field: str = ""


def checks_before_opening(*, consultation: Consultation, at: datetime) -> list[Check]:
    """The whole checklist of a draft, in the order of the page. Load with activity and questions.

    Fourteen queries, and one more once people are named who are told of danger.
    """
    groups = groups_of(consultation)
    return [
        *_on_decision(consultation),
        *_on_information(consultation),
        *_on_people(consultation, groups),
        *_on_questions(consultation),
        *_on_time(consultation, at=at),
        *_on_elections(consultation, at=at),
        *_on_consideration(consultation),
        *_on_safety(consultation),
        *_on_equality(consultation),
        *_on_danger(consultation, at=at),
    ]


def unmet(checks: list[Check]) -> list[Check]:
    """What stops the opening."""
    return [check for check in checks if check.must and not check.met]


def _said(
    principle: Principle, name: str, text: str, advice: str, *, must: bool = False, field: str = "", words: str = ""
) -> Check:
    """A text that must or should be written: its advice while it is not, `words` or the text itself once it is."""
    said = bool(text.strip())
    return Check(principle, name, said, must, (words or text.strip()) if said else advice, field)


def _on_decision(consultation: Consultation) -> Iterator[Check]:
    here = Principle.FORMATIVE
    advice = "Say at which stage this is, and that no decision has been taken."
    yield _said(
        here,
        "Why this is still open",
        consultation.formative_statement,
        advice,
        must=True,
        field="formative_statement",
    )
    change, settled = "A consultation comes before minds are made up.", "Say so openly, if it is only the budget."
    yield _said(here, "What can still change is said", consultation.can_change, change, words="Said.")
    yield _said(here, "What is already settled is said", consultation.settled, settled, words="Said.")


def _on_information(consultation: Consultation) -> Iterator[Check]:
    here = Principle.INFORMATION
    advice = "Say which reasons and facts people are given, and where they find them."
    yield _said(
        here,
        "What people are told",
        consultation.information_statement,
        advice,
        must=True,
        field="information_statement",
    )
    public = consultation.activity.published_at is not None
    detail = "People can read what this is about." if public else "Publish the activity first."
    yield Check(here, "The activity is public", public, True, detail)
    pinned = bool(consultation.specification_path)
    version = f"{consultation.specification_title}, version {consultation.specification_version}"
    detail = version if pinned else "None is pinned. Choose one when you ask about a draft specification."
    yield Check(here, "A version of the specification is pinned", pinned, False, detail)
    yield _said(
        here, "Why views matter is said", consultation.purpose, "People answer when they see what for.", words="Said."
    )


def _on_people(consultation: Consultation, groups: frozenset[str]) -> Iterator[Check]:
    here = Principle.INFORMATION
    asked = "; ".join(group.label for group in AskedGroup if group in groups)
    detail = asked or "Say who is asked: choose at least one group."
    yield Check(here, "Who is asked is declared", bool(groups), True, detail, "groups")
    if consultation.statutory_kind:
        missing = statutory.groups_missing(consultation.statutory_kind, groups)
        kind = consultation.get_statutory_kind_display()
        detail = "All are declared." if not missing else f"{kind}: the law asks for {statutory.words_of(missing)}, too."
        yield Check(here, "Everybody whom the law names is asked", not missing, True, detail, "groups")
    if consultation.needs_code:
        number = consultation.code_batches.filter(voided_at=None).aggregate(n=Sum("size"))["n"] or 0
        detail = f"{number:,} are set aside." if number else "Nobody can answer without one. They can follow later."
        yield Check(here, "Codes are set aside", bool(number), False, detail)
    offline = consultation.ways.exists()
    detail = "Offered." if offline else "Phone, paper, a session: not all are online."
    yield Check(here, "Other ways to answer are offered", offline, False, detail)


def _on_questions(consultation: Consultation) -> Iterator[Check]:
    here, field = Principle.INFORMATION, "questionnaire"
    try:
        questions = questionnaires.as_asked(consultation.questionnaire)
    except questionnaires.QuestionnaireRefused as refusal:
        yield Check(here, "The questions can be asked", False, True, str(refusal), field)
        return
    number = f"{len(questions)} questions" if len(questions) > 1 else "1 question"
    yield Check(here, "The questions can be asked", True, True, f"{number}. They are frozen when this opens.")
    yield from _on_way(questions)
    yield from _on_files(consultation, questions)
    yield from _on_wordings(consultation.questionnaire, questions)
    if len(questions) > LONG_QUESTIONNAIRE:
        detail = "People give up on long questionnaires: try to ask twenty questions or fewer."
        yield Check(here, "The questionnaire is short enough", False, False, detail, field)


def _on_way(questions: Sequence[FrozenQuestion]) -> Iterator[Check]:
    """Whether every answer leads to the end and every question can be asked; nothing when all follow in order."""
    if any(question.routes for question in questions):
        here, name = Principle.INFORMATION, "The way through the questions is sound"
        faults = " ".join(fault.sentence for fault in soundness.faults_of(questions))
        detail = faults or "Every answer leads to the end, and every question can be reached."
        yield Check(here, name, not faults, True, detail, "questionnaire")


def _on_files(consultation: Consultation, questions: Sequence[FrozenQuestion]) -> Iterator[Check]:
    """Why files are asked for, which whoever signs this off reads; nothing where none are (docs/decisions/0023)."""
    asking = [question for question in questions if question.kind == QuestionKind.FILE]
    if not asking:
        return
    here, field = Principle.SAFETY, "questionnaire"
    reasons = " ".join(f"“{question.text}”: {question.files_reason}" for question in asking)
    detail = f"{reasons} A picture can show who somebody is, and no machine looks at it: each has to be opened."
    yield Check(here, "Files are asked for with a reason", True, True, detail, field)
    if consultation.is_named:
        detail = "Organisations cannot send files here. Take these questions out."
        yield Check(here, "Only people who give no name are asked for files", False, True, detail, field)


def _on_wordings(questionnaire: Questionnaire, questions: Sequence[FrozenQuestion]) -> Iterator[Check]:
    """Whether each wording that is offered is whole, and still says what the standard words say."""
    here, field = Principle.INFORMATION, "questionnaire"
    for offered in questionnaires.wordings_now(questionnaire):
        gaps = " ".join(wordings.missing(questions, offered))
        yield Check(here, f"All is written: {offered.title}", not gaps, True, gaps or "People can choose it.", field)
    if stale := rewording.stale_wordings(questionnaire, questions):
        detail = f"Standard words have changed since these were written: {', '.join(stale)}. Look at them again."
        yield Check(here, "The wordings say the same", False, False, detail, field)


def _on_time(consultation: Consultation, *, at: datetime) -> Iterator[Check]:
    here, begins = Principle.TIME, max(consultation.opens_at, at)
    ahead = consultation.closes_at > at
    detail = f"It closes {uk_time(consultation.closes_at)}."
    if not ahead:
        detail = "The closing time has passed. Choose a later one."
    yield Check(here, "It closes in the future", ahead, True, detail, "closes_at")
    advice = "Say why this is long enough for the people you ask."
    yield _said(
        here, "Why it is open for so long", consultation.length_reason, advice, must=True, field="length_reason"
    )
    length = consultation.closes_at - begins
    detail = f"It is open for {max(length.days, 0)} days."
    if length < SHORT:
        detail += " Less than 28 is seldom enough for people who have to be found first."
    yield Check(here, "It is open for four weeks or more", length >= SHORT, False, detail, "closes_at")
    warnings = seasons.warnings_between(local_date(begins), local_date(consultation.closes_at)) if ahead else []
    detail = " ".join([*warnings, "Consider closing later."]) if warnings else "None are."
    yield Check(here, "No holidays are in the way", not warnings, False, detail, "closes_at")


def _on_elections(consultation: Consultation, *, at: datetime) -> Iterator[Check]:
    here, name = Principle.TIME, "It is not launched in a pre-election period"
    if period := elections.period_of_launch(consultation, at=at):
        words = f"{period.name}: nothing new opens until after {uk_date(period.polling_on)}"
        by = consultation.election_override_by
        detail = f"{words}. {by} of the Management Team allows it: {consultation.election_override}" if by else words
        if by is None:
            detail += ", unless the Management Team allows it with a reason."
        yield Check(here, name, by is not None, True, detail, "opens_at")
        return
    first, last = local_date(consultation.opens_at), local_date(consultation.closes_at)
    near = elections.periods_between(first, last)
    yield Check(here, name, True, True, "None is near." if not near else "Its launch is outside.")
    for period in near:
        detail = f"{period.name} runs until {uk_date(period.polling_on)}. Close before, or say nothing new meanwhile."
        yield Check(here, "No election falls into it", False, False, detail, "closes_at")


def _on_consideration(consultation: Consultation) -> Iterator[Check]:
    here = Principle.CONSIDERATION
    advice = "Say who reads the answers, how they are weighed, and before which decision."
    text = consultation.consideration_statement
    yield _said(here, "How views will be considered", text, advice, must=True, field="consideration_statement")
    yield _said(here, "What happens next is said", consultation.next_steps, "Who decides, and when.", words="Said.")


def _on_safety(consultation: Consultation) -> Iterator[Check]:
    if not consultation.sensitive:
        return
    contacts = consultation.support_contacts.strip() or settings.SUPPORT_PHONE
    detail = "They stand beside every page." if contacts else "Say whom people can call now, on “Safety and privacy”."
    yield Check(
        Principle.SAFETY, "Whom people can turn to is said", bool(contacts), True, detail, field="support_contacts"
    )


def _on_equality(consultation: Consultation) -> Iterator[Check]:
    """The equality questions that are declared, word for word enough to sign; nothing where none are."""
    plan = equality.plan_of(consultation)
    if plan is None:
        return
    plan.consultation = consultation
    asked, missing = equality.asked_by(plan), equality.missing_questions(plan)
    titles = ", ".join(one.title.lower() for one in asked.characteristics)
    tables = "; ".join(f"{asked.title_of(first)} with “{asked.title_of(second)}”" for first, second in asked.crossings)
    detail = f"{titles.capitalize()}. {asked.purpose} Tables: {tables or 'none'}. Ground: {asked.condition}."
    if missing:
        detail = "A table crosses a question that is no longer there, or has more than one answer."
    yield Check(
        Principle.SAFETY, "The equality questions and their tables stand", not missing, True, detail, "equality"
    )


def _on_danger(consultation: Consultation, *, at: datetime) -> Iterator[Check]:
    """Who is told when somebody writes that they are in danger: must be named where people may be at risk."""
    if not concerns.asks_for_words(consultation):
        return
    named = concerns.named_people(consultation, at=at)
    enough = len(named) == 2
    detail = f"{named[0]}, then {named[1]}." if enough else "Name two people of the Involvement Team: one may be away."
    name = "Who is told if somebody may be in danger"
    yield Check(Principle.SAFETY, name, enough, consultation.sensitive, detail, "safeguarding")
