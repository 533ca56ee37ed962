"""The office's ladder: written by the Management Team from a day on, while agreements keep the one they have."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.domain import consequences, ladders
from contracts.domain.consequences import ConsequenceRefused
from contracts.domain.ladders import LadderRefused
from contracts.models import Ladder, LadderAttachment, Rung
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """The clock stands still."""


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def rung(name, **more):
    facts = {"words": "A letter.", "needs_decision": False, "notice_days": 0, "appeal_days": 14, "withholds": False}
    return {"name": name, **facts, **more}


def write(actor, *rungs, starts_on=TODAY, at=NOW):
    return ladders.write_ladder(starts_on=starts_on, reason="Our own words", rungs=rungs, actor=actor, at=at)


def attach(agreement):
    manager = agreement.activity.contract_manager
    consequences.attach_ladder(agreement=agreement, clause="Clause 14", actor=manager, at=NOW)
    return manager


@pytest.mark.requirement("R-084")
def test_an_agreement_keeps_the_ladder_it_was_given(agreement, management):
    attach(agreement)

    write(management, rung("Letter"), rung("Talk of both directors"))
    later = AgreementFactory()
    attach(later)

    assert [step.name for step in consequences.ladder_of(agreement)[1]][:2] == ["Notice", "Improvement plan"]
    assert [step.name for step in consequences.ladder_of(later)[1]] == ["Letter", "Talk of both directors"]
    assert LogEntry.objects.filter(action="ladder.written").count() == 1


def test_a_ladder_of_tomorrow_is_not_taken_today(agreement, management):
    write(management, rung("Letter"), starts_on=TODAY + timedelta(days=1))

    attach(agreement)

    assert LadderAttachment.objects.get().ladder != Ladder.objects.order_by("-starts_on").first()


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ((), "at least one step"),
        ((rung("Letter"), rung("letter")), "same name"),
        ((rung("Hold back", withholds=True),), "withholds money, so the Management Team"),
    ],
)
@pytest.mark.threat("A12")
def test_a_ladder_that_makes_no_sense_is_refused(management, rungs, words):
    with pytest.raises(LadderRefused, match=words):
        write(management, *rungs)

    assert Ladder.objects.count() == 1


def test_a_ladder_begins_today_or_later_and_once_a_day(management):
    with pytest.raises(LadderRefused, match="today or later"):
        write(management, rung("Letter"), starts_on=TODAY - timedelta(days=1))
    write(management, rung("Letter"))
    with pytest.raises(LadderRefused, match="begins on that day already"):
        write(management, rung("Letter"))


@pytest.mark.threat("A12")
@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.COMMISSIONER, Role.CERTIFIER])
def test_only_the_management_team_writes_it(client, role):
    someone = UserFactory(role=role)
    client.force_login(someone)

    with pytest.raises(LadderRefused, match="The Management Team writes"):
        write(someone, rung("Letter"))
    assert client.get(reverse("contracts:ladder-write")).status_code == 404


@pytest.mark.requirement("R-084")
def test_a_next_step_waits_until_the_time_to_put_it_right_is_over(agreement, management):
    write(management, rung("Letter", notice_days=28), rung("Plan"))
    manager = attach(agreement)
    facts = {"agreement": agreement, "known_on": TODAY, "reason": "Late.", "evidence": "The rota.", "actor": manager}
    letter, plan = Rung.objects.get(name="Letter"), Rung.objects.get(name="Plan")
    first = consequences.propose(rung=letter, at=NOW, **facts)

    with pytest.raises(ConsequenceRefused, match="until Wednesday 14 October 2026 to put right what led to “Letter”"):
        consequences.propose(rung=plan, at=NOW, **facts)
    reasoned = consequences.propose(rung=plan, at=NOW, out_of_order="Somebody was in danger.", **facts)
    after = consequences.propose(rung=plan, at=NOW + timedelta(days=29), **facts)

    assert first.put_right_by == TODAY + timedelta(days=28)
    assert (reasoned.out_of_order, after.out_of_order) == ("Somebody was in danger.", "")


# The pages


def typed_from(page):
    """What the page's boxes hold, as a browser would send it."""
    boxes = [*page["form"], *page["rungs"].management_form, *(box for step in page["rungs"] for box in step)]
    values = {box.html_name: box.value() for box in boxes}
    return {name: value for name, value in values.items() if value is not None and value is not False}


DAY = {"starts_on_day": "1", "starts_on_month": "10", "starts_on_year": "2026", "reason": "Four steps are enough"}


@pytest.mark.requirement("R-084")
def test_management_writes_a_ladder_on_its_page(client, management):
    client.force_login(management)
    address = reverse("contracts:ladder-write")
    typed = typed_from(client.get(address).context) | DAY
    typed |= {"steps-2-name": "", "steps-4-name": ""}  # two are left out
    typed |= {"steps-0-notice_days": "28", "steps-0-place": "2", "steps-1-place": "1"}
    typed |= {"steps-6-name": "Letter to the trustees", "steps-6-words": "They answer in a month."}
    typed |= {
        "steps-6-place": "3",
        "steps-6-needs_decision": "no",
        "steps-6-notice_days": "0",
        "steps-6-appeal_days": "0",
    }

    reply = client.post(address, typed)

    ladder = Ladder.objects.get(reason="Four steps are enough")
    assert list(ladder.rungs.order_by("order").values_list("name", "notice_days")) == [
        ("Improvement plan", 0),
        ("Notice", 28),
        ("Letter to the trustees", 0),
        ("Withholding", 0),
        ("Termination", 0),
    ]
    assert ladder.rungs.get(withholds=True).name == "Withholding"
    page = client.get(reply.url).content.decode()
    assert "Four steps are enough" in page
    assert "Still to come" in page


def test_nothing_typed_is_lost_and_each_refusal_stands_beside_its_box(client, management):
    client.force_login(management)
    address = reverse("contracts:ladder-write")
    typed = typed_from(client.get(address).context)
    typed |= {"steps-6-name": "Letter to the trustees", "steps-0-appeal_days": "many"}

    reply = client.post(address, typed)

    page, steps = reply.content.decode(), reply.context["rungs"]
    assert "Enter the day from which it holds" in page
    assert "Letter to the trustees" in page
    assert steps[6].errors["words"] == ["Say what the step means"]
    assert steps[6].errors["needs_decision"] == ["Choose who decides on the step"]
    assert steps[0].errors["appeal_days"] == ["Days to appeal, 0 for no appeal: enter a whole number from 0 to 365"]
    assert Ladder.objects.count() == 1


@pytest.mark.parametrize("more", [1, 3])
def test_ladder_costs_the_same_however_many_there_were(client, management, more, django_assert_num_queries):
    for days in range(more):
        write(management, rung("Letter"), starts_on=TODAY + timedelta(days=days))
    attach(AgreementFactory())
    client.force_login(management)
    client.get("/dashboard/")

    with django_assert_num_queries(7):
        reply = client.get(reverse("contracts:ladder"))

    assert len(reply.context["kept"]) == more + 1
