"""Where a formula's leading number and sign are best written: in front, or inside the sums behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from gradviz.passes.matrix.algebra import Matrix, is_ones
from gradviz.passes.matrix.prices import MINUS, PARENTHESES, number_price, signs_price

LINEAR = frozenset(["chain", "transpose", "diagonal", "diagonal_of", "trace"])
"""Kinds through which a number goes unchanged."""
AWKWARD = 0.25
"""What `x − 1` costs more than `1 − x`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a formula's leading number is written.

    Args:
        outer: the number that stays in front.
        inner: the coefficients of the sums behind it.
    """

    outer: Fraction
    inner: Mapping[Matrix, tuple[Fraction, ...]]


def settled(coefficient: Fraction, scalars: Mapping[Matrix, Fraction], body: Matrix | None) -> Placement:
    """Share a number with all sums behind it, at any depth of products; a sum that occurs twice takes it in twice.

    The normal form keeps whole numbers and one sign in sums, which a reader would not: (1/n) (n I − 𝟏 𝟏ᵀ) is better
    written I − (1/n) 𝟏 𝟏ᵀ.

    Args:
        coefficient: the number in front.
        scalars: the scalar factors with their powers.
        body: the matrix, or None; the formula taken apart as `split` does.
    """
    counts: dict[Matrix, int] = {}
    for s, power in scalars.items():
        if power.denominator == 1:
            _count(s, int(power), counts)
    if body is not None:
        _count(body, 1, counts)
    counts = {part: count for part, count in counts.items() if count}
    outer, shares = _shared(coefficient, counts, body if body is not None and not scalars else None)
    return Placement(outer, shares)


def _count(x: Matrix, times: int, counts: dict[Matrix, int]) -> None:
    """How often each sum is a factor."""
    if x.op == "sum":
        counts[x] = counts.get(x, 0) + times
    elif x.op in LINEAR:
        for part in x.args:
            _count(part, times, counts)
    elif x.op == "hadamard":
        for part, power in zip(x.args, x.data, strict=True):
            if power.denominator == 1:
                _count(part, times * int(power), counts)


def _shared(
    outer: Fraction, counts: Mapping[Matrix, int], bare: Matrix | None
) -> tuple[Fraction, dict[Matrix, tuple[Fraction, ...]]]:
    """Give each sum its share; those that prefer a sign first, so that the others can make up for it."""
    shares: dict[Matrix, tuple[Fraction, ...]] = {}
    picky = [part for part in counts if any(map(_is_constant, part.args))]
    easy = [part for part in counts if part not in picky]
    awkward = [part for part in picky if counts[part] % 2 and _is_awkward(part)]
    turned = awkward[: len(awkward) // 2 * 2]  # two signs cancel
    for part in picky + easy:
        absorbed = part in picky and any(counts[other] % 2 and _mixed(other) for other in easy)
        own = tuple(-k for k in part.data) if part in turned else part.data
        constant = tuple(map(_is_constant, part.args))
        parentheses = PARENTHESES if part is bare else 0.0
        share = _share(outer, own, constant, counts[part], parentheses, 0.0 if absorbed else MINUS)
        outer, shares[part] = outer / share ** counts[part], tuple(share * k for k in own)
    return outer, shares


def _is_awkward(x: Matrix) -> bool:
    """Whether a one stands with a minus beside something with a plus."""
    return _mixed(x) and any(k < 0 and _is_constant(t) for k, t in zip(x.data, x.args, strict=True))


@lru_cache(maxsize=4096)
def _share(
    outer: Fraction,
    own: tuple[Fraction, ...],
    constant: tuple[bool, ...],
    count: int,
    parentheses: float,
    minus: float,
) -> Fraction:
    """What a sum's coefficients are multiplied by."""
    shares = [Fraction(sign) / k for k in (Fraction(1), *own) for sign in (1, -1)] + ([outer] if count == 1 else [])
    found: list[tuple[float, int]] = []
    for i, share in enumerate(shares):
        front, inside = outer / share**count, [share * k for k in own]
        price = number_price(abs(front)) + signs_price(inside) + (minus if front < 0 else 0.0)
        price += parentheses if abs(front) != 1 else 0.0
        if all(k < 0 for k in inside):
            price += MINUS
        elif any(k < 0 and fixed for k, fixed in zip(inside, constant, strict=True)):
            price += AWKWARD
        found.append((price, i))
    return shares[min(found)[1]]


def _mixed(x: Matrix) -> bool:
    return any(k > 0 for k in x.data) and any(k < 0 for k in x.data)


def _is_constant(x: Matrix) -> bool:
    """Whether a term is made of ones: it reads best with a plus."""
    return x.op == "identity" or all_ones(x) or (x.op == "scaled" and not x.args)


def all_ones(x: Matrix) -> bool:
    """Whether all entries are one."""
    return is_ones(x) or (x.op == "chain" and len(x.args) == 2 and all(map(is_ones, x.args)))
