"""The end of an agreement in public and on its pages: who reads what of it, and the release that says it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.domain import attention, closing, ocds
from contracts.enums import Regime
from contracts.models import Agreement, Ending
from engagement.enums import Role
from tests.contracts.ocds import empty_places, read, schema_beside
from tests.contracts.test_closing import LAST, NOTICE, TODAY, again, end, ended, noticed
from tests.contracts.test_public_record import page_of, release
from tests.factories.contracts import AgreementFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def test_release_says_how_and_when_it_ended_only_once_it_has(client, agreement, management):
    made = ended(agreement, management, ends_on=TODAY)
    today = release(client)
    Ending.objects.update(ends_on=LAST)
    Agreement.objects.update(ends="2026-09-04", ended_on=LAST)
    after = release(client)

    assert made.state == "IN_FORCE"
    assert ("contractTermination" in today["tag"], today["contracts"][0]["status"]) == (False, "active")
    [contract] = after["contracts"]
    assert ("contractTermination" in after["tag"], contract["status"]) == (True, "terminated")
    assert contract["terminationRationaleClassifications"][0]["description"] == "Both sides end it together"
    assert contract["implementation"] == {
        "endDate": "2026-09-04T23:59:59+01:00",
        "endDateDetails": "Another service takes over.",
    }


@pytest.mark.parametrize("kind", ["EXPIRED", "OFFICE"])
def test_the_standard_takes_an_end(client, management, reference_data, kind):
    schema = schema_beside(reference_data)
    agreement = AgreementFactory(ends="2026-09-04")
    made = end(agreement, kind=kind, ends_on=LAST)
    if kind == "OFFICE":
        made = closing.decide(ending=made, approve=True, words="", actor=management, at=NOW)
    noticed(made)

    package = read(client.get(ocds.PATH))

    assert (schema.errors(package), schema.additional_fields(package), empty_places(package)) == ([], [], [])


@pytest.mark.threat("A08")
def test_proposed_end_and_private_words_are_nobodys_but_the_offices(client, agreement, certifier, management):
    end(agreement)
    public = page_of(client, agreement)
    client.force_login(certifier)
    own = client.get(reverse("contracts:ending", args=[agreement.reference])).content.decode()

    assert "Another service" not in public + own
    assert "SECRET" not in public + own + str(release(client))


def test_both_sides_read_the_end_and_the_office_what_it_decided(client, agreement, certifier, management):
    ended(agreement, management)
    pages = []
    for person in (certifier, agreement.activity.contract_manager):
        client.force_login(person)
        pages.append(client.get(reverse("contracts:ending", args=[agreement.reference])).content.decode())

    assert ["SECRET WHY" in page for page in pages] == [True, True]
    assert ["SECRET DECISION" in page for page in pages] == [False, True]
    assert ["A contract termination notice will follow" in page for page in pages] == [False, False]
    assert ['by <time datetime="2026-12-14">' in page for page in pages] == [False, True]


def test_it_is_ended_decided_and_noticed_through_its_pages(client, agreement, management):
    manager = agreement.activity.contract_manager
    client.force_login(manager)
    form = {"kind": "PROVIDER", "why": "They close.", **_day("ends_on", LAST)}
    wrong = client.post(reverse("contracts:ending-propose", args=[agreement.reference]), {**form, "why": ""})
    client.post(reverse("contracts:ending-propose", args=[agreement.reference]), form)
    client.force_login(management)
    decided = {"approve": "yes", "words": "They told us in time."}
    client.post(reverse("contracts:ending-decide", args=[agreement.reference, 1]), decided)
    client.force_login(manager)
    told = {"notice_number": "N-1", "notice_url": NOTICE, **_day("noticed_on", TODAY)}
    client.post(reverse("contracts:ending-notice", args=[agreement.reference, 1]), told)

    ending = Ending.objects.get()
    assert "Say why" in wrong.content.decode()
    assert (ending.state, ending.notice_number, again(agreement).ended_on) == ("IN_FORCE", "N-1", LAST)


def _day(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.mark.parametrize("number", [1, 3])
def test_ends_cost_attention_the_same_however_many(management, number, django_assert_num_queries):
    Agreement.objects.all().delete()
    for _ in range(number):
        one = AgreementFactory(regime=Regime.FULL, value=Decimal(6_000_000))
        KpiReturnFactory(agreement=one, quarter="2026-27 Q1", accepted=True)
        ended(one, management, ends_on=date(2026, 6, 30))

    with django_assert_num_queries(15):
        found = attention.matters_for(management, at=NOW)

    assert sum(one.kind == "Last review" for one in found) == number
