"""Every row of linear algebra, reductions and shaping at every sample: four witnesses that must agree."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import sympy as sp

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph
from gradviz.ops.op import Op, Sample
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.templates import array_function

FAMILIES = ("linear_algebra", "reductions", "shaping")
ROWS = [op for op in OPS.values() if op.family in FAMILIES]
CASES = [(op, sample) for op in ROWS for sample in op.samples]
SMOOTH = [(op, sample) for op, sample in CASES if not sample.kink and op.differentiable]
NO_COMPLEX_STEP = {"max", "min", "top_singular", "cofactor"}
"""Complex numbers have no order, and singular vectors are not analytic in the entries."""


def named(cases: list[tuple[Op, Sample]]) -> Any:
    shapes = [f"{op.name}-{'x'.join(map(str, map(np.shape, s.operands)))}-{dict(s.attributes)}" for op, s in cases]
    return pytest.mark.parametrize(("op", "sample"), cases, ids=shapes)


def operands(sample: Sample) -> list[np.ndarray]:
    return [np.array(operand, dtype=float) for operand in sample.operands]


def built(op: Op, sample: Sample) -> tuple[Graph, list[Any], Any]:
    graph = Graph()
    inputs = [graph.input(f"x{i}", x.shape) for i, x in enumerate(operands(sample))]
    return graph, inputs, graph.apply(op.name, *inputs, **dict(sample.attributes))


def values(sample: Sample) -> dict[str, np.ndarray]:
    return {f"x{i}": x for i, x in enumerate(operands(sample))}


def wave(shape: tuple[int, ...], phase: float = 0.3) -> np.ndarray:
    """Numbers that do not cancel by symmetry."""
    return np.cos(1.7 * np.arange(float(np.prod(shape, dtype=int))) + phase).reshape(shape)


def numeric_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-5) -> np.ndarray:
    gradient = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        moved = [x.copy(), x.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        gradient[place] = (f(moved[0]) - f(moved[1])) / (2 * step)
    return gradient


def slots(op: Op, sample: Sample) -> Iterator[tuple[int, np.ndarray, Callable[[np.ndarray], Any]]]:
    """Each operand, and the operation as a function of it alone."""
    graph, _, output = built(op, sample)
    for slot, x in enumerate(operands(sample)):
        yield (
            slot,
            x,
            lambda moved, slot=slot: evaluate(graph, values(sample) | {f"x{slot}": moved}, [output.id])[0],
        )


@named(CASES)
def test_the_shape_rule_tells_the_shape(op, sample):
    graph, _, output = built(op, sample)
    xs = operands(sample)
    made = array_function(op.name, len(xs), output.node.attributes)(*xs)
    assert np.shape(made) == output.shape
    graph.verify()


@named(CASES)
def test_numbers_and_arrays_agree(op, sample):
    """A scalar goes by the Python expression, the same in an array by NumPy's."""
    graph, _, output = built(op, sample)
    found = evaluate(graph, values(sample), [output.id])[0]
    xs = operands(sample)
    np.testing.assert_allclose(found, array_function(op.name, len(xs), output.node.attributes)(*xs), rtol=1e-14)


@named(SMOOTH)
def test_the_gradient_is_the_central_difference(op, sample):
    graph, inputs, output = built(op, sample)
    upstream = wave(output.shape)
    back = differentiate(graph, output.id, upstream=upstream)
    found = evaluate(back.graph, values(sample), [back.gradients[term.id] for term in inputs])
    for slot, x, f in slots(op, sample):
        expected = numeric_gradient(lambda moved, f=f: float(np.sum(f(moved) * upstream)), x)
        np.testing.assert_allclose(found[slot], expected, rtol=1e-7, atol=2e-8)


@named([(op, sample) for op, sample in SMOOTH if op.name not in NO_COMPLEX_STEP])
def test_the_gradient_is_the_complex_step(op, sample):
    graph, inputs, output = built(op, sample)
    upstream = wave(output.shape)
    back = differentiate(graph, output.id, upstream=upstream)
    found = evaluate(back.graph, values(sample), [back.gradients[term.id] for term in inputs])
    for slot, x, f in slots(op, sample):
        expected = np.zeros_like(x)
        for place in np.ndindex(*x.shape):
            moved = x.astype(complex)
            moved[place] += 1e-30j
            expected[place] = np.sum(f(moved) * upstream).imag / 1e-30
        np.testing.assert_allclose(found[slot], expected, rtol=1e-10, atol=1e-12)


@named(SMOOTH)
def test_the_gradient_can_be_differentiated(op, sample):
    """The derivative of a projection of the gradient, by its own graph and by differences."""
    graph, inputs, output = built(op, sample)
    back = differentiate(graph, output.id, upstream=wave(output.shape))
    for slot, term in enumerate(inputs):
        gradient = back.gradients[term.id]
        direction = wave(term.shape, 0.9)
        again = differentiate(back.graph, gradient, wrt=[t.id for t in inputs], upstream=direction)
        for other, by in enumerate(inputs):
            x = operands(sample)[other]
            asked = again.gradients.get(by.id)
            found = np.zeros_like(x) if asked is None else evaluate(again.graph, values(sample), [asked])[0]

            def projected(moved, other=other, gradient=gradient, direction=direction):
                point = values(sample) | {f"x{other}": moved}
                return float(np.sum(evaluate(back.graph, point, [gradient])[0] * direction))

            expected = numeric_gradient(projected, x)
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7, err_msg=f"by {slot}, then {other}")


def jacobian(op: Op, sample: Sample, slot: int) -> np.ndarray:
    """Rows by output entries, columns by operand entries, exact: one backward pass per row."""
    graph, inputs, output = built(op, sample)
    rows = []
    for place in np.ndindex(*output.shape):
        unit = np.zeros(output.shape)
        unit[place] = 1
        back = differentiate(graph, output.id, upstream=unit)
        rows.append(np.ravel(evaluate(back.graph, values(sample), [back.gradients[inputs[slot].id]])[0]))
    columns = operands(sample)[slot].size
    return np.array(rows).reshape(-1, columns)


def one_line(sample: Sample, shape: tuple[int, ...]) -> np.ndarray:
    """For each entry, which line along the sample's axis it lies on."""
    axis = dict(sample.attributes)["axis"]
    if not isinstance(axis, int):
        return np.zeros(int(np.prod(shape)), dtype=int)
    axis %= len(shape)
    rest = tuple(1 if i == axis else n for i, n in enumerate(shape))
    return np.broadcast_to(np.arange(np.prod(rest)).reshape(rest), shape).ravel()


def agrees(structure: str, matrix: np.ndarray, sample: Sample) -> bool:
    match structure:
        case "identity":
            return np.array_equal(matrix, np.eye(len(matrix)))
        case "zero":
            return not matrix.any()
        case "selection":
            return bool((np.count_nonzero(matrix, axis=1) <= 1).all() and np.isin(matrix, (0, 1)).all())
        case "sparse":
            return len(matrix) == 1 or bool((matrix == 0).any())
        case "block diagonal":
            lines = one_line(sample, np.shape(sample.operands[0]))
            if len(matrix) != len(lines):
                return bool((np.count_nonzero(matrix, axis=0) <= 1).all())
            return bool((matrix[lines[:, np.newaxis] != lines] == 0).all())
        case _:
            return structure in ("dense", "Kronecker")


@named(SMOOTH)
def test_the_structure_is_that_of_the_jacobian(op, sample):
    for slot in range(len(sample.operands)):
        assert agrees(op.structure_of(slot), jacobian(op, sample, slot), sample)


def kronecker(name: str, slot: int, a: np.ndarray, c: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The Jacobian as a Kronecker product, for operands that are plain matrices."""
    match name, slot:
        case "matmul", 0:
            return np.kron(np.eye(len(a)), c.T)
        case "matmul", 1:
            return np.kron(a, np.eye(c.shape[1]))
        case "outer", 0:
            return np.kron(np.eye(a.size), c.reshape(-1, 1))
        case "outer", 1:
            return np.kron(a.reshape(-1, 1), np.eye(c.size))
        case "solve", 0:
            return -np.kron(np.linalg.inv(a), y.T)
        case _:
            return np.kron(np.linalg.inv(a), np.eye(c.shape[1]))


@named([(op, s) for op, s in SMOOTH if op.name in ("matmul", "outer", "solve") and np.ndim(s.operands[0]) < 3])
def test_kronecker_products_are_such(op, sample):
    a, c = operands(sample)
    if op.name != "outer":
        a, c = np.atleast_2d(a), c if c.ndim > 1 else c[:, np.newaxis]
    if c.ndim > 2:
        return
    y = np.atleast_2d(array_function(op.name, 2, ())(a, c))
    for slot in range(2):
        np.testing.assert_allclose(jacobian(op, sample, slot), kronecker(op.name, slot, a, c, y), atol=1e-14)


@named([(op, sample) for op, sample in SMOOTH if len(np.ravel(sample.operands[0])) <= 12])
def test_it_works_on_symbols(op, sample):
    """As explanations use it: on object arrays of SymPy symbols, with the numbers put in afterwards."""
    _, _, output = built(op, sample)
    xs = operands(sample)
    symbols = [np.empty(x.shape, dtype=object) for x in xs]
    point = {}
    for slot, x in enumerate(xs):
        for place in np.ndindex(*x.shape):
            symbols[slot][place] = sp.Symbol(f"x{slot}_{'_'.join(map(str, place))}", real=True)
            point[symbols[slot][place]] = sp.Float(repr(float(x[place])), 30)
    try:
        made = (
            op.symbol(sp, np, *symbols, **output.node.settings)
            if op.symbol is not None
            else array_function(op.name, len(xs), output.node.attributes)(*symbols)
        )
    except NotImplementedError:
        assert op.name == "norm"
        return
    except (TypeError, AttributeError, ValueError):
        assert op.name == "top_singular"
        return
    assert np.shape(made) == output.shape
    found = np.array([float(sp.sympify(entry).subs(point)) for entry in np.ravel(np.asarray(made, dtype=object))])
    expected = array_function(op.name, len(xs), output.node.attributes)(*xs)
    np.testing.assert_allclose(found, np.ravel(expected), rtol=1e-9, atol=1e-12)


MISTAKES = [(op, mistake) for op in ROWS for mistake in op.mistakes]


@pytest.mark.parametrize(("op", "mistake"), MISTAKES, ids=[f"{op.name}-{m.name}-{m.slot}" for op, m in MISTAKES])
def test_a_mistake_is_one(op, mistake):
    """At some sample it gives something of the right shape that is not the gradient."""
    fits = differs = False
    for sample in op.samples:
        graph, inputs, output = built(op, sample)
        g = graph.input("g", output.shape)
        try:
            wrong = mistake.rule(graph, g, output, *inputs, **output.node.settings)
        except ShapeError:
            continue
        if wrong.shape != inputs[mistake.slot].shape:
            continue
        fits = True
        right = op.vjp(mistake.slot)(graph, g, output, *inputs, **output.node.settings)
        point = values(sample) | {"g": wave(output.shape)}
        both = evaluate(graph, point, [wrong.id, right.id])
        differs = differs or not np.allclose(both[0], both[1], rtol=1e-6, atol=1e-9)
    assert fits
    assert differs


@named([(op, sample) for op, sample in CASES if op.kinks])
def test_the_locus_is_zero_at_kinks_alone(op, sample):
    graph, inputs, output = built(op, sample)
    loci = [kink.locus(graph, *inputs, **output.node.settings) for kink in op.kinks]
    found = [evaluate(graph, values(sample), [locus.id])[0] for locus in loci]
    assert any(np.any(np.asarray(value) == 0) for value in found) == sample.kink


@named([(op, sample) for op, sample in CASES if sample.kink])
def test_at_a_kink_the_gradient_is_finite_and_a_subgradient(op, sample):
    graph, inputs, output = built(op, sample)
    back = differentiate(graph, output.id)
    (found,) = evaluate(back.graph, values(sample), [back.gradients[inputs[0].id]])
    assert np.isfinite(found).all()
    x = operands(sample)[0]
    sign = -1 if op.name == "min" else 1
    here = np.sum(evaluate(graph, values(sample), [output.id])[0])
    for phase in range(8):
        away = x + 0.1 * wave(x.shape, float(phase))
        there = np.sum(evaluate(graph, {"x0": away}, [output.id])[0])
        assert sign * there >= sign * (here + np.sum(found * (away - x))) - 1e-12
