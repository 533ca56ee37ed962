"""Following and leaving: double opt-in, one click to leave, no account (R-086, R-151; security rows T01, T02)."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q

from engagement.domain import log, messages
from engagement.domain.releasing import hand_on_released
from engagement.enums import PartyKind
from engagement.models import Activity, EngagedParty, Organisation, User

FOLLOW_SALT = "engagement.follow"
CONFIRM_WITHIN = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(minutes=10)


class FollowRefused(Exception):
    """The request to follow cannot be met; the message says why in words for the person."""


def request_follow(
    *, activity: Activity, email: str, topic_free: bool, at: datetime, about: str = "", about_title: str = ""
) -> EngagedParty:
    """Asks the owner of an address, by e-mail, whether they want to follow an activity, or one consultation of it.

    `about` is that consultation's reference, `about_title` what the messages call it.

    Says the same whoever the address belongs to (T06). A second request within ten minutes sends nothing more, so that
    nobody can flood a stranger. Raises `FollowRefused` when the mail cannot be sent now.
    """
    email = email.lower()
    with transaction.atomic():
        party, _ = EngagedParty.objects.get_or_create(
            activity=activity,
            email=email,
            about=about,
            defaults={"kind": PartyKind.FOLLOWER, "topic_free": topic_free, "about_title": about_title},
        )
        party = EngagedParty.objects.select_for_update(of=("self",)).select_related("activity").get(pk=party.pk)
        if party.asked_at and at - party.asked_at < ASK_AGAIN_AFTER:
            return party
        party.asked_at, party.topic_free = at, party.topic_free or topic_free
        party.save(update_fields=["asked_at", "topic_free"])
    token = signing.dumps(party.pk, salt=FOLLOW_SALT)
    try:
        messages.compose_follow_request(party=party, token=token).send()
    except OSError as error:
        EngagedParty.objects.filter(pk=party.pk).update(asked_at=None)
        raise FollowRefused("We could not send the e-mail just now. Try again in a few minutes.") from error
    return party


def forget_unconfirmed(*, at: datetime) -> int:
    """Forgets addresses whose owners never said yes while the link worked; returns how many.

    Anybody may have typed them. Whoever confirmed once, and left, stays known as somebody who left.
    """
    unanswered = Q(asked_at=None) | Q(asked_at__lte=at - CONFIRM_WITHIN)
    forgotten, _ = EngagedParty.objects.filter(
        unanswered, organisation=None, confirmed_at=None, left_at=None, deliveries=None
    ).delete()
    return forgotten


def party_to_confirm(token: str) -> EngagedParty:
    """The party that a confirmation link is for. Raises `FollowRefused` when it is damaged or older than seven days."""
    try:
        pk = signing.loads(token, salt=FOLLOW_SALT, max_age=CONFIRM_WITHIN)
    except signing.SignatureExpired as error:
        raise FollowRefused(
            "This link is more than 7 days old. Ask to follow again and we will send a new one."
        ) from error
    except signing.BadSignature as error:
        raise FollowRefused("This link is not complete. Copy the whole address from the e-mail.") from error
    return _party(pk)


def party_to_leave(token: str) -> EngagedParty:
    """The party that a leave link is for. It does not expire. Raises `FollowRefused` when the link is damaged."""
    try:
        pk = signing.loads(token, salt=messages.LEAVE_SALT)
    except signing.BadSignature as error:
        raise FollowRefused("This link is not complete. Copy the whole address from the e-mail.") from error
    return _party(pk)


def _party(pk: int) -> EngagedParty:
    party = EngagedParty.objects.select_related("activity").filter(pk=pk).first()
    if party is None:
        raise FollowRefused("There is nothing to change: we no longer hold this address.")
    return party


@transaction.atomic
def confirm_follow(*, party: EngagedParty, at: datetime) -> EngagedParty:
    """The owner of the address has said yes. Twice changes nothing; after leaving, it follows again."""
    party = EngagedParty.objects.select_for_update(of=("self",)).select_related("activity").get(pk=party.pk)
    if party.confirmed_at and not party.left_at:
        return party
    party.confirmed_at, party.left_at = at, None
    party.save(update_fields=["confirmed_at", "left_at"])
    log.record(
        action="party.confirmed",
        subject=party,
        actor=None,
        at=at,
        activity=party.activity,
        summary=f"A follower of {party.subject_reference} confirmed.",
    )
    return party


@transaction.atomic
def leave(*, party: EngagedParty, at: datetime) -> EngagedParty:
    """The party hears no more of this activity. Leaving twice changes nothing."""
    party = EngagedParty.objects.select_for_update(of=("self",)).select_related("activity").get(pk=party.pk)
    if party.left_at:
        return party
    party.left_at = at
    party.save(update_fields=["left_at"])
    log.record(
        action="party.left",
        subject=party,
        actor=None,
        at=at,
        activity=party.activity,
        summary=f"A follower of {party.subject_reference} left.",
    )
    return party


@transaction.atomic
def engage_organisation(*, activity: Activity, organisation: Organisation, actor: User, at: datetime) -> EngagedParty:
    """Makes an organisation an engaged party: its current people hear of every public step. Safe to repeat.

    It is given every answer that the others have to questions from providers.
    """
    party, created = EngagedParty.objects.get_or_create(
        activity=activity, organisation=organisation, defaults={"kind": PartyKind.ORGANISATION, "confirmed_at": at}
    )
    if party.left_at:
        party.left_at, party.confirmed_at, created = None, at, True
        party.save(update_fields=["left_at", "confirmed_at"])
    if created:
        log.record(
            action="party.engaged",
            subject=party,
            actor=actor,
            at=at,
            activity=activity,
            organisation=organisation,
            summary=f"{organisation} is engaged in {activity.reference}.",
        )
        hand_on_released(party=party, at=at)
    return party
