"""Answers in decimals: each decimal stands for all numbers that it could be the rounding of.

A decimal stands for itself, give or take half a unit in its last digit; where it is shorter than the digits that the
answer gives (0.25 beside 0.333), it is taken to be as exact as those, and one of a single digit (0.5) is exact. The
answer is then a ball at every point. Where the truth lies outside one, the answer is wrong.

It is right only if, at every point, the truth lies in the ball, the answer as it stands is as close to the truth as
the digits promise, and the ball is not much wider than that: the large ball of 1.0e9*x - 1.0e9*x holds everything.
How close is measured by the size of the truth's addends, so that one that happens to cancel at a point is no matter.

Numbers that stand beside each other are multiplied out when an answer is read (0.333·2 is 0.666), which makes errors
larger. A number that is not written so is given the most that a rounding to that many digits can change, 5·10⁻ⁿ of its
size. Whatever lies between right and wrong is not decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from gradviz.checking.claim import Claim
from gradviz.checking.equality.arrays import of
from gradviz.checking.equality.comparing import Bench, bench
from gradviz.checking.equality.program import Point, compiled, precision
from gradviz.checking.equality.values import Value, ball, known, settled, surely_zero
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, NamedConstant
from gradviz.passes.evaluate import needed_for

BITS = 256
FEWEST = 2
"""Significant digits that a decimal must have to be taken for a rounded one: 0.5 is one half."""
MOST_PLACES = 400
Margin = Callable[[Fraction, int], Fraction]
"""By how much a decimal may be off: `(value, digits)`."""


def rounded_bench(claim: Claim, digits: int, margin: Margin) -> Bench:
    """The claim with the answer's decimals as balls."""
    own = _own_constants(claim)
    ready = bench(claim, own)
    rounded = [i for i in own if _significant(claim.graph, i) >= FEWEST]
    changed = {i: _as_ball(claim.graph, i, digits, margin) for i in rounded}
    if not changed:  # 12.0 or 0.50: the zeros are read away
        changed = {i: _as_ball(claim.graph, i, digits, margin) for i in own if not _exponent(claim.graph, i)}
    steps = tuple((i, _giving(changed[i]) if i in changed else step, ops) for i, step, ops in ready.program.steps)
    return replace(ready, program=replace(ready.program, steps=steps))


def _giving(value: Any) -> Any:
    return lambda: value


def _own_constants(claim: Claim) -> list[int]:
    """The numbers that stand in the answer alone."""
    others = needed_for(claim.graph, [claim.truth, *claim.domain])
    mine = needed_for(claim.graph, [claim.answer])
    shared = {i for i, needed in enumerate(others) if needed}
    return [i for i, needed in enumerate(mine) if needed and i not in shared and _plain(claim.graph, i)]


def _plain(graph: Graph, i: int) -> bool:
    node = graph.nodes[i]
    return node.op is CONSTANT and not isinstance(node.settings["value"], NamedConstant)


def _exponent(graph: Graph, i: int) -> bool:
    return any(node.op.name == "pow" and node.operands[1] == i for node in graph.nodes)


def _significant(graph: Graph, i: int) -> int:
    """The most significant digits that a decimal in a constant has; 0 if all are whole numbers."""
    broken = [entry for entry in _flat(graph.nodes[i].settings["value"]) if entry.denominator != 1]
    return max((len(str(abs((entry * 10 ** _places(entry)).numerator))) for entry in broken), default=0)


def _as_ball(graph: Graph, i: int, digits: int, margin: Margin) -> Any:
    node = graph.nodes[i]
    balls = [_rounding(entry, margin(entry, digits)) for entry in _flat(node.settings["value"])]
    if not node.shape:
        return balls[0]
    return of(balls if len(balls) > 1 else balls * int(np.prod(node.shape)), node.shape)


def _flat(value: Any) -> list[Fraction]:
    if isinstance(value, tuple):
        return [part for entry in value for part in _flat(entry)]
    return [Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)]


def _rounding(value: Fraction, off: Fraction) -> Value:
    """A number, give or take."""
    if not value:
        return fmpq(0)
    with precision(BITS):
        return arb(_exact(value)) + arb(0, 1) * arb(_exact(off))


def _exact(value: Fraction) -> Value:
    return fmpq(value.numerator, value.denominator)


def half_unit(value: Fraction, digits: int) -> Fraction:
    """Half a unit in the last digit.

    Example:
        >>> half_unit(Fraction("0.4207"), 4)
        Fraction(1, 20000)
    """
    return Fraction(10) ** _last_place(value, digits) / 2


def most(value: Fraction, digits: int) -> Fraction:
    """The most that rounding to so many digits can change a number of that size."""
    return max(half_unit(value, digits), abs(value) * 5 / Fraction(10) ** digits)


def margin_of(claim: Claim) -> Margin:
    """By how much a number may be off: a decimal as it is written by half a unit, others by the most rounding can."""
    node = claim.graph.nodes[claim.answer]
    if node.op.name == "neg":
        node = claim.graph.nodes[node.operands[0]]
    if node.op is CONSTANT and not claim.decimals:
        return half_unit
    written = set(claim.decimals)
    return lambda value, digits: half_unit(value, digits) if abs(value) in written else most(value, digits)


def _last_place(value: Fraction, digits: int) -> int:
    """The power of ten of the last digit: of those written, or of so many significant ones if that is finer."""
    size = abs(value)
    if not size:
        return 1 - digits
    first = len(str(size.numerator)) - len(str(size.denominator))
    if size < Fraction(10) ** first:
        first -= 1
    places = _places(value)
    return min(first - digits + 1, -places if places else first - digits + 1)


def _places(value: Fraction) -> int:
    """How many decimals a number has."""
    places = 0
    while (value * 10**places).denominator != 1 and places < MOST_PLACES:
        places += 1
    return places


CANCELLING = frozenset({"add", "sub"})
ADDENDS = 200
"""How many addends of the truth its size is taken of."""


def addends(graph: Graph, node: int) -> list[int]:
    """The nodes whose sum, signs aside, a node is."""
    found: list[int] = []
    pending = [node]
    while pending:
        i = pending.pop()
        one = graph.nodes[i]
        if one.op.name == "neg" or (one.op.name in CANCELLING and len(found) + len(pending) < ADDENDS):
            pending.extend(one.operands)
        else:
            found.append(i)
    return found


class Closeness:
    """How close an answer must be at a point: 5·10⁻ⁿ of the size of the truth's addends."""

    def __init__(self, claim: Claim, digits: int) -> None:
        self.shape = claim.graph.nodes[claim.truth].shape
        self.program = compiled(claim.graph, addends(claim.graph, claim.truth))
        self.part = fmpq(5, 10**digits)

    def at(self, point: Point) -> list[Value]:
        """For each entry of the truth, by how much the answer may be off; 0 where that is not known."""
        found = self.program.run(point, BITS)
        parts = [np.broadcast_to(np.asarray(found[self.program.stands[i]]), self.shape) for i in self.program.wanted]
        with precision(BITS):
            return [self._of(entries) for entries in zip(*(part.flat for part in parts), strict=True)]

    def _of(self, entries: tuple[Value, ...]) -> Value:
        if not all(known(entry) for entry in entries):
            return fmpq(0)
        return self.part * sum((abs(ball(entry)) for entry in entries), arb(0))


ROOM = fmpq(21, 10)
"""How much wider than the answer may be off its ball may be: two factors, each of them rounded."""


def inside(expected: Value, found: Value, plain: Value, off: Value) -> bool:
    """Whether the truth lies in the answer's ball, the answer itself is close enough, and the ball is not too wide."""
    if not (known(expected) and known(found) and known(plain)):
        return False
    right, given = ball(expected), ball(found)
    with precision(BITS):
        close = abs(ball(plain) - right) <= off * fmpq(1000001, 1000000) or plain == expected
        return bool(given.contains(right) and close and _at_most(given - right, ROOM * off))


def _at_most(gap: Value, most: Value) -> bool:
    return bool(abs(gap) <= most) or (surely_zero(settled(gap)) and surely_zero(settled(most)))
