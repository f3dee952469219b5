"""What a benchmark of matrices may take, and how matrices are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suite.case import Absent, Ready

Array = NDArray[np.float64]
MEMORY = 500_000_000
"""Bytes that a dense matrix may take here."""


def dice() -> np.random.Generator:
    """The same numbers in every run."""
    return np.random.default_rng(2)


def needs(rows: int, columns: int) -> None:
    """Refuse a dense matrix that this machine cannot hold.

    Raises:
        Absent: it is larger than `MEMORY`.
    """
    if 8 * rows * columns > MEMORY:
        raise Absent(f"a dense {rows:,} × {columns:,} matrix takes {8 * rows * columns / 1e9:,.1f} GB")


def applied(matrix: Any) -> Array:
    """What identifies a matrix without writing it out: it, and its transpose, times a vector each."""
    rows, columns = matrix.shape
    left, right = np.cos(np.arange(rows)), np.sin(1 + np.arange(columns))
    return np.concatenate([matrix @ right, matrix.T @ left])


def ready(call: Callable[[], Any], matrix: Callable[[Any], Any]) -> Ready:
    """A peer whose answer is a matrix."""
    return Ready(call, answer=lambda found: applied(matrix(found)))
