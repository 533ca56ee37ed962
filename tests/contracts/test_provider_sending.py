"""A provider checks, declares and sends a return, keeps the receipt, and answers what is asked."""

import pytest
from django.urls import reverse

from contracts.enums import ReturnState
from contracts.models import Submission
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory, QueryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def check_of(kpi_return):
    return reverse("contracts:return-check", args=[kpi_return.reference])


def receipt_of(kpi_return):
    return reverse("contracts:return-receipt", args=[kpi_return.reference])


def test_looking_at_the_check_page_writes_nothing(client, contact, kpi_return, certifier):
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    client.force_login(certifier)

    page = client.get(check_of(kpi_return)).content.decode()
    kpi_return.refresh_from_db()

    assert "391 of 430" in page
    assert "Send the return" in page
    assert (kpi_return.state, kpi_return.version) == (ReturnState.DUE, 1)


@pytest.mark.requirement("R-149")
@pytest.mark.threat("C01")
def test_certifier_declares_once_and_pressing_twice_gives_the_same_receipt(client, contact, kpi_return, certifier):
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    client.force_login(certifier)
    declared = {"seen_version": kpi_return.version, "declared": "on"}

    first = client.post(check_of(kpi_return), declared)
    second = client.post(check_of(kpi_return), declared)
    receipt = client.get(receipt_of(kpi_return)).content.decode()

    assert (first.url, second.url) == (receipt_of(kpi_return), receipt_of(kpi_return))
    assert Submission.objects.count() == 1
    assert kpi_return.reference in receipt
    assert "Jo Okonkwo" in receipt
    assert "midday on Wednesday 16 September 2026" in receipt


def test_declaration_needs_its_tick(client, contact, kpi_return, certifier):
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    client.force_login(certifier)

    reply = client.post(check_of(kpi_return), {"seen_version": kpi_return.version})

    assert "Confirm the declaration to send the return." in reply.content.decode()
    assert not Submission.objects.exists()


def test_figures_changed_meanwhile_are_shown_before_they_are_declared(client, contact, kpi_return, certifier):
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    seen = kpi_return.version
    type(kpi_return).objects.update(version=seen + 1)
    client.force_login(certifier)

    reply = client.post(check_of(kpi_return), {"seen_version": seen, "declared": "on"})
    form = reply.context["form"]

    assert "Something has been changed since you opened this page." in reply.content.decode()
    assert (int(form["seen_version"].value()), form["declared"].value()) == (seen + 1, False)
    assert not Submission.objects.exists()


def test_unfinished_return_cannot_be_sent(client, contact, kpi_return, certifier):
    client.force_login(certifier)

    shown = client.get(check_of(kpi_return)).content.decode()
    reply = client.post(check_of(kpi_return), {"seen_version": kpi_return.version, "declared": "on"})

    assert "Send the return" not in shown
    assert "1 measure still needs you first." in reply.content.decode()
    assert not Submission.objects.exists()


def test_preparer_checks_but_does_not_send(client, contact, kpi_return, preparer, certifier):
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    client.force_login(preparer)

    shown = client.get(check_of(kpi_return)).content.decode()
    reply = client.post(check_of(kpi_return), {"seen_version": kpi_return.version, "declared": "on"})

    assert "A certifier sends the return: Jo Okonkwo." in shown
    assert "Send the return" not in shown
    assert "submits this return." in reply.content.decode()
    assert not Submission.objects.exists()


def test_no_receipt_before_sending_and_a_lasting_one_after(client, agreement, contact, kpi_return, certifier):
    accepted = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", accepted=True)
    client.force_login(certifier)

    early = client.get(receipt_of(kpi_return), follow=True)
    assert early.redirect_chain == [(kpi_return.get_absolute_url(), 302)]
    assert "This return has not been sent yet, so there is no receipt." in early.content.decode()
    assert "We accepted this return" in client.get(receipt_of(accepted)).content.decode()


def test_accepted_return_shows_ratings_with_their_sentences(client, agreement, contact, certifier):
    kpi_return = KpiReturnFactory(agreement=agreement, accepted=True)
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    client.force_login(certifier)

    page = client.get(kpi_return.get_absolute_url()).content.decode()

    assert "90.9% is at or above the target of 90% or more." in page
    assert "Upload a file" not in page


# Questions


@pytest.fixture
def query(agreement, contact):
    kpi_return = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", queried=True)
    figure = FigureFactory(kpi_return=kpi_return, indicator=contact)
    return QueryFactory(figure=figure, question="This fell by a third. Is that right?")


def answer_of(query):
    return reverse("contracts:return-answer", args=[query.figure.kpi_return.reference, query.pk])


def test_certifier_answers_a_question(client, query, certifier):
    client.force_login(certifier)
    asked = client.get(query.figure.kpi_return.get_absolute_url()).content.decode()

    empty = client.post(answer_of(query), {"answer": "   "})
    reply = client.post(answer_of(query), {"answer": "Yes, two advocates left."}, follow=True)
    query.refresh_from_db()
    again = client.post(answer_of(query), {"answer": "Second thoughts"})

    assert "1 question to answer" in asked
    assert "Write your answer to the question." in empty.content.decode()
    assert (query.answer, query.answered_by) == ("Yes, two advocates left.", certifier)
    assert "Every question is answered" in reply.content.decode()
    assert "Somebody has already answered this question." in again.content.decode()


def test_preparer_reads_a_question_and_does_not_answer_it(client, query, preparer):
    client.force_login(preparer)

    page = client.get(query.figure.kpi_return.get_absolute_url()).content.decode()

    assert "This fell by a third. Is that right?" in page
    assert answer_of(query) not in page
    assert client.get(answer_of(query)).status_code == 404


@pytest.mark.threat("A08")
def test_question_of_another_return_is_not_found_under_mine(client, query, kpi_return, certifier):
    foreign = QueryFactory()
    client.force_login(certifier)
    reference = query.figure.kpi_return.reference

    crossed = [
        client.post(reverse("contracts:return-answer", args=[reference, foreign.pk]), {"answer": "x"}),
        client.post(reverse("contracts:return-answer", args=[kpi_return.reference, query.pk]), {"answer": "x"}),
    ]
    foreign.refresh_from_db()

    assert [reply.status_code for reply in crossed] == [404, 404]
    assert foreign.answered_at is None


@pytest.mark.parametrize("measures", [1, 3])
def test_check_page_costs_the_same_however_long(client, agreement, certifier, measures, django_assert_num_queries):
    kpi_return = KpiReturnFactory(agreement=agreement)
    for indicator in IndicatorFactory.create_batch(measures, agreement=agreement):
        QueryFactory(figure=FigureFactory(kpi_return=kpi_return, indicator=indicator), asked_by=certifier)
    client.force_login(certifier)

    with django_assert_num_queries(13):
        reply = client.get(check_of(kpi_return))

    assert len(reply.context["unfinished"]) == measures
