"""Conscientious consideration, on record: those who decide say what they have read, in the edition public then.

It is the fourth of the Gunning principles (R-060). What is attested is never the answers themselves, which are for the
Involvement Team, but what everybody can read: the results, the themes, the summary with its limits.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from consultations import rules
from consultations.domain.preparing import ConsultationRefused, locked, record
from consultations.enums import Reading
from consultations.models import Attestation, Consultation, ResultsRevision
from engagement.access import has_role, local_date
from engagement.enums import Role
from engagement.models import User


class AttestationRefused(ConsultationRefused):
    """Nothing like this can be attested. `field` names the part that is wrong, if one is."""


def edition_now(consultation: Consultation) -> ResultsRevision | None:
    """The edition that is public now, without its exact counts, or `None` before the results. One query."""
    latest: ResultsRevision | None = consultation.revisions.defer("counts").order_by("-number").first()
    return latest


def attestations_of(consultation: Consultation) -> list[Attestation]:
    """All that was attested, in its order, with person and edition. One query."""
    found = consultation.attestations.select_related("person", "revision").defer(
        "revision__content", "revision__counts"
    )
    return list(found.order_by("attested_at", "pk"))


@transaction.atomic
def attest(
    *, consultation: Consultation, edition: int, readings: Collection[Reading], actor: User, at: datetime
) -> list[Attestation]:
    """Keeps that a person who decides has read these, in the edition with that number. Saying it again changes nothing.

    Raises `AttestationRefused` for somebody who does not decide, before the results are public, for no reading at all,
    and when there is a newer edition than the one on their screen.
    """
    consultation = locked(consultation)
    decides = Consultation.objects.filter(rules.attested_consultations(actor, at=at), pk=consultation.pk).exists()
    if not decides:
        raise AttestationRefused("Only the Commissioner, and the Lead Commissioner of the activity, can say this.")
    latest = edition_now(consultation)
    if latest is None:
        raise AttestationRefused("The results are not public yet, so there is nothing to have read.")
    if latest.number != edition:
        raise AttestationRefused(f"Edition {latest.number} is public now. Read that one, then say so.")
    if not readings:
        raise AttestationRefused("Choose what you have read.", "readings")
    commissioner = has_role(actor, Role.COMMISSIONER, on=local_date(at))
    role = Role.COMMISSIONER if commissioner else Role.LEAD_COMMISSIONER
    before = latest.attestations.filter(person=actor).count()
    kept = [
        latest.attestations.get_or_create(
            what=what, person=actor, defaults={"consultation": consultation, "role": role, "attested_at": at}
        )[0]
        for what in Reading
        if what in readings
    ]
    if latest.attestations.filter(person=actor).count() > before:
        record(
            consultation,
            "attested",
            actor=actor,
            at=at,
            summary=f"{actor} has read edition {latest.number} of the results of {consultation.reference}.",
            data={"edition": latest.number, "readings": sorted(readings)},
        )
    return kept


def reading_gaps(consultation: Consultation) -> list[str]:
    """Why it is not on record that those who decide have read what people said, in sentences. At most two queries."""
    if consultation.results_published_at is None:
        return ["The results are not public yet: those who decide read them before they decide."]
    if consultation.outcome_published_at:
        return []
    latest, attested = edition_now(consultation), attestations_of(consultation)
    number = latest.number if latest else 0
    if any(one.revision.number == number for one in attested):
        return []
    older = {one.person: one.revision.number for one in attested}
    past = [f"{person} has read edition {read}; edition {number} is public now." for person, read in older.items()]
    return past or [f"Nobody who decides has said that they have read edition {number}, which is public now."]


def to_read(user: Any, *, at: datetime) -> QuerySet[Consultation]:
    """Consultations whose results this person, as one who decides, has not yet said they have read. One query."""
    newest = ResultsRevision.objects.filter(consultation=OuterRef("pk")).order_by("-number")
    own = Attestation.objects.filter(revision=OuterRef("newest"), person=user.pk)
    waiting: QuerySet[Consultation] = Consultation.objects.running().filter(
        rules.attested_consultations(user, at=at), results_published_at__isnull=False, outcome_published_at=None
    )
    found = waiting.annotate(newest=Subquery(newest.values("pk")[:1])).filter(~Exists(own))
    return found.order_by("results_published_at", "pk")
