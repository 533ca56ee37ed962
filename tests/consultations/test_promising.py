"""Promises: made with a person and a day, changed and dropped with a reason, kept with evidence, all in public."""

from datetime import timedelta

import pytest

from consultations.domain import promising
from consultations.domain.promising import PromiseRefused, make_promise
from consultations.models import Promise
from engagement.enums import Audience, EventKind, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.consultations import ConsultationFactory, report
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DUE = TODAY + timedelta(days=30)
LATER = NOW + timedelta(days=31)


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def owner():
    return UserFactory(role=Role.CONTRACT_MANAGER, name="Tomasz Bell")


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True, said=True, decided=True)


@pytest.fixture
def promise(consultation, owner, involvement):
    """One that the public reads."""
    promised(consultation, owner, involvement)
    report(consultation, outcome=True)
    return Promise.objects.get()


def promised(consultation, owner, actor, **more):
    given = {"words": "answer every call", "due_on": DUE, **more}
    return make_promise(consultation=consultation, owner=owner, actor=actor, at=NOW, **given)


def act(name, promise, actor, *, at=NOW, seen=0, **more):
    return getattr(promising, name)(promise=promise, seen=seen, actor=actor, at=at, **more)


def keep(promise, actor, *, at=NOW, **more):
    given = {"kept_on": at.date(), "evidence": "See the register.", "evidence_url": "", **more}
    return act("keep_promise", promise, actor, at=at, **given)


@pytest.mark.requirement("R-060")
def test_promise_is_public_with_the_outcome_and_names_a_role(consultation, owner, involvement):
    made = promised(consultation, owner, involvement)
    before = list(promising.public_promises(on=TODAY))
    report(consultation, outcome=True)

    assert (made.reference, made.owner_words) == ("P-2026-001", "Contract Manager")
    assert (before, list(promising.public_promises(on=TODAY))) == ([], [made])
    assert LogEntry.objects.filter(action="promise.made").count() == 1
    told = Event.objects.get(kind=EventKind.PROMISE_DUE)
    assert (told.audience, [one.user for one in told.deliveries.all()]) == (Audience.PEOPLE, [owner])


def test_draft_promise_is_put_otherwise_without_a_public_reason(consultation, owner, involvement):
    made = promised(consultation, owner, involvement)

    changed = act("change_promise", made, owner, words="answer every letter", due_on=DUE, reason="")

    assert (changed.words, changed.status) == ("answer every letter", "PROMISED")
    assert Event.objects.filter(kind=EventKind.PROMISE_UPDATED).count() == 0


@pytest.mark.requirement("R-060", "R-086")
def test_every_change_is_a_line_of_the_story_and_told_once(promise, owner):
    EngagedPartyFactory(activity=promise.consultation.activity, email="follower@people.example")
    words = {
        "words": "answer every call in the evening",
        "due_on": DUE + timedelta(days=9),
        "reason": "One line fewer.",
    }

    changed = act("change_promise", promise, owner, **words)
    kept = keep(changed, owner, seen=1, at=LATER, evidence_url="/performance/")

    assert (kept.status, kept.kept_on, kept.evidence_url) == ("KEPT", LATER.date(), "/performance/")
    first, second = promise.changes.order_by("number")
    assert (first.act, first.note, first.words, first.due_on) == (
        "CHANGED",
        "One line fewer.",
        "answer every call",
        DUE,
    )
    assert (second.act, second.note) == ("KEPT", "See the register.")
    told = Event.objects.filter(kind=EventKind.PROMISE_UPDATED).order_by("pk")
    assert [one.title for one in told] == [
        "Changed: answer every call in the evening",
        "Kept: answer every call in the evening",
    ]
    assert Delivery.objects.filter(event__in=told, address="follower@people.example").count() == 2


@pytest.mark.requirement("R-060")
def test_late_promise_is_explained_in_public_and_handed_over(promise, owner, involvement):
    with pytest.raises(PromiseRefused, match="This is not late"):
        act("explain_lateness", promise, owner, reason="Two people left.")

    late = list(promising.public_promises(on=LATER.date(), standing="LATE"))
    explained = act("explain_lateness", promise, owner, at=LATER, reason="Two people left.")
    given = act("hand_over", explained, owner, at=LATER, seen=1, owner=involvement)

    assert (late, promising.late_count(at=LATER), promising.late_count(at=NOW)) == ([promise], 1, 0)
    assert (given.owner, given.owner_role, given.reason) == (involvement, Role.INVOLVEMENT, "Two people left.")
    assert [one.act for one in promise.changes.order_by("number")] == ["EXPLAINED", "HANDED_OVER"]
    with pytest.raises(PromiseRefused, match="Only the person who keeps"):
        act("drop_promise", given, owner, at=LATER, seen=2, reason="No.")


def test_promise_that_ended_stays_as_it_ended(promise, owner):
    dropped = act("drop_promise", promise, owner, reason="The grant ended.")

    assert (dropped.status, dropped.reason) == ("DROPPED", "The grant ended.")
    with pytest.raises(PromiseRefused, match="This is dropped"):
        keep(dropped, owner, seen=1)


@pytest.mark.parametrize(
    ("name", "more", "refusal", "field"),
    [
        ("change_promise", {"words": " ", "due_on": DUE, "reason": "x"}, "Say what you promise", "words"),
        (
            "change_promise",
            {"words": "x", "due_on": TODAY - timedelta(days=1), "reason": "x"},
            "This day has passed",
            "due_on",
        ),
        ("change_promise", {"words": "x", "due_on": DUE, "reason": " "}, "Say why", "reason"),
        ("change_promise", {"words": "answer every call", "due_on": DUE, "reason": "x"}, "is promised already", ""),
        ("drop_promise", {"reason": " "}, "Say why", "reason"),
        ("keep_promise", {"kept_on": TODAY, "evidence": " ", "evidence_url": ""}, "Say how we know", "evidence"),
        (
            "keep_promise",
            {"kept_on": TODAY + timedelta(days=1), "evidence": "x", "evidence_url": ""},
            "between the day it was made",
            "kept_on",
        ),
        (
            "keep_promise",
            {"kept_on": TODAY, "evidence": "x", "evidence_url": "javascript:1"},
            "Begin the address",
            "evidence_url",
        ),
    ],
)
def test_act_that_cannot_stand_is_refused_where_it_is_wrong(promise, owner, name, more, refusal, field):
    with pytest.raises(PromiseRefused, match=refusal) as refused:
        act(name, promise, owner, **more)

    assert refused.value.field == field
    assert promise.changes.count() == 0


@pytest.mark.threat("C04")
def test_second_of_two_who_act_on_one_promise_is_refused(promise, owner, involvement):
    act("hand_over", promise, involvement, owner=involvement)

    with pytest.raises(PromiseRefused, match="Somebody else has done something"):
        act("drop_promise", promise, involvement, reason="The grant ended.")


@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER, None])
def test_nobody_outside_the_office_is_given_a_promise(consultation, involvement, role):
    stranger = UserFactory(role=role) if role else UserFactory()

    with pytest.raises(PromiseRefused, match="works for the office"):
        promised(consultation, stranger, involvement)

    assert stranger not in promising.owners(on=TODAY)


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.INVOLVEMENT])
def test_nobody_else_promises_or_acts(promise, owner, role):
    other = UserFactory(role=role)

    with pytest.raises(promising.ConsultationRefused, match="Only the Involvement Team"):
        promised(promise.consultation, owner, other)
    with pytest.raises(PromiseRefused, match="Only the person who keeps"):
        act("drop_promise", promise, other, reason="The grant ended.")


def test_counts_tell_late_ones_apart(consultation, owner, involvement):
    for days in (10, 20, 40):
        promised(consultation, owner, involvement, due_on=TODAY + timedelta(days=days))
    report(consultation, outcome=True)
    keep(Promise.objects.order_by("due_on").first(), owner)

    counts = promising.counts_by_standing(on=DUE)

    assert counts == {"": 3, "LATE": 1, "PROMISED": 1, "CHANGED": 0, "KEPT": 1, "DROPPED": 0}
    assert {code: promising.public_promises(on=DUE, standing=code).count() for code in counts} == counts
