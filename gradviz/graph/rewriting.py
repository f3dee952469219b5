"""What the simplifications of `Folder` are made of: looking inside nodes, and arithmetic on constants."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

from gradviz.graph.node import Node
from gradviz.ops.op import Attribute, NamedConstant, Number
from gradviz.shape import Shape

Settings = tuple[tuple[str, Attribute], ...]


class Workbench(Protocol):
    """What a simplification needs of the builder that asks for it."""

    start: int
    """The position of the first node that the builder made itself."""

    def node(self, id: int) -> Node:
        """The node at a position."""
        ...

    def number(self, id: int) -> Number | None:
        """The number that a node is filled with, if it is a constant of one number."""
        ...

    def fill(self, value: Any, shape: Shape) -> int:
        """The position of a constant."""
        ...

    def make(self, name: str, operands: tuple[int, ...], settings: Settings = ()) -> int:
        """The position of an operation on nodes."""
        ...

    def fit(self, id: int, shape: Shape) -> int:
        """A node broadcast to a shape."""
        ...


Simplify = Callable[[Workbench, Shape, tuple[int, ...], Settings], int | None]

LONGEST_NUMBER = 256
"""Bits: constants are combined while they stay numbers that a person could read."""


def exact(value: Number | None) -> bool:
    """Whether it is an integer or a fraction."""
    kind = type(value)  # asked first: whether a float is a Fraction takes long to find out
    return kind is int or kind is Fraction or (kind is not float and isinstance(value, (int, Fraction)))


def tidy(value: Any) -> Number | None:
    """A computed constant as it is kept, or None if it is better left uncomputed."""
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST_NUMBER:
            return None
        return value.numerator if value.denominator == 1 else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return int(value) if int(value).bit_length() <= LONGEST_NUMBER else None


def combine(b: Workbench, shape: Shape, compute: Callable[..., Any], *operands: int) -> int | None:
    """The constant that an operation on constants is."""
    numbers = []
    for operand in operands:
        number = b.number(operand)
        if number is None or isinstance(number, NamedConstant):  # π and e stay what they are
            return None
        numbers.append(number)
    try:
        value = tidy(compute(*numbers))
    except (ArithmeticError, ValueError):
        return None
    return None if value is None else b.fill(value, shape)


def inside(b: Workbench, id: int, name: str) -> tuple[int, ...] | None:
    """The operands of a node that the builder made, if it is that operation.

    The user's own nodes stay as they were written: they are names in a formula, and a chain of them may be very long.
    """
    return under(b, id, name) if id >= b.start else None


def under(b: Workbench, id: int, name: str) -> tuple[int, ...] | None:
    """The operands of a node, the builder's or the user's, if it is that operation."""
    node = b.node(id)
    return node.operands if node.op.name == name else None
