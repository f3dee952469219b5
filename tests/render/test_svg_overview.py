"""A graph that is too large to be drawn node by node: which parts it has; their numbers are the graph's own."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.explanation.data import ExplanationData
from gradviz.graph.graph import Graph, Term
from gradviz.render.options import Options
from gradviz.render.svg import compose
from gradviz.render.svg.bundling import bundled
from gradviz.render.svg.regions import BANDS, MOST, parts_of


def perceptron(*sizes: int) -> ExplanationData:
    """Every weight a number of its own."""
    source, g = random.Random(0), Graph()

    def number(name: str) -> Term:
        return g.input(name, value=round(source.uniform(-1, 1), 2))

    before = [number(f"x{i}") for i in range(sizes[0])]
    for layer, (_, many) in enumerate(pairwise(sizes)):
        after = []
        for neuron in range(many):
            total = number(f"b{layer}_{neuron}")
            for i, value in enumerate(before):
                total = total + number(f"w{layer}_{neuron}_{i}") * value
            after.append(g.tanh(total))
        before = after
    total = before[0]
    for value in before[1:]:
        total = total + value
    g.name(total, "f")
    return gradviz.explain(g, formulas=False).data


def scribbled(count: int, seed: int) -> ExplanationData:
    """Sums, products and sines at random; everything reaches the output."""
    source, g = random.Random(seed), Graph()
    terms = [g.input(f"x{i}", value=round(source.uniform(-1, 1), 2)) for i in range(8)]
    unread = list(range(8))
    for _ in range(count):
        a, b = source.choice(unread), source.randrange(len(terms))
        kind = source.randrange(3)
        made = (terms[a] + terms[b], terms[a] * terms[b], g.sin(terms[a]))[kind] if kind < 2 else g.sin(terms[a])
        unread = [i for i in unread if i != a and (i != b or kind == 2)] + [len(terms)]
        terms.append(made)
    total = terms[unread[0]]
    for i in unread[1:]:
        total = g.tanh(total + terms[i])
    g.name(total, "f")
    return gradviz.explain(g, formulas=False).data


def test_a_perceptron_of_numbers_has_a_box_for_each_layer() -> None:
    data = perceptron(6, 10, 8, 3)
    boxes = bundled(data).nodes
    assert [node.shape for node in boxes] == [(6,), (10,), (8,), ()]
    assert [node.glyph.latex for node in boxes[1:3]] == [r"10\,\times", r"8\,\times"]
    assert boxes[1].caption == "each: 6 mul, 6 add, tanh, 7 inputs"


def test_a_boxs_numbers_are_those_of_the_nodes_that_leave_it() -> None:
    data = perceptron(6, 10, 8, 3)
    layer = [node for node in data.nodes if node.op == "tanh"][:10]
    box = bundled(data).nodes[1]
    assert box.value is not None
    assert box.gradient is not None
    assert list(box.value.entries) == [node.value.number for node in layer if node.value]
    assert list(box.gradient.entries) == [node.gradient.number for node in layer if node.gradient]


def test_a_wire_carries_every_contribution_between_its_boxes() -> None:
    data = perceptron(6, 10, 8, 3)
    wires = bundled(data).edges
    assert [(wire.source, wire.target) for wire in wires] == [("b0", "b1"), ("b1", "b2"), ("b2", "b3")]
    assert [len(wire.contribution.entries) for wire in wires if wire.contribution] == [60, 80, 24]


@pytest.mark.parametrize("steps", [12, 100])
def test_equal_steps_in_a_row_are_one_box_between_the_first_and_the_last(steps: int) -> None:
    g = Graph()
    x = g.input("x", value=0.7)
    term: Term = x
    for _ in range(steps * MOST):
        term = g.sin(term * x) + term
    data = gradviz.explain(g, formulas=False).data
    kinds = Counter(part.kind for part in parts_of(data))
    assert kinds["row"] == 1
    row = next(part for part in parts_of(data) if part.kind == "row")
    assert row.count == steps * MOST - 2
    assert len(bundled(data).nodes) <= 6


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(5, 400))
def test_every_node_is_in_one_part_and_parts_follow_each_other(seed: int, count: int) -> None:
    data = scribbled(count, seed)
    parts = parts_of(data)
    assert sorted(node.id for part in parts for node in part.members) == sorted(node.id for node in data.nodes)
    assert len(parts) <= MOST + MOST // 3
    made = bundled(data)
    place = {node.id: i for i, node in enumerate(made.nodes)}
    assert len(place) == len(parts)
    assert all(place[wire.source] < place[wire.target] for wire in made.edges)
    assert made.nodes[place[made.output_id]].value == data.value


def test_where_nothing_repeats_there_are_bands() -> None:
    parts = parts_of(scribbled(3000, 1))
    assert 2 <= sum(part.kind == "band" for part in parts) <= BANDS


def test_without_values_there_are_boxes_all_the_same() -> None:
    g = Graph()
    term: Term = g.input("x")
    y = g.input("y")
    for _ in range(30):
        term = g.sin(term * y) + term
    made = bundled(gradviz.explain(g, formulas=False).data)
    assert all(node.value is None for node in made.nodes)


def test_large_graphs_are_drawn_as_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradviz.render.svg.document.DRAWN", 100)
    data = perceptron(6, 10, 8, 3)
    drawing = compose(data, Options())
    assert len([item for item in drawing.glyphs if item.role == "glyph"]) == 4
    assert compose(data, Options()).svg == drawing.svg
