"""Shape rules of the array operations, and the axes and letters that their settings speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, broadcast, show, size


def axes_of(axis: Attribute, rank: int) -> tuple[int, ...]:
    """An axis setting as increasing axes counted from 0; None stands for all of them.

    Raises:
        ShapeError: an axis does not exist, or is named twice.

    Example:
        >>> axes_of(-1, 3), axes_of((2, 0), 3), axes_of(None, 2)
        ((2,), (0, 2), (0, 1))
    """
    if axis is None:
        return tuple(range(rank))
    given: Sequence[Any] = axis if isinstance(axis, tuple) else (axis,)
    for one in given:
        if not isinstance(one, int) or isinstance(one, bool):
            raise ShapeError(f"{one!r} is no axis", hint="an axis is a whole number, counted from 0")
        if not -rank <= one < rank:
            raise ShapeError(f"there is no axis {one}", hint=_axes_that_exist(rank))
    axes = sorted(one % rank for one in given)
    if len(set(axes)) < len(axes):
        raise ShapeError(f"an axis is named twice in {given}", hint="name each axis once")
    return tuple(axes)


def _axes_that_exist(rank: int) -> str:
    if rank == 0:
        return "a scalar has no axes: leave the axis out"
    if rank == 1:
        return "a vector has one axis: 0"
    return f"the axes are 0 to {rank - 1}, or from the end -1 to -{rank}"


def axis_of(axis: Attribute, rank: int) -> int:
    """One axis, counted from 0.

    Raises:
        ShapeError: it does not exist.
    """
    if not isinstance(axis, int):
        raise ShapeError(f"{axis!r} is no axis", hint=f"give one axis: {_axes_that_exist(rank)}")
    return axes_of(axis, rank)[0]


def kept(shape: Shape, axis: Attribute) -> Shape:
    """The shape with the reduced axes kept at size 1.

    Example:
        >>> kept((2, 3), 0), kept((2, 3), None)
        ((1, 3), (1, 1))
    """
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: Shape, axis: Attribute) -> int:
    """How many entries are reduced to one."""
    return size(tuple(shape[i] for i in axes_of(axis, len(shape))))


def reduced(shapes: tuple[Shape, ...], axis: Attribute = None, keepdims: Attribute = False, **_: Attribute) -> Shape:
    """Reductions: the axes go, or stay at size 1."""
    (shape,) = shapes
    if keepdims:
        return kept(shape, axis)
    axes = axes_of(axis, len(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def nonempty(shapes: tuple[Shape, ...], axis: Attribute = None, keepdims: Attribute = False, **_: Attribute) -> Shape:
    """Reductions that nothing cannot have: a mean, a largest entry."""
    if count(shapes[0], axis) == 0:
        raise ShapeError(f"there is nothing to reduce in an array of shape {show(shapes[0])}")
    return reduced(shapes, axis, keepdims)


def along(shapes: tuple[Shape, ...], axis: Attribute = -1, **_: Attribute) -> Shape:
    """Operations along one axis that keep the shape."""
    axis_of(axis, len(shapes[0]))
    return shapes[0]


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


def permutation(axes: Attribute, rank: int) -> tuple[int, ...]:
    """An order of axes, counted from 0; None swaps the last two.

    Raises:
        ShapeError: it does not name every axis once.
    """
    if axes is None:
        return (*range(rank - 2), rank - 1, rank - 2) if rank > 1 else tuple(range(rank))
    if isinstance(axes, tuple) and axes_of(axes, rank) == tuple(range(rank)):
        return tuple(axis % rank for axis in axes)
    raise ShapeError(
        f"the order {axes} does not name each of {rank} axes", hint="name every axis once, as in axes=(1, 0)"
    )


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


def reshape(shapes: tuple[Shape, ...], shape: Attribute) -> Shape:
    """The same entries in another shape; one size may be -1, and is found."""
    (before,) = shapes
    after = _sizes(shape, least=-1)
    known = size(tuple(n for n in after if n != -1))
    if after.count(-1) == 1 and known and size(before) % known == 0:
        return tuple(size(before) // known if n == -1 else n for n in after)
    if -1 in after or known != size(before):
        wanted = f"{known} entries" if -1 not in after else "what the other sizes leave"
        raise ShapeError(
            f"an array of shape {show(before)} cannot take the shape {show(after)}",
            hint=f"it has {size(before)} entries, not {wanted}",
        )
    return after


def _sizes(shape: Attribute, least: int = 0) -> Shape:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if not all(isinstance(n, int) and n >= least for n in sizes):
        raise ShapeError(f"{shape!r} is no shape", hint="a shape is made of whole numbers, as in (2, 3)")
    return tuple(int(n) for n in sizes)


def broadcast_to(shapes: tuple[Shape, ...], shape: Attribute) -> Shape:
    """The operand repeated along axes where it has size 1 or none."""
    (small,), large = shapes, _sizes(shape)
    if len(small) > len(large) or any(n not in (1, m) for n, m in zip(small[::-1], large[::-1], strict=False)):
        raise ShapeError(
            f"{show(small)} does not broadcast to {show(large)}", hint="sizes must agree from the right, or be 1"
        )
    return large


def sum_to(shapes: tuple[Shape, ...], shape: Attribute) -> Shape:
    """The reverse: the sum over what broadcasting would have repeated."""
    (large,), small = shapes, _sizes(shape)
    broadcast_to((small,), large)
    return small


def concat(shapes: tuple[Shape, ...], axis: Attribute = 0) -> Shape:
    """Arrays one after another along an axis."""
    first = shapes[0]
    if not first:
        raise ShapeError("scalars cannot be joined end to end", hint="stack them: stack(a, b)")
    at = axis_of(axis, len(first))
    for shape in shapes:
        if len(shape) != len(first) or shape[:at] + shape[at + 1 :] != first[:at] + first[at + 1 :]:
            raise ShapeError(
                f"{' and '.join(map(show, shapes))} do not join along axis {axis}", hint="all other sizes must agree"
            )
    return (*first[:at], sum(shape[at] for shape in shapes), *first[at + 1 :])


def stack(shapes: tuple[Shape, ...], axis: Attribute = 0) -> Shape:
    """Arrays of one shape side by side along a new axis."""
    first = shapes[0]
    if any(shape != first for shape in shapes):
        raise ShapeError(f"{' and '.join(map(show, shapes))} cannot be stacked", hint="all shapes must be the same")
    at = axis_of(axis, len(first) + 1)
    return (*first[:at], len(shapes), *first[at:])


def index(shapes: tuple[Shape, ...], items: Attribute) -> Shape:
    """Integers drop their axis, slices keep a part of it."""
    (shape,) = shapes
    picks = items if isinstance(items, tuple) else (items,)
    if len(picks) > len(shape):
        raise ShapeError(
            f"{len(picks)} indices into an array of shape {show(shape)}", hint=f"it has {len(shape)} axes at most"
        )
    sizes = []
    for axis, (pick, n) in enumerate(zip(picks, shape, strict=False)):
        if isinstance(pick, tuple):
            if pick[3] == 0:
                raise ShapeError("a slice cannot have the step 0", hint="write 1, 2, … or a negative step")
            sizes.append(len(range(n)[slice(*pick[1:])]))
        elif not -n <= pick < n:
            hint = f"the indices there are 0 to {n - 1}" if n else "there is no entry"
            raise ShapeError(f"index {pick} is outside axis {axis} of an array of shape {show(shape)}", hint=hint)
    return (*sizes, *shape[len(picks) :])


def scatter(shapes: tuple[Shape, ...], items: Attribute, shape: Attribute) -> Shape:
    """Index's reverse: zeros in `shape`, and the operand where the items point."""
    large = _sizes(shape)
    place = index((large,), items)
    if place != shapes[0]:
        raise ShapeError(f"{show(shapes[0])} does not fit the place of shape {show(place)} in {show(large)}")
    return large


def flip(shapes: tuple[Shape, ...], axis: Attribute = None) -> Shape:
    """The same shape."""
    axes_of(axis, len(shapes[0]))
    return shapes[0]
