"""Use the definitions of named intermediates backwards: what the user called r is written r."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradviz.passes.matrix.algebra import Matrix, diagonal, hadamard, power, product, scaled, split
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.replace import replace
from gradviz.passes.matrix.search import attempt, simplify

LEAVES = frozenset(["symbol", "ones", "identity"])


def fold(x: Matrix, definitions: Sequence[tuple[Matrix, Matrix]]) -> Matrix:
    """Write parts of a formula by the names that the program gave them, where that is shorter.

    Args:
        x: a formula.
        definitions: each name (a symbol) with its definition, the last definition first, so that one may lead to
            the next.

    Returns:
        An equal formula, given the definitions, that costs no more.
    """
    for name, definition in definitions:
        for known in attempt(_solved, list[_Known](), name, definition):
            found = attempt(replace, x, x, known.part, known.value, known.power)
            if found is x:
                continue
            found = simplify(found)
            if cost(found) < cost(x):
                x = found
    return x


@dataclass(frozen=True, slots=True)
class _Known:
    """That part ** power equals value."""

    part: Matrix
    power: Fraction
    value: Matrix


def _solved(name: Matrix, definition: Matrix) -> list[_Known]:
    """What a definition says of its own parts: x̂ = c / s gives c = s x̂ (s divides, so it is not zero).

    Only numbers and denominators are moved to the other side, and roots undone; never a factor that may be zero.
    """
    if definition.op in LEAVES:
        return []
    found = [_Known(definition, Fraction(1), name)]
    coefficient, scalars, body = split(definition)
    if body is None:
        found += _of_powers(name, coefficient, scalars)
    elif all(p < 0 for p in scalars.values()) and coefficient:
        inverse = {s: -p for s, p in scalars.items()}
        found += _of_body(scaled(1 / coefficient, inverse, name, name.rows, name.columns), body)
    return [known for known in found if known.part.op not in ("ones", "identity")]


def _of_powers(name: Matrix, coefficient: Fraction, scalars: dict[Matrix, Fraction]) -> list[_Known]:
    """A scalar: its one factor that does not divide, or its one root."""
    wanted = [s for s, p in scalars.items() if p > 0 or len(scalars) == 1]
    if len(wanted) != 1 or not coefficient or (1 / scalars[wanted[0]]).denominator != 1:
        return []
    others = {s: -p for s, p in scalars.items() if s is not wanted[0]}
    return [_root(wanted[0], scalars[wanted[0]], scaled(1 / coefficient, {**others, name: Fraction(1)}, None, 1, 1))]


def _root(part: Matrix, exponent: Fraction, value: Matrix) -> _Known:
    """That part ** exponent equals value, with a positive exponent."""
    if exponent > 0:
        return _Known(part, exponent, value)
    raised = power(value, Fraction(-1)) if value.is_scalar else hadamard((value, Fraction(-1)))
    return _Known(part, -exponent, raised)


def _of_body(value: Matrix, body: Matrix) -> list[_Known]:
    """What equals the value, apart from rows and columns that are divided by something."""
    found = [_Known(body, Fraction(1), value)]
    if body.op == "hadamard":
        powers = dict(zip(body.args, body.data, strict=True))
        wanted = [f for f, p in powers.items() if p > 0 or len(powers) == 1]
        if len(wanted) == 1 and (1 / powers[wanted[0]]).denominator == 1:
            others = [(f, -p) for f, p in powers.items() if f is not wanted[0]]
            found.append(_root(wanted[0], powers[wanted[0]], hadamard((value, Fraction(1)), *others)))
    if body.op == "chain":
        factors = list(body.args)
        left = _denominators(factors.pop(0)) if _divides(factors[0]) else ()
        right = _denominators(factors.pop()) if _divides(factors[-1]) else ()
        if (left or right) and factors:
            found.append(_Known(product(*factors), Fraction(1), product(*left, value, *right)))
    return found


def _divides(x: Matrix) -> bool:
    """Whether a factor is diagonal and only divides."""
    if x.op != "diagonal":
        return False
    entries = x.args[0]
    return entries.op == "hadamard" and all(p < 0 for p in entries.data)


def _denominators(x: Matrix) -> tuple[Matrix, ...]:
    """The inverse of a diagonal matrix that divides."""
    return (diagonal(hadamard((x.args[0], Fraction(-1)))),)
