"""What becomes of comments: placed in the next version, answered theme by theme, public once it is time (R-060)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain import comment_themes, disposing, documents, specifications
from consultations.domain.comment_themes import ThemeNotRenamed
from consultations.domain.disposing import REMOVED, DispositionRefused
from consultations.models import Comment, CommentTheme, MovedPart
from engagement.domain.calendar import uk_time
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.comments import draft_on_page, moderated, on_draft, send, settled
from tests.factories.consultations import CLOSES
from tests.factories.engagement import NOW, UserFactory
from tests.factories.portal import ActivityPageFactory, SpecificationPageFactory, clause, published

pytestmark = pytest.mark.django_db

LATER = CLOSES.replace(month=11)
DAY = timedelta(days=1)


@pytest.fixture
def specification():
    return SpecificationPageFactory(parent=ActivityPageFactory(live=True), live=True)


@pytest.fixture
def consultation(specification):
    return draft_on_page(specification)


@pytest.fixture
def lead(consultation):
    person = UserFactory(role=Role.LEAD_COMMISSIONER, name="Imogen Vale")
    type(consultation.activity).objects.filter(pk=consultation.activity_id).update(lead_commissioner=person)
    consultation.refresh_from_db()
    return person


@pytest.fixture
def team():
    return UserFactory(role=Role.INVOLVEMENT)


def next_version(specification, *, remove="", heading="First contact"):
    """Version 2: a section of text before all others, the indicators therefore 4; `remove` takes a section away."""
    page = type(specification).objects.get(pk=specification.pk)
    kept = [block for block in page.content.get_prep_value() if block["type"] != remove]
    for block in kept:
        if block["type"] == "indicators":
            block["value"]["clauses"][0]["value"]["heading"] = heading
    page.content = [{"type": "section", "value": {"title": "New", "clauses": [clause("New.")]}}, *kept]
    return published(page).versions.order_by("-number").first()


def said(consultation, team, text="Ring within two days.", *, number="3.1", theme="Ring sooner", comments=1):
    """Comments under a theme; gives the theme."""
    sent = [send(consultation, f"{text} {one}", number=number) for one in range(comments)]
    settled(consultation)
    for row in sent:
        row.refresh_from_db()
        moderated(row, new_theme=theme, actor=team)
    return CommentTheme.objects.get(consultation=consultation, name=theme)


def dispose(theme, actor, disposition="ACCEPTED", why="It now says two days.", *, at=LATER, seen=None):
    fresh = CommentTheme.objects.get(pk=theme.pk)
    seen = disposing.seen_in(fresh) if seen is None else seen
    return disposing.dispose(theme=theme, disposition=disposition, why=why, seen=seen, actor=actor, at=at)


def page(consultation, name, *more):
    return reverse(f"consultations:{name}", args=[consultation.reference, *more])


# Placing sections


def test_section_is_proposed_by_its_block_then_its_heading_then_its_words(consultation, specification):
    before = documents.document_of(consultation).numbered("3.1")
    newer = documents.read(next_version(specification))
    there = list(newer.parts())
    other_block = documents.Part("x", "9.1", before.heading.upper(), "", "")
    other_heading = documents.Part("y", "9.2", "Other", "", before.digest)

    same = disposing.proposal(before, there)
    by_heading = disposing.proposal(before, [other_block, other_heading])
    by_words = disposing.proposal(before, [other_heading])

    assert (same[0].number, same[1]) == ("4.1", "the same place in the text, perhaps moved")
    assert (by_heading[0].number, by_words[0].number) == ("9.1", "9.2")
    assert disposing.proposal(before, [other_block, documents.Part("z", "9.3", before.heading, "", "")]) == (None, "")


@pytest.mark.requirement("R-059", "R-060")
def test_comment_stays_on_its_version_and_says_where_its_section_is_now(client, consultation, specification, team):
    said(consultation, team)
    version = next_version(specification)
    client.force_login(team)
    with time_machine.travel(LATER, tick=False):
        placing = client.get(page(consultation, "manage-moves"))
        form = placing.context["form"]
        part = Comment.objects.get().part
        proposed = form[part].value()
        client.post(page(consultation, "manage-moves"), {"version": version.number, part: proposed})
        client.logout()
        address = reverse("consultations:consultation-document-part", args=[consultation.slug, "3.1"])
        shown = client.get(address).content.decode()
        whole = client.get(reverse("consultations:consultation-document", args=[consultation.slug])).content.decode()

    row = MovedPart.objects.get()
    assert (proposed, row.now_number, row.decided_by) == ("4.1", "4.1", team)
    assert "3.1 First contact: where does it stand now?" in placing.content.decode()
    assert "Commented on version 1" in shown
    for words in (shown, whole):
        assert "now section 4.1" in words
        assert version.get_absolute_url() + f"#{row.now_part}" in words
    assert LogEntry.objects.filter(action="consultation.sections_placed", actor=team).count() == 1


def test_section_that_is_gone_is_said_to_be_gone(client, consultation, specification, team):
    said(consultation, team)
    version = next_version(specification)
    part = Comment.objects.get().part
    disposing.keep_moves(consultation=consultation, version=version.number, moves={part: REMOVED}, actor=team, at=LATER)

    with time_machine.travel(LATER, tick=False):
        address = reverse("consultations:consultation-document-part", args=[consultation.slug, "3.1"])
        shown = client.get(address).content.decode()

    assert "not there any more in version 2" in shown


def test_sections_are_placed_in_the_newest_version_only_and_by_those_who_may(consultation, specification, team):
    said(consultation, team)
    version = next_version(specification)
    part, stranger = Comment.objects.get().part, UserFactory(role=Role.LEAD_COMMISSIONER)
    given = {"consultation": consultation, "at": LATER}

    with pytest.raises(DispositionRefused, match="newer version"):
        disposing.keep_moves(version=1, moves={part: "4.1"}, actor=team, **given)
    with pytest.raises(DispositionRefused, match="Choose a section"):
        disposing.keep_moves(version=version.number, moves={part: "77"}, actor=team, **given)
    with pytest.raises(DispositionRefused, match="Only the Involvement Team"):
        disposing.keep_moves(version=version.number, moves={part: "4.1"}, actor=stranger, **given)
    assert not MovedPart.objects.exists()


def test_without_a_newer_version_there_is_nothing_to_place(client, consultation, team):
    client.force_login(team)

    with time_machine.travel(LATER, tick=False):
        reply = client.get(page(consultation, "manage-moves"), follow=True)

    assert "There is no newer version yet." in reply.content.decode()


# What becomes of a theme


@pytest.mark.requirement("R-060")
def test_lead_says_what_becomes_of_a_theme_and_the_next_version_shows_it(
    client, consultation, specification, lead, team
):
    theme = said(consultation, team, comments=6)
    version = next_version(specification)
    part = Comment.objects.first().part
    disposing.keep_moves(consultation=consultation, version=2, moves={part: "4.1"}, actor=team, at=LATER)
    client.force_login(lead)
    with time_machine.travel(LATER, tick=False):
        address = page(consultation, "manage-disposition", theme.pk)
        seen = client.get(address).context["form"].initial["seen"]
        client.post(address, {"disposition": "PARTLY_ACCEPTED", "why": "Two working days.", "seen": seen})
        client.logout()
        beside = client.get(version.get_absolute_url()).content.decode()
        overview = client.get(consultation.get_absolute_url()).content.decode()
        older = client.get(consultation.specification_path).content.decode()

    for words in (beside, overview):
        assert "Partly accepted" in words
        assert "Two working days." in words
        assert "6 comments" in words
        assert "Imogen Vale" not in words
    assert "Two working days." not in older
    assert LogEntry.objects.get(action="consultation.comments_answered").actor == lead


@pytest.mark.threat("P07")
def test_small_number_of_comments_is_not_shown(consultation, specification, lead, team):
    many, few = said(consultation, team, comments=9), said(consultation, team, theme="Ring later", comments=2)
    next_version(specification)
    for theme in (many, few):
        dispose(theme, lead)

    shown = {one.theme.name: one.comments for one in disposing.public_themes(consultation, at=LATER)}

    assert shown == {"Ring sooner": None, "Ring later": None}


def test_dispositions_wait_for_closing_and_for_a_newer_version(consultation, specification, lead, team):
    theme = said(consultation, team)

    with pytest.raises(DispositionRefused, match="People can still comment"):
        dispose(theme, lead, at=NOW)
    dispose(theme, lead)
    before = disposing.public_themes(consultation, at=LATER)
    next_version(specification)

    assert before == []
    assert len(disposing.public_themes(consultation, at=LATER)) == 1
    assert disposing.public_themes(consultation, at=NOW) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"disposition": "ODD"}, "disposition"), ({"why": " "}, "why"), ({"why": "x" * 1001}, "why"), ({"seen": "x"}, "")],
)
def test_disposition_needs_all_of_it(consultation, lead, team, given, field):
    theme = said(consultation, team)

    with pytest.raises(DispositionRefused) as refusal:
        dispose(theme, lead, **given)

    assert refusal.value.field == field


def test_nobody_but_the_lead_of_the_activity_says_what_becomes_of_it(client, consultation, lead, team):
    theme = said(consultation, team)
    others = [team, UserFactory(role=Role.LEAD_COMMISSIONER), UserFactory(role=Role.AUDITOR)]

    with time_machine.travel(LATER, tick=False):
        for person, status in zip(others, (200, 404, 404), strict=True):
            client.force_login(person)
            assert client.get(page(consultation, "manage-dispositions")).status_code == status
            assert client.get(page(consultation, "manage-disposition", theme.pk)).status_code == 404
    for person in others:
        with pytest.raises(DispositionRefused):
            dispose(theme, person)


def test_theme_of_another_consultation_is_not_there(client, consultation, lead, team):
    other = said(on_draft(), team)
    client.force_login(lead)

    assert client.get(page(consultation, "manage-disposition", other.pk)).status_code == 404


@pytest.mark.requirement("R-060")
def test_what_the_public_read_stays_readable_with_its_days_when_it_is_changed(
    client, consultation, specification, lead, team
):
    theme = said(consultation, team, comments=12)
    dispose(theme, lead, "NOT_ACCEPTED", "There was no money.")
    dispose(theme, lead, "NOT_ACCEPTED", "There is no money for it.", at=LATER + DAY)
    next_version(specification)
    dispose(theme, lead, "ACCEPTED", "Now there is.", at=LATER + 2 * DAY)
    dispose(theme, lead, "ACCEPTED", "Now there is.", at=LATER + 3 * DAY)

    (shown,) = disposing.public_themes(consultation, at=LATER + 4 * DAY)
    with time_machine.travel(LATER + 4 * DAY, tick=False):
        address = reverse("consultations:consultation-document-part", args=[consultation.slug, "3.1"])
        public = " ".join(client.get(address).content.decode().split())

    assert [(past.disposition, past.why) for past in shown.before] == [("NOT_ACCEPTED", "There is no money for it.")]
    assert "There was no money." not in public  # nobody but the office has read that
    assert f"Said at {uk_time(LATER + 2 * DAY)}. 12 comments." in public
    assert f"Said at {uk_time(LATER + DAY)}, until {uk_time(LATER + 2 * DAY)}." in public


# What a theme is called


def rename(theme, actor, name, *, at=LATER, seen=None):
    return comment_themes.rename_theme(theme=theme, name=name, seen=seen or theme.name, actor=actor, at=at)


def test_theme_is_renamed_with_its_comments(client, consultation, lead, team):
    theme = said(consultation, team, comments=2)
    client.force_login(team)
    address = page(consultation, "manage-comment-theme", theme.pk)

    with time_machine.travel(NOW, tick=False):
        kept = client.post(address, {"name": " Ring within a day ", "seen": "Ring sooner"})
        stale = client.post(address, {"name": "Ring at once", "seen": "Ring sooner"})

    assert kept.url == page(consultation, "manage-dispositions")
    assert [(one.name, one.comments) for one in disposing.themes_of(consultation)] == [("Ring within a day", 2)]
    assert "Somebody has called it “Ring within a day” meanwhile" in stale.content.decode()
    assert 'value="Ring at once"' in stale.content.decode()
    assert LogEntry.objects.get(action="consultation.comment_theme_renamed").actor == team


@pytest.mark.parametrize(("name", "words"), [(" ", "Say what"), ("x" * 121, "at most 120"), ("ring LATER", "Another")])
def test_name_that_cannot_be_is_refused_beside_it(consultation, team, name, words):
    theme = said(consultation, team)
    said(consultation, team, theme="Ring later")

    with pytest.raises(ThemeNotRenamed, match=words) as refusal:
        rename(theme, team, name)

    assert refusal.value.field == "name"


def test_name_that_the_public_reads_stays(client, consultation, specification, lead, team):
    theme = said(consultation, team)
    dispose(theme, lead)
    next_version(specification)

    with pytest.raises(ThemeNotRenamed, match="so the name stays"):
        rename(theme, team, "Ring later")
    client.force_login(team)
    with time_machine.travel(LATER, tick=False):
        assert "so the name stays" in client.get(page(consultation, "manage-comment-theme", theme.pk)).content.decode()


def test_only_those_who_read_comments_rename_their_themes(consultation, lead, team):
    theme = said(consultation, team)

    with pytest.raises(ThemeNotRenamed, match="Only the Involvement Team"):
        rename(theme, lead, "Ring later")


@pytest.mark.parametrize("themes", [1, 3])
def test_pages_cost_the_same_however_many_themes(client, consultation, specification, lead, team, themes):
    for number in range(themes):
        dispose(said(consultation, team, theme=f"Theme {number}"), lead)
    version = next_version(specification)
    part = Comment.objects.first().part
    disposing.keep_moves(consultation=consultation, version=2, moves={part: "4.1"}, actor=team, at=LATER)

    with time_machine.travel(LATER, tick=False):
        with CaptureQueriesContext(connection) as public:
            client.get(version.get_absolute_url())
        client.force_login(lead)
        with CaptureQueriesContext(connection) as staff:
            client.get(page(consultation, "manage-dispositions"))

    assert len(disposing.beside(specifications.version_after(consultation, number=1), at=LATER)["4.1"]) == themes
    assert (len(public), len(staff)) == (COST_OF_VERSION, COST_OF_DISPOSITIONS)


COST_OF_VERSION, COST_OF_DISPOSITIONS = 25, 11
