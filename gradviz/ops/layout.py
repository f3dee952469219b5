"""Shape rules of what moves entries without changing them: reshaping, joining, indexing, broadcasting."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.ops.axes import axes_of, axis_of
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, describe, show, size


def reshape(shapes: tuple[Shape, ...], shape: Attribute) -> Shape:
    """The same entries in another shape; one size may be -1, and is found.

    Example:
        >>> reshape(((2, 6),), shape=(3, -1))
        (3, 4)
    """
    (before,) = shapes
    after, entries = _sizes(shape, least=-1), size(before)
    known = size(tuple(n for n in after if n != -1))
    if after.count(-1) == 1 and known and entries % known == 0:
        return tuple(entries // known if n == -1 else n for n in after)
    if -1 in after or known != entries:
        raise ShapeError(
            f"{describe(before)} cannot take the shape {show(after)}",
            hint=f"the sizes must multiply to {entries}; one of them may be -1, and is found",
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
            f"{describe(small)} does not broadcast to {show(large)}",
            hint="from the right, each of its sizes must be 1 or the same",
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
        raise ShapeError("scalars cannot be joined end to end", hint="stack(a, b) makes a vector of them")
    at = axis_of(axis, len(first))
    for shape in shapes:
        if len(shape) != len(first) or shape[:at] + shape[at + 1 :] != first[:at] + first[at + 1 :]:
            raise ShapeError(
                f"the shapes {' and '.join(map(show, shapes))} do not join along axis {axis}",
                hint=f"all sizes but those of axis {axis} must be the same",
            )
    return (*first[:at], sum(shape[at] for shape in shapes), *first[at + 1 :])


def stack(shapes: tuple[Shape, ...], axis: Attribute = 0) -> Shape:
    """Arrays of one shape side by side along a new axis."""
    first = shapes[0]
    if any(shape != first for shape in shapes):
        raise ShapeError(
            f"arrays of the shapes {' and '.join(map(show, shapes))} cannot be stacked",
            hint="give arrays of one shape, or join them end to end by concat",
        )
    at = axis_of(axis, len(first) + 1)
    return (*first[:at], len(shapes), *first[at:])


def index(shapes: tuple[Shape, ...], items: Attribute) -> Shape:
    """Integers drop their axis, slices keep a part of it."""
    (shape,) = shapes
    picks = items if isinstance(items, tuple) else (items,)
    if len(picks) > len(shape):
        raise ShapeError(
            f"{len(picks)} {'index' if len(picks) == 1 else 'indices'} into {describe(shape)}",
            hint=f"give at most {len(shape)}" if shape else "a scalar has no entries to pick",
        )
    sizes = []
    for axis, (pick, n) in enumerate(zip(picks, shape, strict=False)):
        if isinstance(pick, tuple):
            if pick[3] == 0:
                raise ShapeError("a slice cannot have the step 0", hint="write 1, 2, … or a negative step")
            sizes.append(len(range(n)[slice(*pick[1:])]))
        elif not -n <= pick < n:
            raise ShapeError(
                f"the index {pick} is outside axis {axis} of {describe(shape)}",
                hint=f"it goes from 0 to {n - 1}, or from -{n} to -1" if n else "that axis has no entries",
            )
    return (*sizes, *shape[len(picks) :])


def scatter(shapes: tuple[Shape, ...], items: Attribute, shape: Attribute) -> Shape:
    """Index's reverse: zeros in `shape`, and the operand where the items point."""
    large = _sizes(shape)
    place = index((large,), items)
    if place != shapes[0]:
        raise ShapeError(
            f"{describe(shapes[0])} does not fit where the items point in {describe(large)}",
            hint=f"give {describe(place)}",
        )
    return large


def flip(shapes: tuple[Shape, ...], axis: Attribute = None) -> Shape:
    """The same shape."""
    axes_of(axis, len(shapes[0]))
    return shapes[0]
