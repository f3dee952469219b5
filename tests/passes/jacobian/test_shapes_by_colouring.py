"""Large Jacobians and Hessians with a shape: few sweeps find all entries, those of a dense row or column too."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.graph.graph import Graph
from gradviz.passes.jacobian import jacobian_of
from gradviz.passes.jacobian.arrays import Dense, LowRank
from gradviz.passes.jacobian.coupled import DiagonalPlusCoupling
from gradviz.passes.jacobian.merging import product
from gradviz.passes.jacobian.simple import summed
from gradviz.passes.second import hessian_of

N = 10_000


def point():
    return 1 + 0.1 * np.random.default_rng(0).standard_normal(N)


def test_tridiagonal_takes_three_passes():
    g, v = Graph(), point()
    x = g.input("x", (N,))
    f = g.concat(x[:1] ** 2, x[1:-1] ** 3 - g.sin(x[:-2]) - 2 * x[2:], x[-1:] * x[-2:-1], axis=0)
    found = jacobian_of(g, f.id, x.id, {"x": v})
    assert (found.passes, found.operator.nnz) == (3, 3 * N - 3)
    matrix = found.operator.to_scipy()
    np.testing.assert_allclose(matrix.diagonal()[1:-1], 3 * v[1:-1] ** 2)
    np.testing.assert_allclose(matrix.diagonal(-1)[:-1], -np.cos(v[:-2]))
    np.testing.assert_allclose(matrix.diagonal(1)[1:], -2.0)


def test_an_arrow_takes_three_passes_one_of_them_reverse():
    """Its full row alone would give every column a colour of its own."""
    g, v = Graph(), point()
    x = g.input("x", (N,))
    f = g.concat(g.reshape(g.sum(x * x), shape=(1,)), x[:1] * x[1:] + g.exp(x[1:]), axis=0)
    found = jacobian_of(g, f.id, x.id, {"x": v})
    assert (found.passes, found.operator.nnz) == (3, 3 * N - 2)
    assert found.found == "by 2 forward and 1 reverse passes, not 10000"
    matrix = found.operator.to_scipy()
    np.testing.assert_allclose(matrix[[0]].toarray()[0], 2 * v)
    np.testing.assert_allclose(matrix[:, [0]].toarray()[1:, 0], v[1:])
    np.testing.assert_allclose(matrix.diagonal()[1:], v[0] + np.exp(v[1:]))


def test_a_tridiagonal_hessian_takes_three_products():
    g, v = Graph(), point()
    x = g.input("x", (N,))
    found = hessian_of(g, g.sum((x[1:] - x[:-1] ** 2) ** 2).id, values={"x": v})
    matrix = found.to_scipy()
    assert found.entry_passes == 3
    np.testing.assert_allclose(matrix.diagonal(1), -4 * v[:-1])
    np.testing.assert_allclose(matrix.diagonal()[1:-1], 12 * v[1:-1] ** 2 - 4 * v[2:] + 2)


def test_an_arrow_hessian_takes_three_products():
    g, v = Graph(), point()
    x = g.input("x", (N,))
    found = hessian_of(g, (g.sum(x**4) + x[0] ** 2 * g.sum(g.sin(x[1:]))).id, values={"x": v})
    matrix = found.to_scipy()
    assert found.entry_passes == 3
    np.testing.assert_allclose(matrix[[0]].toarray()[0, 1:], 2 * v[0] * np.cos(v[1:]))
    np.testing.assert_allclose(matrix.diagonal()[1:], 12 * v[1:] ** 2 - v[0] ** 2 * np.sin(v[1:]))


@pytest.mark.parametrize(
    ("text", "nonzeros"),
    [
        ("f = concat(x[0:1]^2, x[1:-1]^3 - sin(x[:-2]) - 2*x[2:], x[-1:]*x[-2:-1], axis=0)", 3 * N - 3),
        ("f = concat(reshape(sum(x*x), shape=(1,)), x[0]*x[1:] + exp(x[1:]), axis=0)", 3 * N - 2),
    ],
    ids=["tridiagonal", "arrow"],
)
def test_from_the_language(text, nonzeros):
    found = gradviz.jacobian(f"x : {N}\n{text}", at={"x": point()})
    assert (found.nnz, found.passes) == (nonzeros, 3)


@pytest.mark.parametrize("shape", [(4096,), (100, 4096)])
def test_relu_is_its_diagonal(shape):
    g = Graph()
    x = g.input("x", shape)
    v = np.random.default_rng(1).standard_normal(shape)
    found = jacobian_of(g, g.relu(x).id, x.id, {"x": v})
    assert found.operator.structure == "diagonal"
    assert found.operator.stored_bytes == 8 * v.size
    np.testing.assert_array_equal(found.operator.matvec(np.ones(v.size)), np.ravel(v > 0))


@pytest.mark.parametrize("columns", [1, 5])
def test_softmax_of_a_layer_is_multiplied_out(columns):
    """In one pass over the matrix, without a sweep for each column."""
    g, dice = Graph(), np.random.default_rng(2)
    w, x = dice.standard_normal((40, columns)), dice.standard_normal(columns)
    entry = g.input("x", (columns,))
    f = g.softmax(g.input("W", (40, columns)) @ entry)
    found = jacobian_of(g, f.id, entry.id, {"W": w, "x": x})
    assert found.passes == 0
    z = np.exp(w @ x)
    s = z / z.sum()
    np.testing.assert_allclose(found.operator.todense(), (np.diag(s) - np.outer(s, s)) @ w, atol=1e-15)


def softmax_operator(n):
    g = Graph()
    x = g.input("x", (n,))
    return jacobian_of(g, g.softmax(x).id, x.id, {"x": np.linspace(-1, 1, n)}).operator


@pytest.mark.parametrize("other", ["dense", "low rank"])
def test_products_with_a_coupling_beside_a_diagonal(other):
    dice = np.random.default_rng(3)
    coupled = softmax_operator(6)
    assert isinstance(coupled, DiagonalPlusCoupling)
    if other == "dense":
        tall, wide = Dense(dice.standard_normal((6, 4))), Dense(dice.standard_normal((3, 6)))
    else:
        tall = LowRank(dice.standard_normal((6, 2)), dice.standard_normal((2, 5)))
        wide = LowRank(dice.standard_normal((5, 2)), dice.standard_normal((2, 6)))
    np.testing.assert_allclose(product(coupled, tall).todense(), coupled.todense() @ tall.todense(), atol=1e-15)
    np.testing.assert_allclose(product(wide, coupled).todense(), wide.todense() @ coupled.todense(), atol=1e-15)


def test_rows_are_summed_at_their_places():
    dice = np.random.default_rng(4)
    for count in (1, 3, 7):
        block, places = dice.standard_normal((20, 3)), dice.integers(-1, count, 20)
        expected = np.array([block[places == place].sum(axis=0) for place in range(count)])
        np.testing.assert_allclose(summed(block, places, count), expected, atol=1e-14)
    np.testing.assert_array_equal(summed(np.ones((2, 3)), np.array([-1, -1]), 2), np.zeros((2, 3)))
