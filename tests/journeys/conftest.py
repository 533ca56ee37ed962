"""An office at the start of its working week, and the clock in the test's hand."""

from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine

from engagement.domain.calendar import LONDON
from engagement.enums import Role
from engagement.models import Organisation, Priority
from tests.factories.engagement import OrganisationFactory, PriorityFactory, UserFactory
from tests.journeys.people import Person


@dataclass
class Office:
    """Everybody who takes part, each at a browser."""

    lead: Person
    involvement: Person
    contracts: Person
    management: Person
    public: Person
    preparer: Person
    certifier: Person
    stranger: Person
    provider: Organisation
    other_provider: Organisation
    priority: Priority


class Clock:
    """`clock(2026, 9, 7, 9)` is 9am UK time that day; time goes on from there."""

    def __init__(self, traveller):
        self._traveller = traveller

    def __call__(self, *moment):
        self._traveller.move_to(datetime(*moment, tzinfo=LONDON))


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=LONDON)) as traveller:
        yield Clock(traveller)


@pytest.fixture
def office(transactional_db, clock):
    brightway, harbourlight = OrganisationFactory(name="Brightway"), OrganisationFactory(name="Harbourlight")
    return Office(
        lead=Person(UserFactory(role=Role.LEAD_COMMISSIONER, name="Amara Lindqvist")),
        involvement=Person(UserFactory(role=Role.INVOLVEMENT, name="Farah Quill")),
        contracts=Person(UserFactory(role=Role.CONTRACT_MANAGER, name="Tomasz Bell")),
        management=Person(UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo")),
        public=Person(),
        preparer=Person(UserFactory(role=Role.PREPARER, organisation=brightway, name="Priya Nair")),
        certifier=Person(UserFactory(role=Role.CERTIFIER, organisation=brightway, name="Jo Okonkwo")),
        stranger=Person(UserFactory(role=Role.CERTIFIER, organisation=harbourlight, name="Mina Sørby")),
        provider=brightway,
        other_provider=harbourlight,
        priority=PriorityFactory(title="Supporting victims"),
    )
