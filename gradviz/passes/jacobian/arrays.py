"""Operators that keep matrices: dense ones, low rank, Kronecker products, blocks along the diagonal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradviz.passes.jacobian.operator import Array, Entries, Operator, Places, Stored, Word, refuse_dense


@dataclass(frozen=True, slots=True, eq=False)
class Dense(Operator):
    """All entries."""

    values: Array
    structure: Word = "dense"

    @property
    def shape(self) -> tuple[int, int]:
        """Of the array."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def nnz(self) -> int:
        """All."""
        return self.values.size

    @property
    def stored(self) -> Stored:
        """The array."""
        return (self.values,)

    def matmat(self, block: Array) -> Array:
        """The matrix product."""
        return self.values @ block

    def rmatmat(self, block: Array) -> Array:
        """With the transpose."""
        return self.values.T @ block

    def entries(self) -> Entries:
        """All."""
        rows, columns = np.indices(self.shape).reshape(2, -1)
        return rows, columns, self.values.ravel()

    def todense(self) -> Array:
        """A copy."""
        refuse_dense(*self.shape)
        return np.array(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class LowRank(Operator):
    """A tall matrix times a wide one: everything goes through few numbers."""

    left: Array
    right: Array
    structure: Word = "low rank"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of the left, columns of the right."""
        return len(self.left), self.right.shape[1]

    @property
    def nnz(self) -> int:
        """All."""
        return len(self.left) * int(self.right.shape[1])

    @property
    def stored(self) -> Stored:
        """Both factors."""
        return self.left, self.right

    def matmat(self, block: Array) -> Array:
        """One after the other."""
        return self.left @ (self.right @ block)

    def rmatmat(self, block: Array) -> Array:
        """One after the other."""
        return self.right.T @ (self.left.T @ block)

    def entries(self) -> Entries:
        """All."""
        return Dense(self.left @ self.right).entries()


@dataclass(frozen=True, slots=True, eq=False)
class Kronecker(Operator):
    """A ⊗ B; with V the input as a matrix, (A ⊗ B) v is A V Bᵀ. A factor may be an identity, given by its size."""

    left: Array | int
    right: Array | int
    structure: Word = "Kronecker"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows by rows, columns by columns."""
        (a, b), (c, d) = _size(self.left), _size(self.right)
        return a * c, b * d

    @property
    def nnz(self) -> int:
        """Nonzeros by nonzeros."""
        return _full(self.left) * _full(self.right)

    @property
    def stored(self) -> Stored:
        """The factors that are no identities."""
        return tuple(factor for factor in (self.left, self.right) if not isinstance(factor, int))

    def matmat(self, block: Array) -> Array:
        """By A V Bᵀ, column by column."""
        return _sandwich(self.left, self.right, block)

    def rmatmat(self, block: Array) -> Array:
        """By Aᵀ U B."""
        return _sandwich(_turned(self.left), _turned(self.right), block)

    def entries(self) -> Entries:
        """The nonzeros of one factor by those of the other."""
        (i, j, a), (k, m, b) = _listed(self.left), _listed(self.right)
        height, width = _size(self.right)
        rows = (i[:, None] * height + k).ravel()
        return rows, (j[:, None] * width + m).ravel(), (a[:, None] * b).ravel()


def _size(factor: Array | int) -> tuple[int, int]:
    return (factor, factor) if isinstance(factor, int) else (factor.shape[0], factor.shape[1])


def _full(factor: Array | int) -> int:
    return factor if isinstance(factor, int) else int(factor.size)


def _turned(factor: Array | int) -> Array | int:
    return factor if isinstance(factor, int) else factor.T


def _sandwich(left: Array | int, right: Array | int, block: Array) -> Array:
    """Per column v: the left factor times v as a matrix, times the right factor transposed."""
    cube = block.T.reshape(block.shape[1], _size(left)[1], _size(right)[1])
    if not isinstance(left, int):
        cube = left @ cube
    if not isinstance(right, int):
        cube = cube @ right.T
    made: Array = cube.reshape(block.shape[1], _size(left)[0] * _size(right)[0]).T
    return made


def _listed(factor: Array | int) -> Entries:
    if isinstance(factor, int):
        places = np.arange(factor)
        return places, places, np.ones(factor)
    return Dense(factor).entries()


@dataclass(frozen=True, slots=True, eq=False)
class BlockDiagonal(Operator):
    """Blocks that share neither rows nor columns.

    Args:
        height, width: of the whole.
        blocks: count × rows × columns.
        row_places, column_places: which rows and columns of the whole they are: count × rows, count × columns.
    """

    height: int
    width: int
    blocks: Array
    row_places: Places
    column_places: Places

    @property
    def shape(self) -> tuple[int, int]:
        """Of the whole."""
        return self.height, self.width

    @property
    def structure(self) -> Word:
        """A single block is simply a dense matrix."""
        return "block diagonal" if len(self.blocks) > 1 else "dense"

    @property
    def nnz(self) -> int:
        """All entries of the blocks."""
        return self.blocks.size

    @property
    def stored(self) -> Stored:
        """The blocks and their places."""
        return self.blocks, self.row_places, self.column_places

    def matmat(self, block: Array) -> Array:
        """Block by block."""
        made = np.zeros((self.height, block.shape[1]))
        made[self.row_places] = self.blocks @ block[self.column_places]
        return made

    def rmatmat(self, block: Array) -> Array:
        """Block by block, transposed."""
        made = np.zeros((self.width, block.shape[1]))
        made[self.column_places] = self.blocks.swapaxes(1, 2) @ block[self.row_places]
        return made

    def entries(self) -> Entries:
        """The blocks' entries."""
        rows = np.broadcast_to(self.row_places[:, :, None], self.blocks.shape).ravel()
        columns = np.broadcast_to(self.column_places[:, None, :], self.blocks.shape).ravel()
        return rows, columns, self.blocks.ravel()
