"""Every route, every role: default closed, and open exactly as the matrix says."""

import contextlib
from collections import Counter

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse

from tests.architecture import world as worlds
from tests.architecture.doors import NO_SUCH_METHOD, NOT_THERE, OPEN, SIGN_IN, Doors
from tests.architecture.matrix import ANYBODY, CMS_PEOPLE, SIGN_IN_PAGES, UNLOCKED
from tests.architecture.matrix_cms import CMS_ROUTES, INSIDE
from tests.architecture.matrix_questions import ROWS
from tests.architecture.routes import routes
from tests.factories.engagement import NOW

CMS = "cms/"


@pytest.fixture
def world(db):
    with time_machine.travel(NOW, tick=False):
        yield worlds.build()


def expected_of(name, allowed, route):
    if name in allowed:
        return {OPEN}
    if name != "public":
        return {NOT_THERE, NO_SUCH_METHOD} if not allowed else {NOT_THERE}
    return {NOT_THERE, NO_SUCH_METHOD, SIGN_IN} if route.is_public else {SIGN_IN}


def address_of(row, world):
    if row.route.startswith(CMS):
        return "/" + row.route
    return reverse(row.route, args=[world.argument(path) for path in row.arguments])


# The table is whole


@pytest.mark.threat("A01")
def test_every_route_has_a_row():
    known = {row.route for row in ROWS} | set(CMS_ROUTES) | SIGN_IN_PAGES

    missing = [skeleton_of(route) for route in routes() if route.name not in known]

    assert not missing, "Add to tests/architecture/matrix.py:\n" + "\n".join(missing)


def skeleton_of(route):
    if route.pattern.startswith(CMS):
        return f'    "{route.name}",  (to CMS_ROUTES of matrix_cms.py)'
    arguments = "".join(f', "<{parameter}>"' for parameter in route.parameters)
    return f'    row("{route.name}"{arguments}, get=NOBODY, post=NOBODY),'


@pytest.mark.threat("A01")
def test_every_row_has_a_route():
    there = {route.name for route in routes()}

    assert [row.route for row in ROWS if row.route not in there] == []
    assert [name for name in CMS_ROUTES if name not in there] == []


@pytest.mark.threat("A01")
def test_no_row_stands_twice():
    counted = Counter((row.route, row.arguments) for row in ROWS)

    assert [twice for twice, count in counted.items() if count > 1] == []
    assert len(set(CMS_ROUTES)) == len(CMS_ROUTES)


@pytest.mark.threat("A01")
def test_views_without_sign_in_are_those_that_the_matrix_opens_to_anybody():
    opened = {row.route for row in ROWS if "public" in row.get | (row.post or frozenset())}
    excused = tuple(UNLOCKED)

    unlocked = {route.name for route in routes() if route.is_public and not route.name.startswith(excused)}

    assert sorted(unlocked) == sorted(opened)


@pytest.mark.threat("A01")
def test_excuses_are_still_needed():
    unlocked = [route.name for route in routes() if route.is_public]

    assert [excuse for excuse in UNLOCKED if not any(name.startswith(excuse) for name in unlocked)] == []


# The doors are as the table says


@pytest.mark.timeout(900)
@pytest.mark.threat("A01", "A02", "A12", "T02")
def test_every_door_says_to_everybody_what_the_matrix_says(world):
    doors, by_name, wrong, knocks = Doors(world), {route.name: route for route in routes()}, [], 0
    for row in ROWS:
        address, route = address_of(row, world), by_name[row.route]
        for method, allowed in (("get", row.get), ("post", row.post)):
            if allowed is None:
                continue
            found, changes = knock_all(doors, method, address, row.data, acts=allowed if method == "post" else ())
            knocks += len(found)
            wrong += [f"{row}: {method} changes {change}" for change in changes]
            wrong += [
                f"{row}: {method} says “{said}” to {name}"
                for name, said in found.items()
                if said not in expected_of(name, allowed, route)
            ]

    assert not wrong, "\n".join(sorted(wrong))
    assert knocks > 10 * len(ROWS)


def knock_all(doors, method, address, data, *, acts):
    """What a door says to everybody, and what those changed whose request is no act: who looks, and who is refused."""
    looks = sorted(ANYBODY - set(acts))
    together, changes = doors.knock_together([(name, method, data) for name in looks], address)
    found = {name: said for (name, _), said in together.items()}
    return found | {name: doors.knock(name, method, address, data) for name in sorted(acts)}, changes


@pytest.mark.timeout(900)
@pytest.mark.threat("A01", "T15")
def test_nobody_can_act_where_the_matrix_has_no_act(world):
    doors, wrong = Doors(world), []
    for row in ROWS:
        if row.post is None:
            people = [(name, "post", None) for name in ("public", "stranger", "lead")]
            found, changes = doors.knock_together(people, address_of(row, world))
            wrong += [f"{row}: answers a POST of {name}" for (name, _), said in found.items() if said == OPEN]
            wrong += [f"{row}: post changes {change}" for change in changes]

    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(900)
@pytest.mark.threat("A01", "W07", "W08", "W11")
def test_cms_is_not_there_for_outsiders_on_any_of_its_routes(world):
    doors, wrong = Doors(world), []
    outsiders = sorted(ANYBODY - set(CMS_PEOPLE.split()))
    led_on = {"/" + name for name in {row.route for row in ROWS} | SIGN_IN_PAGES}
    behind = [route for route in routes() if route.pattern.startswith(CMS) and cms_address(route) not in led_on]
    for number, route in enumerate(behind):
        # Two of them at each door: by the end everybody has been at many.
        people = ("public", outsiders[number % len(outsiders)])
        knocks = [(name, method, None) for name in people for method in ("get", "post")]
        found, changes = doors.knock_together(knocks, cms_address(route))
        wrong += [
            f"{route.name}: {method} says “{said}” to {name}"
            for (name, method), said in found.items()
            if said not in ({SIGN_IN, NOT_THERE} if name == "public" else {NOT_THERE})
        ]
        wrong += [f"{route.name}: changes {change}" for change in changes]

    assert not wrong, "\n".join(wrong)


@pytest.mark.threat("T10")
def test_other_sign_in_pages_lead_to_the_one(world):
    doors = Doors(world)

    answers = {doors.knock(name, "get", "/" + page) for page in SIGN_IN_PAGES for name in ANYBODY}

    assert answers == {SIGN_IN}


@pytest.mark.timeout(900)
@pytest.mark.threat("W07", "W08", "W11")
def test_inside_the_cms_each_opens_what_the_matrix_says(world):
    doors, wrong = Doors(world), []
    for row in INSIDE:
        looks = [(name, "get", None) for name in CMS_PEOPLE.split()]
        found, changes = doors.knock_together(looks, address_of(row, world))
        wrong += [
            f"{row}: get says “{said}” to {name}"
            for (name, _), said in found.items()
            if (said == OPEN) != (name in row.get)
        ]
        wrong += [f"{row}: get changes {change}" for change in changes]

    assert not wrong, "\n".join(sorted(wrong))


def cms_address(route):
    """An address of a route with made-up arguments: outsiders are turned away before anything is looked up."""
    if not route.url_name:
        return "/cms/no-such-place/" if "*" in route.pattern else "/" + route.pattern
    for made_up in ("1", "x", "a..b"):
        values = ["1" if made_up == "a..b" and parameter != "2" else made_up for parameter in route.parameters]
        with contextlib.suppress(NoReverseMatch):
            return reverse(route.url_name, args=values)
    compare = {"wagtailadmin_pages:revisions_compare": [1, "live", "latest"]}
    return reverse(route.url_name, args=compare[route.url_name])
