"""The parts of an explanation, each by itself: names, values, curves, Jacobians, sentences."""

import math
from itertools import islice, pairwise

import numpy as np
import pytest

from gradviz.explanation.curves import curve_of
from gradviz.explanation.jacobians import jacobian_facts
from gradviz.explanation.mathematics import partial_math
from gradviz.explanation.naming import free_name, fresh_names
from gradviz.explanation.narration import GATES, gate_sentence, short, sum_sentence
from gradviz.explanation.values import to_value
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS


def test_names_skip_what_the_program_uses_or_begins() -> None:
    assert list(islice(fresh_names({"x", "rate", "s1"}), 3)) == ["q", "t", "u"]


def test_names_go_on_with_numbers() -> None:
    names = list(islice(fresh_names({"x", "q2"}), 20))
    assert names[16:19] == ["q1", "q3", "q4"]
    assert len(set(names)) == 20


def test_e_and_pi_are_never_made_up() -> None:
    assert not {"e", "pi", "f", "x"} & set(islice(fresh_names(set()), 40))


def test_a_taken_name_is_left() -> None:
    assert free_name("f", {"x"}) == "f"
    assert free_name("f", {"f", "L"}) == "F"


def test_small_arrays_are_whole_and_large_ones_have_a_summary() -> None:
    assert to_value(np.arange(256.0)).summary is None
    summary = to_value(np.r_[np.zeros(300), np.ones(100)]).summary
    assert summary is not None
    assert (summary.low, summary.high, summary.zeros, summary.finite) == (0, 1, 0.75, 1)
    assert len(summary.bins) == 64
    assert sum(summary.histogram) == 400


def test_a_summary_of_what_is_not_finite() -> None:
    summary = to_value(np.full(300, math.nan)).summary
    assert summary is not None
    assert summary.finite == 0
    assert summary.low == summary.high == 0


def test_symbols_in_three_notations() -> None:
    math_ = partial_math("f", "x0")
    assert math_.unicode == "∂f/∂x₀"
    assert math_.latex == r"\frac{\partial f}{\partial x_{0}}"


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.elementwise and op.arity == 1])
def test_every_function_of_one_operand_has_a_curve_in_the_unit_square(name: str) -> None:
    g = Graph()
    node = g.apply(name, g.input("x"), **dict(OPS[name].samples[0].attributes)).node
    for at in (None, 0.5, -40.0, 1000.0, 0.0):
        curve = curve_of(g.nodes, node, 0, at, 1.0, kink=False)
        if curve is None:
            continue
        assert curve.points
        for piece in curve.points:
            assert len(piece) > 1
            assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in piece)
        if curve.point is not None:
            assert all(-1e-9 <= part <= 1 + 1e-9 for part in curve.point)
    assert curve_of(g.nodes, node, 0, None, None, kink=False) is not None


def test_the_tangent_has_the_curves_slope() -> None:
    g = Graph()
    node = g.sin(g.input("x")).node
    curve = curve_of(g.nodes, node, 0, 0.3, math.cos(0.3), kink=False)
    assert curve is not None
    assert curve.point is not None
    assert curve.slope is not None
    x, y = curve.point
    near = min((p for piece in curve.points for p in piece if p[0] > x + 0.01), key=lambda p: p[0])
    assert (near[1] - y) / (near[0] - x) == pytest.approx(curve.slope, rel=0.1)


def test_a_pole_breaks_the_curve() -> None:
    g = Graph()
    node = g.tan(g.input("x")).node
    curve = curve_of(g.nodes, node, 0, None, None, kink=False)
    assert curve is not None
    for piece in curve.points:
        assert all(abs(b[1] - a[1]) < 0.5 for a, b in pairwise(piece))


def dense(g: Graph, id: int, slot: int) -> np.ndarray:
    """The local Jacobian by finite differences, for the tests only."""
    from gradviz.passes.evaluate import evaluate

    node = g.nodes[id]
    generator = np.random.default_rng(0)
    values = {n: generator.uniform(0.5, 1.5, g.nodes[i].shape) for n, i in g.inputs.items()}
    name = g.nodes[node.operands[slot]].name
    assert name is not None
    columns = []
    for k in range(values[name].size):
        sides = []
        for step in (1e-6, -1e-6):
            moved = values[name].copy()
            moved.ravel()[k] += step
            sides.append(np.asarray(evaluate(g, {**values, name: moved}, [id])[0]).ravel())
        columns.append((sides[0] - sides[1]) / 2e-6)
    return np.array(columns).T


def jacobian_cases() -> list[tuple[Graph, int, int]]:
    cases = []
    for build in (
        lambda g: g.sin(g.input("x", (3,))),
        lambda g: g.input("x", (2, 1)) * g.input("y", (3,)),
        lambda g: g.input("x", (2, 3)) @ g.input("y", (3,)),
        lambda g: g.input("x", (2, 3)) @ g.input("y", (3, 2)),
        lambda g: g.sum(g.input("x", (2, 3)), axis=0),
        lambda g: g.sum(g.input("x", (2, 3))),
        lambda g: g.softmax(g.input("x", (2, 3))),
        lambda g: g.reshape(g.input("x", (2, 3)), shape=(3, 2)),
        lambda g: g.transpose(g.input("x", (2, 3))),
        lambda g: g.concat(g.input("x", (2,)), g.input("y", (3,))),
        lambda g: g.input("x", (4,))[1:3],
    ):
        g = Graph()
        id = build(g).id
        cases.extend((g, id, slot) for slot in range(len(g.nodes[id].operands)))
    return cases


@pytest.mark.parametrize("case", range(16))
def test_nonzeros_are_counted_without_forming_the_jacobian(case: int) -> None:
    cases = jacobian_cases()
    if case >= len(cases):
        return
    g, id, slot = cases[case]
    facts = jacobian_facts(g, g.nodes[id], slot)
    true = np.abs(dense(g, id, slot)) > 1e-9
    assert (facts.rows, facts.columns) == true.shape
    assert facts.nonzeros == true.sum()
    assert np.array_equal(np.array(facts.pattern, dtype=bool), true)


def test_a_large_jacobian_is_a_small_picture() -> None:
    g = Graph()
    x = g.input("x", (100, 4096))
    facts = jacobian_facts(g, g.relu(x).node, 0)
    assert (facts.rows, facts.columns, facts.nonzeros) == (409_600, 409_600, 409_600)
    assert np.array_equal(np.array(facts.pattern), np.eye(8))


def test_every_gate_of_the_table_has_a_sentence() -> None:
    for op in OPS.values():
        g = Graph()
        for verb in {op.gate, op.gate_constant, *op.gate_constants} - {""}:
            node = type(g.input("x").node)(op, (), (), ())
            assert verb in gate_sentence(node, verb, "", None) or (op.name, verb) in GATES
            g = Graph()


def test_sums_are_said_with_brackets_around_negatives() -> None:
    assert sum_sentence("x", [3, -4], -1) == "x is used twice, so its contributions are added: 3 + (−4) = −1"


def test_short_numbers() -> None:
    assert [short(v) for v in (-0.0, 0.123456, math.nan, -math.inf)] == ["0", "0.1235", "NaN", "−∞"]
