"""A training step by each peer: loss, gradients and the optimiser's update, in double precision.

A step changes what it works on, so that what must agree are the parameters after several steps: all but the last are
made when a peer is made ready, the last one is the call that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from suite.case import Ready, module
from suite.perceptron import Array, Perceptron, flat

STEPS, RATE, BETA1, BETA2, EPSILON = 5, 0.001, 0.9, 0.999, 1e-8


def _stepping(step: Callable[..., Any], arguments: tuple[Any, ...], parameters: Callable[[], list[Array]]) -> Ready:
    for _ in range(STEPS - 1):
        step(*arguments)
    return Ready(step, arguments, lambda _: flat([], parameters()))


def with_gradviz(net: Perceptron, optimiser: str) -> Ready:
    """gradviz: the compiled step on plain arrays, the parameters moved in place."""
    import gradviz

    x, t = net.batch()
    batch = {"X": x, "T": t}
    step = gradviz.training_step(net.program, batch, optimiser=optimiser, rate=RATE)
    params = dict(zip(net.names, net.parameters(), strict=True))
    return _stepping(step, (params, batch), lambda: list(params.values()))


def with_torch(net: Perceptron, optimiser: str) -> Ready:
    """PyTorch: modules, autograd, torch.optim."""
    torch = module("torch")
    torch.set_num_threads(1)
    first, layers, modules = net.parameters(), [], []
    for place, (before, after) in enumerate(zip(net.sizes, net.sizes[1:], strict=False)):
        layer = torch.nn.Linear(before, after).double()
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(first[2 * place].T.copy()))
            layer.bias.copy_(torch.from_numpy(first[2 * place + 1]))
        layers.append(layer)
        modules += [layer, {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[net.activation]()]
    model = torch.nn.Sequential(*modules[:-1])
    loss = {"mse": torch.nn.MSELoss, "cross_entropy": torch.nn.CrossEntropyLoss}[net.loss]()
    made = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimiser](model.parameters(), lr=RATE)
    x, t = map(torch.from_numpy, net.batch())
    t = t if net.loss == "mse" else torch.from_numpy(net.classes())

    def step() -> Any:
        made.zero_grad()
        value = loss(model(x), t)
        value.backward()
        made.step()
        return value

    def parameters() -> list[Array]:
        return [part.detach().numpy().T for layer in layers for part in (layer.weight, layer.bias)]

    return _stepping(step, (), parameters)


def with_jax(net: Perceptron, optimiser: str) -> Ready:
    """JAX: one jitted step that gives up its parameters' memory."""
    jax = module("jax")
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    gradient = jax.value_and_grad(net.formula(jnp))

    def update(state: Any, x: Any, t: Any) -> Any:
        params, m, v, count = state
        value, grads = gradient(params, x, t)
        count = count + 1
        if optimiser == "sgd":
            return value, (tuple(p - RATE * g for p, g in zip(params, grads, strict=True)), m, v, count)
        m = tuple(BETA1 * a + (1 - BETA1) * g for a, g in zip(m, grads, strict=True))
        v = tuple(BETA2 * a + (1 - BETA2) * g * g for a, g in zip(v, grads, strict=True))
        c1, c2 = 1 - BETA1**count, 1 - BETA2**count
        moved = [RATE * (a / c1) / (jnp.sqrt(b / c2) + EPSILON) for a, b in zip(m, v, strict=True)]
        return value, (tuple(p - d for p, d in zip(params, moved, strict=True)), m, v, count)

    compiled = jax.jit(update, donate_argnums=0)
    params = tuple(jnp.asarray(array) for array in net.parameters())
    zeros = [tuple(jnp.zeros_like(array) for array in params) for _ in range(2)]
    held = [(params, *zeros, jnp.asarray(0.0))]
    x, t = map(jnp.asarray, net.batch())

    def step() -> Any:
        value, held[0] = compiled(held[0], x, t)
        return jax.block_until_ready((value, held[0]))

    return _stepping(step, (), lambda: [np.asarray(array) for array in held[0][0]])


def with_autograd(net: Perceptron, optimiser: str) -> Ready:
    """autograd, with the update written in NumPy."""
    autograd = module("autograd")
    import autograd.numpy as anp

    gradient = autograd.value_and_grad(net.formula(anp))
    params = net.parameters()
    m, v, count = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params], [0]
    x, t = net.batch()

    def step() -> Any:
        value, grads = gradient(tuple(params), x, t)
        count[0] += 1
        for i, g in enumerate(grads):
            if optimiser == "sgd":
                params[i] -= RATE * g
                continue
            m[i] = BETA1 * m[i] + (1 - BETA1) * g
            v[i] = BETA2 * v[i] + (1 - BETA2) * g * g
            mhat, vhat = m[i] / (1 - BETA1 ** count[0]), v[i] / (1 - BETA2 ** count[0])
            params[i] -= RATE * mhat / (np.sqrt(vhat) + EPSILON)
        return value

    return _stepping(step, (), lambda: params)


PEERS: Mapping[str, Callable[[Perceptron, str], Ready]] = {
    "gradviz": with_gradviz,
    "PyTorch": with_torch,
    "JAX": with_jax,
    "autograd": with_autograd,
}
