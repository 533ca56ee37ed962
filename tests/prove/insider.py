"""An insider who has all that the office stores, and matches people to responses in every way there is.

That is: every table with its system columns, the database's files, mails, logs, the office's secret key, and what
people said about when they answered.
"""

import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from django.db import connection

from consultations.domain import sealing
from engagement.access import local_date

SYSTEM = {"sqlite": ["rowid"], "postgresql": ["ctid::text AS ctid", "xmin::text AS xmin", "cmin::text AS cmin"]}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
STAMP = re.compile(r'"timestamp": "([^"]+)"')
TOKEN = re.compile(r"/resume/([^/\s]+)/")


class Insider:
    """`said` is person → moment. `mails` are (recipient, text). `people` is address → person. `written` is the log."""

    def __init__(self, *, said, mails, people, written):
        self.said, self.mails, self.people, self.written = said, mails, people, written
        self.responses = read_table("consultations_response")
        self.answers = read_table("consultations_answer")
        self.parties = read_table("engagement_engagedparty")

    def orders(self):
        """Every order in which responses can be put, by name: of their columns, their answers' columns, the files."""
        orders = {f"response.{name}": _sortable(self.responses, "key", name) for name in self.responses[0]}
        first = {}
        for answer in self.answers:
            for name, value in answer.items():
                if name not in {"question", "choice", "text", "response_id"}:
                    first.setdefault(name, defaultdict(list))[answer["response_id"]].append(comparable(value))
        orders |= {f"answer.{name}": {key: min(found) for key, found in by.items()} for name, by in first.items()}
        texts = {answer["response_id"]: answer["text"] for answer in self.answers if answer["text"]}
        orders["length"] = {key: len(text) for key, text in texts.items()}
        return orders | self._file_orders(texts)

    def _file_orders(self, texts):
        """Where each text lies in the files of an embedded database, its log included. PostgreSQL says so in `ctid`."""
        if connection.vendor != "sqlite":
            return {}
        orders = {}
        for suffix in ("", "-wal"):
            path = Path(f"{connection.settings_dict['NAME']}{suffix}")
            held = path.read_bytes() if path.exists() else b""
            found = {key: held.rfind(text.encode()) for key, text in texts.items()}
            if any(place >= 0 for place in found.values()):
                orders[f"file{suffix}"] = found
        return orders

    def guesses(self):
        """Each way of matching and what it says: name → {response key: person}."""
        for name, order in self.orders().items():
            yield f"{name}, by day", self._by_rank_and_day(order)
            yield f"{name}, by day, backwards", self._by_rank_and_day(order, backwards=True)
            yield f"{name}, by rank", self._by_rank(order, sorted(self.said, key=self.said.get))
            yield f"{name}, by contact", self._by_contact(order)
        for name in self.responses[0]:
            if moments := self._moments(name):
                yield f"response.{name}, by moment", self._by_moment(moments)
        yield "secrets in mails", self._by_secrets()
        yield "numbers in logs", self._by_logs()

    def days(self):
        """Responses that look alike to somebody who knows everybody's day: shown date, or `None`, → response keys."""
        alike = defaultdict(list)
        for response in self.responses:
            alike[_day(response["received_on"])].append(response["key"])
        return alike

    def _by_rank_and_day(self, order, *, backwards=False):
        alike, people = self.days(), defaultdict(list)
        for person in sorted(self.said, key=self.said.get):
            day = str(local_date(self.said[person]))
            people[day if day in alike else None].append(person)
        guess = {}
        for day, keys in alike.items():
            ranked = sorted((key for key in keys if key in order), key=order.get, reverse=backwards)
            guess |= dict(zip(ranked, people[day], strict=False))
        return guess

    def _by_rank(self, order, people):
        return dict(zip(sorted(order, key=order.get), people, strict=False))

    def _by_contact(self, order):
        """Followers in the order in which they were entered, spread over the responses in some order."""
        known = [self.people[party["email"]] for party in sorted(self.parties, key=lambda party: party["id"])]
        ranked = sorted(order, key=order.get)
        return {ranked[place * len(ranked) // len(known)]: person for place, person in enumerate(known)}

    def _moments(self, name):
        moments = {}
        for response in self.responses:
            value = response[name]
            if isinstance(value, str) and MOMENT.match(value):
                moments[response["key"]] = datetime.fromisoformat(value)
        return moments

    def _by_moment(self, moments):
        return {
            key: min(self.said, key=lambda person: abs(self.said[person] - moment)) for key, moment in moments.items()
        }

    def _by_secrets(self):
        """Tokens in mailed links, and their hashes under the office's own key, looked for in every response."""
        guess = {}
        for recipient, text in self.mails:
            for token in TOKEN.findall(text):
                forms = {token, *(sealing.keyed_hash(purpose, token) for purpose in ("draft", "receipt", "outcome"))}
                for response in self.responses:
                    if forms & {str(value) for value in response.values()}:
                        guess[response["key"]] = self.people[recipient]
        return guess

    def _by_logs(self):
        """Lines that name a response, by its key or another of its values, and when they were written."""
        names = {}
        for response in self.responses:
            names |= {str(value): response["key"] for value in response.values() if len(str(value)) > 15}
        moments = {}
        for line in self.written.splitlines():
            stamp = STAMP.search(line)
            for word in re.findall(r"[0-9a-f]+", line.replace(stamp[0], "")) if stamp else ():
                if word in names:
                    moments[names[word]] = datetime.fromisoformat(stamp[1])
        return self._by_moment(moments)


def read_table(table):
    """Every row of a table with the columns that the database keeps for itself."""
    system = list(SYSTEM[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(system)}, {table}.* FROM {table}")  # noqa: S608
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _sortable(rows, key, name):
    return {row[key]: comparable(row[name]) for row in rows}


def comparable(value):
    """Numbers by size, places in a table by page and line, all else as words; nothing sorts first."""
    if isinstance(value, str) and re.fullmatch(r"\(\d+,\d+\)", value):
        return tuple(int(part) for part in value[1:-1].split(","))
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return (int(value),)
    return (value,) if isinstance(value, int) else (str(value or ""),)


def _day(value):
    return None if value is None else str(value)[:10]
