"""A Hessian times a vector, beside the gradient: the squared error of a dense network by its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Case, Ready, module
from suite.sizes import dice

Array = NDArray[np.float64]
ROWS, FEATURES, UNITS, ANSWERS = 128, 64, 64, 10


def hessian_product() -> Case:
    """The squared error of a dense network by its weights."""
    numbers = dice()
    x, t = numbers.standard_normal((ROWS, FEATURES)), numbers.standard_normal((ROWS, ANSWERS))
    weights = [numbers.standard_normal(shape) / 8 for shape in ((FEATURES, UNITS), (UNITS, ANSWERS))]
    along = [numbers.standard_normal(weight.shape) for weight in weights]

    def graph() -> Any:
        from gradviz.graph.graph import Graph

        made = Graph()
        data, targets = made.input("X", value=x), made.input("T", value=t)
        first, second = made.input("W", (FEATURES, UNITS)), made.input("V", (UNITS, ANSWERS))
        made.name(made.sum((made.tanh(data @ first) @ second - targets) ** 2), "L")
        return made

    def flat(parts: Any) -> Array:
        return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])

    def gradient() -> Ready:
        from gradviz.api import compile

        function = compile(graph(), ("W", "V"), of="L")

        def quotient(_: Any) -> Array:
            step = 1e-5
            ends = [
                flat(function(x, t, *[w + sign * step * v for w, v in zip(weights, along, strict=True)])[1])
                for sign in (1, -1)
            ]
            return (ends[0] - ends[1]) / (2 * step)

        return Ready(function, (x, t, *weights), quotient)

    def gradviz() -> Ready:
        from gradviz.api import compile_hvp

        return Ready(compile_hvp(graph(), ("W", "V"), of="L"), (x, t, *weights, *along), flat)

    def jax() -> Ready:
        library = module("jax")
        library.config.update("jax_enable_x64", True)
        np_ = library.numpy
        data, targets = np_.array(x), np_.array(t)
        slopes = library.grad(lambda w: np_.sum((np_.tanh(data @ w[0]) @ w[1] - targets) ** 2))
        product = library.jit(lambda w, v: library.jvp(slopes, (w,), (v,))[1])
        held = tuple([np_.array(part) for part in parts] for parts in (weights, along))
        return Ready(lambda: library.block_until_ready(product(*held)), answer=flat)

    def torch() -> Ready:
        library = module("torch")
        data, targets = library.from_numpy(x), library.from_numpy(t)

        def loss(w: Any, v: Any) -> Any:
            return ((library.tanh(data @ w) @ v - targets) ** 2).sum()

        held = [tuple(library.from_numpy(part) for part in parts) for parts in (weights, along)]
        slopes = library.func.grad(loss, argnums=(0, 1))
        return Ready(
            lambda: library.func.jvp(slopes, *held)[1], answer=lambda found: flat(part.numpy() for part in found)
        )

    def autograd() -> Ready:
        library, np_ = module("autograd"), module("autograd.numpy")
        product = library.make_hvp(lambda w: np_.sum((np_.tanh(np_.dot(x, w[0])) @ w[1] - t) ** 2))
        return Ready(lambda: product(weights)[0](along), answer=flat)

    return Case(
        f"a Hessian times a vector, {FEATURES}-{UNITS}-{ANSWERS} network, {ROWS} rows, beside its gradient",
        {"gradviz": gradviz, "gradient": gradient, "JAX": jax, "PyTorch": torch, "autograd": autograd},
        "gradient",
        "within 3× of the compiled gradient",
        3.0,
        ("PyTorch", "autograd"),
        notes=("the gradient's answer, for comparison, is the difference quotient of gradients along the vector",),
    )
