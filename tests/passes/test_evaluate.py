"""Values: numbers and arrays, only what is needed, NaN and infinity without noise, complex steps, bad values."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from gradviz.errors import ValueProblem
from gradviz.graph.graph import Graph
from gradviz.ops.op import PI
from gradviz.passes.evaluate import evaluate


@pytest.fixture
def g():
    return Graph()


def test_all_nodes_in_order(g):
    x = g.input("x")
    _ = g.exp(x) + 1
    assert evaluate(g, {"x": 0}) == [0.0, 1.0, 1.0, 2.0]


def test_numbers_are_python_floats_and_arrays_float64(g):
    x, v = g.input("x"), g.input("v", (2,))
    found = evaluate(g, {"x": np.float32(2), "v": [1, 2]}, [(x * 3).id, (v * x).id, (x > 1).id, (v > 1).id, x.id])
    assert [type(value) for value in found] == [float, np.ndarray, float, np.ndarray, float]
    assert found[1].dtype == found[3].dtype == np.float64


def test_only_what_is_needed(g):
    x, _ = g.input("x"), g.input("y")
    assert evaluate(g, {"x": 2}, [(x * x).id]) == [4.0]


def test_ids_may_repeat_and_be_in_any_order(g):
    x = g.input("x")
    y = x + 1
    assert evaluate(g, {"x": 1}, [y.id, x.id, y.id]) == [2.0, 1.0, 2.0]
    assert evaluate(g, {}, []) == []


def test_values_of_the_graph_stand_unless_others_are_given(g):
    x, y = g.input("x", value=Fraction(1, 2)), g.input("y", value=3)
    assert evaluate(g, {"y": 5}, [(x * y).id]) == [2.5]


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        (Fraction(1, 3), (), 1 / 3),
        (PI, (), math.pi),
        (2, (2, 2), [[2.0, 2.0], [2.0, 2.0]]),
        (((1, Fraction(1, 2)), (PI, 4)), (2, 2), [[1.0, 0.5], [math.pi, 4.0]]),
        (-0.0, (), -0.0),
        ((), (0,), []),
        (7, (0, 3), np.zeros((0, 3))),
    ],
)
def test_constants(g, value, shape, expected):
    (found,) = evaluate(g, {}, [g.constant(value, shape).id])
    np.testing.assert_array_equal(found, expected)
    assert np.shape(found) == shape
    assert np.all(np.signbit(found) == np.signbit(expected))


@pytest.mark.parametrize(
    ("make", "x", "expected"),
    [
        (lambda g, x: 1 / x, 0.0, math.inf),
        (lambda g, x: -1 / x, 0.0, -math.inf),
        (lambda g, x: x / x, 0.0, math.nan),
        (lambda g, x: g.log(x), 0.0, -math.inf),
        (lambda g, x: g.log(x), -1.0, math.nan),
        (lambda g, x: g.sqrt(x), -1.0, math.nan),
        (lambda g, x: g.exp(x), 1000.0, math.inf),
        (lambda g, x: x**0.5, -1.0, math.nan),
        (lambda g, x: x**-1, 0.0, math.inf),
        (lambda g, x: x**2, 1e300, math.inf),
        (lambda g, x: g.asin(x), 2.0, math.nan),
        (lambda g, x: g.sin(x), math.inf, math.nan),
        (lambda g, x: x - x, math.inf, math.nan),
        (lambda g, x: g.floor(x), math.inf, math.inf),
        (lambda g, x: g.gamma(x), 200.0, math.inf),
        (lambda g, x: g.maximum(x, 0), math.nan, math.nan),
        (lambda g, x: g.relu(x), math.nan, math.nan),
    ],
)
def test_outside_the_domain(g, make, x, expected):
    scalar = make(g, g.input("x"))
    array = make(g, g.input("v", (2,)))
    found = evaluate(g, {"x": x, "v": [x, x]}, [scalar.id, array.id])
    np.testing.assert_array_equal(found[0], expected)
    np.testing.assert_array_equal(found[1], [expected] * 2)


def test_complex_step(g):
    x, v = g.input("x"), g.input("v", (2,))
    step = 1e-30
    found = evaluate(g, {"x": 0.3 + 1j * step, "v": [1.0, 2.0]}, [(g.sin(x) * v).id, (x * x + g.exp(x) ** 2).id])
    np.testing.assert_allclose(found[0].imag / step, math.cos(0.3) * np.array([1.0, 2.0]))
    assert isinstance(found[1], complex)
    assert found[1].imag / step == pytest.approx(0.6 + 2 * math.exp(0.6))


def test_missing_values_are_named(g):
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    with pytest.raises(ValueProblem, match="x, z have no value") as caught:
        evaluate(g, {"y": 1}, [(x * y + z).id])
    assert "x=…, z=…" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("x", [1.0, 2.0], "x has the shape 2, but x is a scalar"),
        ("v", 1.0, "v has the shape scalar, but v is 2"),
        ("v", [[1.0, 2.0]], "v has the shape 1×2"),
        ("x", "one", "x is not a number"),
        ("v", [[1.0], [2.0, 3.0]], "v is not a number"),
        ("x", object(), "x is not a number"),
        ("x", 10**400, "x is out of range"),
        ("x", Fraction(-(10**400)), "x is out of range"),
    ],
)
def test_bad_values(g, name, value, says):
    x, v = g.input("x"), g.input("v", (2,))
    with pytest.raises(ValueProblem, match=says):
        evaluate(g, {"x": 1.0, "v": [1.0, 2.0], name: value}, [(x * v).id])


def test_arrays_given_are_not_changed(g):
    v = g.input("v", (2,))
    given = np.array([1.0, -2.0])
    evaluate(g, {"v": given}, [g.relu(v).id, (v * 2).id])
    np.testing.assert_array_equal(given, [1.0, -2.0])


def test_a_deep_graph(g):
    t = g.input("x")
    for _ in range(20_000):
        t = g.sin(t)
    assert math.isfinite(evaluate(g, {"x": 1.0}, [t.id])[0])
