"""Panels, boxes and heat maps: nothing overlaps, nothing foreign lies in a panel, every theme, both ways round."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import gradviz
from gradviz.errors import OptionProblem
from gradviz.explanation.data import ExplanationData
from gradviz.render.options import Options
from gradviz.render.svg import compose
from gradviz.render.svg.drawing import Drawing

HERE = Path(__file__).parent


def loaded(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


grouped = loaded("explanation_grouped", HERE.parent / "explanation" / "grouped.py")
overlap = loaded("render_overlap", HERE / "test_svg_overlap.py")


@cache
def explained(name: str, depth: int | str | None = None) -> ExplanationData:
    made = {**grouped.NETWORKS, **grouped.LAYERED}[name]()
    return gradviz.explain(made, depth=depth, seed=1).data


@cache
def scribbled(seed: int) -> ExplanationData:
    return gradviz.explain(grouped.scribbled(seed), formulas=False).data


def stray(drawing: Drawing, data: ExplanationData) -> list[str]:
    """Glyphs in panels that they do not belong to, and glyphs outside their own."""
    parents = {group.id: group.parent for group in data.groups}
    found = []
    for number, node in enumerate(data.nodes):
        glyph = next(item for item in drawing.glyphs if item.owner == f"n{number}" and item.role == "glyph")
        own, held = set(), node.group
        while held:
            own.add(held)
            held = parents[held]
        around = {panel.owner for panel in drawing.panels if overlap.meet(panel.extent, glyph.extent)}
        drawn = {panel.owner for panel in drawing.panels}
        if around != own & drawn:
            found.append(f"{node.name}: in {around}, not {own}")
    return found


def check_open(name: str, options: Options) -> None:
    data = explained(name)
    drawing = compose(data, options)
    assert overlap.problems(drawing) == []
    assert overlap.wires_together(drawing) == []
    assert stray(drawing, data) == []
    assert {panel.owner for panel in drawing.panels} == {group.id for group in data.groups if not group.collapsed}


def check_closed(name: str, depth: int | str, options: Options) -> None:
    drawing = compose(explained(name, depth), options)
    assert overlap.problems(drawing) == []
    assert overlap.wires_together(drawing) == []


@pytest.mark.parametrize("name", ["2-3-1", "two outputs", "residual", "nested"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_networks_are_drawn_without_overlap(name, direction):
    check_open(name, Options(direction=direction))


@pytest.mark.slow
@pytest.mark.parametrize("name", grouped.NETWORKS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["auto", "full", "table", "gradients"])
def test_networks_are_drawn_without_overlap_at_every_detail(name, direction, detail):
    check_open(name, Options(direction=direction, detail=detail))


@pytest.mark.parametrize("name", ["2-3-1", "vector", "two outputs", "shared input"])
def test_closed_networks_are_drawn_without_overlap(name):
    check_closed(name, 0, Options())


@pytest.mark.slow
@pytest.mark.parametrize("name", [*grouped.NETWORKS, *grouped.LAYERED])
@pytest.mark.parametrize("depth", [0, 1, "layers"])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_closed_networks_are_drawn_without_overlap_in_every_theme(name, depth, theme, direction):
    check_closed(name, depth, Options(theme=theme, direction=direction))


def test_steps_are_drawn_without_overlap():
    check_open("steps", Options())


@pytest.mark.slow
@pytest.mark.parametrize("name", grouped.LAYERED)
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["auto", "full", "table", "gradients"])
def test_layers_of_the_language_are_drawn_without_overlap_at_every_detail(name, direction, detail):
    drawing = compose(explained(name), Options(direction=direction, detail=detail))
    assert overlap.problems(drawing) == []
    assert stray(drawing, explained(name)) == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("seed", range(4))
def test_random_groups_are_drawn_without_overlap(seed, direction):
    data = scribbled(seed)
    drawing = compose(data, Options(direction=direction, detail="table"))
    assert overlap.problems(drawing) == []
    assert stray(drawing, data) == []


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("detail", ["full", "gradients"])
@pytest.mark.parametrize("seed", range(4, 60))
def test_many_random_groups_are_drawn_without_overlap(seed, detail, direction):
    data = scribbled(seed)
    drawing = compose(data, Options(direction=direction, detail=detail))
    assert overlap.problems(drawing) == []
    assert stray(drawing, data) == []


@pytest.mark.parametrize("name", ["2-3-1", "three layers in one"])
def test_the_layers_view_says_norms(name):
    drawing = compose(explained(name, "layers"), Options(view="layers"))
    assert overlap.problems(drawing) == []
    assert not any(text.role == "product" for text in drawing.texts)


def test_layers_need_closed_groups():
    with pytest.raises(OptionProblem, match="the layers are open"):
        compose(explained("2-3-1"), Options(view="layers"))
    with pytest.raises(OptionProblem, match="no layers"):
        compose(gradviz.explain("x*y").data, Options(view="layers"))


def test_rows_are_cut_between_panels():
    data = explained("2-3-1")
    drawing = compose(data, Options())
    owners = [panel.owner for panel in drawing.panels]
    assert sorted(owners) == sorted(set(owners))  # none is cut in two


def test_the_local_jacobian_of_a_box_is_typeset():
    drawing = compose(explained("vector", 0), Options())
    tall = [text for text in drawing.texts if text.role == "local" and text.extent[3] - text.extent[1] > 30]
    assert tall


def test_same_input_same_bytes():
    assert compose(explained("residual"), Options()).svg == compose(explained("residual"), Options()).svg
