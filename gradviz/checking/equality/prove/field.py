"""A ring together with what is known of signs in the case at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gradviz.checking.equality.prove.bounds import FLIPPED, Range, direction, narrowed
from gradviz.checking.equality.prove.fractions import Ratio
from gradviz.checking.equality.prove.ring import Ring, Word

STRICT = {">": 1, "=": 0, "<": -1}
WEAK = {">": 1, ">=": 1, "=": 1, "<=": -1, "<": -1}


class Split(Exception):
    """The sign of a polynomial must be known: each word is one case, and together they are all."""

    def __init__(self, polynomial: Any, words: tuple[Word, ...]) -> None:
        super().__init__(words)
        self.polynomial, self.words = polynomial, words


@dataclass(slots=True)
class Field(Ring):
    """All that one proof knows; see `Ring` for its fields."""

    known: dict[str, Word] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    recording: bool = False
    replaced: dict[int, Ratio] = field(default_factory=dict)

    def facts(self, a: Any) -> Word | None:
        """What is known of a polynomial's sign in the case at hand."""
        return self.known.get(str(a)) or _negated(self.known.get(str(-a))) or self.obvious(a) or self._by_range(a)

    def _by_range(self, a: Any) -> Word | None:
        """By what is known of its sum with a number."""
        along, scale, end = direction(a, self.ring)
        found = self.ranges.get(str(along))
        word = found.word(end) if found is not None else None
        return word if scale > 0 else _negated(word)

    @property
    def impossible(self) -> bool:
        """Whether what is assumed and known excludes itself: there are no points in this case."""
        return any(found.empty for found in self.ranges.values())

    def obvious(self, a: Any) -> Word | None:
        """What can be seen of it."""
        if a.is_constant():
            lead = 0 if a.is_zero() else a.leading_coefficient()
            return "=" if lead == 0 else ">" if lead > 0 else "<"
        seen = self._by_terms(a)
        if seen is not None:
            return seen
        seen = _negated(self._by_terms(-a))
        return seen or self._by_value(a) or self._by_discriminant(a)

    def _by_terms(self, a: Any) -> Word | None:
        """By terms that cannot be negative, and by ones between −1 and 1 beside a large enough number."""
        slack, constant, loose, sure = Fraction(0), Fraction(0), False, False
        for exponents, coefficient in a.to_dict().items():
            number = Fraction(int(coefficient.p), int(coefficient.q))
            places = [(i, int(e)) for i, e in enumerate(exponents) if e]
            if not places:
                constant = number
                continue
            least = [self.generators[i].least if e % 2 else self._even(i) for i, e in places]
            if number > 0 and all(least):
                sure = sure or all(word == ">" for word in least)
            elif all(self.generators[i].bounded for i, _ in places):
                slack += abs(number)
                loose = True
            else:
                return None
        if constant < slack:
            return None
        return ">" if constant > slack or sure else ">=" if loose or constant == 0 else ">"

    def _even(self, place: int) -> Word:
        return ">" if self.generators[place].least == ">" else ">="

    def _by_value(self, a: Any) -> Word | None:
        """By a ball around it, if it is a constant."""
        import flint

        places = [i for i, degree in enumerate(a.degrees()) if degree]
        if not all(self.generators[i].value for i in places):
            return None
        values = {i: value() for i in places if (value := self.generators[i].value) is not None}
        total = flint.arb(0)
        for exponents, coefficient in a.to_dict().items():
            term = flint.arb(coefficient)
            for i in places:
                if exponents[i]:
                    term *= values[i] ** int(exponents[i])
            total += term
        return ">" if total > 0 else "<" if total < 0 else None

    def _by_discriminant(self, a: Any) -> Word | None:
        """A quadratic in one generator without real roots."""
        places = [(i, int(d)) for i, d in enumerate(a.degrees()) if d]
        if len(places) != 1 or places[0][1] != 2:
            return None
        by_degree = {int(exponents[places[0][0]]): c for exponents, c in a.to_dict().items()}
        first, second, third = (by_degree.get(k, 0) for k in (2, 1, 0))
        if second * second - 4 * first * third >= 0:
            return None
        return ">" if first > 0 else "<"

    def strict(self, a: Any) -> int:
        """The sign of a polynomial: −1, 0 or 1."""
        word = self.facts(a)
        if word is None:
            raise Split(a, (">", "<", "="))
        if word not in STRICT:
            raise Split(a, (word[0], "="))
        return STRICT[word]

    def weak(self, a: Any) -> int:
        """A sign with which the polynomial is its own absolute value (either serves where it is zero)."""
        word = self.facts(a)
        if word is None:
            raise Split(a, (">=", "<="))
        return WEAK[word]

    def assume(self, a: Any, word: Word) -> None:
        """Note a sign, as a case or as what follows from being defined."""
        self.known[str(a)] = word
        along, scale, end = direction(a, self.ring)
        before = self.ranges.get(str(along)) or self._first_range(along)
        self.ranges[str(along)] = narrowed(before, scale, end, word)
        if word == "=":
            self.zeros.append(a)

    def _first_range(self, along: Any) -> Range:
        alone = self.lone(along)
        if alone is not None and self.generators[alone].bounded:
            return Range(Fraction(-1), False, Fraction(1), False)
        word = self.obvious(along)
        return Range(Fraction(0), word == ">") if word in (">", ">=") else Range()

    def sign(self, value: Ratio) -> int:
        """The sign of a fraction: −1, 0 or 1."""
        return self._signed(value, self.strict)

    def sign_of(self, value: Ratio) -> Any:
        """The sign of a fraction as a fraction: where signs are unknowns, s with s³ = s."""
        if not self.whole:
            return self.ratio(self.sign(value))
        try:
            return self.ratio(self.sign(value))
        except Split:
            flipped = value.top.leading_coefficient() < 0
            value = value * (1 / Fraction(str(value.top.leading_coefficient())))
            place = self.generator("sign", None, (value,), bounded=True)
            self.relations[place] = (3, self.ring.gen(place))
            made = self.gen(place)
            return -made if flipped else made

    def weak_sign(self, value: Ratio) -> int:
        """A sign with which a fraction is its own absolute value."""
        return self._signed(value, self.weak) or 1

    def _signed(self, value: Ratio, of: Callable[[Any], int]) -> int:
        if value.top.is_zero():
            return 0
        content, powers = self.factors(value)
        made = 1 if content > 0 else -1
        for polynomial, exponent in powers:
            found = of(polynomial) if exponent % 2 or of == self.strict else 1
            made *= found if exponent % 2 else abs(found)
        return made

    def begin(self, assumptions: tuple[tuple[Any, Word], ...]) -> None:
        """Start a case."""
        self.known, self.zeros, self.replaced, self.ranges = {}, [], {}, {}
        self.relations = {i: r for i, r in self.relations.items() if self.generators[i].kind in ("sin", "sign")}
        for polynomial, word in assumptions:
            self.assume(polynomial, word)
            if word == "=":
                self._solved(polynomial)

    def _solved(self, a: Any) -> None:
        """X − 3 = 0 gives x a value; a root that is zero has a radicand that is."""
        alone = self.lone(a)
        if alone is not None and self.generators[alone].kind == "root":
            self.zeros.append(self.generators[alone].arguments[0].top)
            return
        degrees = a.degrees()
        if any(degree and self.generators[i].kind != "input" for i, degree in enumerate(degrees)):
            return
        for place, degree in enumerate(degrees):
            if degree != 1 or place in self.replaced:
                continue
            slope = a.derivative(place)
            if slope.is_constant():
                rest = a.subs({f"g{place}": 0})
                if not any(d and i in self.replaced for i, d in enumerate(rest.degrees())):
                    self.replaced[place] = self.polynomial(-rest / slope.leading_coefficient())
                return


def _negated(word: Word | None) -> Word | None:
    return FLIPPED[word] if word else None
