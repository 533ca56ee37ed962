"""Making, opening, moving, ending and reporting, without HTTP."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import lifecycle, moving, preparing, queries, questionnaires, timekeeping
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import QuestionKind, State
from consultations.models import Consultation, QuestionnaireVersion, VersionIsFrozen
from engagement.domain import log
from engagement.enums import Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.consultations import (
    CLOSES,
    OPENED,
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    signed_off,
)
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, UserFactory

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def involvement(db):
    return UserFactory(role=Role.INVOLVEMENT)


def create(involvement, **more):
    fields = {
        "activity": ActivityFactory(published=True),
        "questionnaire": QuestionnaireFactory(),
        "title": "Have we got the draft right?",
        "summary": "Tell us what we have missed.",
        "audience": "People who have used the service",
        "groups": ["SERVICE_USERS"],
        "formative_statement": "Nothing has been decided.",
        "information_statement": "The draft and its cost are on the page.",
        "length_reason": "Five weeks reach those whom providers see once a month.",
        "consideration_statement": "Every answer is read before the decision.",
        "support_contacts": "Call 0808 1 68 9111, day or night",
        "opens_at": OPENED,
        "closes_at": CLOSES,
    }
    return preparing.create_consultation(**{**fields, **more}, actor=involvement, at=NOW)


def opened(involvement, **more):
    draft = signed_off(create(involvement, **more))
    return lifecycle.open_consultation(consultation=draft, actor=involvement, at=NOW)


def test_create_gives_the_next_reference_and_an_entry_in_the_log(involvement):
    first, second = create(involvement), create(involvement)

    assert [first.reference, second.reference] == ["C-2026-001", "C-2026-002"]
    assert [first.slug, second.slug] == ["have-we-got-the-draft-right", "have-we-got-the-draft-right-c-2026-002"]
    assert LogEntry.objects.filter(action="consultation.created").count() == 2
    assert log.verify().sound


def test_address_of_a_sensitive_one_names_no_topic(involvement):
    assert create(involvement, sensitive=True).slug == "c-2026-001"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "Consultation on the draft"}, "title"),
        ({"summary": "word " * 101}, "summary"),
        ({"closes_at": OPENED}, "closes_at"),
    ],
)
def test_create_refuses_what_cannot_stand_and_names_the_field(involvement, wrong, field):
    with pytest.raises(ConsultationRefused) as refusal:
        create(involvement, **wrong)

    assert refusal.value.field == field
    assert not Consultation.objects.exists()


def half_hours(day):
    return [datetime(*day, hour, minute, tzinfo=LONDON) for hour in range(24) for minute in (0, 30)]


@pytest.mark.threat("C08")
@given(
    st.sampled_from(half_hours((2026, 10, 25)) + half_hours((2027, 3, 28)) + half_hours((2026, 7, 1))),
    st.sampled_from([0, 1]),
)
def test_times_that_happen_twice_or_never_are_refused_and_no_others(local, fold):
    moment = local.replace(fold=fold)
    unclear = (local.month, local.day, local.hour) in {(10, 25, 1), (3, 28, 1)}

    try:
        preparing.refuse_unclear_time(moment, field="closes_at")
        refused = False
    except ConsultationRefused as refusal:
        refused = refusal.field == "closes_at"

    assert refused == unclear


@pytest.mark.threat("C08")
@pytest.mark.parametrize(
    "clock", [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
)
def test_times_that_happen_twice_are_refused_in_universal_time_too(clock):
    with pytest.raises(ConsultationRefused, match="The clocks change on Sunday 25 October 2026"):
        preparing.refuse_unclear_time(clock, field="closes_at")


@pytest.mark.requirement("R-016", "R-059", "R-086")
def test_open_freezes_the_questions_and_tells_everyone_engaged_once(involvement):
    activity = ActivityFactory(published=True)
    EngagedPartyFactory.create_batch(2, activity=activity)

    consultation = opened(involvement, activity=activity)
    consultation.questionnaire.questions.update(text="Something else entirely?")
    timekeeping.keep_time(at=NOW)

    assert consultation.state(at=NOW) == State.OPEN
    assert questionnaires.questions_of(consultation.version)[0].text == "How should we first get in touch?"
    assert Event.objects.get().kind == "CONSULTATION_OPENED"
    assert Delivery.objects.count() == 2
    assert LogEntry.objects.filter(action="consultation.opened").count() == 1


def test_open_of_a_sensitive_one_makes_messages_topic_free(involvement):
    opened(involvement, sensitive=True)

    assert Event.objects.get().sensitive is True


@pytest.mark.parametrize("role", [Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.ADMINISTRATOR, Role.PREPARER])
def test_open_is_for_the_involvement_team(involvement, role):
    with pytest.raises(ConsultationRefused, match="Only the Involvement Team"):
        lifecycle.open_consultation(consultation=create(involvement), actor=UserFactory(role=role), at=NOW)


def test_open_refuses_an_activity_that_is_not_public(involvement):
    with pytest.raises(ConsultationRefused, match="Publish the activity first"):
        opened(involvement, activity=ActivityFactory())


def test_open_refuses_questions_that_cannot_be_asked_and_names_them(involvement):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, kind=QuestionKind.SINGLE, text="Which?")

    with pytest.raises(ConsultationRefused, match="Question 1, “Which\\?”: Add at least two choices") as refusal:
        opened(involvement, questionnaire=questionnaire)

    assert refusal.value.field == "questionnaire"


def test_open_twice_is_refused(involvement):
    consultation = opened(involvement)

    with pytest.raises(ConsultationRefused, match="already opened"):
        lifecycle.open_consultation(consultation=consultation, actor=involvement, at=NOW)


def test_change_is_for_drafts_only(involvement):
    draft = create(involvement)
    changed = preparing.change_consultation(
        consultation=draft, changes={"title": "What have we missed?", "sensitive": True}, actor=involvement, at=NOW
    )
    public = lifecycle.open_consultation(consultation=signed_off(changed), actor=involvement, at=NOW)

    with pytest.raises(ConsultationRefused, match="This is public now"):
        preparing.change_consultation(consultation=public, changes={"title": "New"}, actor=involvement, at=NOW)

    assert (changed.title, changed.slug) == ("What have we missed?", "c-2026-001")


def test_freeze_makes_a_version_only_when_something_changed(db):
    questionnaire = QuestionnaireFactory()

    first = questionnaires.freeze(questionnaire=questionnaire, at=NOW)
    same = questionnaires.freeze(questionnaire=questionnaire, at=NOW)
    questionnaire.questions.filter(key="q1").update(hint="Think about what would feel safe.")
    second = questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    assert (same.pk, second.number) == (first.pk, 2)


def test_version_cannot_be_saved_again(db):
    version = questionnaires.freeze(questionnaire=QuestionnaireFactory(), at=NOW)

    with pytest.raises(VersionIsFrozen):
        version.save()

    assert QuestionnaireVersion.objects.count() == 1


def test_extend_keeps_the_first_closing_time_and_the_reason(involvement):
    consultation = opened(involvement)
    later = CLOSES + timedelta(days=14)

    extended = moving.extend_consultation(
        consultation=consultation, closes_at=later, reason="The papers came late.", actor=involvement, at=NOW
    )

    assert (extended.closes_at, extended.first_closes_at, extended.dates_reason) == (
        later,
        CLOSES,
        "The papers came late.",
    )
    assert Event.objects.count() == 2


@pytest.mark.parametrize(("closes_at", "reason"), [(CLOSES, "Why not"), (CLOSES + timedelta(days=1), " ")])
def test_extend_needs_a_later_time_and_a_reason(involvement, closes_at, reason):
    with pytest.raises(ConsultationRefused):
        moving.extend_consultation(
            consultation=opened(involvement), closes_at=closes_at, reason=reason, actor=involvement, at=NOW
        )


def test_close_early_takes_no_more_answers_from_that_moment(involvement):
    closed = moving.close_consultation(
        consultation=opened(involvement), reason="The plan has changed.", actor=involvement, at=NOW
    )

    assert [closed.takes_answers(at=NOW - timedelta(seconds=1)), closed.takes_answers(at=NOW)] == [True, False]
    assert closed.first_closes_at == CLOSES


def test_withdraw_takes_no_more_answers_and_stays_public(involvement):
    withdrawn = moving.withdraw_consultation(
        consultation=opened(involvement), reason="The service has ended.", actor=involvement, at=NOW
    )

    assert withdrawn.state(at=NOW) == State.WITHDRAWN
    assert withdrawn.takes_answers(at=NOW) is False
    assert Consultation.objects.published().get() == withdrawn


@pytest.mark.parametrize(
    ("trait", "state"),
    [
        (None, State.DRAFT),
        ("opening_soon", State.OPENING_SOON),
        ("open", State.OPEN),
        ("closing_soon", State.CLOSING_SOON),
        ("closed", State.CLOSED),
        ("withdrawn", State.WITHDRAWN),
    ],
)
def test_state_follows_from_the_dates(db, trait, state):
    consultation = ConsultationFactory(**({trait: True} if trait else {}))

    assert consultation.state(at=NOW) == state
    assert consultation.takes_answers(at=NOW) == (state in {State.OPEN, State.CLOSING_SOON})


@pytest.mark.parametrize("each", [1, 3])
def test_queries_find_what_the_public_may_know_of(db, each, django_assert_num_queries):
    activity = ActivityFactory(published=True)
    for trait in ("opening_soon", "open", "closing_soon", "closed", "withdrawn"):
        ConsultationFactory.create_batch(each, activity=activity, **{trait: True})
    ConsultationFactory.create_batch(each, activity=activity)
    ConsultationFactory.create_batch(each, activity=ActivityFactory(), open=True)

    with django_assert_num_queries(6):
        found = {
            "open": [one.activity.title for one in queries.open_consultations(NOW)],
            "forthcoming": list(queries.forthcoming(NOW)),
            "of": list(queries.consultations_of(activity, NOW)),
            "counts": queries.counts(NOW),
            "search": list(queries.search("draft right", NOW)),
        }

    lengths = {name: len(value) for name, value in found.items() if name != "counts"}
    assert lengths == {"open": 2 * each, "forthcoming": each, "of": 5 * each, "search": 5 * each}
    assert found["counts"] == {"open": 2 * each, "closing_this_week": each}


def test_search_for_nothing_finds_nothing(db):
    ConsultationFactory(open=True)

    assert list(queries.search("  ", NOW)) == []


VISIBLE = {
    # role: states whose public page, staff page, draft form, running acts and texts are open to them
    None: ({"open"}, set(), set(), set(), set()),
    Role.PREPARER: ({"open"}, set(), set(), set(), set()),
    Role.INVOLVEMENT: ({"draft", "open"}, {"draft", "open"}, {"draft"}, {"draft", "open"}, {"draft", "open"}),
    Role.LEAD_COMMISSIONER: ({"draft", "open"}, {"draft", "open"}, {"draft"}, set(), set()),
    Role.CONTRACT_MANAGER: ({"draft", "open"}, {"draft", "open"}, set(), set(), set()),
    Role.MANAGEMENT: ({"draft", "open"}, {"draft", "open"}, set(), set(), set()),
    Role.COMMISSIONER: ({"open"}, {"open"}, set(), set(), set()),
    Role.SPECIALIST: ({"open"}, set(), set(), set(), set()),
    Role.AUDITOR: ({"draft", "open"}, {"draft", "open"}, set(), set(), set()),
    Role.ADMINISTRATOR: ({"open"}, set(), set(), set(), set()),
}


@pytest.mark.threat("A08")
@pytest.mark.parametrize("role", VISIBLE)
def test_policies_by_role_and_state(db, role):
    user = UserFactory(role=role)
    activity = ActivityFactory(published=True)
    if role in {Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER}:
        setattr(activity, role.value.lower(), user)
        activity.save()
    ConsultationFactory(activity=activity, title="draft")
    ConsultationFactory(activity=activity, title="open", open=True)
    others = ConsultationFactory(title="not mine")
    known = Consultation.objects.exclude(pk=others.pk)

    found = tuple(
        set(getattr(known, verb)(user, at=NOW).values_list("title", flat=True))
        for verb in ("visible_to", "watchable_by", "writable_by", "runnable_by", "readable_by")
    )

    assert found == VISIBLE[role]
    if role in {Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER}:
        assert not Consultation.objects.watchable_by(user, at=NOW).filter(pk=others.pk).exists()


def test_todo_tells_the_involvement_team_what_waits(involvement):
    ConsultationFactory(title="A draft")
    ConsultationFactory(title="Closing", closing_soon=True)
    ConsultationFactory(title="Closed", closed=True)
    ConsultationFactory(title="Open for long", open=True)

    assert [todo.title for todo in queries.todo_for(involvement, NOW)] == [
        "Finish and ask for sign-off: A draft",
        "Publish what people said: Closed",
        "Closing soon: Closing",
    ]
