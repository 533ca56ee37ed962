"""Going through questions as respondents will, with nothing kept: who may, the link for somebody outside, the answers.

What is typed in a preview is in the browser's own cookie until the end, and nowhere else. It never becomes a draft or a
response: nothing here writes to the tables of answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db import transaction

from consultations import rules
from consultations.domain import questionnaires, soundness, wordings
from consultations.domain.differences import Script
from consultations.domain.preparing import ConsultationRefused, record
from consultations.enums import State
from consultations.models import Consultation, Questionnaire
from engagement.models import User

LINK_LASTS: Final = timedelta(days=7)
BEFORE_OPENING: Final = frozenset({State.DRAFT, State.OPENING_SOON})
LINKS: Final = Signer(salt="consultations.preview")
TRIALS: Final = "consultations.trial"
COOKIE_HOLDS: Final = 3500  # characters; browsers drop a cookie of more than 4,096 bytes with its name and settings
SHORTENED: Final = 100  # characters of each text, once all of them are too much for a cookie


class LinkUnknown(Exception):
    """This is no link of ours, or not all of it."""


@dataclass(frozen=True)
class Link:
    """What a preview link opens, and whether its seven days are over."""

    consultation: Consultation
    until: datetime
    expired: bool


@dataclass(frozen=True)
class Trial:
    """Answers of a preview, in the shape of `drafting.OpenDraft`. `shortened`: a cookie could not hold whole texts."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    wording: str = ""
    shortened: bool = False
    replaces: bool = False
    publication: str = ""


def script_now(questionnaire: Questionnaire) -> Script:
    """The questions as they stand, ready or not. Raises `QuestionnaireRefused` when none can be asked."""
    return Script(questionnaires.as_asked(questionnaire), questionnaires.wordings_now(questionnaire))


def script_of(consultation: Consultation) -> Script:
    """What people read or will read: frozen once it is public, as it stands before."""
    if consultation.published_at is None:
        return script_now(consultation.questionnaire)
    version = consultation.asked_version
    return Script(questionnaires.questions_of(version), questionnaires.wordings_of(version))


def faults_in(script: Script) -> list[str]:
    """What has to be mended before these questions can be asked, in sentences for their author."""
    faults = [fault.sentence for fault in soundness.faults_of(script.questions)]
    return faults + [sentence for one in script.offered for sentence in wordings.missing(script.questions, one)]


@transaction.atomic
def make_link(*, consultation: Consultation, actor: User, at: datetime) -> str:
    """The secret part of an address under which somebody outside can go through the questions, for seven days.

    Nothing is kept of it but who made one, in the log. Raises `ConsultationRefused` for whoever may not preview it, and
    once it is open: then anybody can read the questions.
    """
    if not Consultation.objects.filter(rules.previewed_consultations(actor, at=at), pk=consultation.pk).exists():
        raise ConsultationRefused("Only those who write this or sign it off can share a preview.")
    if consultation.state(at=at) not in BEFORE_OPENING:
        raise ConsultationRefused("This is public now: anybody can read the questions on its page.")
    record(
        consultation,
        "preview_shared",
        actor=actor,
        at=at,
        summary=f"A preview link to the questions of {consultation.reference} was made.",
    )
    return LINKS.sign_object({"of": consultation.pk, "until": int((at + LINK_LASTS).timestamp())})


def open_link(token: str, *, at: datetime) -> Link:
    """What a link opens. Raises `LinkUnknown` for anything that this office did not sign. One query."""
    try:
        signed = LINKS.unsign_object(token)
    except (BadSignature, ValueError) as refusal:
        raise LinkUnknown("This is no preview link of ours.") from refusal
    known = Consultation.objects.select_related("version", "activity", "questionnaire")
    consultation = known.filter(pk=signed["of"]).first()
    if consultation is None:
        raise LinkUnknown("There is nothing to preview here any more.")
    until = datetime.fromtimestamp(signed["until"], tz=at.tzinfo)
    return Link(consultation, until, expired=at >= until)


def keep_step(trial: Trial, *, question: str, values: Sequence[str]) -> Trial:
    """The same answers with this one."""
    return replace(trial, answers={**trial.answers, question: list(values)})


def sealed(trial: Trial, *, place: str) -> str:
    """What the browser holds of a trial at one `place`. Texts are shortened when a cookie cannot hold all of it."""
    said = Signer(salt=f"{TRIALS} {place}").sign_object(_plain(trial), compress=True)
    if len(said) <= COOKIE_HOLDS:
        return said
    cut = {key: [value[:SHORTENED] for value in values] for key, values in trial.answers.items()}
    shorter = replace(trial, answers=cut, shortened=True)
    said = Signer(salt=f"{TRIALS} {place}").sign_object(_plain(shorter), compress=True)
    return said if len(said) <= COOKIE_HOLDS else sealed(Trial(wording=trial.wording, shortened=True), place=place)


def unsealed(said: str, *, place: str) -> Trial | None:
    """The trial that a browser holds for this place, or `None`."""
    try:
        content = Signer(salt=f"{TRIALS} {place}").unsign_object(said)
    except (BadSignature, ValueError):
        return None
    return Trial(answers=content["answers"], wording=content["wording"], shortened=content["shortened"])


def _plain(trial: Trial) -> dict[str, object]:
    return {"answers": trial.answers, "wording": trial.wording, "shortened": trial.shortened}
