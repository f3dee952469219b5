"""Jacobians by other libraries, each in its fastest form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Ready, module

Array = NDArray[np.float64]


def casadi_function(
    library: Any, inputs: list[Any], output: Any, values: list[Array], answer: Callable[[Any], Array]
) -> Ready:
    """A function whose call writes the nonzeros into an array, its fastest form."""
    function = library.Function("f", inputs, [output])
    buffer, evaluate = function.buffer()
    found = np.zeros(function.nnz_out(0))
    held = [np.ascontiguousarray(value, dtype=np.float64).ravel() for value in values]
    for place, value in enumerate(held):
        buffer.set_arg(place, memoryview(value))
    buffer.set_res(0, memoryview(found))
    kept = (function, buffer, held)  # the buffer does not keep them

    def call(_: Any = kept) -> Array:
        evaluate()
        return found

    return Ready(call, answer=answer)


def jax_jacobian(way: str, function: Callable[[Any], Callable[[Any], Any]], x: Array) -> Callable[[], Any]:
    """JAX's, compiled; `way` is jacrev or jacfwd."""
    jax = module("jax")
    jax.config.update("jax_enable_x64", True)
    jitted = jax.jit(getattr(jax, way)(function(jax)))
    point = jax.numpy.array(x)
    return lambda: jitted(point).block_until_ready()


def torch_jacrev(function: Callable[[Any], Callable[[Any], Any]], x: Array) -> Callable[[], Any]:
    """PyTorch's, by reverse passes under vmap."""
    torch = module("torch")
    jacobian = torch.func.jacrev(function(torch))
    point = torch.from_numpy(x)
    return lambda: jacobian(point)


def autograd_jacobian(function: Callable[[Any], Callable[[Any], Any]], x: Array) -> Callable[[], Any]:
    """Autograd's."""
    library, numpy = module("autograd"), module("autograd.numpy")
    jacobian = library.jacobian(function(numpy))
    return lambda: jacobian(x)
