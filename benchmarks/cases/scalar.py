"""Value and all gradients of scalar graphs: one call, and what it takes to make the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from suite.case import Case, Ready, module
from suite.graphs import GRAPHS, ScalarGraph, random_graph
from suite.libraries import (
    LONG,
    PEERS,
    casadi_function,
    graph_of,
    jax_module,
    jax_ready,
    jax_scan,
    jit_of,
    numba_chain,
    numba_ready,
    symengine_function,
)


def cases() -> Mapping[str, Case]:
    """The cases by key."""
    calls = {key: _call_case(key) for key in ("product", "sigmoid", "random100", "chain")}
    sizes = (10_000, 100_000, 1_000_000)
    return {**calls, "compile100": _making_case(), **{f"compile{size}": _linear_case(size) for size in sizes}}


ORDINARY = ("CasADi", "JAX", "PyTorch", "SymEngine", "autograd", "micrograd")
"""Peers as their users call them, which gradviz is to be ahead of."""


def _call_case(key: str) -> Case:
    graph = GRAPHS[key]
    peers = {name: partial(make, graph) for name, make in PEERS.items()}
    if len(graph.point) > LONG:
        peers |= {"numba": partial(numba_chain, graph), "JAX": partial(jax_scan, graph)}
    beaten = () if len(graph.point) > LONG else ORDINARY  # of chains, machine code is ahead of any Python
    return Case(
        title=f"Value and gradients: {graph.title}",
        peers=peers,
        reference="hand-written",
        target="within 1.1× of hand-written straight-line Python"
        + (", ahead of every peer's ordinary call" * bool(beaten)),
        at_most=1.1,
        beats=beaten,
        notes=(
            "hand-written: straight-line Python over math that returns (value, (gradients)), as gradviz does; "
            "flat: the same with one flat tuple.",
            "CasADi and SymEngine into buffers are called without arguments and results in Python's own types.",
        ),
    )


def _making_case() -> Case:
    """From the written graph to a function of its value and gradients, everything but the library's import."""
    graph = GRAPHS["random100"]
    made: dict[str, Callable[[ScalarGraph], Callable[[], Any]]] = {
        "gradviz": _make_gradviz,
        "gradviz jit": _make_jit,
        "CasADi": _make_casadi,
        "SymEngine": _make_symengine,
        "JAX": _make_jax,
        "numba": _make_numba,
    }
    return Case(
        title=f"Making the function: {graph.title}",
        peers={name: partial(_made, make, graph) for name, make in made.items()},
        reference="gradviz",
        target="under 10 ms, and ahead of SymEngine, JAX and numba (CasADi interprets its own graph)",
        seconds=0.01,
        beats=("SymEngine", "JAX", "numba"),
        notes=("SymPy's diff and lambdify take half a minute for it and are left out.",),
    )


def _made(make: Callable[[ScalarGraph], Callable[[], Any]], graph: ScalarGraph) -> Ready:
    work = make(graph)
    work()
    return Ready(work)


def _make_gradviz(graph: ScalarGraph) -> Callable[[], Any]:
    from gradviz.passes.compile import compile_graph

    return lambda: compile_graph(*graph_of(graph))


def _make_jit(graph: ScalarGraph) -> Callable[[], Any]:
    return lambda: jit_of(graph)


def _make_casadi(graph: ScalarGraph) -> Callable[[], Any]:
    module("casadi")
    return lambda: casadi_function(graph)


def _make_symengine(graph: ScalarGraph) -> Callable[[], Any]:
    module("symengine")
    return lambda: symengine_function(graph)


def _make_jax(graph: ScalarGraph) -> Callable[[], Any]:
    jax_module()
    return lambda: jax_ready(graph)


def _make_numba(graph: ScalarGraph) -> Callable[[], Any]:
    module("numba")
    return lambda: numba_ready(graph)


def _linear_case(size: int) -> Case:
    """A graph beside one of a tenth of its size: linear time is a ratio of 10."""
    return Case(
        title=f"Compiling {size:,} operations beside {size // 10:,}",
        peers={
            "a tenth": partial(_compiling, size // 10),
            "gradviz": partial(_compiling, size),
        },
        reference="a tenth",
        target="time in proportion to the size: ten times that of a tenth (caches make it a little more)",
        at_most=14.0,
        slow=True,
    )


def _compiling(size: int) -> Ready:
    from gradviz.passes.compile import compile_graph

    return Ready(partial(compile_graph, *graph_of(random_graph(size))))
