"""Printed programs in JAX: our own derivation over `jax.numpy`, pure, so that it can be compiled by `jax.jit`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.ops import kernels
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.printed.forms import in_numpy
from gradviz.passes.compiling.emit.printed.jax_kernels import REPLACED
from gradviz.passes.compiling.emit.printed.shown import program
from gradviz.passes.compiling.emit.printed.tongue import Tongue


def jax_source(job: Job) -> str:
    """A pure function of arrays that returns the value and the tuple of gradients."""
    return program(job, JAX)


CALLS = {
    "np.cbrt": "k.cbrt",
    "k.digamma": "special.digamma",
    "k.elu": "jax.nn.elu",
    "k.erf": "special.erf",
    "k.erfc": "special.erfc",
    "k.gamma": "special.gamma",
    "k.inv": "jnp.linalg.inv",
    "k.det": "jnp.linalg.det",
    "k.leaky_relu": "jax.nn.leaky_relu",
    "k.log_softmax": "jax.nn.log_softmax",
    "k.loggamma": "special.gammaln",
    "k.sigmoid": "jax.nn.sigmoid",
    "k.silu": "jax.nn.silu",
    "k.softmax": "jax.nn.softmax",
    "k.xlogy": "special.xlogy",
}
"""What JAX calls our kernels, where it has them."""

TEMPLATES = {
    "np.maximum({0}, 0.0)": "jax.nn.relu({0})",
    "k.polygamma({0}, {n})": "special.polygamma({n}, {0})",
    "k.logsumexp({0}, {axis}, {keepdims})": "jax.nn.logsumexp({0}, axis={axis}, keepdims={keepdims})",
}
"""Whole expressions that are written otherwise."""


def _array(text: str, dtype: np.dtype[Any], parameter: str) -> str:
    return f"jnp.array({text}, dtype=jnp.{dtype.name})"


def _filled(value: float, shape: tuple[int, ...], dtype: np.dtype[Any], parameter: str) -> str:
    named = {0.0: "zeros", 1.0: "ones"}.get(value)
    number = repr(value) if np.isfinite(value) else f"float('{value}')"
    kind = "" if dtype == np.float64 else f", dtype=jnp.{dtype.name}"
    return f"jnp.{named}({shape}{kind})" if named else f"jnp.full({shape}, {number}{kind})"


def _setup(dtype: np.dtype[Any]) -> str:
    """JAX works in float32 unless it is told otherwise."""
    return 'jax.config.update("jax_enable_x64", True)' if dtype == np.float64 else ""


JAX = Tongue(
    name="JAX",
    module="jnp",
    imports=("import jax", "import jax.numpy as jnp", "from jax.scipy import special"),
    kernels=(kernels,),
    template=in_numpy,
    array=_array,
    filled=_filled,
    calls=CALLS,
    templates=TEMPLATES,
    replaced=REPLACED,
    renamed=lambda name: "jnp" if name == "np" else name,
    opening=lambda name, shape, dtype: f"{name} = jnp.asarray({name}, dtype=jnp.{dtype.name})",
    setup=_setup,
)
