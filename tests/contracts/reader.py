"""A reader who holds everything that is published of an agreement together, and asks what each withheld number can be.

`Made` is a random agreement with a year of quarterly returns, whose measures say the same numbers in several places:
shares, counts of their parts and wholes, and totals of the year. `Reader` reads the public page, its file and the open
data as anybody can, and asks an exact solver. It knows nothing of how the figures were protected.
"""

import csv
import io
import random
from decimal import Decimal

from django.test import Client

from contracts.domain.publishing import publish_ratings
from engagement.enums import Role
from tests.engagement.solver import System
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

QUARTERS = [f"2026-27 Q{number}" for number in (1, 2, 3, 4)]
MOST = 100_000
PART, WHOLE, HARM, PLEASED = "Contacted in time", "Referrals", "Seriously harmed", "Pleased with the call"

# Code: the words of its part and its whole, or of all; whether it is told for the whole year in the last return.
SHARES = {"A1": (PART, WHOLE, False), "A2": (PLEASED, PART, False), "AY": (PART, WHOLE, True)}
COUNTS = {
    "C1": (PART, False), "C2": (WHOLE, False), "C3": (HARM, False), "C4": (PLEASED, False),
    "Y1": (PART, True), "Y2": (WHOLE, True), "Y3": (HARM, True), "Y4": (PLEASED, True),
}  # fmt: skip


class Made:
    """An agreement made from a seed, with its true numbers by words and quarter."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.agreement = AgreementFactory(sensitive=self.dice.random() < 0.3)
        self.threshold = 10 if self.agreement.sensitive else 5
        self.codes = {code for code in [*SHARES, *COUNTS] if self.dice.random() < 0.6} | {"A1", "C3", "Y3"}
        self.truth = {}
        for quarter in range(4):
            whole = self.dice.choice([self._few(), self._some(), self._some(), self._some()])
            part = self.dice.choice([min(whole, self._few()), max(0, whole - self._few()), self.dice.randint(0, whole)])
            pleased = self.dice.randint(0, part)
            self.truth |= {(WHOLE, quarter): whole, (PART, quarter): part, (PLEASED, quarter): pleased}
            self.truth[HARM, quarter] = self.dice.choice([self._few(), self._few(), self._few(), self._some()])
        self._publish()

    def _few(self):
        return self.dice.randint(0, self.threshold - 1)

    def _some(self):
        return self.dice.randint(self.threshold, 60)

    def number(self, words, quarter, yearly):
        """What a measure tells in the return of a quarter."""
        return sum(self.truth[words, one] for one in range(4)) if yearly else self.truth[words, quarter]

    def _publish(self):
        """All four quarters, in any order."""
        indicators = {code: self._indicator(code) for code in sorted(self.codes)}
        returns = []
        for place, quarter in enumerate(QUARTERS):
            kpi_return = KpiReturnFactory(accepted=True, agreement=self.agreement, quarter=quarter)
            for code, indicator in indicators.items():
                if indicator.is_asked_in(kpi_return.period):
                    FigureFactory(kpi_return=kpi_return, indicator=indicator, **self._figure(code, place))
            returns.append(kpi_return)
        management = UserFactory(role=Role.MANAGEMENT)
        if self.dice.random() < 0.3:
            self.dice.shuffle(returns)
        for kpi_return in returns:
            publish_ratings(kpi_return=kpi_return, words=[], actor=management, at=NOW)

    def _indicator(self, code):
        common = {"agreement": self.agreement, "code": code, "people": True, "minimum_n": 0}
        if code in SHARES:
            part, whole, yearly = SHARES[code]
            return IndicatorFactory(
                **common, numerator_words=part, denominator_words=whole.upper(), asked_every=12 if yearly else 0
            )
        words, yearly = COUNTS[code]
        return IndicatorFactory(context=True, **{**common, "name": words, "asked_every": 12 if yearly else 0})

    def _figure(self, code, place):
        if code in SHARES:
            part, whole, yearly = SHARES[code]
            numbers = (self.number(words, place, yearly) for words in (part, whole))
            return dict(zip(("numerator", "denominator"), map(Decimal, numbers), strict=True))
        words, yearly = COUNTS[code]
        return {"of_value": True, "value": Decimal(self.number(words, place, yearly))}


class Reader:
    """What anybody works out from all that is public of an agreement."""

    def __init__(self, made):
        self.made, self.system = made, System()
        page = made.agreement.get_performance_url()
        file = b"".join(Client().get(f"{page[:-1]}.csv").streaming_content).decode("utf-8-sig")
        self.rows = list(csv.DictReader(io.StringIO(file)))
        self.page = Client().get(page)
        self._numbers()
        self.hidden = [number for row in self.rows for number in self._read(row)]

    def _numbers(self):
        """Every number there is, with what everybody knows of them: years are sums, the rest is the whole less it."""
        for words in (PART, WHOLE, HARM, PLEASED):
            for quarter in range(4):
                self._number((words, quarter), self.made.truth[words, quarter])
            self._number((words, "year"), self.made.number(words, 3, True))
            self.system.publish([(words, "year")], less=[(words, quarter) for quarter in range(4)])
        for part, whole in sorted({SHARES[code][:2] for code in self.made.codes & SHARES.keys()}):
            for time in (0, 1, 2, 3, "year"):
                rest = self._true((whole, time)) - self._true((part, time))
                self._number((part, "rest", time), rest)
                self.system.publish([(whole, time)], less=[(part, time), (part, "rest", time)])

    def _number(self, name, truth):
        self.system.add(name, truth)
        self.system.add((name, "up to the most"), MOST - truth)
        self.system.publish([name, (name, "up to the most")])

    def _true(self, name):
        return self.system.truth[self.system.names[name]]

    def _read(self, row):
        """Takes in one row of the file; gives the small numbers that it keeps back."""
        code, quarter = row["indicator_code"], QUARTERS.index(row["quarter"])
        if code in SHARES:
            part, whole, yearly = SHARES[code]
            time = "year" if yearly else quarter
            shown = {(part, time): row["numerator"], (whole, time): row["denominator"]}
            groups = [(part, time), (part, "rest", time)]
        else:
            words, yearly = COUNTS[code]
            time = "year" if yearly else quarter
            shown, groups = {(words, time): row["value"]}, [(words, time)]
        if row["withheld"] == "no":
            for name, number in shown.items():
                if number:
                    assert Decimal(number) == self._true(name), (name, number)
                    self.system.publish([name])
            return []
        assert not any(shown.values())
        small = [name for name in groups if self._true(name) < self.made.threshold]
        if "or the rest of the group" in row["why"] and len(small) == 1:
            limit = (*small, "at most", code, quarter)
            self.system.add(limit, self.made.threshold - 1 - self._true(small[0]))
            self.system.publish([*small, limit])
        return small

    def known_too_well(self):
        """The withheld small numbers that cannot be everything from nought to one below the threshold."""
        names = sorted(set(self.hidden), key=str)
        found = self.system.intervals(names)
        return {name: found[name] for name in names if not self._wide(*found[name])}

    def _wide(self, least, greatest):
        return least <= 0 and greatest >= self.made.threshold - 1
