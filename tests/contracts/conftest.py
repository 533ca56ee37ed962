"""A signed agreement with one measure, its return that is due, and two people of its provider."""

import pytest
import time_machine

from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory


@pytest.fixture
def at_noon():
    """The clock stands at `NOW`; what is given moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def agreement():
    return AgreementFactory()


@pytest.fixture
def contact(agreement):
    return IndicatorFactory(agreement=agreement, code="V1", name="First contact")


@pytest.fixture
def kpi_return(agreement, contact):
    return KpiReturnFactory(agreement=agreement)


@pytest.fixture
def preparer(agreement):
    return UserFactory(role=Role.PREPARER, organisation=agreement.provider, name="Priya Nair")


@pytest.fixture
def certifier(agreement):
    return UserFactory(role=Role.CERTIFIER, organisation=agreement.provider, name="Jo Okonkwo")
