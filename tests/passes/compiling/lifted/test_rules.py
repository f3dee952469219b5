"""Operations with a leading axis that counts the points: the same as point after point, for every row."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.compile import compile_graph
from gradviz.passes.compiling.lifted import runner
from gradviz.passes.compiling.lifted.rules import RULES, Operand, at_all_points, point_by_point
from gradviz.passes.compiling.simplify import simplify

COUNT = 3


def samples():
    for op in OPS.values():
        for number, sample in enumerate(op.samples):
            yield pytest.param(op, sample, id=f"{op.name}-{number}")


def operand(value, many, factor):
    array = np.asarray(value, float)
    if not many:
        return Operand(array, array.shape, many=False)
    return Operand(np.stack([array * (1 + factor * point) for point in range(COUNT)]), array.shape, many=True)


@pytest.mark.parametrize(("op", "sample"), list(samples()))
def test_every_row_at_all_points_is_the_row_at_each(op, sample):
    g = Graph()
    inputs = [g.input(f"x{i}", np.shape(value)) for i, value in enumerate(sample.operands)]
    node = g.apply(op.name, *inputs, **dict(sample.attributes))
    (step,) = simplify(g, [node.id]).steps
    whole = op.name in ("take", "scatter_add", "one_hot")  # some of their operands are places
    for many in itertools.product([False, True], repeat=len(inputs)):
        if not any(many):
            continue
        factor = 0.0 if whole else 1e-3
        operands = [operand(value, one, factor) for value, one in zip(sample.operands, many, strict=True)]
        with np.errstate(all="ignore"):
            found = at_all_points(step, operands, COUNT)
            expected = point_by_point(step, operands, COUNT)
        assert found.shape == (COUNT, *step.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_rules_are_for_rows():
    assert set(RULES) <= set(OPS)
    assert not any(OPS[name].elementwise for name in RULES)


def network(g):
    w, b, x, v = g.input("W", (4, 3)), g.input("b", (4,)), g.input("x", (3,)), g.input("v", (4,))
    h = g.tanh(w @ x + b)
    return (g.sum(h * v) + g.squared_norm(x) * g.max(h, axis=0, keepdims=False)).id


@pytest.mark.parametrize("many", list(itertools.product([False, True], repeat=4)))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_at_many_points(many, dtype, monkeypatch):
    monkeypatch.setattr(runner, "CACHE", 1000)  # several blocks
    monkeypatch.setattr(runner, "WORTH_A_THREAD", 100)
    g = Graph()
    f = compile_graph(g, network(g), dtype=dtype)
    dice = np.random.default_rng(0)
    shapes = [(4, 3), (4,), (3,), (4,)]
    given = [dice.normal(size=(20, *s) if one else s) for s, one in zip(shapes, many, strict=True)]
    values, gradients = f.batch(*given)
    count = 20 if any(many) else 1
    assert values.shape == (count,)
    rtol = 1e-12 if dtype is np.float64 else 1e-4
    for point in range(count):
        one = f(*[value[point] if each else value for value, each in zip(given, many, strict=True)])
        np.testing.assert_allclose(values[point], one[0], rtol=rtol)
        for column, right in zip(gradients, one[1], strict=True):
            assert column.dtype == dtype
            np.testing.assert_allclose(column[point], right, rtol=rtol, atol=0 if dtype is np.float64 else 1e-6)
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations([values, *gradients, *given], 2))


def test_a_singular_matrix_among_others():
    g = Graph()
    a = g.input("A", (2, 2))
    f = compile_graph(g, g.sum(g.inv(a)).id)
    regular, singular = [[2.0, 0.0], [0.0, 4.0]], [[1.0, 2.0], [2.0, 4.0]]
    values, _ = f.batch([regular, singular, regular])
    assert values[0] == values[2] == 0.75
    assert not np.isfinite(values[1])


def test_what_does_not_depend_on_the_points_is_done_once(monkeypatch):
    g = Graph()
    a, x = g.input("A", (2, 2)), g.input("x")
    f = compile_graph(g, (g.det(a) * x).id, wrt=["x"])
    counted = []
    monkeypatch.setattr(runner, "_once", lambda step, operands: counted.append(step.op.name) or np.array(3.0))
    values, (slopes,) = f.batch([[1.0, 0.0], [0.0, 3.0]], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(values, [3.0, 6.0, 9.0])
    np.testing.assert_array_equal(slopes, [3.0, 3.0, 3.0])
    assert counted == ["det"]
