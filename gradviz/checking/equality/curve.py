"""Points on an implicit curve F = 0: all inputs but one are fractions, the last is enclosed by a change of sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from gradviz.checking.equality.points import points
from gradviz.checking.equality.program import Point, Program, precision
from gradviz.checking.equality.simplest import simplest
from gradviz.checking.equality.slots import Slot
from gradviz.checking.equality.values import Value, ball, known, number, surely_not_zero, surely_zero

START, BITS, WIDTH = 64, 420, 340
"""The precision of the search for a root and of its refinement; the root lies within 2^−WIDTH of its size."""
BASES, ROOTS, WANTED = 24, 2, 12
"""How many choices of the other inputs are tried, how many roots of each are taken, and how many points are enough."""
GRID = tuple(fmpq(p, q) for p, q in [(0, 1), (1, 8), (1, 2), (1, 1), (2, 1), (3, 1), (4, 1), (6, 1), (9, 1), (14, 1)])
HALVINGS, SECANTS = 24, 14
NUDGES = tuple(fmpq(p, q) for p, q in [(1, 1 << 20), (-1, 1 << 20), (1, 1 << 40)])


@dataclass(frozen=True, slots=True)
class Curve:
    """Where a node is zero.

    Args:
        program: the node.
        slots: all inputs of the claim.
        solved: the input that is solved for; None if every input is given.
    """

    program: Program
    slots: tuple[Slot, ...]
    solved: Slot | None

    def points(self, count: int) -> Iterator[Point]:
        """Points on the curve, the simplest other inputs first."""
        if self.solved is None:
            base = next(points(self.slots, 1))
            if not surely_not_zero(self._at(base, START)):
                yield base
            return
        found = 0
        others = [slot for slot in self.slots if slot is not self.solved]
        for base in points(others, min(count, BASES)):
            for root in self._roots(base):
                found += 1
                yield {**base, self.solved.name: root}
            if found >= WANTED:
                return

    def beside(self, point: Point) -> Point | None:
        """A point of the curve close to another one."""
        if self.solved is None:
            return None
        name = self.solved.name
        if not self._others():
            return None
        old = ball(point[name])
        middle = fmpq(*_ratio(old))
        reach = (abs(middle) if middle else fmpq(1)) / 1024
        for nudge in NUDGES:
            moved = {name: point[name] + nudge * (abs(point[name]) or 1) for name in self._others()}
            base = {**point, **moved}
            for root in self._between(base, middle - reach, middle + reach):
                return {**base, name: root}
        return None

    def _others(self) -> list[str]:
        """The numbers that can be moved along the curve: the free ones; if all are given, those."""
        numbers = [slot for slot in self.slots if not slot.shape and not slot.count and slot is not self.solved]
        return [slot.name for slot in numbers if slot.moves] or [slot.name for slot in numbers]

    def _at(self, point: Point, bits: int) -> Value:
        return number(self.program.values(point, bits)[0][0])

    def _with(self, base: Point, value: Any, bits: int) -> Value:
        assert self.solved is not None
        return self._at({**base, self.solved.name: value}, bits)

    def _roots(self, base: Point) -> Iterator[Value]:
        ends = sorted({sign * end for end in GRID for sign in (1, -1)})
        found = 0
        for low, high in pairwise(ends):
            for root in self._between(base, low, high):
                yield root
                found += 1
            if found >= ROOTS:
                return

    def _between(self, base: Point, low: Value, high: Value) -> Iterator[Value]:
        first, last = self._with(base, low, START), self._with(base, high, START)
        if surely_zero(first):
            yield low
        elif known(first) and known(last) and _opposite(first, last):
            root = self._refined(base, low, high, first > 0)
            if root is not None:
                yield root

    def _refined(self, base: Point, low: Value, high: Value, positive: bool) -> Value | None:
        """The root between two fractions: itself if it is a simple one, else a proved ball."""
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            here = self._with(base, middle, START)
            if surely_zero(here):
                return middle
            if not surely_not_zero(here):
                break
            low, high = (middle, high) if (here > 0) == positive else (low, middle)
        short = simplest(low, high)
        if surely_zero(self._with(base, short, START)):
            return short
        return self._proved(base, low, high)

    def _proved(self, base: Point, low: Value, high: Value) -> Value | None:
        """Secants at high precision, then a proof: opposite signs at the ends of a tiny interval, F finite on it."""
        a, b = low, high
        fa, fb = self._with(base, a, BITS), self._with(base, b, BITS)
        for _ in range(SECANTS):
            if not (known(fa) and known(fb)) or not surely_not_zero(_difference(fa, fb)):
                break
            c = b - _fraction(fb) * (b - a) / (_fraction(fb) - _fraction(fa)) if fb != fa else b
            a, fa, b = b, fb, _rounded(c)
            fb = self._with(base, b, BITS)
        size = abs(b) if b else fmpq(1)
        radius = size / fmpq(2) ** WIDTH
        ends = self._with(base, b - radius, BITS), self._with(base, b + radius, BITS)
        if not (low <= b <= high and all(map(known, ends)) and _opposite(*ends)):
            return None
        root = _ball(b, radius)
        return root if known(self._with(base, root, BITS)) else None


def _opposite(a: Value, b: Value) -> bool:
    return bool((a > 0 and b < 0) or (a < 0 and b > 0))


def _difference(a: Value, b: Value) -> Value:
    return ball(a) - ball(b)


def _ratio(value: Any) -> tuple[int, int]:
    man, exp = value.mid().man_exp()
    return (int(man) << int(exp), 1) if exp >= 0 else (int(man), 1 << -int(exp))


def _fraction(value: Value) -> Value:
    return value if type(value) is fmpq else fmpq(*_ratio(value))


def _rounded(value: Value) -> Value:
    """A fraction as a binary one of `BITS` digits: exact, and not ever longer."""
    shift = BITS - max(0, abs(value).ceil().bit_length())
    return fmpq((value * fmpq(2) ** shift).floor()) / fmpq(2) ** shift


def _ball(middle: Value, radius: Value) -> Any:
    with precision(BITS):
        return arb(middle) + arb(0, 1) * arb(radius)


def curve_of(program: Program, slots: Sequence[Slot]) -> Curve:
    """The curve of a node; it is solved for the last number that the node needs and that is free."""
    names = {name for name, _ in program.inputs}
    free = [slot for slot in slots if slot.moves and not slot.shape and slot.name in names]
    return Curve(program, tuple(slots), free[-1] if free else None)
