"""Every kind of question written in the CMS, and what is wrong with one said beside the box that is wrong."""

import pytest
from django.urls import reverse

from consultations.domain import questionnaires
from consultations.models import Questionnaire
from engagement.enums import Role
from tests.consultations.test_questionnaire_viewset import question, questionnaire
from tests.factories.engagement import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def statements(number, *labels):
    """Statements of the question with this number, as the CMS posts them."""
    prefix = f"questions-{number}-statements"
    given = {f"{prefix}-TOTAL_FORMS": str(len(labels)), f"{prefix}-INITIAL_FORMS": "0"}
    for place, label in enumerate(labels):
        one = f"{prefix}-{place}"
        given |= {f"{one}-id": "", f"{one}-ORDER": str(place + 1), f"{one}-DELETE": "", f"{one}-label": label}
    return given


@pytest.mark.requirement("R-059")
def test_every_kind_is_written_on_one_page(office):
    given = questionnaire(
        question(0, "Yes", "No", other="on", section="First"),
        question(1, kind="MATRIX") | statements(1, "It is quick", "It is kind"),
        question(2, "Speed", "Cost", "Distance", kind="RANKING", places="2"),
        question(3, "Abbey", "Brook", kind="PLACE"),
        question(4, kind="NUMBER", bands="0, 10", unit="miles"),
        question(5, kind="MONEY", bands="0, 1,000"),
        question(6, kind="DATE", earliest="2026-01-01", latest="2026-06-30"),
        question(7, kind="SHORT_TEXT"),
        question(8, kind="INFORMATION", evidence="Buses run until 11pm."),
    )

    reply = office.post(reverse("questionnaires:add"), given)

    assert reply.status_code == 302
    asked = questionnaires.as_asked(Questionnaire.objects.get())
    assert [one.kind for one in asked] == [
        "SINGLE",
        "MATRIX",
        "RANKING",
        "PLACE",
        "NUMBER",
        "MONEY",
        "DATE",
        "SHORT_TEXT",
        "INFORMATION",
    ]
    assert (asked[0].other, asked[8].section) == (True, "First")
    assert [line.label for line in asked[1].lines] == ["It is quick", "It is kind"]
    assert asked[2].places == 2
    assert [band.label for band in asked[4].bands] == ["0 to 9 miles", "10 or more miles"]
    assert [band.label for band in asked[5].bands] == ["£0.00 to £999.99", "£1,000.00 or more"]
    assert len(asked[6].bands) == 6


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (question(0, kind="NUMBER", bands="ten"), "bands", "“ten” is not a number."),
        (question(0, kind="NUMBER", bands="0", maximum="0"), "maximum", "The largest number must be above"),
        (question(0, kind="DATE", earliest="2026-01-01"), "latest", "Give the earliest and the latest date"),
        (question(0, "A", "B", kind="RANKING", places="3"), "places", "There are only 2 choices to rank."),
        (question(0, kind="INFORMATION"), "evidence", "Write the information that people read here."),
        (question(0, kind="MATRIX"), "kind", "Add at least two statements."),
        (question(0, "A", "Other", other="on"), "kind", "A choice says the same as “Other”"),
        (question(0, "A; B", "C", kind="SEVERAL"), "kind", "A choice has a semicolon"),
    ],
)
def test_what_is_wrong_stands_beside_the_box(office, asked, field, words):
    reply = office.post(reverse("questionnaires:add"), questionnaire(asked))

    form = reply.context["form"].formsets["questions"].forms[0]
    assert {name: found[0][: len(words)] for name, found in form.errors.items()} == {field: words}
    assert not Questionnaire.objects.exists()
