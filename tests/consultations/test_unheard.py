"""What people wrote waits for somebody, and the dashboard says so; so does the page that publishes the results."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import queries
from consultations.models import Consultation, Reading, Redaction
from engagement.enums import Role
from tests.factories.analysis import alike_group, read_text
from tests.factories.comments import moderated, on_draft, send, settled
from tests.factories.consultations import SAID, ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

TEXT = "Please keep the night bus running after midnight, because nurses and cleaners have no other way home."


@pytest.fixture
def team():
    return UserFactory(role=Role.INVOLVEMENT)


def work(person, about):
    return [(todo.title, todo.detail, todo.url) for todo in queries.todo_for(person, NOW) if about in todo.title]


@pytest.mark.requirement("R-059")
def test_comments_on_a_draft_wait_on_the_dashboard_until_each_is_read(team):
    consultation = on_draft(title="Is it right?", reference="C-2026-077")
    for text in ("Ring sooner.", "Open later."):
        send(consultation, text)
    unsettled = work(team, "comments")
    first, _ = settled(consultation)
    waiting = work(team, "comments")
    moderated(first, actor=team)

    assert unsettled == []
    assert waiting == [
        (
            "Read comments on the draft: Is it right?",
            "C-2026-077: 2 comments to read. None is public before you have decided.",
            reverse("consultations:manage-comments", args=["C-2026-077"]),
        )
    ]
    assert [detail.partition(" to read")[0] for _, detail, _ in work(team, "comments")] == ["C-2026-077: 1 comment"]
    assert work(UserFactory(role=Role.MANAGEMENT), "comments") == []


@pytest.mark.requirement("R-060")
def test_lead_commissioner_is_asked_to_answer_themes_once_nobody_can_comment(team):
    consultation = on_draft(title="Is it right?", reference="C-2026-077")
    lead = UserFactory(role=Role.LEAD_COMMISSIONER)
    type(consultation.activity).objects.update(lead_commissioner=lead)
    send(consultation)
    moderated(settled(consultation).get(), new_theme="Ring sooner", actor=team)
    while_open = work(lead, "comments")
    Consultation.objects.update(closes_at=NOW)

    assert while_open == []
    assert work(lead, "comments") == [
        (
            "Say what becomes of the comments: Is it right?",
            "C-2026-077: 1 theme without an answer",
            reverse("consultations:manage-dispositions", args=["C-2026-077"]),
        )
    ]
    assert work(UserFactory(role=Role.LEAD_COMMISSIONER), "comments") == []


@pytest.mark.requirement("R-150")
def test_publish_page_says_what_nobody_has_judged_or_read_yet(client, team):
    consultation = on_draft(closed=True, reference="C-2026-077", title="Is it right?")
    alike_group(consultation, TEXT, number=3)
    Consultation.objects.filter(pk=consultation.pk).update(**SAID)
    client.force_login(team)

    with time_machine.travel(NOW, tick=False):
        shown = client.get(reverse("consultations:manage-publish", args=["C-2026-077"])).content.decode()

    address = reverse("consultations:manage-alike", args=["C-2026-077"])
    assert "1 group of answers that are alike is not judged yet. All are counted." in shown
    assert f'href="{address}"' in shown
    assert work(team, "alike") == [
        (
            "Judge answers that are alike: Is it right?",
            "C-2026-077: 1 group to judge before the results are published",
            address,
        )
    ]


def test_texts_for_a_second_pair_of_eyes_wait_for_those_who_were_not_the_first(team):
    colleague = UserFactory(role=Role.INVOLVEMENT)
    consultation = ConsultationFactory(closed=True, reference="C-2026-078", title="Is it late?")
    text = read_text(consultation)
    Reading.objects.update(coder=colleague)
    Redaction.objects.create(answer=text, text="They came late.", written_by=colleague)

    assert [(title, detail) for title, detail, _ in work(team, "a ") if "Is it late?" in title] == [
        ("Look at what a colleague redacted: Is it late?", "C-2026-078: 1 text to approve or send back"),
        (
            "Read texts a second time: Is it late?",
            "C-2026-078: 1 text that a colleague has coded, to read without seeing how",
        ),
    ]
    assert {title.partition(":")[0] for title, _, _ in work(colleague, "Is it late?")} == {"Publish what people said"}


def test_publish_page_warns_of_nothing_where_nothing_waits(client, team):
    consultation = ConsultationFactory(closed=True)
    Consultation.objects.filter(pk=consultation.pk).update(**SAID)
    client.force_login(team)

    with time_machine.travel(NOW, tick=False):
        shown = client.get(reverse("consultations:manage-publish", args=[consultation.reference]))

    assert "govuk-warning-text" not in shown.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_what_waits_costs_the_same_however_much(team, number, django_assert_max_num_queries):
    for _ in range(number):
        consultation = on_draft()
        send(consultation)
        settled(consultation)

    with django_assert_max_num_queries(11):
        assert len(work(team, "comments")) == number
