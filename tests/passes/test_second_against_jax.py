"""Values, directional derivatives, gradients and Hessians of random graphs of arrays against JAX."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.evaluate import evaluate
from gradviz.passes.forward import tangent_graph
from gradviz.passes.second import hessian_of

jax = pytest.importorskip("jax")
jnp = jax.numpy

N = 3
WAYS = {
    "add": (lambda g, a, b: a + b, lambda a, b: a + b),
    "sub": (lambda g, a, b: 2 * a - b, lambda a, b: 2 * a - b),
    "mul": (lambda g, a, b: a * b, lambda a, b: a * b),
    "div": (lambda g, a, b: a / (b * b + 1), lambda a, b: a / (b * b + 1)),
    "matmul": (lambda g, a, b: a @ b, lambda a, b: a @ b),
    "turned": (lambda g, a, b: g.transpose(a) @ b, lambda a, b: a.T @ b),
    "tanh": (lambda g, a, b: g.tanh(a), lambda a, b: jnp.tanh(a)),
    "sigmoid": (lambda g, a, b: g.sigmoid(b), lambda a, b: jax.nn.sigmoid(b)),
    "exp": (lambda g, a, b: g.exp(-a * a), lambda a, b: jnp.exp(-a * a)),
    "softplus": (lambda g, a, b: g.softplus(a), lambda a, b: jax.nn.softplus(a)),
    "softmax": (lambda g, a, b: g.softmax(a, axis=0), lambda a, b: jax.nn.softmax(a, axis=0)),
    "logsumexp": (
        lambda g, a, b: g.logsumexp(a, axis=1, keepdims=True) * b,
        lambda a, b: jax.nn.logsumexp(a, axis=1, keepdims=True) * b,
    ),
    "sum": (lambda g, a, b: g.sum(a, axis=0) + b, lambda a, b: a.sum(axis=0) + b),
    "mean": (lambda g, a, b: a - g.mean(a, axis=1, keepdims=True), lambda a, b: a - a.mean(axis=1, keepdims=True)),
    "var": (lambda g, a, b: g.var(a, axis=0) * b, lambda a, b: a.var(axis=0) * b),
    "norm": (lambda g, a, b: a / (1 + g.norm(b)), lambda a, b: a / (1 + jnp.linalg.norm(b))),
    "trace": (lambda g, a, b: g.trace(a) * b, lambda a, b: jnp.trace(a) * b),
    "det": (lambda g, a, b: g.det(a) + b, lambda a, b: jnp.linalg.det(a) + b),
    "solve": (
        lambda g, a, b: g.solve(g.transpose(a) @ a + 2 * g.diag(g.constant(1, (N,))), b),
        lambda a, b: jnp.linalg.solve(a.T @ a + 2 * jnp.eye(N), b),
    ),
    "roll": (lambda g, a, b: g.concat(a[1:], b[:1]), lambda a, b: jnp.concatenate([a[1:], b[:1]])),
    "cumsum": (lambda g, a, b: g.cumsum(a, axis=0), lambda a, b: jnp.cumsum(a, axis=0)),
    "einsum": (
        lambda g, a, b: g.einsum(a, b, equation="ij,kj->ki"),
        lambda a, b: jnp.einsum("ij,kj->ki", a, b),
    ),
}


def steps_of(seed: int) -> list[tuple[str, int, int]]:
    draw = random.Random(seed)
    return [(draw.choice(sorted(WAYS)), draw.randrange(9), draw.randrange(9)) for _ in range(draw.randint(1, 5))]


def both(seed: int):
    """The same program as a graph and as a JAX function."""
    steps = steps_of(seed)
    g = Graph()
    terms = [g.input("x", (N, N)), g.input("y", (N, N))]
    for way, first, second in steps:
        terms.append(WAYS[way][0](g, terms[first % len(terms)], terms[-1 - second % len(terms)]))
    output = g.sum(g.sin(terms[-1]))

    def function(x, y):
        found = [x, y]
        for way, first, second in steps:
            found.append(WAYS[way][1](found[first % len(found)], found[-1 - second % len(found)]))
        return jnp.sum(jnp.sin(found[-1]))

    return g, output.id, function


def check(seed: int) -> None:
    g, output, function = both(seed)
    numbers = np.random.default_rng(seed)
    point = {name: numbers.uniform(-0.9, 0.9, (N, N)) for name in "xy"}
    along = {name: numbers.normal(size=(N, N)) for name in "xy"}
    value, tangent = jax.jvp(function, tuple(point.values()), tuple(along.values()))
    ahead = tangent_graph(g, [output])
    found = hessian_of(g, output, values=point)
    np.testing.assert_allclose(evaluate(g, point, [output])[0], value, rtol=1e-9, atol=1e-9)
    moved = {f"{name}_dot": direction for name, direction in along.items()}
    asked = ahead.tangents.get(output)
    carried = 0.0 if asked is None else evaluate(ahead.graph, point | moved, [asked])[0]
    np.testing.assert_allclose(carried, tangent, rtol=1e-8, atol=1e-8)
    gradient = jax.grad(function, argnums=(0, 1))(*point.values())
    flat = np.concatenate([np.ravel(part) for part in gradient])
    np.testing.assert_allclose(found.gradient, flat, rtol=1e-8, atol=1e-8)
    blocks = jax.hessian(function, argnums=(0, 1))(*point.values())
    size = N * N
    expected = np.block([[np.reshape(block, (size, size)) for block in row] for row in blocks])
    np.testing.assert_allclose(found.todense(), expected, rtol=1e-7, atol=1e-7 * (1 + np.abs(expected).max()))


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("seed", range(6))
def test_random_graphs(seed):
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 220))
def test_many_random_graphs(seed):
    check(seed)
