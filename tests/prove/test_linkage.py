"""Can an insider say who gave which answer? Five hundred people, simulated days, every table, file, mail and log.

First the same attack must succeed on a careless variant, or it would prove nothing.
"""

import io
import itertools
import logging
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from consultations.domain import responding
from consultations.models import Answer, Response
from portal import logs
from tests.prove.insider import Insider
from tests.prove.respondents import Town, without_limits

PEOPLE = 500


@pytest.fixture(autouse=True)
def _limits(monkeypatch):
    without_limits(monkeypatch)


@pytest.fixture
def written(monkeypatch):
    """All that is logged, in the product's own format, and nowhere else."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    return stream


@pytest.fixture
def careless_tables(monkeypatch):
    """What a careless product would keep: keys in order, the moment of arrival, a line in the log for each answer."""
    for model in (Response, Answer):
        monkeypatch.setattr(model._meta.pk, "get_default", itertools.count(1).__next__)
    careful = responding._store

    def careless(**told):
        response = careful(**told)
        logging.getLogger("careless").info("Answer %s has come in", response.receipt_hash)
        now = timezone.now().isoformat()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE consultations_response SET created_at = %s WHERE created_at IS NULL", [now])
        return response

    monkeypatch.setattr(responding, "_store", careless)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consultations_response ADD COLUMN created_at text")


def attack(town, written):
    """How many each way of matching gets right, how many groups look alike, how many answers there were to match."""
    people = {person.address: person.number for person in town.people}
    insider = Insider(said=town.said, mails=town.mails(), people=people, written=written.getvalue())
    truth = town.truth()
    right = {name: sum(truth[key] == person for key, person in guess.items()) for name, guess in insider.guesses()}
    return right, len(insider.days()), len(truth)


def test_careless_tables_give_nearly_everybody_away(careless_tables, written):
    town = Town(PEOPLE, seed=4711, careless=True)
    town.live()

    right, _, answers = attack(town, written)

    by = {name: number / answers for name, number in right.items()}
    print(f"\n  careless: {answers} answers; best: {max(by, key=by.get)}, {max(by.values()):.1%}")
    assert by["response.created_at, by moment"] > 0.9
    assert by["response.key, by rank"] > 0.9
    assert by["answer.key, by rank"] > 0.9
    assert by["numbers in logs"] > 0.9


@pytest.mark.threat("P01", "P02", "P03", "P04")
def test_our_tables_give_away_no_more_than_chance(amount, written):
    """Chance is one right guess for each group of answers that look alike to somebody who knows everybody's day."""
    right, alike, answers = Counter(), 0, 0
    for seed in range(amount(2, 6)):
        mail.outbox.clear()
        town = Town(PEOPLE, seed=seed)
        town.live()
        found, groups, number = attack(town, written)
        right.update(found)
        alike, answers = alike + groups, answers + number
        Response.objects.all().delete()  # the next town's answers are matched alone

    chance = alike / answers
    best = max(right, key=right.get)
    print(f"\n  ours: {answers} answers, {len(right)} ways of matching; chance {chance:.1%}")
    print(f"  best: {best}, {right[best] / answers:.1%}")
    assert right[best] / answers <= chance + 0.02
