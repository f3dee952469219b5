"""The marks of judged answers in the graph: drawn without colour alone, measured, and never folded away."""

from __future__ import annotations

import re
from functools import cache

import pytest

import gradviz
from gradviz.explanation.data import ExplanationData
from gradviz.explanation.marking import marked
from gradviz.render.json_text import document_of
from gradviz.render.options import Options
from gradviz.render.svg.document import compose
from gradviz.render.svg.marks import LOOKS

MARKS = {"q": "wrong", "x": "follows", "z": "right"}


@cache
def explained(source: str, at: str) -> ExplanationData:
    return gradviz.explain(source, at=at).data


def circuit() -> ExplanationData:
    return marked(explained("f=(x+y)*z", "x=-2,y=5,z=-4"), MARKS)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["values", "gradients", "full", "table"])
def test_marked_captions_are_measured_and_lie_apart(detail, direction):
    drawing = compose(circuit(), Options(detail=detail, direction=direction))
    captions = [item for item in drawing.texts if item.role == "caption"]
    assert len(captions) >= len(MARKS)
    for place, first in enumerate(drawing.texts):
        for second in drawing.texts[place + 1 :]:
            assert not _overlap(first.extent, second.extent), (first, second)


def _overlap(first, second, slack=1.0):
    wide = min(first[2], second[2]) - max(first[0], second[0])
    tall = min(first[3], second[3]) - max(first[1], second[1])
    return wide > slack and tall > slack


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_three_marks_differ_without_colours(theme):
    shown = {}
    for mark in LOOKS:
        svg = compose(marked(explained("f=(x+y)*z", "x=-2,y=5,z=-4"), {"q": mark}), Options(theme=theme)).svg
        shown[mark] = re.sub(r"#[0-9a-f]{6}", "#", svg)
    assert len(set(shown.values())) == 3
    assert len({look.dash for look in LOOKS.values()}) == 3


def test_without_marks_the_picture_is_what_it_was():
    plain = explained("f=(x+y)*z", "x=-2,y=5,z=-4")
    assert marked(plain, {}) == plain
    assert "judged" not in compose(plain, Options()).svg


def test_a_wrong_step_is_never_folded_away():
    deep = "f = " + "sin(" * 80 + "x" + ")" * 80
    data = explained(deep, "x=1")
    folded = compose(data, Options(detail="gradients")).svg
    middle = data.nodes[len(data.nodes) // 2]
    assert f"{middle.label.unicode} = " not in folded
    shown = compose(marked(data, {middle.id: "wrong"}), Options(detail="gradients")).svg
    assert f"{middle.label.unicode} = " in shown
    assert "judged: wrong" in shown


def test_json_names_the_marks():
    nodes = document_of(circuit())["nodes"]
    assert {node["id"]: node["mark"] for node in nodes if "mark" in node} == MARKS
    plain = marked(circuit(), dict.fromkeys(MARKS, ""))
    assert not any("mark" in node for node in document_of(plain)["nodes"])
