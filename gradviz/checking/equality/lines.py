"""Lines through the space of inputs, cut into cells: where on them something is certainly defined."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from flint import arb, fmpq

from gradviz.checking.equality.arrays import of
from gradviz.checking.equality.comparing import Bench
from gradviz.checking.equality.points import SEED, SIMPLE, points
from gradviz.checking.equality.program import Point, precision
from gradviz.checking.equality.simplest import simplest
from gradviz.checking.equality.slots import Slot
from gradviz.checking.equality.values import (
    ONE,
    ZERO,
    Value,
    settled,
)

BITS = 64
ASKEW_LOOKS, ASKEW_REACH = 90, 11
"""How many evaluations a search may take along one of many lines, and how far that reaches."""
DEPTH, SHALLOW = 24, 3
"""How often a cell may be halved; and how often where it is only a pole that is looked for."""

Ends = tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Line:
    """A line.

    Args:
        base, direction: by input.
        slots: the inputs.
        looks: how many evaluations a search along it may take.
        reach: cells reach to 2^reach.
    """

    base: Point
    direction: Point
    slots: tuple[Slot, ...]
    looks: int = 400
    reach: int = 40

    def at(self, t: Value) -> Point:
        """The point at `t`: a number, or a ball of them."""
        made: dict[str, Any] = {}
        for slot in self.slots:
            base, direction = self.base[slot.name], self.direction[slot.name]
            if not slot.moves:
                made[slot.name] = base
            elif isinstance(base, np.ndarray):
                made[slot.name] = of(
                    [_moved(b, d, t) for b, d in zip(base.flat, direction.flat, strict=True)], base.shape
                )
            else:
                made[slot.name] = _moved(base, direction, t)
        return made


def _moved(base: Value, direction: Value, t: Value) -> Value:
    if not direction:
        return base
    return settled(t * direction + base) if base else (t if direction == 1 else settled(t * direction))


def lines(slots: Sequence[Slot]) -> Iterator[Line]:
    """The axis of a single input; of several, lines through a few points along each axis and askew."""
    total = sum(slot.size for slot in slots if slot.moves)
    if total <= 1:
        base = next(iter(points(slots, 1)))
        zero = {slot.name: ZERO * base[slot.name] if slot.moves else base[slot.name] for slot in slots}
        yield Line(zero, {slot.name: _same(slot, ONE) for slot in slots}, tuple(slots))
        return
    random = Random(SEED)
    bases = list(points(slots, 4))
    scalars = [slot.name for slot in slots if slot.moves and not slot.shape][:4]
    for base in bases[:2]:
        for name in scalars:
            still = {**base, name: ZERO}
            along = {slot.name: _same(slot, ONE if slot.name == name else ZERO) for slot in slots}
            yield Line(still, along, tuple(slots), ASKEW_LOOKS, ASKEW_REACH)
    for base in bases:
        askew = {slot.name: _askew(slot, random) for slot in slots}
        yield Line(base, askew, tuple(slots), ASKEW_LOOKS, ASKEW_REACH)


def _same(slot: Slot, value: Value) -> Any:
    return of([value] * slot.size, slot.shape) if slot.shape else value


def _askew(slot: Slot, random: Random) -> Any:
    drawn = [random.choice(SIMPLE[:12]) for _ in range(slot.size)]
    if slot.kind == "stochastic":
        return _same(slot, ZERO)
    made = of(drawn, slot.shape) if slot.shape else drawn[0]
    return made + made.T if slot.kind == "symmetric" else made


def first_cells(reach: int) -> list[Ends]:
    """The cells that are looked at first: around 0, then twice as far each time, on both sides."""
    ends = [fmpq(2) ** k for k in range(-3, reach + 1)]
    right = [(ZERO, ends[0]), *pairwise(ends)]
    return [cell for low, high in right for cell in ((low, high), (-high, -low))]


def around(cell: Ends) -> Any:
    """A cell as one ball."""
    low, high = cell
    with precision(BITS):
        return arb((low + high) / 2) + arb(0, 1) * arb((high - low) / 2)


# Where something is defined


def defined_points(line: Line, bench: Bench, wanted: int) -> list[Point]:
    """Points on a line where the truth is certainly defined, found by halving cells that are not certainly outside."""
    found: list[Point] = []
    queue = deque((cell, 0) for cell in first_cells(line.reach))
    for _ in range(line.looks):
        if not queue or len(found) >= wanted or bench.worn:
            break
        cell, depth = queue.popleft()
        state = bench.look(line.at(around(cell)), BITS).state
        if state == "outside":
            continue
        middle = line.at(simplest(*cell))
        if bench.look(middle, BITS).state not in ("outside", "unclear"):
            found.append(middle)
        if depth < DEPTH and len(found) < wanted:
            half = (cell[0] + cell[1]) / 2
            queue.extend([((cell[0], half), depth + 1), ((half, cell[1]), depth + 1)])
    return found
