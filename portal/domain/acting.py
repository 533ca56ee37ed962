"""Somebody who acts for several organisations acts for one of them at a time, and switches knowingly (R-147).

Every policy of a provider's page asks `organisations_of`, which gives the one that is acted for. Whatever is another's
is not there, then. Here that answer becomes a sentence: whose it is, for people who act for that one as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from consultations.models import CodeBatch
from consultations.rules import answering_organisations
from contracts.models import Agreement, KpiReturn
from engagement.access import act_for, acting_for, local_date, provided_for
from engagement.domain import packs
from engagement.models import Clarification, Organisation, User

Finder = Callable[[User, datetime, Mapping[str, Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Acting:
    """For which organisation somebody acts now, and for which they could."""

    now: Organisation
    others: list[Organisation]


def acting_of(user: User, *, at: datetime) -> Acting | None:
    """The choice of somebody who has one; `None` for everybody else. No query where the roles are known, else one."""
    day = local_date(at)
    now = acting_for(user, on=day)
    if now is None:
        return None
    own = {one.pk: one for one in Organisation.objects.filter(pk__in=provided_for(user, on=day)).order_by("name")}
    return Acting(own.pop(now), list(own.values()))


def may_act_for(user: User, slug: str, *, at: datetime) -> Organisation | None:
    """The organisation of this address, when somebody acts for it and for another."""
    own = provided_for(user, on=local_date(at))
    chosen = Organisation.objects.filter(pk__in=own, slug=slug) if len(own) > 1 and slug.isprintable() else None
    return chosen.first() if chosen is not None else None


def whose(user: User, *, route: str, arguments: Mapping[str, Any], at: datetime) -> Organisation | None:
    """Whose the thing at an address is, when it is another organisation's for which this person acts too.

    It is looked up as that other would see it: nobody learns of what they could not open after switching.
    """
    found = acting_of(user, at=at)
    finder = next((finder for start, finder in FINDERS if route.startswith(start)), None)
    if found is None or finder is None:
        return None
    for other in found.others:
        with looking_as(user, other, now=found.now):
            if finder(user, at, arguments).exists():
                return other
    return None


@contextmanager
def looking_as(user: User, other: Organisation, *, now: Organisation) -> Iterator[None]:
    """Acts for another organisation as long as it takes to look something up."""
    act_for(user, other.pk)
    try:
        yield
    finally:
        act_for(user, now.pk)


def _return(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return KpiReturn.objects.provided_by(user, at=at).filter(reference=arguments["reference"])


def _agreement(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return Agreement.objects.visible_to(user, at=at).filter(reference=arguments["reference"])


def _question(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return Clarification.objects.of_organisations_of(user, at=at).filter(reference=arguments["reference"])


def _activity(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return packs.activities_to_ask_on(user, at=at).filter(slug=arguments["slug"])


def _organisation(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return Organisation.objects.visible_to(user, at=at).filter(slug=arguments["slug"])


def _codes(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return CodeBatch.objects.handed_out_by(user, at=at).filter(pk=arguments["pk"])


def _answers(user: User, at: datetime, arguments: Mapping[str, Any]) -> QuerySet[Any]:
    return answering_organisations(user, at=at).filter(slug=arguments["who"])


# By the beginning of a route, the longer before the shorter: how its thing is found.
FINDERS: tuple[tuple[str, Finder], ...] = (
    ("returns/<str:reference>/", _return),
    ("agreements/<str:reference>/", _agreement),
    ("our-questions/question/<uuid:reference>/", _question),
    ("our-questions/<slug:slug>/", _activity),
    ("engagement/organisations/<slug:slug>/", _organisation),
    ("invitations/<int:pk>/", _codes),
    ("our-answers/<slug:slug>/<slug:who>/", _answers),
)
