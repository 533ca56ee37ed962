"""One person redacts, another approves; who reads what then; and the words that stand for a theme."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import coding, quoting, redacting, responding, sealing, settling, theme_tables
from consultations.domain.quoting import QuoteRefused
from consultations.domain.redacting import RedactionRefused, Standing
from consultations.enums import Publication
from consultations.models import Quote, Redaction, Response
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.analysis import ReadingFactory, RedactionFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

SAID = "My husband Dave found my letters. Ring 07700 900123."
SHOWN = "My husband [a name] found my letters. Ring [a number or address]."
LINES = [("Dave", "NAME"), ("07700 900123", "CONTACT")]


@pytest.fixture
def closed():
    return ConsultationFactory(closed=True)


@pytest.fixture
def writer():
    return UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")


@pytest.fixture
def second():
    return UserFactory(role=Role.INVOLVEMENT, name="Ada Reed")


@pytest.fixture
def office(client, writer):
    client.force_login(writer)
    with time_machine.travel(NOW, tick=False):
        yield client


def keep(text, actor, lines=LINES, **more):
    seen = more.pop("seen", redacting.seen_in(redacting.redaction_of(text)))
    withheld = more.pop("withheld", False)
    return redacting.keep_redaction(answer=text, lines=lines, withheld=withheld, seen=seen, actor=actor, at=NOW)


def approve(redaction, actor):
    return redacting.approve(redaction=redaction, seen=redacting.seen_in(redaction), actor=actor, at=NOW)


def page(name, consultation, *args):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *args])


# Redacting


def test_text_is_kept_without_the_parts_and_the_words_taken_out_stand_nowhere(closed, writer):
    redaction = keep(write(closed, SAID), writer)

    assert (redaction.text, redaction.state, redaction.written_on) == (SHOWN, "TO_APPROVE", NOW.date())
    assert redaction.parts == [[11, 15, "NAME"], [39, 51, "CONTACT"]]
    assert "Dave" not in str(Redaction.objects.values().get())


@pytest.mark.threat("P02")
def test_no_day_is_kept_while_answers_come_in_and_the_log_names_no_text(writer, second):
    text = write(ConsultationFactory(open=True), SAID)

    redaction = approve(keep(text, writer), second)

    entries = [f"{one.summary} {one.data}" for one in LogEntry.objects.all()]
    assert (redaction.written_on, redaction.approved_on) == (None, None)
    assert len(entries) == 2
    assert [one for one in entries if str(text.pk) in one or "Dave" in one] == []


@pytest.mark.parametrize(
    ("lines", "withheld", "field"),
    [
        ([("David", "NAME")], False, "words_0"),
        ([("", ""), ("Dave", "")], False, "reason_1"),
        ([(SAID, "DETAIL")], False, "withheld"),
    ],
)
def test_impossible_redactions_are_refused_beside_their_line(closed, writer, lines, withheld, field):
    with pytest.raises(RedactionRefused) as refusal:
        keep(write(closed, SAID), writer, lines, withheld=withheld)

    assert refusal.value.field == field
    assert not Redaction.objects.exists()


@pytest.mark.threat("C04")
def test_second_of_two_who_redact_one_text_is_told(closed, writer, second):
    text = write(closed, SAID)
    keep(text, second)

    with pytest.raises(RedactionRefused, match="Somebody else has redacted"):
        keep(text, writer, [], seen="")

    assert Redaction.objects.get().text == SHOWN


@pytest.mark.threat("A01")
def test_two_people_must_see_a_text_and_only_readers_do(closed, writer, second):
    text = write(closed, SAID)
    redaction = keep(text, writer)

    with pytest.raises(RedactionRefused, match="A second person"):
        approve(redaction, writer)
    with pytest.raises(RedactionRefused, match="Only the Involvement Team"):
        approve(redaction, closed.activity.lead_commissioner)
    with pytest.raises(RedactionRefused, match="Only the Involvement Team"):
        keep(text, closed.activity.lead_commissioner)

    assert approve(redaction, second).state == "APPROVED"
    with pytest.raises(RedactionRefused, match="Somebody has decided"):
        approve(redaction, second)


def test_sent_back_says_why_and_redacting_anew_voids_what_was_approved(closed, writer, second):
    text = write(closed, SAID)
    redaction = keep(text, writer)
    seen = redacting.seen_in(redaction)

    with pytest.raises(RedactionRefused, match="Say what has to change"):
        redacting.send_back(redaction=redaction, reason=" ", seen=seen, actor=second, at=NOW)
    redacting.send_back(redaction=redaction, reason="The letters, too.", seen=seen, actor=second, at=NOW)
    redaction.refresh_from_db()
    assert (redaction.state, redaction.sent_back) == ("SENT_BACK", "The letters, too.")
    approve(keep(text, writer), second)
    anew = keep(text, second, [("Dave", "NAME")])

    assert (anew.state, anew.approved_by) == ("TO_APPROVE", None)


@pytest.mark.threat("P02")
def test_changed_or_withdrawn_text_takes_its_redaction_and_quotes_along(writer, second):
    consultation = ConsultationFactory(open=True)
    redaction = approve(keep(write(consultation, SAID), writer), second)
    Quote.objects.create(redaction=redaction, theme=ThemeFactory(consultation=consultation))
    Response.objects.update(receipt_hash=sealing.keyed_hash("receipt", "AB3CD4EF5GH6"))

    responding.withdraw(consultation=consultation, code="AB3CD4EF5GH6", at=NOW)

    assert (Redaction.objects.count(), Quote.objects.count()) == (0, 0)


@pytest.mark.threat("P02")
def test_shuffle_keeps_every_redaction_and_quote(closed):
    theme = ThemeFactory(consultation=closed)
    for number in range(12):
        Quote.objects.create(redaction=RedactionFactory(answer=write(closed, f"Text {number}")), theme=theme)
    before = sorted(Redaction.objects.values_list("pk", "text")), sorted(Quote.objects.values_list())

    settling.shuffle(consultation=closed, at=NOW)

    assert (sorted(Redaction.objects.values_list("pk", "text")), sorted(Quote.objects.values_list())) == before


def test_standing_counts_every_text_once(closed, writer):
    write(closed, "One.")
    RedactionFactory(answer=write(closed, "Two."))
    RedactionFactory(answer=write(closed, "Three."), sent_back="The name.")
    RedactionFactory(answer=write(closed, "Four."), approved=True)
    RedactionFactory(answer=write(closed, "Five."), approved=True, withheld=True, text="")

    assert redacting.standing_of(consultation=closed, reader=writer, at=NOW) == Standing(5, 1, 1, 1, 1, 1)


# On the pages


def test_suggestions_stand_in_the_lines_and_what_is_kept_leads_to_the_next(office, closed):
    text, other = write(closed, SAID), write(closed, "Late.")
    here = page("redact", closed, text.pk)
    form = office.get(here).context["form"]
    lines = {"words_0": "Dave", "reason_0": "NAME", "words_1": "07700 900123", "reason_1": "CONTACT", "seen": ""}

    preview = office.post(here, {**lines, "press": "preview"})
    more = office.post(here, {**lines, "press": "more"})
    reply = office.post(here, {**lines, "press": "save"})

    assert [(words.value(), why.value(), machine) for words, why, machine in form.rows()][:2] == [
        ("Dave", "NAME", True),
        ("07700 900123", "CONTACT", True),
    ]
    assert preview.context["shown"] == SHOWN
    assert len(more.context["form"].rows()) == 6
    assert reply.url == page("redact", closed, other.pk)
    assert Redaction.objects.get().text == SHOWN


def test_words_that_are_not_in_the_text_are_shown_where_they_were_typed(office, closed):
    reply = office.post(
        page("redact", closed, write(closed, SAID).pk),
        {"words_0": "Dave", "reason_0": "NAME", "words_1": "David", "reason_1": "NAME", "seen": "", "press": "save"},
    )

    assert reply.context["form"].errors == {"words_1": ["These words do not stand in the text like this."]}
    assert 'value="David"' in reply.content.decode()


def test_second_person_compares_both_and_approves(client, office, closed, writer, second):
    text = write(closed, SAID)
    keep(text, writer)
    here = page("approve", closed, text.pk)
    own = office.get(here).content.decode()
    client.force_login(second)

    both = client.get(here)
    client.post(here, {"press": "approve", "seen": both.context["form"]["seen"].value()})

    assert "A second person approves it" in own
    assert "husband Dave" in both.content.decode()
    assert "husband [a name]" in both.content.decode()
    assert Redaction.objects.get().approved_by == second


# Who reads what


@pytest.mark.threat("A01", "A07")
@pytest.mark.parametrize("role", [*Role])
def test_only_the_involvement_team_and_the_own_lead_read_redacted_texts(client, closed, role):
    person = UserFactory(role=role)
    RedactionFactory(answer=write(closed, "They Dave."), approved=True, text="They [a name].")
    client.force_login(person)

    with time_machine.travel(NOW, tick=False):
        reply = client.get(page("said", closed))

    readable = Redaction.objects.readable_by(person, at=NOW).exists()
    assert (reply.status_code, readable) == ((200, True) if role == Role.INVOLVEMENT else (404, False))


@pytest.mark.threat("A07")
def test_lead_reads_what_is_approved_of_own_activity_and_never_the_original(client, closed):
    theme = ThemeFactory(consultation=closed)
    approved = write(closed, "They Dave.")
    ReadingFactory(answer=approved, themes=[theme])
    RedactionFactory(answer=approved, approved=True, text="They [a name].")
    RedactionFactory(answer=write(closed, "Not approved Bob."), text="Not yet [a name].")
    RedactionFactory(answer=write(closed, "Kept Cy."), approved=True, withheld=True, text="")
    write(closed, "Never redacted Di.")
    client.force_login(closed.activity.lead_commissioner)

    with time_machine.travel(NOW, tick=False):
        read = client.get(page("said", closed)).content.decode()
        narrowed = client.get(page("said", closed), {"question": "q4", "theme": theme.number})
        detail = client.get(page("detail", closed)).content.decode()
        refused = [
            client.get(page(name, closed, *args)).status_code
            for name, args in (
                ("redactions", []),
                ("redact", [approved.pk]),
                ("approve", [approved.pk]),
                ("coding", []),
            )
        ]

    assert "They [a name]." in read
    assert [word for word in ("Dave", "Bob", "Cy.", "Di.", "Not yet") if word in read] == []
    assert [row["text"] for row in narrowed.context["rows"]] == ["They [a name]."]
    assert page("said", closed) in detail
    assert refused == [404] * 4


@pytest.mark.parametrize("number", [1, 3])
def test_reading_costs_the_same_however_many(client, closed, number, django_assert_max_num_queries):
    for _ in range(number):
        theme, text = ThemeFactory(consultation=closed), write(closed, "Late.")
        ReadingFactory(answer=text, themes=[theme])
        RedactionFactory(answer=text, approved=True)
        RedactionFactory(answer=write(closed, "Late."))
    client.force_login(closed.activity.lead_commissioner)

    with time_machine.travel(NOW, tick=False):
        with django_assert_max_num_queries(12):
            assert len(client.get(page("said", closed)).context["rows"]) == number
        client.force_login(UserFactory(role=Role.INVOLVEMENT))
        with django_assert_max_num_queries(14):
            assert len(client.get(page("redactions", closed)).context["rows"]) == number


# Quotes


def coded(consultation, theme, *, publication=Publication.WITHOUT_NAME, **fields):
    """An approved text under a theme whose writer lets us publish it."""
    text = write(consultation, "Late.", publication=publication)
    ReadingFactory(answer=text, themes=[theme])
    return RedactionFactory(answer=text, **{"approved": True, **fields})


def choose(theme, actor, *redactions, seen=None):
    keys = [one.pk for one in redactions]
    seen = quoting.seen_in(theme) if seen is None else seen
    return quoting.choose_quotes(theme=theme, keys=keys, seen=seen, actor=actor, at=NOW)


def themes_of(consultation):
    settling.settle(consultation=consultation, at=NOW, for_good=True)
    (table,) = theme_tables.tables_read(consultation, at=NOW)
    return {result.name: result for result in table.themes}


def quotes_of(consultation):
    return {name: result.quotes for name, result in themes_of(consultation).items()}


@pytest.mark.threat("P08")
def test_quotes_come_from_approved_texts_under_the_theme_of_those_who_let_us(closed, writer):
    theme, other = ThemeFactory(consultation=closed, name="Waiting"), ThemeFactory(consultation=closed)
    good = [coded(closed, theme) for _ in range(6)]
    for _ in range(10):
        ReadingFactory(answer=write(closed, "Kind."), themes=[other])
    bad = [
        coded(closed, theme, publication=Publication.NONE),
        coded(closed, theme, approved=False),
        coded(closed, other),
    ]

    assert set(quoting.quotable_under(theme)) == set(good)
    for one in bad:
        with pytest.raises(QuoteRefused, match="may not be quoted"):
            choose(theme, writer, one)
    with pytest.raises(QuoteRefused, match="Only the Involvement Team"):
        choose(theme, closed.activity.lead_commissioner, good[0])
    choose(theme, writer, *good[:2])

    assert set(quotes_of(closed)["Waiting"]) == {good[0].text, good[1].text}


@pytest.mark.threat("P08")
@pytest.mark.parametrize(("sensitive", "people", "shown"), [(False, 5, 1), (False, 4, 0), (True, 9, 0), (True, 10, 1)])
def test_no_quote_stands_beside_a_number_that_is_withheld(writer, sensitive, people, shown):
    consultation = ConsultationFactory(closed=True, sensitive=sensitive)
    theme, most = ThemeFactory(consultation=consultation, name="Few"), ThemeFactory(consultation=consultation)
    redactions = [coded(consultation, theme) for _ in range(people)]
    for _ in range(20):
        ReadingFactory(answer=write(consultation, "Kind."), themes=[most])
    choose(theme, writer, redactions[0])

    results = themes_of(consultation)

    assert len(results["Few"].quotes) == shown
    assert (results["Few"].count is not None) == bool(shown)


def test_quote_goes_when_the_text_is_redacted_anew_or_coded_elsewhere(closed, writer):
    theme, other = ThemeFactory(consultation=closed, name="Waiting"), ThemeFactory(consultation=closed)
    redactions = [coded(closed, theme) for _ in range(7)]
    choose(theme, writer, *redactions[:2])
    first, second = redactions[:2]
    keep(first.answer, writer, [])
    coding.keep_reading(
        answer=second.answer,
        themes=[other],
        nothing=False,
        seen=coding.seen_in(coding.reading_of(second.answer)),
        actor=writer,
        at=NOW,
    )

    assert quotes_of(closed)["Waiting"] == ()


@pytest.mark.threat("C04")
def test_second_of_two_who_choose_is_told_and_no_more_than_six_stand(closed, writer):
    theme = ThemeFactory(consultation=closed)
    redactions = [coded(closed, theme) for _ in range(8)]
    choose(theme, writer, redactions[0])

    with pytest.raises(QuoteRefused, match="Somebody else has chosen"):
        choose(theme, writer, redactions[1], seen="")
    with pytest.raises(QuoteRefused, match="at most 6"):
        choose(theme, writer, *redactions)


def test_quotes_are_chosen_on_their_page(office, closed):
    theme = ThemeFactory(consultation=closed)
    redaction = coded(closed, theme)
    here = page("quotes", closed, theme.number)
    seen = office.get(here).context["form"]["seen"].value()

    reply = office.post(here, {"quotes": [str(redaction.pk)], "seen": seen})

    assert reply.url == page("themes", closed)
    assert Quote.objects.get().redaction == redaction
