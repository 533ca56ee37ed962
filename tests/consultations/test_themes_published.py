"""Themes and quotes beside the results: frozen with each edition, protected, and never told by two editions."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import codeframes, editions, promising, publishing, quoting, theme_tables
from consultations.domain.publishing import OutcomeRefused
from consultations.enums import Publication
from consultations.models import Answer, Consultation, Quote, Theme
from engagement.enums import Role
from tests.factories.analysis import ReadingFactory, RedactionFactory, ThemeFactory, read_text, write
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=20)
WAITING = "Ranks and queues. Not the way home."


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True, said=True, decided=True)


@pytest.fixture
def waiting(consultation):
    """A theme under which nine people's words stand, seven of the fourteen others under another, seven under none."""
    theme = ThemeFactory(consultation=consultation, name="Waiting", definition=WAITING)
    other = ThemeFactory(consultation=consultation, name="Kindness")
    read(consultation, 9, theme)
    read(consultation, 7, other)
    read(consultation, 7)
    return theme


def read(consultation, number, *themes, **fields):
    """That many texts, read, and put under these themes."""
    texts = [write(consultation, "They came late.", **fields) for _ in range(number)]
    for text in texts:
        ReadingFactory(answer=text, themes=themes, nothing=not themes)
    return texts


def quote(theme, text, words="They came late."):
    """Lets approved words of a text stand behind a theme."""
    text.response.publication = Publication.WITHOUT_NAME
    text.response.save()
    redaction = RedactionFactory(answer=text, approved=True, text=words)
    return Quote.objects.create(theme=theme, redaction=redaction)


def recount(consultation, actor, at=LATER):
    return publishing.correct_numbers(consultation=consultation, note="More was read.", actor=actor, at=at)


def numbers(consultation, number):
    """What an edition tells of its themes, by name."""
    edition = editions.edition_of(consultation.revisions.get(number=number))
    return {one.name: one.count for table in edition.results.themes for one in table.themes}


@pytest.mark.requirement("R-060", "R-150")
def test_edition_holds_themes_definitions_quotes_and_method_as_they_were(consultation, waiting):
    quote(waiting, Answer.objects.filter(readings__codings__theme=waiting).first(), "They came [a day] late.")
    read_text(consultation, twice=True)
    consultation = report(consultation)
    Theme.objects.filter(pk=waiting.pk).update(name="Renamed", definition="Otherwise")

    edition = editions.edition_of(consultation.revisions.get())
    (table,) = edition.results.themes
    line = next(one for one in table.themes if one.name == "Waiting")

    assert (table.read, table.day) == (24, NOW.date())
    assert (line.definition, line.count, line.percent, line.quotes) == (WAITING, 9, 38, ("They came [a day] late.",))
    assert (edition.results.coding.coders, edition.results.coding.twice, edition.results.coding.share) == (24, 1, 4)
    assert edition.results == editions.public_now(consultation).results


@pytest.mark.threat("P07", "P08")
def test_small_themes_have_neither_number_nor_quotes_in_public(client, consultation, waiting):
    few = ThemeFactory(consultation=consultation, name="Few")
    quote(few, read(consultation, 3, few)[0], "Only we three.")
    report(consultation)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug])).content.decode()
    file = b"".join(client.get(reverse("consultations:consultation-results-csv", args=[consultation.slug]))).decode()

    assert ("Waiting" in page, "Few" in page, "Only we three." in page + file) == (True, True, False)
    kept = consultation.revisions.get().content
    assert "Only we three." not in str(kept)


@pytest.mark.threat("P08")
def test_words_of_those_who_did_not_let_us_are_in_no_edition(consultation, waiting):
    text = Answer.objects.filter(readings__codings__theme=waiting).first()
    quote(waiting, text, "Not for you.")
    text.response.publication = Publication.NONE
    text.response.save()

    report(consultation)

    assert "Not for you." not in str(consultation.revisions.get().content)


@pytest.mark.threat("P07")
def test_table_is_absent_where_the_number_of_answers_may_not_be_told(consultation, waiting):
    other = ThemeFactory(consultation=consultation, question="q4", name="Only here")
    assert numbers(report(consultation), 1).keys() >= {"Waiting", other.name}

    few = ConsultationFactory(closed=True, said=True)
    ResponseFactory.create_batch(20, consultation=few, answers={"q1": ["PHONE"]})
    read(few, 3, ThemeFactory(consultation=few))

    assert editions.edition_of(report(few).revisions.get()).results.themes == ()


@pytest.mark.threat("P07")
def test_themes_read_after_publication_come_with_a_recount(consultation, involvement):
    ResponseFactory.create_batch(12, consultation=consultation, answers={"q4": ["Late."]})
    report(consultation)
    theme = ThemeFactory(consultation=consultation, name="Waiting")
    for text in Answer.objects.filter(question="q4"):
        ReadingFactory(answer=text, themes=[theme])

    recount(consultation, involvement)

    assert (numbers(consultation, 1), numbers(consultation, 2)) == ({}, {"Waiting": None})


@pytest.mark.threat("P07")
@pytest.mark.parametrize(("more", "shown"), [(3, 9), (5, 14)])
def test_no_two_editions_tell_of_a_few(consultation, waiting, involvement, more, shown):
    """Each side by side with every earlier one, not the last alone."""
    report(consultation)
    read(consultation, more, waiting)
    read(consultation, 12, ThemeFactory(consultation=consultation, name="New"))

    recount(consultation, involvement)
    first, second = numbers(consultation, 1), numbers(consultation, 2)

    assert (first["Waiting"], second["Waiting"]) == (9, shown)
    assert ("New" in second) == (shown == 14)
    kept = consultation.revisions.get(number=2).counts["themes"]["q4"]["under"]
    assert kept[str(waiting.number)] == shown


@pytest.mark.threat("P07")
def test_theme_merged_after_publication_does_not_tell_how_many_said_both(consultation, waiting, involvement):
    kind = Theme.objects.get(name="Kindness")
    report(consultation)
    codeframes.merge_theme(theme=kind, into=waiting, actor=involvement, at=LATER)
    read(consultation, 10)

    recount(consultation, involvement)

    assert numbers(consultation, 2) == numbers(consultation, 1)


@pytest.mark.threat("P07")
def test_numbers_are_held_against_every_edition_not_the_last_alone(consultation, involvement):
    ResponseFactory.create_batch(20, consultation=consultation, answers={"q1": ["PHONE"]})
    report(consultation)
    ResponseFactory.create_batch(8, consultation=consultation, answers={"q1": ["TEXT"]})
    recount(consultation, involvement)
    gone = consultation.responses.filter(answers__choice="TEXT").values_list("pk", flat=True)[:6]
    consultation.responses.filter(pk__in=list(gone)).delete()

    with pytest.raises(OutcomeRefused, match="Too few answers have changed"):
        recount(consultation, involvement)


@pytest.mark.requirement("R-060")
def test_quote_taken_back_leaves_every_edition(client, consultation, waiting, involvement):
    kept = quote(waiting, Answer.objects.filter(readings__codings__theme=waiting).first(), "They knew my dog.")
    report(consultation)
    kept.delete()
    recount(consultation, involvement)
    earlier = reverse("consultations:consultation-edition", args=[consultation.slug, 1])

    with time_machine.travel(LATER, tick=False):
        page, file = client.get(earlier).content.decode(), client.get(f"{earlier}results.csv")

    assert numbers(consultation, 2) == numbers(consultation, 1)
    assert "They knew my dog." not in page + b"".join(file).decode()
    assert "Some words that stood here as quotes are public no longer" in page


@pytest.mark.requirement("R-060")
def test_public_pages_and_the_file_show_themes_quotes_and_method(client, consultation, waiting):
    quote(waiting, Answer.objects.filter(readings__codings__theme=waiting).first(), "They came [a day] late.")
    read_text(consultation, twice=True)
    report(consultation)
    address = reverse("consultations:consultation-results", args=[consultation.slug])

    page = client.get(address).content.decode()
    overview = client.get(consultation.get_absolute_url()).content.decode()
    file = b"".join(client.get(f"{address[:-1]}.csv")).decode("utf-8-sig").splitlines()
    rows = {(one["kind"], one["answer"]): one for one in csv.DictReader(file)}

    method = "A second person read 1 text (4%)"
    assert [
        words for words in ("38% wrote about “Waiting”", WAITING, "They came [a day] late.") if words not in page
    ] == []
    assert (method in page, method in overview) == (True, True)
    assert (rows["THEME", "Waiting"]["count"], rows["THEME", "Waiting"]["part"]) == ("9", WAITING)
    assert rows["QUOTE", "They came [a day] late."]["part"] == "Waiting"


@pytest.mark.requirement("R-060")
def test_edition_keeps_promises_as_they_stood(client, consultation, involvement):
    day = NOW.date() + timedelta(days=60)
    promise = promising.make_promise(
        consultation=consultation,
        words="open two evening hubs",
        owner=involvement,
        due_on=day,
        actor=involvement,
        at=NOW,
    )
    report(consultation, outcome=True)
    type(promise).objects.update(words="open one evening hub")
    first, second = (
        reverse("consultations:consultation-edition", args=[consultation.slug, number]) for number in (1, 2)
    )

    assert "open two evening hubs" in client.get(second).content.decode()
    assert "evening hub" not in client.get(first).content.decode()
    assert "open one evening hub" in client.get(consultation.get_absolute_url()).content.decode()


def test_office_reads_published_themes_once_they_are_public(consultation, waiting):
    report(consultation)
    read(consultation, 1, waiting)

    (table,) = theme_tables.tables_read(Consultation.objects.get(pk=consultation.pk), at=LATER)

    assert table.read == 23
    assert quoting.quotes_of(consultation) == {}
