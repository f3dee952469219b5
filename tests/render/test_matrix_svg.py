"""The picture of a Jacobian or a Hessian."""

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.explanation.data import MatrixPicture
from gradviz.render.options import Options
from gradviz.render.svg.matrix import compose_matrix
from gradviz.render.svg.theme import THEMES
from gradviz.render.table import FORMATS

NAMES = ["linear", "symbolic", "rosenbrock", "scalar", "banded", "large", "large_symbolic", "relu", "empty"]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(report, **options):
    return compose_matrix(report, Options(**options))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_one_picture_with_words_for_those_who_cannot_see_it(reports, name, theme):
    report = reports.MATRICES[name]()
    drawing = drawn(report, theme=theme)
    root = ET.fromstring(drawing.svg)
    assert (float(root.get("width")), float(root.get("height"))) == (drawing.width, drawing.height)
    assert root.get("role") == "img"
    assert report.symbol.unicode in root.get("aria-label")
    assert report.found in root.find(f"{SVG}desc").text
    assert "nan" not in drawing.svg.lower().replace("nano", "")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_outside_or_over_another(reports, name):
    drawing = drawn(reports.MATRICES[name]())
    for item in drawing.texts:
        left, top, right, bottom = item.extent
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height
    for a, b in itertools.combinations(drawing.texts, 2):
        assert a.extent[3] <= b.extent[1] or b.extent[3] <= a.extent[1]


@pytest.mark.parametrize("name", ["linear", "banded", "relu"])
def test_pixels_and_pages_show_the_same_picture(reports, name):
    report = reports.MATRICES[name]()
    assert FORMATS["png"].render(report, Options())[:4] == b"\x89PNG"
    assert FORMATS["pdf"].render(report, Options()).startswith(b"%PDF")


def squares(svg: str, colour: str) -> int:
    """How many rectangles the paths of a colour hold."""
    return sum(path.count("M") for path in re.findall(rf'<path d="([^"]*)" fill="{colour}"/>', svg))


def test_a_spy_plot_has_a_mark_for_every_cell(reports):
    report = replace(reports.tridiagonal(24, at=False))
    svg = drawn(report).svg
    # Neighbours in a row are one rectangle: one for each row of the band.
    assert squares(svg, THEMES["light"]["local"]) >= 24


def test_a_heat_map_tells_signs_apart(reports):
    svg = drawn(reports.tridiagonal(24)).svg
    theme = THEMES["light"]
    assert f'fill="{theme.positive}"' in svg
    assert "zero at this point" not in svg
    assert svg.count("<line") >= 46  # a dash in every negative cell, and the borders between inputs


def test_values_that_are_no_numbers_are_crossed_out(reports):
    report = reports.tridiagonal(24)
    values = [list(row) for row in report.picture.values]
    values[0][0], values[5][5] = math.nan, math.inf
    odd = replace(report, picture=MatrixPicture(report.picture.shares, tuple(map(tuple, values))))
    assert drawn(odd).svg.count(THEMES["light"]["warn"]) == 4


def test_zeros_of_the_point_are_dots(reports):
    report = reports.tridiagonal(24)
    values = tuple(tuple(0.0 for _ in row) for row in report.picture.values)
    flat = replace(report, picture=MatrixPicture(report.picture.shares, values))
    assert squares(drawn(flat).svg, THEMES["light"]["soft"]) == 70


def test_in_print_cells_are_squares_by_area(reports):
    light, plain = drawn(reports.tridiagonal(24)).svg, drawn(reports.tridiagonal(24), theme="print").svg
    assert THEMES["light"].positive in light
    assert THEMES["light"].positive not in plain
    assert plain.count("<rect") > 70


def test_a_full_matrix_of_64_cells_stays_small(reports):
    cells = tuple(tuple(math.sin(i * j) for j in range(64)) for i in range(64))
    report = replace(reports.tridiagonal(1000), picture=MatrixPicture(((1.0,) * 64,) * 64, cells))
    assert len(drawn(report).svg) < 400_000


def test_small_matrices_are_typeset_and_long_formulas_are_not(reports):
    small = drawn(reports.rosenbrock())
    assert small.width < 700
    long = reports.math("x" * 400)
    entries = tuple(replace(entry, formula=long) for entry in reports.rosenbrock().entries)
    assert drawn(replace(reports.rosenbrock(), entries=entries)).width < 1400


@pytest.mark.parametrize(("rows", "columns"), [(1, 64), (64, 1), (2, 40), (1, 1)])
def test_odd_sizes(reports, rows, columns):
    picture = MatrixPicture(((1.0,) * columns,) * rows, ((-1.0,) * columns,) * rows)
    report = replace(
        reports.relu(), rows=rows, columns=columns, row_shape=(rows,), column_shapes=((columns,),), picture=picture
    )
    drawing = drawn(report)
    ET.fromstring(drawing.svg)
    assert drawing.height < 900


def test_names_are_escaped(reports):
    report = replace(reports.relu(), found='a <b> & "c"')
    root = ET.fromstring(drawn(report).svg)
    assert 'a <b> & "c"' in root.find(f"{SVG}desc").text


SHARES = st.sampled_from([0.0, 0.0, 0.01, 0.5, 1.0])
VALUES = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_the_picture_every_format_shows_it(reports, data):
    tall, wide = data.draw(st.integers(1, 64)), data.draw(st.integers(1, 64))
    row = st.lists(SHARES, min_size=wide, max_size=wide).map(tuple)
    shares = tuple(data.draw(row) for _ in range(min(tall, 3))) * -(-tall // 3)
    numbers = st.lists(VALUES, min_size=wide, max_size=wide).map(tuple)
    values = data.draw(st.none() | numbers.map(lambda line: (line,) * tall))
    cut = data.draw(st.integers(0, wide))
    report = replace(
        reports.relu(),
        rows=tall,
        columns=wide,
        wrt=("x", "a_longer_name"),
        row_shape=(tall,),
        column_shapes=((cut,), (wide - cut,)),
        picture=MatrixPicture(shares[:tall], values),
    )
    drawing = drawn(report)
    ET.fromstring(drawing.svg)
    assert all(item.extent[2] <= drawing.width for item in drawing.texts)
    for name in ("text", "md", "tex", "json"):
        assert FORMATS[name].render(report, Options(ascii=name == "text"))
