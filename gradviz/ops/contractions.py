"""Operations that are sums of products, as einsum would write them: the equations behind the rows' `contraction`.

An equation may have `0` in place of a letter: an axis of size 1 that stands beside a longer one, or is kept.
"""

from __future__ import annotations

from fractions import Fraction

from gradviz.errors import ShapeError
from gradviz.ops import axes, einsum
from gradviz.ops.op import Attribute
from gradviz.shape import Shape, broadcast

Contraction = tuple[Fraction, str]
"""A factor, and an equation: `1, "ij,j->i"`."""

LETTERS = "ijklmnopqrstuvwxyzabcdefgh"
ONE = Fraction(1)


def matmul(shapes: tuple[Shape, ...]) -> Contraction | None:
    """Rows by columns, in every combination of ranks; None beyond 26 axes.

    Example:
        >>> matmul(((2, 3), (3,)))[1], matmul(((1, 2, 3), (5, 3, 4)))[1]
        ('ij,j->i', '0ij,ljk->lik')
    """
    left, right = shapes
    stack = broadcast(left[:-2], right[:-2])
    if len(stack) + 3 > len(LETTERS):
        return None
    first, inner, *rest = list(LETTERS)
    rows = first if len(left) > 1 else ""
    columns = rest.pop(0) if len(right) > 1 else ""
    lead = "".join(rest[: len(stack)])
    last = inner + columns
    return ONE, f"{_along(left[:-2], stack, lead)}{rows}{inner},{_along(right[:-2], stack, lead)}{last}->" + (
        lead + rows + columns
    )


def _along(small: Shape, large: Shape, letters: str) -> str:
    """The letters of axes that broadcast to `large`."""
    skipped = len(large) - len(small)
    return "".join("0" if n == 1 != large[skipped + i] else letters[skipped + i] for i, n in enumerate(small))


def dot(shapes: tuple[Shape, ...]) -> Contraction | None:
    """The inner product."""
    return (ONE, "i,i->") if all(len(shape) == 1 for shape in shapes) else None


def outer(shapes: tuple[Shape, ...]) -> Contraction | None:
    """Every entry by every entry."""
    return (ONE, "i,j->ij") if all(len(shape) == 1 for shape in shapes) else None


def by_equation(shapes: tuple[Shape, ...], equation: Attribute) -> Contraction | None:
    """Einsum's own equation; None where an operand repeats a letter, which picks a diagonal."""
    try:
        operands, result = einsum.parse(str(equation))
    except ShapeError:
        return None
    if any(len(set(letters)) < len(letters) for letters in operands):
        return None
    return ONE, f"{','.join(operands)}->{result}"


def total(shapes: tuple[Shape, ...], axis: Attribute = None, keepdims: Attribute = False) -> Contraction | None:
    """A sum along axes.

    Example:
        >>> total(((2, 3),), 0)[1], total(((2, 3),), 1, True)[1]
        ('ij->j', 'ij->i0')
    """
    (shape,) = shapes
    if len(shape) > len(LETTERS):
        return None
    letters, summed = LETTERS[: len(shape)], axes.axes_of(axis, len(shape))
    left = "".join("0" * bool(keepdims) if i in summed else letter for i, letter in enumerate(letters))
    return ONE, f"{letters}->{left}"


def average(shapes: tuple[Shape, ...], axis: Attribute = None, keepdims: Attribute = False) -> Contraction | None:
    """A mean along axes."""
    made = total(shapes, axis, keepdims)
    return None if made is None else (Fraction(1, max(1, axes.count(shapes[0], axis))), made[1])


def repeated(shapes: tuple[Shape, ...], shape: Attribute) -> Contraction | None:
    """What is repeated to fill a shape."""
    wide = shape if isinstance(shape, tuple) else (shape,)
    if len(wide) > len(LETTERS):
        return None
    letters = LETTERS[: len(wide)]
    return ONE, f"{_along(shapes[0], tuple(int(n) for n in wide if isinstance(n, int)), letters)}->{letters}"


def permuted(shapes: tuple[Shape, ...], **order: Attribute) -> Contraction | None:
    """A transpose; None of a vector, which becomes a row."""
    (shape,) = shapes
    if len(shape) < 2 or len(shape) > len(LETTERS):
        return None
    letters = LETTERS[: len(shape)]
    turned = "".join(letters[i] for i in axes.permutation(order.get("axes"), len(shape)))
    return ONE, f"{letters}->{turned}"
