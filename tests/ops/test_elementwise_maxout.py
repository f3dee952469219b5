"""maxout: groups of the last axis, ties, its reverse rule, its symbols."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

OP = OPS["maxout"]


def value_and_gradient(x, pieces, upstream=None):
    g = Graph()
    term = g.input("x", x.shape)
    y = g.maxout(term, pieces=pieces)
    back = differentiate(g, y.id, upstream=upstream)
    return evaluate(back.graph, {"x": x}, [y.id, back.gradients[term.id]])


@pytest.mark.parametrize("sample", OP.samples)
def test_value_is_the_largest_of_each_group(sample):
    x, pieces = np.asarray(sample.operands[0], dtype=float), sample.attributes["pieces"]
    value, gradient = value_and_gradient(x, pieces)
    groups = x.reshape(-1, pieces)
    np.testing.assert_array_equal(np.ravel(value), [max(group) for group in groups])
    np.testing.assert_allclose(gradient.reshape(-1, pieces).sum(axis=1), 1)
    assert np.all((gradient == 0) | (groups == groups.max(axis=1, keepdims=True)).reshape(x.shape))


def test_a_tie_is_shared_equally():
    _, gradient = value_and_gradient(np.array([2.0, 2.0, 1.0, 0.0, 5.0, 5.0]), 3)
    np.testing.assert_array_equal(gradient, [0.5, 0.5, 0, 0, 0.5, 0.5])


@given(arrays.arrays(float, (2, 6), elements=st.integers(-50, 50).map(float), unique=True))
def test_gradient_is_the_central_difference(x):
    upstream = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])
    _, gradient = value_and_gradient(x, 2, upstream)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-3
        ends = [value_and_gradient(x + sign * step, 2)[0] for sign in (1, -1)]
        assert gradient[index] == pytest.approx(((ends[0] - ends[1]) * upstream).sum() / 2e-3)


def test_the_locus_of_its_kink_vanishes_at_ties_only():
    g = Graph()
    x = g.input("x", (6,))
    locus = OP.kinks[0].locus(g, x, pieces=3)
    (found,) = evaluate(g, {"x": np.array([2.0, 2.0, 1.0, 0.0, 5.0, 4.0])}, [locus.id])
    np.testing.assert_array_equal(found, [0.0, 1.0])


@pytest.mark.parametrize("mistake", OP.mistakes, ids=lambda mistake: mistake.name)
def test_its_mistakes_are_wrong(mistake):
    g = Graph()
    x, up = g.input("x", (4,)), g.input("up", (2,))
    y = g.maxout(x, pieces=2)
    wrong = mistake.rule(g, up, y, x, pieces=2)
    right = OP.vjp(0)(g, up, y, x, pieces=2)
    found = evaluate(g, {"x": [1.0, 3.0, -2.0, -5.0], "up": [1.0, 2.0]}, [wrong.id, right.id])
    np.testing.assert_array_equal(found, [[1, 1, 2, 2], [0, 1, 2, 0]])


def test_symbols():
    a, b, c, d = sp.symbols("a b c d", real=True)
    made = OP.symbol(sp, np, np.array([[a, b], [c, d]], dtype=object), pieces=2)
    assert made.tolist() == [[sp.Max(a, b)], [sp.Max(c, d)]]


@pytest.mark.parametrize(("shape", "pieces"), [((), 2), ((3,), 2), ((4,), 0), ((2, 5), 3)])
def test_groups_must_fit(shape, pieces):
    g = Graph()
    with pytest.raises(ShapeError, match="groups of"):
        g.maxout(g.input("x", shape), pieces=pieces)
