"""Columns to mean 0 and deviation 1, by the training rows only: the other rows must not be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.training.data import Array, Data, Rows, Scaling


def standardised(data: Data, training: Rows) -> Data:
    """The data with the inputs in `data.standardise` scaled by the mean and deviation of the training rows.

    Args:
        data: unscaled; where it asks for nothing, it is returned as it is.
        training: positions of the rows that are trained on.

    Returns:
        The scaled data, with `scaling` filled in and `standardise` empty.

    Raises:
        ValueProblem: a column has the same value in every training row.

    Example:
        >>> data = Data({"x": np.array([1.0, 3.0, 9.0])}, standardise=("x",))
        >>> standardised(data, np.array([0, 1])).arrays["x"]
        array([-1.,  1.,  7.])
    """
    if not data.standardise:
        return data
    found = {name: _scaling(data, name, training) for name in data.standardise}
    arrays = dict(data.arrays) | {name: scaled(data.arrays[name], how) for name, how in found.items()}
    return replace(data, arrays=arrays, standardise=(), scaling={**data.scaling, **found}, unscaled=data)


def scaled(array: Array, how: Scaling) -> Array:
    """Rows that go the way of the training rows."""
    return (array - how.mean) / how.deviation


def rescaled(data: Data, scaling: Mapping[str, Scaling]) -> Data:
    """The data scaled as it was before: for a checkpoint that is taken up again, and for predictions."""
    known = {name: how for name, how in scaling.items() if name in data.arrays}
    arrays = dict(data.arrays) | {name: scaled(data.arrays[name], how) for name, how in known.items()}
    return replace(data, arrays=arrays, standardise=(), scaling={**data.scaling, **known}, unscaled=data)


MEAN, DEVIATION = "@mean/", "@deviation/"
"""How a checkpoint's arrays that hold a scaling begin."""


def packed(scaling: Mapping[str, Scaling]) -> dict[str, Array]:
    """A scaling as arrays by name, for a checkpoint."""
    means = {f"{MEAN}{name}": how.mean for name, how in scaling.items()}
    return means | {f"{DEVIATION}{name}": how.deviation for name, how in scaling.items()}


def unpacked(arrays: Mapping[str, Array]) -> dict[str, Scaling]:
    """The scaling in a checkpoint's arrays; empty where nothing was scaled.

    Example:
        >>> how = Scaling(np.array(1.0), np.array(2.0))
        >>> unpacked(packed({"x": how})) == {"x": how}
        True
    """
    names = [key.removeprefix(MEAN) for key in arrays if key.startswith(MEAN)]
    return {name: Scaling(arrays[MEAN + name], arrays[DEVIATION + name]) for name in names}


def _scaling(data: Data, name: str, training: Rows) -> Scaling:
    array = data.arrays[name][training]
    mean = array.mean(axis=0)
    deviation = array.std(axis=0)
    # Rounding leaves a tiny deviation where all values are one number such as 0.1.
    flat = np.atleast_1d(deviation <= 1e-12 * np.maximum(np.abs(mean), 1e-300)).ravel()
    if flat.any():
        raise _constant(data, name, int(np.flatnonzero(flat)[0]), float(np.atleast_1d(mean).ravel()[flat][0]))
    return Scaling(mean, deviation)


def _constant(data: Data, name: str, place: int, value: float) -> ValueProblem:
    columns = data.columns.get(name, ())
    array = data.arrays[name]
    if place < len(columns):
        what = f"the column {columns[place]}"
    elif array.ndim > 1:
        what = f"the column {place} of {name} (counted from 0)"
    else:
        what = name
    return ValueProblem(
        f"{what} cannot be standardised: it is {value:g} in every training row",
        hint="leave it out, or leave --standardise out",
    )
