"""Somebody with the right who comes too early or too late reads why, and the return as it stands; never a bare 404.

The back button, a second tab and a colleague who was quicker are no mistakes. For everybody else nothing is there.
"""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from contracts.domain.publishing import publish_ratings
from contracts.domain.returns import accept_return, query_line, submit_return
from contracts.enums import ReturnState
from contracts.models import Query
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, KpiReturnFactory, QueryFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

ASKED = NOW - timedelta(days=1)
WHEN_ASKED = "midday on Tuesday 15 September 2026"


@pytest.fixture(autouse=True)
def _wednesday_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def submitted():
    figure = FigureFactory(indicator__code="V2")
    certifier = UserFactory(role=Role.CERTIFIER, organisation=figure.kpi_return.agreement.provider)
    submit_return(kpi_return=figure.kpi_return, seen_version=1, actor=certifier, at=NOW - timedelta(days=2))
    figure.kpi_return.refresh_from_db()
    return figure.kpi_return


@pytest.fixture
def manager(client, submitted):
    """The Contract Manager of the return, signed in."""
    user = submitted.agreement.activity.contract_manager
    client.force_login(user)
    return user


def address(name, kpi_return, *more):
    return reverse(f"contracts:{name}", args=[kpi_return.agreement.reference, kpi_return.reference, *more])


def said(client, path, data=None):
    """Where an address leads, and the words of the banner there. With `data` it is a POST."""
    reply = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
    assert reply.status_code == 200
    banner = BeautifulSoup(reply.content, "html.parser").select_one(".govuk-notification-banner__heading")
    return reply.redirect_chain[-1][0] if reply.redirect_chain else "", banner.text if banner else ""


def ask(kpi_return, manager, question="Is it right?"):
    query_line(figure=kpi_return.figures.get(), question=question, seen_submission=1, actor=manager, at=ASKED)


def accept(kpi_return, manager):
    accept_return(kpi_return=kpi_return, seen_submission=1, actor=manager, at=ASKED)


def test_queried_return_is_not_accepted_before_the_answer(client, manager, submitted):
    ask(submitted, manager)
    words = f"You asked a question {WHEN_ASKED}; the provider has not answered yet, so it cannot be accepted."

    looked = said(client, address("return-accept", submitted))
    pressed = said(client, address("return-accept", submitted), {"seen_submission": 1})

    assert looked == pressed == (submitted.get_office_url(), words)
    submitted.refresh_from_db()
    assert submitted.state == ReturnState.QUERIED


def test_answered_return_waits_to_be_sent_again(client, manager, submitted):
    ask(submitted, manager)
    Query.objects.update(answer="Yes.", answered_at=NOW, answered_by=submitted.submitted_by)

    assert said(client, address("return-accept", submitted))[1] == (
        "The provider has answered what was asked, and has not sent the return again yet, so it cannot be accepted."
    )


def test_return_that_is_accepted_already_says_who_did_it_and_when(client, manager, submitted):
    accept(submitted, manager)
    paths = [(address("return-accept", submitted), {"seen_submission": 1})]
    paths += [(address("line-query", submitted, "V2"), None)]
    paths += [(address("line-accept", submitted, "V2"), {"seen_version": 1})]

    told = [said(client, path, data) for path, data in paths]

    since = f"You accepted this return {WHEN_ASKED}"
    assert told == [
        (submitted.get_office_url(), f"{since}."),
        (submitted.get_office_url(), f"{since}, so nothing can be asked about its figures."),
        (submitted.get_office_url(), f"{since}, so its figures cannot be checked."),
    ]


def test_question_that_comes_too_late_stays_to_be_copied(client, manager, submitted):
    accept(submitted, manager)

    reply = client.post(
        address("line-query", submitted, "V2"), {"question": "Does it count repeats?", "seen_submission": 1}
    )

    assert reply.context["form"].non_field_errors() == [
        f"You accepted this return {WHEN_ASKED}, so nothing can be asked about its figures."
    ]
    assert "Does it count repeats?" in reply.content.decode()
    assert not Query.objects.exists()


@pytest.mark.parametrize(
    ("overdue", "due"), [(False, "is due midday on Monday 21"), (True, "was due midday on Tuesday 15")]
)
def test_return_that_has_not_come_says_when_it_is_due(client, overdue, due):
    kpi_return = KpiReturnFactory(overdue=overdue)
    client.force_login(kpi_return.agreement.activity.contract_manager)

    _, words = said(client, address("return-accept", kpi_return))

    assert words == f"The provider has not sent this return yet (it {due} September 2026), so it cannot be accepted."


def test_whoever_submitted_it_reads_that_somebody_else_accepts(client, manager, submitted):
    submitted.submitted_by = manager
    submitted.save()

    assert said(client, address("return-accept", submitted))[1] == (
        "You submitted this return, so somebody else accepts it."
    )


def test_button_that_a_sign_in_led_to_is_found_where_it_stands(client, manager, submitted):
    assert client.get(address("line-accept", submitted, "V2")).url == f"{submitted.get_office_url()}#V2"


def test_ratings_are_not_published_early_late_or_by_one_person(client, manager, submitted):
    client.force_login(management := UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo"))
    path = address("rating-publish", submitted)

    early = said(client, path)
    accept(submitted, manager)
    submitted.refresh_from_db()
    publish_ratings(kpi_return=submitted, words=[], actor=management, at=NOW)
    late = said(client, path)
    pressed_again = said(client, path, {})
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    by_another = said(client, path)

    sent = "This return was sent midday on Monday 14 September 2026, and nobody has accepted it yet"
    assert early == (submitted.get_office_url(), f"{sent}, so there are no ratings to publish yet.")
    assert late == pressed_again
    assert late[1] == "You published these ratings midday on Wednesday 16 September 2026."
    assert by_another[1] == "Gwen Adebayo published these ratings midday on Wednesday 16 September 2026."


def test_whoever_accepted_reads_that_somebody_else_publishes(client, submitted):
    both = UserFactory(role=Role.MANAGEMENT)
    submitted.state, submitted.accepted_at, submitted.accepted_by = ReturnState.ACCEPTED, NOW, both
    submitted.save()
    client.force_login(both)

    assert said(client, address("rating-publish", submitted))[1] == (
        "You accepted this return, so somebody else publishes its ratings."
    )


@pytest.mark.threat("A02", "A08")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGEMENT}))
def test_for_everybody_else_nothing_is_there(client, manager, submitted, role):
    ask(submitted, manager)
    client.force_login(UserFactory(role=role))
    paths = [address(name, submitted) for name in ("return-accept", "rating-publish")]
    paths += [address(name, submitted, "V2") for name in ("line-query", "line-accept")]

    answers = {client.get(path).status_code for path in paths} | {client.post(path).status_code for path in paths}

    assert answers == {404}


@pytest.mark.parametrize("page", ["agreement-edit", "agreement-sign"])
def test_signed_agreement_says_so_to_its_manager(client, page):
    agreement = AgreementFactory(signed_on="2026-03-14")
    client.force_login(agreement.activity.contract_manager)

    where, words = said(client, reverse(f"contracts:{page}", args=[agreement.reference]))

    assert where == agreement.get_absolute_url()
    assert (
        words
        == {
            "agreement-edit": "This agreement is signed, so what was agreed is no longer changed here.",
            "agreement-sign": "This agreement was already recorded as signed (Saturday 14 March 2026).",
        }[page]
    )


def test_certifier_who_comes_back_to_a_question_reads_what_became_of_the_return(client):
    query = QueryFactory(answered=True)
    kpi_return = query.figure.kpi_return
    kpi_return.state = ReturnState.SUBMITTED
    kpi_return.save()
    client.force_login(kpi_return.submitted_by)
    path = reverse("contracts:return-answer", args=[kpi_return.reference, query.pk])

    where, words = said(client, path)
    late = client.post(path, {"answer": "One more thing: we counted twice."}).content.decode()

    assert where == kpi_return.get_absolute_url()
    assert words.startswith("This return has already been submitted by ")
    assert "One more thing: we counted twice." in late
