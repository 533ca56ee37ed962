"""Which duties the Procurement Act 2023 puts on an agreement, and the reason that is said of each."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import attention, procurement
from contracts.domain.duties import ACT_BEGINS, amount_on, indicator_duty, notice_duty, regime_of
from contracts.domain.procurement import ProcurementRefused, record_procurement, set_amount
from contracts.enums import AgreementKind, Regime
from contracts.models import Agreement, PartialDate, StatutoryAmount
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

TODAY = NOW.date()
FIVE_MILLION = [StatutoryAmount(applies_from=ACT_BEGINS, pounds=Decimal(5_000_000), source="Section 52(1)")]


def made(**facts):
    """A contract under the Act over £5 million, unless a test says otherwise; in no database."""
    usual = {"kind": "CONTRACT", "regime": "FULL", "value": Decimal(6_000_000), "signed_on": PartialDate("2025-05-12")}
    return Agreement(**{**usual, **facts})


def duty(**facts):
    return indicator_duty(made(**facts), amounts=FIVE_MILLION, on=TODAY)


@pytest.mark.requirement("R-012", "R-026")
@pytest.mark.parametrize(
    ("facts", "applies", "because"),
    [
        ({}, True, "It is a public contract of £6,000,000, which is over £5,000,000."),
        ({"value": Decimal("5000000.01")}, True, "It is a public contract of £5,000,000.01, which is over £5,000,000."),
        ({"value": Decimal(5_000_000)}, False, "Its value, £5,000,000, is not over £5,000,000."),
        ({"regime": "LIGHT_TOUCH"}, False, "It is a light touch contract, which the Procurement Act 2023 exempts."),
        ({"regime": "CONCESSION"}, False, "It is a concession, which section 52 exempts."),
        (
            {"is_framework": True},
            False,
            "It is a framework, which section 52 exempts; what is called off is looked at by itself.",
        ),
        (
            {"indicators_unsuitable": "It is one delivery."},
            False,
            "The office has decided that indicators cannot assess it, as section 52 allows.",
        ),
        (
            {"regime": "BELOW_THRESHOLD"},
            False,
            "It is below the threshold of the Procurement Act 2023, so it is no public contract.",
        ),
        (
            {"regime": "EARLIER"},
            False,
            "It was procured under the law before Monday 24 February 2025, which knows no such duty.",
        ),
        (
            {"regime": "", "signed_on": PartialDate("2024-07")},
            False,
            "It was procured under the law before Monday 24 February 2025, which knows no such duty.",
        ),
        ({"kind": "GRANT", "regime": ""}, False, "It is a grant, which is no public contract."),
        ({"kind": "IN_HOUSE", "regime": "NONE"}, False, "It is an in-house agreement, which is no public contract."),
        ({"kind": "SLA", "regime": "NONE"}, False, "It was not procured under the Procurement Act 2023."),
    ],
)
def test_duty_to_publish_indicators_is_said_with_its_reason(facts, applies, because):
    found = duty(**facts)

    assert (found.applies, found.because, found.is_settled) == (applies, because, True)


@pytest.mark.parametrize("facts", [{"regime": ""}, {"regime": "", "signed_on": PartialDate("2025")}, {"value": None}])
def test_what_is_not_recorded_is_not_guessed(facts):
    assert (duty(**facts).applies, duty(**facts).is_settled) == (False, False)


def test_value_is_counted_as_the_law_counts_it_where_that_was_recorded():
    assert duty(value=Decimal(4_800_000), legal_estimate=Decimal(5_760_000)).applies
    assert not duty(legal_estimate=Decimal(0)).applies


@pytest.mark.parametrize(
    ("signed", "applies"), [("2025-05-12", True), ("2027-12-31", True), ("2028-01-01", False), (None, True)]
)
def test_amount_is_that_of_the_day_of_signing(signed, applies):
    amounts = [
        *FIVE_MILLION,
        StatutoryAmount(applies_from=date(2028, 1, 1), pounds=Decimal(7_000_000), source="An order"),
    ]
    agreement = made(signed_on=PartialDate.of(signed))

    assert indicator_duty(agreement, amounts=amounts, on=TODAY).applies == applies


@given(
    regime=st.sampled_from([*Regime.values, ""]),
    kind=st.sampled_from(AgreementKind.values),
    value=st.none() | st.decimals(min_value=0, max_value=10**9, places=2),
    framework=st.booleans(),
    signed=st.none() | st.dates(date(2023, 1, 1), date(2029, 1, 1)),
)
def test_duty_never_reaches_beyond_the_act_and_always_has_a_reason(regime, kind, value, framework, signed):
    agreement = made(regime=regime, kind=kind, value=value, is_framework=framework, signed_on=PartialDate.of(signed))

    indicators = indicator_duty(agreement, amounts=FIVE_MILLION, on=TODAY)
    notices = notice_duty(agreement)

    assert indicators.because.endswith(".")
    assert notices.because.endswith(".")
    assert not indicators.applies or (regime == "FULL" and value > 5_000_000 and not framework)
    assert not indicators.applies or notices.applies
    assert not notices.applies or regime in {"FULL", "CONCESSION"}
    assert notices.is_settled == (regime_of(agreement) is not None)


@given(st.lists(st.dates(), max_size=6, unique=True), st.dates())
def test_amount_that_holds_is_the_latest_that_has_begun(days, day):
    amounts = [StatutoryAmount(applies_from=first, pounds=Decimal(1), source="x") for first in days]

    held = amount_on(amounts, day)

    assert (held and held.applies_from) == max((first for first in days if first <= day), default=None)


@pytest.mark.requirement("R-084")
def test_failure_is_published_whatever_the_value_and_not_before_the_law_was_in_force():
    small = made(value=Decimal(300_000))

    assert notice_duty(small).applies
    assert notice_duty(made(regime="CONCESSION")).applies
    assert not notice_duty(made(regime="LIGHT_TOUCH")).applies
    assert notice_duty(small, known_on=date(2026, 1, 1)).applies
    assert not notice_duty(small, known_on=date(2025, 12, 31)).applies


# Recording it


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


def record(agreement, **facts):
    actor = agreement.activity.contract_manager
    return record_procurement(agreement=agreement, actor=actor, at=NOW, **{"regime": "FULL", **facts})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "given", "why"),
    [
        ({"kind": "GRANT"}, {}, "recorded as a grant"),
        ({"signed_on": PartialDate("2024-07-01")}, {}, "before the Procurement Act 2023 was in force"),
        ({}, {"regime": "NONE", "is_framework": True}, "A framework is procured"),
    ],
)
def test_law_that_contradicts_the_agreement_is_refused(facts, given, why):
    with pytest.raises(ProcurementRefused, match=why):
        record(AgreementFactory(**facts), **given)


@pytest.mark.django_db
@pytest.mark.requirement("R-152")
def test_what_is_recorded_is_in_the_log_once_and_without_its_reason(agreement):
    for _ in range(2):
        record(agreement, indicators_unsuitable="One delivery, once.")

    [entry] = LogEntry.objects.filter(action="agreement.procurement")
    assert "delivery" not in entry.summary
    assert entry.data["fields"] == ["regime", "indicators_unsuitable"]
    with pytest.raises(ProcurementRefused, match="Only the Contract Manager"):
        record_procurement(agreement=agreement, regime="FULL", actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW)


@pytest.mark.django_db
def test_amounts_are_the_law_s_and_begin_once(agreement):
    management = UserFactory(role=Role.MANAGEMENT)
    facts = {"pounds": Decimal(6_000_000), "source": "An order", "at": NOW}

    with pytest.raises(ProcurementRefused, match="The Management Team"):
        set_amount(applies_from=TODAY, actor=agreement.activity.contract_manager, **facts)
    with pytest.raises(ProcurementRefused, match="on that day already"):
        set_amount(applies_from=ACT_BEGINS, actor=management, **facts)
    with pytest.raises(ProcurementRefused, match="The Act begins"):
        set_amount(applies_from=ACT_BEGINS - timedelta(days=1), actor=management, **facts)
    set_amount(applies_from=TODAY, actor=management, **facts)

    assert [amount.pounds for amount in procurement.amounts_kept()] == [6_000_000, 5_000_000]


@pytest.mark.django_db
@pytest.mark.requirement("R-026")
@pytest.mark.parametrize(
    ("day", "threshold"),
    [
        (date(2025, 2, 23), None),
        (date(2025, 2, 24), 214_904),
        (date(2025, 12, 31), 214_904),
        (date(2026, 1, 1), 207_720),
        (date(2026, 9, 16), 207_720),
    ],
)
def test_threshold_is_that_of_the_day_and_its_law_is_named(day, threshold):
    assert procurement.limits_on(day).threshold == threshold
    assert all("Schedule 1" in row.source for row in procurement.amounts_kept("THRESHOLD"))


@pytest.mark.django_db
def test_amount_that_nobody_checked_says_so_and_a_new_threshold_leaves_the_duty_alone(client):
    management = UserFactory(role=Role.MANAGEMENT)
    facts = {"pounds": Decimal(200_000), "source": "An order", "actor": management, "at": NOW}
    set_amount(applies_from=date(2028, 1, 1), purpose="THRESHOLD", **facts)
    client.force_login(management)
    unchecked = client.get(reverse("contracts:duty-amounts")).content.decode()
    set_amount(applies_from=date(2030, 1, 1), purpose="THRESHOLD", checked=True, **facts)

    assert unchecked.count("Not checked against its source") == 1
    assert [amount.pounds for amount in procurement.amounts_kept()] == [5_000_000]
    assert procurement.limits_on(date(2028, 1, 1)).threshold == 200_000
    assert procurement.amounts_kept("THRESHOLD")[0].checked_on == TODAY


# What follows from it


def kinds_of(agreement):
    return [
        matter.kind
        for matter in attention.matters_for(agreement.activity.contract_manager, at=NOW)
        if matter.kind != "No exit plan"
    ]


@pytest.mark.django_db
@pytest.mark.requirement("R-077")
def test_contract_whose_law_nobody_recorded_needs_attention_until_somebody_does(agreement):
    Agreement.objects.filter(pk=agreement.pk).update(regime="")
    before = kinds_of(agreement)

    record(agreement, regime="LIGHT_TOUCH")

    assert before == ["Procurement not recorded"]
    assert kinds_of(agreement) == []


@pytest.mark.django_db
@pytest.mark.requirement("R-012", "R-077")
def test_contract_under_the_duty_needs_three_indicators_and_an_assessment_each_year():
    agreement = AgreementFactory(regime="FULL", value=Decimal(6_000_000), signed_on=PartialDate("2025-03-14"))
    few = kinds_of(agreement)
    for number in range(3):
        IndicatorFactory(agreement=agreement, code=f"V{number}")
    enough = kinds_of(agreement)

    Agreement.objects.filter(pk=agreement.pk).update(ends=PartialDate("2026-08-31"))

    assert few == ["Too few indicators"]
    assert enough == []
    assert kinds_of(agreement) == ["End to record"]


@pytest.mark.django_db
def test_assessment_is_due_a_year_after_section_71_began_or_after_the_last(at_noon):
    agreement = AgreementFactory(regime="FULL", value=Decimal(6_000_000))
    for number in range(3):
        IndicatorFactory(agreement=agreement, code=f"V{number}")
    manager = agreement.activity.contract_manager
    later = NOW.replace(year=2027, month=1, day=2)

    found = {
        matter.kind: matter.since
        for matter in attention.matters_for(manager, at=later)
        if matter.kind != "No exit plan"
    }

    assert found == {"Yearly assessment due": date(2027, 1, 1)}


# The pages


@pytest.mark.django_db
@pytest.mark.requirement("R-071")
def test_manager_records_it_and_both_sides_read_which_duty_follows(client, preparer, agreement):
    Agreement.objects.filter(pk=agreement.pk).update(regime="", value=Decimal(4_800_000))
    client.force_login(agreement.activity.contract_manager)
    address = reverse("contracts:procurement", args=[agreement.reference])
    before = client.get(address).content.decode()
    form = f"{address}record/"
    wrong = client.post(form, {"legal_estimate": "five million"}).content.decode()

    client.post(form, {"regime": "FULL", "legal_estimate": "5760000"})

    after = client.get(address).content.decode()
    client.force_login(preparer)
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "How it was procured is not recorded" in before
    assert "Choose the law by which it was procured" in wrong
    assert "five million" in wrong
    assert "Indicators have to be published, and assessed each year" in after
    assert "A failure has to be published within 30 days" in after
    assert "It is a public contract of £5,760,000, which is over £5,000,000." in page
    assert "Record how it was procured" not in client.get(address).content.decode()


@pytest.mark.django_db
def test_contract_of_2024_stands_under_earlier_law_by_itself(client):
    agreement = AgreementFactory(regime="", signed_on=PartialDate("2024-06-12"), value=Decimal(6_000_000))
    client.force_login(agreement.activity.contract_manager)

    page = client.get(agreement.get_absolute_url()).content.decode()

    assert "Earlier law: procurement that began before Monday 24 February 2025." in page
    assert kinds_of(agreement) == []


@pytest.mark.django_db
def test_management_sets_a_new_amount_on_its_page(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    form = {
        "purpose": "INDICATORS",
        "pounds": "7000000",
        "source": "An order",
        "applies_from_day": "1",
        "applies_from_month": "1",
    }

    wrong = client.post(reverse("contracts:duty-amount-set"), form).content.decode()
    client.post(reverse("contracts:duty-amount-set"), {**form, "applies_from_year": "2028"})

    page = client.get(reverse("contracts:duty-amounts")).content.decode()
    assert "The first day must include a year" in wrong
    assert "£7,000,000" in page
    assert "Today: <strong>£5,000,000</strong>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_amounts_and_attention_cost_the_same_however_many(client, number, django_assert_num_queries):
    management = UserFactory(role=Role.MANAGEMENT)
    for place in range(number - 1):
        day = TODAY + timedelta(days=place)
        set_amount(applies_from=day, pounds=Decimal(6_000_000), source="x", actor=management, at=NOW)
    for _ in range(number):
        agreement = AgreementFactory(regime="FULL", value=Decimal(6_000_000))
        FigureFactory(kpi_return=KpiReturnFactory(agreement=agreement), indicator=IndicatorFactory(agreement=agreement))
    reader = UserFactory(role=Role.MANAGEMENT)
    client.force_login(management)
    client.get("/dashboard/")

    with django_assert_num_queries(4):
        client.get(reverse("contracts:duty-amounts"))
    with django_assert_num_queries(17):
        found = attention.matters_for(reader, at=NOW)

    assert len(found) == 2 * number, "too few indicators, and no exit plan"
