"""One consultation whole: written in the CMS, opened with a second signature, answered, closed, coded, published."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.domain import questionnaires, responding
from consultations.domain.timekeeping import keep_time
from consultations.enums import QuestionKind
from consultations.models import Consultation, Questionnaire, Response
from portal.demo import PASSWORD, Demonstration
from portal.demo.people import make_people
from tests.browser import authoring
from tests.browser.conftest import PHONE
from tests.browser.test_kinds import PHOTO, on_step
from tests.browser.test_outcomes import fill, press
from tests.browser.test_outcomes import page as manage
from tests.browser.test_without_mouse_or_script import press as keys
from tests.browser.test_without_mouse_or_script import tab_to
from tests.factories.consultations import ResponseFactory
from tests.factories.engagement import ActivityFactory

SUPPORT = "Avonmere victim care: 0808 157 0150, free, day or night"


@pytest.fixture
def people():
    demo = Demonstration(now=timezone.now())
    make_people(demo)
    return demo.people


def sign_in(visitor, person):
    """Through the sign-in page, with the password that the demonstration prints."""
    visitor.go("/account/login/")
    visitor.page.get_by_label("E-mail address").fill(person.email)
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.get_by_label("Password", exact=True).press("Enter")
    visitor.page.wait_for_url("**/dashboard/")


@pytest.fixture
def activity():
    return ActivityFactory(published=True, at_plan=True, title="Support after domestic abuse")


@pytest.mark.timeout(900)
@pytest.mark.requirement("R-059", "R-060", "R-150")
def test_consultation_from_first_draft_to_outcome(visit, people, activity):
    office, colleague = visit(), visit()
    sign_in(office, people["involvement"])
    sign_in(colleague, people["management"])
    questions_are_written(office)
    drafted = consultation_is_drafted(office, activity)
    it_is_opened_with_a_second_signature(office, colleague, people, drafted)
    code = person_answers_on_a_phone(visit, drafted)
    changes_and_withdraws(visit, drafted, code)
    others_answer(drafted)
    time_passes(drafted, opens_at=-40, closes_at=-1)
    texts_are_coded(office, drafted)
    loop_is_closed(office, visit(width=PHONE), drafted)


def questions_are_written(office):
    assert {kind for kind, *_ in authoring.QUESTIONS} == set(QuestionKind)
    authoring.write_questionnaire(office, "Getting help")
    office.go(f"/engagement/questionnaires/{Questionnaire.objects.get().pk}/")
    office.look("questionnaire")
    authoring.write_other_words(office)


def dates(**days):
    """The boxes of dates, so many days from today."""
    boxes = {}
    for name, ahead in days.items():
        day = timezone.localdate() + timedelta(days=ahead)
        boxes |= {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
    return boxes


def consultation_is_drafted(office, activity):
    office.go(f"/engagement/consultations/create/?activity={activity.slug}")
    page = office.page
    page.get_by_label("Activity").select_option(label=activity.title)
    page.get_by_label("Questionnaire").select_option(label="Getting help")
    page.get_by_label("Victims", exact=False).first.check()
    fill(
        office,
        title="What helped you?",
        summary="We are planning help after domestic abuse. Tell us what worked and what did not.",
        audience="Anybody who has needed help",
        length_reason="Five weeks reach people whom providers see once a month.",
        can_change="Opening hours",
        settled="There will be one service",
        next_steps="The Commissioner decides in the spring.",
        **dates(opens_on=1, closes_on=36),
    )
    press(office, "Save the draft")
    office.look("draft")
    return Consultation.objects.get()


def it_is_opened_with_a_second_signature(office, colleague, people, consultation):
    page = office.page
    office.go(manage("safeguarding", consultation))
    page.get_by_label("Who is told first?").select_option(label=people["involvement"].name)
    page.get_by_label("Who else?").select_option(label=people["reader"].name)
    press(office, "Name these two")
    office.go(manage("safety", consultation))
    page.get_by_label("Whom people can call now").fill(SUPPORT)
    press(office, "Save the draft")
    office.go(manage("statements", consultation))
    fill(
        office,
        formative_statement="Nothing is decided: the draft is open for comment.",
        information_statement="The whole draft and what it costs.",
        consideration_statement="We read every answer before the Commissioner decides.",
    )
    press(office, "Save the draft")
    office.go(manage("equality", consultation))
    office.look("equality-declared")
    page.get_by_label("Age").check()
    page.get_by_label("What you need it for").fill("To see whom we have not heard from.")
    press(office, "Save the draft")
    office.go(manage("ask", consultation))
    page.get_by_label(people["management"].name).check()
    page.get_by_label("I attest that no decision has been made").check()
    press(office, "Ask them")
    page.get_by_text("has been asked, by e-mail").wait_for()
    colleague.go("/dashboard/")
    colleague.page.get_by_role("link", name="Read and sign off").first.click()
    colleague.look("sign")
    colleague.page.get_by_label("I sign this off").check()
    press(colleague, "Decide")
    colleague.page.get_by_text("Signed off. It can be opened now.").wait_for()
    office.go(manage("open", consultation))
    office.look("open")
    press(office, "Open this consultation")
    office.page.get_by_text("takes answers from").wait_for()
    office.look("opened")


def time_passes(consultation, **days):
    """No browser waits five weeks: the days of opening and closing are moved, and the clock-watcher runs."""
    now = timezone.now().replace(second=0, microsecond=0)
    moved = {name: now + timedelta(days=ahead) for name, ahead in days.items()}
    Consultation.objects.filter(pk=consultation.pk).update(**moved)
    keep_time(at=now)


def person_answers_on_a_phone(visit, consultation):
    """No script, no mouse: starts in Easy Read, saves, goes on in another browser, changes a route; gives the code."""
    time_passes(consultation, opens_at=-1)
    phone, judge = visit(width=PHONE, javascript=False), visit(width=PHONE)
    page = phone.page
    phone.go("/consultations/")
    keys(phone, consultation.title)
    page.wait_for_url(f"**{consultation.get_absolute_url()}")
    judged(judge, phone, "overview")
    keys(phone, "Start now")
    page.wait_for_url("**/start/")
    judged(judge, phone, "start")
    tab_to(phone, "In standard words")
    page.keyboard.press("ArrowDown")
    keys(phone, "Start")
    on_step(phone, 1)
    judged(judge, phone, "question")
    keys(phone, "In short: By phone", "Space")
    keys(phone, "Continue")
    on_step(phone, 2)
    keys(phone, "Yes, I agree a lot", "Space")
    keys(phone, "Continue")
    on_step(phone, 3)
    keys(phone, "In short: Evenings", "Space")
    keys(phone, "Save and come back later")
    page.wait_for_url("**/answer/saved/")
    judged(judge, phone, "saved")
    kept = page.locator(".portal-reference").inner_text()
    return goes_on_in_a_second_browser(visit, consultation, kept)


def goes_on_in_a_second_browser(visit, consultation, kept):
    """By the code of the first, in standard words and for a moment in Polish; still without script or mouse."""
    library, judge = visit(width=PHONE, javascript=False), visit(width=PHONE)
    page, base = library.page, consultation.get_absolute_url()
    library.go(f"{base}come-back/")
    tab_to(library, "")
    while page.evaluate("document.activeElement.name") != "code":
        page.keyboard.press("Tab")
    page.keyboard.type(kept.lower().replace(" ", ""))
    keys(library, "Go on")
    on_step(library, 4)
    keys(library, "Polski")
    page.get_by_role("group", name="Po polsku: I knew whom to call").wait_for()
    judged(judge, library, "polish")
    keys(library, "In standard words")
    page.get_by_role("group", name="I knew whom to call", exact=True).wait_for()
    for answer in ("Agree", "I do not know"):
        tab_to(library, "Strongly agree")
        for _ in range(1 if answer == "Agree" else 5):
            page.keyboard.press("ArrowDown")
    keys(library, "Continue")
    on_step(library, 5)
    for thing, rank in (("Speed", "2"), ("Privacy", "1")):
        tab_to(library, thing)
        page.keyboard.type(rank)
    keys(library, "Continue")
    on_step(library, 6)
    keys(library, "Avonmere town", "Space")
    keys(library, "Continue")
    for step, question, typed in ((7, "How far", "12"), (8, "What did the journey", "6.50")):
        on_step(library, step)
        tab_to(library, question)
        page.keyboard.type(typed)
        keys(library, "Continue")
    on_step(library, 9)
    for part, typed in (("Day", "27"), ("Month", "3"), ("Year", "2026")):
        tab_to(library, part)
        page.keyboard.type(typed)
    keys(library, "Continue")
    on_step(library, 10)
    tab_to(library, "How did you get there?")
    page.keyboard.type("The 14 bus")
    keys(library, "Continue")
    on_step(library, 11)
    keys(library, "Continue")
    on_step(library, 12)
    tab_to(library, "Have you a picture of it?")
    page.locator("input[type=file]").set_input_files([PHOTO])  # what the window of the system would hand over
    judged(judge, library, "picture")
    keys(library, "Continue")
    on_step(library, 13)
    tab_to(library, "What should change?")
    page.keyboard.type("Somebody to talk to in the evening.")
    keys(library, "Continue")
    page.wait_for_url("**/answer/check/")
    judged(judge, library, "check")
    return sends(library, judge)


def sends(library, judge):
    """Takes another route, reads what is left out by that, lets the words be published, sends, says who she is."""
    page = library.page
    page.get_by_role("link", name="Change question 1", exact=True).press("Enter")
    page.wait_for_url("**/answer/1/?check")
    tab_to(library, "By phone")
    page.keyboard.press("ArrowDown")
    keys(library, "Continue")
    page.wait_for_url("**/answer/check/")
    page.get_by_text("so these answers will not be sent:").wait_for()
    judged(judge, library, "left-out")
    keys(library, "You may publish my words, without my name", "Space")
    keys(library, "Send my answers")
    page.wait_for_url("**/answer/receipt/")
    judged(judge, library, "receipt")
    code = page.locator(".portal-reference").inner_text()
    keys(library, "Questions about you")
    page.wait_for_url("**/answer/equality/")
    judged(judge, library, "about-you")
    keys(library, "Under 16", "Space")
    keys(library, "Send")
    response = Response.objects.get()
    said = [(question, [str(one) for one in words]) for question, words in responding.answers_of(response).items()]
    assert len(said) == 11, said
    return code


def changes_and_withdraws(visit, consultation, code):
    """In a third browser, by the reference alone."""
    cafe, judge = visit(width=PHONE, javascript=False), visit(width=PHONE)
    page, base = cafe.page, consultation.get_absolute_url()
    cafe.go(f"{base}change/")
    judged(judge, cafe, "change")
    page.get_by_label("reference", exact=False).fill(code)
    keys(cafe, "See my answers")
    page.wait_for_url("**/answer/check/")
    page.get_by_role("link", name="Change question").last.press("Enter")
    page.wait_for_url("**/answer/13/?check")
    tab_to(cafe, "What should change?")
    page.keyboard.press("Control+a")
    page.keyboard.type("Somebody to talk to at night.")
    keys(cafe, "Continue")
    page.wait_for_url("**/answer/check/")
    keys(cafe, "Send my answers")
    page.wait_for_url("**/answer/receipt/")
    assert page.locator(".portal-reference").inner_text() == code
    assert "Somebody to talk to at night." in str(responding.answers_of(Response.objects.get()))
    cafe.go(f"{base}withdraw/")
    judged(judge, cafe, "withdraw")
    page.get_by_label("reference", exact=False).fill(code)
    keys(cafe, "Delete my answers")
    page.get_by_text("Your answers are withdrawn").wait_for()
    assert Response.objects.count() == 0


def others_answer(consultation):
    """Sixty more, through the domain: what they say is what is published."""
    consultation.refresh_from_db()
    keys_of = {question.text: question for question in questionnaires.questions_of(consultation.version)}
    first, last = keys_of["How did you first get in touch?"], keys_of["What should change?"]
    ways = {label: key for key, label in first.labels.items()}
    for number in range(60):
        answers = {first.key: [ways["By letter" if number % 4 else "By phone"]]}
        if number < 3:
            answers[last.key] = [("Call in the evening.", "It took three weeks.", "They were kind.")[number]]
        ResponseFactory(consultation=consultation, settled=False, answers=answers, publication="WITHOUT_NAME")


def texts_are_coded(office, consultation):
    page = office.page
    office.go(manage("themes", consultation))
    office.look("themes-none")
    office.go(manage("theme-add", consultation))
    page.get_by_label("Name").fill("Waiting")
    page.get_by_label("What falls under it").fill("Any delay before or after the first contact.")
    page.locator("main form").get_by_role("button").first.click()
    office.go(manage("coding", consultation))
    office.look("coding")
    page.get_by_role("link", name="Read the next text").click()
    for number in range(3):
        page.get_by_text(f"{number} of 3 read").wait_for()
        text = page.locator(".portal-said").inner_text()
        page.get_by_label("Waiting" if "weeks" in text else "Nothing to code").check()
        page.get_by_role("button", name="Save and next").click()
    page.get_by_text("That was the last of these texts.").wait_for()
    office.look("coded")


def loop_is_closed(office, reader, consultation):
    page = office.page
    office.go(manage("feedback", consultation))
    fill(
        office,
        finding="Most people first write a letter",
        we_asked="What worked and what did not.",
        you_said="Evenings matter.",
        limits="Few people under 25 answered.",
        method="One person read every answer.",
    )
    press(office, "Save what people said")
    office.go(manage("publish", consultation))
    office.look("publish")
    page.get_by_label("I have read every answer").check()
    press(office, "Publish the results")
    page.get_by_text("The results are public.").wait_for()
    office.go(manage("outcome", consultation))
    fill(
        office,
        we_did="The specification now says a call in the evening.",
        unchanged="There will still be one service.",
        decision="One service, with calls until 8pm.",
        decided_by="The Commissioner",
        next_words="We look for a provider in the autumn.",
        **dates(decided_on=0),
    )
    press(office, "Save the outcome")
    office.go(manage("publish-outcome", consultation))
    page.get_by_label("This is what was decided").check()
    press(office, "Publish the outcome")
    page.get_by_text("The outcome is public.").wait_for()
    reader.go(consultation.get_absolute_url())
    reader.look("outcome")
    reader.go(f"{consultation.get_absolute_url()}results/")
    reader.look("results")


def judged(judge, phone, what):
    """Axe is a script: it judges, in a browser with the same cookies, the page that stands on the phone without any."""
    judge.page.context.add_cookies(phone.page.context.cookies())
    judge.page.goto(phone.page.url)
    judge.look(what)
