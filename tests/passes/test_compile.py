"""Compiled functions: plain Python over floats, NumPy over arrays, equal to evaluation, safe whatever the names are."""

from __future__ import annotations

import math
import types
from dataclasses import replace

import numpy as np
import pytest

from gradviz.errors import NameProblem, UserError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.evaluate import evaluate


@pytest.fixture
def g():
    return Graph()


def product(g):
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    return g.name(g.name(x + y, "q") * z, "f")


def test_the_lectures_product(g):
    function = compile_graph(g, product(g).id)
    assert isinstance(function, types.FunctionType)
    assert function(-2.0, 5.0, -4.0) == (-12.0, (-4.0, -4.0, 3.0))
    assert function.inputs == ("x", "y", "z")


def test_the_source_is_what_a_person_would_write(g):
    assert compile_graph(g, product(g).id).source == (
        "def fn(x, y, z):\n    q = x + y  # q\n    f = q * z  # f\n    return f, (z, z, q)\n"
    )


def test_the_shown_source_runs_alone(g):
    x, y = g.input("x"), g.input("y")
    function = compile_graph(g, (g.log(x * x + y) * g.sigmoid(y) + 1 / x).id)
    space = {}
    exec(function.source, space)
    assert space["fn"](0.5, 2.0) == function(0.5, 2.0)


def test_arguments_in_any_order_and_gradients_by_some(g):
    function = compile_graph(g, product(g).id, ["z", "x", "y"], ["y", "q"])
    assert function(-4.0, -2.0, 5.0) == (-12.0, (-4.0, -4.0))
    assert function.wrt == ("y", "q")


def test_an_input_that_does_not_matter(g):
    x, _ = g.input("x"), g.input("unused")
    function = compile_graph(g, (x * x).id)
    assert function(3.0, 100.0) == (9.0, (6.0, 0.0))
    values, gradients = function.batch([3.0, 4.0], 1.0)
    np.testing.assert_array_equal(values, [9.0, 16.0])
    np.testing.assert_array_equal(gradients, [[6.0, 8.0], [0.0, 0.0]])


def test_constants_are_folded_and_equal_parts_shared(g):
    x = g.input("x")
    f = g.sin(x * 3) * g.exp(g.constant(2)) + g.sin(x * 3)
    source = compile_graph(g, f.id).source
    assert source.count("sin(") == 1
    assert "exp(" not in source
    assert repr(math.exp(2)) in source


def test_nothing_unused_is_computed(g):
    x = g.input("x")
    _ = g.tan(x)
    assert "tan" not in compile_graph(g, g.sin(x).id).source


def test_the_output_may_be_an_input_or_a_constant(g):
    x = g.input("x")
    assert compile_graph(g, x.id)(5.0) == (5.0, (1.0,))
    assert compile_graph(g, (g.constant(2) * 3).id)(5.0) == (6.0, (0.0,))


@pytest.mark.parametrize(
    ("make", "x"),
    [
        (lambda g, x: 1 / x, 0.0),
        (lambda g, x: g.log(x), -1.0),
        (lambda g, x: g.log(x), 0.0),
        (lambda g, x: g.exp(x), 1000.0),
        (lambda g, x: g.sqrt(x), 0.0),
        (lambda g, x: x**0.5, -1.0),
        (lambda g, x: x**-2, 0.0),
        (lambda g, x: g.sin(x), math.inf),
        (lambda g, x: x * x, math.nan),
        (lambda g, x: 1 / (1 + g.exp(-x)), -1000.0),
    ],
)
def test_outside_the_domain_as_evaluated(g, make, x):
    f = make(g, g.input("x"))
    back = differentiate(g, f.id)
    expected = evaluate(back.graph, {"x": x}, [f.id, back.gradients[0]])
    function = compile_graph(g, f.id)
    value, (slope,) = function(x)
    np.testing.assert_array_equal([value, slope], expected)
    values, (slopes,) = function.batch(np.array([x]))
    np.testing.assert_array_equal([values[0], slopes[0]], expected)


def test_an_array_given_for_a_number(g):
    function = compile_graph(g, g.exp(g.input("x")).id)
    with pytest.raises(ValueProblem, match="takes numbers, and x is not one") as caught:
        function(np.array([1.0, 2.0]))
    assert ".batch" in str(caught.value)


def test_batch_of_points(g):
    function = compile_graph(g, product(g).id)
    points = np.random.default_rng(0).normal(size=(3, 50))
    values, gradients = function.batch(*points)
    for i, point in enumerate(points.T):
        value, slopes = function(*point)
        assert values[i] == pytest.approx(value)
        assert [column[i] for column in gradients] == pytest.approx(list(slopes))
    assert values.flags.writeable
    assert all(column.shape == (50,) for column in gradients)


def test_batch_spreads_single_values_and_takes_no_points_at_all(g):
    function = compile_graph(g, product(g).id)
    np.testing.assert_array_equal(function.batch([1, 2], 3, -1)[0], [-4.0, -5.0])
    values, gradients = function.batch([], 1.0, 2.0)
    assert values.shape == gradients[0].shape == (0,)


def test_batch_refuses_what_does_not_fit(g):
    function = compile_graph(g, product(g).id)
    with pytest.raises(ValueProblem, match="different numbers of points: 2, 3"):
        function.batch([1, 2], [1, 2, 3], 1)
    with pytest.raises(ValueProblem, match="points for x have the shape 1×2"):
        function.batch([[1, 2]], 1, 1)
    with pytest.raises(ValueProblem, match="takes 3 arguments"):
        function.batch(1, 2)


@pytest.mark.parametrize(
    "name",
    [
        "lambda",
        "math",
        "np",
        "careful",
        "fn",
        "f_2",
        "t1",
        "σ",
        "x'",
        "h.W",
        "a b",
        "1x",
        "__import__('os').system('false')",
        "x\nraise SystemExit",
        "print",
        "ſ",
        "x" * 500,
        "'); raise SystemExit  #",
    ],
)
def test_names_are_made_safe(g, name):
    x, s = g.input("x_"), g.input("s")
    q = g.sin(x * s)
    f = q + s * x
    for i, given in ((x.id, name), (q.id, f"{name} "), (f.id, f"{name}  ")):  # past the graph's own check of names
        g.nodes[i] = replace(g.nodes[i], name=given)
        g.names[given] = i
    function = compile_graph(g, f.id, [name, "s"])
    value, (slope, _) = function(0.5, 2.0)
    assert value == pytest.approx(math.sin(1.0) + 1.0)
    assert slope == pytest.approx(2 * math.cos(1.0) + 2)
    assert function.inputs == (name, "s")
    assert function.batch([0.5, 0.5], 2.0)[0] == pytest.approx([value, value])


def test_unknown_names_and_missing_arguments(g):
    f = product(g)
    with pytest.raises(NameProblem, match="'zz'"):
        compile_graph(g, f.id, ["x", "y", "zz"])
    with pytest.raises(NameProblem):
        compile_graph(g, f.id, wrt=["p"])
    with pytest.raises(ValueProblem, match="needs z"):
        compile_graph(g, f.id, ["x", "y"])
    with pytest.raises(UserError, match="not int64"):
        compile_graph(g, f.id, dtype=np.int64)


@pytest.mark.parametrize("count", [400, 5_000])
def test_long_programs_are_cut_into_parts(g, count):
    x, y = g.input("x"), g.input("y")
    t = x
    for _ in range(count):
        t = g.sin(t * y) + x
    function = compile_graph(g, t.id)
    back = differentiate(g, t.id)
    wanted = [t.id, *(back.gradients[i] for i in g.inputs.values())]
    expected = evaluate(back.graph, {"x": 0.3, "y": 0.7}, wanted)
    value, slopes = function(0.3, 0.7)
    assert [value, *slopes] == pytest.approx(expected, rel=1e-12)
    if count > 1000:
        assert function.batch([0.3], 0.7)[0] == pytest.approx([value], rel=1e-12)


def test_expressions_within_expressions_stay_short(g):
    t = g.input("x")
    for _ in range(300):
        t = -g.sin(t)
    source = compile_graph(g, t.id).source
    assert max(map(len, source.splitlines())) < 160


def squared_norm(g, **options):
    w, x = g.input("W", (2, 2)), g.input("x", (2,))
    return compile_graph(g, g.squared_norm(w @ x).id, **options)


MATRIX, VECTOR = [[0.1, 0.5], [-0.3, 0.8]], [0.2, 0.4]


def test_the_lectures_squared_norm(g):
    value, (by_w, by_x) = squared_norm(g)(np.array(MATRIX), np.array(VECTOR))
    assert isinstance(value, float)
    assert value == pytest.approx(0.116)
    np.testing.assert_allclose(by_w, [[0.088, 0.176], [0.104, 0.208]])
    np.testing.assert_allclose(by_x, [-0.112, 0.636])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_of_arrays_is_honoured(g, dtype):
    value, slopes = squared_norm(g, dtype=dtype)(MATRIX, VECTOR)
    assert np.asarray(value).dtype == dtype
    assert [slope.dtype for slope in slopes] == [dtype, dtype]


def test_constants_do_not_change_the_type(g):
    x = g.input("x", (3,))
    f = g.sum(g.gelu(x) * 0.5 + g.constant(((1, 2, 3)), (3,)) / 3 + g.softplus(x) ** 3)
    _, (slope,) = compile_graph(g, f.id, dtype=np.float32)(np.ones(3))
    assert slope.dtype == np.float32


def test_arrays_of_the_wrong_shape(g):
    with pytest.raises(ValueProblem, match="W has the shape 2"):
        squared_norm(g)([1.0, 2.0], VECTOR)


def test_results_share_memory_with_nothing(g):
    x, y = g.input("x", (2,)), g.input("y", (2,))
    function = compile_graph(g, g.sum(x * y + g.stop_gradient(x)).id)
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    _, (by_x, by_y) = function(a, b)
    assert not any(np.shares_memory(p, q) for p in (by_x, by_y) for q in (a, b))
    by_x += 100.0
    _, again = function(a, b)
    np.testing.assert_array_equal(again[0], [3.0, 4.0])


def test_two_gradients_that_are_one_node_are_two_arrays(g):
    x, y = g.input("x", (2,)), g.input("y", (2,))
    _, (by_x, by_y) = compile_graph(g, g.exp(x + y).id)([1.0, 2.0], [3.0, 4.0])
    assert by_x is not by_y
    assert not np.shares_memory(by_x, by_y)
    by_x += 1


def test_relu_on_a_large_batch(g):
    x = g.input("x", (100, 4096))
    function = compile_graph(g, g.maximum(0, x).id)
    points = np.random.default_rng(1).normal(size=(100, 4096))
    value, (slope,) = function(points)
    np.testing.assert_array_equal(value, np.maximum(0, points))
    np.testing.assert_array_equal(slope, (points > 0) * 1.0)


def test_a_singular_matrix_is_no_exception(g):
    a = g.input("A", (2, 2))
    function = compile_graph(g, g.sum(g.inv(a)).id)
    value, (slope,) = function([[1.0, 2.0], [2.0, 4.0]])
    assert not math.isfinite(value)
    assert slope.shape == (2, 2)


def test_batch_of_arrays(g):
    function = squared_norm(g)
    vectors = np.random.default_rng(2).normal(size=(5, 2))
    values, (by_w, by_x) = function.batch(MATRIX, vectors)
    assert (values.shape, by_w.shape, by_x.shape) == ((5,), (5, 2, 2), (5, 2))
    one = function(MATRIX, vectors[3])
    np.testing.assert_allclose(values[3], one[0])
    np.testing.assert_allclose(by_w[3], one[1][0])
    empty = function.batch(MATRIX, np.zeros((0, 2)))
    assert empty[1][0].shape == (0, 2, 2)


def test_scalars_among_arrays(g):
    a, x = g.input("a"), g.input("x", (3,))
    f = g.sum(g.exp(a) * x / (a - 1))
    function = compile_graph(g, f.id)
    value, (by_a, by_x) = function(2.0, [1.0, 2.0, 3.0])
    assert isinstance(by_a, float)
    assert value == pytest.approx(math.exp(2) * 6)
    assert by_a == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(by_x, [math.exp(2)] * 3)
    assert compile_graph(g, f.id)(1.0, [1.0, 2.0, 3.0])[0] == math.inf
