"""Gradient checks in every format that shows them."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from gradviz import gradcheck
from gradviz.explanation.data import GradcheckReport, GradientArgument, GradientDirection, GradientEntry
from gradviz.render.options import Options
from gradviz.render.table import FORMATS, formats_for
from gradviz.render.text_lines import width_of

SCHEMA = json.loads(files("gradviz.render").joinpath("gradcheck.schema.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script> ``` \x1b[31m $x$ \u202e | \\input{x}"

REPORTS = {
    "right": gradcheck(lambda x: np.sum(x**2), lambda x: 2 * x, np.array([1.0, -2.0])).report,
    "shape": gradcheck(lambda A: np.sum(A**2), lambda A: 2 * A.T, np.ones((2, 3))).report,
    "fast": GradcheckReport(
        "loss_gradient",
        "wrong",
        "doubtful",
        "the gradient by W is off by a relative error of 0.003",
        3e-3,
        "central differences, extrapolated over a sweep of step sizes",
        "fast",
        (
            GradientArgument(
                "W", (500, 300), 40, 2, 3e-3, "wrong", (GradientEntry((499, 12), -1.25e-8, 1e7, 1.0, 3e-9),)
            ),
            GradientArgument("b", (), 1, 0, 0.0, "right"),
        ),
        (GradientDirection(0.25, 0.2508, 3e-3, 1e-9),),
        ("W: only column 12 is wrong",),
        ("the function changes W in place: work on a copy (it was given one here)",),
        2942,
    ),
    "hostile": GradcheckReport(
        function=HOSTILE,
        verdict="not decided",
        band="good",
        sentence=HOSTILE,
        error=0.0,
        method=HOSTILE,
        mode="full",
        arguments=(GradientArgument(HOSTILE, (2,), 0, 0, float("inf"), "wrong", (), HOSTILE),),
        causes=(HOSTILE,),
        notes=(HOSTILE,),
    ),
}


def test_the_formats_of_a_gradient_check() -> None:
    assert set(formats_for("gradcheck")) == {"text", "json", "md"}


@pytest.mark.parametrize("name", REPORTS)
def test_the_json_follows_its_schema(name, schema_check):
    schema_check(json.loads(FORMATS["json"].render(REPORTS[name], Options())), SCHEMA)


@pytest.mark.parametrize("name", ["right", "shape", "fast"])
def test_the_text_is_what_it_was(name, golden):
    golden(f"gradcheck/{name}.txt", FORMATS["text"].render(REPORTS[name], Options()))


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("name", ["right", "shape", "fast"])
def test_no_line_is_too_long(name, width, ascii):
    text = FORMATS["text"].render(REPORTS[name], Options(width=width, ascii=ascii))
    assert text.isascii() or not ascii
    limit = width if name != "fast" else max(width, 70)  # a row of numbers is never broken
    assert all(width_of(row) <= limit for row in text.splitlines())


def test_text_that_is_someone_elses_stays_inert():
    for form in ("text", "md"):
        shown = FORMATS[form].render(REPORTS["hostile"], Options())
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert shown.count("```") == 2
