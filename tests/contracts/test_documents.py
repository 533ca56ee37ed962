"""Documents of an agreement: their versions, who reads them, and when they run out."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.domain import attention, documents
from contracts.domain.documents import DocumentRefused, add_document, add_version, share_document
from contracts.models import AgreementDocument, DocumentVersion
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import AgreementFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
PDF = b"%PDF-1.7 what was agreed"


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


def keep(agreement, **facts):
    given = {
        "kind": "AGREEMENT",
        "title": "Signed contract",
        "file_name": "contract.pdf",
        "content": PDF,
        "shared": True,
    }
    return add_document(agreement=agreement, actor=agreement.activity.contract_manager, at=NOW, **{**given, **facts})


def file_of(document, version=1):
    return reverse("contracts:document-file", args=[document.agreement.reference, document.number, version])


def test_every_version_is_kept_with_its_hash(agreement, manager):
    document = keep(agreement)
    newer = PDF + b", and changed"

    add_version(document=document, seen=1, file_name="second.pdf", content=newer, actor=manager, at=NOW)

    [kept] = documents.kept_for(agreement, manager, at=NOW)
    assert [(one.number, one.sha256, one.size) for one in kept.versions] == [
        (2, hashlib.sha256(newer).hexdigest(), len(newer)),
        (1, hashlib.sha256(PDF).hexdigest(), len(PDF)),
    ]
    with pytest.raises(DocumentRefused, match="a newer version meanwhile"):
        add_version(document=document, seen=1, file_name="x.pdf", content=PDF, actor=manager, at=NOW)


@pytest.mark.threat("X01")
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "ends in one of"),
        ("a.html", b"<script>", "ends in one of"),
        ("a.pdf", b"MZ not a document", "something else inside"),
        ("a.docx", b"%PDF-1.7", "something else inside"),
        ("a.pdf", b"", "not empty"),
        ("a.pdf", b"%PDF-" + b"x" * (10 * 2**20), "at most 10 MB"),
    ],
)
def test_file_that_is_not_taken_is_refused_and_nothing_is_kept(agreement, name, content, why):
    with pytest.raises(DocumentRefused, match=why):
        keep(agreement, file_name=name, content=content)

    assert not AgreementDocument.objects.exists()


@pytest.mark.requirement("R-152")
def test_who_reads_it_is_said_with_the_reason_and_logged_without_words(agreement, manager):
    with pytest.raises(DocumentRefused, match="why the provider does not read it"):
        keep(agreement, shared=False, withheld_because=" ")
    document = keep(agreement, title="Scores of bidders", shared=False, withheld_because="Other bidders.")
    share_document(document=document, shared=True, withheld_because="", actor=manager, at=NOW)

    with pytest.raises(DocumentRefused, match="Only the Contract Manager"):
        share_document(
            document=document, shared=True, withheld_because="", actor=UserFactory(role=Role.CONTRACT_MANAGER), at=NOW
        )
    assert list(LogEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "document.added",
        "document.shared",
    ]
    assert not LogEntry.objects.filter(summary__iregex="scores|bidders").exists()


@pytest.mark.threat("A02", "A07")
def test_provider_reads_what_is_shared_and_nobody_else_reads_anything(client, agreement, preparer):
    shared, private = keep(agreement), keep(agreement, shared=False, withheld_because="Ours.", title="Our view")
    client.force_login(preparer)
    own, withheld = client.get(file_of(shared)), client.get(file_of(private)).status_code
    page = client.get(reverse("contracts:documents", args=[agreement.reference])).content.decode()
    lines = client.get(reverse("contracts:documents-csv", args=[agreement.reference])).getvalue().decode().splitlines()
    client.force_login(UserFactory(role=Role.CERTIFIER))

    strangers = [client.get(file_of(one)).status_code for one in (shared, private)]

    assert (own.content, own["Content-Type"]) == (PDF, "application/pdf")
    assert own["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    assert own["Content-Security-Policy"] == "default-src 'none'"
    assert (own["X-Content-Type-Options"], own["Cache-Control"]) == ("nosniff", "private, no-store")
    assert (withheld, strangers) == (404, [404, 404])
    assert "Signed contract" in page
    assert "Our view" not in page + str(lines)
    assert len(lines) == 2


@pytest.mark.requirement("R-077")
def test_insurance_that_runs_out_needs_attention_until_a_newer_one_is_brought(agreement, manager):
    with pytest.raises(DocumentRefused, match="last day on which it holds"):
        keep(agreement, kind="INSURANCE")
    document = keep(agreement, kind="INSURANCE", title="Public liability", expires_on=TODAY - timedelta(days=1))
    keep(agreement, kind="POLICY", title="Safeguarding", expires_on=TODAY + timedelta(days=29))
    keep(agreement, kind="POLICY", title="Complaints", expires_on=TODAY + timedelta(days=30))

    def found():
        matters = attention.matters_for(manager, at=NOW)
        return [(matter.kind, matter.urgent) for matter in matters if "run" in matter.kind]

    before = found()
    later = {"expires_on": TODAY + timedelta(days=365), "content": PDF, "file_name": "new.pdf"}
    add_version(document=document, seen=1, actor=manager, at=NOW, **later)

    assert before == [("Insurance has run out", True), ("Safeguarding or other policy runs out", False)]
    assert found() == [("Safeguarding or other policy runs out", False)]


def test_manager_keeps_versions_and_shares_on_the_pages(client, agreement, manager):
    client.force_login(manager)
    page = reverse("contracts:documents", args=[agreement.reference])
    form = {"kind": "INSURANCE", "title": "Public liability", "shared": "no"}
    wrong = client.post(f"{page}new/", {**form, "file": SimpleUploadedFile("a.pdf", PDF)}).content.decode()
    form |= {"withheld_because": "Not checked yet."}
    days = {"expires_on_day": "31", "expires_on_month": "3", "expires_on_year": "2027"}
    client.post(f"{page}new/", {**form, **days, "file": SimpleUploadedFile("a.pdf", PDF)})
    client.post(f"{page}1/version/", {**days, "seen": "1", "file": SimpleUploadedFile("b.pdf", PDF)})
    hidden = client.get(page).content.decode()

    client.post(f"{page}1/share/", {"shared": "yes"})

    shown = client.get(page).content.decode()
    assert "Say why the provider does not read it" in wrong
    assert "Public liability" in wrong
    assert "Not checked yet." in hidden
    assert all(words in shown for words in ("a.pdf", "b.pdf", "Version 2", "Wednesday 31 March 2027"))
    assert "The office and the provider" in shown
    assert DocumentVersion.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(client, manager, agreement, number, django_assert_num_queries):
    for place in range(number):
        document = keep(agreement, title=f"Paper {place}")
        for seen in range(1, number):
            add_version(document=document, seen=seen, file_name="x.pdf", content=PDF, actor=manager, at=NOW)
    AgreementFactory()
    client.force_login(manager)
    client.get("/dashboard/")

    with django_assert_num_queries(8):
        client.get(reverse("contracts:documents", args=[agreement.reference]))
