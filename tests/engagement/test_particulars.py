"""What an organisation is: its sector, its size, its numbers, who changes them, and what stood there before."""

import pytest

from engagement.domain.particulars import ParticularsRefused, charity_number_of, company_number_of
from engagement.enums import PROVIDER_ROLES, OrganisationKind, Role, Sector
from engagement.models import LogEntry, Organisation
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Harbour Light",
    "kind": "PROVIDER",
    "sector": "PRIVATE",
    "is_vcse": "yes",
    "size": "SMALL",
    "charity_number": "",
    "company_number": "oc123456",
}
NEW, LIST = "/engagement/organisations/new/", "/engagement/organisations/"


@pytest.fixture
def admin(client):
    person = UserFactory(role=Role.ADMINISTRATOR)
    client.force_login(person)
    return person


@pytest.mark.requirement("R-006")
def test_sector_is_mandatory(client, admin):
    reply = client.post(NEW, {**FORM, "sector": ""})
    unknown = client.post(NEW, {**FORM, "sector": "UNKNOWN"})

    assert "Choose its sector" in reply.content.decode()
    assert unknown.status_code == 200
    assert "Harbour Light" in reply.content.decode()
    assert not Organisation.objects.filter(name="Harbour Light").exists()


@pytest.mark.requirement("R-006", "R-147")
def test_organisation_is_entered_with_its_particulars(client, admin):
    reply = client.post(NEW, FORM)

    one = Organisation.objects.get(slug="harbour-light")
    assert (one.sector, one.is_vcse, one.size, one.company_number) == ("PRIVATE", True, "SMALL", "OC123456")
    assert reply.url == one.get_absolute_url()


@pytest.mark.parametrize("number", ["1190041", "119004", "1190041-2", "SC 012345", "nic100001", ""])
def test_charity_numbers_of_the_three_registers_are_kept(number):
    assert charity_number_of(number) == number.replace(" ", "").upper()


@pytest.mark.parametrize("number", ["12345", "12345678", "SC12", "1190041-", "charity"])
def test_what_is_no_charity_number_is_refused(number):
    with pytest.raises(ParticularsRefused, match="6 or 7 digits"):
        charity_number_of(number)


@pytest.mark.parametrize("number", ["01234567", "oc123456", "NI012345", "IP00123R", "R0000123", ""])
def test_company_numbers_have_eight_characters(number):
    assert company_number_of(number) == number.upper()


@pytest.mark.parametrize("number", ["1234567", "123456789", "ABCDEFGH", "0123 456"])
def test_what_is_no_company_number_is_refused_beside_its_box(client, admin, number):
    page = client.post(NEW, {**FORM, "company_number": number}).content.decode()

    assert "Enter a company number of 8 characters" in page
    assert f'value="{number}"' in page


@pytest.mark.requirement("R-147")
def test_change_is_logged_with_what_stood_there_before(client, admin):
    one = OrganisationFactory(name="Brightway", charity_number="1190041")
    form = {**FORM, "name": "Brightway Together", "charity_number": "1190042", "company_number": ""}

    reply = client.post(f"{one.get_absolute_url()}edit/", form)

    assert reply.url == one.get_absolute_url()
    entry = LogEntry.objects.get(action="organisation.changed")
    assert (entry.actor, entry.organisation) == (admin, one)
    assert entry.data["before"] == {
        "name": "Brightway",
        "sector": "UNKNOWN",
        "is_vcse": None,
        "size": "UNKNOWN",
        "charity_number": "1190041",
    }
    assert entry.data["after"]["name"] == "Brightway Together"
    client.post(f"{one.get_absolute_url()}edit/", form)
    assert LogEntry.objects.filter(action="organisation.changed").count() == 1


def test_name_of_another_is_refused_and_its_own_is_not(client, admin):
    OrganisationFactory(name="Tidewater")
    one = OrganisationFactory(name="Brightway")

    other = client.post(f"{one.get_absolute_url()}edit/", {**FORM, "name": "TIDEWATER"})
    own = client.post(f"{one.get_absolute_url()}edit/", {**FORM, "name": "Brightway"})

    assert "very like it" in other.content.decode()
    assert own.status_code == 302


def test_office_stays_the_office(client, admin):
    office = Organisation.objects.get(kind=OrganisationKind.OFFICE)

    client.post(f"{office.get_absolute_url()}edit/", {**FORM, "kind": "PROVIDER"})
    client.post(f"{office.get_absolute_url()}edit/", {**FORM, "kind": "OFFICE", "sector": "PUBLIC"})

    office.refresh_from_db()
    assert (office.kind, office.sector) == (OrganisationKind.OFFICE, Sector.PUBLIC)


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", Role)
def test_administrators_and_contract_managers_keep_particulars(client, role):
    own = OrganisationFactory()
    client.force_login(UserFactory(role=role, organisation=own if role in PROVIDER_ROLES else None))

    found = client.get(f"{own.get_absolute_url()}edit/").status_code

    assert found == (200 if role in {Role.ADMINISTRATOR, Role.CONTRACT_MANAGER} else 404)


def test_page_shows_particulars_agreements_and_people(client, admin):
    agreement = AgreementFactory(title="Support after abuse")
    person = UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)
    client.force_login(UserFactory(role=Role.AUDITOR))

    page = client.get(agreement.provider.get_absolute_url()).content.decode()

    assert [words in page for words in ("Not recorded", "Support after abuse", person.name)] == [True] * 3
    assert [words in page for words in (person.email, "Invite somebody", "Change the particulars")] == [False] * 3


@pytest.mark.requirement("R-006")
def test_list_narrows_by_sector_words_and_vcse(client, admin):
    OrganisationFactory(name="Alpha", sector="PRIVATE", is_vcse=True)
    OrganisationFactory(name="Beta", sector="PRIVATE", is_vcse=False)
    OrganisationFactory(name="Gamma", sector="VOLUNTARY", is_vcse=True, charity_number="1190041")

    def names(**chosen):
        return [one.name for one in client.get(LIST, chosen).context["page"].object_list]

    assert names(sector="PRIVATE") == ["Alpha", "Beta"]
    assert names(sector="PRIVATE", vcse="yes") == ["Alpha"]
    assert names(q="1190041") == ["Gamma"]
    assert "No organisation matches" in client.get(LIST, {"q": "zzz"}).content.decode()
    text = client.get("/engagement/organisations.csv", {"sector": "VOLUNTARY"}).getvalue().decode()
    assert ("Gamma" in text, "Alpha" in text) == (True, False)


@pytest.mark.requirement("R-006")
def test_agreements_are_narrowed_by_the_sector_of_their_provider(client):
    AgreementFactory(title="Alarms", provider=OrganisationFactory(sector="PRIVATE"))
    AgreementFactory(title="Support", provider=OrganisationFactory(sector="VOLUNTARY"))
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    found = client.get("/agreements/", {"sector": "PRIVATE"}).context["page"].object_list

    assert [one.title for one in found] == ["Alarms"]


@pytest.mark.parametrize("organisations", [1, 3])
def test_list_costs_the_same_however_long(client, admin, organisations, django_assert_num_queries):
    OrganisationFactory.create_batch(organisations)

    with django_assert_num_queries(5):
        client.get(LIST)


@pytest.mark.parametrize("many", [1, 3])
def test_page_costs_the_same_however_much_there_is(client, admin, many, django_assert_num_queries):
    provider = OrganisationFactory()
    for _ in range(many):
        AgreementFactory(provider=provider)
        UserFactory(role=Role.CERTIFIER, organisation=provider)

    with django_assert_num_queries(12):
        client.get(provider.get_absolute_url())
