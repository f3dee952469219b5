"""How many scalar operations one evaluation takes, where it is not one for each entry: additions, products, functions.

Counts are those of the schoolbook methods (an n×n inverse takes 2n³), so that they tell which way is cheaper, not how
many nanoseconds it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradviz.ops import einsum, shapes
from gradviz.ops.op import Attribute, Op
from gradviz.shape import Shape, size

Work = Callable[..., int]


def work_of(op: Op, operands: tuple[Shape, ...], shape: Shape, attributes: tuple[tuple[str, Attribute], ...]) -> int:
    """The scalar operations of one evaluation of a row.

    Example:
        >>> from gradviz.ops.table import OPS
        >>> work_of(OPS["tanh"], ((2, 3),), (2, 3), ()), work_of(OPS["matmul"], ((2, 3), (3,)), (2,), ())
        (6, 10)
    """
    if op.work is not None:
        return op.work(operands, **dict(attributes))
    return max([size(shape), *map(size, operands)])


def none(operands: tuple[Shape, ...], **_: Attribute) -> int:
    """Entries only move."""
    return 0


def per_entry(times: int) -> Work:
    """So many for each entry of the operand."""
    return lambda operands, **_: times * size(operands[0])


def inner(operands: tuple[Shape, ...], **_: Attribute) -> int:
    """An inner product: a product and an addition for each entry, but for the first addition."""
    return max(0, 2 * size(operands[0]) - 1)


def matmul(operands: tuple[Shape, ...]) -> int:
    """An inner product for each entry of the result: (2n − 1)·m·k for m×n by n×k."""
    return size(shapes.matmul(operands)) * max(0, 2 * operands[0][-1] - 1)


def contraction(operands: tuple[Shape, ...], equation: str) -> int:
    """For each combination of the letters, a product per further operand and, where letters are summed, an addition."""
    letters, result = einsum.parse(equation)
    sizes = {
        letter: n for word, axes in zip(letters, operands, strict=True) for letter, n in zip(word, axes, strict=True)
    }
    summed = not set(sizes) <= set(result)
    return (len(operands) - 1 + summed) * size(tuple(sizes.values()))


def cubic(times: int | Fraction) -> Work:
    """So many times n³, for each n×n matrix of a stack; of other matrices m·n·min(m, n)."""

    def work(operands: tuple[Shape, ...], **_: Attribute) -> int:
        *lead, rows, columns = operands[0]
        return size(tuple(lead)) * -int(-times * rows * columns * min(rows, columns) // 1)

    return work


def solving(operands: tuple[Shape, ...]) -> int:
    """Elimination once for each matrix, 2n³/3, and 2n² for each right-hand side."""
    n = operands[0][-1]
    columns = size(shapes.solve(operands)) // n if n else 0
    return cubic(Fraction(2, 3))(operands) + 2 * n * n * columns


def norm(operands: tuple[Shape, ...], ord: Attribute) -> int:
    """A square and an addition for each entry; singular values for the spectral norm of a matrix."""
    if ord == 2 and len(operands[0]) == 2:
        return SINGULAR(operands)
    return 2 * size(operands[0])


SINGULAR = cubic(14)
"""A singular value decomposition (Golub and Van Loan, Matrix Computations, figure 8.6.1, to the nearest cube)."""
