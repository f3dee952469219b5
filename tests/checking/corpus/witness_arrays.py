"""A second opinion on arrays: answers evaluated by NumPy, gradients by central differences, without any of gradviz."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.checking.corpus.plain_text import Env, statements


class Entries(np.ndarray):
    """Arrays as gradviz has them: a vector's transpose is a row."""

    row = False

    def __array_finalize__(self, made_from: Any) -> None:
        self.row = getattr(made_from, "row", False)

    @property
    def T(self) -> Any:
        if self.ndim != 1:
            return np.asarray(self).T.view(Entries)
        made = np.asarray(self)[None, :].view(Entries)
        made.row = True
        return made

    def __matmul__(self, other: Any) -> Any:
        if getattr(other, "row", False) and self.ndim == 1:
            return np.outer(self, other).view(Entries)
        made = np.matmul(np.asarray(self), np.asarray(other))
        if self.row and np.ndim(made) == 1:
            return made[0] if np.ndim(other) == 1 else made.view(Entries)
        made = np.asarray(made)
        if self.row and np.ndim(other) == 2:
            return made[0].view(Entries)
        return made.view(Entries) if made.ndim else made[()]


def _softmax(z: Any) -> Any:
    shifted = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return shifted / np.sum(shifted, axis=-1, keepdims=True)


NUMPY: Mapping[str, Any] = {
    "sum": np.sum,
    "mean": np.mean,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "sign": np.sign,
    "where": np.where,
    "trace": np.trace,
    "softmax": _softmax,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "norm": lambda z: np.sqrt(np.sum(np.asarray(z) ** 2)),
    "outer": np.outer,
    "eye": np.eye,
    "ones": lambda *shape: np.ones(shape).view(Entries),
}


def numpy_of(text: str) -> str:
    """A text of the corpus as NumPy."""
    return re.sub(r"\|\|([^|]*)\|\|", r"norm(\1)", text).replace("^", "**")


class Arrays:
    """A problem about arrays at one point, and its gradient by central differences."""

    def __init__(self, text: str, wrt: str, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.wrt, self.program, self.env = wrt, statements(text), {}
        for part in (one.strip() for one in text.split(";")):
            if "=" not in part:
                name, _, shape = part.partition(":")
                sizes = tuple(int(size) for size in shape.split("x")) if shape else ()
                made = rng.uniform(0.2, 1.4, sizes) * rng.choice([-1, 1], sizes)
                # Targets of a logarithmic loss are what they are called: between 0 and 1.
                self.env[name.strip()] = (
                    (np.abs(made) / 2 if name.strip() in ("t", "T") else made).view(Entries) if (sizes) else float(made)
                )

    def completed(self, env: Env) -> dict[str, Any]:
        """The values of the intermediates as well."""
        made = dict(env)
        for name, right in self.program:
            made[name] = _run(right, made)
        return made

    def truth(self) -> Any:
        """The gradient, by central differences."""
        at = np.asarray(self.env[self.wrt], dtype=float)
        made, output, step = np.zeros_like(at), self.program[-1][0], 1e-6
        for index in np.ndindex(at.shape):
            ends = []
            for sign in (1, -1):
                moved = at.copy()
                moved[index] += sign * step
                value = moved.view(Entries) if moved.ndim else float(moved)
                ends.append(float(self.completed({**self.env, self.wrt: value})[output]))
            made[index] = (ends[0] - ends[1]) / (2 * step)
        return made

    def value(self, answer: str) -> Any:
        """An answer's value; None where its shapes do not fit."""
        try:
            return np.asarray(_run(answer, self.completed(self.env)))
        except ValueError:
            return None


def _run(text: str, env: Env) -> Any:
    # The corpus is ours: no stranger's text comes here.
    return eval(numpy_of(text), {"__builtins__": {}, **NUMPY, **env})
