"""The ratings of a whole period, published together: ordered by a person, carried out by the worker one by one."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.domain import publishing, rounds
from contracts.domain.overriding import decide_override, propose_override
from contracts.domain.returns import rate_figures
from contracts.domain.rounds import RoundRefused
from contracts.models import Figure, Publication, PublicationRound
from engagement.enums import Role
from engagement.models import Event, LogEntry
from tests.factories.contracts import FigureFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
QUARTER = "2026-27 Q1"
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT, name="Mina Aldous")


def ready(number=1, **traits):
    """So many accepted and rated returns of one quarter, each of an agreement of its own."""
    made = []
    for _ in range(number):
        kpi_return = KpiReturnFactory(quarter=QUARTER, accepted=True, **traits)
        FigureFactory(kpi_return=kpi_return)
        rate_figures(kpi_return, at=NOW)
        made.append(kpi_return)
    return made


def order(actor, seen=None):
    _, mark = rounds.fingerprint(actor, quarter=QUARTER, at=NOW)
    return rounds.order_round(quarter=QUARTER, seen=seen or mark, actor=actor, at=NOW)


def work():
    return rounds.carry_out_waiting(clock=lambda: LATER)


def outcome(kept):
    return sorted(kept.items.values_list("kpi_return__agreement__title", "state", "refusal"))


@pytest.mark.requirement("R-077", "R-086")
def test_everything_that_was_ready_is_published_by_the_worker_and_told(management):
    ready(3)

    kept = order(management)
    before = Publication.objects.count(), Event.objects.filter(kind="RATING_PUBLISHED").count()
    first, second = work(), work()

    assert (before, first, second) == ((0, 0), 3, 0)
    assert set(Publication.objects.values_list("published_by", "published_at")) == {(management.pk, LATER)}
    assert Event.objects.filter(kind="RATING_PUBLISHED").count() == 3
    kept.refresh_from_db()
    assert (kept.finished_at, kept.label) == (LATER, "April to June 2026")
    assert rounds.progress_of(kept) == {"WAITING": 0, "PUBLISHED": 3, "REFUSED": 0, "total": 3}
    ordered = LogEntry.objects.get(action="ratings.ordered")
    assert (ordered.actor, ordered.data) == (management, {"returns": 3, "period": QUARTER})


@pytest.mark.requirement("R-080")
@pytest.mark.threat("A12")
def test_what_somebody_accepted_themselves_and_what_is_not_public_is_left_out(management):
    ready(2)
    ready(1, accepted_by=management)
    ready(1, agreement__activity__published=False)
    KpiReturnFactory(quarter=QUARTER, submitted=True)

    (period,) = rounds.periods_for(management, at=NOW)
    kept = order(management)

    assert period.left_out == ["1 not accepted yet", "1 that you accepted", "1 of activities that are not public"]
    assert (period.ready, period.published, kept.items.count()) == (2, 0, 2)


@pytest.mark.threat("C04")
def test_only_what_was_on_the_page_is_ordered(management):
    ready(1)
    _, seen = rounds.fingerprint(management, quarter=QUARTER, at=NOW)
    ready(1)

    with pytest.raises(RoundRefused, match="has changed since you opened this page"):
        order(management, seen=seen)

    assert not PublicationRound.objects.exists()


@pytest.mark.threat("C04")
def test_figure_put_right_after_the_order_is_not_published_unread(management):
    changed, same = ready(2)
    kept = order(management)
    Figure.objects.filter(kpi_return=changed).update(version=7)

    assert work() == 1
    assert {state: why for _, state, why in outcome(kept)} == {"PUBLISHED": "", "REFUSED": rounds.CHANGED}
    assert Publication.objects.get().kpi_return == same
    assert rounds.periods_for(management, at=NOW)[0].ready == 1


@pytest.mark.requirement("R-081")
def test_override_is_decided_first_and_then_counts_as_its_own_word(management):
    (kpi_return,) = ready(1)
    override = propose_override(
        figure=kpi_return.figures.get(),
        word="INADEQUATE",
        because="Calls were made to a wrong number.",
        actor=kpi_return.agreement.activity.contract_manager,
        at=NOW,
    )

    (waiting,) = rounds.periods_for(management, at=NOW)
    decide_override(override=override, confirm=True, words="", actor=UserFactory(role=Role.MANAGEMENT), at=NOW)
    (decided,) = rounds.periods_for(management, at=NOW)
    shown = rounds.ready_for(management, quarter=QUARTER, at=NOW).get()
    order(management)
    work()

    assert (waiting.ready, waiting.left_out) == (0, ["1 whose rating somebody proposes to override"])
    assert (decided.ready, decided.left_out) == (1, [])
    assert (shown.good, shown.inadequate) == (0, 1)
    assert Publication.objects.get().snapshot["tally"]["INADEQUATE"] == 1


@pytest.mark.threat("C04")
def test_override_after_the_order_is_not_published_unread(management):
    (kpi_return,) = ready(1)
    kept = order(management)
    override = propose_override(
        figure=kpi_return.figures.get(),
        word="INADEQUATE",
        because="Calls were made to a wrong number.",
        actor=kpi_return.agreement.activity.contract_manager,
        at=NOW,
    )
    decide_override(override=override, confirm=True, words="", actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    assert work() == 0
    assert [(state, why) for _, state, why in outcome(kept)] == [("REFUSED", rounds.CHANGED)]


def test_one_that_breaks_holds_up_no_other(management, monkeypatch):
    broken, whole = ready(2)
    kept = order(management)
    tell = publishing.announce

    def breaks(**told):
        if told["activity"] == broken.agreement.activity:
            raise ZeroDivisionError
        tell(**told)

    monkeypatch.setattr(publishing, "announce", breaks)

    assert work() == 1
    assert Publication.objects.get().kpi_return == whole
    assert {state: why for _, state, why in outcome(kept)} == {"PUBLISHED": "", "REFUSED": rounds.BROKEN}


def test_whoever_left_meanwhile_publishes_nothing(management):
    ready(2)
    kept = order(management)
    management.memberships.update(ends_on=NOW.date() - timedelta(days=1))

    assert work() == 0
    assert {why for _, _, why in outcome(kept)} == {"The Management Team publishes ratings."}
    kept.refresh_from_db()
    assert kept.finished_at == LATER


@pytest.mark.threat("A12")
@pytest.mark.parametrize("role", [Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, Role.COMMISSIONER, Role.CERTIFIER])
def test_nobody_else_orders(role):
    ready(1)

    with pytest.raises(RoundRefused, match="Management Team"):
        rounds.order_round(quarter=QUARTER, seen="", actor=UserFactory(role=role), at=NOW)


def test_second_order_takes_what_became_ready_and_nothing_twice(management):
    ready(2)
    order(management)
    with pytest.raises(RoundRefused, match="Nothing of this period is ready"):
        order(management)
    ready(1)
    order(UserFactory(role=Role.MANAGEMENT))

    assert work() == 3
    assert Publication.objects.count() == 3


# Pages


@pytest.fixture
def desk(client, management):
    client.force_login(management)
    return client


def test_from_the_list_to_the_last_return(desk, management):
    ready(2)
    address = reverse("contracts:round-order", args=[QUARTER])
    assert address in desk.get(reverse("contracts:round-list")).content.decode()
    page = desk.get(address)

    reply = desk.post(address, {"seen": page.context["seen"]}, follow=True)
    waiting = reply.content.decode()
    work()
    done = desk.get(reply.redirect_chain[-1][0]).content.decode()

    assert "Publish all 2 returns" in page.content.decode()
    assert "0 of 2 done" in waiting
    assert "2 of 2 published" in done
    assert "Nothing waits to be published" in desk.get(reverse("contracts:round-list")).content.decode()


def test_stale_page_says_so_and_shows_what_is_ready_now(desk):
    ready(1)
    address = reverse("contracts:round-order", args=[QUARTER])
    seen = desk.get(address).context["seen"]
    ready(1)

    page = desk.post(address, {"seen": seen}).content.decode()

    assert "has changed since you opened this page" in page
    assert "2 returns are ready" in page


def test_table_says_what_the_page_says(desk):
    (kpi_return,) = ready(1)

    lines = desk.get(reverse("contracts:round-csv", args=[QUARTER])).getvalue().decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert lines[1].startswith(f"{kpi_return.reference},")
    assert lines[1].endswith(",1,0,0,0,0")


def test_period_that_nobody_reports_is_not_there(desk):
    assert desk.get(reverse("contracts:round-order", args=["1999-00 Q1"])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["contracts:round-list", "contracts:round-order"])
def test_pages_cost_the_same_however_many_returns(desk, django_assert_num_queries, name, number):
    ready(number)
    address = reverse(name, args=[QUARTER] if name.endswith("order") else [])
    desk.get(address)  # what is kept in memory between requests

    with django_assert_num_queries({"contracts:round-list": 6, "contracts:round-order": 8}[name]):
        desk.get(address)
