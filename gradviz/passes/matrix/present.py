"""The last touch before a formula is written: numbers and signs where a reader wants them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradviz.passes.matrix.algebra import Matrix, split
from gradviz.passes.matrix.placing import LINEAR, settled

Shares = Mapping[Matrix, tuple[Fraction, ...]]
ONE = Fraction(1)


def present(x: Matrix) -> Matrix:
    """An equal formula for writing only.

    Args:
        x: a formula in normal form.

    Returns:
        The formula with leading numbers and signs shared with the sums behind them: 2 Xᵀ (p − y) for −2 Xᵀ (y − p),
        I − (1/n) 𝟏 𝟏ᵀ for (1/n) (n I − 𝟏 𝟏ᵀ). It is not in normal form, and a constructor would undo it.

    >>> from gradviz.passes.matrix.algebra import identity, number, ones, product, scale, subtract, transpose
    >>> one = ones(7)
    >>> centring = subtract(identity(7), scale(number(Fraction(1, 7)), product(one, transpose(one))))
    >>> centring.op, present(centring).op, present(centring).data
    ('scaled', 'sum', (Fraction(1, 1), Fraction(-1, 7)))
    """
    return _times(ONE, x)


def _times(k: Fraction, x: Matrix) -> Matrix:
    """K · x, with k shared among x's sums."""
    coefficient, scalars, body = split(x)
    if x.is_scalar and x.op != "scaled":
        scalars, body = {}, x
    placement = settled(k * coefficient, scalars, body)
    made = None if body is None else _with(body, placement.inner)
    powers = {_with(s, placement.inner): p for s, p in scalars.items()}
    if len(powers) < len(scalars):  # two that differed by a sign no longer do
        powers, made = dict(scalars), body
        return _node(k * coefficient, powers, made, x)
    return _node(placement.outer, powers, made, x)


def _node(coefficient: Fraction, scalars: Mapping[Matrix, Fraction], body: Matrix | None, like: Matrix) -> Matrix:
    if body is not None and coefficient == 1 and not scalars:
        return body
    args = (*scalars, *(() if body is None else (body,)))
    data = (coefficient, tuple(scalars.values()), body is not None)
    return Matrix("scaled", args, data, like.rows, like.columns)


def _with(x: Matrix, shares: Shares) -> Matrix:
    """A factor with the shares of its sums, and what is inside it presented."""
    if x.op == "sum":
        terms = [_term(k, t) for k, t in zip(shares.get(x, x.data), x.args, strict=True)]
        return Matrix("sum", tuple(t for _, t in terms), tuple(k for k, _ in terms), x.rows, x.columns) if terms else x
    if x.op == "hadamard" or x.op in LINEAR:
        whole = [p.denominator == 1 for p in x.data] if x.op == "hadamard" else [True] * len(x.args)
        parts = [_with(part, shares if own else {}) for part, own in zip(x.args, whole, strict=True)]
    else:
        parts = [present(part) for part in x.args]
    return Matrix(x.op, tuple(parts), x.data, x.rows, x.columns)


def _term(k: Fraction, x: Matrix) -> tuple[Fraction, Matrix]:
    """A term of a sum as coefficient and the rest."""
    made = _times(k, x)
    coefficient, scalars, body = split(made)
    if made.op != "scaled" or (body is None and not scalars):
        return ONE, made
    return coefficient, _node(ONE, scalars, body, made) if body is not None or len(scalars) != 1 else _alone(
        scalars, made
    )


def _alone(scalars: Mapping[Matrix, Fraction], made: Matrix) -> Matrix:
    ((s, p),) = scalars.items()
    return s if p == 1 else _node(ONE, scalars, None, made)
