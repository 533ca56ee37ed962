"""One question in several wordings: written beside the standard one, whole before anything opens, answered as one."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consultations.domain import (
    authoring,
    counting,
    lifecycle,
    questionnaires,
    readiness,
    rewording,
    settling,
    substance,
)
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import Language, QuestionKind, WordingKind
from consultations.models import Answer, Draft, Response, Statement, Wording
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import (
    ConsultationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    WordingFactory,
    signed_off,
)
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def questionnaire():
    return QuestionnaireFactory()


@pytest.fixture
def consultation(questionnaire):
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.LANGUAGE, language=Language.POLISH, said="Polish:")
    return ConsultationFactory(open=True, questionnaire=questionnaire)


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def begin(client, consultation, wording=""):
    return client.post(page(consultation, "start"), {"wording": wording})


def look(client, consultation, number=1):
    return client.get(page(consultation, "answer", str(number))).content.decode()


def labels(html):
    return [label.strip() for label in re.findall(r'govuk-radios__label" for="[^"]+">([^<]+)<', html)]


# Reading


@pytest.mark.requirement("R-059")
def test_start_page_offers_every_wording_by_the_name_its_readers_know(client, consultation):
    html = client.get(page(consultation, "start")).content.decode()

    assert "How would you like to read the questions?" in html
    assert ('<span lang="pl">Polski</span> (Polish)' in html, ">Easy Read<" in html) == (True, True)


def test_overview_leads_to_the_choice_instead_of_starting_at_once(client, consultation):
    html = client.get(consultation.get_absolute_url()).content.decode()

    assert f'href="{page(consultation, "start")}"' in html
    assert "You can read the questions in other words" in html


@pytest.mark.requirement("R-059")
def test_questions_are_asked_in_the_words_chosen(client, consultation):
    begin(client, consultation, "easy-read")

    html = look(client, consultation)

    assert "Easy: How should we first get in touch?" in html
    assert labels(html) == ["Easy: A phone call", "Easy: A text message", "Easy: A letter", "Easy: I do not know"]
    assert 'class="portal-worded portal-easy-read"' in html


def test_another_language_is_marked_as_one(client, consultation):
    begin(client, consultation, "pl")

    assert '<div class="portal-worded" lang="pl" dir="ltr">' in look(client, consultation)


def test_languages_from_right_to_left_say_so(client, questionnaire):
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.LANGUAGE, language=Language.URDU, said="Urdu:")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    begin(client, consultation, "ur")

    assert '<div class="portal-worded" lang="ur" dir="rtl">' in look(client, consultation)


@pytest.mark.requirement("R-059")
def test_switching_keeps_what_is_on_the_page_and_what_was_answered(client, consultation):
    begin(client, consultation)
    client.post(page(consultation, "answer", "1"), {"1-answer": "TEXT"})

    switched = client.post(
        page(consultation, "answer", "2") + "?check", {"2-answer": ["TEXT", "LETTER"], "wording": "easy-read"}
    )

    assert switched["Location"] == page(consultation, "answer", "2") + "?check"
    second, first = look(client, consultation, 2), look(client, consultation, 1)
    assert re.findall(r'value="(\w+)" checked', second) == ["TEXT", "LETTER"]
    assert re.findall(r'value="(\w+)" checked', first) == ["TEXT"]
    assert "Easy: Which of these have helped you?" in second


def test_switching_before_answering_does_not_pass_the_question(client, consultation):
    begin(client, consultation)
    client.post(page(consultation, "answer", "1"), {"wording": "pl"})

    assert client.post(page(consultation, "start"))["Location"] == page(consultation, "answer", "1")


def test_switching_with_something_that_cannot_be_kept_leaves_it_on_the_page(client, consultation):
    begin(client, consultation)

    reply = client.post(page(consultation, "answer", "4"), {"4-answer": "x" * 4001, "wording": "easy-read"})

    html = reply.content.decode()
    assert (reply.status_code, "x" * 4001 in html, "Easy: What should change?" in html) == (200, True, True)
    assert "4000 characters or fewer" in html


def test_required_question_left_empty_switches_without_a_reproach(client):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, required=True, ways=True)
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    consultation = ConsultationFactory(open=True, questionnaire=questionnaire)
    begin(client, consultation)

    reply = client.post(page(consultation, "answer", "1"), {"wording": "easy-read"})

    assert reply.status_code == 302
    assert "Choose an answer" not in look(client, consultation)


def test_check_page_switches_too_and_keeps_what_was_chosen_on_it(client, consultation):
    begin(client, consultation, "easy-read")
    client.post(page(consultation, "answer", "1"), {"1-answer": "TEXT"})
    client.post(page(consultation, "answer", "4"), {"4-answer": "Be quicker."})

    check = client.post(page(consultation, "check"), {"wording": "pl", "publish": "WITHOUT_NAME"}).content.decode()

    assert '<dt class="govuk-summary-list__key" lang="pl" dir="ltr">Polish: How should we first' in check
    assert '<span lang="pl" dir="ltr">Polish: A text message</span>' in check
    assert re.findall(r'name="publish"[^>]* value="(\w+)" checked', check) == ["WITHOUT_NAME"]
    assert not Response.objects.exists()


def test_switch_on_the_check_page_without_a_draft_leads_to_the_start(client, consultation):
    begin(client, consultation)
    Draft.objects.all().delete()

    reply = client.post(page(consultation, "check"), {"wording": "pl"})

    assert reply["Location"] == page(consultation, "start") + "?lost"


def test_wording_that_is_not_offered_changes_nothing(client, consultation):
    begin(client, consultation, "klingon")

    client.post(page(consultation, "answer", "1"), {"1-answer": "TEXT", "wording": "cy"})

    assert labels(look(client, consultation))[0] == "A phone call"


def test_switch_goes_along_to_another_browser(client, consultation):
    begin(client, consultation, "easy-read")
    other = Client()
    other.get(page(consultation, "resume", client.cookies["answers"].value.partition(".")[0]))

    assert "Easy: How should we first get in touch?" in look(other, consultation)


def test_question_page_without_other_wordings_offers_none(client):
    consultation = ConsultationFactory(open=True)
    begin(client, consultation)

    assert ("Read the questions" in look(client, consultation), "How would you like" in look(client, consultation)) == (
        False,
        False,
    )


# Answers count together, and nothing says who read what


@pytest.mark.threat("P01")
def test_response_does_not_say_in_which_words_it_was_read(client, consultation):
    begin(client, consultation, "easy-read")
    client.post(page(consultation, "answer", "1"), {"1-answer": "TEXT"})
    client.post(page(consultation, "check"))

    stored = str(list(Response.objects.values()))
    assert ("easy" in stored.lower(), Draft.objects.count()) == (False, 0)
    assert list(Answer.objects.values_list("question", "choice", "text")) == [("q1", "TEXT", "")]
    assert LogEntry.objects.filter(summary__contains="answer").count() == 0


@pytest.mark.threat("P01")
def test_draft_says_it_only_under_its_seal(client, consultation):
    begin(client, consultation)
    before = len(bytes(Draft.objects.get().sealed))
    client.post(page(consultation, "answer", "1"), {"wording": "easy-read"})

    row = Draft.objects.values().get()
    assert (len(bytes(row["sealed"])), b"easy" in bytes(row["sealed"])) == (before, False)


def test_results_use_the_standard_words(consultation):
    for way in ("TEXT", "PHONE", "LETTER", "DONT_KNOW"):
        ResponseFactory.create_batch(5, consultation=consultation, settled=False, answers={"q1": [way]})
    settling.settle(consultation=consultation, at=NOW, for_good=True)

    [first, *_] = counting.running_results(consultation).questions

    assert (first.text, first.rows[1].label, first.rows[1].count) == (
        "How should we first get in touch?",
        "A text message",
        5,
    )


# Writing


@pytest.mark.requirement("R-059")
def test_wording_not_whole_is_named_and_keeps_the_consultation_shut(questionnaire):
    WordingFactory(questionnaire=questionnaire)
    draft = signed_off(ConsultationFactory(questionnaire=questionnaire))

    [line] = [
        check
        for check in readiness.checks_before_opening(consultation=draft, at=NOW)
        if check.name == "All is written: Easy Read"
    ]

    assert (line.met, line.must) == (False, True)
    assert line.detail.startswith(
        "Easy Read, question 1, “How should we first get in touch?”: write the question, the answer “A phone call”, "
        "the answer “A text message” and the answer “A letter”."
    )
    with pytest.raises(ConsultationRefused, match="Easy Read, question 1"):
        lifecycle.open_consultation(consultation=draft, actor=UserFactory(role=Role.INVOLVEMENT), at=NOW)


def test_another_language_words_what_stands_in_many_questions_too(questionnaire):
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.LANGUAGE, language=Language.WELSH)

    with pytest.raises(questionnaires.QuestionnaireRefused) as refusal:
        questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    assert str(refusal.value).startswith(
        "Welsh: write “Strongly agree”, “Agree”, “Neither agree nor disagree”, “Disagree”, “Strongly disagree”, “I do "
        "not know” and “I prefer not to say”, which stand in many questions."
    )


def test_easy_read_has_plain_words_of_its_own_for_the_scale(questionnaire):
    wording = WordingFactory(questionnaire=questionnaire)
    words = {
        sheet.key: {slot.name: "Words" for slot in sheet.slots}
        for sheet in rewording.sheets_of(wording)
        if sheet.key != rewording.STANDING
    }
    rewording.write_words(wording=wording, words=words, seen=rewording.fingerprint(wording), actor=None, at=NOW)
    version = questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    scale = questionnaires.questions_of(version, wording="easy-read")[2]

    assert list(scale.labels.values())[:2] == ["Yes, I agree a lot", "Yes, I agree a bit"]
    assert list(scale.labels) == list(questionnaires.questions_of(version)[2].labels)


def test_words_are_written_beside_the_standard_ones(office, questionnaire):
    wording = WordingFactory(questionnaire=questionnaire)
    address = reverse("consultations:questionnaire-wording", args=[questionnaire.pk, "easy-read"])
    seen = office.get(address).context["form"]["seen"].value()

    reply = office.post(address, {"seen": seen, "q1--text": "How can we talk to you?", "q1--choice--PHONE": "By phone"})

    assert reply.status_code == 302
    kept = wording.questions.get(question__key="q1")
    assert kept.words == {"text": "How can we talk to you?", "choice PHONE": "By phone"}
    assert "pieces of words are still to write" in office.get(address).content.decode()
    assert LogEntry.objects.get(action="questionnaire.worded").summary.endswith("in other words: Easy Read.")


def test_two_people_who_write_at_once_lose_nothing(office, questionnaire):
    wording = WordingFactory(questionnaire=questionnaire)
    address = reverse("consultations:questionnaire-wording", args=[questionnaire.pk, "easy-read"])
    seen = office.get(address).context["form"]["seen"].value()
    rewording.write_words(
        wording=wording, words={"q1": {"text": "Theirs"}}, seen=rewording.fingerprint(wording), actor=None, at=NOW
    )

    refused = office.post(address, {"seen": seen, "q1--text": "Mine"})
    again = refused.context["form"]["seen"].value()
    kept = office.post(address, {"seen": again, "q1--text": "Mine"})

    html = refused.content.decode()
    assert ("Somebody else has written here" in html, "Theirs" in html, 'value="Mine"' in html) == (True, True, True)
    assert (kept.status_code, wording.questions.get(question__key="q1").words) == (302, {"text": "Mine"})


def test_words_written_for_others_are_pointed_out(office, questionnaire):
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    questionnaire.questions.filter(key="q1").update(text="How shall we reach you?")
    draft = ConsultationFactory(questionnaire=questionnaire)
    address = reverse("consultations:questionnaire-wording", args=[questionnaire.pk, "easy-read"])

    checks = readiness.checks_before_opening(consultation=draft, at=NOW)
    html = office.get(address).content.decode()

    [line] = [check for check in checks if check.name == "The wordings say the same"]
    assert (line.must, "Easy Read" in line.detail) == (False, True)
    assert html.count("The standard words have changed since these were written") == 1


def test_words_are_part_of_what_is_signed_off(questionnaire):
    wording = WordingFactory(questionnaire=questionnaire, said="Easy:")
    draft = ConsultationFactory(questionnaire=questionnaire)
    before = substance.digest_of(draft)

    words = {"q1": {"text": "How can we talk to you?"}}
    rewording.write_words(wording=wording, words=words, seen=rewording.fingerprint(wording), actor=None, at=NOW)

    assert substance.digest_of(draft) != before


def test_preview_says_which_wordings_are_written(office, questionnaire):
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    WordingFactory(questionnaire=questionnaire, kind=WordingKind.YOUNG)

    html = office.get(reverse("consultations:questionnaire-preview", args=[questionnaire.pk])).content.decode()

    assert re.findall(r"(Easy Read|For young people)</a>: ([\w ]+)<", html) == [
        ("Easy Read", "written"),
        ("For young people", "still to write"),
    ]


def test_wording_that_is_not_offered_has_no_page(office, questionnaire):
    address = reverse("consultations:questionnaire-wording", args=[questionnaire.pk, "pl"])

    assert office.get(address).status_code == 404


def test_words_wait_for_questions_that_can_be_asked(office):
    empty = QuestionnaireFactory(asked=[])
    WordingFactory(questionnaire=empty)

    reply = office.get(reverse("consultations:questionnaire-wording", args=[empty.pk, "easy-read"]), follow=True)

    assert "Mend the questions first. Add at least one question." in reply.content.decode()


def test_copy_takes_its_words_along(questionnaire):
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    actor = UserFactory(role=Role.INVOLVEMENT)

    copy = authoring.copy_questionnaire(questionnaire=questionnaire, title="Next year", actor=actor, at=NOW)

    assert questionnaires.ready_to_ask(copy) == questionnaires.ready_to_ask(questionnaire)


def test_words_of_sections_statements_and_other_are_said(db):
    questionnaire = QuestionnaireFactory(asked=[])
    QuestionFactory(questionnaire=questionnaire, key="one", section="About you", ways=True, other=True)
    matrix = QuestionFactory(questionnaire=questionnaire, key="two", kind=QuestionKind.MATRIX)
    for key in ("warm", "near"):
        Statement.objects.create(question=matrix, key=key, label=f"It is {key}")
    WordingFactory(questionnaire=questionnaire, said="Easy:")
    version = questionnaires.freeze(questionnaire=questionnaire, at=NOW)

    one, two = questionnaires.questions_of(version, wording="easy-read")

    assert (one.section, two.section) == ("Easy: About you", "Easy: About you")
    assert one.labels["OTHER"] == "Easy: Other"
    assert [line.label for line in two.lines] == ["Easy: It is warm", "Easy: It is near"]


def test_version_frozen_before_there_were_wordings_offers_none(consultation):
    content = {"questions": [{"key": "q", "kind": "LONG_TEXT", "text": "What?", "choices": []}]}
    consultation.version.content = content

    assert questionnaires.wordings_of(consultation.version) == []
    assert [one.text for one in questionnaires.questions_of(consultation.version, wording="easy-read")] == ["What?"]


# In the CMS


def offered(*wordings):
    given = {f"wordings-{name}": "0" for name in ("INITIAL_FORMS", "MIN_NUM_FORMS")} | {
        "wordings-TOTAL_FORMS": str(len(wordings)),
        "wordings-MAX_NUM_FORMS": "1000",
    }
    for place, (kind, language) in enumerate(wordings):
        one = f"wordings-{place}"
        given |= {f"{one}-kind": kind, f"{one}-language": language, f"{one}-ORDER": str(place + 1)}
    return {"title": "In other words", "questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0", **given}


def test_wordings_are_chosen_in_the_cms(office):
    reply = office.post(reverse("questionnaires:add"), offered(("EASY_READ", "pl"), ("LANGUAGE", "pl")))

    assert reply.status_code == 302
    assert [wording.code for wording in Wording.objects.order_by("sort_order")] == ["easy-read", "pl"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([("LANGUAGE", "")], "Choose the language."),
        ([("YOUNG", ""), ("YOUNG", "")], "Please correct the duplicate"),
    ],
)
def test_wordings_that_make_no_sense_are_refused_in_the_cms(office, given, words):
    reply = office.post(reverse("questionnaires:add"), offered(*given))

    assert (reply.status_code, words in reply.content.decode()) == (200, True)
    assert not Wording.objects.exists()
