"""The file of a return through its pages: nothing is kept until it is confirmed, and nobody else sees it."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.domain import uploads
from contracts.domain.spreadsheet import HEADER, LARGEST_FILE
from contracts.models import Figure, Upload
from engagement.enums import Role
from tests.contracts.sheets import REFERENCE, filled, typed_into
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, MembershipFactory, UserFactory


@pytest.fixture
def kpi_return(db, at_noon):
    agreement = AgreementFactory()
    IndicatorFactory(agreement=agreement, code="V1", name="First contact")
    IndicatorFactory(agreement=agreement, code="V2", count=True)
    return KpiReturnFactory(agreement=agreement, reference=REFERENCE)


@pytest.fixture
def preparer(kpi_return):
    return UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider)


def address(name, kpi_return, *more):
    return reverse(f"contracts:{name}", args=[kpi_return.reference, *more])


def send(client, kpi_return, content, name="return.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(address("return-upload", kpi_return), {"file": file})


def fill(kpi_return, *cells):
    """The CSV template of a return as it stands, with these cells filled."""
    return filled(*cells, indicators=uploads.asked(kpi_return), current=uploads.given(kpi_return))


GOOD = (("V1", {"denominator": "430", "numerator": "391"}), ("V2", {"value": "26"}))


@pytest.mark.requirement("R-149")
def test_nothing_is_kept_until_it_is_confirmed(client, kpi_return, preparer):
    FigureFactory(kpi_return=kpi_return, indicator=kpi_return.agreement.indicators.get(code="V1"), numerator=405)
    client.force_login(preparer)

    uploaded = send(client, kpi_return, fill(kpi_return, *GOOD))
    preview = client.get(uploaded.url)
    before = Figure.objects.get()
    kept = client.post(uploaded.url, {"seen_version": preview.context["form"]["seen_version"].value()}, follow=True)

    page = preview.content.decode()
    assert "Nothing is kept yet</h1>" in page
    assert "2 measures read: 2 would change." in page
    assert "405" in page
    assert "It comes to 26, Inadequate." in page
    assert "Say why this is off its target" in page
    assert (before.numerator, before.version) == (405, 1)
    assert kept.redirect_chain[-1][0] == kpi_return.get_absolute_url()
    assert list(Figure.objects.order_by("indicator__code").values_list("numerator", "value", "completed")) == [
        (391, None, True),
        (None, 26, False),
    ]
    assert not Upload.objects.exists()


def test_wrong_cells_are_marked_and_cannot_be_kept(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(
        client,
        kpi_return,
        fill(kpi_return, ("V1", {"denominator": "412", "numerator": "436"}), ("V2", {"value": "NaN"})),
    )

    preview = client.get(uploaded.url).content.decode()
    posted = client.post(uploaded.url, {"seen_version": kpi_return.version})

    assert "<title>Error: " in preview
    assert "2 measures read: 0 would change, 2 cannot be kept." in preview
    assert 'href="#row-2-numerator"' in preview
    assert 'id="row-4-value"' in preview
    assert "Keep these figures" not in preview
    assert posted.status_code == 200
    assert not Figure.objects.exists()


@pytest.mark.requirement("R-149")
def test_what_is_right_is_kept_only_when_the_person_says_so_and_the_rest_is_named(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(client, kpi_return, typed_into(book(client, kpi_return), {"D2": 430, "D3": 391, "D4": "=6*7"}))

    preview = client.get(uploaded.url)
    unticked = client.post(uploaded.url, {"seen_version": 1})
    before = Figure.objects.count()
    ticked = client.post(uploaded.url, {"seen_version": 1, "partly": "on"}, follow=True)

    assert "1 would change, 1 cannot be kept." in preview.content.decode()
    assert "Keep the 1 that can be kept, and leave out V2 for now" in preview.content.decode()
    assert "Tick this to keep the figures that are right" in unticked.content.decode()
    assert before == 0
    assert list(Figure.objects.values_list("indicator__code", "numerator")) == [("V1", 391)]
    assert "1 measure of “return.csv” kept. Not kept: V2." in ticked.content.decode()
    assert "Sheet “Figures”, cell D4: This is a formula. Put the number itself." in ticked.content.decode()


@pytest.mark.threat("C04")
def test_figures_of_a_colleague_stay_unless_their_measure_is_ticked(client, kpi_return, preparer):
    one, two = kpi_return.agreement.indicators.order_by("code")
    client.force_login(preparer)
    downloaded = book(client, kpi_return)
    colleague = UserFactory(name="Sam Reyes")
    FigureFactory(kpi_return=kpi_return, indicator=one, numerator=300, saved_by=colleague)
    FigureFactory(kpi_return=kpi_return, indicator=two, of_value=True, value=7, saved_by=colleague)
    uploaded = send(client, kpi_return, typed_into(downloaded, {"D2": 430, "D3": 391, "D4": 9}))

    page = client.get(uploaded.url).content.decode()
    kept = client.post(uploaded.url, {"seen_version": 1, "over": ["V2"]}, follow=True).content.decode()

    assert "2 changed by a colleague" in page
    assert "Saved by Sam Reyes, " in page
    assert "300" in page
    assert "1 measure of “return.csv” kept. Nothing has been sent to the office yet." in kept
    assert list(Figure.objects.order_by("indicator__code").values_list("numerator", "value")) == [
        (300, None),
        (None, 9),
    ]


@pytest.mark.requirement("R-149")
def test_workbook_and_page_take_turns_and_hold_the_same(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(client, kpi_return, typed_into(book(client, kpi_return), {"D2": 430, "D3": 391}))
    client.post(uploaded.url, {"seen_version": 1})
    page = client.get(address("return-figure", kpi_return, "V1"))
    client.post(
        address("return-figure", kpi_return, "V2"), {"version": 0, "value": "6", "completed": "yes", "commentary": ""}
    )
    again = send(client, kpi_return, book(client, kpi_return))

    preview = client.get(again.url).content.decode()

    assert [page.context["form"].initial[name] for name in ("denominator", "numerator")] == ["430", "391"]
    assert "There is nothing new in this file</h1>" in preview
    assert "2 measures read: 0 would change, 2 stay as they are." in preview
    assert list(Figure.objects.order_by("indicator__code").values_list("numerator", "value")) == [
        (391, None),
        (None, 6),
    ]


def book(client, kpi_return):
    """The workbook as its provider downloads it now."""
    return client.get(address("return-workbook", kpi_return)).content


@pytest.mark.threat("C04")
def test_change_by_a_colleague_shows_the_preview_again(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(client, kpi_return, fill(kpi_return, *GOOD))
    client.get(uploaded.url)
    FigureFactory(kpi_return=kpi_return, indicator=kpi_return.agreement.indicators.get(code="V1"), numerator=300)
    type(kpi_return).objects.update(version=2)

    stale = client.post(uploaded.url, {"seen_version": 1})
    untouched = Figure.objects.get().numerator
    again = client.post(uploaded.url, {"seen_version": stale.context["form"]["seen_version"].value(), "over": ["V1"]})

    assert "A colleague changed this return while you were looking." in stale.content.decode()
    assert "Saved by" in stale.content.decode()
    assert untouched == 300
    assert again.status_code == 302
    assert Figure.objects.get(indicator__code="V1").numerator == 391


@pytest.mark.threat("A07", "A08")
def test_stored_file_is_its_uploader_s_and_its_return_s_alone(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(client, kpi_return, fill(kpi_return, *GOOD))
    pk = Upload.objects.get().pk
    colleague = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)
    other = KpiReturnFactory(agreement=kpi_return.agreement, quarter="2025-26 Q4")
    stranger = UserFactory(role=Role.CERTIFIER)

    crossed = client.post(address("return-preview", other, pk), {"seen_version": 1}).status_code
    client.force_login(colleague)
    by_colleague = [client.get(uploaded.url).status_code, client.post(uploaded.url, {"seen_version": 1}).status_code]
    client.force_login(stranger)
    by_stranger = [client.get(uploaded.url).status_code, send(client, kpi_return, fill(kpi_return, *GOOD)).status_code]

    assert crossed == 404
    assert by_colleague == [404, 404]
    assert by_stranger == [404, 404]
    assert not Figure.objects.exists()


@pytest.mark.threat("A10", "A18")
def test_stored_file_ends_with_its_time_and_with_the_right_to_write(client, kpi_return, preparer, at_noon):
    client.force_login(preparer)
    first = send(client, kpi_return, fill(kpi_return, *GOOD))
    at_noon.shift(timedelta(hours=2))
    expired = client.get(first.url)
    second = send(client, kpi_return, fill(kpi_return, *GOOD))
    stored = Upload.objects.count()
    preparer.memberships.update(ends_on=NOW.date())
    ended = client.post(second.url, {"seen_version": 1}).status_code

    assert (expired.url, stored, ended) == (reverse("contracts:return-upload", args=[kpi_return.reference]), 1, 404)
    assert not Figure.objects.exists()


def test_second_upload_takes_the_place_of_the_first(client, kpi_return, preparer):
    client.force_login(preparer)
    send(client, kpi_return, fill(kpi_return, *GOOD))
    second = send(client, kpi_return, fill(kpi_return, ("V2", {"value": "3"})))

    preview = client.get(second.url)

    assert Upload.objects.count() == 1
    assert [line.indicator.code for line in preview.context["filled"].lines] == ["V2"]
    assert "Not in the file, and left as it is: First contact (V1)." in preview.content.decode()


def test_submitted_return_takes_no_file(client, kpi_return, preparer):
    client.force_login(preparer)
    uploaded = send(client, kpi_return, fill(kpi_return, *GOOD))
    sent = KpiReturnFactory(agreement=kpi_return.agreement, quarter="2025-26 Q4", submitted=True)
    type(kpi_return).objects.filter(pk=kpi_return.pk).update(
        state="SUBMITTED", submitted_at=NOW, submitted_by=sent.submitted_by, submissions=1
    )

    answered = [
        send(client, kpi_return, fill(kpi_return, *GOOD)),
        client.get(uploaded.url),
        client.post(uploaded.url, {"seen_version": 1}),
    ]

    assert [(reply.status_code, reply.url) for reply in answered] == [(302, kpi_return.get_absolute_url())] * 3
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "The file cannot be read"),
        (filled(("V1", {}), reference="KPI-Q1-2026-0999"), "was made for the return KPI-Q1-2026-0999"),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than 1 MB."),
    ],
)
def test_refused_file_is_named_beside_the_box_and_not_stored(client, kpi_return, preparer, content, words):
    client.force_login(preparer)

    reply = send(client, kpi_return, content)
    nothing = client.post(address("return-upload", kpi_return), {})

    assert words in reply.content.decode()
    assert "<title>Error: " in reply.content.decode()
    assert "Choose the file you have filled in." in nothing.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.threat("U07")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\return.csv", "return.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("n" * 300 + ".csv", "n" * 100),
        ("<b>return</b>.csv", "b>.csv"),
    ],
)
def test_file_name_is_only_ever_shown(client, kpi_return, preparer, name, shown):
    client.force_login(preparer)

    uploaded = send(client, kpi_return, fill(kpi_return, *GOOD), name=name)
    page = client.get(uploaded.url).content.decode()

    assert Upload.objects.get().file_name in {shown, shown[:100]}
    assert "<b>" not in page


@pytest.mark.threat("X01")
def test_template_is_made_for_the_return_and_neutralises_words(client, kpi_return, preparer):
    first = kpi_return.agreement.indicators.get(code="V1")
    before = KpiReturnFactory(agreement=kpi_return.agreement, quarter="2025-26 Q4", accepted=True)
    FigureFactory(kpi_return=before, indicator=first)
    FigureFactory(kpi_return=kpi_return, indicator=first, numerator=400, commentary="=1+1")
    client.force_login(preparer)

    reply = client.get(address("return-template", kpi_return))
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert reply["Content-Disposition"] == f'attachment; filename="{REFERENCE}.csv"'
    assert [row["Code"] for row in rows] == ["V1", "V1", "V2"]
    assert {column: rows[0][column] for column in HEADER[:-1]} == {
        "Code": "V1",
        "Measure": "First contact",
        "What to enter": "Referrals due to be contacted",
        "Your figure": "430",
        "Cannot give": "",
        "What is behind it": "'=1+1",
        "Last time": "430",
        "Target": "90% or more",
        "Why we ask": first.why,
        "How to count": first.how,
        "Section": first.group,
    }
    assert (rows[1]["Your figure"], rows[1]["Last time"], rows[1]["What is behind it"]) == ("400", "391", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_costs_the_same_however_long(client, db, at_noon, rows, django_assert_num_queries):
    agreement = AgreementFactory()
    IndicatorFactory.create_batch(3, agreement=agreement, count=True)
    kpi_return = KpiReturnFactory(agreement=agreement)
    user = UserFactory(role=Role.PREPARER, organisation=agreement.provider)
    client.force_login(user)
    template = b"".join(client.get(address("return-template", kpi_return)).streaming_content)
    uploaded = send(client, kpi_return, b"".join(template.splitlines(keepends=True)[: rows + 1]))

    with django_assert_num_queries(10):
        reply = client.get(uploaded.url)

    assert len(reply.context["rows"]) == rows


def test_certifier_of_one_organisation_and_preparer_of_another_writes_both(client, kpi_return, preparer):
    second = KpiReturnFactory()
    MembershipFactory(user=preparer, organisation=second.agreement.provider, role=Role.CERTIFIER)
    client.force_login(preparer)

    found = []
    for one in (kpi_return, second):
        client.post("/acting/", {"act_for": one.agreement.provider.slug})
        found.append(client.get(address("return-upload", one)).status_code)

    assert found == [200, 200]
