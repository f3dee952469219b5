"""Axes as settings: read, checked, and taken out of shapes. The shape rules of reductions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, describe, size


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
            raise ShapeError(f"there is no axis {one}: {_axes_there_are(rank)}", hint=_axes_to_give(rank))
    axes = sorted(one % rank for one in given)
    if len(set(axes)) < len(axes):
        raise ShapeError(f"an axis is named twice in {given}", hint="name each axis once")
    return tuple(axes)


def _axes_there_are(rank: int) -> str:
    owner = ("a scalar", "a vector", "a matrix")[rank] if rank < 3 else f"an array with {rank} axes"
    if rank < 2:
        return f"{owner} has {'one axis' if rank else 'none'}"
    return f"{owner} has the axes {', '.join(map(str, range(rank - 1)))} and {rank - 1}"


def _axes_to_give(rank: int) -> str:
    if rank < 2:
        return "write axis=0, or leave the axis out" if rank else "give an array, or leave the axis out"
    return f"count from 0, or from the end with -1 to -{rank}"


def axis_of(axis: Attribute, rank: int) -> int:
    """One axis, counted from 0.

    Raises:
        ShapeError: it does not exist.
    """
    if not isinstance(axis, int):
        raise ShapeError(f"{axis!r} is not one axis: {_axes_there_are(rank)}", hint=_axes_to_give(rank))
    return axes_of(axis, rank)[0]


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
        f"the order {axes} does not fit: {_axes_there_are(rank)}", hint="name every axis once, as in axes=(1, 0)"
    )


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
        raise ShapeError(
            f"there is nothing to reduce in {describe(shapes[0])}", hint="every reduced axis needs at least one entry"
        )
    return reduced(shapes, axis, keepdims)


def along(shapes: tuple[Shape, ...], axis: Attribute = -1, **_: Attribute) -> Shape:
    """Operations along one axis that keep the shape."""
    axis_of(axis, len(shapes[0]))
    return shapes[0]
