"""Where everything in bars, scales and tallies stands: x in per cent of the width, y in pixels. Pure functions."""

from dataclasses import asdict, dataclass, is_dataclass
from textwrap import wrap

BAR_ROW, SCALE_ROW, LINE = 56, 100, 22
WITHHELD_WIDTH = 12
ROOM_FOR_WORDS = 12
# SVG does not wrap words: lines are cut to what a 320 px screen holds, a label with its value.
LABEL, STATEMENT = 40, 38


@dataclass(frozen=True)
class Bar:
    """One row of bars. `value` None is withheld, and `text` says why ("fewer than 10")."""

    label: str
    value: float | None
    text: str


@dataclass(frozen=True)
class Scale:
    """One statement and how far people agreed: five per cents that sum to 100, or None when too few answered."""

    label: str
    shares: tuple[float, ...] | None
    n: int
    note: str = ""


def bar_geometry(rows, *, whole=None):
    """Rows of label, value, track and bar, 56 px each and 22 more for every further line of a label.

    A full track is `whole` (for example everybody who answered, where people chose several), or the sum of the values.
    """
    rows = [as_mapping(row) for row in rows]
    whole = float(whole if whole is not None else sum(float(row["value"]) for row in rows if row["value"] is not None))
    drawn, top = [], 0
    for row in rows:
        lines, share = label_lines(row["label"], LABEL - len(str(row["text"])), top), 0
        if row["value"] is not None and whole:
            share = 100 * float(row["value"]) / whole
        drawn.append(
            {
                "lines": lines,
                "text": row["text"],
                "text_y": top + 16,
                "bar_y": lines[-1]["y"] + 9,
                "withheld": row["value"] is None,
                "width": percent(WITHHELD_WIDTH if row["value"] is None else share, 1),
            }
        )
        top += BAR_ROW + LINE * (len(lines) - 1)
    return {"rows": drawn, "height": max(top - 8, 0)}


def scale_geometry(rows):
    """One bar of 32 px a statement, five segments in fixed order; a share is written inside from 12 % on."""
    drawn, top = [], 0
    for row in (as_mapping(row) for row in rows):
        lines = label_lines(row["label"], STATEMENT, top)
        bar_y = lines[-1]["y"] + 10
        drawn.append(
            {
                "lines": lines,
                "bar_y": bar_y,
                "words_y": bar_y + 21,
                "note_y": bar_y + 52,
                "parts": scale_parts(row["shares"] or ()),
                "withheld": row["shares"] is None,
                "n": row["n"],
                "note": row.get("note", ""),
            }
        )
        top += SCALE_ROW + LINE * (len(lines) - 1)
    return {"rows": drawn, "height": max(top - 16, 0)}


def scale_parts(shares):
    """The segments of one statement that are not empty, by step from 1 (agree strongly) to 5 (disagree strongly)."""
    parts, start = [], 0.0
    for step, share in enumerate(map(float, shares), start=1):
        if share > 0:
            words = f"{round(share)}%" if share >= ROOM_FOR_WORDS else ""
            middle = percent(start + share / 2)
            parts.append({"step": step, "x": percent(start), "width": percent(share), "middle": middle, "words": words})
        start += share
    return parts


def label_lines(label, length, top):
    """A label as lines of at most `length` characters, each with the y of its baseline below `top`."""
    return [
        {"words": words, "y": top + 16 + LINE * place} for place, words in enumerate(wrap(str(label), length) or [""])
    ]


def tally_parts(counts):
    """Parts of one bar for (tone, number) pairs: x and width in per cent of the whole, nothing for none."""
    total = sum(count for _, count in counts)
    parts, start = [], 0
    for tone, count in counts:
        if count:
            parts.append({"tone": tone, "x": percent(100 * start / total), "width": percent(100 * count / total)})
            start += count
    return parts


def as_mapping(item):
    """A dataclass or a mapping, as a mapping."""
    return asdict(item) if is_dataclass(item) else dict(item)


def percent(value, places=2):
    """A position across, as SVG wants it: "25.57%"."""
    return f"{value:.{places}f}%"


def pixels(value):
    """A position down, as SVG wants it: "139.5"."""
    return f"{value:.1f}"
