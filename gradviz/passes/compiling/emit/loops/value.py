"""A value under way: not where it lies, but how an entry of it is had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradviz.passes.compiling.emit.expressions.tree import Expression, Place, Read
from gradviz.shape import Shape, size

Places = tuple[Place, ...]
"""An index: a place on each axis."""

ZERO = Place()


@dataclass(frozen=True, slots=True)
class Value:
    """An array (or number) of a shape.

    Args:
        shape: its axes.
        at: the entry at an index, as an expression.
        array: the array in which it lies as a whole, in order; empty where it does not.
        depth: how many views it is read through.
    """

    shape: Shape
    at: Callable[[Places], Expression]
    array: str = ""
    depth: int = 0

    @property
    def size(self) -> int:
        """How many entries it has."""
        return size(self.shape)


def stored(array: str, shape: Shape) -> Value:
    """What lies in an array."""
    steps = strides(shape)
    return Value(shape, lambda places: Read(array, offset(places, steps)), array)


def number(value: Expression, shape: Shape = ()) -> Value:
    """One number, or the same in every entry."""
    return Value(shape, lambda places: value)


def strides(shape: Shape) -> tuple[int, ...]:
    """How far neighbours along each axis lie apart in memory.

    Example:
        >>> strides((2, 3, 4))
        (12, 4, 1)
    """
    steps: list[int] = []
    step = 1
    for n in reversed(shape):
        steps.append(step)
        step *= n
    return tuple(reversed(steps))


def offset(places: Sequence[Place], steps: Sequence[int]) -> Place:
    """Where an entry lies in memory."""
    total = ZERO
    for place, step in zip(places, steps, strict=True):
        total = total + place * step
    return total


def broadcast_place(places: Places, shape: Shape) -> Places:
    """The index into a value that is broadcast: its axes are the last ones, and those of size 1 stay at 0."""
    own = places[len(places) - len(shape) :]
    return tuple(ZERO if n == 1 else place for n, place in zip(shape, own, strict=True))
