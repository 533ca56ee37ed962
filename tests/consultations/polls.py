"""Random consultations without a database: questions with routes, people who answer, and all that is published of them.

A poll is what `counting.count_settled` would count, handed to the very functions that publish.
"""

import csv
import io
import random
from collections import Counter
from datetime import UTC, datetime

from django.template.loader import render_to_string

from consultations.domain import counting, crossings, soundness
from consultations.domain.crossings import BY_CHANNEL
from consultations.domain.frozen import FrozenChoice, FrozenQuestion
from consultations.domain.questionnaires import content_of
from consultations.domain.routes import END, Route, path_of
from consultations.enums import CHOICE_KINDS, FIGURE_KINDS, Channel, QuestionKind, RouteWhen
from consultations.models import Consultation, QuestionnaireVersion
from consultations.views import crossed, figures
from consultations.views.public import csv_file, results_context

CLOSED = datetime(2026, 10, 16, 16, 0, tzinfo=UTC)
KINDS = [
    *[QuestionKind.SINGLE] * 4,
    *[QuestionKind.SEVERAL] * 2,
    QuestionKind.SCALE,
    QuestionKind.PLACE,
    QuestionKind.NUMBER,
    QuestionKind.MATRIX,
    QuestionKind.LONG_TEXT,
]
TRIES = 6


class Poll:
    """One consultation, closed, from a seed. `published` is everything that anybody can read of its numbers."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.sensitive = self.chance.random() < 0.3
        self.threshold = 10 if self.sensitive else 5
        self.questions = self.asked()
        self.by_key = {question.key: question for question in self.questions}
        self.channels = self.chance.sample([str(one) for one in Channel], self.chance.randint(1, 4))
        self.people = [self.person() for _ in range(self.chance.randint(15, 220))]
        self.pairs = self.chosen_pairs()
        self.counts = self.counted()
        content = content_of(self.questions, [])
        self.consultation = Consultation(
            reference="C-2026-001",
            slug="c-2026-001",
            sensitive=self.sensitive,
            version=QuestionnaireVersion(pk=1, number=1, content=content),
            opens_at=CLOSED.replace(month=9),
            closes_at=CLOSED,
        )

    # What is asked

    def asked(self):
        number = self.chance.randint(3, 6)
        questions = [self.question(place) for place in range(number)]
        for place in range(number - 2):
            if questions[place].kind in CHOICE_KINDS and self.chance.random() < 0.6:
                routed = self.with_route(questions, place)
                if not soundness.faults_of(routed):
                    questions = routed
        return questions

    def question(self, place):
        kind = self.chance.choice(KINDS)
        offered = kind in CHOICE_KINDS or kind == QuestionKind.MATRIX
        number = 5 if kind == QuestionKind.SCALE else self.chance.randint(2, 4)
        labels = tuple(FrozenChoice(f"c{n}", f"Answer {place}-{n}") for n in range(number)) if offered else ()
        bands = tuple(FrozenChoice(f"{n * 10}:{n * 10 + 10}", f"Band {place}-{n}") for n in range(3))
        return FrozenQuestion(
            key=f"q{place}",
            kind=str(kind),
            text=f"Question number {place}?",
            choices=labels,
            required=self.chance.random() < 0.4,
            dont_know=offered and self.chance.random() < 0.5,
            prefer_not=offered and self.chance.random() < 0.5,
            other=kind == QuestionKind.SEVERAL and self.chance.random() < 0.3,
            statements=tuple(FrozenChoice(f"s{n}", f"Statement {place}-{n}") for n in range(2))
            if kind == QuestionKind.MATRIX
            else (),
            bands=bands if kind == QuestionKind.NUMBER else (),
        )

    def with_route(self, questions, place):
        question = questions[place]
        offered = [choice.key for choice in question.options]
        goals = [*(one.key for one in questions[place + 2 :]), END]
        taken = tuple(self.chance.sample(offered, self.chance.randint(1, len(offered) - 1)))
        routes = [Route(self.chance.choice(goals), RouteWhen.CHOSEN, taken)]
        if self.chance.random() < 0.3:
            routes.append(Route(self.chance.choice(goals), RouteWhen.OTHERWISE))
        routed = FrozenQuestion(**{**vars(question), "routes": tuple(routes)})
        return [*questions[:place], routed, *questions[place + 1 :]]

    def chosen_pairs(self):
        """Tables that the office may choose: tried at random, those that are refused left out."""
        crossable = [one.key for one in self.questions if one.kind in crossings.IN_ROWS]
        pairs = []
        for _ in range(TRIES if crossable else 0):
            pair = (self.chance.choice(crossable), self.chance.choice([BY_CHANNEL, *crossable]))
            try:
                crossings.refuse_unfit([self.questions], [*pairs, pair])
            except crossings.CrossingUnfit:
                continue
            pairs.append(pair)
        return pairs[:3]

    # Who answers

    def person(self):
        """The way it came in, and the answers along the way; moods make answers to several questions alike."""
        mood = self.chance.choice([0.1, 0.3, 0.5, 0.9])
        answers = {}
        while True:
            way = path_of(self.questions, answers)
            waiting = next((one for one in way if one.key not in answers), None)
            if waiting is None:
                break
            answers[waiting.key] = self.answer(waiting, mood)
        place = min(int(self.chance.random() * mood * 6), len(self.channels) - 1)
        return self.channels[place], {key: values for key, values in answers.items() if values}

    def answer(self, question, mood):
        if not question.required and self.chance.random() < 0.1:
            return []
        if question.kind == QuestionKind.LONG_TEXT:
            return ["Words"]
        if question.kind == QuestionKind.MATRIX:
            return [f"{line.key}={self.skewed(list(question.labels), mood)}" for line in question.lines]
        if question.apart and self.chance.random() < mood / 2:
            return [self.chance.choice([choice.key for choice in question.apart])]
        offered = [choice.key for choice in question.options or question.bands]
        several = question.kind == QuestionKind.SEVERAL
        made = [key for key in offered if self.chance.random() < mood] if several else []
        return made or [self.skewed(offered, mood)]

    def skewed(self, keys, mood):
        return keys[min(int(self.chance.random() ** (1 / mood) * len(keys)), len(keys) - 1)]

    # What is counted, as `count_settled` does

    def counted(self):
        choices, answered = {}, Counter()
        for _, answers in self.people:
            for key, values in answers.items():
                answered[key] += 1
                if self.by_key[key].kind != QuestionKind.LONG_TEXT:
                    choices.setdefault(key, Counter()).update(values)
        return {
            "channels": dict(Counter(channel for channel, _ in self.people)),
            "answered": dict(answered),
            "choices": {key: dict(found) for key, found in choices.items()},
            "earlier": [],
            "crossings": {
                str(number): {"row": one, "column": other, "cells": self.cells(one, other)}
                for number, (one, other) in enumerate(self.pairs, start=1)
            },
        }

    def cells(self, row, column):
        cells = Counter()
        for channel, answers in self.people:
            others = [channel] if column == BY_CHANNEL else answers.get(column, ())
            cells.update((one, other) for one in answers.get(row, ()) for other in others)
        return {one: {other: n for (here, other), n in cells.items() if here == one} for one, _ in cells}

    # What is published

    def results(self):
        """The results as they are frozen and read again."""
        kept = counting.snapshot(counting.protect(self.consultation, self.counts, at=CLOSED))
        return counting.results_of(Consultation(results=kept))

    def published(self):
        """The page's HTML, the rows of the whole file, and those of the files beside each table."""
        results = self.results()
        where = {"file_route": "consultations:consultation-table-csv", "file_of": "c-2026-001", "csv": "/results.csv"}
        page = render_to_string("consultations/_results.html", {**results_context(results), **where})
        names = [*figures.anchors(results), *(crossed.anchor_of(one) for one in results.crossings)]
        beside = [row for name in sorted(names) for row in self.file(results, only=name)]
        return page, self.file(results), beside

    def file(self, results, only=""):
        reply = csv_file(self.consultation, results, "results.csv", only=only)
        text = b"".join(reply.streaming_content).decode().removeprefix("\ufeff")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def labels_of(question):
    """The words of every answer that stands in the one table of a question, by key."""
    if question.kind in FIGURE_KINDS:
        return {band.key: band.label for band in question.bands}
    return question.labels if question.kind in CHOICE_KINDS else {}
