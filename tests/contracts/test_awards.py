"""How a provider was chosen can be answered for: criteria, value, whose decision and by which authority."""

from datetime import date

import pytest
from django.urls import reverse

from contracts.domain.awards import AwardRefused, record_award
from contracts.models import Award
from engagement.enums import Role
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
DECIDED = date(2026, 3, 2)
CRITERIA = [
    {"name": "How it helps people", "weight": 60, "score": 80},
    {"name": "Price", "weight": 40, "score": 70},
]
FACTS = {
    "how": "OPEN",
    "value_words": "The second best price, and far the best plan.",
    "decided_as": "OFFICER",
    "decided_by": "Head of Commissioning",
    "authority": "Scheme of delegation 4.2",
    "decided_on": DECIDED,
    "criteria": CRITERIA,
    "bids_received": 4,
    "seen_number": 0,
}


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


def recorded(agreement, **facts):
    return record_award(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, **{**FACTS, **facts})


@pytest.mark.requirement("R-071", "R-072", "R-008")
def test_manager_records_it_on_the_page_and_the_office_reads_it(client, agreement, manager):
    client.force_login(manager)
    typed = {
        **{name: value for name, value in FACTS.items() if name not in {"criteria", "decided_on"}},
        "decided_on_day": "2",
        "decided_on_month": "3",
        "decided_on_year": "2026",
        "options_words": "Money passed on to districts was looked at.",
        "criteria-TOTAL_FORMS": "6",
        "criteria-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(CRITERIA):
        typed |= {f"criteria-{number}-{name}": value for name, value in row.items()}

    client.post(reverse("contracts:award-record", args=[agreement.reference]), typed)

    award = Award.objects.get()
    assert (award.criteria, award.total_score, award.decided_on) == (CRITERIA, 76, DECIDED)
    client.force_login(UserFactory(role=Role.AUDITOR))
    page = client.get(reverse("contracts:award", args=[agreement.reference])).content.decode()
    assert "The second best price" in page
    assert "Scheme of delegation 4.2" in page
    assert "76%" in page
    assert "Money passed on to districts" in page


@pytest.mark.requirement("R-071")
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"criteria": []}, "Give the criteria"),
        ({"criteria": CRITERIA[:1]}, "make 60%"),
        ({"criteria": [CRITERIA[0], {**CRITERIA[1], "name": "how it helps PEOPLE"}]}, "the same name"),
        ({"how": "DIRECT"}, "other ways"),
        ({"authority": " "}, "Name the delegation"),
        ({"decided_by": " "}, "Say which post decided"),
        ({"decided_on": date(2026, 9, 17)}, "still to come"),
        ({"letters_sent_on": date(2026, 3, 1)}, "before it was decided"),
        ({"letters_sent_on": date(2026, 9, 17)}, "cannot have gone out"),
        ({"seen_number": 1}, "recorded it meanwhile"),
    ],
)
def test_what_cannot_be_answered_for_is_refused_in_words(agreement, facts, words):
    with pytest.raises(AwardRefused, match=words):
        recorded(agreement, **facts)

    assert not Award.objects.exists()


def test_what_is_refused_is_not_lost(client, agreement, manager):
    client.force_login(manager)
    typed = {
        "how": "OPEN",
        "value_words": "Far the best plan.",
        "criteria-TOTAL_FORMS": "6",
        "criteria-INITIAL_FORMS": "0",
        "criteria-0-name": "Price",
        "criteria-0-weight": "much",
        "seen_number": "0",
    }

    page = client.post(reverse("contracts:award-record", args=[agreement.reference]), typed).content.decode()

    assert "Far the best plan." in page
    assert 'value="much"' in page
    assert "Choose whose decision it was" in page


@pytest.mark.requirement("R-138")
def test_direct_award_says_which_other_ways_were_looked_at_and_has_no_criteria(agreement):
    award = recorded(agreement, how="DIRECT", options_words="One for the whole area; money passed on to districts.")

    assert (award.criteria, award.bids_received) == ([], None)


def test_a_record_is_never_changed_and_the_latest_holds(agreement):
    first = recorded(agreement)
    second = recorded(agreement, seen_number=1, decided_as="COMMISSIONER", authority="", decided_by="")

    assert [one.number for one in (first, second)] == [1, 2]
    assert [*Award.objects.holding()] == [second]
    assert str(second) == "Open competition, decided by the Commissioner"


@pytest.mark.requirement("R-008", "R-071")
def test_public_reads_who_decided_by_which_authority_and_nothing_of_the_office_s_own(client, agreement):
    agreement.activity.published_at = NOW
    agreement.activity.save()
    recorded(agreement, tender_reference="T-99", moderated="Three assessors", options_words="Districts were looked at.")

    page = client.get(agreement.get_register_url()).content.decode()

    assert "Open competition, with 4 offers" in page
    assert "Head of Commissioning, an officer’s decision for the Commissioner (Scheme of delegation 4.2)" in page
    assert "How it helps people: 60% of the score" in page
    for own in ("second best price", "T-99", "Three assessors", "Districts were looked at", "80%"):
        assert own not in page


@pytest.mark.threat("A08")
def test_provider_finds_nothing_of_it(client, agreement):
    recorded(agreement)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=agreement.provider))

    assert client.get(reverse("contracts:award", args=[agreement.reference])).status_code == 404
    assert "was chosen" not in client.get(agreement.get_absolute_url()).content.decode()
