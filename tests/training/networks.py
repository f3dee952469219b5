"""Small networks and rows that several tests train."""

from __future__ import annotations

import numpy as np

from gradviz.training.data import Data
from gradviz.training.problem import Problem, problem_of

NET = """
h = dense(X, 3, tanh)
p = dense(h, 1)
L = mse(p, y)
X : N x 2
y : N x 1
"""
LINE = "yhat = w*x + b; L = mean((yhat - y)^2); w = 0; b = 0"


def net_data(rows: int = 20, seed: int = 1) -> Data:
    """Rows of a smooth function of two variables."""
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(rows, 2))
    return Data({"X": inputs, "y": np.sin(inputs[:, :1] * 2) + inputs[:, 1:] ** 2}, f"{rows} rows")


def net_problem(rows: int = 20, seed: int = 0, program: str = NET) -> Problem:
    """A network of two layers with its rows."""
    return problem_of(program, net_data(rows), seed=seed)


def line_problem(rows: int = 8) -> Problem:
    """A straight line through points that nearly lie on one: its loss is quadratic."""
    x = np.arange(rows, dtype=np.float64)
    return problem_of(LINE, Data({"x": x, "y": 2 * x - 1 + np.sin(x) / 10}))
