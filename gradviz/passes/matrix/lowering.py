"""How each operation that is not simply elementwise is said in the matrix algebra."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from gradviz.ops.axes import axes_of
from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    determinant,
    diagonal,
    diagonal_of,
    elementwise,
    hadamard,
    inverse,
    is_zero,
    logdet,
    number,
    power,
    product,
    scale,
    subtract,
    trace,
    transpose,
)
from gradviz.passes.matrix.case import MAX_EXPONENT, Case
from gradviz.passes.matrix.reductions import (
    log_softmax,
    logsumexp,
    lower_softmax,
    mean,
    one_hot,
    softmax,
    total,
    variance,
)
from gradviz.passes.matrix.vectors import NoMatrixForm, filled, gathered, reshaped, spread

LEAST_LOG = -100
"""Where the clamped logarithm ends."""


def _cut(case: Case, value: int) -> Matrix | None:
    """What a clamped operation is of a constant zero; None of anything else."""
    return filled(number(value), case.shape) if is_zero(case.operands[0]) else None


def _add(case: Case) -> Matrix:
    return add(*case.spread())


def _sub(case: Case) -> Matrix:
    return subtract(*case.spread())


def _neg(case: Case) -> Matrix:
    return scale(number(-1), case.operands[0])


def _mul(case: Case) -> Matrix:
    """A product; a scalar factor stays one, which keeps outer products out of it."""
    left, right = case.operands
    if left.is_scalar and not case.shapes[0]:
        return scale(left, right)
    if right.is_scalar and not case.shapes[1]:
        return scale(right, left)
    a, b = case.spread()
    return hadamard((a, Fraction(1)), (b, Fraction(1)))


def _div(case: Case) -> Matrix:
    left, right = case.operands
    if right.is_scalar:
        return scale(_inverted(right), spread(left, case.shapes[0], case.shape))
    a, b = case.spread()
    return hadamard((a, Fraction(1)), (b, Fraction(-1)))


def _inverted(x: Matrix) -> Matrix:
    if is_zero(x):
        raise NoMatrixForm("it divides by zero")
    return power(x, Fraction(-1))


def _pow(case: Case) -> Matrix:
    exponent = case.number(1)
    if exponent is None or abs(exponent) > MAX_EXPONENT or Fraction(exponent).denominator > MAX_EXPONENT:
        return elementwise("pow", *case.spread())
    (x, _), p = case.spread(), Fraction(exponent)
    if is_zero(x) and p < 0:
        raise NoMatrixForm("it divides by zero")
    return power(x, p) if x.is_scalar else hadamard((x, p))


def _sqrt(case: Case) -> Matrix:
    (x,) = case.operands
    return power(x, Fraction(1, 2)) if x.is_scalar else hadamard((x, Fraction(1, 2)))


def _exp(case: Case) -> Matrix:
    """e^(x − lse(x)) is the softmax, which is how its rules write it."""
    graph, node = case.graph, case.graph.nodes[case.node.operands[0]]
    if not all(operand in case.done for operand in node.operands):  # it bears a name, and is exp of that
        return elementwise("exp", *case.operands)
    if node.op.name == "log_softmax":
        return softmax(case.done[node.operands[0]], graph.nodes[node.operands[0]].shape, node.settings["axis"])
    if node.op.name == "sub":
        inner = node.operands[1]
        while graph.nodes[inner].op.name in ("reshape", "broadcast_to"):
            inner = graph.nodes[inner].operands[0]
        found = graph.nodes[inner]
        if found.op.name == "logsumexp" and found.operands[0] == node.operands[0]:
            shape = graph.nodes[node.operands[0]].shape
            axis: Any = found.settings["axis"]
            if len(axes_of(axis, len(shape))) == 1:
                return softmax(case.done[node.operands[0]], shape, axes_of(axis, len(shape))[0])
    return elementwise("exp", *case.operands)


def _matmul(case: Case) -> Matrix:
    (a, b), ranks = case.operands, tuple(map(len, case.shapes))
    if ranks == (1, 1):
        return product(transpose(a), b)
    if ranks == (1, 2):
        return product(transpose(b), a)
    return product(a, b)


def _transpose(case: Case) -> Matrix:
    (x,), (shape,), axes = case.operands, case.shapes, case.node.settings["axes"]
    same = axes is not None and tuple(axis % len(shape) for axis in axes) == tuple(range(len(shape)))  # type: ignore[union-attr]
    return x if same else transpose(x)


def _squared_norm(case: Case) -> Matrix:
    (x,) = case.operands
    return trace(product(transpose(x), x)) if x.columns > 1 else product(transpose(x), x)


def _norm(case: Case) -> Matrix:
    (x,), order = case.operands, case.node.settings["ord"]
    if x.is_scalar:
        return elementwise("abs", x)
    if order in (None, "fro") or (order == 2 and len(case.shapes[0]) == 1):
        return power(_squared_norm(case), Fraction(1, 2))
    raise NoMatrixForm(f"a norm of order {order} stands in it")


def _diag(case: Case) -> Matrix:
    (x,), (shape,) = case.operands, case.shapes
    if len(shape) == 1:
        return diagonal(x) if x.rows > 1 else x
    if shape[0] != shape[1]:
        raise NoMatrixForm("the diagonal of a matrix that is not square stands in it")
    return diagonal_of(x)


def _cofactor(case: Case) -> Matrix:
    """det(X) X⁻ᵀ, which holds where X is invertible."""
    if len(case.operands) > 1:
        raise NoMatrixForm("derivatives of cofactors stand in it")
    (x,) = case.operands
    return scale(determinant(x), transpose(inverse(x)))


def _where(case: Case) -> Matrix:
    """A choice; one that is nothing elsewhere is a product with the condition, which is 1 or 0."""
    condition, yes, no = case.spread()
    chooser = case.graph.nodes[case.node.operands[0]].op
    truth = chooser.family == "comparison" or chooser.name == "one_hot"
    if truth and is_zero(no):
        return hadamard((condition, Fraction(1)), (yes, Fraction(1)))
    return elementwise("where", condition, yes, no)


def _reciprocal(case: Case) -> Matrix:
    """1/x; where it is cut off, formulas do not look."""
    (x,) = case.operands
    return _inverted(x) if x.is_scalar else hadamard((x, Fraction(-1)))


def _first(case: Case) -> Matrix:
    return case.operands[0]


RULES: Mapping[str, Callable[[Case], Matrix]] = {
    "add": _add,
    "sub": _sub,
    "neg": _neg,
    "mul": _mul,
    "div": _div,
    "ratio": _div,
    "pow": _pow,
    "sqrt": _sqrt,
    "exp": _exp,
    "where": _where,
    "stop_gradient": _first,
    "one_hot": one_hot,
    "log_clamped": lambda case: _cut(case, LEAST_LOG) or elementwise("log", case.operands[0]),
    "inverse_clamped": lambda case: _cut(case, 0) or _reciprocal(case),
    "softmax": lower_softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "sum": total,
    "mean": mean,
    "var": variance,
    "matmul": _matmul,
    "dot": lambda case: product(transpose(case.operands[0]), case.operands[1]),
    "outer": lambda case: product(case.operands[0], transpose(case.operands[1])),
    "transpose": _transpose,
    "trace": lambda case: trace(case.operands[0]),
    "det": lambda case: determinant(case.operands[0]),
    "logdet": lambda case: logdet(case.operands[0]),
    "inv": lambda case: inverse(case.operands[0]),
    "solve": lambda case: product(inverse(case.operands[0]), case.operands[1]),
    "cofactor": _cofactor,
    "norm": _norm,
    "squared_norm": _squared_norm,
    "diag": _diag,
    "broadcast_to": lambda case: spread(case.operands[0], case.shapes[0], case.shape),
    "sum_to": lambda case: gathered(case.operands[0], case.shapes[0], case.shape),
    "reshape": lambda case: reshaped(case.operands[0], case.shapes[0], case.shape),
}
"""Operations that are more than a function of each entry."""
