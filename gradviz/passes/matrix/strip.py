"""Strip a formula of the column it is linear in: what is left is a matrix, so that J v gives J, and H v gives H."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    diagonal,
    diagonal_of,
    elementwise,
    hadamard,
    identity,
    is_zero,
    number,
    ones,
    product,
    scale,
    scaled,
    split,
    terms,
    trace,
    transpose,
    zero,
)
from gradviz.passes.matrix.walk import holding


class NotLinear(ValueError):
    """There is no matrix whose product with the column the formula is; the message says why."""


def strip(x: Matrix, column: Matrix) -> Matrix:
    """The matrix of a linear map.

    Args:
        x: a column or a scalar, linear in `column`.
        column: a symbol of one column.

    Returns:
        The matrix J with x = J · column and without `column`, of shape (x.rows, column.rows).

    Raises:
        NotLinear: x is a matrix or a row, or `column` does not stand in each term exactly once as a factor.

    >>> from gradviz.passes.matrix.algebra import symbol
    >>> a, b, v = symbol("a", 3, 1), symbol("b", 2, 1), symbol("v", 3, 1)
    >>> strip(scale(product(transpose(a), v), b), v) is product(b, transpose(a))
    True
    """
    if column.columns != 1:
        raise NotLinear(f"{column!r} is a matrix: what is linear in it is an operator, not a matrix")
    if x.columns != 1:
        kind = "a row" if x.rows == 1 else f"{x.rows}×{x.columns}"
        raise NotLinear(f"the formula is {kind}, not a column: as a map of {column!r} it is an operator, not a matrix")
    if is_zero(x):
        return zero(x.rows, column.rows)
    return _Stripping(column, holding([x], column)).of(x)


class _Stripping:
    """Takes one column out of formulas.

    Args:
        column: the column.
        known: nodes that contain it; what is built on the way is looked at when it is met.
    """

    __slots__ = ("column", "known")

    def __init__(self, column: Matrix, known: frozenset[Matrix]) -> None:
        self.column, self.known = column, known

    def has(self, x: Matrix) -> bool:
        """Whether the column occurs in a formula."""
        return x in self.known or bool(holding([x], self.column))

    def of(self, x: Matrix) -> Matrix:
        """The matrix of a column or a scalar."""
        if x is self.column:
            return identity(x.rows)
        if is_zero(x):
            return zero(x.rows, self.column.rows)
        if not self.has(x):
            raise NotLinear(f"a term is constant in {self.column!r}: the formula is affine, not linear")
        rule = _RULES.get(x.op)
        if rule is None:
            raise NotLinear(f"{self.column!r} stands inside {_kind(x)}, which is not linear")
        return rule(self, x)

    def sum(self, x: Matrix) -> Matrix:
        parts = [(k, self.of(t)) for k, t in terms(x)]
        return add(*[scaled(k, {}, part, part.rows, part.columns) for k, part in parts])

    def scaled(self, x: Matrix) -> Matrix:
        coefficient, scalars, body = split(x)
        holders = [s for s in scalars if self.has(s)]
        if body is not None and self.has(body):
            if holders:
                raise self.quadratic()
            return scale(scaled(coefficient, scalars, None, 1, 1), self.of(body))
        if len(holders) != 1 or scalars[holders[0]] != 1:
            raise self.quadratic()
        rest = scaled(coefficient, {s: p for s, p in scalars.items() if s is not holders[0]}, None, 1, 1)
        row = self.of(holders[0])
        return scale(rest, row if body is None else product(body, row))

    def chain(self, x: Matrix) -> Matrix:
        places = [i for i, part in enumerate(x.args) if self.has(part)]
        if len(places) != 1:
            raise self.quadratic()
        before, part, after = x.args[: places[0]], x.args[places[0]], x.args[places[0] + 1 :]
        inner = self.applied(part, product(*after)) if after else self.of(part)
        return product(*before, inner)

    def applied(self, x: Matrix, to: Matrix) -> Matrix:
        """The matrix of (a matrix or row that holds the column) · (a column that does not)."""
        if x.is_row:
            return product(transpose(to), self.of(transpose(x)))
        coefficient, scalars, body = split(x)
        if body is not None and body is not x:
            return self.of(scaled(coefficient, scalars, product(body, to), x.rows, 1))
        if x.op == "sum":
            found = [(k, self.of(product(t, to))) for k, t in terms(x)]
            return add(*[scaled(k, {}, part, part.rows, part.columns) for k, part in found])
        if x.op == "diagonal":
            return product(diagonal(to), self.of(x.args[0]))
        if x.op == "chain":
            return self.of(product(x, to))
        if x.op == "hadamard":
            return self.through(x, to)
        raise NotLinear(f"{self.column!r} stands inside {_kind(x)}, which is not linear")

    def through(self, x: Matrix, to: Matrix) -> Matrix:
        """(M ∘ G) w, with the column in G: entry by entry, so G must be a product with a diagonal or a sum of such."""
        holder, rest = self.alone(x)
        if holder.op == "sum":
            parts = [scaled(k, {}, product(hadamard((t, Fraction(1)), *rest), to), x.rows, 1) for k, t in terms(holder)]
            return add(*map(self.of, parts))
        raise NotLinear(f"{self.column!r} stands inside an elementwise product of matrices: an operator, not a matrix")

    def alone(self, x: Matrix) -> tuple[Matrix, list[tuple[Matrix, Fraction]]]:
        """The one factor of an elementwise product that holds the column, and the others."""
        holders = [i for i, part in enumerate(x.args) if self.has(part)]
        if len(holders) != 1 or x.data[holders[0]] != 1:
            raise self.quadratic()
        i = holders[0]
        return x.args[i], [pair for j, pair in enumerate(zip(x.args, x.data, strict=True)) if j != i]

    def hadamard(self, x: Matrix) -> Matrix:
        holder, rest = self.alone(x)
        return product(diagonal(hadamard(*rest)), self.of(holder))

    def elementwise(self, x: Matrix) -> Matrix:
        """A choice by a condition without the column keeps the chosen rows."""
        name, attributes = x.data
        if name != "where" or self.has(x.args[0]):
            raise NotLinear(f"{self.column!r} stands inside {name}, which is not linear")
        condition, *choices = x.args
        full, none = (ones(x.rows), zero(x.rows, 1)) if x.rows != 1 else (number(1), number(0))
        found = []
        for choice, pair in zip(choices, ((full, none), (none, full)), strict=True):
            if not is_zero(choice):
                mask = elementwise("where", condition, *pair, attributes=attributes)
                inner = self.of(choice)
                found.append(scale(mask, inner) if x.is_scalar else product(diagonal(mask), inner))
        return add(*found)

    def trace(self, x: Matrix) -> Matrix:
        return self.row_of(x.args[0])

    def row_of(self, x: Matrix) -> Matrix:
        """The row r with tr(x) = r · column."""
        coefficient, scalars, body = split(x)
        if body is not None and body is not x:
            return self.of(scaled(coefficient, {**scalars, trace(body): Fraction(1)}, None, 1, 1))
        if x.op == "sum":
            return add(*[scale(number(k), self.of(trace(t))) for k, t in terms(x)])
        if x.op == "diagonal":
            return product(transpose(ones(x.rows)), self.of(x.args[0]))
        before, middle, after = self.around(x)
        inner = product(*after, *before)
        if middle.op == "diagonal":
            return product(transpose(diagonal_of(inner)), self.of(middle.args[0]))
        if middle.op == "sum":
            return add(*[scale(number(k), self.of(trace(product(t, inner)))) for k, t in terms(middle)])
        raise self.operator()

    def diagonal_of(self, x: Matrix) -> Matrix:
        (x,) = x.args
        if x.op == "sum":
            return add(*[self.of(scaled(k, {}, diagonal_of(t), x.rows, 1)) for k, t in terms(x)])
        before, middle, after = self.around(x)
        if middle.op == "diagonal" and before and after:
            left, right = product(*before), transpose(product(*after))
            return product(hadamard((left, Fraction(1)), (right, Fraction(1))), self.of(middle.args[0]))
        if middle.op == "sum":
            parts = [(k, diagonal_of(product(*before, t, *after))) for k, t in terms(middle)]
            return add(*[self.of(scaled(k, {}, part, x.rows, 1)) for k, part in parts])
        raise self.operator()

    def around(self, x: Matrix) -> tuple[Sequence[Matrix], Matrix, Sequence[Matrix]]:
        """The one factor of a product that holds the column, with what stands before and after it."""
        if x.op != "chain":
            raise self.operator()
        places = [i for i, part in enumerate(x.args) if self.has(part)]
        if len(places) != 1:
            raise self.quadratic()
        return x.args[: places[0]], x.args[places[0]], x.args[places[0] + 1 :]

    def quadratic(self) -> NotLinear:
        return NotLinear(f"{self.column!r} is a factor more than once, or as a power: the formula is not linear in it")

    def operator(self) -> NotLinear:
        return NotLinear(f"{self.column!r} stands inside a matrix whose entries are mixed: an operator, not a matrix")


def _kind(x: Matrix) -> str:
    return str(x.data[0]) if x.op in ("elementwise", "function") else {"inverse": "an inverse"}.get(x.op, f"a {x.op}")


_RULES: dict[str, Callable[[_Stripping, Matrix], Matrix]] = {
    "sum": _Stripping.sum,
    "scaled": _Stripping.scaled,
    "chain": _Stripping.chain,
    "hadamard": _Stripping.hadamard,
    "elementwise": _Stripping.elementwise,
    "trace": _Stripping.trace,
    "diagonal_of": _Stripping.diagonal_of,
}
