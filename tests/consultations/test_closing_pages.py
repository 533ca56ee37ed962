"""The pages after closing: written by the office, read by everybody, corrected in the open."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.models import Consultation
from engagement.enums import EventKind, Role
from engagement.models import Event
from tests.consultations.test_staff_pages import address, day, errors_of
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
FEEDBACK = {
    "finding": "Everyone wants a call",
    "we_asked": "What?",
    "you_said": "Call us",
    "limits": "Few young people answered.",
    "method": "Two people read every answer.",
    "asked_letter": "676",
    "asked_event": "40",
    "asked_also": "posters in libraries",
    "overlap": "NONE",
}
OUTCOME = {
    "we_did": "We call within two days",
    "unchanged": "Letters stay.",
    "decision": "Agreed.",
    "decided_by": "The Commissioner",
    **day("decided_on", NOW),
    "decision_reference": "DR-2026-014",
    "decision_url": "https://decisions.example/14",
    "next_stage": "DO",
    "next_words": "The agreement begins in spring.",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def read(client, path):
    return " ".join(client.get(path).content.decode().split())


def write(office, name, consultation, given):
    seen = office.get(address(name, consultation)).context["form"]["seen"].value()
    return office.post(address(name, consultation), {**given, "seen": seen})


@pytest.mark.requirement("R-060", "R-086")
def test_both_halves_are_written_and_published_apart(office):
    consultation = ConsultationFactory(closed=True)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]})
    early = office.get(address("publish", consultation)).context["missing"]

    write(office, "feedback", consultation, FEEDBACK)
    write(office, "outcome", consultation, OUTCOME)
    hidden = read(office, consultation.get_absolute_url())
    unsure = write(office, "publish", consultation, {})
    write(office, "publish", consultation, {"sure": "on"})
    between = read(office, consultation.get_absolute_url())
    write(office, "publish-outcome", consultation, {"sure": "on"})
    after = read(office, consultation.get_absolute_url())

    assert (len(early), list(errors_of(unsure))) == (5, ["sure"])
    assert ("Everyone wants a call" in hidden, "Agreed." in hidden) == (False, False)
    assert "676 by letter; 40 in person, at events; posters in libraries" in between
    assert "We are deciding. We will say what we decided, and what we will do, by Friday 4 December 2026." in between
    assert ("Public feedback" in between, "Final outcome" in between, "Agreed." in between) == (True, False, False)
    for said in (
        "Final outcome",
        "Agreed.",
        "The Commissioner",
        "Wednesday 16 September 2026",
        '<a class="govuk-link" href="https://decisions.example/14">DR-2026-014</a>',
        "Letters stay.",
        "The agreement begins in spring.",
        "Edition 2",
    ):
        assert said in after, said
    assert after.index("Final outcome") < after.index("Public feedback")
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        EventKind.RESULTS_PUBLISHED,
        EventKind.OUTCOME_PUBLISHED,
    ]


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (-6, "This closed on Friday 11 September 2026: a decision comes after that."),
        (1, "Record a decision once it has been made: this date is in the future."),
    ],
)
def test_decision_comes_after_people_were_heard(office, offset, words):
    consultation = ConsultationFactory(closed=True)

    reply = write(office, "outcome", consultation, {**OUTCOME, **day("decided_on", NOW + timedelta(days=offset))})

    assert errors_of(reply) == {"decided_on": [words]}
    assert "We call within two days" in reply.content.decode()


@pytest.mark.threat("C04")
def test_second_of_two_who_write_is_shown_the_first(office):
    consultation = ConsultationFactory(closed=True)
    seen = office.get(address("feedback", consultation)).context["form"]["seen"].value()
    Consultation.objects.update(you_said="Their words")

    second = office.post(address("feedback", consultation), {"you_said": "My words", "overlap": "NONE", "seen": seen})

    assert second.context["theirs"] == [
        {"key": "You said", "value": "Their words"},
        {
            "key": "Could one person answer in more than one way?",
            "value": "Some people may have answered in more than one way",
        },
    ]
    assert "My words" in second.content.decode()
    assert Consultation.objects.get().you_said == "Their words"


@pytest.mark.requirement("R-060")
def test_correction_is_a_new_edition_and_the_old_one_stays_readable(office):
    consultation = ConsultationFactory(closed=True, said=True, decided=True)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]})
    report(consultation, outcome=True)
    page = office.get(address("correct-feedback", consultation))
    given = {name: field.value() or "" for name, field in ((one.name, one) for one in page.context["form"])}

    silent = office.post(address("correct-feedback", consultation), {**given, "you_said": "Write to us"})
    told = office.post(
        address("correct-feedback", consultation), {**given, "you_said": "Write to us", "note": "We misread a table."}
    )
    office.logout()
    now = read(office, consultation.get_absolute_url())
    first = read(office, reverse("consultations:consultation-edition", args=[consultation.slug, 1]))
    file = office.get(reverse("consultations:consultation-edition-csv", args=[consultation.slug, 1]))

    assert list(errors_of(silent)) == ["note"]
    assert told.url == address("detail", consultation)
    assert ("Write to us" in now, "We misread a table." in now) == (True, True)
    assert ("Write to us" in first, "Call us" in first, "This is an earlier edition" in first) == (False, True, True)
    assert "Agreed." not in first
    assert "Online,12,100" in b"".join(file.streaming_content).decode()


def test_recount_that_changes_nothing_is_said_in_the_form(office):
    consultation = report(ConsultationFactory(closed=True, said=True))

    reply = office.post(address("recount", consultation), {"note": "A late letter."})

    assert errors_of(reply) == {"__all__": ["Counted again, every number is as published."]}


@pytest.mark.parametrize("path", ["editions/2/", "editions/2/results.csv"])
def test_edition_that_is_not_there_is_not_found(client, path):
    consultation = report(ConsultationFactory(closed=True, said=True))

    assert client.get(consultation.get_absolute_url() + path).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_page_and_edition_cost_the_same_however_many_editions(client, number, django_assert_num_queries):
    consultation = report(ConsultationFactory(closed=True, said=True, decided=True), outcome=True)
    for edition in range(3, 3 + number):
        first = consultation.revisions.get(number=1)
        first.pk, first._state.adding, first.number, first.kind, first.note = None, True, edition, "CHANGED", "Again"
        first.save()

    with django_assert_num_queries(13):
        page = client.get(consultation.get_absolute_url())
    with django_assert_num_queries(2):
        client.get(reverse("consultations:consultation-edition", args=[consultation.slug, 1]))

    assert len(page.context["editions"]) == 2 + number


@pytest.mark.threat("C04")
@pytest.mark.parametrize(
    ("name", "field", "half"),
    [("publish", "you_said", {"said": True}), ("publish-outcome", "decision", {"said": True, "decided": True})],
)
def test_words_that_were_changed_since_they_were_read_are_not_published(office, name, field, half):
    consultation = ConsultationFactory(closed=True, **half)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]})
    if name == "publish-outcome":
        consultation = report(consultation)
    read_then = {"sure": "on", "seen": office.get(address(name, consultation)).context["form"]["seen"].value()}
    Consultation.objects.update(**{field: "A colleague wrote this meanwhile."})
    events = Event.objects.count()

    refused = office.post(address(name, consultation), read_then)

    said = refused.content.decode()
    assert "Somebody has changed these words since you opened this page." in said
    assert "A colleague wrote this meanwhile." in said
    assert Event.objects.count() == events
    seen = refused.context["form"]["seen"].value()
    assert office.post(address(name, consultation), {"sure": "on", "seen": seen}).status_code == 302
    assert Event.objects.count() == events + 1
