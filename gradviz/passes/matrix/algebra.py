"""The matrix algebra: its constructors, which keep the normal form, and how to take a formula apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradviz.passes.matrix.applied import elementwise, function
from gradviz.passes.matrix.columns import diagonal
from gradviz.passes.matrix.diagonals import diagonal_of, outer_factors
from gradviz.passes.matrix.leaves import identity, is_ones, is_zero, number, ones, split, symbol, zero
from gradviz.passes.matrix.multiplying import hadamard, power, product, scale, scaled
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.square import determinant, inverse, logdet, trace
from gradviz.passes.matrix.sums import add, subtract, terms
from gradviz.passes.matrix.transposes import transpose

__all__ = [
    "Matrix",
    "add",
    "determinant",
    "diagonal",
    "diagonal_of",
    "elementwise",
    "function",
    "hadamard",
    "identity",
    "inverse",
    "is_ones",
    "is_zero",
    "logdet",
    "number",
    "ones",
    "outer_factors",
    "power",
    "product",
    "rebuild",
    "scale",
    "scaled",
    "split",
    "subtract",
    "symbol",
    "terms",
    "trace",
    "transpose",
    "zero",
]


def rebuild(x: Matrix, args: Sequence[Matrix]) -> Matrix:
    """The same operation on other operands (of the same sizes), in normal form.

    Example:
        >>> a, b = symbol("A", 2, 2), symbol("B", 2, 2)
        >>> rebuild(inverse(a), [transpose(b)]) is transpose(inverse(b))
        True
    """
    args = tuple(args)
    if args == x.args:
        return x
    if x.op == "scaled":
        coefficient, powers, has_body = x.data
        made = args[-1] if has_body else number(1)
        for base, p in zip(args, powers, strict=False):
            made = scale(power(base, p), made)
        return scale(number(coefficient), made)
    if x.op == "sum":
        return add(*(scaled(k, {}, arg, x.rows, x.columns) for k, arg in zip(x.data, args, strict=True)))
    if x.op == "hadamard":
        return hadamard(*zip(args, x.data, strict=True))
    if x.op == "elementwise":
        return elementwise(x.data[0], *args, attributes=x.data[1])
    if x.op == "function":
        return function(x.data[0], args, x.data[1], x.rows, x.columns)
    return BUILDERS[x.op](*args)


BUILDERS: dict[str, Callable[..., Matrix]] = {
    "chain": product,
    "transpose": transpose,
    "inverse": inverse,
    "trace": trace,
    "determinant": determinant,
    "logdet": logdet,
    "diagonal": diagonal,
    "diagonal_of": diagonal_of,
}
"""The constructors of kinds that need nothing but their operands."""
