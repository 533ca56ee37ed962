"""The office prepares, opens, watches, moves, ends and concludes: through its pages, each within its right."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import concluding, settling
from consultations.models import Consultation
from engagement.enums import Role
from engagement.models import Event, LogEntry
from tests.factories.consultations import ConsultationFactory, QuestionnaireFactory, ResponseFactory, signed_off
from tests.factories.engagement import NOW, ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
DRAFT_PAGES = ("edit", "safety", "statements", "ways", "way-add", "ask")
RUNNING_PAGES = ("open", "extend", "add", "suspend", "resume", "close", "withdraw")
OFFICE_PAGES = ("detail", "results", "csv", "responses", *DRAFT_PAGES, *RUNNING_PAGES, "sign", "override")
OUTCOME_PAGES = (
    "feedback",
    "publish",
    "correct-feedback",
    "recount",
    "outcome",
    "publish-outcome",
    "correct-outcome",
)


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


def address(name, consultation):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference])


def day(name, moment):
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year}


def draft_words(**more):
    opens, closes = NOW + timedelta(days=5), NOW + timedelta(days=40)
    return {
        "title": "Have we got it right?",
        "summary": "Tell us what we have missed.",
        "audience": "People who have used the service",
        "groups": ["SERVICE_USERS"],
        "length_reason": "Five weeks reach those whom providers see once a month.",
        "minutes": "7",
        **day("opens_on", opens),
        "opens_time": "09:00",
        **day("closes_on", closes),
        "closes_time": "17:00",
        **more,
    }


def fair_words():
    return {
        "formative_statement": "Nothing is decided.",
        "information_statement": "The whole draft is on the page.",
        "consideration_statement": "Every answer is read before the decision.",
    }


def errors_of(reply):
    return {name: [str(error) for error in errors] for name, errors in reply.context["form"].errors.items()}


@pytest.mark.requirement("R-127")
def test_involvement_drafts_and_opens(office):
    activity, questionnaire = ActivityFactory(published=True), QuestionnaireFactory()

    office.post(
        reverse("consultations:manage-create"),
        draft_words(
            activity=activity.pk, questionnaire=questionnaire.pk, can_change="the hours", other_ways="Easy Read"
        ),
    )
    draft = Consultation.objects.get()
    office.post(address("statements", draft), fair_words())
    signed_off(Consultation.objects.get())
    reply = office.post(address("open", draft), follow=True)

    draft.refresh_from_db()
    assert draft.version.number == 1
    assert (draft.minutes, draft.can_change, draft.other_ways) == (7, "the hours", "Easy Read")
    assert "takes answers from 9am on Monday 21 September 2026" in reply.content.decode()
    assert list(LogEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "consultation.created",
        "consultation.changed",
        "consultation.opened",
    ]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"title": "A consultation on hours"}, "title", "Leave out the word “consultation”"),
        ({"title": "x" * 66}, "title", "Use at most 65 characters for the title (there are 66)"),
        ({"summary": "word " * 101}, "summary", "Use at most 100 words. There are 101."),
        ({"opens_on_day": "31", "opens_on_month": "2"}, "opens_on", "The day on which it opens must be a real date"),
        ({"opens_on_month": ""}, "opens_on", "The day on which it opens must include a month"),
        ({"closes_on_day": "x"}, "closes_on", "The day on which it closes must be a real date"),
        ({"closes_on_day": "", "closes_on_month": "", "closes_on_year": ""}, "closes_on", "Enter the day on which it"),
        (day("closes_on", NOW), "closes_on", "It must close after it opens."),
        ({"minutes": "many"}, "minutes", "Enter a whole number of minutes"),
        ({"minutes": "0"}, "minutes", "It takes at least 1 minute"),
        ({"opens_time": "25:99"}, "opens_time", "Select a valid choice"),
        ({"activity": ""}, "activity", "Choose the activity that this is about"),
        ({"questionnaire": "999999"}, "questionnaire", "Select a valid choice"),
        ({"specification": "999999"}, "specification", "Select a valid choice"),
    ],
)
def test_wrong_input_is_named_beside_the_field_and_nothing_typed_is_lost(office, changed, field, words):
    given = draft_words(activity=ActivityFactory(published=True).pk, questionnaire=QuestionnaireFactory().pk)

    reply = office.post(reverse("consultations:manage-create"), {**given, "audience": "Typed with care", **changed})

    assert reply.status_code == 200
    assert list(errors_of(reply)) == [field]
    assert errors_of(reply)[field][0].startswith(words)
    assert "Typed with care" in reply.content.decode()
    assert not Consultation.objects.exists()


def test_lead_commissioner_drafts_on_own_activities_only(client):
    own, other = ActivityFactory(published=True), ActivityFactory(published=True)
    client.force_login(own.lead_commissioner)
    words = draft_words(questionnaire=QuestionnaireFactory().pk)

    refused = client.post(reverse("consultations:manage-create"), {**words, "activity": other.pk})
    client.post(reverse("consultations:manage-create"), {**words, "activity": own.pk})

    assert list(errors_of(refused)) == ["activity"]
    assert Consultation.objects.get().activity == own


def test_edit_keeps_what_was_kept_and_changes_what_is_changed(office):
    draft = ConsultationFactory(opens_at=NOW + timedelta(days=3), title="Before")
    shown = office.get(address("edit", draft)).context["form"]

    office.post(
        address("edit", draft),
        draft_words(title="After", questionnaire=draft.questionnaire_id, seen=shown.initial["seen"]),
    )

    draft.refresh_from_db()
    assert (draft.title, draft.minutes) == ("After", 7)
    assert shown.initial["opens_time"] == "12:00"


@pytest.mark.threat("C04")
def test_second_of_two_who_edit_is_shown_the_first_and_loses_nothing(office):
    draft = ConsultationFactory(title="Before")
    seen = office.get(address("edit", draft)).context["form"].initial["seen"]
    Consultation.objects.update(title="The other’s title")
    given = draft_words(title="My title", questionnaire=draft.questionnaire_id, seen=seen)

    second = office.post(address("edit", draft), given)
    kept = Consultation.objects.get().title
    again = second.context["form"]["seen"].value()
    office.post(address("edit", draft), {**given, "seen": again})

    assert "Somebody else changed this draft" in errors_of(second)["__all__"][0]
    assert {"key": "Title", "value": "The other’s title"} in second.context["theirs"]
    assert 'value="My title"' in second.content.decode()
    assert (kept, Consultation.objects.get().title) == ("The other’s title", "My title")


def lines_of(reply):
    return {check.name: check for _, checks in reply.context["checks"] for check in checks}


def test_checklist_names_what_is_missing_and_keeps_the_button_away(office):
    draft = ConsultationFactory(
        activity=ActivityFactory(), questionnaire=QuestionnaireFactory(asked=[]), groups=[], length_reason=""
    )

    reply = office.get(address("open", draft))

    missing = {name for name, check in lines_of(reply).items() if check.must and not check.met}
    assert missing == {
        "The activity is public",
        "The questions can be asked",
        "Why it is open for so long",
        "Who is asked is declared",
    }
    assert "Open this consultation</button>" not in reply.content.decode()


def test_short_time_and_holidays_are_warned_about_and_refuse_nothing(office):
    draft = ConsultationFactory(opens_at=NOW + timedelta(days=94), closes_at=NOW + timedelta(days=114))

    lines = lines_of(office.get(address("open", draft)))

    assert [(check.met, check.must, check.detail) for name, check in lines.items() if "four weeks" in name] == [
        (False, False, "It is open for 20 days. Less than 28 is seldom enough for people who have to be found first.")
    ]
    assert lines["No holidays are in the way"].detail == (
        "15 of its days fall in the Christmas holidays. 3 weekdays are bank holidays. Consider closing later."
    )
    assert [name for name, check in lines.items() if check.must and not check.met] == []


def test_nothing_opens_without_the_signature_of_a_second_person(office):
    draft = ConsultationFactory()
    shown, refused = office.get(address("open", draft)), office.post(address("open", draft))
    signed_off(draft)

    office.post(address("open", draft))

    assert "Not signed off yet" in shown.content.decode()
    assert errors_of(refused)["__all__"] == ["Ask a second person to sign this off first."]
    assert Consultation.objects.get().published_at == NOW


@pytest.mark.parametrize(
    ("trait", "name", "words"),
    [
        ({"open": True}, "open", "Somebody has already opened this."),
        ({"closed": True}, "extend", "This is not public, or it has closed already."),
        ({"closed": True}, "suspend", "This is not public, or it has closed already."),
        ({"open": True}, "resume", "This is not paused."),
        ({"closed": True}, "close", "This is not public, or it has closed already."),
        ({"withdrawn": True}, "withdraw", "Only what is public, and has no results yet, can be withdrawn."),
        ({"open": True}, "outcome", "An outcome is written once this has closed."),
        ({"open": True}, "feedback", "An outcome is written once this has closed."),
        ({"open": True}, "publish", "An outcome is written once this has closed."),
        (
            {"closed": True},
            "publish",
            "Write these first: the finding in one sentence, what we asked, what people said,"
            " what the answers cannot tell, how the answers were read.",
        ),
        (
            {"closed": True},
            "publish-outcome",
            "Publish the results first: people read what was said before they read what was decided.",
        ),
        ({"closed": True}, "recount", "Nothing is published yet, so the words can simply be changed."),
    ],
)
def test_what_somebody_else_did_first_is_a_refusal_in_the_form(office, trait, name, words):
    consultation = ConsultationFactory(**trait)
    later = NOW + timedelta(days=60)
    given = {
        **day("closes_on", later),
        "closes_time": "17:00",
        "reason": "Typed with care",
        "seen": concluding.fingerprint(consultation, concluding.OUTCOME if name == "outcome" else concluding.FEEDBACK),
        "note": "A late letter.",
        "sure": "on",
    }

    reply = office.post(address(name, consultation), given)

    assert reply.status_code == 200
    assert errors_of(reply)["__all__"] == [words]
    assert words in reply.content.decode()


def test_extension_is_announced_with_its_reason(office):
    consultation = ConsultationFactory(open=True)

    office.post(
        address("extend", consultation),
        {**day("closes_on", NOW + timedelta(days=60)), "closes_time": "17:00", "reason": "The post was late."},
    )

    consultation.refresh_from_db()
    assert consultation.dates_reason == "The post was late."
    assert Event.objects.get().summary.endswith("The post was late.")


def test_extension_to_an_earlier_day_is_refused_beside_the_date(office):
    consultation = ConsultationFactory(open=True)

    reply = office.post(
        address("extend", consultation),
        {**day("closes_on", NOW + timedelta(days=1)), "closes_time": "17:00", "reason": "Because."},
    )

    assert errors_of(reply) == {"closes_on": ["Choose a time after 5pm on Friday 16 October 2026."]}


@pytest.mark.parametrize("name", ["close", "suspend", "withdraw"])
def test_ending_early_needs_a_public_reason(office, name):
    consultation = ConsultationFactory(open=True)

    refused = office.post(address(name, consultation), {"reason": "  "})
    office.post(address(name, consultation), {"reason": "The service has changed."})

    assert errors_of(refused) == {"reason": ["Say why. Everybody can read it."]}
    assert "The service has changed." in office.get(consultation.get_absolute_url()).content.decode()


@pytest.mark.threat("P02")
def test_answers_are_read_by_key_and_only_once_ten_have_come(office):
    consultation = ConsultationFactory(open=True)
    for number in range(3):
        ResponseFactory(consultation=consultation, settled=False, answers={"q4": [f"waiting {number}"]})
    for number in range(12):
        ResponseFactory(consultation=consultation, answers={"q1": ["PHONE"], "q4": [f"settled {number}"]})

    every = office.get(address("responses", consultation)).content.decode()
    one_question = office.get(address("responses", consultation), {"question": "q4"})

    assert "waiting" not in every
    assert every.count("settled ") == 12
    assert "A phone call" in every
    assert "A phone call" not in one_question.content.decode()
    assert len(one_question.context["answers"]) == 12


ROLES = {
    Role.PREPARER: set(),
    Role.CERTIFIER: set(),
    Role.SPECIALIST: set(),
    Role.ADMINISTRATOR: set(),
    Role.LEAD_COMMISSIONER: set(),
    Role.CONTRACT_MANAGER: set(),
    Role.INVOLVEMENT: {"detail", "results", "csv", "responses", *DRAFT_PAGES, *RUNNING_PAGES},
    Role.MANAGEMENT: {"detail", "results", "csv", "sign", "override"},
    Role.COMMISSIONER: {"detail", "results", "csv"},
    Role.AUDITOR: {"detail", "results", "csv"},
}


def is_there(reply):
    """Whether a page is there for this person, now or, when they are led on with the reason, at another time."""
    assert reply.status_code in {200, 302, 404}
    return reply.status_code != 404


@pytest.mark.threat("A01", "A12")
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_office_pages_of_an_open_consultation_are_there_by_right(client, role):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(12, consultation=consultation, settled=False, answers={"q1": ["PHONE"]})
    settling.settle(consultation=consultation, at=NOW)
    client.force_login(UserFactory(role=role))

    answers = {name: is_there(client.get(address(name, consultation))) for name in OFFICE_PAGES + OUTCOME_PAGES}

    may = ROLES[role] | (set(OUTCOME_PAGES) if role == Role.INVOLVEMENT else set())
    assert answers == {name: name in may for name in answers}


@pytest.mark.threat("A01")
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("lead_commissioner", {"detail", "results", "csv", *DRAFT_PAGES, "sign"}),
        ("contract_manager", {"detail", "results", "csv"}),
    ],
)
def test_draft_of_own_activity_is_there_for_those_who_manage_it(client, who, may):
    draft = ConsultationFactory()
    client.force_login(getattr(draft.activity, who))

    answers = {name: is_there(client.get(address(name, draft))) for name in OFFICE_PAGES}

    assert answers == {name: name in may for name in OFFICE_PAGES}


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.COMMISSIONER, Role.AUDITOR, Role.LEAD_COMMISSIONER])
@pytest.mark.parametrize("name", [*RUNNING_PAGES, *OUTCOME_PAGES])
def test_posting_without_the_right_changes_nothing(client, role, name):
    consultation = ConsultationFactory(open=True)
    before = Consultation.objects.values().get()
    user = consultation.activity.lead_commissioner if role == Role.LEAD_COMMISSIONER else UserFactory(role=role)
    client.force_login(user)

    reply = client.post(address(name, consultation), {"reason": "x", "sure": "on"})

    assert reply.status_code == 404
    assert Consultation.objects.values().get() == before


def test_nobody_signed_in_is_asked_to_sign_in_before_any_look_up(client):
    names = ["list", "create"]

    replies = [client.get(reverse(f"consultations:manage-{name}")) for name in names]
    replies.append(client.get(reverse("consultations:manage-detail", args=["C-2026-999"])))

    assert {reply.status_code for reply in replies} == {302}
    assert all(reply.url.startswith("/account/login/") for reply in replies)


def test_list_shows_each_person_what_they_watch(client):
    own = ConsultationFactory()
    ConsultationFactory()
    client.force_login(own.activity.lead_commissioner)

    reply = client.get(reverse("consultations:manage-list"))

    assert [row["consultation"] for row in reply.context["rows"]] == [own]


@pytest.mark.parametrize("role", [Role.PREPARER, Role.SPECIALIST, Role.ADMINISTRATOR])
def test_list_is_not_there_for_those_who_watch_nothing(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse("consultations:manage-list")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(office, number, django_assert_num_queries):
    for _ in range(number):
        ResponseFactory(consultation=ConsultationFactory(open=True))

    with django_assert_num_queries(6):
        reply = office.get(reverse("consultations:manage-list"))

    assert [row["consultation"].answers for row in reply.context["rows"]] == [1] * number


@pytest.mark.parametrize("number", [10, 30])
def test_answers_cost_the_same_however_many(office, number, django_assert_num_queries):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(number, consultation=consultation, answers={"q4": ["Be quicker."]})

    with django_assert_num_queries(9):
        reply = office.get(address("responses", consultation))

    assert len(reply.context["answers"]) == min(number, 25)


@pytest.mark.parametrize("number", [10, 30])
def test_watching_costs_the_same_however_many_answer(office, number, django_assert_num_queries):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(number, consultation=consultation, settled=False, answers={"q1": ["PHONE"]})
    settling.settle(consultation=consultation, at=NOW)

    with django_assert_num_queries(12):
        office.get(address("detail", consultation))
