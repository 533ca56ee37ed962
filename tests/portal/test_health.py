"""The addresses for machines name the part that fails, and give nothing away."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from portal.views import health
from tests.factories.engagement import DeliveryFactory, EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _broker(settings, tmp_path):
    if not settings.REDIS_URL:
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path)}


class Broken:
    """A database or a cache that answers everything with an error that says too much."""

    def fail(self, *args):
        raise DatabaseError("password=secret")

    cursor = set = get = fail


def test_process_that_answers_is_alive(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_everything_well_is_ready_with_no_message_waiting(client):
    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "failing": [],
        "parts": ["database", "cache", "broker"],
        "oldest_unsent_seconds": 0,
    }
    assert "no-store" in response["Cache-Control"]


def test_age_of_the_oldest_unsent_message_is_told(client):
    old = EventFactory(occurred_at=timezone.now() - timedelta(seconds=90))
    DeliveryFactory(event=old)
    DeliveryFactory(event=EventFactory(occurred_at=timezone.now() - timedelta(hours=9)), sent=True)

    assert 90 <= client.get("/health/ready").json()["oldest_unsent_seconds"] <= 95


@pytest.mark.parametrize("part", ["database", "cache", "broker"])
def test_failing_part_is_named(client, monkeypatch, settings, part):
    if part == "database":
        monkeypatch.setattr(health, "connection", Broken())
    if part == "cache":
        monkeypatch.setattr(health, "cache", Broken())
    if part == "broker":
        settings.REDIS_URL = "redis://127.0.0.1:9/0"

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["failing"]) == (503, [part])
    assert "secret" not in response.content.decode()


def test_missing_broker_folder_is_a_failing_broker(settings, tmp_path):
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "gone")}

    assert not health.broker_works()
