"""Counted operations against hand counts and against what sweeps really do."""

from __future__ import annotations

import numpy as np
import pytest

from gradviz.errors import ValueProblem
from gradviz.explanation.costs import cost_facts, duration
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.ops.work import work_of
from gradviz.passes.compiling.targets import target_function
from gradviz.passes.costs import Costs, Measured, costs_of, differences, measure, operations

HAND = [
    ("add", ((2, 3), (3,)), {}, 6),
    ("exp", ((),), {}, 1),
    ("sum", ((4, 5),), {"axis": 0, "keepdims": False}, 20),
    ("matmul", ((2, 3), (3, 4)), {}, 2 * 4 * 5),
    ("matmul", ((3,), (3,)), {}, 5),
    ("matmul", ((7, 2, 3), (3, 4)), {}, 7 * 2 * 4 * 5),
    ("matmul", ((2, 0), (0, 3)), {}, 0),
    ("dot", ((6,), (6,)), {}, 11),
    ("outer", ((2,), (3,)), {}, 6),
    ("einsum", ((2, 3), (3, 4)), {"equation": "ij,jk->ik"}, 2 * 2 * 3 * 4),
    ("einsum", ((2, 3),), {"equation": "ij->ji"}, 0),
    ("inv", ((3, 3),), {}, 54),
    ("inv", ((5, 3, 3),), {}, 270),
    ("det", ((3, 3),), {}, 18),
    ("solve", ((3, 3), (3,)), {}, 18 + 18),
    ("solve", ((3, 3), (3, 2)), {}, 18 + 36),
    ("transpose", ((2, 3),), {"axes": None}, 0),
    ("reshape", ((2, 3),), {"shape": (6,)}, 0),
    ("broadcast_to", ((3,),), {"shape": (2, 3)}, 0),
    ("sum_to", ((2, 3),), {"shape": ()}, 6),
    ("squared_norm", ((2, 3),), {}, 11),
    ("norm", ((2, 3),), {"ord": None}, 12),
]


@pytest.mark.parametrize(("name", "shapes", "settings", "count"), HAND)
def test_counts_by_hand(name, shapes, settings, count):
    op = OPS[name]
    assert work_of(op, shapes, op.shape(shapes, **settings), tuple(settings.items())) == count


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_every_row_has_a_count(op):
    for sample in op.samples:
        shapes = tuple(np.shape(operand) for operand in sample.operands)
        given = dict(sample.attributes)
        settings = {p.name: given.get(p.name, p.default) for p in op.parameters}
        count = work_of(op, shapes, op.shape(shapes, **settings), tuple(settings.items()))
        assert isinstance(count, int)
        assert count >= 0


def test_what_depends_on_no_input_is_not_counted():
    g = Graph()
    x = g.input("x")
    f = x * g.exp(g.constant(2))
    assert operations(g, [f.id]) == 1


def test_the_lectures_circuit():
    """(x + y)·z: both gradients are there already, so that the reverse sweep costs nothing."""
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    found = costs_of(g, ((x + y) * z).id)
    assert found == Costs(inputs=3, outputs=1, value=2, tangent=4, cotangent=0)
    assert (found.forward_mode, found.reverse_mode, found.numerical, found.central) == (14, 2, 8, 14)
    assert found.cheapest == "reverse"


def test_one_input_and_many_outputs():
    g = Graph()
    x = g.input("x")
    f = g.stack(*[g.sin(k * x) for k in range(1, 6)])
    found = costs_of(g, f.id)
    assert (found.inputs, found.outputs, found.cheapest) == (1, 5, "forward")
    assert found.forward_mode < found.reverse_mode


def test_one_by_one_is_equal_where_the_sweeps_are():
    g = Graph()
    x = g.input("x")
    assert costs_of(g, (3 * x).id).cheapest in ("reverse", "equal")
    facts = cost_facts(Costs(1, 1, 4, 2, 2))
    assert facts.cheapest == "equal"
    assert "the same 6 operations" in facts.says[0]


def test_only_what_is_wanted_counts():
    g = Graph()
    W, x = g.input("W", (30, 40)), g.input("x", (40,))
    f = g.squared_norm(W @ x)
    by_x, by_both = costs_of(g, f.id, [x.id]), costs_of(g, f.id)
    assert (by_x.inputs, by_both.inputs) == (40, 1240)
    assert by_both.cotangent - by_x.cotangent == 1200  # the outer product
    assert by_x.value == by_both.value == 30 * 79 + 59


@pytest.mark.parametrize("depth", [1, 5, 40])
def test_a_reverse_sweep_is_a_few_evaluations(depth):
    """Baur and Strassen: whatever the number of inputs."""
    g = Graph()
    x = g.input("x", (50,))
    t = x
    for _ in range(depth):
        t = g.tanh(t * x + 1)
    found = costs_of(g, g.sum(t).id)
    assert found.reverse_mode <= 5 * found.value
    assert found.value + found.tangent <= 5 * found.value
    assert found.numerical == 51 * found.value


def test_nothing_to_differentiate():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    found = costs_of(g, (2 * y).id, [x.id])
    assert (found.tangent, found.cotangent) == (0, 0)
    assert cost_facts(Costs(0, 1, 3, 0, 0)).says == ("1 output, 0 inputs: there is nothing to differentiate.",)
    assert cost_facts(costs_of(g, (1 * x).id)).says


def test_the_sentences():
    says = cost_facts(Costs(inputs=1_000_000, outputs=1, value=10, tangent=20, cotangent=20)).says
    assert says[0] == (
        "1 output, 1,000,000 inputs: one reverse sweep (with the value, about 3 evaluations) gives every derivative."
    )
    assert "Forward mode needs a sweep for each input, 1,000,000 here" in says[1]
    assert "1,000,001 times" in says[2]
    assert "(2,000,001 by central differences)" in says[2]
    forward = cost_facts(Costs(inputs=1, outputs=1000, value=10, tangent=20, cotangent=20)).says
    assert forward[0].startswith("1,000 outputs, 1 input: one forward sweep")
    assert forward[1].startswith("Reverse mode needs a sweep for each output")


@pytest.mark.parametrize(("seconds", "text"), [(2.5, "2.5 s"), (0.0031, "3.1 ms"), (4.2e-5, "42 µs"), (3e-7, "0.3 µs")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_measured():
    g = Graph()
    W, x = g.input("W", (4, 5)), g.input("x", (5,))
    f = g.squared_norm(g.tanh(W @ x))
    values = {"W": np.cos(np.arange(20.0)).reshape(4, 5), "x": np.linspace(-1, 1, 5)}
    found = measure(g, f.id, values, repeats=2)
    assert found.agrees is True
    assert set(found.seconds) == {"value", "tangent", "cotangent", "numerical"}
    assert all(seconds > 0 for seconds in found.seconds.values())
    says = cost_facts(costs_of(g, f.id), found).says
    assert any("Central differences took" in line for line in says)


def test_at_a_kink_the_numerical_gradient_differs():
    g = Graph()
    x = g.input("x")
    f = g.maximum(x, 0)
    found = measure(g, f.id, {"x": 0.0}, repeats=1)
    assert found.agrees is False
    says = cost_facts(costs_of(g, f.id), found).says
    assert any("kink" in line for line in says)


def test_too_many_inputs_for_differences():
    g = Graph()
    x = g.input("x", (3000,))
    found = measure(g, g.sum(x * x).id, {"x": np.ones(3000)}, repeats=1)
    assert "numerical" not in found.seconds
    assert found.agrees is None
    assert cost_facts(costs_of(g, len(g) - 1), found).seconds == found.seconds


def test_measuring_needs_values():
    g = Graph()
    f = g.input("x") * g.input("y")
    with pytest.raises(ValueProblem, match="y has no value"):
        measure(g, f.id, {"x": 1})


def test_differences_are_the_gradient():
    g = Graph()
    x, y = g.input("x", (2,)), g.input("y")
    f = g.sum(x**3) * y
    function = target_function(g, ["x", "y"], [f.id])
    by_x, by_y = differences(function, {"x": np.array([1.0, 2.0]), "y": 2.0}, ["x", "y"])
    np.testing.assert_allclose(by_x, [6.0, 24.0], rtol=1e-7)
    assert by_y == pytest.approx(9.0)


def test_target_functions():
    g = Graph()
    x, v = g.input("x"), g.input("v", (2,))
    wanted = [(x * 2).id, (v * x).id, g.constant(3).id, v.id]
    found = target_function(g, ["x", "v"], wanted)(2.0, np.array([1.0, 2.0]))
    assert found[0] == 4.0
    np.testing.assert_array_equal(found[1], [2.0, 4.0])
    assert found[2] == 3.0
    np.testing.assert_array_equal(found[3], [1.0, 2.0])
    assert target_function(g, ["x"], [])(1.0) == ()


def test_a_long_chain_is_a_function_too():
    g = Graph()
    x = g.input("x")
    t = x
    for _ in range(15_000):
        t = g.sin(t) + x
    (found,) = target_function(g, ["x"], [t.id])(0.1)
    assert np.isfinite(found)
    assert Measured({}, None).agrees is None
