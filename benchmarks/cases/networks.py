"""Loss and all parameter gradients of dense networks; and training steps, the optimiser's update included."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from suite import handwritten, steps
from suite.case import Absent, Case, Ready, module
from suite.perceptron import Perceptron, flat

XOR = Perceptron("2-3-1, batch 4, tanh, mean squared error", (2, 3, 1), 4, "tanh", "mse")
SMALL = Perceptron("784-128-10, batch 64, relu, cross-entropy", (784, 128, 10), 64, "relu", "cross_entropy")
BIG = Perceptron(
    "784-1024-1024-10, batch 256, relu, cross-entropy", (784, 1024, 1024, 10), 256, "relu", "cross_entropy"
)
NETS: Mapping[str, tuple[Perceptron, float, tuple[str, ...]]] = {
    "xor": (XOR, 1.1, ("PyTorch", "autograd", "tinygrad", "JAX")),
    "784-128-10": (SMALL, 1.05, ("PyTorch", "autograd", "tinygrad", "JAX")),
    "784-1024-1024-10": (BIG, 1.05, ("PyTorch", "autograd", "tinygrad")),
}
"""By name: the network, the ratio that is the target, and who is to be beaten."""
NOTES = (
    "One thread. NumPy's matrix products depend on OpenBLAS's kernels (OPENBLAS_CORETYPE): see a run's first line.",
    "XLA takes all cores whatever it is told: run under `taskset -c 0` to hold JAX to one as well.",
    "NumPy with out=: by hand, every array made beforehand. gradviz writes its gradients into given arrays as well; "
    "with new arrays it is the plain call, whose gradients belong to the caller.",
)


def cases() -> Mapping[str, Case]:
    """The cases by key."""
    types = {"f64": np.float64, "f32": np.float32}
    passes = {
        f"{name}-{short}": _pass(replace(net, dtype=dtype), short, at_most, beats)
        for name, (net, at_most, beats) in NETS.items()
        for short, dtype in types.items()
    }
    updates = {
        f"step-{name}-{optimiser}": _step(NETS[name][0], optimiser)
        for name in ("xor", "784-128-10")
        for optimiser in ("sgd", "adam")
    }
    return {**passes, **updates}


def _pass(net: Perceptron, short: str, at_most: float, beats: tuple[str, ...]) -> Case:
    return Case(
        title=f"loss and all gradients of {net.title}, {short}",
        peers={name: partial(make, net) for name, make in PEERS.items()},
        reference="NumPy with out=",
        target=f"within {at_most} of hand-written NumPy with out=, ahead of {', '.join(beats)}",
        at_most=at_most,
        beats=beats,
        tolerance=1e-6 if short == "f64" else 1e-3,
        notes=NOTES,
    )


def _step(net: Perceptron, optimiser: str) -> Case:
    return Case(
        title=f"a training step ({optimiser}) of {net.title}",
        peers={name: partial(make, net, optimiser) for name, make in steps.PEERS.items()},
        reference="gradviz",
        target="ahead of PyTorch, JAX and autograd",
        beats=("PyTorch", "JAX", "autograd"),
        tolerance=1e-8,
        notes=NOTES[:2],
    )


def _compiled(net: Perceptron) -> Any:
    import gradviz

    shapes = {"X": (net.rows, net.sizes[0]), "T": (net.rows, net.sizes[-1])}
    return gradviz.compile(net.program, wrt=net.names, shapes=shapes, dtype=net.dtype)


def _gradviz(net: Perceptron) -> Ready:
    function, parameters = _compiled(net), net.parameters()
    call = function.into([np.empty_like(p) for p in parameters])
    return Ready(call, (*net.batch(), *parameters), lambda found: flat(*found))


def _gradviz_new(net: Perceptron) -> Ready:
    return Ready(_compiled(net), (*net.batch(), *net.parameters()), lambda found: flat(*found))


def _torch(net: Perceptron) -> Ready:
    torch = module("torch")
    torch.set_num_threads(1)
    functional = torch.nn.functional
    x, t = map(torch.from_numpy, net.batch())
    t = t if net.loss == "mse" else torch.from_numpy(net.classes())
    parameters = [torch.from_numpy(p.T.copy()).requires_grad_() for p in net.parameters()]
    activation = torch.tanh if net.activation == "tanh" else torch.relu
    loss = functional.mse_loss if net.loss == "mse" else functional.cross_entropy

    def call() -> Any:
        h = x
        for layer in range(net.layers):
            h = functional.linear(h, parameters[2 * layer], parameters[2 * layer + 1])
            h = activation(h) if layer < net.layers - 1 else h
        value = loss(h, t)
        return value, torch.autograd.grad(value, parameters)

    return Ready(call, (), lambda found: flat(found[0].item(), [g.numpy().T for g in found[1]]))


def _jax(net: Perceptron) -> Ready:
    jax = module("jax")
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    gradient = jax.jit(jax.value_and_grad(net.formula(jnp)))
    parameters, (x, t) = [jnp.asarray(p) for p in net.parameters()], map(jnp.asarray, net.batch())
    return Ready(lambda p: jax.block_until_ready(gradient(p, x, t)), (parameters,), lambda found: flat(*found))


def _autograd(net: Perceptron) -> Ready:
    autograd = module("autograd")
    import autograd.numpy as anp

    gradient = autograd.value_and_grad(net.formula(anp))
    return Ready(gradient, (net.parameters(), *net.batch()), lambda found: flat(*found))


def _tinygrad(net: Perceptron) -> Ready:
    if shutil.which(os.environ.get("CC", "clang")) is None:
        raise Absent("tinygrad compiles with clang, which is not installed")
    os.environ.setdefault("DEV", "CPU")
    tinygrad = module("tinygrad")
    x, t = map(tinygrad.Tensor, net.batch())
    parameters = [tinygrad.Tensor(p).realize() for p in net.parameters()]
    for p in parameters:
        p.requires_grad = True

    @tinygrad.TinyJit
    def gradient(x: Any, t: Any) -> Any:
        h = x
        for layer in range(net.layers):
            h = h @ parameters[2 * layer] + parameters[2 * layer + 1]
            if layer < net.layers - 1:
                h = h.tanh() if net.activation == "tanh" else h.relu()
        if net.loss == "mse":
            loss = ((h - t) ** 2).mean()
        else:
            shifted = h - h.max(axis=1, keepdim=True)
            loss = -(t * (shifted - shifted.exp().sum(axis=1, keepdim=True).log())).sum() / net.rows
        gradients = loss.gradient(*parameters)
        tinygrad.Tensor.realize(loss, *gradients)
        return loss, gradients

    def call() -> Any:
        found = gradient(x.realize(), t.realize())
        found[0].item()
        return found

    for _ in range(3):
        call()
    return Ready(call, (), lambda found: flat(found[0].item(), [g.numpy() for g in found[1]]))


PEERS: Mapping[str, Callable[[Perceptron], Ready]] = {
    "NumPy with out=": handwritten.with_out,
    "NumPy naive": handwritten.naive,
    "gradviz": _gradviz,
    "gradviz (new arrays)": _gradviz_new,
    "PyTorch": _torch,
    "JAX": _jax,
    "autograd": _autograd,
    "tinygrad": _tinygrad,
}
"""Ways to the loss and the gradients, by name."""
