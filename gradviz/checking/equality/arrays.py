"""Object arrays whose entries are values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradviz.checking.equality.arithmetic import Scalar
from gradviz.checking.equality.values import Value, settled

Array = Any
"""An object array of values, in its node's shape (also of no axes)."""


def filled(shape: tuple[int, ...], value: Value) -> Array:
    """An array of one value."""
    made = np.empty(shape, dtype=object)
    made[...] = value
    return made


def of(values: list[Value], shape: tuple[int, ...]) -> Array:
    """An array of values in a shape."""
    made = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        made[i] = value
    return made.reshape(shape)


def each(function: Scalar, *operands: Array) -> Array:
    """A function of numbers, entry by entry, broadcast."""
    shape = np.broadcast_shapes(*(np.shape(operand) for operand in operands))
    spread = [np.broadcast_to(np.asarray(operand, dtype=object), shape) for operand in operands]
    return of([function(*entries) for entries in zip(*(part.flat for part in spread), strict=True)], shape)


def settle(array: Any, shape: tuple[int, ...]) -> Array:
    """What NumPy made of objects, as an array of settled values in a shape."""
    wide = np.asarray(array, dtype=object)
    return of([settled(value) for value in wide.flat], shape)
