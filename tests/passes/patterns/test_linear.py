from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.passes.patterns.linear import grouped, layers, merged, stacks, widths
from gradviz.syntax.parser import parse

Shapes = Mapping[str, tuple[int, ...]]
COLUMNS = {"W1": (3, 2), "b1": (3,), "W2": (1, 3), "b2": (1,), "x": (2,)}
ROWS = {"X": (4, 2), "W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}


@pytest.mark.parametrize(
    ("text", "shapes", "sizes"),
    [
        ("W2@(W1@x)", COLUMNS, [2, 3, 1]),
        ("W2@(W1@x + b1) + b2", COLUMNS, [2, 3, 1]),
        ("h = W1@x + b1; y = W2@h", COLUMNS, [2, 3, 1]),
        ("(X@W1 + b1)@W2 + b2", ROWS, [2, 3, 1]),
        ("(X@W1)@W2", ROWS, [2, 3, 1]),
        ("W3@(W2@(W1@x))", {**COLUMNS, "W3": (5, 1)}, [2, 3, 1, 5]),
        ("X@W1.T@W2.T", {"X": (4, 2), "W1": (3, 2), "W2": (1, 3)}, [2, 3, 1]),
    ],
)
def test_linear_maps_in_a_row_are_one(text: str, shapes: Shapes, sizes: list[int]) -> None:
    used = {name: shape for name, shape in shapes.items() if name in text}
    program = build(parse(text, known=tuple(used)), shapes=used)
    (stack,) = stacks(program.graph, program.output)
    assert list(widths(program.graph, stack)) == sizes
    graph, output = merged(program.graph, program.output)
    graph.verify()
    assert stacks(graph, output) == ()
    rng = np.random.default_rng(1)
    point = {name: rng.normal(size=shape) for name, shape in used.items()}
    (before,) = evaluate(program.graph, point, [program.output])
    (after,) = evaluate(graph, point, [output])
    np.testing.assert_allclose(after, before, rtol=1e-12)


@pytest.mark.parametrize("text", ["W2@tanh(W1@x)", "W2@relu(W1@x + b1) + b2", "W1@x + b1", "W2@(W1@x)^2"])
def test_with_a_nonlinearity_between_them_they_are_not(text: str) -> None:
    used = {name: shape for name, shape in COLUMNS.items() if name in text}
    program = build(parse(text, known=tuple(used)), shapes=used)
    assert stacks(program.graph, program.output) == ()


def test_a_linear_layer_becomes_a_group_with_its_parameters() -> None:
    used = {name: COLUMNS[name] for name in ("W1", "b1", "x", "W2")}
    program = build(parse("h = W1@x + b1; f = sum(W2@tanh(h))", known=tuple(used)), shapes=used)
    (found,) = layers(program.graph, program.output)
    assert program.graph.nodes[found.result].name == "h"
    graph, names = grouped(program.graph, program.output)
    assert names == ("h",)
    group = graph["h"].node.group
    assert group is not None
    assert (group.kind, group.note) == ("linear", "2 → 3")
    assert graph["W1"].node.group == graph["b1"].node.group == group
    assert graph["x"].node.group is None


def test_a_bias_that_is_used_elsewhere_stays_outside() -> None:
    used = {"W": (3, 2), "b": (3,), "x": (2,)}
    program = build(parse("f = sum(W@x + b) + sum(b)", known=tuple(used)), shapes=used)
    graph, _ = grouped(program.graph, program.output)
    assert graph["b"].node.group is None
    assert graph["W"].node.group is not None
