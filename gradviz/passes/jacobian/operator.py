"""What every Jacobian can do: tell its shape, structure and nonzeros, multiply, and be written out when asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.errors import LimitError, ValueProblem
from gradviz.ops.op import Structure

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Entries = tuple[Places, Places, Array]
"""Rows, columns and values of the entries that can differ from zero, each place once."""
Mask = NDArray[np.bool_]
Stored = tuple[NDArray[Any], ...]
"""The arrays that an operator keeps."""
Word = Structure
"""The one list of words, of rows and of what they compose to."""
DENSE_LIMIT = 100_000_000
"""Entries up to which a matrix is written out in full."""
LISTED = 50_000_000
"""Nonzeros up to which they are listed one by one."""


class Operator(ABC):
    """A matrix by what it does. Rows are the output's entries, columns the input's, both in row-major order.

    `structure` and `nnz` never depend on numbers: a nonzero is an entry that can differ from zero.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""

    @property
    @abstractmethod
    def structure(self) -> Word:
        """Its kind."""

    @property
    @abstractmethod
    def nnz(self) -> int:
        """How many entries can differ from zero."""

    @property
    @abstractmethod
    def stored(self) -> Stored:
        """The arrays that it keeps."""

    @abstractmethod
    def matmat(self, block: Array) -> Array:
        """It times a matrix, columns × k to rows × k."""

    @abstractmethod
    def rmatmat(self, block: Array) -> Array:
        """Its transpose times a matrix, rows × k to columns × k."""

    @abstractmethod
    def entries(self) -> Entries:
        """The entries that can differ from zero, one by one."""

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.shape[0]

    @property
    def columns(self) -> int:
        """The number of columns."""
        return self.shape[1]

    @property
    def stored_bytes(self) -> int:
        """What its numbers take as they are kept; an array that repeats one number takes one number."""
        return sum(_kept(array) for array in self.stored)

    def matvec(self, vector: Any) -> Array:
        """It times a vector: how the output moves when the input moves by `vector` (forward).

        Args:
            vector: as many numbers as there are columns, in any shape.

        Raises:
            ValueProblem: there are more or fewer.
        """
        with np.errstate(all="ignore"):
            return self.matmat(_flat(vector, self.columns, "columns"))[:, 0]

    def rmatvec(self, vector: Any) -> Array:
        """Its transpose times a vector: an upstream gradient pulled back to the input (reverse).

        Args:
            vector: as many numbers as there are rows, in any shape.

        Raises:
            ValueProblem: there are more or fewer.
        """
        with np.errstate(all="ignore"):
            return self.rmatmat(_flat(vector, self.rows, "rows"))[:, 0]

    def todense(self) -> Array:
        """All entries.

        Raises:
            LimitError: there are more than a hundred million.
        """
        refuse_dense(self.rows, self.columns)
        made = np.zeros(self.shape)
        with np.errstate(all="ignore"):
            rows, columns, values = self.entries()
        made[rows, columns] = values
        return made

    def to_scipy(self) -> Any:
        """A `scipy.sparse.csr_array` of the entries that can differ from zero.

        Raises:
            LimitError: there are more than fifty million of them.
        """
        from scipy.sparse import csr_array

        refuse_listing(self)
        rows, columns, values = self.entries()
        return csr_array((values, (rows, columns)), shape=self.shape)


def fullness(count: int, height: int, width: int) -> Word:
    """The word for entries in no simpler order: dense where three quarters or more can differ from zero.

    Example:
        >>> fullness(10, 4, 4), fullness(13, 4, 4)
        ('sparse', 'dense')
    """
    return "dense" if 4 * count >= 3 * height * width else "sparse"


def _kept(array: NDArray[Any]) -> int:
    """Bytes of memory behind an array: axes of stride 0 repeat what is there."""
    sizes = [n for n, stride in zip(array.shape, array.strides, strict=True) if stride]
    return int(np.prod(sizes, dtype=np.int64)) * array.itemsize if array.size else 0


def _flat(vector: Any, count: int, side: str) -> Array:
    try:
        flat = np.asarray(vector, dtype=np.float64).reshape(-1, 1)
    except (TypeError, ValueError):
        raise ValueProblem("the vector is not made of numbers", hint=f"give {count} numbers, in any shape") from None
    if flat.size != count:
        raise ValueProblem(
            f"the vector has {flat.size} {'entry' if flat.size == 1 else 'entries'}, the Jacobian {count} {side}",
            hint=f"give {count} numbers, flat or in the {'input' if side == 'columns' else 'output'}'s shape",
        )
    return flat


def refuse_dense(rows: int, columns: int) -> None:
    """Refuse to write out a matrix that is too large.

    Raises:
        LimitError: it has more than a hundred million entries.
    """
    count = rows * columns
    if count > DENSE_LIMIT:
        raise LimitError(
            f"a dense {rows:,} × {columns:,} matrix has {count:,} entries and takes {memory(count)}",
            hint="use its structure: .matvec(v), .rmatvec(u), or .to_scipy() for the nonzeros alone",
        )


def refuse_listing(operator: Operator) -> None:
    """Refuse to list too many nonzeros.

    Raises:
        LimitError: there are more than fifty million.
    """
    if operator.nnz > LISTED:
        raise LimitError(
            f"this {operator.rows:,} × {operator.columns:,} Jacobian has {operator.nnz:,} nonzeros, "
            f"which take {memory(2 * operator.nnz)} as a sparse matrix",
            hint="use its products: .matvec(v) and .rmatvec(u)",
        )


def memory(numbers: int) -> str:
    """What so many float64 numbers take.

    Example:
        >>> memory(1000), memory(409_600**2)
        ('8 kB', '1.3 TB')
    """
    amount, unit = 8.0 * numbers, "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB", "EB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.3g} {unit}" if amount >= 10 else f"{amount:.2g} {unit}"
