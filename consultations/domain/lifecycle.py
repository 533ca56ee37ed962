"""Opening a consultation (R-016, R-059, R-086, R-150). What happens then is in `moving`, what follows in `publishing`.

What is opened is frozen: the questions, and the version of the specification that they are about.
"""

from datetime import datetime

from django.db import transaction

from consultations.domain import declaring, questionnaires, readiness
from consultations.domain.preparing import (
    ConsultationRefused,
    record,
    refuse_unfit,
    runnable,
)
from consultations.domain.substance import digest_of, groups_of, signed
from consultations.domain.timekeeping import announce_opening
from consultations.models import Consultation
from engagement.domain.calendar import uk_time
from engagement.models import User


@transaction.atomic
def open_consultation(*, consultation: Consultation, actor: User, at: datetime) -> Consultation:
    """Makes a consultation public and freezes what it asks; from its opening moment it takes answers.

    Everyone engaged with the activity is told once: now, when that moment has come, and otherwise then (`keep_time`).
    Raises `ConsultationRefused` when the person has no right to, something that must be there is missing, or nobody has
    signed off what it says now. Opening twice is refused.
    """
    consultation = runnable(consultation, actor=actor, at=at)
    if consultation.published_at:
        raise ConsultationRefused("Somebody has already opened this.")
    refuse_unfit(consultation, groups_of(consultation))
    for check in readiness.unmet(readiness.checks_before_opening(consultation=consultation, at=at)):
        raise ConsultationRefused(check.detail, check.field)
    given = signed(consultation)
    if given is None:
        raise ConsultationRefused("Ask a second person to sign this off first.")
    consultation.version = questionnaires.freeze(questionnaire=consultation.questionnaire, at=at)
    if given.digest != digest_of(consultation, version=consultation.version):
        raise ConsultationRefused(f"This has changed since {given.decided_by} signed it off. Ask for it again.")
    declaring.freeze(consultation=consultation)
    consultation.published_at = at
    consultation.save(update_fields=["version", "published_at"])
    record(
        consultation,
        "opened",
        actor=actor,
        at=at,
        summary=f"{consultation.reference} was opened, until {uk_time(consultation.closes_at)}.",
        data={"version": consultation.version.number, "specification": consultation.specification_version},
    )
    if consultation.opens_at <= at:
        announce_opening(consultation, at=at)
    return consultation
