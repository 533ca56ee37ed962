"""A provider's own pages: what waits, one measure a page, two colleagues at once, declaring, answering."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.enums import FigureState
from contracts.models import Figure
from engagement.domain.calendar import Quarter
from engagement.enums import Role
from tests.factories.contracts import (
    AgreementFactory,
    FigureFactory,
    IndicatorFactory,
    KpiReturnFactory,
    QueryFactory,
)
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def page_of(kpi_return, code="V1"):
    return reverse("contracts:return-figure", args=[kpi_return.reference, code])


def answers(**changes):
    return {
        "version": "0",
        "denominator": "430",
        "numerator": "391",
        "commentary": "",
        "state": "",
        "completed": "yes",
    } | changes


# The list


@pytest.mark.requirement("R-149")
def test_list_says_what_waits_most_urgent_first(client, agreement, contact, certifier):
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1")
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", overdue=True)
    queried = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q3", queried=True)
    QueryFactory(figure__kpi_return=queried, figure__indicator=contact)
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q2", submitted=True)
    accepted = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q1", accepted=True)
    client.force_login(certifier)

    reply = client.get("/returns/")

    assert "1 return is overdue, 1 is due, 1 question to answer</h1>" in reply.content.decode()
    assert [row.status for row in reply.context["waiting"]] == ["OVERDUE", "QUERIED", "DUE"]
    assert [row.detail for row in reply.context["waiting"]] == [
        "0 of 1 section completed",
        "1 question to answer",
        "0 of 1 section completed",
    ]
    assert [sent.quarter for sent, _ in reply.context["sent"]] == ["2025-26 Q2"]
    assert [row.kpi_return for row in reply.context["accepted"]] == [accepted]


def test_list_with_nothing_to_do_says_so(client, certifier):
    client.force_login(certifier)

    page = client.get("/returns/").content.decode()

    assert "Nothing is due from you today</h1>" in page
    assert "No return waits for you" in page


def test_list_is_of_the_organisation_that_is_acted_for(client, agreement, contact, kpi_return, preparer):
    second = AgreementFactory(provider=OrganisationFactory(name="Harbour Light", slug="harbour-light"))
    KpiReturnFactory(agreement=second)
    MembershipFactory(user=preparer, organisation=second.provider)
    client.force_login(preparer)

    listed = []
    for slug in ("brightway", "harbour-light"):
        client.post("/acting/", {"act_for": slug})
        listed.append([row.kpi_return.agreement for row in client.get("/returns/").context["waiting"]])

    assert listed == [[agreement], [second]]


@pytest.mark.parametrize("returns", [1, 3])
def test_list_costs_the_same_however_long(client, agreement, contact, certifier, returns, django_assert_num_queries):
    for back in range(returns):
        quarter = Quarter(2026, 1).back(back)
        KpiReturnFactory(agreement=agreement, quarter=quarter.code)
        accepted = KpiReturnFactory(agreement=agreement, quarter=quarter.back(4).code, accepted=True)
        FigureFactory(kpi_return=accepted, indicator=contact)
    client.force_login(certifier)

    with django_assert_num_queries(13):
        reply = client.get("/returns/")

    assert (len(reply.context["waiting"]), len(reply.context["accepted"])) == (returns, returns)


# Nobody else's


@pytest.mark.threat("A02", "A07")
def test_another_provider_finds_nothing(client, kpi_return, contact):
    figure = FigureFactory(kpi_return=kpi_return, indicator=contact, commentary="CANARY-7741")
    stranger = UserFactory(role=Role.CERTIFIER)
    client.force_login(stranger)
    base = f"/returns/{kpi_return.reference}/"
    addresses = [
        base,
        page_of(kpi_return),
        *(base + rest for rest in ("check/", "receipt/", "upload/", "template.csv", "template.xlsx", "questions/1/")),
    ]

    answered = {address: client.get(address).status_code for address in addresses}
    posted = [client.post(address, answers()).status_code for address in (page_of(kpi_return), base + "check/")]

    assert set(answered.values()) == {404}
    assert posted == [404, 404]
    assert "CANARY-7741" not in client.get("/returns/").content.decode()
    figure.refresh_from_db()
    assert figure.version == 1


@pytest.mark.threat("A10")
def test_access_ends_with_the_membership(client, agreement, kpi_return):
    gone = UserFactory(role=Role.PREPARER, organisation=agreement.provider, until_on=NOW.date())
    client.force_login(gone)

    assert [client.get(address).status_code for address in ("/returns/", kpi_return.get_absolute_url())] == [404, 404]


def test_nobody_signed_in_signs_in_first(client, kpi_return):
    reply = client.get(kpi_return.get_absolute_url())

    assert reply.status_code == 302
    assert reply.url.startswith(reverse("account_login"))


def test_the_office_is_led_to_its_own_page(client, agreement, kpi_return):
    client.force_login(agreement.activity.contract_manager)

    reply = client.get(kpi_return.get_absolute_url())

    assert (reply.status_code, reply.url) == (302, kpi_return.get_office_url())
    assert client.get("/returns/").status_code == 404


# One return


def test_task_list_groups_measures_with_hints_and_statuses(client, agreement, contact, kpi_return, preparer, certifier):
    last = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", accepted=True)
    FigureFactory(kpi_return=last, indicator=contact)
    IndicatorFactory(agreement=agreement, code="V2", count=True, group="The difference it makes")
    FigureFactory(kpi_return=kpi_return, indicator=contact, completed=False, numerator=None)
    client.force_login(preparer)

    reply = client.get(kpi_return.get_absolute_url())
    groups = [(title, [(task.hint, task.status) for task in tasks]) for title, _, tasks in reply.context["groups"]]

    assert groups == [
        ("People reaching the service", [("Last quarter 90.9%, target 90% or more", "IN_PROGRESS")]),
        ("The difference it makes", [("Target 10 or fewer", "NOT_STARTED")]),
    ]
    page = reply.content.decode()
    assert "Needs every section completed, and a certifier: Jo Okonkwo" in page
    assert "Due 5pm" not in page, "the moment is the one of the return"
    assert "0 of 2 sections completed" in page


@pytest.mark.parametrize("measures", [1, 3])
def test_task_list_costs_the_same_however_long(client, agreement, preparer, measures, django_assert_num_queries):
    kpi_return = KpiReturnFactory(agreement=agreement)
    for indicator in IndicatorFactory.create_batch(measures, agreement=agreement):
        FigureFactory(kpi_return=kpi_return, indicator=indicator)
    client.force_login(preparer)

    with django_assert_num_queries(16):
        reply = client.get(kpi_return.get_absolute_url())

    assert len(reply.context["lines"]) == measures


# One measure


@pytest.mark.requirement("R-149", "R-061")
def test_figure_is_saved_and_worked_out_on_the_next_page(client, agreement, contact, kpi_return, preparer):
    second = IndicatorFactory(agreement=agreement, code="V2", count=True)
    client.force_login(preparer)

    reply = client.post(page_of(kpi_return), answers(), follow=True)
    figure = Figure.objects.get()

    assert reply.redirect_chain[-1][0] == page_of(kpi_return, second.code)
    assert "First contact: 391 of 430 is 90.9%, Good against the target of 90% or more." in reply.content.decode()
    assert (figure.numerator, figure.denominator, figure.completed, figure.saved_by) == (391, 430, True, preparer)


def test_whole_comes_before_its_part_with_unit_and_comparison(client, agreement, contact, kpi_return, preparer):
    a_year_ago = KpiReturnFactory(agreement=agreement, quarter="2025-26 Q1", accepted=True)
    FigureFactory(kpi_return=a_year_ago, indicator=contact, numerator=361, denominator=420)
    client.force_login(preparer)

    page = client.get(page_of(kpi_return)).content.decode()

    order = [page.index(text) for text in ("Referrals due to be contacted", "Contacted in time", "What is behind this")]
    assert order == sorted(order)
    assert page.count('<div class="govuk-input__suffix"') == 2
    assert "86.0%" in page


@pytest.mark.threat("K01")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"numerator": "436"}, "Contacted in time must be 430 or fewer, the number of referrals due to be contacted."),
        ({"numerator": "NaN"}, "“NaN” is not a number that can be counted."),
        ({"numerator": "INF"}, "“INF” is not a number that can be counted."),
        ({"numerator": "1e400"}, "“1e400” is not a number."),
        ({"numerator": "0x1F"}, "“0x1F” is not a number."),
        ({"numerator": "1_000"}, "“1_000” is not a number."),
        ({"numerator": "=1+1"}, "“=1+1” is a formula."),
        ({"numerator": "-3"}, "Contacted in time must be 0 or more."),
        ({"numerator": "3.5"}, "“3.5” is not a whole number."),
        ({"denominator": "99999999999999999999999"}, "is not a number."),
        ({"denominator": "999999999999"}, "Referrals due to be contacted must be less than"),
        ({"numerator": ""}, "Enter a number for “Contacted in time”."),
        ({"numerator": "100"}, "Say why this is off its target of 90% or more."),
        ({"state": "NOT_AVAILABLE"}, "Give either a figure, or a reason why you cannot give one."),
        ({"state": "NOT_AVAILABLE", "numerator": "", "denominator": ""}, "Tell us why you cannot give this figure."),
        ({"state": "LOST"}, "Choose one of these answers."),
        ({"completed": ""}, "Choose yes if this measure is done"),
        ({"commentary": "x" * 2001}, "This must be 2,000 characters or fewer. You have 2,001."),
    ],
)
def test_wrong_input_is_refused_beside_the_box_and_nothing_typed_is_lost(
    client, contact, kpi_return, preparer, typed, words
):
    client.force_login(preparer)
    posted = answers(**typed)

    reply = client.post(page_of(kpi_return), posted)
    page = reply.content.decode()

    assert reply.status_code == 200
    assert words in page.replace("&#x27;", "'")
    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert [reply.context["form"][name].value() for name in ("numerator", "denominator", "commentary")] == [
        posted["numerator"],
        posted["denominator"],
        posted["commentary"],
    ]
    assert not Figure.objects.exists()


def test_boxes_hold_what_was_kept_as_it_was_typed(client, agreement, contact, preparer):
    money = IndicatorFactory(agreement=agreement, code="V11", money=True)
    kpi_return = KpiReturnFactory(agreement=agreement)
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    FigureFactory(kpi_return=kpi_return, indicator=money, of_value=True, value=Decimal("612.50"))
    client.force_login(preparer)

    forms = [client.get(page_of(kpi_return, code)).context["form"] for code in ("V1", "V11")]

    assert [forms[0]["denominator"].value(), forms[0]["numerator"].value()] == ["430", "391"]
    assert forms[1]["value"].value() == "612.50"
    assert [form["version"].value() for form in forms] == [1, 1]


def test_thousands_marks_are_read(client, contact, kpi_return, preparer):
    client.force_login(preparer)

    client.post(page_of(kpi_return), answers(numerator="1,204", denominator="1,250"))

    assert Figure.objects.get().numerator == 1204


def test_half_a_figure_is_kept_for_later_and_shown_as_in_progress(client, contact, kpi_return, preparer):
    client.force_login(preparer)

    reply = client.post(page_of(kpi_return), answers(numerator="", completed="no"), follow=True)

    assert reply.redirect_chain[-1][0] == kpi_return.get_absolute_url()
    assert (Figure.objects.get().denominator, Figure.objects.get().completed) == (430, False)
    assert "In progress" in reply.content.decode()


def test_figure_that_cannot_be_given_has_its_reason(client, contact, kpi_return, preparer):
    client.force_login(preparer)
    typed = answers(numerator="", denominator="", state="NOT_AVAILABLE", commentary="Our system was down until May.")

    client.post(page_of(kpi_return), typed)
    figure = Figure.objects.get()

    assert (figure.state, figure.numerator, figure.commentary) == (
        FigureState.NOT_AVAILABLE,
        None,
        "Our system was down until May.",
    )


def test_money_is_asked_in_pounds(client, agreement, preparer):
    IndicatorFactory(agreement=agreement, code="V11", money=True)
    kpi_return = KpiReturnFactory(agreement=agreement)
    client.force_login(preparer)
    page = client.get(page_of(kpi_return, "V11")).content.decode()

    too_fine = client.post(page_of(kpi_return, "V11"), answers(value="612.505"))
    client.post(page_of(kpi_return, "V11"), answers(value="£612.50"))

    assert '<div class="govuk-input__prefix"' in page
    assert "more than two decimals of a pound" in too_fine.content.decode()
    assert Figure.objects.get().value == Decimal("612.50")


@pytest.mark.threat("C04")
def test_colleague_who_saved_first_is_shown_beside_mine_and_nothing_is_lost(client, contact, kpi_return, preparer):
    colleague = UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider, name="Sam Reyes")
    FigureFactory(kpi_return=kpi_return, indicator=contact, version=2, saved_by=colleague, commentary="Theirs")
    client.force_login(preparer)
    mine = answers(version="1", numerator="400", denominator="440", commentary="Mine, a long explanation")

    reply = client.post(page_of(kpi_return), mine)
    page = reply.content.decode()
    kept = Figure.objects.get()
    again = client.post(page_of(kpi_return), mine | {"version": str(reply.context["form"]["version"].value())})

    assert "Sam Reyes has changed this since you opened it." in page
    assert reply.context["versions"]["rows"] == [
        ("Referrals due to be contacted", "430", "440", True),
        ("Contacted in time", "391", "400", True),
        ("Can it be given?", "Yes", "Yes", False),
        ("What is behind it", "Theirs", "Mine, a long explanation", True),
    ]
    assert (kept.numerator, kept.commentary) == (391, "Theirs")
    assert again.status_code == 302
    assert Figure.objects.get().commentary == "Mine, a long explanation"


def test_submitted_return_is_no_longer_written(client, agreement, contact, preparer):
    kpi_return = KpiReturnFactory(agreement=agreement, submitted=True)
    client.force_login(preparer)

    shown = client.get(page_of(kpi_return))
    posted = client.post(page_of(kpi_return), answers())

    assert (shown.status_code, shown.url) == (302, kpi_return.get_absolute_url())
    assert "This return has already been submitted" in posted.content.decode()
    assert 'value="391"' in posted.content.decode()
    assert not Figure.objects.exists()


def test_measure_of_another_quarter_or_agreement_is_not_found(client, agreement, kpi_return, preparer):
    IndicatorFactory(agreement=agreement, code="OLD", asked_until=kpi_return.starts_on)
    IndicatorFactory(code="ELSE")
    client.force_login(preparer)

    assert [client.get(page_of(kpi_return, code)).status_code for code in ("OLD", "ELSE", "NONE")] == [404, 404, 404]


def test_words_of_a_provider_are_never_markup(client, contact, kpi_return, preparer):
    FigureFactory(kpi_return=kpi_return, indicator=contact, commentary="<script>alert(1)</script>")
    client.force_login(preparer)

    pages = [
        client.get(address).content.decode()
        for address in (page_of(kpi_return), reverse("contracts:return-check", args=[kpi_return.reference]))
    ]

    assert ["<script>alert" in page for page in pages] == [False, False]
    assert ["&lt;script&gt;alert" in page for page in pages] == [True, True]


@pytest.mark.parametrize("quarters", [1, 3])
def test_measure_costs_the_same_however_much_came_before(
    client, agreement, contact, preparer, quarters, django_assert_num_queries
):
    kpi_return = KpiReturnFactory(agreement=agreement)
    for back in range(1, quarters + 1):
        before = KpiReturnFactory(agreement=agreement, quarter=Quarter(2026, 1).back(back).code, accepted=True)
        FigureFactory(kpi_return=before, indicator=contact)
    client.force_login(preparer)

    with django_assert_num_queries(9):
        reply = client.get(page_of(kpi_return))

    assert len(reply.context["earlier"]) == quarters
    assert {"term": "Last quarter", "value": "90.9%", "note": "391 of 430"} in reply.context["compare"]


# Dates


def test_due_dates_go_into_a_calendar(client, kpi_return, preparer):
    KpiReturnFactory(due_at=NOW + timedelta(days=3))
    client.force_login(preparer)

    reply = client.get("/returns/dates.ics")
    text = reply.content.decode()

    assert reply["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 5
    assert text.count(f"UID:return-{kpi_return.reference}") == 1
    assert text.count("UID:return-KPI") == 5
