"""The public register: what stands in it, what does not, and its file."""

import csv
import io
from decimal import Decimal

import pytest

from contracts.models import PartialDate
from engagement.enums import Fund
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import ActivityFactory, OrganisationFactory


def read_csv(reply):
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.django_db
@pytest.mark.requirement("R-022", "R-026")
def test_register_shows_live_agreements_and_keeps_funds_apart(client):
    AgreementFactory(title="Support after abuse", fund=Fund.POLICING, value=Decimal(1000000))
    AgreementFactory(title="Home fire visits", fund=Fund.FIRE, value=Decimal(45000))
    AgreementFactory(title="Not signed yet", draft=True)
    AgreementFactory(title="Activity in draft", activity=ActivityFactory())

    page = client.get("/register/").content.decode()

    assert [title in page for title in ("Support after abuse", "Home fire visits")] == [True, True]
    assert [title in page for title in ("Not signed yet", "Activity in draft")] == [False, False]
    assert "£1,000,000 in 1 agreement" in page
    assert "£45,000 in 1 agreement" in page
    assert "£1,045,000" not in page


@pytest.mark.django_db
def test_register_narrows_by_words_fund_and_kind(client):
    AgreementFactory(title="Support after abuse", fund=Fund.POLICING)
    AgreementFactory(title="Home fire visits", fund=Fund.FIRE)

    by_fund = client.get("/register/", {"fund": "FIRE"}).context["page"].object_list
    by_words = client.get("/register/", {"words": "abuse after"}).context["page"].object_list
    by_both = client.get("/register/", {"words": "abuse", "fund": "FIRE"})
    nonsense = client.get("/register/", {"fund": "GOLD", "page": "9999"}).context["page"].object_list

    assert [agreement.title for agreement in by_fund] == ["Home fire visits"]
    assert [agreement.title for agreement in by_words] == ["Support after abuse"]
    assert "No agreement matches" in by_both.content.decode()
    assert len(nonsense) == 2


@pytest.mark.django_db
@pytest.mark.requirement("R-006")
def test_register_narrows_by_sector_and_says_it(client):
    charity = OrganisationFactory(sector="VOLUNTARY", is_vcse=True, size="SMALL")
    AgreementFactory(title="Support after abuse", provider=charity)
    AgreementFactory(title="Alarms", provider=OrganisationFactory(sector="PRIVATE", is_vcse=False))
    AgreementFactory(title="From a notice", provider=OrganisationFactory())

    page = client.get("/register/", {"sector": "VOLUNTARY"})
    rows = {row["title"]: row for row in read_csv(client.get("/register.csv"))}

    assert [one.title for one in page.context["page"].object_list] == ["Support after abuse"]
    assert "Voluntary or community sector, VCSE" in page.content.decode()
    columns = ("provider_sector", "provider_vcse", "provider_size")
    assert {title: tuple(row[column] for column in columns) for title, row in rows.items()} == {
        "Support after abuse": ("Voluntary or community", "yes", "Small: 10 to 49 people"),
        "Alarms": ("Private", "no", ""),
        "From a notice": ("", "", ""),
    }
    assert [row["title"] for row in read_csv(client.get("/register.csv", {"sector": "PRIVATE"}))] == ["Alarms"]


@pytest.mark.django_db
def test_register_gives_dates_only_as_precisely_as_they_are_known(client):
    AgreementFactory(recorded=True, starts=PartialDate("2024"), ends=PartialDate("2025-03"), value=None)

    page = client.get("/register/").content.decode()
    [row] = read_csv(client.get("/register.csv"))

    assert "2024 to March 2025" in page
    assert (row["starts"], row["ends"], row["value_pounds"]) == ("2024", "2025-03", "")


@pytest.mark.django_db
@pytest.mark.threat("X01", "X03")
def test_register_file_neutralises_formulas_and_holds_only_its_columns(client):
    agreement = AgreementFactory(title='=HYPERLINK("https://evil.example")', note="Our view of the bidder")

    [row] = read_csv(client.get("/register.csv"))

    assert row["title"] == '\'=HYPERLINK("https://evil.example")'
    assert row["value_pounds"] == "1920000.00"
    assert row["reference"] == agreement.reference
    assert row["note"] == ""
    assert row["procured_under"] == "Procurement Act 2023, light touch"
    assert list(row) == [
        "reference",
        "title",
        "kind",
        "purpose",
        "provider",
        "provider_as_published",
        "provider_sector",
        "provider_vcse",
        "provider_size",
        "provider_charity_number",
        "provider_company_number",
        "awarded_by",
        "parties",
        "lots",
        "fund",
        "value_pounds",
        "signed",
        "starts",
        "ends",
        "legal_power",
        "procured_under",
        "activity_reference",
        "activity",
        "source",
        "note",
        "published_under",
    ]


@pytest.mark.django_db
@pytest.mark.requirement("R-022")
def test_each_fund_has_rules_of_its_own(client):
    AgreementFactory(title="Support after abuse", fund=Fund.POLICING)
    AgreementFactory(title="Home fire visits", fund=Fund.FIRE)

    rows = {row["title"]: row["published_under"] for row in read_csv(client.get("/register.csv"))}
    page = client.get("/register/").content.decode()

    assert rows["Support after abuse"].startswith("Elected Local Policing Bodies")
    assert rows["Home fire visits"].startswith("Local Government Transparency Code")
    assert [words in page for words in rows.values()] == [True, True]


@pytest.mark.django_db
def test_register_file_is_narrowed_as_the_page_is(client):
    AgreementFactory(title="Support after abuse", fund=Fund.POLICING)
    AgreementFactory(title="Home fire visits", fund=Fund.FIRE)

    rows = read_csv(client.get("/register.csv", {"fund": "FIRE"}))

    assert [row["title"] for row in rows] == ["Home fire visits"]


@pytest.mark.django_db
def test_empty_register_says_what_would_be_there(client):
    page = client.get("/register/").content.decode()

    assert "An agreement stands here once it is signed" in page


@pytest.mark.django_db
@pytest.mark.parametrize("agreements", [1, 3])
def test_register_costs_the_same_however_long(client, agreements, django_assert_num_queries):
    AgreementFactory.create_batch(agreements)

    with django_assert_num_queries(5):
        reply = client.get("/register/")

    assert len(reply.context["page"].object_list) == agreements
