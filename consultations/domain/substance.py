"""What a second person signs: every word, date, question, group and way that the public will see, as one digest.

Whatever changes it after the signature makes the signature void: the person signed something else.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from consultations.domain import characteristics, equality, questionnaires
from consultations.models import Consultation, QuestionnaireVersion, SignOff

SIGNED = (
    "activity_id",
    "title",
    "slug",
    "summary",
    "purpose",
    "audience",
    "statutory_kind",
    "can_change",
    "settled",
    "next_steps",
    "other_ways",
    "contact",
    "minutes",
    "sensitive",
    "sensitive_reason",
    "support_contacts",
    "privacy_special",
    "formative_statement",
    "information_statement",
    "consideration_statement",
    "identity_mode",
    "eligibility",
    "listed",
    "questionnaire_id",
    "specification_revision_id",
    "opens_at",
    "closes_at",
    "length_reason",
    "grace",
)


def groups_of(consultation: Consultation) -> frozenset[str]:
    """The groups that a consultation has declared to ask. One query, or none when they are fetched already."""
    return frozenset(asked.group for asked in consultation.asked.all())


def digest_of(consultation: Consultation, *, version: QuestionnaireVersion | None = None) -> str:
    """What there is to sign now, as 64 hexadecimal digits; the same words give the same digits. Seven queries.

    The questions are those of `version` when they are frozen already.
    """
    ways = consultation.ways.order_by("pk").values_list("channel", "words", "contact", "starts_at", "ends_at")
    content = {
        "words": {name: getattr(consultation, name) for name in SIGNED},
        "groups": sorted(groups_of(consultation)),
        "ways": list(ways),
        "questions": _questions(consultation, version),
    }
    if plan := equality.plan_of(consultation):
        content["equality"] = {
            "tables": plan.crossings,
            "purpose": plan.purpose,
            "condition": plan.condition,
            "questions": characteristics.content_of(characteristics.chosen(plan.characteristics)),
        }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=_plain).encode()).hexdigest()


def _questions(consultation: Consultation, version: QuestionnaireVersion | None) -> dict[str, Any]:
    if version:
        return questionnaires.content_of(questionnaires.questions_of(version), questionnaires.wordings_of(version))
    try:
        asked = questionnaires.as_asked(consultation.questionnaire)
        return questionnaires.content_of(asked, questionnaires.wordings_now(consultation.questionnaire))
    except questionnaires.QuestionnaireRefused as refusal:
        return {"refused": str(refusal)}


def _plain(value: object) -> str:
    """Moments in one zone, so that reading them back changes nothing."""
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)


def signed(consultation: Consultation) -> SignOff | None:
    """The signature that stands, if somebody has signed and nothing voided it since. One query."""
    given: SignOff | None = (
        consultation.sign_offs.filter(outcome="SIGNED_OFF", voided_at=None)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
        .first()
    )
    return given


def void_changed(consultation: Consultation, *, at: datetime) -> SignOff | None:
    """Voids the signature when what it was given for is no longer what there is; returns it then."""
    given = signed(consultation)
    if given is None or given.digest == digest_of(consultation):
        return None
    given.voided_at = at
    given.save(update_fields=["voided_at"])
    return given
