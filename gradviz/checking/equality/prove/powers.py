"""Powers, roots, exponentials and logarithms as polynomials in generators.

Roots are the roots |p|^(1/q) of irreducible polynomials p (r^q = ±p, by p's sign), logarithms ln|p| of them,
exponentials e^(b/q) of products b of generators: the arguments of two equal exponentials fall into the same parts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.checking.equality.prove.field import Field, Split
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp, Ratio

PARTS = 12
"""Into how many parts an exponent may fall."""
STEPS = 5_000
"""How many units of a base one power may have."""


def power(base: Any, exponent: Any) -> Any:
    """The power base^exponent: undefined for a negative base unless the exponent is whole, as the row has it."""
    if base is UNDEFINED or exponent is UNDEFINED:
        return UNDEFINED
    field: Field = base.field
    number = exponent.constant()
    if number is None:
        return _varying(field, base, exponent)
    if number.denominator != 1:
        return root(base, number)
    try:
        return base.whole_power(int(number))
    except GiveUp:
        return _large(field, base, int(number))


def _large(field: Field, base: Ratio, n: int) -> Any:
    """A whole power that is too large to multiply out: of a generator that stands for the base."""
    if base.constant() is not None or abs(n) > 10**6:
        raise GiveUp("a power is too large")
    return field.gen(field.generator("base", None, (base,))).whole_power(n)


def _varying(field: Field, base: Ratio, exponent: Ratio) -> Any:
    sign = field.sign(base)
    if sign > 0:
        made = logarithm(base)
        return made if made is UNDEFINED else exponential(exponent * made)
    if sign == 0:
        return field.gen(field.generator("pow", None, (base, exponent)))
    # Of a negative base there is a power where the exponent is whole, and u^(v + 2) is u^v·u² there.
    shift = whole_part(exponent)
    left = field.generator("pow", None, (base, exponent - shift))
    return field.gen(left) * base.whole_power(shift)


def whole_part(value: Ratio) -> int:
    """The whole number in a polynomial."""
    if not value.bottom.is_constant():
        return 0
    constant = value.top[(0,) * value.field.ring.nvars()] / value.bottom.leading_coefficient()
    whole = int(constant.p) // int(constant.q)
    return whole if abs(whole) <= STEPS else 0


def root(base: Any, exponent: Fraction) -> Any:
    """The power base^exponent for an exponent that is not whole, where the base is not negative."""
    if base is UNDEFINED:
        return UNDEFINED
    field: Field = base.field
    if base.zero():
        return field.zero if exponent > 0 else UNDEFINED
    content, powers = field.factors(base)
    powers = _determined(field, content, powers, ">=" if exponent > 0 else ">", exponent)
    sign = 1 if content > 0 else -1
    for polynomial, e in powers:
        sign *= field.weak(polynomial) if e % 2 else 1
    if sign < 0:
        return _at_most_zero(field, powers, exponent)
    made: Any = _number_root(field, abs(content), exponent)
    for polynomial, e in powers:
        made = made * magnitude(field, polynomial, exponent * e)
    return made


def _at_most_zero(field: Field, powers: list[tuple[Any, int]], exponent: Fraction) -> Any:
    """The base is nowhere above zero: then it is zero, or there is no power."""
    for polynomial, e in powers:
        if field.facts(polynomial) not in (">", "<") and field.strict(polynomial) == 0:
            return field.zero if e > 0 and exponent > 0 else UNDEFINED
    return UNDEFINED


def _determined(
    field: Field, content: Fraction, powers: list[tuple[Any, int]], word: str, exponent: Fraction
) -> list[tuple[Any, int]]:
    """What being defined says about signs: of one factor it gives the sign; of several they are taken as one."""
    unsure = [(p, e) for p, e in powers if e % 2 and field.facts(p) is None]
    if not unsure:
        return powers
    if len(unsure) > 1:
        field.summed = True
        if field.fine or len({e for _, e in unsure}) > 1 or not field.recording:
            raise Split(unsure[0][0], (">=", "<="))
        joined = unsure[0][0]
        for p, _ in unsure[1:]:
            joined = field.times(joined, p)
        powers = [*((p, e) for p, e in powers if (p, e) not in unsure), (joined, unsure[0][1])]
        unsure = [(joined, unsure[0][1])]
        if field.facts(joined) is not None:
            return powers
    elif not field.recording:
        raise Split(unsure[0][0], (">=", "<="))
    sign = 1 if content > 0 else -1
    for p, e in powers:
        if e % 2 and (p, e) not in unsure:
            sign *= field.weak(p)
    strict = word == ">" or unsure[0][1] < 0
    field.assume(unsure[0][0], (">" if sign > 0 else "<") + ("" if strict else "="))
    return powers


def magnitude(field: Field, polynomial: Any, exponent: Fraction) -> Any:
    """|p|^exponent."""
    alone = field.lone(polynomial)
    if alone is not None:
        known = field.generators[alone]
        if known.kind == "exp":
            return exponential(exponent * known.arguments[0] / known.key)
        if known.kind == "root":
            return magnitude(field, known.arguments[0].top, exponent / known.key)
    if exponent.denominator == 1:
        sign = field.weak(polynomial) if exponent % 2 else 1
        return field.ratio(sign) * field.polynomial(polynomial).whole_power(int(exponent))
    # p^(3/2) is taken as |p|·|p|^(1/2) by r³ = r·r² = ±p·r.
    unit = field.unit(("root", str(polynomial)), exponent.denominator)
    steps = int(exponent * unit)
    if abs(steps) > STEPS:
        raise GiveUp("a root is too high")
    return _root_generator(field, polynomial, unit).whole_power(steps)


def _root_generator(field: Field, polynomial: Any, unit: int) -> Ratio:
    radicand = field.polynomial(polynomial)
    sign = field.weak(polynomial)
    least = ">" if field.facts(polynomial) in (">", "<") else ">="
    constant = radicand.constant()
    value = None if constant is None else (lambda: _ball_root(constant, unit))
    place = field.generator("root", unit, (radicand,), least=">=", value=value)
    if least == ">":
        field.known.setdefault(str(field.ring.gen(place)), ">")
    field.relations[place] = (unit, field.generators[place].arguments[0].top * sign)
    return field.gen(place)


def _ball_root(number: Fraction, unit: int) -> Any:
    import flint

    return flint.arb(flint.fmpq(number.numerator, number.denominator)).root(unit)


def _number_root(field: Field, number: Fraction, exponent: Fraction) -> Any:
    made: Any = field.one
    for prime, times in _primes(number).items():
        made = made * magnitude(field, field.ring.constant(prime), exponent * times)
    return made


def _primes(number: Fraction) -> dict[int, int]:
    import flint

    found: dict[int, int] = {}
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        if part.bit_length() > 128:
            raise GiveUp("a number is too long to factor")
        for prime, times in flint.fmpz(part).factor():
            found[int(prime)] = found.get(int(prime), 0) + sign * int(times)
    return found


def logarithm(value: Any) -> Any:
    """The logarithm of what is positive."""
    if value is UNDEFINED or value.zero():
        return UNDEFINED
    field: Field = value.field
    content, powers = field.factors(value)
    unsure = [(p, e) for p, e in powers if e % 2 and field.facts(p) is None]
    if len(unsure) <= 1 and field.recording:
        powers = _determined(field, content, powers, ">", Fraction(1))
        unsure = []
    if not unsure:
        sign = 1 if content > 0 else -1
        for p, e in powers:
            sign *= field.weak(p) if e % 2 else 1
        if sign < 0:
            return UNDEFINED
    made: Any = field.zero
    for prime, times in _primes(abs(content)).items():
        made = made + field.ratio(times) * _log_generator(field, field.ring.constant(prime))
    for p, e in powers:
        made = made + field.ratio(e) * log_of(field, p)
    return made


def log_of(field: Field, polynomial: Any) -> Any:
    """The logarithm of |p|."""
    alone = field.lone(polynomial)
    if alone is not None:
        known = field.generators[alone]
        if known.kind == "exp":
            return known.arguments[0] / known.key
        if known.kind == "root":
            return log_of(field, known.arguments[0].top) / known.key
    return _log_generator(field, polynomial)


def _log_generator(field: Field, polynomial: Any) -> Ratio:
    radicand = field.polynomial(polynomial)
    constant = radicand.constant()
    value = None if constant is None else (lambda: _ball_log(constant))
    return field.gen(field.generator("log", None, (radicand,), value=value))


def _ball_log(number: Fraction) -> Any:
    import flint

    return flint.arb(flint.fmpq(number.numerator, number.denominator)).log()


def parts(value: Ratio) -> list[tuple[Fraction, Ratio]]:
    """A fraction as a sum of rational multiples of products over its denominator, each in lowest terms."""
    field: Field = value.field
    top, whole = value.top, None
    if not value.bottom.is_constant():
        whole, top = divmod(top, value.bottom)
    found = [] if whole is None else _monomials(field, whole, field.ring.constant(1))
    return found + _monomials(field, top, value.bottom)


def _monomials(field: Field, top: Any, bottom: Any) -> list[tuple[Fraction, Ratio]]:
    made = []
    for exponents, coefficient in top.to_dict().items():
        one = field.ring.from_dict({exponents: 1})
        made.append((Fraction(int(coefficient.p), int(coefficient.q)), field.reduced(one, bottom)))
    return made


def exponential(argument: Any) -> Any:
    """The exponential."""
    if argument is UNDEFINED:
        return UNDEFINED
    field: Field = argument.field
    if argument.top.is_zero():
        return field.one
    split: list[tuple[Fraction, Any]] = parts(argument)
    if len(split) > PARTS or (field.whole and len(split) > 1):
        split = _grouped(field, split)
    made: Any = field.one
    for number, part in split:
        if part is UNDEFINED:
            return UNDEFINED
        made = made * _exponential_part(field, number, part)
    return made


def _grouped(field: Field, split: list[tuple[Fraction, Ratio]]) -> list[tuple[Fraction, Ratio]]:
    """Logarithms and numbers alone, and the rest as one."""
    alone = [(number, part) for number, part in split if part.constant() is not None or _is_log(field, part)]
    rest: Any = field.zero
    for number, part in split:
        if (number, part) not in alone:
            rest = rest + part * number
    return alone if rest.top.is_zero() else [*alone, primitive(rest)]


def _is_log(field: Field, part: Ratio) -> bool:
    place = field.lone(part.top) if part.bottom.is_constant() else None
    return place is not None and field.generators[place].kind == "log"


def _exponential_part(field: Field, number: Fraction, part: Ratio) -> Any:
    alone = field.lone(part.top) if part.bottom.is_constant() else None
    if alone is not None and field.generators[alone].kind == "log":
        return magnitude(field, field.generators[alone].arguments[0].top, number)
    key = ("exp", basis(field, "exp part", part))
    unit = field.unit(key, number.denominator)
    steps = int(number * unit)
    if abs(steps) > STEPS:
        raise GiveUp("an exponential is too steep")
    value = (lambda: _ball_exp(unit)) if part.constant() == 1 else None
    return field.gen(field.generator("exp", unit, (part,), least=">", value=value)).whole_power(steps)


def basis(field: Field, kind: str, part: Ratio) -> int:
    """A number for a part, the same for equal ones: units are kept by it."""
    for place, known in enumerate(field.bases):
        if known[0] == kind and known[1].same(part):
            return place
    field.bases.append((kind, part))
    return len(field.bases) - 1


def _ball_exp(unit: int) -> Any:
    import flint

    return (flint.arb(1) / unit).exp()


def primitive(value: Ratio) -> tuple[Fraction, Ratio]:
    """The rational number that a fraction is a multiple of, sign and all, and what is left."""
    from math import gcd, lcm

    numbers = [Fraction(int(c.p), int(c.q)) for c in value.top.coeffs()]
    content = Fraction(gcd(*(n.numerator for n in numbers)), lcm(*(n.denominator for n in numbers)))
    if numbers[0] < 0:
        content = -content
    return content, value * (1 / content)
