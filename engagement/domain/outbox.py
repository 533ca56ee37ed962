"""Telling people: recorded exactly once, never sent twice by the machine, never silently lost (R-086, R-151).

`announce` writes the event and its deliveries in the transaction of the fact itself. The worker claims a row, sends
outside any transaction, and settles. What the mail server refused is tried again or given up; what ended unknown is in
doubt, and a person decides.
"""

import smtplib
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from engagement.access import local_date
from engagement.domain import log, messages
from engagement.enums import PUBLIC_AUDIENCES, Audience, DeliveryStatus, EventKind
from engagement.models import Activity, Delivery, EngagedParty, Event, Membership, Organisation, User

FLUSH_TASK = "engagement.flush_outbox"
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)
ATTEMPTS = 12
CLAIM_LOST_AFTER = timedelta(minutes=10)  # far beyond the mail time-out, so a slow worker's claim is never parked


class DeliveryDecisionRefused(Exception):
    """Somebody has already decided about this message, or nothing is to be decided."""


@transaction.atomic
def announce(
    *,
    key: str,
    kind: EventKind,
    title: str,
    path: str,
    at: datetime,
    activity: Activity | None = None,
    audience: Audience = Audience.EVERYONE,
    organisation: Organisation | None = None,
    organisations: Collection[Organisation] = (),
    people: Collection[User] = (),
    about: str = "",
    summary: str = "",
    sensitive: bool = False,
    payload: Mapping[str, Any] | None = None,
) -> Event:
    """Records that something happened and queues one message a person, in the caller's transaction.

    `key` makes it once for ever: announcing the same key again returns the first event and queues nothing. Recipients
    are fixed now: `people` names them for that audience, `organisations` adds the people of these to any audience, and
    `about` adds those who follow only the consultation of this reference. `path` is the address on this site;
    `sensitive` makes every message topic-free.
    """
    event, created = Event.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "activity": activity,
            "audience": audience,
            "organisation": organisation,
            "about": about,
            "title": title,
            "summary": summary,
            "path": path,
            "sensitive": sensitive,
            "occurred_at": at,
            "payload": payload or {},
        },
    )
    if created:
        Delivery.objects.bulk_create(
            Delivery(event=event, address=address, party=party, user=user, not_before=at, message_id=_new_message_id())
            for address, (party, user) in _recipients(event, people, organisations, on=local_date(at)).items()
        )
        transaction.on_commit(_wake_worker, robust=True)
    return event


def _recipients(
    event: Event, people: Collection[User], invited: Collection[Organisation], *, on: date
) -> dict[str, tuple[EngagedParty | None, User | None]]:
    """Address → (party, user): each address once, in any case: a quiet party first, then any party, then a member."""
    found: dict[str, tuple[EngagedParty | None, User | None]] = {}
    organisations = [event.organisation_id] if event.audience == Audience.ORGANISATION else []
    organisations += [organisation.pk for organisation in invited]
    if event.audience in PUBLIC_AUDIENCES and event.activity:
        for party in event.activity.parties.hearing_of(event.about).order_by("-topic_free", "pk"):
            if party.organisation_id:
                organisations.append(party.organisation_id)
            else:
                found.setdefault(party.email.lower(), (party, None))
    for user in _named(event, people):
        found.setdefault(user.email.lower(), (None, user))
    members = Membership.objects.current(on=on).filter(organisation__in=organisations, user__is_active=True)
    for membership in members.select_related("user").order_by("pk"):
        found.setdefault(membership.user.email.lower(), (None, membership.user))
    return found


def _named(event: Event, people: Collection[User]) -> list[User]:
    """The people of the office whom an event is for by name, or by their part in the activity."""
    named: list[User | None] = list(people) if event.audience == Audience.PEOPLE else []
    if event.audience == Audience.OFFICE and event.activity:
        named = [event.activity.lead_commissioner, event.activity.contract_manager]
    return [user for user in named if user and user.is_active]


def _new_message_id() -> str:
    return f"<{uuid.uuid4()}@{urlsplit(settings.BASE_URL).hostname}>"


def _wake_worker() -> None:
    """Only shortens the wait: the table is the queue, and a broker that is down must cost nobody an error page."""
    current_app.send_task(FLUSH_TASK)


def claim_next(*, at: datetime) -> Delivery | None:
    """Takes the next due message for sending, or returns `None`. No other worker can take the same one."""
    with transaction.atomic():
        queued: QuerySet[Delivery] = Delivery.objects.due(at=at).order_by("not_before", "pk")
        delivery = queued.select_for_update(skip_locked=True, of=("self",)).first()
        if delivery:
            delivery.status, delivery.claimed_at = DeliveryStatus.CLAIMED, at
            delivery.attempts += 1
            delivery.save(update_fields=["status", "claimed_at", "attempts"])
    return delivery


def flush(*, clock: Callable[[], datetime]) -> int:
    """Sends all that is due, one message at a time; returns how many were sent. `clock` tells the moment of each step.

    Stops when the mail server cannot be reached: the rest stays due, and the next sweep tries again.
    """
    sent, connection = 0, get_connection()
    try:
        while delivery := claim_next(at=clock()):
            if not _reach(connection):
                note = "The mail server could not be reached"
                _settle(delivery, status=DeliveryStatus.QUEUED, note=note, at=clock())
                break
            if _may_still_hear(delivery, on=local_date(clock())):
                status, note = _send(delivery, connection)
            else:
                status, note = DeliveryStatus.LEFT, "They no longer act for those to whom this was written"
            _settle(delivery, status=status, note=note, at=clock())
            sent += status == DeliveryStatus.SENT
            if status != DeliveryStatus.SENT:
                connection.close()
    finally:
        connection.close()
    return sent


def _reach(connection: BaseEmailBackend) -> bool:
    """Opens the conversation with the mail server, unless it is open. Nothing has been said about any message yet."""
    try:
        connection.open()
    except OSError:  # smtplib's errors are OSErrors
        return False
    return True


def _may_still_hear(delivery: Delivery, *, on: date) -> bool:
    """Whether a person may hear by now what they were to be told: whoever has left meanwhile hears nothing more (A10).

    What anybody may read is sent to whoever it was for.
    """
    user, event = delivery.user, delivery.event
    if user is None or event.audience in PUBLIC_AUDIENCES:
        return True
    current: QuerySet[Membership] = Membership.objects.current(on=on).filter(user=user, user__is_active=True)
    if event.audience == Audience.ORGANISATION and event.organisation_id:
        current = current.filter(organisation=event.organisation_id)
    return current.exists()


def _send(delivery: Delivery, connection: BaseEmailBackend) -> tuple[DeliveryStatus, str]:
    """Hands one message over; returns what became of it and why. Only an unknown end is in doubt."""
    try:
        message = messages.compose(delivery, connection=connection)
        message.message()  # a header that cannot be written is found before anything is said
    except Exception as error:  # noqa: BLE001  one poison message must not stop the others
        return DeliveryStatus.REFUSED, f"The message could not be written: {type(error).__name__}"
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        return _refusal(next(iter(error.recipients.values()))[0])
    except smtplib.SMTPResponseException as error:
        return _refusal(error.smtp_code)
    except ValueError as error:  # an address that cannot be written, found before anything was said
        return DeliveryStatus.REFUSED, f"The message could not be addressed: {type(error).__name__}"
    except Exception as error:  # noqa: BLE001  whatever else happened after the conversation began ended unknown
        return DeliveryStatus.IN_DOUBT, f"The conversation with the mail server broke off: {type(error).__name__}"
    return DeliveryStatus.SENT, ""


def _refusal(code: int) -> tuple[DeliveryStatus, str]:
    """A clear answer from the mail server: 4xx is tried again, 5xx is final."""
    status = DeliveryStatus.QUEUED if 400 <= code < 500 else DeliveryStatus.REFUSED
    return status, f"The mail server answered {code}"


def _settle(delivery: Delivery, *, status: DeliveryStatus, note: str, at: datetime) -> None:
    """Writes down what became of a claimed message, unless a person has taken it over meanwhile."""
    not_before = delivery.not_before
    if status == DeliveryStatus.QUEUED:
        if delivery.attempts >= ATTEMPTS:
            status = DeliveryStatus.REFUSED
        wait = BACK_OFF_MINUTES[min(delivery.attempts, len(BACK_OFF_MINUTES)) - 1]
        not_before = at + timedelta(minutes=wait)
    Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.CLAIMED, claimed_at=delivery.claimed_at).update(
        status=status, note=note[:300], not_before=not_before, settled_at=at
    )


def park_lost_claims(*, at: datetime) -> int:
    """Puts messages whose worker died while sending in doubt; returns how many. No machine ever sends them again."""
    return Delivery.objects.filter(status=DeliveryStatus.CLAIMED, claimed_at__lt=at - CLAIM_LOST_AFTER).update(
        status=DeliveryStatus.IN_DOUBT, note="The worker stopped while this was being sent", settled_at=at
    )


@transaction.atomic
def send_again(*, delivery: Delivery, actor: User, at: datetime) -> Delivery:
    """A person has decided that a message in doubt, or refused, goes out again. Raises `DeliveryDecisionRefused`."""
    return _decide(delivery, DeliveryStatus.QUEUED, actor=actor, at=at, words="to be sent again")


@transaction.atomic
def leave_unsent(*, delivery: Delivery, actor: User, at: datetime) -> Delivery:
    """A person has decided to leave a message in doubt, or refused, as it is. Raises `DeliveryDecisionRefused`."""
    return _decide(delivery, DeliveryStatus.LEFT, actor=actor, at=at, words="left as it is")


def _decide(delivery: Delivery, status: DeliveryStatus, *, actor: User, at: datetime, words: str) -> Delivery:
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
    if delivery.status not in {DeliveryStatus.IN_DOUBT, DeliveryStatus.REFUSED}:
        raise DeliveryDecisionRefused(
            f"This message is now “{delivery.get_status_display().lower()}”, so there is nothing to decide."
        )
    delivery.status, delivery.not_before, delivery.settled_at = status, at, at
    delivery.attempts, delivery.note = 0, ""
    delivery.save(update_fields=["status", "not_before", "settled_at", "attempts", "note"])
    log.record(
        action="delivery.decided",
        subject=delivery,
        actor=actor,
        at=at,
        summary=f"A message about “{delivery.event.outline}” is {words}.",
        activity=delivery.event.activity,
        data={"status": status},
    )
    transaction.on_commit(_wake_worker, robust=True)
    return delivery
