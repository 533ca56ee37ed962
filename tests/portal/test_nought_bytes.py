"""Nought bytes and numbers beyond all measure: an answer that says no, never an error of the program."""

import pytest
from django.test import Client

from engagement.enums import Role
from tests.factories.contracts import KpiReturnFactory
from tests.factories.engagement import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.threat("A01")]
BEYOND = 10**26


def answers(client, addresses):
    client.raise_request_exception = False
    return {address: client.get(address).status_code for address in addresses}


def test_public_addresses_with_a_nought_byte_are_not_there():
    found = answers(Client(), ["/register/%00/", "/performance/%00/", "/consultations/%00/", "/%00"])

    assert set(found.values()) == {404}


def test_boxes_and_numbers_beyond_all_measure_are_no_error():
    asked = ["/register/?words=%00", "/register.csv?words=%00", "/search/?q=%00", f"/register/?page={BEYOND}"]

    found = answers(Client(), [*asked, "/performance/?page=%00", f"/updates/{BEYOND}/"])

    assert set(found.values()) == {200, 404}
    assert found[f"/updates/{BEYOND}/"] == 404


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.CONTRACT_MANAGER])
def test_addresses_of_the_office_with_a_nought_byte_are_not_there(client, role):
    client.force_login(UserFactory(role=role))

    found = answers(client, ["/agreements/%00/", "/agreements/publish/%00/", f"/agreements/streams/{BEYOND}/"])

    assert set(found.values()) == {404}


def test_provider_of_two_organisations_is_no_exception(client):
    kpi_return = KpiReturnFactory()
    certifier = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)
    MembershipFactory(user=certifier, organisation=OrganisationFactory(), role=Role.CERTIFIER)
    client.force_login(certifier)

    found = answers(client, ["/returns/%00/", f"/returns/{kpi_return.reference}/measures/%00/"])

    assert set(found.values()) == {404}
    assert client.post("/acting/", {"act_for": "\x00", "next": "/"}).status_code == 404
