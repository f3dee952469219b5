"""Every row's local Jacobian, at every sample: against reverse mode row by row, and central differences."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.jacobian import jacobian_of, pattern
from gradviz.shape import size

CASES = [(op, sample) for op in OPS.values() for sample in op.samples]
named = pytest.mark.parametrize(("op", "sample"), CASES, ids=[f"{op.name}-{i}" for i, (op, _) in enumerate(CASES)])
HALF = 1e-6


def built(op, sample):
    graph = Graph()
    operands = [np.asarray(x, dtype=float) for x in sample.operands]
    terms = [graph.input(f"x{i}", x.shape, x) for i, x in enumerate(operands)]
    return graph, terms, graph.apply(op.name, *terms, **dict(sample.attributes))


def by_reverse_mode(graph, output, term):
    rows = []
    for place in range(size(output.shape)):
        unit = np.zeros(output.shape)
        unit.ravel()[place] = 1
        back = differentiate(graph, output.id, wrt=[term.id], upstream=unit)
        gradient = back.gradients.get(term.id)
        found = np.zeros(term.shape) if gradient is None else evaluate(back.graph, {}, [gradient])[0]
        rows.append(np.ravel(found))
    return np.array(rows).reshape(size(output.shape), size(term.shape))


def by_differences(graph, output, term):
    name, x = term.node.name, np.asarray(graph.values[term.node.name], dtype=float)
    columns = []
    for place in range(x.size):
        moved = [x.copy(), x.copy()]
        for sign, point in zip((1, -1), moved, strict=True):
            point.reshape(-1)[place] += sign * HALF
        ahead, behind = (np.ravel(evaluate(graph, {name: point}, [output.id])[0]) for point in moved)
        columns.append((ahead - behind) / (2 * HALF))
    return np.array(columns).reshape(x.size, size(output.shape)).T


@named
def test_it_is_the_jacobian(op, sample):
    graph, terms, output = built(op, sample)
    for slot, term in enumerate(terms):
        found = jacobian_of(graph, output.id, term.id, {})
        expected = by_reverse_mode(graph, output, term)
        assert found.operator.shape == expected.shape
        np.testing.assert_allclose(found.operator.todense(), expected, rtol=1e-10, atol=1e-12, err_msg=f"by {slot}")
        if not sample.kink and op.name != "top_singular":
            differences = by_differences(graph, output, term)
            if op.name != "stop_gradient":
                np.testing.assert_allclose(expected, differences, rtol=1e-4, atol=1e-5, err_msg=f"by {slot}")


@named
def test_it_multiplies_and_counts_as_its_entries_do(op, sample):
    graph, terms, output = built(op, sample)
    generator = np.random.default_rng(3)
    for term in terms:
        operator = jacobian_of(graph, output.id, term.id, {}).operator
        dense = operator.todense()
        right, left = generator.normal(size=(operator.columns, 3)), generator.normal(size=(operator.rows, 2))
        np.testing.assert_allclose(operator.matmat(right), dense @ right, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(operator.rmatmat(left), dense.T @ left, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(operator.matvec(right[:, 0].reshape(term.shape)), dense @ right[:, 0], atol=1e-9)
        rows, columns, values = operator.entries()
        assert len(rows) == len(columns) == len(values) == operator.nnz >= np.count_nonzero(dense)
        assert len({*zip(rows.tolist(), columns.tolist(), strict=True)}) == len(rows)
        np.testing.assert_array_equal(operator.to_scipy().toarray(), dense)


@named
def test_the_structure_needs_no_numbers(op, sample):
    """Without values the same structure and nonzeros, but that a winner is not known."""
    graph, terms, output = built(op, sample)
    at_point = [jacobian_of(graph, output.id, term.id, {}) for term in terms]
    graph.values.clear()
    for term, known in zip(terms, at_point, strict=True):
        found = jacobian_of(graph, output.id, term.id, {})
        shares, values = pattern(found.operator, known=found.known)
        assert values is None or found.known
        assert (shares > 0).sum() == found.operator.nnz
        if op.name in ("max", "min", "maxout"):
            assert found.operator.nnz >= known.operator.nnz
        else:
            assert (found.operator.structure, found.operator.nnz) == (known.operator.structure, known.operator.nnz)


def agrees(word: str, dense: np.ndarray, nnz: int) -> bool:
    """Whether a matrix is of the kind that a word says."""
    square = dense.shape[0] == dense.shape[1]
    match word:
        case "zero":
            return not dense.any()
        case "identity":
            return square and np.array_equal(dense, np.eye(len(dense)))
        case "scaled identity":
            return square and np.allclose(dense, dense[0, 0] * np.eye(len(dense)))
        case "diagonal":
            return square and np.allclose(dense, np.diag(np.diag(dense)))
        case "selection":
            return bool((np.count_nonzero(dense, axis=1) <= 1).all()) and bool(np.isin(dense, (0, 1)).all())
        case "scaled selection":
            return bool((np.count_nonzero(dense, axis=1) <= 1).all())
        case "low rank":
            return min(dense.shape) > 1 and int(np.linalg.matrix_rank(dense)) < min(dense.shape)
        case "block diagonal":
            return nnz < dense.size or dense.size == 1
        case "Kronecker":
            return nnz <= dense.size
        case "dense":
            return 4 * nnz >= 3 * dense.size
        case _:
            return word == "sparse"


@named
def test_the_word_is_true(op, sample):
    graph, terms, output = built(op, sample)
    for term in terms:
        operator = jacobian_of(graph, output.id, term.id, {}).operator
        if operator.rows and operator.columns:
            assert agrees(operator.structure, operator.todense(), operator.nnz), operator.structure


@named
def test_the_rows_own_word_is_true(op, sample):
    """What a row declares, where the operand is not broadcast, is what the Jacobian is at every sample."""
    graph, terms, output = built(op, sample)
    for slot, term in enumerate(terms):
        declared = op.structure_of(slot)
        dense = by_reverse_mode(graph, output, term)
        if not dense.size or (op.elementwise and term.shape != output.shape):
            continue
        if declared == "block diagonal":
            # Of a single line there is a single block, and a running sum's is a triangle.
            structure = jacobian_of(graph, output.id, term.id, {}).operator.structure
            assert structure in ("block diagonal", "dense", "diagonal", "sparse")
        elif op.name in ("max", "min", "maxout") and sample.kink:
            continue
        else:
            assert agrees(declared, dense, dense.size), declared
