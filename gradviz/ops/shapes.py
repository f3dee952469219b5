"""Shape rules of linear algebra: what fits, and what would fit where something does not."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.ops.axes import permutation
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, broadcast, show


def matmul(shapes: tuple[Shape, ...]) -> Shape:
    """Rows by columns, as NumPy does it: vectors lend themselves an axis, leading axes broadcast."""
    left, right = shapes
    if not left or not right:
        raise ShapeError(f"{show(left)} @ {show(right)}: a scalar has no matrix product", hint="write * instead of @")
    inner = left[-1], right[-1 if len(right) == 1 else -2]
    if inner[0] != inner[1]:
        raise ShapeError(
            f"{show(left)} @ {show(right)}: the inner sizes {inner[0]} and {inner[1]} differ",
            hint=_matmul_hint(left, right),
        )
    rows, columns = left[-2:-1], right[-1:] if len(right) > 1 else ()
    try:
        return broadcast(left[:-2], right[:-2]) + rows + columns
    except ShapeError:
        raise ShapeError(
            f"{show(left)} @ {show(right)}: the leading sizes do not fit together",
            hint="all axes but the last two broadcast: make them equal or 1",
        ) from None


def _matmul_hint(left: Shape, right: Shape) -> str:
    if len(left) >= 2 and left[-2] == right[-1 if len(right) == 1 else -2]:
        return f"the left one transposed fits: {show(_swapped(left))} @ {show(right)}"
    if len(right) >= 2 and right[-1] == left[-1]:
        return f"the right one transposed fits: {show(left)} @ {show(_swapped(right))}"
    if right[0] == left[-1] or (len(left) >= 2 and left[-2] == right[-1]):
        return "the other order may fit"
    return f"the last axis of the left one ({left[-1]}) must be as long as the columns of the right one"


def _swapped(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


def transpose(shapes: tuple[Shape, ...], axes: Attribute = None) -> Shape:
    """The last two axes swapped, or the axes in the order given. A vector becomes a row."""
    (shape,) = shapes
    if axes is not None:
        return tuple(shape[i] for i in permutation(axes, len(shape)))
    if len(shape) == 1:
        return (1, *shape)
    return _swapped(shape) if shape else ()


def dot(shapes: tuple[Shape, ...]) -> Shape:
    """The inner product of two vectors of the same length."""
    left, right = shapes
    if len(left) != 1 or len(right) != 1:
        hint = "write A @ B for matrices"
        raise ShapeError(f"dot is for two vectors, not {show(left)} and {show(right)}", hint=hint)
    if left != right:
        raise ShapeError(f"the vectors have {left[0]} and {right[0]} entries", hint="both must have the same number")
    return ()


def outer(shapes: tuple[Shape, ...]) -> Shape:
    """Every entry of one vector by every entry of another."""
    left, right = shapes
    if len(left) != 1 or len(right) != 1:
        raise ShapeError(
            f"outer is for two vectors, not {show(left)} and {show(right)}", hint="flatten them by reshape"
        )
    return left + right


def square(shapes: tuple[Shape, ...]) -> Shape:
    """Square matrices, or stacks of them; the shape stays."""
    shape = shapes[0]
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"this needs a square matrix, not {show(shape)}", hint="rows and columns must be equally many")
    return shape


def per_square(shapes: tuple[Shape, ...]) -> Shape:
    """One number for each square matrix."""
    return square(shapes)[:-2]


def all_square(shapes: tuple[Shape, ...]) -> Shape:
    """Square matrices of one size."""
    if len(set(shapes)) > 1:
        raise ShapeError(f"the matrices {' and '.join(map(show, shapes))} differ in shape")
    return square(shapes)


def solve(shapes: tuple[Shape, ...]) -> Shape:
    """A square matrix and a right-hand side: a vector, or a matrix of columns."""
    a, c = shapes
    square((a,))
    rows = c[-1 if len(c) == 1 else -2] if c else None
    if rows != a[-1]:
        raise ShapeError(
            f"solve: the matrix is {show(a)}, the right-hand side {show(c)}",
            hint=f"the right-hand side needs {a[-1]} rows",
        )
    return matmul(((*a[:-2], a[-1], a[-1]), c))


def diag(shapes: tuple[Shape, ...]) -> Shape:
    """A vector becomes a diagonal matrix, a matrix its diagonal."""
    (shape,) = shapes
    if len(shape) == 1:
        return shape * 2
    if len(shape) == 2:
        return (min(shape),)
    raise ShapeError(f"diag is for a vector or a matrix, not {show(shape)}")


def norm(shapes: tuple[Shape, ...], ord: Attribute = None) -> Shape:
    """One number. Orders 1, 2 and inf of an array with more than two axes are not defined."""
    (shape,) = shapes
    if ord not in (None, 1, 2, "fro", "inf", float("inf")):
        raise ShapeError(f"there is no norm of order {ord}", hint='the orders are 1, 2, "fro" and "inf"')
    if len(shape) > 2 and ord not in (None, "fro"):
        raise ShapeError(f"the norm of order {ord} is for vectors and matrices, not {show(shape)}", hint='use "fro"')
    if ord in (1, 2, "inf", float("inf")) and 0 in shape:
        raise ShapeError(f"an array of shape {show(shape)} has no norm of order {ord}")
    return ()
