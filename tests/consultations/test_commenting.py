"""Commenting on a section of a draft: who may, what is kept and what is not, sending twice, taking back (R-059)."""

import re

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain import commenting, concerns, drafting, inviting, settling, tickets, timekeeping
from consultations.domain.commenting import CommentRefused, Words
from consultations.domain.tickets import Invitation
from consultations.enums import Publication
from consultations.models import Comment, SignedComment
from engagement.enums import Role
from engagement.models import Event, LogEntry
from tests.factories.comments import draft_on_page, moderated, on_draft, part_of, send, settled
from tests.factories.consultations import CLOSES, CodeBatchFactory, ConsultationFactory
from tests.factories.engagement import NOW, OrganisationFactory, UserFactory
from tests.factories.portal import SpecificationPageFactory, published, specification_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return on_draft()


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(consultation, name, *more):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *more])


def form_of(client, address):
    """What the form was drawn with."""
    return {"code": client.get(address).context["form"].initial["code"]}


# What is shown, and what is kept


@pytest.mark.requirement("R-020", "R-059")
def test_draft_shows_every_section_with_a_way_to_comment(client, consultation):
    shown = client.get(page(consultation, "document"))

    words = shown.content.decode()
    assert [section["part"].number for section in shown.context["sections"]] == ["1", "2", "3", "4", "5"]
    assert len(re.findall(r">Comment on \d", words)) == 10  # five sections, a clause each
    assert page(consultation, "comment", "3.1") in words
    assert words.count("No comment published") == 10


@pytest.mark.requirement("R-059")
def test_comment_keeps_the_section_as_it_was_read_and_nothing_of_its_writer(client, consultation):
    address = page(consultation, "comment", "3.1")
    client.force_login(UserFactory(email="who-am-i@people.example"))

    reply = client.post(
        address, {**form_of(client, address), "text": " Ring within two days. ", "publish": "WITHOUT_NAME"}
    )

    comment, part = Comment.objects.get(), part_of(consultation)
    assert reply.url == page(consultation, "comment-sent")
    assert (comment.version, comment.number, comment.heading) == ("1", "3.1", "First contact")
    assert (comment.part, comment.digest) == (part.id, part.digest)
    assert (comment.text, comment.publication, comment.settled) == (
        "Ring within two days.",
        Publication.WITHOUT_NAME,
        False,
    )
    assert not Event.objects.exists()
    assert not LogEntry.objects.filter(action__contains="comment").exists()


def test_page_after_sending_says_what_comes_and_shows_the_reference_until_it_is_forgotten(client, consultation):
    address = page(consultation, "comment", "3.1")
    drawn = form_of(client, address)
    client.post(address, {**drawn, "text": "Ring."})

    sent = client.get(page(consultation, "comment-sent"))
    cookie = client.cookies["commented"]
    forgotten = client.post(page(consultation, "comment-sent"))
    again = client.get(page(consultation, "comment-sent"))

    assert tickets.shown(drawn["code"]) in sent.content.decode()
    assert "What happens next" in sent.content.decode()
    assert (cookie["httponly"], cookie["path"], cookie["max-age"]) == (True, page(consultation, "document"), "")
    assert sent["Cache-Control"] == "no-store"
    assert (forgotten.url, again.url) == (page(consultation, "document"), page(consultation, "document"))


def test_same_form_sent_twice_is_one_comment_and_other_words_take_its_place(client, consultation):
    address = page(consultation, "comment", "3.1")
    drawn = form_of(client, address)

    for text in ("Ring.", "Ring.", "Ring within a day."):
        client.post(address, {**drawn, "text": text})

    assert [comment.text for comment in Comment.objects.all()] == ["Ring within a day."]


def test_going_back_and_sending_the_same_words_again_is_one_comment_under_one_reference(client, consultation):
    address = page(consultation, "comment", "3.1")
    first = form_of(client, address)
    client.post(address, {**first, "text": "Ring."})

    again = {**form_of(client, address), "text": "Ring. "}
    client.post(address, again)

    assert again["code"] != first["code"]
    assert [comment.text for comment in Comment.objects.all()] == ["Ring."]
    assert client.cookies["commented"].value.startswith(f"{first['code']}.")  # signed


def test_other_words_and_other_sections_are_comments_of_their_own(client, consultation):
    for number, text in (("3.1", "Ring."), ("3.1", "Write."), ("3", "Write.")):
        address = page(consultation, "comment", number)
        client.post(address, {**form_of(client, address), "text": text})

    assert sorted(Comment.objects.values_list("number", "text")) == [
        ("3", "Write."),
        ("3.1", "Ring."),
        ("3.1", "Write."),
    ]


def test_page_that_takes_a_comment_back_speaks_of_comments_and_leads_on(client, consultation):
    address = page(consultation, "comment-withdraw")
    asked = client.get(address).content.decode()
    gone = client.get(f"{address}?done").content.decode()

    assert "We showed it when you sent your comment." in asked
    assert f'class="govuk-button govuk-button--secondary" href="{page(consultation, "document")}"' in gone


def test_changed_comment_is_read_anew(consultation):
    code = tickets.new_code()
    send(consultation, "Ring.", code=code)
    moderated(settled(consultation).get())

    changed = send(consultation, "Ring within a day.", code=code)

    assert (changed.settled, hasattr(changed, "moderation")) == (False, False)
    assert not Comment.objects.public().exists()


@pytest.mark.threat("X02")
def test_markup_in_a_comment_is_shown_as_text(client, consultation):
    send(consultation, "<script>alert(1)</script> & more")
    moderated(settled(consultation).get())

    words = client.get(page(consultation, "document-part", "3.1")).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in words
    assert "<script>alert" not in words


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Write what you think of this section"), ("x" * 4001, "Use at most 4,000 characters (there are 4,001).")],
)
def test_no_words_and_too_many_are_refused_beside_them_and_nothing_is_lost(client, consultation, text, said):
    address = page(consultation, "comment", "3.1")

    reply = client.post(address, {**form_of(client, address), "text": text, "publish": "WITHOUT_NAME"})

    assert reply.context["form"].errors == {"text": [said]}
    assert reply.context["form"]["text"].value() == text
    assert not Comment.objects.exists()


def test_publication_that_was_not_offered_counts_as_no(consultation):
    assert send(consultation, publish="WITH_NAME").publication == Publication.NONE


def test_section_that_is_not_there_and_consultation_without_a_draft_are_not_there(client, consultation):
    plain = ConsultationFactory(open=True)

    replies = [
        client.get(address).status_code
        for address in (
            page(consultation, "comment", "9.9"),
            page(consultation, "document-part", "9"),
            page(plain, "document"),
            page(plain, "comment", "3.1"),
        )
    ]

    assert replies == [404] * 4


# When


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("opening_soon", "This has not opened yet."),
        ("closed", "This has closed, so we can no longer take answers."),
        ("withdrawn", "We have withdrawn these questions, so we can no longer take answers."),
    ],
)
def test_nobody_comments_before_opening_after_closing_or_once_withdrawn(client, trait, said):
    consultation = on_draft(**{trait: True})
    address = page(consultation, "comment", "3.1")

    shown = client.get(address).content.decode()
    refused = client.post(address, {"text": "Ring.", "code": tickets.new_code()})

    assert said in shown
    assert "<textarea" not in shown
    assert (refused.status_code, refused.context["form"]["text"].value()) == (409, "Ring.")
    assert "Comment on 3.1" not in client.get(page(consultation, "document")).content.decode()
    assert not Comment.objects.exists()


def test_draft_of_a_consultation_that_is_not_public_is_not_there(client):
    draft = on_draft(launched=True, published_at=None)

    assert client.get(page(draft, "document")).status_code == 404


def test_comment_keeps_its_section_when_a_newer_version_is_published(client):
    specification = SpecificationPageFactory(live=True)
    consultation = draft_on_page(specification)
    send(consultation)
    specification.refresh_from_db()
    specification.content = specification_content("Quite other words.")
    published(specification)

    shown = client.get(page(consultation, "document"))

    assert shown.context["document"].version.number == 1
    assert "Quite other words" not in shown.content.decode()
    assert Comment.objects.get().digest == part_of(consultation).digest


# Taking back


def test_reference_takes_a_published_comment_back_at_once(client, consultation):
    code = tickets.new_code()
    send(consultation, "Ring.", code=code)
    moderated(settled(consultation).get())

    client.post(page(consultation, "comment-withdraw"), {"code": tickets.shown(code).lower()})

    assert not Comment.objects.exists()
    assert "Ring." not in client.get(page(consultation, "document-part", "3.1")).content.decode()
    assert not LogEntry.objects.filter(summary__contains="withdr").exists()


def test_unknown_reference_takes_nothing_back(client, consultation):
    send(consultation)

    reply = client.post(page(consultation, "comment-withdraw"), {"code": tickets.new_code()})

    assert "We have no comment under this reference" in reply.context["form"].errors["code"][0]
    assert Comment.objects.count() == 1


def test_after_closing_nothing_is_taken_back(consultation):
    code = tickets.new_code()
    send(consultation, code=code)

    with pytest.raises(drafting.NotTakingAnswers):
        commenting.withdraw_comment(consultation=consultation, code=code, at=CLOSES)


# People with a code


@pytest.fixture
def group():
    return on_draft(invited=True)


@pytest.fixture
def code(group):
    batch = CodeBatchFactory(consultation=group)
    return inviting.make_codes(batch=batch, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW)[0]


def test_closed_group_comments_with_a_code_which_is_not_used_up(client, group, code):
    address = page(group, "comment", "3.1")
    stranger = client.get(address).content.decode()
    refused = client.post(address, {"text": "Ring.", "code": tickets.new_code()})

    client.post(reverse("consultations:invitation-enter"), {"code": code})
    client.post(address, {**form_of(client, address), "text": "Ring."})
    begun = client.post(page(group, "start"))

    assert "Only people who were given a code can comment on this." in stranger
    assert refused.status_code == 409
    assert [comment.text for comment in Comment.objects.all()] == ["Ring."]
    assert begun.url == page(group, "answer", "1")


def test_whoever_has_begun_an_answer_with_a_code_comments_without_another(client, group, code):
    client.post(reverse("consultations:invitation-enter"), {"code": code})
    client.post(page(group, "start"))
    address = page(group, "comment", "3.1")

    client.post(address, {**form_of(client, address), "text": "Ring."})

    assert Comment.objects.count() == 1


@pytest.mark.threat("P16")
def test_code_of_another_group_or_of_nobody_admits_nobody(group, code):
    other = on_draft(invited=True)
    ticket = tickets.new_ticket()

    assert commenting.admits(group, invitation=Invitation(code, ticket))
    assert not commenting.admits(other, invitation=Invitation(code, ticket))
    assert not commenting.admits(group, invitation=Invitation(tickets.new_code(), ticket))
    assert not commenting.admits(group, ticket=ticket)


# Organisations by name


@pytest.fixture
def named():
    return on_draft(named=True)


@pytest.fixture
def certifier():
    return UserFactory(role=Role.CERTIFIER, organisation=OrganisationFactory(name="Brightway"))


def sign(client, consultation, *, text="Pay by result.", **more):
    address = reverse("consultations:our-comment", args=[consultation.slug, "3.1"])
    drawn = client.get(address).context["form"].initial
    given = {"code": drawn["code"], "organisation": drawn["organisation"], "publish": "WITH_NAME", "declared": "on"}
    return client.post(address, {**given, "text": text, **more})


@pytest.mark.requirement("R-057")
def test_certifier_comments_by_name_and_takes_it_back(client, named, certifier):
    client.force_login(certifier)
    led = client.get(page(named, "comment", "3.1"))
    home = reverse("consultations:our-comments", args=[named.slug])

    reply = sign(client, named)
    comment = Comment.objects.get()
    listed = client.get(home).content.decode()
    client.post(reverse("consultations:our-comment-take-back", args=[named.slug, comment.pk]))

    assert led.url == reverse("consultations:our-comment", args=[named.slug, "3.1"])
    assert reply.url == home
    assert "Pay by result." in listed
    assert not Comment.objects.exists()
    assert not SignedComment.objects.exists()
    assert list(
        LogEntry.objects.filter(action__startswith="consultation.organisation_comment")
        .order_by("pk")
        .values_list("actor", flat=True)
    ) == [certifier.pk, certifier.pk]


def test_public_reads_the_name_of_an_organisation_that_let_us(client, named, certifier):
    client.force_login(certifier)
    sign(client, named, text="Pay by result.")
    sign(client, named, text="Fewer reports.", publish="WITHOUT_NAME")
    for comment in Comment.objects.all():
        moderated(comment)
    client.logout()

    shown = client.get(page(named, "document-part", "3.1")).context["comments"]

    assert {(one["text"], one["who"]) for one in shown} == {
        ("Pay by result.", "Brightway"),
        ("Fewer reports.", "An organisation that did not want its name published"),
    }


def test_preparer_is_told_who_signs_and_another_organisation_finds_nothing(client, named, certifier):
    client.force_login(certifier)
    sign(client, named)
    client.force_login(UserFactory(role=Role.PREPARER, organisation=OrganisationFactory()))
    address = reverse("consultations:our-comment", args=[named.slug, "3.1"])
    home = reverse("consultations:our-comments", args=[named.slug])

    told = client.get(address).content.decode()
    refused = client.post(
        address, {"text": "x", "code": tickets.new_code(), "publish": "NONE", "organisation": "1", "declared": "on"}
    )
    other = client.get(home).content.decode()

    assert "A certifier of your organisation signs" in told
    assert "organisation" in refused.context["form"].errors
    assert "Pay by result." not in other
    take_back = reverse("consultations:our-comment-take-back", args=[named.slug, Comment.objects.get().pk])
    assert client.post(take_back).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_people_without_a_name_cannot_comment_where_organisations_answer(named):
    with pytest.raises(drafting.NotTakingAnswers):
        send(named)


@pytest.mark.threat("P06")
def test_database_refuses_a_signature_where_anonymity_is_promised(consultation, certifier):
    comment = send(consultation)

    with pytest.raises(IntegrityError), transaction.atomic():
        SignedComment.objects.create(
            consultation=consultation,
            comment=comment,
            organisation=certifier.memberships.get().organisation,
            signed_by=certifier,
            signed_at=NOW,
        )


def test_somebody_without_the_right_cannot_sign(named):
    organisation = OrganisationFactory()

    with pytest.raises(CommentRefused):
        commenting.sign_comment(
            consultation=named,
            part=part_of(named),
            words=Words("Pay."),
            code=tickets.new_code(),
            organisation=organisation,
            actor=UserFactory(role=Role.PREPARER, organisation=organisation),
            at=NOW,
        )


# In company, in no order


@pytest.mark.threat("P02", "P08")
def test_comments_are_read_once_ten_have_come_and_all_at_closing(consultation):
    for number in range(9):
        send(consultation, f"Comment {number}")
    timekeeping.every_night(at=NOW)
    before = Comment.objects.settled().count()
    send(consultation, "The tenth")
    timekeeping.every_night(at=NOW)
    in_company = Comment.objects.settled().count()
    send(consultation, "One more")
    timekeeping.keep_time(at=CLOSES + timekeeping.IN_FLIGHT)

    assert (before, in_company, Comment.objects.settled().count()) == (0, 10, 11)


@pytest.mark.threat("P02")
def test_shuffling_keeps_comments_with_what_was_decided_and_what_worries(consultation):
    send(consultation, "He said he would kill me.")
    comment = settled(consultation).get()
    moderated(comment)
    concerns.suggest_concerns(consultation=consultation, at=NOW)
    before = (comment.pk, comment.moderation.pk, comment.concern.pk)

    settling.shuffle(consultation=consultation, at=NOW)

    kept = Comment.objects.get()
    assert (kept.pk, kept.moderation.pk, kept.concern.pk) == before
    assert kept.moderation.text == "He said he would kill me."


@pytest.mark.parametrize("comments", [1, 3])
def test_pages_cost_the_same_however_many_comments(client, consultation, comments):
    for number in range(comments):
        send(consultation, f"Comment {number}")
        send(consultation, f"Aside {number}", number="2.1")
    for comment in settled(consultation):
        moderated(comment)

    with CaptureQueriesContext(
        connection,
    ) as document:
        shown = client.get(page(consultation, "document"))
    with CaptureQueriesContext(connection) as part:
        listed = client.get(page(consultation, "document-part", "3.1"))

    assert shown.context["together"].published == 2 * comments
    assert len(listed.context["comments"]) == comments
    assert (len(document), len(part)) == (COST_OF_DOCUMENT, COST_OF_PART)


COST_OF_DOCUMENT, COST_OF_PART = 12, 8
