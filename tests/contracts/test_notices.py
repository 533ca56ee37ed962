"""Public notices become recorded agreements, or say why not. They are what strangers wrote."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.domain.notices import Nothing, agreements_in, mended, read_releases
from contracts.models import Agreement
from engagement.domain.tabular import TableRefused
from engagement.enums import Role
from engagement.models import Activity, Organisation
from tests.factories.engagement import UserFactory

NOTICES = (Path(__file__).parents[1] / "data" / "notices.jsonl").read_bytes()


@pytest.fixture
def run(db, tmp_path):
    UserFactory(role=Role.LEAD_COMMISSIONER)

    def run(content=NOTICES, **options):
        path, out = tmp_path / "notices.jsonl", StringIO()
        path.write_bytes(content)
        call_command("import_agreements", str(path), format="ocds", mapping="notices", stdout=out, **options)
        return out.getvalue()

    return run


def test_a_notice_becomes_an_agreement_with_what_it_says_and_no_more(run):
    run()

    youth = Agreement.objects.get(source_identifier="ocds-b5fd17-aaa1/aaa1-1")
    lights = Agreement.objects.get(source_identifier="ocds-b5fd17-ccc3/ccc3-1")
    welsh = Agreement.objects.get(source_identifier="ocds-kuma6s-ddd4/ddd4-1")
    assert (youth.title, youth.value, youth.starts.text, youth.ends.text) == (
        *("Youth mentoring", Decimal("109320.50"), "2025-04-01"),
        "2026-06-30",  # its last second, said in winter time, is no day of July
    )
    assert (youth.provider.name, youth.provider.company_number) == ("Brightway Ltd", "01234567")
    assert (youth.awarding_organisation.name, youth.source_url) == ("Eastmoor Council", "https://notices.example/aaa1")
    assert youth.note.endswith("Scope:\nMentors for young people.\n- weekly sessions.\n- in modern governance")
    assert (youth.is_recorded, youth.signed_on) == (True, None)
    assert (lights.title, lights.value, lights.starts) == ("Lights", None, None)
    assert lights.provider_note == "The source names 2: One Ltd; Two Ltd"
    assert welsh.title == "Gwasanaethau i bobl ifanc: ŵyl y tân"
    assert (welsh.value, welsh.starts) == (None, None)
    assert "EUR 12,000. It is not converted." in welsh.note


def test_every_notice_without_an_agreement_says_why(run):
    said = run()

    assert "3 agreements entered" in said
    assert "6 notices without an agreement" in said
    for row, reason in {
        2: "it is a tender notice: nothing has been awarded",
        3: "a later release of the same process stands in row 4",
        7: "it would end (Wednesday 1 January 2025) before it starts (Thursday 1 January 2026)",
        8: "it has no title",
        9: "it does not say where it was published",
        10: "the award is “cancelled”",
    }.items():
        assert [line for line in said.splitlines() if line.startswith(f"Row {row} ") and reason in line], reason


def test_the_same_file_twice_changes_nothing_and_what_differs_is_said(run):
    run()
    before = list(Agreement.objects.order_by("pk").values_list())

    again = run()
    changed = run(NOTICES.replace(b"109320.5", b"109321"))

    assert list(Agreement.objects.order_by("pk").values_list()) == before
    assert "3 agreements held already" in again
    assert "now has another value. What is held stays." in changed


def test_dry_run_keeps_nothing(run):
    said = run(dry_run=True)

    assert (Agreement.objects.count(), Organisation.objects.filter(name="Brightway Ltd").count()) == (0, 0)
    assert "This was a dry run: nothing was kept." in said


@pytest.mark.threat("X01")
def test_what_strangers_wrote_is_shown_as_text(run, client):
    run()
    Activity.objects.update(published_at="2026-01-01T00:00:00Z", created_at="2025-12-01T00:00:00Z")

    file = b"".join(client.get("/register.csv").streaming_content).decode()

    assert "\"'=HYPERLINK(" in file
    assert "javascript:" not in file


@pytest.mark.threat("K01")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"title,kind\nA,GRANT\n",
        b'{"ocid": "a", "value": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"releases": [{"id": "without ocid"}]}',
        b'{"releases": "none"}',
        b"[1, 2]",
        b'{"ocid": "ocds-1"}\nnot json',
    ],
    ids=["nothing", "CSV", "NaN", "no UTF-8", "nested", "no ocid", "no list", "numbers", "a bad line"],
)
def test_a_file_that_is_not_releases_is_refused_whole(run, content):
    with pytest.raises(CommandError, match="was not taken, and nothing was kept"):
        run(content)

    assert Agreement.objects.count() == 0


def test_a_package_and_a_list_are_read_as_lines_are():
    releases = [json.loads(line) for line in NOTICES.splitlines() if line]

    as_package = read_releases(json.dumps({"uri": "https://a.example", "releases": releases}).encode())
    as_list = read_releases(json.dumps(releases).encode())

    assert as_package == as_list
    assert len(as_list) == 9


def test_lines_of_an_unknown_fund_are_not_guessed(db, tmp_path):
    path = tmp_path / "notices.jsonl"
    path.write_bytes(NOTICES)

    with pytest.raises(CommandError, match="does not say the fund"):
        call_command("import_agreements", str(path), format="ocds", stdout=StringIO())


@pytest.mark.parametrize("text", ["modern governance", "Concern returns", "Southern lantern. Burns", "CERN and BERN"])
def test_words_with_rn_are_no_line_ends(text):
    assert mended(f"{text}rnrn{text}") == f"{text}\n{text}"


@pytest.mark.threat("K01")
def test_half_characters_and_endless_numbers_are_harmless(run):
    release = json.loads(NOTICES.splitlines()[0])
    release["tender"]["title"] = "Half \ud800 a character"
    content = json.dumps(release).replace("109320.5", "1e999999").replace('"GBP"', '"EUR"').encode()

    said = run(content)

    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.value) == ("Half a character", None)
    assert len(said) < 2000


def test_all_real_notices_become_agreements_or_say_why(run, reference_data):
    content = (reference_data / "contract-notices" / "releases.jsonl").read_bytes()

    found = agreements_in(read_releases(content))
    said, again = run(content), run(content)

    assert len(found) == len(content.splitlines()) == 120
    assert all(one.reason for one in found if isinstance(one, Nothing))
    assert Agreement.objects.count() == 47
    assert said.count("no agreement, ") == 73
    assert "47 agreements held already" in again


def test_refusals_name_their_rows():
    with pytest.raises(TableRefused, match="Row 2: is not JSON"):
        read_releases(b'{"ocid": "ocds-1"}\nnot json')
