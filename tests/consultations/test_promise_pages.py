"""The pages of promises: the public register, each story, and what those who keep them do."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import promising, queries
from consultations.models import Promise
from engagement.enums import Role
from tests.consultations.test_staff_pages import address, day, errors_of
from tests.factories.consultations import ConsultationFactory, report
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
DUE = NOW.date() + timedelta(days=30)
LATER = NOW + timedelta(days=31)
REGISTER = "/consultations/promises/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner():
    return UserFactory(role=Role.CONTRACT_MANAGER, name="Tomasz Bell")


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True, said=True, decided=True)


def promised(consultation, owner, number=1, **more):
    actor = UserFactory(role=Role.INVOLVEMENT)
    for place in range(number):
        given = {"words": f"answer every call {place}", "due_on": DUE, **more}
        promising.make_promise(consultation=consultation, owner=owner, actor=actor, at=NOW, **given)
    return Promise.objects.order_by("pk").last()


def read(client, path):
    return " ".join(client.get(path).content.decode().split())


@pytest.mark.requirement("R-060")
def test_promise_is_made_read_and_kept_through_the_pages(client, consultation, owner, clock):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    given = {"words": "answer every call", **day("due_on", DUE), "owner": owner.pk}
    client.post(address("promises", consultation), given)
    report(consultation, outcome=True)
    promise = Promise.objects.get()
    clock.move_to(LATER)
    client.force_login(owner)
    late = read(client, REGISTER)
    work = [todo.title for todo in queries.todo_for(owner, LATER)]

    acted = client.get(promise.get_manage_url()).context["actions"]
    client.post(
        reverse("consultations:promise-explain", args=[promise.reference]), {"seen": 0, "reason": "Ill health."}
    )
    kept = {"seen": 1, **day("kept_on", LATER), "evidence": "See the register.", "evidence_url": "/performance/"}
    done = client.post(reverse("consultations:promise-keep", args=[promise.reference]), kept)
    client.logout()
    story = read(client, promise.get_absolute_url())

    assert [words for words, _ in acted][2] == "Say why it is late"
    assert (done.url, work) == (promise.get_manage_url(), ["Keep your promise: answer every call"])
    assert ("answer every call" in late, "Late" in late, "Tomasz Bell" in late) == (True, True, False)
    for said in ("We will answer every call", "Ill health.", "See the register.", "Kept on Saturday 17 October 2026"):
        assert said in story, said
    assert "Tomasz Bell" not in story
    assert "answer every call" in read(client, consultation.get_absolute_url())
    assert "answer every call" in read(client, consultation.activity.get_absolute_url())


def test_home_leads_to_late_promises_and_not_when_there_are_none(client, consultation, owner, clock):
    promised(consultation, owner)
    report(consultation, outcome=True)

    in_time = read(client, "/")
    clock.move_to(LATER)
    late = read(client, "/")

    assert (f'{REGISTER}?show=LATE"' in in_time, f'{REGISTER}?show=LATE"' in late) == (False, True)
    assert "1 promise is late" in late


def test_register_is_filtered_by_standing_and_activity_and_files_say_the_same(client, consultation, owner):
    other = ConsultationFactory(closed=True, said=True, decided=True)
    promised(consultation, owner, words="count")
    promised(other, owner, words="call")
    for one in (consultation, other):
        report(one, outcome=True)

    every, late = client.get(REGISTER), client.get(REGISTER, {"show": "LATE"})
    own = {"activity": other.activity.slug, "show": "PROMISED"}
    filtered, unknown = client.get(REGISTER, own), client.get(REGISTER, {"show": "x", "activity": "\x00none"})
    reply = client.get(reverse("consultations:promise-list-csv"), own)
    rows = list(csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode().removeprefix("\ufeff"))))

    shown = [[row["promise"].words for row in reply.context["rows"]] for reply in (every, late, filtered, unknown)]
    assert shown == [["count", "call"], [], ["call"], ["count", "call"]]
    assert [(row["promise"], row["standing"], row["kept_by"], row["due_on"]) for row in rows] == [
        ("call", "PROMISED", "Contract Manager", DUE.isoformat())
    ]


@pytest.mark.threat("A12")
def test_promise_is_not_there_before_its_outcome_nor_for_those_who_do_not_keep_it(client, consultation, owner):
    promise = promised(consultation, owner)
    public = client.get(promise.get_absolute_url())
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    other = [
        client.get(promise.get_manage_url()),
        client.post(reverse("consultations:promise-drop", args=[promise.reference]), {"seen": 0, "reason": "No."}),
    ]

    assert (public.status_code, [reply.status_code for reply in other]) == (404, [404, 404])
    assert promise.words not in read(client, REGISTER)


def test_refusal_stands_beside_what_is_wrong_and_nothing_typed_is_lost(client, consultation, owner):
    promise = promised(consultation, owner)
    report(consultation, outcome=True)
    client.force_login(owner)
    given = {"seen": 0, "words": "answer every letter", **day("due_on", DUE), "reason": " "}

    reply = client.post(reverse("consultations:promise-change", args=[promise.reference]), given)

    assert errors_of(reply) == {"reason": ["Say why. Everybody can read it."]}
    assert "answer every letter" in reply.content.decode()


def test_promise_handed_over_leads_its_old_keeper_back_to_their_work(client, consultation, owner):
    promise, new = promised(consultation, owner), UserFactory(role=Role.LEAD_COMMISSIONER)
    client.force_login(owner)

    reply = client.post(
        reverse("consultations:promise-hand-over", args=[promise.reference]), {"seen": 0, "owner": new.pk}
    )

    assert reply.url == "/dashboard/"
    assert Promise.objects.get().owner == new


@pytest.mark.parametrize("number", [1, 3])
def test_register_and_story_cost_the_same_however_many(client, consultation, owner, number, django_assert_num_queries):
    promise = promised(consultation, owner, number)
    report(consultation, outcome=True)

    with django_assert_num_queries(4):
        page = client.get(REGISTER)
    with django_assert_num_queries(2):
        client.get(promise.get_absolute_url())
    with django_assert_num_queries(1):
        b"".join(client.get(reverse("consultations:promise-list-csv")).streaming_content)

    assert len(page.context["rows"]) == number
