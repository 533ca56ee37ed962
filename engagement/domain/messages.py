"""What a message says: one purpose, one link, text and HTML alike, and a way to leave (ux.md section 7).

A topic-free message names no service or subject in subject, preview or address: somebody else may be reading along.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from engagement.models import Delivery, EngagedParty, Organisation, User

LEAVE_SALT = "engagement.leave"
TOPIC_FREE_SUBJECT = "Update from the Commissioner's office"


def compose(delivery: Delivery, *, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The e-mail of one delivery, ready to send: exactly one recipient, its own `Message-ID`, links from `BASE_URL`."""
    event, party = delivery.event, delivery.party
    topic_free = bool(party and (party.topic_free or event.sensitive))
    leave_link = settings.BASE_URL + leave_path(party) if party else ""
    path = reverse("engagement:update", args=[event.pk]) if topic_free else event.path
    context = {
        "event": event,
        "activity": event.activity,
        "organisation": event.organisation,
        "topic_free": topic_free,
        "link": settings.BASE_URL + path,
        "leave_link": leave_link,
        "recipient": delivery.user,
    }
    headers = {"Message-ID": delivery.message_id}
    if leave_link:
        headers["List-Unsubscribe"] = f"<{leave_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    subject = TOPIC_FREE_SUBJECT if topic_free else event.title
    return _message(subject, "event", context, to=delivery.address, headers=headers, connection=connection)


def compose_follow_request(*, party: EngagedParty, token: str) -> EmailMultiAlternatives:
    """The e-mail that asks a would-be follower to confirm. Sent in the request; it leaves no record but the party."""
    link = settings.BASE_URL + reverse("engagement:follow-confirm", args=[token])
    context = {"party": party, "topic_free": party.topic_free, "link": link}
    return _message("Confirm that you want updates from us", "follow_request", context, to=party.email)


def compose_invitation(*, organisation: Organisation, user: User, inviter: User, link: str) -> EmailMultiAlternatives:
    """The e-mail that tells a person for whom they may act now. `link` lets a newcomer choose a password, once."""
    context = {"organisation": organisation, "user": user, "inviter": inviter, "link": link}
    return _message(f"Your access to {settings.WAGTAIL_SITE_NAME}", "invitation", context, to=user.email)


def leave_path(party: EngagedParty) -> str:
    """The address at which a party stops following, without an account. It does not expire."""
    return reverse("engagement:follow-leave", args=[signing.dumps(party.pk, salt=LEAVE_SALT)])


def _message(
    subject: str,
    template: str,
    context: Mapping[str, Any],
    *,
    to: str,
    headers: Mapping[str, str] | None = None,
    connection: BaseEmailBackend | None = None,
) -> EmailMultiAlternatives:
    context = {
        **context,
        "office_name": settings.OFFICE_NAME,
        "office_place": settings.OFFICE_PLACE,
        "office_email": settings.OFFICE_EMAIL,
        "office_phone": settings.OFFICE_PHONE,
        "site": settings.BASE_URL,
    }
    text = render_to_string(f"engagement/email/{template}.txt", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()), body=text, to=[to], headers=dict(headers or {}), connection=connection
    )
    message.attach_alternative(render_to_string(f"engagement/email/{template}.html", context), "text/html")
    return message
