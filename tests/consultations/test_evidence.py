"""The evidence file: asked for by those who watch, made by the worker, the same from the same facts, and of nobody."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import evidence, promising
from consultations.domain.attesting import attest
from consultations.domain.evidence import Part
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import EvidenceState, Reading
from consultations.models import EvidenceFile
from consultations.tasks import make_evidence
from consultations.views.evidence import CONTENTS, parts_of
from engagement.enums import Role
from tests.consultations.test_staff_pages import address
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report, signed_off
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor")


@pytest.fixture
def consultation(involvement):
    """Closed, answered, decided, promised, attested; a follower was told."""
    consultation = signed_off(ConsultationFactory(closed=True, said=True, decided=True))
    EngagedPartyFactory(activity=consultation.activity, email="follower@people.example")
    for choice, number in (("PHONE", 12), ("TEXT", 9), ("LETTER", 8), ("DONT_KNOW", 2)):
        for place in range(number):
            answers = {"q1": [choice], "q4": [f"My street is Lantern Row {place}."]}
            ResponseFactory(consultation=consultation, settled=False, answers=answers)
    report(consultation)
    commissioner = UserFactory(role=Role.COMMISSIONER, name="Rowan Hale")
    attest(consultation=consultation, edition=1, readings=[Reading.RESULTS], actor=commissioner, at=NOW)
    promising.make_promise(
        consultation=consultation,
        words="answer every call",
        owner=involvement,
        due_on=NOW.date() + timedelta(days=30),
        actor=involvement,
        at=NOW,
    )
    return consultation


def made(consultation, actor):
    evidence.ask_for(consultation=consultation, actor=actor, at=NOW)
    make_evidence()
    return EvidenceFile.objects.order_by("-asked_at", "-made_at").first()


def opened(file):
    archive = zipfile.ZipFile(io.BytesIO(bytes(file.content)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(files, name):
    return list(csv.DictReader(io.StringIO(files[name].removeprefix("\ufeff"), newline="")))


@pytest.mark.requirement("R-060")
def test_file_holds_what_shows_how_it_was_held(consultation, involvement):
    files = opened(made(consultation, involvement))

    assert sorted(files) == sorted([*CONTENTS, "index.html", "edition-1.html", "SHA256SUMS.txt"])
    assert consultation.summary in files["page.html"]
    assert "How should we first get in touch?" in files["questions.html"]
    assert consultation.formative_statement in files["gunning.html"]
    assert "Signed off by" in files["gunning.html"]
    assert [row["what"] for row in rows(files, "dates.csv")][:2] == ["opened", "made public"]
    assert [(row["what"], row["messages"], row["waiting"]) for row in rows(files, "told.csv")] == [
        ("Results published", "1", "1")
    ]
    counted = [row for row in rows(files, "counts.csv") if row["question_number"] == "1"]
    assert [(row["answer"], row["count"]) for row in counted] == [
        ("A phone call", "12"),
        ("A text message", "9"),
        ("A letter", ""),
        ("I do not know", ""),
    ]
    assert [(row["person"], row["edition"]) for row in rows(files, "attestations.csv")] == [("Rowan Hale", "1")]
    assert [row["promise"] for row in rows(files, "promises.csv")] == ["answer every call"]
    assert "Few young people answered." in files["edition-1.html"]
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS.txt"].splitlines())
    assert sums["page.html"] == hashlib.sha256(files["page.html"].encode()).hexdigest()


@pytest.mark.threat("P07")
def test_nothing_of_any_single_person_is_in_it(consultation, involvement):
    said = "\n".join(opened(made(consultation, involvement)).values())

    assert "Lantern Row" not in said
    assert "people.example" not in said


def test_same_facts_give_the_same_bytes(consultation, involvement):
    first, second = made(consultation, involvement), None
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        second = made(consultation, involvement)

    assert first.pk != second.pk
    assert (first.sha256, first.size) == (second.sha256, second.size)
    assert first.sha256 == hashlib.sha256(bytes(first.content)).hexdigest()


def test_asking_twice_makes_one_file_and_the_worker_is_safe_to_run_twice(consultation, involvement):
    first = evidence.ask_for(consultation=consultation, actor=involvement, at=NOW)
    second = evidence.ask_for(consultation=consultation, actor=involvement, at=NOW)
    make_evidence()
    make_evidence()

    assert first == second
    assert EvidenceFile.objects.get().state == EvidenceState.READY


def test_file_left_half_made_is_made_again_and_one_that_cannot_be_is_said_so(consultation, involvement):
    EvidenceFile.objects.create(
        consultation=consultation,
        asked_at=NOW - timedelta(hours=1),
        asked_by=involvement,
        state=EvidenceState.MAKING,
        claimed_at=NOW - timedelta(minutes=11),
    )

    def broken(_consultation, _at):
        return [Part("a.html", lambda: b"words"), Part("b.html", lambda: 1 // 0)]

    tried = evidence.make_waiting(parts_of=broken, clock=lambda: NOW)
    failed = EvidenceFile.objects.get()
    again = made(consultation, involvement)

    assert (tried, failed.state, failed.parts_made, failed.content) == (1, EvidenceState.FAILED, 1, None)
    assert again.state == EvidenceState.READY


@pytest.mark.threat("A01", "A12")
@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.INVOLVEMENT, True),
        (Role.MANAGEMENT, True),
        (Role.COMMISSIONER, True),
        (Role.AUDITOR, True),
        (Role.LEAD_COMMISSIONER, False),
        (Role.CERTIFIER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_file_is_for_those_who_watch_the_consultation(client, consultation, involvement, role, may):
    file = made(consultation, involvement)
    client.force_login(UserFactory(role=role))

    page = client.get(address("evidence", consultation))
    asked = client.post(address("evidence", consultation))
    download = client.get(reverse("consultations:evidence-file", args=[file.pk]))

    assert [reply.status_code for reply in (page, asked, download)] == ([200, 302, 200] if may else [404, 404, 404])
    if may:
        assert download.content == bytes(file.content)
        assert download["Content-Disposition"].startswith('attachment; filename="evidence-')


def test_file_that_is_not_ready_or_of_a_draft_is_not_there(client, consultation, involvement):
    client.force_login(involvement)
    client.post(address("evidence", consultation))
    waiting = EvidenceFile.objects.get()

    early = client.get(reverse("consultations:evidence-file", args=[waiting.pk]))
    page = client.get(address("evidence", consultation)).content.decode()
    with pytest.raises(ConsultationRefused, match="still a draft"):
        evidence.ask_for(consultation=ConsultationFactory(), actor=involvement, at=NOW)

    assert early.status_code == 404
    assert "Waiting" in page


@pytest.mark.parametrize("number", [1, 3])
def test_making_and_listing_cost_the_same_however_many_answer(
    client, consultation, involvement, number, django_assert_num_queries
):
    ResponseFactory.create_batch(number, consultation=consultation, answers={"q1": ["PHONE"]})
    for _ in range(number):
        made(consultation, involvement)
    client.force_login(involvement)
    client.get(address("evidence", consultation))
    costs = []

    for _ in range(2):
        with django_assert_num_queries(5):
            client.get(address("evidence", consultation))
        costs.append([part.make() for part in parts_of(consultation, NOW)])

    assert costs[0] == costs[1]
