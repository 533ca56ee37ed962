"""Reads everything that a consultation publishes, as the public would, and works out what each hidden number can be.

The reader knows the questions, their routes, who may give several answers and what stands apart; nothing of how the
tables were protected. All of it becomes one system of equations for `tests.engagement.solver`.
"""

import itertools
import re

from bs4 import BeautifulSoup

from consultations.domain.crossings import BY_CHANNEL
from consultations.domain.routes import OWN_WORDS, graph_of
from consultations.enums import Channel, QuestionKind
from consultations.views import crossed
from consultations.views.alike_wording import WITH
from tests.consultations.polls import labels_of
from tests.engagement.solver import System

PEOPLE = re.compile(r"([\d,]+) (?:people|person) answered")
PASSED_OVER = {"All who said so", "Of those who answered", "Of all"}
NUMBER = re.compile(r"^([\d,]+)(?: \(\d+%\))?$")


# Reading


def read(poll):
    """Every number that page and files show, by what it counts. Page and files must say the same."""
    page, whole, beside = poll.published()
    told = facts_of_page(BeautifulSoup(page, "html.parser"))
    for rows in (whole, beside):
        filed = facts_of_rows(poll, rows)
        assert {key: told[key] for key in filed if key in told} == {key: filed[key] for key in filed if key in told}
        told |= filed
    assert sorted(map(str, whole)) == sorted(map(str, beside))
    return told


def facts_of_page(soup):
    facts = {}
    for figure in soup.find_all("div", id=re.compile(r"^(question|table)-\d+$")):
        if found := PEOPLE.search(figure.find(class_="portal-figure__sub").get_text()):
            facts["answered", figure["id"], ""] = as_number(found[1])
        for table in figure.find_all("table"):
            caption = table.caption.get_text()
            part = caption.partition(":")[0] if caption.startswith("Statement") else ""
            part = WITH if caption == WITH else part
            if part and (found := PEOPLE.search(caption)):
                facts["answered", figure["id"], part] = as_number(found[1])
            facts |= facts_of_table(table, figure["id"], part)
        drawn = re.findall(r"\((\d[\d,]*)\)", " ".join(text.get_text() for text in figure.find_all("text")))
        assert {as_number(one) for one in drawn} <= {n for (_, name, *_), n in facts.items() if name == figure["id"]}
    channels = soup.find("section", attrs={"aria-labelledby": "channels"})
    if found := re.search(r"([\d,]+) answers?:", channels.p.text):
        facts["total", "", ""] = as_number(found[1])
    for table in channels.find_all("table"):
        facts |= facts_of_table(table, "channels", "")
    return facts


def facts_of_table(table, name, part):
    """Counts by row, and in tables of two by column. What is said a second time, or in per cent, is passed over."""
    heads = [head.get_text() for head in table.thead.find_all("th")][1:]
    facts = {}
    for row in table.tbody.find_all("tr"):
        label = row.th.get_text()
        for head, cell in zip(heads, row.find_all("td"), strict=True):
            found = NUMBER.match(cell.get_text())
            if found and head not in PASSED_OVER:
                key = ("cell", name, label, head) if name.startswith("table") else ("cell", name, part, label)
                facts[key] = as_number(found[1])
    return facts


def facts_of_rows(poll, rows):
    titles = {title(poll, pair): f"table-{number}" for number, pair in enumerate(poll.pairs, start=1)}
    facts = {}
    for row in rows:
        name = titles[row["question"]] if row["kind"] == "TABLE" else f"question-{row['question_number']}"
        if row["kind"] == "CHANNEL":
            name = "channels"
        if row["answered"] and name.startswith("question"):
            facts["answered", name, row["part"]] = int(row["answered"])
        if row["count"] and row["answer"]:
            facts["cell", name, row["part"], row["answer"]] = int(row["count"])
        assert row["withheld"] == ("no" if row["count"] or (not row["answer"] and row["answered"]) else "yes")
    return facts


def title(poll, pair):
    row, column = (poll.by_key.get(key) for key in pair)
    return f"{row.text} By {crossed.WAY if column is None else f'answers to “{column.text}”'}"


def as_number(text):
    return int(text.replace(",", ""))


# Knowing: the equations that hold of any consultation that publishes this


class Reader:
    """What is unknown of a poll, what is published of it, and what each hidden cell can be."""

    def __init__(self, poll, told=None):
        self.poll, self.told = poll, read(poll) if told is None else told
        self.system = System()
        self.graph = graph_of(poll.questions)
        self.inward = {place: [] for place in range(len(poll.questions) + 1)}
        self.given = {one.key: [answers.get(one.key, []) for _, answers in poll.people] for one in poll.questions}
        self.asked = {
            one.key: [place in self.graph.way(answers) for _, answers in poll.people]
            for place, one in enumerate(poll.questions)
        }
        self.add_channels()
        for place, question in enumerate(poll.questions):
            self.add_question(place, question)
        for number, pair in enumerate(poll.pairs, start=1):
            self.add_table(f"table-{number}", *pair)

    def unknown(self, name, value):
        self.system.add(name, value)
        return name

    def slack(self, more, less):
        """The first of two sums is not below the second."""
        value = sum(self.true(one) for one in more) - sum(self.true(one) for one in less)
        self.system.publish(more, less=[*less, self.unknown(("slack", len(self.system.truth)), value)])

    def true(self, name):
        return self.system.truth[self.system.names[name]]

    def publish(self, fact, names):
        if fact in self.told:
            assert self.told[fact] == sum(self.true(name) for name in names), fact
            self.system.publish(names)

    def add_channels(self):
        used = [channel for channel in Channel if channel in self.poll.counts["channels"]]
        for channel in used:
            self.unknown(("channel", channel), self.poll.counts["channels"][channel])
            self.publish(("cell", "channels", "", channel.label), [("channel", channel)])
        self.ways = self.everybody = [("channel", channel) for channel in used]
        self.publish(("total", "", ""), self.everybody)

    def add_question(self, place, question):
        """Its answers, those who gave none, and where each of them leads."""
        key, given = question.key, self.given[question.key]
        name = f"question-{place + 1}"
        asked = sum(self.asked[key])
        answered = sum(bool(values) for values in given)
        silent = self.unknown((key, "silent"), asked - answered)
        if question.required:
            self.system.publish([silent])
        parts = self.add_answers(question, name, given, answered)
        self.publish(("answered", name, ""), [one for one, _ in parts])
        here = [silent, *(one for one, _ in parts)]
        arrived = self.everybody if place == 0 else self.inward[place]
        self.system.publish(here, less=arrived)
        led = self.unknown((key, "led"), asked)
        self.system.publish(here, less=[led])
        for one, answer in ((silent, ()), *parts):
            goals = answer if isinstance(answer, dict) else {self.graph.follow(place, answer): one}
            for goal, part in goals.items():
                self.inward[goal].append(part)

    def add_answers(self, question, name, given, answered):
        """Unknowns that everybody who answered stands in once, each with the answer by which it is led on."""
        key, labels = question.key, labels_of(question)
        if question.kind == QuestionKind.MATRIX:
            whole = self.unknown((key, "answered"), answered)
            for line in question.statements:
                cells = []
                for choice, label in question.labels.items():
                    number = sum(f"{line.key}={choice}" in values for values in given)
                    cells.append(self.unknown((key, line.key, choice), number))
                    self.publish(("cell", name, line.label, label), cells[-1:])
                self.publish(("answered", name, line.label), cells)
                (self.system.publish if question.required else self.slack)([whole], less=cells)
            return [(whole, OWN_WORDS)]
        if not labels:
            return [(self.unknown((key, "answered"), answered), OWN_WORDS)]
        for choice, label in labels.items():
            self.unknown((key, choice), sum(choice in values for values in given))
            self.publish(("cell", name, "", label), [(key, choice)])
        if question.kind != QuestionKind.SEVERAL:
            return [((key, choice), (choice,)) for choice in labels]
        return self.add_several(question, given)

    def add_several(self, question, given):
        key, place = question.key, self.graph.places[question.key]
        options = [choice.key for choice in question.options]
        made = [set(values) & set(options) for values in given]
        union = self.unknown((key, "made"), sum(bool(one) for one in made))
        self.bound(union, [(key, option) for option in options])
        goals = {self.graph.follow(place, (option,)) for option in options}
        if len(goals) == 1:
            led = {goals.pop(): union}
        else:
            first = set(question.routes[0].choices)
            taken = self.unknown((key, "taken"), sum(bool(one & first) for one in made))
            other = self.unknown((key, "other"), sum(bool(one) and not one & first for one in made))
            self.system.publish([union], less=[taken, other])
            self.bound(taken, [(key, option) for option in options if option in first])
            self.slack([(key, option) for option in options if option not in first], [other])
            rest = next(option for option in options if option not in first)
            led = {self.graph.follow(place, tuple(first)): taken, self.graph.follow(place, (rest,)): other}
        return [*(((key, choice.key), (choice.key,)) for choice in question.apart), (union, led)]

    def bound(self, union, parts):
        """How many did one or more of several things: as many as did any one of them, at most all together."""
        for part in parts:
            self.slack([union], [part])
        self.slack(parts, [union])

    def add_table(self, name, row, column):
        """Everybody by two answers, `None` for none."""
        question, other = self.poll.by_key[row], self.poll.by_key.get(column)
        if not self.shows_anything(name):
            return
        across = {**self.across(other), None: ""}
        for place, words in across.items():
            parts = self.add_column(name, question, place, words, self.answers_in(row, column, place))
            if place is not None:
                self.system.publish(parts, less=[self.head(column, place)])
        several = question.kind == QuestionKind.SEVERAL
        answered = [*(choice.key for choice in question.apart), "made"] if several else list(labels_of(question))
        for choice in {*labels_of(question), *answered}:
            self.system.publish([(name, choice, place) for place in across], less=[(row, choice)])
        nobody = [(name, None, place) for place in across]
        self.system.publish([*nobody, *((row, choice) for choice in answered)], less=self.everybody)
        if other and self.same_people(row, column):
            self.slack([(name, None, None), (row, "led")], self.everybody)

    def add_column(self, name, question, place, words, inside):
        """Unknowns that everybody in a column stands in once; choices of which people made several overlap there."""
        several = question.kind == QuestionKind.SEVERAL
        alone = {choice.key for choice in question.apart} if several else set(labels_of(question))
        parts = [self.unknown((name, None, place), sum(not values for values in inside))]
        for choice, label in labels_of(question).items():
            cell = self.unknown((name, choice, place), sum(choice in values for values in inside))
            parts += [cell] if choice in alone else []
            self.publish(("cell", name, label, words), [cell])
        if several:
            made = sum(bool(values) and not set(values) & alone for values in inside)
            parts.append(self.unknown((name, "made", place), made))
            self.bound(parts[-1], [(name, choice.key, place) for choice in question.options])
        return parts

    def shows_anything(self, name):
        return any(fact[1] == name for fact in self.told)

    def across(self, question):
        """What stands in the columns of a table by this question, or by the way when there is none."""
        return labels_of(question) if question else {channel: channel.label for _, channel in self.ways}

    def answers_in(self, row, column, place):
        """What the people in one column answered to the question of the rows."""
        ways = ([channel] for channel, _ in self.poll.people)
        stands = zip(self.given[row], ways if column == BY_CHANNEL else self.given[column], strict=True)
        return [values for values, there in stands if place in there or (place is None and not there)]

    def head(self, column, place):
        return ("channel", place) if column == BY_CHANNEL else (column, place)

    def same_people(self, row, column):
        """Whether everybody who is asked the one is asked the other, whatever they answer: by trying all ways."""
        first, second = (self.graph.places[key] for key in (row, column))
        return all((first in way) == (second in way) for way in ways(self.graph, 0))

    # Judging

    def hidden(self):
        """Every cell that is not shown, and who was led to its question: of questions, of ways, of tables of two."""
        cells = itertools.chain(self.cells_of_questions(), self.cells_of_tables())
        return {name: led for name, fact, led in cells if fact not in self.told}

    def cells_of_questions(self):
        for place, question in enumerate(self.poll.questions, start=1):
            table, key = f"question-{place}", question.key
            for choice, label in labels_of(question).items():
                yield (key, choice), ("cell", table, "", label), (key, "led")
            for line, (choice, label) in itertools.product(question.statements, question.labels.items()):
                yield (key, line.key, choice), ("cell", table, line.label, label), (key, "led")
        for name in self.ways:
            yield name, ("cell", "channels", "", name[1].label), None

    def cells_of_tables(self):
        for number, (row, column) in enumerate(self.poll.pairs, start=1):
            table, across = f"table-{number}", self.across(self.poll.by_key.get(column))
            if self.shows_anything(table):
                down = labels_of(self.poll.by_key[row])
                for (choice, label), (place, words) in itertools.product(down.items(), across.items()):
                    yield (table, choice, place), ("cell", table, label, words), None

    def known_too_well(self):
        """Hidden cells of which the reader knows more than allowed: name, truth, least and greatest."""
        threshold = self.poll.threshold
        hidden = self.hidden()
        wrong = []
        for name, (least, greatest) in self.system.intervals(hidden).items():
            if self.true(name) < threshold:
                safe = least <= 0 and greatest >= threshold - 1
            else:
                safe = greatest - least >= threshold
            if not safe and not self.few_were_asked(hidden[name]):
                wrong.append((name, self.true(name), least, greatest))
        return wrong

    def few_were_asked(self, led):
        """Whether everybody knows that a question went to fewer people than are told of: nothing of it is shown."""
        return led is not None and self.system.intervals([led])[led][1] < self.poll.threshold


def ways(graph, place):
    """Every way from a place to the end."""
    if place >= graph.end:
        yield ()
        return
    for goal in graph.onward[place]:
        for rest in ways(graph, goal):
            yield (place, *rest)
