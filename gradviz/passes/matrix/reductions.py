"""Sums, means, variances and softmax in the matrix algebra: products with ones, and functions of whole rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.ops.axes import axes_of
from gradviz.passes.matrix.algebra import Matrix, function, hadamard, number, ones, product, scale, subtract, transpose
from gradviz.passes.matrix.case import Case
from gradviz.passes.matrix.vectors import NoMatrixForm, filled, reshaped, spread
from gradviz.shape import Shape


def softmax(x: Matrix, shape: Shape, axis: Any) -> Matrix:
    """Softmax over a column, or over the rows of a matrix; over its columns it is a transpose."""
    if isinstance(x, NoMatrixForm):
        raise x
    if x.is_scalar:
        return number(1)
    along = axes_of(axis, len(shape))[0]
    if len(shape) == 2 and along == 0 and x.columns > 1:
        return transpose(softmax(transpose(x), shape[::-1], 1))
    return function("softmax", (x,), (("axis", along),), x.rows, x.columns)


def lower_softmax(case: Case) -> Matrix:
    """Softmax along its axis."""
    return softmax(case.operands[0], case.shapes[0], case.node.settings["axis"])


def one_hot(case: Case) -> Matrix:
    """Class numbers as rows of zeros and ones; of one number a column."""
    (x,), (shape,) = case.operands, case.shapes
    if len(shape) > 1:
        raise NoMatrixForm("a table of class numbers stands in it")
    if case.shape[-1] == 1:
        raise NoMatrixForm("class numbers of a single class stand in it")
    rows, columns = (*case.shape, 1)[:2]
    return function("one_hot", (x,), case.node.attributes, rows, columns)


def log_softmax(case: Case) -> Matrix:
    """The operand less its logsumexp."""
    (x,), (shape,) = case.operands, case.shapes
    along = axes_of(case.node.settings["axis"], len(shape))[0]
    summed = _summed_exponentials(x, shape, along)
    if len(shape) < 2:
        return subtract(x, filled(summed, shape))
    kept = (1, shape[1]) if along == 0 else (shape[0], 1)
    return subtract(x, spread(transpose(summed) if along == 0 else summed, kept, shape))


def _summed_exponentials(x: Matrix, shape: Shape, along: int) -> Matrix:
    """The logsumexp of a column (a scalar), or of each row (or column) of a matrix (a column)."""
    if len(shape) == 2 and along == 0:
        return _summed_exponentials(transpose(x), shape[::-1], 1)
    rows = 1 if len(shape) < 2 else x.rows
    return function("logsumexp", (x,), (("axis", along), ("keepdims", False)), rows, 1)


def logsumexp(case: Case) -> Matrix:
    """Logsumexp along one axis."""
    (x,), (shape,) = case.operands, case.shapes
    axes = axes_of(case.node.settings["axis"], len(shape))
    if not axes:
        return x
    if len(axes) > 1:
        raise NoMatrixForm("logsumexp runs over two axes")
    made = _summed_exponentials(x, shape, axes[0])
    return transpose(made) if case.node.settings["keepdims"] and len(shape) == 2 and axes[0] == 0 else made


def total(case: Case) -> Matrix:
    """The sum along axes: a product with ones on the left, on the right, or on both sides."""
    (x,), (shape,) = case.operands, case.shapes
    axes = axes_of(case.node.settings["axis"], len(shape))
    if len(shape) < 2:
        return product(transpose(ones(x.rows)), x) if axes and x.rows > 1 else x
    if 0 in axes and x.rows > 1:
        x = product(transpose(ones(x.rows)), x)
    if 1 in axes and x.columns > 1:
        x = product(x, ones(x.columns))
    return transpose(x) if axes == (0,) and not case.node.settings["keepdims"] else x


def _count(case: Case) -> int:
    shape = case.shapes[0]
    made = 1
    for axis in axes_of(case.node.settings["axis"], len(shape)):
        made *= shape[axis]
    return made


def mean(case: Case) -> Matrix:
    """The mean along axes."""
    return scale(number(Fraction(1, _count(case))), total(case))


def variance(case: Case) -> Matrix:
    """The mean of the squared distances from the mean."""
    (x,), (shape,) = case.operands, case.shapes
    ddof: Any = case.node.settings["ddof"]
    n = _count(case)
    kept = tuple(1 if i in axes_of(case.node.settings["axis"], len(shape)) else size for i, size in enumerate(shape))
    centre = scale(number(Fraction(1, n)), reshaped(total(case), case.shape, kept))
    centred = subtract(x, spread(centre, kept, shape))
    squared = Case(case.graph, case.node, (hadamard((centred, Fraction(2))),), case.shapes, case.done)
    return scale(number(Fraction(1, n - ddof)), total(squared))
