"""The algebraic stage: the same numbers to the last infinity, NaN and sign of zero, by fewer operations."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.compiling.algebra import cheaper
from gradviz.passes.compiling.regrouping import RULES
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate

DYADIC = (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -4.0, math.inf, -math.inf, math.nan)
"""Sums and products of these, and quotients of products, are exact: every way to compute them gives the same bits."""
CONSTANTS = (1, -1, 2, -2, 0.5, -0.5, 4)
POWERS = (2, 3, 4, -1, -2, 5)
NAMES = ("x", "y", "z")


@st.composite
def graphs(draw):
    """A graph of three inputs, and its output: nothing is divided by but products, so that no digit is lost."""
    g = Graph()
    products = [g.input(name) for name in NAMES]
    anything = list(products)
    for _ in range(draw(st.integers(1, 9))):
        word = draw(st.sampled_from(("add", "sub", "mul", "div", "neg", "pow", "scale", "by", "cos", "abs", "name")))
        x, y = draw(st.sampled_from(anything)), draw(st.sampled_from(anything))
        m, n = draw(st.sampled_from(products)), draw(st.sampled_from(products))
        number = draw(st.sampled_from(CONSTANTS))
        if word == "mul":
            products.append(m * n)
        elif word == "div":
            products.append(m / n)
            anything.append(x / n)
        elif word == "pow":
            products.append(m ** draw(st.sampled_from(POWERS)))
        elif word == "scale":
            products.append(number * m)
        elif word == "by":
            products.append(m / number)
        elif word == "name":
            products.append(g.name(m * y, f"n{len(g)}"))
        else:
            anything.append({"add": x + y, "sub": x - y, "neg": -x, "cos": x + 0 * g.cos(-y), "abs": abs(-x)}[word])
        anything.append(products[-1])
    return g, (anything[-1] + products[-1]).id


def same(found, expected):
    """Equal numbers, NaN to NaN, zeros of one sign."""
    pairs = list(zip(found, expected, strict=True))
    return all(
        (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))
        for a, b in pairs
    )


@settings(max_examples=600, deadline=None)
@given(graphs(), st.tuples(*[st.sampled_from(DYADIC)] * 3))
def test_bit_for_bit_as_evaluated(made, point):
    g, output = made
    back = differentiate(g, output)
    zero = back.graph.constant(0).id
    wanted = [output, *(back.gradients.get(i, zero) for i in g.inputs.values())]
    expected = evaluate(back.graph, dict(zip(NAMES, point, strict=True)), wanted)
    if any(math.isfinite(value) and 0 < abs(value) < 1e-12 for value in expected):
        return  # past the digits that sums of powers of two have room for
    value, gradients = compile_graph(g, output)(*point)
    assert same([value, *gradients], expected), (point, [value, *gradients], expected)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_never_more_operations(made):
    g, output = made
    back = differentiate(g, output)
    plan = simplify(back.graph, [output, *[back.gradients[i] for i in g.inputs.values() if i in back.gradients]])
    powers = sum(step.op.name == "pow" for step in plan.steps)  # x³ is two products
    assert len(cheaper(plan).steps) <= len(plan.steps) + powers


def operations(make, count=2):
    g = Graph()
    made = make(g, *[g.input(name) for name in NAMES[:count]])
    terms = made if isinstance(made, tuple) else (made,)
    return Counter(step.op.name for step in cheaper(simplify(g, [term.id for term in terms])).steps)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda g, x, y: x + -y, {"sub": 1}),
        (lambda g, x, y: -x + y, {"sub": 1}),
        (lambda g, x, y: x - -y, {"add": 1}),
        (lambda g, x, y: -x - -y, {"sub": 1}),
        (lambda g, x, y: (-x) * -1, {}),
        (lambda g, x, y: -x * -y, {"mul": 1}),
        (lambda g, x, y: y - (-x / y) * x, {"div": 1, "mul": 1, "add": 1}),
        (lambda g, x, y: -(3 / x), {"div": 1}),
        (lambda g, x, y: -(x * 3), {"mul": 1}),
        (lambda g, x, y: (x * 3) * 5, {"mul": 1}),
        (lambda g, x, y: x * 1 * -1, {"neg": 1}),
        (lambda g, x, y: x / -1, {"neg": 1}),
        (lambda g, x, y: x + -2, {"sub": 1}),
        (lambda g, x, y: x**2, {"mul": 1}),
        (lambda g, x, y: x**4, {"mul": 2}),
        (lambda g, x, y: (x**3, x**2), {"mul": 2}),
        (lambda g, x, y: x**-1, {"div": 1}),
        (lambda g, x, y: x**5, {"pow": 1}),
        (lambda g, x, y: x * (1 / y), {"div": 1}),
        (lambda g, x, y: g.cos(-x), {"cos": 1}),
        (lambda g, x, y: (1 / y, 1 / y**2), {"div": 1, "mul": 1}),
        (lambda g, x, y: (x / y, -x / y**2), {"div": 2, "neg": 1}),
    ],
)
def test_rules(make, expected):
    assert operations(make) == expected


def test_a_quotients_two_derivatives_share_a_division():
    g = Graph()
    x, y, z = [g.input(name) for name in NAMES]
    function = compile_graph(g, (g.sin(z) * (x / y)).id)
    assert function.source.count("/") == 2
    assert function(3.0, 4.0, 5.0)[1] == pytest.approx(
        (math.sin(5) / 4, -3 * math.sin(5) / 16, 0.75 * math.cos(5)), rel=1e-15
    )


def test_constants_that_would_overflow_stay_apart():
    g = Graph()
    x = g.input("x")
    assert compile_graph(g, (x * 1e200 * 1e200).id)(1e-300) == (1e-300 * 1e200 * 1e200, (math.inf,))


def test_the_sign_is_lost_nowhere_where_a_value_is_read_twice():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    q = -(x * y)
    f = g.exp(q) + g.sin(q) + (y - q) * q
    value = math.exp(-6) + math.sin(-6) + (3 + 6) * -6
    function = compile_graph(g, f.id)
    assert function(2.0, 3.0)[0] == pytest.approx(value, rel=1e-15)
    assert function.source.count("-(x * y)") + function.source.count("-t1") == 1


def test_a_named_value_is_kept_with_its_sign():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    q = g.name(-(x * y), "q")
    source = compile_graph(g, (q + y).id).source
    assert "q = -" in source


def test_every_rule_is_for_an_operation_that_is_there():
    from gradviz.ops.table import OPS

    assert set(RULES) <= set(OPS)


def test_arrays_are_left_alone():
    g = Graph()
    x = g.input("x", (2,))
    plan = simplify(g, [g.sum(-(x**2)).id])
    assert cheaper(plan) is plan
    np.testing.assert_array_equal(compile_graph(g, plan.targets[0])([1.0, 2.0])[1][0], [-2.0, -4.0])


def test_positions_of_new_steps_lie_beyond_the_graph():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    f = (x / y) * g.sin(y)
    g.exp(y)  # not needed, but it has a position
    back = differentiate(g, f.id)
    plan = simplify(back.graph, [f.id, *back.gradients.values()])
    new = cheaper(plan)
    added = {step.id for step in new.steps} - {step.id for step in plan.steps}
    assert added
    assert min(added) >= len(back.graph)
    assert set(new.notes) == added
