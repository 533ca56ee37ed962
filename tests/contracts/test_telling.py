"""What a provider tells beside its figures: the narrative, files of evidence, and what it thinks of the office."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.domain import evidence, feedback, narrating, returns
from contracts.domain.evidence import EvidenceRefused, add_file, remove_file
from contracts.domain.moves import ReturnRefused
from contracts.domain.narrating import NarrativeChanged, NarrativeRefused, save_narrative
from contracts.models import EvidenceFile, Feedback, KpiReturn, Narrative
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import FigureFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40
WORDS = {"went_well": "Evenings are full.", "did_not": "Two advocates left.", "coming": "A third evening."}


@pytest.fixture
def manager(agreement):
    return agreement.activity.contract_manager


@pytest.fixture
def colleague(agreement):
    return UserFactory(role=Role.PREPARER, organisation=agreement.provider, name="Sam Reyes")


@pytest.fixture
def ready(kpi_return, contact):
    """The return with its one figure completed."""
    FigureFactory(kpi_return=kpi_return, indicator=contact)
    return kpi_return


def address(name, kpi_return, *more):
    return reverse(f"contracts:{name}", args=[kpi_return.reference, *more])


def again(kpi_return):
    return KpiReturn.objects.get(pk=kpi_return.pk)


def narrate(kpi_return, actor, *, seen=0, **words):
    return save_narrative(kpi_return=kpi_return, words=WORDS | words, seen_version=seen, actor=actor, at=NOW)


def bring(kpi_return, actor, *, name="case.pdf", content=PDF, caption="How one family was helped"):
    return add_file(kpi_return=kpi_return, caption=caption, file_name=name, content=content, actor=actor, at=NOW)


def send(kpi_return, certifier, *, at=NOW):
    return returns.submit_return(kpi_return=kpi_return, seen_version=again(kpi_return).version, actor=certifier, at=at)


def ask(kpi_return, manager):
    figure = kpi_return.figures.get()
    seen = again(kpi_return).submissions
    query = returns.query_line(figure=figure, question="Is that so?", seen_submission=seen, actor=manager, at=NOW)
    certifier = kpi_return.submission_history.get().declared_by
    returns.answer_query(query=query, answer="Yes.", actor=certifier, at=NOW)


# The narrative


@pytest.mark.requirement("R-077", "R-149")
def test_the_narrative_is_saved_as_a_draft_checked_sent_and_read_by_the_reviewer(
    client, ready, preparer, certifier, manager
):
    client.force_login(preparer)

    client.post(address("return-narrative", ready), {"version": "0", **WORDS})
    check = client.get(address("return-check", ready)).content.decode()
    submission = send(ready, certifier)
    client.force_login(manager)
    review = client.get(again(ready).get_office_url()).content.decode()

    for words in WORDS.values():
        assert words in check
        assert words in review
    assert submission.beside["narrative"] == WORDS
    entry = LogEntry.objects.get(action="return.narrative")
    assert not any(words in entry.summary for words in WORDS.values())


def test_nobody_has_to_narrate(ready, certifier):
    assert send(ready, certifier).beside == {"narrative": dict.fromkeys(WORDS, ""), "files": []}


def test_too_many_words_are_counted_beside_the_box_and_stay_in_it(client, kpi_return, contact, preparer):
    long = "word " * (narrating.MOST_WORDS + 1)
    client.force_login(preparer)

    reply = client.post(address("return-narrative", kpi_return), {"version": "0", **WORDS, "did_not": long})

    assert reply.context["form"].errors == {"did_not": ["Use at most 300 words. You have 301."]}
    assert "Evenings are full." in reply.content.decode()
    with pytest.raises(NarrativeRefused) as refused:
        narrate(kpi_return, preparer, did_not=long)
    assert refused.value.field == "did_not"
    assert not Narrative.objects.exists()


@pytest.mark.threat("C04")
def test_two_colleagues_see_both_narratives_and_lose_nothing(client, kpi_return, contact, preparer, colleague):
    narrate(kpi_return, colleague, coming="A move in May.")
    client.force_login(preparer)

    reply = client.post(address("return-narrative", kpi_return), {"version": "0", **WORDS})
    page = reply.content.decode()
    kept = Narrative.objects.get().coming
    saved = client.post(address("return-narrative", kpi_return), {"version": "1", **WORDS})

    assert "Sam Reyes has changed this since you opened it." in page
    assert ("What is coming?", "A move in May.", "A third evening.", True) in reply.context["versions"]["rows"]
    assert kept == "A move in May."
    assert saved.status_code == 302
    assert Narrative.objects.get().coming == "A third evening."


def test_saving_the_same_narrative_again_changes_nothing(kpi_return, contact, preparer):
    narrate(kpi_return, preparer)
    version = again(kpi_return).version

    narrate(kpi_return, preparer)

    assert again(kpi_return).version == version
    with pytest.raises(NarrativeChanged):
        narrate(kpi_return, preparer, coming="Else.")


@pytest.mark.threat("C04")
def test_nobody_declares_a_narrative_that_they_have_not_seen(ready, preparer, certifier):
    seen = ready.version
    narrate(ready, preparer)

    with pytest.raises(ReturnRefused, match="Something has been changed"):
        returns.submit_return(kpi_return=ready, seen_version=seen, actor=certifier, at=NOW)


def test_a_changed_narrative_is_named_when_the_return_is_sent_again(ready, preparer, certifier, manager):
    narrate(ready, preparer)
    send(ready, certifier)
    ask(ready, manager)
    narrate(ready, preparer, seen=1, coming="A move in May.")

    submission = send(ready, certifier)

    assert submission.changes == ["the narrative"]
    assert again(ready).with_changes is True


def test_what_was_sent_is_no_longer_written(client, ready, preparer, certifier):
    send(ready, certifier)
    client.force_login(preparer)

    pages = [client.get(address(name, ready)).status_code for name in ("return-narrative", "return-evidence")]

    assert pages == [302, 302]
    for act in (narrate, bring):
        with pytest.raises(ReturnRefused, match="already been submitted"):
            act(again(ready), preparer)


# Files of evidence


@pytest.mark.requirement("R-077", "R-149")
def test_a_file_is_brought_checked_sent_and_given_to_the_reviewer_safely(client, ready, preparer, certifier, manager):
    client.force_login(preparer)
    file = SimpleUploadedFile("../../evil\u202ename.PNG", PNG, content_type="text/html")

    client.post(address("return-evidence", ready), {"caption": "The new room", "file": file})
    kept = EvidenceFile.objects.get()
    check = client.get(address("return-check", ready)).content.decode()
    submission = send(ready, certifier)
    client.force_login(manager)
    review = client.get(again(ready).get_office_url()).content.decode()
    given = client.get(address("return-file", ready, kept.pk))

    assert "The new room" in check
    assert "The new room" in review
    assert submission.beside["files"] == [
        {"file": kept.pk, "name": "evilname.PNG", "caption": "The new room", "size": len(PNG)}
    ]
    assert given.content == PNG
    assert given["Content-Type"] == "image/png"
    assert given["Content-Disposition"].startswith("attachment;")
    assert given["Content-Security-Policy"] == "default-src 'none'"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Cache-Control"] == "private, no-store"


@pytest.mark.threat("A08")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("case.pdf", b"", "not empty"),
        ("case.pdf", PDF + b"0" * evidence.LARGEST, "at most 5 MB"),
        ("case.html", b"<script>", "ends in .pdf, .png, .jpg or .jpeg"),
        ("case.svg", b"<svg onload='x'>", "ends in .pdf, .png, .jpg or .jpeg"),
        ("case.pdf", b"<script>alert(1)</script>", "not what its name says"),
        ("case.jpg", PNG, "not what its name says"),
        ("case.docx", b"PK\x03\x04", "ends in .pdf, .png, .jpg or .jpeg"),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused_beside_its_box(
    client, kpi_return, contact, preparer, name, content, words
):
    client.force_login(preparer)
    file = SimpleUploadedFile(name, content)

    reply = client.post(address("return-evidence", kpi_return), {"caption": "A case", "file": file})

    assert list(reply.context["form"].errors) == ["file"]
    assert words in reply.context["form"].errors["file"][0]
    assert not EvidenceFile.objects.exists()


def test_a_return_takes_five_files_each_with_words_for_what_it_shows(kpi_return, contact, preparer):
    with pytest.raises(EvidenceRefused, match="Say what the file shows"):
        bring(kpi_return, preparer, caption=" ")
    for _ in range(evidence.MOST):
        bring(kpi_return, preparer)

    with pytest.raises(EvidenceRefused, match="takes 5 files"):
        bring(kpi_return, preparer)

    assert kpi_return.files.count() == 5


def test_a_file_is_removed_until_it_is_sent(client, ready, preparer, certifier, manager):
    client.force_login(preparer)
    slip, kept = bring(ready, preparer, name="slip.pdf"), bring(ready, preparer)

    client.post(address("return-file-off", ready, slip.pk))
    send(ready, certifier)
    ask(ready, manager)
    refused = client.post(address("return-file-off", ready, kept.pk), follow=True).content.decode()

    assert "This file was sent with the return, so it stays." in refused
    assert list(EvidenceFile.objects.all()) == [kept]
    with pytest.raises(EvidenceRefused):
        remove_file(file=kept, actor=preparer, at=NOW)


@pytest.mark.threat("A02", "A07")
def test_nobody_else_gets_a_file(client, ready, preparer, certifier):
    file = bring(ready, preparer)
    strangers = [
        UserFactory(role=role) for role in (Role.CERTIFIER, Role.INVOLVEMENT, Role.SPECIALIST, Role.CONTRACT_MANAGER)
    ]

    answered = []
    for person in strangers:
        client.force_login(person)
        answered.append(client.get(address("return-file", ready, file.pk)).status_code)
    client.logout()
    anybody = client.get(address("return-file", ready, file.pk))

    assert set(answered) == {404}
    assert anybody.status_code == 302
    other = KpiReturnFactory(agreement=ready.agreement, quarter="2025-26 Q4")
    client.force_login(certifier)
    assert client.get(address("return-file", other, file.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_files_costs_the_same_however_many(
    client, kpi_return, contact, preparer, number, django_assert_num_queries
):
    for _ in range(number):
        bring(kpi_return, preparer)
    client.force_login(preparer)

    with django_assert_num_queries(5):
        page = client.get(address("return-evidence", kpi_return)).content.decode()

    assert page.count("How one family was helped</a>") == number


# What the provider thinks of the office


def judge(kpi_return, actor, *, seen=0, words="Ask once, not twice.", in_time="NO"):
    return feedback.give_feedback(
        kpi_return=kpi_return,
        in_time=in_time,
        in_proportion="YES",
        words=words,
        seen_version=seen,
        actor=actor,
        at=NOW,
    )


@pytest.mark.requirement("R-148")
def test_feedback_is_read_by_management_and_the_manager_only_once_the_return_is_sent(
    client, ready, preparer, certifier, manager
):
    management, lead = UserFactory(role=Role.MANAGEMENT), ready.agreement.activity.lead_commissioner
    client.force_login(preparer)
    client.post(
        address("return-feedback", ready),
        {"version": "0", "in_time": "PARTLY", "in_proportion": "", "words": "Ask once, not twice."},
    )

    def reads(person, page):
        client.force_login(person)
        return "Ask once, not twice." in client.get(page).content.decode()

    listed, review = reverse("contracts:feedback-list"), ready.get_office_url()
    before = [reads(management, listed), reads(management, review), reads(manager, review)]
    submission = send(ready, certifier)
    after = [reads(management, listed), reads(management, review), reads(manager, review), reads(lead, review)]

    assert before == [False, False, False]
    assert after == [True, True, True, False]
    assert "Ask once" not in str(submission.beside) + str(submission.lines)
    assert Feedback.objects.get().in_time == "PARTLY"


@pytest.mark.requirement("R-148")
def test_feedback_is_optional_and_changes_until_the_return_is_accepted(ready, preparer, certifier, manager):
    nothing = judge(ready, preparer, words="", in_time="")
    assert nothing is not None  # one answer of three is enough
    send(ready, certifier)
    judge(ready, certifier, seen=1, words="Thank you.")
    returns.accept_return(kpi_return=again(ready), seen_submission=1, actor=manager, at=NOW)

    with pytest.raises(ReturnRefused, match="Tell us with the next one"):
        judge(ready, preparer, seen=2, words="Else.")

    assert Feedback.objects.get().words == "Thank you."


def test_no_answer_at_all_keeps_nothing(client, ready, preparer):
    client.force_login(preparer)

    client.post(address("return-feedback", ready), {"version": "0", "in_time": "", "in_proportion": "", "words": " "})

    assert not Feedback.objects.exists()


@pytest.mark.threat("C04")
def test_two_colleagues_see_both_answers(client, ready, preparer, colleague):
    judge(ready, colleague)
    client.force_login(preparer)

    reply = client.post(
        address("return-feedback", ready), {"version": "0", "in_time": "YES", "in_proportion": "YES", "words": "Fine."}
    )

    assert ("Did we answer you in time?", "No", "Yes", True) in reply.context["versions"]["rows"]
    assert Feedback.objects.get().words == "Ask once, not twice."


@pytest.mark.threat("A02")
def test_nobody_but_management_opens_the_list(client, ready):
    roles = [role for role in Role if role != Role.MANAGEMENT]
    answered = {}
    for role in roles:
        client.force_login(UserFactory(role=role))
        answered[role] = [
            client.get(reverse(f"contracts:{name}")).status_code for name in ("feedback-list", "feedback-list-csv")
        ]

    assert set(map(tuple, answered.values())) == {(404, 404)}


@pytest.mark.requirement("R-148")
@pytest.mark.threat("P07")
@pytest.mark.parametrize("number", [1, 3])
def test_counts_are_protected_and_the_list_costs_the_same(
    client, agreement, preparer, number, django_assert_num_queries
):
    for back in range(number):
        sent = KpiReturnFactory(agreement=agreement, quarter=f"{2020 + back}-{21 + back} Q1", submitted=True)
        judge(sent, preparer)
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    with django_assert_num_queries(6):
        reply = client.get(reverse("contracts:feedback-list"))
    file = client.get(reverse("contracts:feedback-list-csv"))

    assert all(cell.withheld for _, cells in reply.context["counts"] for cell in cells)
    rows = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [row["what_should_change"] for row in rows] == ["Ask once, not twice."] * number
    assert {row["answered_in_time"] for row in rows} == {"No"}


def test_counts_that_are_large_enough_are_shown():
    counts = feedback.counts_of(["YES"] * 20 + ["NO"] * 9 + ["PARTLY"] * 2 + [""])

    assert counts.cells["YES"].count == 20
    assert counts.cells["PARTLY"].withheld


def test_an_empty_list_says_what_comes_next(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    assert "No provider has answered yet." in client.get(reverse("contracts:feedback-list")).content.decode()
