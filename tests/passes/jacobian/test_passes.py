"""Patterns that are traced and coloured: how many sweeps the entries take, and that they are right."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.jacobian import jacobian_of, tracing
from gradviz.passes.jacobian.colouring import coloured
from gradviz.passes.jacobian.sweeping import Swept


def vector(n):
    graph = Graph()
    return graph, graph.input("x", (n,)), np.random.default_rng(1).normal(size=n)


def tridiagonal(n):
    """Each output between two neighbours: x₍ᵢ₋₁₎² + xᵢ x₍ᵢ₊₁₎, with entries known by hand."""
    graph, x, at = vector(n)
    y = x[1:-1] * x[2:] + x[:-2] ** 2
    expected = np.zeros((n - 2, n))
    i = np.arange(n - 2)
    expected[i, i], expected[i, i + 1], expected[i, i + 2] = 2 * at[:-2], at[2:], at[1:-1]
    return graph, y, x, at, expected


def banded(n):
    """The difference of neighbours, four times: five diagonals."""
    graph, x, at = vector(n)
    y = x**2
    expected = np.diag(2 * at)
    for _ in range(4):
        y = y[1:] - y[:-1]
        expected = expected[1:] - expected[:-1]
    return graph, y, x, at, expected


def arrow(n):
    """Full first row, full first column, and the diagonal."""
    graph, x, at = vector(n)
    first = np.zeros(n)
    first[0] = 1
    y = x * x[0] + graph.sum(x**2) * graph.constant(first)
    expected = np.diag(np.full(n, at[0]))
    expected[:, 0] += at
    expected[0] += 2 * at
    return graph, y, x, at, expected


def blocks(n):
    """Products of pairs within groups of four."""
    graph, x, at = vector(n)
    groups = graph.reshape(x, shape=(n // 4, 4))
    y = graph.reshape(groups * graph.exp(graph.flip(groups, axis=1)), shape=(n,))
    i = np.arange(n)
    other = i + 3 - 2 * (i % 4)
    expected = np.diag(np.exp(at[other]))
    expected[i, other] = at * np.exp(at[other])
    return graph, y, x, at, expected


CASES = {tridiagonal: (3, "sparse"), banded: (5, "sparse"), arrow: (3, "sparse"), blocks: (2, "block diagonal")}
each = pytest.mark.parametrize(("build", "expected"), CASES.items(), ids=[case.__name__ for case in CASES])


@each
def test_few_passes_find_all_entries(build, expected, monkeypatch):
    swept = []
    ahead, back = Swept.matmat, Swept.rmatmat
    monkeypatch.setattr(Swept, "matmat", lambda self, block: swept.append(block.shape[1]) or ahead(self, block))
    monkeypatch.setattr(Swept, "rmatmat", lambda self, block: swept.append(block.shape[1]) or back(self, block))
    graph, y, x, at, dense = build(2000)
    found = jacobian_of(graph, y.id, x.id, {"x": at})
    assert (found.passes, found.operator.structure) == expected
    assert sum(swept) == found.passes
    assert "not" in found.found
    np.testing.assert_allclose(found.operator.todense(), dense, rtol=1e-12, atol=1e-12)
    assert found.operator.nnz == np.count_nonzero(dense)


@each
def test_the_pattern_needs_no_numbers(build, expected):
    graph, y, x, _, dense = build(400)
    found = jacobian_of(graph, y.id, x.id, {})
    assert found.missing == ("x",)
    assert (found.passes, found.operator.structure) == expected
    rows, columns, _ = found.operator.entries()
    pattern = np.zeros(dense.shape, dtype=bool)
    pattern[rows, columns] = True
    np.testing.assert_array_equal(pattern, dense != 0)


def test_a_wide_function_is_found_backward():
    graph, x, at = vector(1000)
    y = graph.stack(x[0] * graph.sum(x), graph.sum(x**2))
    found = jacobian_of(graph, y.id, x.id, {"x": at})
    assert found.found == "by 2 reverse passes"
    np.testing.assert_allclose(found.operator.todense()[1], 2 * at)


def test_an_infinite_entry_leaves_its_neighbours_alone():
    graph, x, at = vector(6)
    at[:] = [4, 0, 1, 9, 0, 16]
    y = graph.sqrt(x[1:]) + 3 * x[:-1]
    found = jacobian_of(graph, y.id, x.id, {"x": at}).operator.todense()
    i = np.arange(5)
    np.testing.assert_array_equal(found[i, i], 3)
    np.testing.assert_allclose(found[i, i + 1], [np.inf, 0.5, 1 / 6, np.inf, 1 / 8])
    assert np.isfinite(found).sum() == 28


def test_what_is_too_large_to_trace_multiplies_all_the_same(monkeypatch):
    monkeypatch.setattr(tracing, "TRACED", 10)
    monkeypatch.setattr(tracing, "SMALL", 0)
    graph, y, x, at, dense = tridiagonal(200)
    found = jacobian_of(graph, y.id, x.id, {"x": at})
    assert isinstance(found.operator, Swept)
    assert (found.passes, found.operator.nnz) == (0, dense.size)
    v, u = np.random.default_rng(2).normal(size=200), np.random.default_rng(3).normal(size=198)
    np.testing.assert_allclose(found.operator.matvec(v), dense @ v)
    np.testing.assert_allclose(found.operator.rmatvec(u), u @ dense)
    np.testing.assert_allclose(found.operator.todense(), dense)


@pytest.mark.parametrize("seed", range(40))
def test_no_two_of_a_colour_meet(seed):
    generator = np.random.default_rng(seed)
    height, width = generator.integers(1, 40, size=2)
    mask = generator.random((height, width)) < generator.choice([0.0, 0.05, 0.2, 0.6, 1.0])
    mask[generator.integers(height)] |= generator.random() < 0.5
    rows, columns = np.nonzero(mask)
    made = coloured(height, width, rows, columns)
    assert made.passes <= min(height, width)
    for row, column in zip(rows, columns, strict=True):
        if made.rows[row] < 0:
            others = np.flatnonzero(mask[row])
            assert (made.columns[others] == made.columns[column]).sum() == 1
            assert 0 <= made.columns[column] < made.forward
        else:
            others = np.flatnonzero(mask[:, column])
            assert (made.rows[others] == made.rows[row]).sum() == 1
            assert made.rows[row] < made.backward


def test_long_chains_and_shared_parts_stay_linear():
    graph, x, at = vector(3)
    y = x
    for _ in range(2000):
        y = graph.tanh(y) + y * 0.5
    operator = jacobian_of(graph, y.id, x.id, {"x": at}).operator
    assert operator.structure == "diagonal"
    graph, x, at = vector(3)
    y = x
    for _ in range(2000):
        y = graph.sin(y) + 0.5 * graph.flip(y)
    found = jacobian_of(graph, y.id, x.id, {"x": at})
    assert found.operator.nnz == 5
