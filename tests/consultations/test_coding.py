"""One text at a time: read, put under themes, and on to the next, in an order that says nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from consultations.domain import codeframes, coding, responding, sealing, settling
from consultations.domain.codeframes import Words
from consultations.domain.coding import CodingRefused, Progress, Which
from consultations.enums import Channel
from consultations.models import Answer, Coding, Reading, Response, Theme
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.analysis import ReadingFactory, ThemeFactory, write
from tests.factories.consultations import CLOSES, ConsultationFactory, QuestionFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    draft = ConsultationFactory()
    QuestionFactory(questionnaire=draft.questionnaire, sort_order=5, key="q5", kind="LONG_TEXT", text="Anything else?")
    return ConsultationFactory(closed=True, questionnaire=draft.questionnaire)


@pytest.fixture
def coder():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, coder):
    client.force_login(coder)
    with time_machine.travel(NOW, tick=False):
        yield client


def address(consultation, text=None):
    name, more = ("code", [text.pk]) if text else ("coding", [])
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *more])


def keep(answer, coder, *themes, at=NOW, **more):
    seen = more.pop("seen", coding.seen_in(coding.reading_of(answer)))
    return coding.keep_reading(
        answer=answer, themes=themes, nothing=more.pop("nothing", False), seen=seen, actor=coder, at=at, **more
    )


def found(consultation, coder, **which):
    asked = Which(**which)
    texts = coding.texts(consultation=consultation, reader=coder, at=NOW, which=asked)
    return sorted(texts.values_list("text", flat=True))


def test_texts_are_found_by_question_channel_theme_state_and_words(closed, coder):
    theme = ThemeFactory(consultation=closed)
    late = write(closed, "Letters come late.", channel=Channel.PAPER)
    write(closed, "Nothing.", question="q5")
    kind = write(closed, "They were kind.")
    keep(late, coder, theme)
    keep(kind, coder, nothing=True)

    assert found(closed, coder, question="q5") == ["Nothing."]
    assert found(closed, coder, channel=Channel.PAPER) == ["Letters come late."]
    assert found(closed, coder, theme=theme.number) == ["Letters come late."]
    assert found(closed, coder, state="uncoded") == ["Nothing."]
    assert found(closed, coder, state="coded") == ["Letters come late."]
    assert found(closed, coder, state="nothing") == ["They were kind."]
    assert found(closed, coder, words="late letters") == ["Letters come late."]
    assert found(closed, coder, words="late kind") == []
    assert len(found(closed, coder)) == 3


@pytest.mark.threat("P02", "P08")
def test_only_settled_texts_are_read_and_only_by_the_involvement_team(closed, coder):
    write(closed, "Waits for nine more.", settled=False)
    write(closed, "Settled.")

    assert found(closed, coder) == ["Settled."]
    assert found(closed, closed.activity.lead_commissioner) == []
    assert found(closed, UserFactory(role=Role.ADMINISTRATOR)) == []


@pytest.mark.threat("P02")
def test_texts_come_once_each_in_the_order_of_random_keys_from_a_place_of_ones_own(closed, coder):
    other = UserFactory(role=Role.INVOLVEMENT)
    for number in range(12):
        write(closed, f"Text {number}")
    texts = coding.texts(consultation=closed, reader=coder, at=NOW)

    rounds = {}
    for person in (coder, other):
        text, seen = coding.next_text(texts, coder=person), []
        while text.pk not in seen:
            seen.append(text.pk)
            text = coding.next_text(texts, coder=person, after=text.pk)
        rounds[person] = seen

    by_key = sorted(texts.values_list("pk", flat=True))
    for seen in rounds.values():
        turn = by_key.index(seen[0])
        assert seen == by_key[turn:] + by_key[:turn]
    assert coding._start(coder) != coding._start(other)


def test_back_leads_to_where_one_came_from(closed, coder):
    for number in range(3):
        write(closed, f"Text {number}")
    texts = coding.texts(consultation=closed, reader=coder, at=NOW)
    first = coding.next_text(texts, coder=coder)
    second = coding.next_text(texts, coder=coder, after=first.pk)

    assert coding.next_text(texts, coder=coder, after=second.pk, back=True) == first
    assert coding.next_text(texts.filter(pk=first.pk), coder=coder, after=first.pk) is None


def test_reading_is_kept_with_its_coder_day_and_version_and_replaced_by_a_later_one(closed, coder):
    one, other, text = ThemeFactory(consultation=closed), ThemeFactory(consultation=closed), write(closed, "Late.")

    keep(text, coder, one)
    colleague = UserFactory(role=Role.INVOLVEMENT)
    keep(text, colleague, other)

    reading = Reading.objects.get()
    assert (reading.coder, reading.read_on, reading.version, reading.counts) == (colleague, NOW.date(), 1, True)
    assert [coding_.theme for coding_ in reading.codings.all()] == [other]


@pytest.mark.parametrize(
    ("which", "nothing", "words"),
    [
        ([], False, "Choose the themes that this text falls under"),
        (["own"], True, "It cannot be both"),
        (["stranger"], False, "merged or dropped meanwhile"),
        (["elsewhere"], False, "merged or dropped meanwhile"),
    ],
)
def test_impossible_codings_are_refused(closed, coder, which, nothing, words):
    themes = {
        "own": ThemeFactory(consultation=closed),
        "stranger": ThemeFactory(consultation=ConsultationFactory(closed=True)),
        "elsewhere": ThemeFactory(consultation=closed, question="q5"),
    }

    with pytest.raises(CodingRefused, match=words):
        keep(write(closed, "Late."), coder, *(themes[name] for name in which), nothing=nothing)

    assert not Reading.objects.exists()


@pytest.mark.threat("C04")
def test_second_of_two_who_code_one_text_is_told(closed, coder):
    theme, text = ThemeFactory(consultation=closed), write(closed, "Late.")
    keep(text, UserFactory(role=Role.INVOLVEMENT), theme)

    with pytest.raises(CodingRefused, match="Somebody else has coded this text"):
        keep(text, coder, nothing=True, seen="")

    assert Reading.objects.get().nothing is False


@pytest.mark.threat("A01")
def test_others_code_nothing(closed):
    with pytest.raises(CodingRefused, match="Only the Involvement Team"):
        keep(write(closed, "Late."), closed.activity.lead_commissioner, nothing=True)


@pytest.mark.threat("P02")
def test_coding_goes_with_the_answer_that_is_withdrawn(coder):
    consultation = ConsultationFactory(open=True)
    text = write(consultation, "Late.")
    keep(text, coder, ThemeFactory(consultation=consultation))
    code = "AB3CD4EF5GH6"
    Response.objects.update(receipt_hash=sealing.keyed_hash("receipt", code))

    responding.withdraw(consultation=consultation, code=code, at=NOW)

    assert (Reading.objects.count(), Coding.objects.count(), Theme.objects.count()) == (0, 0, 1)
    with pytest.raises(CodingRefused, match="changed or withdrawn"):
        keep(text, coder, nothing=True)


@pytest.mark.threat("P02")
def test_shuffle_keeps_every_coding_and_leaves_no_order_of_reading(coder):
    consultation = ConsultationFactory(open=True)
    theme = ThemeFactory(consultation=consultation)
    for number in range(12):
        keep(write(consultation, f"Text {number}"), coder, theme)
    before = sorted(Reading.objects.values_list()), sorted(Coding.objects.values_list())

    settling.shuffle(consultation=consultation, at=NOW)

    assert (sorted(Reading.objects.values_list()), sorted(Coding.objects.values_list())) == before
    for table in ("reading", "coding"):
        says_nothing = (
            f"SELECT count(DISTINCT xmin::text) = 1 FROM consultations_{table}"  # noqa: S608
            if connection.vendor == "postgresql"
            else f"SELECT count(*) = 12 FROM consultations_{table} WHERE rowid = key"  # noqa: S608
        )
        with connection.cursor() as cursor:
            cursor.execute(says_nothing)
            assert bool(cursor.fetchone()[0]) is True


@pytest.mark.threat("P02")
def test_log_tells_who_coded_and_not_which_text(closed, coder):
    theme = ThemeFactory(consultation=closed)
    text = write(closed, "Late.")

    keep(text, coder, theme)

    entry = LogEntry.objects.get(action="response.coded")
    assert (entry.actor, entry.subject_id) == (coder, str(closed.pk))
    assert entry.data == {"question": "q4", "round": "FIRST"}
    assert str(text.pk) not in f"{entry.summary} {entry.data}"


def test_progress_by_question(closed, coder):
    ReadingFactory(answer=write(closed, "Late."), nothing=True)
    write(closed, "Early.")
    write(closed, "No.", question="q5")

    progress = coding.progress_of(consultation=closed, reader=coder, at=NOW)

    assert progress == {"": Progress(1, 3, 1), "q4": Progress(1, 2, 1), "q5": Progress(0, 1)}


def test_saving_leads_to_the_next_text_that_nobody_has_coded_and_the_last_back_to_the_start(office, closed):
    theme = ThemeFactory(consultation=closed)
    texts = [write(closed, f"Text {number}") for number in range(3)]
    here = office.get(address(closed)).context["next_url"]

    led = []
    while here:
        reply = office.post(here, {"themes": [theme.number], "seen": "", "press": "save"})
        led.append(here)
        here = reply.url if "/coding/" in reply.url and not reply.url.endswith("/coding/") else ""

    assert sorted(led) == sorted(address(closed, text) for text in texts)
    assert Reading.objects.count() == 3
    assert "Every text is read" in office.get(address(closed)).content.decode()


def test_filter_stays_from_text_to_text(office, closed):
    for number in range(2):
        write(closed, f"Late {number}", channel=Channel.PAPER)
    write(closed, "Late online")
    start = office.get(address(closed), {"channel": "PAPER", "words": "late"})

    reply = office.post(start.context["next_url"], {"nothing": "on", "seen": ""})

    assert start.context["found"] == 2
    assert reply.url.endswith("?channel=PAPER&words=late")
    assert office.get(reply.url).context["channel"] == "On paper"


def test_new_theme_in_place_keeps_what_is_ticked_and_codes_nothing_yet(office, closed):
    ThemeFactory(consultation=closed, name="Waiting")
    text = write(closed, "Late and unkind.")

    reply = office.post(
        address(closed, text), {"themes": ["1"], "new_name": "Kindness", "new_definition": "Tone", "press": "add"}
    )

    form = reply.context["form"]
    assert form["themes"].value() == ["1", 2]
    assert (Theme.objects.get(number=2).question, Reading.objects.count()) == ("q4", 0)
    assert "“Kindness” is added and ticked." in reply.content.decode()


def test_new_theme_may_come_with_the_saving_press(office, closed):
    text = write(closed, "Late.")

    office.post(address(closed, text), {"new_name": "Waiting", "press": "save"})

    assert [one.theme.name for one in Reading.objects.get().codings.all()] == ["Waiting"]


def test_refused_saving_adds_no_theme_and_loses_nothing(office, closed):
    ThemeFactory(consultation=closed, name="Waiting")
    text = write(closed, "Late.")

    reply = office.post(address(closed, text), {"nothing": "on", "new_name": "Delay", "press": "save"})

    assert reply.context["form"].errors == {"themes": ["Choose themes, or “Nothing to code”. It cannot be both."]}
    assert 'value="Delay"' in reply.content.decode()
    assert Theme.objects.count() == 1


def test_text_that_is_coded_opens_with_its_themes_and_who_chose_them(office, closed):
    theme = ThemeFactory(consultation=closed)
    text = write(closed, "Late.")
    colleague = UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")
    keep(text, colleague, theme)

    reply = office.get(address(closed, text))

    assert reply.context["form"]["themes"].value() == [theme.number]
    assert "Coded by Noor Blake on Wednesday 16 September 2026, version 1." in reply.content.decode()


@pytest.mark.threat("A01")
def test_text_of_another_consultation_is_not_there(office, closed):
    stranger = write(ConsultationFactory(closed=True), "Late.")

    assert office.get(address(closed, stranger)).status_code == 404


@pytest.mark.threat("P02")
def test_no_moment_is_kept_of_a_reading_while_answers_come_in_and_its_day_afterwards(coder):
    consultation = ConsultationFactory(open=True)
    during, after = write(consultation, "One."), write(consultation, "Two.")

    keep(during, coder, nothing=True, at=NOW)
    keep(after, coder, nothing=True, at=CLOSES + timedelta(days=3))

    days = dict(Reading.objects.values_list("answer", "read_on"))
    assert days == {during.pk: None, after.pk: (CLOSES + timedelta(days=3)).date()}


@pytest.mark.parametrize("number", [1, 3])
def test_coding_costs_the_same_however_many(office, closed, number, django_assert_max_num_queries):
    for _ in range(number):
        keep(write(closed, "Late."), UserFactory(role=Role.INVOLVEMENT), ThemeFactory(consultation=closed))
    text = Answer.objects.first()

    # The circle of keys may have to be gone round, which asks once more for each way to a text.
    with django_assert_max_num_queries(13):
        office.get(address(closed))
    with django_assert_max_num_queries(18):
        office.get(address(closed, text))


def test_machine_never_codes(closed, coder):
    codeframes.add_theme(consultation=closed, words=Words(name="late"), suggested=True, actor=coder, at=NOW)
    ResponseFactory(consultation=closed, answers={"q4": ["late"]})

    assert not Reading.objects.exists()
