"""Functions of entries that say the same as several: the logistic function however it is written, a gate before ReLU.

exp(u) ⊘ (1 + exp(u)) and 1 ⊘ (1 + exp(−u)) are σ(u), log(1 + exp(u)) is softplus(u), 1[u > 0] ∘ ReLU(u) is ReLU(u).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction

from gradviz.passes.matrix.algebra import (
    Matrix,
    elementwise,
    hadamard,
    number,
    ones,
    product,
    rebuild,
    scale,
    scaled,
    split,
    subtract,
    transpose,
    zero,
)
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.kinds import fills
from gradviz.passes.matrix.leaves import is_number
from gradviz.passes.matrix.walk import postorder

Factors = dict[Matrix, Fraction]
Build = Callable[[Iterable[tuple[Matrix, Fraction]]], Matrix]
MARKS = frozenset(["exp", "sigmoid", "relu"])
"""Functions without which there is nothing to recognise."""


def logistic(x: Matrix) -> Matrix:
    """A formula with σ, softplus and ReLU in place of what says the same at more length.

    >>> from gradviz.passes.matrix.algebra import add, symbol
    >>> e = elementwise("exp", symbol("u", 3, 1))
    >>> logistic(hadamard((e, Fraction(1)), (add(ones(3), e), Fraction(-1))))
    elementwise (sigmoid, ())[3×1](u)
    """
    order = postorder([x])
    if not any(node.op == "elementwise" and node.data[0] in MARKS for node in order):
        return x
    divisors = {base for node in order for base, power in _factors(node).items() if power < 0 and base.op == "sum"}
    made: dict[Matrix, Matrix] = {}
    for node in order:
        parts = [made[part] for part in node.args]
        built = node if all(a is b for a, b in zip(parts, node.args, strict=True)) else rebuild(node, parts)
        made[node] = _recognised(built, divisors)
    return made[x]


def one_sided(x: Matrix) -> Matrix:
    """A formula with 1 − σ(u) in place of σ(−u) where σ(u) stands in it too; often more can be taken together then."""
    order = postorder([x])
    sigmas = {node for node in order if _inside(node, "sigmoid") is not None}
    pairs = {node: _sigma(_minus(inner)) for node in sigmas if (inner := _inside(node, "sigmoid")) is not None}
    turned = {a: b for a, b in pairs.items() if b in sigmas and (cost(b), b.order) < (cost(a), a.order)}
    if not turned:
        return x
    made: dict[Matrix, Matrix] = {}
    for node in order:
        instead = turned.get(node)
        parts = [made[part] for part in node.args]
        made[node] = rebuild(node, parts) if instead is None else subtract(_ones(instead), instead)
    return made[x]


def _factors(x: Matrix) -> Factors:
    """The powers that an elementwise product or a scaled formula is made of."""
    if x.op == "hadamard":
        return dict(zip(x.args, x.data, strict=True))
    return split(x)[1] if x.op == "scaled" else {}


def _recognised(x: Matrix, divisors: Collection[Matrix]) -> Matrix:
    """One node whose parts have been seen to."""
    if x.op == "hadamard":
        return _product(x, divisors, lambda items: hadamard(*items))
    if x.op == "scaled":
        coefficient, _, body = split(x)
        return _product(x, divisors, lambda items: scaled(coefficient, dict(items), body, x.rows, x.columns))
    if x.op == "elementwise" and x.data[0] == "log":
        inner = _beside_one(x.args[0])
        return x if inner is None else elementwise("softplus", inner)
    return _complement(x) if x.op == "sum" and len(x.args) == 2 else x


def _product(x: Matrix, divisors: Collection[Matrix], build: Build) -> Matrix:
    """Powers of 1 + exp(u) as those of σ(−u), above the line only where it divides elsewhere."""
    factors = _factors(x)
    found = dict(factors)
    for base, power in factors.items():
        inner = _beside_one(base) if power < 0 or base in divisors else None
        if inner is not None:
            del found[base]
            _multiply(found, _sigma(_minus(inner)), -power)
    for base in [*found]:
        inner = _exponent(base)
        if inner is not None:
            _met(found, base, inner)
    _complemented(found)
    _gated(found)
    return x if found == factors else build(found.items())


def _met(found: Factors, e: Matrix, inner: Matrix) -> None:
    """exp(u) σ(−u) = σ(u), and σ(u) divided by exp(u) is σ(−u)."""
    power = found[e]
    inner = inner if power > 0 else _minus(inner)
    other = _sigma(_minus(inner))
    times = min(abs(power), found.get(other, Fraction(0)))
    if times <= 0:
        return
    _multiply(found, e, -times if power > 0 else times)
    _multiply(found, other, -times)
    _multiply(found, _sigma(inner), times)


def _complemented(found: Factors) -> None:
    """σ(u) σ(−u) = σ(u) (1 − σ(u))."""
    for base in [*found]:
        inner = _inside(base, "sigmoid")
        if inner is None or found.get(base, 0) <= 0:
            continue
        other = _sigma(_minus(inner))
        if found.get(other, 0) > 0 and cost(inner) <= cost(_minus(inner)):
            power = found.pop(other)
            _multiply(found, subtract(_ones(base), base), power)


def _gated(found: Factors) -> None:
    """1[u > 0] ReLU(u) = ReLU(u)."""
    for base in [*found]:
        inner = _inside(base, "relu")
        if inner is None or found[base] <= 0:
            continue
        gate = elementwise("greater", inner, zero(inner.rows, inner.columns))
        if found.get(gate, 0) > 0:
            del found[gate]


def _complement(x: Matrix) -> Matrix:
    """1 − σ(−u) = σ(u), where that is shorter."""
    for (k, one), (q, other) in (pairs := [*zip(x.data, x.args, strict=True)], pairs[::-1]):
        inner = _inside(other, "sigmoid")
        if inner is not None and _is_one(one) and (k, q) in ((1, -1), (-1, 1)):
            turned = _minus(inner)
            if cost(turned) < cost(inner):
                return scale(number(k), _sigma(turned))
    return x


def _beside_one(x: Matrix) -> Matrix | None:
    """What stands in the exponential of 1 + exp(u)."""
    if x.op != "sum" or len(x.args) != 2 or x.data != (1, 1):
        return None
    for one, other in (x.args, x.args[::-1]):
        inner = _exponent(other)
        if inner is not None and _is_one(one):
            return inner
    return None


def _exponent(x: Matrix) -> Matrix | None:
    return _inside(x, "exp")


def _inside(x: Matrix, name: str) -> Matrix | None:
    """The operand of a function of each entry, also where its transpose was taken outside."""
    bare = x.args[0] if x.op == "transpose" else x
    if bare.op != "elementwise" or bare.data[0] != name:
        return None
    return transpose(bare.args[0]) if x.op == "transpose" else bare.args[0]


def _is_one(x: Matrix) -> bool:
    """Whether it is one everywhere."""
    coefficient, scalars, _ = split(x)
    return coefficient == 1 and not scalars and (is_number(x) or fills(x))


def _ones(like: Matrix) -> Matrix:
    return product(ones(like.rows), transpose(ones(like.columns)))


def _minus(x: Matrix) -> Matrix:
    return scale(number(-1), x)


def _sigma(u: Matrix) -> Matrix:
    return elementwise("sigmoid", u)


def _multiply(found: Factors, base: Matrix, power: Fraction) -> None:
    total = found.pop(base, Fraction(0)) + power
    if total:
        found[base] = total
