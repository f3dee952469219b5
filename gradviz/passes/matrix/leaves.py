"""The smallest formulas: symbols, numbers, ones, zeros and identities; and how a scaled one is taken apart."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from gradviz.passes.matrix.node import Matrix

ONE = Fraction(1)


def symbol(name: str, rows: int, columns: int, properties: Iterable[str] = frozenset()) -> Matrix:
    """A named matrix.

    Args:
        name: its name.
        rows: how many rows.
        columns: how many columns.
        properties: what may be relied on: "symmetric", "stochastic" (each row, or the one column, sums
            to one) or "centred" (to zero).
    """
    return Matrix("symbol", (), (name, frozenset(properties)), rows, columns)


def number(value: Fraction | int) -> Matrix:
    """A number, 1×1."""
    return Matrix("scaled", (), (Fraction(value), (), False), 1, 1) if value else zero(1, 1)


def ones(n: int) -> Matrix:
    """The column of `n` ones."""
    return Matrix("ones", (), None, n, 1) if n != 1 else number(1)


def letter(value: Fraction) -> Matrix:
    """A product of letters for sizes as a term of a sum; elsewhere it is the number that carries them."""
    return Matrix("symbol", (), (str(value), frozenset(["size"])), 1, 1)


def is_letter(x: Matrix) -> bool:
    """Whether `x` stands for a product of letters."""
    return x.op == "symbol" and "size" in x.data[1]


def letter_value(x: Matrix) -> Fraction:
    """The number that carries the letters that `x` stands for."""
    return Fraction(x.data[0])


def is_letter_sum(x: Matrix) -> bool:
    """Whether `x` is a sum of numbers and letters: N − 1."""
    return x.op == "sum" and any(map(is_letter, x.args)) and all(is_letter(t) or is_number(t) for t in x.args)


def zero(rows: int, columns: int) -> Matrix:
    """The matrix of zeros: the empty sum."""
    return Matrix("sum", (), (), rows, columns)


def identity(n: int) -> Matrix:
    """The identity of `n` rows."""
    return Matrix("identity", (), None, n, n) if n != 1 else number(1)


def is_zero(x: Matrix) -> bool:
    """Whether `x` is the matrix of zeros."""
    return x.op == "sum" and not x.args


def is_ones(x: Matrix) -> bool:
    """Whether `x` is a column or a row of ones (of more than one)."""
    return x.op == "ones" or (x.op == "transpose" and x.args[0].op == "ones")


def is_number(x: Matrix) -> bool:
    """Whether `x` is a plain number, zero included."""
    return x.is_scalar and not x.args and x.op in ("scaled", "sum")


def number_of(x: Matrix) -> Fraction:
    """The value of a plain number."""
    return x.data[0] if x.args == () and x.op == "scaled" else Fraction(0)


def split(x: Matrix) -> tuple[Fraction, dict[Matrix, Fraction], Matrix | None]:
    """A formula as coefficient, powers of scalars, and the matrix that they scale (None for a scalar)."""
    if x.op == "scaled":
        coefficient, powers, has_body = x.data
        return coefficient, dict(zip(x.args, powers, strict=False)), x.args[-1] if has_body else None
    return (ONE, {x: ONE}, None) if x.is_scalar else (ONE, {}, x)
