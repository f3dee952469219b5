"""Shape rules of linear algebra: what fits, and what would fit where something does not."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.ops.axes import permutation
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, broadcast, describe, show


def matmul(shapes: tuple[Shape, ...]) -> Shape:
    """Rows by columns, as NumPy does it: vectors lend themselves an axis, leading axes broadcast.

    Example:
        >>> matmul(((2, 3), (3,))), matmul(((5, 2, 3), (3, 4)))
        ((2,), (5, 2, 4))
    """
    left, right = shapes
    if not left or not right:
        raise ShapeError(f"{show(left)} @ {show(right)}: a scalar has no matrix product", hint="write * instead of @")
    inner = left[-1], _rows(right)
    if inner[0] != inner[1]:
        raise ShapeError(
            f"{show(left)} @ {show(right)}: the inner sizes {inner[0]} and {inner[1]} differ",
            hint=_what_would_multiply(left, right),
        )
    rows, columns = left[-2:-1], right[-1:] if len(right) > 1 else ()
    try:
        return broadcast(left[:-2], right[:-2]) + rows + columns
    except ShapeError:
        raise ShapeError(
            f"{show(left)} @ {show(right)}: the leading sizes do not fit together",
            hint="all axes but the last two broadcast: make them equal or 1",
        ) from None


def _rows(shape: Shape) -> int:
    """How many rows a matrix has, or entries a vector."""
    return shape[-1 if len(shape) == 1 else -2]


def _what_would_multiply(left: Shape, right: Shape) -> str:
    if len(left) > 1 and left[-2] == _rows(right):
        return f"the left one transposed fits: {show(swapped(left))} @ {show(right)}"
    if len(right) > 1 and right[-1] == left[-1]:
        return f"the right one transposed fits: {show(left)} @ {show(swapped(right))}"
    if len(left) > 1 and left[-2] == right[-1]:
        return f"the other order fits: {show(right)} @ {show(left)}"
    return f"the right one needs {left[-1]} {'entries' if len(right) == 1 else 'rows'}, as the left one has columns"


def swapped(shape: Shape) -> Shape:
    """The last two axes swapped; a vector becomes a row."""
    if len(shape) < 2:
        return (1, *shape) if shape else ()
    return (*shape[:-2], shape[-1], shape[-2])


def transpose(shapes: tuple[Shape, ...], axes: Attribute = None) -> Shape:
    """The last two axes swapped, or all axes in the order given."""
    (shape,) = shapes
    return swapped(shape) if axes is None else tuple(shape[i] for i in permutation(axes, len(shape)))


def dot(shapes: tuple[Shape, ...]) -> Shape:
    """The inner product of two vectors of one length."""
    left, right = shapes
    if len(left) != 1 or len(right) != 1:
        raise ShapeError(
            f"dot is for two vectors, not {describe(left)} and {describe(right)}", hint="write A @ B for matrices"
        )
    if left != right:
        raise ShapeError(f"dot: the vectors have {left[0]} and {right[0]} entries", hint="give vectors of one length")
    return ()


def outer(shapes: tuple[Shape, ...]) -> Shape:
    """Every entry of one vector by every entry of another."""
    left, right = shapes
    if len(left) != 1 or len(right) != 1:
        raise ShapeError(
            f"outer is for two vectors, not {describe(left)} and {describe(right)}",
            hint="reshape(x, -1) makes a vector of an array",
        )
    return left + right


def matrix(shapes: tuple[Shape, ...]) -> Shape:
    """One matrix; the shape stays."""
    (shape,) = shapes
    if len(shape) != 2 or 0 in shape:
        raise ShapeError(f"this needs a matrix, not {describe(shape)}", hint="give an array with two axes")
    return shape


def square(shapes: tuple[Shape, ...]) -> Shape:
    """Square matrices, or stacks of them; the shape stays."""
    shape = shapes[0]
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"this needs a square matrix, not {describe(shape)}", hint=_what_is_square(shape))
    return shape


def _what_is_square(shape: Shape) -> str:
    """What a person may have meant by a matrix that is not square."""
    if len(shape) < 2:
        return "give as many columns as rows; diag(x) makes a diagonal matrix of a vector"
    rows, columns = shape[-2:]
    return f"give as many columns as rows: of this one, A @ A.T is {rows}×{rows} and A.T @ A {columns}×{columns}"


def per_square(shapes: tuple[Shape, ...]) -> Shape:
    """One number for each square matrix."""
    return square(shapes)[:-2]


def all_square(shapes: tuple[Shape, ...]) -> Shape:
    """Square matrices of one shape."""
    if len(set(shapes)) > 1:
        raise ShapeError(
            f"the shapes {' and '.join(map(show, shapes))} differ", hint="give square matrices of one shape"
        )
    return square(shapes)


def solve(shapes: tuple[Shape, ...]) -> Shape:
    """A square matrix and a right-hand side: a vector, or a matrix of columns."""
    a, c = shapes
    square((a,))
    if not c or _rows(c) != a[-1]:
        raise ShapeError(
            f"solve: the matrix is {show(a)}, the right-hand side {describe(c)}",
            hint=f"the right-hand side needs {a[-1]} rows",
        )
    return matmul((a, c))


def diag(shapes: tuple[Shape, ...]) -> Shape:
    """A vector becomes a diagonal matrix, a matrix its diagonal."""
    (shape,) = shapes
    if len(shape) == 1:
        return shape * 2
    if len(shape) == 2:
        return (min(shape),)
    raise ShapeError(f"diag is for a vector or a matrix, not {describe(shape)}", hint="pick a part of it by an index")


def norm(shapes: tuple[Shape, ...], ord: Attribute = None) -> Shape:
    """One number. Orders 1, 2 and inf are for vectors and matrices that have entries."""
    (shape,) = shapes
    if ord not in (None, 1, 2, "fro", "inf", float("inf")):
        raise ShapeError(f"there is no norm of order {ord}", hint='the orders are 1, 2, "fro" and "inf"')
    if ord not in (None, "fro") and (len(shape) > 2 or 0 in shape):
        raise ShapeError(f"{describe(shape)} has no norm of order {ord}", hint='use "fro", which every array has')
    return ()
