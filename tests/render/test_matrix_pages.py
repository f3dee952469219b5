"""Jacobians and Hessians as LaTeX, Markdown and JSON."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from gradviz.explanation.data import MatrixPicture
from gradviz.render.json_reports import matrix_document, render_matrix_json
from gradviz.render.matrix_latex import render_matrix_latex
from gradviz.render.matrix_markdown import render_matrix_markdown
from gradviz.render.options import Options

NAMES = ["linear", "symbolic", "rosenbrock", "scalar", "banded", "large", "large_symbolic", "relu", "empty"]
SCHEMA = json.loads(files("gradviz.render").joinpath("matrix.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["linear", "rosenbrock", "scalar", "large"])
def test_pages_are_what_they_were(reports, golden, name):
    report = reports.MATRICES[name]()
    golden(f"matrix/{name}.tex", render_matrix_latex(report, Options()))
    golden(f"matrix/{name}.md", render_matrix_markdown(report, Options()))


@pytest.mark.parametrize("name", NAMES)
def test_latex_is_a_balanced_document_in_ascii(reports, name):
    text = render_matrix_latex(reports.MATRICES[name](), Options())
    assert text.isascii()
    bare = text.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    for kind in set(re.findall(r"\\begin\{(\w+\*?)\}", text)):
        assert text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}")
    assert text.count(r"\[") - text.count(r"\\[") == text.count(r"\]")


@pytest.mark.parametrize("name", NAMES)
def test_tables_of_markdown_have_the_columns_of_their_head(reports, name):
    text = render_matrix_markdown(reports.MATRICES[name](), Options())
    for row in text.splitlines():
        if row.startswith("|"):
            assert row.replace(r"\|", "").count("|") == 3, row


@pytest.mark.parametrize("name", NAMES)
def test_json_is_what_its_schema_says(reports, schema_check, name):
    document = json.loads(render_matrix_json(reports.MATRICES[name](), Options()), parse_constant=pytest.fail)
    schema_check(document, SCHEMA)


@pytest.mark.parametrize("name", ["linear", "rosenbrock"])
def test_json_is_what_it_was(reports, golden, name):
    golden(f"matrix/{name}.json", render_matrix_json(reports.MATRICES[name](), Options()))


def test_what_is_not_finite_is_null_and_said(reports):
    report = reports.rosenbrock()
    odd = replace(
        report,
        value=reports.array([math.nan, 1.0], [1.0, math.inf]),
        picture=MatrixPicture(report.picture.shares, ((math.nan, 1.0), (1.0, math.inf))),
        curvature=replace(report.curvature, condition=math.inf),
    )
    document = json.loads(render_matrix_json(odd, Options()), parse_constant=pytest.fail)
    assert document["value"] == [[None, 1.0], [1.0, None]]
    assert document["picture"]["values"] == [[None, 1.0], [1.0, None]]
    assert document["curvature"]["condition"] is None
    assert "the matrix holds NaN or infinity, written as null" in document["notes"]


def test_the_keys_are_those_of_the_stable_interface(reports):
    assert list(matrix_document(reports.linear())) == SCHEMA["required"]


def test_entries_too_long_for_a_row_are_equations_of_their_own(reports):
    report = reports.linear()
    long = reports.math("x", latex="x" * 300)
    text = render_matrix_latex(
        replace(report, entries=tuple(replace(entry, formula=long) for entry in report.entries)), Options()
    )
    assert r"\frac{\partial q_{0}}{\partial W_{0,1}} = " + "x" * 300 in text
