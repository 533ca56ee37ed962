"""Somebody writes, or withdraws, at the very moment when answers are released: what was read is what is given."""

from threading import Thread

import pytest
from django.db import connection

from engagement.domain import answering, asking, releasing
from engagement.enums import QuestionState, Role
from engagement.models import Answer, Clarification, Release
from tests.factories.clarifications import QuestionWindowFactory, answer, ask, engage
from tests.factories.engagement import NOW, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.threat("A15", "C04")]
HALF_A_SECOND = 0.5


@pytest.fixture
def window():
    return QuestionWindowFactory()


@pytest.fixture
def asker(window):
    return engage(window.activity, "Brightway")


def while_it_is_released(monkeypatch, window, act):
    """Releases what waits; `act` begins in another connection once the texts have been read."""
    ends = []

    def elsewhere():
        try:
            act()
        except (answering.AnswerRefused, asking.QuestionRefused) as refusal:
            ends.append(type(refusal))
        finally:
            connection.close()

    other, judge = Thread(target=elsewhere), releasing._refuse

    def slowly(*args, **kwargs):
        other.start()
        other.join(HALF_A_SECOND)
        judge(*args, **kwargs)

    seen = releasing.waiting_for_release(window, at=NOW).seen
    monkeypatch.setattr(releasing, "_refuse", slowly)
    releasing.release_answers(window=window, seen=seen, actor=UserFactory(role=Role.MANAGEMENT), at=NOW)
    monkeypatch.undo()
    other.join()
    return ends


def test_text_that_nobody_read_is_not_released(monkeypatch, window, asker):
    question = ask(window, asker)
    answer(question, "Two people may.")

    ends = while_it_is_released(monkeypatch, window, lambda: answer(question, "Nobody has read this."))

    release = Release.objects.get()
    assert ends == [answering.AnswerRefused]
    assert [one.text for one in Answer.objects.all()] == ["Two people may."]
    assert releasing.digest_of(release.answers.all()) == release.digest


def test_what_was_released_was_not_withdrawn(monkeypatch, window, asker):
    question = ask(window, asker)
    answer(question, "Two people may.")

    ends = while_it_is_released(
        monkeypatch, window, lambda: asking.withdraw_question(question=question, actor=asker, at=NOW)
    )

    assert ends == [asking.QuestionRefused]
    assert Clarification.objects.get().state == QuestionState.RELEASED
    assert Answer.objects.released().count() == 1
