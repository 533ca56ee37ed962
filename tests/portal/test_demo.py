"""The demonstration: an office at every stage of its work, on whatever day it is made."""

from collections import Counter
from datetime import datetime
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from consultations.enums import State
from consultations.models import Comment, CommentTheme, Concern, Consultation, MovedPart, Quote, Redaction
from consultations.models.comment import Disposition
from contracts.models import (
    Agreement,
    AgreementDocument,
    DocumentVersion,
    Ending,
    Figure,
    Indicator,
    KpiReturn,
    Ladder,
    Override,
    Publication,
)
from engagement.domain import log
from engagement.domain.calendar import LONDON, is_working_day
from engagement.enums import Stage
from engagement.models import Activity, Delivery, Event, LogEntry
from portal.demo import PASSWORD
from portal.demo.people import PEOPLE
from portal.models import SpecificationVersion
from tests.contracts.ocds import empty_places, read, schema_beside
from tests.factories.engagement import UserFactory

pytestmark = pytest.mark.django_db

MID_QUARTER = datetime(2026, 11, 18, 14, 30, tzinfo=LONDON)
AWKWARD = {
    "the first minutes of a quarter": datetime(2026, 10, 1, 0, 10, tzinfo=LONDON),
    "a weekend of bank holidays after a quarter": datetime(2027, 1, 2, 9, 0, tzinfo=LONDON),
    "29 February": datetime(2028, 2, 29, 12, 0, tzinfo=LONDON),
    "the hour that is missing in March": datetime(2027, 3, 28, 1, 30, tzinfo=LONDON),
}
WAITING = {
    "admin@demo.example": "One thing needs you",
    "involvement@demo.example": "Nine things need you",
    "reader@demo.example": "10 things need you",
    "commissioner.lead@demo.example": "Three things need you",
    "contracts@demo.example": "10 things need you",
    "management@demo.example": "Three things need you",
    "pfcc@demo.example": "Nothing needs you today",
    "finance@demo.example": "Nothing needs you today",
    "auditor@demo.example": "Nothing needs you today",
    "preparer@brightway.demo.example": "Four things need you",
    "certifier@brightway.demo.example": "Four things need you",
    "preparer@harbourlight.demo.example": "Two things need you",
    "certifier@harbourlight.demo.example": "Two things need you",
    "respondent@demo.example": "Five consultations are open for your views",
}


def make(moment=MID_QUARTER):
    """The demonstration as if it were made then; what it said."""
    said = StringIO()
    with time_machine.travel(moment, tick=False):
        call_command("demo", stdout=said)
    return said.getvalue()


def dashboard(client, email, at):
    """The heading of a person's dashboard, and the addresses of what is on it. They sign in with the password."""
    with time_machine.travel(at, tick=False):
        client.post("/account/login/", {"login": email, "password": PASSWORD})
        page = BeautifulSoup(client.get("/dashboard/").content, "html.parser")
        client.logout()
    found = page.select(".portal-queue a, .portal-card a, .portal-docs a")
    return page.h1.get_text(" ", strip=True), [link["href"] for link in found]


def returns_by_status(at):
    return Counter(kpi_return.status(at=at) for kpi_return in KpiReturn.objects.select_related("agreement"))


@pytest.mark.timeout(600)
def test_demonstration_shows_an_office_at_work(client):
    said = make()

    every_stage_and_state_is_there()
    somebody_may_be_in_danger()
    some_texts_can_be_shown()
    comments_are_read_and_answered()
    what_providers_say_is_reviewed()
    what_became_of_agreements_is_public(client)
    it_reads_as_it_happened()
    consultations_keep_office_hours()
    met = {email: dashboard(client, email, MID_QUARTER) for email in WAITING}
    assert {email: heading for email, (heading, _) in met.items()} == WAITING
    assert [email for email, (_, found) in met.items() if not found] == []
    assert [email for _, email, *_ in PEOPLE if email not in said] == []
    it_says_what_it_is_doing(said)


def it_says_what_it_is_doing(said):
    """A line for each step, none of them long."""
    steps = [line.partition(":")[0].rstrip(" 0123456789") for line in said.partition("\n\n")[0].splitlines()]
    assert steps[:2] == ["Making people and organisations", "Living through"]
    assert steps[-2:-1] == ["Writing to everyone who was engaged"]
    assert steps.count("Living through") in {3, 4}


def every_stage_and_state_is_there():
    states = Counter(consultation.state(at=MID_QUARTER) for consultation in Consultation.objects.all())
    assert sorted(Activity.objects.values_list("stage", flat=True)) == sorted(Stage)
    shown = set(State) - {State.RESULTS_PUBLISHED}  # the outcome followed within two weeks
    assert states == Counter(dict.fromkeys(shown, 1) | {State.OPEN: 4, State.DRAFT: 2})
    assert Consultation.objects.filter(sensitive=True).open(at=MID_QUARTER).count() == 2
    assert returns_by_status(MID_QUARTER) == {"ACCEPTED": 21, "QUERIED": 1, "SUBMITTED": 1, "OVERDUE": 1, "DUE": 2}
    assert Publication.objects.values("quarter").distinct().count() == 12  # of quarters, months and a contract's own
    assert set(Agreement.objects.values_list("provider__name", flat=True)) == {
        "Avonmere Police",
        "Brightway",
        "Harbourlight",
    }
    assert SpecificationVersion.objects.count() == 4  # one was written anew after people commented


def somebody_may_be_in_danger():
    waiting, closed = Concern.objects.get(outcome=""), Concern.objects.exclude(outcome="").get()
    assert (waiting.suggested, waiting.acts.count(), waiting.consultation.sensitive) == (True, 0, True)
    assert (closed.suggested, closed.outcome, closed.acts.count()) == (False, "ACTED", 2)


def some_texts_can_be_shown():
    assert Redaction.objects.waiting().count() == 2
    assert Redaction.objects.approved().count() >= 10
    assert Quote.objects.filter(redaction__in=Redaction.objects.publishable()).count() >= 2


def comments_are_read_and_answered():
    """One waits to be read on the open draft; every theme of the past one is answered, in each of the three ways."""
    said = Comment.objects.filter(consultation__sensitive=True)
    answers = set(CommentTheme.objects.exclude(disposition="").values_list("disposition", flat=True))
    decided = Counter(said.values_list("moderation__decision", flat=True))
    assert decided == {None: 1, "PUBLISHED": 9, "HELD_BACK": 2, "PRIVATE": 1}
    assert answers == set(Disposition.values)
    assert MovedPart.objects.exclude(now_number="").count() == 3


def what_providers_say_is_reviewed():
    """A rating that two people set, a question that waits beside parts, papers that run out, a ladder to come."""
    override, queried = Override.objects.get(), Figure.objects.get(queries__answered_at=None, queries__isnull=False)
    assert (override.holds, override.decided_by == override.proposed_by) == (True, False)
    assert queried.kpi_return.figures.exclude(parts={}).exists()
    assert Indicator.objects.filter(weight=3).exists()
    assert AgreementDocument.objects.filter(shared=False).count() == 1
    assert DocumentVersion.objects.filter(number=2).count() == 1
    assert Event.objects.filter(kind="DOCUMENT_EXPIRING").exists()
    assert Ladder.objects.filter(starts_on__gt=MID_QUARTER.date()).count() == 1


def what_became_of_agreements_is_public(client):
    """A change in force, an end with its notice, and a figure that was put right, with the note that says so."""
    with time_machine.travel(MID_QUARTER, tick=False):
        releases = read(client.get("/data/ocds/releases.json"))["releases"]
        agreement = Publication.objects.exclude(revised_at=None).first().agreement
        page = client.get(agreement.get_performance_url()).content.decode()
    tags = {tag for release in releases for tag in release["tag"]}
    assert {"contractAmendment", "contractTermination"} <= tags
    assert Ending.objects.get().notice_number
    assert "Twelve people whom the Saturday desk had reached in time were left out." in page


def it_reads_as_it_happened():
    moments = list(LogEntry.objects.order_by("sequence").values_list("at", flat=True))
    statuses = Counter(Delivery.objects.values_list("status", flat=True))
    assert (log.verify().sound, log.verify().entries) == (True, len(moments))
    assert moments == sorted(moments)
    assert (set(statuses), statuses["IN_DOUBT"]) == ({"SENT", "IN_DOUBT"}, 1)


def consultations_keep_office_hours():
    """From 9am to 5pm UK time, on working days (one closes tomorrow, whatever day that is), for four weeks at least."""
    for consultation in Consultation.objects.all():
        opens, closes = (timezone.localtime(at, LONDON) for at in (consultation.opens_at, consultation.closes_at))
        tomorrow = (closes.date() - MID_QUARTER.date()).days == 1
        assert (opens.hour, closes.hour, is_working_day(opens.date())) == (9, 17, True), consultation
        assert tomorrow or is_working_day(closes.date()), consultation
        assert (closes - opens).days >= 28, consultation


@pytest.mark.timeout(600)
@pytest.mark.parametrize("day", AWKWARD)
@pytest.mark.timeout(600)
def test_demonstration_can_be_made_on_any_day(client, day):
    at = AWKWARD[day]

    make(at)

    assert log.verify().sound
    assert {"ACCEPTED", "QUERIED", "SUBMITTED", "OVERDUE", "DUE"} == set(returns_by_status(at))
    assert not KpiReturn.objects.filter(ends_on__gt=at.date()).exists()
    assert Consultation.objects.open(at=at).count() == 5
    assert [email for email in WAITING if not dashboard(client, email, at)[1]] == []


def test_demonstration_needs_an_empty_database():
    UserFactory()

    with pytest.raises(CommandError, match="the demonstration needs an empty database"):
        make()


def test_demonstration_does_not_run_in_production(settings):
    settings.DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="does not run with production settings"):
        make()

    assert not get_user_model().objects.exists()


def test_people_are_named_again_without_writing_anything(django_assert_num_queries):
    said = StringIO()

    with django_assert_num_queries(0):
        call_command("demo", people=True, stdout=said)

    assert [email for _, email, *_ in PEOPLE if email not in said.getvalue()] == []
    assert PASSWORD in said.getvalue()


def test_the_standard_takes_the_release_package_of_the_demonstration(client, reference_data):
    schema = schema_beside(reference_data)
    make()

    with time_machine.travel(MID_QUARTER, tick=False):
        package = read(client.get("/data/ocds/releases.json"))

    assert len(package["releases"]) >= 4
    assert schema.errors(package) == []
    assert schema.additional_fields(package) == []
    assert empty_places(package) == []
