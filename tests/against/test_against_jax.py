"""JAX as an independent witness: values, gradients, Jacobians and Hessians of a few hundred random graphs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import gradviz
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate

os.environ.setdefault("JAX_PLATFORMS", "cpu")
jax = pytest.importorskip("jax", reason="jax is not installed: pip install jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

N, M = 3, 2
SHAPES: Mapping[str, tuple[int, ...]] = {"x": (N,), "y": (N,), "W": (M, N), "S": (N, N), "a": ()}
GRAPHS = 300
ROUNDING = 1e-8

WITNESS = SimpleNamespace(
    sin=jnp.sin,
    cos=jnp.cos,
    tanh=jnp.tanh,
    exp=jnp.exp,
    log=jnp.log,
    sqrt=jnp.sqrt,
    atan=jnp.arctan,
    erf=jax.scipy.special.erf,
    sigmoid=jax.nn.sigmoid,
    softplus=jax.nn.softplus,
    relu=jax.nn.relu,
    silu=jax.nn.silu,
    abs=jnp.abs,
    maximum=jnp.maximum,
    minimum=jnp.minimum,
    where=jnp.where,
    hypot=jnp.hypot,
    logaddexp=jnp.logaddexp,
    softmax=lambda x, axis=-1: jax.nn.softmax(x, axis),
    log_softmax=lambda x, axis=-1: jax.nn.log_softmax(x, axis),
    logsumexp=lambda x, axis=-1: jax.scipy.special.logsumexp(x, axis),
    sum=jnp.sum,
    mean=jnp.mean,
    prod=jnp.prod,
    var=jnp.var,
    max=jnp.max,
    cumsum=jnp.cumsum,
    outer=jnp.outer,
    dot=jnp.dot,
    transpose=jnp.transpose,
    trace=jnp.trace,
    det=jnp.linalg.det,
    logdet=lambda x: jnp.linalg.slogdet(x)[1],
    inv=jnp.linalg.inv,
    solve=jnp.linalg.solve,
    norm=jnp.linalg.norm,
    squared_norm=lambda x: jnp.sum(x * x),
    diag=jnp.diag,
    reshape=lambda x, shape: jnp.reshape(x, shape),
    broadcast_to=lambda x, shape: jnp.broadcast_to(x, shape),
    concat=lambda *xs, axis=0: jnp.concatenate(xs, axis),
    flip=jnp.flip,
)
"""Our operations' names, by JAX's own functions."""

ANY: Mapping[str, Callable[..., Any]] = {
    "sin": lambda m, u: m.sin(u),
    "cos": lambda m, u: m.cos(u),
    "tanh": lambda m, u: m.tanh(u),
    "atan": lambda m, u: m.atan(u),
    "erf": lambda m, u: m.erf(u),
    "sigmoid": lambda m, u: m.sigmoid(u),
    "softplus": lambda m, u: m.softplus(u),
    "silu": lambda m, u: m.silu(u),
    "bounded exp": lambda m, u: m.exp(m.sin(u)),
    "log": lambda m, u: m.log(u * u + 1),
    "root": lambda m, u: m.sqrt(u * u + 0.5),
    "cube": lambda m, u: u**3 / 5,
    "inverse": lambda m, u: 1 / (u * u + 2),
    "scaled": lambda m, u: 0.5 * u - 1,
    "relu": lambda m, u: m.relu(u) * u,
    "abs": lambda m, u: m.abs(u - 0.31),
}
"""What takes a term of any shape, and keeps it."""

PAIRS: Mapping[str, Callable[..., Any]] = {
    "add": lambda m, u, v: u + v,
    "sub": lambda m, u, v: u - v,
    "mul": lambda m, u, v: u * v,
    "div": lambda m, u, v: u / (v * v + 1.5),
    "maximum": lambda m, u, v: m.maximum(u, v),
    "minimum": lambda m, u, v: m.minimum(u, v),
    "where": lambda m, u, v: m.where(u > v, m.sin(u), v * v),
    "hypot": lambda m, u, v: m.hypot(u + 3, v),
    "logaddexp": lambda m, u, v: m.logaddexp(u, v),
}
"""What takes two terms that broadcast."""

SHAPED: tuple[tuple[str, tuple[tuple[int, ...], ...], Callable[..., Any]], ...] = (
    ("matrix by vector", ((M, N), (N,)), lambda m, A, u: A @ u),
    ("vector by matrix", ((M,), (M, N)), lambda m, u, A: u @ A),
    ("square by vector", ((N, N), (N,)), lambda m, A, u: A @ u),
    ("matrix by matrix", ((M, N), (N, N)), lambda m, A, B: A @ B / 2),
    ("square by square", ((N, N), (N, N)), lambda m, A, B: A @ m.transpose(B) / 3),
    ("gram", ((M, N),), lambda m, A: m.transpose(A) @ A),
    ("outer", ((N,), (N,)), lambda m, u, v: m.outer(u, v)),
    ("outer 2", ((M,), (N,)), lambda m, u, v: m.outer(u, v)),
    ("dot", ((N,), (N,)), lambda m, u, v: m.dot(u, v)),
    ("softmax", ((N,),), lambda m, u: m.softmax(u)),
    ("softmax rows", ((M, N),), lambda m, A: m.softmax(A, axis=1)),
    ("softmax columns", ((N, N),), lambda m, A: m.softmax(A, axis=0)),
    ("log softmax", ((N,),), lambda m, u: m.log_softmax(u)),
    ("logsumexp", ((N,),), lambda m, u: m.logsumexp(u)),
    ("logsumexp rows", ((M, N),), lambda m, A: m.logsumexp(A, axis=1)),
    ("row sums", ((M, N),), lambda m, A: m.sum(A, axis=1)),
    ("column means", ((M, N),), lambda m, A: m.mean(A, axis=0)),
    ("variance", ((N,),), lambda m, u: m.var(u)),
    ("product", ((N,),), lambda m, u: m.prod(u)),
    ("largest", ((N,),), lambda m, u: m.max(u)),
    ("running sum", ((N,),), lambda m, u: m.cumsum(u, axis=0)),
    ("trace", ((N, N),), lambda m, A: m.trace(A)),
    ("determinant", ((N, N),), lambda m, A: m.det(A)),
    ("log determinant", ((N, N),), lambda m, A: m.logdet(A @ m.transpose(A) + np.eye(N))),
    ("inverse", ((N, N),), lambda m, A: m.inv(m.tanh(A) + 4 * np.eye(N))),
    ("solve", ((N, N), (N,)), lambda m, A, u: m.solve(m.tanh(A) + 4 * np.eye(N), u)),
    ("norm", ((N,),), lambda m, u: m.norm(u + 4)),
    ("Frobenius", ((M, N),), lambda m, A: m.norm(A - 4)),
    ("squared norm", ((N,),), lambda m, u: m.squared_norm(u)),
    ("diagonal", ((N,),), lambda m, u: m.diag(u)),
    ("of the diagonal", ((N, N),), lambda m, A: m.diag(A)),
    ("first entries", ((N,),), lambda m, u: u[:M]),
    ("an entry", ((N,),), lambda m, u: u[1]),
    ("a column", ((M, N),), lambda m, A: A[:, 2]),
    ("a row", ((M, N),), lambda m, A: A[1]),
    ("flat", ((M, N),), lambda m, A: m.reshape(A, shape=(M * N,))[1:4]),
    ("turned", ((N,),), lambda m, u: m.flip(u, axis=0)),
    ("joined", ((N,), (M,)), lambda m, u, v: m.concat(u, v, axis=0)[1:4]),
    ("spread", ((), (N,)), lambda m, s, u: m.broadcast_to(s, shape=(N,)) * u),
)
"""What takes certain shapes."""


@dataclass
class Recipe:
    """A random program: each step names an operation and the earlier results that it takes."""

    steps: list[tuple[Callable[..., Any], tuple[int, ...]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def run(self, maths: Any, inputs: list[Any]) -> list[Any]:
        made = list(inputs)
        for step, operands in self.steps:
            made.append(step(maths, *(made[i] for i in operands)))
        return made


def recipe(seed: int, steps: int) -> Recipe:
    """A program that builds on its own last results more often than on its inputs."""
    rng, graph, made = np.random.default_rng(seed), Graph(), Recipe()
    terms: list[Term] = [graph.input(name, shape) for name, shape in SHAPES.items()]
    while len(made.steps) < steps:
        kind = rng.integers(4)
        if kind == 0:
            name, step, operands = _of_any(rng, terms)
        elif kind == 1:
            name, step, operands = _of_two(rng, terms)
        else:
            name, step, operands = _of_shapes(rng, terms)
        terms.append(step(graph, *(terms[i] for i in operands)))
        made.steps.append((step, operands))
        made.names.append(name)
    return made


def _of_any(rng: Any, terms: list[Term]) -> tuple[str, Callable[..., Any], tuple[int, ...]]:
    name = str(rng.choice(list(ANY)))
    return name, ANY[name], (_late(rng, list(range(len(terms)))),)


def _of_two(rng: Any, terms: list[Term]) -> tuple[str, Callable[..., Any], tuple[int, ...]]:
    name, first = str(rng.choice(list(PAIRS))), _late(rng, list(range(len(terms))))
    shape = terms[first].shape
    fitting = [i for i, t in enumerate(terms) if t.shape in ((), shape, shape[-1:]) or not shape]
    return name, PAIRS[name], (first, _late(rng, fitting))


def _of_shapes(rng: Any, terms: list[Term]) -> tuple[str, Callable[..., Any], tuple[int, ...]]:
    while True:
        name, shapes, step = SHAPED[rng.integers(len(SHAPED))]
        fitting = [[i for i, t in enumerate(terms) if t.shape == shape] for shape in shapes]
        if all(fitting):
            return name, step, tuple(_late(rng, of) for of in fitting)


def _late(rng: Any, of: list[int]) -> int:
    """One of them, the later ones more often."""
    return of[-1 - min(int(rng.geometric(0.35)) - 1, len(of) - 1)]


def point(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed + 10_000)
    drawn = [rng.uniform(-1.5, 1.5, shape) for shape in SHAPES.values()]
    return [np.round(value, 3) if np.ndim(value) else float(value) for value in drawn]


def built(made: Recipe) -> tuple[Graph, Term]:
    """The program as our graph, its output the sum of the last result's entries plus a touch of every input."""
    graph = Graph()
    inputs = [graph.input(name, shape) for name, shape in SHAPES.items()]
    return graph, _total(graph, made.run(graph, inputs), inputs)


def _total(maths: Any, results: list[Any], inputs: list[Any]) -> Any:
    last = results[-1]
    value = maths.sum(maths.sin(last)) if last.shape else maths.sin(last)
    for term in inputs:
        value = value + maths.sum(term * term) / 7 if term.shape else value + term * term / 7
    return value


def witness(made: Recipe) -> Callable[..., Any]:
    def function(*inputs: Any) -> Any:
        arrays = [jnp.asarray(value) for value in inputs]
        return _total(WITNESS, made.run(WITNESS, arrays), arrays)

    return function


def close(ours: Any, theirs: Any) -> bool:
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    scale = 1 + float(np.max(np.abs(theirs), initial=0.0))
    return ours.shape == theirs.shape and bool(np.all(np.abs(ours - theirs) <= ROUNDING * scale))


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_values_and_gradients(seed: int) -> None:
    made, at = recipe(seed, 3 + seed % 9), point(seed)
    graph, output = built(made)
    back = differentiate(graph, output.id)
    ids = [output.id, *(back.gradients[graph.names[name]] for name in SHAPES)]
    value, *gradients = evaluate(back.graph, dict(zip(SHAPES, at, strict=True)), ids)
    their_value, theirs = jax.value_and_grad(witness(made), argnums=tuple(range(len(at))))(*map(jnp.asarray, at))
    assert close(value, their_value), made.names
    for name, ours, other in zip(SHAPES, gradients, theirs, strict=True):
        assert close(ours, other), (name, made.names)


def last_of(made: Recipe) -> Callable[..., Any]:
    """JAX's last result of the program, flat."""

    def function(*inputs: Any) -> Any:
        return jnp.ravel(made.run(WITNESS, [jnp.asarray(value) for value in inputs])[-1])

    return function


def chosen_input(made: Recipe) -> str:
    """An input that the last result depends on: the one with the most ways to it."""
    names, live = list(SHAPES), {len(SHAPES) + len(made.steps) - 1}
    for place in range(len(made.steps) - 1, -1, -1):
        if len(SHAPES) + place in live:
            live.update(made.steps[place][1])
    return next((name for i, name in reversed(list(enumerate(names))) if i in live), names[0])


@pytest.mark.parametrize("seed", range(0, GRAPHS, 3))
def test_jacobians_and_products(seed: int) -> None:
    made, at = recipe(seed, 2 + seed % 7), point(seed)
    graph = Graph()
    made.run(graph, [graph.input(name, shape) for name, shape in SHAPES.items()])
    name = chosen_input(made)
    slot, point_of = list(SHAPES).index(name), dict(zip(SHAPES, at, strict=True))
    theirs = np.asarray(jax.jacrev(last_of(made), argnums=slot)(*map(jnp.asarray, at)))
    theirs = theirs.reshape(theirs.shape[0], -1)
    ours = gradviz.jacobian(graph, wrt=name, at=point_of)
    assert close(ours.todense(), theirs), made.names
    assert ours.nnz >= np.count_nonzero(theirs), (ours.structure, made.names)
    rng = np.random.default_rng(seed)
    across, down = rng.normal(size=theirs.shape[1]), rng.normal(size=theirs.shape[0])
    assert close(ours.matvec(across), theirs @ across), made.names
    assert close(ours.rmatvec(down), theirs.T @ down), made.names
    assert close(ours.to_scipy().toarray(), theirs), made.names
    swept = gradviz.jvp(graph, along={name: across.reshape(SHAPES[name])}, at=point_of)
    assert close(np.ravel(swept.tangent), theirs @ across), made.names


@pytest.mark.parametrize("seed", range(0, GRAPHS, 5))
def test_hessians_and_products(seed: int) -> None:
    made, at = recipe(seed, 2 + seed % 6), point(seed)
    graph, _ = built(made)
    name = chosen_input(made)
    slot, point_of = list(SHAPES).index(name), dict(zip(SHAPES, at, strict=True))
    theirs = np.asarray(jax.hessian(witness(made), argnums=slot)(*map(jnp.asarray, at)))
    size = int(np.prod(SHAPES[name], dtype=int))
    theirs = theirs.reshape(size, size)
    ours = gradviz.hessian(graph, wrt=name, at=point_of)
    assert close(ours.todense(), theirs), made.names
    along = np.random.default_rng(seed).normal(size=size)
    product = gradviz.hvp(graph, along={name: along.reshape(SHAPES[name])}, wrt=name, at=point_of)
    product = product[name] if isinstance(product, Mapping) else product
    assert close(np.ravel(product), theirs @ along), made.names
