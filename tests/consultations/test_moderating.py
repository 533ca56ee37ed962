"""Reading comments on a draft: nothing is public before a person has published it; how many are not is public."""

import csv
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain import concerns, moderating, redacting
from consultations.domain.moderating import Decision, ModerationRefused, Which
from consultations.enums import ConcernReason, Publication
from consultations.models import Comment, CommentTheme, Concern, Moderation
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.comments import moderated, on_draft, send, settled
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def consultation():
    return on_draft()


@pytest.fixture
def reader():
    return UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")


@pytest.fixture
def office(client, reader):
    client.force_login(reader)
    return client


def page(consultation, name="manage-comments", *more):
    return reverse(f"consultations:{name}", args=[consultation.reference, *more])


def public(client, consultation, number="3.1"):
    client.logout()
    address = reverse("consultations:consultation-document-part", args=[consultation.slug, number])
    return client.get(address).content.decode()


def decided(comment, reader, decision="PUBLISHED", **more):
    return moderating.decide(comment=comment, decision=Decision(decision, **more), seen="", actor=reader, at=NOW)


@pytest.mark.requirement("R-059")
def test_nothing_is_public_before_somebody_has_published_it(office, consultation):
    send(consultation, "Ring within two days.")
    comment = settled(consultation).get()
    address = page(consultation, "manage-comment", comment.pk)
    seen = office.get(address).context["form"].initial["seen"]

    before = office.get(reverse("consultations:consultation-document-part", args=[consultation.slug, "3.1"]))
    office.post(address, {"decision": "PUBLISHED", "seen": seen, "new_theme": "Speed"})

    assert "Ring within two days." not in before.content.decode()
    assert "Ring within two days." in public(office, consultation)
    assert comment.moderation.theme.name == "Speed"
    assert (comment.moderation.decided_on, comment.moderation.decided_by.name) == (None, "Noor Blake")


def test_unsettled_comment_is_not_in_the_queue_and_cannot_be_opened(office, consultation):
    comment = send(consultation)

    listed = office.get(page(consultation))

    assert (listed.context["standing"].comments, listed.context["rows"]) == (0, [])
    assert office.get(page(consultation, "manage-comment", comment.pk)).status_code == 404


@pytest.mark.threat("P15")
def test_names_and_places_are_suggested_and_taken_out_of_what_is_published(office, consultation):
    send(consultation, "My husband Martin Hale found the letter.")
    comment = settled(consultation).get()
    address = page(consultation, "manage-comment", comment.pk)
    form = office.get(address).context["form"]
    lines = {bound.html_name: bound.value() for row in form.rows() for bound in row[:2]}

    shown = office.post(address, {**lines, "seen": "", "press": "preview", "decision": "PUBLISHED"})
    office.post(address, {**lines, "seen": "", "decision": "PUBLISHED"})

    assert lines["words_0"] == "Martin Hale"
    assert shown.context["shown"] == "My husband [a name] found the letter."
    words = public(office, consultation)
    assert "My husband [a name] found the letter." in words
    assert "Martin" not in words


def test_words_that_are_not_in_it_and_nothing_left_are_refused(consultation, reader):
    send(consultation, "Martin Hale")
    comment = settled(consultation).get()

    with pytest.raises(redacting.RedactionRefused, match="do not stand"):
        decided(comment, reader, lines=[("Otto", "NAME")])
    with pytest.raises(ModerationRefused, match="Nothing would be left"):
        decided(comment, reader, lines=[("Martin Hale", "NAME")])


@pytest.mark.requirement("R-020")
def test_public_reads_how_many_are_not_published_and_why_and_never_what_they_said(office, consultation, reader):
    for text in ("My address is 4 Moor Road", "Her number is 01604", "Fix the buses", "Ring sooner"):
        send(consultation, text)
    for comment in settled(consultation):
        if comment.text == "Ring sooner":
            moderated(comment, actor=reader)
        else:
            reason = "OFF_TOPIC" if "buses" in comment.text else "PERSONAL"
            moderated(comment, "HELD_BACK", reason=reason, words="canary-why", actor=reader)

    words = public(office, consultation)

    assert "3 comments were not published: 1 off topic, 2 personal details." in words
    assert "1 published comment" in words
    assert [hidden for hidden in ("buses", "01604", "Moor Road", "canary-why", "Noor Blake") if hidden in words] == []


@pytest.mark.parametrize(
    ("given", "field"), [({"words": "x"}, "reason"), ({"reason": "PERSONAL"}, "words"), ({"reason": "ODD"}, "reason")]
)
def test_holding_back_needs_a_reason_and_words(office, consultation, given, field):
    send(consultation)
    comment = settled(consultation).get()

    reply = office.post(
        page(consultation, "manage-comment", comment.pk), {"decision": "HELD_BACK", "seen": "", **given}
    )

    assert list(reply.context["form"].errors) == [field]
    assert not Moderation.objects.exists()


def test_comment_for_the_office_only_is_read_and_never_published(office, consultation, reader):
    send(consultation, "For you alone", publish=Publication.NONE)
    comment = settled(consultation).get()

    with pytest.raises(ModerationRefused):
        decided(comment, reader)
    with pytest.raises(ModerationRefused):
        decided(comment, reader, "HELD_BACK", reason="OFF_TOPIC", words="x")
    decided(comment, reader, "PRIVATE")

    assert "For you alone" not in public(office, consultation)
    assert "not published:" not in public(office, consultation)


@pytest.mark.threat("C04")
def test_decision_on_what_somebody_else_decided_meanwhile_is_refused(consultation, reader):
    send(consultation)
    comment = settled(consultation).get()
    decided(comment, reader)

    with pytest.raises(ModerationRefused, match="meanwhile"):
        decided(comment, UserFactory(role=Role.INVOLVEMENT), "HELD_BACK", reason="OFF_TOPIC", words="x")


def test_decision_can_be_taken_again_and_every_one_is_logged_without_the_text(consultation, reader):
    send(consultation, "canary-said")
    comment = settled(consultation).get()
    moderated(comment, actor=reader)
    moderated(comment, "HELD_BACK", reason="OFF_TOPIC", words="canary-why", actor=reader)

    entries = LogEntry.objects.filter(action__startswith="consultation.comment_").order_by("pk")
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("consultation.comment_published", reader),
        ("consultation.comment_held_back", reader),
    ]
    assert [entry for entry in entries if "canary" in f"{entry.summary}{entry.data}"] == []
    assert not Comment.objects.public().exists()


def test_nobody_but_the_involvement_team_reads_or_decides(client, consultation, reader):
    send(consultation)
    comment = settled(consultation).get()

    for role in (Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.AUDITOR, Role.COMMISSIONER):
        person = UserFactory(role=role)
        client.force_login(person)
        assert client.get(page(consultation)).status_code == 404
        assert client.get(page(consultation, "manage-comment", comment.pk)).status_code == 404
        assert client.post(page(consultation, "manage-comments-file")).status_code == 404
        with pytest.raises(ModerationRefused):
            decided(comment, person)


def test_filters_find_comments_by_section_state_and_theme(consultation, reader):
    send(consultation, "One")
    send(consultation, "Two")
    send(consultation, "Three", number="2.1")
    one, two, three = (settled(consultation).get(text=text) for text in ("One", "Two", "Three"))
    moderated(one, new_theme="Speed", actor=reader)
    theme = CommentTheme.objects.get()

    def found(**which):
        texts = moderating.comments(consultation=consultation, reader=reader, at=NOW, which=Which(**which))
        return {comment.text for comment in texts}

    assert found(part=two.part) == {"One", "Two"}
    assert found(state="to-read") == {"Two", "Three"}
    assert found(state="PUBLISHED", theme=str(theme.pk)) == {"One"}
    assert found(part=three.part, state="PUBLISHED") == set()


def test_theme_of_another_section_is_refused(consultation, reader):
    send(consultation, "One")
    send(consultation, "Two", number="2.1")
    settled(consultation)
    moderated(Comment.objects.get(text="One"), new_theme="Speed", actor=reader)

    with pytest.raises(ModerationRefused, match="not of this section"):
        decided(Comment.objects.get(text="Two"), reader, theme=str(CommentTheme.objects.get().pk))


@pytest.mark.threat("X01")
def test_file_holds_every_comment_harmless_to_spreadsheets_and_says_who_took_it(office, consultation, reader):
    send(consultation, "=1+1")
    moderated(settled(consultation).get(), "HELD_BACK", reason="OFF_TOPIC", words="Sums", actor=reader)

    reply = office.post(page(consultation, "manage-comments-file"))

    rows = list(csv.reader(io.StringIO(b"".join(reply.streaming_content).decode("utf-8-sig"))))
    assert rows == [
        moderating.HEADER,
        ["1", "3.1", "First contact", "'=1+1", "Not published", "", "Off topic", "Sums", "", ""],
    ]
    assert LogEntry.objects.filter(action="consultation.comments_exported", actor=reader).count() == 1


# Danger


def test_comment_that_may_speak_of_danger_is_suggested_passed_on_and_acted_on(office, consultation, reader):
    send(consultation, "He said he would kill me.")
    comment = settled(consultation).get()
    found = concerns.suggest_concerns(consultation=consultation, at=NOW)
    suggested = Concern.objects.get(comment=comment)

    passed = office.post(
        page(consultation, "manage-comment", comment.pk),
        {"press": "danger", "danger": ConcernReason.DANGER, "seen": "", "decision": "PUBLISHED"},
    )
    shown = office.get(reverse("consultations:concern-detail", args=[suggested.pk])).content.decode()

    assert (found, concerns.suggest_concerns(consultation=consultation, at=NOW)) == (1, 0)
    assert passed.context["passed_on"]
    assert not Concern.objects.get().suggested
    assert "He said he would kill me." in shown
    assert "A comment on 3.1 First contact" in shown
    assert not Moderation.objects.exists()


@pytest.mark.parametrize("comments", [1, 3])
def test_queue_costs_the_same_however_many_comments(office, consultation, comments):
    for number in range(comments):
        send(consultation, f"Comment {number}")
    for comment in settled(consultation):
        moderated(comment, new_theme="Speed")

    with CaptureQueriesContext(connection) as queries:
        listed = office.get(page(consultation))

    assert len(listed.context["rows"]) == comments
    assert len(queries) == 10
