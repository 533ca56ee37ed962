"""Publishing where very many answered: ordered by a person, carried out by the worker, all of it or nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain import ordering, publishing
from consultations.domain.concluding import OutcomeRefused
from consultations.models import Consultation, PublicationOrder, ResultsRevision
from engagement.enums import Role
from engagement.models import Event, LogEntry
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """Eleven answers are more than can be counted while somebody waits."""
    monkeypatch.setattr(ordering, "AT_ONCE", 10)


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor")


@pytest.fixture
def consultation():
    return heard(12)


def heard(number):
    consultation = ConsultationFactory(closed=True, said=True)
    for _ in range(number):
        ResponseFactory(consultation=consultation, settled=False, answers={"q1": ["PHONE"]})
    return consultation


def order(consultation, actor):
    return ordering.publish_results(consultation=consultation, actor=actor, at=NOW)


def work():
    return ordering.carry_out_waiting(clock=lambda: LATER)


def public(consultation):
    return Consultation.objects.get(pk=consultation.pk).results_published_at


@pytest.mark.requirement("R-060", "R-086")
def test_order_becomes_public_once_the_worker_has_counted(consultation, involvement):
    order(consultation, involvement)
    waiting = (public(consultation), Event.objects.count(), ResultsRevision.objects.count())
    first, second = work(), work()

    assert waiting == (None, 0, 0)
    assert (first, second) == (1, 0)
    assert public(consultation) == LATER
    assert (Event.objects.count(), ResultsRevision.objects.count(), PublicationOrder.objects.count()) == (1, 1, 0)
    acts = dict(LogEntry.objects.filter(actor=involvement).values_list("action", "at"))
    assert sorted(acts.values()) == [NOW, LATER]


def test_few_answers_are_public_at_once(involvement):
    consultation = heard(10)

    order(consultation, involvement)

    assert public(consultation) == NOW
    assert not PublicationOrder.objects.exists()


def test_second_order_waits_for_the_first(consultation, involvement):
    order(consultation, involvement)

    with pytest.raises(OutcomeRefused, match="counting already"):
        order(consultation, UserFactory(role=Role.INVOLVEMENT))

    assert PublicationOrder.objects.get().ordered_by == involvement


@pytest.mark.threat("A01", "A12")
@pytest.mark.parametrize("role", [Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.CERTIFIER, Role.AUDITOR])
def test_nobody_else_gives_an_order(consultation, role):
    with pytest.raises(OutcomeRefused):
        order(consultation, UserFactory(role=role))

    assert not PublicationOrder.objects.exists()


def test_what_is_missing_is_refused_before_anything_is_ordered(consultation, involvement):
    Consultation.objects.update(limits="")

    with pytest.raises(OutcomeRefused, match="Write these first"):
        order(consultation, involvement)

    assert not PublicationOrder.objects.exists()


@pytest.mark.threat("C04")
def test_words_changed_after_the_order_are_not_published(consultation, involvement):
    order(consultation, involvement)
    Consultation.objects.update(you_said="Something that nobody read before publishing.")

    assert work() == 0
    assert public(consultation) is None
    assert PublicationOrder.objects.get().refusal == ordering.CHANGED
    order(consultation, involvement)
    assert work() == 1
    assert public(consultation) == LATER


def test_whoever_left_meanwhile_publishes_nothing(consultation, involvement):
    order(consultation, involvement)
    involvement.memberships.update(ends_on=NOW.date() - timedelta(days=1))

    assert work() == 0
    assert "Only the Involvement Team" in PublicationOrder.objects.get().refusal


def test_failure_leaves_nothing_half_done_and_the_next_order_is_carried_out(consultation, involvement, monkeypatch):
    order(consultation, involvement)
    other = heard(12)
    order(other, involvement)
    whole = publishing._tell

    def breaks(one, *args, **kwargs):
        if one.pk == consultation.pk:
            raise ZeroDivisionError
        whole(one, *args, **kwargs)

    monkeypatch.setattr(publishing, "_tell", breaks)

    assert work() == 1
    assert (public(consultation), public(other)) == (None, LATER)
    assert PublicationOrder.objects.get().refusal == ordering.BROKEN
    assert Consultation.objects.get(pk=consultation.pk).revisions.count() == 0


def test_recount_is_ordered_refused_and_given_anew(consultation, involvement):
    order(consultation, involvement)
    work()
    ordering.correct_numbers(consultation=consultation, note="A late letter.", actor=involvement, at=NOW)

    assert work() == 0
    assert PublicationOrder.objects.get().refusal == "Counted again, every number is as published."
    for _ in range(9):
        ResponseFactory(consultation=consultation, settled=False, answers={"q1": ["PHONE"]})
    ordering.correct_numbers(consultation=consultation, note="Nine late letters.", actor=involvement, at=NOW)
    assert work() == 1
    assert Consultation.objects.get().revisions.count() == 2


def test_page_says_that_it_is_being_counted_then_why_not_then_that_it_is_public(client, consultation, involvement):
    client.force_login(involvement)
    address = reverse("consultations:manage-publish", args=[consultation.reference])

    def press():
        seen = client.get(address).context["form"]["seen"].value()
        return client.post(address, {"sure": "on", "seen": seen}, follow=True).content.decode()

    asked = press()
    with CaptureQueriesContext(connection) as captured:
        counting = client.get(address).content.decode()
    Consultation.objects.update(you_said="Other words.")
    work()
    refused = client.get(address).content.decode()
    press()
    work()
    done = client.get(address).content.decode()

    assert "The worker counts the answers and publishes them." in asked
    assert "Ines Okafor decided to publish the numbers" in counting
    assert "See how far it is" in counting
    assert "Publish the results</button>" not in counting
    assert ordering.CHANGED in refused
    assert "Publish the results</button>" in refused
    assert "The results are public." in done
    assert len(captured) < 25
