"""Pictures of Jacobians: the real pattern where it is small, one like it where it is large."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradviz.explanation.jacobians import PICTURE, jacobian_facts
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

Make = Callable[[Graph, list[Term]], Term]

CASES: dict[str, tuple[list[tuple[int, ...]], Make]] = {
    "tanh": ([(4,)], lambda g, x: g.tanh(x[0])),
    "bias": ([(2, 3), (3,)], lambda g, x: x[0] + x[1]),
    "column": ([(2, 3), (2, 1)], lambda g, x: x[0] * x[1]),
    "scalar": ([(5,), ()], lambda g, x: x[0] * x[1]),
    "outer by broadcasting": ([(3, 1), (1, 2)], lambda g, x: x[0] * x[1]),
    "matrix by vector": ([(2, 3), (3,)], lambda g, x: x[0] @ x[1]),
    "vector by matrix": ([(3,), (3, 2)], lambda g, x: x[0] @ x[1]),
    "matrix by matrix": ([(2, 2), (2, 3)], lambda g, x: x[0] @ x[1]),
    "stack by matrix": ([(2, 1, 2), (2, 2)], lambda g, x: x[0] @ x[1]),
    "inner": ([(3,), (3,)], lambda g, x: x[0] @ x[1]),
    "sum over rows": ([(2, 3)], lambda g, x: g.sum(x[0], axis=0)),
    "softmax of rows": ([(2, 3)], lambda g, x: g.softmax(x[0], axis=-1)),
    "softmax of columns": ([(2, 3)], lambda g, x: g.softmax(x[0], axis=0)),
    "transpose": ([(2, 3)], lambda g, x: g.transpose(x[0])),
    "slice": ([(6,)], lambda g, x: x[0][1:5]),
}


def real(graph: Graph, made: Term, slot: int) -> np.ndarray:
    """The pattern of the local Jacobian, one row at a time by the backward pass."""
    source = np.random.default_rng(3)
    values = {node.name: source.normal(size=node.shape) + 3 for node in graph if node.op.name == "input" and node.name}
    operand = graph.nodes[made.node.operands[slot]]
    rows = []
    for k in range(int(np.prod(made.shape))):
        seed = np.zeros(int(np.prod(made.shape)))
        seed[k] = 1.0
        weighed = graph.copy()
        total = weighed.sum(Term(weighed, made.id) * weighed.constant(seed.reshape(made.shape)))
        back = differentiate(weighed, total.id)
        found = evaluate(back.graph, values)
        rows.append(np.broadcast_to(found[back.gradients[made.node.operands[slot]]], operand.shape).ravel())
    return (np.abs(np.array(rows)) > 1e-12).astype(int)


@pytest.mark.parametrize("name", CASES)
def test_the_picture_of_a_small_jacobian_is_its_pattern(name):
    shapes, make = CASES[name]
    g = Graph()
    inputs = [g.input(f"x{i}", shape) for i, shape in enumerate(shapes)]
    made = make(g, inputs)
    for slot in range(len(shapes)):
        facts = jacobian_facts(g, made.node, slot)
        assert max(facts.rows, facts.columns) <= PICTURE
        assert np.array_equal(np.array(facts.pattern), real(g, made, slot)), slot


LARGE: dict[str, tuple[list[tuple[int, ...]], Make]] = {
    "bias": ([(64, 128), (128,)], lambda g, x: x[0] + x[1]),
    "column": ([(64, 128), (64, 1)], lambda g, x: x[0] * x[1]),
    "product": ([(64, 784), (784, 128)], lambda g, x: x[0] @ x[1]),
    "softmax": ([(30, 50)], lambda g, x: g.softmax(x[0], axis=-1)),
    "sums": ([(30, 50)], lambda g, x: g.sum(x[0], axis=1)),
    "slice": ([(100,)], lambda g, x: x[0][10:90]),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_picture_of_a_large_jacobian_is_small_and_not_all_marks(name):
    shapes, make = LARGE[name]
    g = Graph()
    inputs = [g.input(f"x{i}", shape) for i, shape in enumerate(shapes)]
    node = make(g, inputs).node
    for slot in range(len(shapes)):
        facts = jacobian_facts(g, node, slot)
        marks = np.array(facts.pattern)
        assert 1 < marks.shape[0] <= PICTURE
        assert marks.shape[1] <= PICTURE
        assert 0 < marks.sum() < marks.size
        assert (marks.sum(axis=1) == marks.sum(axis=1)[0]).all(), "every row has as many"


@pytest.mark.parametrize("size", [9, 10, 12, 13, 18, 100, 409_600])
def test_a_diagonal_is_a_diagonal_at_every_size(size):
    g = Graph()
    facts = jacobian_facts(g, g.tanh(g.input("x", (size,))).node, 0)
    assert np.array_equal(np.array(facts.pattern), np.eye(PICTURE))


def test_a_bias_is_stacked_identities_and_a_column_is_a_staircase():
    g = Graph()
    x, b, c = g.input("x", (64, 128)), g.input("b", (128,)), g.input("c", (64, 1))
    stacked = np.array(jacobian_facts(g, (x + b).node, 1).pattern)
    stairs = np.array(jacobian_facts(g, (x + c).node, 1).pattern)
    half = stacked.shape[1]
    assert np.array_equal(stacked[:half], np.eye(half))
    assert np.array_equal(stacked[half : 2 * half], np.eye(half))
    assert (np.diff(stairs.argmax(axis=1)) >= 0).all()
    assert stairs.shape[1] > 1


def test_a_large_product_is_blocks_by_the_left_factor_and_stripes_by_the_right_one():
    g = Graph()
    made = (g.input("a", (64, 784)) @ g.input("b", (784, 128))).node
    blocks, stripes = (np.array(jacobian_facts(g, made, slot).pattern) for slot in (0, 1))
    gaps = {int(gap) for row in blocks for gap in np.diff(np.flatnonzero(row))}
    assert gaps == {1}
    gaps = {int(gap) for row in stripes for gap in np.diff(np.flatnonzero(row))}
    assert len(gaps) == 1
    assert gaps != {1}
