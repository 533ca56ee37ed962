"""Two names in one address must belong together: each route with two is tried with those of different things (A08)."""

import pytest
import time_machine
from django.urls import reverse

from tests.architecture import world as worlds
from tests.architecture.doors import NO_SUCH_METHOD, NOT_THERE, Doors
from tests.architecture.matrix_questions import ROWS
from tests.architecture.routes import routes
from tests.factories.consultations import ConsultationFactory
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, OrganisationFactory

# Who has an activity or an organisation of their own, to whose address something of another's is put.
OTHERS = frozenset({"stranger", "other_lead", "other_manager"})
# Who opens most on the one side: all that others may open, one of these may.
OWN = frozenset({"certifier", "involvement", "lead", "manager", "management"})

# The second name is no part of the first: it says who answers, or how a file is called.
APART = {
    "portal:rendition": "a picture by the name of its file",
    "wagtaildocs_serve": "a document by the name of its file",
    "consultations:our-detail": "an organisation that answers, below",
    "consultations:our-question": "an organisation that answers, below",
    "consultations:our-check": "an organisation that answers, below",
    "consultations:our-receipt": "an organisation that answers, below",
    "consultations:our-take-back": "an organisation that answers, below",
    "consultations:named-detail": "an organisation that answers, below",
}

# What may have been taken away a moment ago: these say so in words or lead back to the list, and show nothing else.
SAID_IN_WORDS = {
    "consultations:manage-sent-file": {"post"},
    "consultations:manage-alike-group": {"post"},
    "consultations:channel-file": {"get", "post"},
    "consultations:channel-file-match": {"get", "post"},
    "consultations:channel-file-words": {"get", "post"},
    "consultations:channel-file-discard": {"get", "post"},
    "contracts:return-file-off": {"get"},
    "contracts:period-drop": {"get", "post"},
    "contracts:party-edit": {"post"},
    "contracts:party-take-out": {"post"},
    "contracts:lot-edit": {"post"},
    "contracts:lot-take-out": {"post"},
}


@pytest.fixture
def world(db):
    with time_machine.travel(NOW, tick=False):
        yield worlds.build()


@pytest.fixture
def elsewhere(world):
    """For each name that begins an address, the same kind of thing twice: one's own, and another's."""
    own, people = world.things, world.people
    theirs = ActivityFactory(
        published=True, lead_commissioner=people["other_lead"], contract_manager=people["other_manager"]
    )
    strangers = people["stranger"].memberships.get().organisation
    EngagedPartyFactory(activity=theirs, represented=True, organisation=strangers)
    agreements = [
        AgreementFactory(activity=own.activity, provider=own.brightway),
        AgreementFactory(activity=theirs, provider=strangers),
    ]
    for agreement in agreements:
        IndicatorFactory(agreement=agreement, code="V1")
    returns = [KpiReturnFactory(agreement=agreement) for agreement in agreements]
    activities = [own.quiet_activity, theirs]
    consultations = [ConsultationFactory(activity=activity, closed=True) for activity in (own.activity, theirs)]
    return {
        "agreement": [agreement.reference for agreement in agreements],
        "draft_agreement": [agreement.reference for agreement in agreements],
        "activity": [activity.slug for activity in activities],
        "brightway": [OrganisationFactory().slug, strangers.slug],
        "office": [own.brightway.slug, strangers.slug],
        "return": [kpi_return.reference for kpi_return in returns],
        "consultation": consultations,
    }


def others_of(path, elsewhere):
    """What takes the place of the first name of an address."""
    thing, _, attribute = path.partition(".")
    if thing in elsewhere:
        return elsewhere[thing]
    if thing.endswith("_return"):
        return elsewhere["return"]
    return [getattr(consultation, attribute) for consultation in elsewhere["consultation"]]


def with_two_names():
    for row in ROWS:
        named = [path for path in row.arguments if not path.startswith("'")]
        if len(named) > 1 and row.route not in APART:
            yield row


@pytest.mark.timeout(900)
@pytest.mark.threat("A08")
def test_what_belongs_to_another_is_not_there_whatever_address_it_is_put_to(world, elsewhere):
    """Whoever may open both of them finds nothing either, and nothing changes."""
    doors, wrong, knocks = Doors(world), [], 0
    for row in with_two_names():
        for first, people in zip(others_of(row.arguments[0], elsewhere), (OWN, OTHERS), strict=True):
            arguments = [first, *map(world.argument, row.arguments[1:])]
            readers = people & (row.get | (row.post or frozenset())) if people is OWN else people
            wanted = [(name, method, row.data) for name in sorted(readers) for method in ("get", "post")]
            found, changes = doors.knock_together(wanted, reverse(row.route, args=arguments))
            knocks += len(found)
            wrong += [f"{row} at {first}: changes {change}" for change in changes]
            wrong += [
                f"{row} at {first}: {method} says “{said}” to {name}"
                for (name, method), said in found.items()
                if said not in {NOT_THERE, NO_SUCH_METHOD} and method not in SAID_IN_WORDS.get(row.route, ())
            ]

    assert not wrong, "\n".join(wrong)
    assert knocks > 1_000


@pytest.mark.threat("A08")
def test_every_route_with_two_names_is_tried_or_excused():
    tried = {row.route for row in with_two_names()} | set(APART)
    spoken = {row.route: row for row in ROWS}

    two = {route.name for route in routes() if route.name in spoken and len(route.parameters) > 1}
    one_in_words = {name for name in two if all(path.startswith("'") for path in spoken[name].arguments[1:])}

    assert sorted(two - tried - one_in_words) == []
    assert sorted(set(APART) - two) == []


@pytest.mark.threat("A08")
def test_nobody_answers_for_an_organisation_that_is_not_theirs(world):
    doors, strangers = Doors(world), world.people["stranger"].memberships.get().organisation
    rows = [row for row in ROWS if row.route.startswith("consultations:our-") and len(row.arguments) > 1]

    for row in (row for row in rows if row.arguments[1] == "brightway.slug"):
        rest = [world.argument(path) for path in row.arguments[2:]]
        address = reverse(row.route, args=[world.argument(row.arguments[0]), strangers.slug, *rest])
        wanted = [(name, method, row.data) for name in ("preparer", "certifier", "lead") for method in ("get", "post")]
        found, changes = doors.knock_together(wanted, address)

        assert set(found.values()) <= {NOT_THERE, NO_SUCH_METHOD}, (row.route, found)
        assert changes == []
