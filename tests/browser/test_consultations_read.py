"""Everything that is read of a consultation through its life, by the public and by the office, at both widths."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.domain import settling
from consultations.enums import Channel
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory, report
from tests.factories.engagement import ActivityFactory, UserFactory

WORDS = {
    "can_change": "how people first get in touch\nwhere and when support is offered",
    "settled": "there will be one service, not two\nthe yearly budget",
    "other_ways": "Call 01632 960 144, 9am to 7pm on weekdays\nCome to Millgate Library on Tuesday 3 November, 10am",
    "next_steps": "The Commissioner decides on the final specification.",
    "specification_title": "Draft specification",
    "specification_path": "/activities/support-after-abuse/specification/v3/",
    "specification_version": "3",
    "audience": "People who have used support after abuse, the people close to them, organisations that help",
}
FINDING = "Most people (60%) want the first contact to be a phone call"
OUTCOME = {
    "finding": FINDING,
    "we_asked": "What the new service must do, of anybody who has used one like it.",
    "asked_by": {"LETTER": 676, "EVENT": 40},
    "you_said": "Phone first, and quickly. Evenings matter to people who work. Letters are not safe for everyone.",
    "we_did": "The specification now says a call within two working days, and evenings twice a week.",
    "unchanged": "There will still be one service: two cost more, and people fell between them.",
    "decision": "One service, with a call within two working days.",
    "decision_reference": "DR-2026-014",
    "decision_url": "https://decisions.example/14",
    "next_stage": "DO",
}


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor")


@pytest.fixture
def activity():
    return ActivityFactory(published=True, at_plan=True, title="Support after domestic abuse and sexual violence")


def asked(activity, *, opened, closes, **more):
    now = timezone.now()
    dates = {"opens_at": now + timedelta(days=opened), "closes_at": now + timedelta(days=closes)}
    return ConsultationFactory(activity=activity, **{**WORDS, **dates, **more})


def answer(consultation):
    """Fifty answers: sixty per cent want a call."""
    ways = ["PHONE"] * 6 + ["TEXT"] * 2 + ["LETTER", "DONT_KNOW"]
    views = ["STRONGLY_AGREE"] * 2 + ["AGREE"] * 3 + ["NEITHER"] + ["DISAGREE"] * 2 + ["STRONGLY_DISAGREE", "DONT_KNOW"]
    for number in range(50):
        ResponseFactory(
            consultation=consultation,
            settled=False,
            channel=Channel.PAPER if number < 12 else Channel.ONLINE,
            answers={
                "q1": [ways[number % 10]],
                "q2": ["PHONE", "TEXT"] if number % 2 else ["LETTER"],
                "q3": [views[number % 10]],
                "q4": [f"Be quicker, and call me in the evening. {number}"],
            },
        )


def test_public_reads_a_consultation_through_its_life(visit, width, activity, involvement):
    now = timezone.now()
    soon = asked(activity, opened=12, closes=60, launched=True, title="Where should support be offered?")
    running = asked(activity, opened=-20, closes=20, launched=True, title="Have we got the draft right?")
    sensitive = asked(activity, opened=-20, closes=4, launched=True, sensitive=True, title="What helped you?")
    closed = asked(activity, opened=-60, closes=-5, launched=True, title="What should we measure?")
    words = {**OUTCOME, "decided_on": timezone.localdate()}
    first = {"title": "How should we first get in touch?", "said": True, "decided": True, **words}
    concluded = asked(activity, opened=-60, closes=-10, launched=True, **first)
    answer(closed)
    answer(concluded)
    report(concluded, outcome=True, at=now)
    visitor = visit(width=width)

    for tab in ("open", "soon", "closed", "outcomes"):
        visitor.go(f"/consultations/?show={tab}")
        visitor.look(f"list-{tab}")
    for name, consultation in {
        "soon": soon,
        "open": running,
        "sensitive": sensitive,
        "closed": closed,
        "concluded": concluded,
    }.items():
        visitor.go(consultation.get_absolute_url())
        visitor.look(name)
    visitor.go(reverse("consultations:consultation-results", args=[concluded.slug]))
    visitor.look("results")

    assert visitor.page.title() == f"{FINDING}: results - Avonmere"


def test_office_runs_a_consultation(visit, width, activity, involvement):
    draft = asked(activity, opened=2, closes=40, title="What should we measure?")
    running = asked(activity, opened=-20, closes=20, launched=True, title="Have we got the draft right?")
    closed = asked(activity, opened=-60, closes=-5, launched=True, title="How should we first get in touch?")
    answer(running)
    answer(closed)
    for consultation in (running, closed):
        settling.settle(consultation=consultation, at=timezone.now())
    visitor = visit(width=width)
    visitor.sign_in(involvement)

    visitor.go(reverse("consultations:manage-list"))
    visitor.look("list")
    visitor.go(reverse("consultations:manage-create"))
    visitor.look("create")
    visitor.page.get_by_role("button", name="Save the draft").click()
    visitor.look("create-refused")
    for name in ("detail", "edit", "open"):
        visitor.go(reverse(f"consultations:manage-{name}", args=[draft.reference]))
        visitor.look(f"draft-{name}")
    visitor.go(draft.get_absolute_url())
    visitor.look("preview")
    visitor.go(reverse("consultations:questionnaire-preview", args=[draft.questionnaire_id]))
    visitor.look("questionnaire")
    for name in ("detail", "extend", "close", "withdraw", "responses", "results"):
        visitor.go(reverse(f"consultations:manage-{name}", args=[running.reference]))
        visitor.look(f"open-{name}")
    for name in ("detail", "feedback", "publish", "outcome"):
        visitor.go(reverse(f"consultations:manage-{name}", args=[closed.reference]))
        visitor.look(f"closed-{name}")
