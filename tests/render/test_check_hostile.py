"""Someone else's text in every field of every record comes out inert in every format."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.explanation.data import Math
from gradviz.render.inert import formula, inert, is_formula, whole
from gradviz.render.options import Options
from gradviz.render.table import FORMATS

PAYLOADS = [
    "script", "image", "cdata", "style", "entity", "rtl", "escape", "lines", "surrogate", "tex", "braces", "markdown",
    "formula", "empty", "space", "long", "words", "wide",
]  # fmt: skip


def attacked(checks: ModuleType, hostile: ModuleType, name: str, payload: str) -> Any:
    text = hostile.PAYLOADS[payload]
    report = hostile.poisoned(checks.CHECKS[name](), text)
    short = text if len(text) < 200 else text[:200]
    return replace(report, picture=report.picture and hostile.poisoned_picture(report.picture, short))


def test_the_payloads_are_all_tried(hostile):
    assert set(PAYLOADS) == set(hostile.PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["several", "staged"])
def test_pages(checks, hostile, name, payload):
    page = FORMATS["html"].render(attacked(checks, hostile, name, payload), Options())
    hostile.read_page(page)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["several", "staged"])
def test_text(checks, hostile, name, payload):
    report = attacked(checks, hostile, name, payload)
    for ascii in (False, True):
        text = FORMATS["text"].render(report, Options(ascii=ascii))
        hostile.inert_text(text)
        assert text.isascii() or not ascii


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["several", "staged"])
def test_markdown_and_latex(checks, hostile, name, payload):
    report = attacked(checks, hostile, name, payload)
    hostile.inert_markdown(FORMATS["md"].render(report, Options()))
    hostile.inert_latex(FORMATS["tex"].render(report, Options()))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["several", "staged"])
def test_json_holds_the_text_itself(checks, hostile, name, payload):
    report = replace(attacked(checks, hostile, name, payload), picture=None)
    text = FORMATS["json"].render(report, Options())
    text.encode("utf-8")
    document = json.loads(text)
    wanted = whole(hostile.PAYLOADS[payload])
    assert document["source"] == wanted
    told = document["answers"] or document["lines"]
    assert (told[0].get("given") or told[0].get("text") or "") == wanted


ALLOWED = {"svg", "title", "desc", "g", "path", "rect", "circle", "line"}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["several", "staged"])
def test_pictures(checks, hostile, name, payload):
    svg = FORMATS["svg"].render(attacked(checks, hostile, name, payload), Options())
    svg.encode("utf-8")
    for element in ET.fromstring(svg).iter():
        assert element.tag.rpartition("}")[2] in ALLOWED
        assert not any(key.startswith("on") or "href" in key or key == "style" for key in element.attrib)


@pytest.mark.parametrize(("payload", "form"), [("cdata", "pdf"), ("surrogate", "pdf"), ("long", "png"), ("tex", "png")])
def test_pixels_and_print(checks, hostile, payload, form):
    start = {"png": b"\x89PNG", "pdf": b"%PDF"}[form]
    assert FORMATS[form].render(attacked(checks, hostile, "wrong", payload), Options()).startswith(start)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_a_text_of_any_signs_is_one_line_and_stays_so(text):
    shown = inert(text)
    assert shown == inert(shown)
    assert not set(shown) & set("\n\r\t\x1b\x00\u2028\u202e")
    shown.encode("utf-8")


@given(st.text(alphabet='\\{}$%#&_^~abc[]()<>|- \n"', max_size=40))
@settings(max_examples=500)
def test_what_is_no_formula_becomes_words(latex):
    made = formula(Math("a", "a", latex)).latex
    assert is_formula(made) or made == r"\text{a}"
    assert not set(made) & set("$%#~\n")


@pytest.mark.parametrize(
    "latex",
    [r"\input{x}", r"\write18{x}", "a $ b", "a % b", "{", "}", "\\", r"\begin{verbatim}", r"\begin{bmatrix} 1",
     r"\href{x}{y}", r"a \\ b \def\x{}", "^^41", r"\left( x", "a\nb", r"\(x\)", r"\]"],
)  # fmt: skip
def test_latex_that_is_more_than_a_formula(latex):
    assert not is_formula(latex)


@pytest.mark.parametrize(
    "latex",
    [r"\frac{1}{x}", r"\left\Vert W x\right\Vert^{2}", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
     r"x_{\mathrm{out}}", r"\operatorname{erf}(x)", r"\left.\frac{\partial f}{\partial x}\right|_{q}",
     r"2\,x^\top", r"\hat{x}\!", r"\{a\}"],
)  # fmt: skip
def test_formulas_of_ours(latex):
    assert is_formula(latex)
    assert formula(Math("f", "f", latex)).latex == latex


def test_a_program_keeps_its_lines(checks):
    report = replace(checks.CHECKS["right"](), source="q = x + y\nf = q*z")
    for form in ("md", "tex", "html"):
        text = FORMATS[form].render(report, Options())
        assert "q = x + y\nf" in text.replace("\\par", "").replace("{-}", "-")
