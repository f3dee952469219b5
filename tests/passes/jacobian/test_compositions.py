"""Jacobians of whole graphs: random ones against reverse mode row by row, and the structures that compositions keep."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradviz.api.jacobians import jacobian
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.jacobian import jacobian_of, pattern
from gradviz.shape import size


def by_reverse_mode(graph, output, term, values):
    rows = []
    for place in range(size(output.shape)):
        unit = np.zeros(output.shape)
        unit.ravel()[place] = 1
        back = differentiate(graph, output.id, wrt=[term.id], upstream=unit)
        gradient = back.gradients.get(term.id)
        found = np.zeros(term.shape) if gradient is None else evaluate(back.graph, values, [gradient])[0]
        rows.append(np.ravel(found))
    return np.array(rows).reshape(size(output.shape), size(term.shape))


STEPS = (
    lambda g, x, w: g.tanh(x),
    lambda g, x, w: 2 * x,
    lambda g, x, w: -x,
    lambda g, x, w: x * x,
    lambda g, x, w: x + g.sin(x),
    lambda g, x, w: g.flip(x, axis=0),
    lambda g, x, w: x @ w,
    lambda g, x, w: g.transpose(g.transpose(x) @ x) if x.shape[0] == x.shape[1] else x,
    lambda g, x, w: g.softmax(x),
    lambda g, x, w: g.log_softmax(x, axis=0),
    lambda g, x, w: x - g.mean(x, axis=1, keepdims=True),
    lambda g, x, w: x / (1 + g.sum(x * x, axis=0)),
    lambda g, x, w: g.cumsum(x, axis=-1),
    lambda g, x, w: x * g.sum(x),
    lambda g, x, w: g.reshape(x, shape=x.shape[::-1]) if x.shape[0] == x.shape[1] else x,
    lambda g, x, w: g.concat(x[1:], x[:1]),
    lambda g, x, w: x * g.constant(np.eye(*x.shape)),
    lambda g, x, w: x * w[0],
    lambda g, x, w: g.where(x > 0, x, 0.1 * x),
    lambda g, x, w: g.max(x, axis=1, keepdims=True) + g.stop_gradient(x) * x,
    lambda g, x, w: g.stop_gradient(x),
)


@pytest.mark.parametrize("seed", range(120))
def test_random_graphs(seed):
    generator = np.random.default_rng(seed)
    rows, columns = ((3, 3), (2, 3), (1, 3), (4, 1))[seed % 4]
    graph = Graph()
    x, w = graph.input("x", (rows, columns)), graph.input("w", (columns, columns))
    held = [x]
    for pick in generator.integers(len(STEPS), size=generator.integers(1, 7)):
        held.append(STEPS[pick](graph, held[-1], w))
        if generator.random() < 0.4:
            held.append(held[-1] + held[generator.integers(len(held))])
    ends = (lambda y: y, lambda y: graph.sum(y), lambda y: graph.sum(y, axis=0), lambda y: y[0], lambda y: y @ w)
    output = ends[generator.integers(len(ends))](held[-1])
    values = {"x": generator.normal(size=x.shape), "w": generator.normal(size=w.shape)}
    expected = np.hstack([by_reverse_mode(graph, output, term, values) for term in (x, w)])
    found = jacobian_of(graph, output.id, [x.id, w.id], values)
    dense = found.operator.todense()
    np.testing.assert_allclose(dense, expected, rtol=1e-8, atol=1e-9)
    v, u = generator.normal(size=dense.shape[1]), generator.normal(size=dense.shape[0])
    np.testing.assert_allclose(found.operator.matvec(v), dense @ v, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(found.operator.rmatvec(u), u @ dense, rtol=1e-8, atol=1e-8)
    np.testing.assert_array_equal(found.operator.to_scipy().toarray(), dense)
    bare = jacobian_of(graph, output.id, [x.id, w.id], {})
    assert bare.operator.shape == dense.shape
    rows_found, columns_found, _ = bare.operator.entries()
    mask = np.zeros(dense.shape, dtype=bool)
    mask[rows_found, columns_found] = True
    assert not dense[~mask].any()
    assert bare.operator.nnz == mask.sum() >= np.count_nonzero(dense)


KEPT = [
    ("x", "identity"),
    ("x*2 + x", "scaled identity"),
    ("tanh(3*x) * exp(x)", "diagonal"),
    ("x[1:4]", "selection"),
    ("relu(x)[1:4]", "scaled selection"),
    ("sin(x)[::-1] * x[::-1]", "scaled selection"),
    ("x - mean(x)", "dense"),
    ("M - mean(M, axis=1, keepdims=True)", "block diagonal"),
    ("sigmoid(softmax(M))", "block diagonal"),
    ("2*log_softmax(M)", "block diagonal"),
    ("sum(M^2, axis=1)", "block diagonal"),
    ("tanh(cumsum(M))", "block diagonal"),
    ("A @ M @ B", "Kronecker"),
    ("3*(A@M)", "Kronecker"),
    ("A @ tanh(C @ x)", "low rank"),
    ("outer(3*x, x0)", "Kronecker"),
    ("outer(tanh(x), x0)", "block diagonal"),
    ("sum(x)*x0", "low rank"),
    ("sum(x)*2", "dense"),
    ("mean(M, axis=0)", "Kronecker"),
    ("sum(M, axis=1) + mean(M, axis=1)", "Kronecker"),
    ("sum(M)", "dense"),
    ("logsumexp(M, axis=1)", "block diagonal"),
    ("[[1,2],[0,1]] @ x[:2]", "sparse"),
    ("x[1:]*x[:-1]", "sparse"),
    ("tanh(A @ M)", "block diagonal"),
    ("tanh(M @ B)", "block diagonal"),
    ("floor(x)", "zero"),
    ("M*[[1,0,0,0,0],[0,1,0,0,0],[0,0,0,0,1]]", "diagonal"),
]
SIZES = {"x": (5,), "x0": (4,), "M": (3, 5), "A": (7, 3), "B": (5, 6), "C": (3, 5)}


@pytest.mark.parametrize(("source", "structure"), KEPT, ids=[source for source, _ in KEPT])
def test_structure_is_kept(source, structure):
    used = {name: shape for name, shape in SIZES.items() if re.search(rf"\b{name}\b", source)}
    wrt = "M" if "M" in source else "x"
    assert jacobian(source, wrt=wrt, shapes=used).structure == structure


LARGE = {
    "softmax(X)": ((100, 4096), "block diagonal", 100 * 4096**2),
    "relu(X @ W)": ((128, 784), "block diagonal", 128 * 784 * 512),
    "relu(X)": ((100, 4096), "diagonal", 100 * 4096),
    "X - mean(X)": ((1000, 100), "dense", 10**10),
    "cumsum(X)": ((2, 9000), "block diagonal", 2 * 9000 * 9001 // 2),
    "sum(X, axis=0)": ((1000, 500), "Kronecker", 500_000),
}


@pytest.mark.parametrize("source", LARGE)
def test_large_ones_are_pictured_and_multiplied(source):
    shape, structure, nonzeros = LARGE[source]
    at = {"X": np.random.default_rng(0).normal(size=shape)}
    if "W" in source:
        at["W"] = np.random.default_rng(4).normal(size=(784, 512))
    found = jacobian(source, wrt="X", at=at)
    assert (found.structure, found.nnz) == (structure, nonzeros)
    shares, values = found.pattern(16)
    assert shares.shape == (16, 16)
    assert (shares >= 0).all()
    assert (shares <= 1).all()
    assert values is None or (values[shares == 0] == 0).all()
    v, u = np.random.default_rng(1).normal(size=shape), np.random.default_rng(2).normal(size=found.shape[0])
    assert np.isclose(u @ found.matvec(v), found.rmatvec(u) @ v.ravel(), rtol=1e-8)


def test_a_picture_counts_each_nonzero():
    generator = np.random.default_rng(0)
    graph = Graph()
    x = graph.input("x", (90,))
    y = graph.concat(x[3:40] * x[10:47], graph.sum(x[:5]) * x[:8], x[70:])
    operator = jacobian_of(graph, y.id, x.id, {"x": generator.normal(size=90)}).operator
    dense = operator.todense()
    rows, columns, _ = operator.entries()
    mask = np.zeros(dense.shape, dtype=bool)
    mask[rows, columns] = True
    shares, values = pattern(operator, 7)
    for i in range(7):
        for j in range(7):
            cell = np.ix_(np.arange(len(dense)) * 7 // len(dense) == i, np.arange(90) * 7 // 90 == j)
            assert shares[i, j] == mask[cell].mean()
            part = dense[cell].ravel()
            assert abs(values[i, j]) == np.abs(part).max()
            assert values[i, j] in part


@pytest.mark.parametrize(
    "source", ["W@x", "x - mean(x)", "softmax(x)", "W@tanh(W.T@x)", "outer(x, x0)", "exp(outer(x0, x))"]
)
def test_a_fuller_matrix_is_looked_at(source, monkeypatch):
    """The picture of a matrix with too many nonzeros to count is that of its counted ones, as far as it goes."""
    from gradviz.passes.jacobian import picture

    generator = np.random.default_rng(0)
    at = {"W": generator.normal(size=(24, 24)), "x": generator.normal(size=24), "x0": generator.normal(size=2)}
    used = {name: value for name, value in at.items() if re.search(rf"\b{name}\b", source)}
    found = jacobian(source, wrt="x", at=used)
    counted = found.pattern(6)
    monkeypatch.setattr(picture, "COUNTED", 0)
    seen = found.pattern(6)
    assert counted[1] is not None
    assert seen[1] is not None
    np.testing.assert_allclose(seen[0], counted[0])
    np.testing.assert_allclose(seen[1], counted[1])
