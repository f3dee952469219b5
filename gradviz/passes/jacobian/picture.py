"""A Jacobian scaled down to a few cells, from its structure: the matrix is never formed for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.passes.jacobian.arrays import Dense, Kronecker, LowRank
from gradviz.passes.jacobian.coupled import Coupling, DiagonalPlusCoupling
from gradviz.passes.jacobian.operator import Array, Operator, Places
from gradviz.passes.jacobian.scaled import ScaledKronecker

CELLS = 64
"""Rows and columns of the picture, at most."""
COUNTED = 4_000_000
"""Nonzeros up to which each is counted; of more, some are looked at."""
LOOKS = 8
"""Rows and columns that are looked at in each cell of a matrix that is fuller than that."""

Picture = tuple[Array, Array | None]


def pattern(operator: Operator, cells: int = CELLS, *, known: bool = True) -> Picture:
    """The share of entries in each cell that can differ from zero, and the entry of largest magnitude.

    Args:
        operator: the Jacobian.
        cells: rows and columns of the picture at most, 1 to 64.
        known: whether its numbers are any.

    Returns:
        The shares, 0 to 1, and the values in the same shape; None without numbers, or where only products are known.
        Both are exact up to four million nonzeros; of fuller matrices eight rows and columns per cell are looked at.

    Example:
        >>> from gradviz.passes.jacobian.simple import Identity
        >>> pattern(Identity(409_600), cells=2)[1].tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    height, width = min(operator.rows, cells), min(operator.columns, cells)
    if not height or not width:
        return np.zeros((height, width)), None
    if operator.nnz > COUNTED or not _listed(operator):
        return _looked_at(operator, height, width, known)
    rows, columns, values = operator.entries()
    cell = (rows * height // operator.rows) * width + columns * width // operator.columns
    counts = np.bincount(cell, minlength=height * width).reshape(height, width)
    area = np.outer(_extents(operator.rows, height), _extents(operator.columns, width))
    return counts / area, _largest(cell, values, height, width) if known else None


def _listed(operator: Operator) -> bool:
    """Whether its entries are at hand, and not found by sweeps alone."""
    from gradviz.passes.jacobian.pulled import Pulled
    from gradviz.passes.jacobian.sweeping import Swept

    return not isinstance(operator, (Pulled, Swept))


def _extents(count: int, cells: int) -> Places:
    """How many of `count` rows fall into each of the cells."""
    return np.bincount(np.arange(count) * cells // count, minlength=cells)


def _largest(cell: Places, values: Array, height: int, width: int) -> Array:
    """The entry of largest magnitude in each cell."""
    made = np.zeros(height * width)
    order = np.argsort(np.abs(values), kind="stable")
    # Of several written to one cell the last one stays: the largest.
    made[cell[order]] = values[order]
    return made.reshape(height, width)


def _looked_at(operator: Operator, height: int, width: int, known: bool) -> Picture:
    rows, columns = _chosen(operator.rows, height), _chosen(operator.columns, width)
    found = _part(operator, rows.ravel(), columns.ravel())
    if found is None:
        share = min(1.0, operator.nnz / (operator.rows * operator.columns))
        return np.full((height, width), share), None
    mask, values = (each.reshape(height, rows.shape[1], width, columns.shape[1]) for each in found)
    shares = mask.mean(axis=(1, 3))
    if not known:
        return shares, None
    flat = values.transpose(0, 2, 1, 3).reshape(height, width, -1)
    top = np.abs(np.nan_to_num(flat, nan=np.inf)).argmax(axis=2)
    return shares, np.take_along_axis(flat, top[:, :, None], axis=2)[:, :, 0]


def _chosen(count: int, cells: int) -> Places:
    """Some row numbers in each cell, evenly spaced: cells × looks."""
    starts = -(-np.arange(cells + 1) * count // cells)
    looks = max(1, min(LOOKS, count // cells))
    within = (np.arange(looks) * 2 + 1) / (2 * looks)
    made: Places = (starts[:-1, None] + within * np.diff(starts)[:, None]).astype(np.int64)
    return made


def _part(operator: Operator, rows: Places, columns: Places) -> tuple[Any, Array] | None:
    """Which entries of some rows and columns can differ from zero, and their values; None where it is not known."""
    full = np.ones((len(rows), len(columns)), dtype=bool)
    match operator:
        case Dense():
            return full, operator.values[np.ix_(rows, columns)]
        case LowRank():
            return full, operator.left[rows] @ operator.right[:, columns]
        case Kronecker():
            return _kronecker_part(operator, rows, columns)
        case ScaledKronecker():
            mask, values = _kronecker_part(operator.product, rows, columns)
            return mask, np.where(mask, operator.above[rows][:, None] * values * operator.below[columns], 0)
        case Coupling():
            return _coupling_part(operator, rows, columns)
        case DiagonalPlusCoupling():
            mask, values = _coupling_part(operator.coupling, rows, columns)
            same = rows[:, None] == columns
            return mask | same, values + np.where(same, operator.diagonal.values[rows][:, None], 0)
    return None


def _coupling_part(operator: Coupling, rows: Places, columns: Places) -> tuple[Any, Array]:
    lines = operator.row_lines[rows][:, None]
    mask = (lines == operator.column_lines[columns]) & (lines >= 0)
    return mask, np.where(mask, operator.left[rows][:, None] * operator.right[columns], 0)


def _kronecker_part(operator: Kronecker, rows: Places, columns: Places) -> tuple[Any, Array]:
    inner = operator.right if isinstance(operator.right, int) else operator.right.shape
    height, width = (inner, inner) if isinstance(inner, int) else inner
    mask, values = _factor_part(operator.left, rows // height, columns // width)
    more, factors = _factor_part(operator.right, rows % height, columns % width)
    return mask & more, np.where(mask & more, values * factors, 0)


def _factor_part(factor: Array | int, rows: Places, columns: Places) -> tuple[Any, Array]:
    if isinstance(factor, int):
        same = rows[:, None] == columns
        return same, same.astype(np.float64)
    return np.ones((len(rows), len(columns)), dtype=bool), factor[np.ix_(rows, columns)]
