"""The page of other channels: what is withheld says so."""

import pytest
import time_machine
from django.urls import reverse

from consultations.views.figures import WITHHELD
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R-150")
def test_ways_with_few_answers_say_that_their_number_is_withheld(client):
    consultation = ConsultationFactory(open=True)
    ResponseFactory.create_batch(12, consultation=consultation)
    ResponseFactory.create_batch(3, consultation=consultation, channel="PAPER")
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("consultations:channel-list", args=[consultation.reference]))

    assert page.context["by_channel"] == [("Online", WITHHELD), ("On paper", WITHHELD)]
