"""Questions from providers and answers to them, made as rows and, where that matters, through the domain."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from engagement import models
from engagement.domain import answering, asking, releasing
from engagement.domain.answering import draft_of, seen_of
from engagement.enums import Confidence, PartyKind, QuestionSource, QuestionState, Role
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, OrganisationFactory, UserFactory


class QuestionWindowFactory(DjangoModelFactory):
    """Open now, for the engaged alone; `closed`, `coming` and `public` say otherwise."""

    class Meta:
        model = models.QuestionWindow

    class Params:
        closed = factory.Trait(closes_at=NOW - timedelta(days=1))
        coming = factory.Trait(opens_at=NOW + timedelta(days=1))
        public = factory.Trait(is_public=True)

    activity = factory.SubFactory(ActivityFactory, published=True)
    number = factory.Sequence(lambda n: n + 1)
    about = "Draft specification 0.3"
    opens_at = NOW - timedelta(days=3)
    closes_at = NOW + timedelta(days=9)
    answers_by = NOW + timedelta(days=14)
    opened_by = factory.SelfAttribute("activity.lead_commissioner")


class ClarificationFactory(DjangoModelFactory):
    """A question that a provider sent; `draft` is still being written, `confidential` asks for confidence."""

    class Meta:
        model = models.Clarification

    class Params:
        draft = factory.Trait(state=QuestionState.DRAFT, asked_at=None)
        confidential = factory.Trait(confidence=Confidence.ASKED, confidence_asked_because="It shows our prices.")

    window = factory.SubFactory(QuestionWindowFactory)
    source = QuestionSource.PORTAL
    organisation = factory.SubFactory(OrganisationFactory)
    asked_by = factory.SubFactory(UserFactory, role=Role.PREPARER, organisation=factory.SelfAttribute("..organisation"))
    section = "Clause 4.2"
    text = factory.Sequence(lambda n: f"May evening visits be made by two people, case {n}?")
    state = QuestionState.ASKED
    asked_at = NOW - timedelta(days=1)


class ConflictFactory(DjangoModelFactory):
    """An interest that somebody of the office declared."""

    class Meta:
        model = models.ConflictOfInterest

    activity = factory.SubFactory(ActivityFactory)
    declared_by = "Sam Okafor"
    declared_on = NOW.date() - timedelta(days=4)
    interest = "A sister works for a provider."
    mitigation = "Takes no part in scoring."
    recorded_by = factory.SelfAttribute("activity.lead_commissioner")
    recorded_at = NOW - timedelta(days=3)


def engage(activity, name, **person):
    """An organisation engaged with an activity, and its certifier."""
    organisation = OrganisationFactory(name=name)
    EngagedPartyFactory(activity=activity, kind=PartyKind.ORGANISATION, email="", organisation=organisation)
    return UserFactory(
        name=f"Certifier of {name}",
        role=Role.CERTIFIER,
        organisation=organisation,
        email=f"certifier@{organisation.slug}.example",
        **person,
    )


def organisation_of(user):
    return user.memberships.get().organisation


def ask(window, user, text="May evening visits be made by two people?", *, section="", because="", send=True, at=NOW):
    """A provider's person asks."""
    return asking.write_question(
        window=window,
        organisation=organisation_of(user),
        section=section,
        text=text,
        confidential_because=because,
        send=send,
        actor=user,
        at=at,
    )


def answer(question, text="Yes, two people may.", *, wording="", reason="", actor=None, at=NOW):
    """The Lead Commissioner answers, or corrects with a reason."""
    question.refresh_from_db()
    return answering.write_answer(
        question=question,
        seen=seen_of(question, draft_of(question)),
        wording=wording or question.text,
        section=question.section,
        text=text,
        reason=reason,
        actor=actor or question.window.activity.lead_commissioner,
        at=at,
    )


def release(window, *, actor=None, at=NOW):
    """The Contract Manager reads and releases what waits."""
    seen = releasing.waiting_for_release(window, at=at).seen
    return releasing.release_answers(window=window, seen=seen, actor=actor or window.activity.contract_manager, at=at)
