"""No text on a text, a wire or a glyph; every label on the page: on random graphs, at every level, both ways round."""

from __future__ import annotations

import math
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Options
from gradviz.render.svg import compose
from gradviz.render.svg.drawing import Drawing, Rectangle
from gradviz.render.svg.paths import dense

SLACK = 1.5

LOOKS = [
    {"detail": "full"},
    {"detail": "full", "direction": "TB"},
    {"detail": "table"},
    {"detail": "gradients", "direction": "TB"},
    {"detail": "values"},
]


def meet(first: Rectangle, second: Rectangle) -> bool:
    return (
        min(first[2], second[2]) - max(first[0], second[0]) > SLACK
        and min(first[3], second[3]) - max(first[1], second[1]) > SLACK
    )


def inside(extent: Rectangle, x: float, y: float, margin: float) -> bool:
    return extent[0] + margin < x < extent[2] - margin and extent[1] + margin < y < extent[3] - margin


def problems(drawing: Drawing) -> list[str]:
    found = []
    for i, text in enumerate(drawing.texts):
        left, top, right, bottom = text.extent
        if left < 0 or top < 0 or right > drawing.width or bottom > drawing.height:
            found.append(f"off the page: {text}")
        found += [
            f"text on text: {text} {other}" for other in drawing.texts[i + 1 :] if meet(text.extent, other.extent)
        ]
        found += [f"text on glyph: {text} {glyph}" for glyph in drawing.glyphs if meet(text.extent, glyph.extent)]
    for i, glyph in enumerate(drawing.glyphs):
        found += [
            f"glyph on glyph: {glyph} {other}" for other in drawing.glyphs[i + 1 :] if meet(glyph.extent, other.extent)
        ]
    for strand in drawing.strands:
        points = dense(strand.points)
        for text in drawing.texts:
            if any(inside(text.extent, x, y, SLACK) for x, y in points):
                found.append(f"wire through text: {strand.owner} {strand.role} {text}")
        for glyph in drawing.glyphs:
            # Wires end on outlines, so a little of a line may lie under a glyph's edge.
            if glyph.role == "glyph" and any(inside(glyph.extent, x, y, 7.0) for x, y in points):
                found.append(f"wire through glyph: {strand.owner} {strand.role} {glyph}")
    return found


def wires_together(drawing: Drawing) -> list[str]:
    """Wires that run on top of each other for more than about 30 pixels."""
    found = []
    fine = [[(round(x / 2), round(y / 2)) for x, y in dense(strand.points, 2.0)] for strand in drawing.strands]
    for i, first in enumerate(drawing.strands):
        for j, second in enumerate(drawing.strands[:i]):
            if first.owner != second.owner:
                taken = set(fine[j])
                near = sum(any((x + a, y + b) in taken for a in (-1, 0, 1) for b in (-1, 0, 1)) for x, y in fine[i])
                if near > 15:
                    found.append(f"{first.owner} {first.role} along {second.owner} {second.role}")
    return found


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(look.values()))
@pytest.mark.parametrize("seed", range(8))
def test_random_graphs_are_drawn_without_overlap(specimens, seed, look):
    data = specimens.scribble(random.Random(seed))
    drawing = compose(data, Options(**look))
    assert problems(drawing) == []
    assert wires_together(drawing) == []


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(look.values()))
@pytest.mark.parametrize("seed", range(8, 120))
def test_many_random_graphs_are_drawn_without_overlap(specimens, seed, look):
    drawing = compose(specimens.scribble(random.Random(seed)), Options(**look))
    assert problems(drawing) == []
    assert wires_together(drawing) == []


@pytest.mark.slow
@given(seed=st.integers(1000, 10**9))
@settings(max_examples=30, deadline=None)
def test_large_random_graphs_are_drawn_without_overlap(specimens, seed):
    source = random.Random(seed)
    data = specimens.scribble(source, steps=(15, 60))
    assert problems(compose(data, Options())) == []


@pytest.mark.parametrize("name", ["a", "b", "folded", "c", "square", "stress", "symbolic", "partly"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["auto", "full", "table", "gradients", "values"])
def test_known_cases_are_drawn_without_overlap(specimens, name, direction, detail):
    drawing = compose(specimens.CASES[name](), Options(direction=direction, detail=detail))
    assert problems(drawing) == []
    assert wires_together(drawing) == []


PROGRAMS = {
    "norm": ("f = ||W@x||^2", {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}),
    "relu": ("f = max(0, x)", {"x": [-1.0, 2.0, 0.0, 3.0, -4.0, 0.5]}),
    "large": ("f = max(0, x)", {"x": [math.sin(i) for i in range(4096)]}),
    "network": (
        "h = tanh(W@x + b); L = sum((V@h - y)^2)",
        {
            "W": [[0.1, 0.5], [-0.3, 0.8], [1, 2]],
            "x": [0.2, 0.4],
            "b": [0.1, 0, -0.1],
            "V": [[1, 2, 3], [-1, 0.5, 0.2]],
            "y": [1, 0],
        },
    ),
    "fractions": (
        "f = (x1*x2 + x2*x3 + sin(x1*x2) + cos(x2*x3))/(1 + x1^2 + x2^2 + x3^2)",
        {"x1": 1, "x2": 2, "x3": -1},
    ),
    "kinks": ("f = relu(x) + abs(x)*y + max(y, y^2)", {"x": 0, "y": 1}),
    "symbols": ("f = sin(x)*exp(-y^2)/(1 + x^2)", {}),
    "folding": ("f = " + "sin(" * 80 + "x" + ")" * 80, {"x": 1}),
    "cells": ("f = sum(A^2)*c", {"A": [[float(i * j % 7 - 3) for i in range(6)] for j in range(5)], "c": 2}),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["full", "table"])
def test_programs_are_drawn_without_overlap(program, direction, detail):
    text, at = PROGRAMS[program]
    drawing = compose(gradviz.explain(text, at=at).data, Options(direction=direction, detail=detail))
    assert problems(drawing) == []


ARRAYS = {
    "quadratic": "W : 8x5; x : 5; f = ||W@x||^2",
    "layer": "X : 6x4; W : 4x3; b : 3; L = mean((X@W + b)^2)",
    "large layer": "X : 20x30; W : 30x12; b : 12; H = relu(X@W + b); f = sum(H^2)",
    "softmax": "Z : 4x5; T : 4x5; L = -sum(T*log_softmax(Z))",
    "slices": "x : 12; w : 3; y = w[0]*x[0:10] + w[1]*x[1:11] + w[2]*x[2:12]; f = sum(tanh(y)^2)",
    "shared": "x : 40; f = sum(x*tanh(x)) + mean(x)",
    "stack": "X : 2x3x4; W : 4x2; f = sum(tanh(X@W))",
    "faint": "x : 6; y : 6; f = sum(0.0001*x*y) + sum(x*1000)",
    "mixed": "A : 3x3; x : 3; c = x.T @ A @ x; f = c*sum(A) + trace(A)",
}


@cache
def explained(program: str) -> ExplanationData:
    return gradviz.explain(ARRAYS[program], seed=1).data


@pytest.mark.parametrize("program", ARRAYS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["full", "table", "gradients", "values"])
def test_arrays_are_drawn_without_overlap(program, direction, detail):
    drawing = compose(explained(program), Options(direction=direction, detail=detail))
    assert problems(drawing) == []
    assert wires_together(drawing) == []
