"""Themes are added, worded, merged and dropped; what was coded before keeps the words it was coded under."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import codeframes, coding
from consultations.domain.codeframes import ThemeRefused, Words
from consultations.models import Codeframe, CodeframeVersion, PastWording, Reading, Theme
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.analysis import ReadingFactory, ThemeFactory, write
from tests.factories.consultations import ConsultationFactory, QuestionFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    return ConsultationFactory(closed=True)


@pytest.fixture
def coder():
    return UserFactory(role=Role.INVOLVEMENT)


def add(consultation, coder, name="Waiting", **more):
    return codeframes.add_theme(consultation=consultation, words=Words(name=name), actor=coder, at=NOW, **more)


def change(theme, coder, parent=None, **words):
    return codeframes.change_theme(theme=theme, words=Words(**words), parent=parent, actor=coder, at=NOW)


def code(answer, coder, *themes):
    seen = coding.seen_in(coding.reading_of(answer))
    return coding.keep_reading(answer=answer, themes=themes, nothing=not themes, seen=seen, actor=coder, at=NOW)


def test_themes_are_numbered_and_listed_with_those_under_them(closed, coder):
    waiting = add(closed, coder)
    kindness = add(closed, coder, "Kindness")
    letters = add(closed, coder, "Letters come late", parent=waiting)

    listed = codeframes.themes_of(closed)

    assert listed == [kindness, waiting, letters]
    assert [theme.number for theme in (waiting, kindness, letters)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("words", "field", "why"),
    [
        (Words(name="  "), "name", "Name the theme."),
        (Words(name="WAITING"), "name", "There is a theme of this name already."),
        (Words(name="New", position="CROSS"), "position", "Choose one of the positions offered."),
    ],
)
def test_words_that_cannot_be_are_refused_beside_the_field(closed, coder, words, field, why):
    add(closed, coder)

    with pytest.raises(ThemeRefused, match=why) as refusal:
        codeframes.add_theme(consultation=closed, words=words, actor=coder, at=NOW)

    assert refusal.value.field == field


def test_name_may_stand_under_two_questions_but_not_beside_one_for_all(coder):
    draft = ConsultationFactory()
    QuestionFactory(questionnaire=draft.questionnaire, sort_order=5, key="q5", kind="LONG_TEXT")
    closed = ConsultationFactory(closed=True, questionnaire=draft.questionnaire)
    add(closed, coder, question="q4")
    add(closed, coder, question="q5")

    with pytest.raises(ThemeRefused, match="this name already"):
        add(closed, coder)
    with pytest.raises(ThemeRefused, match="Nobody was asked that question"):
        add(closed, coder, "Other", question="q1")


def test_theme_stands_at_most_one_level_below_another(closed, coder):
    above = add(closed, coder, "Above")
    below = add(closed, coder, "Below", parent=above)

    with pytest.raises(ThemeRefused, match="one level below"):
        add(closed, coder, "Deeper", parent=below)
    with pytest.raises(ThemeRefused, match="There are themes under this one"):
        change(above, coder, parent=add(closed, coder, "Top"), name="Above")


def test_other_words_make_a_version_and_earlier_codings_keep_theirs(closed, coder):
    theme = add(closed, coder)
    before = code(write(closed, "Too long."), coder, theme)

    theme = change(theme, coder, name="Waiting", definition="More than two days.")
    after = code(write(closed, "Three days."), coder, theme)

    assert (before.version, after.version, theme.since) == (1, 2, 2)
    assert list(PastWording.objects.values_list("theme", "since", "until", "definition")) == [(theme.pk, 1, 1, "")]
    assert CodeframeVersion.objects.get().change == "Other words for “Waiting”."


def test_other_words_for_a_theme_that_nothing_is_coded_under_make_no_version(closed, coder):
    change(add(closed, coder), coder, name="Waiting", definition="More than two days.")

    assert Codeframe.objects.get().version == 1
    assert Theme.objects.get().definition == "More than two days."


@pytest.mark.threat("P02")
def test_while_answers_come_in_there_is_one_version_and_no_day(coder):
    consultation = ConsultationFactory(open=True)
    theme, other = add(consultation, coder), add(consultation, coder, "Other")
    code(write(consultation, "Too long."), coder, theme)

    change(theme, coder, name="Waiting", definition="More than two days.")
    codeframes.merge_theme(theme=theme, into=other, actor=coder, at=NOW)

    assert list(Reading.objects.values_list("version", "read_on")) == [(1, None)]
    assert Codeframe.objects.get().version == 1
    assert not CodeframeVersion.objects.exists()
    assert not PastWording.objects.exists()


def test_merging_moves_each_coding_once_and_is_recorded(closed, coder):
    theme, into, child = add(closed, coder), add(closed, coder, "Delay"), None
    child = add(closed, coder, "Letters", parent=theme)
    one, both = write(closed, "Late."), write(closed, "Late, and slow.")
    code(one, coder, theme)
    code(both, coder, theme, into)

    moved = codeframes.merge_theme(theme=theme, into=into, actor=coder, at=NOW)

    child.refresh_from_db()
    theme.refresh_from_db()
    assert [[c.theme for c in coding.reading_of(a).codings.all()] for a in (one, both)] == [[into], [into]]
    assert (moved, theme.merged_into, theme.ended, child.parent) == (2, into, 2, into)
    assert CodeframeVersion.objects.get().moved == 2
    assert [one.name for one in codeframes.themes_of(closed)] == ["Delay", "Letters"]
    assert LogEntry.objects.get(action="theme.merged").data == {"into": into.number, "moved": 2, "version": 2}


def test_merging_into_a_theme_below_brings_that_theme_up(closed, coder):
    theme = add(closed, coder)
    below = add(closed, coder, "Letters", parent=theme)
    beside = add(closed, coder, "Calls", parent=theme)

    codeframes.merge_theme(theme=theme, into=below, actor=coder, at=NOW)

    below.refresh_from_db()
    beside.refresh_from_db()
    assert (below.parent, beside.parent) == (None, below)


def test_theme_is_merged_once_and_into_one_of_its_own_consultation(closed, coder):
    theme, into = add(closed, coder), add(closed, coder, "Delay")
    stranger = ThemeFactory(consultation=ConsultationFactory(closed=True))
    for impossible in (theme, stranger):
        with pytest.raises(ThemeRefused, match="Choose another theme"):
            codeframes.merge_theme(theme=theme, into=impossible, actor=coder, at=NOW)
    codeframes.merge_theme(theme=theme, into=into, actor=coder, at=NOW)

    with pytest.raises(ThemeRefused, match="merged this theme into another one meanwhile"):
        codeframes.merge_theme(theme=theme, into=into, actor=coder, at=NOW)


def test_only_a_theme_without_codings_is_dropped(closed, coder):
    used, unused = add(closed, coder), add(closed, coder, "Unused")
    code(write(closed, "Late."), coder, used)

    with pytest.raises(ThemeRefused, match="Merge it into another one"):
        codeframes.drop_theme(theme=used, actor=coder, at=NOW)
    codeframes.drop_theme(theme=unused, actor=coder, at=NOW)

    assert [theme.name for theme in Theme.objects.all()] == ["Waiting"]


def test_suggestion_serves_nobody_until_a_person_accepts_it(closed, coder):
    suggestion = add(closed, coder, "often, late", suggested=True)
    answer = write(closed, "Late.")
    with pytest.raises(coding.CodingRefused, match="Choose again"):
        code(answer, coder, suggestion)

    accepted = change(suggestion, coder, name="Letters come late")
    code(answer, coder, accepted)

    assert [theme.name for theme in codeframes.themes_of(closed)] == ["Letters come late"]


@pytest.mark.threat("A01")
def test_others_change_no_theme(closed):
    with pytest.raises(ThemeRefused, match="Only the Involvement Team"):
        add(closed, closed.activity.lead_commissioner)


def page(name, consultation, *more):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *more])


@pytest.fixture
def office(client, coder):
    client.force_login(coder)
    with time_machine.travel(NOW, tick=False):
        yield client


def test_theme_is_written_changed_merged_and_dropped_on_its_pages(office, closed):
    office.post(page("theme-add", closed), {"name": "Waiting", "definition": "Over two days", "position": "OPPOSES"})
    office.post(page("theme-add", closed), {"name": "Delay"})
    office.post(page("theme-add", closed), {"name": "Spare", "parent": "2"})
    office.post(page("theme", closed, 2), {"name": "Delays", "definition": "Any delay"})
    office.post(page("theme-merge", closed, 1), {"into": "2"})
    shown = office.post(page("theme-drop", closed, 3), follow=True).content.decode()

    assert list(Theme.objects.order_by("number").values_list("name", "merged_into__name")) == [
        ("Waiting", "Delays"),
        ("Delays", None),
    ]
    assert "“Spare” is gone." in shown
    assert "Any delay" in shown


def test_refusal_stands_beside_the_field_and_nothing_typed_is_lost(office, closed):
    ThemeFactory(consultation=closed, name="Waiting")

    reply = office.post(page("theme-add", closed), {"name": "Waiting", "definition": "Typed with care"})

    assert reply.context["form"].errors == {"name": ["There is a theme of this name already."]}
    assert "Typed with care" in reply.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_codeframe_costs_the_same_however_long(office, closed, coder, number, django_assert_num_queries):
    for _ in range(number):
        theme = ThemeFactory(consultation=closed)
        ReadingFactory(answer=write(closed, "Late."), themes=[theme], coder=coder)

    with django_assert_num_queries(8):
        reply = office.get(page("themes", closed))

    assert [row["theme"].texts for row in reply.context["rows"]] == [1] * number
