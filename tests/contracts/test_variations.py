"""Variations: proposed, decided by another, agreed by the provider; what the law asks for; as signed and as now."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import attention, schedule, variations
from contracts.domain.modification import Change, Limits, finding_of
from contracts.domain.variations import VariationRefused, answer, decide, history_of, propose, record_notice
from contracts.enums import Regime
from contracts.models import Agreement, KpiReturn, Variation
from engagement.domain.calendar import LONDON
from engagement.enums import Role
from engagement.models import Event, LogEntry
from tests.factories.contracts import AgreementFactory, KpiReturnFactory
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LATER = date(2029, 3, 31)
LIMITS = Limits(threshold=Decimal(207_720), copy_over=Decimal(5_000_000))


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


def vary(agreement, **more):
    facts = {"what": "One more evening.", "why": "People wait.", "value_change": Decimal(96_000), **more}
    agreement = Agreement.objects.select_related("activity").get(pk=agreement.pk)
    return propose(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, **facts)


def approve(variation, management):
    return decide(variation=variation, approve=True, words="Yes.", actor=management, at=NOW)


def agree(variation, certifier):
    return answer(variation=variation, agree=True, words="", actor=certifier, at=NOW)


def again(agreement):
    return Agreement.objects.get(pk=agreement.pk)


# Three people


@pytest.mark.requirement("R-026", "R-076")
@pytest.mark.threat("A07")
def test_terms_change_only_when_the_provider_has_agreed(agreement, management, certifier, preparer):
    Agreement.objects.update(regime=Regime.LIGHT_TOUCH)
    variation = vary(agreement, new_ends=LATER)
    proposed = again(agreement)
    approve(variation, management)
    approved = again(agreement)
    with pytest.raises(VariationRefused, match="A certifier of the provider"):
        agree(variation, preparer)
    agree(variation, certifier)
    now = again(agreement)

    for before in (proposed, approved):
        assert (before.value, before.ends.text) == (1_920_000, "2028-03-31")
    assert (now.value, now.ends.text) == (2_016_000, "2029-03-31")
    history = history_of(now)
    assert (history.signed.value, history.signed.ends.text) == (1_920_000, "2028-03-31")
    assert (history.change, history.percent) == (96_000, 5)


def test_proposer_does_not_decide_and_nobody_decides_twice(agreement, manager, management):
    variation = vary(agreement)
    MembershipFactory(user=manager, organisation=OrganisationFactory(office=True), role=Role.MANAGEMENT)

    with pytest.raises(VariationRefused, match="You proposed this"):
        approve(variation, manager)
    with pytest.raises(VariationRefused, match="The Management Team or the Commissioner"):
        approve(variation, UserFactory(role=Role.SPECIALIST))
    approve(variation, management)
    with pytest.raises(VariationRefused, match="decided already"):
        approve(variation, UserFactory(role=Role.COMMISSIONER))


def test_provider_that_does_not_agree_changes_nothing_and_says_why(agreement, management, certifier):
    variation = approve(vary(agreement), management)

    with pytest.raises(VariationRefused, match="Say why") as refused:
        answer(variation=variation, agree=False, words="", actor=certifier, at=NOW)
    kept = answer(variation=variation, agree=False, words="Too few staff.", actor=certifier, at=NOW)

    assert refused.value.field == "words"
    assert (kept.state, again(agreement).value) == ("REFUSED", 1_920_000)
    assert vary(agreement).number == 2, "another can be proposed"


def test_one_variation_is_open_at_a_time(agreement, management):
    approve(vary(agreement), management)

    with pytest.raises(VariationRefused, match="Another variation is open"):
        vary(agreement)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"value_change": Decimal(-1_920_001)}, "value_change"),
        ({"new_ends": date(2028, 3, 31)}, "new_ends"),
        ({"new_ends": date(2025, 3, 1)}, "new_ends"),
        ({"new_ends": TODAY - timedelta(days=1)}, "new_ends"),
    ],
)
def test_what_cannot_be_varied_is_refused_beside_its_box(agreement, facts, field):
    with pytest.raises(VariationRefused) as refused:
        vary(agreement, **facts)
    assert refused.value.field == field


def test_draft_is_changed_and_not_varied():
    with pytest.raises(VariationRefused, match="not signed"):
        vary(AgreementFactory(draft=True))


def test_log_and_messages_hold_no_words_and_no_amounts(agreement, management, certifier):
    agree(approve(vary(agreement, what="Secret words"), management), certifier)

    told = "".join(f"{one.summary}{one.data}" for one in LogEntry.objects.all())
    told += "".join(f"{one.title}{one.summary}" for one in Event.objects.all())
    assert "Secret" not in told
    assert "96" not in told.replace(agreement.reference, "").replace(agreement.title, "")


# The notice


@pytest.mark.requirement("R-026")
def test_provider_agrees_only_once_the_notice_is_published(agreement, manager, management, certifier):
    Agreement.objects.update(regime=Regime.FULL)
    variation = approve(vary(agreement, value_change=Decimal(192_001), new_ends=None), management)
    assert not Event.objects.filter(kind="VARIATION_TO_AGREE").exists()
    with pytest.raises(VariationRefused, match="contract change notice first"):
        agree(variation, certifier)
    with pytest.raises(VariationRefused) as refused:
        record_notice(
            variation=variation,
            notice_on=TODAY + timedelta(days=1),
            notice_url="https://n.example",
            actor=manager,
            at=NOW,
        )
    record_notice(variation=variation, notice_on=TODAY, notice_url="https://n.example/1", actor=manager, at=NOW)

    assert refused.value.field == "notice_on"
    assert Event.objects.filter(kind="VARIATION_TO_AGREE").count() == 1
    assert agree(variation, certifier).state == "IN_FORCE"


def test_small_changes_add_up(agreement, management, certifier):
    Agreement.objects.update(regime=Regime.FULL)
    first = vary(agreement, value_change=Decimal(100_000))
    assert not variations.finding_for(first).notice
    agree(approve(first, management), certifier)

    second = vary(agreement, value_change=Decimal(100_000))
    finding = variations.finding_for(second)

    assert finding.notice
    assert (finding.percent, finding.percent_together) == (Decimal("5.21"), Decimal("10.42"))
    assert variations.finding_for(Variation.objects.for_table().get(pk=first.pk)).percent_together == Decimal("5.21")


def test_what_the_act_does_not_permit_is_not_approved_without_a_ground(agreement, management):
    Agreement.objects.update(regime=Regime.FULL)
    long = {"value_change": Decimal(300_000), "new_ends": LATER}

    with pytest.raises(VariationRefused, match="one of the grounds of Schedule 8"):
        approve(vary(agreement, **long), management)
    Variation.objects.all().delete()

    assert approve(vary(agreement, ground="ADDITIONAL", **long), management).state == "APPROVED"


def change(**more):
    facts = {"regime": Regime.FULL, "value": Decimal(1_000_000), "starts": date(2026, 4, 1), "ends": date(2029, 3, 31)}
    return Change(**{**facts, "furthest": None, "value_change": Decimal(50_000), **more})


def verdict(**more):
    finding = finding_of(change(**more), limits=LIMITS)
    return finding.permitted, finding.notice


@pytest.mark.parametrize(
    ("more", "permitted", "notice"),
    [
        ({}, True, False),
        ({"value_change": Decimal(100_000)}, True, False),
        ({"value_change": Decimal("100100.00")}, True, True),
        ({"value_change": Decimal(-150_000)}, True, True),
        ({"earlier": Decimal(60_000)}, True, True),
        ({"value_change": Decimal(0), "days_change": 109}, True, False),
        ({"value_change": Decimal(0), "days_change": 110}, False, True),
        ({"value_change": Decimal(0), "days_change": -110}, False, True),
        ({"days_change": 365, "furthest": date(2030, 3, 31)}, True, True),
        ({"days_change": 110, "ground": "UNFORESEEN"}, True, True),
        ({"value_change": Decimal(500_000), "changes_scope": True, "ground": "ADDITIONAL"}, True, True),
        ({"value_change": Decimal(500_100), "changes_scope": True, "ground": "ADDITIONAL"}, False, True),
        ({"value_change": Decimal(500_100), "changes_scope": True, "ground": "PROVIDED_FOR"}, True, True),
        ({"value_change": Decimal(0)}, True, True),
        ({"ground": "RESTRUCTURING"}, True, True),
        ({"changes_scope": True}, False, False),
        ({"regime": Regime.LIGHT_TOUCH, "value_change": Decimal(900_000)}, True, False),
        ({"regime": Regime.EARLIER, "value_change": Decimal(900_000)}, True, False),
        ({"regime": Regime.NONE, "value_change": Decimal(900_000)}, True, False),
        ({"regime": Regime.BELOW_THRESHOLD, "value": Decimal(150_000)}, True, False),
        ({"regime": Regime.BELOW_THRESHOLD, "value": Decimal(160_000)}, True, True),
        ({"regime": None, "value": None}, True, True),
    ],
)
def test_finding_says_what_the_act_says(more, permitted, notice):
    assert verdict(**more) == (permitted, notice)


@given(pounds=st.integers(-2_000_000, 2_000_000), earlier=st.integers(-500_000, 500_000))
def test_notice_follows_the_cumulative_share_of_the_original_value(pounds, earlier):
    finding = finding_of(change(value_change=Decimal(pounds), earlier=Decimal(earlier)), limits=LIMITS)

    assert finding.reasons
    if pounds:
        assert finding.notice == (abs(pounds + earlier) > 100_000)


@given(days=st.integers(-900, 900))
def test_longer_or_shorter_by_more_than_a_tenth_is_substantial(days):
    finding = finding_of(change(days_change=days, value_change=Decimal(0)), limits=LIMITS)

    if days:
        assert finding.permitted == (abs(days) * 10 <= 1096)


# After an extension


@pytest.mark.requirement("R-026", "R-076")
def test_periods_and_returns_follow_an_extension_and_past_ones_stay(agreement, contact, management, certifier):
    past = KpiReturnFactory(agreement=agreement, quarter="2027-28 Q4", accepted=True)
    Agreement.objects.update(regime=Regime.LIGHT_TOUCH)
    after = datetime(2028, 7, 3, 9, tzinfo=LONDON)
    without = schedule.open_quarter(at=after)
    agree(approve(vary(agreement, new_ends=LATER), management), certifier)
    opened = schedule.open_quarter(at=after)
    over = schedule.open_quarter(at=datetime(2029, 7, 3, 9, tzinfo=LONDON))

    assert without == []
    assert [one.quarter for one in opened] == ["2028-29 Q1"]
    assert [one.quarter for one in over] == ["2028-29 Q2", "2028-29 Q3", "2028-29 Q4"]
    kept = KpiReturn.objects.get(pk=past.pk)
    assert (kept.state, kept.accepted_at, kept.due_at) == (past.state, past.accepted_at, past.due_at)


# Pages


def test_variation_goes_round_on_the_pages(client, agreement, manager, management, certifier):
    Agreement.objects.update(regime=Regime.FULL)
    address = f"/agreements/{agreement.reference}/variations/"
    client.force_login(manager)
    words = {"what": "One more evening.", "why": "People wait."}
    wrong = client.post(f"{address}new/", {**words, "value_change": "lots"})
    client.post(f"{address}new/", {**words, "value_change": "200000"})
    client.force_login(certifier)
    hidden = client.get(f"{address}1/").status_code
    client.force_login(management)
    asked = client.get(f"{address}1/").content.decode()
    client.post(f"{address}1/decide/", {"approve": "yes", "words": "Needed."})
    client.force_login(manager)
    notice = {
        "notice_on_day": "16",
        "notice_on_month": "9",
        "notice_on_year": "2026",
        "notice_url": "https://n.example",
    }
    client.post(f"{address}1/notice/", notice)
    client.force_login(certifier)
    waits = client.get(f"{address}1/").content.decode()
    on_agreement = client.get(agreement.get_absolute_url()).content.decode()
    client.post(f"{address}1/answer/", {"agree": "yes", "words": ""})
    listed = client.get(address).content.decode()

    assert "Enter pounds in figures" in wrong.content.decode()
    assert "One more evening." in wrong.content.decode()
    assert hidden == 404
    assert "Your decision is asked for" in asked
    assert "10.42% of the original value" in asked
    assert "Your agreement is asked for" in waits
    assert "Needed." not in waits
    assert "Variation 1: approved, waits for the provider" in on_agreement
    assert "£2,120,000" in listed
    assert again(agreement).value == 2_120_000


def test_open_variations_need_attention(agreement, manager, management):
    variation = vary(agreement)

    def kinds():
        return [one.kind for one in attention.matters_for(manager, at=NOW) if one.kind.startswith("Variation")]

    assert kinds() == ["Variation to decide"]
    approve(variation, management)
    assert kinds() == ["Variation waits for the provider or its notice"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(number, client, agreement, management, certifier, django_assert_num_queries):
    Agreement.objects.update(regime=Regime.LIGHT_TOUCH)
    for _ in range(number):
        agree(approve(vary(agreement), management), certifier)
    client.force_login(certifier)
    address = reverse("contracts:variation-list", args=[agreement.reference])
    client.get(address)

    with django_assert_num_queries(7):
        page = client.get(address).content.decode()

    assert page.count("One more evening.") == number
