"""JAX as an independent witness of compiled scalar functions: value and all gradients of random programs."""

from __future__ import annotations

import os
import random
from types import SimpleNamespace

import pytest

from gradviz.graph.graph import Graph
from gradviz.passes.compile import compile_graph

os.environ.setdefault("JAX_PLATFORMS", "cpu")
jax = pytest.importorskip("jax", reason="jax is not installed: pip install jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

WITNESS = SimpleNamespace(
    sin=jnp.sin, cos=jnp.cos, tanh=jnp.tanh, exp=jnp.exp, log=jnp.log, sqrt=jnp.sqrt, sigmoid=jax.nn.sigmoid
)
POINT = (0.4, -0.9, 1.3)


def program(functions, values, dice):
    """Twenty operations; what is divided by, and what a logarithm or a root is taken of, stays above 1."""
    terms = list(values)
    for _ in range(20):
        a, b = dice.choice(terms[-5:]), dice.choice(terms)
        above = 2 + functions.sin(b)
        terms.append(
            dice.choice(
                [
                    lambda a, b, c: a * functions.tanh(b),
                    lambda a, b, c: a / c,
                    lambda a, b, c: -(a / c) - b,
                    lambda a, b, c: functions.sigmoid(a) - b * 0.25,
                    lambda a, b, c: functions.exp(-functions.cos(a)) * -3,
                    lambda a, b, c: functions.log(c) * functions.sqrt(c),
                    lambda a, b, c: c**-2 + functions.tanh(a) ** 3,
                    lambda a, b, c: 1 / (1 + functions.exp(-functions.sin(a + b))),
                ]
            )(a, b, above)
        )
    return terms[-1] + terms[-2]


@pytest.mark.parametrize("seed", range(20))
def test_value_and_gradients(seed):
    g = Graph()
    f = program(g, [g.input(name) for name in "xyz"], random.Random(seed))
    value, gradients = compile_graph(g, f.id)(*POINT)
    expected, slopes = jax.value_and_grad(lambda v: program(WITNESS, v, random.Random(seed)))(list(POINT))
    assert value == pytest.approx(float(expected), rel=1e-10, abs=1e-12)
    assert list(gradients) == pytest.approx([float(s) for s in slopes], rel=1e-9, abs=1e-11)
