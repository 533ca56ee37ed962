"""Declaring equality questions, and who may see what came of them: those who run it before, everybody after."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.domain import declaring, equality, lifecycle, profile, readiness, substance, timekeeping
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import SpecialCondition
from consultations.models import Consultation, EqualityCount, EqualityPlan
from engagement.enums import Role
from tests.factories.consultations import CLOSES, ConsultationFactory, report, signed_off
from tests.factories.engagement import NOW, UserFactory
from tests.factories.equality import PURPOSE, asked, planned

pytestmark = pytest.mark.django_db

AGE_BY_Q1 = ("about.AGE", "answer.q1")
AGES = ["UNDER_16", "FROM_16", "FROM_25", "FROM_35", "FROM_45", "FROM_55", "FROM_65", "FROM_75", "PREFER_NOT"]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def office(client, involvement):
    client.force_login(involvement)
    return client


@pytest.fixture
def draft():
    return ConsultationFactory()


def address(name, consultation):
    return reverse(f"consultations:{name}", args=[consultation.reference])


def declare(draft, actor, **changes):
    told = {
        "chosen": ["AGE", "SEX"],
        "crossings": [AGE_BY_Q1],
        "purpose": PURPOSE,
        "condition": SpecialCondition.EQUALITY,
        "seen": equality.fingerprint(equality.plan_of(draft)),
    }
    return declaring.declare_equality(consultation=draft, **(told | changes), actor=actor, at=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"condition": "WHY"}, "condition"),
        ({"crossings": [("about.AGE", "answer.q2")]}, "crossings"),  # of which people choose several
        ({"crossings": [("about.AGE", "about.CARING")]}, "crossings"),  # which is not asked
        ({"crossings": [("answer.q1", "answer.q3")]}, "crossings"),
        ({"crossings": [("about.AGE", "about.AGE")]}, "crossings"),
        ({"crossings": [AGE_BY_Q1, AGE_BY_Q1]}, "crossings"),
        ({"crossings": [AGE_BY_Q1, ("about.SEX", "answer.q1"), ("about.AGE", "about.SEX")]}, "crossings"),
    ],
)
@pytest.mark.threat("P08")
def test_unsound_declarations_are_refused_where_they_are_wrong(draft, involvement, changes, field):
    with pytest.raises(ConsultationRefused) as refusal:
        declare(draft, involvement, **changes)

    assert refusal.value.field == field
    assert not EqualityPlan.objects.exists()


def test_declaring_is_for_writers_of_drafts_and_voids_a_signature(draft, involvement):
    signed = signed_off(draft)

    declare(draft, involvement)
    first = substance.digest_of(draft)
    declare(draft, involvement, purpose="For another purpose")

    assert signed.sign_offs.get().voided_at == NOW
    assert substance.digest_of(draft) != first
    with pytest.raises(ConsultationRefused, match="Only those who write"):
        declare(draft, UserFactory(role=Role.MANAGEMENT))
    Consultation.objects.filter(pk=draft.pk).update(published_at=NOW, version=ConsultationFactory(open=True).version)
    with pytest.raises(ConsultationRefused, match="public now"):
        declare(draft, involvement)


def test_words_of_the_standard_are_signed_too(draft, involvement, monkeypatch):
    declare(draft, involvement)
    before = substance.digest_of(draft)
    monkeypatch.setattr("consultations.domain.characteristics.STANDARD", ())

    assert substance.digest_of(draft) != before


def test_nothing_chosen_asks_nothing_and_a_question_taken_away_stops_the_opening(draft, involvement):
    declare(draft, involvement)
    whole = readiness.checks_before_opening(consultation=draft, at=NOW)
    draft.questionnaire.questions.get(key="q1").delete()
    broken = readiness.checks_before_opening(consultation=draft, at=NOW)
    declare(draft, involvement, chosen=[], crossings=[])
    without = readiness.checks_before_opening(consultation=draft, at=NOW)

    assert [[check.met for check in checks if check.field == "equality"] for checks in (whole, broken, without)] == [
        [True],
        [False],
        [],
    ]
    assert not EqualityPlan.objects.exists()


def test_signed_plan_is_frozen_on_opening(draft, involvement):
    draft = signed_off(planned(draft))

    lifecycle.open_consultation(consultation=draft, actor=involvement, at=NOW)
    draft.questionnaire.questions.filter(key="q1").update(text="Other words?")

    plan = equality.plan_of(draft)
    assert plan.frozen["answers"]["q1"][0] == "How should we first get in touch?"
    assert equality.asked_by(plan).title_of("answer.q1") == "How should we first get in touch?"


# The office's pages

FORM = {
    "chosen": ["AGE", "SEX"],
    "purpose": PURPOSE,
    "condition": "EQUALITY",
    "first_1": "about.AGE",
    "second_1": "answer.q1",
}


def words_of(reply):
    return " ".join(reply.content.decode().split())


def test_page_declares_and_shows_what_was_declared(office, draft):
    empty = office.get(address("manage-equality", draft))
    saved = office.post(address("manage-equality", draft), FORM | {"seen": empty.context["form"].initial["seen"]})
    again = office.get(address("manage-equality", draft))
    detail = office.get(address("manage-detail", draft))

    plan = equality.plan_of(draft)
    assert saved["Location"] == address("manage-detail", draft)
    assert (plan.characteristics, plan.crossings, plan.purpose) == (["AGE", "SEX"], [list(AGE_BY_Q1)], PURPOSE)
    assert again.context["form"].initial["second_1"] == "answer.q1"
    assert "Equality questions" in words_of(detail)
    assert "Age group with “How should we first get in touch?”" in words_of(detail)


def test_half_a_table_a_ring_and_no_purpose_are_said_where_they_are(office, draft):
    seen = {"seen": equality.fingerprint(None)}
    half = office.post(address("manage-equality", draft), FORM | seen | {"second_1": ""})
    ring = {"first_2": "about.AGE", "second_2": "answer.q1"}
    twice = office.post(address("manage-equality", draft), FORM | seen | ring)
    unsaid = office.post(address("manage-equality", draft), FORM | seen | {"purpose": ""})

    assert list(half.context["form"].errors) == ["second_1"]
    assert "ring" in twice.context["form"].errors["second_1"][0]
    assert list(unsaid.context["form"].errors) == ["purpose"]


@pytest.mark.threat("C04")
def test_two_who_declare_at_once_are_told_and_neither_loses_what_they_chose(office, draft, involvement):
    seen = office.get(address("manage-equality", draft)).context["form"].initial["seen"]
    declare(draft, involvement, chosen=["RELIGION"], crossings=[], purpose="Theirs")

    refused = office.post(address("manage-equality", draft), FORM | {"seen": seen})
    accepted = office.post(address("manage-equality", draft), FORM | {"seen": refused.context["form"]["seen"].value()})

    assert "Somebody else changed these questions" in words_of(refused)
    assert {"key": "What for", "value": "Theirs"} in refused.context["theirs"]
    assert accepted.status_code == 302
    assert equality.plan_of(draft).characteristics == ["AGE", "SEX"]


@pytest.fixture
def counted():
    """An open consultation with counts of 540 people."""
    consultation = planned(ConsultationFactory(open=True), chosen=["AGE", "SEX"], crossings=[AGE_BY_Q1])
    EqualityCount.objects.create(
        consultation=consultation,
        counted_at=NOW,
        counts={
            "": {"": 540},
            "about.AGE": dict.fromkeys(AGES, 60),
            "about.SEX": {"FEMALE": 240, "MALE": 200, "PREFER_NOT": 100},
            "answer.q1": {"PHONE": 206, "TEXT": 114, "LETTER": 113, "DONT_KNOW": 107},
            "about.AGE=answer.q1": {
                f"{age}={way}": number
                for age in AGES
                for way, number in (
                    {"PHONE": 46, "TEXT": 2, "LETTER": 1, "DONT_KNOW": 11}
                    if age == "FROM_75"
                    else {"PHONE": 20, "TEXT": 14, "LETTER": 14, "DONT_KNOW": 12}
                ).items()
            },
        },
    )
    return consultation


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07")
@pytest.mark.parametrize(
    ("role", "open_", "published"),
    [
        (Role.INVOLVEMENT, 200, 200),
        (Role.COMMISSIONER, 404, 200),
        (Role.MANAGEMENT, 404, 200),
        (Role.AUDITOR, 404, 200),
        (Role.LEAD_COMMISSIONER, 404, 404),  # not of this activity
        (Role.SPECIALIST, 404, 404),
    ],
)
def test_those_who_decide_see_who_answered_only_once_it_is_public(client, counted, role, open_, published):
    client.force_login(UserFactory(role=role))
    before = [client.get(address(name, counted)).status_code for name in ("manage-profile", "manage-profile-csv")]
    publish(counted)
    after = [client.get(address(name, counted)).status_code for name in ("manage-profile", "manage-profile-csv")]

    assert (before, after) == ([open_, open_], [published, published])


def publish(consultation):
    with time_machine.travel(CLOSES + timedelta(hours=1), tick=False):
        at = timezone.now()
        timekeeping.keep_time(at=at)
        report(consultation, at=at)


def test_link_is_on_the_page_for_those_who_may_and_no_other(client, counted):
    for role, there in ((Role.INVOLVEMENT, True), (Role.MANAGEMENT, False)):
        client.force_login(UserFactory(role=role))
        assert (address("manage-profile", counted) in words_of(client.get(address("manage-detail", counted)))) is there


def test_results_page_shows_who_answered_with_what_is_small_withheld(client, counted):
    results, file = (
        reverse(f"consultations:consultation-{name}", args=[counted.slug]) for name in ("results", "profile-csv")
    )
    early = client.get(file)
    publish(counted)

    page = client.get(results)
    rows = list(csv.reader(client.get(file).getvalue().decode("utf-8-sig").splitlines()))

    table = {
        row["label"]: [cell["count"] for cell in row["cells"]] for row in page.context["profile_crossings"][0]["lines"]
    }
    assert early.status_code == 404
    assert "540 people answered at least one of these questions" in words_of(page)
    assert table["75 or over"] == ["46", "not shown", "not shown", "not shown"]
    assert "not shown" in [cell for label, line in table.items() if label != "75 or over" for cell in line]
    assert rows[1][:6] == [counted.reference, "People who answered these questions", "", "", "", "540"]
    assert [counted.reference, "Sex", "Female", "", "", "240", "44", "no", rows[1][8]] in rows


def test_table_of_which_the_sums_say_too_much_is_not_shown_and_said(client, counted):
    EqualityCount.objects.update(
        counts={
            "": {"": 52},
            "about.AGE": {"FROM_75": 52},
            "answer.q1": {"PHONE": 52},
            "about.AGE=answer.q1": {"FROM_75=PHONE": 52},
        }
    )
    publish(counted)

    page = client.get(reverse("consultations:consultation-results", args=[counted.slug]))

    assert "We cannot show this table" in words_of(page)


def test_consultation_without_equality_questions_shows_no_such_part(client):
    consultation = ConsultationFactory(open=True)
    publish(consultation)

    page = client.get(reverse("consultations:consultation-results", args=[consultation.slug]))

    assert "Who answered" not in words_of(page)
    assert client.get(reverse("consultations:consultation-profile-csv", args=[consultation.slug])).status_code == 404


def test_too_early_and_never_asked_lead_back_with_the_reason(office, draft):
    open_one = ConsultationFactory(open=True)

    for consultation, words in ((draft, "still a draft"), (open_one, "no counts of who answered yet")):
        reply = office.get(address("manage-profile", consultation), follow=True)
        assert words in words_of(reply)


def test_privacy_notice_says_what_is_asked_on_which_ground_and_what_stays(client):
    consultation = planned(ConsultationFactory(open=True))

    words = words_of(client.get(reverse("consultations:consultation-privacy", args=[consultation.slug])))

    assert "age group, sex, religion" in words
    assert PURPOSE in words
    assert "article 9(2)(g)" in words
    assert "The counts stay when you change or withdraw your answers" in words


@pytest.mark.parametrize("people", [20, 2000])
def test_pages_cost_the_same_however_many_answered(office, counted, people, django_assert_num_queries):
    EqualityCount.objects.update(counts={"": {"": people}, "about.AGE": {"FROM_16": people}})

    with django_assert_num_queries(7):
        office.get(address("manage-profile", counted))


def test_frozen_profile_reads_back_as_it_was(counted):
    plan = equality.plan_of(counted)
    shown = profile.protect(asked(counted), EqualityCount.objects.get().counts, at=NOW)

    profile.publish(consultation=counted, at=NOW)
    plan.refresh_from_db()

    assert profile.profile_of(plan) == shown
