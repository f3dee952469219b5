"""Reports of training in every format, from a real run and from hand-made hostile parts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import gradviz
from gradviz.errors import OptionProblem
from gradviz.explanation.data import Math, Plot, PlotSheet, Remark, TrainingReport
from gradviz.render.options import Options
from gradviz.render.plots.frame import BETWEEN, head_of
from gradviz.render.table import FORMATS, formats_for
from gradviz.render.text_lines import capital, width_of
from gradviz.render.training_page import page
from gradviz.render.training_parts import sparkline
from gradviz.training.fit import fit
from gradviz.training.problem import problem_of
from gradviz.training.report import report_of
from gradviz.training.settings import Settings
from gradviz.training.stepping import explained_step

SCHEMAS = Path(gradviz.__file__).parent / "render"
XOR = """X : 4x2 = [[0, 0], [0, 1], [1, 0], [1, 1]]
y : 4x1 = [[0], [1], [1], [0]]
h = dense(X, 3, tanh)
p = dense(h, 1)
L = bce_with_logits(p, y)"""
LINE = "L = mean((w*x + b - y)^2); x = [1, 2, 3, 4]; y = [3, 5, 7, 9]; w = -1; b = 4"


@cache
def report(name: str) -> TrainingReport:
    if name == "xor":
        run = fit(problem_of(XOR), Settings("adam", rate=0.05, epochs=40, clip=1.0))
        return report_of(run, explained_step(run, 3))
    run = fit(problem_of(LINE), Settings("gd", rate=0.05, epochs=30))
    made = report_of(run, explained_step(run, 2))
    if name == "line":
        return made
    rows = (replace(made.rows[0], train=math.nan), replace(made.rows[1], train=math.inf), *made.rows[2:])
    remark = Remark("warning", "a|b $x$ <i> & 100 % of α\nnext")
    return replace(
        made, title="<b>$ & `x`", rows=rows, remarks=(remark,), settings=(("a|b", "c_d"),), plots=made.plots[:1]
    )


NAMES = ("line", "xor", "hostile")


def test_the_formats_for_runs_and_for_plots() -> None:
    assert set(formats_for("training")) == {"text", "svg", "png", "pdf", "json", "tex", "md"}
    assert set(formats_for("plots")) == {"text", "svg", "png", "pdf", "json", "tex", "md"}
    with pytest.raises(OptionProblem, match="the format dot cannot show a run of training"):
        FORMATS["dot"].render(report("line"), Options())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_pictures_begin_as_their_format_does(form: str, name: str) -> None:
    content = FORMATS[form].render(report(name), Options())
    start = {"svg": "<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form]
    assert content.startswith(start)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_too_wide(name: str, width: int) -> None:
    text = FORMATS["text"].render(report(name), Options(width=width))
    assert isinstance(text, str)
    wide = [line for line in text.splitlines() if width_of(line) > width]
    table = [line for line in wide if line.lstrip()[:1].isdigit() or "epoch" in line]
    assert wide == table, "only the table of losses may be wider than a narrow terminal"
    assert width < 80 or not wide


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["text", "tex"])
def test_ascii_is_ascii(form: str, name: str) -> None:
    text = FORMATS[form].render(report(name), Options(ascii=True))
    assert isinstance(text, str)
    assert text.isascii(), [sign for sign in text if not sign.isascii()]


@pytest.mark.parametrize("name", NAMES)
def test_json_is_what_the_schema_says(name: str, schema_check: Callable[[Any, dict[str, Any]], None]) -> None:
    text = FORMATS["json"].render(report(name), Options())
    schema = json.loads((SCHEMAS / "training.schema.json").read_text(encoding="utf-8"))
    document = json.loads(text)
    schema_check(document, schema)
    assert document["step"]["lines"][-1]["value"] is not None
    if name == "hostile":
        assert document["epochs"][0]["training"] is None
        assert any("NaN or infinity" in note for note in document["notes"])


@pytest.mark.parametrize("name", NAMES)
def test_plots_have_a_schema_too(name: str, schema_check: Callable[[Any, dict[str, Any]], None]) -> None:
    sheet = page(report(name), Options())
    schema = json.loads((SCHEMAS / "plots.schema.json").read_text(encoding="utf-8"))
    schema_check(json.loads(FORMATS["json"].render(sheet, Options())), schema)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_update_is_said_in_every_text(name: str) -> None:
    step = report(name).step
    assert step is not None
    for form, notation in (("text", "unicode"), ("md", "latex"), ("tex", "latex")):
        text = " ".join(str(FORMATS[form].render(report(name), Options(width=200))).split())
        for line in step.lines:
            formula = " ".join(getattr(line.formula, notation).split())
            assert formula.replace("[1, 0]", "[1,0]") in text.replace(", ", ", ") or formula in text or "[" in formula


def test_text_of_a_run(golden: Callable[[str, str], None]) -> None:
    golden("training/line.txt", str(FORMATS["text"].render(report("line"), Options())))
    golden("training/line_ascii.txt", str(FORMATS["text"].render(report("line"), Options(ascii=True))))


def test_markdown_of_a_run(golden: Callable[[str, str], None]) -> None:
    golden("training/line.md", str(FORMATS["md"].render(report("line"), Options())))


def test_markdown_escapes_what_it_does_not_mean() -> None:
    text = str(FORMATS["md"].render(report("hostile"), Options()))
    assert "<b>" not in text
    assert r"a\|b" in text


def test_a_sparkline_follows_the_values() -> None:
    assert sparkline([1.0, 10.0, 100.0], ascii=False) == "▁▅█"
    assert sparkline([3.0, 2.0, 1.0, math.nan], ascii=False) == "█▅▁"
    assert sparkline([1.0, 1.0, 1.0], ascii=False) == ""
    assert sparkline([1.0, 2.0, 3.0], ascii=True) == ""


def test_formulas_that_cannot_be_typeset_are_written() -> None:
    made = report("line")
    assert made.step is not None
    odd = Math("[1]", "[1]", r"\begin{bmatrix} 1 \end{bmatrix}")
    lines = (replace(made.step.lines[0], formula=odd), *made.step.lines[1:])
    shown = replace(made, step=replace(made.step, lines=lines))
    assert str(FORMATS["svg"].render(shown, Options())).rstrip().endswith("</svg>")


def test_a_heading_keeps_the_names_as_they_are() -> None:
    markdown, latex = (FORMATS[form].render(report("xor"), Options()) for form in ("md", "tex"))
    assert isinstance(markdown, str)
    assert isinstance(latex, str)
    assert re.search(r"^## Update 3 of 40, of h\.W", markdown, re.M)
    assert re.search(r"\\subsection\*\{Update 3 of 40, of h\.W", latex)
    assert capital("") == ""


def test_the_head_breaks_between_facts_only() -> None:
    facts = [f"fact {number}: η = 0.0{number}" for number in range(12)]
    head = head_of(PlotSheet("t", (), subtitle=BETWEEN.join(facts)), 5.6)
    rows = [text for text, _, _ in head.lines[1:]]
    assert len(rows) > 1
    assert [fact for row in rows for fact in row.split(BETWEEN)] == facts
    long = head_of(PlotSheet("t", (), subtitle=BETWEEN.join(["word " * 60, "last"])), 5.6)
    assert all(not text.startswith("·") for text, _, _ in long.lines)


def test_plots_in_words_are_safe_and_whole() -> None:
    sheet = PlotSheet(
        "a|b & $x$",
        (Plot("one", alt="The curve_of f"),),
        formulas=(Math("x^2", "x²", "x^{2}"),),
        below=(("the rule", Math("w", "w", r"w \leftarrow 1")),),
        remarks=("100 % of α",),
    )
    markdown, latex = (FORMATS[form].render(sheet, Options()) for form in ("md", "tex"))
    assert markdown == (
        "# a\\|b \\& \\$x\\$\n\n$$x^{2}$$\n\n- The curve\\_of f\n\n- the rule $w \\leftarrow 1$\n\n"
        "## Notes\n\n- 100 % of α\n"
    )
    assert isinstance(latex, str)
    assert latex.isascii()
    for part in (r"\item The curve\_of f", r"\item the rule $w \leftarrow 1$", "x^{2}"):
        assert part in latex
    table = replace(sheet, table=(("", "a"), ("first|row", "1")))
    assert "|  | a |\n| --- | --- |\n| first\\|row | 1 |" in str(FORMATS["md"].render(table, Options()))
    assert "The curve" not in str(FORMATS["tex"].render(table, Options()))
