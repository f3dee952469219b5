"""The code's number beside the estimate: how far apart, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradviz.checking.numeric.differences import Slope
from gradviz.explanation.data.checks import VerdictWord
from gradviz.explanation.data.gradchecks import Band

BANDS: Mapping[Band, float] = MappingProxyType(
    {"good": 1e-7, "acceptable with kinks": 1e-4, "doubtful": 1e-2, "wrong": float("inf")}
)
"""The relative error below which each word holds: the lecture's bands."""

SURE, VAGUE = 10.0, 1e-3
"""How many uncertainties a difference must exceed to count, and from which relative uncertainty on nothing is known."""
ROUNDING = 1e-12
"""The share of the whole gradient below which a difference is rounding in the code."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two numbers that should be equal.

    Args:
        error: relative, as the lecture has it.
        counts: the same, or 0 where the difference lies within what is known.
        vague: whether too little is known to tell.
        kink: whether it is left out because of a kink.
        outside: whether, at a kink, the code's number lies outside the slopes on the two sides.
    """

    error: float
    counts: float
    vague: bool = False
    kink: bool = False
    outside: bool = False


def compared(yours: float, found: Slope, size: float, single: float) -> Compared:
    """The code's number beside an estimate.

    Args:
        yours: the code's.
        found: the estimate.
        size: of the largest entry of the gradient.
        single: the share of `size` within which numbers in single precision may differ; 0 for double.

    Example:
        >>> compared(2.0, Slope(2.0000001, 1e-12), 2.0, 0.0).counts
        4.9999997...e-08
    """
    largest = max(abs(yours), abs(found.value))
    difference = abs(yours - found.value)
    if yours != yours:
        return Compared(float("inf"), float("inf"))
    error = difference / largest if largest > 0 else 0.0
    if found.kink:
        slack = 1e-6 * max(abs(found.left), abs(found.right), 1e-300)
        outside = not found.left - slack <= yours <= found.right + slack
        return Compared(error, 0.0, False, True, outside)
    if not difference < float("inf"):
        return Compared(error, 0.0, True)
    known = SURE * found.uncertainty + ROUNDING * size + single * size
    if difference <= known:
        return Compared(error, 0.0, found.uncertainty > VAGUE * max(size, largest) > 0)
    return Compared(error, error)


def band_of(error: float) -> Band:
    """The lecture's word for a relative error.

    Example:
        >>> band_of(3e-9), band_of(0.5)
        ('good', 'wrong')
    """
    return next(word for word, limit in BANDS.items() if error < limit or limit == float("inf"))


def verdict_of(error: float) -> VerdictWord:
    """What a relative error that counts means, in double precision and away from kinks."""
    if error < BANDS["good"]:
        return "right"
    return "not decided" if error < BANDS["acceptable with kinks"] else "wrong"
