"""A matrix scaled down to at most 64×64 cells, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.explanation.data import MatrixPicture
from gradviz.passes.jacobian import Operator, pattern
from gradviz.passes.jacobian.sparse import from_entries


def picture_of(operator: Operator, *, known: bool) -> MatrixPicture | None:
    """The picture of an operator; None where it has no entries at all.

    Args:
        operator: the matrix.
        known: whether its numbers are any.

    Example:
        >>> from gradviz.passes.jacobian.simple import Identity
        >>> picture_of(Identity(2), known=True).values
        ((1.0, 0.0), (0.0, 1.0))
    """
    if not all(operator.shape):
        return None
    shares, values = pattern(operator, known=known)
    return MatrixPicture(_plain(shares), None if values is None else _plain(values))


def picture_of_entries(n: int, rows: Any, columns: Any, values: Any | None) -> MatrixPicture | None:
    """The picture of an n×n matrix by its entries that can differ from zero, with their values where there are any."""
    numbers = np.zeros(len(rows)) if values is None else values
    return picture_of(from_entries((n, n), rows, columns, numbers), known=values is not None)


def _plain(grid: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in grid.tolist())
