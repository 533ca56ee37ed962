"""Going through questions as respondents will, with nothing kept: for the office, and by a signed link."""

import random
import string
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import previewing
from consultations.domain.preparing import ConsultationRefused
from consultations.models import Draft, EqualityMark, EqualityPart, Response
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    RouteFactory,
    WordingFactory,
)
from tests.factories.engagement import NOW, UserFactory
from tests.factories.equality import planned
from tests.factories.kinds import questionnaire_of

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, involvement):
    client.force_login(involvement)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.fixture
def draft():
    return ConsultationFactory()


def at(consultation, page, *args):
    return reverse(f"consultations:manage-try-{page}", args=[consultation.reference, *args])


def outside(consultation, page, *args):
    return reverse(f"consultations:preview-{page}", args=[consultation.reference, *args])


def words_of(reply):
    return " ".join(reply.content.decode().split())


def go_through(client, consultation, address, answers):
    """Starts, gives each answer on its page, and comes back with the check page."""
    client.post(address(consultation, "start"))
    for step, answer in answers.items():
        reply = client.post(address(consultation, "answer", step), answer)
        assert reply.status_code == 302, words_of(reply)
    return client.get(address(consultation, "check"))


ANSWERS = {
    "1": {"1-answer": "PHONE"},
    "2": {"2-answer": ["TEXT", "LETTER"]},
    "3": {},
    "4": {"4-answer": "Be quicker."},
}


# The office


@pytest.mark.requirement("R-016", "R-150")
def test_questions_are_gone_through_and_nothing_is_kept(office, draft):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        start = words_of(office.get(at(draft, "start")))
        check = words_of(go_through(office, draft, at, ANSWERS))
        end = words_of(office.post(at(draft, "check"), follow=True))

    assert "It takes about 5 minutes" in start
    assert "A phone call" in check
    assert "A text message" in check
    assert "A letter" in check
    assert "Be quicker." in check
    assert "Nothing was kept" in end
    for page in (start, check, end):
        assert "Nothing you choose or write is kept or sent." in page
    assert [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(WRITES)] == []
    assert (Draft.objects.count(), Response.objects.count()) == (0, 0)


@pytest.mark.requirement("R-016")
def test_privacy_notice_is_read_as_people_will_read_it(office, draft):
    planned(draft)
    office.post(at(draft, "start"))
    start, question = office.get(at(draft, "start")), office.get(at(draft, "answer", "1"))

    page = office.get(at(draft, "privacy"))

    words = words_of(page)
    for one in (start, question):
        assert f'href="{at(draft, "privacy")}"' in one.content.decode()
    assert "Nothing you choose or write is kept or sent." in words
    assert "Questions about you" in words
    assert f'href="{draft.get_absolute_url()}"' not in page.content.decode()


@pytest.mark.requirement("R-016", "R-150")
def test_equality_questions_follow_the_answers_and_nothing_of_them_is_kept(office, draft):
    planned(draft)
    go_through(office, draft, at, ANSWERS)

    sent = office.post(at(draft, "check"))
    page = office.get(at(draft, "about-you"))
    fields = page.context["form"].fields
    chosen = {name: field.choices[0][0] for name, field in fields.items() if getattr(field, "choices", None)}
    with CaptureQueriesContext(connection) as queries:
        end = office.post(at(draft, "about-you"), chosen)

    assert (sent.status_code, sent.url) == (302, at(draft, "about-you"))
    assert chosen
    assert "Questions about you" in words_of(page)
    assert "Nothing you choose or write is kept or sent." in words_of(page)
    assert (end.status_code, end.url) == (302, at(draft, "end"))
    assert [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(WRITES)] == []
    assert (EqualityPart.objects.count(), EqualityMark.objects.count()) == (0, 0)


def test_without_equality_questions_the_preview_goes_to_its_end(office, draft):
    go_through(office, draft, at, ANSWERS)

    assert office.get(at(draft, "about-you")).url == at(draft, "end")
    assert office.post(at(draft, "check")).url == at(draft, "end")


def test_end_makes_the_browser_forget(office, draft):
    go_through(office, draft, at, ANSWERS)
    assert office.cookies["trial"].value

    office.post(at(draft, "check"))

    assert office.cookies["trial"].value == ""
    assert office.get(at(draft, "check")).url == at(draft, "start")


def test_pages_are_those_of_answering(office):
    opened = ConsultationFactory(open=True)
    used = {}
    for name, address in (("trial", at), ("answering", answering)):
        office.post(address(opened, "start"))
        pages = [("answer", "1"), ("check",)]
        used[name] = [[one.name for one in office.get(address(opened, *page)).templates] for page in pages]

    assert [names[0] for names in used["trial"]] == [names[0] for names in used["answering"]]
    assert "consultations/answer/_asked.html" in used["trial"][0]


def answering(consultation, page, *args):
    return reverse(f"consultations:consultation-{page}", args=[consultation.slug, *args])


def test_what_must_be_answered_must_be_in_a_preview_too(office, draft):
    draft.questionnaire.questions.filter(key="q1").update(required=True)
    office.post(at(draft, "start"))

    asked = office.post(at(draft, "answer", "1"), {})
    sent = office.post(at(draft, "check"))

    assert "Choose an answer" in words_of(asked)
    assert sent.status_code == 422
    assert "Answer “How should we first get in touch?”" in words_of(sent)


def test_routes_are_followed(office, draft):
    RouteFactory(question=draft.questionnaire.questions.get(key="q1"), choices=["LETTER"], goal="q4")
    office.post(at(draft, "start"))

    leads = office.post(at(draft, "answer", "1"), {"1-answer": "LETTER"})
    past = office.get(at(draft, "answer", "2"))

    assert (leads.url, past.url) == (at(draft, "answer", "4"), at(draft, "answer", "4"))


def test_every_wording_can_be_read_even_before_it_is_whole(office, draft):
    wording = WordingFactory(questionnaire=draft.questionnaire)
    office.get(at(draft, "start"))
    said = WordingFactory(questionnaire=draft.questionnaire, kind="YOUNG", said="Hey!")

    start = words_of(office.get(at(draft, "start")))
    office.post(at(draft, "start"), {"wording": said.code})
    young = words_of(office.get(at(draft, "answer", "1")))
    office.post(at(draft, "answer", "1"), {"wording": wording.code, "1-answer": "PHONE"})
    easy = words_of(office.get(at(draft, "answer", "1")))

    assert "This cannot open yet" in start
    assert "Easy Read, question 1" in start
    assert "Hey! How should we first get in touch?" in young
    assert "Hey!" not in easy
    assert 'value="PHONE" checked' in easy


def test_every_kind_of_question_can_be_tried(office):
    draft = ConsultationFactory(questionnaire=questionnaire_of())
    office.post(at(draft, "start"))

    found = [office.get(at(draft, "answer", "1")).status_code]
    for number in range(1, 13):
        found.append(office.post(at(draft, "answer", str(number)), {}).status_code)

    assert set(found) == {200, 302}
    assert office.get(at(draft, "check")).status_code == 200


def test_corrected_public_and_closed_ones_can_be_gone_through_in_their_frozen_words(office):
    closed = ConsultationFactory(closed=True)
    closed.questionnaire.questions.filter(key="q1").update(text="Something newer?")

    office.post(at(closed, "start"))

    assert "How should we first get in touch?" in words_of(office.get(at(closed, "answer", "1")))


def test_who_may_answer_is_asked_and_no_leads_to_the_end(office):
    draft = ConsultationFactory(eligibility="I live in the county")

    unsaid = office.post(at(draft, "start"))
    no, yes = (office.post(at(draft, "start"), {"statement_1": said}) for said in ("no", "yes"))

    assert "Are these questions for you?" in words_of(unsaid)
    assert (no.url, yes.url) == (f"{at(draft, 'end')}?others", at(draft, "answer", "1"))
    assert "told about other ways to be heard" in words_of(office.get(no.url))


def test_questionnaire_that_cannot_be_asked_says_why(office):
    draft = ConsultationFactory(questionnaire=QuestionnaireFactory(asked=[]))

    reply = office.get(at(draft, "start"))

    assert "There is nothing to preview yet" in words_of(reply)
    assert "Add at least one question." in words_of(reply)


def test_sensitive_one_has_its_exit_and_its_safety_page(office):
    draft = ConsultationFactory(sensitive=True)
    office.post(at(draft, "start"))

    question, safety = (words_of(office.get(at(draft, *page))) for page in (("answer", "1"), ("safety",)))

    assert "Exit this page" in question
    assert at(draft, "safety") in question
    assert "Staying safe while you answer" in safety
    assert at(draft, "answer", "1") in safety


def test_questionnaire_without_a_consultation_is_gone_through_too(office):
    questionnaire = QuestionnaireFactory()

    def address(_, page, *args):
        return reverse(f"consultations:questionnaire-try-{page}", args=[questionnaire.pk, *args])

    check = words_of(go_through(office, None, address, ANSWERS))
    end = words_of(office.post(address(None, "check"), follow=True))

    assert "Be quicker." in check
    assert "Nothing was kept" in end


@pytest.mark.parametrize("questions", [1, 3])
def test_pages_cost_the_same_however_many_questions(office, questions, django_assert_max_num_queries):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory.create_batch(questions, questionnaire=questionnaire, ways=True)
    draft = ConsultationFactory(questionnaire=questionnaire)
    office.post(at(draft, "start"))

    with django_assert_max_num_queries(10):
        office.get(at(draft, "answer", "1"))
    with django_assert_max_num_queries(10):
        office.get(at(draft, "check"))


def test_staff_page_and_signature_lead_there(office, draft):
    assert at(draft, "start") in words_of(office.get(reverse("consultations:manage-detail", args=[draft.reference])))


# The link


@pytest.mark.requirement("R-016")
@pytest.mark.threat("T02")
def test_link_opens_a_draft_for_somebody_outside_and_nothing_else(client, draft, involvement):
    token = previewing.make_link(consultation=draft, actor=involvement, at=NOW)

    with time_machine.travel(NOW, tick=False):
        before = client.get(outside(draft, "start"))
        opened = client.get(reverse("consultations:preview-link", args=[token]))
        start = client.get(opened.url)
        check = words_of(go_through(client, draft, outside, ANSWERS))
        page = client.get(draft.get_absolute_url())
        other = client.get(outside(ConsultationFactory(), "start"))

    assert (before.status_code, page.status_code, other.status_code) == (404, 404, 404)
    assert (opened.status_code, opened.url) == (302, outside(draft, "start"))
    assert opened["Referrer-Policy"] == "no-referrer"
    assert (start["X-Robots-Tag"], start["Cache-Control"]) == ("noindex", "no-store")
    assert "Nothing you choose or write is kept or sent." in words_of(start)
    assert "/engagement/" not in words_of(start)
    assert token not in words_of(start)
    assert "Be quicker." in check
    assert LogEntry.objects.filter(action="consultation.preview_shared").count() == 1


def test_link_ends_after_seven_days_to_the_second(client, draft, involvement):
    token = previewing.make_link(consultation=draft, actor=involvement, at=NOW)
    last = NOW + timedelta(days=7) - timedelta(seconds=1)

    with time_machine.travel(last, tick=False):
        still = client.get(reverse("consultations:preview-link", args=[token]))
    client.cookies["preview"] = token
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        link = client.get(reverse("consultations:preview-link", args=[token]))
        page = client.get(outside(draft, "start"))

    assert (still.status_code, link.status_code, page.status_code) == (302, 410, 410)
    assert "It worked until midday on Wednesday 23 September 2026." in words_of(link)
    assert draft.title not in words_of(link)


def test_link_leads_to_the_public_page_once_it_is_open(client, involvement):
    soon = ConsultationFactory(opening_soon=True, opens_at=NOW + timedelta(days=2))
    token = previewing.make_link(consultation=soon, actor=involvement, at=NOW)

    with time_machine.travel(NOW, tick=False):
        before = client.get(reverse("consultations:preview-link", args=[token]))
    with time_machine.travel(soon.opens_at - timedelta(seconds=1), tick=False):
        last = client.get(outside(soon, "start"))
    with time_machine.travel(soon.opens_at, tick=False):
        pages = [
            client.get(address).url
            for address in (reverse("consultations:preview-link", args=[token]), outside(soon, "check"))
        ]

    assert before.url == outside(soon, "start")
    assert last.status_code == 200
    assert set(pages) == {soon.get_absolute_url()}


@pytest.mark.threat("T02")
@given(st.text(min_size=1, max_size=80))
def test_link_that_we_did_not_sign_opens_nothing(said):
    with pytest.raises(previewing.LinkUnknown):
        previewing.open_link(said, at=NOW)


@pytest.mark.threat("T02")
def test_a_letter_changed_in_a_link_opens_nothing(draft, involvement):
    token = previewing.make_link(consultation=draft, actor=involvement, at=NOW)

    for place in range(0, len(token), 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(previewing.LinkUnknown):
            previewing.open_link(changed, at=NOW)


@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.AUDITOR, Role.COMMISSIONER])
def test_only_those_who_write_it_or_sign_it_off_share_it(draft, role):
    with pytest.raises(ConsultationRefused, match="Only those who write"):
        previewing.make_link(consultation=draft, actor=UserFactory(role=role), at=NOW)


def test_open_one_is_not_shared(involvement):
    with pytest.raises(ConsultationRefused, match="This is public now"):
        previewing.make_link(consultation=ConsultationFactory(open=True), actor=involvement, at=NOW)


def test_link_is_made_by_a_press_and_shown_once(office, draft):
    address = reverse("consultations:manage-share", args=[draft.reference])

    asked, made = words_of(office.get(address)), office.post(address)

    assert "/preview/link/" not in asked
    assert "/preview/link/" in words_of(made)
    assert "It works until <strong>midday on Wednesday 23 September 2026</strong>" in words_of(made)
    assert "no-store" in made["Cache-Control"]


# What the browser holds


@given(
    st.dictionaries(
        st.sampled_from([f"q{number}" for number in range(9)]), st.lists(st.text(max_size=300), max_size=3)
    ),
    st.sampled_from(["", "easy-read", "pl"]),
)
def test_browser_gives_back_what_it_was_given_or_less_and_says_so(answers, wording):
    trial = previewing.Trial(answers=answers, wording=wording)

    said = previewing.sealed(trial, place="/a/")
    back = previewing.unsealed(said, place="/a/")

    assert len(said) <= previewing.COOKIE_HOLDS
    assert back == trial or back.shortened
    assert back.wording == wording
    assert previewing.unsealed(said, place="/b/") is None


def test_text_too_long_for_a_browser_is_shortened_and_the_check_page_says_so(office, draft):
    words = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=3900))
    check = words_of(go_through(office, draft, at, {"4": {"4-answer": words}}))

    assert words[:90] in check
    assert words not in check
    assert "Long texts are shortened in a preview." in check
