"""Write a part of a formula by another name, wherever it occurs, transposed or inside a longer product or sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradviz.passes.matrix.algebra import Matrix, add, hadamard, product, rebuild, scaled, split, terms, transpose
from gradviz.passes.matrix.walk import postorder


def replace(x: Matrix, part: Matrix, value: Matrix, power: Fraction = Fraction(1)) -> Matrix:
    """Use that part ** power equals a value.

    Args:
        x: a formula.
        part: what is looked for: as a node, transposed, as a run of factors of a product, as some of the terms of a
            sum (with proportional coefficients), among the factors of an elementwise product.
        value: what stands in its place.
        power: 1, or the reciprocal of a whole number: value is √part with 1/2. Elementwise where part is no scalar.

    Returns:
        The formula with every such occurrence replaced; x itself when there is none.

    >>> from gradviz.passes.matrix.algebra import symbol
    >>> a, x, z = symbol("A", 3, 2), symbol("x", 2, 1), symbol("z", 3, 1)
    >>> replace(product(transpose(a), a, x), product(a, x), z) is product(transpose(a), z)
    True
    """
    coefficient, scalars, body = split(part)
    if body is not None and coefficient != 1 and not scalars and power == 1:
        part, value = body, scaled(1 / coefficient, {}, value, value.rows, value.columns)
    patterns = [_Pattern(part, value, power)]
    if not part.is_scalar:
        patterns.append(_Pattern(transpose(part), transpose(value), power))
    done: dict[Matrix, Matrix] = {}
    for node in postorder([x]):
        done[node] = _replaced(node, patterns, done)
    return done[x]


@dataclass(frozen=True, slots=True)
class _Pattern:
    part: Matrix
    value: Matrix
    power: Fraction


def _replaced(x: Matrix, patterns: Sequence[_Pattern], done: dict[Matrix, Matrix]) -> Matrix:
    for pattern in patterns:
        if x is pattern.part and (1 / pattern.power).denominator == 1:
            return _raised(pattern.value, 1 / pattern.power)
        match = _MATCHES.get(x.op)
        found = match(x, pattern, done) if match else None
        if found is not None:
            return found
    parts = [done[part] for part in x.args]
    if all(new is old for new, old in zip(parts, x.args, strict=True)):
        return x
    return rebuild(x, parts)


def _raised(x: Matrix, power: Fraction) -> Matrix:
    return x if power == 1 else hadamard((x, power))


def _in_chain(x: Matrix, pattern: _Pattern, done: dict[Matrix, Matrix]) -> Matrix | None:
    """Runs of factors."""
    run = pattern.part.args
    if pattern.part.op != "chain" or pattern.power != 1 or len(run) >= len(x.args):
        return None
    factors: list[Matrix] = []
    i, hits = 0, 0
    while i < len(x.args):
        if x.args[i : i + len(run)] == run:
            factors.append(pattern.value)
            i, hits = i + len(run), hits + 1
        else:
            factors.append(done[x.args[i]])
            i += 1
    return product(*factors) if hits else None


def _in_sum(x: Matrix, pattern: _Pattern, done: dict[Matrix, Matrix]) -> Matrix | None:
    """Some of the terms, with coefficients in proportion."""
    part = pattern.part
    if part.op != "sum" or not part.args or pattern.power != 1 or len(part.args) >= len(x.args):
        return None
    own = {t: k for k, t in terms(x)}
    if any(t not in own for t in part.args):
        return None
    ratios = {own[t] / k for k, t in terms(part)}
    if len(ratios) != 1:
        return None
    rest = [scaled(k, {}, done[t], x.rows, x.columns) for t, k in own.items() if t not in part.args]
    return add(scaled(ratios.pop(), {}, pattern.value, x.rows, x.columns), *rest)


def _in_hadamard(x: Matrix, pattern: _Pattern, done: dict[Matrix, Matrix]) -> Matrix | None:
    """One factor with its power, or several of them."""
    part, own = pattern.part, dict(zip(x.args, x.data, strict=True))
    if part.op == "hadamard" and pattern.power == 1:
        wanted = dict(zip(part.args, part.data, strict=True))
        if not all(f in own and own[f] * p > 0 and abs(own[f]) >= abs(p) for f, p in wanted.items()):
            return None
        rest = [(done[f], p - wanted.get(f, Fraction(0))) for f, p in own.items()]
        return hadamard((pattern.value, Fraction(1)), *[(f, p) for f, p in rest if p])
    if part not in own or (own[part] / pattern.power).denominator != 1:
        return None
    others = [(done[f], p) for f, p in own.items() if f is not part]
    return hadamard((pattern.value, own[part] / pattern.power), *others)


def _in_scaled(x: Matrix, pattern: _Pattern, done: dict[Matrix, Matrix]) -> Matrix | None:
    """A scalar factor with its power."""
    coefficient, scalars, body = split(x)
    power = scalars.get(pattern.part)
    if power is None or (power / pattern.power).denominator != 1:
        return None
    factors = [(done[s], p) for s, p in scalars.items() if s is not pattern.part]
    front = hadamard((pattern.value, power / pattern.power), *factors)
    k, powers, _ = split(front)
    return scaled(coefficient * k, powers, None if body is None else done[body], x.rows, x.columns)


_MATCHES: dict[str, Callable[[Matrix, _Pattern, dict[Matrix, Matrix]], Matrix | None]] = {
    "chain": _in_chain,
    "sum": _in_sum,
    "hadamard": _in_hadamard,
    "scaled": _in_scaled,
}
