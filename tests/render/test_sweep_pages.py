"""Forward and reverse sweeps in every format."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files

import pytest

from gradviz.errors import OptionProblem
from gradviz.render.json_reports import render_sweep_json
from gradviz.render.options import Options
from gradviz.render.svg.sweep import compose_sweep
from gradviz.render.sweep_text import render_sweep_text
from gradviz.render.table import FORMATS
from gradviz.render.text_lines import width_of

NAMES = ["jvp", "vjp", "symbolic"]
SCHEMA = json.loads(files("gradviz.render").joinpath("sweep.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["text", "tex", "md", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_was(reports, golden, name, form):
    suffix = FORMATS[form].suffixes[0]
    golden(f"sweep/{name}{suffix}", FORMATS[form].render(reports.SWEEPS[name](), Options()))


@pytest.mark.parametrize("name", NAMES)
def test_json_is_what_its_schema_says(reports, schema_check, name):
    document = json.loads(render_sweep_json(reports.SWEEPS[name](), Options()), parse_constant=pytest.fail)
    schema_check(document, SCHEMA)
    assert list(document) == SCHEMA["required"]


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_too_long(reports, name, width, ascii):
    text = render_sweep_text(reports.SWEEPS[name](), Options(width=width, ascii=ascii))
    assert text.isascii() or not ascii
    for row in text.splitlines():
        assert width_of(row) <= max(width, 54), row  # the table of costs is not cut


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_a_ledger_with_words(reports, name, theme):
    report = reports.SWEEPS[name]()
    drawing = compose_sweep(report, Options(theme=theme))
    root = ET.fromstring(drawing.svg)
    assert report.title.unicode in root.get("aria-label")
    assert "operations" in root.find("{http://www.w3.org/2000/svg}desc").text
    for item in drawing.texts:
        assert item.extent[2] <= drawing.width
        assert item.extent[3] <= drawing.height


def test_long_sweeps_show_their_ends(reports):
    report = reports.jvp()
    long = replace(report, steps=report.steps * 60)
    assert "… 220 steps more" in render_sweep_text(long, Options())
    assert "220 steps more" not in render_sweep_text(long, Options(detail="full"))
    assert compose_sweep(long, Options()).height < 4000


def test_a_format_that_cannot_show_a_kind_says_which_can(reports):
    with pytest.raises(OptionProblem, match="dot cannot show a forward or reverse sweep") as caught:
        FORMATS["dot"].render(reports.jvp(), Options())
    assert caught.value.hint == "these can: text, svg, png, pdf, json, tex, md"
    with pytest.raises(OptionProblem, match="dot cannot show a Jacobian or a Hessian"):
        FORMATS["dot"].render(reports.linear(), Options())


def test_an_unmeasured_cost_has_no_seconds(reports):
    assert json.loads(render_sweep_json(reports.jvp(), Options()))["cost"]["seconds"] is None
    assert json.loads(render_sweep_json(reports.vjp(), Options()))["cost"]["seconds"]["value"] == 1.2e-6
