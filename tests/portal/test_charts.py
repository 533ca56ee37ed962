"""Where things stand in a chart: x in per cent of the width, y in pixels."""

import re

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template

from portal.templatetags.bars import Bar, Scale, bar_geometry, label_lines, scale_geometry, tally_parts
from portal.templatetags.trends import Point, Trend, across, down, scale_of, segments, step_between, trend_geometry

QUARTERS = ["Jul–Sep", "Oct–Dec", "Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar", "Apr–Jun"]


def points(*values, rating=None):
    return [
        Point(wide=quarter, slim=quarter[:3], value=value, text=f"{value}%", rating=rating)
        for quarter, value in zip(QUARTERS, values, strict=False)
    ]


def trend(*values, **words):
    measure = {"target": 90, "near": 85, "unit": "%", "target_text": "Target: 90% or more"} | words
    return Trend(title="First contact", description="Rising.", points=points(*values), **measure)


def test_points_stand_evenly_from_14_to_95_per_cent():
    assert [across(place, 4) for place in range(4)] == [14, 41, 68, 95]


def test_single_point_stands_in_the_middle():
    assert across(0, 1) == 54.5


@pytest.mark.parametrize(("value", "pixels"), [(60, 244), (73, 172.5), (90, 79), (100, 24)])
def test_values_stand_between_24_and_244_pixels(value, pixels):
    assert down(value, 60, 100) == pixels


def test_scale_holds_points_target_and_band_on_round_values():
    low, high, step = scale_of(vars(trend()) | {"points": [{"value": value} for value in (73, 79, 90.9)]})

    assert (low, high, step) == (60, 100, 10)


def test_scale_of_counts_starts_at_nothing():
    counts = vars(trend(target=10, near=15, unit="")) | {"points": [{"value": value} for value in (22, 8)]}

    assert scale_of(counts) == (0, 25, 5)


def test_scale_given_by_the_caller_is_kept():
    chart = trend_geometry(trend(73, 90.9, low=50, high=100))

    assert chart["grid"][0]["words"] == "50%"
    assert chart["segments"][0]["y1"] == "142.8"


def test_scale_of_one_value_has_a_height():
    low, high, _ = scale_of(vars(trend(target=None, near=None, unit="")) | {"points": [{"value": 0}]})

    assert low < high


@pytest.mark.parametrize(("low", "high", "step"), [(60, 100, 10), (0, 25, 5), (0, 1, 0.2), (0, 1_200_000, 500_000)])
def test_grid_steps_are_round(low, high, step):
    assert step_between(low, high) == step


def test_lines_join_neighbours():
    drawn = segments([{"value": 73}, {"value": 79}, {"value": 82}], 60, 100)

    assert drawn == [
        {"x1": "14.00%", "y1": "172.5", "x2": "54.50%", "y2": "139.5"},
        {"x1": "54.50%", "y1": "139.5", "x2": "95.00%", "y2": "123.0"},
    ]


def test_missing_quarter_has_no_line_and_no_mark():
    chart = trend_geometry(trend(80, None, 82, 84))

    assert [(line["x1"], line["x2"]) for line in chart["segments"]] == [("68.00%", "95.00%")]
    assert [marker["x"] for marker in chart["markers"]] == ["14.00%", "68.00%", "95.00%"]
    assert [label["wide"] for label in chart["labels"]] == QUARTERS[:4]


def test_new_definition_breaks_the_line():
    chart = trend_geometry(trend(80, 81, 82, 84, break_before=2, break_text="Counted anew"))

    assert [(line["x1"], line["x2"]) for line in chart["segments"]] == [("14.00%", "41.00%"), ("68.00%", "95.00%")]
    assert chart["split"] == {"x": "54.50%", "words": "Counted anew"}


def test_more_is_better_puts_the_zone_above_the_target():
    chart = trend_geometry(trend(73, 90.9, low=60, high=100))

    assert chart["met"] == [{"y": "24.0", "height": "55.0"}]
    assert chart["approaching"] == [{"y": "79.0", "height": "27.5"}]
    assert chart["targets"] == ["79.0"]
    assert chart["target_text"] == {"y": "69.0", "words": "Target: 90% or more"}


def test_fewer_is_better_puts_the_zone_below_the_target():
    chart = trend_geometry(trend(22, 8, target=10, near=15, unit="", direction="DOWN", low=0, high=25))

    assert chart["met"] == [{"y": "156.0", "height": "88.0"}]
    assert chart["approaching"] == [{"y": "112.0", "height": "44.0"}]
    assert chart["target_text"]["y"] == "178.0"


def test_range_puts_the_zone_between_two_targets():
    chart = trend_geometry(trend(18, 27, target=20, target_to=30, near=33, unit="", direction="RANGE", low=0, high=40))

    assert chart["targets"] == ["134.0", "79.0"]
    assert chart["met"] == [{"y": "79.0", "height": "55.0"}]
    assert chart["approaching"] == [{"y": "62.5", "height": "16.5"}, {"y": "134.0", "height": "16.5"}]


def test_measure_without_a_target_has_no_zone():
    chart = trend_geometry(trend(73, 90.9, target=None, near=None, target_text=""))

    assert (chart["met"], chart["approaching"], chart["targets"], chart["target_text"]) == ([], [], [], None)


def test_first_and_last_value_are_written_beside_the_line():
    chart = trend_geometry(trend(73, 79, 90.9, low=60, high=100))

    assert chart["values"] == [
        {"x": "14.00%", "y": "200.5", "anchor": "middle", "words": "73%"},
        {"x": "100%", "y": "58.0", "anchor": "end", "words": "90.9%"},
    ]


def test_words_of_the_grid_leave_room_for_the_target():
    chart = trend_geometry(trend(73, 90.9, low=60, high=100))

    assert [line["words"] for line in chart["grid"]] == ["60%", "70%", "80%", "", ""]


def test_last_twelve_quarters_are_drawn():
    many = Trend(title="t", description="d", points=[Point("Q", "Q", value) for value in range(15)])

    chart = trend_geometry(many)

    assert len(chart["markers"]) == 12
    assert chart["markers"][0]["x"] == "14.00%"


def test_marks_show_the_rating():
    rated = Trend(title="t", description="d", points=[*points(70, rating="INADEQUATE"), *points(90)], unit="%")

    assert [marker["tone"] for marker in trend_geometry(rated)["markers"]] == ["poor", ""]


def test_mappings_draw_what_dataclasses_draw():
    plain = {"title": "t", "points": [{"wide": "Q", "slim": "Q", "value": 3}]}

    assert trend_geometry(plain) == trend_geometry(Trend(title="t", description="", points=[Point("Q", "Q", 3)]))


def test_bars_take_their_share_of_the_whole():
    chart = bar_geometry([Bar("Police", 248, "248"), Bar("People themselves", 97, "97"), Bar("Other", 85, "85")])

    assert [row["width"] for row in chart["rows"]] == ["57.7%", "22.6%", "19.8%"]
    assert [row["text_y"] for row in chart["rows"]] == [16, 72, 128]
    assert [row["bar_y"] for row in chart["rows"]] == [25, 81, 137]
    assert chart["height"] == 160


def test_bars_of_several_answers_compare_with_everybody_who_answered():
    chart = bar_geometry([Bar("Phone", 60, "60"), Bar("Text", 80, "80")], whole=100)

    assert [row["width"] for row in chart["rows"]] == ["60.0%", "80.0%"]


def test_withheld_bar_says_nothing_of_its_size():
    small, large = (bar_geometry([Bar("A", 90, "90"), Bar("B", None, text)]) for text in ("fewer than 5", "withheld"))

    assert [row["width"] for row in small["rows"]] == ["100.0%", "12.0%"]
    assert small["rows"][1]["withheld"] is large["rows"][1]["withheld"] is True


def test_long_label_takes_more_lines_and_moves_what_follows():
    chart = bar_geometry([Bar("Through someone I already trust, such as a teacher", 1, "1"), Bar("Phone", 1, "1")])

    assert [line["y"] for line in chart["rows"][0]["lines"]] == [16, 38]
    assert (chart["rows"][0]["bar_y"], chart["rows"][1]["bar_y"]) == (47, 103)


def test_label_lines_fit_their_length():
    lines = label_lines("Through someone I already trust, such as a GP or teacher", 28, 0)

    assert [line["words"] for line in lines] == ["Through someone I already", "trust, such as a GP or", "teacher"]


def test_no_bars_need_no_room():
    assert bar_geometry([]) == {"rows": [], "height": 0}


def test_scale_draws_five_steps_in_order_and_writes_what_fits():
    chart = scale_geometry([Scale("The draft is clear", (30, 25, 0, 33, 12), 143, "9 do not know")])

    row = chart["rows"][0]
    assert [(part["step"], part["x"], part["width"], part["words"]) for part in row["parts"]] == [
        (1, "0.00%", "30.00%", "30%"),
        (2, "30.00%", "25.00%", "25%"),
        (4, "55.00%", "33.00%", "33%"),
        (5, "88.00%", "12.00%", "12%"),
    ]
    assert (row["bar_y"], row["words_y"], row["note_y"]) == (26, 47, 78)


def test_narrow_step_has_no_words():
    parts = scale_geometry([Scale("s", (11.9, 88.1, 0, 0, 0), 20)])["rows"][0]["parts"]

    assert [part["words"] for part in parts] == ["", "88%"]


def test_scale_of_too_few_is_not_drawn():
    row = scale_geometry([Scale("s", None, 3)])["rows"][0]

    assert (row["withheld"], row["parts"]) == (True, [])


def test_tally_parts_fill_the_bar():
    assert tally_parts([("good", 3), ("near", 0), ("poor", 1)]) == [
        {"tone": "good", "x": "0.00%", "width": "75.00%"},
        {"tone": "poor", "x": "75.00%", "width": "25.00%"},
    ]


def test_tally_of_nothing_is_empty():
    assert tally_parts([("good", 0)]) == []


SOURCE = """{% load charts %}{% trend_chart trend %}{% trend_chart trend %}
{% bar_chart bars "Where from" "Most from the police" %}
{% scale_chart scale "How far people agree" %}{% chart_key key %}"""


@pytest.fixture
def charts():
    words = {
        "trend": trend(73, 90.9),
        "bars": [Bar("<b>Police</b>", 2, "2")],
        "scale": [Scale("Clear", (20, 20, 20, 20, 20), 50)],
        "key": [("GOOD", "Good, 90% or more")],
    }
    return BeautifulSoup(Template(SOURCE).render(Context(words)), "html.parser")


def test_every_drawing_has_a_name_and_no_id_twice(charts):
    drawings = charts.select("svg[role=img]")
    ids = [element["id"] for element in charts.select("[id]")]

    assert len(drawings) == 4
    for drawing in drawings:
        assert all(drawing.find(id=part).text for part in drawing["aria-labelledby"].split())
    assert len(ids) == len(set(ids))


def test_patterns_are_found_by_what_they_fill(charts):
    used = set(re.findall(r"url\(#([^)]+)\)", str(charts)))

    assert used == {pattern["id"] for pattern in charts.select("pattern")}


def test_drawings_keep_their_words_in_size_and_their_colours_in_classes(charts):
    assert charts.select("[viewbox], [viewBox], [style], script") == []


def test_words_in_a_drawing_are_escaped(charts):
    assert charts.select("b") == []
