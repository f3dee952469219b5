"""Kronecker products between diagonals: what an activation after a batch's matrix product makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.passes.jacobian.arrays import Kronecker
from gradviz.passes.jacobian.operator import Array, Entries, Operator, Stored, Word


@dataclass(frozen=True, slots=True, eq=False)
class ScaledKronecker(Operator):
    """diag(above) (A ⊗ B) diag(below), never multiplied out.

    Args:
        product: A ⊗ B.
        above, below: the diagonals, by rows and by columns.
    """

    product: Kronecker
    above: Array
    below: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Of the product."""
        return self.product.shape

    @property
    def structure(self) -> Word:
        """Beside an identity the other factor stands in blocks, in some order of the entries."""
        if isinstance(self.product.left, int) or isinstance(self.product.right, int):
            return "block diagonal"
        return "dense"

    @property
    def nnz(self) -> int:
        """Of the product."""
        return self.product.nnz

    @property
    def stored(self) -> Stored:
        """The factors and the diagonals."""
        return (*self.product.stored, self.above, self.below)

    def matmat(self, block: Array) -> Array:
        """One after the other."""
        return self.above[:, None] * self.product.matmat(self.below[:, None] * block)

    def rmatmat(self, block: Array) -> Array:
        """One after the other."""
        return self.below[:, None] * self.product.rmatmat(self.above[:, None] * block)

    def entries(self) -> Entries:
        """The product's, scaled."""
        rows, columns, values = self.product.entries()
        return rows, columns, self.above[rows] * values * self.below[columns]
