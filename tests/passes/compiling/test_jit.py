"""Machine code: the same function as Python's, sound in what it does to objects and memory."""

from __future__ import annotations

import gc
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import UserError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.passes.compile import compile_graph
from gradviz.passes.compiling.emit.llvm import core, entries
from gradviz.passes.compiling.machine import engine, interpreter, translating, vectors

pytest.importorskip("llvmlite", reason="llvmlite is not installed")


@pytest.fixture
def g():
    return Graph()


def product(g):
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    return g.name(g.name(x + y, "q") * z, "f").id


def circuit(g):
    x, y = g.input("x"), g.input("y")
    return (g.sin(x * y) * g.cos(x * y) / (1 + g.exp(-x)) + g.where(x > y, x**3, g.abs(y))).id


def chain(g, steps):
    x, weights = g.input("x"), [g.input(f"w{i}") for i in range(steps)]
    for weight in weights:
        x = g.sin(x * weight) + x
    return x.id


def jit(g, output, **options):
    return compile_graph(g, output, engine="jit", **options)


def test_the_lectures_product(g):
    f = jit(g, product(g))
    assert f(-2.0, 5.0, -4.0) == (-12.0, (-4.0, -4.0, 3.0))
    assert f.inputs == f.wrt == ("x", "y", "z")
    assert "fmul double" in f.source


@pytest.mark.parametrize("number", [2, True, np.float64(2.0), np.float32(2.0), np.array(2.0), Fraction(2)])
def test_every_kind_of_number(g, number):
    value, slopes = jit(g, product(g))(number, 1.0, 1.5)
    assert (value, slopes) == (number * 1.5 + 1.5, (1.5, 1.5, number + 1.0))
    assert {type(found) for found in (value, *slopes)} == {float}


def test_keywords_and_what_does_not_fit_are_as_in_python(g):
    f = jit(g, product(g))
    assert f(-2.0, z=-4.0, y=5.0) == (-12.0, (-4.0, -4.0, 3.0))
    for wrong in [(1.0, 2.0), (1.0, 2.0, 3.0, 4.0)]:
        with pytest.raises(TypeError, match=r"fn\(\)"):
            f(*wrong)
    with pytest.raises(ValueProblem, match="takes numbers, and y is not one"):
        f(1.0, "two", 3.0)
    with pytest.raises(OverflowError):
        f(10**400, -(10**400), 0.5 + 10**400)


def test_an_error_while_a_number_is_read(g):
    class Odd:
        def __float__(self):
            raise ZeroDivisionError("odd")

    with pytest.raises(ValueProblem, match="z is not one"):
        jit(g, product(g))(1.0, 2.0, Odd())


def test_minus_one_is_a_number(g):
    assert jit(g, product(g))(-1, -1, -1)[0] == 2.0


def test_no_gradients_and_no_arguments(g):
    x = g.input("x")
    assert jit(g, (x * 2).id, wrt=[])(4.0) == (8.0, ())
    assert jit(g, g.constant(3).id, inputs=[])() == (3.0, ())
    assert jit(g, x.id)(5.0) == (5.0, (1.0,))


def test_outside_the_domain(g):
    x = g.input("x")
    f = jit(g, (g.log(x) + 1 / x).id)
    value, (slope,) = f(0.0)
    assert math.isnan(value)
    assert math.isnan(slope)
    assert math.isnan(f(-1.0)[0])
    assert jit(g, g.exp(x).id)(1000.0) == (math.inf, (math.inf,))


def test_counts_of_references_stay_as_they_are(g):
    f = jit(g, product(g))
    numbers = [0.1 + 1, 0.2 + 1, 0.3 + 1]
    bad = object()
    before = [sys.getrefcount(item) for item in (*numbers, bad, None, float)]
    buffer = f.buffer()
    for _ in range(1000):
        f(*numbers)
        buffer.run()
        with pytest.raises(ValueProblem):
            f(*numbers[:2], bad)
    assert [sys.getrefcount(item) for item in (*numbers, bad)] == before[:4]
    assert abs(sys.getrefcount(None) - before[4]) < 500
    assert abs(sys.getrefcount(float) - before[5]) < 500


def test_answers_are_freed(g):
    f = jit(g, chain(g, 100))
    point = [0.5] * 101
    f(*point)
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(100):
        f(*point)
    gc.collect()
    assert abs(sys.getallocatedblocks() - before) < 100  # each call makes 104 objects


def test_a_buffer(g):
    f = jit(g, product(g))
    buffer, other = f.buffer(), f.buffer()
    buffer.arguments[:] = [-2.0, 5.0, -4.0]
    other.arguments[:] = 1.0
    assert buffer.run() is None
    other.run()
    np.testing.assert_array_equal(buffer.results, [-12.0, -4.0, -4.0, 3.0])
    np.testing.assert_array_equal(other.results, [2.0, 1.0, 1.0, 2.0])
    with pytest.raises(TypeError):
        buffer.run(1)


def test_a_buffer_in_python_is_the_same(g):
    buffer = compile_graph(g, product(g)).buffer()
    buffer.arguments[:] = [-2.0, 5.0, -4.0]
    buffer.run()
    np.testing.assert_array_equal(buffer.results, [-12.0, -4.0, -4.0, 3.0])


def test_code_is_there_as_long_as_somebody_may_call_it(g):
    f = jit(g, circuit(g))
    expected = f(0.5, 0.25)
    run, call, batch = f.buffer().run, f.func, f.batch
    batch(0.5, 0.25)
    del f
    gc.collect()
    run()
    assert call(0.5, 0.25) == expected
    assert batch(0.5, 0.25)[0] == pytest.approx([expected[0]], rel=1e-12)


def test_a_layout_that_is_not_known(g, monkeypatch):
    monkeypatch.setattr(interpreter, "_layout", lambda: (None, None, None))
    interpreter.interpreter.cache_clear()
    try:
        assert jit(g, product(g))(-2.0, 5, -4.0) == (-12.0, (-4.0, -4.0, 3.0))
    finally:
        monkeypatch.undo()
        interpreter.interpreter.cache_clear()


@pytest.mark.parametrize(("steps", "parts"), [(20, 100), (120, 100), (120, 2)])
def test_long_programs_in_parts_and_in_modules(g, steps, parts, monkeypatch):
    monkeypatch.setattr(core, "LONGEST", 50)
    monkeypatch.setattr(translating, "TOGETHER", parts)
    monkeypatch.setattr(entries, "ON_THE_STACK", 10 * parts)
    output = chain(g, steps)
    point = [0.7, *np.random.default_rng(1).normal(size=steps) * 0.02]
    f = jit(g, output)
    value, slopes = f(*point)
    right, rights = compile_graph(g, output)(*point)
    np.testing.assert_allclose([value, *slopes], [right, *rights], rtol=1e-12)
    buffer = f.buffer()
    buffer.arguments[:] = point
    buffer.run()
    np.testing.assert_array_equal(buffer.results, [value, *slopes])
    with pytest.raises(ValueProblem, match="w1 is not one"):
        f(*point[:2], None, *point[3:])
    many, columns = f.batch(*[[x, x] for x in point])
    np.testing.assert_allclose([many[1], *[column[1] for column in columns]], [value, *slopes], rtol=1e-12)


def test_the_text_grows_with_the_program(g):
    counts = []
    for steps in (200, 400, 800):
        made = Graph()
        counts.append(len(jit(made, chain(made, steps)).source.splitlines()))
    assert counts[2] - counts[1] == pytest.approx(2 * (counts[1] - counts[0]), rel=0.1)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 100, 5000])
@pytest.mark.parametrize("kind", ["python", "jit"])
def test_any_number_of_points(g, count, kind):
    f = compile_graph(g, circuit(g), engine=kind)
    x, y = np.random.default_rng(count).normal(size=(2, count))
    values, gradients = f.batch(x, y)
    found = [f(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    np.testing.assert_allclose(values, [value for value, _ in found], rtol=1e-12)
    for slot, column in enumerate(gradients):
        np.testing.assert_allclose(column, [slopes[slot] for _, slopes in found], rtol=1e-12, atol=1e-15)
        assert column.flags.owndata


@pytest.mark.parametrize("kind", ["python", "jit"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_strided_points_single_values_and_types(g, kind, dtype):
    f = compile_graph(g, circuit(g), engine=kind, dtype=dtype)
    points = np.arange(1.0, 61.0).reshape(20, 3)[:, 1] / 40
    values, (by_x, by_y) = f.batch(points, 0.25)
    assert {array.dtype for array in (values, by_x, by_y)} == {np.dtype(dtype)}
    found = [f(float(x), 0.25) for x in points]
    rtol = 1e-12 if dtype is np.float64 else 2e-5
    np.testing.assert_allclose(values, [value for value, _ in found], rtol=rtol)
    np.testing.assert_allclose(by_x, [slopes[0] for _, slopes in found], rtol=rtol)
    np.testing.assert_allclose(by_y, [slopes[1] for _, slopes in found], rtol=rtol, atol=1e-6 if rtol > 1e-6 else 0)


@pytest.mark.parametrize("kind", ["python", "jit"])
def test_answers_do_not_depend_on_the_number_of_threads(g, kind, monkeypatch):
    from gradviz.passes.compiling.machine import blocks

    x, y = np.random.default_rng(3).normal(size=(2, 100_003))
    output, found = circuit(g), []
    for threads in (1, 2, 5):
        for module in (blocks, vectors):
            monkeypatch.setattr(module, "workers", lambda threads=threads: threads)
            monkeypatch.setattr(module, "WORTH_A_THREAD", 1)
        values, gradients = compile_graph(g, output, engine=kind).batch(x, y)
        found.append([values, *gradients])
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


def test_narrower_vectors_and_no_vector_library(g, monkeypatch):
    output = circuit(g)
    x, y = np.random.default_rng(4).normal(size=(2, 31))
    expected = compile_graph(g, output).batch(x, y)
    for has in ({"avx2": True}, {}):
        monkeypatch.setattr(vectors, "features", lambda has=has: has)
        found = jit(g, output).batch(x, y)
        np.testing.assert_allclose([found[0], *found[1]], [expected[0], *expected[1]], rtol=1e-12)
    monkeypatch.setattr("gradviz.passes.compiling.machine.library.VECTOR_LIBRARY", "no such library")
    found = jit(g, output).batch(x, y)
    np.testing.assert_allclose([found[0], *found[1]], [expected[0], *expected[1]], rtol=1e-12)


def test_what_python_does_is_called_from_machine_code(g):
    x = g.input("x")
    f = jit(g, g.loggamma(x * 2).id)
    value, (slope,) = f(1.75)
    assert value == pytest.approx(math.lgamma(3.5), rel=1e-14)
    assert slope == pytest.approx(2 * 1.103156640645243, rel=1e-14)
    values, (slopes,) = f.batch(np.full(2000, 1.75))
    assert set(values.tolist()) == {value}
    assert slopes == pytest.approx(np.full(2000, slope), rel=1e-15)


def test_other_engines_and_graphs_of_arrays(g):
    output = product(g)
    with pytest.raises(UserError, match="no engine is named 'jti'") as caught:
        compile_graph(g, output, engine="jti")
    assert "'jit'" in str(caught.value)
    arrays = Graph()
    total = arrays.sum(arrays.input("v", (3,)))
    with pytest.raises(UserError, match="has arrays") as caught:
        jit(arrays, total.id)
    assert 'engine="python"' in str(caught.value)


def test_without_llvmlite(g, monkeypatch):
    output = product(g)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    engine.llvm.cache_clear()
    try:
        with pytest.raises(UserError, match="not installed") as caught:
            jit(g, output)
    finally:
        monkeypatch.undo()
        engine.llvm.cache_clear()
    assert 'pip install "gradviz[jit]"' in str(caught.value)


def test_in_another_interpreter(g, monkeypatch):
    output = product(g)
    monkeypatch.setattr("gradviz.passes.compiling.jit.interpreter", lambda: None)
    with pytest.raises(UserError, match="another interpreter"):
        jit(g, output)


UNARY = ("sin", "cos", "tanh", "exp", "sigmoid", "softplus", "relu", "abs", "sqrt", "log1p")
BINARY = ("add", "sub", "mul", "div", "maximum", "hypot", "atan2")
STEPS = st.lists(st.tuples(st.sampled_from(UNARY + BINARY), st.integers(0, 99), st.integers(0, 99)), min_size=1)


@settings(max_examples=20, deadline=None)
@given(STEPS, st.tuples(*[st.floats(-3, 3)] * 3))
def test_random_programs(steps, point):
    g = Graph()
    values = [g.input(name) for name in "xyz"]
    for name, a, b in steps:
        operands = [values[a % len(values)], values[b % len(values)]]
        values.append(g.apply(name, *operands[: 1 if name in UNARY else 2]))
    plain, machine = (compile_graph(g, values[-1].id, engine=kind) for kind in ("python", "jit"))
    value, slopes = plain(*point)
    expected = np.array([value, *slopes])
    found, columns = machine(*point)
    np.testing.assert_allclose([found, *columns], expected, rtol=1e-9, atol=1e-9)
    for kind in (plain, machine):
        found, columns = kind.batch(*[[x] * 3 for x in point])
        np.testing.assert_allclose([found[1], *[column[1] for column in columns]], expected, rtol=1e-9, atol=1e-9)
