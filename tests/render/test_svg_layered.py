"""The layout of large graphs: its passes, each against a plain reading of what it promises; and when it is used."""

from __future__ import annotations

import importlib.util
import random
import sys
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.render.options import Options
from gradviz.render.svg import compose, layout
from gradviz.render.svg.aligning import aligned
from gradviz.render.svg.document import _node_by_node
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.layered import arranged_in_layers
from gradviz.render.svg.ordering import crossings, ordered
from gradviz.render.svg.plan import Plan, plan
from gradviz.render.svg.ranking import ranked
from gradviz.render.svg.simple import GAP, arranged_simply
from gradviz.render.svg.theme import THEMES
from gradviz.render.svg.view import view


def loaded(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


overlap = loaded("render_overlap", Path(__file__).parent / "test_svg_overlap.py")

Columns = tuple[list[list[str]], dict[str, list[str]], dict[str, list[str]]]


@st.composite
def layered(draw: st.DrawFn) -> Columns:
    """Columns of stops with wires between neighbouring ones."""
    columns = [[f"{i}.{j}" for j in range(draw(st.integers(1, 6)))] for i in range(draw(st.integers(2, 5)))]
    before: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for first, second in pairwise(columns):
        for tail in first:
            for head in draw(st.lists(st.sampled_from(second), unique=True, max_size=3)):
                behind.setdefault(tail, []).append(head)
                before.setdefault(head, []).append(tail)
    return columns, before, behind


@pytest.fixture(name="made", params=range(4))
def a_plan(specimens, request) -> Plan:
    data = specimens.scribble(random.Random(request.param), steps=(30, 60))
    return plan(view(data, "gradients", Ink(THEMES["light"], 4)), Frame("LR"))


@given(layered())
def test_crossings_are_counted(columns: Columns) -> None:
    stops, _, behind = columns
    place = {key: i for column in stops for i, key in enumerate(column)}
    naive = 0
    for column in stops:
        wires = [(place[tail], place[head]) for tail in column for head in behind.get(tail, ())]
        naive += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(wires, 2))
    assert crossings(stops, behind) == naive


@given(layered())
def test_an_order_has_the_same_stops_and_no_more_crossings(columns: Columns) -> None:
    stops, before, behind = columns
    found = ordered(stops, before, behind)
    assert [sorted(column) for column in found] == [sorted(column) for column in stops]
    assert crossings(found, behind) <= crossings(stops, behind)


@given(layered(), st.integers(1, 30))
def test_neighbours_keep_their_room_and_order(columns: Columns, room: int) -> None:
    stops, before, behind = columns
    place = aligned(stops, before, behind, {}, lambda a, b: room + len(a) + len(b))
    for column in stops:
        for first, second in pairwise(column):
            assert place[second] - place[first] >= room + len(first) + len(second) - 1e-6


def test_a_straight_wire_stays_straight() -> None:
    stops = [["a"], ["b"], ["c"]]
    place = aligned(stops, {"b": ["a"], "c": ["b"]}, {"a": ["b"], "b": ["c"]}, {}, lambda a, b: 1.0)
    assert len({round(v, 6) for v in place.values()}) == 1


def test_ranks_lead_forward_and_are_no_longer_than_the_simple_ones(made: Plan) -> None:
    ranks = ranked(made)
    assert min(ranks.values()) == 0
    assert all(ranks[wire.stops[-1]] - ranks[wire.stops[0]] >= len(wire.stops) - 1 for wire in made.wires)
    length = sum(ranks[wire.stops[-1]] - ranks[wire.stops[0]] for wire in made.wires)
    simple = {key: rank for key, (rank, _) in arranged_simply(made)[1].items()}
    assert length <= sum(simple[wire.stops[-1]] - simple[wire.stops[0]] for wire in made.wires)


def test_wires_step_from_column_to_column_and_stops_do_not_touch(made: Plan) -> None:
    full, spots = arranged_in_layers(made)
    assert all(spots[b][0] - spots[a][0] == 1 for wire in full.wires for a, b in pairwise(wire.stops))
    columns: dict[int, list[tuple[float, float]]] = {}
    for key, (rank, v) in spots.items():
        stop = full.stop(key)
        columns.setdefault(rank, []).append((v - stop.before, v + stop.after))
    for extents in columns.values():
        for (_, bottom), (top, _) in pairwise(sorted(extents)):
            assert top - bottom >= GAP - 1e-6


def test_large_graphs_ask_no_engine(specimens, monkeypatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("an engine was asked")

    data = specimens.scribble(random.Random(3), steps=(40, 60))
    monkeypatch.setattr(layout, "LARGE", 60)
    monkeypatch.setattr(layout, "_drawn", asked)
    drawing = compose(data, Options())
    assert drawing.strands
    assert compose(data, Options()).svg == drawing.svg


def test_small_ones_do_where_there_is_room(specimens, monkeypatch) -> None:
    calls: list[int] = []
    original = layout._drawn
    monkeypatch.setattr(layout, "_drawn", lambda made, engine: calls.append(1) or original(made, engine))
    _node_by_node(specimens.case_a(), Options(detail="full"), Ink(THEMES["light"], 4))
    assert 1 <= len(calls) <= 4


@pytest.mark.parametrize("seed", range(3))
def test_nothing_overlaps_in_layers(specimens, monkeypatch, seed) -> None:
    monkeypatch.setattr(layout, "LARGE", 10)
    drawing = compose(specimens.scribble(random.Random(seed), steps=(14, 20)), Options(detail="gradients"))
    assert overlap.problems(drawing) == []
