"""Answers reach everyone engaged at the same moment, once, with the proof."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection, transaction

from engagement.domain import outbox, packs, releasing
from engagement.domain.parties import engage_organisation
from engagement.domain.releasing import ReleaseRefused
from engagement.enums import Audience, QuestionState, Telling
from engagement.models import Answer, Clarification, Delivery, Event, LogEntry, Release, Told
from tests.factories.clarifications import QuestionWindowFactory, answer, ask, engage, organisation_of, release
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, OrganisationFactory, UserFactory

LATER = NOW + timedelta(days=1)


@pytest.fixture
def window():
    return QuestionWindowFactory(activity=ActivityFactory(published=True, slug="help"))


@pytest.fixture
def providers(window):
    return [engage(window.activity, name) for name in ("Brightway", "Harbourlight", "Northfold")]


def told(window):
    return [(row.organisation.name, row.telling) for row in packs.told_rows(window.activity)]


# One moment


@pytest.mark.django_db
@pytest.mark.requirement("R-086", "R-152")
def test_everyone_engaged_is_told_in_one_act(window, providers):
    answer(ask(window, providers[0], "How many evenings?"), "Five.")
    answer(ask(window, providers[1], "Which rooms?"), "Ours.")
    Delivery.objects.all().delete()

    done = release(window)

    assert sorted(Answer.objects.filter(release=done).values_list("text", flat=True)) == ["Five.", "Ours."]
    assert sorted(Clarification.objects.values_list("number", flat=True)) == [1, 2]
    assert told(window) == [(name, Telling.AT_RELEASE) for name in ("Brightway", "Harbourlight", "Northfold")]
    assert {row.at for row in Told.objects.all()} == {NOW}
    assert (done.event.occurred_at, done.event.audience) == (NOW, Audience.ENGAGED)
    assert sorted(done.event.deliveries.values_list("address", flat=True)) == sorted(one.email for one in providers)
    entry = LogEntry.objects.get(action="answers.released")
    assert entry.data["digest"] == done.digest
    assert entry.data["organisations"] == [organisation_of(one).pk for one in providers]


@pytest.mark.django_db
def test_numbers_do_not_tell_in_which_order_they_were_asked(window, providers):
    for section in ("Z, last clause", "b, a middle clause", "A, first clause"):
        answer(ask(window, providers[0], f"What of {section}?", section=section))

    release(window)

    ordered = Clarification.objects.order_by("number").values_list("section", flat=True)
    assert list(ordered) == ["A, first clause", "b, a middle clause", "Z, last clause"]


@pytest.mark.django_db
@pytest.mark.requirement("R-086")
def test_release_that_breaks_off_leaves_nothing(window, providers, monkeypatch):
    question = ask(window, providers[0])
    answer(question)
    before = (Event.objects.count(), Delivery.objects.count(), LogEntry.objects.count())

    def broken(**kwargs):
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(releasing.log, "record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        release(window)

    question.refresh_from_db()
    assert (question.state, question.number) == (QuestionState.ANSWERED, None)
    assert not Release.objects.exists()
    assert not Told.objects.exists()
    assert not Answer.objects.released().exists()
    assert (Event.objects.count(), Delivery.objects.count(), LogEntry.objects.count()) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.threat("C01")
def test_two_people_at_once_release_once(window, providers):
    answer(ask(window, providers[0]))
    seen, barrier, outcomes = releasing.waiting_for_release(window, at=NOW).seen, Barrier(2), []
    management = UserFactory(role="MANAGEMENT")

    def press(actor):
        barrier.wait()
        try:
            releasing.release_answers(window=window, seen=seen, actor=actor, at=NOW)
            outcomes.append("released")
        except ReleaseRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=press, args=[actor]) for actor in (window.activity.contract_manager, management)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.partition(".")[0] for one in outcomes) == ["Nothing waits to be released", "released"]
    assert Release.objects.count() == 1
    assert Told.objects.count() == len(providers)
    assert Event.objects.filter(kind="ANSWERS_RELEASED").count() == 1


# Who releases what


@pytest.mark.django_db
@pytest.mark.threat("A15")
def test_who_wrote_part_of_it_does_not_release_it(window, providers):
    question = ask(window, providers[0])
    answer(question, "Yes.", actor=window.activity.contract_manager)
    answer(question, "Yes, two may.", actor=window.activity.lead_commissioner)

    for writer in (window.activity.contract_manager, window.activity.lead_commissioner):
        with pytest.raises(ReleaseRefused, match="You wrote part of this yourself"):
            release(window, actor=writer)

    release(window, actor=UserFactory(role="MANAGEMENT"))
    assert Release.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.threat("C04")
@pytest.mark.parametrize("what", ["an answer", "an organisation"])
def test_what_changed_since_the_look_is_not_released(window, providers, what):
    question = ask(window, providers[0])
    answer(question)
    seen = releasing.waiting_for_release(window, at=NOW).seen
    if what == "an answer":
        answer(question, "No.", at=LATER)
    else:
        engage(window.activity, "Latecomer")

    with pytest.raises(ReleaseRefused, match="changed since you looked"):
        releasing.release_answers(window=window, seen=seen, actor=window.activity.contract_manager, at=LATER)

    assert not Release.objects.exists()


@pytest.mark.django_db
def test_nobody_engaged_is_nobody_to_release_to(window):
    answer(ask(window, engage(window.activity, "Brightway")))
    window.activity.parties.update(left_at=NOW)

    with pytest.raises(ReleaseRefused, match="No organisation is engaged"):
        release(window)


@pytest.mark.django_db
def test_public_window_tells_followers_in_the_same_event(providers, window):
    window.is_public = True
    window.save()
    EngagedPartyFactory(activity=window.activity, email="follower@people.example", topic_free=True)
    answer(ask(window, providers[0]))

    done = release(window)

    assert done.event.audience == Audience.EVERYONE
    addresses = set(done.event.deliveries.values_list("address", flat=True))
    assert addresses == {"follower@people.example", *(one.email for one in providers)}
    assert [row.deliveries.count() for row in packs.told_rows(window.activity)] == [1, 1, 1]


# Joining later, and coming back


@pytest.mark.django_db
@pytest.mark.requirement("R-086")
def test_late_joiner_gets_the_same_and_a_message(window, providers):
    answer(ask(window, providers[0], "How many evenings?"), "Five.")
    release(window)
    late = UserFactory(role="CERTIFIER", organisation=OrganisationFactory(name="Latecomer"), email="late@late.example")

    engage_organisation(
        activity=window.activity, organisation=organisation_of(late), actor=window.activity.lead_commissioner, at=LATER
    )

    [pack] = packs.packs_of([window], readers=[organisation_of(late)])
    assert [entry.current.text for entry in pack.entries] == ["Five."]
    row = Told.objects.get(organisation=organisation_of(late))
    assert (row.telling, row.at) == (Telling.ON_JOINING, LATER)
    assert list(row.deliveries.values_list("address", flat=True)) == ["late@late.example"]
    assert LogEntry.objects.filter(action="answers.handed_on").count() == 1


@pytest.mark.django_db
def test_joining_twice_hands_on_once(window, providers):
    answer(ask(window, providers[0]))
    release(window)
    organisation = OrganisationFactory(name="Latecomer")
    shared = {"activity": window.activity, "organisation": organisation, "actor": window.activity.lead_commissioner}

    engage_organisation(at=LATER, **shared)
    engage_organisation(at=LATER + timedelta(days=1), **shared)

    assert Told.objects.filter(organisation=organisation).count() == 1
    assert Event.objects.filter(kind="ANSWERS_HANDED_ON").count() == 1


# Corrections


@pytest.mark.django_db
@pytest.mark.requirement("R-086")
def test_correction_reaches_everyone_told_before_and_everyone_now(window, providers):
    question = ask(window, providers[0])
    answer(question, "Five.")
    release(window)
    window.activity.parties.filter(organisation=organisation_of(providers[2])).update(left_at=NOW)
    engage(window.activity, "Oakmere")
    answer(question, "Six.", reason="We miscounted.", at=LATER)
    [before] = packs.packs_of([window])
    assert [(entry.current.text, entry.superseded) for entry in before.entries] == [("Five.", [])]

    done = release(window, at=LATER)

    names = [row.organisation.name for row in packs.told_rows(window.activity) if row.release_id == done.pk]
    assert names == ["Brightway", "Harbourlight", "Northfold", "Oakmere"]
    [pack] = packs.packs_of([window], readers=[organisation_of(providers[2])])
    [entry] = pack.entries
    assert (entry.number, entry.current.text, entry.current.reason) == (1, "Six.", "We miscounted.")
    assert [(old.version, old.text) for old in entry.superseded] == [(1, "Five.")]


@pytest.mark.django_db
@pytest.mark.threat("G02")
def test_text_changed_behind_the_portals_back_shows_in_the_digest(window, providers):
    answer(ask(window, providers[0]))
    done = release(window)
    assert releasing.digest_of(done.answers.all()) == done.digest

    Answer.objects.update(text="Something else.")

    assert releasing.digest_of(done.answers.all()) != done.digest


# Messages


@pytest.mark.django_db
@pytest.mark.threat("P13")
def test_messages_name_one_recipient_no_asker_and_no_subject_matter(window, providers):
    answer(ask(window, providers[0], "May Brightway use its own rooms?"), wording="May own rooms be used?")
    release(window)
    mail.outbox.clear()

    outbox.flush(clock=lambda: NOW)

    to_providers = [message for message in mail.outbox if message.to[0].startswith("certifier@")]
    assert sorted(message.to for message in to_providers) == sorted([one.email] for one in providers)
    assert {message.subject for message in to_providers} == {
        f"{window.activity.reference}: answers to questions from providers"
    }
    for message in to_providers:
        assert "rooms" not in message.body
        assert "New: Q1." in message.body
        assert not any(name in message.body for name in ("Harbourlight", "Northfold", "Brightway"))
