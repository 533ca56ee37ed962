"""The library of measures: shipped, written, approved by another, taken by agreements, version after version."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from contracts.domain.agreements import AgreementRefused, change_indicator
from contracts.domain.library import (
    LibraryRefused,
    approve_version,
    content_of,
    load_shipped,
    take_measures,
    take_newer,
    write_version,
)
from contracts.domain.library_pages import published_together
from contracts.domain.publishing import publish_ratings
from contracts.models.measure import Measure, MeasureVersion
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import (
    AgreementFactory,
    FigureFactory,
    KpiReturnFactory,
    MeasureVersionFactory,
)
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return UserFactory(role=Role.CONTRACT_MANAGER)


@pytest.fixture
def approver():
    return UserFactory(role=Role.MANAGEMENT)


@pytest.mark.requirement("R-012")
def test_every_office_has_the_three_worked_sets_and_loading_again_changes_nothing():
    call_command("load_measures", verbosity=0)
    call_command("load_measures", verbosity=0)

    codes = set(MeasureVersion.objects.approved().values_list("measure__code", flat=True))
    assert codes == {f"V{n}" for n in range(1, 13)} | {f"Y{n}" for n in range(1, 12)} | {f"F{n}" for n in range(1, 10)}
    assert Measure.objects.count() == MeasureVersion.objects.count() == 32
    assert LogEntry.objects.filter(action="measure.shipped").count() == 1


def test_shipped_measures_leave_what_an_office_has_written_alone(writer):
    write_version(collection="Support for victims", code="V1", actor=writer, at=NOW, **content())

    entered = load_shipped(at=NOW)

    assert len(entered) == 31
    assert Measure.objects.get(code="V1").versions.get().name == "Feeling safer at the end"


def content(**changed):
    return content_of(MeasureVersionFactory.build(measure=None, written_by=None, approved_by=None)) | changed


@pytest.mark.requirement("R-012")
def test_version_is_written_by_one_and_approved_by_another(writer, approver):
    version = write_version(collection="Youth diversion", code="Y20", actor=writer, at=NOW, **content())

    approved = approve_version(version=version, seen_at=NOW, actor=approver, at=NOW)

    assert (approved.number, approved.written_by, approved.approved_by) == (1, writer, approver)


def test_version_is_not_approved_by_who_wrote_it_nor_by_who_may_not_nor_unread(writer, approver):
    both = UserFactory(role=Role.CONTRACT_MANAGER)
    version = write_version(collection="Youth diversion", code="Y20", actor=writer, at=NOW, **content())
    version.written_by = approver
    version.save()

    for person, seen, words in (
        (approver, NOW, "somebody else"),
        (both, NOW, "Management Team"),
        (UserFactory(role=Role.MANAGEMENT), NOW.replace(year=2020), "written again"),
    ):
        with pytest.raises(LibraryRefused, match=words):
            approve_version(version=version, seen_at=seen, actor=person, at=NOW)


@pytest.mark.requirement("R-012", "R-013")
def test_approved_version_is_frozen_and_a_change_is_the_next_with_a_note(writer):
    first = MeasureVersionFactory()

    with pytest.raises(LibraryRefused, match="what is new"):
        write_version(measure=first.measure, actor=writer, at=NOW, **content(name="Feeling safer"))
    second = write_version(measure=first.measure, note="A shorter name.", actor=writer, at=NOW, **content(name="Safer"))
    again = write_version(measure=first.measure, note="Shorter.", actor=writer, at=NOW, **content(name="Feel safer"))

    first.refresh_from_db()
    assert (first.name, again.pk, again.number, again.name) == ("Feeling safer at the end", second.pk, 2, "Feel safer")


@pytest.mark.requirement("R-012", "R-013")
def test_agreement_takes_measures_with_its_own_targets_and_later_the_newer_version(writer, approver):
    version, context = MeasureVersionFactory(), MeasureVersionFactory(is_rated=False, target=None)
    agreement = AgreementFactory(activity__contract_manager=writer)

    rated, told = take_measures(agreement=agreement, chosen={version: Decimal(80), context: None}, actor=writer, at=NOW)
    FigureFactory(kpi_return=KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1"), indicator=rated)
    draft = write_version(measure=version.measure, note="Asked once.", actor=writer, at=NOW, **content(how="Ask once."))
    approve_version(version=draft, seen_at=NOW, actor=approver, at=NOW)
    newer = take_newer(indicator=rated, actor=writer, at=NOW)

    rated.refresh_from_db()
    assert (rated.target, rated.approaching_by, told.is_rated) == (80, 5, False)
    assert (rated.how, rated.asked_until) == ("Ask at the start and at the end.", date(2026, 7, 1))
    assert (newer.how, newer.version, newer.target, newer.measure_version.number) == ("Ask once.", 2, 80, 2)


def test_meaning_of_a_library_measure_is_not_changed_in_one_agreement(writer):
    agreement = AgreementFactory(activity__contract_manager=writer)
    [indicator] = take_measures(
        agreement=agreement, chosen={MeasureVersionFactory(): Decimal(75)}, actor=writer, at=NOW
    )

    with pytest.raises(AgreementRefused, match="comes from the library"):
        change_indicator(indicator=indicator, how="Another way.", actor=writer, at=NOW)
    assert change_indicator(indicator=indicator, target=Decimal(70), weight=3, actor=writer, at=NOW).weight == 3


def test_draft_is_taken_by_nobody(writer):
    agreement = AgreementFactory(activity__contract_manager=writer)

    with pytest.raises(LibraryRefused, match="not approved yet"):
        take_measures(
            agreement=agreement, chosen={MeasureVersionFactory(draft=True): Decimal(75)}, actor=writer, at=NOW
        )


@pytest.mark.requirement("R-012")
def test_pages_lead_from_choosing_over_the_library_to_the_measure_and_its_users(client, writer):
    load_shipped(at=NOW)
    agreement = AgreementFactory(activity__contract_manager=writer, draft=True)
    v5, v11 = (MeasureVersion.objects.get(measure__code=code) for code in ("V5", "V11"))
    client.force_login(writer)

    page = client.get(f"/agreements/{agreement.reference}/measures/choose/").content.decode()
    refused = client.post(
        f"/agreements/{agreement.reference}/measures/choose/", {f"take_{v11.pk}": "on", f"target_{v11.pk}": ""}
    )
    chosen = client.post(
        f"/agreements/{agreement.reference}/measures/choose/",
        {f"take_{v5.pk}": "on", f"target_{v5.pk}": "70", f"take_{v11.pk}": "on", f"target_{v11.pk}": "420"},
    )
    listed = client.get("/measures/?collection=Support for victims&measure_type=OUTCOME").content.decode()
    shown = client.get(v5.measure.get_absolute_url()).content.decode()
    file = b"".join(client.get("/measures.csv").streaming_content).decode()

    assert "Feeling safer or better able to cope at the end" in page
    assert "Enter the target for V11" in refused.content.decode()
    assert chosen.status_code == 302
    assert set(agreement.indicators.values_list("code", "target")) == {("V5", 70), ("V11", 420)}
    assert "3 measures" in listed
    assert agreement.title in shown
    assert file.count("\r\n") == 33


def test_written_on_the_page_then_approved_on_the_page(client, writer, approver):
    client.force_login(writer)
    typed = {
        "collection": "Youth diversion", "code": "Y30", "name": "Days to a plan", "kind": "DAYS", "decimals": "0",
        "direction": "DOWN", "aggregation": "NONE", "is_rated": "yes", "minimum_n": "0",
        "target": "10", "approaching_by": "3", "improvement_by": "7", "breakdowns": "Age band\nDistrict",
    }  # fmt: skip

    form = client.get("/measures/new/").content.decode()
    assert "unique in this set" in form
    assert "unique in this agreement" not in form
    client.post("/measures/new/", typed)
    version = MeasureVersion.objects.get(measure__code="Y30")
    waiting = client.get("/measures/").content.decode()
    client.force_login(approver)
    address = f"/measures/{version.measure_id}/approve/"
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {"seen": seen})

    version.refresh_from_db()
    assert "Together 54.3%." in form, "the worked example is the engine's"
    assert "1 waits for the Management Team" in waiting
    assert (version.breakdowns, version.approved_by) == (["Age band", "District"], approver)


@pytest.mark.parametrize("measures", [1, 3])
def test_library_costs_the_same_however_long(client, writer, measures, django_assert_num_queries):
    for _ in range(measures):
        MeasureVersionFactory()
    client.force_login(writer)
    client.get("/measures/")

    with django_assert_num_queries(6):
        page = client.get("/measures/").content.decode()

    assert page.count("Nobody yet") == measures


@pytest.mark.requirement("R-009")
def test_services_that_published_by_one_version_are_read_together_as_ratio_of_sums(writer):
    version = MeasureVersionFactory()
    for numerator, denominator in ((20, 25), (30, 60)):
        agreement = AgreementFactory(activity__contract_manager=writer)
        [indicator] = take_measures(agreement=agreement, chosen={version: Decimal(75)}, actor=writer, at=NOW)
        accepted = KpiReturnFactory(agreement=agreement, accepted=True)
        FigureFactory(kpi_return=accepted, indicator=indicator, numerator=numerator, denominator=denominator)
        publish_ratings(kpi_return=accepted, words=[], actor=UserFactory(role=Role.MANAGEMENT), at=NOW)

    together = published_together(version.measure)

    assert (len(together.lines), together.total, together.label) == (2, "59%", "April to June 2026")
