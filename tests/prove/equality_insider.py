"""The same insider matches what people said of themselves to responses, and to people, evening after evening.

They hold the office's key, so whatever waits sealed in a pool is open to them; and they know who has told when.
"""

import json
from collections import Counter, defaultdict
from datetime import datetime

from django.db import connection

from consultations.domain import sealing
from tests.prove.insider import comparable, read_table
from tests.prove.respondents import CHOSEN

CARELESS = "careless_equality"


class EqualityInsider:
    """`said` and `told` are person → moment: when they had sent, and when they had told of themselves.

    `responses` and `persons` hold the guesses by way of matching: → {response key or person: profile}. `ages` is what
    single cells that wait in the pool say: {response key: age}.
    """

    def __init__(self, *, said, told):
        self.said, self.told = said, told
        self.responses, self.persons, self.ages = defaultdict(dict), defaultdict(dict), {}
        self.beside = Counter()  # drafts whose transaction stands beside that of a code's use, by time of day

    def look(self, hour, at):
        """What there is to see now. `hour` is "evening", "morning" or "end"."""
        responses = read_table("consultations_response")
        if hour != "end":
            responses = [row for row in responses if not row["settled"]]
        orders = self._orders(responses)
        for name, records in self._records(hour):
            self._match(name, [profile for _, profile in records], orders, at)
            self._match_moments(name, records, responses)
        self._cells(responses)
        self._codes(hour)

    def _orders(self, responses):
        names = list(responses[0]) if responses else []
        return {
            name: [row["key"] for row in sorted(responses, key=lambda row, name=name: comparable(row[name]))]
            for name in names
        }

    def _match(self, name, profiles, orders, at):
        """The last told belong to the last responses, or to the last people; forwards and backwards."""
        people = sorted((one for one in self.told if self.told[one] <= at), key=self.told.get)
        for way, turned in (("", profiles), (", backwards", profiles[::-1])):
            for column, keys in orders.items():
                self.responses[f"{name} with response.{column}{way}"] |= dict(
                    zip(keys[::-1], turned[::-1], strict=False)
                )
            self.persons[f"{name}{way}"] |= dict(zip(people[::-1], turned[::-1], strict=False))

    def _match_moments(self, name, records, responses):
        """Where records have a moment: whoever told then; and through who said when they sent, the response."""
        moments = [(datetime.fromisoformat(moment), profile) for moment, profile in records if _is_moment(moment)]
        if not moments:
            return
        by_person = {
            person: min(moments, key=lambda record, told=told: abs(record[0] - told))[1]
            for person, told in self.told.items()
        }
        self.persons[f"{name}, by moment"] = by_person
        for row in responses:
            if _is_moment(row.get("created_at")):
                came = datetime.fromisoformat(row["created_at"])
                person = min(self.said, key=lambda one, came=came: abs(self.said[one] - came))
                if person in by_person:
                    self.responses[f"{name}, by moment"][row["key"]] = by_person[person]

    def _records(self, hour):
        """Everything that could be a person's profile, by name and in order: (order, profile) pairs."""
        tables = connection.introspection.table_names()
        if CARELESS in tables:
            rows = read_table(CARELESS)
            for column in rows[0]:
                ordered = sorted(rows, key=lambda row, column=column: comparable(row[column]))
                yield f"{CARELESS}.{column}", [(row[column], tuple(row[key] for key in CHOSEN)) for row in ordered]
        parts = self._parts()
        for column in parts[0] if parts else ():
            ordered = sorted(parts, key=lambda part, column=column: comparable(part[column]))
            yield f"part.{column}", _composed([(part["table"], part["cell"]) for part in ordered], column)
        if hour == "end":
            for row in read_table("consultations_equalitycount"):
                counts = row["counts"] if isinstance(row["counts"], dict) else json.loads(row["counts"])
                cells = [
                    (table, cell)
                    for table, one in counts.items()
                    for cell, number in one.items()
                    for _ in range(number)
                ]
                yield "counts", _composed(cells, "counts")

    def _parts(self):
        """The pool, opened with the office's key."""
        parts = []
        for row in read_table("consultations_equalitypart"):
            table, cell = sealing.unseal(row["sealed"], secret="", purpose="equality")
            kept = {name: value for name, value in row.items() if name != "sealed"}
            parts.append(
                {
                    **kept,
                    "length": len(bytes(row["sealed"])),
                    "seal": bytes(row["sealed"]).hex(),
                    "table": table,
                    "cell": cell,
                }
            )
        return parts

    def _cells(self, responses):
        """A cell that crosses an age with an answer, given to a response of these days with that answer."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT response_id, choice FROM consultations_answer WHERE question = 'q1'")
            ways = dict(cursor.fetchall())
        waiting = defaultdict(list)
        for part in self._parts():
            if part["table"] == "about.AGE=answer.q1":
                age, _, way = part["cell"].partition("=")
                waiting[way].append(age)
        for row in responses:
            if found := waiting.get(ways.get(row["key"])):
                self.ages[row["key"]] = found.pop()

    def _codes(self, hour):
        """Drafts that were begun in the transaction next to the last use of a code of some sheet."""
        if connection.vendor != "postgresql":
            return
        used = {int(row["xmin"]) for row in read_table("consultations_codebatch") if row["used_number"]}
        begun = [int(row["xmin"]) for row in read_table("consultations_draft")]
        self.beside[hour] += sum(bool({number - 1, number + 1} & used) for number in begun)


def _composed(cells, order):
    """Profiles put together from single cells: the first age, the first religion… make the first person."""
    columns = [[cell for table, cell in cells if table == f"about.{key}"] for key in CHOSEN]
    return [(order, profile) for profile in zip(*columns, strict=False)]


def _is_moment(value):
    return isinstance(value, str) and value[:2] == "20" and "T" in value
