"""The ring of a proof: polynomials over generators, which obey relations, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import lcm
from typing import TYPE_CHECKING, Any, Literal, cast

from gradviz.checking.equality.prove.fractions import BITS, DEGREE, PLAIN, STEEP, TERMS, UNDEFINED, WORK, GiveUp, Ratio

if TYPE_CHECKING:
    from gradviz.checking.equality.prove.field import Field

ROOMS = (64, 160, 480)
"""How many generators there may be: a ring has room for so many, and a smaller one is faster."""
Look = Literal["coarse", "fine", "whole"]
"""How closely is looked: with exponents taken apart and angles and radicands whole; with those taken apart too; with
everything whole, and signs as unknowns of their own, which many entries of arrays need."""
Word = str
"""How something compares with zero: one of > >= = <= <."""


class Restart(Exception):
    """Finer units are needed: everything is built anew with them."""


@dataclass(slots=True)
class Generator:
    """One generator.

    Args:
        kind: "input", "pi", "exp", "cos", "sin", "root", "log", or what function it is a value of.
        key: what tells those of a kind apart, beside the arguments: an input's entry, a unit.
        arguments: of the function.
        bounded: whether its values lie between −1 and 1.
        least: ">" or ">=" where it is above, or not below, zero wherever it is defined.
        value: for constants: the ball around its value at a precision.
    """

    kind: str
    key: Any
    arguments: tuple[Ratio, ...] = ()
    bounded: bool = False
    least: Word | None = None
    value: Callable[[], Any] | None = None


@cache
def context(room: int) -> Any:
    """The ring: rational coefficients, as many unknowns as there is room for."""
    import flint

    return flint.fmpq_mpoly_ctx.get([f"g{i}" for i in range(room)], "lex")


@dataclass(slots=True)
class Ring:
    """The polynomials of one proof.

    Args:
        look: how closely is looked.
        room: how many generators there may be.
    """

    look: Look = "coarse"
    room: int = ROOMS[0]
    generators: list[Generator] = field(default_factory=list)
    units: dict[Any, int] = field(default_factory=dict)
    relations: dict[int, tuple[int, Any]] = field(default_factory=dict)
    zeros: list[Any] = field(default_factory=list)
    bases: list[tuple[str, Ratio]] = field(default_factory=list)
    spent: int = 0
    fractional: bool = False
    """Whether anything was divided by more than a number."""
    summed: bool = False
    """Whether an angle or a radicand stayed whole that a finer look would take apart."""
    ring: Any = None

    def __post_init__(self) -> None:
        self.ring = context(self.room)

    @property
    def fine(self) -> bool:
        """Whether sums in angles are taken apart, and radicands into factors."""
        return self.look == "fine"

    @property
    def whole(self) -> bool:
        """Whether exponents stay whole and signs are unknowns."""
        return self.look == "whole"

    # Polynomials.

    def times(self, a: Any, b: Any) -> Any:
        """The product, within bounds."""
        cost = len(a) * len(b)
        self.spend(cost)
        if cost > 50 * TERMS:
            raise GiveUp("a product is too large")
        return a * b

    def spend(self, cost: int) -> None:
        """Note what was done; too much ends the proof."""
        self.spent += 1 + cost
        if self.spent > WORK:
            raise GiveUp("it costs too much")

    @property
    def exhausted(self) -> bool:
        """Whether nothing more can be done."""
        return self.spent > WORK or len(self.generators) >= self.room

    def gcd(self, a: Any, b: Any) -> Any:
        """The greatest common divisor; 1 where it would cost too much to look for it."""
        if a.is_constant() or b.is_constant() or len(a) * len(b) > 100_000:
            return self.ring.constant(1)
        self.spend(10 * (len(a) + len(b)))
        return a.gcd(b)

    def raised(self, a: Any, n: int) -> Any:
        """A whole power, within bounds."""
        terms = len(a)
        if terms > 1:
            degree = sum(1 for d in a.degrees() if d)
            grown, many = 1, min(n, STEEP + 1)
            for i in range(1, min(terms - 1, max(degree, 1) * 8) + 1):
                grown = grown * (many + i) // i
                if grown > PLAIN:
                    raise GiveUp("a power is too large")
            if n > STEEP:
                raise GiveUp("a power is too large")
            self.spend(grown * terms)
        elif n > 10**6 or (abs(a.leading_coefficient()) != 1 and n * _bits(a.leading_coefficient()) > BITS):
            raise GiveUp("a power is too large")
        return a**n

    def normal(self, a: Any) -> Any:
        """The polynomial with every relation used; newer generators first, as relations only name older ones."""
        degrees = a.degrees()
        for place in sorted(self.relations, reverse=True):
            power, instead = self.relations[place]
            if degrees[place] >= power:
                a = self._lowered(a, place, power, instead)
                degrees = a.degrees()
        return self._signs_used(a, degrees) if self.whole else a

    def _signs_used(self, a: Any, degrees: Any) -> Any:
        """s²·u is u, s being the sign of u."""
        for place, known in enumerate(self.generators):
            if degrees[place] >= 2 and known.kind == "sign":
                s = self.ring.gen(place)
                a = divmod(a, (s**2 - 1) * known.arguments[0].top)[1]
                degrees = a.degrees()
        return a

    def _lowered(self, a: Any, place: int, power: int, instead: Any) -> Any:
        parts: dict[int, dict[Any, Any]] = {}
        for exponents, coefficient in a.to_dict().items():
            times, rest = divmod(int(exponents[place]), power)
            parts.setdefault(times, {})[(*exponents[:place], rest, *exponents[place + 1 :])] = coefficient
        total = self.ring.constant(0)
        for times, part in parts.items():
            total += self.times(self.ring.from_dict(part), self.raised(instead, times))
        return total

    def reduced(self, top: Any, bottom: Any) -> Any:
        """A fraction in lowest terms; UNDEFINED where its denominator is zero."""
        self.fractional = self.fractional or not bottom.is_constant()
        if (len(top) > 1 or len(bottom) > 1) and not (_low(top) and _low(bottom)):
            raise GiveUp("a power is too high")
        if self.relations:
            top, bottom = self.normal(top), self.normal(bottom)
        if len(top) > TERMS or len(bottom) > TERMS:
            raise GiveUp("an expression is too large")
        if bottom.is_zero():
            return UNDEFINED
        if top.is_zero():
            return self.zero
        if not bottom.is_constant():
            common = self.gcd(top, bottom)
            if not common.is_constant():
                top, bottom = top / common, bottom / common
        lead = bottom.leading_coefficient()
        if lead != 1:
            top, bottom = top / lead, bottom / lead
        if _bits(top.leading_coefficient()) > BITS:
            raise GiveUp("a number is too long")
        return Ratio(cast("Field", self), top, bottom)

    def vanishes(self, a: Any) -> bool:
        """Whether a polynomial is zero for certain in the case at hand."""
        if a.is_zero():
            return True
        return _low(a) and any(divmod(a, zero)[1].is_zero() for zero in self.zeros)

    # Numbers and generators.

    @property
    def one(self) -> Ratio:
        """1."""
        return Ratio(cast("Field", self), self.ring.constant(1), self.ring.constant(1))

    @property
    def zero(self) -> Ratio:
        """0."""
        return Ratio(cast("Field", self), self.ring.constant(0), self.ring.constant(1))

    def ratio(self, value: Any) -> Any:
        """A number as a fraction; fractions and UNDEFINED as they are."""
        import flint

        if isinstance(value, Ratio) or value is UNDEFINED:
            return value
        if isinstance(value, float):
            value = Fraction(repr(float(value)))
        exact = Fraction(value)
        number = flint.fmpq(exact.numerator, exact.denominator)
        return Ratio(cast("Field", self), self.ring.constant(number), self.ring.constant(1))

    def polynomial(self, a: Any) -> Ratio:
        """A polynomial as a fraction."""
        return Ratio(cast("Field", self), a, self.ring.constant(1))

    def find(self, kind: str, key: Any, arguments: tuple[Ratio, ...] = ()) -> int | None:
        """The place of the generator of that kind whose arguments are equal to these."""
        self.spend(len(self.generators))
        alike = [
            (place, known.arguments)
            for place, known in enumerate(self.generators)
            if known.kind == kind and known.key == key and len(known.arguments) == len(arguments)
        ]
        for place, others in alike:  # most are found as they stand
            if all(a.top == b.top and a.bottom == b.bottom for a, b in zip(arguments, others, strict=True)):
                return place
        for place, others in alike:
            self.spend(10 * len(others))
            if all(mine.same(its) for mine, its in zip(arguments, others, strict=True)):
                return place
        return None

    def generator(self, kind: str, key: Any, arguments: tuple[Ratio, ...] = (), **facts: Any) -> int:
        """The place of that generator, which is made if there is none."""
        found = self.find(kind, key, arguments)
        if found is not None:
            return found
        if len(self.generators) >= self.room:
            raise GiveUp("there are too many generators")
        self.generators.append(Generator(kind, key, arguments, **facts))
        return len(self.generators) - 1

    def gen(self, place: int) -> Ratio:
        """A generator as a fraction."""
        return self.polynomial(self.ring.gen(place))

    def lone(self, a: Any) -> int | None:
        """The place of the generator that a polynomial is; None if it is no single one."""
        if len(a) != 1 or a.leading_coefficient() != 1 or a.total_degree() != 1:
            return None
        return next(i for i, degree in enumerate(a.degrees()) if degree)

    def unit(self, key: Any, denominator: int) -> int:
        """The common denominator of what is asked of a base; the first that does not divide it starts anew."""
        known = self.units.get(key, 1)
        if known % denominator:
            self.units[key] = lcm(known, denominator)
            if self.units[key] > 120:
                raise GiveUp("a root is too high")
            raise Restart
        return known

    def factors(self, value: Ratio) -> tuple[Fraction, list[tuple[Any, int]]]:
        """The number, and the irreducible polynomials with their exponents, whose product a fraction is."""
        found: dict[str, list[Any]] = {}
        content = Fraction(1)
        for part, sign in ((value.top, 1), (value.bottom, -1)):
            number, powers = self._factored(part)
            content *= number**sign
            for polynomial, exponent in powers:
                if polynomial.leading_coefficient() < 0:
                    polynomial, content = -polynomial, content * (-1) ** exponent
                entry = found.setdefault(str(polynomial), [polynomial, 0])
                entry[1] += sign * exponent
        listed = [(p, e) for p, e in found.values() if e]
        return self._squares(content, listed)

    def _factored(self, a: Any) -> tuple[Fraction, list[tuple[Any, int]]]:
        if len(a) > 500 or (a.total_degree() > 60 and len(a) > 1):
            raise GiveUp("it is too large to factor")
        self.spend(100 * len(a))
        content, powers = a.factor()
        return Fraction(int(content.p), int(content.q)), [(p, int(e)) for p, e in powers]

    def _squares(self, content: Fraction, powers: list[tuple[Any, int]]) -> tuple[Fraction, list[tuple[Any, int]]]:
        """(c − 1)(c + 1) is −s²: the two factors that the square of a sine falls into are put together again."""
        names = {str(p): i for i, (p, _) in enumerate(powers)}
        for place, known in enumerate(self.generators):
            if known.kind != "cos":
                continue
            c = self.ring.gen(place)
            low, high = names.get(str(c - 1)), names.get(str(c + 1))
            if low is None or high is None or powers[low][1] != powers[high][1]:
                continue
            exponent, sine = powers[low][1], self.ring.gen(place + 1)
            beside = sum(e for p, e in powers if p == sine)
            rest = [(p, e) for i, (p, e) in enumerate(powers) if i not in (low, high) and p != sine]
            joined = [(sine, 2 * exponent + beside)] if 2 * exponent + beside else []
            return content * (-1) ** exponent, [*joined, *rest]
        return content, powers


def _low(a: Any) -> bool:
    return bool(max(a.degrees()) <= DEGREE)


def _bits(number: Any) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())
