"""Products and sums that stay simple. None says that one does not: then the graph is swept instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradviz.passes.jacobian.arrays import BlockDiagonal, Dense, Kronecker, LowRank
from gradviz.passes.jacobian.coupled import Coupling, DiagonalPlusCoupling
from gradviz.passes.jacobian.operator import Array, Operator
from gradviz.passes.jacobian.scaling import columns_scaled, negative_free, rows_scaled
from gradviz.passes.jacobian.simple import Diagonal, Gathering, Identity, ScaledIdentity, Selection, Zero

FORMED = 4_000_000
"""Entries up to which a product is multiplied out."""
WORK = 2_000_000_000
"""Multiplications up to which it is."""

Merge = Callable[[Any, Any], Operator | None]


def product(left: Operator, right: Operator) -> Operator | None:
    """The product of two Jacobians, as simple as they are.

    Example:
        >>> product(Diagonal(np.array([2.0, 3.0])), Diagonal(np.array([5.0, 7.0]))).values.tolist()
        [10.0, 21.0]
    """
    if isinstance(left, Zero) or isinstance(right, Zero):
        return Zero((left.rows, right.columns))
    if isinstance(left, Identity):
        return right
    if isinstance(right, Identity):
        return left
    if isinstance(left, (ScaledIdentity, Diagonal)):
        return rows_scaled(right, factors(left))
    if isinstance(right, (ScaledIdentity, Diagonal)):
        return columns_scaled(left, factors(right))
    rule = PRODUCTS.get((type(left), type(right)))
    return None if rule is None else rule(left, right)


def total(left: Operator, right: Operator) -> Operator | None:
    """The sum of two Jacobians of one shape, as simple as they are.

    Example:
        >>> total(Identity(3), Identity(3)).factor
        2.0
    """
    if isinstance(left, Zero):
        return right
    if isinstance(right, Zero):
        return left
    diagonals = (Identity, ScaledIdentity, Diagonal)
    if isinstance(left, diagonals) and isinstance(right, diagonals):
        return _sum_of_diagonals(left, right)
    if isinstance(right, diagonals):
        left, right = right, left
    if isinstance(left, diagonals):
        if isinstance(right, Coupling):
            return DiagonalPlusCoupling(Diagonal(np.asarray(np.broadcast_to(factors(left), left.rows))), right)
        if isinstance(right, DiagonalPlusCoupling):
            more = Diagonal(right.diagonal.values + factors(left))
            return DiagonalPlusCoupling(more, right.coupling)
    rule = SUMS.get(type(left)) if type(left) is type(right) else None
    return None if rule is None else rule(left, right)


def factors(diagonal: Operator) -> Array:
    """The diagonal of a diagonal operator, without taking memory for one number."""
    if isinstance(diagonal, Diagonal):
        return diagonal.values
    factor = diagonal.factor if isinstance(diagonal, ScaledIdentity) else 1.0
    return np.broadcast_to(np.float64(factor), (diagonal.rows,))


def _sum_of_diagonals(left: Operator, right: Operator) -> Operator:
    if isinstance(left, Diagonal) or isinstance(right, Diagonal):
        return Diagonal(factors(left) + factors(right))
    scales = [each.factor if isinstance(each, ScaledIdentity) else 1.0 for each in (left, right)]
    return ScaledIdentity(left.rows, sum(scales))


def _select_twice(left: Selection, right: Selection) -> Operator:
    picked = left.picks >= 0
    picks = np.full(len(left.picks), -1)
    picks[picked] = right.picks[left.picks[picked]]
    scale = left.scale
    if right.scale is not None:
        scale = np.ones(len(picks)) if scale is None else np.array(scale)
        scale[picked] *= right.scale[left.picks[picked]]
    return Selection(right.width, picks, scale)


def _gather_twice(left: Gathering, right: Gathering) -> Operator:
    kept = right.targets >= 0
    targets = np.full(len(right.targets), -1)
    targets[kept] = left.targets[right.targets[kept]]
    scale = right.scale
    if left.scale is not None:
        scale = np.ones(len(targets)) if scale is None else np.array(scale)
        scale[kept] *= left.scale[right.targets[kept]]
    return Gathering(left.height, targets, scale, right.word if left.scale is None and right.scale is None else None)


def _spread_sums(left: Selection, right: Gathering) -> Operator:
    """Sums along lines, repeated: a coupling of rank one per line."""
    scales = [
        np.broadcast_to(np.float64(1), (len(places),)) if scale is None else scale
        for scale, places in ((left.scale, left.picks), (right.scale, right.targets))
    ]
    return Coupling(right.height, left.picks, right.targets, scales[0], scales[1])


def _select_kept(left: Gathering, right: Selection) -> Operator | None:
    """Entries put where no two meet are a selection again."""
    if left.height < len(left.targets) or not negative_free(left.targets):
        return None
    if len(np.unique(left.targets)) < len(left.targets):
        return None
    picks = np.full(left.height, -1)
    picks[left.targets] = np.arange(len(left.targets))
    scale = None
    if left.scale is not None:
        scale = np.zeros(left.height)
        scale[left.targets] = left.scale
    return _select_twice(Selection(len(left.targets), picks, scale), right)


def _multiplied(left: Dense, right: Dense) -> Operator | None:
    rows, inner, columns = left.rows, left.columns, right.columns
    if inner < min(rows, columns):
        return LowRank(left.values, right.values)
    if rows * columns > FORMED or rows * columns * inner > WORK:
        return None
    return Dense(left.values @ right.values)


def _coupled_times(left: Operator, right: Dense) -> Operator | None:
    """A coupling, and a diagonal beside it, times a matrix: softmax after a layer. One pass over the matrix."""
    return Dense(left.matmat(right.values)) if left.rows * right.columns <= FORMED else None


def _times_coupled(left: Dense, right: Operator) -> Operator | None:
    return Dense(right.rmatmat(left.values.T).T) if left.rows * right.columns <= FORMED else None


def _kroneckers(left: Kronecker, right: Kronecker) -> Operator | None:
    """By (A ⊗ B)(C ⊗ D) = AC ⊗ BD where the factors fit."""
    pairs = ((left.left, right.left), (left.right, right.right))
    if any(_across(a) != _down(b) for a, b in pairs):
        return None
    made = [b if isinstance(a, int) else a if isinstance(b, int) else a @ b for a, b in pairs]
    return Kronecker(made[0], made[1])


def _across(factor: Array | int) -> int:
    return factor if isinstance(factor, int) else factor.shape[1]


def _down(factor: Array | int) -> int:
    return factor if isinstance(factor, int) else factor.shape[0]


def _blocks(left: BlockDiagonal, right: BlockDiagonal) -> Operator | None:
    if not np.array_equal(left.column_places, right.row_places):
        return None
    return BlockDiagonal(left.height, right.width, left.blocks @ right.blocks, left.row_places, right.column_places)


def _couplings(left: Coupling, right: Coupling) -> Operator | None:
    """By (u vᵀ)(w zᵀ) = (vᵀw) u zᵀ on each line."""
    if not np.array_equal(left.column_lines, right.row_lines):
        return None
    on = left.column_lines >= 0
    inner = np.bincount(left.column_lines[on], weights=(left.right * right.left)[on], minlength=left.lines)
    scaled = left.left * np.where(left.row_lines >= 0, inner[left.row_lines], 0)
    return Coupling(left.lines, left.row_lines, right.column_lines, scaled, right.right)


PRODUCTS: dict[tuple[type, type], Merge] = {
    (Selection, Selection): _select_twice,
    (Gathering, Gathering): _gather_twice,
    (Selection, Gathering): _spread_sums,
    (Gathering, Selection): _select_kept,
    (Dense, Dense): _multiplied,
    (Dense, LowRank): lambda a, b: LowRank(a.values @ b.left, b.right),
    (LowRank, Dense): lambda a, b: LowRank(a.left, a.right @ b.values),
    (Kronecker, Kronecker): _kroneckers,
    (BlockDiagonal, BlockDiagonal): _blocks,
    (Coupling, Coupling): _couplings,
    (DiagonalPlusCoupling, Dense): _coupled_times,
    (Dense, DiagonalPlusCoupling): _times_coupled,
    (DiagonalPlusCoupling, LowRank): lambda a, b: LowRank(a.matmat(b.left), b.right),
    (LowRank, DiagonalPlusCoupling): lambda a, b: LowRank(a.left, b.rmatmat(a.right.T).T),
}
"""What two kinds make, beside what zeros, identities and diagonals do to all."""


def _sum_of_selections(left: Selection, right: Selection) -> Operator | None:
    if not np.array_equal(left.picks, right.picks):
        return None
    return Selection(left.width, left.picks, _both(left.scale, right.scale, len(left.picks)))


def _sum_of_gatherings(left: Gathering, right: Gathering) -> Operator | None:
    if not np.array_equal(left.targets, right.targets):
        return None
    word = left.word if left.word == right.word else None
    return Gathering(left.height, left.targets, _both(left.scale, right.scale, len(left.targets)), word)


def _both(left: Array | None, right: Array | None, count: int) -> Array:
    made: Array = (np.ones(count) if left is None else left) + (1.0 if right is None else right)
    return made


def _sum_of_kroneckers(left: Kronecker, right: Kronecker) -> Operator | None:
    """By A ⊗ B + A ⊗ C = A ⊗ (B + C), where A is the same array or identity."""
    if _same(left.left, right.left) and not isinstance(left.right, int) and not isinstance(right.right, int):
        return Kronecker(left.left, left.right + right.right) if left.right.shape == right.right.shape else None
    if _same(left.right, right.right) and not isinstance(left.left, int) and not isinstance(right.left, int):
        return Kronecker(left.left + right.left, left.right) if left.left.shape == right.left.shape else None
    return None


def _same(left: Array | int, right: Array | int) -> bool:
    return left is right or (isinstance(left, int) and isinstance(right, int) and left == right)


def _sum_of_blocks(left: BlockDiagonal, right: BlockDiagonal) -> Operator | None:
    alike = np.array_equal(left.row_places, right.row_places) and np.array_equal(
        left.column_places, right.column_places
    )
    if not alike:
        return None
    return BlockDiagonal(left.height, left.width, left.blocks + right.blocks, left.row_places, left.column_places)


SUMS: dict[type, Merge] = {
    Selection: _sum_of_selections,
    Gathering: _sum_of_gatherings,
    Dense: lambda a, b: Dense(a.values + b.values),
    Kronecker: _sum_of_kroneckers,
    BlockDiagonal: _sum_of_blocks,
}
"""What two of a kind add up to."""
