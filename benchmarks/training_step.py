"""Time of one training step, beside PyTorch, JAX and autograd: XOR by 2-3-1, and 784-128-10 at batch 64.

    python benchmarks/training_step.py

Each peer makes the same update (stochastic gradient descent, or Adam) of the same network from the same parameters on
the same batch in double precision; before anything is timed, the parameters after five steps must agree. A peer that is
not installed is left out. Two figures are given: the median of the rounds, and the median of the ratios within a round.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from interleaved import interleaved, machine, table
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float64]]
STEPS, BETA1, BETA2, EPSILON = 5, 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Case:
    """A network and a batch."""

    title: str
    sizes: tuple[int, int, int]
    rows: int
    activation: str
    loss: str
    rate: float

    @property
    def program(self) -> str:
        """The network in gradviz's language."""
        inputs, hidden, outputs = self.sizes
        target = f"T : N x {outputs}"
        return (
            f"X : N x {inputs}; {target}; h = dense(X, {hidden}, {self.activation}); p = dense(h, {outputs}); "
            f"L = {self.loss}(p, T)"
        )


CASES = {
    "xor": Case("XOR, 2-3-1, 4 rows, tanh, mean squared error", (2, 3, 1), 4, "tanh", "mse", 0.001),
    "mnist": Case("784-128-10, 64 rows, relu, cross-entropy", (784, 128, 10), 64, "relu", "cross_entropy", 0.001),
}


def data(case: Case) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """First parameters, and a batch whose targets are distributions."""
    rng = np.random.default_rng(7)
    inputs, hidden, outputs = case.sizes
    parameters = {
        "h.W": rng.normal(size=(inputs, hidden)) / np.sqrt(inputs),
        "h.b": rng.normal(size=hidden) * 0.1,
        "p.W": rng.normal(size=(hidden, outputs)) / np.sqrt(hidden),
        "p.b": rng.normal(size=outputs) * 0.1,
    }
    # Distributions that no network fits exactly: else the gradient would vanish, and vanishing numbers (denormal ones)
    # are slow in themselves.
    target = rng.random((case.rows, outputs))
    target /= target.sum(axis=1, keepdims=True)
    return parameters, {"X": rng.normal(size=(case.rows, inputs)), "T": target}


class Peer:
    """A way to make a step: `step()` changes the parameters, `parameters()` gives them."""

    def __init__(self, step: Callable[[], object], parameters: Callable[[], list[NDArray[np.float64]]]) -> None:
        self.step, self.parameters = step, parameters


def with_gradviz(case: Case, optimiser: str) -> Peer:
    """gradviz: the compiled step on plain arrays, the parameters updated in place."""
    import gradviz

    first, batch = data(case)
    step = gradviz.training_step(case.program, batch, optimiser=optimiser, rate=case.rate)
    params = {name: array.copy() for name, array in first.items()}
    return Peer(lambda: step(params, batch, out=params), lambda: [params[name] for name in first])


def with_torch(case: Case, optimiser: str) -> Peer:
    """PyTorch: modules, autograd, torch.optim."""
    import torch

    first, batch = data(case)
    inputs, hidden, outputs = case.sizes
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[case.activation]()
    layers = torch.nn.Linear(inputs, hidden).double(), torch.nn.Linear(hidden, outputs).double()
    with torch.no_grad():
        for layer, name in zip(layers, "hp", strict=True):
            layer.weight.copy_(torch.from_numpy(first[f"{name}.W"].T.copy()))
            layer.bias.copy_(torch.from_numpy(first[f"{name}.b"]))
    model = torch.nn.Sequential(layers[0], activation, layers[1])
    loss = {"mse": torch.nn.MSELoss, "cross_entropy": torch.nn.CrossEntropyLoss}[case.loss]()
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimiser]
    made = kind(model.parameters(), lr=case.rate)
    x, t = torch.from_numpy(batch["X"]), torch.from_numpy(batch["T"])

    def step() -> object:
        made.zero_grad()
        value = loss(model(x), t)
        value.backward()
        made.step()
        return value

    def parameters() -> list[NDArray[np.float64]]:
        found = []
        for layer in layers:
            found += [layer.weight.detach().numpy().T, layer.bias.detach().numpy()]
        return found

    return Peer(step, parameters)


def formula(case: Case, np_like: object) -> Callable[..., object]:
    """The loss of a tuple of parameters, over any NumPy-like module."""
    module: Arrays = np_like  # type: ignore[assignment]

    def loss(params: tuple[object, ...], x: object, t: object) -> object:
        w1, b1, w2, b2 = params
        z = x @ w1 + b1  # type: ignore[operator]
        h = module.tanh(z) if case.activation == "tanh" else module.maximum(z, 0.0)  # type: ignore[attr-defined]
        p = h @ w2 + b2
        if case.loss == "mse":
            return module.mean((p - t) ** 2)  # type: ignore[attr-defined]
        shifted = p - p.max(axis=1, keepdims=True)
        log_sum = module.log(module.sum(module.exp(shifted), axis=1, keepdims=True))  # type: ignore[attr-defined]
        return -module.mean(module.sum(t * (shifted - log_sum), axis=1))  # type: ignore[attr-defined]

    return loss


def with_jax(case: Case, optimiser: str) -> Peer:
    """JAX: one jitted step."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    first, batch = data(case)
    gradient = jax.value_and_grad(formula(case, jnp))

    @jax.jit
    def update(state, x, t):  # type: ignore[no-untyped-def]
        params, m, v, count = state
        value, grads = gradient(params, x, t)
        count = count + 1
        if optimiser == "sgd":
            return value, (tuple(p - case.rate * g for p, g in zip(params, grads, strict=True)), m, v, count)
        m = tuple(BETA1 * a + (1 - BETA1) * g for a, g in zip(m, grads, strict=True))
        v = tuple(BETA2 * a + (1 - BETA2) * g * g for a, g in zip(v, grads, strict=True))
        c1, c2 = 1 - BETA1**count, 1 - BETA2**count
        new = tuple(
            p - case.rate * (a / c1) / (jnp.sqrt(b / c2) + EPSILON) for p, a, b in zip(params, m, v, strict=True)
        )
        return value, (new, m, v, count)

    params = tuple(jnp.asarray(array) for array in first.values())
    zeros = tuple(jnp.zeros_like(array) for array in params)
    held = [(params, zeros, zeros, jnp.asarray(0.0))]
    x, t = jnp.asarray(batch["X"]), jnp.asarray(batch["T"])

    def step() -> object:
        value, held[0] = update(held[0], x, t)
        return value.block_until_ready()

    return Peer(step, lambda: [np.asarray(array) for array in held[0][0]])


def with_autograd(case: Case, optimiser: str) -> Peer:
    """autograd, with the update written in NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    first, batch = data(case)
    gradient = value_and_grad(formula(case, anp))
    params = [array.copy() for array in first.values()]
    m, v, count = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params], [0]

    def step() -> object:
        value, grads = gradient(tuple(params), batch["X"], batch["T"])
        count[0] += 1
        for i, g in enumerate(grads):
            if optimiser == "sgd":
                params[i] -= case.rate * g
                continue
            m[i] = BETA1 * m[i] + (1 - BETA1) * g
            v[i] = BETA2 * v[i] + (1 - BETA2) * g * g
            mhat, vhat = m[i] / (1 - BETA1 ** count[0]), v[i] / (1 - BETA2 ** count[0])
            params[i] -= case.rate * mhat / (np.sqrt(vhat) + EPSILON)
        return value

    return Peer(step, lambda: params)


PEERS: Mapping[str, Callable[[Case, str], Peer]] = {
    "gradviz": with_gradviz,
    "torch": with_torch,
    "jax": with_jax,
    "autograd": with_autograd,
}


def agreed(peers: Mapping[str, Peer]) -> None:
    """Five steps of each peer; all must have arrived at the same parameters."""
    for peer in peers.values():
        for _ in range(STEPS):
            peer.step()
    wanted = peers["gradviz"].parameters()
    for name, peer in peers.items():
        for ours, theirs in zip(wanted, peer.parameters(), strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=1e-8, atol=1e-10, err_msg=f"{name} disagrees")


def main() -> None:
    """Time the cases that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=CASES, action="append", help="default: all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slice", type=float, default=0.1, help="seconds for a peer in a round")
    chosen = parser.parse_args()
    present = {name: make for name, make in PEERS.items() if name == "gradviz" or find_spec(name)}
    print(f"{machine()}; left out: {', '.join(PEERS.keys() - present.keys()) or 'nobody'}\n")
    for key in chosen.case or CASES:
        for optimiser in ("sgd", "adam"):
            case = CASES[key]
            peers = {name: make(case, optimiser) for name, make in present.items()}
            agreed(peers)
            found = interleaved({name: peer.step for name, peer in peers.items()}, chosen.rounds, chosen.slice)
            print(table(f"{case.title}: {optimiser}", found, "gradviz"), "\n")


if __name__ == "__main__":
    main()
