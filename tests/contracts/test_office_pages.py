"""The office's pages through HTTP: who gets them, what they cost, what they refuse and keep."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from contracts.domain import publishing
from contracts.domain.returns import rate_figures, submit_return
from contracts.enums import ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn, Publication, Query
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, ActivityFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def submitted():
    figure = FigureFactory(indicator__code="V2", commentary="Two advocates started in May.")
    kpi_return = figure.kpi_return
    certifier = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)
    submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier, at=NOW - timedelta(days=1))
    return KpiReturn.objects.for_table().get(pk=kpi_return.pk)


@pytest.fixture
def manager(client, submitted):
    """The Contract Manager of the submitted return, signed in."""
    user = submitted.agreement.activity.contract_manager
    client.force_login(user)
    return user


def address(name, kpi_return, *more):
    return reverse(f"contracts:{name}", args=[kpi_return.agreement.reference, kpi_return.reference, *more])


def text_of(reply):
    return " ".join(reply.content.decode().split())


def test_review_shows_figure_rating_and_reason(client, manager, submitted):
    page = text_of(client.get(submitted.get_office_url()))

    assert "90.9% is at or above the target of 90% or more." in page
    assert "391 of 430 referrals" in page
    assert "“Two advocates started in May.”" in page


def test_review_compares_with_the_last_quarter(client, manager, submitted):
    before = KpiReturnFactory(accepted=True, agreement=submitted.agreement, quarter="2025-26 Q4")
    FigureFactory(kpi_return=before, indicator=Indicator.objects.get(), numerator=361, denominator=420)

    assert 'Up 4.9 points<span class="portal-queue__detail">from 86.0% the last time</span>' in text_of(
        client.get(submitted.get_office_url())
    )


def test_line_is_accepted_and_queried(client, manager, submitted):
    accepted = client.post(address("line-accept", submitted, "V2"), {"seen_version": 1})
    queried = client.post(
        address("line-query", submitted, "V2"), {"question": "What made the difference?", "seen_submission": 1}
    )

    assert (accepted.status_code, queried.status_code) == (302, 302)
    assert Query.objects.get().question == "What made the difference?"
    submitted.refresh_from_db()
    assert submitted.state == ReturnState.QUERIED


def test_query_without_a_question_stays_beside_the_box(client, manager, submitted):
    reply = client.post(address("line-query", submitted, "V2"), {"question": "", "seen_submission": 1})

    assert reply.context["form"].errors == {"question": ["Write what you want to know about this figure"]}


def test_query_of_an_older_submission_is_refused_and_kept(client, manager, submitted):
    reply = client.post(address("line-query", submitted, "V2"), {"question": "Is it right?", "seen_submission": 0})

    assert reply.context["form"].errors["question"] == [
        "This return has been submitted again since you opened it. Look at it again first."
    ]
    assert "Is it right?" in text_of(reply)


def test_line_changed_meanwhile_is_not_accepted(client, manager, submitted):
    reply = client.post(address("line-accept", submitted, "V2"), {"seen_version": 7}, follow=True)

    assert "The provider has changed this figure since you opened it. Look at it again first." in text_of(reply)
    assert Figure.objects.get().checked_at is None


def test_return_is_accepted_with_its_ratings(client, manager, submitted):
    shown = client.get(address("return-accept", submitted))

    reply = client.post(address("return-accept", submitted), {"seen_submission": 1})

    assert "Accept the return for April to June 2026" in text_of(shown)
    assert reply.status_code == 302
    submitted.refresh_from_db()
    assert (submitted.state, submitted.accepted_by) == (ReturnState.ACCEPTED, manager)


def test_return_submitted_again_meanwhile_is_refused_in_words(client, manager, submitted):
    reply = client.post(address("return-accept", submitted), {"seen_submission": 0})

    assert reply.context["form"].non_field_errors() == [
        "This return has been submitted again since you opened it. Look at it again first."
    ]


@pytest.fixture
def accepted():
    figure = FigureFactory(indicator__code="V2", kpi_return__accepted=True, commentary="Two advocates started in May.")
    rate_figures(figure.kpi_return, at=NOW)
    return KpiReturn.objects.for_table().get(pk=figure.kpi_return.pk)


def test_management_sees_and_publishes(client, accepted):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    shown = client.get(accepted.get_publish_url())
    reply = client.post(accepted.get_publish_url(), {"words": ["V2"], "seen": publishing.version_of(accepted)})

    assert "1 of 1 measure met its target" in text_of(shown)
    assert reply.status_code == 302
    assert Publication.objects.get().snapshot["lines"][0]["commentary"] == "Two advocates started in May."


def test_management_publishes_no_words_unless_chosen(client, accepted):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    client.post(accepted.get_publish_url(), {"seen": publishing.version_of(accepted)})

    assert Publication.objects.get().snapshot["lines"][0]["commentary"] == ""


@pytest.mark.threat("A15")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGEMENT])
def test_publishing_is_found_by_the_management_team_only(client, accepted, role):
    client.force_login(UserFactory(role=role))

    assert client.post(accepted.get_publish_url()).status_code == 404
    assert not Publication.objects.exists()


def test_specialist_reads_an_accepted_return_without_its_ratings(client, accepted):
    client.force_login(UserFactory(role=Role.SPECIALIST))

    page = text_of(client.get(accepted.get_office_url()))

    assert "90.9%" in page
    assert "at or above the target" not in page


ROUTES = ("return-review", "return-accept", "rating-publish")
LINE_ROUTES = ("line-query", "line-accept")


@pytest.mark.threat("A02", "A07", "A08")
@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER, Role.INVOLVEMENT, Role.ADMINISTRATOR, None])
def test_return_of_others_is_not_found(client, submitted, role):
    client.force_login(UserFactory(role=role))
    addresses = [address(name, submitted) for name in ROUTES]
    addresses += [address(name, submitted, "V2") for name in LINE_ROUTES]

    answers = {client.get(found).status_code for found in addresses} | {
        client.post(found).status_code for found in addresses
    }

    assert answers <= {404, 405}


@pytest.mark.threat("A07")
def test_office_pages_of_a_return_are_not_its_provider_s(client, submitted):
    client.force_login(submitted.submitted_by)

    assert client.get(submitted.get_office_url()).status_code == 404


@pytest.mark.threat("A08")
def test_second_id_of_somebody_else_is_not_found(client, manager, submitted):
    """The agreement is mine, the return or the measure is another's: nothing is found and nothing changes."""
    other = FigureFactory(indicator__code="X9", kpi_return__submitted=True)
    mine, theirs = submitted.agreement.reference, other.kpi_return
    addresses = [reverse(f"contracts:{name}", args=[mine, theirs.reference]) for name in ROUTES]
    addresses += [reverse(f"contracts:{name}", args=[mine, theirs.reference, "X9"]) for name in LINE_ROUTES]
    addresses += [address(name, submitted, "X9") for name in LINE_ROUTES]
    addresses += [reverse("contracts:indicator-edit", args=[mine, "X9"])]
    body = {"question": "Mine?", "seen_submission": 1, "seen_version": 1}

    answers = {client.post(found, body).status_code for found in addresses}

    assert answers == {404}
    assert not Query.objects.exists()


def test_signed_out_is_asked_to_sign_in_first(client, submitted):
    for found in (submitted.get_office_url(), "/agreements/", "/agreements/returns/", "/agreements/NONE/"):
        assert client.get(found).url.startswith(reverse("account_login"))


@pytest.mark.threat("A07")
def test_canary_of_another_provider_is_nowhere(client, submitted):
    canary = "CANARY7Q"
    agreement = submitted.agreement
    Agreement.objects.filter(pk=agreement.pk).update(title=canary, note=canary)
    Indicator.objects.update(name=canary)
    Figure.objects.update(commentary=canary)
    client.force_login(UserFactory(role=Role.CERTIFIER))
    addresses = ["/agreements/", "/agreements/?q=CANARY", "/agreements/returns/", agreement.get_absolute_url()]

    pages = [client.get(found) for found in addresses]

    assert [page.status_code for page in pages] == [200, 200, 404, 404]
    assert not any(canary in text_of(page) for page in pages)


def test_own_provider_reads_its_live_agreement(client, submitted):
    client.force_login(submitted.submitted_by)

    page = text_of(client.get(submitted.agreement.get_absolute_url()))

    assert f'href="{submitted.get_absolute_url()}"' in page
    assert "What happened" not in page
    assert "Change<" not in page


@pytest.mark.parametrize("returns", [1, 3])
def test_queue_costs_the_same_however_long(client, returns, django_assert_num_queries):
    activity = ActivityFactory(published=True)
    for _ in range(returns):
        KpiReturnFactory(submitted=True, agreement__activity=activity)
    client.force_login(activity.contract_manager)

    with django_assert_num_queries(7):
        reply = client.get("/agreements/returns/")

    assert len(reply.context["items"]) == returns


@pytest.mark.parametrize("agreements", [1, 3])
def test_agreement_list_costs_the_same_however_long(client, agreements, django_assert_num_queries):
    activity = ActivityFactory(published=True)
    AgreementFactory.create_batch(agreements, activity=activity)
    client.force_login(activity.contract_manager)

    with django_assert_num_queries(5):
        reply = client.get("/agreements/")

    assert reply.context["page"].paginator.count == agreements


@pytest.mark.parametrize("rows", [1, 3])
def test_agreement_costs_the_same_however_much_it_has(client, rows, django_assert_num_queries):
    agreement = AgreementFactory()
    indicators = IndicatorFactory.create_batch(rows, agreement=agreement)
    for number in range(rows):
        kpi_return = KpiReturnFactory(submitted=True, agreement=agreement, quarter=f"2025-26 Q{number + 1}")
        for indicator in indicators:
            FigureFactory(kpi_return=kpi_return, indicator=indicator)
    client.force_login(agreement.activity.contract_manager)

    with django_assert_num_queries(30):
        reply = client.get(agreement.get_absolute_url())

    assert len(reply.context["kpi_returns"]) == rows


@pytest.mark.parametrize("measures", [1, 3])
def test_review_costs_the_same_however_many_measures(client, measures, django_assert_num_queries):
    kpi_return = KpiReturnFactory(submitted=True)
    FigureFactory.create_batch(measures, kpi_return=kpi_return)
    client.force_login(kpi_return.agreement.activity.contract_manager)

    with django_assert_num_queries(17):
        reply = client.get(kpi_return.get_office_url())

    assert len(reply.context["lines"]) == measures


def test_queue_puts_what_is_late_first_and_filters(client, manager, submitted):
    activity = submitted.agreement.activity
    overdue = KpiReturnFactory(overdue=True, agreement__activity=activity)
    KpiReturnFactory(agreement__activity=activity)

    first = client.get("/agreements/returns/").context
    every = client.get("/agreements/returns/?state=ALL").context
    named = client.get(f"/agreements/returns/?q={submitted.reference}").context

    assert (first["heading"], [item["status"] for item in first["items"]]) == (
        "2 returns wait",
        ["OVERDUE", "SUBMITTED"],
    )
    assert first["items"][0]["url"] == overdue.get_office_url()
    assert (len(every["items"]), len(named["items"])) == (3, 1)


def day(name, *parts):
    """A date as its three boxes send it."""
    return {f"{name}_{part}": typed for part, typed in zip(("day", "month", "year"), parts, strict=True)}


AGREEMENT = {
    "title": "Navigation for families",
    "kind": "GRANT",
    "fund": "POLICING",
    "value": "310000",
    **day("starts", "", "April", "2026"),
    **day("ends", "31", "3", "2029"),
}
WAYS_OF_PERCENTAGES = (
    "For this kind of figure, choose “Both numbers are added up, then divided” or "
    "“The latest period stands for the year” or “They make no year: each period stands alone”"
)
MEASURE = {
    "code": "V2",
    "name": "First contact within 2 working days",
    "kind": "PERCENTAGE",
    "unit": "referrals",
    "denominator_words": "due to be contacted",
    "numerator_words": "contacted in time",
    "decimals": "1",
    "direction": "UP",
    "aggregation": "RATIO",
    "is_rated": "yes",
    "target": "90",
    "approaching_by": "5",
    "improvement_by": "15",
    "minimum_n": "10",
}


@pytest.mark.requirement("R-026")
def test_agreement_is_entered_measured_and_signed(client):
    activity, provider = ActivityFactory(published=True), OrganisationFactory()
    client.force_login(activity.contract_manager)

    client.post("/agreements/new/", {**AGREEMENT, "activity": activity.pk, "provider": provider.pk})
    agreement = Agreement.objects.get()
    client.post(f"{agreement.get_absolute_url()}measures/new/", MEASURE)
    client.post(f"{agreement.get_absolute_url()}sign/", day("signed_on", "14", "3", "2026"))

    agreement.refresh_from_db()
    assert (agreement.reference, str(agreement.starts), str(agreement.ends), str(agreement.signed_on)) == (
        "A-2026-001",
        "April 2026",
        "Saturday 31 March 2029",
        "Saturday 14 March 2026",
    )
    assert (agreement.value, agreement.indicators.get().target) == (Decimal("310000.00"), Decimal(90))


def test_date_of_a_draft_stands_in_its_boxes_as_far_as_it_is_known(client):
    agreement = AgreementFactory(draft=True, starts="2026-04", ends="2029-03-31")
    client.force_login(agreement.activity.contract_manager)

    page = BeautifulSoup(client.get(f"{agreement.get_absolute_url()}edit/").content, "html.parser")

    boxes = {box["name"]: box["value"] for box in page.select(".govuk-date-input input")}
    assert boxes == day("starts", "", "4", "2026") | day("ends", "31", "3", "2029")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"value": "lots"}, "value", "Enter the value in pounds, in figures, like 310000 or 310000.50"),
        (day("starts", "1", "", "2026"), "starts", "The first day must include a month"),
        (day("starts", "1", "", ""), "starts", "The first day must include a month and year"),
        (day("starts", "31", "2", "2026"), "starts", "The first day must be a real date"),
        (day("ends", "", "", "2025"), "ends", "The last day must be the same as or after the first day"),
        ({"fund": ""}, "fund", "Choose the fund it is from"),
        ({"activity": "0"}, "activity", "Choose an activity from the list"),
    ],
)
def test_agreement_mistakes_are_said_beside_them(client, change, field, message):
    activity, provider = ActivityFactory(published=True), OrganisationFactory()
    client.force_login(activity.contract_manager)

    reply = client.post("/agreements/new/", {**AGREEMENT, "activity": activity.pk, "provider": provider.pk, **change})

    assert reply.context["form"].errors == {field: [message]}
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"code": ""}, "code", "Enter a code, such as V2"),
        (
            {"aggregation": "SUM"},
            "aggregation",
            WAYS_OF_PERCENTAGES,
        ),
        ({"target": ""}, "target", "Enter the target: a rated measure needs one"),
        ({"target": "NaN"}, "target", "Enter a number, like 90 or 92.5"),
        ({"improvement_by": "4"}, "improvement_by", "This must be at least the distance for approaching target"),
        ({"numerator_words": ""}, "numerator_words", "Say what the part of the percentage is"),
        ({"decimals": "9"}, "decimals", "Enter how many decimal places, from 0 to 4"),
    ],
)
def test_measure_mistakes_are_said_beside_them(client, change, field, message):
    agreement = AgreementFactory(draft=True)
    client.force_login(agreement.activity.contract_manager)

    reply = client.post(f"{agreement.get_absolute_url()}measures/new/", {**MEASURE, **change})

    assert dict(reply.context["form"].errors.items()) == {field: [message]}


def test_measure_with_figures_changes_as_a_new_version(client, manager, submitted):
    change = {name: value for name, value in MEASURE.items() if name != "code"}
    edit = reverse("contracts:indicator-edit", args=[submitted.agreement.reference, "V2"])

    client.post(edit, {**change, "target": "95", "group": "First contact"})

    versions = submitted.agreement.indicators.order_by("version")
    assert [(one.version, one.target, one.asked_from, one.asked_until) for one in versions] == [
        (1, 90, None, date(2026, 7, 1)),
        (2, 95, date(2026, 7, 1), None),
    ]
    assert Figure.objects.get().indicator == versions[0]


def test_draft_is_changed_until_it_is_signed(client):
    agreement = AgreementFactory(draft=True)
    client.force_login(agreement.activity.contract_manager)
    facts = {**AGREEMENT, "provider": agreement.provider.pk}

    client.post(f"{agreement.get_absolute_url()}edit/", facts)
    Agreement.objects.update(signed_on="2026-03-14")
    refused = client.post(f"{agreement.get_absolute_url()}edit/", {**facts, "title": "Another"})

    agreement.refresh_from_db()
    assert agreement.title == "Navigation for families"
    assert refused.context["form"].non_field_errors() == [
        "This agreement is signed, so what was agreed is no longer changed here."
    ]


@pytest.mark.parametrize("path", ["/agreements/new/", "/agreements/returns/"])
@pytest.mark.parametrize("role", [Role.PREPARER, Role.INVOLVEMENT, Role.ADMINISTRATOR])
def test_office_lists_are_not_everybody_s(client, path, role):
    client.force_login(UserFactory(role=role))

    assert client.get(path).status_code == 404
