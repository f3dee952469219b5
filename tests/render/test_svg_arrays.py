"""Pictures of arrays: values and gradients side by side, what is written with them, and long matrix formulas."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

import gradviz
from gradviz.explanation.data import Definition, ExplanationData, Value
from gradviz.explanation.data import Math as Formula
from gradviz.explanation.values import to_value
from gradviz.render.options import Options
from gradviz.render.svg import compose
from gradviz.render.svg.arrays import array, described, is_picture, kind, scale_of
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.scales import Scale
from gradviz.render.svg.theme import THEMES

INK = Ink(THEMES["light"])


def told(text: str, at: dict[str, object]) -> ExplanationData:
    return gradviz.explain(text, at=at, formulas=False).data


def waves(*shape: int) -> list[object]:
    """Numbers of both signs in some shape."""
    count = math.prod(shape)
    nested: list[object] = [math.sin(3.0 * i + 1) for i in range(count)]
    for size in reversed(shape[1:]):
        nested = [nested[i : i + size] for i in range(0, len(nested), size)]
    return nested


def places(data: ExplanationData, role: str, **options: str) -> dict[str, tuple[float, ...]]:
    """Where each node's text of a role begins, by the node's name."""
    drawing = compose(data, Options(**options))  # type: ignore[arg-type]
    names = {f"n{i}": node.name for i, node in enumerate(data.nodes)}
    return {names[item.owner]: item.extent for item in drawing.texts if item.role == role and item.owner in names}


@pytest.mark.parametrize("shape", [(5,), (40,), (300,), (6, 4), (20, 30)])
@pytest.mark.parametrize("detail", ["full", "table", "gradients"])
def test_the_picture_of_a_gradient_lies_under_that_of_its_value(shape, detail):
    data = told("r = x + c; f = sum(tanh(r)^2)", {"x": waves(*shape), "c": 1.5})
    values, gradients = (places(data, role, detail=detail) for role in ("value", "gradient"))
    for node in data.nodes:
        if is_picture(node.value):
            assert gradients[node.name][0] == values[node.name][0]
            assert gradients[node.name][1] > values[node.name][3]


def test_downwards_the_two_pictures_lie_on_both_sides_of_the_wire():
    data = told("r = x + c; f = sum(tanh(r)^2)", {"x": waves(6, 4), "c": 1.5})
    values, gradients = (places(data, role, detail="full", direction="TB") for role in ("value", "gradient"))
    assert values["r"][2] < gradients["r"][0] < values["r"][2] + 30
    assert values["r"][1] == pytest.approx(gradients["r"][1], abs=40)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([0.0, 1.0, -2.5, 0.0], "2×2 numbers from −2.5 to 1, 50% zeros"),
        ([3.0, 3.0, 3.0, 3.0], "2×2 numbers, all 3"),
        ([0.0, 0.0, 0.0, 0.0], "2×2 numbers, all 0"),
        ([math.nan, 1.0, 2.0, math.inf], "2×2 numbers from 1 to 2, 50% not finite"),
    ],
)
def test_an_array_is_described_in_words(entries, words):
    assert described(Value((2, 2), tuple(entries))) == words


@pytest.mark.parametrize("shape", [(6, 4), (300,), (64, 78)])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_thumbnail_has_its_shape_and_range_as_a_title(shape, theme):
    value = to_value(waves(*shape))
    drawn = array(value, "value", Ink(THEMES[theme]), scale_of([value]))
    assert f"<title>{described(value)}</title>" in drawn.svg
    svg = compose(told("f = sum(x^2)", {"x": waves(*shape)}), Options(theme=theme)).svg
    assert svg.count(f"<title>{described(value)}</title>") == 1


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that are written while a test draws."""
    written: list[str] = []
    plain = Ink.word
    monkeypatch.setattr(Ink, "word", lambda self, text, *rest: (written.append(text), plain(self, text, *rest))[1])
    return written


def test_the_least_and_the_largest_entry_are_written_below_the_cells(said):
    value = Value((5,), (-2.714, 0.0, 1.0, 0.5, 0.85))
    array(value, "value", INK, scale_of([value]))
    assert said == ["−2.7 … 1"]


def test_entries_that_are_not_finite_are_counted(said):
    array(Value((5,), (math.inf, 0.5, 0.25, math.nan, 0.1)), "gradient", INK, Scale(1.0))
    assert said == ["0.1 … 0.5", "2 not finite"]


@pytest.mark.parametrize(("largest", "power"), [(1.0, 0), (0.06, 0), (0.05, 1), (0.0004, 3), (1e-9, 9), (0.0, 0)])
def test_what_is_far_below_the_scale_is_brought_near(largest, power):
    near, found = Scale(1.0).brought_near([-largest, 0.0, math.nan])
    assert found == power
    assert largest == 0 or near.share(largest) > 0.1
    assert largest <= near.largest


def test_colours_that_are_stronger_than_the_scale_are_said_to_be(said):
    array(Value((5,), (0.001, 0.0, 0.0, 0.0, -0.0005)), "gradient", INK, Scale(1.0))
    assert said == ["−0.0005 … 0.001", "colours ×1000"]


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("shape", [(2, 2), (5,), (7, 3), (20, 20), (2, 2, 3), (1, 1), (1, 9), (0, 3), (16, 16)])
def test_every_kind_of_array_is_drawn_in_every_theme(shape, theme):
    entries = [[-1.0, 0.0, math.nan, math.inf, 2.0][i % 5] for i in range(math.prod(shape))]
    value = to_value(entries)
    value = replace(value, shape=shape)
    drawn = array(value, "gradient", Ink(THEMES[theme]), scale_of([value]))
    assert drawn.width > 0
    assert not re.search(r'="[^"]*(nan|inf)', drawn.svg)


PROGRAM = "W : 2x2 = [[0.1, 0.5], [-0.3, 0.8]]; x : 2 = [0.2, 0.4]; f = ||W@x||^2"


def formula(latex: str) -> Formula:
    return Formula(latex, latex, latex)


def with_matrix_form(full: Formula, named: Formula | None, by_index: str = "") -> ExplanationData:
    data = gradviz.explain(PROGRAM).data
    facts = replace(data.gradients["W"], formula=full, named=named, by_index=by_index)
    return replace(data, gradients={**data.gradients, "W": facts})


def typeset(data: ExplanationData, monkeypatch: pytest.MonkeyPatch) -> str:
    said: list[str] = []
    plain = Ink.math
    monkeypatch.setattr(Ink, "math", lambda self, latex, *rest: (said.append(latex), plain(self, latex, *rest))[1])
    compose(data, Options(detail="full"))
    return "\n".join(said)


def test_the_gradient_of_an_array_is_said_in_matrix_form(monkeypatch):
    said = typeset(with_matrix_form(formula(r"2\,(W\,x)\,x^{\top}"), None), monkeypatch)
    assert r"=2\,(W\,x)\,x^{\top}" in said


def test_entries_in_brackets_do_not_stand_on_a_wire(monkeypatch):
    said = typeset(with_matrix_form(formula("[[1234, 5], [6, 7]]"), None), monkeypatch)
    assert "1234" not in said


def test_a_gradient_that_has_no_matrix_form_is_said_by_the_names(monkeypatch):
    said = typeset(with_matrix_form(formula("1234"), None, "it is shown by index"), monkeypatch)
    assert "1234" not in said


LONG = "+".join(rf"W^{{\top}}\,(W\,x)\,x^{{\top}}\,W_{{{i}}}" for i in range(20))


def test_a_long_matrix_form_gives_way_to_the_one_by_names(monkeypatch):
    said = typeset(with_matrix_form(formula(LONG), formula(r"2\,r\,x^{\top}")), monkeypatch)
    assert r"=2\,r\,x^{\top}" in said
    assert r"\langle 1\rangle" not in said


def test_a_long_matrix_form_without_names_becomes_a_footnote(monkeypatch):
    said = typeset(with_matrix_form(formula(LONG), None), monkeypatch)
    assert r"=\langle 1\rangle" in said
    assert LONG in said.split("\n")
    drawing = compose(with_matrix_form(formula(LONG), None), Options(detail="full"))
    assert drawing.width < 1400


def test_names_that_no_node_bears_are_explained_below(monkeypatch):
    data = with_matrix_form(formula(LONG), formula(r"2\,r\,x^{\top}"))
    where = (Definition(formula("r"), formula(r"W\,x-1")), Definition(formula("q"), formula(r"W\,x")))
    facts = replace(data.gradients["W"], where=where)
    said = typeset(replace(data, gradients={**data.gradients, "W": facts}), monkeypatch)
    assert r"r=W\,x-1" in said
    assert r"q=W\,x" not in said.split("\n")


def test_kinds_by_size():
    assert [kind(to_value(waves(*shape))) for shape in [(3, 3), (3, 4), (17, 2), (16, 16)]] == [
        "typeset",
        "cells",
        "strip",
        "cells",
    ]


def test_a_table_carries_the_matrix_formulas_of_edges_and_of_gradients():
    data = gradviz.explain("f = ||W@x||^2", at="W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]").data
    bare = replace(
        data,
        edges=tuple(replace(edge, rule=None) for edge in data.edges),
        gradients={name: replace(facts, formula=None, named=None) for name, facts in data.gradients.items()},
    )

    def told_by(shown: ExplanationData, role: str) -> list[float]:
        texts = compose(shown, Options(detail="table")).texts
        return [text.extent[2] - text.extent[0] for text in texts if text.role == role]

    assert len(told_by(data, "legend")) == len(told_by(bare, "legend")) + 2
    assert all(a > b + 15 for a, b in zip(told_by(data, "contribution"), told_by(bare, "contribution"), strict=True))
