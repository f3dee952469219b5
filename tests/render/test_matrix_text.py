"""Jacobians and Hessians in words and columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradviz.explanation.data import Entry, MatrixPicture
from gradviz.render.matrix_parts import bytes_text, nonzeros_text
from gradviz.render.matrix_text import render_matrix_text
from gradviz.render.options import Options
from gradviz.render.text_lines import width_of

NAMES = ["linear", "symbolic", "rosenbrock", "scalar", "banded", "large", "large_symbolic", "relu", "empty"]


def text(report, **options):
    return render_matrix_text(report, Options(**options))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_was(reports, golden, name):
    golden(f"matrix/{name}.txt", text(reports.MATRICES[name]()))


@pytest.mark.parametrize("name", ["linear", "rosenbrock", "large", "relu"])
def test_ascii_is_ascii(reports, golden, name):
    said = text(reports.MATRICES[name](), ascii=True)
    assert said.isascii()
    golden(f"matrix/{name}_ascii.txt", said)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_too_long(reports, name, width):
    for row in text(reports.MATRICES[name](), width=width).splitlines():
        assert width_of(row) <= width, row


def test_every_specimen_is_tested(reports):
    assert list(reports.MATRICES) == NAMES


def test_colour_adds_nothing_but_colour(reports):
    import re

    plain, coloured = text(reports.linear()), text(reports.linear(), color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_precision_counts_digits(reports):
    assert "0.4 " in text(reports.rosenbrock(), precision=1)
    assert "0.39936077" in text(reports.rosenbrock(), precision=8)


def test_entries_too_wide_for_a_table_are_listed_with_their_values(reports):
    report = reports.linear()
    long = reports.math("x[0]" * 12)
    entries = tuple(Entry(entry.index, long) for entry in report.entries)
    said = text(replace(report, entries=entries), width=60)
    assert "∂q[0]/∂W[0,1] =" in said
    assert "values   W[0,0]" in said
    narrow = text(replace(report, entries=entries), width=40)
    assert "values" not in narrow
    assert "= 0.4" in narrow


def test_zeros_of_the_structure_are_dots_and_zeros_of_the_point_are_zeros(reports):
    report = reports.linear()
    value = reports.array([0.0, 0.4, 0.0, 0.0], [0.0, 0.0, 0.0, 0.4])
    rows = text(replace(report, value=value)).split("values")[1].splitlines()
    assert rows[1].split() == ["q[0]", "0", "0.4", "·", "·"]
    assert rows[2].split() == ["q[1]", "·", "·", "0", "0.4"]


def test_the_picture_shows_where_entries_are(reports):
    picture = MatrixPicture(tuple(tuple(float(j == 0) for j in range(8)) for _ in range(40)))
    report = replace(reports.relu(), picture=picture, rows=40, columns=8, column_shapes=((8,),), row_shape=(40,))
    rows = [row.split("│")[1] for row in text(report).splitlines() if row.count("│") == 2]
    assert rows == ["⡇   "] * 10
    plain = [row.split("|")[1] for row in text(report, ascii=True).splitlines() if row.count("|") == 2]
    assert plain == [":   "] * 10


def test_the_names_of_many_inputs_stay_within_the_line(reports):
    names = tuple(f"a_rather_long_name_{i}" for i in range(12))
    report = replace(reports.tridiagonal(24), wrt=names, column_shapes=((2,),) * 12)
    for row in text(report).splitlines():
        assert width_of(row) <= 80, row


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (8, "8 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (8 * 409_600**2, "1.34 TB")],
)
def test_bytes(count, said):
    assert bytes_text(count) == said


def test_enormous_sizes_are_still_bytes():
    assert bytes_text(8 * 10**30).endswith(" EB")


def test_nothing_is_divided_by_nothing(reports):
    assert nonzeros_text(reports.empty()) == "there are no entries"
    assert "every entry is zero" in nonzeros_text(replace(reports.linear(), nonzeros=0))


def test_long_lists_of_entries_give_way_to_the_formula(reports):
    report = reports.rosenbrock()
    labels = tuple(reports.math(f"x[{i}]") for i in range(4))
    entries = tuple(Entry((i, j), reports.math("x[0] + " * 20 + "1")) for i in range(4) for j in range(4))
    large = replace(
        report,
        rows=4,
        columns=4,
        row_labels=labels,
        column_labels=labels,
        entries=entries,
        value=reports.array(*[[1.0] * 4] * 4),
        picture=MatrixPicture(((1.0,) * 4,) * 4),
    )
    assert "entries" not in [row.split(" ")[0] for row in text(replace(large, formula=entries[0].formula)).splitlines()]
    assert "\nentries\n" in text(large)


def test_in_ascii_a_dot_is_no_sign_of_a_product(reports):
    rows = text(reports.linear(), ascii=True).split("values")[1].splitlines()
    assert rows[1].split() == ["q[0]", "0.2", "0.4", ".", "."]
