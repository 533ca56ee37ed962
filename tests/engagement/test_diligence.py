"""Due diligence: what was checked and until when, and renewed documents that a provider sends."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.domain.attention import matters_for
from engagement.domain.diligence import CheckRefused, record_check, send_document, settle_document, standings_of
from engagement.enums import CheckKind, Role, SentState
from engagement.models import Check, Delivery, LogEntry, SentDocument
from tests.factories.contracts import AgreementFactory, IndicatorFactory
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    CheckFactory,
    EngagedPartyFactory,
    OrganisationFactory,
    SentDocumentFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-147")]
TODAY, DAY = NOW.date(), timedelta(days=1)
INSURANCE = CheckKind.PUBLIC_LIABILITY


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def brightway():
    return OrganisationFactory(name="Brightway")


@pytest.fixture
def manager():
    return UserFactory(role=Role.CONTRACT_MANAGER)


def address(name, *arguments):
    return reverse(f"engagement:{name}", args=arguments)


def day(prefix, given):
    return {f"{prefix}_day": given.day, f"{prefix}_month": given.month, f"{prefix}_year": given.year}


def code_of(organisation, kind=INSURANCE):
    return next(one.code for one in standings_of(organisation, on=TODAY) if one.kind == kind)


@pytest.mark.parametrize(
    ("traits", "code"),
    [
        ({}, "CHECK_IN_ORDER"),
        ({"due_on": None}, "CHECK_IN_ORDER"),
        ({"due_on": TODAY + 61 * DAY}, "CHECK_IN_ORDER"),
        ({"due_on": TODAY + 60 * DAY}, "CHECK_SOON"),
        ({"due_on": TODAY}, "CHECK_SOON"),
        ({"due_on": TODAY - DAY}, "CHECK_EXPIRED"),
        ({"outcome": "CONDITIONS", "words": "Pay."}, "CHECK_CONDITIONS"),
        ({"outcome": "UNSATISFACTORY", "words": "Lapsed.", "due_on": TODAY - DAY}, "CHECK_UNSATISFACTORY"),
    ],
)
def test_how_a_check_stands(brightway, traits, code):
    CheckFactory(organisation=brightway, **traits)

    assert code_of(brightway) == code
    assert code_of(brightway, CheckKind.DBS) == "CHECK_MISSING"


def test_check_is_recorded_with_its_paper_and_the_older_stays(client, manager, brightway):
    older = CheckFactory(organisation=brightway, due_on=TODAY - DAY)
    client.force_login(manager)

    reply = client.post(
        address("check-record", "brightway", "public-liability"),
        {
            **day("done_on", TODAY),
            "done_by": "Finance",
            "outcome": "CONDITIONS",
            "words": "Two million by May.",
            **day("due_on", TODAY + 365 * DAY),
            "file": SimpleUploadedFile("certificate.pdf", b"%PDF-1.7"),
        },
    )
    page = client.get(reply.url).content.decode()

    newer = Check.objects.exclude(pk=older.pk).get()
    assert (newer.done_by, newer.outcome, newer.recorded_by) == ("Finance", "CONDITIONS", manager)
    assert [words in page for words in ("Two million by May.", "certificate.pdf", "certificate.txt")] == [True] * 3
    assert LogEntry.objects.get(action="check.recorded").data["due_on"] == "2027-09-16"
    file = client.get(address("check-file", "brightway", newer.pk))
    assert (file.content, file["Content-Disposition"]) == (b"%PDF-1.7", 'attachment; filename="certificate.pdf"')
    assert file["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"done_on": TODAY + DAY}, "done_on"),
        ({"due_on": TODAY - DAY}, "due_on"),
        ({"outcome": "UNSATISFACTORY"}, "words"),
        ({"file_name": "tool.exe", "content": b"MZ"}, "file"),
        ({"file_name": "certificate.pdf", "content": b"MZ"}, "file"),
        ({"file_name": "certificate.pdf", "content": b""}, "file"),
    ],
)
@pytest.mark.threat("W06")
def test_check_that_cannot_be_is_refused_beside_its_box(manager, brightway, given, field):
    usual = {"done_on": TODAY, "done_by": "Finance", "outcome": "SATISFACTORY", "kind": INSURANCE}

    with pytest.raises(CheckRefused) as refusal:
        record_check(organisation=brightway, actor=manager, at=NOW, **{**usual, **given})

    assert refusal.value.field == field


def test_provider_sends_a_renewed_document_and_the_office_accepts_it(client, manager, brightway):
    CheckFactory(organisation=brightway, due_on=TODAY + 20 * DAY)
    preparer = UserFactory(role=Role.PREPARER, organisation=brightway)
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(represented=True, activity=activity, organisation=brightway)
    client.force_login(preparer)

    client.post(
        address("document-send", "brightway", "public-liability"),
        {"file": SimpleUploadedFile("renewed.pdf", b"%PDF-1.7"), **day("expires_on", TODAY + 400 * DAY), "note": ""},
    )
    own = client.get(brightway.get_absolute_url()).content.decode()
    document = SentDocument.objects.defer("content").get()
    told = list(Delivery.objects.values_list("address", flat=True))
    client.force_login(manager)
    client.post(document.get_absolute_url(), {"decision": "SATISFACTORY", "words": ""})

    assert ("Waits for the office" in own, "renewed.pdf" in own) == (True, True)
    assert told == [activity.contract_manager.email]
    check = Check.objects.latest("pk")
    assert (bytes(check.content), check.due_on, check.recorded_by) == (b"%PDF-1.7", TODAY + 400 * DAY, manager)
    assert code_of(brightway) == "CHECK_IN_ORDER"
    assert Delivery.objects.filter(address=preparer.email).count() == 1


def test_document_is_returned_with_a_reason_that_the_provider_reads(client, manager, brightway):
    document = SentDocumentFactory(organisation=brightway)
    client.force_login(manager)

    without = client.post(document.get_absolute_url(), {"decision": "RETURN", "words": ""}).content.decode()
    client.post(document.get_absolute_url(), {"decision": "RETURN", "words": "It is last year’s."})
    late = client.post(document.get_absolute_url(), {"decision": "SATISFACTORY"}).content.decode()
    client.force_login(document.sent_by)

    assert "Say why it is returned" in without
    assert "Somebody was faster: it is returned" in late
    assert "It is last year’s." in client.get(brightway.get_absolute_url()).content.decode()
    assert not Check.objects.exists()


def test_newer_document_replaces_the_one_that_waits(brightway):
    first = SentDocumentFactory(organisation=brightway)
    fields = {"kind": INSURANCE, "file_name": "new.txt", "content": b"New", "expires_on": TODAY + DAY, "note": ""}

    send_document(organisation=brightway, actor=first.sent_by, at=NOW, **fields)

    assert list(SentDocument.objects.order_by("pk").values_list("state", flat=True)) == ["REPLACED", "WAITING"]
    with pytest.raises(CheckRefused, match="replaced by a newer one"):
        settle_document(document=first, accept=True, words="", actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": CheckKind.DEBARMENT}, "looks this up itself"),
        ({"expires_on": TODAY - DAY}, "has run out already"),
        ({"content": b"MZ", "file_name": "renewed.pdf"}, "something else inside"),
    ],
)
@pytest.mark.threat("W06")
def test_document_that_cannot_be_is_refused(brightway, given, why):
    preparer = UserFactory(role=Role.PREPARER, organisation=brightway)
    usual = {"kind": INSURANCE, "file_name": "a.txt", "content": b"A", "expires_on": TODAY, "note": ""}

    with pytest.raises(CheckRefused, match=why):
        send_document(organisation=brightway, actor=preparer, at=NOW, **{**usual, **given})


@pytest.mark.threat("A08")
def test_provider_reads_nothing_that_the_office_wrote_of_it_or_another_sent(client, brightway):
    check = CheckFactory(organisation=brightway, words="We doubt it.")
    document = SentDocumentFactory(organisation=brightway)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=brightway))

    page = client.get(brightway.get_absolute_url()).content.decode()
    own = client.get(address("sent-file", "brightway", document.pk))
    theirs = client.get(address("check-file", "brightway", check.pk))
    client.force_login(UserFactory(role=Role.CERTIFIER))
    stranger = client.get(address("sent-file", "brightway", document.pk))

    assert ("We doubt it." in page, "Debarment" in page) == (False, False)
    assert [reply.status_code for reply in (own, theirs, stranger)] == [200, 404, 404]
    with pytest.raises(CheckRefused):
        settle_document(document=document, accept=True, words="", actor=document.sent_by, at=NOW)
    assert SentDocument.objects.get().state == SentState.WAITING


def test_what_runs_out_stands_where_contract_managers_look(client):
    agreement = AgreementFactory(provider=OrganisationFactory(name="Brightway"))
    AgreementFactory(provider=agreement.provider, activity=agreement.activity)
    CheckFactory(organisation=agreement.provider, due_on=TODAY - DAY)
    CheckFactory(organisation=agreement.provider, kind="DBS", due_on=TODAY + 40 * DAY)
    CheckFactory(organisation=agreement.provider, kind="ACCOUNTS", due_on=date(2028, 1, 1))
    SentDocumentFactory(organisation=agreement.provider)
    client.force_login(agreement.activity.contract_manager)

    text = client.get(reverse("contracts:attention-csv")).getvalue().decode()

    assert [text.count(words) for words in ("Check has run out", "Check runs out", "Document to check")] == [1, 1, 1]
    [matter] = [one for one in matters_for(UserFactory(role=Role.AUDITOR), at=NOW) if one.kind == "Document to check"]
    client.force_login(UserFactory(role=Role.AUDITOR))
    assert client.get(matter.url).status_code == 200
    assert "Public liability insurance of Brightway: held until Tuesday 15 September 2026" in text


def test_signing_page_says_what_is_missing_and_does_not_hinder(client):
    agreement = AgreementFactory(draft=True)
    IndicatorFactory(agreement=agreement)
    CheckFactory(organisation=agreement.provider, due_on=TODAY - DAY)
    client.force_login(agreement.activity.contract_manager)
    sign = reverse("contracts:agreement-sign", args=[agreement.reference])

    page = client.get(sign).content.decode()

    assert "Held until Tuesday 15 September 2026" in page
    assert page.count("Never recorded") == len(CheckKind) - 1
    for kind in CheckKind:
        CheckFactory(organisation=agreement.provider, kind=kind)
    assert "Every check is in order" in client.get(sign).content.decode()
