"""Declaring equality questions before opening: which, what for, on which ground, and which tables come of them.

Each is voluntary (Public Sector Equality Duty: Equality Act 2010, section 149). What is declared is part of what a
second person signs, and is frozen when the consultation opens; nothing is counted that was not declared (ADR 14).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from consultations import rules
from consultations.domain import characteristics
from consultations.domain.equality import (
    ABOUT,
    Crossing,
    about,
    answer,
    content_of,
    crossable,
    fingerprint,
    missing_questions,
    plan_of,
    table_of,
)
from consultations.domain.preparing import ConsultationRefused, locked_draft, wrote
from consultations.enums import SpecialCondition
from consultations.models import Consultation, EqualityPlan
from engagement.domain.crossing import RingRefused, refuse_ring
from engagement.models import User

MOST_CROSSINGS = 4


@transaction.atomic
def declare_equality(
    *,
    consultation: Consultation,
    chosen: Sequence[str],
    crossings: Sequence[Crossing],
    purpose: str,
    condition: str,
    seen: str,
    actor: User,
    at: datetime,
) -> Consultation:
    """Declares the equality questions of a draft; with none chosen, none are asked. A signature becomes void.

    `seen` is the `fingerprint` of what the person saw. Raises `ConsultationRefused` once public, when somebody else
    changed it meanwhile, without purpose or ground, and for tables that cannot be made or form a ring.
    """
    consultation = locked_draft(consultation)
    if not Consultation.objects.filter(rules.writable_consultations(actor, at=at), pk=consultation.pk).exists():
        raise ConsultationRefused("Only those who write this draft can do this.")
    plan = plan_of(consultation)
    if seen != fingerprint(plan):
        raise ConsultationRefused(
            "Somebody else changed these questions while you were choosing. What you chose is still here: look at"
            " theirs, then save again to put yours in their place."
        )
    keys = [one.key for one in characteristics.chosen(chosen)]
    if not keys:
        EqualityPlan.objects.filter(consultation=consultation).delete()
    else:
        _refuse_unsound(keys, crossings, consultation, purpose, condition)
        EqualityPlan.objects.update_or_create(
            consultation=consultation,
            defaults={
                "characteristics": keys,
                "crossings": [list(pair) for pair in crossings],
                "purpose": purpose.strip(),
                "condition": condition,
            },
        )
    wrote(
        consultation,
        "equality_declared",
        actor=actor,
        at=at,
        summary=f"The equality questions of {consultation.reference} were declared: {len(keys)}.",
        data={"characteristics": keys, "crossings": [table_of(pair) for pair in crossings] if keys else []},
    )
    return consultation


def _refuse_unsound(
    keys: Sequence[str], crossings: Sequence[Crossing], consultation: Consultation, purpose: str, condition: str
) -> None:
    if not purpose.strip():
        raise ConsultationRefused("Say what you need the answers for. People read this before they answer.", "purpose")
    if condition not in SpecialCondition.values:
        raise ConsultationRefused("Choose the condition of article 9 that this rests on.", "condition")
    if len(crossings) > MOST_CROSSINGS:
        raise ConsultationRefused(f"Declare at most {MOST_CROSSINGS} tables.", "crossings")
    sides = {about(key) for key in keys} | {answer(question.key) for question in crossable(consultation)}
    for first, second in crossings:
        if not first.startswith(f"{ABOUT}.") or not {first, second} <= sides:
            raise ConsultationRefused(
                "A table crosses an equality question that is asked with another, or with a question of which people"
                " choose one answer.",
                "crossings",
            )
        if first == second:
            raise ConsultationRefused("A table crosses two different questions.", "crossings")
    try:
        refuse_ring(crossings)
    except RingRefused as refusal:
        raise ConsultationRefused(f"{refusal} Leave one of them out.", "crossings") from refusal


def freeze(*, consultation: Consultation) -> None:
    """Keeps the words of the equality questions as they are now, for as long as the consultation is there.

    Raises `ConsultationRefused` when a declared table crosses a question that is not asked. Called on opening.
    """
    plan = plan_of(consultation)
    if plan is None:
        return
    plan.consultation = consultation
    if missing_questions(plan):
        raise ConsultationRefused("A table of the equality questions crosses a question that is no longer asked.")
    plan.frozen = content_of(plan, questions=crossable(consultation))
    plan.save(update_fields=["frozen"])
