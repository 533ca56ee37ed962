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

from consultations.domain import monitoring, responding
from consultations.models import Answer, EqualityCount, Response
from portal import logs
from tests.prove.equality_insider import CARELESS, EqualityInsider
from tests.prove.insider import Insider
from tests.prove.respondents import CHOSEN, Town, without_limits

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

    def a_row_each(consultation, parts, mark):
        said = dict(parts)
        values = [timezone.now().isoformat(), *(said[f"about.{key}"] for key in CHOSEN)]
        with connection.cursor() as cursor:
            columns = ", ".join(f'"{key}"' for key in CHOSEN)
            cursor.execute(f"INSERT INTO {CARELESS} (created_at, {columns}) VALUES (%s, %s, %s, %s)", values)  # noqa: S608
        return True

    monkeypatch.setattr(responding, "_store", careless)
    monkeypatch.setattr(monitoring, "_add", a_row_each)
    key = "integer PRIMARY KEY" if connection.vendor == "sqlite" else "serial PRIMARY KEY"
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{one}" text' for one in CHOSEN)
        cursor.execute(f"CREATE TABLE {CARELESS} (id {key}, created_at text, {columns})")
        cursor.execute("ALTER TABLE consultations_response ADD COLUMN created_at text")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {CARELESS}")


def attack(town, written):
    """How many each way of matching gets right, how many groups look alike, how many answers there were to match."""
    people = {person.address: person.number for person in town.people}
    insider = Insider(said=town.said, mails=town.mails(), people=people, written=written.getvalue())
    truth = town.truth()
    right = {name: sum(truth[key] == person for key, person in guess.items()) for name, guess in insider.guesses()}
    return right, len(insider.days()), len(truth)


def living(number, *, seed, careless=False):
    """A town that has lived, and who has looked every evening and morning for what people said of themselves."""
    town = Town(number, seed=seed, careless=careless)
    insider = EqualityInsider(said=town.said, told=town.told)
    if not careless:
        town.watch = insider.look
    town.live()
    insider.look("end", town.consultation.closes_at)
    return town, insider


def profiles(town, insider):
    """How many profiles each way of matching gets right, for responses and for people, and how many there are."""
    mine = {person.number: person.profile for person in town.people if person.number in town.told}
    theirs = {key: mine[person] for key, person in town.truth().items() if person in mine}
    return [
        (Counter({way: hits(guess, whose) for way, guess in guesses.items()}), whose)
        for guesses, whose in ((insider.responses, theirs), (insider.persons, mine))
    ]


def hits(guess, truth):
    """How many guesses are true."""
    return sum(truth.get(one) == said for one, said in guess.items())


def test_careless_tables_give_nearly_everybody_away(careless_tables, written):
    town, insider = living(PEOPLE, seed=4711, careless=True)

    right, _, answers = attack(town, written)
    told = [max(right.values()) / len(whose) for right, whose in profiles(town, insider)]

    by = {name: number / answers for name, number in right.items()}
    print(f"\n  careless: {answers} answers; best: {max(by, key=by.get)}, {max(by.values()):.1%}")
    print(f"  careless: profiles to responses {told[0]:.1%}, profiles to people {told[1]:.1%}")
    assert min(told) > 0.9
    assert by["response.created_at, by moment"] > 0.9
    assert by["response.key, by rank"] > 0.9
    assert by["answer.key, by rank"] > 0.9
    assert by["numbers in logs"] > 0.9


@pytest.mark.threat("P01", "P02", "P03", "P04", "P16")
def test_our_tables_give_away_no_more_than_chance(amount, written):
    """Chance is one right guess for each group of answers that look alike to somebody who knows everybody's day.

    Of a profile it is the most frequent one for everybody; what was said is then matched no better than by that.
    """
    right, alike, answers = Counter(), 0, 0
    told, blind, many = [Counter(), Counter()], [0, 0], [0, 0]
    ages, beside = Counter(), Counter()
    for seed in range(amount(2, 6)):
        mail.outbox.clear()
        town, insider = living(PEOPLE, seed=seed)
        found, groups, number = attack(town, written)
        right.update(found)
        alike, answers = alike + groups, answers + number
        for side, (matched, whose) in enumerate(profiles(town, insider)):
            told[side].update(matched)
            blind[side] += max(Counter(whose.values()).values())
            many[side] += len(whose)
        ages.update(single_cells(town, insider))
        beside.update(insider.beside)
        for model in (Response, EqualityCount):
            model.objects.all().delete()  # the next town's answers are matched alone

    chance = alike / answers
    best = max(right, key=right.get)
    print(f"\n  ours: {answers} answers, {len(right)} ways of matching; chance {chance:.1%}")
    print(f"  best: {best}, {right[best] / answers:.1%}")
    for side, name in enumerate(("responses", "people")):
        top = max(told[side], key=told[side].get)
        print(f"  profiles to {name}: {many[side]}, {len(told[side])} ways; chance {blind[side] / many[side]:.1%}")
        print(f"  best: {top}, {told[side][top] / many[side]:.1%}")
        assert told[side][top] / many[side] <= blind[side] / many[side] + 0.02
    by_cells, by_table = ages["right"] / ages["all"], ages["blind"] / ages["all"]
    print(f"  ages to responses, by waiting cells and the key: {by_cells:.1%}; by the counts alone {by_table:.1%}")
    print(f"  drafts begun beside a code's use: {beside['evening']} seen in evenings, {beside['morning']} in mornings")
    assert right[best] / answers <= chance + 0.02
    # A few dozen cells a town: two towns alone tell this less exactly than six.
    assert by_cells <= by_table + amount(0.04, 0.02)
    assert beside["morning"] == 0


def single_cells(town, insider):
    """How many ages are right: guessed from what waits in the pool and else from the table, or from the table alone."""
    people = {person.number: person for person in town.people if person.number in town.told}
    theirs = {key: people[person] for key, person in town.truth().items() if person in people}
    table = Counter((person.way, person.about["AGE"]) for person in theirs.values())
    usual = {way: max((number, age) for (here, age), number in table.items() if here == way)[1] for way, _ in table}
    guess = {key: insider.ages.get(key, usual[person.way]) for key, person in theirs.items()}
    return {
        "right": sum(guess[key] == person.about["AGE"] for key, person in theirs.items()),
        "blind": sum(usual[person.way] == person.about["AGE"] for person in theirs.values()),
        "all": len(theirs),
    }
