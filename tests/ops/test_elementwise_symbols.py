"""The sweep over elementwise rows, symbols: forward, partials and second derivatives against SymPy, to 30 digits."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy as sp

from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT, NamedConstant
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

ROWS = [op for op in OPS.values() if op.elementwise]
CASES = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in ROWS for i, sample in enumerate(op.samples)]
SMOOTH = [case for case in CASES if case.values[0].differentiable and not case.values[1].kink]
FLAT = {"sign", "floor", "ceil", "stop_gradient"}
"""Rows whose derivative is zero by convention; SymPy has none, or another."""


def entries(sample):
    """The operands of each output entry, exact."""
    full = np.broadcast_arrays(*(np.asarray(operand, dtype=float) for operand in sample.operands))
    return [[sp.Rational(repr(float(x))) for x in point] for point in zip(*(a.ravel() for a in full), strict=True)]


def symbols(sample):
    return sp.symbols([f"x{i}" for i in range(len(sample.operands))], real=True)


def graph_of(op, sample, shapes=None):
    g = Graph()
    shapes = shapes or [np.shape(operand) for operand in sample.operands]
    xs = [g.input(f"x{i}", shape) for i, shape in enumerate(shapes)]
    return g, xs, g.apply(op.name, *xs, **sample.attributes)


def lowered(g, id, xs):
    """A scalar graph's node as a SymPy expression, by the rows' own symbols."""
    found = []
    for node in g.nodes[: id + 1]:
        if node.op is INPUT:
            found.append(xs[int(node.name[1:])])
        elif node.op is CONSTANT:
            value = node.settings["value"]
            found.append(getattr(sp, value.name) if isinstance(value, NamedConstant) else sp.sympify(Fraction(value)))
        else:
            found.append(node.op.symbol(sp, *[found[i] for i in node.operands], **node.settings))
    return found[id]


def number(expression, xs, point):
    value = sp.N(expression.subs(dict(zip(xs, point, strict=True))).doit(), 30)
    return value.subs(sp.DiracDelta(0), 0)


def close(a, b, tolerance=1e-12):
    return abs(complex(a) - complex(b)) <= tolerance * max(1.0, abs(complex(b)))


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_forward_is_the_symbol(op, sample):
    if op.name == "ratio" and sample.kink:
        return  # 0/0 has no value in SymPy
    g, terms, y = graph_of(op, sample)
    (found,) = evaluate(g, {t.node.name: v for t, v in zip(terms, sample.operands, strict=True)}, [y.id])
    for value, point in zip(np.ravel(found), entries(sample), strict=True):
        assert close(value, sp.N(op.symbol(sp, *point, **sample.attributes), 30))


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_partials_equal_sympys_derivatives(op, sample):
    if op.name in FLAT:
        return
    xs = symbols(sample)
    symbol = op.symbol(sp, *xs, **sample.attributes)
    for slot in range(len(xs)):
        g, terms, y = graph_of(op, sample, [()] * len(xs))
        ours = lowered(g, op.partial(slot)(g, y, *terms, **sample.attributes).id, xs)
        theirs = sp.diff(symbol, xs[slot])
        for point in entries(sample):
            assert close(number(ours, xs, point), number(theirs, xs, point), 1e-25)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_second_derivatives_equal_sympys(op, sample):
    if op.name in FLAT:
        return
    xs = symbols(sample)
    symbol = op.symbol(sp, *xs, **sample.attributes)
    for i, j in product(range(len(xs)), repeat=2):
        g, terms, y = graph_of(op, sample, [()] * len(xs))
        first = differentiate(g, y.id, wrt=[terms[i].id])
        if terms[i].id not in first.gradients:
            continue
        second = differentiate(first.graph, first.gradients[terms[i].id], wrt=[terms[j].id])
        theirs = sp.diff(symbol, xs[i], xs[j])
        for point in entries(sample):
            values = {t.node.name: float(v) for t, v in zip(terms, point, strict=True)}
            found = 0.0
            if terms[j].id in second.gradients:
                (found,) = evaluate(second.graph, values, [second.gradients[terms[j].id]])
            assert close(found, number(theirs, xs, point), 1e-9)


PROVABLE = [op for op in ROWS if op.differentiable and op.name not in FLAT and not op.kinks and op.arity in (1, 2)]


@pytest.mark.parametrize("op", PROVABLE, ids=lambda op: op.name)
def test_partials_are_proved(op):
    """simplify(partial − derivative) = 0 for positive operands, wherever simplify can see it."""
    sample = op.samples[0]
    xs = sp.symbols([f"x{i}" for i in range(len(sample.operands))], positive=True)
    symbol = op.symbol(sp, *xs, **sample.attributes)
    for slot in range(len(xs)):
        g, terms, y = graph_of(op, sample, [()] * len(xs))
        ours = lowered(g, op.partial(slot)(g, y, *terms, **sample.attributes).id, xs)
        difference = (ours - sp.diff(symbol, xs[slot])).rewrite(sp.exp)
        assert sp.simplify(difference) == 0
