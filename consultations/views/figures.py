"""Results as a page draws them: a finding in words, bars or a scale, a table, a file. Pure functions.

Nothing here counts: every number was let through by `engagement.domain.disclosure` before it arrives.
"""

from consultations.enums import AGREEMENT, FIGURE_KINDS, TEXT_KINDS, QuestionKind
from consultations.views import alike_wording, themes
from consultations.views.themes import WITHHELD, yes_or_no

NO_NUMBERS = "Too few answers to show any numbers"
GUARDED = "Not shown: set beside another question, it would give a small number away"
SCALE_POINTS = 5
# What is told of these is how many answered.
COUNTED_ONLY = TEXT_KINDS | {QuestionKind.FILE}
VERBS = {QuestionKind.NUMBER: "said", QuestionKind.MONEY: "said", QuestionKind.DATE: "said"}
CSV_HEADER = [
    "reference",
    "question_number",
    "question",
    "kind",
    "part",
    "answer",
    "count",
    "percent",
    "answered",
    "withheld",
    "as_at",
]
NAMED_CSV_HEADER = ["reference", "organisation", "interests", "question", "answer"]


def figures_of(results):
    """One figure a question, in the order of the questions. Takes a `counting.Results`."""
    themed = {table.question: table for table in results.themes}
    return [figure_of(question, themed.get(question.key), results.alike) for question in results.questions]


def figure_of(question, themed=None, alike=None):
    """What the template `consultations/_figure.html` needs for one `counting.QuestionResult` and its themes, if any.

    `alike` is what is said of answers that are alike, if any are.
    """
    scales = scales_of(question)
    return {
        "anchor": anchor_of(question),
        "number": question.number,
        "question": question.text,
        "headline": themes.headline(themed) or headline(question),
        "sub": f"Question {question.number}. {question.text} {answered_words(question)}",
        "written": question.kind in COUNTED_ONLY,
        "scales": scales,
        "steps": [row.label for row in (question.parts[0].rows if question.parts else question.rows)],
        "bars": [] if scales else bars_of(question),
        "themed": themed,
        "theme_bars": themes.bars(themed) if themed else [],
        "whole": question.answered,
        "rows": table_rows([*question.rows, *question.apart]),
        "tables": tables_of(question),
        "sways": alike_wording.sentences(question, alike),
        "with_all": table_rows(question.with_all),
        "several": question.kind == QuestionKind.SEVERAL,
        "withheld": question.withheld,
        "empty": question.answered is None,
    }


def table_rows(rows):
    """Rows of a table in words."""
    return [{"label": row.label, "count": shown(row.count), "percent": shown(row.percent, "%")} for row in rows]


def tables_of(question):
    """Every table of one question: (caption, rows). Of a ranking what was put first, then each thing's places."""
    whole = f"Question {question.number}: {question.text}"
    caption = f"{whole} What people put first" if question.kind == QuestionKind.RANKING else whole
    tables = [(caption, table_rows([*question.rows, *question.apart]))] if question.rows else []
    return tables + [(part_caption(part), table_rows([*part.rows, *part.apart])) for part in question.parts]


def part_caption(part):
    """A statement and how many answered it, or a ranked thing and its mean place."""
    if part.answered is None:
        return f"{part.label}: {NO_NUMBERS.lower()}"
    mean = f", mean place {part.mean}" if part.mean else ""
    return f"{part.label}: {people(part.answered)} answered{mean}"


def scales_of(question):
    """Bars from agree to disagree: of one scale, or of each statement; none where that drawing would not fit."""
    if question.answered is None:
        return []
    if question.kind == QuestionKind.SCALE and all(row.count is not None for row in question.rows):
        return [scale_row(question, question.text)]
    if question.kind == QuestionKind.MATRIX and all(len(part.rows) == SCALE_POINTS for part in question.parts):
        return [scale_row(part, part.label) for part in question.parts]
    return []


def headline(question):
    """The finding in a sentence with its number."""
    if question.guarded:
        return GUARDED
    if question.answered is None:
        return NO_NUMBERS
    if question.kind in COUNTED_ONLY:
        did = "sent files" if question.kind == QuestionKind.FILE else "answered in their own words"
        return f"{people(question.answered)} {did}"
    if question.kind == QuestionKind.MATRIX:
        return statement_headline(question)
    if question.kind == QuestionKind.SCALE and (sentence := agreement(question)):
        return sentence
    return best_words(question, [*question.rows, *question.apart])


def best_words(question, rows):
    """Which answer most people gave, of those that may be shown."""
    known = [row for row in rows if row.count is not None]
    if not known:
        return NO_NUMBERS
    top = max(row.count for row in known)
    best = [row for row in known if row.count == top]
    names = " and ".join(f"“{row.label}”" for row in best)
    each = " each" if len(best) > 1 else ""
    if question.kind == QuestionKind.RANKING:
        return f"{best[0].percent}%{each} put {names} first"
    return f"{best[0].percent}%{each} {VERBS.get(question.kind, 'chose')} {names}"


def statement_headline(question):
    """The statement that most agree with; on another scale, how many answered."""
    agreed = []
    for part in question.parts:
        counts = {row.key: row.count for row in part.rows}
        if counts.keys() == AGREEMENT.keys() and None not in counts.values():
            agreed.append((share(counts["STRONGLY_AGREE"] + counts["AGREE"], part.answered), part.label))
    if len(agreed) < len(question.parts):
        return f"{people(question.answered)} answered, statement by statement"
    top = max(percent for percent, _ in agreed)
    names = " and ".join(f"“{label}”" for percent, label in agreed if percent == top)
    return f"{top}% agree or strongly agree: {names}"


def agreement(question):
    """For the scale from strongly agree to strongly disagree: how many agreed, or how many did not."""
    counts = {row.key: row.count for row in question.rows}
    if counts.keys() != AGREEMENT.keys() or None in counts.values():
        return ""
    agree = counts["STRONGLY_AGREE"] + counts["AGREE"]
    disagree = counts["DISAGREE"] + counts["STRONGLY_DISAGREE"]
    words, number = ("agree", agree) if agree >= disagree else ("disagree", disagree)
    return f"{share(number, question.answered)}% {words} or strongly {words}"


def share(part, whole):
    """A whole percentage, half rounded up, as `engagement.domain.disclosure` rounds."""
    return (200 * part + whole) // (2 * whole)


def scale_row(question, label):
    """One statement for the scale chart. What is left of the bar did not know or preferred not to say.

    A statement with a number that is withheld is drawn as withheld; its table shows what may be shown.
    """
    if question.answered is None or any(row.count is None for row in question.rows):
        return {"label": label, "shares": None, "n": question.answered, "note": ""}
    # A breath above the exact share, so that a half is rounded up in the drawing as in the table.
    shares = [100 * row.count / question.answered + 1e-9 for row in question.rows]
    notes = [f"{people(row.count)} said “{row.label}”" for row in question.apart if row.count is not None]
    return {"label": label, "shares": shares, "n": question.answered, "note": ". ".join(notes)}


def bars_of(question):
    """Bars, longest first, what stands apart last; withheld ones keep their place at the end of their group.

    Bands of numbers and months stay in their order.
    """
    ordered = question.rows
    if question.kind not in FIGURE_KINDS:
        ordered = sorted(ordered, key=lambda row: -1 if row.count is None else row.count, reverse=True)
    return [
        {
            "label": row.label,
            "value": row.count,
            "text": WITHHELD if row.count is None else f"{row.percent}% ({row.count:,})",
        }
        for row in [*ordered, *question.apart]
    ]


def answered_words(question):
    """How many answered, in a sentence."""
    if question.answered is None:
        return ""
    more = " People could choose several." if question.kind == QuestionKind.SEVERAL else ""
    return f"{people(question.answered)} answered.{more}"


def people(number):
    """A number of people in words."""
    return "1 person" if number == 1 else f"{number:,} people"


def shown(number, unit=""):
    """A number for a table, or the words for a withheld one."""
    return WITHHELD if number is None else f"{number:,}{unit}"


def channel_words(results):
    """How answers came in: `318 answers: 290 online, 28 on paper`. Withheld channels are named without a number."""
    return arrival_words([(row.label, row.count) for row in results.channels], results.responses, results.threshold)


def arrival_words(channels, total, threshold):
    """The same of (label, protected count) pairs and their protected total."""
    if total is None:
        return f"Fewer than {threshold} answers"
    parts = [f"{count:,} {_lower(label)}" for label, count in channels if count is not None]
    hidden = [_lower(label) for label, count in channels if count is None]
    if hidden:
        parts.append(f"the others {' or '.join(hidden)}" if parts else " and ".join(hidden))
    answers = "1 answer" if total == 1 else f"{total:,} answers"
    return f"{answers}: {', '.join(parts)}"


def _lower(label):
    return label[:1].lower() + label[1:]


CHANNELS = "channels"


def anchor_of(question):
    """The name of a question's figure on its page, and of its file."""
    return f"question-{question.number}"


def anchors(results):
    """The names of everything that has a figure and a file of its own."""
    return {CHANNELS, *(anchor_of(question) for question in results.questions)}


def csv_rows(consultation, results, *, only=""):
    """Rows of the results file under `CSV_HEADER`: how answers came in, then each question's answers in their order.

    `only` names the one figure whose rows are wanted.
    """
    as_at = results.as_at.date()
    themed = {table.question: table for table in results.themes}
    for row in results.channels if only in {"", CHANNELS} else ():
        cells = ("How the answers came in", "CHANNEL", None, row.label, row.count, row.percent, results.responses)
        yield [consultation.reference, 0, *cells, yes_or_no(row.count is None), as_at]
    if results.alike and only in {"", CHANNELS}:
        yield from alike_rows(consultation, results.alike, as_at)
    for question in results.questions:
        if only not in {"", anchor_of(question)}:
            continue
        known = [consultation.reference, question.number, question.text, question.kind]
        if question.kind in COUNTED_ONLY:
            yield [*known, None, None, None, None, question.answered, yes_or_no(question.answered is None), as_at]
        for part in (question, *question.parts):
            line = None if part is question else part.label
            for row in (*part.rows, *part.apart):
                withheld = yes_or_no(row.count is None)
                yield [*known, line, row.label, row.count, row.percent, part.answered, withheld, as_at]
        for row in question.with_all:
            yield [*known, alike_wording.WITH, row.label, row.count, row.percent, None, yes_or_no(False), as_at]
        if question.key in themed:
            yield from themes.csv_rows(known[:3], themed[question.key])


def alike_rows(consultation, alike, as_at):
    """How many answers are alike, and what was made of them."""
    lines = (
        ("Found alike", alike.found),
        ("Left out of the tables", alike.left_out),
        ("In the words of a campaign, and counted", alike.campaign),
        ("Not judged yet, and counted", alike.waiting),
    )
    for label, number in lines:
        cells = ("Answers that are alike", "ALIKE", None, label, number, None, None)
        yield [consultation.reference, 0, *cells, yes_or_no(number is None), as_at]


def named_rows(consultation, published):
    """The public answers of organisations as rows of a file: one for each question that was answered."""
    for one in published.published:
        interests = "; ".join([*one.interests, *filter(None, [one.interest_words])])
        for question, answer in one.rows:
            yield [consultation.reference, one.name, interests, question, answer]


def organisation_words(number):
    """How many organisations answered, in words."""
    return "1 organisation answered" if number == 1 else f"{number} organisations answered"
