"""Tables of one question by another: chosen, refused in words, protected, the same on the page and in the files."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import choosing, crossings, publishing
from consultations.domain.concluding import OutcomeRefused
from consultations.domain.crossings import BY_CHANNEL
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import Channel, QuestionKind
from consultations.models import Answer
from engagement.enums import Role
from engagement.models import LogEntry
from tests.consultations.test_results import publish
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    RouteFactory,
)
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def questionnaire():
    """Three questions of one answer for everybody, one with several, and one in own words."""
    questionnaire = QuestionnaireFactory(asked=[])
    for place, key in enumerate(("how", "where", "when"), start=1):
        QuestionFactory(questionnaire=questionnaire, sort_order=place, key=key, text=f"{key.title()}?", ways=True)
    QuestionFactory(
        questionnaire=questionnaire,
        sort_order=4,
        key="which",
        text="Which?",
        kind=QuestionKind.SEVERAL,
        ways=True,
        dont_know=False,
    )
    QuestionFactory(questionnaire=questionnaire, sort_order=5, key="why", text="Why?", kind=QuestionKind.LONG_TEXT)
    return questionnaire


def add(consultation, row, column, actor):
    return choosing.add_table(consultation=consultation, row=row, column=column, actor=actor, at=NOW)


def answer(consultation, number, channel=Channel.ONLINE, **answers):
    values = {key: value if isinstance(value, list) else [value] for key, value in answers.items()}
    ResponseFactory.create_batch(number, consultation=consultation, channel=channel, answers=values)


def read(reply):
    text = b"".join(reply.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells_of(table):
    return {(line.key, cell.key): cell.count for line in table.lines for cell in line.cells}


@pytest.mark.requirement("R-059", "R-150")
def test_chosen_table_stands_on_the_page_in_the_file_and_in_its_own_file(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", BY_CHANNEL, involvement)
    answer(consultation, 24, how="PHONE")
    answer(consultation, 12, Channel.PAPER, how="PHONE")
    answer(consultation, 8, how="TEXT")
    answer(consultation, 16, Channel.PAPER, how="TEXT")
    answer(consultation, 11, how="LETTER")
    answer(consultation, 9, Channel.PAPER, how="LETTER")
    answer(consultation, 7, how="DONT_KNOW")
    answer(consultation, 6, Channel.PAPER, how="DONT_KNOW")
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    whole = read(client.get(reverse("consultations:consultation-results-csv", args=[consultation.slug])))
    single = read(client.get(reverse("consultations:consultation-table-csv", args=[consultation.slug, "table-1"])))

    (table,) = page.context["crossed"]
    assert table["headline"] == "67% of those who said “A phone call”: Online"
    assert table["heads"] == ["Online", "On paper"]
    assert [[cell["text"] for cell in line["cells"]] for line in table["lines"]] == [
        ["24 (67%)", "12 (33%)"],
        ["8 (33%)", "16 (67%)"],
        ["11 (55%)", "9 (45%)"],
        ["7 (54%)", "6 (46%)"],
    ]
    assert [row for row in whole if row["kind"] == "TABLE"] == single
    assert [(row["part"], row["answer"], row["count"], row["percent"], row["answered"]) for row in single[:2]] == [
        ("A phone call", "Online", "24", "67", "36"),
        ("A phone call", "On paper", "12", "33", "36"),
    ]
    assert "24 (67%)" in page.content.decode()


@pytest.mark.threat("P07")
def test_small_cell_is_withheld_with_what_it_follows_from_everywhere(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    for how, where, number in [
        *[("PHONE", "PHONE", 3), ("PHONE", "TEXT", 20), ("PHONE", "LETTER", 20), ("PHONE", "DONT_KNOW", 20)],
        *[("TEXT", "PHONE", 21), ("TEXT", "TEXT", 17), ("TEXT", "LETTER", 22), ("TEXT", "DONT_KNOW", 20)],
        *[("LETTER", "PHONE", 23), ("LETTER", "TEXT", 24), ("LETTER", "LETTER", 25), ("LETTER", "DONT_KNOW", 20)],
        *[("DONT_KNOW", "PHONE", 20), ("DONT_KNOW", "TEXT", 20), ("DONT_KNOW", "LETTER", 20)],
        ("DONT_KNOW", "DONT_KNOW", 20),
    ]:
        answer(consultation, number, how=how, where=where)
    consultation = publish(consultation, involvement)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))
    rows = read(client.get(reverse("consultations:consultation-table-csv", args=[consultation.slug, "table-1"])))

    (table,) = page.context["results"].crossings
    hidden = {key for key, count in cells_of(table).items() if count is None}
    assert hidden == {("PHONE", "PHONE"), ("PHONE", "TEXT"), ("TEXT", "PHONE"), ("TEXT", "TEXT")}
    assert [row["count"] for row in rows].count("") == len(hidden)
    assert {row["withheld"] for row in rows if not row["count"]} == {"yes"}


def test_tables_are_part_of_what_is_frozen(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    for how in ("PHONE", "TEXT", "LETTER", "DONT_KNOW"):
        for where in ("PHONE", "TEXT", "LETTER", "DONT_KNOW"):
            answer(consultation, 10, how=how, where=where)
    consultation = publish(consultation, involvement)
    address = reverse("consultations:consultation-results", args=[consultation.slug])
    before = client.get(address).context["results"]

    consultation.responses.all().delete()
    consultation.crossings.all().delete()

    assert client.get(address).context["results"] == before
    assert set(cells_of(before.crossings[0]).values()) == {10}


@pytest.mark.threat("P07", "P08")
def test_edition_keeps_the_tables_and_a_correction_by_few_is_refused(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    for how in ("PHONE", "TEXT", "LETTER", "DONT_KNOW"):
        for where in ("PHONE", "TEXT", "LETTER", "DONT_KNOW"):
            answer(consultation, 10, how=how, where=where)
    consultation = publish(consultation, involvement)
    moved = Answer.objects.filter(question="where", choice="PHONE", response__answers__choice="TEXT").values("pk")[:2]
    Answer.objects.filter(pk__in=[one["pk"] for one in moved]).update(choice="LETTER")

    page = client.get(reverse("consultations:consultation-edition", args=[consultation.slug, 1]))

    assert len(page.context["crossed"]) == 1
    with pytest.raises(OutcomeRefused, match="Too few answers have changed"):
        publishing.correct_numbers(consultation=consultation, note="Two were wrong.", actor=involvement, at=NOW)


@pytest.mark.threat("P07")
def test_ring_is_refused_in_words_and_nothing_is_lost(client, involvement, questionnaire):
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    address = reverse("consultations:manage-tables", args=[consultation.reference])
    client.force_login(involvement)
    for row, column in (("how", "where"), ("where", "when")):
        assert client.post(address, {"row": row, "column": column}).status_code == 302

    page = client.post(address, {"row": "when", "column": "how"})

    assert "would form a ring" in str(page.context["form"].errors)
    assert page.context["form"]["row"].value() == "when"
    assert crossings.pairs_of(consultation) == [("how", "where"), ("where", "when")]


@pytest.mark.threat("P07")
def test_question_and_the_one_that_decides_whether_it_is_asked_form_no_table(involvement, questionnaire):
    RouteFactory(question=questionnaire.questions.get(key="how"), choices=["TEXT"], goal="when")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)

    with pytest.raises(ConsultationRefused, match="decides whether people are asked"):
        add(consultation, "where", "how", involvement)
    add(consultation, "where", BY_CHANNEL, involvement)
    with pytest.raises(ConsultationRefused, match="would form a ring"):
        add(consultation, "how", BY_CHANNEL, involvement)


@pytest.mark.parametrize(
    ("row", "column", "field"),
    [
        ("why", "how", "row"),
        ("gone", "how", "row"),
        (BY_CHANNEL, "how", "row"),
        ("how", "which", "column"),
        ("how", "why", "column"),
        ("how", "gone", "column"),
        ("how", "how", "column"),
    ],
)
def test_what_cannot_stand_in_a_table_is_refused_beside_the_field(involvement, questionnaire, row, column, field):
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)

    with pytest.raises(ConsultationRefused) as refusal:
        add(consultation, row, column, involvement)

    assert refusal.value.field == field


def test_choosing_twice_is_choosing_once_and_leaving_out_twice_too(involvement, questionnaire):
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)

    for _ in range(2):
        add(consultation, "how", "where", involvement)
    chosen = crossings.pairs_of(consultation)
    for _ in range(2):
        choosing.remove_table(consultation=consultation, row="how", column="where", actor=involvement, at=NOW)

    assert (chosen, crossings.pairs_of(consultation)) == ([("how", "where")], [])
    acts = LogEntry.objects.filter(action__in=["consultation.table_chosen", "consultation.table_left_out"])
    assert acts.count() == 2


def test_nothing_is_chosen_or_left_out_once_published(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    consultation = publish(consultation, involvement)

    with pytest.raises(ConsultationRefused, match="stay as people read them"):
        add(consultation, "where", "when", involvement)
    with pytest.raises(ConsultationRefused, match="stay as people read them"):
        choosing.remove_table(consultation=consultation, row="how", column="where", actor=involvement, at=NOW)


@pytest.mark.threat("P08")
def test_tables_are_counted_only_once_nobody_can_answer(client, involvement, questionnaire):
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    answer(consultation, 40, how="PHONE", where="TEXT")
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    page = client.get(reverse("consultations:manage-tables", args=[consultation.reference]))
    file = client.get(reverse("consultations:manage-table-csv", args=[consultation.reference, "table-1"]))

    assert (page.context["results"], page.context["crossed"], page.context["chooses"]) == (None, [], False)
    assert file.status_code == 302


def test_office_sees_the_tables_before_publication_as_they_will_be(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "how", "where", involvement)
    answer(consultation, 40, how="PHONE", where="TEXT")
    answer(consultation, 2, how="TEXT", where="PHONE")
    client.force_login(involvement)
    address = reverse("consultations:manage-tables", args=[consultation.reference])

    before = client.get(address).context["crossed"]
    publish(consultation, involvement)

    assert client.get(address).context["crossed"] == before


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_however_many_tables(client, involvement, questionnaire, number, django_assert_num_queries):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    for row in ("how", "where", "when")[:number]:
        add(consultation, row, BY_CHANNEL, involvement)
    answer(consultation, 20, how="PHONE", where="TEXT", when="LETTER")
    consultation = publish(consultation, involvement)

    with django_assert_num_queries(2):
        page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert len(page.context["crossed"]) == number


@pytest.mark.parametrize("table", ["table-2", "question-9", "nothing"])
def test_table_that_is_not_there_has_no_file(client, involvement, questionnaire, table):
    consultation = publish(ConsultationFactory(closed=True, questionnaire=questionnaire), involvement)

    reply = client.get(reverse("consultations:consultation-table-csv", args=[consultation.slug, table]))

    assert reply.status_code == 404


@pytest.mark.threat("P07")
def test_several_choices_by_another_are_shown_whole_or_not_at_all(client, involvement, questionnaire):
    consultation = ConsultationFactory(closed=True, questionnaire=questionnaire)
    add(consultation, "which", BY_CHANNEL, involvement)
    for channel in (Channel.ONLINE, Channel.PAPER):
        answer(consultation, 20, channel, which=["PHONE", "TEXT"])
        answer(consultation, 20, channel, which=["LETTER"])
    client.force_login(involvement)
    address = reverse("consultations:manage-tables", args=[consultation.reference])

    shown = client.get(address).context["results"].crossings[0]
    answer(consultation, 3, Channel.PHONE, which=["TEXT"])
    answer(consultation, 30, Channel.PHONE, which=["LETTER", "PHONE"])
    small = client.get(address).context["results"].crossings[0]

    assert set(cells_of(shown).values()) == {20}
    assert (small.lines, small.why) == ((), crossings.TOO_TELLING)
