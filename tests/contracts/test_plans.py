"""Plans that both sides agree, what is to be done in them, and how they stand."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.domain import plans, progress
from contracts.domain.plans import PlanRefused, add_action, agree, agreeing_of, open_plan
from contracts.domain.progress import rag_of, standing_of, update_action
from contracts.models import Action, ActionPlan, PlanStamp
from engagement.enums import Audience, OrganisationKind, Role
from engagement.models import Event, LogEntry
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def plan(agreement, manager):
    return open_plan(agreement=agreement, kind="MOBILISATION", aim="Ready in April.", actor=manager, at=NOW)


def add(plan, actor, days=30, **more):
    facts = {"words": "Two advocates are in post", "side": "PROVIDER", "due_on": TODAY + timedelta(days=days), **more}
    return add_action(plan=plan, actor=actor, at=NOW, **facts)


def again(plan):
    return ActionPlan.objects.select_related("agreement__provider").get(pk=plan.pk)


def both_agree(plan, manager, certifier):
    for actor in (manager, certifier):
        agree(plan=plan, seen_version=again(plan).version, actor=actor, at=NOW)


# Agreed by both


@pytest.mark.requirement("R-073", "R-074", "R-075")
@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_plan_needs_the_word_of_both_sides_whoever_provides(kind):
    provider = OrganisationFactory(office=True) if kind == OrganisationKind.OFFICE else OrganisationFactory(kind=kind)
    agreement = AgreementFactory(provider=provider, kind="IN_HOUSE")
    manager = agreement.activity.contract_manager
    certifier = UserFactory(role=Role.CERTIFIER, organisation=agreement.provider)
    plan = open_plan(agreement=agreement, kind="MOBILISATION", aim="Ready.", actor=manager, at=NOW)
    add(plan, manager)

    agree(plan=plan, seen_version=2, actor=manager, at=NOW)
    alone = agreeing_of(again(plan))
    agree(plan=plan, seen_version=2, actor=certifier, at=NOW)

    assert (alone.by_both, alone.sentence) == (
        False,
        "The office has agreed. It waits for a certifier of the provider.",
    )
    assert agreeing_of(again(plan)).by_both


@pytest.mark.requirement("R-073")
def test_change_of_the_plan_voids_both_words_and_progress_does_not(plan, manager, certifier):
    action = add(plan, manager)
    both_agree(plan, manager, certifier)

    update_action(action=action, state="ON_TRACK", words="One has signed.", actor=certifier, at=NOW)
    after_progress = agreeing_of(again(plan)).by_both
    later = TODAY + timedelta(days=60)
    plans.change_action(action=action, seen_version=1, due_on=later, actor=manager, at=NOW)

    assert after_progress
    assert agreeing_of(again(plan)).sentence == "Neither side has agreed to it as it stands now."
    assert PlanStamp.objects.count() == 2, "what was agreed is remembered"


def test_agreeing_twice_is_agreeing_once_and_each_side_tells_the_other(plan, manager, certifier):
    add(plan, manager)

    for _ in range(2):
        both_agree(plan, manager, certifier)

    told = list(Event.objects.order_by("pk").values_list("audience", "title"))
    title = f"Mobilisation plan for {plan.agreement.title}"
    assert told == [
        (Audience.ORGANISATION, f"{title}: please agree"),
        (Audience.PEOPLE, f"{title}: agreed by both sides"),
    ]


def test_what_cannot_be_agreed_is_refused_in_words(plan, manager, certifier, preparer):
    with pytest.raises(PlanRefused, match="at least one thing"):
        agree(plan=plan, seen_version=1, actor=manager, at=NOW)
    add(plan, manager)
    with pytest.raises(PlanRefused, match="changed since you opened it"):
        agree(plan=plan, seen_version=1, actor=certifier, at=NOW)
    with pytest.raises(PlanRefused, match="a certifier of the provider"):
        agree(plan=plan, seen_version=2, actor=preparer, at=NOW)


def test_plan_opens_once_signed_and_once_for_mobilisation(plan, manager):
    draft = AgreementFactory(draft=True)
    facts = {"kind": "MOBILISATION", "aim": "Ready.", "at": NOW}

    with pytest.raises(PlanRefused, match="once the agreement is signed"):
        open_plan(agreement=draft, actor=draft.activity.contract_manager, **facts)
    with pytest.raises(PlanRefused, match="already"):
        open_plan(agreement=plan.agreement, actor=manager, **facts)
    with pytest.raises(PlanRefused, match="Say what is not as it was agreed"):
        open_plan(agreement=plan.agreement, actor=manager, **{**facts, "kind": "IMPROVEMENT"})
    with pytest.raises(PlanRefused, match="Only the Contract Manager"):
        open_plan(agreement=plan.agreement, actor=UserFactory(role=Role.CONTRACT_MANAGER), **facts)


# How things stand


@pytest.mark.requirement("R-074")
@pytest.mark.parametrize(
    ("state", "days", "rag"),
    [
        ("NOT_BEGUN", 15, "GREEN"),
        ("NOT_BEGUN", 14, "AMBER"),
        ("ON_TRACK", 0, "GREEN"),
        ("AT_RISK", 60, "AMBER"),
        ("ON_TRACK", -1, "RED"),
        ("AT_RISK", -1, "RED"),
        ("DROPPED", -9, "GREEN"),
        ("DONE", -9, "GREEN"),
    ],
)
def test_light_follows_the_dates(state, days, rag):
    assert rag_of(Action(state=state, due_on=TODAY + timedelta(days=days)), on=TODAY) == rag


@pytest.mark.requirement("R-074")
def test_light_of_a_plan_is_its_worst_unless_somebody_says_why_not(plan, manager):
    for days in (-1, 60):
        add(plan, manager, days=days)
    late = standing_of(again(plan), list(plan.actions.all()), on=TODAY)

    with pytest.raises(PlanRefused, match="Say why"):
        plans.override_rag(plan=plan, rag="AMBER", reason=" ", actor=manager, at=NOW)
    plans.override_rag(plan=plan, rag="AMBER", reason="The lease comes on Friday.", actor=manager, at=NOW)

    said = standing_of(again(plan), list(plan.actions.all()), on=TODAY)
    assert (late.rag, late.sentence) == ("RED", "1 thing is late.")
    assert (said.rag, said.sentence, said.overridden) == ("AMBER", "The lease comes on Friday.", True)
    assert LogEntry.objects.order_by("-sequence")[0].action == "plan.rag"


@pytest.mark.requirement("R-074", "R-075")
def test_done_needs_what_shows_it_and_dropping_is_the_manager_s(plan, manager, preparer):
    action = add(plan, manager)

    with pytest.raises(PlanRefused, match="what shows that it is done"):
        update_action(action=action, state="DONE", actor=preparer, at=NOW)
    with pytest.raises(PlanRefused, match="Only the Contract Manager drops"):
        update_action(action=action, state="DROPPED", words="No need.", actor=preparer, at=NOW)
    update_action(action=action, state="DONE", words="Both started.", actor=preparer, at=NOW)

    action.refresh_from_db()
    assert (action.state, action.done_on) == ("DONE", TODAY)
    with pytest.raises(PlanRefused, match="done already"):
        update_action(action=action, state="ON_TRACK", actor=manager, at=NOW)


@pytest.mark.requirement("R-085")
def test_provider_says_nothing_of_what_the_office_does(plan, manager, preparer):
    support = add(plan, manager, side="OFFICE", kind="SUPPORT", words="We train two of your people")

    with pytest.raises(PlanRefused, match="Somebody else says"):
        update_action(action=support, state="DONE", words="They did.", actor=preparer, at=NOW)


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b""), ("a.pdf", b"x" * (5 * 2**20 + 1))])
def test_file_that_is_not_taken_is_refused(plan, manager, name, content):
    with pytest.raises(PlanRefused, match="Choose a file"):
        update_action(
            action=add(plan, manager), state="ON_TRACK", file_name=name, content=content, actor=manager, at=NOW
        )


@pytest.mark.requirement("R-097")
def test_improvement_plan_is_looked_at_again_and_closed_with_its_outcome(agreement, manager, certifier):
    plan = open_plan(
        agreement=agreement, kind="IMPROVEMENT", aim="90% again.", because="Two poor quarters.", actor=manager, at=NOW
    )
    action = add(plan, manager, days=0, recheck_on=TODAY)
    with pytest.raises(PlanRefused, match="1 thing is still open"):
        plans.close_plan(plan=plan, outcome="ACHIEVED", words="Yes.", actor=manager, at=NOW)
    update_action(action=action, state="DONE", words="Rota changed.", actor=certifier, at=NOW)

    [todo] = progress.action_todos(manager, at=NOW)
    progress.recheck(action=action, result="91% in August.", actor=manager, at=NOW)
    plans.close_plan(plan=plan, outcome="ACHIEVED", words="Two good months.", actor=manager, at=NOW)

    assert todo.title == "Did it help? Two advocates are in post"
    assert progress.action_todos(manager, at=NOW) == []
    assert (again(plan).outcome, Action.objects.get().recheck_result) == ("ACHIEVED", "91% in August.")
    with pytest.raises(PlanRefused, match="was closed by"):
        add(again(plan), manager)


def test_actions_wait_for_whoever_is_named_else_for_their_side(plan, manager, preparer, certifier):
    add(plan, manager, days=3, words="Named", owner=preparer)
    add(plan, manager, days=-3, words="Anybody's")

    found = {
        user: [todo.title for todo in progress.action_todos(user, at=NOW)] for user in (preparer, certifier, manager)
    }

    assert found == {preparer: ["Anybody's", "Named"], certifier: ["Anybody's"], manager: []}


# The pages


def test_manager_opens_fills_and_agrees_and_the_provider_agrees(client, agreement, manager, certifier):
    client.force_login(manager)
    reply = client.post(reverse("contracts:plan-open", args=[agreement.reference, "mobilisation"]), {"aim": "Ready."})
    form = {"kind": "MILESTONE", "words": "Staff in post", "side": "PROVIDER"}
    wrong = client.post(f"{reply.url}actions/new/", form).content.decode()
    day = {"due_on_day": "1", "due_on_month": "12", "due_on_year": "2026"}
    client.post(f"{reply.url}actions/new/", {**form, **day})
    client.post(f"{reply.url}agree/", {"seen_version": 2})
    client.force_login(certifier)
    before = client.get(reply.url).content.decode()

    client.post(f"{reply.url}agree/", {"seen_version": 2})

    after = client.get(reply.url).content.decode()
    assert "Enter the day by which it is to be done" in wrong
    assert "Staff in post" in before
    assert "I agree to this plan" in before
    assert "Agreed by both sides." in after
    assert "I agree to this plan" not in after


@pytest.mark.threat("A02", "A07")
def test_provider_brings_evidence_that_another_provider_cannot_open(client, plan, manager, preparer):
    action = add(plan, manager)
    client.force_login(preparer)
    file = SimpleUploadedFile("rota.pdf", b"%PDF-1.7 rota")

    client.post(action.get_absolute_url(), {"state": "ON_TRACK", "words": "The rota.", "file": file})

    update = action.updates.get()
    address = reverse("contracts:action-evidence", args=[plan.agreement.reference, action.pk, update.pk])
    own = client.get(address)
    client.force_login(UserFactory(role=Role.CERTIFIER))
    assert (own.content, own["Cache-Control"]) == (b"%PDF-1.7 rota", "private, no-store")
    assert own["Content-Disposition"] == 'attachment; filename="rota.pdf"'
    assert client.get(address).status_code == 404


@pytest.mark.requirement("R-081")
def test_delivery_milestones_go_on_after_the_service_begins(client, manager, plan):
    client.force_login(manager)
    add(plan, manager, days=-600, words="Staff in post")
    add(plan, manager, days=60, words="Clinics in every district")

    page = client.get(plan.get_absolute_url()).content.decode()

    assert page.index("Before the service begins") < page.index("Staff in post") < page.index("Once the service runs")
    assert page.index("Once the service runs") < page.index("Clinics in every district")


@pytest.mark.parametrize("actions", [1, 3])
def test_lists_cost_the_same_however_long(client, plan, manager, actions, django_assert_num_queries):
    for _ in range(actions):
        add(plan, manager)
    client.force_login(manager)
    client.get("/dashboard/")

    with django_assert_num_queries(10):
        client.get(plan.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(reverse("contracts:action-list"))


def test_open_actions_leave_as_a_file(client, plan, manager):
    add(plan, manager)
    client.force_login(manager)

    lines = client.get(reverse("contracts:action-list-csv")).getvalue().decode().splitlines()

    assert lines[1].split(",")[3:6] == ["Two advocates are in post", "Action", "The provider"]
