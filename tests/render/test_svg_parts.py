"""The parts that the picture is made with: type, boxes, ports, tracks, rows, paths, cells."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.explanation.data import Value
from gradviz.render.numbers import number_latex
from gradviz.render.svg import typeset
from gradviz.render.svg.arrays import grid, kind, scale_of
from gradviz.render.svg.box import EMPTY, Box, beside, centred, stacked
from gradviz.render.svg.channels import Hop, tracks
from gradviz.render.svg.local import is_loose
from gradviz.render.svg.paths import RADIUS, Path, bend, crossing
from gradviz.render.svg.ports import ports
from gradviz.render.svg.rows import Column, Limits, rows
from gradviz.render.svg.scales import Scale
from gradviz.render.svg.shapes import safe, short
from gradviz.render.svg.theme import THEMES, mixed


def coordinates(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d*\.?\d+", path)]


@pytest.mark.parametrize("number", [0.0, 1.0, -4.0, 0.1966, -0.1966, 12.5, 1027.0, -33.25, 0.00123])
@pytest.mark.parametrize("parentheses", [False, True])
def test_a_number_put_together_is_the_number_typeset(number, parentheses):
    latex = number_latex(number, parentheses=parentheses)
    quick, whole = typeset.outline(latex), typeset.typeset_outline(latex)
    assert coordinates(quick.path) == pytest.approx(coordinates(whole.path), abs=0.02)
    assert quick.width == pytest.approx(whole.width)
    assert (quick.ascent, quick.descent) == pytest.approx((whole.ascent, whole.descent))


def test_a_formula_is_typeset_once_for_all_sizes_and_colours():
    typeset.typeset_outline.cache_clear()
    small, large = typeset.formula(r"\alpha^2", 10, "#000000"), typeset.formula(r"\alpha^2", 20, "#ff0000")
    assert typeset.typeset_outline.cache_info().misses == 1
    assert large.width == pytest.approx(2 * small.width)
    assert 'fill="#ff0000"' in large.svg


@pytest.mark.parametrize("latex", ["", " ", "}{", "a<b&c", r"\frac{", r"\undefined x", "x" * 5000, "\\"])
def test_any_latex_gives_a_box(latex):
    box = typeset.formula(latex, 14, "#000000")
    assert math.isfinite(box.width)


@given(st.text(max_size=30))
def test_any_words_give_a_line(text):
    box = typeset.words(text, 12, "#000000")
    assert box.height == (pytest.approx(12) if text.strip() else 0)


def test_words_break_into_lines():
    lines = typeset.lines("one two three " * 10 + "x" * 200, 12, "#000000", 150)
    assert len(lines) > 5
    assert max(line.width for line in lines) < 260


@given(st.text(max_size=20))
def test_escaped_text_has_no_markup(text):
    assert not set("<>\"'") & set(safe(text))


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (-0.0, "0"), (-0.001, "0"), (1.005, "1"), (12.346, "12.35")])
def test_coordinates_are_short(value, text):
    assert short(value) == text


def test_boxes_beside_share_a_baseline_and_stacked_ones_do_not():
    low, high = Box(10, 5, 2, "<a/>"), Box(20, 9, 1, "<b/>")
    row, column = beside([low, EMPTY, high], 4), stacked([low, EMPTY, high], 3)
    assert (row.width, row.ascent, row.descent) == (34, 9, 2)
    assert (column.width, column.height) == (20, 7 + 10 + 3)
    assert centred(low).height == low.height
    assert not beside([EMPTY], 4)


@given(st.lists(st.floats(-200, 200), min_size=1, max_size=8))
def test_ports_keep_order_and_distance(places):
    places = sorted(places)
    found = ports(places, 14.0, -15.0 - 14 * len(places), 12.0 + 14 * len(places))
    assert all(b - a >= 8.99 for a, b in pairwise(found))
    nearest = min(range(len(places)), key=lambda i: abs(places[i]))
    if abs(places[nearest]) < 11:
        assert found[nearest] == pytest.approx(places[nearest])


def test_nested_wires_from_one_disc_do_not_cross():
    hops = [Hop(0, 90, 0), Hop(1, 100, 50), Hop(2, 110, 200)]
    found, count = tracks(hops)
    assert found[0] < found[1]
    assert count == 2


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8))
def test_wires_on_one_track_keep_apart(ends):
    hops = [Hop(i, float(a), float(b)) for i, (a, b) in enumerate(ends)]
    found, count = tracks(hops)
    assert set(found) == {hop.wire for hop in hops if not hop.straight}
    for first in hops:
        for second in hops[: first.wire]:
            if first.wire in found and found[first.wire] == found.get(second.wire):
                assert first.low >= second.high + 9 or second.low >= first.high + 9
    assert all(0 <= track < count for track in found.values())


def columns(widths: list[float], crossing: list[int], gates: list[int] | None = None) -> list[Column]:
    gates = gates or [1] * len(widths)
    return [
        Column(*sizes[:1], 40, *sizes[1:]) for sizes in zip(widths, crossing, [1] * len(widths), gates, strict=True)
    ]


def limits(row: float, wide: float, most: int = 6) -> Limits:
    return Limits(row, row, wide, most)


def test_what_fits_is_one_row():
    assert rows(columns([100] * 5, [1] * 5), limits(800, 800)) == [[0, 1, 2, 3, 4]]


def test_rows_are_balanced_and_hold_two_nodes():
    found = rows(columns([250] * 7, [1] * 7), limits(1200, 1200))
    assert [len(row) for row in found] in ([4, 3], [3, 4])
    assert all(len(row) > 1 for row in rows(columns([900] * 6, [1] * 6), limits(1000, 1000)))


def test_cuts_cross_one_wire_where_they_can():
    crossing = [2, 2, 1, 2, 2, 2]
    assert rows(columns([200] * 6, crossing), limits(800, 800)) == [[0, 1, 2], [3, 4, 5]]
    assert rows(columns([200] * 6, [3] * 6), limits(800, 800, 2)) == [[0, 1, 2, 3, 4, 5]]
    assert len(rows(columns([200] * 6, [3] * 6), limits(800, 800, 3))) == 2


def test_a_wider_row_is_calmer_than_several_wires_that_return():
    assert rows(columns([200] * 6, [3] * 6), limits(800, 1500)) == [[0, 1, 2, 3, 4, 5]]


def test_a_cut_makes_as_few_wires_return_as_it_can():
    found = rows(columns([300] * 8, [2, 5, 6, 4, 5, 4, 2, 0]), limits(1000, 2100))
    assert found == [[0, 1, 2, 3, 4, 5], [6, 7]] or [len(row) for row in found] == [4, 4]


def test_no_row_holds_only_inputs():
    found = rows(columns([400] * 6, [1] * 6, [0, 0, 1, 1, 1, 1]), limits(900, 900))
    assert found[0] != [0, 1]
    assert len(found) > 1


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_a_bend_joins_its_ends(start, end):
    points = bend(50.0, start, end)
    assert points[0][1] == pytest.approx(start)
    assert points[-1][1] == pytest.approx(end)
    assert all(50 - RADIUS - 1e-6 <= u <= 50 + RADIUS + 1e-6 for u, _ in points)


def test_the_companion_runs_below_and_on_the_way_back_still_below():
    path = Path(((0, 0), (50, 0), (100, 0)))
    assert path.beside(5) == ((0, 5), (50, 5), (100, 5))
    back = Path(((0, 0), (50, 0), (50, 40), (0, 40), (0, 80), (50, 80)), ((2, 4),))
    assert back.beside(5)[2:4] == ((55, 45), (5, 45))


def test_crossings_are_found():
    assert crossing([(0, 0), (10, 10)], [(0, 10), (10, 0)]) == pytest.approx((5, 5))
    assert crossing([(0, 0), (10, 0)], [(0, 5), (10, 5)]) is None


@pytest.mark.parametrize(
    ("shape", "drawn", "cells"),
    [
        ((), "number", None),
        ((3,), "typeset", (3, 1)),
        ((3, 3), "typeset", (3, 3)),
        ((4,), "typeset", (4, 1)),
        ((4, 2), "typeset", (4, 2)),
        ((3, 4), "cells", (3, 4)),
        ((4, 4), "cells", (4, 4)),
        ((5,), "cells", (1, 5)),
        ((2, 2, 3), "cells", (4, 3)),
        ((16, 16), "cells", (16, 16)),
        ((17,), "strip", (1, 17)),
        ((0, 3), "empty", (0, 3)),
    ],
)
def test_arrays_are_drawn_by_size(shape, drawn, cells):
    value = Value(shape, (1.0,) * math.prod(shape))
    assert kind(value) == drawn
    assert cells is None or grid(value) == cells


def test_small_values_still_show_under_a_common_scale():
    scale = Scale(100.0)
    assert scale.share(0.0) == 0.0
    assert scale.share(0.01) > 0.1
    assert scale.share(-100.0) == 1.0
    shades = [scale.share(v) for v in (0.1, 1.0, 10.0, 100.0)]
    assert shades == sorted(shades)


def test_the_scale_is_of_what_is_drawn_in_cells():
    assert scale_of([Value((), (1e9,)), Value((2,), (5.0, 5.0)), None]) is None
    assert scale_of([Value((5,), (0.0, -0.123, 0.05, 0.0, float("nan")))]) == Scale(pytest.approx(0.13))


@pytest.mark.parametrize("latex", [r"p \left(g - \sum_{\text{axis }-1}(g\, p)\right)", r"\left|\prod_{i}^{n} x\right|"])
def test_brackets_around_sums_are_no_taller_than_need_be(latex):
    made = typeset.outline(latex)
    assert made is not None
    assert made.ascent + made.descent < 60


@pytest.mark.parametrize(
    ("text", "loose"),
    [("-x", True), ("1 - q**2", True), ("x*y", False), ("exp(-x)", False), ("x*-1", False), ("1e-05", False)],
)
def test_factors_that_are_sums_get_brackets(text, loose):
    assert is_loose(text) == loose


def contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "least"), [("light", 4.8), ("dark", 5.7), ("print", 6.8)])
def test_text_has_contrast(theme, least):
    colours = THEMES[theme]
    for role in ("ink", "soft", "value", "gradient", "local", "warn"):
        assert contrast(colours[role], colours["ground"]) >= least


def test_mixed_colours_are_between():
    assert mixed("#ffffff", "#000000", 0.0) == "#ffffff"
    assert mixed("#ffffff", "#000000", 1.0) == "#000000"
