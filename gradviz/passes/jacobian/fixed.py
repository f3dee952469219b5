"""Zeros of local Jacobians that are made of constants alone: such an entry never differs from zero."""

from __future__ import annotations

import numpy as np

from gradviz.passes.jacobian.arrays import Dense, Kronecker
from gradviz.passes.jacobian.operator import Operator
from gradviz.passes.jacobian.simple import Diagonal, Gathering, Selection, Zero
from gradviz.passes.jacobian.sparse import from_entries

LOOKED_AT = 4_000_000
"""Entries up to which zeros are looked for."""
SMALL = 10_000
"""Entries up to which a single zero counts; a larger matrix stays as it is for a few."""


def without_zeros(operator: Operator) -> Operator:
    """The same without entries that are zero; where a matrix has few of them, as it is.

    Example:
        >>> without_zeros(Diagonal(np.array([1.0, 0.0, 2.0]))).nnz
        2
    """
    match operator:
        case Diagonal(values=values) if not values.all():
            made = Selection(len(values), np.where(values != 0, np.arange(len(values)), -1), values, "diagonal")
        case Selection(scale=scale) if scale is not None and not scale.all():
            made = Selection(operator.width, np.where(scale != 0, operator.picks, -1), scale)
        case Gathering(scale=scale) if scale is not None and not scale.all():
            return Gathering(operator.height, np.where(scale != 0, operator.targets, -1), scale)
        case Dense() | Kronecker() if operator.nnz <= LOOKED_AT:
            return _thinned(operator)
        case _:
            return operator
    return made if made.nnz else Zero(made.shape)


def _thinned(operator: Operator) -> Operator:
    rows, columns, values = operator.entries()
    kept = values != 0
    count = int(np.count_nonzero(kept))
    if count == len(values) or (2 * count > len(values) and len(values) > SMALL):
        return operator
    return from_entries(operator.shape, rows[kept], columns[kept], values[kept]) if count else Zero(operator.shape)
