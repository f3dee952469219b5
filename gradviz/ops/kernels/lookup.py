"""Rows picked by numbers that are data, and what comes back added up. A number that is no row's gives NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
NEAR = 1e-3
"""How far from a whole number an index may be: rounding, or the step of someone who checks a derivative."""


def take(x: Array, indices: Array) -> Array:
    """The rows with these numbers, in the shape of the numbers; NaN for numbers that no row has."""
    array = np.asarray(x)
    rows, outside = rows_of(indices, len(array))
    made = array[np.where(outside, 0, rows)]
    return np.where(outside.reshape(*outside.shape, *(1,) * (array.ndim - 1)), np.nan, made) if outside.any() else made


def scatter_add(x: Array, indices: Array, count: int) -> Array:
    """So many rows of zeros, and every row of x added where its number says; one whose number no row has is lost."""
    array = np.asarray(x)
    rows, outside = rows_of(indices, count)
    made = np.zeros((count, *array.shape[rows.ndim :]), dtype=array.dtype)
    np.add.at(made, rows[~outside], array[~outside])
    return made


def rows_of(indices: Array, count: int) -> tuple[Array, Array]:
    """The numbers as integers, and which of them are no whole numbers from 0 to count − 1."""
    given = np.asarray(indices)
    real = given.astype(float) if given.dtype.kind == "O" else given.real
    whole = np.rint(real)
    outside = ~((np.abs(real - whole) <= NEAR) & (whole >= 0) & (whole < count))
    return np.where(outside, 0, whole).astype(np.intp), outside
