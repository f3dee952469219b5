"""A diagonal before or behind an operator: its rows or columns scaled, its structure kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradviz.passes.jacobian.arrays import BlockDiagonal, Dense, Kronecker, LowRank
from gradviz.passes.jacobian.coupled import Coupling, DiagonalPlusCoupling
from gradviz.passes.jacobian.operator import Array, Operator, Places
from gradviz.passes.jacobian.scaled import ScaledKronecker
from gradviz.passes.jacobian.simple import Diagonal, Gathering, Identity, ScaledIdentity, Selection
from gradviz.passes.jacobian.sparse import Sparse

WRITTEN = 4_000_000
"""Entries up to which blocks are written out."""

Scale = Callable[[Any, Array], Operator | None]


def one_number(factors: Array) -> float | None:
    """The number that a diagonal repeats, if it is kept as one."""
    return float(factors[0]) if factors.strides == (0,) and len(factors) else None


def rows_scaled(operator: Operator, factors: Array) -> Operator | None:
    """A diagonal times an operator; None where nothing simple comes of it."""
    same = one_number(factors)
    if same is not None and type(operator) in BY_NUMBER:
        return BY_NUMBER[type(operator)](operator, same)
    rule = ROWS.get(type(operator))
    return None if rule is None else rule(operator, factors)


def columns_scaled(operator: Operator, factors: Array) -> Operator | None:
    """An operator times a diagonal; None where nothing simple comes of it."""
    same = one_number(factors)
    if same is not None and type(operator) in BY_NUMBER:
        return BY_NUMBER[type(operator)](operator, same)
    rule = COLUMNS.get(type(operator))
    return None if rule is None else rule(operator, factors)


def negative_free(places: Places) -> bool:
    """Whether every row or column has a place."""
    return not len(places) or int(places.min()) >= 0


def _at(factors: Array, places: Places) -> Array:
    """The factors at places; whatever where there is none, as nothing is taken from there."""
    return factors[places] if len(factors) else np.zeros(len(places))


def _times(scale: Array | None, factors: Array) -> Array:
    return factors if scale is None else scale * factors


def _kronecker_rows(operator: Kronecker, factors: Array) -> Operator:
    """With an identity on the left these are blocks; by a single row each, every column goes to one row."""
    if not isinstance(operator.left, int) or isinstance(operator.right, int) or operator.nnz > WRITTEN:
        return ScaledKronecker(operator, factors, _ones(operator.columns))
    count, (height, width) = operator.left, operator.right.shape
    if height == 1:
        targets = np.repeat(np.arange(count), width)
        return Gathering(count, targets, np.tile(operator.right[0], count) * factors[targets])
    return _blocks(count, operator.right * factors.reshape(count, height, 1))


def _kronecker_columns(operator: Kronecker, factors: Array) -> Operator:
    if not isinstance(operator.left, int) or isinstance(operator.right, int) or operator.nnz > WRITTEN:
        return ScaledKronecker(operator, _ones(operator.rows), factors)
    count, (_, width) = operator.left, operator.right.shape
    return _blocks(count, operator.right * factors.reshape(count, 1, width))


def _ones(count: int) -> Array:
    return np.broadcast_to(np.float64(1), (count,))


def _blocks(count: int, blocks: Array) -> BlockDiagonal:
    _, height, width = blocks.shape
    rows = np.arange(count * height).reshape(count, height)
    return BlockDiagonal(count * height, count * width, blocks, rows, np.arange(count * width).reshape(count, width))


def _diagonal_scaled(operator: Diagonal, factors: Array) -> Operator:
    return Diagonal(operator.values * factors)


def _coupling_rows(operator: Coupling, factors: Array) -> Coupling:
    return Coupling(operator.lines, operator.row_lines, operator.column_lines, operator.left * factors, operator.right)


def _coupling_columns(operator: Coupling, factors: Array) -> Coupling:
    return Coupling(operator.lines, operator.row_lines, operator.column_lines, operator.left, operator.right * factors)


def _both_parts(operator: DiagonalPlusCoupling, factors: Array, scale: Any) -> Operator:
    return DiagonalPlusCoupling(Diagonal(operator.diagonal.values * factors), scale(operator.coupling, factors))


def _sparse(operator: Sparse, values: Array) -> Sparse:
    return Sparse(operator.width, operator.starts, operator.places, values, operator.word)


def _block_rows(operator: BlockDiagonal, factors: Array) -> Operator:
    blocks = operator.blocks * factors[operator.row_places][:, :, None]
    return BlockDiagonal(operator.height, operator.width, blocks, operator.row_places, operator.column_places)


def _block_columns(operator: BlockDiagonal, factors: Array) -> Operator:
    blocks = operator.blocks * factors[operator.column_places][:, None, :]
    return BlockDiagonal(operator.height, operator.width, blocks, operator.row_places, operator.column_places)


ROWS: Mapping[type, Scale] = {
    Identity: lambda x, d: Diagonal(d),
    ScaledIdentity: lambda x, d: Diagonal(x.factor * d),
    Diagonal: _diagonal_scaled,
    Selection: lambda x, d: Selection(x.width, x.picks, _times(x.scale, d)),
    Gathering: lambda x, d: Gathering(x.height, x.targets, _times(x.scale, _at(d, x.targets))),
    Dense: lambda x, d: Dense(x.values * d[:, None]),
    LowRank: lambda x, d: LowRank(x.left * d[:, None], x.right),
    Kronecker: _kronecker_rows,
    BlockDiagonal: _block_rows,
    Coupling: _coupling_rows,
    DiagonalPlusCoupling: lambda x, d: _both_parts(x, d, _coupling_rows),
    Sparse: lambda x, d: _sparse(x, x.values * np.repeat(d, np.diff(x.starts))),
    ScaledKronecker: lambda x, d: ScaledKronecker(x.product, x.above * d, x.below),
}
"""A diagonal times each kind."""

COLUMNS: Mapping[type, Scale] = {
    Identity: lambda x, d: Diagonal(d),
    ScaledIdentity: lambda x, d: Diagonal(x.factor * d),
    Diagonal: _diagonal_scaled,
    Selection: lambda x, d: Selection(x.width, x.picks, _times(x.scale, _at(d, x.picks))),
    Gathering: lambda x, d: Gathering(x.height, x.targets, _times(x.scale, d)),
    Dense: lambda x, d: Dense(x.values * d),
    LowRank: lambda x, d: LowRank(x.left, x.right * d),
    Kronecker: _kronecker_columns,
    BlockDiagonal: _block_columns,
    Coupling: _coupling_columns,
    DiagonalPlusCoupling: lambda x, d: _both_parts(x, d, _coupling_columns),
    Sparse: lambda x, d: _sparse(x, x.values * d[x.places]),
    ScaledKronecker: lambda x, d: ScaledKronecker(x.product, x.above, x.below * d),
}
"""Each kind times a diagonal."""


def _kronecker_by_number(operator: Kronecker, factor: float) -> Operator:
    if not isinstance(operator.left, int):
        return Kronecker(operator.left * factor, operator.right)
    if not isinstance(operator.right, int):
        return Kronecker(operator.left, operator.right * factor)
    return ScaledIdentity(operator.rows, factor)


BY_NUMBER: Mapping[type, Callable[[Any, float], Operator]] = {
    Identity: lambda x, c: ScaledIdentity(x.count, c),
    ScaledIdentity: lambda x, c: ScaledIdentity(x.count, c * x.factor),
    Kronecker: _kronecker_by_number,
    LowRank: lambda x, c: LowRank(x.left, x.right * c) if x.right.size < x.left.size else LowRank(x.left * c, x.right),
}
"""Each kind times one number, where that is simpler."""
