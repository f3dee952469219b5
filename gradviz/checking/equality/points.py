"""Points at which both sides are tried: exact fractions, simple ones first, then many scales and both signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import numpy as np
from flint import arb, fmpq

from gradviz.checking.equality.arrays import of
from gradviz.checking.equality.program import Point, precision
from gradviz.checking.equality.slots import Slot
from gradviz.checking.equality.values import ZERO, Value, ball

SEED = 5
SIMPLE: tuple[Value, ...] = tuple(
    fmpq(p, q)
    for p, q in (
        *[(1, 1), (2, 1), (1, 2), (3, 1), (-1, 1), (-2, 1), (-1, 2), (3, 4), (5, 1), (1, 3), (-3, 1), (-3, 4)],
        *[(3, 2), (1, 4), (10, 1), (-1, 3), (1, 10), (-1, 10), (7, 1), (-5, 1), (20, 1), (-10, 1), (100, 1), (-100, 1)],
    )
)
"""Readable numbers, in the order in which they are tried."""
FIRST: tuple[Value, ...] = tuple(fmpq(p) for p in (2, 3, 5, 1, 4, 7))
"""What several inputs are at the first point."""
SCALES: tuple[Value, ...] = tuple(
    fmpq(p, q) for p, q in [(1, 1), (10, 1), (1, 10), (100, 1), (1, 100), (1000, 1), (1, 1000), (10**4, 1), (10**6, 1)]
)
ARRAY_SCALES = SCALES[:5]
MOVES = tuple(fmpq(p, q) for p, q in [(1, 1009), (-1, 2003), (1, 100_003), (-1, 1_000_003)])
"""How far the neighbours of a point lie from it, relative to its size."""


def points(slots: Sequence[Slot], count: int) -> Iterator[Point]:
    """Points, the same ones every time.

    Args:
        slots: the inputs.
        count: how many at most; one only if nothing is free.
    """
    total = sum(slot.size for slot in slots if slot.kind != "given")
    if not total:
        yield {slot.name: slot.value for slot in slots}
        return
    random = Random(SEED)
    for k in range(count):
        yield _point(slots, total, k, random)


def _point(slots: Sequence[Slot], total: int, k: int, random: Random) -> Point:
    made: dict[str, Any] = {}
    drawn = 0
    positive = k % 3 == 1
    scale = _scale(slots, k)
    order = _ordered(slots, k, scale, random) if total > 1 else []
    for slot in slots:
        if order and slot.moves:
            made[slot.name] = order.pop()
            continue
        entries: list[Value] = []
        for _ in range(slot.size):
            entries.append(_single(k, random) if total == 1 else _among(k, drawn, scale, positive, random))
            drawn += 1
        made[slot.name] = _shaped(slot, entries, k, random)
    return made


def _ordered(slots: Sequence[Slot], k: int, scale: Value, random: Random) -> list[Value]:
    """Of some points, the positive numbers that the inputs are in rising or falling order: log(x − y) wants that."""
    if k < 8 or k % 6 != 4 or any(slot.shape for slot in slots):
        return []
    drawn = sorted(_drawn(scale, random) for slot in slots if slot.moves)
    return drawn if k % 4 == 0 else drawn[::-1]


def _scale(slots: Sequence[Slot], k: int) -> Value:
    scales = ARRAY_SCALES if any(slot.shape for slot in slots) else SCALES
    return scales[(k // 2) % len(scales)]


def _single(k: int, random: Random) -> Value:
    """The k-th number where there is one alone."""
    if k < len(SIMPLE):
        return SIMPLE[k]
    return _drawn(SCALES[(k // 2) % len(SCALES)], random) * (1 if k % 2 else -1)


def _among(k: int, place: int, scale: Value, positive: bool, random: Random) -> Value:
    """A number of the k-th point where there are several."""
    if not k and place < len(FIRST):
        return FIRST[place]
    if k < 8:
        value = SIMPLE[random.randrange(12)] if place < 4 else fmpq(random.randrange(1, 16), random.randrange(1, 6))
        return abs(value) if positive else value if random.random() < 0.7 else -value
    value = _drawn(scale, random)
    return value if positive or random.random() < 0.5 else -value


def _drawn(scale: Value, random: Random) -> Value:
    return scale * fmpq(random.randrange(10, 100), random.randrange(11, 60))


def _shaped(slot: Slot, entries: list[Value], k: int, random: Random) -> Any:
    """Entries as the input's value, as it is declared."""
    if slot.kind == "given":
        return slot.value
    if slot.kind == "numbers":
        entries = [fmpq((k + random.randrange(slot.count)) % slot.count) for _ in entries]
    if not slot.shape:
        return entries[0]
    if k % 10 == 9:  # a few zeros and equal entries
        entries = [ZERO if random.random() < 0.3 else entries[0] if random.random() < 0.3 else e for e in entries]
    array = of(entries, slot.shape)
    if slot.kind == "symmetric":
        return (array + array.T) / fmpq(2)
    if slot.kind == "stochastic":
        sizes = of([abs(entry) + fmpq(1, 7) for entry in entries], slot.shape)
        return sizes / sizes.sum(axis=-1, keepdims=True)
    return array


def moved(point: Point, slots: Sequence[Slot], move: Value) -> Point:
    """A point near by: every number that can move does, each by another part of its size."""
    made: dict[str, Any] = {}
    count = 0
    for slot in slots:
        value = point[slot.name]
        if not slot.moves:
            made[slot.name] = value
            continue
        entries = list(value.flat) if slot.shape else [value]
        shifted = [e + move * (1 + fmpq(count + k, 7)) * (abs(e) if e else 1) for k, e in enumerate(entries)]
        made[slot.name] = of(shifted, slot.shape) if slot.shape else shifted[0]
        count += len(entries)
    return made


def widened(point: Point, slots: Sequence[Slot], bits: int, shift: int) -> Point:
    """A small ball around a point: every input that can move does, by 2^−shift of its size."""
    with precision(bits):
        return {slot.name: _wide(point[slot.name], shift) if slot.moves else point[slot.name] for slot in slots}


def _wide(value: Any, shift: int) -> Any:
    if isinstance(value, np.ndarray):
        return of([_wide(entry, shift) for entry in value.flat], value.shape)
    size = abs(ball(value)) if value else arb(1)
    return ball(value) + arb(0, 1) * size * arb(2) ** (-shift)
