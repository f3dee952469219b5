"""Shapes: broadcasting as NumPy does it, and its reverse."""

from __future__ import annotations

import math

from gradviz.errors import ShapeError

Shape = tuple[int, ...]
"""The sizes of an array's axes; `()` is a scalar."""


def broadcast(*shapes: Shape) -> Shape:
    """The shape that the given shapes broadcast to.

    Raises:
        ShapeError: two sizes differ and neither is 1.

    Example:
        >>> broadcast((3, 1), (4,))
        (3, 4)
    """
    rank = max((len(shape) for shape in shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    result = []
    for sizes in zip(*padded, strict=True):
        wide = {size for size in sizes if size != 1}
        if len(wide) > 1:
            named = " and ".join(show(shape) for shape in shapes)
            raise ShapeError(f"the shapes {named} do not fit together elementwise", hint=_what_fits(padded))
        result.append(wide.pop() if wide else 1)
    return tuple(result)


def _what_fits(padded: list[Shape]) -> str:
    """The first axis, counted from the last, on which sizes differ, and what would fit there."""
    rank = len(padded[0])
    axis = next(i for i in reversed(range(rank)) if len({shape[i] for shape in padded} - {1}) > 1)
    sizes = list(dict.fromkeys(shape[axis] for shape in padded if shape[axis] != 1))
    place = "they are" if rank == 1 else "the last axis is" if axis == rank - 1 else f"axis {axis} is"
    return f"{place} {' and '.join(map(str, sizes))} long: make both {sizes[0]} or {sizes[1]}, or one of them 1"


def broadcast_axes(small: Shape, large: Shape) -> tuple[int, ...]:
    """The axes of `large` over which a sum returns to `small`.

    Example:
        >>> broadcast_axes((3, 1), (2, 3, 4))
        (0, 2)
    """
    lead = len(large) - len(small)
    spread = [lead + i for i, size in enumerate(small) if size == 1 and large[lead + i] != 1]
    return (*range(lead), *spread)


def size(shape: Shape) -> int:
    """The number of entries."""
    return math.prod(shape)


def show(shape: Shape) -> str:
    """A shape as a person reads it.

    Example:
        >>> show((2, 3)), show((4,)), show(())
        ('2×3', '4', 'scalar')
    """
    return "×".join(map(str, shape)) if shape else "scalar"


def describe(shape: Shape) -> str:
    """What an array of a shape is, in words.

    Example:
        >>> describe(()), describe((3,)), describe((2, 3)), describe((4, 2, 3))
        ('a scalar', 'a vector of 3', 'a 2×3 matrix', 'a 4×2×3 array')
    """
    if not shape:
        return "a scalar"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    return f"a {show(shape)} {'matrix' if len(shape) == 2 else 'array'}"
