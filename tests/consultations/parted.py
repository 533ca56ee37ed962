"""Consultations of which some answers are left out, and a reader who lays both readings side by side."""

import copy
import random

from consultations.views.alike_wording import WITH
from tests.consultations.polls import Poll
from tests.consultations.taken_apart import Reader, read

LEFT_OUT = ("cell", "question-0", "", "Left out of the tables")


class PartedPoll(Poll):
    """`people` are counted in the tables, `out` are left out of them: a few, or a great many."""

    def __init__(self, seed):
        super().__init__(seed)
        chance = random.Random(f"parted {seed}")
        share = chance.choice([0.02, 0.1, 0.3, 0.5])
        every = self.people
        out = [chance.random() < share for _ in every]
        self.people = [person for person, left_out in zip(every, out, strict=True) if not left_out]
        self.out = [person for person, left_out in zip(every, out, strict=True) if left_out]
        self.counts = self.counted()
        if self.out:
            less = self.alone().counts
            names = ("channels", "answered", "choices")
            alike = {"found": len(self.out) + 1, "left_out": len(self.out), "campaign": 0, "waiting": 0}
            self.counts["left_out"] = {name: less[name] for name in names}
            self.counts["alike"] = {**alike, "grounds": ["COPIES"]}

    def alone(self):
        """Those left out, as a consultation of their own."""
        other = copy.copy(self)
        other.people, other.pairs = self.out, []
        other.counts = other.counted()
        return other


class CountedReader(Reader):
    """Knows of those counted what tables tell, and of the ways what is told of everybody, those left out included."""

    def add_channels(self):
        every = self.poll.counts["channels"], self.poll.counts.get("left_out", {}).get("channels", {})
        came = {channel: sum(one.get(channel, 0) for one in every) for channel in {**every[0], **every[1]}}
        counts, self.poll = self.poll, copy.copy(self.poll)
        self.poll.counts = {**counts.counts, "channels": came}
        super().add_channels()
        self.poll = counts
        out = self.unknown("out", len(self.poll.out))
        counted = self.unknown("counted", len(self.poll.people))
        self.system.publish([out, counted], less=self.ways)
        self.publish(LEFT_OUT, [out])
        self.everybody = [counted]


class LeftOutReader(Reader):
    """Knows of those left out what the tables with and without them tell together."""

    def add_channels(self):
        self.everybody = [self.unknown("everybody", len(self.poll.people))]
        self.publish(LEFT_OUT, self.everybody)
        self.ways = []

    def hidden(self):
        """Nothing of them was published: what follows from both tables must be hidden too, when it is small."""
        every = {name: (fact, led) for name, fact, led in self.cells_of_questions()}
        small = {name for name in every if self.true(name) < self.poll.threshold}
        return {name: led for name, (fact, led) in every.items() if fact not in self.told or name in small}


def known_too_well(poll):
    """Hidden numbers, of those counted and of those left out, of which both readings tell more than allowed."""
    told = read(poll)
    apart = {LEFT_OUT: told[LEFT_OUT]} if LEFT_OUT in told else {}
    for (kind, name, part, label, *_), number in [(fact, n) for fact, n in told.items() if len(fact) == 4]:
        if part == WITH and (without := told.get((kind, name, "", label))) is not None:
            apart[kind, name, "", label] = number - without
    wrong = CountedReader(poll, told).known_too_well()
    return wrong + (LeftOutReader(poll.alone(), apart).known_too_well() if LEFT_OUT in apart else [])


def with_tables(poll):
    """How many questions are also shown with everybody."""
    return sum(bool(question.with_all) for question in poll.results().questions)
