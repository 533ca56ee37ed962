"""What people see and can do when something happens to a consultation: pauses, more time, grace, both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import drafting, moving, publishing, responding, timekeeping
from consultations.domain.drafting import NotTakingAnswers
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import Happening, State
from consultations.models import Consultation, ConsultationEvent, Draft, Response, Way
from engagement.domain.calendar import LONDON
from engagement.enums import Role
from engagement.models import Delivery, Event
from tests.factories.consultations import CLOSES, ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db
MILLISECOND = timedelta(milliseconds=1)
GRACE = timedelta(minutes=30)


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


def words_of(reply):
    return " ".join(reply.content.decode().split())


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def begun(consultation, at=NOW):
    ticket = drafting.start(consultation=consultation, at=at)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    drafting.keep_step(opened=opened, question="q1", values=["PHONE"], at=at)
    return ticket


def act(verb, consultation, actor, at=NOW, **more):
    function = getattr(moving, f"{verb}_consultation")
    return function(consultation=consultation, reason="The papers were late.", actor=actor, at=at, **more)


# Pauses


@pytest.mark.requirement("R-086", "R-151")
def test_pause_takes_no_answers_keeps_drafts_and_tells_everyone_once(involvement):
    consultation = ConsultationFactory(open=True)
    EngagedPartyFactory(activity=consultation.activity, email="all@people.example")
    EngagedPartyFactory(activity=consultation.activity, email="one@people.example", about=consultation.reference)
    ticket = begun(consultation)

    paused = act("suspend", consultation, involvement)

    assert (paused.state(at=NOW), paused.takes_answers(at=NOW)) == (State.SUSPENDED, False)
    with pytest.raises(NotTakingAnswers, match="We have paused this"):
        responding.submit(consultation=paused, ticket=ticket, at=NOW)
    drafting.forget_drafts(at=NOW + timedelta(days=200))
    assert Draft.objects.count() == 1
    assert sorted(Delivery.objects.values_list("address", flat=True)) == ["all@people.example", "one@people.example"]
    assert Event.objects.get().title == f"Paused: {consultation.title}"


def test_pause_outlasts_the_closing_time_and_going_on_gives_the_days_back(involvement):
    consultation = ConsultationFactory(open=True)
    ticket = begun(consultation)
    paused = act("suspend", consultation, involvement)
    much_later = CLOSES + timedelta(days=9)

    assert timekeeping.keep_time(at=much_later) == 0
    assert paused.state(at=much_later) == State.SUSPENDED
    with pytest.raises(ConsultationRefused, match="This time has passed"):
        act("resume", paused, involvement, at=much_later, closes_at=CLOSES)
    suggested = moving.suggested_closing(paused, at=much_later)
    going_on = act("resume", paused, involvement, at=much_later, closes_at=suggested)

    assert suggested == CLOSES + timedelta(days=39)
    assert going_on.state(at=much_later) == State.OPEN
    assert (going_on.first_closes_at, going_on.suspended_at) == (CLOSES, None)
    assert responding.submit(consultation=going_on, ticket=ticket, at=much_later)


def test_going_on_counts_drafts_as_visited_that_day(involvement):
    consultation = ConsultationFactory(open=True, closes_at=NOW + timedelta(days=300))
    begun(consultation)
    paused = act("suspend", consultation, involvement)
    later = NOW + timedelta(days=100)

    act("resume", paused, involvement, at=later, closes_at=paused.closes_at)
    drafting.forget_drafts(at=later)

    assert Draft.objects.get().touched_on == later.date()
    assert Consultation.objects.get().first_closes_at is None


def test_pause_keeps_nobody_from_taking_back_what_they_sent(involvement):
    consultation = ConsultationFactory(open=True)
    code = responding.submit(consultation=consultation, ticket=begun(consultation), at=NOW).code
    paused = act("suspend", consultation, involvement)

    responding.withdraw(consultation=paused, code=code, at=NOW)

    assert not Response.objects.exists()


def test_pages_of_answering_say_that_it_is_paused_and_what_became_of_the_draft(client, involvement):
    consultation = ConsultationFactory(open=True)
    with time_machine.travel(NOW, tick=False):
        client.post(page(consultation, "start"))
        client.post(page(consultation, "answer", "1"), {"1-answer": "PHONE"})
        token = client.cookies["answers"].value.partition(".")[0]
        act("suspend", consultation, involvement)
        overview = client.get(consultation.get_absolute_url())
        refused = client.post(page(consultation, "answer", "2"), {"2-answer": ["TEXT"]})
        check = client.post(page(consultation, "check"))
        back = client.get(page(consultation, "resume", token), follow=True)
        change = client.get(page(consultation, "change"))
        withdraw = client.get(page(consultation, "withdraw"))

    assert "Start now" not in words_of(overview)
    assert "We paused this" in words_of(overview)
    assert "We have paused this" in words_of(refused)
    assert check.status_code == 409
    for reply in (check, back):
        assert "They are kept until this goes on" in words_of(reply)
        assert "We cannot write to you about it" in words_of(reply)
        assert "The papers were late." in words_of(reply)
        assert "We paused this</strong>, Wednesday 16 September 2026" in words_of(reply)
        assert "Change<span" not in words_of(reply)
    assert "answers cannot be changed just now" in words_of(change)
    assert "Delete my answers" in words_of(withdraw)


@pytest.mark.parametrize("verb", ["suspend", "extend", "withdraw", "close"])
def test_what_happens_is_a_dated_update_that_stays(client, involvement, verb):
    consultation = ConsultationFactory(open=True)
    more = {"closes_at": CLOSES + timedelta(days=7)} if verb == "extend" else {}

    act(verb, consultation, involvement, **more)

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        shown = client.get(consultation.get_absolute_url())
    assert [entry["date"] for entry in shown.context["updates"]] == [NOW.date()]
    assert "The papers were late." in words_of(shown)
    if verb == "extend":
        moved = "It now closes 5pm on Friday 23 October 2026 instead of 5pm on Friday 16 October 2026."
        assert moved in words_of(shown)


def test_information_is_added_under_what_people_read_first_and_told(client, involvement):
    consultation = ConsultationFactory(open=True, summary="What people read first.")
    EngagedPartyFactory(activity=consultation.activity)
    added = {"text": "The costs are £1.2 million a year.", "actor": involvement, "at": NOW}

    moving.add_information(consultation=consultation, **added)
    moving.add_information(consultation=consultation, **{**added, "text": "And a map."})

    with time_machine.travel(NOW, tick=False):
        shown = client.get(consultation.get_absolute_url())
    assert [entry["text"] for entry in shown.context["updates"]] == ["And a map.", "The costs are £1.2 million a year."]
    assert "What people read first." in words_of(shown)
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("trait", [None, "closed", "withdrawn"])
def test_nothing_is_added_to_a_draft_or_to_what_is_over(involvement, trait):
    consultation = ConsultationFactory(**({trait: True} if trait else {}))

    with pytest.raises(ConsultationRefused):
        moving.add_information(consultation=consultation, text="More", actor=involvement, at=NOW)

    assert not ConsultationEvent.objects.exists()


def test_early_closing_is_told_once_with_its_reason(involvement):
    consultation = ConsultationFactory(open=True)
    EngagedPartyFactory(activity=consultation.activity)

    act("close", consultation, involvement)
    timekeeping.keep_time(at=NOW)
    timekeeping.keep_time(at=NOW + timedelta(hours=1))

    [event] = Event.objects.all()
    assert event.title == f"Now closed: {consultation.title}"
    assert event.summary.startswith("We closed this early. The papers were late. We are reading the answers.")


@pytest.mark.requirement("R-086")
@pytest.mark.parametrize(("opened", "in_time", "reminders"), [(30, 1, 1), (9, 0, 1)])
def test_followers_are_reminded_once_in_the_last_week(opened, in_time, reminders, involvement):
    closes = NOW + timedelta(days=7)
    consultation = ConsultationFactory(launched=True, opens_at=closes - timedelta(days=opened), closes_at=closes)
    consultation.published_at = consultation.opens_at
    consultation.save()
    EngagedPartyFactory(activity=consultation.activity)

    for moment in (NOW - MILLISECOND, NOW, NOW + timedelta(hours=1), NOW + timedelta(days=3)):
        timekeeping.keep_time(at=moment)
    before = Event.objects.filter(kind="CONSULTATION_CLOSING").count()
    act("extend", consultation, involvement, at=NOW, closes_at=closes + timedelta(days=30))
    timekeeping.keep_time(at=closes + timedelta(days=25))

    last_week = Event.objects.filter(kind="CONSULTATION_CLOSING")
    assert (before, last_week.count()) == (in_time, reminders)
    assert [event.deliveries.count() for event in last_week] == [1] * reminders


# The closing second, grace, and clock changes


@pytest.mark.threat("C07")
@pytest.mark.parametrize("grace", [False, True])
@pytest.mark.parametrize(
    "closes",
    [
        datetime(2026, 10, 25, 17, 0, tzinfo=LONDON),  # the day summer time ends: 5pm is 17:00 in universal time
        datetime(2026, 10, 24, 17, 0, tzinfo=LONDON),  # the day before: 16:00
        datetime(2027, 3, 28, 17, 0, tzinfo=LONDON),  # the day summer time begins: 16:00
        datetime(2027, 3, 27, 17, 0, tzinfo=LONDON),
    ],
)
def test_last_moment_to_begin_and_to_send(closes, grace):
    consultation = ConsultationFactory(
        launched=True, opens_at=closes - timedelta(days=40), closes_at=closes, grace=grace
    )
    first, second = (begun(consultation, at=closes - timedelta(days=1)) for _ in range(2))
    end = closes + (GRACE if grace else timedelta(0))

    drafting.start(consultation=consultation, at=closes - MILLISECOND)
    with pytest.raises(NotTakingAnswers, match="This has closed"):
        drafting.start(consultation=consultation, at=closes)
    responding.submit(consultation=consultation, ticket=first, at=end - MILLISECOND)
    with pytest.raises(NotTakingAnswers, match="This has closed"):
        responding.submit(consultation=consultation, ticket=second, at=end)

    assert Response.objects.count() == 1
    assert Draft.objects.filter(number=1).count() == 1


@pytest.mark.threat("C08")
@pytest.mark.parametrize(
    ("closes", "utc", "words"),
    [
        (datetime(2026, 10, 25, 17, 0, tzinfo=LONDON), (2026, 10, 25, 17), "Closes 5pm on Sunday 25 October 2026."),
        (datetime(2027, 3, 28, 17, 0, tzinfo=LONDON), (2027, 3, 28, 16), "Closes 5pm on Sunday 28 March 2027."),
    ],
)
def test_page_opens_and_closes_at_the_second_on_days_when_clocks_change(client, closes, utc, words):
    """The last week has an hour more or less; the page says UK time, and takes answers until that very second."""
    consultation = ConsultationFactory(launched=True, opens_at=closes - timedelta(days=30), closes_at=closes)
    stored = Consultation.objects.get().closes_at

    with time_machine.travel(closes - timedelta(seconds=1), tick=False):
        before = client.get(consultation.get_absolute_url())
        started = client.post(page(consultation, "start"))
        client.post(page(consultation, "answer", "1"), {"1-answer": "PHONE"})
    with time_machine.travel(closes, tick=False):
        after = client.get(consultation.get_absolute_url())
        too_late = client.post(page(consultation, "check"))

    assert stored == datetime(*utc, tzinfo=UTC)
    assert words in words_of(before)
    assert "Closes today" in words_of(before)
    assert started.url.endswith("/answer/1/")
    assert ("Start now" in words_of(before), "Start now" in words_of(after)) == (True, False)
    assert (too_late.status_code, Response.objects.count()) == (409, 0)
    assert "A phone call" in words_of(too_late)


@pytest.mark.threat("C07")
def test_grace_is_announced_and_kept_on_every_page(client):
    consultation = ConsultationFactory(open=True, grace=True)
    sentence = "If you have started before it closes, you can still send until 5:30pm on Friday 16 October 2026."
    with time_machine.travel(CLOSES - timedelta(minutes=1), tick=False):
        overview = client.get(consultation.get_absolute_url())
        client.post(page(consultation, "start"))
    with time_machine.travel(CLOSES + timedelta(minutes=10), tick=False):
        kept = client.post(page(consultation, "answer", "1"), {"1-answer": "PHONE"})
        check = client.get(page(consultation, "check"))
        sent = client.post(page(consultation, "check"))
        new = client.post(page(consultation, "start"), {"again": "1"})

    assert sentence in words_of(overview)
    assert kept.url.endswith("/answer/2/")
    assert "so you can still send until 5:30pm on Friday 16 October 2026." in words_of(check)
    assert (sent.status_code, Response.objects.count()) == (302, 1)
    assert new.url == consultation.get_absolute_url()


def test_results_wait_for_the_end_of_the_grace(involvement):
    consultation = ConsultationFactory(closed=True, grace=True, said=True)
    ResponseFactory.create_batch(12, consultation=consultation, settled=False, answers={"q1": ["PHONE"]})
    within = consultation.closes_at + GRACE - MILLISECOND

    told = [timekeeping.keep_time(at=moment + timekeeping.IN_FLIGHT) for moment in (within, within + MILLISECOND)]
    with pytest.raises(ConsultationRefused, match="once this has closed"):
        publishing.publish_results(consultation=consultation, actor=involvement, at=within)

    assert told == [0, 1]


def test_ways_to_answer_go_when_it_closes_and_the_contact_stays(client):
    consultation = ConsultationFactory(closed=True, contact="Involvement Team, 01632 960 199")
    Way.objects.create(consultation=consultation, channel="PHONE", words="Call us", contact="01632 960 144")

    with time_machine.travel(NOW, tick=False):
        shown = words_of(client.get(consultation.get_absolute_url()))

    assert ("01632 960 144" in shown, "01632 960 199" in shown) == (False, True)


def test_every_kind_of_update_has_words_for_its_message():
    assert set(moving.TOLD) == set(Happening) - {Happening.CLOSED_EARLY}


@pytest.mark.parametrize(("sensitive", "named"), [(False, True), (True, False)])
def test_calendar_holds_closing_and_events_and_names_no_topic_where_people_may_be_at_risk(client, sensitive, named):
    consultation = ConsultationFactory(open=True, sensitive=sensitive, title="Support after assault")
    library = {"words": "Talk to us", "contact": "Millgate Library", "starts_at": datetime(2026, 10, 1, 13, tzinfo=UTC)}
    Way.objects.create(consultation=consultation, channel="EVENT", **library)

    with time_machine.travel(NOW, tick=False):
        dates = client.get(page(consultation, "dates")).content.decode()
        shown = words_of(client.get(consultation.get_absolute_url()))

    assert [f"DTSTART:{moment}" in dates for moment in ("20261001T130000Z", "20261016T160000Z")] == [True, True]
    assert [words in dates for words in ("assault", "Millgate")] == [named, named]
    assert "Come and talk to us: Millgate Library" in shown


def test_event_that_is_over_is_no_way_to_answer_any_more(client):
    consultation = ConsultationFactory(open=True)
    Way.objects.create(consultation=consultation, channel="EVENT", words="Talk", contact="Library", starts_at=NOW)

    with time_machine.travel(NOW, tick=False):
        shown = client.get(consultation.get_absolute_url())

    assert shown.context["ways"] == []
