"""What is never negative, and where a root may be taken factor by factor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from gradviz.ops.table import OPS
from gradviz.passes.matrix.leaves import is_letter, split
from gradviz.passes.matrix.node import Matrix

POSITIVE = frozenset(name for name, op in OPS.items() if op.values == "positive")
NEVER_NEGATIVE = POSITIVE | {name for name, op in OPS.items() if op.values == "nonnegative"}


def is_nonnegative(x: Matrix) -> bool:
    """Whether no entry of `x` can be negative (where it is defined), as far as its form shows."""
    if x.op in ("ones", "identity") or is_letter(x):
        return True
    if x.op in ("transpose", "diagonal", "diagonal_of"):
        return is_nonnegative(x.args[0])
    if x.op in ("elementwise", "function"):
        return x.data[0] in NEVER_NEGATIVE
    if x.op == "scaled":
        coefficient, scalars, body = split(x)
        return coefficient > 0 and powers_nonnegative(scalars.items()) and (body is None or is_nonnegative(body))
    if x.op == "hadamard":
        return powers_nonnegative(zip(x.args, x.data, strict=True))
    if x.op == "sum":
        return all(k > 0 and is_nonnegative(term) for k, term in zip(x.data, x.args, strict=True))
    if x.op == "chain":
        return (x.is_scalar and is_square(x.args)) or all(map(is_nonnegative, x.args))
    return x.op == "trace" and x.args[0].op == "chain" and is_square(x.args[0].args)


def is_positive(x: Matrix) -> bool:
    """Whether every entry of `x` is above zero, as far as its form shows."""
    if x.op in ("elementwise", "function"):
        return x.data[0] in POSITIVE
    if x.op == "scaled":
        return x.data[0] > 0 and all(map(is_positive, x.args))
    if x.op == "sum":
        return bool(x.args) and all(k > 0 and is_positive(t) for k, t in zip(x.data, x.args, strict=True))
    return (
        x.op == "ones" or is_letter(x) or (x.op in ("transpose", "hadamard", "chain") and all(map(is_positive, x.args)))
    )


def powers_nonnegative(factors: Iterable[tuple[Matrix, Fraction]]) -> bool:
    """Whether no power among the factors can be negative: even ones and roots never are."""
    return all(p.denominator > 1 or p.numerator % 2 == 0 or is_nonnegative(x) for x, p in factors)


def apart(factors: Sequence[tuple[Matrix, Fraction]], rest: Matrix | None) -> list[Matrix]:
    """The factors whose roots may be taken on their own: (u w)^½ = u^½ w^½, but (u²)^½ is |u|, and (−1)(−1) has a root.

    Args:
        factors: scalars, or columns multiplied entry by entry, with their powers.
        rest: what else stands under the root.

    Returns:
        Factors that are never negative themselves, where that holds of all that stands beside them; else only those
        that are above zero (beside a negative, 0 would hide that there is no root).
    """
    safe = powers_nonnegative(factors) and (rest is None or is_nonnegative(rest))
    if safe:
        return [x for x, p in factors if p.denominator > 1 or is_nonnegative(x)]
    return [x for x, _ in factors if is_positive(x)]


def is_square(factors: Sequence[Matrix]) -> bool:
    """Whether a product has the form Mᵀ M, factor by factor."""
    count = len(factors)
    return count % 2 == 0 and all(mirrored(factors[i], factors[-1 - i]) for i in range(count // 2))


def mirrored(a: Matrix, b: Matrix) -> bool:
    """Whether one of two leaves is seen to be the transpose of the other."""
    if a is b:
        return is_symmetric_leaf(a)
    return (a.op == "transpose" and a.args[0] is b) or (b.op == "transpose" and b.args[0] is a)


def is_symmetric_leaf(x: Matrix) -> bool:
    """Whether `x` equals its transpose because of its kind."""
    return x.is_scalar or x.op in ("identity", "diagonal") or (x.op == "symbol" and "symmetric" in x.data[1])
