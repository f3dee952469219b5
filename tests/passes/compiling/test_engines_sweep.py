"""Every elementwise row, by every engine, at one point and at many: the numbers of `evaluate`."""

from __future__ import annotations

import importlib.util
import itertools
import math

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.evaluate import evaluate

JIT = pytest.param(
    "jit",
    marks=pytest.mark.skipif(importlib.util.find_spec("llvmlite") is None, reason="llvmlite is not installed"),
)
HARD = (0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 40.0, -800.0, 1e-100, 1e100, math.inf, -math.inf, math.nan)

# Where the C library and SciPy take another value of a function that has no limit there (Γ at its poles and at −∞).
POLES = {"gamma", "loggamma", "digamma", "polygamma"}


def elementwise_rows():
    return [op for op in OPS.values() if op.elementwise]


def points(op, count):
    """The row's samples, every entry a point, and hard points for all operands."""
    found = []
    for sample in op.samples:
        if len(sample.operands) == count:
            columns = [np.asarray(a, float).ravel().tolist() for a in np.broadcast_arrays(*sample.operands)]
            found += zip(*columns, strict=True)
    hard = HARD if op.name not in POLES else (0.3, 2.5, 40.0, math.nan)
    return found + list(itertools.islice(itertools.product(hard, repeat=count), 169))


def graph_of(op):
    g = Graph()
    count = op.arity if isinstance(op.arity, int) else len(op.samples[0].operands)
    inputs = [g.input(f"x{i}") for i in range(count)]
    attributes = dict(op.samples[0].attributes)
    y = g.apply(op.name, *inputs, **attributes)
    return g, y.id, count


@pytest.mark.parametrize("engine", ["python", JIT])
@pytest.mark.parametrize("op", elementwise_rows(), ids=lambda op: op.name)
def test_every_row_at_one_point_and_at_many(op, engine):
    g, output, count = graph_of(op)
    wrt = list(g.inputs) if op.differentiable else []
    function = compile_graph(g, output, wrt=wrt, engine=engine)
    back = differentiate(g, output, wrt=[g.inputs[name] for name in wrt])
    given = points(op, count)
    zero = back.graph.constant(0).id
    targets = [output, *(back.gradients.get(g.inputs[name], zero) for name in wrt)]
    expected = [evaluate(back.graph, dict(zip(g.inputs, point, strict=True)), targets) for point in given]
    value, slopes = function.batch(*np.array(given).T)
    compare(op, given, np.column_stack([value, *slopes]), expected)
    single = []
    for point in given:
        value, slopes = function(*point)
        assert type(value) is float
        single.append([value, *slopes])
    compare(op, given, np.array(single), expected)


def compare(op, given, found, expected):
    for point, row, right in zip(given, found.tolist(), expected, strict=True):
        assert row == pytest.approx(right, rel=1e-12, abs=1e-300, nan_ok=True), (op.name, point)
