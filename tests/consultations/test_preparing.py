"""Whom the law names, who may be at risk, when people are away, elections, and ways to answer."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import elections, preparing, readiness, seasons, statutory, ways
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import AskedGroup, Channel, StatutoryKind
from consultations.models import Asked, Consultation, ElectionPeriod, Way
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import ConsultationFactory, signed_off
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return UserFactory(role=Role.INVOLVEMENT)


def lines_of(draft, at=NOW):
    checks = readiness.checks_before_opening(consultation=draft, at=at)
    return {check.name: check for check in checks}


# Whom the law names


@pytest.mark.parametrize(
    ("kind", "groups", "words"),
    [
        ("PRECEPT", ["PUBLIC"], "Precept and spending proposals: the law asks for ratepayers’ representatives, too."),
        (
            "POLICE_AND_CRIME_PLAN",
            ["PUBLIC"],
            "Police and crime plan: the law asks for victims and survivors of crime, too.",
        ),
        ("VICTIM_SUPPORT_STRATEGY", ["VICTIMS", "PROVIDERS"], "All are declared."),
        (
            "RISK_MANAGEMENT_PLAN",
            ["PUBLIC"],
            "Community risk management plan: the law asks for police, fire, councils and other partners and staff and"
            " those who represent them, too.",
        ),
    ],
)
def test_kind_that_the_law_names_demands_its_groups(kind, groups, words):
    draft = ConsultationFactory(statutory_kind=kind, groups=groups, sensitive=True, support_contacts="0808")

    check = lines_of(draft)["Everybody whom the law names is asked"]

    assert (check.met, check.must, check.detail) == (words == "All are declared.", True, words)


def test_every_statutory_kind_has_its_row():
    assert set(statutory.COMPULSORY) == set(StatutoryKind)
    assert all(statutory.groups_missing(kind, AskedGroup.values) == [] for kind in StatutoryKind)


# Who may be at risk


@pytest.mark.threat("P13")
def test_asking_victims_makes_it_quiet_by_itself(writer):
    draft = ConsultationFactory(groups=["PUBLIC"], slug="a-telling-title")

    changed = preparing.change_consultation(
        consultation=draft, changes={"groups": ["PUBLIC", "VICTIMS"]}, actor=writer, at=NOW
    )

    assert (changed.sensitive, changed.slug) == (True, changed.reference.lower())
    assert set(Asked.objects.values_list("group", flat=True)) == {"PUBLIC", "VICTIMS"}


def test_doing_without_quiet_for_victims_needs_a_reason(writer):
    draft = ConsultationFactory(groups=["VICTIMS"], sensitive=True)
    loud = {"sensitive": False, "sensitive_reason": ""}

    with pytest.raises(ConsultationRefused, match="Say why they do not need the exit button") as refusal:
        preparing.change_consultation(consultation=draft, changes=loud, actor=writer, at=NOW)
    changed = preparing.change_consultation(
        consultation=draft, changes={**loud, "sensitive_reason": "Victims of shop theft only."}, actor=writer, at=NOW
    )

    assert refusal.value.field == "sensitive_reason"
    assert changed.sensitive is False


def test_quiet_one_names_whom_people_can_turn_to(settings):
    settings.SUPPORT_PHONE = ""

    checks = [
        lines_of(ConsultationFactory(sensitive=True, support_contacts=words))["Whom people can turn to is said"].met
        for words in ("", "Call 0808 1 68 9111")
    ]

    assert checks == [False, True]


# When people are away


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)), (2028, date(2028, 4, 16)), (2038, date(2038, 4, 25))],
)
def test_easter_is_when_it_is(year, easter):
    assert seasons.easter_sunday(year) == easter


@given(st.integers(1900, 2200))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    easter = seasons.easter_sunday(year)

    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("first", "last", "warnings"),
    [
        (date(2026, 9, 7), date(2026, 10, 16), []),
        (date(2026, 7, 20), date(2026, 8, 1), ["1 of its days fall in August, when many people are away."]),
        (
            date(2026, 12, 1),
            date(2026, 12, 24),
            ["5 of its days fall in the Christmas holidays."],
        ),
        (
            date(2027, 1, 3),
            date(2027, 1, 30),
            ["1 of its days fall in the Christmas holidays."],
        ),
        (
            date(2027, 3, 1),
            date(2027, 3, 31),
            ["4 of its days fall in the Easter weekend.", "2 weekdays are bank holidays."],
        ),
    ],
)
def test_warnings_name_the_season_and_the_days(first, last, warnings):
    assert seasons.warnings_between(first, last) == warnings


# Elections


@pytest.fixture
def local_elections():
    return ElectionPeriod.objects.create(
        name="Local elections 2027", starts_on=date(2027, 3, 23), polling_on=date(2027, 5, 6)
    )


def uk_noon(*day):
    return datetime(*day, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("launched", "opens", "inside"),
    [
        (uk_noon(2027, 3, 22), uk_noon(2027, 3, 22), False),
        (uk_noon(2027, 3, 23), uk_noon(2027, 6, 1), True),
        (uk_noon(2027, 3, 1), uk_noon(2027, 5, 6), True),
        (uk_noon(2027, 3, 1), uk_noon(2027, 5, 7), False),
        (uk_noon(2027, 5, 7), uk_noon(2027, 5, 7), False),
    ],
)
def test_launch_inside_a_period_is_refused_from_its_first_day_to_polling_day(local_elections, launched, opens, inside):
    draft = ConsultationFactory(opens_at=opens, closes_at=opens + timedelta(days=60))

    check = lines_of(draft, at=launched)["It is not launched in a pre-election period"]

    assert (check.met, check.must) == (not inside, True)


def test_running_into_a_period_is_a_warning(local_elections):
    draft = ConsultationFactory(opens_at=uk_noon(2027, 3, 1), closes_at=uk_noon(2027, 4, 15))

    check = lines_of(draft, at=uk_noon(2027, 2, 1))["No election falls into it"]

    assert (check.must, check.detail[:48]) == (False, "Local elections 2027 runs until Thursday 6 May 2")


def test_management_allows_it_by_name_and_the_signature_stays(local_elections, writer):
    draft = ConsultationFactory(opens_at=uk_noon(2027, 4, 1), closes_at=uk_noon(2027, 6, 1))
    signed_off(draft)
    management = UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo")

    with pytest.raises(ConsultationRefused, match="Only the Management Team"):
        elections.override(consultation=draft, reason="A court asks for it.", actor=writer, at=NOW)
    with pytest.raises(ConsultationRefused, match="Say why it cannot wait"):
        elections.override(consultation=draft, reason=" ", actor=management, at=NOW)
    allowed = elections.override(consultation=draft, reason="A court asks for it.", actor=management, at=NOW)

    check = lines_of(allowed, at=uk_noon(2027, 4, 1))["It is not launched in a pre-election period"]
    assert check.met
    assert check.detail.endswith("Gwen Adebayo of the Management Team allows it: A court asks for it.")
    assert draft.sign_offs.get().voided_at is None
    assert LogEntry.objects.get().action == "consultation.election_overridden"


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_office_keeps_the_calendar_of_elections(client, local_elections):
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    address = reverse("consultations:manage-elections")
    first, polling = date(2028, 3, 27), date(2028, 5, 4)

    wrong = client.post(address, {"name": "By-election", **boxes("starts_on", polling), **boxes("polling_on", first)})
    taken = client.post(
        address, {"name": "Local elections 2027", **boxes("starts_on", first), **boxes("polling_on", polling)}
    )
    client.post(address, {"name": "Local elections 2028", **boxes("starts_on", first), **boxes("polling_on", polling)})
    client.post(reverse("consultations:manage-election-remove", args=[local_elections.pk]))

    assert list(wrong.context["form"].errors) == ["polling_on"]
    assert list(taken.context["form"].errors) == ["name"]
    assert [str(period) for period in ElectionPeriod.objects.all()] == ["Local elections 2028"]
    assert list(LogEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "election.added",
        "election.removed",
    ]


# Ways to answer


@pytest.mark.requirement("R-150")
def test_ways_are_added_changed_removed_and_shown_to_people_while_they_can_use_them(client, writer):
    draft = ConsultationFactory()
    client.force_login(writer)
    base = f"/engagement/consultations/{draft.reference}/ways/"
    event = {"channel": "EVENT", "words": "Talk to us", "contact": "Millgate Library", "starts_time": "14:00"}

    with time_machine.travel(NOW, tick=False):
        undated = client.post(f"{base}add/", event)
        client.post(f"{base}add/", {**event, **boxes("starts_on", date(2026, 10, 1)), "ends_time": "16:00"})
        client.post(f"{base}add/", {"channel": "PHONE", "words": "Call us", "contact": "01632 960 144"})
        library, phone = Way.objects.order_by("pk")
        backwards = {**event, **boxes("starts_on", date(2026, 10, 1)), "ends_time": "13:00"}
        refused = client.post(f"{base}{library.pk}/", backwards)
        client.post(f"{base}{phone.pk}/", {"channel": "PHONE", "words": "Call us free", "contact": "01632 960 144"})
        shown = " ".join(client.get(base).content.decode().split())
        client.post(f"{base}{library.pk}/remove/")

    assert list(undated.context["form"].errors) == ["starts_on"]
    assert list(refused.context["form"].errors) == ["ends_time"]
    assert "Thursday 1 October 2026, 2pm to 4pm" in shown
    assert list(Way.objects.values_list("channel", "words")) == [(Channel.PHONE, "Call us free")]
    assert draft.written_by.get() == writer


def test_ways_of_what_is_public_stay(writer):
    consultation = ConsultationFactory(open=True)
    way = Way.objects.create(consultation=consultation, channel="PHONE", words="Call", contact="1")

    with pytest.raises(ConsultationRefused, match="This is public now"):
        ways.remove_way(consultation=consultation, way=way, actor=writer, at=NOW)


@pytest.mark.threat("A08")
def test_way_of_another_consultation_is_not_there(client, writer):
    own, other = ConsultationFactory(), ConsultationFactory()
    way = Way.objects.create(consultation=other, channel="PHONE", words="Call", contact="1")
    client.force_login(writer)

    replies = [
        client.get(reverse("consultations:manage-way-edit", args=[own.reference, way.pk])),
        client.post(reverse("consultations:manage-way-remove", args=[own.reference, way.pk])),
    ]

    assert [reply.status_code for reply in replies] == [404, 404]
    assert Way.objects.exists()


@pytest.mark.threat("C04")
def test_two_who_write_different_parts_do_not_disturb_each_other(client, writer):
    draft = ConsultationFactory()
    client.force_login(writer)
    address = reverse("consultations:manage-safety", args=[draft.reference])
    seen = client.get(address).context["form"]["seen"].value()
    preparing.change_consultation(consultation=draft, changes={"summary": "Meanwhile."}, actor=writer, at=NOW)

    client.post(address, {"sensitive": "yes", "support_contacts": "Call 0808", "seen": seen})
    again = client.post(address, {"sensitive": "no", "seen": seen})

    kept = Consultation.objects.get()
    assert (kept.summary, kept.sensitive, kept.support_contacts) == ("Meanwhile.", True, "Call 0808")
    assert "Somebody else changed this draft" in again.context["form"].errors["__all__"][0]


def test_create_takes_no_word_that_a_consultation_does_not_have(writer):
    draft = ConsultationFactory()

    with pytest.raises(ValueError, match="has no published_at to change"):
        preparing.create_consultation(
            activity=ActivityFactory(),
            questionnaire=draft.questionnaire,
            title="New",
            summary="New",
            audience="All",
            opens_at=draft.opens_at,
            closes_at=draft.closes_at,
            published_at=NOW,
            actor=writer,
            at=NOW,
        )
