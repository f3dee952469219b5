"""Numbers and arrays as plain data, with a summary where there are too many entries to print."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradviz.explanation.data import Summary, Value
from gradviz.shape import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRINTED, BINS, CLASSES = 256, 64, 16
"""Entries beyond which there is a summary; its stretches; its histogram's classes."""


def to_value(number: Any) -> Value:
    """A number or an array as plain data.

    Example:
        >>> to_value(3)
        Value(shape=(), entries=(3.0,), summary=None)
    """
    if isinstance(number, (int, float, Fraction)):
        return Value((), (float(number),), None)
    import numpy as np

    array = np.asarray(number, dtype=np.float64)
    flat = array.ravel()
    summary = summarise(flat) if flat.size > PRINTED else None
    return Value(array.shape, tuple(flat.tolist()), summary)


def zeros(shape: Shape) -> Value:
    """The value that is zero everywhere."""
    if not shape:
        return to_value(0.0)
    import numpy as np

    return to_value(np.zeros(shape))


def summarise(flat: NDArray[np.float64]) -> Summary:
    """Means of stretches, a histogram, the range, the shares of zeros and of finite entries."""
    import numpy as np

    finite = flat[np.isfinite(flat)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    with np.errstate(all="ignore"):
        bins = tuple(float(part.mean()) for part in np.array_split(flat, min(BINS, flat.size)))
        wide = high - low > 0 and np.isfinite(high - low)
        counts = np.histogram(finite, CLASSES, (low, high))[0] if wide else np.array([finite.size])
    return Summary(
        bins=bins,
        histogram=tuple(int(count) for count in counts),
        low=low,
        high=high,
        zeros=float(np.mean(flat == 0)),
        finite=finite.size / flat.size,
    )
