"""Code that writes into given memory: the numbers of evaluation, for every row, in memory that is shared safely."""

from __future__ import annotations

import math
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import UserError, ValueProblem
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.compile import compile_graph
from gradviz.passes.compiling.allocate import allocate
from gradviz.passes.compiling.emit.inplace.buffers import buffered, cut
from gradviz.passes.compiling.fuse import fuse
from gradviz.passes.compiling.schedule import schedule
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate
from gradviz.shape import size

CASES = [(op, sample) for op in OPS.values() for sample in op.samples]
IDS = [f"{op.name}-{place}" for place, (op, _) in enumerate(CASES)]
HARD = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1e308, -1e308, 1e-308, 800.0, -800.0, 1.0]


def built(op, sample, lead=()):
    """The row on inputs in the sample's shapes; where all are numbers, these are spread over `lead`."""
    graph = Graph()
    values = {}
    for place, operand in enumerate(sample.operands):
        value = np.array(operand, float)
        if op.elementwise and not any(map(np.shape, sample.operands)):
            value = np.broadcast_to(value, lead).copy()
        values[f"x{place}"] = value
        graph.input(f"x{place}", value.shape)
    inputs = [graph[name] for name in values]
    return graph, graph.apply(op.name, *inputs, **dict(sample.attributes)), values


def compared(graph, output, values, dtype, tolerance):
    back = differentiate(graph, output.id)
    by = [graph.names[name] for name in values]
    wanted = [output.id, *(back.gradients.get(i, -1) for i in by)]
    expected = evaluate(back.graph, values, [i for i in wanted if i >= 0])
    function = compile_graph(graph, output.id, dtype=dtype)
    for _ in range(2):  # the second call finds memory that holds something
        value, gradients = function(*values.values())
        found = [value, *(each for each, i in zip(gradients, wanted[1:], strict=True) if i >= 0)]
        for ours, theirs in zip(found, expected, strict=True):
            assert np.asarray(ours).dtype == dtype or not any(map(np.ndim, values.values()))  # Python's floats
            np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("op", "sample"), CASES, ids=IDS)
def test_every_row_as_evaluated(op, sample):
    graph, output, values = built(op, sample, lead=(3,))
    compared(graph, output, values, np.dtype(float), 1e-12)


@pytest.mark.parametrize(("op", "sample"), CASES, ids=IDS)
def test_every_row_stays_single_precision(op, sample):
    graph, output, values = built(op, sample, lead=(3,))
    compared(graph, output, values, np.dtype(np.float32), 1e-3)


@pytest.mark.parametrize(
    "op", [op for op in OPS.values() if op.elementwise and op.arity in (1, 2, 3)], ids=lambda op: op.name
)
def test_hard_numbers_as_evaluated(op):
    count = op.arity
    grid = np.array(np.meshgrid(*[HARD] * count)).reshape(count, -1)
    graph = Graph()
    inputs = [graph.input(f"x{i}", (grid.shape[1],)) for i in range(count)]
    sample = next((dict(s.attributes) for s in op.samples), {})
    output = graph.apply(op.name, *inputs, **sample)
    values = {f"x{i}": row for i, row in enumerate(grid)}
    back = differentiate(graph, output.id)
    by = [name for name in values if graph.names[name] in back.gradients]
    wanted = [output.id, *(back.gradients[graph.names[name]] for name in by)]
    value, gradients = compile_graph(graph, output.id, wrt=by)(*grid)
    # What is denormal may be 0: 1/(1 + e^800) is, and so is what is below the smallest float.
    for found, expected in zip([value, *gradients], evaluate(back.graph, values, wanted), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


N = 3
UNARY = [
    lambda g, x: g.tanh(x),
    lambda g, x: g.relu(x),
    lambda g, x: -x,
    lambda g, x: x**2,
    lambda g, x: x**3,
    lambda g, x: g.sigmoid(x),
    lambda g, x: g.softplus(x),
    lambda g, x: x.T,
    lambda g, x: g.transpose(x) + x,
    lambda g, x: g.stop_gradient(x),
    lambda g, x: g.reshape(g.reshape(x, shape=(N * N,)), shape=(N, N)),
    lambda g, x: g.reshape(x.T, shape=(N, N)),
    lambda g, x: g.softmax(x, axis=0),
    lambda g, x: g.log_softmax(x, axis=1),
    lambda g, x: g.logsumexp(x, axis=1, keepdims=True) + x,
    lambda g, x: x - g.mean(x, axis=0, keepdims=True),
    lambda g, x: x / (1 + g.sum(x * x)),
    lambda g, x: x * g.max(x, axis=1, keepdims=True),
    lambda g, x: g.concat(x[0:1], x[1:], axis=0),
    lambda g, x: g.flip(x, axis=0),
    lambda g, x: g.cumsum(x, axis=1),
    lambda g, x: g.broadcast_to(x[1], shape=(N, N)),
    lambda g, x: 2 * x * g.constant(0.25),
]
BINARY = [
    lambda g, x, y: x + y,
    lambda g, x, y: x - y,
    lambda g, x, y: x * y,
    lambda g, x, y: x @ y,
    lambda g, x, y: x.T @ y,
    lambda g, x, y: g.where(x > y, x, y),
    lambda g, x, y: g.where(x > 0, x, 0),
    lambda g, x, y: g.where(x > 0, 0, y),
    lambda g, x, y: g.where(x, y, x),
    lambda g, x, y: g.maximum(x, y),
    lambda g, x, y: x + y[0],
    lambda g, x, y: x + (y > 0),
    lambda g, x, y: x * y[0, 1],
    lambda g, x, y: g.outer(x[0], y[:, 1]),
    lambda g, x, y: x + g.dot(x[0], y[1]),
]
MOVES = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12
)


@settings(max_examples=150, deadline=None)
@given(MOVES, st.sampled_from([np.float64, np.float32]))
def test_random_programs_as_evaluated(moves, dtype):
    graph = Graph()
    terms = [graph.input("x", (N, N)), graph.input("y", (N, N))]
    for which, one, other in moves:
        x, y = terms[one % len(terms)], terms[other % len(terms)]
        make = [*UNARY, *BINARY][which % (len(UNARY) + len(BINARY))]
        made = make(graph, x, y) if make in BINARY else make(graph, x)
        terms.append(graph.tanh(made) if which % 3 else made)
    rng = np.random.default_rng(0)
    values = {name: rng.uniform(-1, 1, (N, N)) for name in "xy"}
    output = graph.sum(terms[-1] * terms[-1]) + graph.mean(terms[-2]) if moves[0][0] % 2 else terms[-1]
    compared(graph, output, values, np.dtype(dtype), 1e-9 if dtype is np.float64 else 1e-2)


def network(rows=64, inputs=20, hidden=30, classes=10, activation="relu", *, labels=False):
    graph = Graph()
    x, t = graph.input("X", (rows, inputs)), graph.input("T", (rows,) if labels else (rows, classes))
    h = graph.dense(x, hidden, activation, name="h")
    p = graph.dense(h, classes, name="p")
    graph.name(graph.cross_entropy(p, t), "L")
    rng = np.random.default_rng(1)
    values = {name: rng.normal(size=graph.nodes[i].shape) for name, i in graph.inputs.items()}
    values["T"] = rng.integers(0, classes, rows).astype(float) if labels else rng.dirichlet(np.ones(classes), rows)
    return graph, values, ["h.W", "h.b", "p.W", "p.b"]


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "leaky_relu", "gelu", "silu", "elu"])
def test_networks_as_evaluated(activation, labels):
    graph, values, wrt = network(activation=activation, labels=labels)
    output = graph.names["L"]
    back = differentiate(graph, output, wrt=[graph.names[name] for name in wrt])
    expected = evaluate(back.graph, values, [output, *(back.gradients[graph.names[name]] for name in wrt)])
    value, gradients = compile_graph(graph, output, wrt=wrt)(*values.values())
    for ours, theirs in zip([value, *gradients], expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("spoilt", [math.nan, math.inf, -math.inf, 1e200])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_rows_that_are_not_finite_as_evaluated(activation, spoilt):
    graph, values, wrt = network(activation=activation)
    values["X"][3, 2] = spoilt
    output = graph.names["L"]
    back = differentiate(graph, output, wrt=[graph.names[name] for name in wrt])
    expected = evaluate(back.graph, values, [output, *(back.gradients[graph.names[name]] for name in wrt)])
    value, gradients = compile_graph(graph, output, wrt=wrt)(*values.values())
    for ours, theirs in zip([value, *gradients], expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13)


def test_what_is_alive_shares_memory_with_nothing():
    graph, _, wrt = network()
    output = graph.names["L"]
    back = differentiate(graph, output, wrt=[graph.names[name] for name in wrt])
    plan = fuse(simplify(back.graph, [output, *(back.gradients[graph.names[name]] for name in wrt)]))
    found = allocate(schedule(plan, largest=1))
    alive: dict[int, int] = {}
    for place, step in enumerate(found.schedule.statements):
        for i in [i for i in alive if found.schedule.last_use[i] < place]:
            del alive[i]
        if step.id in found.homes:
            block = found.homes[step.id].block
            holders = [i for i, held in alive.items() if held == block]
            assert all(found.schedule.last_use[i] == place and i in step.operands for i in holders)
            alive[step.id] = block
    assert sum(found.blocks) < sum(8 * size(step.shape) for step in plan.steps) / 2


def traced_peak(work, times):
    for _ in range(2):
        work()
    tracemalloc.start()
    try:
        work()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(times):
            work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(
    ("sizes", "allowed"),
    [
        # One number for each row: the smallest array of the pass. What NumPy needs to reduce an array is less.
        ({"rows": 400, "inputs": 30, "hidden": 5, "classes": 4}, 400),
        # A ufunc that broadcasts large arrays takes memory of a fixed size for its iterator; arrays are larger.
        ({"rows": 2048, "inputs": 64, "hidden": 32, "classes": 24}, 1.2 * np.getbufsize()),
    ],
)
def test_into_given_arrays_nothing_is_allocated(dtype, activation, sizes, allowed):
    graph, values, wrt = network(**sizes, activation=activation)
    function = compile_graph(graph, graph.names["L"], wrt=wrt, dtype=dtype)
    arguments = [value.astype(dtype) for value in values.values()]
    outs = [np.empty(values[name].shape, dtype) for name in wrt]
    into = function.into(outs)
    assert traced_peak(lambda: into(*arguments), 3) < allowed * np.dtype(dtype).itemsize
    # And the same count finds the arrays that the plain call returns.
    assert traced_peak(lambda: function(*arguments), 1) >= sum(out.nbytes for out in outs)


def test_into_gives_what_the_call_gives():
    graph, values, wrt = network()
    function = compile_graph(graph, graph.names["L"], wrt=wrt)
    outs = [np.full(values[name].shape, np.nan) for name in wrt]
    value, gradients = function.into(outs)(*values.values())
    expected, fresh = function(*values.values())
    assert value == expected
    assert all(given is out for given, out in zip(gradients, outs, strict=True))
    for ours, theirs in zip(outs, fresh, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_into_takes_only_arrays_that_can_be_written():
    graph = Graph()
    x, y = graph.input("x", (2,)), graph.input("a")
    function = compile_graph(graph, (x * y).id)
    out = np.empty(2)
    value, (by_x, by_a) = function.into([out, None], value=np.empty(2))([1.0, 2.0], 3.0)
    np.testing.assert_array_equal(value, [3.0, 6.0])
    assert by_x is out
    assert by_a == 3.0
    for gradients, given_value, says in [
        ([out], np.empty(2), "there are 2 gradients, and 1"),
        ([out, out], np.empty(2), "gradient by a is a number"),
        ([None, None], np.empty(2), "gradient by x is no array"),
        ([np.empty(3), None], np.empty(2), "shape 3"),
        ([np.empty(2, np.float32), None], np.empty(2), "float32"),
        ([np.empty(4)[::2], None], np.empty(2), "not contiguous"),
        ([out, None], out, "overlap"),
        ([out, None], None, "the value is no array"),
    ]:
        with pytest.raises(ValueProblem, match=says):
            function.into(gradients, value=given_value)
    out.flags.writeable = False
    with pytest.raises(ValueProblem, match="read-only"):
        function.into([out, None], value=np.empty(2))


def test_threads_that_call_one_function_do_not_meet():
    graph, _, wrt = network(rows=200, inputs=100, hidden=80)
    function = compile_graph(graph, graph.names["L"], wrt=wrt)
    rng = np.random.default_rng(5)
    shapes = [graph.nodes[i].shape for i in graph.inputs.values()]
    arguments = [[rng.normal(size=shape) for shape in shapes] for _ in range(4)]
    expected = [function(*each) for each in arguments]
    start = threading.Barrier(len(arguments))
    wrong: list[int] = []

    def work(which):
        start.wait()
        for _ in range(30):
            value, gradients = function(*arguments[which])
            same = value == expected[which][0]
            same &= all(np.array_equal(a, b) for a, b in zip(gradients, expected[which][1], strict=True))
            if not same:
                wrong.append(which)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_call_within_a_call_has_memory_of_its_own():
    graph = Graph()
    x = graph.input("x", (4,))
    function = compile_graph(graph, graph.sum(graph.tanh(x) ** 2).id)
    inner = []

    class Calls:
        """An argument that calls the function while the function reads it."""

        def __array__(self, dtype=None, copy=None):
            inner.append(function(np.ones(4)))
            return np.zeros(4)

    value, (slope,) = function(Calls())
    assert value == 0.0
    np.testing.assert_array_equal(slope, np.zeros(4))
    assert inner[0][0] == pytest.approx(4 * math.tanh(1) ** 2)


def test_warnings_stay_as_the_caller_has_them():
    graph = Graph()
    x = graph.input("x", (2,))
    function = compile_graph(graph, graph.sum(graph.log(x) * graph.exp(x)).id)
    with np.errstate(all="raise"):
        value, _ = function(np.array([-1.0, 1e4]))
        assert math.isnan(value)
        assert np.geterr()["divide"] == "raise"
        with pytest.raises(FloatingPointError):
            np.log(np.array([-1.0]))


def test_the_body_works_on_parts_of_its_memory():
    """What works on blocks of points hands in buffers that are cut to the block."""
    graph = Graph()
    x = graph.input("x", (100,))
    plan = simplify(graph, [(graph.sin(x) * graph.exp(x) + graph.sigmoid(x)).id])
    made = buffered(plan, {x.id: "x"}, np.dtype(float), [0])
    points, out = np.linspace(-3, 3, 30), np.empty(30)
    made.body(*cut(made.memory(), 30), points, out)
    np.testing.assert_allclose(out, np.sin(points) * np.exp(points) + 1 / (1 + np.exp(-points)), rtol=1e-13)


def test_a_function_of_numbers_has_nothing_to_write_into():
    graph = Graph()
    with pytest.raises(UserError, match="no arrays to write into"):
        compile_graph(graph, (graph.input("x") ** 2).id).into([None])


def test_new_values_are_written_over_arguments_that_are_lent():
    """Two states that change places, and one that is read after its new value is made."""
    graph = Graph()
    a, b, w, g = (graph.input(name, (3,)) for name in "abwg")
    eta = graph.input("eta")
    new_w = w - eta * (g * a + graph.sqrt(b))
    plan = simplify(graph, [new_w.id, b.id, a.id, (a * w).id])
    d = -1
    inputs = {g.id: "g", a.id: "a", b.id: "b", w.id: "w", d: "d", eta.id: "eta"}
    made = buffered(plan, inputs, np.dtype(float), [3], {w.id: 0, a.id: 1, b.id: 2})
    values = {name: np.arange(1.0, 4.0) * k for k, name in enumerate("gabw", 1)}
    before = {name: value.copy() for name, value in values.items()}
    out = np.empty(3)
    assert made.body(*made.memory(), *values.values(), None, 0.5, out) == ()
    np.testing.assert_allclose(
        values["w"], before["w"] - 0.5 * (before["g"] * before["a"] + np.sqrt(before["b"])), rtol=1e-14
    )
    np.testing.assert_array_equal(values["a"], before["b"])
    np.testing.assert_array_equal(values["b"], before["a"])
    np.testing.assert_array_equal(values["g"], before["g"])
    np.testing.assert_allclose(out, before["a"] * before["w"], rtol=1e-14)
