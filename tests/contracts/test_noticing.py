"""Who is told what of an agreement: each once, those concerned only, with a link that they may open."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.domain import consequences, documents, exits, governance, overriding, parties, plans, restating
from contracts.domain.attention import matters_for
from contracts.domain.entries import Entry
from contracts.domain.noticing import tell_due
from contracts.domain.publishing import publish_ratings
from contracts.domain.returns import rate_figures
from contracts.enums import RatingWord
from contracts.models import AgreementDocument, Rung
from engagement.enums import OrganisationKind, Role
from engagement.models import Delivery, Event
from tests.factories.contracts import AgreementFactory, FigureFactory, QueryFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 invented"
STEERING = {
    "body": "Victims board",
    "chair": "The Commissioner",
    "meetings_a_year": 4,
    "escalation": "To both directors within ten days.",
}


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


@pytest.fixture(autouse=True)
def stranger():
    """Another provider, with an agreement of its own: it is never told."""
    return UserFactory(role=Role.CERTIFIER, organisation=AgreementFactory().provider, name="Stranger")


def told():
    """Each message as its title, its link and who reads it, in the order in which it happened."""
    rows = Delivery.objects.order_by("pk").values_list("event__title", "event__path", "user__name")
    assert "Stranger" not in {name for _, _, name in rows}
    return list(rows)


def opens(client, user):
    """Everything that this person was told leads somewhere."""
    client.force_login(user)
    paths = set(Delivery.objects.filter(user=user).values_list("event__path", flat=True))
    assert paths
    return {client.get(path).status_code for path in paths}


@pytest.mark.requirement("R-151")
def test_provider_hears_who_is_in_its_agreement(client, agreement, manager, certifier):
    council = OrganisationFactory(name="Avonmere Council", kind=OrganisationKind.COUNCIL)
    facts = {"agreement": agreement, "actor": manager, "at": NOW, "organisation": council, "role": "CO_COMMISSIONER"}
    member = UserFactory(role=Role.PREPARER, organisation=council, name="Clerk")

    parties.keep_party(starts_on=date(2025, 4, 1), **facts)
    parties.keep_party(number=1, starts_on=date(2025, 4, 1), share_percent=Decimal(20), **facts)  # money alone
    parties.take_out_party(agreement=agreement, number=1, actor=manager, at=NOW + timedelta(hours=1))

    assert [(title.removeprefix(f"{agreement.title}: "), name) for title, _, name in told()] == [
        ("a co-commissioner is in it now", "Jo Okonkwo"),
        ("your organisation (co-commissioner) is in it now", "Clerk"),
        ("a co-commissioner was taken out of it", "Jo Okonkwo"),
        ("your organisation (co-commissioner) was taken out of it", "Clerk"),
    ]
    assert opens(client, certifier) == {200}
    assert set(Delivery.objects.filter(user=member).values_list("event__path", flat=True)) == {
        agreement.activity.get_absolute_url()
    }


@pytest.mark.requirement("R-151")
def test_provider_hears_how_its_agreement_is_steered_and_what_it_may_read(client, agreement, manager, certifier):
    governance.arrange(agreement=agreement, seen_number=0, actor=manager, at=NOW, **STEERING)
    governance.arrange(agreement=agreement, seen_number=1, actor=manager, at=NOW, **STEERING)
    paper = {"agreement": agreement, "file_name": "a.pdf", "content": PDF, "actor": manager, "at": NOW}
    shared = documents.add_document(kind="OTHER", title="Referral form", shared=True, **paper)
    documents.add_document(kind="AWARD", title="Award report", withheld_because="It names other bidders.", **paper)
    documents.add_version(document=shared, seen=1, file_name="b.pdf", content=PDF, actor=manager, at=NOW)

    assert [title.replace(agreement.title, "It") for title, _, _ in told()] == [
        "It has a way in which it is steered",
        "It is steered in another way",
        "It: a document for you",
        "It: a newer version of a document",
    ]
    assert opens(client, certifier) == {200}


def test_a_document_that_is_shared_later_is_told_then(agreement, manager, certifier):
    paper = {"agreement": agreement, "file_name": "a.pdf", "content": PDF, "actor": manager, "at": NOW}
    document = documents.add_document(kind="OTHER", title="Map", withheld_because="It is not ready.", **paper)
    assert told() == []

    documents.share_document(document=document, shared=True, withheld_because="", actor=manager, at=NOW)

    assert [title for title, _, _ in told()] == [f"{agreement.title}: a document for you"]


@pytest.mark.threat("A07")
def test_nobody_is_told_of_a_draft():
    draft = AgreementFactory(draft=True)
    UserFactory(role=Role.CERTIFIER, organisation=draft.provider)

    governance.arrange(agreement=draft, seen_number=0, actor=draft.activity.contract_manager, at=NOW, **STEERING)

    assert told() == []


@pytest.mark.requirement("R-084")
@pytest.mark.parametrize(("invoke", "state"), [(True, "in force"), (False, "decided against")])
def test_whoever_proposed_a_step_hears_what_was_decided(client, agreement, manager, management, invoke, state):
    consequences.attach_ladder(agreement=agreement, clause="14", actor=manager, at=NOW)
    step = consequences.propose(
        agreement=agreement,
        rung=Rung.objects.get(name="Withholding"),
        known_on=NOW.date(),
        reason="Clinics were closed.",
        evidence="The rota.",
        out_of_order="People were in danger.",
        actor=manager,
        at=NOW,
    )

    consequences.decide(consequence=step, invoke=invoke, words="It was agreed.", actor=management, at=NOW)

    mine = Delivery.objects.filter(user=manager).values_list("event__title", flat=True)
    assert list(mine) == [f"Withholding, {state}: {agreement.title}"]
    assert opens(client, manager) == {200}


@pytest.mark.parametrize(
    ("confirm", "words"), [(True, "Your other rating holds"), (False, "The computed rating stays")]
)
def test_whoever_proposed_another_rating_hears_what_was_decided(client, management, confirm, words):
    figure = FigureFactory(kpi_return__accepted=True)
    rate_figures(figure.kpi_return, at=NOW)
    agreement = figure.kpi_return.agreement
    manager = agreement.activity.contract_manager
    override = overriding.propose_override(
        figure=figure, word=RatingWord.APPROACHING, because="Two weeks were lost.", actor=manager, at=NOW
    )

    overriding.decide_override(override=override, confirm=confirm, words="We have read it.", actor=management, at=NOW)

    assert list(Delivery.objects.filter(user=manager).values_list("event__title", flat=True)) == [
        f"{words}: {agreement.title}"
    ]
    assert opens(client, manager) == {200}
    if confirm:
        publish_ratings(kpi_return=figure.kpi_return, words=[], actor=management, at=NOW)
        assert Event.objects.get(kind="RATING_PUBLISHED").summary.endswith(
            "Set otherwise than computed, with the reason: “First contact within 2 working days”."
        )


@pytest.mark.requirement("R-086")
def test_whoever_asked_to_put_a_figure_right_hears_that_it_stays(client, management):
    figure = FigureFactory(kpi_return__accepted=True)
    rate_figures(figure.kpi_return, at=NOW)
    asker = figure.kpi_return.submitted_by
    asked = restating.ask_restatement(
        figure=figure,
        entry=Entry(state="REPORTED", numerator=Decimal(400), denominator=Decimal(430)),
        reason="COUNTED_WRONG",
        words="A clinic was left out.",
        public_note="A clinic had been left out.",
        seen_version=1,
        actor=asker,
        at=NOW,
    )

    restating.refuse_restatement(restatement=asked, words="The clinic belongs elsewhere.", actor=management, at=NOW)

    assert list(Delivery.objects.filter(user=asker).values_list("event__title", "event__summary")) == [
        (f"The figure you asked about stays as it is: {figure.kpi_return.agreement.title}", "")
    ]
    assert opens(client, asker) == {200}


# What nobody does anything about, each morning


@pytest.fixture
def insured(agreement, manager):
    """An insurance, shared with the provider, that holds for twenty more days."""
    return documents.add_document(
        agreement=agreement,
        kind="INSURANCE",
        title="Public liability",
        file_name="a.pdf",
        content=PDF,
        shared=True,
        expires_on=NOW.date() + timedelta(days=20),
        actor=manager,
        at=NOW,
    )


def later(days):
    """What is told in so many days, that was not told before."""
    before = Event.objects.count()
    tell_due(at=NOW + timedelta(days=days))
    tell_due(at=NOW + timedelta(days=days, hours=1))
    return list(Event.objects.order_by("pk").values_list("title", flat=True))[before:]


@pytest.mark.requirement("R-151")
def test_both_sides_hear_once_that_an_insurance_runs_out_and_once_that_it_has(agreement, manager, certifier, insured):
    assert later(0) == [f"Insurance runs out: {agreement.title}"]
    assert later(10) == []
    assert later(21) == [f"Insurance has run out: {agreement.title}"]
    told_of = Delivery.objects.filter(event__kind="DOCUMENT_EXPIRING").values_list("user__name", flat=True)
    assert sorted(told_of) == sorted([manager.name, "Jo Okonkwo"] * 2)


@pytest.mark.parametrize(("days", "when"), [(0, "By"), (21, "Since")])
def test_the_list_says_by_when_an_insurance_runs_out_and_since_when_it_has(manager, insured, days, when):
    [matter] = [one for one in matters_for(manager, at=NOW + timedelta(days=days)) if one.kind.startswith("Insurance")]
    assert matter.when.startswith(f"{when} ")


@pytest.mark.threat("A07")
def test_what_is_withheld_runs_out_without_the_provider(agreement, manager, certifier, insured):
    AgreementDocument.objects.update(shared=False, withheld_because="It names others.")

    later(0)

    assert {d.user for d in Delivery.objects.filter(event__kind="DOCUMENT_EXPIRING")} == {manager}


def test_a_newer_version_is_not_asked_for_again(agreement, manager, insured):
    day = NOW.date() + timedelta(days=400)
    documents.add_version(
        document=insured, seen=1, file_name="b.pdf", content=PDF, expires_on=day, actor=manager, at=NOW
    )

    assert later(0) == []


@pytest.mark.requirement("R-151")
def test_an_exit_plan_is_looked_at_each_year_and_told_two_weeks_before(client, agreement, manager):
    exits.open_exit_plan(agreement=agreement, actor=manager, at=NOW - timedelta(days=345))

    assert later(0) == []
    assert later(7) == [f"Look at the exit plan by Tuesday 6 October 2026: {agreement.title}"]
    assert later(30) == []
    assert opens(client, manager) == {200}


@pytest.mark.requirement("R-151")
def test_a_plan_that_waits_for_the_other_side_is_told_to_it_once(client, agreement, manager, certifier):
    plan = exits.open_exit_plan(agreement=agreement, actor=manager, at=NOW - timedelta(days=20))
    plans.agree(plan=plan, seen_version=plan.version, actor=manager, at=NOW - timedelta(days=16))
    before = Delivery.objects.filter(user=certifier).count()

    assert later(0) == [f"Exit plan for {agreement.title}: it waits for your word"]
    assert later(5) == []
    assert Delivery.objects.filter(user=certifier).count() == before + 1
    assert opens(client, certifier) == {200}


def test_a_plan_to_which_both_agreed_waits_for_nobody(agreement, manager, certifier):
    plan = exits.open_exit_plan(agreement=agreement, actor=manager, at=NOW - timedelta(days=20))
    for actor in (manager, certifier):
        plans.agree(plan=plan, seen_version=plan.version, actor=actor, at=NOW - timedelta(days=16))

    assert later(0) == []


@pytest.mark.requirement("R-151")
def test_a_question_that_is_not_answered_is_told_again_once(client):
    query = QueryFactory(asked_at=NOW - timedelta(days=20))
    certifier = query.figure.kpi_return.submitted_by

    assert later(0) == ["Our question about your return for April to June 2026 waits for an answer"]
    assert later(3) == []
    assert opens(client, certifier) == {200}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_morning_with_nothing_new_costs_the_same(rows, django_assert_num_queries):
    for _ in range(rows):
        query = QueryFactory(asked_at=NOW - timedelta(days=20))
        agreement = query.figure.kpi_return.agreement
        exits.open_exit_plan(
            agreement=agreement, actor=agreement.activity.contract_manager, at=NOW - timedelta(days=400)
        )
    assert tell_due(at=NOW) == 2 * rows

    with django_assert_num_queries(5):
        assert tell_due(at=NOW) == 0
