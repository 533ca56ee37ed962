"""A return from opening to acceptance: who, when, in which state; and nothing typed is lost on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.domain import figures, returns
from contracts.domain.entries import Entry
from contracts.domain.figures import FiguresChanged, FiguresRefused, SavedEntry, save_figures
from contracts.domain.moves import ReturnRefused
from contracts.domain.returns import (
    ReturnIncomplete,
    accept_line,
    accept_return,
    answer_query,
    query_line,
    submit_return,
)
from contracts.enums import FigureState, RatingWord, ReturnState
from contracts.models import Figure, KpiReturn, Rating, Submission
from engagement.enums import Audience, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory, QueryFactory, SubmissionFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
GOOD = Entry(numerator=Decimal(391), denominator=Decimal(430))
SHORT = Entry(numerator=Decimal(340), denominator=Decimal(430))


def person(kpi_return, role=Role.PREPARER):
    return UserFactory(role=role, organisation=kpi_return.agreement.provider)


def certifier(kpi_return):
    return person(kpi_return, Role.CERTIFIER)


def manager(kpi_return):
    return kpi_return.agreement.activity.contract_manager


@pytest.fixture
def due():
    """A due return that asks for one percentage."""
    kpi_return = KpiReturnFactory()
    IndicatorFactory(agreement=kpi_return.agreement, code="V2")
    return kpi_return


@pytest.fixture
def submitted():
    """A return submitted through the door, with one good figure."""
    figure = FigureFactory(indicator__code="V2")
    kpi_return = figure.kpi_return
    submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier(kpi_return), at=NOW)
    kpi_return.refresh_from_db()
    return kpi_return


def save(kpi_return, entry, *, seen_version=0, completed=True, actor=None):
    line = SavedEntry(kpi_return.agreement.indicators.get(), entry, seen_version, completed)
    return save_figures(kpi_return=kpi_return, entries=[line], actor=actor or person(kpi_return), at=NOW)


def test_saving_keeps_the_figure_and_counts_the_change(due):
    preparer = person(due)

    save(due, GOOD, actor=preparer)

    figure = Figure.objects.get()
    assert (figure.numerator, figure.denominator, figure.version, figure.saved_by) == (391, 430, 1, preparer)
    assert KpiReturn.objects.get().version == due.version + 1
    assert LogEntry.objects.get(action="return.saved").data == {"codes": ["V2"]}


def test_saving_half_a_figure_is_no_obstacle_before_it_is_done(due):
    save(due, Entry(denominator=Decimal(430)), completed=False)

    assert Figure.objects.get().completed is False


@pytest.mark.parametrize(
    ("entry", "box", "message"),
    [
        (SHORT, "commentary", "Say why this is off its target of 90% or more. A sentence is enough."),
        (
            Entry(denominator=Decimal(430)),
            "numerator",
            "Enter a number for “Contacted in time”. If there were none, enter 0.",
        ),
        (Entry(state=FigureState.NOT_AVAILABLE), "commentary", "Tell us why you cannot give this figure."),
        (
            Entry(numerator=Decimal(436), denominator=Decimal(412)),
            "numerator",
            "436 is more than 412, the number it is part of.",
        ),
        (Entry(value=Decimal("NaN")), "value", "This must be a number from 0 up to ten thousand million."),
        (Entry(state=FigureState.MISSING), "state", "Give a figure, or say why you cannot give one."),
        (
            Entry(state=FigureState.NOT_AVAILABLE, value=Decimal(1), commentary="Because."),
            "state",
            "Give either a figure, or a reason why you cannot give one.",
        ),
    ],
)
def test_saving_as_done_says_what_is_owed(due, entry, box, message):
    with pytest.raises(FiguresRefused) as refused:
        save(due, entry)

    assert refused.value.problems == {"V2": {box: message}}
    assert not Figure.objects.exists()


def test_saving_what_is_off_target_needs_only_a_reason(due):
    save(due, Entry(numerator=Decimal(340), denominator=Decimal(430), commentary="Two advocates left."))

    assert Figure.objects.get().completed is True


@pytest.mark.threat("C04")
def test_second_save_of_the_same_figure_shows_both(due):
    first, second = person(due), person(due)
    save(due, GOOD, actor=first)

    with pytest.raises(FiguresChanged) as refused:
        save(due, Entry(numerator=Decimal(400), denominator=Decimal(430)), seen_version=0, actor=second)

    (conflict,) = refused.value.conflicts
    assert (conflict.theirs.numerator, conflict.theirs.saved_by, conflict.mine.numerator) == (391, first, 400)
    assert (
        str(refused.value) == f"{first} has changed this since you opened it. Compare the two and save what is right."
    )
    assert Figure.objects.get().numerator == 391


@pytest.mark.threat("C01")
def test_saving_the_same_twice_changes_nothing(due):
    save(due, GOOD)

    save(due, GOOD, seen_version=0)

    assert Figure.objects.get().version == 1
    assert LogEntry.objects.filter(action="return.saved").count() == 1


def test_saving_one_conflict_keeps_none_of_the_lines(due):
    other = IndicatorFactory(agreement=due.agreement, code="V4", count=True)
    FigureFactory(kpi_return=due, indicator=other, of_value=True, version=3)
    first = due.agreement.indicators.get(code="V2")
    lines = [SavedEntry(first, GOOD, 0, completed=True), SavedEntry(other, Entry(value=Decimal(9)), 2, completed=True)]

    with pytest.raises(FiguresChanged):
        save_figures(kpi_return=due, entries=lines, actor=person(due), at=NOW)

    assert not Figure.objects.filter(indicator=first).exists()


def test_saving_refuses_a_measure_of_another_agreement(due):
    stranger = SavedEntry(IndicatorFactory(), GOOD)

    with pytest.raises(ReturnRefused, match="not a measure of this return"):
        save_figures(kpi_return=due, entries=[stranger], actor=person(due), at=NOW)


@pytest.mark.threat("A07")
@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER, Role.CONTRACT_MANAGER, Role.ADMINISTRATOR])
def test_saving_is_for_the_provider_s_own_people(due, role):
    stranger = UserFactory(role=role)

    with pytest.raises(ReturnRefused, match="Only people of"):
        save(due, GOOD, actor=stranger)


@pytest.mark.threat("A10")
def test_saving_ends_with_the_membership(due):
    left = UserFactory(role=Role.PREPARER, organisation=due.agreement.provider, until_on=NOW.date())

    with pytest.raises(ReturnRefused):
        save(due, GOOD, actor=left)


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_saving_is_over_once_submitted(state):
    figure = FigureFactory(**{f"kpi_return__{state}": True})

    with pytest.raises(ReturnRefused, match="has already been"):
        save(figure.kpi_return, GOOD)


@pytest.mark.requirement("R-149")
def test_submitting_freezes_declares_and_tells_the_office(submitted):
    submission = Submission.objects.get()

    assert submission.lines == [
        {
            "code": "V2",
            "version": 1,
            "name": "First contact within 2 working days",
            "state": "REPORTED",
            "numerator": "391",
            "denominator": "430",
            "value": None,
            "commentary": "",
        }
    ]
    assert (submission.declaration, submission.number, submission.changes) == (returns.DECLARATION, 1, [])
    assert (submitted.state, submitted.submissions, submitted.with_changes) == (ReturnState.SUBMITTED, 1, False)
    event = Event.objects.get()
    assert (event.kind, event.audience) == ("RETURN_SUBMITTED", Audience.OFFICE)
    assert event.path == submitted.get_office_url()


def test_submitting_twice_gives_one_submission(submitted):
    with pytest.raises(ReturnRefused, match="already been submitted by"):
        submit_return(kpi_return=submitted, seen_version=submitted.version, actor=certifier(submitted), at=NOW)

    assert Submission.objects.count() == 1


def test_submitting_is_for_a_certifier():
    kpi_return = FigureFactory().kpi_return

    with pytest.raises(ReturnRefused, match="A certifier of"):
        submit_return(kpi_return=kpi_return, seen_version=1, actor=person(kpi_return), at=NOW)


def test_submitting_needs_the_figures_one_has_seen(due):
    save(due, GOOD)

    with pytest.raises(ReturnRefused, match="Something has been changed since"):
        submit_return(kpi_return=due, seen_version=1, actor=certifier(due), at=NOW)


def test_submitting_names_what_is_unfinished(due):
    waiting = IndicatorFactory(agreement=due.agreement, code="V4", count=True, order=30_000)
    FigureFactory(kpi_return=due, indicator=waiting, of_value=True, completed=False)

    with pytest.raises(ReturnIncomplete) as refused:
        submit_return(kpi_return=due, seen_version=1, actor=certifier(due), at=NOW)

    assert [(indicator.code, message) for indicator, message in refused.value.lines] == [
        ("V2", "Not yet started."),
        ("V4", "Not yet marked as completed."),
    ]
    assert str(refused.value) == "2 measures still need you first."


@pytest.mark.parametrize(("minutes", "late"), [(-1, False), (0, True), (1, True)])
def test_submitting_late_is_allowed_and_marked(minutes, late):
    kpi_return = FigureFactory().kpi_return
    at = kpi_return.due_at + timedelta(minutes=minutes)

    submission = submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier(kpi_return), at=at)

    kpi_return.refresh_from_db()
    assert (submission.is_late, kpi_return.was_late) == (late, late)


def test_querying_a_line_gives_the_return_back_and_tells_the_provider_once(submitted):
    member = person(submitted)
    other = FigureFactory(kpi_return=submitted, indicator__code="V4", indicator__count=True, of_value=True)
    actor = manager(submitted)
    for figure in (submitted.figures.get(indicator__code="V2"), other):
        query_line(figure=figure, question="Is this right?", seen_submission=1, actor=actor, at=NOW)

    submitted.refresh_from_db()
    assert submitted.state == ReturnState.QUERIED
    event = Event.objects.get(kind="RETURN_QUERIED")
    assert event.organisation == submitted.agreement.provider
    assert member.email in Delivery.objects.filter(event=event).values_list("address", flat=True)


def test_querying_needs_a_question(submitted):
    with pytest.raises(ReturnRefused, match="Write what you want to know"):
        query_line(figure=submitted.figures.get(), question=" ", seen_submission=1, actor=manager(submitted), at=NOW)


def test_querying_a_line_twice_waits_for_the_answer(submitted):
    figure = submitted.figures.get()
    query_line(figure=figure, question="Is this right?", seen_submission=1, actor=manager(submitted), at=NOW)

    with pytest.raises(ReturnRefused, match="already asked"):
        query_line(figure=figure, question="Really?", seen_submission=1, actor=manager(submitted), at=NOW)


@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.CERTIFIER])
def test_querying_and_accepting_are_for_the_activity_s_contract_manager(submitted, role):
    stranger, figure = UserFactory(role=role), submitted.figures.get()

    with pytest.raises(ReturnRefused, match="checks this return"):
        query_line(figure=figure, question="Is this right?", seen_submission=1, actor=stranger, at=NOW)
    with pytest.raises(ReturnRefused, match="checks this return"):
        accept_line(figure=figure, seen_version=1, actor=stranger, at=NOW)
    with pytest.raises(ReturnRefused, match="checks this return"):
        accept_return(kpi_return=submitted, seen_submission=1, actor=stranger, at=NOW)


def test_answering_is_for_a_certifier_and_once():
    query = QueryFactory(figure__indicator__code="V2")
    kpi_return = query.figure.kpi_return
    with pytest.raises(ReturnRefused, match="A certifier of"):
        answer_query(query=query, answer="Yes.", actor=person(kpi_return), at=NOW)

    answered = answer_query(query=query, answer=" Yes. ", actor=certifier(kpi_return), at=NOW)

    assert (answered.answer, answered.answered_at) == ("Yes.", NOW)
    with pytest.raises(ReturnRefused, match="already answered"):
        answer_query(query=query, answer="No.", actor=certifier(kpi_return), at=NOW)


def test_resubmitting_waits_for_answers():
    query = QueryFactory(figure__indicator__code="V2")
    kpi_return = query.figure.kpi_return

    with pytest.raises(ReturnIncomplete) as refused:
        submit_return(kpi_return=kpi_return, seen_version=1, actor=certifier(kpi_return), at=NOW)

    assert [message for _, message in refused.value.lines] == ["Answer the question about this measure."]


@pytest.mark.parametrize(
    ("entry", "changes"), [(GOOD, []), (Entry(numerator=Decimal(395), denominator=Decimal(430)), ["V2"])]
)
def test_resubmitting_says_whether_figures_changed(submitted, entry, changes):
    actor = certifier(submitted)
    query = query_line(
        figure=submitted.figures.get(), question="Is this right?", seen_submission=1, actor=manager(submitted), at=NOW
    )
    answer_query(query=query, answer="We have looked again.", actor=actor, at=NOW)
    kpi_return = save(submitted, entry, seen_version=1)

    submission = submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=actor, at=NOW)

    submitted.refresh_from_db()
    assert (submission.number, submission.changes, submitted.with_changes) == (2, changes, bool(changes))
    assert submitted.status(at=NOW) == ("SUBMITTED_WITH_CHANGES" if changes else "SUBMITTED")


def test_accepting_rates_each_figure_and_tells_the_provider(submitted):
    context = IndicatorFactory(agreement=submitted.agreement, code="V1", context=True)
    FigureFactory(kpi_return=submitted, indicator=context, of_value=True, value=Decimal(448))

    accept_return(kpi_return=submitted, seen_submission=1, actor=manager(submitted), at=NOW)

    assert list(Rating.objects.order_by("figure__indicator__code").values_list("word", "sentence")) == [
        ("", "Not rated: it shows demand or background, not performance."),
        (RatingWord.GOOD, "90.9% is at or above the target of 90% or more."),
    ]
    assert Event.objects.get(kind="RETURN_ACCEPTED").organisation == submitted.agreement.provider


def test_accepting_what_one_has_not_seen_is_refused(submitted):
    SubmissionFactory(kpi_return=submitted, number=2)
    KpiReturn.objects.update(submissions=2)

    with pytest.raises(ReturnRefused, match="submitted again since"):
        accept_return(kpi_return=submitted, seen_submission=1, actor=manager(submitted), at=NOW)


@pytest.mark.threat("A15")
def test_accepting_is_for_somebody_else_than_who_submitted():
    kpi_return = FigureFactory().kpi_return
    both = UserFactory(role=Role.CERTIFIER, organisation=kpi_return.agreement.provider)
    UserFactory._meta.model.objects.filter(pk=both.pk).update(name="Both")
    activity = kpi_return.agreement.activity
    activity.contract_manager = both
    activity.save()
    submit_return(kpi_return=kpi_return, seen_version=1, actor=both, at=NOW)

    with pytest.raises(ReturnRefused, match="You submitted this return"):
        accept_return(kpi_return=kpi_return, seen_submission=1, actor=both, at=NOW)


@pytest.mark.parametrize("state", ["queried", "accepted"])
def test_accepting_needs_a_submitted_return(state):
    kpi_return = KpiReturnFactory(**{state: True})

    with pytest.raises(ReturnRefused):
        accept_return(kpi_return=kpi_return, seen_submission=1, actor=manager(kpi_return), at=NOW)


def test_checking_a_line_lasts_until_it_changes(submitted):
    figure = accept_line(figure=submitted.figures.get(), seen_version=1, actor=manager(submitted), at=NOW)
    other = FigureFactory(kpi_return=submitted, indicator__code="V4", indicator__count=True, of_value=True)
    query_line(figure=other, question="Is this right?", seen_submission=1, actor=manager(submitted), at=NOW)
    assert figure.checked_by == manager(submitted)

    line = SavedEntry(figure.indicator, Entry(numerator=Decimal(430), denominator=Decimal(430)), 1, completed=True)
    save_figures(kpi_return=submitted, entries=[line], actor=person(submitted), at=NOW)

    figure.refresh_from_db()
    assert figure.checked_at is None
    with pytest.raises(ReturnRefused, match="has changed this figure"):
        accept_line(figure=figure, seen_version=1, actor=manager(submitted), at=NOW)


def test_unfinished_is_empty_when_all_is_done(submitted):
    assert figures.unfinished(submitted) == []
