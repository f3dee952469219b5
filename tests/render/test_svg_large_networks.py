"""Large networks: drawn closed; open, as an overview with how to close them; without groups, as an overview."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import gradviz
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from gradviz.render.options import Options
from gradviz.render.svg import compose

LAYERS, DEEP = 12, 105


def loaded(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


overlap = loaded("render_overlap", Path(__file__).parent / "test_svg_overlap.py")


def residual(site: GraphSite, h, W, count: int):
    for _ in range(count):
        h = site.tanh(h @ W) * 0.5 + h
    return h


@cache
def network(*, parents: bool = True) -> Graph:
    """Twelve blocks of 420 operations each, no two of them alike, in one group."""
    site = GraphSite(Graph())
    numbers = np.random.default_rng(0)
    h = site.graph.input("x", value=numbers.normal(size=4))
    if not parents:
        h = residual(site, h, site.graph.input("W", value=numbers.normal(size=(4, 4)) / 2), LAYERS * DEEP)
    else:
        with site.group("net", "mlp"):
            for i in range(LAYERS):
                with site.group(f"h{i + 1}", "block", f"{DEEP + i} times"):
                    h = residual(site, h, site.parameter("W", (4, 4)), DEEP + i)
    site.graph.name(site.apply("sum", h**2), "f")
    for name, leaf in site.graph.leaves.items():
        site.graph.values[name] = numbers.normal(size=leaf.shape) / 4
    return site.graph


@cache
def explained(depth=None, *, parents: bool = True):
    return gradviz.explain(network(parents=parents), depth=depth, formulas=depth is None).data


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_twelve_layers_of_five_thousand_nodes_are_drawn_as_twelve_boxes(direction):
    assert len(network()) > 5000
    data = explained()
    drawing = compose(data, Options(direction=direction))
    boxes = [node for node in data.nodes if node.glyph.kind == "box" and node.group == "net"]
    assert [node.caption.split(" · ")[0] for node in boxes] == [f"h{i + 1}" for i in range(LAYERS)]
    assert len([item for item in drawing.glyphs if item.role == "glyph"]) == len(data.nodes)
    assert {panel.owner for panel in drawing.panels} == {"net"}
    assert overlap.problems(drawing) == []
    assert overlap.wires_together(drawing) == []


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_they_are_one_box_at_depth_0(theme):
    data = explained(0)
    drawing = compose(data, Options(theme=theme))
    assert [node.op for node in data.nodes if node.glyph.kind == "box"].count("mlp") == 1
    assert overlap.problems(drawing) == []


def test_open_they_are_an_overview_with_how_to_close_them(monkeypatch):
    said = paragraphs(monkeypatch)
    drawing = compose(explained(2), Options())
    assert 10 <= len([item for item in drawing.glyphs if item.role == "glyph"]) <= 60
    assert any("boxes; the formats text, md, json and dot have them one by one." in text for text in said)
    assert any("--depth 0" in text and "--depth 1" in text for text in said)


def test_crowded_ones_are_refused_with_how_to_close_them(monkeypatch):
    monkeypatch.setattr("gradviz.render.svg.document.CROWDED", 10)
    said = paragraphs(monkeypatch)
    assert not compose(explained(), Options()).glyphs
    assert any("are too many for a picture; the formats text, md, json and dot have them all." in text for text in said)
    assert any("--depth 0" in text for text in said)


def test_without_groups_repeated_layers_are_one_box(monkeypatch):
    said = paragraphs(monkeypatch)
    drawing = compose(explained(parents=False), Options())
    assert 4 <= len([item for item in drawing.glyphs if item.role == "glyph"]) <= 12
    assert not any("--depth" in text for text in said)
    assert overlap.problems(drawing) == []


def paragraphs(monkeypatch) -> list[str]:
    """The texts that are set from now on: they are outlines in the picture."""
    from gradviz.render.svg.ink import Ink

    said, original = [], Ink.paragraph

    def listening(self, text, *rest):
        said.append(text)
        return original(self, text, *rest)

    monkeypatch.setattr(Ink, "paragraph", listening)
    return said
