"""Releasing answers: one act in one transaction, for everyone engaged, at the same moment, by a second person.

The texts, the organisations told and their messages are fixed together. Whoever joins later is given the same.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse

from engagement.access import local_date
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.domain.windows import engaged_organisations, tell_engaged
from engagement.enums import Audience, EventKind, QuestionState, Telling
from engagement.models import (
    Activity,
    Answer,
    EngagedParty,
    Event,
    Membership,
    Organisation,
    QuestionWindow,
    Release,
    Told,
    User,
)


class ReleaseRefused(Exception):
    """The answers cannot be released like this; the message says why."""


@dataclass(frozen=True)
class Waiting:
    """What waits for release in a window, whom it would reach now, and `seen`, the seal of both."""

    answers: list[Answer]
    organisations: list[Organisation]
    people: int
    followers: int
    seen: str


def waiting_for_release(window: QuestionWindow, *, at: datetime) -> Waiting:
    """Answers and corrections in the order in which they would be numbered, and whom they would reach now. Six queries.

    The order says nothing of who asked or when: released ones by number, then by section, then by chance.
    """
    answers = _answers(window)
    organisations = _recipients(window)
    people = _members(organisations, at=at)
    public = window.is_public and window.activity.published_at
    followers = window.activity.parties.listening().filter(organisation=None, about="").count() if public else 0
    return Waiting(
        answers=answers,
        organisations=organisations,
        people=len({membership.user_id for membership in people}),
        followers=followers,
        seen=_seal([*_texts(answers), [organisation.pk for organisation in organisations]]),
    )


def _answers(window: QuestionWindow) -> list[Answer]:
    open_states = [QuestionState.ANSWERED, QuestionState.RELEASED]
    waiting = Answer.objects.filter(release=None, question__state__in=open_states, question__window=window)
    found = waiting.select_related("question").prefetch_related("writers")
    return sorted(
        found, key=lambda one: (one.question.number or 1_000_000, one.section.casefold(), one.question.reference.hex)
    )


def _recipients(window: QuestionWindow) -> list[Organisation]:
    """Everyone engaged now, and everyone who was told of an earlier release: a correction reaches them too."""
    now = {organisation.pk: organisation for organisation in engaged_organisations(window.activity)}
    before = Organisation.objects.filter(told_of_answers__release__window=window).distinct()
    return sorted({**{one.pk: one for one in before}, **now}.values(), key=lambda one: (one.name, one.pk))


def _members(organisations: Iterable[Organisation], *, at: datetime) -> list[Membership]:
    current: QuerySet[Membership] = Membership.objects.current(on=local_date(at))
    return list(current.filter(organisation__in=list(organisations), user__is_active=True).select_related("user"))


def _texts(answers: Iterable[Answer]) -> list[object]:
    return [[str(a.question.reference), a.version, a.section, a.wording, a.text, a.reason] for a in answers]


def _seal(words: object) -> str:
    return hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest()


@transaction.atomic
def release_answers(*, window: QuestionWindow, seen: str, actor: User, at: datetime) -> Release:
    """Gives every answer and correction that waits to every organisation engaged, and to those told before.

    `seen` is the seal of what the releasing person looked at. One transaction writes the numbers, the frozen texts, the
    log entry with their digest, one event with one message a person, and who was told. Raises `ReleaseRefused` when
    nothing waits, somebody wrote part of it themselves, anything changed since, or nobody is engaged.
    """
    window = QuestionWindow.objects.select_for_update(of=("self",)).select_related("activity").get(pk=window.pk)
    Activity.objects.select_for_update().get(pk=window.activity_id)  # nobody joins meanwhile: see `hand_on_released`
    list(window.questions.select_for_update().order_by("pk").values_list("pk"))  # nor writes, nor withdraws
    waiting = waiting_for_release(window, at=at)
    _refuse(window, waiting, seen=seen, actor=actor)
    number = (window.releases.aggregate(last=Max("number"))["last"] or 0) + 1
    _number(window, waiting.answers)
    digest = digest_of(waiting.answers)
    activity = window.activity
    event = tell_engaged(
        window=window,
        key=f"answers-released:{window.pk}:{number}",
        kind=EventKind.ANSWERS_RELEASED,
        title=f"{activity.reference}: answers to questions from providers",
        summary=_summary(waiting.answers),
        organisations=waiting.organisations,
        at=at,
    )
    release = Release.objects.create(
        window=window, number=number, released_at=at, released_by=actor, event=event, digest=digest
    )
    Answer.objects.filter(pk__in=[answer.pk for answer in waiting.answers]).update(release=release)
    _write_told(release, waiting.organisations, event=event, telling=Telling.AT_RELEASE, at=at)
    log.record(
        action="answers.released",
        subject=release,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"Release {number} of answers on {activity.reference}: {_summary(waiting.answers)}",
        data={
            "window": window.number,
            "release": number,
            "digest": digest,
            "organisations": [organisation.pk for organisation in waiting.organisations],
        },
    )
    return release


def _refuse(window: QuestionWindow, waiting: Waiting, *, seen: str, actor: User) -> None:
    last = window.releases.select_related("released_by").order_by("-number").first()
    if not waiting.answers:
        raise ReleaseRefused(
            f"Nothing waits to be released. {last.released_by} released answers last." if last else "Nothing waits."
        )
    if any(actor in answer.writers.all() for answer in waiting.answers):
        raise ReleaseRefused("You wrote part of this yourself. Somebody else has to read it and release it.")
    if not waiting.organisations:
        raise ReleaseRefused("No organisation is engaged, so there is nobody to release it to. Engage them first.")
    if seen != waiting.seen:
        raise ReleaseRefused(
            "The answers, or those who would be told, have changed since you looked. Read what stands here now."
        )


def _number(window: QuestionWindow, answers: Iterable[Answer]) -> None:
    """Q1, Q2, … in the order shown; a corrected answer keeps its number."""
    number = window.questions.aggregate(last=Max("number"))["last"] or 0
    for answer in answers:
        question = answer.question
        if question.number is None:
            number += 1
            question.number, question.state = number, QuestionState.RELEASED
            question.save(update_fields=["number", "state"])


def digest_of(answers: Iterable[Answer]) -> str:
    """The digest of texts as they were released, by number and version. It proves later that they are unchanged."""
    rows = sorted([a.question.number or 0, a.version, a.section, a.wording, a.text, a.reason] for a in answers)
    return _seal(rows)


def _summary(answers: Collection[Answer]) -> str:
    """For the message and the log: which questions, by number."""
    new = [f"Q{a.question.number}" for a in answers if a.version == 1]
    corrected = [f"Q{a.question.number}" for a in answers if a.version > 1]
    parts = [f"new: {', '.join(new)}" if new else "", f"corrected: {', '.join(corrected)}" if corrected else ""]
    words = "; ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}."  # not `capitalize`, which makes a small letter of Q1


def _write_told(
    release: Release, organisations: Iterable[Organisation], *, event: Event, telling: Telling, at: datetime
) -> None:
    """Who was told, with the messages to the people of each, for ever."""
    organisations = list(organisations)
    told = Told.objects.bulk_create(
        Told(release=release, organisation=one, telling=telling, at=at, event=event) for one in organisations
    )
    sent = {address.lower(): pk for pk, address in event.deliveries.values_list("pk", "address")}
    of: dict[int, set[int]] = {}
    for membership in _members(organisations, at=at):
        if (delivery := sent.get(membership.user.email.lower())) is not None:
            of.setdefault(membership.organisation_id, set()).add(delivery)
    by_organisation = {row.organisation_id: row for row in told}
    link = Told.deliveries.through
    link.objects.bulk_create(
        link(told_id=by_organisation[organisation].pk, delivery_id=delivery)
        for organisation, deliveries in of.items()
        for delivery in sorted(deliveries)
    )


@transaction.atomic
def hand_on_released(*, party: EngagedParty, at: datetime) -> int:
    """An organisation that joins later gets what the others have, and hears that it exists; returns how many releases.

    Releases that it was told of before, as one that left and came back, are not told again.
    """
    activity, organisation = party.activity, party.organisation
    if organisation is None:
        return 0
    Activity.objects.select_for_update().get(pk=activity.pk)  # a release of this moment is before this, or after it
    missed = Release.objects.filter(window__activity=activity).exclude(told__organisation=organisation)
    releases = list(missed.select_related("window").order_by("released_at", "pk"))
    windows = QuestionWindow.objects.filter(activity=activity, closes_at__gt=at)
    if not releases and not windows.exists():
        return 0
    event = announce(
        key=f"answers-handed-on:{party.pk}:{at.isoformat()}",
        kind=EventKind.ANSWERS_HANDED_ON,
        activity=activity,
        audience=Audience.ORGANISATION,
        organisation=organisation,
        title=f"{activity.reference}: questions and answers so far",
        summary="You have the same answers as everyone who was engaged before you."
        if releases
        else "Questions can be asked. Everyone engaged gets the answers at the same moment.",
        path=reverse("engagement:our-questions", args=[activity.slug]),
        at=at,
    )
    for release in releases:
        _write_told(release, [organisation], event=event, telling=Telling.ON_JOINING, at=at)
    if releases:
        log.record(
            action="answers.handed_on",
            subject=party,
            actor=None,
            at=at,
            activity=activity,
            organisation=organisation,
            summary=f"{organisation} was given the answers released so far on {activity.reference}.",
            data={"releases": [release.pk for release in releases]},
        )
    return len(releases)
