"""Value and all gradients of scalar graphs at 100,000 points at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Case, Ready, module
from suite.graphs import GRAPHS, ScalarGraph
from suite.pointwise import blocked, c_batch_source
from suite.tape import Straight, expressions, python_source, straight

POINTS = 100_000
SPREAD = 0.2
"""How far the points lie around the graph's own, relative to it."""
BLOCK = 8192

Columns = list[NDArray[np.float64]]


def cases() -> Mapping[str, Case]:
    """The cases by key."""
    return {key: _case(key) for key in ("sigmoid", "random100")}


def _case(key: str) -> Case:
    graph = GRAPHS[key]
    return Case(
        title=f"{POINTS:,} points: {graph.title}",
        peers={name: partial(make, graph) for name, make in PEERS.items()},
        reference="NumPy",
        target="at least as fast as hand-written NumPy, numexpr, JAX vmap and PyTorch",
        at_most=1.0,
        beats=("NumPy", "NumPy blocked", "numexpr", "JAX", "PyTorch"),
        notes=(
            "NumPy: straight-line code on whole arrays; blocked: the same into buffers, 8,192 points at once.",
            "PyTorch, numexpr, CasADi map on two threads and gradviz take the threads that they take by themselves.",
        ),
    )


def points(graph: ScalarGraph) -> Columns:
    """The points: for each input its numbers."""
    dice = np.random.default_rng(0)
    return [x * (1 + SPREAD * dice.standard_normal(POINTS)) for x in graph.point]


def _row(found: Sequence[Any]) -> NDArray[np.float64]:
    """The value and the gradients at all points, one after the other."""
    return np.concatenate([np.broadcast_to(np.asarray(column, float), (POINTS,)) for column in found])


def _pair(found: Any) -> NDArray[np.float64]:
    return _row([found[0], *found[1]])


FUNCTIONS = {"sin": np.sin, "cos": np.cos, "exp": np.exp, "tanh": np.tanh}


def _numpy(graph: ScalarGraph) -> Ready:
    space: dict[str, Any] = dict(FUNCTIONS)
    exec(python_source(straight(graph)), space)
    return Ready(space["f"], tuple(points(graph)), _pair)


def _numpy_blocked(graph: ScalarGraph) -> Ready:
    function, buffers = blocked(straight(graph))
    columns, out, spare = points(graph), np.empty((len(graph.point) + 1, POINTS)), np.empty((buffers, BLOCK))

    def call() -> None:
        for start in range(0, POINTS, BLOCK):
            stop = min(start + BLOCK, POINTS)
            function([x[start:stop] for x in columns], out[:, start:stop], spare[:, : stop - start])

    return Ready(call, (), lambda _: out.ravel().copy())


def _gradviz(graph: ScalarGraph, engine: str) -> Ready:
    from gradviz import Graph
    from gradviz.passes.compile import compile_graph

    if engine == "jit":
        module("llvmlite")
    made = Graph()
    output = graph.build(made, [made.input(name) for name in graph.names])
    return Ready(compile_graph(made, output.id, engine=engine).batch, tuple(points(graph)), _pair)


def _numexpr(graph: ScalarGraph) -> Ready:
    """Every line of the hand-written program as an expression, which numexpr blocks and shares among its threads."""
    numexpr, code = module("numexpr"), straight(graph)
    kept = [(name, *_expression(numexpr, text)) for name, text in expressions(code)]

    def call(*columns: NDArray[np.float64]) -> Columns:
        values: dict[Any, Any] = dict(zip(code.inputs, columns, strict=True))
        for name, names, expression in kept:
            values[name] = expression(*[values[read] for read in names])
        return [values.get(atom, atom) for atom in (code.value, *code.gradients)]

    return Ready(call, tuple(points(graph)), _row)


def _expression(numexpr: Any, text: str) -> tuple[list[str], Any]:
    import ast

    found = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    names = sorted(found - set(FUNCTIONS))
    return names, numexpr.NumExpr(text, [(name, np.float64) for name in names])


def _jax(graph: ScalarGraph) -> Ready:
    jax = module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = module("jax.numpy")
    one = jax.value_and_grad(lambda values: graph.build(jnp, values))
    many = jax.jit(jax.vmap(one, in_axes=([0] * len(graph.point),)))
    columns = [jnp.array(column) for column in points(graph)]

    def call(columns: Any) -> Any:
        found = many(columns)
        jax.block_until_ready(found)
        return found

    call(columns)
    return Ready(call, (columns,), _pair)


def _pytorch(graph: ScalarGraph) -> Ready:
    torch = module("torch")
    columns = [torch.tensor(column, requires_grad=True) for column in points(graph)]
    ones = torch.ones(POINTS, dtype=torch.float64)

    def call(columns: Any) -> Any:
        output = graph.build(torch, columns)
        return output.detach(), torch.autograd.grad(output, columns, ones)

    return Ready(call, (columns,), _pair)


def _autograd(graph: ScalarGraph) -> Ready:
    numpy, make_vjp = module("autograd.numpy"), module("autograd").make_vjp
    make = make_vjp(lambda columns: graph.build(numpy, columns))
    columns, ones = tuple(points(graph)), np.ones(POINTS)

    def call(columns: Any) -> Any:
        back, value = make(columns)
        return value, back(ones)

    return Ready(call, (columns,), _pair)


def _symengine(graph: ScalarGraph) -> Ready:
    symengine = module("symengine")
    values = [symengine.Symbol(name) for name in graph.names]
    output = graph.build(symengine, values)
    backend = "llvm" if getattr(symengine, "have_llvm", False) else "lambda"
    outputs = [output, *[output.diff(value) for value in values]]
    function = symengine.Lambdify(values, outputs, cse=True, backend=backend)
    rows = np.ascontiguousarray(np.array(points(graph)).T)
    return Ready(function, (rows,), lambda found: np.asarray(found).T.ravel())


def _casadi_map(graph: ScalarGraph, *how: Any) -> Ready:
    casadi = module("casadi")
    values = casadi.SX.sym("v", len(graph.point))
    output = graph.build(casadi, casadi.vertsplit(values))
    many = casadi.Function("f", [values], [output, casadi.gradient(output, values)]).map(POINTS, *how)
    buffer, run = many.buffer()
    given = np.array(points(graph)).ravel(order="F").copy()
    value, gradient = np.zeros(POINTS), np.zeros(POINTS * len(graph.point))
    buffer.set_arg(0, memoryview(given))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))
    kept = (many, buffer, given)

    def answer(_: Any, kept: Any = kept) -> NDArray[np.float64]:
        return np.concatenate([value, gradient.reshape(POINTS, -1).T.ravel()])

    return Ready(run, (), answer)


def _numba(graph: ScalarGraph) -> Ready:
    """The points as a loop, compiled without SVML or fast arithmetic."""
    numba, code = module("numba"), straight(graph)
    lines = [f"        {name} = X[{i}, k]" for i, name in enumerate(code.inputs)]
    lines += [f"        {name} = {text}" for name, text in expressions(code)]
    lines += [f"        out[{i}, k] = {atom}" for i, atom in enumerate((code.value, *code.gradients))]
    source = "\n".join(["def f(X, out):", "    for k in range(X.shape[1]):", *lines, ""])
    space: dict[str, Any] = dict(FUNCTIONS)
    exec(source, space)
    function = numba.njit(space["f"])
    arguments = (np.array(points(graph)), np.empty((len(graph.point) + 1, POINTS)))
    function(*arguments)
    return Ready(function, arguments, lambda _: arguments[1].ravel().copy())


def _c(graph: ScalarGraph, flags: Sequence[str], libraries: Sequence[str]) -> Ready:
    """A loop in C through cffi, into arrays that are there."""
    cffi, code = module("cffi"), straight(graph)
    with tempfile.TemporaryDirectory() as folder:
        library = _built(cffi, code, folder, flags, libraries)
    given, out = np.array(points(graph)), np.empty((len(graph.point) + 1, POINTS))
    cast = [library.ffi.from_buffer("double *", array) for array in (given, out)]
    return Ready(library.lib.batch, (*cast, POINTS), lambda _, kept=given: out.ravel().copy())


def _built(cffi: Any, code: Straight, folder: str, flags: Sequence[str], libraries: Sequence[str]) -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    ffi = cffi.FFI()
    ffi.cdef("void batch(const double *, double *, long);")
    ffi.set_source("points", c_batch_source(code), extra_compile_args=list(flags), libraries=list(libraries))
    try:
        path = ffi.compile(tmpdir=folder)
    except Exception as error:  # whatever the machine's compiler driver raises
        raise Absent(f"no C compiler, or it refused: {error}") from None
    spec = spec_from_file_location("points", path)
    assert spec is not None
    assert spec.loader is not None
    library = module_from_spec(spec)
    spec.loader.exec_module(library)
    return library


FAST = ("-O3", "-march=native", "-ffast-math")

PEERS: Mapping[str, Callable[[ScalarGraph], Ready]] = {
    "NumPy": _numpy,
    "NumPy blocked": _numpy_blocked,
    "gradviz": partial(_gradviz, engine="python"),
    "gradviz jit": partial(_gradviz, engine="jit"),
    "numexpr": _numexpr,
    "JAX": _jax,
    "PyTorch": _pytorch,
    "autograd": _autograd,
    "SymEngine": _symengine,
    "CasADi map": _casadi_map,
    "CasADi map, 2 threads": lambda graph: _casadi_map(graph, "thread", 2),
    "numba": _numba,
    "C -O2": partial(_c, flags=("-O2",), libraries=("m",)),
    "C -O3 -ffast-math": partial(_c, flags=FAST, libraries=("mvec", "m")),
}
