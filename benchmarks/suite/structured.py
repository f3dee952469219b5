"""Functions of many variables whose Jacobian or Hessian has a shape, each written once, and its nonzeros by hand.

A function is made of slices of its vector: `f` has `sin`, `exp`, `sum`, `concatenate` and `one` (a number as a vector).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGE = 10_000
"""Variables."""

Slices = Callable[[Any, Any], Any]
"""From a library's functions (`sin`, `exp`, `concatenate`, `sum`) and a vector to the function's value."""


def tridiagonal(f: Any, x: Any) -> Any:
    """Each entry by its neighbours: Broyden's function, with a sine."""
    middle = (3 - 2 * x[1:-1]) * x[1:-1] - f.sin(x[:-2]) - 2 * x[2:] + 1
    return f.concatenate(((3 - 2 * x[:1]) * x[:1] - 2 * x[1:2] + 1, middle, (3 - 2 * x[-1:]) * x[-1:] - x[-2:-1] + 1))


def arrow(f: Any, x: Any) -> Any:
    """One row that reads everything, one column that everything reads, and the diagonal."""
    return f.concatenate((f.one(f.sum(x * x)), x[:1] * x[1:] + f.exp(0.5 * x[1:])))


def valley(f: Any, x: Any) -> Any:
    """Rosenbrock's, chained: the Hessian has three diagonals."""
    a, b = x[1:] - x[:-1] * x[:-1], 1 - x[:-1]
    return 100 * f.sum(a * a) + f.sum(b * b)


def spokes(f: Any, x: Any) -> Any:
    """One variable meets all others: the Hessian is an arrow."""
    return f.sum(x[:1] * x[:1] * f.sin(x[1:])) + f.sum(f.exp(0.5 * x))


Triplets = tuple[Array, NDArray[np.int64], NDArray[np.int64]]


def tridiagonal_by_hand(x: Array) -> Triplets:
    """Its three diagonals."""
    below, above = -np.cos(x[:-1]), np.full(LARGE - 1, -2.0)
    below[-1] = -1.0
    return _bands(below, 3 - 4 * x, above)


def valley_by_hand(x: Array) -> Triplets:
    """Rosenbrock's three diagonals."""
    main = np.zeros(LARGE)
    main[:-1] = 2 + 1200 * x[:-1] ** 2 - 400 * x[1:]
    main[1:] += 200
    beside = -400 * x[:-1]
    return _bands(beside, main, beside)


def _bands(below: Array, main: Array, above: Array) -> Triplets:
    places = np.arange(LARGE)
    return (
        np.concatenate([main, below, above]),
        np.concatenate([places, places[1:], places[:-1]]),
        np.concatenate([places, places[:-1], places[1:]]),
    )


def arrow_by_hand(x: Array) -> Triplets:
    """Its row, its column and its diagonal."""
    return _cross(2 * x, x[1:], x[0] + 0.5 * np.exp(0.5 * x[1:]))


def spokes_by_hand(x: Array) -> Triplets:
    """The Hessian's first row and column, and its diagonal."""
    curved = 0.25 * np.exp(0.5 * x)
    row = 2 * x[0] * np.cos(x)
    row[0] = 2 * np.sin(x[1:]).sum() + curved[0]
    return _cross(row, row[1:], curved[1:] - x[0] ** 2 * np.sin(x[1:]))


def _cross(row: Array, column: Array, diagonal: Array) -> Triplets:
    places, zeros = np.arange(LARGE), np.zeros(LARGE, dtype=np.int64)
    return (
        np.concatenate([row, column, diagonal]),
        np.concatenate([zeros, places[1:], places[1:]]),
        np.concatenate([places, zeros[1:], places[1:]]),
    )
