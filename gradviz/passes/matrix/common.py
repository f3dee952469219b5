"""What several terms of a sum have in common: factors at the ends of products, inside them, and scalars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from gradviz.passes.matrix.algebra import (
    Matrix,
    add,
    diagonal,
    hadamard,
    identity,
    ones,
    product,
    scale,
    scaled,
    split,
    terms,
    transpose,
)

Term = tuple[Fraction, Matrix]
Key = tuple[str, tuple[Matrix, ...], bool]
"""The kind of a common factor, the factor, and whether its power is positive."""


@dataclass(frozen=True, slots=True)
class Common:
    """One way to write a sum: a common factor around the sum that is left, and the terms without it.

    Args:
        inner: what is left of the terms that have the factor.
        around: puts the factor back.
        rest: the other terms.
    """

    inner: Matrix
    around: Callable[[Matrix], Matrix]
    rest: tuple[Matrix, ...]

    def whole(self, inner: Matrix) -> Matrix:
        """The sum again, with an equal form of what was left."""
        return add(self.around(inner), *self.rest)


def commons(x: Matrix) -> Iterator[Common]:
    """All factors that at least two terms of a sum have in common."""
    parts = terms(x)
    groups: dict[Key, list[int]] = {}
    for i, (_, term) in enumerate(parts):
        for key in _keys(term):
            groups.setdefault(key, []).append(i)
    for (kind, factors, _), members in groups.items():
        chosen = sorted(set(members))
        if len(chosen) < 2:
            continue
        rest = tuple(scaled(k, {}, t, x.rows, x.columns) for i, (k, t) in enumerate(parts) if i not in chosen)
        common = _KINDS[kind](factors, [parts[i] for i in chosen])
        if common is not None:
            yield Common(common.inner, common.around, rest)


def _keys(term: Matrix) -> Iterator[Key]:
    """What could be taken out of a term."""
    _, scalars, body = split(term)
    for s, power in scalars.items():
        yield "scalar", (s,), power > 0
    if body is None:
        _, inner = _product(term)
        parts = () if inner is None else inner.args
        for length in range(1, len(parts)):
            yield "prefix", parts[:length], True
            yield "suffix", parts[-length:], True
        return
    yield "body", (body,), True
    factors = body.args if body.op == "chain" else (body,)
    for length in range(1, len(factors) + 1):
        yield "prefix", factors[:length], True
        yield "suffix", factors[-length:], True
    _, middle, _ = _framed(body)
    for part, power in _powers(middle):
        if power > 0:
            yield "elementwise", (part,), True
    if len(factors) > 1:
        for part, power in _powers(_entries(factors[0])):
            yield "rows", (part,), power > 0


def _product(term: Matrix) -> tuple[dict[Matrix, Fraction], Matrix | None]:
    """A term's scalars and the matrix behind them; of a scalar the one inner product among its factors."""
    _, scalars, body = split(term)
    chains = [s for s, power in scalars.items() if s.op == "chain" and power == 1]
    if body is None and len(chains) == 1:
        return {s: power for s, power in scalars.items() if s is not chains[0]}, chains[0]
    return scalars, body


def _framed(body: Matrix) -> tuple[Matrix | None, Matrix, Matrix | None]:
    """diag(u) M diag(w) as u, M, w; what is not there is None."""
    factors, left, right = list(body.args) if body.op == "chain" else [body], None, None
    if len(factors) > 1 and factors[0].op == "diagonal":
        left = factors.pop(0).args[0]
    if len(factors) > 1 and factors[-1].op == "diagonal":
        right = factors.pop().args[0]
    return left, product(*factors), right


def _powers(x: Matrix) -> list[tuple[Matrix, Fraction]]:
    """The factors of an elementwise product; anything else is one."""
    return list(zip(x.args, x.data, strict=True)) if x.op == "hadamard" else [(x, Fraction(1))]


def _entries(x: Matrix) -> Matrix:
    """What a diagonal matrix or a column multiplies the rows behind it by."""
    return x.args[0] if x.op == "diagonal" else x


def _scalar(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    (s,) = factors
    shared = min((split(t)[1][s] for _, t in members), key=abs)
    inner = add(*[scale(scaled(k, {s: -shared}, None, 1, 1), t) for k, t in members])
    return Common(inner, lambda left: scale(scaled(Fraction(1), {s: shared}, None, 1, 1), left), ())


def _body(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    """Scalars that multiply the same matrix: α M + β M = (α + β) M."""
    (body,) = factors
    inner = add(*[scaled(k, split(t)[1], None, 1, 1) for k, t in members])
    return Common(inner, lambda left: scale(left, body), ())


def _prefix(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    inner = _remainders(members, factors[-1].columns, lambda parts: parts[len(factors) :])
    return None if inner is None else Common(inner, lambda left: product(*factors, left), ())


def _suffix(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    inner = _remainders(members, factors[0].rows, lambda parts: parts[: len(parts) - len(factors)])
    return None if inner is None else Common(inner, lambda left: product(left, *factors), ())


def _remainders(
    members: list[Term], size: int, remaining: Callable[[tuple[Matrix, ...]], tuple[Matrix, ...]]
) -> Matrix | None:
    """The sum of what is left of products; the identity where nothing is (a scalar is no matrix factor: None)."""
    left = []
    for k, term in members:
        scalars, body = _product(term)
        assert body is not None
        parts = remaining(body.args if body.op == "chain" else (body,))
        if not parts and size == 1:
            return None
        rest = product(*parts) if parts else identity(size)
        left.append(scaled(k, scalars, rest, rest.rows, rest.columns))
    return add(*left)


def _elementwise(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    (part,) = factors
    left = []
    for k, term in members:
        _, scalars, body = split(term)
        assert body is not None
        left.append(scaled(k, scalars, _without(body, part), term.rows, term.columns))
    return Common(add(*left), lambda left: hadamard((part, Fraction(1)), (left, Fraction(1))), ())


def _without(body: Matrix, part: Matrix) -> Matrix:
    """An elementwise product with one factor's power lowered by one: dividing would give NaN at zeros."""
    before, middle, after = _framed(body)
    rest = [(x, p - 1 if x is part else p) for x, p in _powers(middle)]
    if part.columns == 1:
        return hadamard((ones(part.rows), Fraction(1)), *rest)
    u = ones(part.rows) if before is None else before
    w = ones(part.columns) if after is None else after
    return hadamard((product(u, transpose(w)), Fraction(1)), *rest)


def _rows(factors: tuple[Matrix, ...], members: list[Term]) -> Common | None:
    """What multiplies or divides the rows of every term: diag(1 ⊘ s) M − (v ⊘ s) 𝟏ᵀ = diag(1 ⊘ s) (M − v 𝟏ᵀ)."""
    (part,) = factors
    if part.columns != 1 or part.rows == 1:
        return None
    firsts = [body.args for _, term in members if (body := split(term)[2]) is not None and body.op == "chain"]
    shared = min((dict(_powers(_entries(first)))[part] for first, *_ in firsts), key=abs)
    left = []
    for (k, term), (first, *others) in zip(members, firsts, strict=True):
        rest = hadamard((_entries(first), Fraction(1)), (part, -shared))
        inner = product(diagonal(rest) if first.op == "diagonal" else rest, *others)
        left.append(scaled(k, split(term)[1], inner, inner.rows, inner.columns))
    return Common(add(*left), lambda left: product(diagonal(hadamard((part, shared))), left), ())


_KINDS: dict[str, Callable[[tuple[Matrix, ...], list[Term]], Common | None]] = {
    "scalar": _scalar,
    "body": _body,
    "prefix": _prefix,
    "suffix": _suffix,
    "elementwise": _elementwise,
    "rows": _rows,
}
