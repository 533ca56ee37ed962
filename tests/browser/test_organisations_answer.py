"""Organisations at the screen: two colleagues at once, a certifier, coming back by code, and paper."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import OrganisationAnswer, OrganisationEntry
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import OrganisationFactory, UserFactory


def asked(**traits):
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=30)}
    return ConsultationFactory(open=True, **dates, **traits)


@pytest.mark.timeout(600)
def test_colleagues_write_at_once_and_a_certifier_signs(visit, width):
    consultation, brightway = asked(named=True), OrganisationFactory(name="Brightway")
    preparer = UserFactory(name="Priya Nair", role=Role.PREPARER, organisation=brightway)
    certifier = UserFactory(name="Jo Okonkwo", role=Role.CERTIFIER, organisation=brightway)
    one, other = visit(width=width), visit(width=width)
    one.go(f"/consultations/{consultation.slug}/start/")
    one.look("named-start")
    one.sign_in(preparer)
    other.sign_in(certifier)
    question = f"/our-answers/{consultation.slug}/brightway/questions/4/"

    one.go(question)
    other.go(question)
    one.page.get_by_role("textbox").fill("Evenings matter most.")
    one.page.get_by_role("button", name="Save and go back").click()
    one.look("ours")
    other.page.get_by_role("textbox").fill("Weekends matter most.")
    other.page.get_by_role("button", name="Save and go back").click()
    other.page.get_by_role("heading", name="Both answers").wait_for()
    other.look("both")
    assert other.page.get_by_role("textbox").input_value() == "Weekends matter most."
    other.page.get_by_role("textbox").fill("Evenings and weekends matter most.")
    other.page.get_by_role("button", name="Keep my answer").click()
    assert OrganisationEntry.objects.get().values == ["Evenings and weekends matter most."]

    other.go(f"/our-answers/{consultation.slug}/brightway/check/")
    other.page.get_by_role("button", name="Sign and send").click()
    other.page.get_by_text("There is a problem").wait_for()
    other.look("sign-error")
    other.page.get_by_label("We provide this service now").check()
    other.page.get_by_label("With our name", exact=True).check()
    other.page.get_by_label("I confirm").check()
    other.look("sign")
    other.page.get_by_role("button", name="Sign and send").click()
    other.page.get_by_text("Thank you. We have your answer").wait_for()
    other.look("signed")
    assert OrganisationAnswer.objects.standing().get().signed_by == certifier

    office = visit(width=width)
    office.sign_in(UserFactory(role=Role.INVOLVEMENT))
    office.go(f"/engagement/consultations/{consultation.reference}/named/")
    office.look("office-list")
    office.page.get_by_role("link", name="Brightway").click()
    office.look("office-read")


@pytest.mark.timeout(600)
def test_come_back_by_code_send_and_print(visit, width):
    consultation = asked()
    visitor, other = visit(width=width), visit(width=width)
    visitor.go(consultation.get_absolute_url())
    visitor.page.get_by_role("button", name="Start now").click()
    visitor.page.get_by_label("A text message").check()
    visitor.page.get_by_role("button", name="Save and come back later").click()
    visitor.look("saved-with-code")
    code = visitor.page.locator(".portal-reference").inner_text()

    other.go(f"/consultations/{consultation.slug}/come-back/")
    other.page.get_by_label("Your code").fill(code.lower())
    other.look("come-back")
    other.page.get_by_role("button", name="Go on").click()
    assert "Question 2 of 4" in other.page.title()
    other.go(f"/consultations/{consultation.slug}/answer/check/")
    other.page.get_by_role("button", name="Send my answers").click()
    other.go(f"/consultations/{consultation.slug}/answer/receipt/")
    other.page.get_by_role("link", name="Read, print or keep a copy of my answers").click()
    other.look("copy")
    assert other.page.get_by_text("A text message").is_visible()
    other.go(f"/consultations/{consultation.slug}/paper/")
    other.look("paper")
