"""Sines and cosines as polynomials in those of common fractions of angles, and the inverse functions.

Every angle is a sum of rational multiples of parts; for each part one cosine c and one sine s with s² = 1 − c² stand,
of the common fraction of the part that is asked for. Addition theorems do the rest. Multiples of π/12 are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.fractions import UNDEFINED, Ratio
from gradviz.checking.equality.prove.powers import basis, logarithm, parts, primitive, root

ADDENDS, TURNS = 4, 40
"""Into how many parts an angle is taken apart, and the largest multiple of one."""
HALF = Fraction(1, 2)
ODD = frozenset({"asin", "atan", "asinh", "atanh", "erf"})
"""Functions that turn their sign with their operand's."""


def pi(field: Field) -> Ratio:
    """π."""
    return field.gen(field.generator("pi", None, least=">", value=_ball_pi))


def _ball_pi() -> Any:
    import flint

    return flint.arb.pi()


def circular(angle: Any) -> tuple[Any, Any]:
    """The cosine and the sine of an angle."""
    if angle is UNDEFINED:
        return UNDEFINED, UNDEFINED
    field: Field = angle.field
    turns, rest = _turns(angle)
    pair: tuple[Any, Any] = _exact(field, turns)
    for number, part in _parts(field, rest):
        pair = _added(pair, _multiple(field, number, part))
    return pair


def _turns(angle: Ratio) -> tuple[Fraction, Ratio]:
    """The rational multiple of π in an angle, and what is left."""
    field: Field = angle.field
    place = field.find("pi", None)
    if place is None or not angle.bottom.is_constant():
        return Fraction(0), angle
    found = Fraction(0)
    for exponents, coefficient in angle.top.to_dict().items():
        if sum(exponents) == 1 and exponents[place] == 1:
            found = Fraction(int(coefficient.p), int(coefficient.q)) / Fraction(int(angle.bottom.leading_coefficient()))
    if (found * 12).denominator != 1:
        return Fraction(0), angle
    return found, angle - field.ratio(found) * field.gen(place)


def _exact(field: Field, turns: Fraction) -> tuple[Any, Any]:
    """The cosine and sine of a multiple of π/12."""
    quarter, rest = divmod(int(turns * 12) % 24, 6)
    pair: tuple[Any, Any] = (field.one, field.zero)
    if rest:
        two, three = (root(field.ratio(n), HALF) for n in (2, 3))
        table = {
            1: ((two * three + two) / 4, (two * three - two) / 4),
            2: (three / 2, field.ratio(HALF)),
            3: (two / 2, two / 2),
            4: (field.ratio(HALF), three / 2),
            5: ((two * three - two) / 4, (two * three + two) / 4),
        }
        pair = table[rest]
    for _ in range(quarter):
        pair = (-pair[1], pair[0])
    return pair


def _parts(field: Field, angle: Ratio) -> list[tuple[Fraction, Ratio]]:
    if angle.top.is_zero():
        return []
    whole = primitive(angle)
    if len(angle.top) == 1:
        return [whole]
    split = parts(angle)
    if len(split) == 1:
        return split
    field.summed = True
    if field.fine and len(split) <= ADDENDS and all(abs(number) <= TURNS for number, _ in split):
        return split
    return [whole]


def _added(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]


def _multiple(field: Field, number: Fraction, part: Ratio) -> tuple[Any, Any]:
    inverse = _of_inverse(field, number, part)
    if inverse is not None:
        steps, pair = abs(int(number)), inverse
    else:
        unit = field.unit(("angle", basis(field, "angle part", part)), number.denominator)
        steps = int(abs(number) * unit)
        if steps > TURNS:
            unit, steps, part = 1, 1, part * abs(number)
        pair = _generators(field, unit, part)
    made: tuple[Any, Any] = (field.one, field.zero)
    while steps:
        if steps & 1:
            made = _added(made, pair)
        pair, steps = _added(pair, pair), steps >> 1
    return (made[0], -made[1]) if number < 0 else made


def _generators(field: Field, unit: int, part: Ratio) -> tuple[Any, Any]:
    place = field.find("cos", unit, (part,))
    if place is None:
        balls = _balls(part.constant(), unit)
        place = field.generator("cos", unit, (part,), bounded=True, value=balls[0])
        sine = field.generator("sin", (unit, place), (part,), bounded=True, value=balls[1])
        field.relations[sine] = (2, 1 - field.ring.gen(place) ** 2)
    return field.gen(place), field.gen(place + 1)


def _balls(number: Fraction | None, unit: int) -> tuple[Callable[[], Any] | None, Callable[[], Any] | None]:
    """The balls around the cosine and the sine of a number, over a unit."""
    import flint

    if number is None:
        return None, None
    angle = flint.arb(flint.fmpq(number.numerator, number.denominator * unit))
    return angle.cos, angle.sin


def _of_inverse(field: Field, number: Fraction, part: Ratio) -> tuple[Any, Any] | None:
    """Cos and sin of arcsin u and arctan u."""
    alone = field.lone(part.top) if part.bottom.is_constant() else None
    if alone is None or number.denominator != 1 or abs(number) > TURNS:
        return None
    known = field.generators[alone]
    if known.kind == "asin":
        u = known.arguments[0]
        return root(1 - u * u, HALF), u
    if known.kind == "atan":
        u = known.arguments[0]
        c = root(1 + u * u, -HALF)
        return c, u * c
    return None


def function(name: str, *operands: Any, key: Any = None) -> Any:
    """A function of which nothing is known but that equal operands have equal values (and what `ODD` says)."""
    if any(each is UNDEFINED for each in operands):
        return UNDEFINED
    field: Field = operands[0].field
    sign: Any = 1
    if name in ODD:
        (u,) = operands
        if u.top.is_zero():
            return field.zero
        if u.top.leading_coefficient() < 0:
            operands, sign = (-u,), -1
    return field.gen(field.generator(name, key, operands)) * sign


def arcsine(u: Any) -> Any:
    """arcsin, which knows 1 and 1/2."""
    number = None if u is UNDEFINED else u.constant()
    known = {Fraction(1): HALF, HALF: Fraction(1, 6)}
    if number is not None and abs(number) in known:
        return pi(u.field) * known[abs(number)] * (1 if number > 0 else -1)
    if number is not None and abs(number) > 1:
        return UNDEFINED
    return function("asin", u)


def arctangent(u: Any) -> Any:
    """arctan, which knows 1."""
    number = None if u is UNDEFINED else u.constant()
    if number is not None and abs(number) == 1:
        return pi(u.field) * (number / 4)
    return function("atan", u)


def arsinh(u: Any) -> Any:
    """Arsinh u = ln(u + √(u² + 1)), written so in a finer look."""
    if u is UNDEFINED or not u.field.fine:
        return _noted("asinh", u)
    return logarithm(u + root(u * u + 1, HALF))


def arcosh(u: Any) -> Any:
    """Arcosh u = ln(u + √(u² − 1)), where u ≥ 1."""
    if u is UNDEFINED or not u.field.fine:
        return _noted("acosh", u)
    return logarithm(u + root(u * u - 1, HALF))


def artanh(u: Any) -> Any:
    """Artanh u = ln((1 + u)/(1 − u))/2."""
    if u is UNDEFINED or not u.field.fine:
        return _noted("atanh", u)
    made = logarithm((1 + u) / (1 - u))
    return made if made is UNDEFINED else made / 2


def _noted(name: str, u: Any) -> Any:
    if u is not UNDEFINED:
        u.field.summed = True
    return function(name, u)
