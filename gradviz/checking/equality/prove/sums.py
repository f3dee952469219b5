"""Sums over an axis of which only a typical entry is known: Σ_b u(x_b), as generators that are equal when they must be.

Indices are letters: free ones (`Index("i0")`) and ones that a sum binds (`Index("b1")`). A sum is taken apart into
monomials, what does not depend on the bound index is taken out, and sums of sums are one sum over two indices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp, Ratio
from gradviz.checking.equality.prove.powers import parts

BOUND, DEEP = 3, 20
"""Over how many indices one sum may run for its indices to be renamed, and how deep functions may be nested then."""
Bounds = tuple[tuple[str, int], ...]


class Index(str):
    """The letter of an index, in the keys of generators."""

    __slots__ = ()

    @property
    def bound(self) -> bool:
        """Whether a sum binds it."""
        return self.startswith("b")


class Sums:
    """The sums over one field.

    Args:
        field: where they lie.
        whole: names of inputs whose last axis sums to 1.
        fixed: names of inputs that have a value.
    """

    def __init__(self, field: Field, whole: frozenset[str], fixed: frozenset[str]) -> None:
        self.field, self.whole, self.fixed = field, whole, fixed
        self.letters: list[frozenset[str]] = []

    def of_generator(self, place: int) -> frozenset[str]:
        """The indices that a generator depends on."""
        while len(self.letters) < len(self.field.generators):
            known = self.field.generators[len(self.letters)]
            found = frozenset(_indices(known.key))
            for argument in known.arguments:  # which name older generators only
                for part in (argument.top, argument.bottom):
                    found = found.union(*(self.letters[i] for i, degree in enumerate(part.degrees()) if degree))
            bounds = {name for name, _ in known.key[1]} if known.kind in ("sum", "fold") else set()
            self.letters.append(found - bounds)
        return self.letters[place]

    def of(self, value: Ratio) -> frozenset[str]:
        """The indices that a fraction depends on."""
        return self.of_polynomial(value.top) | self.of_polynomial(value.bottom)

    def of_polynomial(self, a: Any) -> frozenset[str]:
        """The indices that a polynomial depends on."""
        places = [i for i, degree in enumerate(a.degrees()) if degree]
        none: frozenset[str] = frozenset()
        return none.union(*(self.of_generator(i) for i in places))

    def fold(self, kind: str, inner: Any, index: Index, size: int) -> Any:
        """Something that is made of all entries along an axis: the largest, the product."""
        if inner is UNDEFINED:
            raise GiveUp("entries have no value")
        return self.field.gen(self.field.generator("fold", (kind, ((str(index), size),)), (inner,)))

    def sum(self, inner: Any, index: Index, size: int) -> Any:
        """The sum of `inner` over an index that runs over so many entries."""
        if inner is UNDEFINED:
            raise GiveUp("entries have no value")
        if index not in self.of(inner):
            return inner * size
        total: Any = self.field.zero
        for number, part in parts(inner):
            outside, inside = self._apart(part, index)
            total = total + outside * self._summed(inside, index, size) * number
        return total

    def _apart(self, part: Ratio, index: Index) -> tuple[Any, Any]:
        """A fraction as a product of what does not depend on an index and what does."""
        content, powers = self.field.factors(part)
        outside, inside = self.field.ratio(content), self.field.one
        for polynomial, exponent in powers:
            factor = self.field.polynomial(polynomial).whole_power(exponent)
            if index in self.of_polynomial(polynomial):
                inside = inside * factor
            else:
                outside = outside * factor
        return outside, inside

    def _summed(self, inside: Ratio, index: Index, size: int) -> Any:
        if index not in self.of(inside):
            return inside * size
        if self._is_one(inside, index):
            return self.field.one
        inner, bounds = self._merged(inside, index, size)
        found = self._known(inner, bounds)
        if found is None:
            top, bottom = self.field.obvious(inner.top), self.field.obvious(inner.bottom)
            least = top if bottom == ">" and top in (">", ">=") else None
            found = self.field.generator("sum", ("", bounds), (inner,), least=least)
        return self.field.gen(found)

    def _is_one(self, inside: Ratio, index: Index) -> bool:
        alone = self.field.lone(inside.top) if inside.bottom.is_constant() else None
        if alone is None:
            return False
        known = self.field.generators[alone]
        if known.kind == "one hot":  # of a class number, which is one of the classes
            return known.key[1] == (index,) and self._of_input(known.arguments[0])
        if known.kind != "input":
            return False
        name, place = known.key
        return name in self.whole and place[-1] == index and index not in place[:-1]

    def _of_input(self, value: Ratio) -> bool:
        place = self.field.lone(value.top) if value.bottom.is_constant() else None
        known = None if place is None else self.field.generators[place]
        return known is not None and known.kind == "input" and known.key[0] not in self.fixed

    def _merged(self, inside: Ratio, index: Index, size: int) -> tuple[Ratio, Bounds]:
        """A sum of one sum as a sum over both indices."""
        bounds: Bounds = ((str(index), size),)
        places = [i for i, degree in enumerate(inside.top.degrees()) if degree]
        sums = [i for i in places if self.field.generators[i].kind == "sum"]
        if len(sums) != 1 or len(inside.top) != 1 or inside.top.degrees()[sums[0]] != 1:
            return inside, bounds
        known = self.field.generators[sums[0]]
        own = {name for name, _ in known.key[1]}
        rest = inside / self.field.gen(sums[0])
        if own & (self.of(rest) | {str(index)}) or len(known.key[1]) >= BOUND:
            return inside, bounds
        return rest * known.arguments[0], tuple(sorted((*known.key[1], *bounds)))

    def _known(self, inner: Ratio, bounds: Bounds) -> int | None:
        """The same sum, with its indices in any order."""
        names = [name for name, _ in bounds]
        for order in permutations(range(len(bounds))) if len(bounds) <= BOUND else ():
            renamed = {names[k]: names[i] for k, i in enumerate(order)}
            made = tuple(sorted((renamed[name], size) for name, size in bounds))
            argument = inner if all(a == b for a, b in renamed.items()) else self._renamed(inner, renamed, 0)
            if argument is not None:
                found = self.field.find("sum", ("", made), (argument,))
                if found is not None:
                    return found
        return None

    def _renamed(self, value: Ratio, names: Mapping[str, str], depth: int) -> Any:
        """A fraction with other indices; None where that is not known."""
        made = [self._renamed_polynomial(a, names, depth) for a in (value.top, value.bottom)]
        return None if None in made else made[0] / made[1]

    def _renamed_polynomial(self, a: Any, names: Mapping[str, str], depth: int) -> Any:
        total: Any = self.field.zero
        for exponents, coefficient in a.to_dict().items():
            term: Any = self.field.polynomial(self.field.ring.constant(coefficient))
            for place, exponent in enumerate(exponents):
                if exponent:
                    factor = self._renamed_generator(place, names, depth)
                    if factor is None:
                        return None
                    term = term * factor.whole_power(int(exponent))
            total = total + term
        return total

    def _renamed_generator(self, place: int, names: Mapping[str, str], depth: int) -> Any:
        if not self.of_generator(place) & names.keys():
            return self.field.gen(place)
        known = self.field.generators[place]
        if known.kind == "input":
            name, index = known.key
            moved = tuple(Index(names.get(i, i)) if isinstance(i, Index) else i for i in index)
            return self.field.gen(self.field.generator("input", (name, moved)))
        if known.kind not in ("exp", "log") or depth > DEEP:
            return None
        argument = self._renamed(known.arguments[0], names, depth + 1)
        if argument is None:
            return None
        return self.field.gen(self.field.generator(known.kind, known.key, (argument,), least=known.least))


def _indices(key: Any) -> Iterator[str]:
    pending = [key]
    while pending:
        part = pending.pop()
        if isinstance(part, Index):
            yield str(part)
        elif isinstance(part, tuple):
            pending.extend(part)
