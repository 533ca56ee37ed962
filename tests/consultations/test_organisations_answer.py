"""What organisations answer by name: written together, signed by a certifier, taken back, published as they chose."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from consultations import models
from consultations.domain import certifying, cowriting, drafting, naming, questionnaires
from consultations.domain.questionnaires import AnswersRefused
from consultations.enums import Interest, Publication
from consultations.models import OrganisationAnswer, OrganisationDraft, OrganisationEntry
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.consultations import CLOSES, ConsultationFactory
from tests.factories.engagement import NOW, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def brightway():
    return team("Brightway")


def team(name):
    """An organisation with a preparer and a certifier."""
    organisation = OrganisationFactory(name=name)
    return SimpleNamespace(
        organisation=organisation,
        preparer=UserFactory(name=f"Preparer of {name}", role=Role.PREPARER, organisation=organisation),
        certifier=UserFactory(name=f"Certifier of {name}", role=Role.CERTIFIER, organisation=organisation),
    )


@pytest.fixture
def asked():
    return ConsultationFactory(open=True, named=True)


def keep(asked, who, *, key="q4", said="Be quicker.", seen=0, actor=None, at=NOW):
    question = next(one for one in questionnaires.questions_of(asked.version) if one.key == key)
    return cowriting.keep_entry(
        consultation=asked,
        organisation=who.organisation,
        question=question,
        values=[said] if said else [],
        seen=seen,
        actor=actor or who.preparer,
        at=at,
    )


def sign(asked, who, *, seen=None, interests=(Interest.PROVIDES,), words="", publish="WITH_NAME", actor=None, at=NOW):
    draft = cowriting.find(consultation=asked, organisation=who.organisation)
    return certifying.sign_off(
        consultation=asked,
        organisation=who.organisation,
        seen=draft.number if seen is None else seen,
        interests=interests,
        interest_words=words,
        publish=publish,
        actor=actor or who.certifier,
        at=at,
    )


def take_back(asked, who, *, reason="We spoke too soon.", actor=None, at=NOW):
    return certifying.take_back(
        consultation=asked, organisation=who.organisation, reason=reason, actor=actor or who.certifier, at=at
    )


# Writing together


def test_colleagues_write_one_draft_and_each_answer_says_who_changed_it_last(asked, brightway):
    keep(asked, brightway, key="q1", said="PHONE")
    keep(asked, brightway, key="q4", said="Be quicker.", actor=brightway.certifier, at=NOW + timedelta(hours=1))

    draft = cowriting.find(consultation=asked, organisation=brightway.organisation)
    assert draft.answers == {"q1": ["PHONE"], "q4": ["Be quicker."]}
    assert draft.number == 2
    assert draft.entries["q1"].saved_by == brightway.preparer
    assert draft.entries["q4"].saved_by == brightway.certifier
    assert OrganisationDraft.objects.get().begun_by == brightway.preparer


def test_two_at_once_lose_nothing_the_second_is_shown_both(asked, brightway):
    keep(asked, brightway, said="First words.")
    keep(asked, brightway, said="Mine.", seen=1)

    with pytest.raises(cowriting.EntryChanged) as refused:
        keep(asked, brightway, said="Theirs.", seen=1, actor=brightway.certifier)

    assert refused.value.theirs.values == ["Mine."]
    assert OrganisationEntry.objects.get().values == ["Mine."]
    again = keep(asked, brightway, said="Mine and theirs.", seen=refused.value.theirs.number, actor=brightway.certifier)
    assert (again.values, again.saved_by) == (["Mine and theirs."], brightway.certifier)


def test_the_first_answer_of_both_at_once_is_not_overwritten(asked, brightway):
    keep(asked, brightway, said="Mine.")

    with pytest.raises(cowriting.EntryChanged):
        keep(asked, brightway, said="Theirs.", seen=0, actor=brightway.certifier)


def test_the_same_words_again_leave_the_answer_with_whoever_wrote_it(asked, brightway):
    keep(asked, brightway, said="Be quicker.")

    again = keep(asked, brightway, said=" Be quicker. ", actor=brightway.certifier)

    assert (again.number, again.saved_by) == (1, brightway.preparer)
    assert OrganisationDraft.objects.get().number == 1


def test_only_people_who_act_for_it_today_write_for_an_organisation(asked, brightway):
    stranger, former = team("Harbourlight").certifier, UserFactory()
    MembershipFactory(user=former, organisation=brightway.organisation, ends_on=NOW.date())
    office = UserFactory(role=Role.INVOLVEMENT)

    for outsider in (stranger, former, office):
        with pytest.raises(cowriting.WritingRefused):
            keep(asked, brightway, actor=outsider)

    assert not OrganisationDraft.objects.exists()


def test_an_answer_that_was_not_offered_is_refused(asked, brightway):
    with pytest.raises(cowriting.WritingRefused, match="Choose one of the answers"):
        keep(asked, brightway, key="q1", said="BY_PIGEON")

    assert not OrganisationDraft.objects.exists()


@pytest.mark.parametrize("state", ["opening_soon", "closed", "withdrawn"])
def test_nothing_is_kept_when_it_takes_no_answers(state, brightway):
    asked = ConsultationFactory(named=True, **{state: True})

    with pytest.raises(drafting.NotTakingAnswers):
        keep(asked, brightway)

    assert not OrganisationDraft.objects.exists()


def test_what_was_begun_in_time_is_kept_and_signed_in_the_half_hour_of_grace(brightway):
    asked = ConsultationFactory(open=True, named=True, grace=True)
    late = CLOSES + timedelta(minutes=29)
    keep(asked, brightway)

    keep(asked, brightway, said="Be much quicker.", seen=1, at=late)
    answer = sign(asked, brightway, at=late)

    assert answer.answers == {"q4": ["Be much quicker."]}
    with pytest.raises(drafting.NotTakingAnswers):
        keep(asked, team("Harbourlight"), at=late)
    with pytest.raises(drafting.NotTakingAnswers):
        sign(asked, brightway, publish="NONE", at=CLOSES + timedelta(minutes=30))


# Signing


def test_a_certifier_signs_word_for_word_with_interests_and_the_log_says_so(asked, brightway):
    keep(asked, brightway, key="q1", said="PHONE")

    answer = sign(asked, brightway, interests=["MAY_BID", "PROVIDES"], words=" Until March. ", publish="WITHOUT_NAME")

    assert answer.answers == {"q1": ["PHONE"]}
    assert (answer.interests, answer.interest_words) == (["PROVIDES", "MAY_BID"], "Until March.")
    assert (answer.publication, answer.signed_by, answer.number) == ("WITHOUT_NAME", brightway.certifier, 1)
    assert answer.declaration == certifying.DECLARATION
    entry = LogEntry.objects.get(action="consultation.organisation_answered")
    assert (entry.actor, str(brightway.organisation) in entry.summary) == (brightway.certifier, True)


def test_the_same_signature_twice_is_one_answer_and_another_replaces_it(asked, brightway):
    keep(asked, brightway)
    first = sign(asked, brightway)

    assert sign(asked, brightway) == first

    second = sign(asked, brightway, publish="NONE")
    assert (second.number, OrganisationAnswer.objects.standing().get()) == (2, second)


def test_a_change_after_signing_counts_only_when_it_is_signed_again(asked, brightway):
    keep(asked, brightway)
    sign(asked, brightway)

    keep(asked, brightway, said="Be slower.", seen=1)

    assert OrganisationAnswer.objects.standing().get().answers == {"q4": ["Be quicker."]}
    sign(asked, brightway)
    assert OrganisationAnswer.objects.standing().get().answers == {"q4": ["Be slower."]}


def test_a_certifier_signs_only_what_they_saw(asked, brightway):
    keep(asked, brightway)
    keep(asked, brightway, said="Something else.", seen=1)

    with pytest.raises(cowriting.WritingRefused, match="changed an answer since"):
        sign(asked, brightway, seen=1)

    assert not OrganisationAnswer.objects.exists()


def test_nobody_but_its_own_certifier_signs_or_takes_back(asked, brightway):
    keep(asked, brightway)
    stranger = team("Harbourlight").certifier

    for outsider in (brightway.preparer, stranger, UserFactory(role=Role.INVOLVEMENT)):
        with pytest.raises(cowriting.WritingRefused, match="certifier of Brightway"):
            sign(asked, brightway, actor=outsider)
    sign(asked, brightway)
    for outsider in (brightway.preparer, stranger):
        with pytest.raises(cowriting.WritingRefused, match="certifier of Brightway"):
            take_back(asked, brightway, actor=outsider)

    assert OrganisationAnswer.objects.standing().exists()


@pytest.mark.parametrize("interests", [[], ["UNHEARD_OF"], [Interest.NONE, Interest.MAY_BID]])
def test_interests_are_declared_and_none_stands_alone(asked, brightway, interests):
    keep(asked, brightway)

    with pytest.raises(cowriting.WritingRefused) as refused:
        sign(asked, brightway, interests=interests)

    assert refused.value.field == "interests"


def test_an_empty_answer_is_not_signed(asked, brightway):
    keep(asked, brightway, said="")

    with pytest.raises(AnswersRefused, match="at least one question"):
        sign(asked, brightway)


# Taking back


def test_what_is_taken_back_is_deleted_with_its_earlier_signatures_and_the_reason_stays(asked, brightway):
    keep(asked, brightway)
    sign(asked, brightway)
    sign(asked, brightway, publish="NONE", words="Confidential words")

    answer = take_back(asked, brightway)

    assert not OrganisationAnswer.objects.standing().exists()
    assert (answer.withdrawn_reason, answer.withdrawn_by) == ("We spoke too soon.", brightway.certifier)
    assert [(one.answers, one.interests, one.interest_words) for one in OrganisationAnswer.objects.all()] == [
        ({}, [], ""),
        ({}, [], ""),
    ]
    again = sign(asked, brightway)
    assert (again.number, again.answers) == (3, {"q4": ["Be quicker."]})


def test_taking_back_needs_a_reason_something_that_stands_and_an_open_consultation(asked, brightway):
    keep(asked, brightway)
    sign(asked, brightway)

    with pytest.raises(cowriting.WritingRefused, match="Say why"):
        take_back(asked, brightway, reason=" ")
    with pytest.raises(drafting.NotTakingAnswers):
        take_back(asked, brightway, at=CLOSES)
    take_back(asked, brightway)
    with pytest.raises(cowriting.WritingRefused, match="nothing to take back"):
        take_back(asked, brightway)


# What is told of it


def test_what_is_published_is_what_each_organisation_chose(asked):
    for name, publish in (("Coastline", "WITH_NAME"), ("Brightway", "WITH_NAME"), ("Harbour", "WITHOUT_NAME")):
        who = team(name)
        keep(asked, who, said=f"Words of {name[::-1]}.")
        sign(asked, who, publish=publish, interests=[Interest.MAY_BID])
    private = team("Quietly")
    keep(asked, private, said="Our secret.")
    sign(asked, private, publish="NONE")
    gone = team("Gone")
    keep(asked, gone)
    sign(asked, gone)
    take_back(asked, gone)
    keep(asked, team("Begun"), said="Not signed.")

    told = naming.published_answers(asked)

    assert [one.name for one in told.published] == ["Brightway", "Coastline", naming.NAMELESS]
    assert [one.interests for one in told.published] == [("We may bid to provide it",)] * 2 + [()]
    assert (told.answered, told.kept_private) == (4, 1)
    assert "secret" not in repr(told)
    assert "Not signed" not in repr(told)
    assert "Harbour" not in repr(told).replace("ruobraH", "")


@pytest.mark.parametrize("organisations", [1, 3])
def test_reading_costs_the_same_however_many_answered(asked, organisations, django_assert_num_queries):
    for number in range(organisations):
        who = team(f"Provider {number}")
        keep(asked, who)
        sign(asked, who)

    with django_assert_num_queries(2):
        assert [one.state for one in naming.standings(asked)] == ["ANSWERED"] * organisations
    with django_assert_num_queries(1):
        assert naming.published_answers(asked).answered == organisations


def test_what_nobody_signed_is_forgotten_two_weeks_after_closing(asked, brightway):
    other = team("Harbourlight")
    keep(asked, brightway)
    keep(asked, other)
    sign(asked, other)

    assert cowriting.forget_unsigned(at=CLOSES + timedelta(days=13)) == 0
    assert cowriting.forget_unsigned(at=CLOSES + timedelta(days=14)) == 1

    assert OrganisationDraft.objects.get().organisation == other.organisation
    assert naming.standings(asked)[0].state == "ANSWERED"


# Beside anonymity


@pytest.mark.threat("P06")
def test_no_name_is_written_where_none_was_asked_for_whoever_writes(brightway):
    """The domain refuses, and so does the database; an answer without a name is refused where names are asked for."""
    for traits in ({}, {"invited": True}):
        nameless = ConsultationFactory(open=True, **traits)
        with pytest.raises(cowriting.WritingRefused):
            keep(nameless, brightway)
        begun = {"organisation": brightway.organisation, "begun_at": NOW, "begun_by": brightway.preparer}
        with pytest.raises(DatabaseError, match="No name is kept"), transaction.atomic():
            OrganisationDraft.objects.create(consultation=nameless, **begun)
        named = ConsultationFactory(open=True, named=True)
        row = OrganisationDraft.objects.create(consultation=named, **begun)
        with pytest.raises(DatabaseError, match="No name is kept"), transaction.atomic():
            OrganisationDraft.objects.filter(pk=row.pk).update(consultation=nameless)
        with pytest.raises(drafting.NotTakingAnswers):
            drafting.start(consultation=named, at=NOW)


@pytest.mark.threat("P01")
def test_no_column_joins_named_answers_with_those_without_a_name():
    named = {OrganisationDraft, OrganisationEntry, OrganisationAnswer}
    nameless = {models.Draft, models.Response, models.Answer, models.OutcomeRequest, models.CodeBatch}

    for model in named | nameless:
        pointed_at = {field.related_model for field in model._meta.concrete_fields if field.related_model}
        assert not pointed_at & (nameless if model in named else named), model


def test_a_wrong_way_of_publishing_counts_as_no(asked, brightway):
    keep(asked, brightway)

    assert sign(asked, brightway, publish="ANYTHING").publication == Publication.NONE
    assert connection.vendor in {"sqlite", "postgresql"}
