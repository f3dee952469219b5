"""Forward mode: every row at every sample against its Jacobian; random graphs; directions of any kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import InternalError
from gradviz.graph.graph import Graph
from gradviz.ops.op import Op, Sample
from gradviz.ops.table import OPS
from gradviz.passes import forward
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.forward import tangent_graph
from gradviz.passes.templates import array_function

CASES = [(op, sample) for op in OPS.values() for sample in op.samples]
SMOOTH = [(op, sample) for op, sample in CASES if not sample.kink]


def named(cases: list[tuple[Op, Sample]]) -> pytest.MarkDecorator:
    ids = [f"{op.name}-{'x'.join(map(str, map(np.shape, s.operands)))}-{dict(s.attributes)}" for op, s in cases]
    return pytest.mark.parametrize(("op", "sample"), cases, ids=ids)


def operands(sample: Sample) -> list[np.ndarray]:
    return [np.array(operand, dtype=float) for operand in sample.operands]


def built(op: Op, sample: Sample):
    graph = Graph()
    inputs = [graph.input(f"x{i}", x.shape) for i, x in enumerate(operands(sample))]
    return graph, inputs, graph.apply(op.name, *inputs, **dict(sample.attributes))


def point(sample: Sample) -> dict[str, np.ndarray]:
    return {f"x{i}": x for i, x in enumerate(operands(sample))}


def wave(shape: tuple[int, ...], phase: float = 0.3) -> np.ndarray:
    """Numbers that do not cancel by symmetry."""
    return np.cos(1.7 * np.arange(float(np.prod(shape, dtype=int))) + phase).reshape(shape)


def still(op: Op, slot: int) -> bool:
    """Whether an operand only decides: a step beside it is a jump (where's condition at 0)."""
    return op.elementwise and op.structure_of(slot) == "zero"


def moves(sample: Sample, phase: float = 0.3) -> dict[str, np.ndarray]:
    return {f"x{i}_dot": wave(x.shape, phase + i) for i, x in enumerate(operands(sample))}


def tangent(graph: Graph, output, values) -> np.ndarray:
    made = tangent_graph(graph, [output.id])
    made.graph.verify()
    found = made.tangents.get(output.id)
    return np.zeros(output.shape) if found is None else np.asarray(evaluate(made.graph, values, [found])[0])


@named(SMOOTH)
def test_the_tangent_is_the_jacobian_times_the_direction(op, sample):
    """The Jacobian row by row, by reverse sweeps."""
    graph, inputs, output = built(op, sample)
    expected = np.zeros(output.shape)
    for place in np.ndindex(*output.shape):
        unit = np.zeros(output.shape)
        unit[place] = 1
        back = differentiate(graph, output.id, upstream=unit)
        for i, term in enumerate(inputs):
            if term.id in back.gradients:
                row = evaluate(back.graph, point(sample), [back.gradients[term.id]])[0]
                expected[place] += np.sum(row * moves(sample)[f"x{i}_dot"])
    found = tangent(graph, output, point(sample) | moves(sample))
    assert found.shape == output.shape
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


@named(SMOOTH)
def test_the_tangent_is_the_central_difference(op, sample):
    graph, _, output = built(op, sample)
    step, ends = 1e-6, []
    for sign in (1, -1):
        moved = {
            f"x{slot}": x if still(op, slot) else x + sign * step * moves(sample)[f"x{slot}_dot"]
            for slot, x in enumerate(operands(sample))
        }
        ends.append(np.asarray(evaluate(graph, moved, [output.id])[0]))
    found = tangent(graph, output, point(sample) | moves(sample))
    np.testing.assert_allclose(found, (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-6)


@named(CASES)
def test_forward_and_reverse_are_adjoint(op, sample):
    """⟨u, J v⟩ = ⟨Jᵀu, v⟩, at kinks too: one subgradient for both."""
    graph, inputs, output = built(op, sample)
    u = wave(output.shape, 1.1)
    back = differentiate(graph, output.id, upstream=u)
    right = 0.0
    for i, term in enumerate(inputs):
        if term.id in back.gradients:
            pulled = evaluate(back.graph, point(sample), [back.gradients[term.id]])[0]
            right += float(np.sum(pulled * moves(sample)[f"x{i}_dot"]))
    left = float(np.sum(u * tangent(graph, output, point(sample) | moves(sample))))
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


@named([(op, s) for op, s in SMOOTH if op.differentiable])
def test_tangents_can_be_differentiated(op, sample):
    """The tangent of the tangent is symmetric in its two directions."""
    graph, inputs, output = built(op, sample)
    once = tangent_graph(graph, [output.id])
    if output.id not in once.tangents:
        return
    again = tangent_graph(once.graph, [once.tangents[output.id]], [term.id for term in inputs])
    last = again.tangents.get(once.tangents[output.id])
    if last is None:
        return
    first, second = moves(sample), moves(sample, 1.9)
    names = {i: again.graph.nodes[again.directions[term.id]].name for i, term in enumerate(inputs)}
    swapped = []
    for one, other in ((first, second), (second, first)):
        values = point(sample) | one | {names[i]: other[f"x{i}_dot"] for i in names}
        swapped.append(evaluate(again.graph, values, [last])[0])
    np.testing.assert_allclose(*swapped, rtol=1e-7, atol=1e-8)


LINEAR = [(op, s) for op, s in CASES if not op.elementwise and any(map(op.linear_in, range(len(s.operands))))]


@named(LINEAR)
def test_linear_rows_are_linear(op, sample):
    xs = operands(sample)
    _, _, output = built(op, sample)
    function = array_function(op.name, len(xs), output.node.attributes)
    alone = [[slot] for slot in range(len(xs)) if op.linear_in(slot) == "alone"]
    together = [slot for slot in range(len(xs)) if op.linear_in(slot) == "together"]
    for slots in [*alone, *([together] if together else [])]:
        other = [wave(x.shape, 2.2) if slot in slots else x for slot, x in enumerate(xs)]
        mixed = [2 * x - 3 * other[slot] if slot in slots else x for slot, x in enumerate(xs)]
        expected = 2 * np.asarray(function(*xs)) - 3 * np.asarray(function(*other))
        np.testing.assert_allclose(function(*mixed), expected, rtol=1e-9, atol=1e-9)


def test_every_row_that_is_linear_says_so():
    """A row that is linear at all samples in some operand, and does not say so, would take the long way."""
    silent = set()
    for op in OPS.values():
        if op.elementwise or not op.differentiable:
            continue
        for slot in range(max(len(s.operands) for s in op.samples)):
            samples = [s for s in op.samples if slot < len(s.operands) and not s.kink and len(s.operands) == 1]
            if samples and not op.linear_in(slot) and all(_is_linear(op, s, slot) for s in samples):
                silent.add(op.name)
    assert not silent


def _is_linear(op: Op, sample: Sample, slot: int) -> bool:
    xs = operands(sample)
    _, _, output = built(op, sample)
    function = array_function(op.name, len(xs), output.node.attributes)
    other = wave(xs[slot].shape, 2.2)
    with np.errstate(all="ignore"):
        points = (2 * xs[slot] - 3 * other, xs[slot], other)
        mixed, one, two = (function(*xs[:slot], x, *xs[slot + 1 :]) for x in points)
        return bool(np.allclose(mixed, 2 * np.asarray(one) - 3 * np.asarray(two)))


def test_directions_are_inputs_of_their_own():
    g = Graph()
    W, x = g.input("W", (2, 3)), g.input("x", (3,))
    f = g.sum(g.tanh(W @ x))
    made = tangent_graph(g, [f.id], [x.id])
    assert list(made.directions) == [x.id]
    direction = made.graph.nodes[made.directions[x.id]]
    assert (direction.name, direction.shape) == ("x_dot", (3,))
    assert W.id not in made.tangents
    assert made.graph.nodes[: len(g)] == g.nodes


def test_a_direction_finds_a_free_name():
    g = Graph()
    x, taken = g.input("x"), g.input("x_dot")
    made = tangent_graph(g, [(x * taken).id])
    assert [made.graph.nodes[i].name for i in made.directions.values()] == ["x_dot2", "x_dot_dot"]


def test_nothing_moves_through_a_comparison_or_a_stop():
    g = Graph()
    x = g.input("x")
    stopped, compared = g.stop_gradient(x), x > 0
    assert set(tangent_graph(g, [stopped.id, compared.id]).tangents) == {x.id}
    made = tangent_graph(g, [(stopped * x).id])
    assert evaluate(made.graph, {"x": 3, "x_dot": 1}, [made.tangents[len(g) - 1]]) == [3.0]


def test_along_an_intermediate():
    """The direction of an intermediate adds to what its operands carry."""
    g = Graph()
    x = g.input("x")
    q = g.sin(x)
    f = q * x
    made = tangent_graph(g, [f.id], [x.id, q.id])
    names = {i: made.graph.nodes[d].name for i, d in made.directions.items()}
    found = evaluate(made.graph, {"x": 0.7, names[x.id]: 2.0, names[q.id]: 3.0}, [made.tangents[f.id]])[0]
    assert found == pytest.approx((2 * math.cos(0.7) + 3) * 0.7 + 2 * math.sin(0.7))


def test_an_infinite_slope_stays_out_of_the_branch_not_taken():
    g = Graph()
    x = g.input("x")
    f = g.sqrt(g.where(x > 0, x, 0))
    assert tangent(g, f, {"x": -1.0, "x_dot": 1.0}) == 0.0


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (1, 1), (2, 0, 1)])
def test_empty_arrays_and_axes_of_size_1(shape):
    g = Graph()
    x = g.input("x", shape)
    f = g.sum(g.exp(x) * x)
    values = {"x": wave(shape), "x_dot": wave(shape, 0.9)}
    expected = np.sum(np.exp(values["x"]) * (1 + values["x"]) * values["x_dot"])
    assert tangent(g, f, values) == pytest.approx(expected)


def test_not_a_number_is_kept():
    g = Graph()
    x = g.input("x", (2,))
    found = tangent(g, g.log(x), {"x": [math.nan, 1.0], "x_dot": [1.0, 1.0]})
    np.testing.assert_array_equal(found, [math.nan, 1.0])


def test_a_chain_of_100_000_operations():
    g = Graph()
    x = g.input("x")
    t = x
    for _ in range(50_000):
        t = g.sin(t) + x
    made = tangent_graph(g, [t.id])
    assert len(made.graph) <= 3 * len(g)
    back = differentiate(g, t.id)
    ahead = evaluate(made.graph, {"x": 0.1, "x_dot": 1.0}, [made.tangents[t.id]])[0]
    assert ahead == pytest.approx(evaluate(back.graph, {"x": 0.1}, [back.gradients[x.id]])[0], rel=1e-9)


def test_a_rule_that_is_not_linear_is_refused(monkeypatch):
    from dataclasses import replace

    broken = replace(OPS["logsumexp"], name="logsumexp", vjps=(lambda b, g, y, x, axis, keepdims: g * g * x,))
    monkeypatch.setattr(forward, "OPS", {**OPS, "logsumexp": broken})
    forward._transposed.cache_clear()
    g = Graph()
    with pytest.raises(InternalError, match="not linear"):
        tangent_graph(g, [g.logsumexp(g.input("x", (3,))).id])
    forward._transposed.cache_clear()


WAYS = {
    "add": lambda g, a, b: a + b,
    "mul": lambda g, a, b: a * b,
    "div": lambda g, a, b: a / (b * b + 2),
    "matmul": lambda g, a, b: a @ g.transpose(b) @ a,
    "tanh": lambda g, a, b: g.tanh(a),
    "softmax": lambda g, a, b: g.softmax(b),
    "spread": lambda g, a, b: g.sum(a, axis=0) * b,
    "norm": lambda g, a, b: a / (1 + g.norm(b)),
    "rows": lambda g, a, b: g.concat(a[:1], b[1:]),
    "inverse": lambda g, a, b: g.inv(a @ g.transpose(a) + 3 * g.diag(g.constant(1, (2,)))) @ b,
    "relu": lambda g, a, b: g.relu(a) + b,
    "max": lambda g, a, b: g.max(a) * b,
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WAYS)), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=8))
def test_random_graphs_of_arrays(steps):
    g = Graph()
    terms = [g.input("x", (2, 3)), g.input("y", (2, 3))]
    for way, first, second in steps:
        terms.append(WAYS[way](g, terms[first % len(terms)], terms[-1 - second % len(terms)]))
    f = g.sum(g.sin(terms[-1]))
    values = {"x": wave((2, 3)), "y": wave((2, 3), 1.2)}
    along = {"x_dot": wave((2, 3), 2.1), "y_dot": wave((2, 3), 0.4)}
    back = differentiate(g, f.id)
    expected = sum(
        float(np.sum(evaluate(back.graph, values, [back.gradients[i]])[0] * along[f"{name}_dot"]))
        for name, i in g.inputs.items()
        if i in back.gradients
    )
    assert float(tangent(g, f, values | along)) == pytest.approx(expected, rel=1e-8, abs=1e-8)
