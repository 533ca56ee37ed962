"""Opening and reporting a consultation (R-016, R-059, R-060, R-086, R-150). What happens between is in `moving`.

What is opened is frozen: the questions, and the version of the specification that they are about.
"""

from datetime import datetime

from django.db import transaction

from consultations.domain import counting, declaring, monitoring, profile, questionnaires, readiness, settling
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
from engagement.domain.outbox import announce
from engagement.enums import EventKind
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


@transaction.atomic
def publish_results(
    *,
    consultation: Consultation,
    actor: User,
    at: datetime,
    we_asked: str = "",
    you_said: str = "",
    we_did: str = "",
) -> Consultation:
    """Freezes the protected counts of a closed consultation as its results, and tells everyone engaged (R-060, R-086).

    Raises `ConsultationRefused` before closing, after withdrawal, and the second time.
    """
    consultation = runnable(consultation, actor=actor, at=at)
    if not consultation.is_running or at < consultation.ends_at:
        raise ConsultationRefused("Results can be published once this has closed.")
    if consultation.results_published_at:
        raise ConsultationRefused("The results are published already.")
    settling.settle(consultation=consultation, at=at, for_good=True)
    settling.shuffle(consultation=consultation, at=at)
    monitoring.fold_equality(consultation=consultation, at=at, for_good=True)
    profile.publish(consultation=consultation, at=at)
    results = counting.protect(consultation, counting.count_settled(consultation), at=at)
    consultation.results, consultation.results_published_at = counting.snapshot(results), at
    consultation.we_asked, consultation.you_said, consultation.we_did = we_asked, you_said, we_did
    consultation.save(update_fields=["results", "results_published_at", "we_asked", "you_said", "we_did"])
    record(
        consultation,
        "results published",
        actor=actor,
        at=at,
        summary=f"The results of {consultation.reference} were published.",
    )
    announce(
        key=f"consultation-results:{consultation.pk}",
        kind=EventKind.RESULTS_PUBLISHED,
        activity=consultation.activity,
        title=f"What people said: {consultation.title}",
        summary=we_did or you_said,
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=at,
        sensitive=consultation.sensitive,
    )
    return consultation
