"""Random graphs of arrays: gradients against directional differences and complex steps; compiled code; Hessians."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.evaluate import evaluate

SHAPES = {"a": (), "r": (3,), "c": (2, 1), "m": (2, 3), "s": (3, 3)}

KEEP = {
    "add": lambda g, p, q: p + q,
    "mul": lambda g, p, q: p * q,
    "div": lambda g, p, q: p / (q * q + 2),
    "sin": lambda g, p, q: g.sin(p) - q,
    "tanh": lambda g, p, q: g.tanh(p),
    "power": lambda g, p, q: (p * p + 1) ** 0.5,
    "mean": lambda g, p, q: p - g.mean(p),
    "rows": lambda g, p, q: p * g.sum(q, axis=0) if q.shape else p,
    "total": lambda g, p, q: g.sum(p) * q,
    "norm": lambda g, p, q: p / (g.squared_norm(p) + 1) if p.shape else p,
    "product": lambda g, p, q: p @ q if len(p.shape) == len(q.shape) == 2 and p.shape[1] == q.shape[0] else p * 2,
    "transpose": lambda g, p, q: p @ p.T if len(p.shape) == 2 else g.sin(p),
    "reshape": lambda g, p, q: g.reshape(p, shape=(-1,)) if len(p.shape) == 2 and p.shape == (2, 3) else p + 1,
    "index": lambda g, p, q: p[0] if p.shape else p,
    "softmax": lambda g, p, q: g.softmax(p, axis=-1) if p.shape else g.sigmoid(p),
    "stack": lambda g, p, q: g.stack(p, p * 2, axis=0) if len(p.shape) == 1 else p,
}
"""Ways to make a new term of two that fit."""


@st.composite
def cases(draw):
    graph = Graph()
    terms = [graph.input(name, shape) for name, shape in SHAPES.items()]
    for _ in range(draw(st.integers(1, 8))):
        way = KEEP[draw(st.sampled_from(sorted(KEEP)))]
        p, q = draw(st.sampled_from(terms)), draw(st.sampled_from(terms))
        try:
            np.broadcast_shapes(p.shape, q.shape)
            made = way(graph, p, q)
        except ValueError:
            made = graph.sin(p)
        terms.append(made)
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    values = {name: rng.uniform(-1.2, 1.2, shape) for name, shape in SHAPES.items()}
    weights = rng.uniform(-1, 1, terms[-1].shape)
    return graph, terms[-1], values, weights


def fit(way):
    """Whether a way made something else than a fallback; keeps the table honest."""
    graph = Graph()
    m, s = graph.input("m", (2, 3)), graph.input("s", (3, 3))
    return way(graph, m, s)


@pytest.mark.parametrize("name", ["product", "transpose", "reshape", "index", "softmax"])
def test_the_ways_are_taken(name):
    fit(KEEP[name])


def gradients(graph, output, values, weights):
    back = differentiate(graph, output.id, upstream=weights)
    ids = [back.gradients.get(i) for i in graph.inputs.values()]
    found = iter(evaluate(back.graph, values, [i for i in ids if i is not None]))
    return {
        name: np.zeros(SHAPES[name]) if i is None else next(found) for name, i in zip(graph.inputs, ids, strict=True)
    }


@settings(max_examples=80, deadline=None)
@given(cases(), st.integers(0, 100))
def test_gradient_is_the_directional_difference(case, seed):
    graph, output, values, weights = case
    slopes = gradients(graph, output, values, weights)
    rng = np.random.default_rng(seed)
    direction = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    step = 1e-5

    def along(t):
        moved = {name: values[name] + t * direction[name] for name in values}
        return float(np.sum(weights * evaluate(graph, moved, [output.id])[0]))

    expected = (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step)
    found = sum(float(np.sum(slopes[name] * direction[name])) for name in values)
    assert all(np.shape(slopes[name]) == shape for name, shape in SHAPES.items())
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_compiled_is_evaluated(case):
    graph, output, values, _ = case
    function = compile_graph(graph, output.id)
    value, slopes = function(*values.values())
    np.testing.assert_allclose(value, evaluate(graph, values, [output.id])[0], rtol=1e-12, atol=1e-12)
    expected = gradients(graph, output, values, np.ones(output.shape))
    for name, slope in zip(values, slopes, strict=True):
        np.testing.assert_allclose(slope, expected[name], rtol=1e-10, atol=1e-10)
    many = function.batch(*(np.stack([v, v]) for v in values.values()))
    np.testing.assert_allclose(many[0][1], value)


@settings(max_examples=30, deadline=None)
@given(cases(), st.integers(0, 100))
def test_second_derivatives_are_symmetric(case, seed):
    """vᵀ(H u) = uᵀ(H v), with H u the gradient of the gradient along u."""
    graph, output, values, weights = case
    back = differentiate(graph, output.id, upstream=weights)
    rng = np.random.default_rng(seed)
    u, v = ({name: rng.normal(size=shape) for name, shape in SHAPES.items()} for _ in range(2))

    def bilinear(p, q):
        total = 0.0
        for name, i in graph.inputs.items():
            if i not in back.gradients:
                continue
            twice = differentiate(back.graph, back.gradients[i], upstream=p[name])
            for other, j in graph.inputs.items():
                if j in twice.gradients:
                    total += float(np.sum(evaluate(twice.graph, values, [twice.gradients[j]])[0] * q[other]))
        return total

    one, two = bilinear(u, v), bilinear(v, u)
    assert one == pytest.approx(two, rel=1e-7, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(cases(), st.floats(-3, 3))
def test_linear_in_the_upstream(case, factor):
    graph, output, values, weights = case
    once = gradients(graph, output, values, weights)
    scaled = gradients(graph, output, values, factor * weights)
    for name in values:
        np.testing.assert_allclose(scaled[name], factor * np.asarray(once[name]), rtol=1e-9, atol=1e-9)
