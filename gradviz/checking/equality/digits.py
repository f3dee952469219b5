"""Answers in decimals: each decimal stands for all numbers that it could be the rounding of.

A decimal stands for itself, give or take half a unit in its last digit; where it is shorter than the digits that the
answer gives (0.25 beside 0.333), it is taken to be as exact as those, and one of a single digit (0.5) is exact. The
answer is then a ball at every point. It is right if the truth lies in all of them.

Numbers that stand beside each other are multiplied out when an answer is read (0.333·2 is 0.666), which makes errors
larger. So an answer that is more than one number is only wrong where the truth lies outside a wider ball: each
decimal give or take the most that a rounding to that many digits can change, 5·10⁻ⁿ of its size. Between both it is
not decided.
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
from gradviz.checking.equality.program import precision
from gradviz.checking.equality.values import Value, ball, known
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
    """By how much an answer must be off to be wrong: one number by half a unit, else by the most that rounding can."""
    node = claim.graph.nodes[claim.answer]
    if node.op.name == "neg":
        node = claim.graph.nodes[node.operands[0]]
    return half_unit if node.op is CONSTANT else most


def _last_place(value: Fraction, digits: int) -> int:
    """The power of ten of the last digit: of those written, or of so many significant ones if that is finer."""
    first = 0
    size = abs(value)
    while size >= Fraction(10) ** (first + 1):
        first += 1
    while size < Fraction(10) ** first:
        first -= 1
    places = _places(value)
    return min(first - digits + 1, -places if places else first - digits + 1)


def _places(value: Fraction) -> int:
    """How many decimals a number has."""
    places = 0
    while (value * 10**places).denominator != 1 and places < MOST_PLACES:
        places += 1
    return places


def inside(expected: Value, found: Value) -> bool | None:
    """Whether the truth lies in the answer's ball; None if that is not clear."""
    if not (known(expected) and known(found)):
        return None
    right, given = ball(expected), ball(found)
    if not right.overlaps(given):
        return False
    return True if given.contains(right) else None
