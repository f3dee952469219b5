"""A derivative along one direction from values alone: by a complex step, or by differences, extrapolated.

The complex step is W. Squire and G. Trapp's (SIAM Review 40, 1998); the extrapolation is C. Ridders' (Advances in
Engineering Software 4, 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradviz.checking.numeric.function import Array

Along = Callable[[float], float]
"""A function of the way t along a direction; NaN outside its domain."""

STEPS, SHRINK, FIRST = 11, 2.5, 2e-2
"""How many step sizes are tried, by what each is smaller than the one before, and the first, in units of the scale."""
TINY = 1e-25
"""The complex step in units of the scale: nothing is subtracted, so that it cannot be too small."""
KINK = 0.3
"""Slopes on two sides that differ by more than this share of what they did at a larger step do so for good."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative.

    Args:
        value: the estimate.
        uncertainty: how far from it the derivative may lie.
        kink: whether the slopes on the two sides differ, however small the step.
        left, right: the slopes on the two sides, at a kink.
    """

    value: float
    uncertainty: float
    kink: bool = False
    left: float = 0.0
    right: float = 0.0


def complex_step(function: Callable[[Array], complex], x: Array, direction: Array, scale: float) -> float:
    """The derivative of an analytic function along a direction, exact to rounding."""
    step = TINY * scale
    return float(np.imag(function(x + 1j * step * direction)) / step)


def slope(along: Along, scale: float, epsilon: float) -> Slope:
    """The derivative at 0 by central differences over a sweep of step sizes, extrapolated to step zero.

    Args:
        along: the function.
        scale: over which the function may be expected to change.
        epsilon: the relative rounding error of its values: 2.2e-16 in double precision, 1.2e-7 in single.

    Returns:
        The estimate with the least uncertainty; NaN and an infinite uncertainty where the function has no values.

    Example:
        >>> import math
        >>> found = slope(lambda t: math.sin(1 + t), 1.0, 2.2e-16)
        >>> abs(found.value - math.cos(1)) < 1e-10, found.kink
        (True, False)
        >>> slope(abs, 1.0, 2.2e-16).kink
        True
    """
    middle = along(0.0)
    first = FIRST * scale * max(1.0, (epsilon / 2.2e-16) ** 0.08)
    steps = [first / SHRINK**k for k in range(STEPS)]
    sides = [(along(h), along(-h)) for h in steps]
    kink = _kink(middle, steps, sides, epsilon)
    if kink is not None:
        return kink
    central = [((up - down) / (2 * h), max(abs(up), abs(down)), h) for h, (up, down) in zip(steps, sides, strict=True)]
    best = _extrapolated(central, epsilon, 2)
    if np.isfinite(best.uncertainty):
        return best
    # At the edge of the domain one side has no values.
    for sign, side in ((1, 0), (-1, 1)):
        single = [
            (sign * (pair[side] - middle) / h, max(abs(pair[side]), abs(middle)), h)
            for h, pair in zip(steps, sides, strict=True)
        ]
        best = _extrapolated(single, epsilon, 1)
        if np.isfinite(best.uncertainty):
            return best
    return Slope(float("nan"), float("inf"))


def _extrapolated(quotients: list[tuple[float, float, float]], epsilon: float, order: int) -> Slope:
    """Neville's tableau over (quotient, size of the values, step), largest step first; the entry that is surest."""
    best = Slope(float("nan"), float("inf"))
    before: list[float] = []
    for quotient, size, step in quotients:
        rounding = 2 * epsilon * size / step
        row = [quotient]
        if not np.isfinite(quotient):
            before = []
            continue
        for k, earlier in enumerate(before):
            factor = SHRINK ** (order * (k + 1)) if order > 1 else SHRINK ** (k + 1)
            row.append(row[k] + (row[k] - earlier) / (factor - 1))
            doubt = max(abs(row[k + 1] - row[k]), abs(row[k + 1] - earlier)) + rounding
            if doubt < best.uncertainty:
                best = Slope(row[k + 1], doubt)
        before = row
    return best


def _kink(middle: float, steps: list[float], sides: list[tuple[float, float]], epsilon: float) -> Slope | None:
    """A kink at 0: the slopes on the two sides stay apart while the step shrinks."""
    if not np.isfinite(middle):
        return None
    gaps = []
    for h, (up, down) in zip(steps, sides, strict=True):
        if not (np.isfinite(up) and np.isfinite(down)):
            continue
        right, left = (up - middle) / h, (middle - down) / h
        noise = 8 * epsilon * max(abs(up), abs(down), abs(middle)) / h
        if abs(right - left) > 4 * noise + 1e-7 * max(abs(left), abs(right)):
            gaps.append((abs(right - left), left, right))
        else:
            return None
    if len(gaps) < 4:
        return None
    late, early = gaps[-1], gaps[-3]
    if late[0] > KINK * early[0] and late[0] > KINK * gaps[-2][0]:
        return Slope((late[1] + late[2]) / 2, abs(late[2] - late[1]) / 2, True, min(late[1:]), max(late[1:]))
    return None
