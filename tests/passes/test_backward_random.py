"""Random graphs: gradients against complex steps, differences and SymPy; linearity; Hessians; compiled code."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.evaluate import evaluate

NAMES = ("x", "y", "z")

ANALYTIC = {
    "add": lambda g, a, b: a + b,
    "sub": lambda g, a, b: a - b,
    "mul": lambda g, a, b: a * b,
    "div": lambda g, a, b: a / (b * b + 2),
    "power": lambda g, a, b: a**3,
    "inverse": lambda g, a, b: (a * a + 1) ** -1,
    "exponent": lambda g, a, b: (g.cos(a) + 2) ** b,
    "neg": lambda g, a, b: -a,
    "sin": lambda g, a, b: g.sin(a),
    "cos": lambda g, a, b: g.cos(b),
    "tanh": lambda g, a, b: g.tanh(a),
    "exp": lambda g, a, b: g.exp(g.sin(a)),
    "log": lambda g, a, b: g.log(a * a + 1),
    "sqrt": lambda g, a, b: g.sqrt(b * b + 1),
    "logistic": lambda g, a, b: 1 / (1 + g.exp(-g.tanh(a))),
    "scale": lambda g, a, b: 3 * a - b / 2,
    "self": lambda g, a, b: a * a,
}
"""Ways to make a new term of two, whose forward expressions take complex numbers too."""

REAL = {
    **ANALYTIC,
    "sigmoid": lambda g, a, b: g.sigmoid(a),
    "softplus": lambda g, a, b: g.softplus(b),
    "gelu": lambda g, a, b: g.gelu(a),
    "gelu_tanh": lambda g, a, b: g.gelu_tanh(a),
    "mish": lambda g, a, b: g.mish(a),
    "silu": lambda g, a, b: g.silu(b),
    "elu": lambda g, a, b: g.elu(a),
    "leaky_relu": lambda g, a, b: g.leaky_relu(a),
    "relu": lambda g, a, b: g.relu(a),
    "abs": lambda g, a, b: g.abs(a),
    "maximum": lambda g, a, b: g.maximum(a, b),
    "minimum": lambda g, a, b: g.minimum(a, b, 1),
    "where": lambda g, a, b: g.where(a > b, g.sin(a), b * b),
    "hypot": lambda g, a, b: g.hypot(a, b),
    "atan2": lambda g, a, b: g.atan2(a, b * b + 1),
    "logaddexp": lambda g, a, b: g.logaddexp(a, b),
    "erf": lambda g, a, b: g.erf(a),
    "atan": lambda g, a, b: g.atan(a),
    "asinh": lambda g, a, b: g.asinh(b),
    "log1p": lambda g, a, b: g.log1p(g.abs(b)),
    "cbrt": lambda g, a, b: g.cbrt(a * a + 1),
    "loggamma": lambda g, a, b: g.loggamma(g.sin(a) + 2),
    "clip": lambda g, a, b: g.clip(a, low=-2, high=2),
}
"""The same, with operations of the reals."""


@dataclass(frozen=True)
class Case:
    graph: Graph
    output: Term
    values: dict[str, float]

    def gradient(self, **options):
        back = differentiate(self.graph, self.output.id, **options)
        ids = [back.gradients.get(i) for i in self.graph.inputs.values()]
        found = iter(evaluate(back.graph, self.values, [i for i in ids if i is not None]))
        return np.array([0.0 if i is None else next(found) for i in ids])

    def value(self, values):
        return evaluate(self.graph, values, [self.output.id])[0]


@st.composite
def cases(draw, ways):
    graph = Graph()
    terms = [graph.input(name) for name in NAMES]
    for _ in range(draw(st.integers(1, 12))):
        way = ways[draw(st.sampled_from(sorted(ways)))]
        terms.append(way(graph, draw(st.sampled_from(terms)), draw(st.sampled_from(terms[-3:]))))
    points = st.floats(0.1, 1.5).map(lambda v: round(v, 3)) | st.floats(-1.5, -0.1).map(lambda v: round(v, 3))
    return Case(graph, terms[-1], {name: draw(points) for name in NAMES})


def sensible(case):
    """Whether differences can be trusted there: nothing very large."""
    every = evaluate(case.graph, case.values)
    return all(math.isfinite(v) and abs(v) < 1e4 for v in every)


@settings(max_examples=150, deadline=None)
@given(cases(ANALYTIC))
def test_gradient_is_the_complex_step(case):
    step = 1e-30
    exact = []
    for name, value in case.values.items():
        moved = case.value({**case.values, name: complex(value, step)})
        exact.append(moved.imag / step if isinstance(moved, complex) else 0.0)
    np.testing.assert_allclose(case.gradient(), exact, rtol=1e-9, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(cases(REAL))
def test_gradient_is_the_central_difference(case):
    if not sensible(case):
        return
    step = 1e-5
    found = case.gradient()
    for place, (name, value) in enumerate(case.values.items()):
        high, low = (case.value({**case.values, name: value + h}) for h in (step, -step))
        middle = case.value(case.values)
        right, left = (high - middle) / step, (middle - low) / step
        scale = 1 + abs(found[place])
        if abs(right - left) < 1e-2 * scale:  # otherwise a kink is near, or the curve is too steep for differences
            assert found[place] == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-4)


def symbols_of(case):
    import sympy

    expressions = []
    for node in case.graph:
        if node.op is INPUT:
            expressions.append(sympy.Symbol(node.name, real=True))
        elif node.op is CONSTANT:
            expressions.append(sympy.nsimplify(node.settings["value"], rational=True))
        else:
            operands = [expressions[i] for i in node.operands]
            expressions.append(node.op.symbol(sympy, *operands, **node.settings))
    return expressions[case.output.id]


@settings(max_examples=40, deadline=None)
@given(cases(ANALYTIC))
def test_gradient_is_sympys(case):
    import sympy

    expression = symbols_of(case)
    if expression.count_ops() > 150:
        return
    point = {sympy.Symbol(name, real=True): sympy.Rational(str(value)) for name, value in case.values.items()}
    exact = [float(expression.diff(symbol).subs(point).evalf(30)) for symbol in point]
    np.testing.assert_allclose(case.gradient(), exact, rtol=1e-9, atol=1e-9)


@settings(max_examples=80, deadline=None)
@given(cases(REAL), st.floats(-5, 5), st.floats(-5, 5))
def test_linear_in_the_upstream(case, a, b):
    once = case.gradient()
    np.testing.assert_allclose(case.gradient(upstream=a + b), (a + b) * once, rtol=1e-9, atol=1e-9)
    together = case.gradient(upstream=a) + case.gradient(upstream=b)
    np.testing.assert_allclose(together, case.gradient(upstream=a + b), rtol=1e-9, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(cases(REAL))
def test_hessians_are_symmetric(case):
    if not sensible(case):
        return
    back = differentiate(case.graph, case.output.id)
    rows = []
    for i in case.graph.inputs.values():
        if i not in back.gradients:
            rows.append(np.zeros(len(NAMES)))
            continue
        twice = differentiate(back.graph, back.gradients[i])
        ids = [twice.gradients.get(j) for j in case.graph.inputs.values()]
        rows.append([0.0 if j is None else evaluate(twice.graph, case.values, [j])[0] for j in ids])
    hessian = np.array(rows)
    if np.all(np.isfinite(hessian)):
        scale = 1 + np.abs(hessian).max()
        np.testing.assert_allclose(hessian / scale, hessian.T / scale, atol=1e-7)


@settings(max_examples=100, deadline=None)
@given(cases(REAL))
def test_compiled_is_evaluated(case):
    function = compile_graph(case.graph, case.output.id)
    value, gradient = function(*case.values.values())
    np.testing.assert_allclose(value, case.value(case.values), rtol=1e-12, atol=1e-12)
    expected = case.gradient()
    np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-10)
    many = [np.array([v, v, v]) for v in case.values.values()]
    values, gradients = function.batch(*many)
    np.testing.assert_allclose(values, [value] * 3, rtol=1e-10, atol=1e-10)
    for column, one in zip(gradients, gradient, strict=True):
        np.testing.assert_allclose(column, [one] * 3, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(cases(REAL))
def test_gradient_graphs_are_sound(case):
    back = differentiate(case.graph, case.output.id)
    back.graph.verify()
    assert back.graph.nodes[: len(case.graph)] == case.graph.nodes


@settings(max_examples=60, deadline=None)
@given(cases(ANALYTIC))
def test_gradient_graphs_are_small(case):
    """At most nine nodes for one elementary operation: that is a power whose base and exponent both vary."""
    back = differentiate(case.graph, case.output.id)
    operations = sum(1 for node in case.graph if node.op not in (INPUT, CONSTANT))
    assert len(back.graph) <= len(case.graph) + 9 * operations + 1
