"""Where everything in a trend chart stands: x in per cent of the width, y in pixels. Pure functions."""

from dataclasses import asdict, dataclass, field
from itertools import pairwise
from math import ceil, floor, log10

from portal.templatetags.bars import as_mapping, percent, pixels
from portal.templatetags.marks import TAGS

TOP, BOTTOM, HEIGHT = 24, 244, 300
LEFT, ACROSS = 14, 81
MOST_POINTS, MOST_LINES = 12, 5


@dataclass(frozen=True)
class Point:
    """One quarter of a trend. `value` is in the unit of the chart; None is a quarter that was not given."""

    wide: str
    slim: str
    value: float | None
    text: str = ""
    year: str = ""
    rating: str | None = None


@dataclass(frozen=True)
class Trend:
    """A measure over its quarters, oldest first, with the target it was agreed to meet.

    `direction` is UP (more is better), DOWN (fewer is better) or RANGE (between `target` and `target_to`). `near` is
    the far edge of "approaching target". `low` and `high` set the scale; left out, it is worked out from what is drawn.
    `break_before` is the index of the first point counted by a new definition.
    """

    title: str
    description: str
    points: list[Point] = field(default_factory=list)
    target: float | None = None
    target_to: float | None = None
    target_text: str = ""
    near: float | None = None
    direction: str = "UP"
    low: float | None = None
    high: float | None = None
    unit: str = ""
    break_before: int | None = None
    break_text: str = ""


def across(place, count):
    """Where point `place` of `count` stands, in per cent of the width. A single point stands in the middle."""
    return LEFT + ACROSS / 2 if count == 1 else LEFT + place * ACROSS / (count - 1)


def down(value, low, high):
    """Where a value stands, in pixels from the top of the drawing."""
    return BOTTOM - (float(value) - low) / (high - low) * (BOTTOM - TOP)


def step_between(low, high):
    """A round distance (1, 2 or 5 times a power of ten) that leaves at most five grid lines between two values."""
    rough = (high - low) / MOST_LINES
    power = 10 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def scale_of(trend):
    """The lowest and highest value of the axis, and the distance between grid lines.

    Round values that hold every point, the target and the band. Counts start at 0; per cents stay within 0 and 100.
    """
    edges = [trend["target"], trend["target_to"], trend["near"], *(point["value"] for point in trend["points"])]
    known = [float(edge) for edge in edges if edge is not None] or [0.0, 1.0]
    least, most = min(known), max(known)
    base = max(least - (most - least) * 0.2, 0.0) if trend["unit"] == "%" else min(least, 0.0)
    low, high = base, most if most > base else base + 1
    for _ in range(3):  # rounding outwards can call for a wider step, which rounds further; it settles at once or twice
        step = step_between(low, high)
        low, high = floor(base / step) * step, ceil((most + step * 0.5) / step) * step
    if trend["unit"] == "%" and most <= 100:
        high = min(high, 100)
    low = low if trend["low"] is None else float(trend["low"])
    high = high if trend["high"] is None else float(trend["high"])
    return low, high, step_between(low, high)


def segments(points, low, high, break_before=None):
    """Lines between neighbours that both have a value: x1, y1, x2, y2. No line crosses a gap or a new definition."""
    count = len(points)
    lines = []
    for place, (one, two) in enumerate(pairwise(points)):
        if one["value"] is None or two["value"] is None or place + 1 == break_before:
            continue
        lines.append(
            {
                "x1": percent(across(place, count)),
                "y1": pixels(down(one["value"], low, high)),
                "x2": percent(across(place + 1, count)),
                "y2": pixels(down(two["value"], low, high)),
            }
        )
    return lines


def zones(trend, low, high):
    """The side where the target is met, and the hatched bands of "approaching target", as y and height in pixels."""
    target, other, near, direction = trend["target"], trend["target_to"], trend["near"], trend["direction"]
    if target is None:
        return [], []
    top, bottom = high, low
    if direction == "RANGE" and other is not None:
        lower, upper = sorted((float(target), float(other)))
        margin = min(abs(edge - float(near)) for edge in (lower, upper)) if near is not None else 0
        met, approaching = (upper, lower), [(upper + margin, upper), (lower, lower - margin)] if margin else []
    elif direction == "DOWN":
        met, approaching = (target, bottom), [(near, target)] if near is not None else []
    else:
        met, approaching = (top, target), [(target, near)] if near is not None else []
    return strips([met], low, high), strips(approaching, low, high)


def strips(pairs, low, high):
    """Bands between two values, cut to the drawing, as y and height in pixels; those of no height are left out."""
    drawn = []
    for upper, lower in pairs:
        y = down(min(float(upper), high), low, high)
        height = down(max(float(lower), low), low, high) - y
        if height > 0:
            drawn.append({"y": pixels(y), "height": pixels(height)})
    return drawn


def trend_geometry(trend):
    """Everything `components/charts/trend.html` draws, in the order it is drawn. The last twelve points are shown."""
    trend = {**asdict(Trend(title="", description="")), **as_mapping(trend)}
    dropped = max(0, len(trend["points"]) - MOST_POINTS)
    trend["points"] = [{**asdict(Point("", "", None)), **as_mapping(point)} for point in trend["points"][dropped:]]
    split = None if trend["break_before"] is None else trend["break_before"] - dropped
    low, high, step = scale_of(trend)
    met, approaching = zones(trend, low, high)
    lines = [float(edge) for edge in (trend["target"], trend["target_to"]) if edge is not None]
    return {
        "title": trend["title"],
        "description": trend["description"],
        "height": HEIGHT,
        "axis": pixels(BOTTOM),
        "met": met,
        "approaching": approaching,
        "grid": grid(low, high, step, lines, trend["unit"]),
        "targets": [pixels(down(line, low, high)) for line in lines],
        "target_text": target_words(trend, low, high),
        "segments": segments(trend["points"], low, high, split),
        "markers": markers(trend["points"], low, high),
        "values": first_and_last(trend["points"], low, high),
        "labels": axis_words(trend["points"]),
        "split": split_line(split, len(trend["points"]), trend["break_text"]),
    }


def grid(low, high, step, targets, unit):
    """Grid lines with their words; a line too near a target keeps quiet, so that words never run into each other."""
    lines = []
    for index in range(round((high - low) / step) + 1):
        value = low + index * step
        if value > high + step / 1000:
            break
        y = down(value, low, high)
        clear = all(abs(y - down(target, low, high)) >= 24 for target in targets) and y > TOP + 20
        lines.append(
            {
                "y": pixels(y),
                "words_y": pixels(y - 6),
                "words": f"{plain(value)}{unit}" if clear else "",
                "base": index == 0,
            }
        )
    return lines


def target_words(trend, low, high):
    """The words of the target, inside the drawing, on the side that the values leave free."""
    if trend["target"] is None or not trend["target_text"]:
        return None
    upper = max(float(edge) for edge in (trend["target"], trend["target_to"]) if edge is not None)
    y = down(upper, low, high)
    above, below = y - 10, y + 22
    sides = [below, above] if trend["direction"] == "DOWN" else [above, below]
    inside = [side for side in sides if TOP + 6 <= side <= BOTTOM] or [above]
    drawn = taken(trend["points"], low, high)
    free = [side for side in inside if all(abs(side - 6 - mark) > 18 for mark in drawn)]
    return {"y": pixels((free or inside)[0]), "words": trend["target_text"]}


def taken(points, low, high):
    """Where marks and the first value's words stand on the left, over which the words of the target may reach."""
    left = [point for place, point in enumerate(points) if across(place, len(points)) <= LEFT + ACROSS / 2]
    marks = [down(point["value"], low, high) for point in left if point["value"] is not None]
    return [*marks, marks[0] + (22 if marks[0] + 28 <= BOTTOM else -22)] if marks else []


def markers(points, low, high):
    """One mark a given value: where it stands and its rating's shape ("" for a figure that is not rated)."""
    return [
        {
            "x": percent(across(place, len(points))),
            "y": pixels(down(point["value"], low, high)),
            "tone": TAGS[str(point["rating"])].tone if point["rating"] else "",
        }
        for place, point in enumerate(points)
        if point["value"] is not None
    ]


def first_and_last(points, low, high):
    """The first and last given value in words, the only ones written into the drawing, beside the line."""
    given = [place for place, point in enumerate(points) if point["value"] is not None]
    words = []
    for place in dict.fromkeys(given[:1] + given[-1:]):
        y = down(points[place]["value"], low, high)
        last = place == given[-1]
        below_line = not last and y + 28 <= BOTTOM
        ends_chart = last and 0 < place == len(points) - 1
        words.append(
            {
                "x": "100%" if ends_chart else percent(across(place, len(points))),
                "y": pixels(y + 28 if below_line else max(y - 16, 16)),
                "anchor": "end" if ends_chart else "middle",
                "words": points[place]["text"],
            }
        )
    return words


def axis_words(points):
    """Words under the axis, in two lengths of which the page shows one."""
    return [
        {"x": percent(across(place, len(points))), "wide": point["wide"], "slim": point["slim"], "year": point["year"]}
        for place, point in enumerate(points)
    ]


def split_line(split, count, words):
    """The upright line where a new definition begins, half way between two points."""
    if split is None or not 0 < split < count:
        return None
    return {"x": percent((across(split - 1, count) + across(split, count)) / 2), "words": words or "New definition"}


def plain(value):
    """A number without needless decimals: 80, 2.5, 12,000."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")
