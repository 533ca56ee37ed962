"""Who may do what with agreements and returns, role by role and state by state: the table, cell by cell."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from contracts import rules
from contracts.models import Agreement, KpiReturn
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

STATES = ("due", "submitted", "queried", "accepted")
ALWAYS = set(STATES)
NEVER = set()
# The people of the tests: those to whom the return is their own, the same roles elsewhere, and the rest of the office.
RETURNS = {
    # person: (reads, writes figures, declares and answers, queries, accepts, publishes)
    "own preparer": (ALWAYS, {"due", "queried"}, NEVER, NEVER, NEVER, NEVER),
    "own certifier": (ALWAYS, {"due", "queried"}, {"due", "queried"}, NEVER, NEVER, NEVER),
    "other preparer": (NEVER,) * 6,
    "other certifier": (NEVER,) * 6,
    "former certifier": (NEVER,) * 6,
    "own lead": (ALWAYS, NEVER, NEVER, NEVER, NEVER, NEVER),
    "other lead": (NEVER,) * 6,
    "own manager": (ALWAYS, NEVER, NEVER, {"submitted", "queried"}, {"submitted"}, NEVER),
    "other manager": (NEVER,) * 6,
    "INVOLVEMENT": (NEVER,) * 6,
    "MANAGEMENT": (ALWAYS, NEVER, NEVER, NEVER, NEVER, {"accepted"}),
    "COMMISSIONER": ({"accepted"}, NEVER, NEVER, NEVER, NEVER, NEVER),
    "SPECIALIST": ({"accepted"}, NEVER, NEVER, NEVER, NEVER, NEVER),
    "AUDITOR": (ALWAYS, NEVER, NEVER, NEVER, NEVER, NEVER),
    "ADMINISTRATOR": (NEVER,) * 6,
    "respondent": (NEVER,) * 6,
    "public": (NEVER,) * 6,
}
VERBS = ("visible_to", "writable_by", "submittable_by", "queryable_by", "acceptable_by", "publishable_by")
AGREEMENTS = {
    # person: (reads draft, reads live, writes)
    "own preparer": (False, True, False),
    "own certifier": (False, True, False),
    "other preparer": (False, False, False),
    "former certifier": (False, False, False),
    "own lead": (True, True, False),
    "other lead": (False, False, False),
    "own manager": (True, True, True),
    "other manager": (False, False, False),
    "INVOLVEMENT": (False, False, False),
    "MANAGEMENT": (True, True, False),
    "COMMISSIONER": (True, True, False),
    "SPECIALIST": (True, True, False),
    "AUDITOR": (True, True, False),
    "ADMINISTRATOR": (False, False, False),
    "respondent": (False, False, False),
    "public": (False, False, False),
}


def person(words, agreement):
    """The person that a row of the tables names."""
    whose, _, what = words.partition(" ")
    if words == "public":
        return AnonymousUser()
    if words == "respondent":
        return UserFactory()
    if what in {"preparer", "certifier"}:
        organisation = None if whose == "other" else agreement.provider
        until = NOW.date() if whose == "former" else None
        return UserFactory(role=Role[what.upper()], organisation=organisation, until_on=until)
    if whose == "own":
        return {"lead": agreement.activity.lead_commissioner, "manager": agreement.activity.contract_manager}[what]
    return UserFactory(role={"lead": Role.LEAD_COMMISSIONER, "manager": Role.CONTRACT_MANAGER}.get(what) or Role[words])


@pytest.mark.threat("A01", "A07")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("words", RETURNS)
def test_return_is_open_to_exactly_these(words, state):
    kpi_return = KpiReturnFactory(**({} if state == "due" else {state: True}))
    user = person(words, kpi_return.agreement)

    allowed = [getattr(KpiReturn.objects, verb)(user, at=NOW).exists() for verb in VERBS]

    assert dict(zip(VERBS, allowed, strict=True)) == {
        verb: state in states for verb, states in zip(VERBS, RETURNS[words], strict=True)
    }


@pytest.mark.threat("A01")
@pytest.mark.parametrize("words", AGREEMENTS)
def test_agreement_is_open_to_exactly_these(words):
    live = AgreementFactory()
    draft = AgreementFactory(draft=True, activity=live.activity, provider=live.provider)
    user = person(words, live)

    read = Agreement.objects.visible_to(user, at=NOW)
    written = Agreement.objects.writable_by(user, at=NOW)

    assert (
        read.filter(pk=draft.pk).exists(),
        read.filter(pk=live.pk).exists(),
        written.count() == 2,
    ) == AGREEMENTS[words]


@pytest.mark.threat("A10")
def test_right_begins_and_ends_with_the_membership():
    kpi_return = KpiReturnFactory()
    user = UserFactory(
        role=Role.PREPARER,
        organisation=kpi_return.agreement.provider,
        from_on=NOW.date(),
        until_on=NOW.date() + timedelta(days=1),
    )

    days = [KpiReturn.objects.visible_to(user, at=NOW + timedelta(days=day)).exists() for day in (-1, 0, 1)]

    assert days == [False, True, False]


def test_office_pages_are_not_the_provider_s():
    kpi_return = KpiReturnFactory(accepted=True)
    certifier = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)

    assert not KpiReturn.objects.of_office(certifier, at=NOW).exists()


def test_what_is_published_is_not_published_again(accepted_and_published):
    assert not KpiReturn.objects.publishable_by(UserFactory(role=Role.MANAGEMENT), at=NOW).exists()


@pytest.fixture
def accepted_and_published():
    kpi_return = KpiReturnFactory(accepted=True)
    kpi_return.agreement.publications.create(
        kpi_return=kpi_return, quarter=kpi_return.quarter, snapshot={}, published_at=NOW
    )


@pytest.mark.parametrize("role", Role)
def test_specialists_wait_for_published_ratings(role):
    assert rules.reads_unpublished_ratings(UserFactory(role=role), at=NOW) is (role != Role.SPECIALIST)
