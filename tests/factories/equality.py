"""Equality questions of an invented consultation, made as rows: age group, sex and religion, two tables."""

from consultations.domain import declaring, equality
from consultations.enums import SpecialCondition
from consultations.models import EqualityCount, EqualityPlan
from tests.factories.engagement import NOW

PURPOSE = "To see whom we have not heard from."
CHOSEN = ["AGE", "SEX", "RELIGION"]
CROSSINGS = [["about.AGE", "answer.q1"], ["about.AGE", "about.SEX"]]


def planned(consultation, *, chosen=CHOSEN, crossings=CROSSINGS):
    """The same consultation with equality questions; frozen when it is open."""
    plan = EqualityPlan.objects.create(
        consultation=consultation,
        characteristics=chosen,
        crossings=crossings,
        purpose=PURPOSE,
        condition=SpecialCondition.EQUALITY,
    )
    if consultation.published_at:
        declaring.freeze(consultation=consultation)
    plan.refresh_from_db()
    return consultation


def asked(consultation):
    """Its equality questions."""
    return equality.asked_by(equality.plan_of(consultation))


def counted(consultation, *, people=450):
    """The same consultation, some of whose people have said how old they are."""
    EqualityCount.objects.create(
        consultation=consultation, counted_at=NOW, counts={"": {"": people}, "about.AGE": {"FROM_16": people}}
    )
    return consultation
