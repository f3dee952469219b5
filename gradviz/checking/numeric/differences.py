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
WAY, PUSHED = 3e-6, 0.137
"""How far apart the points are where noise is looked for, in units of the scale, and how unevenly they lie."""
KINK = 0.3
"""Slopes on two sides that differ by more than this share of what they did at a larger step do so for good."""

GROWS = 1.3
"""Slopes that grow by more than this at each smaller step have no limit: a jump, or a square root at 0."""


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


def slope(along: Along, scale: float, epsilon: float, noise: float = 0.0) -> Slope:
    """The derivative at 0 by central differences over a sweep of step sizes, extrapolated to step zero.

    Args:
        along: the function.
        scale: over which the function may be expected to change.
        epsilon: the relative rounding error of its values: 2.2e-16 in double precision, 1.2e-7 in single.
        noise: how far a value may be from the exact one, where it was measured: more than its own rounding if
            something larger cancels inside.

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
    epsilon = max(epsilon, min(noise / abs(middle), 1e-2) if np.isfinite(middle) and middle else 0.0)
    first = FIRST * scale * max(1.0, (epsilon / 2.2e-16) ** 0.08)
    steps = [first / SHRINK**k for k in range(STEPS)]
    sides = [(along(h), along(-h)) for h in steps]
    kink = _kink(middle, steps, sides, epsilon, noise)
    if kink is not None:
        return kink
    central = [((up - down) / (2 * h), max(abs(up), abs(down)), h) for h, (up, down) in zip(steps, sides, strict=True)]
    best = _extrapolated(central, epsilon, noise, 2)
    if np.isfinite(best.uncertainty):
        return best
    # At the edge of the domain one side has no values.
    for sign, side in ((1, 0), (-1, 1)):
        single = [
            (sign * (pair[side] - middle) / h, max(abs(pair[side]), abs(middle)), h)
            for h, pair in zip(steps, sides, strict=True)
        ]
        best = _extrapolated(single, epsilon, noise, 1)
        if np.isfinite(best.uncertainty):
            return best
    return Slope(float("nan"), float("inf"))


def _extrapolated(quotients: list[tuple[float, float, float]], epsilon: float, noise: float, order: int) -> Slope:
    """Neville's tableau over (quotient, size of the values, step), largest step first; the entry that is surest."""
    best = Slope(float("nan"), float("inf"))
    before: list[float] = []
    for quotient, size, step in quotients:
        rounding = 2 * max(epsilon * size, noise) / step
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


def _kink(
    middle: float, steps: list[float], sides: list[tuple[float, float]], epsilon: float, noise: float
) -> Slope | None:
    """A kink at 0: the slopes on the two sides stay apart while the step shrinks; no slope at all where they grow."""
    if not np.isfinite(middle):
        return None
    gaps = []
    for h, (up, down) in zip(steps, sides, strict=True):
        if not (np.isfinite(up) and np.isfinite(down)):
            continue
        right, left = (up - middle) / h, (middle - down) / h
        rounding = 8 * max(epsilon * max(abs(up), abs(down), abs(middle)), noise) / h
        if abs(right - left) > 4 * rounding + 1e-7 * max(abs(left), abs(right)):
            gaps.append((abs(right - left), left, right, rounding))
        else:
            gaps = []  # a curve may close the gap at one large step
    if len(gaps) < 4:
        return None
    late, early = gaps[-1], gaps[-3]
    if late[0] > KINK * early[0] and late[0] > KINK * gaps[-2][0]:
        if late[0] > GROWS * gaps[-2][0] > GROWS**2 * early[0]:
            return Slope(float("nan"), float("inf"))
        # Each side's slope at step zero lies within what the last two shrinkings changed.
        slack = 2 * max(abs(late[1] - early[1]), abs(late[2] - early[2])) + late[3]
        lower, upper = min(late[1:3]), max(late[1:3])
        return Slope((lower + upper) / 2, (upper - lower) / 2, True, lower - slack, upper + slack)
    return None


def noise_of(along: Along, scale: float) -> float:
    """How far values of a function scatter around a smooth curve: its own rounding and what cancels inside it.

    Over a short way a smooth function is a cubic but for its noise (the thought of J. Moré and S. Wild, SIAM Journal on
    Scientific Computing 33, 2011, with a fit in place of differences).

    Args:
        along: the function.
        scale: over which it may be expected to change.

    Example:
        >>> 1e-9 < noise_of(lambda t: (1e8 + t) - 1e8, 1.0) < 1e-7
        True
    """
    found = []
    for sign in (1, -1):  # a kink at 0, or between, shows on one side only
        values = np.array([along(sign * WAY * scale * (k + PUSHED * (k % 3))) for k in range(1, 12)])
        if np.all(np.isfinite(values)):
            points = np.array([k + PUSHED * (k % 3) for k in range(1, 12)])
            values = values - values[0]
            size = max(float(np.max(np.abs(values))), 1e-300)
            rest = values / size - np.polyval(np.polyfit(points, values / size, 3), points)
            found.append(size * float(np.sqrt(np.sum(rest**2) / (len(points) - 4))))
    return min(found, default=0.0)
