"""Operators of rank one per line: entries on one line are coupled by a product of two numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.passes.jacobian.operator import Array, Entries, Mask, Operator, Places, Stored, Word, fullness
from gradviz.passes.jacobian.simple import Diagonal, summed


@dataclass(frozen=True, slots=True, eq=False)
class Coupling(Operator):
    """The entry (i, j) is left[i] · right[j] where row i and column j are on one line, else zero.

    It is what a sum along lines, repeated along lines, is: the gradient of a mean that is subtracted.

    Args:
        lines: how many there are.
        row_lines, column_lines: the line of each row and column; −1 for none.
        left, right: the factors.
    """

    lines: int
    row_lines: Places
    column_lines: Places
    left: Array
    right: Array

    @property
    def shape(self) -> tuple[int, int]:
        """A row per left factor, a column per right one."""
        return len(self.left), len(self.right)

    @property
    def structure(self) -> Word:
        """One line alone has rank one, which says nothing of a single row or column."""
        if self.lines > 1:
            return "block diagonal"
        return "low rank" if min(self.shape) > 1 else fullness(self.nnz, *self.shape)

    @property
    def nnz(self) -> int:
        """Rows by columns of each line."""
        return int(_counts(self.row_lines, self.lines) @ _counts(self.column_lines, self.lines))

    @property
    def stored(self) -> Stored:
        """Lines and factors."""
        return self.row_lines, self.column_lines, self.left, self.right

    def matmat(self, block: Array) -> Array:
        """Sums per line, given back to the line's rows."""
        sums = summed(self.right[:, None] * block, self.column_lines, self.lines)
        return self.left[:, None] * _given(sums, self.row_lines)

    def rmatmat(self, block: Array) -> Array:
        """The same the other way."""
        sums = summed(self.left[:, None] * block, self.row_lines, self.lines)
        return self.right[:, None] * _given(sums, self.column_lines)

    def entries(self) -> Entries:
        """Line by line."""
        by_line = np.argsort(self.column_lines, kind="stable")
        counts = _counts(self.column_lines, self.lines)
        skipped = int(np.count_nonzero(self.column_lines < 0))
        starts = skipped + np.concatenate(([0], np.cumsum(counts)[:-1])) if self.lines else np.zeros(0, dtype=np.int64)
        rows_on = np.flatnonzero(self.row_lines >= 0)
        lines = self.row_lines[rows_on]
        rows = np.repeat(rows_on, counts[lines])
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts[lines]) - counts[lines], counts[lines])
        columns = by_line[np.repeat(starts[lines], counts[lines]) + within]
        return rows, columns, self.left[rows] * self.right[columns]


@dataclass(frozen=True, slots=True, eq=False)
class DiagonalPlusCoupling(Operator):
    """A diagonal and a coupling along lines: softmax's diag(y) − y yᵀ, for each line."""

    diagonal: Diagonal
    coupling: Coupling

    @property
    def shape(self) -> tuple[int, int]:
        """Square."""
        return self.diagonal.shape

    @property
    def structure(self) -> Word:
        """One line couples everything; several are blocks if rows and columns have the same lines."""
        coupling = self.coupling
        if coupling.lines == 1:
            return fullness(self.nnz, *self.shape)
        return "block diagonal" if np.array_equal(coupling.row_lines, coupling.column_lines) else "sparse"

    @property
    def nnz(self) -> int:
        """The coupling's, and the diagonal's where no line goes."""
        return self.coupling.nnz + int(np.count_nonzero(self._alone()))

    @property
    def stored(self) -> Stored:
        """Of both."""
        return (*self.diagonal.stored, *self.coupling.stored)

    def _alone(self) -> Mask:
        made: Mask = (self.coupling.row_lines != self.coupling.column_lines) | (self.coupling.row_lines < 0)
        return made

    def matmat(self, block: Array) -> Array:
        """The sum of both."""
        return self.diagonal.matmat(block) + self.coupling.matmat(block)

    def rmatmat(self, block: Array) -> Array:
        """The sum of both."""
        return self.diagonal.rmatmat(block) + self.coupling.rmatmat(block)

    def entries(self) -> Entries:
        """The coupling's with the diagonal added, and the rest of the diagonal."""
        rows, columns, values = self.coupling.entries()
        both = rows == columns
        values[both] += self.diagonal.values[rows[both]]
        alone = np.flatnonzero(self._alone())
        return (
            np.concatenate((rows, alone)),
            np.concatenate((columns, alone)),
            np.concatenate((values, self.diagonal.values[alone])),
        )


def _counts(lines: Places, count: int) -> Places:
    return np.bincount(lines[lines >= 0], minlength=count)


def _given(sums: Array, lines: Places) -> Array:
    if not len(sums):
        return np.zeros((len(lines), sums.shape[1]))
    made = sums[lines]
    made[lines < 0] = 0
    return made
