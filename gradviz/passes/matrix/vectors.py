"""Shapes as two dimensions: NumPy's ranks and broadcasting said in columns, rows and ones."""

from __future__ import annotations

from gradviz.passes.matrix.algebra import Matrix, is_zero, ones, product, scale, transpose, zero
from gradviz.shape import Shape, describe


class NoMatrixForm(Exception):
    """Something that the two-dimensional algebra cannot say; `reason` says what, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def size_of(shape: Shape, what: str = "an intermediate") -> tuple[int, int]:
    """Rows and columns: a scalar is 1×1, a vector a column.

    Raises:
        NoMatrixForm: there are three axes or more, or no entries.

    Example:
        >>> size_of(()), size_of((3,)), size_of((2, 3))
        ((1, 1), (3, 1), (2, 3))
    """
    if len(shape) > 2:
        raise NoMatrixForm(f"{what} has {_COUNTS.get(len(shape), len(shape))} axes")
    if 0 in shape:
        raise NoMatrixForm(f"{what} has no entries")
    rows, columns = (*shape, 1, 1)[:2]
    return rows, columns


_COUNTS = {3: "three", 4: "four", 5: "five", 6: "six"}


def filled(value: Matrix, shape: Shape) -> Matrix:
    """A scalar repeated to fill a shape."""
    rows, columns = size_of(shape)
    if is_zero(value):
        return zero(rows, columns)
    if rows == columns == 1:
        return value
    if columns == 1:
        return scale(value, ones(rows))
    return scale(value, product(ones(rows), transpose(ones(columns))))


def spread(x: Matrix, before: Shape, after: Shape) -> Matrix:
    """Broadcast: a product with ones. A vector that meets a matrix is a row, as in NumPy."""
    rows, columns = size_of(after)
    if before == after:
        return x
    if x.is_scalar:
        return filled(x, after)
    lying = _as_two_axes(x, before) if len(after) == 2 else x
    if lying.rows != rows:
        lying = product(ones(rows), lying)
    if lying.columns != columns:
        lying = product(lying, transpose(ones(columns)))
    return lying


def gathered(x: Matrix, before: Shape, after: Shape) -> Matrix:
    """The reverse of broadcasting: sums over what was repeated."""
    if before == after:
        return x
    rows, columns = size_of((1,) * (2 - len(after)) + after) if len(before) == 2 else size_of(after)
    if x.rows != rows:
        x = product(transpose(ones(x.rows)), x)
    if x.columns != columns:
        x = product(x, ones(x.columns))
    return transpose(x) if len(before) == 2 and len(after) == 1 else x


def _as_two_axes(x: Matrix, shape: Shape) -> Matrix:
    """A vector as the row that broadcasting makes of it."""
    return transpose(x) if len(shape) == 1 else x


def reshaped(x: Matrix, before: Shape, after: Shape) -> Matrix:
    """The same entries in another shape, where that is a column, a row or a scalar.

    Raises:
        NoMatrixForm: the entries are rearranged.
    """
    if before == after:
        return x
    rows, columns = size_of(after, "a reshaped array")
    if (x.rows, x.columns) == (rows, columns):
        return x
    if 1 in (x.rows, x.columns) and (x.columns, x.rows) == (rows, columns):
        return transpose(x)
    raise NoMatrixForm(f"{describe(before)} is reshaped to {describe(after)}")
