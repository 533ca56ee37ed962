"""Three drawn charts: a trend with its target band, bars, and a scale from agree to disagree. `{% load charts %}`.

The server writes the drawing, with no `viewBox`: positions across are per cent of the width, positions down are pixels,
so words keep their size on a phone. Geometry is worked out by pure functions (`trends`, `bars`); colours and patterns
are class names, since a strict content policy takes no inline styles. A chart never stands alone: its finding is the
figure's heading, its table stands below it, and every value is in both.

Inputs are plain mappings, or the dataclasses of `trends` and `bars` with the same names: nobody imports upwards.

Trend   title, description, points, target, target_to, target_text, near, direction, low, high, unit,
        break_before, break_text
Point   wide ("Jul–Sep"), slim ("Jul"), year ("2026" under the first quarter of a year, else ""),
        value (None: not given), text, rating
Bar     label, value (None: withheld), text
Scale   label, shares (five per cents, strongly agree to strongly disagree; None: withheld), n, note
"""

from uuid import uuid4

from django import template

from portal.templatetags.bars import bar_geometry, scale_geometry
from portal.templatetags.marks import TAGS
from portal.templatetags.trends import trend_geometry

register = template.Library()

AGREEMENT = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")


def unique():
    """An id that no other drawing of the page has."""
    return f"c{uuid4().hex[:8]}"


@register.inclusion_tag("components/charts/trend.html")
def trend_chart(figure):
    return {"chart": trend_geometry(figure), "id": unique()}


@register.inclusion_tag("components/charts/bars.html")
def bar_chart(rows, title, description="", whole=None):
    return {"chart": bar_geometry(rows, whole=whole), "title": title, "description": description, "id": unique()}


@register.inclusion_tag("components/charts/scale.html")
def scale_chart(rows, title, description="", steps=AGREEMENT):
    words = {"title": title, "description": description, "steps": steps}
    return {"chart": scale_geometry(rows), "id": unique(), **words}


@register.inclusion_tag("components/charts/key.html")
def chart_key(entries):
    """The key above a trend: (rating code, words) pairs, such as ("GOOD", "Good, 90% or more")."""
    return {"entries": [(TAGS[str(code)].tone, words) for code, words in entries]}
