"""Texts that may speak of danger: passed on at once, suggested at night, acted on, closed; and nobody's name in it."""

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from consultations.domain import concerns, responding, sealing, settling, timekeeping
from consultations.domain.concerns import ConcernRefused
from consultations.enums import ConcernReason, Publication
from consultations.models import Answer, Concern, ConcernAct, Reading, Response, Safeguarding
from engagement.domain import outbox
from engagement.enums import Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.analysis import ConcernFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

GRAVE = "He said he would kill me."


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True, sensitive=True, title="Support after canary-topic")


@pytest.fixture
def reader():
    return UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")


@pytest.fixture
def office(client, reader):
    client.force_login(reader)
    with time_machine.travel(NOW, tick=False):
        yield client


def named(consultation, actor, **people):
    first = people.get("first") or UserFactory(role=Role.INVOLVEMENT)
    second = people.get("second") or UserFactory(role=Role.INVOLVEMENT)
    concerns.name_people(consultation=consultation, first=first, second=second, actor=actor, at=NOW)
    return first, second


def raised(text, reader, reason=ConcernReason.DANGER):
    return concerns.raise_concern(answer=text, reason=reason, actor=reader, at=NOW)


def act(concern, reader, words="Rang the refuge.", outcome="", seen=None):
    seen = concerns.seen_in(concern) if seen is None else seen
    return concerns.keep_act(concern=concern, words=words, outcome=outcome, seen=seen, actor=reader, at=NOW)


def code_page(text):
    return reverse("consultations:manage-code", args=[text.response.consultation.reference, text.pk])


# Who is told


def test_two_people_are_named_and_changed_at_any_time(office, consultation, reader):
    first, second = (UserFactory(role=Role.INVOLVEMENT) for _ in range(2))
    address = reverse("consultations:manage-safeguarding", args=[consultation.reference])

    office.post(address, {"first": first.pk, "second": second.pk})
    office.post(address, {"first": second.pk, "second": reader.pk})

    assert Safeguarding.objects.get().first == second
    assert concerns.whom_to_tell(consultation, at=NOW) == [second, reader]
    assert office.get(address).context["form"]["second"].value() == reader.pk


@pytest.mark.threat("A01")
def test_only_two_different_readers_can_be_named(office, consultation, reader):
    address = reverse("consultations:manage-safeguarding", args=[consultation.reference])
    stranger = UserFactory(role=Role.MANAGEMENT)

    same = office.post(address, {"first": reader.pk, "second": reader.pk})
    other = office.post(address, {"first": reader.pk, "second": stranger.pk})

    assert same.context["form"].errors == {"second": ["Choose two different people: one may be away."]}
    assert other.context["form"].errors == {"second": ["Choose somebody of the Involvement Team"]}
    with pytest.raises(ConcernRefused, match="Choose somebody of the Involvement Team"):
        named(consultation, reader, second=stranger)
    with pytest.raises(ConcernRefused, match="Only the Involvement Team"):
        named(consultation, stranger)
    assert not Safeguarding.objects.exists()


def test_whole_team_is_told_while_nobody_named_works_there(consultation, reader):
    assert concerns.whom_to_tell(consultation, at=NOW) == [reader]
    first, second = named(consultation, reader)
    first.memberships.update(ends_on=NOW.date())

    assert concerns.whom_to_tell(consultation, at=NOW) == [second]
    second.memberships.update(ends_on=NOW.date())
    assert concerns.whom_to_tell(consultation, at=NOW) == [reader]


# A reader passes a text on


@pytest.mark.threat("P13")
def test_those_named_are_told_at_once_in_words_that_name_nothing(consultation, reader):
    told = named(consultation, reader)
    text = write(consultation, GRAVE)

    raised(text, reader)
    outbox.flush(clock=lambda: NOW)

    assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in told)
    for message in mail.outbox:
        words = f"{message.subject} {message.body} {message.alternatives[0][0]}"
        assert message.subject == "Something that was written needs you today"
        assert [one for one in ("canary", "kill", consultation.reference, str(text.pk)) if one in words] == []
        assert "/engagement/concerns/" in words


@pytest.mark.threat("P02")
def test_nothing_with_a_moment_leads_to_the_text(consultation, reader):
    text = write(consultation, GRAVE)

    concern = raised(text, reader)

    event, entry = Event.objects.get(), LogEntry.objects.get(action="concern.raised")
    kept = f"{event.key} {event.path} {event.payload} {event.about} {event.activity} {entry.summary} {entry.data}"
    assert [one for one in (text.pk, text.response_id, concern.pk) if str(one) in kept] == []
    assert (event.activity, event.about, entry.data) == (None, "", {})


@pytest.mark.threat("C01")
def test_second_reader_of_one_text_is_told_and_nobody_hears_twice(consultation, reader):
    text = write(consultation, GRAVE)
    raised(text, reader)

    with pytest.raises(ConcernRefused, match="passed this text on already"):
        raised(text, UserFactory(role=Role.INVOLVEMENT))

    assert (Concern.objects.count(), Event.objects.count()) == (1, 1)


def test_closed_concern_is_open_again_when_a_reader_passes_it_on(consultation, reader):
    concern = raised(write(consultation, GRAVE), reader)
    act(concern, reader, outcome="NO_DANGER")

    again = raised(concern.answer, reader, ConcernReason.CHILD)

    assert (again, again.outcome, again.reason) == (concern, "", "CHILD")
    assert [one.outcome for one in concern.acts.order_by("pk")] == ["", "NO_DANGER", ""]


@pytest.mark.threat("A01", "P08")
def test_impossible_concerns_are_refused(consultation, reader):
    text = write(consultation, GRAVE)

    for answer, reason, person, words in (
        (text, "DANGER", UserFactory(role=Role.LEAD_COMMISSIONER), "Only the Involvement Team"),
        (text, "", reader, "Choose what it may mean"),
        (write(consultation, "Waits.", settled=False), "DANGER", reader, "changed or withdrawn"),
    ):
        with pytest.raises(ConcernRefused, match=words):
            raised(answer, person, reason)
    assert not Concern.objects.exists()


def test_button_beside_a_text_keeps_what_was_ticked_and_codes_nothing(office, consultation):
    theme, text = ThemeFactory(consultation=consultation), write(consultation, GRAVE)
    page = code_page(text)

    empty = office.post(page, {"press": "danger", "themes": [theme.number]})
    reply = office.post(page, {"press": "danger", "danger": "CHILD", "themes": [theme.number], "new_name": "Fear"})

    assert empty.context["form"].errors == {"danger": ["Choose what it may mean."]}
    assert empty.context["form"]["themes"].value() == [str(theme.number)]
    assert reply.context["form"]["themes"].value() == [str(theme.number)]
    assert reply.context["form"]["new_name"].value() == "Fear"
    assert "The people named for this were told at once." in reply.content.decode()
    assert (Concern.objects.get().reason, Reading.objects.count()) == ("CHILD", 0)
    assert "is being looked at" in office.get(page).content.decode()


def test_meaning_that_was_chosen_is_never_lost_to_another_button(office, consultation):
    theme, text = ThemeFactory(consultation=consultation), write(consultation, GRAVE)

    reply = office.post(code_page(text), {"press": "save", "danger": "DANGER", "themes": [theme.number]})

    assert reply.context["form"]["themes"].value() == [str(theme.number)]
    assert (Concern.objects.count(), Reading.objects.count()) == (1, 0)


# The machine suggests, at night


@pytest.mark.threat("P02", "P08")
def test_machine_looks_at_settled_texts_at_night_and_keeps_no_day(consultation, reader):
    grave, calm = write(consultation, GRAVE), write(consultation, "Letters come late.")
    write(consultation, "I want to die.", settled=False)

    timekeeping.every_night(at=NOW)
    timekeeping.every_night(at=NOW)

    concern = Concern.objects.get()
    assert (concern.answer, concern.reason, concern.suggested, concern.acts.count()) == (grave, "DANGER", True, 0)
    assert (Event.objects.count(), Delivery.objects.get().user) == (1, reader)
    assert not Concern.objects.filter(answer=calm).exists()


@pytest.mark.threat("P02")
def test_answer_that_waits_for_others_is_not_looked_at(consultation):
    ResponseFactory(consultation=consultation, answers={"q4": [GRAVE]}, settled=False)

    assert concerns.suggest_concerns(consultation=consultation, at=NOW) == 0


def test_closing_looks_once_more():
    over = ConsultationFactory(closed=True)
    ResponseFactory(consultation=over, answers={"q4": [GRAVE]}, settled=False)

    timekeeping.keep_time(at=NOW)

    assert Concern.objects.get().consultation == over


def test_reader_takes_over_a_suggestion(consultation, reader):
    text = write(consultation, GRAVE)
    concerns.suggest_concerns(consultation=consultation, at=NOW)

    concern = raised(text, reader)

    assert (Concern.objects.count(), concern.suggested) == (1, False)


# Withdrawing and changing


@pytest.mark.threat("P02")
def test_withdrawn_text_is_gone_and_what_was_done_stays(office, consultation, reader):
    text = write(consultation, GRAVE)
    concern = raised(text, reader)
    act(concern, reader, words="Rang the refuge.")
    Response.objects.update(receipt_hash=sealing.keyed_hash("receipt", "AB3CD4EF5GH6"))

    responding.withdraw(consultation=consultation, code="AB3CD4EF5GH6", at=NOW)

    concern.refresh_from_db()
    page = office.get(reverse("consultations:concern-detail", args=[concern.pk])).content.decode()
    assert (Answer.objects.count(), concern.answer, concern.acts.count()) == (0, None, 2)
    assert "changed or withdrawn it since" in page
    assert "Rang the refuge." in page
    assert "kill" not in page


@pytest.mark.threat("P02")
def test_shuffle_keeps_every_concern(consultation, reader):
    for number in range(12):
        ConcernFactory(answer=write(consultation, f"Text {number}"), acts=["Rang."])
    before = sorted(Concern.objects.values_list()), sorted(ConcernAct.objects.values_list())

    settling.shuffle(consultation=consultation, at=NOW)

    assert (sorted(Concern.objects.values_list()), sorted(ConcernAct.objects.values_list())) == before


# What was done


def test_acts_have_a_day_and_a_name_and_close_with_an_outcome(office, consultation, reader):
    concern = ConcernFactory(answer=write(consultation, GRAVE), suggested=True)
    page = reverse("consultations:concern-detail", args=[concern.pk])

    office.post(page, {"words": "Rang the refuge it names.", "seen": "0:"})
    reply = office.post(page, {"words": "The refuge acts.", "outcome": "ACTED", "seen": "1:"})

    assert reply.url == reverse("consultations:concern-list")
    assert [(one.words, one.done_on, one.done_by) for one in concern.acts.order_by("pk")] == [
        ("Rang the refuge it names.", timezone.localdate(NOW), reader),
        ("The refuge acts.", timezone.localdate(NOW), reader),
    ]
    listed = office.get(reply.url).content.decode()
    assert "No concern waits" in listed
    assert "We acted on a place or a service that it names, Wednesday 16 September 2026" in listed


@pytest.mark.threat("C04")
def test_second_of_two_who_act_is_told_and_keeps_their_words(office, consultation, reader):
    concern = ConcernFactory(answer=write(consultation, GRAVE))
    act(concern, reader, words="Rang 999.")

    reply = office.post(
        reverse("consultations:concern-detail", args=[concern.pk]), {"words": "Rang the council.", "seen": "0:"}
    )

    page = reply.content.decode()
    assert "Somebody else has written down an act meanwhile." in page
    assert "Rang 999." in page
    assert "Rang the council." in page
    assert reply.context["form"]["seen"].value() == "1:"
    assert ConcernAct.objects.count() == 1


def test_act_says_something_and_only_readers_act(consultation, reader):
    concern = ConcernFactory(answer=write(consultation, GRAVE))

    with pytest.raises(ConcernRefused, match="Say what was done"):
        act(concern, reader, words="  ")
    with pytest.raises(ConcernRefused, match="Only the Involvement Team"):
        act(concern, UserFactory(role=Role.ADMINISTRATOR))


def test_page_shows_the_words_that_made_the_machine_stop_and_what_can_be_done(office, consultation):
    concern = ConcernFactory(answer=write(consultation, GRAVE), suggested=True)

    page = office.get(reverse("consultations:concern-detail", args=[concern.pk])).content.decode()

    assert "“would kill me” (somebody may be hurt soon)" in page
    assert "Nobody can tell who wrote this" in page
    assert "Suggestion" in page


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(office, consultation, number, django_assert_num_queries):
    for _ in range(number):
        ConcernFactory(answer=write(consultation, GRAVE), acts=["Rang."])
        ConcernFactory(answer=write(consultation, GRAVE), outcome="ACTED", acts=["Rang."])

    with django_assert_num_queries(6):
        page = office.get(reverse("consultations:concern-list")).content.decode()

    assert page.count("Somebody may be hurt soon") == 2 * number
    assert GRAVE not in page


def test_publication_choice_says_nothing_about_danger(consultation, reader):
    """Whoever does not want to be quoted is helped all the same."""
    text = write(consultation, GRAVE, publication=Publication.NONE)

    assert raised(text, reader).answer == text
