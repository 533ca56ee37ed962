"""Hearing what came of it, without saying who answered: requests wait sealed in a pool and leave it in company.

A pool never shows in which order people asked: with each request it is written anew. It is emptied ten or more at a
time, or when the consultation has closed, and each person is then asked by e-mail to confirm, like any other follower.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from consultations.domain import letters, sealing
from consultations.models import Consultation, OutcomeRequest
from engagement.domain import parties

Thing = TypeVar("Thing")

PURPOSE = "outcome"
BATCH = 10
GIVEN_UP_AFTER = timedelta(days=14)  # from closing


@transaction.atomic
def ask_for_outcome(*, consultation: Consultation, email: str, at: datetime) -> None:
    """Adds an address to the pool. Its own transaction and its own request, never that of an answer.

    An address asked for too often in this hour is not added, and nobody is told (see `letters`).
    """
    if not letters.may_write_to(email, at=at):
        return
    waiting = list(OutcomeRequest.objects.select_for_update().filter(consultation=consultation))
    addresses = {_address(asked) for asked in waiting} | {email.lower()}
    OutcomeRequest.objects.filter(pk__in=[asked.pk for asked in waiting]).delete()
    OutcomeRequest.objects.bulk_create(
        OutcomeRequest(consultation=consultation, sealed=sealing.seal(address, secret="", purpose=PURPOSE))
        for address in _shuffled(addresses)
    )


def fold_requests(*, consultation: Consultation, at: datetime) -> int:
    """Asks those in the pool to confirm that they want to follow the activity, in random order; returns how many.

    Fewer than ten wait, unless the consultation has closed. An address that cannot be mailed now stays in the pool, and
    is thrown away when it cannot be mailed for two weeks after closing.
    """
    waiting = list(OutcomeRequest.objects.filter(consultation=consultation))
    if len(waiting) < BATCH and at < consultation.ends_at:
        return 0
    folded = 0
    for asked in _shuffled(waiting):
        try:
            parties.request_follow(
                activity=consultation.activity, email=_address(asked), topic_free=consultation.sensitive, at=at
            )
        except parties.FollowRefused:
            if at < consultation.closes_at + GIVEN_UP_AFTER:
                continue
        else:
            folded += 1
        asked.delete()
    return folded


def _address(asked: OutcomeRequest) -> str:
    return str(sealing.unseal(asked.sealed, secret="", purpose=PURPOSE))


def _shuffled(things: Iterable[Thing]) -> list[Thing]:
    things = list(things)
    return secrets.SystemRandom().sample(things, len(things))
