"""What the tables themselves refuse of outcomes, promises and evidence, whoever writes to them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from consultations.models import EvidenceFile, LateNotice, Promise, ResultsRevision, RevisionIsFrozen
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True)


@pytest.fixture
def person():
    return UserFactory(role=Role.INVOLVEMENT)


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
    return True


def promise_of(consultation, person, **more):
    given = {
        "reference": f"P-2026-{Promise.objects.count() + 1:03d}",
        "consultation": consultation,
        "words": "A call within two working days",
        "owner": person,
        "owner_role": Role.INVOLVEMENT,
        "due_on": date(2026, 12, 1),
        "set_at": NOW,
        "made_at": NOW,
        "made_by": person,
    }
    return Promise.objects.create(**{**given, **more})


@pytest.mark.requirement("R-060")
def test_promise_is_kept_with_evidence_and_changed_or_dropped_with_a_reason(consultation, person):
    for wrong in (
        {"status": "KEPT"},
        {"status": "KEPT", "kept_on": date(2026, 9, 1)},
        {"kept_on": date(2026, 9, 1)},
        {"status": "CHANGED"},
        {"status": "DROPPED"},
        {"status": "LATE"},
        {"words": ""},
    ):
        assert refused(lambda wrong=wrong: promise_of(consultation, person, **wrong)), wrong

    promise_of(consultation, person, status="KEPT", kept_on=date(2026, 9, 1), evidence="See the register.")


def test_promise_is_late_the_day_after_its_day_unless_it_is_kept_or_dropped(consultation, person):
    due = date(2026, 12, 1)
    made = promise_of(consultation, person, due_on=due)
    kept = promise_of(consultation, person, due_on=due, status="KEPT", kept_on=due, evidence="See the register.")
    dropped = promise_of(consultation, person, due_on=due, status="DROPPED", reason="The grant ended.")

    on_the_day = [one.standing(on=due) for one in (made, kept, dropped)]
    after = [one.standing(on=due + timedelta(days=1)) for one in (made, kept, dropped)]

    assert (on_the_day, after) == (["PROMISED", "KEPT", "DROPPED"], ["LATE", "KEPT", "DROPPED"])
    assert list(Promise.objects.late(on=due)) == []
    assert list(Promise.objects.late(on=due + timedelta(days=1))) == [made]
    assert made.owner_words == "Involvement Team"


def test_outcome_is_not_public_before_the_results(consultation):
    consultation.outcome_published_at = NOW

    assert refused(consultation.save)


def test_edition_that_people_have_read_never_changes_and_a_later_one_says_why(consultation, person):
    given = {"consultation": consultation, "content": {}, "published_at": NOW, "published_by": person}
    revision = ResultsRevision.objects.create(number=1, kind="RESULTS", **given)

    with pytest.raises(RevisionIsFrozen):
        revision.save()
    assert refused(lambda: ResultsRevision.objects.create(number=1, kind="OUTCOME", **given))
    assert refused(lambda: ResultsRevision.objects.create(number=2, kind="CORRECTED", **given))


def test_late_notice_says_why(consultation, person):
    given = {"consultation": consultation, "expected_on": date(2026, 12, 1), "said_at": NOW, "said_by": person}

    assert refused(lambda: LateNotice.objects.create(explanation="", **given))


def test_evidence_is_made_one_file_at_a_time(consultation, person):
    given = {"consultation": consultation, "asked_at": NOW, "asked_by": person}
    first = EvidenceFile.objects.create(**given)

    assert refused(lambda: EvidenceFile.objects.create(**given))
    assert refused(lambda: EvidenceFile.objects.filter(pk=first.pk).update(state="READY"))
    first.state, first.content, first.made_at = "READY", b"PK", NOW
    first.save()
    assert EvidenceFile.objects.create(**given).state == "WAITING"
