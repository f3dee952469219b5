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
ROUNDING, WHOLE = 1e-12, 1e-14
"""The shares of the argument's gradient, and of the whole one, below which a difference is rounding in the code."""

NOTHING, DEAD = 1e-13, 1e-9
"""Shares of the whole gradient: what the code gives for zero, and how surely differences must find zero there (the
bias in front of a batch norm)."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a difference is measured by.

    Args:
        largest: the largest entry of this argument's gradient.
        whole: the largest entry of the whole gradient.
        single: the share of `largest` within which numbers in single precision may differ; 0 for double.
        floor: what one rounding of the function's value makes in a derivative: smaller differences are not decided.
    """

    largest: float
    whole: float
    single: float = 0.0
    floor: float = 0.0


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


def compared(yours: float, found: Slope, sizes: Sizes) -> Compared:
    """The code's number beside an estimate.

    Args:
        yours: the code's.
        found: the estimate.
        sizes: of the gradient around it.

    Example:
        >>> compared(2.0, Slope(2.0000001, 1e-12), Sizes(2.0, 2.0)).counts
        4.9999997...e-08
    """
    largest = max(abs(yours), abs(found.value))
    difference = abs(yours - found.value)
    if not abs(yours) < float("inf") and found.uncertainty < float("inf"):
        return Compared(float("inf"), float("inf"))
    error = difference / largest if largest > 0 else 0.0
    if found.kink:
        slack = (1e-6 + sizes.single) * max(abs(found.left), abs(found.right), 1e-300)
        outside = not found.left - slack <= yours <= found.right + slack
        return Compared(error, 0.0, False, True, outside)
    if not difference < float("inf"):
        return Compared(error, 0.0, True)
    known = SURE * found.uncertainty + (ROUNDING + sizes.single) * sizes.largest + WHOLE * sizes.whole
    if difference <= known:
        vague = found.uncertainty > VAGUE * max(sizes.largest, largest) + WHOLE * sizes.whole
        nothing = abs(yours) <= NOTHING * sizes.whole and found.uncertainty <= DEAD * sizes.whole
        return Compared(error, 0.0, vague and not nothing and not yours == found.value == 0)
    if difference <= sizes.floor and error >= BANDS["good"]:
        return Compared(error, 0.0, True)
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
