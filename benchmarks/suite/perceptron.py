"""Dense networks to be timed: sizes, data, the program in gradviz's language, the loss as a formula for any NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Perceptron:
    """A network and a batch.

    Args:
        title: for people.
        sizes: of the layers, the input first.
        rows: of the batch.
        activation: of the layers but the last: "tanh" or "relu".
        loss: "mse" or "cross_entropy".
        dtype: of all arrays.
    """

    title: str
    sizes: tuple[int, ...]
    rows: int
    activation: str
    loss: str
    dtype: Any = np.float64

    @property
    def layers(self) -> int:
        """How many."""
        return len(self.sizes) - 1

    @property
    def program(self) -> str:
        """The network in gradviz's language; its parameters are those of `names`, in that order."""
        inputs, *others = self.sizes
        lines = [f"X : N x {inputs}", f"T : N x {others[-1]}"]
        before = "X"
        for place, size in enumerate(others, 1):
            activation = f", {self.activation}" if place < len(others) else ""
            lines.append(f"h{place} = dense({before}, {size}{activation})")
            before = f"h{place}"
        return "; ".join([*lines, f"L = {self.loss}({before}, T)"])

    @property
    def names(self) -> list[str]:
        """The parameters' names."""
        return [f"h{place}.{letter}" for place in range(1, self.layers + 1) for letter in "Wb"]

    def parameters(self) -> list[Array]:
        """First values: a weight and a bias for each layer."""
        dice = np.random.default_rng(7)
        made = []
        for before, after in zip(self.sizes, self.sizes[1:], strict=False):
            made.append((dice.normal(size=(before, after)) / np.sqrt(before)).astype(self.dtype))
            made.append((dice.normal(size=after) * 0.1).astype(self.dtype))
        return made

    def batch(self) -> tuple[Array, Array]:
        """Rows, and the targets: numbers, or for each row a one where its class stands."""
        dice = np.random.default_rng(8)
        x = dice.normal(size=(self.rows, self.sizes[0])).astype(self.dtype)
        if self.loss == "mse":
            return x, dice.normal(size=(self.rows, self.sizes[-1])).astype(self.dtype)
        return x, np.eye(self.sizes[-1], dtype=self.dtype)[self.classes()]

    def classes(self) -> NDArray[np.int64]:
        """The rows' classes."""
        return np.random.default_rng(9).integers(0, self.sizes[-1], self.rows)

    def formula(self, module: Any) -> Callable[..., Any]:
        """The loss of `(parameters, x, t)`, over any module that is like NumPy."""

        def loss(parameters: Any, x: Any, t: Any) -> Any:
            h = x
            for layer in range(self.layers):
                h = module.dot(h, parameters[2 * layer]) + parameters[2 * layer + 1]
                if layer < self.layers - 1:
                    h = module.tanh(h) if self.activation == "tanh" else module.maximum(h, 0)
            if self.loss == "mse":
                return module.mean((h - t) ** 2)
            shifted = h - module.max(h, axis=1, keepdims=True)
            logs = shifted - module.log(module.sum(module.exp(shifted), axis=1, keepdims=True))
            return -module.sum(t * logs) / x.shape[0]

        return loss


def flat(loss: Any, gradients: Any) -> NDArray[np.float64]:
    """A loss and its gradients, or any arrays, as all their numbers."""
    return np.concatenate([np.asarray(part, np.float64).ravel() for part in (loss, *gradients)])
