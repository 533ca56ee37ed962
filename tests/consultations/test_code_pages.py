"""Codes through HTTP: typed at `/i/`, used by starting, set aside by the office, printed by the provider."""

import base64
import csv
import io
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from consultations.domain import inviting, tickets
from consultations.models import CodeBatch, Draft, Response
from engagement.enums import Role
from tests.factories.consultations import CodeBatchFactory, ConsultationFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TYPE = "/i/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group():
    return ConsultationFactory(open=True, invited=True)


@pytest.fixture
def codes(group):
    return made(CodeBatchFactory(consultation=group))


def made(batch):
    return inviting.make_codes(batch=batch, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW)


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def words(reply):
    return re.sub(r"\s+", " ", BeautifulSoup(reply.content, "html.parser").get_text(" "))


@pytest.mark.requirement("R-059")
def test_code_leads_to_the_start_and_starting_uses_it_up(client, group, codes):
    typed = tickets.shown(codes[0]).lower().replace("-", "  ")

    led = client.post(TYPE, {"code": typed})
    start = client.get(led["Location"])
    began = client.post(led["Location"])
    client.post(began["Location"], {"1-answer": "PHONE"})
    client.post(page(group, "check"))

    assert (led["Location"], began["Location"]) == (page(group, "start"), page(group, "answer", "1"))
    assert "Starting uses your code up" in words(start)
    assert Response.objects.count() == 1
    assert (client.cookies["invitation"].value, CodeBatch.objects.get().used_number) == ("", 1)


@pytest.mark.threat("T01")
def test_code_is_held_for_this_consultation_only_and_out_of_reach_of_scripts(client, group, codes):
    cookie = client.post(TYPE, {"code": codes[0]}).cookies["invitation"]

    assert {name: cookie[name] for name in ("path", "httponly", "samesite", "max-age", "expires")} == {
        "path": group.get_absolute_url(),
        "httponly": True,
        "samesite": "Lax",
        "max-age": "",
        "expires": "",
    }


@pytest.mark.threat("C01")
def test_start_pressed_twice_begins_one_answer(client, group, codes):
    """As a browser sends it: the second press goes out before the first has been answered."""
    client.post(TYPE, {"code": codes[0]})
    second = Client()
    second.cookies["invitation"] = client.cookies["invitation"].value

    replies = [browser.post(page(group, "start")) for browser in (client, second)]

    assert [reply["Location"] for reply in replies] == [page(group, "answer", "1")] * 2
    assert client.cookies["answers"].value == second.cookies["answers"].value
    assert Draft.objects.count() == 1


@pytest.mark.threat("P16")
def test_without_a_code_nobody_starts(client, group):
    read = client.get(page(group, "start"))
    tried = client.post(page(group, "start"))

    assert "You need a code" in words(read)
    assert tried["Location"] == f"{TYPE}?needed"
    assert not Draft.objects.exists()


def test_public_page_of_a_closed_group_says_who_can_answer(client, group):
    reply = words(client.get(group.get_absolute_url()))

    assert "Only people who were given a code can answer this" in reply
    assert "Enter your code" in reply


def test_unlisted_group_has_a_page_and_stands_in_no_list(client):
    hidden = ConsultationFactory(open=True, invited=True, listed=False, title="A panel that nobody announces")
    lists = ["/consultations/", "/consultations/?q=panel", "/search/?q=panel", "/", reverse("portal:feed")]

    there = client.get(hidden.get_absolute_url())
    read = {path: client.get(path) for path in lists}

    assert (there.status_code, {reply.status_code for reply in read.values()}) == (200, {200})
    assert [path for path, reply in read.items() if hidden.title in reply.content.decode()] == []
    assert '<meta name="robots" content="noindex">' in there.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your code"),
        ("AB3", "A code has 12 letters and numbers"),
        ("AA2-AA2-AA2-AA9", "There is a mistake in this code"),
    ],
)
def test_mistyped_code_is_explained_and_stays_in_the_box(client, typed, said):
    reply = client.post(TYPE, {"code": typed})

    assert said in words(reply)
    assert (typed in reply.content.decode(), reply.cookies.get("invitation")) == (True, None)


def test_look_alikes_are_taken_for_what_they_look_like(client, group):
    wrong = str.maketrans("DLSGB", "0156" + "8")
    batch = CodeBatchFactory(consultation=group, size=200)
    code = next(code for code in made(batch) if code.translate(wrong) != code)

    assert client.post(TYPE, {"code": code.translate(wrong)})["Location"] == page(group, "start")


@pytest.mark.threat("T07")
def test_guesses_are_limited_and_codes_that_work_are_not_guesses(client, codes):
    for code in codes[:15]:
        assert client.post(TYPE, {"code": code}).status_code == 302

    said = ["too many tries" in words(client.post(TYPE, {"code": tickets.new_code()})) for _ in range(12)]
    blocked = client.post(TYPE, {"code": codes[20]})

    assert said == [False] * 10 + [True] * 2
    assert "too many tries" in words(blocked)


def test_used_code_typed_again_is_told_the_ways_back(client, codes):
    other = Client()
    client.post(TYPE, {"code": codes[0]})
    other.post(TYPE, {"code": codes[0]})
    client.post(client.post(TYPE, {"code": codes[0]})["Location"])

    typed, late = (
        Client().post(TYPE, {"code": codes[0]}),
        other.post(page(CodeBatch.objects.get().consultation, "start")),
    )

    assert "has been used already" in words(typed)
    assert (late.status_code, "has been used already" in words(late)) == (409, True)


def test_second_person_at_the_same_browser_starts_anew_with_their_own_code(client, group, codes):
    client.post(TYPE, {"code": codes[0]})
    client.post(page(group, "start"))
    client.post(page(group, "answer", "4"), {"4-answer": "Only for my eyes"})

    client.post(TYPE, {"code": codes[1]})
    asked = client.get(page(group, "start"))
    client.post(page(group, "start"), {"again": "1"})
    fresh = client.get(page(group, "answer", "4"))

    assert "Somebody has begun in this browser" in words(asked)
    assert "Only for my eyes" not in words(asked) + words(fresh)
    assert CodeBatch.objects.get().used_number == 2


# Who can answer


def test_statements_are_asked_before_the_first_question_and_nothing_is_kept(client):
    asked = ConsultationFactory(open=True, eligibility="I am 16 or over\nI live in Avonmere")
    start = page(asked, "start")

    read = client.get(start)
    forgot = client.post(start)
    half = client.post(start, {"statement_1": "yes"})
    no = client.post(start, {"statement_1": "yes", "statement_2": "no"})
    before = Draft.objects.count()
    yes = client.post(start, {"statement_1": "yes", "statement_2": "yes"})

    assert ("I am 16 or over" in words(read), forgot["Location"]) == (True, start)
    assert (half.status_code, "Say yes or no: I live in Avonmere" in words(half)) == (200, True)
    assert no["Location"] == page(asked, "elsewhere")
    assert before == 0
    assert yes["Location"] == page(asked, "answer", "1")
    assert client.cookies.keys() <= {"answers", "csrf", "invitation"}


def test_no_leads_to_the_other_ways_and_keeps_the_code(client, codes):
    group = CodeBatch.objects.get().consultation
    group.eligibility, group.other_ways = "I am 16 or over", "Call 01632 960 144\nCome to the session on Friday"
    group.save()
    client.post(TYPE, {"code": codes[0]})

    no = client.post(page(group, "start"), {"statement_1": "no"})
    kind = words(client.get(no["Location"]))
    again = client.post(TYPE, {"code": codes[0]})

    assert ("Call 01632 960 144" in kind, "Thank you. These questions are for other people" in kind) == (True, True)
    assert again["Location"] == page(group, "start")
    assert CodeBatch.objects.get().used_number == 0


# The office and the provider


@pytest.fixture
def involvement(client):
    person = UserFactory(role=Role.INVOLVEMENT)
    client.force_login(person)
    return person


def test_office_sets_codes_aside_and_shows_them_once(client, involvement, group):
    offered = client.post(
        reverse("consultations:codes-offer", args=[group.reference]),
        {"label": "Drop-in", "organisation": "", "size": "20", "maker": "office"},
    )
    batch = CodeBatch.objects.get()
    sheet_at = reverse("consultations:codes-sheet", args=[group.reference, batch.pk])

    before = client.get(offered["Location"])
    sheet = client.post(sheet_at)
    again = client.post(sheet_at, follow=True)

    assert "Show the codes, this once" in words(before)
    shown = re.findall(r'portal-slips__code">([A-Z0-9-]{15})<', sheet.content.decode())
    assert len(set(shown)) == 20
    assert "no-store" in sheet["Cache-Control"]
    assert "testserver/i/" in words(sheet)
    assert "were shown already" in words(again)
    assert [code for code in shown if code in again.content.decode()] == []


@pytest.mark.threat("T05")
def test_file_in_the_sheet_has_the_same_codes(client, involvement, group):
    batch = CodeBatchFactory(consultation=group, size=10)

    address = reverse("consultations:codes-sheet", args=[group.reference, batch.pk])
    sheet = client.post(address, headers={"host": "localhost"})

    link = BeautifulSoup(sheet.content, "html.parser").select_one("a[download]")
    content = base64.b64decode(link["href"].partition(",")[2]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    slips = [slip.get_text() for slip in BeautifulSoup(sheet.content, "html.parser").select(".portal-slips__code")]
    assert link["download"] == f"codes-{group.reference.lower()}-{batch.pk}.csv"
    assert [row["code"] for row in rows] == slips
    assert {row["address"] for row in rows} == {f"{settings.BASE_URL}/i/"}


@pytest.mark.parametrize("sensitive", [True, False])
def test_sheet_for_people_at_risk_names_no_topic_and_says_how_to_be_safe(client, involvement, sensitive):
    group = ConsultationFactory(open=True, invited=True, sensitive=sensitive, title="Leaving an abusive home")
    batch = CodeBatchFactory(consultation=group, size=10)

    sheet = words(client.post(reverse("consultations:codes-sheet", args=[group.reference, batch.pk])))

    assert ("abusive" in sheet, "button to leave quickly" in sheet) == (not sensitive, sensitive)


def test_certifier_makes_the_sheet_and_the_office_never_sees_it(client, involvement, group):
    provider = OrganisationFactory()
    certifier = UserFactory(role=Role.CERTIFIER, organisation=provider)
    batch = CodeBatchFactory(consultation=group, organisation=provider, office_makes=False)
    theirs = Client()
    theirs.force_login(certifier)

    office = client.post(reverse("consultations:codes-sheet", args=[group.reference, batch.pk]), follow=True)
    listed = theirs.get(reverse("consultations:handout-list"))
    waiting = theirs.get("/dashboard/")
    sheet = theirs.post(reverse("consultations:handout-sheet", args=[batch.pk]))

    assert "Somebody else makes this sheet" in words(office)
    assert (batch.label in words(listed), f"Print codes to hand out: {batch.label}" in words(waiting)) == (True, True)
    assert len(re.findall("portal-slips__code", sheet.content.decode())) == 50
    assert f"Print codes to hand out: {batch.label}" not in words(theirs.get("/dashboard/"))


@pytest.mark.threat("P08", "A07")
@pytest.mark.parametrize(("used", "said"), [(9, "Not shown: too few to say"), (14, "At least 10 of 50")])
def test_neither_the_office_nor_the_provider_sees_one_person_use_a_code(client, involvement, group, used, said):
    provider = OrganisationFactory()
    batch = CodeBatchFactory(consultation=group, organisation=provider, made_at=NOW, used_number=used)
    theirs = Client()
    theirs.force_login(UserFactory(role=Role.CERTIFIER, organisation=provider))

    pages = [
        client.get(reverse("consultations:codes-list", args=[group.reference])),
        client.get(reverse("consultations:codes-detail", args=[group.reference, batch.pk])),
        theirs.get(reverse("consultations:handout-list")),
        theirs.get(reverse("consultations:handout-detail", args=[batch.pk])),
    ]

    assert [said in words(reply) for reply in pages] == [True] * 4


def test_void_batch_says_so_and_another_can_be_set_aside(client, involvement, group):
    batch = CodeBatchFactory(consultation=group)

    empty = client.post(reverse("consultations:codes-void", args=[group.reference, batch.pk]), {"reason": ""})
    done = client.post(
        reverse("consultations:codes-void", args=[group.reference, batch.pk]), {"reason": "Left on a bus"}, follow=True
    )

    assert "Say why" in words(empty)
    assert ("The batch is void" in words(done), "Void" in words(done)) == (True, True)


@pytest.mark.parametrize("wrong", [{"size": "5"}, {"size": "many"}, {"label": ""}, {"maker": "provider"}])
def test_batch_that_cannot_be_is_explained_beside_the_field(client, involvement, group, wrong):
    data = {"label": "Drop-in", "organisation": "", "size": "20", "maker": "office", **wrong}

    reply = client.post(reverse("consultations:codes-offer", args=[group.reference]), data)

    assert (reply.status_code, "There is a problem" in words(reply)) == (200, True)
    assert not CodeBatch.objects.exists()


@pytest.mark.parametrize("batches", [1, 3])
def test_lists_of_codes_cost_the_same_however_long(client, involvement, group, batches, django_assert_max_num_queries):
    provider = OrganisationFactory()
    CodeBatchFactory.create_batch(batches, consultation=group, organisation=provider)
    theirs = Client()
    theirs.force_login(UserFactory(role=Role.CERTIFIER, organisation=provider))

    with django_assert_max_num_queries(6):
        office = client.get(reverse("consultations:codes-list", args=[group.reference]))
    with django_assert_max_num_queries(6):
        own = theirs.get(reverse("consultations:handout-list"))

    assert [words(reply).count("Tuesday group") for reply in (office, own)] == [batches] * 2


def test_draft_of_a_closed_group_keeps_who_can_answer(client, involvement):
    draft = ConsultationFactory()
    edit = reverse("consultations:manage-edit", args=[draft.reference])
    form = client.get(edit).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for name in ("opens_on", "closes_on"):
        day = data.pop(name)
        data |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    data |= {"questionnaire": draft.questionnaire_id, "identity_mode": "INVITED_ANONYMOUS", "unlisted": "on"}

    client.post(edit, {**data, "eligibility": "I am 16 or over"})
    again = client.get(edit).context["form"]

    draft.refresh_from_db()
    assert (draft.identity_mode, draft.listed, draft.eligibility) == ("INVITED_ANONYMOUS", False, "I am 16 or over")
    assert (again["identity_mode"].value(), again["unlisted"].value()) == ("INVITED_ANONYMOUS", True)
