"""Where a Hessian's entries can differ from zero, and which of them one product finds together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.graph.folding import Folder
from gradviz.passes.backward import Backward
from gradviz.passes.curvature import refuse_large
from gradviz.passes.jacobian.colouring import coloured
from gradviz.passes.jacobian.find import jacobian_of
from gradviz.passes.jacobian.operator import Operator
from gradviz.passes.jacobian.sparse import kind_of, with_constants
from gradviz.passes.jacobian.sweeping import Swept
from gradviz.passes.jacobian.tracing import traced
from gradviz.shape import size

if TYPE_CHECKING:
    from numpy.typing import NDArray

Entries = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float64]"]
"""Rows, columns and values."""
COLOURED = 250_000
"""Nonzeros up to which a pattern that is more than half full is coloured: little is saved by it beyond."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The structural nonzeros of a square matrix.

    Args:
        size: its rows and columns.
        structure: its kind: "zero", "diagonal", "sparse", "dense", …
        places: rows and columns of the entries that can differ from zero, ordered by rows; None where that is all, or
            where there are too many to list.
        count: how many entries can differ from zero.
    """

    size: int
    structure: str
    places: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    count: int

    @property
    def nonzeros(self) -> int:
        """How many entries can differ from zero."""
        return self.count

    def without(self, zeros: Iterable[tuple[int, int]]) -> Pattern:
        """The same without entries that are known to be zero everywhere, by row and column."""
        gone = {row * self.size + column for row, column in zeros}
        rows, columns = self.listed
        kept = ~np.isin(rows * self.size + columns, np.array(sorted(gone), dtype=np.int64))
        if kept.all():
            return self
        rows, columns = rows[kept], columns[kept]
        return Pattern(self.size, kind_of(self.size, self.size, rows, columns), (rows, columns), len(rows))

    @property
    def listed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places; all there are where none are kept."""
        if self.places is not None:
            return self.places
        rows, columns = np.indices((self.size, self.size), dtype=np.int64).reshape(2, -1)
        return rows, columns


def pattern_of(backward: Backward, wrt: Sequence[int]) -> Pattern:
    """The structure of the derivative of the gradient by the same nodes, found without any number."""
    builder = Folder(backward.graph.copy())
    builder.graph.values.clear()
    parts = []
    for i in wrt:
        count = size(backward.graph.nodes[i].shape)
        gradient = builder.term(backward.gradients[i]) if i in backward.gradients else builder.constant(0, (count,))
        parts.append(builder.reshape(gradient, shape=(count,)))
    n = sum(part.shape[0] for part in parts)
    if not n:
        return Pattern(0, "zero", None, 0)
    operator = jacobian_of(builder.graph, builder.concat(*parts, axis=0).id, wrt, {}).operator
    found = _places(operator)
    if found is None:
        return Pattern(n, operator.structure, None, operator.nnz)
    rows, columns, values = found
    order = np.lexsort((columns, rows))
    word = with_constants(operator.structure, values)
    return Pattern(n, word, (rows[order].astype(np.int64), columns[order].astype(np.int64)), len(rows))


def _places(operator: Operator) -> Entries | None:
    """The entries that can differ from zero, in any order; None where all can, or too many to colour."""
    full = operator.rows * operator.columns
    if operator.nnz == full or (operator.nnz > COLOURED and 2 * operator.nnz > full):
        return None
    if not isinstance(operator, Swept):
        return operator.entries()
    pattern = traced(operator)
    if pattern is None:
        return None
    rows = np.repeat(np.arange(operator.rows), np.diff(pattern.indptr))
    return rows, pattern.indices.astype(np.int64), np.full(len(rows), np.nan)


def filled(pattern: Pattern, multiply: Callable[[Any], NDArray[np.float64]]) -> Entries:
    """The entries of a symmetric matrix at the places of its pattern.

    A product with a sum of columns that share no row shows them all; as the matrix is symmetric, a few full rows are
    found as columns.

    Args:
        pattern: where they are.
        multiply: the matrix times a vector.

    Raises:
        LimitError: all entries can differ from zero, and there are too many.
    """
    n = pattern.size
    if pattern.places is None:
        refuse_large(n)
        rows, columns = pattern.listed
        matrix = np.zeros((n, n))
        for column, unit in enumerate(np.eye(n)):
            matrix[:, column] = multiply(unit)
        return rows, columns, matrix.ravel() + 0.0
    rows, columns = pattern.places
    values = np.zeros(len(rows))
    if len(rows) and len(np.unique(rows)) == len(np.unique(columns)) == len(rows):
        values = multiply(np.ones(n))[rows] + 0.0
    elif len(rows):
        colouring = coloured(n, n, rows, columns)
        ahead = colouring.rows[rows] < 0
        _read(values, ahead, rows, colouring.columns[columns], colouring.columns, colouring.forward, multiply)
        _read(values, ~ahead, columns, colouring.rows[rows], colouring.rows, colouring.backward, multiply)
    return rows, columns, values


def _read(
    values: NDArray[np.float64],
    chosen: Any,
    places: Any,
    shades: Any,
    colours: Any,
    count: int,
    multiply: Callable[[Any], NDArray[np.float64]],
) -> None:
    """Fill in what one product for each colour shows."""
    for colour in range(count):
        here = chosen & (shades == colour)
        values[here] = multiply((colours == colour).astype(np.float64))[places[here]] + 0.0  # no −0
