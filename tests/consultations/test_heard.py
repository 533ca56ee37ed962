"""Whom we have not heard from: areas and populations entered, compared with answers, in steps of ten and protected."""

import csv
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.domain import areas, settling
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import QuestionKind
from consultations.models import Area
from engagement.enums import Role
from tests.factories.consultations import (
    ChoiceFactory,
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
)
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/engagement/consultations/areas/"
PLACES = {"a": ("Abbey", 40_000), "b": ("Brook", 40_000), "c": ("Castle", 10_000), "d": ("Dale", 10_000)}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def consultation():
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, sort_order=1, key="how", text="How?", ways=True)
    place = QuestionFactory(
        questionnaire=questionnaire,
        sort_order=2,
        key="where",
        kind=QuestionKind.PLACE,
        text="Where do you live?",
        dont_know=False,
    )
    for number, (key, (name, people)) in enumerate(PLACES.items()):
        ChoiceFactory(question=place, sort_order=number, key=key, label=name)
        Area.objects.create(name=name.upper(), population=people)
    return ConsultationFactory(open=True, questionnaire=questionnaire)


def answer(consultation, **numbers):
    for key, number in numbers.items():
        ResponseFactory.create_batch(
            number, consultation=consultation, answers={"where": [key]}, settled=False, received_on=NOW.date()
        )


def detail(client, consultation):
    return client.get(reverse("consultations:manage-detail", args=[consultation.reference]))


def file_of(client, consultation):
    reply = client.get(reverse("consultations:manage-heard-csv", args=[consultation.reference]))
    text = b"".join(reply.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.requirement("R-150")
def test_areas_stand_beside_their_people_and_the_quiet_ones_are_named(client, involvement, consultation):
    answer(consultation, a=60, b=16, c=12, d=12)
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(involvement)

    heard = detail(client, consultation).context["heard"]
    rows = [row for row in file_of(client, consultation) if row["by"] == "area"]

    assert heard["headline"] == "Less than half of what its people would give from BROOK"
    assert [tuple(row.values()) for row in heard["rows"]] == [
        ("ABBEY", "40,000 (40%)", "60 (60%)", areas.Decimal("15.0")),
        ("BROOK", "40,000 (40%)", "16 (16%)", areas.Decimal("4.0")),
        ("CASTLE", "10,000 (10%)", "12 (12%)", areas.Decimal("12.0")),
        ("DALE", "10,000 (10%)", "12 (12%)", areas.Decimal("12.0")),
    ]
    assert [(row["name"], row["answers"], row["population"], row["answers_per_10000_people"]) for row in rows] == [
        ("ABBEY", "60", "40000", "15.0"),
        ("BROOK", "16", "40000", "4.0"),
        ("CASTLE", "12", "10000", "12.0"),
        ("DALE", "12", "10000", "12.0"),
    ]


@pytest.mark.threat("P07", "P08")
def test_few_are_not_told_and_nine_more_move_nothing(client, involvement, consultation):
    answer(consultation, a=40, b=30, c=2)
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(involvement)
    before = detail(client, consultation).context["heard"], file_of(client, consultation)
    answer(consultation, d=9)
    settling.settle(consultation=consultation, at=NOW)

    after = detail(client, consultation).context["heard"], file_of(client, consultation)

    assert after == before
    assert before[0]["headline"].startswith("Few or none from some of ")
    shown = {row["name"]: row["answers"] for row in before[0]["rows"]}
    assert shown["CASTLE"] == shown["DALE"] == "not shown"
    assert {row["withheld"] for row in before[1] if row["by"] == "area" and not row["answers"]} == {"yes"}


def test_ways_and_days_are_in_the_file(client, involvement, consultation):
    answer(consultation, a=40, b=30)
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(involvement)

    rows = [row for row in file_of(client, consultation) if row["by"] != "area"]

    assert [(row["by"], row["name"], row["answers"]) for row in rows] == [
        ("way", "Online", "70"),
        ("day", NOW.date().isoformat(), "70"),
    ]


def test_consultation_that_asks_for_no_area_compares_nothing(client, involvement):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q1": ["PHONE"]}, settled=False)
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(involvement)

    assert detail(client, consultation).context["heard"] is None


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_however_many_areas(client, involvement, consultation, number, django_assert_num_queries):
    Area.objects.filter(name__in=["CASTLE", "DALE"][: number - 1]).delete()
    answer(consultation, a=20, b=20)
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(involvement)
    detail(client, consultation)

    with django_assert_num_queries(12):
        detail(client, consultation)


# The list of areas


def test_areas_are_typed_pasted_or_sent_as_a_file(client, involvement):
    client.force_login(involvement)
    typed = 'Name, Population\nAbbey, 12,400\n\nBrook\t900\n"Stoke, North",1500\nSt Mary’s; 7,000'

    client.post(ADDRESS, {"areas": typed, "seen": areas.fingerprint("")})
    first = areas.as_text(areas.areas())
    file = SimpleUploadedFile("areas.csv", "\ufeffname,population\r\nDale,44\r\n".encode())
    client.post(ADDRESS, {"areas": first, "seen": areas.fingerprint(first), "file": file})

    assert first == "Abbey, 12,400\nBrook, 900\nSt Mary’s, 7,000\nStoke, North, 1,500"
    assert areas.as_text(areas.areas()) == "Dale, 44"


def test_list_as_it_is_shown_can_be_read_again():
    Area.objects.create(name="Stoke, North", population=1_234_567)
    Area.objects.create(name="Abbey", population=900)

    assert areas.read_areas(areas.as_text(areas.areas())) == [("Abbey", 900), ("Stoke, North", 1_234_567)]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Abbey", "Line 1, “Abbey”: Write the name, a comma"),
        ("Abbey, many", "Line 1, “Abbey, many”: Write the name"),
        ("Abbey, 5\nBrook, -3", "Line 2, “Brook, -3”: Write the name"),
        ("Abbey, 0", "Nobody can live there"),
        ("Abbey, 12.5", "Write the name"),
        ("Abbey, 900000000", "too many"),
        (", 12", "Write the name"),
        ("Abbey, 12\nabbey, 13", "Line 2, “abbey, 13”: This area stands above already"),
        ("=1+1, =2", "Write the name"),
        ("\n".join(f"Area {n}, 5" for n in range(501)), "There are 501 areas"),
        ("A" * 201 + ", 5", "The name is too long"),
    ],
)
def test_line_that_cannot_be_read_is_named_and_nothing_is_lost(client, involvement, typed, why):
    client.force_login(involvement)

    page = client.post(ADDRESS, {"areas": typed, "seen": areas.fingerprint("")})

    assert why in page.context["form"].errors["areas"][0]
    assert page.context["form"]["areas"].value() == typed
    assert not Area.objects.exists()


def test_file_that_is_no_text_is_refused(client, involvement):
    client.force_login(involvement)

    page = client.post(ADDRESS, {"seen": "x", "file": SimpleUploadedFile("areas.csv", b"\xff\xfe\x00A")})

    assert "This is not a CSV file" in page.context["form"].errors["file"][0]


@pytest.mark.threat("C04")
def test_who_comes_second_is_shown_what_the_first_kept(client, involvement):
    client.force_login(involvement)
    client.post(ADDRESS, {"areas": "Abbey, 5", "seen": areas.fingerprint("")})

    page = client.post(ADDRESS, {"areas": "Brook, 7", "seen": areas.fingerprint("")})
    again = {"areas": "Brook, 7", "seen": page.context["form"]["seen"].value()}
    client.post(ADDRESS, again)

    assert "Somebody else changed the areas" in page.context["form"].errors["__all__"][0]
    assert page.context["theirs"] == "Abbey, 5"
    assert areas.as_text(areas.areas()) == "Brook, 7"


def test_only_the_involvement_team_keeps_areas():
    with pytest.raises(ConsultationRefused, match="Only the Involvement Team"):
        areas.keep_areas(text="Abbey, 5", seen="", actor=UserFactory(role=Role.MANAGEMENT), at=NOW)


def test_populations_of_the_police_areas_can_be_pasted(reference_data):
    path = reference_data / "police-areas" / "force_demographics_census2011.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))[1:]

    found = areas.read_areas("\n".join(f"{row[0]},{row[1]}" for row in rows))

    assert len(found) == len(rows) == 43
    assert ("Bedfordshire", 615_061) in found
