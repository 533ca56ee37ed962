"""Any question that an author could write, and any answer to it, for Hypothesis."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from consultations.domain.answers import cleaned, problem_with
from consultations.domain.fitness import as_frozen
from consultations.domain.frozen import FrozenChoice
from consultations.enums import APART, CHOICE_KINDS, OTHER, OTHER_LABEL, QuestionKind

letters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
words = st.text(letters, min_size=1, max_size=20).filter(lambda text: text.strip())
tricky = st.sampled_from(["=1+1", "'=1", "-2", "[not asked]", "'[not asked]", "channel", "a, b", '"', "Other", "x; y"])
labels = words | tricky
# What people type has line ends and tabs of every sort, and may begin like a formula.
written = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60) | tricky | st.just("=a\r\n'=b\n\n@c")
)


NONE, FEW = st.just(0), st.integers(2, 6)
NUMBER_OF_CHOICES = {
    **dict.fromkeys(QuestionKind, NONE),
    **dict.fromkeys((QuestionKind.SINGLE, QuestionKind.SEVERAL, QuestionKind.PLACE, QuestionKind.RANKING), FEW),
    QuestionKind.SCALE: st.sampled_from([0, 5]),
    QuestionKind.MATRIX: st.sampled_from([0, 2, 5]),
}


def several_labels(number):
    """Labels that nobody would take for one another, nor for what the product itself offers."""
    kept = {label.casefold() for label in (*APART.values(), OTHER_LABEL)}
    return st.lists(
        labels.filter(lambda label: label.casefold() not in kept),
        unique_by=lambda label: " ".join(label.split()).casefold(),
        min_size=number,
        max_size=number,
    )


@st.composite
def questions(draw, key):
    """A question with this key that can be asked."""
    kind = draw(st.sampled_from(QuestionKind))
    named = draw(NUMBER_OF_CHOICES[kind].flatmap(several_labels))
    if kind == QuestionKind.SEVERAL:
        named = [label.replace(";", ",") + str(place) for place, label in enumerate(named)]
    statements = draw(several_labels(2)) if kind == QuestionKind.MATRIX else []
    earliest = draw(st.dates(date(1950, 1, 1), date(2026, 1, 1)))
    said = {
        "key": key,
        "kind": kind,
        "text": draw(labels),
        "hint": "",
        "evidence_title": "",
        "evidence": "To know.",
        "required": False,
        "dont_know": draw(st.booleans()),
        "prefer_not": draw(st.booleans()),
        "max_length": draw(st.integers(100, 200)),
        "section": "",
        "files_reason": draw(words) if kind == QuestionKind.FILE else "",
        "other": draw(st.booleans()),
        "places": draw(st.none() | st.integers(1, 2)),
        "minimum": Decimal(draw(st.integers(-50, 50))),
        "maximum": Decimal(draw(st.integers(51, 5000))),
        "decimals": draw(st.integers(0, 2)),
        "unit": draw(st.sampled_from(["", "miles"])),
        "bands": "",
        "earliest": earliest,
        "latest": earliest + timedelta(days=draw(st.integers(0, 20_000))),
    }
    offered = [FrozenChoice(f"c{place}", label) for place, label in enumerate(named)]
    lines = [FrozenChoice(f"s{place}", label) for place, label in enumerate(statements)]
    return as_frozen(said, choices=offered, statements=lines)


@st.composite
def questionnaires(draw):
    """Two to five questions of any kinds, at least one of which asks something."""
    asked = [draw(questions(f"q{place}")) for place in range(draw(st.integers(2, 5)))]
    assume(any(question.asks for question in asked))
    return asked


@st.composite
def answers_to(draw, question):
    """An answer to this question, or none, as it is kept."""
    values = cleaned(question, draw(_typed(question)))
    assume(problem_with(question, values) is None)
    return values


def _typed(question):
    kind = QuestionKind(question.kind)
    if kind in CHOICE_KINDS:
        return _chosen(question)
    if kind == QuestionKind.MATRIX:
        given = st.dictionaries(_keys(question.lines), st.sampled_from(list(question.labels)))
        return given.map(lambda lines: [f"{line}={key}" for line, key in lines.items()])
    if kind == QuestionKind.RANKING:
        order = st.lists(_keys(question.lines), unique=True, max_size=question.places)
        return order.map(lambda things: [f"{key}={place}" for place, key in enumerate(things, start=1)])
    if kind in {QuestionKind.NUMBER, QuestionKind.MONEY}:
        bounds = Decimal(question.minimum), Decimal(question.maximum)
        return st.lists(st.decimals(*bounds, places=question.decimals).map(str), max_size=1)
    if kind == QuestionKind.DATE:
        bounds = date.fromisoformat(question.minimum), date.fromisoformat(question.maximum)
        return st.lists(st.dates(*bounds).map(str), max_size=1)
    typed = question.asks and kind != QuestionKind.FILE  # files are sent online only, and are in no table
    return st.lists(written, max_size=1) if typed else st.just([])


def _keys(choices):
    return st.sampled_from([choice.key for choice in choices])


@st.composite
def _chosen(draw, question):
    apart = [choice.key for choice in question.apart]
    if apart and draw(st.booleans()):
        return [draw(st.sampled_from(apart))]
    most = None if question.kind == QuestionKind.SEVERAL else 1
    chosen = draw(st.lists(_keys(question.options), unique=True, max_size=most))
    return [f"{OTHER}={draw(written)}" if key == OTHER and draw(st.booleans()) else key for key in chosen]
