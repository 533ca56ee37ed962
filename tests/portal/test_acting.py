"""One person in two organisations acts for one at a time, sees for which, and switches knowingly."""

import pytest
import time_machine
from django.urls import reverse

from contracts.models import Narrative
from engagement.enums import Role
from engagement.models import Clarification, LogEntry
from tests.factories.clarifications import ClarificationFactory, QuestionWindowFactory
from tests.factories.consultations import CodeBatchFactory
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    EngagedPartyFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-147")]
RETURNS, SWITCH = "/returns/", "/acting/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def brightway():
    return OrganisationFactory(name="Brightway")


@pytest.fixture
def harbourlight(brightway):
    return OrganisationFactory(name="Harbourlight")


@pytest.fixture
def returns(brightway, harbourlight):
    """A return that is due, of each."""
    made = []
    for provider in (brightway, harbourlight):
        agreement = AgreementFactory(title=f"Service of {provider}", provider=provider)
        indicator = IndicatorFactory(agreement=agreement, code="V1")
        made.append(KpiReturnFactory(agreement=agreement))
        FigureFactory(kpi_return=made[-1], indicator=indicator)
    return made


@pytest.fixture
def both(client, brightway, harbourlight):
    """A certifier of Brightway who prepares for Harbourlight, too."""
    person = UserFactory(role=Role.CERTIFIER, organisation=brightway)
    MembershipFactory(user=person, organisation=harbourlight, role=Role.PREPARER)
    client.force_login(person)
    return person


def switch(client, slug, where="/returns/"):
    return client.post(SWITCH, {"act_for": slug, "next": where})


def text(reply):
    return reply.content.decode()


def test_every_page_says_for_whom_and_lists_show_only_theirs(client, both, returns):
    for address in ("/dashboard/", RETURNS, "/agreements/", "/our-questions/"):
        page = text(client.get(address))
        assert ("You are acting for <strong>Brightway</strong>" in page, "Switch to Harbourlight" in page) == (
            True,
            True,
        ), address

    before = text(client.get(RETURNS))
    reply = switch(client, "harbourlight")
    after = text(client.get(RETURNS))

    assert reply.url == RETURNS
    assert ["Service of Brightway" in page for page in (before, after)] == [True, False]
    assert ["Service of Harbourlight" in page for page in (before, after)] == [False, True]


def test_role_is_that_in_the_organisation_acted_for(client, both, returns, brightway, harbourlight):
    first, second = (f"{one.get_absolute_url()}invite/" for one in (brightway, harbourlight))

    as_certifier = [client.get(address).status_code for address in (first, second)]
    switch(client, "harbourlight")
    as_preparer = [client.get(address).status_code for address in (first, second)]

    assert as_certifier[0] == 200
    assert as_preparer == [409, 404]


@pytest.mark.threat("A08")
def test_address_of_the_other_says_whose_it_is_and_shows_nothing_of_it(client, both, returns):
    address = returns[1].get_absolute_url()

    reply = client.get(address)

    assert reply.status_code == 409
    assert "This belongs to Harbourlight" in text(reply)
    assert "You are acting for Brightway" in text(reply)
    assert "Service of Harbourlight" not in text(reply)
    assert not LogEntry.objects.filter(action="access.refused").exists()
    assert switch(client, "harbourlight", address).url == address
    assert client.get(address).status_code == 200


@pytest.mark.threat("A08")
def test_what_was_sent_for_the_other_changes_nothing_and_is_not_lost(client, both, returns):
    narrative = reverse("contracts:return-narrative", args=[returns[1].reference])
    switch(client, "harbourlight")
    form = client.get(narrative).context["form"]
    typed = {name: f"Words\n<b>for {name}</b>" for name in form.fields if not form[name].is_hidden}
    hidden = {name: str(form[name].value()) for name in form.fields if form[name].is_hidden}
    switch(client, "brightway")

    refused = client.post(narrative, {**typed, **hidden})

    assert refused.status_code == 409
    assert "Nothing was sent or changed" in text(refused)
    assert [f"&lt;b&gt;for {name}&lt;/b&gt;" in text(refused) for name in typed] == [True] * len(typed)
    assert not Narrative.objects.exists()
    kept = client.post(narrative, {**typed, **hidden, "act_for": "harbourlight"})
    assert kept.status_code == 302
    assert Narrative.objects.get().kpi_return == returns[1]
    assert "Harbourlight</strong>" in text(client.get(RETURNS))


def test_agreements_questions_codes_and_organisations_say_whose_they_are(client, both, returns, harbourlight):
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity, represented=True, organisation=harbourlight)
    window = QuestionWindowFactory(activity=activity)
    question = ClarificationFactory(window=window, organisation=harbourlight, asked_by=both)
    batch = CodeBatchFactory(organisation=harbourlight)
    addresses = [
        returns[1].agreement.get_absolute_url(),
        harbourlight.get_absolute_url(),
        reverse("engagement:our-question", args=[question.reference]),
        reverse("engagement:our-questions", args=[activity.slug]),
        reverse("consultations:handout-detail", args=[batch.pk]),
    ]

    assert [client.get(address).status_code for address in addresses] == [409] * 5
    discard = client.post(reverse("engagement:question-withdraw", args=[question.reference]))
    assert discard.status_code == 409
    assert Clarification.objects.get().state == question.state
    switch(client, "harbourlight")
    assert [client.get(address).status_code for address in addresses] == [200] * 5


@pytest.mark.threat("A08")
def test_question_of_a_page_left_open_is_not_asked_for_the_other(client, both, brightway, harbourlight):
    activity = ActivityFactory(published=True)
    for one in (brightway, harbourlight):
        EngagedPartyFactory(activity=activity, represented=True, organisation=one)
    QuestionWindowFactory(activity=activity)
    switch(client, "harbourlight")

    left_open = {"organisation": brightway.pk, "section": "", "text": "Why?", "confidential": "no", "send": "1"}
    reply = client.post(reverse("engagement:question-ask", args=[activity.slug]), left_open)

    assert reply.status_code == 200
    assert "Why?" in text(reply)
    assert not Clarification.objects.exists()


@pytest.mark.threat("A08")
@pytest.mark.parametrize("slug", ["third", "nowhere", ""])
def test_nobody_switches_to_an_organisation_that_is_not_theirs(client, both, slug):
    OrganisationFactory(name="Third")

    assert switch(client, slug).status_code == 404
    assert "Brightway</strong>" in text(client.get(RETURNS))


@pytest.mark.threat("X05")
def test_switch_leads_nowhere_else(client, both):
    assert switch(client, "harbourlight", "https://evil.example/").url == "/dashboard/"


@pytest.mark.threat("A08")
def test_stranger_is_told_nothing(client, both, returns):
    theirs = KpiReturnFactory(agreement=AgreementFactory())
    draft = AgreementFactory(draft=True, provider=returns[1].agreement.provider)

    found = [client.get(address).status_code for address in (theirs.get_absolute_url(), draft.get_absolute_url())]

    assert found == [404, 404]


def test_choice_ends_with_the_membership(client, both, returns, harbourlight):
    switch(client, "harbourlight")
    both.memberships.filter(organisation=harbourlight).update(ends_on=NOW.date())

    page = text(client.get(RETURNS))

    assert ("You are acting for" in page, "Service of Brightway" in page) == (False, True)


def test_people_with_one_organisation_notice_nothing(client, returns, brightway, harbourlight):
    client.force_login(UserFactory(role=Role.PREPARER, organisation=brightway))

    assert "You are acting for" not in text(client.get(RETURNS))
    assert client.get(returns[1].get_absolute_url()).status_code == 404
    assert switch(client, "harbourlight").status_code == 404


@pytest.mark.parametrize("organisations", [2, 4])
def test_bar_costs_one_query_however_many_there_are(client, organisations, brightway, django_assert_num_queries):
    alone = UserFactory(role=Role.PREPARER, organisation=brightway)
    several = UserFactory(role=Role.PREPARER, organisation=brightway)
    for _ in range(organisations - 1):
        MembershipFactory(user=several, organisation=OrganisationFactory())
    client.force_login(alone)
    with django_assert_num_queries(4):
        client.get("/agreements/")
    client.force_login(several)
    with django_assert_num_queries(5):
        client.get("/agreements/")
