"""Closing the loop on the screen: written, published in two acts, read by everybody, corrected in the open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.domain import promising, publishing
from consultations.models import Consultation, Promise
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import ActivityFactory, UserFactory

FEEDBACK = {
    "finding": "Most people want the first contact to be a phone call",
    "we_asked": "What the new service must do, of anybody who has used one like it.",
    "you_said": "Phone first, and quickly. Evenings matter to people who work.",
    "limits": "Few people under 25 answered.",
    "method": "Two people read every answer.",
    "asked_letter": "676",
    "asked_event": "40",
}
OUTCOME = {
    "we_did": "The specification now says a call within two working days.",
    "unchanged": "There will still be one service.",
    "decision": "One service, with a call within two working days.",
    "decided_by": "The Commissioner",
    "decision_reference": "DR-2026-014",
    "decision_url": "https://decisions.example/14",
    "next_words": "We look for a provider in the autumn.",
}


@pytest.fixture
def consultation():
    now = timezone.now()
    consultation = ConsultationFactory(
        activity=ActivityFactory(published=True, at_plan=True, title="Support after domestic abuse"),
        title="How should we first get in touch?",
        launched=True,
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=5),
    )
    ways = ["PHONE"] * 6 + ["TEXT"] * 2 + ["LETTER", "DONT_KNOW"]
    for number in range(50):
        ResponseFactory(consultation=consultation, settled=False, answers={"q1": [ways[number % 10]]})
    return consultation


def page(name, consultation):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference])


def fill(visitor, **boxes):
    for name, value in boxes.items():
        visitor.page.locator(f"[name={name}]").fill(value)


def press(visitor, words):
    visitor.page.locator("main").get_by_role("button", name=words, exact=True).click()


@pytest.mark.timeout(300)
@pytest.mark.requirement("R-060")
def test_office_publishes_in_two_acts_and_corrects(visit, width, consultation):
    office = visit(width=width)
    office.sign_in(UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor"))

    office.go(page("feedback", consultation))
    fill(office, **FEEDBACK)
    office.look("feedback")
    press(office, "Save what people said")
    office.go(page("publish", consultation))
    office.look("publish")
    office.page.get_by_label("I have read every answer").check()
    press(office, "Publish the results")
    office.page.get_by_text("The results are public.").wait_for()
    office.look("results-public")
    office.go(consultation.get_absolute_url())
    office.look("between")

    today = timezone.localdate()
    office.go(page("outcome", consultation))
    fill(office, **OUTCOME, decided_on_day=str(today.day), decided_on_month=str(today.month))
    press(office, "Save the outcome")
    office.page.get_by_text("There is a problem").wait_for()
    office.look("outcome-refused")
    fill(office, decided_on_year=str(today.year))
    press(office, "Save the outcome")
    office.go(page("publish-outcome", consultation))
    office.look("publish-outcome")
    office.page.get_by_label("This is what was decided").check()
    press(office, "Publish the outcome")
    office.page.get_by_text("The outcome is public.").wait_for()

    office.go(page("correct-feedback", consultation))
    fill(office, you_said="Phone first, and quickly.", note="We had added a sentence that nobody wrote.")
    press(office, "Publish the correction")
    office.page.get_by_text("The new edition is public.").wait_for()
    office.go(page("recount", consultation))
    fill(office, note="A late letter.")
    press(office, "Publish the new numbers")
    office.page.get_by_text("Counted again, every number is as published.").first.wait_for()
    office.look("recount-refused")

    assert Consultation.objects.get().revisions.count() == 3


@pytest.mark.requirement("R-060")
def test_public_reads_feedback_and_outcome_apart_and_every_edition(visit, width, consultation):
    words = {**OUTCOME, "finding": FEEDBACK["finding"], "decided_on": timezone.localdate(), "we_asked": "What?"}
    words |= {name: FEEDBACK[name] for name in ("you_said", "limits", "method")}
    Consultation.objects.update(**words, asked_by={"LETTER": 676})
    consultation.refresh_from_db()
    report(consultation, outcome=True, at=timezone.now())
    reader = visit(width=width)

    reader.go(consultation.get_absolute_url())
    reader.look("outcome")
    headings = reader.page.locator("main h2").all_inner_texts()
    reader.page.get_by_role("link", name="Edition 1").click()
    reader.page.get_by_text("This is an earlier edition").wait_for()
    reader.look("edition")

    assert headings.index("Final outcome") < headings.index("Public feedback") < headings.index("Every edition")
    assert reader.page.get_by_text(OUTCOME["decision"]).count() == 0


@pytest.mark.requirement("R-060")
def test_promises_late_answers_and_evidence_are_read(visit, width, consultation):
    words = {**OUTCOME, "decided_on": timezone.localdate(), "finding": FEEDBACK["finding"], "we_asked": "What?"}
    Consultation.objects.update(**words, **{name: FEEDBACK[name] for name in ("you_said", "limits", "method")})
    consultation.refresh_from_db()
    now, team = timezone.now(), UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor")
    promise = promising.make_promise(
        consultation=consultation,
        words="publish every quarter how often the first call came in time",
        owner=team,
        due_on=timezone.localdate(),
        actor=team,
        at=now,
    )
    late = ConsultationFactory(launched=True, opens_at=now - timedelta(days=200), closes_at=now - timedelta(days=100))
    report(consultation, at=now)
    reader, decider, office = visit(width=width), visit(width=width), visit(width=width)

    decider.sign_in(UserFactory(role=Role.COMMISSIONER, name="Rowan Hale"))
    decider.go(page("attest", consultation))
    decider.look("attest")
    decider.page.get_by_label("The results, question by question").check()
    press(decider, "I have read this")
    decider.page.get_by_text("It is on record that you have read this.").wait_for()
    publishing.publish_outcome(consultation=consultation, actor=team, at=now)
    Promise.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    reader.go("/consultations/promises/")
    reader.look("promises")
    reader.page.get_by_role("link", name=promise.words).click()
    reader.page.get_by_text("We have not kept to our day").wait_for()
    reader.look("promise")
    reader.go("/consultations/overdue/")
    reader.look("overdue")
    reader.go(late.get_absolute_url())
    reader.look("late")
    office.sign_in(team)
    office.go(page("evidence", consultation))
    press(office, "Make a new file")
    office.page.get_by_text("The file is being made.").wait_for()
    office.look("evidence")
    office.go(promise.get_manage_url())
    office.look("promise-manage")
    office.go(page("promises", consultation))
    office.look("promises-manage")
