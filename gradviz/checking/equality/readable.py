"""A point that refutes, made readable: the roundest numbers near it that refute as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flint import fmpq

from gradviz.checking.equality.kinks import at_kink
from gradviz.checking.equality.program import Point
from gradviz.checking.equality.simplest import simplest
from gradviz.checking.equality.values import Value

if TYPE_CHECKING:
    from gradviz.checking.equality.comparing import Bench, Look

SHORT = 7
"""Numbers of that many bits are readable as they are."""


def simplified(ready: Bench, point: Point, seen: Look) -> tuple[Point, Look]:
    """The same difference at rounder numbers, if there is one near by."""
    for slot in ready.slots if ready.curve is None else ():
        if not slot.moves or slot.shape or point[slot.name].height_bits() <= SHORT:
            continue
        for value in _rounder(point[slot.name]):
            tried = {**point, slot.name: value}
            look = ready.look(tried, seen.bits)
            if look.state == "different" and not at_kink(ready, tried) and ready.confirmed(tried, look):
                point, seen = tried, look
                break
    return point, seen


def _rounder(value: Value) -> Iterator[Value]:
    """Rounder numbers than one, the roundest first."""
    size = abs(value)
    sign = 1 if value > 0 else -1
    power = fmpq(1)
    while power * 10 <= size:
        power *= 10
    while power > size:
        power /= 10
    for unit in (power, power / 10):
        yield sign * unit * (size / unit).floor()
    for width in (fmpq(1, 5), fmpq(1, 50)):
        made = simplest(size * (1 - width), size * (1 + width))
        if made.height_bits() < size.height_bits():
            yield sign * made
