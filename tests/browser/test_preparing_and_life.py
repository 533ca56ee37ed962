"""The office prepares, signs, pauses and resumes a consultation, and people see it: at both widths."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.domain import moving
from consultations.models import ElectionPeriod, SignOff, Way
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import ActivityFactory, UserFactory

SUPPORT = "Avonmere victim care: 0808 157 0150, free, day or night"


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT, name="Ines Okafor")


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo")


def asked(*, opened, closes, **more):
    now = timezone.now().replace(second=0, microsecond=0)  # as the forms set them
    dates = {"opens_at": now + timedelta(days=opened), "closes_at": now + timedelta(days=closes)}
    activity = ActivityFactory(published=True, at_plan=True, title="Support after domestic abuse and sexual violence")
    return ConsultationFactory(activity=activity, **{**dates, **more})


def manage(name, consultation, *more):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *more])


def press(visitor, words):
    visitor.page.get_by_role("button", name=words, exact=True).click()


def test_draft_is_prepared_and_signed_by_a_second_person(visit, width, involvement, management):
    draft = asked(opened=3, closes=20, title="What helped you?", groups=["VICTIMS"], sensitive=True)
    UserFactory(role=Role.INVOLVEMENT, name="Iris Fenwick")
    today = timezone.localdate()
    ElectionPeriod.objects.create(name="A by-election", starts_on=today, polling_on=today + timedelta(days=9))
    writer = visit(width=width)
    writer.sign_in(involvement)

    for name in ("detail", "safety", "statements", "ways", "way-add", "ask"):
        writer.go(manage(name, draft))
        writer.look(name)
    writer.go(manage("way-add", draft))
    press(writer, "Save")
    writer.look("way-refused")
    writer.go(manage("safety", draft))
    writer.page.get_by_label("No", exact=True).check()
    press(writer, "Save the draft")
    writer.look("safety-refused")
    writer.page.get_by_label("Yes", exact=True).check()
    writer.page.get_by_label("Whom people can call now").fill(SUPPORT)
    press(writer, "Save the draft")
    writer.go(manage("safeguarding", draft))
    press(writer, "Name these two")
    writer.look("safeguarding-refused")
    writer.page.get_by_label("Who is told first?").select_option(label=involvement.name)
    writer.page.get_by_label("Who else?").select_option(label="Iris Fenwick")
    press(writer, "Name these two")
    writer.page.get_by_text("There is a problem").wait_for(state="hidden")
    writer.go(reverse("consultations:manage-elections"))
    press(writer, "Enter it")
    writer.look("elections-refused")

    signer = visit(width=width)
    signer.sign_in(management)
    signer.go(manage("override", draft))
    signer.look("override")
    signer.page.get_by_label("Why it cannot wait").fill("A court has ordered it.")
    press(signer, "Allow it")

    writer.go(manage("ask", draft))
    writer.look("ready-to-ask")
    press(writer, "Ask them")
    writer.look("ask-refused")
    writer.page.get_by_label("Gwen Adebayo").check()
    writer.page.get_by_label("I attest that no decision has been made").check()
    press(writer, "Ask them")
    writer.page.get_by_text("has been asked, by e-mail").wait_for()

    signer.go("/dashboard/")
    signer.page.get_by_role("link", name="Read and sign off").first.click()
    signer.look("sign")
    press(signer, "Decide")
    signer.look("sign-refused")
    signer.page.get_by_label("I sign this off").check()
    press(signer, "Decide")
    signer.page.get_by_text("Signed off. It can be opened now.").wait_for()
    assert SignOff.objects.get().decided_by == management

    writer.go(manage("open", draft))
    writer.look("ready-to-open")


def test_pause_and_more_time_are_seen_by_everybody(visit, width, involvement):
    running = asked(opened=-20, closes=20, launched=True, grace=True, groups=["VICTIMS"], support_contacts=SUPPORT)
    Way.objects.create(consultation=running, channel="PHONE", words="Call us", contact="01632 960 144")
    person = visit(width=width)
    base = running.get_absolute_url()
    person.go(base)
    person.look("open")
    for name in ("follow", "privacy"):
        person.go(f"{base}{name}/")
        person.look(name)
    person.go(f"{base}follow/")
    press(person, "Send me the link to confirm")
    person.look("follow-refused")
    person.go(base)
    press(person, "Start now")
    person.page.get_by_label("A phone call").check()
    press(person, "Continue")

    office = visit(width=width)
    office.sign_in(involvement)
    for name in ("suspend", "add", "extend"):
        office.go(manage(name, running))
        office.look(name)
    office.go(manage("suspend", running))
    press(office, "Pause it")
    office.look("suspend-refused")
    office.page.get_by_label("Why").fill("The costs on the page were wrong.")
    press(office, "Pause it")
    office.page.get_by_text("This is paused.").wait_for()
    office.look("paused")

    press(person, "Continue")
    person.look("kept-back")
    person.go(f"{base}answer/check/")
    person.look("check-paused")
    person.go(base)
    person.look("paused")
    person.go("/consultations/?show=paused&for=VICTIMS")
    person.look("list-paused")
    office.go(manage("resume", running))
    office.look("resume")
    office.page.get_by_label("Why").fill("The costs are right now.")
    press(office, "Resume it")
    office.page.get_by_text("People can answer again").wait_for()
    moving.add_information(consultation=running, text="The new costs.", actor=involvement, at=timezone.now())

    person.go(f"{base}answer/4/")
    person.page.get_by_label("What should change?").fill("Be quicker.")
    press(person, "Continue")
    person.look("may-we-publish")
    person.page.get_by_label("You may publish my words, without my name").check()
    press(person, "Send my answers")
    person.page.get_by_text("Thank you. We have your answers").wait_for()
