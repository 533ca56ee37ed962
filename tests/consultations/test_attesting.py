"""Those who decide say what they have read, in the edition public then; whoever writes the outcome is warned."""

from datetime import timedelta

import pytest
import time_machine

from consultations.domain import attesting, queries, settling, theme_tables
from consultations.domain.attesting import AttestationRefused, attest
from consultations.enums import Reading
from consultations.models import Attestation
from engagement.enums import Role
from engagement.models import LogEntry
from tests.consultations.test_publishing import correct
from tests.consultations.test_staff_pages import address, errors_of
from tests.factories.analysis import ReadingFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def commissioner():
    return UserFactory(role=Role.COMMISSIONER, name="Rowan Hale")


@pytest.fixture
def lead():
    return UserFactory(role=Role.LEAD_COMMISSIONER, name="Amara Lindqvist")


@pytest.fixture
def consultation(lead):
    consultation = ConsultationFactory(closed=True, said=True, decided=True, activity__lead_commissioner=lead)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]})
    return consultation


def say(consultation, actor, *readings, edition=1):
    return attest(
        consultation=consultation, edition=edition, readings=readings or [Reading.RESULTS], actor=actor, at=NOW
    )


def coded(consultation, theme):
    ReadingFactory(answer=write(consultation, "They came late."), themes=[theme])


@pytest.mark.requirement("R-060")
def test_those_who_decide_are_on_record_with_edition_and_role(consultation, commissioner, lead):
    report(consultation)

    say(consultation, commissioner, Reading.RESULTS, Reading.SUMMARY)
    say(consultation, commissioner, Reading.RESULTS)
    say(consultation, lead)

    kept = [
        (str(one.person), one.role, one.what, one.revision.number) for one in attesting.attestations_of(consultation)
    ]
    assert kept == [
        ("Rowan Hale", "COMMISSIONER", "RESULTS", 1),
        ("Rowan Hale", "COMMISSIONER", "SUMMARY", 1),
        ("Amara Lindqvist", "LEAD_COMMISSIONER", "RESULTS", 1),
    ]
    assert LogEntry.objects.filter(action="consultation.attested").count() == 2


def test_attestation_is_of_the_edition_that_is_public_now(consultation, commissioner):
    with pytest.raises(AttestationRefused, match="not public yet"):
        say(consultation, commissioner)
    report(consultation)
    with pytest.raises(AttestationRefused, match="Choose what you have read"):
        attest(consultation=consultation, edition=1, readings=[], actor=commissioner, at=NOW)
    correct(consultation, UserFactory(role=Role.INVOLVEMENT), you_said="Write to us")

    with pytest.raises(AttestationRefused, match="Edition 2 is public now"):
        say(consultation, commissioner)


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSIONER])
def test_nobody_attests_who_does_not_decide(consultation, role):
    report(consultation)

    with pytest.raises(AttestationRefused, match="Only the Commissioner"):
        say(consultation, UserFactory(role=role))

    assert Attestation.objects.count() == 0


@pytest.mark.requirement("R-060")
def test_whoever_writes_the_outcome_is_warned_until_the_decider_has_read(client, consultation, commissioner):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    early = client.get(address("outcome", consultation)).context["gaps"]
    report(consultation)
    unread = client.get(address("publish-outcome", consultation))
    say(consultation, commissioner)
    read = client.get(address("outcome", consultation)).context["gaps"]
    correct(consultation, UserFactory(role=Role.INVOLVEMENT), you_said="Write to us")
    newer = client.get(address("outcome", consultation)).content.decode()

    assert early == ["The results are not public yet: those who decide read them before they decide."]
    assert "Nobody who decides has said that they have read edition 1" in unread.content.decode()
    assert read == []
    assert "Rowan Hale has read edition 1; edition 2 is public now." in newer


def test_page_shows_what_is_to_be_read_and_takes_the_words(client, consultation, commissioner):
    theme = ThemeFactory(consultation=consultation, name="Evenings")
    for _ in range(6):
        coded(consultation, theme)
    report(consultation)
    client.force_login(commissioner)
    work = [todo.title for todo in queries.todo_for(commissioner, NOW)]

    page = client.get(address("attest", consultation))
    silent = client.post(address("attest", consultation), {"edition": 1})
    stale = client.post(address("attest", consultation), {"edition": 7, "readings": ["RESULTS"]})
    done = client.post(address("attest", consultation), {"edition": 1, "readings": ["RESULTS", "THEMES"]})

    assert work == [f"Read what people said: {consultation.title}"]
    assert queries.todo_for(commissioner, NOW) == []
    assert ("Evenings" in page.content.decode(), "Few young people answered." in page.content.decode()) == (True, True)
    assert errors_of(silent) == {"readings": ["Choose what you have read"]}
    assert errors_of(stale) == {"__all__": ["Edition 1 is public now. Read that one, then say so."]}
    assert done.url == address("detail", consultation)
    assert "A phone call" in page.content.decode()


def test_page_before_the_results_says_that_it_is_early(client, consultation, commissioner):
    client.force_login(commissioner)

    reply = client.get(address("attest", consultation))

    assert reply.url == address("detail", consultation)


@pytest.mark.threat("P07")
def test_themes_with_few_texts_are_withheld_and_so_is_what_gives_them_away(consultation):
    few, many, most = (ThemeFactory(consultation=consultation, name=name) for name in ("Few", "Many", "Most"))
    for theme, number in ((few, 2), (many, 7), (most, 9)):
        for _ in range(number):
            coded(consultation, theme)
    settling.settle(consultation=consultation, at=NOW, for_good=True)

    (table,) = theme_tables.themes_read(consultation, at=NOW).tables

    assert {one.name: one.count for one in table.themes} == {"Few": None, "Many": None, "Most": 9}
    assert theme_tables.themes_read(ConsultationFactory(open=True), at=NOW) is None


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_however_many_attest(client, consultation, commissioner, number, django_assert_num_queries):
    report(consultation)
    for _ in range(number):
        say(consultation, UserFactory(role=Role.COMMISSIONER))
    client.force_login(commissioner)
    client.get(address("attest", consultation))

    with django_assert_num_queries(7):
        client.get(address("attest", consultation))
