"""Scalar graphs by each library, in its best form: what makes a peer ready for one call."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Ready, module
from suite.graphs import ScalarGraph
from suite.tape import c_source, python_function, straight

LONG = 1000
"""Inputs from which a graph is too long for compilers and tracers that take more than linear time."""


def numbers(found: Any) -> NDArray[np.float64]:
    """`(value, (gradients))` as numbers in a row."""
    value, gradients = found
    return np.array([float(value), *[float(gradient) for gradient in gradients]])


def _hand_written(graph: ScalarGraph) -> Ready:
    return Ready(python_function(straight(graph)), graph.point, numbers)


def _flat(graph: ScalarGraph) -> Ready:
    return Ready(python_function(straight(graph), nested=False), graph.point, np.array)


def graph_of(graph: ScalarGraph) -> tuple[Any, int]:
    """A gradviz graph made by its builder, and its output."""
    from gradviz import Graph

    made = Graph()
    return made, graph.build(made, [made.input(name) for name in graph.names]).id


def _gradviz(graph: ScalarGraph) -> Ready:
    from gradviz.passes.compile import compile_graph

    return Ready(compile_graph(*graph_of(graph)), graph.point, numbers)


def jit_of(graph: ScalarGraph) -> Any:
    """The graph in machine code, by the extra `jit`."""
    module("llvmlite")
    from gradviz.errors import UserError
    from gradviz.passes.compile import compile_graph

    try:
        return compile_graph(*graph_of(graph), engine="jit")
    except UserError as reason:
        raise Absent(str(reason)) from None


def _jit(graph: ScalarGraph) -> Ready:
    return Ready(jit_of(graph), graph.point, numbers)


def _jit_buffer(graph: ScalarGraph) -> Ready:
    buffer = jit_of(graph).buffer()
    buffer.arguments[:] = graph.point
    return Ready(buffer.run, (), lambda _: buffer.results.copy())


def _c(graph: ScalarGraph) -> Ready:
    """C through cffi, into arrays that are there. gcc takes minutes to optimise a function of thousands of lines."""
    cffi = module("cffi")
    ffi = cffi.FFI()
    ffi.cdef("void f(const double *, double *);")
    flags = "-O0" if len(graph.point) > LONG else "-O2"
    ffi.set_source("straight", c_source(straight(graph)), extra_compile_args=[flags])
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = ffi.compile(tmpdir=folder)
        except Exception as error:  # whatever the machine's compiler driver raises
            raise Absent(f"no C compiler: {error}") from None
        library = _loaded(path)
    point, out = np.array(graph.point), np.zeros(len(graph.point) + 1)
    arguments = (library.ffi.from_buffer("double *", point), library.ffi.from_buffer("double *", out))
    return Ready(library.lib.f, arguments, lambda _: out.copy())


def _loaded(path: str) -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("straight", Path(path))
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def numba_ready(graph: ScalarGraph) -> Ready:
    """The hand-written function, compiled by numba."""
    numba = module("numba")
    function = numba.njit(python_function(straight(graph)))
    function(*graph.point)
    return Ready(function, graph.point, numbers)


def numba_chain(graph: ScalarGraph) -> Ready:
    """The chain as loops: numba takes minutes for thousands of straight lines."""
    numba = module("numba")
    function = numba.njit(_chain_by_hand)
    point = np.array(graph.point)
    function(point)
    return Ready(function, (point,), numbers)


def _chain_by_hand(v: Any) -> Any:
    count = v.size - 1
    values = np.empty(count)
    gradients = np.empty(count + 1)
    x = v[0]
    for k in range(count):
        values[k] = x
        x = math.sin(x * v[k + 1]) + x
    g = 1.0
    for k in range(count - 1, -1, -1):
        slope = g * math.cos(values[k] * v[k + 1])
        gradients[k + 1] = slope * values[k]
        g += slope * v[k + 1]
    gradients[0] = g
    return x, gradients


def casadi_function(graph: ScalarGraph) -> Any:
    """CasADi's function of a vector."""
    casadi = module("casadi")
    values = casadi.SX.sym("v", len(graph.point))
    output = graph.build(casadi, casadi.vertsplit(values))
    return casadi.Function("f", [values], [output, casadi.gradient(output, values)])


def _casadi(graph: ScalarGraph) -> Ready:
    function, point = casadi_function(graph), module("casadi").DM(list(graph.point))

    def answer(found: Any) -> NDArray[np.float64]:
        return np.array([float(found[0]), *found[1].full().ravel()])

    return Ready(function, (point,), answer)


def _casadi_buffer(graph: ScalarGraph) -> Ready:
    function = casadi_function(graph)
    buffer, run = function.buffer()
    point, value, gradient = np.array(graph.point), np.zeros(1), np.zeros(len(graph.point))
    buffer.set_arg(0, memoryview(point))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))
    kept = (function, buffer, point)
    return Ready(run, (), lambda _, kept=kept: np.array([*value, *gradient]))


def _jax_timed(jax: Any, function: Callable[..., Any], point: Sequence[float]) -> Ready:
    compiled = jax.jit(jax.value_and_grad(function))
    x = jax.numpy.array(point)

    def call(x: Any) -> Any:
        found = compiled(x)
        found[1].block_until_ready()
        return found

    call(x)
    return Ready(call, (x,), lambda found: np.array([float(found[0]), *np.asarray(found[1])]))


def jax_module() -> Any:
    """JAX, set to float64."""
    jax = module("jax")
    jax.config.update("jax_enable_x64", True)
    module("jax.numpy")
    return jax


def jax_ready(graph: ScalarGraph) -> Ready:
    """The graph compiled by JAX, of a vector."""
    jax = jax_module()
    count = len(graph.point)
    return _jax_timed(jax, lambda v: graph.build(jax.numpy, [v[i] for i in range(count)]), graph.point)


def jax_scan(graph: ScalarGraph) -> Ready:
    """The chain as a loop: JAX takes minutes to trace and compile it written out."""
    jax = jax_module()

    def step(x: Any, weight: Any) -> Any:
        return jax.numpy.sin(x * weight) + x, None

    return _jax_timed(jax, lambda v: jax.lax.scan(step, v[0], v[1:])[0], graph.point)


def _pytorch(graph: ScalarGraph) -> Ready:
    torch = module("torch")
    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in graph.point]

    def call(values: Any) -> Any:
        output = graph.build(torch, values)
        return output.detach(), torch.autograd.grad(output, values)

    return Ready(call, (values,), numbers)


def _symengine(graph: ScalarGraph, *, buffer: bool) -> Ready:
    function = symengine_function(graph)
    point, out = np.array(graph.point), np.zeros(len(graph.point) + 1)
    if buffer:
        return Ready(lambda point, out: function(point, out=out), (point, out), lambda _: out.copy())
    return Ready(function, (point,), np.asarray)


def symengine_function(graph: ScalarGraph) -> Any:
    """SymEngine's function of a vector, by LLVM where it has that."""
    if len(graph.point) > LONG:
        raise Absent("takes more than half a minute to differentiate the chain")
    symengine = module("symengine")
    values = [symengine.Symbol(name) for name in graph.names]
    output = graph.build(symengine, values)
    outputs = [output, *[output.diff(value) for value in values]]
    backend = "llvm" if getattr(symengine, "have_llvm", False) else "lambda"
    return symengine.Lambdify(values, outputs, cse=True, backend=backend)


def _autograd(graph: ScalarGraph) -> Ready:
    if len(graph.point) > LONG:
        raise Absent("takes seconds for a call of the chain")
    autograd, numpy = module("autograd"), module("autograd.numpy")
    function = autograd.value_and_grad(lambda values: graph.build(numpy, values))
    return Ready(function, (graph.point,), numbers)


def _micrograd(graph: ScalarGraph) -> Ready:
    """In micrograd, which knows + · and powers; sin, exp and tanh are added in its own way."""
    if len(graph.point) > LONG:
        raise Absent("its backward pass recurses deeper than Python allows")
    engine = module("micrograd.engine")

    def unary(value: Callable[[float], float], slope: Callable[[float, float], float]) -> Callable[[Any], Any]:
        def apply(x: Any) -> Any:
            y = value(x.data)
            out = engine.Value(y, (x,), "f")

            def backward() -> None:
                x.grad += slope(x.data, y) * out.grad

            out._backward = backward
            return out

        return apply

    functions = SimpleNamespace(
        sin=unary(math.sin, lambda x, y: math.cos(x)),
        exp=unary(math.exp, lambda x, y: y),
        tanh=unary(math.tanh, lambda x, y: 1 - y * y),
    )

    def call(point: Sequence[float]) -> Any:
        values = [engine.Value(x) for x in point]
        output = graph.build(functions, values)
        output.backward()
        return output.data, [value.grad for value in values]

    return Ready(call, (graph.point,), numbers)


PEERS: Mapping[str, Callable[[ScalarGraph], Ready]] = MappingProxyType(
    {
        "hand-written": _hand_written,
        "flat": _flat,
        "gradviz": _gradviz,
        "gradviz jit": _jit,
        "gradviz jit buffer": _jit_buffer,
        "C": _c,
        "numba": numba_ready,
        "CasADi": _casadi,
        "CasADi buffer": _casadi_buffer,
        "JAX": jax_ready,
        "PyTorch": _pytorch,
        "SymEngine": partial(_symengine, buffer=False),
        "SymEngine out=": partial(_symengine, buffer=True),
        "autograd": _autograd,
        "micrograd": _micrograd,
    }
)
"""The peers by name."""
